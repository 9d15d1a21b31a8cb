/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Firmware inventory of the UpdateService, and the tasks and jobs under way. */
#include "bmc/read.h"

static const struct bmc_row firmware_rows[] = {
	{ "id", "/Id", BMC_TEXT },
	{ "name", "/Name", BMC_TEXT },
	{ "version", "/Version", BMC_TEXT },
	{ "updateable", "/Updateable", BMC_BOOL },
	{ "softwareId", "/SoftwareId", BMC_TEXT },
	{ "manufacturer", "/Manufacturer", BMC_TEXT },
	{ "releaseDate", "/ReleaseDate", BMC_TIME },
	{ "state", "/Status/State", BMC_WORD },
	{ "uri", "/@odata.id", BMC_WORD },
	BMC_ROW_END
};
static const struct bmc_row task_rows[] = {
	{ "id", "/Id", BMC_TEXT },
	{ "name", "/Name", BMC_TEXT },
	{ "state", "/TaskState|/JobState", BMC_WORD },
	{ "status", "/TaskStatus|/JobStatus", BMC_WORD },
	{ "percent", "/PercentComplete", BMC_INT },
	{ "startTime", "/StartTime", BMC_TIME },
	{ "endTime", "/EndTime|/CompletionTime", BMC_TIME },
	BMC_ROW_END
};

json_t *bmc_norm_firmware(const struct bmc_norm *norm, const json_t *raw)
{
	return bmc_map_new(norm, firmware_rows, raw);
}

json_t *bmc_norm_task(const struct bmc_norm *norm, const json_t *raw)
{
	json_t *out = bmc_map_new(norm, task_rows, raw), *list = json_array();
	const char *text = bmc_text(raw, "/Message");
	const json_t *one;
	size_t i;

	if (text)
		json_array_append_new(list, json_string(text));
	json_array_foreach(ms_at(raw, "/Messages"), i, one) {
		text = bmc_text(one, "/Message");
		if (!text)
			text = bmc_text(one, "/MessageId");
		if (text)
			json_array_append_new(list, json_string(text));
	}
	if (out && json_object_set(out, "messages", list))
		json_decref(ms_take(out));
	json_decref(list);
	return out;
}

int bmc_section_firmware(struct bmc_reading *rd, struct ms_err *err)
{
	json_auto_t *service = NULL, *out = json_array();
	int r = bmc_follow(rd->bmc, ms_redfish_root(rd->bmc->redfish), "/UpdateService", &service,
			   err);

	if (r > 0)
		r = bmc_collect(rd->bmc, &rd->norm, service, "/FirmwareInventory",
				bmc_norm_firmware, out, err);
	if (r <= 0)
		return r;
	return json_object_set(rd->facts, "firmware", out) ? ms_nomem(err) : 0;
}

/* Tasks of the TaskService; older service roots name the link Tasks as well.  Dell's jobs stand in
 * a list of its own. */
int bmc_section_tasks(struct bmc_reading *rd, struct ms_err *err)
{
	const json_t *root = ms_redfish_root(rd->bmc->redfish), *manager;
	json_auto_t *service = NULL, *out = json_array();
	int r = bmc_follow(rd->bmc, root, ms_at(root, "/TaskService") ? "/TaskService" : "/Tasks",
			   &service, err),
	    jobs = 0;

	if (r > 0)
		r = bmc_collect(rd->bmc, &rd->norm, service, "/Tasks", bmc_norm_task, out, err);
	if (r < 0)
		return r;
	manager = bmc_manager(rd->bmc);
	if (ms_at(manager, "/Links/Oem/Dell/Jobs"))
		jobs = bmc_collect(rd->bmc, &rd->norm, manager, "/Links/Oem/Dell/Jobs",
				   bmc_norm_task, out, err);
	if (jobs < 0)
		return jobs;
	return (r || jobs) && json_object_set(rd->facts, "tasks", out) ? ms_nomem(err) : 0;
}
