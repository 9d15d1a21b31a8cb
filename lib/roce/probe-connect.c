/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One end of a connection of the RDMA connection manager.  The queue pair is ours
 * (rdma_establish(3)) and not librdmacm's, so that its path MTU can be another one than the
 * interfaces at both ends have.
 */
#include "roce/probe.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>

#define MAGIC 0x4d535250u /* "MSRP" */
#define BACKLOG 4
#define RECEIVES 8
/* 4.096 us << 17 = 537 ms before a packet is sent again, six times (IBTA, 9.7.6.1.3): a host that
 * is busy otherwise is not taken for a path that loses packets.  Not seven: soft RoCE takes that
 * for ever. */
#define ACK_TIMEOUT 17
#define RETRIES 6
/* For ever (IBTA, 9.7.5.2.8). */
#define RNR_RETRIES 7

/* The connection manager asks again every six seconds, fifteen times (CMA_CM_RESPONSE_TIMEOUT and
 * twice the path's): who has not answered four will not.  That is longer than the kernel takes to
 * find that a neighbour is not there any more. */
#define ANSWER_MS 25000
#define RESOLVE_MS 5000
/* Longer than a packet is sent again. */
#define PARTING_MS 5000

/* Private data of request and answer, in network order. */
struct hello {
	uint32_t magic, key;
	uint64_t memory;
	uint32_t mtu, size;
};

/* ---- events ------------------------------------------------------------------------------------
 */

/* Of the time that there is; 0 = none. */
static int left(const struct probe_side *side, int most)
{
	int64_t ms = side->job->deadline - ms_clock_ms();

	return ms < 0 ? 0 : ms > most ? most : (int)ms;
}

static int wait_event(struct probe_side *side, int ms, struct rdma_cm_event **ret_event,
		      const char *what, struct ms_err *err)
{
	struct pollfd fd = { .fd = side->channel->fd, .events = POLLIN };
	int r = poll(&fd, 1, ms);

	if (r < 0)
		return ms_fail_errno(err, -errno, "%s", what);
	if (r == 0)
		return ms_fail(err, -ETIMEDOUT, MS_TIMEOUT, "%s: nothing came in time", what);
	if (side->lib.rdma_get_cm_event(side->channel, ret_event) < 0)
		return ms_fail_errno(err, -errno, "%s", what);
	return 0;
}

static int fail_event(struct probe_side *side, const struct rdma_cm_event *event,
		      const char *what, struct ms_err *err)
{
	int status = event->status;

	/* A rejection carries a reason of the CM (IBTA, 12.6.7.2), everything else an errno. */
	if (event->event == RDMA_CM_EVENT_REJECTED)
		return ms_fail(err, -ECONNREFUSED, MS_UNREACHABLE, "%s: refused there (reason %d)",
			       what, status);
	return ms_fail(err, status < 0 ? status : -ECONNABORTED, MS_UNREACHABLE, "%s: %s%s%s", what,
		       side->lib.rdma_event_str(event->event), status < 0 ? ": " : "",
		       status < 0 ? strerror(-status) : "");
}

/* The event that is wanted, or an error.  ret_hello may be NULL. */
static int expect(struct probe_side *side, enum rdma_cm_event_type type, struct hello *ret_hello,
		  const char *what, struct ms_err *err)
{
	struct rdma_cm_event *event = NULL;
	/* Who listens does so as long as there is time. */
	int ms = left(side, type == RDMA_CM_EVENT_CONNECT_REQUEST ? INT_MAX : ANSWER_MS);
	int r = wait_event(side, ms, &event, what, err);

	if (r < 0)
		return r;
	if (event->event != type)
		r = fail_event(side, event, what, err);
	else if (ret_hello && event->param.conn.private_data_len >= sizeof(*ret_hello))
		memcpy(ret_hello, event->param.conn.private_data, sizeof(*ret_hello));
	if (!r && type == RDMA_CM_EVENT_CONNECT_REQUEST)
		side->id = event->id;
	side->lib.rdma_ack_cm_event(event);
	return r;
}

bool probe_is_gone(struct probe_side *side)
{
	struct pollfd fd = { .fd = side->channel->fd, .events = POLLIN };
	struct rdma_cm_event *event;

	while (!side->gone && poll(&fd, 1, 0) > 0) {
		if (side->lib.rdma_get_cm_event(side->channel, &event) < 0)
			break;
		side->gone = event->event == RDMA_CM_EVENT_DISCONNECTED ||
			     event->event == RDMA_CM_EVENT_REJECTED ||
			     event->event == RDMA_CM_EVENT_DEVICE_REMOVAL;
		side->lib.rdma_ack_cm_event(event);
	}
	return side->gone;
}

