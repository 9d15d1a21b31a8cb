/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tasks: functions with stacks of their own.  A stack is a mapping with a guard page below, of
 * which only the pages that were touched cost memory; the task itself lies at its top.  Finished
 * ones are kept for reuse.
 */
#include "core/loop-private.h"

#include <errno.h>
#include <sys/mman.h>

#if defined(__has_include) && __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define VALGRIND_STACK_REGISTER(start, end) 0
#define VALGRIND_STACK_DEREGISTER(id) ((void)(id))
#endif

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#define STACK_SIZE ((size_t)1 << 20)
#else
#define STACK_SIZE ((size_t)256 << 10)
#define __sanitizer_start_switch_fiber(fake, bottom, size)                                         \
	((void)(fake), (void)(bottom), (void)(size))
#define __sanitizer_finish_switch_fiber(fake, bottom, size)                                        \
	((void)(fake), (void)(bottom), (void)(size))
#define __asan_unpoison_memory_region(base, size) ((void)(base), (void)(size))
#endif
#define GUARD_SIZE ((size_t)16 << 10)
#define POOL_MAX 256

static void on_deadline(void *ctx)
{
	ms_task_resume(ctx, -ETIMEDOUT);
}

static struct ms_task *stack_map(struct ms_loop *loop)
{
	char *base = mmap(NULL, GUARD_SIZE + STACK_SIZE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
	struct ms_task *task;

	if (base == MAP_FAILED)
		return NULL;
	if (mprotect(base, GUARD_SIZE, PROT_NONE) < 0 || ms_timers_reserve(&loop->timers) < 0) {
		munmap(base, GUARD_SIZE + STACK_SIZE);
		return NULL;
	}
	task = (struct ms_task *)(base + GUARD_SIZE + STACK_SIZE -
				  ((sizeof(*task) + 63) & ~(size_t)63));
	task->base = base;
	task->size = (char *)task - base - GUARD_SIZE;
	task->valgrind = VALGRIND_STACK_REGISTER(base + GUARD_SIZE, (char *)task);
	return task;
}

static void stack_unmap(struct ms_loop *loop, struct ms_task *task)
{
	ms_timers_unreserve(&loop->timers);
	VALGRIND_STACK_DEREGISTER(task->valgrind);
	munmap(task->base, GUARD_SIZE + STACK_SIZE);
}

static struct ms_task *task_take(struct ms_loop *loop)
{
	struct ms_task *task = loop->pool;
	struct ms_task clean;

