/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Back to how a switch was, from wherever it got to.  All of this runs shielded: it is what is done
 * when the run is stopped, and its time is bounded: what cannot be reached goes back by itself.
 */
#include <errno.h>
#include "fabric/transaction/transaction.h"

#define AFTER_TIMERS_MS 2000
#define REVERT_SECONDS 120   /* timer of the change that takes back a confirmed one */

int tx_reads(struct tx_switch *s, const json_t *want, struct ms_err *err)
{
	json_auto_t *model = NULL;
	char what[400];
	int r = fabric_read(&s->device, &model, NULL, err);

	if (r < 0)
		return r;
	json_object_set_new(s->status, "after", tx_part(model, ms_at(s->spec, "/after")));
	json_decref(s->read_back);
	s->read_back = json_incref(model);
	if (ms_step_holds(model, want))
		return 0;
	ms_step_differs(model, want, "wanted", what, sizeof(what));
	ms_fail(err, -ENODATA, MS_UNVERIFIED, "accepted, but reads back otherwise: %s", what);
	ms_hint(err, "look at the switch's log, then run get and plan again");
	return -ENODATA;
}

/*
 * What is on the switch: a timer that runs, what a commit left that failed half-way, a candidate,
 * or nothing.  Also a look whether it answers at all: rollback itself may be patient with a switch
 * that reloads.
 */
static int find_out(struct tx_switch *s, struct ms_err *err)
{
	json_auto_t *pending = NULL;
	int r = s->device.driver->pending(s->device.session, &pending, err);

	if (r < 0 || s->state == TX_STAGED || s->state == TX_CONFIRMED)
		return r;
	if (ms_streq(ms_str(pending, "/state", ""), "committed")) {
		s->state = TX_COMMITTED;
		return 0;
	}
	r = tx_reads(s, ms_at(s->spec, "/before"), err);
	if (r < 0 && r != -ENODATA)
		return r;
	ms_err_clear(err);
	s->state = r ? TX_COMMITTED : TX_STAGED;
	return 0;
}

/* It was confirmed before another one failed: the same way again, with the models exchanged. */
static int revert(struct tx_switch *s, struct ms_err *err)
{
	const struct fabric_driver *driver = s->device.driver;
	struct fabric_session *session = s->device.session;
	const char *id = s->tx->undo_id;
	json_auto_t *delta = NULL;
	int r = driver->delta(&s->device.dialect, s->native_target, s->native_now, &delta, err);

	if (r == 0)
		r = driver->stage(session, id, delta, s->native_now, err);
	if (r == 0)
		r = driver->commit(session, id, REVERT_SECONDS, err);
	if (r == 0)
		r = tx_reads(s, ms_at(s->spec, "/before"), err);
	if (r == 0)
		return driver->confirm(session, id, err);
	driver->abandon(session, id, &(struct ms_err)MS_ERR_INIT);
	return r;
}

/* Back from where it is known to be. */
static int take_back(struct tx_switch *s, struct ms_err *err)
{
	int r;

	if (s->state == TX_STAGED)
		return s->device.driver->abandon(s->device.session, s->tx->id, err);
	if (s->state == TX_CONFIRMED)
		r = revert(s, err);
	else
		r = s->device.driver->rollback(s->device.session, s->tx->id, err);
	return r < 0 ? r : tx_reads(s, ms_at(s->spec, "/before"), err);
}

/* When the timers have ended, a switch that does not answer has gone back or never will. */
static int64_t answer_end(const struct tx *tx)
{
	int64_t now = ms_clock_ms(), end = now + tx->opts.undo_ms;
	int64_t timers = now + tx_left_ms(tx) + AFTER_TIMERS_MS;

	return tx->deadline && timers < end ? timers : end;
}

/* One that answers may be slow: it has as long as its timer would leave it as it is. */
static int64_t back_end(const struct tx_switch *s, int64_t answer)
{
	int64_t timer = s->state == TX_CONFIRMED ? REVERT_SECONDS * 1000 : tx_left_ms(s->tx);
	int64_t end = ms_clock_ms() + timer + AFTER_TIMERS_MS;

	return s->state != TX_STAGED && end > answer ? end : answer;
}

/* Until it worked, or the time for it is over.  The failure to report is the one that led here. */
int tx_undo(struct tx_switch *s, struct ms_err *err)
{
	int64_t end = answer_end(s->tx);
	unsigned pause = 0;
	int r;

	(void)err;
	ms_progress_step(s->tx->run->progress, s->target,
			 s->state == TX_STAGED ? "drop" : "roll back");
	do {
		ms_err_clear(&s->left);
		r = tx_within(s, end, find_out, &s->left);
		if (r == 0)
			r = tx_within(s, back_end(s, end), take_back, &s->left);
	} while (r < 0 && ms_clock_ms() + pause <= end && fabric_pause(s->tx->env, &pause) == 0);
	s->state = r == 0 ? TX_BACK : TX_LEFT;
	return 0;
}

int tx_close(struct tx_switch *s, struct ms_err *err)
{
	(void)err;
	if (s->open)
		fabric_close(&s->device);
	s->open = false;
	ms_lock_release(ms_take(s->lock));
	return 0;
}
