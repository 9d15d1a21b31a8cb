/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Site: the compact form that people write; it expands into the other kinds. */
#include "site/kinds.h"

static const struct ms_field credentials[] = {
	{ .name = "name", .type = MS_F_NAME, .required = true, .help = "what servers call it" },
	{ .type = MS_F_INCLUDE, .fields = ms_fields_credentials },
	MS_FIELD_END
};
static const struct ms_field addresses[] = {
	{ .name = "name", .type = MS_F_NAME, .required = true, .help = "name of the pool" },
	{ .name = "prefix", .type = MS_F_PREFIX, .required = true, .help = "the network, CIDR" },
	{ .name = "first", .type = MS_F_ADDR,
	  .help = "lowest address given out; the network's first when absent" },
	{ .name = "last", .type = MS_F_ADDR,
	  .help = "highest address given out; the network's last when absent" },
	{ .name = "exclude", .type = MS_F_LIST, .item = MS_F_ADDRS,
	  .help = "never given out: address, FIRST-LAST or CIDR" },
	MS_FIELD_END
};
static const struct ms_field subnets[] = {
	{ .name = "name", .type = MS_F_NAME, .required = true, .help = "name of the pool" },
	{ .name = "prefix", .type = MS_F_PREFIX, .required = true, .help = "the network, CIDR" },
	{ .name = "length", .type = MS_F_INT, .required = true, .min = 1, .max = 128,
	  .help = "prefix length of the subnets given out: 31 for links, 64 for segments of IPv6" },
	{ .name = "exclude", .type = MS_F_LIST, .item = MS_F_ADDRS,
	  .help = "never given out, with the subnets around it: address, FIRST-LAST or CIDR" },
	MS_FIELD_END
};
static const struct ms_field numbers[] = {
	{ .name = "name", .type = MS_F_NAME, .required = true, .help = "name of the pool" },
	{ .name = "first", .type = MS_F_INT, .required = true, .min = 0, .max = 4294967295,
	  .help = "lowest number given out" },
	{ .name = "last", .type = MS_F_INT, .required = true, .min = 0, .max = 4294967295,
	  .help = "highest number given out" },
	{ .name = "exclude", .type = MS_F_LIST, .item = MS_F_INT,
	  .help = "numbers never given out" },
	MS_FIELD_END
};
static const struct ms_field pools[] = {
	{ .name = "addresses", .type = MS_F_LIST, .fields = addresses,
	  .help = "networks to take addresses from" },
	{ .name = "subnets", .type = MS_F_LIST, .fields = subnets,
	  .help = "networks to take subnets of one length from" },
	{ .name = "numbers", .type = MS_F_LIST, .fields = numbers,
	  .help = "ranges to take numbers from: VLAN, VNI, AS numbers" },
	MS_FIELD_END
};
static const struct ms_field racks[] = {
	{ .name = "name", .type = MS_F_NAME, .required = true, .help = "name of the rack" },
	{ .name = "units", .type = MS_F_INT, .min = 1, .max = 100, .preset = "42",
	  .help = "rack units it has" },
	{ .name = "row", .type = MS_F_STRING, .help = "row it stands in" },
	{ .name = "room", .type = MS_F_STRING, .help = "room it stands in" },
	MS_FIELD_END
};
/*
 * What a Site is a list of: kind, list, its name in defaults, and what may come from pools.  An
 * entry is the kind's spec with a name (a range of names is as many entries) and labels beside it.
 */
#define LISTS(X) \
	X(fabric, "fabrics", "fabrics: switches configured as one") \
	X(switch, "switches", "switches") \
	X(link, "links", "cables between switches, or to hosts") \
	X(tenant, "tenants", "who shares the fabric") \
	X(network, "networks", "networks of the tenants") \
	X(server, "servers", "servers")

#define ENTRY(kind, key, help_) \
	static const struct ms_field kind##_fields[] = { \
		{ .type = MS_F_INCLUDE, .fields = ms_fields_meta }, \
		{ .type = MS_F_INCLUDE, .fields = ms_fields_##kind }, \
		MS_FIELD_END \
	}; \
	static const struct ms_field kind##_entry[] = { \
		{ .name = "name", .type = MS_F_NAMES, .required = kind##_needs_name, \
		  .help = "its name, or a range of names: node[01-40]" }, \
		{ .type = MS_F_INCLUDE, .fields = kind##_fields }, \
		MS_FIELD_END \
	};
/* A cable is called by its ends. */
enum { fabric_needs_name = true, switch_needs_name = true, link_needs_name = false,
       tenant_needs_name = true, network_needs_name = true, server_needs_name = true };
LISTS(ENTRY)

