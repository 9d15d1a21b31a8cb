/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers on the wire, delays, and the ways in which an answer can go wrong.
 */
#include <sys/socket.h>
#include "sim/http.h"

void sim_reply_release(struct sim_reply *reply)
{
	json_decref(reply->body);
	free(reply->text);
	*reply = (struct sim_reply){ 0 };
}

/* A linger time of zero makes close() send a reset instead of an orderly end. */
void sim_abort(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct linger linger = { 1, 0 };

	if (info)
		setsockopt(info->connect_fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
}

/* ---- half a body -------------------------------------------------------------------------------
 */

struct half { char *text; size_t len; };

static ssize_t read_half(void *cls, uint64_t pos, char *buf, size_t max)
{
	struct half *half = cls;
	size_t left;

	if (pos >= half->len)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	left = half->len - (size_t)pos;
	if (left > max)
		left = max;
	memcpy(buf, half->text + pos, left);
	return (ssize_t)left;
}

static void free_half(void *cls)
{
	struct half *half = cls;

	free(half->text);
	free(half);
}

static struct MHD_Response *half_response(char *text, size_t len)
{
	struct half *half = calloc(1, sizeof(*half));

	if (!half) {
		free(text);
		return NULL;
	}
	*half = (struct half){ text, len / 2 };
	return MHD_create_response_from_callback(len, 4096, read_half, half, free_half);
}

/* ---- the answer --------------------------------------------------------------------------------
 */

static void add_headers(struct MHD_Response *response, const struct sim_req *req)
{
	const struct sim_reply *reply = &req->reply;
	char text[64];

	for (const struct sim_header *h = req->dev->kind->headers; h && h->name; h++)
		MHD_add_response_header(response, h->name, h->value);
	if (reply->type || reply->body)
		MHD_add_response_header(response, "Content-Type",
					reply->type ? reply->type
						    : "application/json;charset=utf-8");
	if (*reply->location)
		MHD_add_response_header(response, "Location", reply->location);
	if (*reply->token)
		MHD_add_response_header(response, "X-Auth-Token", reply->token);
	if (*reply->etag)
		MHD_add_response_header(response, "ETag", reply->etag);
	if (*reply->allow)
		MHD_add_response_header(response, "Allow", reply->allow);
	if (reply->accept_patch)
		MHD_add_response_header(response, "Accept-Patch", reply->accept_patch);
	if (reply->status == 401) {
		snprintf(text, sizeof(text), "Basic realm=\"%s\"", req->dev->kind->realm);
		MHD_add_response_header(response, "WWW-Authenticate", text);
	}
	if (reply->close)
		MHD_add_response_header(response, "Connection", "close");
	if (reply->retry_after) {
		snprintf(text, sizeof(text), "%u", reply->retry_after);
		MHD_add_response_header(response, "Retry-After", text);
	}
}

/* Headers that a fault asks for. */
static void add_extra(struct MHD_Response *response, const struct sim_req *req)
{
	const char *name;
	json_t *value;

	json_object_foreach(ms_at(req->fault, "/action/headers"), name, value)
		if (json_is_string(value))
			MHD_add_response_header(response, name, json_string_value(value));
}

static struct MHD_Response *make_response(struct sim_req *req)
{
	struct sim_reply *reply = &req->reply;

	if (reply->stream)
		return sim_stream_response(req);
	if (!reply->text && reply->body) {
		reply->text = ms_json_text(reply->body, MS_JSON_COMPACT);
		reply->len = reply->text ? strlen(reply->text) : 0;
	}
	if (reply->half)
		return half_response(ms_take(reply->text), reply->len);
	return MHD_create_response_from_buffer(reply->len, ms_take(reply->text),
					       MHD_RESPMEM_MUST_FREE);
}

enum MHD_Result sim_respond(struct sim_req *req)
{
	struct MHD_Response *response = make_response(req);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	add_headers(response, req);
	add_extra(response, req);
	result = MHD_queue_response(req->connection, req->reply.status ? req->reply.status : 500,
				    response);
	MHD_destroy_response(response);
	return result;
}

/* ---- waiting -----------------------------------------------------------------------------------
 */

/* A timer that is set to less than nothing is off: what is overdue is due now. */
static void arm(struct sim *sim)
{
	int64_t ms = sim->waits ? sim->waits->due - ms_clock_ms() : 0;

	if (sim->wait_timer)
		ms_timer_set(sim->wait_timer, !sim->waits ? -1 : ms > 0 ? ms : 0);
}

static void wake_first(struct sim *sim)
{
	struct sim_wait *wait = sim->waits;

	sim->waits = wait->next;
	wait->req->wait = NULL;
	MHD_resume_connection(wait->req->connection);
	free(wait);
}

static void on_due(void *ctx)
{
	struct sim *sim = ctx;
	int64_t now = ms_clock_ms();

	while (sim->waits && sim->waits->due <= now)
		wake_first(sim);
	arm(sim);
	sim_http_kick(sim);
}

int sim_wait_start(struct sim_req *req, int64_t ms)
{
	struct sim *sim = req->sim;
	struct sim_wait *wait = calloc(1, sizeof(*wait)), **at = &sim->waits;
	struct ms_err err = MS_ERR_INIT;

	if (!wait ||
	    (!sim->wait_timer && ms_timer_new(sim->loop, on_due, sim, &sim->wait_timer, &err))) {
		free(wait);
		return -ENOMEM;
	}
	*wait = (struct sim_wait){ req, ms_clock_ms() + ms, NULL };
	while (*at && (*at)->due <= wait->due)
		at = &(*at)->next;
	wait->next = *at;
	*at = wait;
	req->wait = wait;
	MHD_suspend_connection(req->connection);
	arm(sim);
	return 0;
}

void sim_wait_drop(struct sim_req *req)
{
	if (!req->wait)
		return;
	for (struct sim_wait **at = &req->sim->waits; *at; at = &(*at)->next) {
		if (*at != req->wait)
			continue;
		*at = req->wait->next;
		break;
	}
	free(req->wait);
	req->wait = NULL;
}

/* The daemon wants no connection suspended when it stops. */
void sim_waits_release(struct sim *sim)
{
	while (sim->waits)
		wake_first(sim);
	ms_timer_free(sim->wait_timer);
	sim->wait_timer = NULL;
}
