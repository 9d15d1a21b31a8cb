/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BIOS attributes and what is pending.  Dell's settings object holds only what was changed, HPE's
 * and Lenovo's hold everything: pending is the difference, not the content.
 */
#include "bmc/read.h"

static bool same(const json_t *a, const json_t *b)
{
	if (json_is_number(a) && json_is_number(b))
		return json_number_value(a) == json_number_value(b);
	return json_equal((json_t *)a, (json_t *)b);
}

json_t *bmc_bios_pending(const json_t *settings, const json_t *current)
{
	json_t *out = json_object(), *value;
	const char *key;

	/* Passwords read as null in both. */
	json_object_foreach((json_t *)settings, key, value)
		if (!json_is_null(value) && !strchr(key, '@') &&
		    !same(value, json_object_get(current, key)))
			json_object_set(out, key, value);
	return out;
}

/* Everything but annotations. */
static json_t *attributes_of(const json_t *raw)
{
	json_t *out = json_object(), *value;
	const char *key;

	json_object_foreach(ms_at(raw, "/Attributes"), key, value)
		if (!strchr(key, '@'))
			json_object_set(out, key, value);
	return out;
}

static int pending(struct bmc_reading *rd, const json_t *bios, json_t *out, struct ms_err *err)
{
	json_auto_t *settings = NULL, *differs = NULL;
	int r = bmc_follow(rd->bmc, bios, "/@Redfish.Settings/SettingsObject", &settings, err);

	if (r < 0)
		return r;
	/* Some boards leave the annotation out; then there is nothing that says where settings go.
	 */
	if (!r)
		return 0;
	differs = bmc_bios_pending(ms_at(settings, "/Attributes"), ms_at(bios, "/Attributes"));
	if (!differs ||
	    ms_put(out, "/settingsUri", json_string(ms_str(settings, "/@odata.id", ""))) ||
	    ms_put(out, "/pending", json_incref(differs)) ||
	    ms_put(out, "/resetRequired", json_boolean(json_object_size(differs) > 0)))
		return ms_nomem(err);
	return 0;
}

int bmc_section_bios(struct bmc_reading *rd, struct ms_err *err)
{
	static const struct bmc_row rows[] = {
		{ "uri", "/@odata.id", BMC_WORD },
		{ "registry", "/AttributeRegistry", BMC_TEXT },
		{ "settingsUri", "/@Redfish.Settings/SettingsObject/@odata.id", BMC_WORD },
		{ "applyTimes", "/@Redfish.Settings/SupportedApplyTimes", BMC_WORDS },
		BMC_ROW_END
	};
	json_auto_t *bios = NULL, *out = json_object();
	int r = bmc_follow(rd->bmc, rd->bmc->system, "/Bios", &bios, err);

	if (r <= 0)
		return r;
	if (bmc_map(&rd->norm, rows, bios, out) || ms_put(out, "/attributes", attributes_of(bios)))
		return ms_nomem(err);
	r = pending(rd, bios, out, err);
	if (r)
		return r;
	r = bmc_bios_rules(rd, out, err);
	if (r)
		return r;
	return json_object_set(rd->facts, "bios", out) ? ms_nomem(err) : 0;
}
