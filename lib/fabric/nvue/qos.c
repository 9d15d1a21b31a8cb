/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RoCE in an NVUE tree: `qos roce` on, which makes the lossless pool and says what is left unsaid,
 * and every number of ours written over what it presets (Cumulus Linux user guide, "RDMA over
 * Converged Ethernet", "Quality of Service"). What NVUE calls a switch priority is the priority
 * that PFC pauses.  A traffic class is its egress queue.
 */
#include "fabric/nvue/nvue.h"

#define GLOBAL "default-global"

static const char *const dcbx_tlvs[] = { NVUE_DCBX_ETS, NVUE_DCBX_ADVICE, NVUE_DCBX_PFC };

/* ---- rendering ------------------------------------------------------------------------------ */

static void number_text(char *buf, size_t size, const json_t *value)
{
	snprintf(buf, size, "%lld", (long long)json_integer_value(value));
}

static void map_codes(struct nvue_out *out, const char *what, const json_t *list, const char *sp)
{
	const json_t *code;
	char text[24];
	size_t i;

	json_array_foreach((json_t *)list, i, code) {
		number_text(text, sizeof(text), code);
		nvue_set(out, nvue_node(out, "qos", "mapping", GLOBAL, what, text, NULL),
			 "switch-priority", json_integer(strtol(sp, NULL, 10)));
	}
}

static void render_class(struct nvue_out *out, const char *sp, const json_t *class)
{
	const json_t *bandwidth = json_object_get(class, "bandwidth");
	bool strict = ms_bool(class, "/strict", false);
	json_t *node;
	char tc[24];

	map_codes(out, "dscp", json_object_get(class, "dscp"), sp);
	map_codes(out, "pcp", json_object_get(class, "pcp"), sp);
	snprintf(tc, sizeof(tc), "%lld",
		 (long long)ms_int(class, "/trafficClass", strtol(sp, NULL, 10)));
	nvue_set(out,
		 nvue_node(out, "qos", "egress-queue-mapping", GLOBAL, "switch-priority", sp, NULL),
		 "traffic-class", json_integer(strtol(tc, NULL, 10)));
	node = nvue_node(out, "qos", "egress-scheduler", GLOBAL, "traffic-class", tc, NULL);
	nvue_set_text(out, node, "mode", strict ? "strict" : "dwrr");
	if (!strict && bandwidth)
		nvue_set(out, node, "bw-percent", json_incref((json_t *)bandwidth));
}

static void render_pfc(struct nvue_out *out, const char *name, const json_t *profile)
{
	const json_t *pfc = json_object_get(profile, "pfc"), *row;
	json_t *node = nvue_node(out, "qos", "pfc", name, NULL);
	int64_t xon = 0, headroom = 0;
	const char *sp;

	json_object_foreach((json_t *)pfc, sp, row) {
		nvue_set(out, nvue_dig(node, "switch-priority", NULL), sp, json_object());
		xon = ms_int(row, "/xon", 0);
		headroom = ms_int(row, "/headroom", 0);
	}
	nvue_set_text(out, node, "tx", "enable");
	nvue_set_text(out, node, "rx", "enable");
	if (json_object_get(profile, "cable"))
		nvue_set(out, node, "cable-length", json_integer(ms_int(profile, "/cable", 0)));
	/* How far below the pause threshold the peer goes on, which has to leave something; what is
	 * held before the pause frame goes out; and what may still come after it. */
	nvue_set(out, node, "xon-threshold", json_integer(xon));
	nvue_set(out, node, "xoff-threshold", json_integer(2 * xon));
	nvue_set(out, node, "port-buffer", json_integer(2 * xon + headroom));
}

static const char *class_number(const struct nvue_out *out, const char *sp, char *buf, size_t size)
{
	const json_t *class = json_object_get(ms_at(out->model, "/qos/classes"), sp);

	snprintf(buf, size, "%lld",
		 (long long)ms_int(class, "/trafficClass", strtol(sp, NULL, 10)));
	return buf;
}

static void render_ecn(struct nvue_out *out, const char *name, const json_t *ecn)
{
	const char *sp;
	char tc[24];
	json_t *row;

	json_object_foreach((json_t *)ecn, sp, row) {
		json_t *node = nvue_node(out, "qos", "congestion-control", name, "traffic-class",
					 class_number(out, sp, tc, sizeof(tc)), NULL);

		nvue_set_text(out, node, "ecn", "enable");
		nvue_set_text(out, node, "red", "disable");
		nvue_set(out, node, "min-threshold", json_integer(ms_int(row, "/min", 0)));
		nvue_set(out, node, "max-threshold", json_integer(ms_int(row, "/max", 0)));
		nvue_set(out, node, "probability", json_integer(ms_int(row, "/probability", 100)));
	}
}

static void render_watchdog(struct nvue_out *out, const json_t *watchdog)
{
	int64_t poll = ms_int(watchdog, "/poll", 100), detect = ms_int(watchdog, "/detect", 300);
	json_t *node;

	if (!watchdog)
		return;
	node = nvue_node(out, "qos", "pfc-watchdog", NULL);
	nvue_set(out, node, "polling-interval", json_integer(poll));
	nvue_set(out, node, "robustness", json_integer(poll > 0 ? detect / poll : 3));
}

static void render_overlay(struct nvue_out *out, const json_t *overlay)
{
	if (!overlay)
		return;
	nvue_set_text(out, nvue_node(out, "nve", "vxlan", "encapsulation", "dscp", NULL), "action",
		      ms_str(overlay, "/encap", NULL));
	nvue_set_text(out, nvue_node(out, "nve", "vxlan", "decapsulation", "dscp", NULL), "action",
		      ms_str(overlay, "/decap", NULL));
}

static bool any_lossless(const json_t *classes)
{
	const char *sp;
	json_t *class;

	json_object_foreach((json_t *)classes, sp, class)
		if (ms_bool(class, "/lossless", false))
			return true;
	return false;
}

static const struct { const char *ours, *theirs; } trusts[] = {
	{ "dscp", "l3" }, { "pcp", "l2" }, { "both", "both" },
};

void nvue_render_qos(struct nvue_out *out)
{
	const json_t *qos = ms_at(out->model, "/qos"), *row;
	const char *key, *trust = ms_str(qos, "/trust", NULL);
	json_t *roce;

	if (!qos)
		return;
	roce = nvue_node(out, "qos", "roce", NULL);
	nvue_enable(out, roce, true);
	nvue_set_text(out, roce, "mode",
		      any_lossless(json_object_get(qos, "classes")) ? "lossless" : "lossy");
	for (size_t i = 0; trust && i < MS_ARRAY_SIZE(trusts); i++)
		if (!strcmp(trusts[i].ours, trust))
			nvue_set_text(out, nvue_node(out, "qos", "mapping", GLOBAL, NULL), "trust",
				      trusts[i].theirs);
	json_object_foreach(json_object_get(qos, "classes"), key, row)
		render_class(out, key, row);
	json_object_foreach(json_object_get(qos, "profiles"), key, row) {
		if (json_object_size(json_object_get(row, "pfc")))
			render_pfc(out, key, row);
		render_ecn(out, key, json_object_get(row, "ecn"));
	}
	render_watchdog(out, json_object_get(qos, "watchdog"));
	render_overlay(out, json_object_get(qos, "overlay"));
}

void nvue_render_port_qos(struct nvue_out *out, json_t *node, const json_t *port)
{
	const char *name = ms_str(port, "/qos", NULL);
	const json_t *profile = name ? json_object_get(ms_at(out->model, "/qos/profiles"), name)
				     : NULL;

	/* Never wanted, and said all the same: what is not said cannot go. */
	if (ms_bool(port, "/pause", false))
		nvue_set_text(out, nvue_dig(node, "qos", "link-pause", NULL), "profile",
			      "default-global");
	if (json_object_size(json_object_get(profile, "pfc")))
		nvue_set_text(out, nvue_dig(node, "qos", "pfc", NULL), "profile", name);
	if (json_object_size(json_object_get(profile, "ecn")))
		nvue_set_text(out, nvue_dig(node, "qos", "congestion-control", NULL), "profile",
			      name);
	if (ms_bool(profile, "/watchdog", false))
		nvue_set_text(out, nvue_dig(node, "qos", "pfc-watchdog", NULL), "state", "enable");
	for (size_t i = 0; ms_bool(port, "/dcbx", false) && i < MS_ARRAY_SIZE(dcbx_tlvs); i++)
		nvue_set_switch(out, nvue_dig(node, "lldp", NULL), dcbx_tlvs[i], true);
}

/* ---- parsing -------------------------------------------------------------------------------- */

static bool says_yes(const json_t *value)
{
	const char *word = json_string_value(value);

	return ms_streq(word, "enable") || ms_streq(word, "enabled") || ms_streq(word, "on") ||
	       json_is_true(value);
}

/* The switch priority of each code point: what `qos roce` presets, and what is written over it. */
static void read_map(const json_t *mapping, const char *what, unsigned codes, int *map)
{
	const char *key;
	json_t *row;

	for (unsigned i = 0; i < codes; i++)
		map[i] = (int)(i / (codes / 8));
	json_object_foreach(json_object_get(mapping, what), key, row) {
		json_auto_t *text = json_string(key);
		int64_t code = nvue_number(text, codes - 1, -1);

		if (code >= 0)
			map[code] = (int)nvue_number(json_object_get(row, "switch-priority"), 7,
						     map[code]);
	}
}

static json_t *codes_of(struct nvue_in *in, const int *map, unsigned codes, int sp)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < codes; i++)
		if (map[i] == sp && json_array_append_new(list, json_integer(i)))
			in->failed = true;
	return list;
}

