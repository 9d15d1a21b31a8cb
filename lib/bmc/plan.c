/* SPDX-License-Identifier: GPL-2.0-or-later */
/* spec against status: one pass over the table of aspects.  Pure: what is not in the resource is
 * not known. */
#include "bmc/aspect.h"

#include <stdarg.h>

/* The order of a plan: what needs no reboot first, so that it stands even if a reboot goes wrong;
 * power last. */
const struct bmc_aspect *const bmc_aspects[] = { &bmc_aspect_account_create,
						 &bmc_aspect_account_set,
						 &bmc_aspect_account_password,
						 &bmc_aspect_account_delete,
						 &bmc_aspect_ntp,
						 &bmc_aspect_syslog,
						 &bmc_aspect_asset,
						 &bmc_aspect_restore,
						 &bmc_aspect_certificate,
						 &bmc_aspect_boot_mode,
						 &bmc_aspect_bios,
						 &bmc_aspect_nic,
						 &bmc_aspect_secure_boot,
						 &bmc_aspect_boot_order,
						 &bmc_aspect_boot_once,
						 &bmc_aspect_power,
						 NULL };

static bool speaks(const struct bmc_aspect *aspect, const json_t *spec)
{
	const char *const *p;

	for (p = aspect->speaks; *p; p++)
		if (ms_at(spec, "%s", *p))
			return true;
	return false;
}

struct ms_err *bmc_draft_refuse(struct bmc_draft *draft, enum ms_code code, const char *pointer,
				const char *fmt, ...)
{
	MS_AUTO_FREE char *text = NULL;
	struct ms_err *problem;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	problem = ms_report_add(&draft->refused, code, draft->name, pointer, "%s",
				text ? text : "out of memory");
	return problem ? problem : &draft->spilt;
}

json_t *bmc_draft_section(struct bmc_draft *draft, const char *section, const char *pointer)
{
	json_t *found = json_object_get(draft->facts, section);
	json_t *refused = ms_at(draft->facts, "/refused/%s", section);
	struct ms_err *problem;

	if (found)
		return found;
	if (refused)
		problem = bmc_draft_refuse(draft,
					   ms_code_from_name(ms_str(refused, "/code", "failed")),
					   pointer, "the BMC refused its section \"%s\": %s",
					   section, ms_str(refused, "/message", "?"));
	else
		problem = bmc_draft_refuse(
			draft, MS_PRECONDITION, pointer,
			"status.bmc has no section \"%s\": it was not read, or the BMC has none",
			section);
	if (!refused)
		ms_hint(problem, "msctl-bmc get FILE | msctl-bmc plan");
	return NULL;
}

bool bmc_stays_off(const json_t *spec, const json_t *facts)
{
	return ms_streq(ms_str(spec, "/power", NULL), "off") &&
	       ms_streq(ms_str(facts, "/power/state", NULL), "Off");
}

static int add_needs(const struct bmc_draft *draft, const struct bmc_aspect *aspect,
		     json_t **ret_needs)
{
	json_t *needs = json_array();
	const char *const *action;

	for (action = aspect->after; action && *action; action++)
		if (json_array_extend(needs, json_object_get(draft->ids, *action)) &&
		    json_object_get(draft->ids, *action))
			return json_decref(needs), -ENOMEM;
	if (!json_array_size(needs)) {
		json_decref(needs);
		needs = NULL;
	}
	*ret_needs = needs;
	return 0;
}

int bmc_aspect_say(const struct bmc_aspect *aspect, struct ms_buf *buf, const json_t *before,
		   const json_t *after, bool finding)
{
	if (aspect->say)
		return aspect->say(buf, before, after, finding);
	ms_buf_printf(buf, "%s ", aspect->label);
	return bmc_say_changes(buf, before, after, finding);
}

static int say_step(struct ms_buf *buf, const struct bmc_draft *draft,
		    const struct bmc_aspect *aspect, const char *risk, const json_t *before,
		    const json_t *after)
{
	ms_buf_printf(buf, "%s: ", draft->name);
	bmc_aspect_say(aspect, buf, before, after, false);
	if (strcmp(risk, "none"))
		ms_buf_printf(buf, " (%s)", risk);
	if (draft->note)
		ms_buf_printf(buf, "; %s", draft->note);
	return buf->failed;
}

static int remember(struct bmc_draft *draft, const char *action, json_t *step)
{
	json_t *ids = json_object_get(draft->ids, action);

	if (!ids) {
		ids = json_array();
		if (json_object_set_new(draft->ids, action, ids))
			return -ENOMEM;
	}
	if (json_array_append_new(ids, json_string(ms_name(step))))
		return -ENOMEM;
	return json_array_append(draft->steps, step);
}

int bmc_draft_add(struct bmc_draft *draft, const struct bmc_aspect *aspect, const char *risk,
		  json_t *after, struct ms_err *err)
{
	json_auto_t *wanted = after, *step = NULL, *before = NULL;
	MS_AUTO_BUF struct ms_buf text = { 0 };
	struct ms_step_new new = { .command = "msctl-bmc",
				   .kind = "Server",
				   .name = draft->name,
				   .action = aspect->action,
				   .labels = draft->labels };
	int r;

	before = wanted ? aspect->view(draft->facts, wanted) : NULL;
	if (!before)
		return ms_nomem(err);
	if (aspect->holds ? aspect->holds(before, wanted, false) : ms_step_holds(before, wanted))
		return 0;
	new.risk = risk ? risk : aspect->risk;
	if (say_step(&text, draft, aspect, new.risk, before, wanted) ||
	    add_needs(draft, aspect, &new.needs))
		return ms_nomem(err);
	if (aspect->undo)
		new.undo = json_pack("{s:s,s:O,s:O}", "action", aspect->action, "before", wanted,
				     "after", before);
	new.before = json_incref(before);
	new.after = json_incref(wanted);
	new.summary = text.data;
	draft->note = NULL;
	r = ms_step_make(&new, &step, err);
	if (r)
		return r;
	return remember(draft, aspect->action, step) ? ms_nomem(err) : 0;
}

