/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to the driver of Dell SmartFabric OS10.
 *
 * What OS10 does in a way of its own, and this driver with it:
 *   - The MTU of an interface is that of the frame, 32 bytes more than that of the packet in it;
 * 1532 is not shown.
 *   - "switchport trunk allowed vlan" adds to what is allowed: one line for each VLAN, so that none
 * is lost on the way. The native VLAN of a trunk is its access VLAN, "no switchport access vlan" is
 * none.
 *   - A VLAN gets a VNI by way of a virtual network, of the same number as the VLAN; its addresses
 * are those of the interface of the virtual network then.  EVPN instances have that number, too.
 *   - The channel between a VLT pair is made by the switch from the discovery interfaces: it is
 * port-channel 1000, and all VLANs are in it.  Both of a pair tunnel from one address, which is on
 * a loopback of its own.
 *   - Sessions over interfaces whose AS number nobody names take the type of the session from a
 * template.
 *   - RoCE is said of ports: what they trust, queues, a policy in, and one out.  What a port uses can
 * neither be changed nor go: it is taken from the port, removed, and made anew.
 *   - DCBX is off on the switch and on on its ports, so that ports that must not tell say so.
 */
#ifndef MS_FABRIC_OS10_H
#define MS_FABRIC_OS10_H

#include "fabric/cli/cli.h"

#define OS10_OVERHEAD 32 /* of a frame, beyond its packet */
#define OS10_MTU 1500	 /* of a packet, where an interface says nothing */
#define OS10_LINK "1000" /* the channel between a VLT pair */
#define OS10_TEMPLATE "MSCTL"
#define OS10_OSPF 1

/* RoCE: maps and classes of the switch; policies have the names of profiles. */
#define OS10_DSCP "MSCTL-DSCP"
#define OS10_DOT1P "MSCTL-DOT1P"
#define OS10_QUEUES "MSCTL-QUEUES"
#define OS10_QUEUE "MSCTL-Q"	/* and its number: a class of packets that go out */
#define OS10_GROUP "MSCTL-P"	/* and its number: one of those that come in */
#define OS10_PROFILE "roce-"	/* profiles of other names are other people's policies */
#define OS10_PFC "MSCTL-PFC"	/* the policy of all ports for packets that come in */
#define OS10_TELLS "lldp tlv-select dcbxp"
#define OS10_SILENT "no " OS10_TELLS
#define OS10_KB 1000		/* octets.  1024 may be meant: then there is a little more room */

int os10_render(const struct fabric_dialect *dialect, const json_t *model, json_t **ret_native,
		struct ms_err *err);
void os10_render_interfaces(struct cli_out *out);
void os10_render_bgp(struct cli_out *out);
/* Number of the EVPN instance of a VNI: that of its VLAN, else its own; 0 = it has none. */
unsigned os10_evi(const json_t *model, const char *vni);

/* qos.c, parse-qos.c, make-qos.c */
void os10_render_qos(struct cli_out *out);
void os10_render_port_qos(struct cli_out *out, const json_t *row);
int os10_normal_qos(json_t *model);
bool os10_tells(const json_t *model);

struct os10_trust { char kind[8], name[CLI_WORD]; };   /* "dscp" or "dot1p"; "" = none */
struct os10_qos {
	json_t *trusts;	       /* {"dscp NAME": {GROUP: [lists]}} */
	json_t *queues;	       /* {NAME: {QUEUE: [lists]}} of qos-maps */
	json_t *classes;       /* {NAME: {queue} or {groups}} */
	json_t *wreds;	       /* {NAME: {min, max, probability, marks}} */
	json_t *queuing;       /* {NAME: {CLASS: {strict, bandwidth, wred}}} */
	json_t *network;       /* {NAME: {CLASS: {pause, xon, headroom, cos}}} */
	json_t *bound;	       /* {NAME of a queuing policy: NAME of a network-qos one, or null}: of ports */
	json_t *left;	       /* {HEADER: true}: blocks that nothing of the model came of */
	struct os10_trust port, system;
	char map[CLI_WORD], system_map[CLI_WORD];
	bool dcbx;	       /* "dcbx enable" */
};
void os10_qos_init(struct cli_in *in, struct os10_qos *qos);
void os10_qos_release(struct os10_qos *qos);
/* false: the block, or the line, is none of RoCE. */
bool os10_take_qos(struct cli_in *in, const struct fabric_lines *line, struct os10_qos *qos);
bool os10_take_port_qos(struct cli_in *in, json_t *lines, const char *text);
/* What these lines of a port come to: row.qos, row.pause, row.dcbx. */
void os10_make_port_qos(struct cli_in *in, struct os10_qos *qos, const char *port, json_t *row,
			const json_t *lines);
