/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writers: every format, passing and rendering, and outputs that fail. */
#include "core-fixture.h"
#include <fcntl.h>
#include <signal.h>

static const struct ms_col cols[] = {
	{ "Server", "NAME", "/metadata/name", "" }, { "Server", "POWER", "/status/bmc/power", "" },
	{ "Server", "NTP", "/spec/ntp/#", "" }, { "Server", "LIST", "/spec/list|/spec/other", "" },
	{ "Switch", "SWITCH", "/metadata/name", "" }, { "Switch", "PORTS", "/spec/ports", "" },
	MS_COL_END
};
static const char *const shows[] = { "Server", "Switch", "Step", NULL };

#define RES(kind, name, rest) "{\"kind\":\"" kind "\",\"metadata\":{\"name\":\"" name "\"}" rest "}"
#define PORTS ",\"spec\":{\"ports\":{\"swp1\":1,\"swp2\":{\"x\":1},\"swp3\":[1,2],\"swp4\":null,\"swp5\":true}}"
#define STEP ",\"spec\":{\"target\":{\"kind\":\"Server\",\"name\":\"node01\"},\"action\":\"power\",\"risk\":\"reboot\"," \
	"\"summary\":\"off -> on\"},\"status\":{\"state\":\"failed\"}"
static const char *const world[] = {
	RES("Server", "node01", ",\"spec\":{\"ntp\":[1,2],\"list\":[\"a\",\"b\"]},\"status\":{\"bmc\":{\"power\":\"on\"}}"),
	RES("Switch", "leaf01", PORTS),
	RES("Secret", "hidden", ""),
	RES("Server", "\xe4\xb8\xad\xe6\x96\x87 \xc3\xa9", ",\"spec\":{\"ntp\":[],\"other\":1.5},\"status\":{\"error\":{\"code\":\"tls\"}}"),
	RES("Server", "a\\u001b[31m\\nb\\u009bc",
	    ",\"spec\":{\"list\":[1,2,3,4,5,{\"kind\":\"K\",\"name\":\"n\"}]},\"status\":{\"bmc\":{\"power\":\"\"}}"),
	RES("Step", "0123456789abcdef", STEP),
};

static const char yaml_out[] =
	"kind: Server\nmetadata:\n  name: node01\nspec:\n  ntp:\n  - 1\n  - 2\n  list:\n  - a\n  - b\nstatus:\n  bmc:\n    power: \"on\"\n"
	"---\nkind: Switch\nmetadata:\n  name: leaf01\nspec:\n  ports:\n    swp1: 1\n    swp2:\n      x: 1\n    swp3:\n    - 1\n    - 2\n"
	"    swp4: null\n    swp5: true\n"
	"---\nkind: Secret\nmetadata:\n  name: hidden\n";
static const char json_out[] =
	RES("Server", "node01", ",\"spec\":{\"ntp\":[1,2],\"list\":[\"a\",\"b\"]},\"status\":{\"bmc\":{\"power\":\"on\"}}") "\n"
	RES("Switch", "leaf01", PORTS) "\n"
	RES("Secret", "hidden", "") "\n";
static const char name_out[] =
	"server/node01\nswitch/leaf01\nserver/\xe4\xb8\xad\xe6\x96\x87 \xc3\xa9\nserver/a?[31m b?c\nstep/0123456789abcdef\n";
static const char table_out[] =
	"NAME        POWER  NTP  LIST\n"
	"node01      on     2    a,b\n"
	"\xe4\xb8\xad\xe6\x96\x87 \xc3\xa9      -      0    1.5\n"
	"a?[31m b?c  -      -    1,2,3,4,+2\n"
	"\n"
	"SWITCH  PORTS\n"
	"leaf01  swp1=1,swp2={1},swp3=[2],swp4=,+1\n"
	"\n"
	"STEP              TARGET         ACTION  RISK    STATE   SUMMARY\n"
	"0123456789abcdef  Server/node01  power   reboot  failed  off -> on\n";

enum how { PUT, RENDER, RENDER_ALL };

/* What a writer makes of the first n of the world; caller frees. */
static char *write_world(const struct ms_writer_opts *opts, size_t n, enum how how)
{
	MS_AUTO_BUF struct ms_buf all = { 0 };
	struct ms_err err = MS_ERR_INIT;
	struct ms_writer *writer = NULL;
	FILE *file = tmpfile();
	char *text;

	assert_int_equal(ms_writer_new(file, opts, &writer, &err), 0);
	for (size_t i = 0; i < n; i++) {
		json_auto_t *res = json_loads(world[i], 0, NULL);
		MS_AUTO_BUF struct ms_buf one = { 0 };

		if (how == PUT) {
			assert_int_equal(ms_writer_put(writer, res, &err), 0);
			continue;
		}
		assert_int_equal(ms_writer_render(writer, res, how == RENDER ? &one : &all, &err), 0);
		assert_int_equal(ms_writer_raw(writer, &one, &err), 0);
	}
	assert_int_equal(ms_writer_raw(writer, &all, &err), 0);
	assert_int_equal(ms_writer_close(writer, &err), 0);
	ms_writer_free(writer);
	text = content_of(file);
	fclose(file);
	return text;
}

