/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interfaces of a Junos switch: ports, aggregated ones, irb, lo0. */
#include "fabric/junos/junos.h"

#define MEMBERS_MAX 4094

static json_t *section(struct junos_in *in, const char *name)
{
	json_t *found = json_object_get(in->model, name);

	if (!found) {
		found = json_object();
		json_object_set_new(in->model, name, found);
	}
	return found;
}

/* ---- which instance a logical interface is in
 * ---------------------------------------------------- */

/* Takes it out of there.  type: "vpls", or NULL for a VRF. */
static const char *instance_of(struct junos_in *in, const char *unit, bool vpls)
{
	const char *name;
	json_t *row;

	json_object_foreach(json_object_get(in->tree, "routing-instances"), name, row) {
		json_t *list = junos_at(row, "interface");

		if (!json_object_get(list, unit) ||
		    (junos_at(row, "instance-type vpls") != NULL) != vpls)
			continue;
		json_object_del(list, unit);
		return name;
	}
	return NULL;
}

static int64_t vlan_of_instance(struct junos_in *in, const char *name)
{
	json_t *ids = junos_at(
		json_object_get(json_object_get(in->tree, "routing-instances"), name), "vlan-id");
	void *first = json_is_object(ids) ? json_object_iter(ids) : NULL;

	return first ? strtoll(json_object_iter_key(first), NULL, 10) : 0;
}

static void forget_vlan_interface(struct junos_in *in, const char *unit)
{
	static const char *const sections[] = { "vlans", "bridge-domains" };
	const char *name;
	json_t *row;

	for (size_t i = 0; i < MS_ARRAY_SIZE(sections); i++) {
		json_object_foreach(json_object_get(in->tree, sections[i]), name, row)
			json_object_del(junos_at(row, "interface"), unit);
	}
}

/* ---- VLANs of a port
 * ----------------------------------------------------------------------------- */

/* A number, a range, the name of a VLAN, or all that there are; false for what is none of these. */
static bool add_member(struct junos_in *in, json_t *list, const char *word)
{
	const json_t *named = json_object_get(in->vlan_ids, word);
	const char *name;
	json_t *id;
	char *end;
	long from, to;

	if (!strcmp(word, "all")) {
		json_object_foreach(in->vlan_ids, name, id)
			json_array_append(list, id);
		return true;
	}
	if (named)
		return !json_array_append(list, (json_t *)named);
	from = to = strtol(word, &end, 10);
	if (end == word || from < 1 || from > MEMBERS_MAX)
		return false;
	if (*end == '-')
		to = strtol(end + 1, &end, 10);
	if (*end || to < from || to > MEMBERS_MAX)
		return false;
	for (; from <= to; from++)
		json_array_append_new(list, json_integer(from));
	return true;
}

static void take_members(struct junos_in *in, json_t *family, const char *path, json_t *list)
{
	json_t *members = junos_at(family, path), *below;
	const char *word;
	void *next;

	if (!json_is_object(members))
		return;
	json_object_foreach_safe(members, next, word, below)
		if (add_member(in, list, word))
			json_object_del(members, word);
}

static json_t *unique(json_t *list, int64_t without)
{
	json_t *sorted = junos_sort(list), *out = json_array(), *value;
	size_t i;

	json_array_foreach(sorted, i, value)
		if (json_integer_value(value) != without &&
		    (!i || !json_equal(value, json_array_get(sorted, i - 1))))
			json_array_append(out, value);
	json_decref(sorted);
	return out;
}

static int64_t take_native(struct junos_in *in, json_t *node)
{
	char buf[256];
	const char *word = junos_take(in, node, "native-vlan-id", buf);

	return word ? strtoll(word, NULL, 10) : 0;
}

static void set_trunk(json_t *row, json_t *members, int64_t native)
{
	json_t *l2 = json_object();

	json_object_set_new(l2, "tagged", unique(members, native));
	if (native)
		json_object_set_new(l2, "native", json_integer(native));
	json_object_set_new(row, "l2", l2);
}

