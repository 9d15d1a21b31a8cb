/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of CONFIG_DB as ports, channels and routed interfaces of VLANs. */
#include "fabric/sonic/sonic.h"

static const char *field(const json_t *row, const char *name)
{
	return json_string_value(json_object_get(row, name));
}

static void set(struct sonic_in *in, json_t *object, const char *key, json_t *value)
{
	in->failed |= json_object_set_new(object, key, value) != 0;
}

/* What says nothing is down when it is a port, and up when it is a channel. */
static void read_common(struct sonic_in *in, json_t *port, const json_t *row, const char *otherwise)
{
	const char *description = field(row, "description"), *mtu = field(row, "mtu"),
		   *status = field(row, "admin_status");

	set(in, port, "enabled", json_boolean(!strcmp(status ? status : otherwise, "up")));
	set(in, port, "mtu", json_integer(mtu ? strtol(mtu, NULL, 10) : SONIC_MTU));
	if (description && *description)
		set(in, port, "description", json_string(description));
}

static void read_ports(struct sonic_in *in)
{
	const char *key, *speed;
	json_t *row, *port;

	json_object_foreach(json_object_get(in->tables, "PORT"), key, row) {
		port = sonic_interface(in, key);
		if (!port)
			continue;
		read_common(in, port, row, "down");
		speed = field(row, "speed");
		if (speed && ms_streq(field(row, "autoneg"), "off"))
			set(in, port, "speed",
			    json_sprintf("%ldG", strtol(speed, NULL, 10) / 1000));
	}
}

/* The first part of a port has the name that the whole port had. */
static void read_breakouts(struct sonic_in *in)
{
	const char *key, *mode;
	unsigned parts, gigabits;
	char name[64], end;
	json_t *row;

	json_object_foreach(json_object_get(in->tables, "BREAKOUT_CFG"), key, row) {
		mode = field(row, "brkout_mode");
		/* "1x100G[40G]" is a port in one piece, "4x25G[10G]" can have parts of another
		 * speed; parts of several sizes ("2x50G(2)+1x100G(2)") the model cannot say. */
		if (!mode || strchr(mode, '+') ||
		    sscanf(mode, "%2ux%4u%c", &parts, &gigabits, &end) != 3 || end != 'G' ||
		    parts < 2 || !fabric_port_abstract(in->dialect, key, name, sizeof name))
			continue;
		name[strcspn(name, "/")] = '\0';
		set(in, sonic_dig(in, sonic_dig(in, in->model, "ports"), name), "breakout",
		    json_sprintf("%ux%uG", parts, gigabits));
	}
}

static void read_channels(struct sonic_in *in)
{
	const char *key, *member;
	char name[64], port[64];
	json_t *row, *channel;

	json_object_foreach(json_object_get(in->tables, "PORTCHANNEL"), key, row) {
		channel = sonic_interface(in, key);
		if (!channel)
			continue;
		read_common(in, channel, row, "up");
		set(in, channel, "lacp", json_string("active"));
		if (field(row, "system_mac"))
			set(in, channel, "systemMac", json_string(field(row, "system_mac")));
	}
	json_object_foreach(json_object_get(in->tables, "PORTCHANNEL_MEMBER"), key, row) {
		member = sonic_key(key, name, sizeof name);
		channel = member ? sonic_interface(in, name) : NULL;
		if (channel && fabric_port_abstract(in->dialect, member, port, sizeof port))
			sonic_add(in, channel, "members", json_string(port));
	}
}

/* An untagged VLAN beside tagged ones is the native one of a trunk, alone it is an access port. */
static void settle_untagged(struct sonic_in *in, json_t *ports)
{
	const char *name;
	json_t *port;

	json_object_foreach(ports, name, port) {
		json_t *l2 = json_object_get(port, "l2"), *native = json_object_get(l2, "native");

		if (!native || json_object_get(l2, "tagged"))
			continue;
		set(in, l2, "access", json_incref(native));
		json_object_del(l2, "native");
	}
}

static void read_members(struct sonic_in *in)
{
	const char *key, *name;
	char vlan[64];
	json_t *row, *port;

	json_object_foreach(json_object_get(in->tables, "VLAN_MEMBER"), key, row) {
		name = sonic_key(key, vlan, sizeof vlan);
		if (!name || !ms_starts(vlan, "Vlan") || ms_starts(name, "Vlan"))
			continue;
		port = sonic_interface(in, name);
		if (!port)
			continue;

		json_t *l2 = sonic_dig(in, port, "l2"),
		       *vid = json_integer(strtol(vlan + 4, NULL, 10));

		if (ms_streq(field(row, "tagging_mode"), "untagged"))
			set(in, l2, "native", vid);
		else
			sonic_add(in, l2, "tagged", vid);
	}
	settle_untagged(in, json_object_get(in->model, "ports"));
	settle_untagged(in, json_object_get(in->model, "channels"));
}

static void read_routed(struct sonic_in *in, const char *table)
{
	const char *key, *address, *vrf;
	char name[64];
	json_t *row, *port;

	json_object_foreach(json_object_get(in->tables, table), key, row) {
		address = sonic_key(key, name, sizeof name);
		port = sonic_interface(in, name);
		if (!port)
			continue;

		json_t *l3 = sonic_dig(in, port, "l3");

		if (address) {
			sonic_add(in, l3, "addresses", json_string(address));
			continue;
		}
		vrf = field(row, "vrf_name");
		if (vrf)
			set(in, l3, "vrf", json_string(ms_starts(vrf, "Vrf_") ? vrf + 4 : vrf));
		if (ms_streq(field(row, "ipv6_use_link_local_only"), "enable"))
			set(in, l3, "unnumbered", json_true());
	}
}

static bool carries_vrf(const struct sonic_in *in, const char *vid)
{
	const char *name;
	json_t *vrf;

	json_object_foreach(json_object_get(in->model, "vrfs"), name, vrf)
		if (ms_int(vrf, "/l3vlan", 0) == strtol(vid, NULL, 10))
			return true;
	return false;
}

static void read_svi(struct sonic_in *in, const char *name, const char *address, const json_t *row)
{
	const char *mtu = field(json_object_get(json_object_get(in->tables, "VLAN"), name), "mtu");
	json_t *svi = sonic_interface(in, name);
	const char *vrf = field(row, "vrf_name");

	if (address) {
		sonic_add(in, svi, "addresses", json_string(address));
		/* Early releases have no row for the interface itself. */
		if (!json_object_get(svi, "anycast"))
			set(in, svi, "anycast", json_false());
		return;
	}
	set(in, svi, "anycast",
	    json_boolean(ms_streq(field(row, "static_anycast_gateway"), "true")));
	if (vrf)
		set(in, svi, "vrf", json_string(ms_starts(vrf, "Vrf_") ? vrf + 4 : vrf));
	if (mtu)
		set(in, svi, "mtu", json_integer(strtol(mtu, NULL, 10)));
}

static void read_svis(struct sonic_in *in)
{
	const char *key, *address;
	char name[64];
	json_t *row;

	json_object_foreach(json_object_get(in->tables, "VLAN_INTERFACE"), key, row) {
		address = sonic_key(key, name, sizeof name);
		if (ms_starts(name, "Vlan") && !carries_vrf(in, name + 4) &&
		    sonic_interface(in, name))
			read_svi(in, name, address, row);
	}
}

void sonic_parse_interfaces(struct sonic_in *in)
{
	read_ports(in);
	read_breakouts(in);
	read_channels(in);
	read_members(in);
	read_routed(in, "INTERFACE");
	read_routed(in, "PORTCHANNEL_INTERFACE");
	read_svis(in);
}
