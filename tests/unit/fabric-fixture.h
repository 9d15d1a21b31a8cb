/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Switches that are files, and a driver for them, so that every moment of a transaction can go wrong, also by the
 * death of the process, and the switches be looked at afterwards.
 *
 * DIR/NAME holds {running, start (what it starts with), candidate: {id, config}, commit: {id, back, due}, half: {id,
 * back}, sessions, dead}.  A commit that is not confirmed goes back when ms_clock_ms() has reached due.
 */
#ifndef FABRIC_FIXTURE_H
#define FABRIC_FIXTURE_H

#include "state-fixture.h"
#include "fabric/transaction/transaction.h"

enum call {
	OPEN, PROBE, READ, FACTS, PENDING, STAGE, VALIDATE, COMMIT, CONFIRM, ROLLBACK, ABANDON, CALLS,
};
static const char *const call_names[CALLS] = {
	"open", "probe", "read", "facts", "pending", "stage", "validate", "commit", "confirm", "rollback", "abandon",
};
enum fault {
	FINE,
	REFUSED,      /* an error, and nothing was done */
	LOST,         /* done, but the answer did not come */
	DEAD,         /* does not answer from now on, until it is revived */
	SILENT,       /* says yes and does nothing */
	HALF,         /* of a commit: a part of it, and an error; of anything else: refused */
	EXPIRES,      /* its timer ends just before */
	STOPPED,      /* the run is told to stop just before */
	FAULTS,
};

struct bed {
	struct fixture *f;
	struct ms_loop *loop;        /* of the run */
	json_t *plan;                /* array of resources */
	json_t *out;                 /* array: what came out of the last run */
	char *errors;
	unsigned kill_at, moments;
	/* What goes wrong: the first call of a kind on a switch, or whatever dice say. */
	const char *bad_name;
	enum call bad_call;
	enum fault bad_fault;
	unsigned bad_nth;            /* 0 = the first */
	unsigned counts[CALLS];      /* of calls on bad_name */
	uint64_t dice;               /* 0 = none */
	unsigned percent, rolled;
	bool sessions_stay_down, neighbours_go, neighbours_describe;
	unsigned slow_ms;            /* of each rollback */
	json_t *log;                 /* array: "leaf01 commit" */
	struct fabric_apply_opts opts;
};
static struct bed *bed;

/* ---- a switch in a file ---------------------------------------------------------------------- */

struct fabric_session { char name[64]; };

static inline void moment(void)
{
	if (++bed->moments == bed->kill_at)
		raise(SIGKILL);
}

static inline const char *box_path(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", bed->f->dir, name);
	return path;
}

static inline void box_save(const char *name, const json_t *box)
{
	struct ms_err err = MS_ERR_INIT;
	MS_AUTO_FREE char *text = json_dumps(box, 0);

	assert_no_err(ms_write_file(box_path(name), text, strlen(text), 0600, &err), &err);
}

/* Its timer runs whether somebody looks or not. */
static inline json_t *box_load(const char *name)
{
	json_t *box = json_load_file(box_path(name), 0, NULL);
	json_t *commit = json_object_get(box, "commit");

	assert_non_null(box);
	if (commit && ms_clock_ms() >= ms_int(commit, "/due", 0)) {
		json_object_set(box, "running", json_object_get(commit, "back"));
		json_object_del(box, "commit");
		box_save(name, box);
	}
	return box;
}

static inline void box_new(const char *name, const char *running)
{
	json_auto_t *config = json_loads(running, 0, NULL);
	json_auto_t *box = json_pack("{s:O, s:O, s:i}", "running", config, "start", config, "sessions", 0);

	assert_non_null(box);
	box_save(name, box);
}

/* The time of all timers comes, and whoever was dead is back. */
static inline void box_wait(const char *name)
{
	json_auto_t *box = json_load_file(box_path(name), 0, NULL);
	json_t *commit = json_object_get(box, "commit");

	if (commit)
		json_object_set_new(commit, "due", json_integer(0));
	/* What a half-applied change left is seen by the next plan; here somebody puts it right. */
	if (json_object_get(box, "half"))
		json_object_set(box, "running", ms_at(box, "/half/back"));
	json_object_del(box, "half");
	json_object_del(box, "dead");
	/* A login ends when its connection does. */
	json_object_set_new(box, "sessions", json_integer(0));
	box_save(name, box);
	json_decref(box_load(name));
}

/* ---- what goes wrong ------------------------------------------------------------------------- */

