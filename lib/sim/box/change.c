/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A change that lies on the box, /var/lib/msctl/ID: what its script does for each verb.  Each may
 * be said again when its answer was lost; a timer undoes what nobody confirms; what was committed
 * before a restart is no more.
 */
#include "sim/box/box.h"

#define TIMERS 1

static char *path_of(const char *id, const char *name)
{
	return ms_asprintf(BOX_CHANGES "%s/%s", id, name);
}

static char *file_of(struct sim_switch *sw, const char *id, const char *name)
{
	MS_AUTO_FREE char *path = path_of(id, name);

	return path ? sim_box_read(sw, path) : NULL;
}

static void put_file(struct sim_switch *sw, const char *id, const char *name, const char *text)
{
	MS_AUTO_FREE char *path = path_of(id, name);

	if (path)
		sim_box_write(sw, path, text);
}

static json_t *files_of(struct sim_switch *sw, const char *id)
{
	MS_AUTO_FREE char *folder = path_of(id, "");
	json_t *files = json_object(), *text;
	const char *path;

	json_object_foreach(json_object_get(sw->state, "files"), path, text)
		if (folder && ms_starts(path, folder))
			json_object_set(files, path + strlen(folder), text);
	return files;
}

/* ---- how far it is ---- */

static void set_state(struct sim_switch *sw, const char *id, const char *word, int64_t until)
{
	MS_AUTO_FREE char *line = ms_asprintf("%s %s %lld %s\n", id, word, (long long)until,
					      ms_str(sw->state, "/boot", ""));

	put_file(sw, id, "state", line ? line : "");
}

static bool is(struct sim_switch *sw, const char *id, const char *word)
{
	MS_AUTO_FREE char *text = file_of(sw, id, "state");
	char was[20] = "", boot[65] = "";

	return text && sscanf(text, "%*s %19s %*s %64s", was, boot) == 2 && !strcmp(was, word) &&
	       (!strcmp(was, "staged") || !strcmp(boot, ms_str(sw->state, "/boot", "")));
}

/* "confirmed", "rolled back"...: it is over; NULL when it is not. */
static char *how_it_ended(struct sim_switch *sw, const char *id)
{
	MS_AUTO_FREE char *path = ms_asprintf(BOX_CHANGES "%s.done", id);
	char *word = path ? sim_box_read(sw, path) : NULL;

	if (word)
		word[strcspn(word, "\n")] = 0;
	return word;
}

static void forget(struct sim_switch *sw, const char *id)
{
	MS_AUTO_FREE char *folder = ms_asprintf(BOX_CHANGES "%s", id);

	if (folder)
		sim_box_remove(sw, folder);
	json_object_del(json_object_get(sw->state, "kept"), id);
}

static void finish(struct sim_switch *sw, const char *id, const char *word)
{
	MS_AUTO_FREE char *path = ms_asprintf(BOX_CHANGES "%s.done", id),
			  *line = ms_asprintf("%s\n", word);

	forget(sw, id);
	if (sim_box_kind_of(sw)->over)
		sim_box_kind_of(sw)->over(sw);
	if (path && line)
		sim_box_write(sw, path, line);
}

static void fail(struct sim_box_shell *shell, const char *fmt, const char *id, const char *word)
	__attribute__((format(printf, 2, 0)));

static void fail(struct sim_box_shell *shell, const char *fmt, const char *id, const char *word)
{
	ms_buf_printf(shell->errors, fmt, id, word);
	ms_buf_puts(shell->errors, "\n");
	shell->status = 1;
}

/* ---- the timer ---- */

void sim_box_forget_timers(struct sim_switch *sw)
{
	sim_event_drop(&sw->dev, TIMERS);
}

static json_t *what_runs(const struct sim_switch *sw)
{
	return json_pack("{s:o, s:o}", "running",
			 json_deep_copy(json_object_get(sw->state, "running")), "routing",
			 json_deep_copy(json_object_get(sw->state, "routing")));
}

static bool undo(struct sim_switch *sw, const char *id)
{
	const struct sim_box_kind *kind = sim_box_kind_of(sw);
	json_t *kept = json_object_get(json_object_get(sw->state, "kept"), id);
	json_auto_t *files = files_of(sw, id);
	int r = !kept		? -ENOENT
		: kind->restore ? kind->restore(sw, files, kept)
				: json_object_update(sw->state, kept);
	bool good = !r && !sim_box_fails(sw, "undo");

	finish(sw, id, good ? "rolled back" : "rolled back, with errors");
	sim_switch_changed(sw);
	return good;
}

void sim_box_expire(struct sim_device *dev, const json_t *arg)
{
	struct sim_switch *sw = sim_switch_of(dev);
	MS_AUTO_FREE char *id = strdup(json_string_value(arg) ? json_string_value(arg) : "");

	if (id && is(sw, id, "committed"))
		undo(sw, id);
}

const struct sim_event_kind sim_box_events[] = {
	{ "box-expire", TIMERS, sim_box_expire },
	{ NULL, 0, NULL },
};

