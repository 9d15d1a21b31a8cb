/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Network adapters with their ports, LLDP neighbours and functions.  Ports came after NetworkPorts:
 * a BMC that has both tells more in Ports.  Dell keeps SR-IOV and the boot protocol in attributes
 * of its own.
 */
#include "bmc/read.h"

static const struct bmc_row adapter_rows[] = {
	{ "id", "/Id", BMC_TEXT },
	BMC_ROWS_MAKE,
	{ "firmwareVersion",
	  "/Controllers/0/FirmwarePackageVersion|/Firmware/Current/VersionString", BMC_TEXT },
	{ "slot",
	  "/Controllers/0/Location/PartLocation/ServiceLabel|" BMC_SERVICE_LABEL "|/Location",
	  BMC_TEXT },
	BMC_ROWS_STATUS,
	{ "uri", "/@odata.id", BMC_WORD },
	BMC_ROW_END
};
static const struct bmc_row port_rows[] = {
	{ "id", "/Id", BMC_TEXT },
	{ "speedGbps", "/CurrentSpeedGbps", BMC_NUM },
	{ "speedGbps",
	  "/CurrentLinkSpeedMbps|/SupportedLinkCapabilities/0/LinkSpeedMbps|/SpeedMbps", BMC_MBPS },
	{ "technology", "/LinkNetworkTechnology|/ActiveLinkTechnology|/PortProtocol", BMC_WORD },
	{ "macAddresses", "/Ethernet/AssociatedMACAddresses|/AssociatedNetworkAddresses",
	  BMC_MACS },
	BMC_ROWS_STATUS,
	BMC_ROW_END
};
static const struct bmc_row lldp_rows[] = {
	{ "chassisId", "/ChassisId", BMC_TEXT },
	{ "portId", "/PortId", BMC_TEXT },
	{ "systemName", "/SystemName", BMC_TEXT },
	{ "managementAddress",
	  "/ManagementAddressIPv4|/ManagementAddressIPv6|/ManagementAddressMAC", BMC_TEXT },
	BMC_ROW_END
};
static const struct bmc_row function_rows[] = {
	{ "id", "/Id", BMC_TEXT },
	{ "uri", "/@odata.id", BMC_WORD },
	{ "settingsUri", "/@Redfish.Settings/SettingsObject/@odata.id", BMC_WORD },
	{ "type", "/NetDevFuncType", BMC_WORD },
	{ "macAddress", "/Ethernet/MACAddress", BMC_MAC },
	{ "permanentMacAddress", "/Ethernet/PermanentMACAddress", BMC_MAC },
	{ "bootMode", "/BootMode", BMC_WORD },
	{ "enabled", "/DeviceEnabled", BMC_BOOL },
	{ "sriov", "/VirtualFunctionsEnabled", BMC_BOOL },
	{ "maxVirtualFunctions", "/MaxVirtualFunctions", BMC_INT },
	BMC_ROWS_STATUS,
	BMC_ROW_END
};
json_t *bmc_norm_adapter(const struct bmc_norm *norm, const json_t *raw)
{
	return bmc_map_new(norm, adapter_rows, raw);
}

json_t *bmc_norm_function(const struct bmc_norm *norm, const json_t *raw)
{
	return bmc_map_new(norm, function_rows, raw);
}

/* "Up" of NetworkPort is "LinkUp" of Port and of EthernetInterface. */
static json_t *link_status(const json_t *raw)
{
	const char *word = ms_str(raw, "/LinkStatus", ms_str(raw, "/LinkState", NULL));

	if (!word || !*word)
		return NULL;
	if (!strcmp(word, "Up") || !strcmp(word, "Down"))
		return json_sprintf("Link%s", word);
	return json_string(word);
}

/* What the neighbour said of itself; nothing when it said nothing. */
static int port_lldp(const struct bmc_norm *norm, const json_t *raw, json_t *out)
{
	json_auto_t *lldp = bmc_map_new(norm, lldp_rows, ms_at(raw, "/Ethernet/LLDPReceive"));

	if (!lldp)
		return -1;
	return json_object_size(lldp) ? json_object_set(out, "lldp", lldp) : 0;
}

