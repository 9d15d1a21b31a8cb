/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Growing bytes, scope-end cleanup, time, files.  Every growing buffer is born with a maximum.
 */
#ifndef MS_CORE_BUF_H
#define MS_CORE_BUF_H

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "core/err.h"

#define MS_ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MS_CLEANUP(fn) __attribute__((cleanup(fn)))
static inline void ms_freep(void *p) { free(*(void **)p); }
static inline void ms_closep(int *fd) { if (*fd >= 0) close(*fd); }
#define MS_AUTO_FREE MS_CLEANUP(ms_freep)
#define MS_AUTO_FD MS_CLEANUP(ms_closep)
/* Hand an owned pointer over: the variable becomes NULL. */
#define ms_take(p) ({ __typeof__(p) *p_ = &(p); __typeof__(p) v_ = *p_; *p_ = NULL; v_; })
/* What a device says, for people and documents: line ends and tabs become spaces, other control characters and what is
 * not UTF-8 '?'.  In place. */
void ms_text_clean(char *text);
static inline bool ms_streq(const char *a, const char *b) { return a && b && !strcmp(a, b); }
static inline bool ms_starts(const char *s, const char *prefix) { return !strncmp(s, prefix, strlen(prefix)); }

/* `failed` remembers -ENOMEM or -EFBIG, so that callers append freely and check once at the end. */
struct ms_buf {
	char *data;            /* NUL-terminated once anything was added; owned */
	size_t len, cap, max;  /* max 0 = MS_BUF_MAX */
	int failed;
};
#define MS_BUF_MAX (1u << 30)
#define MS_AUTO_BUF MS_CLEANUP(ms_buf_release)
void ms_buf_release(struct ms_buf *buf);
int ms_buf_add(struct ms_buf *buf, const void *data, size_t len);
int ms_buf_puts(struct ms_buf *buf, const char *s);
int ms_buf_printf(struct ms_buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The bytes, "" when empty; owned by the caller, buf becomes empty.  NULL when an append had failed. */
char *ms_buf_steal(struct ms_buf *buf);

/* Heap printf; NULL when out of memory. */
char *ms_asprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Wall clock in seconds since 1970, or MSCTL_NOW (RFC 3339) where tests fix it. */
int64_t ms_now(void);
/* RFC 3339 in UTC, "2026-11-22T08:00:00Z"; buf holds at least 32 bytes; returns buf. */
const char *ms_time_format(int64_t seconds, char *buf);
/* RFC 3339 with any offset, fractions ignored; -EINVAL when it is not one. */
int ms_time_parse(const char *text, int64_t *ret_seconds);
/* Monotonic milliseconds, for deadlines. */
int64_t ms_clock_ms(void);

/* Read a file or descriptor whole, at most max bytes (-EFBIG beyond). */
int ms_read_fd(int fd, const char *source, size_t max, struct ms_buf *buf, struct ms_err *err);
int ms_read_file(const char *path, size_t max, struct ms_buf *buf, struct ms_err *err);
/* Write to a temporary name beside path, fsync, rename; mode as for open(2). */
int ms_write_file(const char *path, const void *data, size_t len, unsigned mode, struct ms_err *err);

#endif
