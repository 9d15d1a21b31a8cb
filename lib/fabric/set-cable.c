/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cables, by both of their ends: Links, and what Servers say of their NICs. */
#include "fabric/set.h"

struct cable {
	const char *from, *to;
	const json_t *link;      /* NULL for the cable of a NIC */
	const char *layer;
	const json_t *of;        /* whom a problem belongs to */
};

static bool is_switch(const struct fabric_set *set, const char *device)
{
	return fabric_set_find(set, "Switch", device) != NULL;
}

/* One end of a cable that is at a switch. */
static void add_end(struct fabric_set *set, const struct cable *cable, const struct fabric_end *at,
		    const char *end, bool from)
{
	json_t *row = json_pack("{s:s,s:s,s:s,s:s}", "port", at->port, "end", end, "layer",
				cable->layer, "own", from ? "from" : "to");
	bool trunk = ms_streq(cable->layer, "trunk") || ms_streq(cable->layer, "peer");
	unsigned port, part;

	if (!fabric_port_parse(at->port, &port, &part))
		ms_hint(fabric_set_problem(set, cable->of, "", "%s:%s is no port", at->device,
					   at->port),
			"ports are numbers of the front panel: %s:1, or %s:1/2", at->device,
			at->device);
	if (!row ||
	    (cable->link && json_object_set(row, "link", (json_t *)cable->link)) ||
	    json_array_append(fabric_set_array(set, set->cables, at->device), row) ||
	    (trunk && json_array_append(fabric_set_array(set, set->trunks, at->device), row)))
		set->failed = true;
	json_decref(row);
}

/* Is the end free?  The same cable may be told twice: by a Link, and by the NIC. */
static bool is_free(struct fabric_set *set, const struct cable *cable, const char *end,
		    const char *other)
{
	const char *have = fabric_set_peer(set, end);

	if (!have)
		return true;
	if (!ms_streq(have, other))
		ms_hint(fabric_set_problem(set, cable->of, "",
					   "%s is cabled twice: to %s and to %s", end, have, other),
			"one of the two is wrong; msctl-site graph shows the cabling");
	return false;
}

static void add_cable(struct fabric_set *set, const struct cable *cable)
{
	struct fabric_end from, to;

	if (!fabric_end_split(cable->from, &from) || !fabric_end_split(cable->to, &to)) {
		ms_hint(fabric_set_problem(set, cable->of, "", "no cable: %s to %s", cable->from,
					   cable->to),
			"ends are SWITCH:PORT or SERVER:NIC");
		return;
	}
	if (!is_free(set, cable, cable->from, cable->to) ||
	    !is_free(set, cable, cable->to, cable->from))
		return;
	if (json_object_set_new(set->peers, cable->from, json_string(cable->to)) ||
	    json_object_set_new(set->peers, cable->to, json_string(cable->from)))
		set->failed = true;
	if (is_switch(set, from.device))
		add_end(set, cable, &from, cable->to, true);
	if (is_switch(set, to.device))
		add_end(set, cable, &to, cable->from, false);
}

static bool joins_switches(const struct fabric_set *set, const json_t *link)
{
	struct fabric_end from, to;

	return fabric_end_split(ms_str(link, "/spec/from", NULL), &from) &&
	       fabric_end_split(ms_str(link, "/spec/to", NULL), &to) &&
	       is_switch(set, from.device) && is_switch(set, to.device);
}

void fabric_set_add_link(struct fabric_set *set, const json_t *link)
{
	const char *usual = joins_switches(set, link) ? "routed" : "host";
	struct cable cable = {
		.from = ms_str(link, "/spec/from", ""),
		.to = ms_str(link, "/spec/to", ""),
		.link = link,
		.layer = ms_str(link, "/spec/layer", usual),
		.of = link,
	};

	add_cable(set, &cable);
}

/* A bond is where its first NIC is; the channel there knows the others. */
static void add_bond(struct fabric_set *set, const char *server, const char *bond, const char *peer)
{
	MS_AUTO_FREE char *end = ms_asprintf("%s:%s", server, bond);

	if (!end || (!fabric_set_peer(set, end) &&
		     json_object_set_new(set->peers, end, json_string(peer))))
		set->failed = true;
}

void fabric_set_add_nics(struct fabric_set *set, const json_t *server)
{
	const json_t *nic;
	size_t i;

	json_array_foreach(ms_at(server, "/spec/nics"), i, nic) {
		const char *cable_to = ms_str(nic, "/cable", NULL);
		MS_AUTO_FREE char *end = ms_asprintf("%s:%s", ms_name(server),
						     ms_str(nic, "/name", ""));
		struct cable cable = { end, cable_to, NULL, "host", server };
		const char *bond = ms_str(nic, "/bond", NULL);

		if (!end)
			set->failed = true;
		else if (cable_to && *ms_str(nic, "/name", ""))
			add_cable(set, &cable);
		if (bond && cable_to)
			add_bond(set, ms_name(server), bond, cable_to);
	}
}
