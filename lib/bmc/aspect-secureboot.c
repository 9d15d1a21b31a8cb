/* SPDX-License-Identifier: GPL-2.0-or-later */
/* secureboot.set: SecureBootEnable (DSP0268, SecureBoot), in force after a restart. */
#include "bmc/aspect.h"
#include "bmc/read.h"

static const char *const speaks[] = { "/secureBoot", NULL };
static const char *const after[] = { "boot.mode", "bios.set", NULL };
/* Secure Boot is UEFI's. */
static const char *const rests_on[] = { "/spec/boot/mode", "/spec/bios/boot_mode", NULL };

static json_t *view(const json_t *facts, const json_t *want)
{
	return bmc_view_members(facts, "/secureBoot", want);
}

static int want_secure(struct bmc_draft *draft, const struct bmc_aspect *aspect, struct ms_err *err)
{
	bool on = ms_bool(draft->spec, "/secureBoot", false);
	const json_t *now = bmc_draft_section(draft, "secureBoot", "/spec/secureBoot");

	if (!now)
		return 0;
	if (on && ms_streq(ms_str(now, "/mode", NULL), "SetupMode")) {
		ms_hint(bmc_draft_refuse(
				draft, MS_CONFLICT, "/spec/secureBoot",
				"Secure Boot is in SetupMode: no platform key is enrolled"),
			"enrol the vendor's keys: #SecureBoot.ResetKeys, ResetAllKeysToDefault");
		return 0;
	}
	if (bmc_stays_off(draft->spec, draft->facts)) {
		draft->note = "takes effect at the next power-on";
		return bmc_draft_add(draft, aspect, "none", json_pack("{s:b}", "enabled", on), err);
	}
	return bmc_draft_add(
		draft, aspect, NULL,
		json_pack("{s:b,s:s}", "enabled", on, "current", on ? "Enabled" : "Disabled"), err);
}

static int seen(struct bmc_device *device, void *ctx, struct ms_err *err)
{
	const json_t *want = ctx;
	json_auto_t *facts = NULL;
	int r = bmc_look(device->bmc, NULL, "secureBoot", &facts, err);

	return r ? r : ms_step_holds(json_object_get(facts, "secureBoot"), want);
}

static int stage_secure(struct bmc_device *device, const json_t *want, struct ms_err *err)
{
	const char *uri = ms_str(bmc_system(device->bmc), "/SecureBoot/@odata.id", "");
	json_t *enabled = json_object_get(want, "enabled");

	return bmc_patch(device->bmc, uri, json_pack("{s:O}", "SecureBootEnable", enabled), 60,
			 err);
}

static int act_secure(struct bmc_device *device, const json_t *want, const json_t *now,
		      struct ms_err *err)
{
	const char *uri = ms_str(bmc_system(device->bmc), "/SecureBoot/@odata.id", NULL);
	int r = 0;

	if (!uri)
		return ms_fail(err, -ENOENT, MS_NOTFOUND,
			       "this system has no SecureBoot resource any more");
	if (!ms_step_holds(json_object_get(now, "enabled"), json_object_get(want, "enabled")))
		r = bmc_patch(
			device->bmc, uri,
			json_pack("{s:O}", "SecureBootEnable", json_object_get(want, "enabled")),
			60, err);
	if (r || !json_object_get(want, "current"))
		return r;
	r = bmc_restart(device, err);
	return r ? r
		 : bmc_boot_wait(device, "Secure Boot to change after the restart", seen,
				 (void *)want, err);
}

const struct bmc_aspect bmc_aspect_secure_boot = {
	.action = "secureboot.set",
	.label = "Secure Boot",
	.risk = "reboot",
	.speaks = speaks,
	.section = "secureBoot",
	.after = after,
	.rests_on = rests_on,
	.undo = true,
	.want = want_secure,
	.view = view,
	.stage = stage_secure,
	.act = act_secure,
};
