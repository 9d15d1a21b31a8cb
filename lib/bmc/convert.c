/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values as BMCs write them, to values as we mean them.  Nothing here fails: what cannot be used is
 * absent. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include "bmc/read.h"

/* Ways in which firmware says "I do not know". */
static const char *const nothing[] = {
	"", "n/a", "na", "none", "null", "(null)", "nil", "-", "--", "unknown", "not present",
	"not available", "notavailable", "not specified", "to be filled by o.e.m.", NULL
};

/* Trimmed copy of at most size - 1 bytes. */
static const char *trim(const char *text, char *buf, size_t size)
{
	while (isspace((unsigned char)*text))
		text++;
	snprintf(buf, size, "%s", text);
	for (size_t n = strlen(buf); n && isspace((unsigned char)buf[n - 1]); n--)
		buf[n - 1] = '\0';
	return buf;
}

static bool says_nothing(const char *text)
{
	for (size_t i = 0; nothing[i]; i++)
		if (!strcasecmp(text, nothing[i]))
			return true;
	return false;
}

static json_t *text_new(const char *text)
{
	char buf[1024];

	trim(text, buf, sizeof(buf));
	/* A cut UTF-8 sequence makes json_string fail: then the value is absent. */
	return says_nothing(buf) ? NULL : json_string(buf);
}

static json_t *to_text(const struct bmc_norm *norm, const json_t *value, const char *what)
{
	char buf[64];

	if (json_is_string(value))
		return text_new(json_string_value(value));
	if (json_is_integer(value)) {
		snprintf(buf, sizeof(buf), "%lld", (long long)json_integer_value(value));
		/* Identifiers that are numbers are told apart as well as others. */
		if (!strstr(what, "/Oem/") && !strstr(what, "Id"))
			bmc_oddity(norm, "%s: a number where text belongs", what);
		return json_string(buf);
	}
	if (json_is_real(value)) {
		snprintf(buf, sizeof(buf), "%g", json_real_value(value));
		bmc_oddity(norm, "%s: a number where text belongs", what);
		return json_string(buf);
	}
	if (!json_is_null(value))
		bmc_oddity(norm, "%s: not text", what);
	return NULL;
}

static json_t *to_word(const struct bmc_norm *norm, const json_t *value, const char *what)
{
	char buf[256];

	if (json_is_string(value) && *trim(json_string_value(value), buf, sizeof(buf)))
		return json_string(buf);
	if (!json_is_null(value) && !json_is_string(value))
		bmc_oddity(norm, "%s: not a word", what);
	return NULL;
}

/* A number, also from text ("3200", "0x10"); false when there is none. */
static bool number(const struct bmc_norm *norm, const json_t *value, const char *what,
		   double *ret_number)
{
	char buf[64], *end;
	double d;

	if (json_is_number(value)) {
		*ret_number = json_number_value(value);
		return true;
	}
	if (json_is_null(value))
		return false;
	if (!json_is_string(value)) {
		bmc_oddity(norm, "%s: not a number", what);
		return false;
	}
	if (says_nothing(trim(json_string_value(value), buf, sizeof(buf))))
		return false;
	errno = 0;
	d = strtod(buf, &end);
	if (end == buf || errno || !isfinite(d) || (*end && !isspace((unsigned char)*end))) {
		bmc_oddity(norm, "%s: text that is no number", what);
		return false;
	}
	bmc_oddity(norm, "%s: a number given as text", what);
	*ret_number = d;
	return true;
}

static json_t *integer_new(double d)
{
	if (!(d >= -9e15 && d <= 9e15))
		return NULL;
	return json_integer((json_int_t)(d < 0 ? d - 0.5 : d + 0.5));
}

/* Integers stay integers: 7.0 and 7 are the same speed. */
static json_t *number_new(double d)
{
	bool whole = d > -9e15 && d < 9e15 && d == (double)(json_int_t)d;

	return whole ? json_integer((json_int_t)d) : json_real(d);
}

