/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Places of the graph by their names: a table of open addressing over one array. */
#include <errno.h>
#include "fabric/graph/graph.h"

/* FNV-1a. */
static uint64_t mix(uint64_t hash, const void *data, size_t len)
{
	const unsigned char *byte = data;

	while (len--)
		hash = (hash ^ *byte++) * 0x100000001b3;
	return hash;
}

static uint64_t hash_of(enum place_kind kind, uint32_t sw, uint32_t number, const char *text)
{
	uint32_t head[3] = { kind, sw, number };
	uint64_t hash = mix(0xcbf29ce484222325, head, sizeof head);

	hash = mix(hash, text, strlen(text));
	return hash ^ hash >> 32;
}

static bool is(const struct place *place, enum place_kind kind, uint32_t sw, uint32_t number,
	       const char *text)
{
	return place->kind == kind && place->sw == sw && place->number == number &&
	       !strcmp(place->text, text);
}

/* The slot of a place, or the empty one where it belongs. */
static size_t slot_of(const struct fabric_graph *graph, enum place_kind kind, uint32_t sw,
		      uint32_t number, const char *text)
{
	size_t mask = graph->table_size - 1, i = hash_of(kind, sw, number, text) & mask;

	while (graph->table[i] &&
	       !is(&graph->places[graph->table[i] - 1], kind, sw, number, text))
		i = (i + 1) & mask;
	return i;
}

static int grow_table(struct fabric_graph *graph)
{
	size_t size = graph->table_size ? graph->table_size * 2 : 1024;
	uint32_t *old = graph->table;

	graph->table = calloc(size, sizeof *graph->table);
	if (!graph->table) {
		graph->table = old;
		return -ENOMEM;
	}
	graph->table_size = size;
	for (size_t i = 0; i < graph->n_places; i++) {
		const struct place *place = &graph->places[i];

		graph->table[slot_of(graph, place->kind, place->sw, place->number, place->text)] =
			(uint32_t)i + 1;
	}
	free(old);
	return 0;
}

static int grow_places(struct fabric_graph *graph)
{
	size_t cap = graph->cap_places ? graph->cap_places * 2 : 512;
	struct place *grown = reallocarray(graph->places, cap, sizeof *grown);

	if (!grown)
		return -ENOMEM;
	graph->places = grown;
	graph->cap_places = cap;
	return 0;
}

uint32_t graph_find(const struct fabric_graph *graph, enum place_kind kind, uint32_t sw,
		    uint32_t number, const char *text)
{
	uint32_t found = graph->table_size
				 ? graph->table[slot_of(graph, kind, sw, number, text)]
				 : 0;

	return found ? found - 1 : NO_PLACE;
}

uint32_t graph_place(struct fabric_graph *graph, enum place_kind kind, uint32_t sw, uint32_t number,
		     const char *text)
{
	uint32_t found = graph_find(graph, kind, sw, number, text);

	if (found != NO_PLACE)
		return found;
	if ((graph->n_places * 2 >= graph->table_size && grow_table(graph)) ||
	    (graph->n_places == graph->cap_places && grow_places(graph)) ||
	    graph->n_places >= NO_PLACE - 1) {
		graph->failed = true;
		return NO_PLACE;
	}
	/* Carriers are named in passing. */
	if (kind == PLACE_PORT || kind == PLACE_WIRE)
		text = graph_text(graph, text);
	graph->places[graph->n_places] = (struct place){
		.kind = kind, .sw = sw, .number = number, .text = text, .tenant = NO_PLACE,
	};
	graph->table[slot_of(graph, kind, sw, number, text)] = (uint32_t)++graph->n_places;
	return (uint32_t)graph->n_places - 1;
}

void graph_join(struct fabric_graph *graph, uint32_t a, uint32_t b, enum edge_kind kind)
{
	if (a == NO_PLACE || b == NO_PLACE)
		return;
	if (graph->n_edges == graph->cap_edges) {
		size_t cap = graph->cap_edges ? graph->cap_edges * 2 : 1024;
		struct edge *grown = reallocarray(graph->edges, cap, sizeof *grown);

		if (!grown) {
			graph->failed = true;
			return;
		}
		graph->edges = grown;
		graph->cap_edges = cap;
	}
	graph->edges[graph->n_edges++] = (struct edge){ a, b, kind };
}

