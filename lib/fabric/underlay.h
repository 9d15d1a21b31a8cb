/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/fabric: who routes to whom below the tenants, by routed ports of the default VRF with a session. */
#ifndef MS_FABRIC_UNDERLAY_H
#define MS_FABRIC_UNDERLAY_H

#include "fabric/graph/graph.h"

struct underlay_hop { uint32_t to; const char *out, *in; };      /* names of ports, lent by the models */
struct underlay {
	size_t n;                        /* switches */
	struct underlay_hop *hops;       /* of switch i: first[i] up to first[i + 1] */
	uint32_t *first;
	uint32_t *far;                   /* room for distances */
	uint32_t *queue;
};
int underlay_new(const struct fabric_graph *graph, struct underlay **ret_underlay);
void underlay_free(struct underlay *underlay);
/* Distances to a switch into underlay->far; NO_PLACE where there is no way. */
void underlay_measure(struct underlay *underlay, uint32_t to);

#endif
