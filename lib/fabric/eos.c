/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The driver of Arista EOS. */
#include "fabric/eos.h"

static void choose(struct fabric_dialect *dialect)
{
	dialect->variant = fabric_version_compare(dialect->version, "4.22") < 0 ? EOS_FORCED : 0;
}

const struct fabric_driver fabric_eos = {
	.platform = "eos",
	.title = "Arista EOS (eAPI)",
	.format = "text",
	.caps = {
		.no_l3vlan = true,
		.sends_peer_as = true,
		.isolation = FABRIC_VLAN | FABRIC_EVPN_VXLAN | FABRIC_EVPN_L3,
		.unnumbered = true, .mlag = true, .esi = true, .ospf = true, .ldp = true,
		.native_confirm = true, .validates = true,
		.first_vlan = 1, .last_vlan = 4094, .reserved_vlans = "4094",
		.max_mtu = 9214, .max_name = 100,
	},
	.prefix = "Ethernet", .part = "/", .first = 1, .step = 1, .first_part = 1,
	.choose = choose,
	.normal = eos_normal,
	.render = eos_render,
	.parse = eos_parse,
	.delta = eos_delta,
	.open = eos_open,
	.close = eos_close,
	.probe = eos_probe,
	.read = eos_read,
	.facts = eos_facts,
	.pending = eos_pending,
	.stage = eos_stage,
	.validate = eos_validate,
	.commit = eos_commit,
	.confirm = eos_confirm,
	.rollback = eos_rollback,
	.abandon = eos_abandon,
};
