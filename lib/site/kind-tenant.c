/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tenant, and Network: who shares a fabric, and what each may reach. */
#include "site/kinds.h"

static const char *const isolations[] = { "vlan", "evpn-vxlan", "evpn-l3", "vpls", NULL };

#define ROUTE_TARGET "[0-9]+:[0-9]+"

static const struct ms_field tenant_pools[] = { { .name = "l3vni",
						  .type = MS_F_NAME,
						  .names = "/spec/pools/numbers",
						  .help = "VNIs of VRFs" },
						{ .name = "l3vlan",
						  .type = MS_F_NAME,
						  .names = "/spec/pools/numbers",
						  .help = "VLANs that carry them" },
						MS_FIELD_END };
const struct ms_field ms_fields_tenant[] = {
	{ .name = "fabric", .type = MS_F_NAME, .help = "fabric that it is on" },
	{ .name = "isolation",
	  .type = MS_F_ENUM,
	  .words = isolations,
	  .preset = "\"evpn-vxlan\"",
	  .help = "what keeps it apart: VLANs on trunks, bridged and routed EVPN, routed EVPN "
		  "only, or VPLS" },
	{ .name = "vrf",
	  .type = MS_F_STRING,
	  .pattern = "[A-Za-z][A-Za-z0-9_-]{0,14}",
	  .help = "name of its VRF; the tenant's when absent.  Tenants of isolation vlan or vpls "
		  "have one only if it stands here" },
	{ .name = "l3vni",
	  .type = MS_F_INT,
	  .min = 1,
	  .max = 16777215,
	  .help = "VNI of its VRF; without one its networks are not routed" },
	{ .name = "l3vlan",
	  .type = MS_F_INT,
	  .min = 2,
	  .max = 4094,
	  .help = "VLAN that carries the VNI on a switch" },
	{ .name = "routeTarget",
	  .type = MS_F_STRING,
	  .pattern = ROUTE_TARGET,
	  .help = "of its VRF; routeTargetAsn:l3vni when absent" },
	{ .name = "peers",
	  .type = MS_F_LIST,
	  .item = MS_F_NAME,
	  .help = "tenants whose routes it may see, and they its own: both must say so" },
	{ .name = "pools",
	  .type = MS_F_OBJECT,
	  .fields = tenant_pools,
	  .site = true,
	  .help = "where numbers that are not written out come from" },
	MS_FIELD_END
};
static const char *const commands[] = { "msctl-switch", NULL };
const struct ms_kind ms_kind_tenant = {
	"Tenant", "who shares a fabric and must not see the others", ms_fields_tenant, commands,
	true,
};

static const struct ms_field member[] = {
	{ .name = "nic",
	  .type = MS_F_STRING,
	  .many = true,
	  .help = "SERVER:NIC, or a range: node[01-08]:rail0" },
	{ .name = "port",
	  .type = MS_F_STRING,
	  .many = true,
	  .help = "SWITCH:PORT, or a range: leaf01:[1-8]" },
	{ .name = "channel",
	  .type = MS_F_STRING,
	  .many = true,
	  .help = "SWITCH:CHANNEL, or a range" },
	{ .name = "tagged", .type = MS_F_BOOL, .preset = "false", .help = "with an 802.1Q tag" },
	{ .name = "address",
	  .type = MS_F_INTERFACE,
	  .help = "evpn-l3: CIDR of the switch's side, where each port is a subnet of its own" },
	MS_FIELD_END
};
static const struct ms_field gateway[] = {
	{ .name = "switch",
	  .type = MS_F_NAME,
	  .help = "on this switch only; on all with members when absent" },
	{ .name = "address",
	  .type = MS_F_INTERFACE,
	  .required = true,
	  .help = "CIDR, with the router's own address" },
	MS_FIELD_END
};
static const struct ms_field network_pools[] = {
	{ .name = "vlan", .type = MS_F_NAME, .names = "/spec/pools/numbers", .help = "VLAN ids" },
	{ .name = "vni", .type = MS_F_NAME, .names = "/spec/pools/numbers", .help = "VNIs" },
	{ .name = "vpls", .type = MS_F_NAME, .names = "/spec/pools/numbers", .help = "VPLS ids" },
	{ .name = "address", .type = MS_F_NAME, .names = "/spec/pools/subnets",
	  .help = "evpn-l3: a subnet for each member, whose first address is the switch's" },
	MS_FIELD_END
};
const struct ms_field ms_fields_network[] = {
	{ .name = "tenant", .type = MS_F_NAME, .required = true, .help = "whose it is" },
	{ .name = "vlan", .type = MS_F_INT, .min = 2, .max = 4094, .help = "VLAN id on ports" },
	{ .name = "vni",
	  .type = MS_F_INT,
	  .min = 1,
	  .max = 16777215,
	  .help = "VXLAN network identifier" },
	{ .name = "vplsId", .type = MS_F_INT, .min = 1, .max = 4294967295, .help = "VPLS id" },
	{ .name = "routeTarget",
	  .type = MS_F_STRING,
	  .pattern = ROUTE_TARGET,
	  .help = "routeTargetAsn:vni when absent" },
	{ .name = "gateways",
	  .type = MS_F_LIST,
	  .fields = gateway,
	  .help = "addresses of the router in this network; without a switch the same on all "
		  "(anycast)" },
	{ .name = "mtu", .type = MS_F_INT, .min = 1280, .max = 9500, .help = "of its gateways" },
	{ .name = "members",
	  .type = MS_F_LIST,
	  .fields = member,
	  .help = "NICs and ports that are in it" },
	{ .name = "pools",
	  .type = MS_F_OBJECT,
	  .fields = network_pools,
	  .site = true,
	  .help = "where numbers that are not written out come from" },
	MS_FIELD_END
};
const struct ms_kind ms_kind_network = {
	"Network", "a segment of a tenant", ms_fields_network, commands, true,
};
