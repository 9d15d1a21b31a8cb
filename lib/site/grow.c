/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a Site says by rule, written out: the order of the steps, and the lists that they share. */
#include <errno.h>
#include "site/grow.h"

struct ms_err *ms_grow_problem(struct ms_growth *g, const char *hint, const char *fmt, ...)
{
	va_list ap;
	char message[512];
	struct ms_err *err;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	g->problems++;
	err = ms_check_problem(&g->check, false, "%s", message);
	ms_check_hint(err, "%s", hint);
	return err;
}

static int grow_add(struct ms_growth *g, const char *key, json_t *list, json_t *entry)
{
	json_t *origins = json_object_get(g->grown->origins, key);

	if (json_array_size(list) >= MS_GROW_MAX) {
		json_decref(entry);
		ms_grow_problem(g, "write fewer or smaller rules", "more than %u %s with this",
				MS_GROW_MAX, key);
		return -E2BIG;
	}
	if (json_array_append_new(list, entry) ||
	    json_array_append_new(origins, json_string(g->check.path)))
		return ms_nomem(g->err);
	return 0;
}

int ms_grow_switch(struct ms_growth *g, const char *name, json_t *entry)
{
	if (json_object_set_new(entry, "name", json_string(name))) {
		json_decref(entry);
		return ms_nomem(g->err);
	}
	return grow_add(g, "switches", g->switches, entry);
}

/* Whichever is written first. */
static char *ends_key(const char *from, const char *to)
{
	return strcmp(from, to) < 0 ? ms_asprintf("%s %s", from, to)
				    : ms_asprintf("%s %s", to, from);
}

int ms_grow_link(struct ms_growth *g, const char *from, const char *to, const json_t *more)
{
	MS_AUTO_FREE char *key = ends_key(from, to);
	json_t *link = key ? json_object_get(g->by_ends, key) : NULL;
	int r;

	if (!key)
		return ms_nomem(g->err);
	if (link)
		return more && ms_grow_overlay(link, more) ? ms_nomem(g->err) : 0;
	link = json_pack("{s:s++, s:s, s:s}", "name", from, "--", to, "from", from, "to", to);
	if (!link || (more && ms_grow_overlay(link, more))) {
		json_decref(link);
		return ms_nomem(g->err);
	}
	r = grow_add(g, "links", g->links, link);
	if (!r && (json_object_set(g->by_ends, key, link) ||
		   json_object_set_new(g->grown->peers, from, json_string(to)) ||
		   json_object_set_new(g->grown->peers, to, json_string(from))))
		r = ms_nomem(g->err);
	return r;
}

int ms_grow_overlay(json_t *under, const json_t *over)
{
	const char *key;
	json_t *value, *below;
	int r = 0;

	json_object_foreach((json_t *)over, key, value) {
		below = json_object_get(under, key);
		if (json_is_object(below) && json_is_object(value))
			r |= ms_grow_overlay(below, value);
		else
			r |= json_object_set_new(under, key, json_deep_copy(value));
	}
	return r ? -ENOMEM : 0;
}

/* ---- switches that people wrote -------------------------------------------------------------- */

static int add_switch(struct ms_growth *g, json_t *entry)
{
	const char *name = ms_str(entry, "/name", "");
	json_t *made = json_object_get(g->by_name, name);

	if (made)
		return ms_grow_overlay(made, entry) ? ms_nomem(g->err) : 0;
	return grow_add(g, "switches", g->switches, json_incref(entry));
}

static bool any_made(const struct ms_growth *g, char **names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (json_object_get(g->by_name, names[i]))
			return true;
	return false;
}

/* A range stays one entry unless a rule makes some of its switches. */
static int add_switches(struct ms_growth *g, json_t *entry)
{
	const char *name = ms_str(entry, "/name", "");
	struct ms_range_cache cache = { 0 };
	char **names;
	size_t n, i;
	int r = ms_range_expand(name, &names, &n, g->err);

	if (r)
		return r;
	if (!ms_range_is(name) || !any_made(g, names, n)) {
		r = add_switch(g, entry);
		n = 0;
	}
	for (i = 0; !r && i < n; i++) {
		json_auto_t *one = ms_range_pick(&cache, ms_fields_switch, entry, i, g->err);

		r = one ? 0 : g->err->error;
		if (!r && json_object_set_new(one, "name", json_string(names[i])))
			r = ms_nomem(g->err);
		if (!r)
			r = add_switch(g, one);
	}
	ms_range_cache_release(&cache);
	ms_strv_free(names);
	return r;
}

int ms_grow_switches(struct ms_growth *g)
{
	json_t *entry;
	size_t i;
	int r = 0;

	json_array_foreach(ms_at(g->grown->root, "/spec/switches"), i, entry) {
		snprintf(g->check.path, sizeof(g->check.path), "/spec/switches/%zu", i);
		if (!r)
			r = add_switches(g, entry);
	}
	return r;
}

