/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RoCE of Dell OS10 as other people write it, what OS10 says back of a model, and the way back from ours to theirs. */
#include "core-fixture.h"
#include "fabric/os10/os10.h"

static const struct fabric_dialect dialect = {
	.driver = &fabric_os10, .prefix = "ethernet1/1/", .part = ":", .first = 1, .step = 1, .first_part = 1,
};

static json_t *parse(const char *text, json_t *opaque)
{
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *native = json_string(text);
	json_t *model = NULL;

	if (os10_parse(&dialect, native, &model, opaque, &err))
		fail_msg("%s", err.message);
	return model;
}

static json_t *json(const char *text)
{
	json_error_t where;
	json_t *value = json_loads(text, JSON_DECODE_ANY, &where);

	if (!value)
		fail_msg("%s: %s", text, where.text);
	return value;
}

/* Of a value, everything that is said here is so. */
static void expect(const char *what, const json_t *value, const char *said)
{
	json_auto_t *wanted = json(said);
	MS_AUTO_FREE char *have = json_dumps(value, JSON_SORT_KEYS | JSON_ENCODE_ANY);

	if (!json_equal((json_t *)value, wanted))
		fail_msg("%s: %s, not %s", what, have ? have : "nothing", said);
}

/* The configuration that Microsoft shows for Azure Local: trust is that of the system, and the WRED profile is called ecn. */
#define AZURE \
	"dcbx enable\nwred ecn\n random-detect color green minimum-threshold 150 maximum-threshold 1500 drop-probability 100\n" \
	" random-detect ecn\nclass-map type queuing Que_0\n match queue 0\nclass-map type queuing Que_3\n match queue 3\n" \
	"class-map type queuing Que_7\n match queue 7\nclass-map type network-qos Dot1p_3\n match qos-group 3\n" \
	"class-map type network-qos Dot1p_7\n match qos-group 7\ntrust dot1p-map Dot1p\n qos-group 0 dot1p 0-2,4-6\n" \
	" qos-group 3 dot1p 3\n qos-group 7 dot1p 7\nqos-map traffic-class Que\n queue 0 qos-group 0-2,4-6\n" \
	" queue 3 qos-group 3\n queue 7 qos-group 7\npolicy-map type queuing ets\n !\n class Que_0\n  bandwidth percent 48\n !\n" \
	" class Que_3\n  bandwidth percent 50\n  random-detect ecn\n !\n class Que_7\n  bandwidth percent 2\n!\n" \
	"policy-map type network-qos pfc\n !\n class Dot1p_3\n  pause\n  pfc-cos 3\n!\n" \
	"system qos\n trust-map dot1p Dot1p\n buffer-statistics-tracking\n ets mode on\n!\n"
#define PORT \
	"interface ethernet1/1/18\n mtu 9216\n no switchport\n no shutdown\n priority-flow-control mode on\n" \
	" service-policy input type network-qos pfc\n service-policy output type queuing ets\n ets mode on\n" \
	" qos-map traffic-class Que\n"

static void reads_azure(void **state)
{
	json_auto_t *opaque = json_array(), *model = parse(AZURE PORT, opaque);

	(void)state;
	expect("port", ms_at(model, "/ports/18"), "{\"dcbx\": true, \"enabled\": true, \"mtu\": 9184, \"qos\": \"ets\"}");
	expect("trust", ms_at(model, "/qos/trust"), "\"pcp\"");
	expect("profiles", ms_at(model, "/qos/profiles"), "{\"ets\": {\"pfc\": {\"3\": {}}, \"ecn\": {\"3\": "
	       "{\"min\": 150000, \"max\": 1500000, \"probability\": 100}}}}");
	expect("class 3", ms_at(model, "/qos/classes/3"), "{\"dscp\": [], \"pcp\": [3], \"trafficClass\": 3, \"queue\": 3, "
	       "\"lossless\": true, \"strict\": false, \"bandwidth\": 50}");
	expect("PCP of class 0", ms_at(model, "/qos/classes/0/pcp"), "[0, 1, 2, 4, 5, 6]");
	assert_int_equal(json_array_size(ms_at(model, "/qos/classes/0/dscp")), 64);
	assert_int_equal(ms_int(model, "/qos/classes/7/bandwidth", 0), 2);
	expect("the rest", opaque, "[\"system qos: buffer-statistics-tracking\", \"system qos: ets mode on\", \"dcbx enable\", "
	       "\"class-map type network-qos Dot1p_7\"]");
}

