/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The underlay of a Junos switch: LLDP, BGP, OSPF, LDP, and the policies that they need. */
#include "fabric/junos/junos.h"

/* Junos has no default for these that other vendors share. */
static void put_lldp(struct junos_out *out)
{
	junos_put(out, "protocols lldp interface all");
	junos_put(out, "protocols lldp port-id-subtype interface-name");
}

/* Equal paths are used side by side, as everywhere else. */
static void put_ecmp(struct junos_out *out)
{
	junos_put(out, "routing-options forwarding-table export msctl-ecmp");
	junos_put(out, "policy-options policy-statement msctl-ecmp then load-balance per-packet");
}

/* ---- BGP --------------------------------------------------------------------------------------
 */

enum group { UNDERLAY, UNDERLAY_EVPN, OVERLAY, INTERNAL, GROUPS };
static const char *const group_names[GROUPS] = {
	"msctl-underlay", "msctl-underlay-evpn", "msctl-overlay", "msctl-internal",
};

static enum group group_of(const struct junos_out *out, const json_t *row)
{
	if (ms_int(row, "/asn", 0) == ms_int(out->model, "/bgp/asn", 0))
		return INTERNAL;
	if (ms_bool(row, "/multihop", false))
		return OVERLAY;
	return fabric_has_text(json_object_get(row, "families"), "evpn") ? UNDERLAY_EVPN : UNDERLAY;
}

/* A route is dropped that has the own AS so many times: one is the default. */
#define OWN_AS " loops 2"

static void put_families(struct junos_out *out, const char *neighbor, const json_t *row)
{
	static const struct { const char *name, *words;
	} known[] = {
		{ "evpn", "evpn signaling" },
		{ "ipv4", "inet unicast" },
		{ "ipv6", "inet6 unicast" },
	};
	json_t *family;
	size_t i;

	json_array_foreach(json_object_get(row, "families"), i, family)
		for (size_t k = 0; k < MS_ARRAY_SIZE(known); k++)
			if (ms_streq(json_string_value(family), known[k].name))
				junos_put(out, "protocols bgp %s family %s%s", neighbor,
					  known[k].words,
					  ms_bool(row, "/ownAs", false) ? OWN_AS : "");
}

static void put_neighbor(struct junos_out *out, const char *key, const json_t *row)
{
	const char *group = group_names[group_of(out, row)],
		   *description = ms_str(row, "/description", NULL),
		   *local = ms_str(row, "/local", NULL);
	int64_t asn = ms_int(row, "/asn", 0);
	char neighbor[160];

	if (ms_starts(key, "port:"))
		return;
	if (!asn)
		junos_refuse(out, "give the other switch an asn",
			     "neighbour %s: Junos has to know its AS number", key);
	snprintf(neighbor, sizeof(neighbor), "group %s neighbor %s", group, key);
	if (description)
		junos_put_word(out, description, "protocols bgp %s description", neighbor);
	if (local)
		junos_put(out, "protocols bgp %s local-address %s", neighbor, local);
	put_families(out, neighbor, row);
	if (ms_bool(row, "/peerAs", false))
		junos_put(out, "protocols bgp %s advertise-peer-as", neighbor);
	if (asn)
		junos_put(out, "protocols bgp %s peer-as %lld", neighbor, (long long)asn);
}

/* The next hop of EVPN routes is the tunnel end point, and must stay so on the way; that of the
 * underlay must not. */
static void put_group(struct junos_out *out, enum group group)
{
	const char *name = group_names[group];

	junos_put(out, "protocols bgp group %s type %s", name,
		  group == INTERNAL ? "internal" : "external");
	if (group == OVERLAY || group == UNDERLAY_EVPN)
		junos_put(out, "protocols bgp group %s multihop no-nexthop-change", name);
	if (group != INTERNAL)
		junos_put(out, "protocols bgp group %s multipath multiple-as", name);
	if (group == UNDERLAY || group == UNDERLAY_EVPN)
		junos_put(out, "protocols bgp group %s export msctl-underlay", name);
}

static void put_export(struct junos_out *out)
{
	static const char policy[] = "policy-options policy-statement msctl-underlay term";

	junos_put(out, "%s loopback from interface lo0.0", policy);
	junos_put(out, "%s loopback then next-hop self", policy);
	junos_put(out, "%s loopback then accept", policy);
	junos_put(out, "%s learnt from family inet", policy);
	junos_put(out, "%s learnt from protocol bgp", policy);
	junos_put(out, "%s learnt then next-hop self", policy);
	junos_put(out, "%s learnt then accept", policy);
}

static void put_bgp(struct junos_out *out, const json_t *bgp)
{
	bool used[GROUPS] = { false };
	const char *key;
	json_t *row;

	if (ms_int(bgp, "/asn", 0))
		junos_put(out, "routing-options autonomous-system %lld",
			  (long long)ms_int(bgp, "/asn", 0));
	json_object_foreach(json_object_get(bgp, "neighbors"), key, row)
		used[group_of(out, row)] |= !ms_starts(key, "port:");
	for (enum group group = 0; group < GROUPS; group++)
		if (used[group])
			put_group(out, group);
	if (used[UNDERLAY] || used[UNDERLAY_EVPN])
		put_export(out);
	json_object_foreach(json_object_get(bgp, "neighbors"), key, row)
		put_neighbor(out, key, row);
}

/* ---- OSPF, LDP --------------------------------------------------------------------------------
 */

static void put_ospf(struct junos_out *out, const json_t *ospf)
{
	char name[64];
	json_t *port;
	size_t i;

	junos_put(out, "protocols ospf area 0.0.0.0 interface lo0.0 passive");
	json_array_foreach(json_object_get(ospf, "ports"), i, port)
		junos_put(out, "protocols ospf area 0.0.0.0 interface %s.0 interface-type p2p",
			  junos_port(out, json_string_value(port), name));
}

static void put_mpls(struct junos_out *out, const json_t *mpls)
{
	char name[64];
	json_t *port;
	size_t i;

	junos_put(out, "protocols ldp interface lo0.0");
	json_array_foreach(json_object_get(mpls, "ports"), i, port) {
		junos_port(out, json_string_value(port), name);
		junos_put(out, "protocols ldp interface %s.0", name);
		junos_put(out, "protocols mpls interface %s.0", name);
	}
}

void junos_render_routing(struct junos_out *out)
{
	const json_t *bgp = json_object_get(out->model, "bgp"),
		     *ospf = json_object_get(out->model, "ospf"),
		     *mpls = json_object_get(out->model, "mpls");
	const char *router = ms_str(bgp, "/routerId", ms_str(ospf, "/routerId", NULL));

	put_lldp(out);
	if (router)
		junos_put(out, "routing-options router-id %s", router);
	if (bgp || ospf)
		put_ecmp(out);
	if (bgp)
		put_bgp(out, bgp);
	if (ospf)
		put_ospf(out, ospf);
	if (mpls)
		put_mpls(out, mpls);
	if (json_object_get(out->model, "mlag"))
		junos_refuse(out, "pair: {kind: esi}",
			     "pairs of Junos switches are EVPN multihomed");
}
