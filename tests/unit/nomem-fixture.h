/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that runs out: a scenario is run with its first allocation failing, then its second, and so on until it
 * succeeds.  Every failure must be -ENOMEM, none may crash, and none may leak.
 *
 * The program's malloc stands in for libc's, for the libraries too.  AddressSanitizer has a malloc of its own, and
 * finds leaks itself; there only jansson's allocations fail.  Include it in one file of a program.
 */
#ifndef MS_NOMEM_FIXTURE_H
#define MS_NOMEM_FIXTURE_H

#include "core-fixture.h"

static struct { bool armed, failed; size_t left; long alive; } heap;

/* Is it this allocation's turn to fail? */
static bool denied(void)
{
	if (!heap.armed || heap.left--)
		return false;
	heap.failed = true;
	heap.armed = false;
	return true;
}

#ifdef __SANITIZE_ADDRESS__
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifdef SANITIZED
static void *take(size_t size)
{
	return denied() ? NULL : malloc(size);
}

static inline void set_up(void)
{
	json_set_alloc_funcs(take, free);
}
#else
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
void __libc_free(void *p);

static void *counted(void *p)
{
	heap.alive += p != NULL;
	if (!p)
		errno = ENOMEM;
	return p;
}

void *malloc(size_t size)
{
	return counted(denied() ? NULL : __libc_malloc(size));
}

void *calloc(size_t n, size_t size)
{
	return counted(denied() ? NULL : __libc_calloc(n, size));
}

void *realloc(void *old, size_t size)
{
	void *p = denied() ? NULL : __libc_realloc(old, size);

	if (!old)
		return counted(p);
	if (!p)
		errno = ENOMEM;
	return p;
}

void free(void *p)
{
	heap.alive -= p != NULL;
	__libc_free(p);
}

static inline void set_up(void) { }
#endif

static inline void survives(int (*scenario)(struct ms_err *err), size_t least)
{
	struct ms_err warm = MS_ERR_INIT;
	size_t n = 0;
	int error;

	heap.left = SIZE_MAX;
	heap.armed = true;
	if (scenario(&warm))
		fail_msg("with all the memory: %s", place(&warm));
	do {
		struct ms_err err = MS_ERR_INIT;
		long before = heap.alive;

		/* Every one of the first thousand; of long scenarios then fewer and fewer. */
		heap.left = n;
		n += 1 + n / 1000;
		heap.failed = false;
		heap.armed = true;
		error = scenario(&err);
		heap.armed = false;
		if (heap.alive != before)
			fail_msg("allocation %zu: %ld blocks leak", n, heap.alive - before);
		if (error && (error != -ENOMEM || err.code == MS_OK))
			fail_msg("allocation %zu: error %d, %s", n, error, place(&err));
	} while (heap.failed);
	if (error)
		fail_msg("in the end: %d", error);
#ifndef SANITIZED
	if (n < least)
		fail_msg("only %zu allocations were seen", n);
#endif
	(void)least;
}

#endif
