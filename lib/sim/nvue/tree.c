/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trees of a simulated NVUE: paths of URLs, merging, differences, ranges. */
#include "sim/nvue/nvue.h"

json_t *sim_nvue_get(const json_t *root, ...)
{
	const char *key;
	va_list keys;

	va_start(keys, root);
	while (root && (key = va_arg(keys, const char *)))
		root = json_object_get(root, key);
	va_end(keys);
	return (json_t *)root;
}

/* ---- paths ---------------------------------------------------------------------------------- */

/* The key of `node` with which the path begins: the longest, since addresses have slashes of their
 * own. */
static const char *key_of(const json_t *node, const char *path, size_t *ret_len)
{
	const char *key, *best = NULL;
	json_t *value;

	*ret_len = 0;
	json_object_foreach((json_t *)node, key, value) {
		size_t n = strlen(key);

		if (n > *ret_len && !strncmp(key, path, n) && (!path[n] || path[n] == '/')) {
			best = key;
			*ret_len = n;
		}
	}
	return best;
}

json_t *sim_nvue_walk(const json_t *tree, const char *path)
{
	while (tree && *path) {
		size_t len;
		const char *key = key_of(tree, path, &len);

		if (!key)
			return NULL;
		tree = json_object_get(tree, key);
		path += len;
		path += *path == '/';
	}
	return (json_t *)tree;
}

static int merge(json_t *into, const json_t *patch)
{
	const char *key;
	json_t *value;
	int r = 0;

	json_object_foreach((json_t *)patch, key, value) {
		json_t *old = json_object_get(into, key);

		if (json_is_null(value)) {
			json_object_del(into, key);
		} else if (!json_is_object(value)) {
			r = json_object_set(into, key, value);
		} else {
			if (!json_is_object(old)) {
				old = json_object();
				r = json_object_set_new(into, key, old);
			}
			r = r ? r : merge(old, value);
		}
		if (r)
			return r;
	}
	return 0;
}

int sim_nvue_merge(json_t *tree, const char *path, const json_t *body)
{
	json_t *node = tree;

	while (*path) {
		size_t len;
		const char *known = key_of(node, path, &len);
		char key[128];

		len = known ? len : strcspn(path, "/");
		snprintf(key, sizeof(key), "%.*s", (int)len, path);
		if (!json_is_object(json_object_get(node, key)) &&
		    json_object_set_new(node, key, json_object()))
			return -ENOMEM;
		node = json_object_get(node, key);
		path += len;
		path += *path == '/';
	}
	return merge(node, body);
}

int sim_nvue_clear(json_t *tree, const char *path)
{
	const char *end = strrchr(path, '/');
	MS_AUTO_FREE char *head = strndup(path, end ? (size_t)(end - path) : 0);
	json_t *parent = head ? sim_nvue_walk(tree, head) : NULL;

	if (!*path)
		return json_object_clear(tree);
	json_object_del(parent, end ? end + 1 : path);
	return 0;
}

/* ---- differences ---------------------------------------------------------------------------- */

json_t *sim_nvue_diff(const json_t *a, const json_t *b)
{
	json_t *diff = json_object(), *value;
	const char *key;

	json_object_foreach((json_t *)a, key, value) {
		const json_t *other = json_object_get(b, key);

		if (other && json_equal(value, (json_t *)other))
			continue;
		if (json_is_object(value) && json_is_object(other))
			json_object_set_new(diff, key, sim_nvue_diff(value, other));
		else
			json_object_set_new(diff, key, json_deep_copy(value));
	}
	json_object_foreach((json_t *)b, key, value)
		if (!json_object_get(a, key))
			json_object_set_new(diff, key, json_null());
	return diff;
}

/* ---- ranges --------------------------------------------------------------------------------- */

/* "swp12" is "swp" and 12; false for what has no number, or is a sub-interface. */
static bool split(const char *key, char *prefix, size_t size, unsigned long *ret_number)
{
	size_t n = strlen(key), start = n;

	while (start && key[start - 1] >= '0' && key[start - 1] <= '9')
		start--;
	if (start == n || n - start > 6 || strchr(key, '.') || start >= size)
		return false;
	snprintf(prefix, size, "%.*s", (int)start, key);
	*ret_number = strtoul(key + start, NULL, 10);
	return true;
}

/* How far the row of keys that are alike goes: prefix1 .. prefixN. */
static unsigned long last_alike(const json_t *map, const char *prefix, unsigned long from,
				const json_t *value)
{
	char key[96];

	for (;; from++) {
		snprintf(key, sizeof(key), "%s%lu", prefix, from + 1);
		if (!json_object_get(map, key) ||
		    !json_equal(json_object_get(map, key), (json_t *)value))
			return from;
	}
}

static json_t *fold(const json_t *map)
{
	json_t *folded = json_object(), *value;
	json_auto_t *done = json_object();
	const char *key;

	json_object_foreach((json_t *)map, key, value) {
		char prefix[64], name[160];
		unsigned long from, to, before;

		if (json_object_get(done, key))
			continue;
		if (!split(key, prefix, sizeof(prefix), &from)) {
			json_object_set(folded, key, value);
			continue;
		}
		/* The row may have begun before this key. */
		for (; from; from--) {
			snprintf(name, sizeof(name), "%s%lu", prefix, from - 1);
			if (!json_object_get(map, name) ||
			    !json_equal(json_object_get(map, name), value))
				break;
		}
		to = last_alike(map, prefix, from, value);
		for (before = from; before <= to; before++) {
			snprintf(name, sizeof(name), "%s%lu", prefix, before);
			json_object_set_new(done, name, json_true());
		}
		snprintf(name, sizeof(name), from == to ? "%s%lu" : "%s%lu-%lu", prefix, from, to);
		json_object_set(folded, name, value);
	}
	return folded;
}

json_t *sim_nvue_folded(const json_t *tree)
{
	json_t *copy = json_deep_copy(tree);
	json_t *interfaces = json_object_get(copy, "interface");
	json_t *bridge = sim_nvue_get(copy, "bridge", "domain", "br_default", NULL);

	if (interfaces)
		json_object_set_new(copy, "interface", fold(interfaces));
	if (json_object_get(bridge, "vlan"))
		json_object_set_new(bridge, "vlan", fold(json_object_get(bridge, "vlan")));
	return copy;
}
