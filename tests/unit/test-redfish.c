/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Redfish client against a scripted service: open and close, reading, collections, actions. */
#include "http-fixture.h"

/* ---- open and close: a table ---- */

static const struct opening {
	const char *name, *auth;
	struct row rows[6];
	enum ms_code code;
	const char *message, *hint;   /* to be found in the error */
	const char *in_force;         /* ms_redfish_auth */
	const char *log;
} openings[] = {
	{ "a session", .rows = { OPEN_ROWS }, .in_force = "session", .log = OPEN_LOG "DELETE " SESSIONS "/1\n" },
	{ "the root only without its slash", .rows = { { "GET /redfish/v1", .reply = "200\n\n" ROOT_BODY }, LOGIN_ROW, LOGOUT_ROW },
	  .in_force = "session",
	  .log = "GET /redfish/v1/\nGET /redfish/v1\nPOST " SESSIONS "\nDELETE " SESSIONS "/1\n" },
	{ "a root that wants credentials",
	  .rows = { { "GET /redfish/v1/", "Authorization: Basic YWRtaW46c2VjcmV0", .reply = "200\n\n" ROOT_BODY },
		    { "GET /redfish/v1/", .reply = "401\n\n" }, LOGIN_ROW, LOGOUT_ROW },
	  .in_force = "session" },
	{ "HTML", .rows = { { "GET /redfish/v1/", .reply = "200\nContent-Type: text/html\n\n<html>hello</html>" } },
	  .code = MS_INVALID, .message = "text/html, 18 bytes", .log = "GET /redfish/v1/\n" },
	{ "truncated JSON", .rows = { { "GET /redfish/v1/", .reply = "200\nContent-Type: application/json\n\n{\"RedfishVersion\":" } },
	  .code = MS_INVALID, .message = "application/json, 18 bytes" },
	{ "an array", .rows = { { "GET /redfish/v1/", .reply = "200\n\n[1,2]" } }, .code = MS_INVALID,
	  .message = "no content type, 5 bytes: an array where an object is due" },
	{ "some other service", .rows = { { "GET /redfish/v1/", .reply = "200\n\n{\"hello\":\"world\"}" } }, .code = MS_INVALID,
	  .message = "not a Redfish service root" },
	{ "nothing there", .rows = { { 0 } }, .code = MS_NOTFOUND, .message = "GET /redfish/v1/: 404 Not Found" },

	{ "200 without a token is a failed login", .rows = { ROOT_ROW, { "POST " SESSIONS, .reply = "200\n\n{}" } },
	  .code = MS_AUTH, .message = "200 without a token", .hint = "admin", .log = OPEN_LOG },
	{ "a wrong password is not tried again with Basic",
	  .rows = { ROOT_ROW, { "POST " SESSIONS, .reply = "401\n\n{\"error\":{\"code\":\"Base.1.8.GeneralError\"}}" } },
	  .code = MS_AUTH, .message = "401 Unauthorized", .hint = "check the credentials", .log = OPEN_LOG },
	{ "the name of the session in the body",
	  .rows = { ROOT_ROW, { "POST " SESSIONS, .reply = "201\nX-Auth-Token: t\n\n{\"@odata.id\":\"" SESSIONS "/9\"}" } },
	  .in_force = "session", .log = OPEN_LOG "DELETE " SESSIONS "/9\n" },
	{ "a Location with a name that only the BMC knows",
	  .rows = { ROOT_ROW, { "POST " SESSIONS, .reply = "201\nX-Auth-Token: t\nLocation: https://bmc.lan" SESSIONS "/9\n\n" } },
	  .in_force = "session", .log = OPEN_LOG "DELETE " SESSIONS "/9\n" },
	{ "no session left",
	  .rows = { ROOT_ROW, { "POST " SESSIONS, .reply = "503\n\n{\"error\":{\"@Message.ExtendedInfo\":[{\"MessageId\":"
				"\"IDRAC.2.7.RAC0218\",\"Message\":\"The maximum number of user sessions is reached.\"}]}}" },
		    { "GET /redfish/v1/Systems", "Authorization: Basic YWRtaW46c2VjcmV0", .reply = "200\n\n{\"Members\":[]}" } },
	  .in_force = "basic", .log = OPEN_LOG "GET /redfish/v1/Systems\n" },
	{ "no session left, and nothing else wanted", "session",
	  .rows = { ROOT_ROW, { "POST " SESSIONS, .reply = "503\n\n{\"error\":{\"@Message.ExtendedInfo\":[{\"MessageId\":"
				"\"IDRAC.2.7.RAC0218\",\"Message\":\"The maximum number of user sessions is reached.\"}]}}" } },
	  .code = MS_SESSION, .message = "maximum number of user sessions is reached", .hint = "--auth basic", .log = OPEN_LOG },
	{ "no session service", .rows = { ROOT_ROW, { "GET /redfish/v1/Systems", .reply = "200\n\n{}" } }, .in_force = "basic" },
	{ "Basic, as asked", "basic", .rows = { ROOT_ROW, { "GET /redfish/v1/Systems", "Authorization: Basic", .reply = "200\n\n{}" } },
	  .in_force = "basic", .log = "GET /redfish/v1/\nGET /redfish/v1/Systems\n" },
	{ "Basic with a wrong password", "basic", .rows = { ROOT_ROW, { "GET /redfish/v1/Systems", .reply = "401\n\n" } },
	  .code = MS_AUTH },
	{ "the password must be changed",
	  .rows = { ROOT_ROW, { "POST " SESSIONS, .reply = "403\n\n{\"error\":{\"@Message.ExtendedInfo\":{\"MessageId\":"
				"\"Base.1.8.PasswordChangeRequired\",\"Message\":\"Change it at %1.\",\"MessageArgs\":"
				"[\"/redfish/v1/AccountService/Accounts/1\"]}}}" } },
	  .code = MS_AUTH, .message = "Change it at /redfish/v1/AccountService/Accounts/1",
	  .hint = "PATCH Password at /redfish/v1/AccountService/Accounts/1" },
	{ "no such way to log in", "magic", .rows = { ROOT_ROW }, .code = MS_INPUT, .message = "magic" },
};

