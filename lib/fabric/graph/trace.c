/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way of a packet by configuration.  Other than for isolation, direction counts: packets go to
 * who announces a route from who lets it in; and what was imported once is not imported again.
 */
#include <errno.h>
#include "fabric/graph/trace.h"

/* Places are met before and after the one route that was let in: state 2 * place + routed. */
struct tracer {
	const struct fabric_graph *graph;
	uint32_t *from;                  /* by state; NO_PLACE = a start */
	enum edge_kind *why;
	bool *met;
	uint32_t *queue;
	size_t tail;
};

static int tracer_init(struct tracer *t, const struct fabric_graph *graph)
{
	size_t n = 2 * graph->n_places + 2;

	*t = (struct tracer){ .graph = graph };
	t->from = calloc(n, sizeof *t->from);
	t->why = calloc(n, sizeof *t->why);
	t->met = calloc(n, sizeof *t->met);
	t->queue = calloc(n, sizeof *t->queue);
	return t->from && t->why && t->met && t->queue ? 0 : -ENOMEM;
}

static void tracer_release(struct tracer *t)
{
	free(t->from);
	free(t->why);
	free(t->met);
	free(t->queue);
}

/* ---- ends ---- */

static bool is_end(const struct fabric_graph *graph, const struct place *place, const char *end)
{
	struct fabric_end at;
	char carrier[32];
	uint32_t sw;

	if (place->kind == PLACE_END)
		return !strcmp(place->text, end);
	if ((place->kind != PLACE_PORT && place->kind != PLACE_WIRE) ||
	    !fabric_end_split(end, &at))
		return false;
	sw = graph_switch(graph, at.device);
	if (sw == NO_PLACE || place->sw != sw)
		return false;
	return !strcmp(place->text, graph_carrier(graph->models[sw], at.port, carrier));
}

static bool *ends_of(const struct fabric_graph *graph, const char *end, size_t *ret_n)
{
	bool *is = calloc(graph->n_places + 1, sizeof *is);
	const char *peer = fabric_set_peer(graph->set, end),
		   *nic = peer ? fabric_set_peer(graph->set, peer) : NULL;

	end = nic ? nic : end; /* of a bond, its first */
	*ret_n = 0;
	for (size_t i = 0; is && i < graph->n_places; i++) {
		is[i] = is_end(graph, &graph->places[i], end);
		*ret_n += is[i];
	}
	return is;
}

/* ---- the search ---- */

static void meet(struct tracer *t, uint32_t state, uint32_t from, enum edge_kind why)
{
	if (t->met[state])
		return;
	t->met[state] = true;
	t->from[state] = from;
	t->why[state] = why;
	t->queue[t->tail++] = state;
}

/* May a packet go on along the arc, and is a route used up by it? */
static bool passes(const struct tracer *t, uint32_t place, bool routed, const struct arc *arc,
		   bool *ret_routed)
{
	const struct fabric_graph *graph = t->graph;
	bool at_target = graph->places[place].kind == PLACE_TARGET;

	*ret_routed = routed;
	switch (arc->kind) {
	case EDGE_EXPORT:
		return at_target;
	case EDGE_IMPORT_L2:
		return !at_target;
	case EDGE_IMPORT_L3:
		*ret_routed = true;
		return !at_target && !routed;
	default:
		return true;
	}
}

static void expand(struct tracer *t, uint32_t state)
{
	const struct fabric_graph *graph = t->graph;
	uint32_t place = state / 2;

	/* Hosts pass nothing on. */
	if (graph->places[place].kind == PLACE_END && t->from[state] != NO_PLACE)
		return;
	for (uint32_t i = graph->places[place].first; i < graph->places[place + 1].first; i++) {
		bool routed;

		if (passes(t, place, state & 1, &graph->arcs[i], &routed))
			meet(t, 2 * graph->arcs[i].to + routed, state, graph->arcs[i].kind);
	}
}

static uint32_t search(struct tracer *t, const bool *starts, const bool *goals)
{
	for (uint32_t i = 0; i < t->graph->n_places; i++)
		if (starts[i])
			meet(t, 2 * i, NO_PLACE, 0);
	for (size_t head = 0; head < t->tail; head++) {
		if (goals && goals[t->queue[head] / 2])
			return t->queue[head];
		expand(t, t->queue[head]);
	}
	return NO_PLACE;
}

/* ---- how far it got ---- */

/* A router says most about where packets end, then a tunnel, a VLAN, a port. */
int trace_rank(enum place_kind kind)
{
	switch (kind) {
	case PLACE_VRF: return 5;
	case PLACE_VNI: return 4;
	case PLACE_VPLS: return 4;
	case PLACE_VLAN: return 3;
	case PLACE_WIRE: return 2;
	case PLACE_PORT: return 2;
	case PLACE_END: return 1;
	default: return 0;
	}
}

/* The first of the highest rank that was met. */
static uint32_t last_hop(const struct tracer *t)
{
	uint32_t best = NO_PLACE;
	int highest = -1;

	for (size_t i = 0; i < t->tail; i++) {
		int r = trace_rank(t->graph->places[t->queue[i] / 2].kind);

		if (r > highest) {
			highest = r;
			best = t->queue[i] / 2;
		}
	}
	return best;
}

