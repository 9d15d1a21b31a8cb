/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/sim: a device of the simulated site and what every kind of device shares: an address that answers
 * with TLS, requests and replies, simulated time, faults, saved state, a place in GET /sim.  A kind (struct sim_kind)
 * plugs in what is its own.  Nothing here knows Redfish; README.md says how to add a kind.
 */
#ifndef MS_SIM_DEVICE_H
#define MS_SIM_DEVICE_H

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include "sim/sim.h"

#define SIM_PATH_MAX 512

struct sim_device;
struct sim_req;

/* Something that happens later.  `group` is what sim_event_drop names; 0 = never dropped. */
struct sim_event_kind {
	const char *name;
	unsigned group;
	void (*fn)(struct sim_device *dev, const json_t *arg);
};
struct sim_event { int64_t due; const struct sim_event_kind *kind; json_t *arg; };

struct sim_header { const char *name, *value; };

/* What a kind of device is.  Functions may be NULL where nothing is said of them. */
struct sim_kind {
	const char *name;            /* "bmc": levers are pulled at /sim/bmc, and by a fault's action "bmc" */
	const char *plural;          /* "bmcs": its list in GET /sim and in the saved state */
	const char *resource;        /* "Server": the kind of resource that it is made of */
	const char *match;           /* "server": how a fault's match names it */
	const char *at;              /* "/spec/bmc": address, port and tls are there */
	const char *realm;           /* of WWW-Authenticate */
	const struct sim_header *headers;      /* of every answer; ends with a NULL name */
	const struct sim_event_kind *events;   /* ends with a NULL name */
	/* Make one of a resource; its address comes later. */
	int (*make)(struct sim *sim, json_t *resource, struct sim_device **ret_dev, struct ms_err *err);
	/* What else the site file learns, once it has an address. */
	int (*fill)(struct sim_device *dev, json_t *resource, struct ms_err *err);
	/* Simulated seconds that the answer takes; req->fault is known. */
	double (*delay)(struct sim_req *req);
	/* Fill req->reply. */
	void (*answer)(struct sim_req *req);
	/* What GET /sim says besides the common facts; "sessions" is an array where there are any. */
	json_t *(*inspect)(struct sim_device *dev);
	/* -EINVAL = no such lever. */
	int (*pull)(struct sim_device *dev, const char *lever, const json_t *value);
	/* What is kept besides the common state. */
	json_t *(*save)(const struct sim_device *dev);
	void (*load)(struct sim_device *dev, const json_t *row);
	void (*close)(struct sim_device *dev); /* end what is open (streams): the web server stops */
	void (*free)(struct sim_device *dev);  /* what it holds, and itself; the common part is released already */
	void (*release)(struct sim *sim);      /* what the devices of the kind share */
};
extern const struct sim_kind *const sim_kinds[]; /* ends with NULL */

/* The first member of every kind's own struct. */
struct sim_device {
	const struct sim_kind *kind;
	struct sim *sim;
	const char *vendor, *model;  /* for faults and state; lent, they live as long as the device */
	const char *organization;    /* of its certificate; NULL = msctl-sim */
	unsigned index;
	char *name;
	uint64_t hash;               /* of seed and name */
	in_addr_t address;           /* network order */
	uint16_t port;
	bool ssh;                    /* spoken to by ssh at `port`; HTTP has `side_port` then: /sim, and what else is */
	uint16_t side_port;
	const char *side;            /* "restconf": what else, and its name in kind->at; NULL = nothing */
	const struct sim_event_kind *events_more; /* besides its kind's; ends with a NULL name */
	struct sim_event *events;    /* by time */
	size_t n_events;
	json_t *cert;                /* {generation, pem, requested, shown}; NULL = as made */
	struct sim_shown *shown;     /* certificate of the last handshake; NULL = to be made */
	bool used;                   /* something of it changed: it is saved */
	int64_t away_until;          /* no answer before (sim_clock) */
	int64_t clock_offset;        /* of its clock, seconds */
	uint64_t requests, writes;
};

/* ---- device.c ---------------------------------------------------------------------------------- */

/* For make: name and hash. */
int sim_device_init(struct sim_device *dev, const struct sim_kind *kind, struct sim *sim, const char *name,
		    struct ms_err *err);
void sim_device_free(struct sim_device *dev);
/* Give it an address, list it, and fill the resource's address, port and tls.  Takes dev. */
int sim_device_add(struct sim_device *dev, json_t *resource, struct ms_err *err);
struct sim_device *sim_device_at(const struct sim *sim, in_addr_t address, uint16_t port);
struct sim_device *sim_device_named(const struct sim *sim, const struct sim_kind *kind, const char *name);
/* Something of it changed: state is saved some time later. */
void sim_touch(struct sim_device *dev);
/* Deterministic text of n digits of an alphabet, from the device and a tag. */
void sim_digits(const struct sim_device *dev, const char *tag, const char *alphabet, char *buf, size_t n);
/* Simulated milliseconds since the start; sim_wall: the device's own clock in seconds since 1970. */
int64_t sim_clock(const struct sim *sim);
int64_t sim_wall(const struct sim_device *dev);

/* ---- event.c ----------------------------------------------------------------------------------- */

