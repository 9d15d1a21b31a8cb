/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What switches say of themselves, in the shapes that releases and features give it: text for numbers, AS numbers with a
 * dot, one row where there could be a list, rows without content, several neighbours of a port, commands that a
 * release or a feature does not have.
 */
#include "core-fixture.h"
#include "fabric/driver.h"
#include "models.h"
#include "http-fixture.h"

#define REPLIES 16

struct reply { const char *on, *with, *body; };

struct device {
	const char *platform, *version;
	struct reply replies[REPLIES];   /* the first that fits; body with ' for " */
	const char *facts;               /* status.switch, without upSeconds, with ' for " */
};

#define EAPI(result) "{'jsonrpc':'2.0','id':'x','result':[{}," result "]}"
#define EAPI_REFUSED \
	"{'jsonrpc':'2.0','id':'x','error':{'code':1002,'message':'CLI command 2 of 2 failed: invalid command','data':" \
	"[{},{'errors':['Invalid input (at token 2)']}]}}"
#define NXAPI(result) "{'jsonrpc':'2.0','result':{'body':" result "},'id':1}"
#define NXAPI_REFUSED \
	"{'jsonrpc':'2.0','error':{'code':-32602,'message':'Invalid params','data':{'msg':'% Invalid command\\n'}},'id':1}"

