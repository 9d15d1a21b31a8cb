/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members of networks, by the switch that they are at. */
#include "fabric/set.h"

#define MAX_RANGE 65536

struct joining {
	struct fabric_set *set;
	const json_t *network, *member;
	char path[64];
};

static void add_part(struct joining *j, const char *sw, const char *what, const char *name)
{
	json_t *part = fabric_set_part(j->set, sw, ms_name(j->network));
	json_t *row = json_pack("{s:s,s:O}", what, name, "member", j->member);

	if (!row || json_array_append_new(fabric_set_array(j->set, part, "members"), row))
		j->set->failed = true;
}

/* A channel that both switches of a pair have is in the network on both. */
static void add_channel(struct joining *j, const json_t *sw, const json_t *channel)
{
	const char *name = ms_str(channel, "/name", "");
	const json_t *pair = fabric_set_pair(j->set, sw);

	add_part(j, ms_name(sw), "channel", name);
	if (pair && ms_bool(channel, "/shared", false) && fabric_channel_named(pair, name))
		add_part(j, ms_name(pair), "channel", name);
}

static const json_t *switch_of(struct joining *j, const struct fabric_end *at)
{
	const json_t *sw = fabric_set_find(j->set, "Switch", at->device);

	if (!sw)
		ms_hint(fabric_set_problem(j->set, j->network, j->path, "no Switch is named %s",
					   at->device),
			"members are SERVER:NIC, SWITCH:PORT or SWITCH:CHANNEL");
	return sw;
}

static void add_port(struct joining *j, const char *place)
{
	struct fabric_end at;
	const json_t *sw, *channel;
	unsigned port, part;

	if (!fabric_end_split(place, &at) || !fabric_port_parse(at.port, &port, &part)) {
		ms_hint(fabric_set_problem(j->set, j->network, j->path, "no port: %s", place),
			"ports are numbers of the front panel: leaf01:1, or leaf01:1/2");
		return;
	}
	sw = switch_of(j, &at);
	channel = sw ? fabric_channel_of(sw, at.port) : NULL;
	if (channel)
		add_channel(j, sw, channel);
	else if (sw)
		add_part(j, at.device, "port", at.port);
}

/* A Site that was expanded says beside a NIC where it is cabled to. */
static void add_nic(struct joining *j, const char *nic)
{
	const char *place = fabric_set_peer(j->set, nic), *said = ms_str(j->member, "/port", place);

	if (!said)
		ms_hint(fabric_set_problem(j->set, j->network, j->path, "%s is cabled to nothing",
					   nic),
			"a Link, or the `cable` of the NIC, says where it goes");
	else if (place && strcmp(place, said))
		ms_hint(fabric_set_problem(j->set, j->network, j->path,
					   "%s is cabled to %s, not to %s", nic, place, said),
			"leave `port` out where `nic` stands");
	else
		add_port(j, said);
}

static void add_named_channel(struct joining *j, const char *place)
{
	struct fabric_end at;
	const json_t *sw, *channel;

	if (!fabric_end_split(place, &at)) {
		fabric_set_problem(j->set, j->network, j->path, "no channel: %s", place);
		return;
	}
	sw = switch_of(j, &at);
	channel = sw ? fabric_channel_named(sw, at.port) : NULL;
	if (channel)
		add_channel(j, sw, channel);
	else if (sw)
		ms_hint(fabric_set_problem(j->set, j->network, j->path, "%s has no channel %s",
					   at.device, at.port),
			"channels: [{name: \"%s\", ports: [...]}] in %s", at.port, at.device);
}

typedef void join_fn(struct joining *j, const char *place);

static void join_each(struct joining *j, const char *places, join_fn *fn)
{
	struct ms_err err = MS_ERR_INIT;
	char **names = NULL, **name;

	if (!strchr(places, '[')) {
		fn(j, places);
		return;
	}
	if (ms_hostlist_expand(places, MAX_RANGE, &names, &err))
		fabric_set_problem(j->set, j->network, j->path, "%s", err.message);
	for (name = names; name && *name; name++)
		fn(j, *name);
	ms_strv_free(names);
}

static void add_member(struct joining *j, size_t i)
{
	const char *nic = ms_str(j->member, "/nic", NULL), *port = ms_str(j->member, "/port", NULL);
	const char *channel = ms_str(j->member, "/channel", NULL);
	const char *key = nic ? "nic" : port ? "port" : "channel";

	snprintf(j->path, sizeof j->path, "/spec/members/%zu", i);
	if (channel ? nic || port : !nic && !port) {
		ms_hint(fabric_set_problem(j->set, j->network, j->path,
					   channel ? "a member is one thing only"
						   : "a member of nothing"),
			"one of nic, port, channel");
		return;
	}
	snprintf(j->path, sizeof j->path, "/spec/members/%zu/%s", i, key);
	if (nic)
		join_each(j, nic, add_nic);
	else if (port)
		join_each(j, port, add_port);
	else
		join_each(j, channel, add_named_channel);
}

/* A router's address on a switch makes the switch part of the network. */
static void add_gateways(struct joining *j)
{
	const json_t *gateway;
	size_t i;

	json_array_foreach(ms_at(j->network, "/spec/gateways"), i, gateway) {
		const char *sw = ms_str(gateway, "/switch", NULL);

		if (!sw)
			continue;
		snprintf(j->path, sizeof j->path, "/spec/gateways/%zu/switch", i);
		if (!fabric_set_find(j->set, "Switch", sw))
			fabric_set_problem(j->set, j->network, j->path, "no Switch is named %s",
					   sw);
		else
			fabric_set_part(j->set, sw, ms_name(j->network));
	}
}

void fabric_set_add_network(struct fabric_set *set, const json_t *network)
{
	struct joining j = { .set = set, .network = network };
	const char *tenant = ms_str(network, "/spec/tenant", NULL);
	size_t i;

	if (!fabric_set_find(set, "Tenant", tenant)) {
		ms_hint(fabric_set_problem(set, network, "/spec/tenant", "no Tenant is named %s",
					   tenant ? tenant : "(nothing)"),
			"networks belong to a tenant: tenants: [{name: ...}] in the site file");
		return;
	}
	json_array_foreach(ms_at(network, "/spec/members"), i, j.member)
		add_member(&j, i);
	add_gateways(&j);
}
