/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * YAML: what the core schema of 1.2 makes of a text, what is refused and where, and what we write.
 * `test-yaml json` and `test-yaml yaml` convert standard input, for tests/cases/core-yaml-peer.
 */
#include "core-fixture.h"

static const struct { const char *in, *out; } readable[] = {
	/* core schema */
	{ "[yes, no, on, off, y, n, Yes, NO]", "[\"yes\",\"no\",\"on\",\"off\",\"y\",\"n\",\"Yes\",\"NO\"]" },
	{ "[true, True, TRUE, false, False, FALSE, tRUE]", "[true,true,true,false,false,false,\"tRUE\"]" },
	{ "- null\n- Null\n- NULL\n- ~\n-\n- nULL\n", "[null,null,null,null,null,\"nULL\"]" },
	{ "[0, 7, -7, +7, 007, 0o17, 0x1F, 0xff, 1_000, 0b1, -0x1, 0o8]",
	  "[0,7,-7,7,7,15,31,255,\"1_000\",\"0b1\",\"-0x1\",\"0o8\"]" },
	{ "[1.0, -1.5, .5, 5., +.5e1, 1e3, 1E-3, 1.e2, ., -, +, .e1]",
	  "[1.0,-1.5,0.5,5.0,5.0,1000.0,0.001,100.0,\".\",\"-\",\"+\",\".e1\"]" },
	{ "[18446744073709552000, -000100000000000000000000, +18446744073709552000]",
	  "[1.8446744073709552e+19,-1.0e+20,1.8446744073709552e+19]" },
	{ "[9223372036854775807, -9223372036854775808, 0x7fffffffffffffff]",
	  "[9223372036854775807,-9223372036854775808,9223372036854775807]" },
	{ "[2026-11-22, 12:30:45, 1.2.3, 10.0.0.1, 02:00:00:00:00:01]",
	  "[\"2026-11-22\",\"12:30:45\",\"1.2.3\",\"10.0.0.1\",\"02:00:00:00:00:01\"]" },
	{ "['1', \"1\", '', \"null\", 'true']", "[\"1\",\"1\",\"\",\"null\",\"true\"]" },
	{ "[!!str 1, ! 1, !!int 1, !!float 1, !!bool true, !!null ~, !!str , !!int 0o7]",
	  "[\"1\",\"1\",1,1.0,true,null,\"\",7]" },
	{ "!!map {a: !!seq [1]}", "{\"a\":[1]}" },
	/* keys */
	{ "1: a\n1.0: b\ntrue: c\n~: d\nno: e\n'': f\n", "{\"1\":\"a\",\"1.0\":\"b\",\"true\":\"c\",\"~\":\"d\",\"no\":\"e\",\"\":\"f\"}" },
	{ "? a\n: 1\n? b\n", "{\"a\":1,\"b\":null}" }, { "&k a: 1\nb: *k\n", "{\"a\":1,\"b\":\"a\"}" },
	{ "a: &v x\n*v : 1\n", "{\"a\":\"x\",\"x\":1}" },
	/* anchors, aliases, merge keys */
	{ "a: &a [1, {b: 2}]\nc: *a\n", "{\"a\":[1,{\"b\":2}],\"c\":[1,{\"b\":2}]}" },
	{ "a: &a 1\nb: &a 2\nc: *a\n", "{\"a\":1,\"b\":2,\"c\":2}" }, { "a: &a\nb: *a\n", "{\"a\":null,\"b\":null}" },
	{ "b: &b {x: 1, y: 2}\nm:\n  y: 3\n  <<: *b\n", "{\"b\":{\"x\":1,\"y\":2},\"m\":{\"y\":3,\"x\":1}}" },
	{ "m: {<<: {x: 1}, x: 2}", "{\"m\":{\"x\":2}}" },
	{ "a: &a {x: 1}\nb: &b {x: 2, y: 2}\nm: {<<: [*a, *b]}\n",
	  "{\"a\":{\"x\":1},\"b\":{\"x\":2,\"y\":2},\"m\":{\"x\":1,\"y\":2}}" },
	{ "a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nm: {<<: *b, z: 3}\n",
	  "{\"a\":{\"x\":1},\"b\":{\"y\":2,\"x\":1},\"m\":{\"z\":3,\"y\":2,\"x\":1}}" },
	{ "m: {'<<': 1}", "{\"m\":{\"<<\":1}}" }, { "m: {<<: []}", "{\"m\":{}}" },
	/* scalars of several lines */
	{ "a: |\n  one\n   two\n\n  three\nb: >\n  one\n  two\n\n  three\nc: |-\n  x\nd: |+\n  x\n\n",
	  "{\"a\":\"one\\n two\\n\\nthree\\n\",\"b\":\"one two\\nthree\\n\",\"c\":\"x\",\"d\":\"x\\n\\n\"}" },
	{ "a: one\n  two\nb: 'it''s\n  x'\nc: \"a\\\n  b \\x41\\u00e9\\U0001F600\"\n",
	  "{\"a\":\"one two\",\"b\":\"it's x\",\"c\":\"ab A\xc3\xa9\xf0\x9f\x98\x80\"}" },
	{ "a: |2\n   x\n", "{\"a\":\" x\\n\"}" },
	/* flow style, comments, markers, directives, line ends */
	{ "{a: 1, b: [x, {c: d}], e: }", "{\"a\":1,\"b\":[\"x\",{\"c\":\"d\"}],\"e\":null}" },
	{ "{a: 1, \"b\": 2, # c\n }", "{\"a\":1,\"b\":2}" }, { "[a, b: c]", "[\"a\",{\"b\":\"c\"}]" },
	{ "# c\na: 1 # d\nb: x#y\n", "{\"a\":1,\"b\":\"x#y\"}" }, { "%YAML 1.2\n---\na: 1\n...\n", "{\"a\":1}" },
	{ "--- !!map\na: 1\n", "{\"a\":1}" }, { "--- |\n a\n", "\"a\\n\"" }, { "a: 1\r\nb: |\r\n  x\r\n  y\r\n", "{\"a\":1,\"b\":\"x\\ny\\n\"}" },
	{ "- - 1\n  - 2\n-\n  - 3\n", "[[1,2],[3]]" }, { "a:\n- 1\n- b: 2\n  c: 3\n", "{\"a\":[1,{\"b\":2,\"c\":3}]}" },
	{ "\xc3\xa9: \xf0\x9f\x98\x80", "{\"\xc3\xa9\":\"\xf0\x9f\x98\x80\"}" }, { "x", "\"x\"" },
	/* JSON in all but name */
	{ "---\n{\"a\": \"\\u00e9\\/\", \"b\": [1, true, null]}\n", "{\"a\":\"\xc3\xa9/\",\"b\":[1,true,null]}" },
};