static void test_openings(void **state)
{
	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(openings); i++) {
		const struct opening *o = &openings[i];
		struct row rows[MS_ARRAY_SIZE(o->rows) + 1] = { 0 };
		struct ms_redfish *rf = NULL;
		struct net net;
		int rc;

		memcpy(rows, o->rows, sizeof(o->rows));
		net_start(&net, rows, NULL, NULL);
		rc = rf_open(&net, o->auth, &rf);
		if (net.err.code != o->code || (rc == 0) != (o->code == MS_OK) ||
		    (o->message && !strstr(net.err.message, o->message)) || (o->hint && !strstr(net.err.hint, o->hint)))
			fail_msg("%s: %s: %s\nhint: %s", o->name, ms_code_name(net.err.code), net.err.message, net.err.hint);
		if (rc == 0 && strcmp(ms_redfish_auth(rf), o->in_force))
			fail_msg("%s: %s is in force", o->name, ms_redfish_auth(rf));
		ms_redfish_close(rf);
		if (o->log && strcmp(server_log(&net.server), o->log))
			fail_msg("%s: requests were:\n%s", o->name, server_log(&net.server));
		net_stop(&net);
	}
}

/* The device fails until its circuit opens; the session is given back all the same. */
static void test_logout_of_a_failing_device(void **state)
{
	struct row rows[] = { OPEN_ROWS, { "GET /a", .act = RESET }, { 0 } };
	struct net net;
	struct ms_redfish *rf = rf_start(&net, rows);
	json_t *value = NULL;

	(void)state;
	assert_true(ms_redfish_get(rf, "/a", &value, &net.err) < 0);
	ms_redfish_close(rf);
	assert_non_null(strstr(server_log(&net.server), "DELETE " SESSIONS "/1\n"));
	net_stop(&net);
}

static void test_login_sends_no_basic(void **state)
{
	struct row rows[] = { OPEN_ROWS, { "GET /x", "X-Auth-Token: tok1", .reply = "200\n\n{}" }, { 0 } };
	struct net net;
	struct ms_redfish *rf = rf_start(&net, rows);
	json_t *value = NULL;

	(void)state;
	assert_int_equal(ms_redfish_get(rf, "/x", &value, &net.err), 0);
	assert_null(strstr(net.server.heads.data, "Authorization:"));
	assert_non_null(strstr(net.server.heads.data, "{\"UserName\":\"admin\",\"Password\":\"secret\"}"));
	assert_non_null(strstr(net.server.heads.data, "OData-Version: 4.0"));
	json_decref(value);
	rf_stop(&net, rf);
}

