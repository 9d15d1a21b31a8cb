/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The word that was probably meant: the smallest edit distance, where swapped neighbours count as
 * one edit. */
#include "core/cmd.h"

#define WORD_MAX 64

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* Optimal string alignment over three rows. */
static unsigned distance(const char *a, size_t na, const char *b, size_t nb)
{
	unsigned rows[3][WORD_MAX + 1];

	for (size_t j = 0; j <= nb; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++) {
		unsigned *now = rows[i % 3], *last = rows[(i + 2) % 3], *older = rows[(i + 1) % 3];

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= nb; j++) {
			now[j] = min3(last[j] + 1, now[j - 1] + 1,
				      last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    older[j - 2] + 1 < now[j])
				now[j] = older[j - 2] + 1;
		}
	}
	return rows[na % 3][nb];
}

const char *ms_nearest(const char *word, const char *const *words)
{
	size_t n = strlen(word);
	unsigned best = n < 4 ? 1 : n < 8 ? 2 : 3;
	const char *found = NULL;

	if (!n || n > WORD_MAX)
		return NULL;
	for (best++; words && *words; words++) {
		size_t len = strlen(*words);
		unsigned d = len && len <= WORD_MAX ? distance(word, n, *words, len) : best;

		if (d < best && d < len) {
			best = d;
			found = *words;
		}
	}
	return found;
}
