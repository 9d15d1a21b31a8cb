/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One complete request to a device of any kind: the faults before and after its own answer.
 */
#include "sim/device.h"

void sim_reply_clear(struct sim_req *req)
{
	json_decref(req->reply.body);
	free(req->reply.text);
	req->reply = (struct sim_reply){ 0 };
}

/* A fault's latency is in real time; what the device takes is in simulated time. */
int64_t sim_delay(struct sim_req *req)
{
	const struct sim_kind *kind = req->dev->kind;
	double seconds;

	sim_settle(req->dev);
	req->fault = sim_fault_match(req);
	seconds = kind->delay ? kind->delay(req) : 0;
	seconds = req->sim->speed > 0 ? seconds / req->sim->speed : 0;
	seconds += json_number_value(ms_at(req->fault, "/action/latency"));
	return (int64_t)(seconds * 1000);
}

/* ---- faults ------------------------------------------------------------------------------------
 */

static void set_text(struct sim_req *req, const char *text, const char *type)
{
	json_decref(req->reply.body);
	free(req->reply.text);
	req->reply.body = NULL;
	req->reply.text = strdup(text);
	req->reply.len = strlen(text);
	req->reply.type = type;
}

static void set_body(struct sim_req *req, json_t *body)
{
	json_decref(req->reply.body);
	free(req->reply.text);
	req->reply.text = NULL;
	req->reply.body = body;
}

/* A fault that takes the answer's place. */
static bool fault_instead(struct sim_req *req)
{
	const json_t *action = json_object_get(req->fault, "action"),
		     *body = json_object_get(action, "body");
	const char *text = ms_str(action, "/html", NULL), *to = ms_str(action, "/redirect", NULL);
	int64_t status = ms_int(action, "/status", 0);

	if (!status && !text && !to && !body)
		return false;
	req->reply.status = (unsigned)(status ? status : to ? 302 : 200);
	if (to)
		snprintf(req->reply.location, sizeof(req->reply.location), "%s", to);
	if (text)
		set_text(req, text, "text/html");
	else if (json_is_string(body))
		set_text(req, json_string_value(body), "application/json");
	else if (body)
		set_body(req, json_incref((json_t *)body));
	return true;
}

/* A fault that loses a part of a write: only the named properties (or attributes) are taken. */
static void fault_before(struct sim_req *req)
{
	const json_t *only = ms_at(req->fault, "/action/only");
	json_t *attributes = json_object_get(req->json, "Attributes");
	json_t *values = attributes ? attributes : req->json, *kept, *name;
	size_t i;

	if (!json_is_array(only) || !json_is_object(values))
		return;
	kept = json_object();
	json_array_foreach(only, i, name)
		if (json_object_get(values, json_string_value(name)))
			json_object_set(kept, json_string_value(name),
					json_object_get(values, json_string_value(name)));
	json_object_clear(values);
	json_object_update(values, kept);
	json_decref(kept);
}

/* A fault that changes the answer. */
static void fault_after(struct sim_req *req)
{
	const json_t *action = json_object_get(req->fault, "action"),
		     *merge = json_object_get(action, "merge");
	const json_t *replace = json_object_get(action, "replace");

	if (replace)
		set_body(req, json_incref((json_t *)replace));
	else if (merge && req->reply.body)
		set_body(req, sim_overlay_new(req->reply.body, merge));
	req->reply.half = ms_bool(action, "/half", false);
	req->reply.retry_after = (unsigned)ms_int(action, "/retry_after", req->reply.retry_after);
	/* The work is done, and nobody hears of it. */
	req->reply.reset = ms_bool(action, "/reset_after", false);
}

void sim_answer(struct sim_req *req)
{
	sim_settle(req->dev);
	req->dev->requests++;
	req->sim->requests++;
	if (strcmp(req->method, "GET") && strcmp(req->method, "HEAD"))
		req->dev->writes++;
	if (!strcmp(req->path, "/sim") || ms_starts(req->path, "/sim/")) {
		sim_inspect_answer(req);
		return;
	}
	/* A connection from before a restart of the device does not survive it. */
	if (ms_bool(req->fault, "/action/reset", false) ||
	    req->dev->away_until > sim_clock(req->sim)) {
		req->reply.reset = true;
		return;
	}
	fault_before(req);
	if (!fault_instead(req))
		req->dev->kind->answer(req);
	if (req->fault)
		fault_after(req);
}
