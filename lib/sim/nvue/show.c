/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Operational data of a simulated NVUE: what "nv show" knows besides the configuration. */
#include "sim/nvue/nvue.h"

/* ---- the system ----------------------------------------------------------------------------- */

/* Every few releases it stands somewhere else. */
static json_t *show_system(struct sim_switch *sw)
{
	json_t *system = json_pack("{s:s,s:s,s:I}", "hostname",
				   ms_str(sim_nvue_applied(sw), "/system/hostname", "cumulus"),
				   "timezone", "Etc/UTC", "uptime",
				   (json_int_t)(sim_clock(sw->dev.sim) / 1000));
	char build[64];

	snprintf(build, sizeof(build), "Cumulus Linux %.40s", sw->version);
	if (sim_nvue_at_least(sw, 14))
		json_object_set_new(
			system, "version",
			json_pack("{s:s,s:s}", "product-release", sw->version, "image", build));
	else if (sim_nvue_at_least(sw, 11))
		json_object_set_new(system, "product-release", json_string(sw->version));
	else
		json_object_set_new(system, "build", json_string(build));
	return system;
}

static json_t *show_platform(struct sim_switch *sw)
{
	char mac[18];

	snprintf(mac, sizeof(mac), "%s", sw->mac);
	for (char *p = mac; *p; p++)
		if (*p >= 'a')
			*p -= 'a' - 'A';
	return json_pack("{s:s,s:s,s:s,s:s,s:s}", "product-name", sw->platform->model,
			 "manufacturer", "Mellanox", "serial-number", sw->serial, "system-mac", mac,
			 "asic-vendor", "Mellanox");
}

/* ---- interfaces ----------------------------------------------------------------------------- */

static json_t *neighbor_of(const struct sim_neighbor *n)
{
	return json_pack("{s:s,s:{s:s,s:s,s:s},s:{s:s,s:s,s:s,s:s}}", "age", "12", "chassis",
			 "chassis-id", n->chassis, "system-name", n->system, "system-description",
			 n->system_description, "port", "name", n->port, "type",
			 n->is_switch ? "ifname" : "mac", "description", n->description, "ttl",
			 "120");
}

static json_t *show_port(struct sim_switch *sw, const char *port, const json_t *configured,
			 bool counters)
{
	bool up = sim_port_up(sw, port);
	struct sim_neighbor neighbor;
	char speed[24];
	json_t *row, *link = json_object();

	snprintf(speed, sizeof(speed), "%uG", sim_port_speed(sw, port));
	json_object_set_new(link, "mtu", json_integer(ms_int(configured, "/link/mtu", 9216)));
	json_object_set_new(link, "admin-status",
			    json_string(sw->platform->enabled(sw, port) ? "up" : "down"));
	if (up)
		json_object_set_new(link, "speed", json_string(speed));
	if (sim_nvue_at_least(sw, 11))
		json_object_set_new(link, "oper-status", json_string(up ? "up" : "down"));
	ms_put(link, up ? "/state/up" : "/state/down", json_object());
	ms_put(link, "/stats",
	       json_pack("{s:I,s:I}", "in-drops",
			 sim_counter(sw->counters, port, "rx_discards_phy"), "out-drops",
			 sim_counter(sw->counters, port, "tx_discards_phy")));
	row = json_pack("{s:s,s:o}", "type", "swp", "link", link);
	if (counters)
		sim_nvue_put_counters(sw, port, row);
	if (sim_port_neighbor(sw, port, &neighbor))
		ms_put(row, "/lldp/neighbor", json_object());
	if (json_object_get(row, "lldp"))
		json_object_set_new(ms_at(row, "/lldp/neighbor"), neighbor.system,
				    neighbor_of(&neighbor));
	return row;
}

static json_t *show_interfaces(struct sim_switch *sw, bool counters)
{
	const json_t *configured = json_object_get(sim_nvue_applied(sw), "interface");
	json_t *all = json_object(), *value;
	json_auto_t *cabled = sim_cable_ports(sw);
	const char *name;
	char native[64], port[64];
	size_t i;

	json_object_foreach((json_t *)configured, name, value)
		json_object_set_new(all, name, sim_port_abstract(sw, name, port, sizeof(port))
						       ? show_port(sw, port, value, counters)
						       : json_deep_copy(value));
	json_array_foreach(cabled, i, value)
		if (sim_port_native(sw, json_string_value(value), native, sizeof(native)) &&
		    !json_object_get(all, native))
			json_object_set_new(
				all, native,
				show_port(sw, json_string_value(value), NULL, counters));
	return all;
}

