/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The index of Paths: rails, their NICs, and what is usual among them. */
#include "roce/paths.h"

#include <errno.h>

#define MEASURED_MAX 1000000000000
#define MTU_MAX 4096

/* ---- statistics ---- */

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static int64_t median_of(int64_t *values, size_t n)
{
	qsort(values, n, sizeof(*values), by_size);
	return n % 2 ? values[n / 2] : values[n / 2 - 1] + (values[n / 2] - values[n / 2 - 1]) / 2;
}

struct roce_usual roce_usual_of(int64_t *values, size_t n)
{
	struct roce_usual usual = { .n = n };

	if (!n)
		return usual;
	usual.median = median_of(values, n);
	for (size_t i = 0; i < n; i++)
		values[i] = llabs(values[i] - usual.median);
	usual.mad = median_of(values, n);
	return usual;
}

bool roce_is_worse(const struct roce_usual *usual, enum roce_measure measure, int64_t value)
{
	/* 1.4826 MAD is what the standard deviation would be, were they distributed normally. */
	int64_t far = usual->mad * 44478 / 10000;
	int64_t share = usual->median / (measure == ROCE_BANDWIDTH ? 10 : 4);
	int64_t limit = far > share ? far : share;

	if (usual->n < 4 || value < 0)
		return false;
	return measure == ROCE_BANDWIDTH ? value < usual->median - limit
					 : value > usual->median + limit;
}

int64_t roce_measured(const json_t *facts, enum roce_measure measure)
{
	int64_t value = ms_int(
		facts, measure == ROCE_BANDWIDTH ? "/bandwidth/average" : "/latency/median", -1);

	/* Nobody measured a petabit, and arithmetic stays exact. */
	return value > MEASURED_MAX ? -1 : value;
}

struct roce_cell roce_cell_of(const json_t *facts, bool connected, const char *why)
{
	int64_t mtu = ms_int(facts, "/mtu", 0);

	return (struct roce_cell){
		.values = { [ROCE_BANDWIDTH] = roce_measured(facts, ROCE_BANDWIDTH),
			    [ROCE_LATENCY] = roce_measured(facts, ROCE_LATENCY) },
		.why = why,
		.mtu = mtu > 0 && mtu <= MTU_MAX ? (uint16_t)mtu : 0,
		.there = true,
		.connected = connected,
	};
}

/* ---- the index ---- */

static struct roce_rail *rail_of(const struct roce_paths *paths, const char *fabric,
				 const char *rail)
{
	for (size_t i = 0; i < paths->n; i++)
		if (!strcmp(paths->rails[i].fabric, fabric) && !strcmp(paths->rails[i].rail, rail))
			return &paths->rails[i];
	return NULL;
}

int roce_rail_add(struct roce_paths *paths, const char *fabric, const char *rail, size_t *ret_rail)
{
	struct roce_rail *known = rail_of(paths, fabric, rail), *rails;

	*ret_rail = known ? (size_t)(known - paths->rails) : paths->n;
	if (known)
		return 0;
	rails = reallocarray(paths->rails, paths->n + 1, sizeof(*rails));
	if (!rails)
		return -ENOMEM;
	paths->rails = rails;
	rails[paths->n] = (struct roce_rail){ .fabric = fabric,
					      .rail = rail,
					      .numbers = json_object() };
	return rails[paths->n++].numbers ? 0 : -ENOMEM;
}

static struct roce_node *node_of(const struct roce_rail *rail, const char *name)
{
	const json_t *number = json_object_get(rail->numbers, name);

	return number ? &rail->nodes[json_integer_value(number)] : NULL;
}

int roce_node_add(struct roce_rail *rail, const char *name, size_t *ret_node)
{
	struct roce_node *known = node_of(rail, name), *nodes;

	*ret_node = known ? (size_t)(known - rail->nodes) : rail->n_nodes;
	if (known)
		return 0;
	nodes = reallocarray(rail->nodes, rail->n_nodes + 1, sizeof(*nodes));
	if (!nodes)
		return -ENOMEM;
	rail->nodes = nodes;
	nodes[rail->n_nodes] = (struct roce_node){ .name = name, .first = SIZE_MAX };
	return json_object_set_new(rail->numbers, name,
				   json_integer((json_int_t)rail->n_nodes++))
		       ? -ENOMEM
		       : 0;
}

int roce_paths_open(struct roce_paths *paths)
{
	for (size_t i = 0; i < paths->n; i++) {
		struct roce_rail *rail = &paths->rails[i];

		rail->cells = calloc(rail->n_nodes * rail->n_nodes + 1, sizeof(*rail->cells));
		if (!rail->cells)
			return -ENOMEM;
	}
	return 0;
}

static void count(struct roce_node *node, const struct roce_cell *cell)
{
	node->n++;
	node->failed += !cell->connected;
}

void roce_paths_take(struct roce_rail *rail, size_t from, size_t to, size_t number,
		     const struct roce_cell *cell)
{
	struct roce_node *a = &rail->nodes[from], *b = &rail->nodes[to];
	struct roce_cell *place = &rail->cells[from * rail->n_nodes + to];

	a->first = number < a->first ? number : a->first;
	b->first = number < b->first ? number : b->first;
	if (place->there || from == to)
		return;
	*place = *cell;
	count(a, cell);
	count(b, cell);
	if (cell->mtu > rail->mtu)
		rail->mtu = cell->mtu;
}

static size_t add_value(const struct roce_cell *cell, enum roce_measure m, int64_t *values,
			size_t n)
{
	if (cell->there && cell->values[m] >= 0)
		values[n++] = cell->values[m];
	return n;
}

