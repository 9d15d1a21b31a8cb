/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules of layer 2 and 3: loops, gateways, the default VRF, hosts that tenants share. */
#include <arpa/inet.h>
#include <errno.h>
#include "fabric/rules/rules.h"

/* ---- T25: loops ---- */

struct wire { uint32_t a, b, from; };      /* from: the place of the switch that is told */

struct loops {
	struct fabric_graph *graph;
	json_t *fact;                /* {SWITCH: {"port 1": {vlan, count, peer}}} */
	uint32_t *up;
	struct wire *wires;
	size_t n;
};

static uint32_t root_of(uint32_t *up, uint32_t place)
{
	while (up[place] != place)
		place = up[place] = up[up[place]];
	return place;
}

/* A pair of switches is one, as far as channels that both have are concerned: its first stands for
 * both. */
static uint32_t stand_in(const struct fabric_graph *graph, uint32_t id)
{
	const struct place *place = &graph->places[id];
	const json_t *pair = fabric_set_pair(graph->set, fabric_set_switch(graph->set, place->sw)),
		     *channels, *channel;
	uint32_t other = pair ? graph_switch(graph, ms_name(pair)) : NO_PLACE, twin;

	if (other == NO_PLACE || other > place->sw)
		return id;
	if (place->kind == PLACE_WIRE) {
		channels = json_object_get(graph->models[place->sw], "channels");
		channel = *place->text == 'c' ? json_object_get(channels, place->text + 1) : NULL;
		if (!json_object_get(channel, "mlag") && !json_object_get(channel, "esi"))
			return id;
	}
	twin = graph_find(graph, place->kind, other, place->number, place->text);
	return twin == NO_PLACE ? id : twin;
}

static bool is_wire(const struct fabric_graph *graph, const struct edge *edge)
{
	enum place_kind a = graph->places[edge->a].kind, b = graph->places[edge->b].kind;

	return (a == PLACE_WIRE || a == PLACE_VLAN) && (b == PLACE_WIRE || b == PLACE_VLAN) &&
	       (edge->kind == EDGE_CABLE || edge->kind == EDGE_TAGGED ||
		edge->kind == EDGE_NATIVE || edge->kind == EDGE_ACCESS);
}

static int compare_wires(const void *a, const void *b)
{
	const struct wire *x = a, *y = b;

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return x->b < y->b ? -1 : x->b > y->b;
}

static void collect_wires(struct loops *l)
{
	const struct fabric_graph *graph = l->graph;

	for (size_t i = 0; i < graph->n_edges; i++) {
		const struct edge *edge = &graph->edges[i];
		uint32_t a, b;

		if (!is_wire(graph, edge))
			continue;
		a = stand_in(graph, edge->a);
		b = stand_in(graph, edge->b);
		if (a != b)
			l->wires[l->n++] = (struct wire){ a < b ? a : b, a < b ? b : a, edge->a };
	}
	if (l->n)
		qsort(l->wires, l->n, sizeof *l->wires, compare_wires);
}

static bool is_in_pair(const struct fabric_graph *graph, const struct wire *wire)
{
	const json_t *pair = fabric_set_pair(graph->set, fabric_set_switch(graph->set,
						 graph->places[wire->a].sw));

	return pair && graph_switch(graph, ms_name(pair)) == graph->places[wire->b].sw;
}

static void note_loop(struct loops *l, const struct wire *wire)
{
	struct fabric_graph *graph = l->graph;
	const struct place *place = &graph->places[wire->from];
	const char *sw = graph_switch_name(graph, place->sw);
	json_t *row = json_object_get(l->fact, sw);
	char key[64];

	if (!row) {
		row = json_object();
		if (json_object_set_new(l->fact, sw, row))
			graph->failed = true;
	}
	rules_carrier_words(place->kind == PLACE_WIRE ? place->text : "?", key, sizeof key);
	if (!json_object_get(row, key) &&
	    json_object_set_new(row, key, json_integer(place->number)))
		graph->failed = true;
}

