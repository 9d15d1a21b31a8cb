/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * UpdateService.SimpleUpdate: a task, at whose end the component named by Targets has another
 * version.  The image is not fetched: the version is what stands in its name ("BIOS_1.9.2.EXE"), as
 * a rehearsal wants it.
 */
#include <ctype.h>
#include "sim/engine.h"

/* The first run of digits and dots that looks like a version. */
static char *version_in(const char *uri)
{
	const char *name = strrchr(uri, '/');

	for (const char *at = name ? name + 1 : uri; *at; at++) {
		size_t n = strspn(at, "0123456789.");

		if (n >= 3 && memchr(at, '.', n)) {
			while (n && at[n - 1] == '.')
				n--;
			return strndup(at, n);
		}
		if (n)
			at += n - 1;
	}
	return strdup("99.0.0");
}

void sim_update_install(struct sim_device *dev, const json_t *arg)
{
	struct sim_bmc *bmc = sim_bmc_of(dev);
	const char *path = ms_str(arg, "/target", "");

	if (!sim_entry(bmc, path, NULL))
		return;
	sim_write(bmc, path, json_pack("{s:s}", "Version", ms_str(arg, "/version", "")));
	sim_log(bmc, "update", "OK", "Firmware was updated.");
}

void sim_update(struct sim_req *req)
{
	const char *uri = ms_str(req->json, "/ImageURI", NULL), *target;
	double seconds = (double)ms_int(req->bmc->shape->model->behaviour, "/update/seconds", 120);
	json_auto_t *service = sim_read(req->bmc, sim_role_path(req->bmc, "firmware"));
	char path[SIM_PATH_MAX];
	char *version;

	if (!uri || !strchr(uri, '/')) {
		sim_say(req, "action_missing", NULL, "UpdateService.SimpleUpdate", "ImageURI",
			NULL);
		return;
	}
	target = json_string_value(json_array_get(json_object_get(req->json, "Targets"), 0));
	if (!target)
		target = ms_str(json_array_get(json_object_get(service, "Members"), 0),
				"/@odata.id", "");
	version = version_in(uri);
	if (sim_task_new(req->bmc, "task", "Firmware Update", seconds,
			 json_pack("{s:s, s:{s:s, s:s}}", "event", "update", "arg", "target",
				   target, "version", version ? version : ""),
			 path))
		sim_say(req, "internal", NULL, NULL);
	else
		sim_task_accept(req, path);
	free(version);
}
