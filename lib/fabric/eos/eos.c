/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The driver of Arista EOS. */
#include "fabric/eos/eos.h"

static void choose(struct fabric_dialect *dialect)
{
	dialect->variant = fabric_version_compare(dialect->version, "4.22") < 0 ? EOS_FORCED : 0;
}

/* What of a rendering no model says; what EOS hides because it is so anyway (no shutdown,
 * switchport) is not in it. */
static const char *const structure[] = {
	"service routing protocols model multi-agent",
	"ip routing*",
	"ipv6 unicast-routing*",
	"vrf instance *",
	"vlan * / trunk group " EOS_MLAG_GROUP,
	"interface Port-Channel* / switchport trunk group " EOS_MLAG_GROUP,
	"interface Port-Channel* / evpn ethernet-segment / route-target import *",
	"interface Port-Channel* / service-profile *",
	"interface Vlan4094 / no autostate",
	"interface Vlan4094 / ip address |*",
	"interface Loopback* / ip ospf area |*",
	"interface Ethernet* / ip ospf network point-to-point",
	"interface Ethernet* / mpls ip",
	"interface Vxlan1 / vxlan qos ecn propagation",
	"interface Vxlan1 / vxlan qos map dscp to traffic-class decapsulation",
	"mpls ip",
	"mpls ldp / no shutdown",
	"mpls ldp / router-id |*",
	"mpls ldp / transport-address |*",
	"peer-filter MSCTL-*",
	"router bgp * / maximum-paths |*",
	"router bgp * / no bgp default ipv4-unicast",
	"router bgp * / neighbor * send-community|*",
	"router bgp * / address-family ipv* / neighbor * next-hop address-family ipv6 originate",
	"router bgp * / address-family evpn / neighbor * next-hop-unchanged",
	"router bgp * / address-family ipv* / network *",
	"router bgp * / vlan * / redistribute learned",
	"router bgp * / vrf * / redistribute connected",
	NULL,
};

/* It is so anyway from 4.30.1 on. */
static bool excused(const struct fabric_dialect *dialect, const json_t *there,
		    const char *statement)
{
	(void)there;
	return ms_starts(statement, "service routing protocols model ") &&
	       fabric_version_compare(dialect->version, "4.30.1") >= 0;
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
		.qos = true, .qos_queue = true, .dcbx = true,
		.watchdogs = FABRIC_WATCHDOG_DROP | FABRIC_WATCHDOG_FORWARD,
		.qos_trusts = FABRIC_TRUST_DSCP | FABRIC_TRUST_PCP,
		.native_confirm = true, .validates = true,
		.first_vlan = 1, .last_vlan = 4094, .reserved_vlans = "4094",
		.max_mtu = 9214, .max_name = 100,
	},
	.prefix = "Ethernet", .part = "/", .first = 1, .step = 1, .first_part = 1,
	.choose = choose,
	.normal = eos_normal,
	.structure = structure,
	.excused = excused,
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
