/* SPDX-License-Identifier: GPL-2.0-or-later */
/* BGP of NX-OS, read into a model. */
#include "fabric/nxos.h"

struct session { json_t *row; const char *family; };

bool nxos_parse_target(struct cli_in *in, json_t *row, const char *text)
{
	char way[CLI_WORD], target[CLI_WORD];
	const char *colon;

	if (!cli_match(text, "route-target %w %w", way, target) &&
	    !cli_match(text, "route-target %w %w evpn", way, target))
		return false;
	colon = strchr(target, ':');
	if (!colon || (strcmp(way, "import") && strcmp(way, "export") && strcmp(way, "both")))
		return false;
	if (strcmp(way, "export"))
		cli_append_text(in, row, "import", target);
	if (strcmp(way, "import"))
		cli_append_text(in, row, "export", target);
	return true;
}

static const char *family_of(const char *native)
{
	if (!strcmp(native, "ipv4 unicast"))
		return "ipv4";
	if (!strcmp(native, "ipv6 unicast"))
		return "ipv6";
	return strcmp(native, "l2vpn evpn") ? NULL : "evpn";
}

/* ---- one session ---- */

static bool take_family_line(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	const char *text = fabric_lines_text(line);

	(void)in;
	(void)ctx;
	return !strcmp(text, "send-community") || !strcmp(text, "send-community extended") ||
	       !strcmp(text, "route-map " NXOS_UNCHANGED " out");
}

static bool take_session(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	json_t *row = ctx;
	const char *text = fabric_lines_text(line), *rest, *family;
	char word[CLI_WORD];
	unsigned number;

	if (cli_match(text, "remote-as %u", &number))
		cli_set_number(in, row, "asn", number);
	else if (cli_match(text, "description %r", &rest))
		cli_set_text(in, row, "description", rest);
	else if (cli_match(text, "ebgp-multihop %u", &number))
		cli_set_bool(in, row, "multihop", true);
	else if (cli_match(text, "update-source %w", word))
		cli_set_text(in, row, "source", word);
	else if (cli_match(text, "address-family %r", &rest) && (family = family_of(rest))) {
		cli_append_text(in, row, "families", family);
		cli_lines(in, line, take_family_line, NULL);
	} else {
		return !strcmp(text, "remote-as route-map " NXOS_ANY_AS);
	}
	return true;
}

static bool take_neighbor(struct cli_in *in, const struct fabric_lines *line, const char *name,
			  unsigned asn)
{
	char port[64], key[80];
	bool over_port = fabric_port_abstract(in->dialect, name, port, sizeof(port));
	json_t *row;

	if (!over_port && !strpbrk(name, ".:"))
		return false;
	snprintf(key, sizeof(key), over_port ? "port:%s" : "%.70s", over_port ? port : name);
	row = cli_object(in, cli_object(in, cli_object(in, in->model, "bgp"), "neighbors"), key);
	cli_set_text(in, row, over_port ? "port" : "address", over_port ? port : name);
	if (asn)
		cli_set_number(in, row, "asn", asn);
	cli_array(in, row, "families");
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
	if (!cli_match(fabric_lines_text(line), "address-family %r", &rest) || !family_of(rest))
		return false;
	cli_lines(in, line, take_family, NULL);
	return true;
}

static bool take_line(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	const char *text = fabric_lines_text(line), *rest;
	char word[CLI_WORD];
	unsigned asn = 0;

	(void)ctx;
	if (cli_match(text, "router-id %w", word)) {
		cli_set_text(in, cli_object(in, in->model, "bgp"), "routerId", word);
		return true;
	}
	if (cli_match(text, "neighbor %w", word) ||
	    cli_match(text, "neighbor %w remote-as %u", word, &asn) ||
	    cli_match(text, "neighbor %w remote-as route-map " NXOS_ANY_AS, word))
		return take_neighbor(in, line, word, asn);
	if (cli_match(text, "address-family %r", &rest) && family_of(rest)) {
		cli_lines(in, line, take_family, NULL);
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
	unsigned asn;
	json_t *bgp;

	if (!cli_match(fabric_lines_text(block), "router bgp %u", &asn))
		return false;
	bgp = cli_object(in, in->model, "bgp");
	cli_set_number(in, bgp, "asn", asn);
	cli_object(in, bgp, "neighbors");
	cli_lines(in, block, take_line, reading);
	return true;
}

/* Addresses of the loopbacks that sessions come from. */
void nxos_parse_bgp_end(struct cli_in *in, const struct nxos_reading *reading)
{
	json_t *row;
	const char *key;
	char address[CLI_WORD];

	json_object_foreach(ms_at(in->model, "/bgp/neighbors"), key, row) {
		const char *source = ms_str(row, "/source", NULL);

		if (source &&
		    cli_first_ipv4(ms_at(reading->loopbacks, "/%s/addresses", source), address))
			cli_set_text(in, row, "local", address);
		json_object_del(row, "source");
	}
}
