/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tasks in every form that vendors use: found in the answer to a write, polled, judged, vanished. */
#include "http-fixture.h"
#include "net/task.h"

/* ---- states ---- */

static void test_judge(void **state)
{
	static const struct { long status; const char *body; enum rf_progress want; } rows[] = {
		{ 200, "{\"TaskState\":\"New\"}", RF_GOING },
		{ 200, "{\"TaskState\":\"Starting\"}", RF_GOING },
		{ 200, "{\"TaskState\":\"Running\"}", RF_GOING },
		{ 200, "{\"TaskState\":\"Pending\"}", RF_GOING },
		{ 200, "{\"TaskState\":\"Suspended\"}", RF_GOING },
		{ 200, "{\"TaskState\":\"Cancelling\"}", RF_GOING },
		{ 200, "{\"TaskState\":\"SomethingNew\"}", RF_GOING },
		{ 202, "{\"TaskState\":\"Completed\",\"TaskStatus\":\"OK\"}", RF_DONE },
		{ 200, "{\"TaskState\":\"Completed\",\"TaskStatus\":\"Warning\"}", RF_DONE },
		{ 200, "{\"TaskState\":\"Completed\",\"TaskStatus\":\"Critical\"}", RF_BAD },
		{ 200, "{\"TaskState\":\"Completed\",\"Oem\":{\"Dell\":{\"JobState\":\"Failed\"}}}", RF_BAD },
		{ 200, "{\"TaskState\":\"Completed\",\"Oem\":{\"Dell\":{\"JobState\":\"Completed\"}}}", RF_DONE },
		{ 200, "{\"TaskState\":\"Exception\"}", RF_BAD },
		{ 200, "{\"TaskState\":\"Killed\"}", RF_BAD },
		{ 200, "{\"TaskState\":\"Cancelled\"}", RF_BAD },
		{ 200, "{\"@odata.type\":\"#DellJob.v1_2_0.DellJob\",\"JobState\":\"Scheduled\"}", RF_GOING },
		{ 200, "{\"JobState\":\"CompletedWithErrors\"}", RF_BAD },
		{ 200, "{\"JobState\":\"Completed\"}", RF_DONE },
		{ 202, "{}", RF_GOING },
		{ 202, NULL, RF_GOING },
		{ 204, NULL, RF_DONE },
		{ 200, "{\"Name\":\"the answer of the work itself\"}", RF_DONE },
		{ 404, NULL, RF_GONE },
		{ 410, "{}", RF_GONE },
		{ 400, "{}", RF_BAD },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		json_auto_t *body = rows[i].body ? json_loads(rows[i].body, 0, NULL) : NULL;
		const char *word;

		if (ms_task_judge(rows[i].status, body, &word) != rows[i].want)
			fail_msg("%ld %s", rows[i].status, rows[i].body);
	}
}

static void test_behind_a_monitor(void **state)
{
	static const struct { const char *uri, *want; } rows[] = {
		{ "/redfish/v1/TaskService/Tasks/5/Monitor", "/redfish/v1/TaskService/Tasks/5" },
		{ "/redfish/v1/TaskService/TaskMonitors/5", "/redfish/v1/TaskService/Tasks/5" },
		{ "/redfish/v1/TaskService/Tasks/5", NULL },
		{ "/redfish/v1/Monitors/5", NULL },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		MS_AUTO_FREE char *task = ms_task_behind(rows[i].uri);

		if (task ? !rows[i].want || strcmp(task, rows[i].want) : rows[i].want != NULL)
			fail_msg("%s: %s", rows[i].uri, task ? task : "NULL");
	}
}

/* ---- where the answer says the task is ---- */

