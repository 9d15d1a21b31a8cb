/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A driver: what differs by vendor, and nothing else.  Private to lib/fabric.
 *
 * `native` is configuration as the vendor writes it, in a json_t: a tree (NVUE, SONiC), one string of text (EOS,
 * NX-OS, OS10; `set` lines of Junos), or an object of file name to text (FRR).  Models are those of fabric.h.
 */
#ifndef MS_FABRIC_DRIVER_H
#define MS_FABRIC_DRIVER_H

#include "fabric/fabric.h"
#include "net/ssh.h"

enum fabric_isolation {
	FABRIC_VLAN = 1, FABRIC_EVPN_VXLAN = 2, FABRIC_EVPN_L3 = 4, FABRIC_VPLS = 8,
};
enum fabric_trusts { FABRIC_TRUST_DSCP = 1, FABRIC_TRUST_PCP = 2, FABRIC_TRUST_BOTH = 4 };
enum fabric_watchdogs { FABRIC_WATCHDOG_DROP = 1, FABRIC_WATCHDOG_FORWARD = 2 };
struct fabric_caps {
	unsigned isolation;          /* enum fabric_isolation */
	bool unnumbered;             /* BGP unnumbered (RFC 5549 over IPv6 link-local) */
	bool mlag, esi;              /* pairs of switches */
	bool ospf, ldp;
	bool qos;                    /* classes of RoCE: `qos` of the model, and of its ports */
	bool qos_tc, qos_queue;      /* traffic classes other than the priorities; queues other than those */
	bool no_shared_tc;           /* two priorities in one traffic class cannot be told apart */
	unsigned qos_trusts;         /* enum fabric_trusts */
	unsigned watchdogs;          /* enum fabric_watchdogs; 0 = none at all, and what is wanted of one is left out */
	bool dcbx;                   /* tells hosts its settings: `dcbx` of ports */
	bool no_vlan_names;          /* names of VLANs cannot be kept: they are left out of what is wanted */
	bool no_lacp_passive;        /* a channel that wants it is refused */
	bool no_lacp_static;         /* the same */
	bool jumbo_bridging;         /* bridged ports take packets of 1500 or of the largest size, nothing between */
	bool sends_peer_as;          /* AS paths with the neighbour's number are sent anyway: peerAs is left out */
	bool no_l3vlan;              /* the VNI of a VRF needs no VLAN that carries it */
	bool native_confirm;         /* the device itself rolls back; else a checkpoint and a timer armed on the box */
	bool validates;              /* can validate without committing */
	unsigned first_vlan, last_vlan;
	const char *reserved_vlans;  /* "3967-4094", for rule T01; NULL = none */
	unsigned max_mtu;            /* of the IP packet */
	unsigned max_name;           /* of a VRF's name */
};

/* What rendering depends on besides the model: chosen once from the Switch, and from what was read of it. */
struct fabric_dialect {
	const struct fabric_driver *driver;
	const char *version;         /* of the operating system, "5.9.1"; NULL = not known: the newest */
	unsigned variant;            /* the driver's own: NVUE 0 = on/off, 1 = enabled/disabled... */
	/* Names of ports: prefix, number of the first, step from one to the next; separator of a part, number of the
	 * first part.  From spec.portNames, the driver's presets, or what the device says (SONiC). */
	const char *prefix, *part;
	int first, step, first_part;
	const struct ms_asic *asic;  /* its chip, for thresholds that are shares of a buffer */
	const json_t *names;         /* {abstract: native} that were read from the device, they win; NULL = none */
	const json_t *sw;            /* the Switch, lent: management interface, users... never change */
};

struct fabric_session;               /* an open device; each driver has its own */

struct fabric_driver {
	const char *platform, *title;        /* "cumulus", "NVIDIA Cumulus Linux (NVUE)" */
	const char *format;                  /* of native: "json" "text" "xml" "files" */
	const char *protocol;                /* "https", "ssh"...: what `trust` asks; NULL = "https" */
	unsigned port;                       /* where that is, unless spec.management.port says; 0 = 443, 22 for ssh */
	const char *door;                    /* "restconf": a second way in, in spec.management; NULL = none */
	struct fabric_caps caps;
	const char *prefix, *part;           /* port names, see fabric_dialect */
	int first, step, first_part;
	/* Choose the variant from the version. */
	void (*choose)(struct fabric_dialect *dialect);

