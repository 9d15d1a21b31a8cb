/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Junos driver: what is rendered reads back the same, deltas do what they say, hostile text is no trouble. */
#include <errno.h>
#include "driver-fixture.h"
#include "fabric/junos/junos.h"

static json_t *switch_new(const char *model)
{
	return json_pack("{s:s, s:{s:s}, s:{s:s, s:s}}", "kind", "Switch", "metadata", "name", "leaf01", "spec", "platform",
			 "junos", "model", model);
}

static void dialect_of(struct fabric_dialect *dialect, const json_t *sw)
{
	struct ms_err err = MS_ERR_INIT;

	if (fabric_dialect_init(dialect, sw, NULL, &err))
		fail_msg("%s", err.message);
}

/* What Junos has no word for is refused, and is tested as that: here it does not occur. */
static void make_sayable(json_t *model)
{
	const char *key;
	json_t *row;

	json_object_foreach(ms_at(model, "/bgp/neighbors"), key, row)
		if (!json_object_get(row, "asn"))
			json_object_set_new(row, "asn", json_integer(65000));
	json_object_foreach(ms_at(model, "/evpn/vnis"), key, row) {
		while (json_array_size(json_object_get(row, "import")) > 1)
			json_array_remove(json_object_get(row, "import"), 1);
		while (json_array_size(json_object_get(row, "export")) > 1)
			json_array_remove(json_object_get(row, "export"), 1);
	}
	json_object_foreach(json_object_get(model, "vpls"), key, row)
		json_object_del(ms_at(model, "/vlans/%lld", (long long)ms_int(row, "/vlan", 0)), "vni");
}

static json_t *wanted(const struct fabric_dialect *dialect, uint64_t seed)
{
	struct fabric_caps caps = fabric_junos.caps;
	struct ms_err err = MS_ERR_INIT;
	json_t *model;

	caps.qos = dialect->variant == JUNOS_ELS;
	model = model_random(seed, &caps);

	make_sayable(model);
	assert_int_equal(junos_normal(dialect, model, &err), 0);
	return model;
}

static void test_round_trip(void **state)
{
	static const char *const models[] = { "qfx5120", "mx480" };

	(void)state;
	for (size_t m = 0; m < MS_ARRAY_SIZE(models); m++) {
		json_auto_t *sw = switch_new(models[m]);
		struct fabric_dialect dialect;

		dialect_of(&dialect, sw);
		assert_int_equal(dialect.variant, m ? JUNOS_MX : JUNOS_ELS);
		for (uint64_t seed = 0; seed < 600; seed++) {
			json_auto_t *model = wanted(&dialect, seed);
			char what[64];

			snprintf(what, sizeof(what), "%s, seed %u", models[m], (unsigned)seed);
			driver_expect_same(&dialect, what, model);
		}
	}
}

/* Apply delete and set lines as Junos does. */
static void apply(json_t *tree, const char *text)
{
	for (size_t len; *text; text += len + (text[len] == '\n')) {
		size_t head = ms_starts(text, "delete ") ? 7 : 4;
		json_auto_t *words = NULL, *one = json_array();
		json_t *node = tree;

		len = strcspn(text, "\n");
		words = junos_words_split(text + head, len - head);
		assert_non_null(words);
		if (head == 4) {
			json_auto_t *line = NULL;

			json_array_append(one, words);
			line = junos_tree_new(one);
			json_object_update_recursive(tree, line);
			continue;
		}
		for (size_t i = 0; i + 1 < json_array_size(words); i++)
			node = json_object_get(node, json_string_value(json_array_get(words, i)));
		if (!json_is_object(node) ||
		    !json_object_get(node, json_string_value(json_array_get(words, json_array_size(words) - 1))))
			fail_msg("statement not found: %.*s", (int)len, text);
		json_object_del(node, json_string_value(json_array_get(words, json_array_size(words) - 1)));
	}
}

static json_t *tree_of(const char *text)
{
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *lines = NULL;

	assert_int_equal(junos_lines_read(text, &lines, NULL, &err), 0);
	return junos_tree_new(lines);
}

