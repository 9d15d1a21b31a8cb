/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules of numbers and names: that each is one thing only, that what is named exists, and route
 * targets. */
#include "fabric/rules/rules.h"
#include "fabric/wanted.h"

static bool is_vni(json_int_t vni)
{
	return vni >= 1 && vni <= 16777215;
}

/* ---- T01: unique and allowed ---- */

static void note_use(struct fabric_graph *graph, json_t *fact, const char *kind, int64_t number,
		     const json_t *res)
{
	char key[64];
	json_t *list;

	if (number <= 0)
		return;
	snprintf(key, sizeof key, "%s %lld", kind, (long long)number);
	list = json_object_get(fact, key);
	if (!list) {
		list = json_array();
		if (json_object_set_new(fact, key, list))
			list = NULL;
	}
	if (json_array_append(list, (json_t *)res))
		graph->failed = true;
}

/* Networks and tenants by their numbers; a VNI is one space for bridges and VRFs. */
static void note_uses(struct fabric_graph *graph, json_t *fact)
{
	const char *name;
	json_t *res;

	json_object_foreach(json_object_get(graph->set->kinds, "Network"), name, res) {
		note_use(graph, fact, "VLAN", ms_int(res, "/spec/vlan", 0), res);
		note_use(graph, fact, "VNI", ms_int(res, "/spec/vni", 0), res);
		note_use(graph, fact, "VPLS", ms_int(res, "/spec/vplsId", 0), res);
	}
	json_object_foreach(json_object_get(graph->set->kinds, "Tenant"), name, res) {
		note_use(graph, fact, "VNI", ms_int(res, "/spec/l3vni", 0), res);
		note_use(graph, fact, "VLAN", ms_int(res, "/spec/l3vlan", 0), res);
	}
}

static bool is_vlan_tenant(const struct view *view, const json_t *network)
{
	const json_t *tenant = fabric_set_find(view->set, "Tenant",
					       ms_str(network, "/spec/tenant", NULL));

	return ms_streq(fabric_isolation_of(tenant), "vlan");
}

/* VLANs that a VNI or VPLS carries are of one switch only: elsewhere the number is free. */
static bool meet(const struct view *view, const json_t *a, const json_t *b)
{
	const json_t *here = json_object_get(view->set->where, ms_name(a)),
		     *there = json_object_get(view->set->where, ms_name(b));
	const char *sw;
	json_t *part;

	if (!ms_streq(ms_kind(a), ms_kind(b)) || !ms_streq(ms_kind(a), "Network"))
		return true;
	if (is_vlan_tenant(view, a) && is_vlan_tenant(view, b))
		return true;
	json_object_foreach((json_t *)here, sw, part)
		if (json_object_get(there, sw))
			return true;
	return false;
}

static void judge_number(struct view *view, const char *kind, int64_t number)
{
	const json_t *uses = graph_fact(view->graph, "uses", note_uses), *other;
	char key[64];
	size_t i;

	snprintf(key, sizeof key, "%s %lld", kind, (long long)number);
	json_array_foreach(json_object_get(uses, key), i, other) {
		if (other == view->item->res || ms_streq(ms_name(other), view->name))
			return;              /* the first of them has it */
		if (!ms_streq(kind, "VLAN") || meet(view, view->item->res, other)) {
			view_find_objects(
				view,
				json_pack("[{s:s,s:s},{s:s,s:s}]", "kind", ms_kind(view->item->res),
					  "name", view->name, "kind", ms_kind(other), "name",
					  ms_name(other)),
				NULL, "another number for one of the two; pools give out each once",
				"%s %lld is also that of %s %s", kind, (long long)number,
				ms_kind(other), ms_name(other));
			return;
		}
	}
}

static void judge_network(struct view *view)
{
	judge_number(view, "VLAN", ms_int(view->item->res, "/spec/vlan", 0));
	judge_number(view, "VNI", ms_int(view->item->res, "/spec/vni", 0));
	judge_number(view, "VPLS", ms_int(view->item->res, "/spec/vplsId", 0));
}

static void judge_tenant(struct view *view)
{
	judge_number(view, "VNI", ms_int(view->item->res, "/spec/l3vni", 0));
	judge_number(view, "VLAN", ms_int(view->item->res, "/spec/l3vlan", 0));
}

