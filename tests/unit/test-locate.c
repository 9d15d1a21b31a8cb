/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a JSON pointer to the line and column of the text. */
#include "core-fixture.h"

static const char yaml[] =
	"# a comment\n"                                  /* 1 */
	"kind: Site\n"                                   /* 2 */
	"spec:\n"                                        /* 3 */
	"  base: &base\n"                                /* 4 */
	"    vendor: dell\n"                             /* 5 */
	"    tls: {trust: ca, pin: x}\n"                 /* 6 */
	"  other: &other {port: 443}\n"                  /* 7 */
	"  servers:\n"                                   /* 8 */
	"  - name: node01\n"                             /* 9 */
	"    bmc: *base\n"                               /* 10 */
	"  - name: h\xc3\xa9\xc3\xa9  # two\n"           /* 11 */
	"    bmc:\n"                                     /* 12 */
	"      <<: [*base, *other]\n"                    /* 13 */
	"      address: 10.0.0.2\n"                      /* 14 */
	"    \"a/b\": {\"~\": 1}\n"                      /* 15 */
	"    h\xc3\xa9: {\xc3\xa9: 1, x: 2}\n"           /* 16 */
	"  - {<<: *base, name: node03}\n"                /* 17 */
	"  text: |\n"                                    /* 18 */
	"    long\n"                                     /* 19 */
	"  breaks: [\"\xc2\x85\xe2\x80\xa8\", 1]\n"        /* 20: NEL and LS end no line */
	"  last: 1\n";
static const char json[] =
	"{\n"                                            /* 1 */
	"  \"kind\": \"Site\", \"list\": [1, [2, 3],\n"  /* 2 */
	"    {\"name\": \"a\\\"b\",\n"                   /* 3 */
	"     \"h\xc3\xa9\": {\"\xc3\xa9\": 1, \"x\": 2}}],\n" /* 4 */
	"  \"a\\/b\": { \"~\" : null},\n"                /* 5 */
	"  \"\": true, \"{\": \"[\"\n"                   /* 6 */
	"}\n";

struct row { const char *pointer; unsigned line, column, key_line, key_column; };

static void check(const char *text, const struct row *rows, size_t n)
{
	struct ms_err err = MS_ERR_INIT;
	struct ms_doc doc = { 0 };

	if (ms_doc_parse("t", 101, text, strlen(text), &doc, &err))
		fail_msg("%s", place(&err));
	for (size_t i = 0; i < n; i++) {
		unsigned line = 0, column = 0, key_line = 0, key_column = 0;

		assert_true(ms_doc_locate(&doc, rows[i].pointer, false, &line, &column));
		assert_true(ms_doc_locate(&doc, rows[i].pointer, true, &key_line, &key_column));
		if (line != 100 + rows[i].line || column != rows[i].column || key_line != 100 + rows[i].key_line ||
		    key_column != rows[i].key_column)
			fail_msg("%s: value %u:%u, key %u:%u", rows[i].pointer, line - 100, column, key_line - 100, key_column);
	}
	ms_doc_release(&doc);
}

static void in_yaml(void **state)
{
	static const struct row rows[] = {
		{ "", 2, 1, 2, 1 }, { "/kind", 2, 7, 2, 1 }, { "/spec/base/vendor", 5, 13, 5, 5 },
		{ "/spec/base/tls/pin", 6, 27, 6, 22 }, { "/spec/servers/0", 9, 5, 9, 5 },
		{ "/spec/servers/1/name", 11, 11, 11, 5 }, { "/spec/servers/1/bmc/address", 14, 16, 14, 7 },
		{ "/spec/servers/1/a~1b/~0", 15, 18, 15, 13 }, { "/spec/servers/1/h\xc3\xa9/x", 16, 19, 16, 16 },
		{ "/spec/text", 18, 9, 18, 3 }, { "/spec/breaks/1", 20, 18, 20, 18 }, { "/spec/last", 21, 9, 21, 3 },
		/* aliases and merges lead to what they name */
		{ "/spec/servers/0/bmc", 10, 10, 10, 5 }, { "/spec/servers/0/bmc/vendor", 5, 13, 5, 5 },
		{ "/spec/servers/1/bmc/vendor", 5, 13, 5, 5 }, { "/spec/servers/1/bmc/port", 7, 24, 7, 18 },
		{ "/spec/servers/2/tls/trust", 6, 18, 6, 11 },
		/* nearest ancestor */
		{ "/spec/servers/1/bmc/port/x", 7, 24, 7, 18 }, { "/spec/servers/7/name", 9, 3, 8, 3 },
		{ "/spec/servers/x", 9, 3, 8, 3 }, { "/nowhere/at/all", 2, 1, 2, 1 }, { "nonsense", 2, 1, 2, 1 },
		{ "/spec/servers/99999999999999999999", 9, 3, 8, 3 }, { "/spec/servers/", 9, 3, 8, 3 },
	};

	(void)state;
	check(yaml, rows, MS_ARRAY_SIZE(rows));
}

