/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/fabric: the graph that isolation is proven on.  A place is where a frame or packet can be, an edge
 * why it gets from one to the next.  Bridging and routing within a switch, tunnels of one VNI and cables join places
 * for good: such places are one *part*.  Routes that a VRF imports lead to one other part and no further, because BGP
 * does not pass on what was imported (RFC 4364 section 4.3.5): they are looked at one by one.
 */
#ifndef MS_FABRIC_GRAPH_H
#define MS_FABRIC_GRAPH_H

#include "fabric/set.h"

#define NO_PLACE UINT32_MAX

enum place_kind {
	PLACE_END,          /* text: "node07:rail0"; number: VLAN tag where tenants share the NIC, else 0 */
	PLACE_PORT,         /* sw, text: "1", or "c5" for a channel; with all its VLANs */
	PLACE_WIRE,         /* sw, text as above, number: tag, 0 = untagged.  Of ports between switches */
	PLACE_VLAN,         /* sw, number */
	PLACE_VNI,          /* sw, number: the end of a tunnel */
	PLACE_VRF,          /* sw, text; "" is the default one */
	PLACE_TARGET,       /* text: route target, or "vni 10100" where none is written */
	PLACE_VPLS,         /* number: id */
};
enum edge_kind {
	EDGE_CABLE, EDGE_ACCESS, EDGE_TAGGED, EDGE_NATIVE, EDGE_ROUTED_PORT, EDGE_PEER_LINK,
	EDGE_VXLAN_MAP, EDGE_GATEWAY, EDGE_VPLS,
	EDGE_EXPORT,        /* of a VNI or VRF, to the target */
	EDGE_IMPORT_L2,     /* of a VNI */
	EDGE_IMPORT_L3,     /* of a VRF: joins nothing for good */
};
struct place {
	enum place_kind kind;
	uint32_t sw, number;         /* sw: index of the switch, NO_PLACE where it has none */
	const char *text;            /* lent by the models, the set, or graph->texts */
	uint32_t tenant;             /* the first who is here, NO_PLACE = nobody in particular */
	uint32_t first;              /* into graph->arcs; they end at the next place's first */
	uint32_t part;
};
struct edge { uint32_t a, b; enum edge_kind kind; };
struct arc { uint32_t to; enum edge_kind kind; };

/* A tenant is at a place: seated as a member of its network, or by the number or name of what is the tenant's. */
struct label { uint32_t part, place, tenant; bool seated; };

struct fabric_graph {
	const struct fabric_set *set;
	enum fabric_view view;
	const char **names;          /* of the switches */
	json_t **models;             /* by switch; NULL: not planned, or not read */
	struct ms_err *errors;       /* planned: why not */
	json_t *cabling;             /* {END: END} as it is seen: what LLDP says, else what is declared */
	struct fabric_who *who;      /* names of LLDP neighbours; observed only */
	json_t *seats;               /* {"leaf01:1" | "leaf01:c5": {names: {TENANT: true}}}: who is a member there */
	json_t *owners;              /* {"vlan 100", "vni 7", "vrf x", "vpls 1": index of the tenant, -1 = several} */
	struct place *places;
	size_t n_places, cap_places;
	struct edge *edges;
	size_t n_edges, cap_edges;
	struct arc *arcs;
	uint32_t *table;             /* open addressing: index + 1 */
	size_t table_size;
	json_t *texts;               /* owns what nobody else does */
	struct label *labels;        /* sorted by part and place once isolation.c has looked */
	size_t n_labels, cap_labels;
	const json_t **tenants;      /* in order of the stream */
	size_t n_tenants;
	json_t *tenant_index;        /* {TENANT: index} */
	json_t *switch_index;        /* {SWITCH: index} */
	json_t *leaks;               /* what isolation.c found */
	struct connect *connect;     /* made when first asked for: connect.h */
	json_t *facts;               /* indexes of the rules, each made when first asked for */
	uint32_t *from;              /* of the last search: where a place was reached from, and by what */
	enum edge_kind *why;
	uint32_t *met;               /* number of the search that a place was met by */
	uint32_t *queue;
	uint32_t search;
	bool failed;                 /* memory ran out on the way */
};

