/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where JSON values end: at the bracket that closes the first one.  Values follow each other with
 * or without newlines (JSON Lines, pretty-printed), or stand in one array, which is opened and
 * never held whole.
 */
#include <errno.h>
#include "core/reader.h"

/* The value being cut, as far as it has come in. */
struct scan {
	size_t at;                  /* next byte, from reader->start */
	unsigned depth;
	bool string, escape;
	bool objects[MS_DOC_MAX_DEPTH + 1];
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\x1e'; /* RS: RFC 7464 */
}

/*
 * To the end of a string: true when the value ends with it, or is cut off by a newline, which no
 * string may hold.
 */
static bool scan_string(struct scan *scan, const char *data, size_t len)
{
	for (; scan->at < len; scan->at++) {
		char c = data[scan->at];

		if (scan->escape) {
			scan->escape = false;
		} else if (c == '\\') {
			scan->escape = true;
		} else if (c == '\n') {
			return true;
		} else if (c == '"') {
			scan->string = false;
			scan->at++;
			return !scan->depth;
		}
	}
	return false;
}

/*
 * An object that begins a line where no object can begin: a line of JSON Lines before it was cut
 * off, and this is the next one.
 */
static bool is_next_line(const struct scan *scan, const char *data)
{
	bool in_object = scan->depth && scan->depth <= MS_DOC_MAX_DEPTH &&
			 scan->objects[scan->depth - 1];
	size_t back = scan->at;

	if (!scan->depth || data[scan->at - 1] != '\n')
		return false;
	while (back && is_space(data[back - 1]))
		back--;
	return back && !strchr(in_object ? ":" : "[,", data[back - 1]);
}

/* A byte that opens or closes something; true when the value ends, before or after it. */
static bool scan_bracket(struct scan *scan, const char *data)
{
	char c = data[scan->at];

	if (c == '"') {
		scan->string = true;
	} else if (c == '{' || c == '[') {
		if (c == '{' && is_next_line(scan, data))
			return true;
		if (scan->depth < MS_ARRAY_SIZE(scan->objects))
			scan->objects[scan->depth] = c == '{';
		scan->depth++;
	} else if (!scan->depth) {
		scan->at += !scan->at; /* a stray bracket, or the one behind a bare word */
		return true;
	} else {
		scan->depth--;
	}
	scan->at++;
	return !scan->depth && !scan->string;
}

/* Go through what has come in: true when the value ends, at scan->at. */
static bool scan_some(struct scan *scan, const char *data, size_t len)
{
	static const bool brackets[256] = {
		['"'] = true, ['{'] = true, ['}'] = true, ['['] = true, [']'] = true
	};

	while (scan->at < len) {
		if (scan->string) {
			if (scan_string(scan, data, len))
				return true;
			continue;
		}
		while (scan->depth && scan->at < len && !brackets[(unsigned char)data[scan->at]])
			scan->at++;
		if (scan->at == len)
			break;
		if (brackets[(unsigned char)data[scan->at]]) {
			if (scan_bracket(scan, data))
				return true;
		} else if (scan->at && (is_space(data[scan->at]) || data[scan->at] == ',')) {
			return true; /* a bare word or number ended */
		} else {
			scan->at++;
		}
	}
	return false;
}

/* The value at start: its length, up to the end of the input when it is not complete. */
static int frame_value(struct ms_reader *reader, struct ms_frame *ret_frame, struct ms_err *err)
{
	struct scan scan = { 0 };

	while (!scan_some(&scan, reader->data + reader->start, reader->end - reader->start)) {
		int got = ms_reader_fill(reader, err);

		if (got < 0)
			return got;
		if (!got)
			break;
	}
	/*
	 * What follows a value that was cut off, or a stray bracket, is not worth errors of its
	 * own.
	 */
	reader->resync = scan.string || scan.depth || strchr("}]", reader->data[reader->start]);
	*ret_frame = (struct ms_frame){ scan.at, reader->line, reader->column };
	return 1;
}

