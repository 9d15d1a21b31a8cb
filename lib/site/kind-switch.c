/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Switch, and Link: the boxes of a fabric and the cables between them. */
#include "site/kinds.h"

static const char *const platforms[] = {
	"cumulus", "sonic", "eos", "junos", "nxos", "os10", "frr", NULL
};
static const char *const roles[] = { "leaf", "spine", "super-spine", "border", "access", NULL };
static const char *const lacp[] = { "active", "passive", "static", NULL };
static const char *const pairs[] = { "mlag", "esi", NULL };
static const char *const layers[] = { "routed", "trunk", "peer", "host", NULL };
static const char *const transports[] = { "https", "http", "ssh", NULL };

#define SPEED "[0-9]+G"
#define END "[^: ]+:[^ ]+"
#define BREAKOUT "[248]x[0-9]+G"

const struct ms_field ms_fields_login[] = {
	{ .name = "username",
	  .type = MS_F_STRING,
	  .required = true,
	  .help = "account there" },
	{ .name = "password",
	  .type = MS_F_SECRET,
	  .help = "reference to the secret (file: env: exec:)" },
	{ .name = "key",
	  .type = MS_F_PATH,
	  .help = "private key for ssh, where there is no password" },
	MS_FIELD_END
};
static const struct ms_field restconf[] = {
	{ .name = "port",
	  .type = MS_F_INT,
	  .min = 1,
	  .max = 65535,
	  .help = "TCP port; 443 when absent" },
	{ .name = "credentials",
	  .type = MS_F_OBJECT,
	  .fields = ms_fields_login,
	  .names = "/spec/credentials",
	  .help = "how to log in there; those of management when absent" },
	{ .name = "tls",
	  .type = MS_F_OBJECT,
	  .fields = ms_fields_tls,
	  .help = "trust in the certificate; that of management when absent" },
	MS_FIELD_END
};
static const struct ms_field management[] = {
	{ .name = "address",
	  .type = MS_F_HOST,
	  .help = "address or DNS name of the management port" },
	{ .name = "pool",
	  .type = MS_F_NAME,
	  .site = true,
	  .names = "/spec/pools/addresses",
	  .help = "address pool to take the address from when there is none" },
	{ .name = "port",
	  .type = MS_F_INT,
	  .min = 1,
	  .max = 65535,
	  .help = "TCP port; that of the platform's protocol when absent" },
	{ .name = "protocol",
	  .type = MS_F_ENUM,
	  .words = transports,
	  .help = "where the platform has several; its own when absent" },
	{ .name = "credentials",
	  .type = MS_F_OBJECT,
	  .fields = ms_fields_login,
	  .names = "/spec/credentials",
	  .help = "how to log in; in a Site also the name of one of its credentials" },
	{ .name = "tls",
	  .type = MS_F_OBJECT,
	  .fields = ms_fields_tls,
	  .help = "trust in the switch's certificate" },
	{ .name = "hostKey",
	  .type = MS_F_STRING,
	  .pattern = "(ssh|ecdsa|sk)-[a-z0-9@.-]+ [A-Za-z0-9+/=]+",
	  .help = "ssh host key, from `msctl-switch trust`; without it the user's known_hosts "
		  "decides" },
	{ .name = "restconf",
	  .type = MS_F_OBJECT,
	  .fields = restconf,
	  .help = "Dell OS10: facts are read by RESTCONF (RFC 8040), where the switch says "
		  "`rest api restconf`" },
	MS_FIELD_END
};
static const struct ms_field names[] = {
	{ .name = "prefix", .type = MS_F_STRING, .help = "\"Ethernet\"" },
	{ .name = "first",
	  .type = MS_F_INT,
	  .min = 0,
	  .max = 1024,
	  .help = "number of the first port" },
	{ .name = "step",
	  .type = MS_F_INT,
	  .min = 1,
	  .max = 64,
	  .help = "from one port to the next: SONiC counts lanes" },
	{ .name = "part",
	  .type = MS_F_STRING,
	  .help = "between a port and its part: \"/\", \"s\", \":\"" },
	{ .name = "firstPart",
	  .type = MS_F_INT,
	  .min = 0,
	  .max = 1,
	  .help = "number of the first part" },
	MS_FIELD_END
};
static const struct ms_field port[] = {
	{ .name = "name",
	  .type = MS_F_STRING,
	  .required = true,
	  .many = true,
	  .pattern = "[0-9]+(/[0-9]+)?",
	  .help = "number on the front panel, or a range; 1/2 is part 2 of a broken-out port" },
	{ .name = "description",
	  .type = MS_F_STRING,
	  .max = 64,
	  .help = "what it says on the switch" },
	{ .name = "enabled", .type = MS_F_BOOL, .help = "up, as far as the switch decides" },
	{ .name = "speed",
	  .type = MS_F_STRING,
	  .pattern = SPEED,
	  .help = "\"100G\"; the port's own when absent" },
	{ .name = "breakout",
	  .type = MS_F_STRING,
	  .pattern = BREAKOUT,
	  .help = "split into so many parts: \"4x25G\"" },
	{ .name = "mtu", .type = MS_F_INT, .min = 1280, .max = 9500, .help = "of the IP packet" },
	MS_FIELD_END
};
static const struct ms_field channel[] = {
	{ .name = "name",
	  .type = MS_F_STRING,
	  .required = true,
	  .pattern = "[0-9]+",
	  .help = "its number" },
	{ .name = "ports",
	  .type = MS_F_LIST,
	  .item = MS_F_STRING,
	  .required = true,
	  .many = true,
	  .min = 1,
	  .max = 64,
	  .help = "member ports" },
	{ .name = "lacp",
	  .type = MS_F_ENUM,
	  .words = lacp,
	  .preset = "\"active\"",
	  .help = "802.1AX" },
	{ .name = "shared",
	  .type = MS_F_BOOL,
	  .preset = "false",
	  .help = "the same channel, by number, on both switches of the pair" },
	{ .name = "description",
	  .type = MS_F_STRING,
	  .max = 64,
	  .help = "what it says on the switch" },
	{ .name = "mtu", .type = MS_F_INT, .min = 1280, .max = 9500, .help = "of the IP packet" },
	MS_FIELD_END
};
static const struct ms_field pair[] = {
	{ .name = "with", .type = MS_F_NAME, .required = true, .help = "the other switch" },
	{ .name = "kind",
	  .type = MS_F_ENUM,
	  .words = pairs,
	  .required = true,
	  .help = "MLAG (vPC, VLT, MCLAG), or EVPN multihoming" },
	{ .name = "domain",
	  .type = MS_F_INT,
	  .min = 1,
	  .max = 1000,
	  .help = "the same number on both" },
	{ .name = "link",
	  .type = MS_F_STRING,
	  .pattern = "[0-9]+",
	  .help = "MLAG: channel that joins the two; in a Site 1000 when absent, and made of the "
		  "links of layer peer" },
	{ .name = "address",
	  .type = MS_F_ADDR,
	  .help = "EVPN with MLAG: tunnel address that both share" },
	{ .name = "backup",
	  .type = MS_F_ADDR,
	  .help = "MLAG: where the other is asked when the link is down; its management address "
		  "when absent" },
	MS_FIELD_END
};
static const struct ms_field switch_pools[] = {
	{ .name = "loopback", .type = MS_F_NAME, .names = "/spec/pools/addresses",
	  .help = "addresses of loopbacks" },
	{ .name = "asn", .type = MS_F_NAME, .names = "/spec/pools/numbers", .help = "AS numbers" },
	{ .name = "pairDomain", .type = MS_F_NAME, .names = "/spec/pools/numbers",
	  .help = "domains of pairs" },
	{ .name = "pairAddress", .type = MS_F_NAME, .names = "/spec/pools/addresses",
	  .help = "tunnel addresses of pairs" },
	MS_FIELD_END
};

