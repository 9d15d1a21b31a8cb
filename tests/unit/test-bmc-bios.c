/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Neutral BIOS keys to attributes, values against the registry, and the order that dependencies demand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <glob.h>
#include "bmc/aspect.h"

/* JSON with single quotes, to be readable here. */
static json_t *json(const char *text)
{
	MS_AUTO_FREE char *copy = strdup(text);
	json_error_t error;
	json_t *value;
	char *p;

	assert_non_null(copy);
	for (p = copy; *p; p++)
		if (*p == '\'')
			*p = '"';
	value = json_loads(copy, JSON_DECODE_ANY, &error);
	if (!value)
		fail_msg("%s: %s", copy, error.text);
	return value;
}

static void same_json(const json_t *got, const char *want)
{
	json_auto_t *value = json(want);
	MS_AUTO_FREE char *text = got ? json_dumps(got, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;

	if (!json_equal((json_t *)got, value))
		fail_msg("got %s, want %s", text ? text : "nothing", want);
}

/* ---- translation --------------------------------------------------------------------------------- */

static const struct translation {
	const char *vendor, *spec, *attributes, *raw, *error;
} translations[] = {
	{ "dell", "{'sriov':true}", "{'SriovGlobalEnable':'Disabled'}", "{'SriovGlobalEnable':'Enabled'}", NULL },
	{ "dell", "{'boot_mode':'legacy'}", "{'BootMode':'Uefi'}", "{'BootMode':'Bios'}", NULL },
	{ "hpe", "{'boot_mode':'legacy'}", "{'BootMode':'Uefi'}", "{'BootMode':'LegacyBios'}", NULL },
	{ "lenovo", "{'boot_mode':'uefi'}", "{'BootModes_SystemBootMode':'LegacyMode'}",
	  "{'BootModes_SystemBootMode':'UEFIMode'}", NULL },
	/* The second of two candidates, because the first is not there. */
	{ "hpe", "{'hyperthreading':false}", "{'ProcSMT':'Enabled'}", "{'ProcSMT':'Disabled'}", NULL },
	/* What is there now is as good as what would be written. */
	{ "lenovo", "{'c_states':true}", "{'Processors_CStates':'Legacy'}", "{'Processors_CStates':'Legacy'}", NULL },
	{ "lenovo", "{'c_states':true}", "{'Processors_CStates':'Disabled'}", "{'Processors_CStates':'Autonomous'}", NULL },
	/* A switch is written in the words that the attribute uses. */
	{ "ami", "{'turbo':false}", "{'TurboMode':'Enable'}", "{'TurboMode':'Disable'}", NULL },
	{ "nvidia", "{'iommu':false}", "{'EnableSMMU':true}", "{'EnableSMMU':false}", NULL },
	{ "dell", "{'numa_per_socket':2}", "{'SubNumaCluster':'Disabled'}", "{'SubNumaCluster':'2-Way'}", NULL },
	{ "dell", "{'numa_per_socket':8}", "{'SubNumaCluster':'Disabled'}", NULL, "no value for numa_per_socket: 8" },
	/* Numbers at the end of a name change with the firmware; two that fit are nobody's to choose. */
	{ "supermicro", "{'sriov':true}", "{'SR_IOVSupport_0047':'Disabled'}", "{'SR_IOVSupport_0047':'Enabled'}", NULL },
	{ "supermicro", "{'iommu':true}", "{'IntelVTforDirectedI_O_VT_d__1E32':'Disable'}",
	  "{'IntelVTforDirectedI_O_VT_d__1E32':'Enable'}", NULL },
	{ "supermicro", "{'tpm':true}", "{'SecurityDeviceSupport_005A':'Disable','SecurityDeviceSupport_005B':'Disable'}", NULL,
	  "2 BIOS attributes fit \"tpm\"" },
	{ "supermicro", "{'sriov':true}", "{'SR_IOVSupportOther_0047':'Disabled'}", NULL, "no BIOS attribute" },
	{ "supermicro", "{'sriov':true}", "{'SR_IOVSupport_0047AB':'Disabled'}", NULL, "no BIOS attribute" },
	{ "supermicro", "{'attributes':{'QuietBoot':false}}", "{'QuietBoot_002D':true}", "{'QuietBoot_002D':false}", NULL },
	{ "supermicro", "{'attributes':{'A':1}}", "{'A_0001':0,'A_0002':0}", NULL, "2 BIOS attributes begin with \"A_\"" },
	/* Raw attributes win over neutral keys, also where both speak of one. */
	{ "dell", "{'sriov':true,'attributes':{'SriovGlobalEnable':'Disabled'}}", "{'SriovGlobalEnable':'Enabled'}",
	  "{'SriovGlobalEnable':'Disabled'}", NULL },
	{ "dell", "{'attributes':{'SriovGlobalEnabled':'Enabled'}}", "{'SriovGlobalEnable':'Enabled'}", NULL,
	  "did you mean SriovGlobalEnable" },
	/* One attribute stands for two keys on Dell: they have to agree. */
	{ "dell", "{'virtualization':true,'iommu':true}", "{'ProcVirtualization':'Disabled'}", "{'ProcVirtualization':'Enabled'}",
	  NULL },
	{ "dell", "{'virtualization':true,'iommu':false}", "{'ProcVirtualization':'Disabled'}", NULL, "different values" },
	/* Unsupported names what is near. */
	{ "hpe", "{'tpm':true}", "{'TpmChipId':'None'}", NULL, "attributes with like names: TpmChipId" },
	{ "unknown", "{'sriov':true}", "{'SRIOVEnable':'Disable'}", "{'SRIOVEnable':'Enable'}", NULL },
	{ "dell", "{}", "{}", "{}", NULL },
};

static void test_translate(void **state)
{
	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(translations); i++) {
		const struct translation *t = &translations[i];
		json_auto_t *spec = json(t->spec), *attributes = json(t->attributes), *raw = NULL;
		struct ms_err err = MS_ERR_INIT;
		int r = bmc_bios_translate(t->vendor, spec, attributes, &raw, &err);

		if (t->error) {
			if (!r || !strstr(err.message, t->error))
				fail_msg("row %zu: got %d \"%s\", want \"%s\"", i, r, err.message, t->error);
			continue;
		}
		if (r)
			fail_msg("row %zu: %s", i, err.message);
		same_json(raw, t->raw);
	}
}

