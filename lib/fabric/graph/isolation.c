/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who can reach whom.  Pairs of tenants are never tried: every part of the graph is looked at once
 * for a second tenant, and every route target once for who exports and who imports it.
 */
#include <errno.h>
#include "fabric/graph/graph.h"

struct look {
	struct fabric_graph *graph;
	const struct label *labels;      /* of one part */
	size_t n;
	uint32_t *starts;                /* room for as many places as there are labels */
	uint32_t *stamp, round;          /* by tenant: in which round it was seen */
	uint32_t *first;                 /* by part: 1 + the first tenant there, 0 = none */
	uint32_t *with; /* by tenant: the tenant that stands for all that share parts with it */
};

static const char *tenant_name(const struct fabric_graph *graph, uint32_t tenant)
{
	return ms_name(graph->tenants[tenant]);
}

/* ---- ways ---- */

struct goal { uint32_t tenant, place; bool other, seated; const struct look *look; };

/* qsort's order by part, then place: labels of a place are found by bisection. */
static const struct label *label_at(const struct look *look, uint32_t place,
				    const struct label *after)
{
	const struct label *label = after ? after + 1 : look->labels;
	size_t low = 0, high = look->n;

	if (after)
		return label < look->labels + look->n && label->place == place ? label : NULL;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (look->labels[middle].place < place)
			low = middle + 1;
		else
			high = middle;
	}
	return low < look->n && look->labels[low].place == place ? &look->labels[low] : NULL;
}

static bool is_goal(const struct fabric_graph *graph, uint32_t place, const void *ctx)
{
	const struct goal *goal = ctx;
	const struct label *label = NULL;

	if (goal->place != NO_PLACE)
		return place == goal->place;
	if (graph->places[place].tenant == NO_PLACE)
		return false;
	while ((label = label_at(goal->look, place, label)))
		if ((label->tenant == goal->tenant) != goal->other &&
		    (label->seated || !goal->seated))
			return true;
	return false;
}

/* Places of a tenant in the part: its members, or where it has none there, its numbers and names.
 */
static size_t starts_of(const struct look *look, uint32_t tenant, bool *ret_seated)
{
	size_t n = 0;

	*ret_seated = true;
	for (size_t i = 0; i < look->n; i++)
		if (look->labels[i].tenant == tenant && look->labels[i].seated)
			look->starts[n++] = look->labels[i].place;
	if (n)
		return n;
	*ret_seated = false;
	for (size_t i = 0; i < look->n; i++)
		if (look->labels[i].tenant == tenant)
			look->starts[n++] = look->labels[i].place;
	return n;
}

static json_t *leak_new(const char *what, json_t *tenants, json_t *way, char *hint)
{
	json_t *leak = json_pack("{s:s,s:o,s:o,s:s}", "what", what, "tenants", tenants, "way", way,
				 "hint", hint ? hint : "");

	free(hint);
	return leak;
}

static void keep(struct fabric_graph *graph, json_t *leak)
{
	const char *name = json_string_value(json_array_get(json_object_get(leak, "tenants"), 0));
	json_t *list = name ? json_object_get(graph->leaks, name) : NULL;

	if (name && !list) {
		list = json_array();
		if (json_object_set_new(graph->leaks, name, list))
			list = NULL;
	}
	if (json_array_append_new(list, leak))
		graph->failed = true;
}

/* ---- parts ---- */

static uint32_t stands_for(const struct look *look, uint32_t tenant)
{
	while (look->with[tenant] != tenant)
		tenant = look->with[tenant] = look->with[look->with[tenant]];
	return tenant;
}

static void add_name(struct look *look, json_t *names, uint32_t tenant)
{
	if (look->stamp[tenant] == look->round)
		return;
	look->stamp[tenant] = look->round;
	if (json_array_append_new(names, json_string(tenant_name(look->graph, tenant))))
		look->graph->failed = true;
}

/* Who is in the part; the two ends of the way that is shown come first. */
static json_t *names_in(struct look *look, uint32_t from, uint32_t to)
{
	json_t *names = json_array();

	look->round++;
	add_name(look, names, from);
	if (to != NO_PLACE)
		add_name(look, names, to);
	for (size_t i = 0; i < look->n; i++) {
		add_name(look, names, look->labels[i].tenant);
		look->with[stands_for(look, look->labels[i].tenant)] = stands_for(look, from);
	}
	return names;
}

static bool is_shared(const struct look *look)
{
	for (size_t i = 1; i < look->n; i++)
		if (look->labels[i].tenant != look->labels[0].tenant)
			return true;
	return false;
}

