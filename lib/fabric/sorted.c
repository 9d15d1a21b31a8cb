/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One order for maps: models, patches and trees of vendors are the same bytes however they came
 * about. */
#include <ctype.h>
#include <errno.h>
#include "fabric/driver.h"

int fabric_key_compare(const char *a, const char *b)
{
	while (*a && *b) {
		if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
			char *end_a, *end_b;
			unsigned long x = strtoul(a, &end_a, 10), y = strtoul(b, &end_b, 10);

			if (x != y)
				return x < y ? -1 : 1;
			a = end_a;
			b = end_b;
		} else if (*a != *b) {
			break;
		} else {
			a++;
			b++;
		}
	}
	return (unsigned char)*a - (unsigned char)*b;
}

/* A member of an object, and what becomes of it. */
struct member {
	const char *key;
	size_t len;
	json_t *value, *sorted;
};

static int compare_members(const void *a, const void *b)
{
	return fabric_key_compare(((const struct member *)a)->key, ((const struct member *)b)->key);
}

/* Members in the order of their keys, each of them sorted; false when nothing had to move. */
static bool sort_members(const json_t *model, struct member *members, size_t n)
{
	bool same = true;
	size_t i = 0;

	for (void *at = json_object_iter((json_t *)model); at && i < n;
	     at = json_object_iter_next((json_t *)model, at))
		members[i++] = (struct member){
			.key = json_object_iter_key(at),
			.len = json_object_iter_key_len(at),
			.value = json_object_iter_value(at),
		};
	for (i = 1; same && i < n; i++)
		same = fabric_key_compare(members[i - 1].key, members[i].key) < 0;
	if (!same)
		qsort(members, n, sizeof *members, compare_members);
	for (i = 0; i < n; i++) {
		members[i].sorted = fabric_sorted(members[i].value);
		same = same && members[i].sorted == members[i].value;
	}
	return !same;
}

/* An object of the sorted values, which are taken. */
static json_t *put_members(struct member *members, size_t n)
{
	json_t *object = json_object();
	bool failed = false;

	for (size_t i = 0; i < n; i++)
		failed = json_object_setn_new_nocheck(object, members[i].key, members[i].len,
						      members[i].sorted) || failed;
	if (!failed)
		return object;
	json_decref(object);
	return NULL;
}

/* What is in order already is shared, not copied.  Models are as deep as fabric.h says, and patches
 * of them too. */
json_t *fabric_sorted(const json_t *model)
{
	size_t n = json_object_size(model);
	struct member small[16], *members = small;
	json_t *sorted = (json_t *)model;

	if (!n)
		return json_incref(sorted);
	if (n > MS_ARRAY_SIZE(small))
		members = calloc(n, sizeof *members);
	if (!members)
		return NULL;
	if (sort_members(model, members, n)) {
		sorted = put_members(members, n);
	} else {
		for (size_t i = 0; i < n; i++)
			json_decref(members[i].sorted);
		json_incref(sorted);
	}
	if (members != small)
		free(members);
	return sorted;
}

/* ---- sets ---- */

static int compare_scalars(const json_t *a, const json_t *b)
{
	if (json_is_integer(a) && json_is_integer(b))
		return (json_integer_value(a) > json_integer_value(b)) -
		       (json_integer_value(a) < json_integer_value(b));
	return strcmp(json_is_string(a) ? json_string_value(a) : "",
		      json_is_string(b) ? json_string_value(b) : "");
}

int fabric_set_add(json_t *set, json_t *value)
{
	size_t i = 0;
	int c = 1;

	if (!value)
		return -ENOMEM;
	while (i < json_array_size(set) && (c = compare_scalars(json_array_get(set, i), value)) < 0)
		i++;
	if (!c && i < json_array_size(set)) {
		json_decref(value);
		return 0;
	}
	return json_array_insert_new(set, i, value) ? -ENOMEM : 0;
}

bool fabric_has_text(const json_t *array, const char *text)
{
	json_t *value;
	size_t i;

	json_array_foreach(array, i, value)
		if (ms_streq(json_string_value(value), text))
			return true;
	return false;
}
