/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The HTTP engine against a scripted server: answers, faults, retries, limits, redirects, TLS. */
#include "http-fixture.h"
#include "net/http.h"

/* 100,000 times 'a', and {"Name":"gzip"}. */
static const unsigned char bomb[] =
	"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xed\xc1\x31\x01\x00\x00\x00\xc2\xa0\xac\xeb\x5f\xc2\x1a\x1e\x40\x01\x00\x00\x00"
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	"\x00\x00\xaf\x06\x87\xfa\xe2\x1b\xa0\x86\x01\x00";
static const unsigned char zipped[] =
	"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\xf2\x4b\xcc\x4d\x55\xb2\x52\x4a\xaf\xca\x2c\x50\xaa\x05\x00\x66\xfb\x01"
	"\xa6\x0f\x00\x00\x00";

/* ---- one exchange: a table ---- */

#define MANY_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct exchange {
	const char *name;
	struct row rows[4];
	struct ms_http_request request;
	long status;              /* 0 = an error is due: */
	enum ms_code code;
	const char *message;      /* that it must hold */
	const char *body;
	unsigned tries;
	const char *log;
} exchanges[] = {
	{ "plain", .rows = { { "GET /a", .reply = "200\n\nhello" } }, .request = { .method = "GET", .path = "/a" },
	  .status = 200, .body = "hello", .tries = 1 },
	{ "any status is an answer", .rows = { { "GET /a", .reply = "418\n\nteapot" } },
	  .request = { .method = "GET", .path = "/a" }, .status = 418, .body = "teapot", .tries = 1 },
	{ "HEAD has no body", .rows = { { "HEAD /a", .reply = "200\n\n" } }, .request = { .method = "HEAD", .path = "/a" },
	  .status = 200, .body = "", .tries = 1 },
	{ "chunked", .rows = { { "GET /a", .act = RAW, .reply = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
				 "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n" } },
	  .request = { .method = "GET", .path = "/a" }, .status = 200, .body = "abcde", .tries = 1 },
	{ "gzip", .rows = { { "GET /a", .reply = "200\nContent-Encoding: gzip\n\n", .bytes = zipped, .len = 35 } },
	  .request = { .method = "GET", .path = "/a" }, .status = 200, .body = "{\"Name\":\"gzip\"}", .tries = 1 },
	{ "gzip beyond the limit", .rows = { { "GET /a", .reply = "200\nContent-Encoding: gzip\n\n", .bytes = bomb, .len = 133 } },
	  .request = { .method = "GET", .path = "/a", .max_body = 50000 }, .code = MS_INVALID,
	  .message = "the body is larger than 50000 bytes", .log = "GET /a\n" },
	{ "gzip that is not", .rows = { { "GET /a", .reply = "200\nContent-Encoding: gzip\n\nnot gzip" } },
	  .request = { .method = "GET", .path = "/a" }, .code = MS_INVALID, .message = "cannot be decompressed" },
	{ "body beyond the limit", .rows = { { "GET /a", .reply = "200\n\n" MANY_A } },
	  .request = { .method = "GET", .path = "/a", .max_body = 99 }, .code = MS_INVALID,
	  .message = "the body is larger than 99 bytes", .log = "GET /a\n" },
	{ "body of the limit", .rows = { { "GET /a", .reply = "200\n\n" MANY_A } },
	  .request = { .method = "GET", .path = "/a", .max_body = 100 }, .status = 200, .body = MANY_A, .tries = 1 },
	{ "half a body", .rows = { { "GET /a", .act = HALF, .reply = "200\n\n0123456789" } },
	  .request = { .method = "GET", .path = "/a" }, .code = MS_INVALID, .message = "the body ended early",
	  .log = "GET /a\nGET /a\nGET /a\n" },
	{ "half a body, then all", .rows = { { "GET /a", .act = HALF, .reply = "200\n\n0123456789", .times = 1 },
					     { "GET /a", .reply = "200\n\nall" } },
	  .request = { .method = "GET", .path = "/a" }, .status = 200, .body = "all", .tries = 2 },
	{ "not HTTP", .rows = { { "GET /a", .act = RAW | CLOSE, .reply = "SSH-2.0-OpenSSH_9.2\r\n" } },
	  .request = { .method = "GET", .path = "/a" }, .code = MS_INVALID, .message = "not HTTP/1" },
	{ "line break in a path", .rows = { { 0 } }, .request = { .method = "GET", .path = "/a\r\nX: y" }, .code = MS_INVALID,
	  .message = "control character", .log = "" },
	{ "line break in a header", .rows = { { 0 } },
	  .request = { .method = "GET", .path = "/a", .headers = (const char *const[]){ "A: b\r\nC: d", NULL } },
	  .code = MS_FAILED, .message = "line break", .log = "" },
	{ "sloppy characters in a path", .rows = { { "GET /a%20b/%C3%A9", .reply = "200\n\n" } },
	  .request = { .method = "GET", .path = "/a b/\xc3\xa9#fragment" }, .status = 200, .body = "", .tries = 1 },

	/* what is repeated, and what is not */
	{ "503, then well", .rows = { { "GET /a", .reply = "503\n\n", .times = 1 }, { "GET /a", .reply = "200\n\nok" } },
	  .request = { .method = "GET", .path = "/a" }, .status = 200, .body = "ok", .tries = 2 },
	{ "502 and 504 four times", .rows = { { "GET /a", .reply = "502\n\n", .times = 1 }, { "GET /a", .reply = "504\n\n" } },
	  .request = { .method = "GET", .path = "/a" }, .status = 504, .body = "", .tries = 4 },
	{ "500 is an answer", .rows = { { "GET /a", .reply = "500\n\n" } }, .request = { .method = "GET", .path = "/a" },
	  .status = 500, .body = "", .tries = 1 },
	{ "POST is not repeated after 503", .rows = { { "POST /a", .reply = "503\n\n" } },
	  .request = { .method = "POST", .path = "/a", .body = "{}", .body_len = 2 }, .status = 503, .body = "", .tries = 1 },
	{ "POST that may be repeated", .rows = { { "POST /a", .reply = "503\n\n", .times = 1 }, { "POST /a", .reply = "204\n\n" } },
	  .request = { .method = "POST", .path = "/a", .body = "{}", .body_len = 2, .repeatable = true }, .status = 204,
	  .body = "", .tries = 2 },
	{ "POST put off by 429", .rows = { { "POST /a", .reply = "429\n\n", .times = 2 }, { "POST /a", .reply = "204\n\n" } },
	  .request = { .method = "POST", .path = "/a", .body = "{}", .body_len = 2 }, .status = 204, .body = "", .tries = 3 },
	{ "reset, then well", .rows = { { "GET /a", .act = RESET, .times = 1 }, { "GET /a", .reply = "200\n\nok" } },
	  .request = { .method = "GET", .path = "/a" }, .status = 200, .body = "ok", .tries = 2 },
	{ "POST is not repeated after a reset", .rows = { { "POST /a", .act = RESET } },
	  .request = { .method = "POST", .path = "/a", .body = "{}", .body_len = 2 }, .code = MS_UNREACHABLE,
	  .log = "POST /a\n" },
	{ "no answer", .rows = { { "GET /a", .act = STALL } }, .request = { .method = "GET", .path = "/a", .seconds = 1, .tries = 1 },
	  .code = MS_TIMEOUT, .message = "no answer in 1 s", .log = "GET /a\n" },
	{ "Retry-After 0", .rows = { { "GET /a", .reply = "503\nRetry-After: 0\n\n", .times = 1 }, { "GET /a", .reply = "200\n\n" } },
	  .request = { .method = "GET", .path = "/a" }, .status = 200, .body = "", .tries = 2 },

	/* redirects */
	{ "redirect on the device", .rows = { { "GET /a", .reply = "301\nLocation: b/c?d=e\n\n" }, { "GET /b/c?d=e", .reply = "200\n\nok" } },
	  .request = { .method = "GET", .path = "/a" }, .status = 200, .body = "ok", .tries = 2, .log = "GET /a\nGET /b/c?d=e\n" },
	{ "redirect loop", .rows = { { "GET /a", .reply = "302\nLocation: /a\n\n" } }, .request = { .method = "GET", .path = "/a" },
	  .code = MS_INVALID, .message = "more than 5 redirects", .log = "GET /a\nGET /a\nGET /a\nGET /a\nGET /a\nGET /a\n" },
	{ "redirect to another host", .rows = { { "GET /a", .reply = "302\nLocation: https://evil.example/x\n\n" } },
	  .request = { .method = "GET", .path = "/a" }, .code = MS_INVALID,
	  .message = "redirected to \"https://evil.example/x\": not followed", .log = "GET /a\n" },
	{ "redirect to another host, without scheme", .rows = { { "GET /a", .reply = "302\nLocation: //evil.example/x\n\n" } },
	  .request = { .method = "GET", .path = "/a" }, .code = MS_INVALID, .message = "not followed" },
	{ "redirect to another port", .rows = { { "GET /a", .reply = "307\nLocation: http://127.0.0.1:1/a\n\n" } },
	  .request = { .method = "GET", .path = "/a" }, .code = MS_INVALID, .message = "not followed" },
	{ "redirect of a write", .rows = { { "POST /a", .reply = "307\nLocation: /b\n\n" } },
	  .request = { .method = "POST", .path = "/a", .body = "{}", .body_len = 2 }, .code = MS_INVALID,
	  .message = "only reads are followed", .log = "POST /a\n" },
	{ "304 is no redirect", .rows = { { "GET /a", .reply = "304\nLocation: /b\n\n" } }, .request = { .method = "GET", .path = "/a" },
	  .status = 304, .body = "", .tries = 1 },
};

