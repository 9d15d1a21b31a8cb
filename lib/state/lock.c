/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locks of devices, as leases: a key that goes away by itself unless its holder puts it again.  The
 * holder's own clock decides when to stop believing in the lease, some seconds before the store
 * lets anybody else have it.
 */
#include <errno.h>
#include "state/private.h"

#define LEASE 60                  /* seconds, as the store counts them */
#define LEASE_MS (LEASE * 1000 - 5000) /* stop believing a little earlier */
#define RENEW_MS (LEASE * 1000 / 3)
#define AGAIN_MS 5000             /* after a renewal that failed */
#define POLL_MS 500

struct ms_lock {
	struct ms_store *store;
	struct ms_timer *timer;
	json_t *owner;
	char key[MS_STORE_MAX_KEY + 1];
	int64_t revision;
	int64_t renewed;         /* boot_ms() just before the last put that worked */
	bool renewing, lost, closing;
	struct ms_cell idle;     /* set when a renewal has ended while release waits for it */
	struct ms_err why;       /* of the last renewal that failed */
};

/* Not ms_clock_ms(): that one stands still while a laptop sleeps, and leases do not. */
static int64_t boot_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int64_t age_ms(const struct ms_lock *lock)
{
	return boot_ms() - lock->renewed;
}

/* Put our owner if the key is at `revision` (0 = absent). */
static int lease_put(struct ms_lock *lock, int64_t revision, struct ms_err *err)
{
	int64_t start = boot_ms();
	int r = ms_store_put(lock->store, lock->key, lock->owner, revision, LEASE, &lock->revision,
			     err);

	if (r == 0)
		lock->renewed = start;
	return r;
}

/* ---- renewal --------------------------------------------------------------------------------- */

static void renew(struct ms_lock *lock)
{
	int r;

	ms_err_clear(&lock->why);
	lock->renewing = true;
	r = lease_put(lock, lock->revision, &lock->why);
	lock->renewing = false;
	if (r == -EAGAIN)
		lock->lost = true;
	/* A store out of reach may come back while the lease lasts. */
	ms_timer_set(lock->timer, lock->lost ? -1 : r < 0 ? AGAIN_MS : RENEW_MS);
}

static void renew_task(void *arg)
{
	struct ms_lock *lock = arg;
	struct ms_loop *loop = state_loop(lock->store);

	ms_task_shield(loop); /* a stopping run still needs its locks to clean up */
	renew(lock);
	ms_task_unshield(loop);
	if (lock->closing)
		ms_cell_set(loop, &lock->idle);
}

/* Timers run on the main stack, where a store must not wait: so a task does it. */
static void on_timer(void *ctx)
{
	struct ms_lock *lock = ctx;
	struct ms_err err = MS_ERR_INIT;

	if (lock->renewing)
		return;
	lock->renewing = true;
	if (ms_task_start(state_loop(lock->store), renew_task, lock, &err) < 0) {
		lock->renewing = false;
		ms_timer_set(lock->timer, 1000);
	}
}

int ms_lock_held(struct ms_lock *lock, struct ms_err *err)
{
	if (!lock->lost && !lock->renewing && age_ms(lock) >= RENEW_MS)
		renew(lock);
	if (!lock->lost && age_ms(lock) < LEASE_MS)
		return 0;
	lock->lost = true;
	ms_fail(err, -ENOLCK, MS_CONFLICT, "lost the lock on %s: it was not renewed for %lld s%s%s",
		lock->key + 5, (long long)(age_ms(lock) / 1000), lock->why.code ? ": " : "",
		lock->why.message);
	ms_hint(err, "another process may have worked on the device; run apply again");
	return -ENOLCK;
}

/* ---- taking ---------------------------------------------------------------------------------- */

static int fail_held(const struct ms_lock *lock, const json_t *holder, unsigned seconds,
		     struct ms_err *err)
{
	const char *host = ms_str(holder, "/host", "an unknown host");
	long long pid = ms_int(holder, "/pid", 0);