/* A line in place of another of the same port or policy, and what it makes of one value. */
static void reads_variants(void **state)
{
	static const struct {
		const char *what, *more, *pointer, *value;
	} rows[] = {
		{ "what a port trusts comes before what the system does", " trust-map dscp default\n", "/qos/trust", "\"dscp\"" },
		{ "eight code points a priority", " trust-map dscp default\n", "/qos/classes/3/dscp",
		  "[24, 25, 26, 27, 28, 29, 30, 31]" },
		{ "the default map of PCP", " trust-map dot1p default\n", "/qos/classes/1/pcp", "[0]" },
		{ "a number that is not the group's", "policy-map type network-qos pfc\n class Dot1p_3\n  pfc-cos 4\n",
		  "/qos/classes/3/lossless", "true" },
		{ "pause of the whole link", " flowcontrol receive on\n", "/ports/18/pause", "true" },
		{ "ports tell unless they say otherwise", " dcbx version ieee\n", "/ports/18/dcbx", "true" },
		{ "they do", " no lldp tlv-select dcbxp\n", "/ports/18/dcbx", NULL },
		{ "another version than that of IEEE", " dcbx version cee\n", "/ports/18/dcbx", NULL },
		{ "none", " flowcontrol receive off\n flowcontrol transmit off\n", "/ports/18/pause", NULL },
		{ "buffers", "policy-map type network-qos pfc\n class Dot1p_3\n"
		  "  pause buffer-size 140 pause-threshold 19 resume-threshold 18\n", "/qos/profiles/ets/pfc/3",
		  "{\"xon\": 19000, \"headroom\": 121000}" },
		{ "served first, whatever its share was", "policy-map type queuing ets\n class Que_7\n  priority\n", "/qos/classes/7/strict",
		  "true" },
		{ "ours wins", "trust dscp-map MSCTL-DSCP\n qos-group 5 dscp 40\n"
		  "interface ethernet1/1/19\n trust-map dscp MSCTL-DSCP\n service-policy output type queuing ets\n",
		  "/qos/classes/5/dscp", "[40]" },
		{ "a queue of unicast", "qos-map traffic-class Que\n queue 6 qos-group 3 type ucast\n queue 5 qos-group 3 type mcast\n",
		  "/qos/classes/3/queue", "6" },
		{ "a queue of several groups", "qos-map traffic-class Que\n queue 7 qos-group 3\n", "/qos/classes/3/queue", "7" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		MS_AUTO_FREE char *text = ms_asprintf(AZURE PORT "%s", rows[i].more);
		json_auto_t *model = parse(text, NULL);

		if (rows[i].value)
			expect(rows[i].what, ms_at(model, "%s", rows[i].pointer), rows[i].value);
		else
			assert_null(ms_at(model, "%s", rows[i].pointer));
	}
}

static void reads_none(void **state)
{
	json_auto_t *opaque = json_array(), *model = parse(AZURE "interface ethernet1/1/18\n no switchport\n no shutdown\n"
		" flowcontrol receive on\n priority-flow-control mode on\n service-policy input type network-qos pfc\n", opaque);
	MS_AUTO_FREE char *seen = json_dumps(opaque, 0);

	(void)state;
	assert_null(json_object_get(model, "qos"));
	expect("port", ms_at(model, "/ports/18"), "{\"enabled\": true}");
	assert_non_null(strstr(seen, "ethernet1/1/18: priority-flow-control mode on"));
	assert_non_null(strstr(seen, "policy-map type queuing ets"));
	assert_non_null(strstr(seen, "trust dot1p-map Dot1p"));
	assert_null(strstr(seen, "flowcontrol receive"));
}

/* A pause of another priority than its group's protects nothing. */
static void reads_other_number(void **state)
{
	json_auto_t *model = parse("class-map type queuing Q3\n match queue 3\nclass-map type network-qos N\n match qos-group 3\n"
		"trust dscp-map D\n qos-group 3 dscp 26\npolicy-map type queuing ets\n class Q3\n  bandwidth percent 50\n"
		"policy-map type network-qos pfc\n class N\n  pause\n  pfc-cos 4\n" PORT " trust-map dscp D\n", NULL);

	(void)state;
	assert_false(ms_bool(model, "/qos/classes/3/lossless", true));
	assert_null(ms_at(model, "/qos/profiles/ets/pfc"));
}

#define MODEL \
	"{\"ports\": {\"18\": {\"enabled\": true, \"qos\": \"roce-25g-3m-9000\"}}, \"qos\": {\"trust\": \"dscp\", \"classes\": {" \
	"\"3\": {\"dscp\": [26], \"pcp\": [3], \"trafficClass\": 3, \"queue\": 3, \"lossless\": true, \"strict\": false, \"bandwidth\": 50}," \
	"\"2\": {\"dscp\": [0], \"pcp\": [0], \"trafficClass\": 2, \"queue\": 2, \"lossless\": false, \"strict\": false, \"bandwidth\": 50}," \
	"\"6\": {\"dscp\": [], \"pcp\": [6], \"trafficClass\": 6, \"queue\": 6, \"lossless\": false, \"strict\": true}}," \
	"\"profiles\": {\"roce-25g-3m-9000\": {\"cable\": 3, \"watchdog\": true, \"pfc\": {\"3\": {\"xon\": 1, \"headroom\": 40961}}, " \
	"\"ecn\": {\"3\": {\"min\": 37499, \"max\": 375500, \"probability\": 5}, \"6\": {\"min\": 1000, \"max\": 2000, \"probability\": 5}}}}, " \
	"\"watchdog\": {\"detect\": 300}, \"overlay\": {\"encap\": \"copy\"}}}"

static void says_back(void **state)
{
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *model = json(MODEL), *once = NULL;

	(void)state;
	assert_int_equal(os10_normal(&dialect, model, &err), 0);
	expect("profile", ms_at(model, "/qos/profiles/roce-25g-3m-9000"), "{\"pfc\": {\"3\": {\"xon\": 1000, \"headroom\": 41000}}, "
	       "\"ecn\": {\"3\": {\"min\": 37000, \"max\": 376000, \"probability\": 5}}}");
	assert_null(ms_at(model, "/qos/watchdog"));
	assert_null(ms_at(model, "/qos/overlay"));
	assert_null(ms_at(model, "/qos/classes/6"));
	assert_int_equal(json_array_size(ms_at(model, "/qos/classes/2/pcp")), 8);
	once = json_deep_copy(model);
	assert_int_equal(os10_normal(&dialect, model, &err), 0);
	assert_true(json_equal(once, model));
}

/* From ours to what ran: theirs is on the port again, after ours is gone. */
static void goes_back_to_theirs(void **state)
{
	static const char *const order[] = { "no service-policy output type queuing roce-25g-3m-9000", "no trust-map dscp",
					     "no policy-map type network-qos MSCTL-PFC", "no trust dscp-map MSCTL-DSCP",
					     "no class-map type queuing MSCTL-Q3", "no wred roce-25g-3m-9000-q3",
					     "interface ethernet1/1/18", " service-policy output type queuing ets" };
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *model = json(MODEL), *target = NULL, *delta = NULL, *native = json_string(AZURE PORT), *seen = NULL, *now = NULL;
	MS_AUTO_FREE char *back = NULL;
	const char *at;

	(void)state;
	seen = parse(AZURE PORT, NULL);
	if (os10_normal(&dialect, model, &err) || os10_render(&dialect, model, &target, &err) ||
	    fabric_lacks(&dialect, native, seen, &err) || os10_render(&dialect, seen, &delta, &err) ||
	    fabric_without(delta, json_object_get(seen, "lacks"), &now, &err) ||
	    os10_way_back(&dialect, AZURE PORT, json_string_value(target), target, &back, &err))
		fail_msg("%s", err.message);
	assert_null(strstr(json_string_value(now), "MSCTL-"));
	at = back;
	for (size_t i = 0; i < MS_ARRAY_SIZE(order); i++) {
		at = strstr(at, order[i]);
		if (!at)
			fail_msg("\"%s\" is not where it should be:\n%s", order[i], back);
	}
	assert_null(strstr(back, "no policy-map type queuing ets"));
}

static void refuses(void **state)
{
	static const struct {
		const char *pointer, *value, *word;
	} rows[] = {
		{ "/qos/profiles/roce-25g-3m-9000/ecn/3/max", "12481000", "12480 KB" },
		{ "/qos/profiles/roce-a-name-that-is-rather-long", "{}", "too long" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		struct ms_err err = MS_ERR_INIT;
		json_auto_t *model = json(MODEL), *native = NULL, *value = json_loads(rows[i].value, JSON_DECODE_ANY, NULL);

		ms_put(model, rows[i].pointer, json_incref(value));
		assert_true(os10_render(&dialect, model, &native, &err) < 0);
		assert_int_equal(err.code, MS_UNSUPPORTED);
		assert_non_null(strstr(err.message, rows[i].word));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_azure), cmocka_unit_test(reads_variants), cmocka_unit_test(reads_none),
		cmocka_unit_test(reads_other_number), cmocka_unit_test(says_back), cmocka_unit_test(goes_back_to_theirs),
		cmocka_unit_test(refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