static void formats(void **state)
{
	static const struct { const char *name; enum ms_format format; size_t n; const char *out; } rows[] = {
		{ "yaml", MS_FMT_YAML, 3, yaml_out }, { "auto", MS_FMT_AUTO, 3, yaml_out }, { "json", MS_FMT_JSON, 3, json_out },
		{ "name", MS_FMT_NAME, 6, name_out }, { "table", MS_FMT_TABLE, 6, table_out }, { "none", MS_FMT_TABLE, 0, "" },
		{ "no yaml", MS_FMT_YAML, 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		const struct ms_writer_opts opts = { .format = rows[i].format, .cols = cols, .shows = shows };

		for (enum how how = PUT; how <= RENDER_ALL; how++) {
			char *text = write_world(&opts, rows[i].n, how);

			expect_text(rows[i].name, rows[i].out, text);
			free(text);
		}
	}
}

/* A table of one server with a name of n bytes, the last two of them one character; caller frees. */
static char *write_long(const struct ms_writer_opts *opts, size_t n)
{
	MS_AUTO_FREE char *name = malloc(n + 1);
	json_auto_t *res = ms_resource_new("Server", "");
	struct ms_err err = MS_ERR_INIT;
	struct ms_writer *writer = NULL;
	FILE *file = tmpfile();
	char *text;

	memset(name, 'x', n);
	strcpy(name + n - 2, "\xc3\xa9");
	ms_put(res, "/metadata/name", json_string(name));
	assert_int_equal(ms_writer_new(file, opts, &writer, &err), 0);
	assert_int_equal(ms_writer_put(writer, res, &err), 0);
	assert_int_equal(ms_writer_close(writer, &err), 0);
	ms_writer_free(writer);
	text = content_of(file);
	fclose(file);
	return text;
}

static void tables_fit_and_shine(void **state)
{
	struct ms_writer_opts opts = { .format = MS_FMT_TABLE, .cols = cols, .shows = shows, .width = 30, .color = true };
	char *text = write_world(&opts, 4, PUT);

	(void)state;
	expect_text("narrow",
		    "NAME    POWER  NTP  LIST\n"
		    "node01  on     2    a,b\n"
		    "\033[31m\xe4\xb8\xad\xe6\x96\x87 \xc3\xa9  -      0    1.5\033[0m\n"
		    "\n"
		    "SWITCH  PORTS\n"
		    "leaf01  swp1=1,swp2={1},swp3=\xe2\x80\xa6\n", text);
	free(text);
	/* Nobody wants a megabyte in a cell. */
	opts = (struct ms_writer_opts){ .format = MS_FMT_TABLE, .cols = cols };
	text = write_long(&opts, 511);
	assert_int_equal(strlen(text), strlen("NAME") + 2 + 506 + strlen("POWER  NTP  LIST\n") + 511 + strlen("  -      -    -\n"));
	assert_null(strstr(text, "\xe2\x80\xa6"));
	free(text);
	text = write_long(&opts, 513);
	assert_non_null(strstr(text, "x\xe2\x80\xa6  -"));
	free(text);
	/* Without columns of its own a kind still has a name. */
	opts = (struct ms_writer_opts){ .format = MS_FMT_TABLE };
	text = write_world(&opts, 3, PUT);
	expect_text("any", "KIND    NAME    ERROR\nServer  node01  -\n\nKIND    NAME    ERROR\nSwitch  leaf01  -\n\n"
			   "KIND    NAME    ERROR\nSecret  hidden  -\n", text);
	free(text);
}

/* Read a stream and pass every document on. */
static char *pass(const char *in, enum ms_format format)
{
	struct ms_writer_opts opts = { .format = format, .cols = cols };
	FILE *from = file_of(in, strlen(in)), *to = tmpfile();
	struct ms_err err = MS_ERR_INIT;
	struct ms_reader *reader = NULL;
	struct ms_writer *writer = NULL;
	struct ms_doc doc = { 0 };
	char *text;

	assert_int_equal(ms_reader_new(fileno(from), "t", &reader, &err), 0);
	assert_int_equal(ms_writer_new(to, &opts, &writer, &err), 0);
	while (ms_reader_next(reader, &doc, &err) > 0) {
		assert_int_equal(ms_writer_pass(writer, &doc, &err), 0);
		ms_doc_release(&doc);
	}
	if (err.code != MS_OK)
		fail_msg("%s: %s", in, place(&err));
	assert_int_equal(ms_writer_close(writer, &err), 0);
	ms_writer_free(writer);
	ms_reader_free(reader);
	text = content_of(to);
	fclose(from);
	fclose(to);
	return text;
}

static void passes_texts(void **state)
{
	static const struct { const char *in; enum ms_format format; const char *out; } rows[] = {
		/* the same format: the same bytes */
		{ "# c\na:   1  # d\n---\n'b': 0x10\n", MS_FMT_YAML, "# c\na:   1  # d\n---\n'b': 0x10\n" },
		{ "---\na: 1\n--- {b: 2}\n", MS_FMT_YAML, "---\na: 1\n--- {b: 2}\n" },
		{ "a: 1\n...\n---\nb: 2\n", MS_FMT_YAML, "a: 1\n...\n---\nb: 2\n" },
		{ "%YAML 1.2\n---\na: 1\n...\n%YAML 1.2\n---\nb: 2\n", MS_FMT_YAML, "%YAML 1.2\n---\na: 1\n...\n...\n%YAML 1.2\n---\nb: 2\n" },
		{ "a: 1\n...\n# c\nb: 2\n", MS_FMT_YAML, "a: 1\n...\n---\n# c\nb: 2\n" },
		{ "a: 1\n...\n# c\n\n--- # d\nb: 2\n", MS_FMT_YAML, "a: 1\n...\n# c\n\n--- # d\nb: 2\n" },
		{ "a: 1\n...\n---x: 2\n", MS_FMT_YAML, "a: 1\n...\n---\n---x: 2\n" },
		{ "a: 1\n...\n  --- : 2\n", MS_FMT_YAML, "a: 1\n...\n---\n  --- : 2\n" },
		{ "a: |\n  x", MS_FMT_YAML, "a: |\n  x\n" }, { "{a: 1}\n", MS_FMT_YAML, "{a: 1}\n" },
		{ "{\"a\": 1.50}\n{\"b\":\"\\u00e9\"}", MS_FMT_JSON, "{\"a\": 1.50}\n{\"b\":\"\\u00e9\"}\n" },
		/* JSON of several lines becomes one */
		{ "{\n \"a\": 1.50\n}\n", MS_FMT_JSON, "{\"a\":1.5}\n" }, { "[{\"a\":1},\n{\"b\":2}]", MS_FMT_JSON, "{\"a\":1}\n{\"b\":2}\n" },
		/* another format */
		{ "{\"a\":1}{\"b\":2}", MS_FMT_YAML, "a: 1\n---\nb: 2\n" }, { "a: 1\n---\nb: 2\n", MS_FMT_JSON, "{\"a\":1}\n{\"b\":2}\n" },
		{ "a: 1\n---\n{\"b\":2}\n", MS_FMT_YAML, "a: 1\n---\n{\"b\":2}\n" },
		{ "{\"kind\":\"StorageTarget\",\"metadata\":{\"name\":\"N\"}}", MS_FMT_NAME, "storagetarget/N\n" },
		{ "{\"kind\":7}", MS_FMT_NAME, "7/-\n" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		char *text = pass(rows[i].in, rows[i].format), *again;

		expect_text(rows[i].in, rows[i].out, text);
		/* Once through is enough: a second filter changes nothing. */
		if (rows[i].format == MS_FMT_YAML || rows[i].format == MS_FMT_JSON) {
			again = pass(text, rows[i].format);
			expect_text(text, text, again);
			free(again);
		}
		free(text);
	}
}

static void outputs_fail(void **state)
{
	struct ms_writer_opts opts = { .format = MS_FMT_JSON };
	json_auto_t *res = json_loads(world[0], 0, NULL);
	struct ms_err err = MS_ERR_INIT;
	struct ms_writer *writer = NULL;
	FILE *file = fopen("/dev/full", "w");
	int fds[2], error = 0;

	(void)state;
	assert_int_equal(ms_writer_new(file, &opts, &writer, &err), 0);
	assert_int_equal(ms_writer_put(writer, res, &err), 0);
	assert_int_equal(ms_writer_close(writer, &err), -ENOSPC);
	assert_string_equal(err.message, "cannot write the output: No space left on device");
	ms_writer_free(writer);
	fclose(file);

	signal(SIGPIPE, SIG_IGN);
	ms_err_clear(&err);
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	close(fds[0]);
	file = fdopen(fds[1], "w");
	assert_int_equal(ms_writer_new(file, &opts, &writer, &err), 0);
	for (int i = 0; i < 1000 && !error; i++)
		error = ms_writer_put(writer, res, &err);
	assert_int_equal(error, -EPIPE);
	assert_string_equal(err.message, "cannot write the output: Broken pipe");
	ms_writer_free(writer);
	fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats), cmocka_unit_test(tables_fit_and_shine), cmocka_unit_test(passes_texts),
		cmocka_unit_test(outputs_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
