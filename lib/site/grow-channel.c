/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Channels that follow from cables: what joins the two of a pair, and the bonds of servers.  A bond
 * has the number of its lowest port, on the first of the pair where it is at both, so that one more
 * server renumbers nobody; part 2 of port 5 is 205.
 */
#include <errno.h>
#include "site/grow.h"

#define LINK "1000"  /* the one number that OS10 has for it, and free on every platform */

/* ---- pairs ----------------------------------------------------------------------------------- */

static int add_pair(struct ms_growth *g, void *ctx, const char *name, size_t copy,
		    const json_t *base, const json_t *entry)
{
	const char *with = json_string_value(ms_merged_at(base, entry, "/pair/with"));
	char **names = NULL;
	size_t n = 0;
	int r = with ? ms_range_expand(with, &names, &n, g->err) : 0;

	(void)ctx;
	if (!r && n && json_object_set_new(g->grown->pairs, name,
					   json_string(names[copy < n ? copy : n - 1])))
		r = ms_nomem(g->err);
	ms_strv_free(names);
	return r;
}

int ms_grow_pairs(struct ms_growth *g)
{
	return ms_grow_each(g, "switches", "switch", add_pair, NULL);
}

static const char *pair_of(const struct ms_growth *g, const char *name)
{
	return json_string_value(json_object_get(g->grown->pairs, name));
}

/* ---- building -------------------------------------------------------------------------------- */

static json_t *array_at(struct ms_growth *g, const char *sw, const char *key)
{
	json_t *of_switch = json_object_get(g->grown->channels, sw);

	if (!of_switch) {
		of_switch = json_pack("{s:[], s:[]}", "link", "bonds");
		if (json_object_set_new(g->grown->channels, sw, of_switch))
			return NULL;
	}
	return json_object_get(of_switch, key);
}

/* "leaf01:5" in its halves; the port points into `end`. */
static const char *split(const char *end, char name[256])
{
	size_t len = strcspn(end, ":");

	snprintf(name, 256, "%.*s", (int)len, end);
	return end[len] ? end + len + 1 : "";
}

static unsigned port_number(const char *port)
{
	char *end;
	unsigned long number = strtoul(port, &end, 10),
		      part = *end == '/' ? strtoul(end + 1, NULL, 10) : 0;

	return (unsigned)(part * 100 + number);
}

/* Ports in the order of the front panel. */
static int add_port(json_t *ports, const char *port)
{
	size_t i = json_array_size(ports);

	while (i && port_number(json_string_value(json_array_get(ports, i - 1))) >
			    port_number(port))
		i--;
	return json_array_insert_new(ports, i, json_string(port));
}

/* ---- links of pairs -------------------------------------------------------------------------- */

static int add_link(struct ms_growth *g, const json_t *link)
{
	char a[256], b[256];
	const char *from = split(ms_str(link, "/from", ""), a),
		   *to = split(ms_str(link, "/to", ""), b);

	if (!ms_streq(pair_of(g, a), b))
		return 0;
	return add_port(array_at(g, a, "link"), from) || add_port(array_at(g, b, "link"), to)
		       ? ms_nomem(g->err)
		       : 0;
}

static int grow_links(struct ms_growth *g)
{
	struct ms_inherit in;
	const json_t *link, *base;
	size_t i;
	int r = 0;

	ms_inherit_init(&in, g->grown->root, "link");
	json_array_foreach(g->links, i, link) {
		r = ms_inherit_of(&in, link, &base, g->err);
		if (!r && ms_streq(json_string_value(ms_merged_at(base, link, "/layer")), "peer"))
			r = add_link(g, link);
		if (r)
			break;
	}
	ms_inherit_release(&in);
	return r;
}

/* ---- bonds of servers ------------------------------------------------------------------------ */

struct bonds {
	struct ms_range_cache cache;
	const json_t *entry;     /* that the cache is for */
};

static bool is_mate(const struct ms_growth *g, const char *a, const char *b)
{
	return ms_streq(pair_of(g, a), b) && ms_streq(pair_of(g, b), a);
}

/* at: {switch: [port]} of a bond, not empty. */
static int check_switches(struct ms_growth *g, const char *bond, json_t *at, const char **ret_first)
{
	void *one = json_object_iter(at), *two = json_object_iter_next(at, one);
	const char *a = json_object_iter_key(one), *b = two ? json_object_iter_key(two) : a;

	*ret_first = strcmp(a, b) <= 0 ? a : b;
	if (!two || (json_object_size(at) == 2 && is_mate(g, a, b)))
		return 0;
	ms_grow_problem(g, "cable the NICs of a bond to one switch, or to the two of a pair",
			"%s is at %s and %s, which are no pair", bond, a, b);
	return -EINVAL;
}

/* Members of networks name bonds as they name NICs. */
static int check_name(struct ms_growth *g, const char *bond)
{
	const char *peer = json_string_value(json_object_get(g->grown->peers, bond)),
		   *back = peer ? json_string_value(json_object_get(g->grown->peers, peer)) : NULL;

	if (!ms_streq(back, bond))
		return 0;
	ms_grow_problem(g, "another name for the bond: bond0", "%s is a NIC, and a bond", bond);
	return -EINVAL;
}

