/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nic.set: SR-IOV and the boot protocol of NIC functions, all of a server in one Step, so that one
 * restart does for them.
 *
 * Dell keeps them in DellNetworkAttributes; HPE and AMI in NetworkDeviceFunction itself; Lenovo,
 * Supermicro and BlueField in neither.  What a BMC cannot set is left to the tools on the host and
 * is a finding of check, not a reason to plan nothing.
 */
#include "bmc/aspect.h"
#include "bmc/read.h"

static const char *const speaks[] = { "/nics", NULL };
static const char *const after[] = { "bios.set", NULL };

static const struct { const char *word, *dell, *standard;
} protocols[] = {
	{ "none", "NONE", "Disabled" },
	{ "pxe", "PXE", "PXE" },
	{ "http", NULL, "HTTP" },
	{ "iscsi", "iSCSI", "iSCSI" },
};

static bool has_mac(const json_t *function, const char *mac)
{
	return !strcasecmp(ms_str(function, "/macAddress", ""), mac) ||
	       !strcasecmp(ms_str(function, "/permanentMacAddress", ""), mac);
}

/* The function that a nic of the spec means: by MAC, else by function Id, else the only function of
 * that adapter. */
const json_t *bmc_nic_function(const json_t *facts, const json_t *nic, const json_t **ret_adapter)
{
	const char *mac = ms_str(nic, "/mac", NULL), *slot = ms_str(nic, "/slot", NULL);
	size_t i, k;
	json_t *adapter, *function;

	json_array_foreach(json_object_get(facts, "adapters"), i, adapter) {
		const json_t *functions = json_object_get(adapter, "functions");
		bool here = slot && (ms_streq(slot, ms_str(adapter, "/id", NULL)) ||
				     ms_streq(slot, ms_str(adapter, "/slot", NULL)));

		json_array_foreach(functions, k, function) {
			if (mac ? !has_mac(function, mac)
				: !ms_streq(slot, ms_str(function, "/id", NULL)) &&
					    !(here && json_array_size(functions) == 1))
				continue;
			*ret_adapter = adapter;
			return function;
		}
	}
	return NULL;
}

static bool is_dell(const json_t *function)
{
	return ms_str(function, "/attributesUri", NULL) != NULL;
}

bool bmc_nic_can(const json_t *function, const char *key)
{
	if (!strcmp(key, "vfs"))
		return is_dell(function) && json_object_get(function, "virtualFunctions");
	return json_object_get(function, !strcmp(key, "boot") ? "bootMode" : key) != NULL;
}

static const char *boot_word(const json_t *function, const char *word)
{
	size_t i;

	for (i = 0; i < MS_ARRAY_SIZE(protocols); i++)
		if (ms_streq(protocols[i].word, word))
			return is_dell(function) ? protocols[i].dell : protocols[i].standard;
	return NULL;
}

/* Identifies a function within the server: Ids of functions are unique in their adapter only. */
static char *function_key(const json_t *adapter, const json_t *function)
{
	return ms_asprintf("%s/%s", ms_str(adapter, "/id", "?"), ms_str(function, "/id", "?"));
}

static const json_t *find_function(const json_t *facts, const char *key)
{
	size_t i, k;
	json_t *adapter, *function;

	json_array_foreach(json_object_get(facts, "adapters"), i, adapter)
		json_array_foreach(json_object_get(adapter, "functions"), k, function) {
			MS_AUTO_FREE char *own = function_key(adapter, function);

			if (ms_streq(own, key))
				return function;
		}
	return NULL;
}

static json_t *view_one(const json_t *function, const json_t *want)
{
	return function ? bmc_view_members(function, "", want) : json_null();
}

static json_t *view_nic(const json_t *facts, const json_t *want)
{
	json_t *view = json_object(), *one;
	const char *key;

	json_object_foreach(json_object_get(want, "functions"), key, one)
		if (json_object_set_new(view, key, view_one(find_function(facts, key), one)))
			return json_decref(view), NULL;
	return json_pack("{s:o}", "functions", view);
}

static int say_nic(struct ms_buf *buf, const json_t *before, const json_t *wanted, bool finding)
{
	const char *key, *gap = "NIC ";
	json_t *one;

	json_object_foreach(json_object_get(wanted, "functions"), key, one) {
		const json_t *was = ms_at(before, "/functions");

		was = json_object_get(was, key);
		if (ms_step_holds(was, one))
			continue;
		ms_buf_printf(buf, "%s%s: ", gap, key);
		bmc_say_changes(buf, was, one, finding);
		gap = "; NIC ";
	}
	return buf->failed;
}

