/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/core: where each value of a text stands.  Made by a second walk over the text when the first
 * error asks for a place, and kept with the document, because a checked file may have a thousand errors.
 */
#ifndef MS_CORE_MARKS_H
#define MS_CORE_MARKS_H

#include "core/syntax.h"

#define MS_NO_MARK UINT32_MAX

struct ms_mark {
	uint32_t line, column;          /* of the value */
	uint32_t key_line, key_column;  /* of its key, in a mapping; 0 in a list */
	uint32_t key;                   /* offset of its key in keys; MS_NO_MARK in a list */
	uint32_t child, next, last;     /* first child, next sibling, last child */
	uint32_t alias;                 /* the value that is meant, for an alias */
};

struct ms_marks {
	struct ms_mark *marks;          /* marks[0] is the root */
	uint32_t n, cap;
	struct ms_buf keys;             /* NUL-terminated, one after the other */
	/* The list element that was found last: lists are gone through in order, and may be long. */
	struct { uint32_t parent, at; size_t index; } last;
};

void ms_marks_free(struct ms_marks *marks);
/* Append a mark under a parent (MS_NO_MARK for the root); MS_NO_MARK when out of memory. */
uint32_t ms_marks_add(struct ms_marks *marks, uint32_t parent, const struct ms_mark *mark);
/* Keep a key; its offset, or MS_NO_MARK. */
uint32_t ms_marks_key(struct ms_marks *marks, const char *key, size_t len);
/* Fill from a text that has been parsed before: 0 or -ENOMEM; what cannot be read ends the walk quietly. */
int ms_marks_yaml(const struct ms_text *text, struct ms_marks *marks);
int ms_marks_json(const struct ms_text *text, struct ms_marks *marks);

#endif