/* ---- the session's life ---- */

static void test_session_expires(void **state)
{
	struct row rows[] = { ROOT_ROW,
		{ "POST " SESSIONS, .reply = "201\nX-Auth-Token: tok1\nLocation: " SESSIONS "/1\n\n", .times = 1 },
		{ "POST " SESSIONS, .reply = "201\nX-Auth-Token: tok2\nLocation: " SESSIONS "/2\n\n" },
		{ "GET /a", "X-Auth-Token: tok1", .reply = "200\n\n{}" }, { "GET /b", "X-Auth-Token: tok2", .reply = "200\n\n{}" },
		{ "GET /b", .reply = "401\n\n" }, { "DELETE " SESSIONS "/2", .reply = "204\n\n" }, { 0 } };
	struct net net;
	struct ms_redfish *rf = rf_start(&net, rows);
	json_t *value = NULL;

	(void)state;
	assert_int_equal(ms_redfish_get(rf, "/a", &value, &net.err), 0);
	json_decref(value);
	assert_int_equal(ms_redfish_get(rf, "/b", &value, &net.err), 0);
	json_decref(value);
	assert_string_equal(ms_redfish_auth(rf), "session");
	ms_redfish_close(rf);
	assert_string_equal(server_log(&net.server), "GET /a\nGET /b\nPOST " SESSIONS "\nGET /b\nDELETE " SESSIONS "/2\n");
	net_stop(&net);
}

/* 401 with a token that was just given out: one new login at most, and the error stays what it is. */
static void test_session_never_accepted(void **state)
{
	struct row rows[] = { OPEN_ROWS, { "GET /a", "Authorization: Basic", .reply = "200\n\n{}" }, { "GET /a", .reply = "401\n\n" }, { 0 } };
	struct net net;
	struct ms_redfish *rf = rf_start(&net, rows);
	json_t *value = NULL;

	(void)state;
	assert_int_equal(ms_redfish_get(rf, "/a", &value, &net.err), 0);
	assert_string_equal(ms_redfish_auth(rf), "basic");
	assert_non_null(strstr(json_string_value(json_array_get(ms_redfish_warnings(rf), 0)), "its own new session"));
	json_decref(value);
	rf_stop(&net, rf);
}

static void stop_at_login(void *arg)
{
	struct net *net = arg;

	while (!strstr(server_log(&net->server), "POST "))
		ms_task_sleep(net->loop, 1);
	ms_loop_stop(net->loop);
}

static void open_and_close(void *arg)
{
	struct net *net = arg;
	struct ms_redfish *rf = NULL;
	json_t *value = NULL;

	if (rf_open(net, NULL, &rf) == 0) {
		assert_int_equal(ms_redfish_get(rf, "/a", &value, &net->err), -ECANCELED);
		json_decref(value);
	}
	ms_redfish_close(rf);
}

static void stopped_run(struct row *rows)
{
	struct net net;

	net_start(&net, rows, NULL, NULL);
	assert_int_equal(ms_task_start(net.loop, open_and_close, &net, &net.err), 0);
	assert_int_equal(ms_task_start(net.loop, stop_at_login, &net, &net.err), 0);
	assert_int_equal(ms_loop_run(net.loop, &net.err), 0);
	assert_non_null(strstr(server_log(&net.server), "DELETE " SESSIONS "/1\n"));
	net_stop(&net);
}

/* A stop while the login is on its way, and one while a read is: neither leaves a session. */
static void test_stop_leaves_no_session(void **state)
{
	struct row slow_login[] = { ROOT_ROW,
		{ "POST " SESSIONS, .reply = "201\nX-Auth-Token: t\nLocation: " SESSIONS "/1\n\n", .ms = 50 }, LOGOUT_ROW, { 0 } };
	struct row slow_read[] = { OPEN_ROWS, { "GET /a", .act = STALL }, { 0 } };

	(void)state;
	stopped_run(slow_login);
	stopped_run(slow_read);
}

/* ---- reading ---- */

static void expect_get(struct ms_redfish *rf, const char *uri, const char *want)
{
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *value = NULL;
	MS_AUTO_FREE char *text = NULL;

	if (ms_redfish_get(rf, uri, &value, &err))
		fail_msg("%s: %s", uri, err.message);
	text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
	assert_string_equal(text, want);
}

