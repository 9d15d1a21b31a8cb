/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A simulated Linux with FRR: what it runs, and what its programs say of that. */
#include "sim/frr.h"

const char *sim_frr_running(const struct sim_switch *sw)
{
	return ms_str(sw->state, "/running", "");
}

const char *sim_frr_interfaces(const struct sim_switch *sw)
{
	return ms_str(sw->state, "/interfaces", "");
}

/* ---- walking configuration by lines ---- */

/* The next line without its indentation; NULL at the end. */
static const char *next_line(const char **text, char line[512], size_t *ret_indent)
{
	size_t len = strcspn(*text, "\n"), indent = strspn(*text, " \t");

	if (!**text)
		return NULL;
	if (indent > len)
		indent = len;
	snprintf(line, 512, "%.*s", (int)(len - indent), *text + indent);
	*ret_indent = indent;
	*text += len + ((*text)[len] == '\n');
	return line;
}

/* An attribute of an interface: "mtu" of swp1. */
static bool attribute(const struct sim_switch *sw, const char *name, const char *attr,
		      char value[512], unsigned nth)
{
	const char *text = sim_frr_interfaces(sw);
	char line[512], header[128];
	bool inside = false;
	size_t indent, n = strlen(attr);

	snprintf(header, sizeof(header), "iface %.80s", name);
	while (next_line(&text, line, &indent)) {
		size_t len = strlen(header);

		if (!indent)
			inside = !strncmp(line, header, len) && (!line[len] || line[len] == ' ');
		else if (inside && !strncmp(line, attr, n) && line[n] == ' ' && !nth--) {
			snprintf(value, 512, "%s", line + n + 1);
			return true;
		}
		if (inside && !indent && !n)
			return true;
	}
	return false;
}

static bool is_configured(const struct sim_switch *sw, const char *name)
{
	char value[512];

	return attribute(sw, name, "", value, 0);
}

static bool enabled(struct sim_switch *sw, const char *port)
{
	char name[64], value[512];

	return sim_port_native(sw, port, name, sizeof(name)) && is_configured(sw, name) &&
	       !(attribute(sw, name, "link-down", value, 0) && !strcmp(value, "yes"));
}

/* ---- what BGP is to speak ---- */

static const char *session_key(const struct sim_switch *sw, const char *name, char key[160])
{
	char port[64];

	if (sim_port_abstract(sw, name, port, sizeof(port)))
		snprintf(key, 160, "port:%s", port);
	else
		snprintf(key, 160, "%s", name);
	return key;
}

static void read_neighbor(const struct sim_switch *sw, json_t *neighbors, const char *family,
			  const char *line)
{
	char name[100], word[100] = "", as[32], key[160];
	json_t *row;

	if (sscanf(line, "neighbor %99s interface remote-as %31s", name, as) == 2 ||
	    sscanf(line, "neighbor %99s remote-as %31s", name, as) == 2) {
		row = json_pack("{s:[]}", "families");
		if (strtol(as, NULL, 10))
			json_object_set_new(row, "asn", json_integer(strtol(as, NULL, 10)));
		json_object_set_new(neighbors, session_key(sw, name, key), row);
	} else if (*family && sscanf(line, "neighbor %99s %99s", name, word) == 2 &&
		   !strcmp(word, "activate")) {
		row = json_object_get(neighbors, session_key(sw, name, key));
		if (row)
			json_array_append_new(json_object_get(row, "families"),
					      json_string(family));
	} else if (sscanf(line, "neighbor %99s %99s", name, word) == 2 &&
		   !strcmp(word, "shutdown")) {
		row = json_object_get(neighbors, session_key(sw, name, key));
		if (row)
			json_object_set_new(row, "shutdown", json_true());
	}
}

static void count(json_t *announced, const char *family)
{
	json_object_set_new(
		announced, family,
		json_integer(json_integer_value(json_object_get(announced, family)) + 1));
}

static void read_sessions(const struct sim_switch *sw, json_t *bgp)
{
	const char *text = sim_frr_running(sw), *family = "";
	json_t *neighbors = json_object_get(bgp, "neighbors"),
	       *announced = json_object_get(bgp, "announced");
	bool inside = false;
	char line[512];
	size_t indent;

	while (next_line(&text, line, &indent)) {
		if (!indent && *line != '!') {
			inside = ms_starts(line, "router bgp ") && !strstr(line, " vrf ");
			family = "";
			if (inside)
				json_object_set_new(bgp, "asn",
						    json_integer(strtol(line + 11, NULL, 10)));
		} else if (inside && ms_starts(line, "address-family ")) {
			family = strstr(line, "ipv4")	? "ipv4"
				 : strstr(line, "ipv6") ? "ipv6"
							: "evpn";
		} else if (inside && ms_starts(line, "exit-address-family")) {
			family = "";
		} else if (inside && ms_starts(line, "neighbor ")) {
			read_neighbor(sw, neighbors, family, line);
		} else if (inside && (ms_starts(line, "network ") || ms_starts(line, "vni "))) {
			count(announced, family);
		}
	}
}

