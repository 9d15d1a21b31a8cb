/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Differences between random models: patches lead there and back, words are of one line, what is wanted is kept. */
#include "core-fixture.h"
#include "models.h"

/* Everything that a model may hold. */
static const struct fabric_caps all = {
	.isolation = FABRIC_VLAN | FABRIC_EVPN_VXLAN | FABRIC_EVPN_L3 | FABRIC_VPLS,
	.unnumbered = true, .mlag = true, .esi = true, .ospf = true, .ldp = true, .max_mtu = 9216,
	.qos = true, .qos_tc = true, .qos_queue = true, .qos_trusts = FABRIC_TRUST_DSCP | FABRIC_TRUST_PCP,
};

#define SEEDS 200

static void patches(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < SEEDS; seed++) {
		struct ms_err err = MS_ERR_INIT;
		json_auto_t *old = model_random(seed, &all), *new = model_random(seed + 1000, &all);
		json_auto_t *before = NULL, *after = NULL, *there = NULL, *back = NULL;

		assert_int_equal(fabric_diff(old, new, &before, &after, &err), 0);
		there = ms_merge_new(old, after);
		back = ms_merge_new(new, before);
		model_expect_equal("there", new, there);
		model_expect_equal("back", old, back);
		/* a Step's before holds on what it was planned for, and its after on what is to come about */
		assert_true(ms_step_holds(old, before));
		assert_true(ms_step_holds(new, after));
	}
}

static void patches_of_nothing(void **state)
{
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *model = model_random(7, &all), *before = NULL, *after = NULL;
	MS_AUTO_FREE char *words = NULL;

	(void)state;
	assert_int_equal(fabric_diff(model, model, &before, &after, &err), 0);
	assert_int_equal(json_object_size(before) + json_object_size(after), 0);
	assert_int_equal(fabric_diff_words(model, model, 10, &words, &err), 0);
	assert_string_equal(words, "");
}

static void words(void **state)
{
	static const struct { const char *old, *new, *words; size_t max; } rows[] = {
		{ "{}", "{'hostname':'a'}", "~hostname none -> a", 9 },
		{ "{}", "{'vlans':{'100':{'name':'blue'},'20':{}}}", "+vlan 20, +vlan 100 (blue)", 9 },
		{ "{'vrfs':{'red':{}}}", "{}", "-vrf red", 9 },
		{ "{'ports':{'1':{'mtu':1500,'enabled':true}}}", "{'ports':{'1':{'mtu':9216,'enabled':false}}}",
		  "~port 1 mtu 1500 -> 9216 enabled yes -> no", 9 },
		{ "{'ports':{'1':{'l2':{'tagged':[1,2,3]}}}}", "{'ports':{'1':{'l2':{'tagged':[2,4]}}}}",
		  "~port 1 l2.tagged -1 -3 +4", 9 },
		{ "{'bgp':{'asn':1,'neighbors':{'port:1':{}}}}", "{'bgp':{'asn':2,'neighbors':{'port:2':{}}}}",
		  "~bgp asn 1 -> 2, -session port:1, +session port:2", 9 },
		{ "{}", "{'vlans':{'1':{},'2':{},'3':{}}}", "+vlan 1, and 2 more", 1 },
		{ "{}", "{'evpn':{'gatewayMac':'x','vnis':{'7':{}}}}", "+evpn gatewayMac none -> x, +vni 7", 9 },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		struct ms_err err = MS_ERR_INIT;
		MS_AUTO_FREE char *a = strdup(rows[i].old), *b = strdup(rows[i].new), *text = NULL;
		json_auto_t *old = NULL, *new = NULL;

		for (char *c = a; *c; c++)
			*c = *c == '\'' ? '"' : *c;
		for (char *c = b; *c; c++)
			*c = *c == '\'' ? '"' : *c;
		old = json_loads(a, 0, NULL);
		new = json_loads(b, 0, NULL);
		assert_int_equal(fabric_diff_words(old, new, rows[i].max, &text, &err), 0);
		expect_text(rows[i].new, rows[i].words, text);
	}
}

static void words_of_anything(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < SEEDS; seed++) {
		struct ms_err err = MS_ERR_INIT;
		json_auto_t *old = model_random(seed, &all), *new = model_random(seed + 1, &all);
		MS_AUTO_FREE char *text = NULL;

		assert_int_equal(fabric_diff_words(old, new, 10, &text, &err), 0);
		assert_null(strchr(text, '\n'));
		assert_true(*text);
	}
}

/* A switch and its fabric: `roce` is the profile that this has, NULL = it says nothing. */
static json_t *switch_and_fabric(const char *roce)
{
	json_t *stream = json_pack("[{s:s,s:{s:s},s:{s:s,s:s}},{s:s,s:{s:s},s:{}}]", "kind", "Switch", "metadata", "name", "leaf01",
				   "spec", "platform", "eos", "fabric", "f", "kind", "Fabric", "metadata", "name", "f", "spec");

	if (roce)
		ms_put(json_array_get(stream, 1), "/spec/roce/profile", json_string(roce));
	return stream;
}

static struct fabric_set *set_of(const json_t *stream)
{
	struct ms_err err = MS_ERR_INIT;
	struct ms_report report = { 0 };
	struct fabric_set *set = NULL;
	json_t *resources[] = { json_array_get(stream, 0), json_array_get(stream, 1) };

	assert_int_equal(fabric_set_new(resources, 2, &set, &report, &err), 0);
	assert_int_equal(report.n, 0);
	ms_report_release(&report);
	return set;
}

