/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RoCE out of CONFIG_DB: maps, and the profiles that ports name.  What was read is rendered again,
 * and a port that does not have all of that, or has more, has no RoCE: half of it would be none
 * either.
 */
#include "fabric/sonic/sonic.h"

#define MAP SONIC_QOS_MAP

static const char *field(const json_t *row, const char *name)
{
	return json_string_value(json_object_get(row, name));
}

static const json_t *row_of(const struct sonic_in *in, const char *table, const char *key)
{
	return json_object_get(json_object_get(in->tables, table), key);
}

static long long number(const json_t *row, const char *name, long long otherwise)
{
	const char *text = field(row, name);

	return text ? strtoll(text, NULL, 10) : otherwise;
}

static long long numbered(const json_t *row, unsigned key)
{
	char text[8];

	snprintf(text, sizeof text, "%u", key);
	return number(row, text, -1);
}

static void set(struct sonic_in *in, json_t *object, const char *key, json_t *value)
{
	in->failed |= json_object_set_new(object, key, value) != 0;
}

/* "3,4" as bits. */
static unsigned paused_of(const json_t *row)
{
	const char *text = field(row, "pfc_enable");
	unsigned bits = 0;

	for (; text && *text; text++)
		if (*text >= '0' && *text <= '7')
			bits |= 1u << (*text - '0');
	return bits;
}

/* The port of the model whose row this is; NULL for others, and for those with maps of somebody
 * else's. */
static json_t *port_of(struct sonic_in *in, const char *native, const json_t *row)
{
	char name[64];

	if (!ms_streq(field(row, "tc_to_queue_map"), MAP) || !row_of(in, "PORT", native) ||
	    !fabric_port_abstract(in->dialect, native, name, sizeof name))
		return NULL;
	return json_object_get(json_object_get(in->model, "ports"), name);
}

/* ---- classes ---- */

static json_t *codes_of(struct sonic_in *in, const char *table, unsigned codes, unsigned tc)
{
	const json_t *map = row_of(in, table, MAP);
	json_t *list = json_array();

	for (unsigned i = 0; i < codes; i++)
		if (numbered(map, i) == (long long)tc &&
		    json_array_append_new(list, json_integer(i)))
			in->failed = true;
	return list;
}

/* The priority of a class that is never paused: the one that leads to its queue, preferably of the
 * number of the traffic class. */
static unsigned lossy_priority(const struct sonic_in *in, unsigned tc, long long queue)
{
	const json_t *map = row_of(in, "MAP_PFC_PRIORITY_TO_QUEUE", MAP);

	if (tc < 8 && numbered(map, tc) == queue)
		return tc;
	for (unsigned i = 0; i < 8; i++)
		if (numbered(map, i) == queue)
			return i;
	return tc;
}

static void read_class(struct sonic_in *in, json_t *qos, unsigned tc, unsigned paused)
{
	json_t *dscp = codes_of(in, "DSCP_TO_TC_MAP", 64, tc),
	       *pcp = codes_of(in, "DOT1P_TO_TC_MAP", 8, tc), *class;
	long long group = numbered(row_of(in, "TC_TO_PRIORITY_GROUP_MAP", MAP), tc),
		  queue = numbered(row_of(in, "TC_TO_QUEUE_MAP", MAP), tc);
	bool lossless = group >= 0 && group < 8 && paused >> group & 1;
	char key[8];

	if (!json_array_size(dscp) && !json_array_size(pcp)) {
		json_decref(dscp);
		json_decref(pcp);
		return;
	}
	snprintf(key, sizeof key, "%u", lossless ? (unsigned)group : lossy_priority(in, tc, queue));
	class = sonic_dig(in, sonic_dig(in, qos, "classes"), key);
	set(in, class, "dscp", dscp);
	set(in, class, "pcp", pcp);
	set(in, class, "trafficClass", json_integer(tc));
	if (queue >= 0)
		set(in, class, "queue", json_integer(queue));
	set(in, class, "lossless", json_boolean(lossless));
}

/* How a class is sent: the same in every profile. */
static void read_scheduler(struct sonic_in *in, json_t *class, const char *name)
{
	const json_t *row = row_of(in, "SCHEDULER", name);
	long long weight = number(row, "weight", -1);

	if (!field(row, "type"))
		return;
	set(in, class, "strict", json_boolean(ms_streq(field(row, "type"), "STRICT")));
	if (weight >= 0)
		set(in, class, "bandwidth", json_integer(weight));
}

/* ---- profiles ---- */

/* What the queues of a port name: "roce-100g-3m-9216-3" without the priority. */
static bool profile_name(const struct sonic_in *in, const char *native, char *buf, size_t size)
{
	const char *scheduler, *dash = NULL;
	char key[80];

	for (unsigned i = 0; i < 10 && !dash; i++) {
		snprintf(key, sizeof key, "%.60s|%u", native, i);
		scheduler = field(row_of(in, "QUEUE", key), "scheduler");
		dash = scheduler ? strrchr(scheduler, '-') : NULL;
		if (dash && strspn(dash + 1, "01234567") == 1 && !dash[2])
			snprintf(buf, size, "%.*s", (int)(dash - scheduler), scheduler);
		else
			dash = NULL;
	}
	return dash != NULL;
}

