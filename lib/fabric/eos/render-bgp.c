/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What EOS is to be told of a model: BGP and EVPN. */
#include <ctype.h>
#include "fabric/eos/eos.h"

static const char *const families[] = { "evpn", "ipv4", "ipv6" };

/* The peer group of sessions over interfaces that carry these families: MSCTL-EVPN-IPV4. */
static void group_name(const json_t *neighbor, char buf[static 64])
{
	size_t len = (size_t)snprintf(buf, 64, EOS_GROUP);

	for (size_t i = 0; i < MS_ARRAY_SIZE(families); i++)
		if (cli_has_family(neighbor, families[i]))
			len += (size_t)snprintf(buf + len, 64 - len, "-%s", families[i]);
	if (ms_bool(neighbor, "/ownAs", false))
		snprintf(buf + len, 64 - len, "-OWN-AS");
	for (; *buf; buf++)
		*buf = (char)toupper((unsigned char)*buf);
}

static bool over_interface(const json_t *neighbor)
{
	return json_object_get(neighbor, "port") != NULL;
}

/* What a line of BGP calls the neighbor: its address, or its peer group. */
static const char *called(const char *key, const json_t *neighbor, char buf[static 64])
{
	if (over_interface(neighbor))
		group_name(neighbor, buf);
	else
		snprintf(buf, 64, "%s", key);
	return buf;
}

/* ---- sessions ---- */

static void put_same(struct cli_out *out, const char *name, const json_t *neighbor)
{
	if (ms_bool(neighbor, "/ownAs", false))
		cli_put(out, 1, "neighbor %s allowas-in 1", name);
	cli_put(out, 1, "neighbor %s send-community standard extended", name);
	cli_put(out, 1, "neighbor %s maximum-routes 0", name);
}

/* Which interface has the address that the session is to come from. */
static void put_source(struct cli_out *out, const char *key, const char *local)
{
	char own[CLI_WORD] = "";

	cli_first_ipv4(ms_at(out->model, "/loopback/addresses"), own);
	if (!strcmp(own, local))
		cli_put(out, 1, "neighbor %s update-source Loopback0", key);
	else if (ms_streq(ms_str(out->model, "/vxlan/shared", NULL), local))
		cli_put(out, 1, "neighbor %s update-source Loopback1", key);
	else
		cli_refuse(out, "/bgp/neighbors", "sessions come from loopbacks, %.40s is on none",
			   local);
}

static void put_numbered(struct cli_out *out, const char *key, const json_t *neighbor)
{
	int64_t asn = ms_int(neighbor, "/asn", 0);
	const char *local = ms_str(neighbor, "/local", NULL),
		   *description = ms_str(neighbor, "/description", NULL);

	if (!asn) {
		cli_refuse(out, "/bgp/neighbors",
			   "the session with %.40s needs the AS number of the other side", key);
		return;
	}
	cli_put(out, 1, "neighbor %s remote-as %lld", key, (long long)asn);
	if (local)
		put_source(out, key, local);
	if (description)
		cli_put(out, 1, "neighbor %s description %s", key, description);
	if (ms_bool(neighbor, "/multihop", false))
		cli_put(out, 1, "neighbor %s ebgp-multihop 10", key);
	put_same(out, key, neighbor);
}

static void put_unnumbered(struct cli_out *out, const json_t *neighbor)
{
	char group[64], native[64];
	int64_t asn = ms_int(neighbor, "/asn", 0);

	group_name(neighbor, group);
	eos_port(out, ms_str(neighbor, "/port", ""), native);
	if (asn)
		cli_put(out, 1, "neighbor interface %s peer-group %s remote-as %lld", native, group,
			(long long)asn);
	else
		cli_put(out, 1, "neighbor interface %s peer-group %s peer-filter " EOS_FILTER,
			native, group);
}

/* Groups that are in use, by name. */
static json_t *groups_of(const json_t *neighbors)
{
	json_t *groups = json_object(), *neighbor;
	const char *key;
	char name[64];

	json_object_foreach((json_t *)neighbors, key, neighbor) {
		if (!over_interface(neighbor))
			continue;
		group_name(neighbor, name);
		json_object_set(groups, name, neighbor);
	}
	return groups;
}

static void put_neighbors(struct cli_out *out, const json_t *neighbors, const json_t *groups)
{
	MS_AUTO_FREE const char **keys = cli_keys(neighbors), **names = cli_keys(groups);

	for (size_t i = 0; names && names[i]; i++) {
		cli_put(out, 1, "neighbor %s peer group", names[i]);
		put_same(out, names[i], json_object_get(groups, names[i]));
	}
	for (size_t i = 0; keys && keys[i]; i++) {
		const json_t *neighbor = json_object_get(neighbors, keys[i]);

		if (over_interface(neighbor))
			put_unnumbered(out, neighbor);
		else
			put_numbered(out, keys[i], neighbor);
	}
}

