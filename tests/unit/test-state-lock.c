/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Locks between processes: who holds, who died, who waits, and leases that were lost. */
#include "state-fixture.h"

#include "../../lib/state/lock.c" /* to age a lease instead of waiting a minute */

#define DEVICE "bmc/10.0.0.3"

static struct ms_lock *take_ok(struct fixture *f, unsigned seconds)
{
	struct ms_err err = MS_ERR_INIT;
	struct ms_lock *lock = NULL;

	assert_no_err(ms_lock_take(f->store, DEVICE, "msctl-bmc", seconds, &lock, &err), &err);
	return lock;
}

static int take_error(struct fixture *f, struct ms_err *err)
{
	struct ms_lock *lock = NULL;
	int r = ms_lock_take(f->store, DEVICE, "msctl-bmc", 0, &lock, err);

	assert_null(lock);
	return r;
}

static void put_owner(struct fixture *f, const char *member, json_t *value)
{
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *owner = NULL;

	assert_no_err(state_owner_new("msctl-bmc", &owner, &err), &err);
	assert_int_equal(json_object_set_new(owner, member, value), 0);
	assert_no_err(ms_store_put(f->store, "lock/" DEVICE, owner, -1, LEASE, NULL, &err), &err);
}

static bool lock_there(struct fixture *f)
{
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *owner = NULL;

	return ms_store_get(f->store, "lock/" DEVICE, &owner, NULL, &err) == 0;
}

static void test_take_and_release(void **state)
{
	struct fixture *f = *state;
	struct ms_err err = MS_ERR_INIT;
	struct ms_lock *lock = take_ok(f, 0);

	assert_no_err(ms_lock_held(lock, &err), &err);
	assert_true(lock_there(f));
	ms_lock_release(lock);
	assert_false(lock_there(f));
	ms_lock_release(take_ok(f, 0));
	ms_lock_release(NULL);
}

/* ---- other processes ------------------------------------------------------------------------- */

struct talk { int up[2], down[2]; };

static void talk_open(struct talk *talk)
{
	assert_int_equal(pipe(talk->up), 0);
	assert_int_equal(pipe(talk->down), 0);
}

static void talk_close(struct talk *talk)
{
	close(talk->up[0]);
	close(talk->up[1]);
	close(talk->down[0]);
	close(talk->down[1]);
}

static void say(int fd) { assert_int_equal(write(fd, "x", 1), 1); }
static void hear(int fd) { char c; assert_int_equal(read(fd, &c, 1), 1); }

/* Hold the lock, say so, and let go when told to. */
static int holder(struct fixture *f, void *arg)
{
	struct talk *talk = arg;
	struct ms_lock *lock = take_ok(f, 0);

	say(talk->up[1]);
	hear(talk->down[0]);
	ms_lock_release(lock);
	return 0;
}

static void test_conflict_names_the_holder(void **state)
{
	struct fixture *f = *state;
	struct ms_err err = MS_ERR_INIT;
	char host[256], number[32];
	struct talk talk;
	pid_t pid;

	talk_open(&talk);
	pid = fixture_fork(f, holder, &talk);
	hear(talk.up[0]);
	assert_int_equal(take_error(f, &err), -EBUSY);
	assert_int_equal(err.code, MS_CONFLICT);
	gethostname(host, sizeof(host));
	snprintf(number, sizeof(number), "process %d", (int)pid);
	assert_non_null(strstr(err.message, DEVICE));
	assert_non_null(strstr(err.message, host));
	assert_non_null(strstr(err.message, number));
	assert_non_null(strstr(err.message, "msctl-bmc"));
	assert_non_null(strstr(err.hint, "--lock 5m"));
	say(talk.down[1]);
	assert_int_equal(fixture_wait(pid), 0);
	ms_lock_release(take_ok(f, 0));
	talk_close(&talk);
}

