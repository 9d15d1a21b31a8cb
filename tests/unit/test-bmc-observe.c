/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sections of status.bmc over small trees made by hand: which model is read, what is absent and what refused, and how
 * many requests it takes.  JSON is written with ' for "; `want` names only what it speaks of.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "bmc/read.h"
#include "json-fixture.h"
#include "fake-redfish.h"

/* The BMC that most cases add to. */
#define ROOT ROOT_WITH("'LicenseService':{'@odata.id':'/License'}")
#define ROOT_WITH(more) "'/redfish/v1':{'Vendor':'X','Product':'P','RedfishVersion':'1.9.0','Systems':{'@odata.id':'/Systems'}," \
	     "'Managers':{'@odata.id':'/Managers'},'Chassis':{'@odata.id':'/Chassis'}," \
	     "'UpdateService':{'@odata.id':'/Update'},'AccountService':{'@odata.id':'/Account'}," \
	     "'Registries':{'@odata.id':'/Registries'}," more "}"
#define SYSTEMS "'/Systems':{'Members':[{'@odata.id':'/Systems/1'}]}"
#define SYSTEM(more) "'/Systems/1':{'@odata.id':'/Systems/1','Id':'1','PowerState':'On','Actions':{'#ComputerSystem.Reset':" \
		     "{'ResetType@Redfish.AllowableValues':['On','ForceOff']}}" more "}"

