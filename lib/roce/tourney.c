/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A round-robin tournament by the circle method: one stands still, the others move on by a place
 * each round, and those that face each other meet.  Everybody meets everybody once, and nobody two
 * at once.
 */
#include "roce/tourney.h"

size_t roce_rounds(size_t n)
{
	return n < 2 ? 0 : n - 1 + n % 2;
}

/* Who stands at a place of the circle: 0 stays, the others move. */
static size_t at_place(size_t circle, size_t round, size_t place)
{
	return place ? (place - 1 + round) % (circle - 1) + 1 : 0;
}

size_t roce_round(size_t n, size_t round, struct roce_pair *ret_pairs)
{
	size_t circle = n + n % 2, count = 0;

	for (size_t i = 0; n > 1 && i < circle / 2; i++) {
		size_t a = at_place(circle, round, i), b = at_place(circle, round, circle - 1 - i);

		/* Who meets the one that is not there rests. */
		if (a >= n || b >= n)
			continue;
		/* Sides change: nobody always listens. */
		ret_pairs[count++] = (i ? i : round) % 2 ? (struct roce_pair){ b, a }
						     : (struct roce_pair){ a, b };
	}
	return count;
}