static void check_exchange(const struct exchange *x, struct net *net, int rc)
{
	if (!x->status) {
		if (rc >= 0 || net->err.code != x->code || (x->message && !strstr(net->err.message, x->message)))
			fail_msg("%s: %d %s: %s", x->name, rc, ms_code_name(net->err.code), net->err.message);
		assert_string_equal(net->err.source, "node1");
	} else if (rc < 0 || net->reply.status != x->status || strcmp(net->reply.body, x->body) ||
		   net->reply.len != strlen(x->body) || net->reply.tries != x->tries) {
		fail_msg("%s: %d %ld, %u tries: \"%s\" %s", x->name, rc, net->reply.status, net->reply.tries,
			 net->reply.body ? net->reply.body : "", net->err.message);
	}
	if (x->log && strcmp(server_log(&net->server), x->log))
		fail_msg("%s: requests were:\n%s", x->name, server_log(&net->server));
}

static void test_exchanges(void **state)
{
	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(exchanges); i++) {
		struct row rows[MS_ARRAY_SIZE(exchanges[i].rows) + 1] = { 0 };
		struct net net;

		memcpy(rows, exchanges[i].rows, sizeof(exchanges[i].rows));
		net_start(&net, rows, NULL, NULL);
		net_peer(&net, NULL);
		check_exchange(&exchanges[i], &net, net_do(&net, &exchanges[i].request));
		net_stop(&net);
	}
}

