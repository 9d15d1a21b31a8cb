/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Settings for the next boot (DSP0266 section 9.10): kept apart until POST, with or without a job
 * that must be made first.
 *
 * An entry of role "settings" says: of (path of what it changes), pending ("full": it shows every
 * value, "changed": only those that will change), job (a job must be scheduled, and while one is,
 * nothing more is taken), bios (values are checked by the attributes of the model), patch (rules
 * otherwise).
 */
#include "sim/engine.h"

static json_t *pending_of(struct sim_bmc *bmc, const char *path)
{
	return json_object_get(bmc->pending, path);
}

static json_t *pending_make(struct sim_bmc *bmc, const char *path)
{
	json_t *pending = pending_of(bmc, path);

	if (!bmc->pending)
		bmc->pending = json_object();
	if (!pending) {
		pending = json_pack("{s:{}}", "values");
		json_object_set_new(bmc->pending, path, pending);
	}
	sim_touch(&bmc->dev);
	return pending;
}

void sim_settings_show(struct sim_bmc *bmc, const char *path, const json_t *entry, json_t *body)
{
	const json_t *values = json_object_get(pending_of(bmc, path), "values");
	bool full = ms_streq(ms_str(entry, "/pending", "changed"), "full");
	const char *key;
	json_t *value;

	if (full) {
		json_auto_t *current = sim_read(bmc, ms_str(entry, "/of", ""));

		json_object_foreach(current, key, value)
			if (json_object_get(body, key) && *key != '@' && strcmp(key, "Id") &&
			    strcmp(key, "Name") && strcmp(key, "Actions") &&
			    strcmp(key, "Description"))
				json_object_set(body, key, value);
	}
	json_object_foreach((json_t *)values, key, value)
		json_object_set_new(body, key, sim_overlay_new(json_object_get(body, key), value));
}

/* ---- writing -----------------------------------------------------------------------------------
 */

static bool may_change(struct sim_req *req)
{
	const json_t *how = req->bmc->shape->model->behaviour;

	if (json_object_get(pending_of(req->bmc, req->path), "job")) {
		sim_say(req, "job_open", NULL, NULL);
		return false;
	}
	if (req->bmc->boot == SIM_BOOT_POST && ms_bool(how, "/bios/post_refuses", false)) {
		sim_say(req, "post", NULL, NULL);
		return false;
	}
	return true;
}

/* needs: {Attribute: {Other: Value}}: it can be written only while the other one has that value in
 * force. */
static bool needs_are_met(struct sim_req *req)
{
	json_auto_t *of = sim_read(req->bmc, ms_str(req->entry, "/of", ""));
	const json_t *now = json_object_get(of, "Attributes");
	const char *name, *other;
	json_t *conditions, *value;

	json_object_foreach(json_object_get(req->entry, "needs"), name, conditions) {
		if (!ms_at(req->json, "/Attributes/%s", name))
			continue;
		json_object_foreach(conditions, other, value) {
			if (json_equal(json_object_get(now, other), value))
				continue;
			sim_say(req, "dependency", name, name, other, NULL);
			return false;
		}
	}
	return true;
}

static bool rules_pass(struct sim_req *req)
{
	const json_t *rules = json_object_get(req->entry, "patch");

	if (ms_bool(req->entry, "/bios", false))
		return sim_bios_check(req);
	if (req->bmc->shape->dir || !rules)
		return true;
	return sim_validate(req, rules, req->json, "#") && needs_are_met(req);
}

/* "OnReset", or a text that the resource does not list. */
static bool apply_time(struct sim_req *req, const char **ret_time)
{
	const char *time = ms_str(req->json, "/@Redfish.SettingsApplyTime/ApplyTime", NULL);
	json_auto_t *of = NULL;
	json_t *word;
	size_t i;

	*ret_time = NULL;
	if (!time)
		return true;
	of = sim_read(req->bmc, ms_str(req->entry, "/of", ""));
	json_array_foreach(ms_at(of, "/@Redfish.Settings/SupportedApplyTimes"), i, word)
		if (ms_streq(json_string_value(word), time))
			*ret_time = time;
	if (*ret_time)
		return true;
	sim_say(req, "value", "#/@Redfish.SettingsApplyTime/ApplyTime", time, "ApplyTime", NULL);
	return false;
}

static void drop_equal(struct sim_bmc *bmc, const json_t *entry, json_t *values)
{
	json_auto_t *current = sim_read(bmc, ms_str(entry, "/of", ""));
	json_t *attributes = json_object_get(values, "Attributes"), *value;
	const char *key;
	void *tmp;

	json_object_foreach_safe(attributes, tmp, key, value)
		if (json_equal(value, json_object_get(json_object_get(current, "Attributes"), key)))
			json_object_del(attributes, key);
}

static void store(struct sim_req *req)
{
	json_t *pending = pending_make(req->bmc, req->path), *values;
	const char *key;
	json_t *value;
	void *tmp;

	json_object_foreach_safe(req->json, tmp, key, value)
		if (strchr(key, '@'))
			json_object_del(req->json, key);
	values = sim_overlay_new(json_object_get(pending, "values"), req->json);
	drop_equal(req->bmc, req->entry, values);
	json_object_set_new(pending, "values", values);
}

