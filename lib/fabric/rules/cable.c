/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules of cables: what LLDP says against what the site says. */
#include <errno.h>
#include "fabric/lldp.h"
#include "fabric/rules/rules.h"

/* A port of a switch that was read. */
struct plug {
	struct ms_item *item;
	const struct ms_rule *rule;
	struct fabric_graph *graph;      /* observed */
	const char *port;
	const json_t *seen;              /* status.switch.ports.PORT */
	char own[320];                   /* "leaf01:1" */
	const char *declared;            /* what is to be at the other end; NULL = nothing */
	char is[320];                    /* who is there, "" = not known */
	bool heard;
};
typedef int plug_fn(struct plug *plug);

static int each_plug(struct ms_item *item, const struct ms_rule *rule, plug_fn *fn)
{
	const struct fabric_check *check = item->ctx;
	struct plug plug = { .item = item, .rule = rule, .graph = check->observed };
	const char *port;
	json_t *seen;
	int r = 0;

	if (!ms_streq(ms_kind(item->res), "Switch") || !plug.graph || !rules_seen(item))
		return 0;
	json_object_foreach(json_object_get(rules_seen(item), "ports"), port, seen) {
		const json_t *lldp = json_object_get(seen, "lldp");
		const char *is;

		plug.port = port;
		plug.seen = seen;
		plug.heard = json_object_size(lldp) > 0;
		snprintf(plug.own, sizeof plug.own, "%s:%s", ms_name(item->res), port);
		plug.declared = fabric_set_peer(plug.graph->set, plug.own);
		is = plug.heard ? fabric_who_is(plug.graph->who, lldp, plug.is, sizeof plug.is)
				: "";
		if (!*is)
			*plug.is = 0;
		if (!r)
			r = fn(&plug);
	}
	return r;
}

/* "node03:rail0", "node03", or what it calls itself. */
static char *neighbor_words(const struct plug *plug)
{
	const json_t *lldp = json_object_get(plug->seen, "lldp");
	size_t len = strlen(plug->is);

	if (len)
		return ms_asprintf("%.*s", (int)(len - (plug->is[len - 1] == ':')), plug->is);
	return ms_asprintf("an unknown \"%s\" (chassis %s, port %s)",
			   row_text(lldp, "systemName", ""), row_text(lldp, "chassisId", "?"),
			   row_text(lldp, "portId", "?"));
}

/* ---- T20: the wrong one ---- */

static bool is_right(const struct plug *plug)
{
	size_t len = strlen(plug->is);

	if (!strcmp(plug->is, plug->declared))
		return true;
	/* Which port of the device is not known. */
	return len && plug->is[len - 1] == ':' && !strncmp(plug->is, plug->declared, len);
}

static int find_wrong(struct plug *plug)
{
	MS_AUTO_FREE char *words = NULL;
	const char *home, *there;

	if (!plug->declared || !plug->heard || is_right(plug))
		return 0;
	words = neighbor_words(plug);
	home = *plug->is ? fabric_set_peer(plug->graph->set, plug->is) : NULL;
	there = home ? json_string_value(json_object_get(plug->graph->cabling, home)) : NULL;
	if (!home)
		return ms_find(plug->item, plug->rule,
			       "move the cable, or correct the Link or the `cable` of the NIC",
			       "port %s is to be cabled to %s, but %s is there", plug->port,
			       plug->declared, words ? words : "another");
	if (!ms_streq(there, plug->declared))
		return ms_find(
			plug->item, plug->rule,
			"move the cable, or correct the Link or the `cable` of the NIC",
			"port %s is to be cabled to %s, but %s is there, which belongs at %s",
			plug->port, plug->declared, words ? words : "another", home);
	/* Both ends of a swap see it: the first says it. */
	if (strcmp(plug->own, home) > 0)
		return 0;
	return ms_find(plug->item, plug->rule, "exchange the two cables",
		       "cables are swapped: %s is at %s, and %s at %s", words ? words : "",
		       plug->own, plug->declared, home);
}

int rule_cable(struct ms_item *item, const struct ms_rule *rule,
	       __attribute__((unused)) struct ms_err *err)
{
	return each_plug(item, rule, find_wrong);
}

