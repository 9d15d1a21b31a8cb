/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/fabric: the rules of check.  Most hold for configuration, whether it is planned or was read: such a
 * rule is written once, over a *view*.  What is wrong in both is found once; what is wrong in one alone says in which.
 */
#ifndef MS_FABRIC_RULES_H
#define MS_FABRIC_RULES_H

#include "fabric/graph/graph.h"

struct view {
	struct ms_item *item;
	const struct fabric_set *set;
	struct fabric_graph *graph;      /* of this view */
	uint32_t sw;                     /* index of the item's switch, NO_PLACE for another kind */
	const char *name;                /* of the item */
	const json_t *model;             /* of the switch; never NULL for switch rules */
	json_t *found;                   /* [{objects, message, hint, way}] */
	bool failed;                     /* memory ran out */
};
typedef void view_fn(struct view *view);

/* The rule fn for each view: of a Switch where it has a model, of another kind where there is a graph. */
int rules_each_view(struct ms_item *item, const struct ms_rule *rule, const char *kind, view_fn *fn,
		    struct ms_err *err);
/* One thing that is wrong with the item's resource. */
void view_find(struct view *view, const char *hint, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The same about several: objects is an array of {kind, name}, taken; way as graph_way made it, lent, may be NULL. */
void view_find_objects(struct view *view, json_t *objects, const json_t *way, const char *hint, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* status.switch of a Switch that was read, else NULL. */
const json_t *rules_seen(const struct ms_item *item);
/* An index that is made once for a graph: graph->facts[key]; NULL when memory ran out. */
json_t *graph_fact(struct fabric_graph *graph, const char *key, void (*make)(struct fabric_graph *graph, json_t *fact));
/* {ADDRESS: SWITCH} of what each switch is reached by: loopbacks, and ports of the underlay. */
json_t *rules_addresses(struct fabric_graph *graph);
/* fn for each VLAN of each port or channel of a model that has layer 2: text is "1" or "c5". */
typedef void vlan_fn(struct view *view, const char *text, json_int_t vid, bool tagged);
void rules_each_vlan(struct view *view, vlan_fn *fn);
/* "port 1", "channel 5" */
const char *rules_carrier_words(const char *text, char *buf, size_t size);

/* Whose a VLAN is, by its number: NULL for nobody, or for several; ret_known, may be NULL: not for several. */
const char *rules_vlan_owner(const struct view *view, json_int_t vid, bool *ret_known);

typedef int rule_fn(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err);
rule_fn rule_numbers;                                                            /* number.c */
rule_fn rule_targets, rule_references, rule_target_form;                         /* target.c */
rule_fn rule_host_vlans, rule_isolation, rule_connected;                                      /* isolation.c */
rule_fn rule_tunnel_ends, rule_evpn, rule_sessions, rule_asn;                    /* session.c */
rule_fn rule_capable, rule_readable, rule_known, rule_serial, rule_drift, rule_foreign, rule_pending, rule_saved,
	rule_trust;                                                              /* device.c */
rule_fn rule_link, rule_cable, rule_silent, rule_extra, rule_speed;              /* cable.c */
rule_fn rule_pair;                                                               /* pair.c */
rule_fn rule_mtu;                                                                /* mtu.c */
rule_fn rule_loop, rule_gateways, rule_default_vrf, rule_shared_port, rule_nics; /* layer.c */

#endif
