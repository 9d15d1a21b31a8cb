/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Segments and domains: union and find over the graph, near to linear (Tarjan 1975). */
#include <errno.h>
#include "fabric/connect.h"
#include "fabric/rules/rules.h"
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
		far = graph_switch(graph,
				   json_string_value(json_object_get(rules_addresses(graph), key)));
	} else {
		snprintf(end, sizeof end, "%s:%s", graph_switch_name(graph, sw),
			 key + strlen("port:"));
		peer = graph_peer(graph, end);
		if (peer && fabric_end_split(peer, &at))
			far = graph_switch(graph, at.device);
	}
	return far == NO_PLACE ? outside : far;
}

enum { MAYBE, DOWN, UP };       /* what the ends say of their sessions: one that says up is right */

static int said_of(const struct fabric_graph *graph, uint32_t sw, const char *key)
{
	const json_t *states = ms_at(fabric_set_switch(graph->set, sw), "/status/switch/bgp");

	if (graph->view != FABRIC_OBSERVED || !json_is_object(states))
		return MAYBE;
	return strcasecmp(row_text(json_object_get(states, key), "state", ""), "Established") ? DOWN
											      : UP;
}

struct sessions {
	struct fabric_graph *graph;
	uint32_t outside;
	json_t *said; /* {"evpn 1 7" | "ipv4 1 7": enum}: of all sessions between two switches */
	bool failed;
};

static void pair_key(char key[static 32], bool evpn, uint32_t a, uint32_t b)
{
	snprintf(key, 32, "%s %u %u", evpn ? "evpn" : "ipv4", a < b ? a : b, a < b ? b : a);
}

typedef void session_fn(struct sessions *s, uint32_t *up, uint32_t sw, uint32_t far, bool evpn,
			int said);

static void each_session(struct sessions *s, uint32_t *up, session_fn *fn)
{
	for (uint32_t sw = 0; sw < s->outside; sw++) {
		const char *key;
		json_t *neighbor;

		json_object_foreach(ms_at(s->graph->models[sw], "/bgp/neighbors"), key, neighbor) {
			uint32_t far = far_end(s->graph, sw, key, s->outside);
			int said = said_of(s->graph, sw, key);

			fn(s, up, sw, far, false, said);
			if (carries_evpn(neighbor))
				fn(s, up, sw, far, true, said);
		}
	}
}

static void note_said(struct sessions *s, uint32_t *up, uint32_t sw, uint32_t far, bool evpn,
		      int said)
{
	char key[32];

	(void)up;
	pair_key(key, evpn, sw, far);
	if (json_integer_value(json_object_get(s->said, key)) < said &&
	    json_object_set_new(s->said, key, json_integer(said)))
		s->failed = true;
}

static bool is_down(const struct sessions *s, bool evpn, uint32_t a, uint32_t b)
{
	char key[32];

	pair_key(key, evpn, a, b);
	return json_integer_value(json_object_get(s->said, key)) == DOWN;
}

/* Sessions lead on: every switch announces what it has learnt. */
static void unite_evpn(struct sessions *s, uint32_t *up, uint32_t sw, uint32_t far, bool evpn,
		       int said)
{
	(void)said;
	if (evpn && !is_down(s, true, sw, far))
		unite(up, sw, far);
}

/* Of who is not in the stream nothing is known: he may lead on. */
static void unite_outside(struct sessions *s, uint32_t *up, uint32_t sw, uint32_t far, bool evpn,
			  int said)
{
	(void)said;
	if (!evpn && far == s->outside && !is_down(s, false, sw, far))
		unite(up, sw, far);
}

static int unite_underlay(struct sessions *s, uint32_t *up)
{
	struct underlay *underlay = NULL;

	if (underlay_new(s->graph, &underlay))
		return -ENOMEM;
	for (uint32_t sw = 0; sw < s->outside; sw++)
		for (uint32_t i = underlay->first[sw]; i < underlay->first[sw + 1]; i++)
			if (!is_down(s, false, sw, underlay->hops[i].to))
				unite(up, sw, underlay->hops[i].to);
	underlay_free(underlay);
	each_session(s, up, unite_outside);
	return 0;
}

