/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of the rules, and what they share. */
#include <errno.h>
#include "fabric/rules/rules.h"

const struct ms_rule fabric_rules[] = {
	{ "T01", "error", "numbers and names are unique, and the platform has them", rule_numbers },
	{ "T02", "error", "route targets: the same for a VNI, and of no other tenant",
	  rule_targets },
	{ "T03", "error", "what configuration refers to exists", rule_references },
	{ "T04", "error", "ports of hosts carry VLANs of their tenants only", rule_host_vlans },
	{ "T05", "error", "no way leads from one tenant to another", rule_isolation },
	{ "T06", "error", "tunnel ends are unique, and reach each other", rule_tunnel_ends },
	{ "T07", "error", "the platform can do what is wanted of it", rule_capable },
	{ "T08", "warning", "route targets and distinguishers are written out", rule_target_form },
	{ "T09", "error", "MAC addresses of NICs are unique", rule_nics },
	{ "T10", "warning", "sessions carry EVPN on both sides", rule_evpn },
	{ "T11", "error", "the switch could be read", rule_readable },
	{ "T12", "warning", "nothing was left out when it was read", rule_known },
	{ "T13", "error", "the serial number is the expected one", rule_serial },
	{ "T14", "warning", "the switch is as planned", rule_drift },
	{ "T15", "info", "configuration that is not msctl's", rule_foreign },
	{ "T16", "warning", "no change is under way", rule_pending },
	{ "T17", "warning", "what runs is saved", rule_saved },
	{ "T18", "error", "BGP sessions are up", rule_sessions },
	{ "T19", "warning", "cabled ports have a link", rule_link },
	{ "T20", "error", "cables go where the site says", rule_cable },
	{ "T21", "warning", "switches at both ends of a cable hear each other", rule_silent },
	{ "T22", "warning", "there are no other cables", rule_extra },
	{ "T23", "error", "links run at their speed", rule_speed },
	{ "T24", "error", "packets of hosts fit through every port on their way", rule_mtu },
	{ "T25", "warning", "VLANs have no loops", rule_loop },
	{ "T26", "error", "gateways and subnets are unique", rule_gateways },
	{ "T27", "warning", "tenants are not in the default VRF", rule_default_vrf },
	{ "T28", "warning", "AS numbers are unique below the spines", rule_asn },
	{ "T29", "warning", "keys of switches are verified", rule_trust },
	{ "T30", "info", "no host is shared by tenants", rule_shared_port },
	{ "T31", "error", "both of a pair say the same, and no other pair does", rule_pair },
	{ "T32", "error", "members of a network reach each other", rule_connected },
	{ NULL, NULL, NULL, NULL },
};

const char *const fabric_rule_ids[] = {
	"T01", "T02", "T03", "T04", "T05", "T06", "T07", "T08", "T09", "T10", "T11",
	"T12", "T13", "T14", "T15", "T16", "T17", "T18", "T19", "T20", "T21", "T22",
	"T23", "T24", "T25", "T26", "T27", "T28", "T29", "T30", "T31", "T32", NULL,
};

/* ---- views ---- */

static void add_found(struct view *view, json_t *objects, const json_t *way, const char *hint,
		      const char *fmt, va_list args)
{
	MS_AUTO_FREE char *message = NULL;
	json_t *row;

	if (vasprintf(&message, fmt, args) < 0)
		message = NULL;
	row = json_pack("{s:o,s:s,s:s}", "objects", objects, "message", message ? message : "",
			"hint", hint ? hint : "");
	if (!row || (way && json_object_set(row, "way", (json_t *)way)) ||
	    json_array_append(view->found, row))
		view->failed = true;
	json_decref(row);
}

void view_find(struct view *view, const char *hint, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add_found(view,
		  json_pack("[{s:s,s:s}]", "kind", ms_kind(view->item->res), "name", view->name),
		  NULL, hint, fmt, args);
	va_end(args);
}

void view_find_objects(struct view *view, json_t *objects, const json_t *way, const char *hint,
		       const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add_found(view, objects, way, hint, fmt, args);
	va_end(args);
}

