/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interfaces of an NVUE tree: ports, channels, the loopback, and routed interfaces of VLANs. */
#include <ctype.h>
#include <errno.h>
#include "fabric/nvue/nvue.h"

static void parse_link(struct nvue_in *in, const json_t *node, json_t *row)
{
	const json_t *link = json_object_get(node, "link"), *state = json_object_get(link, "state");
	json_t *description = json_object_get(node, "description");
	int64_t mtu = nvue_number(json_object_get(link, "mtu"), 65535, 0);
	const char *word = json_string_value(state);

	if (json_is_string(description))
		nvue_put(in, row, "description", json_incref(description));
	if (json_object_get(state, "down") || ms_streq(word, "down"))
		nvue_put(in, row, "enabled", json_false());
	else if (json_object_get(state, "up") || ms_streq(word, "up"))
		nvue_put(in, row, "enabled", json_true());
	if (mtu)
		nvue_put(in, row, "mtu", json_integer(mtu));
}

/* ---- layer 2 -------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;

	return (x > y) - (x < y);
}

/* VLANs of a map, without the native one. */
static json_t *tagged_of(const json_t *map, int64_t native)
{
	MS_AUTO_FREE long *vids = calloc(json_object_size(map) + 1, sizeof(*vids));
	json_t *list = json_array(), *value;
	const char *key;
	size_t n = 0, i;

	json_object_foreach(vids ? (json_t *)map : NULL, key, value) {
		json_auto_t *text = json_string(key);
		int64_t vid = nvue_number(text, 4094, 0);

		if (vid && vid != native)
			vids[n++] = (long)vid;
	}
	if (n)
		qsort(vids, n, sizeof(*vids), by_number);
	for (i = 0; i < n; i++)
		json_array_append_new(list, json_integer(vids[i]));
	return list;
}

/* An interface in the bridge that names no VLAN has all of them, and VLAN 1, or the bridge's,
 * untagged. */
static json_t *parse_l2(struct nvue_in *in, const json_t *interface)
{
	const json_t *node = nvue_at(interface, "bridge", "domain", NVUE_BRIDGE, NULL);
	const json_t *bridge = nvue_at(in->tree, "bridge", "domain", NVUE_BRIDGE, NULL);
	const json_t *vlans = json_object_get(node, "vlan");
	int64_t access = nvue_number(json_object_get(node, "access"), 4094, 0), native;
	json_t *l2;

	if (!json_is_object(node))
		return NULL;
	l2 = json_object();
	if (access) {
		nvue_put(in, l2, "access", json_integer(access));
		return l2;
	}
	native = nvue_number(json_object_get(bridge, "untagged"), 4094, 1);
	if (json_object_get(node, "untagged"))
		native = nvue_number(json_object_get(node, "untagged"), 4094, 0);
	if (!json_object_size(vlans))
		vlans = json_object_get(bridge, "vlan");
	nvue_put(in, l2, "tagged", tagged_of(vlans, native));
	if (native)
		nvue_put(in, l2, "native", json_integer(native));
	if (native || json_array_size(json_object_get(l2, "tagged")))
		return l2;
	json_decref(l2);
	return NULL;
}

/* ---- layer 3 -------------------------------------------------------------------------------- */

/* A session over link-local addresses (port NULL: a channel, which has none), or those switched on
 * by hand. */
static bool runs_unnumbered(const struct nvue_in *in, const char *port, const json_t *ip)
{
	char key[80];

	snprintf(key, sizeof(key), "port:%s", port ? port : "");
	return nvue_at(in->model, "bgp", "neighbors", key, NULL) ||
	       nvue_is_on(json_object_get(ip, "ipv6"), false);
}

static json_t *parse_l3(struct nvue_in *in, const char *port, const json_t *interface)
{
	const json_t *ip = json_object_get(interface, "ip");
	json_t *addresses = nvue_addresses(json_object_get(ip, "address"));
	const char *vrf = json_string_value(json_object_get(ip, "vrf"));
	json_t *l3;

	if (ms_streq(vrf, "default"))
		vrf = NULL;
	if (!addresses && !vrf && !runs_unnumbered(in, port, ip))
		return NULL;
	l3 = json_object();
	if (addresses)
		nvue_put(in, l3, "addresses", addresses);
	else if (runs_unnumbered(in, port, ip))
		nvue_put(in, l3, "unnumbered", json_true());
	if (vrf)
		nvue_put(in, l3, "vrf", json_string(vrf));
	return l3;
}

/* ---- ports ---------------------------------------------------------------------------------- */

/* Speed that all parts of a broken-out port are told; NULL when they are told none, or not the
 * same. */