static const struct {
	const char *name, *vendor, *only, *tree, *want, *absent;
	size_t requests;             /* 0 = not counted */
} cases[] = {
	{ "power takes no request beyond the system", "dell", "power", "{" ROOT "," SYSTEMS "," SYSTEM("") "}",
	  "{'vendor':'dell','trust':'skip','power':{'state':'On','resetTypes':['On','ForceOff']}}", "system", 2 },
	{ "two sections of the system", "dell", "power,health",
	  "{" ROOT "," SYSTEMS "," SYSTEM(",'Status':{'State':'Enabled','Health':'OK'}") "}",
	  "{'health':{'state':'Enabled','health':'OK'},'power':{'state':'On'}}", "refused", 2 },
	{ "a section that is not there is absent", "dell", "bios,secureBoot,storage",
	  "{" ROOT "," SYSTEMS "," SYSTEM(",'Bios':{'@odata.id':'/nowhere'}") "}", "{'storage':[]}", "bios", 0 },
	{ "refused and broken say so, each by its name", "x", "bios,secureBoot,accounts,firmware",
	  "{" ROOT "," SYSTEMS "," SYSTEM(",'Bios':{'@odata.id':'/Bios'},'SecureBoot':{'@odata.id':'/SecureBoot'}")
	  ",'/Bios':451,'/SecureBoot':405,'/Account':403,'/Update':500}",
	  "{'refused':{'bios':{'code':'license'},'secureBoot':{'code':'unsupported'},'accounts':{'code':'auth'},"
	  "'firmware':{'code':'failed'}}}", "bios", 0 },
	{ "SimpleStorage where Storage is empty", "ami", "storage",
	  "{" ROOT "," SYSTEMS "," SYSTEM(",'Storage':{'@odata.id':'/Storage'},'SimpleStorage':{'@odata.id':'/Simple'}")
	  ",'/Storage':{'Members':null},'/Simple':{'Members':[{'@odata.id':'/Simple/0'}]},"
	  "'/Simple/0':{'Id':'0','Name':'C','Devices':[{'Name':'D0','CapacityBytes':10},{'Name':'D1','Status':{'State':'Absent'}}]}}",
	  "{'storage':[{'id':'0','name':'C','drives':[{'name':'D0','capacityBytes':10}]}]}", NULL, 0 },
	{ "SmartStorage where there is no Storage", "hpe", "storage",
	  "{" ROOT "," SYSTEMS "," SYSTEM(",'Oem':{'Hpe':{'Links':{'SmartStorage':{'@odata.id':'/Smart'}}}}")
	  ",'/Smart':{'Links':{'ArrayControllers':{'@odata.id':'/Arrays'}}},'/Arrays':{'Members':[{'@odata.id':'/Arrays/0'}]},"
	  "'/Arrays/0':{'Id':'0','Model':'P408i','Links':{'PhysicalDrives':{'@odata.id':'/Drives'}}},"
	  "'/Drives':{'Members':[{'@odata.id':'/Drives/0'}]},"
	  "'/Drives/0':{'Id':'0','SerialNumber':'S','CapacityLogicalBlocks':2,'BlockSizeBytes':512}}",
	  "{'storage':[{'id':'0','name':'P408i','controllers':[{'model':'P408i'}],"
	  "'drives':[{'serialNumber':'S','capacityBytes':1024}]}]}", NULL, 0 },
	{ "controllers inside Storage, drives by link", "x", "storage",
	  "{" ROOT "," SYSTEMS "," SYSTEM(",'Storage':{'@odata.id':'/Storage'}")
	  ",'/Storage':{'Members':[{'@odata.id':'/Storage/1'}]},'/Storage/1':{'Id':'1','StorageControllers':[{'MemberId':'0',"
	  "'Model':'M'},null],'Drives':[{'@odata.id':'/d/1'},{'@odata.id':'/d/2'},null]},'/d/1':{'Id':'a','SerialNumber':'1'},"
	  "'/d/2':500}",
	  "{'storage':[{'id':'1','controllers':[{'id':'0','model':'M'}],'drives':[{'id':'a','serialNumber':'1'}]}],"
	  "'warnings':['GET /d/2: 500']}", NULL, 0 },
	{ "drives that want a licence do not hide the controller", "supermicro", "storage",
	  "{" ROOT "," SYSTEMS "," SYSTEM(",'Storage':{'@odata.id':'/Storage'}")
	  ",'/Storage':{'Members':[{'@odata.id':'/Storage/1'}]},'/Storage/1':{'Id':'1','StorageControllers':[{'Model':'M'}],"
	  "'Volumes':{'@odata.id':'/v'}},'/v':451}",
	  "{'storage':[{'id':'1','controllers':[{'model':'M'}]}],'refused':{'storage':{'code':'license'}}}", NULL, 0 },
	{ "a machine of two systems: GPUs on the second", "ami", "processors,gpus,memory,system",
	  "{" ROOT ",'/Systems':{'Members':[{'@odata.id':'/Systems/HGX'},{'@odata.id':'/Systems/1'}]},"
	  SYSTEM(",'Processors':{'@odata.id':'/p'},'Memory':{'@odata.id':'/m'}")
	  ",'/Systems/HGX':{'Id':'HGX','Processors':{'@odata.id':'/hp'},'Memory':{'@odata.id':'/hm'}},"
	  "'/p':{'Members':[{'@odata.id':'/p/1'}]},'/p/1':{'Id':'CPU0','ProcessorType':'CPU'},"
	  "'/hp':{'Members':[{'@odata.id':'/hp/1'}]},'/hp/1':{'Id':'GPU0','ProcessorType':'GPU','Model':'H100','UUID':'u',"
	  "'Links':{'Memory':[{'@odata.id':'/hm/1'}],'PCIeDevice':{'@odata.id':'/dev'}}},"
	  "'/dev':{'Id':'dev','Slot':{'Location':{'PartLocation':{'ServiceLabel':'SXM1'}}},'FirmwareVersion':'96'},"
	  "'/hm/1':{'CapacityMiB':81559},'/m':{'Members':[{'@odata.id':'/m/1'},{'@odata.id':'/m/2'}]},"
	  "'/m/1':{'Id':'D0','CapacityMiB':1024},'/m/2':{'Id':'D1','CapacityMiB':0,'Status':{'State':'Absent'}}}",
	  "{'system':{'id':'1','others':['HGX']},'processors':[{'id':'GPU0','type':'GPU'},{'id':'CPU0'}],"
	  "'gpus':[{'id':'GPU0','model':'H100','memoryMiB':81559,'slot':'SXM1','firmwareVersion':'96'}],"
	  "'memory':{'totalMiB':1024,'modules':[{'id':'D0'}]}}", NULL, 0 },
	{ "memory from the summary when there are no modules", "nvidia", "memory",
	  "{" ROOT "," SYSTEMS "," SYSTEM(",'MemorySummary':{'TotalSystemMemoryGiB':32}") "}", "{'memory':{'totalMiB':32768}}", NULL,
	  0 },
	{ "GPUs from PCIe devices", "supermicro", "gpus",
	  "{" ROOT "," SYSTEMS "," SYSTEM("") ",'/Chassis':{'Members':[{'@odata.id':'/Chassis/1'}]},"
	  "'/Chassis/1':{'@odata.id':'/Chassis/1','PCIeDevices':{'@odata.id':'/pd'}},'/pd':{'Members':[{'@odata.id':'/pd/1'},"
	  "{'@odata.id':'/pd/2'}]},'/pd/1':{'Id':'GPU1','Model':'H100','SerialNumber':'7','PCIeFunctions':{'@odata.id':'/pf'},"
	  "'Oem':{'Supermicro':{'GPUSlot':1}}},'/pf':{'Members':[{'@odata.id':'/pf/1'}]},"
	  "'/pf/1':{'Id':'1','DeviceClass':'DisplayController'},'/pd/2':{'Id':'VGA'}}",
	  "{'gpus':[{'id':'GPU1','model':'H100','serialNumber':'7','slot':'1'}]}", NULL, 0 },
	{ "old ports, Dell's SR-IOV attributes, and one adapter in two chassis", "dell", "adapters",
	  "{" ROOT "," SYSTEMS "," SYSTEM("")
	  ",'/Chassis':{'Members':[{'@odata.id':'/c/1'},{'@odata.id':'/c/2'}]},"
	  "'/c/1':{'NetworkAdapters':{'@odata.id':'/na'}},'/c/2':{'NetworkAdapters':{'@odata.id':'/na'}},"
	  "'/na':{'Members':[{'@odata.id':'/na/1'}]},'/na/1':{'Id':'N1','NetworkPorts':{'@odata.id':'/np'},"
	  "'NetworkDeviceFunctions':{'@odata.id':'/nf'},'Controllers':[{'FirmwarePackageVersion':'20.31'}]},"
	  "'/np':{'Members':[{'@odata.id':'/np/1'}]},'/np/1':{'Id':'p','LinkStatus':'Up','CurrentLinkSpeedMbps':100000},"
	  "'/nf':{'Members':[{'@odata.id':'/nf/1'}]},'/nf/1':{'Id':'f','Ethernet':{'MACAddress':'B8:3F:D2:A4:1B:D2'},"
	  "'Links':{'Oem':{'Dell':{'DellNetworkAttributes':{'@odata.id':'/attr'}}}}},"
	  "'/attr':{'@odata.id':'/attr','Attributes':{'VirtualizationMode':'SRIOV','LegacyBootProto':'PXE','NumberVFAdvertised':16}}}",
	  "{'adapters':[{'id':'N1','firmwareVersion':'20.31','ports':[{'id':'p','linkStatus':'LinkUp','speedGbps':100}],"
	  "'functions':[{'id':'f','sriov':true,'bootMode':'PXE','virtualFunctions':16,'attributesUri':'/attr'}]}]}", NULL, 0 },
	{ "Dell's LLDP neighbours, of a port and of the iDRAC", "dell", "manager,adapters",
	  "{" ROOT "," SYSTEMS "," SYSTEM(",'Links':{'ManagedBy':[{'@odata.id':'/Managers/1'}]}")
	  ",'/Managers/1':{'Id':'1','Links':{'Oem':{'Dell':{'DellSwitchConnectionCollection':{'@odata.id':'/sw'}}}}},"
	  "'/sw':{'Members':[{'@odata.id':'/sw/1'},{'@odata.id':'/sw/2'},{'@odata.id':'/sw/3'}]},"
	  "'/sw/1':{'FQDD':'NIC.Slot.5-1-1','SwitchConnectionID':'b0:4f:13:31:dc:40','SwitchPortConnectionID':'swp20'},"
	  "'/sw/2':{'FQDD':'NIC.Slot.5-2-1','SwitchConnectionID':'No Link','SwitchPortConnectionID':'No Link'},"
	  "'/sw/3':{'FQDD':'iDRAC.Embedded.1','SwitchConnectionID':'aa','SwitchPortConnectionID':'swp1'},"
	  "'/Chassis':{'Members':[{'@odata.id':'/c/1'}]},'/c/1':{'NetworkAdapters':{'@odata.id':'/na'}},"
	  "'/na':{'Members':[{'@odata.id':'/na/1'}]},'/na/1':{'Id':'NIC.Slot.5','Ports':{'@odata.id':'/np'}},"
	  "'/np':{'Members':[{'@odata.id':'/np/1'},{'@odata.id':'/np/2'},{'@odata.id':'/np/3'}]},'/np/1':{'Id':'NIC.Slot.5-1'},"
	  "'/np/2':{'Id':'NIC.Slot.5-2'},'/np/3':{'Id':'NIC.Slot.5-10'}}",
	  "{'manager':{'lldp':{'chassisId':'aa','portId':'swp1'}},'adapters':[{'ports':[{'id':'NIC.Slot.5-1','lldp':"
	  "{'chassisId':'b0:4f:13:31:dc:40','portId':'swp20'}},{'id':'NIC.Slot.5-2'},{'id':'NIC.Slot.5-10'}]}]}", NULL, 0 },
	{ "adapters that are refused before the first boot", "hpe", "adapters",
	  "{" ROOT "," SYSTEMS "," SYSTEM(",'Oem':{'Hpe':{'Links':{'NetworkAdapters':{'@odata.id':'/b'}}}}")
	  ",'/Chassis':{'Members':[{'@odata.id':'/c/1'}]},'/c/1':{'NetworkAdapters':{'@odata.id':'/na'}},'/na':400,"
	  "'/b':{'Members':[{'@odata.id':'/b/1'}]},'/b/1':{'Id':'1','PhysicalPorts':[{'MacAddress':'50:7c:6f:11:f2:a6'}]}}",
	  "{'adapters':[{'id':'1'}],'refused':{'adapters':{'code':'failed'}}}", NULL, 0 },
	{ "adapters that only BaseNetworkAdapters has", "hpe", "adapters",
	  "{" ROOT "," SYSTEMS "," SYSTEM(",'Oem':{'Hpe':{'Links':{'NetworkAdapters':{'@odata.id':'/b'}}}}")
	  ",'/Chassis':{'Members':[]},'/b':{'Members':[{'@odata.id':'/b/1'}]},'/b/1':{'Id':'1','Name':'I350','Location':'OCP 10',"
	  "'Firmware':{'Current':{'VersionString':'1.3'}},'PhysicalPorts':[{'MacAddress':'50:7c:6f:11:f2:a6','SpeedMbps':1000}]}}",
	  "{'adapters':[{'id':'1','model':'I350','slot':'OCP 10','firmwareVersion':'1.3',"
	  "'ports':[{'id':'1','macAddresses':['50:7c:6f:11:f2:a6'],'speedGbps':1}]}]}", NULL, 0 },
	{ "pending is the difference", "hpe", "bios",
	  "{" ROOT "," SYSTEMS "," SYSTEM(",'Bios':{'@odata.id':'/bios'}")
	  ",'/bios':{'@odata.id':'/bios','AttributeRegistry':'R','Attributes':{'A':'x','B':1,'A@meta':2},"
	  "'@Redfish.Settings':{'SettingsObject':{'@odata.id':'/set'},'SupportedApplyTimes':['OnReset']}},"
	  "'/set':{'@odata.id':'/set','Attributes':{'A':'x','B':2}}}",
	  "{'bios':{'uri':'/bios','registry':'R','settingsUri':'/set','applyTimes':['OnReset'],'attributes':{'A':'x','B':1},"
	  "'pending':{'B':2},'resetRequired':true}}", NULL, 0 },
	{ "sensors of both models, each once", "x", "sensors",
	  "{" ROOT "," SYSTEMS "," SYSTEM("") ",'/Chassis':{'Members':[{'@odata.id':'/c/1'}]},"
	  "'/c/1':{'Sensors':{'@odata.id':'/s'},'Thermal':{'@odata.id':'/t'},'Power':{'@odata.id':'/w'}},"
	  "'/s':{'Members':[{'@odata.id':'/s/1'}]},'/s/1':{'Id':'i','Name':'Inlet','Reading':20,'ReadingUnits':'Cel'},"
	  "'/t':{'Temperatures':[{'MemberId':'0','Name':'Inlet','ReadingCelsius':20},{'MemberId':'1','Name':'CPU',"
	  "'ReadingCelsius':50}],'Fans':[{'MemberId':'0','FanName':'F1','Reading':900,'ReadingUnits':'RPM'},"
	  "{'@odata.id':'/x'},{'Name':'F2','MemberId':'1','Status':{'State':'Absent'}}]},"
	  "'/w':{'PowerControl':[{'MemberId':'0','Name':'Total','PowerConsumedWatts':531},{'MemberId':'1','Name':'None'}]}}",
	  "{'sensors':[{'id':'i','name':'Inlet'},{'id':'Temperatures/1','name':'CPU','unit':'Cel'},"
	  "{'id':'Fans/0','name':'F1','unit':'RPM'},{'id':'PowerControl/0','reading':531,'unit':'W'}]}", NULL, 0 },
	{ "TPM: TrustedModules, or TrustedComponents", "x", "tpm",
	  "{" ROOT "," SYSTEMS "," SYSTEM("") ",'/Chassis':{'Members':[{'@odata.id':'/c/1'}]},"
	  "'/c/1':{'TrustedComponents':{'@odata.id':'/tc'}},'/tc':{'Members':[{'@odata.id':'/tc/1'},{'@odata.id':'/tc/2'}]},"
	  "'/tc/1':{'Id':'TPM','Name':'TPM 2.0','FirmwareVersion':'7'},'/tc/2':{'Id':'ERoT','Name':'ERoT'}}",
	  "{'tpm':[{'id':'TPM','firmwareVersion':'7'}]}", NULL, 0 },
	{ "HPE's NTP and syslog", "hpe", "network",
	  "{" ROOT "," SYSTEMS "," SYSTEM(",'Links':{'ManagedBy':[{'@odata.id':'/Managers/1'}]}")
	  ",'/Managers/1':{'Id':'1','NetworkProtocol':{'@odata.id':'/np'},'Oem':{'Hpe':{'Links':{'DateTimeService':"
	  "{'@odata.id':'/dt'}}}}},'/np':{'HTTPS':{'Port':443,'ProtocolEnabled':true},'IPMI':{'Port':623,'ProtocolEnabled':false},"
	  "'Oem':{'Hpe':{'RemoteSyslogEnabled':true,'RemoteSyslogServer':'10.0.0.9','RemoteSyslogPort':1514}}},"
	  "'/dt':{'NTPServers':['10.0.0.7',''],'StaticNTPServers':['10.0.0.8','0.0.0.0']}}",
	  "{'network':{'ntp':{'enabled':true,'servers':['10.0.0.8']},'syslog':['10.0.0.9:1514'],"
	  "'protocols':{'https':{'enabled':true,'port':443},'ipmi':{'enabled':false,'port':623}}}}", NULL, 0 },
	{ "Dell's syslog", "dell", "network",
	  "{" ROOT "," SYSTEMS "," SYSTEM(",'Links':{'ManagedBy':[{'@odata.id':'/Managers/1'}]}")
	  ",'/Managers/1':{'Id':'1','NetworkProtocol':{'@odata.id':'/np'},'Links':{'Oem':{'Dell':{'DellAttributes':["
	  "{'@odata.id':'/a/iDRAC.Embedded.1'},{'@odata.id':'/a/System.Embedded.1'}]}}}},"
	  "'/np':{'NTP':{'ProtocolEnabled':true,'NTPServers':[' ntp1 ','']}},"
	  "'/a/iDRAC.Embedded.1':{'Attributes':{'SysLog.1.SysLogEnable':'Enabled','SysLog.1.Port':514,"
	  "'SysLog.1.Server1':'log1','SysLog.1.Server2':'fd00::1','SysLog.1.Server3':''}}}",
	  "{'network':{'syslog':['log1:514','[fd00::1]:514']}}", NULL, 0 },
	{ "two machines behind one BMC: chassis of the one", "x", "chassis",
	  "{" ROOT ",'/Systems':{'Members':[{'@odata.id':'/Systems/1'},{'@odata.id':'/Systems/2'}]},"
	  SYSTEM(",'Links':{'Chassis':[{'@odata.id':'/c/1'}]}")
	  ",'/Systems/2':{'Id':'2','Actions':{'#ComputerSystem.Reset':{}}},"
	  "'/Chassis':{'Members':[{'@odata.id':'/c/1'},{'@odata.id':'/c/2'}]},"
	  "'/c/1':{'@odata.id':'/c/1','Id':'one'},'/c/2':{'@odata.id':'/c/2','Id':'two'}}",
	  "{'chassis':[{'id':'one'}]}", NULL, 0 },
	{ "composite boot order", "nvidia", "boot",
	  "{" ROOT "," SYSTEMS "," SYSTEM(",'Boot':{'BootOrder':['Boot0019: Ubuntu','Boot0001'],'BootSourceOverrideEnabled':'Once',"
	  "'BootSourceOverrideTarget':'None','UefiTargetBootSourceOverride':'None'}") "}",
	  "{'boot':{'order':['Boot0019','Boot0001'],'override':{'enabled':'Once','target':'None'},'uri':'/Systems/1'}}", NULL, 0 },
	{ "boot lives in the settings resource", "dell", "boot",
	  "{" ROOT "," SYSTEMS "," SYSTEM(",'Boot':{},'@Redfish.Settings':{'SettingsObject':{'@odata.id':'/set'}}")
	  ",'/set':{'@odata.id':'/set','Boot':{'BootSourceOverrideTarget':'None'}}}", "{'boot':{'uri':'/set'}}", NULL, 0 },
};

