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
 *   - DCBX is told by default; PFC in it only where the mode is auto, or the port is told to send it.
 *   - There is no candidate for lines that come by NX-API, and configure replace wants a whole file, which NX-API
 *     cannot bring: so a checkpoint is taken, and the scheduler of the switch is told to roll back to it.  Its clock
 *     has minutes.
 */
#ifndef MS_FABRIC_NXOS_H
#define MS_FABRIC_NXOS_H

#include "fabric/cli/cli.h"

#define NXOS_ANY_AS "MSCTL-ANY-AS"
#define NXOS_UNCHANGED "MSCTL-UNCHANGED"
#define NXOS_ALL "MSCTL-ALL"
#define NXOS_OSPF "MSCTL"
#define NXOS_CLASSIFY "MSCTL-CLASSIFY"
#define NXOS_NETWORK "MSCTL-NETWORK"
#define NXOS_CLASS "MSCTL-P"           /* and the priority */
#define NXOS_INPUT "-in"               /* behind the name of a profile, which is that of its policy for output */
/* Where queues for output tell ETS; else it would be those for input. */
#define NXOS_TELLS "lldp tlv-select dcbxp egress-queuing"
#define NXOS_SILENT "no lldp tlv-select dcbxp"
#define NXOS_VERSION "lldp dcbx version ieee"
#define NXOS_MTU 1500
#define NXOS_JUMBO 9216

int nxos_render(const struct fabric_dialect *dialect, const json_t *model, json_t **ret_native, struct ms_err *err);
void nxos_render_interfaces(struct cli_out *out);
void nxos_render_bgp(struct cli_out *out);
/* qos.c: RoCE.  A row of ports. */
void nxos_render_qos(struct cli_out *out);
void nxos_render_port_qos(struct cli_out *out, const json_t *row);
void nxos_render_port_dcbx(struct cli_out *out, const json_t *row);
void nxos_render_tunnel_qos(struct cli_out *out);
/* The row of the member whose profile is that of the channel; NULL = none has one. */
const json_t *nxos_channel_port(const json_t *model, const json_t *channel);

/* parse-qos.c: policies by name, and which of them is in force */
struct nxos_qos {
	json_t *maps;                  /* {CLASS: {dscp: [text], pcp: [text]}} */
	json_t *classify;              /* {NAME: {CLASS: qos-group}} */
	json_t *queuing;               /* {NAME: {out: {N: {strict, bandwidth, ecn}}, in: {N: {headroom, xon}}}} */
	json_t *network;               /* {NAME: {PRIORITY: paused}} */
	char active[CLI_WORD];         /* network-qos of the switch */
	char used[CLI_WORD];           /* what ports classify by: ours, or else the first */
	json_t *versions;              /* {PORT: that of DCBX} */
	char dcbx[CLI_WORD];           /* what is said of it for the switch; "" = nothing, it tells */
	unsigned interval, shutdown, restore;
	bool watches, pipe;
};
void nxos_qos_init(struct cli_in *in, struct nxos_qos *qos);
void nxos_qos_release(struct nxos_qos *qos);
bool nxos_take_qos(struct cli_in *in, const struct fabric_lines *line, struct nxos_qos *qos);
bool nxos_take_port_qos(struct cli_in *in, json_t *row, const char *text, struct nxos_qos *qos);
void nxos_qos_end(struct cli_in *in, struct nxos_qos *qos);
int nxos_normal_qos(json_t *model);

struct nxos_reading {
	struct nxos_qos qos;
	json_t *loopbacks;             /* {NAME: {addresses, secondary}} */
	json_t *templates;             /* {NAME: session} of "template peer" */
	char tunnel[CLI_WORD];         /* source-interface */
	bool mlag;
	bool routed, shut;             /* ports that say nothing of it, by "system default switchport" */
};
int nxos_parse(const struct fabric_dialect *dialect, const json_t *native, json_t **ret_model, json_t *opaque,
	       struct ms_err *err);
