/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A request as callers mean it: places in the windows, attempts until one counts, redirects that
 * stay on the device.  Attempts are on the network (transfer.c) or answered from a trace
 * (replay.c).
 */
#include <errno.h>
#include "net/http.h"
#include "net/trace.h"
#include "net/url.h"

#define MAX_REDIRECTS 5
#define MAX_BUSY 6

struct call {
	struct ms_peer *peer;
	const struct ms_http_request *request;
	char *path;                 /* owned; changes with each redirect */
	unsigned tries;             /* of this path */
};

static bool is_read(const struct ms_http_request *request)
{
	return !strcmp(request->method, "GET") || !strcmp(request->method, "HEAD");
}

/* The rate limit: requests are given start times one interval apart; up to 100 ms of them may start
 * together. */
static int64_t next_start(struct ms_http *http)
{
	int64_t now = ms_clock_ms() * 1000, start = http->next_start_us;

	if (!http->rate)
		return 0;
	if (start < now - 100000)
		start = now - 100000;
	http->next_start_us = start + 1000000 / http->rate;
	return start > now ? (start - now) / 1000 : 0;
}

static int pause_ms(struct call *call, int64_t ms)
{
	return ms > 0 ? ms_task_sleep(call->peer->http->loop, ms) : 0;
}

static int attempt_now(struct call *call, struct ms_http_reply *ret_reply,
		       struct ms_outcome *outcome, struct ms_err *err)
{
	struct ms_peer *peer = call->peer;
	struct ms_http *http = peer->http;
	struct ms_exchange exchange = { .peer = peer->name,
					.origin = peer->origin,
					.path = call->path,
					.request = call->request,
					.try = call->tries };
	int rc;

	if (http->replay) {
		rc = ms_replay_answer(http->replay, peer->name, call->path, call->request,
				      ret_reply, err);
		outcome->transport = rc < 0 &&
				     (err->code == MS_UNREACHABLE || err->code == MS_TIMEOUT);
		outcome->final = rc < 0 && !outcome->transport;
	} else {
		rc = ms_transfer_run(peer, call->request, call->path, ret_reply, outcome, err);
	}
	exchange.reply = rc == 0 ? ret_reply : NULL;
	exchange.err = err;
	if (http->trace)
		ms_trace_write(http->trace, &exchange);
	return rc;
}

/* The device's gate first: who waits for a slow device must not hold a place that others could use.
 */
static int attempt(struct call *call, struct ms_http_reply *ret_reply, struct ms_outcome *outcome,
		   struct ms_err *err)
{
	struct ms_loop *loop = call->peer->http->loop;
	struct ms_gate *device = is_read(call->request) ? &call->peer->reads : &call->peer->writes;
	struct ms_gate *window = &call->peer->http->window;
	int rc;

	if (call->request->class == MS_HTTP_STREAM)
		return attempt_now(call, ret_reply, outcome, err);
	rc = ms_gate_enter(loop, device, 0);
	if (rc < 0)
		goto out;
	rc = pause_ms(call, call->peer->quiet_until - ms_clock_ms());
	if (rc == 0)
		rc = ms_gate_enter(loop, window, 0);
	if (rc == 0) {
		rc = pause_ms(call, next_start(call->peer->http));
		if (rc == 0)
			rc = attempt_now(call, ret_reply, outcome, err);
		ms_gate_leave(loop, window);
	}
	ms_gate_leave(loop, device);
out:
	if (rc < 0 && !err->code) {
		outcome->final = true;
		return ms_fail(err, rc, MS_CANCELLED, "%s %s: stopped by a signal",
			       call->request->method, call->path);
	}
	return rc;
}

/*
 * A device that is overrun says so to every request: it is asked less and less often until it
 * answers again.  Other devices are not held up by it: it keeps no place in the window meanwhile.
 */
static void note_busy(struct ms_peer *peer, int rc, long status)
{
	if (rc == 0 && (status == 503 || status == 429))
		peer->busy += peer->busy < MAX_BUSY;
	else if (rc == 0 && peer->busy)
		peer->busy--;
}

/* The pause also holds for the other requests to a device that asks for one, with Retry-After or
 * without. */
