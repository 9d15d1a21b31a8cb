/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The underlay: a cable counts where both of its ends are routed and speak a routing protocol over
 * it. */
#include <errno.h>
#include "fabric/underlay.h"

struct drawing {
	const struct fabric_graph *graph;
	struct underlay *underlay;
	size_t n, cap;
};

static bool lists(const json_t *list, const char *text)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(list, i, entry)
		if (ms_streq(json_string_value(entry), text))
			return true;
	return false;
}

/* A session over a numbered link is known by the other side's address. */
static bool has_session(const json_t *model, const char *port, const json_t *far_row)
{
	const json_t *neighbors = ms_at(model, "/bgp/neighbors"), *address;
	char key[80];
	size_t i;

	snprintf(key, sizeof key, "port:%.60s", port);
	if (json_object_get(neighbors, key) || lists(ms_at(model, "/ospf/ports"), port))
		return true;
	json_array_foreach(ms_at(far_row, "/l3/addresses"), i, address) {
		const char *text = json_is_string(address) ? json_string_value(address) : "";

		snprintf(key, sizeof key, "%.*s", (int)strcspn(text, "/"), text);
		if (json_object_get(neighbors, key))
			return true;
	}
	return false;
}

static bool is_routed(const json_t *row)
{
	const json_t *l3 = json_object_get(row, "l3");

	return json_is_object(l3) && !*row_text(l3, "vrf", "") && row_is(row, "enabled", true);
}

static int add_hop(struct drawing *d, uint32_t to, const char *out, const char *in)
{
	if (d->n == d->cap) {
		size_t cap = d->cap ? d->cap * 2 : 256;
		struct underlay_hop *grown = reallocarray(d->underlay->hops, cap, sizeof *grown);

		if (!grown)
			return -ENOMEM;
		d->underlay->hops = grown;
		d->cap = cap;
	}
	d->underlay->hops[d->n++] = (struct underlay_hop){ to, out, in };
	return 0;
}

static int draw_port(struct drawing *d, uint32_t sw, const char *port, const json_t *row)
{
	const struct fabric_graph *graph = d->graph;
	const json_t *far_ports, *far_row;
	struct fabric_end at;
	char end[320];
	const char *peer, *far_port = NULL;
	uint32_t far;

	snprintf(end, sizeof end, "%s:%s", graph_switch_name(graph, sw), port);
	peer = is_routed(row) ? graph_peer(graph, end) : NULL;
	if (!peer || !fabric_end_split(peer, &at))
		return 0;
	far = graph_switch(graph, at.device);
	if (far == NO_PLACE || !graph->models[far])
		return 0;
	far_ports = json_object_get(graph->models[far], "ports");
	far_row = json_object_get(far_ports, at.port);
	if (!is_routed(far_row) || !has_session(graph->models[sw], port, far_row) ||
	    !has_session(graph->models[far], at.port, row))
		return 0;
	/* The name as the cabling has it: it lives as long as the graph. */
	far_port = strchr(peer, ':') + 1;
	return add_hop(d, far, port, far_port);
}

static int draw(struct drawing *d)
{
	struct underlay *underlay = d->underlay;

	for (uint32_t sw = 0; sw < underlay->n; sw++) {
		const char *port;
		json_t *row;

		underlay->first[sw] = (uint32_t)d->n;
		json_object_foreach(json_object_get(d->graph->models[sw], "ports"), port, row)
			if (draw_port(d, sw, port, row))
				return -ENOMEM;
	}
	underlay->first[underlay->n] = (uint32_t)d->n;
	return 0;
}

int underlay_new(const struct fabric_graph *graph, struct underlay **ret_underlay)
{
	struct underlay *underlay = calloc(1, sizeof *underlay);
	struct drawing d = { graph, underlay, 0, 0 };

	if (!underlay)
		return -ENOMEM;
	underlay->n = fabric_set_switches(graph->set);
	underlay->first = calloc(underlay->n + 1, sizeof *underlay->first);
	underlay->far = calloc(underlay->n + 1, sizeof *underlay->far);
	underlay->queue = calloc(underlay->n + 1, sizeof *underlay->queue);
	if (!underlay->first || !underlay->far || !underlay->queue || draw(&d)) {
		underlay_free(underlay);
		return -ENOMEM;
	}
	*ret_underlay = underlay;
	return 0;
}

void underlay_free(struct underlay *underlay)
{
	if (!underlay)
		return;
	free(underlay->hops);
	free(underlay->first);
	free(underlay->far);
	free(underlay->queue);
	free(underlay);
}

/* Cables are known from both ends, so the way there is as long as the way back. */
void underlay_measure(struct underlay *underlay, uint32_t to)
{
	size_t head = 0, tail = 0;

	for (size_t i = 0; i < underlay->n; i++)
		underlay->far[i] = NO_PLACE;
	underlay->far[to] = 0;
	underlay->queue[tail++] = to;
	while (head < tail) {
		uint32_t sw = underlay->queue[head++];

		for (uint32_t i = underlay->first[sw]; i < underlay->first[sw + 1]; i++) {
			uint32_t next = underlay->hops[i].to;

			if (underlay->far[next] != NO_PLACE)
				continue;
			underlay->far[next] = underlay->far[sw] + 1;
			underlay->queue[tail++] = next;
		}
	}
}
