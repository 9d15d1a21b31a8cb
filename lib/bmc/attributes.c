/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Settings that wait for a restart (DSP0266, 9.10 Settings resource): the Attributes of Bios and
 * their like.
 *
 * Each round reads the resource, its settings object and its registry anew, so that it does not
 * matter where an earlier run was killed: what is current is done, what is pending is not staged
 * again, what is neither is staged.  Most BMCs list everything in the settings object, Dell only
 * what was changed: pending is the difference.  Dell also needs a job, which PATCH with an apply
 * time makes; a pending value without a job never comes to pass.
 */
#include "bmc/aspect.h"
#include "bmc/read.h"

enum { MAX_ROUNDS = 6 };

/* One resource as it is now. */
struct view {
	json_t *res, *pending;       /* owned */
	const json_t *current;       /* lent from res */
	char *settings;              /* URI to PATCH, owned */
};

static void view_release(struct view *v)
{
	json_decref(v->res);
	json_decref(v->pending);
	free(v->settings);
	*v = (struct view){ 0 };
}

/* Boards that leave @Redfish.Settings out still have the object, by one of these names. */
static int probe_settings(struct bmc *bmc, const char *uri, char **ret_uri, json_t **ret_settings)
{
	static const char *const tails[] = { "SD", "Settings", "Pending" };
	struct ms_err absent = MS_ERR_INIT;
	size_t i;

	for (i = 0; i < MS_ARRAY_SIZE(tails); i++) {
		MS_AUTO_FREE char *guess = ms_asprintf("%s/%s", uri, tails[i]);

		ms_err_clear(&absent);
		if (!guess)
			return -ENOMEM;
		if (!ms_redfish_get_fresh(bmc->redfish, guess, ret_settings, &absent)) {
			*ret_uri = ms_take(guess);
			return 0;
		}
	}
	*ret_uri = strdup(uri);
	return *ret_uri ? 0 : -ENOMEM;
}

static int read_settings(struct bmc *bmc, const char *uri, struct view *v, json_t **ret_settings,
			 struct ms_err *err)
{
	const char *named = ms_str(v->res, "/@Redfish.Settings/SettingsObject/@odata.id", NULL);

	if (!named)
		return probe_settings(bmc, uri, &v->settings, ret_settings) ? ms_nomem(err) : 0;
	v->settings = strdup(named);
	return v->settings ? ms_redfish_get_fresh(bmc->redfish, named, ret_settings, err)
			   : ms_nomem(err);
}

static int look(struct bmc *bmc, const char *uri, struct view *v, struct ms_err *err)
{
	json_auto_t *settings = NULL;
	int r = ms_redfish_get_fresh(bmc->redfish, uri, &v->res, err);

	if (r)
		return r;
	v->current = json_object_get(v->res, "Attributes");
	if (!json_is_object(v->current))
		return ms_fail(err, -EBADMSG, MS_INVALID, "%s has no Attributes", uri);
	r = read_settings(bmc, uri, v, &settings, err);
	if (r)
		return r;
	v->pending = bmc_bios_pending(json_object_get(settings, "Attributes"), v->current);
	return v->pending ? 0 : ms_nomem(err);
}

/* ---- jobs ---- */

static bool unfinished(const char *state)
{
	static const char *const over[] = { "Completed", "Exception",		"Killed",
					    "Cancelled", "CompletedWithErrors", "Failed" };
	size_t i;

	for (i = 0; i < MS_ARRAY_SIZE(over); i++)
		if (!strcmp(state, over[i]))
			return false;
	return true;
}

/* "BIOS" for .../Bios, else the last segment, which Dell's job names carry ("Configure:
 * NIC.Slot.5-1"). */
static const char *job_word(const char *uri)
{
	const char *slash = strrchr(uri, '/');

	return slash && strcasecmp(slash + 1, "Bios") ? slash + 1 : "BIOS";
}

/* The unfinished configuration job (no firmware update) of the resource at uri; NULL when there is
 * none.  Dell's own list, which is read last, says best what it is doing. */
