/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verb that measures: probe. */
#include "roce/probe.h"
#include "roce/paths.h"
#include "roce/probe-run.h"

#include <errno.h>

static int write_picture(const char *file, const struct roce_paths *paths, struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf svg = { 0 };
	int r = roce_heat(paths, &svg, err);

	return r ? r : ms_write_file(file, svg.data, svg.len, 0644, err);
}

static int judge(struct ms_run *run, json_t *path, struct roce_paths *paths, struct ms_err *err)
{
	struct ms_item item = { .run = run, .res = path, .ctx = paths, .mine = true };
	int r = ms_rules_run(&item, roce_path_rules, err);

	if (!r)
		r = ms_run_put(run, &item, err);
	json_decref(item.more);
	return r;
}

/* All Paths in a row: rail by rail, in the order of the NICs. */
static size_t collect_paths(const struct probe *probe, json_t **paths)
{
	size_t n = 0;

	for (size_t g = 0; g < probe->n_groups; g++) {
		const struct probe_group *group = &probe->groups[g];

		for (size_t i = 0; i < group->n * group->n; i++) {
			if (!group->paths[i])
				continue;
			if (paths)
				paths[n] = group->paths[i];
			n++;
		}
	}
	return n;
}

static int write_paths(struct probe *probe, struct ms_err *err)
{
	size_t n = collect_paths(probe, NULL);
	MS_AUTO_FREE json_t **all = calloc(n + 1, sizeof(*all));
	struct roce_paths *paths = NULL;
	int r = all ? 0 : ms_nomem(err);

	if (r < 0)
		return r;
	collect_paths(probe, all);
	r = roce_paths_new(all, n, &paths, err);
	for (size_t i = 0; !r && i < n; i++)
		r = judge(probe->run, all[i], paths, err);
	if (!r && probe->args->probe.svg)
		r = write_picture(probe->args->probe.svg, paths, err);
	roce_paths_free(paths);
	return r;
}

static int measure(struct ms_run *run, struct ms_item *items, size_t n, struct ms_err *err)
{
	const char *const argv[] = { run->cmd->name, run->verb->name, "--endpoint", NULL };
	const struct roce_args *args = run->args;
	struct probe probe = { .run = run,
			       .args = args,
			       .far = { .loop = run->loop,
					.libraries = true,
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
