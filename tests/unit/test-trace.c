/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Traces: what is written and what is not, and answers out of one. */
#include "http-fixture.h"
#include "net/trace.h"

static char *temporary(const char *text)
{
	char *path = ms_asprintf("/tmp/msctl-test-trace-%d", (int)getpid());
	struct ms_err err = MS_ERR_INIT;

	if (ms_write_file(path, text, strlen(text), 0600, &err))
		fail_msg("%s", err.message);
	return path;
}

static char *content(const char *path)
{
	struct ms_buf buf = { 0 };
	struct ms_err err = MS_ERR_INIT;

	if (ms_read_file(path, 1 << 20, &buf, &err))
		fail_msg("%s", err.message);
	return ms_buf_steal(&buf);
}

/* ---- what must not be written ---- */

static void test_redaction(void **state)
{
	static const struct { const char *in, *out; } rows[] = {
		{ "{\"UserName\":\"a\",\"Password\":\"b\"}", "{\"UserName\":\"a\",\"Password\":\"***\"}" },
		{ "{\"a\":[{\"OldPassword\":\"b\",\"newpassword\":\"c\"}]}", "{\"a\":[{\"OldPassword\":\"***\",\"newpassword\":\"***\"}]}" },
		{ "{\"Token\":\"b\",\"SessionToken\":5}", "{\"Token\":\"***\",\"SessionToken\":\"***\"}" },
		{ "{\"SharedSecret\":\"b\",\"PrivateKey\":\"c\",\"AuthenticationKey\":\"d\"}",
		  "{\"SharedSecret\":\"***\",\"PrivateKey\":\"***\",\"AuthenticationKey\":\"***\"}" },
		{ "{\"PasswordChangeRequired\":false,\"Password\":null,\"Password@odata.x\":\"y\"}",
		  "{\"PasswordChangeRequired\":false,\"Password\":null,\"Password@odata.x\":\"y\"}" },
		{ "plain text", "\"plain text\"" },
		{ "{\"cut\":", "\"{\\\"cut\\\":\"" },
		{ "\xff\xfe", "{\"bytes\":2}" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		json_auto_t *value = ms_redact_body(rows[i].in, strlen(rows[i].in), NULL);
		MS_AUTO_FREE char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

		if (strcmp(text, rows[i].out))
			fail_msg("%s: %s", rows[i].in, text);
	}
}

static void run_session(struct ms_http *http, const char *base, struct ms_err *err)
{
	struct ms_redfish *rf = NULL;
	json_auto_t *value = NULL;
	json_auto_t *body = json_pack("{s:s, s:s}", "Password", "n3w-pa55", "Name", "kept");

	if (ms_redfish_open(http, &(struct ms_redfish_opts){ .peer = { .name = "node1", .base = base }, .user = "admin",
							     .password = "s3cr3t" }, &rf, err) ||
	    ms_redfish_get(rf, "/a", &value, err) || ms_redfish_post(rf, "/p", body, NULL, err))
		fail_msg("%s", err->message);
	assert_string_equal(ms_str(value, "/said", ""), "hello");
	ms_redfish_close(rf);
}

/* What is written can be replayed without the device. */
static void test_written_and_replayed(void **state)
{
	struct row rows[] = { OPEN_ROWS, { "GET /a", .reply = "503\n\n", .times = 1 },
			      { "GET /a", .reply = "200\nSet-Cookie: abc\n\n{\"said\":\"hello\",\"Password\":\"theirs\"}" },
			      { "POST /p", .reply = "204\n\n" }, { 0 } };
	MS_AUTO_FREE char *path = temporary(""), *trace = NULL;
	struct net net;
	struct ms_http *again = NULL;

	(void)state;
	net_start(&net, rows, &(struct ms_http_opts){ .trace = path, .poll_ms = 1 }, NULL);
	run_session(net.http, net.server.base, &net.err);
	assert_int_equal(ms_http_finish(net.http, &net.err), 0);
	trace = content(path);
	assert_null(strstr(trace, "s3cr3t"));
	assert_null(strstr(trace, "n3w-pa55"));
	assert_null(strstr(trace, "theirs"));
	assert_null(strstr(trace, "tok1"));
	assert_null(strstr(trace, "abc"));
	assert_non_null(strstr(trace, "\"requestBody\":{\"Password\":\"***\",\"Name\":\"kept\"}"));
	assert_non_null(strstr(trace, "\"location\":\"" SESSIONS "/1\""));
	assert_non_null(strstr(trace, "\"try\":2"));
	assert_int_equal(ms_http_new(net.loop, &(struct ms_http_opts){ .replay = path }, &again, &net.err), 0);
	run_session(again, "https://192.0.2.1", &net.err);
	ms_http_free(again);
	unlink(path);
	net_stop(&net);
}

/* ---- replay ---- */

static const char recorded[] =
	"{\"peer\":\"node1\",\"method\":\"GET\",\"url\":\"https://x/a\",\"status\":200,\"headers\":{\"ETag\":\"1\"},\"body\":{\"n\":1}}\n"
	"\n"
	"{\"peer\":\"node1\",\"method\":\"GET\",\"url\":\"/a\",\"status\":200,\"body\":{\"n\":2}}\n"
	"{\"peer\":\"node1\",\"method\":\"PATCH\",\"url\":\"/a\",\"status\":204,\"requestBody\":{\"x\":1}}\n"
	"{\"peer\":\"node1\",\"method\":\"GET\",\"url\":\"/t\",\"error\":{\"code\":\"timeout\",\"message\":\"no answer in 15 s\"}}\n"
	"{\"peer\":\"node2\",\"method\":\"GET\",\"url\":\"/only2\",\"status\":200}\n";

static int replay(struct ms_http *http, struct ms_peer *peer, const char *method, const char *path, const char *body,
		  struct ms_http_reply *reply, struct ms_err *err)
{
	(void)http;
	ms_err_clear(err);
	ms_http_reply_release(reply);
	return ms_http_do(peer, &(struct ms_http_request){ .method = method, .path = path, .body = body,
							   .body_len = body ? strlen(body) : 0 }, reply, err);
}

static void test_replay(void **state)
{
	MS_AUTO_FREE char *path = temporary(recorded);
	MS_AUTO_REPLY struct ms_http_reply reply = { 0 };
	struct row none[] = { { 0 } };
	struct ms_http *http = NULL;
	struct ms_peer *peer = NULL;
	struct net net;

	(void)state;
	net_start(&net, none, NULL, NULL);
	assert_int_equal(ms_http_new(net.loop, &(struct ms_http_opts){ .replay = path }, &http, &net.err), 0);
	assert_int_equal(ms_peer_new(http, &(struct ms_peer_opts){ .name = "node1", .base = "https://192.0.2.1" }, &peer, &net.err), 0);
	assert_int_equal(replay(http, peer, "GET", "/a", NULL, &reply, &net.err), 0);
	assert_string_equal(reply.body, "{\"n\":1}");
	assert_string_equal(ms_http_header(&reply, "etag"), "1");
	assert_int_equal(replay(http, peer, "GET", "/a", NULL, &reply, &net.err), 0);
	assert_string_equal(reply.body, "{\"n\":2}");
	assert_int_equal(replay(http, peer, "GET", "/a", NULL, &reply, &net.err), 0);
	assert_string_equal(reply.body, "{\"n\":2}");
	assert_true(replay(http, peer, "PATCH", "/a", "{\"x\":2}", &reply, &net.err) < 0);
	assert_non_null(strstr(net.err.message, "the body differs from the trace"));
	assert_true(replay(http, peer, "PATCH", "/a", "{\"x\":1}", &reply, &net.err) < 0);
	assert_non_null(strstr(net.err.message, "has no further answer to PATCH /a"));
	assert_true(replay(http, peer, "GET", "/none", NULL, &reply, &net.err) < 0);
	assert_non_null(strstr(net.err.message, "has no answer to GET /none"));
	assert_string_equal(net.err.source, "node1");
	assert_true(replay(http, peer, "GET", "/only2", NULL, &reply, &net.err) < 0);
	assert_true(replay(http, peer, "GET", "/t", NULL, &reply, &net.err) < 0);
	assert_int_equal(net.err.code, MS_TIMEOUT);
	ms_peer_free(peer);
	ms_http_free(http);
	unlink(path);
	net_stop(&net);
}

static void test_bad_traces(void **state)
{
	static const struct { const char *text, *message; unsigned line; } rows[] = {
		{ "{\"peer\":\"a\",\"url\":\"/\",\"status\":200}\nnot json\n", "not JSON", 2 },
		{ "[1]\n", "neither status nor error", 1 },
		{ "{\"peer\":\"a\",\"url\":\"/\"}\n", "neither status nor error", 1 },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		MS_AUTO_FREE char *path = temporary(rows[i].text);
		struct ms_replay *replayed = NULL;
		struct ms_err err = MS_ERR_INIT;

		assert_true(ms_replay_open(path, NULL, &replayed, &err) < 0);
		if (!strstr(err.message, rows[i].message) || err.line != rows[i].line || err.code != MS_INPUT ||
		    strcmp(err.source, path))
			fail_msg("%s: %s:%u: %s", rows[i].text, err.source, err.line, err.message);
		unlink(path);
	}
}

static void test_full_disk(void **state)
{
	struct row rows[] = { { "GET /a", .reply = "200\n\n{}" }, { 0 } };
	struct net net;

	(void)state;
	net_start(&net, rows, &(struct ms_http_opts){ .trace = "/dev/full" }, NULL);
	net_peer(&net, NULL);
	assert_int_equal(net_get(&net, "/a"), 0);
	assert_int_equal(ms_http_finish(net.http, &net.err), -ENOSPC);
	assert_string_equal(net.err.message, "the trace /dev/full is not complete: No space left on device");
	net_stop(&net);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_redaction),
		cmocka_unit_test(test_written_and_replayed),
		cmocka_unit_test(test_replay),
		cmocka_unit_test(test_bad_traces),
		cmocka_unit_test(test_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
