/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ETags as they come, the ladder of If-Match, and what a 412 means. */
#include "http-fixture.h"
#include "net/etag.h"

static void test_forms(void **state)
{
	static const struct { const char *header, *body, *want; } rows[] = {
		{ "\"a\"", "{\"@odata.etag\":\"\\\"b\\\"\"}", "\"a\"" },
		{ NULL, "{\"@odata.etag\":\"W/\\\"b\\\"\"}", "W/\"b\"" },
		{ "", "{\"@odata.etag\":\"b\"}", "b" },
		{ NULL, "{\"@odata.etag\":1720649379}", "1720649379" },
		{ "\"abc-gzip\"", "{}", "\"abc\"" },
		{ "W/\"abc;gzip\"", "{}", "W/\"abc\"" },
		{ NULL, "{\"@odata.etag\":\"a\\r\\nX: y\"}", "" },
		{ NULL, "{\"@odata.etag\":[]}", "" },
		{ NULL, "{}", "" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		json_auto_t *body = json_loads(rows[i].body, 0, NULL);
		char etag[RF_ETAG_SIZE];

		assert_int_equal(ms_etag_of(rows[i].header, body, etag), *rows[i].want != '\0');
		assert_string_equal(etag, rows[i].want);
	}
}

static void test_lines(void **state)
{
	static const struct { enum rf_rung rung; const char *etag, *want; } rows[] = {
		{ RF_RUNG_GIVEN, "W/\"a\"", "If-Match: W/\"a\"" }, { RF_RUNG_STRONG, "W/\"a\"", "If-Match: \"a\"" },
		{ RF_RUNG_GIVEN, "\"a\"", "If-Match: \"a\"" },     { RF_RUNG_STRONG, "\"a\"", "If-Match: \"a\"" },
		{ RF_RUNG_GIVEN, "17", "If-Match: 17" },           { RF_RUNG_STRONG, "17", "If-Match: \"17\"" },
		{ RF_RUNG_ANY, "\"a\"", "If-Match: *" },           { RF_RUNG_ANY, "", "If-Match: *" },
		{ RF_RUNG_NONE, "\"a\"", "" },                     { RF_RUNG_GIVEN, "", NULL },
		{ RF_RUNG_STRONG, "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		char line[RF_LINE_SIZE];

		assert_int_equal(ms_etag_header(rows[i].rung, rows[i].etag, line), rows[i].want != NULL);
		if (rows[i].want)
			assert_string_equal(line, rows[i].want);
	}
}

/* ---- the ladder: what a device enforces, and the If-Match lines that it gets ---- */

static const struct ladder {
	const char *name;
	struct row rows[6];
	enum ms_code code;
	const char *sent;         /* the If-Match of each PATCH; "-" = none */
} ladders[] = {
	{ "no ETag at all", .rows = { { "GET /r", .reply = "200\n\n{\"a\":1}" }, { "PATCH /r", .reply = "200\n\n{}" } }, .sent = "- " },
	{ "as given", .rows = { { "GET /r", .reply = "200\nETag: W/\"1\"\n\n{\"a\":1}" },
				{ "PATCH /r", "If-Match: W/\"1\"", .reply = "204\n\n" }, { "PATCH /r", .reply = "412\n\n" } },
	  .sent = "W/\"1\" " },
	{ "strong only", .rows = { { "GET /r", .reply = "200\nETag: W/\"1\"\n\n{\"a\":1}" },
				   { "PATCH /r", "If-Match: \"1\"", .reply = "204\n\n" }, { "PATCH /r", .reply = "412\n\n" } },
	  .sent = "W/\"1\" \"1\" " },
	{ "quoted only", .rows = { { "GET /r", .reply = "200\n\n{\"a\":1,\"@odata.etag\":\"17\"}" },
				   { "PATCH /r", "If-Match: \"17\"", .reply = "204\n\n" }, { "PATCH /r", .reply = "412\n\n" } },
	  .sent = "17 \"17\" " },
	{ "any only", .rows = { { "GET /r", .reply = "200\nETag: \"1\"\n\n{\"a\":1}" },
				{ "PATCH /r", "If-Match: *", .reply = "204\n\n" }, { "PATCH /r", .reply = "412\n\n" } },
	  .sent = "\"1\" * " },
	{ "412 with whatever ETag, fine without", .rows = { { "GET /r", .reply = "200\nETag: W/\"1\"\n\n{\"a\":1}" },
				{ "PATCH /r", "If-Match", .reply = "412\n\n" }, { "PATCH /r", .reply = "204\n\n" } },
	  .sent = "W/\"1\" \"1\" * - " },
	{ "428 though there is no ETag", .rows = { { "GET /r", .reply = "200\n\n{\"a\":1}" },
				{ "PATCH /r", "If-Match: *", .reply = "204\n\n" }, { "PATCH /r", .reply = "428\n\n" } },
	  .sent = "- * " },
	{ "nothing helps", .rows = { { "GET /r", .reply = "200\nETag: \"1\"\n\n{\"a\":1}" }, { "PATCH /r", .reply = "412\n\n" } },
	  .code = MS_PRECONDITION, .sent = "\"1\" * - " },
	{ "the ETag moved, the values did not", .rows = { { "GET /r", .reply = "200\nETag: \"1\"\n\n{\"a\":1,\"b\":1}", .times = 1 },
				{ "GET /r", .reply = "200\nETag: \"2\"\n\n{\"a\":1,\"b\":2}" },
				{ "PATCH /r", "If-Match: \"2\"", .reply = "204\n\n" }, { "PATCH /r", .reply = "412\n\n" } },
	  .sent = "\"1\" \"2\" " },
	{ "somebody else wrote", .rows = { { "GET /r", .reply = "200\nETag: \"1\"\n\n{\"a\":1}", .times = 1 },
				{ "GET /r", .reply = "200\nETag: \"2\"\n\n{\"a\":5}" },
				{ "PATCH /r", "If-Match: \"2\"", .reply = "204\n\n" }, { "PATCH /r", .reply = "412\n\n" } },
	  .code = MS_PRECONDITION, .sent = "\"1\" " },
	{ "400 is not about ETags", .rows = { { "GET /r", .reply = "200\nETag: \"1\"\n\n{\"a\":1}" }, { "PATCH /r", .reply = "400\n\n" } },
	  .code = MS_FAILED, .sent = "\"1\" " },
	{ "no such resource", .rows = { { 0 } }, .code = MS_NOTFOUND, .sent = "" },
};

/* The If-Match of every PATCH that the server got, as one line. */
static char *sent_of(const struct server *server)
{
	MS_AUTO_BUF struct ms_buf out = { 0 };
	const char *at = server->heads.data;

	ms_buf_puts(&out, "");
	while (at && (at = strstr(at, "PATCH /r HTTP"))) {
		const char *end = strstr(at, "\r\n\r\n"), *line = strstr(at, "\r\nIf-Match: ");

		if (line && line < end)
			ms_buf_printf(&out, "%.*s ", (int)strcspn(line + 12, "\r"), line + 12);
		else
			ms_buf_puts(&out, "- ");
		at = end;
	}
	return ms_buf_steal(&out);
}

static void test_ladders(void **state)
{
	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(ladders); i++) {
		struct row rows[3 + MS_ARRAY_SIZE(ladders[i].rows) + 1] = { OPEN_ROWS };
		json_auto_t *body = json_pack("{s:i}", "a", 2);
		MS_AUTO_FREE char *sent = NULL;
		struct net net;
		struct ms_redfish *rf;

		memcpy(rows + 3, ladders[i].rows, sizeof(ladders[i].rows));
		rf = rf_start(&net, rows);
		ms_redfish_patch(rf, "/r", body, NULL, NULL, NULL, &net.err);
		sent = sent_of(&net.server);
		if (net.err.code != ladders[i].code || strcmp(sent, ladders[i].sent))
			fail_msg("%s: %s: %s\nsent: %s", ladders[i].name, ms_code_name(net.err.code), net.err.message, sent);
		rf_stop(&net, rf);
	}
}

/* The rung that worked is where the next PATCH begins. */
static void test_learnt(void **state)
{
	struct row rows[] = { OPEN_ROWS, { "GET /r", .reply = "200\nETag: W/\"1\"\n\n{\"a\":1}" },
			      { "PATCH /r", "If-Match: \"1\"", .reply = "204\n\n" }, { "PATCH /r", .reply = "412\n\n" }, { 0 } };
	json_auto_t *body = json_pack("{s:i}", "a", 2);
	MS_AUTO_FREE char *sent = NULL;
	struct net net;
	struct ms_redfish *rf = rf_start(&net, rows);

	(void)state;
	assert_int_equal(ms_redfish_patch(rf, "/r", body, NULL, NULL, NULL, &net.err), 0);
	assert_int_equal(ms_redfish_patch(rf, "/r", body, NULL, NULL, NULL, &net.err), 0);
	sent = sent_of(&net.server);
	assert_string_equal(sent, "W/\"1\" \"1\" \"1\" ");
	rf_stop(&net, rf);
}

static bool is_one(const json_t *now, void *ctx)
{
	++*(int *)ctx;
	return ms_int(now, "/a", 0) == 1;
}

/* The caller decides, before the first PATCH and after a 412. */
static void test_still(void **state)
{
	struct row rows[] = { OPEN_ROWS, { "GET /r", .reply = "200\nETag: \"1\"\n\n{\"a\":1}", .times = 1 },
			      { "GET /r", .reply = "200\nETag: \"2\"\n\n{\"a\":3}" }, { "PATCH /r", .reply = "412\n\n" }, { 0 } };
	json_auto_t *body = json_pack("{s:i}", "a", 2);
	MS_AUTO_FREE char *sent = NULL;
	struct net net;
	struct ms_redfish *rf = rf_start(&net, rows);
	int asked = 0;

	(void)state;
	assert_int_equal(ms_redfish_patch(rf, "/r", body, is_one, &asked, NULL, &net.err), -ESTALE);
	assert_int_equal(net.err.code, MS_PRECONDITION);
	assert_int_equal(asked, 2);
	ms_err_clear(&net.err);
	assert_int_equal(ms_redfish_patch(rf, "/r", body, is_one, &asked, NULL, &net.err), -ESTALE);
	assert_int_equal(asked, 3);
	sent = sent_of(&net.server);
	assert_string_equal(sent, "\"1\" ");
	rf_stop(&net, rf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_ladders),
		cmocka_unit_test(test_learnt),
		cmocka_unit_test(test_still),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
