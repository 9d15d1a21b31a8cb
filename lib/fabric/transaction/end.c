/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the Steps say in the end: which phase ended them, and in what state their switch is. */
#include <errno.h>
#include "fabric/transaction/transaction.h"

json_t *tx_part(const json_t *model, const json_t *patch)
{
	const char *key;
	json_t *want, *part;

	if (!json_is_object(patch) || !json_is_object(model))
		return model ? json_incref((json_t *)model) : json_null();
	part = json_object();
	json_object_foreach((json_t *)patch, key, want)
		json_object_set_new(part, key, tx_part(json_object_get(model, key), want));
	return part;
}

static void put_text(struct tx_switch *s, const char *member, const char *text)
{
	json_object_set_new(s->status, member, json_string(text));
}

static void put_time(struct tx_switch *s, const char *member)
{
	char text[32];

	put_text(s, member, ms_time_format(ms_now(), text));
}

void tx_status_begin(struct tx *tx)
{
	for (size_t i = 0; i < tx->n; i++) {
		struct tx_switch *s = &tx->switches[i];

		s->status = json_object();
		json_object_set_new(s->item->res, "status", s->status);
		put_time(s, "startedAt");
	}
}

/* ---- reasons --------------------------------------------------------------------------------- */

static void end(struct tx_switch *s, const char *state, const char *reason)
{
	put_text(s, "state", state);
	put_text(s, "phase", tx_phase_names[s->phase]);
	if (*reason)
		put_text(s, "reason", reason);
	put_time(s, "finishedAt");
	if (*s->note)
		put_text(s, "recovered", s->note);
}

static const char *fate(const struct tx_switch *s)
{
	switch (s->state) {
	case TX_CLEAN:
		return "not begun";
	case TX_BACK:
		return s->phase < TX_COMMIT ? "dropped" : "rolled back";
	case TX_CONFIRMED:
		return "confirmed";
	default:
		return "left as it was changed: it goes back by itself when its timer ends";
	}
}

/* The phase in front: "commit: the switch refused it". */
static void put_error(struct tx_switch *s, const struct ms_err *cause)
{
	struct ms_err err = *cause;

	snprintf(err.message, sizeof(err.message), "%s: %.700s", tx_phase_names[s->phase],
		 cause->message);
	ms_status_error(s->item->res, &err);
	end(s, "failed", err.message);
	ms_progress_done(s->tx->run->progress, s->target, &err);
	ms_run_failed(s->tx->run, s->target, &err);
}

static void end_left(struct tx_switch *s)
{
	struct ms_err err = s->left;
	long long seconds = tx_left_ms(s->tx) / 1000;

	snprintf(err.message, sizeof(err.message), "%s could not be rolled back: %.400s%s%.200s",
		 s->tx->id, s->left.message, s->err.code ? "; it had failed because: " : "",
		 s->err.message);
	err.hint[0] = 0;
	ms_hint(&err,
		seconds ? "it goes back by itself within %lld s; then run get and look, the next "
			  "apply begins with it"
			: "look at the switch: its timer should have ended (%lld s left)",
		seconds);
	put_error(s, &err);
}

static void end_done(struct tx_switch *s)
{
	if (!s->already)
		json_object_set_new(s->status, "verified", json_boolean(!s->tx->opts.no_verify));
	end(s, "done",
	    s->already			 ? "already"
	    : s->tx->opts.no_verify ? "not verified beyond its own configuration (--no-verify)"
				    : "");
	ms_progress_done(s->tx->run->progress, s->target, NULL);
}

/* Not its own fault: the cause is reported once, where it lies. */
static void end_skipped(struct tx_switch *s)
{
	const struct tx_switch *culprit = s->tx->culprit;
	char reason[900];

	if (culprit && culprit->err.code != MS_CANCELLED)
		snprintf(reason, sizeof(reason), "%s: %s of %s failed", fate(s),
			 tx_phase_names[culprit->phase], culprit->target);
	else
		snprintf(reason, sizeof(reason), "%s: %.700s", fate(s),
			 s->tx->why.code ? s->tx->why.message : "cancelled");
	end(s, "skipped", reason);
	s->tx->run->failed++;
	ms_progress_done(s->tx->run->progress, s->target, NULL);
}

void tx_status_end(struct tx *tx)
{
	for (size_t i = 0; i < tx->n; i++) {
		struct tx_switch *s = &tx->switches[i];

		if (s->state == TX_LEFT)
			end_left(s);
		else if (s->err.code && s->err.code != MS_CANCELLED)
			put_error(s, &s->err);
		else if (s->state == TX_CONFIRMED || s->already)
			end_done(s);
		else
			end_skipped(s);
	}
}