static void test_where(void **state)
{
	static const struct { const char *reply, *want; } rows[] = {
		{ "204\n\n", NULL },
		{ "202\nLocation: /redfish/v1/TaskService/Tasks/7\n\n", "/redfish/v1/TaskService/Tasks/7" },
		{ "202\nLocation: https://bmc.lan/redfish/v1/TaskService/Tasks/7/Monitor\n\n", "/redfish/v1/TaskService/Tasks/7/Monitor" },
		{ "200\nLocation: /redfish/v1/Managers/iDRAC.Embedded.1/Jobs/JID_1\n\n", "/redfish/v1/Managers/iDRAC.Embedded.1/Jobs/JID_1" },
		{ "201\nLocation: /redfish/v1/AccountService/Accounts/3\n\n", NULL },
		{ "202\nLocation: /mon/1\n\n{\"@odata.id\":\"/redfish/v1/TaskService/Tasks/9\",\"TaskState\":\"New\"}",
		  "/redfish/v1/TaskService/Tasks/9" },
		{ "200\n\n{\"@odata.id\":\"/redfish/v1/TaskService/Tasks/9\",\"TaskState\":\"Completed\"}", NULL },
		{ "202\n\n{\"@Message.ExtendedInfo\":[{\"MessageId\":\"SMC.1.0.OemSimpleupdateAcceptedMessage\",\"MessageArgs\":"
		  "[\"/redfish/v1/TaskService/Tasks/2\"]}]}", "/redfish/v1/TaskService/Tasks/2" },
		{ "202\n\n{\"Accepted\":{\"@Message.ExtendedInfo\":{\"MessageId\":\"Base.1.0.Accepted\",\"MessageArgs\":"
		  "[5,\"/redfish/v1/TaskService/Tasks/2\"]}}}", "/redfish/v1/TaskService/Tasks/2" },
		{ "202\n\n", NULL },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		struct row script[] = { OPEN_ROWS, { "POST /a", .reply = rows[i].reply }, { 0 } };
		struct ms_redfish_reply reply = { 0 };
		struct net net;
		struct ms_redfish *rf = rf_start(&net, script);

		assert_int_equal(ms_redfish_post(rf, "/a", NULL, &reply, &net.err), 0);
		if (reply.task ? !rows[i].want || strcmp(reply.task, rows[i].want) : rows[i].want != NULL)
			fail_msg("%s: %s", rows[i].reply, reply.task ? reply.task : "NULL");
		ms_redfish_reply_release(&reply);
		rf_stop(&net, rf);
	}
}

/* ---- waiting ---- */

static const struct waiting {
	const char *name;
	struct ms_redfish_reply reply;
	struct row rows[6];
	unsigned seconds;
	enum ms_code code;
	const char *message;
	bool task;                /* a task comes back */
	const char *log;
} waitings[] = {
	{ "nothing to wait for", .reply = { .status = 204 }, .log = "" },
	{ "task", .reply = { .task = "/t/1" }, .task = true,
	  .rows = { { "GET /t/1", .reply = "200\n\n{\"TaskState\":\"Running\"}", .times = 2 },
		    { "GET /t/1", .reply = "200\n\n{\"TaskState\":\"Completed\"}" } }, .log = "GET /t/1\nGET /t/1\nGET /t/1\n" },
	{ "monitor", .reply = { .task = "/m/1" },
	  .rows = { { "GET /m/1", .reply = "202\n\n", .times = 1 }, { "GET /m/1", .reply = "204\n\n" } } },
	{ "monitor that names its task", .reply = { .task = "/m/1" }, .task = true,
	  .rows = { { "GET /m/1", .reply = "202\n\n{\"@odata.id\":\"/t/1\",\"TaskState\":\"Running\"}" },
		    { "GET /t/1", .reply = "200\n\n{\"TaskState\":\"Completed\"}" } }, .log = "GET /m/1\nGET /t/1\n" },
	{ "monitor that ends with the error", .reply = { .task = "/m/1" }, .code = MS_LICENSE,
	  .rows = { { "GET /m/1", .reply = "202\n\n", .times = 1 },
		    { "GET /m/1", .reply = "403\n\n{\"error\":{\"@Message.ExtendedInfo\":[{\"MessageId\":\"SMC.1.0.OemLicenseNotPassed\"}]}}" } } },
	{ "vanished after it was seen", .reply = { .task = "/t/1" },
	  .rows = { { "GET /t/1", .reply = "200\n\n{\"TaskState\":\"Running\"}", .times = 1 } }, .log = "GET /t/1\nGET /t/1\n" },
	{ "fresh job not found for a while", .reply = { .task = "/t/1" }, .task = true,
	  .rows = { { "GET /t/1", .reply = "404\n\n", .times = 2 }, { "GET /t/1", .reply = "200\n\n{\"JobState\":\"Completed\"}" } } },
	{ "never found", .reply = { .task = "/t/1" }, .code = MS_NOTFOUND, .log = "GET /t/1\nGET /t/1\nGET /t/1\n" },
	{ "failed", .reply = { .task = "/t/1" }, .code = MS_FAILED, .message = "task /t/1: Exception: no image; try again",
	  .rows = { { "GET /t/1", .reply = "200\n\n{\"TaskState\":\"Exception\",\"Messages\":[{\"Message\":\"no image.\"},"
		      "{\"MessageId\":\"Base.1.0.Success\",\"Message\":\"fine\"},{\"Message\":\"try %1\",\"MessageArgs\":[\"again\"]}]}" } } },
	{ "failed Dell job", .reply = { .task = "/t/1" }, .code = MS_FAILED, .message = "Failed: Unable to run",
	  .rows = { { "GET /t/1", .reply = "200\n\n{\"JobState\":\"Failed\",\"Message\":\"Unable to run\"}" } } },
	{ "busy, rebooting, HTML, then done", .reply = { .task = "/t/1" }, .task = true,
	  .rows = { { "GET /t/1", .reply = "503\n\n", .times = 1 }, { "GET /t/1", .act = RESET, .times = 1 },
		    { "GET /t/1", .reply = "200\n\n<html>please wait</html>", .times = 1 },
		    { "GET /t/1", .reply = "200\n\n{\"TaskState\":\"Completed\"}" } } },
	{ "no end", .reply = { .task = "/t/1" }, .seconds = 1, .code = MS_TIMEOUT, .message = "task /t/1: still Running (40 %) after 1 s",
	  .rows = { { "GET /t/1", .reply = "200\n\n{\"TaskState\":\"Running\",\"PercentComplete\":40}" } } },
	{ "no answer until the end", .reply = { .task = "/t/1" }, .seconds = 1, .code = MS_TIMEOUT, .message = "not known how it ended",
	  .rows = { { "GET /t/1", .act = STALL } } },
	{ "202 that names nothing", .reply = { .status = 202, .date = 1000000 }, .task = true,
	  .rows = { { "GET /redfish/v1/TaskService", .reply = "200\n\n{\"Tasks\":{\"@odata.id\":\"/ts\"}}" },
		    { "GET /ts", .reply = "200\n\n{\"Members\":[{\"@odata.id\":\"/t/1\",\"Id\":\"1\",\"StartTime\":\"1970-01-12T13:40:00Z\"},"
		      "{\"@odata.id\":\"/t/2\",\"Id\":\"2\",\"StartTime\":\"1970-01-12T13:46:41Z\"},"
		      "{\"@odata.id\":\"/t/0\",\"Id\":\"0\",\"StartTime\":\"TIME_NA\"}]}" },
		    { "GET /t/2", .reply = "200\n\n{\"TaskState\":\"Completed\"}" } } },
	{ "202 that names nothing, and nothing is listed", .reply = { .status = 202, .date = 1000000 }, .rows = { { 0 } } },
};