static json_t *to_int(const struct bmc_norm *norm, const json_t *value, const char *what)
{
	double d;

	if (json_is_integer(value))
		return json_integer(json_integer_value(value));
	return number(norm, value, what, &d) ? integer_new(d) : NULL;
}

static json_t *to_count(const struct bmc_norm *norm, const json_t *value, const char *what)
{
	double d;

	return number(norm, value, what, &d) && d > 0 ? integer_new(d) : NULL;
}

static json_t *to_num(const struct bmc_norm *norm, const json_t *value, const char *what)
{
	double d;

	return number(norm, value, what, &d) ? number_new(d) : NULL;
}

static json_t *scaled(const struct bmc_norm *norm, const json_t *value, const char *what,
		      double factor)
{
	double d;

	return number(norm, value, what, &d) && d > 0 ? number_new(d * factor) : NULL;
}

static json_t *to_gib(const struct bmc_norm *norm, const json_t *value, const char *what)
{
	return scaled(norm, value, what, 1024);
}

static json_t *to_mib(const struct bmc_norm *norm, const json_t *value, const char *what)
{
	return scaled(norm, value, what, 1048576);
}

static json_t *to_mbps(const struct bmc_norm *norm, const json_t *value, const char *what)
{
	return scaled(norm, value, what, 1e-3);
}

static json_t *to_bool(const struct bmc_norm *norm, const json_t *value, const char *what)
{
	static const char *const yes[] = { "true", "enabled", "enable", "yes", "on", "1", NULL };
	static const char *const no[] = { "false", "disabled", "disable", "no", "off", "0", NULL };
	char buf[32];

	if (json_is_boolean(value))
		return json_boolean(json_is_true(value));
	if (!json_is_string(value)) {
		if (!json_is_null(value))
			bmc_oddity(norm, "%s: not true or false", what);
		return NULL;
	}
	trim(json_string_value(value), buf, sizeof(buf));
	for (size_t i = 0; yes[i]; i++)
		if (!strcasecmp(buf, yes[i]))
			return json_true();
	for (size_t i = 0; no[i]; i++)
		if (!strcasecmp(buf, no[i]))
			return json_false();
	return NULL;
}

bool bmc_mac(const char *text, char buf[static 18])
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;
	bool some = false;

	for (; *text && n < 12; text++) {
		const char *digit;

		if (*text == ':' || *text == '-' || *text == '.' || *text == ' ')
			continue;
		digit = strchr(hex, tolower((unsigned char)*text));
		if (!digit)
			return false;
		if (*digit != '0')
			some = true;
		buf[n / 2 * 3 + n % 2] = *digit;
		n++;
	}
	while (isspace((unsigned char)*text))
		text++;
	for (size_t i = 1; i < 6; i++)
		buf[i * 3 - 1] = ':';
	buf[17] = '\0';
	return n == 12 && !*text && some;
}

static json_t *to_mac(const struct bmc_norm *norm, const json_t *value, const char *what)
{
	const char *text = json_string_value(value);
	char buf[18], word[64];

	if (!text)
		return to_text(norm, value, what);
	if (bmc_mac(text, buf))
		return json_string(buf);
	/* InfiniBand ports carry 64-bit GUIDs here, and empty slots all zero: neither is worth a
	 * warning. */
	if (strlen(text) < 8 && !says_nothing(trim(text, word, sizeof(word))))
		bmc_oddity(norm, "%s: not a MAC address", what);
	return NULL;
}

static json_t *to_time(const struct bmc_norm *norm, const json_t *value, const char *what)
{
	const char *text = json_string_value(value);
	char buf[64];
	int64_t seconds;

	/* Where it knows no date: iDRAC "00:00:00Z", "TIME_NA", "0000-00-00..."; Supermicro
	 * "T00:00:00Z". */
	if (!text || says_nothing(trim(text, buf, sizeof(buf))) || strstr("T00:00:00Z", buf) ||
	    !strcmp(buf, "TIME_NA") || ms_starts(buf, "0000-"))
		return NULL;
	if (ms_time_parse(buf, &seconds)) {
		bmc_oddity(norm, "%s: not a date and time", what);
		return NULL;
	}
	/* A clock that was never set, and iDRAC's "0000-00-00". */
	return seconds < 365 * 86400 ? NULL : json_string(buf);
}

