/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs that compare and change. */
#include "bmc/verb.h"

/* ---- plan, apply, check ---- */

static int plan_one(struct ms_item *item, struct ms_err *err)
{
	const struct bmc_args *args = item->run->args;
	size_t before = json_array_size(item->more);
	int r = bmc_plan(item, err);

	if (args->exit_code)
		item->run->found += json_array_size(item->more) - before;
	return r;
}

int bmc_verb_plan(struct ms_run *run, struct ms_err *err)
{
	return ms_run_each(run, plan_one, NULL, err);
}

int bmc_verb_apply(struct ms_run *run, struct ms_err *err)
{
	const struct bmc_args *args = run->args;
	struct ms_apply_opts opts = {
		.allow = (const char *const *)args->allow,
		.keep_going = args->keep_going,
		.lock_seconds = (unsigned)args->lock,
	};
	struct bmc_env env = { 0 };
	struct ms_store *store = NULL;
	int r = verb_env_init(&env, run, err);

	env.force = args->force;
	env.drop_jobs = args->drop_jobs;
	env.boot_seconds = (unsigned)args->boot_time;
	if (!r)
		r = ms_store_open(NULL, run->loop, &store, err);
	if (!r)
		r = ms_apply(run, store, &bmc_step_ops, &env, &opts, err);
	ms_store_close(store);
	verb_env_release(&env);
	return r;
}

static int check_one(struct ms_item *item, struct ms_err *err)
{
	return ms_rules_run(item, bmc_rules, err);
}

int bmc_verb_check(struct ms_run *run, struct ms_err *err)
{
	return ms_run_each(run, check_one, NULL, err);
}

/* ---- power, boot, media, reset, csr ---- */

static int do_open(struct ms_item *item, struct bmc *bmc, struct ms_err *err)
{
	const struct bmc_args *args = item->run->args;
	const char *const *operands = item->run->operands;
	const struct ms_operand *declared = item->run->verb->operands;
	struct bmc_do_opts opts = {
		.verb = item->run->verb->name,
		.action = declared ? operands[0] : NULL,
		.target = declared && declared[1].name ? operands[1] : NULL,
		.url = args->image ? args->image : args->uri,
		.wait_seconds = (unsigned)args->wait,
		.then_force = args->force,
	};

	return bmc_do(item, bmc, &opts, err);
}

static int do_one(struct ms_item *item, struct ms_err *err)
{
	return verb_with_bmc(item, do_open, err);
}

int bmc_verb_do(struct ms_run *run, struct ms_err *err)
{
	return verb_each(run, do_one, err);
}
