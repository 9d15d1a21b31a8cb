/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which BGP sessions are up: both switches want it, their AS numbers agree, they share an address
 * family, and there is a way between them.  Two simulated switches of any platforms can be peers.
 */
#include "sim/switch.h"

#define CONNECT_MS 1000 /* simulated: from the last change to Established */

static const json_t *bgp_of(struct sim_switch *sw)
{
	json_t *now;

	sim_settle(&sw->dev);
	if (sw->bgp && !sw->bgp_stale)
		return sw->bgp;
	now = sw->platform->bgp ? sw->platform->bgp(sw) : NULL;
	if (!now)
		now = json_object();
	if (sw->bgp && !json_equal(now, sw->bgp))
		sw->bgp_since = sw->bgp_changed;
	json_decref(sw->bgp);
	sw->bgp = now;
	sw->bgp_stale = false;
	return now;
}

/* One side of a session and the other. */
struct session {
	struct sim_switch *sw, *far;
	const char *key, *far_key;   /* in `neighbors` of each */
	const json_t *own, *other;   /* what is configured there; other NULL = nobody is there */
	bool up;                     /* there is a way */
};

/* ---- the way between
 * -----------------------------------------------------------------------------
 */

static struct sim_switch *far_end(const struct sim_switch *sw, const char *port,
				  const char **ret_port)
{
	const char *end = sim_cable_peer(sw, port), *colon = end ? strchr(end, ':') : NULL;
	MS_AUTO_FREE char *name = colon ? strndup(end, (size_t)(colon - end)) : NULL;

	*ret_port = colon ? colon + 1 : NULL;
	return name ? sim_switch_named(sw->dev.sim, name) : NULL;
}

/* Names of the switches that can be reached over links that are up. */
static void reach(struct sim_switch *sw, json_t *seen)
{
	struct sim_switch **queue = calloc(sw->dev.sim->n_devices + 1, sizeof(struct sim_switch *));
	size_t n = 0, i;

	if (!queue)
		return;
	json_object_set_new(seen, sw->dev.name, json_true());
	queue[n++] = sw;
	for (i = 0; i < n; i++) {
		json_auto_t *ports = sim_cable_ports(queue[i]);
		json_t *port;
		size_t k;

		json_array_foreach(ports, k, port) {
			const char *name = json_string_value(port), *far_port;
			struct sim_switch *far = far_end(queue[i], name, &far_port);

			if (!far || json_object_get(seen, far->dev.name) ||
			    !sim_port_up(queue[i], name))
				continue;
			json_object_set_new(seen, far->dev.name, json_true());
			queue[n++] = far;
		}
	}
	free(queue);
}

/* ---- the other side
 * ------------------------------------------------------------------------------
 */

static struct sim_switch *owner(struct sim *sim, const char *address, const char **ret_port)
{
	for (size_t i = 0; i < sim->n_devices; i++) {
		struct sim_switch *sw = sim_switch_of(sim->devices[i]);
		const char *port = sw ? json_string_value(json_object_get(
						json_object_get(bgp_of(sw), "addresses"), address))
				      : NULL;

		if (!port)
			continue;
		*ret_port = port;
		return sw;
	}
	return NULL;
}

/* The neighbor of `far` that is one of our addresses. */
static const char *back(struct sim_switch *far, struct sim_switch *sw)
{
	const json_t *mine = json_object_get(bgp_of(sw), "addresses");
	const char *key;
	json_t *value;

	json_object_foreach(json_object_get(bgp_of(far), "neighbors"), key, value)
		if (json_object_get(mine, key))
			return key;
	return NULL;
}

static void find_by_port(struct session *s)
{
	const char *port = s->key + strlen("port:"), *far_port;
	char key[80];

	s->far = far_end(s->sw, port, &far_port);
	if (!s->far)
		return;
	snprintf(key, sizeof(key), "port:%s", far_port);
	s->up = sim_port_up(s->sw, port);
	s->other = json_object_get(json_object_get(bgp_of(s->far), "neighbors"), key);
}

