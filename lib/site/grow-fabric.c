/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fabrics with their defaults, and what each owns: the numbers that only msctl gives to its tenants
 * and networks. */
#include <errno.h>
#include <inttypes.h>
#include "site/grow.h"

static const struct owned {
	const char *list, *defaults, *pool, *owns;
} rows[] = {
	{ "tenants", "tenant", "/pools/l3vlan", "vlans" },
	{ "networks", "network", "/pools/vlan", "vlans" },
	{ "tenants", "tenant", "/pools/l3vni", "vnis" },
	{ "networks", "network", "/pools/vni", "vnis" },
	{ "networks", "network", "/pools/vpls", "vpls" },
};

static int add_fabric(struct ms_growth *g, const json_t *base, const json_t *entry)
{
	json_auto_t *nothing = json_object();
	json_auto_t *merged = ms_merge_new(base ? base : nothing, entry);
	char **names = NULL;
	size_t n = 0;
	int r = merged ? ms_range_expand(ms_str(entry, "/name", ""), &names, &n, g->err)
		       : ms_nomem(g->err);

	for (size_t i = 0; !r && i < n; i++)
		if (json_object_set_new(g->grown->fabrics, names[i], ms_grow_copy(merged)))
			r = ms_nomem(g->err);
	ms_strv_free(names);
	return r;
}

/* ---- what it owns ---------------------------------------------------------------------------- */

static const json_t *pool_named(const struct ms_growth *g, const char *name)
{
	const json_t *pool;
	size_t i;

	json_array_foreach(ms_at(g->grown->root, "/spec/pools/numbers"), i, pool)
		if (ms_streq(ms_str(pool, "/name", NULL), name))
			return pool;
	return NULL;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static int add_span(json_t *list, int64_t first, int64_t last)
{
	if (first > last)
		return 0;
	return json_array_append_new(
		list, first == last ? json_sprintf("%" PRId64, first)
				    : json_sprintf("%" PRId64 "-%" PRId64, first, last));
}

/* What a pool excludes is somebody else's. */
static int add_spans(json_t *list, const json_t *pool)
{
	const json_t *exclude = json_object_get(pool, "exclude"), *value;
	size_t n = json_array_size(exclude), i;
	MS_AUTO_FREE int64_t *out = calloc(n + 1, sizeof(*out));
	int64_t first = ms_int(pool, "/first", 0), last = ms_int(pool, "/last", 0);
	int r = 0;

	if (!out)
		return -ENOMEM;
	json_array_foreach(exclude, i, value)
		out[i] = json_integer_value(value);
	qsort(out, n, sizeof(*out), by_value);
	for (i = 0; i < n; i++) {
		if (out[i] < first || out[i] > last)
			continue;
		r |= add_span(list, first, out[i] - 1);
		first = out[i] + 1;
	}
	return r | add_span(list, first, last);
}

/* {fabric: {"vlans": {pool: true}}}, in order of first use. */
static int use_pool(json_t *used, const char *fabric, const char *owns, const char *pool)
{
	json_t *of_fabric = json_object_get(used, fabric), *pools;

	if (!of_fabric) {
		of_fabric = json_object();
		if (json_object_set_new(used, fabric, of_fabric))
			return -ENOMEM;
	}
	pools = json_object_get(of_fabric, owns);
	if (!pools) {
		pools = json_object();
		if (json_object_set_new(of_fabric, owns, pools))
			return -ENOMEM;
	}
	return json_object_set_new(pools, pool, json_true());
}

struct usage {
	json_t *used, *tenants /* {tenant: fabric} */;
};

static int use_entry(struct ms_growth *g, struct usage *u, const struct owned *row,
		     const json_t *base, const json_t *entry)
{
	const char *fabric = json_string_value(ms_merged_at(base, entry, "/fabric")),
		   *tenant = json_string_value(ms_merged_at(base, entry, "/tenant")),
		   *pool = json_string_value(ms_merged_at(base, entry, row->pool));
	char **names = NULL;
	size_t n = 0;
	int r = 0;

	if (tenant)
		fabric = json_string_value(json_object_get(u->tenants, tenant));
	else if (fabric)
		r = ms_range_expand(ms_str(entry, "/name", ""), &names, &n, g->err);
	for (size_t i = 0; !r && i < n; i++)
		if (json_object_set_new(u->tenants, names[i], json_string(fabric)))
			r = ms_nomem(g->err);
	ms_strv_free(names);
	if (!r && fabric && pool && use_pool(u->used, fabric, row->owns, pool))
		r = ms_nomem(g->err);
	return r;
}

static int use_row(struct ms_growth *g, struct usage *u, const struct owned *row)
{
	struct ms_inherit in;
	const json_t *entry, *base;
	size_t i;
	int r = 0;

	ms_inherit_init(&in, g->grown->root, row->defaults);
	json_array_foreach(ms_at(g->grown->root, "/spec/%s", row->list), i, entry) {
		r = ms_inherit_of(&in, entry, &base, g->err);
		if (!r)
			r = use_entry(g, u, row, base, entry);
		if (r)
			break;
	}
	ms_inherit_release(&in);
	return r;
}

static json_t *owns_new(struct ms_growth *g, const json_t *used)
{
	json_t *owns = json_object(), *pools, *list, *ignored;
	const char *key, *pool;
	int r = 0;

	json_object_foreach((json_t *)used, key, pools) {
		list = json_array();
		json_object_foreach(pools, pool, ignored)
			r |= add_spans(list, pool_named(g, pool));
		r |= json_object_set_new(owns, key, list);
	}
	if (!r)
		return owns;
	json_decref(owns);
	return NULL;
}

static int add_owns(struct ms_growth *g)
{
	json_auto_t *used = json_object(), *tenants = json_object();
	struct usage usage = { used, tenants };
	const char *name;
	json_t *fabric, *pools;
	int r = used && tenants ? 0 : ms_nomem(g->err);

	for (size_t i = 0; !r && i < MS_ARRAY_SIZE(rows); i++)
		r = use_row(g, &usage, &rows[i]);
	json_object_foreach(g->grown->fabrics, name, fabric) {
		pools = json_object_get(used, name);
		if (!r && pools && !json_object_get(fabric, "owns") &&
		    json_object_set_new(fabric, "owns", owns_new(g, pools)))
			r = ms_nomem(g->err);
	}
	return r;
}

int ms_grow_fabrics(struct ms_growth *g)
{
	struct ms_inherit in;
	const json_t *entry, *base;
	size_t i;
	int r = 0;

	ms_inherit_init(&in, g->grown->root, "fabric");
	json_array_foreach(ms_at(g->grown->root, "/spec/fabrics"), i, entry) {
		r = ms_inherit_of(&in, entry, &base, g->err);
		if (!r)
			r = add_fabric(g, base, entry);
		if (r)
			break;
	}
	ms_inherit_release(&in);
	return r ? r : add_owns(g);
}
