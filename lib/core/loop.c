/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The event loop: epoll, a table of watched descriptors, and the turn that everything runs in. */
#include "core/loop-private.h"

#include <errno.h>
#include <sys/epoll.h>

#define EVENTS_A_TURN 64

int ms_loop_new(struct ms_loop **ret_loop, struct ms_err *err)
{
	struct ms_loop *loop = calloc(1, sizeof(*loop));

	if (!loop)
		return ms_nomem(err);
	loop->main.loop = loop;
	loop->current = &loop->main;
	loop->ready_end = &loop->ready;
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0) {
		int r = ms_fail_errno(err, -errno, "cannot make an event queue");

		free(loop);
		return r;
	}
	*ret_loop = loop;
	return 0;
}

void ms_loop_free(struct ms_loop *loop)
{
	if (!loop)
		return;
	ms_signals_free(loop);
	ms_tasks_release(loop);
	close(loop->epoll);
	free(loop->watches);
	free(loop->timers.heap);
	free(loop);
}

static int watches_grow(struct ms_loop *loop, int fd)
{
	size_t n = loop->n_watches ? loop->n_watches : 64;
	struct ms_watch *watches;

	while (n <= (size_t)fd)
		n *= 2;
	watches = reallocarray(loop->watches, n, sizeof(*watches));
	if (!watches)
		return -ENOMEM;
	memset(watches + loop->n_watches, 0, (n - loop->n_watches) * sizeof(*watches));
	loop->watches = watches;
	loop->n_watches = n;
	return 0;
}

/* The generation tells an event of a descriptor number that was closed and opened again in the same
 * turn. */
static int epoll_set(struct ms_loop *loop, int fd, struct ms_watch *watch)
{
	struct epoll_event event = { .events = watch->events };

	event.data.u64 = (uint64_t)watch->generation << 32 | (unsigned)fd;
	if (!epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event))
		return 0;
	if (errno == EEXIST && !epoll_ctl(loop->epoll, EPOLL_CTL_MOD, fd, &event))
		return 0;
	return -errno;
}

int ms_loop_watch(struct ms_loop *loop, int fd, unsigned events, ms_loop_fn *fn, void *ctx,
		  struct ms_err *err)
{
	struct ms_watch *watch;
	int r;

	if (fd < 0)
		return ms_fail_errno(err, -EBADF, "cannot wait for a descriptor");
	if ((size_t)fd >= loop->n_watches && watches_grow(loop, fd) < 0)
		return ms_nomem(err);
	watch = &loop->watches[fd];
	*watch = (struct ms_watch){ fn, ctx, events, watch->generation + 1 };
	r = epoll_set(loop, fd, watch);
	if (r < 0) {
		watch->fn = NULL;
		return ms_fail_errno(err, r, "cannot wait for a descriptor");
	}
	return 0;
}

void ms_loop_unwatch(struct ms_loop *loop, int fd)
{
	if (fd < 0 || (size_t)fd >= loop->n_watches || !loop->watches[fd].fn)
		return;
	loop->watches[fd].fn = NULL;
	/* Fails where the descriptor was closed before: then it has left the queue by itself. */
	epoll_ctl(loop->epoll, EPOLL_CTL_DEL, fd, NULL);
}

static int turn_timeout(const struct ms_loop *loop, int timeout_ms)
{
	int64_t next = loop->ready ? 0 : ms_timers_next(&loop->timers);

	if (next < 0 || (timeout_ms >= 0 && timeout_ms < next))
		return timeout_ms;
	return next > INT32_MAX ? INT32_MAX : (int)next;
}

static void dispatch(struct ms_loop *loop, const struct epoll_event *event)
{
	int fd = (int)(uint32_t)event->data.u64;
	unsigned generation = event->data.u64 >> 32;
	struct ms_watch *watch = (size_t)fd < loop->n_watches ? &loop->watches[fd] : NULL;

	if (watch && watch->fn && watch->generation == generation)
		watch->fn(watch->ctx, fd, event->events);
}

int ms_loop_turn(struct ms_loop *loop, int timeout_ms, struct ms_err *err)
{
	struct epoll_event events[EVENTS_A_TURN];
	int n;

	if (loop->current != &loop->main)
		return ms_fail(err, -EDEADLK, MS_FAILED,
			       "a task cannot turn the loop that runs it");
	n = epoll_wait(loop->epoll, events, EVENTS_A_TURN, turn_timeout(loop, timeout_ms));
	if (n < 0 && errno != EINTR)
		return ms_fail_errno(err, -errno, "cannot wait for events");
	for (int i = 0; i < n; i++)
		dispatch(loop, &events[i]);
	ms_timers_fire(&loop->timers);
	ms_tasks_run_ready(loop);
	return 0;
}

int ms_loop_run(struct ms_loop *loop, struct ms_err *err)
{
	while (loop->n_tasks) {
		int r = ms_loop_turn(loop, -1, err);

		if (r < 0)
			return r;
	}
	return 0;
}
