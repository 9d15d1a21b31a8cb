/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine, its BMC and its enclosures: DSP0266 ComputerSystem, Manager, Chassis. */
#include <errno.h>
#include "bmc/read.h"

static const struct bmc_row system_rows[] = {
	{ "id", "/Id", BMC_TEXT },
	{ "uri", "/@odata.id", BMC_WORD },
	BMC_ROWS_MAKE,
	{ "sku", "/SKU", BMC_TEXT },
	{ "uuid", "/UUID", BMC_TEXT },
	{ "hostName", "/HostName", BMC_TEXT },
	{ "assetTag", "/AssetTag", BMC_TEXT },
	{ "biosVersion", "/BiosVersion", BMC_TEXT },
	{ "systemType", "/SystemType", BMC_WORD },
	{ "indicatorLed", "/IndicatorLED", BMC_WORD },
	BMC_ROW_END
};
static const struct bmc_row manager_rows[] = {
	{ "id", "/Id", BMC_TEXT },
	{ "uri", "/@odata.id", BMC_WORD },
	{ "model", "/Model", BMC_TEXT },
	{ "firmwareVersion", "/FirmwareVersion", BMC_TEXT },
	{ "uuid", "/UUID|/ServiceEntryPointUUID", BMC_TEXT },
	{ "dateTime", "/DateTime", BMC_TIME },
	{ "healthState", "/Status/Health|/Status/State", BMC_WORD },
	BMC_ROW_END
};
static const struct bmc_row chassis_rows[] = {
	{ "id", "/Id", BMC_TEXT },
	{ "type", "/ChassisType", BMC_WORD },
	BMC_ROWS_MAKE,
	{ "assetTag", "/AssetTag", BMC_TEXT },
	BMC_ROWS_STATUS,
	BMC_ROW_END
};
static const struct bmc_row health_rows[] = {
	{ "state", "/Status/State", BMC_WORD },
	{ "health", "/Status/Health", BMC_WORD },
	{ "healthRollup", "/Status/HealthRollup", BMC_WORD },
	BMC_ROW_END
};

json_t *bmc_norm_system(const struct bmc_norm *norm, const json_t *raw)
{
	return bmc_map_new(norm, system_rows, raw);
}

json_t *bmc_norm_chassis(const struct bmc_norm *norm, const json_t *raw)
{
	return bmc_map_new(norm, chassis_rows, raw);
}

json_t *bmc_norm_manager(const struct bmc_norm *norm, const json_t *raw)
{
	return bmc_map_new(norm, manager_rows, raw);
}

/* Ids of the other ComputerSystems, so that the choice is visible. */
static int others(const struct bmc *bmc, json_t *out)
{
	const json_t *one;
	size_t i;

	if (json_array_size(bmc->systems) < 2)
		return 0;
	if (json_object_set_new(out, "others", json_array()))
		return -ENOMEM;
	json_array_foreach(bmc->systems, i, one)
		if (one != bmc->system)
			json_array_append_new(json_object_get(out, "others"),
					      json_string(ms_str(one, "/Id", "")));
	return 0;
}

int bmc_section_system(struct bmc_reading *rd, struct ms_err *err)
{
	json_t *out = bmc_norm_system(&rd->norm, rd->bmc->system);

	if (!out || others(rd->bmc, out) || json_object_set_new(rd->facts, "system", out))
		return ms_nomem(err);
	return 0;
}

int bmc_section_health(struct bmc_reading *rd, struct ms_err *err)
{
	json_t *out = bmc_map_new(&rd->norm, health_rows, rd->bmc->system);

	return out && !json_object_set_new(rd->facts, "health", out) ? 0 : ms_nomem(err);
}

/* Host name and MAC address stand on the BMC's first interface that has an address. */
static int manager_interface(struct bmc_reading *rd, const json_t *manager, json_t *out,
			     struct ms_err *err)
{
	static const struct bmc_row rows[] = {
		{ "hostName", "/HostName", BMC_TEXT },
		{ "macAddress", "/PermanentMACAddress|/MACAddress", BMC_MAC },
		BMC_ROW_END
	};
	json_auto_t *nics = NULL;
	const json_t *nic;
	size_t i;
	int r = bmc_members(rd->bmc, manager, "/EthernetInterfaces", &nics, err);

	if (r <= 0)
		return r;
	json_array_foreach(nics, i, nic) {
		const char *address = bmc_text(nic, "/IPv4Addresses/0/Address");

		if (!address || ms_streq(address, "0.0.0.0") || ms_starts(address, "169.254."))
			continue;
		return bmc_map(&rd->norm, rows, nic, out) ? ms_nomem(err) : 0;
	}
	return 0;
}

/* The switch port that the iDRAC itself is on. */
static int manager_neighbour(struct bmc_reading *rd, json_t *out, struct ms_err *err)
{
	json_auto_t *all = NULL;
	const json_t *one;
	size_t i;
	int r = bmc_dell_connections(rd, &all, err);

	json_array_foreach(all, i, one) {
		json_auto_t *lldp = bmc_norm_dell_neighbour(&rd->norm, one);

		if (!ms_starts(ms_str(one, "/FQDD", ""), "iDRAC.") || !json_object_size(lldp))
			continue;
		if (json_object_set(out, "lldp", lldp))
			return ms_nomem(err);
	}
	return r < 0 ? r : 0;
}

int bmc_section_manager(struct bmc_reading *rd, struct ms_err *err)
{
	const json_t *manager = bmc_manager(rd->bmc);
	json_auto_t *out = NULL;
	int r;

	if (!manager)
		return 0;
	out = bmc_norm_manager(&rd->norm, manager);
	if (!out)
		return ms_nomem(err);
	r = manager_interface(rd, manager, out, err);
	if (r < 0)
		return r;
	r = manager_neighbour(rd, out, err);
	if (r < 0)
		return r;
	if (json_object_set_new(out, "console", bmc_console(rd->bmc)))
		return ms_nomem(err);
	return json_object_set(rd->facts, "manager", out) ? ms_nomem(err) : 0;
}

int bmc_section_chassis(struct bmc_reading *rd, struct ms_err *err)
{
	const json_t *all, *one;
	json_auto_t *out = json_array();
	size_t i;
	int r = bmc_chassis(rd->bmc, &all, err);

	if (r)
		return r;
	json_array_foreach(all, i, one)
		if (json_array_append_new(out, bmc_norm_chassis(&rd->norm, one)))
			return ms_nomem(err);
	return json_object_set(rd->facts, "chassis", out) ? ms_nomem(err) : 0;
}
