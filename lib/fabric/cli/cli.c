/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines read by pattern, sets written as ranges, and the few values that command lines write in
 * ways of their own. */
#include <ctype.h>
#include <errno.h>
#include "fabric/cli/cli.h"

/* ---- patterns ---- */

static size_t word_len(const char *text)
{
	return strcspn(text, " ");
}

static const char *next_word(const char *text)
{
	return text + strspn(text, " ");
}

static bool take_number(const char *word, size_t len, unsigned *ret_number)
{
	unsigned long number;
	char *end;

	if (!len || len > 10 || !isdigit((unsigned char)*word))
		return false;
	errno = 0;
	number = strtoul(word, &end, 10);
	if (errno || end != word + len || number > UINT32_MAX)
		return false;
	*ret_number = (unsigned)number;
	return true;
}

/* As one number, or its two halves with a dot between. */
static bool take_asn(const char *word, size_t len, unsigned *ret_asn)
{
	const char *dot = memchr(word, '.', len);
	unsigned high, low;

	if (!dot)
		return take_number(word, len, ret_asn);
	if (!take_number(word, (size_t)(dot - word), &high) ||
	    !take_number(dot + 1, len - (size_t)(dot - word) - 1, &low) ||
	    (high | low) > UINT16_MAX)
		return false;
	*ret_asn = high << 16 | low;
	return true;
}

bool cli_asn(const char *text, unsigned *ret_asn)
{
	return take_asn(text, strlen(text), ret_asn);
}

static bool take_word(const char *word, size_t len, char *buf)
{
	if (!len || len >= CLI_WORD)
		return false;
	memcpy(buf, word, len);
	buf[len] = 0;
	return true;
}

bool cli_match(const char *line, const char *pattern, ...)
{
	bool fits = true;
	va_list args;

	va_start(args, pattern);
	for (; fits && *pattern; line = next_word(line + word_len(line)),
				 pattern = next_word(pattern + word_len(pattern))) {
		size_t want = word_len(pattern), have = word_len(line);

		if (want == 2 && !strncmp(pattern, "%r", 2)) {
			*va_arg(args, const char **) = line;
			fits = *line != 0;
			line = "";
		} else if (want == 2 && !strncmp(pattern, "%w", 2)) {
			fits = take_word(line, have, va_arg(args, char *));
		} else if (want == 2 && !strncmp(pattern, "%u", 2)) {
			fits = take_number(line, have, va_arg(args, unsigned *));
		} else if (want == 2 && !strncmp(pattern, "%a", 2)) {
			fits = take_asn(line, have, va_arg(args, unsigned *));
		} else {
			fits = want == have && !strncmp(line, pattern, want);
		}
	}
	va_end(args);
	return fits && !*line;
}

/* ---- sets ---- */

void cli_ranges_put(struct ms_buf *out, const json_t *numbers)
{
	size_t n = json_array_size(numbers), i, last;

	for (i = 0; i < n; i = last + 1) {
		json_int_t from = json_integer_value(json_array_get(numbers, i)), to = from;

		for (last = i; last + 1 < n; last++, to++)
			if (json_integer_value(json_array_get(numbers, last + 1)) != to + 1)
				break;
		ms_buf_printf(out, "%s%lld", i ? "," : "", (long long)from);
		if (to > from)
			ms_buf_printf(out, "-%lld", (long long)to);
	}
}

static bool get_range(const char **text, unsigned *ret_from, unsigned *ret_to)
{
	size_t len = strspn(*text, "0123456789");

	if (!take_number(*text, len, ret_from))
		return false;
	*text += len;
	*ret_to = *ret_from;
	if (**text == '-') {
		len = strspn(++*text, "0123456789");
		if (!take_number(*text, len, ret_to))
			return false;
		*text += len;
	}
	return *ret_from <= *ret_to && *ret_to <= 4095;
}

bool cli_ranges_get(const char *text, json_t *numbers)
{
	unsigned from, to;

	do {
		if (!get_range(&text, &from, &to))
			return false;
		for (; from <= to; from++)
			if (json_array_size(numbers) >= 8192 ||
			    json_array_append_new(numbers, json_integer(from)))
				return false;
		if (!*text)
			return true;
	} while (*text++ == ',');
	return false;
}

