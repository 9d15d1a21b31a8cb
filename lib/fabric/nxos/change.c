/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A change of NX-OS: a checkpoint, a job of the scheduler that rolls back to it, then the lines.
 * The job is there before the checkpoint is taken, so that to roll back does not take the job away
 * while it runs.
 */
#include <errno.h>
#include <time.h>
#include "fabric/nxos/nxos.h"

#define OURS "msctl-"
#define CHUNK 400 /* lines of one request; whole blocks of the configuration */

/* ---- the clock of the switch ---- */

/* "21:14:05.123 UTC Tue Mar 12 2013", with remarks above it; the seconds as if it were UTC. */
static bool read_clock(const char *text, time_t *ret_now)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

	for (; text && *text; text = strchr(text, '\n'), text += text != NULL) {
		struct tm tm = { 0 };
		char zone[32], month[8], day[8];
		int used;

		if (sscanf(text, " %2d:%2d:%2d%*[.0-9] %31s %7s %7s %2d %4d%n", &tm.tm_hour,
			   &tm.tm_min, &tm.tm_sec, zone, day, month, &tm.tm_mday, &tm.tm_year,
			   &used) != 8)
			continue;
		while (tm.tm_mon < 12 && strcmp(months[tm.tm_mon], month))
			tm.tm_mon++;
		tm.tm_year -= 1900;
		*ret_now = timegm(&tm);
		return tm.tm_mon < 12;
	}
	return false;
}

static int now_of(struct fabric_session *session, time_t *ret_now, struct ms_err *err)
{
	MS_AUTO_FREE char *text = NULL;
	int r = nxos_show_text(session, "show clock", &text, err);

	if (r)
		return r;
	return read_clock(text, ret_now) ? 0
					 : ms_fail(err, -EBADMSG, MS_INVALID,
						   "show clock: \"%.80s\" is no time", text);
}

/* ---- what waits ---- */

/* "time start 2026:11:22:04:45", and what is repeated has more behind it. */
static time_t time_of(const char *line)
{
	struct tm tm = { 0 };

	if (sscanf(line, "time start %4d:%2d:%2d:%2d:%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
		   &tm.tm_hour, &tm.tm_min) != 5)
		return 0;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	return timegm(&tm);
}

/*
 * The first schedule of ours, or that of id; "" when there is none.  Lines of jobs and schedules
 * are indented in some releases only: what is between one "scheduler ..." and the next belongs to
 * it.
 */
static void find_schedule(const char *text, const char *id, char name[static CLI_WORD],
			  time_t *ret_time)
{
	char line[256];

	*name = 0;
	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		text += strspn(text, " ");
		snprintf(line, sizeof(line), "%.*s", (int)strcspn(text, "\r\n"), text);
		if (*name && time_of(line))
			*ret_time = time_of(line);
		if (*name && ms_starts(line, "scheduler "))
			return;
		if (!*name && (!cli_match(line, "scheduler schedule name %w", name) ||
			       (id ? strcmp(name, id) != 0 : !ms_starts(name, OURS))))
			*name = 0;
	}
}

static int look(struct fabric_session *session, const char *id, char name[static CLI_WORD],
		time_t *ret_left, struct ms_err *err)
{
	MS_AUTO_FREE char *text = NULL;
	time_t at = 0, now = 0;
	int r = nxos_show_text(session, "show running-config", &text, err);

	if (r)
		return r;
	find_schedule(text, id, name, &at);
	if (*name)
		r = now_of(session, &now, err);
	*ret_left = at - now;
	return r;
}

int nxos_pending(struct fabric_session *session, json_t **ret_pending, struct ms_err *err)
{
	char name[CLI_WORD];
	time_t left;
	int r = look(session, NULL, name, &left, err);

	*ret_pending = NULL;
	if (r || !*name)
		return r;
	/* One whose time has come has done its work: what is left is to be cleared away. */
	if (left > 0)
		*ret_pending = json_pack("{s:s,s:s,s:I}", "id", name, "state", "committed",
					 "secondsLeft", (json_int_t)left);
	else
		*ret_pending = json_pack("{s:s,s:s}", "id", name, "state", "staged");
	return *ret_pending ? 0 : ms_nomem(err);
}

/* ---- the timer ---- */