static void parse_scheduler(struct nvue_in *in, json_t *class, const char *tc)
{
	const json_t *row = nvue_at(in->tree, "qos", "egress-scheduler", GLOBAL, "traffic-class",
				    tc, NULL);
	const char *mode = json_string_value(json_object_get(row, "mode"));
	bool strict = mode ? !strcmp(mode, "strict") : !strcmp(tc, "6");
	int64_t preset = !strcmp(tc, "0") || !strcmp(tc, "3") ? 50 : 0;
	int64_t percent = nvue_number(json_object_get(row, "bw-percent"), 100, preset);

	nvue_put(in, class, "strict", json_boolean(strict));
	if (!strict && percent)
		nvue_put(in, class, "bandwidth", json_integer(percent));
}

static void parse_class(struct nvue_in *in, int sp, json_t *dscp, json_t *pcp, bool lossless)
{
	char key[24], tc[24];
	json_t *class;
	int64_t number;

	if (!json_array_size(dscp) && !json_array_size(pcp)) {
		json_decref(dscp);
		json_decref(pcp);
		return;
	}
	snprintf(key, sizeof(key), "%d", sp);
	number = nvue_number(nvue_at(in->tree, "qos", "egress-queue-mapping", GLOBAL,
				     "switch-priority", key, "traffic-class", NULL),
			     7, sp == 3 || sp == 6 ? sp : 0);
	snprintf(tc, sizeof(tc), "%lld", (long long)number);
	class = nvue_dig(nvue_section(in, "qos", NULL), "classes", key, NULL);
	in->failed |= !class;
	nvue_put(in, class, "dscp", dscp);
	nvue_put(in, class, "pcp", pcp);
	nvue_put(in, class, "trafficClass", json_integer(number));
	nvue_put(in, class, "queue", json_integer(number));
	nvue_put(in, class, "lossless", json_boolean(lossless));
	parse_scheduler(in, class, tc);
}

