/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/sim: a simulated switch.  What all share is here: the way in (HTTP, or a real sshd), cables, links and
 * LLDP, and which BGP sessions are up.  What a vendor's switch says and does is a platform: one const table in its own
 * files, and one line in switch-platform.c.  README.md says how to add one.
 */
#ifndef MS_SIM_SWITCH_H
#define MS_SIM_SWITCH_H

#include "sim/device.h"

struct sim_switch;

/* A command over ssh.  `in` is its whole standard input. */
struct sim_exec {
	struct sim_switch *sw;
	const char *command;         /* NULL: the login shell, which reads `in` */
	const char *user;
	const char *in;              /* NUL-terminated */
	size_t in_len;
	struct ms_buf out, errors;
	int status;
	double delay;                /* simulated seconds until the answer is seen */
	bool drop;                   /* the connection is lost instead of an answer */
};

/* A conversation over ssh: subsystem "netconf", or a shell that answers as it is typed to. */
struct sim_stream {
	struct sim_switch *sw;
	const char *subsystem;       /* NULL: the login shell */
	const char *user;
	unsigned id;                 /* of the session, from 1 */
	void *own;                   /* the platform's */
	struct ms_buf out;           /* what is to be sent: append */
	double delay;                /* simulated seconds until that is seen; input waits meanwhile */
	bool end, drop;              /* it is over, once `out` is sent; the connection is lost */
	int status;                  /* exit status, when it is over */
};

struct sim_switch_platform {
	const char *platform;        /* spec.platform: "eos" */
	const char *vendor, *model;  /* for faults and state: "arista", "DCS-7060X5" */
	const char *version;         /* unless spec.version says something else */
	bool ssh;                    /* spoken to by ssh; spec.management.protocol may say otherwise */
	const char *door;            /* "restconf": what `answer` is where ssh comes first, in spec.management */
	/* What it calls its ports, unless spec.portNames says something else, as in spec.portNames. */
	const char *prefix, *part;
	int first, step, first_part;
	unsigned ports;              /* on its front panel */
	unsigned speed;              /* of a port, Gbit/s, where no Link says it */
	const struct sim_event_kind *events;   /* ends with a NULL name; may be NULL */

	/* Functions may be NULL where the platform has nothing to say. */
	/* Its first configuration: sw->state, or sw->own. */
	int (*start)(struct sim_switch *sw, const json_t *resource, struct ms_err *err);
	void (*free)(struct sim_switch *sw);   /* sw->own */
	/* HTTP: fill req->reply; simulated seconds before that. */
	void (*answer)(struct sim_req *req);
	double (*delay)(struct sim_req *req);
	/* ssh.  open: -ENOTSUP where there is no such subsystem, or the shell is for exec; input: len 0 is the end. */
	void (*exec)(struct sim_exec *exec);
	int (*open)(struct sim_stream *stream);
	void (*input)(struct sim_stream *stream, const char *data, size_t len);
	void (*close)(struct sim_stream *stream);
	/* What runs on it, for itself and its neighbours; answers follow the running configuration.  Ports are abstract
	 * ("1", "1/2").  enabled: not shut down.
	 * bgp: {asn, addresses: {ADDRESS: PORT or "" for loopbacks, without prefix length}, neighbors: {"port:PORT" or
	 * ADDRESS: {asn (absent: any other), families: [text], shutdown: bool}}, announced: {FAMILY: how many routes}};
	 * new reference. */
	bool (*enabled)(struct sim_switch *sw, const char *port);
	json_t *(*bgp)(struct sim_switch *sw);
	/* As in struct sim_kind; sw->state is saved and loaded without them. */
	json_t *(*inspect)(struct sim_switch *sw);
	int (*pull)(struct sim_switch *sw, const char *lever, const json_t *value);
	json_t *(*save)(const struct sim_switch *sw);
	void (*load)(struct sim_switch *sw, const json_t *row);
};
extern const struct sim_switch_platform *const sim_switch_platforms[]; /* ends with NULL */
extern const struct sim_switch_platform sim_cumulus, sim_junos, sim_eos, sim_nxos, sim_frr, sim_sonic, sim_os10;