static void test_kept_reads(void **state)
{
	struct row rows[] = { OPEN_ROWS, { "GET /a", .reply = "200\n\n{\"n\":[1,{\"x/y\":2}]}" }, { "GET /a/", .reply = "200\n\n{}" },
			      { "POST /p", .reply = "204\n\n" }, { 0 } };
	struct net net;
	struct ms_redfish *rf = rf_start(&net, rows);
	json_t *value = NULL;

	(void)state;
	expect_get(rf, "/a", "{\"n\":[1,{\"x/y\":2}]}");
	expect_get(rf, "/a/", "{\"n\":[1,{\"x/y\":2}]}");
	expect_get(rf, "/a#/n/1/x~1y", "2");
	assert_string_equal(server_log(&net.server), "GET /a\n");
	assert_int_equal(ms_redfish_get_fresh(rf, "/a", &value, &net.err), 0);
	json_decref(value);
	assert_string_equal(server_log(&net.server), "GET /a\nGET /a\n");
	assert_int_equal(ms_redfish_post(rf, "/p", NULL, NULL, &net.err), 0);
	expect_get(rf, "/a", "{\"n\":[1,{\"x/y\":2}]}");
	assert_string_equal(server_log(&net.server), "GET /a\nGET /a\nPOST /p\nGET /a\n");
	assert_int_equal(ms_redfish_get(rf, "/a#/none", &value, &net.err), -ENOENT);
	rf_stop(&net, rf);
}

/* The oldest go when 256 KiB are full; what is larger is never kept. */
static void test_kept_reads_are_bounded(void **state)
{
	char *big = malloc(200100), *huge = malloc(300100);
	struct row rows[] = { OPEN_ROWS, { "GET /big", .reply = "200\n\n" }, { "GET /small", .reply = "200\n\n{}" },
			      { "GET /huge", .reply = "200\n\n" }, { "GET /big2", .reply = "200\n\n" }, { 0 } };
	struct net net;
	struct ms_redfish *rf;
	static const char *const uris[] = { "/small", "/big", "/big", "/big2", "/big", "/huge", "/huge" };

	(void)state;
	snprintf(big, 200100, "{\"a\":\"%0199990d\"}", 1);
	snprintf(huge, 300100, "{\"a\":\"%0299990d\"}", 1);
	rows[3].bytes = rows[6].bytes = big;
	rows[3].len = rows[6].len = strlen(big);
	rows[5].bytes = huge;
	rows[5].len = strlen(huge);
	rf = rf_start(&net, rows);
	for (size_t i = 0; i < MS_ARRAY_SIZE(uris); i++) {
		json_auto_t *value = NULL;

		assert_int_equal(ms_redfish_get(rf, uris[i], &value, &net.err), 0);
	}
	assert_string_equal(server_log(&net.server), "GET /small\nGET /big\nGET /big2\nGET /big\nGET /huge\nGET /huge\n");
	free(big);
	free(huge);
	rf_stop(&net, rf);
}

static void test_strange_json(void **state)
{
	struct row rows[] = { OPEN_ROWS,
		{ "GET /latin1", .reply = "200\n\n{\"Model\":\"Xeon\xae\"}" },
		{ "GET /control", .reply = "200\n\n{\"a\":\"x\ty\"}" },
		{ "GET /big", .reply = "200\n\n{\"a\":18446744073709551615}" },
		{ "GET /nan", .reply = "200\n\n{\"a\":nan,\"b\":[-Infinity]}" },
		{ "GET /bom", .reply = "200\n\n\xef\xbb\xbf{\"a\":1}" },
		{ "GET /twice", .reply = "200\n\n{\"a\":1,\"a\":2}" }, { 0 } };
	struct net net;
	struct ms_redfish *rf = rf_start(&net, rows);

	(void)state;
	expect_get(rf, "/twice", "{\"a\":2}");
	expect_get(rf, "/bom", "{\"a\":1}");
	expect_get(rf, "/big", "{\"a\":1.84467e19}");
	assert_int_equal(json_array_size(ms_redfish_warnings(rf)), 0);
	expect_get(rf, "/latin1", "{\"Model\":\"Xeon\xef\xbf\xbd\"}");
	expect_get(rf, "/control", "{\"a\":\"x y\"}");
	expect_get(rf, "/nan", "{\"a\":null,\"b\":[null]}");
	assert_int_equal(json_array_size(ms_redfish_warnings(rf)), 3);
	assert_string_equal(json_string_value(json_array_get(ms_redfish_warnings(rf), 0)),
			    "/latin1: JSON that had to be repaired");
	rf_stop(&net, rf);
}

