/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rule of MTU: what a host may send fits through every port that it may pass.  MTUs are those of IP
 * packets: VXLAN adds the inner Ethernet header (14), its own (8), UDP (8) and the outer IP header
 * (RFC 7348): 50 octets, over IPv6 70. VPLS adds the inner Ethernet header and two labels (RFC
 * 4448): 22, with a tag 26.
 */
#include "fabric/rules/rules.h"

#define OVER_IPV4 50
#define OVER_IPV6 70
#define OVER_MPLS 26

struct need {
	struct fabric_graph *graph;
	json_t *fact;
	const json_t *model;
	const char *sw;
	int64_t most;                    /* that hosts send, whatever their ports would take */
};

/* Where the size of bridged packets cannot be set as wanted, hosts keep to the Fabric's hostMtu. */
static int64_t most_of_hosts(const struct fabric_set *set, const json_t *sw)
{
	const struct fabric_driver *driver =
		fabric_driver_find(ms_str(sw, "/spec/platform", NULL));
	const json_t *fabric =
		fabric_set_find(set, "Fabric", ms_str(sw, "/spec/fabric", ""));
	int64_t most = ms_int(fabric, "/spec/underlay/hostMtu", 0);

	return driver && driver->caps.jumbo_bridging && most ? most : INT64_MAX;
}

/* fn for each VLAN of a row, until it holds. */
typedef bool vid_fn(const void *ctx, int64_t vid);

static bool any_vlan(const json_t *row, vid_fn *fn, const void *ctx)
{
	const json_t *l2 = json_object_get(row, "l2"), *entry;
	size_t i;

	if (row_int(l2, "access") > 0 && fn(ctx, row_int(l2, "access")))
		return true;
	if (row_int(l2, "native") > 0 && fn(ctx, row_int(l2, "native")))
		return true;
	json_array_foreach(json_object_get(l2, "tagged"), i, entry)
		if (json_integer_value(entry) > 0 && fn(ctx, json_integer_value(entry)))
			return true;
	return false;
}

static void raise(const struct need *need, const char *key, int64_t mtu, const char *what,
		  const char *port)
{
	json_t *old = json_object_get(need->fact, key);
	MS_AUTO_FREE char *who = NULL;

	if (mtu <= row_int(old, "mtu"))
		return;
	who = ms_asprintf("%s %s %s", need->sw, what, port);
	if (!who || json_object_set_new(need->fact, key,
					json_pack("{s:I,s:s}", "mtu", (json_int_t)mtu, "who", who)))
		need->graph->failed = true;
}

static bool has_vni(const void *ctx, int64_t vid)
{
	const struct need *need = ctx;
	char key[24];

	snprintf(key, sizeof key, "%lld", (long long)vid);
	return json_object_get(json_object_get(json_object_get(need->model, "vlans"), key), "vni");
}

static bool has_vpls(const void *ctx, int64_t vid)
{
	const struct need *need = ctx;
	const char *name;
	json_t *row;

	json_object_foreach(json_object_get(need->model, "vpls"), name, row)
		if (row_int(row, "vlan") == vid)
			return true;
	return false;
}

/* Is what comes in at the port carried by VXLAN? */
static bool is_tunnelled(const struct need *need, const json_t *row)
{
	const char *vrf = row_text(json_object_get(row, "l3"), "vrf", "");

	if (*vrf)
		return json_object_get(json_object_get(json_object_get(need->model, "vrfs"), vrf),
				       "l3vni");
	return any_vlan(row, has_vni, need);
}

