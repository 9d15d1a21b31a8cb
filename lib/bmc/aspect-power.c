/* SPDX-License-Identifier: GPL-2.0-or-later */
/* power.set, power.restore and asset.set: members of the ComputerSystem. */
#include "bmc/aspect.h"
#include "bmc/read.h"

static const char *const speaks_power[] = { "/power", NULL };
static const char *const speaks_restore[] = { "/powerRestore", NULL };
static const char *const speaks_asset[] = { "/assetTag", NULL };
static const char *const after_boot[] = { "boot.mode",	"bios.set",  "nic.set", "secureboot.set",
					  "boot.order", "boot.once", NULL };
/* A machine that is switched on boots: from elsewhere, if the wish of where from was refused. */
static const char *const rests_on_once[] = { "/spec/boot/once", NULL };

static json_t *view_power(const json_t *facts, const json_t *want)
{
	return bmc_view_members(facts, "/power", want);
}

static json_t *view_asset(const json_t *facts, const json_t *want)
{
	return bmc_view_members(facts, "/system", want);
}

static int want_power(struct bmc_draft *draft, const struct bmc_aspect *aspect, struct ms_err *err)
{
	bool on = ms_streq(ms_str(draft->spec, "/power", NULL), "on");

	if (!bmc_draft_section(draft, "power", "/spec/power"))
		return 0;
	return bmc_draft_add(draft, aspect, on ? "none" : "reboot",
			     json_pack("{s:s}", "state", on ? "On" : "Off"), err);
}

static int act_power(struct bmc_device *device, const json_t *want, const json_t *now,
		     struct ms_err *err)
{
	(void)now;
	return bmc_power_to(device->bmc, ms_streq(ms_str(want, "/state", NULL), "On"),
			    device->env->force, 0, err);
}

static int want_restore(struct bmc_draft *draft, const struct bmc_aspect *aspect,
			struct ms_err *err)
{
	json_t *power = bmc_draft_section(draft, "power", "/spec/powerRestore");
	struct ms_err *problem;

	if (!power)
		return 0;
	if (!json_object_get(power, "restorePolicy")) {
		problem = bmc_draft_refuse(draft, MS_UNSUPPORTED, "/spec/powerRestore",
					   "this BMC has no PowerRestorePolicy");
		ms_hint(problem,
			"leave powerRestore out; some have it in the BIOS (AcPwrRcvry)");
		return 0;
	}
	return bmc_draft_add(
		draft, aspect, NULL,
		json_pack("{s:s}", "restorePolicy", ms_str(draft->spec, "/powerRestore", "")), err);
}

static int act_restore(struct bmc_device *device, const json_t *want, const json_t *now,
		       struct ms_err *err)
{
	(void)now;
	return bmc_patch(
		device->bmc, ms_str(bmc_system(device->bmc), "/@odata.id", ""),
		json_pack("{s:O}", "PowerRestorePolicy", json_object_get(want, "restorePolicy")),
		60, err);
}

static int want_asset(struct bmc_draft *draft, const struct bmc_aspect *aspect, struct ms_err *err)
{
	if (!bmc_draft_section(draft, "system", "/spec/assetTag"))
		return 0;
	return bmc_draft_add(draft, aspect, NULL,
			     json_pack("{s:s}", "assetTag", ms_str(draft->spec, "/assetTag", "")),
			     err);
}

static int act_asset(struct bmc_device *device, const json_t *want, const json_t *now,
		     struct ms_err *err)
{
	(void)now;
	return bmc_patch(device->bmc, ms_str(bmc_system(device->bmc), "/@odata.id", ""),
			 json_pack("{s:O}", "AssetTag", json_object_get(want, "assetTag")), 60,
			 err);
}

const struct bmc_aspect bmc_aspect_power = {
	.action = "power.set",
	.label = "power",
	.risk = "none",
	.speaks = speaks_power,
	.section = "power",
	.after = after_boot,
	.rests_on = rests_on_once,
	.undo = true,
	.want = want_power,
	.view = view_power,
	.act = act_power,
};
const struct bmc_aspect bmc_aspect_restore = {
	.action = "power.restore",
	.label = "power",
	.risk = "none",
	.speaks = speaks_restore,
	.section = "power",
	.undo = true,
	.want = want_restore,
	.view = view_power,
	.act = act_restore,
};
const struct bmc_aspect bmc_aspect_asset = {
	.action = "asset.set",
	.label = "system",
	.risk = "none",
	.speaks = speaks_asset,
	.section = "system",
	.undo = true,
	.want = want_asset,
	.view = view_asset,
	.act = act_asset,
};
