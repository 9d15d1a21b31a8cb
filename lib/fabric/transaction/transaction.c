/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All switches or none: the order of the phases, and what happens when one of them fails. */
#include <errno.h>
#include "fabric/transaction/transaction.h"

#define UNDO_MS 45000

/* What stopped it where no switch did; also what a signal is. */
static int stopped(struct tx *tx)
{
	if (!ms_loop_stopping(tx->run->loop))
		return 0;
	return ms_fail(&tx->why, -ECANCELED, MS_CANCELLED, "%s",
		       tx->run->deadline && !ms_loop_signal(tx->run->loop)
			       ? "the deadline of the run has passed"
			       : "cancelled");
}

static bool pick_all(const struct tx_switch *s)
{
	(void)s;
	return true;
}

static bool pick_batch(const struct tx_switch *s)
{
	return !s->already && s->state == TX_STAGED && s->batch == s->tx->batch;
}

static bool pick_changed(const struct tx_switch *s)
{
	return s->state != TX_CLEAN && s->state != TX_BACK;
}

static int phase(struct tx *tx, enum tx_phase which, tx_pick *pick, tx_fn *fn, enum tx_how how)
{
	int r = stopped(tx);

	if (r == 0)
		r = tx_each(tx, which, pick, fn, how);
	return r ? r : stopped(tx);
}

static bool is_busy(const struct tx *tx)
{
	for (size_t i = 0; i < tx->n; i++)
		if (tx_pick_busy(&tx->switches[i]))
			return true;
	return false;
}

/* ---- addresses: whose end of a session is it? ------------------------------------------------ */

static void add_addresses(struct tx *tx, const char *name, const json_t *addresses)
{
	const json_t *address;
	size_t i;

	json_array_foreach(addresses, i, address) {
		const char *text = json_string_value(address);
		char host[64];

		if (!text)
			continue;
		snprintf(host, sizeof(host), "%.*s", (int)strcspn(text, "/"), text);
		json_object_set_new(tx->addresses, host, json_string(name));
	}
}

static void index_model(struct tx *tx, const char *name, const json_t *model)
{
	static const char *const groups[] = { "/ports", "/channels" };
	const char *key;
	json_t *object;

	add_addresses(tx, name, ms_at(model, "/loopback/addresses"));
	for (size_t g = 0; g < MS_ARRAY_SIZE(groups); g++)
		json_object_foreach(ms_at(model, "%s", groups[g]), key, object)
			add_addresses(tx, name, ms_at(object, "/l3/addresses"));
	json_object_foreach(ms_at(model, "/svis"), key, object)
		if (!ms_bool(object, "/anycast", false))
			add_addresses(tx, name, ms_at(object, "/addresses"));
}

static void index_addresses(struct tx *tx)
{
	const char *name;
	json_t *sw;

	json_object_foreach(tx->others, name, sw)
		index_model(tx, name, ms_at(sw, "/status/switch/config"));
	for (size_t i = 0; i < tx->n; i++)
		index_model(tx, ms_name(tx->switches[i].sw), tx->switches[i].target_model);
}

/* ---- forward --------------------------------------------------------------------------------- */

/* Up to here nothing is active anywhere. */
static int prepare(struct tx *tx)
{
	int r = phase(tx, TX_LOCK, pick_all, tx_lock, TX_STOPPABLE);

	if (r == 0)
		tx_records_settle(tx);
	if (r == 0)
		r = phase(tx, TX_READ, pick_all, tx_look, TX_STOPPABLE);
	if (r < 0 || !is_busy(tx))
		return r;
	index_addresses(tx);
	tx_batches(tx);
	r = tx_times(tx, &tx->why);
	if (r == 0)
		r = tx_record_put(tx, TX_STAGE, &tx->why);
	if (r == 0)
		r = phase(tx, TX_STAGE, tx_pick_busy, tx_stage, TX_SHIELDED);
	return r < 0 ? r : phase(tx, TX_VALIDATE, tx_pick_busy, tx_validate, TX_STOPPABLE);
}

/* Batch by batch, and each time all that were changed so far are looked at. */
static int change(struct tx *tx)
{
	int r = tx_record_put(tx, TX_COMMIT, &tx->why);

	tx->deadline = ms_clock_ms() + (int64_t)tx->opts.confirm_seconds * 1000;
	for (tx->batch = 1; r == 0 && tx->batch <= tx->batches; tx->batch++) {
		r = phase(tx, TX_COMMIT, pick_batch, tx_commit, TX_SHIELDED);
		if (r == 0)
			r = phase(tx, TX_VERIFY, tx_pick_committed, tx_verify, TX_STOPPABLE);
		/* A proof over the whole fabric: for the canaries, and for the end. */
		if (r == 0 && (tx->batch == 1 || tx->batch == tx->batches))
			r = tx_isolated(tx, &tx->why);
	}
	return r;
}

/* Once the first is confirmed, a stop only comes too late. */
static int keep(struct tx *tx)
{
	int r = phase(tx, TX_CONFIRM, tx_pick_committed, tx_still, TX_STOPPABLE);

	return r < 0 ? r : tx_each(tx, TX_CONFIRM, tx_pick_committed, tx_confirm, TX_SHIELDED);
}

static void run(struct tx *tx)
{
	int r = tx_records_load(tx, &tx->why);

	if (r == 0)
		r = prepare(tx);
	if (r == 0 && is_busy(tx))
		r = change(tx);
	if (r == 0 && is_busy(tx))
		r = keep(tx);
	if (r < 0)
		tx_each(tx, TX_PHASES, pick_changed, tx_undo, TX_SHIELDED);
	tx_each(tx, TX_PHASES, pick_all, tx_close, TX_SHIELDED);
	tx_record_end(tx);
}

int fabric_apply(struct ms_run *run_of, struct ms_store *store, const struct fabric_env *env,
		 const struct fabric_apply_opts *opts, struct ms_err *err)
{
	struct tx tx = { .run = run_of, .store = store, .env = env, .opts = *opts };
	int r = tx_read(&tx, err);

	if (r < 0)
		goto out;
	if (!tx.opts.undo_ms)
		tx.opts.undo_ms = UNDO_MS;
	run_of->targets += tx.n;
	ms_progress_total(run_of->progress, tx.n);
	tx_status_begin(&tx);
	if (tx.n)
		run(&tx);
	tx_status_end(&tx);
	for (size_t i = 0; r == 0 && i < tx.n_items; i++)
		r = ms_run_put(run_of, &tx.items[i], err);
	if (r == 0 && tx.why.code && tx.why.code != MS_CANCELLED) {
		*err = tx.why;
		r = err->error;
	}
out:
	tx_release(&tx);
	return r;
}
