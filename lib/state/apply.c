/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one apply: devices side by side, each a task that carries out its Steps in order. */
#include <errno.h>
#include "state/apply.h"

static void group_task(void *arg)
{
	struct ap_group *group = arg;
	struct apply *ap = group->ap;

	for (size_t i = 0; i < group->n; i++)
		ap_step_run(group->steps[i]);
	ap_group_close(group);
	ms_gate_leave(ap->run->loop, &ap->window);
	ap->live--;
	ms_cell_set(ap->run->loop, &ap->idle);
}

/* A stop is not an end: groups not yet started say of their Steps that they were cancelled. */
static void start_group(struct apply *ap, struct ap_group *group)
{
	struct ms_loop *loop = ap->run->loop;
	struct ms_err err = MS_ERR_INIT;

	ms_task_shield(loop);
	ms_gate_enter(loop, &ap->window, 0);
	ms_task_unshield(loop);
	if (ms_task_start(loop, group_task, group, &err) == 0) {
		ap->live++;
		return;
	}
	ms_gate_leave(loop, &ap->window);
	ap_group_abandon(group, &err);
}

static void run_groups(struct apply *ap)
{
	ms_gate_init(&ap->window, ap->run->window ? ap->run->window : 1);
	for (size_t i = 0; i < ap->n_groups; i++)
		start_group(ap, &ap->groups[i]);
	ms_task_shield(ap->run->loop);
	while (ap->live)
		ms_cell_wait(ap->run->loop, &ap->idle, 0);
	ms_task_unshield(ap->run->loop);
}

static int write_all(struct apply *ap, struct ms_err *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ap->n_items; i++)
		r = ms_run_put(ap->run, &ap->items[i], err);
	return r;
}

/* One line for all of them: a rack is many Steps, and the answer is the same option. */
static void report_refused(struct apply *ap)
{
	size_t reboot = ap->refused[0], data = ap->refused[1];
	const char *risks = reboot && data ? "reboot,data" : data ? "data" : "reboot";
	struct ms_err err = MS_ERR_INIT;

	if (!reboot && !data)
		return;
	ms_fail(&err, -EPERM, MS_PRECONDITION,
		"Steps skipped because their risk is not allowed: %zu (%s)", reboot + data, risks);
	ms_hint(&err, "when that is wanted: --allow %s", risks);
	ms_run_failed(ap->run, ap->run->cmd->name, &err);
	ap->run->failed--;
}

int ms_apply(struct ms_run *run, struct ms_store *store, const struct ms_step_ops *ops, void *ctx,
	     const struct ms_apply_opts *opts, struct ms_err *err)
{
	struct apply ap = { .run = run, .store = store, .ops = ops, .ctx = ctx, .opts = opts };
	int r;

	r = ap_read(&ap, err);
	if (r < 0)
		goto out;
	for (size_t i = 0; i < ap.n_groups; i++)
		run->targets += ap.groups[i].n;
	ms_progress_total(run->progress, run->targets);
	run_groups(&ap);
	report_refused(&ap);
	r = write_all(&ap, err);
out:
	ap_release(&ap);
	return r;
}
