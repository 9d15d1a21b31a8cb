/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commit with NVUE's own timer, confirm, and go back.  While the timer runs, most releases say
 * "confirm" and want "confirm_yes"; some say "ays" and want the revision applied again.
 * "auto-prompt" must not answer "confirm": the switch would confirm by itself, and the timer would
 * protect from nothing.
 */
#include <errno.h>
#include "fabric/nvue/nvue.h"

#define APPLY_SECONDS 300        /* reloading switchd takes its time */
#define BEGIN_SECONDS 15
#define SAVE_SECONDS 60

static json_t *order(const char *state)
{
	return json_pack("{s:s,s:{s:s}}", "state", state, "auto-prompt", "ays", "ays_yes");
}

/* ---- commit --------------------------------------------------------------------------------- */

/* The revision in force: of those that were applied the latest. */
static int note_before(struct fabric_session *session, struct ms_err *err)
{
	json_auto_t *revisions = NULL;
	const char *key, *best = NULL;
	json_t *doc;
	int r = nvue_get(session, "/revision", &revisions, err);

	if (r)
		return r;
	json_object_foreach(revisions, key, doc)
		if (nvue_phase(ms_str(doc, "/state", "pending")) == NVUE_APPLIED &&
		    (*key >= '0' && *key <= '9') && (!best || strverscmp(key, best) > 0))
			best = key;
	free(session->before);
	session->before = best ? strdup(best) : NULL;
	return best && !session->before ? ms_nomem(err) : 0;
}

static int order_apply(struct fabric_session *session, const char *id, unsigned seconds,
		       struct ms_err *err)
{
	json_t *body = order("apply");
	int r;

	if (!body || json_object_set_new(body, "state-controls",
					 json_pack("{s:i}", "confirm", (int)seconds)) ||
	    json_object_set_new(body, "message", json_string(id))) {
		json_decref(body);
		return ms_nomem(err);
	}
	r = nvue_revision_patch(session, session->revision, json_incref(body), err);
	if (r && session->http_status / 100 == 4 && err->code == MS_FAILED) {
		/* Perhaps a release that knows no messages. */
		ms_err_clear(err);
		json_object_del(body, "message");
		r = nvue_revision_patch(session, session->revision, json_incref(body), err);
	}
	json_decref(body);
	return r;
}

#define BIT(phase) (1u << (phase))

/* The order is taken, or its answer was lost on the way: either way the revision leaves these
 * phases soon. */
static int settle_past(struct fabric_session *session, unsigned phases, unsigned seconds,
		       char state[static 32], json_t **ret_doc, struct ms_err *err)
{
	int64_t deadline = ms_clock_ms() + BEGIN_SECONDS * 1000;
	unsigned pause = 0;
	int r;

	for (;;) {
		r = nvue_revision_settle(session, session->revision, seconds, state, ret_doc, err);
		if (r || !(phases & BIT(nvue_phase(state))))
			return r;
		if (ms_clock_ms() >= deadline) {
			r = ms_fail(err, -ETIMEDOUT, MS_TIMEOUT,
				    "revision %s is still \"%s\" %d s after it was told to go on",
				    session->revision, state, BEGIN_SECONDS);
			ms_err_at(err, session->name, NULL);
			return r;
		}
		if (fabric_pause(session->env, &pause))
			return ms_fail(err, -ECANCELED, MS_CANCELLED,
				       "interrupted while waiting for revision %s",
				       session->revision);
	}
}

static int judge_commit(const struct fabric_session *session, const char *state, const json_t *doc,
			struct ms_err *err)
{
	int r;

	switch (nvue_phase(state)) {
	case NVUE_WAITING: case NVUE_ASKING:
		return 0;
	case NVUE_APPLIED:
		r = ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
			    "the switch applied the change at once, without a timer");
		ms_hint(err, "its release is too old for a commit that has to be confirmed");
		break;
	case NVUE_GONE:
		r = ms_fail(err, -ECANCELED, MS_CONFLICT,
			    "the switch went back by itself before the change was verified (%s)",
			    state);
		break;
	default:
		return nvue_revision_fail(session, state, doc, err);
	}
	ms_err_at(err, session->name, NULL);
	return r;
}

/* Half of the timer: a switch that cut itself off must not use up the time in which the others can
 * be told to go back. */
static unsigned patience(unsigned seconds)
{
	unsigned half = seconds / 2;

	return half > APPLY_SECONDS ? APPLY_SECONDS : half < BEGIN_SECONDS ? BEGIN_SECONDS : half;
}

int nvue_commit(struct fabric_session *session, const char *id, unsigned seconds,
		struct ms_err *err)
{
	struct ms_err sent = MS_ERR_INIT;
	json_auto_t *doc = NULL;
	char state[32];
	int r = nvue_revision_find(session, id, err);

	if (!r)
		r = note_before(session, err);
	if (r)
		return r;
	r = order_apply(session, id, seconds, &sent);
	if (r && sent.code != MS_UNREACHABLE && sent.code != MS_TIMEOUT) {
		*err = sent;
		return r;
	}
	r = settle_past(session, BIT(NVUE_CANDIDATE), patience(seconds), state, &doc, err);
	return r ? r : judge_commit(session, state, doc, err);
}

/* There is no check without applying; what can be seen is that the candidate is there, untouched.
 */
