/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ms_cmd_run with a command of its own: parsing, filters, order, failures, exit statuses, introspection. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <cmocka.h>
#include "core/core.h"

struct args { bool upper; const char *name, *mode; unsigned count; int64_t wait; const char **only, **raw, **parts; };
static const struct args defaults = { .count = 3, .mode = "soft" };
static const char *const modes[] = { "soft", "hard", NULL };
static const char *const parts[] = { "power", "boot", "bios", NULL };
static const struct ms_opt own_opts[] = {
	OPT_FLAG('u', "upper", struct args, upper, "a flag"),
	OPT_STR('n', "name", "NAME", struct args, name, "a string"),
	OPT_UINT('c', "count", "N", struct args, count, 1, 10, "a number"),
	OPT_SECONDS('w', "wait", struct args, wait, "a time"),
	OPT_ENUM('m', "mode", modes, struct args, mode, "a word"),
	OPT_LIST(0, "only", "WORD,...", struct args, only, "a list"),
	OPT_STRS(0, "raw", "TEXT", struct args, raw, "strings"),
	OPT_ENUM_LIST(0, "parts", parts, struct args, parts, "a list of words"),
	OPT_END,
};
static const char *const kinds[] = { "Server", NULL }, *const writes[] = { "status.test", NULL }, *const findings[] = { "Finding", NULL };
static const struct ms_operand operands[] = {
	{ "ACTION", (const char *const[]){ "on", "off", NULL }, "what to do", false },
	{ "HOW", NULL, "how", true },
	{ 0 },
};

static void put_list(FILE *out, const char *name, const char *const *list)
{
	fprintf(out, " %s=", name);
	for (; list && *list; list++)
		fprintf(out, "<%s>", *list);
}

/* Prints what was parsed through the only way out that a verb has. */
static int show(struct ms_run *run, struct ms_err *err)
{
	const struct args *a = run->args;
	json_auto_t *res = ms_resource_new("Args", "args");
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	int r;

	fprintf(out, "%d %s %u %lld %s", a->upper, a->name ? a->name : "-", a->count, (long long)a->wait, a->mode);
	put_list(out, "only", (const char *const *)a->only);
	put_list(out, "raw", (const char *const *)a->raw);
	put_list(out, "parts", (const char *const *)a->parts);
	fprintf(out, " action=%s how=%s", run->operands[0], run->operands[1] ? run->operands[1] : "-");
	fclose(out);
	ms_put(res, "/spec/text", json_string(text));
	free(text);
	r = ms_writer_put(run->out, res, err);
	return r;
}

/* Later ones finish first; names that begin with "bad" fail. */
static int observe(struct ms_item *item, struct ms_err *err)
{
	int64_t ms = ms_int(item->res, "/spec/sleep", 0);

	if (ms >= 60000)
		ms_progress_step(item->run->progress, ms_name(item->res), "sleeping");
	if (ms_task_sleep(item->run->loop, ms) < 0)
		return ms_fail(err, -ECANCELED, MS_CANCELLED, "stopped");
	if (ms_starts(ms_name(item->res), "bad")) {
		ms_fail(err, -EHOSTUNREACH, MS_UNREACHABLE, "no answer");
		ms_hint(err, "look at the cable");
		return -EHOSTUNREACH;
	}
	return ms_put(item->res, "/status/test", json_true());
}

static int get(struct ms_run *run, struct ms_err *err)
{
	return ms_run_each(run, observe, NULL, err);
}

static int rule_odd(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	(void)err;
	if (!ms_bool(item->res, "/spec/odd", false))
		return 0;
	return ms_find(item, rule, "make it even", "%s is odd", ms_name(item->res));
}

static const struct ms_rule rules[] = { { "T01", "error", "numbers are even", rule_odd }, { 0 } };
static const struct ms_rule *const rule_tables[] = { rules, NULL };

static int check_one(struct ms_item *item, struct ms_err *err)
{
	return ms_rules_run(item, rules, err);
}

static int check(struct ms_run *run, struct ms_err *err)
{
	return ms_run_each(run, check_one, NULL, err);
}

