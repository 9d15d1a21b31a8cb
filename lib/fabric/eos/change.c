/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configuration sessions: EOS's candidates, and their commit timer. */
#include <errno.h>
#include "fabric/eos/eos.h"

#define WAITS "pendingCommitTimer"
#define OURS "msctl-"
#define BACK_SECONDS 120                 /* for a rollback to be done */

/* ---- what there is ---- */

/* {NAME: {state, commitBy}}. */
static int sessions(struct fabric_session *session, json_t **ret_sessions, struct ms_err *err)
{
	json_auto_t *result = NULL;
	int r = eos_show(session, "show configuration sessions detail", &result, err);

	if (r)
		return r;
	*ret_sessions = json_incref(json_object_get(result, "sessions"));
	if (!*ret_sessions)
		*ret_sessions = json_object();
	return *ret_sessions ? 0 : ms_nomem(err);
}

/* State of the session of that name; "" when there is none. */
static int state_of(struct fabric_session *session, const char *id, char buf[static CLI_WORD],
		    struct ms_err *err)
{
	json_auto_t *all = NULL;
	int r = sessions(session, &all, err);

	if (!r)
		snprintf(buf, CLI_WORD, "%s", ms_str(json_object_get(all, id), "/state", ""));
	return r;
}

/* Ours before others', what waits for its timer before what is only staged. */
static int rank(const char *name, const char *state)
{
	bool ours = ms_starts(name, OURS);

	if (!strcmp(state, WAITS))
		return 3 + ours;
	return strcmp(state, "pending") ? 0 : 1 + ours;
}

static const char *choose(const json_t *all)
{
	const char *name, *best = NULL;
	json_t *row;
	int most = 0;

	json_object_foreach((json_t *)all, name, row) {
		int value = rank(name, ms_str(row, "/state", ""));

		if (value > most) {
			most = value;
			best = name;
		}
	}
	return best;
}

/* commitBy counts in seconds of the switch's uptime. */
static int seconds_left(struct fabric_session *session, const json_t *row, json_t *pending,
			struct ms_err *err)
{
	json_auto_t *version = NULL;
	double by = json_number_value(json_object_get(row, "commitBy")), left;
	int r;

	if (by <= 0)
		return 0;
	r = eos_show(session, "show version", &version, err);
	if (r || !json_is_number(json_object_get(version, "uptime")))
		return r;
	left = by - json_number_value(json_object_get(version, "uptime"));
	return json_object_set_new(pending, "secondsLeft",
				   json_integer(left > 0 ? (json_int_t)left : 0))
		       ? ms_nomem(err)
		       : 0;
}

int eos_pending(struct fabric_session *session, json_t **ret_pending, struct ms_err *err)
{
	json_auto_t *all = NULL, *pending = NULL;
	const char *name, *state;
	int r = sessions(session, &all, err);

	*ret_pending = NULL;
	name = r ? NULL : choose(all);
	if (!name)
		return r;
	state = ms_str(json_object_get(all, name), "/state", "");
	pending = json_pack("{s:s,s:s}", "id", name, "state",
			    strcmp(state, WAITS) ? "staged" : "committed");
	if (!pending)
		return ms_nomem(err);
	if (!strcmp(state, WAITS))
		r = seconds_left(session, json_object_get(all, name), pending, err);
	if (!r)
		*ret_pending = ms_take(pending);
	return r;
}

/* ---- changing ---- */

