/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The event loop: tasks by the thousand, waits, cancellation, gates, shield, descriptors, timers, signals. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <cmocka.h>
#include "core/core.h"
#include "core/loop-private.h"

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

static void start(struct ms_loop *loop, void (*fn)(void *arg), void *arg)
{
	struct ms_err err = MS_ERR_INIT;

	assert_int_equal(ms_task_start(loop, fn, arg, &err), 0);
}

static void run(struct ms_loop *loop)
{
	struct ms_err err = MS_ERR_INIT;

	assert_int_equal(ms_loop_run(loop, &err), 0);
	assert_int_equal(ms_loop_tasks(loop), 0);
}

/* ---- many tasks ---- */

struct count { struct ms_loop *loop; unsigned done; uint64_t sum; };

static uint64_t use_stack(unsigned depth)
{
	volatile char bytes[512];

	memset((char *)bytes, (int)depth, sizeof(bytes));
	return depth ? bytes[depth % sizeof(bytes)] + use_stack(depth - 1) : 0;
}

static void nap_and_count(void *arg)
{
	struct count *count = arg;

	for (int i = 0; i < 3; i++) {
		count->sum += use_stack(32);
		assert_int_equal(ms_task_sleep(count->loop, i), 0);
	}
	count->done++;
}

static void test_thousands(void **state)
{
	struct count count = { .loop = *state };

	for (int i = 0; i < 5000; i++)
		start(*state, nap_and_count, &count);
	assert_int_equal(ms_loop_tasks(*state), 5000);
	run(*state);
	assert_int_equal(count.done, 5000);
	/* The stacks of the first are used again. */
	for (int i = 0; i < 1000; i++)
		start(*state, nap_and_count, &count);
	run(*state);
	assert_int_equal(count.done, 6000);
}

struct order { struct ms_loop *loop; int64_t ms; char name; char *log; };

static void nap_and_log(void *arg)
{
	struct order *order = arg;

	assert_int_equal(ms_task_sleep(order->loop, order->ms), 0);
	order->log[strlen(order->log)] = order->name;
}

static void test_sleep_order(void **state)
{
	char log[8] = "";
	struct order orders[] = { { *state, 40, 'd', log }, { *state, 1, 'a', log }, { *state, 30, 'c', log }, { *state, 15, 'b', log } };

	for (size_t i = 0; i < MS_ARRAY_SIZE(orders); i++)
		start(*state, nap_and_log, &orders[i]);
	run(*state);
	assert_string_equal(log, "abcd");
}

static void start_another(void *arg)
{
	struct count *count = arg;

	assert_non_null(ms_task_self(count->loop));
	if (++count->done < 10)
		start(count->loop, start_another, count);
}

static void test_tasks_start_tasks(void **state)
{
	struct count count = { .loop = *state };

	assert_null(ms_task_self(*state));
	start(*state, start_another, &count);
	run(*state);
	assert_int_equal(count.done, 10);
}

/* ---- cells ---- */

struct cell_test { struct ms_loop *loop; struct ms_cell cell; int64_t deadline; int result; };

static void wait_cell(void *arg)
{
	struct cell_test *t = arg;

	t->result = ms_cell_wait(t->loop, &t->cell, t->deadline);
}

static void set_cell(void *arg)
{
	struct cell_test *t = arg;

	ms_task_sleep(t->loop, 5);
	ms_cell_set(t->loop, &t->cell);
}

static void test_cell(void **state)
{
	struct cell_test t = { .loop = *state, .result = 1 };

	start(*state, wait_cell, &t);
	start(*state, set_cell, &t);
	run(*state);
	assert_int_equal(t.result, 0);
	assert_false(t.cell.set);
	/* A wake before the park is kept. */
	ms_cell_set(*state, &t.cell);
	t.result = 1;
	start(*state, wait_cell, &t);
	run(*state);
	assert_int_equal(t.result, 0);
}

static void test_cell_deadline(void **state)
{
	struct cell_test t = { .loop = *state, .deadline = ms_clock_ms() + 10 };

	start(*state, wait_cell, &t);
	run(*state);
	assert_int_equal(t.result, -ETIMEDOUT);
	assert_true(ms_clock_ms() >= t.deadline);
}

static void test_cell_on_main_stack(void **state)
{
	struct cell_test t = { .loop = *state };

	start(*state, set_cell, &t);
	assert_int_equal(ms_cell_wait(*state, &t.cell, 0), 0);
	assert_int_equal(ms_cell_wait(*state, &t.cell, ms_clock_ms() + 5), -ETIMEDOUT);
	assert_int_equal(ms_task_sleep(*state, 3), 0);
	run(*state);
}

