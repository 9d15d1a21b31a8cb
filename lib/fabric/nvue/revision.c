/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Revisions: NVUE's candidates, and what becomes of them.  The words of their states differ between
 * releases and are documented nowhere as a whole; each means one phase here.
 */
#include <ctype.h>
#include <errno.h>
#include "fabric/nvue/nvue.h"

static const struct { const char *state; enum nvue_phase phase; } phases[] = {
	{ "pending", NVUE_CANDIDATE }, { "detached", NVUE_CANDIDATE },
	{ "apply", NVUE_WORKING }, { "checking", NVUE_WORKING }, { "checked", NVUE_WORKING },
	{ "verifying", NVUE_WORKING }, { "verified", NVUE_WORKING },
	{ "readying", NVUE_WORKING }, { "ready", NVUE_WORKING },
	{ "reloading", NVUE_WORKING }, { "reloaded", NVUE_WORKING },
	{ "ays_yes", NVUE_WORKING }, { "ays_no", NVUE_WORKING },
	{ "confirm_yes", NVUE_WORKING }, { "confirm_no", NVUE_WORKING },
	{ "ignore_fail_yes", NVUE_WORKING }, { "ignore_fail_no", NVUE_WORKING },
	{ "save", NVUE_WORKING }, { "saving", NVUE_WORKING }, { "auto_saving", NVUE_WORKING },
	{ "confirm", NVUE_WAITING }, { "ays", NVUE_ASKING },
	{ "applied", NVUE_APPLIED }, { "applied_and_saved", NVUE_APPLIED },
	{ "auto_save", NVUE_APPLIED }, { "saved", NVUE_APPLIED },
	{ "invalid", NVUE_REFUSED }, { "ays_fail", NVUE_REFUSED },
	{ "verify_error", NVUE_REFUSED }, { "verify_fail", NVUE_REFUSED },
	{ "ready_error", NVUE_REFUSED }, { "ready_fail", NVUE_REFUSED },
	{ "apply_error", NVUE_HALF }, { "apply_fail", NVUE_HALF }, { "failed", NVUE_HALF },
	{ "ignore_fail", NVUE_HALF },
	{ "confirm_fail", NVUE_GONE }, { "inactive", NVUE_GONE },
};

/* A word that is not known yet is waited on: the deadline names it. */
enum nvue_phase nvue_phase(const char *state)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(phases); i++)
		if (!strcmp(phases[i].state, state))
			return phases[i].phase;
	return NVUE_WORKING;
}

/* ---- one revision --------------------------------------------------------------------------- */

/* Ids may be "changeset/cumulus/2024-01-01_12.00.00_ABCD": every byte that is not plain is escaped
 * (RFC 3986). */
static char *revision_path(const char *revision)
{
	MS_AUTO_BUF struct ms_buf path = { 0 };

	ms_buf_puts(&path, "/revision/");
	for (; *revision; revision++) {
		if (isalnum((unsigned char)*revision) || strchr("-._~", *revision))
			ms_buf_add(&path, revision, 1);
		else
			ms_buf_printf(&path, "%%%02X", (unsigned char)*revision);
	}
	return ms_buf_steal(&path);
}

/* Some releases wrap the answer: {"6": {"state": ...}}. */
static const json_t *unwrapped(const json_t *body, const char *revision)
{
	const json_t *inner = json_object_get(body, revision);

	return json_is_object(inner) && !json_object_get(body, "state") ? inner : body;
}

