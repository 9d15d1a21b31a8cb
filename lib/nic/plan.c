/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From what is to what is to be: Steps.  Pure. */
#include "nic/here.h"
#include "state/state.h"

#include <errno.h>

struct planning {
	struct ms_item *item;
	const json_t *status, *state, *want;
	json_t *needs;               /* ids of the Steps so far that later ones stand on */
	bool fresh;                  /* virtual functions are to be made anew */
	struct ms_err *err;
};

/* ---- in words ---- */

static void say(struct ms_buf *buf, const json_t *value)
{
	MS_AUTO_FREE char *text = NULL;

	if (!value || json_is_null(value)) {
		ms_buf_puts(buf, "?");
	} else if (json_is_string(value)) {
		ms_buf_puts(buf, json_string_value(value));
	} else {
		text = ms_json_text(value, MS_JSON_COMPACT);
		if (!text)
			buf->failed = -ENOMEM;
		ms_buf_puts(buf, text ? text : "");
	}
}

/* "vlan 0 -> 100, trust true"; a value that has the name of the member itself goes without one. */
static void say_changes(struct ms_buf *buf, const char *member, const char *name, const json_t *now,
			const json_t *want)
{
	const char *key;
	json_t *value;

	if (ms_step_holds(now, want))
		return;
	if (json_is_object(want)) {
		json_object_foreach((json_t *)want, key, value)
			say_changes(buf, member, key, json_object_get(now, key), value);
		return;
	}
	ms_buf_printf(buf, "%s%s%s", buf->len ? ", " : "", strcmp(name, member) ? name : "",
		      strcmp(name, member) ? " " : "");
	if (now && !json_is_null(now)) {
		say(buf, now);
		ms_buf_puts(buf, " -> ");
	}
	say(buf, want);
}

static void say_cuts(struct ms_buf *buf, const json_t *uses)
{
	const json_t *use;
	size_t i;

	json_array_foreach((json_t *)uses, i, use)
		ms_buf_printf(buf, "%s%s", i ? ", " : "; cuts ", json_string_value(use));
}

static int summary_new(const struct planning *p, const struct nic_aspect *aspect, const char *name,
		       const json_t *now, const json_t *after, char **ret_summary)
{
	MS_AUTO_BUF struct ms_buf head = { 0 }, words = { 0 };
	json_auto_t *uses = json_array();
	int r = uses ? 0 : -ENOMEM;

	if (!r && aspect->cuts)
		r = nic_uses_cut(aspect->cuts(p->status, after), p->status, after, uses);
	if (r)
		return r;
	if (aspect->each)
		ms_buf_printf(&head, "%s %s: ", aspect->label, name);
	say_changes(&words, aspect->each ? name : "", name, now, after);
	ms_buf_puts(&head, words.data ? words.data : "again");
	say_cuts(&head, uses);
	if (words.failed)
		return words.failed;
	*ret_summary = ms_buf_steal(&head);
	return *ret_summary ? 0 : -ENOMEM;
}

/* ---- Steps ---- */

/* Later Steps of a Nic stand on those that make its functions and its eswitch. */
static bool is_ground(const struct nic_aspect *aspect)
{
	return !strcmp(aspect->key, "vfs") || !strcmp(aspect->key, "eswitch") ||
	       !strcmp(aspect->key, "parameters");
}

static bool is_of_functions(const struct nic_aspect *aspect)
{
	return !strcmp(aspect->key, "functions") || !strcmp(aspect->key, "drivers");
}

static bool stands_on(const struct nic_aspect *aspect)
{
	return is_of_functions(aspect) || !strcmp(aspect->key, "vfs");
}

/* What a restart of the device brings into force disturbs nobody now. */
static const char *risk_of(const struct nic_aspect *aspect, const json_t *after)
{
	const char *name;
	json_t *modes;

	json_object_foreach(json_object_get(after, "parameters"), name, modes)
		if (json_object_get(modes, "permanent"))
			return "none";
	return aspect->risk;
}

