/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What NX-OS is to be told of a model: BGP. */
#include "fabric/nxos/nxos.h"

static void put_families(struct cli_out *out)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(cli_families); i++) {
		if (!cli_uses_family(out->model, cli_families[i].word))
			continue;
		cli_put(out, 1, "address-family %s", cli_families[i].native);
		if (i < 2)
			cli_put_networks(out, i == 1, true);
		cli_put(out, 2, "maximum-paths 64");
		if (i == 2 && cli_is_transit(out->model))
			cli_put(out, 2, "retain route-target all");
	}
}

static void put_member(struct cli_out *out, const json_t *neighbor, size_t i)
{
	if (!cli_has_family(neighbor, cli_families[i].word))
		return;
	cli_put(out, 2, "address-family %s", cli_families[i].native);
	if (ms_bool(neighbor, "/ownAs", false))
		cli_put(out, 3, "allowas-in 1");
	if (ms_bool(neighbor, "/peerAs", false))
		cli_put(out, 3, "disable-peer-as-check");
	if (strcmp(cli_families[i].word, "evpn"))
		return;
	cli_put(out, 3, "send-community");
	cli_put(out, 3, "send-community extended");
	if (cli_is_transit(out->model))
		cli_put(out, 3, "route-map " NXOS_UNCHANGED " out");
}

static void put_source(struct cli_out *out, const char *local)
{
	const char *source = ms_str(out->model, "/vxlan/source", NULL);
	char own[CLI_WORD] = "";

	cli_first_ipv4(ms_at(out->model, "/loopback/addresses"), own);
	if (!strcmp(own, local))
		cli_put(out, 2, "update-source loopback0");
	else if (ms_streq(source, local))
		cli_put(out, 2, "update-source loopback1");
	else
		cli_refuse(out, "/bgp/neighbors", "sessions come from loopbacks, %.40s is on none",
			   local);
}

static void put_neighbor(struct cli_out *out, const char *key, const json_t *neighbor)
{
	const char *port = ms_str(neighbor, "/port", NULL),
		   *description = ms_str(neighbor, "/description", NULL);
	int64_t asn = ms_int(neighbor, "/asn", 0);
	char native[64];

	if (!port && !asn) {
		cli_refuse(out, "/bgp/neighbors",
			   "the session with %.40s needs the AS number of the other side", key);
		return;
	}
	cli_put(out, 1, "neighbor %s", port ? cli_port(out, port, native) : key);
	if (asn)
		cli_put(out, 2, "remote-as %lld", (long long)asn);
	else
		cli_put(out, 2, "remote-as route-map " NXOS_ANY_AS);
	if (description)
		cli_put(out, 2, "description %s", description);
	if (ms_str(neighbor, "/local", NULL))
		put_source(out, ms_str(neighbor, "/local", ""));
	if (ms_bool(neighbor, "/multihop", false))
		cli_put(out, 2, "ebgp-multihop 10");
	for (size_t i = 0; i < MS_ARRAY_SIZE(cli_families); i++)
		put_member(out, neighbor, i);
}

static void put_vrfs(struct cli_out *out)
{
	const json_t *vrfs = json_object_get(out->model, "vrfs");
	MS_AUTO_FREE const char **names = cli_keys(vrfs);

	for (size_t i = 0; names && names[i]; i++) {
		if (!ms_int(json_object_get(vrfs, names[i]), "/l3vni", 0))
			continue;
		cli_put(out, 1, "vrf %s", names[i]);
		for (size_t f = 0; f < 2; f++) {
			cli_put(out, 2, "address-family %s", cli_families[f].native);
			cli_put(out, 3, "advertise l2vpn evpn");
			cli_put(out, 3, "redistribute direct route-map " NXOS_ALL);
			cli_put(out, 3, "maximum-paths 64");
		}
	}
}

void nxos_render_bgp(struct cli_out *out)
{
	const json_t *bgp = json_object_get(out->model, "bgp"),
		     *neighbors = json_object_get(bgp, "neighbors");
	MS_AUTO_FREE const char **keys = cli_keys(neighbors);

	if (!bgp)
		return;
	cli_put(out, 0, "router bgp %lld", (long long)ms_int(bgp, "/asn", 0));
	if (ms_str(bgp, "/routerId", NULL))
		cli_put(out, 1, "router-id %s", ms_str(bgp, "/routerId", ""));
	cli_put(out, 1, "log-neighbor-changes");
	cli_put(out, 1, "bestpath as-path multipath-relax");
	put_families(out);
	for (size_t i = 0; keys && keys[i]; i++)
		put_neighbor(out, keys[i], json_object_get(neighbors, keys[i]));
	put_vrfs(out);
}