/* Objects in `want` name only what they speak of; arrays must match in length. */
static bool holds(const json_t *got, const json_t *want)
{
	const char *key;
	json_t *value;
	size_t i;

	if (json_is_object(want)) {
		json_object_foreach((json_t *)want, key, value)
			if (!holds(json_object_get(got, key), value))
				return false;
		return json_is_object(got);
	}
	if (json_is_array(want)) {
		json_array_foreach(want, i, value)
			if (!holds(json_array_get(got, i), value))
				return false;
		return json_array_size(got) == json_array_size(want);
	}
	return json_equal((json_t *)got, (json_t *)want);
}

static const json_t *server_of(void)
{
	static json_t *server;

	if (!server)
		server = parse("{'kind':'Server','metadata':{'name':'n1'},'spec':{'bmc':{'address':'127.0.0.1','port':1,"
			       "'tls':{'trust':'skip'}}}}");
	return server;
}

static struct bmc *open_fake(const char *vendor, const char *tree, const char *id)
{
	static const struct bmc_env env;
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *map = parse(tree);
	json_t *server = json_deep_copy(server_of());
	struct bmc *bmc;

	assert_int_equal(bmc_new(&env, server, &bmc, &err), 0);
	bmc->redfish = fake_redfish_new(NULL, map, vendor);
	if (id)
		ms_put(server, "/spec/bmc/system", json_string(id));
	if (bmc_find_system(bmc, server, &err))
		fail_msg("%s", err.message);
	json_decref(server);
	return bmc;
}

