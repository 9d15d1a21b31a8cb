/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tenants on a switch: VLANs, VNIs, VRFs, route distinguishers and targets, VPLS. */
#include "fabric/intent/intent.h"

/* Route targets are the same on every switch, whatever their AS numbers are: RFC 8365
 * section 5.1.2.1 derives them from the AS, and vendors do not agree on how. */
static json_t *target_of(const struct intent *intent, const json_t *res, int64_t vni)
{
	const char *own = ms_str(res, "/spec/routeTarget", NULL);
	int64_t asn = own ? 0 : ms_int(intent->fabric, "/spec/overlay/routeTargetAsn", 65000);

	return own ? json_string(own)
		   : json_sprintf("%lld:%lld", (long long)asn, (long long)vni);
}

static void add_target(struct intent *intent, json_t *row, const char *key, const json_t *res,
		       int64_t vni)
{
	intent_add(intent, row, key, target_of(intent, res, vni));
}

/* What is announced is also what is let in. */
static void add_targets(struct intent *intent, json_t *row, const json_t *res, int64_t vni)
{
	json_t *target = target_of(intent, res, vni);

	intent_add(intent, row, "import", json_incref(target));
	intent_add(intent, row, "export", target);
}

/* A VLAN is one thing on a switch, so its number tells apart what is announced of it (RFC 4364,
 * type 1). */
static void set_distinguisher(struct intent *intent, json_t *row, int64_t vlan)
{
	intent_set(intent, row, "rd",
		   json_sprintf("%s:%lld", intent->router ? intent->router : "0.0.0.0",
				(long long)vlan));
}

static void need_router(struct intent *intent, const json_t *tenant)
{
	if (!intent->router)
		ms_hint(intent_problem(
				intent, "/spec/loopback",
				"%s has no IPv4 loopback, which the tunnels of tenant %s end at",
				intent->name, ms_name(tenant)),
			"loopback: 10.255.0.1, or pools: {loopback: POOL}");
}

static void add_tunnel_end(struct intent *intent, const json_t *tenant)
{
	if (json_object_get(intent->model, "vxlan"))
		return;
	need_router(intent, tenant);
	if (!ms_streq(ms_str(intent->fabric, "/spec/overlay/kind", "evpn-vxlan"), "evpn-vxlan"))
		ms_hint(intent_problem(
				intent, "",
				"tenant %s is of isolation %s, but the fabric's overlay is %s",
				ms_name(tenant), fabric_isolation_of(tenant),
				ms_str(intent->fabric, "/spec/overlay/kind", "")),
			"overlay: {kind: evpn-vxlan} in Fabric %s", ms_name(intent->fabric));
	intent_set(intent, intent_in(intent, intent->model, "vxlan"), "source",
		   json_string(intent->router ? intent->router : ""));
}

/* ---- VRFs ---- */

static bool names(const json_t *tenant, const char *other)
{
	const json_t *peer;
	size_t i;

	json_array_foreach(ms_at(tenant, "/spec/peers"), i, peer)
		if (ms_streq(json_string_value(peer), other))
			return true;
	return false;
}

/* Routes are let in only where both tenants say so. */
static void import_peers(struct intent *intent, const json_t *tenant, json_t *row)
{
	const json_t *peer, *other;
	size_t i;

	json_array_foreach(ms_at(tenant, "/spec/peers"), i, peer) {
		other = fabric_set_find(intent->set, "Tenant", json_string_value(peer));
		if (other && names(other, ms_name(tenant)) && ms_int(other, "/spec/l3vni", 0))
			add_target(intent, row, "import", other, ms_int(other, "/spec/l3vni", 0));
	}
}

static void join_overlay(struct intent *intent, const json_t *tenant, json_t *row)
{
	int64_t vni = ms_int(tenant, "/spec/l3vni", 0), vlan = ms_int(tenant, "/spec/l3vlan", 0);

	if (!vni)
		return;
	if (!vlan)
		ms_hint(intent_problem(intent, "",
				       "tenant %s has VNI %lld, but no VLAN that carries it",
				       ms_name(tenant), (long long)vni),
			"l3vlan: 4001 in the tenant, or pools: {l3vlan: POOL}");
	add_tunnel_end(intent, tenant);
	intent_set(intent, row, "l3vni", json_integer(vni));
	intent_set(intent, row, "l3vlan", json_integer(vlan));
	set_distinguisher(intent, row, vlan);
	add_targets(intent, row, tenant, vni);
	import_peers(intent, tenant, row);
}

static bool is_evpn(const json_t *tenant)
{
	return ms_starts(fabric_isolation_of(tenant), "evpn-");
}

/* Names that vendors have for their own tables. */
static bool is_reserved(const char *vrf)
{
	return ms_streq(vrf, "default") || ms_streq(vrf, "mgmt") || ms_streq(vrf, "management");
}

const char *intent_vrf(struct intent *intent, const json_t *tenant)
{
	const char *name = ms_str(tenant, "/spec/vrf", is_evpn(tenant) ? ms_name(tenant) : NULL);
	const char *owner;
	json_t *row;

	if (!name)
		return NULL;
	owner = json_string_value(json_object_get(intent->vrfs, name));
	if (owner && strcmp(owner, ms_name(tenant)))
		ms_hint(intent_problem(intent, "", "VRF %s is that of tenants %s and %s", name,
				       owner, ms_name(tenant)),
			"vrf: NAME in one of them");
	if (owner)
		return name;
	intent_set(intent, intent->vrfs, name, json_string(ms_name(tenant)));
	if (is_reserved(name))
		ms_hint(intent_problem(intent, "", "tenant %s: no VRF can be named %s",
				       ms_name(tenant), name),
			"vrf: NAME in the tenant");
	row = intent_row(intent, "vrfs", name);
	if (is_evpn(tenant))
		join_overlay(intent, tenant, row);
	return name;
}

