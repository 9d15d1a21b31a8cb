/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Extended information of every shape as one of our errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "net/message.h"
#include "net/redfish.h"

#define INFO(id, text) "{\"error\":{\"code\":\"Base.1.8.GeneralError\",\"message\":\"A general error has occurred.\"," \
	"\"@Message.ExtendedInfo\":[{\"MessageId\":\"" id "\",\"Message\":\"" text "\"}]}}"

static const struct {
	long status;
	const char *body;
	enum ms_code code;
	const char *message;
} rows[] = {
	/* the status alone */
	{ 400, NULL, MS_FAILED, "PATCH /r: 400 Bad Request" },
	{ 401, "{}", MS_AUTH, "PATCH /r: 401 Unauthorized" },
	{ 403, NULL, MS_AUTH, "PATCH /r: 403 Forbidden" },
	{ 404, NULL, MS_NOTFOUND, "PATCH /r: 404 Not Found" },
	{ 405, NULL, MS_UNSUPPORTED, NULL },
	{ 409, NULL, MS_CONFLICT, NULL },
	{ 410, NULL, MS_NOTFOUND, NULL },
	{ 412, NULL, MS_PRECONDITION, NULL },
	{ 428, NULL, MS_PRECONDITION, NULL },
	{ 429, NULL, MS_BUSY, NULL },
	{ 500, NULL, MS_FAILED, NULL },
	{ 501, NULL, MS_UNSUPPORTED, NULL },
	{ 503, NULL, MS_BUSY, NULL },
	{ 599, NULL, MS_FAILED, "PATCH /r: 599" },

	/* the Base registry, whatever its version */
	{ 400, INFO("Base.1.0.PropertyNotWritable", "Not writable."), MS_UNSUPPORTED, "PATCH /r: 400 Bad Request: Not writable" },
	{ 400, INFO("Base.1.18.1.PropertyNotWritable", "x"), MS_UNSUPPORTED, NULL },
	{ 400, INFO("PropertyValueNotInList", "x"), MS_UNSUPPORTED, NULL },
	{ 400, INFO("Base.1.8.ResourceNotFound", "x"), MS_NOTFOUND, NULL },
	{ 400, INFO("Base.1.8.SessionLimitExceeded", "x"), MS_SESSION, NULL },
	{ 500, INFO("Base.1.8.ServiceTemporarilyUnavailable", "x"), MS_BUSY, NULL },
	{ 400, INFO("Base.1.8.ActionNotSupported", "x"), MS_UNSUPPORTED, NULL },
	{ 400, INFO("Base.1.8.ResourceInUse", "x"), MS_CONFLICT, NULL },
	{ 400, INFO("Base.1.8.InsufficientPrivilege", "x"), MS_AUTH, NULL },
	{ 500, INFO("Base.1.8.InternalError", "It broke."), MS_FAILED, "PATCH /r: 500 Internal Server Error: It broke" },

	/* vendors */
	{ 503, INFO("IDRAC.2.7.RAC0218", "x"), MS_SESSION, NULL },
	{ 503, INFO("IDRAC.2.7.SYS518", "x"), MS_BUSY, NULL },
	{ 400, INFO("SYS518", "x"), MS_BUSY, NULL },
	{ 400, INFO("IDRAC.2.7.LIC501", "A required license is missing or expired."), MS_LICENSE, NULL },
	{ 400, INFO("iLO.2.14.UnableToModifyDuringSystemPOST", "x"), MS_BUSY, NULL },
	{ 403, INFO("SMC.1.0.OemLicenseNotPassed", "x"), MS_LICENSE, NULL },
	/* a vendor's word under another vendor's name says nothing */
	{ 403, INFO("Acme.1.0.OemLicenseNotPassed", "x"), MS_AUTH, NULL },

	/* shapes */
	{ 400, "{\"error\":{\"@Message.ExtendedInfo\":{\"MessageId\":\"Base.1.0.PropertyUnknown\",\"Message\":\"one object\"}}}",
	  MS_UNSUPPORTED, "PATCH /r: 400 Bad Request: one object" },
	{ 400, "{\"@Message.ExtendedInfo\":[{\"MessageId\":\"Base.1.0.PropertyUnknown\",\"Message\":\"at the top\"}]}",
	  MS_UNSUPPORTED, "PATCH /r: 400 Bad Request: at the top" },
	{ 400, "{\"Boot\":{\"Mode@Message.ExtendedInfo\":[{\"MessageId\":\"Base.1.0.PropertyUnknown\",\"Message\":\"at a property\"}]}}",
	  MS_UNSUPPORTED, "PATCH /r: 400 Bad Request: at a property" },
	{ 403, "{\"error\":{\"code\":\"Base.1.0.PasswordChangeRequired\",\"message\":\"only a code\"}}", MS_AUTH,
	  "PATCH /r: 403 Forbidden: only a code" },
	{ 400, "{\"error\":{\"@Message.ExtendedInfo\":[{\"MessageId\":\"Base.1.0.Success\",\"Message\":\"fine\"},"
	  "{\"MessageId\":\"Base.1.0.GeneralError\",\"Message\":\"See below.\"},{\"MessageId\":\"Base.1.0.PropertyUnknown\","
	  "\"Message\":\"%2 of %1 (%3)\",\"MessageArgs\":[\"a\",\"b\"]}]}}", MS_UNSUPPORTED,
	  "PATCH /r: 400 Bad Request: See below; b of a (%3)" },
	{ 400, "{\"error\":{\"@Message.ExtendedInfo\":[null,5,\"x\",[],{\"MessageId\":7,\"Message\":{}}]}}", MS_FAILED,
	  "PATCH /r: 400 Bad Request" },
	{ 400, "{\"error\":{\"@Message.ExtendedInfo\":[{\"MessageId\":\"Base.1.0.PropertyUnknown\"}]}}", MS_UNSUPPORTED,
	  "PATCH /r: 400 Bad Request: Base.1.0.PropertyUnknown" },
	{ 400, "{\"error\":\"text\"}", MS_FAILED, "PATCH /r: 400 Bad Request" },
	{ 400, INFO("X.1.0.Y", "a %s%n b \\u001b[31m"), MS_FAILED, NULL },
};

