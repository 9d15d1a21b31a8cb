/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SONiC, by CONFIG_DB over ssh: the table. */
#include "fabric/box/box.h"
#include "fabric/frr/frr.h"
#include "fabric/sonic/sonic.h"

/* What of a rendering no model says. */
static const char *const structure[] = {
	FRR_STRUCTURE("frr.conf / "),
	"frr.conf / vrf * / vni *",
	"config_db.INTERFACE.*={}",
	"config_db.LOOPBACK_INTERFACE.*={}",
	"config_db.VLAN_INTERFACE.*={}",
	"config_db.VLAN_INTERFACE.*.vrf_name=*",
	"config_db.VXLAN_EVPN_NVO.*.source_vtep=*",
	"config_db.MCLAG_DOMAIN.*.source_ip=*",
	NULL,
};

const struct fabric_driver fabric_sonic = {
	.platform = "sonic",
	.title = "SONiC (CONFIG_DB and FRR)",
	.format = "json",
	.protocol = "ssh",
	.caps = {
		.isolation = FABRIC_VLAN | FABRIC_EVPN_VXLAN | FABRIC_EVPN_L3,
		.unnumbered = true,
		.mlag = true,
		.qos = true,
		.qos_tc = true,
		.qos_queue = true,
		.no_shared_tc = true,
		.watchdogs = FABRIC_WATCHDOG_DROP | FABRIC_WATCHDOG_FORWARD,
		.qos_trusts = FABRIC_TRUST_DSCP | FABRIC_TRUST_PCP | FABRIC_TRUST_BOTH,
		.sends_peer_as = true,
		.no_lacp_passive = true,
		.no_lacp_static = true,
		.validates = true,
		.first_vlan = 2,
		.last_vlan = 4094,
		.reserved_vlans = SONIC_PAIR_VLAN,
		.max_mtu = 9216,
		.max_name = 11, /* of 15, less "Vrf_" */
	},
	.prefix = "Ethernet",
	.part = "",
	.first = 0,
	.step = 4,
	.first_part = 0,
	.normal = sonic_normal,
	.structure = structure,
	.excused = frr_excused,
	.render = sonic_render,
	.parse = sonic_parse,
	.delta = sonic_delta,
	.open = box_open,
	.close = box_close,
	.probe = sonic_probe,
	.read = sonic_read,
	.facts = sonic_facts,
	.pending = box_pending,
	.stage = sonic_stage,
	.validate = box_validate,
	.commit = box_commit,
	.confirm = box_confirm,
	.rollback = box_rollback,
	.abandon = box_abandon,
};
