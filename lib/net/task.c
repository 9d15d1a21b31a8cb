/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waiting for a task (DSP0266, 12), in every form that vendors use.  What a device forgets once it
 * was read, or while it restarts, is not a failure: the caller reads back what it wanted.
 */
#include <errno.h>
#include "net/task.h"

#define FRESH_TRIES 3
#define FRESH_UNITS 10
#define MAX_UNITS 10
#define POLL_SECONDS 30
/* Clocks of devices are seconds off from the Date header that they send. */
#define SLACK_SECONDS 5

struct wait {
	struct ms_redfish *rf;
	char *uri;
	unsigned seconds;
	int64_t deadline;
	unsigned polls, missing;
	bool seen;
	char state[64];
	int64_t percent;
	struct ms_err last;       /* of transport, while the device does not answer */
};

static int timed_out(const struct wait *w, struct ms_err *err)
{
	if (w->last.code)
		return ms_fail(err, -ETIMEDOUT, MS_TIMEOUT,
			       "task %s: not known how it ended after %u s: %s", w->uri, w->seconds,
			       w->last.message);
	return ms_fail(err, -ETIMEDOUT, MS_TIMEOUT, "task %s: still %s (%lld %%) after %u s",
		       w->uri, *w->state ? w->state : "going on", (long long)w->percent,
		       w->seconds);
}

/* 1, 2, 4, 8, 10, 10... units, but not past the deadline. */
static int rest(struct wait *w, unsigned units, struct ms_err *err)
{
	int64_t left = w->deadline - ms_clock_ms();
	int64_t ms = (int64_t)(units < MAX_UNITS ? units : MAX_UNITS) *
		     ms_http_poll_ms(w->rf->http);
	int rc;

	if (left <= 0)
		return timed_out(w, err);
	rc = ms_task_sleep(ms_http_loop(w->rf->http), ms < left ? ms : left);
	return rc < 0 ? ms_fail(err, rc, MS_CANCELLED, "task %s: stopped by a signal", w->uri) : 0;
}

static int failed(struct wait *w, const struct rf_answer *answer, const char *state,
		  struct ms_err *err)
{
	char text[400] = "";

	if (answer->http.status >= 400)
		return ms_redfish_fail(w->rf, "GET", w->uri, answer->http.status, answer->body,
				       err);
	if (json_is_array(json_object_get(answer->body, "Messages")))
		ms_rf_message_text(json_object_get(answer->body, "Messages"), text, sizeof(text));
	/* Dell jobs have one message of their own. */
	if (!*text)
		snprintf(text, sizeof(text), "%.*s", (int)sizeof(text) - 1,
			 ms_str(answer->body, "/Message", ""));
	return ms_fail(err, -EIO, MS_FAILED, "task %s: %s%s%s", w->uri, state, *text ? ": " : "",
		       text);
}

static void note(struct wait *w, const struct rf_answer *answer, const char *state)
{
	w->seen = true;
	w->last = (struct ms_err)MS_ERR_INIT;
	w->percent = ms_int(answer->body, "/PercentComplete", w->percent);
	snprintf(w->state, sizeof(w->state), "%.*s", (int)sizeof(w->state) - 1, state);
	ms_debug("%s: task %s: %s %lld %%", w->rf->name, w->uri, w->state, (long long)w->percent);
}

/* A monitor that says which task it watches: from now on the task is polled, which keeps its end
 * longer. */
static void prefer_task(struct wait *w, const struct rf_answer *answer)
{
	const char *id = ms_task_is(answer->body) ? ms_rf_link(answer->body) : NULL;
	char *uri = id && strcmp(id, w->uri) ? strdup(id) : NULL;

	if (!uri)
		return;
	free(w->uri);
	w->uri = uri;
}

/* A BMC that restarts, is busy with the very task, or shows a page that says so: only the deadline
 * decides.  A single attempt, within what is left of it. */
static int ask(struct wait *w, struct rf_answer *answer, struct ms_err *why)
{
	int64_t left = (w->deadline - ms_clock_ms()) / 1000 + 1;
	struct ms_http_request request = {
		.method = "GET", .path = w->uri, .tries = 1, .seconds = POLL_SECONDS
	};
	int rc;

	if (left < POLL_SECONDS)
		request.seconds = left > 0 ? (unsigned)left : 1;
	rc = ms_rf_send(w->rf, &request, &answer->http, why);
	if (rc == 0 && answer->http.len)
		rc = ms_rf_decode(w->rf, "GET", w->uri, &answer->http, &answer->body, why);
	if (rc == 0 && (answer->http.status == 429 || answer->http.status >= 500))
		rc = ms_redfish_fail(w->rf, "GET", w->uri, answer->http.status, answer->body, why);
	return rc;
}