static int find_job(struct bmc *bmc, const char *uri, json_t **ret_job, struct ms_err *err)
{
	json_auto_t *facts = NULL;
	const json_t *found = NULL;
	size_t i;
	json_t *task;
	int r = bmc_look(bmc, NULL, "tasks", &facts, err);

	if (r)
		return r;
	json_array_foreach(json_object_get(facts, "tasks"), i, task) {
		const char *name = ms_str(task, "/name", "");

		if (strcasestr(name, "config") && strcasestr(name, job_word(uri)) &&
		    unfinished(ms_str(task, "/state", "")))
			found = task;
	}
	*ret_job = json_incref((json_t *)found);
	return 0;
}

/* Dell's jobs are deleted by an action; the older firmware knows no other way. */
static int drop_job(struct bmc *bmc, const char *id, struct ms_err *err)
{
	json_auto_t *service = NULL;
	int r = bmc_follow(bmc, bmc_manager(bmc), "/Links/Oem/Dell/DellJobService", &service, err);

	return r < 0 ? r
		     : bmc_action(bmc, service, "#DellJobService.DeleteJobQueue",
				  json_pack("{s:s}", "JobID", id), 60, err);
}

/* While somebody's job holds the settings, nothing more is staged.  0 = it is gone, on request. */
static int clear_way(struct bmc *bmc, const char *uri, struct ms_err *err)
{
	json_auto_t *job = NULL;
	struct ms_err why = MS_ERR_INIT;
	const char *id, *state;
	bool runs;

	if (find_job(bmc, uri, &job, &why) || !job)
		return err->error;
	id = ms_str(job, "/id", "?");
	state = ms_str(job, "/state", "?");
	runs = !strcmp(state, "Running");
	ms_err_clear(err);
	if (bmc->env->drop_jobs && !runs)
		return drop_job(bmc, id, err);
	ms_fail(err, -EEXIST, MS_CONFLICT,
		"the job %s (%s, %s) holds %s: no other settings until it has run or is deleted",
		id, ms_str(job, "/name", "?"), state, uri);
	ms_hint(err, runs ? "apply again when it has ended: msctl-bmc get --only tasks"
			  : "restart the machine to run it, or msctl-bmc apply --drop-jobs");
	return err->error;
}

/* ---- staging ---- */

/* Members of stage that are not pending already. */
static json_t *not_pending(const json_t *stage, const json_t *pending)
{
	json_t *todo = json_object(), *value;
	const char *name;

	json_object_foreach((json_t *)stage, name, value)
		if (!ms_step_holds(json_object_get(pending, name), value) &&
		    json_object_set(todo, name, value))
			return json_decref(todo), NULL;
	return todo;
}

static int patch_once(struct bmc *bmc, const struct view *v, json_t *attributes, struct ms_err *err)
{
	json_t *body = json_pack("{s:O}", "Attributes", attributes);
	int r;

	if (!body || bmc_apply_on_reset(v->res, body)) {
		json_decref(body);
		return ms_nomem(err);
	}
	r = bmc_patch(bmc, v->settings, body, 0, err);
	if (r && (err->code == MS_CONFLICT || err->code == MS_BUSY))
		ms_hint(err,
			"another configuration job may be waiting: msctl-bmc get --only tasks");
	return r;
}

/*
 * What was accepted is looked at before the restart that it waits for.  A BMC that shows a part of
 * it has lost the rest; one that shows nothing at all may just not show what is staged.
 */
static int check_staged(struct bmc *bmc, const char *uri, const json_t *todo, struct ms_err *err)
{
	int64_t deadline = ms_clock_ms() + 10 * (int64_t)bmc_poll_ms(bmc);
	struct ms_err late = MS_ERR_INIT;

	for (;;) {
		struct view v = { 0 };
		int r = look(bmc, uri, &v, err);
		json_auto_t *rest = r ? NULL : not_pending(todo, v.pending);
		json_auto_t *lost = rest ? not_pending(rest, v.current) : NULL;
		const char *name = lost ? json_object_iter_key(json_object_iter(lost)) : NULL;
		bool good = !name || json_object_size(lost) == json_object_size(todo);

		if (!r && !lost)
			r = ms_nomem(err);
		if (!r && !good && bmc_pause(bmc, deadline, "settings to be staged", &late))
			r = ms_fail(err, -EIO, MS_UNVERIFIED,
				    "%s took the settings, but %s is not among those that wait "
				    "for the restart",
				    v.settings, name);
		view_release(&v);
		if (r || good)
			return r;
	}
}

