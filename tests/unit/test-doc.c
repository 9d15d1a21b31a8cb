/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON documents, JSON pointers, merge, hash, resources. */
#include "core-fixture.h"

static void reads_json(void **state)
{
	static const struct { const char *in, *out; } rows[] = {
		{ "{}", "{}" }, { " [ ] ", "[]" }, { "{\"b\":1,\"a\":[true,false,null]}", "{\"b\":1,\"a\":[true,false,null]}" },
		{ "[18446744073709552000,-100000000000000000000]", "[1.8446744073709552e+19,-1.0e+20]" },
		{ "[1,-1,0,-0,9223372036854775807,-9223372036854775808]", "[1,-1,0,0,9223372036854775807,-9223372036854775808]" },
		{ "[1.0,1e2,1E+2,1e-2,-0.0,0.1,1e22,123456789.125]", "[1.0,100.0,100.0,0.01,-0.0,0.1,1.0e+22,123456789.125]" },
		{ "[3.141592653589793,5e-324,1.7976931348623157e308,0.30000000000000004]",
		  "[3.141592653589793,4.94065645841247e-324,1.7976931348623157e+308,0.30000000000000004]" },
		{ "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", "[\"\\\"\\\\/\\b\\f\\n\\r\\t\"]" },
		{ "[\"\\u00e9\\u20AC\\ud83d\\ude00\"]", "[\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"]" },
		{ "[\"\\u0001\\u001f\\u007f\\u009b\"]", "[\"\\u0001\\u001f\\u007f\\u009b\"]" },
		{ "[\"h\xc3\xa9\xe2\x82\xac\"]", "[\"h\xc3\xa9\xe2\x82\xac\"]" }, { "{\"\":1,\"\\u0061\":2}", "{\"\":1,\"a\":2}" },
		{ "{\"k\\u0041\":\"longer\\u0042\",\"\\t\":{\"\\n\":\"\\r\"}}", "{\"kA\":\"longerB\",\"\\t\":{\"\\n\":\"\\r\"}}" },
		{ "[\"\xc2\xa0\"]", "[\"\xc2\xa0\"]" },
		{ "[[[[[[]]]]]]", "[[[[[[]]]]]]" }, { "\r\n\t{\"a\" :\n 1 }\n", "{\"a\":1}" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		struct ms_err err = MS_ERR_INIT;
		struct ms_doc doc = { 0 };
		char *json;

		if (ms_doc_parse("t", 1, rows[i].in, strlen(rows[i].in), &doc, &err))
			fail_msg("%s: %s", rows[i].in, place(&err));
		json = as_json(doc.root);
		expect_text(rows[i].in, rows[i].out, json);
		assert_int_equal(doc.format, MS_FMT_JSON);
		assert_string_equal(doc.text, rows[i].in);
		free(json);
		ms_doc_release(&doc);
	}
}

static void refuses_json(void **state)
{
	static const struct { const char *in, *error; } rows[] = {
		{ "{\"a\": 1", "1:8 not JSON: expected a comma or }, but the text ends" },
		{ "{\"a\"", "1:5 not JSON: expected a colon, but the text ends" },
		{ "{\"a\" 1}", "1:6 not JSON: expected a colon, not '1'" },
		{ "{\"a\":}", "1:6 not JSON: expected a value, not '}'" },
		{ "{\"a\": tru}", "1:7 not JSON: expected a value, not 'tru'" },
		{ "{\"a\": trueish}", "1:7 not JSON: expected a value, not 'trueish'" },
		{ "{\n  \"a\": 1,\n  \"b\": 2,\n  \"a\": 3\n}", "4:3 duplicate key \"a\"" },
		{ "{\"\\u0061\": 1, \"a\": 2}", "1:15 duplicate key \"a\"" },
		{ "{\"\xc3\xa9\": 1, \"x\" 2}", "1:14 not JSON: expected a colon, not '2'" },
		{ "{\"a\": \"\\u0000\"}", "1:8 a NUL character (\\u0000) in a string" },
		{ "{\"a\": \"\\ud800\"}", "1:8 not JSON: half of a surrogate pair" },
		{ "{\"a\": \"\\ude00\\ud83d\"}", "1:8 not JSON: half of a surrogate pair" },
		{ "{\"a\": \"\\u12g4\"}", "1:8 not JSON: \\u needs four hexadecimal digits" },
		{ "{\"a\": \"\\u12", "1:8 not JSON: \\u needs four hexadecimal digits" },
		{ "{\"a\": \"\\x\"}", "1:8 not JSON: unknown escape in a string" },
		{ "{\"a\": \"x", "1:7 not JSON: the string is not closed" },
		{ "{\"a\": \"x\ny\"}", "1:7 not JSON: the string is not closed" },
		{ "{\"a\": \"x\ty\"}", "1:9 not JSON: control character 0x09 in a string" },
		{ "{\"a\": \"\xff\"}", "1:8 not UTF-8 (0xff)" }, { "{\"a\": \"\xed\xa0\x80\"}", "1:8 not UTF-8 (0xed)" },
		{ "[18446744073709551615]", "1:2 number out of range: 18446744073709551615" },
		{ "{\"a\": 9223372036854775808}", "1:7 number out of range: 9223372036854775808" },
		{ "{\"a\": -9223372036854775809}", "1:7 number out of range: -9223372036854775809" },
		{ "{\"a\": 1e400}", "1:7 number out of range: 1e400" },
		{ "{\"a\": 01}", "1:8 not JSON: expected a comma or }, not '1'" },
		{ "{\"a\": 1.}", "1:9 not JSON: expected a digit, not '}'" },
		{ "{\"a\": -}", "1:8 not JSON: expected a digit, not '}'" },
		{ "{\"a\": 1e}", "1:9 not JSON: expected a digit, not '}'" },
		{ "{\"a\": 1} x", "1:10 not JSON: expected the end of the text, not 'x'" },
		{ "{\"a\": [1 2]}", "1:10 not JSON: expected a comma or ], not '2'" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		struct ms_err err = MS_ERR_INIT;
		struct ms_doc doc = { 0 };

		if (ms_doc_parse("t", 1, rows[i].in, strlen(rows[i].in), &doc, &err) != -EBADMSG)
			fail_msg("%s was taken", rows[i].in);
		expect_text(rows[i].in, rows[i].error, place(&err));
		assert_int_equal(err.code, MS_INPUT);
		assert_string_equal(err.source, "t");
		assert_null(doc.root);
	}
}

/* n opening brackets, and as many closing ones. */
static char *nested(size_t n)
{
	char *text = malloc(2 * n + 1);

	memset(text, '[', n);
	memset(text + n, ']', n);
	text[2 * n] = '\0';
	return text;
}

static void depth_is_limited(void **state)
{
	struct ms_err err = MS_ERR_INIT;
	struct ms_doc doc = { 0 };
	char *text = nested(MS_DOC_MAX_DEPTH);

	(void)state;
	assert_int_equal(ms_doc_parse("t", 1, text, strlen(text), &doc, &err), 0);
	ms_doc_release(&doc);
	free(text);
	text = nested(MS_DOC_MAX_DEPTH + 1);
	assert_int_equal(ms_doc_parse("t", 1, text, strlen(text), &doc, &err), -EBADMSG);
	expect_text("nested", "1:201 nested deeper than 200 levels", place(&err));
	free(text);
	/* A hundred megabytes of it are refused at the same place, and as fast. */
	text = nested(50 << 20);
	ms_err_clear(&err);
	assert_int_equal(ms_doc_parse("t", 1, text, strlen(text), &doc, &err), -EBADMSG);
	expect_text("nested", "1:201 nested deeper than 200 levels", place(&err));
	free(text);
}

static void follows_pointers(void **state)
{
	static const struct { const char *pointer, *json; } rows[] = {
		{ "/a", "{\"b\":[1,{\"c\":2}],\"x/y\":3,\"~\":4,\"\":5}" }, { "/a/b/1/c", "2" }, { "/a/b/0", "1" },
		{ "/a/x~1y", "3" }, { "/a/~0", "4" }, { "/a/", "5" }, { "/a/b/2", NULL }, { "/a/b/-", NULL },
		{ "/a/b/01", NULL }, { "/a/b/x", NULL }, { "/a/b/", NULL }, { "/n/x", NULL }, { "a", NULL },
		{ "/a/b/18446744073709551616", NULL }, { "/~", NULL }, { "/a/b//c", NULL },
	};
	json_auto_t *root = json_loads("{\"a\":{\"b\":[1,{\"c\":2}],\"x/y\":3,\"~\":4,\"\":5},\"n\":null}", 0, NULL);

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		json_t *found = ms_at(root, "%s", rows[i].pointer);
		char *json = found ? as_json(found) : NULL;

		if (rows[i].json || json)
			expect_text(rows[i].pointer, rows[i].json ? rows[i].json : "nothing", json);
		free(json);
	}
	assert_ptr_equal(ms_at(root, "%s", ""), root);
	assert_int_equal(json_integer_value(ms_at(root, "/%s/b/%d/c", "a", 1)), 2);
	assert_null(ms_at(NULL, "/a"));
	assert_int_equal(ms_int(root, "/a/b/0", 7), 1);
	assert_int_equal(ms_int(root, "/a/b", 7), 7);
	assert_string_equal(ms_str(root, "/a/b/0", "other"), "other");
	assert_true(ms_bool(root, "/n", true));
}

static void puts_where_pointers_say(void **state)
{
	static const struct { const char *pointer; int error; const char *json; } rows[] = {
		{ "/x", 0, "{\"l\":[1],\"s\":\"t\",\"n\":null,\"x\":9}" }, { "/s", 0, "{\"l\":[1],\"s\":9,\"n\":null}" },
		{ "/p/q/r", 0, "{\"l\":[1],\"s\":\"t\",\"n\":null,\"p\":{\"q\":{\"r\":9}}}" },
		{ "/l/0", 0, "{\"l\":[9],\"s\":\"t\",\"n\":null}" }, { "/l/1", 0, "{\"l\":[1,9],\"s\":\"t\",\"n\":null}" },
		{ "/l/-", 0, "{\"l\":[1,9],\"s\":\"t\",\"n\":null}" },
		{ "/l/-/a", 0, "{\"l\":[1,{\"a\":9}],\"s\":\"t\",\"n\":null}" },
		{ "/n/a", 0, "{\"l\":[1],\"s\":\"t\",\"n\":{\"a\":9}}" },
		{ "/a~1b~0", 0, "{\"l\":[1],\"s\":\"t\",\"n\":null,\"a/b~\":9}" },
		{ "/l/2", -EINVAL, "{\"l\":[1],\"s\":\"t\",\"n\":null}" }, { "/s/x", -EINVAL, "{\"l\":[1],\"s\":\"t\",\"n\":null}" },
		{ "", -EINVAL, "{\"l\":[1],\"s\":\"t\",\"n\":null}" }, { "x", -EINVAL, "{\"l\":[1],\"s\":\"t\",\"n\":null}" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		json_auto_t *root = json_loads("{\"l\":[1],\"s\":\"t\",\"n\":null}", 0, NULL);
		char *json;

		if (ms_put(root, rows[i].pointer, json_integer(9)) != rows[i].error)
			fail_msg("%s", rows[i].pointer);
		json = as_json(root);
		expect_text(rows[i].pointer, rows[i].json, json);
		free(json);
	}
	assert_int_equal(ms_put(NULL, "/x", NULL), -ENOMEM);
}

static void pushes_keys(void **state)
{
	char buf[16] = "/spec";

	(void)state;
	ms_pointer_push(buf, sizeof(buf), "a/b~");
	assert_string_equal(buf, "/spec/a~1b~0");
	ms_pointer_push(buf, sizeof(buf), "xyz"); /* would need 17 bytes */
	assert_string_equal(buf, "/spec/a~1b~0");
	ms_pointer_push(buf, sizeof(buf), "xy");
	assert_string_equal(buf, "/spec/a~1b~0/xy");
}

/* RFC 7396 appendix A, as far as its patches are values. */
static void merges(void **state)
{
	static const struct { const char *base, *over, *result; } rows[] = {
		{ "{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" }, { "{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}" },
		{ "{\"a\":\"b\"}", "{\"a\":null}", "{}" }, { "{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}" },
		{ "{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" }, { "{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}" },
		{ "{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}" },
		{ "{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}" }, { "[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]" },
		{ "{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]" }, { "{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}" },
		{ "[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}" }, { "{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		json_auto_t *base = json_loads(rows[i].base, 0, NULL), *over = json_loads(rows[i].over, 0, NULL);
		json_auto_t *result = ms_merge_new(base, over);
		char *json = as_json(result), *before = as_json(base);

		expect_text(rows[i].over, rows[i].result, json);
		expect_text("the base stays", rows[i].base, before);
		free(json);
		free(before);
	}
}

static void hashes_are_stable(void **state)
{
	json_auto_t *a = json_loads("{\"b\":[1,2.5,\"x\"],\"a\":{\"d\":null,\"c\":true}}", 0, NULL);
	json_auto_t *b = json_loads("{\"a\":{\"c\":true,\"d\":null},\"b\":[1,2.5,\"x\"]}", 0, NULL);
	json_auto_t *c = json_loads("{\"a\":{\"c\":true,\"d\":null},\"b\":[1,2.5,\"y\"]}", 0, NULL);
	struct ms_err err = MS_ERR_INIT;
	char one[17], two[17], three[17];

	(void)state;
	assert_int_equal(ms_value_hash(a, one, &err), 0);
	assert_int_equal(ms_value_hash(b, two, &err), 0);
	assert_int_equal(ms_value_hash(c, three, &err), 0);
	/* FNV-1a of {"a":{"c":true,"d":null},"b":[1,2.5,"x"]}: ids of Steps in journals depend on it. */
	assert_string_equal(one, "a5882ea94d09be12");
	assert_string_equal(one, two);
	assert_string_not_equal(one, three);
}

static void resources(void **state)
{
	json_auto_t *res = ms_resource_new("Server", "node01"), *other = json_loads("{\"kind\":7,\"status\":[]}", 0, NULL);
	struct ms_err err = MS_ERR_INIT;
	char *json;

	(void)state;
	setenv("MSCTL_NOW", "2026-11-22T08:00:00Z", 1);
	assert_string_equal(ms_kind(res), "Server");
	assert_string_equal(ms_name(res), "node01");
	assert_string_equal(ms_kind(other), "");
	assert_string_equal(ms_name(NULL), "");
	assert_int_equal(ms_status_set(res, "bmc", json_pack("{s:s}", "power", "on")), 0);
	assert_int_equal(ms_status_set(res, "nic", NULL), -ENOMEM);
	ms_fail(&err, -ETIMEDOUT, MS_TIMEOUT, "no answer in 5 s");
	assert_int_equal(ms_status_error(res, &err), 0);
	json = as_json(json_object_get(res, "status"));
	assert_string_equal(json, "{\"bmc\":{\"power\":\"on\",\"observedAt\":\"2026-11-22T08:00:00Z\"},"
				  "\"error\":{\"code\":\"timeout\",\"message\":\"no answer in 5 s\"}}");
	free(json);
	ms_hint(&err, "look");
	assert_int_equal(ms_status_error(other, &err), 0);
	assert_string_equal(ms_str(other, "/status/error/hint", ""), "look");
	ms_status_clear_error(other);
	assert_null(json_object_get(other, "status"));
	ms_status_clear_error(res);
	ms_status_clear_error(res);
	assert_non_null(ms_at(res, "/status/bmc"));
	assert_null(ms_at(res, "/status/error"));
}

/* A value that only a program can build, deeper than any stack of a task. */
static void writing_has_a_limit(void **state)
{
	json_auto_t *value = json_array(), *objects = json_object();
	struct ms_err err = MS_ERR_INIT;
	char *text;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		value = json_pack("[o]", value);
		objects = json_pack("{s:o}", "a", objects);
	}
	assert_int_equal(ms_value_text(objects, MS_FMT_JSON, &text, NULL, &err), -ELOOP);
	ms_err_clear(&err);
	assert_int_equal(ms_value_text(objects, MS_FMT_YAML, &text, NULL, &err), -ELOOP);
	ms_err_clear(&err);
	assert_int_equal(ms_value_text(value, MS_FMT_JSON, &text, NULL, &err), -ELOOP);
	assert_string_equal(err.message, "a value cannot be written: it is nested too deeply");
	ms_err_clear(&err);
	assert_int_equal(ms_value_text(value, MS_FMT_YAML, &text, NULL, &err), -ELOOP);
	ms_err_clear(&err);
	assert_int_equal(ms_value_text(NULL, MS_FMT_JSON, &text, NULL, &err), -EINVAL);
	assert_string_equal(err.message, "a value cannot be written: it is missing");
}

static void loads_files(void **state)
{
	char path[] = "/tmp/msctl-doc-XXXXXX";
	struct ms_err err = MS_ERR_INIT;
	struct ms_doc doc = { 0 };
	int fd = mkstemp(path);

	(void)state;
	assert_int_equal(write(fd, "\xef\xbb\xbf" "a: 1\n", 8), 8);
	close(fd);
	assert_int_equal(ms_doc_load(path, &doc, &err), 0);
	assert_string_equal(doc.source, path);
	assert_int_equal(ms_int(doc.root, "/a", 0), 1);
	ms_doc_release(&doc);
	assert_int_equal(ms_write_file(path, "a: 1\n---\nb: 1\n", 14, 0600, &err), 0);
	assert_int_equal(ms_doc_load(path, &doc, &err), -EBADMSG);
	expect_text("two", "2:1 more than one document", place(&err));
	ms_err_clear(&err);
	assert_int_equal(ms_write_file(path, "# nothing\n", 10, 0600, &err), 0);
	assert_int_equal(ms_doc_load(path, &doc, &err), -EBADMSG);
	expect_text("none", "2:1 there is no document", place(&err));
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_json), cmocka_unit_test(refuses_json), cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(follows_pointers), cmocka_unit_test(puts_where_pointers_say), cmocka_unit_test(pushes_keys),
		cmocka_unit_test(merges), cmocka_unit_test(hashes_are_stable), cmocka_unit_test(resources),
		cmocka_unit_test(writing_has_a_limit), cmocka_unit_test(loads_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