/* One poll: 1 = ended (*ret_task may be NULL), 0 = go on. */
static int poll_once(struct wait *w, json_t **ret_task, struct ms_err *err)
{
	RF_AUTO_ANSWER struct rf_answer answer = { 0 };
	struct ms_err why = MS_ERR_INIT;
	const char *state;
	int rc = ask(w, &answer, &why);

	if (rc < 0 && why.code == MS_CANCELLED) {
		*err = why;
		return rc;
	}
	if (rc < 0) {
		w->last = why;
		return 0;
	}
	switch (ms_task_judge(answer.http.status, answer.body, &state)) {
	case RF_GOING:
		note(w, &answer, state);
		prefer_task(w, &answer);
		return 0;
	case RF_DONE:
		*ret_task = ms_task_is(answer.body) ? json_incref(answer.body) : NULL;
		return 1;
	case RF_BAD:
		return failed(w, &answer, state, err);
	default:
		break;
	}
	/* A fresh Dell job is not found for some seconds. */
	if (w->seen)
		return 1;
	return ++w->missing < FRESH_TRIES ? 0
					  : ms_redfish_fail(w->rf, "GET", w->uri,
							    answer.http.status, answer.body, err);
}

static int poll_until(struct wait *w, json_t **ret_task, struct ms_err *err)
{
	for (;;) {
		unsigned units = w->missing ? FRESH_UNITS : 1u << (w->polls < 4 ? w->polls : 4);
		int rc = poll_once(w, ret_task, err);

		if (rc)
			return rc < 0 ? rc : 0;
		rc = rest(w, w->missing ? FRESH_UNITS : units, err);
		if (rc < 0)
			return rc;
		w->polls++;
	}
}

/* ---- a 202 that names no task ---- */

static int64_t start_of(const json_t *task)
{
	int64_t seconds;

	return ms_time_parse(ms_str(task, "/StartTime", ""), &seconds) == 0 ? seconds : INT64_MIN;
}

static int list_tasks(struct ms_redfish *rf, json_t **ret_tasks)
{
	json_auto_t *service = NULL;
	struct ms_err ignored = MS_ERR_INIT;
	int rc = ms_redfish_follow(rf, rf->root, "/Tasks", &service, &ignored);

	return rc < 0 ? rc : ms_redfish_members(rf, service, "/Tasks", 200, ret_tasks, &ignored);
}

/* The newest task that is not older than the request; new string or NULL. */
static char *newest_task(struct ms_redfish *rf, int64_t since)
{
	json_auto_t *tasks = NULL;
	const json_t *task, *newest = NULL;
	size_t i;

	if (list_tasks(rf, &tasks) < 0)
		return NULL;
	json_array_foreach(tasks, i, task)
		if (ms_rf_link(task) && start_of(task) >= since - SLACK_SECONDS &&
		    (!newest || start_of(task) >= start_of(newest)))
			newest = task;
	return newest ? strdup(ms_rf_link(newest)) : NULL;
}

/* Where to ask; NULL when there is nothing to wait for, or nobody knows of it. */
static char *where(struct ms_redfish *rf, const struct ms_redfish_reply *reply)
{
	char *behind = NULL;

	if (!reply->task)
		return reply->status == 202 ? newest_task(rf, reply->date) : NULL;
	if (rf->quirks.poll_task)
		behind = ms_task_behind(reply->task);
	return behind ? behind : strdup(reply->task);
}

int ms_redfish_wait(struct ms_redfish *rf, const struct ms_redfish_reply *reply, unsigned seconds,
		    json_t **ret_task, struct ms_err *err)
{
	struct wait w = { .rf = rf,
			  .seconds = seconds,
			  .deadline = ms_clock_ms() + (int64_t)seconds * 1000 };
	json_auto_t *task = NULL;
	int rc = 0;

	w.uri = where(rf, reply);
	if (w.uri)
		rc = poll_until(&w, &task, err);
	ms_redfish_forget(rf);
	free(w.uri);
	if (rc < 0)
		ms_err_at(err, rf->name, NULL);
	else if (ret_task)
		*ret_task = json_incref(task);
	return rc;
}
