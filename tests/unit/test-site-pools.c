/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The door to pools: who gets which number, and what the record holds afterwards. */
#include "core-fixture.h"
#include "site/site.h"

static json_t *parse(const char *text)
{
	MS_AUTO_FREE char *json = strdup(text);

	for (char *p = json; *p; p++)
		*p = *p == '\'' ? '"' : *p;
	json_t *value = json_loads(json, JSON_DECODE_ANY, NULL);

	if (!value)
		fail_msg("no JSON: %s", text);
	return value;
}

static const char spec_text[] =
	"{'pools': {'addresses': [{'name': 'loopback', 'prefix': '10.9.0.0/29'}],"
	" 'subnets': [{'name': 'p2p', 'prefix': '10.1.0.0/29', 'length': 31, 'exclude': ['10.1.0.3']},"
	"             {'name': 'six', 'prefix': 'fd00::/62', 'length': 64},"
	"             {'name': 'whole', 'prefix': '10.2.0.0/24', 'length': 24}],"
	" 'numbers': [{'name': 'vlan', 'first': 100, 'last': 103, 'exclude': [101]},"
	"             {'name': 'vni', 'first': 100, 'last': 16777215}]}}";

/* One line of `asks` per owner: "pool owner=wanted value, or errno". */
static const struct row {
	const char *label, *recorded, *reserve_pool, *reserve;
	struct { const char *pool, *owner, *value; int r; } asks[6];
	const char *record;
} rows[] = {
	{ "lowest first, and the same again", "{}", NULL, "null",
	  { { "vlan", "a", "100", 0 }, { "vlan", "b", "102", 0 }, { "vlan", "a", "100", 0 }, { "vni", "a", "100", 0 },
	    { "vlan", "c", "103", 0 }, { "vlan", "d", NULL, -ENOSPC } },
	  "{'vlan': {'taken': {'a': 100, 'b': 102, 'c': 103}}, 'vni': {'taken': {'a': 100}}}" },
	{ "subnets of each length", "{}", NULL, "null",
	  { { "p2p", "l1", "'10.1.0.0/31'", 0 }, { "p2p", "l2", "'10.1.0.4/31'", 0 }, { "six", "s1", "'fd00::/64'", 0 },
	    { "six", "s2", "'fd00:0:0:1::/64'", 0 }, { "whole", "w", "'10.2.0.0/24'", 0 }, { "whole", "x", NULL, -ENOSPC } },
	  "{'p2p': {'taken': {'l1': '10.1.0.0/31', 'l2': '10.1.0.4/31'}},"
	  " 'six': {'taken': {'s1': 'fd00::/64', 's2': 'fd00:0:0:1::/64'}}, 'whole': {'taken': {'w': '10.2.0.0/24'}}}" },
	{ "an address written out takes the subnet around it", "{}", NULL, "'10.1.0.1'",
	  { { "p2p", "l1", "'10.1.0.4/31'", 0 } }, "{'p2p': {'taken': {'l1': '10.1.0.4/31'}}}" },
	{ "a network written out takes the addresses in it", "{}", NULL, "'10.9.0.0/30'",
	  { { "loopback", "a", "'10.9.0.4'", 0 } }, "{'loopback': {'taken': {'a': '10.9.0.4'}}}" },
	{ "a number written out is taken in its own pool", "{}", "vlan", "100",
	  { { "vlan", "a", "102", 0 }, { "vni", "a", "100", 0 } }, "{'vlan': {'taken': {'a': 102}}, 'vni': {'taken': {'a': 100}}}" },
	{ "who left keeps its number from others",
	  "{'vlan': {'taken': {'gone': 100, 'b': 103}}, 'p2p': {'taken': {'gone': '10.1.0.0/31'}}}", NULL, "null",
	  { { "vlan", "a", "102", 0 }, { "vlan", "b", "103", 0 }, { "vlan", "c", NULL, -ENOSPC }, { "p2p", "a", "'10.1.0.4/31'", 0 } },
	  "{'vlan': {'taken': {'a': 102, 'b': 103}, 'released': {'gone': 100}},"
	  " 'p2p': {'taken': {'a': '10.1.0.4/31'}, 'released': {'gone': '10.1.0.0/31'}}}" },
	{ "who comes back finds it", "{'vlan': {'taken': {}, 'released': {'back': 102}}}", NULL, "null",
	  { { "vlan", "back", "102", 0 }, { "vlan", "a", "100", 0 } }, "{'vlan': {'taken': {'back': 102, 'a': 100}}}" },
	{ "a record of a pool that is gone stays", "{'old': {'taken': {'x': 7}}}", NULL, "null", { { 0 } },
	  "{'old': {'taken': {}, 'released': {'x': 7}}}" },
	{ "on record, and written out for somebody else", "{'vlan': {'taken': {'a': 100}}}", "vlan", "100",
	  { { "vlan", "a", NULL, -EEXIST } }, "{'vlan': {'taken': {}, 'released': {'a': 100}}}" },
	{ "on record, and not in the pool", "{'p2p': {'taken': {'a': '10.1.0.0/30', 'b': '10.7.0.0/31', 'c': 7}}}", NULL, "null",
	  { { "p2p", "a", NULL, -EEXIST }, { "p2p", "b", NULL, -EEXIST }, { "p2p", "c", NULL, -EEXIST } },
	  "{'p2p': {'taken': {}, 'released': {'a': '10.1.0.0/30', 'b': '10.7.0.0/31', 'c': 7}}}" },
	{ "no such pool", "{}", NULL, "null", { { "nope", "a", NULL, -ENOENT } }, "{}" },
};

