/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/roce: what NICs and ports of switches counted between two readings. */
#ifndef MS_ROCE_READINGS_H
#define MS_ROCE_READINGS_H

#include "roce/set.h"

struct roce_readings {
	json_t *resources, *by_name; /* by_name: "Nic node01:rail0" */
	const struct roce_set *set;  /* what the fabrics of now say; lent */
};
/* A file of resources, as msctl-roce get and msctl-switch get wrote it. */
int roce_readings_load(const char *path, struct roce_readings *ret_readings, struct ms_report *report,
		       struct ms_err *err);
void roce_readings_release(struct roce_readings *readings);

/* One that was read twice: a NIC, or a port of a switch.  All of it is lent. */
struct roce_counted {
	const char *name;            /* "node01:rail0", "leaf01:5 (cabled to node01:rail0)" */
	const json_t *before, *after;   /* counters */
	int64_t seconds;             /* from one to the other */
	const char *speed;           /* "100G", "" without a link */
	unsigned paused;             /* bit P: priority P is lossless there */
	bool port;                   /* of a switch */
	bool at_host;                /* a port that is cabled to a host */
};
/* How much more; 0 where one of them is missing, or it was reset. */
int64_t roce_counted_more(const struct roce_counted *counted, const char *name);
/* fn for the Nic, or for each port of the Switch, until it returns other than 0. */
typedef int roce_counted_fn(const struct roce_counted *counted, void *ctx);
int roce_readings_each(const struct roce_readings *readings, const json_t *res, roce_counted_fn *fn, void *ctx);

#endif
