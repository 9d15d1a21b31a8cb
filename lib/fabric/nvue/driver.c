/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NVIDIA Cumulus Linux by way of NVUE's REST API: the table. */
#include "fabric/nvue/nvue.h"

static void choose(struct fabric_dialect *dialect)
{
	bool modern = fabric_version_compare(dialect->version, "5.15") >= 0;

	dialect->variant = modern ? NVUE_MODERN : NVUE_CLASSIC;
}

static int delta(const struct fabric_dialect *dialect, const json_t *now, const json_t *target,
		 json_t **ret_delta, struct ms_err *err)
{
	(void)dialect;
	return nvue_patches(now, target, ret_delta, err);
}

/* What of a rendering no model says: what is on.  Sessions may have it from a group of theirs, so
 * theirs is not in it. */
static const char *const structure[] = {
	"evpn.enable=on",
	"evpn.state=enabled",
	"evpn.multihoming.enable=on",
	"evpn.multihoming.state=enabled",
	"interface.*.evpn.multihoming.uplink=on",
	"interface.*.vrr.enable=on",
	"interface.*.vrr.state=enabled",
	"interface.*.router.ospf.*=*",
	"mlag.enable=on",
	"mlag.state=enabled",
	"nve.vxlan.enable=on",
	"nve.vxlan.state=enabled",
	"router.*.enable=on",
	"router.*.state=enabled",
	"vrf.*.evpn.enable=on",
	"vrf.*.evpn.state=enabled",
	"vrf.*.router.ospf.enable=on",
	"vrf.*.router.ospf.state=enabled",
	"vrf.*.router.bgp.enable=on",
	"vrf.*.router.bgp.state=enabled",
	"vrf.*.router.bgp.autonomous-system=|*",
	"vrf.*.router.bgp.address-family.*=enabled",
	"vrf.*.router.bgp.address-family.*=on",
	"vrf.*.router.bgp.address-family.*.network.*={}",
	NULL,
};

const struct fabric_driver fabric_cumulus = {
	.platform = "cumulus",
	.title = "NVIDIA Cumulus Linux (NVUE)",
	.format = "json",
	.caps = {
		.isolation = FABRIC_VLAN | FABRIC_EVPN_VXLAN | FABRIC_EVPN_L3,
		.unnumbered = true,
		.mlag = true,
		.esi = true,
		.ospf = true,
		.qos = true,
		.qos_tc = true,
		.dcbx = true,
		.watchdogs = FABRIC_WATCHDOG_DROP,
		.qos_trusts = FABRIC_TRUST_DSCP | FABRIC_TRUST_PCP | FABRIC_TRUST_BOTH,
		.sends_peer_as = true,
		.no_vlan_names = true,
		.no_lacp_passive = true,
		.native_confirm = true,
		.first_vlan = 1,
		.last_vlan = 4094,
		.reserved_vlans = "3725-3999",
		.max_mtu = 9216,
		.max_name = 15,
	},
	.prefix = "swp",
	.part = "s",
	.first = 1,
	.step = 1,
	.first_part = 0,
	.choose = choose,
	.normal = nvue_normal,
	.structure = structure,
	.render = nvue_render,
	.parse = nvue_parse,
	.delta = delta,
	.open = nvue_open,
	.close = nvue_close,
	.probe = nvue_probe,
	.read = nvue_read,
	.facts = nvue_facts,
	.pending = nvue_pending,
	.stage = nvue_stage,
	.validate = nvue_validate,
	.commit = nvue_commit,
	.confirm = nvue_confirm,
	.rollback = nvue_rollback,
	.abandon = nvue_abandon,
};
