/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules of references and of route targets. */
#include "fabric/rules/rules.h"

/* ---- T02: route targets ---- */

/* {VNI: {switch, import, export}} of whoever has it first. */
static void note_vnis(struct fabric_graph *graph, json_t *fact)
{
	const char *vni;
	json_t *row;

	for (size_t i = 0; i < fabric_set_switches(graph->set); i++)
		json_object_foreach(ms_at(graph->models[i], "/evpn/vnis"), vni, row) {
			json_t *first;

			if (json_object_get(fact, vni))
				continue;
			first = json_pack("{s:s,s:O*,s:O*}", "switch",
					  graph_switch_name(graph, (uint32_t)i), "import",
					  json_object_get(row, "import"), "export",
					  json_object_get(row, "export"));
			if (json_object_set_new(fact, vni, first))
				graph->failed = true;
		}
}

static char *list_words(const json_t *list)
{
	struct ms_buf text = { 0 };
	const json_t *entry;
	size_t i;

	json_array_foreach(list, i, entry)
		ms_buf_printf(&text, "%s%s", i ? " " : "",
			      json_is_string(entry) ? json_string_value(entry) : "?");
	if (!text.len)
		ms_buf_puts(&text, "none");
	return ms_buf_steal(&text);
}

static bool same_list(const json_t *a, const json_t *b)
{
	return a && b ? json_equal((json_t *)a, (json_t *)b)
		      : !json_array_size(a) && !json_array_size(b);
}

static void compare_vni(struct view *view, const char *vni, const json_t *row, const char *key)
{
	const json_t *all = graph_fact(view->graph, "vnis", note_vnis),
		     *first = json_object_get(all, vni);
	MS_AUTO_FREE char *is = NULL, *was = NULL;

	if (!first || same_list(json_object_get(row, key), json_object_get(first, key)))
		return;
	is = list_words(json_object_get(row, key));
	was = list_words(json_object_get(first, key));
	view_find(view,
		  "msctl-switch plan | msctl-switch apply: one VNI has the same targets everywhere",
		  "VNI %s has %s targets %s, but %s on %s", vni, key, is ? is : "", was ? was : "",
		  row_text(first, "switch", ""));
}

/* {RT: index of the tenant that exports it}, -1 where several do. */
static void note_exporters(struct fabric_graph *graph, json_t *fact)
{
	for (size_t e = 0; e < graph->n_edges; e++) {
		const struct edge *edge = &graph->edges[e];
		uint32_t tenant = graph->places[edge->a].tenant;
		const char *target = graph->places[edge->b].text;
		const json_t *old;
		json_int_t who = tenant;

		if (edge->kind != EDGE_EXPORT || tenant == NO_PLACE)
			continue;
		old = json_object_get(fact, target);
		if (old && json_integer_value(old) != who)
			who = -1;
		if ((!old || who < 0) && json_object_set_new(fact, target, json_integer(who)))
			graph->failed = true;
	}
}

/* An import that another tenant exports, as the site plans it. */
static void judge_imports(struct view *view, uint32_t place, const json_t *row, const char *what,
			  const char *key)
{
	const struct fabric_check *check = view->item->ctx;
	const json_t *owners = check->planned ? graph_fact(check->planned, "exporters",
							   note_exporters)
					      : NULL;
	const json_t *entry;
	uint32_t tenant = place == NO_PLACE ? NO_PLACE : view->graph->places[place].tenant;
	size_t i;

	json_array_foreach(json_object_get(row, "import"), i, entry) {
		const char *target = json_string_value(entry);
		const json_t *owner = target ? json_object_get(owners, target) : NULL;
		json_int_t who = owner ? json_integer_value(owner) : -1;

		if (who < 0 || tenant == NO_PLACE || (uint32_t)who == tenant ||
		    (*what == 'V' && what[1] == 'R' &&
		     graph_are_peers(view->graph, tenant, (uint32_t)who)))
			continue;
		view_find(
			view,
			"msctl-switch plan | msctl-switch apply; or declare "
			"the peering in both tenants",
			"%s %s of tenant %s imports %s, which is tenant %s's", what, key,
			ms_name(view->graph->tenants[tenant]), target,
			ms_name(view->graph->tenants[who]));
	}
}

static void judge_targets(struct view *view)
{
	const char *key;
	json_t *row;

	json_object_foreach(ms_at(view->model, "/evpn/vnis"), key, row) {
		compare_vni(view, key, row, "import");
		compare_vni(view, key, row, "export");
		judge_imports(view,
			      graph_find(view->graph, PLACE_VNI, view->sw,
					 (uint32_t)strtoul(key, NULL, 10), ""),
			      row, "VNI", key);
	}
	json_object_foreach(json_object_get(view->model, "vrfs"), key, row)
		judge_imports(view, graph_find(view->graph, PLACE_VRF, view->sw, 0, key), row,
			      "VRF", key);
}

int rule_targets(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_each_view(item, rule, "Switch", judge_targets, err);
}

/* ---- T03: what is named exists ---- */

static bool has(const struct view *view, const char *section, const char *key)
{
	return json_object_get(json_object_get(view->model, section), key) != NULL;
}

static void need_vlan(struct view *view, const char *text, json_int_t vid,
		      __attribute__((unused)) bool tagged)
{
	char words[64], key[24];

	snprintf(key, sizeof key, "%lld", (long long)vid);
	/* Switches have VLAN 1 whether it is written or not. */
	if (vid != 1 && !has(view, "vlans", key))
		view_find(view, "msctl-switch plan | msctl-switch apply",
			  "%s is in VLAN %lld, which the switch does not have",
			  rules_carrier_words(text, words, sizeof words), (long long)vid);
}