static void raise_rows(const struct need *need, const char *section, const char *what)
{
	bool vpls = json_object_size(json_object_get(need->model, "vpls")) > 0;
	const char *name;
	json_t *row;

	json_object_foreach(json_object_get(need->model, section), name, row) {
		int64_t mtu = row_int(row, "mtu");

		/* Nobody sends at the link of a pair: it passes on what came in elsewhere. */
		if (*what == 'c' && ms_streq(name, ms_str(need->model, "/mlag/link", NULL)))
			continue;
		if (json_object_get(row, "l2") && mtu > need->most)
			mtu = need->most;
		if (mtu > row_int(json_object_get(need->fact, "vxlan"), "mtu") &&
		    is_tunnelled(need, row))
			raise(need, "vxlan", mtu, what, name);
		if (vpls && mtu > row_int(json_object_get(need->fact, "vpls"), "mtu") &&
		    any_vlan(row, has_vpls, need))
			raise(need, "vpls", mtu, what, name);
	}
}

/* {vxlan: {mtu, who}, vpls: {mtu, who}} of the largest packets that enter tunnels. */
static void note_needs(struct fabric_graph *graph, json_t *fact)
{
	for (size_t i = 0; i < fabric_set_switches(graph->set); i++) {
		struct need need = { graph, fact, graph->models[i],
				     graph_switch_name(graph, (uint32_t)i),
				     most_of_hosts(graph->set, fabric_set_switch(graph->set, i)) };

		raise_rows(&need, "ports", "port");
		raise_rows(&need, "channels", "channel");
	}
}

static const json_t *far_row(struct view *view, const char *port)
{
	char end[320];
	const char *peer;
	struct fabric_end at;
	uint32_t far;

	snprintf(end, sizeof end, "%s:%s", view->name, port);
	peer = graph_peer(view->graph, end);
	if (!peer || !fabric_end_split(peer, &at))
		return NULL;
	far = graph_switch(view->graph, at.device);
	return far == NO_PLACE || !view->graph->models[far]
		       ? NULL
		       : json_object_get(json_object_get(view->graph->models[far], "ports"),
					 at.port);
}

/* Cables between switches: the same at both ends. */
static void judge_ends(struct view *view, const char *port, const json_t *row)
{
	const json_t *far = far_row(view, port);
	int64_t mtu = row_int(row, "mtu"), other = row_int(far, "mtu");
	char end[320];

	if (!mtu || !other || mtu == other)
		return;
	snprintf(end, sizeof end, "%s:%s", view->name, port);
	view_find(view, "mtu: NUMBER in the Link, or underlay: {mtu: NUMBER} in the Fabric",
		  "port %s has MTU %lld, but %s at the other end %lld", port, (long long)mtu,
		  graph_peer(view->graph, end), (long long)other);
}

static bool is_mpls(const struct view *view, const char *port)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(ms_at(view->model, "/mpls/ports"), i, entry)
		if (ms_streq(json_string_value(entry), port))
			return true;
	return false;
}

static void judge_room(struct view *view, const char *port, int64_t mtu, const json_t *need,
		       int64_t over, const char *tunnel)
{
	int64_t inner = row_int(need, "mtu");

	if (inner && mtu < inner + over)
		view_find(
			view, "underlay: {mtu: NUMBER} in the Fabric, or a smaller hostMtu",
			"port %s has MTU %lld, but packets of %lld octets from %s need %lld in %s",
			port, (long long)mtu, (long long)inner, row_text(need, "who", ""),
			(long long)(inner + over), tunnel);
}

static void judge_underlay(struct view *view, const char *port, const json_t *row)
{
	const json_t *needs = graph_fact(view->graph, "needs", note_needs);
	bool ipv6 = strchr(ms_str(view->model, "/vxlan/source", ""), ':') != NULL;
	const json_t *l3 = json_object_get(row, "l3");
	int64_t mtu = row_int(row, "mtu");

	if (!mtu || !json_is_object(l3) || *row_text(l3, "vrf", "") ||
	    !graph_faces_switch(view->graph, view->sw, port))
		return;
	judge_room(view, port, mtu, json_object_get(needs, "vxlan"), ipv6 ? OVER_IPV6 : OVER_IPV4,
		   "VXLAN");
	if (is_mpls(view, port))
		judge_room(view, port, mtu, json_object_get(needs, "vpls"), OVER_MPLS, "VPLS");
}

