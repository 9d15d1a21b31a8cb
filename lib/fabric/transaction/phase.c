/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One phase over many switches: a task for each, a window of them at a time, and a barrier behind.
 */
#include <errno.h>
#include "fabric/transaction/transaction.h"

const char *const tx_phase_names[TX_PHASES] = {
	[TX_LOCK] = "lock",         [TX_READ] = "read",     [TX_STAGE] = "stage",
	[TX_VALIDATE] = "validate", [TX_COMMIT] = "commit", [TX_VERIFY] = "verify",
	[TX_CONFIRM] = "confirm",
};

bool tx_pick_busy(const struct tx_switch *s)
{
	return !s->already;
}

bool tx_pick_committed(const struct tx_switch *s)
{
	return s->state == TX_COMMITTED;
}

int tx_within(struct tx_switch *s, int64_t deadline, tx_fn *fn, struct ms_err *err)
{
	struct ms_loop *loop = s->tx->run->loop;
	int64_t start = ms_clock_ms();
	int r;

	ms_task_limit(loop, deadline);
	r = fn(s, err);
	if (!ms_task_unlimit(loop) || r == 0)
		return r;
	ms_err_clear(err);
	return ms_fail(err, -ETIMEDOUT, MS_TIMEOUT, "it did not answer for %lld s",
		       (long long)((ms_clock_ms() - start + 999) / 1000));
}

static void work(void *arg)
{
	struct tx_switch *s = arg;
	struct tx *tx = s->tx;
	struct ms_loop *loop = tx->run->loop;
	struct ms_err err = MS_ERR_INIT;

	if (s->shield)
		ms_task_shield(loop);
	if (!s->shield && ms_loop_stopping(loop))
		s->result = ms_fail(&err, -ECANCELED, MS_CANCELLED, "cancelled");
	else
		s->result = s->fn(s, &err);
	if (s->shield)
		ms_task_unshield(loop);
	if (s->result < 0 && !s->err.code)
		s->err = err;
	ms_gate_leave(loop, &tx->window);
	tx->live--;
	ms_cell_set(loop, &tx->idle);
}

static void start(struct tx *tx, struct tx_switch *s)
{
	struct ms_err err = MS_ERR_INIT;

	ms_gate_enter(tx->run->loop, &tx->window, 0);
	if (ms_task_start(tx->run->loop, work, s, &err) == 0) {
		tx->live++;
		return;
	}
	ms_gate_leave(tx->run->loop, &tx->window);
	s->result = err.error;
	if (!s->err.code)
		s->err = err;
}

/* The first that failed; but a switch that lost its sessions is blamed less than one that is gone.
 */
static void blame(struct tx *tx, const struct tx_switch *s)
{
	if (!tx->culprit ||
	    (tx->culprit->err.code == MS_UNVERIFIED && s->err.code != MS_UNVERIFIED &&
	     s->err.code != MS_CANCELLED))
		tx->culprit = s;
}

/* A stop ends no barrier: the tasks end by themselves, and then all is known of every switch. */
int tx_each(struct tx *tx, enum tx_phase phase, tx_pick *pick, tx_fn *fn, enum tx_how how)
{
	int r = 0;

	ms_task_shield(tx->run->loop);
	ms_gate_init(&tx->window, tx->run->window ? tx->run->window : 1);
	for (size_t i = 0; i < tx->n; i++) {
		struct tx_switch *s = &tx->switches[i];

		s->fn = NULL;
		if (!pick(s))
			continue;
		if (phase < TX_PHASES) {
			if (s->phase != phase || phase == TX_LOCK)
				ms_progress_step(tx->run->progress, s->target,
						 tx_phase_names[phase]);
			s->phase = phase;
		}
		s->fn = fn;
		s->shield = how == TX_SHIELDED;
		start(tx, s);
	}
	while (tx->live)
		ms_cell_wait(tx->run->loop, &tx->idle, 0);
	ms_task_unshield(tx->run->loop);
	for (size_t i = 0; i < tx->n; i++)
		if (tx->switches[i].fn && tx->switches[i].result < 0) {
			blame(tx, &tx->switches[i]);
			r = -1;
		}
	return r;
}
