/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sections of status.bmc: one table drives --only, what is read, and what becomes of a section
 * that fails. */
#include <errno.h>
#include "bmc/read.h"

static const struct section {
	const char *name;
	bool on_request;             /* only when it is named: slow, or of little use every day */
	bmc_section_fn *fn;
} sections[] = {
	{ "manager", false, bmc_section_manager },
	{ "system", false, bmc_section_system },
	{ "health", false, bmc_section_health },
	{ "power", false, bmc_section_power },
	{ "boot", false, bmc_section_boot },
	{ "processors", false, bmc_section_processors },
	{ "gpus", false, bmc_section_gpus },
	{ "memory", false, bmc_section_memory },
	{ "storage", false, bmc_section_storage },
	{ "adapters", false, bmc_section_adapters },
	{ "ethernet", false, bmc_section_ethernet },
	{ "pcieDevices", false, bmc_section_pcie },
	{ "powerSupplies", false, bmc_section_supplies },
	{ "firmware", false, bmc_section_firmware },
	{ "bios", false, bmc_section_bios },
	{ "secureBoot", false, bmc_section_secure_boot },
	{ "tpm", false, bmc_section_tpm },
	{ "accounts", false, bmc_section_accounts },
	{ "licenses", false, bmc_section_licenses },
	{ "network", false, bmc_section_network },
	{ "certificate", false, bmc_section_certificate },
	{ "chassis", false, bmc_section_chassis },
	{ "sensors", true, bmc_section_sensors },
	{ "tasks", true, bmc_section_tasks },
	{ "media", true, bmc_section_media },
};

const char *const bmc_sections[] = {
	"manager", "system", "health", "power", "boot", "processors", "gpus", "memory", "storage",
	"adapters", "ethernet", "pcieDevices", "powerSupplies", "firmware", "bios", "secureBoot",
	"tpm", "accounts", "licenses", "network", "certificate", "chassis", "sensors", "tasks",
	"media", NULL
};
_Static_assert(MS_ARRAY_SIZE(bmc_sections) == MS_ARRAY_SIZE(sections) + 1,
	       "every section has its word");

static bool wanted(const struct section *section, const char *const *only)
{
	if (!only || !*only)
		return !section->on_request;
	for (; *only; only++)
		if (!strcmp(*only, section->name))
			return true;
	return false;
}

/* What a section that failed leaves behind. */
static int refuse(json_t *facts, const char *section, struct ms_err *err)
{
	json_t *all = json_object_get(facts, "refused"), *one;

	if (!all) {
		all = json_object();
		if (json_object_set_new(facts, "refused", all))
			return ms_nomem(err);
	}
	one = json_pack("{s:s, s:s}", "code", ms_code_name(err->code), "message", err->message);
	ms_err_clear(err);
	return json_object_set_new(all, section, one) ? ms_nomem(err) : 0;
}

static int read_sections(struct bmc_reading *rd, const char *const *only, struct ms_err *err)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(sections); i++) {
		int r;

		if (!wanted(&sections[i], only))
			continue;
		r = sections[i].fn(rd, err);
		if (r >= 0)
			continue;
		if (bmc_lost(err))
			return r;
		r = refuse(rd->facts, sections[i].name, err);
		if (r)
			return r;
	}
	return 0;
}

static json_t *ids_of(const struct ms_rf_quirks *quirks)
{
	json_t *list = json_array();

	for (size_t i = 0; i < MS_ARRAY_SIZE(quirks->ids) && quirks->ids[i]; i++)
		json_array_append_new(list, json_string(quirks->ids[i]));
	return list;
}

/* Who answered, and how far it is trusted. */
static int preamble(struct bmc_reading *rd)
{
	static const struct bmc_row rows[] = {
		{ "product", "/Product", BMC_TEXT },
		{ "redfishVersion", "/RedfishVersion", BMC_TEXT },
		BMC_ROW_END
	};
	static const char *const trusts[] = {
		[MS_TRUST_CA] = "ca", [MS_TRUST_PIN] = "pin", [MS_TRUST_SKIP] = "skip"
	};
	const struct ms_rf_quirks *quirks = ms_redfish_quirks(rd->bmc->redfish);
	const char *vendor = quirks && quirks->vendor ? quirks->vendor : "unknown";

	if (json_object_set_new(rd->facts, "vendor", json_string(vendor)) ||
	    bmc_map(&rd->norm, rows, ms_redfish_root(rd->bmc->redfish), rd->facts) ||
	    json_object_set_new(rd->facts, "trust", json_string(trusts[rd->bmc->peer.trust])))
		return -ENOMEM;
	return quirks ? json_object_set_new(rd->facts, "quirks", ids_of(quirks)) : 0;
}

static int warnings(struct bmc_reading *rd)
{
	const json_t *session = ms_redfish_warnings(rd->bmc->redfish);

	if (session && json_array_extend(rd->norm.warnings, (json_t *)session))
		return -ENOMEM;
	return json_array_size(rd->norm.warnings)
		       ? json_object_set(rd->facts, "warnings", rd->norm.warnings)
		       : 0;
}

int bmc_observe(struct bmc *bmc, const json_t *server, const char *const *only, json_t **ret_facts,
		struct ms_err *err)
{
	json_auto_t *facts = json_object(), *oddities = json_array();
	struct bmc_reading rd = {
		.bmc = bmc, .server = server, .norm = bmc_norm(bmc, oddities), .facts = facts
	};
	int r;

	if (!facts || !oddities || preamble(&rd))
		return ms_nomem(err);
	r = read_sections(&rd, only, err);
	if (r)
		return r;
	/* What was read may have told more about who it is. */
	if (preamble(&rd) || warnings(&rd))
		return ms_nomem(err);
	*ret_facts = ms_take(facts);
	return 0;
}

/* What plan and check compare, by what the spec speaks of. */
int bmc_sections_for(const json_t *spec, const char ***ret_sections, struct ms_err *err)
{
	static const struct { const char *pointer, *section; } needs[] = {
		{ "/serial", "system" },
		{ "/assetTag", "system" },
		{ "/power", "power" },
		{ "/powerRestore", "power" },
		{ "/boot", "power" },
		{ "/boot", "boot" },
		{ "/boot/mode", "bios" },
		{ "/boot/httpUri", "bios" },
		{ "/bios", "bios" },
		{ "/bios", "power" },
		{ "/secureBoot", "secureBoot" },
		{ "/nics", "adapters" },
		{ "/nics", "ethernet" },
		{ "/nics", "bios" },
		{ "/accounts", "accounts" },
		{ "/bmc/credentials", "accounts" },
		{ "/ntp", "network" },
		{ "/syslog", "network" },
		{ "/certificate", "certificate" },
	};
	const char **list = calloc(MS_ARRAY_SIZE(bmc_sections), sizeof(*list));
	size_t n = 0;

	if (!list)
		return ms_nomem(err);
	for (size_t i = 0; bmc_sections[i]; i++)
		for (size_t k = 0; k < MS_ARRAY_SIZE(needs); k++)
			if (!strcmp(needs[k].section, bmc_sections[i]) &&
			    ms_at(spec, "%s", needs[k].pointer)) {
				list[n++] = bmc_sections[i];
				break;
			}
	*ret_sections = list;
	return 0;
}
