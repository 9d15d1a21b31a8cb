/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Storage: the Storage model first; HPE SmartStorage and SimpleStorage where a BMC has nothing in
 * the former (DGX lists its drives only as SimpleStorage devices, iLO 5 of older firmware only as
 * SmartStorage).
 */
#include "bmc/read.h"

static const struct bmc_row storage_rows[] = {
	{ "id", "/Id", BMC_TEXT },
	{ "name", "/Name", BMC_TEXT },
	BMC_ROW_END
};
static const struct bmc_row controller_rows[] = {
	{ "id", "/Id|/MemberId", BMC_TEXT },
	{ "name", "/Name", BMC_TEXT },
	{ "manufacturer", "/Manufacturer", BMC_TEXT },
	{ "model", "/Model", BMC_TEXT },
	{ "firmwareVersion", "/FirmwareVersion/Current/VersionString|/FirmwareVersion", BMC_TEXT },
	{ "serialNumber", "/SerialNumber", BMC_TEXT },
	BMC_ROWS_STATUS,
	BMC_ROW_END
};
static const struct bmc_row drive_rows[] = {
	{ "id", "/Id", BMC_TEXT },
	{ "name", "/Name", BMC_TEXT },
	BMC_ROWS_MAKE,
	{ "revision", "/Revision|/FirmwareVersion/Current/VersionString|/FirmwareVersion",
	  BMC_TEXT },
	{ "capacityBytes", "/CapacityBytes", BMC_COUNT },
	{ "mediaType", "/MediaType", BMC_WORD },
	{ "protocol", "/Protocol|/InterfaceType", BMC_WORD },
	{ "slot",
	  "/PhysicalLocation/PartLocation/ServiceLabel|" BMC_SERVICE_LABEL "|/Location/0/Info",
	  BMC_TEXT },
	{ "predictedLifeLeftPercent", "/PredictedMediaLifeLeftPercent", BMC_NUM },
	{ "failurePredicted", "/FailurePredicted", BMC_BOOL },
	{ "wwn", "/Identifiers/0/DurableName", BMC_TEXT },
	BMC_ROWS_STATUS,
	{ "uri", "/@odata.id", BMC_WORD },
	BMC_ROW_END
};
static const struct bmc_row volume_rows[] = {
	{ "id", "/Id", BMC_TEXT },
	{ "name", "/DisplayName|/Name|/LogicalDriveName", BMC_TEXT },
	{ "raidType", "/RAIDType|/Raid", BMC_WORD },
	{ "capacityBytes", "/CapacityBytes|/Capacity/Data/AllocatedBytes", BMC_COUNT },
	{ "capacityBytes", "/CapacityMiB", BMC_MIB },
	BMC_ROWS_STATUS,
	BMC_ROW_END
};

json_t *bmc_norm_controller(const struct bmc_norm *norm, const json_t *raw)
{
	return bmc_map_new(norm, controller_rows, raw);
}

json_t *bmc_norm_volume(const struct bmc_norm *norm, const json_t *raw)
{
	return bmc_map_new(norm, volume_rows, raw);
}

/* SmartStorage counts blocks; its CapacityMiB is rounded. */
static int drive_capacity(const json_t *raw, json_t *out)
{
	json_int_t blocks = ms_int(raw, "/CapacityLogicalBlocks", 0),
		   size = ms_int(raw, "/BlockSizeBytes", 0);

	if (json_object_get(out, "capacityBytes") || blocks <= 0 || size <= 0 ||
	    blocks > INT64_MAX / size)
		return 0;
	return json_object_set_new(out, "capacityBytes", json_integer(blocks * size));
}

/* Wear told the other way round. */
static int drive_life(const json_t *raw, json_t *out)
{
	int64_t percent = ms_int(raw, "/Oem/Supermicro/PercentageDriveLifeUsed",
				 ms_int(raw, "/SSDEnduranceUtilizationPercentage", -1));

	if (json_object_get(out, "predictedLifeLeftPercent") || percent < 0 || percent > 100)
		return 0;
	return json_object_set_new(out, "predictedLifeLeftPercent",
				   json_integer(100 - percent));
}

json_t *bmc_norm_drive(const struct bmc_norm *norm, const json_t *raw)
{
	json_t *out = bmc_map_new(norm, drive_rows, raw);

	if (out && (drive_capacity(raw, out) || drive_life(raw, out))) {
		json_decref(out);
		return NULL;
	}
	return out;
}

