/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cisco NX-OS: what ports count, out of what three commands show; layouts as the command reference of Nexus 9000 has them. */
#include "core-fixture.h"
#include "fabric/nxos/nxos.h"
#include "json-fixture.h"

static const char config[] = "{'config': {'qos': {'classes': {'0': {}, '3': {'lossless': true}, '6': {}}}}}";

#define STAT(type, units, uc, mc) \
	"{'eq-stat-type': '" type "', 'eq-stat-units': '" units "', 'eq-uc-stat-value': " uc ", 'eq-mc-stat-value': " mc "}"
#define GROUP(group, entries) \
	"{'eq-qosgrp': '" group "', 'TABLE_qosgrp_egress_stats_entry': {'ROW_qosgrp_egress_stats_entry': " entries "}}"
#define EGRESS(port, groups) \
	"{'dir': 'Egress', 'if_name_str': '" port "', 'TABLE_qosgrp_egress_stats': {'ROW_qosgrp_egress_stats': " groups "}}"
#define PFC(cos, tx, rx) \
	"{'cos': '" cos "', 'pfc-qosgrp': '0', 'tx-pause-state': 'Inactive', 'tx-pause-count': " tx ", 'rx-pause-state': 'Active'," \
	" 'rx-pause-count': " rx "}"
#define INGRESS(port, drops, rows) \
	"{'dir': 'Ingress', 'if_name_str': '" port "', 'TABLE_ingress_stats_entry': {'ROW_ingress_stats_entry': " drops "}," \
	" 'TABLE_pfc_stats': {'ROW_pfc_stats': " rows "}}"
#define MODULE(rows) "{'TABLE_module': {'ROW_module': {'module_number': '1', 'TABLE_queuing_interface': {'ROW_queuing_interface': " rows "}}}}"
#define MMU(count) "{'ip-stat-type': 'Ingress MMU Drop', 'ip-stat-units': 'Pkts', 'ip-stat-value': " count "}"
#define WATCHED(port, groups) \
	"{'if_name_str': '" port " Interface PFC watchdog: [Enabled]', 'TABLE_qosgrp_stats': {'ROW_qosgrp_stats': " groups "}}"
#define WATCH(group, cos, shut) \
	"{'eq-qosgrp': '" group "', 'eq-qosgrp-state': 'Active', 'pfc-configured': 'YES', " cos "'TABLE_qosgrp_stats_entry':" \
	" {'ROW_qosgrp_stats_entry': [{'q-stat-type': 'Shutdown', 'q-shutdown': " shut "}," \
	" {'q-stat-type': 'Restored', 'q-restored': '2'}]}}"

/* Answers in the order of the questions; NULL: the command is not known there. */
static void expect(const char *what, const char *before, const char *const bodies[static NXOS_COUNTERS], const char *expected)
{
	json_auto_t *status = parse(before), *want = parse(expected);
	struct fabric_dialect dialect = { .driver = &fabric_nxos, .prefix = "Ethernet1/", .part = "/", .first = 1, .step = 1, .first_part = 1 };
	struct ms_err err = MS_ERR_INIT;

	for (size_t i = 0; i < NXOS_COUNTERS; i++) {
		json_auto_t *body = bodies[i] ? parse(bodies[i]) : NULL;

		assert_int_equal(nxos_parse_counters(&dialect, i, body, status, &err), 0);
	}
	if (!json_equal(json_object_get(status, "counters"), want) && (json_object_get(status, "counters") || !json_is_null(want))) {
		MS_AUTO_FREE char *text = ms_json_text(json_object_get(status, "counters"), MS_JSON_COMPACT);

		fail_msg("%s: %s, not %s", what, text ? text : "nothing", expected);
	}
}