/* The tenant whose members the way starts from. */
static uint32_t first_in(const struct look *look)
{
	for (size_t i = 0; i < look->n; i++)
		if (look->labels[i].seated)
			return look->labels[i].tenant;
	return look->labels[0].tenant;
}

/* Whom the goal found at the end of the way. */
static uint32_t tenant_at(const struct look *look, const struct goal *goal, uint32_t place)
{
	const struct label *label = NULL;

	while ((label = label_at(look, place, label)))
		if (label->tenant != goal->tenant)
			return label->tenant;
	return NO_PLACE;
}

static char *part_hint(const struct fabric_graph *graph)
{
	return strdup(
		graph->view == FABRIC_OBSERVED
			? "msctl-switch plan | msctl-switch apply brings "
			  "back what the site file says"
			: "change the site file at one of the hops: a VLAN, "
			  "VRF or port that is not "
			  "shared");
}

/* From members of one tenant to members of another, if there are any, by the shortest way. */
static void look_at_part(struct look *look)
{
	struct goal goal = { .place = NO_PLACE, .other = true, .look = look };
	json_t *way = NULL;
	uint32_t found;
	bool seated;
	size_t n;

	if (!is_shared(look))
		return;
	goal.tenant = first_in(look);
	n = starts_of(look, goal.tenant, &seated);
	goal.seated = true;
	found = graph_search(look->graph, look->starts, n, is_goal, &goal);
	goal.seated = false;
	if (found == NO_PLACE)
		found = graph_search(look->graph, look->starts, n, is_goal, &goal);
	way = json_array();
	if (found == NO_PLACE || graph_way(look->graph, found, false, way)) {
		look->graph->failed = true;
		json_decref(way);
		return;
	}
	keep(look->graph, leak_new("part",
				   names_in(look, goal.tenant, tenant_at(look, &goal, found)), way,
				   part_hint(look->graph)));
}

static int compare_labels(const void *a, const void *b)
{
	const struct label *x = a, *y = b;

	if (x->part != y->part)
		return x->part < y->part ? -1 : 1;
	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return x->tenant < y->tenant ? -1 : x->tenant > y->tenant;
}

/* The slice of labels that a part has. */
static void labels_of(struct look *look, uint32_t part)
{
	const struct fabric_graph *graph = look->graph;
	size_t low = 0, high = graph->n_labels, end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (graph->labels[middle].part < part)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < graph->n_labels && graph->labels[end].part == part; end++)
		;
	look->labels = graph->labels + low;
	look->n = end - low;
}

static void look_at_parts(struct look *look)
{
	const struct fabric_graph *graph = look->graph;

	for (size_t i = 0; i < graph->n_labels; i += look->n) {
		labels_of(look, graph->labels[i].part);
		look_at_part(look);
	}
}

/* ---- route targets ---- */

static bool says(const json_t *tenant, const char *other)
{
	const json_t *peer;
	size_t i;

	json_array_foreach(ms_at(tenant, "/spec/peers"), i, peer)
		if (ms_streq(json_string_value(peer), other))
			return true;
	return false;
}

bool graph_are_peers(const struct fabric_graph *graph, uint32_t a, uint32_t b)
{
	const json_t *x = graph->tenants[a], *y = graph->tenants[b];

	return says(x, ms_name(y)) && says(y, ms_name(x));
}

/* From a member of the importing tenant to the VRF that imports. */
static int add_first_half(struct look *look, uint32_t importer, uint32_t tenant, json_t *way)
{
	struct goal goal = { .place = importer, .look = look };
	bool seated;
	size_t n;
	uint32_t found;

	labels_of(look, look->graph->places[importer].part);
	n = starts_of(look, tenant, &seated);
	found = graph_search(look->graph, look->starts, n, is_goal, &goal);
	return found == NO_PLACE ? -ENOMEM : graph_way(look->graph, found, false, way);
}

/* From the VRF or VNI that exports to a member of its tenant, where one is there. */
static int add_second_half(struct look *look, uint32_t exporter, uint32_t tenant, json_t *way)
{
	struct goal goal = { .place = NO_PLACE, .tenant = tenant, .seated = true, .look = look };
	uint32_t found;
	size_t at = json_array_size(way);
	int r;

	labels_of(look, look->graph->places[exporter].part);
	found = graph_search(look->graph, &exporter, 1, is_goal, &goal);
	r = graph_way(look->graph, found == NO_PLACE ? exporter : found, false, way);
	json_object_set_new(json_array_get(way, at), "why", json_string(edge_words(EDGE_EXPORT)));
	return r;
}

struct meeting { uint32_t target, importer, exporter, from, to; };

