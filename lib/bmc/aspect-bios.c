/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bios.set.  `attributes` are wanted in force, after a restart; `pending` are wanted staged: for a
 * machine that is to stay off, and to take back what somebody staged against the spec.
 *
 * A machine that is off is switched on for its settings, unless spec.power says that it stays off.
 */
#include "bmc/aspect.h"
#include "bmc/read.h"

static const char *const speaks[] = { "/bios", "/boot/mode", NULL };

static json_t *view_pending(const json_t *facts, const json_t *names)
{
	json_t *view = bmc_view_members(facts, "/bios/attributes", names), *value;
	const char *name;

	json_object_foreach(ms_at(facts, "/bios/pending"), name, value)
		if (json_object_get(names, name) && json_object_set(view, name, value))
			return json_decref(view), NULL;
	return view;
}

static json_t *view_bios(const json_t *facts, const json_t *want)
{
	json_t *attributes = json_object_get(want, "attributes"),
	       *pending = json_object_get(want, "pending");

	if (pending)
		return json_pack("{s:o}", "pending", view_pending(facts, pending));
	return json_pack("{s:o}", "attributes",
			 bmc_view_members(facts, "/bios/attributes", attributes));
}

/* spec.bios with spec.boot.mode, which is the same wish where the mode is a BIOS attribute; a copy.
 */
static json_t *wishes_of(struct bmc_draft *draft, const json_t *attributes)
{
	const char *mode = ms_str(draft->spec, "/boot/mode", NULL);
	json_t *bios = json_object_get(draft->spec, "bios");
	json_t *wishes = bios ? json_deep_copy(bios) : json_object();

	if (mode && ms_str(bios, "/boot_mode", NULL) &&
	    strcmp(mode, ms_str(bios, "/boot_mode", ""))) {
		bmc_draft_refuse(draft, MS_INPUT, "/spec/boot/mode",
				 "boot.mode is %s and bios.boot_mode is %s", mode,
				 ms_str(bios, "/boot_mode", ""));
		json_object_del(wishes, "boot_mode");
	} else if (mode && bmc_bios_has(draft->vendor, "boot_mode", attributes)) {
		json_object_set_new(wishes, "boot_mode", json_string(mode));
	}
	return wishes;
}

static void refuse_as(struct bmc_draft *draft, const char *pointer, struct ms_err *why)
{
	struct ms_err *problem = bmc_draft_refuse(draft, why->code, pointer, "%s", why->message);

	if (*why->hint)
		ms_hint(problem, "%s", why->hint);
	ms_err_clear(why);
}

static void refuse_key(void *ctx, const char *key, struct ms_err *why)
{
	char pointer[512];

	snprintf(pointer, sizeof pointer, "/spec/bios/%s", key);
	refuse_as(ctx, pointer, why);
}

static void refuse_raw(struct bmc_draft *draft, const json_t *wishes, const char *name,
		       struct ms_err *why)
{
	const char *key = bmc_bios_key_for(draft->vendor, wishes,
					   ms_at(draft->facts, "/bios/attributes"), name);
	char raw[256];

	snprintf(raw, sizeof raw, "attributes/%s", name);
	refuse_key(draft, key ? key : raw, why);
}

/* What the registry takes of `raw`: one value after the other, then without those that are held
 * read-only to the end. */
static int keep_valid(struct bmc_draft *draft, const json_t *wishes, const json_t *raw,
		      json_t *checked, struct ms_err *err)
{
	const json_t *attributes = ms_at(draft->facts, "/bios/attributes");
	json_auto_t *rules = bmc_registry_from_rules(ms_at(draft->facts, "/bios/rules")),
		    *stages = NULL;
	struct ms_err why = MS_ERR_INIT;
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)raw, name, value) {
		json_auto_t *one = json_pack("{s:O}", name, value), *good = NULL;

		if (!rules || !one)
			return ms_nomem(err);
		if (bmc_registry_check(rules, attributes, one, &good, &why))
			refuse_raw(draft, wishes, name, &why);
		else if (json_object_update(checked, good))
			return ms_nomem(err);
	}
	while (bmc_registry_order(rules, attributes, checked, &stages, &name, &why)) {
		if (why.code != MS_CONFLICT)
			return ms_nomem(err);
		refuse_raw(draft, wishes, name, &why);
		json_object_del(checked, name);
	}
	return 0;
}

/* What differs from what is in force; and, separately, what is in force but about to be changed by
 * what is pending. */
