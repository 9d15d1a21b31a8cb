/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * State: what every used BMC has become, as one JSON file.  Sessions are not kept: a restart ends
 * them.
 */
#include "sim/engine.h"

#define STATE_MAX (512u << 20)

static json_t *accounts_json(const struct sim_bmc *bmc)
{
	json_t *list = json_array();

	for (size_t i = 0; i < bmc->n_accounts; i++) {
		const struct sim_account *a = &bmc->accounts[i];

		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:b}", "id", a->id,
						"user", a->user, "password", a->password, "role",
						a->role, "enabled", a->enabled, "locked", a->locked,
						"mustChange", a->must_change));
	}
	return list;
}

static json_t *events_json(const struct sim_bmc *bmc)
{
	json_t *list = json_array();

	for (size_t i = 0; i < bmc->n_events; i++)
		json_array_append_new(list, json_pack("{s:I, s:s, s:O*}", "due",
						      (json_int_t)bmc->events[i].due, "kind",
						      bmc->events[i].kind->name, "arg",
						      bmc->events[i].arg));
	return list;
}

/* Sessions are over when it starts again. */
static json_t *overlay_json(const struct sim_bmc *bmc)
{
	json_t *over = json_object(), *value;
	const char *path;

	json_object_foreach(bmc->over, path, value)
		if (!sim_has_role(value, "session"))
			json_object_set(over, path, value);
	return over;
}

static json_t *bmc_json(const struct sim_bmc *bmc)
{
	return json_pack(
		"{s:s, s:s, s:i, s:i, s:b, s:I, s:I, s:I, s:i, s:i, s:s*, s:o, s:o, s:o,"
		" s:O*, s:O*}",
		"name", bmc->name, "model", bmc->shape->model->name, "power", (int)bmc->power,
		"boot", (int)bmc->boot, "stubborn", bmc->stubborn, "away",
		(json_int_t)bmc->away_until, "clock", (json_int_t)bmc->clock_offset, "reset",
		(json_int_t)bmc->reset_at, "serial", (int)bmc->serial_no, "boots", (int)bmc->boots,
		"bootedFrom", bmc->booted_from, "accounts", accounts_json(bmc), "events",
		events_json(bmc), "overlay", overlay_json(bmc), "pending", bmc->pending,
		"certificate", bmc->cert);
}

int sim_save(struct sim *sim, const char *path, struct ms_err *err)
{
	json_auto_t *state = NULL, *list = json_array();
	MS_AUTO_FREE char *text = NULL;
	int r;

	for (size_t i = 0; i < sim->n_bmcs; i++)
		if (sim->bmcs[i]->used)
			json_array_append_new(list, bmc_json(sim->bmcs[i]));
	state = json_pack("{s:s, s:s, s:I, s:O}", "format", "msctl-sim/1", "seed", sim->seed,
			  "clock", (json_int_t)sim_clock(sim), "bmcs", list);
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

static void load_accounts(struct sim_bmc *bmc, const json_t *list)
{
	json_t *row;
	size_t i;

	while (bmc->n_accounts)
		sim_account_remove(bmc, bmc->accounts[0].id);
	json_array_foreach(list, i, row) {
		struct sim_account *account;

		if (sim_account_add(bmc, ms_str(row, "/id", ""), ms_str(row, "/user", ""),
				    ms_str(row, "/password", ""), ms_str(row, "/role", "")))
			continue;
		account = &bmc->accounts[bmc->n_accounts - 1];
		account->enabled = ms_bool(row, "/enabled", true);
		account->locked = ms_bool(row, "/locked", false);
		account->must_change = ms_bool(row, "/mustChange", false);
	}
}

static void load_events(struct sim_bmc *bmc, const json_t *list)
{
	int64_t now = sim_clock(bmc->sim);
	json_t *row;
	size_t i;

	json_array_foreach(list, i, row)
		sim_event_add(bmc, (double)(ms_int(row, "/due", 0) - now) / 1000,
			      ms_str(row, "/kind", ""), json_incref(json_object_get(row, "arg")));
}

static json_t *object_at(const json_t *row, const char *key)
{
	json_t *value = json_object_get(row, key);

	return json_is_object(value) ? json_deep_copy(value) : NULL;
}

static void load_bmc(struct sim_bmc *bmc, const json_t *row)
{
	const char *from = ms_str(row, "/bootedFrom", NULL);

	bmc->used = true;
	bmc->power = (enum sim_power)(ms_int(row, "/power", SIM_ON) & 3);
	bmc->boot = (enum sim_boot)(ms_int(row, "/boot", SIM_BOOT_OS) & 3);
	bmc->stubborn = ms_bool(row, "/stubborn", false);
	bmc->away_until = ms_int(row, "/away", 0);
	bmc->clock_offset = ms_int(row, "/clock", 0);
	bmc->reset_at = ms_int(row, "/reset", 0);
	bmc->serial_no = (unsigned)ms_int(row, "/serial", 0);
	bmc->boots = (unsigned)ms_int(row, "/boots", 0);
	bmc->booted_from = from ? strdup(from) : NULL;
	json_decref(bmc->over);
	json_decref(bmc->pending);
	json_decref(bmc->cert);
	sim_tls_forget(bmc);
	bmc->over = object_at(row, "overlay");
	bmc->pending = object_at(row, "pending");
	bmc->cert = object_at(row, "certificate");
	load_accounts(bmc, json_object_get(row, "accounts"));
	load_events(bmc, json_object_get(row, "events"));
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
	json_t *row;
	size_t i;
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
		json_array_foreach(json_object_get(doc.root, "bmcs"), i, row) {
			struct sim_bmc *bmc = sim_bmc_named(sim, ms_str(row, "/name", ""));

			/* A machine that is no longer in the site file, or of another kind now,
			 * starts anew. */
			if (bmc && !strcmp(bmc->shape->model->name, ms_str(row, "/model", "")))
				load_bmc(bmc, row);
		}
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
