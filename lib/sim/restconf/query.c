/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of a resource is wanted (RFC 8040 section 4.8): fields, depth, content. */
#include <microhttpd.h>
#include "sim/restconf/restconf.h"

#define NESTED 16

/* ---- fields: "name;statistics/in-octets;a(b;c)" as {NAME: null (all of it) or {...}} ---- */

/* What is below a name that was read. */
static json_t *below(json_t *wanted, const char *name)
{
	if (!json_is_object(json_object_get(wanted, name)))
		json_object_set_new(wanted, name, json_object());
	return json_object_get(wanted, name);
}

static bool parse_fields(const char **text, unsigned depth, json_t *wanted)
{
	json_t *at = wanted;
	char name[128];

	for (;;) {
		size_t len = strcspn(*text, ";/()");

		if (!len || len >= sizeof(name) || depth > NESTED)
			return false;
		snprintf(name, sizeof(name), "%.*s", (int)len, *text);
		*text += len;
		switch (**text) {
		case '/':
			at = below(at, name);
			++*text;
			continue;
		case '(':
			++*text;
			if (!parse_fields(text, depth + 1, below(at, name)) || *(*text)++ != ')')
				return false;
			break;
		default:
			if (!json_object_get(at, name))
				json_object_set_new(at, name, json_null());
		}
		if (**text != ';')
			return true;
		++*text;
		at = wanted;
	}
}

static json_t *only_fields(const json_t *value, const json_t *wanted)
{
	const char *key, *name;
	json_t *out, *row, *inner, *found;
	size_t i;

	if (json_is_array(value)) {
		out = json_array();
		json_array_foreach(value, i, row)
			json_array_append_new(out, only_fields(row, wanted));
		return out;
	}
	if (!json_is_object(value) || !json_is_object(wanted))
		return json_incref((json_t *)value);
	out = json_object();
	json_object_foreach((json_t *)wanted, name, inner) {
		struct sim_restconf_step step = { .name = name };
		MS_AUTO_FREE char *copy = strdup(name);
		char *colon = copy ? strchr(copy, ':') : NULL;

		if (colon) {
			*colon = 0;
			step = (struct sim_restconf_step){ copy, colon + 1, NULL };
		}
		if (sim_restconf_member(value, &step, &key, &found))
			json_object_set_new(out, key, only_fields(found, inner));
	}
	return out;
}

/* ---- depth: the resource itself is 1, its members are 2 ---- */

static json_t *only_depth(const json_t *value, unsigned left)
{
	const char *key;
	json_t *out, *row;
	size_t i;

	if (json_is_array(value)) {
		out = json_array();
		json_array_foreach(value, i, row)
			json_array_append_new(out, only_depth(row, left));
		return out;
	}
	if (!json_is_object(value))
		return json_incref((json_t *)value);
	out = json_object();
	if (left > 1)
		json_object_foreach((json_t *)value, key, row)
			json_object_set_new(out, key, only_depth(row, left - 1));
	return out;
}

/* ---- */

static enum MHD_Result is_known(void *ctx, enum MHD_ValueKind kind, const char *key,
				const char *value)
{
	static const char *const names[] = { "content", "depth", "fields" };
	bool *bad = ctx;

	(void)kind;
	(void)value;
	for (size_t i = 0; i < MS_ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], key))
			return MHD_YES;
	*bad = true;
	return MHD_NO;
}

static void take(json_t **value, json_t *other)
{
	json_decref(*value);
	*value = other;
}

const char *sim_restconf_query(struct sim_req *req, bool config, json_t **value)
{
	const char *content = sim_query(req, "content"), *depth = sim_query(req, "depth"),
		   *fields = sim_query(req, "fields");
	json_auto_t *wanted = json_object();
	unsigned long levels = depth ? strtoul(depth, NULL, 10) : 0;
	bool bad = false;

	MHD_get_connection_values(req->connection, MHD_GET_ARGUMENT_KIND, is_known, &bad);
	if (bad)
		return "unknown query parameter";
	if (content && strcmp(content, "all") && strcmp(content, "config") &&
	    strcmp(content, "nonconfig"))
		return "content is config, nonconfig or all";
	if (depth && strcmp(depth, "unbounded") && (levels < 1 || levels > 65535))
		return "depth is a number from 1 to 65535, or unbounded";
	if (fields && (!parse_fields(&fields, 0, wanted) || *fields))
		return "fields is not well-formed";
	if (content && strcmp(content, "all") && !strcmp(content, "config") != config)
		take(value, NULL);
	if (*value && json_object_size(wanted))
		take(value, only_fields(*value, wanted));
	if (*value && levels)
		take(value, only_depth(*value, (unsigned)levels));
	return NULL;
}