const struct ms_field ms_fields_switch[] = {
	{ .name = "fabric", .type = MS_F_NAME, .help = "fabric that it is part of" },
	{ .name = "platform",
	  .type = MS_F_ENUM,
	  .words = platforms,
	  .required = true,
	  .help = "operating system" },
	{ .name = "version",
	  .type = MS_F_STRING,
	  .help = "of the operating system, where none was read: what is rendered depends on it" },
	{ .name = "model", .type = MS_F_STRING, .help = "what it is, for people" },
	{ .name = "asic",
	  .type = MS_F_ENUM,
	  .words = ms_asic_words,
	  .help = "family of its switching chip, for buffers; by its model when absent" },
	{ .name = "serial",
	  .type = MS_F_STRING,
	  .help = "serial number, checked against what the switch says" },
	{ .name = "role", .type = MS_F_ENUM, .words = roles, .preset = "\"leaf\"", .help = "tier" },
	{ .name = "pod", .type = MS_F_STRING, .help = "pod, rail group or scalable unit" },
	{ .name = "rack", .type = MS_F_NAME, .help = "rack that it stands in" },
	{ .name = "unit",
	  .type = MS_F_INT,
	  .min = 1,
	  .max = 100,
	  .help = "lowest rack unit taken" },
	{ .name = "height",
	  .type = MS_F_INT,
	  .min = 1,
	  .max = 48,
	  .preset = "1",
	  .help = "rack units taken" },
	{ .name = "management",
	  .type = MS_F_OBJECT,
	  .fields = management,
	  .help = "how to reach it" },
	{ .name = "pools",
	  .type = MS_F_OBJECT,
	  .fields = switch_pools,
	  .site = true,
	  .help = "where numbers that are not written out come from" },
	{ .name = "asn", .type = MS_F_INT, .min = 1, .max = 4294967294, .help = "AS number" },
	{ .name = "loopback", .type = MS_F_ADDR, .help = "router-id, and end point of tunnels" },
	{ .name = "portNames",
	  .type = MS_F_OBJECT,
	  .fields = names,
	  .help = "how the vendor counts ports, where it is not as usual for the platform" },
	{ .name = "ports",
	  .type = MS_F_LIST,
	  .fields = port,
	  .help = "ports that are not as the rest says" },
	{ .name = "channels",
	  .type = MS_F_LIST,
	  .fields = channel,
	  .help = "link aggregation groups" },
	{ .name = "pair",
	  .type = MS_F_OBJECT,
	  .fields = pair,
	  .help = "switch that acts as one with this one" },
	MS_FIELD_END
};
static const char *const commands[] = { "msctl-switch", NULL };
const struct ms_kind ms_kind_switch = { "Switch", "a switch", ms_fields_switch, commands, true };