static int patch_attributes(struct bmc *bmc, const char *uri, const struct view *v,
			    json_t *attributes, struct ms_err *err)
{
	int r = patch_once(bmc, v, attributes, err);

	if (r && err->code == MS_CONFLICT && ms_redfish_quirks(bmc->redfish)->bios_job) {
		r = clear_way(bmc, uri, err);
		if (!r)
			r = patch_once(bmc, v, attributes, err);
	}
	return r ? r : check_staged(bmc, uri, attributes, err);
}

/* Members of stage named by first; NULL when that is none of them, or all. */
static json_t *parents_of(const json_t *stage, const char *const *first)
{
	json_t *parents = json_object();

	for (; first && *first; first++)
		if (json_object_get(stage, *first))
			json_object_set(parents, *first, json_object_get(stage, *first));
	if (json_object_size(parents) && json_object_size(parents) < json_object_size(stage))
		return parents;
	json_decref(parents);
	return NULL;
}

/*
 * Bring the stage to be pending.  Registries do not tell every dependency: a device that refuses
 * parent and child together gets the parent alone, and *stage becomes that.
 */
static int stage_one(struct bmc *bmc, const struct bmc_wish *wish, const struct view *v,
		     json_t **stage, struct ms_err *err)
{
	json_auto_t *todo = not_pending(*stage, v->pending), *parents = NULL, *job = NULL;
	bool needs = ms_redfish_quirks(bmc->redfish)->bios_job;
	int r = 0;

	if (!todo)
		return ms_nomem(err);
	if (!json_object_size(todo)) {
		if (needs)
			r = find_job(bmc, wish->uri, &job, err);
		return r || !needs || job ? r : patch_attributes(bmc, wish->uri, v, *stage, err);
	}
	r = patch_attributes(bmc, wish->uri, v, todo, err);
	parents = r && (err->code == MS_FAILED || err->code == MS_CONFLICT)
			  ? parents_of(*stage, wish->first)
			  : NULL;
	if (!parents)
		return r;
	ms_err_clear(err);
	json_decref(*stage);
	*stage = ms_take(parents);
	return patch_attributes(bmc, wish->uri, v, *stage, err);
}

/* The registry of the attributes; Dell spells the names of its NICs' differently at its two ends.
 */
static int find_registry(struct bmc *bmc, const char *name, json_t **ret_registry,
			 struct ms_err *err)
{
	static const char dell[] = "NetworkAttributeRegistry_";
	MS_AUTO_FREE char *other = NULL;
	int r = bmc_bios_registry(bmc, name, ret_registry, err);

	if (r || !ms_starts(name, dell))
		return r;
	other = ms_asprintf("NetworkAttributesRegistry_%s", name + strlen(dell));
	return other ? bmc_bios_registry(bmc, other, ret_registry, err) : ms_nomem(err);
}

/* The attributes that can be written now: the first stage of the order; NULL when all is as wanted.
 */
static int next_stage(struct bmc *bmc, const struct view *v, const json_t *wanted,
		      json_t **ret_stage, struct ms_err *err)
{
	const char *name = ms_str(v->res, "/AttributeRegistry", NULL);
	json_auto_t *registry = NULL, *raw = NULL, *stages = NULL;
	struct ms_err absent = MS_ERR_INIT;
	int r;

	/* Without a registry the BMC is the only judge. */
	if (name && find_registry(bmc, name, &registry, &absent) < 0 && bmc_lost(&absent)) {
		*err = absent;
		return absent.error;
	}
	r = bmc_registry_check(registry, v->current, wanted, &raw, err);
	if (!r)
		r = bmc_registry_order(registry, v->current, raw, &stages, NULL, err);
	if (!r)
		*ret_stage = json_incref(json_array_get(stages, 0));
	return r;
}

/* ---- rounds ---- */