static const char *speed_of_parts(const struct nvue_in *in, const char *port, unsigned parts)
{
	const char *speed = NULL, *one;
	char abstract[64], name[64];

	for (unsigned i = 1; i <= parts; i++) {
		snprintf(abstract, sizeof(abstract), "%s/%u", port, i);
		if (fabric_port_native(in->dialect, abstract, name, sizeof(name)))
			return NULL;
		one = json_string_value(
			nvue_at(in->tree, "interface", name, "link", "speed", NULL));
		if (!one || (speed && strcmp(one, speed)))
			return NULL;
		speed = one;
	}
	return speed;
}

/* "4x25G", where parts and their speed are known. */
static bool breakout_of(const struct nvue_in *in, const char *port, const char *name, char *buf,
			size_t size)
{
	const json_t *node = nvue_at(in->tree, "interface", name, "link", "breakout", NULL);
	const char *word, *speed;
	unsigned parts;
	json_t *value;
	char x;

	json_object_foreach((json_t *)node, word, value) {
		if (sscanf(word, "%u%c", &parts, &x) != 2 || x != 'x' || parts < 2 || parts > 8)
			continue;
		speed = speed_of_parts(in, port, parts);
		if (speed)
			return snprintf(buf, size, "%ux%s", parts, speed) < (int)size;
		/* Older releases have the speed in the word. */
		if (strchr(word, 'G'))
			return snprintf(buf, size, "%s", word) < (int)size;
	}
	return false;
}

/* Is the speed of this part the one that its breakout stands for? */
static bool speed_is_of_breakout(const struct nvue_in *in, const char *port)
{
	char whole[64], name[64], word[64];

	snprintf(whole, sizeof(whole), "%.*s", (int)strcspn(port, "/"), port);
	return strchr(port, '/') && !fabric_port_native(in->dialect, whole, name, sizeof(name)) &&
	       breakout_of(in, whole, name, word, sizeof(word));
}

static void parse_port(struct nvue_in *in, const char *port, const char *name, const json_t *node)
{
	const char *speed = json_string_value(nvue_at(node, "link", "speed", NULL));
	json_auto_t *row = json_object();
	char word[64];

	parse_link(in, node, row);
	if (speed && strcmp(speed, "auto") && !speed_is_of_breakout(in, port))
		nvue_put(in, row, "speed", json_string(speed));
	if (breakout_of(in, port, name, word, sizeof(word)))
		nvue_put(in, row, "breakout", json_string(word));
	nvue_parse_port_qos(in, row, node);
	/* Frames of a member are those of its bond. */
	if (!json_object_get(in->members, name)) {
		nvue_put(in, row, "l2", parse_l2(in, node));
		nvue_put(in, row, "l3", parse_l3(in, port, node));
	}
	if (json_object_size(row))
		nvue_put(in, nvue_section(in, "ports", NULL), port, json_incref(row));
}

/* ---- channels ------------------------------------------------------------------------------- */

static json_t *parse_members(struct nvue_in *in, const json_t *members)
{
	json_auto_t *ports = json_object();
	const char *name;
	json_t *value;
	char port[64];

	json_object_foreach((json_t *)members, name, value)
		if (fabric_port_abstract(in->dialect, name, port, sizeof(port)))
			nvue_put(in, ports, port, json_null());
	return nvue_key_list(ports);
}

/* Named, or made of MAC address and number (type 3 of RFC 7432, section 5). */
static json_t *segment_of(const json_t *segment, const json_t *mac)
{
	int64_t id = nvue_number(json_object_get(segment, "local-id"), 16777215, 0);
	char text[40];

	if (json_is_string(json_object_get(segment, "identifier")))
		return nvue_mac(json_object_get(segment, "identifier"));
	if (!id || !mac)
		return NULL;
	snprintf(text, sizeof(text), "03:%.17s:%02x:%02x:%02x", json_string_value(mac),
		 (unsigned)(id >> 16 & 255), (unsigned)(id >> 8 & 255), (unsigned)(id & 255));
	return json_string(text);
}

static void parse_segment(struct nvue_in *in, const json_t *node, json_t *row)
{
	const json_t *segment = nvue_at(node, "evpn", "multihoming", "segment", NULL);
	const json_t *all = nvue_at(in->tree, "evpn", "multihoming", "segment", NULL);
	json_auto_t *mac = nvue_mac(json_object_get(segment, "mac-address"));
	json_t *esi;

	if (!segment || !nvue_is_on(segment, true))
		return;
	if (!mac)
		mac = nvue_mac(json_object_get(all, "mac-address"));
	esi = segment_of(segment, mac);
	nvue_put(in, row, "esi", esi);
	if (esi && mac)
		nvue_put(in, row, "systemMac", json_incref(mac));
}