static void ask_all(const struct row *row, struct ms_pools *pools)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(row->asks) && row->asks[i].pool; i++) {
		struct ms_err err = MS_ERR_INIT;
		const json_t *value = NULL;
		json_auto_t *wanted = row->asks[i].value ? parse(row->asks[i].value) : NULL;
		int r = ms_pools_take(pools, row->asks[i].pool, row->asks[i].owner, &value, &err);

		if (r != row->asks[i].r || (wanted && !json_equal(value, wanted))) {
			MS_AUTO_FREE char *got = value ? json_dumps(value, JSON_ENCODE_ANY) : NULL;

			fail_msg("%s: %s/%s: %d %s, not %d %s", row->label, row->asks[i].pool, row->asks[i].owner, r,
				 got ? got : "-", row->asks[i].r, row->asks[i].value ? row->asks[i].value : "-");
		}
		assert_int_equal(err.error, r);
	}
}

static void test_takes(void **state)
{
	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		struct ms_err err = MS_ERR_INIT;
		json_auto_t *spec = parse(spec_text), *recorded = parse(rows[i].recorded), *given = NULL;
		json_auto_t *reserve = parse(rows[i].reserve), *wanted = parse(rows[i].record);
		struct ms_pools *pools;

		assert_int_equal(ms_pools_new(spec, recorded, &pools, &err), 0);
		assert_int_equal(ms_pools_reserve(pools, rows[i].reserve_pool, reserve, &err), 0);
		ask_all(&rows[i], pools);
		assert_int_equal(ms_pools_record(pools, &given, &err), 0);
		if (!json_equal(given, wanted)) {
			MS_AUTO_FREE char *got = json_dumps(given, 0);

			fail_msg("%s: the record is %s", rows[i].label, got);
		}
		ms_pools_free(pools);
	}
}

static void test_reserve_too_late(void **state)
{
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *spec = parse(spec_text), *number = json_integer(103);
	const json_t *value;
	struct ms_pools *pools;

	(void)state;
	assert_int_equal(ms_pools_new(spec, NULL, &pools, &err), 0);
	assert_int_equal(ms_pools_take(pools, "vlan", "a", &value, &err), 0);
	assert_int_equal(ms_pools_reserve(pools, "vni", number, &err), 0);
	assert_int_equal(ms_pools_reserve(pools, "vlan", number, &err), -EBUSY);
	ms_pools_free(pools);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_takes), cmocka_unit_test(test_reserve_too_late) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