/* Is a priority paused by any profile?  By the preset where there is none at all. */
static bool is_lossless(const struct nvue_in *in, int sp)
{
	const json_t *profiles = nvue_at(in->tree, "qos", "pfc", NULL), *row;
	const char *mode = json_string_value(nvue_at(in->tree, "qos", "roce", "mode", NULL)), *name;
	char key[24];

	snprintf(key, sizeof(key), "%d", sp);
	json_object_foreach((json_t *)profiles, name, row)
		if (nvue_at(row, "switch-priority", key, NULL))
			return true;
	return !json_object_size(profiles) && sp == 3 && (!mode || ms_starts(mode, "lossless"));
}

static void parse_pfc(struct nvue_in *in, const char *name, const json_t *row)
{
	json_t *profile, *value;
	int64_t cable = nvue_number(json_object_get(row, "cable-length"), 100000, 0);
	int64_t xoff = nvue_number(json_object_get(row, "xoff-threshold"), INT32_MAX, 0);
	int64_t below = nvue_number(json_object_get(row, "xon-threshold"), INT32_MAX, 0);
	int64_t buffer = nvue_number(json_object_get(row, "port-buffer"), INT32_MAX, 0);
	const char *sp;

	if (!json_object_size(json_object_get(row, "switch-priority")))
		return;
	profile = nvue_dig(nvue_section(in, "qos", NULL), "profiles", name, NULL);
	if (cable)
		nvue_put(in, profile, "cable", json_integer(cable));
	json_object_foreach(json_object_get(row, "switch-priority"), sp, value) {
		json_t *pfc = nvue_dig(profile, "pfc", sp, NULL);

		if (!buffer)
			continue;
		nvue_put(in, pfc, "xon", json_integer(xoff > below ? xoff - below : 0));
		nvue_put(in, pfc, "headroom", json_integer(buffer > xoff ? buffer - xoff : 0));
	}
}

static void parse_ecn(struct nvue_in *in, const char *name, const json_t *rows)
{
	const char *tc, *sp;
	json_t *class, *row;

	json_object_foreach(json_object_get(rows, "traffic-class"), tc, row) {
		if (!says_yes(json_object_get(row, "ecn")))
			continue;
		json_object_foreach(ms_at(in->model, "/qos/classes"), sp, class) {
			json_t *ecn;

			if (ms_int(class, "/trafficClass", -1) != strtol(tc, NULL, 10))
				continue;
			ecn = nvue_dig(nvue_section(in, "qos", NULL), "profiles", name, "ecn", sp,
				       NULL);
			nvue_put(in, ecn, "min",
				 json_integer(nvue_number(json_object_get(row, "min-threshold"),
							  INT64_MAX, 150000)));
			nvue_put(in, ecn, "max",
				 json_integer(nvue_number(json_object_get(row, "max-threshold"),
							  INT64_MAX, 1500000)));
			nvue_put(in, ecn, "probability",
				 json_integer(nvue_number(json_object_get(row, "probability"), 100,
							  100)));
		}
	}
}