/* ---- values -------------------------------------------------------------------------------------- */

#define ATTRIBUTES \
	"{'AttributeName':'Mode','Type':'Enumeration','Value':[{'ValueName':'A'},{'ValueName':'B'}]}," \
	"{'AttributeName':'Shown','Type':'Enumeration','Value':[{'ValueName':'0','ValueDisplayName':'Off'}," \
		"{'ValueName':'1','ValueDisplayName':'On'}]}," \
	"{'AttributeName':'Count','Type':'Integer','LowerBound':1,'UpperBound':8}," \
	"{'AttributeName':'Name','Type':'String','MinLength':2,'MaxLength':4,'ValueExpression':'^[a-z]+$'}," \
	"{'AttributeName':'Flag','Type':'Boolean'}," \
	"{'AttributeName':'Broken','Type':'String','ValueExpression':'['}," \
	"{'AttributeName':'Bomb','Type':'String','ValueExpression':'((a{1,255}){1,255}){1,255}'}"
#define REGISTRY(dependencies) \
	"{'RegistryEntries':{'Attributes':[" ATTRIBUTES "],'Dependencies':[" dependencies "]}}"

static const struct value {
	const char *wanted, *raw, *error;
} values[] = {
	{ "{'Mode':'B'}", "{'Mode':'B'}", NULL },
	{ "{'Mode':'C'}", NULL, "Mode cannot be \"C\": it takes A, B" },
	{ "{'Mode':1}", NULL, "Mode cannot be" },
	{ "{'Shown':'1'}", "{'Shown':'On'}", NULL },
	{ "{'Shown':'On'}", "{'Shown':'On'}", NULL },
	{ "{'Count':8}", "{'Count':8}", NULL },
	{ "{'Count':9}", NULL, "from 1 to 8, not 9" },
	{ "{'Count':0}", NULL, "from 1 to 8, not 0" },
	{ "{'Count':'8'}", NULL, "is an integer" },
	{ "{'Name':'abc'}", "{'Name':'abc'}", NULL },
	{ "{'Name':'a'}", NULL, "from 2 to 4 characters" },
	{ "{'Name':'abcde'}", NULL, "from 2 to 4 characters" },
	{ "{'Name':'AB'}", NULL, "has to match" },
	{ "{'Name':5}", NULL, "is a text" },
	{ "{'Flag':true}", "{'Flag':true}", NULL },
	{ "{'Flag':'true'}", NULL, "true or false" },
	{ "{'Broken':'x'}", "{'Broken':'x'}", NULL },
	{ "{'Bomb':'x'}", "{'Bomb':'x'}", NULL },
	{ "{'Modes':'A'}", NULL, "no BIOS attribute \"Modes\", did you mean Mode" },
	/* On the machine but not in the registry: the machine decides. */
	{ "{'Extra':'x'}", "{'Extra':'x'}", NULL },
};

