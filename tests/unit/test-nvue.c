/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NVUE without a switch: rendering and parsing are inverses, and what is sent makes one tree of the
 * other. */
#include "driver-fixture.h"
#include "core-fixture.h"
#include "json-fixture.h"

#define MODELS 500

static const char *const versions[] = { "5.9.1", "5.15.0" };

/* A Switch of this version; the link of a pair has the number that the model gives it. */
static json_t *switch_of(const char *version, const json_t *model)
{
	const char *link = ms_str(model, "/mlag/link", "99");

	return json_pack("{s:{s:s},s:{s:s,s:s,s:{s:s}}}", "metadata", "name", "leaf01", "spec",
			 "platform", "cumulus", "version", version, "pair", "link", link);
}

static struct fabric_dialect dialect_of(const json_t *sw)
{
	const char *version = ms_str(sw, "/spec/version", NULL);
	struct fabric_dialect dialect = {
		.driver = &fabric_cumulus,
		.version = version,
		.sw = sw,
		.prefix = "swp",
		.part = "s",
		.first = 1,
		.step = 1,
	};

	fabric_cumulus.choose(&dialect);
	return dialect;
}

/* Random, and as NVUE will say it back. */
static json_t *random_model(unsigned seed, const struct fabric_caps *caps)
{
	json_t *model = model_random(seed, caps);
	struct ms_err err = MS_ERR_INIT;

	assert_int_equal(fabric_cumulus.normal(NULL, model, &err), 0);
	return model;
}

static void check_identity(const char *version, unsigned seed)
{
	json_auto_t *model = random_model(seed, &fabric_cumulus.caps),
		    *sw = switch_of(version, model);
	struct fabric_dialect dialect = dialect_of(sw);
	char what[64];

	snprintf(what, sizeof(what), "%s, seed %u", version, seed);
	driver_expect_same(&dialect, what, model);
}

static void test_identity(void **state)
{
	(void)state;
	for (size_t v = 0; v < MS_ARRAY_SIZE(versions); v++)
		for (unsigned seed = 0; seed < MODELS; seed++)
			check_identity(versions[v], seed);
}

/* What is below the pause threshold has to leave something, or the peer would go on never; and what
 * is changed is seen, whichever of the three it is. */
static void test_thresholds(void **state)
{
	static const char *const keys[] = { "xon-threshold", "xoff-threshold", "port-buffer" };
	static const char qos[] =
		"{'ports': {'1': {'qos': 'p'}}, 'qos': {'trust': 'dscp', 'classes': {'3': {'dscp': [26], 'pcp': [3],"
		" 'trafficClass': 3, 'queue': 3, 'lossless': true, 'strict': false}}, 'profiles': {'p': {'cable': 30,"
		" 'pfc': {'3': {'headroom': 191488, 'xon': 18432}}}}}}";
	json_auto_t *model = parse(qos), *sw = switch_of("5.15.0", model);
	struct fabric_dialect dialect = dialect_of(sw);
	json_auto_t *native = driver_render(&dialect, model);
	json_t *pfc = ms_at(native, "/qos/pfc/p");
	int64_t xon = ms_int(pfc, "/xon-threshold", 0), xoff = ms_int(pfc, "/xoff-threshold", 0);

	(void)state;
	assert_true(xon > 0 && xon < xoff);
	assert_int_equal(ms_int(pfc, "/port-buffer", 0) - xoff, 191488);
	for (size_t i = 0; i < MS_ARRAY_SIZE(keys); i++) {
		json_auto_t *other = json_deep_copy(native), *seen = NULL;

		json_object_set_new(ms_at(other, "/qos/pfc/p"), keys[i], json_integer(xoff + 4096));
		seen = driver_parse(&dialect, other, NULL);
		if (json_equal(ms_at(seen, "/qos/profiles/p/pfc"),
			       ms_at(model, "/qos/profiles/p/pfc")))
			fail_msg("%s is another, and nobody sees it", keys[i]);
	}
}

