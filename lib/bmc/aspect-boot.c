/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * boot.mode, boot.order and boot.once: members of ComputerSystem.Boot (DSP0268), written where the
 * BMC wants them (the settings object when that has a Boot of its own) and in the form that its
 * quirk names.
 */
#include "bmc/aspect.h"
#include "bmc/read.h"

static const char *const speaks_mode[] = { "/boot/mode", NULL };
static const char *const speaks_order[] = { "/boot/order", NULL };
static const char *const speaks_once[] = { "/boot/once", NULL };
/* Boot options come and go with BIOS and NIC settings. */
static const char *const after_settings[] = { "boot.mode", "bios.set", "nic.set", "secureboot.set",
					      NULL };
static const char *const after_order[] = { "boot.mode",	     "bios.set",   "nic.set",
					   "secureboot.set", "boot.order", NULL };

/* Our words and Redfish's; a second row of a word is its other name (Supermicro's virtual CD). */
static const struct { const char *word, *target;
} targets[] = {
	{ "none", "None" }, { "pxe", "Pxe" },  { "http", "UefiHttp" }, { "disk", "Hdd" },
	{ "cd", "Cd" }, { "cd", "UsbCd" }, { "usb", "Usb" }, { "setup", "BiosSetup" },
};

static json_t *view_boot(const json_t *facts, const json_t *want)
{
	json_t *view = bmc_view_members(facts, "/boot", want), *part;

	if (view && json_object_get(want, "override")) {
		part = bmc_view_members(facts, "/boot/override", json_object_get(want, "override"));
		if (!part || json_object_set_new(view, "override", part))
			return json_decref(view), NULL;
	}
	return view;
}

/* ---- mode ---- */

static bool has_word(const json_t *words, const char *word)
{
	size_t i;
	json_t *one;

	json_array_foreach(words, i, one)
		if (ms_streq(json_string_value(one), word))
			return true;
	return false;
}

/* Only firmware without a BIOS attribute for it is asked here; the others are bios.set. */
static int want_mode(struct bmc_draft *draft, const struct bmc_aspect *aspect, struct ms_err *err)
{
	const char *mode = ms_streq(ms_str(draft->spec, "/boot/mode", NULL), "uefi") ? "UEFI"
										     : "Legacy",
		   *now;
	const json_t *boot;

	if (bmc_bios_has(draft->vendor, "boot_mode", ms_at(draft->facts, "/bios/attributes")))
		return 0;
	boot = bmc_draft_section(draft, "boot", "/spec/boot/mode");
	now = ms_str(boot, "/override/mode", NULL);
	if (!boot || ms_streq(now, mode))
		return 0;
	if (has_word(ms_at(boot, "/override/modes"), mode))
		return bmc_draft_add(draft, aspect, NULL,
				     json_pack("{s:{s:s}}", "override", "mode", mode), err);
	/* UEFI only: it numbers its boot options as UEFI does. */
	if (!now && !strcmp(mode, "UEFI") && ms_starts(ms_str(boot, "/order/0", ""), "Boot0"))
		return 0;
	bmc_draft_refuse(draft, MS_UNSUPPORTED, "/spec/boot/mode",
			 "this machine has no setting for the boot mode%s%s",
			 now ? "; it boots in mode " : "", now ? now : "");
	return 0;
}

static const char *boot_uri(const struct bmc *bmc, const json_t *facts)
{
	return ms_str(facts, "/boot/uri", ms_str(bmc_system(bmc), "/@odata.id", ""));
}

/* PATCH Boot (taken) where the BMC wants it; some show a settings object that they do not take it
 * in. */
static int patch_boot(struct bmc *bmc, const json_t *facts, json_t *boot, unsigned seconds,
		      struct ms_err *err)
{
	json_auto_t *body = boot ? json_pack("{s:o}", "Boot", boot) : NULL;
	MS_AUTO_FREE char *system = strdup(ms_str(bmc_system(bmc), "/@odata.id", ""));
	const char *uri = boot_uri(bmc, facts);
	int r;

	if (!body || !system)
		return ms_nomem(err);
	r = bmc_patch(bmc, uri, json_incref(body), seconds, err);
	if (!r || (err->code != MS_UNSUPPORTED && err->code != MS_NOTFOUND) || !strcmp(uri, system))
		return r;
	ms_err_clear(err);
	return bmc_patch(bmc, system, json_incref(body), seconds, err);
}