json_t *bmc_norm_port(const struct bmc_norm *norm, const json_t *raw)
{
	json_t *out = bmc_map_new(norm, port_rows, raw), *link = link_status(raw);

	if (out && link && json_object_set(out, "linkStatus", link))
		json_decref(ms_take(out));
	if (out && port_lldp(norm, raw, out))
		json_decref(ms_take(out));
	json_decref(link);
	/* A link that is down has no speed, whatever number stands there. */
	if (out && ms_streq(ms_str(out, "/linkStatus", NULL), "LinkDown"))
		json_object_del(out, "speedGbps");
	return out;
}

static int functions(struct bmc_reading *rd, const json_t *raw, json_t *out, struct ms_err *err)
{
	json_auto_t *all = NULL, *list = json_array();
	const json_t *one;
	size_t i;
	int r = bmc_members(rd->bmc, raw, "/NetworkDeviceFunctions", &all, err);

	if (r <= 0)
		return r;
	json_array_foreach(all, i, one) {
		json_t *function = bmc_norm_function(&rd->norm, one);

		if (json_array_append_new(list, function))
			return ms_nomem(err);
		r = bmc_dell_function(rd, one, function, err);
		if (r < 0 && bmc_lost(err))
			return r;
		if (r < 0) {
			bmc_oddity(&rd->norm, "DellNetworkAttributes: %s", err->message);
			ms_err_clear(err);
		}
	}
	return json_object_set(out, "functions", list) ? ms_nomem(err) : 0;
}

static int ports(struct bmc_reading *rd, const json_t *raw, json_t *out, struct ms_err *err)
{
	json_auto_t *list = json_array();
	int r = bmc_collect(rd->bmc, &rd->norm, raw, "/Ports", bmc_norm_port, list, err);

	if (r >= 0 && !json_array_size(list))
		r = bmc_collect(rd->bmc, &rd->norm, raw, "/NetworkPorts", bmc_norm_port, list, err);
	if (r <= 0)
		return r;
	return json_object_set(out, "ports", list) ? ms_nomem(err) : 0;
}

static int one_adapter(struct bmc_reading *rd, const json_t *raw, json_t *into, struct ms_err *err)
{
	json_t *out = bmc_norm_adapter(&rd->norm, raw);
	int r;

	if (json_array_append_new(into, out))
		return ms_nomem(err);
	r = ports(rd, raw, out, err);
	if (r >= 0)
		r = functions(rd, raw, out, err);
	return r < 0 ? r : 0;
}

/* A chassis inside another one shows the same adapter twice (BlueField): same id, same MAC. */
static void drop_twin(json_t *adapters)
{
	size_t last = json_array_size(adapters) - 1;
	const json_t *adapter = json_array_get(adapters, last), *other;
	const char *mac = ms_str(adapter, "/functions/0/macAddress",
				 ms_str(adapter, "/ports/0/macAddresses/0", NULL));
	size_t i;

	json_array_foreach(adapters, i, other)
		if (i < last && mac &&
		    ms_streq(ms_str(other, "/id", NULL), ms_str(adapter, "/id", "")) &&
		    ms_streq(ms_str(other, "/functions/0/macAddress",
				    ms_str(other, "/ports/0/macAddresses/0", NULL)),
			     mac)) {
			json_array_remove(adapters, last);
			return;
		}
}

int bmc_section_adapters(struct bmc_reading *rd, struct ms_err *err)
{
	json_auto_t *out = json_array();
	const json_t *all, *chassis, *one;
	struct ms_err first = MS_ERR_INIT;
	size_t i, k;
	int r = bmc_chassis(rd->bmc, &all, err);

	if (r)
		return r;
	json_array_foreach(all, i, chassis) {
		json_auto_t *adapters = NULL;

		/* HPE answers 400 until an operating system has booted once. */
		r = bmc_keep_error(&first, err, bmc_members(rd->bmc, chassis, "/NetworkAdapters",
							    &adapters, err));
		if (r < 0)
			return r;
		json_array_foreach(adapters, k, one) {
			r = bmc_absent(one) ? 0 : one_adapter(rd, one, out, err);
			if (r)
				return r;
			drop_twin(out);
		}
	}
	r = bmc_hpe_adapters(rd, out, err);
	if (r >= 0)
		r = bmc_dell_neighbours(rd, out, err);
	if (r < 0)
		return r;
	if (json_object_set(rd->facts, "adapters", out))
		return ms_nomem(err);
	if (!first.code)
		return 0;
	*err = first;
	return err->error;
}
