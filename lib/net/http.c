/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine: one curl multi handle driven by the event loop.  curl tells which sockets and which
 * timer it waits for; the loop tells it what happened; a transfer that ended wakes its task.  Easy
 * handles are kept and used again, and connections live in the multi handle, so that a request
 * costs no set-up of its own.
 */
#include <errno.h>
#include <poll.h>
#include "net/http.h"
#include "net/trace.h"

#define DEFAULT_WINDOW 256

static void harvest(struct ms_http *http)
{
	CURLMsg *message;
	int left;

	while ((message = http->curl.multi_info_read(http->multi, &left))) {
		struct ms_flight *flight = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		http->curl.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&flight);
		flight->result = message->data.result;
		flight->ended = true;
		ms_flight_stop(flight);
		ms_cell_set(http->loop, &flight->cell);
	}
}

static void act(struct ms_http *http, curl_socket_t fd, int events)
{
	int running;

	http->curl.multi_socket_action(http->multi, fd, events, &running);
	harvest(http);
}

static void on_event(void *ctx, int fd, unsigned events)
{
	int mask = 0;

	if (events & (POLLIN | POLLHUP))
		mask |= CURL_CSELECT_IN;
	if (events & POLLOUT)
		mask |= CURL_CSELECT_OUT;
	if (events & (POLLERR | POLLNVAL))
		mask |= CURL_CSELECT_ERR;
	act(ctx, fd, mask);
}

static void on_timer(void *ctx)
{
	act(ctx, CURL_SOCKET_TIMEOUT, 0);
}

static int on_socket(CURL *handle, curl_socket_t fd, int what, void *ctx, void *socket_ctx)
{
	struct ms_http *http = ctx;
	struct ms_err err = MS_ERR_INIT;
	unsigned events = 0;

	(void)handle;
	(void)socket_ctx;
	if (what == CURL_POLL_REMOVE) {
		ms_loop_unwatch(http->loop, fd);
		return 0;
	}
	if (what & CURL_POLL_IN)
		events |= POLLIN;
	if (what & CURL_POLL_OUT)
		events |= POLLOUT;
	return ms_loop_watch(http->loop, fd, events, on_event, http, &err) < 0 ? -1 : 0;
}

static int on_timeout(CURLM *multi, long ms, void *ctx)
{
	struct ms_http *http = ctx;

	(void)multi;
	ms_timer_set(http->timer, ms);
	return 0;
}

static int set_multi(struct ms_http *http)
{
	CURLM *multi = http->multi;
	CURLMcode rc = http->curl.multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);

	rc = rc ? rc : http->curl.multi_setopt(multi, CURLMOPT_SOCKETDATA, http);
	rc = rc ? rc : http->curl.multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timeout);
	rc = rc ? rc : http->curl.multi_setopt(multi, CURLMOPT_TIMERDATA, http);
	rc = rc ? rc : http->curl.multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
	/* Bounded, so that ten thousand devices asked one after the other leave no more than this
	 * open. */
	rc = rc ? rc
		: http->curl.multi_setopt(multi, CURLMOPT_MAXCONNECTS,
					  (long)http->window.limit * 3);
	return rc ? -EINVAL : 0;
}

int ms_http_start(struct ms_http *http, struct ms_err *err)
{
	int rc;

	if (http->multi)
		return 0;
	rc = ms_curl_open(&http->curl, err);
	if (rc < 0)
		return rc;
	if (http->curl.global_init(CURL_GLOBAL_DEFAULT))
		return ms_fail(err, -EIO, MS_FAILED, "libcurl does not start");
	/* Each request in flight is a descriptor, and connections are kept for the next request. */
	ms_descriptors(4 * http->window.limit + 128);
	http->multi = http->curl.multi_init();
	if (!http->multi || set_multi(http)) {
		http->curl.global_cleanup();
		return ms_fail(err, -EIO, MS_FAILED,
			       "libcurl does not start: its multi interface is too old");
	}
	return 0;
}

