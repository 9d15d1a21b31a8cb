/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What OS10 is to be told of a model: BGP. */
#include "fabric/os10/os10.h"

static void put_source(struct cli_out *out, const char *local)
{
	char own[CLI_WORD] = "";

	cli_first_ipv4(ms_at(out->model, "/loopback/addresses"), own);
	if (strcmp(own, local))
		cli_refuse(out, "/bgp/neighbors",
			   "sessions come from loopback0, %.40s is not on it", local);
	cli_put(out, 2, "update-source loopback0");
}

/* IPv4 is there unless it is told not to be, the others are not. */
static void put_families(struct cli_out *out, const json_t *neighbor)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(cli_families); i++) {
		bool has = cli_has_family(neighbor, cli_families[i].word);

		if (!has && i)
			continue;
		cli_put(out, 2, "address-family %s", cli_families[i].native);
		cli_put(out, 3, "%sactivate", has ? "" : "no ");
		if (has && ms_bool(neighbor, "/ownAs", false))
			cli_put(out, 3, "allowas-in 1");
		if (has && ms_bool(neighbor, "/peerAs", false))
			cli_put(out, 3, "no sender-side-loop-detection");
	}
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
	cli_put(out, 1, "neighbor %s%s", port ? "interface " : "",
		port ? cli_port(out, port, native) : key);
	if (description)
		cli_put(out, 2, strchr(description, ' ') ? "description \"%s\"" : "description %s",
			description);
	if (asn)
		cli_put(out, 2, "remote-as %lld", (long long)asn);
	else
		cli_put(out, 2, "inherit template " OS10_TEMPLATE " inherit-type ebgp");
	if (ms_bool(neighbor, "/multihop", false))
		cli_put(out, 2, "ebgp-multihop 10");
	if (cli_has_family(neighbor, "evpn"))
		cli_put(out, 2, "send-community extended");
	if (ms_str(neighbor, "/local", NULL))
		put_source(out, ms_str(neighbor, "/local", ""));
	cli_put(out, 2, "no shutdown");
	put_families(out, neighbor);
}

/* A session of which only the type is known takes that from a template. */
static void put_template(struct cli_out *out)
{
	const char *key;
	json_t *neighbor;

	json_object_foreach (ms_at(out->model, "/bgp/neighbors"), key, neighbor)
		if (json_object_get(neighbor, "port") && !json_object_get(neighbor, "asn")) {
			cli_put(out, 1, "template " OS10_TEMPLATE);
			return;
		}
}

void os10_render_bgp(struct cli_out *out)
{
	const json_t *bgp = json_object_get(out->model, "bgp"),
		     *neighbors = json_object_get(bgp, "neighbors");
	MS_AUTO_FREE const char **keys = cli_keys(neighbors);

	if (!bgp)
		return;
	cli_put(out, 0, "router bgp %lld", (long long)ms_int(bgp, "/asn", 0));
	if (ms_str(bgp, "/routerId", NULL))
		cli_put(out, 1, "router-id %s", ms_str(bgp, "/routerId", ""));
	cli_put(out, 1, "bestpath as-path multipath-relax");
	cli_put(out, 1, "maximum-paths ebgp 64");
	for (size_t i = 0; i < 2; i++)
		if (cli_uses_family(out->model, cli_families[i].word)) {
			cli_put(out, 1, "address-family %s", cli_families[i].native);
			cli_put_networks(out, i == 1, false);
		}
	put_template(out);
	for (size_t i = 0; keys && keys[i]; i++)
		put_neighbor(out, keys[i], json_object_get(neighbors, keys[i]));
}
