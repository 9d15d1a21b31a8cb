/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Traffic over one connection, in turns: who has the turn writes into the other's memory, and says
 * with a send that it is over.  The other waits for that without using its processor, but for the
 * latency, where it answers each write.
 */
#include "roce/probe.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>

#define SIGNAL_EVERY 32u
#define SPINS 2048u
/* Of each slot: another cache line. */
#define SLOT_IN 0u
#define SLOT_OUT 64u

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ll + now.tv_nsec;
}

/* ---- work requests ------------------------------------------------------------------------------
 */

static int post(struct probe_side *side, enum ibv_wr_opcode opcode, size_t offset_from,
		size_t offset_to, unsigned len, bool signalled, struct ms_err *err)
{
	struct ibv_sge sge = { .addr = (uintptr_t)side->memory + offset_from,
			       .length = len,
			       .lkey = side->mr->lkey };
	struct ibv_send_wr wr = {
		.opcode = opcode,
		.sg_list = &sge,
		.num_sge = len != 0,
		.send_flags = (signalled ? IBV_SEND_SIGNALED : 0) |
			      (len && len <= side->inlines ? IBV_SEND_INLINE : 0),
		.wr.rdma = { side->peer_memory + offset_to, side->peer_key },
	}, *bad;
	int r = ibv_post_send(side->qp, &wr, &bad);

	return r ? ms_fail_errno(err, r > 0 ? -r : r, "cannot send") : 0;
}

static int fail_completion(struct probe_side *side, enum ibv_wc_status status, struct ms_err *err)
{
	if (status == IBV_WC_RETRY_EXC_ERR)
		return ms_fail(err, -ENETUNREACH, MS_UNREACHABLE,
			       "packets of RDMA MTU %u were sent seven times, and not acknowledged",
			       side->mtu);
	return ms_fail(err, -EIO, MS_FAILED, "%s", side->lib.ibv_wc_status_str(status));
}

/* Completions that are there: how many sends are done.  Turns may come with them, before anybody
 * waits for one. */
static int reap(struct probe_side *side, struct ms_err *err)
{
	struct ibv_wc wc[16];
	int n = ibv_poll_cq(side->cq, MS_ARRAY_SIZE(wc), wc), sends = 0;

	for (int i = 0; i < n; i++) {
		if (wc[i].status != IBV_WC_SUCCESS)
			return fail_completion(side, wc[i].status, err);
		if (wc[i].wr_id == UINT64_MAX)
			side->turns++;
		else
			sends++;
	}
	return n < 0 ? ms_fail_errno(err, n, "cannot poll") : sends;
}

/* Every now and then in a loop that spins.  Soft RoCE needs the processor that spins here.  What
 * the other side sent before it hung up is there by then: the loop looks for it once more. */
static int look_around(struct probe_side *side, struct ms_err *err)
{
	bool gone = side->gone;

	sched_yield();
	probe_is_gone(side);
	if (gone)
		return ms_fail(err, -ECONNRESET, MS_UNREACHABLE, "the other side hung up");
	if (ms_clock_ms() > side->job->deadline)
		return ms_fail(err, -ETIMEDOUT, MS_TIMEOUT, "packets did not arrive in time");
	return 0;
}

static int wait_sends(struct probe_side *side, unsigned n, struct ms_err *err)
{
	int r = 0;

	for (unsigned spins = 1; n; spins++) {
		r = reap(side, err);
		if (r >= 0 && spins % SPINS == 0 && look_around(side, err) < 0)
			r = err->error;
		if (r < 0)
			return r;
		n -= (unsigned)r < n ? (unsigned)r : n;
	}
	return 0;
}

/* ---- whose turn it is
 * ---------------------------------------------------------------------------- */

static int pass_turn(struct probe_side *side, struct ms_err *err)
{
	int r = post(side, IBV_WR_SEND, 0, 0, 0, true, err);

	return r ? r : wait_sends(side, 1, err);
}

static int wait_wake(struct probe_side *side, struct ms_err *err)
{
	struct pollfd fds[] = { { .fd = side->completions->fd, .events = POLLIN },
				{ .fd = side->channel->fd, .events = POLLIN } };
	int64_t ms = side->job->deadline - ms_clock_ms();
	struct ibv_cq *cq;
	void *ctx;

	if (!side->gone)
		poll(fds, 2, ms > 0 ? (int)ms : 0);
	if (side->lib.ibv_get_cq_event(side->completions, &cq, &ctx) == 0)
		side->lib.ibv_ack_cq_events(cq, 1);
	return look_around(side, err);
}

static int await_turn(struct probe_side *side, struct ms_err *err)
{
	struct ibv_recv_wr wr = { .wr_id = UINT64_MAX }, *bad;
	int r;

	for (;;) {
		/* Armed before it is looked at, so that nothing is missed. */
		if (ibv_req_notify_cq(side->cq, 0))
			return ms_fail_errno(err, -EIO, "cannot wait for completions");
		r = reap(side, err);
		if (r < 0 || side->turns)
			break;
		r = wait_wake(side, err);
		if (r < 0)
			break;
	}
	if (r >= 0) {
		side->turns--;
		r = ibv_post_recv(side->qp, &wr, &bad);
	}
	return r > 0 ? ms_fail_errno(err, -r, "cannot receive") : r;
}

/* ---- does it pass at all
 * -------------------------------------------------------------------------- */

