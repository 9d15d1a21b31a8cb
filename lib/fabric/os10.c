/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dell SmartFabric OS10: the table. */
#include "fabric/box.h"
#include "fabric/os10.h"

/* What of a rendering no model says. */
static const char *const structure[] = {
	"ip vrf *",
	"vlt-domain * / peer-routing",
	"evpn / router-mac |*",
	"evpn / vrf * / advertise ipv* connected",
	"interface ethernet* / ip ospf network point-to-point",
	"interface loopback* / ip ospf * area |*",
	"router bgp * / bestpath as-path multipath-relax",
	"router bgp * / maximum-paths ebgp |*",
	"router bgp * / template " OS10_TEMPLATE,
	"router bgp * / address-family ipv* unicast / network *",
	"router bgp * / neighbor * / no shutdown",
	"router bgp * / neighbor * / address-family * / allowas-in |*",
	"router bgp * / neighbor * / address-family * / no sender-side-loop-detection",
	"router bgp * / neighbor * / send-community extended",
	"router bgp * / neighbor * / inherit template " OS10_TEMPLATE " inherit-type ebgp",
	NULL,
};

const struct fabric_driver fabric_os10 = {
	.platform = "os10",
	.title = "Dell SmartFabric OS10",
	.format = "text",
	.protocol = "ssh",
	.caps = {
		.no_l3vlan = true,
		.isolation = FABRIC_VLAN | FABRIC_EVPN_VXLAN | FABRIC_EVPN_L3,
		.unnumbered = true, .mlag = true, .ospf = true,
		.validates = true,
		.first_vlan = 1, .last_vlan = 4093, .reserved_vlans = "4094",
		.max_mtu = 9216 - OS10_OVERHEAD, .max_name = 32,
	},
	.prefix = "ethernet1/1/", .part = ":", .first = 1, .step = 1, .first_part = 1,
	.normal = os10_normal,
	.structure = structure,
	.render = os10_render,
	.parse = os10_parse,
	.delta = os10_delta,
	.open = box_open,
	.close = box_close,
	.probe = os10_probe,
	.read = os10_read,
	.facts = os10_facts,
	.pending = box_pending,
	.stage = os10_stage,
	.validate = box_validate,
	.commit = box_commit,
	.confirm = box_confirm,
	.rollback = box_rollback,
	.abandon = box_abandon,
};
