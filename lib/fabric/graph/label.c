/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where tenants are: at the NICs and ports of their networks, and at what has their numbers and
 * names. */
#include "fabric/graph/graph.h"

static void add_label(struct fabric_graph *graph, uint32_t place, uint32_t tenant, bool seated)
{
	if (place == NO_PLACE || tenant == NO_PLACE)
		return;
	if (graph->n_labels == graph->cap_labels) {
		size_t cap = graph->cap_labels ? graph->cap_labels * 2 : 256;
		struct label *grown = reallocarray(graph->labels, cap, sizeof *grown);

		if (!grown) {
			graph->failed = true;
			return;
		}
		graph->labels = grown;
		graph->cap_labels = cap;
	}
	if (graph->places[place].tenant == NO_PLACE)
		graph->places[place].tenant = tenant;
	graph->labels[graph->n_labels++] = (struct label){ 0, place, tenant, seated };
}

static uint32_t tenant_of(const struct fabric_graph *graph, const json_t *network)
{
	const char *name = ms_str(network, "/spec/tenant", NULL);
	const json_t *index = name ? json_object_get(graph->tenant_index, name) : NULL;

	return index ? (uint32_t)json_integer_value(index) : NO_PLACE;
}

/* ---- members ---- */

struct seat {
	struct fabric_graph *graph;
	uint32_t sw, tenant;
	const json_t *network, *entry;     /* entry of a part, see set.h */
};
typedef void seat_fn(const struct seat *seat);

static void each_seat(struct fabric_graph *graph, seat_fn *fn)
{
	const char *sw, *name;
	json_t *parts, *part, *entry;
	size_t i;

	json_object_foreach(graph->set->parts, sw, parts)
		json_object_foreach(parts, name, part) {
			const json_t *network = fabric_set_find(graph->set, "Network", name);
			struct seat seat = {
				graph, graph_switch(graph, sw), tenant_of(graph, network), network,
				NULL,
			};

			json_array_foreach(json_object_get(part, "members"), i, entry) {
				seat.entry = entry;
				if (seat.sw != NO_PLACE && seat.tenant != NO_PLACE)
					fn(&seat);
			}
		}
}

/* The carrier that the member is at, by what is declared. */
static const char *carrier_of(const struct seat *seat, char *buf)
{
	const char *channel = row_text(seat->entry, "channel", NULL);

	snprintf(buf, 32, "%s%.30s", channel ? "c" : "",
		 channel ? channel : row_text(seat->entry, "port", ""));
	return buf;
}

static void note_seat(const struct seat *seat)
{
	struct fabric_graph *graph = seat->graph;
	char text[32], key[300];
	json_t *row, *names;

	snprintf(key, sizeof key, "%s:%s", graph_switch_name(graph, seat->sw),
		 carrier_of(seat, text));
	row = json_object_get(graph->seats, key);
	if (!row) {
		row = json_pack("{s:{}}", "names");
		if (json_object_set_new(graph->seats, key, row))
			row = NULL;
	}
	names = json_object_get(row, "names");
	if (json_object_set_new(names, ms_name(graph->tenants[seat->tenant]), json_true()))
		graph->failed = true;
}

void graph_add_seats(struct fabric_graph *graph)
{
	each_seat(graph, note_seat);
}

/* A NIC is where it is, whatever port it is declared to be at. */
static void label_nic(const struct seat *seat, const char *port, uint32_t tag)
{
	struct fabric_graph *graph = seat->graph;
	char end[320];
	const char *nic;
	uint32_t place;

	snprintf(end, sizeof end, "%s:%s", graph_switch_name(graph, seat->sw), port);
	nic = fabric_set_peer(graph->set, end);
	if (!nic)
		return;
	place = graph_find(graph, PLACE_END, NO_PLACE, tag, nic);
	if (place == NO_PLACE && tag)
		place = graph_find(graph, PLACE_END, NO_PLACE, 0, nic);
	add_label(graph, place, seat->tenant, true);
}

