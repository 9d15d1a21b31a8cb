/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Secure Boot, TPM, licences, and the certificate of the BMC's web server. */
#include <errno.h>
#include "bmc/aspect.h"
#include "bmc/read.h"

static const struct bmc_row secure_rows[] = {
	{ "enabled", "/SecureBootEnable", BMC_BOOL },
	{ "current", "/SecureBootCurrentBoot", BMC_WORD },
	{ "mode", "/SecureBootMode", BMC_WORD },
	{ "uri", "/@odata.id", BMC_WORD },
	BMC_ROW_END
};
static const struct bmc_row tpm_rows[] = {
	{ "id", "/Id", BMC_TEXT },
	{ "interfaceType", "/InterfaceType|/TPM/InterfaceType|/TrustedComponentType", BMC_WORD },
	{ "firmwareVersion", "/FirmwareVersion", BMC_TEXT },
	{ "manufacturer", "/Manufacturer", BMC_TEXT },
	BMC_ROWS_STATUS,
	BMC_ROW_END
};
static const struct bmc_row license_rows[] = {
	{ "id", "/Id", BMC_TEXT },
	{ "name", "/License|/LicenseDescription/0", BMC_TEXT },
	{ "type", "/LicenseType", BMC_WORD },
	{ "state", "/Status/State|/LicensePrimaryStatus|/Status", BMC_WORD },
	{ "expiresAt", "/ExpirationDate|/LicenseEndDate|/LicenseExpire|/Expires", BMC_TIME },
	{ "name", "/Name", BMC_TEXT },
	BMC_ROW_END
};

json_t *bmc_norm_tpm(const struct bmc_norm *norm, const json_t *raw)
{
	return bmc_map_new(norm, tpm_rows, raw);
}

json_t *bmc_norm_license(const struct bmc_norm *norm, const json_t *raw)
{
	return bmc_map_new(norm, license_rows, raw);
}

/* Names of the databases (PK, KEK, db, dbx...), from the links: their content is not needed to know
 * them. */
static int databases(struct bmc_reading *rd, const json_t *raw, json_t *out, struct ms_err *err)
{
	json_auto_t *all = NULL, *names = json_array();
	const json_t *one;
	size_t i;
	int r = bmc_follow(rd->bmc, raw, "/SecureBootDatabases", &all, err);

	if (r <= 0)
		return r;
	json_array_foreach(ms_at(all, "/Members"), i, one) {
		const char *uri = ms_str(one, "/@odata.id", ""), *slash = strrchr(uri, '/');

		if (slash && slash[1])
			json_array_append_new(names, json_string(slash + 1));
	}
	return json_object_set(out, "databases", names) ? ms_nomem(err) : 0;
}

int bmc_section_secure_boot(struct bmc_reading *rd, struct ms_err *err)
{
	json_auto_t *raw = NULL, *out = json_object();
	int r = bmc_follow(rd->bmc, rd->bmc->system, "/SecureBoot", &raw, err);

	if (r <= 0)
		return r;
	if (bmc_map(&rd->norm, secure_rows, raw, out))
		return ms_nomem(err);
	r = databases(rd, raw, out, err);
	if (r < 0)
		return r;
	return json_object_set(rd->facts, "secureBoot", out) ? ms_nomem(err) : 0;
}

/* TrustedComponents of the Chassis replaced TrustedModules of the system; other roots of trust
 * stand there as well. */
static int trusted_components(struct bmc_reading *rd, const json_t *chassis, json_t *into,
			      struct ms_err *err)
{
	json_auto_t *members = NULL;
	const json_t *one;
	size_t i;
	int r = bmc_members(rd->bmc, chassis, "/TrustedComponents", &members, err);

	json_array_foreach(members, i, one) {
		if (!ms_at(one, "/TPM") && !strcasestr(ms_str(one, "/Name", ""), "TPM"))
			continue;
		if (json_array_append_new(into, bmc_norm_tpm(&rd->norm, one)))
			return ms_nomem(err);
	}
	return r;
}

int bmc_section_tpm(struct bmc_reading *rd, struct ms_err *err)
{
	const json_t *modules = ms_at(rd->bmc->system, "/TrustedModules"), *one;
	json_auto_t *out = json_array();
	size_t i;
	int r;

	json_array_foreach(modules, i, one)
		if (json_is_object(one) && !bmc_absent(one) &&
		    json_array_append_new(out, bmc_norm_tpm(&rd->norm, one)))
			return ms_nomem(err);
	if (!json_is_array(modules)) {
		r = bmc_each_chassis(rd, trusted_components, out, err);
		if (r)
			return r;
		if (!json_array_size(out))
			return 0;
	}
	return json_object_set(rd->facts, "tpm", out) ? ms_nomem(err) : 0;
}

/* The standard place, then those of Dell and HPE. */
int bmc_section_licenses(struct bmc_reading *rd, struct ms_err *err)
{
	static const char *const vendors[] = {
		"/Oem/Hpe/Links/LicenseService", "/Links/Oem/Dell/DellLicenseCollection",
	};
	json_auto_t *service = NULL, *out = json_array();
	const json_t *manager;
	int r = bmc_follow(rd->bmc, ms_redfish_root(rd->bmc->redfish), "/LicenseService", &service,
			   err);

	if (r > 0)
		r = bmc_collect(rd->bmc, &rd->norm, service, "/Licenses", bmc_norm_license, out,
				err);
	if (!r) {
		manager = bmc_manager(rd->bmc);
		for (size_t i = 0; !r && i < MS_ARRAY_SIZE(vendors); i++)
			r = bmc_collect(rd->bmc, &rd->norm, manager, vendors[i], bmc_norm_license,
					out, err);
	}
	if (r <= 0)
		return r;
	return json_object_set(rd->facts, "licenses", out) ? ms_nomem(err) : 0;
}

/* plan is pure: what the file of spec.certificate holds is a fact that get brings. */
static int wanted_certificate(struct bmc_reading *rd, json_t *facts)
{
	const char *path = ms_str(rd->server, "/spec/certificate/file", NULL);
	struct ms_err why = MS_ERR_INIT;
	json_t *wanted;

	if (!path)
		return 0;
	if (bmc_certificate_file(path, &wanted, NULL, &why))
		wanted = json_pack("{s:s}", "error", why.message);
	return json_object_set_new(facts, "wanted", wanted);
}

int bmc_section_certificate(struct bmc_reading *rd, struct ms_err *err)
{
	json_auto_t *facts = NULL;
	int r;

	if (!ms_starts(rd->bmc->base, "https://"))
		return 0;
	r = bmc_certificate(rd->bmc->env->http, &rd->bmc->peer, &facts, err);
	if (r)
		return r;
	if (wanted_certificate(rd, facts) || json_object_set(rd->facts, "certificate", facts))
		return ms_nomem(err);
	return 0;
}
