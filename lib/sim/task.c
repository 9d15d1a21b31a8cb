/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tasks and jobs: an answer that comes later, said in each vendor's way, and gone once it was read
 * where the vendor does that.  The model's `made` section holds what one looks like:
 *
 *   twins: [name, ...]      other prototypes that show the same task elsewhere
 *   states: {key, words: {Running: ...}, done: {...}}    how a state is written, and what is added
 * at the end vanish: true            a finished one is gone after it was read answer:
 * location|body|accepted|none                  how a 202 names it; monitor: TEXT is put behind its
 * path
 */
#include "sim/engine.h"

static json_t *task_vars(struct sim_bmc *bmc, const char *name)
{
	char stamp[32], id[16];

	ms_time_format(sim_wall(&bmc->dev), stamp);
	snprintf(id, sizeof(id), "%u", 1000 + ++bmc->serial_no);
	return json_pack("{s:s, s:s, s:s}", "id", id, "name", name, "time", stamp);
}

/* Makes the twins and remembers where they are. */
static void make_twins(struct sim_bmc *bmc, const json_t *vars, json_t *entry)
{
	json_t *paths = json_array(), *twin, *other = NULL;
	char path[SIM_PATH_MAX];
	size_t i;

	json_array_foreach(json_object_get(entry, "twins"), i, twin) {
		if (sim_prototype(bmc, json_string_value(twin), json_deep_copy(vars), path, &other))
			continue;
		json_array_append_new(paths, json_string(path));
		sim_make(bmc, path, other);
	}
	json_object_set_new(entry, "twins", paths);
}

/* `then` is what happens when it is done: {event, arg}; taken.  Negative seconds: somebody else
 * finishes it. */
int sim_task_new(struct sim_bmc *bmc, const char *what, const char *name, double seconds,
		 json_t *then, char path[static SIM_PATH_MAX])
{
	json_auto_t *vars = task_vars(bmc, name), *after = then;
	json_t *entry = NULL;
	int r = sim_prototype(bmc, what, json_deep_copy(vars), path, &entry);

	if (r)
		return r;
	make_twins(bmc, vars, entry);
	r = sim_make(bmc, path, entry);
	if (r || seconds < 0)
		return r;
	sim_event_add(&bmc->dev, seconds / 2, "task",
		json_pack("{s:s, s:s, s:i}", "path", path, "state", "Running", "percent", 50));
	return sim_event_add(&bmc->dev, seconds, "task",
			     json_pack("{s:s, s:s, s:i, s:O*}", "path", path, "state", "Completed",
				       "percent", 100, "then", after));
}

/* ---- states ------------------------------------------------------------------------------------
 */

static void set_state(struct sim_bmc *bmc, const char *path, const char *state, unsigned percent)
{
	const json_t *entry = sim_entry(bmc, path, NULL), *how = json_object_get(entry, "states");
	const char *word = json_string_value(json_object_get(json_object_get(how, "words"), state));
	json_t *patch;
	char stamp[32];

	if (!entry)
		return;
	patch = percent == 100 ? json_deep_copy(json_object_get(how, "done")) : NULL;
	if (!patch)
		patch = json_object();
	json_object_set_new(patch, ms_str(how, "/key", "TaskState"),
			    json_string(word ? word : state));
	if (json_object_get(json_object_get(entry, "body"), "PercentComplete"))
		json_object_set_new(patch, "PercentComplete", json_integer(percent));
	if (percent == 100)
		json_object_set_new(patch, "EndTime",
				    json_string(ms_time_format(sim_wall(&bmc->dev), stamp)));
	sim_write(bmc, path, patch);
}

void sim_task_set(struct sim_bmc *bmc, const char *path, const char *state, unsigned percent)
{
	json_auto_t *twins = json_incref(json_object_get(sim_entry(bmc, path, NULL), "twins"));
	json_t *twin;
	size_t i;

	set_state(bmc, path, state, percent);
	json_array_foreach(twins, i, twin)
		set_state(bmc, json_string_value(twin), state, percent);
}

void sim_task_step(struct sim_device *dev, const json_t *arg)
{
	struct sim_bmc *bmc = sim_bmc_of(dev);
	const json_t *then = json_object_get(arg, "then");

	sim_task_set(bmc, ms_str(arg, "/path", ""), ms_str(arg, "/state", "Completed"),
		     (unsigned)ms_int(arg, "/percent", 100));
	if (then)
		sim_event_add(&bmc->dev, 0, ms_str(then, "/event", ""),
			      json_incref(json_object_get(then, "arg")));
}

/* ---- answers -----------------------------------------------------------------------------------
 */

/* 202, naming the task in the vendor's way. */
void sim_task_accept(struct sim_req *req, const char *path)
{
	const json_t *entry = sim_entry(req->bmc, path, NULL);
	const char *how = ms_str(entry, "/answer", "location");
	const char *where = json_string_value(json_array_get(json_object_get(entry, "twins"), 0));

	if (!where || !ms_bool(entry, "/answer_twin", false))
		where = path;
	if (!strcmp(how, "accepted")) {
		sim_say(req, "accepted", NULL, where, NULL);
	} else if (!strcmp(how, "body")) {
		req->reply.body = sim_read(req->bmc, where);
	} else if (!strcmp(how, "location")) {
		snprintf(req->reply.location, sizeof(req->reply.location), "%s%s", where,
			 ms_str(entry, "/monitor", ""));
	}
	req->reply.status = 202;
}

static bool is_finished(const json_t *body)
{
	const char *state = ms_str(body, "/TaskState", ms_str(body, "/JobState", ""));

	return ms_starts(state, "Complete") || !strcmp(state, "Exception") ||
	       !strcmp(state, "Killed");
}

/* A finished task that nobody may read twice. */
void sim_task_read(struct sim_req *req)
{
	if (ms_bool(req->entry, "/vanish", false) && is_finished(req->reply.body))
		sim_remove(req->bmc, req->path);
}

/* What else goes with a deleted resource; false when it was answered already. */
bool sim_task_delete(struct sim_req *req)
{
	json_auto_t *twins = json_incref(json_object_get(req->entry, "twins"));
	json_t *twin;
	size_t i;

	sim_settings_forget_job(req->bmc, req->path);
	json_array_foreach(twins, i, twin)
		sim_remove(req->bmc, json_string_value(twin));
	return true;
}
