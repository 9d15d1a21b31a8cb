/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Normalisers of lib/bmc: one Redfish resource in, one neutral object out.  JSON is written with ' for ". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "bmc/discover.h"
#include "bmc/read.h"
#include "json-fixture.h"

static void expect_equal(const char *name, const json_t *got, const char *want_text)
{
	json_auto_t *want = parse(want_text);
	char *text;

	if (json_equal((json_t *)got, want))
		return;
	text = json_dumps(got, JSON_SORT_KEYS | JSON_ENCODE_ANY);
	print_error("%s:\n got  %s\n", name, text);
	free(text);
	text = json_dumps(want, JSON_SORT_KEYS | JSON_ENCODE_ANY);
	print_error(" want %s\n", text);
	free(text);
	fail();
}

/* ---- resources ----------------------------------------------------------------------------------- */

static const struct {
	const char *name, *vendor;
	bmc_norm_fn *fn;
	const char *raw, *want, *warnings;
} rows[] = {
	{ "memory", "dell", bmc_norm_memory,
	  "{'Id':'A1','CapacityMiB':32768,'MemoryDeviceType':'DDR4','OperatingSpeedMhz':3200,'Manufacturer':'Micron  ',"
	  "'PartNumber':' X1','SerialNumber':'S1','DeviceLocator':'DIMM A1','Status':{'State':'Enabled','Health':'OK'}}",
	  "{'id':'A1','slot':'DIMM A1','capacityMiB':32768,'type':'DDR4','speedMHz':3200,'manufacturer':'Micron',"
	  "'partNumber':'X1','serialNumber':'S1','state':'Enabled','health':'OK'}", "[]" },
	{ "numbers given as text", "ami", bmc_norm_memory,
	  "{'@odata.type':'#Memory.v1_7_0.Memory','Id':'1','CapacityMiB':'65536','OperatingSpeedMhz':'N/A'}",
	  "{'id':'1','capacityMiB':65536}", "['Memory/CapacityMiB: a number given as text']" },
	{ "text that says nothing", "ami", bmc_norm_memory,
	  "{'Id':'1','Manufacturer':'Not Specified','SerialNumber':'  ','PartNumber':'NULL','MemoryDeviceType':null}",
	  "{'id':'1'}", "[]" },
	{ "wrong types are left out", "ami", bmc_norm_memory,
	  "{'@odata.type':'#Memory.v1_7_0.Memory','Id':{'a':1},'CapacityMiB':[1],'SerialNumber':77}",
	  "{'serialNumber':'77'}",
	  "['Memory/Id: not text','Memory/CapacityMiB: not a number','Memory/SerialNumber: a number where text belongs']" },
	{ "not even an object", "ami", bmc_norm_memory, "[]", "{}", "[]" },
	{ "processor", "hpe", bmc_norm_processor,
	  "{'Id':'1','ProcessorType':'CPU','Socket':'Proc 1','Model':'AMD EPYC 7763   ','TotalCores':64,'TotalThreads':128,"
	  "'MaxSpeedMHz':0,'ProcessorArchitecture':'x86'}",
	  "{'id':'1','type':'CPU','socket':'Proc 1','model':'AMD EPYC 7763','cores':64,'threads':128,'architecture':'x86'}",
	  "[]" },
	{ "socket from its location", "ami", bmc_norm_processor,
	  "{'Id':'c','Location':{'PartLocation':{'ServiceLabel':'CPU 2'}}}", "{'id':'c','socket':'CPU 2'}", "[]" },
	{ "drive", "lenovo", bmc_norm_drive,
	  "{'Id':'0','CapacityBytes':480103981056,'MediaType':'SSD','Protocol':'SATA','FailurePredicted':false,"
	  "'PredictedMediaLifeLeftPercent':100.0,'Identifiers':[{'DurableName':'3140'}]}",
	  "{'id':'0','capacityBytes':480103981056,'mediaType':'SSD','protocol':'SATA','failurePredicted':false,"
	  "'predictedLifeLeftPercent':100,'wwn':'3140'}", "[]" },
	{ "SmartStorage drive counts blocks", "hpe", bmc_norm_drive,
	  "{'Id':'0','CapacityMiB':457862,'CapacityLogicalBlocks':937703088,'BlockSizeBytes':512,'InterfaceType':'SATA',"
	  "'FirmwareVersion':{'Current':{'VersionString':'HPG0'}},'SSDEnduranceUtilizationPercentage':3}",
	  "{'id':'0','capacityBytes':480103981056,'protocol':'SATA','revision':'HPG0','predictedLifeLeftPercent':97}", "[]" },
	{ "blocks that overflow are no size", "hpe", bmc_norm_drive,
	  "{'Id':'0','CapacityLogicalBlocks':9223372036854775807,'BlockSizeBytes':512}", "{'id':'0'}", "[]" },
	{ "volume in MiB", "hpe", bmc_norm_volume,
	  "{'Id':'1','LogicalDriveName':'LD','Raid':'1','CapacityMiB':457830}",
	  "{'id':'1','name':'LD','raidType':'1','capacityBytes':480069550080}", "[]" },
	{ "old port, up", "dell", bmc_norm_port,
	  "{'Id':'1','LinkStatus':'Up','CurrentLinkSpeedMbps':25000,'ActiveLinkTechnology':'Ethernet',"
	  "'AssociatedNetworkAddresses':['B8:3F:D2:A4:1B:D2','0000:0000:0000:0000']}",
	  "{'id':'1','linkStatus':'LinkUp','speedGbps':25,'technology':'Ethernet','macAddresses':['b8:3f:d2:a4:1b:d2']}", "[]" },
	{ "a link that is down has no speed", "hpe", bmc_norm_port,
	  "{'Id':'1','LinkStatus':'LinkDown','CurrentSpeedGbps':100.0}", "{'id':'1','linkStatus':'LinkDown'}", "[]" },
	{ "2.5 Gbit/s", "hpe", bmc_norm_port, "{'Id':'1','CurrentLinkSpeedMbps':2500}", "{'id':'1','speedGbps':2.5}", "[]" },
	{ "LLDP", "hpe", bmc_norm_port,
	  "{'Id':'1','Ethernet':{'AssociatedMACAddresses':['001122334455'],'LLDPReceive':{'ChassisId':'aa:bb','PortId':'swp1',"
	  "'SystemName':'leaf1','ManagementAddressIPv4':'','ManagementAddressIPv6':'fd00::1'}}}",
	  "{'id':'1','macAddresses':['00:11:22:33:44:55'],'lldp':{'chassisId':'aa:bb','portId':'swp1','systemName':'leaf1',"
	  "'managementAddress':'fd00::1'}}", "[]" },
	{ "no neighbour", "hpe", bmc_norm_port,
	  "{'Id':'1','Ethernet':{'LLDPReceive':{'ChassisId':'','PortId':''}}}", "{'id':'1'}", "[]" },
	{ "function", "ami", bmc_norm_function,
	  "{'Id':'0','NetDevFuncType':'Ethernet','Ethernet':{'MACAddress':'5C:FF:35:FE:04:B1'},'BootMode':'PXE',"
	  "'VirtualFunctionsEnabled':'Enabled','MaxVirtualFunctions':64,'DeviceEnabled':true,"
	  "'@Redfish.Settings':{'SettingsObject':{'@odata.id':'/s'}}}",
	  "{'id':'0','type':'Ethernet','macAddress':'5c:ff:35:fe:04:b1','bootMode':'PXE','sriov':true,"
	  "'maxVirtualFunctions':64,'enabled':true,'settingsUri':'/s'}", "[]" },
	{ "all-zero MAC", "ami", bmc_norm_function, "{'Id':'0','Ethernet':{'MACAddress':'00:00:00:00:00:00'}}", "{'id':'0'}",
	  "[]" },
	{ "ethernet", "dell", bmc_norm_ethernet,
	  "{'Id':'NIC.1','MACAddress':'b0-7b-25-d6-51-82','SpeedMbps':1000,'HostName':'','VLAN':{'VLANEnable':true,'VLANId':7},"
	  "'IPv4Addresses':[{'Address':'10.0.0.3'},{'Address':'0.0.0.0'}],'IPv6Addresses':[{'Address':'::'},{'Address':'fe80::1'}]}",
	  "{'id':'NIC.1','macAddress':'b0:7b:25:d6:51:82','speedMbps':1000,'vlan':7,'addresses':['10.0.0.3','fe80::1']}", "[]" },
	{ "PCI ids in hexadecimal", "dell", bmc_norm_pcie_function,
	  "{'Id':'0','DeviceClass':'NetworkController','VendorId':'0x15B3','DeviceId':'0x1021','SubsystemId':'23'}",
	  "{'id':'0','class':'NetworkController','vendorId':'0x15b3','deviceId':'0x1021','subsystemId':'0x0023'}", "[]" },
	{ "PCI ids in decimal", "hpe", bmc_norm_pcie_function,
	  "{'Id':'1','ClassCode':'3','VendorId':'4139','DeviceId':'1336'}",
	  "{'id':'1','class':'DisplayController','vendorId':'0x102b','deviceId':'0x0538'}", "[]" },
	{ "class from its code", "lenovo", bmc_norm_pcie_function, "{'Id':'0','ClassCode':'0x120000'}",
	  "{'id':'0','class':'ProcessingAccelerators'}", "[]" },
	{ "firmware", "dell", bmc_norm_firmware,
	  "{'Id':'f','Name':'BIOS','Version':'1.8.2','Updateable':true,'ReleaseDate':'00:00:00Z','SoftwareId':'159'}",
	  "{'id':'f','name':'BIOS','version':'1.8.2','updateable':true,'softwareId':'159'}", "[]" },
	{ "a clock that was never set", "hpe", bmc_norm_task, "{'Id':'1','StartTime':'1970-01-01T00:00:12Z','TaskState':'New'}",
	  "{'id':'1','state':'New','messages':[]}", "[]" },
	{ "task", "ami", bmc_norm_task,
	  "{'Id':'7','Name':'Reset','TaskState':'Completed','TaskStatus':'OK','PercentComplete':100,"
	  "'Messages':[{'Message':'done'},{'MessageId':'X.1.0.Y'},null]}",
	  "{'id':'7','name':'Reset','state':'Completed','status':'OK','percent':100,'messages':['done','X.1.0.Y']}", "[]" },
	{ "sensor", "lenovo", bmc_norm_sensor,
	  "{'Id':'s','Name':'Inlet','Reading':26,'ReadingType':'Temperature','ReadingUnits':'C','PhysicalContext':'Intake',"
	  "'Thresholds':{'UpperCritical':{'Reading':46.5},'LowerFatal':{'Reading':null}}}",
	  "{'id':'s','name':'Inlet','reading':26,'type':'Temperature','unit':'Cel','context':'Intake',"
	  "'thresholds':{'upperCritical':46.5}}", "[]" },
	{ "temperature of Thermal", "hpe", bmc_norm_sensor,
	  "{'MemberId':'0','Name':'01-Inlet','ReadingCelsius':20,'UpperThresholdCritical':42}",
	  "{'id':'0','name':'01-Inlet','reading':20,'type':'Temperature','unit':'Cel','thresholds':{'upperCritical':42}}", "[]" },
	{ "fan in percent", "hpe", bmc_norm_sensor, "{'MemberId':'0','Name':'Fan 1','Reading':51,'ReadingUnits':'Percent'}",
	  "{'id':'0','name':'Fan 1','reading':51,'type':'Percent','unit':'%'}", "[]" },
	{ "account slot that is free", "dell", bmc_norm_account,
	  "{'Id':'4','UserName':'','RoleId':'None','Enabled':false,'Locked':false,'@odata.id':'/a/4'}",
	  "{'id':'4','role':'None','enabled':false,'locked':false,'uri':'/a/4'}", "[]" },
	{ "Dell licence", "dell", bmc_norm_license,
	  "{'Id':'FD','LicenseDescription':['Enterprise'],'LicenseType':'Perpetual','LicensePrimaryStatus':'OK',"
	  "'LicenseEndDate':null,'Name':'DellLicense'}",
	  "{'id':'FD','name':'Enterprise','type':'Perpetual','state':'OK'}", "[]" },
	{ "log entry", "lenovo", bmc_norm_log,
	  "{'Id':'5','Created':'2024-07-19T20:44:26.000+00:00','Severity':'OK','Message':'m','EntryType':'Oem',"
	  "'Oem':{'Lenovo':{'CommonEventID':'FQXSFPU4061I'}}}",
	  "{'id':'5','created':'2024-07-19T20:44:26.000+00:00','severity':'OK','message':'m','entryType':'Oem',"
	  "'messageId':'FQXSFPU4061I'}", "[]" },
	{ "event", "nvidia", bmc_norm_event,
	  "{'EventId':'1','MessageId':'A.1.0.B','Message':'m','MessageArgs':['a',2],'OriginOfCondition':{'@odata.id':'/o'}}",
	  "{'id':'1','messageId':'A.1.0.B','message':'m','messageArgs':['a','2'],'origin':'/o'}", NULL },
};