static int apply(struct ms_run *run, struct ms_err *err)
{
	struct ms_item *items;
	size_t n;
	int r = ms_run_collect(run, &items, &n, err);

	if (r < 0)
		return r;
	for (size_t i = n; !r && i > 0; i--)
		r = ms_run_put(run, &items[i - 1], err);
	ms_items_free(items, n);
	return r;
}

static const struct ms_verb verbs[] = {
	{ .name = "show", .help = "print arguments", .kinds = kinds, .opts = own_opts, .operands = operands, .input = MS_IN_NONE, .fn = show },
	{ .name = "get", .help = "observe", .kinds = kinds, .writes = writes, .needs = MS_NEEDS_NET, .fn = get },
	{ .name = "check", .help = "check", .kinds = kinds, .writes = findings, .shows = findings, .fn = check },
	{ .name = "apply", .help = "backwards", .kinds = kinds, .touches = true, .fn = apply },
	{ .name = "power", .help = "touch", .kinds = kinds, .writes = writes, .touches = true, .fn = get },
	MS_VERB_END,
};
static const struct ms_col cols[] = { { "Server", "NAME", "/metadata/name", "its name" }, MS_COL_END };

static int expand(const struct ms_doc *site, int (*put)(void *ctx, json_t *res, struct ms_err *err), void *ctx,
		  struct ms_report *report, struct ms_err *err)
{
	int64_t n = ms_int(site->root, "/spec/n", 0);

	if (n < 0) {
		ms_report_add(report, MS_INPUT, site->source, "/spec/n", "negative");
		return 0;
	}
	for (int64_t i = 0; i < n; i++) {
		char name[32];
		int r;

		snprintf(name, sizeof(name), "node%02d", (int)i);
		r = put(ctx, ms_resource_new("Server", name), err);
		if (r < 0)
			return r;
	}
	return 0;
}

static int check_doc(const struct ms_doc *doc, struct ms_report *report)
{
	if (!ms_at(doc->root, "/spec/wrong"))
		return 0;
	ms_doc_place(doc, ms_report_add(report, MS_INPUT, doc->source, "/spec/wrong", "wrong"));
	return 1;
}

static const struct ms_front front = { expand, check_doc };
static const struct ms_cmd cmd = { "msctl-test", "a command for tests", sizeof(struct args), &defaults, NULL, verbs, cols, &front,
				   rule_tables };

/* ---- running it ---- */

struct ran { int status; char *out, *err; };

static struct ran run(const char *input, const char *line)
{
	char *copy = strdup(line), *argv[32] = { (char *)"msctl-test" }, *save = NULL;
	int argc = 1;
	size_t out_len, err_len;
	struct ran ran;
	FILE *in = tmpfile(), *out = open_memstream(&ran.out, &out_len), *errors = open_memstream(&ran.err, &err_len);

	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	fputs(input, in);
	fflush(in);
	rewind(in);
	ran.status = ms_cmd_run(&cmd, argc, argv, in, out, errors);
	fclose(in);
	fclose(out);
	fclose(errors);
	free(copy);
	return ran;
}

static void expect(const char *input, const char *line, int status, const char *out, const char *err)
{
	struct ran ran = run(input, line);

	if (ran.status != status)
		fprintf(stderr, "%s: %d\n%s\n", line, ran.status, ran.err);
	assert_int_equal(ran.status, status);
	if (out)
		assert_string_equal(ran.out, out);
	if (err)
		assert_string_equal(ran.err, err);
	free(ran.out);
	free(ran.err);
}

#define ARGS(text) "{\"apiVersion\":\"msctl/v1\",\"kind\":\"Args\",\"metadata\":{\"name\":\"args\"},\"spec\":{\"text\":\"" text "\"}}\n"

