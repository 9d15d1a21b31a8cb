/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/roce: what a plan may change of a Nic, aspect by aspect.  `before` and `after` of a Step are parts of
 * status.roce: {"pfc": {"enabled": [3]}}, {"mtu": 9000}.
 */
#ifndef MS_ROCE_ASPECT_H
#define MS_ROCE_ASPECT_H

#include "roce/here.h"
#include "roce/set.h"
#include "state/state.h"

/* hostMtu of an underlay that does not say (intent of switches has the same). */
#define ROCE_HOST_MTU 9000

/* Planning one Nic. */
struct roce_draft {
	const struct roce_set *set;
	const struct ms_roce *roce;  /* managed, or the Nic is to be left alone */
	const struct roce_fabric *fabric;
	const json_t *nic, *seen;    /* seen: status.roce */
	json_t *settings;            /* what the aspects before wanted, by key: for persistence */
	struct ms_report refused;
};
/* A wish that cannot be had: named with all others, once the rest is planned. */
void roce_refuse(struct roce_draft *draft, const char *section, const char *hint, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Carrying out one Step. */
struct roce_act {
	struct roce_here *here;
	const struct ms_link *link;
	const struct roce_port *port;  /* NULL = none */
	const json_t *after, *now;     /* what is in them under the aspect's key */
};

struct roce_aspect {
	const char *action, *key, *risk, *words;
	roce_get_fn *part;           /* reads it */
	/* Why the value is wanted: a new reference, NULL for none. */
	json_t *(*want)(struct roce_draft *draft);
	/* That part of status.roce that `want` speaks of; NULL = members of the same names. */
	json_t *(*view)(const json_t *seen, const json_t *want);
	/* NULL = the same. */
	bool (*holds)(const json_t *now, const json_t *want);
	int (*act)(struct roce_act *act, struct ms_err *err);
};
extern const struct roce_aspect roce_aspects[];
/* By spec.action of a Step, NULL = none of ours. */
const struct roce_aspect *roce_aspect_of(const json_t *step);
/* {KEY: view}, a new reference; NULL = no memory. */
json_t *roce_aspect_view(const struct roce_aspect *aspect, const json_t *seen, const json_t *after);
bool roce_aspect_holds(const struct roce_aspect *aspect, const json_t *now, const json_t *want);

/* want.c, want-rdma.c */
typedef json_t *roce_want_fn(struct roce_draft *draft);
roce_want_fn roce_want_netns, roce_want_dcbx, roce_want_mtu, roce_want_pause, roce_want_ets, roce_want_max_rate,
	roce_want_pfc, roce_want_trust, roce_want_app, roce_want_buffer, roce_want_ecn, roce_want_cm,
	roce_want_traffic_class, roce_want_persistent;
/* act-dcb.c, act-link.c, act-rdma.c */
typedef int roce_act_fn(struct roce_act *act, struct ms_err *err);
roce_act_fn roce_act_netns, roce_act_dcbx, roce_act_mtu, roce_act_pause, roce_act_ets, roce_act_max_rate,
	roce_act_pfc, roce_act_trust, roce_act_app, roce_act_buffer, roce_act_ecn, roce_act_cm,
	roce_act_traffic_class, roce_act_persistent;

/* APP entries that classify RDMA: by DSCP, by its UDP port, by the EtherType of RoCE v1.  Others (iSCSI, FCoE) are not
 * ours. */
bool roce_app_is_ours(const json_t *app);
json_t *roce_view_app(const json_t *seen, const json_t *want);
json_t *roce_view_buffer(const json_t *seen, const json_t *want);
bool roce_holds_buffer(const json_t *now, const json_t *want);
bool roce_holds_max_rate(const json_t *now, const json_t *want);
bool roce_holds_ecn(const json_t *now, const json_t *want);
json_t *roce_view_persistent(const json_t *seen, const json_t *want);

/* rates.c: kb/s of each traffic class by the fabric and this NIC, 0 = no limit.  1; 0 where nobody says anything;
 * negative: they cannot be had, and `why` says why. */
int roce_rates_of(const struct ms_roce *roce, const json_t *nic, int64_t ret_rates[static 8], char *why, size_t size);
/* Is this rate the one that was asked for, as drivers round it? */
bool roce_rate_holds(int64_t now, int64_t want);

/* plan.c.  Pure: Steps become item->more. */
int roce_plan(struct ms_item *item, const struct roce_set *set, struct ms_err *err);
/* apply.c: one Step, read and carried out.  What was read when the Step before was verified stands for this one, too,
 * where both are in the same part and nothing was done since. */
int roce_step_read(struct roce_here *here, const json_t *nic, const json_t *step, json_t **ret_now,
		   struct ms_err *err);
int roce_step_act(struct roce_here *here, const json_t *nic, const json_t *step, const json_t *now,
		  struct ms_err *err);
/* ctx: struct ms_loop, may be NULL. */
extern const struct ms_step_ops roce_step_ops;

#endif
