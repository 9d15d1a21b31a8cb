/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A request to a BMC: who asks, what for, and which part answers.
 */
#include "sim/engine.h"

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

void sim_redfish(struct sim_req *req)
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
