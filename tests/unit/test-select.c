/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Selections: names, patterns and labels against resources, and what they never matched. */
#include "core-fixture.h"

static const char *const world[] = {
	"{\"metadata\":{\"name\":\"node01\",\"labels\":{\"role\":\"compute\",\"rack\":1,\"gpu\":\"\"}}}",
	"{\"metadata\":{\"name\":\"node02\",\"labels\":{\"role\":\"storage\",\"rack\":2}}}",
	"{\"metadata\":{\"name\":\"leaf01\",\"labels\":{\"env\":\"test\",\"example.com/tier\":\"a\"}}}",
	"{\"metadata\":{\"name\":\"spine1\"}}",
	"{\"metadata\":{\"labels\":[\"role\"]}}",
};

/* Names of the world that match; "?" for the one without a name. */
static void matches(const struct ms_select *select, struct ms_buf *got)
{
	ms_buf_puts(got, "");
	for (size_t i = 0; i < MS_ARRAY_SIZE(world); i++) {
		json_auto_t *res = json_loads(world[i], 0, NULL);

		if (ms_select_match(select, res))
			ms_buf_printf(got, "%s%s", got->len ? " " : "", *ms_name(res) ? ms_name(res) : "?");
	}
}

static void selects(void **state)
{
	static const struct { const char *names[3], *labels[3], *got, *unused; } rows[] = {
		{ { NULL }, { NULL }, "node01 node02 leaf01 spine1 ?", NULL },
		{ { "node01" }, { NULL }, "node01", NULL },
		{ { "node[01-04]" }, { NULL }, "node01 node02", "node03, node04" },
		{ { "node*" }, { NULL }, "node01 node02", NULL },
		{ { "?pine1", "rack*" }, { NULL }, "spine1", "rack*" },
		{ { "*,!node*" }, { NULL }, "leaf01 spine1 ?", NULL },
		{ { "!node01" }, { NULL }, "node02 leaf01 spine1 ?", NULL },
		{ { "node01,node02", "!node02" }, { NULL }, "node01", NULL },
		{ { "node[1-15]" }, { NULL }, "", "node1, node2, node3, node4, node5, node6, node7, node8, node9, node10 and 5 more" },
		{ { "*\\*" }, { NULL }, "", "*\\*" },
		{ { NULL }, { "role=compute" }, "node01", NULL },
		{ { NULL }, { "role==compute" }, "node01", NULL },
		{ { NULL }, { "role" }, "node01 node02", NULL },
		{ { NULL }, { "!role" }, "leaf01 spine1 ?", NULL },
		{ { NULL }, { "role!=compute" }, "node02 leaf01 spine1 ?", NULL },
		{ { NULL }, { "role in (compute, storage),rack!=1" }, "node02", NULL },
		{ { NULL }, { "role notin (compute)" }, "node02 leaf01 spine1 ?", NULL },
		{ { NULL }, { "role", "rack=1" }, "node01", NULL },
		{ { NULL }, { "gpu=" }, "node01", NULL },
		{ { NULL }, { "gpu" }, "node01", NULL },
		{ { NULL }, { "example.com/tier=a" }, "leaf01", NULL },
		{ { NULL }, { " role = compute , gpu " }, "node01", NULL },
		{ { NULL }, { "indoor" }, "", "indoor" },
		{ { "node*" }, { "env=test" }, "", NULL },
		{ { "node01" }, { "role=x" }, "", "role=x" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		struct ms_err err = MS_ERR_INIT;
		struct ms_select *select = NULL;
		MS_AUTO_BUF struct ms_buf got = { 0 };
		MS_AUTO_FREE char *unused = NULL;
		char row[32];

		snprintf(row, sizeof(row), "row %zu", i);
		if (ms_select_new(rows[i].names, rows[i].labels, &select, &err))
			fail_msg("%s: %s", row, err.message);
		matches(select, &got);
		expect_text(row, rows[i].got, got.data);
		unused = ms_select_unused(select);
		if (rows[i].unused || unused)
			expect_text(row, rows[i].unused, unused);
		ms_select_free(select);
	}
}

static void refuses(void **state)
{
	static const struct { const char *labels, *message; } rows[] = {
		{ "", "a key is missing" }, { "=x", "a key is missing" }, { "a,,b", "a key is missing" }, { "a,", "a key is missing" },
		{ "!", "a key is missing" }, { "a b", "a comma is missing between two requirements" },
		{ "a in", "a comma is missing between two requirements" }, { "a in b", "\"(\" is missing behind in or notin" },
		{ "a in (b", "\")\" is missing" }, { "a in (b c)", "\")\" is missing" },
		{ "a=b=c", "a comma is missing between two requirements" }, { "a>1", "a comma is missing between two requirements" },
		{ "a=\xff", "not UTF-8" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		const char *const labels[] = { rows[i].labels, NULL };
		struct ms_err err = MS_ERR_INIT;
		struct ms_select *select = NULL;
		MS_AUTO_FREE char *want = ms_asprintf("label selector \"%s\": %s",
						      strchr(rows[i].labels, '\xff') ? "a=?" : rows[i].labels, rows[i].message);

		if (ms_select_new(NULL, labels, &select, &err) != -EINVAL)
			fail_msg("%s was taken", rows[i].labels);
		expect_text(rows[i].labels, want, err.message);
		assert_int_equal(err.code, MS_USAGE);
	}
}

static void nothing_selects_everything(void **state)
{
	json_auto_t *res = json_object();

	(void)state;
	assert_true(ms_select_match(NULL, res));
	assert_null(ms_select_unused(NULL));
	ms_select_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(selects), cmocka_unit_test(refuses), cmocka_unit_test(nothing_selects_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
