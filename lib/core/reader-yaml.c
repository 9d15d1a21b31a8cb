/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where YAML documents end: at "---" and "..." in the first column, which are markers wherever they
 * stand, also in scalars (YAML 1.2 section 9.1.2, c-forbidden).  So lines are enough, and no more
 * than one document is held.
 */
#include <errno.h>
#include "core/reader.h"

enum line {
	LINE_EMPTY /* blank, comment */,
	LINE_DIRECTIVE,
	LINE_TEXT,
	LINE_BEGIN /* --- */,
	LINE_END /* ... */
};

/* What a document has had so far. */
struct part {
	size_t len;          /* bytes that belong to it */
	bool began;          /* "---" was seen */
	bool text;           /* something other than markers, directives and comments */
};

static bool blank_or_comment(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
		p++;
	return p == end || *p == '#';
}

static enum line line_type(const char *p, const char *end, const struct part *part)
{
	if (end - p >= 3 && (end - p == 3 || strchr(" \t\r\n", p[3])) && p[3]) {
		if (!memcmp(p, "---", 3))
			return LINE_BEGIN;
		if (!memcmp(p, "...", 3))
			return LINE_END;
	}
	if (*p == '%' && !part->began && !part->text)
		return LINE_DIRECTIVE;
	return blank_or_comment(p, end) ? LINE_EMPTY : LINE_TEXT;
}

/*
 * The length of the line at the offset, its newline included: 1, 0 at the end of the input,
 * negative.
 */
static int next_line(struct ms_reader *reader, size_t offset, size_t *ret_len, struct ms_err *err)
{
	size_t seen = 0;

	for (;;) {
		const char *line = reader->data + reader->start + offset;
		size_t have = reader->end - reader->start - offset;
		const char *newline = have > seen ? memchr(line + seen, '\n', have - seen) : NULL;
		int got;

		if (newline) {
			*ret_len = (size_t)(newline - line) + 1;
			return 1;
		}
		seen = have;
		got = ms_reader_fill(reader, err);
		if (got < 0)
			return got;
		if (!got) {
			*ret_len = have;
			return have > 0;
		}
	}
}

/* Take a line into the document; true when the document ends with it or before it. */
static bool take_line(struct part *part, const char *line, size_t len)
{
	switch (line_type(line, line + len, part)) {
	case LINE_BEGIN:
		if (part->text || part->began)
			return true;
		part->began = true;
		part->text = !blank_or_comment(line + 3, line + len);
		break;
	case LINE_END:
		part->len += len;
		return true;
	case LINE_TEXT:
		part->text = true;
		break;
	default:
		break;
	}
	part->len += len;
	return false;
}

int ms_reader_frame_yaml(struct ms_reader *reader, struct ms_frame *ret_frame, struct ms_err *err)
{
	for (;;) {
		struct part part = { 0 };
		int got;

		for (;;) {
			size_t len = 0;

			got = next_line(reader, part.len, &len, err);
			if (got <= 0 ||
			    take_line(&part, reader->data + reader->start + part.len, len))
				break;
		}
		if (got < 0)
			return got;
		if (part.text) {
			*ret_frame = (struct ms_frame){ part.len, reader->line, reader->column };
			return 1;
		}
		ms_reader_skip(reader, part.len);
		if (!got)
			return 0;
	}
}