	/* ---- pure ---- */
	/*
	 * In place: the model as this device will say it back.  What it cannot keep goes (the VLAN of an L3VNI where
	 * the device needs none), so does what is its own default and therefore not shown (mtu 1500), and what it
	 * always says is filled in (enabled).  Done to what is wanted before it is compared with anything; done
	 * twice it changes nothing more.  NULL = nothing to do.
	 */
	int (*normal)(const struct fabric_dialect *dialect, json_t *model, struct ms_err *err);
	/* The whole of `native` that says the model, and every default that differs by vendor, byte-stable. */
	int (*render)(const struct fabric_dialect *dialect, const json_t *model, json_t **ret_native,
		      struct ms_err *err);
	/* The reverse, of all that a device says; what the model has no word for is skipped, and added to opaque
	 * (array, may be NULL) as a short path or line.  parse(render(m)) equals m. */
	int (*parse)(const struct fabric_dialect *dialect, const json_t *native, json_t **ret_model, json_t *opaque,
		     struct ms_err *err);
	/* What is to be sent so that `now` becomes `target`: both as render gave them.  Only what differs is in it:
	 * merge patch, JSON Patch (RFC 6902), lines, or files. */
	int (*delta)(const struct fabric_dialect *dialect, const json_t *now, const json_t *target, json_t **ret_delta,
		     struct ms_err *err);

	/*
	 * Statements of a rendering (see fabric_lacks) that no model says, though the rest of the model does nothing
	 * without them ("feature bgp"): their loss is seen as model.lacks, and mended.  Patterns: '*' is any text; what
	 * is behind a bar may be another on the device ("router bgp * / maximum-paths |*").  Only what a device shows
	 * whenever it is set: what it hides would be missed for ever.  NULL-terminated; NULL = none.
	 */
	const char *const *structure;
	/* Need a statement that is not there not be there?  there: {STATEMENT: true} of those that are, by `structure`
	 * and up to its bars.  NULL = each has to be. */
	bool (*excused)(const struct fabric_dialect *dialect, const json_t *there, const char *statement);

	/* ---- talking; calls may wait, and are made from a task ---- */
	int (*open)(const struct fabric_env *env, const json_t *sw, struct fabric_session **ret_session,
		    struct ms_err *err);
	void (*close)(struct fabric_session *session);
	/* {version, model, serialNumber, macAddress, hostname, names: {abstract: native} where the device decides} */
	int (*probe)(struct fabric_session *session, json_t **ret_facts, struct ms_err *err);
	/* The running configuration. */
	int (*read)(struct fabric_session *session, json_t **ret_native, struct ms_err *err);
	/* Add `ports`, `bgp`, `vteps`, `saved`, `counters` of status.switch; names are abstract.  For counters,
	 * status has `config`, as fabric_class_priority wants it. */
	int (*facts)(struct fabric_session *session, const struct fabric_dialect *dialect, const char *const *only,
		     json_t *status, struct ms_err *err);
	/* What waits on the device: {id, state, secondsLeft} or NULL. */
	int (*pending)(struct fabric_session *session, json_t **ret_pending, struct ms_err *err);
	/* A candidate named id ("msctl-1a2b3c4d") holds delta; nothing is active.  target: the whole native that is to
	 * come about, for drivers that replace files. */
	int (*stage)(struct fabric_session *session, const char *id, const json_t *delta, const json_t *target,
		     struct ms_err *err);
	int (*validate)(struct fabric_session *session, const char *id, struct ms_err *err);
	/* Make it active; the device goes back by itself after `seconds` unless confirmed, also when nobody is
	 * there. */
	int (*commit)(struct fabric_session *session, const char *id, unsigned seconds, struct ms_err *err);
	/* Keep it, also over a restart. */
	int (*confirm)(struct fabric_session *session, const char *id, struct ms_err *err);
	/* Back at once to what was before commit; waits until it is so. */
	int (*rollback)(struct fabric_session *session, const char *id, struct ms_err *err);
	/* Drop the candidate. */
	int (*abandon)(struct fabric_session *session, const char *id, struct ms_err *err);
};
/* A session survives loss of its connection: every call connects again by itself when it must, because a change of the
 * network may cut it off.  id alone finds the change again, also from another process. */

extern const struct fabric_driver fabric_cumulus, fabric_sonic, fabric_eos, fabric_junos, fabric_nxos, fabric_os10,
	fabric_frr;
