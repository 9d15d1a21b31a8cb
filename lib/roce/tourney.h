/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/roce: who measures with whom, and when.  Pure. */
#ifndef MS_ROCE_TOURNEY_H
#define MS_ROCE_TOURNEY_H

#include <stddef.h>

struct roce_pair { size_t listens, connects; };
/* How many rounds n need. */
size_t roce_rounds(size_t n);
/* The pairs of a round (0...), at most n / 2; how many there are.  Over all rounds each pair stands once, and in a
 * round everybody at most once. */
size_t roce_round(size_t n, size_t round, struct roce_pair *ret_pairs);

#endif
