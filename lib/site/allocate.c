/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers of a whole Site, in three passes over its entries: what is written out is reserved, what
 * was recorded is kept, and the rest gets the lowest free value in file order.  So one more server
 * never renumbers another.
 */
#include <errno.h>
#include "site/check.h"
#include "site/pool.h"

struct allocation {
	const struct ms_doc *site;
	const json_t *recorded;
	json_t *given;
	struct ms_report *report;
	struct ms_pool *pools;          /* of the row at hand */
	size_t n;
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
	struct ms_pool *pool;           /* NULL = none is named */
};
typedef int owner_fn(struct allocation *a, const struct owner *owner, struct ms_err *err);

const json_t *ms_merged_at(const json_t *defaults, const json_t *entry, const char *pointer)
{
	char key[64];

	while (*pointer == '/' && (defaults || entry)) {
		size_t len = strcspn(pointer + 1, "/");

		snprintf(key, sizeof(key), "%.*s", (int)len, pointer + 1);
		pointer += len + 1;
		const json_t *over = json_object_get(entry, key);

		defaults = over && !json_is_object(over) ? NULL : json_object_get(defaults, key);
		entry = over;
	}
	return json_is_null(entry) ? NULL : entry ? entry : defaults;
}

void ms_number_owner(char *buf, size_t size, const char *kind, const char *name,
		     const char *pointer)
{
	snprintf(buf, size, "%s/%s%s", kind, name, pointer);
}

static struct ms_pool *find_pool(struct allocation *a, const char *name)
{
	for (size_t i = 0; name && i < a->n; i++)
		if (!strcmp(a->pools[i].name, name))
			return &a->pools[i];
	return NULL;
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
	const json_t *defaults = ms_at(a->site->root, "/spec/defaults/%s", a->list->defaults);
	const json_t *entry;
	size_t i;
	int r = 0;

	json_array_foreach(ms_at(a->site->root, "/spec/%s", a->list->key), i, entry) {
		const char *pool = json_string_value(
			ms_merged_at(defaults, entry, a->number->pool));
		struct owner owner = {
			.index = i, .copies = 1, .entry = entry, .pool = find_pool(a, pool),
			.value = ms_merged_at(defaults, entry, a->number->value),
		};

		if (!r)
			r = each_copy(a, &owner, fn, err);
	}
	return r;
}

/* An address that is written out is taken in every pool that holds it; a number only in the pool
 * that it names, because VLAN 100 has nothing to do with VNI 100. */
static int reserve(struct allocation *a, const struct owner *owner, struct ms_err *err)
{
	json_auto_t *one = owner->values ? json_string(owner->values[owner->copy])
					 : json_incref((json_t *)owner->value);
	ms_u128 value;
	int r = 0;

	for (size_t i = 0; one && !r && i < a->n; i++)
		if ((a->pools[i].addresses || &a->pools[i] == owner->pool) &&
		    ms_pool_read(&a->pools[i], one, &value))
			r = ms_pool_reserve(&a->pools[i], value, value, err);
	return r;
}

static int give(struct allocation *a, const struct ms_pool *pool, const char *owner, ms_u128 value,
		struct ms_err *err)
{
	json_t *of_pool = json_object_get(a->given, pool->name);

	if (!of_pool) {
		of_pool = json_object();
		if (json_object_set_new(a->given, pool->name, of_pool))
			return ms_nomem(err);
	}
	return json_object_set_new(of_pool, owner, ms_pool_show(pool, value)) ? ms_nomem(err) : 0;
}

static struct ms_check at(const struct allocation *a, const struct owner *owner)
{
	struct ms_check c = { .doc = a->site, .report = a->report };

	snprintf(c.path, sizeof(c.path), "/spec/%s/%zu%s", a->list->key, owner->index,
		 a->number->pool);
	return c;
}

