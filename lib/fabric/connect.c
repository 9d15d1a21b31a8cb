/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Segments and domains: union and find over the graph, near to linear (Tarjan 1975). */
#include <errno.h>
#include "fabric/connect.h"
#include "fabric/rules.h"
#include "fabric/underlay.h"

static uint32_t root_of(uint32_t *up, uint32_t i)
{
	while (up[i] != i)
		i = up[i] = up[up[i]];
	return i;
}

static void unite(uint32_t *up, uint32_t a, uint32_t b)
{
	up[root_of(up, a)] = root_of(up, b);
}

static uint32_t *singles(size_t n)
{
	uint32_t *up = calloc(n + 1, sizeof *up);

	for (size_t i = 0; up && i <= n; i++)
		up[i] = (uint32_t)i;
	return up;
}

/* ---- who learns of whose tunnels ---- */

/* Only what a switch says itself: sessions of which nothing was read may be up. */
static bool is_down(const struct fabric_graph *graph, uint32_t sw, const char *key)
{
	const json_t *states = ms_at(fabric_set_switch(graph->set, sw), "/status/switch/bgp");

	return graph->view == FABRIC_OBSERVED && json_is_object(states) &&
	       strcasecmp(row_text(json_object_get(states, key), "state", "gone"), "Established") != 0;
}

static bool carries_evpn(const json_t *neighbor)
{
	const json_t *family;
	size_t i;

	json_array_foreach(json_object_get(neighbor, "families"), i, family)
		if (ms_streq(json_string_value(family), "evpn"))
			return true;
	return false;
}

/* The switch at the other end; `outside` stands for all that the stream does not know. */
static uint32_t far_end(struct fabric_graph *graph, uint32_t sw, const char *key, uint32_t outside)
{
	const char *peer;
	char end[320];
	struct fabric_end at;
	uint32_t far = NO_PLACE;

	if (!ms_starts(key, "port:")) {
		far = graph_switch(graph, json_string_value(json_object_get(rules_addresses(graph), key)));
	} else {
		snprintf(end, sizeof end, "%s:%s", graph_switch_name(graph, sw), key + strlen("port:"));
		peer = graph_peer(graph, end);
		if (peer && fabric_end_split(peer, &at))
			far = graph_switch(graph, at.device);
	}
	return far == NO_PLACE ? outside : far;
}

/* Sessions lead on: every switch announces what it has learnt. */
static void unite_sessions(struct fabric_graph *graph, uint32_t *up, uint32_t outside)
{
	for (uint32_t sw = 0; sw < outside; sw++) {
		const char *key;
		json_t *neighbor;

		json_object_foreach(ms_at(graph->models[sw], "/bgp/neighbors"), key, neighbor)
			if (carries_evpn(neighbor) && !is_down(graph, sw, key))
				unite(up, sw, far_end(graph, sw, key, outside));
	}
}

static bool hop_is_down(const struct fabric_graph *graph, uint32_t sw, const struct underlay_hop *hop)
{
	const json_t *neighbors = ms_at(graph->models[sw], "/bgp/neighbors"), *address,
		     *far = json_object_get(json_object_get(graph->models[hop->to], "ports"), hop->in);
	char key[80];
	size_t i;

	snprintf(key, sizeof key, "port:%.60s", hop->out);
	if (json_object_get(neighbors, key))
		return is_down(graph, sw, key);
	json_array_foreach(ms_at(far, "/l3/addresses"), i, address) {
		const char *text = json_is_string(address) ? json_string_value(address) : "";

		snprintf(key, sizeof key, "%.*s", (int)strcspn(text, "/"), text);
		if (json_object_get(neighbors, key))
			return is_down(graph, sw, key);
	}
	return false;
}

/* Is one of the sessions of the switch with somebody of whom the stream says nothing? */
static bool leads_outside(struct fabric_graph *graph, uint32_t sw, uint32_t outside)
{
	const char *key;
	json_t *neighbor;

	json_object_foreach(ms_at(graph->models[sw], "/bgp/neighbors"), key, neighbor)
		if (far_end(graph, sw, key, outside) == outside && !is_down(graph, sw, key))
			return true;
	return false;
}

static int unite_underlay(struct fabric_graph *graph, uint32_t *up, uint32_t outside)
{
	struct underlay *underlay = NULL;

	if (underlay_new(graph, &underlay))
		return -ENOMEM;
	for (uint32_t sw = 0; sw < outside; sw++) {
		if (leads_outside(graph, sw, outside))
			unite(up, sw, outside);
		for (uint32_t i = underlay->first[sw]; i < underlay->first[sw + 1]; i++)
			if (!hop_is_down(graph, sw, &underlay->hops[i]))
				unite(up, sw, underlay->hops[i].to);
	}
	underlay_free(underlay);
	return 0;
}

