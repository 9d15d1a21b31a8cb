/* SPDX-License-Identifier: GPL-2.0-or-later */
/* BGP of command lines that are alike, read into a model. */
#include "fabric/cli/cli.h"

const struct cli_family cli_families[3] = {
	{ "ipv4", "ipv4 unicast" }, { "ipv6", "ipv6 unicast" }, { "evpn", "l2vpn evpn" },
};

const char *cli_family(const char *native)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(cli_families); i++)
		if (!strcmp(cli_families[i].native, native))
			return cli_families[i].word;
	return NULL;
}

bool cli_parse_bgp(struct cli_in *in, const struct fabric_lines *block, cli_line_fn *fn, void *ctx)
{
	unsigned asn;
	json_t *bgp;

	if (!cli_match(fabric_lines_text(block), "router bgp %a", &asn))
		return false;
	bgp = cli_object(in, in->model, "bgp");
	cli_set_number(in, bgp, "asn", asn);
	cli_object(in, bgp, "neighbors");
	cli_lines(in, block, fn, ctx);
	return true;
}

bool cli_take_router_id(struct cli_in *in, const struct fabric_lines *line, void *section)
{
	char word[CLI_WORD];

	if (!cli_match(fabric_lines_text(line), "router-id %w", word))
		return false;
	cli_set_text(in, cli_object(in, in->model, section), "routerId", word);
	return true;
}

bool cli_take_target(struct cli_in *in, json_t *row, const char *way, const char *target)
{
	if (!strchr(target, ':') ||
	    (strcmp(way, "import") && strcmp(way, "export") && strcmp(way, "both")))
		return false;
	if (strcmp(way, "export"))
		cli_append_text(in, row, "import", target);
	if (strcmp(way, "import"))
		cli_append_text(in, row, "export", target);
	return true;
}

json_t *cli_session(struct cli_in *in, const char *port, const char *address)
{
	json_t *sessions = cli_object(in, cli_object(in, in->model, "bgp"), "neighbors"), *row;
	char key[80];

	snprintf(key, sizeof(key), port ? "port:%.70s" : "%.70s", port ? port : address);
	row = cli_object(in, sessions, key);
	cli_set_text(in, row, port ? "port" : "address", port ? port : address);
	cli_array(in, row, "families");
	return row;
}

void cli_end_sources(struct cli_in *in, const json_t *loopbacks)
{
	json_t *row;
	const char *key;
	char address[CLI_WORD];

	json_object_foreach(ms_at(in->model, "/bgp/neighbors"), key, row) {
		const char *source = ms_str(row, "/source", NULL);

		if (source && cli_first_ipv4(ms_at(loopbacks, "/%s/addresses", source), address))
			cli_set_text(in, row, "local", address);
		json_object_del(row, "source");
	}
}
