/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faults: rules {match, action, remaining, skip, probability}; the first that fits a request is
 * used.
 */
#include <fnmatch.h>
#include "sim/device.h"

static const char *const match_keys[] = { "vendor", "method", "path", NULL };
static const char *const rule_keys[] = {
	"name", "match", "action", "remaining", "skip", "probability", NULL,
};
static const char *const action_keys[] = {
	"status", "headers", "body", "merge", "replace", "latency", "reset", "reset_after", "half",
	"html", "redirect", "retry_after", "only", NULL,
};

static bool is_known(const char *key, const char *const *keys)
{
	for (; *keys; keys++)
		if (!strcmp(key, *keys))
			return true;
	return false;
}

static bool fits_text(const json_t *match, const char *key, const char *text)
{
	const char *pattern = json_string_value(json_object_get(match, key));

	return !pattern || !fnmatch(pattern, text, 0);
}

/* A rule that names a device of one kind ("server: a") is for no other kind. */
static bool fits_name(const struct sim_device *dev, const json_t *match)
{
	for (const struct sim_kind *const *kind = sim_kinds; *kind; kind++)
		if (*kind != dev->kind && json_object_get(match, (*kind)->match))
			return false;
	return fits_text(match, dev->kind->match, dev->name);
}

static bool fits_device(const struct sim_device *dev, const json_t *rule)
{
	const json_t *match = json_object_get(rule, "match");

	return fits_name(dev, match) && fits_text(match, "vendor", dev->vendor);
}

static const json_t *levers_for(const struct sim_device *dev, const json_t *rule)
{
	return ms_at(rule, "/action/%s", dev->kind->name);
}

/* A rule about the device itself is no rule about requests. */
static bool fits(const struct sim_req *req, const json_t *rule)
{
	const json_t *match = json_object_get(rule, "match");

	return !levers_for(req->dev, rule) && fits_device(req->dev, rule) &&
	       fits_text(match, "method", req->method) && fits_text(match, "path", req->path);
}

/* "remaining" and "skip" count per device, so that every one of a pattern has its share. */
static bool spend(json_t *rule, const char *name)
{
	const json_t *remaining = json_object_get(rule, "remaining");
	json_t *seen = json_object_get(rule, "seen");
	json_int_t n, skip = ms_int(rule, "/skip", 0);

	if (!seen) {
		seen = json_object();
		json_object_set_new(rule, "seen", seen);
	}
	n = json_integer_value(json_object_get(seen, name)) + 1;
	json_object_set_new(seen, name, json_integer(n));
	return n > skip && (!remaining || n <= skip + json_integer_value(remaining));
}

/* The same requests have the same luck in every run. */
static bool lucky(const struct sim_req *req, const json_t *rule)
{
	const json_t *p = json_object_get(rule, "probability");
	uint64_t x = req->dev->hash + req->dev->requests * 0x9e3779b97f4a7c15u;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	return !p || (double)(x >> 40) / 16777216.0 < json_number_value(p);
}

const json_t *sim_fault_match(struct sim_req *req)
{
	json_t *rule;
	size_t i;

	if (ms_starts(req->path, "/sim"))
		return NULL;
	json_array_foreach(req->sim->faults, i, rule)
		if (fits(req, rule) && lucky(req, rule) && spend(rule, req->dev->name))
			return rule;
	return NULL;
}

static int pull(struct sim_device *dev, const json_t *rule, size_t number, struct ms_err *err)
{
	const json_t *levers = levers_for(dev, rule);
	const char *bad = levers && fits_device(dev, rule) ? sim_pull(dev, levers) : NULL;

	return bad ? ms_fail(err, -EINVAL, MS_INPUT, "faults: rule %zu: %s: cannot do \"%s\"",
			     number, dev->name, bad)
		   : 0;
}

/* {action: {bmc: {lever: value}}}: how devices are from the start. */
int sim_fault_start(struct sim *sim, struct ms_err *err)
{
	json_t *rule;
	size_t i, k;
	int r = 0;

	json_array_foreach(sim->faults, i, rule)
		for (k = 0; !r && k < sim->n_devices; k++)
			r = pull(sim->devices[k], rule, i + 1, err);
	return r;
}

/* ---- reading rules -----------------------------------------------------------------------------
 */

/* Besides the fixed keys, the words of the kinds. */
static bool is_kind_word(const char *key, bool match)
{
	for (const struct sim_kind *const *kind = sim_kinds; *kind; kind++)
		if (!strcmp(key, match ? (*kind)->match : (*kind)->name))
			return true;
	return false;
}

static void check_keys(const json_t *object, const char *const *keys, const char *source,
		       const char *at, struct ms_report *report)
{
	const char *key;
	json_t *value;
	char path[256];

	json_object_foreach((json_t *)object, key, value) {
		if (is_known(key, keys) ||
		    (keys != rule_keys && is_kind_word(key, keys == match_keys)))
			continue;
		snprintf(path, sizeof(path), "%s/%s", at, key);
		ms_report_add(report, MS_INPUT, source, path, "unknown key \"%s\"", key);
	}
}

static void check_rule(const json_t *rule, const char *source, const char *at,
		       struct ms_report *report)
{
	char path[256];

	if (!json_is_object(rule) || !json_is_object(json_object_get(rule, "action"))) {
		ms_report_add(report, MS_INPUT, source, at,
			      "a rule is an object with an \"action\"");
		return;
	}
	check_keys(rule, rule_keys, source, at, report);
	snprintf(path, sizeof(path), "%s/match", at);
	check_keys(json_object_get(rule, "match"), match_keys, source, path, report);
	snprintf(path, sizeof(path), "%s/action", at);
	check_keys(json_object_get(rule, "action"), action_keys, source, path, report);
}

int sim_faults(struct sim *sim, const struct ms_doc *rules, struct ms_report *report,
	       struct ms_err *err)
{
	const json_t *list = json_is_array(rules->root) ? rules->root
							: json_object_get(rules->root, "faults");
	size_t before = report->n, i;
	json_t *rule;

	if (!json_is_array(list))
		return ms_fail(err, -EBADMSG, MS_INPUT, "%s: a list of rules is wanted",
			       rules->source);
	json_array_foreach(list, i, rule) {
		char at[64];

		snprintf(at, sizeof(at), "%s/%zu", json_is_array(rules->root) ? "" : "/faults", i);
		check_rule(rule, rules->source, at, report);
		json_array_append_new(sim->faults, json_deep_copy(rule));
	}
	for (i = before; i < report->n; i++)
		ms_doc_place(rules, &report->errs[i]);
	return report->n > before ? ms_fail(err, -EBADMSG, MS_INPUT, "%s: refused", rules->source)
				  : 0;
}

/* One more rule while the site runs; those that came later are tried first. */
int sim_fault_add(struct sim *sim, const json_t *rule, struct ms_err *err)
{
	struct ms_report report = { 0 };

	check_rule(rule, "rule", "", &report);
	if (report.n)
		ms_fail(err, -EBADMSG, MS_INPUT, "%s", report.errs[0].message);
	else if (json_array_insert_new(sim->faults, 0, json_deep_copy(rule)))
		ms_nomem(err);
	ms_report_release(&report);
	return err->error;
}