struct sim_switch {
	struct sim_device dev;
	const struct sim_switch_platform *platform;
	json_t *resource;            /* as it was given */
	const char *version;         /* of the operating system */
	char serial[16], mac[18];
	char *user, *password;       /* of its account, for HTTP */
	json_t *state;               /* object: what the platform keeps; saved and loaded */
	void *own;                   /* what it keeps besides */
	json_t *down;                /* {PORT: true}: links that a lever took down */
	json_t *counters;            /* {PORT: {NAME: N}}: what a lever made happen */
	json_t *bgp;                 /* what the platform said last */
	bool bgp_stale;              /* it is to be asked again */
	int64_t bgp_changed, bgp_since; /* simulated time of the last change, and of the last one that BGP saw */
};
extern const struct sim_kind sim_switch_kind;
/* dev as a switch, NULL when it is none. */
struct sim_switch *sim_switch_of(struct sim_device *dev);
struct sim_switch *sim_switch_named(struct sim *sim, const char *name);
/* The running configuration changed: what follows from it is found anew, and the state will be saved. */
void sim_switch_changed(struct sim_switch *sw);
/* HTTP Basic: the account of the site file, else --user and --password. */
bool sim_switch_login(const struct sim_req *req);
/* Lose all ssh connections to it: it restarts, or cut itself off. */
void sim_switch_cut_off(struct sim_switch *sw);
/* Native configuration that annotation sim/config names, as text; NULL when there is none. */
int sim_switch_config(const json_t *resource, char **ret_text, struct ms_err *err);

/* ---- switch-port.c: names ---------------------------------------------------------------------- */

/* "1/2" -> "Ethernet1/2"; false when it does not fit or is no port. */
bool sim_port_native(const struct sim_switch *sw, const char *port, char *buf, size_t size);
/* "Ethernet1/2" -> "1/2". */
bool sim_port_abstract(const struct sim_switch *sw, const char *native, char *buf, size_t size);
/* Is that a port of its front panel? */
bool sim_port_exists(const struct sim_switch *sw, const char *native);

/* ---- switch-counter.c: what ports count -------------------------------------------------------- */

/* {PORT: {NAME: N}} of all ports with cables, in the names of status.switch.counters; what is absent is 0.  New
 * reference. */
json_t *sim_switch_counters(const struct sim_switch *sw);
/* One of them: sim_counter(counters, "5", "rx_prio%u_pause", 3). */
json_int_t sim_counter(const json_t *counters, const char *port, const char *name, ...)
	__attribute__((format(printf, 3, 4)));
/* Lever {counters: {PORT: {NAME: N} to add, or null to begin again}}. */
int sim_counter_pull(struct sim_switch *sw, const json_t *value);

/* ---- cable.c: what is plugged in where --------------------------------------------------------- */

/* A Link resource; a Server's NICs. */
int sim_cable_add(struct sim *sim, const json_t *link, struct ms_err *err);
int sim_cable_nics(struct sim *sim, const json_t *server, struct ms_err *err);
void sim_cable_release(struct sim *sim);
/* "leaf02:5" or "node01:rail0": what the cable in a port leads to; NULL when there is none. */
const char *sim_cable_peer(const struct sim_switch *sw, const char *port);
/* The ports that have cables: array of text, sorted as ports are; new reference. */
json_t *sim_cable_ports(const struct sim_switch *sw);
/* Another end for the cable in a port, NULL = unplugged; both old partners lose theirs. */
int sim_cable_plug(struct sim_switch *sw, const char *port, const char *end);
/* Is there light: a cable, and both ends enabled? */
bool sim_port_up(struct sim_switch *sw, const char *port);
/* Gbit/s. */
unsigned sim_port_speed(const struct sim_switch *sw, const char *port);
/* What LLDP (IEEE 802.1AB) has learnt at a port. */
struct sim_neighbor {
	char chassis[18];            /* MAC address */
	char port[64];               /* native name of a switch's port; MAC of a NIC */
	char port_mac[18];           /* MAC of a NIC, "" at a switch */
	char description[128];       /* of the port */
	char system[128];            /* name */
	char system_description[128];
	bool is_switch;
};
bool sim_port_neighbor(struct sim_switch *sw, const char *port, struct sim_neighbor *ret_neighbor);

/* ---- switch-bgp.c ------------------------------------------------------------------------------ */

/* Sessions as they are: {KEY as configured: {state: "Established" | "Active" | "Idle" | "Connect", asn (the other's),
 * upSeconds, families: {FAMILY: {received}}, address, routerId, system}}; new reference. */
json_t *sim_bgp_sessions(struct sim_switch *sw);

/* ---- ssh.c, ssh-session.c: the front ----------------------------------------------------------- */

/* Management of a resource whose switch is spoken to by ssh: host key, user and key file. */
int sim_ssh_fill(struct sim_device *dev, json_t *management, struct ms_err *err);
/* A connection for a device; takes fd. */
void sim_ssh_accept(struct sim *sim, struct sim_device *dev, int fd, in_addr_t from, uint16_t port);
void sim_ssh_cut(struct sim *sim, const struct sim_device *dev);
size_t sim_ssh_connections(const struct sim *sim, const struct sim_device *dev);
void sim_ssh_stop(struct sim *sim);

#endif
