/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libyaml's events, and its errors in our words.  After an error libyaml answers "success" with an
 * empty event, so the first failure ends the walk.
 */
#include "core/yaml.h"
#include <errno.h>
#include <stdarg.h>
#include "core/text.h"

int ms_yaml_fail(struct yaml *y, const yaml_mark_t *mark, const char *fmt, ...)
{
	char text[sizeof(y->err->message)];
	va_list args;

	if (y->err->code != MS_OK)
		return -EBADMSG;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	ms_fail(y->err, -EBADMSG, MS_INPUT, "%s", text);
	ms_err_at(y->err, y->text->source, NULL);
	y->err->line = y->text->line + (unsigned)mark->line;
	y->err->column = (unsigned)mark->column + (mark->line ? 1 : y->text->column);
	return -EBADMSG;
}

/* Byte at a mark, which counts characters. */
static char char_at(const struct yaml *y, const yaml_mark_t *mark)
{
	const char *p = y->text->text, *end = p + y->text->len;

	for (size_t i = 0; i < mark->index && p < end; i++) {
		uint32_t code;
		size_t n = ms_utf8_decode(p, (size_t)(end - p), &code);

		p += n ? n : 1;
	}
	return p < end ? *p : '\0';
}

static int fail_syntax(struct yaml *y)
{
	const yaml_parser_t *p = &y->parser;
	const char *problem = p->problem ? p->problem : "not YAML";
	unsigned began = y->text->line + (unsigned)p->context_mark.line;

	if (strstr(problem, "cannot start any token") && char_at(y, &p->problem_mark) == '\t') {
		ms_yaml_fail(y, &p->problem_mark, "a tab is used for indentation");
		ms_hint(y->err, "indent with blanks");
		return -EBADMSG;
	}
	if (!p->context || p->context_mark.line == p->problem_mark.line)
		return ms_yaml_fail(y, &p->problem_mark, "not YAML: %s", problem);
	return ms_yaml_fail(y, &p->problem_mark, "not YAML: %s %s that began on line %u", problem,
			    p->context, began);
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
