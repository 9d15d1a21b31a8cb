/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules of check: spec against status, one row each.  Pure.  A rule about a section that was
 * not read stays silent; B02 says that nothing is known.
 */
#include "bmc/aspect.h"

static const json_t *spec_of(const struct ms_item *item)
{
	return ms_at(item->res, "/spec");
}

const json_t *bmc_rule_facts(const struct ms_item *item)
{
	return ms_at(item->res, "/status/error") ? NULL : ms_at(item->res, "/status/bmc");
}

#define RULE(name)                                                                                 \
	static int name(struct ms_item *item, const struct ms_rule *rule,                          \
			__attribute__((unused)) struct ms_err *err)

RULE(unreachable)
{
	const json_t *error = ms_at(item->res, "/status/error");
	const char *hint = ms_str(error, "/hint", "");

	if (!error)
		return 0;
	return ms_find(item, rule, *hint ? hint : "msctl-bmc get",
		       "the BMC could not be read: %s: %s", ms_str(error, "/code", "failed"),
		       ms_str(error, "/message", "no reason given"));
}

RULE(unknown)
{
	if (bmc_rule_facts(item) || ms_at(item->res, "/status/error"))
		return 0;
	return ms_find(item, rule, "msctl-bmc get FILE | msctl-bmc check",
		       "nothing is known of this server: it has no status.bmc");
}

static int refused_section(struct ms_item *item, const struct ms_rule *rule, const char *section,
			   const json_t *why)
{
	return ms_find(
		item, rule,
		"grant the privilege, install the licence, or leave it out of the spec",
		"the BMC refused its section \"%s\": %s: %s", section,
		ms_str(why, "/code", "failed"), ms_str(why, "/message", ""));
}

RULE(refused)
{
	const json_t *facts = bmc_rule_facts(item);
	const char *section;
	json_t *why;
	int r = 0;

	json_object_foreach(json_object_get(facts, "refused"), section, why)
		if (!r)
			r = refused_section(item, rule, section, why);
	return r;
}

RULE(serial)
{
	const json_t *spec = spec_of(item), *facts = bmc_rule_facts(item);
	const char *want = ms_str(spec, "/serial", NULL),
		   *is = ms_str(facts, "/system/serialNumber", NULL);

	if (!want || !is || !strcmp(want, is))
		return 0;
	return ms_find(
		item, rule,
		"compare the cabling of the BMC with spec.bmc.address, or correct spec.serial",
		"this is another machine: serial number %s, not %s", is, want);
}

RULE(power)
{
	const json_t *spec = spec_of(item), *facts = bmc_rule_facts(item);
	const char *want = ms_str(spec, "/power", NULL), *is = ms_str(facts, "/power/state", NULL);

	if (!want || !is || !strcasecmp(want, is))
		return 0;
	return ms_find(item, rule, "msctl-bmc plan | msctl-bmc apply", "power is %s, wanted %s", is,
		       want);
}

RULE(restore)
{
	const json_t *spec = spec_of(item), *facts = bmc_rule_facts(item);
	const char *want = ms_str(spec, "/powerRestore", NULL),
		   *is = ms_str(facts, "/power/restorePolicy", NULL);

	if (!want || !is || !strcmp(want, is))
		return 0;
	return ms_find(item, rule, "msctl-bmc plan | msctl-bmc apply",
		       "power restore policy is %s, wanted %s", is, want);
}

/* ---- BIOS ---- */

static json_t *bios_wishes(const json_t *spec, const json_t *facts)
{
	const json_t *attributes = ms_at(facts, "/bios/attributes");
	const char *mode = ms_str(spec, "/boot/mode", NULL),
		   *vendor = ms_str(facts, "/vendor", "unknown");
	json_t *bios = json_object_get(spec, "bios"),
	       *wishes = bios ? json_deep_copy(bios) : json_object();

	if (mode && bmc_bios_has(vendor, "boot_mode", attributes))
		json_object_set_new(wishes, "boot_mode", json_string(mode));
	return wishes;
}