	if (task) {
		loop->pool = task->next;
		loop->n_pool--;
	} else {
		task = stack_map(loop);
		if (!task)
			return NULL;
	}
	clean = (struct ms_task){
		.loop = loop, .base = task->base, .size = task->size, .valgrind = task->valgrind
	};
	*task = clean;
	task->timer = (struct ms_timer){ .loop = loop, .fn = on_deadline, .ctx = task };
	return task;
}

static void task_give(struct ms_loop *loop, struct ms_task *task)
{
	__asan_unpoison_memory_region(task->base + GUARD_SIZE, task->size);
	if (loop->n_pool >= POOL_MAX) {
		stack_unmap(loop, task);
		return;
	}
	task->next = loop->pool;
	loop->pool = task;
	loop->n_pool++;
}

static void list_add(struct ms_loop *loop, struct ms_task *task)
{
	task->after = loop->all;
	if (loop->all)
		loop->all->before = task;
	loop->all = task;
	loop->n_tasks++;
}

static void list_remove(struct ms_loop *loop, struct ms_task *task)
{
	if (task->before)
		task->before->after = task->after;
	else
		loop->all = task->after;
	if (task->after)
		task->after->before = task->before;
	loop->n_tasks--;
}

static void ready_add(struct ms_loop *loop, struct ms_task *task)
{
	task->next = NULL;
	*loop->ready_end = task;
	loop->ready_end = &task->next;
}

/* makecontext passes ints only: the pointer comes in two halves. */
static void task_main(unsigned high, unsigned low)
{
	struct ms_task *task = (struct ms_task *)((uintptr_t)high << 32 | low);
	struct ms_task *main_task = &task->loop->main;

	__sanitizer_finish_switch_fiber(NULL, &main_task->asan_bottom, &main_task->asan_size);
	task->fn(task->arg);
	task->done = true;
	/* A NULL fake stack tells AddressSanitizer that this one ends here. */
	__sanitizer_start_switch_fiber(NULL, main_task->asan_bottom, main_task->asan_size);
	setcontext(&main_task->context);
	abort();
}

int ms_task_start(struct ms_loop *loop, void (*fn)(void *arg), void *arg, struct ms_err *err)
{
	struct ms_task *task = task_take(loop);
	uintptr_t at = (uintptr_t)task;

	if (!task)
		return ms_nomem(err);
	task->fn = fn;
	task->arg = arg;
	getcontext(&task->context);
	task->context.uc_stack.ss_sp = task->base + GUARD_SIZE;
	task->context.uc_stack.ss_size = task->size;
	makecontext(&task->context, (void (*)(void))task_main, 2, (unsigned)(at >> 32),
		    (unsigned)at);
	list_add(loop, task);
	ready_add(loop, task);
	return 0;
}

static void switch_to(struct ms_loop *loop, struct ms_task *task)
{
	loop->current = task;
	__sanitizer_start_switch_fiber(&loop->main.fake, task->base + GUARD_SIZE, task->size);
	swapcontext(&loop->main.context, &task->context);
	__sanitizer_finish_switch_fiber(loop->main.fake, NULL, NULL);
	loop->current = &loop->main;
	if (task->done) {
		list_remove(loop, task);
		task_give(loop, task);
	}
}

static void switch_back(struct ms_loop *loop, struct ms_task *task)
{
	__sanitizer_start_switch_fiber(&task->fake, loop->main.asan_bottom, loop->main.asan_size);
	swapcontext(&task->context, &loop->main.context);
	__sanitizer_finish_switch_fiber(task->fake, NULL, NULL);
}

/* Those that are ready now; what they wake runs at the next turn, so that no task starves the
 * events. */
void ms_tasks_run_ready(struct ms_loop *loop)
{
	struct ms_task *task = loop->ready, *next;

	loop->ready = NULL;
	loop->ready_end = &loop->ready;
	for (; task; task = next) {
		next = task->next;
		switch_to(loop, task);
	}
}

/* Only at the very end: what a task that still waits holds is lost, its stack is not. */
void ms_tasks_release(struct ms_loop *loop)
{
	while (loop->all) {
		struct ms_task *task = loop->all;

		ms_timer_set_at(&task->timer, 0);
		list_remove(loop, task);
		stack_unmap(loop, task);
	}
	while (loop->pool) {
		struct ms_task *task = loop->pool;

		loop->pool = task->next;
		stack_unmap(loop, task);
	}
}

bool ms_task_must_cancel(struct ms_loop *loop)
{
	struct ms_task *task = loop->current;

	if (task->limit && ms_clock_ms() >= task->limit) {
		task->limit = 0;
		task->struck = true;
		return true;
	}
	if (!loop->stopping || task->shield || task->cancelled)
		return false;
	task->cancelled = true;
	return true;
}

static int main_wait(struct ms_loop *loop, const bool *done, int64_t deadline)
{
	struct ms_err err = MS_ERR_INIT;

	while (!*done) {
		int64_t left = deadline ? deadline - ms_clock_ms() : -1;
		int r;

		if (ms_task_must_cancel(loop))
			return -ECANCELED;
		if (deadline && left <= 0)
			return -ETIMEDOUT;
		r = ms_loop_turn(loop, left > INT32_MAX ? INT32_MAX : (int)left, &err);
		if (r < 0)
			return r;
	}
	return 0;
}

int ms_task_suspend(struct ms_loop *loop, const bool *done, int64_t deadline)
{
	struct ms_task *task = loop->current;
	bool limited;

	if (task == &loop->main)
		return main_wait(loop, done, deadline);
	limited = task->limit && (!deadline || task->limit < deadline);
	ms_timer_set_at(&task->timer, limited ? task->limit : deadline);
	task->waiting = true;
	switch_back(loop, task);
	if (!limited || task->result != -ETIMEDOUT)
		return task->result;
	task->limit = 0;
	task->struck = true;
	return -ECANCELED;
}

void ms_task_resume(struct ms_task *task, int result)
{
	if (!task->waiting)
		return;
	task->waiting = false;
	task->result = result;
	ms_timer_set_at(&task->timer, 0);
	ready_add(task->loop, task);
}

struct ms_task *ms_task_self(const struct ms_loop *loop)
{
	return loop->current == &loop->main ? NULL : loop->current;
}

size_t ms_loop_tasks(const struct ms_loop *loop)
{
	return loop->n_tasks;
}

void ms_task_shield(struct ms_loop *loop)
{
	loop->current->shield++;
}

void ms_task_unshield(struct ms_loop *loop)
{
	loop->current->shield--;
}

void ms_task_limit(struct ms_loop *loop, int64_t deadline)
{
	struct ms_task *task = loop->current;

	task->limit = task == &loop->main ? 0 : deadline;
	task->struck = false;
}

bool ms_task_unlimit(struct ms_loop *loop)
{
	loop->current->limit = 0;
	return loop->current->struck;
}

void ms_loop_stop(struct ms_loop *loop)
{
	loop->stopping = true;
	for (struct ms_task *task = loop->all; task; task = task->after) {
		if (!task->waiting || task->shield || task->cancelled)
			continue;
		task->cancelled = true;
		ms_task_resume(task, -ECANCELED);
	}
}

bool ms_loop_stopping(const struct ms_loop *loop)
{
	return loop->stopping;
}