/* One part of a Storage (drives, volumes) under its key; absent parts leave no key. */
static int part(struct bmc_reading *rd, const json_t *raw, const char *pointer, const char *key,
		bmc_norm_fn *fn, json_t *out, struct ms_err *err)
{
	json_auto_t *list = json_array();
	int r = bmc_collect(rd->bmc, &rd->norm, raw, pointer, fn, list, err);

	if (r <= 0)
		return r;
	return json_object_set(out, key, list) ? ms_nomem(err) : 1;
}

/* Controllers were an array inside Storage before they became a collection. */
static int controllers(struct bmc_reading *rd, const json_t *raw, json_t *out, struct ms_err *err)
{
	json_auto_t *list = json_array();
	const json_t *one;
	size_t i;

	if (!json_array_size(ms_at(raw, "/StorageControllers")))
		return part(rd, raw, "/Controllers", "controllers", bmc_norm_controller, out, err);
	json_array_foreach(ms_at(raw, "/StorageControllers"), i, one)
		if (json_is_object(one) &&
		    json_array_append_new(list, bmc_norm_controller(&rd->norm, one)))
			return ms_nomem(err);
	return json_object_set(out, "controllers", list) ? ms_nomem(err) : 0;
}

static int one_storage(struct bmc_reading *rd, const json_t *raw, json_t *into,
		       struct ms_err *first, struct ms_err *err)
{
	json_t *out = bmc_map_new(&rd->norm, storage_rows, raw);
	int r;

	if (json_array_append_new(into, out))
		return ms_nomem(err);
	r = bmc_keep_error(first, err, controllers(rd, raw, out, err));
	if (r >= 0)
		r = bmc_keep_error(first, err,
			       part(rd, raw, "/Drives", "drives", bmc_norm_drive, out, err));
	if (r >= 0)
		r = bmc_keep_error(first, err,
			       part(rd, raw, "/Volumes", "volumes", bmc_norm_volume, out, err));
	return r < 0 ? r : 0;
}

static int smart_storage(struct bmc_reading *rd, json_t *into, struct ms_err *err)
{
	json_auto_t *smart = NULL, *arrays = NULL;
	const json_t *one;
	size_t i;
	int r = bmc_follow(rd->bmc, rd->bmc->system, "/Oem/Hpe/Links/SmartStorage", &smart, err);

	if (r > 0)
		r = bmc_members(rd->bmc, smart, "/Links/ArrayControllers", &arrays, err);
	json_array_foreach(arrays, i, one) {
		json_t *out = json_pack("{s:s, s:s?}", "id", ms_str(one, "/Id", ""), "name",
					bmc_text(one, "/Model"));
		json_auto_t *list = json_array();

		if (!out || json_array_append_new(into, out) ||
		    json_array_append_new(list, bmc_norm_controller(&rd->norm, one)) ||
		    json_object_set(out, "controllers", list))
			return ms_nomem(err);
		r = part(rd, one, "/Links/PhysicalDrives", "drives", bmc_norm_drive, out, err);
		if (r >= 0)
			r = part(rd, one, "/Links/LogicalDrives", "volumes", bmc_norm_volume, out,
				 err);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : 0;
}

/* SimpleStorage: drives without serial numbers, but drives. */
static int simple_storage(struct bmc_reading *rd, json_t *into, struct ms_err *err)
{
	json_auto_t *all = NULL;
	const json_t *one, *device;
	size_t i, k;
	int r = bmc_members(rd->bmc, rd->bmc->system, "/SimpleStorage", &all, err);

	json_array_foreach(all, i, one) {
		json_t *out = bmc_map_new(&rd->norm, storage_rows, one), *drives = json_array();

		if (json_array_append_new(into, out) || json_object_set_new(out, "drives", drives))
			return ms_nomem(err);
		json_array_foreach(ms_at(one, "/Devices"), k, device)
			if (json_is_object(device) && !bmc_absent(device) &&
			    json_array_append_new(drives, bmc_norm_drive(&rd->norm, device)))
				return ms_nomem(err);
	}
	return r < 0 ? r : 0;
}

int bmc_section_storage(struct bmc_reading *rd, struct ms_err *err)
{
	json_auto_t *all = NULL, *out = json_array();
	struct ms_err first = MS_ERR_INIT;
	const json_t *one;
	size_t i;
	int r = bmc_members(rd->bmc, rd->bmc->system, "/Storage", &all, err);

	if (r < 0)
		return r;
	json_array_foreach(all, i, one) {
		r = one_storage(rd, one, out, &first, err);
		if (r)
			return r;
	}
	if (!json_array_size(out))
		r = smart_storage(rd, out, err);
	if (!r && !json_array_size(out))
		r = simple_storage(rd, out, err);
	if (r < 0)
		return r;
	if (json_object_set(rd->facts, "storage", out))
		return ms_nomem(err);
	if (!first.code)
		return 0;
	*err = first;
	return err->error;
}
