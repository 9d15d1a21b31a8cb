/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A command `test` whose devices are files, so that a process that applies can be killed at any of its
 * moments and the devices looked at afterwards.
 *
 * DIR/NAME holds what the device is, DIR/acts one line for each act that came to its end.  spec.fault of a
 * target says how its device misbehaves.
 */
#ifndef APPLY_FIXTURE_H
#define APPLY_FIXTURE_H

#include "state-fixture.h"

struct bench {
	struct fixture *f;
	FILE *plan;
	char *out, *errors;       /* of the last run */
	int status;
	/* What a run does of its own accord. */
	unsigned kill_at, moments; /* SIGKILL at this moment; moments counted so far */
	bool full_disk;           /* writes of the journal fail */
	int tell;                 /* descriptor to write to when a slow act has begun, -1 = none */
};
/* ms_cmd_run has no context pointer: the one that runs now. */
static struct bench *bench;
/* Called with true where the code under test begins, with false where it ends or calls the devices. */
static void (*starve)(bool on);

static inline void hunger(bool on)
{
	if (starve)
		starve(on);
}

/* ---- moments --------------------------------------------------------------------------------- */

static inline void moment(void)
{
	if (++bench->moments == bench->kill_at)
		raise(SIGKILL);
}

static const struct ms_store_ops *real_ops;

static inline int moment_put(void *self, const char *key, const json_t *value, int64_t revision, unsigned ttl,
			     int64_t *ret_revision, struct ms_err *err)
{
	int r;

	if (bench->full_disk && ms_starts(key, "step/"))
		return ms_fail_errno(err, -ENOSPC, "state store");
	moment();
	r = real_ops->put(self, key, value, revision, ttl, ret_revision, err);
	moment();
	return r;
}

/* ---- devices --------------------------------------------------------------------------------- */

static inline const char *device_path(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", bench->f->dir, name);
	return path;
}

static inline json_t *device_load(const char *name)
{
	json_t *value = json_load_file(device_path(name), 0, NULL);

	return value ? value : json_object();
}

static inline void device_save(const char *name, const json_t *value)
{
	struct ms_err err = MS_ERR_INIT;
	MS_AUTO_FREE char *text = json_dumps(value, 0);

	assert_no_err(ms_write_file(device_path(name), text, strlen(text), 0600, &err), &err);
}

static inline void device_note(const char *name, const json_t *step)
{
	FILE *acts = fopen(device_path("acts"), "a");

	fprintf(acts, "%s %s\n", name, ms_str(step, "/spec/action", ""));
	fclose(acts);
}

struct fake { char name[64], fault[32]; unsigned reads; json_t *ahead; };

static inline int fake_key(void *ctx, const json_t *target, char *buf, size_t size, struct ms_err *err)
{
	(void)ctx, (void)err;
	snprintf(buf, size, "fake/%s", ms_str(target, "/spec/device", ms_name(target)));
	return 0;
}

static inline int fake_open(void *ctx, const json_t *target, void **ret_device, struct ms_err *err)
{
	struct fake *fake;

	(void)ctx;
	hunger(false);
	if (ms_streq(ms_str(target, "/spec/fault", ""), "dead"))
		return ms_fail(err, -EHOSTUNREACH, MS_UNREACHABLE, "no answer");
	fake = calloc(1, sizeof(*fake));
	snprintf(fake->name, sizeof(fake->name), "%s", ms_str(target, "/spec/device", ms_name(target)));
	snprintf(fake->fault, sizeof(fake->fault), "%s", ms_str(target, "/spec/fault", ""));
	*ret_device = fake;
	hunger(true);
	return 0;
}

static inline void fake_close(void *ctx, void *device)
{
	struct fake *fake = device;

	(void)ctx;
	json_decref(fake->ahead);
	free(fake);
}

static inline void fake_ahead(void *ctx, void *device, const json_t *steps)
{
	struct fake *fake = device;

	(void)ctx;
	json_decref(fake->ahead);
	fake->ahead = json_incref((json_t *)steps);
}

static inline int fake_read(void *ctx, void *device, const json_t *step, json_t **ret_now, struct ms_err *err)
{
	struct fake *fake = device;
	json_t *now;

	(void)ctx, (void)step, (void)err;
	hunger(false);
	now = device_load(fake->name);
	/* What was written comes to be seen only at the third look. */
	if (!strcmp(fake->fault, "late") && fake->reads && ++fake->reads < 4)
		json_object_update_new(now, json_pack("{s:s}", "power", "Changing"));
	*ret_now = now;
	hunger(true);
	return 0;
}