static int wish_for(struct bmc_draft *draft, const json_t *function, const json_t *nic,
		    const char *pointer, json_t *wish)
{
	const char *boot = ms_str(nic, "/boot", NULL),
		   *word = boot ? boot_word(function, boot) : NULL;
	int64_t vfs = ms_int(nic, "/vfs", -1),
		max = ms_int(function, "/maxVirtualFunctions", INT64_MAX);
	int bad = 0;

	if (vfs > max) {
		bmc_draft_refuse(draft, MS_INPUT, pointer,
				 "%jd virtual functions are wanted of %s, which has at most %jd",
				 (intmax_t)vfs, ms_str(function, "/id", "?"), (intmax_t)max);
		return 0;
	}
	if (boot && bmc_nic_can(function, "boot") && !word) {
		bmc_draft_refuse(draft, MS_UNSUPPORTED, pointer,
				 "%s cannot be set to boot by %s through this BMC",
				 ms_str(function, "/id", "?"), boot);
		return 0;
	}
	if (json_object_get(nic, "sriov") && bmc_nic_can(function, "sriov"))
		bad |= json_object_set(wish, "sriov", json_object_get(nic, "sriov"));
	if (vfs >= 0 && bmc_nic_can(function, "vfs") && ms_bool(nic, "/sriov", true))
		bad |= json_object_set_new(wish, "virtualFunctions", json_integer(vfs));
	if (word && bmc_nic_can(function, "boot"))
		bad |= json_object_set_new(wish, "bootMode", json_string(word));
	return bad;
}

static bool has_wish(const json_t *nic)
{
	return json_object_get(nic, "sriov") || json_object_get(nic, "vfs") ||
	       json_object_get(nic, "boot");
}

static int want_one(struct bmc_draft *draft, const json_t *nic, size_t index, json_t *functions)
{
	json_auto_t *wish = json_object();
	const json_t *adapter, *function = bmc_nic_function(draft->facts, nic, &adapter);
	MS_AUTO_FREE char *key = NULL;
	char pointer[64];

	snprintf(pointer, sizeof pointer, "/spec/nics/%zu", index);
	if (!function) {
		const char *mac = ms_str(nic, "/mac", NULL);

		ms_hint(bmc_draft_refuse(draft, MS_NOTFOUND, pointer,
					 "no NIC function of this machine has %s %s",
					 mac ? "MAC address" : "slot",
					 mac ? mac : ms_str(nic, "/slot", "(none given)")),
			"msctl-bmc get --only adapters -o json | jq '.status.bmc.adapters'");
		return 0;
	}
	key = function_key(adapter, function);
	if (!key || !wish || wish_for(draft, function, nic, pointer, wish))
		return -ENOMEM;
	return json_object_size(wish) ? json_object_set(functions, key, wish) : 0;
}

static int want_nic(struct bmc_draft *draft, const struct bmc_aspect *aspect, struct ms_err *err)
{
	json_auto_t *functions = json_object();
	bool any = false;
	size_t i;
	json_t *nic;

	json_array_foreach(json_object_get(draft->spec, "nics"), i, nic)
		any |= has_wish(nic);
	if (!any || !bmc_draft_section(draft, "adapters", "/spec/nics"))
		return 0;
	json_array_foreach(json_object_get(draft->spec, "nics"), i, nic)
		if (has_wish(nic) && want_one(draft, nic, i, functions))
			return ms_nomem(err);
	if (!json_object_size(functions))
		return 0;
	if (bmc_stays_off(draft->spec, draft->facts)) {
		json_auto_t *want = json_pack("{s:O}", "functions", functions),
			    *now = view_nic(draft->facts, want);

		if (!ms_step_holds(now, want))
			bmc_draft_refuse(
				draft, MS_CONFLICT, "/spec/nics",
				"settings of NICs need a restart, but spec.power is off");
		return 0;
	}
	return bmc_draft_add(draft, aspect, NULL, json_pack("{s:O}", "functions", functions), err);
}

/* ---- doing ---- */

/* Dell's names; VirtualizationMode comes first, NumberVFAdvertised is read-only before it (the
 * registry says so too). */
static json_t *dell_attributes(const json_t *want)
{
	json_t *out = json_object(), *value;
	int bad = 0;

	value = json_object_get(want, "sriov");
	if (value)
		bad |= json_object_set_new(out, "VirtualizationMode",
					   json_string(json_is_true(value) ? "SRIOV" : "NONE"));
	value = json_object_get(want, "virtualFunctions");
	if (value)
		bad |= json_object_set(out, "NumberVFAdvertised", value);
	value = json_object_get(want, "bootMode");
	if (value)
		bad |= json_object_set(out, "LegacyBootProto", value);
	if (bad)
		json_decref(ms_take(out));
	return out;
}

