/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/fabric: one transaction over many switches.  transaction.c is the order of phases and what happens
 * when one fails, read.c makes the table from the stream, batch.c says who goes with whom and
 * how long timers must be, record.c is the journal, end.c what Steps say in the end; phase.c
 * runs one phase over many switches, phase-*.c are the phases of one switch.
 */
#ifndef MS_FABRIC_TRANSACTION_H
#define MS_FABRIC_TRANSACTION_H

#include "fabric/driver.h"

enum tx_phase { TX_LOCK, TX_READ, TX_STAGE, TX_VALIDATE, TX_COMMIT, TX_VERIFY, TX_CONFIRM, TX_PHASES };
extern const char *const tx_phase_names[TX_PHASES];

/* How far a switch was changed, as far as is known. */
enum tx_state {
	TX_CLEAN,             /* nothing of ours is on it */
	TX_STAGED,            /* a candidate may be there */
	TX_MAYBE,             /* commit was sent, and what became of it is not known */
	TX_COMMITTED,         /* active, with the timer running */
	TX_CONFIRMED,
	TX_BACK,              /* it was undone */
	TX_LEFT,              /* undoing failed: it goes back by itself, or somebody must look */
};

struct tx;
struct tx_switch {
	struct tx *tx;
	struct ms_item *item;        /* of the Step */
	const json_t *spec;          /* of the Step, lent */
	const json_t *sw;            /* the Switch, lent */
	const char *target;          /* "Switch/leaf01", lent */
	json_t *status;              /* of the Step, lent */
	char key[256];               /* of the device, for the lock */
	struct ms_lock *lock;
	struct fabric_device device;
	bool open;
	enum tx_phase phase;         /* the last one that it was in */
	enum tx_state state;
	bool already;                /* `after` held before anything was done */
	bool verified;               /* `after` was read back since the last commit */
	unsigned batch;
	json_t *now, *target_model;  /* models: as read, and as it is to be */
	json_t *read_back;           /* the model that was read last; NULL before the change */
	json_t *native_now, *native_target;
	json_t *seen;                /* {ports, bgp} as before the change */
	json_t *looked;              /* the same as verified */
	struct ms_err err;           /* its own failure */
	struct ms_err left;          /* why it could not be undone */
	char note[256];              /* what was found and cleaned up first */
	/* the job of the phase that runs */
	int (*fn)(struct tx_switch *s, struct ms_err *err);
	bool shield;
	int result;
};

struct tx {
	struct ms_run *run;
	struct ms_store *store;
	const struct fabric_env *env;
	struct fabric_apply_opts opts; /* defaults filled in */
	struct ms_item *items;
	size_t n_items;
	struct tx_switch *switches;  /* in the order of their Steps */
	size_t n;
	unsigned batches, batch;     /* how many, from 1; the one that is under way */
	char id[24], undo_id[24];    /* "msctl-1a2b3c4d"; of what takes back what was confirmed */
	json_t *records;             /* of earlier runs: {id: record} */
	json_t *by_name;             /* {"leaf01": index of switches} */
	json_t *others;              /* {"spine01": Switch}: of the stream, with nothing to be done */
	json_t *cables;              /* {"leaf01:1": "spine01:3"}, both ways */
	json_t *addresses;           /* {"10.0.0.1": "spine01"}: whose they are, by the models of the transaction */
	bool recorded;
	int64_t deadline;            /* ms_clock_ms() time at which the timers end; 0 before the first commit */
	struct ms_gate window;
	struct ms_cell idle;
	size_t live;
	const struct tx_switch *culprit; /* the first that failed */
	struct ms_err why;           /* what ended the transaction, when it was not a switch */
};

/* ---- read.c, batch.c ---- */
int tx_read(struct tx *tx, struct ms_err *err);
void tx_release(struct tx *tx);
/* Defaults, and whether the timers can last. */
int tx_times(struct tx *tx, struct ms_err *err);
/* Which switch goes in which batch, of those that have something to do. */
void tx_batches(struct tx *tx);

/* ---- record.c ---- */
int tx_records_load(struct tx *tx, struct ms_err *err);
/* Did an earlier run of ours leave this change, that waits on the switch?  id may be NULL.  The id, lent, or NULL. */
const char *tx_records_find(const struct tx *tx, const char *key, const char *id);
/* Forget of earlier runs what was cleaned up on the switches that are locked now. */
void tx_records_settle(struct tx *tx);
int tx_record_put(struct tx *tx, enum tx_phase phase, struct ms_err *err);
/* The end: forget it, but for switches where something was left. */
void tx_record_end(struct tx *tx);

/* ---- phase.c ---- */
typedef int tx_fn(struct tx_switch *s, struct ms_err *err);
typedef bool tx_pick(const struct tx_switch *s);
bool tx_pick_busy(const struct tx_switch *s);        /* has something to do */
bool tx_pick_committed(const struct tx_switch *s);
/* fn for all that are picked, side by side, and wait for all.  Shielded ones run also after a stop.  0, or -1 when one
 * failed: errors are in the switches. */
/* fn, but no longer than until then (ms_clock_ms() time), however patient the driver is. */
int tx_within(struct tx_switch *s, int64_t deadline, tx_fn *fn, struct ms_err *err);
enum tx_how { TX_STOPPABLE, TX_SHIELDED };
int tx_each(struct tx *tx, enum tx_phase phase, tx_pick *pick, tx_fn *fn, enum tx_how how);

/* ---- the phases of one switch ---- */
tx_fn tx_lock, tx_look, tx_stage, tx_validate;       /* phase-stage.c */
tx_fn tx_commit, tx_still, tx_confirm;               /* phase-commit.c */
tx_fn tx_verify;                                     /* phase-verify.c */
tx_fn tx_undo, tx_close;                             /* phase-undo.c */
/* Read it back: 0 when `want` (a merge patch) holds; -ENODATA with the difference when it does not. */
int tx_reads(struct tx_switch *s, const json_t *want, struct ms_err *err);
int64_t tx_left_ms(const struct tx *tx);             /* until the timers end */

/* ---- isolation.c ---- */
/* MS_UNVERIFIED when what was read back lets tenants meet that could not before (-EPERM), or, after the last batch,
 * when members of a network do not reach each other that did before, or should now (-ENODATA). */
int tx_isolated(struct tx *tx, struct ms_err *err);

/* ---- end.c ---- */
void tx_status_begin(struct tx *tx);
void tx_status_end(struct tx *tx);
/* The part of a model that a patch speaks of. */
json_t *tx_part(const json_t *model, const json_t *patch);

#endif