extern const struct fabric_driver *const fabric_drivers[];   /* NULL-terminated: one line per driver */
const struct fabric_driver *fabric_driver_find(const char *platform);
/* Of a Switch; facts as probe gave them, or NULL: then status.switch, which has the same keys (version, names), counts,
 * and spec.version where nothing was read.  Everything in the dialect is lent from them. */
int fabric_dialect_init(struct fabric_dialect *dialect, const json_t *sw, const json_t *facts, struct ms_err *err);

/* Keys in one order, however a map was made: text by bytes, numbers in it by value ("2" before "10"). */
int fabric_key_compare(const char *a, const char *b);
/* The same value with every map in order; what is in order already is shared with it.  New reference; NULL when memory
 * runs out. */
json_t *fabric_sorted(const json_t *value);
/* Insert into a set (an array of scalars) that stays sorted, numbers by value, text by bytes.  Takes value. */
int fabric_set_add(json_t *set, json_t *value);
/* Is the text one of an array? */
bool fabric_has_text(const json_t *array, const char *text);

/* Versions number by number: -1, 0, 1.  NULL is newer than every version, because that is what is rendered for when
 * none is known. */
int fabric_version_compare(const char *version, const char *other);

/*
 * port.c: names.  "1/2" <-> "Ethernet1/2", "swp1s1"; buf of at least 64 bytes.  Where a platform has no separator
 * (part NULL or ""), parts are lanes: "1/2" of a 2x50G port is Ethernet2 where step is 4; how many parts there are
 * says the Switch's spec.ports.  -EINVAL for what is no port; false for what is the name of none (a bond, a VLAN).
 */
int fabric_port_native(const struct fabric_dialect *dialect, const char *port, char *buf, size_t size);
bool fabric_port_abstract(const struct fabric_dialect *dialect, const char *native, char *buf, size_t size);
/* "1/2" -> 1 and 2; a whole port has part 0. */
bool fabric_port_parse(const char *port, unsigned *ret_port, unsigned *ret_part);
/* Into how many parts spec.ports of the Switch splits a port; 1 = not at all. */
unsigned fabric_port_parts(const json_t *sw, unsigned port);

/*
 * lacks.c: configuration as statements: a line with the headers of the blocks around it ("router bgp 65001 / no bgp
 * default ipv4-unicast"), a leaf of a tree by its path ("nve.vxlan.enable=on"), files by their name in front
 * ("frr.conf / ip forwarding").
 */
/* Put into model.lacks, in place, what the rendering of the model holds by driver->structure and `native` does not. */
int fabric_lacks(const struct fabric_dialect *dialect, const json_t *native, json_t *model, struct ms_err *err);
/* Take out of model.lacks what the wanted part of the model needs: it is to be there.  In place. */
int fabric_lacks_settle(const json_t *sw, const json_t *wanted, json_t *model, struct ms_err *err);
/* A rendering without these statements; what is in a block that is one of them goes along.  lacks may be NULL. */
int fabric_without(const json_t *native, const json_t *lacks, json_t **ret_native, struct ms_err *err);

/* Where to talk to: spec.management resolved (address, port with its default, user, password or key, trust).  The
 * password is wiped by release. */
struct fabric_login {
	const char *host;
	unsigned port;
	char *user, *password, *key_file;
};
int fabric_login(const struct fabric_env *env, const json_t *sw, unsigned default_port, struct fabric_login *ret_login,
		 struct ms_err *err);
void fabric_login_release(struct fabric_login *login);
/* The same for drivers over ssh: who the switch has to be, by spec.management (hostKey, tls.trust). */
int fabric_ssh_open(const struct fabric_env *env, const json_t *sw, unsigned default_port, struct ms_ssh **ret_ssh,
		    struct ms_err *err);
/* The same for drivers over HTTP: how the switch proves itself, and its peer, by spec.management (protocol, port, tls).
 * The pin, CA and name of the options are copied by ms_peer_new. */
enum ms_trust fabric_tls_trust(const json_t *sw);
int fabric_peer_new(const struct fabric_env *env, const json_t *sw, const char *scheme, unsigned default_port,
		    struct ms_peer **ret_peer, struct ms_err *err);
/* POST a document (NULL: memory ran out), with the login.  `type` is the header that says what it is.  seconds: how
 * long a change may take; 0 = it only reads, and may be sent again. */