static void parse_family(struct junos_in *in, json_t *node, json_t *family, json_t *row)
{
	char buf[256];
	const char *mode = junos_take(in, family, "interface-mode", buf);
	bool trunk = ms_streq(mode, "trunk");
	json_t *members = json_array(), *l2;

	take_members(in, family, "vlan members", members);
	take_members(in, family, "vlan-id-list", members);
	take_members(in, family, "vlan-id", members);
	if (trunk) {
		set_trunk(row, members, take_native(in, node));
		return;
	}
	l2 = json_object();
	if (json_array_size(members))
		json_object_set(l2, "access", json_array_get(members, 0));
	if (json_object_size(l2))
		json_object_set(row, "l2", l2);
	json_decref(l2);
	json_decref(members);
}

/* A logical interface for each VLAN. */
static void parse_units(struct junos_in *in, const char *name, json_t *node, json_t *row)
{
	json_t *members = json_array(), *unit;
	const char *number;
	char buf[256], logical[320];

	json_object_foreach(json_object_get(node, "unit"), number, unit) {
		bool routed = junos_at(unit, "family inet") || junos_at(unit, "family inet6");
		const char *vid = json_is_object(unit) && !routed
					  ? junos_take(in, unit, "vlan-id", buf)
					  : NULL;

		if (!vid)
			continue;
		json_array_append_new(members, json_integer(strtoll(vid, NULL, 10)));
		snprintf(logical, sizeof(logical), "%s.%s", name, number);
		instance_of(in, logical, true);
		forget_vlan_interface(in, logical);
		junos_take_flag(unit, "encapsulation vlan-vpls");
		junos_take_flag(unit, "encapsulation vlan-bridge");
		junos_take_flag(unit, "family vpls");
	}
	set_trunk(row, members, take_native(in, node));
}

static void parse_port_vpls(struct junos_in *in, const char *name, json_t *node, json_t *row)
{
	char logical[320];
	const char *instance;

	snprintf(logical, sizeof(logical), "%s.0", name);
	instance = instance_of(in, logical, true);
	junos_take_flag(node, "encapsulation ethernet-vpls");
	junos_take_flag(node, "unit 0 family vpls");
	if (instance && vlan_of_instance(in, instance))
		json_object_set_new(
			row, "l2",
			json_pack("{s:I}", "access", (json_int_t)vlan_of_instance(in, instance)));
}

/* ---- addresses
 * ------------------------------------------------------------------------------------ */

static json_t *take_addresses(json_t *unit)
{
	json_auto_t *four = junos_take_set(unit, "family inet address", false),
		    *six = junos_take_set(unit, "family inet6 address", false);
	json_t *list = json_array();

	if (four)
		json_array_extend(list, four);
	if (six)
		json_array_extend(list, six);
	return junos_sort(list);
}

static bool is_routed(const json_t *unit)
{
	return junos_at(unit, "family inet") || junos_at(unit, "family inet6");
}

static void parse_routed(struct junos_in *in, const char *name, json_t *unit, json_t *row)
{
	json_t *l3 = json_object();
	char logical[320];
	const char *vrf;

	snprintf(logical, sizeof(logical), "%s.0", name);
	json_object_set_new(l3, "addresses", take_addresses(unit));
	junos_take_flag(unit, "family inet");
	junos_take_flag(unit, "family inet6");
	junos_take_flag(unit, "family mpls");
	vrf = instance_of(in, logical, false);
	if (vrf)
		json_object_set_new(l3, "vrf", json_string(vrf));
	json_object_set_new(row, "l3", l3);
}

/* ---- ports and channels
 * ---------------------------------------------------------------------------- */

