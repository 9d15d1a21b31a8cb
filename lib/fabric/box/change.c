/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A change of a Linux box: its folder, what is put there, and the verbs of its script. */
#include <errno.h>
#include "fabric/box/box.h"

#define FOLDER "/var/lib/msctl"
#define RELOAD_SECONDS 300     /* ifreload and frr-reload.py are Python, on the CPU of a switch */

/* Ids come from the plan; they become a path and a word of a shell. */
static int check_id(const char *id, struct ms_err *err)
{
	if (id && *id && strlen(id) < 64 && *id != '-' &&
	    strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") ==
		    strlen(id))
		return 0;
	return ms_fail(err, -EINVAL, MS_USAGE, "not an id of a change: \"%s\"", id ? id : "");
}

static int do_verb(struct fabric_session *session, const char *id, const char *verb,
		   unsigned seconds, struct ms_err *err)
{
	MS_AUTO_FREE char *command = ms_asprintf("sh " FOLDER "/%s/change %s", id, verb);
	int r = check_id(id, err);

	if (!r && !command)
		r = ms_nomem(err);
	return r ? r : box_run(session, command, NULL, seconds, NULL, NULL, err);
}

/* All files in one stream: `head` takes as many octets as it is told. */
int box_stage(struct fabric_session *session, const char *id, const struct box_file *files,
		    struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf command = { 0 }, stream = { 0 };
	int r = check_id(id, err);

	if (r)
		return r;
	ms_buf_printf(&command, "mkdir -p -m 700 " FOLDER "/%s && cd " FOLDER "/%s && ", id, id);
	for (; files->name; files++) {
		ms_buf_printf(&command, "head -c %zu > %s && ", strlen(files->text), files->name);
		ms_buf_puts(&stream, files->text);
	}
	ms_buf_printf(&command, "cat > change && sh " FOLDER "/%s/change stage", id);
	ms_buf_puts(&stream, box_script);
	if (command.failed || stream.failed)
		return ms_nomem(err);
	return box_run(session, command.data, stream.data, 120, NULL, NULL, err);
}

int box_validate(struct fabric_session *session, const char *id, struct ms_err *err)
{
	return do_verb(session, id, "validate", RELOAD_SECONDS, err);
}

int box_commit(struct fabric_session *session, const char *id, unsigned seconds, struct ms_err *err)
{
	char verb[32];

	snprintf(verb, sizeof verb, "commit %u", seconds);
	/* A slow switch has as long as its timer gives it: less would roll back what works. */
	return do_verb(session, id, verb, seconds, err);
}

/* The folder goes when a change is over, and with it the script: a word beside it says how it went,
 * and is all that is printed.  Nothing there is nothing to undo. */
static int do_once(struct fabric_session *session, const char *id, const char *verb,
		   const char *done, struct ms_err *err)
{
	bool must = !strcmp(verb, "confirm");
	MS_AUTO_FREE char *unless = must ? strdup("")
					 : ms_asprintf("test ! -e " FOLDER "/%s || ", id);
	MS_AUTO_FREE char *command = ms_asprintf(
		"cat " FOLDER "/%s.done 2>/dev/null || %ssh " FOLDER "/%s/change %s", id,
		unless ? unless : "", id, verb);
	MS_AUTO_FREE char *word = NULL;
	int r = check_id(id, err);

	if (!r && !(command && unless))
		r = ms_nomem(err);
	if (!r)
		r = box_run(session, command, NULL, RELOAD_SECONDS, &word, NULL, err);
	if (r)
		return r;
	word[strcspn(word, "\n")] = 0;
	if (!*word || !strcmp(word, done))
		return 0;
	return ms_fail(err, -ESTALE, MS_CONFLICT, "change %s is over: %s", id, word);
}

int box_confirm(struct fabric_session *session, const char *id, struct ms_err *err)
{
	return do_once(session, id, "confirm", "confirmed", err);
}

int box_rollback(struct fabric_session *session, const char *id, struct ms_err *err)
{
	return do_once(session, id, "rollback", "rolled back", err);
}

int box_abandon(struct fabric_session *session, const char *id, struct ms_err *err)
{
	MS_AUTO_FREE char *command = ms_asprintf(
		"test ! -e " FOLDER "/%s || sh " FOLDER "/%s/change abandon", id, id);
	int r = check_id(id, err);

	if (!r && !command)
		r = ms_nomem(err);
	return r ? r : box_run(session, command, NULL, 120, NULL, NULL, err);
}

/* ---- what waits ---- */

struct waiting { char id[65], state[17], boot[65]; long long until; };

/* "1234.56 2345.67", the boot id, and a line for each change: "ID STATE UNTIL BOOT". */
static bool find_waiting(const char *text, struct waiting *ret, long long *ret_now)
{
	struct waiting w;
	char boot[65] = "";
	bool found = false;

	*ret_now = strtoll(text, NULL, 10);
	text += strcspn(text, "\n");
	if (sscanf(text, " %64s", boot) != 1)
		return false;
	text += strspn(text, "\n");
	for (text += strcspn(text, "\n"); *text; text += strcspn(text, "\n")) {
		text += strspn(text, "\n");
		if (sscanf(text, "%64s %16s %lld %64s", w.id, w.state, &w.until, w.boot) != 4)
			continue;
		/* What was active before a restart is not active any more: only its folder is left.
		 */
		if (strcmp(w.state, "committed") || strcmp(w.boot, boot))
			snprintf(w.state, sizeof w.state, "staged");
		if (!found || !strcmp(w.state, "committed"))
			*ret = w;
		found = true;
	}
	return found;
}

int box_pending(struct fabric_session *session, json_t **ret_pending, struct ms_err *err)
{
	MS_AUTO_FREE char *out = NULL;
	struct waiting w;
	long long now, left;
	int status,
		r = box_run(session,
			    "cat /proc/uptime /proc/sys/kernel/random/boot_id " FOLDER "/*/state",
			    NULL, 60, &out, &status, err);

	*ret_pending = NULL;
	if (r || !find_waiting(out, &w, &now))
		return r;
	*ret_pending = json_pack("{s:s, s:s}", "id", w.id, "state", w.state);
	if (!*ret_pending)
		return ms_nomem(err);
	left = w.until > now ? w.until - now : 0;
	if (!strcmp(w.state, "committed"))
		json_object_set_new(*ret_pending, "secondsLeft", json_integer(left));
	return 0;
}
