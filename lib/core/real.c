/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Doubles as decimal text and back, in any locale. */
#include <errno.h>
#include <locale.h>
#include <math.h>
#include "core/write.h"

/* Replace the first `from` in the text by `to`. */
static void swap_point(char *text, size_t size, const char *from, const char *to)
{
	char *at = strcmp(from, to) ? strstr(text, from) : NULL;
	size_t rest = at ? strlen(at + strlen(from)) + 1 : 0;

	if (!at || (size_t)(at - text) + strlen(to) + rest > size)
		return;
	memmove(at + strlen(to), at + strlen(from), rest);
	memcpy(at, to, strlen(to));
}

void ms_real_format(double value, char *buf, size_t size)
{
	char digits[40], *exponent;

	for (int precision = 15; precision <= 17; precision++) {
		snprintf(digits, sizeof(digits), "%.*g", precision, value);
		if (strtod(digits, NULL) == value)
			break;
	}
	swap_point(digits, sizeof(digits), localeconv()->decimal_point, ".");
	exponent = strchr(digits, 'e');
	/*
	 * It stays a real when read back, also by YAML 1.1, which wants a point before an exponent.
	 */
	if (strchr(digits, '.'))
		snprintf(buf, size, "%s", digits);
	else if (exponent)
		snprintf(buf, size, "%.*s.0%s", (int)(exponent - digits), digits, exponent);
	else
		snprintf(buf, size, "%s.0", digits);
}

bool ms_real_holds(const char *digits, size_t len)
{
	size_t first;

	while (len && digits[len - 1] == '0')
		len--;
	first = strspn(digits, "+-0");
	return len <= first + 17;
}

int ms_real_parse(const char *text, double *ret_value)
{
	size_t size = strlen(text) + 16;
	MS_AUTO_FREE char *local = malloc(size);
	double value;

	if (!local)
		return -ENOMEM;
	memcpy(local, text, strlen(text) + 1);
	swap_point(local, size, ".", localeconv()->decimal_point);
	value = strtod(local, NULL);
	if (isinf(value))
		return -ERANGE;
	*ret_value = value;
	return 0;
}