/* ---- verbs ---- */

static void stage(struct sim_box_shell *shell, const char *id)
{
	MS_AUTO_FREE char *path = ms_asprintf(BOX_CHANGES "%s.done", id);

	if (path)
		sim_box_remove(shell->sw, path);
	set_state(shell->sw, id, "staged", 0);
}

static void validate(struct sim_box_shell *shell, const char *id)
{
	json_auto_t *files = files_of(shell->sw, id);

	if (sim_box_kind_of(shell->sw)->validate(shell->sw, files, shell->errors))
		shell->status = 1;
	else if (sim_box_fails(shell->sw, "validate"))
		fail(shell, "change %s does not fit: %s", id, "somebody said so");
}

/* All of it runs, or a part of it: who asked is told, and has the timer or a rollback. */
static void apply(struct sim_box_shell *shell, const char *id)
{
	struct sim_switch *sw = shell->sw;
	json_auto_t *files = files_of(sw, id);
	int r = sim_box_kind_of(sw)->reload(sw, files, shell->errors);

	if (!r && sim_box_fails(sw, "commit")) {
		ms_buf_puts(shell->errors, "Error: the last of it could not be applied\n");
		r = -EIO;
	}
	put_file(sw, id, "apply.rc", r ? "1\n" : "0\n");
	shell->exec->delay += sim_box_kind_of(sw)->seconds;
	sim_switch_changed(sw);
}

static void commit(struct sim_box_shell *shell, const char *id, const char *text)
{
	struct sim_switch *sw = shell->sw;
	MS_AUTO_FREE char *over = how_it_ended(sw, id), *rc = NULL;
	unsigned long seconds = strtoul(text, NULL, 10);

	if (over) {
		fail(shell, "change %s is over: %s", id, over);
		return;
	}
	if (is(sw, id, "staged")) {
		json_object_set_new(json_object_get(sw->state, "kept"), id, what_runs(sw));
		sim_event_add(&sw->dev, (double)seconds, "box-expire", json_string(id));
		set_state(sw, id, "committed", sim_box_uptime(sw) + (int64_t)seconds);
		apply(shell, id);
	}
	if (!is(sw, id, "committed")) {
		fail(shell, "there is no change %s%s", id, "");
		return;
	}
	rc = file_of(sw, id, "apply.rc");
	shell->status = rc && *rc == '0' ? 0 : 1;
}

static void confirm(struct sim_box_shell *shell, const char *id)
{
	struct sim_switch *sw = shell->sw;
	MS_AUTO_FREE char *over = how_it_ended(sw, id);
	json_auto_t *files = files_of(sw, id);

	if (over && !strcmp(over, "confirmed"))
		return;
	if (over) {
		fail(shell, "change %s is over: %s", id, over);
	} else if (!is(sw, id, "committed")) {
		fail(shell, "there is no change %s%s", id, "");
	} else if (sim_box_kind_of(sw)->persist(sw, files)) {
		fail(shell, "change %s: cannot write the configuration%s", id, "");
	} else {
		sim_box_forget_timers(sw);
		finish(sw, id, "confirmed");
		sim_switch_changed(sw);
	}
}

static void rollback(struct sim_box_shell *shell, const char *id)
{
	struct sim_switch *sw = shell->sw;
	MS_AUTO_FREE char *over = how_it_ended(sw, id);

	if (over && !strcmp(over, "confirmed")) {
		fail(shell, "change %s was %s", id, over);
	} else if (over) {
		if (strcmp(over, "rolled back"))
			fail(shell, "change %s was %s: see the log", id, over);
	} else if (!is(sw, id, "committed")) {
		forget(sw, id);
	} else {
		sim_box_forget_timers(sw);
		shell->exec->delay += sim_box_kind_of(sw)->seconds;
		if (!undo(sw, id))
			fail(shell, "change %s: %s", id, "rolled back, with errors");
	}
}

static void abandon(struct sim_box_shell *shell, const char *id)
{
	if (is(shell->sw, id, "committed"))
		fail(shell, "change %s is active: roll it back%s", id, "");
	else
		forget(shell->sw, id);
}

void sim_box_change(struct sim_box_shell *shell, const char *id, const char *verb,
		    const char *seconds)
{
	static const struct {
		const char *verb;
		void (*fn)(struct sim_box_shell *, const char *);
	} verbs[] = {
		{ "stage", stage }, { "validate", validate }, { "confirm", confirm },
		{ "rollback", rollback }, { "abandon", abandon },
	};

	if (!strcmp(verb, "commit")) {
		commit(shell, id, seconds);
		return;
	}
	for (size_t i = 0; i < MS_ARRAY_SIZE(verbs); i++)
		if (!strcmp(verbs[i].verb, verb)) {
			verbs[i].fn(shell, id);
			return;
		}
	fail(shell, "usage: sh change stage|validate|commit SECONDS|confirm|rollback|abandon%s%s",
	     "", "");
}
