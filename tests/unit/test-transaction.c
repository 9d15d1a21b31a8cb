/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All switches or none, whatever goes wrong, and wherever: each phase on each of three switches, dice, and the death of
 * the process at each of its moments.
 */
#include "fabric-fixture.h"

static const char *const names[] = { "leaf01", "leaf02", "spine01" };

#define OLD "{\"vlans\":{\"10\":{\"name\":\"old\"}}}"
#define BEFORE "{\"vlans\":{\"100\":null}}"
#define AFTER "{\"vlans\":{\"100\":{\"name\":\"blue\"}}}"

static void make_plan(void)
{
	for (size_t i = 0; i < 3; i++) {
		bed_switch(names[i], i == 2 ? "spine" : "leaf", NULL);
		bed_step(names[i], BEFORE, AFTER);
		box_new(names[i], OLD);
	}
}

static void reset(void)
{
	for (size_t i = 0; i < 3; i++)
		box_new(names[i], OLD);
}

/* Everywhere the new, or everywhere the old, what is not ours untouched; what is left is said. */
static void assert_all_or_nothing(int status, const char *when)
{
	unsigned after = 0, before = 0, left = 0;

	for (size_t i = 0; i < 3; i++) {
		json_auto_t *box = box_load(names[i]);
		const json_t *step = step_of(names[i]);

		assert_clean(names[i], when);
		assert_true(box_holds(names[i], OLD));
		left += json_object_get(box, "dead") != NULL;
		after += box_holds(names[i], AFTER);
		before += box_holds(names[i], BEFORE);
		if (box_holds(names[i], BEFORE) && ms_streq(ms_str(step, "/status/state", ""), "done"))
			fail_msg("%s: %s says it is done, and is not", when, names[i]);
		if (!*ms_str(step, "/status/phase", ""))
			fail_msg("%s: %s says no phase", when, names[i]);
	}
	if (after && before && !left) {
		MS_AUTO_FREE char *log = json_dumps(bed->log, 0);

		fail_msg("%s: %u switches are new, %u old\n%s\n%s", when, after, before, bed->errors, log);
	}
	if (!left && (status == 0) != (after == 3))
		fail_msg("%s: exit status %d with %u switches changed\n%s", when, status, after, bed->errors);
	assert_int_equal(keys_left("lock/"), 0);
	if (!left)
		assert_int_equal(keys_left("fabric/"), 0);
}

/* Whatever was, after the timers a new run brings it about. */
static void assert_recovers(const char *when)
{
	int status;

	for (size_t i = 0; i < 3; i++)
		box_wait(names[i]);
	bed->bad_name = NULL;
	bed->dice = 0;
	status = bed_run();
	if (status)
		fail_msg("%s: the next run ended with %d\n%s", when, status, bed->errors);
	for (size_t i = 0; i < 3; i++)
		assert_true(box_holds(names[i], AFTER));
	assert_all_or_nothing(status, when);
}

/* ---- as it should be ------------------------------------------------------------------------- */

static void test_done_and_already(void **state)
{
	(void)state;
	make_plan();
	assert_int_equal(bed_run(), 0);
	assert_all_or_nothing(0, "done");
	for (size_t i = 0; i < 3; i++) {
		json_auto_t *box = box_load(names[i]);

		assert_string_equal(ms_str(step_of(names[i]), "/status/state", ""), "done");
		assert_string_equal(ms_str(step_of(names[i]), "/status/phase", ""), "confirm");
		assert_true(json_is_null(ms_at(step_of(names[i]), "/status/before/vlans/100")));
		assert_string_equal(ms_str(step_of(names[i]), "/status/after/vlans/100/name", ""), "blue");
		assert_true(json_equal(json_object_get(box, "running"), json_object_get(box, "start")));
	}
	assert_int_equal(bed_run(), 0);
	assert_string_equal(ms_str(step_of("leaf01"), "/status/reason", ""), "already");
	for (size_t i = 0; i < json_array_size(bed->log); i++)
		assert_null(strstr(json_string_value(json_array_get(bed->log, i)), "stage"));
}

