/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An earlier reading, by name. */
#include "roce/readings.h"

int roce_readings_load(const char *path, struct roce_readings *ret_readings,
		       struct ms_report *report, struct ms_err *err)
{
	struct roce_readings readings = { .by_name = json_object() };
	size_t i;
	json_t *res;
	int r = readings.by_name ? ms_site_load(path, &readings.resources, report, err)
				 : ms_nomem(err);

	json_array_foreach(readings.resources, i, res)
		if (!r && ms_streq(ms_kind(res), "Nic") &&
		    json_object_set(readings.by_name, ms_name(res), res) < 0)
			r = ms_nomem(err);
	if (r < 0)
		roce_readings_release(&readings);
	else
		*ret_readings = readings;
	return r;
}

void roce_readings_release(struct roce_readings *readings)
{
	json_decref(readings->resources);
	json_decref(readings->by_name);
	*readings = (struct roce_readings){ 0 };
}

const json_t *roce_reading_before(const struct roce_readings *readings, const json_t *nic)
{
	return ms_streq(ms_kind(nic), "Nic") ? json_object_get(readings->by_name, ms_name(nic))
					     : NULL;
}