/* An edge between what is joined already closes a loop; cables come last, so that one of them is
 * told. */
static void close_loops(struct loops *l, bool cables)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct wire *wire = &l->wires[i];
		uint32_t a = root_of(l->up, wire->a), b = root_of(l->up, wire->b);
		bool cable = l->graph->places[wire->a].kind == PLACE_WIRE &&
			     l->graph->places[wire->b].kind == PLACE_WIRE;

		if (cable != cables || (i && !compare_wires(wire, wire - 1)) ||
		    (cable && is_in_pair(l->graph, wire)))
			continue;
		if (a == b)
			note_loop(l, wire);
		else
			l->up[a] = b;
	}
}

static void note_loops(struct fabric_graph *graph, json_t *fact)
{
	MS_AUTO_FREE uint32_t *up = calloc(graph->n_places + 1, sizeof *up);
	MS_AUTO_FREE struct wire *wires = calloc(graph->n_edges + 1, sizeof *wires);
	struct loops l = { graph, fact, up, wires, 0 };

	if (!up || !wires) {
		graph->failed = true;
		return;
	}
	for (size_t i = 0; i < graph->n_places; i++)
		up[i] = (uint32_t)i;
	collect_wires(&l);
	close_loops(&l, false);
	close_loops(&l, true);
}

static void judge_loops(struct view *view)
{
	const json_t *loops = graph_fact(view->graph, "loops", note_loops);
	const char *words;
	json_t *vlan;

	json_object_foreach(json_object_get(loops, view->name), words, vlan)
		view_find(
			view,
			"a channel of the parallel cables, or the VLAN on one of the ways only",
			"%s closes a loop in VLAN %lld: only spanning tree "
			"keeps frames from going round",
			words, (long long)json_integer_value(vlan));
}

int rule_loop(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_each_view(item, rule, "Switch", judge_loops, err);
}

/* ---- T26: gateways ---- */

/* {"vni 10100": {switch, vlan, addresses, anycast}} of whoever has a gateway there first. */
static void note_gateways(struct fabric_graph *graph, json_t *fact)
{
	const char *vid;
	json_t *svi;
	char key[32];

	for (size_t i = 0; i < fabric_set_switches(graph->set); i++)
		json_object_foreach(json_object_get(graph->models[i], "svis"), vid, svi) {
			const json_t *vlans = json_object_get(graph->models[i], "vlans");
			int64_t vni = row_int(json_object_get(vlans, vid), "vni");
			json_t *row;

			snprintf(key, sizeof key, "vni %lld", (long long)vni);
			if (!vni || json_object_get(fact, key))
				continue;
			row = json_pack("{s:s,s:O}", "switch",
					graph_switch_name(graph, (uint32_t)i), "svi", svi);
			if (json_object_set_new(fact, key, row))
				graph->failed = true;
		}
}

static const char *common(const json_t *a, const json_t *b)
{
	const json_t *x, *y;
	size_t i, j;

	json_array_foreach(a, i, x)
		json_array_foreach(b, j, y)
			if (json_is_string(x) && json_equal((json_t *)x, (json_t *)y))
				return json_string_value(x);
	return NULL;
}

static void compare_gateway(struct view *view, const char *vid, const json_t *svi)
{
	const json_t *all = graph_fact(view->graph, "gateways", note_gateways), *first, *other;
	const json_t *own = json_object_get(svi, "addresses"), *theirs;
	bool anycast = row_is(svi, "anycast", false);
	const char *sw, *shared;
	char key[48];

	snprintf(key, sizeof key, "vni %lld",
		 (long long)ms_int(json_object_get(json_object_get(view->model, "vlans"), vid),
				   "/vni", 0));
	first = json_object_get(all, key);
	sw = row_text(first, "switch", view->name);
	other = json_object_get(first, "svi");
	theirs = json_object_get(other, "addresses");
	if (!other || !strcmp(sw, view->name))
		return;
	shared = common(own, theirs);
	if (shared && (!anycast || !row_is(other, "anycast", false)))
		view_find(
			view,
			"gateways without `switch` are the same on all: anycast; with it, one each",
			"gateway %s of VLAN %s is also on %s, and not anycast on both", shared, vid,
			sw);
	else if (anycast && row_is(other, "anycast", false) && !json_equal((json_t *)own,
									    (json_t *)theirs))
		view_find(
			view, "msctl-switch plan | msctl-switch apply",
			"the gateways of VLAN %s differ from those on %s: "
			"anycast is the same everywhere",
			vid, sw);
}

