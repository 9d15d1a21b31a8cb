/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What NX-OS shows: tables that are an object where they have one row, and numbers that are text.
 */
#include <time.h>
#include "sim/nxos/nxos.h"

json_t *sim_nxos_table(const char *name, json_t *rows)
{
	char outer[64], inner[64];
	json_t *row = json_array_size(rows) == 1 ? json_incref(json_array_get(rows, 0))
						 : json_incref(rows);

	json_decref(rows);
	snprintf(outer, sizeof(outer), "TABLE_%s", name);
	snprintf(inner, sizeof(inner), "ROW_%s", name);
	return json_pack("{s:{s:o}}", outer, inner, row);
}

/* ---- text ---- */

static void running(struct sim_nxos_run *run)
{
	ms_buf_printf(
		&run->out,
		"\n!Command: show running-config\n"
		      "!Running configuration last done at: never\n\nversion %s\n",
		run->sw->version);
	sim_nxos_show(sim_cli_config(run->sw), &run->out);
}

static void differences(struct sim_nxos_run *run)
{
	MS_AUTO_BUF struct ms_buf a = { 0 }, b = { 0 }, body = { 0 };

	sim_nxos_show(json_object_get(run->sw->state, "startup"), &a);
	sim_nxos_show(sim_cli_config(run->sw), &b);
	sim_cli_diff(a.data ? a.data : "", b.data ? b.data : "", &body);
	ms_buf_puts(&run->out, "*** Startup-config\n--- Running-config\n");
	for (const char *line = body.data ? body.data : ""; *line;
	     line = strchrnul(line, '\n'), line += *line != 0)
		ms_buf_printf(&run->out, "%c %.*s\n", *line, (int)strcspn(line + 1, "\n"),
			      line + 1);
}

static void show_clock(struct sim_nxos_run *run)
{
	time_t now = (time_t)sim_wall(&run->sw->dev);
	char text[64];
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(text, sizeof(text), "%H:%M:%S.123 UTC %a %b %d %Y", &tm);
	ms_buf_printf(&run->out,
		      "Warning: No NTP peer/server configured. Time may be out of sync.\n%s\n",
		      text);
}

static void checkpoints(struct sim_nxos_run *run)
{
	const char *name;
	json_t *config;
	unsigned n = 0;

	ms_buf_puts(
		&run->out,
		"User Checkpoint Summary\n----------------------------------------------------\n");
	json_object_foreach(json_object_get(run->sw->state, "checkpoints"), name, config)
		ms_buf_printf(&run->out, "%u) %s:\nCreated by admin\n", ++n, name);
}

/* ---- objects ---- */

static json_t *version(struct sim_nxos_run *run)
{
	const char *hostname = sim_cli_line(sim_cli_config(run->sw), "hostname");

	return json_pack("{s:s,s:s,s:s,s:s}", "nxos_ver_str", run->sw->version, "chassis_id",
			 run->sw->platform->model, "proc_board_id", run->sw->serial, "host_name",
			 hostname ? hostname + 9 : "switch");
}

static json_t *each_port(struct sim_nxos_run *run, sim_cli_port_fn *fn)
{
	json_auto_t *ports = sim_cli_ports(run->sw, sim_cli_config(run->sw), fn);
	json_t *rows = json_array(), *row;
	const char *native;

	json_object_foreach(ports, native, row)
		json_array_append(rows, row);
	return rows;
}

static json_t *status_row(struct sim_switch *sw, const char *port, const char *native,
			  const json_t *kids)
{
	const char *description = sim_cli_line(kids, "description");
	char speed[16];

	snprintf(speed, sizeof(speed), "%uG", sim_port_speed(sw, port));
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "interface", native, "name",
			 description ? description + 12 : "--", "state",
			 sim_port_up(sw, port) ? "connected" : "notconnec", "vlan",
			 sim_cli_line(kids, "no switchport") ? "routed" : "1", "duplex", "full",
			 "speed", sim_port_up(sw, port) ? speed : "auto");
}

static json_t *interface_row(struct sim_switch *sw, const char *port, const char *native,
			     const json_t *kids)
{
	const char *mtu = sim_cli_line(kids, "mtu");

	return json_pack("{s:s,s:s,s:s,s:I,s:I,s:I,s:I}", "interface", native, "state",
			 sim_port_up(sw, port) ? "up" : "down", "eth_mtu", mtu ? mtu + 4 : "1500",
			 "eth_inpause", sim_counter(sw->counters, port, "rx_pause"), "eth_outpause",
			 sim_counter(sw->counters, port, "tx_pause"), "eth_indiscard",
			 sim_counter(sw->counters, port, "rx_discards_phy"), "eth_outdiscard",
			 sim_counter(sw->counters, port, "tx_discards_phy"));
}

