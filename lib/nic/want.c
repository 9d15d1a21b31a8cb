/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a Nic is to be and what it is, in one shape. */
#include "nic/here.h"

#include <errno.h>

#define FUNCTIONS_MAX 4096

static const char *const settings[] = { "mac",	      "vlan",	  "priority", "protocol",
					"spoofCheck", "trust",	  "minRate",  "maxRate",
					"linkState",  "nodeGuid", "portGuid", NULL };

static int copy_keys(const json_t *from, const char *const *keys, json_t *to)
{
	for (; *keys; keys++) {
		json_t *value = json_object_get(from, *keys);

		if (value && json_object_set(to, *keys, value) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* ---- what is ---- */

static const char *driver_word(const json_t *function)
{
	const char *driver = ms_str(function, "/driver", NULL);

	if (!driver)
		return "none";
	return strcmp(driver, "vfio-pci") ? "kernel" : driver;
}

static int add_function(const json_t *function, json_t *functions, json_t *drivers)
{
	char name[24];
	json_t *kept = json_object();

	snprintf(name, sizeof(name), "%jd", (intmax_t)ms_int(function, "/index", 0));
	if (!kept || json_object_set_new(functions, name, kept) < 0 ||
	    copy_keys(function, settings, kept))
		return -ENOMEM;
	if (!ms_str(function, "/pci", NULL))
		return 0;
	return json_object_set_new(drivers, name, json_string(driver_word(function)));
}

static int add_functions(const json_t *status, json_t *state)
{
	json_t *functions = json_object(), *drivers, *function;
	size_t i;

	if (nic_put(state, "functions", functions))
		return -ENOMEM;
	drivers = json_object();
	if (nic_put(state, "drivers", drivers))
		return -ENOMEM;
	json_array_foreach(ms_at(status, "/sriov/functions"), i, function)
		if (add_function(function, functions, drivers))
			return -ENOMEM;
	return 0;
}

json_t *nic_state_new(const json_t *status)
{
	static const char *const same[] = { "mtu",	"eswitch",  "parameters", "rings",
					    "channels", "offloads", "settings", NULL };
	json_auto_t *state = json_object();
	json_t *vfs = ms_at(status, "/sriov/vfs");
	const char *stored = nic_firmware_version(ms_at(status, "/firmware/stored"));

	/* What was flashed is in store, and runs after a restart. */
	if (!stored)
		stored = ms_str(status, "/firmware/version", NULL);

	if (!state || copy_keys(status, same, state) || add_functions(status, state) ||
	    (vfs && json_object_set(state, "vfs", vfs) < 0) ||
	    (stored && ms_put(state, "/firmware/version", json_string(stored))))
		return NULL;
	return ms_take(state);
}

/* ---- what is to be ---- */

static int want_function(const json_t *function, const char *index, json_t *functions,
			 json_t *drivers)
{
	json_t *driver = json_object_get(function, "driver"), *kept = json_object();
	int r = kept ? copy_keys(function, settings, kept) : -ENOMEM;

	/* The tag is 802.1Q unless something else is said (kind Nic). */
	if (!r && ms_int(kept, "/vlan", 0) > 0 && !json_object_get(kept, "protocol"))
		r = json_object_set_new(kept, "protocol", json_string("802.1Q"));
	if (!r && json_object_size(kept))
		r = json_object_set(functions, index, kept);
	if (!r && driver)
		r = json_object_set(drivers, index, driver);
	json_decref(kept);
	return r ? -ENOMEM : 0;
}

/* Ranges of a site file have become entries of their own by now. */
static int want_entry(const json_t *nic, size_t i, const json_t *function, json_t *functions,
		      json_t *drivers, struct ms_err *err)
{
	unsigned long number = strtoul(ms_str(function, "/index", ""), NULL, 10);
	int64_t n = ms_int(nic, "/spec/vfs", FUNCTIONS_MAX);
	char name[24], path[64];

	if (number >= (uint64_t)n) {
		ms_fail(err, -EINVAL, MS_INPUT, "function %lu, but there are to be %jd (spec.vfs)",
			number, (intmax_t)n);
		snprintf(path, sizeof(path), "/spec/functions/%zu/index", i);
		ms_err_at(err, NULL, path);
		return -EINVAL;
	}
	snprintf(name, sizeof(name), "%lu", number);
	return want_function(function, name, functions, drivers) ? ms_nomem(err) : 0;
}

static int want_functions(const json_t *nic, json_t *want, struct ms_err *err)
{
	json_auto_t *functions = json_object(), *drivers = json_object();
	json_t *function;
	size_t i;
	int r = functions && drivers ? 0 : ms_nomem(err);

	json_array_foreach(ms_at(nic, "/spec/functions"), i, function)
		if (!r)
			r = want_entry(nic, i, function, functions, drivers, err);
	if (!r && json_object_size(functions) && json_object_set(want, "functions", functions) < 0)
		r = ms_nomem(err);
	if (!r && json_object_size(drivers) && json_object_set(want, "drivers", drivers) < 0)
		r = ms_nomem(err);
	return r;
}

/* A parameter without a mode: the first that the device has. */
static int want_parameter(const json_t *parameter, const json_t *status, json_t *parameters,
			  struct ms_err *err)
{
	const char *name = ms_str(parameter, "/name", ""), *mode = ms_str(parameter, "/mode", NULL);
	const json_t *all = json_object_get(status, "parameters"),
		     *now = json_object_get(all, name);
	static const char *const modes[] = { "runtime", "driverinit", "permanent" };

	for (size_t i = 0; !mode && i < MS_ARRAY_SIZE(modes); i++)
		if (json_object_get(now, modes[i]))
			mode = modes[i];
	if (!now || !mode || !json_object_get(now, mode)) {
		ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
			"its driver has no devlink parameter \"%.64s\"%s%s", name,
			now && mode ? " of mode " : "", now && mode ? mode : "");
		ms_hint(err,
			"devlink dev param show lists them; see spec.firmware.settings, too");
		return -EOPNOTSUPP;
	}
	return json_object_set_new(parameters, name,
				   json_pack("{s:O}", mode, json_object_get(parameter, "value"))) <
			       0
		       ? ms_nomem(err)
		       : 0;
}

static int want_parameters(const json_t *nic, const json_t *status, json_t *want,
			   struct ms_err *err)
{
	json_auto_t *parameters = json_object();
	json_t *parameter;
	size_t i;
	int r = parameters ? 0 : ms_nomem(err);

	json_array_foreach(ms_at(nic, "/spec/parameters"), i, parameter)
		if (!r)
			r = want_parameter(parameter, status, parameters, err);
	if (!r && json_object_size(parameters) &&
	    json_object_set(want, "parameters", parameters) < 0)
		r = ms_nomem(err);
	return r;
}

static int want_firmware(const json_t *nic, json_t *want, struct ms_err *err)
{
	json_t *version = ms_at(nic, "/spec/firmware/version");

	/* Without a file it is a matter of check. */
	if (!version || !ms_at(nic, "/spec/firmware/file"))
		return 0;
	return ms_put(want, "/firmware/version", json_incref(version)) ? ms_nomem(err) : 0;
}

int nic_want_new(const json_t *nic, const json_t *status, json_t **ret_want, struct ms_err *err)
{
	static const char *const same[] = { "vfs",	"mtu",	    "eswitch", "rings",
					    "channels", "offloads", NULL };
	json_auto_t *want = json_object();
	int r = want && !copy_keys(json_object_get(nic, "spec"), same, want)
			? want_functions(nic, want, err)
			: ms_nomem(err);

	if (!r)
		r = want_parameters(nic, status, want, err);
	if (!r)
		r = want_firmware(nic, want, err);
	if (!r)
		r = nic_want_settings(nic, status, want, err);
	if (!r)
		*ret_want = ms_take(want);
	return r;
}

json_t *nic_part_new(const json_t *now, const json_t *want)
{
	json_auto_t *part = NULL;
	const char *key;
	json_t *value;

	if (!now)
		return json_null();
	/* A setting of the firmware goes by a number and a word. */
	if (json_is_object(now) && want && !json_is_object(want) && !json_is_null(want))
		return nic_part_new(json_object_get(now, json_is_string(want) ? "word" : "value"),
				    want);
	if (!json_is_object(now) || !json_is_object(want))
		return json_deep_copy(now);
	part = json_object();
	json_object_foreach((json_t *)want, key, value)
		if (json_object_set_new(part, key, nic_part_new(json_object_get(now, key), value)) <
		    0)
			return NULL;
	return ms_take(part);
}