static void test_options(void **state)
{
	static const struct { const char *line, *text; } rows[] = {
		{ "show -o json on", ARGS("0 - 3 0 soft only= raw= parts= action=on how=-") },
		{ "-o json show on", ARGS("0 - 3 0 soft only= raw= parts= action=on how=-") },
		{ "show -ojson -un x on slowly", ARGS("1 x 3 0 soft only= raw= parts= action=on how=slowly") },
		{ "show -uqc7 -o=json -o json on", NULL },
		{ "show -uqc7 --output=json on", ARGS("1 - 7 0 soft only= raw= parts= action=on how=-") },
		{ "show --upper --no-upper --out json off", ARGS("0 - 3 0 soft only= raw= parts= action=off how=-") },
		{ "show --wait 1h30m -m hard --output json on", ARGS("0 - 3 5400 hard only= raw= parts= action=on how=-") },
		{ "show --only a,b[1,2],c --only d --raw x,y --raw z -o json on",
		  ARGS("0 - 3 0 soft only=<a><b[1,2]><c><d> raw=<x,y><z> parts= action=on how=-") },
		{ "show --parts boot,bios -o json on", ARGS("0 - 3 0 soft only= raw= parts=<boot><bios> action=on how=-") },
		{ "show -o json -- on -x", ARGS("0 - 3 0 soft only= raw= parts= action=on how=-x") },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++)
		expect("", rows[i].line, rows[i].text ? 0 : 2, rows[i].text, NULL);
}

