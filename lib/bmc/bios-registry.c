/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The attribute registry (DSP0268, AttributeRegistry): which values an attribute takes, and which
 * attributes are held read-only by others.
 *
 * Registries differ: Dell's ReadOnly is the state of the moment, HPE's and Lenovo's dependencies
 * map to GrayOut as well, Supermicro lists "0" and "1" as names while its BIOS shows the display
 * names.  Conditions without MapTerms are joined by OR: Dell lists one attribute with several
 * values that way.
 */
#include "bmc/aspect.h"

#include <regex.h>

static const json_t *entries(const json_t *registry, const char *what)
{
	return ms_at(registry, "/RegistryEntries/%s", what);
}

static const json_t *row_of(const json_t *registry, const char *name)
{
	size_t i;
	json_t *row;

	json_array_foreach(entries(registry, "Attributes"), i, row)
		if (ms_streq(ms_str(row, "/AttributeName", NULL), name))
			return row;
	return NULL;
}

/* ---- values ---- */

static bool is_null_row(const json_t *value)
{
	return !value || json_is_null(value);
}

/* Does the BIOS speak in display names here?  Seen by what it shows now. */
static bool shows_display(const json_t *row, const char *now)
{
	bool display = false;
	size_t i;
	json_t *value;

	json_array_foreach(json_object_get(row, "Value"), i, value) {
		if (ms_streq(ms_str(value, "/ValueName", NULL), now))
			return false;
		display |= ms_streq(ms_str(value, "/ValueDisplayName", NULL), now);
	}
	return display;
}

static int bad_word(const json_t *row, const char *name, const char *word, struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf known = { .max = 400 };
	size_t i;
	json_t *value;

	json_array_foreach(json_object_get(row, "Value"), i, value)
		ms_buf_printf(&known, "%s%s", i ? ", " : "",
			      ms_str(value, "/ValueDisplayName", ms_str(value, "/ValueName", "?")));
	return ms_fail(err, -EINVAL, MS_INPUT, "BIOS attribute %s cannot be \"%s\": it takes %s",
		       name, word, known.len ? known.data : "other values");
}

static int check_word(const json_t *row, const char *name, const json_t *now, const json_t *wish,
		      json_t **ret_value, struct ms_err *err)
{
	const char *word = json_string_value(wish);
	bool display = shows_display(row, json_string_value(now));
	size_t i;
	json_t *value;

	if (!json_array_size(json_object_get(row, "Value")) || json_is_boolean(wish)) {
		*ret_value = json_incref((json_t *)wish);
		return 0;
	}
	json_array_foreach(json_object_get(row, "Value"), i, value) {
		const char *own = ms_str(value, "/ValueName", NULL),
			   *shown = ms_str(value, "/ValueDisplayName", NULL);

		if (!word || (!ms_streq(word, own) && !ms_streq(word, shown)))
			continue;
		*ret_value = json_string(display			? shown
					 : ms_streq(word, own)		? own
					 : ms_streq(word, shown) && own ? own
									: word);
		return *ret_value ? 0 : ms_nomem(err);
	}
	return bad_word(row, name, word ? word : "(not a text)", err);
}

static int check_number(const json_t *row, const char *name, const json_t *wish, struct ms_err *err)
{
	const json_t *low = json_object_get(row, "LowerBound"),
		     *high = json_object_get(row, "UpperBound");
	double value = json_number_value(wish);

	if (!json_is_integer(wish))
		return ms_fail(err, -EINVAL, MS_INPUT, "BIOS attribute %s is an integer", name);
	if ((!json_is_number(low) || value >= json_number_value(low)) &&
	    (!json_is_number(high) || value <= json_number_value(high)))
		return 0;
	return ms_fail(err, -ERANGE, MS_INPUT, "BIOS attribute %s is from %.0f to %.0f, not %.0f",
		       name, json_number_value(low), json_number_value(high), value);
}