/* The other side gave up, and knows why.  Until a connection is accepted the kernel does not tell:
 * it forgets it, and what is asked of it is invalid from then on. */
static int given_up(struct ms_err *err)
{
	ms_err_clear(err);
	return ms_fail(err, -ECONNRESET, MS_UNREACHABLE, "the other side gave up connecting");
}

/* ---- the queue pair ----------------------------------------------------------------------------
 */

static int make_queues(struct probe_side *side)
{
	unsigned depth = side->job->depth + 64;
	struct ibv_context *verbs = side->id->verbs;

	side->pd = side->lib.ibv_alloc_pd(verbs);
	side->completions = side->lib.ibv_create_comp_channel(verbs);
	if (!side->pd || !side->completions)
		return -errno;
	side->cq = side->lib.ibv_create_cq(verbs, (int)(depth + RECEIVES), NULL, side->completions,
					   0);
	if (!side->cq)
		return -errno;
	side->mr = side->lib.ibv_reg_mr(side->pd, side->memory, side->job->size + PROBE_SLOTS,
					IBV_ACCESS_LOCAL_WRITE | IBV_ACCESS_REMOTE_WRITE);
	return side->mr && fcntl(side->completions->fd, F_SETFL, O_NONBLOCK) == 0 ? 0 : -errno;
}

static int make_pair(struct probe_side *side)
{
	struct ibv_qp_init_attr attr = {
		.send_cq = side->cq,
		.recv_cq = side->cq,
		.qp_type = IBV_QPT_RC,
		.cap = { .max_send_wr = side->job->depth + 64,
			 .max_recv_wr = RECEIVES,
			 .max_send_sge = 1,
			 .max_recv_sge = 1,
			 .max_inline_data = 16 },
	};

	side->qp = side->lib.ibv_create_qp(side->pd, &attr);
	if (!side->qp) {
		/* Not every device can. */
		attr.cap.max_inline_data = 0;
		side->qp = side->lib.ibv_create_qp(side->pd, &attr);
	}
	if (!side->qp)
		return -errno;
	side->inlines = attr.cap.max_inline_data;
	return 0;
}

static enum ibv_mtu mtu_word(unsigned octets)
{
	enum ibv_mtu mtu = IBV_MTU_256;

	while (mtu < IBV_MTU_4096 && 128u << (mtu + 1) <= octets)
		mtu++;
	return mtu;
}

/* IBTA, 10.3.1 */
static int move(struct probe_side *side, enum ibv_qp_state state, struct ms_err *err)
{
	static const char *const words[] = { [IBV_QPS_INIT] = "initialized",
					     [IBV_QPS_RTR] = "ready to receive",
					     [IBV_QPS_RTS] = "ready to send" };
	struct ibv_qp_attr attr = { .qp_state = state };
	int mask, r;

	if (side->lib.rdma_init_qp_attr(side->id, &attr, &mask) < 0)
		return errno == EINVAL ? given_up(err)
				       : ms_fail_errno(err, -errno, "cannot ask for a path");
	if (state == IBV_QPS_RTR) {
		if (side->wanted)
			attr.path_mtu = mtu_word(side->wanted);
		side->mtu = 128u << attr.path_mtu;
	}
	if (state == IBV_QPS_RTS) {
		attr.timeout = ACK_TIMEOUT;
		attr.retry_cnt = RETRIES;
		attr.rnr_retry = RNR_RETRIES;
	}
	r = side->lib.ibv_modify_qp(side->qp, &attr, mask);
	return r ? ms_fail_errno(err, -abs(r), "cannot make a queue pair %s", words[state]) : 0;
}

static int post_receives(struct probe_side *side)
{
	struct ibv_recv_wr wr = { .wr_id = UINT64_MAX }, *bad;
	int r = 0;

	for (int i = 0; !r && i < RECEIVES; i++)
		r = ibv_post_recv(side->qp, &wr, &bad);
	return r > 0 ? -r : r;
}

static int ready(struct probe_side *side, struct ms_err *err)
{
	static const enum ibv_qp_state states[] = { IBV_QPS_INIT, IBV_QPS_RTR, IBV_QPS_RTS };
	int r = 0;

	for (size_t i = 0; !r && i < MS_ARRAY_SIZE(states); i++)
		r = move(side, states[i], err);
	if (r < 0)
		return r;
	r = post_receives(side);
	return r ? ms_fail_errno(err, r, "cannot post receives") : 0;
}

static int make(struct probe_side *side, struct ms_err *err)
{
	int r = make_queues(side);

	if (!r)
		r = make_pair(side);
	if (!r)
		return 0;
	ms_fail_errno(err, r, "cannot make a queue pair");
	if (r == -ENOMEM)
		ms_hint(err, "allow locked memory there (ulimit -l unlimited), or run it as root");
	return r;
}

