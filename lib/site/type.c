/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text types of field tables: one row each says how it is called, recognised, suggested and described. */
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

/* A name whose last label is a number can only have been meant as an address (RFC 3696, section 2). */
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

	return ms_prefix_parse(s, &first, &last, &bits) ? ms_asprintf("%s/%u", ms_addr_format(first, buf), bits) : NULL;
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
	snprintf(text, sizeof(text), "%.2s:%.2s:%.2s:%.2s:%.2s:%.2s", digits, digits + 2, digits + 4, digits + 6, digits + 8,
		 digits + 10);
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
	[MS_F_STRING] = { "a string", NULL, NULL, NULL, NULL, NULL, NULL },
	[MS_F_ENUM] = { "one of the words", NULL, NULL, NULL, NULL, NULL, NULL },
	[MS_F_NAME] = { "a name", is_name, "names are letters, digits, \"-\" and \".\"", NULL, "^" NAME_PATTERN "$", NULL, NULL },
	[MS_F_NAMES] = { "a name or a range of names", is_names, "write node01, or node[01-40] for many", NULL,
			 "^[A-Za-z0-9.,/\\[\\]-]+$", NULL, why_names },
	[MS_F_ADDR] = { "an address", is_addr, "write it as 192.0.2.10 or 2001:db8::10", NULL, "^[0-9A-Fa-f.:]+$", NULL, NULL },
	[MS_F_HOST] = { "an address or DNS name", is_host, "write it as 192.0.2.10, 2001:db8::10 or bmc1.example.net", NULL,
			"^[A-Za-z0-9.:-]+$", NULL, NULL },
	[MS_F_ADDRS] = { "an address, a range or a network", is_addrs,
			 "write it as 192.0.2.10, 192.0.2.10-192.0.2.20 or 192.0.2.0/28", NULL, "^[0-9A-Fa-f.:/-]+$", NULL, NULL },
	[MS_F_PREFIX] = { "a network", is_prefix, "write it as 192.0.2.0/24 or 2001:db8::/64, host bits zero", NULL,
			  "^[0-9A-Fa-f.:]+/[0-9]+$", meant_prefix, NULL },
	[MS_F_MAC] = { "a MAC address", is_mac, "write it as 02:00:5e:10:00:01", NULL,
		       "^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$", meant_mac, NULL },
	[MS_F_URL] = { "a URL", is_url, "write it as https://host/path", "uri", "^[A-Za-z][A-Za-z0-9+.-]*://[^/ ][^ ]*$", NULL, NULL },
	[MS_F_SECRET] = { "a reference to a secret", ms_secret_is_reference,
			  "write file:PATH, env:NAME or exec:COMMAND; a secret itself never stands in a site file", NULL,
			  "^(file|env|exec):.+$", NULL, NULL },
	[MS_F_TIME] = { "a time", is_time, "write it as 2026-11-22T08:00:00Z (RFC 3339)", "date-time", NULL, NULL, NULL },
	[MS_F_DURATION] = { "a duration", is_duration, "write it as 90, 5m, 1h30m or 2d", NULL,
			    "^([0-9]+|([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?)$", NULL, NULL },
	[MS_F_PIN] = { "a public key pin", is_pin, "print it with `msctl-bmc trust`", NULL, "^sha256//[A-Za-z0-9+/]{43}=$", NULL, NULL },
	[MS_F_PATH] = { "a file name", is_path, NULL, NULL, "^.+$", NULL, NULL },
	[MS_F_PORT] = { "a port of a switch", is_port, "write it as SWITCH:PORT, for example leaf01:12", NULL,
			"^[^: ]+:[^: ]+$", NULL, NULL },
};

const struct ms_text_type *ms_text_type(enum ms_field_type type)
{
	return (size_t)type < MS_ARRAY_SIZE(types) && types[type].what ? &types[type] : NULL;
}
