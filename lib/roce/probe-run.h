/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/roce: the near end of probe.  probe-plan.c says who measures what, probe-run.c lets them, and
 * probe-hosts.c talks to the endpoints.
 */
#ifndef MS_ROCE_PROBE_RUN_H
#define MS_ROCE_PROBE_RUN_H

#include "net/far.h"
#include "roce/pack.h"
#include "roce/paths.h"
#include "roce/tourney.h"

struct probe_host {
	struct probe *probe;
	const json_t *server;        /* NULL = not in the stream */
	const char *name;
	struct ms_far *far;          /* NULL = there is none (any more), and err says why */
	struct ms_err err;
	struct probe_nic *nics;
};
struct probe_nic {
	const json_t *res;
	const char *netdev, *address;
	int tos;                     /* -1 = as the host has it */
	unsigned mtu;                /* of RDMA that the fabric is to have; 0 = not known */
	struct probe_host *host;
	const char *why;             /* it cannot be probed; NULL = it can */
	unsigned met, reached;       /* others that it was to reach, and did */
	struct probe_meeting *meeting;   /* that it waits for events in; one at a time */
	struct probe_nic *next;      /* of its host */
	size_t node;                 /* its place in the rail */
};
/* What is kept of a meeting, packed: a million of them are to fit. */
struct probe_result {
	const unsigned char *reports[2];   /* of who listens, of who connects; NULL = it made none */
	const unsigned char *rest;   /* {at, error}; NULL = they did not meet */
};
/* Those that measure with each other: a rail of a fabric. */
struct probe_group {
	struct probe *probe;
	const char *fabric;          /* "" = none */
	const char *rail;            /* "" = all of them */
	struct probe_nic **nics;
	size_t n, n_meetings;
	size_t at;                   /* its place among probe->paths->rails */
	struct probe_result *results;   /* where one has met another: who connects * n + who listens */
	struct ms_cell ended;
};
struct probe_meeting {
	struct probe_group *group;
	size_t sides[2];             /* who listens, who connects */
	int64_t ids[2];
	json_t *events[2];           /* the last event of each, less its report */
	const unsigned char *reports[2];   /* packed */
	struct roce_cell cells[2];   /* their numbers */
	struct ms_cell came;
};
struct probe {
	struct ms_run *run;
	const struct roce_args *args;
	struct ms_far_opts far;
	struct probe_host *hosts;
	struct probe_nic *nics;
	struct probe_group *groups;
	size_t n_hosts, n_nics, n_groups, busy;
	struct ms_cell idle;
	struct ms_gate opening;      /* of connections to hosts */
	struct roce_texts *texts;    /* of results */
	struct roce_paths paths;
	int64_t last_id;
	unsigned seconds;            /* for each meeting */
	bool failed;                 /* memory ran out */
};
/* A NIC that reached none of so many others does not hold up the rest: it is left alone. */
#define PROBE_PATIENCE 8
bool probe_is_lost(const struct probe_nic *nic);

/* From the items; names are lent. */
int probe_plan(struct probe *probe, const struct ms_item *items, size_t n, const struct roce_set *set,
	       struct ms_err *err);
void probe_plan_release(struct probe *probe);

/* Endpoints at all hosts that have something to measure, at once; errors stay with their hosts. */
int probe_hosts_open(struct probe *probe, struct ms_err *err);
void probe_hosts_close(struct probe *probe);
int probe_host_send(struct probe_host *host, json_t *order /* taken */);

/* All of it: what was measured stands in group->results and probe->paths afterwards. */
int probe_run(struct probe *probe, struct ms_err *err);

void probe_meeting_init(struct probe_meeting *meeting, struct probe_group *group, const struct roce_pair *pair);
bool probe_said(const struct probe_meeting *meeting, int side, const char *event);
/* An event of a side (taken), until its last one.  Negative = no memory. */
int probe_hear(struct probe_meeting *meeting, int side, json_t *event);
/* All that was said goes to the group.  Negative = no memory. */
int probe_keep(struct probe_meeting *meeting);
/* A Path from what was kept.  NULL where these did not meet; negative = no memory. */
int probe_path_at(const struct probe_group *group, size_t from, size_t to, json_t **ret_path);

#endif
