/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/roce: probe.  The near end (probe-run.c and what it uses) decides who measures with whom, and the
 * endpoints at the hosts (endpoint.c) do it, each measurement in a process of its own (probe-job.c).
 *
 * An endpoint reads orders and writes events, each one line of JSON:
 *
 *   > {id, do: "listen", netdev, address, tos, mtu, size, depth, duration (ms), pings, seconds}
 *   < {id, event: "listening", port, mac}
 *   > {id, do: "connect", peer, port, mac (of the peer's interface), ... the same}
 *   < {id, event: "done", report: {...}}
 *   < {id, event: "failed", phase, gone: the other side hung up, error: {code, message, hint}, report}
 *   > {id, do: "stop"}
 *
 * The report of a side is of what it sent (latency, bandwidth) and of what reached it (dscp):
 *
 *   {device, port, gid: {index, gid, type, netdev}, tos, mtu, latency: {min, median, p99 (ns, half a round trip),
 *    count}, bandwidth: {average (Mb/s), octets, duration (ms)}, dscp: {seen: {"26": packets}, ecn: {"2": packets}} or
 *    {unseen: reason}, counters: {NAME: how much more there was of it afterwards}}
 */
#ifndef MS_ROCE_PROBE_H
#define MS_ROCE_PROBE_H

#include <netinet/in.h>
#include "host/host.h"
#include "roce/roce.h"
#include "roce/verbs.h"

struct probe_job {
	int64_t id;
	bool listens;
	char netdev[16];
	struct sockaddr_storage own, peer;
	char mac[18];                /* the peer's interface has; "" = not known */
	int tos;                     /* -1 = as the host has it */
	unsigned mtu;                /* of RDMA; 0 = as large as it goes */
	unsigned size, depth;        /* octets of a write, writes under way */
	unsigned duration;           /* ms of each direction's bandwidth */
	unsigned pings;
	int64_t deadline;            /* ms_clock_ms() time */
};
/* From an order.  -EINVAL where it is none. */
int probe_job_parse(const json_t *order, struct probe_job *ret_job, struct ms_err *err);
/* All of a job: events go to `out`.  Of the calling process nothing is left in a good state. */
int probe_job_run(const struct probe_job *job, int out);
/* The endpoint: orders on standard input, events on standard output, until orders end. */
int probe_endpoint(struct ms_loop *loop, struct ms_err *err);
/* One event as a line to a descriptor; takes `event`. */
int probe_say(int out, json_t *event);

/* ---- the way by Ethernet (probe-neighbour.c) ---- */

struct probe_neighbour {
	bool silent;                 /* it was asked for (ARP, NDP), and nobody answered */
	char mac[18];                /* "" = not known */
};
/* What the kernel knows of `peer` on an interface: nothing where it is behind a router. */
void probe_neighbour(struct ms_host *host, unsigned ifindex, const struct sockaddr_storage *peer,
		     struct probe_neighbour *ret_neighbour);
/* The same for the job's peer, here. */
void probe_neighbour_of(const struct probe_job *job, struct probe_neighbour *ret_neighbour);
/* Say it in the error of a connection that did not come about. */
void probe_explain(const struct probe_job *job, const struct probe_neighbour *neighbour, struct ms_err *err);

/* ---- one end of a connection (probe-connect.c) ---- */

struct probe_side {
	const struct probe_job *job;
	struct ms_verbs lib;
	struct rdma_event_channel *channel;
	struct rdma_cm_id *listener, *id;
	struct ibv_comp_channel *completions;
	struct ibv_pd *pd;
	struct ibv_cq *cq;
	struct ibv_qp *qp;
	struct ibv_mr *mr;
	char *memory;                /* job->size octets to write from and to, then a page of slots */
	uint64_t peer_memory;
	uint32_t peer_key;
	struct probe_neighbour neighbour;   /* the peer, when it was resolved */
	unsigned mtu;                /* of this connection */
	unsigned wanted;             /* mtu that was asked for, 0 = any */
	unsigned inlines;            /* octets that a write may carry itself */
	unsigned turns;              /* that the other side passed on, and nobody took yet */
	bool gone;                   /* the other side disconnected */
};
#define PROBE_SLOTS 4096u
/* The library, the channel, the address; where it listens, its port. */
int probe_open(struct probe_side *side, const struct probe_job *job, unsigned *ret_port, struct ms_err *err);
/* A connection: -ECONNREFUSED, -ETIMEDOUT, ... with MS_UNREACHABLE where there is none. */
int probe_accept(struct probe_side *side, struct ms_err *err);
int probe_connect(struct probe_side *side, unsigned mtu, struct ms_err *err);
void probe_hang_up(struct probe_side *side);
/* Both have measured: waits a while for the other side, which has the last turn, to hang up.  What it sent last is
 * acknowledged by a queue pair that is there. */
void probe_part(struct probe_side *side);
void probe_close(struct probe_side *side);
/* Has the other side gone?  Does not wait. */
bool probe_is_gone(struct probe_side *side);

/* ---- traffic (probe-traffic.c) ---- */

/* Each of these on both sides; whose turn it is sends, the other attends. */
int probe_turn_packets(struct probe_side *side, bool mine, struct ms_err *err);
/* turn is another number each time; report NULL = nobody wants to know. */
int probe_turn_latency(struct probe_side *side, bool mine, uint64_t turn, unsigned n, json_t *report,
		       struct ms_err *err);
int probe_turn_bandwidth(struct probe_side *side, bool mine, json_t *report, struct ms_err *err);

/* ---- what arrives (probe-capture.c) ---- */

struct probe_capture { int fd; char why[160]; };
void probe_capture_open(struct probe_capture *capture, const char *netdev);
/* What came so far from `peer`, as report.dscp says it; closes. */
json_t *probe_capture_take(struct probe_capture *capture, const struct sockaddr_storage *peer);

/* ---- facts of the port (probe-facts.c) ---- */

/* {NAME: N} of counters and hw_counters. */
json_t *probe_counters(const char *device, unsigned port);
/* after - before, what changed only. */
json_t *probe_counters_delta(const json_t *before, const json_t *after);
/* Of an interface; "" where it has none. */
void probe_mac(const char *netdev, char mac[static 18]);
/* {index, gid, type, netdev} as sysfs says. */
json_t *probe_gid(const char *device, unsigned port, unsigned index);

#endif