/* ---- T19: link down; T21: nothing heard; T22: nothing declared ---- */

static bool is_down(const struct plug *plug)
{
	return ms_streq(row_text(plug->seen, "link", NULL), "down");
}

static int find_down(struct plug *plug)
{
	const json_t *sw = ms_at(plug->item->res, "/status/switch/config/ports");

	if (!plug->declared || !is_down(plug) ||
	    !ms_bool(json_object_get(sw, plug->port), "/enabled", true))
		return 0;
	return ms_find(plug->item, plug->rule,
		       "the cable, the transceivers, and whether the other end is on",
		       "port %s, to %s, has no link", plug->port, plug->declared);
}

int rule_link(struct ms_item *item, const struct ms_rule *rule,
	      __attribute__((unused)) struct ms_err *err)
{
	return each_plug(item, rule, find_down);
}

/* Hosts need not speak LLDP; switches do. */
static int find_silent(struct plug *plug)
{
	struct fabric_end at;

	if (!plug->declared || plug->heard || is_down(plug) ||
	    !fabric_end_split(plug->declared, &at) ||
	    graph_switch(plug->graph, at.device) == NO_PLACE)
		return 0;
	return ms_find(plug->item, plug->rule,
		       "is LLDP on at both ends, and the cable where it should be?",
		       "nothing is heard from %s on port %s", plug->declared, plug->port);
}

int rule_silent(struct ms_item *item, const struct ms_rule *rule,
		__attribute__((unused)) struct ms_err *err)
{
	return each_plug(item, rule, find_silent);
}

static int find_extra(struct plug *plug)
{
	MS_AUTO_FREE char *words = NULL;

	if (plug->declared || !plug->heard)
		return 0;
	words = neighbor_words(plug);
	return ms_find(plug->item, plug->rule,
		       "a Link in the site file if it is to be there, else pull the cable",
		       "no cable is declared at port %s, but %s is there", plug->port,
		       words ? words : "somebody");
}

int rule_extra(struct ms_item *item, const struct ms_rule *rule,
	       __attribute__((unused)) struct ms_err *err)
{
	return each_plug(item, rule, find_extra);
}

/* ---- T23: speed ---- */

static unsigned long long speed_of(const char *text)
{
	return text ? strtoull(text, NULL, 10) : 0;
}

/* What the Link says, or else what the other end runs at. */
static const char *wanted_speed(const struct plug *plug, const char **ret_who)
{
	const json_t *cables =
		json_object_get(plug->graph->set->cables, ms_name(plug->item->res)), *cable, *ports;
	struct fabric_end at;
	uint32_t far;
	size_t i;

	*ret_who = "the site file";
	json_array_foreach(cables, i, cable)
		if (ms_streq(row_text(cable, "port", NULL), plug->port) &&
		    ms_str(cable, "/link/spec/speed", NULL))
			return ms_str(cable, "/link/spec/speed", NULL);
	if (!fabric_end_split(plug->declared, &at))
		return NULL;
	*ret_who = plug->declared;
	far = graph_switch(plug->graph, at.device);
	if (far == NO_PLACE || !plug->graph->models[far])
		return NULL;
	ports = ms_at(fabric_set_switch(plug->graph->set, far), "/status/switch/ports");
	return ms_str(json_object_get(ports, at.port), "/speed", NULL);
}

static int find_speed(struct plug *plug)
{
	const char *is = row_text(plug->seen, "speed", NULL), *want, *who;

	if (!plug->declared || !is || is_down(plug))
		return 0;
	want = wanted_speed(plug, &who);
	if (!want || speed_of(want) == speed_of(is))
		return 0;
	return ms_find(plug->item, plug->rule,
		       "the transceivers and cable, or `speed` of the Link and of both ports",
		       "port %s, to %s, runs at %s, but %s says %s", plug->port, plug->declared, is,
		       who, want);
}

int rule_speed(struct ms_item *item, const struct ms_rule *rule,
	       __attribute__((unused)) struct ms_err *err)
{
	return each_plug(item, rule, find_speed);
}
