/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one apply: what each Step becomes, in which order, and what is left alone. */
#include "apply-fixture.h"

static void test_done_and_already(void **state)
{
	const char *a, *b;

	(void)state;
	bench_add("n1", NULL);
	a = STEP("n1", "power.on", NULL, OFF, ON);
	bench_add("n2", "late");
	b = STEP("n2", "power.on", NULL, OFF, ON);
	assert_int_equal(bench_run(""), 0);
	assert_result(a, "done", "");
	assert_result(b, "done", "");
	assert_true(device_is("n1", ON));
	assert_string_equal(result(a, "/status/before/power"), "Off");
	assert_string_equal(result(a, "/status/after/power"), "On");
	assert_int_equal(acts(NULL), 2);
	assert_int_equal(bench_run(""), 0);
	assert_result(a, "done", "already");
	assert_result(b, "done", "already");
	assert_int_equal(acts(NULL), 2);
}

/* The stream leaves as it came, but for the status of its Steps. */
static void test_order_of_output(void **state)
{
	static const char foreign[] = "{\"kind\" : \"Other\", \"metadata\": {\"name\":\"x\"}, \"b\":1.50}\n";
	const char *at;

	(void)state;
	bench_add("n2", NULL);
	STEP("n2", "a", NULL, OFF, ON);
	fputs(foreign, bench->plan);
	bench_add("n1", NULL);
	STEP("n1", "a", NULL, OFF, ON);
	assert_int_equal(bench_run(""), 0);
	at = strstr(bench->out, "\"name\":\"n2\"");
	assert_non_null(at);
	at = strstr(at, "Server/n2");
	assert_non_null(at);
	at = strstr(at, foreign);
	assert_non_null(at);
	at = strstr(at, "\"name\":\"n1\"");
	assert_non_null(at);
	assert_non_null(strstr(at, "Server/n1"));
}

static void test_before_no_longer_holds(void **state)
{
	json_auto_t *now = json_pack("{s:s}", "power", "Paused");
	const char *a, *b;

	(void)state;
	bench_add("n1", NULL);
	a = STEP("n1", "power.on", NULL, OFF, ON);
	b = STEP("n1", "other", NULL, NULL, "{\"n\":1}");
	device_save("n1", now);
	assert_int_equal(bench_run(""), MS_EXIT_PARTIAL);
	assert_result(a, "failed", "/power is \"Paused\" (planned from \"Off\")");
	assert_string_equal(result(a, "/status/error/code"), "precondition");
	assert_non_null(strstr(bench->errors, "n1: somebody changed it"));
	assert_non_null(strstr(bench->errors, "hint: run get and plan again"));
	assert_result(b, "skipped", a);
	assert_int_equal(acts(NULL), 0);
}

static void test_faults(void **state)
{
	const char *silent, *lost, *refuse, *dead, *after;

	(void)state;
	bench_add("n1", "silent");
	silent = STEP("n1", "on", NULL, OFF, ON);
	bench_add("n2", "lost");
	lost = STEP("n2", "on", NULL, OFF, ON);
	bench_add("n3", "refuse");
	refuse = STEP("n3", "on", NULL, OFF, ON);
	bench_add("n4", "dead");
	dead = STEP("n4", "on", NULL, OFF, ON);
	after = STEP("n4", "count", NULL, NULL, "{\"n\":1}");
	assert_int_equal(bench_run("--keep-going"), MS_EXIT_PARTIAL);
	assert_result(silent, "failed", "/power is \"Off\" (wanted \"On\")");
	assert_string_equal(result(silent, "/status/error/code"), "unverified");
	assert_result(lost, "done", "");
	assert_result(refuse, "failed", "no licence");
	assert_string_equal(result(refuse, "/status/error/code"), "license");
	assert_result(dead, "failed", "no answer");
	assert_result(after, "skipped", dead);
	assert_non_null(strstr(bench->errors, "Server/n4: no answer"));
}

static void test_keep_going(void **state)
{
	const char *a, *b, *c;

	(void)state;
	bench_add("n1", NULL);
	a = STEP("n1", "a", NULL, "{\"n\":5}", "{\"n\":6}");
	b = STEP_AFTER("n1", "b", OFF, ON, a);
	c = STEP("n1", "c", NULL, NULL, "{\"c\":true}");
	assert_int_equal(bench_run("--keep-going"), MS_EXIT_PARTIAL);
	assert_result(a, "failed", "");
	assert_result(b, "skipped", a);
	assert_result(c, "done", "");
	assert_int_equal(acts(NULL), 1);
}

