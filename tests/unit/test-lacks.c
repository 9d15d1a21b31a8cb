/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a switch lacks.  Each line of each rendering is lost in its turn: either the model that is read back differs, or the
 * switch is said to lack it, or it is one of those that are listed here, with the reason.
 */
#include <fnmatch.h>
#include "core-fixture.h"
#include "fabric/driver.h"
#include "models.h"

/* Models, each of which loses every statement once; sanitized builds take five times as long. */
#ifdef __SANITIZE_ADDRESS__
#define SEEDS 4
#else
#define SEEDS 16
#endif

/* Lost in silence: what the device has anyway or hides, and what changes no way of any packet. */
static const struct {
	const char *platform, *pattern;
} harmless[] = {
	/* the default of every interface */
	{ "eos", "* / no shutdown" }, { "eos", "* / switchport" }, { "eos", "* / switchport mode access" },
	{ "nxos", "* / no shutdown" }, { "nxos", "* / switchport" }, { "nxos", "* / switchport mode access" },
	{ "os10", "interface * / no shutdown" }, { "os10", "* / switchport mode access" },
	{ "os10", "* / no switchport access vlan" }, { "os10", "* / no switchport" },
	{ "nxos", "interface Ethernet* / no switchport" }, { "nxos", "interface Ethernet* / shutdown" },
	{ "os10", "* / address-family ipv? unicast" }, { "os10", "interface ethernet*[0-9]" },
	{ "eos", "interface Port-Channel*[0-9]" }, { "os10", "* / address-family ipv4 unicast / activate" },
	{ "eos", "interface Vxlan1 / vxlan udp-port 4789" },
	{ "nxos", "router bgp * / address-family *" }, { "nxos", "router bgp * / vrf *" },
	{ "nxos", "vrf context * / address-family *" },
	{ "cumulus", "*.type=*" }, { "cumulus", "*.vlan=*" }, { "cumulus", "*.base-interface=*" },
	{ "cumulus", "*.bond.mode=lacp" }, { "cumulus", "*.vrr.state.up={}" }, { "cumulus", "nve.vxlan.*=*" },
	{ "cumulus", "*.segment.enable=on" }, { "cumulus", "*.bond.mlag.enable=on" },
	{ "junos", "* interface-mode access" },
	{ "sonic", "*.tagging_mode=*" }, { "sonic", "*.vlanid=*" }, { "sonic", "*.lacp_key=auto" },
	{ "sonic", "*.if_type=PortChannel" }, { "sonic", "*.PORT.*" }, { "sonic", "*.PORTCHANNEL.*" },
	{ "sonic", "* / hostname *" }, { "frr", "* / address-family ipv* unicast" },
	{ "sonic", "* / address-family ipv* unicast" },
	/* newer systems have it without words */
	{ "nxos", "feature fabric forwarding" }, { "nxos", "vpc domain * / *" },
	/* said in two places, of which one will do */
	{ "nxos", "interface Vlan* / mtu *" }, { "os10", "* virtual-router address *" },
	{ "eos", "* / address-family ipv* / network *" }, { "frr", "* / router bgp * vrf * / bgp router-id *" },
	{ "sonic", "* / router bgp * vrf * / bgp router-id *" }, { "cumulus", "*.router-id=*" },
	{ "cumulus", "system.global.fabric-mac=*" }, { "cumulus", "mlag.backup.*" },
	{ "cumulus", "interface.peerlink.*" }, { "cumulus", "interface.*.bridge.domain.br_default.vlan.*" },
	{ "frr", "* / vrf * / vni *" }, { "junos", "set vlans *" }, { "junos", "set interfaces *" },
	{ "junos", "set routing-instances * protocols vpls *" }, { "junos", "set routing-instances * interface *" },
	{ "junos", "set protocols bgp group * neighbor *" }, { "junos", "set protocols evpn default-gateway *" },
	/* all are allowed then, and read so: which may be those that were */
	{ "eos", "* / switchport trunk allowed vlan *" }, { "nxos", "* / switchport trunk allowed vlan *" },
	/* "all" stands for each */
	{ "junos", "set protocols evpn extended-vni-list *" },
	/* how well, not whether */
	{ "eos", "router bgp * / neighbor * maximum-routes *" }, { "eos", "router ospf * / max-lsa 0" },
	{ "eos", "no spanning-tree vlan-id *" }, { "eos", "mpls ldp" }, { "eos", "mpls ldp / interface disabled default" },
	{ "nxos", "interface Vlan* / no ip* redirects" }, { "nxos", "router bgp * / log-neighbor-changes" },
	{ "nxos", "interface Vlan* / ipv6 address use-link-local-only" },
	{ "os10", "* / ipv6 nd *-ra-interval *" }, { "frr", "* timers *" }, { "sonic", "* timers *" },
	{ "frr", "frr.conf / service integrated-vtysh-config" }, { "sonic", "frr.conf / service integrated-vtysh-config" },
	/* FRR hides that it forwards, and shows when it does not: see below */
	{ "frr", "frr.conf / ip* forwarding" }, { "sonic", "frr.conf / ip* forwarding" },
	/* of a stanza only what makes the interface what it is */
	{ "frr", "interfaces / auto *" }, { "frr", "interfaces / iface *" },
	{ "frr", "frr.conf / interface lo" },
	/* the type of a session shows by its key */
	{ "cumulus", "vrf.default.router.bgp.neighbor.*" }, { "cumulus", "interface.*.ip.ipv6.enable=on" },
	{ "cumulus", "interface.*.bond.*" },
};