int probe_turn_packets(struct probe_side *side, bool mine, struct ms_err *err)
{
	unsigned len = side->job->size < 4 * side->mtu ? side->job->size : 4 * side->mtu;
	int r;

	if (!mine)
		return await_turn(side, err);
	r = post(side, IBV_WR_RDMA_WRITE, 0, 0, len, true, err);
	if (!r)
		r = wait_sends(side, 1, err);
	return r ? r : pass_turn(side, err);
}

/* ---- latency
 * --------------------------------------------------------------------------------------- */

static int ping(struct probe_side *side, uint64_t value, unsigned *n, struct ms_err *err)
{
	size_t slots = side->job->size;
	bool signalled = ++*n % SIGNAL_EVERY == 0;
	int r;

	memcpy(side->memory + slots + SLOT_OUT, &value, sizeof(value));
	r = post(side, IBV_WR_RDMA_WRITE, slots + SLOT_OUT, slots + SLOT_IN, sizeof(value),
		 signalled, err);
	return r || !signalled ? r : wait_sends(side, 1, err);
}

static int await_ping(struct probe_side *side, uint64_t value, struct ms_err *err)
{
	volatile uint64_t *slot = (volatile uint64_t *)(side->memory + side->job->size + SLOT_IN);

	for (unsigned spins = 1; *slot != value; spins++)
		if (spins % SPINS == 0 &&
		    (reap(side, err) < 0 || look_around(side, err) < 0))
			return err->error;
	return 0;
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static json_t *latency_new(int64_t *times, unsigned n)
{
	qsort(times, n, sizeof(*times), by_size);
	return json_pack("{s:I,s:I,s:I,s:i}", "min", (json_int_t)times[0] / 2, "median",
			 (json_int_t)times[n / 2] / 2, "p99",
			 (json_int_t)times[(size_t)n * 99 / 100] / 2, "count", (int)n);
}

/* Round trips, one after the other: the clock is read once for each, as it may be a slow one. */
static int ping_all(struct probe_side *side, uint64_t turn, int64_t *times, unsigned n,
		    struct ms_err *err)
{
	int64_t began = now_ns(), ended;
	unsigned sent = 0;
	int r = 0;

	for (unsigned i = 0; !r && i < n; i++, began = ended) {
		r = ping(side, turn << 32 | (i + 1), &sent, err);
		if (!r)
			r = await_ping(side, turn << 32 | (i + 1), err);
		ended = now_ns();
		times[i] = ended - began;
	}
	return r;
}

static int answer_all(struct probe_side *side, uint64_t turn, unsigned n, struct ms_err *err)
{
	unsigned sent = 0;
	int r = 0;

	for (unsigned i = 0; !r && i < n; i++) {
		r = await_ping(side, turn << 32 | (i + 1), err);
		if (!r)
			r = ping(side, turn << 32 | (i + 1), &sent, err);
	}
	return r ? r : await_turn(side, err);
}

int probe_turn_latency(struct probe_side *side, bool mine, uint64_t turn, unsigned n,
		       json_t *report, struct ms_err *err)
{
	MS_AUTO_FREE int64_t *times = NULL;
	int r;

	if (!mine)
		return answer_all(side, turn, n, err);
	times = calloc(n, sizeof(*times));
	r = times ? ping_all(side, turn, times, n, err) : ms_nomem(err);
	if (r < 0)
		return r;
	if (report && json_object_set_new(report, "latency", latency_new(times, n)) < 0)
		return ms_nomem(err);
	return pass_turn(side, err);
}

/* ---- bandwidth
 * --------------------------------------------------------------------------------------- */

static int fill_up(struct probe_side *side, unsigned *under_way, struct ms_err *err)
{
	int r = 0;

	while (!r && *under_way < side->job->depth) {
		r = post(side, IBV_WR_RDMA_WRITE, 0, 0, side->job->size, true, err);
		*under_way += !r;
	}
	return r;
}

/* The clock is looked at when something was done, not while waiting: it may be a slow one. */
static int write_for(struct probe_side *side, int64_t until, uint64_t *ret_writes,
		     struct ms_err *err)
{
	unsigned under_way = 0;
	int r = fill_up(side, &under_way, err);

	*ret_writes = 0;
	for (unsigned spins = 1; r >= 0 && under_way; spins++) {
		r = reap(side, err);
		if (r >= 0 && spins % SPINS == 0 && look_around(side, err) < 0)
			r = err->error;
		if (r <= 0)
			continue;
		under_way -= (unsigned)r;
		*ret_writes += (unsigned)r;
		if (now_ns() < until)
			r = fill_up(side, &under_way, err);
	}
	return r < 0 ? r : 0;
}

int probe_turn_bandwidth(struct probe_side *side, bool mine, json_t *report, struct ms_err *err)
{
	int64_t began = now_ns(), took;
	uint64_t writes = 0;
	json_t *bandwidth;
	int r;

	if (!mine)
		return await_turn(side, err);
	r = write_for(side, began + side->job->duration * 1000000ll, &writes, err);
	if (r < 0)
		return r;
	took = now_ns() - began;
	bandwidth = json_pack("{s:I,s:I,s:I}", "average",
			      (json_int_t)((double)writes * side->job->size * 8e3 / (double)took),
			      "octets", (json_int_t)(writes * side->job->size), "duration",
			      (json_int_t)(took / 1000000));
	if (json_object_set_new(report, "bandwidth", bandwidth) < 0)
		return ms_nomem(err);
	return pass_turn(side, err);
}
