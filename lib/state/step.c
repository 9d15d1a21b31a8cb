/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making Steps: the one place where their shape is put together. */
#include <errno.h>
#include "state/private.h"

static bool has_identity(const json_t *expect)
{
	return *ms_str(expect, "/serialNumber", "") || *ms_str(expect, "/wwn", "") ||
	       *ms_str(expect, "/nqn", "");
}

/* Takes value; NULL leaves the member out. */
static int put_member(json_t *spec, const char *name, json_t *value)
{
	return value ? json_object_set_new(spec, name, value) : 0;
}

static int spec_new(const struct ms_step_new *step, json_t **ret_spec, struct ms_err *err)
{
	json_t *spec = json_pack("{s:s, s:o, s:s, s:s, s:s}", "command", step->command, "target",
				 json_sprintf("%s/%s", step->kind, step->name), "action",
				 step->action, "summary",
				 step->summary ? step->summary : step->action, "risk",
				 step->risk ? step->risk : "none");

	if (!spec)
		return ms_nomem(err);
	*ret_spec = spec;
	return 0;
}

static int check_data(const struct ms_step_new *step, struct ms_err *err)
{
	if (!ms_streq(step->risk, "data") || has_identity(step->expect))
		return 0;
	return ms_fail(err, -EINVAL, MS_FAILED,
		       "%s of %s/%s destroys data, but does not say of which device", step->action,
		       step->kind, step->name);
}

/* id first, for people who read the plan. */
static int finish(json_t *spec, const json_t *labels, json_t **ret_res, struct ms_err *err)
{
	json_auto_t *res = NULL, *ordered = NULL;
	char id[17];
	int r = state_step_hash(spec, id, err);

	if (r < 0)
		return r;
	res = ms_resource_new("Step", id);
	ordered = json_pack("{s:s}", "id", id);
	if (!res || !ordered || json_object_update(ordered, spec) < 0 ||
	    json_object_set(res, "spec", ordered) < 0 ||
	    json_object_set_new(res, "status", json_pack("{s:s}", "state", "planned")) < 0)
		return ms_nomem(err);
	if (labels && ms_put(res, "/metadata/labels", json_deep_copy(labels)) < 0)
		return ms_nomem(err);
	*ret_res = ms_take(res);
	return 0;
}

int ms_step_make(const struct ms_step_new *step, json_t **ret_res, struct ms_err *err)
{
	json_auto_t *spec = NULL;
	int r = check_data(step, err), bad = 0;

	if (r == 0)
		r = spec_new(step, &spec, err);
	if (r == 0) {
		bad |= put_member(spec, "before", json_incref(step->before));
		bad |= put_member(spec, "after", json_incref(step->after));
		bad |= put_member(spec, "expect", json_incref(step->expect));
		bad |= put_member(spec, "needs", json_incref(step->needs));
		bad |= put_member(spec, "undo", json_incref(step->undo));
		r = bad ? ms_nomem(err) : finish(spec, step->labels, ret_res, err);
	}
	json_decref(step->before);
	json_decref(step->after);
	json_decref(step->expect);
	json_decref(step->needs);
	json_decref(step->undo);
	return r;
}