static int act_mode(struct bmc_device *device, const json_t *want, const json_t *now,
		    struct ms_err *err)
{
	json_auto_t *facts = NULL;
	int r = bmc_look(device->bmc, NULL, "boot", &facts, err);

	(void)now;
	if (!r)
		r = patch_boot(device->bmc, facts,
			       json_pack("{s:O}", "BootSourceOverrideMode",
					 ms_at(want, "/override/mode")),
			       0, err);
	return r || bmc_stays_off(ms_at(device->target, "/spec"),
				  ms_at(device->target, "/status/bmc"))
		       ? r
		       : bmc_restart(device, err);
}

/* ---- order ---- */

static bool says(const json_t *option, const char *pointer, const char *part)
{
	return strcasestr(ms_str(option, pointer, ""), part) != NULL;
}

static bool says_any(const json_t *option, const char *pointer, const char *const *parts)
{
	for (; *parts; parts++)
		if (says(option, pointer, *parts))
			return true;
	return false;
}

/* The kind of a boot option: its UEFI device path (UEFI 2.10, 10.3) is surest, then Alias, then its
 * name. */
static const char *option_word(const json_t *option)
{
	static const char *const disk_paths[] = { "HD(",  "NVMe(", "Sata(", "Scsi(",
						  "SAS(", "eMMC(", "SD(",   NULL };
	static const char *const disk_names[] = { "hard disk", "harddisk", "hard drive", "NVMe",
						  "SSD",       "RAID",	   NULL };
	const char *path = "/uefiDevicePath", *name = "/displayName";
	const char *alias = ms_str(option, "/alias", "");
	size_t i;

	if (says(option, path, "/Uri(") || says(option, name, "HTTP"))
		return "http";
	if (says(option, path, "MAC(") || says(option, name, "PXE") ||
	    says(option, name, "network"))
		return "pxe";
	if (says(option, path, "CDROM(") || says(option, name, "CD/DVD") ||
	    says(option, name, "Virtual CD"))
		return "cd";
	if (says(option, path, "USB("))
		return "usb";
	if (says_any(option, path, disk_paths))
		return "disk";
	for (i = 1; i < MS_ARRAY_SIZE(targets); i++)
		if (!strcmp(alias, targets[i].target))
			return targets[i].word;
	if (says_any(option, name, disk_names))
		return "disk";
	return says(option, name, "USB") ? "usb" : "";
}

static const json_t *option_of(const json_t *boot, const char *reference)
{
	size_t i;
	json_t *option;

	json_array_foreach(json_object_get(boot, "options"), i, option)
		if (ms_streq(ms_str(option, "/reference", NULL), reference))
			return option;
	return NULL;
}

static bool fits(const json_t *boot, const char *reference, const char *word)
{
	const json_t *option = option_of(boot, reference);

	return !strcmp(reference, word) ||
	       (option && (!strcmp(option_word(option), word) ||
			   ms_streq(ms_str(option, "/displayName", NULL), word)));
}

/* Move everything in `left` that the word means to the end of `order`; how many that were. */
static size_t take_word(const json_t *boot, const char *word, json_t *left, json_t *order)
{
	size_t i = 0, n = 0;

	while (i < json_array_size(left)) {
		json_t *reference = json_array_get(left, i);

		if (!json_is_string(reference) || !fits(boot, json_string_value(reference), word)) {
			i++;
			continue;
		}
		json_array_append(order, reference);
		json_array_remove(left, i);
		n++;
	}
	return n;
}

static int want_order(struct bmc_draft *draft, const struct bmc_aspect *aspect, struct ms_err *err)
{
	const json_t *boot = bmc_draft_section(draft, "boot", "/spec/boot/order");
	json_auto_t *left = json_copy(ms_at(boot, "/order")), *order = json_array();
	char pointer[64];
	size_t i, refused = draft->refused.n;
	json_t *word;

	if (!boot)
		return 0;
	if (!left) {
		bmc_draft_refuse(draft, MS_UNSUPPORTED, "/spec/boot/order",
				 "this BMC shows no BootOrder");
		return 0;
	}
	json_array_foreach(ms_at(draft->spec, "/boot/order"), i, word) {
		snprintf(pointer, sizeof pointer, "/spec/boot/order/%zu", i);
		if (take_word(boot, json_string_value(word), left, order))
			continue;
		ms_hint(bmc_draft_refuse(draft, MS_NOTFOUND, pointer,
					 "no boot option of this machine is \"%s\"",
					 json_string_value(word)),
			"msctl-bmc get --only boot -o json | jq '.status.bmc.boot.options'");
	}
	/* An order with a gap is another order. */
	if (draft->refused.n > refused)
		return 0;
	if (json_array_extend(order, left))
		return ms_nomem(err);
	return bmc_draft_add(draft, aspect, NULL, json_pack("{s:O}", "order", order), err);
}

