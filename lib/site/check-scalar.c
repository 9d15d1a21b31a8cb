/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scalars against the type of their field; most of this is saying well what is wrong. */
#include <errno.h>
#include <inttypes.h>
#include <regex.h>
#include "site/check.h"

/* ---- wrong types ---- */

/* What stands there, never longer than a line. */
static const char *shown(const json_t *value, char buf[static 96])
{
	const char *what = json_is_string(value)   ? "the string"
			   : json_is_number(value) ? "the number"
						   : "the value";
	MS_AUTO_FREE char *text = NULL;

	switch (json_typeof(value)) {
	case JSON_OBJECT: return "an object";
	case JSON_ARRAY: return "a list";
	case JSON_NULL: return "nothing";
	default: break;
	}
	text = ms_json_text(value, MS_JSON_COMPACT);
	snprintf(buf, 96, "%s %.60s%s", what, text ? text : "?",
		 text && strlen(text) > 60 ? "..." : "");
	return buf;
}

static void put_words(struct ms_buf *buf, const char *const *words)
{
	ms_buf_puts(buf, "one of ");
	for (size_t i = 0; words[i]; i++)
		ms_buf_printf(buf, "%s%s", i ? ", " : "", words[i]);
}

static void put_type(struct ms_buf *buf, const struct ms_field *field, enum ms_field_type type)
{
	const struct ms_text_type *text = ms_text_type(type);

	switch (type) {
	case MS_F_BOOL: ms_buf_puts(buf, "true or false"); break;
	case MS_F_INT: ms_buf_puts(buf, "a whole number"); break;
	case MS_F_NUMBER: ms_buf_puts(buf, "a number"); break;
	case MS_F_OBJECT: case MS_F_MAP: ms_buf_puts(buf, "an object"); break;
	case MS_F_LIST: ms_buf_puts(buf, "a list"); break;
	case MS_F_ENUM: put_words(buf, field->words); break;
	default: ms_buf_puts(buf, text ? text->what : "a value");
	}
}

/* Words that people and YAML 1.1 use for booleans. */
static const char *boolean_meant(const char *word)
{
	static const char *const words[][2] = {
		{ "yes", "true" },	 { "on", "true" },	{ "y", "true" },
		{ "true", "true" },	 { "enabled", "true" }, { "no", "false" },
		{ "off", "false" },	 { "n", "false" },	{ "false", "false" },
		{ "disabled", "false" },
	};

	for (size_t i = 0; word && i < MS_ARRAY_SIZE(words); i++)
		if (!strcasecmp(word, words[i][0]))
			return words[i][1];
	return NULL;
}

static bool is_whole_number(const char *s)
{
	s += *s == '-';
	return *s && strspn(s, "0123456789") == strlen(s) && strlen(s) < 19;
}

static void hint_object(struct ms_check *c, struct ms_err *err, const struct ms_field *field,
			const json_t *value)
{
	MS_AUTO_BUF struct ms_buf list = { 0 };
	const char *text = json_string_value(value);

	if (!field->fields)
		return;
	if (field->type == MS_F_LIST && text && ms_field_find(field->fields, "name", c->site)) {
		ms_check_hint(err, "write it as \"- name: %.60s\"", text);
		return;
	}
	ms_check_names(c, field->fields, &list);
	ms_check_hint(err, "known here: %s", list.data ? list.data : "nothing");
}

static void hint_type(struct ms_check *c, struct ms_err *err, const struct ms_field *field,
		      enum ms_field_type type, const json_t *value)
{
	const char *text = json_string_value(value);
	const struct ms_text_type *row = ms_text_type(type);

