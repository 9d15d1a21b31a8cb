/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RoCE in CONFIG_DB.  A traffic class leads to a queue and to a priority group, whose number is the
 * priority that is paused; what is lossy shares one group.
 *
 * Maps are called MSCTL, and what a profile says of a class has the names of both
 * ("roce-100g-3m-9216-3"), so that the maps and buffers that the box came with ("AZURE", for the
 * code points 3 and 4) stay what they are for ports of somebody else.  Pools, and the profiles of
 * what is lossy or leaves the switch, are the chip's and are referred to.
 */
#include <errno.h>
#include "fabric/sonic/sonic.h"
#include "site/site.h"

#define MAP SONIC_QOS_MAP
#define LOSSLESS_POOL "ingress_lossless_pool"
#define LOSSY_IN "ingress_lossy_profile"
#define LOSSY_OUT "egress_lossy_profile"
#define LOSSLESS_OUT "egress_lossless_profile"

const char *const sonic_qos_rows[] = { "QUEUE", "BUFFER_QUEUE", "BUFFER_PG", NULL };

static const json_t *classes_of(const json_t *model) { return ms_at(model, "/qos/classes"); }

unsigned sonic_lossy_group(const json_t *model)
{
	unsigned group = 0;
	char key[8];

	for (; group < 7; group++) {
		snprintf(key, sizeof key, "%u", group);
		if (!ms_bool(json_object_get(classes_of(model), key), "/lossless", false))
			break;
	}
	return group;
}

/* ---- maps ---- */

static void map(struct sonic_out *out, const char *table, int64_t from, int64_t to)
{
	char key[24];

	snprintf(key, sizeof key, "%lld", (long long)from);
	sonic_set(out, sonic_row(out, table, MAP), key, "%lld", (long long)to);
}

static void map_codes(struct sonic_out *out, const char *table, const json_t *codes, int64_t tc)
{
	const json_t *code;
	size_t i;

	json_array_foreach((json_t *)codes, i, code)
		map(out, table, json_integer_value(code), tc);
}

/* Only chips of the Spectrum family have a map from priorities to groups; for others one is the
 * other (pfc_to_pg_map_supported_asics in SONiC's qos_config.j2). */
static bool maps_groups(const struct sonic_out *out)
{
	return ms_starts(out->dialect->asic->name, "spectrum");
}

static void add_class(struct sonic_out *out, int64_t priority, const json_t *class)
{
	int64_t tc = ms_int(class, "/trafficClass", priority), queue = ms_int(class, "/queue", -1);
	bool lossless = ms_bool(class, "/lossless", false);

	map_codes(out, "DSCP_TO_TC_MAP", json_object_get(class, "dscp"), tc);
	map_codes(out, "DOT1P_TO_TC_MAP", json_object_get(class, "pcp"), tc);
	map(out, "TC_TO_PRIORITY_GROUP_MAP", tc,
	    lossless ? priority : sonic_lossy_group(out->model));
	if (queue >= 0) {
		map(out, "TC_TO_QUEUE_MAP", tc, queue);
		map(out, "MAP_PFC_PRIORITY_TO_QUEUE", priority, queue);
	}
	if (lossless && maps_groups(out))
		map(out, "PFC_PRIORITY_TO_PRIORITY_GROUP_MAP", priority, priority);
}

/* ---- profiles ---- */

static void add_scheduler(struct sonic_out *out, const char *name, const json_t *class)
{
	json_t *row = sonic_row(out, "SCHEDULER", "%s", name);

	sonic_set(out, row, "type", ms_bool(class, "/strict", false) ? "STRICT" : "DWRR");
	if (json_object_get(class, "bandwidth"))
		sonic_set(out, row, "weight", "%lld", (long long)ms_int(class, "/bandwidth", 0));
}

/* A group may take as much of the pool as is left of it (alpha 1) until it is paused; what may come
 * then is its own. */