static void resources(void **state)
{
	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		json_auto_t *raw = parse(rows[i].raw), *warnings = json_array();
		struct bmc_norm norm = { rows[i].vendor, warnings };
		json_auto_t *got = rows[i].fn(&norm, raw);

		expect_equal(rows[i].name, got, rows[i].want);
		if (rows[i].warnings)
			expect_equal(rows[i].name, warnings, rows[i].warnings);
	}
}

static void oddities_are_bounded(void **state)
{
	json_auto_t *warnings = json_array();
	struct bmc_norm norm = { "x", warnings };

	(void)state;
	for (int i = 0; i < 1000; i++)
		bmc_oddity(&norm, "number %d", i / 2);
	assert_int_equal(json_array_size(warnings), 64);
	assert_string_equal(json_string_value(json_array_get(warnings, 1)), "number 1");
}

/* ---- pending ------------------------------------------------------------------------------------- */

static void pending(void **state)
{
	static const struct { const char *settings, *current, *want; } cases[] = {
		{ "{}", "{'A':'x'}", "{}" },                                       /* Dell, nothing set */
		{ "{'A':'y'}", "{'A':'x','B':1}", "{'A':'y'}" },                   /* Dell, one set */
		{ "{'A':'x','B':2}", "{'A':'x','B':1}", "{'B':2}" },               /* HPE, everything listed */
		{ "{'A':'x','B':1.0,'P':null}", "{'A':'x','B':1,'P':null}", "{}" }, /* numbers are numbers, passwords null */
		{ "{'N':'new'}", "{}", "{'N':'new'}" },
		{ "{'A@Redfish.AllowableValues':[1]}", "{}", "{}" },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(cases); i++) {
		json_auto_t *settings = parse(cases[i].settings), *current = parse(cases[i].current);
		json_auto_t *got = bmc_bios_pending(settings, current);

		expect_equal(cases[i].settings, got, cases[i].want);
	}
}