static void test_deep_json(void **state)
{
	char *deep = malloc(200001);
	struct row rows[] = { OPEN_ROWS, { "GET /deep", .reply = "200\n\n", .bytes = deep, .len = 200000 }, { 0 } };
	struct net net;
	struct ms_redfish *rf = rf_start(&net, rows);
	json_t *value = NULL;

	(void)state;
	memset(deep, '[', 200000);
	assert_int_equal(ms_redfish_get(rf, "/deep", &value, &net.err), -EPROTO);
	assert_int_equal(net.err.code, MS_INVALID);
	assert_non_null(strstr(net.err.message, "200000 bytes: JSON nested more than 64 deep"));
	free(deep);
	rf_stop(&net, rf);
}

static void test_refused_reads(void **state)
{
	static const struct { const char *reply; enum ms_code code; } cases[] = {
		{ "404\n\n", MS_NOTFOUND }, { "410\n\n<html>", MS_NOTFOUND }, { "403\n\n{}", MS_AUTH },
		{ "403\n\n{\"error\":{\"@Message.ExtendedInfo\":[{\"MessageId\":\"SMC.1.0.OemLicenseNotPassed\",\"Message\":\"Not "
		  "licensed to perform this request. The following licenses %1 were needed\",\"MessageArgs\":[\"DCMS\"]}]}}",
		  MS_LICENSE },
		{ "501\n\n", MS_UNSUPPORTED }, { "500\n\n", MS_FAILED }, { "204\n\n", MS_INVALID },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(cases); i++) {
		struct row rows[] = { OPEN_ROWS, { "GET /a", .reply = cases[i].reply }, { 0 } };
		struct net net;
		struct ms_redfish *rf = rf_start(&net, rows);
		json_t *value = NULL;

		assert_true(ms_redfish_get(rf, "/a", &value, &net.err) < 0);
		if (net.err.code != cases[i].code)
			fail_msg("%s: %s %s", cases[i].reply, ms_code_name(net.err.code), net.err.message);
		if (cases[i].code == MS_LICENSE)
			assert_non_null(strstr(net.err.message, "licenses DCMS were needed"));
		assert_string_equal(net.err.source, "node1");
		rf_stop(&net, rf);
	}
}

/* The resource exists only compressed. */
static void test_not_acceptable(void **state)
{
	struct row rows[] = { OPEN_ROWS, { "GET /a", "Accept-Encoding: identity", .reply = "200\n\n{}" }, { "GET /a", .reply = "406\n\n" }, { 0 } };
	struct net net;
	struct ms_redfish *rf = rf_start(&net, rows);

	(void)state;
	expect_get(rf, "/a", "{}");
	rf_stop(&net, rf);
}

/* ---- collections ---- */

