/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules of tenants: what is on their ports, and that nobody reaches anybody else. */
#include "fabric/connect.h"
#include "fabric/rules/rules.h"

/* ---- T05: isolation ---- */

static char *way_words(const json_t *way)
{
	struct ms_buf text = { 0 };
	const json_t *hop;
	size_t i;

	json_array_foreach(way, i, hop) {
		if (i)
			ms_buf_printf(&text, " -(%s)- ", row_text(hop, "why", ""));
		ms_buf_puts(&text, row_text(hop, "place", ""));
	}
	return ms_buf_steal(&text);
}

static json_t *tenant_objects(const json_t *names, char **ret_words)
{
	struct ms_buf text = { 0 };
	json_t *objects = json_array(), *name;
	size_t i, n = json_array_size(names);

	json_array_foreach((json_t *)names, i, name) {
		ms_buf_printf(&text, "%s%s", !i ? "" : i + 1 == n ? " and " : ", ",
			      json_string_value(name));
		json_array_append_new(objects, json_pack("{s:s,s:O}", "kind", "Tenant", "name",
							 name));
	}
	*ret_words = ms_buf_steal(&text);
	return objects;
}

static void find_leak(struct view *view, const json_t *leak)
{
	const json_t *way = json_object_get(leak, "way");
	MS_AUTO_FREE char *words = way_words(way), *names = NULL;
	json_t *objects = tenant_objects(json_object_get(leak, "tenants"), &names);
	bool import = ms_streq(row_text(leak, "what", ""), "import");

	view_find_objects(view, objects, way, row_text(leak, "hint", ""), "%s %s: %s",
			  names ? names : "tenants",
			  import ? "are not peers, but the first has routes to the other"
				 : "can reach each other",
			  words ? words : "");
}

static void look_for_leaks(struct view *view)
{
	const json_t *all = graph_leaks(view->graph), *leak;
	size_t i;

	json_array_foreach(json_object_get(all, view->name), i, leak)
		find_leak(view, leak);
}

int rule_isolation(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_each_view(item, rule, "Tenant", look_for_leaks, err);
}

/* ---- T32: members reach each other ---- */

/* The first that the others are held against: one that is in the network at all, where there is
 * one. */
static size_t first_seated(const struct connect_member *members, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (members[i].known && members[i].place != NO_PLACE)
			return i;
	return 0;
}

static void find_break(struct view *view, const struct connect *connect,
		       const struct connect_member *a, const struct connect_member *b, size_t more)
{
	const json_t *network = view->item->res;
	MS_AUTO_FREE char *from = connect_member_words(connect, a),
			  *to = connect_member_words(connect, b),
			  *end = connect_end_words(connect, network, a),
			  *other = connect_end_words(connect, network, b);
	char others[48] = "";

	if (!from || !to || !end || !other) {
		view->failed = true;
		return;
	}
	if (more)
		snprintf(others, sizeof others, ", nor %zu more", more);
	view_find(view, "msctl-switch plan | msctl-switch apply; msctl-switch trace shows the way",
		  "%s does not reach %s%s: it ends at %s; the other side ends at %s", from, to,
		  others, end, other);
}

static void look_at_network(struct view *view)
{
	const struct connect *connect = graph_connect(view->graph);
	MS_AUTO_FREE struct connect_member *members = NULL;
	const struct connect_member *lost = NULL;
	size_t n = 0, first, missing = 0;

	if (!connect || connect_members(connect, view->item->res, &members, &n)) {
		view->failed = true;
		return;
	}
	first = first_seated(members, n);
	for (size_t i = 0; i < n; i++)
		if (i != first && members[first].known && members[i].known &&
		    !connect_reaches(connect, view->item->res, &members[first], &members[i])) {
			lost = lost ? lost : &members[i];
			missing++;
		}
	if (lost)
		find_break(view, connect, &members[first], lost, missing - 1);
}

int rule_connected(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_each_view(item, rule, "Network", look_at_network, err);
}

/* ---- T04: ports of hosts ---- */

const char *rules_vlan_owner(const struct view *view, json_int_t vid, bool *ret_known)
{
	char key[40];
	const json_t *owner;
	bool known;

	snprintf(key, sizeof key, "vlan %lld", (long long)vid);
	owner = json_object_get(view->graph->owners, key);
	known = !owner || json_integer_value(owner) >= 0;
	if (ret_known)
		*ret_known = known;
	return owner && known ? ms_name(view->graph->tenants[json_integer_value(owner)]) : NULL;
}

static void judge_seated(struct view *view, const char *words, const json_t *seat, json_int_t vid)
{
	const json_t *names = json_object_get(seat, "names");
	bool known;
	const char *owner = rules_vlan_owner(view, vid, &known);

	if (!known || (owner && json_object_get(names, owner)))
		return;
	view_find(view,
		  "msctl-switch plan | msctl-switch apply; or make it a member of the network",
		  "%s is tenant %s's, but carries VLAN %lld %s%s", words,
		  json_object_iter_key(json_object_iter((json_t *)names)), (long long)vid,
		  owner ? "of tenant " : "that no network has", owner ? owner : "");
}

static void judge_vlan(struct view *view, const char *text, json_int_t vid, bool tagged)
{
	char words[64], key[300];
	const json_t *seat;
	const char *owner;
	bool known;

	rules_carrier_words(text, words, sizeof words);
	if (tagged && vid == 1)
		view_find(view,
			  "take VLAN 1 off the trunk: it is where switches put what has no VLAN",
			  "%s carries VLAN 1 with a tag", words);
	snprintf(key, sizeof key, "%s:%s", view->name, text);
	seat = json_object_get(view->graph->seats, key);
	if (seat) {
		judge_seated(view, words, seat, vid);
		return;
	}
	if (graph_faces_switch(view->graph, view->sw, text))
		return;
	owner = rules_vlan_owner(view, vid, &known);
	if (owner)
		view_find(view, "members of the network: {port: SWITCH:PORT}; or take the VLAN off",
			  "%s carries VLAN %lld of tenant %s, but no network has a member there",
			  words, (long long)vid, owner);
}

static void look_at_vlans(struct view *view)
{
	rules_each_vlan(view, judge_vlan);
}

int rule_host_vlans(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_each_view(item, rule, "Switch", look_at_vlans, err);
}
