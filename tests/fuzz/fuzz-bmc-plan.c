/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any JSON as a Server with its status: plan is pure, check and plan survive it; and as an attribute registry. */
#include <stddef.h>
#include <stdint.h>
#include "bmc/aspect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static json_t *planned(json_t *res)
{
	struct ms_run run = { 0 };
	struct ms_item item = { .run = &run, .res = res };
	struct ms_err err = MS_ERR_INIT;
	int r = bmc_plan(&item, &err);
	json_t *step;
	size_t i;

	/* Whatever is refused is said, and what is planned all the same is a whole Step. */
	if (r && err.code == MS_OK)
		__builtin_trap();
	json_array_foreach(item.more, i, step)
		if (!ms_str(step, "/spec/id", NULL) || !ms_at(step, "/spec/after"))
			__builtin_trap();
	return item.more ? item.more : json_array();
}

static void check(json_t *res)
{
	struct ms_run run = { 0 };
	struct ms_item item = { .run = &run, .res = res };
	struct ms_err err = MS_ERR_INIT;

	ms_rules_run(&item, bmc_rules, &err);
	json_decref(item.more);
}

/* What is checked is good, and what is in order leads to what is wanted. */
static void registry(const json_t *all)
{
	const json_t *rows = json_object_get(all, "registry"), *now = json_object_get(all, "current");
	json_auto_t *raw = NULL, *stages = NULL, *state = NULL;
	struct ms_err err = MS_ERR_INIT;
	json_t *stage;
	size_t i;

	if (bmc_registry_check(rows, now, json_object_get(all, "wanted"), &raw, &err))
		return;
	if (bmc_registry_order(rows, now, raw, &stages, NULL, &err))
		return;
	state = json_is_object(now) ? json_deep_copy(now) : json_object();
	json_array_foreach(stages, i, stage)
		json_object_update(state, stage);
	if (!ms_step_holds(state, raw))
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_auto_t *res = json_loadb((const char *)data, size, 0, NULL), *first = NULL, *second = NULL;

	if (!json_is_object(res))
		return 0;
	first = planned(res);
	second = planned(res);
	if (!json_equal(first, second))
		__builtin_trap();
	check(res);
	registry(res);
	return 0;
}