static void add_buffer(struct sonic_out *out, const char *name, const json_t *pfc)
{
	json_t *row = sonic_row(out, "BUFFER_PROFILE", "%s", name);
	long long xon = ms_int(pfc, "/xon", 0), xoff = ms_int(pfc, "/headroom", 0);

	sonic_set(out, row, "pool", LOSSLESS_POOL);
	sonic_set(out, row, "dynamic_th", "0");
	sonic_set(out, row, "xon", "%lld", xon);
	sonic_set(out, row, "xoff", "%lld", xoff);
	sonic_set(out, row, "size", "%lld", xon + xoff);
}

/* Packets are marked whatever their colour, as SONiC's own profile does. */
static void add_wred(struct sonic_out *out, const char *name, const json_t *ecn)
{
	static const char *const colours[] = { "green", "yellow", "red" };
	static const char *const fields[][2] = {
		{ "min_threshold", "/min" },
		{ "max_threshold", "/max" },
		{ "drop_probability", "/probability" },
	};
	json_t *row = sonic_row(out, "WRED_PROFILE", "%s", name);
	char field[40];

	sonic_set(out, row, "ecn", "ecn_all");
	for (size_t i = 0; i < MS_ARRAY_SIZE(colours); i++) {
		snprintf(field, sizeof field, "wred_%s_enable", colours[i]);
		sonic_set(out, row, field, "true");
		for (size_t k = 0; k < MS_ARRAY_SIZE(fields); k++) {
			snprintf(field, sizeof field, "%s_%s", colours[i], fields[k][0]);
			sonic_set(out, row, field, "%lld",
				  (long long)ms_int(ecn, fields[k][1], 0));
		}
	}
}

static void add_profile(struct sonic_out *out, const char *name, const json_t *profile)
{
	const char *priority;
	char native[80];
	json_t *class;

	json_object_foreach((json_t *)classes_of(out->model), priority, class) {
		const json_t *pfc = json_object_get(json_object_get(profile, "pfc"), priority);
		const json_t *ecn = json_object_get(json_object_get(profile, "ecn"), priority);

		snprintf(native, sizeof native, "%.60s-%.8s", name, priority);
		add_scheduler(out, native, class);
		if (pfc)
			add_buffer(out, native, pfc);
		if (ecn)
			add_wred(out, native, ecn);
	}
}

void sonic_render_qos(struct sonic_out *out)
{
	const json_t *qos = json_object_get(out->model, "qos"),
		     *poll = ms_at(qos, "/watchdog/poll");
	const char *key;
	json_t *row;

	if (!qos)
		return;
	json_object_foreach((json_t *)classes_of(out->model), key, row)
		add_class(out, strtol(key, NULL, 10), row);
	json_object_foreach(json_object_get(qos, "profiles"), key, row)
		add_profile(out, key, row);
	/* What comes out of a tunnel is classified by the map of the switch. */
	if (strcmp(ms_str(qos, "/trust", "dscp"), "pcp"))
		sonic_set(out, sonic_row(out, "PORT_QOS_MAP", "global"), "dscp_to_tc_map", MAP);
	if (poll)
		sonic_set(out, sonic_row(out, "PFC_WD", "GLOBAL"), "POLL_INTERVAL", "%lld",
			  (long long)json_integer_value(poll));
}

/* ---- ports ---- */

static void list_paused(const json_t *profile, char *buf, size_t size)
{
	const json_t *pfc = json_object_get(profile, "pfc");
	size_t len = 0;
	char key[8];

	*buf = '\0';
	for (unsigned i = 0; i < 8 && len + 3 < size; i++) {
		snprintf(key, sizeof key, "%u", i);
		if (json_object_get(pfc, key))
			len += (size_t)snprintf(buf + len, size - len, "%s%u", len ? "," : "", i);
	}
}

