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

/* What is kept of a Path here: a million of them are to fit. */
struct roce_cell {
	int64_t values[ROCE_MEASURES];   /* -1 = was not measured */
	const char *why;             /* it was not; NULL = nobody says */
	uint16_t mtu;
	bool there, connected;
};
/* From status.roce, or from the report of who sent, which has the same keys.  Text is lent. */
int64_t roce_measured(const json_t *facts, enum roce_measure measure);
struct roce_cell roce_cell_of(const json_t *facts, bool connected, const char *why);

struct roce_node {
	const char *name;
	size_t first;                /* number of the Path that findings on the node stand at */
	size_t n, failed;            /* its paths, to and from */
	struct roce_usual usual[ROCE_MEASURES];
	bool bad[ROCE_MEASURES];     /* worse than the other nodes */
};
struct roce_rail {
	const char *fabric, *rail;
	json_t *numbers;             /* {NAME: place in nodes} */
	struct roce_node *nodes;     /* in the order of the stream */
	size_t n_nodes;
	struct roce_cell *cells;     /* from * n_nodes + to */
	unsigned mtu;                /* the largest that passes anywhere */
	struct roce_usual usual[ROCE_MEASURES];   /* of paths between nodes that are not bad */
};
struct roce_paths {
	struct roce_rail *rails;
	size_t n;
};
/* Of all that was measured: linear in the paths, but for sorting them.  Resources are lent and must outlive it. */
int roce_paths_init(json_t *const *resources, size_t n, struct roce_paths *ret_paths, struct ms_err *err);
void roce_paths_release(struct roce_paths *paths);

/* The same, where Paths are not resources yet: all rails and their nodes, known before or not; room for what is
 * measured; that, in any order, by numbers in the order of the stream (of a path given twice the first counts); what is
 * usual.  Negative = no memory.  Names are lent. */
int roce_rail_add(struct roce_paths *paths, const char *fabric, const char *rail, size_t *ret_rail);
int roce_node_add(struct roce_rail *rail, const char *name, size_t *ret_node);
int roce_paths_open(struct roce_paths *paths);
void roce_paths_take(struct roce_rail *rail, size_t from, size_t to, size_t number, const struct roce_cell *cell);
int roce_paths_weigh(struct roce_paths *paths);

/* Where a Path stands: the ctx of its item for roce_path_rules. */
struct roce_place {
	const struct roce_rail *rail;      /* NULL = it was not measured */
	const struct roce_node *ends[2];   /* from, to */
	size_t number;               /* in the stream */
};
void roce_place_of(const struct roce_paths *paths, const json_t *path, size_t number, struct roce_place *ret_place);

/* A picture (SVG 1.1): two squares for each rail, bandwidth and latency, a row for each NIC that sends and a column for
 * each that receives.  Of more than ROCE_HEAT_SIDE NICs neighbours share a row, and a cell shows the worst of its
 * paths: a square fits a screen, and whatever is wrong is seen. */
#define ROCE_HEAT_SIDE 64
int roce_heat(const struct roce_paths *paths, struct ms_buf *svg, struct ms_err *err);

#endif
