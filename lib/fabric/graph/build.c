/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a switch itself joins: VLANs and tunnels, gateways and VRFs, ports.  Models that were read
 * from devices are foreign: what is not as fabric.h says is passed over.
 */
#include "fabric/graph/graph.h"

struct build {
	struct fabric_graph *graph;
	uint32_t sw;
	const json_t *model, *vnis;
};

/* Decimal text of a key; false for what is none, or too large. */
static bool number_of(const char *key, uint32_t max, uint32_t *ret_number)
{
	char *end;
	unsigned long number = strtoul(key, &end, 10);

	if (end == key || *end || *key == '-' || *key == '+' || number > max)
		return false;
	*ret_number = (uint32_t)number;
	return true;
}

static uint32_t vlan_place(const struct build *b, json_int_t vid)
{
	return vid > 0 && vid < 4096
		       ? graph_place(b->graph, PLACE_VLAN, b->sw, (uint32_t)vid, "")
		       : NO_PLACE;
}

static uint32_t vrf_place(const struct build *b, const char *name)
{
	return graph_place(b->graph, PLACE_VRF, b->sw, 0, name);
}

/* ---- route targets ---- */

static void add_targets(const struct build *b, uint32_t place, const json_t *list,
			enum edge_kind kind)
{
	const json_t *target;
	size_t i;

	json_array_foreach(list, i, target)
		if (json_is_string(target))
			graph_join(b->graph, place,
				   graph_place(b->graph, PLACE_TARGET, NO_PLACE, 0,
					       json_string_value(target)),
				   kind);
}

/* Where nothing is written, vendors derive targets from the number: the same number meets. */
static void add_derived(const struct build *b, uint32_t place, uint32_t vni, enum edge_kind import)
{
	char text[24];
	const char *target;
	uint32_t found;

	snprintf(text, sizeof text, "vni %u", vni);
	found = graph_find(b->graph, PLACE_TARGET, NO_PLACE, 0, text);
	target = found == NO_PLACE ? graph_text(b->graph, text) : b->graph->places[found].text;
	found = graph_place(b->graph, PLACE_TARGET, NO_PLACE, 0, target);
	graph_join(b->graph, place, found, EDGE_EXPORT);
	graph_join(b->graph, place, found, import);
}

static void add_routes(const struct build *b, uint32_t place, const json_t *row, uint32_t vni,
		       enum edge_kind import)
{
	const json_t *in = json_object_get(row, "import"), *out = json_object_get(row, "export");

	if (!in && !out && vni)
		add_derived(b, place, vni, import);
	add_targets(b, place, out, EDGE_EXPORT);
	add_targets(b, place, in, import);
}

/* ---- layer 2 ---- */

static void add_tunnel(const struct build *b, uint32_t vid, uint32_t vni)
{
	uint32_t place = graph_place(b->graph, PLACE_VNI, b->sw, vni, "");
	char key[16];

	snprintf(key, sizeof key, "%u", vni);
	graph_join(b->graph, vlan_place(b, vid), place, EDGE_VXLAN_MAP);
	if (place != NO_PLACE)
		add_routes(b, place, json_object_get(b->vnis, key), vni,
			   EDGE_IMPORT_L2);
}

static void add_vlans(const struct build *b)
{
	const char *key;
	json_t *row;
	uint32_t vid;

	json_object_foreach(json_object_get(b->model, "vlans"), key, row) {
		json_int_t vni = row_int(row, "vni");

		if (!number_of(key, 4095, &vid))
			continue;
		if (vni > 0 && vni < 1 << 24)
			add_tunnel(b, vid, (uint32_t)vni);
		else
			vlan_place(b, vid);
	}
}

static void add_vpls(const struct build *b)
{
	const char *name;
	json_t *row;

	json_object_foreach(json_object_get(b->model, "vpls"), name, row) {
		json_int_t id = row_int(row, "id");

		if (id > 0 && id < UINT32_MAX)
			graph_join(b->graph, vlan_place(b, row_int(row, "vlan")),
				   graph_place(b->graph, PLACE_VPLS, NO_PLACE, (uint32_t)id, ""),
				   EDGE_VPLS);
	}
}

/* ---- layer 3 ---- */

static void add_vrfs(const struct build *b)
{
	const char *name;
	json_t *row;

	json_object_foreach(json_object_get(b->model, "vrfs"), name, row) {
		json_int_t vni = row_int(row, "l3vni");

		add_routes(b, vrf_place(b, name), row,
			   vni > 0 && vni < 1 << 24 ? (uint32_t)vni : 0, EDGE_IMPORT_L3);
	}
}

static void add_gateways(const struct build *b)
{
	const char *key;
	json_t *row;
	uint32_t vid;

	json_object_foreach(json_object_get(b->model, "svis"), key, row) {
		const char *vrf = row_text(row, "vrf", "");

		if (number_of(key, 4095, &vid) &&
		    (*vrf || json_array_size(json_object_get(row, "addresses"))))
			graph_join(b->graph, vlan_place(b, vid), vrf_place(b, vrf), EDGE_GATEWAY);
	}
}

void graph_add_model(struct fabric_graph *graph, uint32_t sw)
{
	const json_t *model = graph->models[sw];
	struct build b = { graph, sw, model, ms_at(model, "/evpn/vnis") };

	if (!json_is_object(b.model))
		return;
	add_vlans(&b);
	add_vpls(&b);
	add_vrfs(&b);
	add_gateways(&b);
}