/* One key of a row, in loops over everything: a pointer would be taken apart each time. */
static inline int64_t row_int(const json_t *row, const char *key)
{
	const json_t *value = json_object_get(row, key);

	return json_is_integer(value) ? json_integer_value(value) : 0;
}
static inline const char *row_text(const json_t *row, const char *key, const char *otherwise)
{
	const json_t *value = json_object_get(row, key);

	return json_is_string(value) ? json_string_value(value) : otherwise;
}
static inline bool row_is(const json_t *row, const char *key, bool otherwise)
{
	const json_t *value = json_object_get(row, key);

	return json_is_boolean(value) ? json_is_true(value) : otherwise;
}

/* place.c */
uint32_t graph_place(struct fabric_graph *graph, enum place_kind kind, uint32_t sw, uint32_t number, const char *text);
/* NO_PLACE when there is none. */
uint32_t graph_find(const struct fabric_graph *graph, enum place_kind kind, uint32_t sw, uint32_t number,
		    const char *text);
void graph_join(struct fabric_graph *graph, uint32_t a, uint32_t b, enum edge_kind kind);
/* A copy that lives as long as the graph. */
const char *graph_text(struct fabric_graph *graph, const char *text);
int graph_index_arcs(struct fabric_graph *graph);
/* "leaf01 VLAN 100", "node07:rail0". */
char *place_words(const struct fabric_graph *graph, uint32_t place);
const char *edge_words(enum edge_kind kind);
uint32_t graph_switch(const struct fabric_graph *graph, const char *name);
const char *graph_switch_name(const struct fabric_graph *graph, uint32_t sw);

/* build.c, cable.c, label.c, part.c: the steps of fabric_graph_new. */
void graph_add_model(struct fabric_graph *graph, uint32_t sw);
void graph_add_seats(struct fabric_graph *graph);
/* lldp.c: fills graph->cabling, where switches were read. */
void graph_see_cabling(struct fabric_graph *graph);
void graph_add_cables(struct fabric_graph *graph);
void graph_add_labels(struct fabric_graph *graph);
int graph_find_parts(struct fabric_graph *graph);
/* The carrier of a port in a model: "c5" where a channel has it, else the port; buf of 32 bytes. */
const char *graph_carrier(const json_t *model, const char *port, char *buf);
/* What is at the other end of a port, as the view sees it; NULL = nothing. */
const char *graph_peer(const struct fabric_graph *graph, const char *end);

/* Is another switch at the other end of the port ("1") or channel ("c5")? */
bool graph_faces_switch(const struct fabric_graph *graph, uint32_t sw, const char *text);

/* search.c: the nearest place of the same part that is a goal, from any of the starts; the way is kept until the
 * next search.  NO_PLACE when there is none. */
typedef bool graph_goal_fn(const struct fabric_graph *graph, uint32_t place, const void *ctx);
uint32_t graph_search(struct fabric_graph *graph, const uint32_t *starts, size_t n, graph_goal_fn *goal,
		      const void *ctx);
/* Append the way to a place, as the last search found it: {place, why}, why absent for the first.  The way is walked
 * from its end when reversed. */
int graph_way(const struct fabric_graph *graph, uint32_t to, bool reversed, json_t *way);

/* isolation.c: {TENANT: [{tenants: [NAME], what: "part" | "import", way: [{place, why}], hint}]} by the first of its
 * tenants, lent; NULL when memory ran out. */
const json_t *graph_leaks(struct fabric_graph *graph);
/* Do both say so? */
bool graph_are_peers(const struct fabric_graph *graph, uint32_t a, uint32_t b);

#endif
