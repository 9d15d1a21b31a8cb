/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Documents against field tables: every problem of a document is reported, with its place, what stands there and
 * what to type instead.  Recursion follows the tables, so its depth is theirs and not the input's.
 */
#include <inttypes.h>
#include <regex.h>
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

static void hint(struct ms_err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void hint(struct ms_err *err, const char *fmt, ...)
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

static size_t push(struct ms_check *c, const char *key)
{
	size_t len = strlen(c->path);

	ms_pointer_push(c->path, sizeof(c->path), key);
	return len;
}

static size_t push_index(struct ms_check *c, size_t index)
{
	char key[24];

	snprintf(key, sizeof(key), "%zu", index);
	return push(c, key);
}

static void pop(struct ms_check *c, size_t len)
{
	c->path[len] = '\0';
}

/* What stands there, for a message: never longer than a line. */
static const char *shown(const json_t *value, char buf[static 96])
{
	char *text;

	switch (json_typeof(value)) {
	case JSON_OBJECT: return "an object";
	case JSON_ARRAY: return "a list";
	case JSON_NULL: return "nothing";
	default: break;
	}
	text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
	snprintf(buf, 96, "%s %s%.60s%s", json_is_string(value) ? "the string" : json_is_number(value) ? "the number" : "the value",
		 "", text ? text : "?", text && strlen(text) > 60 ? "..." : "");
	free(text);
	return buf;
}

static const char *type_name(enum ms_field_type type)
{
	const struct ms_text_type *text = ms_text_type(type);

	switch (type) {
	case MS_F_BOOL: return "true or false";
	case MS_F_INT: return "a whole number";
	case MS_F_NUMBER: return "a number";
	case MS_F_OBJECT: case MS_F_MAP: return "an object";
	case MS_F_LIST: return "a list";
	default: return text ? text->what : "a value";
	}
}

/* Words that people and YAML 1.1 use for booleans. */
static const char *boolean_meant(const char *word)
{
	static const char *const words[][2] = {
		{ "yes", "true" }, { "on", "true" }, { "y", "true" }, { "true", "true" }, { "enabled", "true" },
		{ "no", "false" }, { "off", "false" }, { "n", "false" }, { "false", "false" }, { "disabled", "false" },
	};

	for (size_t i = 0; i < MS_ARRAY_SIZE(words); i++)
		if (!strcasecmp(word, words[i][0]))
			return words[i][1];
	return NULL;
}

static bool is_whole_number(const char *s)
{
	s += *s == '-';
	return *s && strspn(s, "0123456789") == strlen(s) && strlen(s) < 19;
}

static void wrong_type(struct ms_check *c, enum ms_field_type want, const json_t *value)
{
	char buf[96];
	const char *text = json_string_value(value);
	struct ms_err *err = ms_check_problem(c, false, "wants %s, not %s", type_name(want),
					      want == MS_F_SECRET ? "this (not shown)" : shown(value, buf));

	if (json_is_null(value))
		hint(err, c->site ? "write a value, leave the key out, or write null to take a default away"
				  : "write a value, or leave the key out");
	else if (want == MS_F_BOOL && text && boolean_meant(text))
		hint(err, "write %s without quotes", boolean_meant(text));
	else if ((want == MS_F_INT || want == MS_F_NUMBER) && text && is_whole_number(text))
		hint(err, "write %s without quotes", text);
	else if (ms_text_type(want) && want != MS_F_SECRET && (json_is_number(value) || json_is_boolean(value)))
		hint(err, "put the value in quotes, so that it stays text");
	else if (want == MS_F_LIST)
		hint(err, "begin each entry with \"- \", or write [a, b]");
	else if (ms_text_type(want) && ms_text_type(want)->hint)
		hint(err, "%s", ms_text_type(want)->hint);
}

static size_t count_words(const char *const *words)
{
	size_t n = 0;

	while (words[n])
		n++;
	return n;
}

static void check_enum(struct ms_check *c, const struct ms_field *field, const char *text)
{
	size_t n = count_words(field->words);
	MS_AUTO_BUF struct ms_buf list = { 0 };
	struct ms_err *err;
	const char *near;

	for (size_t i = 0; i < n; i++) {
		if (!strcmp(field->words[i], text))
			return;
		ms_buf_printf(&list, "%s%s", i ? ", " : "", field->words[i]);
	}
	err = ms_check_problem(c, false, "not one of %s: \"%.80s\"", list.data, text);
	near = ms_nearest(text, field->words);
	if (near)
		hint(err, "did you mean %s?", near);
}

static void check_pattern(struct ms_check *c, const struct ms_field *field, const char *text)
{
	MS_AUTO_FREE char *anchored = ms_asprintf("^(%s)$", field->pattern);
	regex_t regex;

	if (!anchored || regcomp(&regex, anchored, REG_EXTENDED | REG_NOSUB))
		return;
	if (regexec(&regex, text, 0, NULL, 0))
		hint(ms_check_problem(c, false, "not of the form %s: \"%.80s\"", field->pattern, text), "%s", field->help);
	regfree(&regex);
}

static bool looks_numeric(const char *s)
{
	return *s && strspn(s, "0123456789.:") == strlen(s);
}

static void check_text(struct ms_check *c, const struct ms_field *field, enum ms_field_type type, const char *text)
{
	const struct ms_text_type *row = ms_text_type(type);
	const char *what = type == MS_F_HOST && looks_numeric(text) ? "an address" : row->what;

	if (type == MS_F_ENUM) {
		check_enum(c, field, text);
	} else if (row->valid && !row->valid(text)) {
		if (type == MS_F_SECRET)
			hint(ms_check_problem(c, false, "not %s (not shown)", what), "%s", row->hint);
		else
			hint(ms_check_problem(c, false, "not %s: \"%.120s\"", what, text), "%s",
			     row->hint ? row->hint : field->help);
	} else if (type == MS_F_STRING && field->type == MS_F_STRING) {
		int64_t len = (int64_t)strlen(text);

		if ((field->min && len < field->min) || (field->max && len > field->max))
			hint(ms_check_problem(c, false, "wants %" PRId64 " to %" PRId64 " characters, has %" PRId64,
					      field->min, field->max, len), "%s", field->help);
		else if (field->pattern)
			check_pattern(c, field, text);
	}
}

static void check_int(struct ms_check *c, const struct ms_field *field, int64_t n)
{
	if ((field->min || field->max) && (n < field->min || n > field->max))
		ms_check_problem(c, false, "wants %" PRId64 " to %" PRId64 ", not %" PRId64, field->min, field->max, n);
}

static void check_element(struct ms_check *c, const struct ms_field *field, enum ms_field_type type, const char *text)
{
	if (type != MS_F_INT)
		check_text(c, field, type, text);
	else if (is_whole_number(text))
		check_int(c, field, strtoll(text, NULL, 10));
	else
		ms_check_problem(c, false, "wants whole numbers, not \"%.80s\"", text);
}

/* "10.0.0.[11-50]" beside "node[01-40]": one value for each name. */
static void check_range(struct ms_check *c, const struct ms_field *field, enum ms_field_type type, const char *text)
{
	struct ms_err err = MS_ERR_INIT;
	size_t n, before = c->report->n;
	char **values;

	if (ms_range_expand(text, &values, &n, &err)) {
		hint(ms_check_problem(c, false, "%s", err.message), "%s", err.hint);
		return;
	}
	if (n != c->copies)
		hint(ms_check_problem(c, false, "\"%.80s\" has %zu values for the %zu names of \"%.80s\"", text, n, c->copies,
				      c->range), "write a range of %zu values", c->copies);
	for (size_t i = 0; i < n && c->report->n == before; i++)
		check_element(c, field, type, values[i]);
	ms_strv_free(values);
}

/* In a Site null takes a default away.  It has to be written: "bios:" with nothing behind it is a slip. */
static bool is_written_null(const struct ms_check *c)
{
	const char *p = c->doc->text, *end;
	unsigned line, column;

	if (!c->site || !p || !ms_doc_locate(c->doc, c->path, false, &line, &column))
		return c->site;
	for (line -= c->doc->line; p && line; line--) {
		p = strchr(p, '\n');
		p = p ? p + 1 : NULL;
	}
	for (end = p; p && column > 1 && *end; end++)
		column -= ((unsigned char)end[1] & 0xc0) != 0x80;
	return p && (!strncasecmp(end, "null", 4) || *end == '~');
}

static void check_scalar(struct ms_check *c, const struct ms_field *field, enum ms_field_type type, const json_t *value)
{
	const char *text = json_string_value(value);

	if (type == MS_F_ANY || (json_is_null(value) && !field->required && is_written_null(c)))
		return;
	if (text && c->copies && type != MS_F_NAMES && type != MS_F_BOOL && ms_range_is(text))
		check_range(c, field, type, text);
	else if (ms_text_type(type) && text)
		check_text(c, field, type, text);
	else if (type == MS_F_INT && json_is_integer(value))
		check_int(c, field, json_integer_value(value));
	else if (!(type == MS_F_BOOL && json_is_boolean(value)) && !(type == MS_F_NUMBER && json_is_number(value)))
		wrong_type(c, type, value);
}

/* Names of the entries of a list of the Site, for references. */
static const char **entry_names(const json_t *list, size_t *ret_n)
{
	size_t n = 0, i;
	const json_t *entry;
	const char **names = calloc(json_array_size(list) + 1, sizeof(*names));

	json_array_foreach(list, i, entry)
		if (names && json_is_string(json_object_get(entry, "name")))
			names[n++] = json_string_value(json_object_get(entry, "name"));
	*ret_n = names ? n : 0;
	return names;
}

/* Racks may be named without being described; what is to be looked up must be there. */
static void check_reference(struct ms_check *c, const struct ms_field *field, const char *name)
{
	size_t n;
	MS_AUTO_FREE const char **names = entry_names(ms_at(c->doc->root, "%s", field->names), &n);
	const char *near, *what = strrchr(field->names, '/') + 1;
	struct ms_err *err;

	for (size_t i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return;
	if (!names)
		return;
	err = ms_check_problem(c, false, "no \"%.80s\" in spec%s of this Site", name, field->names + strlen("/spec"));
	near = ms_nearest(name, names);
	if (near)
		hint(err, "did you mean %s?", near);
	else
		hint(err, "add an entry with \"name: %s\" to %s", name, what);
}

static void check_list(struct ms_check *c, const struct ms_field *field, const json_t *list)
{
	size_t i;
	const json_t *entry;
	int64_t n = (int64_t)json_array_size(list);
	bool partial = c->partial;

	if ((field->min && n < field->min) || (field->max && n > field->max))
		ms_check_problem(c, false, "wants %" PRId64 " to %" PRId64 " entries, has %" PRId64, field->min, field->max, n);
	c->partial = false; /* lists replace as a whole, so their entries are complete */
	json_array_foreach(list, i, entry) {
		size_t len = push_index(c, i);

		if (!field->fields)
			check_scalar(c, field, field->item, entry);
		else if (json_is_object(entry))
			ms_check_object(c, field->fields, entry);
		else
			wrong_type(c, MS_F_OBJECT, entry);
		pop(c, len);
	}
	c->partial = partial;
}

static void check_map(struct ms_check *c, const struct ms_field *field, const json_t *map)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)map, key, value) {
		size_t len = push(c, key);

		check_scalar(c, field, field->item, value);
		pop(c, len);
	}
}