static const struct collection {
	const char *name;
	struct row rows[6];
	size_t limit;
	const char *want;         /* Ids in order, NULL = an error: */
	enum ms_code code;
	const char *warning;      /* to be found in the first one; NULL = none */
	const char *log;
} collections[] = {
	{ "links", .rows = { { "GET /c", .reply = "200\n\n{\"Members\":[{\"@odata.id\":\"/c/1\"},{\"@odata.id\":\"/c/2\"}]}" },
			     { "GET /c/1", .reply = "200\n\n{\"Id\":\"1\"}" }, { "GET /c/2", .reply = "200\n\n{\"Id\":\"2\"}" } },
	  .want = "1 2 " },
	{ "empty", .rows = { { "GET /c", .reply = "200\n\n{\"Members\":[]}" } }, .want = "" },
	{ "null", .rows = { { "GET /c", .reply = "200\n\n{\"Members\":null}" } }, .want = "" },
	{ "absent", .rows = { { "GET /c", .reply = "200\n\n{}" } }, .want = "" },
	{ "nulls between", .rows = { { "GET /c", .reply = "200\n\n{\"Members\":[null,{\"@odata.id\":\"/c/1\"},7]}" },
				     { "GET /c/1", .reply = "200\n\n{\"Id\":\"1\"}" } }, .want = "1 " },
	{ "whole members", .rows = { { "GET /c", .reply = "200\n\n{\"Members\":[{\"@odata.id\":\"/c/1\",\"Id\":\"1\"}]}" } },
	  .want = "1 ", .log = "GET /c\n" },
	{ "pages", .rows = { { "GET /c", .reply = "200\n\n{\"Members\":[{\"Id\":\"1\"}],\"Members@odata.nextLink\":\"/c2\"}" },
			     { "GET /c2", .reply = "200\n\n{\"Members\":[{\"Id\":\"2\"}],\"Members@odata.nextLink\":\"/c3\"}" },
			     { "GET /c3", .reply = "200\n\n{\"Members\":[{\"Id\":\"3\"}]}" } }, .want = "1 2 3 " },
	{ "pages up to a limit", .rows = { { "GET /c", .reply = "200\n\n{\"Members\":[{\"Id\":\"1\"}],\"Members@odata.nextLink\":\"/c2\"}" },
			     { "GET /c2", .reply = "200\n\n{\"Members\":[{\"Id\":\"2\"},{\"Id\":\"3\"}],\"Members@odata.nextLink\":\"/c3\"}" } },
	  .limit = 2, .want = "1 2 ", .log = "GET /c\nGET /c2\n" },
	{ "pages in a circle", .rows = { { "GET /c", .reply = "200\n\n{\"Members\":[{\"Id\":\"1\"}],\"Members@odata.nextLink\":\"/c2\"}" },
			     { "GET /c2", .reply = "200\n\n{\"Members\":[{\"Id\":\"2\"}],\"Members@odata.nextLink\":\"/c2\"}" } },
	  .want = "1 2 ", .warning = "its pages do not end" },
	{ "one of two fails", .rows = { { "GET /c", .reply = "200\n\n{\"Members\":[{\"@odata.id\":\"/c/1\"},{\"@odata.id\":\"/c/2\"}]}" },
			     { "GET /c/2", .reply = "200\n\n{\"Id\":\"2\"}" } },
	  .want = "2 ", .warning = "GET /c/1: 404 Not Found" },
	{ "all fail", .rows = { { "GET /c", .reply = "200\n\n{\"Members\":[{\"@odata.id\":\"/c/1\"},{\"@odata.id\":\"/c/2\"}]}" } },
	  .code = MS_NOTFOUND },
	{ "no collection", .rows = { { 0 } }, .code = MS_NOTFOUND },
};

static void check_collection(const struct collection *c, struct ms_redfish *rf, struct net *net)
{
	json_auto_t *from = json_pack("{s:{s:s}}", "Things", "@odata.id", "/c"), *array = NULL;
	const char *warning = json_string_value(json_array_get(ms_redfish_warnings(rf), 0));
	MS_AUTO_BUF struct ms_buf ids = { 0 };
	const json_t *one;
	size_t i;
	int rc = ms_redfish_members(rf, from, "/Things", c->limit, &array, &net->err);

	warning = json_string_value(json_array_get(ms_redfish_warnings(rf), 0));
	json_array_foreach(array, i, one)
		ms_buf_printf(&ids, "%s ", ms_str(one, "/Id", "?"));
	if (!c->want ? rc >= 0 || net->err.code != c->code : rc < 0 || strcmp(ids.data ? ids.data : "", c->want))
		fail_msg("%s: %d %s \"%s\" %s", c->name, rc, ms_code_name(net->err.code), ids.data ? ids.data : "",
			 net->err.message);
	if (c->want && (c->warning ? !warning || !strstr(warning, c->warning) : warning != NULL))
		fail_msg("%s: warning: %s", c->name, warning ? warning : "none");
	if (c->log)
		assert_string_equal(server_log(&net->server), c->log);
}

static void test_collections(void **state)
{
	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(collections); i++) {
		struct row rows[3 + MS_ARRAY_SIZE(collections[i].rows) + 1] = { OPEN_ROWS };
		struct net net;
		struct ms_redfish *rf;

		memcpy(rows + 3, collections[i].rows, sizeof(collections[i].rows));
		rf = rf_start(&net, rows);
		check_collection(&collections[i], rf, &net);
		rf_stop(&net, rf);
	}
}

#define DELL_ROOT "{\"RedfishVersion\":\"1.13.0\",\"Vendor\":\"Dell\",\"ProtocolFeaturesSupported\":{\"ExpandQuery\":" \
	"{\"NoLinks\":true}},\"Things\":{\"@odata.id\":\"/c\"},\"Systems\":{},\"Links\":{\"Sessions\":{\"@odata.id\":\"" SESSIONS "\"}}}"