static inline unsigned roll(unsigned n)
{
	uint64_t z = bed->dice += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (unsigned)((z ^ z >> 31) % n);
}

static inline enum fault fault_of(const char *name, enum call call)
{
	if (bed->dice && roll(100) < bed->percent) {
		bed->rolled++;
		return REFUSED + roll(FAULTS - REFUSED);
	}
	if (!ms_streq(bed->bad_name, name))
		return FINE;
	return bed->counts[call]++ == bed->bad_nth && bed->bad_call == call ? bed->bad_fault : FINE;
}

static inline int no_answer(const char *name, struct ms_err *err)
{
	return ms_fail(err, -EHOSTUNREACH, MS_UNREACHABLE, "no answer from %s", name);
}

struct visit { json_t *box; enum fault fault; };

/* Every call on a switch begins here and ends with leave(): 0, or the failure that it has. */
static inline int enter(const struct fabric_session *session, enum call call, struct visit *v, struct ms_err *err)
{
	const char *name = session->name;
	char entry[128];

	moment();
	v->box = NULL;
	if (ms_task_sleep(bed->loop, 0) < 0)
		return ms_fail(err, -ECANCELED, MS_CANCELLED, "cancelled");
	snprintf(entry, sizeof(entry), "%s %s", name, call_names[call]);
	json_array_append_new(bed->log, json_string(entry));
	v->fault = fault_of(name, call);
	if (v->fault == STOPPED)
		ms_loop_stop(bed->loop);
	v->box = box_load(name);
	if (v->fault == DEAD)
		json_object_set_new(v->box, "dead", json_true());
	if (v->fault == EXPIRES && json_object_get(v->box, "commit"))
		json_object_set_new(json_object_get(v->box, "commit"), "due", json_integer(0));
	if (v->fault == DEAD || v->fault == EXPIRES) {
		box_save(name, v->box);
		json_decref(v->box);
		v->box = box_load(name);
	}
	if (json_object_get(v->box, "dead"))
		return no_answer(name, err);
	if (v->fault == REFUSED || (v->fault == HALF && call != COMMIT))
		return ms_fail(err, -EIO, MS_FAILED, "%s refused by %s", call_names[call], name);
	return 0;
}

static inline int leave(const struct fabric_session *session, struct visit *v, int r, bool changed, struct ms_err *err)
{
	if (r == 0 && changed && v->fault != SILENT)
		box_save(session->name, v->box);
	json_decref(v->box);
	moment();
	return r == 0 && v->fault == LOST ? no_answer(session->name, err) : r;
}

/* ---- the driver ------------------------------------------------------------------------------ */

static inline int box_open(const struct fabric_env *env, const json_t *sw, struct fabric_session **ret_session,
			   struct ms_err *err)
{
	struct fabric_session *session = calloc(1, sizeof(*session));
	struct visit v;
	int r;

	(void)env;
	snprintf(session->name, sizeof(session->name), "%s", ms_name(sw));
	r = enter(session, OPEN, &v, err);
	if (v.fault == SILENT || v.fault == LOST)
		v.fault = FINE;
	if (r == 0)
		json_object_set_new(v.box, "sessions", json_integer(ms_int(v.box, "/sessions", 0) + 1));
	r = leave(session, &v, r, true, err);
	if (r == 0)
		*ret_session = session;
	else
		free(session);
	return r;
}

static inline void box_close(struct fabric_session *session)
{
	json_auto_t *box = box_load(session->name);

	json_object_set_new(box, "sessions", json_integer(ms_int(box, "/sessions", 0) - 1));
	box_save(session->name, box);
	free(session);
}

static inline int box_probe(struct fabric_session *session, json_t **ret_facts, struct ms_err *err)
{
	struct visit v;
	int r = enter(session, PROBE, &v, err);

	r = leave(session, &v, r, false, err);
	if (r == 0)
		*ret_facts = json_pack("{s:s, s:s}", "version", "1.0", "serialNumber", session->name);
	return r;
}

static inline int box_read(struct fabric_session *session, json_t **ret_native, struct ms_err *err)
{
	struct visit v;
	int r = enter(session, READ, &v, err);

	if (r == 0)
		*ret_native = json_incref(json_object_get(v.box, "running"));
	r = leave(session, &v, r, false, err);
	if (r < 0)
		json_decref(ms_take(*ret_native));
	return r;
}

