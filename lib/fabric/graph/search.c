/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The shortest way within a part: breadth first. */
#include <errno.h>
#include "fabric/graph/graph.h"

static int need_room(struct fabric_graph *graph)
{
	size_t n = graph->n_places + 1;

	if (graph->met)
		return 0;
	graph->from = calloc(n, sizeof *graph->from);
	graph->why = calloc(n, sizeof *graph->why);
	graph->met = calloc(n, sizeof *graph->met);
	graph->queue = calloc(n, sizeof *graph->queue);
	if (graph->from && graph->why && graph->met && graph->queue)
		return 0;
	graph->failed = true;
	return -ENOMEM;
}

static void meet(struct fabric_graph *graph, uint32_t place, uint32_t from, enum edge_kind why)
{
	graph->met[place] = graph->search;
	graph->from[place] = from;
	graph->why[place] = why;
}

/* Packets go to who exports from who imports; most are both. */
static void prefer(struct fabric_graph *graph, uint32_t from, const struct arc *arc)
{
	enum edge_kind better =
		graph->places[from].kind == PLACE_TARGET ? EDGE_EXPORT : EDGE_IMPORT_L2;

	if (arc->kind == better && graph->met[arc->to] == graph->search &&
	    graph->from[arc->to] == from)
		graph->why[arc->to] = better;
}

static bool may_pass(const struct fabric_graph *graph, uint32_t from, const struct arc *arc)
{
	return arc->kind != EDGE_IMPORT_L3 && graph->met[arc->to] != graph->search &&
	       graph->places[arc->to].part == graph->places[from].part;
}

uint32_t graph_search(struct fabric_graph *graph, const uint32_t *starts, size_t n,
		      graph_goal_fn *goal, const void *ctx)
{
	uint32_t *queue;
	size_t head = 0, tail = 0;

	if (need_room(graph))
		return NO_PLACE;
	queue = graph->queue;
	graph->search++;
	for (size_t i = 0; i < n; i++)
		if (graph->met[starts[i]] != graph->search) {
			meet(graph, starts[i], NO_PLACE, 0);
			queue[tail++] = starts[i];
		}
	while (head < tail) {
		uint32_t place = queue[head++];

		if (goal(graph, place, ctx))
			return place;
		for (uint32_t i = graph->places[place].first; i < graph->places[place + 1].first;
		     i++)
			if (may_pass(graph, place, &graph->arcs[i])) {
				meet(graph, graph->arcs[i].to, place, graph->arcs[i].kind);
				queue[tail++] = graph->arcs[i].to;
			} else {
				prefer(graph, place, &graph->arcs[i]);
			}
	}
	return NO_PLACE;
}

static json_t *hop(const struct fabric_graph *graph, uint32_t place, const char *why)
{
	MS_AUTO_FREE char *words = place_words(graph, place);

	return why ? json_pack("{s:s,s:s}", "place", words ? words : "", "why", why)
		   : json_pack("{s:s}", "place", words ? words : "");
}

int graph_way(const struct fabric_graph *graph, uint32_t to, bool reversed, json_t *way)
{
	size_t at = json_array_size(way);
	const char *why = NULL;
	int r = 0;

	for (uint32_t place = to; place != NO_PLACE && !r; place = graph->from[place]) {
		bool first = graph->from[place] == NO_PLACE;

		if (reversed)
			r = json_array_append_new(way, hop(graph, place, why));
		else
			r = json_array_insert_new(way, at,
						  hop(graph, place,
						      first ? NULL
							    : edge_words(graph->why[place])));
		why = edge_words(graph->why[place]);
	}
	return r ? -ENOMEM : 0;
}
