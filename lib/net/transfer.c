/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One attempt: a request goes onto a curl handle, the task waits, an answer or an error comes back.
 * Everything that arrives is bounded while it arrives: header lines, header bytes, decoded body
 * bytes.
 */
#include <errno.h>
#include "net/http.h"
#include "net/url.h"

#define DEFAULT_MAX_BODY (64u << 20)
#define MAX_HEADERS 256
#define MAX_HEADER_BYTES (64u << 10)
#define MAX_TAPE (1u << 20)
#define CONNECT_SECONDS 10
#define FIRST_BYTE_SECONDS 60

struct transfer {
	struct ms_peer *peer;
	const struct ms_http_request *request;
	struct ms_flight flight;
	struct curl_slist *headers;
	struct ms_http_reply reply;
	size_t n_headers, header_bytes;
	struct ms_buf body;
	struct ms_buf tape;        /* of what on_data took, for the trace */
	size_t sent;               /* of request->body */
	const char *refused;       /* why the answer is not taken any further */
	bool enough;               /* on_data wants no more */
};

/* ---- what curl calls ---- */

/* Not 0: an empty header line would then pass where it was refused. */
static size_t refuse(struct transfer *t, const char *why)
{
	t->refused = why;
	return CURL_WRITEFUNC_ERROR;
}

static size_t on_header(char *data, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	size_t len = size * n;

	/* A new status line: what came before was an interim answer (1xx). */
	if (len > 5 && !strncmp(data, "HTTP/", 5)) {
		ms_http_reply_release(&t->reply);
		t->n_headers = t->header_bytes = 0;
		return len;
	}
	t->header_bytes += len;
	if (t->n_headers >= MAX_HEADERS || t->header_bytes > MAX_HEADER_BYTES)
		return refuse(t, "too many headers");
	if (ms_http_reply_add_header(&t->reply, &t->n_headers, data, len) < 0)
		return refuse(t, "out of memory");
	return len;
}

static size_t on_body(char *data, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	size_t len = size * n;

	if (ms_buf_add(&t->body, data, len) < 0)
		return refuse(t, "out of memory");
	if (t->request->on_data)
		ms_cell_set(t->peer->http->loop, &t->flight.cell);
	return len;
}

static size_t on_send(char *data, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	size_t len = t->request->body_len - t->sent;

	if (len > size * n)
		len = size * n;
	memcpy(data, t->request->body + t->sent, len);
	t->sent += len;
	return len;
}

/* curl silently sends a request again when a kept connection proves dead; one that is not
 * repeatable must not be. */
static int on_rewind(void *ctx, curl_off_t offset, int origin)
{
	struct transfer *t = ctx;

	if (!t->request->repeatable || origin != SEEK_SET || offset < 0)
		return CURL_SEEKFUNC_FAIL;
	t->sent = (size_t)offset;
	return CURL_SEEKFUNC_OK;
}

/* ---- setting up ---- */

#define SET(h, option, value) do { \
	CURLcode set_ = curl->easy_setopt(h, option, value); \
	if (set_ != CURLE_OK) \
		return set_; \
} while (0)

