/* SPDX-License-Identifier: GPL-2.0-or-later */
/* BGP of NX-OS, read into a model. */
#include "fabric/nxos/nxos.h"

bool nxos_parse_target(struct cli_in *in, json_t *row, const char *text)
{
	char way[CLI_WORD], target[CLI_WORD];

	return (cli_match(text, "route-target %w %w", way, target) ||
		cli_match(text, "route-target %w %w evpn", way, target)) &&
	       cli_take_target(in, row, way, target);
}

/* ---- one session ---- */

static bool take_family_line(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	const char *text = fabric_lines_text(line);
	json_t *row = ctx;
	unsigned number;

	if (cli_match(text, "allowas-in %u", &number) || !strcmp(text, "allowas-in"))
		cli_set_bool(in, row, "ownAs", true);
	else if (!strcmp(text, "disable-peer-as-check"))
		cli_set_bool(in, row, "peerAs", true);
	else
		return !strcmp(text, "send-community") ||
		       !strcmp(text, "send-community extended") ||
		       !strcmp(text, "route-map " NXOS_UNCHANGED " out");
	return true;
}

static bool take_session(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	json_t *row = ctx;
	const char *text = fabric_lines_text(line), *rest, *family;
	char word[CLI_WORD];
	unsigned number;

	if (cli_match(text, "remote-as %a", &number))
		cli_set_number(in, row, "asn", number);
	else if (cli_match(text, "inherit peer %w", word))
		cli_set_text(in, row, "template", word);
	else if (cli_match(text, "description %r", &rest))
		cli_set_text(in, row, "description", rest);
	else if (cli_match(text, "ebgp-multihop %u", &number))
		cli_set_bool(in, row, "multihop", true);
	else if (cli_match(text, "update-source %w", word))
		cli_set_text(in, row, "source", word);
	else if (cli_match(text, "address-family %r", &rest) && (family = cli_family(rest))) {
		cli_append_text(in, row, "families", family);
		cli_lines(in, line, take_family_line, row);
	} else {
		return !strcmp(text, "remote-as route-map " NXOS_ANY_AS);
	}
	return true;
}

static bool take_neighbor(struct cli_in *in, const struct fabric_lines *line, const char *name,
			  unsigned asn)
{
	char port[64];
	bool over_port = fabric_port_abstract(in->dialect, name, port, sizeof(port));
	json_t *row;

	if (!over_port && (!strpbrk(name, ".:") || strchr(name, '/')))
		return false;
	row = cli_session(in, over_port ? port : NULL, name);
	if (asn)
		cli_set_number(in, row, "asn", asn);
	cli_lines(in, line, take_session, row);
	return true;
}

/* ---- the rest ---- */

static bool take_family(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	const char *text = fabric_lines_text(line);
	char word[CLI_WORD];

	(void)in;
	(void)ctx;
	return cli_match(text, "network %w", word) || cli_match(text, "maximum-paths %w", word) ||
	       !strcmp(text, "retain route-target all") || !strcmp(text, "advertise l2vpn evpn") ||
	       !strcmp(text, "redistribute direct route-map " NXOS_ALL);
}

static bool take_vrf(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	const char *rest;

	(void)ctx;
	if (!cli_match(fabric_lines_text(line), "address-family %r", &rest) || !cli_family(rest))
		return false;
	cli_lines(in, line, take_family, NULL);
	return true;
}

static bool take_line(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	const struct nxos_reading *reading = ctx;
	const char *text = fabric_lines_text(line), *rest;
	char word[CLI_WORD];
	unsigned asn = 0;

	if (cli_take_router_id(in, line, "bgp"))
		return true;
	if (cli_match(text, "neighbor %w", word) ||
	    cli_match(text, "neighbor %w remote-as %a", word, &asn) ||
	    cli_match(text, "neighbor %w remote-as route-map " NXOS_ANY_AS, word))
		return take_neighbor(in, line, word, asn);
	if (cli_match(text, "address-family %r", &rest) && cli_family(rest)) {
		cli_lines(in, line, take_family, NULL);
		return true;
	}
	if (cli_match(text, "template peer %w", word)) {
		cli_lines(in, line, take_session, cli_object(in, reading->templates, word));
		return true;
	}
	if (cli_match(text, "vrf %w", word)) {
		cli_lines(in, line, take_vrf, NULL);
		return true;
	}
	return !strcmp(text, "log-neighbor-changes") ||
	       !strcmp(text, "bestpath as-path multipath-relax");
}

bool nxos_parse_bgp(struct cli_in *in, const struct fabric_lines *block,
		    struct nxos_reading *reading)
{
	return cli_parse_bgp(in, block, take_line, reading);
}

/* What a session says itself goes before what its template says. */
void nxos_parse_bgp_end(struct cli_in *in, const struct nxos_reading *reading)
{
	json_t *row, *from, *families;
	const char *key;

	json_object_foreach(ms_at(in->model, "/bgp/neighbors"), key, row) {
		from = json_object_get(reading->templates, ms_str(row, "/template", ""));
		families = json_object_get(from, "families");
		if (families)
			in->failed |= json_array_extend(cli_array(in, row, "families"), families);
		if (from)
			in->failed |= json_object_update_missing(row, from);
		json_object_del(row, "template");
	}
}
