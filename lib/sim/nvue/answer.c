/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NVUE's REST API: which tree is meant, what is done to it, and how it is refused. */
#include "sim/nvue/nvue.h"

static void refuse(struct sim_req *req, unsigned status, const char *title, const char *detail)
{
	json_decref(req->reply.body);
	req->reply.status = status;
	req->reply.body = json_pack("{s:s,s:i,s:s,s:s}", "detail", detail, "status", (int)status,
				    "title", title, "type", "about:blank");
}

static void reply(struct sim_req *req, json_t *body)
{
	req->reply.status = 200;
	req->reply.body = body ? body : json_object();
}

static void not_found(struct sim_req *req)
{
	refuse(req, 404, "Not Found", "The requested item does not exist.");
}

/* ---- revisions ------------------------------------------------------------------------------ */

static const char *resolve(const struct sim_switch *sw, const char *id)
{
	if (!strcmp(id, "applied"))
		id = ms_str(sw->state, "/current", "");
	return sim_nvue_revision(sw, id) ? id : NULL;
}

static void list_revisions(struct sim_req *req, struct sim_switch *sw)
{
	json_t *all = json_object(), *row;
	const char *id;

	json_object_foreach(json_object_get(sw->state, "revisions"), id, row)
		json_object_set_new(all, id, json_deep_copy(json_object_get(row, "doc")));
	reply(req, all);
}

static void make_revision(struct sim_req *req, struct sim_switch *sw)
{
	const char *id = sim_nvue_revision_new(sw, sim_nvue_applied(sw), "pending");
	json_t *body = json_object();

	json_object_set_new(body, id, json_deep_copy(ms_at(sim_nvue_revision(sw, id), "/doc")));
	reply(req, body);
}

static void drop_revision(struct sim_req *req, struct sim_switch *sw, const char *id)
{
	const char *state = ms_str(sim_nvue_revision(sw, id), "/doc/state", "");

	if (sim_nvue_behaves(sw, "no-delete")) {
		refuse(req, 405, "Method Not Allowed",
		       "The method is not allowed for the requested URL.");
		return;
	}
	if (!strcmp(id, ms_str(sw->state, "/current", "")) ||
	    !strcmp(id, ms_str(sw->state, "/before", "")) || !strcmp(state, "reloading")) {
		refuse(req, 409, "Conflict", "The revision is in use");
		return;
	}
	json_object_del(json_object_get(sw->state, "revisions"), id);
	sim_touch(&sw->dev);
	req->reply.status = sim_nvue_at_least(sw, 10) ? 204 : 200;
}

static void answer_revision(struct sim_req *req, struct sim_switch *sw, const char *name)
{
	const char *id = resolve(sw, name), *reason = "";
	unsigned status;

	if (!id) {
		not_found(req);
	} else if (!strcmp(req->method, "GET")) {
		reply(req, json_deep_copy(ms_at(sim_nvue_revision(sw, id), "/doc")));
	} else if (!strcmp(req->method, "DELETE")) {
		drop_revision(req, sw, id);
	} else if (!strcmp(req->method, "PATCH") && json_is_object(req->json)) {
		status = sim_nvue_revision_patch(sw, id, req->json, &reason);
		if (status == 200)
			reply(req, json_deep_copy(ms_at(sim_nvue_revision(sw, id), "/doc")));
		else
			refuse(req, status, "Bad Request", reason);
	} else {
		refuse(req, 400, "Bad Request", "A JSON object is wanted");
	}
}

/* ---- trees ---------------------------------------------------------------------------------- */

/* The configuration of ?rev=; NULL when there is no such revision.  Lent. */
static json_t *tree_of(const struct sim_switch *sw, const char *rev)
{
	if (!strcmp(rev, "startup"))
		return json_object_get(sw->state, "startup");
	if (!strcmp(rev, "applied"))
		return sim_nvue_applied(sw);
	return json_object_get(sim_nvue_revision(sw, rev), "tree");
}

static void get_config(struct sim_req *req, struct sim_switch *sw, const char *path,
		       const char *rev)
{
	const char *diff = sim_query(req, "diff"), *expand = sim_query(req, "expand");
	const json_t *tree = tree_of(sw, rev), *node = tree ? sim_nvue_walk(tree, path) : NULL;
	const json_t *other = diff ? tree_of(sw, diff) : NULL;
	json_auto_t *folded = NULL;

	if (!tree || (diff && !other)) {
		refuse(req, 404, "Not Found", "The revision does not exist");
		return;
	}
	if (diff) {
		reply(req, sim_nvue_diff(node, sim_nvue_walk(other, path)));
		return;
	}
	if (expand && !sim_nvue_at_least(sw, 15)) {
		refuse(req, 400, "Bad Request", "Extra query parameter(s) expand not in spec");
		return;
	}
	/* From 5.15 on rows of what is alike come as ranges, unless one asks for each. */
	if (sim_nvue_at_least(sw, 15) && !ms_streq(expand, "true")) {
		folded = sim_nvue_folded(tree);
		node = sim_nvue_walk(folded, path);
	}
	if (node)
		reply(req, json_deep_copy(node));
	else
		not_found(req);
}

