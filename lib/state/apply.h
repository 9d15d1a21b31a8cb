/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/state: one run of apply.  apply-read.c makes the tables from the stream, apply-order.c
 * puts the Steps in order, apply-step.c is the life of one of them, apply-act.c what it does to its device,
 * apply.c runs the devices side by side.
 */
#ifndef MS_STATE_APPLY_H
#define MS_STATE_APPLY_H

#include "state/private.h"

enum ap_outcome { AP_OPEN, AP_DONE, AP_NOT_DONE };

/* What Steps of one device have in common: the lock, and the order. */
struct ap_group {
	struct apply *ap;
	char key[256];               /* of the device; "" = needs no lock */
	struct ap_step **steps;      /* in the order in which they run; owned */
	size_t n, cap;
	struct ms_lock *lock;
	struct ms_err broken;        /* why the lock could not be had */
	struct ms_cell woken;        /* set when the Step that the group waits for has ended */
	struct ap_group *next_waiter;
};
/* A resource that Steps are for. */
struct ap_target {
	const json_t *res;           /* NULL = not in the stream */
	struct ap_group *group;
	void *device;
	bool opened;
	struct ms_err broken;        /* why it cannot be worked on */
	const struct ap_step *failed; /* first Step of it that failed */
};
struct ap_step {
	struct apply *ap;
	struct ms_item *item;
	const json_t *spec;
	const char *id, *name /* of the target */, *risk;
	char hash[17];
	size_t *needs, n_needs;      /* indices of Steps; owned */
	bool ours;                   /* to be carried out: of this command, and selected */
	struct ap_target *target;
	enum ap_outcome outcome;
	struct ap_group *waiters;
	json_t *status;              /* lent, from item->res */
	bool acted;                  /* the device may have been written to, and the journal says so */
	json_t *seen;                /* owned; what was read before an earlier Step took this one along */
};
struct apply {
	struct ms_run *run;
	struct ms_store *store;
	const struct ms_step_ops *ops;
	void *ctx;
	const struct ms_apply_opts *opts;
	struct ms_item *items;
	size_t n_items;
	struct ap_step *steps;       /* all of the stream, in its order */
	size_t n_steps;
	size_t *order;               /* of steps, such that needs come first */
	struct ap_target *targets;
	size_t n_targets;
	struct ap_group *groups;     /* in the order of their first Step */
	size_t n_groups;
	struct ms_gate window;
	struct ms_cell idle;         /* set when a group has ended */
	size_t live;                 /* groups that run */
	size_t refused[2];           /* Steps whose risk is not allowed: reboot, data */
};

/* Collect the stream and find the Steps in it; every problem of the plan goes to run->report. */
int ap_read(struct apply *ap, struct ms_err *err);
void ap_release(struct apply *ap);
/* Resolve needs, and fill order. */
int ap_order(struct apply *ap, const json_t *by_id, struct ms_err *err);
/* Report a problem of a Step's document, with its place. */
int ap_problem(struct ap_step *step, const char *pointer, const char *hint, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Run one Step to its end, as a part of its group's task; the outcome is in the Step. */
void ap_step_run(struct ap_step *step);
/* What it does to the device, and how that is verified.  ret_reason is set where there is more to say than done. */
int ap_carry_out(struct ap_step *step, const char **ret_reason, struct ms_err *err);
/* Fail all Steps of a group that could not be started, so that nobody waits for them. */
void ap_group_abandon(struct ap_group *group, const struct ms_err *why);
/* Close what the group's Steps had opened, and release the lock. */
void ap_group_close(struct ap_group *group);

#endif
