/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A folder of its own and an open store for each test of lib/state, and processes that share it. */
#ifndef STATE_FIXTURE_H
#define STATE_FIXTURE_H

#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <cmocka.h>
#include "state/private.h"

struct fixture {
	char dir[64], path[96];
	struct ms_loop *loop;
	struct ms_store *store;
};

#define assert_no_err(r, err) \
	do { if ((r) < 0) fail_msg("%d: %s (%s)", (r), (err)->message, (err)->hint); } while (0)

static inline void fixture_open(struct fixture *f)
{
	struct ms_err err = MS_ERR_INIT;

	assert_no_err(ms_loop_new(&f->loop, &err), &err);
	assert_no_err(ms_store_open(f->path, f->loop, &f->store, &err), &err);
}

static inline void fixture_close(struct fixture *f)
{
	ms_store_close(f->store);
	ms_loop_free(f->loop);
	f->store = NULL;
	f->loop = NULL;
}

static inline int fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	/* In memory where there is such a place: these tests wait for thousands of fsyncs. */
	snprintf(f->dir, sizeof(f->dir), "%s/msctl-state-XXXXXX", access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/state.db", f->dir);
	fixture_open(f);
	*state = f;
	return 0;
}

static inline int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline int fixture_teardown(void **state)
{
	struct fixture *f = *state;

	fixture_close(f);
	nftw(f->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(f);
	return 0;
}

/* Run fn in a process of its own; its exit status is fn's.  SQLite does not live through fork(2), so both
 * sides open the store anew: locks taken before are gone. */
static inline pid_t fixture_fork(struct fixture *f, int (*fn)(struct fixture *f, void *arg), void *arg)
{
	pid_t pid;

	fflush(NULL);
	fixture_close(f);
	pid = fork();
	if (pid >= 0)
		fixture_open(f);
	if (pid == 0)
		_exit(fn(f, arg));
	assert_true(pid > 0);
	return pid;
}

static inline int fixture_wait(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

#endif
