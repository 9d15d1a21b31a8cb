/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Readers: bytes from a descriptor to documents, one at a time. */
#include "core/reader.h"
#include <errno.h>
#include <poll.h>
#include "core/text.h"

#define CHUNK 65536

void ms_reader_free(struct ms_reader *reader)
{
	if (!reader)
		return;
	free(reader->source);
	free(reader->data);
	free(reader);
}

void ms_reader_on_read(struct ms_reader *reader, int (*wait)(void *ctx, int fd), void *ctx)
{
	reader->wait = wait;
	reader->wait_ctx = ctx;
}

enum ms_format ms_reader_format(const struct ms_reader *reader)
{
	return reader->format;
}

int ms_reader_fail(struct ms_reader *reader, struct ms_err *err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	ms_place_fail(err, reader->source, reader->line, reader->column, fmt, args);
	va_end(args);
	return -EBADMSG;
}

void ms_reader_skip(struct ms_reader *reader, size_t n)
{
	ms_text_place(reader->data + reader->start, n, &reader->line, &reader->column);
	reader->start += n;
}

/* Room for a chunk behind what is there: move it to the front first, then grow. */
static int make_room(struct ms_reader *reader, struct ms_err *err)
{
	size_t have = reader->end - reader->start, cap = reader->cap ? reader->cap : 2 * CHUNK;
	char *data;

	if (have > MS_DOC_MAX_BYTES) {
		ms_reader_fail(reader, err, "a document of more than %u bytes", MS_DOC_MAX_BYTES);
		reader->broken = true;
		return -EBADMSG;
	}
	if (reader->start && reader->cap - reader->end < CHUNK + 1) {
		memmove(reader->data, reader->data + reader->start, have + 1);
		reader->start = 0;
		reader->end = have;
	}
	while (cap - reader->end < CHUNK + 1)
		cap *= 2;
	if (cap == reader->cap)
		return 0;
	data = realloc(reader->data, cap);
	if (!data)
		return ms_nomem(err);
	reader->data = data;
	reader->cap = cap;
	reader->data[reader->end] = '\0';
	return 0;
}

int ms_reader_new(int fd, const char *source, struct ms_reader **ret_reader, struct ms_err *err)
{
	struct ms_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return ms_nomem(err);
	*reader = (struct ms_reader){ .fd = fd, .line = 1, .column = 1, .source = strdup(source) };
	if (!reader->source || make_room(reader, err)) {
		ms_reader_free(reader);
		return ms_nomem(err);
	}
	*ret_reader = reader;
	return 0;
}

int ms_reader_fill(struct ms_reader *reader, struct ms_err *err)
{
	int error = reader->eof ? 0 : make_room(reader, err);

	while (!error && !reader->eof) {
		ssize_t n;

		error = reader->wait ? reader->wait(reader->wait_ctx, reader->fd) : 0;
		if (error)
			break;
		n = read(reader->fd, reader->data + reader->end, reader->cap - reader->end - 1);
		reader->eof = !n;
		if (n > 0) {
			reader->end += (size_t)n;
			reader->data[reader->end] = '\0';
			return 1;
		}
		if (n < 0 && errno == EAGAIN) {
			poll(&(struct pollfd){ .fd = reader->fd, .events = POLLIN }, 1, -1);
		} else if (n < 0 && errno != EINTR) {
			reader->broken = true;
			error = ms_fail_errno(err, -errno, "cannot read %s", reader->source);
		}
	}
	return error;
}

/* What the first bytes say: 1 when they said it, 0 at the end of an empty input, negative. */
static int begin(struct ms_reader *reader, struct ms_err *err)
{
	static const char bom[] = "\xef\xbb\xbf";
	enum ms_syntax syntax = MS_SYNTAX_OPEN;
	size_t n = 0;
	int got = 1;
	bool json;

	while (got > 0 && !reader->eof && reader->end < strlen(bom))
		got = ms_reader_fill(reader, err);
	if (got >= 0 && reader->end >= strlen(bom) && !memcmp(reader->data, bom, strlen(bom)))
		reader->start = strlen(bom);
	while (got >= 0 && syntax == MS_SYNTAX_OPEN) {
		const char *data = reader->data + reader->start;
		size_t have = reader->end - reader->start;

		/* RFC 7464 puts an RS before each JSON text. */
		n = have ? strspn(data, " \t\r\n\x1e") : 0;
		if (n < have)
			syntax = ms_text_syntax(data + n, have - n);
		if (syntax != MS_SYNTAX_OPEN || reader->eof)
			break;
		got = ms_reader_fill(reader, err);
	}
	if (got < 0 || reader->end - reader->start == n)
		return got < 0 ? got : 0;
	json = syntax != MS_SYNTAX_YAML && strchr("{[", reader->data[reader->start + n]);
	reader->mode = json ? MS_READ_JSON : MS_READ_YAML;
	reader->format = json ? MS_FMT_JSON : MS_FMT_YAML;
	return 1;
}

/* Make a document of a frame and step behind it, whatever comes of it. */
static int take(struct ms_reader *reader, const struct ms_frame *frame, struct ms_doc *ret_doc,
		struct ms_err *err)
{
	const char *data = reader->data + reader->start;
	struct ms_text where = { reader->source, frame->line, frame->column, NULL, frame->len,
				 reader->mode == MS_READ_JSON };
	/*
	 * A last line without its newline is a line all the same: block scalars see the difference.
	 */
	bool open = reader->mode == MS_READ_YAML && data[frame->len - 1] != '\n';
	char *text = malloc(frame->len + open + 1);
	int error;

	if (!text)
		return ms_nomem(err);
	memcpy(text, data, frame->len);
	if (open)
		text[where.len++] = '\n';
	text[where.len] = '\0';
	error = ms_doc_take(&where, text, ret_doc, err);
	return error ? error : 1;
}

int ms_reader_next(struct ms_reader *reader, struct ms_doc *ret_doc, struct ms_err *err)
{
	struct ms_frame frame;
	int got = 1;

	if (reader->broken)
		return 0;
	if (reader->mode == MS_READ_START)
		got = begin(reader, err);
	if (got > 0)
		got = reader->mode == MS_READ_JSON ? ms_reader_frame_json(reader, &frame, err) :
						     ms_reader_frame_yaml(reader, &frame, err);
	if (got <= 0)
		return got;
	got = take(reader, &frame, ret_doc, err);
	ms_reader_skip(reader, frame.len);
	return got;
}