static void test_risks(void **state)
{
	const char *reboot, *data, *none;

	(void)state;
	bench_add("n1", NULL);
	reboot = STEP("n1", "a", "reboot", OFF, ON);
	data = STEP("n1", "b", "data", NULL, "{\"wiped\":true}");
	none = STEP("n1", "c", "link", NULL, "{\"c\":true}");
	assert_int_equal(bench_run(""), MS_EXIT_PARTIAL);
	assert_result(reboot, "skipped", "--allow reboot");
	assert_result(data, "skipped", "--allow data");
	assert_result(none, "done", "");
	assert_non_null(strstr(bench->errors, "not allowed: 2 (reboot,data)\nhint: when that is wanted: --allow reboot,data"));
	assert_int_equal(bench_run("--allow reboot"), MS_EXIT_PARTIAL);
	assert_result(reboot, "done", "");
	assert_result(data, "skipped", "--allow data");
	assert_int_equal(acts(NULL), 2);
}

/* What is to be lost is named by its serial number, and nothing else is touched. */
static void test_identity(void **state)
{
	json_auto_t *other = parse("{\"identity\":{\"serialNumber\":\"S2\"}}");
	json_auto_t *right = parse("{\"identity\":{\"serialNumber\":\"S1\",\"wwn\":\"w\"}}");
	const char *a;

	(void)state;
	bench_add("n1", NULL);
	a = STEP("n1", "wipe", "data", NULL, "{\"wiped\":true}");
	assert_int_equal(bench_run("--allow data"), MS_EXIT_PARTIAL);
	assert_result(a, "failed", "another device than the one the Step is for");
	device_save("n1", other);
	assert_int_equal(bench_run("--allow data"), MS_EXIT_PARTIAL);
	assert_result(a, "failed", "/serialNumber is \"S2\" (expected \"S1\")");
	assert_int_equal(acts(NULL), 0);
	device_save("n1", right);
	assert_int_equal(bench_run("--allow data"), 0);
	assert_int_equal(acts(NULL), 1);
}

static void test_data_without_identity(void **state)
{
	struct ms_step_new step = { .command = "msctl-test", .kind = "Server", .name = "n1", .action = "wipe",
				    .risk = "data", .after = json_true() };
	struct ms_err err = MS_ERR_INIT;
	json_t *res = NULL;

	(void)state;
	assert_int_equal(ms_step_make(&step, &res, &err), -EINVAL);
	assert_null(res);
	bench_add("n1", NULL);
	fputs("{\"apiVersion\":\"msctl/v1\",\"kind\":\"Step\",\"metadata\":{\"name\":\"x\"},\"spec\":{\"id\":\"x\","
	      "\"command\":\"msctl-test\",\"target\":\"Server/n1\",\"action\":\"wipe\",\"risk\":\"data\",\"after\":{\"w\":1}},"
	      "\"status\":{\"state\":\"planned\"}}\n",
	      bench->plan);
	assert_int_equal(bench_run("--allow data"), MS_EXIT_PARTIAL);
	assert_result("x", "failed", "does not say which device");
	assert_int_equal(acts(NULL), 0);
}

/* ---- order ----------------------------------------------------------------------------------- */

/* Each waits for one of the other device, with room for one device at a time. */
static void test_needs_across(void **state)
{
	json_auto_t *ids = json_array();
	const char *a1, *b1, *a2, *b2;

	(void)state;
	bench_add("a", NULL);
	bench_add("b", NULL);
	a1 = STEP("a", "1", NULL, "{\"n\":0}", "{\"n\":1}");
	b1 = STEP_AFTER("b", "1", "{\"n\":0}", "{\"n\":1}", a1);
	a2 = STEP_AFTER("a", "2", "{\"n\":1}", "{\"n\":2}", b1);
	b2 = STEP_AFTER("b", "2", "{\"n\":1}", "{\"n\":2}", a2);
	(void)ids;
	assert_int_equal(bench_run("--window 1"), 0);
	assert_result(b2, "done", "");
	assert_true(device_is("a", "{\"n\":2}"));
	assert_true(device_is("b", "{\"n\":2}"));
	{
		MS_AUTO_BUF struct ms_buf text = { 0 };
		struct ms_err err = MS_ERR_INIT;

		assert_no_err(ms_read_file(device_path("acts"), 1000, &text, &err), &err);
		assert_string_equal(text.data, "a 1\nb 1\na 2\nb 2\n");
	}
}

