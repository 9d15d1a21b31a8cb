/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The BIOS attribute registry (DSP8010 AttributeRegistry): found through the Registries collection.
 * `plan` is pure, so `get` puts what the registry says about the attributes that spec.bios speaks
 * of into status.bmc.bios.rules.
 */
#include "bmc/read.h"

/* The last segment of a link. */
static const char *tail(const char *uri)
{
	const char *slash = strrchr(uri, '/');

	return slash && slash[1] ? slash + 1 : uri;
}

static bool is_attribute_registry(const json_t *value)
{
	return ms_at(value, "/RegistryEntries/Attributes") != NULL;
}

/* The link that shares most of the name, and at least all before its version: that is often another
 * one (Dell). */
static const char *best_link(const json_t *collection, const char *name)
{
	size_t i, most = strcspn(name, "."), n;
	const char *best = NULL;
	const json_t *one;

	json_array_foreach(ms_at(collection, "/Members"), i, one) {
		const char *uri = ms_str(one, "/@odata.id", ""), *id = tail(uri);

		for (n = 0; id[n] && id[n] == name[n]; n++)
			;
		if (n >= most) {
			most = n + 1;
			best = uri;
		}
	}
	return best;
}

/* Where a MessageRegistryFile says that the registry is: English first; iLO wraps the URI in an
 * object. */
static const char *location(const json_t *file)
{
	const json_t *one;
	const char *any = NULL;
	size_t i;

	json_array_foreach(ms_at(file, "/Location"), i, one) {
		const char *uri = ms_str(
			one, "/Uri",
			ms_str(one, "/Uri/extref", ms_str(one, "/Uri/@odata.id", NULL)));

		if (uri && ms_starts(ms_str(one, "/Language", "en"), "en"))
			return uri;
		if (!any)
			any = uri;
	}
	return any;
}

int bmc_bios_registry(struct bmc *bmc, const char *name, json_t **ret_registry, struct ms_err *err)
{
	json_auto_t *all = NULL, *file = NULL, *registry = NULL;
	const char *uri;
	int r = bmc_follow(bmc, ms_redfish_root(bmc->redfish), "/Registries", &all, err);

	if (r <= 0)
		return r;
	uri = best_link(all, name);
	if (!uri)
		return 0;
	r = bmc_read(bmc, uri, &file, err);
	if (r <= 0)
		return r;
	if (is_attribute_registry(file)) {
		*ret_registry = ms_take(file);
		return 1;
	}
	uri = location(file);
	r = uri ? bmc_read(bmc, uri, &registry, err) : 0;
	if (r <= 0)
		return r;
	if (!is_attribute_registry(registry))
		return 0;
	*ret_registry = ms_take(registry);
	return 1;
}

/* One attribute in the neutral form. */
static json_t *rule_of(const struct bmc_norm *norm, const json_t *entry)
{
	static const struct bmc_row rows[] = {
		{ "type", "/Type", BMC_WORD },
		{ "readOnly", "/ReadOnly", BMC_BOOL },
		{ "lower", "/LowerBound", BMC_NUM },
		{ "upper", "/UpperBound", BMC_NUM },
		{ "step", "/ScalarIncrement", BMC_NUM },
		{ "minLength", "/MinLength", BMC_INT },
		{ "maxLength", "/MaxLength", BMC_INT },
		{ "pattern", "/ValueExpression", BMC_TEXT },
		{ "order", "/DisplayOrder", BMC_INT },
		BMC_ROW_END
	};
	json_t *out = bmc_map_new(norm, rows, entry), *values = json_array(), *shown = json_array();
	json_t *one;
	size_t i;

	json_array_foreach(ms_at(entry, "/Value"), i, one) {
		if (!ms_at(one, "/ValueName"))
			continue;
		json_array_append(values, ms_at(one, "/ValueName"));
		json_array_append(shown, ms_at(one, "/ValueDisplayName")
						 ? ms_at(one, "/ValueDisplayName")
						 : ms_at(one, "/ValueName"));
	}
	if (out && json_array_size(values) && json_object_set(out, "values", values))
		json_decref(ms_take(out));
	/* Supermicro's attributes show these, not the names. */
	if (out && !json_equal(values, shown) && json_object_set(out, "shown", shown))
		json_decref(ms_take(out));
	json_decref(values);
	json_decref(shown);
	return out;
}

/* Dependencies that touch an attribute, reduced to their conditions and effect. */
static json_t *dependencies_of(const json_t *registry, const char *name)
{
	json_t *out = json_array(), *one;
	size_t i;

	json_array_foreach(ms_at(registry, "/RegistryEntries/Dependencies"), i, one)
		if (ms_streq(ms_str(one, "/Dependency/MapToAttribute", NULL), name) &&
		    ms_at(one, "/Dependency/MapFrom"))
			json_array_append(out, ms_at(one, "/Dependency"));
	return out;
}

int bmc_bios_rules(struct bmc_reading *rd, json_t *bios, struct ms_err *err)
{
	const json_t *spec = ms_at(rd->server, "/spec/bios"), *entry;
	const char *name = ms_str(bios, "/registry",
				  "BiosAttributeRegistry"); /* BlueField names none */
	json_auto_t *raw = NULL, *registry = NULL, *rules = json_object();
	struct ms_err ignored = MS_ERR_INIT;
	size_t i;
	int r;

	/* What cannot be translated is for plan and check to say. */
	if (!json_object_size(spec) ||
	    bmc_bios_translate(rd->norm.vendor, spec, json_object_get(bios, "attributes"), &raw,
			       &ignored))
		return 0;
	r = bmc_bios_registry(rd->bmc, name, &registry, err);
	if (r < 0 && bmc_lost(err))
		return r;
	ms_err_clear(err);
	json_array_foreach(ms_at(registry, "/RegistryEntries/Attributes"), i, entry) {
		const char *attribute = ms_str(entry, "/AttributeName", "");
		json_t *rule, *dependencies;

		if (!json_object_get(raw, attribute))
			continue;
		rule = rule_of(&rd->norm, entry);
		if (json_object_set_new(rules, attribute, rule))
			return ms_nomem(err);
		dependencies = dependencies_of(registry, attribute);
		if (json_array_size(dependencies))
			json_object_set(rule, "dependencies", dependencies);
		json_decref(dependencies);
	}
	return r > 0 && json_object_set(bios, "rules", rules) ? ms_nomem(err) : 0;
}