/* Over white space: 1 and the byte that reader->start stands at, 0 at the end, negative. */
static int next_byte(struct ms_reader *reader, char *ret_byte, struct ms_err *err)
{
	for (;;) {
		size_t n = 0, have = reader->end - reader->start;
		int got;

		while (n < have && is_space(reader->data[reader->start + n]))
			n++;
		ms_reader_skip(reader, n);
		if (n < have) {
			*ret_byte = reader->data[reader->start];
			return 1;
		}
		got = ms_reader_fill(reader, err);
		if (got <= 0)
			return got;
	}
}

/* Over the rest of the line: 1, 0 at the end, negative. */
static int skip_line(struct ms_reader *reader, struct ms_err *err)
{
	for (;;) {
		const char *data = reader->data + reader->start;
		const char *newline = memchr(data, '\n', reader->end - reader->start);
		int got;

		ms_reader_skip(reader, newline ? (size_t)(newline + 1 - data)
					       : reader->end - reader->start);
		if (newline)
			return 1;
		got = ms_reader_fill(reader, err);
		if (got <= 0)
			return got;
	}
}

/* After broken text: to the next line that begins as a value or the end of the array does. */
static int resync(struct ms_reader *reader, struct ms_err *err)
{
	int got = 1;

	while (got > 0 && reader->resync) {
		if (reader->start == reader->end)
			got = ms_reader_fill(reader, err);
		else if (reader->column == 1 && strchr("{[]-", reader->data[reader->start]) &&
			 reader->data[reader->start])
			reader->resync = reader->after_value = false;
		else
			got = skip_line(reader, err);
	}
	return got < 0 ? got : 0;
}

/* Something that cannot begin a resource. */
static int refuse(struct ms_reader *reader, struct ms_err *err)
{
	int error = ms_reader_fail(reader, err, "not JSON: a resource begins with {");

	ms_reader_skip(reader, 1);
	reader->resync = true;
	return error;
}

/* "---" between values: what follows is a YAML stream, which may hold JSON. */
static int begins_yaml(struct ms_reader *reader, struct ms_err *err)
{
	while (!reader->eof && reader->end - reader->start < 3) {
		int got = ms_reader_fill(reader, err);

		if (got < 0)
			return got;
	}
	return !reader->array && reader->column == 1 && reader->end - reader->start >= 3 &&
	       !memcmp(reader->data + reader->start, "---", 3);
}

/* In the big array: 1 = a value begins here, 0 = go on looking, negative = refused. */
static int in_array(struct ms_reader *reader, char c, struct ms_err *err)
{
	if (c == ',' && reader->after_value) {
		ms_reader_skip(reader, 1);
		return 0;
	}
	if (c == ']') {
		reader->array = false;
		ms_reader_skip(reader, 1);
		return 0;
	}
	if (reader->after_value) {
		ms_reader_fail(reader, err, "not JSON: a comma or ] is missing before this");
		reader->after_value = false;
		return -EBADMSG;
	}
	return 1;
}

/* Outside of it. */
static int at_top(struct ms_reader *reader, char c, struct ms_frame *ret_frame, struct ms_err *err)
{
	int got = c == '-' ? begins_yaml(reader, err) : 0;

	if (got < 0)
		return got;
	if (got) {
		reader->mode = MS_READ_YAML;
		return ms_reader_frame_yaml(reader, ret_frame, err);
	}
	return c == '{' ? frame_value(reader, ret_frame, err) : refuse(reader, err);
}

int ms_reader_frame_json(struct ms_reader *reader, struct ms_frame *ret_frame, struct ms_err *err)
{
	for (;;) {
		char c = 0;
		int got = resync(reader, err);

		if (!got)
			got = next_byte(reader, &c, err);
		if (!got && reader->array && !reader->resync) {
			reader->array = false;
			return ms_reader_fail(reader, err, "not JSON: the array is not closed");
		}
		if (got <= 0)
			return got;
		if (!reader->array && c != '[')
			return at_top(reader, c, ret_frame, err);
		if (!reader->array) {
			reader->array = true;
			reader->after_value = false;
			ms_reader_skip(reader, 1);
			continue;
		}
		got = in_array(reader, c, err);
		if (got > 0)
			got = frame_value(reader, ret_frame, err);
		reader->after_value = got > 0 || (reader->after_value && got);
		if (got)
			return got;
	}
}