static void add_maps(struct sonic_out *out, const char *native, const json_t *profile)
{
	json_t *row = sonic_row(out, "PORT_QOS_MAP", "%s", native);
	const char *trust = ms_str(out->model, "/qos/trust", "dscp");
	char paused[24];

	list_paused(profile, paused, sizeof paused);
	if (strcmp(trust, "pcp"))
		sonic_set(out, row, "dscp_to_tc_map", MAP);
	if (strcmp(trust, "dscp"))
		sonic_set(out, row, "dot1p_to_tc_map", MAP);
	sonic_set(out, row, "tc_to_queue_map", MAP);
	sonic_set(out, row, "tc_to_pg_map", MAP);
	sonic_set(out, row, "pfc_to_queue_map", MAP);
	if (*paused && maps_groups(out))
		sonic_set(out, row, "pfc_to_pg_map", MAP);
	sonic_set(out, row, "pfc_enable", "%s", paused);
	sonic_set(out, row, "pfcwd_sw_enable", "%s",
		  ms_bool(profile, "/watchdog", false) ? paused : "");
}

static void add_queues(struct sonic_out *out, const char *native, const char *name,
		       const json_t *profile)
{
	const char *priority;
	json_t *class, *row;

	json_object_foreach((json_t *)classes_of(out->model), priority, class) {
		long long queue = ms_int(class, "/queue", 0);
		bool lossless = ms_bool(class, "/lossless", false);

		row = sonic_row(out, "QUEUE", "%s|%lld", native, queue);
		sonic_set(out, row, "scheduler", "%s-%s", name, priority);
		if (json_object_get(json_object_get(profile, "ecn"), priority))
			sonic_set(out, row, "wred_profile", "%s-%s", name, priority);
		sonic_set(out, sonic_row(out, "BUFFER_QUEUE", "%s|%lld", native, queue), "profile",
			  lossless ? LOSSLESS_OUT : LOSSY_OUT);
	}
}

static void add_groups(struct sonic_out *out, const char *native, const char *name,
		       const json_t *profile)
{
	const char *priority;
	json_t *row;

	sonic_set(out, sonic_row(out, "BUFFER_PG", "%s|%u", native, sonic_lossy_group(out->model)),
		  "profile", LOSSY_IN);
	json_object_foreach(json_object_get(profile, "pfc"), priority, row)
		sonic_set(out, sonic_row(out, "BUFFER_PG", "%s|%s", native, priority), "profile",
			  "%s-%s", name, priority);
}

static void add_watchdog(struct sonic_out *out, const char *native)
{
	const json_t *watchdog = ms_at(out->model, "/qos/watchdog");
	json_t *row = sonic_row(out, "PFC_WD", "%s", native);

	sonic_set(out, row, "action", "%s", ms_str(watchdog, "/action", "drop"));
	sonic_set(out, row, "detection_time", "%lld", (long long)ms_int(watchdog, "/detect", 0));
	sonic_set(out, row, "restoration_time", "%lld", (long long)ms_int(watchdog, "/restore", 0));
}

void sonic_render_port_qos(struct sonic_out *out, const char *native, const json_t *port)
{
	const char *name = ms_str(port, "/qos", NULL);
	const json_t *profile = name ? json_object_get(ms_at(out->model, "/qos/profiles"), name)
				     : NULL;

	if (!profile)
		return;
	add_maps(out, native, profile);
	add_queues(out, native, name, profile);
	add_groups(out, native, name, profile);
	if (json_object_get(profile, "cable"))
		sonic_set(out, sonic_row(out, SONIC_CABLES, "AZURE"), native, "%lldm",
			  (long long)ms_int(profile, "/cable", 0));
	if (ms_bool(profile, "/watchdog", false))
		add_watchdog(out, native);
}

/* ---- what the box has beforehand ---- */

