/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What NX-OS shows of queues, PFC and its watchdog: tables in tables, for each line card, port,
 * direction and group. */
#include "sim/nxos/nxos.h"

static json_t *text(json_int_t count)
{
	return json_sprintf("%" JSON_INTEGER_FORMAT, count);
}

/* Rows of all ports with cables, on the one line card. */
typedef void port_fn(struct sim_switch *sw, const json_t *counted, const char *port,
		     const char *native, json_t *rows);
static json_t *each_port(struct sim_nxos_run *run, port_fn *fn)
{
	json_auto_t *counted = sim_switch_counters(run->sw);
	json_t *rows = json_array(), *module, *row;
	const char *port;
	char native[64];

	json_object_foreach(counted, port, row)
		if (sim_port_native(run->sw, port, native, sizeof(native)))
			fn(run->sw, counted, port, native, rows);
	module = sim_nxos_table("queuing_interface", rows);
	json_object_set_new(module, "module_number", json_string("1"));
	return sim_nxos_table("module", json_pack("[o]", module));
}

/* ---- show queuing interface ---- */

static json_t *entry(const char *type, const char *units, json_int_t count)
{
	return json_pack("{s:s, s:s, s:o, s:s, s:s}", "eq-stat-type", type, "eq-stat-units", units,
			 "eq-uc-stat-value", text(count), "eq-oobfc-uc-stat-value", "0",
			 "eq-mc-stat-value", "0");
}

static json_t *group(const json_t *counted, const char *port, unsigned number)
{
	json_t *row = sim_nxos_table(
		"qosgrp_egress_stats_entry",
		json_pack("[o, o, o, o, o, o, o]", entry("Tx", "Pkts", 0), entry("Tx", "Byts", 0),
			  entry("WRED/AFD & Tail Drop", "Pkts",
				sim_counter(counted, port, "tx_prio%u_discards", number)),
			  entry("WRED/AFD & Tail Drop", "Byts", 0), entry("Q Depth", "Byts", 0),
			  entry("WD & Tail Drop", "Pkts",
				sim_counter(counted, port, "tx_prio%u_discards", number)),
			  entry("ECN", "Pkts",
				sim_counter(counted, port, "tx_prio%u_marked", number))));

	json_object_set_new(row, "eq-qosgrp", text(number));
	return row;
}

static json_t *pfc_row(const json_t *counted, const char *port, unsigned priority)
{
	return json_pack("{s:o, s:o, s:s, s:o, s:s, s:o}", "cos", text(priority), "pfc-qosgrp",
			 text(priority), "tx-pause-state", "Inactive", "tx-pause-count",
			 text(sim_counter(counted, port, "tx_prio%u_pause", priority)),
			 "rx-pause-state", "Inactive", "rx-pause-count",
			 text(sim_counter(counted, port, "rx_prio%u_pause", priority)));
}

static void queuing(struct sim_switch *sw, const json_t *counted, const char *port,
		    const char *native, json_t *rows)
{
	json_t *groups = json_array(), *pauses = json_array(), *row;
	json_int_t rx = 0, tx = 0, lost = 0;

	(void)sw;
	for (unsigned i = 0; i < 8; i++) {
		json_array_append_new(groups, group(counted, port, 7 - i));
		json_array_append_new(pauses, pfc_row(counted, port, i));
		rx += sim_counter(counted, port, "rx_prio%u_pause", i);
		tx += sim_counter(counted, port, "tx_prio%u_pause", i);
		lost += sim_counter(counted, port, "rx_prio%u_discards", i);
	}
	row = sim_nxos_table("qosgrp_egress_stats_entry", json_pack("[o]", entry("Tx", "Pkts", 0)));
	json_object_set_new(row, "eq-qosgrp", json_string("CONTROL QOS GROUP"));
	json_array_append_new(groups, row);
	row = sim_nxos_table("qosgrp_egress_stats", groups);
	json_object_update_new(row,
			       json_pack("{s:s, s:s}", "dir", "Egress", "if_name_str", native));
	json_array_append_new(rows, row);
	row = sim_nxos_table("pfc_stats", pauses);
	json_object_update_new(row, sim_nxos_table("ingress_stats_entry",
						   json_pack("[{s:s, s:s, s:o}]", "ip-stat-type",
							     "Ingress MMU Drop", "ip-stat-units",
							     "Pkts", "ip-stat-value", text(lost))));
	json_object_update_new(row,
			       json_pack("{s:s, s:s, s:o, s:o}", "dir", "Ingress", "if_name_str",
					 native, "tx-ppp", text(tx), "rx-ppp", text(rx)));
	json_array_append_new(rows, row);
}

json_t *sim_nxos_queuing(struct sim_nxos_run *run) { return each_port(run, queuing); }

/* ---- show queuing pfc-queue detail ---- */

/* Said by the port, or by the channel that it is a member of. */
static bool is_watched(const struct sim_switch *sw, const char *port)
{
	static const char on[] = "priority-flow-control watch-dog-interval on";
	const json_t *config = sim_cli_config(sw), *kids = sim_cli_port(sw, config, port);
	const char *member = sim_cli_line(kids, "channel-group");
	char header[64];

	if (member) {
		snprintf(header, sizeof(header), "interface port-channel%lu",
			 strtoul(member + strlen("channel-group "), NULL, 10));
		kids = sim_cli_block(config, header);
	}
	return sim_cli_line(config, on) && sim_cli_line(kids, on);
}

static json_t *watchdog_group(const json_t *counted, const char *port, unsigned priority)
{
	json_t *row = sim_nxos_table(
		"qosgrp_stats_entry",
		json_pack("[{s:s, s:o}, {s:s, s:s}, {s:s, s:s}, {s:s, s:s}]", "q-stat-type",
			  "Shutdown", "q-shutdown",
			  text(sim_counter(counted, port, "tx_prio%u_watchdog", priority)),
			  "q-stat-type", "Restored", "q-restored", "0", "q-stat-type",
			  "Total pkts drained", "q-pkt-drained", "0", "q-stat-type",
			  "Total pkts dropped", "q-pkt-dropped", "0"));

	json_object_update_new(row, json_pack("{s:o, s:s, s:s, s:o}", "eq-qosgrp", text(priority),
					      "eq-qosgrp-state", "Active", "pfc-configured", "YES",
					      "pfc-cos", text(priority)));
	return row;
}

/* Groups that are paused, by whichever policy of the network says so. */
static void watchdog(struct sim_switch *sw, const json_t *counted, const char *port,
		     const char *native, json_t *rows)
{
	json_t *groups = json_array(), *policy, *class, *row;
	const char *key, *name, *line;
	unsigned priority;

	json_object_foreach(sim_cli_config(sw), key, policy)
		json_object_foreach(json_object_get(policy, "k"), name, class) {
			line = sim_cli_line(json_object_get(class, "k"), "pause pfc-cos");
			if (ms_starts(key, "policy-map type network-qos ") && line &&
			    sscanf(line, "pause pfc-cos %u", &priority) == 1)
				json_array_append_new(groups,
						      watchdog_group(counted, port, priority));
		}
	row = sim_nxos_table("qosgrp_stats", groups);
	json_object_set_new(row, "if_name_str",
			    json_sprintf("%s Interface PFC watchdog: [Enabled]", native));
	if (is_watched(sw, port))
		json_array_append(rows, row);
	json_decref(row);
}

json_t *sim_nxos_watchdog(struct sim_nxos_run *run) { return each_port(run, watchdog); }