static void need_vrf(struct view *view, const char *vrf, const char *what, const char *key)
{
	if (vrf && *vrf && !has(view, "vrfs", vrf))
		view_find(view, "msctl-switch plan | msctl-switch apply",
			  "%s %s is in VRF %s, which the switch does not have", what, key, vrf);
}

static void check_svis(struct view *view)
{
	const char *key;
	json_t *row;

	json_object_foreach(json_object_get(view->model, "svis"), key, row) {
		if (strcmp(key, "1") && !has(view, "vlans", key))
			view_find(view, "msctl-switch plan | msctl-switch apply",
				  "the gateway of VLAN %s has no VLAN", key);
		need_vrf(view, row_text(row, "vrf", NULL), "the gateway of VLAN", key);
	}
	json_object_foreach(json_object_get(view->model, "ports"), key, row)
		need_vrf(view, row_text(json_object_get(row, "l3"), "vrf", NULL), "port", key);
}

static void check_tunnels(struct view *view)
{
	const json_t *vnis = ms_at(view->model, "/evpn/vnis");
	json_auto_t *mapped = json_object();
	const char *key;
	json_t *row;
	char vni[24];

	json_object_foreach(json_object_get(view->model, "vlans"), key, row) {
		if (!json_is_integer(json_object_get(row, "vni")))
			continue;
		snprintf(vni, sizeof vni, "%lld", (long long)row_int(row, "vni"));
		json_object_set_new(mapped, vni, json_true());
		if (!*ms_str(view->model, "/vxlan/source", ""))
			view_find(view, "loopback: ADDRESS in the Switch, then plan and apply",
				  "VLAN %s has VNI %s, but tunnels have no source address", key,
				  vni);
	}
	json_object_foreach((json_t *)vnis, key, row)
		if (!json_object_get(mapped, key))
			view_find(view, "msctl-switch plan | msctl-switch apply",
				  "VNI %s is announced, but no VLAN is mapped to it", key);
}

static void check_vrfs(struct view *view)
{
	const struct fabric_driver *driver =
		fabric_driver_find(ms_str(view->item->res, "/spec/platform", NULL));
	const char *key;
	json_t *row;
	char vid[24];

	json_object_foreach(json_object_get(view->model, "vrfs"), key, row)
		if (row_int(row, "l3vni") && !row_int(row, "l3vlan") &&
		    !(driver && driver->caps.no_l3vlan))
			view_find(view, "l3vlan: NUMBER in the tenant, or pools: {l3vlan: POOL}",
				  "VRF %s has VNI %lld, but no VLAN that carries it", key,
				  (long long)row_int(row, "l3vni"));
	json_object_foreach(json_object_get(view->model, "vpls"), key, row) {
		snprintf(vid, sizeof vid, "%lld", (long long)row_int(row, "vlan"));
		if (!has(view, "vlans", vid))
			view_find(view, "msctl-switch plan | msctl-switch apply",
				  "VPLS %s is of VLAN %s, which the switch does not have", key,
				  vid);
	}
}

static void judge_references(struct view *view)
{
	rules_each_vlan(view, need_vlan);
	check_svis(view);
	check_tunnels(view);
	check_vrfs(view);
}

int rule_references(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_each_view(item, rule, "Switch", judge_references, err);
}

/* ---- T08: written out, and such that it can be sent ---- */

/* RFC 4360 and RFC 5668: two octets and four, or four and two. */
static bool can_be_sent(const char *target)
{
	char *end;
	unsigned long long asn = strtoull(target, &end, 10), number;

	if (end == target || *end != ':')
		return true;             /* an address in front, or what is no target at all */
	number = strtoull(end + 1, &end, 10);
	return asn <= 65535 ? number <= UINT32_MAX : asn <= UINT32_MAX && number <= 65535;
}

static void judge_form(struct view *view, const json_t *row, const char *what, const char *key)
{
	static const char *const sides[] = { "import", "export" };
	const json_t *entry;
	size_t i;

	for (size_t s = 0; s < MS_ARRAY_SIZE(sides); s++) {
		const json_t *list = json_object_get(row, sides[s]);

		if (!json_array_size(list))
			view_find(
				view,
				"msctl-switch plan | msctl-switch apply: what vendors derive "
				"from AS numbers does not agree",
				"%s %s has no %s target written out", what, key, sides[s]);
		json_array_foreach(list, i, entry)
			if (json_is_string(entry) && !can_be_sent(json_string_value(entry)))
				view_find(
					view,
					"routeTarget: with an AS number below 65536, or a "
					"number below 65536 behind it",
					"%s target %s of %s %s does not fit in six octets",
					sides[s], json_string_value(entry), what, key);
	}
	if (!json_object_get(row, "rd"))
		view_find(view, "msctl-switch plan | msctl-switch apply",
			  "%s %s has no route distinguisher written out", what, key);
}

static void judge_forms(struct view *view)
{
	const char *key;
	json_t *row;

	json_object_foreach(ms_at(view->model, "/evpn/vnis"), key, row)
		judge_form(view, row, "VNI", key);
	json_object_foreach(json_object_get(view->model, "vrfs"), key, row)
		if (json_object_get(row, "l3vni"))
			judge_form(view, row, "VRF", key);
}

int rule_target_form(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_each_view(item, rule, "Switch", judge_forms, err);
}