static int split(const json_t *raw, const json_t *bios, json_t *differs, json_t *unstage)
{
	const json_t *attributes = json_object_get(bios, "attributes"),
		     *pending = json_object_get(bios, "pending");
	const char *name;
	json_t *value;
	int bad = 0;

	json_object_foreach((json_t *)raw, name, value) {
		const json_t *staged = json_object_get(pending, name);

		if (!ms_step_holds(json_object_get(attributes, name), value))
			bad |= json_object_set(differs, name, value);
		else if (staged && !ms_step_holds(staged, value))
			bad |= json_object_set(unstage, name, value);
	}
	return bad;
}

static int add_steps(struct bmc_draft *draft, const struct bmc_aspect *aspect, const json_t *raw,
		     const json_t *bios, struct ms_err *err)
{
	json_auto_t *differs = json_object(), *unstage = json_object();
	bool off = bmc_stays_off(draft->spec, draft->facts);
	int r = 0;

	if (!differs || !unstage || split(raw, bios, differs, unstage))
		return ms_nomem(err);
	if (json_object_size(unstage)) {
		draft->note = "taken back before it takes effect";
		r = bmc_draft_add(draft, aspect, "none", json_pack("{s:O}", "pending", unstage),
				  err);
	}
	if (r || !json_object_size(differs))
		return r;
	if (off) {
		draft->note =
			"staged: the machine stays off, it takes effect at the next power-on";
		r = bmc_draft_add(draft, aspect, "none", json_pack("{s:O}", "pending", differs),
				  err);
	} else {
		if (ms_streq(ms_str(draft->facts, "/power/state", NULL), "Off"))
			draft->note = "the machine is off and is switched on for it";
		r = bmc_draft_add(draft, aspect, NULL, json_pack("{s:O}", "attributes", differs),
				  err);
	}
	draft->note = NULL;
	return r;
}

static int want_bios(struct bmc_draft *draft, const struct bmc_aspect *aspect, struct ms_err *err)
{
	const json_t *bios, *attributes = ms_at(draft->facts, "/bios/attributes");
	json_auto_t *wishes = wishes_of(draft, attributes), *raw = NULL, *checked = json_object();
	struct ms_err why = MS_ERR_INIT;
	int r;

	if (!json_object_size(wishes))
		return 0;
	bios = bmc_draft_section(draft, "bios", "/spec/bios");
	if (!bios || !bmc_draft_section(draft, "power", "/spec/bios"))
		return 0;
	if (!checked || bmc_bios_sift(draft->vendor, wishes, attributes, refuse_key, draft))
		return ms_nomem(err);
	if (bmc_bios_translate(draft->vendor, wishes, attributes, &raw, &why)) {
		refuse_as(draft, "/spec/bios", &why);
		return 0;
	}
	r = keep_valid(draft, wishes, raw, checked, err);
	return r ? r : add_steps(draft, aspect, checked, bios, err);
}

/* Owned: the system is read again while settings are written, nothing of it may be lent. */
static char *bios_uri(const struct bmc_device *device, struct ms_err *err)
{
	const char *link = ms_str(bmc_system(device->bmc), "/Bios/@odata.id", NULL);
	char *uri = link ? strdup(link) : NULL;

	if (!link)
		ms_fail(err, -ENOENT, MS_NOTFOUND, "this system has no Bios resource any more");
	else if (!uri)
		ms_nomem(err);
	return uri;
}

static int act_bios(struct bmc_device *device, const json_t *want, const json_t *now,
		    struct ms_err *err)
{
	MS_AUTO_FREE char *uri = bios_uri(device, err);
	struct bmc_wish wish = { .uri = uri, .wanted = json_object_get(want, "attributes") };

	(void)now;
	if (!uri)
		return err->error;
	if (wish.wanted)
		return bmc_attributes_settle(device, &wish, 1, err);
	wish.wanted = json_object_get(want, "pending");
	return bmc_attributes_stage(device, &wish, 1, err);
}

static int stage_bios(struct bmc_device *device, const json_t *want, struct ms_err *err)
{
	MS_AUTO_FREE char *uri = bios_uri(device, err);
	struct bmc_wish wish = { .uri = uri, .wanted = json_object_get(want, "attributes") };

	if (!uri)
		return err->error;
	return wish.wanted ? bmc_attributes_stage(device, &wish, 1, err) : 0;
}

const struct bmc_aspect bmc_aspect_bios = {
	.action = "bios.set",
	.label = "BIOS",
	.risk = "reboot",
	.speaks = speaks,
	.section = "bios",
	.undo = true,
	.want = want_bios,
	.view = view_bios,
	.stage = stage_bios,
	.act = act_bios,
};