const char *trace_reason(enum place_kind kind)
{
	switch (kind) {
	case PLACE_VRF: return "no route that it lets in leads there";
	case PLACE_VPLS: return "no other switch in it leads there";
	case PLACE_VNI:
		return "no other switch has that VNI with a target in common, and no gateway";
	case PLACE_VLAN: return "it has no gateway, no VNI, and no trunk leads on";
	case PLACE_PORT:
	case PLACE_WIRE: return "the port is in no VLAN and no VRF that leads on";
	default: return "it is at no port that is configured";
	}
}

static int fail_short(struct tracer *t, const char *from, const char *to, const bool *goals,
		      struct ms_err *err)
{
	struct tracer back = { 0 };
	MS_AUTO_FREE char *reached = NULL, *wanted = NULL;
	uint32_t last = last_hop(t), near;
	int r;

	r = tracer_init(&back, t->graph);
	if (r) {
		tracer_release(&back);
		return ms_nomem(err);
	}
	search(&back, goals, NULL);
	near = last_hop(&back);
	reached = place_words(t->graph, last);
	wanted = place_words(t->graph, near);
	ms_fail(err, -ENOENT, MS_NOTFOUND,
		"no way from %s to %s: the last hop is %s: %s; %s is at %s", from, to,
		reached ? reached : "?", trace_reason(t->graph->places[last].kind), to,
		wanted ? wanted : "?");
	ms_hint(err,
		"msctl-switch check tells what is missing or apart; tenants meet only as peers");
	tracer_release(&back);
	return -ENOENT;
}

static int fail_unknown(const struct fabric_graph *graph, const char *end, struct ms_err *err)
{
	const char *peer = fabric_set_peer(graph->set, end);
	struct fabric_end at;
	bool at_switch;
	uint32_t sw;

	if (!fabric_end_split(end, &at)) {
		ms_fail(err, -EINVAL, MS_USAGE, "no end of a cable: \"%s\"", end);
		ms_hint(err, "SERVER:NIC or SWITCH:PORT, as node07:rail0 or leaf01:1");
		return -EINVAL;
	}
	at_switch = fabric_set_find(graph->set, "Switch", at.device);
	ms_fail(err, -ENOENT, MS_NOTFOUND, "%s is at no port that is configured%s%s", end,
		peer ? ": it is cabled to " : "", peer ? peer : "");
	if (peer && fabric_end_split(peer, &at)) {
		sw = graph_switch(graph, at.device);
		if (sw != NO_PLACE && !graph->models[sw])
			ms_hint(err, "%s has no configuration%s%s", at.device,
				graph->errors[sw].code ? ": " : " that was read: msctl-switch get",
				graph->errors[sw].message);
	}
	ms_hint(err, "a network with it as a member: members: [{%s: \"%s\"}]",
		at_switch ? "port" : "nic", end);
	return -ENOENT;
}

static int fail_same(const struct fabric_graph *graph, const char *from, const char *to,
		     struct ms_err *err)
{
	const char *peer = fabric_set_peer(graph->set, from);

	if (ms_streq(from, to))
		ms_fail(err, -EINVAL, MS_USAGE, "%s is both ends: there is no way to go", from);
	else
		ms_fail(err, -EINVAL, MS_USAGE,
			"%s and %s are the same place: there is no way to go", from, to);
	ms_hint(err, "another end, of another NIC or port%s%s", peer ? " than that at " : "",
		peer ? peer : "");
	return -EINVAL;
}

/* ---- the whole ---- */

/* States from the start to the goal, as a list of steps. */
static int walk(const struct tracer *t, uint32_t goal, struct trace_step **ret_steps, size_t *ret_n)
{
	size_t n = 0, i;
	struct trace_step *steps;

	for (uint32_t state = goal; state != NO_PLACE; state = t->from[state])
		n++;
	steps = calloc(n, sizeof *steps);
	if (!steps)
		return -ENOMEM;
	i = n;
	for (uint32_t state = goal; state != NO_PLACE; state = t->from[state])
		steps[--i] = (struct trace_step){ state / 2, t->why[state] };
	*ret_steps = steps;
	*ret_n = n;
	return 0;
}

static int trace(const struct fabric_graph *graph, const char *from, const char *to,
		 const bool *starts, const bool *goals, json_t **ret_hops, struct ms_err *err)
{
	MS_AUTO_FREE struct trace_step *steps = NULL;
	struct tracer t;
	uint32_t goal;
	size_t n;
	int r = tracer_init(&t, graph);

	goal = r ? NO_PLACE : search(&t, starts, goals);
	if (r)
		r = ms_nomem(err);
	else if (goal == NO_PLACE)
		r = fail_short(&t, from, to, goals, err);
	else if (walk(&t, goal, &steps, &n))
		r = ms_nomem(err);
	else
		r = trace_hops(graph, steps, n, ret_hops, err);
	tracer_release(&t);
	return r;
}

int fabric_trace(const struct fabric_graph *graph, const char *from, const char *to,
		 json_t **ret_hops, struct ms_err *err)
{
	size_t starts, goals;
	MS_AUTO_FREE bool *is_start = ends_of(graph, from, &starts),
			  *is_goal = ends_of(graph, to, &goals);

	if (!is_start || !is_goal)
		return ms_nomem(err);
	if (!starts)
		return fail_unknown(graph, from, err);
	if (!goals)
		return fail_unknown(graph, to, err);
	for (size_t i = 0; i < graph->n_places; i++)
		if (is_start[i] && is_goal[i])
			return fail_same(graph, from, to, err);
	return trace(graph, from, to, is_start, is_goal, ret_hops, err);
}
