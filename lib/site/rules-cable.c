/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules about cables, and the ports that they end in. */
#include <inttypes.h>
#include "site/rules.h"

/* ---- a port takes one cable ---- */

/* {end: {peer: owner}}: whoever says the same cable again changes nothing. */
static int add_end(json_t *ends, const char *end, const char *peer, const json_t *res,
		   struct ms_err *err)
{
	json_t *peers = json_object_get(ends, end);

	if (!peers) {
		peers = json_object();
		if (json_object_set_new(ends, end, peers))
			return ms_nomem(err);
	}
	if (json_object_get(peers, peer))
		return 0;
	return json_object_set_new(peers, peer, ms_object_new(ms_kind(res), ms_name(res)))
		       ? ms_nomem(err)
		       : 0;
}

static int add_cable(json_t *ends, const char *from, const char *to, const json_t *res,
		     struct ms_err *err)
{
	int r = add_end(ends, from, to, res, err);

	return r ? r : add_end(ends, to, from, res, err);
}

static int add_nics(json_t *ends, const json_t *res, struct ms_err *err)
{
	const json_t *nic;
	size_t i;
	int r = 0;

	json_array_foreach(ms_at(res, "/spec/nics"), i, nic) {
		const char *cable = ms_str(nic, "/cable", NULL), *name;
		MS_AUTO_FREE char *from = NULL;

		if (!cable || r)
			continue;
		name = ms_str(nic, "/name", ms_str(nic, "/mac", ms_str(nic, "/slot", "?")));
		from = ms_asprintf("%s:%s", ms_name(res), name);
		r = from ? add_cable(ends, from, cable, res, err) : ms_nomem(err);
	}
	return r;
}

static int collect(const struct ms_site_set *set, json_t *ends, struct ms_err *err)
{
	const json_t *res;
	size_t i;
	int r = 0;

	ms_set_foreach(set, i, res, "Server") if (!r) r = add_nics(ends, res, err);
	ms_set_foreach(set, i, res, "Link") if (!r) r = add_cable(
		ends, ms_str(res, "/spec/from", ""), ms_str(res, "/spec/to", ""), res, err);
	return r;
}

int ms_rule_cables(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	json_auto_t *ends = json_object(), *index = json_object();
	const char *end, *peer;
	json_t *peers, *owner;
	bool failed = false;
	int r = ends && index ? collect(ms_rule_set(item), ends, err) : ms_nomem(err);

	json_object_foreach(ends, end, peers) {
		json_t *owners;

		if (r || json_object_size(peers) < 2)
			continue;
		owners = json_array();
		json_object_foreach(peers, peer, owner)
			ms_build_add(&failed, owners, json_incref(owner));
		ms_build_set(&failed, index, end, owners);
	}
	if (failed)
		return ms_nomem(err);
	return r ? r
		 : ms_index_find(item, rule, index, "port",
				 "a port takes one cable: correct one of them", err);
}

/* ---- where cables end ---- */

typedef int link_fn(struct ms_item *item, const struct ms_rule *rule, const json_t *link,
		    const json_t *switches, const json_t *servers, struct ms_err *err);

static int each_link(struct ms_item *item, const struct ms_rule *rule, link_fn *fn,
		     struct ms_err *err)
{
	const struct ms_site_set *set = ms_rule_set(item);
	json_auto_t *switches = ms_rule_index(set, "Switch"),
		    *servers = ms_rule_index(set, "Server");
	const json_t *res;
	size_t i;
	int r = switches && servers ? 0 : ms_nomem(err);

	ms_set_foreach(set, i, res, "Link") if (!r) r = fn(item, rule, res, switches, servers, err);
	return r;
}

/* Neither switch nor server: which of them was meant? */
static int switch_meant(const json_t *switches, const json_t *servers, const char *name,
			bool *ret_meant, struct ms_err *err)
{
	MS_AUTO_FREE char *sw = ms_rule_near(switches, name, ""),
			  *server = ms_rule_near(servers, name, "");

	if (!sw || !server)
		return ms_nomem(err);
	*ret_meant = *sw && !*server;
	return 0;
}

static int nowhere(struct ms_item *item, const struct ms_rule *rule, const json_t *link,
		   const char *end, const json_t *switches, struct ms_err *err)
{
	char name[256];
	MS_AUTO_FREE char *hint = NULL;

	ms_rule_end(end, name);
	hint = ms_rule_near(switches, name, "describe the switch, or correct the cable");
	return hint ? ms_find_one(item, rule, link, err, hint,
				  "%s ends at %s, but no switch is named %s", ms_name(link), end,
				  name)
		    : ms_nomem(err);
}

