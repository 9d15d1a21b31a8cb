/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The journal of transactions: "fabric/ID" says which devices one works on and how far it is, and
 * is gone when it has ended cleanly.  Who holds the lock of a device and finds it in a record knows
 * that the run that wrote it is over.
 */
#include <errno.h>
#include "fabric/transaction/transaction.h"

#define PREFIX "fabric/"
#define KEEP_SECONDS (30u * 24 * 3600)

static void record_key(const char *id, char key[static 64])
{
	snprintf(key, 64, PREFIX "%.40s", id);
}

static int load_one(void *ctx, const char *key, const json_t *value)
{
	return json_object_set((json_t *)ctx, key + strlen(PREFIX), (json_t *)value) < 0 ? -ENOMEM
											 : 0;
}

int tx_records_load(struct tx *tx, struct ms_err *err)
{
	int r = ms_store_list(tx->store, PREFIX, load_one, tx->records, err);

	return r == -ENOMEM ? ms_nomem(err) : r;
}

/* Where the device does not say whose a change is, it is ours if we had begun to commit one there.
 */
static bool is_of(const json_t *record, const char *id, const char *name)
{
	if (id)
		return !strcmp(id, name) || ms_streq(ms_str(record, "/undo", NULL), id);
	return strcmp(ms_str(record, "/phase", ""), tx_phase_names[TX_STAGE]) != 0;
}

const char *tx_records_find(const struct tx *tx, const char *key, const char *id)
{
	const char *name;
	json_t *record;

	json_object_foreach(tx->records, name, record)
		if (json_object_get(json_object_get(record, "devices"), key) &&
		    is_of(record, id, name))
			return id && strcmp(id, name) ? ms_str(record, "/undo", name) : name;
	return NULL;
}

static void store_record(struct tx *tx, const char *id, const json_t *record)
{
	struct ms_err ignored = MS_ERR_INIT;
	char key[64];

	record_key(id, key);
	if (ms_store_put(tx->store, key, record, -1, record ? KEEP_SECONDS : 0, NULL, &ignored) < 0)
		ms_debug("journal of %s: %s", id, ignored.message);
}

/* The devices are locked by us, and what waited on them is dealt with. */
void tx_records_settle(struct tx *tx)
{
	const char *id;
	json_t *record;

	json_object_foreach(tx->records, id, record) {
		json_t *devices = json_object_get(record, "devices");
		size_t before = json_object_size(devices);

		for (size_t i = 0; i < tx->n; i++)
			json_object_del(devices, tx->switches[i].key);
		if (json_object_size(devices) != before)
			store_record(tx, id, json_object_size(devices) ? record : NULL);
	}
}

static json_t *record_new(const struct tx *tx, enum tx_phase phase,
			  bool (*pick)(const struct tx_switch *s))
{
	char time[32];
	json_t *devices = json_object(), *record;

	for (size_t i = 0; devices && i < tx->n; i++)
		if (pick(&tx->switches[i]))
			json_object_set_new(devices, tx->switches[i].key,
					    json_string(tx->switches[i].target));
	record = json_pack("{s:s, s:s, s:s, s:s, s:i, s:o}", "command", "msctl-switch", "time",
			   ms_time_format(ms_now(), time), "phase", tx_phase_names[phase], "undo",
			   tx->undo_id, "pid", (int)getpid(), "devices", devices);
	return record;
}

int tx_record_put(struct tx *tx, enum tx_phase phase, struct ms_err *err)
{
	json_auto_t *record = record_new(tx, phase, tx_pick_busy);
	char key[64];
	int r;

	record_key(tx->id, key);
	r = record ? ms_store_put(tx->store, key, record, -1, KEEP_SECONDS, NULL, err)
		   : ms_nomem(err);
	tx->recorded = tx->recorded || r == 0;
	return r;
}

static bool is_left(const struct tx_switch *s)
{
	return s->state == TX_LEFT;
}

void tx_record_end(struct tx *tx)
{
	json_auto_t *record = NULL;

	if (!tx->recorded)
		return;
	record = record_new(tx, TX_COMMIT, is_left);
	store_record(tx, tx->id,
		     json_object_size(json_object_get(record, "devices")) ? record : NULL);
}