static bool make_job(struct sim_req *req, const char *settings, const json_t *entry)
{
	char path[SIM_PATH_MAX];
	const char *name = ms_str(entry, "/job", "Configure");

	if (sim_task_new(req->bmc, "job", name, -1, NULL, path)) {
		sim_say(req, "internal", NULL, NULL);
		return false;
	}
	json_object_set_new(pending_make(req->bmc, settings), "job", json_string(path));
	sim_task_accept(req, path);
	return true;
}

void sim_settings_patch(struct sim_req *req)
{
	const char *time;
	bool job = json_object_get(req->entry, "job") != NULL;

	if (!may_change(req) || !rules_pass(req) || !apply_time(req, &time))
		return;
	store(req);
	if (job && time)
		make_job(req, req->path, req->entry);
	else
		sim_done(req,
			 (unsigned)ms_int(req->bmc->shape->model->behaviour, "/patch_status", 200));
}

/* POST to the job collection: {"TargetSettingsURI": PATH}. */
void sim_settings_job(struct sim_req *req)
{
	const char *path = ms_str(req->json, "/TargetSettingsURI", NULL);
	const json_t *entry = path ? sim_entry(req->bmc, path, &path) : NULL, *pending;

	if (!sim_has_role(entry, "settings")) {
		sim_say(req, "missing", NULL, "TargetSettingsURI", NULL);
		return;
	}
	pending = pending_of(req->bmc, path);
	if (json_object_get(pending, "job"))
		sim_say(req, "job_open", NULL, NULL);
	else if (!pending)
		sim_say(req, "nothing_pending", NULL, NULL);
	else
		make_job(req, path, entry);
}

/* An action that forgets what is pending. */
void sim_settings_clear(struct sim_req *req)
{
	const char *target = json_string_value(
		json_object_get(json_object_get(req->bmc->shape->targets, req->path), "resource"));

	if (json_object_get(pending_of(req->bmc, target), "job")) {
		sim_say(req, "job_open", NULL, NULL);
		return;
	}
	json_object_del(req->bmc->pending, target);
	sim_touch(&req->bmc->dev);
	sim_done(req, 200);
}

/* A deleted job takes what it was for with it. */
void sim_settings_forget_job(struct sim_bmc *bmc, const char *job)
{
	const char *path;
	json_t *pending;
	void *tmp;

	json_object_foreach_safe(bmc->pending, tmp, path, pending)
		if (ms_streq(ms_str(pending, "/job", NULL), job))
			json_object_del(bmc->pending, path);
}

/* ---- POST --------------------------------------------------------------------------------------
 */

static bool counts(struct sim_bmc *bmc, const char *path, const json_t *pending)
{
	const json_t *entry = sim_entry(bmc, path, NULL);

	return entry && (!json_object_get(entry, "job") || json_object_get(pending, "job") ||
			 ms_bool(pending, "/force", false));
}

void sim_settings_running(struct sim_bmc *bmc)
{
	const char *path;
	json_t *pending;

	json_object_foreach(bmc->pending, path, pending)
		if (json_object_get(pending, "job"))
			sim_task_set(bmc, ms_str(pending, "/job", ""), "Running", 30);
}

static void apply_one(struct sim_bmc *bmc, const char *path, const json_t *pending)
{
	const json_t *entry = sim_entry(bmc, path, NULL);
	const char *job = ms_str(pending, "/job", NULL);

	sim_write(bmc, ms_str(entry, "/of", ""),
		  json_deep_copy(json_object_get(pending, "values")));
	if (job)
		sim_task_set(bmc, job, "Completed", 100);
	sim_log(bmc, "configuration", "OK", "Configuration changes were applied.");
}

static void apply_secure_boot(struct sim_bmc *bmc)
{
	const char *path = sim_role_path(bmc, "secure_boot");
	json_auto_t *body = *path ? sim_read(bmc, path) : NULL;
	const char *now = ms_bool(body, "/SecureBootEnable", false) ? "Enabled" : "Disabled";

	if (body && strcmp(now, ms_str(body, "/SecureBootCurrentBoot", "")))
		sim_write(bmc, path, json_pack("{s:s}", "SecureBootCurrentBoot", now));
}

/* POST is over: what waited for it is in force now. */
void sim_settings_apply(struct sim_bmc *bmc)
{
	json_auto_t *all = bmc->pending;
	const char *path;
	json_t *pending;

	bmc->pending = NULL;
	json_object_foreach(all, path, pending) {
		if (counts(bmc, path, pending)) {
			apply_one(bmc, path, pending);
			continue;
		}
		if (!bmc->pending)
			bmc->pending = json_object();
		json_object_set(bmc->pending, path, pending);
	}
	apply_secure_boot(bmc);
}

/* Values that the next boot takes without a job. */
void sim_settings_force(struct sim_bmc *bmc, json_t *values)
{
	json_t *pending = pending_make(bmc, sim_role_path(bmc, "settings"));

	json_object_set_new(pending, "values", values);
	json_object_set_new(pending, "force", json_true());
}
