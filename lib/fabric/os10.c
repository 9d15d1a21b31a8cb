/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The driver of Dell SmartFabric OS10. */
#include "fabric/os10.h"

const struct fabric_driver fabric_os10 = {
	.platform = "os10",
	.title = "Dell SmartFabric OS10",
	.format = "text",
	.protocol = "ssh",
	.caps = {
		.no_l3vlan = true,
		.isolation = FABRIC_VLAN | FABRIC_EVPN_VXLAN | FABRIC_EVPN_L3,
		.unnumbered = true, .mlag = true, .ospf = true,
		.first_vlan = 1, .last_vlan = 4093, .reserved_vlans = "4094",
		.max_mtu = 9216 - OS10_OVERHEAD, .max_name = 32,
	},
	.prefix = "ethernet1/1/", .part = ":", .first = 1, .step = 1, .first_part = 1,
	.normal = os10_normal,
	.render = os10_render,
	.parse = os10_parse,
	.delta = os10_delta,
};