static void gpus_by_class(void **state)
{
	static const struct { const char *device, *functions; bool want; } cases[] = {
		{ "{'Model':'H100','SerialNumber':'1'}", "[{'class':'DisplayController','vendorId':'0x0000'}]", true },
		{ "{'Model':'H100'}", "[{'class':'ProcessingAccelerators','vendorId':'0x10de'}]", true },
		{ "{'Model':'Matrox','SerialNumber':'1'}", "[{'class':'DisplayController','vendorId':'0x102b'}]", false },
		{ "{}", "[{'class':'DisplayController','vendorId':'0x10de'}]", false },
		{ "{'Model':'CX7'}", "[{'class':'NetworkController','vendorId':'0x15b3'}]", false },
		{ "{'Model':'CX7'}", "[]", false },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(cases); i++) {
		json_auto_t *device = parse(cases[i].device), *functions = parse(cases[i].functions);

		assert_int_equal(bmc_pcie_is_gpu(device, functions), cases[i].want);
	}
}

/* ---- where BMCs might be ------------------------------------------------------------------------- */

static void ranges(void **state)
{
	static const struct { const char *range, *want; } cases[] = {
		{ "10.0.0.0/30", "{'10.0.0.1':'range','10.0.0.2':'range'}" },
		{ "10.0.0.5/32", "{'10.0.0.5':'range'}" },
		{ "10.0.0.4/31", "{'10.0.0.4':'range','10.0.0.5':'range'}" },
		{ "10.0.0.254-10.0.1.1", "{'10.0.0.254':'range','10.0.0.255':'range','10.0.1.0':'range','10.0.1.1':'range'}" },
		{ "10.0.0.0/30:8443", "{'10.0.0.1:8443':'range','10.0.0.2:8443':'range'}" },
		{ "10.0.0.[1-2]", "{'10.0.0.1':'range','10.0.0.2':'range'}" },
		{ "bmc-[01-02].example.net:444", "{'bmc-01.example.net:444':'range','bmc-02.example.net:444':'range'}" },
		{ "10.0.0.2-10.0.0.1", NULL }, { "10.0.0.0/33", NULL }, { "10.0.0.0/-1", NULL }, { "10.0.0/24", NULL },
		{ "10.0.0.0/8", NULL }, { "0.0.0.0/0", NULL }, { "10.0.0.1:70000", NULL }, { "a b", NULL }, { "", NULL },
		{ "http://10.0.0.1", NULL },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(cases); i++) {
		struct ms_err err = MS_ERR_INIT;
		json_auto_t *found = json_object();
		int r = bmc_address_range(found, cases[i].range, &err);

		if (cases[i].want) {
			assert_int_equal(r, 0);
			expect_equal(cases[i].range, found, cases[i].want);
		} else if (!r || err.code == MS_OK) {
			fail_msg("\"%s\" was taken for a range", cases[i].range);
		}
	}
}