static size_t when(const char *entry, bool last)
{
	size_t at = SIZE_MAX;

	for (size_t i = 0; i < json_array_size(bed->log); i++)
		if (!strcmp(json_string_value(json_array_get(bed->log, i)), entry) && (last || at == SIZE_MAX))
			at = i;
	if (at == SIZE_MAX)
		fail_msg("there was no \"%s\"", entry);
	return at;
}

/* Every switch has been through a phase before the first enters the next. */
static void test_barriers(void **state)
{
	static const char *const order[] = { "stage", "validate", "commit", "confirm" };
	char one[64], other[64];

	(void)state;
	make_plan();
	assert_int_equal(bed_run(), 0);
	for (size_t p = 0; p + 1 < MS_ARRAY_SIZE(order); p++)
		for (size_t i = 0; i < 9; i++) {
			snprintf(one, sizeof(one), "%s %s", names[i / 3], order[p]);
			snprintf(other, sizeof(other), "%s %s", names[i % 3], order[p + 1]);
			assert_true(when(one, true) < when(other, false));
		}
}

static void test_before_no_longer_holds(void **state)
{
	(void)state;
	make_plan();
	box_new("leaf02", "{\"vlans\":{\"10\":{\"name\":\"old\"},\"100\":{\"name\":\"red\"}}}");
	assert_int_equal(bed_run(), MS_EXIT_PARTIAL);
	assert_string_equal(ms_str(step_of("leaf02"), "/status/error/code", ""), "precondition");
	assert_non_null(strstr(ms_str(step_of("leaf02"), "/status/reason", ""), "/vlans/100 is {\"name\":\"red\"} (planned from absent)"));
	assert_string_equal(ms_str(step_of("leaf01"), "/status/state", ""), "skipped");
	assert_string_equal(ms_str(step_of("leaf01"), "/status/reason", ""), "not begun: read of Switch/leaf02 failed");
	assert_true(box_holds("leaf01", BEFORE));
	assert_clean("leaf01", "precondition");
	assert_int_equal(keys_left(""), 0);
}

/* ---- what verify sees ------------------------------------------------------------------------ */

static void make_session_plan(void)
{
	make_plan();
	for (size_t i = 0; i < 3; i++)
		box_new(names[i], "{\"vlans\":{\"10\":{\"name\":\"old\"}},\"bgp\":{\"asn\":65001,\"neighbors\":"
				  "{\"port:1\":{\"port\":\"1\",\"families\":[\"ipv4\"]}}}}");
}

static void test_sessions(void **state)
{
	(void)state;
	make_session_plan();
	bed->sessions_stay_down = true;
	assert_int_equal(bed_run(), MS_EXIT_PARTIAL);
	assert_all_or_nothing(MS_EXIT_PARTIAL, "sessions");
	assert_string_equal(ms_str(step_of("leaf01"), "/status/phase", ""), "verify");
	assert_non_null(strstr(bed->errors, "BGP session port:1 is Active, and was Established before"));
	bed->opts.no_verify = true;
	assert_int_equal(bed_run(), 0);
	assert_false(ms_bool(step_of("leaf01"), "/status/verified", true));
	assert_true(box_holds("leaf01", AFTER));
}

static void test_neighbours(void **state)
{
	(void)state;
	make_plan();
	bed->neighbours_go = true;
	assert_int_equal(bed_run(), MS_EXIT_PARTIAL);
	assert_all_or_nothing(MS_EXIT_PARTIAL, "neighbours");
	assert_non_null(strstr(bed->errors, "LLDP neighbour of port 1 is gone"));
}

/* A port that is given a description is told by its name, and was by its address. */
static void test_described_neighbours(void **state)
{
	(void)state;
	make_plan();
	bed->neighbours_describe = true;
	assert_int_equal(bed_run(), 0);
	assert_true(box_holds("leaf01", AFTER));
}

