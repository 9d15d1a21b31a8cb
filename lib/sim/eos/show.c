/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What EOS shows: text, or the same as JSON where a command has a model. */
#include "sim/eos/eos.h"

double sim_eos_uptime(const struct sim_switch *sw)
{
	return 86400 + (double)sim_clock(sw->dev.sim) / 1000;
}

static void put_text(struct sim_eos_run *run, const char *text)
{
	run->result = json_pack("{s:s}", "output", text ? text : "");
}

/* ---- configuration ---- */

static int running(struct sim_eos_run *run)
{
	MS_AUTO_BUF struct ms_buf text = { 0 };

	ms_buf_printf(
		&text,
		"! Command: show running-config\n! device: %s (%s, EOS-%s)\n!\n"
		      "! boot system flash:/EOS.swi\n!\n",
		run->sw->dev.name, run->sw->platform->model, run->sw->version);
	sim_eos_show(sim_cli_config(run->sw), &text);
	put_text(run, text.data);
	return 0;
}

static int diffs(struct sim_eos_run *run, const json_t *from, const json_t *to, const char *was,
		 const char *is)
{
	MS_AUTO_BUF struct ms_buf a = { 0 }, b = { 0 }, body = { 0 }, text = { 0 };

	sim_eos_show(from, &a);
	sim_eos_show(to, &b);
	sim_cli_diff(a.data ? a.data : "", b.data ? b.data : "", &body);
	if (body.len)
		ms_buf_printf(&text, "--- %s\n+++ %s\n%s", was, is, body.data);
	put_text(run, text.data);
	return 0;
}

static int session_diffs(struct sim_eos_run *run, const char *name)
{
	const json_t *config = sim_eos_candidate(run->sw, name);
	char source[200];

	if (!config) {
		snprintf(run->why, sizeof(run->why), "Session %.100s does not exist", name);
		return 1000;
	}
	snprintf(source, sizeof(source), "session:/%s-session-config", name);
	return diffs(run, sim_cli_config(run->sw), config, "system:/running-config", source);
}

/* ---- the switch ---- */

static int version(struct sim_eos_run *run)
{
	struct sim_switch *sw = run->sw;

	run->result = json_pack("{s:s,s:s,s:s,s:s,s:s,s:f,s:s,s:b}", "modelName",
				sw->platform->model, "version", sw->version, "internalVersion",
				sw->version, "systemMacAddress", sw->mac, "serialNumber",
				sw->serial, "uptime", sim_eos_uptime(sw), "architecture", "x86_64",
				"isIntlVersion", 0);
	return 0;
}

static int hostname(struct sim_eos_run *run)
{
	const char *line = sim_cli_line(sim_cli_config(run->sw), "hostname"),
		   *name = line ? line + 9 : "localhost";

	run->result = json_pack("{s:s,s:s}", "hostname", name, "fqdn", name);
	return 0;
}

static int sessions(struct sim_eos_run *run)
{
	run->result = json_pack("{s:i,s:i,s:o}", "maxSavedSessions", 1, "maxOpenSessions", 5,
				"sessions", sim_eos_sessions(run->sw));
	return 0;
}

/* ---- ports ---- */

static json_t *status_row(struct sim_switch *sw, const char *port, const char *native,
			  const json_t *kids)
{
	bool up = sim_port_up(sw, port), shut = sim_cli_line(kids, "shutdown");
	const char *description = sim_cli_line(kids, "description");

	(void)native;
	return json_pack("{s:s,s:s,s:I,s:s,s:s,s:{s:s}}", "linkStatus",
			 up	? "connected"
			 : shut ? "disabled"
				: "notconnect",
			 "lineProtocolStatus", up ? "up" : "down", "bandwidth",
			 (json_int_t)sim_port_speed(sw, port) * 1000000000, "description",
			 description ? description + 12 : "", "interfaceType", "100GBASE-CR4",
			 "vlanInformation", "interfaceMode",
			 sim_cli_line(kids, "no switchport") ? "routed" : "bridged");
}

static int status(struct sim_eos_run *run)
{
	run->result = json_pack("{s:o}", "interfaceStatuses",
				sim_cli_ports(run->sw, sim_cli_config(run->sw), status_row));
	return 0;
}

static json_t *interface_row(struct sim_switch *sw, const char *port, const char *native,
			     const json_t *kids)
{
	const char *mtu = sim_cli_line(kids, "mtu");
	bool up = sim_port_up(sw, port);

	return json_pack("{s:s,s:I,s:s,s:s}", "name", native, "mtu",
			 (json_int_t)(mtu ? strtol(mtu + 4, NULL, 10)
				      : sim_cli_line(kids, "no switchport") ? 1500
									    : 9214),
			 "interfaceStatus", up ? "connected" : "notconnect", "lineProtocolStatus",
			 up ? "up" : "down");
}

static int interfaces(struct sim_eos_run *run)
{
	run->result = json_pack("{s:o}", "interfaces",
				sim_cli_ports(run->sw, sim_cli_config(run->sw), interface_row));
	return 0;
}

