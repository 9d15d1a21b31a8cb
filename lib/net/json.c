/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tolerant JSON.  Strict first; only text that is refused is repaired and read again: bytes that
 * are not UTF-8 (model names in Latin-1), raw control characters in strings, nan and inf.  Integers
 * beyond 64 bits are JSON (RFC 8259 section 6), which jansson cannot hold: no oddity.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include "core/core.h"
#include "net/json.h"
#include "net/net.h"

#define LOAD_FLAGS JSON_ALLOW_NUL

bool ms_json_is_shallow(const char *text, size_t len)
{
	bool in_string = false;
	unsigned depth = 0;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '{' || c == '[') {
			if (++depth > MS_JSON_MAX_DEPTH)
				return false;
		} else if ((c == '}' || c == ']') && depth) {
			depth--;
		}
	}
	return true;
}

/* Bytes of the UTF-8 sequence that text starts with, 0 when it is none (overlong, surrogate, cut).
 */
static size_t utf8_length(const unsigned char *text, size_t len)
{
	static const struct {
		unsigned char mask, lead;
		unsigned long first;
	} forms[] = {
		{ 0x80, 0x00, 0 },
		{ 0xe0, 0xc0, 0x80 },
		{ 0xf0, 0xe0, 0x800 },
		{ 0xf8, 0xf0, 0x10000 },
	};

	for (size_t n = 0; n < MS_ARRAY_SIZE(forms); n++) {
		unsigned long code = text[0] & (unsigned char)~forms[n].mask;

		if ((text[0] & forms[n].mask) != forms[n].lead)
			continue;
		if (n + 1 > len)
			return 0;
		for (size_t i = 1; i <= n; i++) {
			if ((text[i] & 0xc0) != 0x80)
				return 0;
			code = code << 6 | (text[i] & 0x3f);
		}
		return code < forms[n].first || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)
			       ? 0
			       : n + 1;
	}
	return 0;
}

struct repair {
	const char *text;
	size_t len, at;
	bool in_string;
	bool odd;                  /* something was not JSON */
	struct ms_buf out;
};

static void repair_string_byte(struct repair *r)
{
	const unsigned char *c = (const unsigned char *)r->text + r->at;
	size_t n = utf8_length(c, r->len - r->at);

	if (*c == '\\' && r->at + 1 < r->len && r->text[r->at + 1] > ' ') {
		ms_buf_add(&r->out, c, 2);
		r->at += 2;
		return;
	}
	if (*c == '"')
		r->in_string = false;
	if (n == 0 || *c < ' ')
		r->odd = true;
	if (n == 0)
		ms_buf_puts(&r->out, "\xef\xbf\xbd");
	else if (*c < ' ')
		ms_buf_puts(&r->out, " ");
	else
		ms_buf_add(&r->out, c, n);
	r->at += n ? n : 1;
}

/* An integer of 19 digits or more becomes a real; what a real cannot hold either is unknown. */
static void repair_number(struct repair *r)
{
	char text[256] = "";
	size_t n = 0, digits = 0;

	while (r->at + n < r->len && r->text[r->at + n] &&
	       strchr("+-.eE0123456789", r->text[r->at + n])) {
		if (isdigit((unsigned char)r->text[r->at + n]))
			digits++;
		n++;
	}
	if (n >= sizeof(text) || isinf(strtod(memcpy(text, r->text + r->at, n), NULL))) {
		r->odd = true;
		ms_buf_puts(&r->out, "null");
		r->at += n;
		return;
	}
	ms_buf_add(&r->out, text, n);
	if (digits >= 19 && digits + (r->text[r->at] == '-') == n)
		ms_buf_puts(&r->out, ".0");
	r->at += n;
}

static bool repair_word(struct repair *r)
{
	static const char *const words[] = {
		"-nan", "nan", "-infinity", "infinity", "-inf", "inf"
	};

	for (size_t i = 0; i < MS_ARRAY_SIZE(words); i++) {
		size_t n = strlen(words[i]);

		if (r->len - r->at >= n && !strncasecmp(r->text + r->at, words[i], n)) {
			ms_buf_puts(&r->out, "null");
			r->odd = true;
			r->at += n;
			return true;
		}
	}
	return false;
}

static void repair(struct repair *r)
{
	while (r->at < r->len && !r->out.failed) {
		char c = r->text[r->at];

		if (r->in_string) {
			repair_string_byte(r);
		} else if (repair_word(r)) {
			continue;
		} else if (c == '-' || isdigit((unsigned char)c)) {
			repair_number(r);
		} else {
			r->in_string = c == '"';
			ms_buf_add(&r->out, &c, 1);
			r->at++;
		}
	}
}

static json_t *load_repaired(const char *text, size_t len, const char **ret_oddity,
			     json_error_t *ret_why)
{
	struct repair r = { .text = text, .len = len };
	json_t *value = NULL;

	repair(&r);
	if (!r.out.failed && r.out.len)
		value = json_loadb(r.out.data, r.out.len, LOAD_FLAGS, ret_why);
	ms_buf_release(&r.out);
	if (value && r.odd && ret_oddity)
		*ret_oddity = "JSON that had to be repaired";
	return value;
}

int ms_json_decode(const char *text, size_t len, json_t **ret_value, const char **ret_oddity,
		   struct ms_err *err)
{
	json_error_t why = { 0 };
	json_t *value;

	/* A byte order mark is not JSON (RFC 8259, 8.1), but it is met. */
	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
		text += 3;
		len -= 3;
	}
	if (!ms_json_is_shallow(text, len))
		return ms_fail(err, -EPROTO, MS_INVALID, "JSON nested more than %d deep",
			       MS_JSON_MAX_DEPTH);
	value = json_loadb(text, len, LOAD_FLAGS, &why);
	if (!value)
		value = load_repaired(text, len, ret_oddity, &why);
	if (!value)
		return ms_fail(err, -EPROTO, MS_INVALID, "not JSON: %s", why.text);
	*ret_value = value;
	return 0;
}
