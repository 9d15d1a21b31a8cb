/* SPDX-License-Identifier: GPL-2.0-or-later */
/* T31: what one of a pair says, the other must say too: hosts that are at both take them for one
 * switch. */
#include "fabric/rules/rules.h"

#define AGAIN "msctl-switch plan | msctl-switch apply: both of a pair follow from the same site"

struct pair { struct view *view; const char *mate; const json_t *a, *b; };

/* ---- MLAG ---- */

static void same(const struct pair *pair, const char *pointer, const char *what)
{
	const json_t *x = ms_at(pair->a, "%s", pointer), *y = ms_at(pair->b, "%s", pointer);
	MS_AUTO_FREE char *own = x ? ms_json_text(x, MS_JSON_COMPACT) : NULL;
	MS_AUTO_FREE char *far = y ? ms_json_text(y, MS_JSON_COMPACT) : NULL;

	if (x && y && !json_equal(x, y))
		view_find(pair->view, AGAIN, "the %s of the pair is %s here, but %s on %s", what,
			  own ? own : "?", far ? far : "?", pair->mate);
}

/* Each calls the other by the other half of a /31. */
static void judge_peers(const struct pair *pair)
{
	const char *a = ms_str(pair->a, "/mlag/peer", NULL),
		   *b = ms_str(pair->b, "/mlag/peer", NULL);

	if (a && ms_streq(a, b))
		view_find(pair->view, AGAIN, "both of the pair call %s the other: %s does so too",
			  a, pair->mate);
}

static bool lists(const json_t *numbers, const char *number)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(numbers, i, entry)
		if (json_integer_value(entry) == strtoll(number, NULL, 10))
			return true;
	return false;
}

/* Frames for a host whose own cable is down come by the link: every VLAN has to pass. */
static void judge_link(const struct pair *pair, const json_t *model, const char *name)
{
	const char *link = ms_str(model, "/mlag/link", ""), *vid;
	const json_t *row = json_object_get(json_object_get(model, "channels"), link),
		     *l2 = json_object_get(row, "l2");
	json_t *vlan;

	if (!l2 && row && json_object_size(json_object_get(model, "vlans")))
		view_find(pair->view, AGAIN,
			  "channel %s of %s, the link of the pair, carries no VLAN", link, name);
	json_object_foreach(json_object_get(model, "vlans"), vid, vlan)
		if (l2 && !lists(json_object_get(l2, "tagged"), vid) &&
		    ms_int(l2, "/native", 0) != strtoll(vid, NULL, 10))
			view_find(pair->view, AGAIN,
				  "VLAN %s of %s does not pass the link of the pair, channel %s",
				  vid, name, link);
}

static void judge_mlag(const struct pair *pair)
{
	bool here = json_object_get(pair->a, "mlag"), there = json_object_get(pair->b, "mlag");

	if (here != there) {
		view_find(pair->view, AGAIN, "MLAG is set up on one of the pair only: %s",
			  here ? pair->view->name : pair->mate);
		return;
	}
	if (!here)
		return;
	same(pair, "/mlag/domain", "domain");
	same(pair, "/mlag/systemMac", "MAC address");
	judge_peers(pair);
	judge_link(pair, pair->a, pair->view->name);
	judge_link(pair, pair->b, pair->mate);
}

/* ---- channels that both have ---- */

static const json_t *twin_of(const json_t *model, const json_t *channel)
{
	const json_t *mlag = json_object_get(channel, "mlag"),
		     *esi = json_object_get(channel, "esi");
	const char *name;
	json_t *row;

	json_object_foreach(json_object_get(model, "channels"), name, row)
		if ((mlag && json_equal(mlag, json_object_get(row, "mlag"))) ||
		    (esi && json_equal(esi, json_object_get(row, "esi"))))
			return row;
	return NULL;
}

static bool differs(const json_t *a, const json_t *b)
{
	return a != b && (!a || !b || !json_equal(a, b));
}

