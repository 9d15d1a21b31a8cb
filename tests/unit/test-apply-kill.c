/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An apply that ends where it should not: killed at each of its moments (before and after every write to the
 * store and to a device, and in the middle of one), or stopped by a signal.  Applied again, all is as planned,
 * and no act that had come to its end was done a second time.
 */
#include "apply-fixture.h"

static const char *ids[4];

static void make_plan(void)
{
	bench_add("n1", NULL);
	ids[0] = STEP("n1", "power.on", NULL, OFF, ON);
	ids[1] = STEP_AFTER("n1", "count", "{\"n\":0}", "{\"n\":1}", ids[0]);
	bench_add("n2", NULL);
	ids[2] = STEP_AFTER("n2", "power.on", OFF, ON, ids[1]);
	ids[3] = STEP("n2", "count", NULL, "{\"n\":0}", "{\"n\":1}");
}

static void reset(void)
{
	json_auto_t *off = json_pack("{s:s, s:i}", "power", "Off", "n", 0);

	device_save("n1", off);
	device_save("n2", off);
	unlink(device_path("acts"));
	unlink(bench->f->path);
}

/* Run in a process of its own that kills itself; true when it did. */
static bool run_killed(unsigned at)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		bench->kill_at = at;
		_exit(bench_run("--window 1 --allow reboot"));
	}
	status = fixture_wait(pid);
	if (!WIFSIGNALED(status))
		assert_int_equal(status, 0);
	return WIFSIGNALED(status);
}

static void check_all_done(unsigned at)
{
	if (bench->status)
		fail_msg("killed at %u: %d\n%s", at, bench->status, bench->errors);
	for (size_t i = 0; i < MS_ARRAY_SIZE(ids); i++)
		assert_result(ids[i], "done", "");
	assert_true(device_is("n1", "{\"power\":\"On\",\"n\":1}"));
	assert_true(device_is("n2", "{\"power\":\"On\",\"n\":1}"));
	if (acts(NULL) != 4)
		fail_msg("killed at %u: %u acts instead of 4", at, acts(NULL));
}

static void test_killed_once(void **state)
{
	unsigned at;

	(void)state;
	make_plan();
	for (at = 1; at < 200; at++) {
		bool killed;

		reset();
		killed = run_killed(at);
		bench_run("");
		check_all_done(at);
		if (!killed)
			break;
	}
	/* Two locks taken and released, four Steps begun and ended, each with two moments; three in each act. */
	assert_int_equal(at, 4 * 2 + 8 * 2 + 4 * 3 + 1);
}

/* One restart serves two Steps: whenever it is cut short, the second is still known to be ours. */
static void test_killed_restart(void **state)
{
	const char *first, *along;
	unsigned at = 0;
	bool killed;

	(void)state;
	bench_add("n1", "restarts");
	first = STEP("n1", "first", "reboot", OFF, ON);
	along = STEP("n1", "along", "reboot", "{\"n\":0}", "{\"n\":1}");
	do {
		reset();
		killed = run_killed(++at);
		assert_int_equal(bench_run("--allow reboot"), 0);
		assert_result(first, "done", "");
		assert_result(along, "done", "");
		assert_true(device_is("n1", "{\"power\":\"On\",\"n\":1}"));
		assert_int_equal(acts(NULL), 1);
	} while (killed);
	assert_in_range(at, 10, 30);
}

/* Killed again and again, each time about one Step further. */
static void test_killed_often(void **state)
{
	unsigned runs = 0;

	(void)state;
	make_plan();
	reset();
	while (run_killed(13))
		assert_true(++runs < 50);
	assert_int_equal(runs, 4);
	bench_run("");
	check_all_done(13);
}

/* The journal says who was under way: what somebody else left in between is not ours to finish. */
static void test_not_ours(void **state)
{
	json_auto_t *strange = json_pack("{s:s, s:b, s:i}", "power", "Half", "half", 1, "n", 0);

	(void)state;
	make_plan();
	reset();
	device_save("n1", strange);
	assert_int_equal(bench_run(""), MS_EXIT_PARTIAL);
	assert_result(ids[0], "failed", "somebody changed it");
	assert_int_equal(acts("n1"), 0);
}

