/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The numbers that spec.roce of a Fabric comes to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include "site/site.h"

static json_t *fabric(const char *roce)
{
	json_t *res = ms_resource_new("Fabric", "f"), *spec = json_object();
	json_t *value = json_loads(roce, 0, NULL);

	assert_non_null(value);
	json_object_set_new(spec, "roce", value);
	json_object_set_new(res, "spec", spec);
	return res;
}

static void test_presets_are_those_of_the_table(void **state)
{
	json_auto_t *bare = fabric("{}"), *filled = fabric("{}");
	struct ms_err err = MS_ERR_INIT;
	struct ms_roce a, b;

	(void)state;
	assert_int_equal(ms_site_fill(filled, &err), 0);
	assert_int_equal(json_array_size(ms_at(filled, "/spec/roce/classes")), 3);
	assert_int_equal(ms_roce_init(&a, bare, &err), 0);
	assert_int_equal(ms_roce_init(&b, filled, &err), 0);
	assert_int_equal(a.n, b.n);
	for (size_t i = 0; i < a.n; i++) {
		const struct ms_roce_class *x = &a.classes[i], *y = &b.classes[i];

		assert_string_equal(x->name, y->name);
		assert_string_equal(x->role, y->role);
		assert_int_equal(x->priority, y->priority);
		assert_int_equal(x->pcp, y->pcp);
		assert_int_equal(x->traffic_class, y->traffic_class);
		assert_int_equal(x->queue, y->queue);
		assert_true(x->dscp == y->dscp);
		assert_int_equal(x->lossless, y->lossless);
		assert_int_equal(x->strict, y->strict);
		assert_int_equal(x->bandwidth, y->bandwidth);
		assert_true(x->ecn_min == y->ecn_min && x->ecn_max == y->ecn_max);
		assert_int_equal(x->ecn_gbps, y->ecn_gbps);
		assert_int_equal(x->ecn_probability, y->ecn_probability);
	}
	assert_true(a.mtu == b.mtu && a.cable == b.cable);
	assert_true(a.watchdog.detect == b.watchdog.detect && a.watchdog.poll == b.watchdog.poll);
	assert_string_equal(a.encap, b.encap);
	assert_string_equal(a.decap, b.decap);
	assert_string_equal(a.trust, b.trust);
}

static void test_every_code_point_has_one_class(void **state)
{
	json_auto_t *res = fabric("{}");
	struct ms_err err = MS_ERR_INIT;
	struct ms_roce roce;

	(void)state;
	assert_int_equal(ms_roce_init(&roce, res, &err), 0);
	for (unsigned dscp = 0; dscp < 64; dscp++) {
		unsigned owners = 0;

		for (size_t i = 0; i < roce.n; i++)
			owners += roce.classes[i].dscp >> dscp & 1;
		assert_int_equal(owners, 1);
	}
	assert_string_equal(ms_roce_of_dscp(&roce, 26)->name, "data");
	assert_string_equal(ms_roce_of_dscp(&roce, 24)->name, "bulk");
	assert_string_equal(ms_roce_of_pcp(&roce, 6)->name, "cnp");
	assert_string_equal(ms_roce_of_pcp(&roce, 7)->name, "bulk");
	assert_string_equal(ms_roce_of_role(&roce, "cnp")->name, "cnp");
	assert_null(ms_roce_of_role(&roce, "control"));
}

static void test_profiles(void **state)
{
	json_auto_t *lossy = fabric("{\"profile\": \"lossy\"}"), *off = fabric("{\"profile\": \"off\"}");
	json_auto_t *none = fabric("{\"congestionControl\": \"none\"}"), *without = ms_resource_new("Fabric", "x");
	struct ms_err err = MS_ERR_INIT;
	struct ms_roce roce;

	(void)state;
	assert_int_equal(ms_roce_init(&roce, lossy, &err), 0);
	assert_false(ms_roce_of_role(&roce, "data")->lossless);
	assert_int_equal(ms_roce_of_role(&roce, "data")->ecn_max, 1500000);
	assert_int_equal(ms_roce_init(&roce, off, &err), 0);
	assert_int_equal(ms_roce_of_role(&roce, "data")->ecn_max, 0);
	assert_int_equal(ms_roce_init(&roce, none, &err), 0);
	assert_true(ms_roce_of_role(&roce, "data")->lossless);
	assert_int_equal(ms_roce_of_role(&roce, "data")->ecn_max, 0);
	assert_int_equal(ms_roce_init(&roce, without, &err), 0);
	assert_false(roce.managed);
	assert_int_equal(ms_roce_init(&roce, NULL, &err), 0);
	assert_false(roce.managed);
}

#define A "{\"name\": \"a\", \"priority\": 3, \"dscp\": [26], \"bandwidth\": 40}"
#define REST "{\"name\": \"r\", \"priority\": 0, \"default\": true, \"bandwidth\": 60}"

