/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What ports of an NVUE switch count of RoCE: PFC by switch priority, egress queues and the
 * watchdog by traffic class. What came in and found no buffer is counted for all of RoCE, so it is
 * told of a priority only where one is lossless. Pauses are in microseconds (register PPCNT of
 * Spectrum).
 */
#include <errno.h>
#include "fabric/nvue/nvue.h"

struct count {
	json_t *status;
	const char *port;            /* abstract */
	bool failed;
};

/* Also "12 Bytes" and "1.43 MB", which is how the command line shows numbers. */
static bool number_of(const json_t *value, json_int_t *ret_number)
{
	static const char prefixes[] = "KMGT";
	const char *text = json_string_value(value), *found;
	double number, scale = 1;
	char unit[16] = "";

	if (fabric_count(value, ret_number))
		return true;
	if (!text || sscanf(text, "%lf %15s", &number, unit) != 2 || !(number >= 0) ||
	    !(number < 1e6 * (double)(1 << 30)))
		return false;
	found = strchr(prefixes, *unit);
	for (long i = 0; found && i <= found - prefixes; i++)
		scale *= 1000;
	*ret_number = number * scale < (double)INT64_MAX ? (json_int_t)(number * scale) : INT64_MAX;
	return true;
}

static void add(struct count *count, const json_t *value, const char *name)
{
	json_int_t number;

	if (number_of(value, &number) &&
	    fabric_counter_add(count->status, count->port, number, "%s", name))
		count->failed = true;
}

/* ---- tables ---- */

/* A column of a table, whose rows have numbers: "traffic-class" or nothing, and "3". */
struct column {
	const char *table, *key, *name, *before, *after;
	bool priority;               /* rows are priorities; else traffic classes */
};
static const struct column columns[] = {
	{ "pfc-stats", "switch-priority", "rx-pause-frames", "rx_prio", "_pause", true },
	{ "pfc-stats", "switch-priority", "tx-pause-frames", "tx_prio", "_pause", true },
	{ "pfc-stats", "switch-priority", "rx-pause-duration", "rx_prio", "_pause_duration", true },
	{ "pfc-stats", "switch-priority", "tx-pause-duration", "tx_prio", "_pause_duration", true },
	{ "egress-queue-stats", "traffic-class", "tx-uc-buffer-discards", "tx_prio", "_discards",
	  false },
	{ "egress-queue-stats", "traffic-class", "wred-discards", "tx_prio", "_discards", false },
	{ "egress-queue-stats", "traffic-class", "ecn-marked-frames", "tx_prio", "_marked", false },
};
static const struct column watchdog = { "status", "traffic-class", "deadlock-count",
					"tx_prio", "_watchdog",	   false };

static void take_column(struct count *count, const json_t *tables, const struct column *column)
{
	const json_t *rows = json_object_get(tables, column->table),
		     *inner = json_object_get(rows, column->key);
	const char *key;
	char name[64];
	json_t *row;

	json_object_foreach((json_t *)(inner ? inner : rows), key, row) {
		json_auto_t *text = json_string(key);
		int number = (int)nvue_number(text, 7, -1);

		if (number >= 0 && !column->priority)
			number = fabric_class_priority(count->status, "trafficClass",
						       (unsigned)number);
		if (number < 0)
			continue;
		snprintf(name, sizeof(name), "%s%d%s", column->before, number, column->after);
		add(count, json_object_get(row, column->name), name);
	}
}

/* The priority that is lossless, where it is one. */
static const char *lossless(const json_t *status)
{
	const char *priority, *found = NULL;
	json_t *class;

	json_object_foreach(ms_at(status, "/config/qos/classes"), priority, class)
		if (ms_bool(class, "/lossless", false)) {
			if (found)
				return NULL;
			found = priority;
		}
	return found;
}

static void take_roce(struct count *count, const json_t *roce)
{
	const char *priority = lossless(count->status);
	char name[64];

	if (!priority)
		return;
	snprintf(name, sizeof(name), "rx_prio%.1s_discards", priority);
	add(count, ms_at(roce, "/rx-stats/rx-roce-stats/no-buffer-discard"), name);
}

/* Releases that do not count marks by queue do so by port: they are those of the class that is
 * marked, where it is one. */
static void take_marks(struct count *count, const json_t *qos)
{
	int priority = fabric_marked_priority(count->status, count->port);
	const json_t *seen =
		json_object_get(json_object_get(count->status, "counters"), count->port);
	char name[64];

	snprintf(name, sizeof(name), "tx_prio%d_marked", priority);
	if (priority >= 0 && !json_object_get(seen, name))
		add(count, ms_at(qos, "/port-stats/tx-stats/ecn-marked-packets"), name);
}

