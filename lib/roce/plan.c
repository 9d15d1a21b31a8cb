/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fabric against status.roce: one pass over the table of aspects.  Pure: what was not read is
 * not known. */
#include "roce/aspect.h"

#include <errno.h>
#include <stdarg.h>

void roce_refuse(struct roce_draft *draft, const char *section, const char *hint, const char *fmt,
		 ...)
{
	MS_AUTO_FREE char *text = NULL;
	struct ms_err *problem;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	problem = ms_report_add(&draft->refused, MS_UNSUPPORTED, ms_name(draft->nic), section, "%s",
				text ? text : "out of memory");
	if (problem)
		ms_hint(problem, "%s", hint);
}

/* All that was refused, in one error: nobody wants to find them one by one. */
static int refuse(const struct ms_report *refused, struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf text = { 0 };

	for (size_t i = 0; i < refused->n; i++)
		ms_buf_printf(&text, "%s%s: %s", i ? "; " : "", refused->errs[i].path,
			      refused->errs[i].message);
	if (text.failed)
		return ms_nomem(err);
	ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED, "not planned: %s", text.data);
	ms_hint(err, "%s", refused->errs[0].hint);
	return -EOPNOTSUPP;
}

/* ---- Steps ---- */

static void say(struct ms_buf *buf, const json_t *value)
{
	MS_AUTO_FREE char *text = json_is_string(value)
					  ? strdup(json_string_value(value))
					  : ms_json_text(value, MS_JSON_COMPACT);

	ms_buf_printf(buf, "%s", !text || !strcmp(text, "null") ? "nothing" : text);
}

/* Long lists are in the Step. */
static bool is_short(const struct roce_aspect *aspect)
{
	static const char *const brief[] = { "mtu", "trust", "trafficClass",
					     "cm",  "pause", "netnsMode" };

	for (size_t i = 0; i < MS_ARRAY_SIZE(brief); i++)
		if (!strcmp(aspect->key, brief[i]))
			return true;
	return false;
}

static char *summary_new(const struct roce_draft *draft, const struct roce_aspect *aspect,
			 const json_t *before, const json_t *after)
{
	const char *pointer = strcmp(aspect->key, "pfc") ? "/%s" : "/%s/enabled";
	MS_AUTO_BUF struct ms_buf buf = { 0 };

	ms_buf_printf(&buf, "%s: %s", ms_name(draft->nic), aspect->words);
	if (is_short(aspect) || !strcmp(aspect->key, "pfc")) {
		ms_buf_printf(&buf, " ");
		say(&buf, ms_at(before, pointer, aspect->key));
		ms_buf_printf(&buf, " -> ");
		say(&buf, ms_at(after, pointer, aspect->key));
	} else {
		ms_buf_printf(&buf, " as the fabric has them");
	}
	if (strcmp(aspect->risk, "none"))
		ms_buf_printf(&buf, " (%s)", aspect->risk);
	return buf.failed ? NULL : ms_take(buf.data);
}

static int add_step(struct ms_item *item, struct roce_draft *draft,
		    const struct roce_aspect *aspect, json_t *before, json_t *after,
		    struct ms_err *err)
{
	MS_AUTO_FREE char *summary = summary_new(draft, aspect, before, after);
	struct ms_step_new step = { .command = "msctl-roce",
				    .kind = "Nic",
				    .name = ms_name(draft->nic),
				    .action = aspect->action,
				    .risk = aspect->risk,
				    .summary = summary,
				    .labels = ms_at(draft->nic, "/metadata/labels") };
	json_t *res = NULL;
	int r;

	if (!summary)
		return ms_nomem(err);
	step.before = json_incref(before);
	step.after = json_incref(after);
	step.undo = json_pack("{s:s,s:O,s:O}", "action", aspect->action, "before", after, "after",
			      before);
	r = ms_step_make(&step, &res, err);
	if (!r && ms_item_add(item, res) < 0)
		r = ms_nomem(err);
	return r;
}

/* Buffers follow from the rest, or are the driver's.  Code points are shorter as a map, and say
 * what is trusted where nothing else does. */
