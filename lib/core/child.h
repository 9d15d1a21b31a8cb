/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Helper programs, always without a shell.
 */
#ifndef MS_CORE_CHILD_H
#define MS_CORE_CHILD_H

#include <sys/types.h>
#include "core/buf.h"
#include "core/loop.h"

/*
 * Run a program (argv[0] is searched on the PATH, standard input is empty) and keep its output, at most max bytes
 * (-EFBIG beyond).  `what` names it in errors.  With a loop it is waited for there, so that tasks go on; NULL
 * blocks.  After `seconds` it is killed: -ETIMEDOUT.  A status other than 0 is -EIO.
 */
int ms_child_output(struct ms_loop *loop, char *const *argv, const char *what, unsigned seconds, size_t max,
		    struct ms_buf *out, struct ms_err *err);
/* The words of a command line, with quotes and backslashes as a shell reads them and nothing else of a shell.
 * Freed with ms_strv_free. */
int ms_words_split(const char *command, char ***ret_words, struct ms_err *err);

/*
 * A program that is talked to.  It runs in a session of its own, so that Ctrl-C at the terminal reaches this process
 * only, which may still need the program to clean up; it is killed with this process, however that ends.  What is sent
 * is queued here and written as the program takes it; its standard error is kept as it comes; its output waits in the
 * pipe until it is read.  All of it happens on the loop.
 */
struct ms_child;
struct ms_child_opts {
	const char *const *argv;     /* argv[0] is searched on the PATH; ends with NULL */
	const char *const *env;      /* "NAME=VALUE" in place of what the environment says; NULL = nothing */
	const char *what;            /* names it in errors; copied */
	bool talks;                  /* standard input and output are pipes; else both are empty */
	int socket;                  /* becomes its standard input and output; stays the caller's; 0 = none */
	size_t errors_max;           /* of standard error; more is thrown away.  0 = 64 KiB */
};
int ms_child_start(struct ms_loop *loop, const struct ms_child_opts *opts, struct ms_child **ret_child,
		   struct ms_err *err);
/* End it if it still runs: SIGTERM to it and what it started, SIGKILL after two seconds.  Reaps.  NULL is fine. */
void ms_child_free(struct ms_child *child);
/* Ask it to end, without waiting for that. */
void ms_child_kill(struct ms_child *child);
/* Queue bytes for its standard input (copied).  Once it has closed it, they go nowhere. */
int ms_child_send(struct ms_child *child, const void *data, size_t len, struct ms_err *err);
/* Wait until it has taken all that is queued, so that the queue does not grow. */
int ms_child_drain(struct ms_child *child, int64_t deadline, struct ms_err *err);
/* No more: its standard input ends behind what is queued. */
void ms_child_send_end(struct ms_child *child);
/* Some of its output: how many bytes, 0 at the end, or negative: -ETIMEDOUT and -ECANCELED as for all waits. */
ssize_t ms_child_read(struct ms_child *child, void *data, size_t len, int64_t deadline, struct ms_err *err);
/* All of its output, at most out->max bytes: -EFBIG beyond. */
int ms_child_read_all(struct ms_child *child, struct ms_buf *out, int64_t deadline, struct ms_err *err);
/* Wait for its end; ret_status as of waitpid(2).  Its standard error has been read then. */
int ms_child_wait(struct ms_child *child, int64_t deadline, int *ret_status, struct ms_err *err);
/* Does it still run? */
bool ms_child_runs(struct ms_child *child);
/* What it has said on standard error so far, "" for nothing.  Lent. */
const char *ms_child_errors(const struct ms_child *child);
/* A descriptor that is readable once it has ended, for ms_loop_watch; -1 where the kernel has none. */
int ms_child_fd(const struct ms_child *child);

#endif
