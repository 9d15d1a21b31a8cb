/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of Steps, and what each of them cuts. */
#include "nic/here.h"

#include <errno.h>

/* ---- what is cut ---- */

static int add_uses(const json_t *from, json_t *uses)
{
	return json_array_extend(uses, json_object_get(from, "use")) < 0 &&
			       json_object_get(from, "use")
		       ? -ENOMEM
		       : 0;
}

/* Going by way of 0 takes all of them. */
static int cut_functions(const json_t *status, const json_t *want, json_t *uses)
{
	const json_t *function;
	size_t i;

	(void)want;
	json_array_foreach(ms_at(status, "/sriov/functions"), i, function)
		if (add_uses(function, uses))
			return -ENOMEM;
	return 0;
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

static int cut_one(const json_t *status, const json_t *want, json_t *uses)
{
	const char *name;
	json_t *value;

	json_object_foreach(json_object_get(want, "functions"), name, value) {
		const json_t *now = json_array_get(ms_at(status, "/sriov/functions"),
						   strtoul(name, NULL, 10));

		if (now && disturbs(now, value) && add_uses(now, uses))
			return -ENOMEM;
	}
	return 0;
}

static int cut_driver(const json_t *status, const json_t *want, json_t *uses)
{
	const char *name;
	json_t *value;

	json_object_foreach(json_object_get(want, "drivers"), name, value)
		if (add_uses(json_array_get(ms_at(status, "/sriov/functions"),
					    strtoul(name, NULL, 10)),
			     uses))
			return -ENOMEM;
	return 0;
}

static int cut_all(const json_t *status, const json_t *want, json_t *uses)
{
	return add_uses(status, uses) || cut_functions(status, want, uses) ? -ENOMEM : 0;
}

/* Of parameters, those that are loaded by starting the driver anew. */
static int cut_reload(const json_t *status, const json_t *want, json_t *uses)
{
	const char *name;
	json_t *modes;

	json_object_foreach(json_object_get(want, "parameters"), name, modes)
		if (json_object_get(modes, "driverinit"))
			return cut_all(status, want, uses);
	return 0;
}

/* ---- the table ---- */

const struct nic_aspect nic_aspects[] = {
	{ "nic.firmware", "firmware", "data", false, NULL, nic_act_flash, NULL },
	{ "nic.setting", "settings", "none", true, "setting", nic_act_setting, NULL },
	{ "nic.parameter", "parameters", "link", true, "parameter", nic_act_parameter, cut_reload },
	{ "nic.eswitch", "eswitch", "link", false, NULL, nic_act_eswitch, cut_all },
	{ "nic.vfs", "vfs", "link", false, NULL, nic_act_vfs, cut_functions },
	{ "nic.function", "functions", "link", true, "function", nic_act_function, cut_one },
	{ "nic.driver", "drivers", "link", true, "driver of function", nic_act_driver, cut_driver },
	{ "nic.mtu", "mtu", "link", false, NULL, nic_act_mtu, NULL },
	{ "nic.rings", "rings", "link", false, NULL, nic_act_rings, NULL },
	{ "nic.channels", "channels", "link", false, NULL, nic_act_channels, NULL },
	{ "nic.offload", "offloads", "link", false, NULL, nic_act_offloads, NULL },
	{ NULL, NULL, NULL, false, NULL, NULL, NULL },
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
