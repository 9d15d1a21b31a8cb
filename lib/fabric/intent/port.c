/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ports and channels: what the cabling and the Switch say of them. */
#include "fabric/intent/intent.h"

#define UNDERLAY_MTU 9100
#define HOST_MTU 9000
#define MAX_PORTS 4096

unsigned intent_host_mtu(const struct intent *intent)
{
	return (unsigned)ms_int(intent->fabric, "/spec/underlay/hostMtu", HOST_MTU);
}

json_t *intent_port(struct intent *intent, const char *port)
{
	json_t *row = intent_row(intent, "ports", port);

	if (row && !json_object_get(row, "enabled"))
		intent_set(intent, row, "enabled", json_true());
	return row;
}

json_t *intent_channel(struct intent *intent, const char *name)
{
	return json_object_get(json_object_get(intent->model, "channels"), name);
}

json_t *intent_carrier(struct intent *intent, const char *port)
{
	const json_t *channel = fabric_channel_of(intent->sw, port);

	return channel ? intent_channel(intent, ms_str(channel, "/name", ""))
		       : intent_port(intent, port);
}

/* A part of a port needs the port split, and a port that is split is used by its parts only. */
static void check_part(struct intent *intent, const char *port)
{
	unsigned number, part, parts;

	if (!fabric_port_parse(port, &number, &part))
		return;
	parts = fabric_port_parts(intent->sw, number);
	if (part && (parts == 1 || part > parts))
		ms_hint(intent_problem(intent, "/spec/ports",
				       "port %s is in use, but port %u has %u part%s", port, number,
				       parts, parts == 1 ? "" : "s"),
			"ports: [{name: \"%u\", breakout: \"4x25G\"}] in %s", number, intent->name);
	if (!part && parts > 1)
		ms_hint(intent_problem(intent, "/spec/ports", "port %s is in use, but split in %u",
				       port, parts),
			"say which part: \"%s/1\"", port);
}

/* "4x25G" says the speed of the parts already; saying it twice would differ from what a switch
 * says. */
static bool said_by_breakout(const struct intent *intent, const char *port, const char *speed)
{
	const json_t *entry;
	unsigned number, part;
	char name[16];
	size_t i;

	if (!fabric_port_parse(port, &number, &part) || !part)
		return false;
	snprintf(name, sizeof name, "%u", number);
	json_array_foreach(ms_at(intent->sw, "/spec/ports"), i, entry) {
		const char *x = strchr(ms_str(entry, "/breakout", ""), 'x');

		if (ms_streq(ms_str(entry, "/name", NULL), name))
			return x && !strcmp(x + 1, speed);
	}
	return false;
}

/* ---- cables ---- */

static void add_cable(struct intent *intent, const json_t *cable)
{
	const char *port = ms_str(cable, "/port", ""), *end = ms_str(cable, "/end", "");
	const json_t *link = json_object_get(cable, "link");
	const char *speed = ms_str(link, "/spec/speed", NULL);
	bool host = ms_streq(ms_str(cable, "/layer", ""), "host");
	json_t *row = intent_port(intent, port);
	int64_t mtu = host ? intent_host_mtu(intent)
			   : ms_int(intent->fabric, "/spec/underlay/mtu", UNDERLAY_MTU);
	MS_AUTO_FREE char *text = ms_asprintf("to %s", end);

	check_part(intent, port);
	intent_set(intent, row, "description", json_string(text));
	intent_set(intent, row, "mtu", json_integer(ms_int(link, "/spec/mtu", mtu)));
	if (speed && !said_by_breakout(intent, port, speed))
		intent_set(intent, row, "speed", json_string(speed));
}

/* ---- what stands in the Switch ---- */

static void copy_keys(struct intent *intent, json_t *row, const json_t *spec,
		      const char *const *keys)
{
	for (; *keys; keys++)
		if (json_object_get(spec, *keys))
			intent_set(intent, row, *keys, json_incref(json_object_get(spec, *keys)));
}

