/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What OS10 has for RESTCONF: the trees of ietf-interfaces (RFC 7223), as its own modules augment
 * them, and what the switch is.  Numbers of 64 bits are text, and octets are base64 (RFC 7951
 * section 6).
 */
#include <openssl/evp.h>
#include "sim/os10/os10.h"
#include "sim/os10/restconf.h"

#define MTU 1532

/* ---- names ---- */

static const struct { const char *prefix, *type; } types[] = {
	{ "ethernet", "iana-if-type:ethernetCsmacd" },
	{ "vlan", "iana-if-type:l2vlan" },
	{ "port-channel", "iana-if-type:ieee8023adLag" },
	{ "loopback", "iana-if-type:softwareLoopback" },
	{ "mgmt", "dell-base-interface-common:management" },
};

const char *sim_os10_type(const char *name)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(types); i++) {
		size_t len = strlen(types[i].prefix);

		if (!strncmp(name, types[i].prefix, len) && strchr("0123456789", name[len]) &&
		    name[len])
			return types[i].type;
	}
	return NULL;
}

/* The name of the interface that a line of the configuration opens. */
static const char *interface_of(const char *key)
{
	const char *name = ms_starts(key, "interface ") ? key + strlen("interface ") : "";

	return sim_os10_type(name) ? name : NULL;
}

static void put_text(json_t *row, const char *key, const char *text)
{
	if (text && *text)
		json_object_set_new(row, key, json_string(text));
}

/* A list without entries is not there.  Takes it. */
static void put_list(json_t *row, const char *key, json_t *list)
{
	if (json_array_size(list))
		json_object_set(row, key, list);
	json_decref(list);
}

/* ---- ietf-interfaces:interfaces ---- */

/* "description "to the rack"" */
static void put_description(json_t *row, const char *key, const json_t *kids)
{
	const char *line = sim_cli_line(kids, "description"), *text = line ? line + 12 : "";
	size_t len = strlen(text);
	bool quoted = len > 1 && *text == '"' && text[len - 1] == '"';

	if (len)
		json_object_set_new(row, key, json_stringn(text + quoted, len - 2 * quoted));
}

bool sim_os10_in_list(const char *list, unsigned long number)
{
	char *end;

	for (const char *c = list; *c; c = *end ? end + 1 : end) {
		unsigned long from = strtoul(c, &end, 10), to = from;

		if (end == c)
			return false;
		if (*end == '-')
			to = strtoul(end + 1, &end, 10);
		if (number >= from && number <= to)
			return true;
	}
	return false;
}

/* Of a VLAN: which ports and channels carry it, with a tag and without. */
static void put_members(const json_t *config, const char *name, json_t *row)
{
	json_t *tagged = json_array(), *untagged = json_array(), *node;
	unsigned long number = strtoul(name + strlen("vlan"), NULL, 10);
	const char *key;

	json_object_foreach((json_t *)config, key, node) {
		const json_t *kids = json_object_get(node, "k");
		const char *access = sim_cli_line(kids, "switchport access vlan"),
			   *list = sim_cli_line(kids, "switchport trunk allowed vlan"),
			   *port = interface_of(key);

		if (port && access && strtoul(access + 23, NULL, 10) == number)
			json_array_append_new(untagged, json_string(port));
		if (port && list && sim_os10_in_list(list + 30, number))
			json_array_append_new(tagged, json_string(port));
	}
	put_list(row, "dell-interface:untagged-ports", untagged);
	put_list(row, "dell-interface:tagged-ports", tagged);
}

/* Of a channel: its ports. */
static void put_ports(const json_t *config, const char *name, json_t *row)
{
	json_t *ports = json_array(), *node;
	unsigned number = (unsigned)strtoul(name + strlen("port-channel"), NULL, 10), group;
	const char *key;
	char mode[16];

	json_object_foreach((json_t *)config, key, node) {
		const char *line = sim_cli_line(json_object_get(node, "k"), "channel-group");

		if (!line || sscanf(line, "channel-group %u mode %15s", &group, mode) != 2 ||
		    group != number)
			continue;
		json_array_append_new(ports,
				      json_pack("{s:s, s:s}", "name", key + 10, "lacp-mode",
						!strcmp(mode, "active")	   ? "ACTIVE"
						: !strcmp(mode, "passive") ? "PASSIVE"
									   : "ON"));
	}
	put_list(row, "dell-interface:member-ports", ports);
}

/* None is that of an access port. */
static const char *mode_of(const json_t *kids)
{
	if (sim_cli_line(kids, "no switchport"))
		return "MODE_L2DISABLED";
	return sim_cli_line(kids, "switchport mode trunk") ? "MODE_L2HYBRID" : NULL;
}

