/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What differs between two sets of resources, value by value, whatever their order. */
#include "site/kinds.h"

struct diff {
	json_t *changes;
	const char *kind, *name;
	char path[512];
	bool failed;
};

static json_t *key_new(const json_t *res)
{
	return json_sprintf("%s/%s", ms_kind(res), ms_name(res));
}

static void change(struct diff *d, const char *op, const json_t *before, const json_t *after)
{
	MS_AUTO_FREE char *target = ms_asprintf("%s/%s", d->kind, d->name);
	json_t *one = target ? ms_resource_new(ms_kind_change.name, target) : NULL;

	d->failed |= !one || ms_put(one, "/spec/op", json_string(op)) ||
		     ms_put(one, "/spec/target", json_string(target)) ||
		     (*d->path && ms_put(one, "/spec/path", json_string(d->path))) ||
		     (before && ms_put(one, "/spec/before", json_incref((json_t *)before))) ||
		     (after && ms_put(one, "/spec/after", json_incref((json_t *)after))) ||
		     json_array_append(d->changes, one);
	json_decref(one);
}

static void compare(struct diff *d, const json_t *before, const json_t *after);

static void compare_member(struct diff *d, const char *key, const json_t *before,
			   const json_t *after)
{
	size_t len = strlen(d->path);

	ms_pointer_push(d->path, sizeof(d->path), key);
	compare(d, before, after);
	d->path[len] = '\0';
}

static void compare_objects(struct diff *d, const json_t *before, const json_t *after)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)before, key, value)
		compare_member(d, key, value, json_object_get(after, key));
	json_object_foreach((json_t *)after, key, value)
		if (!json_object_get(before, key))
			compare_member(d, key, NULL, value);
}

/* What tells an entry of a list from the others: members of a network have no names, but ends. */
static const char *key_of(const json_t *entry)
{
	const char *port = ms_str(entry, "/port", ms_str(entry, "/channel", NULL));

	return ms_str(entry, "/name", ms_str(entry, "/nic", port));
}

/* Entries that have names are told apart by them, whatever their order: one more is one change. */
static bool has_names(const json_t *list)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(list, i, entry)
		if (!key_of(entry))
			return false;
	return json_array_size(list) > 0;
}

static json_t *by_name(struct diff *d, const json_t *list)
{
	json_t *map = json_object(), *entry;
	size_t i;

	json_array_foreach(list, i, entry)
		ms_build_set(&d->failed, map, key_of(entry), json_incref(entry));
	return map;
}

static void compare_lists(struct diff *d, const json_t *before, const json_t *after)
{
	json_auto_t *old = NULL, *new = NULL;

	if (!has_names(before) || !has_names(after)) {
		change(d, "change", before, after);
		return;
	}
	old = by_name(d, before);
	new = by_name(d, after);
	if (json_object_size(old) != json_array_size(before) ||
	    json_object_size(new) != json_array_size(after))
		change(d, "change", before, after);
	else
		compare_objects(d, old, new);
}

static void compare(struct diff *d, const json_t *before, const json_t *after)
{
	if (!before || !after)
		change(d, before ? "remove" : "add", before, after);
	else if (json_is_object(before) && json_is_object(after))
		compare_objects(d, before, after);
	else if (!json_equal(before, after))
		json_is_array(before) && json_is_array(after) ? compare_lists(d, before, after)
							      : change(d, "change", before, after);
}

/* status is what was seen, not what the site says. */
static void compare_resources(struct diff *d, const json_t *before, const json_t *after)
{
	static const char *const members[] = { "metadata", "spec" };

	d->kind = ms_kind(before ? before : after);
	d->name = ms_name(before ? before : after);
	if (!before || !after) {
		change(d, before ? "remove" : "add", json_object_get(before, "spec"),
		       json_object_get(after, "spec"));
		return;
	}
	for (size_t i = 0; i < MS_ARRAY_SIZE(members); i++) {
		const json_t *x = json_object_get(before, members[i]),
			     *y = json_object_get(after, members[i]);

		if (x || y)
			compare_member(d, members[i], x, y);
	}
}

static json_t *index_new(const json_t *resources)
{
	json_t *map = json_object(), *res;
	size_t i;

	json_array_foreach(resources, i, res) {
		json_auto_t *key = key_new(res);

		if (!key || json_object_set(map, json_string_value(key), res)) {
			json_decref(map);
			return NULL;
		}
	}
	return map;
}

int ms_site_diff(const json_t *old, const json_t *new, json_t **ret_changes, struct ms_err *err)
{
	json_auto_t *before = index_new(old), *after = index_new(new), *changes = json_array();
	struct diff d = { .changes = changes };
	const char *key;
	json_t *res;

	if (!before || !after || !changes)
		return ms_nomem(err);
	json_object_foreach(before, key, res)
		compare_resources(&d, res, json_object_get(after, key));
	json_object_foreach(after, key, res)
		if (!json_object_get(before, key))
			compare_resources(&d, NULL, res);
	if (d.failed)
		return ms_nomem(err);
	*ret_changes = ms_take(changes);
	return 0;
}
