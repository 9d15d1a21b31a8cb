/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The journal: "running" is written before a device is, so that an apply that was killed is told
 * apart from a device that somebody else changed.  Entries are kept by what a Step does, not by its
 * id: a Step that was edited after it was made is another one.
 */
#include <errno.h>
#include "state/private.h"

static const char *const words[] = {
	[STATE_RUNNING] = "running", [STATE_DONE] = "done", [STATE_FAILED] = "failed",
};

int state_step_hash(const json_t *spec, char ret_hex[static 17], struct ms_err *err)
{
	static const char *const members[] = { "command", "target", "action",
					       "before",  "after",  "expect" };
	json_auto_t *part = json_object();
	json_t *value;

	if (!part)
		return ms_nomem(err);
	for (size_t i = 0; i < MS_ARRAY_SIZE(members); i++) {
		value = json_object_get(spec, members[i]);
		if (value && json_object_set(part, members[i], value) < 0)
			return ms_nomem(err);
	}
	return ms_value_hash(part, ret_hex, err);
}

static void journal_key(const char *hash, char key[static 32])
{
	snprintf(key, 32, "step/%.16s", hash);
}

/* A Step that failed was begun as well: what it left half-done is ours to finish. */
int state_journal_begun(struct ms_store *store, const char *hash, bool *ret_begun,
			struct ms_err *err)
{
	json_auto_t *entry = NULL;
	char key[32];
	const char *state;
	int r;

	journal_key(hash, key);
	r = ms_store_get(store, key, &entry, NULL, err);
	if (r < 0 && r != -ENOENT)
		return r;
	state = ms_str(entry, "/state", "");
	*ret_begun = ms_streq(state, words[STATE_RUNNING]) || ms_streq(state, words[STATE_FAILED]);
	return 0;
}

int state_journal_put(struct ms_store *store, const char *hash, const json_t *spec,
		      enum state_progress progress, const struct ms_err *why, struct ms_err *err)
{
	char key[32], time[32];
	json_auto_t *entry = json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s, s:s*}", "state", words[progress], "time",
		ms_time_format(ms_now(), time), "id", ms_str(spec, "/id", ""), "command",
		ms_str(spec, "/command", ""), "target", ms_str(spec, "/target", ""), "action",
		ms_str(spec, "/action", ""), "error", why && why->code ? why->message : NULL);

	if (!entry)
		return ms_nomem(err);
	journal_key(hash, key);
	return ms_store_put(store, key, entry, -1, STATE_JOURNAL_SECONDS, NULL, err);
}