static void test_values(void **state)
{
	json_auto_t *registry = json(REGISTRY("")), *current = json("{'Mode':'A','Shown':'Off','Count':1,'Name':'ab','Flag':false,"
								     "'Broken':'','Bomb':'','Extra':'y'}");

	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(values); i++) {
		json_auto_t *wanted = json(values[i].wanted), *raw = NULL;
		struct ms_err err = MS_ERR_INIT;
		int r = bmc_registry_check(registry, current, wanted, &raw, &err);

		if (values[i].error) {
			if (!r || !strstr(err.message, values[i].error))
				fail_msg("row %zu: got %d \"%s\", want \"%s\"", i, r, err.message, values[i].error);
		} else {
			if (r)
				fail_msg("row %zu: %s", i, err.message);
			same_json(raw, values[i].raw);
		}
	}
}

/* ---- order --------------------------------------------------------------------------------------- */

#define HOLD(to, from, how, value) \
	"{'Dependency':{'MapFrom':[{'MapFromAttribute':'" from "','MapFromProperty':'CurrentValue','MapFromCondition':'" how "'," \
	"'MapFromValue':'" value "'}],'MapToAttribute':'" to "','MapToProperty':'ReadOnly','MapToValue':true}}"
#define FORCE(to, value, from, when) \
	"{'Dependency':{'MapFrom':[{'MapFromAttribute':'" from "','MapFromProperty':'CurrentValue','MapFromCondition':'EQU'," \
	"'MapFromValue':'" when "'}],'MapToAttribute':'" to "','MapToProperty':'CurrentValue','MapToValue':'" value "'}}"
#define TWO(to, terms) \
	"{'Dependency':{'MapFrom':[{'MapFromAttribute':'P','MapFromCondition':'EQU','MapFromValue':'x'}," \
	"{'MapFromAttribute':'Q','MapFromCondition':'EQU','MapFromValue':'y'" terms "}]," \
	"'MapToAttribute':'" to "','MapToProperty':'GrayOut','MapToValue':true}}"

static const struct order {
	const char *dependencies, *current, *wanted, *stages, *error;
} orders[] = {
	{ "", "{'A':'1','B':'1'}", "{'A':'2','B':'2'}", "[{'A':'2','B':'2'}]", NULL },
	{ "", "{'A':'1'}", "{'A':'1'}", "[]", NULL },
	/* A child waits for its parent, a grandchild for both. */
	{ HOLD("B", "A", "NEQ", "on"), "{'A':'off','B':'1'}", "{'B':'2','A':'on'}", "[{'A':'on'},{'B':'2'}]", NULL },
	{ HOLD("B", "A", "NEQ", "on") "," HOLD("C", "B", "EQU", "off"), "{'A':'off','B':'off','C':'1'}",
	  "{'C':'2','B':'on','A':'on'}", "[{'A':'on'},{'B':'on'},{'C':'2'}]", NULL },
	/* The parent is as it must be: no second boot. */
	{ HOLD("B", "A", "NEQ", "on"), "{'A':'on','B':'1'}", "{'B':'2','A':'on'}", "[{'B':'2'}]", NULL },
	{ HOLD("B", "A", "NEQ", "on"), "{'A':'off','B':'1'}", "{'B':'2'}", NULL, "B is read-only while A is off" },
	/* A ring holds itself. */
	{ HOLD("B", "A", "EQU", "1") "," HOLD("A", "B", "EQU", "1"), "{'A':'1','B':'1'}", "{'A':'2','B':'2'}", NULL,
	  "read-only while" },
	/* Conditions on what the machine does not show hold nothing. */
	{ HOLD("B", "Absent", "EQU", "1"), "{'B':'1'}", "{'B':'2'}", "[{'B':'2'}]", NULL },
	/* A profile that forces a value opens the way to another. */
	{ FORCE("A", "on", "Profile", "custom") "," HOLD("B", "A", "NEQ", "on"), "{'Profile':'std','A':'off','B':'1'}",
	  "{'Profile':'custom','B':'2'}", "[{'Profile':'custom'},{'B':'2'}]", NULL },
	/* Without MapTerms conditions are joined by OR. */
	{ TWO("B", ""), "{'P':'x','Q':'-','B':'1'}", "{'B':'2'}", NULL, "B is read-only" },
	{ TWO("B", ",'MapTerms':'AND'"), "{'P':'x','Q':'-','B':'1'}", "{'B':'2'}", "[{'B':'2'}]", NULL },
	{ TWO("B", ",'MapTerms':'AND'"), "{'P':'x','Q':'y','B':'1'}", "{'B':'2'}", NULL, "B is read-only" },
};

