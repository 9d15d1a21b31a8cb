/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The event stream of a BMC: reconnects with the last id, because BMCs drop the stream when they
 * like. */
#include <errno.h>
#include "net/json.h"
#include "net/redfish.h"
#include "net/sse.h"

#define MAX_SILENT 5              /* connections in a row that brought nothing */
#define MAX_RETRY_MS 60000

struct stream {
	struct ms_redfish *rf;
	const char *uri;
	int (*fn)(void *ctx, const json_t *event);
	void *ctx;
	struct ms_sse sse;
	unsigned silent;
	bool enough;
};

static int on_event(void *ctx, const char *type, const char *id, const char *data)
{
	struct stream *s = ctx;
	json_auto_t *value = NULL;
	struct ms_err ignored = MS_ERR_INIT;

	(void)type;
	(void)id;
	s->silent = 0;
	if (ms_json_decode(data, strlen(data), &value, NULL, &ignored) < 0) {
		ms_redfish_warn(s->rf, "%s: an event is not JSON", s->uri);
		return 0;
	}
	s->enough = s->fn(s->ctx, value) != 0;
	return s->enough;
}

static int on_data(void *ctx, const char *data, size_t len)
{
	struct stream *s = ctx;

	return ms_sse_feed(&s->sse, data, len);
}

static int connect_once(struct stream *s, struct ms_err *err)
{
	char last[300] = "";
	const char *headers[] = { "Accept: text/event-stream", "Cache-Control: no-cache", NULL,
				  NULL };
	struct ms_http_request request = {
		.method = "GET",
		.path = s->uri,
		.headers = headers,
		.class = MS_HTTP_STREAM,
		.tries = 1,
		.on_data = on_data,
		.ctx = s,
	};
	MS_AUTO_REPLY struct ms_http_reply reply = { 0 };
	json_auto_t *body = NULL;
	struct ms_err ignored = MS_ERR_INIT;
	int rc;

	if (s->sse.id && *s->sse.id && strlen(s->sse.id) < 256) {
		snprintf(last, sizeof(last), "Last-Event-ID: %.256s", s->sse.id);
		headers[2] = last;
	}
	ms_sse_restart(&s->sse);
	rc = ms_rf_send(s->rf, &request, &reply, err);
	if (rc < 0 || (reply.status >= 200 && reply.status < 300))
		return rc;
	if (reply.len)
		ms_json_decode(reply.body, reply.len, &body, NULL, &ignored);
	return ms_redfish_fail(s->rf, "GET", s->uri, reply.status, body, err);
}

static bool is_worth_another(const struct ms_err *why)
{
	return !why->code || why->code == MS_UNREACHABLE || why->code == MS_TIMEOUT ||
	       why->code == MS_BUSY || why->code == MS_INVALID;
}

static int64_t pause_ms(const struct stream *s)
{
	int64_t ms = (int64_t)ms_http_poll_ms(s->rf->http) << (s->silent < 5 ? s->silent : 5);

	if (s->sse.retry_ms > ms)
		ms = s->sse.retry_ms;
	return ms < MAX_RETRY_MS ? ms : MAX_RETRY_MS;
}

static int follow(struct stream *s, struct ms_err *err)
{
	struct ms_loop *loop = ms_http_loop(s->rf->http);

	for (;;) {
		struct ms_err why = MS_ERR_INIT;
		int rc;

		s->silent++;
		rc = connect_once(s, &why);
		if (s->enough)
			return 0;
		if (ms_loop_stopping(loop))
			return ms_fail(err, -ECANCELED, MS_CANCELLED, "GET %s: stopped by a signal",
				       s->uri);
		if (rc < 0 && (!is_worth_another(&why) || s->silent >= MAX_SILENT)) {
			*err = why;
			return rc;
		}
		if (s->silent >= MAX_SILENT)
			return ms_fail(err, -EIO, MS_INVALID,
				       "GET %s: %d connections in a row brought no event", s->uri,
				       MAX_SILENT);
		ms_debug("%s: %s: connecting again", s->rf->name, s->uri);
		ms_task_sleep(loop, pause_ms(s));
	}
}

int ms_redfish_events(struct ms_redfish *rf, const char *uri,
		      int (*fn)(void *ctx, const json_t *event), void *ctx, struct ms_err *err)
{
	struct stream s = { .rf = rf, .uri = uri, .fn = fn, .ctx = ctx };
	int rc;

	ms_sse_init(&s.sse, on_event, &s);
	rc = follow(&s, err);
	if (s.sse.dropped)
		ms_redfish_warn(rf, "%s: %u events were too large and are lost", uri,
				s.sse.dropped);
	ms_sse_release(&s.sse);
	if (rc < 0)
		ms_err_at(err, rf->name, NULL);
	return rc;
}
