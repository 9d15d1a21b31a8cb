/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers that stay with their owners, also when many processes ask at once. */
#include "state-fixture.h"

static int64_t number(struct fixture *f, const char *owner, int64_t first, int64_t last)
{
	struct ms_err err = MS_ERR_INIT;
	int64_t n = -1;

	assert_no_err(ms_number_take(f->store, "vlan", owner, first, last, &n, &err), &err);
	return n;
}

static void test_sticky_and_lowest(void **state)
{
	struct fixture *f = *state;
	struct ms_err err = MS_ERR_INIT;
	int64_t other;

	assert_int_equal(number(f, "a", 100, 199), 100);
	assert_int_equal(number(f, "b", 100, 199), 101);
	assert_int_equal(number(f, "c", 100, 199), 102);
	assert_int_equal(number(f, "b", 100, 199), 101);
	assert_no_err(ms_number_free(f->store, "vlan", "b", &err), &err);
	assert_int_equal(number(f, "d", 100, 199), 101);
	assert_int_equal(number(f, "b", 100, 199), 103);
	assert_int_equal(number(f, "a", 50, 199), 100);
	assert_int_equal(number(f, "e", 50, 199), 50);
	assert_no_err(ms_number_take(f->store, "vni", "a", 7, 7, &other, &err), &err);
	assert_int_equal(other, 7);
	assert_no_err(ms_number_free(f->store, "vlan", "nobody", &err), &err);
	assert_no_err(ms_number_free(f->store, "no-pool", "a", &err), &err);
}

/* The pool was moved in the site file: what lies outside of it is given up. */
static void test_outside(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(number(f, "a", 100, 199), 100);
	assert_int_equal(number(f, "a", 300, 399), 300);
	assert_int_equal(number(f, "b", 100, 199), 100);
}

static void test_empty(void **state)
{
	struct fixture *f = *state;
	struct ms_err err = MS_ERR_INIT;
	int64_t n = -1;

	number(f, "a", 1, 2);
	number(f, "b", 1, 2);
	assert_int_equal(ms_number_take(f->store, "vlan", "c", 1, 2, &n, &err), -ENOSPC);
	assert_int_equal(err.code, MS_CONFLICT);
	assert_int_equal(n, -1);
	assert_non_null(strstr(err.message, "vlan"));
	assert_int_equal(number(f, "a", 1, 2), 1);
}

/* What the store holds is what ms_site_expand takes. */
static void test_shape(void **state)
{
	struct fixture *f = *state;
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *now = NULL, *want = json_pack("{s:i, s:i}", "a", 4, "b", 5);

	number(f, "a", 4, 9);
	number(f, "b", 4, 9);
	assert_no_err(ms_store_get(f->store, "number/vlan", &now, NULL, &err), &err);
	assert_true(json_equal(now, want));
}

#define TAKERS 8
#define EACH 10

/* All ask for the same owners, in different orders. */
static int taker(struct fixture *f, void *arg)
{
	int shift = (int)(intptr_t)arg;
	char owner[16];

	for (int i = 0; i < EACH; i++) {
		snprintf(owner, sizeof(owner), "o%d", (i + shift) % EACH);
		number(f, owner, 1, EACH);
	}
	return 0;
}

static void test_many(void **state)
{
	struct fixture *f = *state;
	bool seen[EACH + 1] = { false };
	pid_t pids[TAKERS];
	char owner[16];

	for (int i = 0; i < TAKERS; i++)
		pids[i] = fixture_fork(f, taker, (void *)(intptr_t)i);
	for (int i = 0; i < TAKERS; i++)
		assert_int_equal(fixture_wait(pids[i]), 0);
	for (int i = 0; i < EACH; i++) {
		int64_t n;

		snprintf(owner, sizeof(owner), "o%d", i);
		n = number(f, owner, 1, EACH);
		assert_in_range(n, 1, EACH);
		assert_false(seen[n]);
		seen[n] = true;
	}
}

#define ROW(fn) cmocka_unit_test_setup_teardown(fn, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(test_sticky_and_lowest), ROW(test_outside), ROW(test_empty), ROW(test_shape), ROW(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
