/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Does a line fit a pattern?  What each kind of word may be. */
#include <arpa/inet.h>
#include <ctype.h>
#include "sim/cli/private.h"

static bool is_number(const char *word, unsigned long from, unsigned long to)
{
	unsigned long value;
	char *end;

	if (!isdigit((unsigned char)*word) || strlen(word) > 10)
		return false;
	value = strtoul(word, &end, 10);
	return !*end && value >= from && value <= to;
}

static bool is_address(const char *word, int family, unsigned max)
{
	char text[64];
	const char *slash = strchr(word, '/');
	unsigned char raw[16];

	if (max && (!slash || !is_number(slash + 1, 0, max)))
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)(max ? slash - word : 63), word);
	return inet_pton(family, text, raw) == 1;
}

static bool is_list(const char *word)
{
	unsigned long from, to;
	char *end;

	if (!strcmp(word, "none"))
		return true;
	do {
		if (!isdigit((unsigned char)*word))
			return false;
		from = to = strtoul(word, &end, 10);
		if (*end == '-') {
			if (!isdigit((unsigned char)end[1]))
				return false;
			to = strtoul(end + 1, &end, 10);
		}
		if (from < 1 || to > 4094 || from > to)
			return false;
		word = end + 1;
	} while (*end == ',');
	return !*end;
}

static bool is_hex(const char *word, const char *separators, size_t digits)
{
	size_t n = 0;

	for (; *word; word++) {
		if (isxdigit((unsigned char)*word))
			n++;
		else if (!strchr(separators, *word))
			return false;
	}
	return n == digits;
}

static bool is_pair(const char *word)
{
	const char *colon = strrchr(word, ':');
	char left[64];

	if (!colon || !is_number(colon + 1, 0, 4294967295))
		return false;
	snprintf(left, sizeof(left), "%.*s", (int)(colon - word), word);
	return is_number(left, 0, 4294967295) || is_address(left, AF_INET, 0);
}

/* "<Vlan:1-4094>": a name and a number in one word. */
static bool is_named(const char *kind, const char *word)
{
	const char *colon = strchr(kind, ':');
	size_t len = colon ? (size_t)(colon - kind - 1) : 0;
	unsigned long from, to;

	return len && sscanf(colon, ":%lu-%lu>", &from, &to) == 2 &&
	       !strncmp(word, kind + 1, len) && is_number(word + len, from, to);
}

static bool fits(const struct sim_cli *cli, const char *kind, const char *word)
{
	unsigned long from, to;

	if (sscanf(kind, "<%lu-%lu>", &from, &to) == 2)
		return is_number(word, from, to);
	if (!strcmp(kind, "<word>"))
		return true;
	if (*kind == '<' && strchr(kind, ':'))
		return is_named(kind, word);
	if (!strcmp(kind, "<ip>"))
		return is_address(word, AF_INET, 0);
	if (!strcmp(kind, "<cidr>"))
		return is_address(word, AF_INET, 32);
	if (!strcmp(kind, "<cidr6>"))
		return is_address(word, AF_INET6, 128);
	if (!strcmp(kind, "<net>"))
		return is_address(word, AF_INET, 32) || is_address(word, AF_INET6, 128);
	if (!strcmp(kind, "<list>"))
		return is_list(word);
	if (!strcmp(kind, "<mac>"))
		return is_hex(word, ".:", 12);
	if (!strcmp(kind, "<esi>"))
		return is_hex(word, ":", 20);
	if (!strcmp(kind, "<rd>") || !strcmp(kind, "<rt>"))
		return is_pair(word);
	if (!strcmp(kind, "<port>"))
		return cli->grammar->is_port(cli->ctx, word);
	return !strcmp(kind, word);
}

static size_t take(const char *text, char *buf, size_t size)
{
	size_t len = strcspn(text, " ");

	snprintf(buf, size, "%.*s", (int)len, text);
	len += strspn(text + len, " ");
	return len;
}

struct sim_fit sim_cli_fit(const struct sim_cli *cli, const char *pattern, const char *line)
{
	struct sim_fit fit = { 0 };
	char want[128], have[256];

	while (*pattern && *line) {
		size_t step = take(pattern, want, sizeof(want));

		if (!strcmp(want, "<rest>")) {
			fit.words++;
			fit.whole = true;
			return fit;
		}
		line += take(line, have, sizeof(have));
		if (!fits(cli, want, have))
			return fit;
		pattern += step;
		fit.words++;
	}
	fit.whole = !*pattern && !*line;
	fit.short_of = *pattern && !*line;
	return fit;
}
