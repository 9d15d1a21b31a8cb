/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the unit tests of documents and streams share. */
#ifndef MS_CORE_FIXTURE_H
#define MS_CORE_FIXTURE_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "core/core.h"

/* The place and message of an error as "LINE:COLUMN MESSAGE"; lent until the next call. */
static inline const char *place(const struct ms_err *err)
{
	static char text[1024];

	snprintf(text, sizeof(text), "%u:%u %s", err->line, err->column, err->message);
	return text;
}

/* Compare with more than a yes or no, and with the row of the table. */
static inline void expect_text(const char *row, const char *want, const char *got)
{
	if (!ms_streq(want, got))
		fail_msg("%s\n  want: %s\n  got:  %s", row, want, got ? got : "(null)");
}

/* The value as compact JSON; caller frees. */
static inline char *as_json(const json_t *value)
{
	struct ms_err err = MS_ERR_INIT;
	char *text = NULL;

	if (ms_value_text(value, MS_FMT_JSON, &text, NULL, &err))
		fail_msg("%s", err.message);
	return text;
}

/* A temporary file with these bytes, at its beginning. */
static inline FILE *file_of(const char *text, size_t len)
{
	FILE *file = tmpfile();

	if (!file)
		fail_msg("no temporary file: %s", strerror(errno));
	fwrite(text, 1, len, file);
	rewind(file);
	return file;
}

/* What was written to the file; caller frees. */
static inline char *content_of(FILE *file)
{
	struct ms_buf buf = { 0 };
	struct ms_err err = MS_ERR_INIT;

	fflush(file);
	lseek(fileno(file), 0, SEEK_SET);
	if (ms_read_fd(fileno(file), "file", MS_BUF_MAX, &buf, &err))
		fail_msg("%s", err.message);
	return ms_buf_steal(&buf);
}

#endif
