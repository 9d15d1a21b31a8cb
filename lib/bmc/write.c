/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every change needs: writing and waiting for the task, pausing between looks, the settings
 * object. */
#include "bmc/aspect.h"
#include "bmc/read.h"

struct ms_loop *bmc_loop(const struct bmc *bmc)
{
	return ms_http_loop(bmc->env->http);
}

unsigned bmc_poll_ms(const struct bmc *bmc)
{
	return bmc->env->poll_ms ? bmc->env->poll_ms : 5 * ms_http_poll_ms(bmc->env->http);
}

int bmc_pause(const struct bmc *bmc, int64_t deadline, const char *what, struct ms_err *err)
{
	int64_t left = deadline - ms_clock_ms();

	if (left <= 0)
		return ms_fail(err, -ETIMEDOUT, MS_TIMEOUT,
			       "the deadline passed while waiting for %s", what);
	if (ms_task_sleep(bmc_loop(bmc), left < bmc_poll_ms(bmc) ? left : bmc_poll_ms(bmc)) ==
	    -ECANCELED)
		return ms_fail(err, -ECANCELED, MS_CANCELLED, "interrupted while waiting for %s",
			       what);
	return 0;
}

bool bmc_transient(const struct ms_err *err)
{
	switch (err->code) {
	case MS_UNREACHABLE: case MS_BUSY: case MS_INVALID: case MS_SESSION: case MS_FAILED:
		return true;
	case MS_TIMEOUT:
		return true;
	default:
		return false;
	}
}

static int finish(struct bmc *bmc, const struct ms_redfish_reply *reply, unsigned seconds,
		  struct ms_err *err)
{
	return reply->task && seconds ? ms_redfish_wait(bmc->redfish, reply, seconds, NULL, err)
				      : 0;
}

/* Busy passes: a job that ends, POST (iLO UnableToModifyDuringSystemPOST).  Six tries, as ironic
 * has it. */
static int patch_patiently(struct bmc *bmc, const char *uri, const json_t *body,
			   struct ms_redfish_reply *reply, struct ms_err *err)
{
	int64_t deadline = ms_clock_ms() + 180000;
	unsigned tries;
	int r;

	for (tries = 1;; tries++) {
		r = ms_redfish_patch(bmc->redfish, uri, body, NULL, NULL, reply, err);
		if (!r || err->code != MS_BUSY || tries == 6)
			return r;
		ms_debug("%s: PATCH %s: %s", bmc->name, uri, err->message);
		ms_err_clear(err);
		r = bmc_pause(bmc, deadline, "the BMC to take a change", err);
		if (r)
			return r;
	}
}

int bmc_patch(struct bmc *bmc, const char *uri, json_t *body, unsigned seconds, struct ms_err *err)
{
	struct ms_redfish_reply reply = { 0 };
	int r = body ? patch_patiently(bmc, uri, body, &reply, err) : ms_nomem(err);

	if (!r)
		r = finish(bmc, &reply, seconds, err);
	ms_redfish_reply_release(&reply);
	json_decref(body);
	return r;
}

int bmc_action(struct bmc *bmc, const json_t *res, const char *name, json_t *body, unsigned seconds,
	       struct ms_err *err)
{
	struct ms_redfish_reply reply = { 0 };
	int r = body ? ms_redfish_action(bmc->redfish, res, name, body, &reply, err)
		     : ms_nomem(err);

	if (!r)
		r = finish(bmc, &reply, seconds, err);
	ms_redfish_reply_release(&reply);
	json_decref(body);
	return r;
}

const char *bmc_settings_uri(const json_t *res)
{
	return ms_str(res, "/@Redfish.Settings/SettingsObject/@odata.id",
		      ms_str(res, "/@odata.id", ""));
}

int bmc_apply_on_reset(const json_t *res, json_t *body)
{
	size_t i;
	json_t *word;

	json_array_foreach(ms_at(res, "/@Redfish.Settings/SupportedApplyTimes"), i, word)
		if (ms_streq(json_string_value(word), "OnReset"))
			return json_object_set_new(body, "@Redfish.SettingsApplyTime",
						   json_pack("{s:s,s:s}", "@odata.type",
							     "#Settings.v1_1_0.PreferredApplyTime",
							     "ApplyTime", "OnReset"));
	return 0;
}

int bmc_look(struct bmc *bmc, const json_t *server, const char *section, json_t **ret_facts,
	     struct ms_err *err)
{
	const char *only[] = { section, NULL };
	const json_t *refused;
	json_t *facts;
	int r;

	ms_redfish_forget(bmc->redfish);
	r = bmc_refresh(bmc, err);
	if (!r)
		r = bmc_observe(bmc, server, only, &facts, err);
	if (r)
		return r;
	refused = ms_at(facts, "/refused/%s", section);
	if (refused) {
		r = ms_fail(err, -EIO, ms_code_from_name(ms_str(refused, "/code", "failed")), "%s",
			    ms_str(refused, "/message", "refused"));
		json_decref(facts);
		return r;
	}
	*ret_facts = facts;
	return 0;
}
