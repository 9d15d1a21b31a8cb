/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processors, GPUs and memory.  A machine may be several ComputerSystems (DGX and its HGX
 * baseboard). */
#include "bmc/read.h"

static const struct bmc_row processor_rows[] = {
	{ "id", "/Id", BMC_TEXT },
	{ "type", "/ProcessorType", BMC_WORD },
	{ "socket", "/Socket|/Location/PartLocation/ServiceLabel", BMC_TEXT },
	BMC_ROWS_MAKE,
	{ "architecture", "/ProcessorArchitecture", BMC_WORD },
	{ "cores", "/TotalCores", BMC_COUNT },
	{ "threads", "/TotalThreads", BMC_COUNT },
	{ "maxSpeedMHz", "/MaxSpeedMHz", BMC_COUNT },
	BMC_ROWS_STATUS,
	BMC_ROW_END
};
static const struct bmc_row gpu_rows[] = {
	{ "id", "/Id", BMC_TEXT },
	BMC_ROWS_MAKE,
	{ "firmwareVersion", "/FirmwareVersion", BMC_TEXT },
	{ "uuid", "/UUID|/Oem/Supermicro/GPUGuid", BMC_TEXT },
	{ "slot",
	  "/Slot" BMC_SERVICE_LABEL "|" BMC_SERVICE_LABEL "|/Oem/Supermicro/GPUSlot",
	  BMC_TEXT },
	BMC_ROWS_STATUS,
	BMC_ROW_END
};
static const struct bmc_row memory_rows[] = {
	{ "id", "/Id", BMC_TEXT },
	{ "slot", "/DeviceLocator|/Location/PartLocation/ServiceLabel|/Name", BMC_TEXT },
	{ "capacityMiB", "/CapacityMiB", BMC_COUNT },
	{ "type", "/MemoryDeviceType", BMC_WORD },
	{ "speedMHz", "/OperatingSpeedMhz|/OperatingSpeedMHz", BMC_COUNT },
	{ "manufacturer", "/Oem/Hpe/VendorName|/Manufacturer", BMC_TEXT },
	{ "partNumber", "/PartNumber", BMC_TEXT },
	{ "serialNumber", "/SerialNumber", BMC_TEXT },
	BMC_ROWS_STATUS,
	BMC_ROW_END
};

json_t *bmc_norm_processor(const struct bmc_norm *norm, const json_t *raw)
{
	return bmc_map_new(norm, processor_rows, raw);
}

json_t *bmc_norm_gpu(const struct bmc_norm *norm, const json_t *raw)
{
	return bmc_map_new(norm, gpu_rows, raw);
}

json_t *bmc_norm_memory(const struct bmc_norm *norm, const json_t *raw)
{
	return bmc_map_new(norm, memory_rows, raw);
}

static bool has_reset(const json_t *system)
{
	return ms_at(system, "/Actions/#ComputerSystem.Reset") != NULL;
}

/* Processors of the system and of the parts that cannot be reset by themselves. */
static int read_processors(struct bmc_reading *rd, json_t *into, struct ms_err *err)
{
	const json_t *system;
	size_t i, k;
	int found = 0;

	json_array_foreach(rd->bmc->systems, i, system) {
		json_auto_t *members = NULL;
		json_t *one;
		int r;

		if (system != rd->bmc->system && has_reset(system))
			continue;
		r = bmc_members(rd->bmc, system, "/Processors", &members, err);
		if (r < 0)
			return r;
		found |= r;
		json_array_foreach(members, k, one)
			if (json_is_object(one) && !bmc_absent(one) && json_array_append(into, one))
				return ms_nomem(err);
	}
	return found;
}

int bmc_section_processors(struct bmc_reading *rd, struct ms_err *err)
{
	json_auto_t *raw = json_array(), *out = json_array();
	const json_t *one;
	size_t i;
	int r = read_processors(rd, raw, err);

	if (r <= 0)
		return r;
	json_array_foreach(raw, i, one)
		if (json_array_append_new(out, bmc_norm_processor(&rd->norm, one)))
			return ms_nomem(err);
	return json_object_set(rd->facts, "processors", out) ? ms_nomem(err) : 0;
}

