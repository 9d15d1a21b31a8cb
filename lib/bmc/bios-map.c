/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Neutral BIOS keys to each vendor's attributes, as data.
 *
 * The first row whose attribute the machine has is the one meant.  An attribute that ends in "_" is
 * a stem: Supermicro appends a number that changes with every BIOS ("SR_IOVSupport_0047"), and more
 * than one match is refused. `values` reads "wanted=Raw,also good|...", the first raw value is the
 * one written; without it the key is a plain switch, written in the words that the attribute shows
 * now (Enabled/Disabled, Enable/Disable, true/false...).
 */
#include "bmc/aspect.h"

struct row {
	const char *vendor, *key, *attribute, *values;
};

static const struct row rows[] = {
	/* Dell iDRAC9/10, BIOS attribute registry v1_0_x.  VT-d comes with ProcVirtualization (its
	   DMAR table). */
	{ "dell", "sriov", "SriovGlobalEnable", NULL },
	{ "dell", "boot_mode", "BootMode", "uefi=Uefi|legacy=Bios" },
	{ "dell", "virtualization", "ProcVirtualization", NULL },
	{ "dell", "iommu", "IommuSupport", NULL },
	{ "dell", "iommu", "ProcVirtualization", NULL },
	{ "dell", "hyperthreading", "LogicalProc", NULL },
	{ "dell", "turbo", "ProcTurboMode", NULL },
	{ "dell", "c_states", "ProcCStates", "true=Enabled,Autonomous|false=Disabled" },
	{ "dell", "above_4g", "MmioAbove4Gb", "true=Enabled,Auto|false=Disabled" },
	{ "dell", "tpm", "TpmSecurity", "true=On,OnPbm,OnNoPbm|false=Off" },
	{ "dell", "power_profile", "SysProfile",
	  "performance=PerfOptimized|balanced=PerfPerWattOptimizedDapc,PerfPerWattOptimizedOs"
	  "|power=DenseCfgOptimized" },
	{ "dell", "numa_per_socket", "NumaNodesPerSocket", "1=1|2=2|4=4" },
	{ "dell", "numa_per_socket", "SubNumaCluster", "1=Disabled|2=2-Way,Enabled|4=4-Way" },
	/* HPE iLO5/6: names of Intel and AMD systems. */
	{ "hpe", "sriov", "Sriov", NULL },
	{ "hpe", "boot_mode", "BootMode", "uefi=Uefi|legacy=LegacyBios" },
	{ "hpe", "virtualization", "ProcVirtualization", NULL },
	{ "hpe", "virtualization", "ProcAmdVirtualization", NULL },
	{ "hpe", "iommu", "IntelProcVtd", NULL },
	{ "hpe", "iommu", "ProcAmdIOMMU", NULL },
	{ "hpe", "iommu", "ProcAmdIoVt", NULL },
	{ "hpe", "hyperthreading", "ProcHyperthreading", NULL },
	{ "hpe", "hyperthreading", "ProcSMT", NULL },
	{ "hpe", "turbo", "ProcTurbo", NULL },
	{ "hpe", "turbo", "ProcAMDBoost", NULL },
	{ "hpe", "c_states", "MinProcIdlePower", "true=C6,C3,C1E|false=NoCStates" },
	{ "hpe", "tpm", "TpmVisibility", "true=Visible|false=Hidden" },
	{ "hpe", "power_profile", "WorkloadProfile",
	  "performance=HighPerformanceCompute(HPC),GeneralPeakFrequencyCompute"
	  "|balanced=GeneralPowerEfficientCompute"
	  "|power=GeneralPowerEfficientCompute" },
	{ "hpe", "numa_per_socket", "NumaMemoryDomainsPerSocket",
	  "1=OneMemoryDomainPerSocket|2=TwoMemoryDomainsPerSocket|4=FourMemoryDomainsPerSocket" },
	{ "hpe", "numa_per_socket", "SubNumaClustering", "1=Disabled|2=Enabled" },
	/* Lenovo XCC. */
	{ "lenovo", "sriov", "DevicesandIOPorts_SRIOV", NULL },
	{ "lenovo", "boot_mode", "BootModes_SystemBootMode", "uefi=UEFIMode|legacy=LegacyMode" },
	{ "lenovo", "virtualization", "Processors_IntelVirtualizationTechnology", NULL },
	{ "lenovo", "virtualization", "Processors_SVMMode", NULL },
	{ "lenovo", "iommu", "DevicesandIOPorts_IntelVTforDirectedIOVTd", NULL },
	{ "lenovo", "iommu", "DevicesandIOPorts_IOMMU", NULL },
	{ "lenovo", "hyperthreading", "Processors_HyperThreading", NULL },
	{ "lenovo", "hyperthreading", "Processors_SMTMode", NULL },
	{ "lenovo", "turbo", "Processors_TurboMode", NULL },
	{ "lenovo", "turbo", "Processors_CorePerformanceBoost", NULL },
	{ "lenovo", "c_states", "Processors_CStates", "true=Autonomous,Legacy|false=Disabled" },
	{ "lenovo", "c_states", "Processors_GlobalC_stateControl", NULL },
	{ "lenovo", "above_4g", "DevicesandIOPorts_PCI64BitResourceAllocation",
	  "true=Enabled,Auto|false=Disabled" },
	{ "lenovo", "power_profile", "OperatingModes_ChooseOperatingMode",
	  "performance=MaximumPerformance|balanced=Efficiency_FavorPerformance"
	  "|power=MinimalPower,Efficiency_FavorPower" },
	{ "lenovo", "numa_per_socket", "Processors_SNC", "1=Disabled|2=Enabled" },
	{ "lenovo", "numa_per_socket", "Processors_NUMANodesperSocket", "1=NPS1|2=NPS2|4=NPS4" },
	/* Supermicro: stems. */
	{ "supermicro", "sriov", "SR_IOVSupport_", NULL },
	{ "supermicro", "boot_mode", "BootModeSelect_", "uefi=UEFI|legacy=Legacy,LEGACY" },
	{ "supermicro", "boot_mode", "BootMode_", "uefi=UEFI|legacy=Legacy" },
	{ "supermicro", "virtualization", "IntelVirtualizationTechnology_", NULL },
	{ "supermicro", "virtualization", "SVMMode_", NULL },
	{ "supermicro", "iommu", "IntelVTforDirectedI_O_VT_d__", NULL },
	{ "supermicro", "iommu", "IntelVTforDirectedI_O_VT_d_", NULL },
	{ "supermicro", "iommu", "IOMMU_", NULL },
	{ "supermicro", "hyperthreading", "Hyper_Threading_ALL__", NULL },
	{ "supermicro", "hyperthreading", "Hyper_Threading_", NULL },
	{ "supermicro", "hyperthreading", "SMTControl_", NULL },
	{ "supermicro", "turbo", "TurboMode_", NULL },
	{ "supermicro", "turbo", "CorePerformanceBoost_", "true=Auto|false=Disabled" },
	{ "supermicro", "c_states", "CPUC6Report_", "true=Auto,Enable|false=Disable" },
	{ "supermicro", "c_states", "GlobalC_stateControl_", "true=Auto,Enabled|false=Disabled" },
	{ "supermicro", "above_4g", "Above4GDecoding_", NULL },
	{ "supermicro", "tpm", "SecurityDeviceSupport_", NULL },
	{ "supermicro", "power_profile", "PowerTechnology_",
	  "power=Energy Efficient|performance=Disable" },
	{ "supermicro", "numa_per_socket", "SNC_",
	  "1=Disable|2=Enable SNC2,Enable SNC2 (2-clusters)|4=Enable SNC4" },
	{ "supermicro", "numa_per_socket", "NUMANodesPerSocket_", "1=NPS1|2=NPS2|4=NPS4" },
	/* AMI (DGX): UEFI only. */
	{ "ami", "sriov", "SriovSupport", NULL },
	{ "ami", "sriov", "SRIOVEnable", NULL },
	{ "ami", "virtualization", "ProcessorVmxEnable", NULL },
	{ "ami", "iommu", "VTdSupport", NULL },
	{ "ami", "hyperthreading", "ProcessorHyperThreadingDisable", NULL },
	{ "ami", "turbo", "TurboMode", NULL },
	{ "ami", "c_states", "PackageCState",
	  "true=Auto,C6(Retention) state,C6(non Retention) state,No Limit|false=C0/C1 state" },
	{ "ami", "tpm", "TpmSupport", NULL },
	{ "ami", "power_profile", "AltEngPerfBIAS",
	  "performance=Performance|balanced=Balanced Performance|power=Power,Balanced Power" },
	/* NVIDIA BlueField. */
	{ "nvidia", "iommu", "EnableSMMU", NULL },
	{ "nvidia", "iommu", "Enable SMMU", NULL },
	{ NULL, NULL, NULL, NULL }
};

