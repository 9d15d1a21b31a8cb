/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One complete request: who asks, what for, and which part answers.
 */
#include "sim/engine.h"

void sim_reply_clear(struct sim_req *req)
{
	json_decref(req->reply.body);
	free(req->reply.text);
	req->reply = (struct sim_reply){ 0 };
}

/* ---- methods -----------------------------------------------------------------------------------
 */

static void post_collection(struct sim_req *req)
{
	if (sim_has_role(req->entry, "collection") &&
	    ms_streq(ms_str(req->entry, "/of", NULL), "account"))
		sim_account_post(req);
	else if (sim_has_role(req->entry, "collection") &&
		 ms_streq(ms_str(req->entry, "/of", NULL), "job"))
		sim_settings_job(req);
	else if (sim_has_role(req->entry, "collection") &&
		 ms_streq(ms_str(req->entry, "/of", NULL), "subscription"))
		sim_subscribe(req);
	else
		sim_say(req, "method", NULL, NULL);
}

static void do_post(struct sim_req *req)
{
	if (json_object_get(req->bmc->shape->targets, req->path) || strstr(req->path, "/Actions/"))
		sim_action(req);
	else if (!req->entry)
		sim_say(req, "not_found", NULL, req->path, NULL);
	else
		post_collection(req);
}

static void do_delete(struct sim_req *req)
{
	if (sim_has_role(req->entry, "session"))
		sim_session_end(req->bmc, strrchr(req->path, '/') + 1);
	else if (sim_has_role(req->entry, "account") && json_object_get(req->entry, "made"))
		sim_account_remove(req->bmc, strrchr(req->path, '/') + 1);
	else if (!json_object_get(req->entry, "made") || sim_has_role(req->entry, "account")) {
		sim_say(req, "method", NULL, NULL);
		return;
	} else if (!sim_task_delete(req)) {
		return;
	}
	sim_remove(req->bmc, req->path);
	sim_done(req, (unsigned)ms_int(req->bmc->shape->model->behaviour, "/delete_status", 200));
}

static bool allowed(const struct sim_req *req)
{
	if (!strcmp(req->method, "GET") || !strcmp(req->method, "HEAD"))
		return true;
	return ms_streq(req->role, "Administrator") || sim_has_role(req->entry, "session") ||
	       (sim_has_role(req->entry, "account") && !strcmp(req->method, "PATCH")) ||
	       (ms_streq(req->role, "Operator") &&
		!ms_starts(req->path, "/redfish/v1/AccountService"));
}

static void dispatch(struct sim_req *req)
{
	if (!strcmp(req->method, "GET") || !strcmp(req->method, "HEAD"))
		sim_get(req);
	else if (!strcmp(req->method, "POST"))
		do_post(req);
	else if (!req->entry)
		sim_say(req, "not_found", NULL, req->path, NULL);
	else if (!strcmp(req->method, "PATCH"))
		sim_patch(req);
	else if (!strcmp(req->method, "DELETE"))
		do_delete(req);
	else
		sim_say(req, "method", NULL, NULL);
}

static void handle(struct sim_req *req)
{
	const char *path;

	req->entry = sim_entry(req->bmc, req->path, &path);
	if (path != req->path) {
		char *copy = strdup(path);

		free(req->path);
		req->path = copy;
		req->entry = sim_entry(req->bmc, copy, NULL);
	}
	if (req->too_big)
		sim_say(req, "too_big", NULL, NULL);
	else if (req->upload.len && !json_is_object(req->json) && strcmp(req->method, "GET"))
		sim_say(req, "malformed", NULL, NULL);
	else if (!strcmp(req->method, "POST") && sim_is_login(req))
		sim_login(req);
	else if (!sim_auth(req))
		return;
	else if (!allowed(req))
		sim_say(req, "forbidden", NULL, NULL);
	else
		dispatch(req);
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
	sim_settle(req->bmc);
	req->bmc->requests++;
	req->sim->requests++;
	if (strcmp(req->method, "GET") && strcmp(req->method, "HEAD"))
		req->bmc->writes++;
	if (!strcmp(req->path, "/sim") || ms_starts(req->path, "/sim/")) {
		sim_inspect_answer(req);
		return;
	}
	/* A connection from before a restart of the BMC does not survive it. */
	if (ms_bool(req->fault, "/action/reset", false) ||
	    req->bmc->away_until > sim_clock(req->sim)) {
		req->reply.reset = true;
		return;
	}
	if (!fault_instead(req))
		handle(req);
	if (req->fault)
		fault_after(req);
}
