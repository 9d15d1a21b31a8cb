/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routing of an NVUE tree: BGP with what neighbours inherit, OSPF, VRFs, VXLAN and EVPN. */
#include <errno.h>
#include "fabric/nvue/nvue.h"

#define MAX_ASN 4294967295

static json_t *id_of(const json_t *node)
{
	json_t *id = json_object_get(node, "router-id");

	return json_is_string(id) ? json_incref(id) : NULL;
}

/* ---- BGP ------------------------------------------------------------------------------------ */

/* What a neighbour says itself wins over its group. */
static json_t *inherited(const json_t *bgp, const json_t *neighbor)
{
	const char *group = json_string_value(json_object_get(neighbor, "peer-group"));
	const json_t *from = group ? nvue_at(bgp, "peer-group", group, NULL) : NULL;

	return json_is_object(from) ? ms_merge_new(from, neighbor)
				    : json_incref((json_t *)neighbor);
}

static json_t *families_of(const json_t *neighbor)
{
	const json_t *families = json_object_get(neighbor, "address-family");
	json_t *list = json_array();

	if (nvue_is_on(json_object_get(families, "l2vpn-evpn"), false))
		json_array_append_new(list, json_string("evpn"));
	if (nvue_is_on(json_object_get(families, "ipv4-unicast"), true))
		json_array_append_new(list, json_string("ipv4"));
	if (nvue_is_on(json_object_get(families, "ipv6-unicast"), false))
		json_array_append_new(list, json_string("ipv6"));
	return list;
}

static bool takes_own_as(const json_t *neighbor)
{
	const char *family;
	json_t *node;

	json_object_foreach(json_object_get(neighbor, "address-family"), family, node)
		if (nvue_is_on(nvue_at(node, "aspath", "allow-my-asn", NULL), false))
			return true;
	return false;
}

/* An address; or "lo", which stands for the first one of the loopback. */
static json_t *source_of(const struct nvue_in *in, const json_t *neighbor)
{
	json_t *source = json_object_get(neighbor, "update-source");
	json_auto_t *own = nvue_addresses(
		nvue_at(in->tree, "interface", "lo", "ip", "address", NULL));
	const char *first = json_string_value(json_array_get(own, 0));
	char text[64];

	if (!ms_streq(json_string_value(source), "lo"))
		return json_is_string(source) ? json_incref(source) : NULL;
	if (!first)
		return NULL;
	snprintf(text, sizeof(text), "%.*s", (int)strcspn(first, "/"), first);
	return json_string(text);
}

static void parse_neighbor(struct nvue_in *in, const char *key, const char *port,
			   const char *address, const json_t *neighbor)
{
	json_t *neighbors = nvue_dig(nvue_section(in, "bgp", NULL), "neighbors", NULL);
	json_t *row = nvue_dig(neighbors, key, NULL), *text;
	const json_t *as = json_object_get(neighbor, "remote-as");
	int64_t asn = nvue_number(as, MAX_ASN, 0);

	if (ms_streq(json_string_value(as), "internal"))
		asn = ms_int(in->model, "/bgp/asn", 0);
	if (asn)
		nvue_put(in, row, "asn", json_integer(asn));
	nvue_put(in, row, port ? "port" : "address", json_string(port ? port : address));
	nvue_put(in, row, "families", families_of(neighbor));
	text = json_object_get(neighbor, "description");
	if (json_is_string(text))
		nvue_put(in, row, "description", json_incref(text));
	nvue_put(in, row, "local", source_of(in, neighbor));
	if (nvue_number(json_object_get(neighbor, "multihop-ttl"), 255, 0) > 1)
		nvue_put(in, row, "multihop", json_true());
	if (takes_own_as(neighbor))
		nvue_put(in, row, "ownAs", json_true());
}

static void parse_neighbors(struct nvue_in *in, const json_t *bgp)
{
	const char *name;
	json_t *node;
	char port[64], key[80];

	json_object_foreach(json_object_get(bgp, "neighbor"), name, node) {
		json_auto_t *neighbor = json_is_object(node) ? inherited(bgp, node) : NULL;

		if (!nvue_is_on(neighbor, true))
			continue;
		if (fabric_port_abstract(in->dialect, name, port, sizeof(port))) {
			snprintf(key, sizeof(key), "port:%s", port);
			parse_neighbor(in, key, port, NULL, neighbor);
		} else if (neighbor &&
			   (strchr(name, ':') || strspn(name, "0123456789.") == strlen(name))) {
			parse_neighbor(in, name, NULL, name, neighbor);
		}
	}
}

static void parse_bgp(struct nvue_in *in)
{
	const json_t *global = nvue_at(in->tree, "router", "bgp", NULL);
	const json_t *bgp = nvue_at(in->tree, "vrf", "default", "router", "bgp", NULL);
	int64_t asn = nvue_number(json_object_get(bgp, "autonomous-system"), MAX_ASN, 0);
	json_t *row, *id = NULL;

	if (!asn)
		asn = nvue_number(json_object_get(global, "autonomous-system"), MAX_ASN, 0);
	if (!asn || !nvue_is_on(global, true) || !nvue_is_on(bgp, true))
		return;
	row = nvue_section(in, "bgp", NULL);
	nvue_put(in, row, "asn", json_integer(asn));
	id = id_of(bgp);
	nvue_put(in, row, "routerId", id ? id : id_of(global));
	nvue_section(in, "bgp", "neighbors");
	parse_neighbors(in, bgp);
}

