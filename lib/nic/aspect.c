/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of Steps, and what each of them cuts. */
#include "nic/here.h"

#include <errno.h>

/* ---- what is cut ---- */

static int add_uses(const json_t *from, json_t *uses)
{
	const json_t *use = json_object_get(from, "use");

	return use && json_array_extend(uses, (json_t *)use) < 0 ? -ENOMEM : 0;
}

static const json_t *function_of(const json_t *status, const char *index)
{
	return json_array_get(ms_at(status, "/sriov/functions"), strtoul(index, NULL, 10));
}

static int add_named(const json_t *status, const json_t *want, json_t *uses)
{
	static const char *const keys[] = { "functions", "drivers" };
	const char *index;
	json_t *value;

	for (size_t i = 0; i < MS_ARRAY_SIZE(keys); i++)
		json_object_foreach(json_object_get(want, keys[i]), index, value)
			if (add_uses(function_of(status, index), uses))
				return -ENOMEM;
	return 0;
}

int nic_uses_cut(enum nic_cut cut, const json_t *status, const json_t *want, json_t *uses)
{
	const json_t *function;
	size_t i;

	if (cut == NIC_CUT_NAMED)
		return add_named(status, want, uses);
	if (cut == NIC_CUT_ALL && add_uses(status, uses))
		return -ENOMEM;
	json_array_foreach(ms_at(status, "/sriov/functions"), i, function)
		if (cut != NIC_CUT_NOTHING && add_uses(function, uses))
			return -ENOMEM;
	return 0;
}

/* Going by way of 0 takes all of them. */
static enum nic_cut cut_functions(const json_t *status, const json_t *want)
{
	(void)status;
	(void)want;
	return NIC_CUT_FUNCTIONS;
}

/* What a tenant would notice: another address, another VLAN, no link. */
static bool disturbs(const json_t *now, const json_t *want)
{
	static const char *const keys[] = { "mac",	 "vlan",     "protocol",
					    "linkState", "nodeGuid", "portGuid" };

	for (size_t i = 0; i < MS_ARRAY_SIZE(keys); i++) {
		const json_t *value = json_object_get(want, keys[i]);

		if (value && !json_equal(value, json_object_get(now, keys[i])))
			return true;
	}
	return false;
}

static enum nic_cut cut_disturbed(const json_t *status, const json_t *want)
{
	const char *index;
	json_t *value;

	json_object_foreach(json_object_get(want, "functions"), index, value)
		if (disturbs(function_of(status, index), value))
			return NIC_CUT_NAMED;
	return NIC_CUT_NOTHING;
}

static enum nic_cut cut_driver(const json_t *status, const json_t *want)
{
	(void)status;
	(void)want;
	return NIC_CUT_NAMED;
}

static enum nic_cut cut_all(const json_t *status, const json_t *want)
{
	(void)status;
	(void)want;
	return NIC_CUT_ALL;
}

/* Of parameters, those that are loaded by starting the driver anew. */
static enum nic_cut cut_reload(const json_t *status, const json_t *want)
{
	const char *name;
	json_t *modes;

	(void)status;
	json_object_foreach(json_object_get(want, "parameters"), name, modes)
		if (json_object_get(modes, "driverinit"))
			return NIC_CUT_ALL;
	return NIC_CUT_NOTHING;
}

/* ---- the table ---- */

static nic_get_fn *const firmware[] = { nic_pci, nic_info, NULL },
		  *const settings[] = { nic_pci, nic_parameters, nic_settings, NULL },
		  *const parameters[] = { nic_pci, nic_parameters, NULL },
		  *const eswitch[] = { nic_pci, nic_eswitch, NULL },
		  *const functions[] = { nic_pci, nic_sriov, NULL },
		  *const interface[] = { nic_link, NULL }, *const rings[] = { nic_rings, NULL },
		  *const channels[] = { nic_channels, NULL },
		  *const offloads[] = { nic_offloads, NULL };

const struct nic_aspect nic_aspects[] = {
	{ "nic.firmware", "firmware", "data", false, NULL, firmware, nic_act_flash, NULL },
	{ "nic.setting", "settings", "none", true, "setting", settings, nic_act_setting, NULL },
	{ "nic.parameter", "parameters", "link", true, "parameter", parameters, nic_act_parameter,
	  cut_reload },
	{ "nic.eswitch", "eswitch", "link", false, NULL, eswitch, nic_act_eswitch, cut_all },
	{ "nic.vfs", "vfs", "link", false, NULL, functions, nic_act_vfs, cut_functions },
	{ "nic.function", "functions", "link", true, "function", functions, nic_act_function,
	  cut_disturbed },
	{ "nic.driver", "drivers", "link", true, "driver of function", functions, nic_act_driver,
	  cut_driver },
	{ "nic.mtu", "mtu", "link", false, NULL, interface, nic_act_mtu, NULL },
	{ "nic.rings", "rings", "link", false, NULL, rings, nic_act_rings, NULL },
	{ "nic.channels", "channels", "link", false, NULL, channels, nic_act_channels, NULL },
	{ "nic.offload", "offloads", "link", false, NULL, offloads, nic_act_offloads, NULL },
	{ 0 },
};

const struct nic_aspect *nic_aspect_of(const json_t *step, struct ms_err *err)
{
	const char *action = ms_str(step, "/spec/action", "");

	for (const struct nic_aspect *aspect = nic_aspects; aspect->action; aspect++)
		if (!strcmp(aspect->action, action))
			return aspect;
	ms_fail(err, -EINVAL, MS_INPUT, "msctl-nic knows no action \"%s\"", action);
	return NULL;
}