static int by_value(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;

	if (json_is_integer(x) && json_is_integer(y))
		return (json_integer_value(x) > json_integer_value(y)) -
		       (json_integer_value(x) < json_integer_value(y));
	if (json_is_string(x) && json_is_string(y))
		return strcmp(json_string_value(x), json_string_value(y));
	return (json_typeof(x) > json_typeof(y)) - (json_typeof(x) < json_typeof(y));
}

json_t *cli_set(const json_t *array)
{
	size_t n = json_array_size(array), i;
	MS_AUTO_FREE json_t **items = calloc(n + 1, sizeof(json_t *));
	json_t *set = json_array();

	for (i = 0; items && i < n; i++)
		items[i] = json_array_get(array, i);
	if (items)
		qsort(items, n, sizeof(json_t *), by_value);
	for (i = 0; items && set && i < n; i++) {
		if (i && !by_value(&items[i - 1], &items[i]))
			continue;
		if (json_array_append(set, items[i])) {
			json_decref(set);
			set = NULL;
		}
	}
	if (!items) {
		json_decref(set);
		set = NULL;
	}
	return set;
}

bool cli_set_has(const json_t *array, int64_t number)
{
	json_t *value;
	size_t i;

	json_array_foreach(array, i, value)
		if (json_is_integer(value) && json_integer_value(value) == number)
			return true;
	return false;
}

static int by_key(const void *a, const void *b)
{
	const char *x = *(const char *const *)a, *y = *(const char *const *)b;
	unsigned nx, px, ny, py;

	if (!fabric_port_parse(x, &nx, &px) || !fabric_port_parse(y, &ny, &py)) {
		char *ex, *ey;
		unsigned long vx = strtoul(x, &ex, 10), vy = strtoul(y, &ey, 10);

		if (ex == x || ey == y || *ex || *ey || vx == vy)
			return strcmp(x, y);
		return vx < vy ? -1 : 1;
	}
	if (nx != ny)
		return nx < ny ? -1 : 1;
	return (px > py) - (px < py);
}

const char **cli_keys(const json_t *object)
{
	const char **keys = calloc(json_object_size(object) + 1, sizeof(char *));
	const char *key;
	json_t *value;
	size_t n = 0;

	if (!keys)
		return NULL;
	json_object_foreach((json_t *)object, key, value)
		keys[n++] = key;
	qsort(keys, n, sizeof(char *), by_key);
	return keys;
}

/* ---- values ---- */

int cli_vid(const char *text)
{
	unsigned number;

	return take_number(text, strlen(text), &number) && number <= 4095 ? (int)number : 0;
}

bool cli_mac(const char *text, char buf[static 18])
{
	char digits[13];
	size_t n = 0;

	for (; *text; text++) {
		if (isxdigit((unsigned char)*text) && n < 12)
			digits[n++] = (char)tolower((unsigned char)*text);
		else if (!strchr(".:-", *text))
			return false;
	}
	if (n != 12)
		return false;
	for (size_t i = 0; i < 6; i++)
		snprintf(buf + 3 * i, 4, "%.2s%s", digits + 2 * i, i < 5 ? ":" : "");
	return true;
}

void cli_mac_dotted(const char *mac, char buf[static 15])
{
	char form[18];

	*buf = 0;
	if (cli_mac(mac, form))
		snprintf(buf, 15, "%.2s%.2s.%.2s%.2s.%.2s%.2s", form, form + 3, form + 6, form + 9,
			 form + 12, form + 15);
}

bool cli_is_ipv6(const char *address)
{
	return address && strchr(address, ':');
}

bool cli_first_ipv4(const json_t *cidrs, char buf[static CLI_WORD])
{
	json_t *value;
	size_t i;

	json_array_foreach(cidrs, i, value) {
		const char *cidr = json_string_value(value);

		if (!cidr || cli_is_ipv6(cidr))
			continue;
		return take_word(cidr, strcspn(cidr, "/"), buf);
	}
	return false;
}

bool cli_speed(const char *word, char buf[static 16])
{
	size_t len = strspn(word, "0123456789");
	unsigned number;

	if (!take_number(word, len, &number) || !number)
		return false;
	if (!word[len] && number >= 1000)
		number /= 1000;
	else if (tolower((unsigned char)word[len]) != 'g')
		return false;
	snprintf(buf, 16, "%uG", number);
	return true;
}
