/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Programs that are talked to: both ways at once, deadlines, ends, environment, and no orphans. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <cmocka.h>
#include "core/core.h"

static int setup(void **state)
{
	struct ms_err err = MS_ERR_INIT;

	return ms_loop_new((struct ms_loop **)state, &err);
}

static int teardown(void **state)
{
	ms_loop_free(*state);
	return 0;
}

static struct ms_child *start(struct ms_loop *loop, const char *const *argv, const char *const *env)
{
	struct ms_child_opts opts = { .argv = argv, .env = env, .what = argv[0], .talks = true, .errors_max = 8 };
	struct ms_child *child = NULL;
	struct ms_err err = MS_ERR_INIT;

	assert_int_equal(ms_child_start(loop, &opts, &child, &err), 0);
	return child;
}

static struct ms_child *shell(struct ms_loop *loop, const char *script)
{
	const char *const argv[] = { "sh", "-c", script, NULL };

	return start(loop, argv, NULL);
}

static int64_t soon(void)
{
	return ms_clock_ms() + 20000;
}

static void expect_end(struct ms_child *child, int status)
{
	struct ms_err err = MS_ERR_INIT;
	int got = -1;

	assert_int_equal(ms_child_wait(child, soon(), &got, &err), 0);
	assert_true(WIFEXITED(got));
	assert_int_equal(WEXITSTATUS(got), status);
	assert_false(ms_child_runs(child));
	ms_child_free(child);
}

/* More than fits into pipes, both ways, from one task. */
static void test_both_ways(void **state)
{
	const char *const argv[] = { "cat", NULL };
	struct ms_child *child = start(*state, argv, NULL);
	struct ms_err err = MS_ERR_INIT;
	MS_AUTO_BUF struct ms_buf out = { 0 };
	size_t n = 3 << 20;
	MS_AUTO_FREE char *data = malloc(n);

	for (size_t i = 0; i < n; i++)
		data[i] = (char)(i * 7 + i / 251);
	assert_int_equal(ms_child_send(child, data, n / 2, &err), 0);
	assert_int_equal(ms_child_send(child, data + n / 2, n - n / 2, &err), 0);
	ms_child_send_end(child);
	assert_int_equal(ms_child_read_all(child, &out, soon(), &err), 0);
	assert_int_equal(out.len, n);
	assert_memory_equal(out.data, data, n);
	expect_end(child, 0);
}

static void test_conversation(void **state)
{
	struct ms_child *child = shell(*state, "read a; echo got $a; read b; echo got $b; exit 7");
	struct ms_err err = MS_ERR_INIT;
	char bytes[64];

	for (const char *word = "one\n"; word; word = word[0] == 'o' ? "two\n" : NULL) {
		ssize_t n;

		ms_child_send(child, word, 4, &err);
		n = ms_child_read(child, bytes, sizeof(bytes), soon(), &err);
		assert_int_equal(n, 8);
		assert_memory_equal(bytes, "got ", 4);
		assert_memory_equal(bytes + 4, word, 4);
	}
	assert_int_equal(ms_child_read(child, bytes, sizeof(bytes), soon(), &err), 0);
	expect_end(child, 7);
}

/* Standard error is kept as far as there is room; what does not fit blocks nobody. */
static void test_errors(void **state)
{
	struct ms_child *child = shell(*state, "i=0; while [ $i -lt 20000 ]; do echo 0123456789 >&2; i=$((i+1)); done; exit 3");
	struct ms_err err = MS_ERR_INIT;
	int status;

	assert_int_equal(ms_child_wait(child, soon(), &status, &err), 0);
	assert_string_equal(ms_child_errors(child), "01234567");
	expect_end(child, 3);
}

static void test_closed_input(void **state)
{
	struct ms_child *child = shell(*state, "exec <&-; echo ready; exec sleep 0.1");
	struct ms_err err = MS_ERR_INIT;
	char bytes[16], *data = calloc(1, 1 << 20);

	assert_int_equal(ms_child_read(child, bytes, sizeof(bytes), soon(), &err), 6);
	assert_int_equal(ms_child_send(child, data, 1 << 20, &err), 0);
	assert_int_equal(ms_child_send(child, data, 1 << 20, &err), 0);
	free(data);
	expect_end(child, 0);
}

static void test_deadline(void **state)
{
	struct ms_child *child = shell(*state, "exec sleep 100");
	struct ms_err err = MS_ERR_INIT;
	char byte;
	int status;

	assert_int_equal(ms_child_read(child, &byte, 1, ms_clock_ms() + 20, &err), -ETIMEDOUT);
	assert_int_equal(err.code, MS_TIMEOUT);
	ms_err_clear(&err);
	assert_int_equal(ms_child_wait(child, ms_clock_ms() + 20, &status, &err), -ETIMEDOUT);
	ms_child_free(child);
}

