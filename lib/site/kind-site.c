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
static const struct ms_field server[] = {
	{ .type = MS_F_INCLUDE, .fields = ms_fields_meta },
	{ .type = MS_F_INCLUDE, .fields = ms_fields_server },
	MS_FIELD_END
};
static const struct ms_field servers[] = {
	{ .name = "name", .type = MS_F_NAMES, .required = true,
	  .help = "its name, or a range of names: node[01-40]" },
	{ .type = MS_F_INCLUDE, .fields = server },
	MS_FIELD_END
};
static const struct ms_field defaults[] = {
	{ .name = "server",
	  .type = MS_F_OBJECT,
	  .fields = server,
	  .partial = true,
	  .help = "merged into each server: objects by key, lists whole, null removes" },
	MS_FIELD_END
};
static const struct ms_field site[] = {
	{ .name = "credentials", .type = MS_F_LIST, .fields = credentials,
	  .help = "named ways to log in" },
	{ .name = "pools", .type = MS_F_OBJECT, .fields = pools,
	  .help = "where addresses and numbers come from" },
	{ .name = "defaults", .type = MS_F_OBJECT, .fields = defaults,
	  .help = "what most resources have in common" },
	{ .name = "racks", .type = MS_F_LIST, .fields = racks, .help = "racks" },
	{ .name = "servers", .type = MS_F_LIST, .fields = servers, .help = "servers" },
	MS_FIELD_END
};

static const struct ms_site_number server_numbers[] = {
	{ "/spec/pools/addresses", "/bmc/pool", "/bmc/address" },
	{ NULL, NULL, NULL }
};
const struct ms_site_list ms_site_lists[] = {
	{ "servers", "server", &ms_kind_server, server_numbers },
	{ NULL, NULL, NULL, NULL }
};

static const char *const commands[] = { "msctl-site", NULL };
const struct ms_kind ms_kind_site = {
	"Site", "everything in one file, as people write it", site, commands, true,
};
