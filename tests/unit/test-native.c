/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configurations as devices and people write them, not as our renderings do: another order, older and newer words,
 * ranges, defaults said or not, secrets, features beside ours.  What is read is what is said, and what nobody
 * understood is listed, never lost.
 */
#include "core-fixture.h"
#include "fabric/driver.h"
#include "models.h"

struct row {
	const char *what, *platform, *version;
	const char *native;          /* text, or a tree in JSON */
	const char *model;           /* in JSON, with ' for " */
	const char *opaque;          /* one line each */
};

static const struct row rows[] = {
	/* ---- EOS ---- */
	{ "peer groups in the words before 4.23, AS numbers with a dot", "eos", NULL,
	  "router bgp 65101.65101\n   router-id 10.0.0.3\n   no bgp default ipv4-unicast\n   neighbor EVPN peer-group\n"
	  "   neighbor EVPN remote-as 65100.1\n   neighbor EVPN password 7 Q4fqt==\n   neighbor EVPN send-community standard\n"
	  "   neighbor 10.0.0.1 peer-group EVPN\n   address-family evpn\n      neighbor EVPN activate\n",
	  "{'bgp':{'asn':4266524237,'routerId':'10.0.0.3','neighbors':{'10.0.0.1':{'address':'10.0.0.1','asn':4266393601,"
	  "'families':['evpn']}}}}",
	  "router bgp 65101.65101: neighbor EVPN password *\nrouter bgp 65101.65101: neighbor EVPN send-community standard\n" },
	{ "several interfaces in one line", "eos", NULL,
	  "router bgp 65101\n   no bgp default ipv4-unicast\n   neighbor U peer group\n   neighbor interface Et8-9,11 peer-group U remote-as 65100\n",
	  "{'bgp':{'asn':65101,'neighbors':{'port:8':{'port':'8','asn':65100,'families':[]},'port:9':{'port':'9','asn':65100,"
	  "'families':[]},'port:11':{'port':'11','asn':65100,'families':[]}}}}", "" },
	{ "lists of VNIs", "eos", NULL,
	  "vlan 10,20-21\ninterface Loopback0\n   ip address 10.0.0.1/32\ninterface Vxlan1\n   vxlan source-interface Loopback0\n"
	  "   vxlan vlan 10,20-22 vni 10010,10020-10022\n   vxlan vlan 30-31 vni 10030\n",
	  "{'loopback':{'addresses':['10.0.0.1/32']},'vxlan':{'source':'10.0.0.1'},'vlans':{'10':{'vni':10010},'20':{'vni':10020},"
	  "'21':{'vni':10021}}}", "interface Vxlan1: vxlan vlan 30-31 vni 10030\ninterface Vxlan1: vxlan vlan 22 vni 10022\n" },
	{ "gateways: what the model has no word for is listed, one that is shut is none", "eos", NULL,
	  "interface Vlan10\n   description gw\n   ip helper-address 10.1.1.1\n   ip address virtual 10.1.0.1/24\n"
	  "interface Vlan20\n   shutdown\n   ip address 10.2.0.1/24\n",
	  "{'svis':{'10':{'addresses':['10.1.0.1/24'],'anycast':true}}}",
	  "interface Vlan10: description gw\ninterface Vlan10: ip helper-address 10.1.1.1\ninterface Vlan20: shutdown\n" },
	{ "the VRF of management, and what else is the switch's own", "eos", NULL,
	  "! device: leaf1 (DCS-7050SX3, EOS-4.28.3M)\r\nusername a role network-admin secret sha512 $6$abc\r\nvrf instance MGMT\r\n"
	  "vrf instance RED\r\ninterface Management1\r\n   vrf MGMT\r\ninterface Loopback1\r\n   ip address 10.9.9.9/32\r\n"
	  "interface Ethernet1\r\n   no switchport\r\n   ip address 10.0.0.1/31\r\n   ip ospf area 0.0.0.0\r\nrouter ospf 100\r\n"
	  "   router-id 10.0.0.9\r\nbanner login\r\nGEOFENCE\r\ninterface Ethernet48\r\nEOF\r\nend\r\n",
	  "{'vrfs':{'RED':{}},'ports':{'1':{'enabled':true,'l3':{'addresses':['10.0.0.1/31']}}}}",
	  "username a role network-admin secret *\ninterface Management1\nrouter ospf 100\nbanner login\n"
	  "interface Loopback1: ip address 10.9.9.9/32\ninterfaces: ip ospf area 0.0.0.0\nvrf instance: MGMT\n" },
	{ "ports in modes of their own", "eos", NULL,
	  "interface Ethernet1\n   switchport access vlan 11\n   switchport mode dot1q-tunnel\ninterface Ethernet2\n"
	  "   switchport trunk allowed vlan 10\n   switchport trunk allowed vlan add 12\n   switchport mode trunk\n",
	  "{'ports':{'1':{'enabled':true,'l2':{'access':11}},'2':{'enabled':true,'l2':{'tagged':[10,12]}}}}",
	  "interface Ethernet1: switchport mode dot1q-tunnel\n" },

	/* ---- NX-OS ---- */
	{ "sessions that inherit", "nxos", NULL,
	  "switchname leaf-1\ninterface loopback0\n  ip address 10.0.0.1/32\nrouter bgp 65000.1\n  template peer SPINE\n"
	  "    remote-as 65100\n    update-source loopback0\n    ebgp-multihop 3\n    password 3 0123\n"
	  "    address-family l2vpn evpn\n      send-community\n      send-community extended\n  neighbor 10.0.0.11\n"
	  "    inherit peer SPINE\n    description spine1\n  neighbor 10.9.0.0/16\n    remote-as 65000.7\n",
	  "{'hostname':'leaf-1','loopback':{'addresses':['10.0.0.1/32']},'bgp':{'asn':4259840001,'neighbors':{'10.0.0.11':"
	  "{'address':'10.0.0.11','asn':65100,'description':'spine1','families':['evpn'],'local':'10.0.0.1','multihop':true}}}}",
	  "template peer SPINE: password *\nrouter bgp 65000.1: neighbor 10.9.0.0/16\n" },
	{ "ports that are shut unless said otherwise", "nxos", NULL,
	  "system default switchport\nsystem default switchport shutdown\nvlan 1,100\ninterface Ethernet1/1\n"
	  "  switchport access vlan 100\n  no shutdown\ninterface Ethernet1/2\n  switchport access vlan 100\n",
	  "{'vlans':{'100':{}},'ports':{'1':{'enabled':true,'l2':{'access':100}},'2':{'enabled':false,'l2':{'access':100}}}}",
	  "system default switchport\nsystem default switchport shutdown\n" },
	{ "gateways, other processes of OSPF, other features", "nxos", NULL,
	  "feature telnet\nsnmp-server community hush group network-operator\nbanner motd ^C\nvlan 7\n^C\ninterface Vlan1\n"
	  "interface Vlan10\n  description gw\n  no shutdown\n  ip address 10.1.0.1/24 tag 12345\ninterface Vlan20\n"
	  "  ip address 10.2.0.1/24\ninterface Ethernet1/1\n  no switchport\n  ip address 10.0.0.1/31\n"
	  "  ip router ospf UNDERLAY area 0.0.0.0\n  no shutdown\nrouter ospf UNDERLAY\n  router-id 10.0.0.9\n",
	  "{'svis':{'10':{'addresses':['10.1.0.1/24'],'anycast':false}},'ports':{'1':{'enabled':true,'l3':{'addresses':['10.0.0.1/31']}}}}",
	  "feature telnet\nsnmp-server community *\nbanner motd ^C\ninterface Vlan10: description gw\nVlan20: shutdown\n"
	  "interface Ethernet1/1: ip router ospf UNDERLAY area 0.0.0.0\nrouter ospf UNDERLAY\n" },
	{ "schedules are not indented", "nxos", NULL,
	  "scheduler job name nightly\ncopy running-config startup-config\n\nend-job\n\nscheduler schedule name nightly\n"
	  "job name nightly\ntime daily 1:00\nhostname leaf\n",
	  "{'hostname':'leaf'}",
	  "scheduler job name nightly\ncopy running-config startup-config\nend-job\nscheduler schedule name nightly\n"
	  "job name nightly\ntime daily 1:00\n" },

	/* ---- Cumulus ---- */
	{ "ranges of neighbours, and peers that inherit", "cumulus", "5.9",
	  "{'router':{'bgp':{'autonomous-system':65101,'enable':'on'}},'vrf':{'default':{'router':{'bgp':{'enable':'on','neighbor':"
	  "{'swp51-52':{'peer-group':'u','type':'unnumbered'},'10.9.9.9':{'remote-as':'65000','enable':'off'}},'peer-group':"
	  "{'u':{'remote-as':'external','address-family':{'l2vpn-evpn':{'enable':'on'}}}}}}}}}",
	  "{'bgp':{'asn':65101,'neighbors':{'port:51':{'port':'51','families':['evpn','ipv4']},'port:52':{'port':'52',"
	  "'families':['evpn','ipv4']}}}}",
	  "vrf.default.router.bgp.neighbor.10.9.9.9\nvrf.default.router.bgp.neighbor.swp51.peer-group\n"
	  "vrf.default.router.bgp.neighbor.swp52.peer-group\nvrf.default.router.bgp.peer-group\n" },
	{ "a gateway that is only up, addresses of the system's own, capitals", "cumulus", "5.9",
	  "{'interface':{'lo':{'ip':{'address':{'10.0.0.1/32':{},'127.0.1.1/8':{}}}},'vlan10':{'type':'svi','vlan':10,'ip':"
	  "{'vrr':{'address':{'10.1.0.1/24':{}},'state':{'up':{}}}}}},'system':{'global':{'fabric-mac':'00:00:5E:00:01:0A'}}}",
	  "{'loopback':{'addresses':['10.0.0.1/32']},'evpn':{'gatewayMac':'00:00:5e:00:01:0a'},'svis':{'10':{'addresses':"
	  "['10.1.0.1/24'],'anycast':true}}}",
	  "interface.lo.ip.address.127.0.1.1/8\n" },

	/* ---- SONiC ---- */
	{ "rows and fields beside ours", "sonic", NULL,
	  "{'config_db':{'LOOPBACK_INTERFACE':{'Loopback0':{'NULL':'NULL'},'Loopback0|10.1.0.32/32':{},'Loopback2|10.9.9.9/32':{}},"
	  "'PORTCHANNEL':{'PortChannel2':{'min_links':'1','mtu':'9100'}},'VLAN':{'Vlan100':{'vlanid':'100','dhcp_servers':['10.0.0.1']}},"
	  "'VLAN_INTERFACE':{'Vlan100|10.1.1.1/24':{}},'TACPLUS':{'global':{'passkey':'hush'}},'BREAKOUT_CFG':"
	  "{'Ethernet0':{'brkout_mode':'1x100G[40G]'},'Ethernet12':{'brkout_mode':'4x25G[10G]'},'Ethernet16':"
	  "{'brkout_mode':'2x50G(2)+1x100G(2)'}}},'frr.conf':'password zebra\\nrouter bgp 65100\\n neighbor 10.0.0.1 remote-as 65200\\n"
	  " neighbor 10.0.0.1 password hush\\n'}",
	  "{'loopback':{'addresses':['10.1.0.32/32']},'channels':{'2':{'enabled':true,'lacp':'active','mtu':9100}},'vlans':{'100':{}},"
	  "'svis':{'100':{'addresses':['10.1.1.1/24'],'anycast':false}},'ports':{'4':{'breakout':'4x25G'}},'bgp':{'asn':65100,"
	  "'neighbors':{'10.0.0.1':{'address':'10.0.0.1','asn':65200,'families':['ipv4']}}}}",
	  "TACPLUS\npassword *\nrouter bgp 65100: neighbor 10.0.0.1 password *\nBREAKOUT_CFG|Ethernet0\nBREAKOUT_CFG|Ethernet16\n"
	  "LOOPBACK_INTERFACE|Loopback2|10.9.9.9/32\nPORTCHANNEL|PortChannel2: min_links\nVLAN|Vlan100: dhcp_servers\n" },

	/* ---- Junos ---- */
	{ "AS numbers, targets and families with more behind them", "junos", NULL,
	  "set routing-options router-id 10.0.0.1\nset routing-options autonomous-system 65000.1 loops 2\n"
	  "set protocols bgp group U neighbor 10.0.0.0 peer-as 65100.1\nset protocols bgp group U family inet unicast prefix-limit maximum 5\n"
	  "set policy-options policy-statement IMP term a from community C\nset policy-options community C members target:4200000000L:1\n"
	  "set routing-instances RED instance-type vrf\nset routing-instances RED route-distinguisher 10.0.0.1:5\n"
	  "set routing-instances RED vrf-import IMP\nset routing-instances RED vrf-target target:65000:5\n",
	  "{'bgp':{'asn':4259840001,'routerId':'10.0.0.1','neighbors':{'10.0.0.0':{'address':'10.0.0.0','asn':4266393601,"
	  "'families':['ipv4']}}},'vrfs':{'RED':{'rd':'10.0.0.1:5','import':['4200000000:1'],'export':['65000:5']}}}",
	  "routing-options autonomous-system 65000.1\nprotocols bgp group\npolicy-options policy-statement IMP\n"
	  "policy-options community C\n" },
	{ "addresses with more behind them, units that are routed, all VLANs", "junos", NULL,
	  "set interfaces irb unit 10 family inet address 10.1.0.2/24 virtual-gateway-address 10.1.0.1\n"
	  "set interfaces lo0 unit 0 family inet address 10.0.0.1/32 primary\nset interfaces lo0 unit 0 family inet address 127.0.0.1/32\n"
	  "set interfaces et-0/0/0 unit 0 family ethernet-switching interface-mode trunk\n"
	  "set interfaces et-0/0/0 unit 0 family ethernet-switching vlan members all\nset vlans v10 vlan-id 10\n"
	  "set interfaces et-0/0/1 flexible-vlan-tagging\nset interfaces et-0/0/1 unit 7 vlan-id 7\n"
	  "set interfaces et-0/0/1 unit 7 family inet address 10.3.0.1/30\nprotect interfaces et-0/0/5\n",
	  "{'loopback':{'addresses':['10.0.0.1/32']},'vlans':{'10':{}},'svis':{'10':{'addresses':['10.1.0.2/24'],'anycast':false}},"
	  "'ports':{'1':{'enabled':true,'l2':{'tagged':[10]}},'2':{'enabled':true,'l2':{'tagged':[]}}}}",
	  "protect interfaces et-0/0/5\ninterfaces irb unit\ninterfaces lo0 unit\ninterfaces et-0/0/1 unit\n" },
	{ "targets of the default switch that are not ours", "junos", NULL,
	  "set interfaces lo0 unit 0 family inet address 10.0.0.1/32\nset switch-options vtep-source-interface lo0.0\n"
	  "set switch-options route-distinguisher 10.0.0.1:1\nset switch-options vrf-target target:65000:9999\n"
	  "set switch-options vrf-target auto\nset vlans v20 vlan-id 20\nset vlans v20 vxlan vni 5020\n",
	  "{'loopback':{'addresses':['10.0.0.1/32']},'vlans':{'20':{'vni':5020}},'vxlan':{'source':'10.0.0.1'}}",
	  "switch-options route-distinguisher 10.0.0.1:1\nswitch-options vrf-target target:65000:9999\nswitch-options vrf-target auto\n" },
};

