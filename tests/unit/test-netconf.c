/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NETCONF: framing in any cut, hellos, replies and their errors. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "net/netconf.h"

/* The messages of a stream that comes in pieces of `step` bytes, joined by '|'; an error as its number. */
static char *messages(bool chunked, const char *stream, size_t step)
{
	struct ms_netconf_frame frame = { .chunked = chunked, .message.max = 64 };
	struct ms_buf out = { 0 };
	size_t len = strlen(stream), at = 0;

	ms_buf_puts(&out, "");
	while (at < len) {
		size_t n = len - at < step ? len - at : step, used;
		int r = ms_netconf_frame_take(&frame, stream + at, n, &used);

		at += used;
		if (r < 0) {
			ms_buf_printf(&out, "%s", r == -EFBIG ? "too big" : "bad");
			break;
		}
		if (r) {
			ms_buf_add(&out, frame.message.data ? frame.message.data : "", frame.message.len);
			ms_buf_puts(&out, "|");
			ms_netconf_frame_reset(&frame);
		}
	}
	ms_netconf_frame_reset(&frame);
	return ms_buf_steal(&out);
}

static void test_framing(void **state)
{
	static const struct { bool chunked; const char *stream, *want; } rows[] = {
		{ false, "<a/>]]>]]>\n<b/>]]>]]>", "<a/>|\n<b/>|" },
		{ false, "]]>]]>", "|" },
		{ false, "a]]>]]]>]]>b", "a]]>]|" },
		{ false, "<a>]]></a>]]>]]>rest", "<a>]]></a>|" },
		{ false, "0123456789012345678901234567890123456789012345678901234567890123456789", "too big" },
		{ true, "\n#4\n<a/>\n##\n\n#2\n<b\n#2\n/>\n##\n", "<a/>|<b/>|" },
		{ true, "\n#3\n\n##\n##\n", "\n##|" },
		{ true, "\n\n#4\n<a/>\n##\n\n\n\n#2\n<b\n#2\n/>\n##\n", "<a/>|<b/>|" },
		{ true, "\n#1\na\n\n##\n", "bad" },
		{ true, "\n#0\n\n##\n", "bad" },
		{ true, "\n##\n", "bad" },
		{ true, "\n#01\na\n##\n", "bad" },
		{ true, "\n#4294967296\n", "bad" },
		{ true, "x", "bad" },
		{ true, "\n#4\n<a/>]]>]]>", "bad" },
		{ true, "\n#70\n0123456789012345678901234567890123456789012345678901234567890123456789", "too big" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++)
		for (size_t step = 1; step < 80; step++) {
			char *got = messages(rows[i].chunked, rows[i].stream, step);

			if (strcmp(got, rows[i].want))
				fail_msg("row %zu, step %zu: %s", i, step, got);
			free(got);
		}
}

static void test_put(void **state)
{
	MS_AUTO_BUF struct ms_buf out = { 0 };

	(void)state;
	assert_int_equal(ms_netconf_frame_put(&out, true, "<a/>", 4), 0);
	assert_int_equal(ms_netconf_frame_put(&out, false, "<b/>", 4), 0);
	assert_string_equal(out.data, "\n#4\n<a/>\n##\n<b/>]]>]]>");
}

#define NC "xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\""

static void test_hello(void **state)
{
	static const char good[] = "<?xml version=\"1.0\"?><nc:hello xmlns:nc=\"urn:ietf:params:xml:ns:netconf:base:1.0\">"
				   "<nc:capabilities><nc:capability> urn:a </nc:capability><nc:capability>urn:b?x=1</nc:capability>"
				   "</nc:capabilities><nc:session-id>\n7\n</nc:session-id></nc:hello>";
	static const char *const bad[] = { "", "<", "<hello/>", "<rpc-reply><capabilities/></rpc-reply>",
					   "<!DOCTYPE hello [<!ENTITY a \"b\">]><hello><capabilities/></hello>" };
	json_auto_t *list = NULL;
	char *id = NULL;

	(void)state;
	assert_int_equal(ms_netconf_hello(good, strlen(good), &list, &id), 0);
	assert_string_equal(id, "7");
	assert_int_equal(json_array_size(list), 2);
	assert_string_equal(json_string_value(json_array_get(list, 0)), "urn:a");
	free(id);
	for (size_t i = 0; i < MS_ARRAY_SIZE(bad); i++) {
		json_t *none = NULL;

		if (ms_netconf_hello(bad[i], strlen(bad[i]), &none, &id) != -EBADMSG)
			fail_msg("bad hello %zu was taken", i);
	}
}

static void test_replies(void **state)
{
	static const struct { const char *text; int error; enum ms_code code; const char *message; } rows[] = {
		{ "<rpc-reply " NC " message-id=\"5\"><ok/></rpc-reply>", 0, MS_OK, "" },
		{ "<rpc-reply " NC " message-id=\"4\"><ok/></rpc-reply>", -ESTALE, MS_OK, "" },
		{ "<notification/>", -ESTALE, MS_OK, "" },
		{ "<rpc-reply message-id=\"5\"><rpc-error><error-tag>lock-denied</error-tag><error-severity>error</error-severity>"
		  "<error-message>held</error-message></rpc-error></rpc-reply>", -EBUSY, MS_CONFLICT, "sw: held" },
		{ "<rpc-reply message-id=\"5\"><rpc-error><error-severity>error</error-severity><error-message>\n"
		  "configuration database locked by:\n  root\n</error-message></rpc-error></rpc-reply>", -EBUSY, MS_CONFLICT,
		  "sw: configuration database locked by:   root" },
		{ "<rpc-reply message-id=\"5\"><x><rpc-error><error-severity>warning</error-severity><error-message>w"
		  "</error-message></rpc-error><rpc-error><error-severity>error</error-severity><error-path>/a/b</error-path>"
		  "<error-message>bad</error-message><error-info><bad-element>vlan</bad-element></error-info></rpc-error></x>"
		  "</rpc-reply>", -EREMOTEIO, MS_FAILED, "sw: /a/b: bad (vlan)" },
		{ "<rpc-reply message-id=\"5\"><rpc-error/><rpc-error/></rpc-reply>", -EREMOTEIO, MS_FAILED,
		  "sw: rpc-error without a message, and more" },
		{ "<rpc-reply><rpc-error><error-tag>missing-attribute</error-tag></rpc-error></rpc-reply>", -EREMOTEIO,
		  MS_FAILED, "sw: missing-attribute" },
		{ "<rpc-reply message-id=\"5\">", -EBADMSG, MS_INVALID, "sw: its NETCONF reply is no XML" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		struct ms_err err = MS_ERR_INIT;
		json_auto_t *warnings = json_array();
		int r = ms_netconf_reply("sw", rows[i].text, strlen(rows[i].text), "5", warnings, &err);

		if (r != rows[i].error || err.code != rows[i].code || strcmp(err.message, rows[i].message))
			fail_msg("row %zu: %d %s %s", i, r, ms_code_name(err.code), err.message);
		assert_int_equal(json_array_size(warnings), strstr(rows[i].text, ">warning<") ? 1 : 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_framing), cmocka_unit_test(test_put),
		cmocka_unit_test(test_hello), cmocka_unit_test(test_replies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