bool nxos_parse_interface(struct cli_in *in, const struct fabric_lines *block, struct nxos_reading *reading);
bool nxos_parse_bgp(struct cli_in *in, const struct fabric_lines *block, struct nxos_reading *reading);
void nxos_parse_bgp_end(struct cli_in *in, const struct nxos_reading *reading);
bool nxos_parse_target(struct cli_in *in, json_t *row, const char *text);
int nxos_normal(const struct fabric_dialect *dialect, json_t *model, struct ms_err *err);

int nxos_delta(const struct fabric_dialect *dialect, const json_t *now, const json_t *target, json_t **ret_delta,
	       struct ms_err *err);

/* ---- talking: api.c, change.c, facts.c, counters.c ---- */

struct fabric_session {
	const struct fabric_env *env;
	const json_t *sw;              /* lent */
	struct ms_peer *peer;
	struct fabric_login login;
	char *id, *delta;              /* staged */
};
int nxos_open(const struct fabric_env *env, const json_t *sw, struct fabric_session **ret_session, struct ms_err *err);
void nxos_close(struct fabric_session *session);
/*
 * Commands (array, taken) by JSON-RPC, in one go: "cli" gives objects, "cli_ascii" text.  reads: may be sent again;
 * else the switch is told to stop at the first that it refuses.  ret_results (may be NULL): one for each, null where
 * there is nothing to say.  A refusal is MS_FAILED with the command and what was said of it.
 */
int nxos_run(struct fabric_session *session, const char *method, json_t *commands, bool reads, json_t **ret_results,
	     struct ms_err *err);
int nxos_show(struct fabric_session *session, const char *command, json_t **ret_body, struct ms_err *err);
int nxos_show_if(struct fabric_session *session, const char *command, json_t **ret_body, struct ms_err *err);
int nxos_show_text(struct fabric_session *session, const char *command, char **ret_text, struct ms_err *err);
/* An answer as it came.  The fuzzer's door. */
int nxos_reply(const char *text, size_t len, const json_t *commands, json_t **ret_results, struct ms_err *err);
/* Rows of a table: "TABLE_x"/"ROW_x" is an array, or one object where there is one row.  New array, rows lent. */
json_t *nxos_rows(const json_t *body, const char *name);

int nxos_probe(struct fabric_session *session, json_t **ret_facts, struct ms_err *err);
int nxos_read(struct fabric_session *session, json_t **ret_native, struct ms_err *err);
int nxos_facts(struct fabric_session *session, const struct fabric_dialect *dialect, const char *const *only,
	       json_t *status, struct ms_err *err);
/* "Eth1/1" and "Ethernet1/1" -> "1". */
bool nxos_port(const struct fabric_dialect *dialect, const char *name, char *buf, size_t size);
/* counters.c: status.counters; the answers, in the order in which they are asked for; body may be NULL. */
#define NXOS_COUNTERS 3
int nxos_parse_counters(const struct fabric_dialect *dialect, size_t which, const json_t *body, json_t *status,
			struct ms_err *err);
int nxos_counters(struct fabric_session *session, const struct fabric_dialect *dialect, json_t *status,
		  struct ms_err *err);
int nxos_pending(struct fabric_session *session, json_t **ret_pending, struct ms_err *err);
int nxos_stage(struct fabric_session *session, const char *id, const json_t *delta, const json_t *target,
	       struct ms_err *err);
int nxos_validate(struct fabric_session *session, const char *id, struct ms_err *err);
int nxos_commit(struct fabric_session *session, const char *id, unsigned seconds, struct ms_err *err);
int nxos_confirm(struct fabric_session *session, const char *id, struct ms_err *err);
int nxos_rollback(struct fabric_session *session, const char *id, struct ms_err *err);
int nxos_abandon(struct fabric_session *session, const char *id, struct ms_err *err);

#endif