static void sections(void **state)
{
	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(cases); i++) {
		struct bmc *bmc = open_fake(cases[i].vendor, cases[i].tree, NULL);
		json_auto_t *want = parse(cases[i].want), *facts = NULL;
		char words[128], *save = NULL;
		const char *only[8] = { NULL };
		struct ms_err err = MS_ERR_INIT;
		size_t n = 0;

		snprintf(words, sizeof(words), "%s", cases[i].only);
		for (char *w = strtok_r(words, ",", &save); w; w = strtok_r(NULL, ",", &save))
			only[n++] = w;
		assert_int_equal(bmc_observe(bmc, server_of(), only, &facts, &err), 0);
		if (!holds(facts, want) || (cases[i].absent && json_object_get(facts, cases[i].absent))) {
			char *text = json_dumps(facts, JSON_INDENT(1));

			fail_msg("%s:\n%s\nshould hold %s", cases[i].name, text, cases[i].want);
		}
		if (cases[i].requests)
			assert_int_equal(json_array_size(fake_redfish_asked(bmc->redfish)), cases[i].requests);
		bmc_close(bmc);
	}
}

/* 504 stands for a BMC that is gone: the whole read fails, with that error. */
static void lost(void **state)
{
	struct bmc *bmc = open_fake("x", "{" ROOT "," SYSTEMS "," SYSTEM(",'Bios':{'@odata.id':'/b'}") ",'/b':504}", NULL);
	const char *const only[] = { "power", "bios", NULL };
	struct ms_err err = MS_ERR_INIT;
	json_t *facts = NULL;

	(void)state;
	assert_true(bmc_observe(bmc, server_of(), only, &facts, &err) < 0);
	assert_int_equal(err.code, MS_UNREACHABLE);
	assert_null(facts);
	bmc_close(bmc);
}