/* ---- connecting --------------------------------------------------------------------------------
 */

static void fill_hello(const struct probe_side *side, struct hello *hello)
{
	*hello = (struct hello){
		.magic = htobe32(MAGIC),
		.key = htobe32(side->mr->rkey),
		.memory = htobe64((uintptr_t)side->memory),
		.mtu = htobe32(side->wanted),
		.size = htobe32(side->job->size),
	};
}

static int take_hello(struct probe_side *side, const struct hello *hello, struct ms_err *err)
{
	if (be32toh(hello->magic) != MAGIC || be32toh(hello->size) != side->job->size)
		return ms_fail(err, -EPROTO, MS_INVALID, "something else than a probe connected");
	side->peer_memory = be64toh(hello->memory);
	side->peer_key = be32toh(hello->key);
	return 0;
}

static struct rdma_conn_param parameters(const struct probe_side *side, const struct hello *hello)
{
	return (struct rdma_conn_param){
		.private_data = hello,
		.private_data_len = sizeof(*hello),
		.retry_count = RETRIES,
		.rnr_retry_count = RNR_RETRIES,
		.qp_num = side->qp->qp_num,
	};
}

static int answer(struct probe_side *side, const struct hello *theirs, struct ms_err *err)
{
	struct hello ours;
	struct rdma_conn_param param;
	int r = take_hello(side, theirs, err);

	side->wanted = be32toh(theirs->mtu);
	if (!r)
		r = make(side, err);
	if (!r)
		r = ready(side, err);
	if (r < 0)
		return r;
	fill_hello(side, &ours);
	param = parameters(side, &ours);
	if (!side->lib.rdma_accept(side->id, &param))
		return 0;
	return errno == EINVAL ? given_up(err)
			       : ms_fail_errno(err, -errno, "cannot accept the other side");
}

int probe_accept(struct probe_side *side, struct ms_err *err)
{
	struct hello theirs = { 0 };
	int r = expect(side, RDMA_CM_EVENT_CONNECT_REQUEST, &theirs, "waiting for the other side",
		       err);

	if (r < 0)
		return r;
	side->gone = false;
	r = answer(side, &theirs, err);
	if (r < 0)
		return r;
	r = expect(side, RDMA_CM_EVENT_ESTABLISHED, NULL, "accepting the other side", err);
	return r == -ECONNREFUSED ? given_up(err) : r;
}

static int set_tos(struct probe_side *side, struct rdma_cm_id *id, struct ms_err *err)
{
	uint8_t tos = (uint8_t)side->job->tos;

	if (side->job->tos < 0)
		return 0;
	return side->lib.rdma_set_option(id, RDMA_OPTION_ID, RDMA_OPTION_ID_TOS, &tos,
					 sizeof(tos)) < 0
		       ? ms_fail_errno(err, -errno, "cannot set ToS %u", tos)
		       : 0;
}

static int resolve(struct probe_side *side, struct ms_err *err)
{
	struct sockaddr *own = (struct sockaddr *)&side->job->own,
			*peer = (struct sockaddr *)&side->job->peer;
	int r;

	if (side->lib.rdma_create_id(side->channel, &side->id, NULL, RDMA_PS_TCP) < 0)
		return ms_fail_errno(err, -errno, "cannot make an RDMA identifier");
	r = set_tos(side, side->id, err);
	if (r < 0)
		return r;
	if (side->lib.rdma_resolve_addr(side->id, own, peer, left(side, RESOLVE_MS)) < 0)
		return ms_fail_errno(err, -errno, "cannot resolve the other side's address");
	r = expect(side, RDMA_CM_EVENT_ADDR_RESOLVED, NULL, "resolving the other side's address",
		   err);
	if (r < 0)
		return r;
	probe_neighbour_of(side->job, &side->neighbour);
	if (side->lib.rdma_resolve_route(side->id, left(side, RESOLVE_MS)) < 0)
		return ms_fail_errno(err, -errno, "cannot resolve a route");
	return expect(side, RDMA_CM_EVENT_ROUTE_RESOLVED, NULL, "resolving a route", err);
}

static int connect_once(struct probe_side *side, unsigned mtu, struct ms_err *err)
{
	struct hello theirs = { 0 }, ours;
	struct rdma_conn_param param;
	int r = resolve(side, err);

	side->wanted = mtu;
	side->gone = false;
	if (!r)
		r = make(side, err);
	if (r < 0)
		return r;
	fill_hello(side, &ours);
	param = parameters(side, &ours);
	if (side->lib.rdma_connect(side->id, &param) < 0)
		return ms_fail_errno(err, -errno, "cannot connect");
	r = expect(side, RDMA_CM_EVENT_CONNECT_RESPONSE, &theirs, "connecting", err);
	if (!r)
		r = take_hello(side, &theirs, err);
	if (!r)
		r = ready(side, err);
	if (!r && side->lib.rdma_establish(side->id) < 0)
		r = ms_fail_errno(err, -errno, "cannot establish the connection");
	return r;
}

