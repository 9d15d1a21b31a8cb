/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is to be applied: Steps, the resources they are for, and the devices behind those. */
#include <errno.h>
#include "state/apply.h"

int ap_problem(struct ap_step *step, const char *pointer, const char *hint, const char *fmt, ...)
{
	const struct ms_doc *doc = &step->item->doc;
	struct ms_err *problem;
	char message[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	problem = ms_report_add(step->ap->run->report, MS_INPUT, doc->source ? doc->source : "",
				pointer, "%s", message);
	if (problem) {
		ms_doc_place(doc, problem);
		ms_hint(problem, "%s", hint);
	}
	return -EBADMSG;
}

/* ---- Steps ----------------------------------------------------------------------------------- */

static int check_text(struct ap_step *step, const char *member)
{
	char pointer[32];

	snprintf(pointer, sizeof(pointer), "/spec/%s", member);
	if (*ms_str(step->item->res, pointer, ""))
		return 0;
	return ap_problem(step, pointer, "Steps are made by plan", "a Step without \"%s\"", member);
}

/* Its state is the last that plan writes of a Step: what ends before that is not all of it. */
bool ms_step_whole(const json_t *step)
{
	static const char *const states[] = { "planned", "running", "done", "failed", "skipped" };
	const char *state = ms_str(step, "/status/state", NULL);

	for (size_t i = 0; state && i < MS_ARRAY_SIZE(states); i++)
		if (!strcmp(state, states[i]))
			return true;
	return false;
}

static void check_step(struct ap_step *step)
{
	static const char *const texts[] = { "id", "command", "target", "action", "risk" };
	static const char *const risks[] = { "none", "link", "reboot", "data" };
	size_t i;

	for (i = 0; i < MS_ARRAY_SIZE(texts); i++)
		check_text(step, texts[i]);
	if (step->ours && !ms_step_whole(step->item->res))
		ap_problem(step, "/status/state", MS_STEP_CUT);
	if (!json_object_get(step->spec, "after"))
		ap_problem(step, "/spec/after", "Steps are made by plan",
			   "a Step without \"after\"");
	for (i = 0; i < MS_ARRAY_SIZE(risks); i++)
		if (ms_streq(step->risk, risks[i]))
			return;
	if (*step->risk)
		ap_problem(step, "/spec/risk", "none, link, reboot or data", "not a risk: \"%s\"",
			   step->risk);
}

static int fill_step(struct apply *ap, struct ap_step *step, struct ms_item *item,
		     struct ms_err *err)
{
	const json_t *spec = json_object_get(item->res, "spec");

	step->ap = ap;
	step->item = item;
	step->spec = spec;
	step->id = ms_str(spec, "/id", "");
	step->name = ms_str(spec, "/target", "");
	step->risk = ms_str(spec, "/risk", "");
	step->ours = item->mine && ms_streq(ms_str(spec, "/command", ""), ap->ops->command);
	/* A Step of another command counts as done when that command says so, one not selected as
	 * it says itself. */
	if (!step->ours)
		step->outcome = ms_streq(ms_str(item->res, "/status/state", ""), "done")
					? AP_DONE
					: AP_NOT_DONE;
	check_step(step);
	return state_step_hash(spec, step->hash, err);
}

static int find_steps(struct apply *ap, json_t *by_id, struct ms_err *err)
{
	size_t n = 0;
	int r = 0;

	for (size_t i = 0; i < ap->n_items; i++)
		n += !strcmp(ms_kind(ap->items[i].res), "Step");
	ap->steps = calloc(n + 1, sizeof(*ap->steps));
	if (!ap->steps)
		return ms_nomem(err);
	for (size_t i = 0; r == 0 && i < ap->n_items; i++) {
		struct ap_step *step = &ap->steps[ap->n_steps];

		if (strcmp(ms_kind(ap->items[i].res), "Step"))
			continue;
		r = fill_step(ap, step, &ap->items[i], err);
		/* The first of the same id: a second one finds the work done. */
		if (r == 0 && *step->id && !json_object_get(by_id, step->id) &&
		    json_object_set_new(by_id, step->id, json_integer((json_int_t)ap->n_steps)) < 0)
			r = ms_nomem(err);
		ap->n_steps++;
	}
	return r;
}

/* ---- targets --------------------------------------------------------------------------------- */

/* "Server/node01" -> index of the item, for everything that is not a Step. */
static int index_items(const struct apply *ap, json_t *by_name, struct ms_err *err)
{
	for (size_t i = 0; i < ap->n_items; i++) {
		const json_t *res = ap->items[i].res;
		MS_AUTO_FREE char *name = ms_asprintf("%s/%s", ms_kind(res), ms_name(res));

		if (!name)
			return ms_nomem(err);
		if (!json_object_get(by_name, name) &&
		    json_object_set_new(by_name, name, json_integer((json_int_t)i)) < 0)
			return ms_nomem(err);
	}
	return 0;
}

static void fill_target(struct apply *ap, struct ap_target *target, const char *name,
			const json_t *by_name)
{
	const json_t *at = json_object_get(by_name, name);

	if (at) {
		target->res = ap->items[json_integer_value(at)].res;
		return;
	}
	ms_fail(&target->broken, -ENOENT, MS_FAILED, "%s is not in the stream", name);
	ms_hint(&target->broken, "apply needs the whole output of plan, not only its Steps");
}

static int find_targets(struct apply *ap, const json_t *by_name, struct ms_err *err)
{
	json_auto_t *known = json_object();

	ap->targets = calloc(ap->n_steps + 1, sizeof(*ap->targets));
	if (!known || !ap->targets)
		return ms_nomem(err);
	for (size_t i = 0; i < ap->n_steps; i++) {
		struct ap_step *step = &ap->steps[i];
		const json_t *at = json_object_get(known, step->name);
		size_t n = at ? (size_t)json_integer_value(at) : ap->n_targets;

		if (!step->ours)
			continue;
		step->target = &ap->targets[n];
		if (at)
			continue;
		ap->n_targets++;
		fill_target(ap, step->target, step->name, by_name);
		if (json_object_set_new(known, step->name, json_integer((json_int_t)n)) < 0)
			return ms_nomem(err);
	}
	return 0;
}

/* ---- devices --------------------------------------------------------------------------------- */

static int group_find(struct apply *ap, json_t *by_key, const char *key,
		      struct ap_group **ret_group, struct ms_err *err)
{
	const json_t *at = *key ? json_object_get(by_key, key) : NULL;
	struct ap_group *group = &ap->groups[at ? (size_t)json_integer_value(at) : ap->n_groups];

	if (!at) {
		group->ap = ap;
		snprintf(group->key, sizeof(group->key), "%s", key);
		if (*key &&
		    json_object_set_new(by_key, key, json_integer((json_int_t)ap->n_groups)) < 0)
			return ms_nomem(err);
		ap->n_groups++;
	}
	*ret_group = group;
	return 0;
}

/* Two targets may be one device: then they take turns. */
static int group_of(struct apply *ap, json_t *by_key, struct ap_target *target, struct ms_err *err)
{
	char key[sizeof(target->group->key)] = "";

	if (target->group)
		return 0;
	if (target->res && ap->ops->device &&
	    ap->ops->device(ap->ctx, target->res, key, sizeof(key), &target->broken) < 0)
		key[0] = 0;
	return group_find(ap, by_key, key, &target->group, err);
}

static int group_add(struct ap_group *group, struct ap_step *step, struct ms_err *err)
{
	if (group->n == group->cap) {
		size_t cap = group->cap ? 2 * group->cap : 4;
		struct ap_step **steps = reallocarray(group->steps, cap, sizeof(struct ap_step *));

		if (!steps)
			return ms_nomem(err);
		group->steps = steps;
		group->cap = cap;
	}
	group->steps[group->n++] = step;
	return 0;
}

static int find_groups(struct apply *ap, struct ms_err *err)
{
	json_auto_t *by_key = json_object();
	int r = 0;

	ap->groups = calloc(ap->n_targets + 1, sizeof(*ap->groups));
	if (!by_key || !ap->groups)
		return ms_nomem(err);
	for (size_t i = 0; r == 0 && i < ap->n_steps; i++) {
		struct ap_step *step = &ap->steps[ap->order[i]];

		if (!step->ours)
			continue;
		r = group_of(ap, by_key, step->target, err);
		if (r == 0)
			r = group_add(step->target->group, step, err);
	}
	return r;
}

/* ---- all of it ------------------------------------------------------------------------------- */

int ap_read(struct apply *ap, struct ms_err *err)
{
	json_auto_t *by_id = json_object(), *by_name = json_object();
	int r;

	if (!by_id || !by_name)
		return ms_nomem(err);
	r = ms_run_collect(ap->run, &ap->items, &ap->n_items, err);
	if (r == 0)
		r = find_steps(ap, by_id, err);
	if (r == 0)
		r = index_items(ap, by_name, err);
	if (r == 0)
		r = find_targets(ap, by_name, err);
	if (r == 0)
		r = ap_order(ap, by_id, err);
	if (r == 0 && ap->run->report->n)
		r = ms_fail(err, -EBADMSG, MS_INPUT,
			    "the plan was refused, and nothing was changed");
	if (r == 0)
		r = ms_run_check_targets(ap->run, ap->n_targets, err);
	return r < 0 ? r : find_groups(ap, err);
}

void ap_release(struct apply *ap)
{
	for (size_t i = 0; i < ap->n_steps; i++) {
		json_decref(ap->steps[i].seen);
		free(ap->steps[i].needs);
	}
	for (size_t i = 0; i < ap->n_groups; i++)
		free(ap->groups[i].steps);
	free(ap->steps);
	free(ap->order);
	free(ap->targets);
	free(ap->groups);
	ms_items_free(ap->items, ap->n_items);
}