/* A host link needs one switch, every other link two. */
static int cable_nowhere(struct ms_item *item, const struct ms_rule *rule, const json_t *link,
			 const json_t *switches, const json_t *servers, struct ms_err *err)
{
	bool host = ms_streq(ms_str(link, "/spec/layer", NULL), "host");
	const char *ends[] = { ms_str(link, "/spec/from", ""), ms_str(link, "/spec/to", "") };
	char names[2][256];
	bool known[2];
	int r = 0;

	for (size_t i = 0; i < 2; i++) {
		const char *port = ms_rule_end(ends[i], names[i]);

		known[i] = json_object_get(switches, names[i]);
		if (!r && known[i] && !json_object_get(servers, names[i]) &&
		    !ms_rule_is_port(port))
			r = ms_find_one(item, rule, link, err, "ports are numbers, as 1 or 1/2",
					"%s ends at %s, which is no port", ms_name(link), ends[i]);
	}
	for (size_t i = 0; !r && i < 2; i++) {
		bool meant = true;

		if (known[i] || (host && json_object_get(servers, names[i])))
			continue;
		if (host && known[!i])
			r = switch_meant(switches, servers, names[i], &meant, err);
		if (!r && meant)
			r = nowhere(item, rule, link, ends[i], switches, err);
	}
	return r;
}

int ms_rule_cable_nowhere(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return each_link(item, rule, cable_nowhere, err);
}

/* Or nobody said which it has. */
static bool has_nic(const json_t *server, const char *name)
{
	const json_t *nics = ms_at(server, "/spec/nics"), *nic;
	size_t i;

	json_array_foreach(nics, i, nic)
		if (ms_streq(ms_str(nic, "/name", NULL), name) ||
		    ms_streq(ms_str(nic, "/mac", NULL), name) ||
		    ms_streq(ms_str(nic, "/slot", NULL), name))
			return true;
	return !json_array_size(nics);
}

static int cable_server(struct ms_item *item, const struct ms_rule *rule, const json_t *link,
			const json_t *switches, const json_t *servers, struct ms_err *err)
{
	const char *ends[] = { ms_str(link, "/spec/from", ""), ms_str(link, "/spec/to", "") };
	char name[256];
	int r = 0;

	if (!ms_streq(ms_str(link, "/spec/layer", NULL), "host") || !json_object_size(servers))
		return 0;
	for (size_t i = 0; !r && i < 2; i++) {
		const char *nic = ms_rule_end(ends[i], name);
		const json_t *server = json_object_get(servers, name);
		MS_AUTO_FREE char *hint = NULL;
		bool other = false;

		if (json_object_get(switches, name) || (server && has_nic(server, nic)))
			continue;
		if (!server)
			r = switch_meant(switches, servers, name, &other, err);
		if (r || other)
			continue;
		hint = server ? strdup("add the NIC to the server's nics, or correct the cable")
			      : ms_rule_near(servers, name,
					     "describe the server, or correct the cable");
		if (!hint)
			return ms_nomem(err);
		r = ms_find_one(item, rule, link, err, hint,
				server ? "%s ends at %s, but the server has no NIC of that name"
				       : "%s ends at %s, but no server has that name",
				ms_name(link), ends[i]);
	}
	return r;
}

int ms_rule_cable_server(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return each_link(item, rule, cable_server, err);
}

int ms_rule_same_name(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const struct ms_site_set *set = ms_rule_set(item);
	json_auto_t *servers = ms_rule_index(set, "Server");
	const json_t *res, *server;
	size_t i;
	int r = servers ? 0 : ms_nomem(err);

	ms_set_foreach(set, i, res, "Switch")
	{
		server = json_object_get(servers, ms_name(res));
		if (!r && server)
			r = ms_find_two(item, rule, res, server, err,
					"cables tell them apart by name: rename one of them",
					"%s is a switch and a server", ms_name(res));
	}
	return r;
}

/* ---- parts of ports ---- */

/* Parts of port `whole` of a switch: 0 = it is not broken out. */
static long parts_of(const json_t *sw, const char *whole, size_t len)
{
	const json_t *port;
	size_t i;

	json_array_foreach(ms_at(sw, "/spec/ports"), i, port) {
		const char *name = ms_str(port, "/name", "");

		if (strlen(name) == len && !strncmp(name, whole, len))
			return strtol(ms_str(port, "/breakout", "0"), NULL, 10);
	}
	return 0;
}

struct part_check {
	struct ms_item *item;
	const struct ms_rule *rule;
	const json_t *switches;
	json_t *told; /* {end: true}: a port is told of once */
	struct ms_err *err;
};

static int check_part(struct part_check *p, const char *end)
{
	char name[256];
	const char *port = ms_rule_end(end, name), *slash = strchr(port, '/');
	const json_t *sw = json_object_get(p->switches, name);
	size_t len = strcspn(port, "/");
	long parts = sw ? parts_of(sw, port, len) : 0,
	     part = slash ? strtol(slash + 1, NULL, 10) : 0;

	if (!sw || (!slash && !parts) || (slash && part >= 1 && part <= parts) ||
	    json_object_get(p->told, end))
		return 0;
	if (json_object_set_new(p->told, end, json_true()))
		return ms_nomem(p->err);
	if (!slash)
		return ms_find_one(p->item, p->rule, sw, p->err, "write one of its parts, 1/1",
				   "%s is used whole, but is broken out into %ld", end, parts);
	if (!parts)
		return ms_find_one(p->item, p->rule, sw, p->err,
				   "add the whole port to the switch's ports, with breakout: 4x25G",
				   "%s is a part, but port %.*s is not broken out", end, (int)len,
				   port);
	return ms_find_one(p->item, p->rule, sw, p->err, "write one of its parts",
			   "%s does not exist: port %.*s has %ld parts", end, (int)len, port,
			   parts);
}

