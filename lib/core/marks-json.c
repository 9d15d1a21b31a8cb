/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Places of values in JSON that jansson has accepted: a tokenizer that need not judge. */
#include <errno.h>
#include "core/marks.h"

struct walk {
	struct ms_marks *marks;
	const char *p, *end;
	uint32_t line, column;          /* of p */
	uint32_t parents[MS_DOC_MAX_DEPTH + 2];
	bool objects[MS_DOC_MAX_DEPTH + 2];
	unsigned depth;
	bool have_key;
	struct ms_mark pending;         /* key of the value that comes next */
};

static void step(struct walk *w)
{
	if (*w->p == '\n') {
		w->line++;
		w->column = 1;
	} else if (((unsigned char)*w->p & 0xc0) != 0x80) {
		w->column++;
	}
	w->p++;
}

/* To the byte behind the string at p; its text with quotes is [ret_start, p). */
static void skip_string(struct walk *w)
{
	step(w);
	while (w->p < w->end && *w->p != '"') {
		if (*w->p == '\\')
			step(w);
		if (w->p < w->end)
			step(w);
	}
	if (w->p < w->end)
		step(w);
}

/* A key's escapes are jansson's to undo. */
static bool take_key(struct walk *w)
{
	const char *start = w->p;
	json_auto_t *key = NULL;

	w->pending = (struct ms_mark){ .key_line = w->line, .key_column = w->column };
	skip_string(w);
	key = json_loadb(start, (size_t)(w->p - start), JSON_DECODE_ANY, NULL);
	if (!key)
		return false;
	w->pending.key = ms_marks_key(w->marks, json_string_value(key), json_string_length(key));
	w->have_key = true;
	return w->pending.key != MS_NO_MARK;
}

static bool take_value(struct walk *w)
{
	bool in_object = w->depth && w->objects[w->depth - 1];
	struct ms_mark mark = { .key = MS_NO_MARK };
	uint32_t at;

	if (in_object)
		mark = w->pending;
	w->have_key = false;
	mark.line = w->line;
	mark.column = w->column;
	mark.alias = MS_NO_MARK;
	at = ms_marks_add(w->marks, w->depth ? w->parents[w->depth - 1] : MS_NO_MARK, &mark);
	if (at == MS_NO_MARK)
		return false;
	if (*w->p == '{' || *w->p == '[') {
		if (w->depth >= MS_ARRAY_SIZE(w->parents))
			return false;
		w->parents[w->depth] = at;
		w->objects[w->depth++] = *w->p == '{';
		step(w);
	} else if (*w->p == '"') {
		skip_string(w);
	} else {
		while (w->p < w->end && !strchr(" \t\r\n,]}", *w->p))
			step(w);
	}
	return true;
}

int ms_marks_json(const struct ms_text *text, struct ms_marks *marks)
{
	struct walk w = { .marks = marks,
			  .p = text->text,
			  .end = text->text + text->len,
			  .line = text->line,
			  .column = text->column };
	bool more = true;

	while (more && w.p < w.end) {
		if (strchr(" \t\r\n,:", *w.p)) {
			step(&w);
		} else if (*w.p == '}' || *w.p == ']') {
			more = w.depth && --w.depth;
			step(&w);
		} else if (w.depth && w.objects[w.depth - 1] && !w.have_key) {
			more = take_key(&w);
		} else {
			more = take_value(&w) && w.depth;
		}
	}
	return marks->n ? 0 : -ENOMEM;
}
