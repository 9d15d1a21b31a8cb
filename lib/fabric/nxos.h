/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to the driver of Cisco NX-OS (Nexus 9000).
 *
 * What NX-OS does in a way of its own, and this driver with it:
 *   - Nothing can be said of what has no feature line; feature lines of ours stay when nothing needs them any more,
 *     because to take one away takes everything of it along.
 *   - Switched ports have an MTU of 1500 or 9216 (system jumbomtu), nothing else; members have that of their channel.
 *   - Routed ports are shut unless told otherwise, switched ones are not.
 *   - An L3VNI needs a VLAN with an interface (`ip forward`), from 10.2(3) on not even that ("vni N l3").
 *   - The shared tunnel address of a vPC pair is the secondary one of the loopback that tunnels begin at.
 *   - There is no candidate for lines that come by NX-API, and configure replace wants a whole file, which NX-API cannot
 *     bring: so a checkpoint is taken, and the scheduler of the switch is told to roll back to it.  Its clock has minutes.
 */
#ifndef MS_FABRIC_NXOS_H
#define MS_FABRIC_NXOS_H

#include "fabric/cli.h"

#define NXOS_ANY_AS "MSCTL-ANY-AS"
#define NXOS_UNCHANGED "MSCTL-UNCHANGED"
#define NXOS_ALL "MSCTL-ALL"
#define NXOS_OSPF "MSCTL"
#define NXOS_MTU 1500
#define NXOS_JUMBO 9216

int nxos_render(const struct fabric_dialect *dialect, const json_t *model, json_t **ret_native, struct ms_err *err);
void nxos_render_interfaces(struct cli_out *out);
void nxos_render_bgp(struct cli_out *out);
bool nxos_uses_family(const json_t *model, const char *family);

struct nxos_reading {
	json_t *loopbacks;             /* {NAME: {addresses, secondary}} */
	char tunnel[CLI_WORD];         /* source-interface */
	bool mlag;
};
int nxos_parse(const struct fabric_dialect *dialect, const json_t *native, json_t **ret_model, json_t *opaque,
	       struct ms_err *err);
bool nxos_parse_interface(struct cli_in *in, const struct fabric_lines *block, struct nxos_reading *reading);
bool nxos_parse_bgp(struct cli_in *in, const struct fabric_lines *block, struct nxos_reading *reading);
bool nxos_parse_target(struct cli_in *in, json_t *row, const char *text);
void nxos_parse_bgp_end(struct cli_in *in, const struct nxos_reading *reading);
int nxos_normal(const struct fabric_dialect *dialect, json_t *model, struct ms_err *err);

int nxos_delta(const struct fabric_dialect *dialect, const json_t *now, const json_t *target, json_t **ret_delta,
	       struct ms_err *err);

#endif