static json_t *native_of(const json_t *tree)
{
	json_auto_t *lines = json_array();
	MS_AUTO_BUF struct ms_buf out = { 0 };
	json_t *line;
	size_t i;

	junos_tree_lines(tree, lines);
	json_array_foreach(lines, i, line)
		ms_buf_printf(&out, "set %s\n", json_string_value(line));
	return json_string(out.data ? out.data : "");
}

/* From any model to any other, on a device that has lines of its own in the same places. */
static void test_delta(void **state)
{
	static const char own[] = "set system root-authentication encrypted-password \"$6$abc\"\n"
				  "set interfaces et-0/0/1 hold-time up 100\nset interfaces vme unit 0 family inet dhcp\n"
				  "set protocols bgp group msctl-underlay authentication-key x\nset protocols rstp\n";
	json_auto_t *sw = switch_new("qfx5120");
	struct fabric_dialect dialect;

	(void)state;
	dialect_of(&dialect, sw);
	for (uint64_t seed = 0; seed < 250; seed++) {
		/* Now and then only RoCE goes. */
		json_auto_t *one = wanted(&dialect, seed),
			    *two = seed % 5 ? wanted(&dialect, seed + 1) : driver_normal(&dialect, model_without_qos(one)), *now = driver_render(&dialect, one),
			    *target = driver_render(&dialect, two), *delta = NULL, *tree = NULL, *native = NULL, *opaque = json_array(),
			    *back = NULL;
		MS_AUTO_FREE char *running = ms_asprintf("%s%s", json_string_value(now), own), *fit = NULL;
		struct ms_err err = MS_ERR_INIT;
		char what[64];

		assert_int_equal(junos_delta(&dialect, now, target, &delta, &err), 0);
		if (junos_delta_fit(json_string_value(delta), json_string_value(target), running, &fit, &err))
			fail_msg("%s", err.message);
		tree = tree_of(running);
		apply(tree, fit);
		native = native_of(tree);
		back = driver_parse(&dialect, native, opaque);
		snprintf(what, sizeof(what), "seed %u", (unsigned)seed);
		model_expect_equal(what, two, back);
		assert_int_equal(json_array_size(opaque), 5);
	}
}