static void label_ports(const struct seat *seat, uint32_t tag)
{
	const char *port = row_text(seat->entry, "port", NULL);
	const json_t *sw = fabric_set_switch(seat->graph->set, seat->sw), *member;
	size_t i;

	if (port) {
		label_nic(seat, port, tag);
		return;
	}
	json_array_foreach (
		json_object_get(fabric_channel_named(sw, row_text(seat->entry, "channel", "")),
				"ports"),
		i, member)
		if (json_is_string(member))
			label_nic(seat, json_string_value(member), tag);
}

static void label_seat(const struct seat *seat)
{
	bool tagged = ms_bool(seat->entry, "/member/tagged", false);
	uint32_t tag = tagged ? (uint32_t)ms_int(seat->network, "/spec/vlan", 0) : 0, place;
	char text[32];

	label_ports(seat, tag);
	if (ms_str(seat->entry, "/member/nic", NULL))
		return;
	carrier_of(seat, text);
	place = graph_find(seat->graph, PLACE_WIRE, seat->sw, tag, text);
	if (place == NO_PLACE)
		place = graph_find(seat->graph, PLACE_PORT, seat->sw, 0, text);
	add_label(seat->graph, place, seat->tenant, true);
}

/* ---- numbers and names ---- */

/* Whose a number is: -1 where several have it, which then says nothing. */
static void note_owner(struct fabric_graph *graph, json_t *owners, const char *kind, int64_t number,
		       uint32_t tenant)
{
	char key[40];
	json_t *old;

	if (number <= 0 || tenant == NO_PLACE)
		return;
	snprintf(key, sizeof key, "%s %lld", kind, (long long)number);
	old = json_object_get(owners, key);
	if (json_object_set_new(owners, key,
				json_integer(!old || json_integer_value(old) == tenant
						     ? (json_int_t)tenant
						     : -1)))
		graph->failed = true;
}

static void note_vrf(struct fabric_graph *graph, json_t *owners, const json_t *tenant,
		     uint32_t index)
{
	const char *isolation = fabric_isolation_of(tenant),
		   *vrf = ms_str(tenant, "/spec/vrf", NULL);
	MS_AUTO_FREE char *key = NULL;

	if (!vrf && (ms_streq(isolation, "vlan") || ms_streq(isolation, "vpls")))
		return;
	key = ms_asprintf("vrf %s", vrf ? vrf : ms_name(tenant));
	if (!key || json_object_set_new(owners, key, json_integer(index)))
		graph->failed = true;
}

static void find_owners(struct fabric_graph *graph)
{
	json_t *owners = graph->owners, *network;
	const char *name;

	for (size_t i = 0; i < graph->n_tenants; i++)
		note_vrf(graph, owners, graph->tenants[i], (uint32_t)i);
	json_object_foreach(json_object_get(graph->set->kinds, "Network"), name, network) {
		uint32_t tenant = tenant_of(graph, network);

		note_owner(graph, owners, "vlan", ms_int(network, "/spec/vlan", 0), tenant);
		note_owner(graph, owners, "vni", ms_int(network, "/spec/vni", 0), tenant);
		note_owner(graph, owners, "vpls", ms_int(network, "/spec/vplsId", 0), tenant);
	}
}

static void label_place(struct fabric_graph *graph, const json_t *owners, uint32_t place)
{
	static const char *const words[] = {
		[PLACE_VLAN] = "vlan",
		[PLACE_VNI] = "vni",
		[PLACE_VRF] = "vrf",
		[PLACE_VPLS] = "vpls",
	};
	const struct place *p = &graph->places[place];
	const json_t *owner;
	char key[300];

	if (p->kind >= MS_ARRAY_SIZE(words) || !words[p->kind])
		return;
	if (p->kind == PLACE_VRF)
		snprintf(key, sizeof key, "vrf %s", p->text);
	else
		snprintf(key, sizeof key, "%s %u", words[p->kind], p->number);
	owner = json_object_get(owners, key);
	if (json_integer_value(owner) >= 0 && owner)
		add_label(graph, place, (uint32_t)json_integer_value(owner), false);
}

void graph_add_labels(struct fabric_graph *graph)
{
	find_owners(graph);
	each_seat(graph, label_seat);
	for (size_t i = 0; i < graph->n_places; i++)
		label_place(graph, graph->owners, (uint32_t)i);
}
