/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the verbs of msctl-bmc share: one HTTP engine and the secrets of a run, a BMC opened and
 * closed. */
#include "bmc/verb.h"

void verb_env_release(struct bmc_env *env)
{
	ms_http_free(env->http);
	ms_secrets_free(env->secrets);
}

/* MSCTL_POLL_MS is what a second of waiting between two looks lasts: shorter in rehearsals, where
 * the simulated time runs faster. */
static unsigned poll_unit(void)
{
	const char *text = getenv("MSCTL_POLL_MS");
	unsigned long ms = text ? strtoul(text, NULL, 10) : 0;

	return ms < 60000 ? (unsigned)ms : 0;
}

int verb_env_init(struct bmc_env *env, const struct ms_run *run, struct ms_err *err)
{
	const struct bmc_args *args = run->args;
	struct ms_http_opts opts = { .window = run->window,
				     .rate = args->rate,
				     .trace = args->trace,
				     .replay = args->replay };
	int r = ms_secrets_new(&env->secrets, err);

	if (r)
		return r;
	opts.secrets = env->secrets;
	opts.poll_ms = poll_unit();
	env->auth = args->auth;
	return ms_http_new(run->loop, &opts, &env->http, err);
}

/* fn for each Server of the stream. */
int verb_each(struct ms_run *run, int (*fn)(struct ms_item *item, struct ms_err *err),
	      struct ms_err *err)
{
	struct bmc_env env = { 0 };
	int r = verb_env_init(&env, run, err);

	if (!r)
		r = ms_run_each(run, fn, &env, err);
	if (!r)
		r = ms_http_finish(env.http, err);
	verb_env_release(&env);
	return r;
}

/* fn for each Server, with its BMC open. */
int verb_with_bmc(struct ms_item *item,
		  int (*fn)(struct ms_item *item, struct bmc *bmc, struct ms_err *err),
		  struct ms_err *err)
{
	struct bmc *bmc;
	int r = bmc_open(item->ctx, item->res, &bmc, err);

	if (r)
		return r;
	r = fn(item, bmc, err);
	bmc_close(bmc);
	if (!r)
		ms_status_clear_error(item->res);
	return r;
}