static void test_usage_errors(void **state)
{
	static const struct { const char *line, *err; } rows[] = {
		{ "", "msctl-test: a verb is missing\nhint: msctl-test --help lists the verbs\n" },
		{ "gte", "msctl-test: no such verb: \"gte\"\nhint: did you mean \"msctl-test get\"?\n" },
		{ "show on --uper", "msctl-test: unknown option --uper\nhint: did you mean --upper?\n" },
		{ "show on -Z", "msctl-test: unknown option -Z\n" },
		{ "show on --co", "msctl-test: --co could be --count or --complete\n" },
		{ "show on --upper=1", "msctl-test: --upper takes no value\n" },
		{ "show on --count", "msctl-test: --count needs a value: N\n" },
		{ "show on --count 11", "msctl-test: --count: not a number it takes: \"11\"\nhint: a number from 1 to 10\n" },
		{ "show on --count -1", "msctl-test: --count: not a number it takes: \"-1\"\nhint: a number from 1 to 10\n" },
		{ "show on --wait 5x", "msctl-test: --wait: not a time: \"5x\"\nhint: seconds, or 30s, 5m, 1h30m, 2d\n" },
		{ "show on --mode sotf", "msctl-test: --mode: not a word it knows: \"sotf\"\nhint: did you mean \"soft\"?\n" },
		{ "show on --parts power,zzz", "msctl-test: --parts: not a word it knows: \"zzz\"\nhint: one of power, boot, bios\n" },
		{ "show", "msctl-test: show: ACTION is missing\nhint: ACTION: what to do\n" },
		{ "show onn", "msctl-test: ACTION: not a word it knows: \"onn\"\nhint: did you mean \"on\"?\n" },
		{ "show on a b", "msctl-test: show: one word too many: \"b\"\n" },
		{ "get --window 0 --errors json", "{\"command\":\"msctl-test\",\"code\":\"usage\",\"message\":\"--window: not a number it "
						  "takes: \\\"0\\\"\",\"hint\":\"a number from 1 to 100000\"}\n" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++)
		expect("", rows[i].line, 2, "", rows[i].err);
}

#define SERVER(name, more) "{\"apiVersion\":\"msctl/v1\",\"kind\":\"Server\",\"metadata\":{\"name\":\"" name "\"},\"spec\":{" more "}}\n"
#define SEEN(name, more) "{\"apiVersion\":\"msctl/v1\",\"kind\":\"Server\",\"metadata\":{\"name\":\"" name "\"},\"spec\":{" more \
			 "},\"status\":{\"test\":true}}\n"
#define OTHER "{\"kind\":  \"ConfigMap\", \"metadata\": {\"name\": \"x\"}}\n"

static void test_order_and_passing(void **state)
{
	(void)state;
	expect(SERVER("a", "\"sleep\":30") OTHER SERVER("b", "\"sleep\":1") SERVER("c", "") OTHER, "get", 0,
	       SEEN("a", "\"sleep\":30") OTHER SEEN("b", "\"sleep\":1") SEEN("c", "") OTHER, "");
	expect(SERVER("a", "\"sleep\":9") SERVER("b", "\"sleep\":5") SERVER("c", "") OTHER, "get --window 1", 0,
	       SEEN("a", "\"sleep\":9") SEEN("b", "\"sleep\":5") SEEN("c", "") OTHER, "");
	expect("", "get", 0, "", "");
	expect("null\n", "get", 0, "", "");
}

static void test_many(void **state)
{
	struct ran ran;
	char *input = NULL, name[32];
	size_t len, lines = 0;
	FILE *file = open_memstream(&input, &len);
	const char *at;

	(void)state;
	for (int i = 0; i < 5000; i++)
		fprintf(file, "{\"apiVersion\":\"msctl/v1\",\"kind\":\"Server\",\"metadata\":{\"name\":\"n%04d\"},\"spec\":{\"sleep\":%d}}\n", i,
			i * 7 % 5);
	fclose(file);
	ran = run(input, "get --window 300");
	assert_int_equal(ran.status, 0);
	at = ran.out;
	for (int i = 0; i < 5000; i++, lines++) {
		snprintf(name, sizeof(name), "\"n%04d\"", i);
		at = strstr(at, name);
		assert_non_null(at);
	}
	free(input);
	free(ran.out);
	free(ran.err);
}

static void test_failures_are_data(void **state)
{
	(void)state;
	expect(SERVER("bad1", "\"sleep\":5") SERVER("good", ""), "get", 4,
	       "{\"apiVersion\":\"msctl/v1\",\"kind\":\"Server\",\"metadata\":{\"name\":\"bad1\"},\"spec\":{\"sleep\":5},\"status\":"
	       "{\"error\":{\"code\":\"unreachable\",\"message\":\"no answer\",\"hint\":\"look at the cable\"}}}\n" SEEN("good", ""),
	       "bad1: no answer\nhint: look at the cable\n");
	/* An old error goes when the verb succeeds. */
	expect("{\"apiVersion\":\"msctl/v1\",\"kind\":\"Server\",\"metadata\":{\"name\":\"a\"},\"spec\":{},\"status\":"
	       "{\"error\":{\"code\":\"timeout\"}}}\n", "get", 0, SEEN("a", ""), "");
}

static void test_findings(void **state)
{
	(void)state;
	expect(SERVER("a", "\"odd\":true") SERVER("b", ""), "check", 5,
	       SERVER("a", "\"odd\":true") "{\"apiVersion\":\"msctl/v1\",\"kind\":\"Finding\",\"metadata\":{\"name\":\"T01-a\"},\"spec\":"
	       "{\"rule\":\"T01\",\"severity\":\"error\",\"objects\":[{\"kind\":\"Server\",\"name\":\"a\"}],\"message\":\"a is odd\","
	       "\"hint\":\"make it even\"}}\n" SERVER("b", ""), "");
	expect(SERVER("b", ""), "check", 0, SERVER("b", ""), "");
}

static void test_selection(void **state)
{
	(void)state;
	expect(SERVER("a", "") SERVER("b", ""), "get -s b", 0, SERVER("a", "") SEEN("b", ""), "");
	expect(SERVER("a", "") SERVER("b", ""), "get -s b -o name", 0, "server/b\n", "");
	expect(SERVER("a", "") SERVER("b", ""), "get -s b,c -o name", 1, NULL, NULL);
	expect(SERVER("a", ""), "get -s b[", 2, "", NULL);
	/* A verb that touches devices looks first whether all that was named is there. */
	expect(SERVER("a", "") SERVER("b", ""), "power -s b,c", 1, "", NULL);
	expect(SERVER("a", "") SERVER("b", ""), "power --max-targets 1", 1, "",
	       "msctl-test: 2 targets are selected, but --max-targets is 1; nothing was changed\n"
	       "hint: select fewer with -s or -l, or raise --max-targets\n");
	expect(SERVER("a", "") SERVER("b", ""), "power --max-targets 1 -s a", 0, SEEN("a", "") SERVER("b", ""), "");
}

static void test_sites_and_lists(void **state)
{
	(void)state;
	expect("apiVersion: msctl/v1\nkind: Site\nmetadata: {name: s}\nspec: {n: 2}\n", "get -o name", 0, "server/node00\nserver/node01\n",
	       "");
	expect("{\"kind\":\"List\",\"items\":[" SERVER("a", "") "," SERVER("b", "") "]}", "get", 0, SEEN("a", "") SEEN("b", ""), "");
	expect("[" SERVER("a", "") "," SERVER("b", "") "]", "get", 0, SEEN("a", "") SEEN("b", ""), "");
}

static void test_refused(void **state)
{
	(void)state;
	/* What came before is done; all problems of a file are reported. */
	expect(SERVER("a", "") SERVER("b", "\"wrong\":1") SERVER("c", "") SERVER("d", "\"wrong\":1"), "get", 3, SEEN("a", ""), NULL);
	expect(SERVER("a", "") "{\"a\": 1}\n7\n{\"kind\":\"Server\"}\n", "get", 3, SEEN("a", ""),
	       "<stdin>:2:1: not a resource: it has no kind\nhint: every document needs apiVersion, kind and metadata.name\n"
	       "<stdin>:3:1: not JSON: a resource begins with {\n"
	       "<stdin>:4:1: apiVersion is missing\nhint: write apiVersion: msctl/v1\n");
	/* Nothing is touched where everything is read first. */
	expect(SERVER("a", "") SERVER("b", "\"wrong\":1"), "power", 3, "", NULL);
	expect(SERVER("a", "") SERVER("b", "\"wrong\":1"), "apply", 3, "", NULL);
	expect("apiVersion: msctl/v1\nkind: Site\nmetadata: {name: s}\nspec: {n: -1}\n", "get", 3, "", NULL);
	expect(SERVER("a", "") "{\"kind\": \n", "get", 3, SEEN("a", ""), NULL);
	expect("", "get no-such-file", 1, "", "msctl-test: cannot open no-such-file: No such file or directory\n");
	expect("", "get /", 1, "", "msctl-test: cannot read /: Is a directory\n");
}

static void test_collect(void **state)
{
	(void)state;
	expect(SERVER("a", "") OTHER SERVER("b", ""), "apply", 0, SERVER("b", "") OTHER SERVER("a", ""), "");
}

static void test_deadline(void **state)
{
	struct ran ran = run(SERVER("a", "\"sleep\":20000") SERVER("b", "\"sleep\":20000") SERVER("c", ""), "get --deadline 1 --window 2");

	(void)state;
	assert_int_equal(ran.status, 4);
	assert_non_null(strstr(ran.out, "\"name\":\"a\""));
	assert_non_null(strstr(ran.out, "\"name\":\"c\""));
	assert_non_null(strstr(ran.err, "a: not finished when the deadline of the run passed"));
	assert_non_null(strstr(ran.err, "c: not finished when the deadline of the run passed"));
	free(ran.out);
	free(ran.err);
}

/* A pipe that nobody writes to: the deadline ends the waiting, and says so. */
static void test_deadline_of_reading(void **state)
{
	char *argv[] = { (char *)"msctl-test", (char *)"get", (char *)"--deadline", (char *)"1", NULL }, *text = NULL;
	size_t len;
	int in[2];
	FILE *out = tmpfile(), *errors = open_memstream(&text, &len), *file;

	(void)state;
	assert_int_equal(pipe(in), 0);
	file = fdopen(in[0], "r");
	assert_int_equal(ms_cmd_run(&cmd, 4, argv, file, out, errors), 1);
	fclose(file);
	close(in[1]);
	fclose(out);
	fclose(errors);
	assert_string_equal(text, "msctl-test: not finished when the deadline of the run passed\nhint: give it a longer --deadline\n");
	free(text);
}

static void test_progress_events(void **state)
{
	(void)state;
	expect(SERVER("a", ""), "power --progress=json -o name", 0, "server/a\n",
	       "{\"event\":\"total\",\"total\":1}\n{\"event\":\"done\",\"target\":\"a\",\"ok\":true}\n");
	expect(SERVER("a", ""), "power --progress=json -q -o name", 0, "server/a\n", "");
}

static void test_full_disk(void **state)
{
	char *argv[] = { (char *)"msctl-test", (char *)"get", NULL }, *text = NULL;
	size_t len;
	FILE *in = tmpfile(), *out = fopen("/dev/full", "w"), *errors = open_memstream(&text, &len);

	(void)state;
	fputs(SERVER("a", ""), in);
	fflush(in);
	rewind(in);
	assert_int_equal(ms_cmd_run(&cmd, 2, argv, in, out, errors), 1);
	fclose(in);
	fclose(out);
	fclose(errors);
	assert_string_equal(text, "msctl-test: cannot write the output: No space left on device\n");
	free(text);
}

/* What cannot be written is not waited for: the others are told to stop. */
static void test_full_disk_stops(void **state)
{
	char *argv[] = { (char *)"msctl-test", (char *)"get", NULL }, *text = NULL;
	int64_t start = ms_clock_ms();
	size_t len;
	FILE *in = tmpfile(), *out = fopen("/dev/full", "w"), *errors = open_memstream(&text, &len);

	(void)state;
	fputs(SERVER("a", "\"sleep\":10") SERVER("b", "\"sleep\":50000"), in);
	fflush(in);
	rewind(in);
	assert_int_equal(ms_cmd_run(&cmd, 2, argv, in, out, errors), 1);
	assert_true(ms_clock_ms() - start < 20000);
	fclose(in);
	fclose(out);
	fclose(errors);
	assert_string_equal(text, "msctl-test: cannot write the output: No space left on device\n");
	free(text);
}

/* A producer that pauses must not hold back what is finished. */
static void test_slow_producer(void **state)
{
	int in[2], out[2], status;
	char bytes[1024] = "";
	ssize_t n;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(in) + pipe(out), 0);
	pid = fork();
	if (!pid) {
		char *argv[] = { (char *)"msctl-test", (char *)"get", NULL };

		close(in[1]);
		close(out[0]);
		_exit(ms_cmd_run(&cmd, 2, argv, fdopen(in[0], "r"), fdopen(out[1], "w"), stderr));
	}
	close(in[0]);
	close(out[1]);
	assert_true(write(in[1], SERVER("a", "\"sleep\":20"), strlen(SERVER("a", "\"sleep\":20"))) > 0);
	n = read(out[0], bytes, sizeof(bytes) - 1);
	assert_true(n > 0);
	assert_string_equal(bytes, SEEN("a", "\"sleep\":20"));
	assert_true(write(in[1], OTHER, strlen(OTHER)) > 0);
	memset(bytes, 0, sizeof(bytes));
	n = read(out[0], bytes, sizeof(bytes) - 1);
	assert_true(n > 0);
	assert_string_equal(bytes, OTHER);
	close(in[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(out[0]);
}

/* A signal: what is under way is written with the reason, nothing new begins, and the status says which signal. */
static void test_signal(void **state)
{
	int in[2], out[2], err[2], status;
	char bytes[2048] = "";
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(in) + pipe(out) + pipe(err), 0);
	pid = fork();
	if (!pid) {
		char *argv[] = { (char *)"msctl-test", (char *)"get", (char *)"--progress=json", NULL };

		close(in[1]);
		dup2(in[0], 0);
		dup2(out[1], 1);
		dup2(err[1], 2);
		setenv("MSCTL_CONFINE", "0", 1);
		_exit(ms_main(&cmd, 3, argv));
	}
	close(in[0]);
	close(out[1]);
	close(err[1]);
	assert_true(write(in[1], SERVER("b", "\"sleep\":60000"), strlen(SERVER("b", "\"sleep\":60000"))) > 0);
	assert_true(read(err[0], bytes, sizeof(bytes) - 1) > 0);
	assert_string_equal(bytes, "{\"event\":\"step\",\"target\":\"b\",\"what\":\"sleeping\"}\n");
	kill(pid, SIGINT);
	memset(bytes, 0, sizeof(bytes));
	assert_true(read(out[0], bytes, sizeof(bytes) - 1) > 0);
	assert_non_null(strstr(bytes, "\"code\":\"cancelled\""));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 128 + SIGINT);
	close(in[1]);
	close(out[0]);
	close(err[0]);
}

