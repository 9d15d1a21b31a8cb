/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The door of lib/state: what must be remembered, and the one way to apply Steps.  Layer 2: core, net, SQLite.
 *
 * A store is a map of keys ("step/0f3a...", "lock/bmc/10.0.0.3") to JSON values with a revision, as etcd has it;
 * SQLite (one file) is the default.  Losing the store loses no device: everything in it can be read back.  Numbers
 * given out of a Site's pools are no state of a machine: they are recorded beside the site file (site/site.h).
 *
 * Calls may be made from a task (they suspend it where the back end waits on the network) or from the main stack; a
 * store is not carried over fork(2).
 */
#ifndef MS_STATE_H
#define MS_STATE_H

#include "core/core.h"

struct ms_store;
#define MS_STORE_MAX_KEY 512
/* A back end: six functions.  Keys are UTF-8 without control characters, at most MS_STORE_MAX_KEY bytes.  Revisions
 * count up over the whole store, so that a key that went and came back never has an old revision again. */
struct ms_store_ops {
	const char *scheme;   /* "sqlite" */
	int (*open)(const char *where, struct ms_loop *loop, void **ret_self, struct ms_err *err);
	void (*close)(void *self);
	/* 0 and a new reference with its revision (> 0); -ENOENT without touching err when absent. */
	int (*get)(void *self, const char *key, json_t **ret_value, int64_t *ret_revision, struct ms_err *err);
	/* Write if the key's revision is still `revision` (0 = absent, -1 = whatever), else -EAGAIN without touching
	 * err.  value NULL deletes.  ttl in seconds, 0 = for ever: the key goes away by itself when nobody puts it
	 * again.  ret_revision is what it has now; may be NULL. */
	int (*put)(void *self, const char *key, const json_t *value, int64_t revision, unsigned ttl,
		   int64_t *ret_revision, struct ms_err *err);
	/* Every key with the prefix, in byte order; fn lends key and value; non-zero ends it and is returned.  fn may
	 * use the store; it sees keys written behind the current one. */
	int (*list)(void *self, const char *prefix, int (*fn)(void *ctx, const char *key, const json_t *value),
		    void *ctx, struct ms_err *err);
	int64_t (*now)(void *self); /* the store's clock in seconds, for leases */
};
/* where: NULL = MSCTL_STATE, else $XDG_STATE_HOME/msctl/state.db, else as root /var/lib/msctl/state.db, else
 * ~/.local/state/msctl/state.db.  "sqlite:PATH" or a plain path.  The folder is made (0700) and the file (0600);
 * -EINVAL + MS_USAGE for an unknown scheme, -EBADMSG for a file that is not ours, damaged, or of a newer msctl.  Locks
 * need a loop; it may be NULL without them. */
int ms_store_open(const char *where, struct ms_loop *loop, struct ms_store **ret_store, struct ms_err *err);
void ms_store_close(struct ms_store *store);
int ms_store_get(struct ms_store *store, const char *key, json_t **ret_value, int64_t *ret_revision,
		 struct ms_err *err);
int ms_store_put(struct ms_store *store, const char *key, const json_t *value, int64_t revision, unsigned ttl,
		 int64_t *ret_revision, struct ms_err *err);
int ms_store_list(struct ms_store *store, const char *prefix,
		  int (*fn)(void *ctx, const char *key, const json_t *value), void *ctx, struct ms_err *err);

/* One writer at a time works on a device.  The lock is a lease that is renewed while held; a holder that died on
 * this machine is noticed at once, elsewhere when the lease ends (60 s).  MS_CONFLICT names the holder; waits up to
 * `seconds`.  `command` says who holds it ("msctl-bmc"). */
struct ms_lock;
int ms_lock_take(struct ms_store *store, const char *device, const char *command, unsigned seconds,
		 struct ms_lock **ret_lock, struct ms_err *err);
/* 0 while the lease is surely ours (it is renewed first when it is old), else -ENOLCK + MS_CONFLICT: ask before each
 * write, because a process that was stopped for a while may have lost it. */
int ms_lock_held(struct ms_lock *lock, struct ms_err *err);
void ms_lock_release(struct ms_lock *lock);

/* ---- Steps --------------------------------------------------------------------------------------- */

/*
 * The Step resource.  metadata.name is spec.id.
 *
 *   spec    id, command, target ("Server/node01"), action, summary, risk, before, after, needs:[ids], undo, expect
 *   status  state: planned running done failed skipped, reason, before and after (as read before and after the act),
 *           startedAt, finishedAt, error {code, message, hint}
 *
 * `expect` {serialNumber | wwn | nqn} says which device a Step of risk `data` destroys.
 */

