/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers of a whole Site, in two passes over its entries: what is written out is reserved, then
 * each owner takes what it has on record or the lowest free value, in file order.  So one more
 * server never renumbers another.
 */
#include <errno.h>
#include <inttypes.h>
#include "site/check.h"
#include "site/pool.h"

struct allocation {
	const struct ms_grown *grown;
	struct ms_pools *pools;
	struct ms_report *report;
	const struct ms_site_list *list;
	const struct ms_site_number *number;
};

/* One entry of the list, or one of the many that it stands for, or one member of it. */
struct owner {
	struct ms_number_owner is;
	size_t index, copy, copies;
	const json_t *value;            /* written out, NULL = to be taken from `pool` */
	char **values;                  /* `value` expanded, where the entry is a range */
	const char *pool;               /* NULL = none is named */
	bool of_fabric;                 /* by its fabric, not by itself */
};
typedef int owner_fn(struct allocation *a, const struct owner *owner, struct ms_err *err);

/* A list of members has as many owners. */
static int each_part(struct allocation *a, struct owner *owner, owner_fn *fn, struct ms_err *err)
{
	const json_t *members = owner->value, *member;
	size_t i;
	int r = 0;

	if (a->number->form != MS_NUMBER_MEMBERS)
		return fn(a, owner, err);
	json_array_foreach(members, i, member) {
		owner->is.end = ms_member_end(member);
		owner->value = json_object_get(member, "address");
		r = fn(a, owner, err);
		if (r)
			break;
	}
	owner->value = members;
	return r;
}

static int each_copy(struct allocation *a, struct owner *owner, owner_fn *fn, struct ms_err *err)
{
	const char *name = ms_str(owner->is.entry, "/name", ""),
		   *value = json_string_value(owner->value);
	char **names = NULL;
	size_t n;
	int r = 0;

	owner->is.name = name;
	if (!ms_range_is(name))
		return each_part(a, owner, fn, err);
	r = ms_range_expand(name, &names, &owner->copies, err);
	if (!r && value && ms_range_is(value))
		r = ms_range_expand(value, &owner->values, &n, err);
	for (owner->copy = 0; !r && owner->copy < owner->copies; owner->copy++) {
		owner->is.name = names[owner->copy];
		r = each_part(a, owner, fn, err);
	}
	ms_strv_free(names);
	ms_strv_free(owner->values);
	return r;
}

/* Is the word one of those in a text? */
static bool says(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = words; (p = strstr(p, word)); p += len)
		if ((p == words || p[-1] == ' ') && (p[len] == ' ' || !p[len]))
			return true;
	return false;
}

/* The pool that its fabric names, where the fabric's underlay has such numbers. */
static const char *pool_of_fabric(const struct allocation *a, const struct owner *owner)
{
	const char *name = json_string_value(
		ms_merged_at(owner->is.base, owner->is.entry, "/fabric"));
	const json_t *fabric = name ? json_object_get(a->grown->fabrics, name) : NULL;
	const char *routing = ms_str(fabric, "/underlay/routing", "ebgp-unnumbered");

	return fabric && says(a->number->routings, routing)
		       ? ms_str(fabric, a->number->fabric, NULL)
		       : NULL;
}

/* Not every entry of a list has the number. */
static bool has_number(const struct ms_number_owner *is, enum ms_number_form form)
{
	const json_t *layer = ms_merged_at(is->base, is->entry, "/layer"),
		     *with = ms_merged_at(is->base, is->entry, "/pair/with"),
		     *kind = ms_merged_at(is->base, is->entry, "/pair/kind");

	if (form == MS_NUMBER_ENDS)
		return ms_streq(json_string_value(layer), "routed");
	if (form == MS_NUMBER_MLAG)
		return with && ms_streq(json_string_value(kind), "mlag");
	return form != MS_NUMBER_PAIR || with;
}

static void find_pool(const struct allocation *a, struct owner *owner)
{
	const struct ms_number_owner *is = &owner->is;

	owner->pool = json_string_value(ms_merged_at(is->base, is->entry, a->number->pool));
	if (!owner->pool && a->number->fabric) {
		owner->pool = pool_of_fabric(a, owner);
		owner->of_fabric = owner->pool;
	}
	if (!has_number(is, a->number->form))
		owner->pool = NULL;
}