/* A session that both ends are newly to have must come up; one whose other end is nobody's need not. */
static void test_new_sessions(void **state)
{
	json_t *link = ms_resource_new("Link", "cable");

	(void)state;
	json_object_set_new(link, "spec", json_pack("{s:s, s:s}", "from", "leaf01:1", "to", "spine01:7"));
	json_array_append_new(bed->plan, link);
	for (size_t i = 0; i < 3; i += 2) {
		bed_switch(names[i], i ? "spine" : "leaf", NULL);
		bed_step(names[i], "{\"bgp\":null}",
			 i ? "{\"bgp\":{\"neighbors\":{\"port:7\":{\"port\":\"7\"}}}}"
			   : "{\"bgp\":{\"neighbors\":{\"port:1\":{\"port\":\"1\"},\"port:2\":{\"port\":\"2\"}}}}");
		box_new(names[i], OLD);
	}
	bed->sessions_stay_down = true;
	assert_int_equal(bed_run(), MS_EXIT_PARTIAL);
	assert_non_null(strstr(bed->errors, "BGP session port:1 with spine01 is Active, though both ends"));
	assert_null(strstr(bed->errors, "port:2"));
	assert_true(box_holds("leaf01", "{\"bgp\":null}"));
}

/* ---- one thing goes wrong -------------------------------------------------------------------- */

struct bad { enum call call; enum fault fault; const char *phase; unsigned nth; };
static const struct bad bads[] = {
	{ OPEN, REFUSED, "lock", 0 }, { PROBE, DEAD, "lock", 0 }, { PENDING, REFUSED, "lock", 0 },
	{ READ, REFUSED, "read", 0 }, { FACTS, DEAD, "read", 0 },
	{ STAGE, REFUSED, "stage", 0 }, { STAGE, LOST, "stage", 0 }, { STAGE, DEAD, "stage", 0 },
	{ VALIDATE, REFUSED, "validate", 0 }, { VALIDATE, DEAD, "validate", 0 }, { STAGE, SILENT, "validate", 0 },
	{ COMMIT, REFUSED, "commit", 0 }, { COMMIT, LOST, "commit", 0 }, { COMMIT, DEAD, "commit", 0 }, { COMMIT, HALF, "commit", 0 },
	{ COMMIT, SILENT, "verify", 0 }, { READ, DEAD, "verify", 1 }, { FACTS, DEAD, "verify", 1 },
	{ READ, EXPIRES, "verify", 1 },
	{ PENDING, EXPIRES, "confirm", 1 }, { PENDING, DEAD, "confirm", 1 }, { CONFIRM, DEAD, "confirm", 0 },
	{ CONFIRM, EXPIRES, "confirm", 0 },
};

static void run_bad(const struct bad *bad, const char *name)
{
	char text[128];
	int status;

	snprintf(text, sizeof(text), "%s of %s: fault %d", call_names[bad->call], name, bad->fault);
	reset();
	unlink(bed->f->path);
	bed->bad_name = name;
	bed->bad_call = bad->call;
	bed->bad_fault = bad->fault;
	bed->bad_nth = bad->nth;
	status = bed_run();
	if (status != MS_EXIT_PARTIAL)
		fail_msg("%s: exit status %d\n%s", text, status, bed->errors);
	assert_all_or_nothing(status, text);
	assert_non_null(strstr(bed->errors, name));
	if (strcmp(ms_str(step_of(name), "/status/phase", ""), bad->phase))
		fail_msg("%s: it says phase %s, not %s\n%s", text, ms_str(step_of(name), "/status/phase", ""),
			 bad->phase, bed->errors);
	assert_string_equal(ms_str(step_of(name), "/status/state", ""), "failed");
	assert_recovers(text);
}

static void test_each_phase_on_each_switch(void **state)
{
	(void)state;
	make_plan();
	for (size_t b = 0; b < MS_ARRAY_SIZE(bads); b++)
		for (size_t i = 0; i < 3; i++)
			run_bad(&bads[b], names[i]);
}

/* A switch that answers goes back at its own pace, as long as its timer leaves it. */
static void test_slow_rollback(void **state)
{
	(void)state;
	make_plan();
	bed->bad_name = "leaf02";
	bed->bad_call = COMMIT;
	bed->bad_fault = REFUSED;
	bed->slow_ms = 3 * bed->opts.undo_ms;
	assert_int_equal(bed_run(), MS_EXIT_PARTIAL);
	assert_all_or_nothing(MS_EXIT_PARTIAL, "slow rollback");
	assert_null(strstr(bed->errors, "could not be rolled back"));
	assert_string_equal(ms_str(step_of("leaf01"), "/status/state", ""), "skipped");
}

