/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fabric: switches that are configured as one. */
#include "site/kinds.h"

static const char *const routings[] = { "ebgp-unnumbered", "ebgp", "ospf", "none", NULL };
static const char *const plans[] = { "leaf", "pair", "tier", NULL };
static const char *const pairs[] = { "mlag", "esi", NULL };
static const char *const overlays[] = { "evpn-vxlan", "mpls", "none", NULL };

static const struct ms_field underlay[] = {
	{ .name = "routing",
	  .type = MS_F_ENUM,
	  .words = routings,
	  .preset = "\"ebgp-unnumbered\"",
	  .help = "eBGP over link-local addresses (RFC 5549), eBGP over /31s, OSPF, or none at "
		  "all" },
	{ .name = "asnPlan",
	  .type = MS_F_ENUM,
	  .words = plans,
	  .help = "who shares an AS number: each leaf has its own (as when absent), the two of a "
		  "pair have one, or all leaves of a pod do; spines of a pod always share" },
	{ .name = "mtu",
	  .type = MS_F_INT,
	  .min = 1280,
	  .max = 9500,
	  .preset = "9100",
	  .help = "of links between switches" },
	{ .name = "hostMtu",
	  .type = MS_F_INT,
	  .min = 1280,
	  .max = 9500,
	  .preset = "9000",
	  .help = "of ports that hosts are at; tunnels need 50 or 70 octets more between "
		  "switches" },
	MS_FIELD_END
};
static const struct ms_field overlay[] = {
	{ .name = "kind",
	  .type = MS_F_ENUM,
	  .words = overlays,
	  .preset = "\"evpn-vxlan\"",
	  .help = "how tenants are carried: EVPN over VXLAN (RFC 8365), MPLS, or not at all" },
	{ .name = "gatewayMac",
	  .type = MS_F_MAC,
	  .preset = "\"00:00:5e:00:01:01\"",
	  .help = "of gateways, the same on every switch" },
	{ .name = "routeTargetAsn",
	  .type = MS_F_INT,
	  .min = 1,
	  .max = 65535,
	  .preset = "65000",
	  .help = "first half of route targets: the same everywhere, whatever the AS numbers are" },
	MS_FIELD_END
};

static const struct ms_field owns[] = {
	{ .name = "vlans", .type = MS_F_LIST, .item = MS_F_STRING, .help = "\"100-999\"" },
	{ .name = "vnis", .type = MS_F_LIST, .item = MS_F_STRING, .help = "\"10000-19999\"" },
	{ .name = "vpls", .type = MS_F_LIST, .item = MS_F_STRING, .help = "VPLS ids" },
	MS_FIELD_END
};

/* What is written as a rule, and becomes switches and links. */
static const struct ms_field tier_switch[] = { { .type = MS_F_INCLUDE, .fields = ms_fields_meta },
					       { .type = MS_F_INCLUDE, .fields = ms_fields_switch },
					       MS_FIELD_END };