static void test_counters(void **state)
{
	(void)state;
	expect("all of them", config, (const char *const[]){
		"{'TABLE_interface': {'ROW_interface': [{'interface': 'mgmt0', 'eth_inpause': '9'}, {'interface': 'Ethernet1/1',"
		" 'eth_inpause': '11', 'eth_outpause': 12, 'eth_indiscard': '13', 'eth_outdiscard': '1,014'}]}}",
		MODULE("[" EGRESS("Ethernet1/1", "["
			GROUP("3", "[" STAT("Tx", "Pkts", "'999'", "'1'") "," STAT("WRED/AFD & Tail Drop", "Pkts", "'5'", "'2'") ","
			      STAT("WRED/AFD & Tail Drop", "Byts", "'5000'", "'2000'") "," STAT("Q Depth", "Byts", "'77'", "'0'") ","
			      STAT("WD & Tail Drop", "Pkts", "'5'", "'2'") "," STAT("ECN", "Pkts", "'40'", "'0'") "]") ","
			GROUP("0", STAT("Dropped", "Pkts", "6", "0")) ","
			GROUP("CONTROL QOS GROUP", STAT("Tx", "Pkts", "'8'", "'0'")) "]") ","
		       INGRESS("Ethernet1/1", MMU("'20'"), "[" PFC("0", "'0'", "'0'") "," PFC("3", "'21'", "'22'") "]") ","
		       EGRESS("Ethernet1/2", GROUP("3", STAT("WRED Drop", "Pkts", "'1'", "'0'"))) "]"),
		MODULE("[" WATCHED("Ethernet1/1", WATCH("3", "'pfc-cos': '3', ", "'4'")) ","
		       WATCHED("Ethernet1/2", "[" WATCH("3", "", "'5'") "," WATCH("6", "", "'0'") "]") "]"),
	}, "{'1': {'rx_pause': 11, 'tx_pause': 12, 'rx_discards_phy': 20, 'tx_discards_phy': 1014, 'tx_prio3_discards': 7,"
	   "'tx_prio3_marked': 40, 'tx_prio0_discards': 6, 'rx_prio0_pause': 0, 'tx_prio0_pause': 0, 'rx_prio3_pause': 22,"
	   "'tx_prio3_pause': 21, 'tx_prio3_watchdog': 4}, '2': {'tx_prio3_discards': 1, 'tx_prio3_watchdog': 5, 'tx_prio6_watchdog': 0}}");
}

/* A modular chassis; parts of a port; a watchdog that is told in rows of their own; classes of nobody's. */
static void test_layouts(void **state)
{
	(void)state;
	expect("two line cards", "{}", (const char *const[]){ NULL,
		"{'TABLE_module': {'ROW_module': [{'TABLE_queuing_interface': {'ROW_queuing_interface': "
			EGRESS("Ethernet1/1", GROUP("5", STAT("Tail Drop", "Pkts", "'1'", "'0'"))) "}}, {'TABLE_queuing_interface': "
			"{'ROW_queuing_interface': " EGRESS("Ethernet1/2/1", GROUP("7", STAT("Tail Drop", "Pkts", "'2'", "'0'"))) "}}]}}",
		MODULE("[{'if_name_str': 'Ethernet1/1 Interface PFC watchdog: [Enabled]', 'wd-status': 'Enabled'},"
		       "{'TABLE_qosgrp_stats': {'ROW_qosgrp_stats': " WATCH("5", "", "'3'") "}}]"),
	}, "{'1': {'tx_prio5_discards': 1, 'tx_prio5_watchdog': 3}, '2/1': {'tx_prio7_discards': 2}}");
	expect("a group of no class", config, (const char *const[]){ NULL,
		MODULE(EGRESS("Ethernet1/1", GROUP("5", STAT("Tail Drop", "Pkts", "'1'", "'0'")))), NULL }, "null");
}

static void test_odd(void **state)
{
	static const char *const bodies[] = {
		"null", "[]", "7", "{}", "{'TABLE_interface': 3}", "{'TABLE_interface': {'ROW_interface': [null, 3, 'x', [], {}]}}",
		"{'TABLE_interface': {'ROW_interface': {'interface': 3, 'eth_inpause': 1}}}",
		"{'TABLE_interface': {'ROW_interface': {'interface': 'Ethernet1/1', 'eth_inpause': 'N/A', 'eth_outpause': -1, 'eth_indiscard': null}}}",
		MODULE("[null, 3, {'if_name_str': ['Ethernet1/1']}, {'TABLE_pfc_stats': {'ROW_pfc_stats': {'cos': 3, 'rx-pause-count': 1}}}]"),
		MODULE(EGRESS("Vlan1", GROUP("3", STAT("Tail Drop", "Pkts", "1", "1")))),
		MODULE(EGRESS("Ethernet1/1", "[null, 3, " GROUP("8", STAT("Tail Drop", "Pkts", "1", "1")) "," GROUP("-1", STAT("ECN", "Pkts", "1", "1")) ","
			      GROUP("3", "[null, {}, 5, " STAT("Tail Drop", "Pkts", "'--'", "null") "]") "]")),
		MODULE(INGRESS("Ethernet1/1", "[null, {}, 3]", "[null, {'cos': 'x', 'rx-pause-count': 1}, " PFC("9", "1", "1") "," PFC("3", "'-'", "[]") "]")),
		MODULE(WATCHED("Ethernet1/1", "[null, 3, " WATCH("x", "'pfc-cos': 'none', ", "1") "," WATCH("3", "", "'none'") "]")),
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(bodies); i++)
		expect(bodies[i], "{}", (const char *const[]){ bodies[i], bodies[i], bodies[i] }, "null");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_counters), cmocka_unit_test(test_layouts), cmocka_unit_test(test_odd) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
