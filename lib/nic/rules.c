/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of check: spec against status, one row each.  Pure. */
#include "nic/here.h"
#include "state/state.h"

#include <errno.h>

#define MEND "msctl-nic plan shows what brings it to what the site says; msctl-nic apply does it"

struct look {
	struct ms_item *item;
	const struct ms_rule *rule;
	const json_t *status;
	json_t *state, *want;
	struct ms_err *err;
};
/* All that can go wrong is memory. */
typedef int look_fn(struct look *look);

/* fn where the Nic was read.  What contradicts itself is a matter of plan. */
static int look_at(struct ms_item *item, const struct ms_rule *rule, look_fn *fn,
		   struct ms_err *err)
{
	struct look look = {
		.item = item, .rule = rule, .status = ms_at(item->res, "/status/nic"), .err = err
	};
	struct ms_err ignored = MS_ERR_INIT;
	int r;

	if (!look.status)
		return 0;
	look.state = nic_state_new(look.status);
	if (nic_want_new(item->res, look.status, &look.want, &ignored) && ignored.error != -ENOMEM)
		look.want = json_object();
	r = look.state && look.want && !fn(&look) ? 0 : ms_nomem(err);
	json_decref(look.state);
	json_decref(look.want);
	return r;
}

/* Where `now` is not as wanted, in the words of Steps. */
static int compare(struct look *look, const char *what, const json_t *want)
{
	json_auto_t *now = nic_part_new(look->state, want);
	char text[400];

	if (!now)
		return ms_nomem(look->err);
	if (ms_step_holds(now, want))
		return 0;
	ms_step_differs(now, want, "wanted", text, sizeof(text));
	return ms_find(look->item, look->rule, MEND, "%s%s", what, text);
}

static int compare_key(struct look *look, const char *what, const char *key)
{
	json_t *value = json_object_get(look->want, key);
	json_auto_t *want = value ? json_pack("{s:O}", key, value) : NULL;

	if (!want)
		return value ? ms_nomem(look->err) : 0;
	return compare(look, what, want);
}

