/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers that stay with their owners.  A pool is one key, so that one compare-and-swap takes a
 * number and records its owner: two processes can neither share a number nor give one owner two.
 */
#include <errno.h>
#include "state/private.h"

static int pool_key(const char *pool, char key[static MS_STORE_MAX_KEY + 1], struct ms_err *err)
{
	if ((size_t)snprintf(key, MS_STORE_MAX_KEY + 1, "number/%s", pool) <= MS_STORE_MAX_KEY)
		return 0;
	return ms_fail(err, -ENAMETOOLONG, MS_FAILED, "name of a number pool too long: %s", pool);
}

/* The pool's numbers; a pool never used is empty, at revision 0. */
static int pool_get(struct ms_store *store, const char *key, json_t **ret_numbers,
		    int64_t *ret_revision, struct ms_err *err)
{
	json_t *numbers = NULL;
	int r = ms_store_get(store, key, &numbers, ret_revision, err);

	if (r == -ENOENT) {
		*ret_revision = 0;
		numbers = json_object();
		r = numbers ? 0 : ms_nomem(err);
	}
	if (r < 0)
		return r;
	if (!json_is_object(numbers)) {
		json_decref(numbers);
		return ms_fail(err, -EBADMSG, MS_FAILED,
			       "state store: %s is not a table of numbers", key);
	}
	*ret_numbers = numbers;
	return 0;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int lowest_free(const json_t *numbers, const char *pool, int64_t first, int64_t last,
		       int64_t *ret_number, struct ms_err *err)
{
	size_t n = json_object_size(numbers), i = 0;
	MS_AUTO_FREE int64_t *used = calloc(n + 1, sizeof(*used));
	int64_t free_one = first;
	const char *owner;
	json_t *value;

	if (!used)
		return ms_nomem(err);
	json_object_foreach((json_t *)numbers, owner, value)
		used[i++] = json_integer_value(value);
	qsort(used, n, sizeof(*used), by_value);
	for (i = 0; i < n && used[i] <= free_one; i++)
		if (used[i] == free_one)
			free_one++;
	if (free_one <= last) {
		*ret_number = free_one;
		return 0;
	}
	ms_fail(err, -ENOSPC, MS_CONFLICT, "no number left in pool %s: %lld to %lld are all taken",
		pool, (long long)first, (long long)last);
	ms_hint(err, "widen the pool in the site file");
	return -ENOSPC;
}

/* One try: -EAGAIN when another process changed the pool meanwhile. */
static int try_take(struct ms_store *store, const char *key, const char *owner, int64_t first,
		    int64_t last, int64_t *ret_number, struct ms_err *err)
{
	json_auto_t *numbers = NULL;
	int64_t revision, number;
	const json_t *recorded;
	int r;

	r = pool_get(store, key, &numbers, &revision, err);
	if (r < 0)
		return r;
	recorded = json_object_get(numbers, owner);
	number = json_integer_value(recorded);
	if (recorded && number >= first && number <= last) {
		*ret_number = number;
		return 0;
	}
	json_object_del(numbers, owner);
	r = lowest_free(numbers, key + strlen("number/"), first, last, &number, err);
	if (r < 0)
		return r;
	if (json_object_set_new(numbers, owner, json_integer(number)) < 0)
		return ms_nomem(err);
	r = ms_store_put(store, key, numbers, revision, 0, NULL, err);
	if (r == 0)
		*ret_number = number;
	return r;
}

int ms_number_take(struct ms_store *store, const char *pool, const char *owner, int64_t first,
		   int64_t last, int64_t *ret_number, struct ms_err *err)
{
	char key[MS_STORE_MAX_KEY + 1];
	int r = pool_key(pool, key, err);

	if (r < 0)
		return r;
	do
		r = try_take(store, key, owner, first, last, ret_number, err);
	while (r == -EAGAIN);
	return r;
}

static int try_free(struct ms_store *store, const char *key, const char *owner, struct ms_err *err)
{
	json_auto_t *numbers = NULL;
	int64_t revision;
	int r;

	r = pool_get(store, key, &numbers, &revision, err);
	if (r < 0 || json_object_del(numbers, owner) < 0)
		return r;
	return ms_store_put(store, key, json_object_size(numbers) ? numbers : NULL, revision, 0,
			    NULL, err);
}

int ms_number_free(struct ms_store *store, const char *pool, const char *owner, struct ms_err *err)
{
	char key[MS_STORE_MAX_KEY + 1];
	int r = pool_key(pool, key, err);

	if (r < 0)
		return r;
	do
		r = try_free(store, key, owner, err);
	while (r == -EAGAIN);
	return r;
}