/* The net of a CIDR as text, "10.1.0.0/24", or that of its first bits where these are fewer; how
 * long its prefix is, or -1 for what is no CIDR. */
static int net_of(const char *cidr, int most, char *buf, size_t size)
{
	unsigned char raw[16];
	char host[64], net[64];
	const char *slash = strchr(cidr, '/');
	int family = strchr(cidr, ':') ? AF_INET6 : AF_INET;
	int width = family == AF_INET ? 32 : 128;
	unsigned long length = slash ? strtoul(slash + 1, NULL, 10) : 999;
	int bits = length > (unsigned long)width ? -1 : (int)length;

	snprintf(host, sizeof host, "%.*s", (int)strcspn(cidr, "/"), cidr);
	if (bits < 0 || inet_pton(family, host, raw) != 1)
		return -1;
	for (int i = bits < most ? bits : most; i < width; i++)
		raw[i / 8] &= (unsigned char)~(0x80 >> i % 8);
	if (!inet_ntop(family, raw, net, sizeof net))
		return -1;
	snprintf(buf, size, "%s/%d", net, bits < most ? bits : most);
	return bits;
}

/* fn for each address of each gateway. */
typedef void gateway_fn(struct view *view, json_t *nets, const char *vid, const char *vrf,
			const char *cidr);

static void each_gateway(struct view *view, json_t *nets, gateway_fn *fn)
{
	const char *vid;
	const json_t *address;
	json_t *svi;
	size_t i;

	json_object_foreach(json_object_get(view->model, "svis"), vid, svi)
		json_array_foreach(json_object_get(svi, "addresses"), i, address)
			if (json_is_string(address))
				fn(view, nets, vid, row_text(svi, "vrf", ""),
				   json_string_value(address));
}

static void note_net(struct view *view, json_t *nets, const char *vid, const char *vrf,
		     const char *cidr)
{
	char net[80], key[400];
	const char *other;

	if (net_of(cidr, 128, net, sizeof net) < 0)
		return;
	snprintf(key, sizeof key, "%.300s %s", vrf, net);
	other = json_string_value(json_object_get(nets, key));
	if (other && strcmp(other, vid))
		view_find(view, "a subnet of its own for each network of a tenant",
			  "VLANs %s and %s of one VRF have the same subnet %s", other, vid, net);
	else if (!other && json_object_set_new(nets, key, json_string(vid)))
		view->failed = true;
}

/* A subnet inside of another VLAN's: some hosts of that one are not reached any more. */
static void judge_inside(struct view *view, json_t *nets, const char *vid, const char *vrf,
			 const char *cidr)
{
	char net[80], wide[80], key[400];
	int bits = net_of(cidr, 128, net, sizeof net);
	const char *other;

	for (int most = bits - 1; most >= 0; most--) {
		net_of(cidr, most, wide, sizeof wide);
		snprintf(key, sizeof key, "%.300s %s", vrf, wide);
		other = json_string_value(json_object_get(nets, key));
		if (!other || !strcmp(other, vid))
			continue;
		view_find(view, "a subnet of its own for each network of a tenant",
			  "subnet %s of VLAN %s lies in %s of VLAN %s, which is of the same VRF",
			  net, vid, wide, other);
		return;
	}
}

static void judge_gateways(struct view *view)
{
	json_auto_t *nets = json_object();
	const char *vid;
	json_t *svi;

	json_object_foreach(json_object_get(view->model, "svis"), vid, svi)
		compare_gateway(view, vid, svi);
	each_gateway(view, nets, note_net);
	each_gateway(view, nets, judge_inside);
}

