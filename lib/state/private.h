/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/state: what its files share.  Names begin with state_ and are not exported. */
#ifndef MS_STATE_PRIVATE_H
#define MS_STATE_PRIVATE_H

#include "state/state.h"

struct ms_store {
	const struct ms_store_ops *ops;
	void *self;
	struct ms_loop *loop;
};
extern const struct ms_store_ops state_sqlite_ops;

struct ms_loop *state_loop(const struct ms_store *store);
int64_t state_now(const struct ms_store *store);

/* ---- this process, as other processes on this machine can find it (owner.c) ------------------- */

/* {host, machine, pid, start, user, command, since} */
int state_owner_new(const char *command, json_t **ret_owner, struct ms_err *err);
/* True when the owner ran on this machine and is surely gone. */
bool state_owner_dead(const json_t *owner);

/* ---- the journal (journal.c) ------------------------------------------------------------------ */

enum state_progress { STATE_RUNNING, STATE_DONE, STATE_FAILED };
/* How long a finished Step is remembered. */
#define STATE_JOURNAL_SECONDS (30u * 24 * 3600)
/* The hash of what a Step does, whatever its id says. */
int state_step_hash(const json_t *spec, char ret_hex[static 17], struct ms_err *err);
/* Was this very Step begun and never finished well?  0 with ret_begun, or negative. */
int state_journal_begun(struct ms_store *store, const char *hash, bool *ret_begun, struct ms_err *err);
int state_journal_put(struct ms_store *store, const char *hash, const json_t *spec, enum state_progress progress,
		      const struct ms_err *why, struct ms_err *err);

#endif
