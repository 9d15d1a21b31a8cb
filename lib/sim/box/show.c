/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a box says of its interfaces, neighbours and sessions: iproute2, lldpd and vtysh. */
#include "sim/box/box.h"

static void say(struct sim_box_shell *shell, const json_t *value)
{
	MS_AUTO_FREE char *text = ms_json_text(value, MS_JSON_COMPACT);

	ms_buf_puts(shell->out, text ? text : "");
	ms_buf_puts(shell->out, "\n");
}

/* ---- ip -j link show ---- */

static json_t *link_row(struct sim_switch *sw, const char *native, const char *port, int number)
{
	bool enabled = !sw->platform->enabled || sw->platform->enabled(sw, port),
	     up = sim_port_up(sw, port);
	json_t *flags = json_pack("[s, s]", "BROADCAST", "MULTICAST");

	if (enabled)
		json_array_append_new(flags, json_string("UP"));
	if (up)
		json_array_append_new(flags, json_string("LOWER_UP"));
	return json_pack("{s:i, s:s, s:o, s:I, s:s, s:s, s:s}", "ifindex", number, "ifname", native,
			 "flags", flags, "mtu", (json_int_t)sim_box_kind_of(sw)->mtu(sw, native),
			 "operstate", up ? "UP" : "DOWN", "link_type", "ether", "address", sw->mac);
}

static void links(struct sim_box_shell *shell)
{
	json_auto_t *list = json_array(), *ports = sim_box_ports(shell->sw);
	char port[64];
	json_t *native;
	size_t i;

	json_array_append_new(list, json_pack("{s:i, s:s, s:[s, s, s], s:i, s:s}", "ifindex", 1,
					      "ifname", "lo", "flags", "LOOPBACK", "UP", "LOWER_UP",
					      "mtu", 65536, "operstate", "UNKNOWN"));
	json_array_append_new(list, json_pack("{s:i, s:s, s:[s, s], s:i, s:s}", "ifindex", 2,
					      "ifname", "eth0", "flags", "UP", "LOWER_UP", "mtu",
					      1500, "operstate", "UP"));
	json_array_foreach(ports, i, native)
		if (sim_port_abstract(shell->sw, json_string_value(native), port, sizeof(port)))
			json_array_append_new(list, link_row(shell->sw, json_string_value(native),
							     port, (int)i + 3));
	say(shell, list);
}

/* ---- lldpcli -f json0 show neighbors ---- */

static json_t *value(const char *text)
{
	return json_pack("[{s:s}]", "value", text);
}

static json_t *typed(const char *type, const char *text)
{
	return json_pack("[{s:s, s:s}]", "type", type, "value", text);
}

static json_t *neighbor_row(const char *native, const struct sim_neighbor *n)
{
	json_t *chassis = json_pack("{s:o}", "id", typed("mac", n->chassis));
	json_t *port = json_pack("{s:o}", "id", typed(n->is_switch ? "ifname" : "mac", n->port));

	if (*n->system)
		json_object_set_new(chassis, "name", value(n->system));
	if (*n->system_description)
		json_object_set_new(chassis, "descr", value(n->system_description));
	if (*n->description)
		json_object_set_new(port, "descr", value(n->description));
	return json_pack("{s:s, s:s, s:[o], s:[o]}", "name", native, "via", "LLDP", "chassis",
			 chassis, "port", port);
}

static void lldp(struct sim_box_shell *shell)
{
	json_auto_t *ports = sim_cable_ports(shell->sw), *list = json_array(), *said = NULL;
	struct sim_neighbor neighbor;
	char native[64];
	json_t *port;
	size_t i;

	json_array_foreach(ports, i, port)
		if (sim_port_neighbor(shell->sw, json_string_value(port), &neighbor) &&
		    sim_port_native(shell->sw, json_string_value(port), native, sizeof(native)))
			json_array_append_new(list, neighbor_row(native, &neighbor));
	said = json_array_size(list) ? json_pack("{s:[{s:O}]}", "lldp", "interface", list)
				     : json_pack("{s:[{}]}", "lldp");
	say(shell, said);
}

/* ---- bridge -j fdb show: one entry without a MAC for each other end of a VNI ---- */

static bool has_vni(const json_t *tunnels, const json_t *vni)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(tunnels, "vnis"), i, one)
		if (json_equal(one, vni))
			return true;
	return false;
}

static void flood(json_t *list, const json_t *own, const json_t *far)
{
	const char *address = ms_str(far, "/address", NULL);
	const json_t *vni;
	char name[40];
	size_t i;

	json_array_foreach(json_object_get(own, "vnis"), i, vni) {
		if (!address || !has_vni(far, vni))
			continue;
		snprintf(name, sizeof(name), "vni%lld", (long long)json_integer_value(vni));
		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:s, s:[s], s:s}", "mac",
						"00:00:00:00:00:00", "ifname", name, "dst", address,
						"flags", "self", "state", "permanent"));
	}
}

/* They learn of each other by EVPN: both have a session for it that is up. */
static bool speaks_evpn(struct sim_switch *sw)
{
	json_auto_t *sessions = sim_bgp_sessions(sw);
	const char *key;
	json_t *row;

	json_object_foreach(sessions, key, row)
		if (json_object_get(json_object_get(row, "families"), "evpn"))
			return true;
	return false;
}

json_t *sim_box_far(struct sim_switch *own)
{
	const struct sim *sim = own->dev.sim;
	json_t *list = json_array();

	for (size_t i = 0; speaks_evpn(own) && i < sim->n_devices; i++) {
		struct sim_switch *sw = sim_switch_of(sim->devices[i]);

		if (sw && sw != own && sw->platform->free == sim_box_free && speaks_evpn(sw))
			json_array_append_new(list, sim_box_kind_of(sw)->tunnels(sw));
	}
	return list;
}