/* Not yet waited for, a killed process is still in the table: it holds nothing all the same. */
static void test_dead_holder(void **state)
{
	struct fixture *f = *state;
	siginfo_t info;
	struct talk talk;
	pid_t pid;

	talk_open(&talk);
	for (int reaped = 0; reaped < 2; reaped++) {
		pid = fixture_fork(f, holder, &talk);
		hear(talk.up[0]);
		kill(pid, SIGKILL);
		assert_int_equal(waitid(P_PID, pid, &info, WEXITED | WNOWAIT), 0);
		if (reaped)
			fixture_wait(pid);
		assert_true(lock_there(f));
		ms_lock_release(take_ok(f, 0));
		if (!reaped)
			fixture_wait(pid);
	}
	talk_close(&talk);
}

struct let_go { struct fixture *f; struct talk *talk; };

static void let_go(void *arg)
{
	const struct let_go *l = arg;

	say(l->talk->down[1]);
}

static void test_waiting(void **state)
{
	struct fixture *f = *state;
	struct ms_err err = MS_ERR_INIT;
	struct let_go l = { .f = f };
	struct ms_timer *timer;
	struct talk talk;
	pid_t pid;

	talk_open(&talk);
	l.talk = &talk;
	pid = fixture_fork(f, holder, &talk);
	hear(talk.up[0]);
	assert_no_err(ms_timer_new(f->loop, let_go, &l, &timer, &err), &err);
	ms_timer_set(timer, 50); /* fires only because the wait turns the loop */
	ms_lock_release(take_ok(f, 20));
	ms_timer_free(timer);
	assert_int_equal(fixture_wait(pid), 0);
	talk_close(&talk);
}

static void stop_loop(void *arg) { ms_loop_stop(arg); }

static void test_waiting_is_cancelled(void **state)
{
	struct fixture *f = *state;
	struct ms_err err = MS_ERR_INIT;
	struct ms_lock *lock = NULL;
	struct ms_timer *timer;

	put_owner(f, "host", json_string("elsewhere"));
	assert_no_err(ms_timer_new(f->loop, stop_loop, f->loop, &timer, &err), &err);
	ms_timer_set(timer, 20);
	assert_int_equal(ms_lock_take(f->store, DEVICE, "x", 60, &lock, &err), -ECANCELED);
	assert_int_equal(err.code, MS_CANCELLED);
	ms_timer_free(timer);
}

/* The same process number, but another process: number used again, another machine, another container. */
static void test_owner_identity(void **state)
{
	struct fixture *f = *state;
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *owner = NULL;

	assert_no_err(state_owner_new("x", &owner, &err), &err);
	assert_false(state_owner_dead(owner));
	put_owner(f, "start", json_integer(ms_int(owner, "/start", 0) + 1));
	ms_lock_release(take_ok(f, 0));
	put_owner(f, "machine", json_string("another"));
	assert_int_equal(take_error(f, &err), -EBUSY);
	json_object_set_new(owner, "pid", json_integer(INT32_MAX));
	assert_true(state_owner_dead(owner));
	json_object_set_new(owner, "machine", json_string("another"));
	assert_false(state_owner_dead(owner));
}

static void test_strange_owner(void **state)
{
	static const char *const texts[] = { "null", "[]", "{\"pid\":\"x\",\"host\":7}", "{\"pid\":-1}" };
	struct fixture *f = *state;

	for (size_t i = 0; i < MS_ARRAY_SIZE(texts); i++) {
		json_auto_t *owner = json_loads(texts[i], JSON_DECODE_ANY, NULL);
		struct ms_err err = MS_ERR_INIT;

		assert_no_err(ms_store_put(f->store, "lock/" DEVICE, owner, -1, LEASE, NULL, &err), &err);
		assert_int_equal(take_error(f, &err), -EBUSY);
		assert_int_equal(err.code, MS_CONFLICT);
	}
}

/* ---- leases ---------------------------------------------------------------------------------- */

static void test_renewed_by_timer(void **state)
{
	struct fixture *f = *state;
	struct ms_err err = MS_ERR_INIT;
	struct ms_lock *lock = take_ok(f, 0);
	int64_t before = lock->revision;

	lock->renewed -= RENEW_MS;
	ms_timer_set(lock->timer, 0);
	for (int i = 0; i < 10 && lock->revision == before; i++)
		assert_no_err(ms_loop_turn(f->loop, 100, &err), &err);
	assert_true(lock->revision > before);
	assert_true(age_ms(lock) < RENEW_MS);
	ms_lock_release(lock);
	assert_false(lock_there(f));
}

