/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The index of Paths: rails, their NICs, and what is usual among them. */
#include "roce/paths.h"

#include <errno.h>

#define MEASURED_MAX 1000000000000

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

int64_t roce_measured(const json_t *path, enum roce_measure measure)
{
	int64_t value = ms_int(path,
			       measure == ROCE_BANDWIDTH ? "/status/roce/bandwidth/average"
							 : "/status/roce/latency/median",
			       -1);

	/* Nobody measured a petabit, and arithmetic stays exact. */
	return value > MEASURED_MAX ? -1 : value;
}

/* ---- the index ---- */

static const char *fabric_of(const json_t *path)
{
	return ms_str(path, "/spec/fabric", "");
}

static const char *rail_of(const json_t *path)
{
	return ms_str(path, "/spec/rail", "");
}

const struct roce_rail *roce_rail_of(const struct roce_paths *paths, const json_t *path)
{
	for (size_t i = 0; i < paths->n; i++)
		if (!strcmp(paths->rails[i].fabric, fabric_of(path)) &&
		    !strcmp(paths->rails[i].rail, rail_of(path)))
			return &paths->rails[i];
	return NULL;
}

const struct roce_node *roce_node_of(const struct roce_rail *rail, const char *name)
{
	for (size_t i = 0; i < rail->n_nodes; i++)
		if (!strcmp(rail->nodes[i].name, name))
			return &rail->nodes[i];
	return NULL;
}

static int add_node(struct roce_rail *rail, const char *name, const json_t *path)
{
	struct roce_node *nodes;

	if (roce_node_of(rail, name))
		return 0;
	nodes = reallocarray(rail->nodes, rail->n_nodes + 1, sizeof(*nodes));
	if (!nodes)
		return -ENOMEM;
	rail->nodes = nodes;
	nodes[rail->n_nodes++] = (struct roce_node){ .name = name, .first = path };
	return 0;
}

static bool is_path(const json_t *res)
{
	return ms_streq(ms_kind(res), "Path") && ms_str(res, "/spec/from", NULL) &&
	       ms_str(res, "/spec/to", NULL) && ms_at(res, "/status/roce");
}

static int add_names(struct roce_paths *paths, const json_t *path)
{
	struct roce_rail *rail = (struct roce_rail *)roce_rail_of(paths, path);
	int r;

	if (!rail) {
		struct roce_rail *rails = reallocarray(paths->rails, paths->n + 1, sizeof(*rails));

		if (!rails)
			return -ENOMEM;
		paths->rails = rails;
		rail = &rails[paths->n++];
		*rail = (struct roce_rail){ .fabric = fabric_of(path), .rail = rail_of(path) };
	}
	r = add_node(rail, ms_str(path, "/spec/from", ""), path);
	return r ? r : add_node(rail, ms_str(path, "/spec/to", ""), path);
}

static void count(struct roce_node *node, const json_t *path)
{
	node->n++;
	node->failed += !ms_bool(path, "/status/roce/connected", false);
}

static void add_path(struct roce_paths *paths, const json_t *path)
{
	struct roce_rail *rail = (struct roce_rail *)roce_rail_of(paths, path);
	size_t from = (size_t)(roce_node_of(rail, ms_str(path, "/spec/from", "")) - rail->nodes),
	       to = (size_t)(roce_node_of(rail, ms_str(path, "/spec/to", "")) - rail->nodes);
	int64_t mtu = ms_int(path, "/status/roce/mtu", 0);

	/* The same measured twice: the later counts. */
	if (rail->paths[from * rail->n_nodes + to] || from == to)
		return;
	rail->paths[from * rail->n_nodes + to] = path;
	count(&rail->nodes[from], path);
	count(&rail->nodes[to], path);
	if (mtu > (int64_t)rail->mtu && mtu <= 4096)
		rail->mtu = (unsigned)mtu;
}

/* Values of the paths of one node, or of all those between nodes that are not bad (SIZE_MAX). */
static struct roce_usual usual_of(const struct roce_rail *rail, size_t node, enum roce_measure m,
				  int64_t *values)
{
	size_t n = 0, all = rail->n_nodes;

	for (size_t i = 0; i < all * all; i++) {
		int64_t value = rail->paths[i] ? roce_measured(rail->paths[i], m) : -1;
		bool counts = node == SIZE_MAX ? !rail->nodes[i / all].bad[m] &&
							 !rail->nodes[i % all].bad[m]
					       : i / all == node || i % all == node;

		if (value >= 0 && counts)
			values[n++] = value;
	}
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
		rail->usual[m] = usual_of(rail, SIZE_MAX, m, values);
	}
	return 0;
}

static int build(struct roce_paths *paths, json_t *const *resources, size_t n)
{
	int r = 0;

	for (size_t i = 0; !r && i < n; i++)
		if (is_path(resources[i]))
			r = add_names(paths, resources[i]);
	for (size_t i = 0; !r && i < paths->n; i++) {
		struct roce_rail *rail = &paths->rails[i];

		rail->paths = calloc(rail->n_nodes * rail->n_nodes + 1, sizeof(*rail->paths));
		r = rail->paths ? 0 : -ENOMEM;
	}
	for (size_t i = n; !r && i > 0; i--)
		if (is_path(resources[i - 1]))
			add_path(paths, resources[i - 1]);
	for (size_t i = 0; !r && i < paths->n; i++)
		r = weigh(&paths->rails[i]);
	return r;
}

int roce_paths_new(json_t *const *resources, size_t n, struct roce_paths **ret_paths,
		   struct ms_err *err)
{
	struct roce_paths *paths = calloc(1, sizeof(*paths));

	if (!paths || build(paths, resources, n) < 0) {
		roce_paths_free(paths);
		return ms_nomem(err);
	}
	*ret_paths = paths;
	return 0;
}

void roce_paths_free(struct roce_paths *paths)
{
	if (!paths)
		return;
	for (size_t i = 0; i < paths->n; i++) {
		free(paths->rails[i].nodes);
		free(paths->rails[i].paths);
	}
	free(paths->rails);
	free(paths);
}
