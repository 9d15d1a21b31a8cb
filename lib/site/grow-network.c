/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members of networks, one by one, each at its port. */
#include <errno.h>
#include "site/grow.h"

static int resolve(struct ms_growth *g, json_t *members)
{
	json_t *member;
	size_t i;

	json_array_foreach(members, i, member) {
		const char *nic = ms_str(member, "/nic", NULL);
		json_t *port = nic ? json_object_get(g->grown->peers, nic) : NULL;

		if (port && !json_object_get(member, "port") &&
		    !json_object_get(member, "channel") && json_object_set(member, "port", port))
			return ms_nomem(g->err);
	}
	return 0;
}

static int spread_members(struct ms_growth *g, json_t *written, json_t **ret_members)
{
	const struct ms_field *field = ms_field_find(ms_fields_network, "members", true);
	json_auto_t *members = NULL;
	json_auto_t *mine = json_deep_copy(written);
	int r = mine ? ms_range_spread(field, mine, &members, g->err) : ms_nomem(g->err);

	if (r == -EINVAL) {
		ms_grow_problem(g, "write ranges of as many values", "%s", g->err->message);
		ms_err_clear(g->err);
		return r;
	}
	if (!r)
		r = resolve(g, members);
	if (!r)
		*ret_members = ms_take(members);
	return r;
}

/* The entry itself is the people's: a copy of it gets the members. */
static int grow_network(struct ms_growth *g, const json_t *base, json_t *networks, size_t i)
{
	json_t *entry = json_array_get(networks, i),
	       *written = (json_t *)ms_merged_at(base, entry, "/members"), *members = NULL;
	int r;

	if (!json_is_array(written))
		return 0;
	snprintf(g->check.path, sizeof(g->check.path), "/spec/networks/%zu/members", i);
	r = spread_members(g, written, &members);
	if (r)
		return g->err->code == MS_OK ? 0 : r;
	entry = ms_grow_copy(entry);
	if (json_array_set_new(networks, i, entry) || json_object_set(entry, "members", members))
		r = ms_nomem(g->err);
	json_decref(members);
	return r;
}

int ms_grow_networks(struct ms_growth *g)
{
	json_t *spec = json_object_get(g->grown->root, "spec"),
	       *written = json_object_get(spec, "networks"), *networks;
	struct ms_inherit in;
	const json_t *base;
	int r = 0;

	if (!json_is_array(written))
		return 0;
	networks = ms_grow_copy(written);
	if (json_object_set_new(spec, "networks", networks))
		return ms_nomem(g->err);
	ms_inherit_init(&in, g->grown->root, "network");
	for (size_t i = 0; !r && i < json_array_size(networks); i++) {
		r = ms_inherit_of(&in, json_array_get(networks, i), &base, g->err);
		if (!r)
			r = grow_network(g, base, networks, i);
	}
	ms_inherit_release(&in);
	return r;
}