static json_t *interface_row(const json_t *config, const char *name, const json_t *kids)
{
	json_t *row = json_pack("{s:s, s:s, s:b}", "name", name, "type", sim_os10_type(name),
				"enabled", !sim_cli_line(kids, "shutdown"));
	const char *mtu = sim_cli_line(kids, "mtu");

	put_description(row, "description", kids);
	if (mtu)
		json_object_set_new(row, "dell-interface:mtu",
				    json_integer(strtoll(mtu + 4, NULL, 10)));
	if (ms_starts(name, "ethernet") || ms_starts(name, "port-channel"))
		put_text(row, "dell-interface:mode", mode_of(kids));
	if (ms_starts(name, "vlan"))
		put_members(config, name, row);
	if (ms_starts(name, "port-channel"))
		put_ports(config, name, row);
	return row;
}

static json_t *interfaces(struct sim_switch *sw)
{
	json_t *rows = json_array(), *node;
	const char *key;

	json_object_foreach(sim_os10_config(sw), key, node)
		if (interface_of(key))
			json_array_append_new(rows,
					      interface_row(sim_os10_config(sw), interface_of(key),
							    json_object_get(node, "k")));
	return json_pack("{s:o}", "interface", rows);
}

/* ---- ietf-interfaces:interfaces-state ---- */

static json_t *octets(const void *data, size_t len)
{
	unsigned char text[256];

	EVP_EncodeBlock(text, data, (int)(len < 180 ? len : 180));
	return json_string((char *)text);
}

/* A MAC address is six octets, everything else its text. */
static json_t *id_octets(const char *id, bool mac)
{
	unsigned char m[6];

	if (mac && sscanf(id, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx", m, m + 1, m + 2, m + 3, m + 4,
			  m + 5) == 6)
		return octets(m, sizeof(m));
	return octets(id, strlen(id));
}

static json_t *neighbor_row(const struct sim_neighbor *n, json_int_t index)
{
	bool mac = !n->is_switch && *n->port_mac;
	json_t *row = json_pack(
		"{s:i, s:I, s:i, s:I, s:o, s:s, s:o, s:s, s:i}", "rem-lldp-time-mark", 0,
		"rem-lldp-index", index, "dest-mac-addr-index", 1, "rem-if-index", index,
		"rem-lldp-chassis-id", id_octets(n->chassis, true), "rem-lldp-chassis-id-subtype",
		"mac-address", "rem-lldp-port-id", id_octets(n->port, mac), "rem-lldp-port-subtype",
		mac ? "mac-address" : "interface-name", "rem-ttl", 120);

	put_text(row, "rem-port-desc", n->description);
	put_text(row, "rem-system-name", n->system);
	put_text(row, "rem-system-desc", n->system_description);
	return row;
}

static json_t *lldp(struct sim_switch *sw, const char *port, json_int_t index)
{
	struct sim_neighbor n;

	return sim_port_neighbor(sw, port, &n)
		       ? json_pack("{s:[o]}", "info", neighbor_row(&n, index))
		       : json_object();
}

static const char *word(bool up) { return up ? "up" : "down"; }

static json_t *port_row(struct sim_switch *sw, const json_t *counters, const char *native,
			const char *port, json_int_t index, const json_t *kids)
{
	bool up = sim_port_up(sw, port);
	long long bits = up ? sim_port_speed(sw, port) * 1000000000LL : 0;
	const char *mtu = sim_cli_line(kids, "mtu");
	json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:o, s:o, s:s, s:b, s:I, s:o}",
				"name", native, "type", "iana-if-type:ethernetCsmacd",
				"admin-status", word(!sim_cli_line(kids, "shutdown")),
				"oper-status", word(up), "if-index", index, "phys-address", sw->mac,
				"speed", json_sprintf("%lld", bits), "statistics",
				sim_os10_statistics(sw, counters, port, up),
				"dell-interface:duplex", "full",
				"dell-interface:auto-negotiation", 1, "dell-ethernet:mtu",
				(json_int_t)(mtu ? strtoll(mtu + 4, NULL, 10) : MTU),
				"dell-lldp:lldp-rem-neighbor-info", lldp(sw, port, index));

	put_description(row, "dell-ethernet:description", kids);
	put_text(row, "dell-ethernet:mode", mode_of(kids));
	return row;
}

static json_t *other_row(struct sim_switch *sw, const char *name, json_int_t index,
			 const json_t *kids)
{
	bool up = !sim_cli_line(kids, "shutdown");

	return json_pack("{s:s, s:s, s:s, s:s, s:I, s:o, s:{}}", "name", name, "type",
			 sim_os10_type(name), "admin-status", word(up), "oper-status", word(up),
			 "if-index", index, "statistics", sim_os10_statistics(sw, NULL, "", up),
			 "dell-lldp:lldp-rem-neighbor-info");
}

