/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules of `check`: each row's function looks at one resource and adds Findings behind it. */
#include "core/cmd-private.h"

#include <errno.h>

/* objects is taken. */
static json_t *finding_new(const struct ms_rule *rule, json_t *objects, const char *hint,
			   const char *message)
{
	MS_AUTO_FREE char *name = ms_asprintf("%s-%s", rule->id, ms_str(objects, "/0/name", ""));
	json_t *finding = name ? ms_resource_new("Finding", name) : NULL;
	int r;

	if (!finding) {
		json_decref(objects);
		return NULL;
	}
	r = ms_put(finding, "/spec/rule", json_string(rule->id));
	r = r ? r : ms_put(finding, "/spec/severity", json_string(rule->severity));
	if (r)
		json_decref(objects);
	else
		r = ms_put(finding, "/spec/objects", objects);
	r = r ? r : ms_put(finding, "/spec/message", json_string(message));
	if (!r && hint && *hint)
		r = ms_put(finding, "/spec/hint", json_string(hint));
	if (!r)
		return finding;
	json_decref(finding);
	return NULL;
}

static int find(struct ms_item *item, const struct ms_rule *rule, json_t *objects, const char *hint,
		const char *fmt, va_list args) __attribute__((format(printf, 5, 0)));
static int find(struct ms_item *item, const struct ms_rule *rule, json_t *objects, const char *hint,
		const char *fmt, va_list args)
{
	MS_AUTO_FREE char *message = NULL;
	json_t *finding;

	if (vasprintf(&message, fmt, args) < 0) {
		message = NULL;
		json_decref(objects);
		return -ENOMEM;
	}
	finding = objects ? finding_new(rule, objects, hint, message) : NULL;
	if (!finding)
		return -ENOMEM;
	if (item->run && strcmp(rule->severity, "info"))
		item->run->found++;
	return ms_item_add(item, finding);
}

int ms_find(struct ms_item *item, const struct ms_rule *rule, const char *hint, const char *fmt,
	    ...)
{
	va_list args;
	int r;

	va_start(args, fmt);
	r = find(item, rule,
		 json_pack("[{s:s, s:s}]", "kind", ms_kind(item->res), "name", ms_name(item->res)),
		 hint, fmt, args);
	va_end(args);
	return r;
}

int ms_find_objects(struct ms_item *item, const struct ms_rule *rule, json_t *objects,
		    const char *hint, const char *fmt, ...)
{
	va_list args;
	int r;

	va_start(args, fmt);
	r = find(item, rule, objects, hint, fmt, args);
	va_end(args);
	return r;
}

int ms_rules_run(struct ms_item *item, const struct ms_rule *rules, struct ms_err *err)
{
	for (const struct ms_rule *rule = rules; rule->id; rule++) {
		int r = rule->fn(item, rule, err);

		if (r < 0)
			return r;
	}
	return 0;
}

struct ms_rule *ms_rules_choose(const struct ms_rule *rules, const char *const *ids)
{
	struct ms_rule *chosen;
	size_t n = 0;

	while (rules[n].id)
		n++;
	chosen = calloc(n + 1, sizeof(*chosen));
	n = 0;
	for (; chosen && rules->id; rules++) {
		const char *const *id = ids;

		while (id && *id && strcmp(*id, rules->id))
			id++;
		if (!id || *id)
			chosen[n++] = *rules;
	}
	return chosen;
}
