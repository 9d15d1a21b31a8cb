/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What cables join.  A port with one host is in all of its VLANs at once, because the host is: it
 * may put on any tag. Between switches, and where tenants share a host, each tag is a wire of its
 * own.
 */
#include "fabric/graph/graph.h"

struct carrier {
	struct fabric_graph *graph;
	uint32_t sw;
	char text[32];           /* "1", "c5" */
	const json_t *row;       /* of the model */
	bool wires;              /* each tag for itself */
};

const char *graph_peer(const struct fabric_graph *graph, const char *end)
{
	const char *seen = json_string_value(json_object_get(graph->cabling, end));

	return seen ? seen : fabric_set_peer(graph->set, end);
}

const char *graph_carrier(const json_t *model, const char *port, char *buf)
{
	const char *name;
	const json_t *member;
	json_t *channel;
	size_t i;

	json_object_foreach(json_object_get(model, "channels"), name, channel)
		json_array_foreach(json_object_get(channel, "members"), i, member)
			if (ms_streq(json_string_value(member), port)) {
				snprintf(buf, 32, "c%.16s", name);
				return buf;
			}
	snprintf(buf, 32, "%.30s", port);
	return buf;
}

static const json_t *row_of(const struct fabric_graph *graph, uint32_t sw, const char *text)
{
	const json_t *model = sw == NO_PLACE ? NULL : graph->models[sw];
	const json_t *ports = json_object_get(model, "ports"),
		     *channels = json_object_get(model, "channels");

	return *text == 'c' ? json_object_get(channels, text + 1) : json_object_get(ports, text);
}

/* The switch and carrier of an end; NO_PLACE for what is no port of a switch. */
static uint32_t far_switch(const struct fabric_graph *graph, const char *end, char *buf)
{
	struct fabric_end at;
	uint32_t sw;

	if (!end || !fabric_end_split(end, &at))
		return NO_PLACE;
	sw = graph_switch(graph, at.device);
	if (sw != NO_PLACE)
		graph_carrier(graph->models[sw], at.port, buf);
	return sw;
}

static bool is_underlay(const json_t *row)
{
	const json_t *l3 = json_object_get(row, "l3");

	return l3 && !*row_text(l3, "vrf", "");
}

/* ---- within the switch ---- */

static uint32_t side(const struct carrier *c, uint32_t tag)
{
	return c->wires ? graph_place(c->graph, PLACE_WIRE, c->sw, tag, c->text)
			: graph_place(c->graph, PLACE_PORT, c->sw, 0, c->text);
}

static void add_vlan(const struct carrier *c, const json_t *vid, bool tagged, enum edge_kind kind)
{
	json_int_t number = json_integer_value(vid);

	if (number > 0 && number < 4096)
		graph_join(c->graph, side(c, tagged ? (uint32_t)number : 0),
			   graph_place(c->graph, PLACE_VLAN, c->sw, (uint32_t)number, ""), kind);
}

static void add_inside(const struct carrier *c, bool underlay)
{
	const json_t *l2 = json_object_get(c->row, "l2"), *l3 = json_object_get(c->row, "l3"), *vid;
	size_t i;

	if (!row_is(c->row, "enabled", true))
		return;
	add_vlan(c, json_object_get(l2, "access"), false, EDGE_ACCESS);
	add_vlan(c, json_object_get(l2, "native"), false, EDGE_NATIVE);
	json_array_foreach(json_object_get(l2, "tagged"), i, vid)
		add_vlan(c, vid, true, EDGE_TAGGED);
	if (l3 && !underlay)
		graph_join(c->graph, side(c, 0),
			   graph_place(c->graph, PLACE_VRF, c->sw, 0, row_text(l3, "vrf", "")),
			   EDGE_ROUTED_PORT);
}

/* ---- cables ---- */

/* One wire of a tag, where both sides have it. */
static void join_wire(const struct carrier *c, uint32_t far, const char *text, json_int_t tag)
{
	if (tag < 0 || tag > 4095)
		return;
	graph_join(c->graph, graph_find(c->graph, PLACE_WIRE, c->sw, (uint32_t)tag, c->text),
		   graph_find(c->graph, PLACE_WIRE, far, (uint32_t)tag, text), EDGE_CABLE);
}

static void join_switches(const struct carrier *c, uint32_t far, const char *text)
{
	const json_t *tag;
	size_t i;

	join_wire(c, far, text, 0);
	json_array_foreach(ms_at(c->row, "/l2/tagged"), i, tag)
		join_wire(c, far, text, json_integer_value(tag));
}

static void join_host(const struct carrier *c, const char *end)
{
	const json_t *tag;
	size_t i;

	graph_join(c->graph, side(c, 0), graph_place(c->graph, PLACE_END, NO_PLACE, 0, end),
		   EDGE_CABLE);
	if (!c->wires)
		return;
	json_array_foreach(ms_at(c->row, "/l2/tagged"), i, tag) {
		json_int_t number = json_integer_value(tag);

		if (number > 0 && number < 4096)
			graph_join(c->graph, side(c, (uint32_t)number),
				   graph_place(c->graph, PLACE_END, NO_PLACE, (uint32_t)number,
					       end),
				   EDGE_CABLE);
	}
}