static void test_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < MS_ARRAY_SIZE(orders); i++) {
		MS_AUTO_FREE char *text = ms_asprintf("{'RegistryEntries':{'Attributes':[],'Dependencies':[%s]}}",
						      orders[i].dependencies);
		json_auto_t *registry = json(text), *current = json(orders[i].current), *wanted = json(orders[i].wanted),
			    *stages = NULL;
		struct ms_err err = MS_ERR_INIT;
		int r = bmc_registry_order(registry, current, wanted, &stages, NULL, &err);

		if (orders[i].error) {
			if (!r || !strstr(err.message, orders[i].error))
				fail_msg("row %zu: got %d \"%s\", want \"%s\"", i, r, err.message, orders[i].error);
		} else {
			if (r)
				fail_msg("row %zu: %s", i, err.message);
			same_json(stages, orders[i].stages);
		}
	}
}

static void test_fixed(void **state)
{
	json_auto_t *registry = json("{'RegistryEntries':{'Attributes':[{'AttributeName':'A','ReadOnly':true}]}}"),
		    *current = json("{'A':'1'}"), *wanted = json("{'A':'2'}"), *stages = NULL;
	struct ms_err err = MS_ERR_INIT;

	(void)state;
	assert_int_equal(bmc_registry_order(registry, current, wanted, &stages, NULL, &err), -EROFS);
	assert_string_equal(err.message, "BIOS attribute A is read-only");
}

/* What get keeps of a registry says the same as the registry. */
static void test_rules(void **state)
{
	json_auto_t *rules = json("{'Shown':{'type':'Enumeration','values':['0','1'],'shown':['Off','On']},"
				  "'Count':{'type':'Integer','lower':1,'upper':8,"
				  "'dependencies':[{'MapFrom':[{'MapFromAttribute':'Shown','MapFromCondition':'EQU','MapFromValue':'Off'}],"
				  "'MapToAttribute':'Count','MapToProperty':'ReadOnly','MapToValue':true}]}}"),
		    *registry = bmc_registry_from_rules(rules), *current = json("{'Shown':'Off','Count':1}"),
		    *wanted = json("{'Shown':'1','Count':2}"), *bad = json("{'Count':99}"), *raw = NULL, *stages = NULL, *none = NULL;
	struct ms_err err = MS_ERR_INIT;

	(void)state;
	assert_int_equal(bmc_registry_check(registry, current, wanted, &raw, &err), 0);
	same_json(raw, "{'Shown':'On','Count':2}");
	assert_int_equal(bmc_registry_order(registry, current, raw, &stages, NULL, &err), 0);
	same_json(stages, "[{'Shown':'On'},{'Count':2}]");
	assert_int_equal(bmc_registry_check(registry, current, bad, &none, &err), -ERANGE);
}

/* ---- real registries ----------------------------------------------------------------------------- */

static json_t *load(const char *pattern)
{
	glob_t found;
	json_t *value = NULL;

	if (glob(pattern, 0, NULL, &found))
		return NULL;
	/* Dell's registry has bounds beyond 64 bits. */
	for (size_t i = 0; !value && i < found.gl_pathc; i++) {
		value = json_load_file(found.gl_pathv[i], 0, NULL);
		if (!value)
			value = json_load_file(found.gl_pathv[i], JSON_DECODE_INT_AS_REAL, NULL);
	}
	globfree(&found);
	return value;
}