/* Both below and above: packets get there, and who is where is known. */
static int find_tunnels(struct connect *connect)
{
	struct fabric_graph *graph = connect->graph;
	uint32_t n = (uint32_t)fabric_set_switches(graph->set);
	MS_AUTO_FREE uint32_t *above = singles(n);
	json_auto_t *pairs = json_object(), *said = json_object();
	struct sessions s = { graph, n, said, false };
	uint32_t *below = connect->below;
	char key[32];

	if (!above || !pairs || !said)
		return -ENOMEM;
	each_session(&s, NULL, note_said);
	if (s.failed || unite_underlay(&s, below))
		return -ENOMEM;
	each_session(&s, above, unite_evpn);
	for (uint32_t sw = 0; sw < n; sw++) {
		const json_t *first;

		snprintf(key, sizeof key, "%u %u", root_of(below, sw), root_of(above, sw));
		first = json_object_get(pairs, key);
		connect->tunnels[sw] = first ? (uint32_t)json_integer_value(first) : sw;
		if (!first && json_object_set_new(pairs, key, json_integer(sw)))
			return -ENOMEM;
	}
	for (uint32_t sw = 0; sw < n; sw++)
		below[sw] = root_of(below, sw);
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
	uint32_t *exports;               /* by place: the round in which it was seen to export */
	uint32_t *first,
		*seen; /* by switch that stands for others: who came first, and in which round */
	uint32_t round;
};

/* Who is here joins those who are here and whom he can reach. */
static void join(struct meet *m, uint32_t *up, const uint32_t *groups, uint32_t place)
{
	uint32_t sw = m->connect->graph->places[place].sw, group;

	if (sw == NO_PLACE)
		return;
	group = groups[sw];
	if (m->seen[group] == m->round)
		unite(up, place, m->first[group]);
	m->seen[group] = m->round;
	m->first[group] = place;
}

static void meet_at(struct meet *m, uint32_t *up, const uint32_t *groups, uint32_t at,
		    enum edge_kind in, enum edge_kind out)
{
	const struct fabric_graph *graph = m->connect->graph;
	const struct place *place = &graph->places[at];

	m->round++;
	for (uint32_t i = place->first; i < place[1].first; i++)
		if (graph->arcs[i].kind == out)
			m->exports[graph->arcs[i].to] = m->round;
	for (uint32_t i = place->first; i < place[1].first; i++)
		if (graph->arcs[i].kind == in && m->exports[graph->arcs[i].to] == m->round)
			join(m, up, groups, graph->arcs[i].to);
}

static int unite_tunnels(struct connect *connect)
{
	const struct fabric_graph *graph = connect->graph;
	size_t n = fabric_set_switches(graph->set) + 2;
	MS_AUTO_FREE uint32_t *exports = calloc(graph->n_places + 1, sizeof *exports),
			      *first = calloc(n, sizeof *first), *seen = calloc(n, sizeof *seen);
	struct meet m = { connect, exports, first, seen, 0 };

	if (!exports || !first || !seen)
		return -ENOMEM;
	for (uint32_t i = 0; i < graph->n_places; i++) {
		enum place_kind kind = graph->places[i].kind;

		if (kind == PLACE_TARGET) {
			meet_at(&m, connect->segment, connect->tunnels, i, EDGE_IMPORT_L2,
				EDGE_EXPORT);
			meet_at(&m, connect->domain, connect->tunnels, i, EDGE_IMPORT_L2,
				EDGE_EXPORT);
			meet_at(&m, connect->domain, connect->tunnels, i, EDGE_IMPORT_L3,
				EDGE_EXPORT);
		} else if (kind == PLACE_VPLS) {
			meet_at(&m, connect->segment, connect->below, i, EDGE_VPLS, EDGE_VPLS);
			meet_at(&m, connect->domain, connect->below, i, EDGE_VPLS, EDGE_VPLS);
		}
	}
	return 0;
}

static int connect_new(struct fabric_graph *graph, struct connect **ret_connect)
{
	struct connect *connect = calloc(1, sizeof *connect);

	if (!connect)
		return -ENOMEM;
	connect->graph = graph;
	connect->segment = singles(graph->n_places);
	connect->domain = singles(graph->n_places);
	connect->tunnels = singles(fabric_set_switches(graph->set));
	connect->below = singles(fabric_set_switches(graph->set));
	if (!connect->segment || !connect->domain || !connect->tunnels || !connect->below ||
	    find_tunnels(connect)) {
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

const struct connect *graph_connect(struct fabric_graph *graph)
{
	if (!graph->connect && connect_new(graph, &graph->connect))
		graph->failed = true;
	return graph->connect;
}

void connect_free(struct connect *connect)
{
	if (!connect)
		return;
	free(connect->segment);
	free(connect->domain);
	free(connect->tunnels);
	free(connect->below);
	free(connect);
}
