/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Readers: how streams are cut into documents, also when bytes come one by one, and how they go on after errors. */
#include "core-fixture.h"
#include <fcntl.h>

/* Documents as "LINE:COLUMN json", errors as "! LINE:COLUMN message", one a line. */
static void read_all(struct ms_reader *reader, struct ms_buf *got)
{
	for (int n = 0; n < 100; n++) {
		struct ms_err err = MS_ERR_INIT;
		struct ms_doc doc = { 0 };
		int result = ms_reader_next(reader, &doc, &err);
		char *json;

		if (!result)
			return;
		if (result < 0) {
			ms_buf_printf(got, "! %s\n", place(&err));
			assert_string_equal(err.source, "t");
			assert_int_equal(err.error, result);
			continue;
		}
		json = as_json(doc.root);
		ms_buf_printf(got, "%u:%u %s\n", doc.line, doc.column, json);
		free(json);
		ms_doc_release(&doc);
	}
	fail_msg("the reader does not end");
}

static const struct { const char *in, *out; enum ms_format format; } rows[] = {
	/* JSON Lines, concatenated, pretty-printed */
	{ "{\"a\":1}\n{\"b\":2}\n", "1:1 {\"a\":1}\n2:1 {\"b\":2}\n", MS_FMT_JSON },
	{ "{\"a\":1}\r\n\r\n{\"b\":2}", "1:1 {\"a\":1}\n3:1 {\"b\":2}\n", MS_FMT_JSON },
	{ "{\"a\":1}{\"b\":2} {\"c\":{}}", "1:1 {\"a\":1}\n1:8 {\"b\":2}\n1:16 {\"c\":{}}\n", MS_FMT_JSON },
	{ "{\n \"a\": {\n  \"b\": [\n   1\n  ]\n }\n}\n{\n \"c\": 2\n}\n", "1:1 {\"a\":{\"b\":[1]}}\n8:1 {\"c\":2}\n", MS_FMT_JSON },
	{ "\n  {\"a\":\"}\\\"{\"}\n", "2:3 {\"a\":\"}\\\"{\"}\n", MS_FMT_JSON },
	{ "\x1e{\"a\":1}\n\x1e{\"b\":2}\n", "1:2 {\"a\":1}\n2:2 {\"b\":2}\n", MS_FMT_JSON },
	{ "\xef\xbb\xbf{\"a\":1}\n", "1:1 {\"a\":1}\n", MS_FMT_JSON },
	/* an object may begin a line inside of a value */
	{ "{\"a\":\n{\"b\":[\n{},\n{\"c\":1}]}}\n", "1:1 {\"a\":{\"b\":[{},{\"c\":1}]}}\n", MS_FMT_JSON },
	/* one array */
	{ "[{\"a\":1},\n {\"b\":[1,2]},{}\n]\n", "1:2 {\"a\":1}\n2:2 {\"b\":[1,2]}\n2:14 {}\n", MS_FMT_JSON },
	{ "[]", "", MS_FMT_JSON }, { "[ ]\n[{\"a\":1}]", "2:2 {\"a\":1}\n", MS_FMT_JSON },
	{ "[1,\"a,]b\",[2],true]", "1:2 1\n1:4 \"a,]b\"\n1:11 [2]\n1:15 true\n", MS_FMT_JSON },
	/* broken JSON costs its line, no more */
	{ "{\"a\":1\n{\"b\":2}\n", "! 2:1 not JSON: expected a comma or }, but the text ends\n2:1 {\"b\":2}\n", MS_FMT_JSON },
	{ "{\"a\":[1,\n{\"b\":2}\n", "! 3:1 not JSON: expected a comma or ], but the text ends\n", MS_FMT_JSON },
	{ "{\"a\":\"x\n{\"b\":2}\n", "! 1:6 not JSON: the string is not closed\n2:1 {\"b\":2}\n", MS_FMT_JSON },
	{ "{\"a\":tru}{\"b\":2}\n", "! 1:6 not JSON: expected a value, not 'tru'\n1:10 {\"b\":2}\n", MS_FMT_JSON },
	{ "{\"a\":1}}\n}x\n{\"b\":2}\n", "1:1 {\"a\":1}\n! 1:8 not JSON: a resource begins with {\n3:1 {\"b\":2}\n", MS_FMT_JSON },
	{ "{\"a\":1}\nhello\n world\n{\"b\":2}", "1:1 {\"a\":1}\n! 2:1 not JSON: a resource begins with {\n4:1 {\"b\":2}\n", MS_FMT_JSON },
	{ "{\"a\":1}\n{b: 2}\n", "1:1 {\"a\":1}\n! 2:2 not JSON: expected a key in double quotes, not 'b'\n", MS_FMT_JSON },
	{ "{\n \"a\": \"x\n y\",\n \"b\": 1\n}\n{\"c\":1}\n", "! 2:7 not JSON: the string is not closed\n6:1 {\"c\":1}\n", MS_FMT_JSON },
	{ "[{\"a\":1} {\"b\":2}]", "1:2 {\"a\":1}\n! 1:10 not JSON: a comma or ] is missing before this\n1:10 {\"b\":2}\n", MS_FMT_JSON },
	{ "[{\"a\":1},", "1:2 {\"a\":1}\n! 1:10 not JSON: the array is not closed\n", MS_FMT_JSON },
	{ "[{\"a\":1}\n", "1:2 {\"a\":1}\n! 2:1 not JSON: the array is not closed\n", MS_FMT_JSON },
	{ "[{\"a\":tru},{\"b\":1}]", "! 1:7 not JSON: expected a value, not 'tru'\n1:12 {\"b\":1}\n", MS_FMT_JSON },
	{ "[}]", "! 1:2 not JSON: expected a value, not '}'\n", MS_FMT_JSON },
	{ "{\"a\": \"\\", "! 1:8 not JSON: unknown escape in a string\n", MS_FMT_JSON },
	/* YAML */
	{ "a: 1\n", "1:1 {\"a\":1}\n", MS_FMT_YAML }, { "a: 1\n---\nb: 2\n", "1:1 {\"a\":1}\n2:1 {\"b\":2}\n", MS_FMT_YAML },
	{ "---\n---\n# c\n---\n\na: 1\n...\n\n...\n---\n", "4:1 {\"a\":1}\n", MS_FMT_YAML },
	{ "---\n \t \n---\n \t # c\n---\na: 1\n", "5:1 {\"a\":1}\n", MS_FMT_YAML },
	{ "# c\n%YAML 1.2\n---\na: 1\n...\n%YAML 1.2\n---\nb: 2\n", "1:1 {\"a\":1}\n6:1 {\"b\":2}\n", MS_FMT_YAML },
	{ "--- {a: 1}\n--- |\n x\n--- # c\nb: 1\n---\tc: 1\n", "1:1 {\"a\":1}\n2:1 \"x\\n\"\n4:1 {\"b\":1}\n"
	  "! 6:6 not YAML: mapping values are not allowed in this context\n", MS_FMT_YAML },
	{ "a: 1\r\n---\r\nb: |\r\n  x\r\n", "1:1 {\"a\":1}\n2:1 {\"b\":\"x\\n\"}\n", MS_FMT_YAML },
	{ "a: |\n ---\n  x\nb: ---x\n----: 1\n", "1:1 {\"a\":\"---\\n x\\n\",\"b\":\"---x\",\"----\":1}\n",
	  MS_FMT_YAML },
	{ "a: |\n  ---\n  ...\nb: x---\n", "1:1 {\"a\":\"---\\n...\\n\",\"b\":\"x---\"}\n", MS_FMT_YAML },
	{ "a: \"x\n---\nb: 2\n", "! 2:1 not YAML: found unexpected end of stream while scanning a quoted scalar that began on line 1\n2:1 {\"b\":2}\n",
	  MS_FMT_YAML },
	{ "a: |\n  x", "1:1 {\"a\":\"x\\n\"}\n", MS_FMT_YAML }, { "\xef\xbb\xbf" "a: 1\n", "1:1 {\"a\":1}\n", MS_FMT_YAML },
	{ "a: 1\na: 2\n---\nb: 3\n", "! 2:1 duplicate key \"a\"\n3:1 {\"b\":3}\n", MS_FMT_YAML },
	{ "a: &x 1\n---\nb: *x\n", "1:1 {\"a\":1}\n! 3:4 unknown alias *x\n", MS_FMT_YAML },
	{ "hello\n", "1:1 \"hello\"\n", MS_FMT_YAML }, { "---\n{\"a\": \"x\"}\n---\n{\"b\": 1}\n", "1:1 {\"a\":\"x\"}\n3:1 {\"b\":1}\n", MS_FMT_YAML },
	{ "\n\n  a: 1\n", "1:1 {\"a\":1}\n", MS_FMT_YAML },
	/* a bracket may begin YAML, and YAML may follow JSON */
	{ "{a: 1}\n---\nb: 2\n", "1:1 {\"a\":1}\n2:1 {\"b\":2}\n", MS_FMT_YAML },
	{ "{\"a\":1}\n---\nb: 2\n---\n{\"c\":3}\n", "1:1 {\"a\":1}\n2:1 {\"b\":2}\n4:1 {\"c\":3}\n", MS_FMT_JSON },
	/* nothing */
	{ "", "", MS_FMT_AUTO }, { " \n\n\t\n", "", MS_FMT_AUTO }, { "# c\n", "", MS_FMT_YAML }, { "---\n", "", MS_FMT_YAML },
	{ "\xef\xbb\xbf", "", MS_FMT_AUTO }, { "\xff\xfe" "a", "! 1:1 invalid leading UTF-8 octet (0xff)\n", MS_FMT_YAML },
};

