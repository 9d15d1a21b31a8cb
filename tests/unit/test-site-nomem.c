/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that runs out in lib/site.  A scenario that succeeds although an allocation failed must give what it gives with
 * all the memory: something left out silently would be a wrong answer.
 */
#include "nomem-fixture.h"
#include <dlfcn.h>
#include <regex.h>
#include "site/site.h"

static const char text[] =
	"apiVersion: msctl/v1\nkind: Site\nmetadata: {name: t}\nspec:\n"
	"  credentials: [{name: c, username: u, password: 'file:p', previous: 'env:OLD'}]\n"
	"  pools: {addresses: [{name: p, prefix: 10.0.0.0/24, exclude: [10.0.0.1]}, {name: q, prefix: 10.0.0.128/25}]}\n"
	"  racks: [{name: r1, units: 4}]\n"
	"  defaults: {server: {rack: r1, bmc: {credentials: c, pool: p}, labels: {a: b}, ntp: [h]}}\n"
	"  servers:\n"
	"    - name: n[1-2]\n      unit: '[1-2]'\n      height: 2\n      serial: same\n"
	"      nics: [{mac: '02:00:00:00:00:0[1-2]', cable: 'l:1', vfs: 2, sriov: false}]\n"
	"    - {name: x, rack: r2, unit: 4, height: 2, bmc: {address: 10.0.1.1, tls: {trust: pin}}, boot: {mode: uefi, once: http},\n"
	"       bios: {boot_mode: legacy, attributes: {A: [1]}}, secureBoot: true, accounts: [{name: u, enabled: false}, {name: v}]}\n";

/* Rules, ranges, overrides, numbers of every form; and what S27 to S48 find. */
static const char fabric[] =
	"apiVersion: msctl/v1\nkind: Site\nmetadata: {name: f}\nspec:\n"
	"  pools:\n    addresses: [{name: lo, prefix: 10.0.0.0/24}]\n"
	"    subnets: [{name: p2p, prefix: 10.1.0.0/24, length: 31}]\n    numbers: [{name: n, first: 100, last: 199, exclude: [150]}]\n"
	"  defaults: {switch: {platform: eos}, network: {pools: {vlan: n}}, link: {speed: 100G}}\n"
	"  profiles: [{name: p, matchLabels: {a: b}, switch: {version: '1'}}]\n"
	"  fabrics:\n    - name: dc\n      pools: {loopbacks: lo, asns: n, links: p2p}\n      underlay: {routing: ebgp}\n"
	"      clos:\n        pods: 2\n        leaves: {count: 1, name: 'p{pod}l{n}', uplinks: '1', hostPorts: 5-9, switch: {labels: {a: b}}}\n"
	"        spines: {count: 1, name: 'p{pod}s{n}', downlinks: '1', uplinks: '2'}\n        superSpines: {count: 1, downlinks: 1-2}\n"
	"    - name: gpu\n      railOptimised:\n        rails: 1\n        serversPerUnit: 1\n        servers: g1\n"
	"        leaves: {count: 1, name: 'r{rail:02}', hostPorts: '1', uplinks: '2'}\n        spines: {count: 1, name: rs, downlinks: '1'}\n"
	"  switches:\n    - {name: 'p[1-2]l1', serial: 's[1-2]', ports: [{name: '[7-8]', breakout: 2x100G}], loopback: 10.0.0.9,\n"
	"       channels: [{name: '1', ports: ['9', '[9-10]']}], pair: {with: x, kind: esi}}\n    - {name: g1, asn: 7}\n"
	"  links:\n    - {from: 'p1l1:[5-6]', to: 'g1:[0-1]', layer: peer}\n    - {name: c, from: 'p2l1:5', to: 'h1:a'}\n"
	"  tenants: [{name: t, fabric: dc, pools: {l3vni: n}, peers: [u]}, {name: v, fabric: no}]\n"
	"  networks:\n    - {name: a, tenant: t, gateways: [{address: 10.9.0.1/24}], members: [{nic: 'g1:rail0'}, {port: 'p1l1:[7-8]/1'}]}\n"
	"    - {name: b, tenant: t, vlan: 5, gateways: [{address: 10.9.0.2/16}], pools: {address: p2p}, members: [{port: 'p1l1:7/1'}, {channel: 'q:1'}]}\n"
	"  servers: [{name: g1, nics: [{name: rail0}, {name: o, cable: 'p1l2:5'}]}]\n";