static void which_system(void **state)
{
	static const char tree[] = "{" ROOT ",'/Systems':{'Members':[{'@odata.id':'/Systems/0'},{'@odata.id':'/Systems/1'}]},"
				   "'/Systems/0':{'Id':'HGX'}," SYSTEM("") "}";
	struct bmc *bmc = open_fake("ami", tree, NULL);
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *server = json_deep_copy(server_of());

	(void)state;
	assert_string_equal(ms_str(bmc_system(bmc), "/Id", ""), "1");
	ms_put(server, "/spec/bmc/system", json_string("Self"));
	json_decref(ms_take(bmc->systems));
	json_decref(ms_take(bmc->system));
	assert_true(bmc_find_system(bmc, server, &err) < 0);
	assert_int_equal(err.code, MS_NOTFOUND);
	assert_string_equal(err.hint, "it has: HGX, 1");
	bmc_close(bmc);
	bmc = open_fake("ami", tree, "HGX");
	assert_string_equal(ms_str(bmc_system(bmc), "/Id", ""), "HGX");
	bmc_close(bmc);
}

static void registry(void **state)
{
	static const char tree[] =
		"{" ROOT "," SYSTEMS "," SYSTEM("") ",'/Registries':{'Members':[{'@odata.id':'/r/BaseMessages'},"
		"{'@odata.id':'/r/BiosAttributeRegistry.v1_0_0'}]},'/r/BiosAttributeRegistry.v1_0_0':{'Location':["
		"{'Language':'zh','Uri':'/reg/zh'},{'Language':'en','Uri':{'extref':'/reg/en'}}]},"
		"'/reg/en':{'RegistryEntries':{'Attributes':[{'AttributeName':'A','Type':'Enumeration'}]}}}";
	struct bmc *bmc = open_fake("dell", tree, NULL);
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *found = NULL;
	json_t *none = NULL;

	(void)state;
	/* Dell names another version in the attribute than in the collection. */
	assert_int_equal(bmc_bios_registry(bmc, "BiosAttributeRegistry.v1_0_3", &found, &err), 1);
	assert_string_equal(ms_str(found, "/RegistryEntries/Attributes/0/AttributeName", ""), "A");
	assert_int_equal(bmc_bios_registry(bmc, "NetworkAttributeRegistry.v1_0_0", &none, &err), 0);
	assert_null(none);
	bmc_close(bmc);
}