static inline int box_facts(struct fabric_session *session, const struct fabric_dialect *dialect,
			    const char *const *only, json_t *status, struct ms_err *err)
{
	struct visit v;
	int r = enter(session, FACTS, &v, err);
	const json_t *neighbors = ms_at(v.box, "/running/bgp/neighbors");
	bool changed = json_object_get(v.box, "commit");
	json_t *bgp = json_object(), *neighbor;
	const char *key;

	(void)dialect, (void)only;
	json_object_foreach((json_t *)neighbors, key, neighbor)
		json_object_set_new(bgp, key, json_pack("{s:s}", "state", changed && bed->sessions_stay_down ? "Active" :
							"Established"));
	json_object_set_new(status, "bgp", bgp);
	json_object_set_new(status, "ports", changed && bed->neighbours_go ? json_object() :
			    json_pack("{s:{s:{s:s, s:s}}}", "1", "lldp", "chassisId", "00:00:00:00:00:01", "portId", "p1"));
	if (bed->neighbours_describe)
		ms_put(status, "/ports/1/lldp", json_pack("{s:s, s:s, s:s}", "chassisId", "00:00:00:00:00:01", "portId",
			changed ? "swp1" : "00:00:00:00:00:02", "portDescription", changed ? "to leaf02:1" : "swp1"));
	return leave(session, &v, r, false, err);
}

static inline int box_pending(struct fabric_session *session, json_t **ret_pending, struct ms_err *err)
{
	struct visit v;
	int r = enter(session, PENDING, &v, err);
	json_t *commit = json_object_get(v.box, "commit"), *candidate = json_object_get(v.box, "candidate");
	json_t *pending = NULL;

	if (commit)
		pending = json_pack("{s:O, s:s, s:I}", "id", json_object_get(commit, "id"), "state", "committed",
				    "secondsLeft", (ms_int(commit, "/due", 0) - ms_clock_ms()) / 1000);
	else if (candidate)
		pending = json_pack("{s:O, s:s}", "id", json_object_get(candidate, "id"), "state", "staged");
	r = leave(session, &v, r, false, err);
	if (r == 0)
		*ret_pending = pending;
	else
		json_decref(pending);
	return r;
}

static inline int box_stage(struct fabric_session *session, const char *id, const json_t *delta, const json_t *target,
			    struct ms_err *err)
{
	struct visit v;
	int r = enter(session, STAGE, &v, err);

	(void)delta;
	if (r == 0)
		json_object_set_new(v.box, "candidate", json_pack("{s:s, s:O}", "id", id, "config", target));
	return leave(session, &v, r, true, err);
}

static inline int box_validate(struct fabric_session *session, const char *id, struct ms_err *err)
{
	struct visit v;
	int r = enter(session, VALIDATE, &v, err);

	if (r == 0 && !ms_streq(ms_str(v.box, "/candidate/id", NULL), id))
		r = ms_fail(err, -ENOENT, MS_NOTFOUND, "no candidate %s", id);
	return leave(session, &v, r, false, err);
}

static inline int box_commit(struct fabric_session *session, const char *id, unsigned seconds, struct ms_err *err)
{
	struct visit v;
	int r = enter(session, COMMIT, &v, err);

	if (r == 0 && !ms_streq(ms_str(v.box, "/candidate/id", NULL), id))
		r = ms_fail(err, -ENOENT, MS_NOTFOUND, "no candidate %s", id);
	if (r == 0 && v.fault == HALF) {
		json_object_set_new(v.box, "half", json_pack("{s:s, s:O}", "id", id, "back",
							     json_object_get(v.box, "running")));
		json_object_set_new(v.box, "running", json_pack("{s:{s:{s:s}, s:{s:s}}}", "vlans", "10", "name", "old",
								"100", "name", "hal"));
		json_object_del(v.box, "candidate");
		box_save(session->name, v.box);
		r = ms_fail(err, -EIO, MS_FAILED, "half of it was applied");
	} else if (r == 0) {
		json_object_set_new(v.box, "commit", json_pack("{s:s, s:O, s:I}", "id", id, "back",
							       json_object_get(v.box, "running"), "due",
							       (json_int_t)(ms_clock_ms() + 1000 * (int64_t)seconds)));
		json_object_set(v.box, "running", ms_at(v.box, "/candidate/config"));
		json_object_del(v.box, "candidate");
	}
	return leave(session, &v, r, true, err);
}

