/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tournament of probe: everybody with everybody, nobody twice at once, for all sizes up to 64. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "roce/tourney.h"

#define MOST 64

static void test_everybody_meets_once(void **state)
{
	(void)state;
	for (size_t n = 0; n <= MOST; n++) {
		unsigned met[MOST][MOST] = { 0 };

		for (size_t round = 0; round < roce_rounds(n); round++) {
			struct roce_pair pairs[MOST / 2];
			size_t count = roce_round(n, round, pairs);
			unsigned busy[MOST] = { 0 };

			assert_int_equal(count, n / 2);
			for (size_t i = 0; i < count; i++) {
				size_t a = pairs[i].listens, b = pairs[i].connects;

				assert_true(a < n && b < n && a != b);
				assert_int_equal(busy[a]++, 0);
				assert_int_equal(busy[b]++, 0);
				met[a][b]++;
				met[b][a]++;
			}
		}
		for (size_t a = 0; a < n; a++)
			for (size_t b = 0; b < n; b++)
				assert_int_equal(met[a][b], a != b);
	}
}

static void test_fewest_rounds(void **state)
{
	static const size_t rounds[][2] = { { 0, 0 }, { 1, 0 }, { 2, 1 }, { 3, 3 }, { 4, 3 }, { 5, 5 },
					    { 63, 63 }, { 64, 63 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rounds) / sizeof(rounds[0]); i++)
		assert_int_equal(roce_rounds(rounds[i][0]), rounds[i][1]);
}

static void test_sides_are_fair(void **state)
{
	(void)state;
	for (size_t n = 2; n <= MOST; n++) {
		size_t listened[MOST] = { 0 };

		for (size_t round = 0; round < roce_rounds(n); round++) {
			struct roce_pair pairs[MOST / 2];
			size_t count = roce_round(n, round, pairs);

			for (size_t i = 0; i < count; i++)
				listened[pairs[i].listens]++;
		}
		/* Nobody always does the same, where there are enough to take turns. */
		for (size_t i = 0; n >= 4 && i < n; i++)
			assert_true(listened[i] > 0 && listened[i] < n - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everybody_meets_once),
		cmocka_unit_test(test_fewest_rounds),
		cmocka_unit_test(test_sides_are_fair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
