/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Server-sent events: the parser in pieces of every size, and the stream that reconnects. */
#include "http-fixture.h"
#include "net/sse.h"

static const struct stream {
	const char *name, *text, *want;   /* "type|id|data" for each event, ended by ';' */
} streams[] = {
	{ "one", "data: a\n\n", "message||a;" },
	{ "lines", "data: a\ndata: b\ndata:c\n\n", "message||a\nb\nc;" },
	{ "CRLF", "event: alert\r\nid: 7\r\ndata: {\"a\":1}\r\n\r\n", "alert|7|{\"a\":1};" },
	{ "CR", "data: a\r\rdata: b\r\r", "message||a;message||b;" },
	{ "comments and fields unknown", ": keep-alive\n\nfoo: bar\nretry: 250\ndata: x\n\n", "message||x;" },
	{ "no blank at the end", "data: a\n\ndata: b\n", "message||a;" },
	{ "id stays", "id: 5\ndata: a\n\ndata: b\n\n", "message|5|a;message|5|b;" },
	{ "type does not", "event: x\ndata: a\n\ndata: b\n\n", "x||a;message||b;" },
	{ "no data, no event", "event: x\nid: 3\n\ndata: a\n\n", "message|3|a;" },
	{ "only one blank is taken", "data:  a\n\n", "message|| a;" },
	{ "byte order mark", "\xef\xbb\xbf" "data: a\n\n", "message||a;" },
	{ "field without a colon", "data\ndata: a\n\n", "message||\na;" },
	{ "empty data", "data:\n\n", "message||;" },
};

static int note(void *ctx, const char *type, const char *id, const char *data)
{
	ms_buf_printf(ctx, "%s|%s|%s;", type, id, data);
	return 0;
}

static void feed_in_pieces(const struct stream *s, size_t piece)
{
	MS_AUTO_BUF struct ms_buf out = { 0 };
	struct ms_sse sse;
	size_t len = strlen(s->text);

	ms_buf_puts(&out, "");
	ms_sse_init(&sse, note, &out);
	for (size_t at = 0; at < len; at += piece)
		assert_int_equal(ms_sse_feed(&sse, s->text + at, at + piece > len ? len - at : piece), 0);
	if (strcmp(out.data ? out.data : "", s->want))
		fail_msg("%s in pieces of %zu: %s", s->name, piece, out.data);
	ms_sse_release(&sse);
}

static void test_parser(void **state)
{
	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(streams); i++)
		for (size_t piece = 1; piece < 20; piece++)
			feed_in_pieces(&streams[i], piece);
}

static void test_limits(void **state)
{
	MS_AUTO_BUF struct ms_buf out = { 0 };
	char *line = malloc(MS_SSE_MAX_LINE + 2);
	struct ms_sse sse;

	(void)state;
	memset(line, 'x', MS_SSE_MAX_LINE + 1);
	ms_sse_init(&sse, note, &out);
	ms_sse_feed(&sse, "data: ", 6);
	ms_sse_feed(&sse, line, MS_SSE_MAX_LINE + 1);
	ms_sse_feed(&sse, "\n\ndata: a\n\n", 11);
	assert_string_equal(out.data, "message||a;");
	assert_int_equal(sse.dropped, 1);
	/* Many lines that are too much together. */
	out.len = 0;
	for (int i = 0; i < 6; i++) {
		ms_sse_feed(&sse, "data: ", 6);
		ms_sse_feed(&sse, line, MS_SSE_MAX_LINE - 10);
		ms_sse_feed(&sse, "\n", 1);
	}
	ms_sse_feed(&sse, "\ndata: b\n\n", 10);
	assert_string_equal(out.data, "message||b;");
	assert_int_equal(sse.dropped, 2);
	assert_true(sse.line.cap <= MS_SSE_MAX_LINE + 1 && sse.data.cap <= MS_SSE_MAX_EVENT + 1);
	ms_sse_release(&sse);
	free(line);
}

struct events { struct ms_buf seen; size_t left; };

static int on_event(void *ctx, const json_t *event)
{
	struct events *events = ctx;

	ms_buf_printf(&events->seen, "%s ", ms_str(event, "/n", "?"));
	return --events->left == 0;
}

/* The connection ends after two events; the next one begins with the id of the last. */
static void test_reconnects(void **state)
{
	struct row rows[] = { OPEN_ROWS,
		{ "GET /sse", "Last-Event-ID: 2", .act = OPEN,
		  .reply = "200\nContent-Type: text/event-stream\n\nid: 3\ndata: {\"n\":\"c\"}\n\ndata: {\"n\":\"d\"}\n\n" },
		{ "GET /sse", "Accept: text/event-stream", .act = OPEN | CLOSE, .reply = "200\nContent-Type: text/event-stream\n\n"
		  "id: 1\ndata: {\"n\":\"a\"}\n\nid: 2\ndata: not json\n\ndata: {\"n\":\"b\"}\n\ndata: {\"n\":\"half" }, { 0 } };
	struct events events = { .left = 4 };
	struct net net;
	struct ms_redfish *rf = rf_start(&net, rows);

	(void)state;
	assert_int_equal(ms_redfish_events(rf, "/sse", on_event, &events, &net.err), 0);
	assert_string_equal(events.seen.data, "a b c d ");
	assert_string_equal(server_log(&net.server), "GET /sse\nGET /sse\n");
	assert_int_equal(json_array_size(ms_redfish_warnings(rf)), 1);
	ms_buf_release(&events.seen);
	rf_stop(&net, rf);
}