static bool is_harmless(const char *platform, const char *statement)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(harmless); i++)
		if (!strcmp(platform, harmless[i].platform) && !fnmatch(harmless[i].pattern, statement, 0))
			return true;
	return false;
}

static struct fabric_dialect dialect_of(const json_t *sw)
{
	struct ms_err err = MS_ERR_INIT;
	struct fabric_dialect dialect;

	if (fabric_dialect_init(&dialect, sw, NULL, &err))
		fail_msg("%s", err.message);
	return dialect;
}

static json_t *switch_of(const char *platform, const char *version)
{
	return json_pack("{s:s,s:{s:s},s:{s:s,s:s*}}", "kind", "Switch", "metadata", "name", "leaf01", "spec", "platform",
			 platform, "version", version);
}

static void must(int r, const struct ms_err *err, const char *what)
{
	if (r)
		fail_msg("%s: %s", what, err->message);
}

/* Every statement of a rendering, by way of a driver to which all is structure. */
static json_t *statements_of(const struct fabric_dialect *dialect, const json_t *model)
{
	static const char *const all[] = { "*", NULL };
	struct fabric_driver driver = *dialect->driver;
	struct fabric_dialect copy = *dialect;
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *lone = json_deep_copy(model), *nothing = json_string("");
	json_t *list;

	driver.structure = all;
	driver.excused = NULL;
	copy.driver = &driver;
	must(fabric_lacks(&copy, nothing, lone, &err), &err, "lacks");
	list = json_incref(json_object_get(lone, "lacks"));
	return list ? list : json_array();
}

static json_t *read_without(const struct fabric_dialect *dialect, const json_t *native, json_t *statement)
{
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *one = json_pack("[O]", statement), *left = NULL;
	json_t *model = NULL;

	must(fabric_without(native, one, &left, &err), &err, "without");
	/* What cannot be read at all is not lost in silence. */
	if (dialect->driver->parse(dialect, left, &model, NULL, &err))
		return NULL;
	must(fabric_lacks(dialect, left, model, &err), &err, "lacks");
	return model;
}

static json_t *model_for(const struct fabric_dialect *dialect, unsigned seed)
{
	struct ms_err err = MS_ERR_INIT;
	json_t *model = model_random(seed, &dialect->driver->caps), *neighbor, *port;
	const char *key;

	/* Classes are mapped in many places at once: their own tests say what is read of which. */
	json_object_del(model, "qos");
	json_object_foreach(json_object_get(model, "ports"), key, port) {
		json_object_del(port, "qos");
		json_object_del(port, "pause");
		json_object_del(port, "dcbx");
	}
	json_object_foreach(ms_at(model, "/bgp/neighbors"), key, neighbor)
		if (!json_object_get(neighbor, "port") && !json_object_get(neighbor, "asn"))
			json_object_set_new(neighbor, "asn", json_integer(65099));
	if (dialect->driver->normal)
		must(dialect->driver->normal(dialect, model, &err), &err, "normal");
	return model;
}