/* ---- what is sent ---- */

static void test_request_head(void **state)
{
	struct row rows[] = { { "POST /a", .reply = "200\n\n" }, { "DELETE /a", .reply = "204\n\n" }, { 0 } };
	struct net net;

	(void)state;
	net_start(&net, rows, NULL, NULL);
	net_peer(&net, NULL);
	assert_int_equal(net_do(&net, &(struct ms_http_request){
		.method = "POST", .path = "/a", .body = "{\"a\":1}", .body_len = 7, .user = "admin", .password = "p:w",
		.headers = (const char *const[]){ "Content-Type: application/json", NULL } }), 0);
	assert_non_null(strstr(net.server.heads.data, "\r\nContent-Length: 7\r\n"));
	assert_non_null(strstr(net.server.heads.data, "\r\nContent-Type: application/json\r\n"));
	assert_non_null(strstr(net.server.heads.data, "\r\nAuthorization: Basic YWRtaW46cDp3\r\n"));
	assert_non_null(strstr(net.server.heads.data, "\r\n\r\n{\"a\":1}"));
	assert_non_null(strstr(net.server.heads.data, "\r\nAccept-Encoding: gzip, deflate\r\n"));
	assert_null(strcasestr(net.server.heads.data, "\r\nExpect:"));
	assert_null(strcasestr(net.server.heads.data, "\r\nTransfer-Encoding:"));
	assert_int_equal(net_do(&net, &(struct ms_http_request){ .method = "POST", .path = "/a" }), 0);
	assert_non_null(strstr(net.server.heads.data, "\r\nContent-Length: 0\r\n"));
	assert_int_equal(net_do(&net, &(struct ms_http_request){ .method = "DELETE", .path = "/a" }), 0);
	net_stop(&net);
}

