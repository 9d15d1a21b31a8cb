/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One Redfish request (DSP0266, 6 and 7): our headers, the session's token or Basic credentials,
 * one new login when the session is gone, JSON both ways.
 */
#include <errno.h>
#include "net/http.h"
#include "net/json.h"
#include "net/redfish.h"

#define MAX_HEADERS 16
#define BUSY_TRIES 6
#define BUSY_FIRST_UNITS 5
#define BUSY_MAX_UNITS 30
#define MAX_WAIT_SECONDS 60

void ms_rf_answer_release(struct rf_answer *answer)
{
	ms_http_reply_release(&answer->http);
	json_decref(answer->body);
	answer->body = NULL;
}

/* Slow by nature: they make the BMC read sensors, flash or other controllers (8 to 23 s were
 * recorded). */
enum ms_http_class ms_rf_class(const char *uri)
{
	static const char *const slow[] = {
		"/logservices", "/entries", "/firmwareinventory", "/softwareinventory",
		"/thermal", "/power", "/sensors", "/metrics", "/memory", "/storage",
		"/networkadapters", "/jobs", "/managers/", NULL,
	};
	char lower[512];
	size_t i;

	for (i = 0; uri[i] && i + 1 < sizeof(lower); i++)
		lower[i] = uri[i] >= 'A' && uri[i] <= 'Z' ? (char)(uri[i] + 32) : uri[i];
	lower[i] = '\0';
	if (!strcmp(lower, "/redfish/v1") || !strcmp(lower, "/redfish/v1/"))
		return MS_HTTP_FAST;
	for (i = 0; slow[i]; i++)
		if (strstr(lower, slow[i]))
			return MS_HTTP_SLOW;
	return MS_HTTP_NORMAL;
}

static bool names_header(const char *const *headers, const char *line)
{
	size_t n = strcspn(line, ":") + 1;

	for (size_t i = 0; headers && headers[i]; i++)
		if (!strncasecmp(headers[i], line, n))
			return true;
	return false;
}

/* The caller's headers win over ours. */
static int merge_headers(const struct ms_redfish *rf, const struct ms_http_request *request,
			 const char **out)
{
	const char *const ours[] = {
		"Accept: application/json",
		"OData-Version: 4.0",
		request->body ? "Content-Type: application/json" : NULL,
		rf->basic ? NULL : rf->token,
	};
	size_t n = 0;

	for (size_t i = 0; request->headers && request->headers[i]; i++) {
		if (n >= MAX_HEADERS)
			return -E2BIG;
		out[n++] = request->headers[i];
	}
	for (size_t i = 0; i < MS_ARRAY_SIZE(ours); i++)
		if (ours[i] && !names_header(request->headers, ours[i]))
			out[n++] = ours[i];
	out[n] = NULL;
	return 0;
}

static int send_once(struct ms_redfish *rf, const struct ms_http_request *request,
		     struct ms_http_reply *ret_reply, struct ms_err *err)
{
	const char *headers[MAX_HEADERS + 5];
	struct ms_http_request now = *request;

	if (merge_headers(rf, request, headers) < 0)
		return ms_fail(err, -E2BIG, MS_FAILED, "too many request headers");
	now.headers = headers;
	if (rf->basic && !now.user) {
		now.user = rf->user;
		now.password = rf->password;
	}
	return ms_http_do(rf->peer, &now, ret_reply, err);
}

/* 406: it has the resource only compressed (registries of Gen10), or only plain. */
static int send_acceptable(struct ms_redfish *rf, const struct ms_http_request *request,
			   struct ms_http_reply *ret_reply, struct ms_err *err)
{
	int rc = send_once(rf, request, ret_reply, err);

	if (rc < 0 || ret_reply->status != 406)
		return rc;
	ms_http_reply_release(ret_reply);
	rf->peer->identity = !rf->peer->identity;
	rc = send_once(rf, request, ret_reply, err);
	rf->peer->identity = !rf->peer->identity;
	return rc;
}

int ms_rf_send(struct ms_redfish *rf, const struct ms_http_request *request,
	       struct ms_http_reply *ret_reply, struct ms_err *err)
{
	unsigned generation = rf->generation;
	int rc = send_acceptable(rf, request, ret_reply, err);

