/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a Step does to its device.  Nothing here believes what a device answers to a write: a Step
 * is done when the target was read and `after` holds, and not before.
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
	ms_step_differs(identity, expect, "expected", what, sizeof(what));
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
	ms_step_differs(now, before, "planned from", what, sizeof(what));
	ms_fail(err, -ESTALE, MS_PRECONDITION, "somebody changed it since it was planned: %s",
		what);
	ms_hint(err, "run get and plan again");
	return -ESTALE;
}

static int unverified(const struct ap_step *step, const json_t *now, unsigned seconds,
		      struct ms_err *err)
{
	char what[400];

	ms_step_differs(now, json_object_get(step->spec, "after"), "wanted", what, sizeof(what));
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

/* ---- Steps that the act of another may take along ------------------------------------------ */

static bool need_is_met(const struct ap_step *step, const struct ap_step *need,
			const struct ap_step *acting)
{
	return need == acting || need->outcome == AP_DONE ||
	       (need->target == step->target && need->outcome == AP_OPEN && need->acted);
}

/* A look at a later Step, as careful as in its own turn: after it, it is as good as begun. */
static bool take_along(struct ap_step *step, const struct ap_step *acting)
{
	struct ms_err ignored = MS_ERR_INIT;
	json_auto_t *now = NULL;

	for (size_t i = 0; i < step->n_needs; i++)
		if (!need_is_met(step, &step->ap->steps[step->needs[i]], acting))
			return false;
	if (read_now(step, &now, &ignored) < 0 || holds(step, now, "after") ||
	    check_before(step, now, &ignored) < 0 || begin(step, &ignored) < 0)
		return false;
	step->seen = ms_take(now);
	return true;
}

/* One restart can serve them all.  What cannot be taken along waits for its own turn. */
static void tell_ahead(const struct ap_step *step)
{
	const struct ms_step_ops *ops = step->ap->ops;
	const struct ap_group *group = step->target->group;
	json_auto_t *later = json_array();

	if (!ops->ahead || strcmp(step->risk, "reboot"))
		return;
	for (size_t i = 0; i < group->n; i++) {
		struct ap_step *other = group->steps[i];

		if (other != step && other->target == step->target && !other->acted &&
		    other->outcome == AP_OPEN && !strcmp(other->risk, step->risk) &&
		    take_along(other, step))
			json_array_append(later, other->item->res);
	}
	ops->ahead(step->ap->ctx, step->target->device, later);
}

/*
 * An act that failed may have been done all the same (an answer that was lost): one look decides,
 * and where it does not, the act's own error is the one to report.
 */
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

int ap_carry_out(struct ap_step *step, const char **ret_reason, struct ms_err *err)
{
	json_auto_t *now = NULL;
	int r = device_open(step, err);

	if (r == 0)
		r = read_now(step, &now, err);
	if (r == 0)
		r = check_identity(step, now, err);
	if (r < 0)
		return r;
	json_object_set(step->status, "before", step->seen ? step->seen : now);
	if (holds(step, now, "after")) {
		*ret_reason = step->acted ? "with the restart for an earlier Step" : "already";
		return 0;
	}
	r = check_before(step, now, err);
	if (r == 0)
		r = begin(step, err);
	return r < 0 ? r : act_and_verify(step, now, err);
}
