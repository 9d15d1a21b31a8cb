/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What may be written where: the `patch` rules of a model.
 *
 *   [A, B]        one of these               bool, int, number, any, secret
 *   string, string:63, string?               text, at most 63 characters, or null
 *   [[string]]    a list of texts            {Key: rule}   an object with these keys
 *   {$int: [1, 4094]}                        an integer between
 */
#include "sim/engine.h"

static const char *last_part(const char *at)
{
	const char *slash = strrchr(at, '/');

	return slash ? slash + 1 : at;
}

static bool refuse(struct sim_req *req, const char *key, const char *at, const json_t *value)
{
	MS_AUTO_FREE char *text = ms_json_text(value, MS_JSON_COMPACT);
	const char *plain = json_is_string(value) ? json_string_value(value) : text;

	if (!strcmp(key, "unknown") || !strcmp(key, "read_only"))
		sim_say(req, key, at, last_part(at), NULL);
	else
		sim_say(req, key, at, plain ? plain : "", last_part(at), NULL);
	return false;
}

static bool word_allowed(const json_t *words, const json_t *value)
{
	json_t *word;
	size_t i;

	json_array_foreach(words, i, word)
		if (json_equal(word, value))
			return true;
	return false;
}

static bool check_list(struct sim_req *req, const json_t *rule, const json_t *value, const char *at)
{
	const json_t *item_rule = json_array_get(rule, 0);
	json_t *item;
	size_t i;

	if (!json_is_array(value))
		return refuse(req, "type", at, value);
	json_array_foreach(value, i, item)
		if (!sim_rule_check(req, item_rule, item, at))
			return false;
	return true;
}

static bool check_text(struct sim_req *req, const char *rule, const json_t *value, const char *at)
{
	const char *colon = strchr(rule, ':');
	bool optional = rule[strlen(rule) - 1] == '?';

	if (json_is_null(value) && optional)
		return true;
	if (!json_is_string(value))
		return refuse(req, "type", at, value);
	if (colon && json_string_length(value) > strtoul(colon + 1, NULL, 10))
		return refuse(req, "format", at, value);
	return true;
}

static bool check_range(struct sim_req *req, const json_t *bounds, const json_t *value,
			const char *at)
{
	json_int_t n = json_integer_value(value);

	if (!json_is_integer(value))
		return refuse(req, "type", at, value);
	if (n < json_integer_value(json_array_get(bounds, 0)) ||
	    n > json_integer_value(json_array_get(bounds, 1)))
		return refuse(req, "range", at, value);
	return true;
}

static bool check_word(struct sim_req *req, const char *rule, const json_t *value, const char *at)
{
	bool fits;

	if (!strncmp(rule, "string", 6) || !strcmp(rule, "secret"))
		return check_text(req, rule, value, at);
	if (!strcmp(rule, "any"))
		return true;
	if (!strcmp(rule, "bool"))
		fits = json_is_boolean(value);
	else if (!strcmp(rule, "int"))
		fits = json_is_integer(value);
	else
		fits = json_is_number(value);
	return fits || refuse(req, "type", at, value);
}

bool sim_rule_check(struct sim_req *req, const json_t *rule, const json_t *value, const char *at)
{
	const json_t *bounds = json_object_get(rule, "$int");

	if (json_is_string(rule))
		return check_word(req, json_string_value(rule), value, at);
	if (bounds)
		return check_range(req, bounds, value, at);
	if (json_is_array(rule) && json_is_array(json_array_get(rule, 0)))
		return check_list(req, json_array_get(rule, 0), value, at);
	if (json_is_array(rule)) {
		if (!word_allowed(rule, value))
			return refuse(req, json_is_string(value) ? "value" : "type", at, value);
		return true;
	}
	if (!json_is_object(value))
		return refuse(req, "type", at, value);
	return sim_validate(req, rule, value, at);
}

/* A name that the resource has but nobody may write is another error than one that it has not. */
static bool is_shown(struct sim_req *req, const char *at)
{
	json_auto_t *body = sim_read(req->bmc, req->path);

	return ms_at(body, "%s", at + 1) != NULL;
}

bool sim_validate(struct sim_req *req, const json_t *rules, const json_t *values, const char *at)
{
	char path[SIM_PATH_MAX];
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)values, key, value) {
		const json_t *rule = json_object_get(rules, key);

		if (strchr(key, '@'))
			continue;
		snprintf(path, sizeof(path), "%s/%s", at, key);
		if (!rule)
			return refuse(req, is_shown(req, path) ? "read_only" : "unknown", path,
				      value);
		if (!sim_rule_check(req, rule, value, path))
			return false;
	}
	return true;
}
