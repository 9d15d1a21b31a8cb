/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cumulus Linux: what a port counts, as an interface of NVUE's tree. */
#include "counters-fixture.h"
#include "fabric/nvue/nvue.h"

static void expect_nvue(const char *what, const char *before, const char *body, const char *expected)
{
	json_auto_t *status = parse(before), *interface = parse(body);
	struct ms_err err = MS_ERR_INIT;

	assert_int_equal(nvue_take_counters("1", interface, status, &err), 0);
	expect(what, status, expected);
}

#define QOS "{'pfc-stats': {'3': {'rx-pause-frames': 11, 'rx-pause-duration': '12', 'tx-pause-frames': 13, 'tx-pause-duration': 14}}," \
	" 'egress-queue-stats': {'4': {'tx-uc-buffer-discards': '5 Bytes', 'wred-discards': 6, 'ecn-marked-frames': 7}, '3': {'wred-discards': 1}}," \
	" 'port-stats': {'rx-stats': {'pause-frames': 8}, 'tx-stats': {'pause-frames': 9, 'ecn-marked-packets': 7}}}"
#define SEEN "'rx_prio3_pause': 11, 'rx_prio3_pause_duration': 12, 'tx_prio3_pause': 13, 'tx_prio3_pause_duration': 14," \
	"'tx_prio3_discards': 11, 'tx_prio3_marked': 7, 'rx_pause': 8, 'tx_pause': 9"

static void test_nvue(void **state)
{
	(void)state;
	expect_nvue("all of it", CONFIG,
		    "{'counters': {'qos': " QOS "}, 'link': {'stats': {'in-drops': 20, 'out-drops': 21}}, 'qos': {"
		    "'roce': {'counters': {'rx-stats': {'rx-roce-stats': {'no-buffer-discard': 22}, 'rx-non-roce-stats': {'no-buffer-discard': 55}}}},"
		    "'pfc-watchdog': {'state': 'enabled', 'status': {'0': {'status': 'OK', 'deadlock-count': 0},"
		    "'4': {'status': 'DEADLOCK', 'deadlock-count': 2}}}}}",
		    "{'1': {" SEEN ", 'rx_discards_phy': 20, 'tx_discards_phy': 21, 'rx_prio3_discards': 22, 'tx_prio0_watchdog': 0,"
		    "'tx_prio3_watchdog': 2}}");
	expect_nvue("marks of the port are those of the class that has any", CONFIG,
		    "{'counters': {'qos': {'egress-queue-stats': {'4': {'wred-discards': 1}}, 'port-stats': {'tx-stats': {'ecn-marked-packets': '7'}}}}}",
		    "{'1': {'tx_prio3_discards': 1, 'tx_prio3_marked': 7}}");
	expect_nvue("until 5.4", CONFIG, "{'qos': {'counter': " QOS "}}", "{'1': {" SEEN "}}");
	expect_nvue("tables with a name for their rows", CONFIG,
		    "{'counters': {'qos': {'pfc-stats': {'switch-priority': {'3': {'rx-pause-frames': 11}}},"
		    "'egress-queue-stats': {'traffic-class': {'4': {'wred-discards': '1.5 KB'}}}}}}",
		    "{'1': {'rx_prio3_pause': 11, 'tx_prio3_discards': 1500}}");
	expect_nvue("two priorities are lossless, and which of them lost it is not told",
		    "{'config': {'qos': {'classes': {'3': {'lossless': true}, '4': {'lossless': true}}}}}",
		    "{'qos': {'roce': {'counters': {'rx-stats': {'rx-roce-stats': {'no-buffer-discard': 22}}}}}}", "null");
}

static void test_nvue_odd(void **state)
{
	static const char *const bodies[] = {
		"null", "[]", "7", "{}", "{'counters': 3}", "{'counters': {'qos': []}}", "{'counters': {'qos': {'pfc-stats': 3, 'port-stats': []}}}",
		"{'counters': {'qos': {'pfc-stats': {'8': {'rx-pause-frames': 1}, 'x': {'rx-pause-frames': 1}, '3': 7}}}}",
		("{'counters': {'qos': {'pfc-stats': {'3': {'rx-pause-frames': 'n/a', 'tx-pause-frames': -1,"
		"'rx-pause-duration': 'nan B', 'tx-pause-duration': '1e400 B'}}}}}"),
		"{'qos': {'roce': {'counters': {'rx-stats': {'rx-roce-stats': {'no-buffer-discard': '-7 Bytes'}}}}, 'pfc-watchdog': {'status': 'OK'}}}",
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(bodies); i++)
		expect_nvue(bodies[i], CONFIG, bodies[i], "null");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_nvue), cmocka_unit_test(test_nvue_odd) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