/* ---- descriptors ---- */

struct fd_test { struct ms_loop *loop; int fd; int64_t deadline; int result; };

static void wait_fd(void *arg)
{
	struct fd_test *t = arg;

	t->result = ms_task_wait_fd(t->loop, t->fd, POLLIN, t->deadline);
}

static void write_later(void *arg)
{
	struct fd_test *t = arg;

	ms_task_sleep(t->loop, 5);
	assert_int_equal(write(t->fd, "x", 1), 1);
}

static void test_wait_fd(void **state)
{
	int fds[2];
	struct fd_test in = { .loop = *state, .result = 1 }, out = { .loop = *state };

	assert_int_equal(pipe(fds), 0);
	in.fd = fds[0];
	out.fd = fds[1];
	start(*state, wait_fd, &in);
	start(*state, write_later, &out);
	run(*state);
	assert_int_equal(in.result, 0);
	/* Still readable: at once, on the main stack too. */
	assert_int_equal(ms_task_wait_fd(*state, fds[0], POLLIN, 0), 0);
	assert_int_equal(ms_task_wait_fd(*state, fds[1], POLLOUT, 0), 0);
	assert_int_equal(read(fds[0], &(char){ 0 }, 1), 1);
	in.deadline = ms_clock_ms() + 5;
	start(*state, wait_fd, &in);
	run(*state);
	assert_int_equal(in.result, -ETIMEDOUT);
	/* The other end goes away: that is something to read. */
	close(fds[1]);
	assert_int_equal(ms_task_wait_fd(*state, fds[0], POLLIN, 0), 0);
	close(fds[0]);
	assert_int_equal(ms_task_wait_fd(*state, fds[0], POLLIN, 0), -EBADF);
}

static void test_wait_regular_file(void **state)
{
	FILE *file = tmpfile();

	assert_non_null(file);
	assert_int_equal(ms_task_wait_fd(*state, fileno(file), POLLIN, 0), 0);
	fclose(file);
}

struct watch_test { struct ms_loop *loop; int other, calls; };

static void on_event(void *ctx, int fd, unsigned events)
{
	struct watch_test *t = ctx;

	assert_true(events & POLLIN);
	t->calls++;
	ms_loop_unwatch(t->loop, fd);
	/* Both are ready in the same turn: the first one's callback takes the other away. */
	ms_loop_unwatch(t->loop, t->other == fd ? fd : t->other);
}

static void test_unwatch_in_turn(void **state)
{
	struct ms_err err = MS_ERR_INIT;
	int a[2], b[2];
	struct watch_test one = { .loop = *state }, two = { .loop = *state };

	assert_int_equal(pipe(a), 0);
	assert_int_equal(pipe(b), 0);
	one.other = b[0];
	two.other = a[0];
	assert_int_equal(ms_loop_watch(*state, a[0], POLLIN, on_event, &one, &err), 0);
	assert_int_equal(ms_loop_watch(*state, b[0], POLLIN, on_event, &two, &err), 0);
	assert_int_equal(write(a[1], "x", 1) + write(b[1], "x", 1), 2);
	assert_int_equal(ms_loop_turn(*state, 0, &err), 0);
	assert_int_equal(ms_loop_turn(*state, 0, &err), 0);
	assert_int_equal(one.calls + two.calls, 1);
	close(a[0]), close(a[1]), close(b[0]), close(b[1]);
}

/* ---- gates ---- */

struct gate_test { struct ms_loop *loop; struct ms_gate *gate; unsigned *now, *most, *order; unsigned number; int64_t deadline; int result; };

static void pass_gate(void *arg)
{
	struct gate_test *t = arg;

	t->result = ms_gate_enter(t->loop, t->gate, t->deadline);
	if (t->result < 0)
		return;
	assert_int_equal((*t->order)++, t->number);
	if (++*t->now > *t->most)
		*t->most = *t->now;
	ms_task_sleep(t->loop, 1);
	--*t->now;
	ms_gate_leave(t->loop, t->gate);
}

static void test_gate(void **state)
{
	static struct gate_test tests[100];
	struct ms_gate gate;
	unsigned now = 0, most = 0, order = 0;

	ms_gate_init(&gate, 7);
	for (unsigned i = 0; i < MS_ARRAY_SIZE(tests); i++) {
		tests[i] = (struct gate_test){ *state, &gate, &now, &most, &order, i, 0, 1 };
		start(*state, pass_gate, &tests[i]);
	}
	run(*state);
	assert_int_equal(most, 7);
	assert_int_equal(order, 100);
	assert_int_equal(gate.held, 0);
}