static void check_value(struct ms_check *c, const struct ms_field *field, const json_t *value)
{
	bool partial = c->partial;

	switch (field->type) {
	case MS_F_ANY:
		break;
	case MS_F_OBJECT:
		c->partial |= field->partial;
		if (json_is_object(value) && field->fields)
			ms_check_object(c, field->fields, value);
		else if (c->site && field->names && json_is_string(value))
			check_reference(c, field, json_string_value(value));
		else if (!json_is_object(value) && !(json_is_null(value) && is_written_null(c)))
			wrong_type(c, field->type, value);
		c->partial = partial;
		break;
	case MS_F_LIST:
		if (json_is_array(value))
			check_list(c, field, value);
		else if (!json_is_null(value) || !is_written_null(c))
			wrong_type(c, field->type, value);
		break;
	case MS_F_MAP:
		if (json_is_object(value))
			check_map(c, field, value);
		else if (!json_is_null(value) || !is_written_null(c))
			wrong_type(c, field->type, value);
		break;
	default:
		check_scalar(c, field, field->type, value);
		if (c->site && field->names && field->site && json_is_string(value))
			check_reference(c, field, json_string_value(value));
	}
}

struct names { const char *list[128]; size_t n; bool site; };

static int name_add(void *ctx, const struct ms_field *field)
{
	struct names *names = ctx;

	if (names->n < MS_ARRAY_SIZE(names->list) - 1 && (names->site || !field->site))
		names->list[names->n++] = field->name;
	return 0;
}

