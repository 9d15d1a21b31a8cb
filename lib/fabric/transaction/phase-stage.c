/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lock, read, stage, validate: everything before a switch changes. */
#include <errno.h>
#include "fabric/transaction/transaction.h"

#define LEFTOVERS 8 /* changes that may wait on one switch */

static const struct fabric_driver *driver_of(const struct tx_switch *s)
{
	return s->device.driver;
}

/* ---- what was left on the switch ------------------------------------------------------------- */

static void note(struct tx_switch *s, const char *verb, const char *id)
{
	size_t len = strlen(s->note);

	snprintf(s->note + len, sizeof(s->note) - len, "%s%s %s of a run that died",
		 len ? ", " : "", verb, id);
}

static int fail_pending(const struct tx_switch *s, const json_t *pending, struct ms_err *err)
{
	const char *id = ms_str(pending, "/id", "somebody's");
	long long left = ms_int(pending, "/secondsLeft", -1);
	char when[64] = "";
	int r;

	if (left >= 0)
		snprintf(when, sizeof(when), " (it goes back by itself in %lld s)", left);
	r = ms_fail(err, -EBUSY, MS_CONFLICT,
		    "change %s waits on the switch to be confirmed, and no run of this state store "
		    "made it%s",
		    id, when);
	ms_hint(err, "let whoever made it confirm it or roll it back, or wait: --lock %lld",
		left > 0 ? left + 10 : 300);
	(void)s;
	return r;
}

/* Somebody else's change: its timer decides, if we may wait as long. */
static int wait_pending(struct tx_switch *s, const json_t *pending, int64_t end, struct ms_err *err)
{
	int64_t left = ms_int(pending, "/secondsLeft", 0) * 1000;

	if (ms_clock_ms() + left > end || ms_clock_ms() >= end)
		return fail_pending(s, pending, err);
	if (ms_task_sleep(s->tx->env->loop, left < 1000 ? 1000 : left) < 0)
		return ms_fail(err, -ECANCELED, MS_CANCELLED, "cancelled");
	return 0;
}

/* One change that waits.  1 when it is none of our business. */
static int settle(struct tx_switch *s, const json_t *pending, int64_t end, struct ms_err *err)
{
	const char *id = ms_str(pending, "/id", NULL);
	const char *ours = tx_records_find(s->tx, s->key, id);
	bool committed = ms_streq(ms_str(pending, "/state", ""), "committed");
	int r;

	if (!ours)
		return committed ? wait_pending(s, pending, end, err) : 1;
	ms_task_shield(s->tx->env->loop);
	if (committed)
		r = driver_of(s)->rollback(s->device.session, ours, err);
	else
		r = driver_of(s)->abandon(s->device.session, ours, err);
	ms_task_unshield(s->tx->env->loop);
	if (r == 0)
		note(s, committed ? "rolled back" : "dropped", ours);
	return r;
}

static int clean_up(struct tx_switch *s, struct ms_err *err)
{
	int64_t end = ms_clock_ms() + (int64_t)s->tx->opts.lock_seconds * 1000;
	unsigned settled = 0;

	for (;;) {
		json_auto_t *pending = NULL;
		int r = driver_of(s)->pending(s->device.session, &pending, err);

		if (r < 0 || !pending)
			return r;
		r = settle(s, pending, end, err);
		if (r)
			return r < 0 ? r : 0;
		if (++settled > LEFTOVERS && ms_clock_ms() >= end)
			return fail_pending(s, pending, err);
	}
}

/* ---- lock ------------------------------------------------------------------------------------ */

static int check_serial(const struct tx_switch *s, struct ms_err *err)
{
	const char *want = ms_str(s->sw, "/spec/serial", NULL);
	const char *seen = ms_str(s->device.facts, "/serialNumber", NULL);

	if (!want || !seen || !strcmp(want, seen))
		return 0;
	ms_fail(err, -ESTALE, MS_PRECONDITION,
		"another switch than the one that is meant: its serial number is %s, not %s", seen,
		want);
	ms_hint(err, "compare spec.management.address and spec.serial with what stands there");
	return -ESTALE;
}

