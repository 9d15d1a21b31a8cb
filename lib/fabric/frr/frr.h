/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to this folder: plain Linux whose routing is FRR (8.4), and whose interfaces are ifupdown2's.
 *
 * `native` is {"frr.conf": TEXT, "interfaces": TEXT, "qos": TEXT}: what `show running-config` says,
 * /etc/network/interfaces, and the commands that would make of the ports what they are (absent where they are as
 * the kernel made them); files that interfaces sources come as {"sourced": {PATH: TEXT}} and are only looked at.
 * The bridge is VLAN-aware and called "bridge", channels are bondN, tunnels vniN, routed interfaces of VLANs vlanN.
 *
 * What the device has and the model has no word for must survive.  So there is one table for frr.conf and one for
 * interfaces of what is ours: reading walks them to make a model, and merging walks them to tell what may go.
 */
#ifndef MS_FABRIC_FRR_H
#define MS_FABRIC_FRR_H

#include "fabric/driver.h"

#define FRR_BRIDGE "bridge"

/* ---- text.c: small things ---- */
/* Keys in the order of their numbers: "2", "2/1", "10".  New array, or NULL. */
json_t *frr_keys(const json_t *object);
/* An address with prefix as inet_ntop writes it; a bare one gets /32 or /128.  NULL when it is none. */
char *frr_prefix(const char *text);
/* Can this stand in a line of a file that vtysh or ifupdown2 (with its Mako templates) reads? */
bool frr_text_ok(const char *text);
/*
 * The MAC of the bridge, locally administered, with the IPv4 address of the tunnel end point, the loopback or the
 * management; false where there is none of them.  Left to itself a bridge has the lowest MAC of its ports, and so
 * another one as ports come and go: hosts keep the old one of their gateway, and other leaves that of its tunnels.
 */
bool frr_bridge_mac(const struct fabric_dialect *dialect, const json_t *model, char mac[64]);
/* Was it made in this way, for whatever address?  Blanks in front are skipped. */
bool frr_is_bridge_mac(const char *mac);
/* A number after a prefix, nothing behind it: "bond7". */
bool frr_number(const char *text, const char *prefix, long *ret_number);

/* ---- render.c, ports.c ---- */
struct frr_writer {
	const struct fabric_dialect *dialect;
	const json_t *model;
	struct ms_buf out;
	unsigned mtu;                  /* the largest that bridged frames may have */
	struct ms_err *err;
};
int frr_write_routing(struct frr_writer *w);
int frr_write_interfaces(struct frr_writer *w);
const char *frr_port(const struct frr_writer *w, const char *port, char buf[64]);

/* ---- read.c, routing.c: frr.conf ---- */
enum frr_in {
	FRR_TOP, FRR_VRF, FRR_INTERFACE, FRR_OSPF, FRR_BGP, FRR_BGP4, FRR_BGP6, FRR_BGP_EVPN, FRR_BGP_VNI,
	FRR_VRF_BGP, FRR_VRF_BGP4, FRR_VRF_BGP6, FRR_VRF_BGP_EVPN,
};
struct frr_place { enum frr_in in; char name[64]; };
enum frr_verdict {
	FRR_FOREIGN,                   /* not ours: listed, and never touched */
	FRR_OURS,                      /* goes when it is not wanted */
	FRR_NOISE,                     /* neither; stays */
	FRR_BLOCK,                     /* ours, and `inner` says where its lines are */
	FRR_SHARED,                    /* the same, but it stays while something foreign is in it */
};
struct frr_reading {
	const struct fabric_dialect *dialect;
	json_t *model, *opaque;
	bool default4;                 /* sessions carry IPv4 unless that is said of them */
	json_t *without4;              /* sessions that do not, as keys of an object */
};
/* What a line is, and what it adds to rd->model. */
enum frr_verdict frr_take(struct frr_reading *rd, const struct frr_place *at, const char *line,
			  struct frr_place *inner);
int frr_read_routing(struct frr_reading *rd, const char *text, struct ms_err *err);
/* Sessions: "neighbor ..." in router bgp, and in one of its address families. */
enum frr_verdict frr_take_neighbor(struct frr_reading *rd, const char *rest);
enum frr_verdict frr_take_family(struct frr_reading *rd, const char *family, const char *rest, bool on);
bool frr_has_session(struct frr_reading *rd, const char *name);
void frr_finish_sessions(struct frr_reading *rd);

