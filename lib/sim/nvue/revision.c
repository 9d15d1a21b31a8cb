/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Revisions of a simulated NVUE: from pending over many states to applied, or not.  What happens by
 * itself are events: steps of an apply, the end of the confirm timer, a question that nobody
 * answers.
 */
#include "sim/nvue/nvue.h"

#define KEEP 100                 /* "maximum revisions limit" of the user guide */
enum { GROUP_STEP = 1, GROUP_CONFIRM, GROUP_ASK };

json_t *sim_nvue_revision(const struct sim_switch *sw, const char *id)
{
	return sim_nvue_get(sw->state, "revisions", id, NULL);
}

static json_t *doc_of(const struct sim_switch *sw, const char *id)
{
	return json_object_get(sim_nvue_revision(sw, id), "doc");
}

static void set_state(struct sim_switch *sw, const char *id, const char *state,
		      const char *progress)
{
	json_t *doc = doc_of(sw, id);

	json_object_set_new(doc, "state", json_string(state));
	if (progress)
		ms_put(doc, "/transition/progress", json_string(progress));
	sim_touch(&sw->dev);
}

static void set_issue(struct sim_switch *sw, const char *id, const char *code, const char *message,
		      const char *where, const char *why)
{
	json_t *data = where ? json_pack("{s:s,s:s}", "location", where, "reason", why)
			     : json_object();

	ms_put(doc_of(sw, id), "/transition/issue/0",
	       json_pack("{s:s,s:o,s:s,s:s}", "code", code, "data", data, "message", message,
			 "severity", "error"));
}

/* The oldest that nobody needs go. */
static void forget_old(struct sim_switch *sw)
{
	json_t *revisions = json_object_get(sw->state, "revisions"), *row;
	const char *key, *current = ms_str(sw->state, "/current", "");
	void *next;

	json_object_foreach_safe(revisions, next, key, row) {
		if (json_object_size(revisions) <= KEEP)
			return;
		if (strcmp(key, current) && strcmp(key, ms_str(sw->state, "/before", "")) &&
		    strcmp(key, ms_str(sw->state, "/waiting", "")))
			json_object_del(revisions, key);
	}
}

const char *sim_nvue_revision_new(struct sim_switch *sw, const json_t *tree, const char *state)
{
	json_int_t number = ms_int(sw->state, "/next", 1);
	json_t *revisions = json_object_get(sw->state, "revisions"), *row;
	const char *key, *found = NULL;
	char id[24];

	snprintf(id, sizeof(id), "%lld", (long long)number);
	row = json_pack("{s:{s:s,s:{s:{},s:s},s:{s:s}},s:o}", "doc", "state", state, "transition",
			"issue", "progress", "", "additional-data", "parent-revision-id",
			ms_str(sw->state, "/current", "empty"), "tree", json_deep_copy(tree));
	json_object_set_new(revisions, id, row);
	json_object_set_new(sw->state, "next", json_integer(number + 1));
	forget_old(sw);
	sim_touch(&sw->dev);
	json_object_foreach(revisions, key, row)
		if (!strcmp(key, id))
			found = key;
	return found;
}

/* ---- what is in force ----------------------------------------------------------------------- */

static void put_in_force(struct sim_switch *sw, const char *id)
{
	json_t *tree = json_object_get(sim_nvue_revision(sw, id), "tree");
	MS_AUTO_FREE char *old = strdup(ms_str(sw->state, "/current", ""));

	json_object_set_new(sw->state, "applied", json_deep_copy(tree));
	if (old && strcmp(old, id) && doc_of(sw, old))
		set_state(sw, old, "inactive", "");
	json_object_set_new(sw->state, "current", json_string(id));
	sim_switch_changed(sw);
}

static bool saves_by_itself(const struct sim_switch *sw)
{
	return sim_nvue_on(
		sim_nvue_get(sim_nvue_applied(sw), "system", "config", "auto-save", NULL),
		sim_nvue_at_least(sw, 9));
}

static void save(struct sim_switch *sw)
{
	json_object_set_new(sw->state, "startup", json_deep_copy(sim_nvue_applied(sw)));
	set_state(sw, ms_str(sw->state, "/current", ""), "applied_and_saved", "");
}

/* It stays. */
static void finish(struct sim_switch *sw, const char *id)
{
	set_state(sw, id, "applied", "");
	if (saves_by_itself(sw))
		save(sw);
}

static void stop_waiting(struct sim_switch *sw)
{
	sim_event_drop(&sw->dev, GROUP_CONFIRM);
	json_object_del(sw->state, "waiting");
	json_object_del(sw->state, "before");
}