static bool gone(pid_t pid)
{
	for (int i = 0; i < 500; i++) {
		if (kill(pid, 0) < 0 && errno == ESRCH)
			return true;
		usleep(10000);
	}
	return false;
}

/* What it started goes with it; what does not listen to SIGTERM is killed. */
static void test_free_ends(void **state)
{
	static const char *const scripts[] = {
		"sleep 100 & echo $!; wait", "trap '' TERM; echo $$; while :; do sleep 1; done",
	};

	for (size_t i = 0; i < MS_ARRAY_SIZE(scripts); i++) {
		struct ms_child *child = shell(*state, scripts[i]);
		struct ms_err err = MS_ERR_INIT;
		char bytes[32] = "";

		assert_true(ms_child_read(child, bytes, sizeof(bytes) - 1, soon(), &err) > 1);
		ms_child_free(child);
		assert_true(gone(atoi(bytes)));
	}
}

static void test_environment(void **state)
{
	static const char *const argv[] = { "sh", "-c", "echo $A $B", NULL }, *const env[] = { "B=new", NULL };
	struct ms_child *child;
	struct ms_err err = MS_ERR_INIT;
	MS_AUTO_BUF struct ms_buf out = { 0 };

	setenv("A", "kept", 1);
	setenv("B", "old", 1);
	child = start(*state, argv, env);
	assert_int_equal(ms_child_read_all(child, &out, soon(), &err), 0);
	assert_string_equal(out.data, "kept new\n");
	expect_end(child, 0);
}

static void test_too_much(void **state)
{
	struct ms_child *child = shell(*state, "head -c 100000 /dev/zero");
	struct ms_err err = MS_ERR_INIT;
	MS_AUTO_BUF struct ms_buf out = { .max = 1000 };

	assert_int_equal(ms_child_read_all(child, &out, soon(), &err), -EFBIG);
	ms_child_free(child);
}

static void test_no_program(void **state)
{
	static const char *const argv[] = { "no-such-program-at-all", NULL };
	struct ms_child_opts opts = { .argv = argv, .what = "it" };
	struct ms_child *child = NULL;
	struct ms_err err = MS_ERR_INIT;

	assert_int_equal(ms_child_start(*state, &opts, &child, &err), -ENOENT);
	assert_null(child);
	assert_string_equal(err.message, "cannot run no-such-program-at-all: No such file or directory");
}

/* Killed without a chance to clean up, this process leaves nothing behind. */
static void test_parent_dies(void **state)
{
	int fds[2];
	char bytes[32] = "";
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (!pid) {
		struct ms_loop *loop;
		struct ms_err err = MS_ERR_INIT;
		struct ms_child *child;

		ms_loop_new(&loop, &err);
		child = shell(loop, "echo $$; exec sleep 100");
		ms_child_read(child, bytes, sizeof(bytes), soon(), &err);
		_exit(write(fds[1], bytes, strlen(bytes)) < 0);
	}
	assert_true(read(fds[0], bytes, sizeof(bytes) - 1) > 1);
	waitpid(pid, NULL, 0);
	assert_true(gone(atoi(bytes)));
	close(fds[0]);
	close(fds[1]);
}

static void stopped_task(void *arg)
{
	struct ms_loop *loop = arg;
	struct ms_child *child = shell(loop, "echo $$; exec sleep 100");
	struct ms_err err = MS_ERR_INIT;
	char bytes[32] = "";

	assert_true(ms_child_read(child, bytes, sizeof(bytes) - 1, soon(), &err) > 1);
	ms_loop_stop(loop);
	assert_int_equal(ms_child_read(child, bytes + 16, 1, soon(), &err), -ECANCELED);
	assert_int_equal(err.code, MS_CANCELLED);
	ms_child_free(child);
	assert_true(gone(atoi(bytes)));
}

static void test_stop(void **state)
{
	struct ms_err err = MS_ERR_INIT;

	assert_int_equal(ms_task_start(*state, stopped_task, *state, &err), 0);
	assert_int_equal(ms_loop_run(*state, &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_both_ways, setup, teardown),
		cmocka_unit_test_setup_teardown(test_conversation, setup, teardown),
		cmocka_unit_test_setup_teardown(test_errors, setup, teardown),
		cmocka_unit_test_setup_teardown(test_closed_input, setup, teardown),
		cmocka_unit_test_setup_teardown(test_deadline, setup, teardown),
		cmocka_unit_test_setup_teardown(test_free_ends, setup, teardown),
		cmocka_unit_test_setup_teardown(test_environment, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_much, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_program, setup, teardown),
		cmocka_unit_test_setup_teardown(test_parent_dies, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stop, setup, teardown),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