/* Repeats of repeats cost memory without end in regcomp(3), back references time in regexec(3). */
static bool is_cheap(const char *pattern)
{
	const char *p;

	if (strlen(pattern) > 256 || strstr(pattern, "){") || strstr(pattern, "}{") ||
	    strstr(pattern, "*{") || strstr(pattern, "+{"))
		return false;
	for (p = pattern; *p; p++)
		if (*p == '\\' && p[1] && *++p >= '1' && *p <= '9')
			return false;
	return true;
}

/* A pattern of the device: one that is broken or costly is the device's fault and binds nobody. */
static bool pattern_takes(const char *pattern, const char *text)
{
	regex_t re;
	bool takes;

	if (!is_cheap(pattern) || regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB))
		return true;
	takes = !regexec(&re, text, 0, NULL, 0);
	regfree(&re);
	return takes;
}

static int check_text(const json_t *row, const char *name, const json_t *wish, struct ms_err *err)
{
	const char *text = json_string_value(wish),
		   *pattern = ms_str(row, "/ValueExpression", NULL);
	int64_t min = ms_int(row, "/MinLength", 0), max = ms_int(row, "/MaxLength", INT64_MAX);

	if (!text)
		return ms_fail(err, -EINVAL, MS_INPUT, "BIOS attribute %s is a text", name);
	if ((int64_t)strlen(text) < min || (int64_t)strlen(text) > max)
		return ms_fail(err, -ERANGE, MS_INPUT,
			       "BIOS attribute %s has from %jd to %jd characters, not %zu", name,
			       (intmax_t)min, (intmax_t)max, strlen(text));
	if (pattern && *pattern && !pattern_takes(pattern, text))
		return ms_fail(err, -EINVAL, MS_INPUT,
			       "BIOS attribute %s does not take \"%s\": it has to match %s", name,
			       text, pattern);
	return 0;
}

static int check_value(const json_t *row, const char *name, const json_t *now, const json_t *wish,
		       json_t **ret_value, struct ms_err *err)
{
	const char *type = ms_str(row, "/Type", "");
	int r = 0;

	if (!strcmp(type, "Enumeration"))
		return check_word(row, name, now, wish, ret_value, err);
	if (!strcmp(type, "Integer"))
		r = check_number(row, name, wish, err);
	else if (!strcmp(type, "String") || !strcmp(type, "Password"))
		r = check_text(row, name, wish, err);
	else if (!strcmp(type, "Boolean") && !json_is_boolean(wish))
		r = ms_fail(err, -EINVAL, MS_INPUT, "BIOS attribute %s is true or false", name);
	if (!r)
		*ret_value = json_incref((json_t *)wish);
	return r;
}

static int unknown_name(const json_t *current, const char *name, struct ms_err *err)
{
	const char *near = bmc_nearest(current, name);

	return ms_fail(err, -EINVAL, MS_INPUT, "no BIOS attribute \"%s\"%s%s", name,
		       near ? ", did you mean " : "", near ? near : "");
}

int bmc_registry_check(const json_t *registry, const json_t *current, const json_t *wanted,
		       json_t **ret_raw, struct ms_err *err)
{
	json_auto_t *raw = json_object();
	const char *name;
	json_t *wish, *value;
	int r;

	json_object_foreach((json_t *)wanted, name, wish) {
		const json_t *now = json_object_get(current, name), *row = row_of(registry, name);

		if (!row && !now)
			return unknown_name(current, name, err);
		value = NULL;
		r = row ? check_value(row, name, now, wish, &value, err)
			: (value = json_incref(wish), 0);
		if (r)
			return r;
		if (json_object_set_new(raw, name, value))
			return ms_nomem(err);
	}
	if (!raw)
		return ms_nomem(err);
	*ret_raw = ms_take(raw);
	return 0;
}

/* ---- dependencies ---- */

static bool same(const json_t *a, const json_t *b)
{
	if (json_is_string(a) && json_is_boolean(b))
		return ms_streq(json_string_value(a), json_is_true(b) ? "true" : "false");
	return ms_step_holds(a, b);
}