static void test_renewed_when_asked(void **state)
{
	struct fixture *f = *state;
	struct ms_err err = MS_ERR_INIT;
	struct ms_lock *lock = take_ok(f, 0);
	int64_t before = lock->revision;

	lock->renewed -= RENEW_MS - 1000;
	assert_no_err(ms_lock_held(lock, &err), &err);
	assert_int_equal(lock->revision, before);
	lock->renewed -= 2000;
	assert_no_err(ms_lock_held(lock, &err), &err);
	assert_true(lock->revision > before);
	ms_lock_release(lock);
}

/* The process was stopped for a while; somebody else had the lock meanwhile, and still has it. */
static void test_lost(void **state)
{
	struct fixture *f = *state;
	struct ms_err err = MS_ERR_INIT;
	struct ms_lock *lock = take_ok(f, 0);

	put_owner(f, "pid", json_integer(1));
	lock->renewed -= LEASE * 1000;
	assert_int_equal(ms_lock_held(lock, &err), -ENOLCK);
	assert_int_equal(err.code, MS_CONFLICT);
	assert_non_null(strstr(err.message, DEVICE));
	ms_err_clear(&err);
	assert_int_equal(ms_lock_held(lock, &err), -ENOLCK);
	ms_lock_release(lock);
	assert_true(lock_there(f)); /* not ours to take away */
}

/* A store that cannot be written does not end the lease at once, but it does in time. */
static int broken_put(void *self, const char *key, const json_t *value, int64_t revision, unsigned ttl,
		      int64_t *ret_revision, struct ms_err *err)
{
	(void)self, (void)key, (void)value, (void)revision, (void)ttl, (void)ret_revision;
	return ms_fail_errno(err, -ENOSPC, "state store");
}

static void test_store_out_of_reach(void **state)
{
	struct fixture *f = *state;
	struct ms_err err = MS_ERR_INIT;
	struct ms_lock *lock = take_ok(f, 0);
	struct ms_store_ops broken = *f->store->ops;
	const struct ms_store_ops *whole = f->store->ops;

	broken.put = broken_put;
	f->store->ops = &broken;
	lock->renewed -= RENEW_MS;
	assert_no_err(ms_lock_held(lock, &err), &err);
	lock->renewed -= LEASE_MS;
	assert_int_equal(ms_lock_held(lock, &err), -ENOLCK);
	assert_non_null(strstr(err.message, "No space left"));
	f->store->ops = whole;
	ms_lock_release(lock);
}

/* ---- one at a time --------------------------------------------------------------------------- */

#define RIVALS 6
#define TURNS 5

static int rival(struct fixture *f, void *arg)
{
	for (int i = 0; i < TURNS; i++) {
		struct ms_lock *lock = take_ok(f, 60);

		if (mkdir(arg, 0700) < 0 || rmdir(arg) < 0) /* somebody else was inside */
			return 1;
		ms_lock_release(lock);
	}
	return 0;
}

static void test_one_at_a_time(void **state)
{
	struct fixture *f = *state;
	MS_AUTO_FREE char *inside = ms_asprintf("%s/inside", f->dir);
	pid_t pids[RIVALS];

	for (int i = 0; i < RIVALS; i++)
		pids[i] = fixture_fork(f, rival, inside);
	for (int i = 0; i < RIVALS; i++)
		assert_int_equal(fixture_wait(pids[i]), 0);
}

#define ROW(fn) cmocka_unit_test_setup_teardown(fn, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(test_take_and_release), ROW(test_conflict_names_the_holder), ROW(test_dead_holder),
		ROW(test_waiting), ROW(test_waiting_is_cancelled), ROW(test_owner_identity), ROW(test_strange_owner),
		ROW(test_renewed_by_timer), ROW(test_renewed_when_asked), ROW(test_lost), ROW(test_store_out_of_reach),
		ROW(test_one_at_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
