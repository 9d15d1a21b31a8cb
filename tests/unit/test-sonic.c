/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SONiC without a switch: rendering and parsing are inverses, and the patch makes one CONFIG_DB of the other. */
#include <errno.h>
#include "core-fixture.h"
#include "driver-fixture.h"
#include "fabric/sonic/sonic.h"
#include "json-fixture.h"
#include "site/site.h"

#define MODELS 500

static struct fabric_dialect dialect_of(const json_t *sw)
{
	return (struct fabric_dialect){ .driver = &fabric_sonic, .sw = sw, .asic = ms_asic_of(sw), .prefix = "Ethernet",
					.part = "", .step = 4 };
}

/* A Switch whose ports are split as the model says: that decides names. */
static json_t *switch_of(const json_t *model)
{
	json_t *ports = json_array(), *port;
	const char *name;

	json_object_foreach(json_object_get(model, "ports"), name, port)
		if (json_object_get(port, "breakout"))
			json_array_append_new(ports, json_pack("{s:s,s:O}", "name", name, "breakout",
							       json_object_get(port, "breakout")));
	return json_pack("{s:{s:s},s:{s:s,s:o}}", "metadata", "name", "leaf01", "spec", "platform", "sonic", "ports", ports);
}

static json_t *model_of(unsigned seed)
{
	json_t *model = model_random(seed, &fabric_sonic.caps);
	struct ms_err err = MS_ERR_INIT;

	assert_int_equal(sonic_normal(NULL, model, &err), 0);
	return model;
}

static void test_identity(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < MODELS; seed++) {
		json_auto_t *model = model_of(seed), *sw = switch_of(model);
		struct fabric_dialect dialect = dialect_of(sw);
		char what[64];

		snprintf(what, sizeof(what), "seed %u", seed);
		driver_expect_same(&dialect, what, model);
	}
}

/* RFC 6902, as far as SONiC's patches go: strict about paths that are not there. */
static void patch_one(json_t *db, const json_t *op)
{
	const char *verb = ms_str(op, "/op", ""), *path = ms_str(op, "/path", "");
	char tokens[3][256] = { { 0 } };
	size_t n = 0, len = 0;
	json_t *at = db;

	for (const char *c = path + 1; *path == '/'; c++) {
		if (*c && *c != '/') {
			tokens[n][len++] = *c == '~' ? (*++c == '1' ? '/' : '~') : *c;
			continue;
		}
		n++;
		len = 0;
		if (!*c)
			break;
	}
	assert_in_range(n, 1, 3);
	for (size_t i = 0; i + 1 < n; i++)
		assert_non_null(at = json_object_get(at, tokens[i]));
	if (strcmp(verb, "add"))
		assert_non_null(json_object_get(at, tokens[n - 1]));
	if (!strcmp(verb, "remove"))
		json_object_del(at, tokens[n - 1]);
	else
		json_object_set_new(at, tokens[n - 1], json_deep_copy(json_object_get(op, "value")));
}

/* What the box has besides: it must stay. */
static void add_foreign(json_t *db)
{
	json_t *row = json_pack("{s:s,s:s,s:s}", "lanes", "0,1,2,3", "mtu", "9100", "index", "1"), *ports;

	json_object_set_new(db, "NTP_SERVER", json_pack("{s:{}}", "192.0.2.1"));
	ports = json_object_get(db, "PORT");
	if (!ports)
		json_object_set_new(db, "PORT", ports = json_object());
	json_object_set_new(ports, "Ethernet508", row);
	ms_put(db, "/CABLE_LENGTH/AZURE/Ethernet508", json_string("300m"));
}

/* Ports keep what they had, and their cables: a model does not make or remove them. */
static void drop_ports(json_t *db)
{
	json_object_del(db, "PORT");
	json_object_del(db, "CABLE_LENGTH");
	json_object_del(db, "DEVICE_METADATA");
}

