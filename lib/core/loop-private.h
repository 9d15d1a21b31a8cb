/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the event loop share: loop.c (epoll), timer.c (heap), task.c (stacks and waits),
 * gate.c (cells and gates) and signal.c.
 */
#ifndef MS_CORE_LOOP_PRIVATE_H
#define MS_CORE_LOOP_PRIVATE_H

#include <ucontext.h>
#include "core/buf.h"
#include "core/loop.h"

struct ms_timer {
	struct ms_loop *loop;
	int64_t due;              /* ms_clock_ms() time */
	size_t place;             /* in the heap, from 1; 0 = off */
	void (*fn)(void *ctx);
	void *ctx;
};

/* `reserved` counts the timers that exist: there is room for all of them, so that setting one cannot fail. */
struct ms_timers { struct ms_timer **heap; size_t n, cap, reserved; };
int ms_timers_reserve(struct ms_timers *timers);
void ms_timers_unreserve(struct ms_timers *timers);
void ms_timer_set_at(struct ms_timer *timer, int64_t due /* 0 = off */);
/* Milliseconds until the first timer is due, -1 for none. */
int64_t ms_timers_next(const struct ms_timers *timers);
void ms_timers_fire(struct ms_timers *timers);

/* Lives at the top of its own stack. */
struct ms_task {
	struct ms_loop *loop;
	ucontext_t context;
	void (*fn)(void *arg);
	void *arg;
	char *base;               /* of the mapping: the guard page */
	size_t size;              /* of the usable stack above the guard page */
	struct ms_task *next;     /* ready queue, or pool */
	struct ms_task *before, *after; /* all tasks */
	struct ms_timer timer;    /* deadline of the wait */
	unsigned shield;
	int64_t limit;            /* from then on the next wait is cancelled, once; 0 = never */
	bool struck;              /* and it was */
	bool waiting, cancelled /* it has had its -ECANCELED */, done;
	int result;               /* of the wait */
	void *fake;               /* AddressSanitizer's fake stack while switched out */
	const void *asan_bottom;  /* of the main stack, learnt at the first switch */
	size_t asan_size;
	unsigned valgrind;
};

struct ms_watch { ms_loop_fn *fn; void *ctx; unsigned events, generation; };

struct ms_signals;
struct ms_loop {
	int epoll;
	struct ms_watch *watches; /* by descriptor */
	size_t n_watches;
	struct ms_timers timers;
	struct ms_task main;      /* stands for the main stack; only flags and context are used */
	struct ms_task *current, *all, *pool;
	struct ms_task *ready, **ready_end;
	size_t n_tasks, n_pool;
	bool stopping;
	int signal;
	struct ms_signals *signals;
};

/* True once for each task after a stop: the wait must return -ECANCELED. */
bool ms_task_must_cancel(struct ms_loop *loop);
/* Suspend the running task, or turn the loop on the main stack until *done; see ms_cell_wait for the result. */
int ms_task_suspend(struct ms_loop *loop, const bool *done, int64_t deadline);
/* Let a suspended task go on with this result; no effect on one that is already awake, or on the main stack. */
void ms_task_resume(struct ms_task *task, int result);
void ms_tasks_run_ready(struct ms_loop *loop);
void ms_tasks_release(struct ms_loop *loop);
void ms_signals_free(struct ms_loop *loop);

#endif