static void in_json(void **state)
{
	static const struct row rows[] = {
		{ "", 1, 1, 1, 1 }, { "/kind", 2, 11, 2, 3 }, { "/list", 2, 27, 2, 19 }, { "/list/0", 2, 28, 2, 28 },
		{ "/list/1/1", 2, 35, 2, 35 }, { "/list/2/name", 3, 14, 3, 6 }, { "/list/2/h\xc3\xa9/x", 4, 26, 4, 21 },
		{ "/a~1b", 5, 11, 5, 3 }, { "/a~1b/~0", 5, 19, 5, 13 }, { "/", 6, 7, 6, 3 }, { "/{", 6, 18, 6, 13 },
		{ "/list/3", 2, 27, 2, 19 }, { "/kind/x", 2, 11, 2, 3 },
	};

	(void)state;
	check(json, rows, MS_ARRAY_SIZE(rows));
}

static void errors_get_a_place(void **state)
{
	struct ms_err err = MS_ERR_INIT;
	struct ms_doc doc = { 0 }, built = { .root = json_object() };
	unsigned line, column;

	(void)state;
	assert_int_equal(ms_doc_parse("site.yaml", 1, yaml, strlen(yaml), &doc, &err), 0);
	ms_fail(&err, -EBADMSG, MS_INPUT, "bad");
	ms_err_at(&err, NULL, "/spec/servers/1/bmc/address");
	ms_doc_place(&doc, &err);
	assert_string_equal(err.source, "site.yaml");
	expect_text("place", "14:16 bad", place(&err));
	ms_doc_release(&doc);
	assert_false(ms_doc_locate(&built, "/x", false, &line, &column));
	ms_doc_release(&built);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A thousand problems in a big file must not walk it a thousand times. */
static void many_places_are_one_walk(void **state)
{
	MS_AUTO_BUF struct ms_buf text = { 0 };
	struct ms_err err = MS_ERR_INIT;
	struct ms_doc doc = { 0 };
	double start, one, all;
	unsigned line, column;

	(void)state;
	ms_buf_puts(&text, "servers:\n");
	for (int i = 0; i < 15000; i++)
		ms_buf_printf(&text, "- name: node%d\n  unit: %d\n  bmc:\n    address: 10.0.0.1\n", i, i);
	assert_int_equal(ms_doc_parse("t", 1, text.data, text.len, &doc, &err), 0);
	start = seconds();
	assert_true(ms_doc_locate(&doc, "/servers/14999/bmc/address", false, &line, &column));
	one = seconds() - start;
	assert_int_equal(line, 60001);
	assert_int_equal(column, 14);
	for (int i = 0; i < 1000; i++)
		assert_true(ms_doc_locate(&doc, "/servers/14999/unit", true, &line, &column));
	all = seconds() - start;
	if (all > 10 * one + 1)
		fail_msg("the first place took %.3f s, 1,000 took %.3f s", one, all);
	ms_doc_release(&doc);
}

/* Ten ways up at each of twenty levels: a key that is nowhere must not be looked for along each of them. */
static void merges_are_no_bomb(void **state)
{
	MS_AUTO_BUF struct ms_buf text = { 0 };
	struct ms_err err = MS_ERR_INIT;
	struct ms_doc doc = { 0 };
	unsigned line, column;

	(void)state;
	ms_buf_puts(&text, "l0: &l0 {a: 1}\n");
	for (int i = 1; i < 20; i++) {
		ms_buf_printf(&text, "l%d: &l%d {<<: [", i, i);
		for (int k = 0; k < 10; k++)
			ms_buf_printf(&text, "*l%d, ", i - 1);
		ms_buf_puts(&text, "]}\n");
	}
	assert_int_equal(ms_doc_parse("t", 1, text.data, text.len, &doc, &err), 0);
	assert_true(ms_doc_locate(&doc, "/l19/nowhere", true, &line, &column));
	assert_int_equal(line, 20);
	assert_true(ms_doc_locate(&doc, "/l19/a", true, &line, &column));
	assert_int_equal(line, 1);
	assert_int_equal(column, 10);
	ms_doc_release(&doc);
}

/* A stream may come as one list: finding its elements in order must not start from the front each time. */
static void long_lists(void **state)
{
	const unsigned n = 300000;
	MS_AUTO_BUF struct ms_buf text = { 0 };
	struct ms_err err = MS_ERR_INIT;
	struct ms_doc doc = { 0 };
	unsigned line, column;
	char pointer[32];

	(void)state;
	for (unsigned i = 0; i < n; i++)
		ms_buf_puts(&text, "- {a: 1}\n");
	assert_int_equal(ms_doc_parse("t", 1, text.data, text.len, &doc, &err), 0);
	for (unsigned i = 0; i < n; i++) {
		snprintf(pointer, sizeof(pointer), "/%u/a", i);
		assert_true(ms_doc_locate(&doc, pointer, false, &line, &column));
		assert_int_equal(line, i + 1);
		assert_int_equal(column, 7);
	}
	assert_true(ms_doc_locate(&doc, "/7", false, &line, &column));
	assert_int_equal(line, 8);
	ms_doc_release(&doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(long_lists), cmocka_unit_test(in_yaml), cmocka_unit_test(in_json), cmocka_unit_test(errors_get_a_place),
		cmocka_unit_test(many_places_are_one_walk), cmocka_unit_test(merges_are_no_bomb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