static void test_reply_headers(void **state)
{
	struct row rows[] = { { "GET /a", .reply = "200\nETag:  W/\"1\"  \nX-Empty:\nSet-Cookie: a\nSet-Cookie: b\n\n" }, { 0 } };
	struct net net;

	(void)state;
	net_start(&net, rows, NULL, NULL);
	net_peer(&net, NULL);
	assert_int_equal(net_get(&net, "/a"), 0);
	assert_string_equal(ms_http_header(&net.reply, "etag"), "W/\"1\"");
	assert_string_equal(ms_http_header(&net.reply, "x-empty"), "");
	assert_string_equal(ms_http_header(&net.reply, "set-cookie"), "a");
	assert_null(ms_http_header(&net.reply, "etagx"));
	net_stop(&net);
}

static void test_too_many_headers(void **state)
{
	MS_AUTO_BUF struct ms_buf reply = { 0 };
	struct row rows[] = { { "GET /a", .act = RAW }, { 0 } };
	struct net net;

	(void)state;
	ms_buf_puts(&reply, "HTTP/1.1 200 OK\r\n");
	for (int i = 0; i < 300; i++)
		ms_buf_printf(&reply, "X-%d: y\r\n", i);
	ms_buf_puts(&reply, "Content-Length: 0\r\n\r\n");
	rows[0].reply = reply.data;
	net_start(&net, rows, NULL, NULL);
	net_peer(&net, NULL);
	assert_true(net_get(&net, "/a") < 0);
	assert_non_null(strstr(net.err.message, "too many headers"));
	net_stop(&net);
}

/* ---- connections ---- */

static void test_keep_alive(void **state)
{
	struct row rows[] = { { "GET /a", .reply = "200\n\n" }, { 0 } };
	struct net net;

	(void)state;
	net_start(&net, rows, NULL, NULL);
	net_peer(&net, NULL);
	for (int i = 0; i < 20; i++)
		assert_int_equal(net_get(&net, "/a"), 0);
	assert_int_equal(net.server.accepted, 1);
	ms_peer_free(net.peer);
	net.peer = NULL;
	net_wait_closed(&net, 1);
	/* The same device again: a dead connection is not used. */
	net_peer(&net, NULL);
	assert_int_equal(net_get(&net, "/a"), 0);
	assert_int_equal(net.server.accepted, 2);
	net_stop(&net);
}

static void test_no_keep_alive(void **state)
{
	struct row rows[] = { { "GET /a", .reply = "200\n\n" }, { 0 } };
	struct net net;

	(void)state;
	net_start(&net, rows, NULL, NULL);
	net_peer(&net, &(struct ms_peer_opts){ .close_connections = true });
	assert_int_equal(net_get(&net, "/a"), 0);
	assert_int_equal(net_get(&net, "/a"), 0);
	assert_int_equal(net.server.accepted, 2);
	net_stop(&net);
}

/* Two peers of one device share its connections: the end of one must not break the other. */
static void test_two_peers_of_a_device(void **state)
{
	struct row rows[] = { { "GET /a", .reply = "200\n\n" }, { 0 } };
	struct ms_peer *first;
	struct net net;

	(void)state;
	net_start(&net, rows, NULL, NULL);
	net_peer(&net, NULL);
	assert_int_equal(net_get(&net, "/a"), 0);
	first = net.peer;
	net_peer(&net, NULL);
	ms_peer_free(first);
	assert_int_equal(net_get(&net, "/a"), 0);
	assert_int_equal(net.server.accepted, 1);
	net_stop(&net);
}

