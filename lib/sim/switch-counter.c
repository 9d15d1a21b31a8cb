/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a simulated switch has counted at its ports, in the neutral names of status.switch.counters.
 * Traffic there is none: it is a lever that makes something happen.
 */
#include <stdarg.h>
#include "sim/switch.h"

json_t *sim_switch_counters(const struct sim_switch *sw)
{
	json_auto_t *ports = sim_cable_ports(sw);
	json_t *counters = json_object(), *port;
	size_t i;

	json_array_foreach(ports, i, port) {
		json_t *counted = json_object_get(sw->counters, json_string_value(port));

		json_object_set_new(counters, json_string_value(port),
				    counted ? json_deep_copy(counted) : json_object());
	}
	return counters;
}

json_int_t sim_counter(const json_t *counters, const char *port, const char *name, ...)
{
	char key[64];
	va_list args;

	va_start(args, name);
	vsnprintf(key, sizeof(key), name, args);
	va_end(args);
	return json_integer_value(json_object_get(json_object_get(counters, port), key));
}

static int add(json_t *counted, const json_t *more)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)more, name, value) {
		json_int_t before = json_integer_value(json_object_get(counted, name));

		if (!json_is_integer(value))
			return -EINVAL;
		json_object_set_new(counted, name,
				    json_integer(before + json_integer_value(value)));
	}
	return 0;
}

int sim_counter_pull(struct sim_switch *sw, const json_t *value)
{
	const char *port;
	json_t *more;
	int r = 0;

	json_object_foreach((json_t *)value, port, more) {
		if (json_is_null(more))
			json_object_del(sw->counters, port);
		else if (!json_object_get(sw->counters, port))
			json_object_set_new(sw->counters, port, json_object());
		r = r ? r : add(json_object_get(sw->counters, port), more);
	}
	sim_touch(&sw->dev);
	return r;
}