/* What the same model has as bytes does not depend on the order of its keys. */
static void test_stable(void **state)
{
	json_auto_t *model = random_model(7, &fabric_cumulus.caps),
		    *sw = switch_of("5.15.0", model);
	struct fabric_dialect dialect = dialect_of(sw);
	json_auto_t *again = json_object(), *first = driver_render(&dialect, model), *second;
	const char *keys[64], *key;
	size_t n = 0;
	json_t *value;
	char *a, *b;

	(void)state;
	json_object_foreach(model, key, value)
		keys[n++] = key;
	while (n--)
		json_object_set(again, keys[n], json_object_get(model, keys[n]));
	second = driver_render(&dialect, again);
	a = as_json(first);
	b = as_json(second);
	assert_string_equal(a, b);
	free(a);
	free(b);
}

/* Sending the patches, one after the other, makes the one tree of the other, but for empty shells.
 */
static void check_delta(const char *version, unsigned seed)
{
	json_auto_t *from = random_model(seed, &fabric_cumulus.caps);
	json_auto_t *to = random_model(seed + 10000, &fabric_cumulus.caps);
	json_auto_t *sw, *now, *target, *delta = NULL, *model;
	struct fabric_dialect dialect;
	struct ms_err err = MS_ERR_INIT;
	json_t *patch;
	char what[64];
	size_t i;

	/* The link of the pair has one number on a switch. */
	json_object_del(from, "mlag");
	sw = switch_of(version, to);
	dialect = dialect_of(sw);
	now = driver_render(&dialect, from);
	target = driver_render(&dialect, to);
	assert_int_equal(fabric_cumulus.delta(&dialect, now, target, &delta, &err), 0);
	json_array_foreach(delta, i, patch) {
		json_t *merged = ms_merge_new(now, patch);

		json_decref(now);
		now = merged;
	}
	model = driver_parse(&dialect, now, NULL);
	snprintf(what, sizeof(what), "delta, %s, seed %u", version, seed);
	model_expect_equal(what, to, model);
}

static void test_delta(void **state)
{
	(void)state;
	for (size_t v = 0; v < MS_ARRAY_SIZE(versions); v++)
		for (unsigned seed = 0; seed < MODELS; seed++)
			check_delta(versions[v], seed);
}

/* ---- what others configured
 * ------------------------------------------------------------------------- */