static json_t *whole_way(struct look *look, const struct meeting *m)
{
	MS_AUTO_FREE char *words = place_words(look->graph, m->target);
	json_t *way = json_array();
	int r = add_first_half(look, m->importer, m->from, way);

	if (!r)
		r = json_array_append_new(way, json_pack("{s:s,s:s}", "place", words ? words : "",
							 "why", edge_words(EDGE_IMPORT_L3)));
	if (!r)
		r = add_second_half(look, m->exporter, m->to, way);
	if (!r)
		return way;
	look->graph->failed = true;
	json_decref(way);
	return NULL;
}

static void keep_meeting(struct look *look, const struct meeting *m)
{
	struct fabric_graph *graph = look->graph;
	const char *from = tenant_name(graph, m->from), *to = tenant_name(graph, m->to);
	char *importer = place_words(graph, m->importer);

	keep(graph, leak_new("import", json_pack("[s,s]", from, to), whole_way(look, m),
			     ms_asprintf("take the import of %s out of %s, or declare the peering: "
					 "`peers: [%s]` in tenant %s, and `peers: [%s]` in %s",
					 graph->places[m->target].text, importer ? importer : "it",
					 to, from, from, to)));
	free(importer);
}

/* Tenants at a route target, each with one of its places. */
struct party { uint32_t tenant, place; };

static size_t parties_at(struct look *look, uint32_t target, enum edge_kind kind,
			 struct party *parties)
{
	const struct fabric_graph *graph = look->graph;
	const struct place *place = &graph->places[target];
	size_t n = 0;

	look->round++;
	for (uint32_t i = place->first; i < place[1].first; i++) {
		const struct arc *arc = &graph->arcs[i];
		uint32_t tenant;

		if (arc->kind != kind)
			continue;
		/* Of those that share a part the first will do: the part itself is found too. */
		tenant = look->first[graph->places[arc->to].part] - 1;
		if (tenant == NO_PLACE || look->stamp[tenant] == look->round)
			continue;
		look->stamp[tenant] = look->round;
		parties[n++] = (struct party){ tenant, arc->to };
	}
	return n;
}

static void look_at_target(struct look *look, uint32_t target, struct party *in, struct party *out)
{
	size_t importers = parties_at(look, target, EDGE_IMPORT_L3, in),
	       exporters = parties_at(look, target, EDGE_EXPORT, out);

	for (size_t i = 0; i < importers; i++)
		for (size_t e = 0; e < exporters; e++) {
			struct meeting m = { target, in[i].place, out[e].place, in[i].tenant,
					     out[e].tenant };

			if (stands_for(look, m.from) != stands_for(look, m.to) &&
			    !graph_are_peers(look->graph, m.from, m.to))
				keep_meeting(look, &m);
		}
}

static int look_at_targets(struct look *look)
{
	const struct fabric_graph *graph = look->graph;
	MS_AUTO_FREE struct party *in = calloc(graph->n_tenants + 1, sizeof *in),
				  *out = calloc(graph->n_tenants + 1, sizeof *out);

	if (!in || !out)
		return -ENOMEM;
	for (size_t i = 0; i < graph->n_places; i++)
		if (graph->places[i].kind == PLACE_TARGET)
			look_at_target(look, (uint32_t)i, in, out);
	return 0;
}

const json_t *graph_leaks(struct fabric_graph *graph)
{
	MS_AUTO_FREE uint32_t *starts = calloc(graph->n_labels + 1, sizeof *starts),
			      *stamp = calloc(graph->n_tenants + 1, sizeof *stamp),
			      *first = calloc(graph->n_places + 1, sizeof *first),
			      *with = calloc(graph->n_tenants + 1, sizeof *with);
	struct look look = { .graph = graph, .starts = starts, .stamp = stamp, .first = first,
			     .with = with };

	if (graph->leaks)
		return graph->failed ? NULL : graph->leaks;
	graph->leaks = json_object();
	if (!starts || !stamp || !first || !with || !graph->leaks)
		return NULL;
	for (size_t i = 0; i < graph->n_labels; i++)
		graph->labels[i].part = graph->places[graph->labels[i].place].part;
	if (graph->n_labels)
		qsort(graph->labels, graph->n_labels, sizeof *graph->labels, compare_labels);
	for (size_t i = graph->n_labels; i-- > 0;)
		first[graph->labels[i].part] = graph->labels[i].tenant + 1;
	for (size_t i = 0; i < graph->n_tenants; i++)
		with[i] = (uint32_t)i;
	look_at_parts(&look);
	if (look_at_targets(&look))
		graph->failed = true;
	return graph->failed ? NULL : graph->leaks;
}