/* ---- stanza.c, model.c: interfaces ---- */
enum frr_kind {
	FRR_K_NONE = 0, FRR_K_LO = 1, FRR_K_PORT = 2, FRR_K_BOND = 4, FRR_K_BRIDGE = 8, FRR_K_VNI = 16, FRR_K_SVI = 32,
	FRR_K_DEV_VRF = 64,
};
struct frr_attr {
	const char *name;
	unsigned kinds;                /* of the interfaces where it is ours */
	/* The model has no word for it: this is what is written, "" where the switch decides; other values stay. */
	const char *constant;
};
const struct frr_attr *frr_attr_find(enum frr_kind kind, const char *name);
/* Text with each attribute indented and blanks folded, so that it is a tree of lines. */
char *frr_interfaces_indent(const char *text);
/* {NAME: {attribute: [value]}} of all "iface" stanzas. */
int frr_interfaces_parse(const char *text, json_t **ret_ifaces, json_t *opaque, struct ms_err *err);
enum frr_kind frr_kind_of(const struct fabric_dialect *dialect, const char *name, bool is_vrf);
bool frr_is_own_hook(const char *name, const char *line);
int frr_read_interfaces(struct frr_reading *rd, const json_t *ifaces, struct ms_err *err);

/*
 * ---- qos*.c: RoCE on ports of a switching chip that Linux drives (switchdev; mlxsw for NVIDIA's Spectrum) ----
 *
 * DCB says what a packet is and pauses (802.1Qaz, 802.1Qbb; dcb(8)): DSCP lead to priorities, the others to the
 * default one; lossless priorities have a buffer each, and PFC.  Queueing disciplines schedule and mark: `ets` at the
 * root, whose band B is traffic class 7-B as mlxsw has it, strict bands before those that share; `red` with ecn nodrop
 * below it.  Not the ETS of DCB: a chip takes one of both, and only tc knows ECN.
 */
#define FRR_BANDS 8
struct frr_qos_port {
	char name[64];
	bool ets;                      /* the root is ours */
	unsigned strict;               /* bands */
	unsigned quanta[FRR_BANDS];    /* octets; of the bands behind the strict ones */
	unsigned char band[8];         /* of a priority */
	struct frr_red { unsigned min, max, percent; } red[FRR_BANDS];     /* octets; max 0 = none */
	signed char dscp[64];          /* its priority; -1 = the default one */
	signed char otherwise;         /* the default priority; -1 = not said */
	unsigned char pfc;             /* bit P: priority P */
	unsigned char buffer[8];       /* of a priority; 0 is that of all who may lose */
	unsigned size[8];              /* octets of a buffer; 0 = the chip decides */
	bool pause;                    /* 802.3x */
	char foreign[128];             /* somebody else's discipline: "root htb" */
};
struct frr_qos { struct frr_qos_port *ports; size_t n; };
void frr_qos_release(struct frr_qos *qos);
/* The port of that name, added where there is none; NULL when memory runs out. */
struct frr_qos_port *frr_qos_port(struct frr_qos *qos, const char *name);
/* qos.c: a model, which is normal; and what makes it so.  The others the way back: classes are those of most ports, and
 * the profile of a port with others says so (`classes`). */
int frr_qos_draw(const struct fabric_dialect *dialect, const json_t *model, struct frr_qos *ret_qos,
		 struct ms_err *err);
int frr_qos_normal(json_t *model, struct ms_err *err);
/* The name of a profile, by what is in it: kernels keep no names. */
int frr_qos_name(const json_t *profile, char name[static 24], struct ms_err *err);
int frr_qos_model(struct frr_reading *rd, const struct frr_qos *qos, struct ms_err *err);
/* qos-text.c: commands, a line each, that make `target` of `now` (NULL: of what the kernel made); back the same way. */
char *frr_qos_lines(const struct frr_qos *now, const struct frr_qos *target);
int frr_qos_parse(const char *text, struct frr_qos *ret_qos, struct ms_err *err);
/* qos-read.c: what is asked of a port, and what was said of all: that, and `tc -d -j qdisc show`. */
extern const char frr_qos_question[];
int frr_qos_take(const struct fabric_dialect *dialect, const char *said, const char *disciplines,
		 struct frr_qos *ret_qos, struct ms_err *err);