static void test_introspect(void **state)
{
	struct ran ran = run("", "--introspect");
	json_error_t error;
	json_auto_t *table = json_loads(ran.out, 0, &error);

	(void)state;
	assert_int_equal(ran.status, 0);
	assert_non_null(table);
	assert_string_equal(ms_str(table, "/verbs/0/options/4/words/1", ""), "hard");
	assert_string_equal(ms_str(table, "/verbs/0/operands/0/words/0", ""), "on");
	assert_string_equal(ms_str(table, "/rules/0/id", ""), "T01");
	assert_int_equal(ms_int(table, "/exits/5/status", 0), 5);
	free(ran.out);
	free(ran.err);
	expect("", "--version", 0, "msctl-test " MSCTL_VERSION "\n", "");
	expect("", "get --version", 0, "msctl-test " MSCTL_VERSION "\n", "");
}

static void test_help(void **state)
{
	struct ran ran = run("", "show --help");

	(void)state;
	assert_int_equal(ran.status, 0);
	assert_true(ms_starts(ran.out, "usage: msctl-test show [OPTIONS] ACTION [HOW]\nprint arguments\n\n"
				       "  ACTION                    what to do: on, off\n"));
	assert_non_null(strstr(ran.out, "  -m, --mode WORD           a word: soft, hard\n"));
	free(ran.out);
	free(ran.err);
}

