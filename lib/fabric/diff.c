/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Merge patches (RFC 7396) between two models, both ways. */
#include "fabric/intent/intent.h"

/* Put what makes `old` into `new` at a key of the patch; old or new may be absent. */
static int put(json_t *patch, const char *key, const json_t *new)
{
	return json_object_set_new(patch, key, new ? json_deep_copy(new) : json_null());
}

static int compare(const json_t *old, const json_t *new, json_t *before, json_t *after);

static int compare_objects(const char *key, const json_t *old, const json_t *new, json_t *before,
			   json_t *after)
{
	json_auto_t *back = json_object(), *forth = json_object();

	if (!back || !forth || compare(old, new, back, forth))
		return -1;
	if (json_object_size(forth) && json_object_set(after, key, forth))
		return -1;
	if (json_object_size(back) && json_object_set(before, key, back))
		return -1;
	return 0;
}

static int compare_values(const char *key, const json_t *old, const json_t *new, json_t *before,
			  json_t *after)
{
	if (json_is_object(old) && json_is_object(new))
		return compare_objects(key, old, new, before, after);
	if (json_equal(old, new))
		return 0;
	return put(after, key, new) || put(before, key, old) ? -1 : 0;
}

/* Models are as deep as fabric.h says. */
static int compare(const json_t *old, const json_t *new, json_t *before, json_t *after)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)old, key, value)
		if (compare_values(key, value, json_object_get(new, key), before, after))
			return -1;
	json_object_foreach((json_t *)new, key, value)
		if (!json_object_get(old, key) && compare_values(key, NULL, value, before, after))
			return -1;
	return 0;
}

int fabric_diff(const json_t *old, const json_t *new, json_t **ret_before, json_t **ret_after,
		struct ms_err *err)
{
	json_auto_t *before = json_object(), *after = json_object(), *back = NULL, *forth = NULL;

	if (!before || !after || compare(old, new, before, after))
		return ms_nomem(err);
	back = fabric_sorted(before);
	forth = fabric_sorted(after);
	if (!back || !forth)
		return ms_nomem(err);
	*ret_before = ms_take(back);
	*ret_after = ms_take(forth);
	return 0;
}