static const struct device devices[] = {
	{ "eos", NULL,
	  { { "POST /command-api", "show running-config", EAPI("{'output':''}") },
	    { "POST /command-api", "show interfaces status",
	      EAPI("{'interfaceStatuses':{'Ethernet1':{'linkStatus':'connected','bandwidth':100000000000},"
		   "'Ethernet2':{'linkStatus':'errdisabled','bandwidth':0},'Management1':{'linkStatus':'connected'},"
		   "'Port-Channel1':{'linkStatus':'connected'}}}") },
	    { "POST /command-api", "show lldp neighbors detail",
	      EAPI("{'lldpNeighbors':{'Ethernet2':{'lldpNeighborInfo':[]},'Ethernet1':{'lldpNeighborInfo':["
		   "{'chassisId':'1ce7.1003.5413','lastContactTime':100.5,'neighborInterfaceInfo':{'interfaceId':'1ce7.1003.5413',"
		   "'interfaceIdType':'macAddress'}},{'chassisId':'fc66.1003.5413','systemName':'spine1','lastContactTime':200.5,"
		   "'neighborInterfaceInfo':{'interfaceIdType':'interfaceName','interfaceId':'\\\"et-0/0/20\\\"',"
		   "'interfaceDescription':'et-0/0/20'}}]}}}") },
	    { "POST /command-api", "show interfaces", EAPI("{'interfaces':{'Ethernet1':{'mtu':9214},'Ethernet2':{}}}") },
	    { "POST /command-api", "show ip bgp summary",
	      EAPI("{'vrfs':{'default':{'asn':'65001.1','peers':{'fe80::1%Et5':{'asn':'65000.8','peerState':'Established',"
		   "'prefixReceived':2,'upDownTime':100.5},'10.0.0.9':{'asn':65009,'peerState':'Idle','idleReason':'Admin'}}},"
		   "'RED':{'peers':{'10.1.1.1':{'asn':'1','peerState':'Idle'}}}}}") },
	    { "POST /command-api", "show bgp evpn summary", EAPI("{'vrfs':{}}") },
	    { "POST /command-api", "show vxlan vtep", EAPI("{'interfaces':{'Vxlan1':{'vteps':['10.0.0.3','10.0.0.2']}}}") },
	    { "POST /command-api", NULL, EAPI_REFUSED } },
	  "{'ports':{'1':{'link':'up','speed':'100G','mtu':9214,'lldp':{'chassisId':'fc:66:10:03:54:13','portId':'et-0/0/20',"
	  "'portDescription':'et-0/0/20','systemName':'spine1'}},'2':{'link':'down'}},'bgp':{'port:5':{'state':'Established',"
	  "'asn':4259840008,'families':{'ipv4':{'received':2}}},'10.0.0.9':{'state':'Idle','asn':65009,'families':{'ipv4':"
	  "{'received':0}}}},'vteps':['10.0.0.2','10.0.0.3']}" },

	{ "nxos", NULL,
	  { { "POST /ins", "show interface status",
	      NXAPI("{'TABLE_interface':{'ROW_interface':[{'interface':'mgmt0','state':'connected','speed':'a-1000'},"
		    "{'interface':'Ethernet1/1','state':'connected','vlan':'routed','speed':'a-10G'},"
		    "{'interface':'Ethernet1/2','state':'xcvrAbsen','speed':'auto'}]}}") },
	    { "POST /ins", "show lldp neighbors detail",
	      NXAPI("{'TABLE_nbor_detail':{'ROW_nbor_detail':{'chassis_type':'4','chassis_id':'0050.5600.0001','port_type':'5',"
		    "'port_id':'Eth1/7','l_port_id':'Eth1/1','port_desc':'null','sys_name':'spine1','ttl':'120'}}}") },
	    { "POST /ins", "show interface",
	      NXAPI("{'TABLE_interface':{'ROW_interface':[{'interface':'Ethernet1/1','eth_mtu':'9216'},{'interface':'Vlan1'}]}}") },
	    { "POST /ins", "show bgp ipv4 unicast summary",
	      NXAPI("{'TABLE_vrf':{'ROW_vrf':[{'vrf-name-out':'default','vrf-local-as':'8.1201'},{'vrf-name-out':'default',"
		    "'TABLE_af':{'ROW_af':[{'af-id':'1','TABLE_saf':{'ROW_saf':{'safi':1,'TABLE_neighbor':{'ROW_neighbor':"
		    "{'neighborid':'10.1.1.177','neighboras':'8.1202','time':'6w3d','state':'Established','prefixreceived':'13'}}}}},"
		    "{'af-id':'2','TABLE_saf':{'ROW_saf':{'safi':1,'af-name':'IPv6 Unicast'}}}]}},{'vrf-name-out':'RED','TABLE_af':"
		    "{'ROW_af':{'TABLE_saf':{'ROW_saf':{'TABLE_neighbor':{'ROW_neighbor':{'neighborid':'10.9.9.9','neighboras':1,"
		    "'state':'Idle'}}}}}}}]}}") },
	    { "POST /ins", "show bgp ipv6 unicast summary", NXAPI("{}") },
	    { "POST /ins", NULL, NXAPI_REFUSED } },
	  "{'ports':{'1':{'link':'up','speed':'10G','mtu':9216,'lldp':{'chassisId':'00:50:56:00:00:01','portId':'Ethernet1/7',"
	  "'systemName':'spine1'}},'2':{'link':'down'}},'bgp':{'10.1.1.177':{'state':'Established','asn':525490,'families':"
	  "{'ipv4':{'received':13}}}}}" },

	{ "cumulus", "5.9.1",
	  { { "GET /nvue_v1/interface", NULL,
	      "{'eth0':{'type':'eth'},'swp1':{'type':'swp','link':{'oper-status':'up','speed':'100G','mtu':9216},'lldp':{'neighbor':"
	      "{'old':{'age':'200','chassis':{'chassis-id':'AA:BB:CC:00:00:01'},'port':{'name':'swp9'}},'spine01':{'age':'12',"
	      "'chassis':{'chassis-id':'44:38:39:22:01:AF','system-name':'spine01'},'port':{'name':'swp1','description':'to leaf'}}}}},"
	      "'swp2':{'type':'swp','link':{'state':{'down':{}},'speed':'auto','mtu':'1500'}}}" },
	    { "GET /nvue_v1/vrf/default/router/bgp/neighbor", NULL,
	      "{'swp51':{'state':'established','uptime':'1 day, 2:03:04','remote-as':'65199','address-family':{'ipv4-unicast':"
	      "{'prefix':{'received':4}}}},'10.9.9.9':{'state':'idle','remote-as':65000}}" },
	    { "GET /nvue_v1/evpn/vni", NULL, "{'10':{'remote-vtep':{'10.0.0.2':{},'10.0.0.3':{}}},'20':{'remote-vtep':{'10.0.0.2':{}}}}" } },
	  "{'ports':{'1':{'link':'up','speed':'100G','mtu':9216,'lldp':{'chassisId':'44:38:39:22:01:af','portId':'swp1',"
	  "'portDescription':'to leaf','systemName':'spine01'}},'2':{'link':'down','mtu':1500}},'bgp':{'port:51':{'state':"
	  "'Established','asn':65199,'families':{'ipv4':{'received':4}}},'10.9.9.9':{'state':'Idle','asn':65000}},'vteps':"
	  "['10.0.0.2','10.0.0.3']}" },
};

static char *quoted(const char *text, const char *before)
{
	char *copy = NULL;

	assert_true(asprintf(&copy, "%s%s", before, text) > 0);
	for (char *c = copy + strlen(before); *c; c++)
		*c = *c == '\'' ? '"' : *c;
	return copy;
}

/* It counts from now. */
static void drop_uptimes(json_t *status)
{
	json_t *row;
	const char *key;

	json_object_foreach(json_object_get(status, "bgp"), key, row)
		json_object_del(row, "upSeconds");
}

