/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hops: what each switch on the way does with the packet, and the underlay below the tunnels. */
#include <errno.h>
#include "fabric/graph/trace.h"
#include "fabric/underlay.h"

struct hops {
	const struct fabric_graph *graph;
	struct underlay *underlay;       /* made when the first tunnel is met */
	json_t *list;
	json_t *hop;                     /* the one being written, in list; NULL = none yet */
	uint32_t sw;                     /* its switch */
	json_int_t number;
	bool failed;
};

static void put(struct hops *h, json_t *hop, const char *key, json_t *value)
{
	if (json_object_set_new(hop, key, value))
		h->failed = true;
}

static json_t *new_hop(struct hops *h, uint32_t sw, json_int_t number)
{
	json_t *hop = json_pack("{s:I,s:s}", "hop", number, "switch",
				graph_switch_name(h->graph, sw));

	if (json_array_append_new(h->list, hop)) {
		h->failed = true;
		return NULL;
	}
	return hop;
}

/* "a, b" */
static void add_words(struct hops *h, json_t *hop, const char *key, const char *words,
		      const char *between)
{
	const char *old = json_string_value(json_object_get(hop, key));
	MS_AUTO_FREE char *text = old ? ms_asprintf("%s%s%s", old, between, words) : strdup(words);

	put(h, hop, key, text ? json_string(text) : NULL);
}

/* ---- below tunnels ---- */

/* The ports that lead to whoever is `far` from the end. */
static void add_out(struct hops *h, json_t *hop, uint32_t sw, uint32_t far)
{
	const struct underlay *u = h->underlay;

	for (uint32_t i = u->first[sw]; i < u->first[sw + 1]; i++)
		if (u->far[u->hops[i].to] == far)
			add_words(h, hop, "out", u->hops[i].out, ",");
}

/* Switches of one distance that the shortest ways pass: marked in `level`. */
static void next_level(const struct hops *h, const bool *level, bool *next, uint32_t far)
{
	const struct underlay *u = h->underlay;

	for (uint32_t sw = 0; sw < u->n; sw++)
		for (uint32_t i = u->first[sw]; level[sw] && i < u->first[sw + 1]; i++)
			if (u->far[u->hops[i].to] == far)
				next[u->hops[i].to] = true;
}

static size_t count(const bool *level, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += level[i];
	return sum;
}

/* The ports by which a switch of the level is reached from the one before. */
static void add_in(struct hops *h, json_t *hop, uint32_t sw, const bool *before)
{
	const struct underlay *u = h->underlay;

	for (uint32_t i = u->first[sw]; i < u->first[sw + 1]; i++)
		if (before[u->hops[i].to])
			add_words(h, hop, "in", u->hops[i].out, ",");
}

static void add_level(struct hops *h, const bool *level, const bool *before, uint32_t far,
		      const char *tunnel)
{
	size_t n = count(level, h->underlay->n);

	h->number++;
	for (uint32_t sw = 0; sw < h->underlay->n; sw++) {
		json_t *hop = level[sw] ? new_hop(h, sw, h->number) : NULL;
		MS_AUTO_FREE char *why = n > 1 ? ms_asprintf("underlay, one of %zu of equal cost",
							     n)
					       : strdup("underlay");

		if (!hop)
			continue;
		add_in(h, hop, sw, before);
		add_out(h, hop, sw, far - 1);
		put(h, hop, "via", json_string(tunnel));
		put(h, hop, "why", why ? json_string(why) : NULL);
	}
}

static int cross(struct hops *h, uint32_t from, uint32_t to, const char *tunnel)
{
	struct underlay *u = h->underlay;
	MS_AUTO_FREE bool *before = calloc(u->n + 1, sizeof *before),
			  *level = calloc(u->n + 1, sizeof *level);

	if (!before || !level)
		return -ENOMEM;
	before[from] = true;
	add_out(h, h->hop, from, u->far[from] - 1);
	for (uint32_t far = u->far[from] - 1; far; far--) {
		memset(level, 0, u->n);
		next_level(h, before, level, far);
		add_level(h, level, before, far, tunnel);
		memcpy(before, level, u->n);
	}
	h->hop = new_hop(h, to, ++h->number);
	h->sw = to;
	add_in(h, h->hop, to, before);
	return 0;
}

static const char *tunnel_end(const struct hops *h, uint32_t sw, bool vpls)
{
	const json_t *model = h->graph->models[sw];

	return vpls ? ms_str(model, "/ospf/routerId", ms_str(model, "/bgp/routerId", "?"))
		    : ms_str(model, "/vxlan/shared", ms_str(model, "/vxlan/source", "?"));
}

static int fail_underlay(const struct hops *h, uint32_t from, uint32_t to, const char *end,
			 struct ms_err *err)
{
	struct underlay *u = h->underlay;
	uint32_t last = from;

