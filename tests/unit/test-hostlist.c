/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host lists. */
#include "core-fixture.h"

static void expands(void **state)
{
	static const struct { const char *expr, *names; } rows[] = {
		{ "node1", "node1" }, { "node[1-3]", "node1 node2 node3" }, { "node[01-03]", "node01 node02 node03" },
		{ "node[8-11]", "node8 node9 node10 node11" }, { "node[08-11]", "node08 node09 node10 node11" },
		{ "node[98-101]", "node98 node99 node100 node101" }, { "n[1,3,5-6]x", "n1x n3x n5x n6x" },
		{ "r[1-2]n[1-2]", "r1n1 r1n2 r2n1 r2n2" }, { "a,b , c", "a b c" }, { "node[1-3],!node2", "node1 node3" },
		{ "!node2,node[1-3]", "node1 node3" }, { "n[1-3],n[2-4]", "n1 n2 n3 n4" }, { "[1-2]", "1 2" },
		{ "n[007]", "n007" }, { "n[1-1]", "n1" }, { "!a", "" }, { "n[999999999999999999]", "n999999999999999999" },
		{ "caf\xc3\xa9[1-2]", "caf\xc3\xa9" "1 caf\xc3\xa9" "2" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		struct ms_err err = MS_ERR_INIT;
		MS_AUTO_BUF struct ms_buf got = { 0 };
		char **names = NULL;

		if (ms_hostlist_expand(rows[i].expr, 100, &names, &err))
			fail_msg("%s: %s", rows[i].expr, err.message);
		ms_buf_puts(&got, "");
		for (char **name = names; *name; name++)
			ms_buf_printf(&got, "%s%s", got.len ? " " : "", *name);
		expect_text(rows[i].expr, rows[i].names, got.data);
		ms_strv_free(names);
	}
}

static void refuses(void **state)
{
	static const struct { const char *expr; int error; const char *message; } rows[] = {
		{ "", -EINVAL, "host list \"\": a name is missing" },
		{ "a,,b", -EINVAL, "host list \"a,,b\": a name is missing" },
		{ "a,", -EINVAL, "host list \"a,\": a name is missing" },
		{ "!", -EINVAL, "host list \"!\": a name is missing" },
		{ "n[1-", -EINVAL, "host list \"n[1-\": a bracket is not closed" },
		{ "n[1", -EINVAL, "host list \"n[1\": a bracket is not closed" },
		{ "n1]", -EINVAL, "host list \"n1]\": a bracket is not opened" },
		{ "n]1[2]", -EINVAL, "host list \"n]1[2]\": a bracket is not opened" },
		{ "n[]", -EINVAL, "host list \"n[]\": a number is missing between the brackets" },
		{ "n[1-]", -EINVAL, "host list \"n[1-]\": a number is missing between the brackets" },
		{ "n[1,]", -EINVAL, "host list \"n[1,]\": a number is missing between the brackets" },
		{ "n[a-b]", -EINVAL, "host list \"n[a-b]\": a number is missing between the brackets" },
		{ "n[1-2-3]", -EINVAL, "host list \"n[1-2-3]\": \"-\" between the brackets" },
		{ "n[[1]]", -EINVAL, "host list \"n[[1]]\": a number is missing between the brackets" },
		{ "n[5-1]", -EINVAL, "host list \"n[5-1]\": the range 5-1 runs backwards" },
		{ "n[1-101]", -E2BIG, "host list \"n[1-101]\": more than 100 names" },
		{ "n[1-999999999999999999]", -E2BIG, "host list \"n[1-999999999999999999]\": more than 100 names" },
		{ "n[1-9]n[1-9]n[1-9]", -E2BIG, "host list \"n[1-9]n[1-9]n[1-9]\": more than 100 names" },
		{ "n[1-9999999999999999999]", -EINVAL,
		  "host list \"n[1-9999999999999999999]\": a number of more than 18 digits" },
		{ "[1][1][1][1][1][1][1][1][1]", -EINVAL,
		  "host list \"[1][1][1][1][1][1][1][1][1]\": more than 8 pairs of brackets in a name" },
		{ "rack2-*", -EINVAL, "\"rack2-*\" is a pattern: it selects names, and cannot make them" },
		{ "n\xff", -EINVAL, "host list \"n?\": not UTF-8" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		struct ms_err err = MS_ERR_INIT;
		char **names = NULL;

		if (ms_hostlist_expand(rows[i].expr, 100, &names, &err) != rows[i].error)
			fail_msg("%s: %d %s", rows[i].expr, err.error, err.message);
		expect_text(rows[i].expr, rows[i].message, err.message);
		assert_int_equal(err.code, MS_USAGE);
		assert_null(names);
	}
}

static void a_name_has_a_maximum(void **state)
{
	struct ms_err err = MS_ERR_INIT;
	char text[1100], **names = NULL;

	(void)state;
	memset(text, 'n', sizeof(text));
	text[1024] = '\0';
	assert_int_equal(ms_hostlist_expand(text, 1, &names, &err), 0);
	ms_strv_free(names);
	text[1024] = 'n';
	text[1025] = '\0';
	assert_int_equal(ms_hostlist_expand(text, 1, &names, &err), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(expands), cmocka_unit_test(refuses), cmocka_unit_test(a_name_has_a_maximum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
