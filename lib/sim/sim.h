/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The door of lib/sim: a site whose BMCs are played by this process.  Layer 4; its own archive, libsim.a, which
 * needs libmicrohttpd and GnuTLS besides libmsctl.  One thread: everything happens on the caller's event loop.
 *
 * A simulated BMC is a vendor model (lib/sim/models, data), shared by all BMCs of the same shape, plus what differs
 * from it: its name, NICs, secrets and writes.  So 10,000 of them cost some tens of MiB.
 */
#ifndef MS_SIM_H
#define MS_SIM_H

#include "core/core.h"

struct sim;
struct sim_opts {
	const char *listen;          /* NULL: every BMC has an address of its own in 127.0.0.0/8; else this one
	                                address, and a port for each BMC */
	unsigned port;               /* 0 = any free one */
	bool port_fixed;             /* `port` wins over spec.bmc.port */
	unsigned ssh_port;           /* of switches that are spoken to by ssh; 0 = any free one */
	bool ssh_port_fixed;         /* it wins over spec.management.port */
	bool plain;                  /* HTTP instead of HTTPS */
	const char *seed;            /* keys, serial numbers and MACs are made of it; NULL = "msctl" */
	double speed;                /* simulated seconds per second for everything that takes time; 0 = 1 */
	bool latency;                /* also the ordinary answering times of the vendors */
	bool off;                    /* machines start switched off */
	const char *user, *password; /* where the site file names no account; NULL = admin, msctl-sim */
	struct ms_secrets *secrets;  /* resolves credential references; lent */
};
int sim_new(struct ms_loop *loop, const struct sim_opts *opts, struct sim **ret_sim, struct ms_err *err);
/* Stop listening, drop every connection, free.  NULL is fine. */
void sim_free(struct sim *sim);

/* Give a Server its BMC.  Fills spec.bmc.address, port and tls in place.  Annotation "sim/model" chooses a model of
 * the vendor other than its first (sim_models).  -EEXIST + MS_INPUT when the address is taken.  A Switch is played
 * itself: spec.management gets address, port, and tls or hostKey and credentials; annotation "sim/config" names a file
 * with its first configuration.  A Link is a cable; annotation "sim/cabling" says where its `to` end really is. */
int sim_add(struct sim *sim, json_t *resource, struct ms_err *err);
/* What a simulated sshd runs for each session: `msctl-sim ssh-session SOCKET`.  Exit status. */
int sim_ssh_session(const char *socket_path);
/* Give a captured tree (a directory that holds redfish/v1/index.json somewhere) a BMC; returns its Server. */
int sim_add_capture(struct sim *sim, const char *name, const char *dir, json_t **ret_server, struct ms_err *err);
/* Every directory below `dir` that is such a tree, in order of names; put takes each Server. */
int sim_add_captures(struct sim *sim, const char *dir, int (*put)(void *ctx, json_t *server, struct ms_err *err),
		     void *ctx, struct ms_err *err);
/* Rules of faults (see msctl-sim(1)); problems go to the report. */
int sim_faults(struct sim *sim, const struct ms_doc *rules, struct ms_report *report, struct ms_err *err);
/* From now on the addresses answer, as long as the loop turns. */
int sim_start(struct sim *sim, struct ms_err *err);

/* What the BMCs have become, as one JSON file; load after sim_add.  A missing file is not an error. */
int sim_save(struct sim *sim, const char *path, struct ms_err *err);
int sim_load(struct sim *sim, const char *path, struct ms_err *err);
/* Save by itself, some seconds after a change; NULL ends it. */
int sim_autosave(struct sim *sim, const char *path, struct ms_err *err);

/* {bmcs: [{name, vendor, model, address, port, power, boot, sessions, requests, ...}], totals}: GET /sim of any BMC. */
int sim_inspect(struct sim *sim, json_t **ret_facts, struct ms_err *err);
/* Models that can be played: [{vendor, model, title}]. */
int sim_models(json_t **ret_models, struct ms_err *err);

#endif
