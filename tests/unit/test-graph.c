/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The graph that isolation is proven on: random fabrics that keep tenants apart are found to do so, and one random
 * change that joins two of them is found, with a way from one to the other.
 */
#include "fabric/fabric.h"
#include "models.h"

#define LEAVES 6
#define TENANTS 5

/* ---- a fabric of models, made up ---- */

struct made {
	struct model_maker mm;
	json_t *list;                    /* resources */
	json_t *models[LEAVES];
};

static json_t *add(struct made *made, const char *kind, const char *name, json_t *spec)
{
	json_t *res = json_pack("{s:s,s:{s:s},s:o}", "kind", kind, "metadata", "name", name, "spec", spec);

	json_array_append_new(made->list, res);
	return res;
}

static json_t *vni_row(int vni)
{
	return json_pack("{s:[o],s:[o]}", "import", mm_text("65000:%d", vni), "export", mm_text("65000:%d", vni));
}

/* Leaf l has tenant t's VLAN 100 + t with VNI 10100 + t, its VRF, and a host at port 1 + t. */
static void seat_tenant(struct made *made, int l, int t)
{
	json_t *model = made->models[l];
	char vid[16], vni[16], port[16], name[16];

	snprintf(vid, sizeof vid, "%d", 100 + t);
	snprintf(vni, sizeof vni, "%d", 10100 + t);
	snprintf(port, sizeof port, "%d", 1 + t);
	snprintf(name, sizeof name, "t%d", t);
	json_object_set_new(json_object_get(model, "vlans"), vid, json_pack("{s:i}", "vni", 10100 + t));
	json_object_set_new(ms_at(model, "/evpn/vnis"), vni, vni_row(10100 + t));
	json_object_set_new(json_object_get(model, "vrfs"), name, vni_row(50000 + t));
	json_object_set_new(json_object_get(model, "svis"), vid,
			    json_pack("{s:[s],s:s}", "addresses", "10.0.0.1/24", "vrf", name));
	json_object_set_new(json_object_get(model, "ports"), port, json_pack("{s:{s:i}}", "l2", "access", 100 + t));
}

static void make(struct made *made, unsigned seed)
{
	char name[32];
	json_t *members[TENANTS];

	*made = (struct made){ .mm = { .state = seed }, .list = json_array() };
	for (int t = 0; t < TENANTS; t++) {
		snprintf(name, sizeof name, "t%d", t);
		add(made, "Tenant", name, json_object());
		snprintf(name, sizeof name, "n%d", t);
		members[t] = json_array();
		add(made, "Network", name, json_pack("{s:o,s:i,s:i,s:o}", "tenant", mm_text("t%d", t), "vlan", 100 + t, "vni",
						     10100 + t, "members", members[t]));
	}
	for (int l = 0; l < LEAVES; l++) {
		json_t *res;

		snprintf(name, sizeof name, "leaf%d", l);
		made->models[l] = json_pack("{s:{},s:{},s:{},s:{},s:{s:{}}}", "vlans", "ports", "vrfs", "svis", "evpn", "vnis");
		res = add(made, "Switch", name, json_pack("{s:s}", "platform", "frr"));
		ms_put(res, "/status/switch/config", made->models[l]);
		/* Each tenant is somewhere: on leaf 0 all are. */
		for (int t = 0; t < TENANTS; t++) {
			if (l && mm_chance(&made->mm, 40))
				continue;
			seat_tenant(made, l, t);
			json_array_append_new(members[t], json_pack("{s:o}", "port", mm_text("leaf%d:%d", l, 1 + t)));
		}
	}
}

/* ---- what is found ---- */

static json_t *ways(const struct made *made)
{
	json_t *resources[64], *found = json_array(), *finding, *res;
	struct ms_report report = { 0 };
	struct ms_err err = MS_ERR_INIT;
	struct fabric_check check = { 0 };
	const struct ms_rule *rule = fabric_rules;
	struct fabric_set *set;
	size_t n = json_array_size(made->list), i, j;

	while (strcmp(rule->id, "T05"))
		rule++;
	assert_true(n <= MS_ARRAY_SIZE(resources));
	for (i = 0; i < n; i++)
		resources[i] = json_array_get(made->list, i);
	assert_int_equal(fabric_set_new(resources, n, &set, &report, &err), 0);
	assert_int_equal(report.n, 0);
	check.set = set;
	assert_int_equal(fabric_graph_new(set, FABRIC_OBSERVED, &check.observed, &err), 0);
	json_array_foreach(made->list, i, res) {
		struct ms_item item = { .res = res, .ctx = &check, .mine = true };

		assert_int_equal(rule->fn(&item, rule, &err), 0);
		json_array_foreach(item.more, j, finding)
			json_array_append(found, finding);
		json_decref(item.more);
	}
	fabric_graph_free(check.observed);
	fabric_set_free(set);
	ms_report_release(&report);
	return found;
}

static void expect_apart(const struct made *made, unsigned seed)
{
	json_auto_t *found = ways(made);

	if (json_array_size(found))
		fail_msg("seed %u: %s", seed, ms_str(found, "/0/spec/message", ""));
}