static inline int act_on_file(void *device, const json_t *step, struct ms_err *err)
{
	struct fake *fake = device;
	const char *fault = fake->fault, *key;
	json_auto_t *now = device_load(fake->name), *half = json_deep_copy(now);
	json_t *after = json_object_get(json_object_get(step, "spec"), "after"), *value;

	moment();
	if (!strcmp(fault, "refuse"))
		return ms_fail(err, -EACCES, MS_LICENSE, "no licence for that");
	fake->reads = 1;
	if (!strcmp(fault, "silent"))
		return 0;
	if (!strcmp(fault, "slow")) {
		if (bench->tell >= 0 && write(bench->tell, "x", 1) != 1)
			return -EIO;
		if (ms_task_sleep(bench->f->loop, 60000) < 0)
			return ms_fail(err, -ECANCELED, MS_CANCELLED, "stopped");
	}
	/* In two halves: what lies between is neither before nor after. */
	json_object_set_new(half, "half", json_true());
	json_object_foreach(after, key, value)
		json_object_set_new(half, key, json_string("Half"));
	device_save(fake->name, half);
	moment();
	json_object_del(now, "half");
	json_object_update(now, after);
	if (!strcmp(fault, "restarts")) {
		size_t i;

		json_array_foreach(fake->ahead, i, value)
			json_object_update(now, json_object_get(json_object_get(value, "spec"), "after"));
	}
	device_save(fake->name, now);
	device_note(fake->name, step);
	moment();
	return strcmp(fault, "lost") ? 0 : ms_fail(err, -ETIMEDOUT, MS_TIMEOUT, "no answer within 1 s");
}

static inline int fake_act(void *ctx, void *device, const json_t *step, const json_t *seen, struct ms_err *err)
{
	int r;

	(void)ctx, (void)seen;
	hunger(false);
	r = act_on_file(device, step, err);
	hunger(true);
	return r;
}

/* ---- the command ----------------------------------------------------------------------------- */

struct args { const char **allow; bool keep_going; unsigned lock_wait; };
static const struct args args_default = { 0 };
static const struct ms_opt apply_opts[] = {
	OPT_LIST(0, "allow", "RISK", struct args, allow, "risks"),
	OPT_FLAG(0, "keep-going", struct args, keep_going, "go on"),
	OPT_UINT(0, "lock-wait", "N", struct args, lock_wait, 0, 0, "seconds"),
	OPT_END
};

static inline int apply_verb(struct ms_run *run, struct ms_err *err)
{
	static const struct ms_step_ops ops = {
		.command = "msctl-test", .open = fake_open, .close = fake_close, .device = fake_key,
		.read = fake_read, .act = fake_act, .ahead = fake_ahead, .verify_seconds = 2,
	};
	const struct args *args = run->args;
	struct ms_apply_opts opts = { args->allow, args->keep_going, args->lock_wait };
	struct ms_store_ops hooked;
	struct ms_store *store;
	int r;

	hunger(true);
	r = ms_store_open(bench->f->path, run->loop, &store, err);
	if (r < 0)
		return r;
	bench->f->loop = run->loop;
	real_ops = store->ops;
	hooked = *store->ops;
	hooked.put = moment_put;
	store->ops = &hooked;
	r = ms_apply(run, store, &ops, NULL, &opts, err);
	ms_store_close(store);
	hunger(false);
	return r;
}

static const char *const apply_kinds[] = { "Step", "Server", NULL }, *const apply_shows[] = { "Step", NULL };
static const struct ms_verb verbs[] = {
	{ .name = "apply", .help = "carry out", .kinds = apply_kinds, .shows = apply_shows, .opts = apply_opts,
	  .touches = true, .needs = MS_NEEDS_STATE | MS_NEEDS_NET, .fn = apply_verb },
	MS_VERB_END
};
static const struct ms_cmd command = {
	.name = "msctl-test", .help = "test", .args_size = sizeof(struct args), .args_default = &args_default,
	.verbs = verbs, .cols = ms_cols_step,
};

/* ---- plans ----------------------------------------------------------------------------------- */

static inline void bench_put(json_t *res)
{
	assert_int_equal(json_dumpf(res, bench->plan, JSON_COMPACT), 0);
	fputc('\n', bench->plan);
	json_decref(res);
}

static inline void bench_server(const char *name, const char *fault, const char *device)
{
	json_t *res = ms_resource_new("Server", name);

	json_object_set_new(res, "spec", json_pack("{s:s*, s:s*}", "fault", fault, "device", device));
	bench_put(res);
}

/* A device that is Off, and its Server. */
static inline void bench_add(const char *name, const char *fault)
{
	json_auto_t *off = json_pack("{s:s, s:i}", "power", "Off", "n", 0);

	device_save(name, off);
	bench_server(name, fault, NULL);
}

struct step { const char *server, *action, *risk, *before, *after, *needs; };