static void test_messages(void **state)
{
	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		json_auto_t *body = rows[i].body ? json_loads(rows[i].body, 0, NULL) : NULL;
		struct ms_err err = MS_ERR_INIT;
		int rc = ms_redfish_fail(NULL, "PATCH", "/r", rows[i].status, body, &err);

		if (rc >= 0 || rc != err.error || err.code != rows[i].code || (rows[i].message && strcmp(err.message, rows[i].message)))
			fail_msg("%ld %s: %d %s: \"%s\"", rows[i].status, rows[i].body ? rows[i].body : "", rc,
				 ms_code_name(err.code), err.message);
		assert_null(strchr(err.message, '\033'));
	}
}

static void test_hints(void **state)
{
	static const struct { const char *body, *hint; } hints[] = {
		{ INFO("SMC.1.0.OemLicenseNotPassed", "x"), "install the licence on the BMC" },
		{ INFO("IDRAC.2.7.RAC0218", "x"), "close sessions, or use --auth basic" },
		{ "{\"error\":{\"@Message.ExtendedInfo\":[{\"MessageId\":\"Base.1.8.PasswordChangeRequired\",\"MessageArgs\":[\"/acc/2\"]}]}}",
		  "the account needs a new password first: PATCH Password at /acc/2" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(hints); i++) {
		json_auto_t *body = json_loads(hints[i].body, 0, NULL);
		struct ms_err err = MS_ERR_INIT;

		ms_redfish_fail(NULL, "POST", "/r", 403, body, &err);
		assert_string_equal(err.hint, hints[i].hint);
	}
}

/* A device that talks without end is cut. */
static void test_bounded(void **state)
{
	json_auto_t *list = json_array();
	json_auto_t *body = json_pack("{s:O}", "@Message.ExtendedInfo", list), *messages = NULL;
	struct ms_err err = MS_ERR_INIT;
	char text[100];

	(void)state;
	for (int i = 0; i < 1000; i++)
		json_array_append_new(list, json_pack("{s:s}", "Message", "a message of some length, again and again"));
	messages = ms_rf_messages(body);
	assert_int_equal(json_array_size(messages), 32);
	ms_rf_message_text(messages, text, sizeof(text));
	assert_int_equal(strlen(text), sizeof(text) - 1);
	ms_redfish_fail(NULL, "GET", "/r", 500, body, &err);
	assert_true(strlen(err.message) < sizeof(err.message));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_hints),
		cmocka_unit_test(test_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