/* Of the paths of one node, to and from. */
static struct roce_usual usual_of(const struct roce_rail *rail, size_t node, enum roce_measure m,
				  int64_t *values)
{
	size_t n = 0, all = rail->n_nodes;

	for (size_t i = 0; i < all; i++) {
		n = add_value(&rail->cells[node * all + i], m, values, n);
		n = add_value(&rail->cells[i * all + node], m, values, n);
	}
	return roce_usual_of(values, n);
}

/* Of all those between nodes that are not bad. */
static struct roce_usual usual_of_all(const struct roce_rail *rail, enum roce_measure m,
				      int64_t *values)
{
	size_t n = 0, all = rail->n_nodes;

	for (size_t i = 0; i < all * all; i++)
		if (!rail->nodes[i / all].bad[m] && !rail->nodes[i % all].bad[m])
			n = add_value(&rail->cells[i], m, values, n);
	return roce_usual_of(values, n);
}

/* A bad node is on so many paths that it hides among them: nodes are compared with nodes first. */
static void find_bad(struct roce_rail *rail, enum roce_measure m, int64_t *values)
{
	struct roce_usual usual;
	size_t n = 0;

	for (size_t i = 0; i < rail->n_nodes; i++)
		rail->nodes[i].usual[m] = usual_of(rail, i, m, values);
	for (size_t i = 0; i < rail->n_nodes; i++)
		if (rail->nodes[i].usual[m].n)
			values[n++] = rail->nodes[i].usual[m].median;
	usual = roce_usual_of(values, n);
	for (size_t i = 0; i < rail->n_nodes; i++)
		rail->nodes[i].bad[m] =
			rail->nodes[i].usual[m].n &&
			roce_is_worse(&usual, m, rail->nodes[i].usual[m].median);
}

static int weigh(struct roce_rail *rail)
{
	MS_AUTO_FREE int64_t *values = calloc(rail->n_nodes * rail->n_nodes + 1, sizeof(*values));

	if (!values)
		return -ENOMEM;
	for (int m = 0; m < ROCE_MEASURES; m++) {
		find_bad(rail, m, values);
		rail->usual[m] = usual_of_all(rail, m, values);
	}
	return 0;
}

int roce_paths_weigh(struct roce_paths *paths)
{
	int r = 0;

	for (size_t i = 0; !r && i < paths->n; i++)
		r = weigh(&paths->rails[i]);
	return r;
}

/* ---- Paths of a stream ---- */

static const char *from_of(const json_t *path)
{
	return ms_str(path, "/spec/from", NULL);
}

static const char *to_of(const json_t *path)
{
	return ms_str(path, "/spec/to", NULL);
}

static const char *fabric_of(const json_t *path)
{
	return ms_str(path, "/spec/fabric", "");
}

static const char *name_of(const json_t *path)
{
	return ms_str(path, "/spec/rail", "");
}

static bool is_path(const json_t *res)
{
	return ms_streq(ms_kind(res), "Path") && from_of(res) && to_of(res) &&
	       ms_at(res, "/status/roce");
}

void roce_place_of(const struct roce_paths *paths, const json_t *path, size_t number,
		   struct roce_place *ret_place)
{
	struct roce_rail *rail =
		is_path(path) ? rail_of(paths, fabric_of(path), name_of(path)) : NULL;

	*ret_place = (struct roce_place){ .rail = rail, .number = number };
	if (!rail)
		return;
	ret_place->ends[0] = node_of(rail, from_of(path));
	ret_place->ends[1] = node_of(rail, to_of(path));
}

static int add_names(struct roce_paths *paths, const json_t *path)
{
	size_t rail, unused;
	int r = roce_rail_add(paths, fabric_of(path), name_of(path), &rail);

	r = r ? r : roce_node_add(&paths->rails[rail], from_of(path), &unused);
	return r ? r : roce_node_add(&paths->rails[rail], to_of(path), &unused);
}

static void take(struct roce_paths *paths, const json_t *path, size_t number)
{
	struct roce_rail *rail = rail_of(paths, fabric_of(path), name_of(path));
	const json_t *status = ms_at(path, "/status/roce");
	struct roce_cell cell = roce_cell_of(status, ms_bool(status, "/connected", false),
					     ms_str(status, "/error/message", NULL));

	roce_paths_take(rail, (size_t)(node_of(rail, from_of(path)) - rail->nodes),
			(size_t)(node_of(rail, to_of(path)) - rail->nodes), number, &cell);
}

static int build(struct roce_paths *paths, json_t *const *resources, size_t n)
{
	int r = 0;

	for (size_t i = 0; !r && i < n; i++)
		if (is_path(resources[i]))
			r = add_names(paths, resources[i]);
	r = r ? r : roce_paths_open(paths);
	/* The same measured twice: the later counts. */
	for (size_t i = n; !r && i > 0; i--)
		if (is_path(resources[i - 1]))
			take(paths, resources[i - 1], i - 1);
	return r ? r : roce_paths_weigh(paths);
}

int roce_paths_init(json_t *const *resources, size_t n, struct roce_paths *ret_paths,
		    struct ms_err *err)
{
	struct roce_paths paths = { 0 };

	if (build(&paths, resources, n) < 0) {
		roce_paths_release(&paths);
		return ms_nomem(err);
	}
	*ret_paths = paths;
	return 0;
}

void roce_paths_release(struct roce_paths *paths)
{
	for (size_t i = 0; i < paths->n; i++) {
		json_decref(paths->rails[i].numbers);
		free(paths->rails[i].nodes);
		free(paths->rails[i].cells);
	}
	free(paths->rails);
	*paths = (struct roce_paths){ 0 };
}