static int put_bond(struct ms_growth *g, const char *bond, json_t *at)
{
	const char *first, *name;
	json_t *ports, *channel;
	unsigned number;
	int r = check_switches(g, bond, at, &first);

	if (!r)
		r = check_name(g, bond);
	if (r)
		return r;
	number = port_number(json_string_value(json_array_get(json_object_get(at, first), 0)));
	json_object_foreach(at, name, ports) {
		channel = json_pack("{s:o, s:O}", "name", json_sprintf("%u", number), "ports",
				    ports);
		if (!r && json_object_size(at) == 2 &&
		    json_object_set_new(channel, "shared", json_true()))
			r = ms_nomem(g->err);
		if (r)
			json_decref(channel);
		else if (json_array_append_new(array_at(g, name, "bonds"), channel))
			r = ms_nomem(g->err);
	}
	return r;
}

/* One NIC: its port to the others of its bond; the bond is known by the first. */
static int add_nic(struct ms_growth *g, struct bonds *bonds, json_t *all, const char *server,
		   size_t copy, const json_t *nic)
{
	const struct ms_field *fields = ms_field_find(ms_fields_server, "nics", true)->fields;
	json_auto_t *now = ms_range_pick(&bonds->cache, fields, nic, copy, g->err);
	MS_AUTO_FREE char *end = ms_asprintf("%s:%s", server, ms_str(now, "/name", "")),
			  *bond = ms_asprintf("%s:%s", server, ms_str(now, "/bond", ""));
	const char *port,
		*peer = end ? json_string_value(json_object_get(g->grown->peers, end)) : NULL;
	json_t *at, *ports;
	char sw[256];

	if (!now)
		return g->err->error;
	if (!end || !bond)
		return ms_nomem(g->err);
	if (!peer)
		return 0;
	port = split(peer, sw);
	at = json_object_get(all, bond);
	if (!at && json_object_set_new(all, bond, at = json_object()))
		return ms_nomem(g->err);
	ports = json_object_get(at, sw);
	if (!ports && json_object_set_new(at, sw, ports = json_array()))
		return ms_nomem(g->err);
	if (add_port(ports, port) ||
	    (!json_object_get(g->grown->peers, bond) &&
	     json_object_set_new(g->grown->peers, bond, json_string(peer))))
		return ms_nomem(g->err);
	return 0;
}

static int add_server(struct ms_growth *g, void *ctx, const char *name, size_t copy,
		      const json_t *base, const json_t *entry)
{
	const json_t *nics = ms_merged_at(base, entry, "/nics"), *nic;
	struct bonds *bonds = ctx;
	json_auto_t *all = json_object(); /* {"node01:bond0": {switch: [port]}} */
	const char *bond;
	json_t *at;
	size_t i;
	int r = all ? 0 : ms_nomem(g->err);

	if (bonds->entry != entry)
		ms_range_cache_release(&bonds->cache);
	bonds->entry = entry;
	json_array_foreach(nics, i, nic)
		if (!r && json_object_get(nic, "bond"))
			r = add_nic(g, bonds, all, name, copy, nic);
	json_object_foreach(all, bond, at)
		if (!r)
			r = put_bond(g, bond, at);
	/* A bond that was refused keeps nobody from looking at the next. */
	return r == -EINVAL && g->err->code == MS_OK ? 0 : r;
}

int ms_grow_channels(struct ms_growth *g)
{
	struct bonds bonds = { .entry = NULL };
	int r = grow_links(g);

	if (!r && json_array_size(g->switches))
		r = ms_grow_each(g, "servers", "server", add_server, &bonds);
	ms_range_cache_release(&bonds.cache);
	return r;
}

/* ---- into the switch ------------------------------------------------------------------------- */

static bool has_port(const json_t *channels, const json_t *ports)
{
	const json_t *channel, *own, *port;
	size_t i, j, k;

	json_array_foreach(channels, i, channel)
		json_array_foreach(json_object_get(channel, "ports"), j, own)
			json_array_foreach(ports, k, port)
				if (json_equal((json_t *)own, (json_t *)port))
					return true;
	return false;
}

static int add_channel(json_t *channels, json_t *channel)
{
	if (has_port(channels, json_object_get(channel, "ports"))) {
		json_decref(channel);
		return 0;
	}
	return json_array_append_new(channels, channel);
}

static int add_bonds(json_t *channels, const json_t *bonds)
{
	json_t *bond;
	size_t i;
	int r = 0;

	json_array_foreach(bonds, i, bond)
		if (!r)
			r = add_channel(channels, json_deep_copy(bond));
	return r;
}

int ms_grown_channels(const struct ms_grown *grown, const char *name, json_t *spec)
{
	json_t *more = json_object_get(grown->channels, name),
	       *link = json_object_get(more, "link"), *pair = json_object_get(spec, "pair"),
	       *channels = json_object_get(spec, "channels");
	int r = 0;

	if (!more)
		return 0;
	if (!json_is_array(channels)) {
		channels = json_array();
		r = json_object_set_new(spec, "channels", channels);
	}
	if (!r && json_array_size(link) && ms_streq(ms_str(pair, "/kind", NULL), "mlag")) {
		if (!json_object_get(pair, "link"))
			r = json_object_set_new(pair, "link", json_string(LINK));
		r = r || add_channel(channels, json_pack("{s:s, s:O}", "name",
							  ms_str(pair, "/link", LINK), "ports",
							  link));
	}
	r = r || add_bonds(channels, json_object_get(more, "bonds"));
	if (!json_array_size(channels))
		json_object_del(spec, "channels");
	return r ? -ENOMEM : 0;
}
