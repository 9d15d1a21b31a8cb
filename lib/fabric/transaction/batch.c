/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which switches change together, and whether the timers on them can last for the whole. */
#include <errno.h>
#include "fabric/transaction/transaction.h"

#define CONFIRM_SECONDS 300
#define LEAST_VERIFY_MS 10000 /* below, routing cannot come back */

/* ---- batches --------------------------------------------------------------------------------- */

static bool is_spine(const struct tx_switch *s)
{
	const char *role = ms_str(s->sw, "/spec/role", "");

	return !strcmp(role, "spine") || !strcmp(role, "super-spine");
}

static bool are_pair(const struct tx_switch *a, const struct tx_switch *b)
{
	return ms_streq(ms_str(a->sw, "/spec/pair/with", NULL), ms_name(b->sw)) ||
	       ms_streq(ms_str(b->sw, "/spec/pair/with", NULL), ms_name(a->sw));
}

/* May s join the batch?  Only those that were placed already have one. */
static bool fits(const struct tx *tx, const struct tx_switch *s, unsigned batch, unsigned limit)
{
	unsigned n = 0;

	for (size_t i = 0; i < tx->n; i++) {
		const struct tx_switch *other = &tx->switches[i];

		if (other->batch != batch || other == s || other->already)
			continue;
		if ((is_spine(s) && is_spine(other)) || are_pair(s, other) ||
		    (limit && ++n >= limit))
			return false;
	}
	return true;
}

#define UNPLACED 0 /* batches are counted from 1 here */

/* A spine is no canary while there are leaves: too much rests on it. */
static void place_canaries(struct tx *tx)
{
	for (int spines = 0; spines < 2; spines++)
		for (size_t i = 0; i < tx->n; i++) {
			struct tx_switch *s = &tx->switches[i];

			if (!s->already && s->batch == UNPLACED && is_spine(s) == (spines == 1) &&
			    fits(tx, s, 1, tx->opts.canary))
				s->batch = 1;
		}
}

static void place(struct tx *tx, struct tx_switch *s, unsigned first)
{
	unsigned batch = first;

	while (!fits(tx, s, batch, tx->opts.serial))
		batch++;
	s->batch = batch;
	if (batch > tx->batches)
		tx->batches = batch;
}

void tx_batches(struct tx *tx)
{
	bool staged = tx->opts.canary || tx->opts.serial;

	tx->batches = 1;
	for (size_t i = 0; i < tx->n; i++)
		tx->switches[i].batch = staged ? UNPLACED : 1;
	if (!staged)
		return;
	if (tx->opts.canary)
		place_canaries(tx);
	for (size_t i = 0; i < tx->n; i++)
		if (!tx->switches[i].already && tx->switches[i].batch == UNPLACED)
			place(tx, &tx->switches[i], tx->opts.canary ? 2 : 1);
}

/* ---- timers ---------------------------------------------------------------------------------- */

/* A quarter of --confirm is for sending, and for confirming in the end; the rest is shared by the
 * batches. */
static unsigned default_verify_ms(const struct tx *tx)
{
	unsigned all = tx->opts.confirm_seconds * 1000;
	unsigned share = tx->batches > 1 ? all / 4 * 3 / tx->batches : all / 2;

	return tx->batches > 1 && share < LEAST_VERIFY_MS ? LEAST_VERIFY_MS : share;
}

int tx_times(struct tx *tx, struct ms_err *err)
{
	struct fabric_apply_opts *opts = &tx->opts;
	uint64_t need;

	if (!opts->confirm_seconds)
		opts->confirm_seconds = CONFIRM_SECONDS;
	if (!opts->verify_ms)
		opts->verify_ms = default_verify_ms(tx);
	need = ((uint64_t)opts->verify_ms * tx->batches * 4 / 3 + 999) / 1000;
	if (need <= opts->confirm_seconds)
		return 0;
	ms_fail(err, -EINVAL, MS_USAGE,
		"timers of %u s end before %u batches of switches do, that may each take %u s to "
		"come back",
		opts->confirm_seconds, tx->batches, (opts->verify_ms + 999) / 1000);
	ms_hint(err, "--confirm %llu, or fewer batches, or a shorter --verify",
		(unsigned long long)need);
	return -EINVAL;
}
