/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ports, channels and routed interfaces of VLANs as tables of CONFIG_DB. */
#include "fabric/sonic/sonic.h"

static void add_members(struct sonic_out *out, const char *native, const json_t *l2)
{
	int64_t untagged = ms_int(l2, "/access", ms_int(l2, "/native", 0));
	const json_t *vid;
	size_t i;

	json_array_foreach(json_object_get(l2, "tagged"), i, vid)
		sonic_set(out,
			  sonic_row(out, "VLAN_MEMBER", "Vlan%lld|%s",
				    (long long)json_integer_value(vid), native),
			  "tagging_mode", "tagged");
	if (untagged)
		sonic_set(out,
			  sonic_row(out, "VLAN_MEMBER", "Vlan%lld|%s", (long long)untagged, native),
			  "tagging_mode", "untagged");
}

static void add_addresses(struct sonic_out *out, const char *table, const char *native,
			  const json_t *addresses)
{
	const json_t *address;
	size_t i;

	json_array_foreach(addresses, i, address)
		sonic_row(out, table, "%s|%s", native, json_string_value(address));
}

static void add_routed(struct sonic_out *out, const char *table, const char *native,
		       const json_t *l3)
{
	json_t *row = sonic_row(out, table, "%s", native);
	const char *vrf = ms_str(l3, "/vrf", NULL);
	char name[64];

	if (vrf)
		sonic_set(out, row, "vrf_name", "%s", sonic_vrf(vrf, name, sizeof name));
	if (ms_bool(l3, "/unnumbered", false))
		sonic_set(out, row, "ipv6_use_link_local_only", "enable");
	add_addresses(out, table, native, json_object_get(l3, "addresses"));
}

static void add_common(struct sonic_out *out, json_t *row, const json_t *port)
{
	const char *description = ms_str(port, "/description", NULL);

	if (json_object_get(port, "enabled"))
		sonic_set(out, row, "admin_status", "%s",
			  ms_bool(port, "/enabled", true) ? "up" : "down");
	if (json_object_get(port, "mtu"))
		sonic_set(out, row, "mtu", "%lld", (long long)ms_int(port, "/mtu", 0));
	if (description)
		sonic_set(out, row, "description", "%s", description);
}

/* A fixed speed goes with autonegotiation switched off in words: without that field, the speed
 * that every port has is its own. */
static int add_port(struct sonic_out *out, const char *name, const json_t *port, struct ms_err *err)
{
	const char *speed = ms_str(port, "/speed", NULL), *parts = ms_str(port, "/breakout", NULL);
	json_t *l2 = json_object_get(port, "l2"), *l3 = json_object_get(port, "l3"), *row;
	char native[64];
	int r = sonic_port(out, name, native, sizeof native, err);

	if (r)
		return r;
	if (parts) {
		sonic_set(out, sonic_row(out, "BREAKOUT_CFG", "%s", native), "brkout_mode", "%s",
			  parts);
		return 0;
	}
	row = sonic_row(out, "PORT", "%s", native);
	add_common(out, row, port);
	if (speed) {
		sonic_set(out, row, "speed", "%ld000", strtol(speed, NULL, 10));
		sonic_set(out, row, "autoneg", "off");
	}
	add_members(out, native, l2);
	sonic_render_port_qos(out, native, port);
	if (l3)
		add_routed(out, "INTERFACE", native, l3);
	return 0;
}

static int add_channel(struct sonic_out *out, const char *name, const json_t *channel,
		       struct ms_err *err)
{
	const char *mac = ms_str(channel, "/systemMac", NULL);
	json_t *row = sonic_row(out, "PORTCHANNEL", "PortChannel%s", name), *member;
	char native[64], port[64];
	size_t i;
	int r;

	snprintf(native, sizeof native, "PortChannel%.40s", name);
	add_common(out, row, channel);
	sonic_set(out, row, "lacp_key", "auto");
	if (mac)
		sonic_set(out, row, "system_mac", "%s", mac);
	json_array_foreach(json_object_get(channel, "members"), i, member) {
		r = sonic_port(out, json_string_value(member), port, sizeof port, err);
		if (r)
			return r;
		sonic_row(out, "PORTCHANNEL_MEMBER", "%s|%s", native, port);
	}
	add_members(out, native, json_object_get(channel, "l2"));
	if (json_object_get(channel, "l3"))
		add_routed(out, "PORTCHANNEL_INTERFACE", native, json_object_get(channel, "l3"));
	return 0;
}

static void add_svi(struct sonic_out *out, const char *vid, const json_t *svi)
{
	json_t *row = sonic_row(out, "VLAN_INTERFACE", "Vlan%s", vid);
	const char *vrf = ms_str(svi, "/vrf", NULL);
	char name[64], native[64];

	snprintf(native, sizeof native, "Vlan%.40s", vid);
	if (vrf)
		sonic_set(out, row, "vrf_name", "%s", sonic_vrf(vrf, name, sizeof name));
	if (ms_bool(svi, "/anycast", false))
		sonic_set(out, row, "static_anycast_gateway", "true");
	if (json_object_get(svi, "mtu"))
		sonic_set(out, sonic_row(out, "VLAN", "%s", native), "mtu", "%lld",
			  (long long)ms_int(svi, "/mtu", 0));
	add_addresses(out, "VLAN_INTERFACE", native, json_object_get(svi, "addresses"));
}

int sonic_render_interfaces(struct sonic_out *out, struct ms_err *err)
{
	const char *name;
	json_t *value;
	int r;

	json_object_foreach(json_object_get(out->model, "ports"), name, value) {
		r = add_port(out, name, value, err);
		if (r)
			return r;
	}
	json_object_foreach(json_object_get(out->model, "channels"), name, value) {
		r = add_channel(out, name, value, err);
		if (r)
			return r;
	}
	json_object_foreach(json_object_get(out->model, "svis"), name, value)
		add_svi(out, name, value);
	return 0;
}