static int check_parts(struct part_check *p, const json_t *res)
{
	const json_t *member;
	size_t i;
	int r = 0;

	if (ms_streq(ms_kind(res), "Link")) {
		r = check_part(p, ms_str(res, "/spec/from", ""));
		return r ? r : check_part(p, ms_str(res, "/spec/to", ""));
	}
	if (ms_streq(ms_kind(res), "Network"))
		json_array_foreach(ms_at(res, "/spec/members"), i, member)
			if (!r && ms_str(member, "/port", NULL))
				r = check_part(p, ms_str(member, "/port", ""));
	return r;
}

int ms_rule_part(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	json_auto_t *switches = ms_rule_index(ms_rule_set(item), "Switch"), *told = json_object();
	struct part_check p = { item, rule, switches, told, err };
	const json_t *res;
	size_t i;
	int r = switches && told ? 0 : ms_nomem(err);

	json_array_foreach(ms_rule_set(item)->resources, i, res)
		if (!r)
			r = check_parts(&p, res);
	return r;
}

/* ---- ports of channels ---- */

/* {"leaf01:1": "10"} of every channel; a port in two of them is told at once. */
static int add_channels(struct ms_item *item, const struct ms_rule *rule, json_t *in,
			const json_t *sw, struct ms_err *err)
{
	const json_t *channel, *port;
	size_t i, j;
	int r = 0;

	json_array_foreach(ms_at(sw, "/spec/channels"), i, channel) {
		const char *number = ms_str(channel, "/name", "?");

		json_array_foreach(json_object_get(channel, "ports"), j, port) {
			MS_AUTO_FREE char *end = ms_asprintf("%s:%s", ms_name(sw),
							     json_string_value(port));
			json_t *other = end ? json_object_get(in, end) : NULL;

			if (!r && !other)
				r = end && !json_object_set_new(in, end, json_string(number))
					    ? 0
					    : ms_nomem(err);
			else if (!r)
				r = ms_find_one(item, rule, sw, err, "a port is in one channel",
						"%s is in channel %s and in channel %s", end,
						json_string_value(other), number);
		}
	}
	return r;
}

static int channel_member(struct ms_item *item, const struct ms_rule *rule, const json_t *in,
			  const json_t *network, struct ms_err *err)
{
	const json_t *member;
	size_t i;
	int r = 0;

	json_array_foreach(ms_at(network, "/spec/members"), i, member) {
		const char *port = ms_str(member, "/port", NULL), *channel;
		MS_AUTO_FREE char *hint = NULL;
		char name[256];

		/* Whoever names a NIC means whatever it is part of. */
		channel = port && !json_object_get(member, "nic")
				  ? json_string_value(json_object_get(in, port))
				  : NULL;
		if (r || !channel)
			continue;
		ms_rule_end(port, name);
		hint = ms_asprintf("write \"channel: %s:%s\" instead", name, channel);
		r = hint ? ms_find_one(item, rule, network, err, hint,
				       "%s is in %s by itself, but is a port of channel %s", port,
				       ms_name(network), channel)
			 : ms_nomem(err);
	}
	return r;
}

int ms_rule_channel_port(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const struct ms_site_set *set = ms_rule_set(item);
	json_auto_t *in = json_object();
	const json_t *res;
	size_t i;
	int r = in ? 0 : ms_nomem(err);

	ms_set_foreach(set, i, res, "Switch") if (!r) r = add_channels(item, rule, in, res, err);
	ms_set_foreach(set, i, res, "Network") if (!r) r = channel_member(item, rule, in, res, err);
	return r;
}

/* ---- numbers of channels ---- */

static int channels_once(struct ms_item *item, const struct ms_rule *rule, const json_t *sw,
			 struct ms_err *err)
{
	json_auto_t *seen = json_object();
	const json_t *channel;
	size_t i;
	int r = seen ? 0 : ms_nomem(err);

	json_array_foreach(ms_at(sw, "/spec/channels"), i, channel) {
		const char *number = ms_str(channel, "/name", "?");

		if (!r && json_object_get(seen, number))
			r = ms_find_one(
				item, rule, sw, err,
				"write one of the two out under channels of its switches, with "
				"a number of its own",
				"%s has two channels %s", ms_name(sw), number);
		else if (!r && json_object_set_new(seen, number, json_true()))
			r = ms_nomem(err);
	}
	return r;
}

int ms_rule_channel_number(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const json_t *res;
	size_t i;
	int r = 0;

	ms_set_foreach(ms_rule_set(item), i, res, "Switch")
		if (!r)
			r = channels_once(item, rule, res, err);
	return r;
}