static void test_gate_deadline(void **state)
{
	struct ms_gate gate;
	unsigned now = 0, most = 0, order = 0;
	struct gate_test t = { *state, &gate, &now, &most, &order, 0, ms_clock_ms() + 5, 1 };

	ms_gate_init(&gate, 1);
	assert_int_equal(ms_gate_enter(*state, &gate, 0), 0);
	start(*state, pass_gate, &t);
	run(*state);
	assert_int_equal(t.result, -ETIMEDOUT);
	ms_gate_leave(*state, &gate);
	assert_int_equal(gate.held, 0);
	assert_null(gate.first);
}

/* ---- stopping ---- */

struct stop_test { struct ms_loop *loop; int first, second, shielded, after; };

static void wait_twice(void *arg)
{
	struct stop_test *t = arg;

	t->first = ms_task_sleep(t->loop, 60000);
	t->second = ms_task_sleep(t->loop, 1);
}

static void wait_shielded(void *arg)
{
	struct stop_test *t = arg;

	ms_task_shield(t->loop);
	ms_task_shield(t->loop);
	t->shielded = ms_task_sleep(t->loop, 10);
	ms_task_unshield(t->loop);
	t->shielded |= ms_task_sleep(t->loop, 1);
	ms_task_unshield(t->loop);
	t->after = ms_task_sleep(t->loop, 60000);
}

static void stop_soon(void *arg)
{
	struct stop_test *t = arg;

	ms_task_sleep(t->loop, 2);
	ms_loop_stop(t->loop);
}

static void test_stop(void **state)
{
	struct stop_test t = { .loop = *state, .first = 1, .second = 1, .shielded = 1, .after = 1 };
	struct stop_test late = t;

	start(*state, wait_twice, &t);
	start(*state, wait_shielded, &t);
	start(*state, stop_soon, &t);
	run(*state);
	assert_int_equal(t.first, -ECANCELED);
	assert_int_equal(t.second, 0);
	assert_int_equal(t.shielded, 0);
	assert_int_equal(t.after, -ECANCELED);
	assert_true(ms_loop_stopping(*state));
	/* One that starts after the stop is told at its first wait. */
	start(*state, wait_twice, &late);
	run(*state);
	assert_int_equal(late.first, -ECANCELED);
	assert_int_equal(late.second, 0);
	/* The main stack too, once. */
	assert_int_equal(ms_task_sleep(*state, 60000), -ECANCELED);
	assert_int_equal(ms_task_sleep(*state, 1), 0);
}

/* A task that is given the gate in the same turn in which it is cancelled must hand it on. */
static void leave_and_stop(void *arg)
{
	struct gate_test *t = arg;

	ms_task_sleep(t->loop, 1);
	ms_loop_stop(t->loop);
	ms_gate_leave(t->loop, t->gate);
}

static void test_gate_cancelled(void **state)
{
	struct ms_gate gate;
	unsigned now = 0, most = 0, order = 0;
	struct gate_test t = { *state, &gate, &now, &most, &order, 0, 0, 1 };

	ms_gate_init(&gate, 1);
	assert_int_equal(ms_gate_enter(*state, &gate, 0), 0);
	start(*state, pass_gate, &t);
	start(*state, leave_and_stop, &t);
	run(*state);
	assert_int_equal(t.result, -ECANCELED);
	assert_int_equal(gate.held, 0);
	assert_null(gate.first);
}

/* ---- timers ---- */

struct timer_test { struct ms_timer *timer; unsigned *fired, number; };

static void on_timer(void *ctx)
{
	struct timer_test *t = ctx;

	assert_int_equal(*t->fired, t->number);
	++*t->fired;
	ms_timer_free(t->timer);
	t->timer = NULL;
}

static void test_timers(void **state)
{
	static struct timer_test tests[200];
	struct ms_err err = MS_ERR_INIT;
	int64_t soon = ms_clock_ms() + 5;
	unsigned fired = 0;

	for (unsigned i = 0; i < MS_ARRAY_SIZE(tests); i++) {
		unsigned at = i * 7 % MS_ARRAY_SIZE(tests); /* 7 and 200 have no common factor: each once, out of order */

		tests[at] = (struct timer_test){ NULL, &fired, at / 2 };
		assert_int_equal(ms_timer_new(*state, on_timer, &tests[at], &tests[at].timer, &err), 0);
		ms_timer_set(tests[at].timer, 500);
		ms_timer_set_at(tests[at].timer, at % 2 ? 0 : soon + at / 2);
	}
	while (fired < MS_ARRAY_SIZE(tests) / 2)
		assert_int_equal(ms_loop_turn(*state, -1, &err), 0);
	for (unsigned i = 1; i < MS_ARRAY_SIZE(tests); i += 2)
		ms_timer_free(tests[i].timer);
	ms_timer_free(NULL);
}