int nvue_validate(struct fabric_session *session, const char *id, struct ms_err *err)
{
	json_auto_t *doc = NULL;
	char state[32];
	int r = nvue_revision_find(session, id, err);

	if (!r)
		r = nvue_revision_settle(session, session->revision, BEGIN_SECONDS, state, &doc,
					 err);
	if (r || nvue_phase(state) == NVUE_CANDIDATE)
		return r;
	r = ms_fail(err, -EBUSY, MS_CONFLICT, "revision %s is not a candidate any more: %s",
		    session->revision, state);
	ms_err_at(err, session->name, NULL);
	return r;
}

/* ---- confirm -------------------------------------------------------------------------------- */

static int save(struct fabric_session *session, const char *state, struct ms_err *err)
{
	char now[32];
	int r;

	if (!strcmp(state, "applied_and_saved"))
		return 0;
	r = nvue_revision_patch(session, "applied", order("save"), err);
	if (!r)
		r = nvue_revision_settle(session, "applied", SAVE_SECONDS, now, NULL, err);
	if (r == -ENOENT) {
		/* The order was taken; "applied" is no revision to look at. */
		ms_err_clear(err);
		return 0;
	}
	return r;
}

/* Tell a revision that waits to stay. */
static int order_stay(struct fabric_session *session, char state[static 32], struct ms_err *err)
{
	int r = nvue_revision_settle(session, session->revision, APPLY_SECONDS, state, NULL, err);

	if (r)
		return r;
	if (nvue_phase(state) == NVUE_WAITING)
		r = nvue_revision_patch(session, session->revision, order("confirm_yes"), err);
	else if (nvue_phase(state) == NVUE_ASKING)
		r = nvue_revision_patch(session, session->revision, order("apply"), err);
	return r ? r : settle_past(session, BIT(NVUE_WAITING) | BIT(NVUE_ASKING), APPLY_SECONDS,
			       state, NULL, err);
}

int nvue_confirm(struct fabric_session *session, const char *id, struct ms_err *err)
{
	char state[32];
	int r = nvue_revision_find(session, id, err);

	if (!r)
		r = order_stay(session, state, err);
	if (r)
		return r;
	if (nvue_phase(state) == NVUE_APPLIED)
		return save(session, state, err);
	r = ms_fail(err, -ECANCELED, MS_CONFLICT,
		    "too late to confirm revision %s: the switch has gone back (%s)",
		    session->revision, state);
	ms_err_at(err, session->name, NULL);
	return r;
}

/* ---- back ----------------------------------------------------------------------------------- */

/* Older releases say who came before by name: "applied". */
static const char *parent_of(const struct fabric_session *session, const json_t *doc)
{
	const char *parent = ms_str(doc, "/additional-data/parent-revision-id", NULL);

	if (session->before)
		return session->before;
	return parent && *parent >= '0' && *parent <= '9' ? parent : NULL;
}

static int apply_before(struct fabric_session *session, const json_t *doc, struct ms_err *err)
{
	MS_AUTO_FREE char *before = NULL;
	json_auto_t *after = NULL;
	char state[32];
	int r;

	if (!parent_of(session, doc)) {
		r = ms_fail(err, -ENOENT, MS_NOTFOUND,
			    "which revision was in force before %s is not known",
			    session->revision);
		ms_err_at(err, session->name, NULL);
		ms_hint(err, "on the switch: nv config history, then nv config apply REVISION");
		return r;
	}
	before = strdup(parent_of(session, doc));
	r = before ? nvue_revision_patch(session, before, order("apply"), err) : ms_nomem(err);
	if (!r)
		r = nvue_revision_settle(session, before, APPLY_SECONDS, state, &after, err);
	if (r || nvue_phase(state) == NVUE_APPLIED)
		return r;
	return nvue_revision_fail(session, state, after, err);
}

/* Tell a revision that waits to go. */
static int order_back(struct fabric_session *session, const char *state, struct ms_err *err)
{
	bool waits = nvue_phase(state) == NVUE_WAITING;
	char now[32];
	int r = nvue_revision_patch(session, session->revision,
				    order(waits ? "confirm_no" : "ays_no"), err);

	return r ? r
		 : settle_past(session, BIT(NVUE_WAITING) | BIT(NVUE_ASKING), APPLY_SECONDS, now,
			       NULL, err);
}

static int go_back(struct fabric_session *session, const char *state, const json_t *doc,
		   struct ms_err *err)
{
	struct ms_err ignored = MS_ERR_INIT;
	int r;

	switch (nvue_phase(state)) {
	case NVUE_WAITING: case NVUE_ASKING:
		r = order_back(session, state, err);
		if (!r || (err->code != MS_FAILED && err->code != MS_TIMEOUT))
			return r;
		/* A release that does not know the word: what was before is applied instead. */
		ms_err_clear(err);
		return apply_before(session, doc, err);
	case NVUE_HALF:
		if (!strcmp(state, "ignore_fail"))
			nvue_revision_patch(session, session->revision, order("ignore_fail_no"),
					    &ignored);
		return apply_before(session, doc, err);
	case NVUE_APPLIED:
		return apply_before(session, doc, err);
	default:
		return 0;
	}
}

int nvue_rollback(struct fabric_session *session, const char *id, struct ms_err *err)
{
	json_auto_t *doc = NULL;
	char state[32];
	int r = nvue_revision_find(session, id, err);

	if (r == -ENOENT) {
		/* Nothing of it waits, and nothing carries its name. */
		ms_err_clear(err);
		return 0;
	}
	if (!r)
		r = nvue_revision_settle(session, session->revision, APPLY_SECONDS, state, &doc,
					 err);
	return r ? r : go_back(session, state, doc, err);
}
