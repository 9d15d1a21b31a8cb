/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The life of one Step.  Nothing here believes what a device answers to a write: a Step is done
 * when the target was read and `after` holds, and not before.
 */
#include <errno.h>
#include "state/apply.h"

#define VERIFY_SECONDS 60
#define POLL_FIRST_MS 200
#define POLL_MAX_MS 5000

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

/* ---- the device ------------------------------------------------------------------------------ */

static int group_lock(struct ap_group *group, struct ms_err *err)
{
	struct apply *ap = group->ap;

	if (group->lock || !*group->key)
		return 0;
	if (!group->broken.code)
		ms_lock_take(ap->store, group->key, ap->ops->command, ap->opts->lock_seconds,
			     &group->lock, &group->broken);
	if (!group->broken.code)
		return 0;
	*err = group->broken;
	return err->error;
}

/* Lock and open, at the first Step that needs it; what went wrong once goes wrong for all. */
static int device_open(struct ap_step *step, struct ms_err *err)
{
	struct ap_target *target = step->target;
	const struct ms_step_ops *ops = step->ap->ops;

	if (!target->broken.code)
		group_lock(target->group, &target->broken);
	if (!target->broken.code && ops->open && !target->opened)
		target->opened = ops->open(step->ap->ctx, target->res, &target->device,
					   &target->broken) == 0;
	if (!target->broken.code)
		return 0;
	*err = target->broken;
	return err->error;
}

void ap_group_close(struct ap_group *group)
{
	const struct apply *ap = group->ap;

	for (size_t i = 0; i < group->n; i++) {
		struct ap_target *target = group->steps[i]->target;

		if (target->opened && ap->ops->close)
			ap->ops->close(ap->ctx, target->device);
		target->opened = false;
		target->device = NULL;
	}
	ms_lock_release(ms_take(group->lock));
}

static int read_now(struct ap_step *step, json_t **ret_now, struct ms_err *err)
{
	int r = step->ap->ops->read(step->ap->ctx, step->target->device, step->item->res, ret_now,
				    err);

	if (r < 0)
		return r;
	return *ret_now ? 0
			: ms_fail(err, -EIO, MS_INVALID, "nothing was read from %s", step->name);
}

static bool holds(const struct ap_step *step, const json_t *now, const char *member)
{
	const json_t *want = json_object_get(step->spec, member);
	const struct ms_step_ops *ops = step->ap->ops;

	return ops->holds ? ops->holds(step->item->res, now, want) : ms_step_holds(now, want);
}

/* ---- carrying it out ------------------------------------------------------------------------- */

static int check_identity(const struct ap_step *step, const json_t *now, struct ms_err *err)
{
	const json_t *expect = json_object_get(step->spec, "expect");
	const json_t *identity = json_object_get(now, "identity");
	char what[400];

	if (strcmp(step->risk, "data"))
		return 0;
	if (!json_object_size(expect)) {
		ms_fail(err, -EINVAL, MS_INPUT,
			"a Step of risk data that does not say which device it expects");
		ms_hint(err, "spec.expect names its serialNumber, wwn or nqn");
		return -EINVAL;
	}
	if (json_is_object(identity) && ms_step_holds(identity, expect))
		return 0;
	state_differs(identity, expect, "expected", what, sizeof(what));
	ms_fail(err, -ESTALE, MS_PRECONDITION, "another device than the one the Step is for: %s",
		what);
	ms_hint(err, "run get and plan again, and look at the serial numbers");
	return -ESTALE;
}

static int check_before(const struct ap_step *step, const json_t *now, struct ms_err *err)
{
	const json_t *before = json_object_get(step->spec, "before");
	char what[400];
	bool begun;
	int r;

	if (!before || holds(step, now, "before"))
		return 0;
	r = state_journal_begun(step->ap->store, step->hash, &begun, err);
	if (r < 0 || begun)
		return r;
	state_differs(now, before, "planned from", what, sizeof(what));
	ms_fail(err, -ESTALE, MS_PRECONDITION, "somebody changed it since it was planned: %s",
		what);
	ms_hint(err, "run get and plan again");
	return -ESTALE;
}

static int unverified(const struct ap_step *step, const json_t *now, unsigned seconds,
		      struct ms_err *err)
{
	char what[400];