static bool condition(const json_t *from, const json_t *state)
{
	const json_t *now = json_object_get(state, ms_str(from, "/MapFromAttribute", ""));
	const json_t *value = json_object_get(from, "MapFromValue");
	const char *how = ms_str(from, "/MapFromCondition", "EQU");
	double a = json_number_value(now), b = json_number_value(value);

	/* Conditions on anything but a value, or on what this machine does not show, hold nothing
	 * back. */
	if (!now || !ms_streq(ms_str(from, "/MapFromProperty", "CurrentValue"), "CurrentValue"))
		return false;
	if (!strcmp(how, "EQU"))
		return same(now, value);
	if (!strcmp(how, "NEQ"))
		return !same(now, value);
	if (!json_is_number(now) || !json_is_number(value))
		return false;
	return !strcmp(how, "GTR")   ? a > b
	       : !strcmp(how, "GEQ") ? a >= b
	       : !strcmp(how, "LSS") ? a < b
				     : a <= b;
}

static bool applies(const json_t *dependency, const json_t *state)
{
	bool holds = false;
	size_t i;
	json_t *from;

	json_array_foreach(ms_at(dependency, "/Dependency/MapFrom"), i, from) {
		bool one = condition(from, state);

		holds = i == 0						    ? one
			: ms_starts(ms_str(from, "/MapTerms", "OR"), "AND") ? holds && one
									    : holds || one;
	}
	return holds;
}

static bool is_true(const json_t *value)
{
	return json_is_true(value) || ms_streq(json_string_value(value), "true");
}

/* Is `name` read-only while the others are as in `state`?  ret_why lends the dependency that says
 * so. */
static bool held(const json_t *registry, const char *name, const json_t *state,
		 const json_t **ret_why)
{
	const json_t *row = row_of(registry, name);
	bool fixed = is_true(json_object_get(row, "ReadOnly")) ||
		     is_true(json_object_get(row, "Immutable"));
	bool ruled = false, hold = false;
	size_t i;
	json_t *d;

	*ret_why = NULL;
	json_array_foreach(entries(registry, "Dependencies"), i, d) {
		const char *property = ms_str(d, "/Dependency/MapToProperty", "");

		if (!ms_streq(ms_str(d, "/Dependency/MapToAttribute", NULL), name) ||
		    (strcmp(property, "ReadOnly") && strcmp(property, "GrayOut")))
			continue;
		ruled = true;
		if (!applies(d, state))
			continue;
		hold = is_true(ms_at(d, "/Dependency/MapToValue"));
		if (hold)
			*ret_why = d;
	}
	return is_true(json_object_get(row, "Immutable")) || (ruled ? hold : fixed);
}

/* What the BIOS itself will change when the state is as it is (MapToProperty CurrentValue). */
static int settle(const json_t *registry, json_t *state)
{
	size_t i;
	json_t *d;

	json_array_foreach(entries(registry, "Dependencies"), i, d) {
		const char *name = ms_str(d, "/Dependency/MapToAttribute", NULL);
		json_t *value = ms_at(d, "/Dependency/MapToValue");

		if (!ms_streq(ms_str(d, "/Dependency/MapToProperty", NULL), "CurrentValue") ||
		    is_null_row(value) || !name)
			continue;
		if (json_object_get(state, name) && applies(d, state) &&
		    json_object_set(state, name, value))
			return -ENOMEM;
	}
	return 0;
}

static int stuck(const json_t *registry, const char *name, const json_t *state, struct ms_err *err)
{
	const char *other;
	const json_t *why = NULL;
	MS_AUTO_BUF struct ms_buf now = { 0 };

	held(registry, name, state, &why);
	if (!why)
		return ms_fail(err, -EROFS, MS_CONFLICT, "BIOS attribute %s is read-only", name);
	other = ms_str(why, "/Dependency/MapFrom/0/MapFromAttribute", "?");
	bmc_say_value(&now, json_object_get(state, other));
	ms_fail(err, -EROFS, MS_CONFLICT, "BIOS attribute %s is read-only while %s is %s", name,
		other, now.data ? now.data : "?");
	ms_hint(err, "set %s under bios.attributes as well", other);
	return -EROFS;
}