static void leases(void **state)
{
	char text[] = "1700000000 aa:bb:cc:dd:ee:01 10.0.0.3 bmc3 *\nduid 00:01\n"
		      "lease 10.0.0.4 {\n  starts 1 2024/01/01;\n}\n"
		      "address,hwaddr,client_id\n10.0.0.5,aa:bb,\nnonsense\n1700000000 aa 10.0.0.999 x *\n";
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *found = json_object();

	(void)state;
	assert_int_equal(bmc_address_leases(found, text, &err), 0);
	expect_equal("leases", found, "{'10.0.0.3':'lease','10.0.0.4':'lease','10.0.0.5':'lease'}");
}

static void ssdp_answers(void **state)
{
	static const struct { const char *answer, *want; } cases[] = {
		{ "HTTP/1.1 200 OK\r\nST: urn:dmtf-org:service:redfish-rest:1\r\nAL: <https://10.0.0.3/redfish/v1/>\r\n\r\n", "10.0.0.3" },
		{ "HTTP/1.1 200 OK\r\nst:urn:dmtf-org:service:redfish-rest:1:5\r\nal: https://[fe80::1]:8443/\r\n\r\n", "[fe80::1]:8443" },
		{ "HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nAL: https://10.0.0.3/\r\n\r\n", NULL },
		{ "HTTP/1.1 200 OK\r\nST: urn:dmtf-org:service:redfish-rest:1\r\n\r\n", NULL },
		{ "HTTP/1.1 200 OK\r\nST: urn:dmtf-org:service:redfish-rest:1\r\nAL: https://user@evil/\r\n", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(cases); i++) {
		char address[64];
		bool got = bmc_ssdp_address(cases[i].answer, address, sizeof(address));

		assert_int_equal(got, cases[i].want != NULL);
		if (got)
			assert_string_equal(address, cases[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(resources),
		cmocka_unit_test(oddities_are_bounded),
		cmocka_unit_test(pending),
		cmocka_unit_test(gpus_by_class),
		cmocka_unit_test(ranges),
		cmocka_unit_test(leases),
		cmocka_unit_test(ssdp_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