/* Is there a finding about exactly these two, and does its way end with members of both? */
static void expect_way(const struct made *made, int a, int b, unsigned seed, const char *change)
{
	json_auto_t *found = ways(made);
	const json_t *finding;
	char x[8], y[8];
	size_t i;

	snprintf(x, sizeof x, "t%d", a);
	snprintf(y, sizeof y, "t%d", b);
	json_array_foreach(found, i, finding) {
		const char *first = ms_str(finding, "/spec/objects/0/name", ""), *second = ms_str(finding, "/spec/objects/1/name", "");
		const json_t *way = ms_at(finding, "/spec/way");
		char from[16], to[16];

		if ((strcmp(first, x) || strcmp(second, y)) && (strcmp(first, y) || strcmp(second, x)))
			continue;
		snprintf(from, sizeof from, ":%d", atoi(first + 1) + 1);
		snprintf(to, sizeof to, ":%d", atoi(second + 1) + 1);
		if (!strstr(ms_str(json_array_get(way, 0), "/place", ""), from) ||
		    !strstr(ms_str(json_array_get(way, json_array_size(way) - 1), "/place", ""), to))
			fail_msg("seed %u, %s: the way goes from %s", seed, change, ms_str(finding, "/spec/message", ""));
		return;
	}
	fail_msg("seed %u: %s joins t%d and t%d, which is not found", seed, change, a, b);
}

/* ---- changes that join tenants a and b on leaf 0, where all are ---- */

static void same_vlan(json_t *model, int a, int b)
{
	json_t *l2 = ms_at(model, "/ports/%d/l2", 1 + a);

	json_object_set_new(l2, "access", json_integer(100 + b));
}

static void same_vrf(json_t *model, int a, int b)
{
	json_object_set_new(ms_at(model, "/svis/%d", 100 + a), "vrf", mm_text("t%d", b));
}

static void same_vni(json_t *model, int a, int b)
{
	json_object_set_new(ms_at(model, "/vlans/%d", 100 + a), "vni", json_integer(10100 + b));
}

static void import_l2(json_t *model, int a, int b)
{
	json_array_append_new(ms_at(model, "/evpn/vnis/%d/import", 10100 + a), mm_text("65000:%d", 10100 + b));
}

static void import_l3(json_t *model, int a, int b)
{
	json_array_append_new(ms_at(model, "/vrfs/t%d/import", a), mm_text("65000:%d", 50000 + b));
}

static void same_vpls(json_t *model, int a, int b)
{
	json_object_set_new(model, "vpls", json_pack("{s:{s:i,s:i},s:{s:i,s:i}}", "x", "id", 7, "vlan", 100 + a, "y", "id", 7,
						     "vlan", 100 + b));
}

static const struct { const char *name; void (*change)(json_t *model, int a, int b); } changes[] = {
	{ "a port in the other's VLAN", same_vlan }, { "a gateway in the other's VRF", same_vrf },
	{ "a VLAN on the other's VNI", same_vni },   { "an import of a VNI", import_l2 },
	{ "an import of a VRF", import_l3 },         { "a VPLS of both", same_vpls },
};

static void test_changes(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 40; seed++)
		for (size_t c = 0; c < MS_ARRAY_SIZE(changes); c++) {
			struct made made;
			int a, b;

			make(&made, seed);
			expect_apart(&made, seed);
			a = (int)mm_below(&made.mm, TENANTS);
			b = (a + 1 + (int)mm_below(&made.mm, TENANTS - 1)) % TENANTS;
			changes[c].change(made.models[0], a, b);
			expect_way(&made, a, b, seed, changes[c].name);
			json_decref(made.list);
		}
}

/* A route target that nobody exports, and one that nobody imports, lead nowhere. */
static void test_half_ways(void **state)
{
	struct made made;

	(void)state;
	make(&made, 7);
	json_array_append_new(ms_at(made.models[0], "/vrfs/t0/import"), mm_text("65000:9"));
	json_array_append_new(ms_at(made.models[0], "/vrfs/t1/export"), mm_text("65000:8"));
	json_array_append_new(ms_at(made.models[0], "/evpn/vnis/10102/export"), mm_text("65000:8"));
	expect_apart(&made, 7);
	json_decref(made.list);
}

/* Routes go no further than to who imports them: t0 sees t1, t1 sees t2, t0 does not see t2. */
static void test_not_passed_on(void **state)
{
	json_auto_t *found = NULL;
	struct made made;
	const json_t *finding;
	size_t i;

	(void)state;
	make(&made, 7);
	import_l3(made.models[0], 0, 1);
	import_l3(made.models[0], 1, 2);
	found = ways(&made);
	assert_int_equal(json_array_size(found), 2);
	json_array_foreach(found, i, finding)
		assert_false(ms_streq(ms_str(finding, "/spec/objects/0/name", ""), "t0") &&
			     ms_streq(ms_str(finding, "/spec/objects/1/name", ""), "t2"));
	json_decref(made.list);
}

static void test_rule_ids(void **state)
{
	size_t n = 0;

	(void)state;
	for (; fabric_rules[n].id; n++)
		assert_string_equal(fabric_rules[n].id, fabric_rule_ids[n]);
	assert_null(fabric_rule_ids[n]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_half_ways),
		cmocka_unit_test(test_not_passed_on),
		cmocka_unit_test(test_rule_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
