/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RESTCONF (RFC 8040): what may be asked, and how it is answered. */
#include <errno.h>
#include <stdarg.h>
#include "sim/restconf/restconf.h"

#define YANG "application/yang-data+json"
#define READS "GET, HEAD, OPTIONS"
#define WRITES READS ", POST, PUT, PATCH, DELETE"

static const char host_meta[] =
	"<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>\n"
	"  <Link rel='restconf' href='/restconf'/>\n"
	"</XRD>\n";

/* ---- types of content: what is sent is what is liked best of the two ---- */

static bool has_type(const char *header, const char *type)
{
	const char *at = header ? strcasestr(header, type) : NULL;

	return at &&
	       !strchr("+-abcdefghijklmnopqrstuvwxyz", at[strlen(type)] ? at[strlen(type)] : ' ');
}

static const char *type_of(const struct sim_req *req)
{
	const char *accept = sim_header(req, "Accept");

	if (!accept || has_type(accept, YANG) || has_type(accept, "*/*") ||
	    has_type(accept, "application/*"))
		return YANG;
	return has_type(accept, "application/json") ? "application/json" : NULL;
}

void sim_restconf_fail(struct sim_req *req, unsigned status, const char *tag, const char *fmt, ...)
{
	bool protocol = status == 405 || status == 406 || status == 415 || status == 401;
	MS_AUTO_FREE char *text = NULL;
	const char *type = type_of(req);
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	req->reply.status = status;
	req->reply.type = type ? type : YANG;
	req->reply.body = json_pack("{s:{s:[{s:s, s:s, s:s}]}}", "ietf-restconf:errors", "error",
				    "error-type", protocol ? "protocol" : "application",
				    "error-tag", tag, "error-message", text ? text : tag);
}

/* ---- reads ---- */

static void set_etag(struct sim_req *req, const struct sim_restconf *service)
{
	snprintf(req->reply.etag, sizeof(req->reply.etag), "\"%016llx\"",
		 (unsigned long long)service->version(sim_switch_of(req->dev)));
}

static void say(struct sim_req *req, json_t *body)
{
	req->reply.status = 200;
	req->reply.type = type_of(req);
	req->reply.body = body;
}

/* An entry of a list is a list of one. */
static void say_node(struct sim_req *req, const struct sim_restconf_node *node, json_t *value)
{
	json_t *body = json_object();
	char key[SIM_PATH_MAX];

	snprintf(key, sizeof(key), "%.*s:%s", node->module_len, node->module, node->name);
	json_object_set_new(body, key, node->entry ? json_pack("[O]", value) : json_incref(value));
	say(req, body);
}

static void get_node(struct sim_req *req, const struct sim_restconf *service,
		     const struct sim_restconf_top *top, const struct sim_restconf_path *path)
{
	json_auto_t *tree = top->get(sim_switch_of(req->dev));
	struct sim_restconf_node node;
	json_auto_t *value = NULL;
	const char *why;

	if (!sim_restconf_find(service, top, tree, path, &node)) {
		sim_restconf_fail(req, 404, "invalid-value", "Resource not found");
		return;
	}
	value = json_incref((json_t *)node.value);
	why = sim_restconf_query(req, top->config, &value);
	if (why) {
		sim_restconf_fail(req, 400, "invalid-value", "%s", why);
		return;
	}
	if (!value) {
		sim_restconf_fail(req, 404, "invalid-value", "Resource not found");
		return;
	}
	if (top->config)
		set_etag(req, service);
	if (*req->reply.etag && ms_streq(sim_header(req, "If-None-Match"), req->reply.etag))
		req->reply.status = 304;
	else
		say_node(req, &node, value);
}

/* Everything. */
static void get_all(struct sim_req *req, const struct sim_restconf *service)
{
	const char *content = sim_query(req, "content"), *why;
	json_t *all = json_object();
	char key[SIM_PATH_MAX];

	for (const struct sim_restconf_top *top = service->tops; top->name; top++) {
		if (content && strcmp(content, "all") && !strcmp(content, "config") != top->config)
			continue;
		snprintf(key, sizeof(key), "%s:%s", top->module, top->name);
		json_object_set_new(all, key, top->get(sim_switch_of(req->dev)));
	}
	why = sim_restconf_query(req, ms_streq(content, "config"), &all);
	if (why) {
		json_decref(all);
		sim_restconf_fail(req, 400, "invalid-value", "%s", why);
		return;
	}
	set_etag(req, service);
	say(req, json_pack("{s:o}", "ietf-restconf:data", all));
}

/* ---- writes ---- */

