/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One event loop and tasks on it; no threads.  A task is a function with a stack of its own (ucontext):
 * it reads like straight code, and gives way wherever it waits.  Whatever must be undone (a session, a
 * lock) is undone at the end of the task's own function, also after SIGINT or SIGTERM: then every wait
 * returns -ECANCELED once, the task unwinds, and its cleanup may wait again, until the grace period ends.
 */
#ifndef MS_CORE_LOOP_H
#define MS_CORE_LOOP_H

#include <stdint.h>
#include "core/err.h"

struct ms_loop;
struct ms_task;

int ms_loop_new(struct ms_loop **ret_loop, struct ms_err *err);
void ms_loop_free(struct ms_loop *loop);
/* Turn until no task is left; an event error ends it early. */
int ms_loop_run(struct ms_loop *loop, struct ms_err *err);
/* One turn for callers that feed the loop from a stream: waits at most timeout_ms (-1 = until something happened). */
int ms_loop_turn(struct ms_loop *loop, int timeout_ms, struct ms_err *err);
/* Tasks alive. */
size_t ms_loop_tasks(const struct ms_loop *loop);

/* SIGINT and SIGTERM ask the loop to stop; a second one, or grace_ms after the first, ends the process with 128+n. */
int ms_loop_catch_signals(struct ms_loop *loop, int grace_ms, struct ms_err *err);
void ms_loop_stop(struct ms_loop *loop);
bool ms_loop_stopping(const struct ms_loop *loop);
/* The signal that asked to stop, 0 for none. */
int ms_loop_signal(const struct ms_loop *loop);

/* Start fn(arg) as a task; it runs at the next turn (or at once up to its first wait). */
int ms_task_start(struct ms_loop *loop, void (*fn)(void *arg), void *arg, struct ms_err *err);
/* The task that runs now, NULL on the main stack. */
struct ms_task *ms_task_self(const struct ms_loop *loop);
/*
 * Waits.  Called from a task they suspend it; called on the main stack they turn the loop until the
 * condition holds, so that library users need no task.  0, -ETIMEDOUT (deadline, in ms_clock_ms() time,
 * 0 = none) or -ECANCELED (first wait after a stop, unless shielded).
 */
int ms_task_sleep(struct ms_loop *loop, int64_t ms);
int ms_task_wait_fd(struct ms_loop *loop, int fd, unsigned events /* POLLIN, POLLOUT */, int64_t deadline);
/* Park until somebody calls ms_task_wake on the same cell; a wake before the park is kept. */
struct ms_cell { struct ms_task *waiter; bool set; };
int ms_cell_wait(struct ms_loop *loop, struct ms_cell *cell, int64_t deadline);
void ms_cell_set(struct ms_loop *loop, struct ms_cell *cell);
/* Cleanup code that must talk to a device after a stop: between the two, waits are not cancelled. Nests. */
void ms_task_shield(struct ms_loop *loop);
void ms_task_unshield(struct ms_loop *loop);
/* Whatever the running task calls until ms_task_unlimit: from `deadline` (ms_clock_ms() time) on, one wait returns
 * -ECANCELED as after a stop, shielded or not, so that patient code ends in time.  unlimit says whether it came to
 * that.
 * Does not nest, and does nothing on the main stack. */
void ms_task_limit(struct ms_loop *loop, int64_t deadline);
bool ms_task_unlimit(struct ms_loop *loop);

/* A counting gate: at most `limit` holders at once, first come first served. */
struct ms_gate { unsigned limit, held; struct ms_waiter *first, **last; };
void ms_gate_init(struct ms_gate *gate, unsigned limit);
int ms_gate_enter(struct ms_loop *loop, struct ms_gate *gate, int64_t deadline);
void ms_gate_leave(struct ms_loop *loop, struct ms_gate *gate);

/* Let this process have so many descriptors, as far as it may. */
void ms_descriptors(unsigned wanted);

/* Foreign event sources (curl's multi, an epoll user): callbacks on the main stack. */
typedef void ms_loop_fn(void *ctx, int fd, unsigned events);
int ms_loop_watch(struct ms_loop *loop, int fd, unsigned events, ms_loop_fn *fn, void *ctx, struct ms_err *err);
void ms_loop_unwatch(struct ms_loop *loop, int fd);
struct ms_timer;
int ms_timer_new(struct ms_loop *loop, void (*fn)(void *ctx), void *ctx, struct ms_timer **ret_timer,
		 struct ms_err *err);
void ms_timer_set(struct ms_timer *timer, int64_t ms /* from now; -1 = off */);
void ms_timer_free(struct ms_timer *timer);

#endif