	if (json_is_null(value))
		ms_check_hint(err, "write a value%s", c->site && !field->required ?
			      ", leave the key out, or write null to take a default away" : "");
	else if (type == MS_F_BOOL && boolean_meant(text))
		ms_check_hint(err, "write %s without quotes", boolean_meant(text));
	else if ((type == MS_F_INT || type == MS_F_NUMBER) && text && is_whole_number(text))
		ms_check_hint(err, "write %s without quotes", text);
	else if (c->site && type == MS_F_INT && text && ms_range_is(text))
		ms_check_hint(err, "a range of values goes with a range of names");
	else if (row && type != MS_F_SECRET && type != MS_F_ENUM &&
		 (json_is_number(value) || json_is_boolean(value)))
		ms_check_hint(err, "put the value in quotes, so that it stays text");
	else if (type == MS_F_LIST)
		ms_check_hint(err, "begin each entry with \"- \", or write [a, b]");
	else if (type == MS_F_OBJECT)
		hint_object(c, err, field, value);
	else if (row && row->hint)
		ms_check_hint(err, "%s", row->hint);
}

void ms_check_wrong_type(struct ms_check *c, const struct ms_field *field, enum ms_field_type type,
			 const json_t *value)
{
	char buf[96];
	MS_AUTO_BUF struct ms_buf want = { 0 };

	put_type(&want, field, type);
	hint_type(c,
		  ms_check_problem(c, false, "wants %s, not %s", want.data ? want.data : "?",
				   type == MS_F_SECRET && !json_is_null(value)
					   ? "what stands there (not shown)"
					   : shown(value, buf)),
		  field, type, value);
}

/* ---- null ---- */

static bool is_written_null(const struct ms_check *c)
{
	const char *p = c->doc->text;
	unsigned line, column;

	if (!p || !ms_doc_locate(c->doc, c->path, false, &line, &column))
		return true;
	for (line -= c->doc->line; p && line; line--) {
		p = strchr(p, '\n');
		p = p ? p + 1 : NULL;
	}
	for (; p && *p && column > 1; p++) /* columns count characters */
		column -= ((unsigned char)p[1] & 0xc0) != 0x80;
	return p && (!strncasecmp(p, "null", 4) || *p == '~' || *p == '*');
}

bool ms_check_is_null(const struct ms_check *c, const struct ms_field *field, const json_t *value)
{
	return json_is_null(value) && c->site && !field->required && is_written_null(c);
}

/* ---- values ---- */

static void check_enum(struct ms_check *c, const struct ms_field *field, const char *text)
{
	MS_AUTO_BUF struct ms_buf list = { 0 };
	const char *near = ms_nearest(text, field->words);
	struct ms_err *err;

	for (size_t i = 0; field->words[i]; i++)
		if (!strcmp(field->words[i], text))
			return;
	put_words(&list, field->words);
	err = ms_check_problem(c, false, "not %s: \"%.80s\"", list.data ? list.data : "?", text);
	if (near)
		ms_check_hint(err, "did you mean %s?", near);
}

static void check_pattern(struct ms_check *c, const struct ms_field *field, const char *text)
{
	MS_AUTO_FREE char *anchored = ms_asprintf("^(%s)$", field->pattern);
	regex_t regex;

	if (!anchored || regcomp(&regex, anchored, REG_EXTENDED | REG_NOSUB)) {
		c->failed = true;
		return;
	}
	if (regexec(&regex, text, 0, NULL, 0))
		ms_check_hint(ms_check_problem(c, false, "not of the form %s: \"%.80s\"",
					       field->pattern, text),
			      "%s", field->help);
	regfree(&regex);
}

static void check_string(struct ms_check *c, const struct ms_field *field, const char *text)
{
	int64_t len = (int64_t)strlen(text);

	if ((field->min && len < field->min) || (field->max && len > field->max))
		ms_check_hint(ms_check_problem(c, false,
					       "wants %" PRId64 " to %" PRId64
					       " characters, has %" PRId64,
					       field->min, field->max, len),
			      "%s", field->help);
	else if (field->pattern)
		check_pattern(c, field, text);
}

static bool looks_numeric(const char *s)
{
	return *s && strspn(s, "0123456789.:") == strlen(s);
}