int ms_grow_each(struct ms_growth *g, const char *key, const char *defaults, ms_grow_fn *fn,
		 void *ctx)
{
	struct ms_inherit in;
	const json_t *entry, *base;
	char path[64];
	size_t i;
	int r = 0;

	ms_inherit_init(&in, g->grown->root, defaults);
	json_array_foreach(ms_at(g->grown->root, "/spec/%s", key), i, entry) {
		char **names = NULL;
		size_t n = 0;

		snprintf(path, sizeof(path), "/spec/%s/%zu", key, i);
		ms_grown_origin(g->grown, path, g->check.path, sizeof(g->check.path));
		r = ms_inherit_of(&in, entry, &base, g->err);
		if (!r)
			r = ms_range_expand(ms_str(entry, "/name", ""), &names, &n, g->err);
		for (size_t copy = 0; !r && copy < n; copy++)
			r = fn(g, ctx, names[copy], copy, base, entry);
		ms_strv_free(names);
		if (r)
			break;
	}
	ms_inherit_release(&in);
	return r;
}

/* ---- all of it ------------------------------------------------------------------------------- */

/* jansson leaves out of a copy what it has no memory for, and succeeds. */
json_t *ms_grow_copy(const json_t *value)
{
	json_t *copy = json_copy((json_t *)value);

	if (json_object_size(copy) == json_object_size(value) &&
	    json_array_size(copy) == json_array_size(value))
		return copy;
	json_decref(copy);
	return NULL;
}

/* Root and spec are copied, because lists in them change; everything else is shared. */
static json_t *root_new(const json_t *written)
{
	json_t *root = ms_grow_copy(written);
	json_t *spec = ms_grow_copy(json_object_get(written, "spec"));

	if (!json_object_set_new(root, "spec", spec)) /* takes it also where there is no root */
		return root;
	json_decref(root);
	return NULL;
}

static int put_list(struct ms_growth *g, const char *key, json_t *list)
{
	json_t *spec = json_object_get(g->grown->root, "spec");

	if (!json_array_size(list) && !json_object_get(spec, key))
		return 0;
	return json_object_set(spec, key, list) ? ms_nomem(g->err) : 0;
}

static int grow(struct ms_growth *g)
{
	int r = ms_grow_fabrics(g);

	if (!r)
		r = ms_grow_rules(g);
	if (!r)
		r = ms_grow_switches(g);
	if (!r)
		r = put_list(g, "switches", g->switches);
	if (!r)
		r = ms_grow_pairs(g);
	if (!r)
		r = ms_grow_links(g);
	if (!r)
		r = put_list(g, "links", g->links);
	if (!r)
		r = ms_grow_channels(g);
	if (!r)
		r = ms_grow_networks(g);
	return r;
}

int ms_grow(const struct ms_doc *site, struct ms_grown *ret_grown, struct ms_report *report,
	    struct ms_err *err)
{
	struct ms_growth g = { .grown = ret_grown,
			       .check = { .doc = site, .report = report },
			       .err = err };
	int r;

	*ret_grown = (struct ms_grown){
		.site = site,
		.root = root_new(site->root),
		.origins = json_pack("{s:[], s:[]}", "switches", "links"),
		.fabrics = json_object(),
		.peers = json_object(),
		.pairs = json_object(),
		.channels = json_object(),
	};
	g.switches = json_array();
	g.links = json_array();
	g.by_name = json_object();
	g.by_ends = json_object();
	r = ret_grown->root && ret_grown->origins && ret_grown->fabrics && ret_grown->peers &&
			    ret_grown->pairs && ret_grown->channels &&
			    g.switches && g.links && g.by_name && g.by_ends
		    ? grow(&g)
		    : ms_nomem(err);
	json_decref(g.switches);
	json_decref(g.links);
	json_decref(g.by_name);
	json_decref(g.by_ends);
	/* What was told is in the report. */
	return r && err->code == MS_OK && g.problems ? 0 : r;
}

void ms_grown_release(struct ms_grown *grown)
{
	json_decref(grown->root);
	json_decref(grown->origins);
	json_decref(grown->fabrics);
	json_decref(grown->peers);
	json_decref(grown->pairs);
	json_decref(grown->channels);
	*grown = (struct ms_grown){ 0 };
}

void ms_grown_origin(const struct ms_grown *grown, const char *path, char *buf, size_t size)
{
	const char *list = ms_starts(path, "/spec/") ? path + strlen("/spec/") : "", *slash;
	char key[32];
	char *end;
	unsigned long i;

	snprintf(buf, size, "%s", path);
	slash = strchr(list, '/');
	if (!grown || !slash || (size_t)(slash - list) >= sizeof(key))
		return;
	snprintf(key, sizeof(key), "%.*s", (int)(slash - list), list);
	i = strtoul(slash + 1, &end, 10);
	const char *origin = json_string_value(
		json_array_get(json_object_get(grown->origins, key), i));

	/* What a rule made has no fields of its own in the text. */
	if (origin)
		snprintf(buf, size, "%s%s", origin,
			 ms_starts(origin, "/spec/fabrics/") || ms_starts(origin, "/spec/servers/")
				 ? ""
				 : end);
}
