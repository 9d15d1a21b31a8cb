/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configuration sessions of EOS.  A session begins as a copy of the running configuration, and
 * replaces it when it is committed.  With a timer the old one comes back unless it is committed
 * again.  A session that went back, or was aborted, is gone from the list; one that was committed
 * is "completed", and the last of those is kept.
 */
#include "sim/eos/eos.h"

#define PENDING_MAX 5
#define WAITS "pendingCommitTimer"

static json_t *all(const struct sim_switch *sw)
{
	return json_object_get(sw->state, "sessions");
}

static json_t *find(const struct sim_switch *sw, const char *name)
{
	return json_object_get(all(sw), name);
}

json_t *sim_eos_candidate(const struct sim_switch *sw, const char *name)
{
	return json_object_get(find(sw, name), "config");
}

json_t *sim_eos_sessions(const struct sim_switch *sw)
{
	json_t *list = json_object(), *row;
	const char *name;

	json_object_foreach(all(sw), name, row) {
		json_t *shown = json_pack("{s:s,s:s,s:s,s:{}}", "state", ms_str(row, "/state", ""),
					  "commitUser", "", "description", "", "instances");

		if (json_object_get(row, "commitBy"))
			json_object_set(shown, "commitBy", json_object_get(row, "commitBy"));
		json_object_set_new(list, name, shown);
	}
	return list;
}

static bool is_open(const json_t *row)
{
	const char *state = ms_str(row, "/state", "");

	return !strcmp(state, "pending") || !strcmp(state, WAITS);
}

static size_t pending(const struct sim_switch *sw)
{
	const char *name;
	json_t *row;
	size_t n = 0;

	json_object_foreach(all(sw), name, row)
		n += is_open(row);
	return n;
}

static int refuse(struct sim_eos_run *run, const char *why)
{
	snprintf(run->why, sizeof(run->why), "%s", why);
	return 1000;
}

static json_t *make(struct sim_eos_run *run, const char *name)
{
	json_t *row = find(run->sw, name);

	if (row && is_open(row))
		return row;
	if (pending(run->sw) >= PENDING_MAX) {
		refuse(run,
		       "Maximum number of pending sessions has been reached. Please commit or "
			"abort previous sessions "
		       "before creating a new one.");
		return NULL;
	}
	json_object_set_new(all(run->sw), name, json_pack("{s:s,s:o}", "state", "pending", "config",
							  json_deep_copy(sim_cli_config(run->sw))));
	return find(run->sw, name);
}

/* ---- the end of one ---- */

static void replace(struct sim_switch *sw, const json_t *config)
{
	json_object_set_new(sw->state, "config", json_deep_copy(config));
	sim_switch_changed(sw);
}

static void go_back(struct sim_switch *sw, const char *name)
{
	replace(sw, json_object_get(find(sw, name), "old"));
	json_object_del(all(sw), name);
}

/* The timer: arg is the name. */
void sim_eos_session_ends(struct sim_device *dev, const json_t *arg)
{
	struct sim_switch *sw = sim_switch_of(dev);
	const char *name = json_string_value(arg);

	if (name && !strcmp(ms_str(find(sw, name), "/state", ""), WAITS))
		go_back(sw, name);
}

static const char *waiting(const struct sim_switch *sw)
{
	const char *name;
	json_t *row;

	json_object_foreach(all(sw), name, row)
		if (!strcmp(ms_str(row, "/state", ""), WAITS))
			return name;
	return NULL;
}

static void complete(struct sim_switch *sw, const char *name)
{
	const char *other;
	json_t *row;
	void *next;

	json_object_foreach_safe(all(sw), next, other, row)
		if (!strcmp(ms_str(row, "/state", ""), "completed"))
			json_object_del(all(sw), other);
	json_object_set_new(all(sw), name, json_pack("{s:s}", "state", "completed"));
	sim_touch(&sw->dev);
}

static int commit(struct sim_eos_run *run, const char *name)
{
	json_t *row = make(run, name);
	const char *other = waiting(run->sw);

	if (!row)
		return 1000;
	if (other && strcmp(other, name))
		return refuse(run, "Another session with a commit timer is pending");
	sim_event_drop(&run->sw->dev, 100);
	if (!other)
		replace(run->sw, json_object_get(row, "config"));
	complete(run->sw, name);
	return 0;
}

