/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The BMC's own network: protocols, NTP, remote syslog, interfaces; and its virtual media slots. */
#include <ctype.h>
#include <errno.h>
#include "bmc/read.h"

static const struct bmc_row media_rows[] = {
	{ "id", "/Id", BMC_TEXT },
	{ "mediaTypes", "/MediaTypes", BMC_WORDS },
	{ "inserted", "/Inserted", BMC_BOOL },
	{ "image", "/Image", BMC_TEXT },
	{ "writeProtected", "/WriteProtected", BMC_BOOL },
	{ "connectedVia", "/ConnectedVia", BMC_WORD },
	{ "uri", "/@odata.id", BMC_WORD },
	BMC_ROW_END
};

json_t *bmc_norm_media(const struct bmc_norm *norm, const json_t *raw)
{
	return bmc_map_new(norm, media_rows, raw);
}

/* "HTTPS" is https, "VirtualMedia" is virtualMedia, "DHCPv6" is dhcpv6. */
static void protocol_key(const char *name, char *buf, size_t size)
{
	bool acronym = isupper((unsigned char)name[0]) && isupper((unsigned char)name[1]);
	size_t n = 0;

	for (; name[n] && n + 1 < size; n++)
		buf[n] = acronym || !n ? (char)tolower((unsigned char)name[n]) : name[n];
	buf[n] = '\0';
}

static int protocols(const json_t *raw, json_t *out)
{
	json_t *list = json_object(), *value;
	const char *key;

	json_object_foreach((json_t *)raw, key, value) {
		json_t *one;
		char name[64];

		if (!json_is_boolean(ms_at(value, "/ProtocolEnabled")) || !strcmp(key, "NTP"))
			continue;
		protocol_key(key, name, sizeof(name));
		one = json_pack("{s:b}", "enabled", ms_bool(value, "/ProtocolEnabled", false));
		if (ms_int(value, "/Port", 0) > 0)
			json_object_set_new(one, "port", json_integer(ms_int(value, "/Port", 0)));
		if (json_object_set_new(list, name, one)) {
			json_decref(list);
			return -ENOMEM;
		}
	}
	return json_object_set_new(out, "protocols", list);
}

/* Servers that are servers: slots that are free say "" or 0.0.0.0. */
static json_t *servers_of(const json_t *array)
{
	json_t *out = json_array();
	const json_t *one;
	size_t i;

	json_array_foreach(array, i, one) {
		const char *text = json_string_value(one);

		while (text && isspace((unsigned char)*text))
			text++;
		if (text && *text && strcmp(text, "0.0.0.0") && strcmp(text, "::"))
			json_array_append_new(out, json_string(text));
	}
	return out;
}

/* HPE keeps NTP in a resource of its own: servers set by hand, and servers in use (which may come
 * from DHCP). */
static int hpe_ntp(struct bmc_reading *rd, json_t **ret_servers, struct ms_err *err)
{
	json_auto_t *raw = NULL;
	int r = bmc_follow(rd->bmc, bmc_manager(rd->bmc), "/Oem/Hpe/Links/DateTimeService", &raw,
			   err);

	if (r <= 0)
		return r;
	*ret_servers = servers_of(ms_at(raw, "/StaticNTPServers"));
	if (!json_array_size(*ret_servers)) {
		json_decref(*ret_servers);
		*ret_servers = servers_of(ms_at(raw, "/NTPServers"));
	}
	return 1;
}

static int ntp(struct bmc_reading *rd, const json_t *raw, json_t *out, struct ms_err *err)
{
	const json_t *standard = ms_at(raw, "/NTP");
	json_auto_t *servers = NULL;
	bool enabled = ms_bool(standard, "/ProtocolEnabled", false);
	int r;

	if (json_is_object(standard)) {
		servers = servers_of(ms_at(standard, "/NTPServers"));
	} else {
		r = hpe_ntp(rd, &servers, err);
		if (r <= 0)
			return r;
		enabled = json_array_size(servers) > 0;
	}
	return json_object_set_new(out, "ntp",
				   json_pack("{s:b, s:O}", "enabled", enabled, "servers", servers))
		       ? ms_nomem(err)
		       : 0;
}

static int interfaces(struct bmc_reading *rd, json_t *out, struct ms_err *err)
{
	json_auto_t *list = json_array();
	int r = bmc_collect(rd->bmc, &rd->norm, bmc_manager(rd->bmc), "/EthernetInterfaces",
			    bmc_norm_ethernet, list, err);

	if (r <= 0)
		return r;
	return json_object_set(out, "interfaces", list) ? ms_nomem(err) : 0;
}

int bmc_section_network(struct bmc_reading *rd, struct ms_err *err)
{
	json_auto_t *raw = NULL, *out = json_object();
	const json_t *manager = bmc_manager(rd->bmc);
	int r = bmc_follow(rd->bmc, manager, "/NetworkProtocol", &raw, err);

	if (r < 0)
		return r;
	if (raw && (bmc_map(&rd->norm,
			    (const struct bmc_row[]){ { "hostName", "/HostName", BMC_TEXT },
						      { "uri", "/@odata.id", BMC_WORD },
						      BMC_ROW_END },
			    raw, out) ||
		    protocols(raw, out)))
		return ms_nomem(err);
	r = ntp(rd, raw, out, err);
	if (!r)
		r = bmc_syslog(rd, raw, out, err);
	if (!r)
		r = interfaces(rd, out, err);
	if (r < 0)
		return r;
	return json_object_size(out) && json_object_set(rd->facts, "network", out) ? ms_nomem(err)
										   : 0;
}

/* Virtual media stand under the manager, the system, or both (the same slots seen twice). */
int bmc_section_media(struct bmc_reading *rd, struct ms_err *err)
{
	json_auto_t *out = json_array();
	int r = bmc_collect(rd->bmc, &rd->norm, bmc_manager(rd->bmc), "/VirtualMedia",
			    bmc_norm_media, out, err);

	if (r >= 0 && !json_array_size(out))
		r = bmc_collect(rd->bmc, &rd->norm, rd->bmc->system, "/VirtualMedia",
				bmc_norm_media, out, err);
	if (r <= 0)
		return r;
	return json_object_set(rd->facts, "media", out) ? ms_nomem(err) : 0;
}