static void test_complete(void **state)
{
	static const struct { const char *line, *out; } rows[] = {
		{ "--complete ge", "get\tobserve\n" },
		{ "--complete show --mo", "--mode\ta word\n" },
		{ "--complete show --mode", "--mode\ta word\n" },
		{ "--complete show --mode h", "hard\ta word\n" },
		{ "--complete show -m h", "hard\ta word\n" },
		{ "--complete show --mode=s", "--mode=soft\ta word\n" },
		{ "--complete show --parts boot,b", "boot,boot\ta list of words\nboot,bios\ta list of words\n" },
		{ "--complete show of", "off\twhat to do\n:files\n" },
		{ "--complete get x", ":files\n" },
		{ "--complete -o json ch", "check\tcheck\n" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++)
		expect("", rows[i].line, 0, rows[i].out, "");
}

static void test_duration(void **state)
{
	static const struct { const char *text; int64_t seconds; } rows[] = {
		{ "90", 90 }, { "0", 0 }, { "5m", 300 }, { "1h30m", 5400 }, { "2d", 172800 }, { "1d2h3m4s", 93784 }, { "", -1 },
		{ "m", -1 }, { "5x", -1 }, { "30m1h", -1 }, { "1h30", -1 }, { "-5", -1 }, { "99999999999", -1 }, { "5 m", -1 },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		int64_t seconds = -1;
		int r = ms_duration_parse(rows[i].text, &seconds);

		assert_int_equal(r, rows[i].seconds < 0 ? -EINVAL : 0);
		assert_int_equal(seconds, rows[i].seconds);
	}
}

static void test_nearest(void **state)
{
	static const char *const words[] = { "get", "plan", "apply", "check", "power", NULL };
	static const struct { const char *word, *near; } rows[] = {
		{ "gte", "get" }, { "chek", "check" }, { "aplpy", "apply" }, { "powre", "power" }, { "zzzzz", NULL }, { "", NULL }, { "g", NULL },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		const char *near = ms_nearest(rows[i].word, words);

		if (rows[i].near)
			assert_string_equal(near, rows[i].near);
		else
			assert_null(near);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options), cmocka_unit_test(test_usage_errors), cmocka_unit_test(test_order_and_passing),
		cmocka_unit_test(test_many), cmocka_unit_test(test_failures_are_data), cmocka_unit_test(test_findings),
		cmocka_unit_test(test_selection), cmocka_unit_test(test_sites_and_lists), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_collect), cmocka_unit_test(test_deadline), cmocka_unit_test(test_deadline_of_reading),
		cmocka_unit_test(test_progress_events),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_full_disk_stops), cmocka_unit_test(test_slow_producer), cmocka_unit_test(test_signal),
		cmocka_unit_test(test_introspect), cmocka_unit_test(test_help), cmocka_unit_test(test_complete),
		cmocka_unit_test(test_duration), cmocka_unit_test(test_nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
