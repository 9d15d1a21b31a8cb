/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers of a whole Site, in two passes over its entries: what is written out is reserved, then
 * each owner takes what it has on record or the lowest free value, in file order.  So one more
 * server never renumbers another.
 */
#include <errno.h>
#include "site/check.h"
#include "site/pool.h"

struct allocation {
	const struct ms_doc *site;
	struct ms_pools *pools;
	struct ms_report *report;
	const struct ms_site_list *list;
	const struct ms_site_number *number;
};

/* One entry of the list, or one of the many that it stands for. */
struct owner {
	const char *name;
	size_t index, copy, copies;
	const json_t *entry;
	const json_t *value;            /* written out, NULL = to be taken from `pool` */
	char **values;                  /* `value` expanded, where the entry is a range */
	const char *pool;               /* NULL = none is named */
};
typedef int owner_fn(struct allocation *a, const struct owner *owner, struct ms_err *err);

void ms_number_owner(char *buf, size_t size, const char *kind, const char *name,
		     const char *pointer)
{
	snprintf(buf, size, "%s/%s%s", kind, name, pointer);
}

static int each_copy(struct allocation *a, struct owner *owner, owner_fn *fn, struct ms_err *err)
{
	const char *name = ms_str(owner->entry, "/name", ""),
		   *value = json_string_value(owner->value);
	char **names = NULL;
	size_t n;
	int r = 0;

	owner->name = name;
	if (!ms_range_is(name))
		return fn(a, owner, err);
	r = ms_range_expand(name, &names, &owner->copies, err);
	if (!r && value && ms_range_is(value))
		r = ms_range_expand(value, &owner->values, &n, err);
	for (owner->copy = 0; !r && owner->copy < owner->copies; owner->copy++) {
		owner->name = names[owner->copy];
		r = fn(a, owner, err);
	}
	ms_strv_free(names);
	ms_strv_free(owner->values);
	return r;
}

static int each_owner(struct allocation *a, owner_fn *fn, struct ms_err *err)
{
	struct ms_inherit in;
	const json_t *entry, *base;
	size_t i;
	int r = 0;

	ms_inherit_init(&in, a->site->root, a->list->defaults);
	json_array_foreach(ms_at(a->site->root, "/spec/%s", a->list->key), i, entry) {
		r = ms_inherit_of(&in, entry, &base, err);
		if (r)
			break;
		struct owner owner = {
			.index = i, .copies = 1, .entry = entry,
			.pool = json_string_value(ms_merged_at(base, entry, a->number->pool)),
			.value = ms_merged_at(base, entry, a->number->value),
		};

		r = each_copy(a, &owner, fn, err);
		if (r)
			break;
	}
	ms_inherit_release(&in);
	return r;
}

static int reserve(struct allocation *a, const struct owner *owner, struct ms_err *err)
{
	json_auto_t *one = owner->values ? json_string(owner->values[owner->copy])
					 : json_incref((json_t *)owner->value);

	return one ? ms_pools_reserve(a->pools, owner->pool, one, err) : 0;
}

static struct ms_check at(const struct allocation *a, const struct owner *owner)
{
	struct ms_check c = { .doc = a->site, .report = a->report };

	snprintf(c.path, sizeof(c.path), "/spec/%s/%zu%s", a->list->key, owner->index,
		 a->number->pool);
	return c;
}

static void count_missing(struct ms_pool *pool, const char *path)
{
	if (!pool->missing++)
		snprintf(pool->first_missing, sizeof(pool->first_missing), "%s", path);
}

static int take(struct allocation *a, const struct owner *owner, struct ms_err *err)
{
	struct ms_err why = MS_ERR_INIT;
	struct ms_check c = at(a, owner);
	const json_t *value;
	char key[512];
	int r;

	if (owner->value || !owner->pool)
		return 0;
	ms_number_owner(key, sizeof(key), a->list->kind->name, owner->name, a->number->value);
	r = ms_pools_take(a->pools, owner->pool, key, &value, &why);
	if (r == -ENOMEM)
		return ms_nomem(err);
	if (r == -ENOSPC)
		count_missing(ms_pools_find(a->pools, owner->pool), c.path);
	else if (r)
		ms_check_hint(ms_check_problem(&c, false, "%s", why.message), "%s", why.hint);
	return 0;
}

/* One problem per pool, at the first entry that went without. */
static void report_missing(const struct allocation *a)
{
	for (size_t i = 0; i < a->pools->n; i++) {
		const struct ms_pool *pool = &a->pools->list[i];
		struct ms_check c = { .doc = a->site, .report = a->report };

		snprintf(c.path, sizeof(c.path), "%s", pool->first_missing);
		if (pool->missing)
			ms_check_hint(
				ms_check_problem(
					&c, false,
					"pool %s is too small: %zu more are needed, from here on",
					pool->name, pool->missing),
				"%s", MS_POOL_HINT);
	}
}

static int each_row(struct allocation *a, owner_fn *fn, struct ms_err *err)
{
	int r = 0;

	for (a->list = ms_site_lists; !r && a->list->key; a->list++)
		for (a->number = a->list->numbers; !r && a->number && a->number->value; a->number++)
			r = each_owner(a, fn, err);
	return r;
}

int ms_site_allocate(const struct ms_doc *site, json_t *recorded, json_t **ret_given,
		     struct ms_report *report, struct ms_err *err)
{
	struct allocation a = { .site = site, .report = report };
	int r = ms_pools_new(json_object_get(site->root, "spec"), recorded, &a.pools, err);

	if (!r)
		r = each_row(&a, reserve, err);
	if (!r)
		r = each_row(&a, take, err);
	if (!r)
		report_missing(&a);
	if (!r)
		r = ms_pools_record(a.pools, ret_given, err);
	ms_pools_free(a.pools);
	return r;
}
