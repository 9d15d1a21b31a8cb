/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers as switches write them, and whose a queue is. */
#include "counters-fixture.h"

static void test_numbers(void **state)
{
	static const struct { const char *json; json_int_t expected; } rows[] = {
		{ "0", 0 }, { "17", 17 }, { "-1", -1 }, { "1.9", 1 }, { "1e30", INT64_MAX }, { "null", -1 }, { "true", -1 }, { "[]", -1 },
		{ "'0'", 0 }, { "' 1,234,567 '", 1234567 }, { "'9223372036854775807'", INT64_MAX }, { "'9223372036854775808'", INT64_MAX },
		{ "'18446744073709551615'", INT64_MAX }, { "'99999999999999999999999999'", INT64_MAX }, { "''", -1 }, { "','", -1 },
		{ "'N/A'", -1 }, { "'-'", -1 }, { "'-3'", -1 }, { "'+3'", -1 }, { "'3 packets'", -1 }, { "'0x10'", -1 }, { "'12\\n'", 12 },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		json_auto_t *value = parse(rows[i].json);
		json_int_t count = -1;
		bool good = fabric_count(value, &count);

		if (good != (rows[i].expected >= 0) || (good && count != rows[i].expected))
			fail_msg("%s: %d, %" JSON_INTEGER_FORMAT, rows[i].json, good, count);
	}
}

static void test_sums(void **state)
{
	json_auto_t *status = json_object();

	(void)state;
	assert_int_equal(fabric_counter_add(status, "1", 5, "tx_prio%u_discards", 3), 0);
	assert_int_equal(fabric_counter_add(status, "1", 2, "tx_prio%u_discards", 3), 0);
	assert_int_equal(fabric_counter_add(status, "1", INT64_MAX - 1, "rx_pause"), 0);
	assert_int_equal(fabric_counter_add(status, "1", 2, "rx_pause"), 0);
	expect("sums", status, "{'1': {'tx_prio3_discards': 7, 'rx_pause': 9223372036854775807}}");
}

static void test_classes(void **state)
{
	json_auto_t *status = parse(CONFIG), *bare = json_object(), *shared = parse("{'config': {'qos': {'classes': {'2': {'queue': 1}, '6': {'queue': 1}}}}}");

	(void)state;
	assert_int_equal(fabric_class_priority(status, "trafficClass", 4), 3);
	assert_int_equal(fabric_class_priority(status, "queue", 5), 3);
	assert_int_equal(fabric_class_priority(status, "queue", 0), 0);
	assert_int_equal(fabric_class_priority(status, "queue", 3), -1);
	assert_int_equal(fabric_class_priority(shared, "queue", 1), 2);
	assert_int_equal(fabric_class_priority(bare, "queue", 7), 7);
	assert_int_equal(fabric_class_priority(bare, "queue", 8), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers), cmocka_unit_test(test_sums), cmocka_unit_test(test_classes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