	ms_fail(err, -EBUSY, MS_CONFLICT,
		"%s is locked by %s of %s on %s (process %lld, since %s)%s", lock->key + 5,
		ms_str(holder, "/command", "somebody"), ms_str(holder, "/user", "somebody"), host,
		pid, ms_str(holder, "/since", "an unknown time"),
		seconds ? "; waited for it in vain" : "");
	ms_hint(err,
		"let it finish and run again, or wait longer with --lock 5m; on %s `ps -fp %lld` "
		"shows it; were that process dead, the lock would end within %d s",
		host, pid, LEASE);
	return -EBUSY;
}

/* One try: 0, -EBUSY with the holder, -EAGAIN when the key moved meanwhile. */
static int try_take(struct ms_lock *lock, json_t **ret_holder, struct ms_err *err)
{
	json_t *holder = NULL;
	int64_t revision;
	int r;

	r = ms_store_get(lock->store, lock->key, &holder, &revision, err);
	if (r == -ENOENT)
		return lease_put(lock, 0, err);
	if (r < 0)
		return r;
	if (state_owner_dead(holder)) {
		json_decref(holder);
		return lease_put(lock, revision, err);
	}
	*ret_holder = holder;
	return -EBUSY;
}

static int wait_turn(struct ms_lock *lock, struct ms_err *err)
{
	if (ms_task_sleep(state_loop(lock->store), POLL_MS) == 0)
		return 0;
	return ms_fail(err, -ECANCELED, MS_CANCELLED, "stopped while waiting for the lock on %s",
		       lock->key + 5);
}

static int take(struct ms_lock *lock, unsigned seconds, struct ms_err *err)
{
	int64_t end = ms_clock_ms() + (int64_t)seconds * 1000;

	for (;;) {
		json_auto_t *holder = NULL;
		int r = try_take(lock, &holder, err);

		if (r == -EAGAIN)
			continue;
		if (r != -EBUSY || !holder)
			return r;
		if (ms_clock_ms() >= end)
			return fail_held(lock, holder, seconds, err);
		r = wait_turn(lock, err);
		if (r < 0)
			return r;
	}
}

static void lock_free(struct ms_lock *lock)
{
	ms_timer_free(lock->timer);
	json_decref(lock->owner);
	free(lock);
}

int ms_lock_take(struct ms_store *store, const char *device, const char *command, unsigned seconds,
		 struct ms_lock **ret_lock, struct ms_err *err)
{
	struct ms_lock *lock = calloc(1, sizeof(*lock));
	int r = 0;

	if (!lock)
		return ms_nomem(err);
	lock->store = store;
	if ((size_t)snprintf(lock->key, sizeof(lock->key), "lock/%s", device) >= sizeof(lock->key))
		r = ms_fail(err, -ENAMETOOLONG, MS_FAILED, "device name too long for a lock: %s",
			    device);
	if (r == 0)
		r = state_owner_new(command, &lock->owner, err);
	if (r == 0)
		r = ms_timer_new(state_loop(store), on_timer, lock, &lock->timer, err);
	if (r == 0)
		r = take(lock, seconds, err);
	if (r < 0) {
		lock_free(lock);
		return r;
	}
	ms_timer_set(lock->timer, RENEW_MS);
	*ret_lock = lock;
	return 0;
}

/* Nothing to report: a lease that cannot be given back ends by itself. */
void ms_lock_release(struct ms_lock *lock)
{
	struct ms_err err = MS_ERR_INIT;
	struct ms_loop *loop;

	if (!lock)
		return;
	loop = state_loop(lock->store);
	ms_task_shield(loop);
	ms_timer_set(lock->timer, -1);
	lock->closing = true;
	while (lock->renewing)
		if (ms_cell_wait(loop, &lock->idle, 0) < 0)
			break;
	if (!lock->lost)
		ms_store_put(lock->store, lock->key, NULL, lock->revision, 0, NULL, &err);
	ms_task_unshield(loop);
	lock_free(lock);
}
