/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UTF-8, and text from outside made fit for a terminal. */
#include "core/text.h"
#include <string.h>
#include "core/buf.h"

/* Bytes of a sequence by its first byte, 0 = cannot start one (RFC 3629 section 4). */
static size_t sequence_len(unsigned char c)
{
	if (c < 0x80)
		return 1;
	if (c >= 0xc2 && c <= 0xdf)
		return 2;
	if (c >= 0xe0 && c <= 0xef)
		return 3;
	return c >= 0xf0 && c <= 0xf4 ? 4 : 0;
}

size_t ms_utf8_decode(const char *text, size_t len, uint32_t *ret_code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)text;
	size_t n = len ? sequence_len(p[0]) : 0;
	uint32_t code;

	if (!n || n > len)
		return 0;
	code = n == 1 ? p[0] : p[0] & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (p[i] & 0x3f);
	}
	if (code < least[n] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	*ret_code = code;
	return n;
}

int ms_text_is_utf8(const char *text)
{
	for (size_t i = 0, n, len = strlen(text); i < len; i += n) {
		uint32_t code;

		n = ms_utf8_decode(text + i, len - i, &code);
		if (!n)
			return 0;
	}
	return 1;
}

struct range { uint32_t first, last; };

static int in_ranges(const struct range *ranges, size_t n, uint32_t code)
{
	for (size_t i = 0; i < n; i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return 1;
	return 0;
}

unsigned ms_char_width(uint32_t code)
{
	static const struct range none[] = {
		{ 0x0300, 0x036f }, { 0x0483, 0x0489 }, { 0x0591, 0x05bd }, { 0x064b, 0x065f },
		{ 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff }, { 0x200b, 0x200f }, { 0x20d0, 0x20ff },
		{ 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f },
	};
	static const struct range wide[] = {
		{ 0x1100, 0x115f },   { 0x2e80, 0x303e },   { 0x3041, 0xa4cf },
		{ 0xac00, 0xd7a3 },   { 0xf900, 0xfaff },   { 0xfe30, 0xfe6f },
		{ 0xff00, 0xff60 },   { 0xffe0, 0xffe6 },   { 0x1f300, 0x1f64f },
		{ 0x1f680, 0x1f6ff }, { 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd },
	};

	if (code < 0x300)
		return 1;
	if (in_ranges(none, MS_ARRAY_SIZE(none), code))
		return 0;
	return in_ranges(wide, MS_ARRAY_SIZE(wide), code) ? 2 : 1;
}

int ms_char_is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

void ms_text_clean(char *text)
{
	size_t len = strlen(text), from = 0, to = 0;

	while (from < len) {
		uint32_t code = 0;
		size_t n = ms_utf8_decode(text + from, len - from, &code);

		if (!n || ms_char_is_control(code)) {
			text[to++] = code == '\n' || code == '\r' || code == '\t' ? ' ' : '?';
			from += n ? n : 1;
			continue;
		}
		memmove(text + to, text + from, n);
		to += n;
		from += n;
	}
	text[to] = '\0';
}

size_t ms_text_width(const char *text)
{
	size_t len = strlen(text), width = 0;

	for (size_t i = 0; i < len;) {
		uint32_t code = '?';
		size_t n = ms_utf8_decode(text + i, len - i, &code);

		width += ms_char_width(code);
		i += n ? n : 1;
	}
	return width;
}

void ms_text_place(const char *text, size_t offset, unsigned *line, unsigned *column)
{
	const char *end = text + offset, *newline;
	unsigned chars = 0;

	while ((newline = memchr(text, '\n', (size_t)(end - text)))) {
		text = newline + 1;
		++*line;
		*column = 1;
	}
	for (; text < end; text++)
		chars += ((unsigned char)*text & 0xc0) != 0x80;
	*column += chars;
}
