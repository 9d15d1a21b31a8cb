/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cables of the simulated site: what the Links say, unless a Link's annotation sim/cabling says
 * where its `to` end really is ("none" = nowhere), or a lever plugs it elsewhere.
 */
#include "sim/switch.h"

/* Of struct sim: {ends: {"leaf01:1": "node01:rail0"}, speeds: {END: Gbit/s}, nics: {"node01:rail0":
 * MAC}}. */
static json_t *table(struct sim *sim, const char *name)
{
	if (!sim->cabling)
		sim->cabling = json_pack("{s:{}, s:{}, s:{}}", "ends", "speeds", "nics");
	return json_object_get(sim->cabling, name);
}

static const json_t *known(const struct sim *sim, const char *name)
{
	return json_object_get(sim->cabling, name);
}

void sim_cable_release(struct sim *sim)
{
	json_decref(sim->cabling);
	sim->cabling = NULL;
}

static void unplug(json_t *ends, const char *end)
{
	const char *other = json_string_value(json_object_get(ends, end));

	if (other)
		json_object_del(ends, other);
	json_object_del(ends, end);
}

static int join(struct sim *sim, const char *a, const char *b)
{
	json_t *ends = table(sim, "ends");

	if (!ends)
		return -ENOMEM;
	unplug(ends, a);
	unplug(ends, b);
	if (json_object_set_new(ends, a, json_string(b)) ||
	    json_object_set_new(ends, b, json_string(a)))
		return -ENOMEM;
	return 0;
}

int sim_cable_add(struct sim *sim, const json_t *link, struct ms_err *err)
{
	const char *from = ms_str(link, "/spec/from", ""), *to = ms_str(link, "/spec/to", "");
	const char *really = ms_str(link, "/metadata/annotations/sim~1cabling", to);
	int64_t speed = strtol(ms_str(link, "/spec/speed", "0"), NULL, 10);
	json_t *speeds = table(sim, "speeds");

	if (!strcmp(really, "none"))
		return 0;
	if (!speeds || (speed && (json_object_set_new(speeds, from, json_integer(speed)) ||
				  json_object_set_new(speeds, really, json_integer(speed)))))
		return ms_nomem(err);
	return join(sim, from, really) ? ms_nomem(err) : 0;
}

int sim_cable_nics(struct sim *sim, const json_t *server, struct ms_err *err)
{
	json_t *nics = table(sim, "nics"), *nic;
	size_t i;

	json_array_foreach(ms_at(server, "/spec/nics"), i, nic) {
		const char *mac = ms_str(nic, "/mac", NULL), *cable = ms_str(nic, "/cable", NULL);
		MS_AUTO_FREE char *end =
			ms_asprintf("%s:%s", ms_name(server), ms_str(nic, "/name", ""));

		if (!nics || !end || (mac && json_object_set_new(nics, end, json_string(mac))))
			return ms_nomem(err);
		/* A stream without Links still says where its NICs are. */
		if (cable && !json_object_get(table(sim, "ends"), end) && join(sim, end, cable))
			return ms_nomem(err);
	}
	return 0;
}

static const char *end_at(const struct sim_switch *sw, const char *table_name, const char *port,
			  const json_t **ret_value)
{
	char end[SIM_PATH_MAX];

	snprintf(end, sizeof(end), "%s:%s", sw->dev.name, port);
	*ret_value = json_object_get(known(sw->dev.sim, table_name), end);
	return json_string_value(*ret_value);
}

const char *sim_cable_peer(const struct sim_switch *sw, const char *port)
{
	const json_t *value;

	return end_at(sw, "ends", port, &value);
}

int sim_cable_plug(struct sim_switch *sw, const char *port, const char *end)
{
	char here[SIM_PATH_MAX];

	snprintf(here, sizeof(here), "%s:%s", sw->dev.name, port);
	sim_switch_changed(sw);
	if (end)
		return join(sw->dev.sim, here, end);
	unplug(table(sw->dev.sim, "ends"), here);
	return 0;
}

/* ---- ports -------------------------------------------------------------------------------------
 */

static int port_order(const void *a, const void *b)
{
	const char *x = *(const char *const *)a, *y = *(const char *const *)b;
	long m = strtol(x, NULL, 10), n = strtol(y, NULL, 10);
	const char *p = strchr(x, '/'), *q = strchr(y, '/');

	if (m != n)
		return m < n ? -1 : 1;
	m = p ? strtol(p + 1, NULL, 10) : 0;
	n = q ? strtol(q + 1, NULL, 10) : 0;
	return (m > n) - (m < n);
}

static json_t *sorted(const char **ports, size_t n)
{
	json_t *list = json_array();

	qsort(ports, n, sizeof(*ports), port_order);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_string(ports[i]));
	return list;
}