struct finder {
	struct ms_item *item;
	const struct ms_rule *rule;
	int r;
};

static void find_wish(void *ctx, const char *key, struct ms_err *why)
{
	struct finder *f = ctx;

	if (!f->r && f->rule)
		f->r = ms_find(f->item, f->rule, why->hint, "bios.%s: %s", key, why->message);
}

/* spec.bios without what this machine cannot have, which is found by the rule, if there is one. */
static int bios_possible(struct ms_item *item, const struct ms_rule *rule, json_t **ret_wishes,
			 struct ms_err *err)
{
	const json_t *facts = bmc_rule_facts(item);
	struct finder f = { item, rule, 0 };

	*ret_wishes = bios_wishes(spec_of(item), facts);
	if (!*ret_wishes || bmc_bios_sift(ms_str(facts, "/vendor", "unknown"), *ret_wishes,
					  ms_at(facts, "/bios/attributes"), find_wish, &f))
		return ms_nomem(err);
	return f.r;
}

RULE(bios_unsupported)
{
	json_auto_t *wishes = NULL;

	return ms_at(bmc_rule_facts(item), "/bios/attributes")
		       ? bios_possible(item, rule, &wishes, err)
		       : 0;
}

RULE(bios_differs)
{
	const json_t *facts = bmc_rule_facts(item), *now = ms_at(facts, "/bios/attributes");
	struct ms_err ignored = MS_ERR_INIT;
	json_auto_t *wishes = NULL, *raw = NULL;
	const char *name;
	json_t *wish;
	int r = now ? bios_possible(item, NULL, &wishes, err) : 0;

	if (r || !now ||
	    bmc_bios_translate(ms_str(facts, "/vendor", "unknown"), wishes, now, &raw, &ignored))
		return r;
	json_object_foreach(raw, name, wish) {
		MS_AUTO_BUF struct ms_buf is = { 0 }, want = { 0 };

		if (r || ms_step_holds(json_object_get(now, name), wish))
			continue;
		if (bmc_say_value(&is, json_object_get(now, name)) || bmc_say_value(&want, wish))
			return ms_nomem(err);
		r = ms_find(item, rule, "msctl-bmc plan | msctl-bmc apply --allow reboot",
			    "BIOS %s is %s, wanted %s", name, is.data, want.data);
	}
	return r;
}

RULE(bios_pending)
{
	const json_t *facts = bmc_rule_facts(item);
	const json_t *pending = ms_at(facts, "/bios/pending");
	MS_AUTO_BUF struct ms_buf text = { .max = 512 };

	if (!json_object_size(pending))
		return 0;
	bmc_say_changes(&text, ms_at(facts, "/bios/attributes"), pending, false);
	return ms_find(item, rule,
		       "restart the machine, or msctl-bmc plan | msctl-bmc apply --allow reboot",
		       "%zu BIOS setting%s waiting for a restart: %s", json_object_size(pending),
		       json_object_size(pending) > 1 ? "s are" : " is", text.data ? text.data : "");
}

/* ---- what plan would do ---- */

static int find_step(struct ms_item *item, const struct ms_rule *rule,
		     const struct bmc_aspect *aspect, const char *hint, const json_t *step,
		     struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf text = { 0 };

	if (bmc_aspect_say(aspect, &text, ms_at(step, "/spec/before"), ms_at(step, "/spec/after"),
			   true))
		return ms_nomem(err);
	return ms_find(item, rule, hint, "%s", text.data ? text.data : aspect->label);
}

/* Does the aspect ask for a change, or refuse to?  The same functions that plan runs, so the two
 * agree. */
