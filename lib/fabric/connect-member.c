/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members of networks in segments and domains, and where their way ends. */
#include <errno.h>
#include "fabric/connect.h"
#include "fabric/graph/trace.h"

/* ---- where a member is ---- */

static const json_t *tenant_of(const struct connect *c, const json_t *network)
{
	return fabric_set_find(c->graph->set, "Tenant", ms_str(network, "/spec/tenant", NULL));
}

static bool is_routed(const struct connect *c, const json_t *network)
{
	return ms_streq(fabric_isolation_of(tenant_of(c, network)), "evpn-l3");
}

static bool is_among(const json_t *list, json_int_t number)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(list, i, entry)
		if (json_integer_value(entry) == number)
			return true;
	return false;
}

static bool carries(const json_t *row, json_int_t vid, bool tagged)
{
	const json_t *l2 = json_object_get(row, "l2");

	if (!row_is(row, "enabled", true))
		return false;
	if (tagged)
		return is_among(json_object_get(l2, "tagged"), vid);
	return row_int(l2, "access") == vid || row_int(l2, "native") == vid;
}

/* By what the model says of the port or channel. */
static uint32_t place_of(const struct connect *c, const json_t *network, uint32_t sw,
			 const char *carrier, const json_t *member)
{
	const json_t *model = c->graph->models[sw], *row;
	json_int_t vid = ms_int(network, "/spec/vlan", 0);

	row = *carrier == 'c' ? json_object_get(json_object_get(model, "channels"), carrier + 1)
			      : json_object_get(json_object_get(model, "ports"), carrier);
	if (ms_str(member, "/address", NULL)) {
		const char *vrf = ms_str(row, "/l3/vrf", NULL);

		return vrf ? graph_find(c->graph, PLACE_VRF, sw, 0, vrf) : NO_PLACE;
	}
	if (vid <= 0 || vid > 4095 || !carries(row, vid, ms_bool(member, "/tagged", false)))
		return NO_PLACE;
	return graph_find(c->graph, PLACE_VLAN, sw, (uint32_t)vid, "");
}

/* The other of a pair, where both have the channel. */
static uint32_t twin_of(const struct connect *c, uint32_t sw, const char *channel)
{
	const json_t *own = fabric_set_switch(c->graph->set, sw),
		     *pair = fabric_set_pair(c->graph->set, own);

	if (!channel || !pair || !ms_bool(fabric_channel_named(own, channel), "/shared", false))
		return NO_PLACE;
	return graph_switch(c->graph, ms_name(pair));
}

static void take(const struct connect *c, const json_t *network, uint32_t sw, const json_t *entry,
		 struct connect_member *list, size_t *n)
{
	const char *channel = row_text(entry, "channel", NULL);
	const json_t *member = json_object_get(entry, "member");
	struct connect_member *to = &list[*n];
	uint32_t twin = twin_of(c, sw, channel);

	/* The first of the pair stands for both. */
	if (twin != NO_PLACE && twin < sw)
		return;
	*to = (struct connect_member){ .sw = sw, .known = c->graph->models[sw], .twin = NO_PLACE };
	snprintf(to->carrier, sizeof to->carrier, "%s%.30s", channel ? "c" : "",
		 channel ? channel : row_text(entry, "port", ""));
	to->place = place_of(c, network, sw, to->carrier, member);
	if (twin != NO_PLACE)
		to->twin = place_of(c, network, twin, to->carrier, member);
	(*n)++;
}

int connect_members(const struct connect *c, const json_t *network,
		    struct connect_member **ret_members, size_t *ret_n)
{
	const json_t *parts = json_object_get(c->graph->set->where, ms_name(network)), *entry;
	struct connect_member *list;
	const char *name;
	json_t *part;
	size_t n = 0, i;

	json_object_foreach((json_t *)parts, name, part)
		n += json_array_size(json_object_get(part, "members"));
	list = calloc(n + 1, sizeof *list);
	if (!list)
		return -ENOMEM;
	n = 0;
	json_object_foreach((json_t *)parts, name, part) {
		uint32_t sw = graph_switch(c->graph, name);

		if (sw != NO_PLACE)
			json_array_foreach(json_object_get(part, "members"), i, entry)
				take(c, network, sw, entry, list, &n);
	}
	*ret_members = list;
	*ret_n = n;
	return 0;
}

/* ---- who reaches whom ---- */

static uint32_t group_of(const struct connect *c, const json_t *network, uint32_t place)
{
	uint32_t *up = is_routed(c, network) ? c->domain : c->segment;

	if (place == NO_PLACE)
		return NO_PLACE;
	while (up[place] != place)
		place = up[place] = up[up[place]];
	return place;
}

static bool meets(const struct connect *c, const json_t *network, uint32_t a, uint32_t b)
{
	return a != NO_PLACE && b != NO_PLACE && group_of(c, network, a) == group_of(c, network, b);
}

bool connect_reaches(const struct connect *c, const json_t *network, const struct connect_member *a,
		     const struct connect_member *b)
{
	return meets(c, network, a->place, b->place) || meets(c, network, a->twin, b->place) ||
	       meets(c, network, a->place, b->twin) || meets(c, network, a->twin, b->twin);
}

/* ---- for people ---- */

char *connect_member_words(const struct connect *c, const struct connect_member *m)
{
	bool channel = *m->carrier == 'c';

	return ms_asprintf("%s%s%s", graph_switch_name(c->graph, m->sw),
			   channel ? " channel " : ":", m->carrier + channel);
}

/* A trunk whose other side does not carry the VLAN: there it ends, more than anywhere else. */
static char *lost_wire(const struct connect *c, uint32_t wire)
{
	const struct fabric_graph *graph = c->graph;
	const struct place *place = &graph->places[wire];
	MS_AUTO_FREE char *end = NULL, *words = NULL;
	const char *peer;

	for (uint32_t i = place->first; i < place[1].first; i++)
		if (graph->arcs[i].kind == EDGE_CABLE)
			return NULL;
	end = ms_asprintf("%s:%s", graph_switch_name(graph, place->sw), place->text);
	words = place_words(graph, wire);
	peer = end && *place->text != 'c' ? graph_peer(graph, end) : NULL;
	return peer ? ms_asprintf("%s: it is cabled to %s, which does not carry it",
				  words ? words : "?", peer)
		    : NULL;
}

char *connect_end_words(const struct connect *c, const json_t *network,
			const struct connect_member *m)
{
	const struct fabric_graph *graph = c->graph;
	uint32_t group = group_of(c, network, m->place), best = m->place;
	MS_AUTO_FREE char *words = NULL, *member = connect_member_words(c, m);

	if (!m->known)
		return ms_asprintf("%s, of which nothing is known",
				   graph_switch_name(graph, m->sw));
	if (group == NO_PLACE)
		return ms_asprintf("%s: the port is not in the network", member ? member : "?");
	for (uint32_t i = 0; i < graph->n_places; i++) {
		char *lost;

		if (group_of(c, network, i) != group)
			continue;
		lost = graph->places[i].kind == PLACE_WIRE ? lost_wire(c, i) : NULL;
		if (lost)
			return lost;
		if (trace_rank(graph->places[i].kind) > trace_rank(graph->places[best].kind))
			best = i;
	}
	words = place_words(graph, best);
	if (graph->places[best].kind == PLACE_VNI || graph->places[best].kind == PLACE_VPLS)
		return ms_asprintf(
			"%s: nobody exports to it and imports from it over sessions that are up",
			words ? words : "?");
	return ms_asprintf("%s: %s", words ? words : "?", trace_reason(graph->places[best].kind));
}
