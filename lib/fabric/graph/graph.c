/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fabric as a graph: from models to parts. */
#include <errno.h>
#include "fabric/connect.h"
#include "fabric/graph/graph.h"
#include "fabric/intent/intent.h"
#include "fabric/lldp.h"

static int index_names(struct fabric_graph *graph)
{
	const char *name;
	json_t *tenant;
	size_t n = fabric_set_switches(graph->set);

	for (size_t i = 0; i < n; i++) {
		graph->names[i] = ms_name(fabric_set_switch(graph->set, i));
		if (json_object_set_new(graph->switch_index, graph->names[i],
					json_integer((json_int_t)i)))
			return -ENOMEM;
	}
	json_object_foreach(json_object_get(graph->set->kinds, "Tenant"), name, tenant) {
		if (json_object_set_new(graph->tenant_index, name,
					json_integer((json_int_t)graph->n_tenants)))
			return -ENOMEM;
		graph->tenants[graph->n_tenants++] = tenant;
	}
	return 0;
}

/* What cannot be planned is missing from the graph; the rules say why. */
static int take_planned(struct fabric_graph *graph, size_t sw)
{
	struct ms_err *err = &graph->errors[sw];

	if (intent_draw(graph->set, fabric_set_switch(graph->set, sw), &graph->models[sw], err) ==
	    -ENOMEM)
		return -ENOMEM;
	return 0;
}

static void take_observed(struct fabric_graph *graph, size_t sw)
{
	const json_t *res = fabric_set_switch(graph->set, sw);
	json_t *model = ms_at(res, "/status/switch/config");

	if (!ms_at(res, "/status/error") && json_is_object(model))
		graph->models[sw] = json_incref(model);
}

static int take_models(struct fabric_graph *graph)
{
	size_t n = fabric_set_switches(graph->set);
	int r = 0;

	for (size_t i = 0; i < n && !r; i++)
		if (graph->view == FABRIC_PLANNED)
			r = take_planned(graph, i);
		else
			take_observed(graph, i);
	for (size_t i = 0; i < n && !r; i++)
		graph_add_model(graph, (uint32_t)i);
	return r;
}

static int allocate(struct fabric_graph *graph)
{
	size_t n = fabric_set_switches(graph->set) + 1,
	       tenants = json_object_size(json_object_get(graph->set->kinds, "Tenant")) + 1;

	graph->names = calloc(n, sizeof(char *));
	graph->models = calloc(n, sizeof(json_t *));
	graph->errors = calloc(n, sizeof *graph->errors);
	graph->tenants = calloc(tenants, sizeof(json_t *));
	graph->cabling = json_object();
	graph->seats = json_object();
	graph->owners = json_object();
	graph->texts = json_array();
	graph->tenant_index = json_object();
	graph->switch_index = json_object();
	graph->facts = json_object();
	return graph->names && graph->models && graph->errors && graph->tenants &&
			       graph->cabling && graph->seats && graph->owners && graph->texts &&
			       graph->tenant_index && graph->switch_index && graph->facts
		       ? 0
		       : -ENOMEM;
}

static int build(struct fabric_graph *graph)
{
	int r = allocate(graph);

	r = r ? r : index_names(graph);
	r = r ? r : take_models(graph);
	if (r)
		return r;
	graph_add_seats(graph);
	graph_see_cabling(graph);
	graph_add_cables(graph);
	graph_add_labels(graph);
	r = graph_index_arcs(graph);
	r = r ? r : graph_find_parts(graph);
	return r ? r : graph->failed ? -ENOMEM : 0;
}

int fabric_graph_new(const struct fabric_set *set, enum fabric_view view,
		     struct fabric_graph **ret_graph, struct ms_err *err)
{
	struct fabric_graph *graph = calloc(1, sizeof *graph);

	if (!graph)
		return ms_nomem(err);
	graph->set = set;
	graph->view = view;
	if (build(graph)) {
		fabric_graph_free(graph);
		return ms_nomem(err);
	}
	*ret_graph = graph;
	return 0;
}

void fabric_graph_free(struct fabric_graph *graph)
{
	if (!graph)
		return;
	for (size_t i = 0; graph->models && i < fabric_set_switches(graph->set); i++)
		json_decref(graph->models[i]);
	free(graph->names);
	free(graph->models);
	free(graph->errors);
	json_decref(graph->cabling);
	fabric_who_free(graph->who);
	json_decref(graph->seats);
	json_decref(graph->owners);
	json_decref(graph->texts);
	json_decref(graph->tenant_index);
	json_decref(graph->switch_index);
	json_decref(graph->leaks);
	connect_free(graph->connect);
	json_decref(graph->facts);
	free(graph->places);
	free(graph->edges);
	free(graph->arcs);
	free(graph->table);
	free(graph->labels);
	free(graph->tenants);
	free(graph->from);
	free(graph->why);
	free(graph->met);
	free(graph->queue);
	free(graph);
}