static void judge_channels(const struct pair *pair, const json_t *own, const json_t *far,
			   const char *name, const char *other, bool deep)
{
	const char *number;
	json_t *row;

	json_object_foreach(json_object_get(own, "channels"), number, row) {
		const json_t *twin = twin_of(far, row);

		if (!json_object_get(row, "mlag") && !json_object_get(row, "esi"))
			continue;
		if (!twin)
			view_find(pair->view, AGAIN, "channel %s is shared on %s, but not on %s",
				  number, name, other);
		else if (deep && differs(json_object_get(row, "l2"), json_object_get(twin, "l2")))
			view_find(pair->view, AGAIN, "channel %s has other VLANs on %s than on %s",
				  number, name, other);
		else if (deep && differs(json_object_get(row, "systemMac"),
					 json_object_get(twin, "systemMac")))
			view_find(pair->view, AGAIN,
				  "channel %s shows hosts another MAC address on %s than on %s",
				  number, name, other);
	}
}

/* ---- pairs among each other ---- */

/* {"domain 7": SWITCH, "esi 00:...": SWITCH} of whoever has it first, for its pair. */
static void note_pair(struct fabric_graph *graph, json_t *fact, const char *what, const char *value,
		      const char *owner)
{
	MS_AUTO_FREE char *key = ms_asprintf("%s %s", what, value);

	if (!key || (!json_object_get(fact, key) &&
		     json_object_set_new(fact, key, json_string(owner))))
		graph->failed = true;
}

static void note_pairs(struct fabric_graph *graph, json_t *fact)
{
	for (size_t i = 0; i < fabric_set_switches(graph->set); i++) {
		const json_t *model = graph->models[i];
		const char *mac = ms_str(model, "/mlag/systemMac", NULL), *name;
		json_t *row;

		if (mac)
			note_pair(graph, fact, "MAC address", mac,
				  graph_switch_name(graph, (uint32_t)i));
		json_object_foreach(json_object_get(model, "channels"), name, row)
			if (ms_str(row, "/esi", NULL))
				note_pair(graph, fact, "segment", ms_str(row, "/esi", ""),
					  graph_switch_name(graph, (uint32_t)i));
	}
}

static void alone(struct view *view, const char *mate, const char *what, const char *value)
{
	const json_t *all = graph_fact(view->graph, "pairs", note_pairs);
	MS_AUTO_FREE char *key = ms_asprintf("%s %s", what, value);
	const char *who = key ? json_string_value(json_object_get(all, key)) : NULL;

	if (who && strcmp(who, view->name) && !ms_streq(who, mate))
		view_find(view, "a domain of its own for each pair, or pools: {pairDomains: POOL}",
			  "%s %s is also that of %s, which is of another pair", what, value, who);
}

static void judge_alone(struct view *view, const char *mate)
{
	const char *mac = ms_str(view->model, "/mlag/systemMac", NULL), *name;
	json_t *row;

	if (mac)
		alone(view, mate, "MAC address", mac);
	json_object_foreach(json_object_get(view->model, "channels"), name, row)
		if (ms_str(row, "/esi", NULL))
			alone(view, mate, "segment", ms_str(row, "/esi", ""));
}

/* ---- the whole ---- */

static void judge(struct view *view)
{
	const json_t *mate = fabric_set_pair(view->set, fabric_set_switch(view->set, view->sw));
	uint32_t far = mate ? graph_switch(view->graph, ms_name(mate)) : NO_PLACE;
	struct pair pair = { .view = view, .a = view->model };

	judge_alone(view, mate ? ms_name(mate) : NULL);
	/* Told once, at the first of the two. */
	if (far == NO_PLACE || !view->graph->models[far] || strcmp(view->name, ms_name(mate)) > 0)
		return;
	pair.mate = ms_name(mate);
	pair.b = view->graph->models[far];
	judge_mlag(&pair);
	judge_channels(&pair, pair.a, pair.b, view->name, pair.mate, true);
	judge_channels(&pair, pair.b, pair.a, pair.mate, view->name, false);
}

int rule_pair(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_each_view(item, rule, "Switch", judge, err);
}
