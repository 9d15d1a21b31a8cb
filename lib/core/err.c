/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Errors and reports: the first error wins, and its text is always fit for a terminal and for JSON.
 */
#include "core/err.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/buf.h"
#include "core/text.h"

static const char *const code_names[] = {
	[MS_OK] = "ok",
	[MS_FAILED] = "failed",
	[MS_USAGE] = "usage",
	[MS_INPUT] = "input",
	[MS_UNREACHABLE] = "unreachable",
	[MS_TLS] = "tls",
	[MS_AUTH] = "auth",
	[MS_SESSION] = "session-limit",
	[MS_LICENSE] = "license",
	[MS_UNSUPPORTED] = "unsupported",
	[MS_PRECONDITION] = "precondition",
	[MS_BUSY] = "busy",
	[MS_CONFLICT] = "conflict",
	[MS_TIMEOUT] = "timeout",
	[MS_INVALID] = "invalid",
	[MS_UNVERIFIED] = "unverified",
	[MS_NOTFOUND] = "not-found",
	[MS_CANCELLED] = "cancelled",
};

const char *ms_code_name(enum ms_code code)
{
	return (size_t)code < MS_ARRAY_SIZE(code_names) ? code_names[code] : "failed";
}

enum ms_code ms_code_from_name(const char *name)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(code_names); i++)
		if (ms_streq(name, code_names[i]))
			return (enum ms_code)i;
	return MS_FAILED;
}

/* vsnprintf, cleaned; what a cut leaves of a character at the end goes. */
static void format(char *into, size_t size, const char *fmt, va_list args)
{
	int want = vsnprintf(into, size, fmt, args);

	if (want < 0) {
		into[0] = '\0';
		return;
	}
	if ((size_t)want >= size) {
		size_t len = strlen(into), tail = len;
		uint32_t code;

		while (tail && ((unsigned char)into[tail - 1] & 0xc0) == 0x80)
			tail--;
		if (tail && !ms_utf8_decode(into + tail - 1, len - tail + 1, &code))
			into[tail - 1] = '\0';
	}
	ms_text_clean(into);
}

static void set(struct ms_err *err, int error, enum ms_code code)
{
	err->code = code == MS_OK ? MS_FAILED : code;
	err->error = error;
}

int ms_fail(struct ms_err *err, int error, enum ms_code code, const char *fmt, ...)
{
	va_list args;

	if (err->code != MS_OK)
		return error;
	set(err, error, code);
	va_start(args, fmt);
	format(err->message, sizeof(err->message), fmt, args);
	va_end(args);
	return error;
}

int ms_fail_errno(struct ms_err *err, int error, const char *fmt, ...)
{
	char text[sizeof(err->message)];
	va_list args;

	if (err->code != MS_OK)
		return error;
	va_start(args, fmt);
	format(text, sizeof(text), fmt, args);
	va_end(args);
	return ms_fail(err, error, MS_FAILED, "%s: %s", text, strerror(-error));
}

int ms_nomem(struct ms_err *err)
{
	return ms_fail(err, -ENOMEM, MS_FAILED, "out of memory");
}

int ms_usage(struct ms_err *err, const char *fmt, ...)
{
	va_list args;

	if (err->code != MS_OK)
		return -EINVAL;
	set(err, -EINVAL, MS_USAGE);
	va_start(args, fmt);
	format(err->message, sizeof(err->message), fmt, args);
	va_end(args);
	return -EINVAL;
}

void ms_hint(struct ms_err *err, const char *fmt, ...)
{
	va_list args;

	if (err->hint[0])
		return;
	va_start(args, fmt);
	format(err->hint, sizeof(err->hint), fmt, args);
	va_end(args);
}

static void copy(char *into, size_t size, const char *from)
{
	snprintf(into, size, "%s", from);
	ms_text_clean(into);
}

void ms_err_at(struct ms_err *err, const char *source, const char *path)
{
	if (source && !err->source[0])
		copy(err->source, sizeof(err->source), source);
	if (path && !err->path[0])
		copy(err->path, sizeof(err->path), path);
}

void ms_err_clear(struct ms_err *err)
{
	*err = (struct ms_err)MS_ERR_INIT;
}

#define REPORT_MAX 1000

void ms_report_release(struct ms_report *report)
{
	free(report->errs);
	*report = (struct ms_report){ .max = report->max };
}

/* Room for one more, zeroed; NULL (and counted) when full or out of memory. */
static struct ms_err *report_slot(struct ms_report *report)
{
	size_t max = report->max ? report->max : REPORT_MAX;

	if (report->n < max && report->n == report->cap) {
		size_t cap = report->cap ? 2 * report->cap : 4;
		struct ms_err *errs = realloc(report->errs, cap * sizeof(*errs));

		if (errs) {
			report->errs = errs;
			report->cap = cap;
		}
	}
	if (report->n >= max || report->n == report->cap) {
		report->dropped++;
		return NULL;
	}
	return memset(&report->errs[report->n++], 0, sizeof(struct ms_err));
}

struct ms_err *ms_report_add(struct ms_report *report, enum ms_code code, const char *source,
			     const char *path, const char *fmt, ...)
{
	struct ms_err *err = report_slot(report);
	va_list args;

	if (!err)
		return NULL;
	set(err, -EBADMSG, code);
	ms_err_at(err, source, path);
	va_start(args, fmt);
	format(err->message, sizeof(err->message), fmt, args);
	va_end(args);
	return err;
}

void ms_report_take(struct ms_report *report, struct ms_err *err)
{
	struct ms_err *slot;

	if (err->code == MS_OK)
		return;
	slot = report_slot(report);
	if (slot)
		*slot = *err;
	ms_err_clear(err);
}