static void cuts(void **state)
{
	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		MS_AUTO_BUF struct ms_buf got = { 0 };
		FILE *file = file_of(rows[i].in, strlen(rows[i].in));
		struct ms_err err = MS_ERR_INIT;
		struct ms_reader *reader = NULL;

		ms_buf_puts(&got, "");
		assert_int_equal(ms_reader_new(fileno(file), "t", &reader, &err), 0);
		assert_int_equal(ms_reader_format(reader), MS_FMT_AUTO);
		read_all(reader, &got);
		expect_text(rows[i].in, rows[i].out, got.data);
		if (ms_reader_format(reader) != rows[i].format)
			fail_msg("%s: format %d", rows[i].in, ms_reader_format(reader));
		ms_reader_free(reader);
		fclose(file);
	}
}

/* Feeds a pipe one byte before each read, and asks now and then to be called again. */
struct feeder { const char *p, *end; int fd; unsigned calls; };

static int feed(void *ctx, int fd)
{
	struct feeder *f = ctx;

	(void)fd;
	if (f->calls++ % 3 == 2)
		return -ECANCELED;
	if (f->p < f->end) {
		assert_int_equal(write(f->fd, f->p++, 1), 1);
	} else if (f->fd >= 0) {
		close(f->fd);
		f->fd = -1;
	}
	return 0;
}