/* JSON with ' for "; want is the model, opaque what it has no word for, separated by blanks. */
static const struct { const char *what, *version, *native, *want, *opaque;
} foreign[] = {
	{ "ranges", "5.15.0",
	  "{'interface':{'swp1-2,4':{'type':'swp','link':{'mtu':1500}},'swp2':{'description':'x'}},"
	  "'bridge':{'domain':{'br_default':{'type':'vlan-aware','vlan':{'10,20-21':{}}}}}}",
	  "{'ports':{'1':{'mtu':1500},'2':{'mtu':1500,'description':'x'},'4':{'mtu':1500}},"
	  "'vlans':{'10':{},'20':{},'21':{}}}",
	  "" },
	{ "a bridge port that names no VLAN has all of them", "5.9.1",
	  "{'interface':{'swp1':{'type':'swp','bridge':{'domain':{'br_default':{}}}}},"
	  "'bridge':{'domain':{'br_default':{'type':'vlan-aware','vlan':{'1':{},'10':{},'9':{}}}}}}",
	  "{'ports':{'1':{'l2':{'tagged':[9,10],'native':1}}},'vlans':{'1':{},'10':{},'9':{}}}",
	  "" },
	{ "a list without untagged leaves VLAN 1", "5.9.1",
	  "{'interface':{'swp1':{'type':'swp','bridge':{'domain':{'br_default':{'vlan':{'20':{}}}}}}},"
	  "'bridge':{'domain':{'br_default':{'type':'vlan-aware','vlan':{'10':{},'20':{}}}}}}",
	  "{'ports':{'1':{'l2':{'tagged':[20],'native':1}}},'vlans':{'10':{},'20':{}}}", "" },
	{ "DCBX of a port without RoCE", "5.15.0",
	  "{'interface':{'swp1':{'type':'swp','link':{'mtu':1500},'lldp':{'dcbx-pfc-tlv':'enabled'}}}}",
	  "{'ports':{'1':{'mtu':1500}}}", "interface.swp1.lldp" },
	{ "neighbours inherit from their group", "5.9.1",
	  "{'router':{'bgp':{'enable':'on','autonomous-system':65101,'router-id':'10.0.0.1'}},'vrf':{'default':{'router':"
	  "{'bgp':{'enable':'on','peer-group':{'u':{'remote-as':'external','address-family':{'l2vpn-evpn':{'enable':'on'}}}},"
	  "'neighbor':{'swp51':{'peer-group':'u','type':'unnumbered'},'10.0.0.2':{'remote-as':'internal',"
	  "'address-family':{'ipv4-unicast':{'enable':'off'}}},'peerlink.4094':{'peer-group':'u'}}}}}},"
	  "'interface':{'swp51':{'type':'swp'}}}",
	  "{'bgp':{'asn':65101,'routerId':'10.0.0.1','neighbors':{'port:51':{'port':'51','families':['evpn','ipv4']},"
	  "'10.0.0.2':{'address':'10.0.0.2','asn':65101,'families':[]}}},'ports':{'51':{'l3':{'unnumbered':true}}}}",
	  "vrf.default.router.bgp.peer-group vrf.default.router.bgp.neighbor.swp51.peer-group "
	  "vrf.default.router.bgp.neighbor.10.0.0.2.remote-as vrf.default.router.bgp.neighbor.peerlink.4094" },
	{ "an Ethernet segment by number", "5.9.1",
	  "{'interface':{'bond3':{'type':'bond','bond':{'member':{'swp5':{}}},'evpn':{'multihoming':{'segment':"
	  "{'enable':'on','local-id':258}}}}},'evpn':{'multihoming':{'enable':'on','segment':{'mac-address':'44:38:39:FF:00:AA'}}}}",
	  "{'channels':{'3':{'members':['5'],'lacp':'active','esi':'03:44:38:39:ff:00:aa:00:01:02',"
	  "'systemMac':'44:38:39:ff:00:aa'}}}",
	  "interface.bond3.evpn.multihoming.segment.local-id evpn.multihoming.segment" },
	{ "route targets of both directions", "5.15.0",
	  "{'evpn':{'state':'enabled','vni':{'10':{'rd':'1.1.1.1:1','route-target':{'both':{'65000:10':{}}}}}}}",
	  "{'evpn':{'vnis':{'10':{'rd':'1.1.1.1:1','import':['65000:10'],'export':['65000:10']}}}}",
	  "evpn.vni.10.route-target.both" },
	{ "5.15 that writes addresses as before", "5.15.0",
	  "{'interface':{'lo':{'type':'loopback','ip':{'address':{'10.0.0.1/32':{}}}},"
	  "'swp1':{'type':'swp','ipv4':{'address':{'10.1.0.0/31':{}}},'vrf':'blue'}},'vrf':{'blue':{}}}",
	  "{'loopback':{'addresses':['10.0.0.1/32']},'ports':{'1':{'l3':{'addresses':['10.1.0.0/31'],'vrf':'blue'}}},"
	  "'vrfs':{'blue':{}}}",
	  "" },
	{ "what is switched off is not configured", "5.9.1",
	  "{'evpn':{'enable':'off','vni':{'10':{'rd':'1.1.1.1:1'}}},'router':{'bgp':{'enable':'off','autonomous-system':5}},"
	  "'nve':{'vxlan':{'enable':'off','source':{'address':'1.1.1.1'}}}}",
	  "{}", "evpn.enable evpn.vni router.bgp nve.vxlan" },
	{ "management is not ours", "5.9.1",
	  "{'interface':{'eth0':{'type':'eth','ip':{'vrf':'mgmt','address':{'dhcp':{}}}}},'vrf':{'mgmt':{'router':{'static':"
	  "{'0.0.0.0/0':{}}}}},'system':{'hostname':'x','ntp':{'a':1}}}",
	  "{'hostname':'x'}", "interface.eth0 vrf.mgmt system.ntp" },
	{ "values of the wrong type", "5.9.1",
	  "{'interface':{'swp1':7,'swp2':{'link':[],'description':{},'ip':{'address':'x','vrf':1}},'vlan5':{'ip':{'address':"
	  "{'nonsense':{}}}}},'bridge':[],'vrf':{'default':null},'evpn':{'vni':{'0':{},'x':{}}}}",
	  "{}", "interface.swp1 interface.swp2 interface.vlan5 bridge vrf.default evpn.vni" },
	{ "a gateway MAC address that nobody wrote", "5.9.1",
	  "{'interface':{'vlan10':{'type':'svi','vlan':10,'ip':{'vrr':{'enable':'on','address':{'10.0.0.1/24':{}}},"
	  "'address':{'10.0.0.2/24':{}}}}}}",
	  "{'svis':{'10':{'addresses':['10.0.0.1/24'],'anycast':true}},'evpn':{'gatewayMac':'00:00:5e:00:01:01'}}",
	  "interface.vlan10.ip.address" },
};