static json_t *list_of(const struct bmc_norm *norm, const json_t *value, const char *what,
		       json_t *(*item)(const struct bmc_norm *, const json_t *, const char *))
{
	json_t *out, *one;
	size_t i;

	if (json_is_null(value))
		return NULL;
	out = json_array();
	if (!out)
		return NULL;
	if (!json_is_array(value)) {
		one = item(norm, value, what);
		if (one)
			json_array_append_new(out, one);
		return out;
	}
	json_array_foreach(value, i, one) {
		json_t *new = item(norm, one, what);

		if (new)
			json_array_append_new(out, new);
	}
	return out;
}

static json_t *to_list(const struct bmc_norm *norm, const json_t *value, const char *what)
{
	return list_of(norm, value, what, to_text);
}

/* Lists of enumeration values, where "None" is a word of its own. */
static json_t *to_words(const struct bmc_norm *norm, const json_t *value, const char *what)
{
	return list_of(norm, value, what, to_word);
}

static json_t *to_macs(const struct bmc_norm *norm, const json_t *value, const char *what)
{
	return list_of(norm, value, what, to_mac);
}

static json_t *to_hex(const struct bmc_norm *norm, const json_t *value, const char *what)
{
	/* HPE writes PCI ids in decimal without a prefix; everybody else in hexadecimal. */
	bool decimal = norm->vendor && !strcmp(norm->vendor, "hpe");
	const char *text = json_string_value(value);
	unsigned long id;
	char buf[32], *end;

	if (json_is_integer(value)) {
		id = (unsigned long)json_integer_value(value);
	} else {
		if (!text || says_nothing(trim(text, buf, sizeof(buf))))
			return NULL;
		id = strtoul(buf, &end, decimal && !strchr(buf, 'x') ? 10 : 16);
		if (end == buf || *end) {
			bmc_oddity(norm, "%s: not a PCI id", what);
			return NULL;
		}
	}
	if (id > 0xffffffff)
		return NULL;
	snprintf(buf, sizeof(buf), id > 0xffff ? "0x%06lx" : "0x%04lx", id);
	return json_string(buf);
}

static json_t *to_link(const struct bmc_norm *norm, const json_t *value, const char *what)
{
	const char *uri = ms_str(value, "/@odata.id", NULL);

	(void)norm, (void)what;
	return uri && *uri ? json_string(uri) : NULL;
}

static json_t *to_any(const struct bmc_norm *norm, const json_t *value, const char *what)
{
	(void)norm, (void)what;
	return json_is_null(value) ? NULL : json_deep_copy(value);
}

json_t *bmc_convert(const struct bmc_norm *norm, enum bmc_conv conv, const json_t *value,
		    const char *what)
{
	static json_t *(*const fns[])(const struct bmc_norm *, const json_t *, const char *) = {
		[BMC_TEXT] = to_text, [BMC_WORD] = to_word, [BMC_INT] = to_int, [BMC_NUM] = to_num,
		[BMC_BOOL] = to_bool, [BMC_COUNT] = to_count, [BMC_MAC] = to_mac,
		[BMC_TIME] = to_time, [BMC_LIST] = to_list, [BMC_WORDS] = to_words,
		[BMC_MACS] = to_macs, [BMC_HEX] = to_hex, [BMC_GIB] = to_gib, [BMC_MIB] = to_mib,
		[BMC_MBPS] = to_mbps, [BMC_LINK] = to_link, [BMC_ANY] = to_any,
	};

	return value ? fns[conv](norm, value, what) : NULL;
}
