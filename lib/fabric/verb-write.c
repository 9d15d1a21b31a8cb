/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verb that changes switches: apply. */
#include "fabric/verb.h"

#define CONFIRM_LEAST 5

int fabric_verb_apply(struct ms_run *run, struct ms_err *err)
{
	const struct fabric_args *args = run->args;
	struct fabric_apply_opts opts = {
		.confirm_seconds = (unsigned)args->confirm,
		.verify_ms = (unsigned)(1000 * args->verify),
		.canary = args->canary,
		.serial = args->serial,
		.no_verify = args->no_verify,
		.lock_seconds = (unsigned)args->lock,
	};
	struct fabric_env env = { 0 };
	struct ms_store *store = NULL;
	int r;

	if (args->confirm < CONFIRM_LEAST) {
		r = ms_usage(err, "--confirm %llds: switches would go back before they are changed",
			     (long long)args->confirm);
		ms_hint(err, "at least %ds; minutes where sessions have to come back: --confirm 5m",
			CONFIRM_LEAST);
		return r;
	}
	r = fabric_env_init(&env, run, err);
	if (!r)
		r = ms_store_open(NULL, run->loop, &store, err);
	if (!r)
		r = fabric_apply(run, store, &env, &opts, err);
	if (!r)
		r = ms_http_finish(env.http, err);
	ms_store_close(store);
	fabric_env_release(&env);
	return r;
}