static bool is_unanswered(const struct ms_err *err)
{
	return (err->code == MS_TIMEOUT || err->code == MS_UNREACHABLE) &&
	       err->error != -ECONNREFUSED;
}

/* A neighbour that has another Ethernet address than was resolved is there all the same: kernels
 * since 6.0 end connections to the old one at once, so that they are made again. */
int probe_connect(struct probe_side *side, unsigned mtu, struct ms_err *err)
{
	struct probe_neighbour now;
	int r = connect_once(side, mtu, err);

	if (r < 0 && is_unanswered(err)) {
		probe_neighbour_of(side->job, &now);
		if (*now.mac && *side->neighbour.mac && strcmp(now.mac, side->neighbour.mac)) {
			ms_err_clear(err);
			probe_hang_up(side);
			r = connect_once(side, mtu, err);
		}
	}
	if (r < 0 && is_unanswered(err)) {
		probe_neighbour_of(side->job, &now);
		probe_explain(side->job, &now, err);
	}
	return r;
}

void probe_part(struct probe_side *side)
{
	struct pollfd fd = { .fd = side->channel->fd, .events = POLLIN };
	int64_t until = ms_clock_ms() + left(side, PARTING_MS), ms;

	while (!probe_is_gone(side) && (ms = until - ms_clock_ms()) > 0)
		poll(&fd, 1, (int)ms);
}

void probe_hang_up(struct probe_side *side)
{
	if (side->id && side->qp)
		side->lib.rdma_disconnect(side->id);
	if (side->qp)
		side->lib.ibv_destroy_qp(side->qp);
	if (side->mr)
		side->lib.ibv_dereg_mr(side->mr);
	if (side->cq)
		side->lib.ibv_destroy_cq(side->cq);
	if (side->completions)
		side->lib.ibv_destroy_comp_channel(side->completions);
	if (side->pd)
		side->lib.ibv_dealloc_pd(side->pd);
	if (side->id)
		side->lib.rdma_destroy_id(side->id);
	side->qp = NULL;
	side->mr = NULL;
	side->cq = NULL;
	side->completions = NULL;
	side->pd = NULL;
	side->id = NULL;
	side->turns = 0;
}

/* ---- opening -----------------------------------------------------------------------------------
 */

static int start_listening(struct probe_side *side, unsigned *ret_port, struct ms_err *err)
{
	struct sockaddr *own = (struct sockaddr *)&side->job->own;
	int r;

	if (side->lib.rdma_create_id(side->channel, &side->listener, NULL, RDMA_PS_TCP) < 0)
		return ms_fail_errno(err, -errno, "cannot make an RDMA identifier");
	r = set_tos(side, side->listener, err);
	if (r < 0)
		return r;
	if (side->lib.rdma_bind_addr(side->listener, own) < 0) {
		r = ms_fail_errno(err, -errno, "no RDMA device has the address of %s",
				  side->job->netdev);
		ms_hint(err, "look at msctl-roce get: is there a GID of RoCE v2 with it?");
		return r;
	}
	if (side->lib.rdma_listen(side->listener, BACKLOG) < 0)
		return ms_fail_errno(err, -errno, "cannot listen");
	*ret_port = ntohs(side->lib.rdma_get_src_port(side->listener));
	return 0;
}

int probe_open(struct probe_side *side, const struct probe_job *job, unsigned *ret_port,
	       struct ms_err *err)
{
	int r;

	*side = (struct probe_side){ .job = job };
	r = ms_verbs_open(&side->lib, err);
	if (r < 0)
		return r;
	side->memory = aligned_alloc(4096, ((size_t)job->size + 2 * PROBE_SLOTS - 1) & ~4095ul);
	if (!side->memory)
		return ms_nomem(err);
	memset(side->memory, 0, job->size + PROBE_SLOTS);
	side->channel = side->lib.rdma_create_event_channel();
	if (!side->channel) {
		r = ms_fail_errno(err, -errno, "cannot open /dev/infiniband/rdma_cm");
		ms_hint(err, "modprobe rdma_ucm there; containers need the devices");
		return r;
	}
	return job->listens ? start_listening(side, ret_port, err) : 0;
}

void probe_close(struct probe_side *side)
{
	probe_hang_up(side);
	if (side->listener)
		side->lib.rdma_destroy_id(side->listener);
	if (side->channel)
		side->lib.rdma_destroy_event_channel(side->channel);
	free(side->memory);
}
