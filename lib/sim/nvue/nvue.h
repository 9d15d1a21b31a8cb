/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to the simulated Cumulus Linux switch: NVUE's REST API as its user guide has it.  sw->state holds
 *
 *   revisions  {N: {doc, tree}}  doc is what GET /revision/N says
 *   next       number of the next revision
 *   current    revision in force
 *   applied, startup             trees
 *   waiting    revision that goes back unless confirmed; before: to which one
 *   fail       how the next apply goes wrong: a state's name (lever "fail")
 *   locked     403 until somebody changes the password
 *
 * Annotation sim/behaviour holds words: "ays" (what waits to be confirmed says "ays", and is confirmed by applying it
 * again), "no-message", "no-delete", "no-confirm" (a release without the timer), "ip" (5.15 and later, but addresses
 * below "ip"), "by-port" (counters only where one interface is asked for), "locked".
 */
#ifndef MS_SIM_NVUE_H
#define MS_SIM_NVUE_H

#include "sim/switch.h"

#define SIM_NVUE_ROOT "/nvue_v1"

/* ---- nvue.c ------------------------------------------------------------------------------------ */

bool sim_nvue_behaves(const struct sim_switch *sw, const char *word);
/* "5.15" or later: state and enabled rather than enable and on. */
bool sim_nvue_at_least(const struct sim_switch *sw, unsigned minor);
json_t *sim_nvue_applied(const struct sim_switch *sw); /* lent */
/* Is a feature switched on, in either dialect? */
bool sim_nvue_on(const json_t *node, bool otherwise);

/* ---- tree.c ------------------------------------------------------------------------------- */

json_t *sim_nvue_get(const json_t *root, ...) __attribute__((sentinel));
/* The value at a path of a URL ("interface/swp1/link"), lent; keys may hold slashes themselves. */
json_t *sim_nvue_walk(const json_t *tree, const char *path);
/* Merge a body below a path: null unsets. */
int sim_nvue_merge(json_t *tree, const char *path, const json_t *body);
int sim_nvue_clear(json_t *tree, const char *path);
/* What GET ?rev=A&diff=B says: values of A where they differ, null where only B has one.  New reference. */
json_t *sim_nvue_diff(const json_t *a, const json_t *b);
/* Interfaces and VLANs that are alike as ranges.  New reference. */
json_t *sim_nvue_folded(const json_t *tree);

/* ---- schema.c, check.c ------------------------------------------------------------------ */

/* Is this a tree that the release knows?  false + the reason. */
bool sim_nvue_schema(const struct sim_switch *sw, const json_t *tree, char *reason, size_t size);
/* Does it make sense?  false + where and why. */
bool sim_nvue_check(const struct sim_switch *sw, const json_t *tree, char *where, char *reason, size_t size);

/* ---- revision.c ------------------------------------------------------------------------------- */

json_t *sim_nvue_revision(const struct sim_switch *sw, const char *id);
/* A new one from `tree` (lent), in this state; its id is lent. */
const char *sim_nvue_revision_new(struct sim_switch *sw, const json_t *tree, const char *state);
/* PATCH /revision/N; the HTTP status, with a reason where it is refused. */
unsigned sim_nvue_revision_patch(struct sim_switch *sw, const char *id, const json_t *body, const char **ret_reason);
extern const struct sim_event_kind sim_nvue_events[];

/* ---- show.c ----------------------------------------------------------------------------------- */

/* Operational data at a path; NULL when there is none. */
json_t *sim_nvue_show(struct sim_switch *sw, const char *path);

/* counters.c: what a port has counted, into what is shown of its interface. */
void sim_nvue_put_counters(const struct sim_switch *sw, const char *port, json_t *row);

/* ---- answer.c --------------------------------------------------------------------------------- */

void sim_nvue_answer(struct sim_req *req);

#endif
