/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One order for maps: models, patches and trees of vendors are the same bytes however they came
 * about. */
#include <ctype.h>
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

static int compare_keys(const void *a, const void *b)
{
	return fabric_key_compare(*(const char *const *)a, *(const char *const *)b);
}

/* Values of an object in the order of its keys, each of them sorted; *same says that nothing had to
 * move. */
static json_t **sorted_values(const json_t *model, const char **keys, size_t n, bool *same)
{
	json_t **values = calloc(n + 1, sizeof(json_t *)), *value;
	const char *key;
	size_t i = 0;

	json_object_foreach((json_t *)model, key, value)
		keys[i++] = key;
	*same = true;
	for (i = 1; *same && i < n; i++)
		*same = fabric_key_compare(keys[i - 1], keys[i]) < 0;
	if (!*same)
		qsort(keys, n, sizeof(char *), compare_keys);
	for (i = 0; values && i < n; i++) {
		value = json_object_get(model, keys[i]);
		values[i] = fabric_sorted(value);
		*same = *same && values[i] == value;
	}
	return values;
}

/* What is in order already is shared, not copied.  Models are as deep as fabric.h says, and patches
 * of them too. */
json_t *fabric_sorted(const json_t *model)
{
	size_t n = json_object_size(model);
	const char *small[24],
		**keys = n <= MS_ARRAY_SIZE(small) ? small : calloc(n, sizeof(char *));
	json_t **values, *sorted = NULL;
	bool same = true, failed = false;

	if (!json_is_object(model))
		return json_incref((json_t *)model);
	values = keys ? sorted_values(model, keys, n, &same) : NULL;
	if (values && !same)
		sorted = json_object();
	for (size_t i = 0; values && i < n; i++)
		failed = same ? (json_decref(values[i]), failed)
			      : json_object_set_new(sorted, keys[i], values[i]) || failed;
	if (values && same)
		sorted = json_incref((json_t *)model);
	if (failed) {
		json_decref(sorted);
		sorted = NULL;
	}
	free(values);
	if (keys != small)
		free(keys);
	return sorted;
}