/* Move what is writable in this state from left into a new stage. */
static json_t *next_stage(const json_t *registry, json_t *left, const json_t *state)
{
	json_t *stage = json_object(), *value;
	const json_t *why;
	const char *name;
	void *tmp;

	json_object_foreach(left, name, value)
		if (!held(registry, name, state, &why) && json_object_set(stage, name, value))
			return json_decref(stage), NULL;
	json_object_foreach_safe(stage, tmp, name, value)
		json_object_del(left, name);
	return stage;
}

static json_t *differing(const json_t *current, const json_t *wanted)
{
	json_t *left = json_object(), *value;
	const char *name;

	json_object_foreach((json_t *)wanted, name, value)
		if (!ms_step_holds(json_object_get(current, name), value) &&
		    json_object_set(left, name, value))
			return json_decref(left), NULL;
	return left;
}

int bmc_registry_order(const json_t *registry, const json_t *current, const json_t *wanted,
		       json_t **ret_stages, const char **ret_stuck, struct ms_err *err)
{
	json_auto_t *left = differing(current, wanted), *stages = json_array(),
		    *state = json_copy((json_t *)current);

	if (!left || !stages || !state)
		return ms_nomem(err);
	while (json_object_size(left)) {
		json_t *stage = next_stage(registry, left, state);

		if (!stage || json_array_append_new(stages, stage) ||
		    json_object_update(state, stage))
			return ms_nomem(err);
		if (!json_object_size(stage)) {
			const char *name = json_object_iter_key(json_object_iter(left));

			if (ret_stuck)
				*ret_stuck = json_object_iter_key(
					json_object_iter_at((json_t *)wanted, name));
			return stuck(registry, name, state, err);
		}
		/* Twice: what one forced value changes may force another. */
		if (settle(registry, state) || settle(registry, state))
			return ms_nomem(err);
	}
	*ret_stages = ms_take(stages);
	return 0;
}

/* ---- what get kept ---- */

static int put(json_t *row, const char *name, json_t *value)
{
	return value ? json_object_set(row, name, value) : 0;
}

static json_t *values_of(const json_t *rule)
{
	const json_t *names = json_object_get(rule, "values"),
		     *shown = json_object_get(rule, "shown");
	json_t *values = json_array(), *name;
	size_t i;

	json_array_foreach(names, i, name)
		if (json_array_append_new(
			    values,
			    json_pack("{s:O,s:O}", "ValueName", name, "ValueDisplayName",
				      json_array_get(shown, i) ? json_array_get(shown, i) : name)))
			return json_decref(values), NULL;
	return values;
}

static int row_from(const char *name, const json_t *rule, json_t *attributes, json_t *dependencies)
{
	static const char *const names[][2] = {
		{ "Type", "type" },
		{ "ReadOnly", "readOnly" },
		{ "LowerBound", "lower" },
		{ "UpperBound", "upper" },
		{ "MinLength", "minLength" },
		{ "MaxLength", "maxLength" },
		{ "ValueExpression", "pattern" },
	};
	json_t *row = json_pack("{s:s}", "AttributeName", name), *d;
	size_t i;

	for (i = 0; i < MS_ARRAY_SIZE(names); i++)
		if (put(row, names[i][0], json_object_get(rule, names[i][1])))
			return json_decref(row), -ENOMEM;
	if (json_object_set_new(row, "Value", values_of(rule)) ||
	    json_array_append_new(attributes, row))
		return -ENOMEM;
	json_array_foreach(json_object_get(rule, "dependencies"), i, d)
		if (json_array_append_new(dependencies, json_pack("{s:O}", "Dependency", d)))
			return -ENOMEM;
	return 0;
}

json_t *bmc_registry_from_rules(const json_t *rules)
{
	json_auto_t *attributes = json_array(), *dependencies = json_array();
	const char *name;
	json_t *rule;

	json_object_foreach((json_t *)rules, name, rule)
		if (row_from(name, rule, attributes, dependencies))
			return NULL;
	return json_pack("{s:{s:O,s:O}}", "RegistryEntries", "Attributes", attributes,
			 "Dependencies", dependencies);
}