int nvue_revision_state(struct fabric_session *session, const char *revision, char state[static 32],
			json_t **ret_doc, struct ms_err *err)
{
	MS_AUTO_FREE char *path = revision_path(revision);
	/* Whoever waits looks again anyway; a switch that cut itself off does not even refuse. */
	struct nvue_call call = { .method = "GET", .path = path, .tries = 1, .seconds = 10 };
	json_auto_t *body = NULL;
	const json_t *doc;
	int r = path ? nvue_call(session, &call, &body, err) : ms_nomem(err);

	if (r)
		return r;
	doc = unwrapped(body, revision);
	if (!ms_str(doc, "/state", NULL)) {
		r = ms_fail(err, -EBADMSG, MS_INVALID, "revision %s has no state", revision);
		ms_err_at(err, session->name, NULL);
		return r;
	}
	snprintf(state, 32, "%s", ms_str(doc, "/state", ""));
	if (ret_doc) {
		json_decref(*ret_doc);
		*ret_doc = json_incref((json_t *)doc);
	}
	return 0;
}

/* A switch that reloads its network may not be heard for a while. */
static bool passes(const struct fabric_session *session, const struct ms_err *err)
{
	switch (err->code) {
	case MS_UNREACHABLE: case MS_TIMEOUT: case MS_BUSY: case MS_INVALID: case MS_TLS:
		return true;
	case MS_FAILED:
		return session->http_status >= 500;
	default:
		return false;
	}
}

static int too_late(const struct fabric_session *session, const char *revision, const char *state,
		    unsigned seconds, const struct ms_err *last, struct ms_err *err)
{
	int r;

	if (last->code)
		r = ms_fail(err, -ETIMEDOUT, MS_TIMEOUT, "revision %s: no answer in %u s: %s",
			    revision, seconds, last->message);
	else
		r = ms_fail(err, -ETIMEDOUT, MS_TIMEOUT, "revision %s is still \"%s\" after %u s",
			    revision, state, seconds);
	ms_err_at(err, session->name, NULL);
	return r;
}

int nvue_revision_settle(struct fabric_session *session, const char *revision, unsigned seconds,
			 char state[static 32], json_t **ret_doc, struct ms_err *err)
{
	int64_t deadline = ms_clock_ms() + seconds * INT64_C(1000);
	unsigned pause = 0;
	struct ms_err last;
	int r;

	state[0] = '\0';
	for (;;) {
		last = (struct ms_err)MS_ERR_INIT;
		r = nvue_revision_state(session, revision, state, ret_doc, &last);
		if (!r && nvue_phase(state) != NVUE_WORKING)
			return 0;
		if (r && !passes(session, &last)) {
			*err = last;
			return r;
		}
		if (ms_clock_ms() >= deadline)
			return too_late(session, revision, state, seconds, &last, err);
		if (fabric_pause(session->env, &pause))
			return ms_fail(err, -ECANCELED, MS_CANCELLED,
				       "interrupted while waiting for revision %s", revision);
	}
}

int nvue_revision_patch(struct fabric_session *session, const char *revision, json_t *body,
			struct ms_err *err)
{
	MS_AUTO_FREE char *path = revision_path(revision);
	struct nvue_call call = { .method = "PATCH", .path = path, .body = body };
	int r = path && body ? nvue_call(session, &call, NULL, err) : ms_nomem(err);

	json_decref(body);
	return r;
}

/* ---- what went wrong ------------------------------------------------------------------------ */

static const char *worst_issue(const json_t *doc, const char **ret_where)
{
	const char *text = NULL, *key;
	json_t *issue;

	*ret_where = NULL;
	json_object_foreach(ms_at(doc, "/transition/issue"), key, issue) {
		bool error = ms_streq(ms_str(issue, "/severity", "error"), "error");
		const char *words = ms_str(issue, "/message", ms_str(issue, "/data/reason", NULL));

		if (!words || (text && !error))
			continue;
		text = words;
		*ret_where = ms_str(issue, "/data/location", NULL);
		if (error)
			break;
	}
	return text ? text : ms_str(doc, "/transition/progress", NULL);
}

int nvue_revision_fail(const struct fabric_session *session, const char *state, const json_t *doc,
		       struct ms_err *err)
{
	bool half = nvue_phase(state) == NVUE_HALF;
	const char *where, *text = worst_issue(doc, &where);
	size_t len = text ? strcspn(text, "\n") : 0;
	int r = ms_fail(err, -EREMOTEIO, MS_FAILED, "%s the change (%s): %.*s",
			half ? "the switch took only a part of" : "the switch refuses", state,
			len ? (int)len : 15, len ? text : "no reason given");

