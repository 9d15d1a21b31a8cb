/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * State: what every used device has become, as one JSON file with a list for each kind.
 */
#include "sim/device.h"

#define STATE_MAX (512u << 20)

static json_t *events_json(const struct sim_device *dev)
{
	json_t *list = json_array();

	for (size_t i = 0; i < dev->n_events; i++)
		json_array_append_new(list, json_pack("{s:I, s:s, s:O*}", "due",
						      (json_int_t)dev->events[i].due, "kind",
						      dev->events[i].kind->name, "arg",
						      dev->events[i].arg));
	return list;
}

static json_t *device_json(const struct sim_device *dev)
{
	json_t *row = json_pack("{s:s, s:s, s:I, s:I, s:o, s:O*}", "name", dev->name, "model",
				dev->model, "away", (json_int_t)dev->away_until, "clock",
				(json_int_t)dev->clock_offset, "events", events_json(dev),
				"certificate", dev->cert);
	json_auto_t *own = dev->kind->save ? dev->kind->save(dev) : NULL;

	if (own)
		json_object_update(row, own);
	return row;
}

/* The list of a kind, made at its first device. */
static json_t *list_of(json_t *state, const struct sim_kind *kind)
{
	json_t *list = json_object_get(state, kind->plural);

	if (list)
		return list;
	json_object_set_new(state, kind->plural, json_array());
	return json_object_get(state, kind->plural);
}

int sim_save(struct sim *sim, const char *path, struct ms_err *err)
{
	json_auto_t *state = json_pack("{s:s, s:s, s:I}", "format", "msctl-sim/1", "seed",
				       sim->seed, "clock", (json_int_t)sim_clock(sim));
	MS_AUTO_FREE char *text = NULL;
	int r;

	for (size_t i = 0; i < sim->n_devices; i++)
		if (sim->devices[i]->used)
			json_array_append_new(list_of(state, sim->devices[i]->kind),
					      device_json(sim->devices[i]));
	text = state ? ms_json_text(state, MS_JSON_COMPACT) : NULL;
	if (!text)
		return ms_nomem(err);
	/* It holds the passwords that were set. */
	r = ms_write_file(path, text, strlen(text), 0600, err);
	if (!r)
		sim->dirty = false;
	return r;
}

/* ---- loading -----------------------------------------------------------------------------------
 */

static void load_events(struct sim_device *dev, const json_t *list)
{
	int64_t now = sim_clock(dev->sim);
	json_t *row;
	size_t i;

	json_array_foreach(list, i, row)
		sim_event_add(dev, (double)(ms_int(row, "/due", 0) - now) / 1000,
			      ms_str(row, "/kind", ""), json_incref(json_object_get(row, "arg")));
}

static void load_device(struct sim_device *dev, const json_t *row)
{
	json_t *cert = json_object_get(row, "certificate");

	dev->used = true;
	dev->away_until = ms_int(row, "/away", 0);
	dev->clock_offset = ms_int(row, "/clock", 0);
	json_decref(dev->cert);
	sim_tls_forget(dev);
	dev->cert = json_is_object(cert) ? json_deep_copy(cert) : NULL;
	if (dev->kind->load)
		dev->kind->load(dev, row);
	load_events(dev, json_object_get(row, "events"));
}

/* A machine that is no longer in the site file, or of another model now, starts anew. */
static void load_kind(struct sim *sim, const struct sim_kind *kind, const json_t *list)
{
	json_t *row;
	size_t i;

	json_array_foreach(list, i, row) {
		struct sim_device *dev = sim_device_named(sim, kind, ms_str(row, "/name", ""));

		if (dev && !strcmp(dev->model, ms_str(row, "/model", "")))
			load_device(dev, row);
	}
}

static int check_state(const struct ms_doc *doc, const struct sim *sim, struct ms_err *err)
{
	const char *seed = ms_str(doc->root, "/seed", "");
	int r;

	if (strcmp(ms_str(doc->root, "/format", ""), "msctl-sim/1"))
		return ms_fail(err, -EBADMSG, MS_INPUT, "%s: not a state of msctl-sim",
			       doc->source);
	if (!strcmp(seed, sim->seed))
		return 0;
	r = ms_fail(err, -EBADMSG, MS_INPUT, "%s: was saved with another seed (\"%s\")",
		    doc->source, seed);
	ms_hint(err, "--seed %s", seed);
	return r;
}

int sim_load(struct sim *sim, const char *path, struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf buf = { 0 };
	struct ms_doc doc = { 0 };
	int r;

	if (access(path, F_OK))
		return 0;
	r = ms_read_file(path, STATE_MAX, &buf, err);
	if (!r)
		r = ms_doc_parse(path, 1, buf.data, buf.len, &doc, err);
	if (!r)
		r = check_state(&doc, sim, err);
	if (!r) {
		sim->base = ms_int(doc.root, "/clock", 0);
		for (const struct sim_kind *const *kind = sim_kinds; *kind; kind++)
			load_kind(sim, *kind, json_object_get(doc.root, (*kind)->plural));
	}
	ms_doc_release(&doc);
	sim->dirty = false;
	return r;
}

static void on_save(void *ctx)
{
	struct sim *sim = ctx;
	struct ms_err err = MS_ERR_INIT;

	if (sim->dirty && sim_save(sim, sim->save_path, &err))
		ms_debug("state: %s", err.message);
}

int sim_autosave(struct sim *sim, const char *path, struct ms_err *err)
{
	free(sim->save_path);
	sim->save_path = path ? strdup(path) : NULL;
	if (sim->save_timer || !path)
		return 0;
	return ms_timer_new(sim->loop, on_save, sim, &sim->save_timer, err);
}
