/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON (RFC 8259) to jansson values.  jansson's own reader takes four times as long, which a stream
 * of 100,000 resources notices, and says where it stopped, not where the mistake began.  A fuzzer
 * holds this one to it.
 */
#include <errno.h>
#include "core/syntax.h"
#include "core/text.h"
#include "core/write.h"

struct json {
	const struct ms_text *text;
	const char *p, *end;       /* the text ends in a NUL, so *p may always be read */
	size_t nodes;
	struct ms_buf scratch;     /* a string whose escapes are undone */
	struct ms_err *err;
};

/* ---- errors -------------------------------------------------------------------------- */

#define fail_at(j, at, ...)                                                                        \
	ms_text_fail((j)->text, (size_t)((at) - (j)->text->text), (j)->err, __VA_ARGS__)

/* Length of the word or character at p, to be named in an error. */
static int token_len(const struct json *j)
{
	size_t n = 0, most = (size_t)(j->end - j->p);
	uint32_t code;

	while (n < most && n < 32 && !strchr(" \t\r\n,:{}[]\"", j->p[n]) &&
	       (unsigned char)j->p[n] < 0x80)
		n++;
	return n ? (int)n : (int)ms_utf8_decode(j->p, most, &code);
}

static int expected(struct json *j, const char *what)
{
	if (j->p >= j->end)
		return fail_at(j, j->p, "not JSON: expected %s, but the text ends", what);
	return fail_at(j, j->p, "not JSON: expected %s, not '%.*s'", what, token_len(j), j->p);
}

/* ---- strings ------------------------------------------------------------------------- */

static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c != '"' && c != '\\' && c < 0x80;
}

static int hex4(const char *p)
{
	int value = 0;

	for (int i = 0; i < 4; i++) {
		int c = p[i] | 0x20;

		if (p[i] >= '0' && p[i] <= '9')
			value = 16 * value + (p[i] - '0');
		else if (c >= 'a' && c <= 'f')
			value = 16 * value + (c - 'a' + 10);
		else
			return -1;
	}
	return value;
}

static void put_utf8(struct ms_buf *buf, uint32_t code)
{
	char bytes[4];
	size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	static const unsigned char first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = n; --i; code >>= 6)
		bytes[i] = (char)(0x80 | (code & 0x3f));
	bytes[0] = (char)(first[n] | code);
	ms_buf_add(buf, bytes, n);
}

/* \uXXXX at p, or two of them that make a character beyond U+FFFF (section 7). */
static int take_unicode(struct json *j)
{
	int high = hex4(j->p + 2), low;

	if (high < 0)
		return fail_at(j, j->p, "not JSON: \\u needs four hexadecimal digits");
	if (!high)
		return fail_at(j, j->p, "a NUL character (\\u0000) in a string");
	if (high < 0xd800 || high > 0xdfff) {
		put_utf8(&j->scratch, (uint32_t)high);
		j->p += 6;
		return 0;
	}
	low = high < 0xdc00 && j->p[6] == '\\' && j->p[7] == 'u' ? hex4(j->p + 8) : -1;
	if (low < 0xdc00 || low > 0xdfff)
		return fail_at(j, j->p, "not JSON: half of a surrogate pair");
	put_utf8(&j->scratch, 0x10000 + (((uint32_t)high & 0x3ff) << 10 | ((uint32_t)low & 0x3ff)));
	j->p += 12;
	return 0;
}