/* ---- logs ---------------------------------------------------------------------------------------- */

static int collect(void *ctx, json_t *entry)
{
	int r = json_array_append_new(ctx, json_sprintf("%s/%s", ms_str(entry, "/service", ""), ms_str(entry, "/id", "")));

	json_decref(entry);
	return r;
}

/* Two logs of one name, as the Xid logs of two GPUs. */
static void log_names(void **state)
{
	static const char tree[] =
		"{" ROOT "," SYSTEMS "," SYSTEM("") ",'/Chassis':{'Members':[{'@odata.id':'/Chassis/GPU1'},{'@odata.id':'/Chassis/GPU2'}]},"
		"'/Chassis/GPU1':{'LogServices':{'@odata.id':'/Chassis/GPU1/LogServices'}},"
		"'/Chassis/GPU2':{'LogServices':{'@odata.id':'/Chassis/GPU2/LogServices'}},"
		"'/Chassis/GPU1/LogServices':{'Members':[{'@odata.id':'/Chassis/GPU1/LogServices/XID'}]},"
		"'/Chassis/GPU2/LogServices':{'Members':[{'@odata.id':'/Chassis/GPU2/LogServices/XID'}]},"
		"'/Chassis/GPU1/LogServices/XID':{'@odata.id':'/Chassis/GPU1/LogServices/XID','Id':'XID','Entries':{'@odata.id':'/e'}},"
		"'/Chassis/GPU2/LogServices/XID':{'@odata.id':'/Chassis/GPU2/LogServices/XID','Id':'XID','Entries':{'@odata.id':'/e'}},"
		"'/e':{'Members':[{'Id':'1','Created':'2026-01-01T00:00:01Z','Message':'Xid 79'}]}}";
	struct bmc *bmc = open_fake("ami", tree, NULL);
	json_auto_t *got = json_array(), *want = parse("['GPU1/XID/1','GPU2/XID/1']");
	const struct bmc_log_opts opts = { .limit = 10 };
	struct ms_err err = MS_ERR_INIT;

	(void)state;
	assert_int_equal(bmc_log(bmc, &opts, collect, got, &err), 0);
	if (!json_equal(got, want))
		fail_msg("%s", json_dumps(got, 0));
	bmc_close(bmc);
}

