/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verb that compares NICs with their fabric: plan. */
#include "roce/aspect.h"

static void plan_one(struct ms_run *run, struct ms_item *item, const struct roce_set *set)
{
	const struct roce_args *args = run->args;
	struct ms_err err = MS_ERR_INIT;

	run->targets++;
	if (roce_plan(item, set, &err) < 0) {
		ms_status_error(item->res, &err);
		ms_run_failed(run, ms_name(item->res), &err);
	}
	if (args->exit_code)
		run->found += json_array_size(item->more);
}

static int plan(struct ms_run *run, struct ms_item *items, size_t n, struct ms_err *err)
{
	MS_AUTO_FREE json_t **resources = calloc(n + 1, sizeof(*resources));
	struct ms_err note = MS_ERR_INIT;
	struct roce_set *set = NULL;
	int r = resources ? 0 : ms_nomem(err);

	for (size_t i = 0; !r && i < n; i++)
		resources[i] = items[i].res;
	if (!r)
		r = roce_set_new(resources, n, &set, err);
	for (size_t i = 0; !r && i < n; i++) {
		if (items[i].mine && !strcmp(ms_kind(items[i].res), "Nic"))
			plan_one(run, &items[i], set);
		r = ms_run_put(run, &items[i], err);
		json_decref(items[i].more);
		items[i].more = NULL;
	}
	if (!r && run->targets && !roce_has_fabric(set, &note))
		ms_run_note(run, &note);
	roce_set_free(set);
	return r;
}

int roce_verb_plan(struct ms_run *run, struct ms_err *err)
{
	struct ms_item *items = NULL;
	size_t n = 0;
	int r = ms_run_collect(run, &items, &n, err);

	if (!r)
		r = plan(run, items, n, err);
	ms_items_free(items, n);
	return r;
}