	if (rc < 0 || !rf->token)
		return rc;
	if (ret_reply->status != 401) {
		rf->worked = true;
		return 0;
	}
	rc = ms_rf_login_again(rf, generation, err);
	ms_http_reply_release(ret_reply);
	return rc < 0 ? rc : send_acceptable(rf, request, ret_reply, err);
}

/* What came instead of JSON, for people: "text/html, 512 bytes". */
static int not_json(const char *method, const char *uri, const struct ms_http_reply *reply,
		    const char *why, struct ms_err *err)
{
	const char *type = ms_http_header(reply, "content-type");

	ms_fail(err, -EPROTO, MS_INVALID, "%s %s: %ld with %.80s, %zu bytes: %s", method, uri,
		reply->status, type ? type : "no content type", reply->len, why);
	ms_hint(err, "is this the BMC's Redfish service?");
	return -EPROTO;
}

int ms_rf_decode(struct ms_redfish *rf, const char *method, const char *uri,
		 const struct ms_http_reply *reply, json_t **ret_body, struct ms_err *err)
{
	struct ms_err why = MS_ERR_INIT;
	const char *oddity = NULL;
	json_auto_t *body = NULL;
	int rc = ms_json_decode(reply->body, reply->len, &body, &oddity, &why);

	if (rc < 0)
		return not_json(method, uri, reply, why.message, err);
	if (!json_is_object(body))
		return not_json(method, uri, reply, "an array where an object is due", err);
	if (oddity)
		ms_redfish_warn(rf, "%s: %s", uri, oddity);
	*ret_body = json_incref(body);
	return 0;
}

int ms_rf_is_refused(struct ms_redfish *rf, const char *method, const char *uri,
		     const struct rf_answer *answer, struct ms_err *err)
{
	if (answer->http.status >= 200 && answer->http.status < 300)
		return 0;
	return ms_redfish_fail(rf, method, uri, answer->http.status, answer->body, err);
}

int ms_rf_ask(struct ms_redfish *rf, const char *method, const char *uri, const json_t *body,
	      const char *header, struct rf_answer *ret_answer, struct ms_err *err)
{
	MS_AUTO_FREE char *text = NULL;
	const char *headers[] = { header, NULL };
	struct ms_http_request request = {
		.method = method,
		.path = uri,
		.headers = headers,
		.class = ms_rf_class(uri),
	};
	RF_AUTO_ANSWER struct rf_answer answer = { 0 };
	struct ms_err ignored = MS_ERR_INIT;
	int rc;

	rc = body ? ms_value_text(body, MS_FMT_JSON, &text, &request.body_len, err) : 0;
	if (rc < 0)
		return rc;
	request.body = text;
	rc = ms_rf_send(rf, &request, &answer.http, err);
	if (text)
		explicit_bzero(text, strlen(text));
	if (rc < 0)
		return rc;
	/* Whether a body was due is the caller's matter; many writes answer with plain text or
	 * nothing. */
	if (answer.http.len)
		ms_rf_decode(rf, method, uri, &answer.http, &answer.body, &ignored);
	*ret_answer = answer;
	answer = (struct rf_answer){ 0 };
	return 0;
}

/* ---- writes ---- */

static int64_t date_of(const struct ms_http_reply *reply)
{
	const char *date = ms_http_header(reply, "date");
	int64_t seconds;

	return date && ms_http_date_parse(date, &seconds) ? seconds : ms_now();
}

static int fill_reply(struct rf_answer *answer, struct ms_redfish_reply *ret_reply,
		      struct ms_err *err)
{
	const char *location = ms_http_header(&answer->http, "location");
	struct ms_redfish_reply reply = { .status = answer->http.status,
					  .date = date_of(&answer->http) };

	if (!location)
		location = ms_rf_link(answer->body);
	reply.location = location ? strdup(ms_rf_location_path(location)) : NULL;
	if (location && !reply.location)
		return ms_nomem(err);
	ms_rf_task_of(answer, &reply);
	reply.body = json_incref(answer->body);
	*ret_reply = reply;
	return 0;
}

