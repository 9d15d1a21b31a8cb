/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A pool gives the lowest free value; what is reserved is a sorted list of spans beside a cursor,
 * so that giving n values out of a /8 costs n steps.  Subnets are counted in units of their size.
 */
#include <errno.h>
#include "site/pool.h"

static ms_u128 units(const struct ms_pool *pool, ms_u128 address)
{
	return address >> pool->unit;
}

ms_u128 ms_pool_first(const struct ms_pool *pool)
{
	return pool->first << pool->unit;
}

ms_u128 ms_pool_last(const struct ms_pool *pool)
{
	return (pool->last << pool->unit) + (((ms_u128)1 << pool->unit) - 1);
}

static int init_addresses(struct ms_pool *pool, const json_t *entry)
{
	const char *text = ms_str(entry, "/prefix", "");
	struct ms_addr first, last;
	unsigned bits;

	if (!ms_prefix_parse(text, &first, &last, &bits))
		return -EINVAL;
	pool->v6 = first.v6;
	pool->length = (unsigned)ms_int(entry, "/length", 0);
	if (pool->length) {
		if (pool->length < bits || pool->length > (first.v6 ? 128 : 32))
			return -EINVAL;
		pool->unit = (first.v6 ? 128 : 32) - pool->length;
	}
	/* Network and broadcast address (RFC 919), or the subnet-router anycast address (RFC
	 * 4291, 2.6.1), are not for hosts; a network of one or two addresses has none of them (RFC
	 * 3021, RFC 6164). */
	if (!pool->length && bits < (first.v6 ? 127 : 31)) {
		first.value++;
		last.value -= !first.v6;
	}
	text = ms_str(entry, "/first", NULL);
	if (text && !ms_addr_parse(text, &first))
		return -EINVAL;
	text = ms_str(entry, "/last", NULL);
	if (text && !ms_addr_parse(text, &last))
		return -EINVAL;
	pool->first = units(pool, first.value);
	pool->last = units(pool, last.value);
	return 0;
}

int ms_pool_init(struct ms_pool *pool, const json_t *entry, struct ms_err *err)
{
	const json_t *excluded;
	ms_u128 first, last;
	size_t i;
	int r = 0;

	*pool = (struct ms_pool){ .name = ms_str(entry, "/name", ""),
				  .addresses = json_object_get(entry, "prefix") != NULL };
	if (!pool->addresses) {
		pool->first = (ms_u128)ms_int(entry, "/first", 0);
		pool->last = (ms_u128)ms_int(entry, "/last", 0);
	} else if (init_addresses(pool, entry)) {
		return ms_fail(err, -EINVAL, MS_INPUT, "pool %s is no network", pool->name);
	}
	json_array_foreach(json_object_get(entry, "exclude"), i, excluded)
		if (!r && ms_pool_span(pool, excluded, &first, &last))
			r = ms_pool_reserve(pool, first, last, err);
	pool->cursor = pool->first;
	return r;
}

void ms_pool_release(struct ms_pool *pool)
{
	free(pool->taken);
	json_decref(pool->kept);
	json_decref(pool->taken_by);
	*pool = (struct ms_pool){ 0 };
}

int ms_pool_reserve(struct ms_pool *pool, ms_u128 first, ms_u128 last, struct ms_err *err)
{
	if (pool->n == pool->cap) {
		size_t cap = pool->cap ? pool->cap * 2 : 16;
		struct ms_span *taken = reallocarray(pool->taken, cap, sizeof(*taken));

		if (!taken)
			return ms_nomem(err);
		pool->taken = taken;
		pool->cap = cap;
	}
	pool->taken[pool->n++] = (struct ms_span){ first, last };
	return 0;
}

static int by_first(const void *a, const void *b)
{
	const struct ms_span *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

void ms_pool_seal(struct ms_pool *pool)
{
	size_t n = 0;

	if (pool->n)
		qsort(pool->taken, pool->n, sizeof(*pool->taken), by_first);
	for (size_t i = 0; i < pool->n; i++) {
		if (n && pool->taken[i].first <= pool->taken[n - 1].last) {
			if (pool->taken[i].last > pool->taken[n - 1].last)
				pool->taken[n - 1].last = pool->taken[i].last;
		} else {
			pool->taken[n++] = pool->taken[i];
		}
	}
	pool->sealed = pool->n = n;
}

static int holds(const void *key, const void *span)
{
	const ms_u128 *value = key;
	const struct ms_span *s = span;

	return *value < s->first ? -1 : *value > s->last;
}

bool ms_pool_is_free(const struct ms_pool *pool, ms_u128 value)
{
	return value >= pool->first && value <= pool->last &&
	       !(pool->sealed &&
		 bsearch(&value, pool->taken, pool->sealed, sizeof(*pool->taken), holds));
}

bool ms_pool_give(struct ms_pool *pool, ms_u128 *ret_value)
{
	if (pool->sealed != pool->n)
		ms_pool_seal(pool);
	for (; pool->next < pool->n && pool->taken[pool->next].first <= pool->cursor;
	     pool->next++) {
		if (pool->taken[pool->next].last < pool->cursor)
			continue;
		if (pool->taken[pool->next].last >= pool->last)
			pool->exhausted = true;
		else
			pool->cursor = pool->taken[pool->next].last + 1;
	}
	if (pool->exhausted || pool->cursor > pool->last)
		return false;
	*ret_value = pool->cursor;
	if (pool->cursor == pool->last)
		pool->exhausted = true; /* cursor + 1 may not exist: ffff:...:ffff */
	else
		pool->cursor++;
	return true;
}

bool ms_pool_span(const struct ms_pool *pool, const json_t *json, ms_u128 *ret_first,
		  ms_u128 *ret_last)
{
	struct ms_addr first, last;

	if (!pool->addresses) {
		*ret_first = *ret_last = (ms_u128)json_integer_value(json);
		return json_is_integer(json) && json_integer_value(json) >= 0;
	}
	if (!json_is_string(json) ||
	    !ms_addr_range_parse(json_string_value(json), &first, &last) || first.v6 != pool->v6)
		return false;
	*ret_first = units(pool, first.value);
	*ret_last = units(pool, last.value);
	return true;
}

bool ms_pool_read(const struct ms_pool *pool, const json_t *json, ms_u128 *ret_value)
{
	const char *text = json_string_value(json);
	struct ms_addr first, last;
	unsigned bits;

	if (pool->addresses && text && pool->length)
		return ms_prefix_parse(text, &first, &last, &bits) && bits == pool->length &&
		       ms_pool_span(pool, json, ret_value, &last.value);
	return (!pool->addresses || (text && ms_addr_parse(text, &first))) &&
	       ms_pool_span(pool, json, ret_value, &last.value);
}

json_t *ms_pool_show(const struct ms_pool *pool, ms_u128 value)
{
	char buf[48];

	if (!pool->addresses)
		return json_integer((json_int_t)value);
	ms_addr_format((struct ms_addr){ value << pool->unit, pool->v6 }, buf);
	return pool->length ? json_sprintf("%s/%u", buf, pool->length) : json_string(buf);
}
