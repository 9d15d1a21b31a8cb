/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that runs out in the store and while Steps are carried out: an error, no leak, and no act twice. */
#include "nomem-fixture.h"

#include "apply-fixture.h"

static int scenario_step(struct ms_err *err)
{
	struct ms_step_new step = {
		.command = "msctl-test", .kind = "Server", .name = "n1", .action = "a", .risk = "data",
		.before = json_pack("{s:s}", "power", "Off"), .after = json_pack("{s:s}", "power", "On"),
		.needs = json_pack("[s]", "x"), .undo = json_pack("{}"), .expect = json_pack("{s:s}", "wwn", "w"),
	};
	json_auto_t *labels = json_pack("{s:s}", "a", "b"), *res = NULL;
	bool complete = step.before && step.after && step.needs && step.undo && step.expect && labels;
	int r;

	step.labels = labels;
	r = ms_step_make(&step, &res, err);
	/* What the caller could not make is not the callee's to miss. */
	if (!complete) {
		*err = (struct ms_err)MS_ERR_INIT;
		return ms_nomem(err);
	}
	return r;
}

static void test_step(void **state)
{
	(void)state;
	survives(scenario_step, 20);
}

static struct fixture *fixture;

static int use_store(struct ms_store *store, struct ms_err *err)
{
	json_auto_t *value = NULL, *one = json_pack("{s:i}", "n", 1);
	struct ms_lock *lock = NULL;
	int64_t revision;
	int r = one ? ms_store_put(store, "a", one, -1, 60, NULL, err) : ms_nomem(err);

	if (r == 0) /* of a run whose release found no memory: the process lives on */
		r = ms_store_put(store, "lock/device", NULL, -1, 0, NULL, err);

	if (r == 0)
		r = ms_store_get(store, "a", &value, &revision, err);
	if (r == 0)
		r = ms_lock_take(store, "device", "command", 0, &lock, err);
	if (r == 0)
		r = ms_lock_held(lock, err);
	ms_lock_release(lock);
	return r;
}

static int scenario_store(struct ms_err *err)
{
	struct ms_store *store = NULL;
	int r = ms_store_open(fixture->path, fixture->loop, &store, err);

	if (r == 0)
		r = use_store(store, err);
	ms_store_close(store);
	return r;
}

static void test_store(void **state)
{
	fixture = *state;
	survives(scenario_store, 50);
}

static void arm(bool on)
{
	heap.armed = on && !heap.failed;
}

/* A lock that could not be given back goes with its process; ours lives on. */
static void forget_lock(void)
{
	struct ms_err err = MS_ERR_INIT;
	struct ms_store *store = NULL;

	assert_no_err(ms_store_open(bench->f->path, NULL, &store, &err), &err);
	assert_no_err(ms_store_put(store, "lock/fake/n1", NULL, -1, 0, NULL, &err), &err);
	ms_store_close(store);
}

/* A run may end with any status but a signal; what it says is done is done, and one more run does the rest. */
static void test_apply(void **state)
{
	const char *ids[2];
	size_t n = 0;

	(void)state;
	bench_add("n1", NULL);
	ids[0] = STEP("n1", "power.on", NULL, OFF, ON);
	ids[1] = STEP_AFTER("n1", "count", "{\"n\":0}", "{\"n\":1}", ids[0]);
	do {
		json_auto_t *off = json_pack("{s:s, s:i}", "power", "Off", "n", 0);

		device_save("n1", off);
		unlink(device_path("acts"));
		unlink(bench->f->path);
		heap.left = n++;
		heap.failed = false;
		starve = arm;
		bench_run("");
		starve = NULL;
		heap.armed = false;
		if (bench->status == 0)
			assert_true(device_is("n1", "{\"power\":\"On\",\"n\":1}"));
		else if (!heap.failed)
			fail_msg("allocation %zu: %d\n%s", n, bench->status, bench->errors);
		forget_lock();
		bench_run("");
		if (bench->status || acts(NULL) != 2)
			fail_msg("after allocation %zu: %d, %u acts\n%s", n, bench->status, acts(NULL), bench->errors);
	} while (heap.failed);
	assert_true(n > 100);
}

#define ROW(fn) cmocka_unit_test_setup_teardown(fn, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_step), ROW(test_store),
		cmocka_unit_test_setup_teardown(test_apply, bench_setup, bench_teardown),
	};

	set_up();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