static int dry_plan(struct ms_item *item, const struct ms_rule *rule,
		    const struct bmc_aspect *aspect, const char *hint, struct ms_err *err)
{
	json_auto_t *steps = json_array(), *ids = json_object();
	struct bmc_draft draft = {
		.name = ms_name(item->res),
		.spec = spec_of(item),
		.facts = bmc_rule_facts(item),
		.steps = steps,
		.ids = ids,
		.vendor = ms_str(bmc_rule_facts(item), "/vendor", "unknown"),
	};
	const struct ms_err *problem;
	size_t i;
	json_t *step;
	int r;

	if (!draft.facts || !json_object_get(draft.facts, aspect->section))
		return 0;
	r = steps && ids ? aspect->want(&draft, aspect, err) : ms_nomem(err);
	json_array_foreach(steps, i, step)
		if (!r)
			r = find_step(item, rule, aspect, hint, step, err);
	for (i = 0; !r && i < draft.refused.n; i++) {
		problem = &draft.refused.errs[i];
		r = ms_find(item, rule, *problem->hint ? problem->hint : hint, "%s",
			    problem->message);
	}
	ms_report_release(&draft.refused);
	return r;
}

#define APPLY "msctl-bmc plan | msctl-bmc apply"
#define APPLY_REBOOT "msctl-bmc plan | msctl-bmc apply --allow reboot"
#define SPOKEN(pointer) (ms_at(item->res, "/spec" pointer) != NULL)

RULE(boot_order)
{
	return SPOKEN("/boot/order") ? dry_plan(item, rule, &bmc_aspect_boot_order, APPLY, err) : 0;
}

RULE(nic)
{
	return SPOKEN("/nics") ? dry_plan(item, rule, &bmc_aspect_nic, APPLY_REBOOT, err) : 0;
}

RULE(ntp)
{
	return SPOKEN("/ntp") ? dry_plan(item, rule, &bmc_aspect_ntp, APPLY, err) : 0;
}

RULE(syslog_differs)
{
	return SPOKEN("/syslog") ? dry_plan(item, rule, &bmc_aspect_syslog, APPLY, err) : 0;
}

RULE(secure_boot)
{
	return SPOKEN("/secureBoot")
		       ? dry_plan(item, rule, &bmc_aspect_secure_boot, APPLY_REBOOT, err)
		       : 0;
}

RULE(certificate_differs)
{
	return SPOKEN("/certificate/file")
		       ? dry_plan(item, rule, &bmc_aspect_certificate, APPLY, err)
		       : 0;
}

RULE(accounts)
{
	static const struct bmc_aspect *const all[] = { &bmc_aspect_account_create,
							&bmc_aspect_account_set,
							&bmc_aspect_account_delete };
	size_t i;
	int r = 0;

	for (i = 0; !r && SPOKEN("/accounts") && i < MS_ARRAY_SIZE(all); i++)
		r = dry_plan(item, rule, all[i], APPLY, err);
	return r;
}

RULE(passwords)
{
	return dry_plan(item, rule, &bmc_aspect_account_password, APPLY, err);
}

/* ---- NICs ---- */

/* Who else can set it: the tool of the maker, on the host. */
static const char *nic_tool(const json_t *adapter, const char *key)
{
	static const struct { const char *maker, *boot, *other;
	} tools[] = {
		{ "Mellanox", "mlxconfig -d DEVICE set EXP_ROM_PXE_ENABLE=1",
		  "mlxconfig -d DEVICE set SRIOV_EN=1 NUM_OF_VFS=N" },
		{ "NVIDIA", "mlxconfig -d DEVICE set EXP_ROM_PXE_ENABLE=1",
		  "mlxconfig -d DEVICE set SRIOV_EN=1 NUM_OF_VFS=N" },
		{ "Broadcom", "niccli", "niccli" },
		{ "Intel", "bootutil64e", "sriov_numvfs of the device in sysfs" },
	};
	size_t i;

	for (i = 0; i < MS_ARRAY_SIZE(tools); i++)
		if (strcasestr(ms_str(adapter, "/manufacturer", ""), tools[i].maker) ||
		    strcasestr(ms_str(adapter, "/model", ""), tools[i].maker))
			return strcmp(key, "boot") ? tools[i].other : tools[i].boot;
	return "the tool of the NIC's maker (mlxconfig, niccli, bootutil64e)";
}