/* A size that can be meant, so that sums cannot overflow. */
static json_int_t mib_of(const json_t *value, const char *pointer)
{
	int64_t mib = ms_int(value, pointer, 0);

	return mib > 0 && mib < INT64_C(1) << 40 ? mib : 0;
}

/* Memory of a GPU: its own summary, or the Memory resources that it links to. */
static int gpu_memory(struct bmc_reading *rd, const json_t *raw, json_t *gpu, struct ms_err *err)
{
	json_auto_t *modules = NULL;
	const json_t *one;
	json_int_t sum = 0;
	size_t i;
	int r;

	sum = mib_of(raw, "/MemorySummary/TotalMemorySizeMiB");
	if (!sum) {
		r = bmc_members(rd->bmc, raw, "/Links/Memory", &modules, err);
		if (r < 0)
			return r;
		json_array_foreach(modules, i, one)
			sum += mib_of(one, "/CapacityMiB");
	}
	if (sum > 0 && json_object_set_new(gpu, "memoryMiB", json_integer(sum)))
		return ms_nomem(err);
	return 0;
}

/* What only the PCIe device knows of a GPU (Lenovo's Processor has no model, no slot and no
 * health). */
static int gpu_device(struct bmc_reading *rd, const json_t *raw, json_t *gpu, struct ms_err *err)
{
	json_auto_t *device = NULL;
	int r;

	if (json_object_get(gpu, "model") && json_object_get(gpu, "slot") &&
	    json_object_get(gpu, "firmwareVersion"))
		return 0;
	r = bmc_follow(rd->bmc, raw, "/Links/PCIeDevice", &device, err);
	if (r <= 0)
		return r;
	return bmc_map(&rd->norm, gpu_rows, device, gpu) ? ms_nomem(err) : 0;
}

static int gpus_of_processors(struct bmc_reading *rd, json_t *out, struct ms_err *err)
{
	json_auto_t *raw = json_array();
	const json_t *one;
	size_t i;
	int r = read_processors(rd, raw, err);

	json_array_foreach(raw, i, one) {
		json_t *gpu;

		if (!ms_streq(ms_str(one, "/ProcessorType", NULL), "GPU"))
			continue;
		gpu = bmc_norm_gpu(&rd->norm, one);
		if (json_array_append_new(out, gpu))
			return ms_nomem(err);
		r = gpu_memory(rd, one, gpu, err);
		if (r >= 0)
			r = gpu_device(rd, one, gpu, err);
		if (r < 0)
			return r;
	}
	return r;
}

/* The Processors say which are GPUs; where they do not, the PCIe devices do (Supermicro). */
int bmc_section_gpus(struct bmc_reading *rd, struct ms_err *err)
{
	json_auto_t *out = json_array();
	int r = gpus_of_processors(rd, out, err);

	if (r >= 0 && !json_array_size(out))
		r = bmc_pcie_gpus(rd, out, err);
	if (r < 0)
		return r;
	return json_object_set(rd->facts, "gpus", out) ? ms_nomem(err) : 0;
}

/* Sum of the modules where the summary is silent or rounded down to nothing. */
static int total(struct bmc_reading *rd, json_t *modules, json_t *out)
{
	static const struct bmc_row rows[] = {
		{ "totalMiB", "/MemorySummary/TotalSystemMemoryGiB", BMC_GIB },
		BMC_ROW_END
	};
	const json_t *one;
	json_int_t sum = 0;
	size_t i;

	json_array_foreach(modules, i, one)
		sum += mib_of(one, "/capacityMiB");
	if (sum > 0)
		return json_object_set_new(out, "totalMiB", json_integer(sum));
	return bmc_map(&rd->norm, rows, rd->bmc->system, out);
}

int bmc_section_memory(struct bmc_reading *rd, struct ms_err *err)
{
	json_auto_t *out = json_object(), *modules = json_array();
	int r = bmc_collect(rd->bmc, &rd->norm, rd->bmc->system, "/Memory", bmc_norm_memory,
			    modules, err);

	if (r < 0)
		return r;
	if (total(rd, modules, out) || (r > 0 && json_object_set(out, "modules", modules)))
		return ms_nomem(err);
	return json_object_size(out) && json_object_set(rd->facts, "memory", out) ? ms_nomem(err)
										  : 0;
}