static void test_patch(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < MODELS; seed++) {
		/* Now and then only RoCE goes. */
		json_auto_t *old = model_of(seed), *new = seed % 5 ? model_of(seed + 1000) : model_without_qos(old),
			    *sw = switch_of(json_object_get(old, "x"));
		struct fabric_dialect dialect = dialect_of(sw);
		json_auto_t *now = driver_render(&dialect, old), *target = driver_render(&dialect, new), *delta = NULL, *patch = NULL;
		json_auto_t *db = json_deep_copy(json_object_get(now, "config_db")), *want;
		struct ms_err err = MS_ERR_INIT;
		json_t *op;
		size_t i;
		char what[64];

		add_foreign(db);
		want = json_deep_copy(json_object_get(target, "config_db"));
		add_foreign(want);
		if (sonic_delta(&dialect, now, target, &delta, &err) ||
		    sonic_patch(db, json_object_get(delta, "config_db"), &patch, &err))
			fail_msg("seed %u: %s", seed, err.message);
		json_array_foreach(patch, i, op)
			patch_one(db, op);
		assert_non_null(ms_at(db, "/NTP_SERVER"));
		assert_string_equal(ms_str(db, "/PORT/Ethernet508/lanes", ""), "0,1,2,3");
		assert_string_equal(ms_str(db, "/CABLE_LENGTH/AZURE/Ethernet508", ""), "300m");
		drop_ports(db);
		drop_ports(want);
		snprintf(what, sizeof(what), "seed %u", seed);
		model_expect_equal(what, want, db);
	}
}

/* A port cannot be taken out of the box: it is shut, and no part of the model any more. */
static void test_shut(void **state)
{
	json_auto_t *model = json_pack("{s:{s:{s:b,s:i,s:s}}}", "ports", "3", "enabled", true, "mtu", 1500, "description", "x");
	json_auto_t *none = json_object(), *sw = switch_of(model), *delta = NULL, *patch = NULL, *again = NULL, *native = NULL;
	struct fabric_dialect dialect = dialect_of(sw);
	json_auto_t *now = driver_render(&dialect, model), *target = driver_render(&dialect, none);
	json_auto_t *db = json_deep_copy(json_object_get(now, "config_db"));
	struct ms_err err = MS_ERR_INIT;
	json_t *op;
	size_t i;

	(void)state;
	add_foreign(db);
	assert_int_equal(sonic_delta(&dialect, now, target, &delta, &err), 0);
	assert_int_equal(sonic_patch(db, json_object_get(delta, "config_db"), &patch, &err), 0);
	assert_true(json_array_size(patch) > 0);
	json_array_foreach(patch, i, op)
		patch_one(db, op);
	native = json_pack("{s:O,s:s}", "config_db", db, "frr.conf", "");
	again = driver_parse(&dialect, native, NULL);
	model_expect_equal("shut", none, again);
}

/* ---- RoCE ---- */

#define PROFILE "roce-100g-40m-9216"

static json_t *roce_model(void)
{
	return parse("{'ports': {'1': {'enabled': true, 'mtu': 9100, 'qos': '" PROFILE "'}, '2': {'enabled': true,"
		     " 'mtu': 9100, 'qos': '" PROFILE "'}}, 'qos': {'trust': 'dscp', 'classes': {"
		     " '0': {'dscp': [0, 1], 'pcp': [0], 'trafficClass': 0, 'queue': 0, 'lossless': false, 'strict': false,"
		     " 'bandwidth': 50}, '3': {'dscp': [26], 'pcp': [3], 'trafficClass': 3, 'queue': 3, 'lossless': true,"
		     " 'strict': false, 'bandwidth': 50}}, 'watchdog': {'detect': 300, 'restore': 300, 'poll': 100,"
		     " 'action': 'drop'}, 'profiles': {'" PROFILE "': {'cable': 40, 'watchdog': true, 'pfc': {'3':"
		     " {'headroom': 100352, 'xon': 18432}}, 'ecn': {'3': {'min': 150000, 'max': 1500000,"
		     " 'probability': 100}}}}}}");
}