static void unknown_key(struct ms_check *c, const struct ms_field *fields, const char *key)
{
	struct names names = { .site = c->site };
	struct ms_err *err = ms_check_problem(c, true, "unknown key \"%.80s\"", key);
	MS_AUTO_BUF struct ms_buf list = { 0 };
	const char *near;

	ms_field_each(fields, name_add, &names);
	near = ms_nearest(key, names.list);
	if (near) {
		hint(err, "did you mean %s?", near);
		return;
	}
	for (size_t i = 0; i < names.n; i++)
		ms_buf_printf(&list, "%s%s", i ? ", " : "", names.list[i]);
	hint(err, "known here: %s", list.data);
}

struct missing { struct ms_check *c; const json_t *object; };

static int missing_check(void *ctx, const struct ms_field *field)
{
	const struct missing *m = ctx;

	if (field->required && (m->c->site || !field->site) && !json_object_get(m->object, field->name))
		hint(ms_check_problem(m->c, false, "missing key \"%s\"", field->name), "add %s: %s", field->name, field->help);
	return 0;
}

/* An entry whose name is a range stands for many. */
static size_t copies_of(const struct ms_field *fields, const json_t *object)
{
	const struct ms_field *field = ms_field_find(fields, "name", true);
	const char *name = json_string_value(json_object_get(object, "name"));
	struct ms_err ignored = MS_ERR_INIT;
	char **names;
	size_t n;

	if (!field || field->type != MS_F_NAMES || !name || !ms_range_is(name) || ms_range_expand(name, &names, &n, &ignored))
		return 0;
	ms_strv_free(names);
	return n;
}

void ms_check_object(struct ms_check *c, const struct ms_field *fields, const json_t *object)
{
	struct missing missing = { c, object };
	size_t copies = c->copies, own = copies_of(fields, object);
	const char *key;
	json_t *value;

	if (own) {
		c->copies = own;
		c->range = json_string_value(json_object_get(object, "name"));
	}
	json_object_foreach((json_t *)object, key, value) {
		const struct ms_field *field = ms_field_find(fields, key, c->site);
		size_t len = push(c, key);

		if (field)
			check_value(c, field, value);
		else
			unknown_key(c, fields, key);
		pop(c, len);
	}
	if (!c->partial)
		ms_field_each(fields, missing_check, &missing);
	c->copies = copies;
}