/* ---- OSPF ----------------------------------------------------------------------------------- */

static bool in_backbone(const json_t *ospf)
{
	const json_t *area = json_object_get(ospf, "area");

	return ms_streq(json_string_value(area), "0.0.0.0") || nvue_number(area, 0, 1) == 0;
}

static json_t *ospf_ports(struct nvue_in *in)
{
	json_auto_t *ports = json_object();
	const char *name;
	json_t *node;
	char port[64];

	json_object_foreach(json_object_get(in->tree, "interface"), name, node) {
		const json_t *ospf = nvue_at(node, "router", "ospf", NULL);

		if (ospf && nvue_is_on(ospf, true) && in_backbone(ospf) &&
		    fabric_port_abstract(in->dialect, name, port, sizeof(port)))
			nvue_put(in, ports, port, json_null());
	}
	return nvue_key_list(ports);
}

static void parse_ospf(struct nvue_in *in)
{
	const json_t *global = nvue_at(in->tree, "router", "ospf", NULL);
	const json_t *ospf = nvue_at(in->tree, "vrf", "default", "router", "ospf", NULL);
	json_t *row, *id = id_of(ospf);

	if (!nvue_is_on(ospf, nvue_is_on(global, false))) {
		json_decref(id);
		return;
	}
	row = nvue_section(in, "ospf", NULL);
	nvue_put(in, row, "routerId", id ? id : id_of(global));
	nvue_put(in, row, "ports", ospf_ports(in));
}

/* ---- VRFs, VXLAN, EVPN ---------------------------------------------------------------------- */

static void parse_targets(struct nvue_in *in, json_t *row, const char *key, const json_t *targets)
{
	if (json_object_size(targets))
		nvue_put(in, row, key, nvue_key_list(targets));
}

static void parse_vrf(struct nvue_in *in, const char *name, const json_t *vrf)
{
	const json_t *evpn = json_object_get(vrf, "evpn"),
		     *bgp = nvue_at(vrf, "router", "bgp", NULL);
	json_t *row = nvue_section(in, "vrfs", name), *rd = json_object_get(bgp, "rd"), *value;
	int64_t vlan = nvue_number(json_object_get(evpn, "vlan"), 4094, 0), vni = 0;
	const char *key;

	json_object_foreach(json_object_get(evpn, "vni"), key, value) {
		json_auto_t *text = json_string(key);

		vni = nvue_number(text, 16777215, vni);
	}
	if (vni && nvue_is_on(evpn, true)) {
		nvue_put(in, row, "l3vni", json_integer(vni));
		if (vlan)
			nvue_put(in, row, "l3vlan", json_integer(vlan));
	}
	if (json_is_string(rd))
		nvue_put(in, row, "rd", json_incref(rd));
	parse_targets(in, row, "import",
		      nvue_at(bgp, "route-import", "from-evpn", "route-target", NULL));
	parse_targets(in, row, "export",
		      nvue_at(bgp, "route-export", "to-evpn", "route-target", NULL));
}

static void parse_vrfs(struct nvue_in *in)
{
	const char *name;
	json_t *vrf;

	/* The management VRF is how we got here: nothing of it is ours. */
	json_object_foreach(json_object_get(in->tree, "vrf"), name, vrf)
		if (strcmp(name, "default") && strcmp(name, "mgmt"))
			parse_vrf(in, name, vrf);
}

/* "both" stands for import and export. */
static void parse_vni(struct nvue_in *in, const char *vni, const json_t *node)
{
	json_t *row = nvue_dig(nvue_section(in, "evpn", "vnis"), vni, NULL);
	json_t *rd = json_object_get(node, "rd");
	const json_t *targets = json_object_get(node, "route-target");
	const json_t *both = json_object_get(targets, "both");
	json_auto_t *import = json_object(), *export = json_object();

	json_object_update(import, json_object_get(targets, "import"));
	json_object_update(export, json_object_get(targets, "export"));
	if (json_is_object(both) && (json_object_update(import, (json_t *)both) ||
				     json_object_update(export, (json_t *)both)))
		in->failed = true;
	if (json_is_string(rd))
		nvue_put(in, row, "rd", json_incref(rd));
	parse_targets(in, row, "import", import);
	parse_targets(in, row, "export", export);
}

static void parse_evpn(struct nvue_in *in)
{
	const json_t *evpn = json_object_get(in->tree, "evpn");
	const char *vni;
	json_t *node;

	if (!nvue_is_on(evpn, true))
		return;
	json_object_foreach(json_object_get(evpn, "vni"), vni, node) {
		json_auto_t *text = json_string(vni);

		if (nvue_number(text, 16777215, 0))
			parse_vni(in, vni, node);
	}
}

static void parse_vxlan(struct nvue_in *in)
{
	const json_t *vxlan = nvue_at(in->tree, "nve", "vxlan", NULL);
	json_t *source = nvue_at(vxlan, "source", "address", NULL);
	json_t *shared = nvue_at(vxlan, "mlag", "shared-address", NULL);

	if (!json_is_string(source) || !nvue_is_on(vxlan, true))
		return;
	nvue_put(in, nvue_section(in, "vxlan", NULL), "source", json_incref(source));
	if (json_is_string(shared))
		nvue_put(in, nvue_section(in, "vxlan", NULL), "shared", json_incref(shared));
}

void nvue_parse_routing(struct nvue_in *in)
{
	parse_bgp(in);
	parse_ospf(in);
	parse_vrfs(in);
	parse_evpn(in);
	parse_vxlan(in);
}
