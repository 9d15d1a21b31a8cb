/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to the driver of Arista EOS.
 *
 * What EOS does in a way of its own, and this driver with it:
 *   - Interfaces say only what is not their default: mtu 1500 and "no shutdown" are not seen (eos_normal).
 *   - A part of a broken-out port is the lane that it begins at: Ethernet1/3 is the second of 2x50G.  That a port is
 *     broken out is said by the speed of its lanes and nothing else.
 *   - Sessions over interfaces take what they are from a peer group; one of ours (EOS_GROUP) for each set of families.
 *     Where any AS number is welcome, a peer filter says so.
 *   - L3VNIs have a VLAN of the switch's own choice.
 *   - MLAG talks over VLAN 4094, which is in a trunk group of its own.
 */
#ifndef MS_FABRIC_EOS_H
#define MS_FABRIC_EOS_H

#include "fabric/cli.h"

#define EOS_GROUP "MSCTL"              /* and a family behind each "-": MSCTL-EVPN-IPV4 */
#define EOS_FILTER "MSCTL-ANY-AS"
#define EOS_MLAG_VLAN 4094
#define EOS_MLAG_GROUP "MSCTL-MLAG"
#define EOS_MTU 1500                   /* of an interface that says nothing */
#define EOS_FORCED 1                   /* variant: "speed forced 100gfull", before 4.22 */

/* eos-port.c: lanes.  speed is that of a part ("25G"). */
int eos_port_native(const struct fabric_dialect *dialect, const json_t *model, const char *port, char *buf, size_t size);
/* Which ports are broken out, from the speeds of their lanes: {"1": {"breakout": "2x50G", "lanes": [1, 3]}}. */
json_t *eos_breakouts(const struct fabric_dialect *dialect, const struct fabric_lines *lines);
bool eos_port_abstract(const struct fabric_dialect *dialect, const json_t *breakouts, const char *native, char *buf,
		       size_t size);

/* eos-render.c, eos-render-bgp.c */
int eos_render(const struct fabric_dialect *dialect, const json_t *model, json_t **ret_native, struct ms_err *err);
void eos_render_bgp(struct cli_out *out);
const char *eos_port(struct cli_out *out, const char *port, char buf[static 64]);
bool eos_is_unnumbered(const json_t *model);

/* eos-parse.c, eos-parse-bgp.c */
struct eos_reading {
	json_t *breakouts;
	json_t *loopback1;             /* CIDRs */
	json_t *vni_of;                /* {VRF: l3vni} */
	json_t *groups;                /* {NAME: {families, ...}} of peer groups */
	json_t *vlan_evpn;             /* {VID: {rd, import, export}} */
	char tunnel[CLI_WORD];         /* vxlan source-interface */
	char mlag_interface[CLI_WORD], link[CLI_WORD];
	char router_mac[18];
	bool default_ipv4;             /* bgp default ipv4-unicast */
	bool mlag;
};
int eos_parse(const struct fabric_dialect *dialect, const json_t *native, json_t **ret_model, json_t *opaque,
	      struct ms_err *err);
/* eos-interface.c */
bool eos_parse_interface(struct cli_in *in, const struct fabric_lines *block, struct eos_reading *reading);
bool eos_parse_bgp(struct cli_in *in, const struct fabric_lines *block, struct eos_reading *reading);
void eos_parse_bgp_end(struct cli_in *in, struct eos_reading *reading);
int eos_normal(const struct fabric_dialect *dialect, json_t *model, struct ms_err *err);

/* eos-delta.c */
int eos_delta(const struct fabric_dialect *dialect, const json_t *now, const json_t *target, json_t **ret_delta,
	      struct ms_err *err);

#endif
