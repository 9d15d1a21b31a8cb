/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boot override: what each vendor wants to be sent with it, and that a boot uses it up.
 */
#include "sim/engine.h"

static const char *override(const struct sim_req *req, const char *name)
{
	return ms_str(ms_at(req->json, "/Boot"), name, NULL);
}

/* AMI: mode, enabled and target together or not at all. */
static bool check_together(struct sim_req *req)
{
	static const char *const names[] = { "/BootSourceOverrideTarget",
					     "/BootSourceOverrideEnabled",
					     "/BootSourceOverrideMode", NULL };
	bool some = override(req, names[0]) || override(req, names[1]) || override(req, names[2]);

	for (const char *const *name = names; some && *name; name++) {
		if (override(req, *name))
			continue;
		sim_say(req, "missing", "#/Boot", *name + 1, NULL);
		return false;
	}
	return true;
}

/* Supermicro: a target without the word Enabled does nothing good, and the mode falls back to
 * Legacy if it is left out. */
static bool check_echo(struct sim_req *req)
{
	json_t *boot = json_object_get(req->json, "Boot");

	if (!override(req, "/BootSourceOverrideTarget"))
		return true;
	if (!override(req, "/BootSourceOverrideEnabled")) {
		sim_say(req, "missing", "#/Boot", "BootSourceOverrideEnabled", NULL);
		return false;
	}
	if (!override(req, "/BootSourceOverrideMode"))
		json_object_set_new(boot, "BootSourceOverrideMode", json_string("Legacy"));
	return true;
}

/* A UEFI target needs a path to boot from, in the request or from before. */
static bool check_target(struct sim_req *req)
{
	json_auto_t *body = NULL;

	if (!ms_streq(override(req, "/BootSourceOverrideTarget"), "UefiTarget") ||
	    override(req, "/UefiTargetBootSourceOverride"))
		return true;
	body = sim_read(req->bmc, req->path);
	if (ms_str(body, "/Boot/UefiTargetBootSourceOverride", NULL))
		return true;
	sim_say(req, "missing", "#/Boot", "UefiTargetBootSourceOverride", NULL);
	return false;
}

/* Setting a target without saying when means once; taking it away means never. */
static void fill_enabled(struct sim_req *req)
{
	const char *target = override(req, "/BootSourceOverrideTarget");
	json_t *boot = json_object_get(req->json, "Boot");

	if (!target || override(req, "/BootSourceOverrideEnabled"))
		return;
	json_object_set_new(boot, "BootSourceOverrideEnabled",
			    json_string(strcmp(target, "None") ? "Once" : "Disabled"));
}

static bool order_is_known(struct sim_req *req)
{
	const json_t *order = ms_at(req->json, "/Boot/BootOrder");
	json_auto_t *body = NULL;
	json_t *word, *known;
	size_t i, j;

	if (!order)
		return true;
	body = sim_read(req->bmc, req->path);
	json_array_foreach(order, i, word) {
		bool found = false;

		json_array_foreach(ms_at(body, "/Boot/BootOrder"), j, known)
			found = found || json_equal(word, known);
		if (found)
			continue;
		sim_say(req, "value", "#/Boot/BootOrder", json_string_value(word), "BootOrder",
			NULL);
		return false;
	}
	return true;
}

/* True: the change may be written. */
bool sim_boot_patch(struct sim_req *req)
{
	const char *how = ms_str(req->bmc->shape->model->behaviour, "/boot/override", "changed");

	if (!json_is_object(json_object_get(req->json, "Boot")))
		return true;
	if (req->bmc->boot == SIM_BOOT_POST &&
	    ms_bool(req->bmc->shape->model->behaviour, "/boot/post_refuses", false)) {
		sim_say(req, "post", NULL, NULL);
		return false;
	}
	if (!strcmp(how, "together") && !check_together(req))
		return false;
	if (!strcmp(how, "echo") && !check_echo(req))
		return false;
	if (!check_target(req) || !order_is_known(req))
		return false;
	fill_enabled(req);
	return true;
}

static void remember(struct sim_bmc *bmc, const char *target)
{
	free(bmc->booted_from);
	bmc->booted_from = strdup(target);
}

/* At the end of POST: an override for once is used up. */
void sim_boot_consume(struct sim_bmc *bmc)
{
	const char *where = sim_role_path(bmc, "boot");
	json_auto_t *system = sim_read(bmc,
				       *where ? where : (where = sim_role_path(bmc, "system")));
	const json_t *boot = json_object_get(system, "Boot");
	const char *enabled = ms_str(boot, "/BootSourceOverrideEnabled", "Disabled");

	if (!strcmp(enabled, "Disabled")) {
		remember(bmc, "BootOrder");
		return;
	}
	remember(bmc, ms_str(boot, "/BootSourceOverrideTarget", "None"));
	if (!strcmp(enabled, "Once"))
		sim_write(bmc, where,
			  json_pack("{s:{s:s, s:s}}", "Boot", "BootSourceOverrideEnabled",
				    "Disabled", "BootSourceOverrideTarget", "None"));
}