static void read_pfc(struct sonic_in *in, json_t *profile, const char *priority, const json_t *row)
{
	json_t *pfc;

	if (!row)
		return;
	pfc = sonic_dig(in, sonic_dig(in, profile, "pfc"), priority);
	set(in, pfc, "headroom", json_integer(number(row, "xoff", 0)));
	set(in, pfc, "xon", json_integer(number(row, "xon", 0)));
}

static void read_ecn(struct sonic_in *in, json_t *profile, const char *priority, const json_t *row)
{
	json_t *ecn;

	if (!row)
		return;
	ecn = sonic_dig(in, sonic_dig(in, profile, "ecn"), priority);
	set(in, ecn, "min", json_integer(number(row, "green_min_threshold", 0)));
	set(in, ecn, "max", json_integer(number(row, "green_max_threshold", 0)));
	set(in, ecn, "probability", json_integer(number(row, "green_drop_probability", 100)));
}

/* Where 0 keeps buffermgrd away (see sonic_qos_settle), the length is what the name says. */
static long long length_of(const struct sonic_in *in, const char *native, const char *name)
{
	long long length = number(row_of(in, SONIC_CABLES, "AZURE"), native, 0);
	unsigned metres;

	return length || sscanf(name, "roce-%*ug-%um-", &metres) != 1 ? length : metres;
}

static void read_profile(struct sonic_in *in, json_t *qos, const char *native, const char *name)
{
	json_t *profile = sonic_dig(in, sonic_dig(in, qos, "profiles"), name), *class;
	const char *priority;
	long long length = length_of(in, native, name);
	char row[96];

	if (length)
		set(in, profile, "cable", json_integer(length));
	if (row_of(in, "PFC_WD", native))
		set(in, profile, "watchdog", json_true());
	json_object_foreach(json_object_get(qos, "classes"), priority, class) {
		snprintf(row, sizeof row, "%.80s-%.8s", name, priority);
		read_pfc(in, profile, priority, row_of(in, "BUFFER_PROFILE", row));
		read_ecn(in, profile, priority, row_of(in, "WRED_PROFILE", row));
		read_scheduler(in, class, row);
	}
}

static void read_watchdog(struct sonic_in *in, json_t *qos)
{
	const json_t *global = row_of(in, "PFC_WD", "GLOBAL"), *row = NULL;
	json_t *watchdog, *rows = json_object_get(in->tables, "PORT_QOS_MAP"), *map;
	const char *native;

	json_object_foreach(rows, native, map)
		if (!row && port_of(in, native, map))
			row = row_of(in, "PFC_WD", native);
	if (!row || !field(global, "POLL_INTERVAL"))
		return;
	watchdog = sonic_dig(in, qos, "watchdog");
	set(in, watchdog, "poll", json_integer(number(global, "POLL_INTERVAL", 0)));
	set(in, watchdog, "detect", json_integer(number(row, "detection_time", 0)));
	set(in, watchdog, "restore", json_integer(number(row, "restoration_time", 0)));
	if (field(row, "action"))
		set(in, watchdog, "action", json_string(field(row, "action")));
}

/* ---- is it so? ---- */

bool sonic_holds(const json_t *tables, const json_t *part)
{
	const char *table, *key, *name;
	json_t *rows, *row, *value;

	json_object_foreach((json_t *)part, table, rows)
		json_object_foreach(rows, key, row) {
			const json_t *has = json_object_get(json_object_get(tables, table), key);

			if (!has)
				return false;
			json_object_foreach(row, name, value)
				if (!json_equal(value, json_object_get(has, name)))
					return false;
		}
	return true;
}

/* What a port has besides: ranges that overlap, another field to classify by. */
static bool has_more(const struct sonic_in *in, const char *native, const json_t *part)
{
	const json_t *map = json_object_get(json_object_get(part, "PORT_QOS_MAP"), native);
	const char *key;
	char port[64];
	json_t *row;

	json_object_foreach((json_t *)row_of(in, "PORT_QOS_MAP", native), key, row)
		if (!json_object_get(map, key))
			return true;
	for (size_t i = 0; sonic_qos_rows[i]; i++) {
		const json_t *wanted = json_object_get(part, sonic_qos_rows[i]);

		json_object_foreach(json_object_get(in->tables, sonic_qos_rows[i]), key, row)
			if (sonic_key(key, port, sizeof port) && !strcmp(port, native) &&
			    !json_object_get(wanted, key))
				return true;
	}
	return false;
}