RULE(nic_elsewhere)
{
	const json_t *spec = spec_of(item), *facts = bmc_rule_facts(item);
	static const char *const keys[] = { "sriov", "vfs", "boot" };
	size_t i, k;
	json_t *nic;
	int r = 0;

	json_array_foreach(json_object_get(spec, "nics"), i, nic) {
		const json_t *adapter, *function = bmc_nic_function(facts, nic, &adapter);

		for (k = 0; function && !r && k < MS_ARRAY_SIZE(keys); k++)
			if (json_object_get(nic, keys[k]) && !bmc_nic_can(function, keys[k]))
				r = ms_find(
					item, rule, nic_tool(adapter, keys[k]),
					"%s of %s cannot be set through this BMC, only on the host",
					keys[k],
					ms_str(nic, "/name", ms_str(nic, "/mac", "a NIC")));
	}
	return r;
}

/* Accounts that nobody asked for, with the right to change everything. */
RULE(extra_admin)
{
	const json_t *spec = spec_of(item), *facts = bmc_rule_facts(item);
	size_t i, k;
	json_t *account, *wish;
	int r = 0;
	const char *own = ms_str(spec, "/bmc/credentials/username", "");

	json_array_foreach(json_object_get(facts, "accounts"), i, account) {
		const char *user = ms_str(account, "/userName", "");
		bool known = !*user || !strcmp(user, own) || !ms_bool(account, "/enabled", true) ||
			     !ms_streq(ms_str(account, "/role", NULL), "Administrator");

		json_array_foreach(json_object_get(spec, "accounts"), k, wish)
			known |= ms_streq(ms_str(wish, "/name", NULL), user);
		if (!r && !known && json_array_size(json_object_get(spec, "accounts")))
			r = ms_find(
				item, rule,
				"list it in spec.accounts (state: absent deletes it)",
				"account %s is an Administrator that the site file does not know",
				user);
	}
	return r;
}

const struct ms_rule bmc_rules[] = {
	{ "B01", "error", "the BMC could not be read", unreachable },
	{ "B02", "error", "nothing is known of the server", unknown },
	{ "B03", "warning", "the BMC refused a section", refused },
	{ "B04", "error", "serial number differs", serial },
	{ "B05", "warning", "power state differs", power },
	{ "B06", "warning", "power restore policy differs", restore },
	{ "B07", "error", "BIOS setting cannot be had", bios_unsupported },
	{ "B08", "error", "BIOS setting differs", bios_differs },
	{ "B09", "warning", "BIOS settings wait for a restart", bios_pending },
	{ "B10", "warning", "boot order differs", boot_order },
	{ "B11", "error", "NIC missing, or its settings differ", nic },
	{ "B12", "warning", "NIC setting that the BMC cannot set", nic_elsewhere },
	{ "B13", "error", "account missing, left over, or with other rights", accounts },
	{ "B14", "error", "password differs", passwords },
	{ "B15", "warning", "Administrator that the site file does not know", extra_admin },
	{ "B16", "warning", "account locked out", bmc_rule_locked },
	{ "B17", "warning", "NTP servers differ", ntp },
	{ "B18", "warning", "syslog receivers differ", syslog_differs },
	{ "B19", "error", "certificate expired or expiring", bmc_rule_certificate_time },
	{ "B20", "error", "public key is not the pinned one", bmc_rule_pin },
	{ "B21", "warning", "certificate is not the one wanted", certificate_differs },
	{ "B22", "warning", "TLS verification is skipped", bmc_rule_tls_skip },
	{ "B23", "error", "Secure Boot differs", secure_boot },
	{ "B24", "warning", "clock of the BMC is wrong", bmc_rule_clock },
	{ "B25", "error", "health is not OK", bmc_rule_health },
	{ "B26", "error", "drive failing", bmc_rule_drive },
	{ "B27", "error", "component not healthy", bmc_rule_parts },
	{ NULL, NULL, NULL, NULL }
};