static json_t *expect_new(const json_t *status)
{
	const char *serial = ms_str(status, "/serialNumber", NULL);

	return serial ? json_pack("{s:s}", "serialNumber", serial) : NULL;
}

/* What is written to a device is for that one only, and Steps go by names. */
static int check_identity(const struct planning *p, const struct nic_aspect *aspect)
{
	if (strcmp(aspect->risk, "data") || ms_str(p->status, "/serialNumber", NULL))
		return 0;
	ms_fail(p->err, -EOPNOTSUPP, MS_PRECONDITION,
		"%s: its driver tells no serial number, so that another device could be written to",
		aspect->key);
	ms_hint(p->err, "devlink dev flash does it by hand");
	return -EOPNOTSUPP;
}

static int add_step(struct planning *p, const struct nic_aspect *aspect, const char *name,
		    json_t *now, json_t *after)
{
	const json_t *res = p->item->res;
	bool unseen = p->fresh && is_of_functions(aspect);
	MS_AUTO_FREE char *summary = NULL;
	struct ms_step_new step = {
		.command = "msctl-nic",
		.kind = "Nic",
		.name = ms_name(res),
		.action = aspect->action,
		.risk = risk_of(aspect, after),
		.labels = ms_at(res, "/metadata/labels"),
		.after = json_incref(after),
		/* What was there before functions are made anew says nothing of the new ones. */
		.before = unseen ? NULL : json_incref(now),
		.needs = stands_on(aspect) && json_array_size(p->needs) ? json_copy(p->needs)
									: NULL,
		.expect = strcmp(aspect->risk, "data") ? NULL : expect_new(p->status),
	};
	json_t *made = NULL;
	int r = check_identity(p, aspect);

	if (!r && (summary_new(p, aspect, name, now, after, &summary) || !step.after ||
		   (!step.before && !unseen) ||
		   (!step.needs && stands_on(aspect) && json_array_size(p->needs)) ||
		   (!step.expect && !strcmp(aspect->risk, "data"))))
		r = ms_nomem(p->err);

	step.summary = summary;
	if (r) {
		json_decref(step.after);
		json_decref(step.before);
		json_decref(step.needs);
		json_decref(step.expect);
		return r;
	}
	r = ms_step_make(&step, &made, p->err);
	if (!r && is_ground(aspect) &&
	    json_array_append_new(p->needs, json_string(ms_name(made))) < 0)
		r = ms_nomem(p->err);
	if (r) {
		json_decref(made);
		return r;
	}
	return ms_item_add(p->item, made) ? ms_nomem(p->err) : 0;
}

static int plan_value(struct planning *p, const struct nic_aspect *aspect, const char *name,
		      json_t *after)
{
	bool unseen = p->fresh && is_of_functions(aspect);
	json_auto_t *now = after ? nic_part_new(p->state, after) : NULL;
	int r = 0;

	if (!now)
		r = ms_nomem(p->err);
	else if (unseen || !ms_step_holds(now, after))
		r = add_step(p, aspect, name, now, after);
	json_decref(after);
	return r;
}

static int plan_aspect(struct planning *p, const struct nic_aspect *aspect)
{
	json_t *want = json_object_get(p->want, aspect->key), *value;
	const char *name;
	int r = 0;

	if (!want)
		return 0;
	if (!aspect->each)
		return plan_value(p, aspect, aspect->key, json_pack("{s:O}", aspect->key, want));
	json_object_foreach(want, name, value)
		if (!r)
			r = plan_value(p, aspect, name,
				       json_pack("{s:{s:O}}", aspect->key, name, value));
	return r;
}

/* ---- what cannot be ---- */

/* Is there a setting of the firmware that is to be set, or waits for a restart? */
static bool waits(const struct planning *p)
{
	const json_t *now = json_object_get(p->status, "settings");
	const char *name;
	json_t *value;

	json_object_foreach(json_object_get(p->want, "settings"), name, value) {
		json_auto_t *is = nic_part_new(json_object_get(now, name), value);

		if (!ms_step_holds(is, value) ||
		    ms_bool(json_object_get(now, name), "/pending", false))
			return true;
	}
	return false;
}

