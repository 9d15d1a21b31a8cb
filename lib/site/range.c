/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Range expressions: "node[01-40]" names many things, and "10.0.0.[11-50]" beside it is what each of them has. */
#include "site/kinds.h"

/* Length of "[01-40,50]" at s, 0 when it is something else ("[::1]", "[a]"). */
static size_t bracket(const char *s)
{
	const char *p = s + 1;

	if (*s != '[')
		return 0;
	for (;;) {
		size_t digits = strspn(p, "0123456789");

		if (!digits)
			return 0;
		p += digits;
		if (*p == '-' || *p == ',')
			p++;
		else
			return *p == ']' ? (size_t)(p + 1 - s) : 0;
	}
}

bool ms_range_is(const char *text)
{
	for (; *text; text++)
		if (bracket(text))
			return true;
	return false;
}

int ms_range_expand(const char *text, char ***ret_values, size_t *ret_n, struct ms_err *err)
{
	char **values;
	size_t n = 0;
	int r = ms_hostlist_expand(text, MS_RANGE_MAX, &values, err);

	if (r)
		return r;
	while (values[n])
		n++;
	*ret_values = values;
	*ret_n = n;
	return 0;
}