/* A device that drops a kept connection when the next request comes: a write must not be sent again. */
static void test_write_on_a_dead_connection(void **state)
{
	static const struct { const char *method, *body; } writes[] = { { "POST", "{}" }, { "POST", NULL }, { "DELETE", NULL } };

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(writes); i++) {
		struct row rows[] = { { "GET /a", .reply = "200\n\n" }, { 0 }, { 0 } };
		struct net net;
		MS_AUTO_FREE char *line = ms_asprintf("%s /a", writes[i].method);

		rows[1] = (struct row){ line, .act = RESET };
		net_start(&net, rows, NULL, NULL);
		net_peer(&net, NULL);
		assert_int_equal(net_get(&net, "/a"), 0);
		assert_true(net_do(&net, &(struct ms_http_request){
			.method = writes[i].method, .path = "/a", .body = writes[i].body,
			.body_len = writes[i].body ? strlen(writes[i].body) : 0 }) < 0);
		assert_int_equal(net.err.code, MS_UNREACHABLE);
		/* One GET and one write. */
		if (strstr(strstr(server_log(&net.server), line) + 1, line))
			fail_msg("%s was sent twice:\n%s", line, server_log(&net.server));
		net_stop(&net);
	}
}

/* ---- limits ---- */

struct crowd { struct net *net; const char *method; unsigned failed; };

static void one_of_crowd(void *arg)
{
	struct crowd *crowd = arg;
	MS_AUTO_REPLY struct ms_http_reply reply = { 0 };
	struct ms_err err = MS_ERR_INIT;

	if (ms_http_do(crowd->net->peer, &(struct ms_http_request){ .method = crowd->method, .path = "/a" }, &reply, &err))
		crowd->failed++;
}

static unsigned most_busy(const struct ms_http_opts *opts, const struct ms_peer_opts *peer, const char *method)
{
	struct row rows[] = { { "GET /a", .reply = "200\n\n", .ms = 5 }, { "POST /a", .reply = "200\n\n", .ms = 5 }, { 0 } };
	struct crowd crowd = { .method = method };
	struct net net;
	unsigned most;

	net_start(&net, rows, opts, NULL);
	net_peer(&net, peer);
	crowd.net = &net;
	for (int i = 0; i < 30; i++)
		assert_int_equal(ms_task_start(net.loop, one_of_crowd, &crowd, &net.err), 0);
	assert_int_equal(ms_loop_run(net.loop, &net.err), 0);
	assert_int_equal(crowd.failed, 0);
	most = net.server.most_busy;
	net_stop(&net);
	return most;
}

static void test_limits(void **state)
{
	(void)state;
	assert_int_equal(most_busy(NULL, NULL, "GET"), 2);
	assert_int_equal(most_busy(NULL, NULL, "POST"), 1);
	assert_int_equal(most_busy(NULL, &(struct ms_peer_opts){ .reads = 7 }, "GET"), 7);
	assert_int_equal(most_busy(NULL, &(struct ms_peer_opts){ .writes = 3 }, "POST"), 3);
	assert_int_equal(most_busy(&(struct ms_http_opts){ .window = 4 }, &(struct ms_peer_opts){ .reads = 20 }, "GET"), 4);
}

static void test_rate(void **state)
{
	struct row rows[] = { { "GET /a", .reply = "200\n\n" }, { 0 } };
	struct net net;
	int64_t start;

	(void)state;
	net_start(&net, rows, &(struct ms_http_opts){ .rate = 50, .poll_ms = 1 }, NULL);
	net_peer(&net, NULL);
	start = ms_clock_ms();
	for (int i = 0; i < 20; i++)
		assert_int_equal(net_get(&net, "/a"), 0);
	/* 20 requests at 50 a second, of which 100 ms worth may come at once. */
	assert_in_range(ms_clock_ms() - start, 250, 2000);
	net_stop(&net);
}

static void test_retry_after_is_kept(void **state)
{
	struct row rows[] = { { "GET /a", .reply = "503\nRetry-After: 1\n\n", .times = 1 }, { "GET /a", .reply = "200\n\n" }, { 0 } };
	struct net net;
	int64_t start = ms_clock_ms();

	(void)state;
	net_start(&net, rows, NULL, NULL);
	net_peer(&net, NULL);
	assert_int_equal(net_get(&net, "/a"), 0);
	assert_int_equal(net.reply.status, 200);
	assert_in_range(ms_clock_ms() - start, 990, 5000);
	net_stop(&net);
}