/* Words that mean on and off; the pair that an attribute shows now is the pair that it takes. */
static const char *const switches[][2] = {
	{ "Enabled", "Disabled" }, { "Enable", "Disable" },  { "On", "Off" }, { "Yes", "No" },
	{ "ON", "OFF" }, { "Active", "Inactive" }, { "1", "0" },
};

/* Names matched by a row: 0, 1, or more than one; `ret_name` is the first. */
static size_t match(const char *attribute, const json_t *attributes, const char **ret_name)
{
	size_t len = strlen(attribute), n = 0;
	const char *name;
	json_t *value;

	if (attribute[len - 1] != '_') {
		*ret_name = attribute;
		return json_object_get(attributes, attribute) != NULL;
	}
	json_object_foreach((json_t *)attributes, name, value) {
		if (strncmp(name, attribute, len) || strlen(name + len) > 4 ||
		    strspn(name + len, "0123456789ABCDEFabcdef") != strlen(name + len))
			continue;
		if (!n++)
			*ret_name = name;
	}
	return n;
}

static const struct row *find_of(const char *vendor, const char *key, const json_t *attributes,
				 const char **ret_name, size_t *ret_n)
{
	const struct row *row;

	for (row = rows; row->vendor; row++) {
		if (strcmp(row->vendor, vendor) || strcmp(row->key, key))
			continue;
		*ret_n = match(row->attribute, attributes, ret_name);
		if (*ret_n)
			return row;
	}
	return NULL;
}

