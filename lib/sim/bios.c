/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BIOS attributes: current values, the attribute registry, and the checks of a change, all from the
 * model's one table:
 *
 *   Name: [A, B]           an enumeration, the first is the default        Name: 5 / text / true a
 * plain default Name: {default: x, values|min,max: ..., readonly: true, needs: {Other: Value},
 * secret: true, regex: ...}
 */
#include <regex.h>
#include "sim/engine.h"

static const json_t *table(const struct sim_bmc *bmc)
{
	return ms_at(bmc->shape->model->doc, "/bios/attributes");
}

static json_t *default_of(const json_t *row)
{
	if (json_is_array(row))
		return json_array_get(row, 0);
	if (!json_is_object(row))
		return (json_t *)row;
	if (json_object_get(row, "default"))
		return json_object_get(row, "default");
	return json_array_get(json_object_get(row, "values"), 0);
}

static const json_t *values_of(const json_t *row)
{
	return json_is_array(row) ? row : json_object_get(row, "values");
}

void sim_bios_show(struct sim_bmc *bmc, json_t *body)
{
	json_t *attributes = json_object(), *row;
	const char *name;

	json_object_foreach((json_t *)table(bmc), name, row)
		json_object_set_new(attributes, name, sim_fill(bmc, default_of(row)));
	if (bmc->shape->dir)
		json_decref(attributes);
	else
		json_object_set_new(body, "Attributes", attributes);
}

static json_t *current(struct sim_bmc *bmc)
{
	json_auto_t *body = sim_read(bmc, sim_role_path(bmc, "bios"));

	return json_incref(json_object_get(body, "Attributes"));
}

/* ---- checks ------------------------------------------------------------------------------------
 */

static bool in_list(const json_t *values, const json_t *value)
{
	json_t *one;
	size_t i;

	json_array_foreach(values, i, one)
		if (json_equal(one, value))
			return true;
	return false;
}

static bool matches(const char *regex, const char *text)
{
	regex_t compiled;
	bool fits;

	if (regcomp(&compiled, regex, REG_EXTENDED | REG_NOSUB))
		return true;
	fits = !regexec(&compiled, text, 0, NULL, 0);
	regfree(&compiled);
	return fits;
}

/* The key of the message that says what is wrong with a value; NULL = nothing. */
static const char *value_problem(const json_t *row, const json_t *value)
{
	const json_t *values = values_of(row), *otherwise = default_of(row);
	const char *regex = ms_str(row, "/regex", NULL);

	if (values)
		return json_typeof(value) != json_typeof(otherwise) ? "type"
		       : in_list(values, value)			    ? NULL
								    : "value";
	if (json_is_boolean(otherwise))
		return json_is_boolean(value) ? NULL : "type";
	if (json_typeof(value) != json_typeof(otherwise))
		return "type";
	if (json_is_integer(value) && json_object_get(row, "max") &&
	    (json_integer_value(value) < ms_int(row, "/min", 0) ||
	     json_integer_value(value) > ms_int(row, "/max", 0)))
		return "range";
	if (json_is_string(value) &&
	    json_string_length(value) > (size_t)ms_int(row, "/length", 256))
		return "format";
	return regex && json_is_string(value) && !matches(regex, json_string_value(value))
		       ? "format"
		       : NULL;
}

/* Some can only be written while another one has a certain value in force. */
static const char *unmet(const json_t *row, const json_t *now)
{
	const char *name;
	json_t *value;

	json_object_foreach(json_object_get(row, "needs"), name, value)
		if (!json_equal(json_object_get(now, name), value))
			return name;
	return NULL;
}

static bool check_one(struct sim_req *req, const char *name, const json_t *value, const json_t *now)
{
	const json_t *row = json_object_get(table(req->bmc), name);
	MS_AUTO_FREE char *text = ms_json_text(value, MS_JSON_COMPACT);
	const char *problem, *shown = json_is_string(value) ? json_string_value(value) : text;
	char at[160];

	snprintf(at, sizeof(at), "#/Attributes/%s", name);
	if (!row) {
		sim_say(req, "unknown", at, name, NULL);
		return false;
	}
	problem = value_problem(row, value);
	if (ms_bool(row, "/readonly", false))
		sim_say(req, "read_only", at, name, NULL);
	else if (problem)
		sim_say(req, problem, at, shown ? shown : "", name, NULL);
	else if (unmet(row, now))
		sim_say(req, "dependency", at, name, unmet(row, now), NULL);
	else
		return true;
	return false;
}

bool sim_bios_check(struct sim_req *req)
{
	const json_t *attributes = json_object_get(req->json, "Attributes");
	json_auto_t *now = NULL;
	const char *name;
	json_t *value;

	json_object_foreach(req->json, name, value) {
		if (!strcmp(name, "Attributes") || strchr(name, '@'))
			continue;
		sim_say(req, "read_only", name, name, NULL);
		return false;
	}
	if (!json_is_object(attributes)) {
		sim_say(req, "missing", NULL, "Attributes", NULL);
		return false;
	}
	if (req->bmc->shape->dir)
		return true;
	now = current(req->bmc);
	json_object_foreach((json_t *)attributes, name, value)
		if (!check_one(req, name, value, now))
			return false;
	return true;
}

