/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RoCE in models made up from a seed: part of models.h. */
#ifndef MS_UNIT_MODELS_QOS_H
#define MS_UNIT_MODELS_QOS_H

/* Every code point and PCP belongs to one of the classes; 0 is among them, and has what nobody else
 * has. */
static inline void mm_codes(struct model_maker *mm, json_t *classes, const char *key,
			    unsigned codes)
{
	unsigned n = (unsigned)json_object_size(classes), i, which;
	const char *priority;
	json_t *class;

	json_object_foreach(classes, priority, class)
		json_object_set_new(class, key, json_array());
	for (i = 0; i < codes; i++) {
		char own[8];

		/* Each has its own at least. */
		snprintf(own, sizeof(own), "%u", i % (codes / 8) ? 8 : i / (codes / 8));
		class = json_object_get(classes, own);
		which = mm_chance(mm, 80) ? 0 : mm_below(mm, n);
		if (class) {
			json_array_append_new(json_object_get(class, key), json_integer(i));
			continue;
		}
		json_object_foreach(classes, priority, class)
			if (!which--)
				json_array_append_new(json_object_get(class, key), json_integer(i));
	}
}

static inline json_t *mm_class(struct model_maker *mm, unsigned priority, bool strict)
{
	const struct fabric_caps *caps = mm->caps;
	bool other = caps->qos_tc && priority && mm_chance(mm, 20);
	unsigned tc = other ? priority ^ 1 : priority;
	/* 7 is left alone: it is bound to control traffic on many. */
	unsigned queue = caps->qos_queue && tc && tc < 6 && mm_chance(mm, 20) ? tc ^ 1 : tc;

	return json_pack("{s:i,s:i,s:b,s:b}", "trafficClass", tc, "queue", queue, "lossless",
			 priority >= 2 && !strict && mm_chance(mm, 80), "strict", strict);
}

/* Percents of those that are not strict add up to 100. */
static inline void mm_bandwidths(json_t *classes)
{
	unsigned n = 0, left = 100;
	const char *priority;
	json_t *class;

	json_object_foreach(classes, priority, class)
		n += !ms_bool(class, "/strict", false);
	json_object_foreach(classes, priority, class) {
		unsigned share = n == 1 ? left : 100 / (n + 1);

		if (ms_bool(class, "/strict", false))
			continue;
		json_object_set_new(class, "bandwidth", json_integer(share));
		left -= share;
		n--;
	}
}

static inline json_t *mm_classes(struct model_maker *mm)
{
	static const unsigned sets[][3] = { { 0, 3, 6 }, { 0, 2, 4 }, { 0, 4, 6 } };
	const unsigned *set = sets[mm_below(mm, MS_ARRAY_SIZE(sets))];
	unsigned n = 2 + mm_below(mm, 2), i;
	json_t *classes = json_object();
	char key[8];

	for (i = 0; i < n; i++) {
		snprintf(key, sizeof(key), "%u", set[i]);
		json_object_set_new(classes, key, mm_class(mm, set[i], set[i] == 6));
	}
	mm_codes(mm, classes, "dscp", 64);
	mm_codes(mm, classes, "pcp", 8);
	mm_bandwidths(classes);
	return classes;
}

static inline json_t *mm_profile(struct model_maker *mm, const json_t *classes, unsigned gbps,
				 unsigned metres)
{
	json_t *profile = json_pack("{s:i}", "cable", metres), *class;
	bool ecn = mm_chance(mm, 70);
	const char *priority;
	char path[32];

	json_object_foreach((json_t *)classes, priority, class) {
		snprintf(path, sizeof(path), "/pfc/%s", priority);
		if (ms_bool(class, "/lossless", false))
			ms_put(profile, path,
			       json_pack("{s:i,s:i}", "headroom",
					 1024 * (30 + gbps / 4 + metres / 8), "xon", 18432));
		snprintf(path, sizeof(path), "/ecn/%s", priority);
		if (ecn && strcmp(priority, "0") && !ms_bool(class, "/strict", false))
			ms_put(profile, path,
			       json_pack("{s:i,s:i,s:i}", "min", 1500 * (int)gbps, "max",
					 15000 * (int)gbps, "probability",
					 mm_chance(mm, 50) ? 100 : 5));
	}
	if (json_object_get(profile, "pfc"))
		json_object_set_new(profile, "watchdog", json_true());
	return profile;
}

/* The profile of a port of some speed and cable; NULL where it would say nothing: then the port has
 * none. */
static inline const char *mm_port_profile(struct model_maker *mm, json_t *profiles,
					  const json_t *classes, char *text, size_t size)
{
	static const unsigned speeds[] = { 25, 100, 400 }, lengths[] = { 3, 40, 300 };
	unsigned gbps = speeds[mm_below(mm, 3)], metres = lengths[mm_below(mm, 3)];
	json_t *profile;

	snprintf(text, size, "roce-%ug-%um-9216", gbps, metres);
	if (json_object_get(profiles, text))
		return text;
	profile = mm_profile(mm, classes, gbps, metres);
	if (!json_object_get(profile, "pfc") && !json_object_get(profile, "ecn")) {
		json_decref(profile);
		return NULL;
	}
	json_object_set_new(profiles, text, profile);
	return text;
}

/* A class that no port pauses is not lossless. */
static inline void mm_lose(json_t *classes)
{
	const char *priority;
	json_t *class;

	json_object_foreach(classes, priority, class)
		json_object_set_new(class, "lossless", json_false());
}

static inline void mm_qos(struct model_maker *mm)
{
	static const char *const words[] = { "dscp", "pcp", "both" };
	json_t *qos = mm_section(mm, "qos"), *classes = mm_classes(mm), *profiles = json_object(),
	       *port;
	unsigned trust = mm_below(mm, 3);
	const char *name, *profile;
	char text[48];

	while (!(mm->caps->qos_trusts >> trust & 1))
		trust = (trust + 1) % 3;
	json_object_set_new(qos, "trust", json_string(words[trust]));
	json_object_set_new(qos, "classes", classes);
	json_object_foreach(json_object_get(mm->model, "ports"), name, port) {
		profile = json_object_get(port, "breakout")
				  ? NULL
				  : mm_port_profile(mm, profiles, classes, text, sizeof(text));
		if (!profile)
			continue;
		json_object_set_new(port, "qos", json_string(profile));
		if (mm->caps->dcbx && mm_chance(mm, 30))
			json_object_set_new(port, "dcbx", json_true());
	}
	if (json_object_size(profiles))
		json_object_set(qos, "profiles", profiles);
	else
		mm_lose(classes);
	json_decref(profiles);
	json_object_set_new(qos, "watchdog",
			    json_pack("{s:i,s:i,s:i,s:s}", "detect", 300, "restore", 300, "poll",
				      100, "action", "drop"));
	if (json_object_get(mm->model, "vxlan"))
		json_object_set_new(qos, "overlay",
				    json_pack("{s:s,s:s}", "encap", "copy", "decap", "preserve"));
}

/* The same without RoCE: what is to be left when it goes. */
static inline json_t *model_without_qos(const json_t *model)
{
	json_t *bare = json_deep_copy(model), *port;
	const char *name;

	json_object_del(bare, "qos");
	json_object_foreach(json_object_get(bare, "ports"), name, port) {
		json_object_del(port, "qos");
		json_object_del(port, "dcbx");
	}
	return bare;
}

#endif
