/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/fabric: from the places of a way to the hops of a packet. */
#ifndef MS_FABRIC_TRACE_H
#define MS_FABRIC_TRACE_H

#include "fabric/graph/graph.h"

struct trace_step { uint32_t place; enum edge_kind why; };
/* One hop per switch, and where tunnels lie between, one for each switch of the underlay that has equal costs. */
int trace_hops(const struct fabric_graph *graph, const struct trace_step *steps, size_t n, json_t **ret_hops,
	       struct ms_err *err);

/* Where a way ends: how much a place says of it, and why it may be the last. */
int trace_rank(enum place_kind kind);
const char *trace_reason(enum place_kind kind);

#endif