struct ms_step_new {
	const char *command;          /* "msctl-bmc" */
	const char *kind, *name;      /* target, "kind/name" */
	const char *action;           /* "bios.set" */
	const char *risk;             /* "none" "link" "reboot" "data" */
	json_t *before, *after;       /* taken */
	json_t *needs;                /* array of ids, taken; NULL = none */
	json_t *undo;                 /* taken; NULL = none */
	json_t *expect;               /* taken; identity of the device, must be there when risk is "data" */
	const json_t *labels;         /* metadata.labels of the target, lent: -l selects by them; NULL = none */
	const char *summary;
};
/* A Step resource, state "planned"; its id (also metadata.name) is the hash of command, target, action, before,
 * after and expect, so that the same change has the same id in every plan. */
int ms_step_make(const struct ms_step_new *step, json_t **ret_res, struct ms_err *err);

/* Has a Step a state, which plan writes last?  What has none was cut, and must not be carried out: YAML that ends too
 * early is YAML all the same. */
bool ms_step_whole(const json_t *step);
#define MS_STEP_CUT "did plan end well?  make it anew", "a Step without its state: the stream was cut"
/* Does `now` satisfy `want`?  Objects in want name only what they speak of, null stands for absent, numbers compare by
 * value: what the engine does for `before` and `after`, and a plan for what it need not change. */
bool ms_step_holds(const json_t *now, const json_t *want);
/* Say in a few words where now does not satisfy want: "/power is "Off" (wanted "On")". */
void ms_step_differs(const json_t *now, const json_t *want, const char *verb, char *buf, size_t size);

/* How a domain carries out its Steps: the engine does the rest.  `target` is the resource the Step is for, as found
 * in the stream (status included). */
struct ms_step_ops {
	const char *command;
	/* Open and close what all Steps of one target share (a BMC session). */
	int (*open)(void *ctx, const json_t *target, void **ret_device, struct ms_err *err);
	void (*close)(void *ctx, void *device);
	/* The key of the device for the lock ("bmc/10.0.0.3"); written into buf. */
	int (*device)(void *ctx, const json_t *target, char *buf, size_t size, struct ms_err *err);
	/* Read what the Step's before and after speak of, in the same shape; for a Step of risk `data` also
	 * `identity` {serialNumber | wwn | nqn}, which the engine compares with the Step's `expect`. */
	int (*read)(void *ctx, void *device, const json_t *step, json_t **ret_now, struct ms_err *err);
	/* Do it, from `now` to after, and wait until the device says so; verification is the engine's. */
	int (*act)(void *ctx, void *device, const json_t *step, const json_t *now, struct ms_err *err);
	/* Told before each act of risk `reboot`, may be NULL: the later Steps of the same target and risk whose needs
	 * are met and whose `before` holds; the journal says that they are under way.  A restart that this act makes
	 * can then serve what they stage; each of them is carried out and verified by itself all the same. */
	void (*ahead)(void *ctx, void *device, const json_t *steps);
	/* Does `now` satisfy `want`?  NULL = equal, where objects in want name only what they speak of. */
	bool (*holds)(const json_t *step, const json_t *now, const json_t *want);
	/* How long `after` may take to be seen once act has returned; 0 = 60. */
	unsigned verify_seconds;
};
/*
 * For ops->read: what was read of a device last, a part of it, and for which Step.  It serves the next Step, too, where
 * both are in the same part and nothing was done in between (ops->act forgets).  A Step that reads again waits for
 * something to change; one that needs others may have waited for them: both read anew.  Zeroed is nothing.
 */
struct ms_seen { const void *part; const json_t *step; json_t *status; };
bool ms_seen_serves(const struct ms_seen *seen, const void *part, const json_t *step);
void ms_seen_forget(struct ms_seen *seen);

struct ms_apply_opts {
	const char *const *allow;     /* risks allowed: "reboot", "data" */
	bool keep_going;              /* other Steps of a target go on after one failed, where `needs` allows */
	unsigned lock_seconds;        /* wait for the device lock */
};
/*
 * The one apply: reads the stream, takes the Steps of ops->command, and carries them out, devices side by side (the
 * window), Steps of one device in order, none before what it `needs`.  For each Step: risk allowed? needs done? read;
 * after holds already -> done ("already"); before no longer holds and the journal does not show that this very Step was
 * under way -> failed, MS_PRECONDITION; journal "running"; lock still held? act; read back until after holds or the
 * deadline passes -> done or failed (MS_UNVERIFIED); journal.  A Step carries its status back into the stream, which
 * leaves in the order in which it came.
 *
 * The verb's kinds are Step and the kinds of its targets, and it shows Steps.  Steps without ops->device need no lock,
 * without ops->open no device (NULL is passed).  run->targets and run->failed count Steps; one that was not carried
 * out, for whatever reason, counts as failed.  After a stop the Step that was being acted on stays "running" in journal
 * and stream, and the next apply goes on with it.
 * -EBADMSG + MS_INPUT when the plan cannot be followed at all: needs that name no Step or run in a circle.
 */
int ms_apply(struct ms_run *run, struct ms_store *store, const struct ms_step_ops *ops, void *ctx,
	     const struct ms_apply_opts *opts, struct ms_err *err);

#endif
