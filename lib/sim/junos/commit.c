/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The candidate of the simulated Junos switch, its lock, commits, and the timer of a confirmed one.
 */
#include "sim/junos/junos.h"

#define HISTORY_MAX 50
#define CONFIRM_GROUP 1

json_t *junos_candidate(struct sim_switch *sw)
{
	return json_object_get(sw->state, "candidate");
}

void junos_candidate_reset(struct sim_switch *sw)
{
	json_object_set_new(sw->state, "candidate", json_deep_copy(junos_committed(sw)));
	json_object_del(sw->state, "dirty");
}

static void remember(struct sim_switch *sw, const char *user, const char *client,
		     const char *comment)
{
	json_t *history = json_object_get(sw->state, "history");

	json_array_insert_new(history, 0,
			      json_pack("{s:O, s:I, s:s, s:s, s:s}", "lines", junos_committed(sw),
					"time", (json_int_t)sim_wall(&sw->dev), "user", user,
					"client", client, "comment", comment));
	while (json_array_size(history) > HISTORY_MAX)
		json_array_remove(history, json_array_size(history) - 1);
}

static void activate(struct sim_switch *sw, json_t *lines, const char *user, const char *client,
		     const char *comment)
{
	json_object_set_new(sw->state, "committed", lines);
	remember(sw, user, client, comment);
	junos_candidate_reset(sw);
	sim_switch_changed(sw);
}

int junos_load_rollback(struct sim_switch *sw, unsigned number, struct junos_complaint *complaint)
{
	const json_t *lines = ms_at(sw->state, "/history/%u/lines", number);

	if (!lines) {
		*complaint = (struct junos_complaint){ .message = "rollback file does not exist" };
		return -EINVAL;
	}
	json_object_set_new(sw->state, "candidate", json_deep_copy(lines));
	json_object_set_new(sw->state, "dirty", json_true());
	return 0;
}

/* Back to what was before the commit that waits. */
static void go_back(struct sim_switch *sw)
{
	const json_t *before = ms_at(sw->state, "/confirm/before");

	if (!before)
		return;
	activate(sw, json_deep_copy(before), "root", "other",
		 "automatic rollback of an unconfirmed commit");
	json_object_del(sw->state, "confirm");
}

static void on_timeout(struct sim_device *dev, const json_t *arg)
{
	(void)arg;
	go_back(sim_switch_of(dev));
}

const struct sim_event_kind junos_events[] = {
	{ "junos-rollback", CONFIRM_GROUP, on_timeout },
	{ NULL, 0, NULL },
};

/* "commit confirmed, rollback in 5mins", as `show system commit` says. */
static void confirm_later(struct sim_switch *sw, json_t *before, int64_t seconds, unsigned session)
{
	json_object_set_new(sw->state, "confirm",
			    json_pack("{s:o, s:I, s:I, s:i}", "before", before, "seconds",
				      (json_int_t)seconds, "until",
				      (json_int_t)(sim_clock(sw->dev.sim) + seconds * 1000),
				      "session", (int)session));
	sim_event_add(&sw->dev, (double)seconds, "junos-rollback", NULL);
}

static void confirm_words(int64_t seconds, char comment[static 80])
{
	if (seconds <= 0)
		*comment = 0;
	else if (seconds % 60)
		snprintf(comment, 80, "commit confirmed, rollback in %lldsecs", (long long)seconds);
	else
		snprintf(comment, 80, "commit confirmed, rollback in %lldmins",
			 (long long)seconds / 60);
}

/* What waits stays.  The words of its commit stay, too: only what is said beside them goes. */
void junos_confirm_waiting(struct sim_switch *sw)
{
	sim_event_drop(&sw->dev, CONFIRM_GROUP);
	json_object_del(sw->state, "confirm");
}

/* A commit while another one waits confirms that one, and is no commit of its own when it changes
 * nothing; only a confirmed one starts the time anew. */
int junos_commit_now(struct sim_switch *sw, const char *user, unsigned session,
		     int64_t confirm_seconds, struct junos_complaint *complaint)
{
	json_t *before = json_deep_copy(ms_at(sw->state, "/confirm/before")
						? ms_at(sw->state, "/confirm/before")
						: junos_committed(sw));
	char comment[80];
	int r = junos_check(sw, junos_candidate(sw), complaint);

	if (!r && junos_box(sw)->fail_commits) {
		junos_box(sw)->fail_commits--;
		*complaint = (struct junos_complaint){
			.message = "commit failed: (statements constraint check failed)"
		};
		r = -EIO;
	}
	if (r) {
		json_decref(before);
		return r;
	}
	bool waited = json_object_get(sw->state, "confirm");

	junos_confirm_waiting(sw);
	if (waited && confirm_seconds <= 0 &&
	    json_equal(junos_candidate(sw), junos_committed(sw))) {
		junos_candidate_reset(sw);
		sim_switch_changed(sw);
		json_decref(before);
		return 0;
	}
	confirm_words(confirm_seconds, comment);
	activate(sw, json_deep_copy(junos_candidate(sw)), user, "netconf", comment);
	if (confirm_seconds > 0)
		confirm_later(sw, before, confirm_seconds, session);
	else
		json_decref(before);
	return 0;
}

/* Uncommitted changes under a lock go with it.  A commit that waits survives the end of its
 * session, but not its being killed by another one. */
void junos_session_ended(struct sim_switch *sw, unsigned session, bool killed)
{
	struct junos_box *box = junos_box(sw);

	if (box->lock == session) {
		box->lock = 0;
		junos_candidate_reset(sw);
	}
	if (killed && ms_int(sw->state, "/confirm/session", -1) == (int64_t)session) {
		sim_event_drop(&sw->dev, CONFIRM_GROUP);
		go_back(sw);
	}
}