static json_t *switch_at(const struct device *device, unsigned port)
{
	return json_pack("{s:s, s:{s:s}, s:{s:s, s:{s:s, s:s, s:i, s:{s:s, s:s}}}}", "kind", "Switch", "metadata", "name", "leaf01",
			 "spec", "platform", device->platform, "management", "address", "127.0.0.1", "protocol", "http", "port",
			 (int)port, "credentials", "username", "admin", "password", "env:NATIVE_TEST");
}

static void ask(const struct device *device, const struct net *net, struct ms_secrets *secrets, json_t *status)
{
	static const char *const only[] = { "ports", "bgp", NULL };
	json_auto_t *sw = switch_at(device, net->server.port), *facts = json_object();
	struct fabric_env env = { net->http, secrets, net->loop, 1 };
	struct fabric_session *session = NULL;
	struct fabric_dialect dialect;
	struct ms_err err = MS_ERR_INIT;

	if (device->version)
		json_object_set_new(facts, "version", json_string(device->version));
	if (fabric_dialect_init(&dialect, sw, facts, &err) || dialect.driver->open(&env, sw, &session, &err) ||
	    dialect.driver->facts(session, &dialect, only, status, &err))
		fail_msg("%s: %s", device->platform, err.message);
	dialect.driver->close(session);
}

static void hear(const struct device *device, struct ms_secrets *secrets)
{
	struct row rows[REPLIES + 1] = { 0 };
	MS_AUTO_FREE char *text = quoted(device->facts, "");
	json_auto_t *want = json_loads(text, 0, NULL), *status = json_object();
	struct net net;

	for (size_t i = 0; i < REPLIES && device->replies[i].on; i++)
		rows[i] = (struct row){ .on = device->replies[i].on, .with = device->replies[i].with,
					.reply = quoted(device->replies[i].body, "200\nContent-Type: application/json\n\n") };
	assert_non_null(want);
	net_start(&net, rows, NULL, NULL);
	ask(device, &net, secrets, status);
	drop_uptimes(status);
	model_expect_equal(device->platform, want, status);
	net_stop(&net);
	for (size_t i = 0; i < REPLIES; i++)
		free((char *)rows[i].reply);
}

static void hears_what_is_said(void **state)
{
	struct ms_secrets *secrets = NULL;
	struct ms_err err = MS_ERR_INIT;

	(void)state;
	setenv("NATIVE_TEST", "secret-1", 1);
	assert_int_equal(ms_secrets_new(&secrets, &err), 0);
	for (size_t i = 0; i < MS_ARRAY_SIZE(devices); i++)
		hear(&devices[i], secrets);
	ms_secrets_free(secrets);
}

/* NX-API has no error for it: the words are all there is. */
static void rollback_fails_in_words(void **state)
{
	static const struct device nxos = { .platform = "nxos" };
	struct row rows[] = {
		{ .on = "POST /ins", .with = "show checkpoint summary",
		  .reply = "200\n\n{\"jsonrpc\":\"2.0\",\"result\":{\"msg\":\"User Checkpoint Summary\\n1) msctl-1:\\nCreated by admin\\n\"},\"id\":1}" },
		{ .on = "POST /ins", .with = "rollback running-config checkpoint msctl-1 atomic",
		  .reply = "200\n\n{\"jsonrpc\":\"2.0\",\"result\":{\"msg\":\"Note: Applying config parallelly may fail Rollback verification\\n"
			   "Executing Rollback Patch\\nRollback Failed\\n\"},\"id\":1}" },
		{ 0 },
	};
	struct ms_secrets *secrets = NULL;
	struct fabric_session *session = NULL;
	struct ms_err err = MS_ERR_INIT;
	json_t *sw;
	struct net net;

	(void)state;
	setenv("NATIVE_TEST", "secret-1", 1);
	assert_int_equal(ms_secrets_new(&secrets, &err), 0);
	net_start(&net, rows, NULL, NULL);
	sw = switch_at(&nxos, net.server.port);
	assert_int_equal(fabric_nxos.open(&(struct fabric_env){ net.http, secrets, net.loop, 1 }, sw, &session, &err), 0);
	assert_int_equal(fabric_nxos.rollback(session, "msctl-1", &err), -EREMOTEIO);
	assert_string_equal(err.message, "rollback to checkpoint msctl-1: Rollback Failed");
	fabric_nxos.close(session);
	json_decref(sw);
	net_stop(&net);
	ms_secrets_free(secrets);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(hears_what_is_said), cmocka_unit_test(rollback_fails_in_words) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
