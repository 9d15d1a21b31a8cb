/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RFC 3339 and the clock that tests fix. */
#include "core-fixture.h"

static void parses(void **state)
{
	static const struct { const char *text; int64_t seconds; } rows[] = {
		{ "1970-01-01T00:00:00Z", 0 }, { "1969-12-31T23:59:59Z", -1 }, { "2026-11-22T08:00:00Z", 1795334400 },
		{ "2026-11-22t08:00:00z", 1795334400 }, { "2026-11-22 08:00:00Z", 1795334400 },
		{ "2026-11-22T08:00:00.123456Z", 1795334400 }, { "2026-11-22T02:00:00-06:00", 1795334400 },
		{ "2026-11-22T13:30:00+05:30", 1795334400 }, { "2000-02-29T00:00:00Z", 951782400 },
		{ "1900-03-01T00:00:00Z", -2203891200 }, { "0000-01-01T00:00:00Z", -62167219200 },
		{ "9999-12-31T23:59:59Z", 253402300799 }, { "2016-12-31T23:59:60Z", 1483228800 },
		{ "2038-01-19T03:14:08Z", 2147483648 },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		int64_t seconds = -7;

		if (ms_time_parse(rows[i].text, &seconds) || seconds != rows[i].seconds)
			fail_msg("%s: %lld", rows[i].text, (long long)seconds);
	}
}

static void refuses(void **state)
{
	static const char *const rows[] = {
		"", "2026", "2026-11-22", "2026-11-22T08:00:00", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
		"2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-11-31T00:00:00Z", "2026-11-22T24:00:00Z",
		"2026-11-22T08:60:00Z", "2026-11-22T08:00:61Z", "2026-11-22T08:00:00.Z", "2026-11-22T08:00:00+5:30",
		"2026-11-22T08:00:00+24:00", "2026-11-22T08:00:00+05:60", "2026-11-22T08:00:00Zx", " 2026-11-22T08:00:00Z",
		"20260-1-22T08:00:00Z", "2026-11-22T8:00:00Z", "-026-11-22T08:00:00Z",
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		int64_t seconds = -7;

		if (ms_time_parse(rows[i], &seconds) != -EINVAL || seconds != -7)
			fail_msg("%s was taken", rows[i]);
	}
}

static void formats_what_it_parses(void **state)
{
	char buf[32];

	(void)state;
	for (int64_t t = -62167219200; t <= 253402300799; t += 86399 * 97) {
		int64_t back;

		assert_int_equal(ms_time_parse(ms_time_format(t, buf), &back), 0);
		assert_int_equal(back, t);
	}
	assert_string_equal(ms_time_format(0, buf), "1970-01-01T00:00:00Z");
	assert_string_equal(ms_time_format(INT64_MAX, buf), "9999-12-31T23:59:59Z");
	assert_string_equal(ms_time_format(INT64_MIN, buf), "0000-01-01T00:00:00Z");
}

static void now_can_be_fixed(void **state)
{
	int64_t clock = ms_clock_ms();

	(void)state;
	setenv("MSCTL_NOW", "2026-11-22T08:00:00Z", 1);
	assert_int_equal(ms_now(), 1795334400);
	setenv("MSCTL_NOW", "not a time", 1);
	assert_true(ms_now() - time(NULL) <= 1);
	unsetenv("MSCTL_NOW");
	assert_true(time(NULL) - ms_now() <= 1);
	assert_true(ms_clock_ms() >= clock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses), cmocka_unit_test(refuses), cmocka_unit_test(formats_what_it_parses),
		cmocka_unit_test(now_can_be_fixed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
