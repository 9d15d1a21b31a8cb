/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Junos' class-of-service as classes and profiles of a model.  What ports have is read, and what
 * that leads to; definitions that no port has are left where they are, and listed.
 */
#include <errno.h>
#include "fabric/junos/junos.h"

struct reading {
	struct junos_in *in;
	json_t *cos;
	json_t *qos;                 /* of the model, NULL while no port has any of it */
	json_t *keys;                /* forwarding class -> priority, as text */
	json_t *maps;                /* profile -> its scheduler map */
	json_t *schedulers;          /* those that were read */
	char classifier[256];
	bool pcp;                    /* trust */
};

static const char *only_word(const json_t *node, const char *path)
{
	json_t *values = junos_at(node, path);
	void *first = json_is_object(values) ? json_object_iter(values) : NULL;

	return first ? json_object_iter_key(first) : NULL;
}

static int64_t only_number(const json_t *node, const char *path, int64_t otherwise)
{
	const char *word = only_word(node, path);
	char *end = NULL;
	long long number = word ? strtoll(word, &end, 10) : 0;

	return word && end != word && !*end ? number : otherwise;
}

/* "011010" of six bits; -1 for what is none. */
static int code_of(const char *text, size_t n)
{
	return strlen(text) == n && strspn(text, "01") == n ? (int)strtol(text, NULL, 2) : -1;
}

static json_t *row_in(json_t *parent, const char *key)
{
	json_t *row = json_object_get(parent, key);

	if (!row) {
		row = json_object();
		json_object_set_new(parent, key, row);
	}
	return row;
}

/* ---- what ports have --------------------------------------------------------------------------
 */

static json_t *port_row(struct reading *r, const char *port)
{
	return row_in(row_in(r->in->model, "ports"), port);
}

static void set_ports(struct reading *r, const char *interface, const char *profile)
{
	const json_t *channels = json_object_get(r->in->model, "channels");
	char port[64];
	json_t *member;
	size_t i;

	if (fabric_port_abstract(r->in->dialect, interface, port, sizeof(port))) {
		json_object_set_new(port_row(r, port), "qos", json_string(profile));
		return;
	}
	json_array_foreach(json_object_get(json_object_get(channels, interface + 2), "members"), i,
			   member)
		json_object_set_new(port_row(r, json_string_value(member)), "qos",
				    json_string(profile));
}

/* The first that is found is that of all; another stays, and is listed. */
static void take_classifier(struct reading *r, json_t *unit)
{
	static const char *const paths[] = { "classifiers dscp", "classifiers ieee-802.1" };

	for (size_t i = 0; i < MS_ARRAY_SIZE(paths); i++) {
		const char *name = only_word(unit, paths[i]);

		if (name && !*r->classifier) {
			snprintf(r->classifier, sizeof(r->classifier), "%s", name);
			r->pcp = i == 1;
		}
		if (name && r->pcp == (i == 1) && !strcmp(name, r->classifier))
			junos_drop(unit, paths[i]);
	}
}

static bool is_ours(const struct reading *r, const char *interface)
{
	char port[64];

	return fabric_port_abstract(r->in->dialect, interface, port, sizeof(port)) ||
	       (ms_starts(interface, "ae") && interface[2] >= '0' && interface[2] <= '9');
}

static void take_interface(struct reading *r, const char *name, json_t *node)
{
	char notification[256], map[256];
	const char *a = junos_take(r->in, node, "congestion-notification-profile", notification),
		   *b = junos_take(r->in, node, "scheduler-map", map), *number;
	json_t *unit;

	if (!a && !b)
		return;
	if (!r->qos)
		r->qos = row_in(r->in->model, "qos");
	row_in(row_in(r->qos, "profiles"), a ? a : b);
	if (b && !json_object_get(r->maps, a ? a : b))
		json_object_set_new(r->maps, a ? a : b, json_string(b));
	json_object_foreach(json_object_get(node, "unit"), number, unit)
		take_classifier(r, unit);
	set_ports(r, name, a ? a : b);
}

/* ---- classes ----------------------------------------------------------------------------------
 */

/* What a switch of the QFX series has before anything is configured. */
static const struct { const char *name; int queue; bool lossless; } presets[] = {
	{ "best-effort", 0, false },
	{ "fcoe", 3, true },
	{ "no-loss", 4, true },
	{ "network-control", 7, false },
};