/* All that was refused, in one error: nobody wants to find them one by one. */
static int refuse(const struct ms_report *refused, struct ms_err *err)
{
	const struct ms_err *first = &refused->errs[0];
	MS_AUTO_BUF struct ms_buf text = { 0 };
	size_t i, more, room = sizeof first->message - 64;

	/* What the error has no room for is counted. */
	for (i = 0; i < refused->n; i++) {
		const struct ms_err *one = &refused->errs[i];

		if (i && text.len + strlen(one->path) + strlen(one->message) > room)
			break;
		ms_buf_printf(&text, "%s%s: %s", i ? "; " : "", one->path, one->message);
	}
	more = refused->n - i + refused->dropped;
	if (more)
		ms_buf_printf(&text, "; and %zu more", more);
	if (text.failed)
		return ms_nomem(err);
	ms_fail(err, first->code == MS_UNSUPPORTED ? -EOPNOTSUPP : -EINVAL, first->code,
		"not planned: %s", text.data);
	for (i = 0; i < refused->n; i++)
		if (*refused->errs[i].hint)
			ms_hint(err, "%s", refused->errs[i].hint);
	return err->error;
}

static int missing_status(struct ms_item *item, struct ms_err *err)
{
	const char *message = ms_str(item->res, "/status/error/message", NULL);

	if (message)
		ms_fail(err, -ENODATA,
			ms_code_from_name(ms_str(item->res, "/status/error/code", "failed")),
			"nothing is known of %s: %s", ms_name(item->res), message);
	else
		ms_fail(err, -ENODATA, MS_PRECONDITION,
			"%s has no status.bmc: what it is like now is not known",
			ms_name(item->res));
	ms_hint(err, "msctl-bmc get FILE | msctl-bmc plan");
	return -ENODATA;
}

static bool must_change_first(const struct bmc_draft *draft)
{
	const json_t *own = json_array_get(json_object_get(draft->facts, "accounts"), 0);

	return ms_bool(own, "/passwordChangeRequired", false);
}

/* Is the wish at `path` (or one within it) what `pointer` names? */
static bool is_within(const char *path, const char *pointer)
{
	size_t len = strlen(pointer);

	return !strncmp(path, pointer, len) && (!path[len] || path[len] == '/');
}

/* The first of `n` refused wishes that the aspect rests on, or NULL. */
static const char *rests_on_refused(const struct bmc_draft *draft, const struct bmc_aspect *aspect,
				    size_t n)
{
	const char *const *pointer;
	size_t i;

	for (i = 0; i < n; i++)
		for (pointer = aspect->rests_on; pointer && *pointer; pointer++) {
			const char *path = draft->refused.errs[i].path;

			if (is_within(path, *pointer) ||
			    (is_within(*pointer, path) && ms_at(draft->spec, "%s", *pointer + 5)))
				return path;
		}
	return NULL;
}

/* One refused wish holds back what rests on it, and nothing else. */
static int want(struct bmc_draft *draft, const struct bmc_aspect *aspect, struct ms_err *err)
{
	size_t steps = json_array_size(draft->steps), refused = draft->refused.n;
	int r = aspect->want(draft, aspect, err);
	const char *path = r ? NULL : rests_on_refused(draft, aspect, refused);
	char pointer[64];

	if (!path || json_array_size(draft->steps) == steps)
		return r;
	while (json_array_size(draft->steps) > steps)
		json_array_remove(draft->steps, steps);
	json_object_del(draft->ids, aspect->action);
	snprintf(pointer, sizeof pointer, "/spec%s", aspect->speaks[0]);
	bmc_draft_refuse(draft, MS_PRECONDITION, pointer, "%s waits for %s", aspect->action, path);
	return 0;
}

static int draw_up(struct bmc_draft *draft, struct ms_err *err)
{
	const struct bmc_aspect *const *a;
	int r = 0;

	/* A BMC that waits for its first own password shows nothing else: the rest is for the next
	 * plan. */
	if (must_change_first(draft)) {
		draft->note = "the BMC takes nothing else before it: get and plan again afterwards";
		return bmc_aspect_account_password.want(draft, &bmc_aspect_account_password, err);
	}
	for (a = bmc_aspects; !r && *a; a++)
		if (speaks(*a, draft->spec))
			r = want(draft, *a, err);
	return r;
}

int bmc_plan(struct ms_item *item, struct ms_err *err)
{
	json_auto_t *steps = json_array(), *ids = json_object();
	struct bmc_draft draft = {
		.name = ms_name(item->res),
		.spec = ms_at(item->res, "/spec"),
		.facts = ms_at(item->res, "/status/bmc"),
		.steps = steps,
		.ids = ids,
		.labels = ms_at(item->res, "/metadata/labels"),
	};
	size_t i;
	json_t *step;
	int r;

	if (!steps || !ids)
		return ms_nomem(err);
	/* After a failed get the old facts may still stand there: they are not what is so now. */
	if (!json_is_object(draft.facts) || ms_at(item->res, "/status/error"))
		return json_object_size(draft.spec) ? missing_status(item, err) : 0;
	draft.vendor = ms_str(draft.facts, "/vendor", "unknown");
	r = draw_up(&draft, err);
	json_array_foreach(steps, i, step)
		if (!r && ms_item_add(item, json_incref(step)))
			r = ms_nomem(err);
	if (!r && draft.refused.n)
		r = refuse(&draft.refused, err);
	ms_report_release(&draft.refused);
	return r;
}
