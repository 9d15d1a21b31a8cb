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

#include "fabric/cli/cli.h"

#define EOS_GROUP "MSCTL"              /* and a family behind each "-": MSCTL-EVPN-IPV4 */
#define EOS_FILTER "MSCTL-ANY-AS"
#define EOS_OSPF 1                     /* process */
#define EOS_MLAG_VLAN 4094
#define EOS_MLAG_GROUP "MSCTL-MLAG"
#define EOS_MTU 1500                   /* of an interface that says nothing */
#define EOS_FORCED 1                   /* variant: "speed forced 100gfull", before 4.22 */

/* port.c: lanes.  speed is that of a part ("25G"). */
int eos_port_native(const struct fabric_dialect *dialect, const json_t *model, const char *port, char *buf,
		    size_t size);
/* Which ports are broken out, from the speeds of their lanes: {"1": {"breakout": "2x50G", "lanes": [1, 3]}}. */
json_t *eos_breakouts(const struct fabric_dialect *dialect, const struct fabric_lines *lines);
bool eos_port_abstract(const struct fabric_dialect *dialect, const json_t *breakouts, const char *native, char *buf,
		       size_t size);

/* render.c, render-bgp.c */
int eos_render(const struct fabric_dialect *dialect, const json_t *model, json_t **ret_native, struct ms_err *err);
void eos_render_bgp(struct cli_out *out);
const char *eos_port(struct cli_out *out, const char *port, char buf[static 64]);
bool eos_is_unnumbered(const json_t *model);

/* qos.c: RoCE, for both ways */
struct eos_qos {
	struct cli_codes codes;        /* the traffic class of each code point */
	int queue[8];                  /* of each traffic class */
	json_t *profiles;              /* {NAME: {trust, on, pfc, watchdog, queues: {N: {strict, bandwidth, ecn}}}} */
	json_t *watchdog;
	bool off, copies;              /* PFC is off everywhere; DSCP goes to the outside of tunnels */
};
void eos_render_qos(struct cli_out *out);
void eos_render_port_qos(struct cli_out *out, const json_t *row);
void eos_render_channel_qos(struct cli_out *out, const json_t *channel);
void eos_render_tunnel_qos(struct cli_out *out);
/* As a switch is that nobody configured. */
void eos_qos_init(struct cli_in *in, struct eos_qos *qos);
void eos_qos_release(struct eos_qos *qos);
bool eos_take_qos(struct cli_in *in, const struct fabric_lines *line, struct eos_qos *qos);
bool eos_take_port_qos(struct cli_in *in, json_t *row, const char *line);
bool eos_take_tunnel_qos(struct eos_qos *qos, const char *line);
void eos_qos_end(struct cli_in *in, struct eos_qos *qos);
void eos_normal_qos(json_t *model);

/* parse.c, parse-bgp.c */
struct eos_reading {
	struct eos_qos qos;
	json_t *breakouts;
	json_t *loopback1;             /* CIDRs */
	json_t *vni_of;                /* {VRF: l3vni} */
	json_t *groups;                /* {NAME: {families, ...}} of peer groups */
	json_t *vlan_evpn;             /* {VID: {rd, import, export}} */
	json_t *vni_of_vlan;           /* {VID: VNI} */
	char tunnel[CLI_WORD];         /* vxlan source-interface */
	char mlag_interface[CLI_WORD], link[CLI_WORD];
	char router_mac[18];
	char management[CLI_WORD];     /* VRF */
	bool ospf;                     /* by the process that is ours */
	bool default_ipv4;             /* bgp default ipv4-unicast */
	bool mlag;
};
int eos_parse(const struct fabric_dialect *dialect, const json_t *native, json_t **ret_model, json_t *opaque,
	      struct ms_err *err);
/* interface.c */
bool eos_parse_interface(struct cli_in *in, const struct fabric_lines *block, struct eos_reading *reading);
bool eos_parse_bgp(struct cli_in *in, const struct fabric_lines *block, struct eos_reading *reading);
void eos_parse_bgp_end(struct cli_in *in, struct eos_reading *reading);
int eos_normal(const struct fabric_dialect *dialect, json_t *model, struct ms_err *err);

/* delta.c */
int eos_delta(const struct fabric_dialect *dialect, const json_t *now, const json_t *target, json_t **ret_delta,
	      struct ms_err *err);

/* ---- talking: api.c, change.c, facts.c ---- */

struct fabric_session {
	const struct fabric_env *env;
	const json_t *sw;              /* lent */
	struct ms_peer *peer;
	struct fabric_login login;
};
int eos_open(const struct fabric_env *env, const json_t *sw, struct fabric_session **ret_session, struct ms_err *err);
void eos_close(struct fabric_session *session);
/*
 * runCmds: commands (array, taken) from exec mode on, "enable" first.  ret_results (may be NULL): an array with one
 * result for each of them.  reads: may be sent again.  The first that the switch refuses ends it: MS_FAILED with the
 * command and what was said of it.
 */
int eos_run(struct fabric_session *session, json_t *commands, const char *format, bool reads, json_t **ret_results,
	    struct ms_err *err);
/* One show command: its object, or the text of it. */
int eos_show(struct fabric_session *session, const char *command, json_t **ret_result, struct ms_err *err);
int eos_show_text(struct fabric_session *session, const char *command, char **ret_text, struct ms_err *err);
/* The same where a release may not know the command: 0 and NULL then. */
int eos_show_if(struct fabric_session *session, const char *command, json_t **ret_result, struct ms_err *err);
/* An answer to runCmds, as it came: its results, or the error in it.  The fuzzer's door. */
int eos_reply(const char *text, size_t len, const json_t *commands, json_t **ret_results, struct ms_err *err);

int eos_probe(struct fabric_session *session, json_t **ret_facts, struct ms_err *err);
int eos_read(struct fabric_session *session, json_t **ret_native, struct ms_err *err);
int eos_facts(struct fabric_session *session, const struct fabric_dialect *dialect, const char *const *only,
	      json_t *status, struct ms_err *err);
/* counters.c: `counters` of status.switch */
int eos_facts_counters(struct fabric_session *session, const struct fabric_dialect *dialect, const json_t *breakouts,
		       json_t *status, struct ms_err *err);
/* What one of its commands shows (NULL: nothing). */
int eos_take_counters(const struct fabric_dialect *dialect, const json_t *breakouts, const char *command,
		      const json_t *shown, json_t *status, struct ms_err *err);
int eos_pending(struct fabric_session *session, json_t **ret_pending, struct ms_err *err);
int eos_stage(struct fabric_session *session, const char *id, const json_t *delta, const json_t *target,
	      struct ms_err *err);
int eos_validate(struct fabric_session *session, const char *id, struct ms_err *err);
int eos_commit(struct fabric_session *session, const char *id, unsigned seconds, struct ms_err *err);
int eos_confirm(struct fabric_session *session, const char *id, struct ms_err *err);
int eos_rollback(struct fabric_session *session, const char *id, struct ms_err *err);
int eos_abandon(struct fabric_session *session, const char *id, struct ms_err *err);

#endif