static json_t *add_class(struct reading *r, const char *name, int64_t priority, int64_t queue,
			 bool lossless)
{
	json_t *classes = row_in(r->qos, "classes"), *class;
	char key[24];

	snprintf(key, sizeof(key), "%lld", (long long)priority);
	if (priority < 0 || priority > 7 || json_object_get(classes, key))
		return NULL;
	json_object_set_new(r->keys, name, json_string(key));
	class = json_pack("{s:[],s:[],s:I,s:I,s:b,s:b}", "dscp", "pcp", "trafficClass",
			  (json_int_t)priority, "queue", (json_int_t)queue, "lossless", lossless,
			  "strict", false);
	json_object_set_new(classes, key, class);
	return class;
}

/* The priority of a class is in our name of it; else what it pauses, else its queue. */
static void take_class(struct reading *r, const char *name, json_t *node)
{
	int64_t queue = only_number(node, "queue-num", -1),
		priority = only_number(node, "pfc-priority", queue);
	const char *digit = ms_starts(name, JUNOS_CLASS) ? name + strlen(JUNOS_CLASS) : "";

	if (queue < 0 || queue > 7)
		return;
	if (digit[0] >= '0' && digit[0] <= '7' && !digit[1])
		priority = digit[0] - '0';
	if (!add_class(r, name, priority, queue, junos_at(node, "no-loss") != NULL))
		return;
	junos_drop(node, "queue-num");
	junos_drop(node, "no-loss");
	junos_drop(node, "pfc-priority");
}

static void preset_class(struct reading *r, const char *name)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(presets); i++)
		if (!strcmp(name, presets[i].name) && !json_object_get(r->keys, name))
			add_class(r, name, presets[i].queue, presets[i].queue, presets[i].lossless);
}

static json_t *class_named(struct reading *r, const char *name)
{
	preset_class(r, name);
	return json_object_get(json_object_get(r->qos, "classes"),
			       ms_str(json_object_get(r->keys, name), "", ""));
}

static void take_codes(json_t *class, const char *list, unsigned n, json_t *codes)
{
	const char *text;
	json_t *below;
	void *next;

	json_object_foreach_safe(codes, next, text, below) {
		int code = code_of(text, n);

		if (code < 0)
			continue;
		fabric_set_add(json_object_get(class, list), json_integer(code));
		json_object_del(codes, text);
	}
}

static void take_map(struct reading *r, const char *what, const char *list, unsigned n)
{
	json_t *map = json_object_get(junos_at(r->cos, what), r->classifier), *row, *loss;
	const char *name, *priority;

	json_object_foreach(junos_at(map, "forwarding-class"), name, row) {
		json_t *class = class_named(r, name);

		if (!class)
			continue;
		json_object_foreach(junos_at(row, "loss-priority"), priority, loss)
			take_codes(class, list, n, junos_at(loss, "code-points"));
	}
}

/* ---- congestion notification --------------------------------------------------------------------
 */

/* Which class has a code point; its priority as text, NULL for none. */
static const char *priority_of(const struct reading *r, int dscp)
{
	const char *priority;
	json_t *class, *code;
	size_t i;

	json_object_foreach(json_object_get(r->qos, "classes"), priority, class)
		json_array_foreach(json_object_get(class, "dscp"), i, code)
			if (json_integer_value(code) == dscp)
				return priority;
	return NULL;
}

static void take_input(struct reading *r, json_t *profile, const char *path, json_t *node)
{
	json_t *codes = junos_at(node, path), *row;
	bool dscp = strstr(path, "dscp");
	const char *text, *priority;
	char mru[32], key[24];

	snprintf(mru, sizeof(mru), "mru %d", JUNOS_MRU);
	json_object_foreach(codes, text, row) {
		int code = code_of(text, dscp ? 6 : 3);

		snprintf(key, sizeof(key), "%d", code);
		priority = code < 0 ? NULL : dscp ? priority_of(r, code) : key;
		if (!priority || !junos_take_flag(row, "pfc"))
			continue;
		junos_drop(row, mru);
		row_in(row_in(profile, "pfc"), priority);
	}
}