/* Firmware that is nobody's own is mostly AMI's underneath. */
static const struct row *find(const char *vendor, const char *key, const json_t *attributes,
			      const char **ret_name, size_t *ret_n)
{
	const struct row *row = find_of(vendor, key, attributes, ret_name, ret_n);

	if (!row &&
	    (!strcmp(vendor, "nvidia") || !strcmp(vendor, "openbmc") || !strcmp(vendor, "unknown")))
		row = find_of("ami", key, attributes, ret_name, ret_n);
	return row;
}

bool bmc_bios_has(const char *vendor, const char *key, const json_t *attributes)
{
	const char *name;
	size_t n;

	return find(vendor, key, attributes, &name, &n) != NULL;
}

static json_t *switch_value(const json_t *now, bool on)
{
	const char *text = json_string_value(now);
	size_t i;

	if (json_is_boolean(now))
		return json_boolean(on);
	if (json_is_integer(now))
		return json_integer(on);
	for (i = 0; text && i < MS_ARRAY_SIZE(switches); i++)
		if (!strcmp(text, switches[i][0]) || !strcmp(text, switches[i][1]))
			return json_string(switches[i][!on]);
	return json_string(on ? "Enabled" : "Disabled");
}

static bool word_is(const char *start, size_t len, const char *text)
{
	return text && strlen(text) == len && !memcmp(start, text, len);
}

/* The value for `word` in "word=Raw,also|...": what is there now when that is good already.  NULL =
 * no such word. */
