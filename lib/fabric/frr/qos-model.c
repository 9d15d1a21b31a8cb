/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RoCE on ports of Linux as a model.  Each port has classes of its own there, and a model has one
 * set for a switch: that of most ports. */
#include <errno.h>
#include "fabric/frr/frr.h"

/* ---- the classes of a port ---- */

/* What comes in with a DSCP that is not said. */
static unsigned rest_of(const struct frr_qos_port *port)
{
	return port->otherwise < 0 ? 0 : (unsigned)port->otherwise;
}

/* Priorities that packets get, or that are paused, or that have a traffic class of their own. */
static unsigned priorities_of(const struct frr_qos_port *port)
{
	unsigned mask = 1U << rest_of(port) | port->pfc;

	for (unsigned dscp = 0; dscp < 64; dscp++)
		if (port->dscp[dscp] >= 0)
			mask |= 1U << port->dscp[dscp];
	return mask;
}

static json_t *codes_of(const struct frr_qos_port *port, unsigned priority)
{
	json_t *list = json_array();

	for (unsigned dscp = 0; dscp < 64; dscp++) {
		unsigned is = port->dscp[dscp] < 0 ? rest_of(port) : (unsigned)port->dscp[dscp];

		if (is == priority && json_array_append_new(list, json_integer(dscp))) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

/* Percents as they were written, else as the weights come out. */
static json_int_t share_of(const struct frr_qos_port *port, unsigned bands, unsigned band)
{
	unsigned long long sum = 0;
	unsigned quantum = port->quanta[band];

	if (quantum % 1000 == 0 && quantum <= 100000)
		return quantum / 1000;
	for (unsigned i = port->strict; i < FRR_BANDS; i++)
		sum += bands >> i & 1 ? port->quanta[i] : 0;
	return sum ? (json_int_t)((100ULL * quantum + sum / 2) / sum) : 0;
}

static json_t *class_of(const struct frr_qos_port *port, unsigned priority, unsigned bands,
			bool first)
{
	unsigned band = port->band[priority];
	bool strict = port->ets && band < port->strict;
	json_t *class = json_pack("{s:o, s:i, s:i, s:b, s:b}", "dscp", codes_of(port, priority),
				  "trafficClass", (int)(FRR_BANDS - 1 - band), "queue",
				  (int)(FRR_BANDS - 1 - band), "lossless",
				  port->pfc >> priority & 1, "strict", strict);

	if (class && port->ets && !strict && first &&
	    json_object_set_new(class, "bandwidth", json_integer(share_of(port, bands, band)))) {
		json_decref(class);
		return NULL;
	}
	return class;
}

static json_t *classes_of(const struct frr_qos_port *port)
{
	unsigned priorities = priorities_of(port), bands = 0, seen = 0;
	json_t *classes = json_object();
	char key[4];

	for (unsigned i = 0; i < 8; i++)
		bands |= priorities >> i & 1 ? 1U << port->band[i] : 0;
	for (unsigned i = 0; i < 8; i++) {
		if (!(priorities >> i & 1))
			continue;
		snprintf(key, sizeof key, "%u", i);
		if (json_object_set_new(classes, key,
					class_of(port, i, bands, !(seen >> port->band[i] & 1)))) {
			json_decref(classes);
			return NULL;
		}
		seen |= 1U << port->band[i];
	}
	return classes;
}

/* ---- its profile ---- */

static int add_row(json_t *profile, const char *part, unsigned priority, json_t *row)
{
	char path[16];

	snprintf(path, sizeof path, "/%s/%u", part, priority);
	return ms_put(profile, path, row);
}

static json_t *profile_of(const struct frr_qos_port *port)
{
	unsigned priorities = priorities_of(port);
	json_t *profile = json_object();
	int r = 0;

	for (unsigned i = 0; i < 8; i++) {
		const struct frr_red *red = &port->red[port->band[i]];

		if (port->pfc >> i & 1)
			r |= add_row(profile, "pfc", i,
				     json_pack("{s:I}", "headroom",
					       port->buffer[i]
						       ? (json_int_t)port->size[port->buffer[i]]
						       : (json_int_t)0));
		if (red->max && priorities >> i & 1)
			r |= add_row(profile, "ecn", i,
				     json_pack("{s:I, s:I, s:I}", "min", (json_int_t)red->min,
					       "max", (json_int_t)red->max, "probability",
					       (json_int_t)red->percent));
	}
	if (!r)
		return profile;
	json_decref(profile);
	return NULL;
}

static bool says_something(const struct frr_qos_port *port)
{
	bool any = port->ets || port->pfc || port->otherwise >= 0;

	for (unsigned dscp = 0; dscp < 64; dscp++)
		any |= port->dscp[dscp] >= 0;
	return any;
}

/* ---- the switch ---- */

/* The classes that most ports have; [i] are those of port i, NULL where it has none. */
static const json_t *usual(const json_t *list)
{
	const json_t *best = NULL, *one, *other;
	size_t most = 0, i, k;

	json_array_foreach(list, i, one) {
		size_t same = 0;

		if (json_is_null(one) || one == best || (best && json_equal(one, best)))
			continue;
		json_array_foreach(list, k, other)
			same += json_equal(one, other);
		if (same > most) {
			most = same;
			best = one;
		}
	}
	return best;
}

static int add_port(json_t *model, const char *key, const struct frr_qos_port *port,
		    const json_t *classes, const json_t *common, struct ms_err *err)
{
	json_auto_t *profile = profile_of(port);
	json_t *ports = json_object_get(model, "ports"), *row = json_object_get(ports, key);
	char name[24], path[64];

	if (!profile)
		return -ENOMEM;
	if (!port->pause && json_is_null(classes))
		return 0;
	if (!row) {
		row = json_object();
		if (json_object_set_new(ports, key, row))
			return -ENOMEM;
	}
	if (port->pause && json_object_set_new(row, "pause", json_true()))
		return -ENOMEM;
	if (json_is_null(classes))
		return 0;
	if (!json_equal(classes, common) &&
	    json_object_set(profile, "classes", (json_t *)classes))
		return -ENOMEM;
	if (frr_qos_name(profile, name, err))
		return err->error;
	snprintf(path, sizeof path, "/qos/profiles/%s", name);
	return json_object_set_new(row, "qos", json_string(name)) ||
			       ms_put(model, path, json_incref(profile))
		       ? -ENOMEM
		       : 0;
}

static int add_classes(json_t *model, const struct frr_qos *qos, const json_t *common)
{
	bool dscp = false;

	if (!common)
		return 0;
	for (size_t i = 0; i < qos->n; i++)
		for (unsigned code = 0; code < 64; code++)
			dscp |= qos->ports[i].dscp[code] >= 0;
	return ms_put(model, "/qos/trust", json_string(dscp ? "dscp" : "pcp")) ||
			       ms_put(model, "/qos/classes", json_incref((json_t *)common))
		       ? -ENOMEM
		       : 0;
}

static int note(const struct frr_reading *rd, const struct frr_qos_port *port)
{
	return *port->foreign
		       ? json_array_append_new(rd->opaque,
					       json_sprintf("%s: tc %s", port->name, port->foreign))
		       : 0;
}

int frr_qos_model(struct frr_reading *rd, const struct frr_qos *qos, struct ms_err *err)
{
	json_auto_t *list = json_array();
	const json_t *common;
	char key[64];
	int r = list ? 0 : -ENOMEM;

	for (size_t i = 0; !r && i < qos->n; i++)
		r = json_array_append_new(list, says_something(&qos->ports[i])
							? classes_of(&qos->ports[i])
							: json_null());
	common = r ? NULL : usual(list);
	if (!r && qos->n && !json_object_get(rd->model, "ports"))
		r = json_object_set_new(rd->model, "ports", json_object());
	if (!r)
		r = add_classes(rd->model, qos, common);
	for (size_t i = 0; !r && i < qos->n; i++) {
		r = note(rd, &qos->ports[i]);
		if (!r && fabric_port_abstract(rd->dialect, qos->ports[i].name, key, sizeof key))
			r = add_port(rd->model, key, &qos->ports[i], json_array_get(list, i),
				     common, err);
	}
	return r ? ms_nomem(err) : 0;
}