static int take_escape(struct json *j)
{
	static const char letters[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
	const char *letter;

	if (j->p[1] == 'u')
		return take_unicode(j);
	letter = j->p[1] ? strchr(letters, j->p[1]) : NULL;
	if (!letter)
		return fail_at(j, j->p, "not JSON: unknown escape in a string");
	ms_buf_add(&j->scratch, &bytes[letter - letters], 1);
	j->p += 2;
	return 0;
}

/* One character of a string that is_plain() does not pass. */
static int take_special(struct json *j, const char *open)
{
	uint32_t code;
	size_t n;

	if (*j->p == '\\')
		return take_escape(j);
	if (j->p >= j->end || *j->p == '\n')
		return fail_at(j, open, "not JSON: the string is not closed");
	if ((unsigned char)*j->p < 0x20)
		return fail_at(j, j->p, "not JSON: control character 0x%02x in a string",
			       (unsigned char)*j->p);
	n = ms_utf8_decode(j->p, (size_t)(j->end - j->p), &code);
	if (!n)
		return fail_at(j, j->p, "not UTF-8 (0x%02x)", (unsigned char)*j->p);
	ms_buf_add(&j->scratch, j->p, n);
	j->p += n;
	return 0;
}

/* The string at p: its bytes are in the text, or in scratch where there was something to undo. */
static int take_string(struct json *j, const char **ret_text, size_t *ret_len)
{
	const char *open = j->p++, *start = j->p;

	while (is_plain((unsigned char)*j->p))
		j->p++;
	if (*j->p == '"') {
		*ret_text = start;
		*ret_len = (size_t)(j->p++ - start);
		return 0;
	}
	j->scratch.len = 0;
	for (;;) {
		int error;

		ms_buf_add(&j->scratch, start, (size_t)(j->p - start));
		if (*j->p == '"')
			break;
		error = take_special(j, open);
		if (error)
			return error;
		for (start = j->p; is_plain((unsigned char)*j->p); j->p++)
			;
	}
	j->p++;
	*ret_text = j->scratch.data;
	*ret_len = j->scratch.len;
	return j->scratch.failed ? ms_nomem(j->err) : 0;
}

static int make_string(struct json *j, json_t **ret_value)
{
	const char *text;
	size_t len;
	int error = take_string(j, &text, &len);

	if (!error)
		*ret_value = json_stringn_nocheck(text, len);
	return error;
}

/* ---- numbers and words --------------------------------------------------------------- */

static int out_of_range(struct json *j, const char *start)
{
	fail_at(j, start, "number out of range: %.*s", (int)(j->p - start > 60 ? 60 : j->p - start),
		start);
	ms_hint(j->err, "numbers are 64-bit; put it in quotes if it is a name");
	return -EBADMSG;
}

static size_t skip_digits(struct json *j)
{
	size_t n = strspn(j->p, "0123456789");

	j->p += n;
	return n;
}

static int make_real(struct json *j, const char *start, json_t **ret_value)
{
	MS_AUTO_FREE char *text = strndup(start, (size_t)(j->p - start));
	double number;
	int error = text ? ms_real_parse(text, &number) : -ENOMEM;

	if (error)
		return error == -ENOMEM ? ms_nomem(j->err) : out_of_range(j, start);
	*ret_value = json_real(number);
	return 0;
}

/* Section 6: -? (0 | [1-9][0-9]*) (\.[0-9]+)? ([eE][-+]?[0-9]+)? */
static int make_number(struct json *j, json_t **ret_value)
{
	const char *start = j->p;
	long long number;
	bool real = false;

	j->p += *j->p == '-';
	if (*j->p == '0')
		j->p++;
	else if (!skip_digits(j))
		return expected(j, "a digit");
	if (*j->p == '.') {
		real = true;
		j->p++;
		if (!skip_digits(j))
			return expected(j, "a digit");
	}
	if (*j->p == 'e' || *j->p == 'E') {
		real = true;
		j->p += 1 + (j->p[1] == '-' || j->p[1] == '+');
		if (!skip_digits(j))
			return expected(j, "a digit");
	}
	if (real)
		return make_real(j, start, ret_value);
	errno = 0;
	number = strtoll(start, NULL, 10);
	if (errno == ERANGE)
		return ms_real_holds(start, (size_t)(j->p - start)) ? make_real(j, start, ret_value)
								    : out_of_range(j, start);
	*ret_value = json_integer(number);
	return 0;
}

static int make_word(struct json *j, json_t **ret_value)
{
	static const char *const words[] = { "true", "false", "null" };

	for (size_t i = 0; i < MS_ARRAY_SIZE(words); i++) {
		size_t len = strlen(words[i]);

		if (strncmp(j->p, words[i], len) || (size_t)token_len(j) != len)
			continue;
		j->p += len;
		*ret_value = i == 0 ? json_true() : i == 1 ? json_false() : json_null();
		return 0;
	}
	return expected(j, "a value");
}

/* ---- collections --------------------------------------------------------------------- */

static int make_value(struct json *j, unsigned depth, json_t **ret_value);

static char skip_space(struct json *j)
{
	while (*j->p == ' ' || *j->p == '\n' || *j->p == '\t' || *j->p == '\r')
		j->p++;
	return *j->p;
}

/* After an element: true and over the comma, or false at the closing bracket. */
static int take_comma(struct json *j, char close, bool *ret_more)
{
	char c = skip_space(j);

	if (c != ',' && c != close)
		return expected(j, close == '}' ? "a comma or }" : "a comma or ]");
	*ret_more = c == ',';
	j->p++;
	return 0;
}

/* `key: value`; a key that the object had already does not make it grow. */
static int take_member(struct json *j, json_t *object, unsigned depth)
{
	const char *key_at = j->p, *text;
	MS_AUTO_FREE char *kept = NULL;
	size_t len, size = json_object_size(object);
	json_t *value = NULL;
	int error;

	if (*key_at != '"')
		return expected(j, "a key in double quotes");
	error = take_string(j, &text, &len);
	if (error)
		return error;
	if (text == j->scratch.data)
		text = kept = strndup(text, len); /* the value needs scratch, too */
	if (!text)
		return ms_nomem(j->err);
	if (skip_space(j) != ':')
		return expected(j, "a colon");
	j->p++;
	error = make_value(j, depth, &value);
	if (error)
		return error;
	if (json_object_setn_new_nocheck(object, text, len, value))
		return ms_nomem(j->err);
	if (json_object_size(object) == size)
		return fail_at(j, key_at, "duplicate key \"%.*s\"", (int)(len > 80 ? 80 : len),
			       text);
	return 0;
}

static int make_object(struct json *j, unsigned depth, json_t **ret_value)
{
	json_auto_t *object = json_object();
	bool more = true;
	int error = object ? 0 : ms_nomem(j->err);

	j->p++;
	if (!error && skip_space(j) == '}') {
		more = false;
		j->p++;
	}
	while (!error && more) {
		skip_space(j);
		error = take_member(j, object, depth + 1);
		if (!error)
			error = take_comma(j, '}', &more);
	}
	if (!error)
		*ret_value = ms_take(object);
	return error;
}

static int make_array(struct json *j, unsigned depth, json_t **ret_value)
{
	json_auto_t *array = json_array();
	bool more = true;
	int error = array ? 0 : ms_nomem(j->err);

	j->p++;
	if (!error && skip_space(j) == ']') {
		more = false;
		j->p++;
	}
	while (!error && more) {
		json_t *value = NULL;

		error = make_value(j, depth + 1, &value);
		if (!error && json_array_append_new(array, value))
			error = ms_nomem(j->err);
		if (!error)
			error = take_comma(j, ']', &more);
	}
	if (!error)
		*ret_value = ms_take(array);
	return error;
}

static int make_value(struct json *j, unsigned depth, json_t **ret_value)
{
	char c = skip_space(j);
	int error;

	if (depth >= MS_DOC_MAX_DEPTH && (c == '{' || c == '['))
		return fail_at(j, j->p, "nested deeper than %d levels", MS_DOC_MAX_DEPTH);
	if (++j->nodes > MS_DOC_MAX_NODES)
		return fail_at(j, j->p, "more than %u values", MS_DOC_MAX_NODES);
	if (c == '"')
		error = make_string(j, ret_value);
	else if (c == '{')
		error = make_object(j, depth, ret_value);
	else if (c == '[')
		error = make_array(j, depth, ret_value);
	else if (c == '-' || (c >= '0' && c <= '9'))
		error = make_number(j, ret_value);
	else
		error = make_word(j, ret_value);
	return error || *ret_value ? error : ms_nomem(j->err);
}

int ms_json_parse(const struct ms_text *text, json_t **ret_root, struct ms_err *err)
{
	struct json j = {
		.text = text, .p = text->text, .end = text->text + text->len, .err = err
	};
	json_t *root = NULL;
	int error = make_value(&j, 0, &root);

	if (!error) {
		skip_space(&j);
		if (j.p < j.end)
			error = expected(&j, "the end of the text");
	}
	ms_buf_release(&j.scratch);
	if (error)
		json_decref(root);
	else
		*ret_root = root;
	return error;
}
