/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routing in NVUE: VRFs, BGP, OSPF, VXLAN and EVPN. */
#include <errno.h>
#include "fabric/nvue/nvue.h"

static bool listed(const json_t *list, const char *word)
{
	json_t *item;
	size_t i;

	json_array_foreach((json_t *)list, i, item)
		if (ms_streq(json_string_value(item), word))
			return true;
	return false;
}

/* ---- BGP ------------------------------------------------------------------------------------ */

/* Each family is said, also that it is off: IPv4 is on unless told otherwise. */
static void render_families(struct nvue_out *out, json_t *node, const json_t *families)
{
	node = nvue_dig(node, "address-family", NULL);
	nvue_enable(out, nvue_dig(node, "ipv4-unicast", NULL), listed(families, "ipv4"));
	nvue_enable(out, nvue_dig(node, "ipv6-unicast", NULL), listed(families, "ipv6"));
	nvue_enable(out, nvue_dig(node, "l2vpn-evpn", NULL), listed(families, "evpn"));
}

static void render_own_as(struct nvue_out *out, json_t *node, const json_t *families)
{
	static const char *const known[][2] = { { "evpn", "l2vpn-evpn" },
						{ "ipv4", "ipv4-unicast" },
						{ "ipv6", "ipv6-unicast" } };

	for (size_t i = 0; i < MS_ARRAY_SIZE(known); i++) {
		json_t *own;

		if (!listed(families, known[i][0]))
			continue;
		own = nvue_dig(node, "address-family", known[i][1], "aspath", "allow-my-asn", NULL);
		nvue_enable(out, own, true);
		nvue_set(out, own, "occurrences", json_integer(1));
	}
}

static int render_neighbor(struct nvue_out *out, json_t *neighbors, const char *key,
			   const json_t *row, struct ms_err *err)
{
	const char *port = ms_str(row, "/port", NULL);
	char name[64];
	json_t *node;
	int r;

	snprintf(name, sizeof(name), "%s", ms_str(row, "/address", key));
	if (port) {
		r = nvue_port_name(out, port, name, sizeof(name), err);
		if (r)
			return r;
	}
	node = nvue_dig(neighbors, name, NULL);
	nvue_set_text(out, node, "type", port ? "unnumbered" : "numbered");
	nvue_set(out, node, "remote-as",
		 json_object_get(row, "asn") ? json_integer(ms_int(row, "/asn", 0))
					     : json_string("external"));
	nvue_set_text(out, node, "description", ms_str(row, "/description", NULL));
	nvue_set_text(out, node, "update-source", ms_str(row, "/local", NULL));
	if (ms_bool(row, "/multihop", false))
		nvue_set(out, node, "multihop-ttl", json_integer(255));
	render_families(out, node, json_object_get(row, "families"));
	if (ms_bool(row, "/ownAs", false))
		render_own_as(out, node, json_object_get(row, "families"));
	return 0;
}

static void announce(struct nvue_out *out, json_t *families, const char *prefix)
{
	json_t *node = nvue_dig(families, strchr(prefix, ':') ? "ipv6-unicast" : "ipv4-unicast",
				NULL);

	nvue_enable(out, node, true);
	nvue_set(out, nvue_dig(node, "network", NULL), prefix, json_object());
}

static void render_announced(struct nvue_out *out, json_t *families)
{
	const char *shared = ms_str(out->model, "/vxlan/shared", NULL);
	char prefix[64];
	json_t *address;
	size_t i;

	nvue_enable(out, nvue_dig(families, "ipv4-unicast", NULL), true);
	json_array_foreach(ms_at(out->model, "/loopback/addresses"), i, address)
		if (json_is_string(address))
			announce(out, families, json_string_value(address));
	if (!shared)
		return;
	snprintf(prefix, sizeof(prefix), "%s/%d", shared, strchr(shared, ':') ? 128 : 32);
	announce(out, families, prefix);
}

static int render_bgp(struct nvue_out *out, struct ms_err *err)
{
	const json_t *bgp = ms_at(out->model, "/bgp");
	json_t *node, *families, *row;
	const char *key;
	int r = 0;

	if (!bgp)
		return 0;
	node = nvue_node(out, "router", "bgp", NULL);
	nvue_enable(out, node, true);
	nvue_set(out, node, "autonomous-system", json_integer(ms_int(bgp, "/asn", 0)));
	nvue_set_text(out, node, "router-id", ms_str(bgp, "/routerId", NULL));
	node = nvue_node(out, "vrf", "default", "router", "bgp", NULL);
	nvue_enable(out, node, true);
	families = nvue_dig(node, "address-family", NULL);
	render_announced(out, families);
	json_object_foreach(json_object_get(bgp, "neighbors"), key, row) {
		if (listed(json_object_get(row, "families"), "evpn"))
			nvue_enable(out, nvue_dig(families, "l2vpn-evpn", NULL), true);
		if (listed(json_object_get(row, "families"), "ipv6"))
			nvue_enable(out, nvue_dig(families, "ipv6-unicast", NULL), true);
		if (!r)
			r = render_neighbor(out, nvue_dig(node, "neighbor", NULL), key, row, err);
	}
	return r;
}

/* ---- OSPF ----------------------------------------------------------------------------------- */

#define BACKBONE "0.0.0.0"

