/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of the graph: union and find, near to linear (Tarjan 1975). */
#include <errno.h>
#include "fabric/graph/graph.h"

static uint32_t root_of(uint32_t *up, uint32_t place)
{
	while (up[place] != place) {
		up[place] = up[up[place]];
		place = up[place];
	}
	return place;
}

static void unite(uint32_t *up, uint32_t a, uint32_t b)
{
	a = root_of(up, a);
	b = root_of(up, b);
	/* The lower number stays the root, so that parts are numbered alike in every run. */
	if (a < b)
		up[b] = a;
	else
		up[a] = b;
}

/* Tunnels of layer 2 join who says that he is there, and who believes it. */
static void unite_target(const struct fabric_graph *graph, uint32_t *up, uint32_t target)
{
	const struct place *place = &graph->places[target];
	bool bridged = false;

	for (uint32_t i = place->first; i < place[1].first; i++)
		bridged = bridged || graph->arcs[i].kind == EDGE_IMPORT_L2;
	for (uint32_t i = place->first; bridged && i < place[1].first; i++)
		if (graph->arcs[i].kind != EDGE_IMPORT_L3)
			unite(up, target, graph->arcs[i].to);
}

int graph_find_parts(struct fabric_graph *graph)
{
	MS_AUTO_FREE uint32_t *up = calloc(graph->n_places + 1, sizeof *up);
	uint32_t i, n = (uint32_t)graph->n_places;

	if (!up)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		up[i] = i;
	for (size_t e = 0; e < graph->n_edges; e++)
		if (graph->edges[e].kind < EDGE_EXPORT)
			unite(up, graph->edges[e].a, graph->edges[e].b);
	for (i = 0; i < n; i++)
		if (graph->places[i].kind == PLACE_TARGET)
			unite_target(graph, up, i);
	for (i = 0; i < n; i++)
		graph->places[i].part = root_of(up, i);
	return 0;
}