	ms_err_at(err, session->name, where);
	return r;
}

/* ---- which revision is ours ----------------------------------------------------------------- */

/* Names beside the numbers of revisions, which stand for one of them. */
static bool is_alias(const char *key)
{
	static const char *const aliases[] = { "applied",     "startup", "pending",
					       "operational", "empty",	 NULL };

	for (const char *const *a = aliases; *a; a++)
		if (!strcmp(*a, key))
			return true;
	return false;
}

static bool carries(const json_t *doc, const char *id)
{
	const char *message = ms_str(doc, "/message", NULL);

	return message && strstr(message, id);
}

static bool may_be_ours(const json_t *doc)
{
	enum nvue_phase phase = nvue_phase(ms_str(doc, "/state", "pending"));
	const char *message = ms_str(doc, "/message", "");

	return (phase == NVUE_WAITING || phase == NVUE_ASKING) && !*message;
}

/* By its name; where the release keeps none, the only one that waits for a word must be it. */
static const char *ours_among(const json_t *revisions, const char *id)
{
	const char *key, *waiting = NULL;
	json_t *doc;

	json_object_foreach((json_t *)revisions, key, doc) {
		if (is_alias(key))
			continue;
		if (carries(doc, id))
			return key;
		if (may_be_ours(doc))
			waiting = key;
	}
	return waiting;
}

static int remember(struct fabric_session *session, const char *id, const char *revision,
		    struct ms_err *err)
{
	char *name = strdup(id), *number = strdup(revision);

	free(session->id);
	free(session->revision);
	session->id = name;
	session->revision = number;
	return name && number ? 0 : ms_nomem(err);
}

int nvue_revision_find(struct fabric_session *session, const char *id, struct ms_err *err)
{
	json_auto_t *revisions = NULL;
	const char *revision;
	int r;

	if (ms_streq(session->id, id) && session->revision)
		return 0;
	r = nvue_get(session, "/revision", &revisions, err);
	if (r)
		return r;
	revision = ours_among(revisions, id);
	if (revision)
		return remember(session, id, revision, err);
	r = ms_fail(err, -ENOENT, MS_NOTFOUND, "the switch has no revision of change %s", id);
	ms_err_at(err, session->name, NULL);
	return r;
}

/* ---- making and dropping one ---------------------------------------------------------------- */

/* It stays what it is, and gets a name. */
static json_t *note(const char *message)
{
	return json_pack("{s:s,s:s}", "state", "pending", "message", message);
}

static int create(struct fabric_session *session, const char *id, struct ms_err *err)
{
	struct nvue_call call = { .method = "POST", .path = "/revision" };
	struct ms_err ignored = MS_ERR_INIT;
	json_auto_t *body = NULL;
	const char *revision;
	int r = nvue_call(session, &call, &body, err);

	if (r)
		return r;
	revision = json_object_iter_key(json_object_iter(body));
	if (!revision) {
		r = ms_fail(err, -EBADMSG, MS_INVALID, "POST /revision: no id of a revision");
		ms_err_at(err, session->name, NULL);
		return r;
	}
	r = remember(session, id, revision, err);
	/* So that another process finds it; where a release does not take it, commit says it again.
	 */
	if (!r && nvue_revision_patch(session, session->revision, note(id),
				      &ignored))
		ms_debug("%s: revision %s keeps no message: %s", session->name, session->revision,
			 ignored.message);
	return r;
}

static char *candidate_path(const char *revision)
{
	MS_AUTO_FREE char *path = revision_path(revision);

	return path ? ms_asprintf("/?rev=%s", path + strlen("/revision/")) : NULL;
}

/* 5.15 writes "ipv4" and "ipv6", but not every switch that says so: it is written as the switch
 * itself does. */
