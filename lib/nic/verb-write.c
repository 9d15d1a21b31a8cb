/* SPDX-License-Identifier: GPL-2.0-or-later */
/* apply: here, or by the same command at the far ends. */
#include "nic/here.h"
#include "state/state.h"

#include <errno.h>

#define ALLOW_MAX 16

/* ---- here ---- */

static bool is_allowed(const struct nic_args *args, const char *what)
{
	for (const char **word = args->allow; word && *word; word++)
		if (!strcmp(*word, what))
			return true;
	return false;
}

static int apply_here(struct ms_run *run, struct ms_err *err)
{
	const struct nic_args *args = run->args;
	struct ms_host_opts host = { .loop = run->loop };
	struct ms_apply_opts opts = { .allow = (const char *const *)args->allow,
				      .keep_going = args->keep_going,
				      .lock_seconds = (unsigned)args->lock };
	struct nic_env env = { .loop = run->loop, .allow_use = is_allowed(args, "use") };
	struct ms_store *store = NULL;
	int r = ms_host_open(&host, &env.host, err);

	if (!r)
		r = ms_store_open(NULL, run->loop, &store, err);
	if (!r)
		r = ms_apply(run, store, &nic_step_ops, &env, &opts, err);
	if (!r)
		r = ms_host_finish(env.host, err);
	ms_store_close(store);
	ms_host_close(env.host);
	return r;
}

/* ---- far ends ---- */

static bool is_ours(const struct ms_item *item)
{
	return item->mine && !strcmp(ms_kind(item->res), "Step") &&
	       ms_streq(ms_str(item->res, "/spec/command", NULL), "msctl-nic");
}

/* Steps travel with the Nics that they are for; hosts that have none are left alone. */
static int mark(struct ms_item *items, size_t n, size_t *ret_targets)
{
	json_auto_t *targets = json_object();

	for (size_t i = 0; i < n; i++)
		if (is_ours(&items[i]) &&
		    json_object_set_new(targets, ms_str(items[i].res, "/spec/target", ""),
					json_true()) < 0)
			return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		MS_AUTO_FREE char *name = ms_asprintf("%s/%s", ms_kind(items[i].res),
						      ms_name(items[i].res));

		if (!name)
			return -ENOMEM;
		items[i].ctx = is_ours(&items[i]) || json_object_get(targets, name) ? &items[i]
										    : NULL;
	}
	*ret_targets = json_object_size(targets);
	return 0;
}

static bool travels(const struct ms_item *item, char server[static MS_FAR_NAME])
{
	return item->ctx && ms_far_server_of(item, server);
}

/* ms_far_each counts every resource that travelled; what counts here is Steps. */
static void count_steps(struct ms_run *run, const struct ms_item *items, size_t n)
{
	run->targets = run->failed = 0;
	for (size_t i = 0; i < n; i++) {
		const char *state = ms_str(items[i].res, "/status/state", "");

		if (!is_ours(&items[i]))
			continue;
		run->targets++;
		run->failed += strcmp(state, "done") != 0;
	}
}

static int run_far(struct ms_run *run, struct ms_item *items, size_t n, struct ms_err *err)
{
	const struct nic_args *args = run->args;
	const char *argv[5 + 2 * ALLOW_MAX] = { run->cmd->name, run->verb->name, "--local" };
	size_t at = 3;

	if (args->keep_going)
		argv[at++] = "--keep-going";
	for (const char **word = args->allow; word && *word && at < MS_ARRAY_SIZE(argv) - 2;
	     word++) {
		argv[at++] = "--allow";
		argv[at++] = *word;
	}
	argv[at] = NULL;
	return nic_far_each(run, items, n, argv, travels, err);
}

static int apply_far(struct ms_run *run, struct ms_err *err)
{
	struct ms_item *items = NULL;
	size_t n = 0, targets = 0;
	int r = ms_run_collect(run, &items, &n, err);

	if (!r && mark(items, n, &targets))
		r = ms_nomem(err);
	if (!r)
		r = ms_run_check_targets(run, targets, err);
	if (!r && targets)
		r = run_far(run, items, n, err);
	if (!r)
		count_steps(run, items, n);
	for (size_t i = 0; !r && i < n; i++)
		r = ms_run_put(run, &items[i], err);
	ms_items_free(items, n);
	return r;
}

int nic_verb_apply(struct ms_run *run, struct ms_err *err)
{
	const struct nic_args *args = run->args;

	return args->local ? apply_here(run, err) : apply_far(run, err);
}