int tx_lock(struct tx_switch *s, struct ms_err *err)
{
	struct tx *tx = s->tx;
	int r = ms_lock_take(tx->store, s->key, "msctl-switch", tx->opts.lock_seconds, &s->lock,
			     err);

	if (r == 0)
		r = fabric_open(tx->env, s->sw, &s->device, err);
	if (r < 0)
		return r;
	s->open = true;
	r = check_serial(s, err);
	return r < 0 ? r : clean_up(s, err);
}

/* ---- read ------------------------------------------------------------------------------------ */

static int fail_before(struct tx_switch *s, struct ms_err *err)
{
	char what[400];

	ms_step_differs(s->now, ms_at(s->spec, "/before"), "planned from", what, sizeof(what));
	ms_fail(err, -ESTALE, MS_PRECONDITION, "somebody changed it since it was planned: %s",
		what);
	ms_hint(err, "run get and plan again");
	return -ESTALE;
}

/* What a switch lacks is in no delta unless its rendering lacks it too. */
static int render(const struct tx_switch *s, const json_t *model, json_t **ret_native,
		  struct ms_err *err)
{
	json_auto_t *native = NULL;
	int r = driver_of(s)->render(&s->device.dialect, model, &native, err);

	return r ? r : fabric_without(native, json_object_get(model, "lacks"), ret_native, err);
}

static int make_target(struct tx_switch *s, struct ms_err *err)
{
	int r;

	s->target_model = ms_merge_new(s->now, ms_at(s->spec, "/after"));
	if (!s->target_model)
		return ms_nomem(err);
	r = render(s, s->now, &s->native_now, err);
	return r < 0 ? r : render(s, s->target_model, &s->native_target, err);
}

/* How it was before: what verify compares with.  A switch that does not say is verified by less. */
static int look_around(struct tx_switch *s, struct ms_err *err)
{
	static const char *const only[] = { "ports", "bgp", NULL };
	struct ms_err why = MS_ERR_INIT;
	int r;

	if (s->tx->opts.no_verify)
		return 0;
	s->seen = json_object();
	if (!s->seen)
		return ms_nomem(err);
	r = driver_of(s)->facts(s->device.session, &s->device.dialect, only, s->seen, &why);
	if (r == 0 || why.code == MS_UNSUPPORTED || why.code == MS_NOTFOUND)
		return 0;
	*err = why;
	return r;
}

int tx_look(struct tx_switch *s, struct ms_err *err)
{
	int r = fabric_read(&s->device, &s->now, NULL, err);

	if (r < 0)
		return r;
	json_object_set_new(s->status, "before", tx_part(s->now, ms_at(s->spec, "/after")));
	if (ms_step_holds(s->now, ms_at(s->spec, "/after"))) {
		s->already = true;
		s->target_model = json_incref(s->now);
		return 0;
	}
	if (!ms_step_holds(s->now, ms_at(s->spec, "/before")))
		return fail_before(s, err);
	r = make_target(s, err);
	return r < 0 ? r : look_around(s, err);
}

/* ---- stage, validate ------------------------------------------------------------------------- */

static bool is_empty(const json_t *delta)
{
	if (json_is_string(delta))
		return !*json_string_value(delta);
	return !delta || json_is_null(delta) ||
	       (!json_object_size(delta) && !json_array_size(delta));
}

int tx_stage(struct tx_switch *s, struct ms_err *err)
{
	const struct fabric_driver *driver = driver_of(s);
	json_auto_t *delta = NULL;
	int r = driver->delta(&s->device.dialect, s->native_now, s->native_target, &delta, err);

	if (r == 0 && is_empty(delta))
		r = ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
			    "%s has no words for this change: nothing would be sent",
			    driver->title);
	if (r == 0)
		r = ms_lock_held(s->lock, err);
	if (r < 0)
		return r;
	s->state = TX_STAGED;
	return driver->stage(s->device.session, s->tx->id, delta, s->native_target, err);
}

int tx_validate(struct tx_switch *s, struct ms_err *err)
{
	const struct fabric_driver *driver = driver_of(s);

	return driver->validate ? driver->validate(s->device.session, s->tx->id, err) : 0;
}