/* More functions than there can be now, or none at all: after the restart perhaps (rule N03 goes on
 * finding it). */
static bool put_off(struct planning *p)
{
	json_t *want = (json_t *)p->want;

	if (!waits(p))
		return false;
	json_object_del(want, "vfs");
	json_object_del(want, "functions");
	json_object_del(want, "drivers");
	return true;
}

static int check_vfs(struct planning *p)
{
	const json_t *total = ms_at(p->status, "/sriov/total");
	int64_t want = ms_int(p->want, "/vfs", -1), now = ms_int(p->state, "/vfs", -1);

	if (want < 0)
		return 0;
	if (want > 0 && now < 0) {
		if (put_off(p))
			return 0;
		ms_fail(p->err, -EOPNOTSUPP, MS_PRECONDITION,
			"%jd virtual functions are wanted, but it has no SR-IOV", (intmax_t)want);
		ms_hint(p->err,
			"turn SR-IOV on in the BIOS and in its firmware (SRIOV_EN), restart");
		return -EOPNOTSUPP;
	}
	if (now < 0)
		return json_object_del((json_t *)p->want, "vfs");
	if (total && want > json_integer_value(total)) {
		if (put_off(p))
			return 0;
		ms_fail(p->err, -ERANGE, MS_PRECONDITION,
			"%jd virtual functions are wanted, its firmware gives %jd", (intmax_t)want,
			(intmax_t)json_integer_value(total));
		ms_hint(p->err, "raise NUM_OF_VFS (spec.firmware.settings), then restart");
		return -ERANGE;
	}
	p->fresh = want != now;
	return 0;
}

static int check_most(struct planning *p, const char *what, const char *key)
{
	const json_t *now = json_object_get(p->status, what),
		     *want = json_object_get(p->want, what);
	char most[32];

	snprintf(most, sizeof(most), "/%sMax", key);
	if (!json_object_get(want, key) ||
	    ms_int(now, most, INT64_MAX) >= json_integer_value(json_object_get(want, key)))
		return 0;
	ms_fail(p->err, -ERANGE, MS_PRECONDITION,
		"%s.%s: %jd are wanted, the device has %jd at most", what, key,
		(intmax_t)json_integer_value(json_object_get(want, key)),
		(intmax_t)ms_int(now, most, 0));
	return -ERANGE;
}

static int check_limits(struct planning *p)
{
	static const char *const rings[] = { "rx", "tx" }, *const channels[] = { "combined", "rx",
										 "tx" };
	int r = check_vfs(p);

	for (size_t i = 0; !r && i < MS_ARRAY_SIZE(rings); i++)
		r = check_most(p, "rings", rings[i]);
	for (size_t i = 0; !r && i < MS_ARRAY_SIZE(channels); i++)
		r = check_most(p, "channels", channels[i]);
	return r;
}

static int plan(struct planning *p)
{
	int r = check_limits(p);

	for (const struct nic_aspect *aspect = nic_aspects; !r && aspect->action; aspect++)
		r = plan_aspect(p, aspect);
	return r;
}

int nic_plan(struct ms_item *item, struct ms_err *err)
{
	const json_t *status = ms_at(item->res, "/status/nic");
	json_auto_t *state = status ? nic_state_new(status) : NULL, *want = NULL,
		    *needs = json_array();
	struct planning p = {
		.item = item, .status = status, .state = state, .needs = needs, .err = err
	};
	int r;

	if (!status) {
		ms_fail(err, -ENODATA, MS_PRECONDITION, "it was not read: no status.nic");
		ms_hint(err, "msctl-nic get FILE | msctl-nic plan");
		return -ENODATA;
	}
	r = state && needs ? nic_want_new(item->res, status, &want, err) : ms_nomem(err);
	p.want = want;
	return r ? r : plan(&p);
}
