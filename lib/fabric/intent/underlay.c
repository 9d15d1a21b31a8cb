/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What switches speak among themselves: routed links, eBGP (RFC 7938), OSPF, LDP, and EVPN sessions
 * (RFC 8365). */
#include <arpa/inet.h>
#include "fabric/intent/intent.h"

static const char *routing_of(const struct intent *intent)
{
	return ms_str(intent->fabric, "/spec/underlay/routing", "ebgp-unnumbered");
}

static const char *overlay_of(const struct intent *intent)
{
	return ms_str(intent->fabric, "/spec/overlay/kind", "evpn-vxlan");
}

static bool is_evpn(const struct intent *intent)
{
	return ms_streq(overlay_of(intent), "evpn-vxlan");
}

/* A routed cable. */
struct hop {
	const char *port;
	const json_t *other;             /* Switch; NULL = one that is not ours */
	const char *own_cidr, *other_cidr;
	char other_address[INET6_ADDRSTRLEN];
};

static bool read_hop(const struct intent *intent, const json_t *cable, struct hop *hop)
{
	bool from = ms_streq(ms_str(cable, "/own", ""), "from");
	const json_t *link = json_object_get(cable, "link");
	struct fabric_end end;

	if (!ms_streq(ms_str(cable, "/layer", ""), "routed") ||
	    !fabric_end_split(ms_str(cable, "/end", NULL), &end))
		return false;
	*hop = (struct hop){
		.port = ms_str(cable, "/port", ""),
		.other = fabric_set_find(intent->set, "Switch", end.device),
		.own_cidr = ms_str(link, from ? "/spec/addresses/from" : "/spec/addresses/to",
				   NULL),
		.other_cidr = ms_str(link, from ? "/spec/addresses/to" : "/spec/addresses/from",
				     NULL),
	};
	if (hop->other_cidr)
		snprintf(hop->other_address, sizeof hop->other_address, "%.*s",
			 (int)strcspn(hop->other_cidr, "/"), hop->other_cidr);
	return true;
}

/* ---- sessions ---- */

static json_t *add_session(struct intent *intent, const char *key, const struct hop *hop)
{
	json_t *bgp = intent_in(intent, intent->model, "bgp");
	json_t *row = intent_in(intent, intent_in(intent, bgp, "neighbors"), key);

	intent_set(intent, row, "description", json_string(ms_name(hop->other)));
	if (fabric_set_shares_asn(intent->set, intent->sw))
		intent_set(intent, row, "ownAs", json_true());
	if (fabric_set_shares_asn(intent->set, hop->other))
		intent_set(intent, row, "peerAs", json_true());
	return row;
}

/* The AS of the other side, which must not be the own one: spines pass on what leaves say, and only
 * eBGP does so without route reflectors. */
static void set_asn(struct intent *intent, json_t *row, const struct hop *hop)
{
	int64_t asn = ms_int(hop->other, "/spec/asn", 0), own = ms_int(intent->sw, "/spec/asn", 0);

	if (!asn)
		ms_hint(intent_problem(intent, "", "%s, at port %s, has no AS number",
				       ms_name(hop->other), hop->port),
			"asn: 65001 in %s, or pools: {asn: POOL}", ms_name(hop->other));
	else if (asn == own)
		ms_hint(intent_problem(intent, "/spec/asn",
				       "%s and %s have the same AS number, %lld", intent->name,
				       ms_name(hop->other), (long long)asn),
			"give each side of a session an AS number of its own");
	else if (row)
		intent_set(intent, row, "asn", json_integer(asn));
}

static void add_families(struct intent *intent, json_t *row, bool underlay)
{
	const char *loopback = ms_str(intent->sw, "/spec/loopback", "");

	if (underlay)
		intent_add(intent, row, "families",
			   json_string(strchr(loopback, ':') ? "ipv6" : "ipv4"));
	if (is_evpn(intent))
		intent_add(intent, row, "families", json_string("evpn"));
}

static void add_unnumbered(struct intent *intent, json_t *port, const struct hop *hop)
{
	json_t *l3 = intent_in(intent, port, "l3"), *row;
	char key[64];

	snprintf(key, sizeof key, "port:%s", hop->port);
	intent_set(intent, l3, "unnumbered", json_true());
	row = add_session(intent, key, hop);
	set_asn(intent, NULL, hop);
	intent_set(intent, row, "port", json_string(hop->port));
	add_families(intent, row, true);
}

