/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verb that compares hosts with switches: check. */
#include "roce/paths.h"
#include "roce/readings.h"
#include "roce/rules.h"

/* The tables, with the rules that were chosen, and what their items have as ctx. */
struct tables {
	struct ms_rule *rules, *path_rules, *counter_rules;
	struct roce_set *set;
	struct roce_paths paths;
	struct roce_readings before;
};

static int run_rules(struct ms_item *item, size_t number, const struct tables *tables,
		     struct ms_err *err)
{
	struct roce_place place;
	int r;

	if (ms_streq(ms_kind(item->res), "Path")) {
		roce_place_of(&tables->paths, item->res, number, &place);
		item->ctx = &place;
		return ms_rules_run(item, tables->path_rules, err);
	}
	item->ctx = tables->set;
	r = ms_rules_run(item, tables->rules, err);
	if (r || !tables->before.resources)
		return r;
	item->ctx = (void *)&tables->before;
	return ms_rules_run(item, tables->counter_rules, err);
}

static int judge(struct ms_run *run, struct ms_item *item, size_t number,
		 const struct tables *tables, struct ms_err *err)
{
	int r = 0;

	if (item->mine) {
		run->targets += ms_streq(ms_kind(item->res), "Path") ||
				ms_streq(ms_kind(item->res), "Nic") ||
				ms_streq(ms_kind(item->res), "Switch");
		r = run_rules(item, number, tables, err);
	}
	if (!r)
		r = ms_run_put(run, item, err);
	json_decref(item->more);
	item->more = NULL;
	return r;
}

/* Paths are compared with each other, too. */
static bool has_hosts_or_switches(const struct ms_item *items, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (items[i].mine && (ms_streq(ms_kind(items[i].res), "Nic") ||
				      ms_streq(ms_kind(items[i].res), "Switch")))
			return true;
	return false;
}

static int check(struct ms_run *run, struct ms_item *items, size_t n, struct ms_err *err)
{
	const struct roce_args *args = run->args;
	const char *const *ids = (const char *const *)args->rules;
	struct tables tables = { .rules = ms_rules_choose(roce_rules, ids),
				 .path_rules = ms_rules_choose(roce_path_rules, ids),
				 .counter_rules = ms_rules_choose(roce_counter_rules, ids) };
	MS_AUTO_FREE json_t **resources = calloc(n + 1, sizeof(*resources));
	struct ms_err note = MS_ERR_INIT;
	int r = tables.rules && tables.path_rules && tables.counter_rules && resources
			? 0
			: ms_nomem(err);

	for (size_t i = 0; !r && i < n; i++)
		resources[i] = items[i].res;
	if (!r)
		r = roce_set_new(resources, n, &tables.set, err);
	if (!r)
		r = roce_paths_init(resources, n, &tables.paths, err);
	if (!r && args->counters)
		r = roce_readings_load(args->counters, &tables.before, run->report, err);
	tables.before.set = tables.set;
	for (size_t i = 0; !r && i < n; i++)
		r = judge(run, &items[i], i, &tables, err);
	if (!r && !args->counters && has_hosts_or_switches(items, n) &&
	    !roce_has_fabric(tables.set, &note))
		ms_run_note(run, &note);
	roce_paths_release(&tables.paths);
	roce_set_free(tables.set);
	free(tables.rules);
	free(tables.path_rules);
	free(tables.counter_rules);
	roce_readings_release(&tables.before);
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
