/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/site: the tiers of a fabric by rule, of which every kind of rule is made. */
#ifndef MS_SITE_TIER_H
#define MS_SITE_TIER_H

#include "site/grow.h"

/* A tier of the rule at hand. */
struct ms_tier {
	const json_t *rule;
	const char *key, *role;        /* "leaves", "leaf" */
	char **uplinks, **downlinks, **hosts, **peers;
	size_t n_up, n_down, n_hosts, n_peers;
	char **names;                  /* of its switches, in order */
	size_t n, cap;
};
/* A rule of a fabric. */
struct ms_topology {
	struct ms_growth *g;
	const char *fabric;
	char path[128];                /* of the rule: "/spec/fabrics/0/clos" */
	json_t *counted;               /* what {n} counts among: {name without it: n so far} */
	unsigned per_pair;
};

/* Problems are told at a key of the tier, NULL = at the tier. */
void ms_tier_point(struct ms_topology *rule, const struct ms_tier *tier, const char *key);
/* Read and check the tier `key` of a rule; an absent one has no `rule`.  Release it also after a failure. */
int ms_tier_init(struct ms_topology *rule, const json_t *all, const char *key, const char *role, struct ms_tier *tier);
void ms_tier_release(struct ms_tier *tier);
/* `count` more switches of the tier; words without their role and number. */
int ms_tier_switches(struct ms_topology *rule, struct ms_tier *tier, struct ms_template words, bool rails);
/* Cables from each of n switches of lower, from first on, to each of m of upper, from top on, which have given out
 * `taken` downlinks before. */
int ms_tier_connect(struct ms_topology *rule, const struct ms_tier *lower, size_t first, size_t n,
		    const struct ms_tier *upper, size_t top, size_t m, size_t taken);
/* What a line of a rule would make is counted before any of it is made: 0, or a problem told. */
int ms_tier_too_many(struct ms_topology *rule, const struct ms_tier *tier, const char *key, size_t n, const char *what);
/* Tells that a switch has fewer ports in a list than it needs. */
int ms_tier_too_few(struct ms_topology *rule, const struct ms_tier *tier, const char *key, size_t has, size_t wanted);

#endif
