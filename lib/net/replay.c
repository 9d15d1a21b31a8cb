/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A trace as the devices: answers in the order in which they were recorded, without any network.  A
 * request that the trace does not know is an error, and so is a body other than the recorded one: a
 * trace is a test.
 */
#include <errno.h>
#include "net/http.h"
#include "net/json.h"
#include "net/trace.h"

#define MAX_TRACE (256u << 20)

struct ms_replay {
	char *path;
	const struct ms_secrets *secrets;
	json_t *queues;   /* "peer METHOD /path" to {"at": next, "answers": [lines]} */
};

static char *key_of(const char *peer, const char *method, const char *path)
{
	return ms_asprintf("%s %s %s", peer, method, path);
}

/* The path of a URL; a hand-written trace may hold nothing else. */
static const char *path_of(const char *url)
{
	const char *host = strstr(url, "://");
	const char *path = host ? strchr(host + 3, '/') : url;

	return path ? path : "/";
}

static int add_line(struct ms_replay *replay, json_t *line, struct ms_err *err)
{
	MS_AUTO_FREE char *key = key_of(ms_str(line, "/peer", ""), ms_str(line, "/method", "GET"),
					path_of(ms_str(line, "/url", "/")));
	json_t *queue;

	if (!key)
		return ms_nomem(err);
	if (!json_is_integer(json_object_get(line, "status")) &&
	    !json_is_object(json_object_get(line, "error")))
		return ms_fail(err, -EBADMSG, MS_INPUT, "an exchange has neither status nor error");
	queue = json_object_get(replay->queues, key);
	if (!queue) {
		queue = json_pack("{s:i, s:[]}", "at", 0, "answers");
		if (json_object_set_new(replay->queues, key, queue))
			return ms_nomem(err);
	}
	return json_array_append(json_object_get(queue, "answers"), line) ? ms_nomem(err) : 0;
}

static int read_line(struct ms_replay *replay, const char *text, size_t len, unsigned number,
		     struct ms_err *err)
{
	json_auto_t *line = NULL;
	int rc = 0;

	if (strspn(text, " \t\r") >= len)
		return 0;
	rc = ms_json_decode(text, len, &line, NULL, err);
	if (rc == 0)
		rc = add_line(replay, line, err);
	if (rc < 0) {
		ms_err_at(err, replay->path, NULL);
		err->line = number;
		err->code = MS_INPUT;
	}
	return rc;
}

static int read_lines(struct ms_replay *replay, const struct ms_buf *text, struct ms_err *err)
{
	const char *at = text->data, *end = at + text->len;
	int rc = 0;

	for (unsigned number = 1; rc == 0 && at < end; number++) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((newline ? newline : end) - at);

		rc = read_line(replay, at, len, number, err);
		at += len + 1;
	}
	return rc;
}

int ms_replay_open(const char *path, const struct ms_secrets *secrets,
		   struct ms_replay **ret_replay, struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf text = { 0 };
	struct ms_replay *replay;
	int rc = ms_read_file(path, MAX_TRACE, &text, err);

	if (rc < 0)
		return rc;
	replay = calloc(1, sizeof(*replay));
	if (!replay)
		return ms_nomem(err);
	replay->secrets = secrets;
	replay->path = strdup(path);
	replay->queues = json_object();
	rc = replay->path && replay->queues ? 0 : ms_nomem(err);
	if (rc == 0 && text.len)
		rc = read_lines(replay, &text, err);
	if (rc < 0) {
		ms_replay_free(replay);
		return rc;
	}
	*ret_replay = replay;
	return 0;
}

void ms_replay_free(struct ms_replay *replay)
{
	if (!replay)
		return;
	json_decref(replay->queues);
	free(replay->path);
	free(replay);
}

/* Lent; NULL when the recording has no more of them.  A read repeats, but an event stream that did
 * would never end. */
static const json_t *next_answer(json_t *queue, const struct ms_http_request *request)
{
	json_t *answers = json_object_get(queue, "answers");
	size_t at = (size_t)ms_int(queue, "/at", 0), n = json_array_size(answers);

	if (at < n)
		json_object_set_new(queue, "at", json_integer((json_int_t)at + 1));
	else if (n && !request->on_data &&
		 (!strcmp(request->method, "GET") || !strcmp(request->method, "HEAD")))
		at = n - 1;
	return json_array_get(answers, at);
}