static inline int box_confirm(struct fabric_session *session, const char *id, struct ms_err *err)
{
	struct visit v;
	int r = enter(session, CONFIRM, &v, err);

	if (r == 0 && !ms_streq(ms_str(v.box, "/commit/id", NULL), id))
		r = ms_fail(err, -ENOENT, MS_NOTFOUND, "nothing to confirm");
	if (r == 0) {
		json_object_del(v.box, "commit");
		json_object_set(v.box, "start", json_object_get(v.box, "running"));
	}
	return leave(session, &v, r, true, err);
}

static inline int box_rollback(struct fabric_session *session, const char *id, struct ms_err *err)
{
	struct visit v;
	int r = bed->slow_ms && ms_task_sleep(bed->loop, bed->slow_ms) < 0 ?
		ms_fail(err, -ECANCELED, MS_CANCELLED, "cancelled") : 0;

	if (r < 0)
		return r;
	r = enter(session, ROLLBACK, &v, err);

	if (r == 0 && ms_streq(ms_str(v.box, "/half/id", NULL), id)) {
		json_object_set(v.box, "running", ms_at(v.box, "/half/back"));
		json_object_del(v.box, "half");
		return leave(session, &v, r, true, err);
	}
	if (r == 0 && !ms_streq(ms_str(v.box, "/commit/id", NULL), id))
		r = ms_fail(err, -ENOENT, MS_NOTFOUND, "nothing to roll back");
	if (r == 0) {
		json_object_set(v.box, "running", ms_at(v.box, "/commit/back"));
		json_object_del(v.box, "commit");
	}
	return leave(session, &v, r, true, err);
}

static inline int box_abandon(struct fabric_session *session, const char *id, struct ms_err *err)
{
	struct visit v;
	int r = enter(session, ABANDON, &v, err);

	if (r == 0 && ms_streq(ms_str(v.box, "/candidate/id", NULL), id))
		json_object_del(v.box, "candidate");
	return leave(session, &v, r, true, err);
}

static inline int same_render(const struct fabric_dialect *dialect, const json_t *model, json_t **ret_native,
			      struct ms_err *err)
{
	(void)dialect, (void)err;
	*ret_native = json_deep_copy(model);
	return 0;
}

static inline int same_parse(const struct fabric_dialect *dialect, const json_t *native, json_t **ret_model,
			     json_t *opaque, struct ms_err *err)
{
	(void)opaque;
	return same_render(dialect, native, ret_model, err);
}

static inline int same_delta(const struct fabric_dialect *dialect, const json_t *now, const json_t *target,
			     json_t **ret_delta, struct ms_err *err)
{
	(void)now;
	return same_render(dialect, target, ret_delta, err);
}

static const struct fabric_driver box_driver = {
	.platform = "box", .title = "a box", .format = "json", .step = 1, .open = box_open, .close = box_close,
	.probe = box_probe, .read = box_read, .facts = box_facts, .pending = box_pending, .stage = box_stage,
	.validate = box_validate, .commit = box_commit, .confirm = box_confirm, .rollback = box_rollback,
	.abandon = box_abandon, .render = same_render, .parse = same_parse, .delta = same_delta,
};
/* In place of the library's own (driver.c): this program knows one platform. */
const struct fabric_driver *const fabric_drivers[] = { &box_driver, NULL };
const struct fabric_driver *fabric_driver_find(const char *platform)
{
	return ms_streq(platform, "box") ? &box_driver : NULL;
}

/* ---- the command ----------------------------------------------------------------------------- */

static inline int apply_verb(struct ms_run *run, struct ms_err *err)
{
	struct fabric_env env = { .loop = run->loop, .poll_ms = 4 };
	struct ms_store *store;
	int r = ms_store_open(bed->f->path, run->loop, &store, err);

	if (r < 0)
		return r;
	bed->loop = run->loop;
	r = fabric_apply(run, store, &env, &bed->opts, err);
	ms_store_close(store);
	return r;
}

static const char *const apply_kinds[] = { "Step", "Switch", NULL }, *const apply_shows[] = { "Step", NULL };
static const struct ms_verb verbs[] = {
	{ .name = "apply", .help = "carry out", .kinds = apply_kinds, .shows = apply_shows, .touches = true,
	  .needs = MS_NEEDS_STATE | MS_NEEDS_NET, .fn = apply_verb },
	MS_VERB_END
};
static const struct ms_cmd command = {
	.name = "msctl-switch", .help = "test", .args_size = 1, .args_default = "", .verbs = verbs,
	.cols = ms_cols_step,
};

static inline void bed_switch(const char *name, const char *role, const char *pair)
{
	json_t *res = ms_resource_new("Switch", name);

	json_object_set_new(res, "spec", json_pack("{s:s, s:s, s:{s:s}, s:o*}", "platform", "box", "role", role,
						   "management", "address", name, "pair",
						   pair ? json_pack("{s:s}", "with", pair) : NULL));
	json_array_append_new(bed->plan, res);
}

