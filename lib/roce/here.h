/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/roce: this machine.  Each part of status.roce is read by a file of its own, which adds its keys to
 * `status`, or a reason to status.unsupported.
 */
#ifndef MS_ROCE_HERE_H
#define MS_ROCE_HERE_H

#include "host/host.h"
#include "net/net.h"
#include "roce/roce.h"
#include "state/state.h"

/* A port of an RDMA device, as RDMA netlink shows it. */
struct roce_port {
	char device[64];
	unsigned port;
	int ndev;                    /* ifindex of its interface, 0 = none */
	int state;                   /* IBTA, 14.2.5.6: 1 DOWN ... 4 ACTIVE; 0 = not said */
	bool iwarp;                  /* RDMA over TCP (RFC 5040): nothing of RoCE holds for it */
};
struct roce_look;
typedef int roce_get_fn(struct roce_look *look, struct ms_err *err);
struct roce_here {
	struct ms_host *host;
	struct ms_links *links;
	struct roce_port *ports;
	size_t n_ports;
	int netns;                   /* 1 shared, 0 exclusive, negative: not said */
	struct ms_seen seen;         /* of apply: its part is an aspect's */
};
/* loop NULL: calls block. */
int roce_here_open(struct ms_loop *loop, struct roce_here *ret_here, struct ms_err *err);
/* The same of a host that is open; it is taken, also on failure. */
int roce_here_init(struct ms_host *host, struct roce_here *ret_here, struct ms_err *err);
void roce_here_close(struct roce_here *here);
/* Links and ports once more. */
int roce_here_refresh(struct roce_here *here, struct ms_err *err);

/* What carries RoCE on an interface, or on the bond that it is in; NULL = nothing. */
const struct roce_port *roce_port_of(const struct roce_here *here, const struct ms_link *link);
/* no-rdma.c: why an interface carries none, and what would mend that. */
void roce_why_none(const struct roce_here *here, const struct ms_link *link, char *buf, size_t size);
/* The same of a machine where none does, as a note: the first interfaces that might. */
void roce_note_none(const struct roce_here *here, struct ms_err *note);

/* What one Nic is read for. */
struct roce_look {
	struct roce_here *here;
	const json_t *nic;
	const struct ms_link *link;
	const struct roce_port *port;  /* NULL = it carries no RDMA */
	json_t *status;
};
/* status.roce of a Nic, without observedAt. */
int roce_observe(struct roce_here *here, const json_t *nic, json_t **ret_status, struct ms_err *err);
/* One part of it, by one of the functions below. */
int roce_observe_part(struct roce_here *here, const json_t *nic, roce_get_fn *part, json_t **ret_status,
		      struct ms_err *err);
/* status.roce of the machine that it is in. */
int roce_observe_server(struct roce_here *here, json_t **ret_status, struct ms_err *err);
/* status.dmabuf of the machine. */
int roce_get_dmabuf(struct roce_here *here, json_t *status, struct ms_err *err);
/* A Nic for each interface that carries RDMA: a new array. */
int roce_discover(struct roce_here *here, json_t **ret_nics, struct ms_err *err);

/* Take a value over into an object: NULL is a fact that is not there, and adds nothing. */
int roce_fact(json_t *object, const char *key, json_t *value);
/* status.unsupported.SECTION = reason. */
int roce_unsupported(json_t *status, const char *section, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int roce_warn(json_t *status, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

roce_get_fn roce_get_dcb, roce_get_link, roce_get_rdma, roce_get_gids, roce_get_ecn, roce_get_counters,
	roce_get_persistent;

/* counter-names.c: what rules call a counter of a driver; false = they have no use for it. */
#define ROCE_COUNTER_NAME 48
bool roce_counter_name(const char *name, char buf[static ROCE_COUNTER_NAME]);

/* The RDMA side of the machine (get-rdma.c): fills ports and netns.  A kernel without RDMA has none. */
int roce_ports_read(struct roce_here *here, struct ms_err *err);
/* "shared" or "exclusive", a new reference; NULL where the kernel does not say. */
json_t *roce_netns_mode(const struct roce_here *here);

/* ---- ecn.c: where a driver has the points of DCQCN ---- */

/* "np" and "rp" of MLNX_OFED, by priority: /sys/class/net/IF/ecn/roce_np/enable/3. */
#define ROCE_ECN "/sys/class/net/%s/ecn/roce_%s"
/* The folder of cc_params of the upstream mlx5 driver, in debugfs; false = none. */
bool roce_cc_params(struct roce_here *here, const struct ms_link *link, char *buf, size_t size);
/* A driver with one switch for both points, for all priorities, in a folder of configfs that somebody has made. */
struct roce_cc_file { const char *point, *key, *file; };   /* "np", "cnpDscp" */
struct roce_cc {
	const char *driver;          /* of the PCI function */
	const char *root;            /* ROOT/DEVICE, or ROOT/DEVICE/ports/PORT/cc */
	bool by_port;
	const char *enable[3], *commit;      /* files; NULL = none */
	struct roce_cc_file files[5];
};
extern const struct roce_cc roce_ccs[];
/* That of the interface's driver, NULL = none; folder: whether it is there, or not. */
const struct roce_cc *roce_cc_of(struct roce_here *here, const struct ms_link *link, const struct roce_port *port,
				 char *folder, size_t size);

#endif
