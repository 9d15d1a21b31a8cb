/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FRR on Linux: order of keys, prefixes, and text that may stand in a file. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include "fabric/frr/frr.h"

static int by_number(const void *a, const void *b)
{
	return strverscmp(*(const char *const *)a, *(const char *const *)b);
}

json_t *frr_keys(const json_t *object)
{
	size_t n = json_object_size(object), i = 0;
	MS_AUTO_FREE const char **names = calloc(n + 1, sizeof *names);
	json_t *keys = json_array(), *value;
	const char *name;

	json_object_foreach((json_t *)object, name, value)
		if (names)
			names[i++] = name;
	if (names)
		qsort(names, n, sizeof *names, by_number);
	for (i = 0; i < n && names; i++)
		json_array_append_new(keys, json_string(names[i]));
	if (json_array_size(keys) == n && names)
		return keys;
	json_decref(keys);
	return NULL;
}

char *frr_prefix(const char *text)
{
	char buf[INET6_ADDRSTRLEN], address[16];
	const char *slash = strchrnul(text, '/');
	bool six = memchr(text, ':', (size_t)(slash - text));
	unsigned long length = six ? 128 : 32;
	char *end;

	if (slash - text >= (ptrdiff_t)sizeof buf)
		return NULL;
	snprintf(buf, sizeof buf, "%.*s", (int)(slash - text), text);
	if (inet_pton(six ? AF_INET6 : AF_INET, buf, address) != 1)
		return NULL;
	if (*slash) {
		unsigned long most = length;

		length = strtoul(slash + 1, &end, 10);
		if (!isdigit((unsigned char)slash[1]) || *end || length > most)
			return NULL;
	}
	inet_ntop(six ? AF_INET6 : AF_INET, address, buf, sizeof buf);
	return ms_asprintf("%s/%lu", buf, length);
}

#define BRIDGE_MAC "02:00:"

bool frr_bridge_mac(const struct fabric_dialect *dialect, const json_t *model, char mac[64])
{
	const char *const addresses[] = { ms_str(model, "/vxlan/source", ""),
					  ms_str(model, "/loopback/addresses/0", ""),
					  ms_str(dialect->sw, "/spec/management/address", "") };
	unsigned char octets[4];
	char text[INET_ADDRSTRLEN];

	for (size_t i = 0; i < MS_ARRAY_SIZE(addresses); i++) {
		int n = snprintf(text, sizeof text, "%.*s", (int)strcspn(addresses[i], "/"),
				 addresses[i]);

		if (n >= (int)sizeof text || inet_pton(AF_INET, text, octets) != 1)
			continue;
		snprintf(mac, 64, BRIDGE_MAC "%02x:%02x:%02x:%02x", octets[0], octets[1], octets[2],
			 octets[3]);
		return true;
	}
	return false;
}

bool frr_is_bridge_mac(const char *mac)
{
	return ms_starts(mac + strspn(mac, " "), BRIDGE_MAC);
}

bool frr_text_ok(const char *text)
{
	const char *c;

	for (c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return false;
	/* ifupdown2 gives its file to Mako, where these begin a program; a backslash at the end
	 * joins two lines. */
	return !strstr(text, "${") && !strstr(text, "<%") && !strstr(text, "%>") &&
	       (c == text || c[-1] != '\\');
}

bool frr_number(const char *text, const char *prefix, long *ret_number)
{
	char *end;

	if (!ms_starts(text, prefix))
		return false;
	text += strlen(prefix);
	if (!isdigit((unsigned char)*text) || (*text == '0' && text[1]))
		return false;
	errno = 0;
	*ret_number = strtol(text, &end, 10);
	return !*end && !errno;
}
