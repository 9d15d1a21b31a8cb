/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text types of field tables: one row each says how it is called, recognised, suggested and
 * described. */
#include <ctype.h>
#include "site/kinds.h"

/* RFC 1123, section 2.1: letters, digits and hyphens in labels of at most 63. */
static bool is_name(const char *s)
{
	size_t label = 0;

	if (strlen(s) > 253)
		return false;
	for (const char *p = s; *p; p++) {
		bool edge = !label || !p[1] || p[1] == '.';

		if (*p == '.') {
			if (!label || !p[1])
				return false;
			label = 0;
		} else if (++label > 63 || !(isalnum((unsigned char)*p) || (*p == '-' && !edge))) {
			return false;
		}
	}
	return label > 0;
}

static bool is_addr(const char *s)
{
	struct ms_addr addr;

	return ms_addr_parse(s, &addr);
}

/* A name that ends in a number can only have been meant as an address (RFC 3696, section 2). */
static bool looks_like_addr(const char *s)
{
	const char *last = strrchr(s, '.');

	last = last ? last + 1 : s;
	return strchr(s, ':') || (*last && strspn(last, "0123456789") == strlen(last));
}

static bool is_host(const char *s)
{
	return looks_like_addr(s) ? is_addr(s) : is_name(s);
}

static bool is_addrs(const char *s)
{
	struct ms_addr first, last;

	return ms_addr_range_parse(s, &first, &last);
}

static bool is_prefix(const char *s)
{
	struct ms_addr first, last, addr;
	unsigned bits;
	char head[48];

	if (!ms_prefix_parse(s, &first, &last, &bits))
		return false;
	snprintf(head, sizeof(head), "%.*s", (int)strcspn(s, "/"), s);
	return ms_addr_parse(head, &addr) && addr.value == first.value;
}

static bool is_mac(const char *s)
{
	for (size_t i = 0; i < 17; i++)
		if (i % 3 == 2 ? s[i] != ':' : !isxdigit((unsigned char)s[i]))
			return false;
	return !s[17];
}

/* The network that the address is in. */
static char *meant_prefix(const char *s)
{
	struct ms_addr first, last;
	unsigned bits;
	char buf[48];

	return ms_prefix_parse(s, &first, &last, &bits)
		       ? ms_asprintf("%s/%u", ms_addr_format(first, buf), bits)
		       : NULL;
}

/* 02-00-5e-10-00-01, 0200.5e10.0001, 02005e100001. */
static char *meant_mac(const char *s)
{
	char digits[12], text[18];
	size_t n = 0;

	for (; *s; s++) {
		if (isxdigit((unsigned char)*s) && n < sizeof(digits))
			digits[n++] = (char)tolower((unsigned char)*s);
		else if (!strchr("-.: ", *s))
			return NULL;
	}
	if (n != sizeof(digits))
		return NULL;
	snprintf(text, sizeof(text), "%.2s:%.2s:%.2s:%.2s:%.2s:%.2s", digits, digits + 2,
		 digits + 4, digits + 6, digits + 8, digits + 10);
	return strdup(text);
}

static bool is_url(const char *s)
{
	const char *rest = strstr(s, "://");

	if (!rest || rest == s || !isalpha((unsigned char)*s) || !rest[3] || rest[3] == '/')
		return false;
	for (const char *p = s; p < rest; p++)
		if (!isalnum((unsigned char)*p) && !strchr("+-.", *p))
			return false;
	for (const char *p = rest; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7f)
			return false;
	return true;
}

static bool is_time(const char *s)
{
	int64_t seconds;

	return !ms_time_parse(s, &seconds);
}

static bool is_duration(const char *s)
{
	int64_t seconds;

	return !ms_duration_parse(s, &seconds);
}

/* RFC 7469: the SHA-256 of a SubjectPublicKeyInfo, as curl writes it. */
static bool is_pin(const char *s)
{
	if (!ms_starts(s, "sha256//"))
		return false;
	s += strlen("sha256//");
	for (size_t i = 0; i < 43; i++)
		if (!isalnum((unsigned char)s[i]) && s[i] != '+' && s[i] != '/')
			return false;
	return s[43] == '=' && !s[44];
}

static bool is_path(const char *s)
{
	return *s != '\0';
}

static bool is_interface(const char *s)
{
	struct ms_addr first, last;
	unsigned bits;

	return ms_prefix_parse(s, &first, &last, &bits);
}

static bool is_port(const char *s)
{
	const char *colon = strchr(s, ':');

	if (!colon || colon == s || !colon[1] || strchr(colon + 1, ':'))
		return false;
	for (; *s; s++)
		if ((unsigned char)*s <= ' ' || *s == 0x7f)
			return false;
	return true;
}