static json_t *lldp_row(struct sim_switch *sw, const char *port, const char *native,
			const json_t *kids)
{
	struct sim_neighbor n;
	char id[80];

	(void)native;
	(void)kids;
	if (!sim_port_neighbor(sw, port, &n))
		return json_pack("{s:[]}", "lldpNeighborInfo");
	snprintf(id, sizeof(id), n.is_switch ? "\"%s\"" : "%s", n.port);
	return json_pack("{s:[{s:s,s:s,s:s,s:s,s:f,s:i,s:{s:s,s:s,s:s,s:s}}]}", "lldpNeighborInfo",
			 "chassisIdType", "macAddress", "chassisId", n.chassis, "systemName",
			 n.system, "systemDescription", n.system_description, "lastContactTime",
			 (double)sim_wall(&sw->dev), "ttl", 120, "neighborInterfaceInfo",
			 "interfaceIdType", n.is_switch ? "interfaceName" : "macAddress",
			 "interfaceId", id, "interfaceId_v2", n.port, "interfaceDescription",
			 n.description);
}

static int lldp(struct sim_eos_run *run)
{
	run->result = json_pack("{s:o}", "lldpNeighbors",
				sim_cli_ports(run->sw, sim_cli_config(run->sw), lldp_row));
	return 0;
}

/* ---- BGP ---- */

/* A session over an interface is called by its link-local address. */
static void peer_name(const struct sim_switch *sw, const char *key, char *buf, size_t size)
{
	char native[64];

	if (!ms_starts(key, "port:") || !sim_port_native(sw, key + 5, native, sizeof(native)))
		snprintf(buf, size, "%s", key);
	else
		snprintf(buf, size, "fe80::%s%%Et%s", "200:ff:fe00:1", native + strlen("Ethernet"));
}

static int bgp(struct sim_eos_run *run, const char *family)
{
	json_auto_t *all = sim_bgp_sessions(run->sw);
	json_t *peers = json_object(), *row;
	const char *key;
	char name[160], asn[16];

	json_object_foreach(all, key, row) {
		const json_t *got = json_object_get(json_object_get(row, "families"), family);
		bool up = !strcmp(ms_str(row, "/state", ""), "Established");

		if (up && !got)
			continue;
		peer_name(run->sw, key, name, sizeof(name));
		snprintf(asn, sizeof(asn), "%lld", (long long)ms_int(row, "/asn", 0));
		json_object_set_new(
			peers, name,
			json_pack(
				"{s:s,s:s,s:I,s:I,s:f}", "peerState", ms_str(row, "/state", "Idle"),
				"asn", asn, "prefixReceived",
				(json_int_t)ms_int(got, "/received", 0), "prefixAccepted",
				(json_int_t)ms_int(got, "/received", 0), "upDownTime",
				(double)(sim_wall(&run->sw->dev) - ms_int(row, "/upSeconds", 0))));
	}
	run->result = json_pack("{s:{s:{s:s,s:o}}}", "vrfs", "default", "vrf", "default", "peers",
				peers);
	return 0;
}

static int vteps(struct sim_eos_run *run)
{
	run->result = json_pack("{s:{}}", "interfaces");
	return 0;
}

/* ---- words ---- */

static int ipv4(struct sim_eos_run *run) { return bgp(run, "ipv4"); }
static int ipv6(struct sim_eos_run *run) { return bgp(run, "ipv6"); }
static int evpn(struct sim_eos_run *run) { return bgp(run, "evpn"); }
static int unsaved(struct sim_eos_run *run)
{
	return diffs(run, json_object_get(run->sw->state, "startup"), sim_cli_config(run->sw),
		     "flash:/startup-config", "system:/running-config");
}

static const struct {
	const char *command;
	int (*fn)(struct sim_eos_run *run);
	bool text;
} commands[] = {
	{ "show running-config", running, true },
	{ "show running-config diffs", unsaved, true },
	{ "show version", version, false },
	{ "show hostname", hostname, false },
	{ "show configuration sessions", sessions, false },
	{ "show configuration sessions detail", sessions, false },
	{ "show interfaces status", status, false },
	{ "show interfaces", interfaces, false },
	{ "show lldp neighbors detail", lldp, false },
	{ "show ip bgp summary", ipv4, false },
	{ "show ipv6 bgp summary", ipv6, false },
	{ "show bgp evpn summary", evpn, false },
	{ "show vxlan vtep", vteps, false },
};

int sim_eos_show_command(struct sim_eos_run *run, const char *command)
{
	char name[128];

	if (!ms_starts(command, "show "))
		return -ENOENT;
	if (sscanf(command, "show session-config named %127s diffs", name) == 1)
		return run->text ? session_diffs(run, name) : 1003;
	for (size_t i = 0; i < MS_ARRAY_SIZE(commands); i++) {
		if (strcmp(commands[i].command, command))
			continue;
		if (commands[i].text && !run->text) {
			snprintf(
				run->why, sizeof(run->why),
				"Command cannot be used over the API at this time "
				 "(unconverted command)");
			return 1003;
		}
		if (!run->privileged && commands[i].text)
			return 1002;
		return commands[i].fn(run);
	}
	return sim_eos_show_counters(run, command);
}