static void reads(void **state)
{
	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(readable); i++) {
		struct ms_err err = MS_ERR_INIT;
		struct ms_doc doc = { 0 };
		char *json;

		if (ms_doc_parse("t", 1, readable[i].in, strlen(readable[i].in), &doc, &err))
			fail_msg("%s: %s", readable[i].in, place(&err));
		json = as_json(doc.root);
		expect_text(readable[i].in, readable[i].out, json);
		assert_int_equal(doc.format, MS_FMT_YAML);
		free(json);
		ms_doc_release(&doc);
	}
}

static void refuses(void **state)
{
	static const struct { const char *in, *error; } rows[] = {
		{ "a: 1\nb: 2\na: 3\n", "13:1 duplicate key \"a\"" }, { "a: {b: 1, c: 2, 'b': 3}", "11:17 duplicate key \"b\"" },
		{ "1: a\n'1': b\n", "12:1 duplicate key \"1\"" }, { "x: {<<: {a: 1}, <<: {b: 2}}", "11:17 duplicate key \"<<\"" },
		{ "a: *x\n", "11:4 unknown alias *x" }, { "a: &x [*x]\n", "11:8 unknown alias *x" },
		{ "x: {<<: 1}", "11:5 << merges mappings only" }, { "x: {<<: [{a: 1}, 2]}", "11:5 << merges mappings only" },
		{ "? [a]\n: 1\n", "11:3 a key must be a string" }, { "? {a: 1}\n: 1\n", "11:3 a key must be a string" },
		{ "a: &v [1]\n*v : 1\n", "12:1 the alias *v is not a string and cannot be a key" },
		{ "a: !!binary aa\n", "11:4 unknown tag !!binary" }, { "a: !mine x\n", "11:4 unknown tag !mine" },
		{ "a: !!set {x}\n", "11:4 unknown tag tag:yaml.org,2002:set" }, { "a: !!int x\n", "11:4 not a !!int: \"x\"" },
		{ "a: !!bool yes\n", "11:4 not a !!bool: \"yes\"" }, { "a: .inf\n", "11:4 .inf is not a number that JSON has" },
		{ "a: -.INF\n", "11:4 -.INF is not a number that JSON has" }, { "a: .nan\n", "11:4 .nan is not a number that JSON has" },
		{ "a: 9223372036854775808\n", "11:4 number out of range: 9223372036854775808" },
		{ "a: 0xffffffffffffffff\n", "11:4 number out of range: 0xffffffffffffffff" },
		{ "a: 0o7777777777777777777777\n", "11:4 number out of range: 0o7777777777777777777777" },
		{ "a: 1e999\n", "11:4 number out of range: 1e999" }, { "a: \"x\\0y\"\n", "11:4 a NUL character in a string" },
		{ "\"x\\0y\": 1\n", "11:1 a NUL character in a key" },
		{ "a:\n\tb: 1\n", "12:1 a tab is used for indentation" },
		{ "a: 1\n  b: 2\n", "12:4 not YAML: mapping values are not allowed in this context" },
		{ "a: [1, 2\nb: 3\n", "12:2 not YAML: did not find expected ',' or ']' while parsing a flow sequence that began on line 11" },
		{ "a: \"x\n", "12:1 not YAML: found unexpected end of stream while scanning a quoted scalar that began on line 11" },
		/* YAML 1.1 breaks lines at NEL, LS and PS too; an editor does not. */
		{ "a: \"x\xc2\x85y\xe2\x80\xa8z\xe2\x80\xa9\"\nb: *x\n", "12:4 unknown alias *x" },
		{ "a: [\"x\xe2\x80\xa8y\", *x]\n", "11:12 unknown alias *x" }, { "a: 1\r\nb: *x\r\n", "12:4 unknown alias *x" },
		{ "a: \"\xc2\x85\"\nb:\n\tc: 1\n", "13:1 a tab is used for indentation" },
		{ "a: \xff\n", "11:4 invalid leading UTF-8 octet (0xff)" },
		{ "h\xc3\xa9: 1\nb: \xc3\x28\n", "12:5 invalid trailing UTF-8 octet (0x28)" },
		{ "a: \xed\xa0\x80\n", "11:4 invalid Unicode character (0xd800)" },
		{ "a: x\001y\n", "11:5 control characters are not allowed (0x01)" },
		{ "a: \"\\ud83d\\ude00\"\n", "11:7 not YAML: found invalid Unicode character escape code" },
		{ "a: 1\n---\nb: 2\n", "12:1 more than one document" }, { "", "11:1 there is no document" },
		{ "# x\n", "12:1 there is no document" }, { "{a: 1, a: 2}", "11:8 duplicate key \"a\"" },
		{ "{a: tru}}", "11:9 not YAML: did not find expected <document start>" },
		{ "@a: 1", "11:1 not YAML: found character that cannot start any token" },
		{ "%YAML 3.0\n---\na: 1\n", "11:1 not YAML: found incompatible YAML document" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		struct ms_err err = MS_ERR_INIT;
		struct ms_doc doc = { 0 };

		if (ms_doc_parse("t", 11, rows[i].in, strlen(rows[i].in), &doc, &err) != -EBADMSG)
			fail_msg("%s was taken", rows[i].in);
		expect_text(rows[i].in, rows[i].error, place(&err));
		assert_int_equal(err.code, MS_INPUT);
		assert_string_equal(err.source, "t");
		assert_null(doc.root);
	}
}

static void refused(const char *name, const struct ms_buf *text, const char *message)
{
	struct ms_err err = MS_ERR_INIT;
	struct ms_doc doc = { 0 };

	if (ms_doc_parse("t", 1, text->data, text->len, &doc, &err) != -EBADMSG)
		fail_msg("%s was taken", name);
	if (!strstr(place(&err), message))
		fail_msg("%s\n  want: %s\n  got:  %s", name, message, place(&err));
}

/* Each level ten times the one above. */
static void bombs_are_refused(void **state)
{
	static const char *const forms[] = { "*l%d", "{<<: *l%d}", "[*l%d]" };

	(void)state;
	for (size_t form = 0; form < MS_ARRAY_SIZE(forms); form++) {
		MS_AUTO_BUF struct ms_buf text = { 0 };

		ms_buf_puts(&text, form == 1 ? "l0: &l0 {a: 1}\n" : "l0: &l0 lol\n");
		for (int level = 1; level < 10; level++) {
			ms_buf_printf(&text, "l%d: &l%d ", level, level);
			for (int i = 0; i < 10; i++) {
				ms_buf_puts(&text, form == 1 ? i ? ", k" : "{k" : i ? ", " : "[");
				if (form == 1)
					ms_buf_printf(&text, "%d: ", i);
				ms_buf_printf(&text, forms[form], level - 1);
			}
			ms_buf_puts(&text, form == 1 ? "}\n" : "]\n");
		}
		refused(forms[form], &text, "aliases make too many values");
	}
}

/* What sites do is no bomb: one set of defaults for every one of many servers. */
static void many_aliases_are_fine(void **state)
{
	MS_AUTO_BUF struct ms_buf text = { 0 };
	struct ms_err err = MS_ERR_INIT;
	struct ms_doc doc = { 0 };

	(void)state;
	ms_buf_puts(&text, "base: &base\n");
	for (int i = 0; i < 100; i++)
		ms_buf_printf(&text, "  key%d: %d\n", i, i);
	ms_buf_puts(&text, "servers:\n");
	for (int i = 0; i < 10000; i++)
		ms_buf_printf(&text, "- {<<: *base, name: n%d}\n", i);
	if (ms_doc_parse("t", 1, text.data, text.len, &doc, &err))
		fail_msg("%s", place(&err));
	assert_int_equal(ms_int(doc.root, "/servers/9999/key99", 0), 99);
	/* What an alias made can be changed without changing the anchor. */
	ms_put(doc.root, "/servers/0/key0", json_integer(7));
	assert_int_equal(ms_int(doc.root, "/base/key0", 1), 0);
	assert_int_equal(ms_int(doc.root, "/servers/1/key0", 1), 0);
	ms_doc_release(&doc);
}

static void depth_is_limited(void **state)
{
	MS_AUTO_BUF struct ms_buf flow = { 0 }, block = { 0 }, alias = { 0 };

	(void)state;
	for (int i = 0; i < 1000000; i++)
		ms_buf_puts(&flow, i ? "[" : "a: [");
	refused("flow", &flow, "1:203 nested deeper than 200 levels");
	for (int i = 0; i < 100000; i++)
		ms_buf_puts(&block, "- ");
	refused("block", &block, "1:401 nested deeper than 200 levels");
	/* Two deep halves joined by an alias. */
	for (int i = 0; i < 2; i++) {
		ms_buf_printf(&alias, "a%d: %s", i, i ? "" : "&x ");
		for (int k = 0; k < 150; k++)
			ms_buf_puts(&alias, "[");
		ms_buf_puts(&alias, i ? "*x " : "");
		for (int k = 0; k < 150; k++)
			ms_buf_puts(&alias, "]");
		ms_buf_puts(&alias, "\n");
	}
	refused("alias", &alias, "2:155 nested deeper than 200 levels");
}

static void writes(void **state)
{
	static const struct { const char *json, *yaml; } rows[] = {
		{ "{\"a\":1,\"b\":[1,{\"c\":2,\"d\":[]}],\"e\":{}}", "a: 1\nb:\n- 1\n- c: 2\n  d: []\ne: {}\n" },
		{ "[1,-1,1.5,1e22,0.1,true,false,null]", "- 1\n- -1\n- 1.5\n- 1.0e+22\n- 0.1\n- true\n- false\n- null\n" },
		{ "[\"plain\",\"two words\",\"a-b_c/d.e\",\"x:y\",\"a#b\"]", "- plain\n- two words\n- a-b_c/d.e\n- x:y\n- a#b\n" },
		/* strings that some reader takes for something else */
		{ "[\"\",\"~\",\"null\",\"Null\",\"NULL\",\"true\",\"False\",\"tRuE\"]",
		  "- \"\"\n- \"~\"\n- \"null\"\n- \"Null\"\n- \"NULL\"\n- \"true\"\n- \"False\"\n- \"tRuE\"\n" },
		{ "[\"yes\",\"No\",\"ON\",\"off\",\"y\",\"N\",\"yesterday\"]",
		  "- \"yes\"\n- \"No\"\n- \"ON\"\n- \"off\"\n- \"y\"\n- \"N\"\n- yesterday\n" },
		{ "[\"1\",\"-1\",\"+1\",\"0777\",\"0o17\",\"0x1F\",\"0b1\",\"1_000\",\"1:30\",\"02:00:00:00:00:01\"]",
		  "- \"1\"\n- \"-1\"\n- \"+1\"\n- \"0777\"\n- \"0o17\"\n- \"0x1F\"\n- \"0b1\"\n- \"1_000\"\n- \"1:30\"\n- \"02:00:00:00:00:01\"\n" },
		{ "[\"1.5\",\".5\",\"1e3\",\"5.\",\".inf\",\"-.INF\",\".nan\",\"1,000\"]",
		  "- \"1.5\"\n- \".5\"\n- \"1e3\"\n- \"5.\"\n- \".inf\"\n- \"-.INF\"\n- \".nan\"\n- \"1,000\"\n" },
		{ "[\"2026-11-22\",\"2026-11-22T08:00:00Z\",\"<<\",\"=\",\"---\",\"...\"]",
		  "- \"2026-11-22\"\n- \"2026-11-22T08:00:00Z\"\n- \"<<\"\n- \"=\"\n- \"---\"\n- \"...\"\n" },
		/* ... and such that nobody does */
		{ "[\"10.0.0.1\",\"1.2.3\",\"2a\",\"1Gbps\",\"node01\",\"0a:1b:2c:3d:4e:5f\",\"fe80::1\",\"::1\"]",
		  "- 10.0.0.1\n- 1.2.3\n- 2a\n- 1Gbps\n- node01\n- 0a:1b:2c:3d:4e:5f\n- fe80::1\n- ::1\n" },
		/* syntax */
		{ "[\" x\",\"x \",\"- x\",\"# x\",\"a: b\",\"a #b\",\"a:\",\"@x\",\"`x\",\"%x\"]",
		  "- ' x'\n- 'x '\n- '- x'\n- '# x'\n- 'a: b'\n- 'a #b'\n- 'a:'\n- '@x'\n- '`x'\n- '%x'\n" },
		{ "[\"&x\",\"*x\",\"!x\",\"|\",\">\",\"{\",\"[\",\"'x\",\"\\\"x\",\"?\",\", x\"]",
		  "- '&x'\n- '*x'\n- '!x'\n- '|'\n- '>'\n- '{'\n- '['\n- '''x'\n- '\"x'\n- '?'\n- ', x'\n" },
		{ "{\"1\":\"a\",\"no\":\"b\",\"\":\"c\",\"a b\":\"d\",\"x: y\":\"e\"}", "\"1\": a\n\"no\": b\n\"\": c\na b: d\n'x: y': e\n" },
		/* several lines */
		{ "{\"a\":\"one\\ntwo\\n\",\"b\":\"one\\n  two\",\"c\":\"x\\n\\ny\\n\"}",
		  "a: |\n  one\n  two\nb: |-\n  one\n    two\nc: |\n  x\n\n  y\n" },
		{ "[\"a\\nb\\n\"]", "- |\n  a\n  b\n" }, { "[[\"a\\nb\"]]", "- - |-\n    a\n    b\n" },
		{ "[\"\\n\",\"a\\n\\n\",\" a\\nb\",\"a \\nb\",\"a\\r\\nb\",\"a\\u0001\\nb\"]",
		  "- \"\\n\"\n- \"a\\n\\n\"\n- \" a\\nb\"\n- \"a \\nb\"\n- \"a\\r\\nb\"\n- \"a\\x01\\nb\"\n" },
		{ "\"a\\nb\"", "\"a\\nb\"\n" },
		/* characters */
		{ "[\"h\xc3\xa9\",\"\xe4\xb8\xad\",\"\xf0\x9f\x98\x80\",\"\\u007f\",\"\\u009b\",\"\\u2028\",\"\\ufeff\",\"a\\tb\"]",
		  "- h\xc3\xa9\n- \xe4\xb8\xad\n- \"\\U0001F600\"\n- \"\\x7F\"\n- \"\\x9B\"\n- \"\\L\"\n- \"\\uFEFF\"\n- \"a\\tb\"\n" },
		{ "7", "7\n" }, { "\"x\"", "x\n" }, { "null", "null\n" }, { "[]", "[]\n" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		json_auto_t *value = json_loads(rows[i].json, JSON_DECODE_ANY, NULL);
		struct ms_err err = MS_ERR_INIT;
		struct ms_doc doc = { 0 };
		char *yaml = NULL;
		size_t len = 0;

		assert_int_equal(ms_value_text(value, MS_FMT_YAML, &yaml, &len, &err), 0);
		expect_text(rows[i].json, rows[i].yaml, yaml);
		assert_int_equal(len, strlen(yaml));
		if (ms_doc_parse("t", 1, yaml, len, &doc, &err))
			fail_msg("%s: %s", yaml, place(&err));
		if (!json_equal(value, doc.root))
			fail_msg("%s does not read back", yaml);
		ms_doc_release(&doc);
		free(yaml);
	}
}

static void long_lines_are_not_folded(void **state)
{
	json_auto_t *value = json_array();
	struct ms_err err = MS_ERR_INIT;
	char text[1000], *yaml = NULL;
	size_t len = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		text[i] = i % 5 ? 'x' : i ? ' ' : '\'';
	text[sizeof(text) - 1] = '\0';
	json_array_append_new(value, json_string(text));
	json_array_append_new(value, json_string(text + 1));
	assert_int_equal(ms_value_text(value, MS_FMT_YAML, &yaml, &len, &err), 0);
	assert_null(strchr(strchr(strchr(yaml, '\n') + 1, '\n') + 1, '\n'));
	free(yaml);
}

/* Every document of standard input in the other format. */
static int convert(enum ms_format format)
{
	struct ms_writer_opts opts = { .format = format };
	struct ms_err err = MS_ERR_INIT;
	struct ms_reader *reader = NULL;
	struct ms_writer *writer = NULL;
	struct ms_doc doc = { 0 };
	int error = ms_reader_new(STDIN_FILENO, "<stdin>", &reader, &err);

	if (!error)
		error = ms_writer_new(stdout, &opts, &writer, &err);
	while (!error && ms_reader_next(reader, &doc, &err) > 0) {
		error = ms_writer_put(writer, doc.root, &err);
		ms_doc_release(&doc);
	}
	if (err.code != MS_OK)
		fprintf(stderr, "%s\n", place(&err));
	else
		ms_writer_close(writer, &err);
	ms_writer_free(writer);
	ms_reader_free(reader);
	return err.code == MS_OK ? 0 : 3;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads), cmocka_unit_test(refuses), cmocka_unit_test(bombs_are_refused),
		cmocka_unit_test(many_aliases_are_fine), cmocka_unit_test(depth_is_limited), cmocka_unit_test(writes),
		cmocka_unit_test(long_lines_are_not_folded),
	};

	if (argc > 1)
		return convert(!strcmp(argv[1], "json") ? MS_FMT_JSON : MS_FMT_YAML);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