static const struct ms_field ends[] = {
	{ .name = "from", .type = MS_F_INTERFACE, .help = "CIDR of the first end" },
	{ .name = "to", .type = MS_F_INTERFACE, .help = "CIDR of the other" },
	MS_FIELD_END
};
static const struct ms_field link_pools[] = {
	{ .name = "addresses", .type = MS_F_NAME, .names = "/spec/pools/subnets",
	  .help = "subnets, of length 31 for IPv4" },
	MS_FIELD_END
};
const struct ms_field ms_fields_link[] = {
	{ .name = "from",
	  .type = MS_F_STRING,
	  .required = true,
	  .many = true,
	  .pattern = END,
	  .help = "one end: SWITCH:PORT or SERVER:NIC; in a Site also a range, leaf[01-04]:49" },
	{ .name = "to",
	  .type = MS_F_STRING,
	  .required = true,
	  .many = true,
	  .pattern = END,
	  .help = "the other end, or as many" },
	{ .name = "fabric", .type = MS_F_NAME, .help = "fabric that it is part of" },
	{ .name = "layer",
	  .type = MS_F_ENUM,
	  .words = layers,
	  .help = "routed underlay, VLAN trunk, link of an MLAG pair, or a host; routed between "
		  "switches and host else, when absent" },
	{ .name = "speed", .type = MS_F_STRING, .pattern = SPEED, .help = "\"400G\"" },
	{ .name = "length",
	  .type = MS_F_INT,
	  .min = 1,
	  .max = 40000,
	  .help = "metres of cable, for the room that PFC needs; roce.cableLength of the fabric "
		  "when absent" },
	{ .name = "mtu",
	  .type = MS_F_INT,
	  .min = 1280,
	  .max = 9500,
	  .help = "the fabric's when absent" },
	{ .name = "addresses",
	  .type = MS_F_OBJECT,
	  .fields = ends,
	  .help = "where the underlay is numbered" },
	{ .name = "pools",
	  .type = MS_F_OBJECT,
	  .fields = link_pools,
	  .site = true,
	  .help = "where numbers that are not written out come from" },
	MS_FIELD_END
};
const struct ms_kind ms_kind_link = { "Link", "a cable", ms_fields_link, commands, true };