static void check_opaque(const char *what, const json_t *opaque, const char *want)
{
	MS_AUTO_BUF struct ms_buf got = { 0 };
	json_t *path;
	size_t i;

	json_array_foreach((json_t *)opaque, i, path)
		ms_buf_printf(&got, "%s%s", i ? " " : "", json_string_value(path));
	expect_text(what, want, got.data ? got.data : "");
}

static void test_foreign(void **state)
{
	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(foreign); i++) {
		json_auto_t *native = parse(foreign[i].native), *want = parse(foreign[i].want);
		json_auto_t *sw = switch_of(foreign[i].version, NULL), *opaque = json_array();
		struct fabric_dialect dialect = dialect_of(sw);
		json_auto_t *model = driver_parse(&dialect, native, opaque);

		model_expect_equal(foreign[i].what, want, model);
		check_opaque(foreign[i].what, opaque, foreign[i].opaque);
	}
}

/* A tree that means to drown us. */
static void test_hostile(void **state)
{
	static const char *const bad[] = { "{'interface':{'swp1-9999999':{}}}",
					   "{'evpn':{'vni':{'1-16000000':{}}}}", "[]" };

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(bad); i++) {
		json_auto_t *native = parse(bad[i]), *sw = switch_of("5.15.0", NULL), *model = NULL;
		struct fabric_dialect dialect = dialect_of(sw);
		struct ms_err err = MS_ERR_INIT;

		assert_int_equal(fabric_cumulus.parse(&dialect, native, &model, NULL, &err),
				 -EBADMSG);
		assert_int_equal(err.code, MS_INVALID);
	}
}

static void test_no_delta(void **state)
{
	json_auto_t *model = random_model(3, &fabric_cumulus.caps), *sw = switch_of("5.9", model);
	struct fabric_dialect dialect = dialect_of(sw);
	json_auto_t *native = driver_render(&dialect, model), *delta = NULL;
	struct ms_err err = MS_ERR_INIT;

	(void)state;
	assert_int_equal(fabric_cumulus.delta(&dialect, native, native, &delta, &err), 0);
	assert_int_equal(json_array_size(delta), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identity),   cmocka_unit_test(test_stable),
		cmocka_unit_test(test_thresholds), cmocka_unit_test(test_delta),
		cmocka_unit_test(test_no_delta),   cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
