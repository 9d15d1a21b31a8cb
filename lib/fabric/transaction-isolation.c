/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Are tenants as apart as before?  Rule T05 over what was read back.  A way that was there before
 * the change is no reason to undo it: the change may well be the repair.
 */
#include <errno.h>
#include "fabric/transaction.h"

enum moment { BEFORE, AFTER };

static const struct ms_rule *find_rule(const char *id)
{
	const struct ms_rule *rule;

	for (rule = fabric_rules; rule->id; rule++)
		if (!strcmp(rule->id, id))
			return rule;
	return NULL;
}

/* The Switch as it was read, whatever its status in the stream says. */
static json_t *as_read(const struct tx_switch *s, enum moment moment)
{
	json_t *model = moment == AFTER && s->read_back ? s->read_back : s->now;
	json_auto_t *patch = json_pack("{s:{s:{s:n}}}", "status", "switch", "config");
	json_t *copy = patch ? ms_merge_new(s->sw, patch) : NULL;

	if (copy && ms_put(copy, "/status/switch/config", json_incref(model)) == 0)
		return copy;
	json_decref(copy);
	return NULL;
}

static int resources_of(const struct tx *tx, enum moment moment, json_t **ret_list,
			struct ms_err *err)
{
	json_auto_t *list = json_array();

	for (size_t i = 0; list && i < tx->n_items; i++) {
		json_t *res = tx->items[i].res;
		const json_t *at = strcmp(ms_kind(res), "Switch")
					   ? NULL
					   : json_object_get(tx->by_name, ms_name(res));
		json_t *one = at ? as_read(&tx->switches[json_integer_value(at)], moment)
				 : json_incref(res);

		if (!one || json_array_append_new(list, one) < 0)
			return ms_nomem(err);
	}
	if (!list)
		return ms_nomem(err);
	*ret_list = ms_take(list);
	return 0;
}

static int find_ways(const struct tx *tx, const struct fabric_check *check, json_t *ways,
		     struct ms_err *err)
{
	const struct ms_rule *rule = find_rule("T05");
	int r = 0;

	for (size_t i = 0; rule && r == 0 && i < tx->n_items; i++) {
		struct ms_item item = { .run = tx->run, .res = tx->items[i].res,
					.ctx = (void *)check };
		const json_t *finding;
		size_t f;

		if (strcmp(ms_kind(item.res), "Tenant"))
			continue;
		r = rule->fn(&item, rule, err);
		json_array_foreach(item.more, f, finding)
			json_object_set_new(ways, ms_str(finding, "/spec/message", "?"),
					    json_true());
		json_decref(item.more);
	}
	return r;
}

/* {message: true} of every way between tenants. */
static int ways_between(const struct tx *tx, enum moment moment, json_t **ret_ways,
			struct ms_err *err)
{
	json_auto_t *list = NULL, *ways = json_object();
	MS_AUTO_FREE json_t **resources = NULL;
	struct ms_report report = { 0 };
	struct fabric_check check = { 0 };
	struct fabric_set *set = NULL;
	json_t *res;
	size_t i;
	int r = ways ? resources_of(tx, moment, &list, err) : ms_nomem(err);

	if (r < 0)
		return r;
	resources = calloc(json_array_size(list) + 1, sizeof(json_t *));
	if (!resources)
		return ms_nomem(err);
	json_array_foreach(list, i, res)
		resources[i] = res;
	r = fabric_set_new(resources, json_array_size(list), &set, &report, err);
	check.set = set;
	if (r == 0)
		r = fabric_graph_new(set, FABRIC_OBSERVED, &check.observed, err);
	if (r == 0)
		r = find_ways(tx, &check, ways, err);
	fabric_graph_free(check.observed);
	fabric_set_free(set);
	ms_report_release(&report);
	if (r == 0)
		*ret_ways = ms_take(ways);
	return r;
}

static bool has_tenants(const struct tx *tx)
{
	size_t n = 0;

	for (size_t i = 0; i < tx->n_items; i++)
		n += !strcmp(ms_kind(tx->items[i].res), "Tenant");
	return n > 1;
}

int tx_isolated(struct tx *tx, struct ms_err *err)
{
	json_auto_t *after = NULL, *before = NULL;
	const char *way;
	json_t *value;
	int r;

	if (tx->opts.no_verify || !has_tenants(tx))
		return 0;
	r = ways_between(tx, AFTER, &after, err);
	if (r < 0 || !json_object_size(after))
		return r;
	r = ways_between(tx, BEFORE, &before, err);
	if (r < 0)
		return r;
	json_object_foreach(after, way, value) {
		if (json_object_get(before, way))
			continue;
		ms_fail(err, -EPERM, MS_UNVERIFIED, "verify: %.600s", way);
		ms_hint(err,
			"nothing is changed; check the plan before it is applied");
		return -EPERM;
	}
	return 0;
}