/* glibc's own leaks what it has when memory runs out inside; nothing fails there. */
int regcomp(regex_t *regex, const char *pattern, int flags)
{
	static int (*real)(regex_t *regex, const char *pattern, int flags);
	bool armed = heap.armed;
	int r;

	heap.armed = false;
	if (!real)
		real = (int (*)(regex_t *, const char *, int))dlsym(RTLD_NEXT, "regcomp");
	r = real(regex, pattern, flags);
	heap.armed = armed;
	return r;
}

/* What the scenario gave with all the memory, and what it gave now. */
static struct { char *want, *got; } result;

static int give(const json_t *value, struct ms_err *err)
{
	free(result.got);
	result.got = NULL;
	return ms_value_text(value, MS_FMT_JSON, &result.got, NULL, err);
}

static int append(void *ctx, json_t *res, struct ms_err *err)
{
	return json_array_append_new(ctx, res) ? ms_nomem(err) : 0;
}

/* The resources of a Site, as `expand` gives them. */
static int expand(struct ms_doc *doc, const char *site, json_t **ret_resources, struct ms_err *err)
{
	json_auto_t *resources = json_array(), *given = NULL;
	struct ms_report report = { 0 };
	int r = resources ? ms_doc_parse("dir/t.yaml", 1, site, strlen(site), doc, err) : ms_nomem(err);

	if (!r)
		r = ms_site_expand(doc, NULL, append, resources, &given, &report, err);
	/* A report that found no room has counted the problem. */
	if (!r && (report.n || report.dropped))
		r = heap.failed ? ms_nomem(err) : ms_fail(err, -EBADMSG, MS_INPUT, "%s", report.errs[0].message);
	ms_report_release(&report);
	if (!r)
		*ret_resources = ms_take(resources);
	return r;
}

static const char *text_now = text;

static int expanding(struct ms_err *err)
{
	struct ms_doc doc = { 0 };
	json_auto_t *resources = NULL;
	int r = expand(&doc, text_now, &resources, err);

	ms_doc_release(&doc);
	return r ? r : give(resources, err);
}

static int judging(struct ms_err *err)
{
	struct ms_doc doc = { 0 };
	json_auto_t *resources = NULL;
	struct ms_site_set set = { .sites = &doc, .n_sites = 1 };
	struct ms_item item = { .ctx = &set };
	int r = expand(&doc, text_now, &resources, err);

	set.resources = resources;
	if (!r)
		r = ms_rules_run(&item, ms_site_rules, err);
	if (!r)
		r = ms_site_place(&set, item.more, err);
	/* A line that cannot be found for want of memory is left out, as everywhere. */
	for (size_t i = 0; i < json_array_size(item.more); i++)
		json_object_del(ms_at(item.more, "/%zu/spec", i), "at");
	if (!r)
		r = give(item.more, err);
	json_decref(item.more);
	ms_doc_release(&doc);
	return r == -ENOMEM ? ms_nomem(err) : r;
}

static int drawing(struct ms_err *err)
{
	struct ms_doc doc = { 0 };
	json_auto_t *resources = NULL;
	struct ms_site_set set = { .sites = &doc, .n_sites = 1 };
	int r = expand(&doc, text_now, &resources, err);

	set.resources = resources;
	free(result.got);
	result.got = NULL;
	if (!r)
		r = ms_site_graph(&set, &result.got, err);
	ms_doc_release(&doc);
	return r;
}