/* XCC takes the order in its settings object although the override is not there. */
static int act_order(struct bmc_device *device, const json_t *want, const json_t *now,
		     struct ms_err *err)
{
	struct bmc *bmc = device->bmc;
	json_auto_t *facts = NULL, *settings = NULL;
	json_t *order = json_object_get(want, "order");
	int r = bmc_look(bmc, NULL, "boot", &facts, err);

	(void)now;
	if (!r)
		r = bmc_follow(bmc, bmc_system(bmc), "/@Redfish.Settings/SettingsObject", &settings,
			       err);
	if (r > 0 && ms_at(settings, "/Boot/BootOrder") &&
	    ms_put(facts, "/boot/uri", json_string(ms_str(settings, "/@odata.id", ""))))
		return ms_nomem(err);
	if (r < 0)
		return r;
	return patch_boot(bmc, facts, json_pack("{s:O}", "BootOrder", order), 0, err);
}

/* ---- once ---- */

/* The target that this machine offers for a word; NULL when it offers none. */
static const char *target_for(const json_t *boot, const char *word)
{
	const json_t *offered = ms_at(boot, "/override/targets");
	const char *first = NULL;
	size_t i;

	for (i = 0; i < MS_ARRAY_SIZE(targets); i++) {
		if (strcmp(targets[i].word, word))
			continue;
		if (has_word(offered, targets[i].target))
			return targets[i].target;
		if (!first)
			first = targets[i].target;
	}
	return json_array_size(offered) ? NULL : first;
}

static json_t *once_body(const char *target, const char *uri)
{
	json_t *body;

	if (!strcmp(target, "None"))
		return json_pack("{s:{s:s}}", "override", "enabled", "Disabled");
	body = json_pack("{s:{s:s,s:s}}", "override", "enabled", "Once", "target", target);
	if (body && uri && !strcmp(target, "UefiHttp"))
		json_object_set_new(json_object_get(body, "override"), "httpBootUri",
				    json_string(uri));
	return body;
}

static int want_once(struct bmc_draft *draft, const struct bmc_aspect *aspect, struct ms_err *err)
{
	const json_t *boot = bmc_draft_section(draft, "boot", "/spec/boot/once");
	const char *word = ms_str(draft->spec, "/boot/once", "none"), *target;
	MS_AUTO_BUF struct ms_buf offered = { 0 };

	if (!boot)
		return 0;
	target = strcmp(word, "none") ? target_for(boot, word) : "None";
	if (!target) {
		bmc_say_value(&offered, ms_at(boot, "/override/targets"));
		bmc_draft_refuse(draft, MS_UNSUPPORTED, "/spec/boot/once",
				 "this machine cannot boot once from \"%s\"; it offers %s", word,
				 offered.data ? offered.data : "nothing");
		return 0;
	}
	return bmc_draft_add(draft, aspect, NULL,
			     once_body(target, ms_str(draft->spec, "/boot/httpUri", NULL)), err);
}

/* Mode is echoed for those who want all three; what is null stays with UEFI. */
static json_t *override_patch(const struct bmc *bmc, const json_t *want, const json_t *now)
{
	enum ms_rf_boot form = ms_redfish_quirks(bmc->redfish)->boot;
	json_t *target = json_object_get(want, "target"),
	       *uri = json_object_get(want, "httpBootUri");
	json_t *boot = json_object();
	int bad = 0;

	if (target &&
	    (form != MS_RF_BOOT_CHANGED || !json_equal(target, json_object_get(now, "target"))))
		bad |= json_object_set(boot, "BootSourceOverrideTarget", target);
	if (form != MS_RF_BOOT_TARGET_ONLY || !target)
		bad |= json_object_set(boot, "BootSourceOverrideEnabled",
				       json_object_get(want, "enabled"));
	if (form == MS_RF_BOOT_ALL || form == MS_RF_BOOT_ECHO_MODE)
		bad |= json_object_set_new(boot, "BootSourceOverrideMode",
					   json_string(ms_str(now, "/mode", "UEFI")));
	if (uri)
		bad |= json_object_set(boot, "HttpBootUri", uri);
	if (bad)
		return json_decref(boot), NULL;
	return boot;
}