static void add_numbered(struct intent *intent, json_t *port, const struct hop *hop, bool session)
{
	json_t *row;

	intent_add(intent, intent_in(intent, port, "l3"), "addresses", json_string(hop->own_cidr));
	if (!session)
		return;
	row = add_session(intent, hop->other_address, hop);
	intent_set(intent, row, "address", json_string(hop->other_address));
	set_asn(intent, row, hop);
	add_families(intent, row, true);
}

/* EVPN between loopbacks, where the underlay is not BGP: along the cables all the same. */
static void add_overlay_session(struct intent *intent, const struct hop *hop)
{
	const char *address = ms_str(hop->other, "/spec/loopback", NULL);
	json_t *row;

	if (!is_evpn(intent))
		return;
	if (!address) {
		intent_problem(intent, "", "%s, at port %s, has no loopback", ms_name(hop->other),
			       hop->port);
		return;
	}
	row = add_session(intent, address, hop);
	intent_set(intent, row, "address", json_string(address));
	intent_set(intent, row, "multihop", json_true());
	intent_set(intent, row, "local", json_string(intent->router ? intent->router : ""));
	set_asn(intent, row, hop);
	add_families(intent, row, false);
}

/* ---- links ---- */

static void needs_addresses(struct intent *intent, const struct hop *hop)
{
	ms_hint(intent_problem(intent, "", "the link of port %s to %s has no addresses", hop->port,
			       ms_name(hop->other)),
		"addresses: {from: 10.254.0.0/31, to: 10.254.0.1/31}, or pools: {addresses: POOL}");
}

static void add_hop(struct intent *intent, const struct hop *hop)
{
	json_t *port = intent_port(intent, hop->port);
	bool ospf = ms_streq(routing_of(intent), "ospf"),
	     none = ms_streq(routing_of(intent), "none");
	bool unnumbered = ms_streq(routing_of(intent), "ebgp-unnumbered");

	if (!hop->other) {
		if (hop->own_cidr)
			add_numbered(intent, port, hop, false);
		return;
	}
	if (fabric_channel_of(intent->sw, hop->port)) {
		ms_hint(intent_problem(intent, "/spec/channels",
				       "port %s is routed and in a channel", hop->port),
			"routed links share load by themselves: take it out of the channel");
		return;
	}
	if (hop->own_cidr && hop->other_cidr)
		add_numbered(intent, port, hop, !ospf && !none);
	else if (unnumbered)
		add_unnumbered(intent, port, hop);
	else if (!none)
		needs_addresses(intent, hop);
	if (ospf) {
		intent_add(intent, intent_in(intent, intent->model, "ospf"), "ports",
			   json_string(hop->port));
		add_overlay_session(intent, hop);
	}
	if (ms_streq(overlay_of(intent), "mpls"))
		intent_add(intent, intent_in(intent, intent->model, "mpls"), "ports",
			   json_string(hop->port));
}

static void set_router_id(struct intent *intent, const char *section)
{
	json_t *row = json_object_get(intent->model, section);

	if (row && intent->router)
		intent_set(intent, row, "routerId", json_string(intent->router));
	else if (row)
		ms_hint(intent_problem(intent, "/spec/loopback",
				       "%s has no IPv4 loopback to be its router-id", intent->name),
			"loopback: 10.255.0.1, or pools: {loopback: POOL}");
}

static void check_mpls(struct intent *intent)
{
	if (ms_streq(overlay_of(intent), "mpls") && !ms_streq(routing_of(intent), "ospf"))
		ms_hint(intent_problem(intent, "",
				       "overlay mpls over underlay %s: LDP follows an IGP",
				       routing_of(intent)),
			"underlay: {routing: ospf} in Fabric %s", ms_name(intent->fabric));
}

void intent_underlay(struct intent *intent)
{
	int64_t asn = ms_int(intent->sw, "/spec/asn", 0);
	const json_t *cable;
	struct hop hop;
	json_t *bgp;
	size_t i;

	check_mpls(intent);
	json_array_foreach(json_object_get(intent->set->cables, intent->name), i, cable)
		if (read_hop(intent, cable, &hop))
			add_hop(intent, &hop);
	bgp = json_object_get(intent->model, "bgp");
	if (bgp && asn)
		intent_set(intent, bgp, "asn", json_integer(asn));
	else if (bgp)
		ms_hint(intent_problem(intent, "/spec/asn", "%s has no AS number", intent->name),
			"asn: 65001, or pools: {asn: POOL}");
	set_router_id(intent, "bgp");
	set_router_id(intent, "ospf");
}
