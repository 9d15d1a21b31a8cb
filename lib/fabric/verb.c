/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the verbs of msctl-switch share that talk: one HTTP engine and the secrets of a run. */
#include "fabric/verb.h"

void fabric_env_release(struct fabric_env *env)
{
	ms_http_free(env->http);
	ms_secrets_free(env->secrets);
}

/* MSCTL_POLL_MS is how long a wait between two looks may grow: shorter in rehearsals. */
static unsigned poll_unit(void)
{
	const char *text = getenv("MSCTL_POLL_MS");
	unsigned long ms = text ? strtoul(text, NULL, 10) : 0;

	return ms < 60000 ? (unsigned)ms : 0;
}

int fabric_env_init(struct fabric_env *env, const struct ms_run *run, struct ms_err *err)
{
	const struct fabric_args *args = run->args;
	struct ms_http_opts opts = { .window = run->window,
				     .rate = args->rate,
				     .trace = args->trace,
				     .replay = args->replay,
				     .poll_ms = poll_unit() };
	int r = ms_secrets_new(&env->secrets, err);

	if (r)
		return r;
	ms_secrets_use_loop(env->secrets, run->loop);
	opts.secrets = env->secrets;
	env->loop = run->loop;
	return ms_http_new(run->loop, &opts, &env->http, err);
}

int fabric_each(struct ms_run *run, int (*fn)(struct ms_item *item, struct ms_err *err),
		struct ms_err *err)
{
	struct fabric_env env = { 0 };
	int r = fabric_env_init(&env, run, err);

	if (!r)
		r = ms_run_each(run, fn, &env, err);
	if (!r)
		r = ms_http_finish(env.http, err);
	fabric_env_release(&env);
	return r;
}
