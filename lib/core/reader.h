/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/core: the bytes behind a reader, and how each syntax is cut into documents. */
#ifndef MS_CORE_READER_H
#define MS_CORE_READER_H

#include "core/syntax.h"
#include "core/stream.h"

enum ms_reader_mode { MS_READ_START, MS_READ_YAML, MS_READ_JSON };

/* A piece of the input that is one document: [start, start + len) of the buffer. */
struct ms_frame {
	size_t len;
	unsigned line, column;
};

struct ms_reader {
	int fd;
	char *source;
	int (*wait)(void *ctx, int fd);
	void *wait_ctx;
	enum ms_reader_mode mode;
	enum ms_format format;
	char *data;                 /* what came in and is not used up: [start, end), a NUL behind it */
	size_t start, end, cap;
	bool eof;
	bool broken;                /* the descriptor failed: no more */
	unsigned line, column;      /* of start */
	bool array;                 /* JSON: inside the one big array */
	bool after_value;           /* JSON array: a value has been read since the last comma */
	bool resync;                /* JSON: the text was broken; go on at a line that looks like a value */
};

/* Read more: 1, 0 at the end of the input, negative. */
int ms_reader_fill(struct ms_reader *reader, struct ms_err *err);
/* Forget n bytes, counting lines and columns. */
void ms_reader_skip(struct ms_reader *reader, size_t n);
/* Set err where the reader stands. */
int ms_reader_fail(struct ms_reader *reader, struct ms_err *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The next document's text, from reader->start on: 1, 0 at the end, negative.  The caller skips it. */
int ms_reader_frame_yaml(struct ms_reader *reader, struct ms_frame *ret_frame, struct ms_err *err);
int ms_reader_frame_json(struct ms_reader *reader, struct ms_frame *ret_frame, struct ms_err *err);

#endif
