/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One measurement at one end, in a process of its own: what hangs in a driver is killed, and
 * everything is given back. */
#include "roce/probe.h"

#include <arpa/inet.h>
#include <errno.h>

/* Pings whose marks are looked at, each way. */
#define CAPTURED 64
#define SIZE_MAX_OCTETS (8u << 20)

/* ---- orders ------------------------------------------------------------------------------------
 */

static int take_address(const char *text, unsigned port, struct sockaddr_storage *ret_address)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)ret_address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret_address;

	memset(ret_address, 0, sizeof(*ret_address));
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)port);
		return 0;
	}
	if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)port);
		return 0;
	}
	return -EINVAL;
}

/* Out of another host's mouth, and for people to read. */
static void take_mac(const char *text, char mac[static 18])
{
	if (strlen(text) == 17 && strspn(text, "0123456789abcdef:") == 17)
		memcpy(mac, text, 18);
}

static bool in(const json_t *order, const char *pointer, int64_t min, int64_t max,
	       unsigned *ret_value)
{
	int64_t value = ms_int(order, pointer, -1);

	*ret_value = (unsigned)value;
	return value >= min && value <= max;
}

int probe_job_parse(const json_t *order, struct probe_job *ret_job, struct ms_err *err)
{
	struct probe_job job = { .id = ms_int(order, "/id", -1),
				 .listens = !strcmp(ms_str(order, "/do", ""), "listen") };
	unsigned seconds, tos, port = 0;

	if (!job.listens && strcmp(ms_str(order, "/do", ""), "connect"))
		return ms_fail(err, -EINVAL, MS_INPUT, "not an order: \"%.32s\"",
			       ms_str(order, "/do", ""));
	snprintf(job.netdev, sizeof(job.netdev), "%s", ms_str(order, "/netdev", ""));
	if (job.id < 0 || !in(order, "/tos", -1, 255, &tos) ||
	    !in(order, "/size", 8, SIZE_MAX_OCTETS, &job.size) ||
	    !in(order, "/depth", 1, 1024, &job.depth) ||
	    !in(order, "/duration", 0, 3600000, &job.duration) ||
	    !in(order, "/pings", 1, 1000000, &job.pings) || !in(order, "/mtu", 0, 4096, &job.mtu) ||
	    !in(order, "/seconds", 1, 86400, &seconds) ||
	    (!job.listens && !in(order, "/port", 1, 65535, &port)))
		return ms_fail(err, -EINVAL, MS_INPUT, "an order with a number out of its range");
	if (take_address(ms_str(order, "/address", ""), 0, &job.own) < 0 ||
	    (!job.listens && take_address(ms_str(order, "/peer", ""), port, &job.peer) < 0))
		return ms_fail(err, -EINVAL, MS_INPUT, "an order without an address");
	take_mac(ms_str(order, "/mac", ""), job.mac);
	job.tos = (int)tos;
	job.deadline = ms_clock_ms() + 1000 * (int64_t)seconds;
	*ret_job = job;
	return 0;
}

/* ---- events ------------------------------------------------------------------------------------
 */

int probe_say(int out, json_t *event)
{
	MS_AUTO_FREE char *text = ms_json_text(event, MS_JSON_COMPACT);
	size_t len = text ? strlen(text) : 0;
	ssize_t n = 0;

	json_decref(event);
	if (!text)
		return -ENOMEM;
	text[len++] = '\n';
	for (size_t at = 0; at < len; at += (size_t)n) {
		n = write(out, text + at, len - at);
		if (n < 0)
			return -errno;
	}
	return 0;
}

/* ---- what is measured --------------------------------------------------------------------------
 */

struct work {
	struct probe_side side;
	const char *phase;
	json_t *report;
	char device[64];
	unsigned port;
};

/* What the connection really uses: GID and traffic class of the queue pair's address vector. */
static int note_path(struct work *work, struct ms_err *err)
{
	struct probe_side *side = &work->side;
	struct ibv_qp_attr attr = { 0 };
	struct ibv_qp_init_attr init;
	int r = side->lib.ibv_query_qp(side->qp, &attr, IBV_QP_AV | IBV_QP_PATH_MTU, &init);

	if (r)
		return ms_fail_errno(err, r > 0 ? -r : r, "cannot query the queue pair");
	snprintf(work->device, sizeof(work->device), "%s", side->id->verbs->device->name);
	work->port = side->id->port_num;
	json_object_set_new(work->report, "device", json_string(work->device));
	json_object_set_new(work->report, "port", json_integer(work->port));
	json_object_set_new(work->report, "gid",
			    probe_gid(work->device, work->port, attr.ah_attr.grh.sgid_index));
	json_object_set_new(work->report, "tos", json_integer(attr.ah_attr.grh.traffic_class));
	json_object_set_new(work->report, "mtu", json_integer(side->mtu));
	return 0;
}

/* The address that connected stands in the identifier. */
static const struct sockaddr_storage *peer_of(const struct probe_side *side)
{
	return &side->id->route.addr.dst_storage;
}

/* Packets that somebody looks at take longer: those that are captured are others than those that
 * are timed. */