/* The needed one stands behind the one that needs it, on the same device. */
static void test_needs_a_later_one(void **state)
{
	struct step first = { "n1", "first", NULL, "{\"n\":1}", "{\"n\":2}", NULL };
	struct step second = { "n1", "second", NULL, "{\"n\":0}", "{\"n\":1}", NULL };
	FILE *kept = bench->plan;
	const char *id;

	(void)state;
	bench_add("n1", NULL);
	bench->plan = tmpfile();
	id = bench_step(&second); /* only to learn its id */
	fclose(bench->plan);
	bench->plan = kept;
	first.needs = id;
	bench_step(&first);
	bench_step(&second);
	assert_int_equal(bench_run(""), 0);
	assert_true(device_is("n1", "{\"n\":2}"));
}

static void test_needs_that_fail(void **state)
{
	const char *a, *b, *c;

	(void)state;
	bench_add("n1", "refuse");
	bench_add("n2", NULL);
	bench_add("n3", NULL);
	a = STEP("n1", "a", NULL, OFF, ON);
	b = STEP_AFTER("n2", "b", OFF, ON, a);
	c = STEP_AFTER("n3", "c", OFF, ON, b);
	assert_int_equal(bench_run("--window 1"), MS_EXIT_PARTIAL);
	assert_result(b, "skipped", a);
	assert_result(c, "skipped", b);
	assert_int_equal(acts(NULL), 0);
}

static void put_raw(const char *id, const char *more)
{
	fprintf(bench->plan, "{\"apiVersion\":\"msctl/v1\",\"kind\":\"Step\",\"metadata\":{\"name\":\"%s\"},\"spec\":{\"id\":\"%s\","
		"\"action\":\"a\",%s}}\n", id, id, more);
}

#define GOOD "\"command\":\"msctl-test\",\"target\":\"Server/n1\",\"risk\":\"none\",\"after\":{}"

static void test_plans_refused(void **state)
{
	static const struct { const char *spec, *words; } rows[] = {
		{ GOOD ",\"needs\":[\"gone\"]", "/spec/needs/0: no Step \"gone\" in the stream" },
		{ GOOD ",\"needs\":[7]", "/spec/needs/0: no Step" },
		{ GOOD ",\"needs\":[\"s\"]", "in a circle: s needs s" },
		{ "\"target\":\"Server/n1\",\"risk\":\"none\",\"after\":{}", "/spec/command: a Step without \"command\"" },
		{ "\"command\":\"msctl-test\",\"risk\":\"none\",\"after\":{}", "/spec/target" },
		{ "\"command\":\"msctl-test\",\"target\":\"Server/n1\",\"risk\":\"none\"", "/spec/after" },
		{ "\"command\":\"x\",\"target\":\"Server/n1\",\"risk\":\"some\",\"after\":1", "not a risk: \"some\"" },
	};
	FILE *first = bench->plan;

	(void)state;
	bench_add("n1", NULL);
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		bench->plan = tmpfile();
		bench_server("n1", NULL, NULL);
		put_raw("ok", GOOD);
		put_raw("s", rows[i].spec);
		if (bench_run("") != MS_EXIT_INPUT || !strstr(bench->errors, rows[i].words) ||
		    !strstr(bench->errors, "<stdin>:3") || *bench->out)
			fail_msg("%s: %d\n%s\n%s", rows[i].spec, bench->status, bench->errors, bench->out);
		fclose(bench->plan);
	}
	bench->plan = first;
	assert_int_equal(acts(NULL), 0);
}

static void test_long_circle(void **state)
{
	(void)state;
	bench_add("n1", NULL);
	put_raw("x", GOOD ",\"needs\":[\"a\"]");
	put_raw("a", GOOD ",\"needs\":[\"b\"]");
	put_raw("b", GOOD ",\"needs\":[\"c\",\"c\"]");
	put_raw("c", GOOD ",\"needs\":[\"a\"]");
	assert_int_equal(bench_run(""), MS_EXIT_INPUT);
	assert_non_null(strstr(bench->errors, "a needs b needs c needs a"));
}

