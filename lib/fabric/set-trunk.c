/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plain VLANs between switches: a VLAN is put on the trunks that lie between its members and on no
 * other, so that nobody else's port sees its broadcasts.
 */
#include "fabric/set.h"

/* The trunks of one network: {SWITCH: {NEIGHBOUR: number of cables}} of what they can reach. */
struct web {
	struct fabric_set *set;
	const json_t *network;
	json_t *reach;
	json_t *members;         /* {SWITCH: ...} that must stay */
};

/* Cables of a switch to others, in the web or not yet. */
static void add_neighbours(struct web *web, const char *sw, json_t *queue)
{
	json_t *own = fabric_set_object(web->set, web->reach, sw), *cable;
	size_t i;

	json_array_foreach(json_object_get(web->set->trunks, sw), i, cable) {
		struct fabric_end at;

		if (!fabric_end_split(ms_str(cable, "/end", NULL), &at) ||
		    !fabric_set_find(web->set, "Switch", at.device))
			continue;
		fabric_set_object(web->set, own, at.device);
		if (!json_object_get(web->reach, at.device) &&
		    (json_array_append_new(queue, json_string(at.device)) ||
		     !fabric_set_object(web->set, web->reach, at.device)))
			web->set->failed = true;
	}
}

static void reach_from(struct web *web, const char *first)
{
	json_auto_t *queue = json_array();

	if (!queue || json_array_append_new(queue, json_string(first)) ||
	    !fabric_set_object(web->set, web->reach, first)) {
		web->set->failed = true;
		return;
	}
	for (size_t i = 0; i < json_array_size(queue); i++)
		add_neighbours(web, json_string_value(json_array_get(queue, i)), queue);
}

/* Switches without members at the end of a branch lead nowhere; what led to them may be the next.
 */
static void prune_from(struct web *web, const char *name)
{
	char sw[256], next[256];

	snprintf(sw, sizeof sw, "%s", name);
	while (*sw && !json_object_get(web->members, sw)) {
		json_t *own = json_object_get(web->reach, sw);
		void *only = json_object_iter(own);

		if (!own || json_object_size(own) > 1)
			return;
		snprintf(next, sizeof next, "%s", only ? json_object_iter_key(only) : "");
		json_object_del(json_object_get(web->reach, next), sw);
		json_object_del(web->reach, sw);
		memcpy(sw, next, sizeof sw);
	}
}

static void prune(struct web *web)
{
	json_auto_t *all = json_array();
	const char *name;
	json_t *value;
	size_t i;

	json_object_foreach(web->reach, name, value)
		if (json_array_append_new(all, json_string(name)))
			web->set->failed = true;
	json_array_foreach(all, i, value)
		prune_from(web, json_string_value(value));
}

/* What is left carries the network: on both ends of every cable. */
static void carry(struct web *web)
{
	const char *sw;
	json_t *neighbours, *cable, *part;
	size_t i;

	json_object_foreach(web->reach, sw, neighbours) {
		part = fabric_set_part(web->set, sw, ms_name(web->network));
		json_array_foreach(json_object_get(web->set->trunks, sw), i, cable) {
			struct fabric_end at;

			if (fabric_end_split(ms_str(cable, "/end", NULL), &at) &&
			    json_object_get(neighbours, at.device) &&
			    json_array_append(fabric_set_array(web->set, part, "trunks"),
					      json_object_get(cable, "port")))
				web->set->failed = true;
		}
	}
}

static bool all_reached(struct web *web, const char *first)
{
	const char *sw;
	json_t *value;

	json_object_foreach(web->members, sw, value) {
		if (json_object_get(web->reach, sw))
			continue;
		ms_hint(fabric_set_problem(
				web->set, web->network, "/spec/members",
				"members are at %s and %s, but no trunk joins the two",
				first, sw),
			"links with `layer: trunk` between them, or isolation: evpn-vxlan");
		return false;
	}
	return true;
}

void fabric_set_add_trunks(struct fabric_set *set, const json_t *network)
{
	const json_t *tenant = fabric_set_find(set, "Tenant",
					       ms_str(network, "/spec/tenant", NULL));
	json_auto_t *reach = json_object(), *members = NULL;
	struct web web = { .set = set, .network = network, .reach = reach };
	const char *first;

	if (!tenant || !ms_streq(fabric_isolation_of(tenant), "vlan"))
		return;
	if (json_object_size(json_object_get(set->where, ms_name(network))) < 2)
		return;
	web.members = members = json_copy(json_object_get(set->where, ms_name(network)));
	if (!reach || !members) {
		set->failed = true;
		return;
	}
	first = json_object_iter_key(json_object_iter(members));
	reach_from(&web, first);
	if (!all_reached(&web, first))
		return;
	prune(&web);
	carry(&web);
}