static void log_entries(void **state)
{
	static const struct { const char *name, *entries, *want; unsigned limit; int64_t since; } logs[] = {
		{ "two services by time",
		  "'/e1':{'Members':[{'Id':'1','Created':'2026-01-01T00:00:01Z'},{'Id':'2','Created':'2026-01-01T00:00:03Z'}]},"
		  "'/e2':{'Members':[{'Id':'9','Created':'2026-01-01T00:00:02Z'}]}", "['L1/1','L2/9','L1/2']", 0, 0 },
		{ "newest first, turned round, over pages, until since",
		  "'/e1':{'Members@odata.count':4,'Members':[{'Id':'4','Created':'2026-01-04T00:00:00Z'},{'Id':'3',"
		  "'Created':'2026-01-03T00:00:00Z'}],'Members@odata.nextLink':'/e1b'},'/e1b':{'Members':["
		  "{'Id':'2','Created':'2026-01-02T00:00:00Z'},{'Id':'1','Created':'2026-01-01T00:00:00Z'}],"
		  "'Members@odata.nextLink':'/never'}", "['L1/2','L1/3','L1/4']", 0, 1767312000 /* 2026-01-02 */ },
		{ "oldest first: skips to the newest",
		  "'/e1':{'Members@odata.count':90000,'Members':[{'@odata.id':'/1','Id':'1','Created':'2026-01-01T00:00:00Z'},"
		  "{'@odata.id':'/2','Id':'2','Created':'2026-01-01T00:00:01Z'}],'Members@odata.nextLink':'/never'},"
		  "'/e1?$skip=89998':{'Members':[{'@odata.id':'/89999','Id':'89999','Created':'2026-02-01T00:00:00Z'},"
		  "{'@odata.id':'/90000','Id':'90000','Created':'2026-02-01T00:00:01Z'}]}", "['L1/cut','L1/89999','L1/90000']", 2, 0 },
		{ "skip is ignored: pages are walked, the last are kept",
		  "'/e1':{'Members@odata.count':3,'Members':[{'@odata.id':'/1','Id':'1','Created':'2026-01-01T00:00:00Z'},"
		  "{'@odata.id':'/2','Id':'2','Created':'2026-01-01T00:00:01Z'}],'Members@odata.nextLink':'/e1b'},"
		  "'/e1?$skip=1':{'Members@odata.count':3,'Members':[{'@odata.id':'/1','Id':'1','Created':'2026-01-01T00:00:00Z'}]},"
		  "'/e1b':{'Members':[{'@odata.id':'/3','Id':'3','Created':'2026-01-01T00:00:02Z'}]}", "['L1/cut','L1/2','L1/3']", 2, 0 },
		{ "members that are links; no time is never too old",
		  "'/e1':{'Members':[{'@odata.id':'/x/1'},{'@odata.id':'/x/2'}]},'/x/1':{'Id':'a','Message':'m'},'/x/2':404",
		  "['L1/a']", 0, 1767312000 },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(logs); i++) {
		MS_AUTO_FREE char *tree = ms_asprintf(
			"{" ROOT "," SYSTEMS "," SYSTEM(",'LogServices':{'@odata.id':'/ls'}") ",'/ls':{'Members':[{'@odata.id':'/ls/1'},"
			"{'@odata.id':'/ls/2'},{'@odata.id':'/ls/Dump'}]},'/ls/1':{'@odata.id':'/ls/1','Id':'L1',"
			"'Entries':{'@odata.id':'/e1'}},'/ls/2':{'@odata.id':'/ls/2','Id':'L2','Entries':{'@odata.id':'/e2'}},"
			"'/ls/Dump':{'@odata.id':'/ls/Dump','Id':'D','Entries':{'@odata.id':'/e1'}},%s}", logs[i].entries);
		struct bmc *bmc = open_fake("x", tree, NULL);
		json_auto_t *got = json_array(), *want = parse(logs[i].want);
		struct bmc_log_opts opts = { .since = logs[i].since, .limit = logs[i].limit };
		struct ms_err err = MS_ERR_INIT;

		if (bmc_log(bmc, &opts, collect, got, &err))
			fail_msg("%s: %s", logs[i].name, err.message);
		if (!json_equal(got, want))
			fail_msg("%s: %s", logs[i].name, json_dumps(got, 0));
		bmc_close(bmc);
	}
}