/* {RD: index of the switch} of whoever has it first. */
static void note_rds_of(struct fabric_graph *graph, json_t *fact, const json_t *rows, size_t sw)
{
	const char *key, *rd;
	json_t *row;

	json_object_foreach((json_t *)rows, key, row) {
		rd = row_text(row, "rd", NULL);
		if (rd && !json_object_get(fact, rd) &&
		    json_object_set_new(fact, rd, json_integer((json_int_t)sw)))
			graph->failed = true;
	}
}

static void note_rds(struct fabric_graph *graph, json_t *fact)
{
	for (size_t i = 0; i < fabric_set_switches(graph->set); i++) {
		const json_t *model = graph->models[i];

		note_rds_of(graph, fact, ms_at(model, "/evpn/vnis"), i);
		note_rds_of(graph, fact, json_object_get(model, "vrfs"), i);
	}
}

/* own: {RD: row} of what this switch has of its own already. */
static void judge_rds(struct view *view, json_t *own, const json_t *rows, const char *what)
{
	const json_t *first = graph_fact(view->graph, "rds", note_rds);
	const char *key, *rd;
	json_t *row;

	json_object_foreach((json_t *)rows, key, row) {
		uint32_t sw;

		rd = row_text(row, "rd", NULL);
		if (!rd)
			continue;
		sw = (uint32_t)json_integer_value(json_object_get(first, rd));
		if (sw != view->sw || json_object_get(own, rd))
			view_find(view,
				  "a loopback of its own for each switch: RDs are made of it",
				  "route distinguisher %s of %s %s is also that of %s", rd, what,
				  key, sw == view->sw ? "another on this switch"
						      : graph_switch_name(view->graph, sw));
		else if (json_object_set(own, rd, row))
			view->failed = true;
	}
}

static void judge_platform_vlan(struct view *view, const struct fabric_caps *caps, unsigned vid,
				const char *what)
{
	unsigned first = caps->first_vlan ? caps->first_vlan : 1,
		 last = caps->last_vlan ? caps->last_vlan : 4094;

	if (vid < first || vid > last)
		view_find(view, "another number: a pool with a smaller range",
			  "VLAN %u%s is none that the platform has: %u to %u", vid, what, first,
			  last);
	else if (fabric_vlan_is_reserved(caps->reserved_vlans, vid))
		view_find(view, "another number: take the reserved ones out of the pool",
			  "VLAN %u%s is one of those that the platform keeps for itself: %s", vid,
			  what, caps->reserved_vlans);
}

static void judge_switch(struct view *view)
{
	const json_t *sw = fabric_set_switch(view->set, view->sw);
	const struct fabric_driver *driver =
		fabric_driver_find(ms_str(sw, "/spec/platform", NULL));
	json_auto_t *own = json_object();
	const char *key;
	json_t *row;

	judge_rds(view, own, ms_at(view->model, "/evpn/vnis"), "VNI");
	judge_rds(view, own, json_object_get(view->model, "vrfs"), "VRF");
	json_object_foreach(json_object_get(view->model, "vlans"), key, row) {
		if (driver)
			judge_platform_vlan(view, &driver->caps, (unsigned)strtoul(key, NULL, 10),
					    "");
		if (json_object_get(row, "vni") && !is_vni(row_int(row, "vni")))
			view_find(view, "a number from 1 to 16777215", "VLAN %s has VNI %lld", key,
				  (long long)row_int(row, "vni"));
	}
	json_object_foreach(json_object_get(view->model, "vrfs"), key, row)
		if (driver && row_int(row, "l3vlan") > 0)
			judge_platform_vlan(view, &driver->caps,
					    (unsigned)row_int(row, "l3vlan"), " of a VRF");
}

int rule_numbers(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	struct fabric_check *check = item->ctx, once = *check;
	int r;

	/* What the site says is the same in both views. */
	once.observed = NULL;
	item->ctx = &once;
	r = rules_each_view(item, rule, "Network", judge_network, err);
	if (!r)
		r = rules_each_view(item, rule, "Tenant", judge_tenant, err);
	item->ctx = check;
	return r ? r : rules_each_view(item, rule, "Switch", judge_switch, err);
}