static int64_t delay_before_next(struct call *call, const struct ms_http_reply *reply)
{
	struct ms_peer *peer = call->peer;
	unsigned step = call->tries > peer->busy ? call->tries : peer->busy;
	int64_t ms = ms_retry_backoff_ms(step, peer->http->poll_ms, ms_random());
	int64_t after = ms_retry_after(ms_http_header(reply, "retry-after"),
				       ms_http_header(reply, "date"), ms_now());

	if (after > MS_RETRY_AFTER_MAX)
		after = MS_RETRY_AFTER_MAX;
	if (ms < after * 1000)
		ms = after * 1000;
	if ((after >= 0 || peer->busy) && peer->quiet_until < ms_clock_ms() + ms)
		peer->quiet_until = ms_clock_ms() + ms;
	return ms;
}

static int try_until(struct call *call, struct ms_http_reply *ret_reply, struct ms_err *err)
{
	for (;;) {
		struct ms_http_reply reply = { 0 };
		struct ms_outcome outcome = { 0 };
		struct ms_err why = MS_ERR_INIT;
		int64_t ms;
		int rc = ms_peer_may_ask(call->peer, &why);

		if (rc < 0) {
			*err = why;
			return rc;
		}
		call->tries++;
		rc = attempt(call, &reply, &outcome, &why);
		ms_peer_note(call->peer, &outcome, &why);
		note_busy(call->peer, rc, reply.status);
		if (!ms_retry_wanted(call->request, rc, reply.status, &outcome, call->tries,
				     why.code) ||
		    call->peer->open_until > ms_clock_ms()) {
			if (rc < 0)
				*err = why;
			*ret_reply = reply;
			return rc;
		}
		ms_debug("%s: %s %s: try %u: %s", call->peer->name, call->request->method,
			 call->path, call->tries,
			 rc < 0 ? why.message : "the device asks to come back");
		ms = delay_before_next(call, &reply);
		ms_http_reply_release(&reply);
		rc = ms_task_sleep(call->peer->http->loop, ms);
		if (rc < 0)
			return ms_fail(err, rc, MS_CANCELLED, "%s %s: stopped by a signal",
				       call->request->method, call->path);
	}
}

static bool is_redirect(long status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* 1 = go on with call->path, 0 = final. */
static int redirect(struct call *call, unsigned hop, const struct ms_http_reply *reply,
		    struct ms_err *err)
{
	const char *location = ms_http_header(reply, "location");
	const char *method = call->request->method;
	struct ms_err why = MS_ERR_INIT;
	char *path;
	int rc;

	if (!is_redirect(reply->status) || !location)
		return 0;
	if (!is_read(call->request))
		return ms_fail(err, -EPROTO, MS_INVALID,
			       "%s %s is redirected to \"%.200s\": only reads are followed", method,
			       call->path, location);
	if (hop >= MAX_REDIRECTS)
		return ms_fail(err, -ELOOP, MS_INVALID, "%s %s: more than %d redirects", method,
			       call->path, MAX_REDIRECTS);
	rc = ms_url_resolve(call->peer->origin, call->path, location, &path, &why);
	if (rc < 0) {
		ms_fail(err, rc, MS_INVALID, "%s %s is redirected to \"%.200s\": not followed",
			method, call->path, location);
		ms_hint(err, "if that is the BMC, write its address into the site file");
		return rc;
	}
	free(call->path);
	call->path = path;
	return 1;
}

static int follow(struct call *call, struct ms_http_reply *ret_reply, struct ms_err *err)
{
	unsigned tries = 0;

	for (unsigned hop = 0;; hop++) {
		struct ms_http_reply reply = { 0 };
		int rc;

		call->tries = 0;
		rc = try_until(call, &reply, err);
		tries += call->tries;
		if (rc == 0)
			rc = redirect(call, hop, &reply, err);
		if (rc == 0) {
			reply.tries = tries;
			*ret_reply = reply;
			return 0;
		}
		ms_http_reply_release(&reply);
		if (rc < 0)
			return rc;
	}
}

int ms_http_do(struct ms_peer *peer, const struct ms_http_request *request,
	       struct ms_http_reply *ret_reply, struct ms_err *err)
{
	struct call call = { .peer = peer, .request = request };
	int rc = ms_url_resolve(peer->origin, NULL, request->path, &call.path, err);

	if (rc == 0)
		rc = follow(&call, ret_reply, err);
	free(call.path);
	if (rc < 0)
		ms_err_at(err, peer->name, NULL);
	return rc;
}
