/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Errors.  Functions that can fail return 0 or a negative errno and take a caller-owned
 * `struct ms_err *err` as their last parameter, never NULL.  The first error wins: a set err is not
 * overwritten, so callers do not rewrap.  Success leaves err alone.  Libraries never print or exit.
 */
#ifndef MS_CORE_ERR_H
#define MS_CORE_ERR_H

#include <stdbool.h>
#include <stddef.h>

/* What a program does about an error; the word travels in `status.error.code` and in --errors=json. */
enum ms_code {
	MS_OK = 0,
	MS_FAILED,       /* "failed": anything without a better word */
	MS_USAGE,        /* "usage": the command line is wrong */
	MS_INPUT,        /* "input": a document was refused */
	MS_UNREACHABLE,  /* "unreachable": no answer on the network */
	MS_TLS,          /* "tls": certificate or pin refused */
	MS_AUTH,         /* "auth": credentials refused, or privilege missing */
	MS_SESSION,      /* "session-limit": the device has no session left */
	MS_LICENSE,      /* "license": the device wants a licence for this */
	MS_UNSUPPORTED,  /* "unsupported": the device cannot do it */
	MS_PRECONDITION, /* "precondition": ETag or `before` no longer holds */
	MS_BUSY,         /* "busy": the device asks to come back later */
	MS_CONFLICT,     /* "conflict": somebody else holds the lock, or the state forbids it */
	MS_TIMEOUT,      /* "timeout": a deadline passed; the message names what was waited for */
	MS_INVALID,      /* "invalid": the device sent something that is not what its protocol says */
	MS_UNVERIFIED,   /* "unverified": accepted, but not seen when read back */
	MS_NOTFOUND,     /* "not-found": the device has no such resource */
	MS_CANCELLED,    /* "cancelled": a signal ended the run */
};

/* Exit statuses of every command; printed in every man page. */
enum ms_exit { MS_EXIT_OK, MS_EXIT_FAILED, MS_EXIT_USAGE, MS_EXIT_INPUT, MS_EXIT_PARTIAL, MS_EXIT_FOUND };

struct ms_err {
	enum ms_code code;      /* MS_OK while nothing has gone wrong */
	int error;              /* the negative errno that was returned */
	unsigned line, column;  /* 1-based; 0 = not known */
	char source[256];       /* file name, "<stdin>", or the device's name */
	char path[512];         /* JSON pointer into the document, "" = the whole */
	char message[768];      /* what is wrong, with the value; one line, no full stop */
	char hint[384];         /* what to type or look at next; may be empty */
};

#define MS_ERR_INIT { .code = MS_OK }

/* Set err if it is still clear; returns `error` (a negative errno) so that callers can `return ms_fail(...)`.
 * Control characters in the message are replaced, overlong text is cut at a character boundary. */
int ms_fail(struct ms_err *err, int error, enum ms_code code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* The same with strerror(-error) appended: "cannot open x: No such file or directory". */
int ms_fail_errno(struct ms_err *err, int error, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Out of memory; returns -ENOMEM. */
int ms_nomem(struct ms_err *err);
/* A command line error: code MS_USAGE, -EINVAL. */
int ms_usage(struct ms_err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Fill the hint if it is still empty. */
void ms_hint(struct ms_err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Fill source/path when they are still empty. */
void ms_err_at(struct ms_err *err, const char *source, const char *path);
/* Forget the error, so that the struct can be used again. */
void ms_err_clear(struct ms_err *err);
/* The word of a code ("session-limit"), and back (MS_FAILED for an unknown word). */
const char *ms_code_name(enum ms_code code);
enum ms_code ms_code_from_name(const char *name);

/*
 * A list of problems, for checks that report all of them.  Owned by the caller; release when done.
 * At most `max` are kept (0 = 1000); the rest is counted, never silently dropped.
 */
struct ms_report {
	struct ms_err *errs;
	size_t n, cap, max, dropped;
};
void ms_report_release(struct ms_report *report);
/* Add a problem; returns the stored error for ms_hint(), or NULL when out of room (then it is counted). */
struct ms_err *ms_report_add(struct ms_report *report, enum ms_code code, const char *source, const char *path,
			     const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* Move a set err into the report and clear it. */
void ms_report_take(struct ms_report *report, struct ms_err *err);

#endif