static json_t *listed_value(const char *values, const char *word, const json_t *now)
{
	const char *p, *end, *raw;
	size_t len, first;

	for (p = values; *p; p = *end ? end + 1 : end) {
		end = p + strcspn(p, "|");
		len = strcspn(p, "=");
		if (!word_is(p, len, word))
			continue;
		raw = p + len + 1;
		first = strcspn(raw, ",|");
		for (p = raw; p < end; p += len + 1) {
			len = strcspn(p, ",|");
			if (word_is(p, len, json_string_value(now)))
				return json_stringn(p, len);
		}
		return json_stringn(raw, first);
	}
	return NULL;
}

static const char *wanted_word(const json_t *wish, char *buf, size_t size)
{
	if (json_is_string(wish))
		return json_string_value(wish);
	if (json_is_integer(wish))
		snprintf(buf, size, "%" JSON_INTEGER_FORMAT, json_integer_value(wish));
	else
		snprintf(buf, size, "%s", json_is_true(wish) ? "true" : "false");
	return buf;
}

/* Attributes whose names look like the key's, for the hint. */
static void near_names(const json_t *attributes, const char *key, struct ms_buf *text)
{
	char stem[32];
	const char *name;
	json_t *value;
	size_t n = 0;

	snprintf(stem, sizeof stem, "%.*s", (int)strcspn(key, "_"), key);
	json_object_foreach((json_t *)attributes, name, value)
		if (strcasestr(name, stem) && n++ < 4)
			ms_buf_printf(text, "%s%s", n > 1 ? ", " : "", name);
}

static int no_attribute(const char *vendor, const char *key, const json_t *attributes,
			struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf near = { 0 };

	near_names(attributes, key, &near);
	ms_err_at(err, NULL, key);
	ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
		"no BIOS attribute of this %s machine is known for \"%s\"%s%s", vendor, key,
		near.len ? "; attributes with like names: " : "", near.len ? near.data : "");
	ms_hint(err, "leave bios.%s out, or name the vendor's own attribute under bios.attributes",
		key);
	return -EOPNOTSUPP;
}

static int translate_one(const char *vendor, const char *key, const json_t *wish,
			 const json_t *attributes, json_t *raw, struct ms_err *err)
{
	const char *name = NULL, *word;
	json_t *value, *other;
	char buf[24];
	size_t n;
	const struct row *row = find(vendor, key, attributes, &name, &n);

	if (!row)
		return no_attribute(vendor, key, attributes, err);
	if (n > 1)
		return ms_fail(
			err, -EINVAL, MS_CONFLICT,
			"%zu BIOS attributes fit \"%s\" (%s...): name one under bios.attributes", n,
			key, name);
	word = wanted_word(wish, buf, sizeof buf);
	value = row->values ? listed_value(row->values, word, json_object_get(attributes, name)) :
		switch_value(json_object_get(attributes, name), json_is_true(wish));
	if (!value)
		return ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
			       "BIOS attribute %s has no value for %s: %s (known: %s)", name, key,
			       word, row->values);
	other = json_object_get(raw, name);
	if (other && !json_equal(other, value)) {
		json_decref(value);
		return ms_fail(err, -EINVAL, MS_CONFLICT,
			       "bios.%s and another key ask for different values of %s", key, name);
	}
	return json_object_set_new(raw, name, value) ? ms_nomem(err) : 0;
}

/* Raw names: exact, else a stem with the number left out ("TPMSecurityPolicy" for
 * "TPMSecurityPolicy_0108"). */
static int raw_one(const char *name, const json_t *wish, const json_t *attributes, json_t *raw,
		   struct ms_err *err)
{
	MS_AUTO_FREE char *stem = ms_asprintf("%s_", name);
	const char *found = name, *near;
	size_t n;

