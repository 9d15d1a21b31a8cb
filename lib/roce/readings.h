/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/roce: how NICs were read before. */
#ifndef MS_ROCE_READINGS_H
#define MS_ROCE_READINGS_H

#include "roce/set.h"

struct roce_readings {
	json_t *resources, *by_name;
	const struct roce_set *set;  /* what the fabrics of now say; lent */
};
/* A file of resources, as msctl-roce get wrote it. */
int roce_readings_load(const char *path, struct roce_readings *ret_readings, struct ms_report *report,
		       struct ms_err *err);
void roce_readings_release(struct roce_readings *readings);
/* The same Nic in it; NULL = it is not there. */
const json_t *roce_reading_before(const struct roce_readings *readings, const json_t *nic);

#endif