/* ---- signals ---- */

static void signalled_child(struct ms_loop *loop, int grace_ms, void (*fn)(void *arg))
{
	struct ms_err err = MS_ERR_INIT;
	struct stop_test t = { .loop = loop };

	if (ms_loop_catch_signals(loop, grace_ms, &err) < 0)
		_exit(99);
	start(loop, fn, &t);
	raise(SIGTERM);
	if (ms_loop_run(loop, &err) < 0)
		_exit(98);
	_exit(t.first == -ECANCELED && ms_loop_signal(loop) == SIGTERM ? 42 : 97);
}

static void never_ends(void *arg)
{
	struct stop_test *t = arg;

	for (;;)
		ms_task_sleep(t->loop, 1000);
}

static void interrupts_again(void *arg)
{
	struct stop_test *t = arg;

	ms_task_sleep(t->loop, 1000);
	raise(SIGINT);
	for (;;)
		ms_task_sleep(t->loop, 1000);
}

static void test_signals(void **state)
{
	static const struct { int grace_ms; void (*fn)(void *arg); int status; } rows[] = {
		{ 5000, wait_twice, 42 },
		{ 20, never_ends, 128 + SIGTERM },
		{ 5000, interrupts_again, 128 + SIGINT },
	};

	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		int status;
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (!pid)
			signalled_child(*state, rows[i].grace_ms, rows[i].fn);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), rows[i].status);
	}
}

static void test_signals_restored(void **state)
{
	struct ms_err err = MS_ERR_INIT;
	struct ms_loop *other;
	struct sigaction action;

	assert_int_equal(ms_loop_catch_signals(*state, 1000, &err), 0);
	assert_int_equal(ms_loop_new(&other, &err), 0);
	assert_int_equal(ms_loop_catch_signals(other, 1000, &err), -EBUSY);
	ms_loop_free(other);
	ms_loop_free(*state);
	*state = NULL;
	sigaction(SIGTERM, NULL, &action);
	assert_true(action.sa_handler == SIG_DFL);
}

static void turn_from_task(void *arg)
{
	struct fd_test *t = arg;
	struct ms_err err = MS_ERR_INIT;

	t->result = ms_loop_turn(t->loop, 0, &err);
}

static void test_no_turn_from_task(void **state)
{
	struct fd_test t = { .loop = *state };

	start(*state, turn_from_task, &t);
	run(*state);
	assert_int_equal(t.result, -EDEADLK);
}

struct limit_test { struct ms_loop *loop; int first, second, third; bool struck, idle; int64_t took; };

static void limited(void *arg)
{
	struct limit_test *t = arg;
	int64_t start = ms_clock_ms();

	ms_task_shield(t->loop);
	ms_task_limit(t->loop, start + 20);
	t->first = ms_task_sleep(t->loop, 1);
	t->second = ms_task_sleep(t->loop, 60000);
	t->took = ms_clock_ms() - start;
	t->third = ms_task_sleep(t->loop, 1);
	t->struck = ms_task_unlimit(t->loop);
	ms_task_limit(t->loop, start + 60000);
	t->idle = ms_task_unlimit(t->loop);
	ms_task_unshield(t->loop);
}

static void test_limit(void **state)
{
	struct limit_test t = { .loop = *state };

	start(*state, limited, &t);
	run(*state);
	assert_int_equal(t.first, 0);
	assert_int_equal(t.second, -ECANCELED);
	assert_int_equal(t.third, 0);
	assert_true(t.struck && !t.idle);
	assert_true(t.took >= 20 && t.took < 10000);
}

#define LOOP_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LOOP_TEST(test_thousands), LOOP_TEST(test_sleep_order), LOOP_TEST(test_tasks_start_tasks), LOOP_TEST(test_cell),
		LOOP_TEST(test_cell_deadline), LOOP_TEST(test_cell_on_main_stack), LOOP_TEST(test_wait_fd),
		LOOP_TEST(test_wait_regular_file), LOOP_TEST(test_unwatch_in_turn), LOOP_TEST(test_gate),
		LOOP_TEST(test_gate_deadline), LOOP_TEST(test_stop), LOOP_TEST(test_gate_cancelled), LOOP_TEST(test_timers),
		LOOP_TEST(test_signals), LOOP_TEST(test_signals_restored), LOOP_TEST(test_no_turn_from_task),
		LOOP_TEST(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