static void get(struct sim_req *req, struct sim_switch *sw, const char *path)
{
	const char *rev = sim_query(req, "rev");
	json_t *body;

	if (rev && strcmp(rev, "operational")) {
		get_config(req, sw, path, rev);
		return;
	}
	body = sim_nvue_show(sw, path);
	if (body)
		reply(req, body);
	else
		not_found(req);
}

/* Only what is pending may be changed. */
static json_t *candidate(struct sim_req *req, struct sim_switch *sw)
{
	const char *rev = sim_query(req, "rev");
	json_t *row = rev ? sim_nvue_revision(sw, rev) : NULL;

	if (!rev)
		refuse(req, 400, "Bad Request", "Missing query parameter 'rev'");
	else if (!row)
		refuse(req, 404, "Not Found", "The revision does not exist");
	else if (strcmp(ms_str(row, "/doc/state", ""), "pending"))
		refuse(req, 409, "Conflict", "The revision is not pending");
	else
		return json_object_get(row, "tree");
	return NULL;
}

static json_t *nested(const char *path, json_t *body)
{
	json_t *tree = json_object();

	sim_nvue_merge(tree, path, body);
	return tree;
}

static void patch(struct sim_req *req, struct sim_switch *sw, const char *path)
{
	json_t *tree = candidate(req, sw);
	json_auto_t *whole = NULL;
	char reason[320];

	if (!tree)
		return;
	if (!json_is_object(req->json)) {
		refuse(req, 400, "Bad Request", "Request body is not valid JSON");
		return;
	}
	whole = *path ? nested(path, req->json) : json_incref(req->json);
	if (!sim_nvue_schema(sw, whole, reason, sizeof(reason))) {
		refuse(req, 400, "Bad Request", reason);
		return;
	}
	sim_nvue_merge(tree, path, req->json);
	sim_touch(&sw->dev);
	/* Until 5.9 the answer was the whole tree. */
	reply(req, json_deep_copy(sim_nvue_at_least(sw, 10) ? req->json : tree));
}

static void clear(struct sim_req *req, struct sim_switch *sw, const char *path)
{
	json_t *tree = candidate(req, sw);

	if (!tree)
		return;
	sim_nvue_clear(tree, path);
	sim_touch(&sw->dev);
	req->reply.status = sim_nvue_at_least(sw, 10) ? 204 : 200;
	if (req->reply.status == 200)
		req->reply.body = json_object();
}

/* ---- all ------------------------------------------------------------------------------------ */

/* Whoever cuts the management port off hears nothing any more, until the switch goes back. */
static bool is_cut_off(const struct sim_switch *sw)
{
	const json_t *eth0 = sim_nvue_get(sim_nvue_applied(sw), "interface", "eth0", NULL);

	return ms_at(eth0, "/link/state/down") != NULL;
}

static void route(struct sim_req *req, struct sim_switch *sw, const char *path)
{
	if (!strcmp(path, "revision") && !strcmp(req->method, "GET"))
		list_revisions(req, sw);
	else if (!strcmp(path, "revision") && !strcmp(req->method, "POST"))
		make_revision(req, sw);
	else if (ms_starts(path, "revision/"))
		answer_revision(req, sw, path + strlen("revision/"));
	else if (!strcmp(req->method, "GET"))
		get(req, sw, path);
	else if (!strcmp(req->method, "PATCH"))
		patch(req, sw, path);
	else if (!strcmp(req->method, "DELETE"))
		clear(req, sw, path);
	else
		refuse(req, 405, "Method Not Allowed",
		       "The method is not allowed for the requested URL.");
}

void sim_nvue_answer(struct sim_req *req)
{
	struct sim_switch *sw = sim_switch_of(req->dev);
	const char *path = req->path;

	if (is_cut_off(sw)) {
		req->reply.reset = true;
	} else if (!sim_switch_login(req)) {
		refuse(req, 401, "Unauthorized", "Provided credentials are not valid");
	} else if (ms_bool(sw->state, "/locked", false)) {
		refuse(req, 403, "Forbidden",
		       "The password of the account has to be changed first");
	} else if (!ms_starts(path, SIM_NVUE_ROOT)) {
		not_found(req);
	} else {
		path += strlen(SIM_NVUE_ROOT);
		route(req, sw, path + (*path == '/'));
	}
}