static void test_fit(void **state)
{
	static const char running[] =
		"set vlans BLUE vlan-id 100\nset vlans BLUE vxlan vni 10100\nset vlans BLUE forwarding-options x\n"
		"set vlans v200 vlan-id 200\nset vlans v200 description \"a b\"\n"
		"set protocols bgp group OLD neighbor 10.0.0.1 peer-as 65001\nset protocols bgp group OLD type external\n"
		"set interfaces et-0/0/1 unit 0 family inet address 10.0.0.0/31\nset interfaces et-0/0/1 unit 0 family inet address 10.0.0.2/31\n";
	static const struct { const char *delta, *want, *target; } rows[] = {
		{ "delete vlans v100 vxlan vni 10100\nset vlans v100 vxlan vni 10101\n",
		  "delete vlans BLUE vxlan vni 10100\nset vlans BLUE vxlan vni 10101\n", NULL },
		{ "delete vlans v200 description \"a b\"\ndelete vlans v200 vlan-id 200\n", "delete vlans v200\n", NULL },
		{ "delete protocols bgp group msctl-underlay neighbor 10.0.0.1 peer-as 65001\n",
		  "delete protocols bgp group OLD neighbor 10.0.0.1\n", NULL },
		{ "delete interfaces et-0/0/1 unit 0 family inet address 10.0.0.2/31\n",
		  "delete interfaces et-0/0/1 unit 0 family inet address 10.0.0.2/31\n", NULL },
		{ "delete interfaces et-0/0/1 unit 0 family inet address 10.0.0.2/31\n"
		  "delete interfaces et-0/0/1 unit 0 family inet address 10.0.0.0/31\nset interfaces et-0/0/1 unit 0 family inet6\n",
		  "delete interfaces et-0/0/1 unit 0 family inet\nset interfaces et-0/0/1 unit 0 family inet6\n", NULL },
		{ "delete nothing like this\nset x y\n", "set x y\n", NULL },
		{ "", "set protocols lldp interface all\nset protocols bgp group msctl-underlay type external\n",
		  "set protocols lldp interface all\nset protocols bgp group msctl-underlay type external\nset vlans v100 vlan-id 100\n"
		  "set protocols bgp group msctl-underlay neighbor 10.0.0.1 peer-as 65001\n" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		struct ms_err err = MS_ERR_INIT;
		MS_AUTO_FREE char *fit = NULL;

		assert_int_equal(junos_delta_fit(rows[i].delta, rows[i].target ? rows[i].target : "", running, &fit, &err), 0);
		assert_string_equal(fit, rows[i].want);
	}
}

static void test_parse(void **state)
{
	static const char text[] =
		"version 23.4;\nset version 23.4R2\nset vlans BLUE vlan-id 100\nset vlans RED vlan-id 200\n"
		"set interfaces et-0/0/0 unit 0 family ethernet-switching interface-mode trunk\n"
		"set interfaces et-0/0/0 unit 0 family ethernet-switching vlan members BLUE\n"
		"set interfaces et-0/0/0 unit 0 family ethernet-switching vlan members 300-302\n"
		"set interfaces et-0/0/0 unit 0 family ethernet-switching vlan members all\n"
		"set interfaces et-0/0/1 description \"say \\\"hi\\\"\"\n"
		"deactivate interfaces et-0/0/2\nset interfaces et-0/0/2 mtu 9014\n"
		"set system login user x authentication encrypted-password \"$6$secret\"\nset snmp community hush\n"
		"set interfaces fxp0 unit 0 family inet address 192.0.2.1/24\n";
	json_auto_t *sw = switch_new("qfx5120"), *native = json_string(text), *opaque = json_array(), *model = NULL, *want = NULL;
	MS_AUTO_FREE char *left = NULL;
	struct fabric_dialect dialect;

	(void)state;
	dialect_of(&dialect, sw);
	model = driver_parse(&dialect, native, opaque);
	want = json_pack("{s:{s:{s:s}, s:{s:s}}, s:{s:{s:b, s:{s:[i, i, i, i, i]}}, s:{s:s, s:b}}}", "vlans", "100", "name", "BLUE",
			 "200", "name", "RED", "ports", "1", "enabled", 1, "l2", "tagged", 100, 200, 300, 301, 302, "2", "description",
			 "say \"hi\"", "enabled", 1);
	model_expect_equal("foreign", want, model);
	left = json_dumps(opaque, JSON_COMPACT);
	assert_string_equal(left, "[\"inactive: interfaces et-0/0/2\",\"version 23.4R2\","
				  "\"interfaces fxp0 unit\",\"system login\",\"snmp community\"]");
}

/* Names and factory classes of somebody else; what no port has stays where it is. */
static void test_parse_qos(void **state)
{
	static const char text[] =
		"set class-of-service classifiers dscp mine forwarding-class CNP loss-priority low code-points 110000\n"
		"set class-of-service classifiers dscp mine forwarding-class NO-LOSS loss-priority low code-points 011010\n"
		"set class-of-service classifiers dscp mine forwarding-class best-effort loss-priority low code-points 000000\n"
		"set class-of-service classifiers dscp other forwarding-class CNP loss-priority low code-points 110000\n"
		"set class-of-service drop-profiles dp1 interpolate fill-level 55\n"
		"set class-of-service drop-profiles dp1 interpolate fill-level 90\n"
		"set class-of-service drop-profiles dp1 interpolate drop-probability 0\n"
		"set class-of-service drop-profiles dp1 interpolate drop-probability 100\n"
		"set class-of-service shared-buffer ingress buffer-partition lossless percent 66\n"
		"set class-of-service forwarding-classes class CNP queue-num 3\n"
		"set class-of-service forwarding-classes class NO-LOSS queue-num 4\n"
		"set class-of-service forwarding-classes class NO-LOSS no-loss\n"
		"set class-of-service forwarding-classes class NO-LOSS pfc-priority 2\n"
		"set class-of-service congestion-notification-profile cnp pfc-watchdog\n"
		"set class-of-service congestion-notification-profile cnp input dscp code-point 011010 pfc\n"
		"set class-of-service congestion-notification-profile cnp output ieee-802.1 code-point 010 flow-control-queue 4\n"
		"set class-of-service interfaces et-0/0/1 congestion-notification-profile cnp\n"
		"set class-of-service interfaces et-0/0/1 scheduler-map sm1\n"
		"set class-of-service interfaces et-0/0/1 unit 0 classifiers dscp mine\n"
		"set class-of-service scheduler-maps sm1 forwarding-class CNP scheduler s2\n"
		"set class-of-service scheduler-maps sm1 forwarding-class NO-LOSS scheduler s1\n"
		"set class-of-service schedulers s1 drop-profile-map loss-priority any protocol any drop-profile dp1\n"
		"set class-of-service schedulers s1 explicit-congestion-notification\n"
		"set class-of-service schedulers s1 transmit-rate percent 60\n"
		"set class-of-service schedulers s2 priority strict-high\n"
		"set interfaces et-0/0/1 ether-options flow-control\n";
	static const char wanted_text[] =
		"{\"ports\":{\"2\":{\"enabled\":true,\"qos\":\"cnp\",\"pause\":true}},\"qos\":{\"trust\":\"dscp\",\"classes\":{"
		"\"0\":{\"dscp\":[0],\"pcp\":[],\"trafficClass\":0,\"queue\":0,\"lossless\":false,\"strict\":false},"
		"\"2\":{\"dscp\":[26],\"pcp\":[],\"trafficClass\":2,\"queue\":4,\"lossless\":true,\"strict\":false,\"bandwidth\":60},"
		"\"3\":{\"dscp\":[48],\"pcp\":[],\"trafficClass\":3,\"queue\":3,\"lossless\":false,\"strict\":true}},"
		"\"profiles\":{\"cnp\":{\"cable\":100,\"pfc\":{\"2\":{}},\"watchdog\":true,"
		"\"ecn\":{\"2\":{\"min\":9227468,\"max\":15099494,\"probability\":100}}}},"
		"\"watchdog\":{\"poll\":100,\"detect\":200,\"restore\":200,\"action\":\"drop\"}}}";
	json_auto_t *sw = switch_new("qfx5120"), *native = json_string(text), *opaque = json_array(), *model = NULL,
		    *want = json_loads(wanted_text, 0, NULL);
	MS_AUTO_FREE char *left = NULL;
	struct fabric_dialect dialect;

	(void)state;
	dialect_of(&dialect, sw);
	model = driver_parse(&dialect, native, opaque);
	model_expect_equal("foreign", want, model);
	left = json_dumps(opaque, JSON_COMPACT);
	assert_string_equal(left, "[\"class-of-service classifiers dscp\",\"class-of-service shared-buffer ingress\"]");
}

static void expect_refusal(const char *model_text, const char *words)
{
	json_auto_t *sw = switch_new("qfx5120"), *model = json_loads(model_text, 0, NULL), *native = NULL;
	struct fabric_dialect dialect;
	struct ms_err err = MS_ERR_INIT;

	assert_non_null(model);
	dialect_of(&dialect, sw);
	if (junos_render(&dialect, model, &native, &err) != -EOPNOTSUPP || !strstr(err.message, words) || !*err.hint)
		fail_msg("%s: %s", model_text, err.message);
}

static void test_refusals(void **state)
{
	(void)state;
	expect_refusal("{\"bgp\":{\"asn\":1,\"neighbors\":{\"10.0.0.1\":{\"families\":[]}}}}", "AS number");
	expect_refusal("{\"evpn\":{\"vnis\":{\"7\":{\"import\":[\"1:2\",\"3:4\"],\"export\":[\"1:2\"]}}}}", "VNI 7");
	expect_refusal("{\"ports\":{\"1\":{\"l3\":{\"unnumbered\":true}}}}", "numbered sessions");
	expect_refusal("{\"ports\":{\"x\":{\"enabled\":false}}}", "no port");
	expect_refusal("{\"mlag\":{\"domain\":1}}", "multihomed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip), cmocka_unit_test(test_delta), cmocka_unit_test(test_fit),
		cmocka_unit_test(test_parse), cmocka_unit_test(test_parse_qos), cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
