/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Actions: found by the target that a resource shows, their parameters held against what it says it
 * allows.
 */
#include <strings.h>
#include "sim/engine.h"

static const json_t *target_of(const struct sim_req *req)
{
	const json_t *target = json_object_get(req->bmc->shape->targets, req->path);
	const char *key;
	json_t *value;

	if (target || !req->bmc->shape->folded)
		return target;
	json_object_foreach(req->bmc->shape->targets, key, value)
		if (!strcasecmp(key, req->path))
			return value;
	return NULL;
}

static void done_200(struct sim_req *req)
{
	sim_done(req, 200);
}

/* The job that JobID names, else every one, and what was waiting for it. */
static void delete_jobs(struct sim_req *req)
{
	const char *id = ms_str(req->json, "/JobID", "JID_CLEARALL");
	bool all = ms_starts(id, "JID_CLEARALL");
	const char *path;
	json_t *entry;
	void *tmp;

	json_object_foreach_safe(req->bmc->over, tmp, path, entry) {
		if (!sim_has_role(entry, "task") || (!all && strcmp(strrchr(path, '/') + 1, id)))
			continue;
		sim_settings_forget_job(req->bmc, path);
		json_object_del(req->bmc->over, path);
	}
	sim_touch(&req->bmc->dev);
	sim_done(req, 200);
}

static void reset_keys(struct sim_req *req)
{
	sim_log(req->bmc, "configuration", "Warning", "Secure Boot keys were reset.");
	sim_done(req, 200);
}

/* BlueField: a mode that counts after the host was switched off and on. */
static void set_oem(struct sim_req *req)
{
	const char *resource = ms_str(target_of(req), "/resource", "");

	sim_write(req->bmc, resource, json_deep_copy(req->json));
	sim_done(req, 200);
}

/* Ends of action names, as they stand in Actions. */
static const struct { const char *end; void (*fn)(struct sim_req *req);
} actions[] = {
	{ "ComputerSystem.Reset", sim_power_reset },
	{ "Chassis.Reset", sim_power_reset },
	{ "Manager.Reset", sim_manager_reset },
	{ "Bios.ResetBios", sim_bios_reset },
	{ "Bios.ChangePassword", sim_bios_password },
	{ ".ClearPending", sim_settings_clear },
	{ "VirtualMedia.InsertMedia", sim_media_insert },
	{ "VirtualMedia.EjectMedia", sim_media_eject },
	{ "LogService.ClearLog", sim_log_clear },
	{ ".GenerateCSR", sim_csr },
	{ ".ReplaceCertificate", sim_cert_replace },
	{ ".ImportCertificate", sim_cert_replace },
	{ "UpdateService.SimpleUpdate", sim_update },
	{ ".DeleteJobQueue", delete_jobs },
	{ "SecureBoot.ResetKeys", reset_keys },
	{ "EventService.SubmitTestEvent", sim_test_event },
	{ "Drive.SecureErase", done_200 },
	{ "Mode.Set", set_oem },
	{ "HostRshim.Set", set_oem },
};

static void (*find(const char *name))(struct sim_req *req)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < MS_ARRAY_SIZE(actions); i++) {
		size_t len = strlen(actions[i].end);

		if (len <= n && !strcmp(name + n - len, actions[i].end))
			return actions[i].fn;
	}
	return NULL;
}

/* {"@Redfish.ActionInfo": ...} names a resource that lists what the parameters may be. */
static json_t *from_info(struct sim_bmc *bmc, const json_t *action, const char *parameter)
{
	const char *path = ms_str(action, "/@Redfish.ActionInfo", NULL);
	json_auto_t *info = path ? sim_read(bmc, path) : NULL;
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(info, "Parameters"), i, row)
		if (ms_streq(ms_str(row, "/Name", NULL), parameter))
			return json_incref(json_object_get(row, "AllowableValues"));
	return NULL;
}

static json_t *allowable(struct sim_bmc *bmc, const json_t *action, const char *parameter)
{
	char key[96];
	json_t *inside;

	snprintf(key, sizeof(key), "%s@Redfish.AllowableValues", parameter);
	inside = json_object_get(action, key);
	return inside ? json_incref(inside) : from_info(bmc, action, parameter);
}

static bool values_pass(struct sim_req *req, const json_t *action)
{
	const char *name;
	json_t *value, *word;
	size_t i;

	json_object_foreach(req->json, name, value) {
		json_auto_t *words = allowable(req->bmc, action, name);
		bool found = !json_array_size(words);

		json_array_foreach(words, i, word)
			found = found || json_equal(word, value);
		if (found)
			continue;
		sim_say(req, "action_value", NULL,
			json_is_string(value) ? json_string_value(value) : "", name, NULL);
		return false;
	}
	return true;
}

/* An empty request where the service wants "{}". */
static bool body_passes(struct sim_req *req)
{
	if (req->json || !ms_bool(req->bmc->shape->model->behaviour, "/empty_body", false))
		return true;
	sim_say(req, "malformed", NULL, NULL);
	return false;
}

void sim_action(struct sim_req *req)
{
	const json_t *target = target_of(req);
	const char *name = ms_str(target, "/action", ""),
		   *resource = ms_str(target, "/resource", "");
	const json_t *entry = target ? sim_entry(req->bmc, resource, NULL) : NULL;
	const char *licence = ms_str(entry, "/license_write", ms_str(entry, "/license", NULL));
	void (*fn)(struct sim_req *req) = find(name);

	if (!entry)
		sim_say(req, "action_unknown", NULL, strrchr(req->path, '/') + 1, NULL);
	else if (licence)
		sim_say(req, "license", NULL, licence, NULL);
	else if (!body_passes(req) || !values_pass(req, json_object_get(target, "allow")))
		return;
	else if (!fn)
		sim_say(req, "action_unknown", NULL, name, NULL);
	else
		fn(req);
}