/* Both below and above: packets get there, and who is where is known. */
static int find_tunnels(struct connect *connect)
{
	struct fabric_graph *graph = connect->graph;
	uint32_t n = (uint32_t)fabric_set_switches(graph->set);
	MS_AUTO_FREE uint32_t *below = singles(n), *above = singles(n);
	json_auto_t *pairs = json_object();
	char key[32];

	if (!below || !above || !pairs || unite_underlay(graph, below, n))
		return -ENOMEM;
	unite_sessions(graph, above, n);
	for (uint32_t sw = 0; sw < n; sw++) {
		const json_t *first;

		snprintf(key, sizeof key, "%u %u", root_of(below, sw), root_of(above, sw));
		first = json_object_get(pairs, key);
		connect->tunnels[sw] = first ? (uint32_t)json_integer_value(first) : sw;
		if (!first && json_object_set_new(pairs, key, json_integer(sw)))
			return -ENOMEM;
	}
	return 0;
}

/* ---- segments and domains ---- */

/* Hosts pass nothing on, and a port is in all VLANs of its host. */
static bool is_host(const struct fabric_graph *graph, const struct edge *edge)
{
	enum place_kind a = graph->places[edge->a].kind, b = graph->places[edge->b].kind;

	return a == PLACE_END || b == PLACE_END || a == PLACE_PORT || b == PLACE_PORT;
}

static void unite_edges(struct connect *connect)
{
	const struct fabric_graph *graph = connect->graph;

	for (size_t i = 0; i < graph->n_edges; i++) {
		const struct edge *edge = &graph->edges[i];

		if (edge->kind >= EDGE_VPLS || is_host(graph, edge))
			continue;
		unite(connect->domain, edge->a, edge->b);
		if (edge->kind != EDGE_GATEWAY && edge->kind != EDGE_ROUTED_PORT)
			unite(connect->segment, edge->a, edge->b);
	}
}

struct meet {
	struct connect *connect;
	uint32_t *exports;               /* by place: 1 + the target that it exports, of those looked at last */
	uint32_t *first, *round;         /* by switch that stands for others: who came first, and to which place */
};

/* Who is here joins those who are here and learn of each other. */
static void join(struct meet *m, uint32_t *up, uint32_t at, uint32_t place)
{
	uint32_t sw = m->connect->graph->places[place].sw;
	uint32_t group = sw == NO_PLACE ? NO_PLACE : m->connect->tunnels[sw];

	if (group == NO_PLACE)
		return;
	if (m->round[group] == at + 1)
		unite(up, place, m->first[group]);
	m->round[group] = at + 1;
	m->first[group] = place;
}

static void meet_at(struct meet *m, uint32_t *up, uint32_t at, enum edge_kind in, enum edge_kind out)
{
	const struct fabric_graph *graph = m->connect->graph;
	const struct place *place = &graph->places[at];

	for (uint32_t i = place->first; i < place[1].first; i++)
		if (graph->arcs[i].kind == out)
			m->exports[graph->arcs[i].to] = at + 1;
	for (uint32_t i = place->first; i < place[1].first; i++)
		if (graph->arcs[i].kind == in && m->exports[graph->arcs[i].to] == at + 1)
			join(m, up, at, graph->arcs[i].to);
	memset(m->round, 0, fabric_set_switches(graph->set) * sizeof *m->round);
}

static int unite_tunnels(struct connect *connect)
{
	const struct fabric_graph *graph = connect->graph;
	size_t n = fabric_set_switches(graph->set) + 1;
	MS_AUTO_FREE uint32_t *exports = calloc(graph->n_places + 1, sizeof *exports),
			      *first = calloc(n, sizeof *first), *round = calloc(n, sizeof *round);
	struct meet m = { connect, exports, first, round };

	if (!exports || !first || !round)
		return -ENOMEM;
	for (uint32_t i = 0; i < graph->n_places; i++) {
		enum place_kind kind = graph->places[i].kind;

		if (kind == PLACE_TARGET) {
			meet_at(&m, connect->segment, i, EDGE_IMPORT_L2, EDGE_EXPORT);
			meet_at(&m, connect->domain, i, EDGE_IMPORT_L2, EDGE_EXPORT);
			meet_at(&m, connect->domain, i, EDGE_IMPORT_L3, EDGE_EXPORT);
		} else if (kind == PLACE_VPLS) {
			meet_at(&m, connect->segment, i, EDGE_VPLS, EDGE_VPLS);
			meet_at(&m, connect->domain, i, EDGE_VPLS, EDGE_VPLS);
		}
	}
	return 0;
}

int connect_new(struct fabric_graph *graph, struct connect **ret_connect)
{
	struct connect *connect = calloc(1, sizeof *connect);

	if (!connect)
		return -ENOMEM;
	connect->graph = graph;
	connect->segment = singles(graph->n_places);
	connect->domain = singles(graph->n_places);
	connect->tunnels = singles(fabric_set_switches(graph->set));
	if (!connect->segment || !connect->domain || !connect->tunnels || find_tunnels(connect)) {
		connect_free(connect);
		return -ENOMEM;
	}
	unite_edges(connect);
	if (unite_tunnels(connect)) {
		connect_free(connect);
		return -ENOMEM;
	}
	*ret_connect = connect;
	return 0;
}

void connect_free(struct connect *connect)
{
	if (!connect)
		return;
	free(connect->segment);
	free(connect->domain);
	free(connect->tunnels);
	free(connect);
}