static void add_addresses(const struct sim_switch *sw, json_t *addresses, const char *name,
			  const char *port)
{
	char value[512];

	for (unsigned i = 0; attribute(sw, name, "address", value, i); i++) {
		value[strcspn(value, "/")] = 0;
		json_object_set_new(addresses, value, json_string(port));
	}
}

static json_t *bgp(struct sim_switch *sw)
{
	json_t *row = json_pack("{s:{}, s:{}, s:{}}", "addresses", "neighbors", "announced");
	char name[64], port[16];

	read_sessions(sw, row);
	if (!json_object_get(row, "asn")) {
		json_decref(row);
		return NULL;
	}
	add_addresses(sw, json_object_get(row, "addresses"), "lo", "");
	for (unsigned i = 1; i <= sw->platform->ports; i++) {
		snprintf(port, sizeof(port), "%u", i);
		if (sim_port_native(sw, port, name, sizeof(name)))
			add_addresses(sw, json_object_get(row, "addresses"), name, port);
	}
	return row;
}

/* ---- vtysh ---- */

static json_t *peer(const struct sim_switch *sw, const char *key, const json_t *session,
		    const char *family, char name[64])
{
	if (!ms_starts(key, "port:") || !sim_port_native(sw, key + strlen("port:"), name, 64))
		snprintf(name, 64, "%.60s", key);
	return json_pack(
		"{s:s, s:I, s:I, s:I}", "state", ms_str(session, "/state", "Idle"), "remoteAs",
		(json_int_t)ms_int(session, "/asn", 0), "peerUptimeMsec",
		(json_int_t)ms_int(session, "/upSeconds", 0) * 1000, "pfxRcd",
		(json_int_t)ms_int(json_object_get(json_object_get(session, "families"), family),
				   "/received", 0));
}

static void put_json(struct ms_buf *out, const json_t *value)
{
	MS_AUTO_FREE char *text = ms_json_text(value, MS_JSON_INDENTED);

	ms_buf_printf(out, "%s\n", text ? text : "{}");
}

static int summary(struct sim_switch *sw, struct ms_buf *out)
{
	static const char *const families[][2] = { { "ipv4Unicast", "ipv4" },
						   { "ipv6Unicast", "ipv6" },
						   { "l2VpnEvpn", "evpn" } };
	json_auto_t *sessions = sim_bgp_sessions(sw), *all = json_object();
	json_t *session, *peers;
	const char *key;
	char name[64];

	for (size_t i = 0; i < MS_ARRAY_SIZE(families); i++) {
		peers = json_object();
		json_object_foreach(sessions, key, session)
			if (json_object_get(json_object_get(session, "families"), families[i][1]))
				json_object_set_new(peers, name,
						    peer(sw, key, session, families[i][1], name));
		json_object_set_new(all, families[i][0], json_pack("{s:o}", "peers", peers));
	}
	put_json(out, all);
	return 0;
}

static const char *hostname(const struct sim_switch *sw, char name[128])
{
	const char *at = strstr(sim_frr_running(sw), "hostname ");

	snprintf(name, 128, "%.*s", at ? (int)strcspn(at + 9, "\n") : 0, at ? at + 9 : "");
	return *name ? name : "debian";
}

int sim_frr_vtysh(struct sim_switch *sw, const char *command, struct ms_buf *out)
{
	char name[128];

	if (!strcmp(command, "show version"))
		ms_buf_printf(
			out,
			"FRRouting %s (%s) on Linux(6.1.0-26-amd64).\n",
			sw->version, hostname(sw, name));
	else if (!strcmp(command, "show running-config"))
		ms_buf_printf(
			out,
			"Building configuration...\n\nCurrent configuration:\n!\nfrr version %s\n"
			"frr defaults traditional\n%send\n",
			sw->version, sim_frr_running(sw));
	else if (!strcmp(command, "show bgp summary json"))
		return summary(sw, out);
	else if (!strcmp(command, "show daemons"))
		ms_buf_puts(out, " zebra bgpd ospfd watchfrr staticd\n");
	else {
		ms_buf_printf(out, "%% Unknown command: %s\n", command);
		return 1;
	}
	return 0;
}