/* A merge patch to what was rendered, and which of the ports 1 and 2 still have all of RoCE. */
static void test_half(void **state)
{
	static const struct { const char *harm; bool one, two; } rows[] = {
		{ "{}", true, true },
		{ "{'QUEUE': {'Ethernet8|3-4': {'scheduler': 'x-1'}}}", true, true },
		{ "{'QUEUE': {'Ethernet0|3-4': {'scheduler': 'x-1'}}}", false, true },
		{ "{'QUEUE': {'Ethernet0|3': {'wred_profile': null}}}", false, true },
		{ "{'QUEUE': {'Ethernet0|0': {'scheduler': 'scheduler.0'}}}", false, true },
		{ "{'BUFFER_PG': {'Ethernet0|3': {'profile': 'pg_lossless_100000_40m_profile'}}}", false, true },
		{ "{'BUFFER_QUEUE': {'Ethernet4|3': null}}", true, false },
		{ "{'PORT_QOS_MAP': {'Ethernet0': {'pfc_enable': ''}}}", false, true },
		{ "{'PORT_QOS_MAP': {'Ethernet0': {'dscp_to_tc_map': 'AZURE'}}}", false, true },
		{ "{'PORT_QOS_MAP': {'Ethernet4': {'dot1p_to_tc_map': 'AZURE'}}}", true, false },
		{ "{'PORT_QOS_MAP': {'global': {'dscp_to_tc_map': 'AZURE'}}}", false, false },
		{ "{'MAP_PFC_PRIORITY_TO_QUEUE': {'MSCTL': {'3': null}}}", false, false },
		{ "{'BUFFER_PROFILE': {'" PROFILE "-3': {'size': '1'}}}", false, false },
		{ "{'CABLE_LENGTH': {'AZURE': {'Ethernet0': '0m'}}}", true, true },
		{ "{'CABLE_LENGTH': null}", true, true },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		json_auto_t *model = roce_model(), *sw = switch_of(model), *harm = parse(rows[i].harm);
		struct fabric_dialect dialect = dialect_of(sw);
		json_auto_t *native = driver_render(&dialect, model), *again = NULL;

		json_object_set_new(native, "config_db", ms_merge_new(json_object_get(native, "config_db"), harm));
		again = driver_parse(&dialect, native, NULL);
		if (ms_streq(ms_str(again, "/ports/1/qos", NULL), PROFILE) != rows[i].one ||
		    ms_streq(ms_str(again, "/ports/2/qos", NULL), PROFILE) != rows[i].two)
			fail_msg("%s", rows[i].harm);
		if (rows[i].one && rows[i].two)
			model_expect_equal(rows[i].harm, model, again);
		assert_int_equal(rows[i].one || rows[i].two, json_object_get(again, "qos") != NULL);
	}
}

/* A site need not say what a switch is: which maps its chip has goes by what it says itself, when it is read for the
 * first time as when it is planned. */
static void test_chip(void **state)
{
	json_auto_t *model = roce_model(), *sw = switch_of(model), *facts = parse("{'model': 'ACS-MSN4700'}");
	json_auto_t *native = NULL, *planned = NULL;
	struct ms_err err = MS_ERR_INIT;
	struct fabric_dialect dialect;

	(void)state;
	assert_int_equal(fabric_dialect_init(&dialect, sw, facts, &err), 0);
	native = driver_render(&dialect, model);
	assert_non_null(ms_at(native, "/config_db/PFC_PRIORITY_TO_PRIORITY_GROUP_MAP"));
	driver_expect_same(&dialect, "read", model);
	json_object_set_new(sw, "status", json_pack("{s:O}", "switch", facts));
	assert_int_equal(fabric_dialect_init(&dialect, sw, NULL, &err), 0);
	planned = driver_render(&dialect, model);
	model_expect_equal("planned", native, planned);
}