static void parse_watchdog(struct nvue_in *in)
{
	const json_t *node = nvue_at(in->tree, "qos", "pfc-watchdog", NULL);
	int64_t poll = nvue_number(json_object_get(node, "polling-interval"), 60000, 100);
	json_t *row;

	if (!node)
		return;
	row = nvue_dig(nvue_section(in, "qos", NULL), "watchdog", NULL);
	nvue_put(in, row, "poll", json_integer(poll));
	nvue_put(in, row, "detect",
		 json_integer(poll * nvue_number(json_object_get(node, "robustness"), 1000, 3)));
}

static void parse_overlay(struct nvue_in *in)
{
	static const struct { const char *ours, *theirs; } rows[] = {
		{ "encap", "encapsulation" }, { "decap", "decapsulation" },
	};

	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		json_t *action = nvue_at(in->tree, "nve", "vxlan", rows[i].theirs, "dscp", "action",
					 NULL);

		if (json_is_string(action))
			nvue_put(in, nvue_dig(nvue_section(in, "qos", NULL), "overlay", NULL),
				 rows[i].ours, json_incref(action));
	}
}

void nvue_parse_qos(struct nvue_in *in)
{
	const json_t *qos = json_object_get(in->tree, "qos"), *row;
	const json_t *mapping = nvue_at(qos, "mapping", GLOBAL, NULL);
	const char *trust = json_string_value(json_object_get(mapping, "trust")), *name;
	const char *ours = "both";
	int dscp[64], pcp[8];

	if (!nvue_is_on(json_object_get(qos, "roce"), false))
		return;
	for (size_t i = 0; trust && i < MS_ARRAY_SIZE(trusts); i++)
		if (!strcmp(trusts[i].theirs, trust))
			ours = trusts[i].ours;
	nvue_put(in, nvue_section(in, "qos", NULL), "trust", json_string(ours));
	read_map(mapping, "dscp", 64, dscp);
	read_map(mapping, "pcp", 8, pcp);
	for (int sp = 0; sp < 8; sp++)
		parse_class(in, sp, codes_of(in, dscp, 64, sp), codes_of(in, pcp, 8, sp),
			    is_lossless(in, sp));
	json_object_foreach(json_object_get(qos, "pfc"), name, row)
		parse_pfc(in, name, row);
	json_object_foreach(json_object_get(qos, "congestion-control"), name, row)
		parse_ecn(in, name, row);
	parse_watchdog(in);
	parse_overlay(in);
}

/* Some of it is none of the model's. */
static bool tells(const json_t *interface)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(dcbx_tlvs); i++)
		if (!says_yes(nvue_at(interface, "lldp", dcbx_tlvs[i], NULL)))
			return false;
	return true;
}

void nvue_parse_port_qos(struct nvue_in *in, json_t *row, const json_t *interface)
{
	const json_t *qos = json_object_get(interface, "qos");
	const char *name = json_string_value(nvue_at(qos, "pfc", "profile", NULL));

	if (!name)
		name = json_string_value(nvue_at(qos, "congestion-control", "profile", NULL));
	if (name && ms_at(in->model, "/qos")) {
		nvue_put(in, row, "qos", json_string(name));
		if (tells(interface))
			nvue_put(in, row, "dcbx", json_true());
	}
	if (name && says_yes(nvue_at(qos, "pfc-watchdog", "state", NULL)))
		nvue_put(in, nvue_at(in->model, "qos", "profiles", name, NULL), "watchdog",
			 json_true());
	if (nvue_at(qos, "link-pause", "profile", NULL))
		nvue_put(in, row, "pause", json_true());
}

/* ---- what comes back ------------------------------------------------------------------------ */

/* The watchdog looks so many times; how long it waits after that, and what it does, is not to be
 * chosen. */
void nvue_normal_qos(json_t *model)
{
	json_t *watchdog = ms_at(model, "/qos/watchdog"), *profile;
	int64_t poll = ms_int(watchdog, "/poll", 100), detect = ms_int(watchdog, "/detect", 300);
	const char *name;

	if (watchdog) {
		json_object_del(watchdog, "restore");
		json_object_del(watchdog, "action");
		json_object_set_new(watchdog, "detect",
				    json_integer(poll > 0 ? detect / poll * poll : detect));
	}
	json_object_foreach(ms_at(model, "/qos/profiles"), name, profile)
		if (!json_object_size(json_object_get(profile, "pfc"))) {
			json_object_del(profile, "cable");
			json_object_del(profile, "watchdog");
		}
}
