/* SPDX-License-Identifier: GPL-2.0-or-later */
/* States of tasks (Task, DSP0268; Job; Dell jobs), and where the answer to a write says its task
 * is. */
#include "net/task.h"

static const struct {
	const char *word;
	enum rf_progress progress;
} states[] = {
	{ "Completed", RF_DONE },
	{ "CompletedOK", RF_DONE },
	{ "RebootCompleted", RF_DONE },
	{ "Exception", RF_BAD },
	{ "Killed", RF_BAD },
	{ "Cancelled", RF_BAD },
	{ "Invalid", RF_BAD },
	{ "UserIntervention", RF_BAD },
	{ "Failed", RF_BAD },
	{ "CompletedWithErrors", RF_BAD },
	{ "RebootFailed", RF_BAD },
};

/* A word that is not known is work going on: the deadline ends it. */
static enum rf_progress progress_of(const char *word)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(states); i++)
		if (!strcmp(states[i].word, word))
			return states[i].progress;
	return RF_GOING;
}

bool ms_task_is(const json_t *body)
{
	const char *type = ms_str(body, "/@odata.type", "");

	return ms_starts(type, "#Task.") || ms_starts(type, "#Job.") ||
	       ms_starts(type, "#DellJob.") || ms_str(body, "/TaskState", NULL) ||
	       ms_str(body, "/JobState", NULL);
}

enum rf_progress ms_task_progress(const json_t *task, const char **ret_state)
{
	const char *state = ms_str(task, "/TaskState", ms_str(task, "/JobState", ""));
	const char *dell = ms_str(task, "/Oem/Dell/JobState", "");
	const char *status = ms_str(task, "/TaskStatus", ms_str(task, "/JobStatus", ""));
	enum rf_progress progress = progress_of(state);

	*ret_state = state;
	/* iDRAC says Completed of a job that has failed; its own word is beside it. */
	if (progress == RF_DONE && progress_of(dell) == RF_BAD) {
		*ret_state = dell;
		return RF_BAD;
	}
	return progress == RF_DONE && !strcmp(status, "Critical") ? RF_BAD : progress;
}

enum rf_progress ms_task_judge(long status, const json_t *body, const char **ret_state)
{
	*ret_state = "";
	if (status == 404 || status == 410)
		return RF_GONE;
	if (status >= 400)
		return RF_BAD;
	if (ms_task_is(body))
		return ms_task_progress(body, ret_state);
	/* A monitor answers 202 while the work goes on, then with the answer of the work itself
	 * (DSP0266, 12). */
	return status == 202 ? RF_GOING : RF_DONE;
}

static bool is_task_uri(const char *uri)
{
	static const char *const parts[] = {
		"/Tasks/", "/TaskMonitors/", "/TaskMonitor/", "/Jobs/", "/tasks/", "/jobs/",
	};

	for (size_t i = 0; i < MS_ARRAY_SIZE(parts); i++)
		if (strstr(uri, parts[i]))
			return true;
	return false;
}

char *ms_task_behind(const char *uri)
{
	static const char monitor[] = "/Monitor", monitors[] = "/TaskMonitors/";
	const char *end = strstr(uri, monitor), *middle = strstr(uri, monitors);

	if (end && end > uri && !end[sizeof(monitor) - 1])
		return strndup(uri, (size_t)(end - uri));
	if (middle)
		return ms_asprintf("%.*s/Tasks/%s", (int)(middle - uri), uri,
				   middle + sizeof(monitors) - 1);
	return NULL;
}

/* Supermicro names the task in the arguments of its "please check Task Resource %1" messages. */
static const char *in_arguments(const json_t *body)
{
	json_auto_t *messages = ms_rf_messages(body);
	json_t *message, *arg;
	size_t i, j;

	json_array_foreach(messages, i, message) {
		json_array_foreach(json_object_get(message, "MessageArgs"), j, arg) {
			const char *text = json_string_value(arg);

			/* Lent by body, which outlives the list. */
			if (text && *text == '/' && is_task_uri(text))
				return text;
		}
	}
	return NULL;
}

/* In order of what is best to poll: the task in the body, Location, the arguments of messages. */
static const char *find_task(const struct rf_answer *answer)
{
	const char *location = ms_http_header(&answer->http, "location");
	const char *id = ms_rf_link(answer->body);

	if (id && (ms_task_is(answer->body) || is_task_uri(id)))
		return id;
	if (location && (answer->http.status == 202 || is_task_uri(location)))
		return ms_rf_location_path(location);
	return in_arguments(answer->body);
}

void ms_rf_task_of(const struct rf_answer *answer, struct ms_redfish_reply *reply)
{
	const char *task = find_task(answer), *state;

	if (!task ||
	    (ms_task_is(answer->body) && ms_task_progress(answer->body, &state) == RF_DONE))
		return;
	reply->task = strdup(task);
}
