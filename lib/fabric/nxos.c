/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The driver of Cisco NX-OS. */
#include "fabric/nxos.h"

const struct fabric_driver fabric_nxos = {
	.platform = "nxos",
	.title = "Cisco NX-OS (NX-API)",
	.format = "text",
	.caps = {
		.jumbo_bridging = true,
		.isolation = FABRIC_VLAN | FABRIC_EVPN_VXLAN | FABRIC_EVPN_L3,
		.unnumbered = true, .mlag = true, .ospf = true,
		.first_vlan = 1, .last_vlan = 4094, .reserved_vlans = "3968-4094",
		.max_mtu = 9216, .max_name = 32,
	},
	.prefix = "Ethernet1/", .part = "/", .first = 1, .step = 1, .first_part = 1,
	.normal = nxos_normal,
	.render = nxos_render,
	.parse = nxos_parse,
	.delta = nxos_delta,
	.open = nxos_open,
	.close = nxos_close,
	.probe = nxos_probe,
	.read = nxos_read,
	.facts = nxos_facts,
	.pending = nxos_pending,
	.stage = nxos_stage,
	.validate = nxos_validate,
	.commit = nxos_commit,
	.confirm = nxos_confirm,
	.rollback = nxos_rollback,
	.abandon = nxos_abandon,
};