static void fdb(struct sim_box_shell *shell)
{
	json_auto_t *list = json_array(), *own = sim_box_kind_of(shell->sw)->tunnels(shell->sw),
		    *others = sim_box_far(shell->sw);
	json_t *far;
	size_t i;

	json_array_foreach(others, i, far)
		flood(list, own, far);
	say(shell, list);
}

/* ---- vtysh ---- */

static void peer_row(struct sim_switch *sw, json_t *peers, const char *key, const json_t *row,
		     const char *family)
{
	const json_t *of = json_object_get(json_object_get(row, "families"), family);
	char native[64];
	const char *name = key;
	json_t *peer;

	if (ms_starts(key, "port:") &&
	    sim_port_native(sw, key + strlen("port:"), native, sizeof(native)))
		name = native;
	peer = json_pack("{s:I, s:I, s:i, s:s, s:I, s:s}", "remoteAs",
			 (json_int_t)ms_int(row, "/asn", 0), "peerUptimeMsec",
			 (json_int_t)ms_int(row, "/upSeconds", 0) * 1000, "version", 4, "state",
			 ms_str(row, "/state", "Idle"), "pfxRcd",
			 (json_int_t)ms_int(of, "/received", 0), "idType",
			 ms_starts(key, "port:") ? "interface" : "ipv4");
	json_object_set_new(peers, name, peer);
}

static bool wants(const json_t *neighbor, const char *family)
{
	const json_t *word;
	size_t i;

	json_array_foreach(json_object_get(neighbor, "families"), i, word)
		if (ms_streq(json_string_value(word), family))
			return true;
	return false;
}

static void summary(struct sim_box_shell *shell)
{
	static const struct { const char *said, *name; } families[] = {
		{ "ipv4Unicast", "ipv4" }, { "ipv6Unicast", "ipv6" }, { "l2VpnEvpn", "evpn" },
	};
	struct sim_switch *sw = shell->sw;
	json_auto_t *sessions = sim_bgp_sessions(sw), *all = json_object(),
		    *bgp = sw->platform->bgp(sw);
	const char *key;
	json_t *row;

	for (size_t i = 0; i < MS_ARRAY_SIZE(families); i++) {
		json_auto_t *peers = json_object();

		json_object_foreach(sessions, key, row)
			if (wants(json_object_get(json_object_get(bgp, "neighbors"), key),
				  families[i].name))
				peer_row(sw, peers, key, row, families[i].name);
		if (json_object_size(peers))
			json_object_set_new(all, families[i].said,
					    json_pack("{s:s, s:I, s:s, s:O}", "routerId",
						      ms_str(bgp, "/routerId", "0.0.0.0"), "as",
						      (json_int_t)ms_int(bgp, "/asn", 0), "vrfName",
						      "default", "peers", peers));
	}
	say(shell, all);
}

/* FRR's own name for it, that of Debian's installer where nobody gave one. */
static const char *hostname(const struct sim_switch *sw)
{
	const char *line;
	json_t *below;

	json_object_foreach(json_object_get(sw->state, "routing"), line, below)
		if (ms_starts(line, "hostname "))
			return line + strlen("hostname ");
	return "debian";
}

static void version(struct sim_box_shell *shell)
{
	const struct sim_switch *sw = shell->sw;
	const char *own = sim_box_kind_of(sw)->frr;

	ms_buf_printf(shell->out,
		      "FRRouting %s (%s) on Linux(6.1.0-26-amd64).\n"
		      "Copyright 1996-2005 Kunihiro Ishiguro, et al.\n",
		      own ? own : sw->version, hostname(sw));
}

static void vtysh(struct sim_box_shell *shell, const char *command)
{
	if (!strcmp(command, "show running-config"))
		sim_vty_running(shell->sw, shell->out);
	else if (!strcmp(command, "show version"))
		version(shell);
	else if (!strcmp(command, "show bgp summary json"))
		summary(shell);
	else if (!strcmp(command, "show daemons"))
		ms_buf_puts(shell->out, " zebra bgpd ospfd watchfrr staticd\n");
	else {
		ms_buf_printf(shell->out, "%% Unknown command: %.200s\n", command);
		shell->status = 1;
	}
}

static bool is(const char *const *word, size_t n, const char *command)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(word[i]);

		if (strncmp(command, word[i], len) || (command[len] && command[len] != ' '))
			return false;
		command += len + (command[len] == ' ');
	}
	return !*command;
}

bool sim_box_show(struct sim_box_shell *shell, const char *const *word, size_t n)
{
	static const struct { const char *command; void (*fn)(struct sim_box_shell *);
	} shows[] = {
		{ "ip -j link show", links },
		{ "bridge -j fdb show", fdb },
		{ "lldpcli -f json0 show neighbors", lldp },
		{ "lldpctl -f json0", lldp },
	};

	if (n == 3 && !strcmp(word[0], "vtysh") && !strcmp(word[1], "-c")) {
		vtysh(shell, word[2]);
		return true;
	}
	if (n == 1 && !strcmp(word[0], "hostname")) {
		ms_buf_printf(shell->out, "%s\n", shell->sw->dev.name);
		return true;
	}
	for (size_t i = 0; i < MS_ARRAY_SIZE(shows); i++)
		if (is(word, n, shows[i].command)) {
			shows[i].fn(shell);
			return true;
		}
	return false;
}
