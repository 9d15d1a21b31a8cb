/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cables, one by one: those written as links, several in one entry, and those of servers' NICs. */
#include <errno.h>
#include "site/grow.h"

/* "leaf[01-04]:49" is four ends. */
static int expand_ends(struct ms_growth *g, const char *from, const char *to, char ***ret_from,
		       char ***ret_to, size_t *ret_n)
{
	size_t n, m;
	char **ends = NULL;
	int r = ms_range_expand(from, &ends, &n, g->err);

	if (!r)
		r = ms_range_expand(to, ret_to, &m, g->err);
	if (r) {
		ms_strv_free(ends);
		return r;
	}
	*ret_from = ends;
	*ret_n = n;
	if (n == m)
		return 0;
	ms_grow_problem(g, "write ranges of as many values",
			"\"%.120s\" is %zu ends of cables, but \"%.120s\" is %zu", from, n, to, m);
	*ret_n = 0;
	return 0;
}

/* Fields that differ from cable to cable may be ranges too. */
static int add_cables(struct ms_growth *g, const json_t *entry, char **from, char **to, size_t n,
		      char **names)
{
	struct ms_range_cache cache = { 0 };
	int r = 0;

	for (size_t i = 0; !r && i < n; i++) {
		json_auto_t *one = ms_range_pick(&cache, ms_fields_link, entry, i, g->err);

		if (!one)
			r = g->err->error;
		else if (json_object_set_new(one, "from", json_string(from[i])) ||
			 json_object_set_new(one, "to", json_string(to[i])) ||
			 (names && json_object_set_new(one, "name", json_string(names[i]))))
			r = ms_nomem(g->err);
		if (!r)
			r = ms_grow_link(g, from[i], to[i], one);
		if (r && g->err->code != MS_OK && r == -EINVAL) {
			ms_grow_problem(g, "write ranges of as many values", "%s", g->err->message);
			ms_err_clear(g->err);
		}
	}
	ms_range_cache_release(&cache);
	return r;
}

static int add_written(struct ms_growth *g, const json_t *entry)
{
	const char *name = json_string_value(json_object_get(entry, "name"));
	char **from = NULL, **to = NULL, **names = NULL;
	size_t n = 0, n_names = 0;
	int r = expand_ends(g, ms_str(entry, "/from", ""), ms_str(entry, "/to", ""), &from, &to,
			    &n);

	if (!r && name && n)
		r = ms_range_expand(name, &names, &n_names, g->err);
	if (!r && name && n && n_names != n)
		ms_grow_problem(g, "leave the name out, or write a range of as many names",
				"\"%.80s\" is %zu names for %zu cables", name, n_names, n);
	else if (!r)
		r = add_cables(g, entry, from, to, n, names);
	ms_strv_free(from);
	ms_strv_free(to);
	ms_strv_free(names);
	return r;
}

static int grow_written(struct ms_growth *g)
{
	const json_t *entry;
	size_t i;
	int r = 0;

	json_array_foreach(ms_at(g->grown->root, "/spec/links"), i, entry) {
		snprintf(g->check.path, sizeof(g->check.path), "/spec/links/%zu", i);
		if (!r)
			r = add_written(g, entry);
	}
	return r;
}

/* ---- cables of NICs -------------------------------------------------------------------------- */

/* What a NIC is called where it has no name. */
static const char *nic_name(const json_t *nic)
{
	return ms_str(nic, "/name", ms_str(nic, "/mac", ms_str(nic, "/slot", NULL)));
}

static int add_nic(struct ms_growth *g, const char *server, size_t copy, const json_t *nic,
		   struct ms_range_cache *cache)
{
	const struct ms_field *fields = ms_field_find(ms_fields_server, "nics", true)->fields;
	const char *name = nic_name(nic);
	json_auto_t *one = NULL;
	MS_AUTO_FREE char *from = NULL;

	if (!name || !json_is_string(json_object_get(nic, "cable")))
		return 0;
	one = json_pack("{s:s, s:O}", "name", name, "cable", json_object_get(nic, "cable"));
	if (!one)
		return ms_nomem(g->err);
	json_auto_t *now = ms_range_pick(cache, fields, one, copy, g->err);

	from = now ? ms_asprintf("%s:%s", server, ms_str(now, "/name", "")) : NULL;
	if (now && !from)
		return ms_nomem(g->err);
	return now ? ms_grow_link(g, from, ms_str(now, "/cable", ""), NULL) : g->err->error;
}

struct nics { struct ms_range_cache cache; const json_t *entry; /* that the cache is for */ };

static int add_nics(struct ms_growth *g, void *ctx, const char *server, size_t copy,
		    const json_t *base, const json_t *entry)
{
	struct nics *nics = ctx;
	const json_t *nic;
	size_t i;
	int r = 0;

	if (nics->entry != entry)
		ms_range_cache_release(&nics->cache);
	nics->entry = entry;
	json_array_foreach(ms_merged_at(base, entry, "/nics"), i, nic)
		if (!r)
			r = add_nic(g, server, copy, nic, &nics->cache);
	return r;
}

static int grow_nics(struct ms_growth *g)
{
	struct nics nics = { .entry = NULL };
	int r = ms_grow_each(g, "servers", "server", add_nics, &nics);

	ms_range_cache_release(&nics.cache);
	return r;
}

/* ---- what a cable does not say itself -------------------------------------------------------- */

/* {name: fabric or ""} */
static int add_fabric(struct ms_growth *g, void *fabrics, const char *name, size_t copy,
		      const json_t *base, const json_t *entry)
{
	const char *fabric = json_string_value(ms_merged_at(base, entry, "/fabric"));

	(void)copy;
	return json_object_set_new(fabrics, name, json_string(fabric ? fabric : ""))
		       ? ms_nomem(g->err)
		       : 0;
}

static const char *fabric_at(const json_t *fabrics, const char *end)
{
	char name[256];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(end, ":"), end);
	return json_string_value(json_object_get(fabrics, name));
}

static int settle_link(struct ms_growth *g, const json_t *fabrics, const json_t *base, json_t *link)
{
	const char *from = fabric_at(fabrics, ms_str(link, "/from", "")),
		   *to = fabric_at(fabrics, ms_str(link, "/to", "")),
		   *fabric = from && *from ? from : to;
	int r = 0;

	if (!ms_merged_at(base, link, "/layer"))
		r |= json_object_set_new(link, "layer",
					 json_string(from && to ? "routed" : "host"));
	if (!ms_merged_at(base, link, "/fabric") && fabric && *fabric)
		r |= json_object_set_new(link, "fabric", json_string(fabric));
	return r ? ms_nomem(g->err) : 0;
}

static int settle_links(struct ms_growth *g)
{
	json_auto_t *fabrics = json_object();
	struct ms_inherit in;
	const json_t *base;
	json_t *link;
	size_t i;
	int r = fabrics ? ms_grow_each(g, "switches", "switch", add_fabric, fabrics)
			: ms_nomem(g->err);

	ms_inherit_init(&in, g->grown->root, "link");
	json_array_foreach(g->links, i, link) {
		if (!r)
			r = ms_inherit_of(&in, link, &base, g->err);
		if (!r)
			r = settle_link(g, fabrics, base, link);
	}
	ms_inherit_release(&in);
	return r;
}

int ms_grow_links(struct ms_growth *g)
{
	int r = grow_written(g);

	/* Where no switch is described, `cable` is for people. */
	if (!r && json_array_size(g->switches))
		r = grow_nics(g);
	return r ? r : settle_links(g);
}