static void find_by_address(struct session *s, json_t **reached)
{
	const char *port, *back_port;

	s->far = owner(s->sw->dev.sim, s->key, &port);
	if (!s->far || s->far == s->sw)
		return;
	s->far_key = back(s->far, s->sw);
	s->other = s->far_key ? json_object_get(json_object_get(bgp_of(s->far), "neighbors"),
						s->far_key)
			      : NULL;
	if (*port && sim_cable_peer(s->far, port)) {
		s->up = far_end(s->far, port, &back_port) == s->sw && sim_port_up(s->far, port);
		return;
	}
	if (!*reached) {
		*reached = json_object();
		reach(s->sw, *reached);
	}
	s->up = json_object_get(*reached, s->far->dev.name);
}

/* ---- judging
 * -------------------------------------------------------------------------------------
 */

static bool asn_fits(const json_t *neighbor, const json_t *own, const json_t *far)
{
	int64_t wanted = ms_int(neighbor, "/asn", 0), there = ms_int(far, "/asn", 0);

	return wanted ? wanted == there : there != ms_int(own, "/asn", 0);
}

/* Families that both speak, with what the other one announces. */
static json_t *shared_families(const struct session *s)
{
	const json_t *theirs = json_object_get(s->other, "families");
	json_t *shared = json_object(), *family, *other;
	size_t i, k;

	json_array_foreach(json_object_get(s->own, "families"), i, family) {
		json_array_foreach(theirs, k, other) {
			const json_t *routes = json_object_get(
				json_object_get(bgp_of(s->far), "announced"),
				json_string_value(family));

			if (!json_equal(family, other))
				continue;
			json_object_set_new(
				shared, json_string_value(family),
				json_pack("{s:I}", "received", json_integer_value(routes)));
		}
	}
	return shared;
}

static const char *state_of(const struct session *s, const json_t *families, int64_t now)
{
	int64_t since;

	if (ms_bool(s->own, "/shutdown", false))
		return "Idle";
	if (!s->far || !s->up)
		return "Connect";
	if (!s->other || ms_bool(s->other, "/shutdown", false) ||
	    !asn_fits(s->own, bgp_of(s->sw), bgp_of(s->far)) ||
	    !asn_fits(s->other, bgp_of(s->far), bgp_of(s->sw)) || !json_object_size(families))
		return "Active";
	since = s->sw->bgp_since > s->far->bgp_since ? s->sw->bgp_since : s->far->bgp_since;
	return since && now - since < CONNECT_MS ? "OpenSent" : "Established";
}

static json_t *session_row(const struct session *s)
{
	int64_t now = sim_clock(s->sw->dev.sim);
	json_auto_t *families = shared_families(s);
	const char *state = state_of(s, families, now);
	int64_t since = s->sw->bgp_since;
	json_t *row = json_pack("{s:s}", "state", state);

	if (s->far) {
		const char *id = ms_str(bgp_of(s->far), "/routerId", NULL);

		ms_put(row, "/asn", json_integer(ms_int(bgp_of(s->far), "/asn", 0)));
		ms_put(row, "/system", json_string(s->far->dev.name));
		if (id)
			ms_put(row, "/routerId", json_string(id));
	}
	if (!strcmp(state, "Established")) {
		if (s->far->bgp_since > since)
			since = s->far->bgp_since;
		ms_put(row, "/upSeconds", json_integer((now - since) / 1000));
		ms_put(row, "/families", json_incref(families));
	}
	return row;
}

json_t *sim_bgp_sessions(struct sim_switch *sw)
{
	json_t *sessions = json_object(), *reached = NULL, *own;
	json_auto_t *neighbors = json_incref(json_object_get(bgp_of(sw), "neighbors"));
	const char *key;

	json_object_foreach(neighbors, key, own) {
		struct session s = { .sw = sw, .key = key, .own = own };

		if (ms_starts(key, "port:"))
			find_by_port(&s);
		else
			find_by_address(&s, &reached);
		json_object_set_new(sessions, key, session_row(&s));
	}
	json_decref(reached);
	return sessions;
}