/* Kill in the middle of the first act. */
static void leave_half_done(void)
{
	json_auto_t *half = parse("{\"half\":true}"), *now = NULL;

	for (unsigned at = 1; at < 20; at++) {
		reset();
		assert_true(run_killed(at));
		json_decref(now);
		now = device_load("n1");
		if (ms_step_holds(now, half))
			return;
	}
	fail();
}

/* An edited Step has its old id, but it is not the one that was under way. */
static void test_edited_step(void **state)
{
	json_auto_t *res = NULL;
	FILE *first;

	(void)state;
	make_plan();
	leave_half_done();
	first = bench->plan;
	bench->plan = tmpfile();
	bench_server("n1", NULL, NULL);
	res = json_pack("{s:s, s:s, s:{s:s}, s:{s:s}, s:{s:s, s:s, s:s, s:s, s:s, s:{s:s}, s:{s:s}}}", "apiVersion", "msctl/v1",
			"kind", "Step", "metadata", "name", ids[0], "status", "state", "planned", "spec", "id", ids[0], "command", "msctl-test",
			"target", "Server/n1", "action", "power.on", "risk", "none", "before", "power", "Off", "after",
			"power", "Sleeping");
	bench_put(ms_take(res));
	assert_int_equal(bench_run(""), MS_EXIT_PARTIAL);
	assert_result(ids[0], "failed", "somebody changed it");
	fclose(bench->plan);
	bench->plan = first;
}

/* ---- signals --------------------------------------------------------------------------------- */

static int stopped_child(const char *out, const char *errors)
{
	char *argv[] = { "msctl-test", "apply", NULL };

	setenv("MSCTL_STATE", bench->f->path, 1); /* confinement leaves its folder writable, and our devices in it */
	assert_non_null(freopen(out, "w", stdout));
	assert_non_null(freopen(errors, "w", stderr));
	lseek(fileno(bench->plan), 0, SEEK_SET);
	assert_true(dup2(fileno(bench->plan), 0) == 0);
	return ms_main(&command, 2, argv);
}

static char *read_text(const char *path)
{
	MS_AUTO_BUF struct ms_buf text = { 0 };
	struct ms_err err = MS_ERR_INIT;

	assert_no_err(ms_read_file(path, 1 << 20, &text, &err), &err);
	return ms_buf_steal(&text);
}

static void run_stopped(int signal)
{
	MS_AUTO_FREE char *out = strdup(device_path("out")), *errors = strdup(device_path("errors"));
	int tell[2], status;
	char byte;
	pid_t pid;

	assert_int_equal(pipe(tell), 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		bench->tell = tell[1];
		_exit(stopped_child(out, errors));
	}
	close(tell[1]);
	assert_int_equal(read(tell[0], &byte, 1), 1);
	kill(pid, signal);
	status = fixture_wait(pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 128 + signal);
	free(bench->out);
	free(bench->errors);
	bench->out = read_text(out);
	bench->errors = read_text(errors);
	close(tell[0]);
}

static void test_signals(void **state)
{
	static const int signals[] = { SIGINT, SIGTERM };
	const char *slow, *behind, *waiting;

	(void)state;
	bench_add("n1", "slow");
	slow = STEP("n1", "power.on", NULL, OFF, ON);
	behind = STEP("n1", "count", NULL, "{\"n\":0}", "{\"n\":1}");
	bench_add("n2", NULL);
	waiting = STEP_AFTER("n2", "power.on", OFF, ON, slow);
	for (size_t i = 0; i < MS_ARRAY_SIZE(signals); i++) {
		run_stopped(signals[i]);
		assert_result(slow, "running", "apply again");
		assert_result(behind, "skipped", "cancelled");
		assert_result(waiting, "skipped", "cancelled");
		assert_true(device_is("n1", OFF));
		assert_int_equal(acts(NULL), 0);
	}
}

#define ROW(fn) cmocka_unit_test_setup_teardown(fn, bench_setup, bench_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(test_killed_once), ROW(test_killed_restart), ROW(test_killed_often), ROW(test_not_ours), ROW(test_edited_step),
		ROW(test_signals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
