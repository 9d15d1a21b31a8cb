/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a JSON pointer to a place in the text. */
#include <errno.h>
#include "core/marks.h"

void ms_marks_free(struct ms_marks *marks)
{
	if (!marks)
		return;
	free(marks->marks);
	ms_buf_release(&marks->keys);
	free(marks);
}

uint32_t ms_marks_add(struct ms_marks *marks, uint32_t parent, const struct ms_mark *mark)
{
	uint32_t at = marks->n;

	if (marks->n == marks->cap) {
		uint32_t cap = marks->cap ? 2 * marks->cap : 64;
		struct ms_mark *more = realloc(marks->marks, cap * sizeof(*more));

		if (!more)
			return MS_NO_MARK;
		marks->marks = more;
		marks->cap = cap;
	}
	marks->marks[at] = *mark;
	marks->marks[at].child = marks->marks[at].next = marks->marks[at].last = MS_NO_MARK;
	marks->n++;
	if (parent != MS_NO_MARK) {
		struct ms_mark *above = &marks->marks[parent];

		if (above->child == MS_NO_MARK)
			above->child = at;
		else
			marks->marks[above->last].next = at;
		above->last = at;
	}
	return at;
}

uint32_t ms_marks_key(struct ms_marks *marks, const char *key, size_t len)
{
	size_t at = marks->keys.len;

	if (at >= MS_NO_MARK || ms_buf_add(&marks->keys, key, len) ||
	    ms_buf_add(&marks->keys, "", 1))
		return MS_NO_MARK;
	return (uint32_t)at;
}

/* The marks of a document, made at the first question. */
static struct ms_marks *marks_of(const struct ms_doc *doc)
{
	struct ms_text text = { doc->source, doc->line, doc->column ? doc->column : 1,
				doc->text,   doc->len,	false };
	struct ms_marks *marks;
	int error;

	if (doc->marks)
		return doc->marks;
	marks = calloc(1, sizeof(*marks));
	if (!marks)
		return NULL;
	error = doc->format == MS_FMT_JSON ? ms_marks_json(&text, marks)
					   : ms_marks_yaml(&text, marks);
	if (error) {
		ms_marks_free(marks);
		return NULL;
	}
	/* The marks are a cache: to those who look at the document, it has not changed. */
	((struct ms_doc *)doc)->marks = marks;
	return marks;
}

/* An alias stands for another value. */
static uint32_t meant(const struct ms_marks *marks, uint32_t at)
{
	return marks->marks[at].alias != MS_NO_MARK ? marks->marks[at].alias : at;
}

static bool key_is(const struct ms_marks *marks, uint32_t at, const char *token, size_t len)
{
	const char *key;

	if (marks->marks[at].key == MS_NO_MARK)
		return false;
	for (key = marks->keys.data + marks->marks[at].key; len && *key; key++) {
		char c = *token++;

		len--;
		if (c == '~' && len && (*token == '0' || *token == '1')) {
			c = *token++ == '1' ? '/' : '~';
			len--;
		}
		if (c != *key)
			return false;
	}
	return !len && !*key;
}

/* A key that is looked for; `left` bounds how many merged mappings are gone through for it. */
struct wanted {
	const struct ms_marks *marks;
	const char *token;
	size_t len;
	unsigned left;
};
#define MERGES_MAX 1000

static uint32_t find_member(struct wanted *wanted, uint32_t parent);

/* In the mapping, or list of mappings, that << merges. */
static uint32_t find_merged(struct wanted *wanted, uint32_t merge)
{
	const struct ms_mark *marks = wanted->marks->marks;
	uint32_t value = meant(wanted->marks, merge), found = MS_NO_MARK, at = marks[value].child;

	if (at == MS_NO_MARK || marks[at].key != MS_NO_MARK)
		return find_member(wanted, value);
	for (; at != MS_NO_MARK && found == MS_NO_MARK; at = marks[at].next)
		found = find_member(wanted, at);
	return found;
}

static uint32_t find_member(struct wanted *wanted, uint32_t parent)
{
	const struct ms_mark *marks = wanted->marks->marks;
	uint32_t found = MS_NO_MARK, first = marks[meant(wanted->marks, parent)].child;

	if (first != MS_NO_MARK && marks[first].key == MS_NO_MARK)
		return MS_NO_MARK; /* a list */
	for (uint32_t at = first; at != MS_NO_MARK; at = marks[at].next)
		if (key_is(wanted->marks, at, wanted->token, wanted->len))
			return at;
	for (uint32_t at = first; at != MS_NO_MARK && found == MS_NO_MARK && wanted->left;
	     at = marks[at].next) {
		if (!key_is(wanted->marks, at, "<<", 2))
			continue;
		wanted->left--;
		found = find_merged(wanted, at);
	}
	return found;
}

static uint32_t find_element(struct ms_marks *marks, uint32_t parent, const char *token, size_t len)
{
	uint32_t list = meant(marks, parent), at = marks->marks[list].child;
	size_t index = 0, from = 0;

	if (at == MS_NO_MARK || marks->marks[at].key != MS_NO_MARK || !len ||
	    strspn(token, "0123456789") < len)
		return MS_NO_MARK;
	for (size_t i = 0; i < len; i++)
		index = index > UINT32_MAX ? index : 10 * index + (size_t)(token[i] - '0');
	if (marks->last.at && marks->last.parent == list && marks->last.index <= index) {
		at = marks->last.at;
		from = marks->last.index;
	}
	for (; from < index && at != MS_NO_MARK; from++)
		at = marks->marks[at].next;
	if (at != MS_NO_MARK) {
		marks->last.parent = list;
		marks->last.at = at;
		marks->last.index = index;
	}
	return at;
}

static uint32_t find(struct ms_marks *marks, const char *pointer)
{
	uint32_t at = 0;

	while (*pointer == '/') {
		const char *token = pointer + 1;
		size_t len = strcspn(token, "/");
		struct wanted wanted = { marks, token, len, MERGES_MAX };
		uint32_t next = find_member(&wanted, at);

		if (next == MS_NO_MARK)
			next = find_element(marks, at, token, len);
		if (next == MS_NO_MARK)
			break;
		at = next;
		pointer = token + len;
	}
	return at;
}

bool ms_doc_locate(const struct ms_doc *doc, const char *pointer, bool key, unsigned *ret_line,
		   unsigned *ret_column)
{
	struct ms_marks *marks = doc->text ? marks_of(doc) : NULL;
	const struct ms_mark *mark;

	if (!marks)
		return false;
	mark = &marks->marks[find(marks, pointer)];
	key = key && mark->key_line;
	*ret_line = key ? mark->key_line : mark->line;
	*ret_column = key ? mark->key_column : mark->column;
	return true;
}