/* JSON with ' for ", so that it can be read here. */
static json_t *loads(const char *text)
{
	MS_AUTO_FREE char *copy = strdup(text);
	json_error_t error;
	json_t *value;

	assert_non_null(copy);
	for (char *c = copy; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	value = json_loads(copy, 0, &error);
	if (!value)
		fail_msg("%s at %d: %s", error.text, error.position, copy);
	return value;
}

static char *joined(const json_t *lines)
{
	struct ms_buf out = { 0 };
	json_t *line;
	size_t i;

	ms_buf_puts(&out, "");
	json_array_foreach(lines, i, line)
		ms_buf_printf(&out, "%s\n", json_string_value(line));
	return ms_buf_steal(&out);
}

static int by_line(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The same lines, in whatever order. */
static char *sorted(const char *text)
{
	MS_AUTO_FREE char *copy = strdup(text);
	char *lines[64], *rest = copy, *line;
	struct ms_buf out = { 0 };
	size_t n = 0;

	while (n < 64 && (line = strsep(&rest, "\n")))
		lines[n++] = line;
	qsort(lines, n, sizeof(*lines), by_line);
	for (size_t i = 0; i < n; i++)
		ms_buf_printf(&out, "%s\n", lines[i]);
	return ms_buf_steal(&out);
}

static void read_one(const struct row *row)
{
	json_auto_t *sw = json_pack("{s:s, s:{s:s}, s:{s:s}}", "kind", "Switch", "metadata", "name", "leaf01", "spec",
				    "platform", row->platform), *facts = NULL;
	json_auto_t *native = *row->native == '{' ? loads(row->native) : json_string(row->native), *want = loads(row->model);
	json_auto_t *opaque = json_array(), *model = NULL, *again = NULL, *back = NULL;
	MS_AUTO_FREE char *text = NULL, *got = NULL, *wanted = sorted(row->opaque);
	struct fabric_dialect dialect;
	struct ms_err err = MS_ERR_INIT;

	if (row->version)
		facts = json_pack("{s:s}", "version", row->version);
	if (fabric_dialect_init(&dialect, sw, facts, &err) ||
	    dialect.driver->parse(&dialect, native, &model, opaque, &err))
		fail_msg("%s: %s", row->what, err.message);
	text = joined(opaque);
	got = sorted(text);
	model_expect_equal(row->what, want, model);
	if (strcmp(wanted, got))
		fail_msg("%s: listed is\n%swanted is\n%s", row->what, text, row->opaque);
	/* And our own words for it are read as the same. */
	if ((dialect.driver->normal && dialect.driver->normal(&dialect, model, &err)) ||
	    dialect.driver->render(&dialect, model, &again, &err) ||
	    dialect.driver->parse(&dialect, again, &back, NULL, &err) ||
	    (dialect.driver->normal && dialect.driver->normal(&dialect, back, &err)))
		fail_msg("%s: %s", row->what, err.message);
	model_expect_equal(row->what, model, back);
}

static void reads_what_is_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++)
		read_one(&rows[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(reads_what_is_there) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