static bool any_as(const json_t *neighbors)
{
	const char *key;
	json_t *neighbor;

	json_object_foreach((json_t *)neighbors, key, neighbor)
		if (over_interface(neighbor) && !json_object_get(neighbor, "asn"))
			return true;
	return false;
}

/* ---- address families ---- */

static void put_activation(struct cli_out *out, const char *name, const json_t *neighbor,
			   const char *family)
{
	if (!cli_has_family(neighbor, family))
		return;
	cli_put(out, 2, "neighbor %s activate", name);
	if (!strcmp(family, "ipv4") && over_interface(neighbor))
		cli_put(out, 2, "neighbor %s next-hop address-family ipv6 originate", name);
	if (!strcmp(family, "evpn") && cli_is_transit(out->model))
		cli_put(out, 2, "neighbor %s next-hop-unchanged", name);
}

static void put_activations(struct cli_out *out, const json_t *neighbors, const json_t *groups,
			    const char *family)
{
	MS_AUTO_FREE const char **keys = cli_keys(neighbors), **names = cli_keys(groups);
	char name[64];

	for (size_t i = 0; names && names[i]; i++)
		put_activation(out, names[i], json_object_get(groups, names[i]), family);
	for (size_t i = 0; keys && keys[i]; i++) {
		const json_t *neighbor = json_object_get(neighbors, keys[i]);

		if (!over_interface(neighbor))
			put_activation(out, called(keys[i], neighbor, name), neighbor, family);
	}
}

static void put_families(struct cli_out *out, const json_t *neighbors, const json_t *groups)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(families); i++) {
		if (!cli_uses_family(out->model, families[i]))
			continue;
		cli_put(out, 1, "address-family %s", families[i]);
		put_activations(out, neighbors, groups, families[i]);
		if (i)
			cli_put_networks(out, i == 2, false);
		cli_put(out, 1, "!");
	}
}

/* ---- tenants ---- */

static void put_targets(struct cli_out *out, const char *way, const char *word,
			const json_t *targets)
{
	json_t *value;
	size_t i;

	json_array_foreach(targets, i, value)
		cli_put(out, 2, "route-target %s%s %s", way, word,
			json_string_value(value) ? json_string_value(value) : "");
}

static void put_instance(struct cli_out *out, const char *word, const json_t *row)
{
	if (ms_str(row, "/rd", NULL))
		cli_put(out, 2, "rd %s", ms_str(row, "/rd", ""));
	put_targets(out, "import", word, json_object_get(row, "import"));
	put_targets(out, "export", word, json_object_get(row, "export"));
}

static void put_vlans(struct cli_out *out)
{
	const json_t *vlans = json_object_get(out->model, "vlans");
	MS_AUTO_FREE const char **vids = cli_keys(vlans);

	for (size_t i = 0; vids && vids[i]; i++) {
		int64_t vni = ms_int(json_object_get(vlans, vids[i]), "/vni", 0);
		const json_t *row = ms_at(out->model, "/evpn/vnis/%lld", (long long)vni);

		if (!vni || !row)
			continue;
		cli_put(out, 1, "vlan %s", vids[i]);
		put_instance(out, "", row);
		cli_put(out, 2, "redistribute learned");
		cli_put(out, 1, "!");
	}
}

static void put_vrfs(struct cli_out *out)
{
	const json_t *vrfs = json_object_get(out->model, "vrfs");
	MS_AUTO_FREE const char **names = cli_keys(vrfs);

	for (size_t i = 0; names && names[i]; i++) {
		const json_t *row = json_object_get(vrfs, names[i]);

		if (!json_object_get(row, "rd") && !json_object_get(row, "import") &&
		    !json_object_get(row, "export"))
			continue;
		cli_put(out, 1, "vrf %s", names[i]);
		put_instance(out, " evpn", row);
		cli_put(out, 2, "redistribute connected");
		cli_put(out, 1, "!");
	}
}

void eos_render_bgp(struct cli_out *out)
{
	const json_t *bgp = json_object_get(out->model, "bgp"),
		     *neighbors = json_object_get(bgp, "neighbors");
	json_auto_t *groups = groups_of(neighbors);

	if (!bgp)
		return;
	if (any_as(neighbors)) {
		cli_put(out, 0, "peer-filter " EOS_FILTER);
		cli_put(out, 1, "10 match as-range 1-4294967295 result accept");
		cli_remark(out);
	}
	cli_put(out, 0, "router bgp %lld", (long long)ms_int(bgp, "/asn", 0));
	if (ms_str(bgp, "/routerId", NULL))
		cli_put(out, 1, "router-id %s", ms_str(bgp, "/routerId", ""));
	cli_put(out, 1, "no bgp default ipv4-unicast");
	cli_put(out, 1, "maximum-paths 64 ecmp 64");
	put_neighbors(out, neighbors, groups);
	put_vlans(out);
	put_families(out, neighbors, groups);
	put_vrfs(out);
	cli_remark(out);
}
