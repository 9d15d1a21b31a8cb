/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON Patch (RFC 6902) on objects, which is all that CONFIG_DB has: add, remove, replace, test. */
#include "sim/sonic/sonic.h"

/* A reference token of a JSON pointer (RFC 6901), and what is left behind it; false when it is
 * none. */
static bool take_token(const char **path, char *buf, size_t size)
{
	const char *at = *path;
	size_t n = 0;

	if (*at != '/')
		return false;
	for (at++; *at && *at != '/'; at++) {
		char c = *at;

		if (c == '~') {
			if (at[1] != '0' && at[1] != '1')
				return false;
			c = *++at == '0' ? '~' : '/';
		}
		if (n + 1 >= size)
			return false;
		buf[n++] = c;
	}
	buf[n] = 0;
	*path = at;
	return true;
}

/* The object that the last token is in. */
static json_t *parent_of(json_t *db, const char *path, char *key, size_t size)
{
	json_t *at = db;

	if (!take_token(&path, key, size))
		return NULL;
	while (*path) {
		at = json_object_get(at, key);
		if (!at || !take_token(&path, key, size))
			return NULL;
	}
	return json_is_object(at) ? at : NULL;
}

static bool do_one(json_t *db, const json_t *step)
{
	const char *op = ms_str(step, "/op", ""), *path = ms_str(step, "/path", NULL);
	const json_t *value = json_object_get(step, "value");
	char key[256];
	json_t *parent = path ? parent_of(db, path, key, sizeof(key)) : NULL, *there;

	if (!parent)
		return false;
	there = json_object_get(parent, key);
	if (!strcmp(op, "remove"))
		return there && !json_object_del(parent, key);
	if (!value)
		return false;
	if (!strcmp(op, "test"))
		return there && json_equal(there, value);
	if (!strcmp(op, "replace") && !there)
		return false;
	if (strcmp(op, "add") && strcmp(op, "replace"))
		return false;
	return !json_object_set_new(parent, key, json_deep_copy(value));
}

int sim_sonic_patch(json_t *db, const json_t *patch, struct ms_buf *errors)
{
	const json_t *step;
	size_t i;

	if (!json_is_array(patch)) {
		ms_buf_puts(errors, "Failed to apply patch due to: the patch is no array\n");
		return -EINVAL;
	}
	json_array_foreach(patch, i, step)
		if (!do_one(db, step)) {
			ms_buf_printf(
				errors,
				"Failed to apply patch due to: can't %s a non-existent "
				      "object '%s'\n",
				ms_str(step, "/op", "do"), ms_str(step, "/path", ""));
			return -EINVAL;
		}
	return 0;
}