/* Without Retry-After too: a pause for the whole device, longer with each refusal, forgotten with its answers. */
static void test_busy_device_is_asked_less(void **state)
{
	struct row rows[] = { { "GET /a", .reply = "503\n\n", .times = 3 }, { "GET /a", .reply = "200\n\n" }, { 0 } };
	struct net net;
	int64_t start = ms_clock_ms();

	(void)state;
	net_start(&net, rows, NULL, NULL);
	net_peer(&net, NULL);
	assert_int_equal(net_get(&net, "/a"), 0);
	assert_int_equal(net.reply.status, 200);
	assert_true(net.peer->quiet_until >= start);
	assert_int_equal(net.peer->busy, 2);
	assert_int_equal(net_get(&net, "/a"), 0);
	assert_int_equal(net_get(&net, "/a"), 0);
	assert_int_equal(net.peer->busy, 0);
	net_stop(&net);
}

static void test_circuit_breaker(void **state)
{
	struct row rows[] = { { "GET /a", .act = RESET }, { 0 } };
	struct net net;

	(void)state;
	net_start(&net, rows, NULL, NULL);
	net_peer(&net, NULL);
	assert_true(net_get(&net, "/a") < 0);
	assert_string_equal(server_log(&net.server), "GET /a\nGET /a\nGET /a\n");
	assert_true(net_get(&net, "/a") < 0);
	assert_int_equal(net.err.code, MS_UNREACHABLE);
	assert_non_null(strstr(net.err.message, "not asked again for 30 s after 3 failures in a row"));
	assert_string_equal(server_log(&net.server), "GET /a\nGET /a\nGET /a\n");
	net_stop(&net);
}

static void test_unreachable(void **state)
{
	struct row rows[] = { { 0 } };
	struct net net;

	(void)state;
	net_start(&net, rows, NULL, NULL);
	net_peer(&net, &(struct ms_peer_opts){ .base = "http://127.0.0.1:1" });
	assert_int_equal(net_do(&net, &(struct ms_http_request){ .method = "POST", .path = "/a" }), -EHOSTUNREACH);
	assert_string_equal(net.err.message, "POST http://127.0.0.1:1/a: no connection: Connection refused");
	net_stop(&net);
}

/* The environment's proxy is for the web, not for devices. */
static void test_no_proxy_from_environment(void **state)
{
	struct row rows[] = { { "GET /a", .reply = "200\n\n" }, { 0 } };
	struct net net;

	(void)state;
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	net_start(&net, rows, NULL, NULL);
	net_peer(&net, NULL);
	assert_int_equal(net_get(&net, "/a"), 0);
	unsetenv("http_proxy");
	net_stop(&net);
}

/* ---- streams and stops ---- */

struct chunks { struct ms_loop *loop; char text[64]; int left; };

static int on_chunk(void *ctx, const char *data, size_t len)
{
	struct chunks *chunks = ctx;

	strncat(chunks->text, data, len);
	/* It runs in the caller's task, so it may wait. */
	assert_int_equal(ms_task_sleep(chunks->loop, 1), 0);
	return --chunks->left == 0;
}

static void test_stream_until_enough(void **state)
{
	struct row rows[] = { { "GET /a", .act = OPEN, .reply = "200\nContent-Type: text/event-stream\n\nfirst" }, { 0 } };
	struct chunks chunks = { .left = 1 };
	struct net net;

	(void)state;
	net_start(&net, rows, NULL, NULL);
	net_peer(&net, NULL);
	chunks.loop = net.loop;
	assert_int_equal(net_do(&net, &(struct ms_http_request){ .method = "GET", .path = "/a", .class = MS_HTTP_STREAM,
								 .on_data = on_chunk, .ctx = &chunks }), 0);
	assert_string_equal(chunks.text, "first");
	net_stop(&net);
}

static void test_stream_refused_has_a_body(void **state)
{
	struct row rows[] = { { "GET /a", .reply = "403\n\nno" }, { 0 } };
	struct chunks chunks = { .left = 1 };
	struct net net;

	(void)state;
	net_start(&net, rows, NULL, NULL);
	net_peer(&net, NULL);
	assert_int_equal(net_do(&net, &(struct ms_http_request){ .method = "GET", .path = "/a", .class = MS_HTTP_STREAM,
								 .on_data = on_chunk, .ctx = &chunks }), 0);
	assert_int_equal(net.reply.status, 403);
	assert_string_equal(net.reply.body, "no");
	assert_string_equal(chunks.text, "");
	net_stop(&net);
}

