/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Documents against field tables: every problem of a document is reported, with its place, what
 * stands there and what to type instead.  Recursion follows the tables, so its depth is theirs and
 * not the input's.
 */
#include <errno.h>
#include <inttypes.h>
#include "site/check.h"

struct ms_err *ms_check_problem(struct ms_check *c, bool at_key, const char *fmt, ...)
{
	va_list ap;
	char message[sizeof(((struct ms_err *)0)->message)];
	struct ms_err *err;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	err = ms_report_add(c->report, MS_INPUT, c->doc->source, c->path, "%s", message);
	if (err && !ms_doc_locate(c->doc, c->path, at_key, &err->line, &err->column))
		err->line = err->column = 0;
	return err;
}

void ms_check_hint(struct ms_err *err, const char *fmt, ...)
{
	va_list ap;
	char text[sizeof(err->hint)];

	if (!err) /* the report is full: counted there */
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	ms_hint(err, "%s", text);
}

size_t ms_check_push(struct ms_check *c, const char *key)
{
	size_t len = strlen(c->path);

	ms_pointer_push(c->path, sizeof(c->path), key);
	return len;
}

void ms_check_pop(struct ms_check *c, size_t len)
{
	c->path[len] = '\0';
}

static size_t push_index(struct ms_check *c, size_t index)
{
	char key[24];

	snprintf(key, sizeof(key), "%zu", index);
	return ms_check_push(c, key);
}

/* ---- references ---- */

/* Names of the entries of a list of the Site, NULL-terminated. */
static const char **entry_names(const json_t *list)
{
	size_t n = 0, i;
	const json_t *entry;
	const char **names = calloc(json_array_size(list) + 1, sizeof(*names));

	json_array_foreach(list, i, entry)
		if (names && json_is_string(json_object_get(entry, "name")))
			names[n++] = json_string_value(json_object_get(entry, "name"));
	return names;
}

static void check_reference(struct ms_check *c, const struct ms_field *field, const char *name)
{
	MS_AUTO_FREE const char **names = entry_names(ms_at(c->doc->root, "%s", field->names));
	MS_AUTO_FREE char *list = strdup(field->names + 1);
	const char *near;
	struct ms_err *err;

	if (!names || !list) {
		c->failed = true;
		return;
	}
	for (size_t i = 0; names[i]; i++)
		if (!strcmp(names[i], name))
			return;
	for (char *p = list; *p; p++)
		if (*p == '/')
			*p = '.';
	err = ms_check_problem(c, false, "%s has no \"%.80s\"", list, name);
	near = ms_nearest(name, names);
	if (near)
		ms_check_hint(err, "did you mean %s?", near);
	else
		ms_check_hint(err, "add an entry with \"name: %s\" to %s", name, list);
}

/* ---- lists, maps, objects ---- */

static void check_list(struct ms_check *c, const struct ms_field *field, const json_t *list)
{
	size_t i;
	const json_t *entry;
	int64_t n = (int64_t)json_array_size(list);
	bool partial = c->partial;

	if ((field->min && n < field->min) || (field->max && n > field->max))
		ms_check_problem(c, false, "wants %" PRId64 " to %" PRId64 " entries, has %" PRId64,
				 field->min, field->max, n);
	c->partial = false; /* lists replace as a whole, so their entries are complete */
	json_array_foreach(list, i, entry) {
		size_t len = push_index(c, i);

		c->entry = field->partial;
		if (!field->fields)
			ms_check_scalar(c, field, field->item, entry);
		else if (json_is_object(entry))
			ms_check_object(c, field->fields, entry);
		else
			ms_check_wrong_type(c, field, MS_F_OBJECT, entry);
		ms_check_pop(c, len);
	}
	c->partial = partial;
}

static void check_map(struct ms_check *c, const struct ms_field *field, const json_t *map)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)map, key, value) {
		size_t len = ms_check_push(c, key);

		ms_check_scalar(c, field, field->item, value);
		ms_check_pop(c, len);
	}
}

static void check_member(struct ms_check *c, const struct ms_field *field, const json_t *value)
{
	if (json_is_object(value) && field->fields)
		ms_check_object(c, field->fields, value);
	else if (c->site && field->names && json_is_string(value))
		check_reference(c, field, json_string_value(value));
	else if (!json_is_object(value))
		ms_check_wrong_type(c, field, field->type, value);
}