/* Lever {half: true}: what comes first runs, the rest does not, and the commit is said to have
 * failed; once. */
static json_t *half_of(const json_t *old, const json_t *config)
{
	json_t *half = json_deep_copy(old), *node;
	size_t differs = 0, taken = 0;
	const char *key;

	json_object_foreach((json_t *)config, key, node)
		differs += !json_equal(json_object_get(old, key), node);
	json_object_foreach((json_t *)config, key, node)
		if (!json_equal(json_object_get(old, key), node) && taken++ < (differs + 1) / 2)
			json_object_set_new(half, key, json_deep_copy(node));
	return half;
}

static int stop_half_way(struct sim_eos_run *run, const json_t *row)
{
	json_auto_t *half =
		half_of(json_object_get(row, "old"), json_object_get(row, "config"));

	json_object_del(run->sw->state, "half");
	replace(run->sw, half);
	return refuse(run, "Commit failed: configuration was applied in part");
}

static int commit_timer(struct sim_eos_run *run, const char *name, const char *timer)
{
	unsigned h, m, s;
	json_t *row = make(run, name);

	if (!row)
		return 1000;
	if (sscanf(timer, "%2u:%2u:%2u", &h, &m, &s) != 3 || m > 59 || s > 59 || !(h + m + s))
		return 1002;
	if (waiting(run->sw))
		return refuse(run, "Another session with a commit timer is pending");
	json_object_set_new(row, "old", json_deep_copy(sim_cli_config(run->sw)));
	json_object_set_new(row, "state", json_string(WAITS));
	json_object_set_new(row, "commitBy",
			    json_real(sim_eos_uptime(run->sw) + h * 3600 + m * 60 + s));
	sim_event_add(&run->sw->dev, h * 3600 + m * 60 + s, "eos-commit-timer", json_string(name));
	if (json_is_true(json_object_get(run->sw->state, "half")))
		return stop_half_way(run, row);
	replace(run->sw, json_object_get(row, "config"));
	return 0;
}

static int abort_session(struct sim_eos_run *run, const char *name)
{
	json_t *row = find(run->sw, name);

	if (!row || !is_open(row))
		return refuse(run, "Session does not exist");
	if (!strcmp(ms_str(row, "/state", ""), WAITS)) {
		sim_event_drop(&run->sw->dev, 100);
		go_back(run->sw, name);
		return 0;
	}
	json_object_del(all(run->sw), name);
	sim_touch(&run->sw->dev);
	return 0;
}

/* ---- words ---- */

static int enter(struct sim_eos_run *run, const char *name)
{
	json_t *row = make(run, name);

	if (!row)
		return 1000;
	if (strcmp(ms_str(row, "/state", ""), "pending"))
		return refuse(run, "Cannot enter a session that waits for its commit timer");
	snprintf(run->session, sizeof(run->session), "%s", name);
	run->configuring = true;
	sim_cli_init(&run->cli, &sim_eos_grammar, json_object_get(row, "config"), run->sw);
	return 0;
}

static int act(struct sim_eos_run *run, const char *name, const char *words)
{
	if (!strcmp(words, "commit"))
		return commit(run, name);
	if (!strcmp(words, "abort"))
		return abort_session(run, name);
	if (ms_starts(words, "commit timer "))
		return commit_timer(run, name, words + strlen("commit timer "));
	return 1002;
}

int sim_eos_session(struct sim_eos_run *run, const char *words)
{
	char name[128];
	int used = 0;

	if (sscanf(words, "%127s %n", name, &used) != 1)
		return 1002;
	if (!run->privileged)
		return 1002;
	return words[used] ? act(run, name, words + used) : enter(run, name);
}

/* What is said inside of one. */
bool sim_eos_session_word(struct sim_eos_run *run, const char *command, int *ret_code)
{
	char name[128];

	if (!*run->session)
		return false;
	snprintf(name, sizeof(name), "%s", run->session);
	if (!strcmp(command, "rollback clean-config")) {
		json_object_clear(sim_eos_candidate(run->sw, name));
		*ret_code = 0;
		return true;
	}
	if (strcmp(command, "commit") && strcmp(command, "abort") &&
	    !ms_starts(command, "commit timer "))
		return false;
	run->configuring = false;
	*run->session = 0;
	*ret_code = act(run, name, command);
	return true;
}