static int check_body(const struct ms_replay *replay, const json_t *answer,
		      const struct ms_http_request *request, struct ms_err *err)
{
	const json_t *recorded = json_object_get(answer, "requestBody");
	json_auto_t *sent = NULL;
	MS_AUTO_FREE char *was = NULL, *is = NULL;

	if (!recorded || !request->body)
		return 0;
	sent = ms_redact_body(request->body, request->body_len, replay->secrets);
	if (json_equal(sent, recorded))
		return 0;
	was = ms_json_text(recorded, MS_JSON_COMPACT);
	is = ms_json_text(sent, MS_JSON_COMPACT);
	return ms_fail(err, -EBADMSG, MS_FAILED,
		       "%s %s: the body differs from the trace %s: sent %.200s, recorded %.200s",
		       request->method, request->path, replay->path, is ? is : "", was ? was : "");
}

static int fill_headers(struct ms_http_reply *reply, json_t *headers)
{
	const char *name;
	json_t *value;
	size_t n = 0;

	json_object_foreach(headers, name, value) {
		MS_AUTO_FREE char *line = ms_asprintf(
			"%s: %s", name, json_string_value(value) ? json_string_value(value) : "");

		if (!line || ms_http_reply_add_header(reply, &n, line, strlen(line)) < 0)
			return -ENOMEM;
	}
	return 0;
}

static char *body_text(const json_t *body)
{
	if (!body)
		return strdup("");
	return json_is_string(body) ? strdup(json_string_value(body))
				    : ms_json_text(body, MS_JSON_COMPACT);
}

static int fill_reply(const json_t *answer, struct ms_http_reply *ret_reply, struct ms_err *err)
{
	struct ms_http_reply reply = { .status = (long)ms_int(answer, "/status", 0),
				       .seconds = json_number_value(
					       json_object_get(answer, "seconds")) };

	reply.body = body_text(json_object_get(answer, "body"));
	if (!reply.body || fill_headers(&reply, json_object_get(answer, "headers")) < 0) {
		ms_http_reply_release(&reply);
		return ms_nomem(err);
	}
	reply.len = strlen(reply.body);
	*ret_reply = reply;
	return 0;
}

static int fill_error(const json_t *error, struct ms_err *err)
{
	enum ms_code code = ms_code_from_name(ms_str(error, "/code", "failed"));
	int number = code == MS_TIMEOUT	      ? -ETIMEDOUT
		     : code == MS_UNREACHABLE ? -EHOSTUNREACH
					      : -EPROTO;

	return ms_fail(err, number, code, "%s", ms_str(error, "/message", "failed"));
}

/* A recorded event stream is handed over as one piece. */
static void deliver(const struct ms_http_request *request, struct ms_http_reply *reply)
{
	if (!request->on_data || reply->status < 200 || reply->status > 299)
		return;
	request->on_data(request->ctx, reply->body, reply->len);
	reply->body[0] = '\0';
	reply->len = 0;
}

int ms_replay_answer(struct ms_replay *replay, const char *peer, const char *path,
		     const struct ms_http_request *request, struct ms_http_reply *ret_reply,
		     struct ms_err *err)
{
	MS_AUTO_FREE char *key = key_of(peer, request->method, path);
	const json_t *answer, *error;
	int rc;

	if (!key)
		return ms_nomem(err);
	answer = next_answer(json_object_get(replay->queues, key), request);
	if (!answer) {
		ms_fail(err, -ENOENT, MS_FAILED, "the trace %s has no %sanswer to %s %s",
			replay->path, json_object_get(replay->queues, key) ? "further " : "",
			request->method, path);
		ms_hint(err, "record it again with --trace");
		return -ENOENT;
	}
	rc = check_body(replay, answer, request, err);
	error = json_object_get(answer, "error");
	if (rc == 0)
		rc = error ? fill_error(error, err) : fill_reply(answer, ret_reply, err);
	if (rc == 0)
		deliver(request, ret_reply);
	return rc;
}