/* The largest packets of hosts, by VLAN. */
struct largest { int64_t mtu; const char *port; };
struct seat { struct largest *largest; int64_t mtu; const char *port; };

static bool note_largest(const void *ctx, int64_t vid)
{
	const struct seat *seat = ctx;

	if (vid < 4096 && seat->mtu > seat->largest[vid].mtu)
		seat->largest[vid] = (struct largest){ seat->mtu, seat->port };
	return false;
}

/* A gateway that takes less than its hosts send drops what they route. */
static void judge_gateways(struct view *view, const struct largest *largest)
{
	const char *key;
	json_t *svi;

	json_object_foreach(json_object_get(view->model, "svis"), key, svi) {
		int64_t mtu = row_int(svi, "mtu");
		unsigned long vid = strtoul(key, NULL, 10);

		if (mtu && vid < 4096 && largest[vid].mtu > mtu)
			view_find(view, "mtu: NUMBER in the network, or hostMtu in the Fabric",
				  "the gateway of VLAN %s has MTU %lld, but port %s in it %lld",
				  key, (long long)mtu, largest[vid].port,
				  (long long)largest[vid].mtu);
	}
}

/* A trunk between switches carries what hosts of its VLANs send. */
static void judge_trunk(struct view *view, const char *port, const json_t *row,
			const struct largest *largest)
{
	int64_t mtu = row_int(row, "mtu");
	const json_t *entry;
	size_t i;

	json_array_foreach(json_object_get(json_object_get(row, "l2"), "tagged"), i, entry) {
		json_int_t vid = json_integer_value(entry);

		if (!mtu || vid < 1 || vid > 4095 || largest[vid].mtu <= mtu)
			continue;
		view_find(view, "mtu: NUMBER in the Link",
			  "trunk port %s has MTU %lld, but port %s in VLAN %lld has %lld", port,
			  (long long)mtu, largest[vid].port, (long long)vid,
			  (long long)largest[vid].mtu);
		return;
	}
}

/* What a host sends is what its port was planned for. */
static void judge_host(struct view *view, const char *port, const json_t *row)
{
	const struct fabric_check *check = view->item->ctx;
	const struct fabric_graph *planned = check->planned;
	uint32_t sw = planned ? graph_switch(planned, view->name) : NO_PLACE;
	const json_t *ports =
		sw == NO_PLACE ? NULL : json_object_get(planned->models[sw], "ports");
	int64_t mtu = row_int(row, "mtu"), wanted = row_int(json_object_get(ports, port), "mtu");

	if (mtu && mtu < wanted)
		view_find(view, "msctl-switch plan | msctl-switch apply",
			  "port %s has MTU %lld, but its host may send %lld", port, (long long)mtu,
			  (long long)wanted);
}

static void judge_mtus(struct view *view)
{
	MS_AUTO_FREE struct largest *largest = calloc(4096, sizeof *largest);
	int64_t most = most_of_hosts(view->set, view->item->res);
	const char *port;
	json_t *row;

	if (!largest) {
		view->failed = true;
		return;
	}
	json_object_foreach(json_object_get(view->model, "ports"), port, row) {
		int64_t mtu = row_int(row, "mtu");
		struct seat seat = { largest, mtu < most ? mtu : most, port };

		if (json_object_get(row, "l2") && !graph_faces_switch(view->graph, view->sw, port))
			any_vlan(row, note_largest, &seat);
	}
	json_object_foreach(json_object_get(view->model, "ports"), port, row) {
		judge_ends(view, port, row);
		judge_underlay(view, port, row);
		if (!graph_faces_switch(view->graph, view->sw, port))
			judge_host(view, port, row);
		else if (json_object_get(row, "l2"))
			judge_trunk(view, port, row, largest);
	}
	judge_gateways(view, largest);
}

int rule_mtu(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_each_view(item, rule, "Switch", judge_mtus, err);
}
