/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is to be applied: the Steps of the stream, one for each switch, and what lies between the
 * switches. */
#include <errno.h>
#include <sys/random.h>
#include "fabric/transaction/transaction.h"

static int problem(struct tx *tx, struct ms_item *item, const char *pointer, const char *hint,
		   const char *fmt, ...) __attribute__((format(printf, 5, 6)));
static int problem(struct tx *tx, struct ms_item *item, const char *pointer, const char *hint,
		   const char *fmt, ...)
{
	char message[512];
	struct ms_err *err;
	va_list args;

	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	err = ms_report_add(tx->run->report, MS_INPUT, item->doc.source ? item->doc.source : "",
			    pointer, "%s", message);
	if (err) {
		ms_doc_place(&item->doc, err);
		ms_hint(err, "%s", hint);
	}
	return 0;
}

/* ---- Steps ----------------------------------------------------------------------------------- */

/* {"Switch/leaf01": index of items} */
static int index_switches(const struct tx *tx, json_t *index, struct ms_err *err)
{
	for (size_t i = 0; i < tx->n_items; i++) {
		MS_AUTO_FREE char *name = NULL;

		if (strcmp(ms_kind(tx->items[i].res), "Switch"))
			continue;
		name = ms_asprintf("Switch/%s", ms_name(tx->items[i].res));
		if (!name || json_object_set_new(index, name, json_integer((json_int_t)i)) < 0)
			return ms_nomem(err);
	}
	return 0;
}

/* The device, not the resource, takes one writer. */
static void device_key(struct tx_switch *s)
{
	snprintf(s->key, sizeof(s->key), "switch/%.200s:%lld",
		 ms_str(s->sw, "/spec/management/address", ms_name(s->sw)),
		 (long long)ms_int(s->sw, "/spec/management/port", 0));
}

static int check_step(struct tx *tx, struct ms_item *item, const struct tx_switch *s)
{
	const char *action = ms_str(s->spec, "/action", "");

	if (strcmp(action, "fabric.configure"))
		return problem(tx, item, "/spec/action", "Steps are made by plan",
			       "msctl-switch knows no action \"%s\"", action);
	if (!ms_step_whole(item->res))
		return problem(tx, item, "/status/state", MS_STEP_CUT);
	if (!json_is_object(ms_at(s->spec, "/after")) || !json_is_object(ms_at(s->spec, "/before")))
		return problem(tx, item, "/spec", "Steps are made by plan",
			       "a Step without \"before\" and \"after\"");
	if (!s->sw)
		return problem(tx, item, "/spec/target",
			       "apply needs the whole output of plan, not only its Steps",
			       "%s is not in the stream", s->target);
	return 0;
}

static int add_step(struct tx *tx, const json_t *index, struct ms_item *item, struct ms_err *err)
{
	const json_t *at;
	struct tx_switch *s = &tx->switches[tx->n];

	*s = (struct tx_switch){ .tx = tx,
				 .item = item,
				 .spec = json_object_get(item->res, "spec") };
	s->target = ms_str(s->spec, "/target", "");
	at = json_object_get(index, s->target);
	s->sw = at ? tx->items[json_integer_value(at)].res : NULL;
	check_step(tx, item, s);
	if (!s->sw)
		return 0;
	device_key(s);
	if (json_object_get(tx->by_name, ms_name(s->sw)))
		return problem(tx, item, "/spec/target",
			       "run plan again: it makes one for each switch",
			       "a second Step for %s", s->target);
	if (json_object_set_new(tx->by_name, ms_name(s->sw), json_integer((json_int_t)tx->n)) < 0)
		return ms_nomem(err);
	tx->n++;
	return 0;
}

static bool is_ours(const struct ms_item *item)
{
	return item->mine && !strcmp(ms_kind(item->res), "Step") &&
	       !strcmp(ms_str(item->res, "/spec/command", ""), "msctl-switch");
}

static int find_steps(struct tx *tx, struct ms_err *err)
{
	json_auto_t *index = json_object();
	size_t n = 0;
	int r;

	for (size_t i = 0; i < tx->n_items; i++)
		n += is_ours(&tx->items[i]);
	tx->switches = calloc(n + 1, sizeof(*tx->switches));
	if (!tx->switches || !index)
		return ms_nomem(err);
	r = index_switches(tx, index, err);
	for (size_t i = 0; r == 0 && i < tx->n_items; i++)
		if (is_ours(&tx->items[i]))
			r = add_step(tx, index, &tx->items[i], err);
	return r;
}