	if (!stem)
		return ms_nomem(err);
	n = json_object_get(attributes, name) ? 1 : match(stem, attributes, &found);
	if (n == 1)
		return json_object_set(raw, found, (json_t *)wish) ? ms_nomem(err) : 0;
	if (n > 1)
		return ms_fail(err, -EINVAL, MS_CONFLICT,
			       "%zu BIOS attributes begin with \"%s_\" (%s...)", n, name, found);
	near = bmc_nearest(attributes, name);
	ms_fail(err, -EINVAL, MS_INPUT, "no BIOS attribute \"%s\"%s%s", name,
		near ? ", did you mean " : "", near ? near : "");
	ms_hint(err, "msctl-bmc get --only bios -o json | jq '.status.bmc.bios.attributes|keys'");
	return -EINVAL;
}

int bmc_bios_translate(const char *vendor, const json_t *bios_spec, const json_t *attributes,
		       json_t **ret_raw, struct ms_err *err)
{
	json_auto_t *raw = json_object(), *own = json_object();
	const char *key;
	json_t *wish;
	int r;

	if (!raw || !own)
		return ms_nomem(err);
	json_object_foreach(json_object_get(bios_spec, "attributes"), key, wish) {
		r = raw_one(key, wish, attributes, own, err);
		if (r)
			return r;
	}
	json_object_foreach((json_t *)bios_spec, key, wish) {
		r = strcmp(key, "attributes")
			    ? translate_one(vendor, key, wish, attributes, raw, err)
			    : 0;
		if (r)
			return r;
	}
	if (json_object_update(raw, own))
		return ms_nomem(err);
	*ret_raw = ms_take(raw);
	return 0;
}

const char *bmc_bios_key_for(const char *vendor, const json_t *bios_spec, const json_t *attributes,
			     const char *raw)
{
	const char *key, *name;
	json_t *wish;
	size_t n;

	json_object_foreach((json_t *)bios_spec, key, wish)
		if (find(vendor, key, attributes, &name, &n) && !strcmp(name, raw))
			return key;
	return NULL;
}

typedef void refuse_fn(void *ctx, const char *key, struct ms_err *why);

/* `one` (taken) holds the one wish that is asked for: 1 = to be had, 0 = told to refuse. */
static int sift_one(const char *vendor, json_t *one, const json_t *attributes, const char *key,
		    refuse_fn *refuse, void *ctx)
{
	json_auto_t *wish = one, *raw = NULL;
	struct ms_err why = MS_ERR_INIT;

	if (!wish)
		return -ENOMEM;
	if (!bmc_bios_translate(vendor, wish, attributes, &raw, &why))
		return 1;
	if (why.error == -ENOMEM)
		return -ENOMEM;
	refuse(ctx, key, &why);
	return 0;
}

static int sift_raw(const char *vendor, json_t *wishes, const json_t *attributes, refuse_fn *refuse,
		    void *ctx)
{
	const char *name;
	json_t *wish;
	void *tmp;
	int r = 0;

	json_object_foreach_safe(wishes, tmp, name, wish) {
		MS_AUTO_FREE char *key = ms_asprintf("attributes/%s", name);

		r = key ? sift_one(vendor, json_pack("{s:{s:O}}", "attributes", name, wish),
				   attributes, key, refuse, ctx)
			: -ENOMEM;
		if (r < 0)
			return r;
		if (!r)
			json_object_del(wishes, name);
	}
	return 0;
}

int bmc_bios_sift(const char *vendor, json_t *wishes, const json_t *attributes, refuse_fn *refuse,
		  void *ctx)
{
	const char *key;
	json_t *wish;
	void *tmp;
	int r;

	json_object_foreach_safe(wishes, tmp, key, wish) {
		if (!strcmp(key, "attributes")) {
			r = sift_raw(vendor, wish, attributes, refuse, ctx);
			if (r < 0)
				return r;
			continue;
		}
		r = sift_one(vendor, json_pack("{s:O}", key, wish), attributes, key, refuse, ctx);
		if (r < 0)
			return r;
		if (!r)
			json_object_del(wishes, key);
	}
	return 0;
}