#define EXPANDED "GET /c?$expand=.($levels=1)"

static void test_expand(void **state)
{
	static const struct { const char *reply, *want, *log; } cases[] = {
		{ "200\n\n{\"Members@odata.count\":2,\"Members\":[{\"Id\":\"1\"},{\"Id\":\"2\"}]}", "1 2 ", EXPANDED "\n" },
		{ "200\n\n{\"Members@odata.count\":3,\"Members\":[{\"Id\":\"1\"},{\"Id\":\"2\"}]}", "1 2 3 ", EXPANDED "\nGET /c\n" },
		{ "200\n\n{\"Members@odata.count\":1,\"Members\":[{\"@odata.id\":\"/c/1\"}]}", "1 ", EXPANDED "\nGET /c/1\n" },
		{ "501\n\n", "1 2 3 ", EXPANDED "\nGET /c\n" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(cases); i++) {
		struct row rows[] = { { "GET /redfish/v1/", .reply = "200\n\n" DELL_ROOT }, LOGIN_ROW, LOGOUT_ROW,
				      { EXPANDED, .reply = cases[i].reply }, { "GET /c/1", .reply = "200\n\n{\"Id\":\"1\"}" },
				      { "GET /c", .reply = "200\n\n{\"Members\":[{\"Id\":\"1\"},{\"Id\":\"2\"},{\"Id\":\"3\"}]}" }, { 0 } };
		MS_AUTO_BUF struct ms_buf ids = { 0 };
		json_auto_t *array = NULL;
		const json_t *one;
		struct net net;
		struct ms_redfish *rf = rf_start(&net, rows);
		size_t j;

		if (ms_redfish_members(rf, ms_redfish_root(rf), "/Things", 0, &array, &net.err))
			fail_msg("%s", net.err.message);
		json_array_foreach(array, j, one)
			ms_buf_printf(&ids, "%s ", ms_str(one, "/Id", "?"));
		assert_string_equal(ids.data, cases[i].want);
		assert_string_equal(server_log(&net.server), cases[i].log);
		rf_stop(&net, rf);
	}
}

static void test_members_side_by_side(void **state)
{
	struct row rows[] = { OPEN_ROWS,
		{ "GET /c", .reply = "200\n\n{\"Members\":[{\"@odata.id\":\"/c/1\"},{\"@odata.id\":\"/c/2\"},{\"@odata.id\":\"/c/3\"}]}" },
		{ "GET /c/1", .reply = "200\n\n{\"Id\":\"1\"}", .ms = 20 }, { "GET /c/2", .reply = "200\n\n{\"Id\":\"2\"}", .ms = 5 },
		{ "GET /c/3", .reply = "200\n\n{\"Id\":\"3\"}", .ms = 5 }, { 0 } };
	json_auto_t *from = json_pack("{s:{s:s}}", "Things", "@odata.id", "/c"), *array = NULL;
	struct net net;
	struct ms_redfish *rf = rf_start(&net, rows);

	(void)state;
	assert_int_equal(ms_redfish_members(rf, from, "/Things", 0, &array, &net.err), 0);
	assert_int_equal(net.server.most_busy, 2);
	assert_string_equal(ms_str(array, "/0/Id", ""), "1");
	assert_string_equal(ms_str(array, "/2/Id", ""), "3");
	rf_stop(&net, rf);
}

/* ---- writes ---- */

static void test_actions(void **state)
{
	struct row rows[] = { OPEN_ROWS, { "POST /reset", .reply = "204\n\n" },
		{ "GET /info", .reply = "200\n\n{\"Parameters\":[{\"Name\":\"X\"},{\"Name\":\"ResetType\",\"AllowableValues\":[\"On\",null]}]}" },
		{ 0 } };
	json_auto_t *res = json_loads("{\"@odata.id\":\"/s\",\"Boot\":{\"Target\":\"None\",\"Target@Redfish.AllowableValues\":[\"Pxe\"]},"
		"\"Actions\":{\"#A.Reset\":{\"target\":\"/reset\",\"@Redfish.ActionInfo\":\"/info\"},"
		"\"#B.Reset\":{\"target\":\"/reset\",\"ResetType@Redfish.AllowableValues\":[\"Off\"]},"
		"\"Oem\":{\"#C.Go\":{\"target\":\"/reset\"}},\"D.Go\":{\"target\":\"/reset\"}}}", 0, NULL);
	static const struct { const char *action, *parameter, *want; } words[] = {
		{ "#A.Reset", "ResetType", "[\"On\"]" }, { "#B.Reset", "ResetType", "[\"Off\"]" }, { "#C.Go", "X", "[]" },
		{ NULL, "/Boot/Target", "[\"Pxe\"]" }, { "#A.Reset", "Unknown", "[]" }, { "#None", "X", "[]" },
	};
	static const char *const good[] = { "#A.Reset", "#C.Go", "#D.Go" };
	struct net net;
	struct ms_redfish *rf = rf_start(&net, rows);

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(words); i++) {
		json_auto_t *list = NULL;
		MS_AUTO_FREE char *text = NULL;

		assert_int_equal(ms_redfish_allowed(rf, res, words[i].action, words[i].parameter, &list, &net.err), 0);
		text = json_dumps(list, JSON_COMPACT);
		assert_string_equal(text, words[i].want);
	}
	for (size_t i = 0; i < MS_ARRAY_SIZE(good); i++)
		assert_int_equal(ms_redfish_action(rf, res, good[i], NULL, NULL, &net.err), 0);
	assert_non_null(strstr(net.server.heads.data, "\r\n\r\n{}"));
	assert_int_equal(ms_redfish_action(rf, res, "#None", NULL, NULL, &net.err), -EOPNOTSUPP);
	assert_int_equal(net.err.code, MS_UNSUPPORTED);
	rf_stop(&net, rf);
}