int ms_flight_take(struct ms_flight *flight, struct ms_http *http, struct ms_err *err)
{
	const struct ms_curl *curl = &http->curl;
	int rc = ms_http_start(http, err);

	if (rc < 0)
		return rc;
	flight->http = http;
	flight->handle = http->n_idle ? http->idle[--http->n_idle] : curl->easy_init();
	if (!flight->handle)
		return ms_nomem(err);
	if (curl->easy_setopt(flight->handle, CURLOPT_PRIVATE, flight) ||
	    curl->easy_setopt(flight->handle, CURLOPT_ERRORBUFFER, flight->detail))
		return ms_fail(err, -EIO, MS_FAILED, "cannot set up a request");
	return 0;
}

int ms_flight_start(struct ms_flight *flight, struct ms_err *err)
{
	struct ms_http *http = flight->http;

	if (http->curl.multi_add_handle(http->multi, flight->handle))
		return ms_fail(err, -EIO, MS_FAILED, "cannot start a request");
	flight->flying = true;
	return 0;
}

void ms_flight_stop(struct ms_flight *flight)
{
	if (flight->flying)
		flight->http->curl.multi_remove_handle(flight->http->multi, flight->handle);
	flight->flying = false;
}

void ms_flight_put(struct ms_flight *flight)
{
	struct ms_http *http = flight->http;

	if (!flight->handle)
		return;
	ms_flight_stop(flight);
	if (http->n_idle < http->window.limit) {
		http->curl.easy_reset(flight->handle);
		http->idle[http->n_idle++] = flight->handle;
	} else {
		http->curl.easy_cleanup(flight->handle);
	}
	flight->handle = NULL;
}

static int open_trace(struct ms_http *http, const struct ms_http_opts *opts, struct ms_err *err)
{
	int rc = 0;

	if (opts->replay)
		rc = ms_replay_open(opts->replay, opts->secrets, &http->replay, err);
	if (rc == 0 && opts->trace)
		rc = ms_trace_open(opts->trace, opts->secrets, &http->trace, err);
	return rc;
}

int ms_http_new(struct ms_loop *loop, const struct ms_http_opts *opts, struct ms_http **ret_http,
		struct ms_err *err)
{
	static const struct ms_http_opts none;
	struct ms_http *http = calloc(1, sizeof(*http));
	int rc;

	if (!http)
		return ms_nomem(err);
	opts = opts ? opts : &none;
	http->loop = loop;
	http->rate = opts->rate;
	http->secrets = opts->secrets;
	http->poll_ms = opts->poll_ms ? opts->poll_ms : opts->replay ? 1 : 1000;
	ms_gate_init(&http->window, opts->window ? opts->window : DEFAULT_WINDOW);
	http->idle = calloc(http->window.limit, sizeof(CURL *));
	rc = http->idle ? ms_timer_new(loop, on_timer, http, &http->timer, err) : ms_nomem(err);
	if (rc == 0)
		rc = open_trace(http, opts, err);
	if (rc < 0) {
		ms_http_free(http);
		return rc;
	}
	*ret_http = http;
	return 0;
}

static void stop_curl(struct ms_http *http)
{
	while (http->n_idle)
		http->curl.easy_cleanup(http->idle[--http->n_idle]);
	if (!http->multi)
		return;
	http->curl.multi_cleanup(http->multi);
	http->curl.global_cleanup();
}

void ms_http_free(struct ms_http *http)
{
	if (!http)
		return;
	stop_curl(http);
	ms_timer_free(http->timer);
	ms_trace_free(http->trace);
	ms_replay_free(http->replay);
	free(http->idle);
	free(http->owners);
	free(http);
}

struct ms_loop *ms_http_loop(const struct ms_http *http)
{
	return http->loop;
}

unsigned ms_http_poll_ms(const struct ms_http *http)
{
	return http->poll_ms;
}

int ms_http_finish(struct ms_http *http, struct ms_err *err)
{
	return ms_trace_status(http->trace, err);
}
