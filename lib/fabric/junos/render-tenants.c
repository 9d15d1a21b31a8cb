/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tenants of a Junos switch: VLANs, VXLAN in the default switch, VRFs with EVPN routes of type 5,
 * VPLS instances.
 *
 * Route targets are communities named after their number, and every policy says all of them,
 * because a list of members in one community means "and".
 */
#include "fabric/junos/junos.h"

/* "65000:50001" -> "msctl-65000-50001". */
static void community(const char *target, char name[static 64])
{
	char *colon;

	snprintf(name, 64, "msctl-%s", target);
	colon = strchr(name, ':');
	if (colon)
		*colon = '-';
}

static void gather(json_t *known, const json_t *targets)
{
	json_t *target;
	size_t i;

	json_array_foreach(targets, i, target)
		json_object_set_new(known, json_string_value(target), json_true());
}

/* Those of all VRFs, each once. */
static void put_communities(struct junos_out *out)
{
	json_auto_t *known = json_object();
	const char *name;
	char word[64];
	json_t *row;

	json_object_foreach(json_object_get(out->model, "vrfs"), name, row) {
		gather(known, json_object_get(row, "import"));
		gather(known, json_object_get(row, "export"));
	}
	json_object_foreach(known, name, row) {
		community(name, word);
		junos_put(out, "policy-options community %s members target:%s", word, name);
	}
}

/* ---- VRFs -------------------------------------------------------------------------------------
 */

static void put_import(struct junos_out *out, const char *vrf, const json_t *targets)
{
	char name[64];
	json_t *target;
	size_t i;

	junos_put(out, "routing-instances %s vrf-import msctl-%s-import", vrf, vrf);
	json_array_foreach(targets, i, target) {
		community(json_string_value(target), name);
		junos_put(
			out,
			"policy-options policy-statement msctl-%s-import term targets from "
			"community %s",
			vrf, name);
	}
	if (json_array_size(targets))
		junos_put(
			out,
			"policy-options policy-statement msctl-%s-import term targets then accept",
			vrf);
	junos_put(out, "policy-options policy-statement msctl-%s-import then reject", vrf);
}

static void put_export(struct junos_out *out, const char *vrf, const json_t *targets)
{
	char name[64];
	json_t *target;
	size_t i;

	junos_put(out, "routing-instances %s vrf-export msctl-%s-export", vrf, vrf);
	json_array_foreach(targets, i, target) {
		community(json_string_value(target), name);
		junos_put(out,
			  "policy-options policy-statement msctl-%s-export then community add %s",
			  vrf, name);
	}
	junos_put(out, "policy-options policy-statement msctl-%s-export then accept", vrf);
}

/* RFC 9136, interface-less. */
static void put_prefix_routes(struct junos_out *out, const char *vrf, int64_t vni)
{
	static const char routes[] = "protocols evpn ip-prefix-routes";

	junos_put(out, "routing-instances %s %s advertise direct-nexthop", vrf, routes);
	junos_put(out, "routing-instances %s %s encapsulation vxlan", vrf, routes);
	junos_put(out, "routing-instances %s %s vni %lld", vrf, routes, (long long)vni);
	junos_put(out, "routing-instances %s %s export msctl-connected", vrf, routes);
}

static void put_vrf(struct junos_out *out, const char *name, const json_t *row)
{
	const char *rd = ms_str(row, "/rd", NULL);

	junos_put(out, "routing-instances %s instance-type %s", name,
		  rd ? "vrf" : "virtual-router");
	if (!rd && (json_object_get(row, "l3vni") || json_object_get(row, "import") ||
		    json_object_get(row, "export")))
		junos_refuse(out, "plan again from a whole site file",
			     "VRF %s has no route distinguisher", name);
	if (!rd)
		return;
	junos_put(out, "routing-instances %s route-distinguisher %s", name, rd);
	put_import(out, name, json_object_get(row, "import"));
	put_export(out, name, json_object_get(row, "export"));
	if (ms_int(row, "/l3vni", 0))
		put_prefix_routes(out, name, ms_int(row, "/l3vni", 0));
}

static void put_vrfs(struct junos_out *out)
{
	const char *name;
	json_t *row;
	bool routes = false;

	json_object_foreach(json_object_get(out->model, "vrfs"), name, row) {
		put_vrf(out, name, row);
		routes |= ms_int(row, "/l3vni", 0) != 0;
	}
	put_communities(out);
	if (!routes)
		return;
	junos_put(
		out,
		"policy-options policy-statement msctl-connected term direct from protocol direct");
	junos_put(out, "policy-options policy-statement msctl-connected term direct then accept");
	junos_put(out,
		  "policy-options policy-statement msctl-connected term evpn from protocol evpn");
	junos_put(out, "policy-options policy-statement msctl-connected term evpn then accept");
}

/* ---- VLANs and VXLAN --------------------------------------------------------------------------
 */