static void take_output(struct reading *r, json_t *profile, json_t *node)
{
	const json_t *classes = json_object_get(r->qos, "classes");
	json_t *row;
	const char *text;
	char key[24];

	json_object_foreach(junos_at(node, "output ieee-802.1 code-point"), text, row) {
		int code = code_of(text, 3);

		snprintf(key, sizeof(key), "%d", code);
		if (code < 0 || only_number(row, "flow-control-queue", -1) !=
					ms_int(json_object_get(classes, key), "/queue", -2))
			continue;
		junos_drop(row, "flow-control-queue");
		row_in(row_in(profile, "pfc"), key);
	}
}

static void take_watchdog(struct reading *r, json_t *profile, json_t *node)
{
	json_t *dog = junos_at(node, "pfc-watchdog"), *row;
	int64_t poll = only_number(dog, "poll-interval", 100);

	if (!dog)
		return;
	json_object_set_new(profile, "watchdog", json_true());
	row = row_in(r->qos, "watchdog");
	if (!json_object_size(row)) {
		json_object_set_new(row, "poll", json_integer(poll));
		json_object_set_new(row, "detect",
				    json_integer(poll * only_number(dog, "detection", 2)));
		json_object_set_new(row, "restore",
				    json_integer(only_number(dog, "recovery", 200)));
		json_object_set_new(
			row, "action",
			json_string(only_word(dog, "watchdog-action")
					    ? only_word(dog, "watchdog-action")
					    : "drop"));
	}
	junos_drop(node, "pfc-watchdog");
}

static void take_notification(struct reading *r, json_t *profile, json_t *node)
{
	int64_t cable = only_number(node, "input cable-length", 0);

	if (!node)
		return;
	take_input(r, profile, "input dscp code-point", node);
	take_input(r, profile, "input ieee-802.1 code-point", node);
	take_output(r, profile, node);
	take_watchdog(r, profile, node);
	if (cable > 0) {
		json_object_set_new(profile, "cable", json_integer(cable));
		junos_drop(node, "input cable-length");
	}
}

/* ---- schedulers ---------------------------------------------------------------------------------
 */

#define DROP_MAP "drop-profile-map loss-priority any protocol any drop-profile"

static void put_octets(const struct reading *r, json_t *ecn, const char *key, const json_t *percent)
{
	uint64_t buffer = junos_queue_buffer(r->in->dialect);
	int64_t value = json_integer_value(percent);

	value = value < 0 ? 0 : value > 100 ? 100 : value;
	json_object_set_new(ecn, key, json_integer((json_int_t)((uint64_t)value * buffer / 100)));
}

static json_t *numbers(const json_t *levels, const char *path)
{
	json_t *list = json_array(), *below;
	const char *text;

	json_object_foreach(junos_at(levels, path), text, below)
		fabric_set_add(list, json_integer(strtoll(text, NULL, 10)));
	return list;
}

/* Marking is a drop profile of two levels, for packets that say that they can be marked. */
static void take_marking(struct reading *r, json_t *profile, const char *priority,
			 const json_t *scheduler)
{
	const char *name = only_word(scheduler, DROP_MAP);
	const json_t *levels = name ? json_object_get(junos_at(r->cos, "drop-profiles"), name)
				    : NULL;
	json_auto_t *fill = numbers(levels, "interpolate fill-level"),
		    *drop = numbers(levels, "interpolate drop-probability");
	size_t n = json_array_size(fill), m = json_array_size(drop);
	json_t *ecn;

	if (!junos_at(scheduler, "explicit-congestion-notification") || !n || !m)
		return;
	ecn = row_in(row_in(profile, "ecn"), priority);
	put_octets(r, ecn, "min", json_array_get(fill, 0));
	put_octets(r, ecn, "max", json_array_get(fill, n - 1));
	json_object_set(ecn, "probability", json_array_get(drop, m - 1));
}

static void take_scheduler(struct reading *r, json_t *profile, const char *class, json_t *row)
{
	const char *name = only_word(row, "scheduler"),
		   *key = class_named(r, class) ? ms_str(json_object_get(r->keys, class), "", NULL)
						: NULL;
	const json_t *scheduler = name ? json_object_get(junos_at(r->cos, "schedulers"), name)
				       : NULL;
	json_t *to = key ? json_object_get(json_object_get(r->qos, "classes"), key) : NULL;
	int64_t rate = only_number(scheduler, "transmit-rate percent", 0);

	if (!scheduler || !to)
		return;
	if (junos_at(scheduler, "priority strict-high"))
		json_object_set_new(to, "strict", json_true());
	if (rate > 0 && !json_object_get(to, "bandwidth"))
		json_object_set_new(to, "bandwidth", json_integer(rate));
	take_marking(r, profile, key, scheduler);
	json_object_set_new(r->schedulers, name, json_true());
	junos_drop(row, "scheduler");
}