static int remember(struct roce_draft *draft, const struct roce_aspect *aspect, json_t *want)
{
	json_t *map, *app;
	char key[16];
	size_t i;

	if (!strcmp(aspect->key, "persistent") || !strcmp(aspect->key, "buffer"))
		return 0;
	if (strcmp(aspect->key, "app"))
		return json_object_set(draft->settings, aspect->key, want);
	map = json_object();
	if (json_object_set_new(draft->settings, "dscpToPriority", map) < 0)
		return -ENOMEM;
	json_array_foreach(want, i, app) {
		snprintf(key, sizeof(key), "%d", (int)ms_int(app, "/protocol", 0));
		if (json_object_set(map, key, json_object_get(app, "priority")) < 0)
			return -ENOMEM;
	}
	return json_object_set_new(draft->settings, "trust",
				   json_string(json_object_size(map) ? "dscp" : "pcp"));
}

static int plan_aspect(struct ms_item *item, struct roce_draft *draft,
		       const struct roce_aspect *aspect, struct ms_err *err)
{
	json_auto_t *want = aspect->want(draft), *after = NULL, *before = NULL;

	if (!want)
		return 0;
	after = json_pack("{s:O}", aspect->key, want);
	before = after ? roce_aspect_view(aspect, draft->seen, after) : NULL;
	if (!before || remember(draft, aspect, want) < 0)
		return ms_nomem(err);
	if (roce_aspect_holds(aspect, before, after))
		return 0;
	return add_step(item, draft, aspect, before, after, err);
}

/* ---- who is planned ---- */

static int missing_status(const json_t *nic, struct ms_err *err)
{
	const char *message = ms_str(nic, "/status/error/message", NULL);

	if (message)
		ms_fail(err, -ENODATA,
			ms_code_from_name(ms_str(nic, "/status/error/code", "failed")),
			"nothing is known of %s: %s", ms_name(nic), message);
	else
		ms_fail(err, -ENODATA, MS_PRECONDITION,
			"%s has no status.roce: what it is like now is not known", ms_name(nic));
	ms_hint(err, "msctl-roce get FILE | msctl-roce plan");
	return -ENODATA;
}

/* Left alone, and what an earlier plan left for its boot goes. */
static int plan_leaving(struct ms_item *item, struct roce_draft *draft, struct ms_err *err)
{
	const struct roce_aspect *aspect = roce_aspects;

	while (strcmp(aspect->key, "persistent"))
		aspect++;
	return json_object_get(draft->seen, "persistent") ? plan_aspect(item, draft, aspect, err)
							  : 0;
}

static int plan_all(struct ms_item *item, struct roce_draft *draft, struct ms_err *err)
{
	int r = 0;

	for (const struct roce_aspect *aspect = roce_aspects; !r && aspect->action; aspect++)
		r = plan_aspect(item, draft, aspect, err);
	if (!r && draft->refused.n)
		r = refuse(&draft->refused, err);
	return r;
}

int roce_plan(struct ms_item *item, const struct roce_set *set, struct ms_err *err)
{
	const struct roce_fabric *fabric = roce_fabric_of(set, item->res);
	json_auto_t *settings = json_object();
	struct roce_draft draft = { .set = set,
				    .fabric = fabric,
				    .roce = fabric ? &fabric->roce : NULL,
				    .nic = item->res,
				    .seen = ms_at(item->res, "/status/roce"),
				    .settings = settings };
	bool wanted = fabric && ms_bool(item->res, "/spec/roce/enabled", true);
	int r;

	if (!settings)
		return ms_nomem(err);
	if (wanted && fabric->err.error) {
		*err = fabric->err;
		return err->error;
	}
	wanted = wanted && fabric->roce.managed;
	if (!draft.seen || ms_at(item->res, "/status/error"))
		return wanted ? missing_status(item->res, err) : 0;
	r = wanted ? plan_all(item, &draft, err) : plan_leaving(item, &draft, err);
	ms_report_release(&draft.refused);
	return r;
}