static void put_vlans(struct junos_out *out)
{
	const char *vid;
	json_t *row;

	json_object_foreach(json_object_get(out->model, "vlans"), vid, row) {
		const char *name = ms_str(row, "/name", NULL), *vlans = out->words->vlans;
		int64_t vni = ms_int(row, "/vni", 0);

		junos_put(out, "%s v%s vlan-id %s", vlans, vid, vid);
		if (name)
			junos_put_word(out, name, "%s v%s description", vlans, vid);
		if (vni)
			junos_put(out, "%s v%s vxlan vni %lld", vlans, vid, (long long)vni);
	}
}

static void put_vni(struct junos_out *out, const char *vni, const json_t *row)
{
	const json_t *import = json_object_get(row, "import"),
		     *export = json_object_get(row, "export");
	const char *in = json_string_value(json_array_get(import, 0)),
		   *to = json_string_value(json_array_get(export, 0));

	if (json_array_size(import) != 1 || json_array_size(export) != 1) {
		junos_refuse(
			out, "one routeTarget for each network",
			"VNI %s: in Junos' default switch a VNI has one route target to import "
			"and one to export",
			vni);
		return;
	}
	junos_put(out, "protocols evpn extended-vni-list %s", vni);
	if (!strcmp(in, to)) {
		junos_put(out, "protocols evpn vni-options vni %s vrf-target target:%s", vni, to);
		return;
	}
	junos_put(out, "protocols evpn vni-options vni %s vrf-target import target:%s", vni, in);
	junos_put(out, "protocols evpn vni-options vni %s vrf-target export target:%s", vni, to);
}

/* Any route target says it: the part before the colon is the same in all of the fabric. */
static const char *first_target(const json_t *model)
{
	static const char *const sections[] = { "/evpn/vnis", "/vrfs" };
	const char *key;
	json_t *row;

	for (size_t i = 0; i < MS_ARRAY_SIZE(sections); i++) {
		json_object_foreach(ms_at(model, "%s", sections[i]), key, row) {
			const char *target = ms_str(row, "/export/0", NULL);

			if (target)
				return target;
		}
	}
	return "65000:1";
}

/* The default switch: its own target carries the routes of Ethernet segments (RFC 7432
 * section 7.1). */
static void put_vxlan(struct junos_out *out, const json_t *vxlan)
{
	const char *source = ms_str(vxlan, "/source", ""), *target = first_target(out->model);
	size_t own = strcspn(target, ":");

	if (json_object_get(vxlan, "shared"))
		junos_refuse(out, "pair: {kind: esi}",
			     "Junos has no tunnel end point that two switches share");
	junos_put(out, "switch-options vtep-source-interface lo0.0");
	junos_put(out, "switch-options route-distinguisher %s:65534", source);
	junos_put(out, "switch-options vrf-target target:%.*s:1", (int)own, target);
	junos_put(out, "protocols evpn encapsulation vxlan");
}

static bool has_anycast(const json_t *model)
{
	const char *vid;
	json_t *row;

	json_object_foreach(json_object_get(model, "svis"), vid, row)
		if (ms_bool(row, "/anycast", false))
			return true;
	return false;
}

static void put_evpn(struct junos_out *out)
{
	const char *vni;
	json_t *row;

	if (json_object_get(out->model, "vxlan"))
		put_vxlan(out, json_object_get(out->model, "vxlan"));
	/* Every switch has the gateway itself: nobody needs to hear of it. */
	if (has_anycast(out->model))
		junos_put(out, "protocols evpn default-gateway do-not-advertise");
	json_object_foreach(ms_at(out->model, "/evpn/vnis"), vni, row)
		put_vni(out, vni, row);
}

/* ---- VPLS (RFC 4762) ---------------------------------------------------------------------------
 */

static void put_vpls(struct junos_out *out)
{
	const char *name;
	json_t *row, *neighbor;
	size_t i;

	json_object_foreach(json_object_get(out->model, "vpls"), name, row) {
		int64_t mtu = ms_int(row, "/mtu", 0);

		junos_put(out, "routing-instances %s instance-type vpls", name);
		junos_put(out, "routing-instances %s vlan-id %lld", name,
			  (long long)ms_int(row, "/vlan", 0));
		junos_put(out, "routing-instances %s protocols vpls no-tunnel-services", name);
		junos_put(out, "routing-instances %s protocols vpls vpls-id %lld", name,
			  (long long)ms_int(row, "/id", 0));
		if (mtu)
			junos_put(out, "routing-instances %s protocols vpls mtu %lld", name,
				  (long long)mtu);
		json_array_foreach(json_object_get(row, "neighbors"), i, neighbor)
			junos_put(out, "routing-instances %s protocols vpls neighbor %s", name,
				  json_string_value(neighbor));
	}
}

void junos_render_tenants(struct junos_out *out)
{
	put_vlans(out);
	put_evpn(out);
	put_vrfs(out);
	put_vpls(out);
}
