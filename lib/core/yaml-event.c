/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libyaml's events, and its errors in our words.  After an error libyaml answers "success" with an
 * empty event, so the first failure ends the walk.
 */
#include "core/yaml.h"
#include <errno.h>
#include <stdarg.h>
#include "core/text.h"

void ms_yaml_place(struct ms_yaml_place *at, const yaml_mark_t *mark)
{
	const struct ms_text *text = at->text;

	if (!at->line || mark->index < at->index)
		*at = (struct ms_yaml_place){
			.text = text, .line = text->line, .column = text->column
		};
	for (; at->index < mark->index && at->offset < text->len; at->index++) {
		bool newline = text->text[at->offset] == '\n';

		at->line += newline;
		at->column = newline ? 1 : at->column + 1;
		do
			at->offset++;
		while (((unsigned char)text->text[at->offset] & 0xc0) == 0x80);
	}
}

int ms_yaml_fail(struct yaml *y, const yaml_mark_t *mark, const char *fmt, ...)
{
	struct ms_yaml_place at = { .text = y->text };
	va_list args;

	ms_yaml_place(&at, mark);
	va_start(args, fmt);
	ms_place_fail(y->err, y->text->source, at.line, at.column, fmt, args);
	va_end(args);
	return -EBADMSG;
}

static int fail_syntax(struct yaml *y)
{
	const yaml_parser_t *p = &y->parser;
	const char *problem = p->problem ? p->problem : "not YAML";
	struct ms_yaml_place at = { .text = y->text }, began = at;

	ms_yaml_place(&at, &p->problem_mark);
	ms_yaml_place(&began, &p->context_mark);
	if (strstr(problem, "cannot start any token") && y->text->text[at.offset] == '\t') {
		ms_yaml_fail(y, &p->problem_mark, "a tab is used for indentation");
		ms_hint(y->err, "indent with blanks");
		return -EBADMSG;
	}
	if (!p->context || began.line == at.line)
		return ms_yaml_fail(y, &p->problem_mark, "not YAML: %s", problem);
	return ms_yaml_fail(y, &p->problem_mark, "not YAML: %s %s that began on line %u", problem,
			    p->context, began.line);
}

static int fail_parser(struct yaml *y)
{
	const yaml_parser_t *p = &y->parser;
	size_t offset = p->problem_offset < y->text->len ? p->problem_offset : y->text->len;

	switch (p->error) {
	case YAML_MEMORY_ERROR:
		return ms_nomem(y->err);
	case YAML_READER_ERROR:
		ms_text_fail(y->text, offset, y->err, "%s (0x%02x)", p->problem,
			     (unsigned)p->problem_value);
		ms_hint(y->err, "text must be UTF-8 without control characters");
		return -EBADMSG;
	default:
		return fail_syntax(y);
	}
}

int ms_yaml_advance(struct yaml *y)
{
	yaml_event_delete(&y->event);
	memset(&y->event, 0, sizeof(y->event));
	if (!yaml_parser_parse(&y->parser, &y->event))
		return fail_parser(y);
	return y->event.type == YAML_NO_EVENT
		       ? ms_yaml_fail(y, &y->parser.mark, "not YAML: the text ends early")
		       : 0;
}

int ms_yaml_limits(struct yaml *y, unsigned depth, bool collection, const yaml_mark_t *mark)
{
	if (depth + collection > MS_DOC_MAX_DEPTH)
		return ms_yaml_fail(y, mark, "nested deeper than %d levels", MS_DOC_MAX_DEPTH);
	if (y->nodes + y->copied > MS_DOC_MAX_NODES)
		return ms_yaml_fail(y, mark, "more than %u values", MS_DOC_MAX_NODES);
	return 0;
}