int fabric_post(struct ms_peer *peer, const struct fabric_login *login, const char *path, const char *type,
		const json_t *body, unsigned seconds, struct ms_http_reply *ret_reply, struct ms_err *err);
/* The Switch as those see it who come by a second way, spec.management.NAME: what that does not say (credentials, tls)
 * is said by spec.management, but for port and protocol.  New reference; -ENOENT when there is no such way. */
int fabric_door(const json_t *sw, const char *name, json_t **ret_sw, struct ms_err *err);
/* "https", "http" or "ssh": what the Switch says, else the driver's own. */
const char *fabric_protocol(const json_t *sw, const struct fabric_driver *driver);
/* Between two looks at a device: sleeps for *pause ms and doubles it, from 20 (when it is 0) up to env->poll_ms.  0, or
 * -ECANCELED after a stop. */
int fabric_pause(const struct fabric_env *env, unsigned *pause);

/*
 * counter.c: numbers that devices count.  As text: 12, "1,234"; false for what is none ("N/A").  What no json_int_t
 * holds is the largest that one does.
 */
bool fabric_count(const json_t *value, json_int_t *ret_count);
bool fabric_count_text(const char *text, json_int_t *ret_count);
/* Add to a counter of a port, which may be what several queues have together: status.counters.PORT.NAME. */
int fabric_counter_add(json_t *status, const char *port, json_int_t count, const char *name, ...)
	__attribute__((format(printf, 4, 5)));
/* The priority whose class in status.config has that `member` ("queue", "trafficClass"): the lowest, where several
 * share it; -1 for none.  Where no classes are configured, the number itself. */
int fabric_class_priority(const json_t *status, const char *member, unsigned number);
/* The one priority whose packets a port marks, for marks of whole ports; -1 for none, or several. */
int fabric_marked_priority(const json_t *status, const char *port);

/* observe.c: is a section of status.switch asked for?  only NULL: all are. */
bool fabric_wants(const char *const *only, const char *section);

/* ---- open.c: a switch that is open, whatever drives it ---------------------------------------------- */

struct fabric_device {
	const struct fabric_driver *driver;
	struct fabric_session *session;
	json_t *facts;               /* of probe */
	struct fabric_dialect dialect;
};
/* Log in, probe, choose the dialect.  sw is lent, and must outlive the device. */
int fabric_open(const struct fabric_env *env, const json_t *sw, struct fabric_device *ret_device, struct ms_err *err);
void fabric_close(struct fabric_device *device);
/* The running configuration as a model; opaque (array) may be NULL. */
int fabric_read(const struct fabric_device *device, json_t **ret_model, json_t *opaque, struct ms_err *err);

/*
 * tree.c, delta.c: configuration in the style that EOS, NX-OS, OS10 and FRR share: lines, and blocks by indentation.
 * Remarks ("!..."), "exit", "exit-...", "end" and the text of banners are no lines; a block that comes twice is one.
 */
struct fabric_lines;                 /* an ordered tree of lines */
int fabric_lines_parse(const char *text, struct fabric_lines **ret_lines, struct ms_err *err);
void fabric_lines_free(struct fabric_lines *lines);
/* Walk: children of a block in order; text without indentation. */
size_t fabric_lines_count(const struct fabric_lines *block);
const struct fabric_lines *fabric_lines_at(const struct fabric_lines *block, size_t i);
const char *fabric_lines_text(const struct fabric_lines *line);
/* The child whose text is exactly this, or begins with it and a blank; NULL when there is none. */
const struct fabric_lines *fabric_lines_find(const struct fabric_lines *block, const char *text);
/*
 * What turns `now` into `target`: removals first, innermost line first and in reverse order, then additions, each in
 * its block ("interface Ethernet1" / " no switchport access vlan 100" / " exit"): one blank for each block around, and
 * "exit" behind the last line of a block that has lines.  How a line goes away is the vendor's: negate (may be NULL)
 * writes the line that removes `line` inside of `block` (its innermost header, "" for none; an empty line means that
 * nothing need be sent), or returns false for "no LINE" (or "LINE" where it was "no LINE").  "" when nothing differs.
 */
typedef bool fabric_negate_fn(const char *block, const char *line, char *buf, size_t size);
int fabric_lines_delta(const struct fabric_lines *now, const struct fabric_lines *target, fabric_negate_fn *negate,
		       char **ret_text, struct ms_err *err);

#endif