static json_t *words(json_t *list, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static json_t *words(json_t *list, const char *fmt, ...)
{
	char command[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(command, sizeof(command), fmt, args);
	va_end(args);
	if (list && json_array_append_new(list, json_string(command))) {
		json_decref(list);
		return NULL;
	}
	return list;
}

static int arm(struct fabric_session *session, const char *id, unsigned seconds, struct ms_err *err)
{
	json_t *list = json_array();
	time_t at;
	struct tm tm;
	int r = now_of(session, &at, err);

	if (r) {
		json_decref(list);
		return r;
	}
	at = (at + seconds + 59) / 60 * 60;
	gmtime_r(&at, &tm);
	list = words(list, "configure terminal");
	list = words(list, "feature scheduler");
	list = words(list, "scheduler job name %s", id);
	list = words(list, "rollback running-config checkpoint %s atomic", id);
	list = words(list, "end-job");
	list = words(list, "scheduler schedule name %s", id);
	list = words(list, "job name %s", id);
	list = words(list, "time start %04d:%02d:%02d:%02d:%02d", tm.tm_year + 1900, tm.tm_mon + 1,
		     tm.tm_mday, tm.tm_hour, tm.tm_min);
	list = words(list, "end");
	list = words(list, "checkpoint %s", id);
	return nxos_run(session, "cli", list, false, NULL, err);
}

/* On, but not saved, and nobody has a job: arm() turned it on, in this process or one that died. */
static bool is_leftover(const char *differences)
{
	bool on = false, used = false;

	for (const char *line = differences; *line;
	     line = strchrnul(line, '\n'), line += *line != 0) {
		on = on || ms_starts(line, "+ feature scheduler");
		used = used || ms_starts(line, "+ scheduler ");
	}
	return on && !used;
}

/* Else the switch would start with something else than what runs, after a change that was none. */
static void turn_off(struct fabric_session *session)
{
	struct ms_err local = MS_ERR_INIT;
	MS_AUTO_FREE char *text = NULL;

	if (nxos_show_text(session, "show running-config diff", &text, &local) ||
	    !is_leftover(text))
		return;
	nxos_run(session, "cli",
		 json_pack("[s,s,s]", "configure terminal", "no feature scheduler", "end"), false,
		 NULL, &local);
}

/* The schedule first: from then on nothing goes back by itself.  That there is no checkpoint, and
 * that the scheduler stays on, is no harm. */
static int disarm(struct fabric_session *session, const char *id, struct ms_err *err)
{
	struct ms_err local = MS_ERR_INIT;
	json_t *list = words(json_array(), "configure terminal");
	int r;

	list = words(list, "no scheduler schedule name %s", id);
	list = words(list, "no scheduler job name %s", id);
	list = words(list, "end");
	r = nxos_run(session, "cli", list, false, NULL, err);
	if (r)
		return r;
	nxos_run(session, "cli", words(json_array(), "no checkpoint %s", id), false, NULL, &local);
	turn_off(session);
	return 0;
}

/* ---- the change ---- */

int nxos_stage(struct fabric_session *session, const char *id, const json_t *delta,
	       const json_t *target, struct ms_err *err)
{
	(void)target;
	free(session->id);
	free(session->delta);
	session->id = strdup(id);
	session->delta = strdup(json_string_value(delta) ? json_string_value(delta) : "");
	return session->id && session->delta ? 0 : ms_nomem(err);
}

/* There is nothing on the switch to be asked. */
int nxos_validate(struct fabric_session *session, const char *id, struct ms_err *err)
{
	if (ms_streq(session->id, id))
		return 0;
	return ms_fail(err, -ENOENT, MS_PRECONDITION, "change %s is not staged", id);
}

/* Lines from *text on, whole blocks, as many as one request takes. */
static json_t *chunk(const char **text)
{
	json_t *list = words(json_array(), "configure terminal");

	while (list && **text && (json_array_size(list) < CHUNK || **text == ' ')) {
		const char *line = *text + strspn(*text, " ");
		size_t len = strcspn(line, "\n");

		if (len && json_array_append_new(list, json_stringn(line, len))) {
			json_decref(list);
			return NULL;
		}
		*text = line + len + (line[len] == '\n');
	}
	return list;
}

int nxos_commit(struct fabric_session *session, const char *id, unsigned seconds,
		struct ms_err *err)
{
	const char *text = session->delta;
	int r = nxos_validate(session, id, err);

	if (!r) {
		r = arm(session, id, seconds, err);
		if (r)
			disarm(session, id, &(struct ms_err)MS_ERR_INIT);
	}
	while (!r && *text)
		r = nxos_run(session, "cli", chunk(&text), false, NULL, err);
	return r;
}

int nxos_confirm(struct fabric_session *session, const char *id, struct ms_err *err)
{
	char name[CLI_WORD];
	time_t left;
	int r = look(session, id, name, &left, err);

	if (!r && *name && left <= 0) {
		r = ms_fail(err, -ESTALE, MS_PRECONDITION, "the timer of %s has ended %lld s ago",
			    id, (long long)-left);
		ms_hint(err, "give it a longer --confirm");
	}
	if (!r && *name)
		r = disarm(session, id, err);
	return r ? r
		 : nxos_run(session, "cli", json_pack("[s]", "copy running-config startup-config"),
			    false, NULL, err);
}

/* Without a checkpoint there is nothing to go back to: the change was never made, or is back
 * already. */
static bool has_checkpoint(struct fabric_session *session, const char *id)
{
	struct ms_err local = MS_ERR_INIT;
	MS_AUTO_FREE char *text = NULL;
	const char *at;

	if (nxos_show_text(session, "show checkpoint summary", &text, &local))
		return true;
	at = strstr(text, id);
	return at && strchr(" \n:)\r", at[strlen(id)]);
}

/* A rollback that fails says so in words, and is no error of the request. */
static int roll_back(struct fabric_session *session, const char *id, struct ms_err *err)
{
	json_auto_t *results = NULL;
	const char *said, *at;
	int r = nxos_run(session, "cli_ascii",
			 words(json_array(), "rollback running-config checkpoint %s atomic", id),
			 false, &results, err);

	if (r)
		return r;
	said = ms_str(json_array_get(results, 0), "/msg", "");
	at = strcasestr(said, "rollback failed");
	at = at ? at : strcasestr(said, "rollback is unsuccessful");
	if (!at)
		return 0;
	r = ms_fail(err, -EREMOTEIO, MS_FAILED, "rollback to checkpoint %s: %.*s", id,
		    (int)strcspn(at, "\r\n"), at);
	ms_hint(err, "show rollback log verify says why; show diff rollback-patch running-config "
		     "checkpoint %s", id);
	return r;
}

int nxos_rollback(struct fabric_session *session, const char *id, struct ms_err *err)
{
	int r = has_checkpoint(session, id) ? roll_back(session, id, err) : 0;

	return r ? r : disarm(session, id, err);
}

int nxos_abandon(struct fabric_session *session, const char *id, struct ms_err *err)
{
	char name[CLI_WORD];
	time_t left;
	int r = look(session, id, name, &left, err);

	if (ms_streq(session->id, id)) {
		free(ms_take(session->id));
		free(ms_take(session->delta));
	}
	return r || !*name ? r : disarm(session, id, err);
}
