/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Junos and Junos Evolved, by NETCONF. */
#include "fabric/junos/junos.h"

/* MX and vMX are routers whose bridges are called otherwise; everything newer speaks as switches do
 * (ELS). */
static void choose(struct fabric_dialect *dialect)
{
	const char *model = ms_str(dialect->sw, "/status/switch/model",
				   ms_str(dialect->sw, "/spec/model", ""));

	dialect->variant = ms_starts(model, "mx") || ms_starts(model, "MX") ||
					   ms_starts(model, "vmx") || ms_starts(model, "VMX")
				   ? JUNOS_MX
				   : JUNOS_ELS;
}

/* What of a rendering no model says: policies and groups of ours, and how the protocols speak. */
static const char *const structure[] = {
	"set chassis aggregated-devices ethernet device-count |*",
	"set class-of-service congestion-notification-profile * input * code-point *",
	"set class-of-service congestion-notification-profile * output *",
	"set class-of-service forwarding-classes class msctl-* pfc-priority *",
	"set class-of-service interfaces *",
	"set class-of-service schedulers * priority low",
	"set interfaces * ether-options no-flow-control",
	"set interfaces * unit * family mpls",
	"set policy-options policy-statement msctl-*",
	"set protocols bgp group msctl-* type *",
	"set protocols bgp group msctl-* export *",
	"set protocols bgp group msctl-* multi*",
	"set protocols dcbx interface *",
	"set protocols evpn encapsulation |*",
	"set protocols evpn extended-vni-list |*",
	"set protocols ldp interface *",
	"set protocols lldp interface |*",
	"set protocols lldp port-id-subtype |*",
	"set protocols mpls interface *",
	"set routing-instances * protocols evpn ip-prefix-routes *",
	"set routing-options forwarding-table export |*",
	"set switch-options route-distinguisher |*",
	"set switch-options vrf-target |*",
	NULL,
};

const struct fabric_driver fabric_junos = {
	.platform = "junos",
	.title = "Juniper Junos (NETCONF)",
	.format = "text",
	.protocol = "ssh",
	.port = 830,
	.caps = {
		.no_l3vlan = true,
		.isolation = FABRIC_VLAN | FABRIC_EVPN_VXLAN | FABRIC_EVPN_L3 | FABRIC_VPLS,
		.esi = true,
		.ospf = true,
		.ldp = true,
		.qos = true,
		.qos_queue = true,
		.dcbx = true,
		.watchdogs = FABRIC_WATCHDOG_DROP | FABRIC_WATCHDOG_FORWARD,
		.qos_trusts = FABRIC_TRUST_DSCP | FABRIC_TRUST_PCP,
		.native_confirm = true,
		.validates = true,
		.first_vlan = 1,
		.last_vlan = 4094,
		.max_mtu = 9202,     /* 9216 octets of frame, without two tags and the FCS */
	},
	.prefix = "et-0/0/",
	.part = ":",
	.first = 0,
	.step = 1,
	.first_part = 0,
	.choose = choose,
	.normal = junos_normal,
	.structure = structure,
	.render = junos_render,
	.parse = junos_parse,
	.delta = junos_delta,
	.open = junos_open,
	.close = junos_close,
	.probe = junos_probe,
	.read = junos_read,
	.facts = junos_facts,
	.pending = junos_pending,
	.stage = junos_stage,
	.validate = junos_validate,
	.commit = junos_commit,
	.confirm = junos_confirm,
	.rollback = junos_rollback,
	.abandon = junos_abandon,
};