/* Pools and the chip's profiles come with the box, by its own templates. */
static int check_pools(const json_t *running, struct ms_err *err)
{
	static const char *const needs[][2] = {
		{ "BUFFER_POOL", LOSSLESS_POOL },
		{ "BUFFER_PROFILE", LOSSY_IN },
		{ "BUFFER_PROFILE", LOSSY_OUT },
		{ "BUFFER_PROFILE", LOSSLESS_OUT },
	};
	const char *mode = ms_str(running, "/BUFFER_POOL/" LOSSLESS_POOL "/mode", "dynamic");

	for (size_t i = 0; i < MS_ARRAY_SIZE(needs); i++)
		if (!json_object_get(json_object_get(running, needs[i][0]), needs[i][1])) {
			ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
				"%s %s is not there: the switch has no lossless buffers",
				needs[i][0], needs[i][1]);
			ms_hint(err,
				"config qos reload, on the switch: SONiC makes it for the chip");
			return -EOPNOTSUPP;
		}
	if (strcmp(mode, "dynamic"))
		return ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
			       "the pool " LOSSLESS_POOL
			       " is %.20s, thresholds of which are in octets",
			       mode);
	return 0;
}

/* What a port of ours has besides what is wanted would contradict it: ranges ("Ethernet0|3-4"),
 * maps of a field that is not to be looked at. */
static int clear_rows(const json_t *running, const json_t *target, const char *table, json_t *merge)
{
	const json_t *rows = json_object_get(running, table),
		     *wanted = json_object_get(target, table);
	json_t *row, *part = json_object_get(merge, table);
	const char *key;
	char port[64];

	json_object_foreach((json_t *)rows, key, row) {
		if (json_object_get(wanted, key) || !sonic_key(key, port, sizeof port) ||
		    !json_object_get(json_object_get(target, "PORT_QOS_MAP"), port))
			continue;
		if (!part && json_object_set_new(merge, table, part = json_object()))
			return -ENOMEM;
		if (json_object_set_new(part, key, json_null()))
			return -ENOMEM;
	}
	return 0;
}

static int clear_maps(const json_t *running, const json_t *target, json_t *merge)
{
	const json_t *rows = json_object_get(target, "PORT_QOS_MAP");
	const char *port, *field;
	json_t *wanted, *value;
	char path[96];

	json_object_foreach((json_t *)rows, port, wanted)
		json_object_foreach(ms_at(running, "/PORT_QOS_MAP/%s", port), field, value) {
			if (json_object_get(wanted, field))
				continue;
			snprintf(path, sizeof path, "/PORT_QOS_MAP/%.40s/%.40s", port, field);
			if (ms_put(merge, path, json_null()))
				return -ENOMEM;
		}
	return 0;
}

/*
 * buffermgrd writes headroom of its own, out of a table by speed and cable, over what was
 * configured; except where the cable is "0m" (doSpeedUpdateTask in SONiC's cfgmgr/buffermgr.cpp).
 * By the dynamic model it does not touch profiles with numbers, and 0 would take the buffer away.
 */
static int hide_lengths(const json_t *running, json_t *merge)
{
	json_t *row = json_object_get(json_object_get(merge, SONIC_CABLES), "AZURE"), *value;
	const char *port;

	if (!strcmp(ms_str(running, "/DEVICE_METADATA/localhost/buffer_model", ""), "dynamic"))
		return 0;
	json_object_foreach(row, port, value)
		if (json_object_set_new(row, port, json_string("0m"))) /* in place */
			return -ENOMEM;
	return 0;
}

int sonic_qos_settle(const json_t *running, const json_t *target, json_t *merge, struct ms_err *err)
{
	bool touched = json_object_get(merge, "PORT_QOS_MAP") ||
		       json_object_get(merge, SONIC_CABLES);
	int r = 0;

	for (size_t i = 0; sonic_qos_rows[i]; i++)
		touched |= json_object_get(merge, sonic_qos_rows[i]) != NULL;
	if (!touched)
		return 0;
	if (json_object_get(target, "BUFFER_PROFILE"))
		r = check_pools(running, err);
	for (size_t i = 0; sonic_qos_rows[i] && !r; i++)
		if (clear_rows(running, target, sonic_qos_rows[i], merge))
			r = ms_nomem(err);
	if (!r && (clear_maps(running, target, merge) || hide_lengths(running, merge)))
		r = ms_nomem(err);
	return r;
}