static void parse_layers(struct junos_in *in, const char *name, json_t *node, json_t *row)
{
	json_t *unit = junos_at(node, "unit 0");
	json_t *family = junos_at(unit, "family ethernet-switching");

	family = family ? family : junos_at(unit, "family bridge");
	if (junos_at(node, "encapsulation ethernet-vpls"))
		parse_port_vpls(in, name, node, row);
	else if (junos_take_flag(node, "flexible-vlan-tagging"))
		parse_units(in, name, node, row);
	else if (json_is_object(family))
		parse_family(in, node, family, row);
	if (is_routed(unit))
		parse_routed(in, name, unit, row);
	junos_take_flag(node, "encapsulation flexible-ethernet-services");
}

static void parse_mtu(struct junos_in *in, json_t *node, json_t *row)
{
	bool flexible = junos_at(node, "flexible-vlan-tagging") != NULL;
	char buf[256];
	const char *word = junos_take(in, node, "mtu", buf);

	if (word)
		json_object_set_new(row, "mtu",
				    json_integer(strtoll(word, NULL, 10) - JUNOS_MTU_HEAD -
						 (flexible ? JUNOS_MTU_TAGS : 0)));
}

static void parse_common(struct junos_in *in, const char *name, json_t *node, json_t *row)
{
	char buf[256];
	const char *word = junos_take(in, node, "description", buf);

	if (word)
		json_object_set_new(row, "description", json_string(word));
	json_object_set_new(row, "enabled", json_boolean(!junos_take_flag(node, "disable")));
	parse_mtu(in, node, row);
	parse_layers(in, name, node, row);
}

static json_t *take_speed(struct junos_in *in, json_t *node, const char *before)
{
	char buf[256], text[300];
	const char *word = junos_take(in, node, "speed", buf);
	size_t len = word ? strlen(word) : 0;

	if (len && word[len - 1] == 'g')
		buf[len - 1] = 'G';
	snprintf(text, sizeof(text), "%s%s", before, word ? word : "");
	return word ? json_string(text) : NULL;
}

static void parse_breakout(struct junos_in *in, json_t *node, json_t *row)
{
	char buf[256], before[300];
	const char *parts = junos_take(in, node, "number-of-sub-ports", buf);
	json_t *speed;

	snprintf(before, sizeof(before), "%s%s", parts ? parts : "", parts ? "x" : "");
	speed = take_speed(in, node, before);
	if (speed)
		json_object_set_new(row, parts ? "breakout" : "speed", speed);
	if (parts)
		json_object_del(row, "enabled");
}

static json_t *row_of(json_t *rows, const char *key)
{
	json_t *row = json_object_get(rows, key);

	if (!row) {
		row = json_object();
		json_object_set_new(rows, key, row);
	}
	return row;
}

static void parse_member(struct junos_in *in, const char *port, json_t *node)
{
	static const char *const paths[] = { "ether-options 802.3ad", "gigether-options 802.3ad" };
	char buf[256];

	for (size_t i = 0; i < MS_ARRAY_SIZE(paths); i++) {
		const char *ae = junos_take(in, node, paths[i], buf);
		json_t *row, *members;

		if (!ae || !ms_starts(ae, "ae"))
			continue;
		row = row_of(section(in, "channels"), ae + 2);
		members = json_object_get(row, "members");
		if (!members) {
			members = json_array();
			json_object_set_new(row, "members", members);
		}
		fabric_set_add(members, json_string(port)); /* in the order of our names */
	}
}

static void parse_port(struct junos_in *in, const char *name, const char *port, json_t *node)
{
	json_t *row = row_of(section(in, "ports"), port);

	parse_member(in, port, node);
	parse_common(in, name, node, row);
	parse_breakout(in, node, row);
}

static void parse_channel(struct junos_in *in, const char *name, json_t *node)
{
	json_t *row = row_of(section(in, "channels"), name + 2), *members;
	static const char *const modes[] = { "active", "passive" };
	const char *lacp = "static", *word;
	char buf[256];

	for (size_t i = 0; i < MS_ARRAY_SIZE(modes); i++) {
		char path[64];

		snprintf(path, sizeof(path), "aggregated-ether-options lacp %s", modes[i]);
		if (junos_take_flag(node, path))
			lacp = modes[i];
	}
	json_object_set_new(row, "lacp", json_string(lacp));
	word = junos_take(in, node, "aggregated-ether-options lacp system-id", buf);
	if (word)
		json_object_set_new(row, "systemMac", json_string(word));
	junos_take_flag(node, "esi all-active");
	word = junos_take(in, node, "esi", buf);
	if (word)
		json_object_set_new(row, "esi", json_string(word));
	parse_common(in, name, node, row);
	members = json_object_get(row, "members");
	if (members)
		json_object_set_new(row, "members", junos_sort(json_incref(members)));
}

