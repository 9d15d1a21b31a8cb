/* SPDX-License-Identifier: GPL-2.0-or-later */
/* BGP of OS10, read into a model. */
#include "fabric/os10.h"

struct session {
	json_t *row;
	const char *family;
	bool ipv4;
};

static const char *family_of(const char *native)
{
	if (!strcmp(native, "ipv4 unicast"))
		return "ipv4";
	if (!strcmp(native, "ipv6 unicast"))
		return "ipv6";
	return strcmp(native, "l2vpn evpn") ? NULL : "evpn";
}

/* ---- one session ---- */

static bool take_activation(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	struct session *session = ctx;
	const char *text = fabric_lines_text(line);
	bool ipv4 = !strcmp(session->family, "ipv4");

	if (!strcmp(text, "no activate")) {
		session->ipv4 &= !ipv4;
		return true;
	}
	if (strcmp(text, "activate"))
		return false;
	if (!ipv4)
		cli_append_text(in, session->row, "families", session->family);
	return true;
}

static bool take_session(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	struct session *session = ctx;
	const char *text = fabric_lines_text(line), *rest;
	char word[CLI_WORD];
	unsigned number;

	if (cli_match(text, "remote-as %u", &number))
		cli_set_number(in, session->row, "asn", number);
	else if (cli_match(text, "description %r", &rest))
		os10_set_description(in, session->row, "description", rest);
	else if (cli_match(text, "ebgp-multihop %u", &number))
		cli_set_bool(in, session->row, "multihop", true);
	else if (cli_match(text, "update-source %w", word))
		cli_set_text(in, session->row, "source", word);
	else if (cli_match(text, "address-family %r", &rest) && (session->family = family_of(rest)))
		cli_lines(in, line, take_activation, session);
	else
		return !strcmp(text, "no shutdown") || !strcmp(text, "send-community extended") ||
		       !strcmp(text, "inherit template " OS10_TEMPLATE " inherit-type ebgp");
	return true;
}

static bool take_neighbor(struct cli_in *in, const struct fabric_lines *line, const char *name,
			  bool over_port)
{
	char port[64], key[80];
	struct session session = { .ipv4 = true };

	if (over_port ? !fabric_port_abstract(in->dialect, name, port, sizeof(port))
		      : !strpbrk(name, ".:"))
		return false;
	snprintf(key, sizeof(key), over_port ? "port:%s" : "%.70s", over_port ? port : name);
	session.row = cli_object(in, cli_object(in, cli_object(in, in->model, "bgp"), "neighbors"),
				 key);
	cli_set_text(in, session.row, over_port ? "port" : "address", over_port ? port : name);
	cli_array(in, session.row, "families");
	cli_lines(in, line, take_session, &session);
	if (session.ipv4)
		cli_append_text(in, session.row, "families", "ipv4");
	return true;
}

/* ---- the rest ---- */

static bool take_network(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	char word[CLI_WORD];

	(void)in;
	(void)ctx;
	return cli_match(fabric_lines_text(line), "network %w", word);
}

static bool take_line(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	const char *text = fabric_lines_text(line), *rest;
	char word[CLI_WORD];

	(void)ctx;
	if (cli_match(text, "router-id %w", word)) {
		cli_set_text(in, cli_object(in, in->model, "bgp"), "routerId", word);
		return true;
	}
	if (cli_match(text, "neighbor interface %w", word))
		return take_neighbor(in, line, word, true);
	if (cli_match(text, "neighbor %w", word))
		return take_neighbor(in, line, word, false);
	if (cli_match(text, "address-family %r", &rest) && family_of(rest)) {
		cli_lines(in, line, take_network, NULL);
		return true;
	}
	return !strcmp(text, "bestpath as-path multipath-relax") ||
	       cli_match(text, "maximum-paths ebgp %w", word) ||
	       !strcmp(text, "template " OS10_TEMPLATE);
}

bool os10_parse_bgp(struct cli_in *in, const struct fabric_lines *block)
{
	unsigned asn;
	json_t *bgp;

	if (!cli_match(fabric_lines_text(block), "router bgp %u", &asn))
		return false;
	bgp = cli_object(in, in->model, "bgp");
	cli_set_number(in, bgp, "asn", asn);
	cli_object(in, bgp, "neighbors");
	cli_lines(in, block, take_line, NULL);
	return true;
}

/* Addresses of the loopbacks that sessions come from. */
void os10_parse_bgp_end(struct cli_in *in, const struct os10_reading *reading)
{
	json_t *row;
	const char *key;
	char address[CLI_WORD];

	json_object_foreach (ms_at(in->model, "/bgp/neighbors"), key, row) {
		const char *source = ms_str(row, "/source", NULL);

		if (source &&
		    cli_first_ipv4(ms_at(reading->loopbacks, "/%s/addresses", source), address))
			cli_set_text(in, row, "local", address);
		json_object_del(row, "source");
	}
}
