/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What plain scalars mean: to us (the core schema of YAML 1.2), and to older readers, whom our
 * output must not mislead.
 */
#include <ctype.h>
#include <strings.h>
#include "core/syntax.h"

static bool any_of(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (!strcmp(text, *words))
			return true;
	return false;
}

static bool all_of(const char *text, const char *set)
{
	return *text && !text[strspn(text, set)];
}

#define DIGITS "0123456789"

/* [0-9]+ | 0o[0-7]+ | 0x[0-9a-fA-F]+, a sign only before decimals. */
static bool is_int(const char *text)
{
	if (!strncmp(text, "0o", 2))
		return all_of(text + 2, "01234567");
	if (!strncmp(text, "0x", 2))
		return all_of(text + 2, DIGITS "abcdefABCDEF");
	return all_of(text + (*text == '-' || *text == '+'), DIGITS);
}

/* [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? */
static bool is_real(const char *text)
{
	const char *p = text + (*text == '-' || *text == '+');
	size_t before = strspn(p, DIGITS), after = 0;

	p += before;
	if (*p == '.') {
		after = strspn(p + 1, DIGITS);
		p += 1 + after;
	}
	if (!before && !after)
		return false;
	if (*p == 'e' || *p == 'E') {
		p += 1 + (p[1] == '-' || p[1] == '+');
		return all_of(p, DIGITS);
	}
	return !*p;
}

enum ms_scalar ms_scalar_type(const char *text)
{
	static const char *const nulls[] = { "", "~", "null", "Null", "NULL", NULL };
	static const char *const trues[] = { "true", "True", "TRUE", NULL };
	static const char *const falses[] = { "false", "False", "FALSE", NULL };
	static const char *const infs[] = { ".inf", ".Inf", ".INF", NULL };
	static const char *const nans[] = { ".nan", ".NaN", ".NAN", NULL };

	if (*text && !strchr("-+.~0123456789nNtTfF", *text))
		return MS_SCALAR_STR;
	if (any_of(text, nulls))
		return MS_SCALAR_NULL;
	if (any_of(text, trues))
		return MS_SCALAR_TRUE;
	if (any_of(text, falses))
		return MS_SCALAR_FALSE;
	if (is_int(text))
		return MS_SCALAR_INT;
	if (is_real(text))
		return MS_SCALAR_REAL;
	if (any_of(text + (*text == '-' || *text == '+'), infs))
		return MS_SCALAR_INF;
	return any_of(text, nans) ? MS_SCALAR_NAN : MS_SCALAR_STR;
}

/*
 * y, n, yes, no, on, off in any case: booleans of YAML 1.1, and what people mean by other spellings
 * of the rest.
 */
static bool is_word(const char *text)
{
	static const char *const words[] = { "y",   "n",    "yes",   "no",   "on",
					     "off", "true", "false", "null", NULL };

	for (size_t i = 0; words[i]; i++)
		if (!strcasecmp(text, words[i]))
			return true;
	return false;
}

/*
 * Anything that begins like a number and has only what YAML 1.1 allows in its integers (0b1,
 * 1_000), base 60 numbers (1:30), floats and timestamps (2026-11-22, 2001-12-14 21:59:43.10 -5).
 * Rather one quote too many, but not around addresses and versions: two points are in no number.
 */
static bool is_numeric(const char *text)
{
	const char *p = text + (*text == '-' || *text == '+' || *text == '.');

	if (!isdigit((unsigned char)*p))
		return false;
	if (p[0] == '0' && strchr("bBxXoO", p[1]) && p[1])
		return all_of(p + 2, DIGITS "abcdefABCDEF_");
	if (strchr(p, '.') && strchr(strchr(p, '.') + 1, '.'))
		return false;
	return all_of(p, DIGITS "+-_.,:eETtZz \t");
}

bool ms_scalar_is_plain(const char *text)
{
	static const char *const special[] = { "<<", "=", "---", "...", NULL };

	if (ms_scalar_type(text) != MS_SCALAR_STR)
		return false;
	/*
	 * A leading "!", "&", "*", "%", "@", "`" and the like is left to the emitter, which knows
	 * the syntax.
	 */
	return !any_of(text, special) && !is_word(text) && !is_numeric(text);
}