#define RULE(name)                                                                                 \
	static look_fn look_##name;                                                                \
	static int rule_##name(struct ms_item *item, const struct ms_rule *rule,                   \
			       struct ms_err *err)                                                 \
	{                                                                                          \
		return look_at(item, rule, look_##name, err);                                      \
	}                                                                                          \
	static int look_##name(struct look *look)

/* ---- what waits ---- */

static const char *how(const char *needs)
{
	return ms_streq(needs, "reload")
		       ? "devlink dev reload, when nothing uses the NIC"
		       : "restart the server (mlxfwreset, where the device can do it)";
}

static int find_pending(struct look *look, const char *kind, const char *name, const json_t *value)
{
	const char *needs = ms_str(value, "/needs", "reboot");

	if (!ms_bool(value, "/pending", false))
		return 0;
	return ms_find(look->item, look->rule, how(needs), "%s %s is set, but waits for a %s", kind,
		       name, needs);
}

RULE(pending)
{
	const char *name;
	json_t *value;
	int r = 0;

	json_object_foreach(json_object_get(look->status, "parameters"), name, value)
		if (!r)
			r = find_pending(look, "parameter", name, value);
	json_object_foreach(json_object_get(look->status, "settings"), name, value)
		if (!r)
			r = find_pending(look, "setting", name, value);
	return r;
}

/* ---- firmware ---- */

RULE(firmware)
{
	const char *want = ms_str(look->item->res, "/spec/firmware/version", NULL),
		   *is = ms_str(look->state, "/firmware/version", NULL);

	if (!want || !is || !strcmp(want, is))
		return 0;
	return ms_find(
		look->item, look->rule,
		"spec.firmware.file names what msctl-nic plan is to write, with --allow data",
		"its firmware is %s, wanted %s", is, want);
}

RULE(stores)
{
	const json_t *stored = ms_at(look->status, "/firmware/stored"),
		     *runs = ms_at(look->status, "/firmware/running");
	const char *name;
	json_t *value;
	int r = 0;

	json_object_foreach((json_t *)stored, name, value) {
		const json_t *now = json_object_get(runs, name);

		if (!r && now && !json_equal(now, value))
			r = ms_find(look->item, look->rule, how("reboot"),
				    "%s %s is in store, %s runs", name, json_string_value(value),
				    json_string_value(now));
	}
	return r;
}

/* ---- functions ---- */

RULE(count)
{
	const json_t *total = ms_at(look->status, "/sriov/total");
	int64_t want = ms_int(look->want, "/vfs", 0);

	if (total && want > json_integer_value(total))
		return ms_find(look->item, look->rule,
			       "raise NUM_OF_VFS (spec.firmware.settings), then restart",
			       "%jd virtual functions are wanted, its firmware gives %jd",
			       (intmax_t)want, (intmax_t)json_integer_value(total));
	if (!json_object_get(look->state, "vfs") && want > 0)
		return ms_find(
			look->item, look->rule,
			"turn SR-IOV on in the BIOS and in its firmware (SRIOV_EN), restart",
			"%jd virtual functions are wanted, but it has no SR-IOV", (intmax_t)want);
	return json_object_get(look->state, "vfs") ? compare_key(look, "", "vfs") : 0;
}

/* Those that are not there are a matter of their count. */
static int each_function(struct look *look, const char *key)
{
	const char *name;
	json_t *value;
	int r = 0;

	json_object_foreach(json_object_get(look->want, key), name, value) {
		json_auto_t *want = json_pack("{s:{s:O}}", key, name, value);

		if (!want)
			return ms_nomem(look->err);
		if (!r && json_object_get(json_object_get(look->state, key), name))
			r = compare(look, "", want);
	}
	return r;
}

RULE(functions)
{
	return each_function(look, "functions");
}

RULE(drivers)
{
	return each_function(look, "drivers");
}

/* ---- the slot ---- */

RULE(slot)
{
	const json_t *link = ms_at(look->status, "/pci/link");
	const char *speed = ms_str(link, "/speed", NULL), *most = ms_str(link, "/maxSpeed", NULL);
	int64_t width = ms_int(link, "/width", 0), widest = ms_int(link, "/maxWidth", 0);

	if (!speed || !most || (strtod(speed, NULL) >= strtod(most, NULL) && width >= widest))
		return 0;
	return ms_find(look->item, look->rule,
		       "look at the slot, the riser, and the BIOS (bifurcation, link speed)",
		       "PCIe runs at %s x%jd, the device can do %s x%jd", speed, (intmax_t)width,
		       most, (intmax_t)widest);
}

/* ---- all else ---- */

RULE(settings)
{
	static const char *const keys[] = { "eswitch", "parameters", "settings", "mtu",
					    "rings",   "channels",   "offloads" };
	int r = 0;

	for (size_t i = 0; !r && i < MS_ARRAY_SIZE(keys); i++)
		r = compare_key(look, "", keys[i]);
	return r;
}

static int rule_read(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const json_t *error = ms_at(item->res, "/status/error");

	int r = 0;

	if (error)
		r = ms_find(item, rule, ms_str(error, "/hint", "msctl-nic get"),
			    "it could not be read: %s",
			    ms_str(error, "/message", "no reason given"));
	else if (!ms_at(item->res, "/status/nic"))
		r = ms_find(item, rule, "msctl-nic get FILE | msctl-nic check",
			    "nothing is known of it: no status.nic");
	return r ? ms_nomem(err) : 0;
}

const struct ms_rule nic_rules[] = {
	{ "N01", "warning", "what was set is in force", rule_pending },
	{ "N02", "warning", "firmware is the wanted one", rule_firmware },
	{ "N03", "error", "there are as many virtual functions as are wanted", rule_count },
	{ "N04", "error", "virtual functions are as they are to be laid down", rule_functions },
	{ "N05", "error", "virtual functions have the wanted drivers", rule_drivers },
	{ "N06", "warning", "the slot gives the device its whole speed", rule_slot },
	{ "N07", "warning", "the firmware in store is the one that runs", rule_stores },
	{ "N08", "warning", "eswitch, parameters, MTU, rings, channels and offloads are as wanted",
	  rule_settings },
	{ "N09", "warning", "it could be read", rule_read },
	{ NULL, NULL, NULL, NULL },
};

const char *const nic_rule_ids[] = { "N01", "N02", "N03", "N04", "N05",
				     "N06", "N07", "N08", "N09", NULL };