/* Ports are there whatever is configured, everything else because it is. */
json_t *sim_os10_interfaces_state(struct sim_switch *sw)
{
	json_auto_t *ports = sim_box_ports(sw), *counters = sim_switch_counters(sw);
	json_t *rows = json_array(), *native, *node;
	const char *key;
	char port[64];
	size_t i;

	json_array_foreach(ports, i, native) {
		MS_AUTO_FREE char *header = ms_asprintf("interface %s", json_string_value(native));

		if (header && sim_port_abstract(sw, json_string_value(native), port, sizeof(port)))
			json_array_append_new(rows,
					      port_row(sw, counters, json_string_value(native),
						       port, (json_int_t)i + 10,
						       sim_cli_block(sim_os10_config(sw), header)));
	}
	json_object_foreach(sim_os10_config(sw), key, node)
		if (interface_of(key) && !ms_starts(interface_of(key), "ethernet"))
			json_array_append_new(rows,
					      other_row(sw, interface_of(key),
							(json_int_t)json_array_size(rows) + 1000,
							json_object_get(node, "k")));
	return json_pack("{s:o}", "interface", rows);
}

/* ---- what it is ---- */

static const char *hostname(const struct sim_switch *sw)
{
	const char *line = sim_cli_line(sim_os10_config(sw), "hostname");

	return line ? line + 9 : "OS10";
}

static json_t *system_config(struct sim_switch *sw)
{
	return json_pack("{s:s}", "hostname", hostname(sw));
}

static json_t *system_state(struct sim_switch *sw)
{
	return json_pack("{s:{s:s, s:I}}", "system-status", "hostname", hostname(sw), "uptime",
			 (json_int_t)sim_box_uptime(sw));
}

static json_t *software(struct sim_switch *sw)
{
	return json_pack("{s:{s:s, s:s, s:s, s:s+, s:s}}", "sw-version", "sw-name", "Enterprise",
			 "sw-name-long", "Dell SmartFabric OS10 Enterprise", "sw-version",
			 sw->version, "sw-build-version", sw->version, ".226", "sw-platform",
			 sw->platform->model);
}

static json_t *equipment(struct sim_switch *sw)
{
	json_t *made = json_pack("{s:s, s:s, s:s, s:s}", "vendor-name", "Dell EMC", "product-name",
				 sw->platform->model, "hw-version", "A00", "service-tag",
				 sw->serial);

	return json_pack(
		"{s:{s:i, s:s, s:O, s:[{s:i, s:s, s:s, s:s, s:o}], s:[{s:i, s:s}, {s:i, s:s}]}, "
		"s:{s:[{s:i, s:s, s:i}]}, s:{s:s}}",
		"node", "node-id", 1, "node-mac", sw->mac, "mfg-info", made, "unit", "unit-id", 1,
		"current-unit-model", sw->platform->model, "unit-state", "up", "software-version",
		sw->version, "mfg-info", made, "power-supply", "psu-id", 1, "status", "up",
		"psu-id", 2, "status", "up", "environment", "unit", "unit-id", 1, "unit-state",
		"up", "unit-temp", 41, "inventory", "sw-version", sw->version);
}

/* RFC 7895: what there is of it here; the module of all of it says no revision of the vendor's. */
static json_t *library(struct sim_switch *sw)
{
	static const struct { const char *name, *revision, *space;
	} modules[] = {
		{ "ietf-interfaces", "2014-05-08", "urn:ietf:params:xml:ns:yang:ietf-interfaces" },
		{ "iana-if-type", "2014-05-08", "urn:ietf:params:xml:ns:yang:iana-if-type" },
		{ "ietf-yang-library", "2016-06-21",
		  "urn:ietf:params:xml:ns:yang:ietf-yang-library" },
		{ "dell-interface", "", "http://www.dell.com/networking/os10/dell-interface" },
		{ "dell-lldp", "", "http://www.dell.com/networking/os10/dell-lldp" },
		{ "dell-system", "", "http://www.dell.com/networking/os10/dell-system" },
		{ "dell-system-software", "",
		  "http://www.dell.com/networking/os10/dell-system-software" },
		{ "dell-equipment", "", "http://www.dell.com/networking/os10/dell-equipment" },
	};
	json_t *rows = json_array();

	for (size_t i = 0; i < MS_ARRAY_SIZE(modules); i++)
		json_array_append_new(rows,
				      json_pack("{s:s, s:s, s:s, s:s}", "name", modules[i].name,
						"revision", modules[i].revision, "namespace",
						modules[i].space, "conformance-type", "implement"));
	return json_pack("{s:s, s:o}", "module-set-id", sw->version, "module", rows);
}

const struct sim_restconf_top sim_os10_tops[] = {
	{ "ietf-interfaces", "interfaces", true, interfaces },
	{ "ietf-interfaces", "interfaces-state", false, sim_os10_interfaces_state },
	{ "dell-system", "system", true, system_config },
	{ "dell-system", "system-state", false, system_state },
	{ "dell-system-software", "system-sw-state", false, software },
	{ "dell-equipment", "system", false, equipment },
	{ "ietf-yang-library", "modules-state", false, library },
	{ NULL, NULL, false, NULL }
};
const struct sim_restconf_list sim_os10_lists[] = {
	{ "interface", "name" },   { "info", "rem-lldp-index" }, { "member-ports", "name" },
	{ "unit", "unit-id" },	   { "power-supply", "psu-id" }, { "module", "name" },
	{ NULL, NULL }
};
