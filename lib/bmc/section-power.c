/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Power and boot of the ComputerSystem. */
#include <errno.h>
#include "bmc/read.h"

static const struct bmc_row power_rows[] = {
	{ "state", "/PowerState", BMC_WORD },
	{ "restorePolicy", "/PowerRestorePolicy", BMC_WORD },
	BMC_ROW_END
};
static const struct bmc_row override_rows[] = {
	{ "enabled", "/BootSourceOverrideEnabled", BMC_WORD },
	{ "target", "/BootSourceOverrideTarget", BMC_WORD },
	{ "mode", "/BootSourceOverrideMode", BMC_WORD },
	{ "uefiTarget", "/UefiTargetBootSourceOverride", BMC_TEXT },
	{ "httpBootUri", "/HttpBootUri", BMC_TEXT },
	{ "next", "/BootNext", BMC_TEXT },
	{ "targets", "/BootSourceOverrideTarget@Redfish.AllowableValues", BMC_WORDS },
	{ "enables", "/BootSourceOverrideEnabled@Redfish.AllowableValues", BMC_WORDS },
	{ "modes", "/BootSourceOverrideMode@Redfish.AllowableValues", BMC_WORDS },
	BMC_ROW_END
};
static const struct bmc_row option_rows[] = {
	{ "reference", "/BootOptionReference|/Id", BMC_TEXT },
	{ "displayName", "/DisplayName", BMC_TEXT },
	{ "name", "/Name", BMC_TEXT },
	{ "enabled", "/BootOptionEnabled", BMC_BOOL },
	{ "alias", "/Alias", BMC_TEXT },
	{ "uefiDevicePath", "/UefiDevicePath", BMC_TEXT },
	{ "uri", "/@odata.id", BMC_WORD },
	BMC_ROW_END
};

json_t *bmc_norm_boot_option(const struct bmc_norm *norm, const json_t *raw)
{
	return bmc_map_new(norm, option_rows, raw);
}

int bmc_section_power(struct bmc_reading *rd, struct ms_err *err)
{
	json_auto_t *out = bmc_map_new(&rd->norm, power_rows, rd->bmc->system);
	json_auto_t *types = NULL;
	int r;

	if (!out)
		return ms_nomem(err);
	r = ms_redfish_allowed(rd->bmc->redfish, rd->bmc->system, "#ComputerSystem.Reset",
			       "ResetType", &types, err);
	if (r && bmc_lost(err))
		return r;
	ms_err_clear(err);
	if (json_array_size(types) && json_object_set(out, "resetTypes", types))
		return ms_nomem(err);
	return json_object_set(rd->facts, "power", out) ? ms_nomem(err) : 0;
}

/* "Boot0019: Ubuntu" (NVIDIA) is the reference Boot0019. */
static json_t *order_of(const json_t *order)
{
	json_t *out = json_array();
	const json_t *one;
	size_t i;

	json_array_foreach(order, i, one) {
		const char *text = json_string_value(one);
		size_t n = text ? strcspn(text, ":") : 0;
		bool composite = text && text[n] == ':' && ms_starts(text, "Boot") && n == 8;

		if (text && *text)
			json_array_append_new(out,
					      json_stringn(text, composite ? n : strlen(text)));
	}
	return out;
}

static bool says_nothing(const json_t *value)
{
	return json_is_null(value) || (json_is_string(value) && !json_string_length(value)) ||
	       (json_is_array(value) && !json_array_size(value));
}

/*
 * What the next boot does.  Boot may be written through the settings resource (iDRAC10, DGX), or
 * only its order (XCC): what stands there is what comes to pass.  Lists of allowed values are taken
 * from there only where the system has none of its own.
 */
static json_t *boot_next(const json_t *boot, const json_t *settings)
{
	json_t *next = json_copy((json_t *)boot), *value;
	const char *key;

	json_object_foreach(json_object_get(settings, "Boot"), key, value) {
		bool list = strchr(key, '@') != NULL, own = json_object_get(boot, key) != NULL;

		if (says_nothing(value) || json_is_object(value) || (list && own))
			continue;
		if (json_object_set(next, key, value))
			return json_decref(next), NULL;
	}
	return next;
}

/* The settings resource when there is one; writes go there when it has an override of its own. */
static int boot_settings(struct bmc_reading *rd, const char **ret_uri, json_t **ret_settings,
			 struct ms_err *err)
{
	const json_t *system = rd->bmc->system;
	int r;

	*ret_uri = ms_str(system, "/@odata.id", "");
	if (!ms_at(system, "/@Redfish.Settings/SettingsObject"))
		return 0;
	r = bmc_follow(rd->bmc, system, "/@Redfish.Settings/SettingsObject", ret_settings, err);
	if (r > 0 && ms_at(*ret_settings, "/Boot/BootSourceOverrideTarget"))
		*ret_uri = ms_str(*ret_settings, "/@odata.id", *ret_uri);
	return r < 0 ? r : 0;
}

static int put_boot(struct bmc_reading *rd, const json_t *boot, json_t *out)
{
	const char *progress = ms_str(rd->bmc->system, "/BootProgress/LastState", NULL);
	const json_t *order = json_object_get(boot, "BootOrder");

	if (ms_put(out, "/override", bmc_map_new(&rd->norm, override_rows, boot)))
		return -ENOMEM;
	if (order && ms_put(out, "/order", order_of(order)))
		return -ENOMEM;
	return progress ? ms_put(out, "/progress", json_string(progress)) : 0;
}

int bmc_section_boot(struct bmc_reading *rd, struct ms_err *err)
{
	const json_t *boot = ms_at(rd->bmc->system, "/Boot");
	json_auto_t *out = json_object(), *options = json_array(), *settings = NULL, *next = NULL;
	const char *uri;
	int r;

	if (!json_is_object(boot))
		return 0;
	r = boot_settings(rd, &uri, &settings, err);
	if (r < 0)
		return r;
	next = boot_next(boot, settings);
	if (!next || put_boot(rd, next, out))
		return ms_nomem(err);
	r = bmc_collect(rd->bmc, &rd->norm, boot, "/BootOptions", bmc_norm_boot_option, options,
			err);
	if (r < 0)
		return r;
	if (r > 0 && ms_put(out, "/options", json_incref(options)))
		return ms_nomem(err);
	if (ms_put(out, "/uri", json_string(uri)) || json_object_set(rd->facts, "boot", out))
		return ms_nomem(err);
	return 0;
}