const char *graph_text(struct fabric_graph *graph, const char *text)
{
	json_t *copy = json_string(text);

	if (copy && !json_array_append_new(graph->texts, copy))
		return json_string_value(copy);
	graph->failed = true;
	return "";
}

static void add_arc(struct fabric_graph *graph, uint32_t *fill, uint32_t from, uint32_t to,
		    enum edge_kind kind)
{
	graph->arcs[fill[from]++] = (struct arc){ to, kind };
}

/* Arcs of a place stand one behind the other, in the order in which its edges were found.  One more
 * place than there are ends the last. */
int graph_index_arcs(struct fabric_graph *graph)
{
	size_t n = graph->n_places, i;
	MS_AUTO_FREE uint32_t *fill = calloc(n + 1, sizeof *fill);
	struct place *places = reallocarray(graph->places, n + 1, sizeof *places);
	uint32_t sum = 0;

	if (places)
		graph->places = places;
	graph->arcs = calloc(2 * graph->n_edges + 1, sizeof *graph->arcs);
	if (!fill || !places || !graph->arcs)
		return -ENOMEM;
	graph->cap_places = n + 1;
	for (i = 0; i < graph->n_edges; i++) {
		fill[graph->edges[i].a]++;
		fill[graph->edges[i].b]++;
	}
	for (i = 0; i <= n; i++) {
		uint32_t count = fill[i];

		graph->places[i].first = fill[i] = sum;
		sum += count;
	}
	for (i = 0; i < graph->n_edges; i++) {
		const struct edge *edge = &graph->edges[i];

		add_arc(graph, fill, edge->a, edge->b, edge->kind);
		add_arc(graph, fill, edge->b, edge->a, edge->kind);
	}
	return 0;
}

/* ---- words ---- */

uint32_t graph_switch(const struct fabric_graph *graph, const char *name)
{
	const json_t *index = name ? json_object_get(graph->switch_index, name) : NULL;

	return index ? (uint32_t)json_integer_value(index) : NO_PLACE;
}

const char *graph_switch_name(const struct fabric_graph *graph, uint32_t sw)
{
	return sw == NO_PLACE ? "" : graph->names[sw];
}

static char *port_words(const char *name, const struct place *place)
{
	const char *port = place->text;
	bool channel = *port == 'c';

	if (place->kind == PLACE_WIRE && place->number)
		return ms_asprintf("%s%s%s tag %u", name, channel ? " channel " : ":",
				   port + channel, place->number);
	return ms_asprintf("%s%s%s%s", name, channel ? " channel " : ":", port + channel,
			   place->kind == PLACE_WIRE ? " untagged" : "");
}

char *place_words(const struct fabric_graph *graph, uint32_t id)
{
	const struct place *place = &graph->places[id];
	const char *name = graph_switch_name(graph, place->sw);

	switch (place->kind) {
	case PLACE_END:
		return place->number ? ms_asprintf("%s tag %u", place->text, place->number)
				     : strdup(place->text);
	case PLACE_PORT:
	case PLACE_WIRE:
		return port_words(name, place);
	case PLACE_VLAN:
		return ms_asprintf("%s VLAN %u", name, place->number);
	case PLACE_VNI:
		return ms_asprintf("%s VNI %u", name, place->number);
	case PLACE_VRF:
		return *place->text ? ms_asprintf("%s VRF %s", name, place->text)
				    : ms_asprintf("%s default VRF", name);
	case PLACE_TARGET:
		return ms_starts(place->text, "vni ") ? strdup(place->text)
						      : ms_asprintf("RT %s", place->text);
	default:
		return ms_asprintf("VPLS %u", place->number);
	}
}

const char *edge_words(enum edge_kind kind)
{
	static const char *const words[] = {
		[EDGE_CABLE] = "cable",           [EDGE_ACCESS] = "access port",
		[EDGE_TAGGED] = "tagged port",    [EDGE_NATIVE] = "native VLAN",
		[EDGE_ROUTED_PORT] = "routed port", [EDGE_PEER_LINK] = "link of the pair",
		[EDGE_VXLAN_MAP] = "vxlan map",   [EDGE_GATEWAY] = "gateway",
		[EDGE_VPLS] = "vpls",             [EDGE_EXPORT] = "export",
		[EDGE_IMPORT_L2] = "import",      [EDGE_IMPORT_L3] = "import of the VRF",
	};

	return words[kind];
}
