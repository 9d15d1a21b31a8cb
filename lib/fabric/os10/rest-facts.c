/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What OS10 says by RESTCONF: names qualified by modules, numbers of 64 bits as text, octets in
 * base64 (RFC 7951). */
#include "fabric/os10/rest.h"

#define OCTETS 256

/* Nothing that is said here is longer (IEEE 802.1AB 8.5). */
static void put_text(json_t *row, const char *key, const char *text)
{
	size_t len = text ? strlen(text) : 0;

	if (len)
		json_object_set_new(row, key, json_stringn(text, len < OCTETS ? len : OCTETS));
}

/* ---- the switch ---- */

void os10_rest_read_version(const json_t *body, json_t *facts)
{
	const json_t *version = json_object_get(body, "dell-system-software:sw-version");

	put_text(facts, "version", ms_str(version, "/sw-version", NULL));
	put_text(facts, "model", ms_str(version, "/sw-platform", NULL));
}

void os10_rest_read_equipment(const json_t *body, json_t *facts)
{
	const json_t *node = json_object_get(body, "dell-equipment:node");
	char mac[18];

	put_text(facts, "serialNumber", ms_str(node, "/mfg-info/service-tag", NULL));
	if (cli_mac(ms_str(node, "/node-mac", ""), mac))
		put_text(facts, "macAddress", mac);
}

/* ---- base64 (RFC 4648 section 4) ---- */

static int digit(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* How many octets it is, at most `size`; -1 when it is no base64. */
static int decode(const char *text, unsigned char *octets, size_t size)
{
	size_t len = strlen(text), n = 0;

	if (len % 4)
		return -1;
	for (size_t i = 0; i < len; i += 4) {
		int end = i + 4 == len ? (text[i + 3] == '=') +
						 (text[i + 2] == '=' && text[i + 3] == '=')
				       : 0;
		unsigned bits = 0;

		for (int k = 0; k < 4; k++) {
			int value = k < 4 - end ? digit(text[i + (size_t)k]) : 0;

			if (value < 0)
				return -1;
			bits = bits << 6 | (unsigned)value;
		}
		for (int k = 0; k < 3 - end && n < size; k++)
			octets[n++] = (unsigned char)(bits >> (16 - 8 * k));
	}
	return (int)n;
}

/* An id of LLDP (IEEE 802.1AB 8.5.2, 8.5.3): a MAC address is six octets, everything else its text.
 * What is no base64, or leads to no text, is taken as it stands. */
static void put_id(json_t *row, const char *key, const char *text, const char *subtype)
{
	unsigned char octets[OCTETS + 1];
	int n = text ? decode(text, octets, OCTETS) : -1;
	bool printable = n > 0, mac = ms_streq(subtype, "mac-address");
	char form[18];

	for (int i = 0; i < n; i++)
		printable = printable && octets[i] >= ' ' && octets[i] < 0x7f;
	octets[n > 0 ? n : 0] = 0;
	if (mac && n == 6)
		json_object_set_new(row, key,
				    json_sprintf("%02x:%02x:%02x:%02x:%02x:%02x", octets[0],
						 octets[1], octets[2], octets[3], octets[4],
						 octets[5]));
	else if (printable)
		put_text(row, key, cli_mac((char *)octets, form) ? form : (char *)octets);
	else
		put_text(row, key, text && cli_mac(text, form) ? form : text);
}

/* ---- ports ---- */

/* Bits per second, as text or as a number. */
static bool speed_of(const json_t *value, char *buf, size_t size)
{
	const char *text = json_string_value(value);
	char *end = NULL;
	unsigned long long bits = text ? strtoull(text, &end, 10)
				       : (unsigned long long)json_integer_value(value);

	if ((text && (!*text || *end)) || bits < 1000000000ull || bits > 1000000000000000ull)
		return false;
	snprintf(buf, size, "%lluG", bits / 1000000000ull);
	return true;
}

static json_t *neighbor_of(const json_t *interface)
{
	const json_t *seen = ms_at(interface, "/dell-lldp:lldp-rem-neighbor-info/info/0");
	json_t *lldp = json_object();

	put_id(lldp, "chassisId", ms_str(seen, "/rem-lldp-chassis-id", NULL),
	       ms_str(seen, "/rem-lldp-chassis-id-subtype", ""));
	put_id(lldp, "portId", ms_str(seen, "/rem-lldp-port-id", NULL),
	       ms_str(seen, "/rem-lldp-port-subtype", ""));
	put_text(lldp, "portDescription", ms_str(seen, "/rem-port-desc", NULL));
	put_text(lldp, "systemName", ms_str(seen, "/rem-system-name", NULL));
	return lldp;
}

void os10_rest_read_ports(const struct fabric_dialect *dialect, const json_t *body, json_t *ports)
{
	const json_t *list = json_object_get(body, "ietf-interfaces:interface");
	char port[64], speed[32];
	json_t *interface;
	size_t i;

	json_array_foreach(list, i, interface) {
		const char *name = ms_str(interface, "/name", "");
		bool up = ms_streq(ms_str(interface, "/oper-status", NULL), "up");
		json_t *row, *lldp;

		if (!ms_starts(name, "ethernet") ||
		    !fabric_port_abstract(dialect, name, port, sizeof(port)))
			continue;
		row = json_pack("{s:s}", "link", up ? "up" : "down");
		if (up && speed_of(json_object_get(interface, "speed"), speed, sizeof(speed)))
			put_text(row, "speed", speed);
		lldp = neighbor_of(interface);
		if (json_object_size(lldp))
			json_object_set(row, "lldp", lldp);
		json_decref(lldp);
		json_object_set_new(ports, port, row);
	}
}