	state_differs(now, json_object_get(step->spec, "after"), "wanted", what, sizeof(what));
	ms_fail(err, -ETIMEDOUT, MS_UNVERIFIED,
		"accepted, but not seen when read back for %u s: %s", seconds, what);
	ms_hint(err, "look at the device's log, then run get and plan again");
	return -ETIMEDOUT;
}

/* Read until `after` holds.  A stop, or seconds = 0, leaves it at one look. */
static int verify(struct ap_step *step, unsigned seconds, struct ms_err *err)
{
	int64_t end = ms_clock_ms() + (int64_t)seconds * 1000, pause = POLL_FIRST_MS;
	struct ms_err why = MS_ERR_INIT;

	for (;;) {
		json_auto_t *now = NULL;
		int r;

		ms_err_clear(&why);
		r = read_now(step, &now, &why);
		if (r == 0) {
			json_object_set(step->status, "after", now);
			if (holds(step, now, "after"))
				return 0;
			unverified(step, now, seconds, &why);
		}
		if (ms_loop_stopping(loop_of(step)) || ms_clock_ms() + pause > end ||
		    ms_task_sleep(loop_of(step), pause) < 0)
			break;
		pause = pause * 2 > POLL_MAX_MS ? POLL_MAX_MS : pause * 2;
	}
	if (!err->code)
		*err = why;
	return err->error;
}

/*
 * An act that failed may have been done all the same (an answer that was lost): one look decides,
 * and where it does not, the act's own error is the one to report.
 */
/* Tell the domain what follows on this target: a hint, so that nothing fails for want of memory. */
static void tell_ahead(const struct ap_step *step)
{
	const struct ms_step_ops *ops = step->ap->ops;
	const struct ap_group *group = step->target->group;
	json_auto_t *later = json_array();

	for (size_t i = 0; ops->ahead && i < group->n; i++) {
		const struct ap_step *other = group->steps[i];

		if (other != step && other->target == step->target && other->ours &&
		    other->outcome == AP_OPEN && risk_allowed(other))
			json_array_append(later, other->item->res);
	}
	if (ops->ahead)
		ops->ahead(step->ap->ctx, step->target->device, later);
}

static int act_and_verify(struct ap_step *step, const json_t *now, struct ms_err *err)
{
	const struct ms_step_ops *ops = step->ap->ops;
	unsigned seconds = ops->verify_seconds ? ops->verify_seconds : VERIFY_SECONDS;
	struct ms_err why = MS_ERR_INIT;
	int r;

	tell_ahead(step);
	r = ops->act(step->ap->ctx, step->target->device, step->item->res, now, &why);
	if (r == 0)
		return verify(step, seconds, err);
	*err = why;
	if (verify(step, 0, err) < 0)
		return r;
	ms_debug("step %s: read back as wanted, although: %s", step->id, why.message);
	ms_err_clear(err);
	return 0;
}

static int begin(struct ap_step *step, struct ms_err *err)
{
	struct ms_lock *lock = step->target->group->lock;
	int r = lock ? ms_lock_held(lock, err) : 0;

	if (r == 0)
		r = state_journal_put(step->ap->store, step->hash, step->spec, STATE_RUNNING, NULL,
				      err);
	step->acted = r == 0;
	return r;
}

/* A journal that cannot be written now costs no more than a look at the next apply. */
static void journal_end(struct ap_step *step, const struct ms_err *why)
{
	struct ms_err err = MS_ERR_INIT;

	if (state_journal_put(step->ap->store, step->hash, step->spec,
			      why ? STATE_FAILED : STATE_DONE, why, &err) < 0)
		ms_debug("step %s: %s", step->id, err.message);
}

static int carry_out(struct ap_step *step, const char **ret_reason, struct ms_err *err)
{
	json_auto_t *now = NULL;
	int r = device_open(step, err);

	if (r == 0)
		r = read_now(step, &now, err);
	if (r == 0)
		r = check_identity(step, now, err);
	if (r < 0)
		return r;
	json_object_set(step->status, "before", now);
	if (holds(step, now, "after")) {
		*ret_reason = "already";
		return 0;
	}
	r = check_before(step, now, err);
	if (r == 0)
		r = begin(step, err);
	return r < 0 ? r : act_and_verify(step, now, err);
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
	r = carry_out(step, &reason, &err);
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