/* ---- ip, bridge, lldpcli ---- */

static int links(struct sim_switch *sw, struct ms_buf *out)
{
	json_auto_t *list = json_array();
	char name[64], port[16], value[512];

	for (unsigned i = 1; i <= sw->platform->ports; i++) {
		snprintf(port, sizeof(port), "%u", i);
		if (!sim_port_native(sw, port, name, sizeof(name)))
			continue;
		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:I}", "ifname", name, "operstate",
						sim_port_up(sw, port) ? "UP" : "DOWN", "mtu",
						(json_int_t)(attribute(sw, name, "mtu", value, 0)
								     ? strtol(value, NULL, 10)
								     : 1500)));
	}
	put_json(out, list);
	return 0;
}

static json_t *values(const char *type, const char *text)
{
	return type ? json_pack("[{s:s, s:s}]", "type", type, "value", text)
		    : json_pack("[{s:s}]", "value", text);
}

static int neighbors(struct sim_switch *sw, struct ms_buf *out)
{
	json_auto_t *list = json_array(), *all = NULL;
	char name[64], port[16];

	for (unsigned i = 1; i <= sw->platform->ports; i++) {
		struct sim_neighbor far;

		snprintf(port, sizeof(port), "%u", i);
		if (!sim_port_native(sw, port, name, sizeof(name)) ||
		    !sim_port_neighbor(sw, port, &far))
			continue;
		json_array_append_new(
			list, json_pack("{s:s, s:s, s:[{s:o, s:o}], s:[{s:o, s:o}]}", "name", name,
					"via", "LLDP", "chassis", "id", values("mac", far.chassis),
					"name", values(NULL, far.system), "port", "id",
					values(far.is_switch ? "ifname" : "mac", far.port), "descr",
					values(NULL, far.description)));
	}
	all = json_pack("{s:[{s:O}]}", "lldp", "interface", list);
	put_json(out, all);
	return 0;
}

/* An entry without a MAC for each other end point: here those that BGP has a session with by way of
 * somebody, so none is made up. */
int sim_frr_show(struct sim_switch *sw, const char *program, struct ms_buf *out)
{
	if (!strcmp(program, "ip"))
		return links(sw, out);
	if (!strcmp(program, "lldpcli"))
		return neighbors(sw, out);
	ms_buf_puts(out, "[]\n");
	return 0;
}

/* ---- the platform ---- */

static int start(struct sim_switch *sw, const json_t *resource, struct ms_err *err)
{
	MS_AUTO_FREE char *config = NULL,
			  *routing = ms_asprintf(
				  "hostname %s\nservice integrated-vtysh-config\n!\n",
				  sw->dev.name);
	static const char interfaces[] =
		"auto lo\niface lo inet loopback\n\nauto eth0\niface eth0 inet dhcp\n";
	int r = sim_switch_config(resource, &config, err);

	if (r || !routing)
		return r ? r : ms_nomem(err);
	json_object_set_new(sw->state, "files", json_object());
	json_object_set_new(sw->state, "running", json_string(config ? config : routing));
	json_object_set_new(sw->state, "interfaces", json_string(interfaces));
	sim_frr_write(sw, "/etc/frr/frr.conf", sim_frr_running(sw));
	sim_frr_write(sw, "/etc/network/interfaces", interfaces);
	sim_frr_write(sw, "/proc/sys/kernel/random/boot_id",
		      "9b4c7f0a-4c1e-4d0f-8f57-2f6b6f0a1c11\n");
	sim_frr_write(sw, "/sys/class/dmi/id/product_name", sw->platform->model);
	sim_frr_write(sw, "/sys/class/dmi/id/product_serial", sw->serial);
	return 0;
}

static json_t *inspect(struct sim_switch *sw)
{
	return json_pack("{s:s, s:s, s:O?}", "running", sim_frr_running(sw), "interfaces",
			 sim_frr_interfaces(sw), "change", json_object_get(sw->state, "change"));
}

const struct sim_switch_platform sim_frr = {
	.platform = "frr",
	.vendor = "frr",
	.model = "Simulated Linux switch",
	.version = "8.4.4",
	.ssh = true,
	.prefix = "swp", .part = "s", .first = 1, .step = 1, .first_part = 0,
	.ports = 64,
	.speed = 100,
	.events = sim_frr_events,
	.start = start,
	.exec = sim_frr_shell,
	.enabled = enabled,
	.bgp = bgp,
	.inspect = inspect,
};