static void check_value(struct ms_check *c, const struct ms_field *field, const json_t *value)
{
	bool partial = c->partial;

	if (ms_check_is_null(c, field, value))
		return;
	c->partial |= field->partial;
	if (field->type == MS_F_OBJECT)
		check_member(c, field, value);
	else if (field->type == MS_F_LIST && json_is_array(value))
		check_list(c, field, value);
	else if (field->type == MS_F_MAP && json_is_object(value))
		check_map(c, field, value);
	else if (field->type == MS_F_LIST || field->type == MS_F_MAP)
		ms_check_wrong_type(c, field, field->type, value);
	else
		ms_check_scalar(c, field, field->type, value);
	if (field->type != MS_F_OBJECT && field->names && c->site && json_is_string(value))
		check_reference(c, field, json_string_value(value));
	c->partial = partial;
}

struct names { const char *list[128]; size_t n; bool site; };

static int name_add(void *ctx, const struct ms_field *field)
{
	struct names *names = ctx;

	if (names->n < MS_ARRAY_SIZE(names->list) - 1 && (names->site || !field->site))
		names->list[names->n++] = field->name;
	return 0;
}

void ms_check_names(const struct ms_check *c, const struct ms_field *fields, struct ms_buf *list)
{
	struct names names = { .site = c->site };

	ms_field_each(fields, name_add, &names);
	for (size_t i = 0; i < names.n; i++)
		ms_buf_printf(list, "%s%s", i ? ", " : "", names.list[i]);
}

static void unknown_key(struct ms_check *c, const struct ms_field *fields, const char *key)
{
	struct names names = { .site = c->site };
	bool elsewhere = ms_field_find(fields, key, true) != NULL;
	struct ms_err *err = ms_check_problem(
		c, true,
		elsewhere ? "\"%.80s\" is known only inside a Site" : "unknown key \"%.80s\"", key);
	MS_AUTO_BUF struct ms_buf list = { 0 };
	const char *near;

	ms_field_each(fields, name_add, &names);
	near = elsewhere ? NULL : ms_nearest(key, names.list);
	ms_check_names(c, fields, &list);
	if (near)
		ms_check_hint(err, "did you mean %s?", near);
	else
		ms_check_hint(err, "known here: %s", list.data ? list.data : "nothing");
}

struct missing { struct ms_check *c; const json_t *object; bool entry; };

static int missing_check(void *ctx, const struct ms_field *field)
{
	const struct missing *m = ctx;

	if (field->required && (m->c->site || !field->site) &&
	    (!m->entry || !strcmp(field->name, "name")) && !json_object_get(m->object, field->name))
		ms_check_hint(ms_check_problem(m->c, false, "missing key \"%s\"", field->name),
			      "add \"%s: ...\", %s", field->name, field->help);
	return 0;
}

/* An entry whose name is a range stands for many. */
static size_t copies_of(struct ms_check *c, const struct ms_field *fields, const json_t *object)
{
	const struct ms_field *field = ms_field_find(fields, "name", true);
	const char *name = json_string_value(json_object_get(object, "name"));
	struct ms_err err = MS_ERR_INIT;
	char **names;
	size_t n;

	if (!field || field->type != MS_F_NAMES || !name || !ms_range_is(name))
		return 0;
	if (ms_range_expand(name, &names, &n, &err)) {
		c->failed |= err.error == -ENOMEM;
		return 0;
	}
	ms_strv_free(names);
	return n;
}

void ms_check_object(struct ms_check *c, const struct ms_field *fields, const json_t *object)
{
	struct missing missing = { c, object, c->entry };
	size_t copies = c->copies, own = copies_of(c, fields, object);
	const char *key;
	json_t *value;

	c->entry = false;
	if (own) {
		c->copies = own;
		c->range = json_string_value(json_object_get(object, "name"));
	}
	json_object_foreach((json_t *)object, key, value) {
		const struct ms_field *field = ms_field_find(fields, key, c->site);
		size_t len = ms_check_push(c, key);

		if (field)
			check_value(c, field, value);
		else
			unknown_key(c, fields, key);
		ms_check_pop(c, len);
	}
	if (!c->partial)
		ms_field_each(fields, missing_check, &missing);
	c->copies = copies;
}