/* Nobody confirmed, or somebody said no. */
static void go_back(struct sim_switch *sw, const char *why)
{
	MS_AUTO_FREE char *id = strdup(ms_str(sw->state, "/waiting", ""));
	MS_AUTO_FREE char *before = strdup(ms_str(sw->state, "/before", ""));

	if (!id || !before)
		return;
	stop_waiting(sw);
	put_in_force(sw, before);
	finish(sw, before);
	set_state(sw, id, "confirm_fail", why);
}

static void confirm(struct sim_switch *sw)
{
	MS_AUTO_FREE char *id = strdup(ms_str(sw->state, "/waiting", ""));

	stop_waiting(sw);
	if (id)
		finish(sw, id);
}

/* ---- applying ------------------------------------------------------------------------------- */

static void step(struct sim_switch *sw, double seconds, const char *name, const char *id)
{
	sim_event_add(&sw->dev, seconds, name, json_string(id));
}

static void refuse(struct sim_switch *sw, const char *id, const char *where, const char *why)
{
	char text[600];

	snprintf(text, sizeof(text), "Config invalid at %s: %s\n", where, why);
	set_issue(sw, id, "config_invalid", text, where, why);
	set_state(sw, id, "invalid", "Invalid config");
}

/* Another change is under way: this one waits for its turn. */
static bool is_busy(const struct sim_switch *sw, const char *id)
{
	const char *working[] = { "checking", "verifying", "reloading" };
	const char *key;
	json_t *row;

	if (json_object_get(sw->state, "waiting") && strcmp(ms_str(sw->state, "/waiting", ""), id))
		return true;
	json_object_foreach(json_object_get(sw->state, "revisions"), key, row)
		for (size_t i = 0; i < MS_ARRAY_SIZE(working); i++)
			if (strcmp(key, id) && ms_streq(ms_str(row, "/doc/state", ""), working[i]))
				return true;
	return false;
}

static void on_check(struct sim_device *dev, const json_t *arg)
{
	struct sim_switch *sw = sim_switch_of(dev);
	const char *id = json_string_value(arg), *fail = ms_str(sw->state, "/fail", "");
	const json_t *tree = json_object_get(sim_nvue_revision(sw, id), "tree");
	char where[256], why[256];

	if (!tree)
		return;
	if (is_busy(sw, id)) {
		step(sw, 1, "nvue-check", id);
		return;
	}
	if (!strcmp(fail, "invalid")) {
		json_object_del(sw->state, "fail");
		refuse(sw, id, "interface.swp1", "This was asked for by a lever");
		return;
	}
	if (!sim_nvue_check(sw, tree, where, why, sizeof(where))) {
		refuse(sw, id, where, why);
		return;
	}
	set_state(sw, id, "verifying", "Verifying");
	step(sw, 0.3, "nvue-reload", id);
}

static void on_reload(struct sim_device *dev, const json_t *arg)
{
	struct sim_switch *sw = sim_switch_of(dev);
	const char *id = json_string_value(arg);

	if (!sim_nvue_revision(sw, id))
		return;
	set_state(sw, id, "reloading", "Reloading");
	step(sw, 1, "nvue-done", id);
}

/* Services fail one by one: what came before stays as it has become. */
static void apply_half(struct sim_switch *sw, const char *id, const char *state)
{
	static const char *const first[] = { "interface", "bridge", "system" };
	const json_t *tree = json_object_get(sim_nvue_revision(sw, id), "tree");

	for (size_t i = 0; i < MS_ARRAY_SIZE(first); i++)
		if (json_object_get(tree, first[i]))
			json_object_set_new(sim_nvue_applied(sw), first[i],
					    json_deep_copy(json_object_get(tree, first[i])));
	sim_switch_changed(sw);
	set_issue(sw, id, "systemctl", "Failed to reload-or-restart frr.service", NULL, NULL);
	set_state(sw, id, state, "Reloading failed");
	json_object_del(sw->state, "fail");
}

static void on_done(struct sim_device *dev, const json_t *arg)
{
	struct sim_switch *sw = sim_switch_of(dev);
	const char *id = json_string_value(arg), *fail = ms_str(sw->state, "/fail", "");
	const json_t *doc = doc_of(sw, id);
	double seconds = json_number_value(ms_at(doc, "/state-controls/confirm"));

	if (!doc)
		return;
	if (*fail) {
		MS_AUTO_FREE char *state = strdup(fail);

		apply_half(sw, id, state ? state : "apply_fail");
		return;
	}
	if (seconds <= 0 || sim_nvue_behaves(sw, "no-confirm")) {
		put_in_force(sw, id);
		finish(sw, id);
		return;
	}
	json_object_set_new(sw->state, "before", json_string(ms_str(sw->state, "/current", "")));
	json_object_set_new(sw->state, "waiting", json_string(id));
	put_in_force(sw, id);
	set_state(sw, id, sim_nvue_behaves(sw, "ays") ? "ays" : "confirm", "Waiting for confirm");
	sim_event_add(dev, seconds, "nvue-expired", NULL);
}