static int each_owner(struct allocation *a, owner_fn *fn, struct ms_err *err)
{
	struct ms_inherit in;
	const json_t *entry, *base;
	size_t i;
	int r = 0;

	ms_inherit_init(&in, a->grown->root, a->list->defaults);
	json_array_foreach(ms_at(a->grown->root, "/spec/%s", a->list->key), i, entry) {
		r = ms_inherit_of(&in, entry, &base, err);
		if (r)
			break;
		struct owner owner = {
			.is = { .grown = a->grown, .kind = a->list->kind->name, .base = base,
				.entry = entry },
			.index = i, .copies = 1,
			.value = ms_merged_at(base, entry, a->number->value),
		};

		find_pool(a, &owner);
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
	const char *key;
	json_t *end;
	int r = 0;

	if (!json_is_object(one))
		return one ? ms_pools_reserve(a->pools, owner->pool, one, err) : 0;
	json_object_foreach(one, key, end)
		if (!r)
			r = ms_pools_reserve(a->pools, owner->pool, end, err);
	return r;
}

static struct ms_check at(const struct allocation *a, const struct owner *owner)
{
	struct ms_check c = { .doc = a->grown->site, .report = a->report };
	char path[256];

	snprintf(path, sizeof(path), "/spec/%s/%zu%s", a->list->key, owner->index,
		 owner->of_fabric ? "" : a->number->pool);
	ms_grown_origin(a->grown, path, c.path, sizeof(c.path));
	return c;
}

static void count_missing(struct ms_pool *pool, const char *path)
{
	if (!pool->missing++)
		snprintf(pool->first_missing, sizeof(pool->first_missing), "%s", path);
}

/* "/pair/domain": the row of the last. */
static const struct ms_field *field_at(const struct ms_field *fields, const char *pointer)
{
	const struct ms_field *field = NULL;
	char key[64];

	for (; fields && *pointer == '/'; fields = field ? field->fields : NULL) {
		size_t len = strcspn(++pointer, "/");

		snprintf(key, sizeof(key), "%.*s", (int)len, pointer);
		field = ms_field_find(fields, key, true);
		pointer += len;
	}
	return *pointer ? NULL : field;
}

/* A pool of VNIs behind `vlan` is a slip that no device would take. */
static void check_bounds(struct ms_check *c, const struct allocation *a, const char *name,
			 const json_t *value)
{
	const struct ms_field *field = field_at(a->list->kind->spec, a->number->value);
	struct ms_pool *pool = ms_pools_find(a->pools, name);
	int64_t n = json_integer_value(value);

	if (!json_is_integer(value) || !field || field->type != MS_F_INT || pool->refused ||
	    (n >= field->min && n <= field->max))
		return;
	pool->refused = true;
	ms_check_hint(ms_check_problem(c, false,
				       "pool %s gives %" PRId64 ", but %s is %" PRId64
				       " to %" PRId64,
				       name, n, field->name, field->min, field->max),
		      "correct the pool's bounds, or name another pool");
}

static int take(struct allocation *a, const struct owner *owner, struct ms_err *err)
{
	struct ms_err why = MS_ERR_INIT;
	struct ms_check c;
	const json_t *value;
	char key[768];
	int r;

	if (owner->value || !owner->pool)
		return 0;
	c = at(a, owner);
	ms_number_owner(a->number, &owner->is, key, sizeof(key));
	r = ms_pools_take(a->pools, owner->pool, key, &value, &why);
	if (!r)
		check_bounds(&c, a, owner->pool, value);
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
		struct ms_check c = { .doc = a->grown->site, .report = a->report };

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
		for (a->number = a->list->numbers; !r && a->number->value; a->number++)
			r = each_owner(a, fn, err);
	return r;
}

int ms_site_allocate(const struct ms_grown *grown, json_t *recorded, json_t **ret_given,
		     struct ms_report *report, struct ms_err *err)
{
	struct allocation a = { .grown = grown, .report = report };
	int r = ms_pools_new(json_object_get(grown->root, "spec"), recorded, &a.pools, err);

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