/* A restart takes along what may be taken: not what somebody changed, nor what needs that, nor other risks. */
static void test_taken_along(void **state)
{
	const char *first, *along, *stale, *behind, *quiet, *last;

	(void)state;
	bench_add("n1", "restarts");
	first = STEP("n1", "first", "reboot", OFF, ON);
	along = STEP("n1", "along", "reboot", NULL, "{\"a\":1}");
	stale = STEP("n1", "stale", "reboot", "{\"n\":7}", "{\"n\":8}");
	behind = bench_step(&(struct step){ "n1", "behind", "reboot", NULL, "{\"b\":1}", stale });
	quiet = STEP("n1", "quiet", NULL, NULL, "{\"q\":1}");
	last = bench_step(&(struct step){ "n1", "last", "reboot", NULL, "{\"l\":1}", along });
	assert_int_equal(bench_run("--allow reboot --keep-going"), MS_EXIT_PARTIAL);
	assert_result(first, "done", "");
	assert_result(along, "done", "with the restart for an earlier Step");
	assert_result(stale, "failed", "somebody changed it");
	assert_result(behind, "skipped", stale);
	assert_result(quiet, "done", "");
	assert_result(last, "done", "with the restart");
	assert_true(device_is("n1", "{\"power\":\"On\",\"a\":1,\"n\":0,\"b\":null,\"q\":1,\"l\":1}"));
	assert_int_equal(acts(NULL), 2);
}

/* ---- what is in the stream, and what is not -------------------------------------------------- */

static void test_target_missing(void **state)
{
	const char *a, *b;

	(void)state;
	bench_add("n1", NULL);
	a = STEP("n1", "a", NULL, OFF, ON);
	b = STEP("n9", "b", NULL, OFF, ON);
	assert_int_equal(bench_run(""), MS_EXIT_PARTIAL);
	assert_result(a, "done", "");
	assert_result(b, "failed", "Server/n9 is not in the stream");
	assert_non_null(strstr(bench->errors, "hint: apply needs the whole output of plan"));
}

#define FOREIGN "\"command\":\"msctl-other\",\"target\":\"Switch/s\",\"risk\":\"data\",\"after\":{}"

static void test_other_commands(void **state)
{
	const char *a, *b;

	(void)state;
	bench_add("n1", NULL);
	bench_add("n2", NULL);
	put_raw("o1", FOREIGN "},\"status\":{\"state\":\"done\"");
	put_raw("o2", FOREIGN "},\"status\":{\"state\":\"planned\"");
	a = STEP_AFTER("n1", "a", OFF, ON, "o1");
	b = STEP_AFTER("n2", "b", OFF, ON, "o2");
	assert_int_equal(bench_run(""), MS_EXIT_PARTIAL);
	assert_result(a, "done", "");
	assert_result(b, "skipped", "another command's Step o2");
	assert_result("o1", "done", "");
	assert_result("o2", "planned", "");
}

static void test_selected(void **state)
{
	const char *a, *b;

	(void)state;
	bench_add("n1", NULL);
	a = STEP("n1", "a", NULL, OFF, ON);
	bench_add("n2", NULL);
	b = STEP("n2", "a", NULL, OFF, ON);
	assert_int_equal(bench_run("-s n2"), 0);
	assert_result(a, "planned", "");
	assert_result(b, "done", "");
	assert_true(device_is("n1", OFF));
	assert_int_equal(bench_run("-s n7"), MS_EXIT_FAILED);
	assert_int_equal(bench_run("-s n1 -o table"), 0);
	assert_non_null(strstr(bench->out, a));
	assert_null(strstr(bench->out, b));
}

static void test_max_targets(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		char name[16];

		snprintf(name, sizeof(name), "n%d", i);
		bench_add(name, NULL);
		STEP(name, "a", NULL, OFF, ON);
		STEP(name, "b", NULL, NULL, "{\"b\":1}");
	}
	assert_int_equal(bench_run("--max-targets 2"), MS_EXIT_FAILED);
	assert_int_equal(acts(NULL), 0);
	assert_int_equal(bench_run("--max-targets 3"), 0);
	assert_int_equal(acts(NULL), 6);
}

/* ---- locks and journal ----------------------------------------------------------------------- */