/* `arg` is taken; the name is one of the kind's events. */
int sim_event_add(struct sim_device *dev, double seconds, const char *name, json_t *arg);
void sim_event_drop(struct sim_device *dev, unsigned group);
/* Let everything happen that is due by now. */
void sim_settle(struct sim_device *dev);

/* ---- http.c, respond.c, answer.c: requests and answers ------------------------------------------ */

struct MHD_Connection;
struct sim_reply {
	unsigned status;
	json_t *body;
	char *text;                  /* instead of body */
	size_t len;
	const char *type;            /* of text */
	char location[SIM_PATH_MAX], token[40], etag[64], allow[64];
	const char *accept_patch;    /* RFC 5789 section 3.1 */
	unsigned retry_after;
	bool half, reset, stream, close;
};
struct sim_req {
	struct sim *sim;
	struct sim_device *dev;
	struct sim_bmc *bmc;         /* dev, where it is one */
	struct MHD_Connection *connection;
	char *uri;                   /* as it was sent: not decoded, with its query */
	char *method, *path;
	struct ms_buf upload;
	json_t *json;                /* parsed upload, NULL when none */
	const json_t *entry;         /* of path, NULL when there is none */
	const char *user, *role;     /* who asks; NULL = nobody */
	struct sim_session *session;
	struct sim_reply reply;
	const json_t *fault;
	struct sim_wait *wait;
	bool delayed, too_big;
};
const char *sim_header(const struct sim_req *req, const char *name);
const char *sim_query(const struct sim_req *req, const char *name);
int sim_listen(struct sim *sim, in_addr_t address, uint16_t port, bool ssh, uint16_t *ret_port, struct ms_err *err);
int sim_listen_start(struct sim *sim, struct ms_err *err);
void sim_listen_stop(struct sim *sim);
int sim_http_start(struct sim *sim, struct ms_err *err);
void sim_http_stop(struct sim *sim);
void sim_http_kick(struct sim *sim);
/* Answer a complete request: fills req->reply. */
void sim_answer(struct sim_req *req);
/* How long the answer takes, in real milliseconds. */
int64_t sim_delay(struct sim_req *req);
void sim_reply_clear(struct sim_req *req);
/* Objects merge, null stays null, and so does the word "$none" of models.  shape.c */
json_t *sim_overlay_new(const json_t *base, const json_t *over);

/* ---- inspect.c --------------------------------------------------------------------------------- */

void sim_inspect_answer(struct sim_req *req);
/* The lever that could not be pulled; NULL = all were. */
const char *sim_pull(struct sim_device *dev, const json_t *levers);

/* ---- key.c, tls.c ------------------------------------------------------------------------------ */

/* The private key of generation n, made of seed and name; DER (SEC 1). */
#define SIM_KEY_LEN 121
int sim_key(const struct sim_device *dev, unsigned generation, unsigned char der[static SIM_KEY_LEN]);
void sim_key_release(struct sim *sim);
/* The certificate that was shown is not to be shown any more. */
void sim_tls_forget(struct sim_device *dev);
int sim_key_cert(const struct sim_device *dev, unsigned generation, unsigned char **ret_der, int *ret_len);
int sim_key_pin(const struct sim_device *dev, char pin[static 64]);
int sim_key_csr(const struct sim_device *dev, unsigned generation, const json_t *wanted, char **ret_pem);
/* A PEM certificate that fits generation n's key? */
bool sim_key_fits(const struct sim_device *dev, unsigned generation, const char *pem);
json_t *sim_key_facts(const struct sim_device *dev);
char *sim_key_pem(const struct sim_device *dev);

/* ---- fault.c ----------------------------------------------------------------------------------- */

/* The first rule that fits, its counter taken down; NULL = none.  Lent. */
const json_t *sim_fault_match(struct sim_req *req);
int sim_fault_start(struct sim *sim, struct ms_err *err);
int sim_fault_add(struct sim *sim, const json_t *rule, struct ms_err *err);

/* ---- the site ---------------------------------------------------------------------------------- */

struct sim_listener { int fd; in_addr_t address; uint16_t port; bool ssh; struct sim *sim; };
struct sim {
	struct ms_loop *loop;
	struct sim_opts opts;
	char *seed;
	double speed;
	int64_t start, base;         /* ms_clock_ms() at the start, and simulated ms before (state) */
	int64_t instant;             /* due time of the event that happens now; 0 = none */
	struct sim_device **devices;
	size_t n_devices, cap_devices;
	json_t *by_name;             /* kind/name -> index */
	unsigned *by_address;        /* open addressing over address and port: index + 1 */
	size_t cap_address;
	uint32_t next_address;       /* host order */
	uint16_t next_port;
	struct sim_listener **listeners;
	size_t n_listeners;
	struct sim_device *accepting; /* whose connection is being taken */
	struct ec_group_st *curve;   /* key.c */
	struct MHD_Daemon *daemon;
	struct ms_timer *http_timer, *wait_timer, *save_timer, *stream_timer;
	struct sim_wait *waits;
	json_t *faults;              /* array of rules */
	char *save_path;
	bool dirty, started;
	uint64_t connections, requests;
	json_t *cabling;             /* cable.c */
	struct sim_ssh *ssh;         /* ssh.c */
	bool has_ssh;
	struct sim_model *models;    /* of BMCs */
	struct sim_shape *shapes;
};

#endif
