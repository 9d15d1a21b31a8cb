/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCIe devices and functions, of every Chassis of the system. */
#include <errno.h>
#include "bmc/read.h"

static const struct bmc_row device_rows[] = {
	{ "id", "/Id", BMC_TEXT },
	{ "name", "/Name", BMC_TEXT },
	BMC_ROWS_MAKE,
	{ "firmwareVersion", "/FirmwareVersion", BMC_TEXT },
	{ "deviceType", "/DeviceType", BMC_WORD },
	{ "generation", "/PCIeInterface/PCIeType|/Slot/PCIeType", BMC_WORD },
	{ "lanes", "/PCIeInterface/LanesInUse|/Slot/Lanes", BMC_COUNT },
	{ "slot", "/Slot/Location/PartLocation/ServiceLabel|/Location/PartLocation/ServiceLabel",
	  BMC_TEXT },
	BMC_ROWS_STATUS,
	{ "uri", "/@odata.id", BMC_WORD },
	BMC_ROW_END
};
static const struct bmc_row function_rows[] = {
	{ "id", "/Id", BMC_TEXT },
	{ "class", "/DeviceClass", BMC_TEXT },
	{ "vendorId", "/VendorId", BMC_HEX },
	{ "deviceId", "/DeviceId", BMC_HEX },
	{ "subsystemVendorId", "/SubsystemVendorId", BMC_HEX },
	{ "subsystemId", "/SubsystemId", BMC_HEX },
	BMC_ROW_END
};

/* DeviceClass words by base class, where only ClassCode is given ("0x030000"; Dell and HPE write
 * only the base class, as "0x000003" and "3"). */
static const char *class_word(const char *code)
{
	static const char *const words[] = {
		[0x01] = "MassStorageController",      [0x02] = "NetworkController",
		[0x03] = "DisplayController", [0x04] = "MultimediaController",
		[0x05] = "MemoryController", [0x06] = "Bridge",
		[0x07] = "CommunicationController",    [0x08] = "GenericSystemPeripheral",
		[0x09] = "InputDeviceController",      [0x0c] = "SerialBusController",
		[0x0d] = "WirelessController", [0x10] = "EncryptionController",
		[0x11] = "SignalProcessingController", [0x12] = "ProcessingAccelerators",
	};
	unsigned long value = strtoul(code, NULL, 16);

	if (value > 0xff)
		value = value >> 16 & 0xff;
	return value < MS_ARRAY_SIZE(words) ? words[value] : NULL;
}

json_t *bmc_norm_pcie_function(const struct bmc_norm *norm, const json_t *raw)
{
	json_t *out = bmc_map_new(norm, function_rows, raw);
	const char *word = class_word(ms_str(raw, "/ClassCode", "0"));

	/* Some say "Other" or "UnclassifiedDevice" beside a good code. */
	if (out && word && !json_object_get(out, "class") &&
	    json_object_set_new(out, "class", json_string(word)))
		json_decref(ms_take(out));
	return out;
}

json_t *bmc_norm_pcie(const struct bmc_norm *norm, const json_t *raw)
{
	return bmc_map_new(norm, device_rows, raw);
}

/* Graphics of BMCs: Matrox and ASPEED. */
static bool bmc_graphics(const json_t *functions)
{
	const char *vendor = ms_str(functions, "/0/vendorId", "");

	return !strcmp(vendor, "0x102b") || !strcmp(vendor, "0x1a03");
}

bool bmc_pcie_is_gpu(const json_t *device, const json_t *functions)
{
	const char *class = ms_str(functions, "/0/class", "");

	if (ms_streq(ms_str(device, "/DeviceType", NULL), "Simulated") || bmc_graphics(functions))
		return false;
	if (!strcmp(class, "ProcessingAccelerators"))
		return true;
	/* A graphics controller without a vendor and a serial number is somebody's VGA, not an
	 * accelerator. */
	return !strcmp(class, "DisplayController") &&
	       (bmc_text(device, "/SerialNumber") || bmc_text(device, "/Model"));
}

static int functions_of(struct bmc_reading *rd, const json_t *raw, json_t **ret_functions,
			struct ms_err *err)
{
	json_auto_t *list = json_array();
	int r = bmc_collect(rd->bmc, &rd->norm, raw, "/PCIeFunctions", bmc_norm_pcie_function, list,
			    err);

	if (!r)
		r = bmc_collect(rd->bmc, &rd->norm, raw, "/Links/PCIeFunctions",
				bmc_norm_pcie_function, list, err);
	if (r < 0)
		return r;
	*ret_functions = ms_take(list);
	return 0;
}

/* Raw devices of every Chassis, else those that the system links to; each once. */
static int devices(struct bmc_reading *rd, json_t *into, struct ms_err *err)
{
	const json_t *all, *chassis, *one;
	size_t i, k;
	int r = bmc_chassis(rd->bmc, &all, err), found = 0;

	if (r)
		return r;
	json_array_foreach(all, i, chassis) {
		json_auto_t *members = NULL;

		r = bmc_members(rd->bmc, chassis, "/PCIeDevices", &members, err);
		if (r < 0)
			return r;
		found |= r;
		json_array_foreach(members, k, one)
			if (!bmc_absent(one) && json_array_append(into, (json_t *)one))
				return ms_nomem(err);
	}
	if (!json_array_size(into)) {
		json_auto_t *members = NULL;

		r = bmc_members(rd->bmc, rd->bmc->system, "/PCIeDevices", &members, err);
		if (r < 0)
			return r;
		found |= r;
		if (json_array_extend(into, members) && members)
			return ms_nomem(err);
	}
	return found;
}

int bmc_section_pcie(struct bmc_reading *rd, struct ms_err *err)
{
	json_auto_t *raw = json_array(), *out = json_array();
	const json_t *one;
	size_t i;
	int r = devices(rd, raw, err);

	if (r <= 0)
		return r;
	json_array_foreach(raw, i, one) {
		json_t *device = bmc_norm_pcie(&rd->norm, one), *functions = NULL;

		if (json_array_append_new(out, device))
			return ms_nomem(err);
		r = functions_of(rd, one, &functions, err);
		if (r)
			return r;
		if (json_object_set_new(device, "functions", functions))
			return ms_nomem(err);
	}
	return json_object_set(rd->facts, "pcieDevices", out) ? ms_nomem(err) : 0;
}

int bmc_pcie_gpus(struct bmc_reading *rd, json_t *into, struct ms_err *err)
{
	json_auto_t *raw = json_array();
	const json_t *one;
	size_t i;
	int r = devices(rd, raw, err);

	json_array_foreach(raw, i, one) {
		json_auto_t *functions = NULL;

		r = functions_of(rd, one, &functions, err);
		if (r < 0)
			return r;
		if (bmc_pcie_is_gpu(one, functions) &&
		    json_array_append_new(into, bmc_norm_gpu(&rd->norm, one)))
			return ms_nomem(err);
	}
	return r < 0 ? r : 0;
}