/* What is there already stays, whatever it is; what is wanted comes about; and then nothing more changes. */
static void targets(void **state)
{
	json_auto_t *stream = switch_and_fabric(NULL);
	const json_t *sw = json_array_get(stream, 0);
	struct fabric_set *set = set_of(stream);

	(void)state;
	for (unsigned seed = 0; seed < SEEDS; seed++) {
		struct ms_err err = MS_ERR_INIT;
		json_auto_t *seen = model_random(seed, &all), *wanted = model_random(seed + 1000, &all);
		json_auto_t *same = NULL, *target = NULL, *again = NULL, *taken = NULL, *foreign = NULL;
		json_auto_t *nothing = json_object(), *kept = NULL;

		assert_int_equal(fabric_target(set, sw, seen, seen, false, &same, &foreign, &err), 0);
		model_expect_equal("as wanted", seen, same);
		assert_int_equal(json_object_size(foreign), 0);
		assert_int_equal(fabric_target(set, sw, nothing, seen, false, &kept, NULL, &err), 0);
		model_expect_equal("nobody's", seen, kept);
		assert_int_equal(fabric_target(set, sw, wanted, seen, false, &target, NULL, &err), 0);
		assert_int_equal(fabric_target(set, sw, wanted, target, false, &again, NULL, &err), 0);
		model_expect_equal("again", target, again);
		assert_int_equal(fabric_target(set, sw, wanted, seen, true, &taken, NULL, &err), 0);
		model_expect_equal("own all", wanted, taken);
	}
	fabric_set_free(set);
}

/* RoCE of a switch whose fabric says this of it: ports 1 and 2 are named, 3 and 4 are not. */
static void roce_goes(void **state)
{
	static const struct { const char *roce, *own, *stranger, *ports, *profiles; } rows[] = {
		/* Nothing is said: all of it stays. */
		{ NULL, "roce-a", "theirs", "1 2 3 4 ", "roce-a theirs " },
		{ NULL, "roce-a", NULL, "1 2 3 ", "roce-a theirs " },
		/* Off: what is ours goes, also from ports that nobody names any more; what is another's stays. */
		{ "off", "roce-a", "theirs", "4 ", "theirs " },
		{ "off", "roce-a", NULL, "", NULL },
		{ "off", "theirs", NULL, "3 ", "theirs " },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		struct ms_err err = MS_ERR_INIT;
		json_auto_t *seen = json_pack("{s:{s:{s:s},s:{s:s},s:{s:s},s:{s:s*}},s:{s:s,s:{s:{},s:{}}}}", "ports", "1", "qos",
					      "roce-a", "2", "qos", "theirs", "3", "qos", rows[i].own, "4", "qos",
					      rows[i].stranger, "qos", "trust", "dscp", "profiles", "roce-a", "theirs");
		json_auto_t *wanted = json_loads("{\"ports\":{\"1\":{\"enabled\":true},\"2\":{\"enabled\":true}}}", 0, NULL);
		json_auto_t *target = NULL, *foreign = NULL;
		MS_AUTO_BUF struct ms_buf ports = { 0 }, profiles = { 0 };
		json_auto_t *stream = switch_and_fabric(rows[i].roce);
		const json_t *sw = json_array_get(stream, 0);
		struct fabric_set *set = set_of(stream);
		const char *name;
		json_t *port;

		if (fabric_target(set, sw, wanted, seen, false, &target, &foreign, &err))
			fail_msg("%zu: %s", i, err.message);
		json_object_foreach(json_object_get(target, "ports"), name, port)
			if (json_object_get(port, "qos"))
				ms_buf_printf(&ports, "%s ", name);
		json_object_foreach(ms_at(target, "/qos/profiles"), name, port)
			ms_buf_printf(&profiles, "%s ", name);
		expect_text("ports", rows[i].ports, ports.data ? ports.data : "");
		assert_int_equal(json_object_get(target, "qos") != NULL, rows[i].profiles != NULL);
		expect_text("profiles", rows[i].profiles ? rows[i].profiles : "", profiles.data ? profiles.data : "");
		/* What stays is listed as nobody's. */
		assert_int_equal(ms_at(foreign, "/qos") != NULL, rows[i].profiles != NULL);
		fabric_set_free(set);
	}
}

/* A profile of ours that a port uses which nobody names stays, whatever the fabric has now. */
static void profile_in_use_stays(void **state)
{
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *seen = json_loads("{\"ports\":{\"1\":{\"qos\":\"roce-a\"},\"9\":{\"qos\":\"roce-b\"}},"
				       "\"qos\":{\"profiles\":{\"roce-a\":{},\"roce-b\":{},\"roce-c\":{}}}}", 0, NULL);
	json_auto_t *wanted = json_loads("{\"ports\":{\"1\":{\"qos\":\"roce-d\"}},\"qos\":{\"profiles\":{\"roce-d\":{}}}}", 0, NULL);
	json_auto_t *target = NULL, *want = json_loads("{\"roce-b\":{},\"roce-d\":{}}", 0, NULL);
	json_auto_t *stream = switch_and_fabric("lossless");
	const json_t *sw = json_array_get(stream, 0);
	struct fabric_set *set = set_of(stream);

	(void)state;
	assert_int_equal(fabric_target(set, sw, wanted, seen, false, &target, NULL, &err), 0);
	model_expect_equal("profiles", want, ms_at(target, "/qos/profiles"));
	fabric_set_free(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patches), cmocka_unit_test(patches_of_nothing), cmocka_unit_test(words),
		cmocka_unit_test(words_of_anything), cmocka_unit_test(targets),
		cmocka_unit_test(roce_goes), cmocka_unit_test(profile_in_use_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
