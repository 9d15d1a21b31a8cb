/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arista EOS: what ports count, as eAPI answers. */
#include "counters-fixture.h"
#include "fabric/eos/eos.h"

struct shown { const char *command, *body; };

static void expect_eos(const char *what, const char *before, const struct shown *shown, size_t n, const char *expected)
{
	json_auto_t *status = parse(before), *breakouts = json_object();
	struct fabric_dialect dialect = { .driver = &fabric_eos, .prefix = "Ethernet", .part = "/", .first = 1, .step = 1, .first_part = 1 };
	struct ms_err err = MS_ERR_INIT;

	for (size_t i = 0; i < n; i++) {
		json_auto_t *body = parse(shown[i].body);

		assert_int_equal(eos_take_counters(&dialect, breakouts, shown[i].command, body, status, &err), 0);
	}
	expect(what, status, expected);
}

#define PFC "show priority-flow-control counters detail"
#define WATCHDOG "show priority-flow-control counters watchdog"
#define QUEUES "show interfaces counters queue detail"
#define MARKS "show qos interfaces ecn counters queue"

static void test_eos(void **state)
{
	static const struct shown all[] = {
		{ PFC, "{'interfaces': {'Ethernet1': {'priorities': {'0': {'rxFrames': 0, 'txFrames': 0}, '3': {'rxFrames': 11, 'txFrames': 12}}},"
		       " 'Management1': {'priorities': {'3': {'rxFrames': 1, 'txFrames': 1}}}}}" },
		{ WATCHDOG, "{'interfaces': {'Ethernet1': {'txQueues': {'5': {'stuckCount': 2, 'recoveryCount': 1}, '1': {'stuckCount': 9}}}}}" },
		{ QUEUES, "{'egressQueueCounters': {'interfaces': {'Ethernet1': {'ucastQueues': {'trafficClasses': {"
			  "'TC4': {'dropPrecedences': {'DP0': {'droppedPackets': 3, 'droppedBytes': 999}, 'DP1': {'droppedPackets': 4}}},"
			  "'TC0-7': {'dropPrecedences': {'DP0': {'droppedPackets': 1000}}}}},"
			  "'mcastQueues': {'trafficClasses': {'TC4': {'dropPrecedences': {'DP0': {'droppedPackets': 5}}}}}}}}}" },
		{ MARKS, "{'intfQueueCounters': {'Ethernet1': {'queueCounters': {'0': '-', '5': '1,044'}}}}" },
		{ "show interfaces flow-control", "{'interfaceFlowControls': {'Ethernet1': {'rxPause': 3, 'txPause': 4, 'rxAdminState': 'off'}}}" },
		{ "show interfaces counters discards", "{'inDiscardsTotal': 9, 'interfaces': {'Ethernet1': {'inDiscards': 9, 'outDiscards': 10}}}" },
	};
	static const struct shown voqs[] = {
		{ QUEUES, "{'ingressVoqCounters': {'interfaces': {'Ethernet1': {'trafficClasses': {'TC4': {'enqueuedPackets': 7, 'droppedPackets': 8}}}}}}" },
	};
	/* Where nothing has fired yet. */
	static const struct shown quiet[] = {
		{ PFC, "{'interfaces': {'Ethernet1': {'priorities': {}}, 'Ethernet2': {'priorities': {'3': {'rxFrames': 0, 'txFrames': 0}}}}}" },
		{ WATCHDOG, "{'interfaces': {}}" },
	};

	(void)state;
	expect_eos("all of them", CONFIG, all, MS_ARRAY_SIZE(all),
		   "{'1': {'rx_prio0_pause': 0, 'tx_prio0_pause': 0, 'rx_prio3_pause': 11, 'tx_prio3_pause': 12, 'tx_prio3_watchdog': 2,"
		   "'tx_prio3_discards': 12, 'tx_prio3_marked': 1044, 'rx_pause': 3, 'tx_pause': 4, 'rx_discards_phy': 9, 'tx_discards_phy': 10}}");
	expect_eos("virtual output queues", CONFIG, voqs, 1, "{'1': {'tx_prio3_discards': 8}}");
	expect_eos("quiet", CONFIG, quiet, 2, "{'2': {'rx_prio3_pause': 0, 'tx_prio3_pause': 0, 'tx_prio3_watchdog': 0}}");
}

static void test_eos_odd(void **state)
{
	static const char *const bodies[] = {
		"null", "[]", "7", "{}", "{'interfaces': 3}", "{'interfaces': {'Ethernet1': 3}}", "{'interfaces': {'Ethernet1': {'priorities': [1]}}}",
		("{'interfaces': {'Ethernet1': {'priorities': {'3': 4, '8': {'rxFrames': 1}, 'x': {'rxFrames': 1}, '-1': {'rxFrames': 1},"
		" '3': {'rxFrames': null}}}}}"),
		"{'interfaces': {'Ethernet1': {'txQueues': {'x': {'stuckCount': 1}, '64': {'stuckCount': 1}, '5': {'stuckCount': 'no'}}}}}",
		("{'egressQueueCounters': {'interfaces': {'Ethernet1': {'ucastQueues': {'trafficClasses': {"
		"'TC': {'droppedPackets': 1}, 'TC4': {'dropPrecedences': 3}}}}}}}"),
		"{'intfQueueCounters': {'Ethernet1': {'queueCounters': {'5': 'N/A'}}, 'Ethernet': {'queueCounters': {'5': 1}}}}",
		"{'interfaces': {'Ethernet1': {'inDiscards': -4}}}",
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(bodies); i++) {
		const struct shown shown[] = {
			{ PFC, bodies[i] }, { WATCHDOG, bodies[i] }, { QUEUES, bodies[i] }, { MARKS, bodies[i] },
			{ "show interfaces flow-control", bodies[i] }, { "show interfaces counters discards", bodies[i] },
		};

		expect_eos(bodies[i], CONFIG, shown, MS_ARRAY_SIZE(shown), "null");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_eos), cmocka_unit_test(test_eos_odd) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