static int take_marks(struct work *work, struct ms_err *err)
{
	struct probe_side *side = &work->side;
	bool first = !side->job->listens;
	struct probe_capture capture;
	int r;

	probe_capture_open(&capture, side->job->netdev);
	r = probe_turn_latency(side, first, 1, CAPTURED, NULL, err);
	if (!r)
		r = probe_turn_latency(side, !first, 2, CAPTURED, NULL, err);
	json_object_set_new(work->report, "dscp", probe_capture_take(&capture, peer_of(side)));
	return r;
}

static int take_turns(struct work *work, struct ms_err *err)
{
	struct probe_side *side = &work->side;
	bool first = !side->job->listens;
	unsigned pings = side->job->pings;
	int r;

	work->phase = "latency";
	r = take_marks(work, err);
	for (unsigned turn = 3; !r && turn <= 4; turn++)
		r = probe_turn_latency(side, first == (turn == 3), turn, pings, work->report, err);
	if (!r)
		work->phase = "bandwidth";
	for (unsigned turn = 1; !r && side->job->duration && turn <= 2; turn++)
		r = probe_turn_bandwidth(side, first == (turn == 1), work->report, err);
	return r;
}

/* The largest packets that the interfaces can pass, in both directions?  Else -ENETUNREACH. */
static int try_packets(struct work *work, struct ms_err *err)
{
	bool first = !work->side.job->listens;
	int r;

	work->phase = "packets";
	r = probe_turn_packets(&work->side, first, err);
	return r ? r : probe_turn_packets(&work->side, !first, err);
}

static int measure(struct work *work, struct ms_err *err)
{
	json_auto_t *before = NULL, *after = NULL;
	int r = note_path(work, err);

	if (r < 0)
		return r;
	before = probe_counters(work->device, work->port);
	r = take_turns(work, err);
	after = probe_counters(work->device, work->port);
	json_object_set_new(work->report, "counters", probe_counters_delta(before, after));
	return r;
}

static bool is_blocked(int r)
{
	return r == -ENETUNREACH || r == -ECONNRESET;
}

/* Connections until one passes packets: the other side tries smaller ones.  It may know earlier
 * than we do that this one does not. */
static int listen_side(struct work *work, struct ms_err *err)
{
	int r;

	for (;;) {
		work->phase = "connect";
		r = probe_accept(&work->side, err);
		if (!r)
			r = try_packets(work, err);
		if (!r)
			r = measure(work, err);
		if (r != -ECONNRESET && (r != -ENETUNREACH || strcmp(work->phase, "packets")))
			return r;
		ms_err_clear(err);
		probe_hang_up(&work->side);
	}
}

/* What we saw pass the other side may have given up: the last acknowledgement was lost.  It accepts
 * once more; where it does not, it was gone. */
static bool was_given_up(const struct work *work, int r)
{
	return r == -ECONNRESET && !strcmp(work->phase, "latency");
}

static int connect_side(struct work *work, struct ms_err *err)
{
	unsigned mtu = work->side.job->mtu;
	struct ms_err gone = MS_ERR_INIT;
	int r;

	for (;;) {
		work->phase = "connect";
		r = probe_connect(&work->side, mtu, err);
		if (r < 0 && gone.error) {
			*err = gone;
			work->phase = "latency";
			return gone.error;
		}
		if (!r)
			r = try_packets(work, err);
		if (is_blocked(r) && !strcmp(work->phase, "packets") && work->side.mtu > 256) {
			mtu = work->side.mtu / 2;
			json_object_set_new(work->report, "blocked",
					    json_integer(work->side.mtu));
		} else {
			r = r ? r : measure(work, err);
			if (!r)
				probe_part(&work->side);
			if (!was_given_up(work, r) || gone.error)
				return r;
			gone = *err;
		}
		ms_err_clear(err);
		probe_hang_up(&work->side);
	}
}

static json_t *failure_new(const struct work *work, const struct probe_job *job,
			   const struct ms_err *err)
{
	return json_pack("{s:I,s:s,s:s,s:b,s:{s:s,s:s,s:s*},s:O*}", "id", (json_int_t)job->id,
			 "event", "failed", "phase", work->phase, "gone", err->error == -ECONNRESET,
			 "error", "code", ms_code_name(err->code), "message", err->message, "hint",
			 *err->hint ? err->hint : NULL, "report", work->report);
}

int probe_job_run(const struct probe_job *job, int out)
{
	struct work work = { .phase = "open", .report = json_object() };
	struct ms_err err = MS_ERR_INIT;
	unsigned port = 0;
	char mac[18];
	int r = work.report ? probe_open(&work.side, job, &port, &err) : ms_nomem(&err);

	probe_mac(job->netdev, mac);
	if (!r && job->listens)
		r = probe_say(out, json_pack("{s:I,s:s,s:i,s:s}", "id", (json_int_t)job->id,
					     "event", "listening", "port", (int)port, "mac", mac));
	if (!r)
		r = job->listens ? listen_side(&work, &err) : connect_side(&work, &err);
	if (r < 0) {
		ms_fail_errno(&err, r, "cannot measure");
		probe_say(out, failure_new(&work, job, &err));
	} else {
		probe_say(out, json_pack("{s:I,s:s,s:O}", "id", (json_int_t)job->id, "event",
					 "done", "report", work.report));
	}
	probe_close(&work.side);
	json_decref(work.report);
	return r;
}
