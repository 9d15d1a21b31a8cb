/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors: the first wins, texts are cleaned and cut, reports count what they cannot keep. */
#include "core-fixture.h"

static void first_wins(void **state)
{
	struct ms_err err = MS_ERR_INIT;

	(void)state;
	assert_int_equal(ms_fail(&err, -EIO, MS_TIMEOUT, "waited for %s", "power"), -EIO);
	assert_int_equal(ms_fail(&err, -EPERM, MS_AUTH, "second"), -EPERM);
	assert_int_equal(ms_usage(&err, "third"), -EINVAL);
	assert_int_equal(ms_nomem(&err), -ENOMEM);
	assert_int_equal(ms_fail_errno(&err, -ENOENT, "fourth"), -ENOENT);
	assert_int_equal(err.code, MS_TIMEOUT);
	assert_int_equal(err.error, -EIO);
	assert_string_equal(err.message, "waited for power");
	ms_hint(&err, "try %d", 1);
	ms_hint(&err, "try %d", 2);
	assert_string_equal(err.hint, "try 1");
	ms_err_at(&err, "site.yaml", "/spec");
	ms_err_at(&err, "other.yaml", "/status");
	assert_string_equal(err.source, "site.yaml");
	assert_string_equal(err.path, "/spec");
	ms_err_clear(&err);
	assert_int_equal(err.code, MS_OK);
	assert_string_equal(err.message, "");
	assert_int_equal(ms_fail_errno(&err, -ENOENT, "cannot open %s", "x"), -ENOENT);
	assert_string_equal(err.message, "cannot open x: No such file or directory");
}

static void texts_are_cleaned(void **state)
{
	static const struct { const char *in, *out; } rows[] = {
		{ "plain", "plain" }, { "a\nb\tc\rd", "a b c d" }, { "\033[31mred", "?[31mred" }, { "bell\a", "bell?" },
		{ "\xc2\x9b" "31m", "?31m" }, { "h\xc3\xa9", "h\xc3\xa9" }, { "bad \xff\xfe utf", "bad ?? utf" },
		{ "over\xc0\xaflong", "over??long" }, { "half \xc3", "half ?" }, { "sur\xed\xa0\x80", "sur???" },
		{ "rtl \xe2\x80\xae" "txt", "rtl ?txt" }, { "del\x7f", "del?" }, { "%s%n", "%s%n" }, { "", "" },
		/* the first and last of each length, and what lies just outside */
		{ "\xc2\xa0\xdf\xbf\xe0\xa0\x80\xef\xbf\xbd\xf0\x90\x80\x80\xf4\x8f\xbf\xbf",
		  "\xc2\xa0\xdf\xbf\xe0\xa0\x80\xef\xbf\xbd\xf0\x90\x80\x80\xf4\x8f\xbf\xbf" },
		{ "\xc1\xbf|\xe0\x9f\xbf|\xf0\x8f\xbf\xbf|\xf4\x90\x80\x80|\xf5\x80\x80\x80|\x80", "??|???|????|????|????|?" },
		{ "\xed\x9f\xbf|\xed\xa0\x80|\xed\xbf\xbf|\xee\x80\x80", "\xed\x9f\xbf|???|???|\xee\x80\x80" },
		{ "\xe2\x80\xa7|\xe2\x80\xa8|\xe2\x80\xae|\xe2\x80\xaf", "\xe2\x80\xa7|?|?|\xe2\x80\xaf" },
		{ "\xe2\x81\xa5|\xe2\x81\xa6|\xe2\x81\xa9|\xe2\x81\xaa|\xef\xbb\xbf|\xc2\x80|\xc2\x9f",
		  "\xe2\x81\xa5|?|?|\xe2\x81\xaa|?|?|?" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		struct ms_err err = MS_ERR_INIT;

		ms_fail(&err, -EIO, MS_FAILED, "%s", rows[i].in);
		expect_text(rows[i].in, rows[i].out, err.message);
	}
}

static void long_texts_are_cut_between_characters(void **state)
{
	struct ms_err err = MS_ERR_INIT;
	char text[2048], *p = text;

	(void)state;
	/* An odd first byte makes the cut fall inside of a two-byte character. */
	*p++ = 'x';
	while (p < text + sizeof(text) - 3)
		p = stpcpy(p, "\xc3\xa9");
	ms_fail(&err, -EIO, MS_FAILED, "%s", text);
	assert_int_equal(strlen(err.message), sizeof(err.message) - 1);
	assert_int_equal(err.message[sizeof(err.message) - 2], '\xa9');
	ms_err_clear(&err);
	ms_fail(&err, -EIO, MS_FAILED, "%s", text + 1);
	assert_int_equal(strlen(err.message), sizeof(err.message) - 2);
	assert_null(strchr(err.message, '?'));
	/* One byte too many. */
	ms_err_clear(&err);
	text[1 + sizeof(err.message)] = '\0';
	ms_fail(&err, -EIO, MS_FAILED, "%s", text + 1);
	assert_int_equal(strlen(err.message), sizeof(err.message) - 2);
}

static void codes_have_names(void **state)
{
	(void)state;
	for (int code = MS_OK; code <= MS_CANCELLED; code++) {
		assert_non_null(ms_code_name(code));
		assert_int_equal(ms_code_from_name(ms_code_name(code)), code);
	}
	assert_string_equal(ms_code_name(MS_SESSION), "session-limit");
	assert_string_equal(ms_code_name(999), "failed");
	assert_int_equal(ms_code_from_name("no such"), MS_FAILED);
	assert_int_equal(ms_code_from_name(NULL), MS_FAILED);
}

static void reports_count_what_they_drop(void **state)
{
	struct ms_report report = { .max = 3 };
	struct ms_err err = MS_ERR_INIT, *stored;

	(void)state;
	stored = ms_report_add(&report, MS_INPUT, "a.yaml", "/x", "bad %d", 1);
	assert_non_null(stored);
	ms_hint(stored, "fix it");
	ms_report_take(&report, &err);
	assert_int_equal(report.n, 1);
	ms_fail(&err, -EIO, MS_TLS, "refused");
	ms_report_take(&report, &err);
	assert_int_equal(err.code, MS_OK);
	for (int i = 0; i < 5; i++)
		ms_report_add(&report, MS_INPUT, NULL, NULL, "more");
	assert_int_equal(report.n, 3);
	assert_int_equal(report.dropped, 4);
	assert_string_equal(report.errs[0].message, "bad 1");
	assert_string_equal(report.errs[0].hint, "fix it");
	assert_string_equal(report.errs[0].path, "/x");
	assert_int_equal(report.errs[1].code, MS_TLS);
	ms_report_release(&report);
	assert_int_equal(report.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_wins), cmocka_unit_test(texts_are_cleaned),
		cmocka_unit_test(long_texts_are_cut_between_characters), cmocka_unit_test(codes_have_names),
		cmocka_unit_test(reports_count_what_they_drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