/* What is repeated without harm: an answer that was lost is no failure when the switch has done it. */
static void test_lost_confirm(void **state)
{
	(void)state;
	make_plan();
	for (enum fault fault = REFUSED; fault <= LOST; fault++)
		for (size_t i = 0; i < 3; i++) {
			reset();
			bed->bad_name = names[i];
			bed->bad_call = CONFIRM;
			bed->bad_fault = fault;
			assert_int_equal(bed_run(), 0);
			assert_all_or_nothing(0, "confirm again");
		}
}

/* ---- a stop ---------------------------------------------------------------------------------- */

static void test_stop_in_each_phase(void **state)
{
	static const enum call calls[] = { OPEN, READ, FACTS, STAGE, VALIDATE, COMMIT, CONFIRM };

	(void)state;
	make_plan();
	for (size_t c = 0; c < MS_ARRAY_SIZE(calls); c++) {
		reset();
		bed->bad_name = "leaf02";
		bed->bad_call = calls[c];
		bed->bad_fault = STOPPED;
		bed->bad_nth = 0;
		bed_run();
		for (size_t i = 0; i < 3; i++) {
			assert_clean(names[i], call_names[calls[c]]);
			/* Once one is confirmed, all are. */
			assert_true(box_holds(names[i], calls[c] == CONFIRM ? AFTER : BEFORE));
		}
		assert_int_equal(keys_left(""), 0);
		if (calls[c] != CONFIRM)
			assert_non_null(strstr(ms_str(step_of("leaf01"), "/status/reason", ""), "cancelled"));
	}
}

/* ---- death ----------------------------------------------------------------------------------- */

static bool run_killed(unsigned at)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		bed->kill_at = at;
		_exit(bed_run());
	}
	status = fixture_wait(pid);
	return WIFSIGNALED(status);
}

/* The next run finds what was left while the timers still run, and does not wait for them. */
static void test_killed_at_each_moment(void **state)
{
	unsigned at, recovered = 0;

	(void)state;
	make_plan();
	for (at = 1;; at++) {
		char text[32];
		int status;

		snprintf(text, sizeof(text), "killed at %u", at);
		reset();
		if (!run_killed(at))
			break;
		for (size_t i = 0; i < 3; i++) {
			json_auto_t *box = box_load(names[i]);

			json_object_set_new(box, "sessions", json_integer(0));
			box_save(names[i], box);
		}
		status = bed_run();
		if (status)
			fail_msg("%s: %d\n%s", text, status, bed->errors);
		assert_all_or_nothing(status, text);
		for (size_t i = 0; i < 3; i++)
			recovered += strstr(ms_str(step_of(names[i]), "/status/recovered", ""), "rolled back msctl-") != NULL;
	}
	assert_true(at > 30);
	assert_true(recovered > 10);
}

/* A change that somebody else waits to confirm is named, and left alone. */
static void test_foreign_change(void **state)
{
	json_auto_t *box = NULL;

	(void)state;
	make_plan();
	box = box_load("leaf02");
	json_object_set_new(box, "commit", json_pack("{s:s, s:O, s:I}", "id", "msctl-0badcafe", "back",
						     json_object_get(box, "running"), "due",
						     (json_int_t)(ms_clock_ms() + 100000)));
	box_save("leaf02", box);
	assert_int_equal(bed_run(), MS_EXIT_PARTIAL);
	assert_string_equal(ms_str(step_of("leaf02"), "/status/error/code", ""), "conflict");
	assert_non_null(strstr(bed->errors, "msctl-0badcafe"));
	json_decref(box);
	box = box_load("leaf02");
	assert_non_null(json_object_get(box, "commit"));
	assert_true(box_holds("leaf01", BEFORE));
	json_object_set_new(json_object_get(box, "commit"), "due", json_integer(ms_clock_ms() + 1500));
	box_save("leaf02", box);
	bed->opts.lock_seconds = 10;
	assert_int_equal(bed_run(), 0);
}

/* ---- dice ------------------------------------------------------------------------------------ */

/* Where a switch was not put right, its Step says so; where all say that they were, they were. */
static void assert_said(int status, const char *text)
{
	unsigned after = 0, left = 0;

	for (size_t i = 0; i < 3; i++) {
		after += box_holds(names[i], AFTER);
		left += strstr(ms_str(step_of(names[i]), "/status/reason", ""), "could not be rolled back") != NULL;
	}
	if (!left && after != (status ? 0 : 3))
		fail_msg("%s: status %d, and %u switches changed\n%s", text, status, after, bed->errors);
}