/* ---- the attribute registry (DSP8010 AttributeRegistry) ----------------------------------------
 */

static const char *type_of(const json_t *row)
{
	const json_t *value = default_of(row);

	if (values_of(row))
		return "Enumeration";
	if (ms_bool(row, "/secret", false))
		return "Password";
	return json_is_boolean(value) ? "Boolean" : json_is_integer(value) ? "Integer" : "String";
}

static void describe_values(json_t *item, const json_t *row)
{
	json_t *list, *value;
	size_t i;

	if (json_object_get(row, "max")) {
		json_object_set(item, "LowerBound", json_object_get(row, "min"));
		json_object_set(item, "UpperBound", json_object_get(row, "max"));
	}
	if (json_object_get(row, "regex"))
		json_object_set(item, "ValueExpression", json_object_get(row, "regex"));
	if (!values_of(row))
		return;
	list = json_array();
	json_array_foreach(values_of(row), i, value)
		json_array_append_new(list, json_pack("{s:O, s:O}", "ValueDisplayName", value,
						      "ValueName", value));
	json_object_set_new(item, "Value", list);
}

static json_t *describe(struct sim_bmc *bmc, const char *name, const json_t *row, size_t place)
{
	bool readonly = ms_bool(row, "/readonly", false);
	json_t *item = json_pack("{s:s, s:s, s:o, s:s, s:s, s:i, s:b, s:b, s:b, s:b, s:b}",
				 "AttributeName", name, "DisplayName", ms_str(row, "/title", name),
				 "DefaultValue", sim_fill(bmc, default_of(row)), "Type",
				 type_of(row), "MenuPath", "./", "DisplayOrder", (int)place,
				 "ReadOnly", readonly, "Immutable", readonly, "Hidden", 0,
				 "ResetRequired", 1, "WriteOnly", ms_bool(row, "/secret", false));

	describe_values(item, row);
	return item;
}

static void describe_needs(json_t *dependencies, const char *name, const json_t *row)
{
	const char *other;
	json_t *value;

	json_object_foreach(json_object_get(row, "needs"), other, value)
		json_array_append_new(
			dependencies,
			json_pack("{s:{s:[{s:s, s:s, s:s, s:O}], s:s, s:s, s:b}, s:s, s:s}",
				  "Dependency", "MapFrom", "MapFromAttribute", other,
				  "MapFromCondition", "NEQ", "MapFromProperty", "CurrentValue",
				  "MapFromValue", value, "MapToAttribute", name, "MapToProperty",
				  "ReadOnly", "MapToValue", 1, "DependencyFor", name, "Type",
				  "Map"));
}

void sim_bios_registry(struct sim_bmc *bmc, json_t *body)
{
	json_t *attributes = json_array(), *dependencies = json_array(), *row;
	const char *name;
	size_t place = 0;

	json_object_foreach((json_t *)table(bmc), name, row) {
		json_array_append_new(attributes, describe(bmc, name, row, ++place));
		describe_needs(dependencies, name, row);
	}
	json_object_set_new(body, "RegistryEntries",
			    json_pack("{s:o, s:o, s:[]}", "Attributes", attributes, "Dependencies",
				      dependencies, "Menus"));
}

/* ---- actions -----------------------------------------------------------------------------------
 */

/* Every attribute back to its default at the next boot, with no job. */
void sim_bios_reset(struct sim_req *req)
{
	json_t *values = json_object(), *row;
	json_auto_t *now = current(req->bmc);
	const char *name;

	json_object_foreach((json_t *)table(req->bmc), name, row) {
		json_t *wanted = sim_fill(req->bmc, default_of(row));

		if (json_equal(wanted, json_object_get(now, name)))
			json_decref(wanted);
		else
			json_object_set_new(values, name, wanted);
	}
	sim_settings_force(req->bmc, json_pack("{s:o}", "Attributes", values));
	sim_done(req,
		 (unsigned)ms_int(req->bmc->shape->model->behaviour, "/bios/reset_status", 200));
}

void sim_bios_password(struct sim_req *req)
{
	static const char *const needed[] = { "PasswordName", "OldPassword", "NewPassword", NULL };
	char key[64];

	for (const char *const *name = needed; *name; name++) {
		if (json_is_string(json_object_get(req->json, *name)))
			continue;
		sim_say(req, "action_missing", NULL, "Bios.ChangePassword", *name, NULL);
		return;
	}
	snprintf(key, sizeof(key), "BIOS %s", ms_str(req->json, "/PasswordName", ""));
	sim_log(req->bmc, "configuration", "OK", "A BIOS password was changed.");
	sim_done(req, 200);
}