void ms_redfish_reply_release(struct ms_redfish_reply *reply)
{
	json_decref(reply->body);
	free(reply->location);
	free(reply->task);
	*reply = (struct ms_redfish_reply){ 0 };
}

/* 5, 10, 20, 30 units, or what the device asks for. */
static int64_t busy_ms(const struct ms_redfish *rf, const struct rf_answer *answer, unsigned try)
{
	unsigned units = BUSY_FIRST_UNITS << (try < 4 ? try : 4);
	int64_t after = ms_retry_after(ms_http_header(&answer->http, "retry-after"),
				       ms_http_header(&answer->http, "date"), ms_now());

	if (after > MAX_WAIT_SECONDS)
		after = MAX_WAIT_SECONDS;
	if (after >= 0)
		return after * 1000;
	return (int64_t)(units < BUSY_MAX_UNITS ? units : BUSY_MAX_UNITS) *
	       ms_http_poll_ms(rf->http);
}

/* True when the device only asks to come back: the write was not carried out, so it may be sent
 * again. */
static bool is_busy(const struct rf_answer *answer)
{
	struct rf_verdict v;

	if (answer->http.status < 400)
		return false;
	ms_rf_judge(answer->http.status, answer->body, &v);
	return v.code == MS_BUSY;
}

int ms_rf_ask_until_free(struct ms_redfish *rf, const char *method, const char *uri,
			 const json_t *body, const char *header, struct rf_answer *ret_answer,
			 struct ms_err *err)
{
	for (unsigned try = 0;; try++) {
		RF_AUTO_ANSWER struct rf_answer answer = { 0 };
		int rc = ms_rf_ask(rf, method, uri, body, header, &answer, err);
		int64_t ms;

		if (rc < 0)
			return rc;
		if (try + 1 >= BUSY_TRIES || !is_busy(&answer)) {
			*ret_answer = answer;
			answer = (struct rf_answer){ 0 };
			return 0;
		}
		ms = busy_ms(rf, &answer, try);
		ms_debug("%s: %s %s: busy, asked again in %lld ms", rf->name, method, uri,
			 (long long)ms);
		rc = ms_task_sleep(ms_http_loop(rf->http), ms);
		if (rc < 0)
			return ms_fail(err, rc, MS_CANCELLED, "%s %s: stopped by a signal", method,
				       uri);
	}
}

int ms_rf_finish_write(struct ms_redfish *rf, const char *method, const char *uri,
		       struct rf_answer *answer, struct ms_redfish_reply *ret_reply,
		       struct ms_err *err)
{
	struct ms_redfish_reply ignored = { 0 };
	int rc = ms_rf_is_refused(rf, method, uri, answer, err);

	/* Also after a refusal: some firmware did half of it. */
	ms_redfish_forget(rf);
	if (rc == 0)
		rc = fill_reply(answer, ret_reply ? ret_reply : &ignored, err);
	ms_redfish_reply_release(&ignored);
	return rc;
}

int ms_rf_write(struct ms_redfish *rf, const char *method, const char *uri, const json_t *body,
		struct ms_redfish_reply *ret_reply, struct ms_err *err)
{
	RF_AUTO_ANSWER struct rf_answer answer = { 0 };
	int rc = ms_rf_ask_until_free(rf, method, uri, body, NULL, &answer, err);

	return rc < 0 ? rc : ms_rf_finish_write(rf, method, uri, &answer, ret_reply, err);
}

int ms_redfish_post(struct ms_redfish *rf, const char *uri, const json_t *body,
		    struct ms_redfish_reply *ret_reply, struct ms_err *err)
{
	return ms_rf_write(rf, "POST", uri, body, ret_reply, err);
}

int ms_redfish_delete(struct ms_redfish *rf, const char *uri, struct ms_err *err)
{
	return ms_rf_write(rf, "DELETE", uri, NULL, NULL, err);
}

int ms_redfish_raw(struct ms_redfish *rf, const struct ms_http_request *request,
		   struct ms_http_reply *ret_reply, struct ms_err *err)
{
	if (strcmp(request->method, "GET") && strcmp(request->method, "HEAD"))
		ms_redfish_forget(rf);
	return ms_rf_send(rf, request, ret_reply, err);
}