/* A need that another command has to bring about first.  Those among each other are one transaction
 * anyway. */
static int check_needs(struct tx *tx, struct tx_switch *s)
{
	const json_t *need;
	size_t i;

	json_array_foreach(ms_at(s->spec, "/needs"), i, need)
		for (size_t k = 0; k < tx->n_items; k++) {
			struct ms_item *other = &tx->items[k];

			if (strcmp(ms_kind(other->res), "Step") || is_ours(other) ||
			    !ms_streq(ms_str(other->res, "/spec/id", NULL),
				      json_string_value(need)))
				continue;
			if (!ms_streq(ms_str(other->res, "/status/state", NULL), "done"))
				return problem(
					tx, s->item, "/spec/needs",
					"apply it first, or select without it",
					"needs Step %s of %s, which is not done",
					json_string_value(need),
					ms_str(other->res, "/spec/command", "another command"));
		}
	return 0;
}

/* Switches as they were read, that this changes nothing of. */
static int find_others(struct tx *tx, struct ms_err *err)
{
	for (size_t i = 0; i < tx->n_items; i++) {
		json_t *res = tx->items[i].res;

		if (strcmp(ms_kind(res), "Switch") || json_object_get(tx->by_name, ms_name(res)) ||
		    ms_at(res, "/status/error"))
			continue;
		if (json_object_set(tx->others, ms_name(res), res) < 0)
			return ms_nomem(err);
	}
	return 0;
}

/* ---- cables ---------------------------------------------------------------------------------- */

static int find_cables(struct tx *tx, struct ms_err *err)
{
	for (size_t i = 0; i < tx->n_items; i++) {
		const json_t *res = tx->items[i].res;
		const char *from = ms_str(res, "/spec/from", NULL);
		const char *to = ms_str(res, "/spec/to", NULL);

		if (strcmp(ms_kind(res), "Link") || !from || !to)
			continue;
		if (json_object_set_new(tx->cables, from, json_string(to)) < 0 ||
		    json_object_set_new(tx->cables, to, json_string(from)) < 0)
			return ms_nomem(err);
	}
	return 0;
}

/* ---- all of it ------------------------------------------------------------------------------- */

/* Never used again: some platforms remember the names of changes that are long over. */
static void name_it(char id[static 24])
{
	uint32_t bits = 0;

	if (getrandom(&bits, sizeof(bits), 0) != sizeof(bits))
		bits = (uint32_t)(ms_clock_ms() ^ (int64_t)getpid() << 16);
	snprintf(id, 24, "msctl-%08x", bits);
}

int tx_read(struct tx *tx, struct ms_err *err)
{
	int r;

	tx->by_name = json_object();
	tx->cables = json_object();
	tx->others = json_object();
	tx->addresses = json_object();
	tx->records = json_object();
	if (!tx->by_name || !tx->cables || !tx->others || !tx->addresses || !tx->records)
		return ms_nomem(err);
	name_it(tx->id);
	name_it(tx->undo_id);
	r = ms_run_collect(tx->run, &tx->items, &tx->n_items, err);
	if (r == 0)
		r = find_steps(tx, err);
	if (r == 0)
		r = find_others(tx, err);
	if (r == 0)
		r = find_cables(tx, err);
	for (size_t i = 0; r == 0 && i < tx->n; i++)
		check_needs(tx, &tx->switches[i]);
	if (r == 0 && tx->run->report->n)
		r = ms_fail(err, -EBADMSG, MS_INPUT,
			    "the plan was refused, and nothing was changed");
	return r < 0 ? r : ms_run_check_targets(tx->run, tx->n, err);
}

void tx_release(struct tx *tx)
{
	for (size_t i = 0; i < tx->n; i++) {
		struct tx_switch *s = &tx->switches[i];

		json_decref(s->now);
		json_decref(s->target_model);
		json_decref(s->read_back);
		json_decref(s->native_now);
		json_decref(s->native_target);
		json_decref(s->seen);
		json_decref(s->looked);
	}
	free(tx->switches);
	json_decref(tx->by_name);
	json_decref(tx->cables);
	json_decref(tx->others);
	json_decref(tx->addresses);
	json_decref(tx->records);
	ms_items_free(tx->items, tx->n_items);
}
