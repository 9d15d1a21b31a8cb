/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to tree.c and delta.c: what a tree of lines is made of. */
#ifndef MS_FABRIC_LINES_H
#define MS_FABRIC_LINES_H

#include "fabric/driver.h"

struct fabric_lines {
	char *text;                      /* owned; "" for the whole */
	struct fabric_lines **child;     /* owned, in order */
	size_t n, cap;
	uint32_t *slot;                  /* index + 1 of a child by the hash of its text, 0 = free */
	size_t slots;                    /* a power of two */
};
/* The child whose text is exactly this. */
const struct fabric_lines *fabric_lines_same(const struct fabric_lines *block, const char *text);

#endif