static void events(void **state)
{
	static const char tree[] =
		"{" ROOT_WITH("'EventService':{'@odata.id':'/es'}") "," SYSTEMS "," SYSTEM("") ",'/es':{'ServerSentEventUri':'/sse'},"
		"'/sse':[{'Events':[{'EventId':'1','Message':'a'},null,{'EventId':'2'}]},{'Id':'r','MetricValues':[{'MetricValue':'7'}]},"
		"{'nothing':1},[],{'Events':'x'}]}";
	struct bmc *bmc = open_fake("dell", tree, NULL);
	json_auto_t *got = json_array();
	struct ms_err err = MS_ERR_INIT;

	(void)state;
	assert_int_equal(bmc_events(bmc, collect, got, &err), 0);
	assert_int_equal(json_array_size(got), 3);
	assert_string_equal(json_string_value(json_array_get(got, 2)), "/r");
	bmc_close(bmc);
	bmc = open_fake("dell", "{" ROOT "," SYSTEMS "," SYSTEM("") "}", NULL);
	assert_true(bmc_events(bmc, collect, got, &err) < 0);
	assert_int_equal(err.code, MS_UNSUPPORTED);
	bmc_close(bmc);
}

static void consoles(void **state)
{
	static const char tree[] =
		"{" ROOT "," SYSTEMS "," SYSTEM(",'SerialConsole':{'SSH':{'ServiceEnabled':true,'Port':22,"
		"'ConsoleEntryCommand':'cd system1/sol1; start'},'IPMI':{'ServiceEnabled':true}}") "}";
	static const char evil[] =
		"{" ROOT "," SYSTEMS "," SYSTEM(",'SerialConsole':{'SSH':{'ServiceEnabled':true,'ConsoleEntryCommand':'$(rm -rf ~)'}}") "}";
	struct bmc *bmc = open_fake("supermicro", tree, NULL);
	json_auto_t *list = bmc_console(bmc), *other = NULL;

	(void)state;
	assert_string_equal(ms_str(list, "/0/command", ""), "ssh -t -p 22 USER@127.0.0.1 'cd system1/sol1; start'");
	assert_string_equal(ms_str(list, "/1/command", ""), "ipmitool -I lanplus -H 127.0.0.1 -U USER -a sol activate");
	bmc_close(bmc);
	bmc = open_fake("ami", evil, NULL);
	other = bmc_console(bmc);
	assert_string_equal(ms_str(other, "/0/command", ""), "ssh -t -p 22 USER@127.0.0.1");
	bmc_close(bmc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections),
		cmocka_unit_test(lost),
		cmocka_unit_test(which_system),
		cmocka_unit_test(registry),
		cmocka_unit_test(log_entries),
		cmocka_unit_test(log_names),
		cmocka_unit_test(events),
		cmocka_unit_test(consoles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