int nvue_take_counters(const char *port, const json_t *interface, json_t *status,
		       struct ms_err *err)
{
	struct count count = { .status = status, .port = port };
	const json_t *qos = ms_at(interface, "/counters/qos");

	/* Until 5.4. */
	if (!qos)
		qos = ms_at(interface, "/qos/counter");
	for (size_t i = 0; i < MS_ARRAY_SIZE(columns); i++)
		take_column(&count, qos, &columns[i]);
	take_marks(&count, qos);
	take_column(&count, ms_at(interface, "/qos/pfc-watchdog"), &watchdog);
	take_roce(&count, ms_at(interface, "/qos/roce/counters"));
	add(&count, ms_at(qos, "/port-stats/rx-stats/pause-frames"), "rx_pause");
	add(&count, ms_at(qos, "/port-stats/tx-stats/pause-frames"), "tx_pause");
	add(&count, ms_at(interface, "/link/stats/in-drops"), "rx_discards_phy");
	add(&count, ms_at(interface, "/link/stats/out-drops"), "tx_discards_phy");
	return count.failed ? ms_nomem(err) : 0;
}

/* ---- asking ---- */

static int get_all(struct fabric_session *session, json_t **ret_body, struct ms_err *err)
{
	int r = nvue_get(
		session,
		"/interface?include=/*/counters/qos&include=/*/qos/counter"
		"&include=/*/qos/roce/counters&include=/*/qos/pfc-watchdog/status"
		"&include=/*/link/stats",
		ret_body, err);

	if (!r || err->code != MS_FAILED)
		return r;
	ms_err_clear(err);
	return 0;
}

/* One thing of a port, where the list of all ports does not have it. */
static int get_part(struct fabric_session *session, const char *native, const char *part,
		    json_t *interface, struct ms_err *err)
{
	char path[160], at[64];
	json_t *body = NULL;
	int r;

	snprintf(path, sizeof(path), "/interface/%s/%s", native, part);
	r = nvue_get(session, path, &body, err);
	if (r && (err->code == MS_NOTFOUND || err->code == MS_FAILED)) {
		ms_err_clear(err);
		return 0;
	}
	snprintf(at, sizeof(at), "/%s", part);
	return r ? r : body && ms_put(interface, at, body) ? ms_nomem(err) : 0;
}

static int get_one(struct fabric_session *session, const struct fabric_dialect *dialect,
		   const char *native, json_t **ret_interface, struct ms_err *err)
{
	const char *const parts[] = {
		fabric_version_compare(dialect->version, "5.5") < 0 ? "qos/counter"
								    : "counters/qos",
		"qos/roce/counters",
		"qos/pfc-watchdog/status",
	};
	json_auto_t *interface = json_object();
	int r = 0;

	for (size_t i = 0; !r && i < MS_ARRAY_SIZE(parts); i++)
		r = get_part(session, native, parts[i], interface, err);
	if (!r)
		*ret_interface = ms_take(interface);
	return r;
}

static bool counts(const json_t *interface)
{
	return ms_at(interface, "/counters/qos") || ms_at(interface, "/qos/counter");
}

/* Ports with a profile that were not counted are asked one by one. */
static int take_others(struct fabric_session *session, const struct fabric_dialect *dialect,
		       const json_t *all, json_t *status, struct ms_err *err)
{
	const char *port;
	json_t *row;
	char native[64];
	int r = 0;

	json_object_foreach(ms_at(status, "/config/ports"), port, row) {
		json_auto_t *interface = NULL;

		if (r || !ms_str(row, "/qos", NULL) ||
		    fabric_port_native(dialect, port, native, sizeof(native)) ||
		    counts(json_object_get(all, native)))
			continue;
		r = get_one(session, dialect, native, &interface, err);
		if (!r)
			r = nvue_take_counters(port, interface, status, err);
	}
	return r;
}

int nvue_facts_counters(struct fabric_session *session, const struct fabric_dialect *dialect,
			json_t *status, struct ms_err *err)
{
	json_auto_t *all = NULL;
	const char *native;
	json_t *interface;
	char port[64];
	int r = get_all(session, &all, err);

	json_object_foreach(all, native, interface) {
		if (r || !fabric_port_abstract(dialect, native, port, sizeof(port)))
			continue;
		/* It is asked by itself then, and nothing is to be counted twice. */
		if (!counts(interface))
			json_object_del(interface, "qos");
		r = nvue_take_counters(port, interface, status, err);
	}
	return r ? r : take_others(session, dialect, all, status, err);
}