static void stop_when_asked(void *arg)
{
	struct net *net = arg;

	while (!net->server.log.len)
		ms_task_sleep(net->loop, 1);
	ms_loop_stop(net->loop);
}

struct stopped { struct net *net; int rc, after; };

static void ask_and_be_stopped(void *arg)
{
	struct stopped *s = arg;

	s->rc = net_get(s->net, "/stall");
	assert_int_equal(s->net->err.code, MS_CANCELLED);
	/* Cleaning up may still talk. */
	s->after = net_get(s->net, "/a");
}

static void test_stop_in_flight(void **state)
{
	struct row rows[] = { { "GET /stall", .act = STALL }, { "GET /a", .reply = "200\n\n" }, { 0 } };
	struct net net;
	struct stopped s = { .net = &net };

	(void)state;
	net_start(&net, rows, NULL, NULL);
	net_peer(&net, NULL);
	assert_int_equal(ms_task_start(net.loop, ask_and_be_stopped, &s, &net.err), 0);
	assert_int_equal(ms_task_start(net.loop, stop_when_asked, &net, &net.err), 0);
	assert_int_equal(ms_loop_run(net.loop, &net.err), 0);
	assert_int_equal(s.rc, -ECANCELED);
	assert_int_equal(s.after, 0);
	net_stop(&net);
}

/* ---- TLS ---- */

static void get_over_tls(SSL_CTX *tls, const struct ms_peer_opts *opts, enum ms_code code, const char *message)
{
	struct row rows[] = { { "GET /a", .reply = "200\n\n" }, { 0 } };
	struct net net;
	int rc;

	net_start(&net, rows, NULL, tls);
	net_peer(&net, opts);
	rc = net_get(&net, "/a");
	if (net.err.code != code || (code == MS_OK) != (rc == 0) || (message && !strstr(net.err.message, message)))
		fail_msg("%s: %s / %s", ms_code_name(net.err.code), net.err.message, net.err.hint);
	/* Not a word to a device that is not the one it should be. */
	if (code)
		assert_string_equal(server_log(&net.server), "");
	net_stop(&net);
}

static char *pin_of(SSL_CTX *tls)
{
	struct row rows[] = { { 0 } };
	json_auto_t *facts = NULL;
	struct net net;
	char *pin;

	net_start(&net, rows, NULL, tls);
	net_peer(&net, NULL);
	if (ms_http_certificate(net.peer, &facts, &net.err))
		fail_msg("%s", net.err.message);
	assert_string_equal(ms_str(facts, "/subject", ""), "CN=bmc-test");
	assert_string_equal(ms_str(facts, "/issuer", ""), "CN=bmc-test");
	assert_string_equal(ms_str(facts, "/subjectAltNames/0", ""), "127.0.0.1");
	assert_string_equal(ms_str(facts, "/subjectAltNames/1", ""), "bmc-test");
	assert_true(ms_bool(facts, "/selfSigned", false));
	assert_int_equal(strlen(ms_str(facts, "/fingerprint", "")), 64);
	assert_string_equal(server_log(&net.server), "");
	pin = strdup(ms_str(facts, "/pin", ""));
	net_stop(&net);
	return pin;
}

