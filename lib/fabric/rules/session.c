/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules of tunnels, of the sessions that announce them, and of the underlay that carries them. */
#include <errno.h>
#include "fabric/rules/rules.h"
#include "fabric/underlay.h"

static bool has_tunnels(const json_t *model)
{
	const char *name;
	json_t *vrf;

	if (json_object_size(ms_at(model, "/evpn/vnis")))
		return true;
	json_object_foreach(json_object_get(model, "vrfs"), name, vrf)
		if (json_object_get(vrf, "l3vni"))
			return true;
	return false;
}

/* ---- T06: tunnel ends ---- */

static void note_address(struct fabric_graph *graph, json_t *fact, const char *address,
			 const char *sw)
{
	char text[64];

	snprintf(text, sizeof text, "%.*s", (int)strcspn(address, "/"), address);
	if (*text && !json_object_get(fact, text) &&
	    json_object_set_new(fact, text, json_string(sw)))
		graph->failed = true;
}

/* {ADDRESS: SWITCH} of what each switch is reached by: loopbacks, and ports of the underlay. */
static void note_addresses(struct fabric_graph *graph, json_t *fact)
{
	const json_t *address;
	const char *port;
	json_t *row;
	size_t j;

	for (size_t i = 0; i < fabric_set_switches(graph->set); i++) {
		const char *sw = graph_switch_name(graph, (uint32_t)i);

		json_array_foreach(ms_at(graph->models[i], "/loopback/addresses"), j, address)
			if (json_is_string(address))
				note_address(graph, fact, json_string_value(address), sw);
		json_object_foreach(json_object_get(graph->models[i], "ports"), port, row) {
			if (*row_text(json_object_get(row, "l3"), "vrf", ""))
				continue;
			json_array_foreach(ms_at(row, "/l3/addresses"), j, address)
				if (json_is_string(address))
					note_address(graph, fact, json_string_value(address), sw);
		}
	}
}

json_t *rules_addresses(struct fabric_graph *graph)
{
	return graph_fact(graph, "addresses", note_addresses);
}

/* {ADDRESS: SWITCH} of who has the tunnel end first. */
static void note_ends(struct fabric_graph *graph, json_t *fact)
{
	for (size_t i = 0; i < fabric_set_switches(graph->set); i++) {
		const char *sw = graph_switch_name(graph, (uint32_t)i);

		note_address(graph, fact, ms_str(graph->models[i], "/vxlan/source", ""), sw);
		note_address(graph, fact, ms_str(graph->models[i], "/vxlan/shared", ""), sw);
	}
}

/* {SWITCH: who cannot be reached from it}: each against the first of its fabric. */
static void note_unreachable(struct fabric_graph *graph, json_t *fact)
{
	json_auto_t *firsts = json_object();
	struct underlay *underlay = NULL;
	uint32_t measured = NO_PLACE;

	if (!firsts || underlay_new(graph, &underlay)) {
		graph->failed = true;
		return;
	}
	for (size_t i = 0; i < fabric_set_switches(graph->set); i++) {
		const json_t *sw = fabric_set_switch(graph->set, i), *known;
		const char *fabric = ms_str(sw, "/spec/fabric", "");
		uint32_t first;

		if (!has_tunnels(graph->models[i]))
			continue;
		known = json_object_get(firsts, fabric);
		if (!known && json_object_set_new(firsts, fabric, json_integer((json_int_t)i)))
			graph->failed = true;
		if (!known)
			continue;
		first = (uint32_t)json_integer_value(known);
		if (measured != first)
			underlay_measure(underlay, first);
		measured = first;
		if (underlay->far[i] == NO_PLACE &&
		    json_object_set_new(fact, ms_name(sw),
					json_string(graph_switch_name(graph, first))))
			graph->failed = true;
	}
	underlay_free(underlay);
}