static void test_waitings(void **state)
{
	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(waitings); i++) {
		const struct waiting *w = &waitings[i];
		struct row rows[3 + MS_ARRAY_SIZE(w->rows) + 1] = { OPEN_ROWS };
		json_auto_t *task = NULL;
		struct net net;
		struct ms_redfish *rf;
		int rc;

		memcpy(rows + 3, w->rows, sizeof(w->rows));
		rf = rf_start(&net, rows);
		rc = ms_redfish_wait(rf, &w->reply, w->seconds ? w->seconds : 10, &task, &net.err);
		if (net.err.code != w->code || (rc == 0) != (w->code == MS_OK) || (task != NULL) != w->task ||
		    (w->message && !strstr(net.err.message, w->message)))
			fail_msg("%s: %d %s: %s", w->name, rc, ms_code_name(net.err.code), net.err.message);
		if (w->log && strcmp(server_log(&net.server), w->log))
			fail_msg("%s: requests were:\n%s", w->name, server_log(&net.server));
		rf_stop(&net, rf);
	}
}

/* Where a finished monitor deletes itself, the task is polled. */
static void test_quirk_polls_the_task(void **state)
{
	struct row rows[] = { { "GET /redfish/v1/", .reply = "200\n\n{\"Vendor\":\"Lenovo\",\"Systems\":{},\"Links\":{\"Sessions\":"
				"{\"@odata.id\":\"" SESSIONS "\"}}}" }, LOGIN_ROW, LOGOUT_ROW,
			      { "GET /Tasks/1", .reply = "200\n\n{\"TaskState\":\"Completed\"}" }, { 0 } };
	struct net net;
	struct ms_redfish *rf = rf_start(&net, rows);

	(void)state;
	assert_int_equal(ms_redfish_wait(rf, &(struct ms_redfish_reply){ .task = "/Tasks/1/Monitor" }, 5, NULL, &net.err), 0);
	assert_string_equal(server_log(&net.server), "GET /Tasks/1\n");
	rf_stop(&net, rf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_judge),
		cmocka_unit_test(test_behind_a_monitor),
		cmocka_unit_test(test_where),
		cmocka_unit_test(test_waitings),
		cmocka_unit_test(test_quirk_polls_the_task),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