static CURLcode set_trust(CURL *h, struct ms_peer *peer)
{
	const struct ms_curl *curl = &peer->http->curl;
	bool by_ca = peer->trust == MS_TRUST_CA;

	SET(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(h, CURLOPT_SSL_VERIFYPEER, by_ca ? 1L : 0L);
	SET(h, CURLOPT_SSL_VERIFYHOST, by_ca ? 2L : 0L);
	if (peer->ca)
		SET(h, CURLOPT_CAINFO, peer->ca);
	if (peer->trust == MS_TRUST_PIN)
		SET(h, CURLOPT_PINNEDPUBLICKEY, peer->pin);
	return CURLE_OK;
}

CURLcode ms_transfer_set_peer(CURL *h, struct ms_peer *peer)
{
	const struct ms_curl *curl = &peer->http->curl;

	SET(h, CURLOPT_PROTOCOLS_STR, "http,https");
	SET(h, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	/* "" also keeps curl from reading http_proxy and friends: BMC networks are not behind the
	 * proxy of the web. */
	SET(h, CURLOPT_PROXY, peer->proxy ? peer->proxy : "");
	SET(h, CURLOPT_OPENSOCKETFUNCTION, ms_peer_open_socket);
	SET(h, CURLOPT_OPENSOCKETDATA, peer);
	SET(h, CURLOPT_CLOSESOCKETFUNCTION, ms_peer_close_socket);
	SET(h, CURLOPT_CLOSESOCKETDATA, peer->http);
	SET(h, CURLOPT_FORBID_REUSE, peer->close_connections ? 1L : 0L);
	return set_trust(h, peer);
}

static CURLcode set_body(struct transfer *t)
{
	const struct ms_curl *curl = &t->peer->http->curl;
	const struct ms_http_request *request = t->request;
	CURL *h = t->flight.handle;

	if (!request->body) {
		if (!strcmp(request->method, "DELETE"))
			return CURLE_OK;
		SET(h, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)0);
		SET(h, CURLOPT_POSTFIELDS, "");
		return CURLE_OK;
	}
	SET(h, CURLOPT_POST, 1L);
	SET(h, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_len);
	SET(h, CURLOPT_READFUNCTION, on_send);
	SET(h, CURLOPT_READDATA, t);
	SET(h, CURLOPT_SEEKFUNCTION, on_rewind);
	SET(h, CURLOPT_SEEKDATA, t);
	return CURLE_OK;
}

static CURLcode set_method(struct transfer *t)
{
	const struct ms_curl *curl = &t->peer->http->curl;
	const char *method = t->request->method;
	CURL *h = t->flight.handle;
	CURLcode rc;

	if (!strcmp(method, "GET")) {
		SET(h, CURLOPT_HTTPGET, 1L);
		return CURLE_OK;
	}
	if (!strcmp(method, "HEAD")) {
		SET(h, CURLOPT_NOBODY, 1L);
		return CURLE_OK;
	}
	rc = set_body(t);
	if (rc != CURLE_OK)
		return rc;
	/* Without a body there is nothing to refuse to rewind: only a new connection is never tried
	 * twice. */
	if (!t->request->body && !t->request->repeatable)
		SET(h, CURLOPT_FRESH_CONNECT, 1L);
	SET(h, CURLOPT_CUSTOMREQUEST, method);
	return CURLE_OK;
}

static CURLcode set_times(struct transfer *t)
{
	const struct ms_curl *curl = &t->peer->http->curl;
	long seconds = ms_transfer_seconds(t->request);
	CURL *h = t->flight.handle;

	SET(h, CURLOPT_TIMEOUT, seconds);
	SET(h, CURLOPT_CONNECTTIMEOUT,
	    seconds && seconds < CONNECT_SECONDS ? seconds : (long)CONNECT_SECONDS);
	if (t->request->class == MS_HTTP_STREAM)
		SET(h, CURLOPT_TCP_KEEPALIVE, 1L);
	return CURLE_OK;
}

static CURLcode set_auth(struct transfer *t)
{
	const struct ms_curl *curl = &t->peer->http->curl;

	if (!t->request->user)
		return CURLE_OK;
	SET(t->flight.handle, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
	SET(t->flight.handle, CURLOPT_USERNAME, t->request->user);
	SET(t->flight.handle, CURLOPT_PASSWORD, t->request->password ? t->request->password : "");
	return CURLE_OK;
}

static CURLcode set_answer(struct transfer *t)
{
	const struct ms_curl *curl = &t->peer->http->curl;
	CURL *h = t->flight.handle;

	SET(h, CURLOPT_HEADERFUNCTION, on_header);
	SET(h, CURLOPT_HEADERDATA, t);
	SET(h, CURLOPT_WRITEFUNCTION, on_body);
	SET(h, CURLOPT_WRITEDATA, t);
	/* Also with "identity" curl decodes what a device compresses unasked (iLO5 registries). */
	SET(h, CURLOPT_ACCEPT_ENCODING, t->peer->identity ? "identity" : "gzip, deflate");
	SET(h, CURLOPT_HTTPHEADER, t->headers);
	return CURLE_OK;
}

static CURLcode set_up(struct transfer *t, const char *url)
{
	const struct ms_curl *curl = &t->peer->http->curl;
	CURLcode rc = ms_transfer_set_peer(t->flight.handle, t->peer);

	rc = rc ? rc : set_method(t);
	rc = rc ? rc : set_times(t);
	rc = rc ? rc : set_auth(t);
	rc = rc ? rc : set_answer(t);
	if (rc)
		return rc;
	SET(t->flight.handle, CURLOPT_URL, url);
	return CURLE_OK;
}

static bool has_header(const struct ms_http_request *request, const char *name)
{
	for (size_t i = 0; request->headers && request->headers[i]; i++)
		if (!strncasecmp(request->headers[i], name, strlen(name)))
			return true;
	return false;
}

static int add_header(struct transfer *t, const char *line)
{
	struct curl_slist *list;

	if (strpbrk(line, "\r\n"))
		return -EINVAL;
	list = t->peer->http->curl.slist_append(t->headers, line);
	if (!list)
		return -ENOMEM;
	t->headers = list;
	return 0;
}

static int make_headers(struct transfer *t, struct ms_err *err)
{
	const struct ms_http_request *request = t->request;
	int rc = add_header(t, "Expect:");

	if (rc == 0 && !has_header(request, "User-Agent:"))
		rc = add_header(t, "User-Agent: msctl/" MSCTL_VERSION);
	if (rc == 0 && !has_header(request, "Content-Type:"))
		rc = add_header(t, "Content-Type:");
	for (size_t i = 0; rc == 0 && request->headers && request->headers[i]; i++)
		rc = add_header(t, request->headers[i]);
	if (rc == -EINVAL)
		return ms_fail(err, rc, MS_FAILED, "a request header holds a line break");
	return rc < 0 ? ms_nomem(err) : 0;
}

/* ---- running ---- */

static bool is_streaming(struct transfer *t)
{
	long status = 0;

	if (!t->request->on_data)
		return false;
	t->peer->http->curl.easy_getinfo(t->flight.handle, CURLINFO_RESPONSE_CODE, &status);
	return status >= 200 && status < 300;
}

/* Hand on what has come so far, in the caller's task. */
static void drain(struct transfer *t)
{
	size_t len = t->body.len;
	MS_AUTO_FREE char *data = NULL;

	if (!len || !is_streaming(t))
		return;
	data = ms_buf_steal(&t->body);
	if (!data)
		t->refused = "out of memory";
	if (data && t->peer->http->trace)
		ms_buf_add(&t->tape, data, len);
	if (!data || t->request->on_data(t->request->ctx, data, len))
		t->enough = true;
}

static int64_t first_byte_deadline(const struct transfer *t)
{
	if (t->request->class != MS_HTTP_STREAM || t->request->seconds || t->n_headers)
		return 0;
	return ms_clock_ms() + FIRST_BYTE_SECONDS * 1000;
}

/* Wait for the end, or until the receiver has enough. */
static int wait_for_end(struct transfer *t)
{
	int rc = 0;

	while (!t->flight.ended && !t->enough) {
		rc = ms_cell_wait(t->peer->http->loop, &t->flight.cell, first_byte_deadline(t));
		if (rc == -ETIMEDOUT && t->n_headers)
			continue;
		if (rc < 0)
			break;
		drain(t);
	}
	ms_flight_stop(&t->flight);
	return t->flight.ended || t->enough ? 0 : rc;
}

static int run(struct transfer *t, const char *url, struct ms_err *err)
{
	CURLcode set = set_up(t, url);
	int rc;

	if (set != CURLE_OK)
		return ms_fail(err, -EINVAL, MS_FAILED, "cannot set up the request: %s",
			       t->peer->http->curl.easy_strerror(set));
	rc = ms_flight_start(&t->flight, err);
	return rc < 0 ? rc : wait_for_end(t);
}

static int refused(const struct transfer *t, const char *path, struct ms_err *err)
{
	if (t->body.failed == -EFBIG)
		return ms_fail(err, -EFBIG, MS_INVALID, "%s %s: the body is larger than %zu bytes",
			       t->request->method, path, t->body.max);
	return ms_fail(err, -EPROTO, MS_INVALID, "%s %s: %s", t->request->method, path, t->refused);
}

static int failed(struct transfer *t, const char *path, struct ms_outcome *outcome,
		  struct ms_err *err)
{
	const struct ms_curl *curl = &t->peer->http->curl;
	unsigned seconds = ms_transfer_seconds(t->request);
	struct ms_curl_failure failure = { .result = t->flight.result, .detail = t->flight.detail };
	long request_size = 0;

	curl->easy_getinfo(t->flight.handle, CURLINFO_REQUEST_SIZE, &request_size);
	curl->easy_getinfo(t->flight.handle, CURLINFO_OS_ERRNO, &failure.os_errno);
	outcome->unsent = request_size == 0;
	failure.seconds = outcome->unsent && (!seconds || seconds > CONNECT_SECONDS)
				  ? CONNECT_SECONDS
				  : seconds;
	ms_transfer_fail(t->peer, t->request->method, path, &failure, outcome, err);
	if (failure.result == CURLE_SSL_PINNEDPUBKEYNOTMATCH)
		ms_tls_explain_pin(t->peer, err);
	return err->error;
}

static int finish(struct transfer *t, const char *path, struct ms_http_reply *ret_reply,
		  struct ms_outcome *outcome, struct ms_err *err)
{
	const struct ms_curl *curl = &t->peer->http->curl;
	struct ms_buf *body = t->tape.len && !t->tape.failed ? &t->tape : &t->body;

	if (t->refused) {
		outcome->final = true;
		return refused(t, path, err);
	}
	if (!t->enough && t->flight.result != CURLE_OK)
		return failed(t, path, outcome, err);
	curl->easy_getinfo(t->flight.handle, CURLINFO_RESPONSE_CODE, &t->reply.status);
	curl->easy_getinfo(t->flight.handle, CURLINFO_TOTAL_TIME, &t->reply.seconds);
	t->reply.len = body->len;
	t->reply.body = ms_buf_steal(body);
	if (!t->reply.body)
		return ms_nomem(err);
	*ret_reply = t->reply;
	t->reply = (struct ms_http_reply){ 0 };
	return 0;
}

static int given_up(const struct transfer *t, const char *path, int rc, struct ms_outcome *outcome,
		    struct ms_err *err)
{
	if (rc == -ETIMEDOUT) {
		outcome->transport = true;
		return ms_fail(err, rc, MS_TIMEOUT, "%s %s: no answer in %u s", t->request->method,
			       path, FIRST_BYTE_SECONDS);
	}
	outcome->final = true;
	if (rc == -ECANCELED)
		return ms_fail(err, rc, MS_CANCELLED, "%s %s: stopped by a signal",
			       t->request->method, path);
	return ms_fail_errno(err, rc, "%s %s", t->request->method, path);
}

int ms_transfer_run(struct ms_peer *peer, const struct ms_http_request *request, const char *path,
		    struct ms_http_reply *ret_reply, struct ms_outcome *outcome, struct ms_err *err)
{
	struct ms_http *http = peer->http;
	MS_AUTO_FREE char *url = ms_asprintf("%s%s", peer->origin, path);
	struct transfer t = { .peer = peer, .request = request };
	int rc;

	t.tape.max = MAX_TAPE;
	t.body.max = request->max_body ? request->max_body : DEFAULT_MAX_BODY;
	rc = url ? ms_flight_take(&t.flight, http, err) : ms_nomem(err);
	if (rc == 0)
		rc = make_headers(&t, err);
	if (rc == 0)
		rc = run(&t, url, err);
	if (rc == 0)
		rc = finish(&t, path, ret_reply, outcome, err);
	else if (!err->code)
		rc = given_up(&t, path, rc, outcome, err);
	ms_flight_put(&t.flight);
	if (t.headers)
		http->curl.slist_free_all(t.headers);
	ms_http_reply_release(&t.reply);
	ms_buf_release(&t.body);
	ms_buf_release(&t.tape);
	return rc;
}