static void test_dice(void **state)
{
	const char *seeds = getenv("MSCTL_SEEDS");
	unsigned last = seeds ? (unsigned)atoi(seeds) : 60, faults = 0;

	(void)state;
	make_plan();
	bed->opts.verify_ms = 100;
	for (unsigned seed = 1; seed <= last; seed++) {
		char text[32];
		int status;

		snprintf(text, sizeof(text), "seed %u", seed);
		reset();
		unlink(bed->f->path);
		bed->dice = seed;
		bed->percent = 1 + seed % 12;
		bed->rolled = 0;
		status = bed_run();
		bed->dice = 0;
		faults += bed->rolled;
		assert_said(status, text);
		assert_int_equal(keys_left("lock/"), 0);
		assert_recovers(text);
	}
	assert_true(faults > last);
}

/* ---- batches --------------------------------------------------------------------------------- */

static void make_fabric(void)
{
	static const char *const all[][3] = {
		{ "spine01", "spine", NULL }, { "spine02", "spine", NULL }, { "leaf01", "leaf", "leaf02" },
		{ "leaf02", "leaf", NULL }, { "leaf03", "leaf", NULL }, { "leaf04", "leaf", NULL },
	};

	for (size_t i = 0; i < MS_ARRAY_SIZE(all); i++) {
		bed_switch(all[i][0], all[i][1], all[i][2]);
		bed_step(all[i][0], BEFORE, AFTER);
		box_new(all[i][0], OLD);
	}
}

static void assert_order(const char *one, const char *other)
{
	char a[64], b[64];

	snprintf(a, sizeof(a), "%s commit", one);
	snprintf(b, sizeof(b), "%s commit", other);
	if (when(a, true) >= when(b, false))
		fail_msg("%s was not changed before %s", one, other);
}

static void test_batches(void **state)
{
	(void)state;
	make_fabric();
	bed->opts.canary = 1;
	bed->opts.serial = 3;
	assert_int_equal(bed_run(), 0);
	/* The canary is a leaf though a spine comes first; pairs and spines are apart. */
	assert_order("leaf01", "spine01");
	assert_order("leaf01", "leaf02");
	assert_order("spine01", "spine02");
	/* All are confirmed when all were changed. */
	assert_true(when("spine02 commit", true) < when("leaf01 confirm", false));
}

static void test_canary_dies(void **state)
{
	(void)state;
	make_fabric();
	bed->opts.canary = 1;
	bed->bad_name = "leaf01";
	bed->bad_call = READ;
	bed->bad_fault = DEAD;
	bed->bad_nth = 1;
	assert_int_equal(bed_run(), MS_EXIT_PARTIAL);
	for (size_t i = 0; i < json_array_size(bed->log); i++) {
		const char *entry = json_string_value(json_array_get(bed->log, i));

		assert_true(!strstr(entry, "commit") || ms_starts(entry, "leaf01"));
	}
	assert_clean("spine01", "canary");
}

static void test_timers_too_short(void **state)
{
	(void)state;
	make_fabric();
	bed->opts.serial = 1;
	bed->opts.confirm_seconds = 60;
	bed->opts.verify_ms = 30000;
	assert_int_equal(bed_run(), MS_EXIT_USAGE);
	assert_non_null(strstr(bed->errors, "--confirm 240"));
	assert_clean("leaf01", "usage");
	assert_true(box_holds("leaf01", BEFORE));
	bed->opts.confirm_seconds = 240;
	assert_int_equal(bed_run(), 0);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, bed_setup, bed_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_done_and_already), TEST(test_barriers), TEST(test_before_no_longer_holds), TEST(test_sessions),
		TEST(test_neighbours), TEST(test_described_neighbours), TEST(test_new_sessions), TEST(test_each_phase_on_each_switch),
		TEST(test_slow_rollback), TEST(test_lost_confirm), TEST(test_stop_in_each_phase), TEST(test_killed_at_each_moment),
		TEST(test_foreign_change), TEST(test_batches), TEST(test_canary_dies), TEST(test_timers_too_short),
		TEST(test_dice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
