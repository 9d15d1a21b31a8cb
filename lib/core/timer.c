/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Timers: a binary heap of pointers, the earliest first.  Each timer knows its place, so it can
 * move. */
#include "core/loop-private.h"

#include <errno.h>

int ms_timers_reserve(struct ms_timers *timers)
{
	if (timers->reserved == timers->cap) {
		size_t cap = timers->cap ? 2 * timers->cap : 32;
		struct ms_timer **heap = reallocarray(timers->heap, cap, sizeof(*heap));

		if (!heap)
			return -ENOMEM;
		timers->heap = heap;
		timers->cap = cap;
	}
	timers->reserved++;
	return 0;
}

void ms_timers_unreserve(struct ms_timers *timers)
{
	timers->reserved--;
}

static void heap_place(struct ms_timers *timers, size_t place, struct ms_timer *timer)
{
	timers->heap[place - 1] = timer;
	timer->place = place;
}

static void heap_up(struct ms_timers *timers, struct ms_timer *timer)
{
	size_t place = timer->place;

	while (place > 1 && timers->heap[place / 2 - 1]->due > timer->due) {
		heap_place(timers, place, timers->heap[place / 2 - 1]);
		place /= 2;
	}
	heap_place(timers, place, timer);
}

static void heap_down(struct ms_timers *timers, struct ms_timer *timer)
{
	size_t place = timer->place;

	for (;;) {
		size_t child = 2 * place;

		if (child > timers->n)
			break;
		if (child < timers->n && timers->heap[child]->due < timers->heap[child - 1]->due)
			child++;
		if (timers->heap[child - 1]->due >= timer->due)
			break;
		heap_place(timers, place, timers->heap[child - 1]);
		place = child;
	}
	heap_place(timers, place, timer);
}

static void heap_remove(struct ms_timers *timers, struct ms_timer *timer)
{
	struct ms_timer *last = timers->heap[timers->n - 1];
	size_t place = timer->place;

	timers->n--;
	timer->place = 0;
	if (last == timer)
		return;
	heap_place(timers, place, last);
	heap_up(timers, last);
	heap_down(timers, last);
}

void ms_timer_set_at(struct ms_timer *timer, int64_t due)
{
	struct ms_timers *timers = &timer->loop->timers;

	if (timer->place)
		heap_remove(timers, timer);
	if (!due)
		return;
	timer->due = due;
	heap_place(timers, ++timers->n, timer);
	heap_up(timers, timer);
}

int64_t ms_timers_next(const struct ms_timers *timers)
{
	int64_t left;

	if (!timers->n)
		return -1;
	left = timers->heap[0]->due - ms_clock_ms();
	return left > 0 ? left : 0;
}

/* A callback may set or free any timer, itself too; what it makes due at once waits for the next
 * turn. */
void ms_timers_fire(struct ms_timers *timers)
{
	int64_t now = timers->n ? ms_clock_ms() : 0;

	for (size_t budget = timers->n; budget && timers->n && timers->heap[0]->due <= now;
	     budget--) {
		struct ms_timer *timer = timers->heap[0];

		heap_remove(timers, timer);
		timer->fn(timer->ctx);
	}
}

int ms_timer_new(struct ms_loop *loop, void (*fn)(void *ctx), void *ctx,
		 struct ms_timer **ret_timer, struct ms_err *err)
{
	struct ms_timer *timer;

	if (ms_timers_reserve(&loop->timers) < 0)
		return ms_nomem(err);
	timer = calloc(1, sizeof(*timer));
	if (!timer) {
		ms_timers_unreserve(&loop->timers);
		return ms_nomem(err);
	}
	timer->loop = loop;
	timer->fn = fn;
	timer->ctx = ctx;
	*ret_timer = timer;
	return 0;
}

void ms_timer_set(struct ms_timer *timer, int64_t ms)
{
	ms_timer_set_at(timer, ms < 0 ? 0 : ms_clock_ms() + ms);
}

void ms_timer_free(struct ms_timer *timer)
{
	if (!timer)
		return;
	ms_timer_set_at(timer, 0);
	ms_timers_unreserve(&timer->loop->timers);
	free(timer);
}
