/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/fabric: do members of a network reach each other?  Places of the graph that frames of one network get
 * between are one *segment*, and those that packets of one VRF get between, one *domain*: by VLANs, cables between
 * switches, and tunnels whose ends import what the others export, and know each other by sessions that are up.
 */
#ifndef MS_FABRIC_CONNECT_H
#define MS_FABRIC_CONNECT_H

#include "fabric/graph/graph.h"

struct connect {
	struct fabric_graph *graph;      /* lent */
	uint32_t *segment, *domain;      /* by place */
	uint32_t *below;                 /* by switch: those of one number reach each other through the underlay */
	uint32_t *tunnels;               /* the same, and they learn of each other's tunnels */
};
/* Made when first asked for, lent; NULL when memory ran out. */
const struct connect *graph_connect(struct fabric_graph *graph);
void connect_free(struct connect *connect);

/* A member of a network, where it is at a switch.  A channel that both of a pair have is one member. */
struct connect_member {
	uint32_t sw;
	char carrier[32];                /* "1", "c5" */
	bool known;                      /* is there a model of the switch? */
	uint32_t place;                  /* VLAN or VRF that it is in; NO_PLACE = in none of its network */
	uint32_t twin;                   /* the same on the other of the pair, NO_PLACE = none */
};
/* In an order that is the same for each view of one set.  Caller frees. */
int connect_members(const struct connect *connect, const json_t *network, struct connect_member **ret_members,
		    size_t *ret_n);
/* Do packets get from one to the other?  Members that are in no place reach nobody. */
bool connect_reaches(const struct connect *connect, const json_t *network, const struct connect_member *a,
		     const struct connect_member *b);
/* "leaf01:1" */
char *connect_member_words(const struct connect *connect, const struct connect_member *member);
/* Where the way of a member ends, and why: "leaf01 VNI 10100: no other switch..." */
char *connect_end_words(const struct connect *connect, const json_t *network, const struct connect_member *member);

#endif