/* What a box comes with: maps for 3 and 4, in ranges. */
static json_t *stock(const char *model)
{
	json_t *db = parse("{'BUFFER_POOL': {'ingress_lossless_pool': {'mode': 'dynamic', 'type': 'both'}},"
			   " 'BUFFER_PROFILE': {'ingress_lossy_profile': {}, 'egress_lossy_profile': {}, 'egress_lossless_profile': {}},"
			   " 'PORT_QOS_MAP': {'Ethernet0': {'dscp_to_tc_map': 'AZURE', 'dot1p_to_tc_map': 'AZURE', 'pfc_enable': '3,4'},"
			   " 'Ethernet8': {'dscp_to_tc_map': 'AZURE', 'pfc_enable': '3,4'}},"
			   " 'BUFFER_PG': {'Ethernet0|3-4': {'profile': 'p'}, 'Ethernet8|3-4': {'profile': 'p'}},"
			   " 'CABLE_LENGTH': {'AZURE': {'Ethernet0': '5m', 'Ethernet8': '5m'}}}");

	ms_put(db, "/DEVICE_METADATA/localhost/buffer_model", json_string(model));
	return db;
}

/* Taken over from SONiC's own templates: ports of ours have nothing but ours, others keep theirs. */
static void test_taken_over(void **state)
{
	static const struct { const char *model, *length; } rows[] = { { "traditional", "0m" }, { "dynamic", "40m" } };

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		json_auto_t *model = roce_model(), *sw = switch_of(model), *db = stock(rows[i].model), *seen = NULL,
			    *now = NULL, *delta = NULL, *patch = NULL, *again = NULL;
		struct fabric_dialect dialect = dialect_of(sw);
		json_auto_t *target = driver_render(&dialect, model), *native = json_pack("{s:O,s:s}", "config_db", db, "frr.conf", "");
		struct ms_err err = MS_ERR_INIT;
		json_t *op;
		size_t n;

		json_object_set_new(db, "PORT", parse("{'Ethernet0': {'lanes': '0'}, 'Ethernet4': {'lanes': '4'}, 'Ethernet8': {'lanes': '8'}}"));
		seen = driver_parse(&dialect, native, NULL);
		assert_null(json_object_get(seen, "qos"));
		now = driver_render(&dialect, seen);
		assert_int_equal(sonic_delta(&dialect, now, target, &delta, &err), 0);
		assert_int_equal(sonic_qos_settle(db, json_object_get(target, "config_db"), json_object_get(delta, "config_db"), &err), 0);
		assert_int_equal(sonic_patch(db, json_object_get(delta, "config_db"), &patch, &err), 0);
		json_array_foreach(patch, n, op)
			patch_one(db, op);
		assert_string_equal(ms_str(db, "/CABLE_LENGTH/AZURE/Ethernet0", ""), rows[i].length);
		assert_string_equal(ms_str(db, "/CABLE_LENGTH/AZURE/Ethernet8", ""), "5m");
		assert_null(ms_at(db, "/PORT_QOS_MAP/Ethernet0/dot1p_to_tc_map"));
		assert_null(ms_at(db, "/BUFFER_PG/Ethernet0|3-4"));
		assert_string_equal(ms_str(db, "/BUFFER_PG/Ethernet8|3-4/profile", ""), "p");
		assert_string_equal(ms_str(db, "/PORT_QOS_MAP/Ethernet8/pfc_enable", ""), "3,4");
		again = driver_parse(&dialect, native, NULL);
		model_expect_equal(rows[i].model, model, again);
	}
}

