/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Network adapters, where vendors keep facts in places of their own.  Dell: SR-IOV and boot
 * protocol in DellNetworkAttributes, LLDP neighbours in DellSwitchConnections.  HPE:
 * BaseNetworkAdapters.
 */
#include "bmc/read.h"

/* ---- Dell ---------------------------------------------------------------------------------- */

/* DellNetworkAttributes/{fqdd}: iDRAC 5.10 and later. */
static const struct bmc_row dell_rows[] = {
	{ "bootMode", "/LegacyBootProto", BMC_WORD },
	{ "virtualFunctions", "/NumberVFAdvertised", BMC_INT },
	BMC_ROW_END
};

int bmc_dell_function(struct bmc_reading *rd, const json_t *raw, json_t *function,
		      struct ms_err *err)
{
	json_auto_t *attributes = NULL;
	const json_t *values;
	const char *mode;
	int r = bmc_follow(rd->bmc, raw, "/Links/Oem/Dell/DellNetworkAttributes", &attributes, err);

	if (r <= 0)
		return r;
	values = ms_at(attributes, "/Attributes");
	mode = ms_str(values, "/VirtualizationMode", NULL);
	if (mode &&
	    json_object_set_new(function, "sriov", json_boolean(strstr(mode, "SRIOV") != NULL)))
		return ms_nomem(err);
	if (json_object_set_new(function, "attributesUri",
				json_string(ms_str(attributes, "/@odata.id", ""))))
		return ms_nomem(err);
	return bmc_map(&rd->norm, dell_rows, values, function) ? ms_nomem(err) : 0;
}

/* "No Link", "Not Available", "Not Supported": no neighbour. */
static const char *neighbour(const json_t *connection, const char *pointer)
{
	const char *text = bmc_text(connection, pointer);

	return text && !ms_starts(text, "No") ? text : NULL;
}

json_t *bmc_norm_dell_neighbour(const struct bmc_norm *norm, const json_t *raw)
{
	(void)norm;
	return json_pack("{s:s*, s:s*}", "chassisId", neighbour(raw, "/SwitchConnectionID"),
			 "portId", neighbour(raw, "/SwitchPortConnectionID"));
}

/* The connection NIC.Slot.5-1-1 of a function belongs to the port NIC.Slot.5-1. */
static bool is_of_port(const char *fqdd, const char *port)
{
	size_t n = strlen(port);

	return !strncmp(fqdd, port, n) && (!fqdd[n] || fqdd[n] == '-');
}

int bmc_dell_connections(struct bmc_reading *rd, json_t **ret_all, struct ms_err *err)
{
	int r = bmc_members(rd->bmc, bmc_manager(rd->bmc),
			    "/Links/Oem/Dell/DellSwitchConnectionCollection", ret_all, err);

	if (r >= 0 || bmc_lost(err))
		return r;
	bmc_oddity(&rd->norm, "DellSwitchConnections: %s", err->message);
	ms_err_clear(err);
	return 0;
}

static int tell_port(struct bmc_reading *rd, const json_t *all, json_t *port)
{
	const json_t *one;
	size_t i;

	json_array_foreach(all, i, one) {
		json_auto_t *lldp = NULL;

		if (!is_of_port(ms_str(one, "/FQDD", ms_str(one, "/Id", "")),
				ms_str(port, "/id", "-")))
			continue;
		lldp = bmc_norm_dell_neighbour(&rd->norm, one);
		if (!lldp)
			return -1;
		if (json_object_size(lldp) && !json_object_get(port, "lldp"))
			return json_object_set(port, "lldp", lldp);
	}
	return 0;
}

int bmc_dell_neighbours(struct bmc_reading *rd, json_t *adapters, struct ms_err *err)
{
	json_auto_t *all = NULL;
	json_t *adapter, *port;
	size_t i, k;
	int r;

	if (!ms_streq(rd->norm.vendor, "dell"))
		return 0;
	r = bmc_dell_connections(rd, &all, err);
	json_array_foreach(adapters, i, adapter)
		json_array_foreach(ms_at(adapter, "/ports"), k, port)
			if (tell_port(rd, all, port))
				return ms_nomem(err);
	return r < 0 ? r : 0;
}

/* ---- HPE ----------------------------------------------------------------------------------- */

static bool has_mac(const json_t *adapters, const char *mac)
{
	const json_t *adapter, *one;
	size_t i, k;

	json_array_foreach(adapters, i, adapter) {
		json_array_foreach(ms_at(adapter, "/ports"), k, one)
			if (ms_streq(ms_str(one, "/macAddresses/0", NULL), mac))
				return true;
		json_array_foreach(ms_at(adapter, "/functions"), k, one)
			if (ms_streq(ms_str(one, "/macAddress", NULL), mac))
				return true;
	}
	return false;
}

/* One port of an HPE BaseNetworkAdapter. */
static json_t *hpe_port(const struct bmc_norm *norm, const json_t *raw, size_t index)
{
	static const struct bmc_row rows[] = {
		{ "macAddresses", "/MacAddress", BMC_MACS },
		{ "speedGbps", "/SpeedMbps", BMC_MBPS },
		{ "linkStatus", "/LinkStatus", BMC_WORD },
		BMC_ROW_END
	};
	json_t *out = json_object();

	if (!out || json_object_set_new(out, "id", json_sprintf("%zu", index + 1)) ||
	    bmc_map(norm, rows, raw, out)) {
		json_decref(out);
		return NULL;
	}
	return out;
}

/* NetworkAdapters of HPE leaves out adapters without PLDM; BaseNetworkAdapters has them all, but
 * says less. */
int bmc_hpe_adapters(struct bmc_reading *rd, json_t *into, struct ms_err *err)
{
	json_auto_t *all = NULL;
	const json_t *one, *port;
	size_t i, k;
	int r = bmc_members(rd->bmc, rd->bmc->system, "/Oem/Hpe/Links/NetworkAdapters", &all, err);

	json_array_foreach(all, i, one) {
		const char *mac = ms_str(one, "/PhysicalPorts/0/MacAddress", NULL);
		json_t *out, *list;
		char buf[18];

		if (!mac || !bmc_mac(mac, buf) || has_mac(into, buf))
			continue;
		out = bmc_norm_adapter(&rd->norm, one);
		list = json_array();
		if (json_array_append_new(into, out) || json_object_set_new(out, "ports", list))
			return ms_nomem(err);
		if (bmc_text(one, "/Name"))
			json_object_set_new(out, "model", json_string(bmc_text(one, "/Name")));
		json_array_foreach(ms_at(one, "/PhysicalPorts"), k, port)
			if (json_array_append_new(list, hpe_port(&rd->norm, port, k)))
				return ms_nomem(err);
	}
	return r < 0 ? r : 0;
}