static void lost(struct allocation *a, const struct owner *owner, const char *key,
		 const json_t *recorded)
{
	struct ms_check c = at(a, owner);
	MS_AUTO_FREE char *text = ms_json_text(recorded, MS_JSON_COMPACT);

	ms_check_hint(ms_check_problem(&c, false,
				       "%s has %.60s of pool %s on record, which is not free there",
				       owner->name, text ? text : "?", owner->pool->name),
		      "widen the pool, or take the line %s out of the record", key);
}

static int keep(struct allocation *a, const struct owner *owner, struct ms_err *err)
{
	char key[512];
	const json_t *recorded;
	ms_u128 value;

	if (owner->value || !owner->pool)
		return 0;
	ms_number_owner(key, sizeof(key), a->list->kind->name, owner->name, a->number->value);
	recorded = json_object_get(json_object_get(a->recorded, owner->pool->name), key);
	if (!recorded)
		return 0;
	if (ms_pool_read(owner->pool, recorded, &value) && ms_pool_is_free(owner->pool, value)) {
		int r = ms_pool_reserve(owner->pool, value, value, err);

		return r ? r : give(a, owner->pool, key, value, err);
	}
	lost(a, owner, key, recorded);
	return 0;
}

static int take(struct allocation *a, const struct owner *owner, struct ms_err *err)
{
	struct ms_pool *pool = owner->pool;
	char key[512];
	ms_u128 value;

	if (owner->value || !pool)
		return 0;
	ms_number_owner(key, sizeof(key), a->list->kind->name, owner->name, a->number->value);
	if (json_object_get(json_object_get(a->given, pool->name), key))
		return 0;
	if (ms_pool_give(pool, &value))
		return give(a, pool, key, value, err);
	if (!pool->missing++)
		pool->first_missing = owner->index;
	return 0;
}

/* One problem per pool, at the first entry that went without. */
static void report_missing(struct allocation *a)
{
	for (size_t i = 0; i < a->n; i++) {
		struct owner first = { .index = a->pools[i].first_missing };
		struct ms_check c = at(a, &first);

		if (a->pools[i].missing)
			ms_check_hint(
				ms_check_problem(
					&c, false,
					"pool %s is too small: %zu more are needed, from here on",
					a->pools[i].name, a->pools[i].missing),
				"widen prefix, first and last of the pool, or name another pool");
	}
}

static int load_pools(struct allocation *a, struct ms_err *err)
{
	const json_t *list = ms_at(a->site->root, "%s", a->number->pools), *entry;
	size_t i;
	int r = 0;

	a->pools = calloc(json_array_size(list) + 1, sizeof(*a->pools));
	if (!a->pools)
		return ms_nomem(err);
	json_array_foreach(list, i, entry)
		if (!r)
			r = ms_pool_init(&a->pools[a->n++], entry, err);
	return r;
}

static int allocate_row(struct allocation *a, struct ms_err *err)
{
	int r = load_pools(a, err);

	if (!r)
		r = each_owner(a, reserve, err);
	for (size_t i = 0; i < a->n; i++)
		ms_pool_seal(&a->pools[i]);
	if (!r)
		r = each_owner(a, keep, err);
	if (!r)
		r = each_owner(a, take, err);
	report_missing(a);
	for (size_t i = 0; i < a->n; i++)
		ms_pool_release(&a->pools[i]);
	free(a->pools);
	a->pools = NULL;
	a->n = 0;
	return r;
}

int ms_site_allocate(const struct ms_doc *site, const json_t *recorded, json_t **ret_given,
		     struct ms_report *report, struct ms_err *err)
{
	struct allocation a = { .site = site, .recorded = recorded, .report = report };
	json_auto_t *given = json_object();
	int r = given ? 0 : ms_nomem(err);

	a.given = given;
	for (a.list = ms_site_lists; !r && a.list->key; a.list++)
		for (a.number = a.list->numbers; !r && a.number && a.number->value; a.number++)
			r = allocate_row(&a, err);
	if (!r)
		*ret_given = ms_take(given);
	return r;
}