static json_t *lldp_row(struct sim_switch *sw, const char *port, const char *native,
			const json_t *kids)
{
	struct sim_neighbor n;
	char local[80];

	(void)kids;
	if (!sim_port_neighbor(sw, port, &n))
		return NULL;
	snprintf(local, sizeof(local), "Eth%s", native + strlen("Ethernet"));
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "chassis_type", "4", "chassis_id",
			 n.chassis, "l_port_id", local, "port_id", n.port, "port_desc",
			 *n.description ? n.description : "null", "sys_name",
			 *n.system ? n.system : "null", "sys_desc", n.system_description);
}

static json_t *status(struct sim_nxos_run *run)
{
	return sim_nxos_table("interface", each_port(run, status_row));
}
static json_t *interfaces(struct sim_nxos_run *run)
{
	return sim_nxos_table("interface", each_port(run, interface_row));
}

/* Without the feature the command is not known. */
static json_t *lldp(struct sim_nxos_run *run)
{
	if (!sim_cli_line(sim_cli_config(run->sw), "feature lldp"))
		return NULL;
	return sim_nxos_table("nbor_detail", each_port(run, lldp_row));
}

static json_t *bgp(struct sim_nxos_run *run, const char *family)
{
	json_auto_t *all = NULL;
	json_t *rows, *row;
	const char *key;
	char native[64], asn[16], up[32], received[16];

	if (!sim_cli_line(sim_cli_config(run->sw), "feature bgp"))
		return NULL;
	all = sim_bgp_sessions(run->sw);
	rows = json_array();
	json_object_foreach(all, key, row) {
		const json_t *got = json_object_get(json_object_get(row, "families"), family);
		const char *name = key;

		if (!got && !strcmp(ms_str(row, "/state", ""), "Established"))
			continue;
		if (ms_starts(key, "port:") &&
		    sim_port_native(run->sw, key + 5, native, sizeof(native)))
			name = native;
		snprintf(asn, sizeof(asn), "%lld", (long long)ms_int(row, "/asn", 0));
		snprintf(received, sizeof(received), "%lld",
			 (long long)ms_int(got, "/received", 0));
		snprintf(up, sizeof(up), "PT%lldS", (long long)ms_int(row, "/upSeconds", 0));
		json_array_append_new(rows, json_pack("{s:s,s:s,s:s,s:s,s:s}", "neighborid", name,
						      "neighboras", asn, "time", up, "state",
						      ms_str(row, "/state", "Idle"),
						      "prefixreceived", received));
	}
	rows = json_pack("[o]", sim_nxos_table("neighbor", rows));
	rows = json_pack("[o]", sim_nxos_table("saf", rows));
	rows = json_pack("[o]", sim_nxos_table("af", rows));
	return sim_nxos_table("vrf", rows);
}

static json_t *ipv4(struct sim_nxos_run *run) { return bgp(run, "ipv4"); }
static json_t *ipv6(struct sim_nxos_run *run) { return bgp(run, "ipv6"); }
static json_t *evpn(struct sim_nxos_run *run) { return bgp(run, "evpn"); }

/* ---- words ---- */

static const struct { const char *command; json_t *(*fn)(struct sim_nxos_run *run);
} objects[] = {
	{ "show version", version },
	{ "show interface status", status },
	{ "show interface", interfaces },
	{ "show lldp neighbors detail", lldp },
	{ "show queuing interface", sim_nxos_queuing },
	{ "show queuing pfc-queue detail", sim_nxos_watchdog },
	{ "show bgp ipv4 unicast summary", ipv4 },
	{ "show bgp ipv6 unicast summary", ipv6 },
	{ "show bgp l2vpn evpn summary", evpn },
};
static const struct { const char *command; void (*fn)(struct sim_nxos_run *run);
} texts[] = {
	{ "show running-config", running },
	{ "show running-config diff", differences },
	{ "show clock", show_clock },
	{ "show checkpoint summary", checkpoints },
};

int sim_nxos_show_command(struct sim_nxos_run *run, const char *command)
{
	if (!ms_starts(command, "show "))
		return -ENOENT;
	for (size_t i = 0; run->text && i < MS_ARRAY_SIZE(texts); i++)
		if (!strcmp(texts[i].command, command)) {
			texts[i].fn(run);
			return 0;
		}
	for (size_t i = 0; !run->text && i < MS_ARRAY_SIZE(objects); i++)
		if (!strcmp(objects[i].command, command)) {
			run->body = objects[i].fn(run);
			if (run->body)
				return 0;
		}
	snprintf(run->why, sizeof(run->why),
		 "Syntax error while parsing '%.200s'\n%% Invalid command at '^' marker.\n",
		 command);
	return -32602;
}
