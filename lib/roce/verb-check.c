/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verb that compares hosts with switches: check. */
#include "roce/rules.h"

static int judge(struct ms_run *run, struct ms_item *item, const struct ms_rule *rules,
		 struct roce_set *set, struct ms_err *err)
{
	int r = 0;

	item->ctx = set;
	if (item->mine) {
		run->targets += ms_streq(ms_kind(item->res), "Nic") ||
				ms_streq(ms_kind(item->res), "Switch");
		r = ms_rules_run(item, rules, err);
	}
	if (!r)
		r = ms_run_put(run, item, err);
	json_decref(item->more);
	item->more = NULL;
	return r;
}

static int check(struct ms_run *run, struct ms_item *items, size_t n, struct ms_err *err)
{
	const struct roce_args *args = run->args;
	MS_AUTO_FREE struct ms_rule *rules = ms_rules_choose(roce_rules,
							     (const char *const *)args->rules);
	MS_AUTO_FREE json_t **resources = calloc(n + 1, sizeof(*resources));
	struct roce_set *set = NULL;
	int r = rules && resources ? 0 : ms_nomem(err);

	for (size_t i = 0; !r && i < n; i++)
		resources[i] = items[i].res;
	if (!r)
		r = roce_set_new(resources, n, &set, err);
	for (size_t i = 0; !r && i < n; i++)
		r = judge(run, &items[i], rules, set, err);
	roce_set_free(set);
	return r;
}

int roce_verb_check(struct ms_run *run, struct ms_err *err)
{
	struct ms_item *items = NULL;
	size_t n = 0;
	int r = ms_run_collect(run, &items, &n, err);

	if (!r)
		r = check(run, items, n, err);
	ms_items_free(items, n);
	return r;
}
