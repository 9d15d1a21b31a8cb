/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RoCE on OS10: a trust map gives packets a qos-group, which is the priority of the same number; a
 * qos-map gives the group a queue; of each speed and cable there is a policy of type queuing for
 * what goes out, and for what comes in one of type network-qos, with the buffers of paused groups.
 * WRED profiles mark.  Ports have all of it by themselves, because what ports say comes before what
 * "system qos" says (Dell SmartFabric OS10 User Guide 10.5, "Quality of service", "Data center
 * bridging", "Configure RoCE on the switch"; Dell's configurations for Azure Local, H19195).
 */
#include <errno.h>
#include "fabric/os10/os10.h"

#define PRIORITIES 8
#define MAX_THRESHOLD 12480 /* KB, of WRED */
#define MAX_NAME 32

static const char *const colors[] = { "green", "yellow", "red" };

/* Does a port of ours tell its host?  "dcbx enable" is the whole switch's: of other people's ports
 * it is other people's. */
bool os10_tells(const json_t *model)
{
	const char *name;
	json_t *port;

	json_object_foreach (json_object_get(model, "ports"), name, port)
		if (ms_bool(port, "/dcbx", false) &&
		    ms_starts(ms_str(port, "/qos", ""), OS10_PROFILE))
			return true;
	return false;
}

/* Code points of the field that is trusted. */
static const char *trusted(const json_t *model)
{
	return ms_streq(ms_str(model, "/qos/trust", NULL), "pcp") ? "pcp" : "dscp";
}

static bool is_ours(const char *profile)
{
	return profile && ms_starts(profile, OS10_PROFILE);
}

/* The class of packets that no map is for: they are in group 0 ("By default, OS10 assigns the
 * default traffic class ID 0 to all data traffic"). */
static int rest_of(const json_t *model)
{
	const json_t *classes = ms_at(model, "/qos/classes");
	const char *priority;
	json_t *class;

	if (json_object_get(classes, "0"))
		return 0;
	json_object_foreach ((json_t *)classes, priority, class)
		if (cli_set_has(json_object_get(class, trusted(model)), 0))
			return (int)strtol(priority, NULL, 10);
	return 0;
}

static long long kb_up(int64_t octets)
{
	return octets > OS10_KB ? (octets + OS10_KB - 1) / OS10_KB : 1;
}

/* Ports share one policy, whatever their speed and cable: in it is the most that any of them wants.
 * NULL = no memory. */
static json_t *room_for_all(const json_t *profiles)
{
	json_t *room = json_object(), *profile, *row, *octets;
	const char *name, *priority, *key;
	bool failed = !room;

	json_object_foreach ((json_t *)profiles, name, profile)
		json_object_foreach (json_object_get(profile, "pfc"), priority, row) {
			json_t *most = json_object_get(room, priority);

			if (!is_ours(name) || (!most && (failed |= json_object_set_new(
							       room, priority, json_object()))))
				continue;
			most = json_object_get(room, priority);
			json_object_foreach (row, key, octets)
				if (json_integer_value(octets) >=
				    json_integer_value(json_object_get(most, key)))
					failed |= json_object_set(most, key, octets);
		}
	if (!failed)
		return room;
	json_decref(room);
	return NULL;
}

static long long kb_near(int64_t octets)
{
	return octets > OS10_KB ? (octets + OS10_KB / 2) / OS10_KB : 1;
}

/* ---- rendering ------------------------------------------------------------------------------ */

static void put_wred(struct cli_out *out, const char *profile, const char *priority,
		     const json_t *ecn)
{
	long long min = kb_near(ms_int(ecn, "/min", 0)), max = kb_near(ms_int(ecn, "/max", 0)),
		  probability = ms_int(ecn, "/probability", 100);

	if (max > MAX_THRESHOLD)
		cli_refuse(out, "/qos/profiles",
			   "marking is full at %d KB at most, %lld are more: a smaller max in ecn",
			   MAX_THRESHOLD, max);
	cli_put(out, 0, "wred %s-q%s", profile, priority);
	for (size_t i = 0; i < MS_ARRAY_SIZE(colors); i++)
		cli_put(out, 1,
			"random-detect color %s minimum-threshold %lld maximum-threshold %lld "
			"drop-probability %lld",
			colors[i], min, max, probability);
	cli_put(out, 1, "random-detect ecn");
}

static void put_class_maps(struct cli_out *out, const json_t *classes, const char **keys)
{
	for (size_t i = 0; keys && keys[i]; i++) {
		long long queue = ms_int(json_object_get(classes, keys[i]), "/queue",
					 strtol(keys[i], NULL, 10));

		cli_put(out, 0, "class-map type queuing " OS10_QUEUE "%lld", queue);
		cli_put(out, 1, "match queue %lld", queue);
	}
	for (size_t i = 0; keys && keys[i]; i++) {
		if (!ms_bool(json_object_get(classes, keys[i]), "/lossless", false))
			continue;
		cli_put(out, 0, "class-map type network-qos " OS10_GROUP "%s", keys[i]);
		cli_put(out, 1, "match qos-group %s", keys[i]);
	}
}

static void put_trust(struct cli_out *out, const json_t *classes, const char **keys)
{
	const char *field = trusted(out->model);
	bool pcp = !strcmp(field, "pcp");

	cli_put(out, 0, pcp ? "trust dot1p-map " OS10_DOT1P : "trust dscp-map " OS10_DSCP);
	for (size_t i = 0; keys && keys[i]; i++) {
		const json_t *codes = json_object_get(json_object_get(classes, keys[i]), field);
		MS_AUTO_BUF struct ms_buf list = { 0 };

		cli_ranges_put(&list, codes);
		if (list.len)
			cli_put(out, 1, "qos-group %s %s %s", keys[i], pcp ? "dot1p" : "dscp",
				list.data);
	}
}

/* Groups that are no class go where packets go that no map is for. */
static int queue_of(const json_t *model, int group)
{
	char key[24];

	snprintf(key, sizeof(key), "%d", group);
	if (!ms_at(model, "/qos/classes/%s", key)) {
		group = rest_of(model);
		snprintf(key, sizeof(key), "%d", group);
	}
	return (int)ms_int(ms_at(model, "/qos/classes/%s", key), "/queue", group);
}

static void put_queues(struct cli_out *out)
{
	cli_put(out, 0, "qos-map traffic-class " OS10_QUEUES);
	for (int queue = 0; queue < PRIORITIES; queue++) {
		json_auto_t *groups = json_array();
		MS_AUTO_BUF struct ms_buf list = { 0 };

		for (int group = 0; group < PRIORITIES; group++)
			if (queue_of(out->model, group) == queue)
				json_array_append_new(groups, json_integer(group));
		cli_ranges_put(&list, groups);
		if (list.len)
			cli_put(out, 1, "queue %d qos-group %s", queue, list.data);
	}
}

static void put_output(struct cli_out *out, const char *name, const json_t *profile,
		       const json_t *classes, const char **keys)
{
	cli_put(out, 0, "policy-map type queuing %s", name);
	for (size_t i = 0; keys && keys[i]; i++) {
		const json_t *class = json_object_get(classes, keys[i]);
		long long share = ms_int(class, "/bandwidth", 0);

		cli_put(out, 1, "class " OS10_QUEUE "%lld",
			(long long)ms_int(class, "/queue", strtol(keys[i], NULL, 10)));
		if (ms_bool(class, "/strict", false))
			cli_put(out, 2, "priority");
		else if (share)
			cli_put(out, 2, "bandwidth percent %lld", share);
		if (ms_at(profile, "/ecn/%s", keys[i]))
			cli_put(out, 2, "random-detect %s-q%s", name, keys[i]);
	}
}

/* What is held before the pause frame goes out, and what may still come after it.  "Configure the
 * same network-qos policy map on all PFC-enabled ports." */
static void put_input(struct cli_out *out, const json_t *pfc)
{
	MS_AUTO_FREE const char **keys = cli_keys(pfc);

	if (!json_object_size(pfc))
		return;
	cli_put(out, 0, "policy-map type network-qos " OS10_PFC);
	for (size_t i = 0; keys && keys[i]; i++) {
		const json_t *row = json_object_get(pfc, keys[i]);
		long long xon = kb_up(ms_int(row, "/xon", 0));

		cli_put(out, 1, "class " OS10_GROUP "%s", keys[i]);
		if (json_object_get(row, "headroom"))
			cli_put(out, 2,
				"pause buffer-size %lld pause-threshold %lld resume-threshold %lld",
				xon + kb_up(ms_int(row, "/headroom", 0)), xon, xon);
		else
			cli_put(out, 2, "pause");
		cli_put(out, 2, "pfc-cos %s", keys[i]);
	}
}

static void put_profile(struct cli_out *out, const char *name, const json_t *classes,
			const char **keys)
{
	const json_t *profile = json_object_get(ms_at(out->model, "/qos/profiles"), name);

	if (strlen(name) + strlen("-q0") > MAX_NAME)
		cli_refuse(out, "/qos/profiles", "\"%.60s\" is too long for the name of a policy",
			   name);
	put_output(out, name, profile, classes, keys);
}

void os10_render_qos(struct cli_out *out)
{
	const json_t *qos = json_object_get(out->model, "qos"),
		     *classes = json_object_get(qos, "classes"),
		     *profiles = json_object_get(qos, "profiles");
	MS_AUTO_FREE const char **keys = cli_keys(classes), **names = cli_keys(profiles);
	json_auto_t *room = room_for_all(profiles);

	if (!qos)
		return;
	if (!room)
		out->failed = ms_nomem(out->err);
	if (os10_tells(out->model))
		cli_put(out, 0, "dcbx enable");
	for (size_t i = 0; names && names[i]; i++) {
		const json_t *ecn = json_object_get(json_object_get(profiles, names[i]), "ecn");

		for (size_t k = 0; is_ours(names[i]) && keys && keys[k]; k++)
			if (json_object_get(ecn, keys[k]))
				put_wred(out, names[i], keys[k], json_object_get(ecn, keys[k]));
	}
	put_class_maps(out, classes, keys);
	put_trust(out, classes, keys);
	put_queues(out);
	for (size_t i = 0; names && names[i]; i++)
		if (is_ours(names[i]))
			put_profile(out, names[i], classes, keys);
	put_input(out, room);
}

/* Pausing priorities and pausing links exclude each other: PFC comes when the other is off.  Where
 * it is on, beside a profile, it stays in the way until the profile is said again. */
void os10_render_port_qos(struct cli_out *out, const json_t *row)
{
	const char *name = ms_str(row, "/qos", NULL);
	bool pcp = !strcmp(trusted(out->model), "pcp");
	const json_t *profile;

	if (!name)
		return;
	profile = json_object_get(ms_at(out->model, "/qos/profiles"), name);
	if (!ms_bool(row, "/pause", false)) {
		cli_put(out, 1, "flowcontrol receive off");
		cli_put(out, 1, "flowcontrol transmit off");
	}
	cli_put(out, 1, pcp ? "trust-map dot1p " OS10_DOT1P : "trust-map dscp " OS10_DSCP);
	cli_put(out, 1, "qos-map traffic-class " OS10_QUEUES);
	if (json_object_size(json_object_get(profile, "pfc")))
		cli_put(out, 1, "service-policy input type network-qos " OS10_PFC);
	cli_put(out, 1, "service-policy output type queuing %s", name);
	cli_put(out, 1, "ets mode on");
	if (json_object_size(json_object_get(profile, "pfc")))
		cli_put(out, 1, "priority-flow-control mode on");
	cli_put(out, 1, ms_bool(row, "/dcbx", false) ? OS10_TELLS : OS10_SILENT);
	if (ms_bool(row, "/dcbx", false))
		cli_put(out, 1, "dcbx version ieee");
}

/* ---- what OS10 says back of a model ---- */

/* One field is looked at: of the other every code point is where packets are that no map is for;
 * and no packet comes to a class that has none of the first. */
static int normal_classes(json_t *model)
{
	json_t *qos = json_object_get(model, "qos"), *classes = json_object_get(qos, "classes"),
	       *class, *profile;
	const char *field = trusted(model), *other = strcmp(field, "dscp") ? "dscp" : "pcp",
		   *priority, *name;
	void *next;
	int r = 0, rest;

	json_object_foreach_safe (classes, next, priority, class) {
		if (json_array_size(json_object_get(class, field)))
			continue;
		json_object_foreach (json_object_get(qos, "profiles"), name, profile) {
			json_object_del(json_object_get(profile, "pfc"), priority);
			json_object_del(json_object_get(profile, "ecn"), priority);
		}
		json_object_del(classes, priority);
	}
	rest = rest_of(model);
	json_object_foreach (classes, priority, class) {
		json_t *codes = json_array();

		for (int i = 0; i < (*other == 'd' ? 64 : 8); i++)
			if (strtol(priority, NULL, 10) == rest)
				r |= json_array_append_new(codes, json_integer(i));
		r |= json_object_set_new(class, other, codes);
	}
	return r;
}

static int normal_room(json_t *row, const char *key)
{
	const json_t *octets = json_object_get(row, key);

	if (json_object_get(row, "headroom"))
		return json_object_set_new(
			row, key, json_integer(kb_up(json_integer_value(octets)) * OS10_KB));
	json_object_clear(row);
	return 0;
}

/* Everything is counted in KB: room is rounded up, thresholds to the nearest.  No words were found
 * in Dell's documents for a watchdog of paused queues, nor for the DSCP of tunnels. */
static int normal_profile(json_t *profile)
{
	const char *priority;
	json_t *row;
	int r = 0;

	json_object_del(profile, "cable");
	json_object_del(profile, "watchdog");
	json_object_foreach (json_object_get(profile, "pfc"), priority, row)
		r |= normal_room(row, "xon") | normal_room(row, "headroom");
	json_object_foreach (json_object_get(profile, "ecn"), priority, row)
		r |= json_object_set_new(row, "min",
					 json_integer(kb_near(ms_int(row, "/min", 0)) * OS10_KB)) |
		     json_object_set_new(row, "max",
					 json_integer(kb_near(ms_int(row, "/max", 0)) * OS10_KB));
	if (!json_object_size(json_object_get(profile, "pfc")))
		json_object_del(profile, "pfc");
	if (!json_object_size(json_object_get(profile, "ecn")))
		json_object_del(profile, "ecn");
	return r;
}

static int give_room(json_t *profiles)
{
	json_auto_t *room = room_for_all(profiles);
	json_t *profile;
	const char *name;
	int r = room ? 0 : -ENOMEM;

	json_object_foreach (profiles, name, profile)
		if (is_ours(name) && json_object_size(room))
			r |= json_object_set_new(profile, "pfc", json_deep_copy(room));
	return r;
}

int os10_normal_qos(json_t *model)
{
	json_t *qos = json_object_get(model, "qos"), *profiles = json_object_get(qos, "profiles"),
	       *profile;
	const char *name;
	int r;

	if (!json_object_size(profiles)) {
		json_object_del(model, "qos");
		return 0;
	}
	json_object_del(qos, "watchdog");
	json_object_del(qos, "overlay");
	r = normal_classes(model);
	json_object_foreach (profiles, name, profile)
		r |= normal_profile(profile);
	return r | give_room(profiles);
}
