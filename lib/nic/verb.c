/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of msctl-nic that change nothing: get looks here, or the same command does at the far
 * ends. */
#include "nic/here.h"

#include <errno.h>

/* ---- far ends ---- */

int nic_far_each(struct ms_run *run, struct ms_item *items, size_t n, const char *const *argv,
		 ms_far_server_fn *server_of, struct ms_err *err)
{
	const struct nic_args *args = run->args;
	struct ms_far_opts opts = { .loop = run->loop,
				    .argv = argv,
				    .seconds = (unsigned)args->timeout };
	int r = ms_secrets_new(&opts.secrets, err);

	if (r < 0)
		return r;
	ms_secrets_use_loop(opts.secrets, run->loop);
	r = ms_far_each(run, items, n, &opts, server_of, err);
	ms_secrets_free(opts.secrets);
	return r;
}

static int get_far(struct ms_run *run, struct ms_item *items, size_t n, struct ms_err *err)
{
	const char *const argv[] = { run->cmd->name, run->verb->name, "--local", NULL };

	return nic_far_each(run, items, n, argv, ms_far_server_of, err);
}

/* ---- get ---- */

static int get_one(struct nic_here *here, struct ms_item *item, struct ms_err *err)
{
	json_t *status = NULL;
	int r = nic_observe(here, item->res, &status, err);

	if (r < 0)
		return r;
	return ms_status_set(item->res, "nic", status) ? ms_nomem(err) : 0;
}

/* A failure belongs to its Nic; the others go on. */
static int get_items(struct ms_run *run, struct nic_here *here, struct ms_item *items, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct ms_err err = MS_ERR_INIT;

		if (!items[i].mine)
			continue;
		run->targets++;
		ms_status_clear_error(items[i].res);
		if (get_one(here, &items[i], &err) == 0)
			continue;
		ms_status_error(items[i].res, &err);
		ms_run_failed(run, ms_name(items[i].res), &err);
	}
	return 0;
}

/* Nothing was asked for: all that there is. */
static int get_found(struct ms_run *run, struct nic_here *here, struct ms_err *err)
{
	json_auto_t *nics = NULL;
	int r = nic_discover(here, &nics, err);

	for (size_t i = 0; !r && i < json_array_size(nics); i++) {
		struct ms_item item = { .run = run, .res = json_array_get(nics, i), .mine = true };

		get_items(run, here, &item, 1);
		r = ms_writer_put(run->out, item.res, err);
	}
	return r;
}

static int get_host(struct ms_run *run, struct ms_host *host, struct ms_item *items, size_t n,
		    struct ms_err *err)
{
	struct nic_here here = { .host = host, .loop = run->loop };
	int r = nic_here_read(&here, err);

	if (!r)
		r = n ? get_items(run, &here, items, n) : get_found(run, &here, err);
	nic_here_release(&here);
	return r ? r : ms_host_finish(host, err);
}

static int get_here(struct ms_run *run, struct ms_item *items, size_t n, struct ms_err *err)
{
	struct ms_host_opts opts = { .loop = run->loop };
	struct ms_host *host = NULL;
	int r = ms_host_open(&opts, &host, err);

	if (!r)
		r = get_host(run, host, items, n, err);
	ms_host_close(host);
	return r;
}

int nic_verb_get(struct ms_run *run, struct ms_err *err)
{
	const struct nic_args *args = run->args;
	struct ms_item *items = NULL;
	size_t n = 0;
	int r = ms_run_collect(run, &items, &n, err);

	if (!r)
		r = args->local ? get_here(run, items, n, err) : get_far(run, items, n, err);
	for (size_t i = 0; !r && i < n; i++)
		r = ms_run_put(run, &items[i], err);
	ms_items_free(items, n);
	return r;
}

/* ---- plan ---- */

static int plan_one(struct ms_item *item, struct ms_err *err)
{
	const struct nic_args *args = item->run->args;
	int r = nic_plan(item, err);

	if (args->exit_code)
		item->run->found += json_array_size(item->more);
	return r;
}

int nic_verb_plan(struct ms_run *run, struct ms_err *err)
{
	return ms_run_each(run, plan_one, NULL, err);
}

/* ---- check ---- */

static int check_one(struct ms_item *item, struct ms_err *err)
{
	return ms_rules_run(item, item->ctx, err);
}

int nic_verb_check(struct ms_run *run, struct ms_err *err)
{
	const struct nic_args *args = run->args;
	MS_AUTO_FREE struct ms_rule *rules = ms_rules_choose(nic_rules,
							     (const char *const *)args->rules);

	return rules ? ms_run_each(run, check_one, rules, err) : ms_nomem(err);
}
