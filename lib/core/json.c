/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON (RFC 8259) to values: jansson, within our limits and with errors that point at the token. */
#include <errno.h>
#include "core/parse.h"

/* The byte behind a string whose opening quote is at p. */
static const char *skip_string(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\')
			p++;
	return p < end ? p + 1 : end;
}

/* Depth and number of values, before jansson builds anything. */
static int check_limits(const struct ms_text *text, struct ms_err *err)
{
	const char *p = text->text, *end = p + text->len;
	size_t nodes = 1, depth = 0;

	while (p < end) {
		if (*p == '"') {
			p = skip_string(p, end);
			continue;
		}
		nodes += *p == ',' || *p == '{' || *p == '[';
		depth += *p == '{' || *p == '[';
		if (depth > MS_DOC_MAX_DEPTH)
			return ms_text_fail(text, (size_t)(p - text->text), err, "nested deeper than %d levels",
					    MS_DOC_MAX_DEPTH);
		if (nodes > MS_DOC_MAX_NODES)
			return ms_text_fail(text, (size_t)(p - text->text), err, "more than %u values",
					    MS_DOC_MAX_NODES);
		if (depth && (*p == '}' || *p == ']'))
			depth--;
		p++;
	}
	return 0;
}

/* jansson says "... near 'TOKEN'" and stands behind the token: the offset of its first byte, and its length. */
static size_t token_start(const struct ms_text *text, const json_error_t *error, int *ret_len)
{
	size_t at = error->position < 0 ? 0 : (size_t)error->position, len;
	const char *near = strstr(error->text, " near '");

	*ret_len = 0;
	if (at > text->len)
		at = text->len;
	len = near ? strlen(near + 7) : 0;
	if (!len || near[7 + --len] != '\'' || len > at || memcmp(text->text + at - len, near + 7, len))
		return at;
	*ret_len = (int)len;
	return at - len;
}

static int refuse(const struct ms_text *text, const json_error_t *error, struct ms_err *err)
{
	int len;
	size_t at = token_start(text, error, &len);

	switch (json_error_code(error)) {
	case json_error_out_of_memory:
		return ms_nomem(err);
	case json_error_duplicate_key:
		return ms_text_fail(text, at, err, "duplicate key %.*s", len, text->text + at);
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return ms_text_fail(text, at, err, "a NUL character (\\u0000) in a string");
	case json_error_numeric_overflow:
		ms_text_fail(text, at, err, "number out of range: %.*s", len, text->text + at);
		ms_hint(err, "numbers are 64-bit; put it in quotes if it is a name");
		return -EBADMSG;
	default:
		return ms_text_fail(text, at, err, "not JSON: %s", error->text);
	}
}

int ms_json_parse(const struct ms_text *text, json_t **ret_root, struct ms_err *err)
{
	json_error_t error;
	json_t *root;
	int result = check_limits(text, err);

	if (result)
		return result;
	root = json_loadb(text->text, text->len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (!root)
		return refuse(text, &error, err);
	*ret_root = root;
	return 0;
}