static void on_expired(struct sim_device *dev, const json_t *arg)
{
	(void)arg;
	go_back(sim_switch_of(dev), "Confirm timed out");
}

static void on_silence(struct sim_device *dev, const json_t *arg)
{
	struct sim_switch *sw = sim_switch_of(dev);
	const char *id = json_string_value(arg);

	if (!ms_streq(ms_str(doc_of(sw, id), "/state", ""), "ays") ||
	    ms_streq(ms_str(sw->state, "/waiting", ""), id))
		return;
	set_issue(sw, id, "client_timeout", "Timeout while waiting for client response", NULL,
		  NULL);
	set_state(sw, id, "ays_fail", "Aborted apply after warnings");
}

const struct sim_event_kind sim_nvue_events[] = {
	{ "nvue-check", GROUP_STEP, on_check },
	{ "nvue-reload", GROUP_STEP, on_reload },
	{ "nvue-done", GROUP_STEP, on_done },
	{ "nvue-expired", GROUP_CONFIRM, on_expired },
	{ "nvue-silence", GROUP_ASK, on_silence },
	{ NULL, 0, NULL },
};

/* ---- orders --------------------------------------------------------------------------------- */

static void begin(struct sim_switch *sw, const char *id)
{
	const char *fail = ms_str(sw->state, "/fail", "");

	if (!strcmp(fail, "ays_fail")) {
		json_object_del(sw->state, "fail");
		set_issue(sw, id, "client_timeout", "Timeout while waiting for client response",
			  NULL, NULL);
		set_state(sw, id, "ays_fail", "Aborted apply after warnings");
		return;
	}
	set_state(sw, id, "apply", "");
	step(sw, 0.2, "nvue-check", id);
}

/* Without an answer beforehand NVUE asks whether one is sure, and does not wait forever. */
static unsigned order_apply(struct sim_switch *sw, const char *id, const json_t *body)
{
	json_t *doc = doc_of(sw, id);
	const json_t *controls = json_object_get(body, "state-controls");

	ms_put(doc, "/transition", json_pack("{s:{},s:s}", "issue", "progress", ""));
	json_object_del(doc, "state-controls");
	if (controls)
		json_object_set_new(doc, "state-controls", json_deep_copy(controls));
	if (ms_streq(ms_str(body, "/auto-prompt/ays", ""), "ays_yes")) {
		begin(sw, id);
	} else {
		set_state(sw, id, "ays", "Are you sure?");
		step(sw, 30, "nvue-silence", id);
	}
	return 200;
}

static unsigned order_word(struct sim_switch *sw, const char *id, const char *word,
			   const json_t *body, const char **ret_reason)
{
	const char *state = ms_str(doc_of(sw, id), "/state", "");
	bool waits = ms_streq(ms_str(sw->state, "/waiting", ""), id);

	if (!strcmp(word, "pending") && !strcmp(state, "pending"))
		return 200;
	if (!strcmp(word, "apply") && waits)
		confirm(sw);
	else if (!strcmp(word, "apply"))
		return order_apply(sw, id, body);
	else if (!strcmp(word, "confirm_yes") && !strcmp(state, "confirm"))
		confirm(sw);
	else if (!strcmp(word, "confirm_no") && !strcmp(state, "confirm"))
		go_back(sw, "Not confirmed");
	else if (!strcmp(word, "ays_yes") && !strcmp(state, "ays") && !waits)
		begin(sw, id);
	else if (!strcmp(word, "ays_no") && !strcmp(state, "ays") && waits)
		go_back(sw, "Not confirmed");
	else if (!strcmp(word, "ays_no") && !strcmp(state, "ays"))
		set_state(sw, id, "ays_fail", "Aborted apply after warnings");
	else if (ms_starts(word, "ignore_fail_") && !strcmp(state, "ignore_fail"))
		set_state(sw, id, strcmp(word, "ignore_fail_yes") ? "apply_fail" : "applied", "");
	else if (!strcmp(word, "save") && !strcmp(id, ms_str(sw->state, "/current", "")) && !waits)
		save(sw);
	else {
		*ret_reason = "The revision cannot go from its state to this one";
		return 400;
	}
	return 200;
}

unsigned sim_nvue_revision_patch(struct sim_switch *sw, const char *id, const json_t *body,
				 const char **ret_reason)
{
	const char *word = ms_str(body, "/state", NULL);
	const json_t *message = json_object_get(body, "message");

	if (message && sim_nvue_behaves(sw, "no-message")) {
		*ret_reason = "Additional properties are not allowed ('message' was unexpected)";
		return 400;
	}
	if (message)
		json_object_set(doc_of(sw, id), "message", (json_t *)message);
	sim_touch(&sw->dev);
	return word ? order_word(sw, id, word, body, ret_reason) : 200;
}
