/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The life of one Step: may it run, what became of it, and what its resource and the journal say.
 */
#include <errno.h>
#include "state/apply.h"

static struct ms_loop *loop_of(const struct ap_step *step)
{
	return step->ap->run->loop;
}

/* ---- the outcome ----------------------------------------------------------------------------- */

static void put_text(struct ap_step *step, const char *member, const char *text)
{
	json_object_set_new(step->status, member, json_string(text));
}

static void put_time(struct ap_step *step, const char *member)
{
	char text[32];

	put_text(step, member, ms_time_format(ms_now(), text));
}

static void wake_waiters(struct ap_step *step)
{
	struct ap_group *group = ms_take(step->waiters), *next;

	for (; group; group = next) {
		next = ms_take(group->next_waiter);
		ms_cell_set(loop_of(step), &group->woken);
	}
}

static void end_step(struct ap_step *step, const char *state, const char *reason)
{
	put_text(step, "state", state);
	if (reason && *reason)
		put_text(step, "reason", reason);
	step->outcome = !strcmp(state, "done") ? AP_DONE : AP_NOT_DONE;
	wake_waiters(step);
}

static void end_done(struct ap_step *step, const char *reason)
{
	put_time(step, "finishedAt");
	end_step(step, "done", reason);
	ms_progress_done(step->ap->run->progress, step->name, NULL);
}

static void end_failed(struct ap_step *step, const struct ms_err *why)
{
	put_time(step, "finishedAt");
	ms_status_error(step->item->res, why);
	end_step(step, "failed", why->message);
	if (!step->target->failed)
		step->target->failed = step;
	ms_progress_done(step->ap->run->progress, step->name, why);
	ms_run_failed(step->ap->run, step->name, why);
}

/* Not carried out, and not its own fault: counted, but only the cause is reported. */
static void end_skipped(struct ap_step *step, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static void end_skipped(struct ap_step *step, const char *fmt, ...)
{
	char reason[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(reason, sizeof(reason), fmt, args);
	va_end(args);
	end_step(step, "skipped", reason);
	step->ap->run->failed++;
	ms_progress_done(step->ap->run->progress, step->name, NULL);
}

/* --deadline stops the loop as a signal does. */
static const char *stop_word(const struct ap_step *step)
{
	const struct ms_run *run = step->ap->run;

	return run->deadline && !ms_loop_signal(run->loop) ? "the deadline of the run has passed"
							   : "cancelled";
}

/* Left as it is in the journal: the next apply goes on with it. */
static void end_running(struct ap_step *step)
{
	char reason[128];

	snprintf(reason, sizeof(reason), "%s while it was under way: apply again to go on with it",
		 stop_word(step));
	end_step(step, "running", reason);
	step->ap->run->failed++;
	ms_progress_done(step->ap->run->progress, step->name, NULL);
}

static void end_stopped(struct ap_step *step)
{
	if (step->acted)
		end_running(step);
	else
		end_skipped(step, "%s", stop_word(step));
}

/* ---- may it run? ----------------------------------------------------------------------------- */

static bool risk_allowed(const struct ap_step *step)
{
	const char *const *allow = step->ap->opts->allow;

	if (strcmp(step->risk, "reboot") && strcmp(step->risk, "data"))
		return true;
	for (; allow && *allow; allow++)
		if (!strcmp(*allow, step->risk))
			return true;
	return false;
}

/* Wait for a Step of another device; the place in the window is lent to others meanwhile. */
static void await(struct ap_group *group, struct ap_step *need)
{
	struct apply *ap = group->ap;

	ms_gate_leave(ap->run->loop, &ap->window);
	while (need->outcome == AP_OPEN) {
		group->next_waiter = need->waiters;
		need->waiters = group;
		/* A stop wakes every task once; the Step waited for then ends by itself. */
		while (ms_cell_wait(ap->run->loop, &group->woken, 0) == -ECANCELED)
			;
	}
	ms_task_shield(ap->run->loop);
	ms_gate_enter(ap->run->loop, &ap->window, 0);
	ms_task_unshield(ap->run->loop);
}

/* The first need that is not done, NULL when all are. */
static const struct ap_step *unmet(struct ap_step *step)
{
	for (size_t i = 0; i < step->n_needs; i++) {
		struct ap_step *need = &step->ap->steps[step->needs[i]];

		if (need->outcome == AP_OPEN)
			await(step->target->group, need);
		if (need->outcome != AP_DONE)
			return need;
	}
	return NULL;
}

/* False when the Step has ended here. */
static bool may_run(struct ap_step *step)
{
	const struct ap_target *target = step->target;
	const struct ap_step *need;

	if (!risk_allowed(step)) {
		step->ap->refused[!strcmp(step->risk, "data")]++;
		end_skipped(step, "risk %s is not allowed: type --allow %s", step->risk,
			    step->risk);
		return false;
	}
	need = unmet(step);
	if (ms_loop_stopping(loop_of(step)))
		end_stopped(step);
	else if (need)
		end_skipped(step, "needs %s %s of %s, which is not done",
			    need->ours ? "Step" : "another command's Step", need->id, need->name);
	else if (target->failed && (target->broken.code || !step->ap->opts->keep_going))
		end_skipped(step, "Step %s of %s failed before it", target->failed->id, step->name);
	else
		return true;
	return false;
}

/* ---- a life -------------------------------------------------------------------------------- */

/* A journal that cannot be written now costs no more than a look at the next apply. */
static void journal_end(struct ap_step *step, const struct ms_err *why)
{
	struct ms_err err = MS_ERR_INIT;

	if (state_journal_put(step->ap->store, step->hash, step->spec,
			      why ? STATE_FAILED : STATE_DONE, why, &err) < 0)
		ms_debug("step %s: %s", step->id, err.message);
}

static int status_begin(struct ap_step *step, struct ms_err *err)
{
	step->status = json_object();
	return json_object_set_new(step->item->res, "status", step->status) < 0 ? ms_nomem(err) : 0;
}

void ap_step_run(struct ap_step *step)
{
	struct ms_err err = MS_ERR_INIT;
	const char *reason = NULL;
	int r;

	r = status_begin(step, &err);
	if (r < 0) {
		end_failed(step, &err);
		return;
	}
	if (!may_run(step))
		return;
	put_time(step, "startedAt");
	ms_progress_step(step->ap->run->progress, step->name,
			 ms_str(step->spec, "/summary", step->id));
	r = ap_carry_out(step, &reason, &err);
	if (r < 0 && ms_loop_stopping(loop_of(step))) {
		end_stopped(step);
		return;
	}
	if (step->acted)
		journal_end(step, r < 0 ? &err : NULL);
	if (r < 0)
		end_failed(step, &err);
	else
		end_done(step, reason);
}

void ap_group_abandon(struct ap_group *group, const struct ms_err *why)
{
	struct ms_err err = MS_ERR_INIT;

	for (size_t i = 0; i < group->n; i++) {
		status_begin(group->steps[i], &err);
		end_failed(group->steps[i], why);
	}
}