#define DEFAULT(kind, key, help_) \
	{ .name = #kind, \
	  .type = MS_F_OBJECT, \
	  .fields = kind##_fields, \
	  .partial = true, \
	  .help = "merged into each of " key ": objects by key, lists whole, null removes" },
static const struct ms_field defaults[] = { LISTS(DEFAULT) MS_FIELD_END };

#define LIST(kind, key, help_) \
	{ .name = key, .type = MS_F_LIST, .fields = kind##_entry, .partial = true, .help = help_ },
static const struct ms_field profiles[] = {
	{ .name = "name", .type = MS_F_NAME, .required = true, .help = "name of the profile" },
	{ .name = "matchLabels", .type = MS_F_MAP, .item = MS_F_STRING, .required = true,
	  .help = "labels that an entry must have, all of them, to get what follows" },
	{ .type = MS_F_INCLUDE, .fields = defaults },
	MS_FIELD_END
};
static const struct ms_field site[] = {
	{ .name = "credentials", .type = MS_F_LIST, .fields = credentials,
	  .help = "named ways to log in" },
	{ .name = "pools", .type = MS_F_OBJECT, .fields = pools,
	  .help = "where addresses and numbers come from" },
	{ .name = "defaults", .type = MS_F_OBJECT, .fields = defaults,
	  .help = "what most resources have in common" },
	{ .name = "profiles", .type = MS_F_LIST, .fields = profiles,
	  .help = "defaults of some: merged over defaults where the labels match, in file order" },
	{ .name = "racks", .type = MS_F_LIST, .fields = racks, .help = "racks" },
	LISTS(LIST)
	MS_FIELD_END
};

#define ADDRESSES "/spec/pools/addresses"
#define SUBNETS "/spec/pools/subnets"
#define NUMBERS "/spec/pools/numbers"
#define END_OF_NUMBERS { .value = NULL }
static const struct ms_site_number server_numbers[] = {
	{ .pools = ADDRESSES, .pool = "/bmc/pool", .value = "/bmc/address" },
	END_OF_NUMBERS
};
static const struct ms_site_number switch_numbers[] = {
	{ .pools = ADDRESSES, .pool = "/management/pool", .value = "/management/address" },
	{ .pools = ADDRESSES, .pool = "/pools/loopback", .value = "/loopback",
	  .fabric = "/pools/loopbacks", .routings = "ebgp-unnumbered ebgp ospf none" },
	{ .pools = NUMBERS, .pool = "/pools/asn", .value = "/asn", .fabric = "/pools/asns",
	  .routings = "ebgp-unnumbered ebgp", .form = MS_NUMBER_TIER },
	{ .pools = NUMBERS, .pool = "/pools/pairDomain", .value = "/pair/domain",
	  .fabric = "/pools/pairDomains", .routings = "ebgp-unnumbered ebgp ospf none",
	  .form = MS_NUMBER_PAIR },
	{ .pools = ADDRESSES, .pool = "/pools/pairAddress", .value = "/pair/address",
	  .fabric = "/pools/pairAddresses", .routings = "ebgp-unnumbered ebgp ospf none",
	  .form = MS_NUMBER_MLAG },
	END_OF_NUMBERS
};
static const struct ms_site_number link_numbers[] = {
	{ .pools = SUBNETS, .pool = "/pools/addresses", .value = "/addresses",
	  .fabric = "/pools/links", .routings = "ebgp ospf", .form = MS_NUMBER_ENDS },
	END_OF_NUMBERS
};
static const struct ms_site_number tenant_numbers[] = {
	{ .pools = NUMBERS, .pool = "/pools/l3vni", .value = "/l3vni" },
	{ .pools = NUMBERS, .pool = "/pools/l3vlan", .value = "/l3vlan" },
	END_OF_NUMBERS
};
static const struct ms_site_number network_numbers[] = {
	{ .pools = NUMBERS, .pool = "/pools/vlan", .value = "/vlan" },
	{ .pools = NUMBERS, .pool = "/pools/vni", .value = "/vni" },
	{ .pools = NUMBERS, .pool = "/pools/vpls", .value = "/vplsId" },
	{ .pools = SUBNETS, .pool = "/pools/address", .value = "/members",
	  .form = MS_NUMBER_MEMBERS },
	END_OF_NUMBERS
};
static const struct ms_site_number fabric_numbers[] = { END_OF_NUMBERS };

#define ROW(kind, key, help_) { key, #kind, &ms_kind_##kind, kind##_numbers },
const struct ms_site_list ms_site_lists[] = {
	LISTS(ROW)
	{ NULL, NULL, NULL, NULL }
};

static const char *const commands[] = { "msctl-site", NULL };
const struct ms_kind ms_kind_site = {
	"Site", "everything in one file, as people write it", site, commands, true,
};