/* BIOS and registry of each captured tree, under the folder of an unpacked archive. */
static const struct capture {
	const char *vendor, *archive, *bios, *registry, *spec;
} captures[] = {
	{ "dell", "dell", "redfish/v1/Systems/System.Embedded.1/Bios", "redfish/v1/Systems/System.Embedded.1/Bios/BiosRegistry",
	  "{'sriov':true,'boot_mode':'uefi','virtualization':true,'iommu':true,'hyperthreading':true,'turbo':true,"
	  "'above_4g':true,'tpm':true,'power_profile':'performance','numa_per_socket':2}" },
	{ "hpe", "hpe", "redfish/v1/systems/1/bios", "redfish/v1/registrystore/registries/en/biosattributeregistry*",
	  "{'sriov':true,'boot_mode':'uefi','iommu':true,'hyperthreading':true,'turbo':true,'c_states':true,'tpm':true,"
	  "'power_profile':'balanced','numa_per_socket':4}" },
	{ "lenovo", "lenovo", "redfish/v1/Systems/1/Bios", "redfish/v1/schemas/registries/BiosAttributeRegistry*",
	  "{'sriov':true,'boot_mode':'uefi','virtualization':true,'iommu':true,'hyperthreading':true,'turbo':true,"
	  "'c_states':true,'above_4g':true,'power_profile':'performance','numa_per_socket':2}" },
	{ "supermicro", "supermicro", "redfish/v1/Systems/1/Bios", "registries/BiosAttributeRegistry.1.0.0.json",
	  "{'sriov':true,'virtualization':true,'iommu':true,'hyperthreading':true,'turbo':true,'c_states':true,'above_4g':true,"
	  "'power_profile':'power'}" },
	{ "ami", "nvidia_viking", "redfish/v1/Systems/DGX/Bios", "redfish/v1/Registries/BiosAttributeRegistry113.en-US*",
	  "{'sriov':true,'virtualization':true,'iommu':true,'hyperthreading':true,'turbo':true,'c_states':true,'tpm':true,"
	  "'power_profile':'performance'}" },
};

static void one_capture(const struct capture *c, const char *folder)
{
	MS_AUTO_FREE char *bios_path = ms_asprintf("%s/%s/%s/index.json", folder, c->archive, c->bios);
	MS_AUTO_FREE char *registry_path = ms_asprintf("%s/%s/%s/index.json", folder, c->archive, c->registry);
	json_auto_t *bios = load(bios_path), *registry = load(registry_path), *spec = json(c->spec), *raw = NULL, *checked = NULL,
		    *same = NULL, *stages = NULL;
	const json_t *current = json_object_get(bios, "Attributes");
	struct ms_err err = MS_ERR_INIT;

	if (!bios || !registry)
		fail_msg("%s: no %s", c->vendor, bios ? registry_path : bios_path);
	if (bmc_bios_translate(c->vendor, spec, current, &raw, &err) || bmc_registry_check(registry, current, raw, &checked, &err))
		fail_msg("%s: %s", c->vendor, err.message);
	/* What a machine shows is always good, and needs no restart. */
	if (bmc_registry_order(registry, current, current, &stages, NULL, &err))
		fail_msg("%s: %s", c->vendor, err.message);
	assert_int_equal(json_array_size(stages), 0);
	assert_int_equal(bmc_registry_check(registry, current, checked, &same, &err), 0);
	assert_true(json_equal(same, checked));
}

/* In a function of its own: skip() leaves without cleaning up. */
static bool captures_are_there(const char *top)
{
	MS_AUTO_FREE char *path = ms_asprintf("%s/../shared/redfish/dell.tar.xz", top ? top : ".");

	return path && access(path, R_OK) == 0;
}

static void test_captures(void **state)
{
	char folder[] = "/tmp/msctl-test-XXXXXX";
	const char *top = getenv("TOP");
	MS_AUTO_FREE char *command = NULL;

	(void)state;
	if (!captures_are_there(top)) {
		print_message("# captures of real BMCs are not there: skipped\n");
		skip();
	}
	assert_non_null(mkdtemp(folder));
	for (size_t i = 0; i < MS_ARRAY_SIZE(captures); i++) {
		MS_AUTO_FREE char *unpack = ms_asprintf("tar -C %s -xJf %s/../shared/redfish/%s.tar.xz --wildcards '*[Bb]ios*'", folder,
							top ? top : ".", captures[i].archive);

		assert_int_equal(system(unpack), 0);
	}
	for (size_t i = 0; i < MS_ARRAY_SIZE(captures); i++)
		one_capture(&captures[i], folder);
	command = ms_asprintf("rm -rf %s", folder);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_translate), cmocka_unit_test(test_values), cmocka_unit_test(test_order),
		cmocka_unit_test(test_fixed), cmocka_unit_test(test_rules), cmocka_unit_test(test_captures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
