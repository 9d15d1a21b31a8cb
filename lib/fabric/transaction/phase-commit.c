/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commit with a timer, and confirm before it ends. */
#include <errno.h>
#include "fabric/transaction/transaction.h"

#define SPARE_SECONDS 2    /* of the timer: less cannot be trusted to last for a confirm */
#define CONFIRM_TRIES 5

int64_t tx_left_ms(const struct tx *tx)
{
	int64_t left = tx->deadline - ms_clock_ms();

	return left > 0 ? left : 0;
}

static int64_t spare_deadline(const struct tx *tx)
{
	return tx->deadline - SPARE_SECONDS * 1000;
}

static int commit(struct tx_switch *s, struct ms_err *err)
{
	unsigned seconds = (unsigned)((tx_left_ms(s->tx) + 999) / 1000);
	int r = ms_lock_held(s->lock, err);

	if (r == 0 && seconds <= SPARE_SECONDS) {
		r = ms_fail(err, -ETIMEDOUT, MS_TIMEOUT,
			    "no time left of --confirm to change it and look at it");
		ms_hint(err, "give it a longer --confirm");
	}
	if (r < 0)
		return r;
	s->state = TX_MAYBE;
	s->verified = false;
	r = s->device.driver->commit(s->device.session, s->tx->id, seconds, err);
	if (r == 0)
		s->state = TX_COMMITTED;
	return r;
}

int tx_commit(struct tx_switch *s, struct ms_err *err)
{
	return tx_within(s, spare_deadline(s->tx), commit, err);
}

/* Does our change still wait?  1 when it does, 0 when nothing waits. */
static int waits(struct tx_switch *s, int64_t *ret_left, struct ms_err *err)
{
	json_auto_t *pending = NULL;
	int r = s->device.driver->pending(s->device.session, &pending, err);
	const char *id = ms_str(pending, "/id", NULL);

	if (r < 0)
		return r;
	*ret_left = ms_int(pending, "/secondsLeft", tx_left_ms(s->tx) / 1000);
	return pending && ms_streq(ms_str(pending, "/state", ""), "committed") &&
	       (!id || !strcmp(id, s->tx->id));
}

/* Before the first switch is confirmed: a timer that has ended anywhere ends it everywhere. */
static int still(struct tx_switch *s, struct ms_err *err)
{
	int64_t left = 0;
	int r = waits(s, &left, err);

	if (r < 0)
		return r;
	if (r > 0 && left > SPARE_SECONDS)
		return 0;
	if (r > 0)
		return ms_fail(err, -ETIMEDOUT, MS_TIMEOUT,
			       "its timer ends in %lld s: too late to confirm", (long long)left);
	ms_fail(err, -ETIMEDOUT, MS_TIMEOUT,
		"it has gone back by itself: its timer ended before everything was verified");
	ms_hint(err, "give it a longer --confirm");
	return -ETIMEDOUT;
}

int tx_still(struct tx_switch *s, struct ms_err *err)
{
	return tx_within(s, spare_deadline(s->tx), still, err);
}

/* One try.  An answer may be lost, and an accepted confirm may be none: what is on the switch
 * decides. */
static int confirm_once(struct tx_switch *s, struct ms_err *err)
{
	struct ms_err why = MS_ERR_INIT;
	int64_t left;
	int r = s->device.driver->confirm(s->device.session, s->tx->id, &why), w;

	w = waits(s, &left, err);
	if (w == 0)
		return tx_reads(s, ms_at(s->spec, "/after"), err);
	if (w > 0 && r < 0)
		*err = why;
	return w < 0 ? w
		     : ms_fail(err, -EAGAIN, MS_UNVERIFIED,
			       "confirmed, but the change still waits on the switch");
}

static int confirm(struct tx_switch *s, struct ms_err *err)
{
	unsigned pause = 0;

	for (unsigned tries = 0;; tries++) {
		int r;

		ms_err_clear(err);
		r = confirm_once(s, err);
		if (r == 0)
			s->state = TX_CONFIRMED;
		if (r == 0 || r == -ENODATA || tries == CONFIRM_TRIES || !tx_left_ms(s->tx) ||
		    fabric_pause(s->tx->env, &pause) < 0)
			return r;
	}
}

int tx_confirm(struct tx_switch *s, struct ms_err *err)
{
	return tx_within(s, s->tx->deadline, confirm, err);
}