static inline void bed_step(const char *name, const char *before, const char *after)
{
	struct ms_step_new step = {
		.command = "msctl-switch", .kind = "Switch", .name = name, .action = "fabric.configure", .risk = "none",
		.before = json_loads(before, 0, NULL), .after = json_loads(after, 0, NULL), .summary = "change",
	};
	struct ms_err err = MS_ERR_INIT;
	json_t *res = NULL;

	assert_no_err(ms_step_make(&step, &res, &err), &err);
	json_array_append_new(bed->plan, res);
}

static inline int bed_run(void)
{
	FILE *in = tmpfile(), *out = tmpfile(), *errors = tmpfile();
	char *argv[] = { "msctl-switch", "apply", NULL };
	MS_AUTO_BUF struct ms_buf text = { 0 };
	struct ms_err err = MS_ERR_INIT;
	const json_t *res;
	json_t *one;
	size_t i;
	int status;

	json_array_foreach(bed->plan, i, res) {
		json_dumpf(res, in, JSON_COMPACT);
		fputc('\n', in);
	}
	fflush(in);
	lseek(fileno(in), 0, SEEK_SET);
	memset(bed->counts, 0, sizeof(bed->counts));
	bed->moments = 0;
	json_array_clear(bed->out);
	json_array_clear(bed->log);
	status = ms_cmd_run(&command, 2, argv, in, out, errors);
	rewind(out);
	while ((one = json_loadf(out, JSON_DISABLE_EOF_CHECK, NULL)))
		json_array_append_new(bed->out, one);
	fflush(errors);
	lseek(fileno(errors), 0, SEEK_SET);
	assert_no_err(ms_read_fd(fileno(errors), "errors", 1 << 20, &text, &err), &err);
	free(bed->errors);
	bed->errors = ms_buf_steal(&text);
	fclose(in);
	fclose(out);
	fclose(errors);
	return status;
}

/* A member of the Step for a switch, in the output of the last run. */
static inline const json_t *step_of(const char *name)
{
	const json_t *res;
	size_t i;

	json_array_foreach(bed->out, i, res)
		if (!strcmp(ms_kind(res), "Step") && ms_streq(strchr(ms_str(res, "/spec/target", "/"), '/') + 1, name))
			return res;
	fail_msg("no Step of %s in the output\n%s", name, bed->errors);
	return NULL;
}

static inline bool box_holds(const char *name, const char *want)
{
	json_auto_t *box = box_load(name), *patch = json_loads(want, 0, NULL);

	return ms_step_holds(json_object_get(box, "running"), patch);
}

/* No candidate, timer or login: whoever is dead cannot be told so. */
static inline void assert_clean(const char *name, const char *when)
{
	json_auto_t *box = box_load(name);

	if (json_object_get(box, "dead"))
		return;
	if (json_object_get(box, "candidate") || json_object_get(box, "commit") || ms_int(box, "/sessions", 0)) {
		MS_AUTO_FREE char *text = json_dumps(box, 0), *log = json_dumps(bed->log, 0);

		fail_msg("%s: left on %s: %s\n%s\n%s", when, name, text, bed->errors, log);
	}
}

static inline int count_key(void *ctx, const char *key, const json_t *value)
{
	(void)key, (void)value;
	(*(unsigned *)ctx)++;
	return 0;
}

static inline unsigned keys_left(const char *prefix)
{
	struct ms_err err = MS_ERR_INIT;
	unsigned n = 0;

	fixture_open(bed->f);
	assert_no_err(ms_store_list(bed->f->store, prefix, count_key, &n, &err), &err);
	fixture_close(bed->f);
	return n;
}

static inline int bed_setup(void **state)
{
	fixture_setup(state);
	bed = calloc(1, sizeof(*bed));
	bed->f = *state;
	fixture_close(bed->f);
	bed->plan = json_array();
	bed->out = json_array();
	bed->log = json_array();
	bed->opts = (struct fabric_apply_opts){ .verify_ms = 150, .undo_ms = 150 };
	return 0;
}

static inline int bed_teardown(void **state)
{
	json_decref(bed->plan);
	json_decref(bed->out);
	json_decref(bed->log);
	free(bed->errors);
	bed->f->loop = NULL;
	fixture_teardown(state);
	free(bed);
	return 0;
}

#endif