static void test_busy(void **state)
{
	struct row rows[] = { OPEN_ROWS, { "POST /a", .reply = "503\n\n{\"error\":{\"@Message.ExtendedInfo\":[{\"MessageId\":\"SYS518\"}]}}",
					   .times = 2 }, { "POST /a", .reply = "200\n\n{\"a\":1}" }, { "POST /b", .reply = "503\n\n" }, { 0 } };
	struct ms_redfish_reply reply = { 0 };
	struct net net;
	struct ms_redfish *rf = rf_start(&net, rows);

	(void)state;
	assert_int_equal(ms_redfish_post(rf, "/a", NULL, &reply, &net.err), 0);
	assert_int_equal(ms_int(reply.body, "/a", 0), 1);
	assert_string_equal(server_log(&net.server), "POST /a\nPOST /a\nPOST /a\n");
	ms_redfish_reply_release(&reply);
	net.server.log.len = 0;
	assert_int_equal(ms_redfish_post(rf, "/b", NULL, &reply, &net.err), -EBUSY);
	assert_string_equal(server_log(&net.server), "POST /b\nPOST /b\nPOST /b\nPOST /b\nPOST /b\nPOST /b\n");
	rf_stop(&net, rf);
}

static void test_warnings(void **state)
{
	struct row rows[] = { OPEN_ROWS, { 0 } };
	struct net net;
	struct ms_redfish *rf = rf_start(&net, rows);

	(void)state;
	ms_redfish_warn(rf, "odd: %s", "a\033[31mb");
	ms_redfish_warn(rf, "odd: %s", "a\033[31mb");
	assert_int_equal(json_array_size(ms_redfish_warnings(rf)), 1);
	assert_null(strchr(json_string_value(json_array_get(ms_redfish_warnings(rf), 0)), '\033'));
	for (int i = 0; i < 1000; i++)
		ms_redfish_warn(rf, "%d", i);
	assert_int_equal(json_array_size(ms_redfish_warnings(rf)), 101);
	rf_stop(&net, rf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_openings),
		cmocka_unit_test(test_logout_of_a_failing_device),
		cmocka_unit_test(test_login_sends_no_basic),
		cmocka_unit_test(test_session_expires),
		cmocka_unit_test(test_session_never_accepted),
		cmocka_unit_test(test_stop_leaves_no_session),
		cmocka_unit_test(test_kept_reads),
		cmocka_unit_test(test_kept_reads_are_bounded),
		cmocka_unit_test(test_strange_json),
		cmocka_unit_test(test_deep_json),
		cmocka_unit_test(test_refused_reads),
		cmocka_unit_test(test_not_acceptable),
		cmocka_unit_test(test_collections),
		cmocka_unit_test(test_expand),
		cmocka_unit_test(test_members_side_by_side),
		cmocka_unit_test(test_actions),
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_warnings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