static const struct ms_field tier[] = {
	{ .name = "count",
	  .type = MS_F_INT,
	  .required = true,
	  .min = 1,
	  .max = 4096,
	  .help = "how many" },
	{ .name = "name",
	  .type = MS_F_STRING,
	  .preset = "\"{role}{n:02}\"",
	  .help = "template: {role} {n} {pod} {rail} {unit}, {n:02} with leading zeros; n counts "
		  "among those whose names are the same without it" },
	{ .name = "hostPorts", .type = MS_F_STRING, .help = "ports for hosts: \"1-32\"" },
	{ .name = "uplinks",
	  .type = MS_F_STRING,
	  .help = "ports towards the next tier: \"33-64\"" },
	{ .name = "downlinks",
	  .type = MS_F_STRING,
	  .help = "ports towards the tier below: \"1-64\"" },
	{ .name = "pairs",
	  .type = MS_F_ENUM,
	  .words = pairs,
	  .help = "neighbours become pairs, the first with the second and so on: MLAG (vPC, VLT, "
		  "MCLAG), or EVPN multihoming" },
	{ .name = "peerPorts",
	  .type = MS_F_STRING,
	  .help = "MLAG: ports that the two of a pair join each other by: \"61-62\"" },
	{ .name = "switch",
	  .type = MS_F_OBJECT,
	  .fields = tier_switch,
	  .partial = true,
	  .help = "what these switches have in common" },
	MS_FIELD_END
};
static const struct ms_field clos[] = {
	{ .name = "pods",
	  .type = MS_F_INT,
	  .min = 1,
	  .max = 1024,
	  .preset = "1",
	  .help = "how many pods" },
	{ .name = "leaves",
	  .type = MS_F_OBJECT,
	  .fields = tier,
	  .required = true,
	  .help = "leaves of each pod" },
	{ .name = "spines",
	  .type = MS_F_OBJECT,
	  .fields = tier,
	  .required = true,
	  .help = "spines: of each pod when there are super-spines, else of the fabric" },
	{ .name = "superSpines", .type = MS_F_OBJECT, .fields = tier, .help = "third tier" },
	{ .name = "planes",
	  .type = MS_F_BOOL,
	  .preset = "false",
	  .help = "super-spines in as many groups as a pod has spines: spine n of each pod is "
		  "cabled to group n only" },
	{ .name = "linksPerPair",
	  .type = MS_F_INT,
	  .min = 1,
	  .max = 32,
	  .preset = "1",
	  .help = "cables from each switch to each of the next tier" },
	MS_FIELD_END
};
static const struct ms_field rails[] = {
	{ .name = "rails",
	  .type = MS_F_INT,
	  .required = true,
	  .min = 1,
	  .max = 64,
	  .help = "NICs of a server that each have leaves of their own" },
	{ .name = "units",
	  .type = MS_F_INT,
	  .min = 1,
	  .max = 1024,
	  .preset = "1",
	  .help = "scalable units: groups of servers with `rails` leaves of their own" },
	{ .name = "serversPerUnit",
	  .type = MS_F_INT,
	  .required = true,
	  .min = 1,
	  .max = 1024,
	  .help = "servers of a scalable unit" },
	{ .name = "servers",
	  .type = MS_F_STRING,
	  .required = true,
	  .help = "their names, in order: \"gpu[001-064]\"" },
	{ .name = "nic",
	  .type = MS_F_STRING,
	  .preset = "\"rail{rail}\"",
	  .help = "template of the NIC's name; rails are counted from 0" },
	{ .name = "leaves",
	  .type = MS_F_OBJECT,
	  .fields = tier,
	  .required = true,
	  .help = "leaves of each rail and unit; `count` is how many a rail has in a unit" },
	{ .name = "spines",
	  .type = MS_F_OBJECT,
	  .fields = tier,
	  .required = true,
	  .help = "spines of the fabric" },
	{ .name = "linksPerPair",
	  .type = MS_F_INT,
	  .min = 1,
	  .max = 32,
	  .preset = "1",
	  .help = "cables from each leaf to each spine" },
	MS_FIELD_END
};

static const struct ms_field fabric_pools[] = {
	{ .name = "loopbacks",
	  .type = MS_F_NAME,
	  .names = "/spec/pools/addresses",
	  .help = "addresses of loopbacks" },
	{ .name = "asns",
	  .type = MS_F_NAME,
	  .names = "/spec/pools/numbers",
	  .help = "AS numbers: one for the spines of a pod, for others as underlay.asnPlan says "
		  "(RFC 7938)" },
	{ .name = "links",
	  .type = MS_F_NAME,
	  .names = "/spec/pools/subnets",
	  .help = "subnets of links between switches, where the underlay is numbered" },
	{ .name = "pairDomains",
	  .type = MS_F_NAME,
	  .names = "/spec/pools/numbers",
	  .help = "domains of pairs: their MAC addresses and Ethernet segments are made of them" },
	{ .name = "pairAddresses",
	  .type = MS_F_NAME,
	  .names = "/spec/pools/addresses",
	  .help = "tunnel addresses, one for the two of an MLAG pair" },
	MS_FIELD_END
};

const struct ms_field ms_fields_fabric[] = {
	{ .name = "underlay",
	  .type = MS_F_OBJECT,
	  .fields = underlay,
	  .preset = "{}",
	  .help = "what switches speak among themselves" },
	{ .name = "overlay",
	  .type = MS_F_OBJECT,
	  .fields = overlay,
	  .preset = "{}",
	  .help = "what carries tenants" },
	{ .name = "roce",
	  .type = MS_F_OBJECT,
	  .fields = ms_fields_roce,
	  .help = "RDMA over the fabric, of switches and hosts; without it neither is looked at" },
	{ .name = "owns",
	  .type = MS_F_OBJECT,
	  .fields = owns,
	  .help = "numbers that only msctl gives out: what has one of them and is not wanted is "
		  "removed; in a Site, the number pools that tenants and networks use when "
		  "absent" },
	{ .name = "pools",
	  .type = MS_F_OBJECT,
	  .fields = fabric_pools,
	  .site = true,
	  .help = "where the numbers of its switches and links come from, if they name no pool" },
	{ .name = "clos",
	  .type = MS_F_OBJECT,
	  .fields = clos,
	  .site = true,
	  .help = "leaves and spines by rule" },
	{ .name = "railOptimised",
	  .type = MS_F_OBJECT,
	  .fields = rails,
	  .site = true,
	  .help = "GPU fabric by rule: NIC n of every server of a unit at the leaves of rail n" },
	MS_FIELD_END
};
static const char *const commands[] = { "msctl-switch", "msctl-roce", NULL };
const struct ms_kind ms_kind_fabric = {
	"Fabric", "switches that are configured as one", ms_fields_fabric, commands, true,
};