static int override_set(struct bmc *bmc, const json_t *want, struct ms_err *err)
{
	bool target_only = ms_redfish_quirks(bmc->redfish)->boot == MS_RF_BOOT_TARGET_ONLY;
	json_t *enabled = json_object_get(want, "enabled");
	json_auto_t *facts = NULL, *after = NULL;
	int r = bmc_look(bmc, NULL, "boot", &facts, err);

	if (!r)
		r = patch_boot(bmc, facts,
			       override_patch(bmc, want, ms_at(facts, "/boot/override")), 60, err);
	if (r || !target_only)
		return r;
	/* The target may have left Enabled as it was: then that goes by itself. */
	r = bmc_look(bmc, NULL, "boot", &after, err);
	if (r || ms_step_holds(ms_at(after, "/boot/override/enabled"), enabled))
		return r;
	return patch_boot(bmc, after, json_pack("{s:O}", "BootSourceOverrideEnabled", enabled), 60,
			  err);
}

static int check_uri(const struct bmc *bmc, const json_t *want, struct ms_err *err)
{
	const json_t *boot = json_object_get(bmc_system(bmc), "Boot");

	if (!json_object_get(want, "httpBootUri") || json_object_get(boot, "HttpBootUri"))
		return 0;
	ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED, "this BMC has no HttpBootUri");
	ms_hint(err,
		"set the URI as a BIOS attribute (Dell: HttpDev1EnDis, HttpDev1Uri) or by DHCP, "
		"and leave boot.httpUri out");
	return -EOPNOTSUPP;
}

static int act_once(struct bmc_device *device, const json_t *want, const json_t *now,
		    struct ms_err *err)
{
	const json_t *override = json_object_get(want, "override");
	int r = check_uri(device->bmc, override, err);

	(void)now;
	return r ? r : override_set(device->bmc, override, err);
}

int bmc_boot_once(struct bmc *bmc, const char *target, const char *uri, json_t **ret_facts,
		  struct ms_err *err)
{
	json_auto_t *facts = NULL, *want = NULL, *after = NULL;
	const char *word;
	int64_t deadline = ms_clock_ms() + 60000;
	int r = bmc_look(bmc, NULL, "boot", &facts, err);

	if (r)
		return r;
	word = target_for(json_object_get(facts, "boot"), target);
	if (!word)
		return ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
			       "this machine cannot boot once from \"%s\"", target);
	want = once_body(word, uri);
	r = want ? check_uri(bmc, json_object_get(want, "override"), err) : ms_nomem(err);
	if (!r)
		r = override_set(bmc, json_object_get(want, "override"), err);
	while (!r) {
		json_decref(ms_take(after));
		r = bmc_look(bmc, NULL, "boot", &after, err);
		if (!r && ms_step_holds(ms_at(after, "/boot"), want))
			break;
		r = r ? r : bmc_pause(bmc, deadline, "the boot override to be seen", err);
	}
	if (!r && ret_facts)
		*ret_facts = ms_take(after);
	return r;
}

const struct bmc_aspect bmc_aspect_boot_mode = {
	.action = "boot.mode",
	.label = "boot",
	.risk = "reboot",
	.speaks = speaks_mode,
	.section = "boot",
	.undo = true,
	.want = want_mode,
	.view = view_boot,
	.act = act_mode,
};
const struct bmc_aspect bmc_aspect_boot_order = {
	.action = "boot.order",
	.label = "boot",
	.risk = "none",
	.speaks = speaks_order,
	.section = "boot",
	.after = after_settings,
	.undo = true,
	.want = want_order,
	.view = view_boot,
	.act = act_order,
};
const struct bmc_aspect bmc_aspect_boot_once = {
	.action = "boot.once",
	.label = "boot override",
	.risk = "none",
	.speaks = speaks_once,
	.section = "boot",
	.after = after_order,
	.undo = true,
	.want = want_once,
	.view = view_boot,
	.act = act_once,
};