static void add_one(struct intent *intent, const char *name, const json_t *spec)
{
	static const char *const keys[] = { "description", "enabled", "speed", "mtu", NULL };
	const char *breakout = ms_str(spec, "/breakout", NULL);
	bool own = false;

	for (const char *const *key = keys; *key; key++)
		own = own || json_object_get(spec, *key);
	if (breakout)
		intent_set(intent, intent_row(intent, "ports", name), "breakout",
			   json_string(breakout));
	if (own && breakout)
		ms_hint(intent_problem(intent, "/spec/ports",
				       "port %s is split: nothing else can be said of it", name),
			"say it of its parts: \"%s/1\"", name);
	if (breakout)
		return;
	check_part(intent, name);
	copy_keys(intent, intent_port(intent, name), spec, keys);
}

static void add_spec(struct intent *intent, const json_t *spec)
{
	const char *names = ms_str(spec, "/name", "");
	struct ms_err err = MS_ERR_INIT;
	char **list = NULL, **name;
	unsigned port, part;

	if (fabric_port_parse(names, &port, &part)) {
		add_one(intent, names, spec);
		return;
	}
	if (ms_hostlist_expand(names, MAX_PORTS, &list, &err))
		intent_problem(intent, "/spec/ports", "%s", err.message);
	for (name = list; name && *name; name++)
		if (fabric_port_parse(*name, &port, &part))
			add_one(intent, *name, spec);
		else
			intent_problem(intent, "/spec/ports", "no port: %s", *name);
	ms_strv_free(list);
}

/* ---- channels ---- */

static void add_member_port(struct intent *intent, const json_t *channel, json_t *row,
			    const char *port)
{
	static const char *const keys[] = { "mtu", "description" };
	const json_t *owner = fabric_channel_of(intent->sw, port);
	json_t *own = intent_port(intent, port);

	check_part(intent, port);
	if (owner != channel)
		intent_problem(intent, "/spec/channels", "port %s is in channels %s and %s", port,
			       ms_str(owner, "/name", ""), ms_str(channel, "/name", ""));
	for (size_t i = 0; i < MS_ARRAY_SIZE(keys); i++)
		if (!json_object_get(row, keys[i]) && json_object_get(own, keys[i]))
			intent_set(intent, row, keys[i],
				   json_incref(json_object_get(own, keys[i])));
	intent_add(intent, row, "members", json_string(port));
}

/* One MTU for a channel and its ports: the channel's own, that of the cables, or what hosts have.
 */
static void level_mtu(struct intent *intent, json_t *row)
{
	const json_t *port;
	size_t i;

	if (!json_object_get(row, "mtu"))
		intent_set(intent, row, "mtu", json_integer(intent_host_mtu(intent)));
	json_array_foreach(json_object_get(row, "members"), i, port)
		intent_set(intent, intent_port(intent, json_string_value(port)), "mtu",
			   json_incref(json_object_get(row, "mtu")));
}

static void add_channel(struct intent *intent, const json_t *channel)
{
	static const char *const keys[] = { "description", "mtu", NULL };
	json_t *row = intent_row(intent, "channels", ms_str(channel, "/name", ""));
	const json_t *port;
	size_t i;

	if (json_object_get(row, "lacp"))
		ms_hint(intent_problem(intent, "/spec/channels", "two channels have the number %s",
				       ms_str(channel, "/name", "")),
			"a number of its own for each: what is written under channels wins");
	intent_set(intent, row, "lacp", json_string(ms_str(channel, "/lacp", "active")));
	intent_set(intent, row, "enabled", json_true());
	copy_keys(intent, row, channel, keys);
	json_array_foreach(json_object_get(channel, "ports"), i, port)
		if (json_is_string(port))
			add_member_port(intent, channel, row, json_string_value(port));
	level_mtu(intent, row);
	if (ms_bool(channel, "/shared", false))
		intent_shared(intent, channel, row);
}

void intent_ports(struct intent *intent)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(json_object_get(intent->set->cables, intent->name), i, entry)
		add_cable(intent, entry);
	json_array_foreach(ms_at(intent->sw, "/spec/ports"), i, entry)
		add_spec(intent, entry);
	json_array_foreach(ms_at(intent->sw, "/spec/channels"), i, entry)
		add_channel(intent, entry);
}