static void read_fed(struct ms_reader *reader, struct ms_buf *got)
{
	for (;;) {
		struct ms_err err = MS_ERR_INIT;
		struct ms_doc doc = { 0 };
		int result = ms_reader_next(reader, &doc, &err);
		char *json;

		if (result == -ECANCELED)
			continue;
		if (!result)
			return;
		if (result < 0) {
			ms_buf_printf(got, "! %s\n", place(&err));
			continue;
		}
		json = as_json(doc.root);
		ms_buf_printf(got, "%u:%u %s\n", doc.line, doc.column, json);
		free(json);
		ms_doc_release(&doc);
	}
}

static void takes_bytes_as_they_come(void **state)
{
	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		MS_AUTO_BUF struct ms_buf got = { 0 };
		struct feeder feeder = { .p = rows[i].in, .end = rows[i].in + strlen(rows[i].in) };
		struct ms_err err = MS_ERR_INIT;
		struct ms_reader *reader = NULL;
		int fds[2];

		assert_int_equal(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
		feeder.fd = fds[1];
		ms_buf_puts(&got, "");
		assert_int_equal(ms_reader_new(fds[0], "t", &reader, &err), 0);
		ms_reader_on_read(reader, feed, &feeder);
		read_fed(reader, &got);
		expect_text(rows[i].in, rows[i].out, got.data);
		ms_reader_free(reader);
		close(fds[0]);
		if (feeder.fd >= 0)
			close(feeder.fd);
	}
}

/* Documents much larger and much smaller than what is read at once. */
static void sizes_do_not_matter(void **state)
{
	static const char *const forms[] = { "{\"n\":%d,\"pad\":\"%.*s\"}\n", "---\nn: %d\npad: \"%.*s\"\n" };
	static char pad[200000];

	(void)state;
	memset(pad, 'x', sizeof(pad) - 1);
	for (size_t form = 0; form < MS_ARRAY_SIZE(forms); form++) {
		MS_AUTO_BUF struct ms_buf text = { 0 };
		struct ms_err err = MS_ERR_INIT;
		struct ms_reader *reader = NULL;
		FILE *file;

		for (int i = 0; i < 300; i++)
			ms_buf_printf(&text, forms[form], i, i % 50 ? i * 37 % 1000 : i * 600, pad);
		file = file_of(text.data, text.len);
		assert_int_equal(ms_reader_new(fileno(file), "t", &reader, &err), 0);
		for (int i = 0; i < 300; i++) {
			struct ms_doc doc = { 0 };

			if (ms_reader_next(reader, &doc, &err) != 1)
				fail_msg("%d: %s", i, place(&err));
			assert_int_equal(ms_int(doc.root, "/n", -1), i);
			assert_int_equal(strlen(ms_str(doc.root, "/pad", "")), i % 50 ? i * 37 % 1000 : i * 600);
			ms_doc_release(&doc);
		}
		ms_reader_free(reader);
		fclose(file);
	}
}

static void a_broken_descriptor_is_an_error_once(void **state)
{
	struct ms_err err = MS_ERR_INIT;
	struct ms_reader *reader = NULL;
	struct ms_doc doc = { 0 };
	int fd = open("/", O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_int_equal(ms_reader_new(fd, "t", &reader, &err), 0);
	assert_int_equal(ms_reader_next(reader, &doc, &err), -EISDIR);
	assert_string_equal(err.message, "cannot read t: Is a directory");
	ms_err_clear(&err);
	assert_int_equal(ms_reader_next(reader, &doc, &err), 0);
	ms_reader_free(reader);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts), cmocka_unit_test(takes_bytes_as_they_come), cmocka_unit_test(sizes_do_not_matter),
		cmocka_unit_test(a_broken_descriptor_is_an_error_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