static bool port_is_so(struct sonic_in *in, const char *native, const json_t *port)
{
	json_auto_t *part = json_object();
	struct sonic_out out = { .dialect = in->dialect, .model = in->model, .tables = part };

	sonic_render_port_qos(&out, native, port);
	json_object_del(part, SONIC_CABLES);
	in->failed |= out.failed;
	return sonic_holds(in->tables, part) && !has_more(in, native, part);
}

static bool switch_is_so(struct sonic_in *in)
{
	json_auto_t *part = json_object();
	struct sonic_out out = { .dialect = in->dialect, .model = in->model, .tables = part };

	sonic_render_qos(&out);
	in->failed |= out.failed;
	return sonic_holds(in->tables, part);
}

static void verify(struct sonic_in *in)
{
	bool all = switch_is_so(in);
	const char *native;
	json_t *row, *port;

	json_object_foreach(json_object_get(in->tables, "PORT_QOS_MAP"), native, row) {
		port = port_of(in, native, row);
		if (port && (!all || !port_is_so(in, native, port)))
			json_object_del(port, "qos");
	}
}

/* ---- the whole ---- */

/* Profiles that no port has are not configured, nor is what only they need. */
static void drop_unused(json_t *model)
{
	json_t *qos = json_object_get(model, "qos"), *profiles = json_object_get(qos, "profiles"),
	       *row;
	json_auto_t *used = json_object();
	bool watched = false;
	const char *key;
	void *next;

	json_object_foreach(json_object_get(model, "ports"), key, row)
		if (ms_str(row, "/qos", NULL))
			json_object_set_new(used, ms_str(row, "/qos", ""), json_true());
	json_object_foreach_safe(profiles, next, key, row) {
		if (!json_object_get(used, key))
			json_object_del(profiles, key);
		else
			watched |= ms_bool(row, "/watchdog", false);
	}
	if (!watched)
		json_object_del(qos, "watchdog");
	if (!json_object_size(profiles))
		json_object_del(model, "qos");
}

void sonic_parse_qos(struct sonic_in *in)
{
	json_t *rows = json_object_get(in->tables, "PORT_QOS_MAP"), *row, *port, *qos;
	const json_t *first = NULL;
	unsigned paused = 0;
	const char *native;
	char name[64];

	json_object_foreach(rows, native, row)
		if (port_of(in, native, row)) {
			first = first ? first : row;
			paused |= paused_of(row);
		}
	if (!first)
		return;
	qos = sonic_dig(in, in->model, "qos");
	set(in, qos, "trust",
	    json_string(!field(first, "dot1p_to_tc_map")  ? "dscp"
			: !field(first, "dscp_to_tc_map") ? "pcp"
							  : "both"));
	for (unsigned tc = 0; tc < 16; tc++)
		read_class(in, qos, tc, paused);
	json_object_foreach(rows, native, row) {
		port = port_of(in, native, row);
		if (!port || !profile_name(in, native, name, sizeof name))
			continue;
		read_profile(in, qos, native, name);
		set(in, port, "qos", json_string(name));
	}
	read_watchdog(in, qos);
	verify(in);
	drop_unused(in->model);
}

/* Times that YANG allows (sonic-pfcwd.yang). */
static int64_t within(int64_t value, int64_t least, int64_t most)
{
	return value < least ? least : value > most ? most : value;
}

static int normal_watchdog(json_t *watchdog)
{
	int64_t poll = within(ms_int(watchdog, "/poll", 100), 100, 1000);
	int64_t detect = within(ms_int(watchdog, "/detect", 300), poll, 5000);
	int64_t restore = within(ms_int(watchdog, "/restore", 300), poll, 60000);

	return !watchdog ? 0
			 : json_object_set_new(watchdog, "poll", json_integer(poll)) |
				   json_object_set_new(watchdog, "detect", json_integer(detect)) |
				   json_object_set_new(watchdog, "restore", json_integer(restore));
}

/*
 * VXLAN_TUNNEL has no word for code points (sonic-vxlan.yang): what happens to them is the chip's
 * way. Every queue that is not strict has a weight; and where no queue is paused, nothing is
 * watched.
 */
int sonic_normal_qos(json_t *model)
{
	json_t *qos = json_object_get(model, "qos"), *row;
	const char *key;
	int bad = 0;

	if (!qos)
		return 0;
	json_object_del(qos, "overlay");
	json_object_foreach(json_object_get(qos, "classes"), key, row) {
		if (ms_bool(row, "/strict", false))
			json_object_del(row, "bandwidth");
		else if (ms_int(row, "/bandwidth", 0) < 1)
			bad |= json_object_set_new(row, "bandwidth", json_integer(1));
	}
	json_object_foreach(json_object_get(qos, "profiles"), key, row)
		if (!json_object_size(json_object_get(row, "pfc")) ||
		    !json_object_get(qos, "watchdog"))
			json_object_del(row, "watchdog");
	bad |= normal_watchdog(json_object_get(qos, "watchdog"));
	drop_unused(model);
	return bad;
}