static bool may_write(struct sim_req *req, const struct sim_restconf *service)
{
	const char *match = sim_header(req, "If-Match"), *type = sim_header(req, "Content-Type");
	bool deletes = !strcmp(req->method, "DELETE");

	if (strchr(req->uri, '?')) {
		sim_restconf_fail(req, 400, "invalid-value", "unknown query parameter");
	} else if (!deletes && !has_type(type, YANG) && !has_type(type, "application/json")) {
		sim_restconf_fail(req, 415, "invalid-value", "Content-Type is " YANG);
	} else if (!deletes && !json_is_object(req->json)) {
		sim_restconf_fail(req, 400, "malformed-message", "the message is no JSON object");
	} else {
		set_etag(req, service);
		if (!match || !strcmp(match, "*") || !strcmp(match, req->reply.etag))
			return true;
		*req->reply.etag = 0;
		sim_restconf_fail(req, 412, "operation-failed",
				  "If-Match: the configuration is another one");
	}
	return false;
}

static void write_node(struct sim_req *req, const struct sim_restconf *service,
		       const struct sim_restconf_path *path)
{
	if (!may_write(req, service))
		return;
	service->write(req, path);
	/* What it is from now on. */
	*req->reply.etag = 0;
	if (req->reply.status < 300)
		set_etag(req, service);
}

/* ---- requests ---- */

static bool is_read(const struct sim_req *req)
{
	return !strcmp(req->method, "GET") || !strcmp(req->method, "HEAD");
}

static void not_allowed(struct sim_req *req, const char *allow)
{
	sim_restconf_fail(req, 405, "operation-not-supported", "%s is not for this resource",
			  req->method);
	snprintf(req->reply.allow, sizeof(req->reply.allow), "%s", allow);
}

static void options(struct sim_req *req, bool config)
{
	req->reply.status = 200;
	snprintf(req->reply.allow, sizeof(req->reply.allow), "%s", config ? WRITES : READS);
	if (config)
		req->reply.accept_patch = YANG;
}

static const struct sim_restconf_top *top_of(const struct sim_restconf *service,
					     const struct sim_restconf_step *step)
{
	for (const struct sim_restconf_top *top = service->tops; top->name; top++)
		if (!strcmp(top->name, step->name) &&
		    (!step->module || !strcmp(step->module, top->module)))
			return top;
	return NULL;
}

static bool is_write(const struct sim_req *req)
{
	static const char *const methods[] = { "POST", "PUT", "PATCH", "DELETE" };

	for (size_t i = 0; i < MS_ARRAY_SIZE(methods); i++)
		if (!strcmp(methods[i], req->method))
			return true;
	return false;
}

static void data(struct sim_req *req, const struct sim_restconf *service)
{
	struct sim_restconf_path path;
	const struct sim_restconf_top *top;

	if (sim_restconf_path(req->uri, &path)) {
		sim_restconf_fail(req, 400, "invalid-value", "the path is not well-formed");
		return;
	}
	top = path.n ? top_of(service, &path.step[0]) : NULL;
	if (path.n && (!top || path.step[0].key))
		sim_restconf_fail(req, 404, "invalid-value", "Resource not found");
	else if (!strcmp(req->method, "OPTIONS"))
		options(req, top && top->config);
	else if (is_read(req) && top)
		get_node(req, service, top, &path);
	else if (is_read(req))
		get_all(req, service);
	else if (top && top->config && is_write(req))
		write_node(req, service, &path);
	else
		not_allowed(req, READS);
	sim_restconf_path_release(&path);
}

#define LIBRARY "2016-06-21"

static void root(struct sim_req *req)
{
	const char *what = req->path + strlen("/restconf");

	if (strcmp(req->method, "OPTIONS") && !is_read(req))
		not_allowed(req, READS);
	else if (!strcmp(req->method, "OPTIONS"))
		options(req, false);
	else if (!*what)
		say(req, json_pack("{s:{s:{}, s:{}, s:s}}", "ietf-restconf:restconf", "data",
				   "operations", "yang-library-version", LIBRARY));
	else if (!strcmp(what, "/yang-library-version"))
		say(req, json_pack("{s:s}", "ietf-restconf:yang-library-version", LIBRARY));
	else if (!strcmp(what, "/operations"))
		say(req, json_pack("{s:{}}", "ietf-restconf:operations"));
	else
		sim_restconf_fail(req, 404, "invalid-value", "Resource not found");
}

static void meta(struct sim_req *req)
{
	if (!is_read(req)) {
		req->reply.status = 405;
		snprintf(req->reply.allow, sizeof(req->reply.allow), "GET, HEAD");
		return;
	}
	req->reply.status = 200;
	req->reply.type = "application/xrd+xml";
	req->reply.text = strdup(host_meta);
	req->reply.len = req->reply.text ? strlen(req->reply.text) : 0;
}

void sim_restconf(struct sim_req *req, const struct sim_restconf *service)
{
	bool is_data = !strcmp(req->path, SIM_RESTCONF_DATA) ||
		       ms_starts(req->path, SIM_RESTCONF_DATA "/");

	if (!strcmp(req->path, "/.well-known/host-meta"))
		meta(req);
	else if (!is_data && strcmp(req->path, "/restconf") && !ms_starts(req->path, "/restconf/"))
		req->reply.status = 404;
	else if (!service->login(req))
		return;
	else if (!type_of(req))
		sim_restconf_fail(req, 406, "invalid-value", YANG " is what there is");
	else if (is_data)
		data(req, service);
	else
		root(req);
}