static bool is_announced(const json_t *model, const char *source)
{
	const json_t *address;
	size_t i, len = strlen(source);

	json_array_foreach(ms_at(model, "/loopback/addresses"), i, address) {
		const char *text = json_is_string(address) ? json_string_value(address) : "";

		if (!strncmp(text, source, len) && (!text[len] || text[len] == '/'))
			return true;
	}
	return false;
}

static void judge_pair(struct view *view)
{
	const json_t *sw = fabric_set_switch(view->set, view->sw),
		     *pair = fabric_set_pair(view->set, sw);
	uint32_t other = pair ? graph_switch(view->graph, ms_name(pair)) : NO_PLACE;
	const char *shared = ms_str(view->model, "/vxlan/shared", "none"), *far;

	if (other == NO_PLACE || !view->graph->models[other] ||
	    !json_object_get(view->model, "mlag"))
		return;
	far = ms_str(view->graph->models[other], "/vxlan/shared", "none");
	if (strcmp(shared, far))
		view_find(view, "pair: {address: ...}, the same in both, then plan and apply",
			  "the pair shares no tunnel end: %s here, %s on %s", shared, far,
			  ms_name(pair));
}

static void judge_ends(struct view *view)
{
	const json_t *ends = graph_fact(view->graph, "ends", note_ends),
		     *lost = graph_fact(view->graph, "unreachable", note_unreachable);
	const char *source = ms_str(view->model, "/vxlan/source", NULL), *who;

	if (!source || !has_tunnels(view->model))
		return;
	who = json_string_value(json_object_get(ends, source));
	if (who && strcmp(who, view->name))
		view_find(view, "a loopback of its own for each switch, then plan and apply",
			  "tunnel end %s is also that of %s", source, who);
	if (!is_announced(view->model, source))
		view_find(view, "msctl-switch plan | msctl-switch apply",
			  "tunnel end %s is no address of the loopback, and so is not announced",
			  source);
	judge_pair(view);
	who = json_string_value(json_object_get(lost, view->name));
	if (who)
		view_find(
			view,
			"links and sessions of the underlay: msctl-switch "
			"trace shows how far they lead",
			"no way through the underlay from tunnel end %s to %s", source, who);
}

int rule_tunnel_ends(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_each_view(item, rule, "Switch", judge_ends, err);
}

/* ---- T10: EVPN on both sides ---- */

static bool carries(const json_t *neighbor, const char *family)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(json_object_get(neighbor, "families"), i, entry)
		if (ms_streq(json_string_value(entry), family))
			return true;
	return false;
}

/* The switch at the other end of a session, and what its own session may be called. */
static uint32_t far_of(struct view *view, const char *key, char *far_key, size_t size)
{
	const json_t *addresses = rules_addresses(view->graph);
	char end[320];
	struct fabric_end at;
	const char *peer;

	*far_key = 0;
	if (!ms_starts(key, "port:"))
		return graph_switch(view->graph,
				    json_string_value(json_object_get(addresses, key)));
	snprintf(end, sizeof end, "%s:%s", view->name, key + 5);
	peer = graph_peer(view->graph, end);
	if (!peer || !fabric_end_split(peer, &at))
		return NO_PLACE;
	snprintf(far_key, size, "port:%s", at.port);
	return graph_switch(view->graph, at.device);
}

/* Has the other side a session with us that carries EVPN?  NULL key: any whose address is ours. */
static bool far_carries(struct view *view, const json_t *model, const char *far_key)
{
	const json_t *addresses = rules_addresses(view->graph);
	const char *key;
	json_t *neighbor;

	if (*far_key)
		return carries(json_object_get(ms_at(model, "/bgp/neighbors"), far_key), "evpn");
	json_object_foreach(ms_at(model, "/bgp/neighbors"), key, neighbor)
		if (ms_streq(json_string_value(json_object_get(addresses, key)), view->name) &&
		    carries(neighbor, "evpn"))
			return true;
	return false;
}