static void parse_channel(struct nvue_in *in, const char *number, const json_t *node)
{
	const json_t *bond = json_object_get(node, "bond"), *mlag = json_object_get(bond, "mlag");
	const char *mode = json_string_value(json_object_get(bond, "mode"));
	json_t *row = nvue_section(in, "channels", number);
	int64_t id = nvue_number(json_object_get(mlag, "id"), 65535, 0);

	parse_link(in, node, row);
	nvue_put(in, row, "members", parse_members(in, json_object_get(bond, "member")));
	nvue_put(in, row, "lacp", json_string(ms_streq(mode, "static") ? "static" : "active"));
	nvue_put(in, row, "l2", parse_l2(in, node));
	nvue_put(in, row, "l3", parse_l3(in, NULL, node));
	if (id && nvue_is_on(mlag, true))
		nvue_put(in, row, "mlag", json_integer(id));
	parse_segment(in, node, row);
}

/* The number that the link of a pair has is in the site file; NVUE calls it peerlink. */
static void parse_peerlink(struct nvue_in *in, const json_t *node)
{
	const char *number = ms_str(in->dialect->sw, "/spec/pair/link", "1000");

	parse_channel(in, number, node);
	if (json_object_get(in->model, "mlag"))
		nvue_put(in, nvue_section(in, "mlag", NULL), "link", json_string(number));
}

/* ---- the rest ------------------------------------------------------------------------------- */

static void parse_svi(struct nvue_in *in, const char *vid, const json_t *node)
{
	const json_t *ip = json_object_get(node, "ip"), *vrr = json_object_get(ip, "vrr");
	const char *vrf = json_string_value(json_object_get(ip, "vrf"));
	/* Early releases have no switch for it, only whether it is up. */
	bool up = nvue_at(vrr, "state", "up", NULL) ||
		  ms_streq(json_string_value(json_object_get(vrr, "state")), "up");
	bool anycast = json_object_size(json_object_get(vrr, "address")) && nvue_is_on(vrr, up);
	json_t *addresses = nvue_addresses(json_object_get(anycast ? vrr : ip, "address"));
	int64_t mtu = nvue_number(nvue_at(node, "link", "mtu", NULL), 65535, 0);
	json_t *row;

	if (!addresses)
		return;
	row = nvue_section(in, "svis", vid);
	nvue_put(in, row, "addresses", addresses);
	nvue_put(in, row, "anycast", json_boolean(anycast));
	if (vrf && strcmp(vrf, "default"))
		nvue_put(in, row, "vrf", json_string(vrf));
	if (mtu)
		nvue_put(in, row, "mtu", json_integer(mtu));
	/* The MAC address that NVUE takes when it is told none. */
	if (anycast && !ms_at(in->model, "/evpn/gatewayMac"))
		nvue_put(in, nvue_section(in, "evpn", NULL), "gatewayMac",
			 json_string("00:00:5e:00:01:01"));
}

/* "bond12" with "bond" is "12"; NULL when it is no such name. */
static const char *number_behind(const char *name, const char *prefix)
{
	const char *digits = name + strlen(prefix);

	if (!ms_starts(name, prefix) || !*digits || strlen(digits) > 6 || *digits == '0')
		return NULL;
	return strspn(digits, "0123456789") == strlen(digits) ? digits : NULL;
}

/* 127.0.0.0/8 and ::1 are the system's own, whoever wrote them down. */
static void parse_loopback(struct nvue_in *in, const json_t *node)
{
	json_t *addresses = nvue_addresses(nvue_at(node, "ip", "address", NULL));

	for (size_t i = json_array_size(addresses); i-- > 0;) {
		const char *address = json_string_value(json_array_get(addresses, i));

		if (ms_starts(address, "127.") || ms_starts(address, "::1/"))
			json_array_remove(addresses, i);
	}
	if (json_array_size(addresses))
		nvue_put(in, nvue_section(in, "loopback", NULL), "addresses",
			 json_incref(addresses));
	json_decref(addresses);
}

static void parse_interface(struct nvue_in *in, const char *name, const json_t *node)
{
	const char *number;
	char port[64];

	if (!strcmp(name, "lo")) {
		parse_loopback(in, node);
	} else if (!strcmp(name, NVUE_PEERLINK)) {
		parse_peerlink(in, node);
	} else if (fabric_port_abstract(in->dialect, name, port, sizeof(port))) {
		parse_port(in, port, name, node);
	} else if ((number = number_behind(name, "bond"))) {
		parse_channel(in, number, node);
	} else if ((number = number_behind(name, "vlan"))) {
		parse_svi(in, number, node);
	}
}

static void note_members(struct nvue_in *in)
{
	const char *name, *member;
	json_t *node, *value;

	json_object_foreach(json_object_get(in->tree, "interface"), name, node)
		json_object_foreach(nvue_at(node, "bond", "member", NULL), member, value)
			nvue_put(in, in->members, member, json_true());
}

void nvue_parse_interfaces(struct nvue_in *in)
{
	const char *name;
	json_t *node;

	note_members(in);
	json_object_foreach(json_object_get(in->tree, "interface"), name, node)
		if (json_is_object(node))
			parse_interface(in, name, node);
}