/* ---- each port of each switch ---- */

/* What is at the port of a carrier decides whether its tags are apart. */
static void choose_wires(struct carrier *c, const char *peer)
{
	char far[32], key[300];
	const json_t *seat;

	snprintf(key, sizeof key, "%s:%s", graph_switch_name(c->graph, c->sw), c->text);
	seat = json_object_get(c->graph->seats, key);
	c->wires = far_switch(c->graph, peer, far) != NO_PLACE ||
		   json_object_size(json_object_get(seat, "names")) > 1 || (!seat && !peer);
}

typedef void carrier_fn(const struct carrier *c, const char *peer);

static const char *peer_of(const struct fabric_graph *graph, uint32_t sw, const char *port)
{
	char end[320];

	snprintf(end, sizeof end, "%s:%s", graph_switch_name(graph, sw), port);
	return graph_peer(graph, end);
}

static void each_member(struct carrier *c, carrier_fn *fn)
{
	const json_t *member;
	const char *peer = NULL;
	size_t i;

	json_array_foreach(json_object_get(c->row, "members"), i, member)
		if (!peer && json_is_string(member))
			peer = peer_of(c->graph, c->sw, json_string_value(member));
	choose_wires(c, peer);
	if (!json_array_size(json_object_get(c->row, "members")))
		fn(c, NULL);
	json_array_foreach(json_object_get(c->row, "members"), i, member)
		if (json_is_string(member))
			fn(c, peer_of(c->graph, c->sw, json_string_value(member)));
}

/* fn for each port, or for each port of each channel. */
static void each_carrier(struct fabric_graph *graph, uint32_t sw, carrier_fn *fn)
{
	const json_t *model = graph->models[sw];
	struct carrier c = { .graph = graph, .sw = sw };
	const char *name;
	json_t *row;

	json_object_foreach(json_object_get(model, "channels"), name, row) {
		snprintf(c.text, sizeof c.text, "c%.16s", name);
		c.row = row;
		each_member(&c, fn);
	}
	json_object_foreach(json_object_get(model, "ports"), name, row) {
		const char *peer;

		/* Ports of channels have no layer of their own. */
		if (!json_object_get(row, "l2") && !json_object_get(row, "l3"))
			continue;
		snprintf(c.text, sizeof c.text, "%.30s", name);
		c.row = row;
		peer = peer_of(graph, sw, name);
		choose_wires(&c, peer);
		fn(&c, peer);
	}
}

bool graph_faces_switch(const struct fabric_graph *graph, uint32_t sw, const char *text)
{
	const json_t *row = row_of(graph, sw, text), *member;
	char far[32];
	size_t i;

	if (*text != 'c')
		return far_switch(graph, peer_of(graph, sw, text), far) != NO_PLACE;
	json_array_foreach(json_object_get(row, "members"), i, member)
		if (json_is_string(member) &&
		    far_switch(graph, peer_of(graph, sw, json_string_value(member)), far) !=
			    NO_PLACE)
			return true;
	return false;
}

static void add_side(const struct carrier *c, const char *peer)
{
	char text[32] = "";
	uint32_t far = far_switch(c->graph, peer, text);

	add_inside(c, is_underlay(c->row) && far != NO_PLACE &&
			      is_underlay(row_of(c->graph, far, text)));
}

static void add_cable(const struct carrier *c, const char *peer)
{
	char text[32] = "";
	uint32_t far = far_switch(c->graph, peer, text);

	if (!row_is(c->row, "enabled", true))
		return;
	if (far != NO_PLACE)
		join_switches(c, far, text);
	else if (peer)
		join_host(c, peer);
}

/* ---- pairs ---- */

/* Where a model says nothing of the link's VLANs, it carries those that both have. */
static void join_pair(struct fabric_graph *graph, uint32_t sw)
{
	const json_t *model = graph->models[sw], *pair, *link;
	const char *name = ms_str(model, "/mlag/link", NULL), *key;
	uint32_t far, a, b;
	json_t *row;

	pair = fabric_set_pair(graph->set, fabric_set_switch(graph->set, sw));
	far = pair ? graph_switch(graph, ms_name(pair)) : NO_PLACE;
	link = name ? json_object_get(json_object_get(model, "channels"), name) : NULL;
	if (far == NO_PLACE || !name || json_object_get(link, "l2"))
		return;
	json_object_foreach(json_object_get(model, "vlans"), key, row) {
		uint32_t vid = (uint32_t)strtoul(key, NULL, 10);

		a = graph_find(graph, PLACE_VLAN, sw, vid, "");
		b = graph_find(graph, PLACE_VLAN, far, vid, "");
		if (a != NO_PLACE && b != NO_PLACE)
			graph_join(graph, a, b, EDGE_PEER_LINK);
	}
}

void graph_add_cables(struct fabric_graph *graph)
{
	uint32_t n = (uint32_t)fabric_set_switches(graph->set);

	for (uint32_t sw = 0; sw < n; sw++)
		each_carrier(graph, sw, add_side);
	for (uint32_t sw = 0; sw < n; sw++)
		each_carrier(graph, sw, add_cable);
	for (uint32_t sw = 0; sw < n; sw++)
		join_pair(graph, sw);
}