static void judge_evpn(struct view *view)
{
	bool tunnels = has_tunnels(view->model);
	size_t carrying = 0;
	const char *key;
	json_t *neighbor;

	json_object_foreach(ms_at(view->model, "/bgp/neighbors"), key, neighbor) {
		char far_key[80];
		uint32_t far = far_of(view, key, far_key, sizeof far_key);
		const json_t *model = far == NO_PLACE ? NULL : view->graph->models[far];

		if (!carries(neighbor, "evpn"))
			continue;
		carrying++;
		if (model && !far_carries(view, model, far_key))
			view_find(view, "msctl-switch plan | msctl-switch apply",
				  "session %s carries EVPN here, but not on the side of %s", key,
				  graph_switch_name(view->graph, far));
	}
	if (tunnels && !carrying)
		view_find(view, "overlay: {kind: evpn-vxlan} in the Fabric, then plan and apply",
			  "there are tunnels, but no session carries EVPN");
}

int rule_evpn(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_each_view(item, rule, "Switch", judge_evpn, err);
}

/* ---- T18: sessions are up ---- */

int rule_sessions(struct ms_item *item, const struct ms_rule *rule,
		  __attribute__((unused)) struct ms_err *err)
{
	const json_t *seen = rules_seen(item), *states = json_object_get(seen, "bgp");
	const char *key;
	json_t *neighbor;
	int r = 0;

	if (!ms_streq(ms_kind(item->res), "Switch") || !json_is_object(states))
		return 0;
	json_object_foreach(ms_at(seen, "/config/bgp/neighbors"), key, neighbor) {
		const json_t *state = json_object_get(states, key);
		const char *word = row_text(state, "state", "not there"),
			   *who = row_text(neighbor, "description", "");

		if (!r && strcasecmp(word, "Established"))
			r = ms_find(item, rule,
				    "the cable, the port and the AS number of both sides",
				    "BGP session %s%s%s%s is %s", key, *who ? " (" : "", who,
				    *who ? ")" : "", word);
	}
	return r;
}

/* ---- T28: AS numbers ---- */

/* {ASN: SWITCH}, of those that are no spines: spines of one tier share theirs (RFC 7938
 * section 5.2.1). */
static void note_asns(struct fabric_graph *graph, json_t *fact)
{
	for (size_t i = 0; i < fabric_set_switches(graph->set); i++) {
		const json_t *sw = fabric_set_switch(graph->set, i);
		int64_t asn = ms_int(graph->models[i], "/bgp/asn", 0);
		char key[32];

		snprintf(key, sizeof key, "%lld", (long long)asn);
		if (asn && !strstr(ms_str(sw, "/spec/role", "leaf"), "spine") &&
		    !json_object_get(fact, key) &&
		    json_object_set_new(fact, key, json_string(ms_name(sw))))
			graph->failed = true;
	}
}

static void judge_asn(struct view *view)
{
	const json_t *asns = graph_fact(view->graph, "asns", note_asns),
		     *sw = fabric_set_switch(view->set, view->sw);
	int64_t asn = ms_int(view->model, "/bgp/asn", 0);
	const char *who;
	char key[32];

	snprintf(key, sizeof key, "%lld", (long long)asn);
	who = json_string_value(json_object_get(asns, key));
	if (!who || !strcmp(who, view->name) || strstr(ms_str(sw, "/spec/role", "leaf"), "spine") ||
	    ms_streq(who, ms_str(sw, "/spec/pair/with", NULL)) ||
	    fabric_set_shares_asn(view->set, sw))
		return;
	view_find(view, "asn: NUMBER in the Switch, or pools: {asn: POOL}, then plan and apply",
		  "AS number %lld is also that of %s: BGP drops what comes back to its own AS",
		  (long long)asn, who);
}

int rule_asn(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_each_view(item, rule, "Switch", judge_asn, err);
}
