/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What ports count: queues and PFC by "show queuing interface", the watchdog by "show queuing
 * pfc-queue detail", the rest by "show interface" (Nexus 9000 command reference, show commands).
 * Which counts there are, and what some are called, differs by chip and release.
 */
#include "fabric/nxos/nxos.h"

/* A number by a key of a row; false where there is none. */
static bool take(const json_t *row, const char *key, json_int_t *ret_count)
{
	return fabric_count(json_object_get(row, key), ret_count);
}

/* The priority of a row, as `key` numbers it; -1 for what is none ("CONTROL QOS GROUP"). */
static int priority_of(const json_t *status, const json_t *row, const char *key)
{
	json_int_t number;

	if (!take(row, key, &number) || number > 7)
		return -1;
	return status ? fabric_class_priority(status, "queue", (unsigned)number) : (int)number;
}

/* ---- queues ---- */

/* Packets that were dropped come under names like "Dropped", "Tail Drop" and "WRED/AFD & Tail
 * Drop"; those that the watchdog dropped are told once more, "WD & Tail Drop". */
static const char *queue_counter(const json_t *entry)
{
	const char *type = ms_str(entry, "/eq-stat-type", "");

	if (strcmp(ms_str(entry, "/eq-stat-units", ""), "Pkts"))
		return NULL;
	if (strstr(type, "ECN"))
		return "marked";
	return strstr(type, "Drop") && !ms_starts(type, "WD") ? "discards" : NULL;
}

static int read_group(const char *port, const json_t *group, json_t *status)
{
	static const char *const values[] = { "eq-uc-stat-value", "eq-oobfc-uc-stat-value",
					      "eq-mc-stat-value" };
	json_auto_t *entries = nxos_rows(group, "qosgrp_egress_stats_entry");
	int priority = priority_of(status, group, "eq-qosgrp"), r = 0;
	json_int_t count;
	json_t *entry;
	size_t i;

	json_array_foreach(entries, i, entry) {
		const char *name = queue_counter(entry);

		for (size_t k = 0; name && priority >= 0 && k < MS_ARRAY_SIZE(values); k++)
			if (take(entry, values[k], &count))
				r |= fabric_counter_add(status, port, count, "tx_prio%d_%s",
							priority, name);
	}
	return r;
}

/* PFC is by class of service, which is the priority itself. */
static int read_pause(const char *port, const json_t *row, json_t *status)
{
	int priority = priority_of(NULL, row, "cos"), r = 0;
	json_int_t count;

	if (priority >= 0 && take(row, "rx-pause-count", &count))
		r |= fabric_counter_add(status, port, count, "rx_prio%d_pause", priority);
	if (priority >= 0 && take(row, "tx-pause-count", &count))
		r |= fabric_counter_add(status, port, count, "tx_prio%d_pause", priority);
	return r;
}

/* What found no room as it came in may be among the discards of the port, or may not. */
static int read_ingress(const char *port, const json_t *entry, json_t *status)
{
	const json_t *counters = json_object_get(json_object_get(status, "counters"), port);
	json_int_t count, told = json_integer_value(json_object_get(counters, "rx_discards_phy"));

	if (!ms_starts(ms_str(entry, "/ip-stat-type", ""), "Ingress MMU Drop") ||
	    strcmp(ms_str(entry, "/ip-stat-units", ""), "Pkts") ||
	    !take(entry, "ip-stat-value", &count))
		return 0;
	return fabric_counter_add(status, port, count > told ? count - told : 0, "rx_discards_phy");
}

/* A port has a row for each direction. */
static int read_queuing(const char *port, const json_t *row, json_t *status)
{
	json_auto_t *groups = nxos_rows(row, "qosgrp_egress_stats"),
		    *pauses = nxos_rows(row, "pfc_stats"),
		    *drops = nxos_rows(row, "ingress_stats_entry");
	json_t *each;
	size_t i;
	int r = 0;

	json_array_foreach(groups, i, each)
		r |= read_group(port, each, status);
	json_array_foreach(pauses, i, each)
		r |= read_pause(port, each, status);
	json_array_foreach(drops, i, each)
		r |= read_ingress(port, each, status);
	return r;
}