static void test_one_device_two_targets(void **state)
{
	const char *b;

	(void)state;
	bench_add("n1", NULL);
	bench_server("n1-again", NULL, "n1");
	STEP("n1", "a", NULL, "{\"n\":0}", "{\"n\":1}");
	b = STEP("n1-again", "b", NULL, "{\"n\":1}", "{\"n\":2}");
	assert_int_equal(bench_run(""), 0);
	assert_result(b, "done", "");
	assert_true(device_is("n1", "{\"n\":2}"));
}

static void test_locked_by_another(void **state)
{
	struct fixture other = *bench->f;
	struct ms_err err = MS_ERR_INIT;
	struct ms_lock *lock = NULL;
	const char *a, *b;

	(void)state;
	bench_add("n1", NULL);
	a = STEP("n1", "a", NULL, OFF, ON);
	b = STEP("n1", "b", NULL, NULL, "{\"b\":1}");
	fixture_open(&other);
	assert_no_err(ms_lock_take(other.store, "fake/n1", "msctl-other", 0, &lock, &err), &err);
	assert_int_equal(bench_run("--keep-going"), MS_EXIT_PARTIAL);
	assert_result(a, "failed", "fake/n1 is locked by msctl-other");
	assert_string_equal(result(a, "/status/error/code"), "conflict");
	assert_result(b, "skipped", a);
	assert_int_equal(acts(NULL), 0);
	ms_lock_release(lock);
	fixture_close(&other);
	assert_int_equal(bench_run(""), 0);
}

/* Nothing is written to a device that could not be remembered. */
static void test_journal_comes_first(void **state)
{
	const char *a;

	(void)state;
	bench_add("n1", NULL);
	a = STEP("n1", "a", NULL, OFF, ON);
	bench->full_disk = true;
	assert_int_equal(bench_run(""), MS_EXIT_PARTIAL);
	assert_result(a, "failed", "No space left");
	assert_int_equal(acts(NULL), 0);
}

static void test_journal(void **state)
{
	struct fixture look = *bench->f;
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *entry = NULL;
	char key[32];
	const char *a;

	(void)state;
	bench_add("n1", NULL);
	a = STEP("n1", "power.on", NULL, OFF, ON);
	setenv("MSCTL_NOW", "2026-11-22T08:00:00Z", 1);
	assert_int_equal(bench_run(""), 0);
	unsetenv("MSCTL_NOW");
	fixture_open(&look);
	snprintf(key, sizeof(key), "step/%s", a);
	assert_no_err(ms_store_get(look.store, key, &entry, NULL, &err), &err);
	assert_string_equal(ms_str(entry, "/state", ""), "done");
	assert_string_equal(ms_str(entry, "/time", ""), "2026-11-22T08:00:00Z");
	assert_string_equal(ms_str(entry, "/command", ""), "msctl-test");
	assert_string_equal(ms_str(entry, "/target", ""), "Server/n1");
	assert_string_equal(result(a, "/status/startedAt"), "2026-11-22T08:00:00Z");
	fixture_close(&look);
}

static void test_deadline(void **state)
{
	const char *a, *b;

	(void)state;
	bench_add("n1", "slow");
	a = STEP("n1", "a", NULL, OFF, ON);
	b = STEP("n1", "b", NULL, NULL, "{\"b\":1}");
	assert_int_equal(bench_run("--deadline 1"), MS_EXIT_PARTIAL);
	assert_result(a, "running", "deadline");
	assert_result(b, "skipped", "deadline");
}

static void test_nothing_to_do(void **state)
{
	(void)state;
	bench_server("n1", NULL, NULL);
	assert_int_equal(bench_run(""), 0);
	assert_non_null(strstr(bench->out, "n1"));
}

#define ROW(fn) cmocka_unit_test_setup_teardown(fn, bench_setup, bench_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(test_done_and_already), ROW(test_order_of_output), ROW(test_before_no_longer_holds),
		ROW(test_faults), ROW(test_keep_going), ROW(test_risks), ROW(test_identity),
		ROW(test_data_without_identity), ROW(test_needs_across), ROW(test_needs_a_later_one),
		ROW(test_needs_that_fail), ROW(test_taken_along), ROW(test_plans_refused), ROW(test_long_circle), ROW(test_target_missing),
		ROW(test_other_commands), ROW(test_selected), ROW(test_max_targets), ROW(test_one_device_two_targets),
		ROW(test_locked_by_another), ROW(test_journal_comes_first), ROW(test_journal), ROW(test_deadline),
		ROW(test_nothing_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