static json_t *standard_body(const json_t *want)
{
	json_t *out = json_object(), *sriov = json_object_get(want, "sriov"),
	       *boot = json_object_get(want, "bootMode");
	int bad = 0;

	if (sriov)
		bad |= json_object_set(out, "VirtualFunctionsEnabled", sriov);
	if (boot)
		bad |= json_object_set(out, "BootMode", boot);
	if (bad)
		json_decref(ms_take(out));
	return out;
}

struct job {
	struct bmc_wish *wishes;      /* of Dell's attributes; room for every function */
	size_t n;
	json_t *facts, *kept;         /* owned: what wishes point into */
	bool patched;                 /* standard resources were written */
	const json_t *want;           /* lent */
};

static int write_one(struct bmc_device *device, const json_t *function, const json_t *want,
		     struct job *job, struct ms_err *err)
{
	static const char *const first[] = { "VirtualizationMode", NULL };
	const char *uri = ms_str(function, "/attributesUri", NULL);
	json_t *wanted;

	if (!uri) {
		job->patched = true;
		return bmc_patch(device->bmc,
				 ms_str(function, "/settingsUri", ms_str(function, "/uri", "")),
				 standard_body(want), 60, err);
	}
	wanted = dell_attributes(want);
	if (json_array_append_new(job->kept, wanted))
		return ms_nomem(err);
	job->wishes[job->n++] = (struct bmc_wish){ uri, wanted, first };
	return 0;
}

static int write_all(struct bmc_device *device, const json_t *facts, struct job *job,
		     struct ms_err *err)
{
	const char *key;
	json_t *one;

	json_object_foreach(json_object_get(job->want, "functions"), key, one) {
		const json_t *function = find_function(facts, key);
		int r;

		if (!function)
			return ms_fail(err, -ENOENT, MS_NOTFOUND,
				       "NIC function %s is not there any more", key);
		if (ms_step_holds(function, one))
			continue;
		r = write_one(device, function, one, job, err);
		if (r)
			return r;
	}
	return 0;
}

static int seen(struct bmc_device *device, void *ctx, struct ms_err *err)
{
	const struct job *job = ctx;
	json_auto_t *facts = NULL, *now = NULL;
	int r = bmc_look(device->bmc, NULL, "adapters", &facts, err);

	if (r)
		return r;
	now = view_nic(facts, job->want);
	return now && ms_step_holds(now, job->want);
}

static void job_release(struct job *job)
{
	free(job->wishes);
	json_decref(job->facts);
	json_decref(job->kept);
}

/* Standard functions are written at once, Dell's attributes become wishes. */
static int job_begin(struct bmc_device *device, const json_t *want, struct job *job,
		     struct ms_err *err)
{
	size_t n = json_object_size(json_object_get(want, "functions"));
	int r = bmc_look(device->bmc, NULL, "adapters", &job->facts, err);

	if (r)
		return r;
	job->want = want;
	job->kept = json_array();
	job->wishes = calloc(n + 1, sizeof *job->wishes);
	return job->wishes && job->kept ? write_all(device, job->facts, job, err) : ms_nomem(err);
}

static int stage_nic(struct bmc_device *device, const json_t *want, struct ms_err *err)
{
	struct job job = { 0 };
	int r = job_begin(device, want, &job, err);

	if (!r && job.n)
		r = bmc_attributes_stage(device, job.wishes, job.n, err);
	job_release(&job);
	return r;
}

static int act_nic(struct bmc_device *device, const json_t *want, const json_t *now,
		   struct ms_err *err)
{
	struct job job = { 0 };
	int r = job_begin(device, want, &job, err);

	(void)now;
	if (!r && job.n)
		r = bmc_attributes_settle(device, job.wishes, job.n, err);
	else if (!r && job.patched)
		r = bmc_restart(device, err);
	if (!r && (job.n || job.patched))
		r = bmc_boot_wait(device, "NIC settings to take effect after the restart", seen,
				  &job, err);
	job_release(&job);
	return r;
}

const struct bmc_aspect bmc_aspect_nic = {
	.action = "nic.set",
	.label = "NIC",
	.risk = "reboot",
	.speaks = speaks,
	.section = "adapters",
	.after = after,
	.undo = true,
	.want = want_nic,
	.view = view_nic,
	.stage = stage_nic,
	.act = act_nic,
	.say = say_nic,
};