static int look(struct ms_item *item, struct fabric_graph *graph, view_fn *fn, bool is_switch,
		json_t **ret_found)
{
	const struct fabric_check *check = item->ctx;
	struct view view = {
		.item = item, .set = check->set, .graph = graph, .sw = NO_PLACE,
		.name = ms_name(item->res),
	};

	if (!graph)
		return 0;
	if (is_switch) {
		view.sw = graph_switch(graph, view.name);
		view.model = view.sw == NO_PLACE ? NULL : graph->models[view.sw];
		if (!view.model)
			return 0;
	}
	view.found = json_array();
	if (!view.found)
		return -ENOMEM;
	fn(&view);
	*ret_found = view.found;
	return view.failed || graph->failed ? -ENOMEM : 0;
}

static bool is_in(const json_t *list, const json_t *row)
{
	const json_t *other;
	size_t i;

	json_array_foreach(list, i, other)
		if (ms_streq(row_text(row, "message", ""), row_text(other, "message", NULL)))
			return true;
	return false;
}

static int put(struct ms_item *item, const struct ms_rule *rule, const json_t *row,
	       const char *prefix)
{
	json_t *way = json_object_get(row, "way");
	int r = ms_find_objects(item, rule, json_incref(json_object_get(row, "objects")),
				row_text(row, "hint", NULL), "%s%s", prefix,
				row_text(row, "message", ""));

	if (!r && way)
		r = ms_put(json_array_get(item->more, json_array_size(item->more) - 1), "/spec/way",
			   json_incref(way));
	return r;
}

int rules_each_view(struct ms_item *item, const struct ms_rule *rule, const char *kind, view_fn *fn,
		    struct ms_err *err)
{
	const struct fabric_check *check = item->ctx;
	json_auto_t *planned = NULL, *observed = NULL;
	bool is_switch = ms_streq(kind, "Switch");
	const json_t *row;
	size_t i;
	int r;

	if (!ms_streq(ms_kind(item->res), kind))
		return 0;
	r = look(item, check->planned, fn, is_switch, &planned);
	if (!r)
		r = look(item, check->observed, fn, is_switch, &observed);
	json_array_foreach(planned, i, row)
		if (!r)
			r = put(item, rule, row,
				!observed || is_in(observed, row) ? "" : "planned: ");
	json_array_foreach(observed, i, row)
		if (!r && !is_in(planned, row))
			r = put(item, rule, row, "observed: ");
	return r == -ENOMEM ? ms_nomem(err) : r;
}

/* ---- helpers ---- */

const json_t *rules_seen(const struct ms_item *item)
{
	return ms_at(item->res, "/status/error") ? NULL : ms_at(item->res, "/status/switch");
}

json_t *graph_fact(struct fabric_graph *graph, const char *key,
		   void (*make)(struct fabric_graph *graph, json_t *fact))
{
	json_t *fact = json_object_get(graph->facts, key);

	if (fact)
		return fact;
	fact = json_object();
	if (json_object_set_new(graph->facts, key, fact)) {
		graph->failed = true;
		return NULL;
	}
	make(graph, fact);
	return fact;
}

static void each_vlan_of(struct view *view, const char *text, const json_t *row, vlan_fn *fn)
{
	const json_t *l2 = json_object_get(row, "l2"), *vid;
	size_t i;

	if (json_is_integer(json_object_get(l2, "access")))
		fn(view, text, row_int(l2, "access"), false);
	if (json_is_integer(json_object_get(l2, "native")))
		fn(view, text, row_int(l2, "native"), false);
	json_array_foreach(json_object_get(l2, "tagged"), i, vid)
		if (json_is_integer(vid))
			fn(view, text, json_integer_value(vid), true);
}

void rules_each_vlan(struct view *view, vlan_fn *fn)
{
	char text[32];
	const char *name;
	json_t *row;

	json_object_foreach(json_object_get(view->model, "ports"), name, row) {
		snprintf(text, sizeof text, "%.30s", name);
		each_vlan_of(view, text, row, fn);
	}
	json_object_foreach(json_object_get(view->model, "channels"), name, row) {
		snprintf(text, sizeof text, "c%.30s", name);
		each_vlan_of(view, text, row, fn);
	}
}

const char *rules_carrier_words(const char *text, char *buf, size_t size)
{
	snprintf(buf, size, "%s %s", *text == 'c' ? "channel" : "port", text + (*text == 'c'));
	return buf;
}