	/* How far the underlay leads from here: whatever is not the switch itself is better. */
	underlay_measure(u, from);
	for (uint32_t sw = 0; sw < u->n; sw++)
		if (u->far[sw] != NO_PLACE && u->far[sw] > u->far[last])
			last = sw;
	ms_fail(err, -ENOENT, MS_NOTFOUND,
		"no way below the tunnel from %s to %s, %s: the last hop is %s",
		graph_switch_name(h->graph, from), graph_switch_name(h->graph, to), end,
		graph_switch_name(h->graph, last));
	ms_hint(err, "sessions and cables of the underlay: msctl-switch get | msctl-switch check");
	return -ENOENT;
}

/* A pair of MLAG switches shares its tunnel end: what comes to one has come to both. */
static int tunnel(struct hops *h, uint32_t to, bool vpls, struct ms_err *err)
{
	MS_AUTO_FREE char *words = ms_asprintf("%s %s > %s", vpls ? "vpls" : "vxlan",
					       tunnel_end(h, h->sw, vpls), tunnel_end(h, to, vpls));

	if (!words || (!h->underlay && underlay_new(h->graph, &h->underlay)))
		return ms_nomem(err);
	underlay_measure(h->underlay, to);
	if (h->underlay->far[h->sw] == NO_PLACE)
		return fail_underlay(h, h->sw, to, tunnel_end(h, to, vpls), err);
	put(h, h->hop, "via", json_string(words));
	return cross(h, h->sw, to, words) ? ms_nomem(err) : 0;
}

/* ---- within switches ---- */

static void add_port(struct hops *h, const struct place *place)
{
	bool inside = json_object_get(h->hop, "vlan") || json_object_get(h->hop, "vrf");
	const char *key = inside ? "out" : "in";
	MS_AUTO_FREE char *words = *place->text == 'c' ? ms_asprintf("channel %s", place->text + 1)
						       : strdup(place->text);

	put(h, h->hop, key, words ? json_string(words) : NULL);
}

static void add_place(struct hops *h, const struct place *place)
{
	switch (place->kind) {
	case PLACE_PORT:
	case PLACE_WIRE:
		add_port(h, place);
		break;
	case PLACE_VLAN:
		put(h, h->hop, json_object_get(h->hop, "vlan") ? "outVlan" : "vlan",
		    json_integer(place->number));
		break;
	case PLACE_VNI:
		put(h, h->hop, "vni", json_integer(place->number));
		break;
	case PLACE_VRF:
		put(h, h->hop, "vrf", json_string(*place->text ? place->text : "default"));
		break;
	default:
		break;
	}
}

/* Both sides of a routed tunnel send to the VNI of the VRF that exports. */
static void add_l3vni(struct hops *h, json_t *before, const struct place *place)
{
	const json_t *vrf = json_object_get(json_object_get(h->graph->models[place->sw], "vrfs"),
					    place->text);
	const json_t *vni = json_object_get(vrf, "l3vni");

	if (place->kind != PLACE_VRF || !json_is_integer(vni))
		return;
	put(h, before, "vni", json_incref((json_t *)vni));
	put(h, h->hop, "vni", json_incref((json_t *)vni));
}

static int enter(struct hops *h, const struct trace_step *step, const struct trace_step *previous,
		 struct ms_err *err)
{
	const struct place *place = &h->graph->places[step->place];
	const struct place *last = previous ? &h->graph->places[previous->place] : NULL;
	bool tunnelled = last && (last->kind == PLACE_TARGET || last->kind == PLACE_VPLS);
	json_t *before = h->hop;
	int r = 0;

	if (place->sw == NO_PLACE)
		return 0;
	if (h->hop && place->sw == h->sw)
		return 0;
	if (h->hop && tunnelled) {
		r = tunnel(h, place->sw, last->kind == PLACE_VPLS, err);
		if (!r)
			add_l3vni(h, before, place);
		return r;
	}
	h->hop = new_hop(h, place->sw, ++h->number);
	h->sw = place->sw;
	return 0;
}

int trace_hops(const struct fabric_graph *graph, const struct trace_step *steps, size_t n,
	       json_t **ret_hops, struct ms_err *err)
{
	struct hops h = { .graph = graph, .list = json_array() };
	int r = 0;

	for (size_t i = 0; i < n && !r; i++) {
		r = enter(&h, &steps[i], i ? &steps[i - 1] : NULL, err);
		if (r || !h.hop)
			continue;
		add_place(&h, &graph->places[steps[i].place]);
		if (i && steps[i].why != EDGE_CABLE)
			add_words(&h, h.hop, "why", edge_words(steps[i].why), ", ");
	}
	underlay_free(h.underlay);
	if (!r && (h.failed || !h.list))
		r = ms_nomem(err);
	if (r)
		json_decref(h.list);
	else
		*ret_hops = h.list;
	return r;
}