int bmc_boot_wait(struct bmc_device *device, const char *what,
		  int (*done)(struct bmc_device *, void *, struct ms_err *), void *ctx,
		  struct ms_err *err)
{
	unsigned seconds = device->env->boot_seconds ? device->env->boot_seconds : 1800;
	int64_t deadline = ms_clock_ms() + seconds * 1000ll;
	struct ms_err look_err = MS_ERR_INIT;
	int r;

	for (;;) {
		ms_err_clear(&look_err);
		ms_redfish_forget(device->bmc->redfish);
		r = done(device, ctx, &look_err);
		if (r > 0)
			return 0;
		if (r < 0)
			ms_debug("%s: waiting for %s: %s", device->bmc->name, what,
				 look_err.message);
		/* Some take the resource away during POST. */
		if (r < 0 && !bmc_transient(&look_err) && look_err.code != MS_NOTFOUND) {
			*err = look_err;
			return r;
		}
		r = bmc_pause(device->bmc, deadline, what, err);
		if (r)
			return r;
	}
}

struct round {
	const struct bmc_wish *wishes;
	json_t *stages;                 /* one object or null per wish, owned */
	size_t n;
};

/* Stage what can be staged now.  1 when something was, 0 when nothing is left to do. */
static int stage_all(struct bmc_device *device, struct round *round, struct ms_err *err)
{
	bool any = false;
	size_t i;

	for (i = 0; i < round->n; i++) {
		struct view v = { 0 };
		json_auto_t *stage = NULL;
		int r = look(device->bmc, round->wishes[i].uri, &v, err);

		if (!r)
			r = next_stage(device->bmc, &v, round->wishes[i].wanted, &stage, err);
		if (!r && stage)
			r = stage_one(device->bmc, &round->wishes[i], &v, &stage, err);
		view_release(&v);
		if (r)
			return r;
		any |= stage != NULL;
		if (json_array_append_new(round->stages, stage ? ms_take(stage) : json_null()))
			return ms_nomem(err);
	}
	return any;
}

int bmc_attributes_stage(struct bmc_device *device, const struct bmc_wish *wishes, size_t n,
			 struct ms_err *err)
{
	struct round round = { wishes, json_array(), n };
	int r = round.stages ? stage_all(device, &round, err) : ms_nomem(err);

	json_decref(round.stages);
	return r < 0 ? r : 0;
}

static int all_seen(struct bmc_device *device, void *ctx, struct ms_err *err)
{
	const struct round *round = ctx;
	size_t i;

	for (i = 0; i < round->n; i++) {
		const json_t *stage = json_array_get(round->stages, i);
		json_auto_t *res = NULL;
		int r;

		if (json_is_null(stage))
			continue;
		r = ms_redfish_get_fresh(device->bmc->redfish, round->wishes[i].uri, &res, err);
		if (r)
			return r;
		if (!ms_step_holds(json_object_get(res, "Attributes"), stage))
			return 0;
	}
	return 1;
}

/* The first attribute of the round, to name what is waited for. */
static const char *first_name(const struct round *round)
{
	size_t i;
	json_t *stage;

	json_array_foreach(round->stages, i, stage)
		if (json_object_size(stage))
			return json_object_iter_key(json_object_iter(stage));
	return "settings";
}

static int one_round(struct bmc_device *device, struct round *round, struct ms_err *err)
{
	char what[160];
	int r = stage_all(device, round, err);

	if (r <= 0)
		return r;
	r = bmc_restart(device, err);
	if (r)
		return r;
	snprintf(what, sizeof what, "%s to take effect after the restart", first_name(round));
	r = bmc_boot_wait(device, what, all_seen, round, err);
	return r ? r : 1;
}

int bmc_attributes_settle(struct bmc_device *device, const struct bmc_wish *wishes, size_t n,
			  struct ms_err *err)
{
	int r = 1, rounds;

	for (rounds = 0; r > 0 && rounds < MAX_ROUNDS; rounds++) {
		struct round round = { wishes, json_array(), n };

		r = round.stages ? one_round(device, &round, err) : ms_nomem(err);
		json_decref(round.stages);
	}
	if (r > 0)
		return ms_fail(err, -ELOOP, MS_UNVERIFIED,
			       "settings still differ after %d restarts", MAX_ROUNDS);
	return r;
}