static unsigned lose_each(const struct fabric_dialect *dialect, unsigned seed)
{
	unsigned silent = 0;
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *model = model_for(dialect, seed), *native = NULL, *whole = NULL, *all = NULL;
	json_t *statement;
	size_t i;

	if (dialect->driver->render(dialect, model, &native, &err) ||
	    dialect->driver->parse(dialect, native, &whole, NULL, &err))
		return 0;
	must(fabric_lacks(dialect, native, whole, &err), &err, "lacks");
	if (json_object_get(whole, "lacks"))
		fail_msg("seed %u: a rendering lacks something of itself: %s", seed,
			 json_dumps(json_object_get(whole, "lacks"), 0));
	all = statements_of(dialect, model);
	json_array_foreach(all, i, statement) {
		json_auto_t *left = read_without(dialect, native, statement);

		if (!json_equal(left, whole) || is_harmless(dialect->driver->platform, json_string_value(statement)))
			continue;
		print_error("%s, seed %u: nobody sees the loss of \"%s\"\n", dialect->driver->platform, seed,
			    json_string_value(statement));
		silent++;
	}
	return silent;
}

static void no_loss_is_silent(void **state)
{
	static const char *const platforms[][2] = {
		{ "eos", "4.28.0F" }, { "nxos", "10.3" }, { "os10", "10.5.6" }, { "frr", "9.1" },
		{ "sonic", "202405" }, { "cumulus", "5.9.1" }, { "junos", "23.4" },
	};
	unsigned silent = 0;

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(platforms); i++) {
		json_auto_t *sw = switch_of(platforms[i][0], platforms[i][1]);
		struct fabric_dialect dialect = dialect_of(sw);

		for (unsigned seed = 1; seed <= SEEDS; seed++)
			silent += lose_each(&dialect, seed);
	}
	assert_int_equal(silent, 0);
}

/* What is lost comes back with the delta, and with nothing else. */
static void what_is_lacking_is_sent(void **state)
{
	static const struct {
		const char *platform, *statement, *sent;
	} rows[] = {
		{ "eos", "ip routing", "ip routing" },
		{ "eos", "router bgp 65001 / no bgp default ipv4-unicast", "no bgp default ipv4-unicast" },
		{ "nxos", "feature lldp", "feature lldp" },
		{ "nxos", "nv overlay evpn", "nv overlay evpn" },
		{ "os10", "router bgp 65001 / bestpath as-path multipath-relax", "bestpath as-path multipath-relax" },
		{ "frr", "frr.conf / router bgp 65001 / no bgp ebgp-requires-policy", "no bgp ebgp-requires-policy" },
		{ "frr", "interfaces / iface vni10100 / post-up ip link set dev vni10100 type vxlan id 10100 tos inherit", "tos inherit" },
		{ "sonic", "config_db.VXLAN_EVPN_NVO.nvo.source_vtep=vtep", "source_vtep" },
		{ "cumulus", "evpn.state=enabled", "evpn" },
		{ "junos", "set protocols evpn encapsulation vxlan", "set protocols evpn encapsulation vxlan" },
	};
	json_auto_t *model = json_pack("{s:{s:[s]},s:{s:{s:i}},s:{s:s},s:{s:{s:{s:s,s:[s],s:[s]}}},s:{s:i,s:s,s:{}}}",
				       "loopback", "addresses", "10.255.0.1/32", "vlans", "100", "vni", 10100, "vxlan", "source",
				       "10.255.0.1", "evpn", "vnis", "10100", "rd", "10.255.0.1:100", "import", "65000:10100",
				       "export", "65000:10100", "bgp", "asn", 65001, "routerId", "10.255.0.1", "neighbors");

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		json_auto_t *sw = switch_of(rows[i].platform, NULL), *native = NULL, *there = NULL, *seen = NULL,
			    *delta = NULL, *lost = json_pack("[s]", rows[i].statement);
		struct fabric_dialect dialect = dialect_of(sw);
		struct ms_err err = MS_ERR_INIT;
		char *text;

		must(dialect.driver->render(&dialect, model, &native, &err), &err, rows[i].platform);
		must(fabric_without(native, lost, &there, &err), &err, rows[i].platform);
		must(dialect.driver->parse(&dialect, there, &seen, NULL, &err), &err, rows[i].platform);
		must(fabric_lacks(&dialect, there, seen, &err), &err, rows[i].platform);
		if (!json_equal(json_object_get(seen, "lacks"), lost))
			fail_msg("%s: lacks %s", rows[i].platform, json_dumps(json_object_get(seen, "lacks"), JSON_ENCODE_ANY));
		must(dialect.driver->delta(&dialect, there, native, &delta, &err), &err, rows[i].platform);
		text = json_dumps(delta, JSON_ENCODE_ANY);
		if (!strstr(text, rows[i].sent))
			fail_msg("%s: sent is only %s", rows[i].platform, text);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_loss_is_silent),
		cmocka_unit_test(what_is_lacking_is_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