static void test_tls_trust(void **state)
{
	char *pem = NULL, *ca = NULL, *pin, *changed;
	struct ms_err err = MS_ERR_INIT;
	SSL_CTX *tls = make_tls(&pem), *other = make_tls(NULL);

	(void)state;
	ca = ms_asprintf("/tmp/msctl-test-ca-%d.pem", (int)getpid());
	assert_int_equal(ms_write_file(ca, pem, strlen(pem), 0600, &err), 0);
	pin = pin_of(tls);
	changed = ms_asprintf("it shows %s, pinned is %s", pin, "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
	get_over_tls(tls, &(struct ms_peer_opts){ .trust = MS_TRUST_SKIP }, MS_OK, NULL);
	get_over_tls(tls, &(struct ms_peer_opts){ .trust = MS_TRUST_PIN, .pin = pin }, MS_OK, NULL);
	get_over_tls(other, &(struct ms_peer_opts){ .trust = MS_TRUST_PIN, .pin = pin }, MS_TLS, "not the pinned one");
	get_over_tls(tls, &(struct ms_peer_opts){ .trust = MS_TRUST_PIN,
						  .pin = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" }, MS_TLS, changed);
	get_over_tls(tls, &(struct ms_peer_opts){ .trust = MS_TRUST_CA, .ca = ca }, MS_OK, NULL);
	get_over_tls(other, &(struct ms_peer_opts){ .trust = MS_TRUST_CA, .ca = ca }, MS_TLS, "not trusted");
	get_over_tls(tls, &(struct ms_peer_opts){ .trust = MS_TRUST_CA }, MS_TLS, "not trusted");
	unlink(ca);
	free(pem);
	free(ca);
	free(pin);
	free(changed);
	SSL_CTX_free(tls);
	SSL_CTX_free(other);
}

/* The certificate is right, the name is not. */
static void test_tls_other_name(void **state)
{
	char *pem = NULL, *ca = ms_asprintf("/tmp/msctl-test-name-%d.pem", (int)getpid());
	struct ms_err err = MS_ERR_INIT;
	SSL_CTX *tls = make_tls(&pem);
	struct row rows[] = { { "GET /a", .reply = "200\n\n" }, { 0 } };
	struct net net;
	char base[64];

	(void)state;
	assert_int_equal(ms_write_file(ca, pem, strlen(pem), 0600, &err), 0);
	net_start(&net, rows, NULL, tls);
	snprintf(base, sizeof(base), "https://localhost:%u", net.server.port);
	net_peer(&net, &(struct ms_peer_opts){ .trust = MS_TRUST_CA, .ca = ca, .base = base });
	assert_true(net_get(&net, "/a") < 0);
	assert_int_equal(net.err.code, MS_TLS);
	net_stop(&net);
	unlink(ca);
	free(ca);
	free(pem);
	SSL_CTX_free(tls);
}

static void test_bad_peers(void **state)
{
	static const struct { struct ms_peer_opts opts; const char *message; } rows[] = {
		{ { .base = "10.0.0.3" }, "not an http:// or https:// URL" },
		{ { .base = "ftp://10.0.0.3" }, "not an http:// or https:// URL" },
		{ { .base = "https://" }, "not a URL of host and port" },
		{ { .base = "https://10.0.0.3:99999" }, "not a URL of host and port" },
		{ { .base = "https://user@10.0.0.3" }, "not a URL of host and port" },
		{ { .base = "https://10.0.0.3/redfish" }, "has no path" },
		{ { .base = "https://10.0.0.3", .trust = MS_TRUST_PIN }, "the pin is not" },
		{ { .base = "https://10.0.0.3", .trust = MS_TRUST_PIN, .pin = "AB:CD" }, "the pin is not" },
	};
	struct row none[] = { { 0 } };
	struct net net;

	(void)state;
	net_start(&net, none, NULL, NULL);
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		struct ms_err err = MS_ERR_INIT;
		struct ms_peer *peer = NULL;

		assert_true(ms_peer_new(net.http, &rows[i].opts, &peer, &err) < 0);
		if (peer || !strstr(err.message, rows[i].message))
			fail_msg("%s: %s", rows[i].opts.base, err.message);
	}
	net_stop(&net);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exchanges),
		cmocka_unit_test(test_request_head),
		cmocka_unit_test(test_reply_headers),
		cmocka_unit_test(test_too_many_headers),
		cmocka_unit_test(test_keep_alive),
		cmocka_unit_test(test_no_keep_alive),
		cmocka_unit_test(test_two_peers_of_a_device),
		cmocka_unit_test(test_write_on_a_dead_connection),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_retry_after_is_kept),
		cmocka_unit_test(test_busy_device_is_asked_less),
		cmocka_unit_test(test_circuit_breaker),
		cmocka_unit_test(test_unreachable),
		cmocka_unit_test(test_no_proxy_from_environment),
		cmocka_unit_test(test_stream_until_enough),
		cmocka_unit_test(test_stream_refused_has_a_body),
		cmocka_unit_test(test_stop_in_flight),
		cmocka_unit_test(test_tls_trust),
		cmocka_unit_test(test_tls_other_name),
		cmocka_unit_test(test_bad_peers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
