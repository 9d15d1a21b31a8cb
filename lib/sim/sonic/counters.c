/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * COUNTERS_DB of the simulated SONiC: statistics of SAI by object, and maps that say whose an
 * object is.  Of scripts it runs one kind: for each name in a map, a line of the fields that are
 * asked for.
 */
#include "sim/sonic/sonic.h"

static const char *field(const struct sim_switch *sw, const char *table, const char *key,
			 const char *name)
{
	const json_t *rows = json_object_get(json_object_get(sw->state, "running"), table);

	return json_string_value(json_object_get(json_object_get(rows, key), name));
}

static void put(json_t *db, const char *map, const char *name, const char *oid, json_t *row)
{
	char key[64];

	if (!json_object_get(db, map))
		json_object_set_new(db, map, json_object());
	json_object_set_new(json_object_get(db, map), name, json_string(oid));
	snprintf(key, sizeof key, "COUNTERS:%s", oid);
	json_object_set_new(db, key, row);
}

static json_t *text(json_int_t count)
{
	return json_sprintf("%" JSON_INTEGER_FORMAT, count);
}

/* ---- objects ---- */

static json_t *port_row(const json_t *counted, const char *port)
{
	static const struct { const char *theirs, *ours; } each[] = {
		{ "SAI_PORT_STAT_PFC_%u_RX_PKTS", "rx_prio%u_pause" },
		{ "SAI_PORT_STAT_PFC_%u_TX_PKTS", "tx_prio%u_pause" },
		{ "SAI_PORT_STAT_PFC_%u_RX_PAUSE_DURATION_US", "rx_prio%u_pause_duration" },
	};
	json_t *row = json_pack(
		"{s:s, s:s, s:o, s:o, s:o, s:o}", "SAI_PORT_STAT_IF_IN_OCTETS", "0",
		"SAI_PORT_STAT_IF_OUT_OCTETS", "0", "SAI_PORT_STAT_PAUSE_RX_PKTS",
		text(sim_counter(counted, port, "rx_pause")), "SAI_PORT_STAT_PAUSE_TX_PKTS",
		text(sim_counter(counted, port, "tx_pause")), "SAI_PORT_STAT_IF_IN_DISCARDS",
		text(sim_counter(counted, port, "rx_discards_phy")),
		"SAI_PORT_STAT_IF_OUT_DISCARDS",
		text(sim_counter(counted, port, "tx_discards_phy")));
	char theirs[64];

	for (size_t i = 0; i < MS_ARRAY_SIZE(each); i++)
		for (unsigned priority = 0; priority < 8; priority++) {
			snprintf(theirs, sizeof theirs, each[i].theirs, priority);
			json_object_set_new(
				row, theirs,
				text(sim_counter(counted, port, each[i].ours, priority)));
		}
	return row;
}

/* Where a priority leads to by a map of the port: its queue, its group. */
static unsigned leads_to(const struct sim_switch *sw, const char *native, const char *name,
			 const char *table, unsigned priority)
{
	const char *map = field(sw, "PORT_QOS_MAP", native, name), *to;
	char key[8];

	snprintf(key, sizeof key, "%u", priority);
	to = map ? field(sw, table, map, key) : NULL;
	return to ? (unsigned)strtoul(to, NULL, 10) : priority;
}

struct part {
	const struct sim_switch *sw;
	const json_t *counted;
	const char *port, *native;
	unsigned number;
};

static json_t *sum(const struct part *part, bool queue, const char *name)
{
	json_int_t count = 0;

	for (unsigned priority = 0; priority < 8; priority++)
		if (part->number ==
		    (queue ? leads_to(part->sw, part->native, "pfc_to_queue_map",
				      "MAP_PFC_PRIORITY_TO_QUEUE", priority)
			   : leads_to(part->sw, part->native, "pfc_to_pg_map",
				      "PFC_PRIORITY_TO_PRIORITY_GROUP_MAP", priority)))
			count += sim_counter(part->counted, part->port, name, priority);
	return text(count);
}

static void put_parts(json_t *db, struct part part, unsigned at)
{
	bool watched = field(part.sw, "PFC_WD", part.native, "action") != NULL;
	char name[96], oid[32];
	json_t *row;

	for (part.number = 0; part.number < 8; part.number++) {
		snprintf(name, sizeof name, "%s:%u", part.native, part.number);
		row = json_pack("{s:s, s:o, s:o}", "SAI_QUEUE_STAT_PACKETS", "0",
				"SAI_QUEUE_STAT_DROPPED_PACKETS",
				sum(&part, true, "tx_prio%u_discards"),
				"SAI_QUEUE_STAT_WRED_ECN_MARKED_PACKETS",
				sum(&part, true, "tx_prio%u_marked"));
		if (watched)
			json_object_set_new(row, "PFC_WD_QUEUE_STATS_DEADLOCK_DETECTED",
					    sum(&part, true, "tx_prio%u_watchdog"));
		snprintf(oid, sizeof oid, "oid:0x15%012x", at * 8 + part.number);
		put(db, "COUNTERS_QUEUE_NAME_MAP", name, oid, row);
		snprintf(oid, sizeof oid, "oid:0x1a%012x", at * 8 + part.number);
		put(db, "COUNTERS_PG_NAME_MAP", name, oid,
		    json_pack("{s:o}", "SAI_INGRESS_PRIORITY_GROUP_STAT_DROPPED_PACKETS",
			      sum(&part, false, "rx_prio%u_discards")));
	}
}

static json_t *counters_db(const struct sim_switch *sw)
{
	json_auto_t *counted = sim_switch_counters(sw);
	json_t *db = json_object(), *row;
	char native[64], oid[32];
	unsigned at = 0;
	const char *port;

	json_object_foreach(counted, port, row) {
		if (!sim_port_native(sw, port, native, sizeof native))
			continue;
		snprintf(oid, sizeof oid, "oid:0x1%012x", ++at);
		put(db, "COUNTERS_PORT_NAME_MAP", native, oid, port_row(counted, port));
		put_parts(db, (struct part){ sw, counted, port, native, 0 }, at);
	}
	return db;
}

/* ---- sonic-db-cli ---- */

static void line(struct sim_box_shell *shell, const json_t *db, const char *name, const json_t *oid,
		 const char *const *field_names, size_t n)
{
	const json_t *row;
	char key[64];

	snprintf(key, sizeof key, "COUNTERS:%s", json_string_value(oid));
	row = json_object_get(db, key);
	ms_buf_puts(shell->out, name);
	for (size_t i = 0; i < n; i++) {
		const char *value = json_string_value(json_object_get(row, field_names[i]));

		ms_buf_printf(shell->out, " %s", value ? value : "-");
	}
	ms_buf_puts(shell->out, "\n");
}

/* EVAL SCRIPT 1 MAP FIELD... */
void sim_sonic_counters(struct sim_box_shell *shell, const char *const *word, size_t n)
{
	json_auto_t *db = counters_db(shell->sw);
	const char *name;
	json_t *oid;

	if (n < 5 || strcmp(word[0], "EVAL") ||
	    !strstr(word[1], "redis.call([[HMGET]], [[COUNTERS:]]") || strcmp(word[2], "1")) {
		ms_buf_puts(shell->errors, "ERR this simulator does not know the command\n");
		shell->status = 1;
		return;
	}
	json_object_foreach(json_object_get(db, word[3]), name, oid)
		line(shell, db, name, oid, word + 4, n - 4);
}