static bool is_names(const char *s)
{
	struct ms_err ignored = MS_ERR_INIT;
	char **names = NULL;
	bool good = true;
	size_t n;

	if (ms_range_expand(s, &names, &n, &ignored))
		return false;
	for (size_t i = 0; good && i < n; i++)
		good = is_name(names[i]);
	ms_strv_free(names);
	return good;
}

/* What is wrong with a range, when that is what is wrong. */
static char *why_names(const char *s)
{
	struct ms_err err = MS_ERR_INIT;
	char **names = NULL;
	size_t n;

	if (ms_range_expand(s, &names, &n, &err))
		return strdup(err.message);
	ms_strv_free(names);
	return NULL;
}

#define NAME_PATTERN "[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?"
static const struct ms_text_type types[] = {
	[MS_F_STRING] = { .what = "a string" },
	[MS_F_ENUM] = { .what = "one of the words" },
	[MS_F_NAME] = { .what = "a name",
			.valid = is_name,
			.pattern = "^" NAME_PATTERN "$",
			.hint = "names are letters, digits, \"-\" and \".\"" },
	[MS_F_NAMES] = { .what = "a name or a range of names",
			 .valid = is_names,
			 .why = why_names,
			 .pattern = "^[A-Za-z0-9.,/\\[\\]-]+$",
			 .hint = "write node01, or node[01-40] for many" },
	[MS_F_ADDR] = { .what = "an address",
			.valid = is_addr,
			.pattern = "^[0-9A-Fa-f.:]+$",
			.hint = "write it as 192.0.2.10 or 2001:db8::10" },
	[MS_F_HOST] = { .what = "an address or DNS name",
			.valid = is_host,
			.pattern = "^[A-Za-z0-9.:-]+$",
			.hint = "write it as 192.0.2.10, 2001:db8::10 or bmc1.example.net" },
	[MS_F_ADDRS] = { .what = "an address, a range or a network",
			 .valid = is_addrs,
			 .pattern = "^[0-9A-Fa-f.:/-]+$",
			 .hint = "write it as 192.0.2.10, 192.0.2.10-192.0.2.20 or 192.0.2.0/28" },
	[MS_F_PREFIX] = { .what = "a network",
			  .valid = is_prefix,
			  .meant = meant_prefix,
			  .pattern = "^[0-9A-Fa-f.:]+/[0-9]+$",
			  .hint = "write it as 192.0.2.0/24 or 2001:db8::/64, host bits zero" },
	[MS_F_INTERFACE] = { .what = "an address with its prefix length",
			     .valid = is_interface,
			     .pattern = "^[0-9A-Fa-f.:]+/[0-9]+$",
			     .hint = "write it as 192.0.2.1/24 or 2001:db8::1/64" },
	[MS_F_MAC] = { .what = "a MAC address",
		       .valid = is_mac,
		       .meant = meant_mac,
		       .pattern = "^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$",
		       .hint = "write it as 02:00:5e:10:00:01" },
	[MS_F_URL] = { .what = "a URL",
		       .valid = is_url,
		       .format = "uri",
		       .pattern = "^[A-Za-z][A-Za-z0-9+.-]*://[^/ ][^ ]*$",
		       .hint = "write it as https://host/path" },
	[MS_F_SECRET] = { .what = "a reference to a secret",
			  .valid = ms_secret_is_reference,
			  .pattern = "^(file|env|exec):.+$",
			  .hint = "write file:PATH, env:NAME or exec:COMMAND, never a secret" },
	[MS_F_TIME] = { .what = "a time",
			.valid = is_time,
			.format = "date-time",
			.hint = "write it as 2026-11-22T08:00:00Z (RFC 3339)" },
	[MS_F_DURATION] = { .what = "a duration",
			    .valid = is_duration,
			    .pattern = "^([0-9]+|([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?)$",
			    .hint = "write it as 90, 5m, 1h30m or 2d" },
	[MS_F_PIN] = { .what = "a public key pin",
		       .valid = is_pin,
		       .pattern = "^sha256//[A-Za-z0-9+/]{43}=$",
		       .hint = "print it with `msctl-bmc trust`" },
	[MS_F_PATH] = { .what = "a file name", .valid = is_path, .pattern = "^.+$" },
	[MS_F_PORT] = { .what = "a port of a switch",
			.valid = is_port,
			.pattern = "^[^: ]+:[^: ]+$",
			.hint = "write it as SWITCH:PORT, for example leaf01:12" },
};

const struct ms_text_type *ms_text_type(enum ms_field_type type)
{
	return (size_t)type < MS_ARRAY_SIZE(types) && types[type].what ? &types[type] : NULL;
}