static int comparing(struct ms_err *err)
{
	struct ms_doc doc = { 0 }, other = { 0 };
	json_auto_t *old = NULL, *new = NULL, *changes = NULL;
	int r = expand(&doc, text, &old, err);

	if (!r)
		r = expand(&other, "apiVersion: msctl/v1\nkind: Site\nmetadata: {name: t}\nspec:\n  servers: [{name: x, nics: [{name: p}]}]\n",
			   &new, err);
	if (!r)
		r = ms_site_diff(old, new, &changes, err);
	ms_doc_release(&doc);
	ms_doc_release(&other);
	return r ? r : give(changes, err);
}

static int describing(struct ms_err *err)
{
	json_auto_t *schema = NULL, *fields = NULL, *both = NULL;
	int r = ms_site_schema(ms_kind_find("Fabric"), &schema, err);

	if (!r)
		r = ms_site_fields(ms_kind_find("Fabric"), &fields, err);
	if (!r) {
		both = json_pack("[O, O]", schema, fields);
		r = both ? give(both, err) : ms_nomem(err);
	}
	return r;
}

static int counting(struct ms_err *err)
{
	struct ms_doc doc = { 0 };
	json_auto_t *resources = NULL, *rows = NULL;
	struct ms_site_summary *summary = NULL;
	const json_t *res;
	size_t i;
	int r = expand(&doc, text, &resources, err);

	if (!r)
		r = ms_site_summary_new(&summary, err);
	json_array_foreach(resources, i, res)
		if (!r)
			r = ms_site_summary_add(summary, res, err);
	if (!r)
		r = ms_site_summary_rows(summary, &rows, err);
	ms_site_summary_free(summary);
	ms_doc_release(&doc);
	return r ? r : give(rows, err);
}

static const char written[] = "# a\nb: &x [1, # c\n  2]\n\n\nc:\n- 'q\"'\n-   - *x\n    # d\n    - |\n     text\n";

static int formatting(struct ms_err *err)
{
	free(result.got);
	result.got = NULL;
	return ms_site_format("t", written, strlen(written), &result.got, err);
}

/* ---- the loop ---- */

static int (*scenario_now)(struct ms_err *err);

static int same(struct ms_err *err)
{
	int r;

	free(result.got);
	result.got = NULL;
	r = scenario_now(err);
	if (!r && result.want && !ms_streq(result.want, result.got))
		fail_msg("succeeded, but gave\n%s\ninstead of\n%s", result.got ? result.got : "nothing", result.want);
	free(result.got);
	result.got = NULL;
	return r;
}

static void survives_same(int (*scenario)(struct ms_err *err), size_t least)
{
	struct ms_err err = MS_ERR_INIT;

	if (scenario(&err))
		fail_msg("with all the memory: %s", place(&err));
	result.want = result.got;
	result.got = NULL;
	scenario_now = scenario;
	survives(same, least);
	free(result.want);
	result.want = NULL;
}

#define FABRIC(name) \
	static int fabric_##name(struct ms_err *err) \
	{ \
		int r; \
		text_now = fabric; \
		r = name(err); \
		text_now = text; \
		return r; \
	}
FABRIC(expanding)
FABRIC(judging)
FABRIC(drawing)

#define TEST(name) static void test_##name(void **state) { (void)state; survives_same(name, 100); }
TEST(expanding)
TEST(judging)
TEST(drawing)
TEST(comparing)
TEST(describing)
TEST(counting)
TEST(formatting)
TEST(fabric_expanding)
TEST(fabric_judging)
TEST(fabric_drawing)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expanding), cmocka_unit_test(test_judging), cmocka_unit_test(test_drawing),
		cmocka_unit_test(test_comparing), cmocka_unit_test(test_describing), cmocka_unit_test(test_counting),
		cmocka_unit_test(test_formatting), cmocka_unit_test(test_fabric_expanding),
		cmocka_unit_test(test_fabric_judging), cmocka_unit_test(test_fabric_drawing),
	};

	set_up();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