/* ---- the watchdog ---- */

/* It names the class of service where it knows it. */
static int read_watched(const char *port, const json_t *group, json_t *status)
{
	json_auto_t *entries = nxos_rows(group, "qosgrp_stats_entry");
	int priority = priority_of(NULL, group, "pfc-cos");
	json_int_t count;
	json_t *entry;
	size_t i;

	if (priority < 0)
		priority = priority_of(status, group, "eq-qosgrp");
	json_array_foreach(entries, i, entry)
		if (priority >= 0 && take(entry, "q-shutdown", &count))
			return fabric_counter_add(status, port, count, "tx_prio%d_watchdog",
						  priority);
	return 0;
}

static int read_watchdog(const char *port, const json_t *row, json_t *status)
{
	json_auto_t *groups = nxos_rows(row, "qosgrp_stats");
	json_t *group;
	size_t i;
	int r = 0;

	json_array_foreach(groups, i, group)
		r |= read_watched(port, group, status);
	return r;
}

/* ---- whole ports ---- */

static int read_interface(const char *port, const json_t *row, json_t *status)
{
	static const struct { const char *theirs, *ours; } counters[] = {
		{ "eth_inpause", "rx_pause" }, { "eth_outpause", "tx_pause" },
		{ "eth_indiscard", "rx_discards_phy" }, { "eth_outdiscard", "tx_discards_phy" },
	};
	json_int_t count;
	int r = 0;

	for (size_t i = 0; i < MS_ARRAY_SIZE(counters); i++)
		if (take(row, counters[i].theirs, &count))
			r |= fabric_counter_add(status, port, count, "%s", counters[i].ours);
	return r;
}

/* ---- all of them ---- */

static const struct question {
	const char *command, *table, *name;          /* the key of a row that says whose it is */
	int (*read)(const char *port, const json_t *row, json_t *status);
} questions[NXOS_COUNTERS] = {
	{ "show interface", "interface", "interface", read_interface },
	{ "show queuing interface", "queuing_interface", "if_name_str", read_queuing },
	{ "show queuing pfc-queue detail", "queuing_interface", "if_name_str", read_watchdog },
};

/* "Ethernet1/1 Interface PFC watchdog: [Enabled]"; what follows in a row without a name is of the
 * same port. */
static int read_rows(const struct fabric_dialect *dialect, const struct question *question,
		     const json_t *body, json_t *status)
{
	json_auto_t *rows = nxos_rows(body, question->table);
	char port[64] = "", name[96];
	const json_t *said;
	json_t *row;
	size_t i;
	int r = 0;

	json_array_foreach(rows, i, row) {
		said = json_object_get(row, question->name);
		snprintf(name, sizeof(name), "%s",
			 json_is_string(said) ? json_string_value(said) : "");
		name[strcspn(name, " ")] = 0;
		if (said && !nxos_port(dialect, name, port, sizeof(port)))
			*port = 0;
		if (*port)
			r |= question->read(port, row, status);
	}
	return r;
}

/* Line cards have a table each. */
int nxos_parse_counters(const struct fabric_dialect *dialect, size_t which, const json_t *body,
			json_t *status, struct ms_err *err)
{
	json_auto_t *modules = nxos_rows(body, "module");
	const json_t *module;
	int r = read_rows(dialect, &questions[which], body, status);
	size_t i;

	json_array_foreach(modules, i, module)
		r |= read_rows(dialect, &questions[which], module, status);
	return r ? ms_nomem(err) : 0;
}

int nxos_counters(struct fabric_session *session, const struct fabric_dialect *dialect,
		  json_t *status, struct ms_err *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < NXOS_COUNTERS; i++) {
		json_auto_t *body = NULL;

		r = nxos_show_if(session, questions[i].command, &body, err);
		if (!r)
			r = nxos_parse_counters(dialect, i, body, status, err);
	}
	return r;
}