int rule_gateways(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_each_view(item, rule, "Switch", judge_gateways, err);
}

/* ---- T27: tenants in the default VRF ---- */

static void judge_default(struct view *view)
{
	const char *vid;
	json_t *svi;

	if (!json_object_get(view->model, "bgp") && !json_object_get(view->model, "ospf"))
		return;
	json_object_foreach(json_object_get(view->model, "svis"), vid, svi) {
		const char *owner;

		if (*row_text(svi, "vrf", "") ||
		    !json_array_size(json_object_get(svi, "addresses")))
			continue;
		owner = rules_vlan_owner(view, strtoll(vid, NULL, 10), NULL);
		if (owner)
			view_find(
				view, "vrf: NAME in the tenant, then plan and apply",
				"the gateway of VLAN %s of tenant %s is in the default VRF: "
				"its hosts reach the underlay",
				vid, owner);
	}
}

int rule_default_vrf(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_each_view(item, rule, "Switch", judge_default, err);
}

/* ---- T30: several tenants at one host ---- */

static void judge_shared(struct view *view, const char *text)
{
	char key[300], words[64];
	const json_t *names;
	MS_AUTO_BUF struct ms_buf list = { 0 };
	const char *name;
	json_t *value;

	snprintf(key, sizeof key, "%s:%s", view->name, text);
	names = ms_at(json_object_get(view->graph->seats, key), "/names");
	if (json_object_size(names) < 2)
		return;
	json_object_foreach((json_t *)names, name, value)
		ms_buf_printf(&list, "%s%s", list.len ? ", " : "", name);
	view_find(
		view,
		"a NIC for each tenant, unless the host itself keeps them "
		"apart: VFs with a VLAN each",
		"%s is shared by tenants %s: only the host keeps them apart",
		rules_carrier_words(text, words, sizeof words), list.data ? list.data : "");
}

static void judge_hosts(struct view *view)
{
	char text[32];
	const char *name;
	json_t *row;

	json_object_foreach(json_object_get(view->model, "ports"), name, row)
		judge_shared(view, name);
	json_object_foreach(json_object_get(view->model, "channels"), name, row) {
		snprintf(text, sizeof text, "c%.30s", name);
		judge_shared(view, text);
	}
}

int rule_shared_port(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_each_view(item, rule, "Switch", judge_hosts, err);
}

/* ---- T09: NICs ---- */

/* {MAC: "node01:rail0"} of whoever has it first. */
static void note_macs(struct fabric_graph *graph, json_t *fact)
{
	const json_t *nic;
	const char *name;
	json_t *server;
	size_t i;

	json_object_foreach(json_object_get(graph->set->kinds, "Server"), name, server)
		json_array_foreach(ms_at(server, "/spec/nics"), i, nic) {
			const char *mac = row_text(nic, "mac", NULL);
			MS_AUTO_FREE char *end = ms_asprintf("%s:%s", name,
							     row_text(nic, "name", "?"));

			if (mac && !json_object_get(fact, mac) &&
			    json_object_set_new(fact, mac, end ? json_string(end) : NULL))
				graph->failed = true;
		}
}

static void judge_nics(struct view *view)
{
	const json_t *macs = graph_fact(view->graph, "macs", note_macs), *nic;
	size_t i;

	json_array_foreach(ms_at(view->item->res, "/spec/nics"), i, nic) {
		const char *mac = row_text(nic, "mac", NULL),
			   *who = mac ? json_string_value(json_object_get(macs, mac)) : NULL;
		char end[320];

		snprintf(end, sizeof end, "%s:%s", view->name, row_text(nic, "name", "?"));
		if (who && strcmp(who, end))
			view_find(view,
				  "msctl-bmc get shows the MAC addresses that NICs really have",
				  "MAC address %s of %s is also that of %s", mac, end, who);
	}
}

int rule_nics(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_each_view(item, rule, "Server", judge_nics, err);
}
