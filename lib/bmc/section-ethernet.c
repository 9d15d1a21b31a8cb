/* SPDX-License-Identifier: GPL-2.0-or-later */
/* EthernetInterfaces: the system's as `ethernet`, the BMC's inside `network` (section-network.c).
 */
#include <errno.h>
#include "bmc/read.h"

static const struct bmc_row rows[] = {
	{ "id", "/Id", BMC_TEXT },
	{ "macAddress", "/MACAddress", BMC_MAC },
	{ "permanentMacAddress", "/PermanentMACAddress", BMC_MAC },
	{ "speedMbps", "/SpeedMbps", BMC_COUNT },
	{ "linkStatus", "/LinkStatus", BMC_WORD },
	{ "hostName", "/HostName", BMC_TEXT },
	BMC_ROW_END
};

static bool nowhere(const char *address)
{
	return !address || !strcmp(address, "0.0.0.0") || !strcmp(address, "::") ||
	       !strcmp(address, "0:0:0:0:0:0:0:0");
}

static int addresses(const json_t *raw, json_t *out)
{
	static const char *const lists[] = { "/IPv4Addresses", "/IPv6Addresses" };
	json_t *list = json_array();
	const json_t *one;
	size_t i;

	for (size_t k = 0; k < MS_ARRAY_SIZE(lists); k++)
		json_array_foreach(ms_at(raw, "%s", lists[k]), i, one) {
			const char *address = bmc_text(one, "/Address");

			if (!nowhere(address))
				json_array_append_new(list, json_string(address));
		}
	return json_object_set_new(out, "addresses", list);
}

/* Only a tag that is in use. */
static int vlan(const json_t *raw, json_t *out)
{
	if (!ms_bool(raw, "/VLAN/VLANEnable", false) || ms_int(raw, "/VLAN/VLANId", 0) <= 0)
		return 0;
	return json_object_set_new(out, "vlan", json_integer(ms_int(raw, "/VLAN/VLANId", 0)));
}

json_t *bmc_norm_ethernet(const struct bmc_norm *norm, const json_t *raw)
{
	json_t *out = bmc_map_new(norm, rows, raw);

	if (out && (addresses(raw, out) || vlan(raw, out)))
		json_decref(ms_take(out));
	return out;
}

int bmc_section_ethernet(struct bmc_reading *rd, struct ms_err *err)
{
	json_auto_t *out = json_array();
	int r = bmc_collect(rd->bmc, &rd->norm, rd->bmc->system, "/EthernetInterfaces",
			    bmc_norm_ethernet, out, err);

	if (r <= 0)
		return r;
	return json_object_set(rd->facts, "ethernet", out) ? ms_nomem(err) : 0;
}