static void render_ospf_on(struct nvue_out *out, const char *interface, bool passive)
{
	json_t *node = nvue_node(out, "interface", interface, "router", "ospf", NULL);

	nvue_enable(out, node, true);
	nvue_set_text(out, node, "area", BACKBONE);
	if (passive)
		nvue_set_switch(out, node, "passive", true);
	else
		nvue_set_text(out, node, "network-type", "point-to-point");
}

static int render_ospf(struct nvue_out *out, struct ms_err *err)
{
	const json_t *ospf = ms_at(out->model, "/ospf");
	const char *id = ms_str(ospf, "/routerId", NULL);
	json_t *port;
	char name[64];
	size_t i;
	int r;

	if (!ospf)
		return 0;
	nvue_enable(out, nvue_node(out, "router", "ospf", NULL), true);
	nvue_enable(out, nvue_node(out, "vrf", "default", "router", "ospf", NULL), true);
	nvue_set_text(out, nvue_node(out, "vrf", "default", "router", "ospf", NULL), "router-id",
		      id);
	if (ms_at(out->model, "/loopback/addresses"))
		render_ospf_on(out, "lo", true);
	json_array_foreach(json_object_get(ospf, "ports"), i, port) {
		r = nvue_port_name(out, json_string_value(port), name, sizeof(name), err);
		if (r)
			return r;
		render_ospf_on(out, name, false);
	}
	return 0;
}

/* ---- VRFs ----------------------------------------------------------------------------------- */

/* Routes of a tenant: what is connected goes out as EVPN type 5 (RFC 9136). */
static void render_vrf_bgp(struct nvue_out *out, json_t *vrf, const json_t *row)
{
	static const char *const families[] = { "ipv4-unicast", "ipv6-unicast" };
	json_t *node = nvue_dig(vrf, "router", "bgp", NULL), *family;

	nvue_enable(out, node, true);
	nvue_set(out, node, "autonomous-system",
		 json_integer(ms_int(out->model, "/bgp/asn", 0)));
	nvue_set_text(out, node, "router-id", ms_str(out->model, "/bgp/routerId", NULL));
	nvue_set_text(out, node, "rd", ms_str(row, "/rd", NULL));
	nvue_keys(out, nvue_dig(node, "route-import", "from-evpn", "route-target", NULL),
		  json_object_get(row, "import"));
	nvue_keys(out, nvue_dig(node, "route-export", "to-evpn", "route-target", NULL),
		  json_object_get(row, "export"));
	for (size_t i = 0; i < MS_ARRAY_SIZE(families); i++) {
		family = nvue_dig(node, "address-family", families[i], NULL);
		nvue_enable(out, family, true);
		nvue_enable(out, nvue_dig(family, "redistribute", "connected", NULL), true);
		nvue_enable(out, nvue_dig(family, "route-export", "to-evpn", NULL), true);
	}
}

static void render_vrf(struct nvue_out *out, const char *name, const json_t *row)
{
	json_t *vrf = nvue_node(out, "vrf", name, NULL), *evpn;
	int64_t vni = ms_int(row, "/l3vni", 0), vlan = ms_int(row, "/l3vlan", 0);
	char key[24];

	if (vni) {
		snprintf(key, sizeof(key), "%lld", (long long)vni);
		evpn = nvue_dig(vrf, "evpn", NULL);
		nvue_enable(out, evpn, true);
		nvue_set(out, nvue_dig(evpn, "vni", NULL), key, json_object());
		nvue_set(out, evpn, "vlan", vlan ? json_integer(vlan) : json_string("auto"));
	}
	if (vni || json_object_get(row, "rd") || json_object_get(row, "import") ||
	    json_object_get(row, "export"))
		render_vrf_bgp(out, vrf, row);
}

/* ---- VXLAN and EVPN ------------------------------------------------------------------------- */

static void render_vni(struct nvue_out *out, const char *vni, const json_t *row)
{
	json_t *node = nvue_node(out, "evpn", "vni", vni, NULL);

	nvue_set_text(out, node, "rd", ms_str(row, "/rd", NULL));
	nvue_keys(out, nvue_dig(node, "route-target", "import", NULL),
		  json_object_get(row, "import"));
	nvue_keys(out, nvue_dig(node, "route-target", "export", NULL),
		  json_object_get(row, "export"));
}

static void render_vxlan(struct nvue_out *out)
{
	const json_t *vxlan = ms_at(out->model, "/vxlan");
	const char *shared = ms_str(vxlan, "/shared", NULL);
	json_t *node;

	if (!vxlan)
		return;
	node = nvue_node(out, "nve", "vxlan", NULL);
	nvue_enable(out, node, true);
	nvue_set_text(out, nvue_dig(node, "source", NULL), "address",
		      ms_str(vxlan, "/source", NULL));
	nvue_set_switch(out, node, "arp-nd-suppress", true);
	nvue_set_switch(out, node, "mac-learning", false);
	if (shared)
		nvue_set_text(out, nvue_dig(node, "mlag", NULL), "shared-address", shared);
	nvue_enable(out, nvue_node(out, "evpn", NULL), true);
}

int nvue_render_routing(struct nvue_out *out, struct ms_err *err)
{
	json_t *row;
	const char *name;
	int r = render_bgp(out, err);

	if (!r)
		r = render_ospf(out, err);
	json_object_foreach(ms_at(out->model, "/vrfs"), name, row)
		render_vrf(out, name, row);
	json_object_foreach(ms_at(out->model, "/evpn/vnis"), name, row) {
		nvue_enable(out, nvue_node(out, "evpn", NULL), true);
		render_vni(out, name, row);
	}
	render_vxlan(out);
	return r;
}
