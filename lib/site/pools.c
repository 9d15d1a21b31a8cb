/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pools of one Site.  Everything on record is held for its owner from the first taking on,
 * whether the owner still asks or not: a device may still use what the file no longer names.
 */
#include <errno.h>
#include "site/pool.h"

static const char *const lists[] = { "addresses", "subnets", "numbers" };
static const char *const states[] = { "taken", "released" };

static int add_pool(struct ms_pools *pools, const json_t *entry, struct ms_err *err)
{
	struct ms_pool *pool = &pools->list[pools->n++];
	int r = ms_pool_init(pool, entry, err);

	if (r)
		return r;
	pool->recorded = json_object_get(pools->recorded, pool->name);
	pool->kept = json_object();
	pool->taken_by = json_object();
	return pool->kept && pool->taken_by ? 0 : ms_nomem(err);
}

static int fill(struct ms_pools *pools, struct ms_err *err)
{
	const json_t *entry;
	size_t n = 0, i;
	int r = 0;

	for (size_t k = 0; k < MS_ARRAY_SIZE(lists); k++)
		n += json_array_size(ms_at(pools->spec, "/pools/%s", lists[k]));
	pools->list = calloc(n + 1, sizeof(*pools->list));
	if (!pools->list)
		return ms_nomem(err);
	for (size_t k = 0; k < MS_ARRAY_SIZE(lists); k++)
		json_array_foreach(ms_at(pools->spec, "/pools/%s", lists[k]), i, entry)
			if (!r)
				r = add_pool(pools, entry, err);
	return r;
}

int ms_pools_new(json_t *spec, json_t *recorded, struct ms_pools **ret_pools, struct ms_err *err)
{
	struct ms_pools *pools = calloc(1, sizeof(*pools));
	int r;

	if (!pools)
		return ms_nomem(err);
	pools->spec = json_incref(spec);
	pools->recorded = json_incref(recorded);
	r = fill(pools, err);
	if (r)
		ms_pools_free(pools);
	else
		*ret_pools = pools;
	return r;
}

void ms_pools_free(struct ms_pools *pools)
{
	if (!pools)
		return;
	for (size_t i = 0; i < pools->n; i++)
		ms_pool_release(&pools->list[i]);
	free(pools->list);
	json_decref(pools->spec);
	json_decref(pools->recorded);
	free(pools);
}

struct ms_pool *ms_pools_find(struct ms_pools *pools, const char *name)
{
	for (size_t i = 0; name && i < pools->n; i++)
		if (!strcmp(pools->list[i].name, name))
			return &pools->list[i];
	return NULL;
}

int ms_pools_reserve(struct ms_pools *pools, const char *name, const json_t *value,
		     struct ms_err *err)
{
	ms_u128 first, last;
	int r = 0;

	for (size_t i = 0; !r && i < pools->n; i++) {
		struct ms_pool *pool = &pools->list[i];

		if ((!pool->addresses && !ms_streq(pool->name, name)) ||
		    !ms_pool_span(pool, value, &first, &last))
			continue;
		r = pool->giving ? ms_fail(err, -EBUSY, MS_FAILED,
					   "pool %s gives already: reserve first", pool->name)
				 : ms_pool_reserve(pool, first, last, err);
	}
	return r;
}

/* What of the record still lies inside, and is not written out for somebody else. */
static int hold_recorded(struct ms_pool *pool, const char *state, struct ms_err *err)
{
	const char *owner;
	json_t *recorded;
	ms_u128 value;

	json_object_foreach(json_object_get(pool->recorded, state), owner, recorded) {
		if (!ms_pool_read(pool, recorded, &value) || !ms_pool_is_free(pool, value))
			continue;
		if (json_object_set_new(pool->kept, owner, ms_pool_show(pool, value)))
			return ms_nomem(err);
		if (ms_pool_reserve(pool, value, value, err))
			return err->error;
	}
	return 0;
}

static int begin_giving(struct ms_pool *pool, struct ms_err *err)
{
	int r = 0;

	if (pool->giving)
		return 0;
	pool->giving = true;
	ms_pool_seal(pool);
	for (size_t i = 0; !r && i < MS_ARRAY_SIZE(states); i++)
		r = hold_recorded(pool, states[i], err);
	return r;
}