/* qos-change.c: those commands for a model. */
int frr_qos_text(const struct fabric_dialect *dialect, const json_t *model, char **ret_text, struct ms_err *err);
/* What makes of a box that is `running` (native) what `target` says; what undoes it; what a start runs.  Refused
 * where a port has somebody else's discipline. */
struct frr_qos_files { char *new, *old, *boot; };
int frr_qos_change(const struct fabric_dialect *dialect, const json_t *running, const json_t *target,
		   struct frr_qos_files *ret_files, struct ms_err *err);
void frr_qos_files_release(struct frr_qos_files *files);

/* ---- merge.c: pure ---- */
/* What is on the device, with everything of ours as in `target`. */
int frr_merge_routing(const struct fabric_dialect *dialect, const char *running, const char *target, char **ret_text,
		      struct ms_err *err);
int frr_merge_interfaces(const struct fabric_dialect *dialect, const char *running, const char *target,
			 char **ret_text, struct ms_err *err);

/* ---- driver.c ---- */
int frr_normal(const struct fabric_dialect *dialect, json_t *model, struct ms_err *err);
int frr_render(const struct fabric_dialect *dialect, const json_t *model, json_t **ret_native, struct ms_err *err);
int frr_parse(const struct fabric_dialect *dialect, const json_t *native, json_t **ret_model, json_t *opaque,
	      struct ms_err *err);
int frr_delta(const struct fabric_dialect *dialect, const json_t *now, const json_t *target, json_t **ret_delta,
	      struct ms_err *err);

/* ---- session.c: sessions are those of any Linux box (box.h) ---- */
extern const char frr_platform[];     /* what box_script reads */
/* `show running-config` without what vtysh says before it. */
const char *frr_without_header(const char *running);
int frr_probe(struct fabric_session *session, json_t **ret_facts, struct ms_err *err);
int frr_read(struct fabric_session *session, json_t **ret_native, struct ms_err *err);
int frr_facts(struct fabric_session *session, const struct fabric_dialect *dialect, const char *const *only,
	      json_t *status, struct ms_err *err);
/*
 * Ask each port among these interfaces (a line each) the same: commands of sh with '@' where its name belongs.  "@swp1"
 * stands in front of what is said of it.
 */
int frr_ask_ports(struct fabric_session *session, const char *names, const char *question, char **ret_said,
		  struct ms_err *err);
/* counters.c: what ports count, of the answers to its question and to `tc -d -s -j qdisc show`; and asking for it. */
int frr_parse_counters(const struct fabric_dialect *dialect, const char *said, const char *disciplines,
		       json_t *status, struct ms_err *err);
int frr_counters(struct fabric_session *session, const struct fabric_dialect *dialect, json_t *status,
		 struct ms_err *err);
int frr_stage(struct fabric_session *session, const char *id, const json_t *delta, const json_t *target,
	      struct ms_err *err);

/* Statements of frr.conf for the driver's `structure`, each with what stands in front of it. */
#define FRR_STRUCTURE(at) \
	at "frr defaults *", at "no ip forwarding", at "no ipv6 forwarding", at "ip forwarding", at "ipv6 forwarding", \
	at "interface lo / ip ospf area |*", at "interface * / ip ospf network point-to-point", \
	at "router bgp * / no bgp ebgp-requires-policy", at "router bgp * / no bgp default ipv4-unicast", \
	at "router bgp * / bgp bestpath as-path multipath-relax", \
	at "router bgp * / address-family ipv* unicast / network *", \
	at "router bgp * / address-family l2vpn evpn / advertise-all-vni", \
	at "router bgp * / address-family * / neighbor * allowas-in |*", \
	at "router bgp * vrf * / address-family ipv* unicast / redistribute connected", \
	at "router bgp * vrf * / address-family l2vpn evpn / advertise ipv* unicast"
/* read.c: forwarding shows where it is off, and the profile "datacenter" hides what it has. */
bool frr_excused(const struct fabric_dialect *dialect, const json_t *there, const char *statement);

#endif