static void test_contradictions(void **state)
{
	static const struct { const char *roce, *says; } rows[] = {
		{ "{\"classes\": [" A "]}", "0 classes are the default" },
		{ "{\"classes\": [" REST "]}", "add up to 60" },
		{ "{\"classes\": [" A ", " A "]}", "have priority 3" },
		{ "{\"classes\": [" A ", {\"name\": \"b\", \"priority\": 4, \"dscp\": [26]}]}", "have DSCP 26" },
		{ "{\"classes\": [" A ", {\"name\": \"b\", \"priority\": 4, \"pcp\": 3}]}", "have PCP 3" },
		{ "{\"classes\": [{\"name\": \"b\", \"priority\": 4, \"lossless\": true, \"strict\": true}]}",
		  "lossless and strict" },
		{ "{\"classes\": [{\"name\": \"b\", \"priority\": 4, \"bandwidth\": 5, \"strict\": true}]}",
		  "strict and has bandwidth" },
		{ "{\"classes\": [{\"name\": \"b\", \"priority\": 4, \"ecn\": {\"min\": 9, \"max\": 9}}]}",
		  "not below" },
		{ "{\"classes\": [{\"name\": \"b\", \"priority\": 4, \"lossless\": true, \"default\": true, "
		  "\"bandwidth\": 100}]}", "default and lossless" },
		{ "{\"classes\": [{\"name\": \"b\", \"priority\": 4, \"maxRate\": 5}, {\"name\": \"c\", \"priority\": 5, "
		  "\"trafficClass\": 4, \"maxRate\": 0}]}", "maxRate of b and c of traffic class 4: 5 and 0" },
		{ "{\"mtu\": 3000}", "mtu 3000" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		json_auto_t *res = fabric(rows[i].roce);
		struct ms_err err = MS_ERR_INIT;
		struct ms_roce roce;

		assert_int_equal(ms_roce_init(&roce, res, &err), -EINVAL);
		if (!strstr(err.message, rows[i].says))
			fail_msg("%s: \"%s\" does not say \"%s\"", rows[i].roce, err.message, rows[i].says);
		assert_string_not_equal(err.hint, "");
	}
}

static void test_arithmetic(void **state)
{
	(void)state;
	assert_int_equal(ms_gbps("400G"), 400);
	assert_int_equal(ms_gbps("400"), 0);
	assert_int_equal(ms_gbps(NULL), 0);
	assert_int_equal(ms_roce_scale(150000, 100, 400), 600000);
	assert_int_equal(ms_roce_scale(150000, 100, 25), 37500);
	assert_int_equal(ms_roce_scale(150000, 0, 400), 150000);
	assert_int_equal(ms_roce_tos(26, false), 104);
	assert_int_equal(ms_roce_tos(26, true), 106);
	assert_int_equal(ms_roce_mtu_of(1500), 1024);
	assert_int_equal(ms_roce_mtu_of(4191), 2048);
	assert_int_equal(ms_roce_mtu_of(4192), 4096);
	assert_int_equal(ms_roce_mtu_of(9000), 4096);
	assert_int_equal(ms_roce_mtu_of(300), 0);
}

static void test_headroom(void **state)
{
	json_auto_t *sw = json_pack("{s:{s:s}}", "spec", "model", "MSN3700-CS2F");
	json_auto_t *named = json_pack("{s:{s:s,s:s}}", "spec", "asic", "tomahawk4", "model", "SN3700");
	json_auto_t *arista = json_pack("{s:{s:s}}", "spec", "model", "DCS-7060CX2-32S");
	json_auto_t *strange = json_pack("{s:{}}", "spec");
	struct ms_roce_link link = { .gbps = 100, .metres = 5, .mtu = 9216, .rdma_mtu = 4096 };
	uint64_t shorter, longer;

	(void)state;
	assert_string_equal(ms_asic_of(sw)->name, "spectrum2");
	assert_string_equal(ms_asic_of(named)->name, "tomahawk4");
	assert_string_equal(ms_asic_of(arista)->name, "tomahawk2");
	assert_string_equal(ms_asic_of(strange)->name, "generic");
	link.asic = ms_asic_of(sw);
	/* By hand: 4230 + 2.25 * (9254 + 84 + 2*5.05*5*12.5 + 394*64 + 819) = 85240, in KiB 84. */
	assert_int_equal(ms_roce_headroom(&link), 84 * 1024);
	shorter = ms_roce_headroom(&link);
	/* 4230 + 2.25 * (9254 + 84 + 2*5.05*30*50 + 905*64 + 819) = 191491. */
	link.metres = 30;
	link.gbps = 400;
	assert_int_equal(ms_roce_headroom(&link), 188 * 1024);
	link.gbps = 100;
	link.metres = 300;
	longer = ms_roce_headroom(&link);
	/* 295 m more: 295 * 2 * 5.05 * 12.5 * 2.25 = 83799 octets. */
	assert_in_range(longer - shorter, 82 * 1024 - 1, 83 * 1024);
	link.gbps = 400;
	assert_true(ms_roce_headroom(&link) > longer);
	assert_int_equal(ms_roce_xon(&link), 18 * 1024);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_presets_are_those_of_the_table),
		cmocka_unit_test(test_every_code_point_has_one_class),
		cmocka_unit_test(test_profiles),
		cmocka_unit_test(test_contradictions),
		cmocka_unit_test(test_arithmetic),
		cmocka_unit_test(test_headroom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