/* ---- BGP, EVPN ------------------------------------------------------------------------------ */

static void put_family(json_t *into, const char *name, const json_t *family)
{
	if (family)
		json_object_set_new(into, name,
				    json_pack("{s:{s:I}}", "prefix", "received",
					      (json_int_t)ms_int(family, "/received", 0)));
}

static json_t *show_neighbor(const json_t *session)
{
	json_t *families = json_object(), *row;
	char state[24];

	snprintf(state, sizeof(state), "%s", ms_str(session, "/state", "Idle"));
	state[0] |= 0x20;
	put_family(families, "l2vpn-evpn", ms_at(session, "/families/evpn"));
	put_family(families, "ipv4-unicast", ms_at(session, "/families/ipv4"));
	put_family(families, "ipv6-unicast", ms_at(session, "/families/ipv6"));
	row = json_pack("{s:s,s:o}", "state", state, "address-family", families);
	if (json_object_get(session, "asn"))
		json_object_set_new(row, "remote-as", json_integer(ms_int(session, "/asn", 0)));
	if (!strcmp(state, "established"))
		json_object_set_new(row, "uptime", json_integer(ms_int(session, "/upSeconds", 0)));
	return row;
}

static json_t *show_neighbors(struct sim_switch *sw)
{
	json_auto_t *sessions = sim_bgp_sessions(sw);
	json_t *all = json_object(), *session;
	const char *key;
	char native[64];

	json_object_foreach(sessions, key, session)
		if (!ms_starts(key, "port:"))
			json_object_set_new(all, key, show_neighbor(session));
		else if (sim_port_native(sw, key + strlen("port:"), native, sizeof(native)))
			json_object_set_new(all, native, show_neighbor(session));
	return all;
}

/* Tunnel end points of others that have the same VNI. */
static json_t *remote_vteps(struct sim_switch *sw, const char *vni)
{
	json_t *vteps = json_object();

	for (size_t i = 0; i < sw->dev.sim->n_devices; i++) {
		struct sim_switch *other = sim_switch_of(sw->dev.sim->devices[i]);
		const json_t *tree = other && other != sw && other->platform == sw->platform
					     ? sim_nvue_applied(other)
					     : NULL;
		const char *source = ms_str(tree, "/nve/vxlan/source/address", NULL);

		if (source && sim_nvue_get(tree, "evpn", "vni", vni, NULL))
			json_object_set_new(vteps, source, json_object());
	}
	return vteps;
}

static json_t *show_vnis(struct sim_switch *sw)
{
	json_t *all = json_object(), *row;
	const char *vni;

	json_object_foreach(sim_nvue_get(sim_nvue_applied(sw), "evpn", "vni", NULL), vni, row)
		json_object_set_new(all, vni,
				    json_pack("{s:s,s:o}", "rd", ms_str(row, "/rd", ""),
					      "remote-vtep", remote_vteps(sw, vni)));
	return all;
}

json_t *sim_nvue_show(struct sim_switch *sw, const char *path)
{
	json_auto_t *interfaces = NULL;

	if (!strcmp(path, "system"))
		return show_system(sw);
	if (!strcmp(path, "platform"))
		return show_platform(sw);
	if (!strcmp(path, "interface"))
		return show_interfaces(sw, !sim_nvue_behaves(sw, "by-port"));
	if (ms_starts(path, "interface/")) {
		interfaces = show_interfaces(sw, true);
		return json_incref(sim_nvue_walk(interfaces, path + strlen("interface/")));
	}
	if (!strcmp(path, "vrf/default/router/bgp/neighbor"))
		return show_neighbors(sw);
	if (!strcmp(path, "evpn/vni"))
		return show_vnis(sw);
	return json_incref(sim_nvue_walk(sim_nvue_applied(sw), path));
}