static int fit_addresses(struct fabric_session *session, json_t *patch, struct ms_err *err)
{
	json_auto_t *tree = NULL;
	int r = 0;

	if (!nvue_splits_ip(patch))
		return 0;
	if (session->form == NVUE_FORM_UNKNOWN)
		r = nvue_read(session, &tree, err);
	if (!r && session->form == NVUE_FORM_JOINED && nvue_join_ip(patch))
		r = ms_nomem(err);
	return r;
}

int nvue_stage(struct fabric_session *session, const char *id, const json_t *delta,
	       const json_t *target, struct ms_err *err)
{
	MS_AUTO_FREE char *path = NULL;
	json_t *patch;
	size_t i;
	int r = create(session, id, err);

	(void)target;
	if (r)
		return r;
	path = candidate_path(session->revision);
	if (!path)
		return ms_nomem(err);
	json_array_foreach((json_t *)delta, i, patch) {
		json_auto_t *body = json_deep_copy(patch);
		struct nvue_call call = { .method = "PATCH", .path = path, .body = body,
					  .repeatable = true };

		r = body ? fit_addresses(session, body, err) : ms_nomem(err);
		if (!r)
			r = nvue_call(session, &call, NULL, err);
		if (r)
			break;
	}
	if (r) {
		struct ms_err ignored = MS_ERR_INIT;

		nvue_abandon(session, id, &ignored);
	}
	return r;
}

int nvue_abandon(struct fabric_session *session, const char *id, struct ms_err *err)
{
	MS_AUTO_FREE char *path = NULL;
	struct nvue_call call = { .method = "DELETE", .missing_ok = true };
	int r = nvue_revision_find(session, id, err);

	if (r == -ENOENT) {
		ms_err_clear(err);
		return 0;
	}
	if (r)
		return r;
	path = revision_path(session->revision);
	call.path = path;
	r = path ? nvue_call(session, &call, NULL, err) : ms_nomem(err);
	if (r && err->code == MS_FAILED) {
		/* Releases that delete no revisions forget them by themselves; ours must not look
		 * staged. */
		ms_err_clear(err);
		r = nvue_revision_patch(session, session->revision,
					note(""), err);
		if (r && err->code == MS_FAILED) {
			ms_err_clear(err);
			r = 0;
		}
	}
	free(ms_take(session->id));
	free(ms_take(session->revision));
	return r;
}

/* ---- what waits ----------------------------------------------------------------------------- */

static const char *pending_word(const json_t *doc)
{
	switch (nvue_phase(ms_str(doc, "/state", "pending"))) {
	case NVUE_WAITING: case NVUE_ASKING:
		return "committed";
	case NVUE_WORKING:
		return ms_str(doc, "/state", NULL) ? "committed" : NULL;
	case NVUE_CANDIDATE:
		/* Everybody has candidates of his own, and they harm nobody: only ours count. */
		return carries(doc, "msctl-") ? "staged" : NULL;
	default:
		return NULL;
	}
}

int nvue_pending(struct fabric_session *session, json_t **ret_pending, struct ms_err *err)
{
	json_auto_t *revisions = NULL;
	json_t *doc, *found = NULL;
	const char *key, *word;
	int r = nvue_get(session, "/revision", &revisions, err);

	if (r)
		return r;
	json_object_foreach(revisions, key, doc) {
		const char *message = ms_str(doc, "/message", NULL);

		word = is_alias(key) ? NULL : pending_word(doc);
		if (!word || (found && strcmp(word, "committed")))
			continue;
		json_decref(found);
		found = json_pack("{s:s*,s:s}", "id",
				  message && ms_starts(message, "msctl-") ? message : NULL, "state",
				  word);
		if (!found)
			return ms_nomem(err);
		if (!json_object_get(found, "id"))
			json_object_set_new(found, "id", json_null());
	}
	*ret_pending = found;
	return 0;
}
