/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading: ETags, pages, and the query options that the model has ($expand, $select, $top, $skip,
 * only).
 */
#include <ctype.h>
#include "sim/engine.h"

/* What the client may do with it (DSP0266 section 7.2.5). */
static void say_allow(struct sim_req *req)
{
	const json_t *entry = req->entry;
	bool patch = json_object_get(entry, "patch") != NULL || sim_has_role(entry, "settings");
	bool post = sim_has_role(entry, "collection") && json_object_get(entry, "of") &&
		    !(ms_streq(ms_str(entry, "/of", NULL), "account") &&
		      ms_bool(req->bmc->shape->model->behaviour, "/account/slots", false));
	bool delete = json_object_get(entry, "made") != NULL;

	snprintf(req->reply.allow, sizeof(req->reply.allow), "GET, HEAD%s%s%s",
		 patch ? ", PATCH" : "", post ? ", POST" : "", delete ? ", DELETE" : "");
}

static long number(const struct sim_req *req, const char *name, long otherwise)
{
	const char *text = sim_query(req, name);

	return text && isdigit((unsigned char)*text) ? strtol(text, NULL, 10) : otherwise;
}

/* One page of a collection, with a link to the next. */
static void page(struct sim_req *req, json_t *body)
{
	json_t *members = json_object_get(body, "Members"), *part = json_array();
	size_t total = json_array_size(members);
	long skip = number(req, "$skip", 0), size = number(req, "$top", 0),
	     own = (long)ms_int(req->entry, "/page", 0);
	bool cut = own && (!size || size > own);

	if (cut)
		size = own;
	for (size_t i = (size_t)skip; i < total && (!size || i < (size_t)(skip + size)); i++)
		json_array_append(part, json_array_get(members, i));
	json_object_set_new(body, "Members", part);
	if (cut && (size_t)(skip + size) < total)
		json_object_set_new(body, "Members@odata.nextLink",
				    json_sprintf("%s?$skip=%ld", req->path, skip + size));
}

/* The members in place of their links.  Broken firmware leaves some out. */
static void expand_members(struct sim_req *req, json_t *body)
{
	const char *how = ms_str(req->bmc->shape->model->behaviour, "/expand", "none");
	json_t *members = json_object_get(body, "Members"), *full = json_array(), *link;
	size_t i;

	if (!strcmp(how, "none") || !json_is_array(members)) {
		json_decref(full);
		return;
	}
	json_array_foreach(members, i, link) {
		json_t *member = sim_read(req->bmc, ms_str(link, "/@odata.id", ""));

		if (!strcmp(how, "broken") && i % 3 == 2) {
			json_decref(member);
			continue;
		}
		json_array_append_new(full, member ? member : json_incref(link));
	}
	json_object_set_new(body, "Members", full);
}

static bool wanted(const char *list, const char *key)
{
	size_t n = strlen(key);

	if (*key == '@')
		return true;
	for (const char *at = list; at; at = strchr(at, ',')) {
		at += *at == ',';
		if (!strncmp(at, key, n) && (!at[n] || at[n] == ',' || at[n] == '/'))
			return true;
	}
	return false;
}

static void select_keys(json_t *body, const char *list)
{
	const char *key;
	json_t *value;
	void *tmp;

	json_object_foreach_safe(body, tmp, key, value)
		if (!wanted(list, key))
			json_object_del(body, key);
}

static void queries(struct sim_req *req, json_t *body)
{
	if (json_is_array(json_object_get(body, "Members"))) {
		page(req, body);
		if (sim_query(req, "$expand"))
			expand_members(req, body);
	}
	if (sim_query(req, "$select"))
		select_keys(body, sim_query(req, "$select"));
}

/* Where the model shows ETags: everywhere, or only on resources that say so. */
static void tag(struct sim_req *req, json_t *body)
{
	const struct sim_model *model = req->bmc->shape->model;
	char etag[64];

	if (!ms_bool(req->entry, "/etag", ms_bool(model->behaviour, "/etag/all", true)))
		return;
	sim_etag(req->bmc, body, etag);
	if (!*etag)
		return;
	if (model->etag_body)
		json_object_set_new(body, "@odata.etag", json_string(etag));
	if (model->etag_header)
		snprintf(req->reply.etag, sizeof(req->reply.etag), "%s", etag);
}

static bool unchanged(const struct sim_req *req)
{
	const char *known = sim_header(req, "If-None-Match");

	return known && *req->reply.etag && !strcmp(known, req->reply.etag);
}

/* Why an entry cannot be read though it is there. */
static bool withheld(struct sim_req *req)
{
	const char *licence = ms_str(req->entry, "/license", NULL);

	if (licence) {
		sim_say(req, "license", NULL, licence, NULL);
		return true;
	}
	if (ms_bool(req->entry, "/needs_boot", false) && !req->bmc->boots &&
	    req->bmc->boot != SIM_BOOT_OS) {
		sim_say(req, "in_use", NULL, NULL);
		return true;
	}
	return false;
}

static void read_resource(struct sim_req *req)
{
	json_t *body;

	if (withheld(req) || sim_capture_text(req))
		return;
	body = sim_read(req->bmc, req->path);
	if (!body) {
		sim_say(req, "internal", NULL, NULL);
		return;
	}
	say_allow(req);
	tag(req, body);
	if (unchanged(req)) {
		req->reply.status = 304;
		json_decref(body);
		return;
	}
	queries(req, body);
	req->reply.status = 200;
	req->reply.body = body;
	if (sim_has_role(req->entry, "task"))
		sim_task_read(req);
}

void sim_get(struct sim_req *req)
{
	const char *text = ms_str(req->entry, "/text", NULL);

	if (!req->entry) {
		sim_say(req, "not_found", NULL, req->path, NULL);
	} else if (sim_has_role(req->entry, "sse")) {
		sim_stream_open(req);
	} else if (text) {
		req->reply.status = 200;
		req->reply.text = strdup(text);
		req->reply.len = strlen(text);
		req->reply.type = "application/xml";
	} else {
		read_resource(req);
	}
}

/* A slow URI holds the answer; with --latency so does every other. */
double sim_redfish_delay(struct sim_req *req)
{
	const json_t *entry = sim_entry(req->bmc, req->path, NULL);
	double seconds = 0;

	if (entry && !strcmp(req->method, "GET"))
		seconds = json_number_value(json_object_get(entry, "slow"));
	if (req->sim->opts.latency)
		seconds += json_number_value(ms_at(req->bmc->shape->model->behaviour, "/latency"));
	return seconds;
}