/* ---- networks ---- */

static void add_vni(struct intent *intent, const json_t *network, const json_t *tenant,
		    int64_t vlan, json_t *row)
{
	int64_t vni = ms_int(network, "/spec/vni", 0);
	json_t *evpn, *own;
	char key[32];

	if (!vni) {
		ms_hint(intent_problem(intent, "", "network %s has no VNI", ms_name(network)),
			"vni: 10100, or pools: {vni: POOL}");
		return;
	}
	snprintf(key, sizeof key, "%lld", (long long)vni);
	add_tunnel_end(intent, tenant);
	evpn = intent_in(intent, intent->model, "evpn");
	if (json_object_get(json_object_get(evpn, "vnis"), key))
		intent_problem(intent, "", "VNI %s of network %s is another network's too", key,
			       ms_name(network));
	intent_set(intent, row, "vni", json_integer(vni));
	own = intent_in(intent, intent_in(intent, evpn, "vnis"), key);
	set_distinguisher(intent, own, vlan);
	add_targets(intent, own, network, vni);
}

/* The other switches that have members of the network. */
static void add_mesh(struct intent *intent, const json_t *network, json_t *row)
{
	const char *name;
	json_t *part;

	json_object_foreach(json_object_get(intent->set->where, ms_name(network)), name, part) {
		const char *address = ms_str(fabric_set_find(intent->set, "Switch", name),
					     "/spec/loopback", NULL);

		if (ms_streq(name, intent->name))
			continue;
		if (address)
			intent_add(intent, row, "neighbors", json_string(address));
		else
			intent_problem(intent, "", "%s has no loopback, which VPLS %s needs", name,
				       ms_name(network));
	}
}

static void add_vpls(struct intent *intent, const json_t *network, const json_t *tenant,
		     int64_t vlan)
{
	int64_t id = ms_int(network, "/spec/vplsId", 0);
	json_t *row;

	need_router(intent, tenant);
	if (!ms_streq(ms_str(intent->fabric, "/spec/overlay/kind", ""), "mpls"))
		ms_hint(intent_problem(
				intent, "",
				"tenant %s is of isolation vpls, but the overlay is not mpls",
				ms_name(tenant)),
			"overlay: {kind: mpls} in Fabric %s", ms_name(intent->fabric));
	if (!id)
		ms_hint(intent_problem(intent, "", "network %s has no VPLS id", ms_name(network)),
			"vplsId: 100, or pools: {vpls: POOL}");
	row = intent_row(intent, "vpls", ms_name(network));
	intent_set(intent, row, "id", json_integer(id));
	intent_set(intent, row, "vlan", json_integer(vlan));
	intent_set(intent, row, "mtu",
		   json_integer(ms_int(network, "/spec/mtu", intent_host_mtu(intent))));
	intent_set(intent, row, "neighbors", json_array());
	add_mesh(intent, network, row);
}

/* The VLAN of a network; false when it has none. */
static bool add_vlan(struct intent *intent, const json_t *network, const json_t *tenant)
{
	int64_t vlan = ms_int(network, "/spec/vlan", 0);
	const char *isolation = fabric_isolation_of(tenant);
	json_t *row;
	char key[16];

	if (!vlan)
		return false;
	snprintf(key, sizeof key, "%lld", (long long)vlan);
	row = json_object_get(json_object_get(intent->model, "vlans"), key);
	if (row)
		ms_hint(intent_problem(intent, "", "VLAN %s is that of networks %s and %s", key,
				       ms_str(row, "/name", "?"), ms_name(network)),
			"on one switch each network has a VLAN of its own");
	row = intent_row(intent, "vlans", key);
	intent_set(intent, row, "name", json_string(ms_name(network)));
	if (ms_streq(isolation, "evpn-vxlan"))
		add_vni(intent, network, tenant, vlan, row);
	else if (ms_streq(isolation, "vpls"))
		add_vpls(intent, network, tenant, vlan);
	return true;
}

static void add_network(struct intent *intent, const json_t *network, const json_t *part)
{
	const json_t *tenant = fabric_set_find(intent->set, "Tenant",
					       ms_str(network, "/spec/tenant", NULL));

	if (!tenant)
		return;
	if (!add_vlan(intent, network, tenant) && !ms_streq(fabric_isolation_of(tenant), "evpn-l3"))
		ms_hint(intent_problem(intent, "", "network %s has no VLAN", ms_name(network)),
			"vlan: 100, or pools: {vlan: POOL}");
	intent_gateways(intent, network, tenant, part);
	intent_members(intent, network, tenant, part);
}

void intent_tenants(struct intent *intent)
{
	const char *name;
	json_t *part, *vrf;

	json_object_foreach(json_object_get(intent->set->parts, intent->name), name, part)
		add_network(intent, fabric_set_find(intent->set, "Network", name), part);
	json_object_foreach(json_object_get(intent->model, "vrfs"), name, vrf) {
		int64_t vlan = ms_int(vrf, "/l3vlan", 0);
		const json_t *other = vlan ? ms_at(intent->model, "/vlans/%lld", (long long)vlan)
					   : NULL;

		if (other)
			ms_hint(intent_problem(
					intent, "",
					"VLAN %lld carries VRF %s, and is that of network %s",
					(long long)vlan, name, ms_str(other, "/name", "?")),
				"l3vlan: a VLAN that no network has");
	}
}