json_t *sim_cable_ports(const struct sim_switch *sw)
{
	json_t *ends = (json_t *)known(sw->dev.sim, "ends"), *value;
	const char **ports = calloc(json_object_size(ends) + 1, sizeof(*ports)), *end;
	size_t len = strlen(sw->dev.name), n = 0;
	json_t *list;

	if (!ports)
		return NULL;
	json_object_foreach(ends, end, value)
		if (!strncmp(end, sw->dev.name, len) && end[len] == ':')
			ports[n++] = end + len + 1;
	list = sorted(ports, n);
	free(ports);
	return list;
}

/* The switch and port of an end; NULL when it is a server's. */
static struct sim_switch *split(struct sim *sim, const char *end, const char **ret_port)
{
	const char *colon = strchr(end, ':');
	MS_AUTO_FREE char *name = colon ? strndup(end, (size_t)(colon - end)) : NULL;

	if (!name)
		return NULL;
	*ret_port = colon + 1;
	return sim_switch_named(sim, name);
}

static bool enabled(struct sim_switch *sw, const char *port)
{
	sim_settle(&sw->dev);
	if (json_object_get(sw->down, port) || sw->dev.away_until > sim_clock(sw->dev.sim))
		return false;
	return !sw->platform->enabled || sw->platform->enabled(sw, port);
}

bool sim_port_up(struct sim_switch *sw, const char *port)
{
	const char *end = sim_cable_peer(sw, port), *far_port;
	struct sim_switch *far = end ? split(sw->dev.sim, end, &far_port) : NULL;

	return end && enabled(sw, port) && (!far || enabled(far, far_port));
}

/* Where no Link says how fast the cable is: what the site says of the port, else the platform's
 * usual. */
static unsigned plugged_in(const struct sim_switch *sw, const char *port)
{
	const json_t *row;
	size_t i;

	json_array_foreach(ms_at(sw->resource, "/spec/ports"), i, row) {
		unsigned long speed = strtoul(ms_str(row, "/speed", "0"), NULL, 10);

		if (speed && ms_streq(ms_str(row, "/name", NULL), port))
			return (unsigned)speed;
	}
	return sw->platform->speed;
}

unsigned sim_port_speed(const struct sim_switch *sw, const char *port)
{
	const json_t *value;

	end_at(sw, "speeds", port, &value);
	return value ? (unsigned)json_integer_value(value) : plugged_in(sw, port);
}

static void describe_switch(const struct sim_switch *far, const char *port,
			    struct sim_neighbor *neighbor)
{
	neighbor->is_switch = true;
	snprintf(neighbor->chassis, sizeof(neighbor->chassis), "%s", far->mac);
	if (!sim_port_native(far, port, neighbor->port, sizeof(neighbor->port)))
		snprintf(neighbor->port, sizeof(neighbor->port), "%s", port);
	snprintf(neighbor->description, sizeof(neighbor->description), "%s", neighbor->port);
	snprintf(neighbor->system, sizeof(neighbor->system), "%s", far->dev.name);
	snprintf(neighbor->system_description, sizeof(neighbor->system_description), "%s %s %s",
		 far->platform->vendor, far->platform->model, far->version);
}

/* lldpd on a server says the MAC as port and chassis, and its interface as the description. */
static void describe_server(const struct sim *sim, const char *end, struct sim_neighbor *neighbor)
{
	const char *colon = strchr(end, ':');
	const char *mac = json_string_value(json_object_get(known(sim, "nics"), end));

	snprintf(neighbor->chassis, sizeof(neighbor->chassis), "%s",
		 mac ? mac : "00:00:00:00:00:00");
	snprintf(neighbor->port, sizeof(neighbor->port), "%s", mac ? mac : colon ? colon + 1 : end);
	snprintf(neighbor->port_mac, sizeof(neighbor->port_mac), "%s", mac ? mac : "");
	snprintf(neighbor->description, sizeof(neighbor->description), "%s",
		 colon ? colon + 1 : "");
	snprintf(neighbor->system, sizeof(neighbor->system), "%.*s",
		 (int)(colon ? colon - end : (long)strlen(end)), end);
	snprintf(neighbor->system_description, sizeof(neighbor->system_description), "Linux");
}

bool sim_port_neighbor(struct sim_switch *sw, const char *port, struct sim_neighbor *ret_neighbor)
{
	const char *end = sim_cable_peer(sw, port), *far_port = "";
	struct sim_switch *far;

	*ret_neighbor = (struct sim_neighbor){ 0 };
	if (!end || !sim_port_up(sw, port))
		return false;
	far = split(sw->dev.sim, end, &far_port);
	if (far)
		describe_switch(far, far_port, ret_neighbor);
	else
		describe_server(sw->dev.sim, end, ret_neighbor);
	return true;
}
