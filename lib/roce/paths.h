/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/roce: all Paths of a stream, what is usual among them, and a picture of them. */
#ifndef MS_ROCE_PATHS_H
#define MS_ROCE_PATHS_H

#include "roce/roce.h"

/* What is usual: median, and median of how far the values are from it.  n 0 = there were none. */
struct roce_usual { int64_t median, mad; size_t n; };
/* Sorts values. */
struct roce_usual roce_usual_of(int64_t *values, size_t n);

enum roce_measure { ROCE_BANDWIDTH, ROCE_LATENCY, ROCE_MEASURES };
/* Is it worse than usual: off the median by more than three times what normal deviation makes of the MAD, and by more
 * than a tenth (bandwidth) or a quarter (latency) of it?  Of fewer than four nothing is usual. */
bool roce_is_worse(const struct roce_usual *usual, enum roce_measure measure, int64_t value);
/* -1 = was not measured. */
int64_t roce_measured(const json_t *path, enum roce_measure measure);

struct roce_node {
	const char *name;
	const json_t *first;         /* Path that findings on the node stand at */
	size_t n, failed;            /* its paths, to and from */
	struct roce_usual usual[ROCE_MEASURES];
	bool bad[ROCE_MEASURES];     /* worse than the other nodes */
};
struct roce_rail {
	const char *fabric, *rail;
	struct roce_node *nodes;     /* in the order of the stream */
	size_t n_nodes;
	const json_t **paths;        /* from * n_nodes + to; NULL = none */
	unsigned mtu;                /* the largest that passes anywhere */
	struct roce_usual usual[ROCE_MEASURES];   /* of paths between nodes that are not bad */
};
struct roce_paths {
	struct roce_rail *rails;
	size_t n;
};
/* Resources are lent and must outlive it. */
int roce_paths_new(json_t *const *resources, size_t n, struct roce_paths **ret_paths, struct ms_err *err);
void roce_paths_free(struct roce_paths *paths);
const struct roce_rail *roce_rail_of(const struct roce_paths *paths, const json_t *path);
const struct roce_node *roce_node_of(const struct roce_rail *rail, const char *name);

/* The ctx of items for roce_path_rules is the struct roce_paths. */

/* A picture (SVG 1.1): two squares for each rail, bandwidth and latency, a row for each NIC that sends and a column for
 * each that receives. */
int roce_heat(const struct roce_paths *paths, struct ms_buf *svg, struct ms_err *err);

#endif
