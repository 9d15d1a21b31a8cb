/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One Step per switch that is not as it should be. */
#include <errno.h>
#include "fabric/wanted.h"

#define MAX_ITEMS 12

struct draft {
	const struct fabric_plan_opts *opts;
	const json_t *sw, *seen;
	json_t *target, *before, *after;         /* owned */
};

static int missing_status(const json_t *sw, struct ms_err *err)
{
	const char *message = ms_str(sw, "/status/error/message", NULL);

	if (message)
		ms_fail(err, -ENODATA,
			ms_code_from_name(ms_str(sw, "/status/error/code", "failed")),
			"nothing is known of %s: %s", ms_name(sw), message);
	else
		ms_fail(err, -ENODATA, MS_PRECONDITION,
			"%s has no status.switch.config: what it is like now is not known",
			ms_name(sw));
	ms_hint(err, "msctl-switch get FILE | msctl-switch plan");
	return -ENODATA;
}

/* ---- risk ---- */

/* Does a change of this row touch traffic?  Words do not, and neither does another VLAN on a trunk.
 */
static bool disturbs(const json_t *seen, const json_t *patch)
{
	const char *key;
	json_t *value;

	if (json_is_null(patch))
		return true;
	json_object_foreach((json_t *)patch, key, value) {
		const json_t *tagged = ms_at(seen, "/l2/tagged"),
			     *wanted = json_object_get(value, "tagged"), *entry;
		size_t i, kept = 0;

		if (ms_streq(key, "description") || ms_streq(key, "name") ||
		    (ms_streq(key, "enabled") &&
		     ms_bool(seen, "/enabled", true) == json_is_true(value)))
			continue;
		if (!ms_streq(key, "l2") || !tagged || json_object_size(value) != 1 || !wanted)
			return true;
		json_array_foreach(tagged, i, entry) {
			const json_t *other;
			size_t j;

			json_array_foreach(wanted, j, other)
				kept += json_equal(entry, other);
		}
		if (kept < json_array_size(tagged))
			return true;
	}
	return false;
}

static bool rows_disturb(const json_t *seen, const json_t *patch)
{
	const char *key;
	json_t *row;

	json_object_foreach((json_t *)patch, key, row) {
		const json_t *was = json_object_get(seen, key);

		if (was && disturbs(was, row))
			return true;
	}
	return false;
}

/* Sections whose rows carry traffic: what was there and changes cuts it, what is new does not. */
static const char *risk_of(const struct draft *draft)
{
	static const char *const rows[] = { "ports", "channels", "vlans", "svis", "vrfs", "vpls" };
	static const char *const wholes[] = {
		"loopback", "vxlan", "mlag", "ospf", "mpls", "lacks"
	};
	const json_t *seen = draft->seen, *after = draft->after;

	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++)
		if (rows_disturb(json_object_get(seen, rows[i]), json_object_get(after, rows[i])))
			return "link";
	for (size_t i = 0; i < MS_ARRAY_SIZE(wholes); i++)
		if (json_object_get(seen, wholes[i]) && json_object_get(after, wholes[i]))
			return "link";
	/* Buffers are given out anew, and ports stand still meanwhile. */
	if (json_object_get(after, "qos"))
		return "link";
	if (rows_disturb(ms_at(seen, "/bgp/neighbors"), ms_at(after, "/bgp/neighbors")) ||
	    rows_disturb(ms_at(seen, "/evpn/vnis"), ms_at(after, "/evpn/vnis")) ||
	    (ms_at(seen, "/bgp/asn") && ms_at(after, "/bgp/asn")))
		return "link";
	return "none";
}

/* ---- the Step ---- */

static int add_step(struct ms_item *item, const struct draft *draft, struct ms_err *err)
{
	const char *name = ms_name(draft->sw), *risk = risk_of(draft);
	MS_AUTO_FREE char *words = NULL, *summary = NULL;
	json_t *step = NULL;
	struct ms_step_new new = {
		.command = "msctl-switch",
		.kind = "Switch",
		.name = name,
		.action = "fabric.configure",
		.risk = risk,
		.labels = ms_at(draft->sw, "/metadata/labels"),
	};
	int r = fabric_diff_words(draft->seen, draft->target, MAX_ITEMS, &words, err);

	if (r)
		return r;
	summary = ms_asprintf("%s: %s%s", name, words, strcmp(risk, "none") ? " (link)" : "");
	new.undo = json_pack("{s:s,s:O,s:O}", "action", "fabric.configure", "before", draft->after,
			     "after", draft->before);
	if (!summary || !new.undo) {
		json_decref(new.undo);
		return ms_nomem(err);
	}
	new.summary = summary;
	new.before = json_incref(draft->before);
	new.after = json_incref(draft->after);
	r = ms_step_make(&new, &step, err);
	if (r)
		return r;
	return ms_item_add(item, step) ? ms_nomem(err) : 0;
}

/* What the driver has no words for is told now, and not when other switches were begun with. */
static int try_words(const struct draft *draft, struct ms_err *err)
{
	json_t *native = NULL;
	int r = fabric_render(draft->sw, draft->target, &native, err);

	json_decref(native);
	return r;
}

static int draw_up(struct ms_item *item, struct draft *draft, struct ms_err *err)
{
	const struct fabric_plan_opts *opts = draft->opts;
	json_auto_t *wanted = NULL;
	int r = fabric_wanted(opts->set, draft->sw, &wanted, err);

	if (!r)
		r = fabric_target(opts->set, draft->sw, wanted, draft->seen, opts->own_all,
				  &draft->target, NULL, err);
	if (!r)
		r = fabric_diff(draft->seen, draft->target, &draft->before, &draft->after, err);
	if (r || !json_object_size(draft->after))
		return r;
	r = try_words(draft, err);
	if (r)
		return r;
	return add_step(item, draft, err);
}

int fabric_plan(struct ms_item *item, struct ms_err *err)
{
	struct draft draft = {
		.opts = item->ctx,
		.sw = item->res,
		.seen = ms_at(item->res, "/status/switch/config"),
	};
	int r;

	/* After a failed get the old facts may still stand there: they are not what is so now. */
	if (!json_is_object(draft.seen) || ms_at(item->res, "/status/error"))
		return missing_status(item->res, err);
	r = draw_up(item, &draft, err);
	json_decref(draft.target);
	json_decref(draft.before);
	json_decref(draft.after);
	return r;
}