/* A BMC that closes after every event is followed for as long as there are events. */
static void test_one_event_a_connection(void **state)
{
	struct row rows[] = { OPEN_ROWS, { "GET /sse", .act = OPEN | CLOSE, .reply = "200\n\ndata: {\"n\":\"a\"}\n\n" }, { 0 } };
	struct events events = { .left = 9 };
	struct net net;
	struct ms_redfish *rf = rf_start(&net, rows);

	(void)state;
	assert_int_equal(ms_redfish_events(rf, "/sse", on_event, &events, &net.err), 0);
	ms_buf_release(&events.seen);
	rf_stop(&net, rf);
}

/* A stream that was traced can be replayed, and then ends. */
static void test_traced(void **state)
{
	char path[] = "/tmp/msctl-test-sse-XXXXXX";
	struct row rows[] = { OPEN_ROWS, { "GET /sse", .act = OPEN,
		.reply = "200\nContent-Type: text/event-stream\n\ndata: {\"n\":\"a\"}\n\ndata: {\"n\":\"b\"}\n\n" }, { 0 } };
	struct ms_http_opts tracing = { .trace = path, .poll_ms = 1 }, replaying = { .replay = path };
	struct net net;

	(void)state;
	close(mkstemp(path));
	for (int i = 0; i < 2; i++) {
		struct events events = { .left = i ? 3 : 2 };
		struct ms_redfish *rf = NULL;
		int rc;

		net_start(&net, rows, i ? &replaying : &tracing, NULL);
		assert_int_equal(rf_open(&net, NULL, &rf), 0);
		rc = ms_redfish_events(rf, "/sse", on_event, &events, &net.err);
		assert_string_equal(events.seen.data, "a b ");
		if (i)
			assert_non_null(strstr(net.err.message, "has no further answer to GET /sse"));
		else
			assert_int_equal(rc, 0);
		ms_buf_release(&events.seen);
		rf_stop(&net, rf);
	}
	unlink(path);
}

static void test_refused(void **state)
{
	struct row rows[] = { OPEN_ROWS, { "GET /sse", .reply = "403\n\n{\"error\":{\"code\":\"IDRAC.2.7.LIC501\"}}" },
			      { "GET /silent", .act = OPEN | CLOSE, .reply = "200\n\n" }, { 0 } };
	struct events events = { .left = 1 };
	struct net net;
	struct ms_redfish *rf = rf_start(&net, rows);

	(void)state;
	assert_int_equal(ms_redfish_events(rf, "/sse", on_event, &events, &net.err), -EPERM);
	assert_int_equal(net.err.code, MS_LICENSE);
	assert_string_equal(server_log(&net.server), "GET /sse\n");
	ms_err_clear(&net.err);
	assert_true(ms_redfish_events(rf, "/silent", on_event, &events, &net.err) < 0);
	assert_non_null(strstr(net.err.message, "5 connections in a row brought no event"));
	rf_stop(&net, rf);
}

static void stop_later(void *arg)
{
	struct net *net = arg;

	while (!strstr(server_log(&net->server), "GET /sse"))
		ms_task_sleep(net->loop, 1);
	ms_loop_stop(net->loop);
}

static void follow(void *arg)
{
	struct net *net = arg;
	struct events events = { .left = 1 };
	struct ms_redfish *rf = NULL;

	assert_int_equal(rf_open(net, NULL, &rf), 0);
	assert_int_equal(ms_redfish_events(rf, "/sse", on_event, &events, &net->err), -ECANCELED);
	ms_redfish_close(rf);
}

static void test_stop_ends_it(void **state)
{
	struct row rows[] = { OPEN_ROWS, { "GET /sse", .act = OPEN, .reply = "200\n\n: hello\n\n" }, { 0 } };
	struct net net;

	(void)state;
	net_start(&net, rows, NULL, NULL);
	assert_int_equal(ms_task_start(net.loop, follow, &net, &net.err), 0);
	assert_int_equal(ms_task_start(net.loop, stop_later, &net, &net.err), 0);
	assert_int_equal(ms_loop_run(net.loop, &net.err), 0);
	assert_non_null(strstr(server_log(&net.server), "DELETE " SESSIONS "/1\n"));
	net_stop(&net);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parser),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_reconnects),
		cmocka_unit_test(test_one_event_a_connection),
		cmocka_unit_test(test_traced),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_stop_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