/* Several maps share them, so that they go when all were read. */
static void drop_schedulers(struct reading *r)
{
	static const char *const paths[] = { "priority low", "priority strict-high",
					     "transmit-rate percent",
					     "explicit-congestion-notification" };
	json_t *profiles = junos_at(r->cos, "drop-profiles"), *value, *scheduler;
	const char *name, *levels;

	json_object_foreach(r->schedulers, name, value) {
		scheduler = json_object_get(junos_at(r->cos, "schedulers"), name);
		levels = only_word(scheduler, DROP_MAP);
		if (levels) {
			junos_drop(json_object_get(profiles, levels), "interpolate fill-level");
			junos_drop(json_object_get(profiles, levels),
				   "interpolate drop-probability");
		}
		junos_drop(scheduler, DROP_MAP);
		for (size_t i = 0; i < MS_ARRAY_SIZE(paths); i++)
			junos_drop(scheduler, paths[i]);
	}
}

/* ---- all of it
 * ------------------------------------------------------------------------------------ */

static void take_profile(struct reading *r, const char *name, json_t *profile)
{
	const char *map = ms_str(json_object_get(r->maps, name), "", NULL), *class;
	json_t *row;

	take_notification(
		r, profile,
		json_object_get(junos_at(r->cos, "congestion-notification-profile"), name));
	if (!map)
		return;
	json_object_foreach(
		junos_at(json_object_get(junos_at(r->cos, "scheduler-maps"), map),
			 "forwarding-class"),
		class, row)
		take_scheduler(r, profile, class, row);
}

static void read_qos(struct reading *r)
{
	const char *name;
	json_t *row;

	json_object_foreach(junos_at(r->cos, "interfaces"), name, row)
		if (json_is_object(row) && is_ours(r, name))
			take_interface(r, name, row);
	if (!r->qos)
		return;
	json_object_foreach(junos_at(r->cos, "forwarding-classes class"), name, row)
		if (json_is_object(row))
			take_class(r, name, row);
	json_object_set_new(r->qos, "trust", json_string(r->pcp ? "pcp" : "dscp"));
	take_map(r, "classifiers dscp", "dscp", 6);
	take_map(r, "classifiers ieee-802.1", "pcp", 3);
	json_object_foreach(json_object_get(r->qos, "profiles"), name, row)
		take_profile(r, name, row);
	drop_schedulers(r);
}

static void take_pauses(struct junos_in *in)
{
	static const char *const paths[] = { "ether-options", "gigether-options" };
	const char *name;
	json_t *node, *row;
	char port[64];

	json_object_foreach(json_object_get(in->tree, "interfaces"), name, node) {
		if (!json_is_object(node) ||
		    !fabric_port_abstract(in->dialect, name, port, sizeof(port)))
			continue;
		row = json_object_get(json_object_get(in->model, "ports"), port);
		for (size_t i = 0; row && i < MS_ARRAY_SIZE(paths); i++) {
			json_t *options = json_object_get(node, paths[i]);

			if (junos_take_flag(options, "flow-control"))
				json_object_set_new(row, "pause", json_true());
			if (json_object_get(row, "qos"))
				junos_take_flag(options, "no-flow-control");
		}
	}
}

void junos_parse_qos(struct junos_in *in)
{
	struct reading r = {
		.in = in,
		.cos = json_object_get(in->tree, "class-of-service"),
		.keys = json_object(),
		.maps = json_object(),
		.schedulers = json_object(),
	};

	if (!r.keys || !r.maps || !r.schedulers)
		in->failed = -ENOMEM;
	else if (json_is_object(r.cos) && in->dialect->variant == JUNOS_ELS)
		read_qos(&r);
	take_pauses(in);
	json_decref(r.keys);
	json_decref(r.maps);
	json_decref(r.schedulers);
}