void os10_qos_end(struct cli_in *in, struct os10_qos *qos);

struct os10_reading {
	struct os10_qos qos;
	json_t *loopbacks;     /* {NAME: {addresses}} */
	json_t *networks;      /* {VN: VNI} of virtual networks */
	json_t *bound;	       /* {VN: true}: the VLAN of the same number is in it */
	json_t *routed;	       /* {VN: svi} */
	json_t *evis;	       /* {VNI: EVI} */
	json_t *link;	       /* [PORT]: discovery interfaces */
	char tunnel[CLI_WORD]; /* source-interface */
	char router_mac[18];
};
int os10_parse(const struct fabric_dialect *dialect, const json_t *native, json_t **ret_model,
	       json_t *opaque, struct ms_err *err);
bool os10_parse_interface(struct cli_in *in, const struct fabric_lines *block,
			  struct os10_reading *reading);
bool os10_parse_bgp(struct cli_in *in, const struct fabric_lines *block);
void os10_parse_end(struct cli_in *in, struct os10_reading *reading);
/* "to the rack" in quotes, or without. */
void os10_set_description(struct cli_in *in, json_t *row, const char *key, const char *text);
int os10_normal(const struct fabric_dialect *dialect, json_t *model, struct ms_err *err);
/* The channel between a pair, as the switch has it.  NULL = no memory. */
json_t *os10_link(const json_t *vlans, json_t *members);

int os10_delta(const struct fabric_dialect *dialect, const json_t *now, const json_t *target,
	       json_t **ret_delta, struct ms_err *err);

/* Lines that bring a switch from `target` back to what it runs: what the model says of it, and what
 * else was in the blocks that `delta` touches. */
int os10_way_back(const struct fabric_dialect *dialect, const char *running, const char *delta,
		  const json_t *target, char **ret_text, struct ms_err *err);

/* ---- talking: sessions are those of FRR on Linux, which OS10 is below its command line ---- */

/* session.c: what a show command prints.  A line "% Error" is MS_FAILED. */
int os10_show(struct fabric_session *session, const char *command, char **ret_text,
	      struct ms_err *err);
/* Of several, a line each, in one session: all that they print, and prompts; who is refused prints an error. */
int os10_show_each(struct fabric_session *session, const char *commands, char **ret_text,
		   struct ms_err *err);
int os10_open(const struct fabric_env *env, const json_t *sw, struct fabric_session **ret_session,
	      struct ms_err *err);
void os10_close(struct fabric_session *session);
int os10_probe(struct fabric_session *session, json_t **ret_facts, struct ms_err *err);
int os10_read(struct fabric_session *session, json_t **ret_native, struct ms_err *err);
/* Of all that was printed, what the command printed; in place.  The fuzzer's door. */
void os10_strip(char *text);
/* The same of what came out of a shell in a command line: its text and exit status; false when it
 * did not get as far. */
bool os10_unwrap(char *text, int *ret_status);

/* change.c */
extern const char os10_box_platform[]; /* what of box_script is OS10's */
int os10_stage(struct fabric_session *session, const char *id, const json_t *delta,
	       const json_t *target, struct ms_err *err);

/* facts.c */
int os10_facts(struct fabric_session *session, const struct fabric_dialect *dialect,
	       const char *const *only, json_t *status, struct ms_err *err);
/* Printed tables, read into status.switch. */
void os10_read_version(const char *text, json_t *facts);
void os10_read_ports(const struct fabric_dialect *dialect, const char *text, json_t *ports);
void os10_read_lldp(const struct fabric_dialect *dialect, const char *text, json_t *ports);
void os10_read_sessions(const struct fabric_dialect *dialect, const char *text, const char *family,
			json_t *sessions);
int os10_read_vteps(const char *text, json_t *vteps);
/* The next line of a text, without its end; false when there is none. */
bool os10_next_line(const char **text, char *buf, size_t size);
/* "Eth 1/1/1", "Eth1/1/1", "ethernet1/1/1". */
bool os10_port_of(const struct fabric_dialect *dialect, const char *name, char *buf, size_t size);

/* counters.c: into status.counters, by status.config; not 0 when memory runs out. */
int os10_counters(struct fabric_session *session, const struct fabric_dialect *dialect,
		  json_t *status, struct ms_err *err);
int os10_read_counters(const struct fabric_dialect *dialect, const char *text, json_t *status);
int os10_read_queues(const struct fabric_dialect *dialect, const char *text, json_t *status);

#endif