/* ---- irb, lo0
 * ---------------------------------------------------------------------------------------- */

static const char *vid_of_irb(const struct junos_in *in, const char *logical, const char *otherwise,
			      char buf[static 32])
{
	static const char *const sections[] = { "vlans", "bridge-domains" };
	static const char *const words[] = { "l3-interface", "routing-interface" };
	const char *name;
	json_t *row;

	for (size_t i = 0; i < MS_ARRAY_SIZE(sections); i++) {
		json_object_foreach(json_object_get(in->tree, sections[i]), name, row) {
			if (!json_object_get(junos_at(row, words[i]), logical))
				continue;
			json_object_del(junos_at(row, words[i]), logical);
			if (json_object_get(in->vlan_ids, name)) {
				snprintf(buf, 32, "%lld",
					 (long long)json_integer_value(
						 json_object_get(in->vlan_ids, name)));
				return buf;
			}
		}
	}
	return otherwise;
}

static void parse_svi(struct junos_in *in, const char *number, json_t *unit)
{
	char logical[320], buf[256], key[32];
	const char *vrf, *mac, *mtu;
	json_t *row;

	snprintf(logical, sizeof(logical), "irb.%s", number);
	row = row_of(section(in, "svis"), vid_of_irb(in, logical, number, key));
	mtu = junos_take(in, unit, "family inet mtu", buf);
	if (mtu)
		json_object_set_new(row, "mtu", json_integer(strtoll(mtu, NULL, 10)));
	junos_take(in, unit, "family inet6 mtu", buf);
	json_object_set_new(row, "addresses", take_addresses(unit));
	junos_take_flag(unit, "family inet");
	mac = junos_take(in, unit, "mac", buf);
	json_object_set_new(row, "anycast", json_boolean(mac != NULL));
	if (mac)
		json_object_set_new(section(in, "evpn"), "gatewayMac", json_string(mac));
	vrf = instance_of(in, logical, false);
	if (vrf)
		json_object_set_new(row, "vrf", json_string(vrf));
}

static void parse_irb(struct junos_in *in, json_t *node)
{
	const char *number;
	json_t *unit;

	json_object_foreach(json_object_get(node, "unit"), number, unit)
		if (json_is_object(unit))
			parse_svi(in, number, unit);
}

/* 127.0.0.0/8 and ::1 are the device's own. */
static void parse_loopback(struct junos_in *in, json_t *node)
{
	json_t *list = take_addresses(junos_at(node, "unit 0"));

	for (size_t i = json_array_size(list); i-- > 0;) {
		const char *address = json_string_value(json_array_get(list, i));

		if (ms_starts(address, "127.") || ms_starts(address, "::1/"))
			json_array_remove(list, i);
	}
	if (json_array_size(list))
		json_object_set_new(section(in, "loopback"), "addresses", list);
	else
		json_decref(list);
}

void junos_parse_interfaces(struct junos_in *in)
{
	char port[64];
	const char *name;
	json_t *node;

	json_object_foreach(json_object_get(in->tree, "interfaces"), name, node) {
		if (!json_is_object(node))
			continue;
		if (!strcmp(name, "lo0"))
			parse_loopback(in, node);
		else if (!strcmp(name, "irb"))
			parse_irb(in, node);
		else if (ms_starts(name, "ae") && name[2] >= '0' && name[2] <= '9')
			parse_channel(in, name, node);
		else if (fabric_port_abstract(in->dialect, name, port, sizeof(port)))
			parse_port(in, name, port, node);
	}
}