static int one(struct fabric_session *session, struct ms_err *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static int one(struct fabric_session *session, struct ms_err *err, const char *fmt, ...)
{
	char command[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(command, sizeof(command), fmt, args);
	va_end(args);
	return eos_run(session, json_pack("[s]", command), "json", false, NULL, err);
}

/* One command for each line; indentation is for people. */
static int add_lines(json_t *commands, const char *text)
{
	while (*text) {
		const char *line = text + strspn(text, " ");
		size_t len = strcspn(line, "\n");

		if (len && *line != '!' && json_array_append_new(commands, json_stringn(line, len)))
			return -ENOMEM;
		text = line + len + (line[len] == '\n');
	}
	return 0;
}

/* A session takes what the switch would take, and complains at once: a line that it refuses ends
 * the session. */
int eos_stage(struct fabric_session *session, const char *id, const json_t *delta,
	      const json_t *target, struct ms_err *err)
{
	const char *text = json_string_value(delta);
	char state[CLI_WORD] = "";
	json_t *commands;
	int r = state_of(session, id, state, err);

	(void)target;
	if (r)
		return r;
	if (*state)
		return ms_fail(err, -EEXIST, MS_CONFLICT, "session %s is there already, and %s", id,
			       state);
	commands = json_pack("[s+]", "configure session ", id);
	if (!commands || add_lines(commands, text ? text : "") ||
	    json_array_append_new(commands, json_string("end"))) {
		json_decref(commands);
		return ms_nomem(err);
	}
	r = eos_run(session, commands, "json", false, NULL, err);
	if (r)
		eos_abandon(session, id, &(struct ms_err)MS_ERR_INIT);
	return r;
}

/* Each line was looked at when it was entered; here the whole of them is there still, and says what
 * it would change. */
int eos_validate(struct fabric_session *session, const char *id, struct ms_err *err)
{
	MS_AUTO_FREE char *command = ms_asprintf("show session-config named %s diffs", id),
			  *diffs = NULL;
	char state[CLI_WORD];
	int r = state_of(session, id, state, err);

	if (!r && strcmp(state, "pending"))
		r = ms_fail(err, -ENOENT, MS_PRECONDITION, "session %s is not there any more%s%s",
			    id, *state ? ", but " : "", state);
	if (!r)
		r = command ? eos_show_text(session, command, &diffs, err) : ms_nomem(err);
	return r;
}

/* An answer that is lost says nothing: the change may have cut us off.  What the switch says later
 * does. */
static int found_waiting(struct fabric_session *session, const char *id)
{
	struct ms_err local = MS_ERR_INIT;
	char state[CLI_WORD] = "";
	unsigned pause = 0;

	for (int tries = 0; tries < 5; tries++) {
		ms_err_clear(&local);
		if (!state_of(session, id, state, &local))
			return !strcmp(state, WAITS);
		if (fabric_pause(session->env, &pause) < 0)
			break;
	}
	return false;
}

int eos_commit(struct fabric_session *session, const char *id, unsigned seconds, struct ms_err *err)
{
	int r = one(session, err, "configure session %s commit timer %02u:%02u:%02u", id,
		    seconds / 3600, seconds / 60 % 60, seconds % 60);

	if (r && err->code != MS_FAILED && err->code != MS_AUTH && found_waiting(session, id)) {
		ms_err_clear(err);
		return 0;
	}
	return r;
}

/* To commit a session that is not there makes an empty one and commits that: so look first. */
int eos_confirm(struct fabric_session *session, const char *id, struct ms_err *err)
{
	char state[CLI_WORD];
	int r = state_of(session, id, state, err);

	if (r)
		return r;
	if (!strcmp(state, WAITS)) {
		r = one(session, err, "configure session %s commit", id);
	} else if (strcmp(state, "completed")) {
		r = ms_fail(err, -ESTALE, MS_PRECONDITION,
			    "session %s does not wait to be confirmed%s%s: its timer has ended", id,
			    *state ? ", but is " : "", state);
		ms_hint(err, "give it a longer --confirm");
	}
	return r ? r : one(session, err, "write memory");
}

static int wait_gone(struct fabric_session *session, const char *id, struct ms_err *err)
{
	int64_t end = ms_clock_ms() + BACK_SECONDS * 1000;
	char state[CLI_WORD];
	unsigned pause = 0;

	for (;;) {
		int r = state_of(session, id, state, err);

		if (r || (strcmp(state, WAITS) && strcmp(state, "pending")))
			return r;
		if (ms_clock_ms() >= end)
			return ms_fail(err, -ETIMEDOUT, MS_TIMEOUT,
				       "session %s is %s %d s after it was told to go back", id,
				       state, BACK_SECONDS);
		r = fabric_pause(session->env, &pause);
		if (r)
			return ms_fail(err, r, MS_CANCELLED,
				       "cancelled while session %s was going back", id);
	}
}

int eos_rollback(struct fabric_session *session, const char *id, struct ms_err *err)
{
	char state[CLI_WORD];
	int r = state_of(session, id, state, err);

	if (r || !*state)
		return r;
	if (!strcmp(state, "completed"))
		return ms_fail(err, -EALREADY, MS_CONFLICT,
			       "session %s was confirmed: there is no way back by itself", id);
	r = one(session, err, "configure session %s abort", id);
	return r ? r : wait_gone(session, id, err);
}

int eos_abandon(struct fabric_session *session, const char *id, struct ms_err *err)
{
	char state[CLI_WORD];
	int r = state_of(session, id, state, err);

	if (r || !*state || !strcmp(state, "completed") || !strcmp(state, "aborted"))
		return r;
	r = one(session, err, "configure session %s abort", id);
	return r ? r : wait_gone(session, id, err);
}