static const json_t *on_record(const struct ms_pool *pool, const char *owner)
{
	const json_t *value = NULL;

	for (size_t i = 0; !value && i < MS_ARRAY_SIZE(states); i++)
		value = json_object_get(json_object_get(pool->recorded, states[i]), owner);
	return value;
}

static int lost(const struct ms_pool *pool, const char *owner, const json_t *recorded,
		struct ms_err *err)
{
	MS_AUTO_FREE char *text = ms_json_text(recorded, MS_JSON_COMPACT);
	int r = ms_fail(err, -EEXIST, MS_INPUT,
			"%s has %.60s of pool %s on record, which is not free there", owner,
			text ? text : "?", pool->name);

	ms_hint(err, "widen the pool, or take the line %s out of the record", owner);
	return r;
}

static int choose(struct ms_pool *pool, const char *owner, json_t **ret_value, struct ms_err *err)
{
	json_t *kept = json_object_get(pool->kept, owner);
	const json_t *recorded = kept ? kept : on_record(pool, owner);
	ms_u128 value;

	if (kept) {
		*ret_value = json_incref(kept);
		return 0;
	}
	if (recorded)
		return lost(pool, owner, recorded, err);
	if (!ms_pool_give(pool, &value)) {
		ms_fail(err, -ENOSPC, MS_INPUT, "pool %s is used up", pool->name);
		ms_hint(err, "%s", MS_POOL_HINT);
		return -ENOSPC;
	}
	*ret_value = ms_pool_show(pool, value);
	return *ret_value ? 0 : ms_nomem(err);
}

int ms_pools_take(struct ms_pools *pools, const char *name, const char *owner,
		  const json_t **ret_value, struct ms_err *err)
{
	struct ms_pool *pool = ms_pools_find(pools, name);
	json_t *value = pool ? json_object_get(pool->taken_by, owner) : NULL;
	int r = 0;

	if (!pool)
		return ms_fail(err, -ENOENT, MS_INPUT, "no pool is named \"%s\"", name);
	if (!value) {
		r = begin_giving(pool, err);
		if (!r)
			r = choose(pool, owner, &value, err);
		if (!r && json_object_set_new(pool->taken_by, owner, value))
			r = ms_nomem(err);
	}
	if (!r)
		*ret_value = value;
	return r;
}

/* ---- the record ------------------------------------------------------------------------------ */

static int put_owner(json_t *record, const char *pool, const char *state, const char *owner,
		     json_t *value)
{
	json_t *of_pool = json_object_get(record, pool);

	if (!of_pool) {
		of_pool = json_pack("{s:{}}", states[0]);
		if (json_object_set_new(record, pool, of_pool))
			return -ENOMEM;
	}
	if (!json_object_get(of_pool, state) && json_object_set_new(of_pool, state, json_object()))
		return -ENOMEM;
	return json_object_set(json_object_get(of_pool, state), owner, value);
}

/* Whoever is on record and has nothing now, also of pools that are gone. */
static int put_released(json_t *record, const char *pool, const json_t *recorded)
{
	const char *owner;
	json_t *value;
	int r = 0;

	for (size_t i = 0; i < MS_ARRAY_SIZE(states); i++)
		json_object_foreach(json_object_get(recorded, states[i]), owner, value) {
			const json_t *of_pool = json_object_get(record, pool);

			if (!json_object_get(json_object_get(of_pool, states[0]), owner) && !r)
				r = put_owner(record, pool, states[1], owner, value);
		}
	return r;
}

int ms_pools_record(const struct ms_pools *pools, json_t **ret_record, struct ms_err *err)
{
	json_auto_t *record = json_object();
	const char *key;
	json_t *value;
	int r = record ? 0 : -ENOMEM;

	for (size_t i = 0; i < pools->n; i++)
		json_object_foreach(pools->list[i].taken_by, key, value)
			if (!r)
				r = put_owner(record, pools->list[i].name, states[0], key, value);
	json_object_foreach(pools->recorded, key, value)
		if (!r)
			r = put_released(record, key, value);
	if (r)
		return ms_nomem(err);
	*ret_record = ms_take(record);
	return 0;
}