static inline json_t *parse(const char *text)
{
	json_t *value = text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;

	assert_true(!text || value);
	return value;
}

/* Returns the id; lent until the test ends. */
static inline const char *bench_step(const struct step *s)
{
	static char ids[64][17];
	static unsigned next;
	struct ms_step_new step = {
		.command = "msctl-test", .kind = "Server", .name = s->server, .action = s->action,
		.risk = s->risk ? s->risk : "none", .before = parse(s->before), .after = parse(s->after),
		.needs = s->needs ? json_pack("[s]", s->needs) : NULL, .summary = s->action,
		.expect = ms_streq(s->risk, "data") ? json_pack("{s:s}", "serialNumber", "S1") : NULL,
	};
	struct ms_err err = MS_ERR_INIT;
	char *id = ids[next++ % 64];
	json_t *res = NULL;

	assert_no_err(ms_step_make(&step, &res, &err), &err);
	snprintf(id, 17, "%s", ms_name(res));
	bench_put(res);
	return id;
}

#define STEP(server, action, risk, before, after) \
	bench_step(&(struct step){ server, action, risk, before, after, NULL })
#define STEP_AFTER(server, action, before, after, needs) \
	bench_step(&(struct step){ server, action, NULL, before, after, needs })
#define OFF "{\"power\":\"Off\"}"
#define ON "{\"power\":\"On\"}"

/* ---- running --------------------------------------------------------------------------------- */

static inline char *slurp(FILE *file)
{
	MS_AUTO_BUF struct ms_buf text = { 0 };
	struct ms_err err = MS_ERR_INIT;

	fflush(file);
	assert_int_equal(lseek(fileno(file), 0, SEEK_SET), 0);
	assert_no_err(ms_read_fd(fileno(file), "output", 1 << 20, &text, &err), &err);
	return ms_buf_steal(&text);
}

/* Options are words with spaces between. */
static inline int bench_run(const char *options)
{
	MS_AUTO_FREE char *words = strdup(options);
	FILE *out = tmpfile(), *errors = tmpfile();
	char *argv[16] = { "msctl-test", "apply" }, *at = words;
	int argc = 2;

	for (char *word; argc < 15 && (word = strsep(&at, " "));)
		if (*word)
			argv[argc++] = word;
	fflush(bench->plan);
	lseek(fileno(bench->plan), 0, SEEK_SET);
	bench->moments = 0;
	bench->status = ms_cmd_run(&command, argc, argv, bench->plan, out, errors);
	free(bench->out);
	free(bench->errors);
	bench->out = slurp(out);
	bench->errors = slurp(errors);
	fclose(out);
	fclose(errors);
	return bench->status;
}

/* The member of a Step (by id) or Server (by name) in the output of the last run. */
static inline const char *result(const char *name, const char *pointer)
{
	static char found[8][512];
	static unsigned next;
	MS_AUTO_FREE char *copy = strdup(bench->out);
	char *at = copy, *line, *text = found[next++ % 8];

	while ((line = strsep(&at, "\n"))) {
		json_auto_t *res = *line ? json_loads(line, 0, NULL) : NULL;

		if (!ms_streq(ms_name(res), name))
			continue;
		snprintf(text, 512, "%s", ms_str(res, pointer, ""));
		return text;
	}
	fail_msg("no %s in the output:\n%s\n%s", name, bench->out, bench->errors);
	return NULL;
}

static inline unsigned acts(const char *name)
{
	FILE *file = fopen(device_path("acts"), "r");
	char line[128], word[64];
	unsigned n = 0;

	while (file && fgets(line, sizeof(line), file))
		n += sscanf(line, "%63s", word) == 1 && (!name || !strcmp(word, name));
	if (file)
		fclose(file);
	return n;
}

static inline bool device_is(const char *name, const char *want)
{
	json_auto_t *now = device_load(name), *w = parse(want);

	return ms_step_holds(now, w) && !json_object_get(now, "half");
}

#define assert_result(id, state, words) do { \
		const char *s_ = result(id, "/status/state"), *r_ = result(id, "/status/reason"); \
		if (strcmp(s_, state) || !strstr(r_, words)) \
			fail_msg("%s: %s (%s)\n%s", id, s_, r_, bench->errors); \
	} while (0)

static inline int bench_setup(void **state)
{
	fixture_setup(state);
	bench = calloc(1, sizeof(*bench));
	bench->f = *state;
	bench->tell = -1;
	bench->plan = tmpfile();
	fixture_close(bench->f);
	return 0;
}

static inline int bench_teardown(void **state)
{
	fclose(bench->plan);
	free(bench->out);
	free(bench->errors);
	bench->f->loop = NULL;
	fixture_teardown(state);
	free(bench);
	return 0;
}

#endif
