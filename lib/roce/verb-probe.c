/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verb that measures: probe. */
#include "roce/probe.h"
#include "roce/probe-run.h"

#include <errno.h>

static int write_paths(struct probe *probe, struct ms_err *err)
{
	int r = 0;

	for (size_t g = 0; !r && g < probe->n_groups; g++) {
		struct probe_group *group = &probe->groups[g];

		for (size_t i = 0; !r && i < group->n * group->n; i++)
			if (group->paths[i])
				r = ms_writer_put(probe->run->out, group->paths[i], err);
	}
	return r;
}

static int measure(struct ms_run *run, struct ms_item *items, size_t n, struct ms_err *err)
{
	const char *const argv[] = { run->cmd->name, run->verb->name, "--endpoint", NULL };
	const struct roce_args *args = run->args;
	struct probe probe = { .run = run,
			       .args = args,
			       .far = { .loop = run->loop,
					.argv = argv,
					.seconds = (unsigned)args->probe.timeout } };
	MS_AUTO_FREE json_t **resources = calloc(n + 1, sizeof(*resources));
	struct roce_set *set = NULL;
	int r = resources ? ms_secrets_new(&probe.far.secrets, err) : ms_nomem(err);

	if (r < 0)
		return r;
	ms_secrets_use_loop(probe.far.secrets, run->loop);
	for (size_t i = 0; i < n; i++)
		resources[i] = items[i].res;
	r = roce_set_new(resources, n, &set, err);
	if (!r)
		r = probe_plan(&probe, items, n, set, err);
	if (!r)
		r = probe_run(&probe, err);
	for (size_t i = 0; !r && i < n; i++)
		r = ms_run_put(run, &items[i], err);
	if (!r)
		r = write_paths(&probe, err);
	probe_plan_release(&probe);
	roce_set_free(set);
	ms_secrets_free(probe.far.secrets);
	return r;
}

int roce_verb_probe(struct ms_run *run, struct ms_err *err)
{
	const struct roce_args *args = run->args;
	struct ms_item *items = NULL;
	size_t n = 0;
	int r;

	if (args->probe.endpoint)
		return probe_endpoint(run->loop, err);
	r = ms_run_collect(run, &items, &n, err);
	if (!r)
		r = measure(run, items, n, err);
	ms_items_free(items, n);
	return r;
}
