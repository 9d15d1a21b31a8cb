/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tasks wait for: time, descriptors, cells and gates. */
#include "core/loop-private.h"

#include <errno.h>

int ms_task_sleep(struct ms_loop *loop, int64_t ms)
{
	bool never = false;
	int r;

	if (ms_task_must_cancel(loop))
		return -ECANCELED;
	r = ms_task_suspend(loop, &never, ms_clock_ms() + (ms > 0 ? ms : 0));
	return r == -ETIMEDOUT ? 0 : r;
}

struct fd_wait { struct ms_task *task; bool done; };

static void on_fd(void *ctx, int fd, unsigned events)
{
	struct fd_wait *wait = ctx;

	(void)fd;
	(void)events;
	wait->done = true;
	ms_task_resume(wait->task, 0);
}

int ms_task_wait_fd(struct ms_loop *loop, int fd, unsigned events, int64_t deadline)
{
	struct fd_wait wait = { .task = loop->current };
	struct ms_err err = MS_ERR_INIT;
	int r;

	if (ms_task_must_cancel(loop))
		return -ECANCELED;
	if (fd >= 0 && (size_t)fd < loop->n_watches && loop->watches[fd].fn)
		return -EBUSY;
	r = ms_loop_watch(loop, fd, events, on_fd, &wait, &err);
	if (r == -EPERM) /* a regular file is always ready */
		return 0;
	if (r < 0)
		return r;
	r = ms_task_suspend(loop, &wait.done, deadline);
	ms_loop_unwatch(loop, fd);
	return r;
}

int ms_cell_wait(struct ms_loop *loop, struct ms_cell *cell, int64_t deadline)
{
	int r = 0;

	if (ms_task_must_cancel(loop))
		return -ECANCELED;
	if (!cell->set) {
		cell->waiter = loop->current;
		r = ms_task_suspend(loop, &cell->set, deadline);
		cell->waiter = NULL;
	}
	if (!r)
		cell->set = false;
	return r;
}

void ms_cell_set(struct ms_loop *loop, struct ms_cell *cell)
{
	(void)loop;
	cell->set = true;
	if (cell->waiter)
		ms_task_resume(cell->waiter, 0);
}

struct ms_waiter { struct ms_task *task; struct ms_waiter *next; bool granted; };

void ms_gate_init(struct ms_gate *gate, unsigned limit)
{
	*gate = (struct ms_gate){ .limit = limit };
}

static void gate_queue(struct ms_gate *gate, struct ms_waiter *waiter)
{
	if (!gate->first)
		gate->last = &gate->first;
	*gate->last = waiter;
	gate->last = &waiter->next;
}

static void gate_unqueue(struct ms_gate *gate, struct ms_waiter *waiter)
{
	struct ms_waiter **at = &gate->first;

	while (*at != waiter)
		at = &(*at)->next;
	*at = waiter->next;
	if (gate->last == &waiter->next)
		gate->last = at;
}

int ms_gate_enter(struct ms_loop *loop, struct ms_gate *gate, int64_t deadline)
{
	struct ms_waiter waiter = { .task = loop->current };
	int r;

	if (ms_task_must_cancel(loop))
		return -ECANCELED;
	if (!gate->limit || (gate->held < gate->limit && !gate->first)) {
		gate->held++;
		return 0;
	}
	gate_queue(gate, &waiter);
	r = ms_task_suspend(loop, &waiter.granted, deadline);
	if (!waiter.granted)
		gate_unqueue(gate, &waiter);
	else if (r < 0) /* granted after it was cancelled: the place goes to the next */
		ms_gate_leave(loop, gate);
	return r;
}

void ms_gate_leave(struct ms_loop *loop, struct ms_gate *gate)
{
	struct ms_waiter *waiter = gate->first;

	(void)loop;
	if (!waiter) {
		gate->held--;
		return;
	}
	gate_unqueue(gate, waiter);
	waiter->granted = true;
	ms_task_resume(waiter->task, 0);
}