static void not_valid(struct ms_check *c, const struct ms_field *field, enum ms_field_type type,
		      const char *text)
{
	const struct ms_text_type *row = ms_text_type(type);
	const char *what = type == MS_F_HOST && looks_numeric(text) ? "an address" : row->what;
	MS_AUTO_FREE char *meant = row->meant ? row->meant(text) : NULL;
	MS_AUTO_FREE char *why = row->why ? row->why(text) : NULL;
	struct ms_err *err;

	if (why)
		err = ms_check_problem(c, false, "%s", why);
	else if (type == MS_F_SECRET)
		err = ms_check_problem(c, false, "not %s (not shown)", what);
	else
		err = ms_check_problem(c, false, "not %s: \"%.120s\"", what, text);
	if (meant)
		ms_check_hint(err, "did you mean %s?", meant);
	else
		ms_check_hint(err, "%s", row->hint ? row->hint : field->help);
}

static void check_text(struct ms_check *c, const struct ms_field *field, enum ms_field_type type,
		       const char *text)
{
	const struct ms_text_type *row = ms_text_type(type);

	if (type == MS_F_ENUM)
		check_enum(c, field, text);
	else if (row->valid && !row->valid(text))
		not_valid(c, field, type, text);
	else if (type == MS_F_STRING && field->type == MS_F_STRING)
		check_string(c, field, text);
}

static void check_int(struct ms_check *c, const struct ms_field *field, int64_t n)
{
	if ((field->min || field->max) && (n < field->min || n > field->max))
		ms_check_problem(c, false, "wants %" PRId64 " to %" PRId64 ", not %" PRId64,
				 field->min, field->max, n);
}

static void check_element(struct ms_check *c, const struct ms_field *field, enum ms_field_type type,
			  const char *text)
{
	if (type != MS_F_INT)
		check_text(c, field, type, text);
	else if (is_whole_number(text))
		check_int(c, field, strtoll(text, NULL, 10));
	else
		ms_check_problem(c, false, "wants whole numbers, not \"%.80s\"", text);
}

static void wrong_count(struct ms_check *c, const char *text, size_t n)
{
	static const char fmt[] = "\"%.80s\" has %zu values for the %zu names of \"%.80s\"";
	struct ms_err *err = ms_check_problem(c, false, fmt, text, n, c->copies, c->range);

	ms_check_hint(err, "write a range of %zu values", c->copies);
}

/* "10.0.0.[11-50]" beside "node[01-40]": one value for each name. */
static void check_range(struct ms_check *c, const struct ms_field *field, enum ms_field_type type,
			const char *text)
{
	struct ms_err err = MS_ERR_INIT;
	size_t n, before = c->report->n;
	char **values;

	if (ms_range_expand(text, &values, &n, &err)) {
		c->failed |= err.error == -ENOMEM;
		ms_check_hint(ms_check_problem(c, false, "%s", err.message), "%s", err.hint);
		return;
	}
	if (n != c->copies)
		wrong_count(c, text, n);
	for (size_t i = 0; i < n && c->report->n == before; i++)
		check_element(c, field, type, values[i]);
	ms_strv_free(values);
}

/* "leaf[01-04]:[1-8]" means each of them, however many names the entry has. */
static void check_many(struct ms_check *c, const struct ms_field *field, enum ms_field_type type,
		       const char *text)
{
	size_t copies = c->copies, n;
	struct ms_err err = MS_ERR_INIT;
	char **values;

	if (!ms_range_expand(text, &values, &n, &err)) {
		ms_strv_free(values);
		c->copies = n;
	}
	check_range(c, field, type, text);
	c->copies = copies;
}

void ms_check_scalar(struct ms_check *c, const struct ms_field *field, enum ms_field_type type,
		     const json_t *value)
{
	const char *text = json_string_value(value);

	if (type == MS_F_ANY)
		return;
	if (text && c->site && field->many && ms_range_is(text))
		check_many(c, field, type, text);
	else if (text && c->copies && type != MS_F_NAMES && type != MS_F_BOOL && ms_range_is(text))
		check_range(c, field, type, text);
	else if (ms_text_type(type) && text)
		check_text(c, field, type, text);
	else if (type == MS_F_INT && json_is_integer(value))
		check_int(c, field, json_integer_value(value));
	else if (!(type == MS_F_BOOL && json_is_boolean(value)) &&
		 !(type == MS_F_NUMBER && json_is_number(value)))
		ms_check_wrong_type(c, field, type, value);
}
