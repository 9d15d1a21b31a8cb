/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verb that measures: probe. */
#include "roce/probe.h"
#include "roce/paths.h"
#include "roce/probe-run.h"

#include <ctype.h>
#include <errno.h>

static int write_picture(const char *file, const struct roce_paths *paths, struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf svg = { 0 };
	int r = roce_heat(paths, &svg, err);

	return r ? r : ms_write_file(file, svg.data, svg.len, 0644, err);
}

static int judge(struct ms_run *run, json_t *path, struct roce_place *place, struct ms_err *err)
{
	struct ms_item item = { .run = run, .res = path, .ctx = place, .mine = true };
	int r = ms_rules_run(&item, roce_path_rules, err);

	if (!r)
		r = ms_run_put(run, &item, err);
	json_decref(item.more);
	return r;
}

/* Each becomes a resource when it is written, and is one no longer. */
static int write_path(struct ms_run *run, const struct probe_group *group, size_t number,
		      struct ms_err *err)
{
	const struct roce_rail *rail = &group->probe->paths.rails[group->at];
	size_t from = number / group->n, to = number % group->n;
	struct roce_place place = { .rail = rail, .number = number };
	json_auto_t *path = NULL;

	if (probe_path_at(group, from, to, &path) < 0)
		return ms_nomem(err);
	if (!path)
		return 0;
	place.ends[0] = &rail->nodes[group->nics[from]->node];
	place.ends[1] = &rail->nodes[group->nics[to]->node];
	return judge(run, path, &place, err);
}

/* All Paths in a row: rail by rail, in the order of the NICs. */
static int write_paths(const struct probe *probe, struct ms_err *err)
{
	int r = 0;

	for (size_t g = 0; !r && g < probe->n_groups; g++) {
		const struct probe_group *group = &probe->groups[g];

		for (size_t i = 0; !r && i < group->n * group->n; i++)
			r = write_path(probe->run, group, i, err);
	}
	if (!r && probe->args->probe.svg)
		r = write_picture(probe->args->probe.svg, &probe->paths, err);
	return r;
}

static bool measured(const struct probe *probe)
{
	for (size_t g = 0; g < probe->n_groups; g++)
		if (probe->groups[g].n > 1)
			return true;
	return false;
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
	struct ms_err note = MS_ERR_INIT;
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
	if (!r && !measured(&probe)) {
		ms_fail(&note, -ENOENT, MS_PRECONDITION,
			"no rail has two NICs that were selected: nothing was measured");
		ms_hint(&note, "NICs of one name are a rail; --across measures all of a fabric "
			       "with each other");
		ms_run_note(run, &note);
	}
	probe_plan_release(&probe);
	roce_set_free(set);
	ms_secrets_free(probe.far.secrets);
	return r;
}

static int check_tos(const char *tos, struct ms_err *err)
{
	char *end = NULL;
	int r;

	if (!tos || (isdigit((unsigned char)*tos) && strtoul(tos, &end, 0) <= 255 && !*end))
		return 0;
	r = ms_usage(err, "--tos: not a ToS octet: \"%s\"", tos);
	ms_hint(err, "0 to 255, or hexadecimal behind 0x; DSCP 26 with ECT(0) is 106");
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
	r = check_tos(args->probe.tos, err);
	if (r < 0)
		return r;
	r = ms_run_collect(run, &items, &n, err);
	if (!r)
		r = measure(run, items, n, err);
	ms_items_free(items, n);
	return r;
}