/* A box without buffers for what is lossless says so, before anything is sent. */
static void test_no_pools(void **state)
{
	static const char *const rows[][2] = {
		{ "{'BUFFER_POOL': null}", "ingress_lossless_pool is not there" },
		{ "{'BUFFER_PROFILE': {'egress_lossless_profile': null}}", "egress_lossless_profile is not there" },
		{ "{'BUFFER_POOL': {'ingress_lossless_pool': {'mode': 'static'}}}", "is static" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		json_auto_t *model = roce_model(), *sw = switch_of(model), *box = stock("traditional"), *harm = parse(rows[i][0]),
			    *db = ms_merge_new(box, harm), *merge = NULL, *none = json_object();
		struct fabric_dialect dialect = dialect_of(sw);
		json_auto_t *target = driver_render(&dialect, model);
		struct ms_err err = MS_ERR_INIT;

		merge = json_deep_copy(json_object_get(target, "config_db"));
		assert_int_equal(sonic_qos_settle(db, json_object_get(target, "config_db"), merge, &err), -EOPNOTSUPP);
		assert_non_null(strstr(err.message, rows[i][1]));
		/* What has nothing to do with RoCE goes on. */
		err = (struct ms_err)MS_ERR_INIT;
		assert_int_equal(sonic_qos_settle(db, json_object_get(target, "config_db"), none, &err), 0);
	}
}

/* Times that YANG would refuse, a weight of nothing, tunnels, and what no port has. */
static void test_normal(void **state)
{
	json_auto_t *model = roce_model(), *bare = parse("{'qos': {'trust': 'dscp', 'classes': {}, 'profiles': {'" PROFILE "': {}}}}");
	struct ms_err err = MS_ERR_INIT;

	(void)state;
	ms_put(model, "/qos/watchdog", parse("{'poll': 20, 'detect': 50, 'restore': 70000, 'action': 'drop'}"));
	ms_put(model, "/qos/overlay", parse("{'encap': 'copy'}"));
	ms_put(model, "/qos/profiles/roce-25g-3m-9216", parse("{'cable': 3}"));
	json_object_del(ms_at(model, "/qos/classes/0"), "bandwidth");
	assert_int_equal(sonic_normal(NULL, model, &err), 0);
	assert_int_equal(ms_int(model, "/qos/watchdog/poll", 0), 100);
	assert_int_equal(ms_int(model, "/qos/watchdog/detect", 0), 100);
	assert_int_equal(ms_int(model, "/qos/watchdog/restore", 0), 60000);
	assert_int_equal(ms_int(model, "/qos/classes/0/bandwidth", 0), 1);
	assert_null(ms_at(model, "/qos/overlay"));
	assert_int_equal(json_object_size(ms_at(model, "/qos/profiles")), 1);
	assert_int_equal(sonic_normal(NULL, bare, &err), 0);
	assert_null(json_object_get(bare, "qos"));
}

/* ---- what ports count ---- */

/* Priority 3 has queue 4; what may be lost shares a queue, and a group. */
static const char classes[] = "{'config': {'qos': {'classes': {'0': {'queue': 0}, '1': {'queue': 0}, '3': {'queue': 4, 'lossless': true}}}}}";

#define EIGHT(each) each " " each " " each " " each " " each " " each " " each " " each

static void expect_counters(const char *config, const char *ports, const char *queues, const char *groups, const char *expected)
{
	json_auto_t *status = parse(config), *sw = parse("{'metadata': {'name': 'leaf01'}, 'spec': {'platform': 'sonic'}}"),
		    *want = parse(expected);
	char *texts[SONIC_COUNTER_MAPS] = { ports ? strdup(ports) : NULL, queues ? strdup(queues) : NULL, groups ? strdup(groups) : NULL };
	struct fabric_dialect dialect = dialect_of(sw);
	struct ms_err err = MS_ERR_INIT;

	assert_int_equal(sonic_parse_counters(&dialect, texts, status, &err), 0);
	if (!json_equal(json_object_get(status, "counters"), want)) {
		MS_AUTO_FREE char *text = ms_json_text(json_object_get(status, "counters"), MS_JSON_COMPACT);

		fail_msg("%s, not %s", text ? text : "nothing", expected);
	}
	for (size_t i = 0; i < SONIC_COUNTER_MAPS; i++)
		free(texts[i]);
}

static void test_counters(void **state)
{
	(void)state;
	/* Four of each priority, pause of the whole link, and drops; a database that polls none of the times. */
	expect_counters(classes, "Ethernet4 1 2 3 4 5 6 7 8 " EIGHT("0") " " EIGHT("-") " 11 12 13 14 15 16 17 18 19 20 21 22\n", NULL, NULL,
			"{'2': {'rx_prio0_pause': 1, 'rx_prio1_pause': 2, 'rx_prio2_pause': 3, 'rx_prio3_pause': 4, 'rx_prio4_pause': 5,"
			"'rx_prio5_pause': 6, 'rx_prio6_pause': 7, 'rx_prio7_pause': 8, 'tx_prio0_pause': 0, 'tx_prio1_pause': 0,"
			"'tx_prio2_pause': 0, 'tx_prio3_pause': 0, 'tx_prio4_pause': 0, 'tx_prio5_pause': 0, 'tx_prio6_pause': 0,"
			"'tx_prio7_pause': 0, 'tx_prio0_pause_duration': 11, 'tx_prio1_pause_duration': 12, 'tx_prio2_pause_duration': 13,"
			"'tx_prio3_pause_duration': 14, 'tx_prio4_pause_duration': 15, 'tx_prio5_pause_duration': 16,"
			"'tx_prio6_pause_duration': 17, 'tx_prio7_pause_duration': 18, 'rx_pause': 19, 'tx_pause': 20,"
			"'rx_discards_phy': 21, 'tx_discards_phy': 22}}");
	/* By the queue of each class; what two of them share is the first's; queue 3 is nobody's. */
	expect_counters(classes, "", "Ethernet0:4 7 5 2\nEthernet0:0 1 - -\nEthernet0:3 9 9 9\nEthernet0:12 9 9 9\n", NULL,
			"{'1': {'tx_prio3_discards': 7, 'tx_prio3_marked': 5, 'tx_prio3_watchdog': 2, 'tx_prio0_discards': 1}}");
	/* A group that loses nothing by intent is its priority's own. */
	expect_counters(classes, "", NULL, "Ethernet0:3 8\nEthernet0:0 5\nEthernet0:4 6\nEthernet0:9 6\n", "{'1': {'rx_prio3_discards': 8}}");
	/* Nothing configured: numbers are what they are. */
	expect_counters("{}", "", "Ethernet0:3 1 - 0\nEthernet0:8 1 1 1\n", "Ethernet0:7 5\n",
			"{'1': {'tx_prio3_discards': 1, 'tx_prio3_watchdog': 0, 'rx_prio7_discards': 5}}");
}

/* Lines that end early, or never; names of nothing; numbers that are none, or too large. */
static void test_odd_counters(void **state)
{
	(void)state;
	expect_counters("{}", "\n \nEthernet0\nPortChannel1 1\nEthernet-Rec0 1\nEthernet0 N/A 18446744073709551615 -1 1,000 x\nEthernet4", "Ethernet0 1 1\n"
			"Ethernet0: 1\nEthernet0:x 1\nEthernet0:3x 1\n:3 1\nEthernet0:99999999999999999999 1\nEthernet0:-1 1\nEthernet0:4:3 1\n", ":\n",
			"{'1': {'rx_prio1_pause': 9223372036854775807, 'rx_prio3_pause': 1000}}");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_identity), cmocka_unit_test(test_patch),
		cmocka_unit_test(test_shut), cmocka_unit_test(test_half), cmocka_unit_test(test_chip),
		cmocka_unit_test(test_taken_over),
		cmocka_unit_test(test_no_pools), cmocka_unit_test(test_normal),
		cmocka_unit_test(test_counters), cmocka_unit_test(test_odd_counters) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
