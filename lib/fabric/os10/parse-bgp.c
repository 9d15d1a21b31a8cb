/* SPDX-License-Identifier: GPL-2.0-or-later */
/* BGP of OS10, read into a model. */
#include "fabric/os10/os10.h"

struct session {
	json_t *row;
	const char *family;
	bool ipv4;
};

/* ---- one session ---- */

static bool take_activation(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	struct session *session = ctx;
	const char *text = fabric_lines_text(line);
	bool ipv4 = !strcmp(session->family, "ipv4");
	unsigned number;

	if (!strcmp(text, "no activate")) {
		session->ipv4 &= !ipv4;
		return true;
	}
	if (cli_match(text, "allowas-in %u", &number)) {
		cli_set_bool(in, session->row, "ownAs", true);
		return true;
	}
	if (!strcmp(text, "no sender-side-loop-detection")) {
		cli_set_bool(in, session->row, "peerAs", true);
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
	else if (cli_match(text, "address-family %r", &rest) &&
		 (session->family = cli_family(rest)))
		cli_lines(in, line, take_activation, session);
	else
		return !strcmp(text, "no shutdown") || !strcmp(text, "send-community extended") ||
		       !strcmp(text, "inherit template " OS10_TEMPLATE " inherit-type ebgp");
	return true;
}

static bool take_neighbor(struct cli_in *in, const struct fabric_lines *line, const char *name,
			  bool over_port)
{
	char port[64];
	struct session session = { .ipv4 = true };

	if (over_port ? !fabric_port_abstract(in->dialect, name, port, sizeof(port))
		      : !strpbrk(name, ".:"))
		return false;
	session.row = cli_session(in, over_port ? port : NULL, name);
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
	if (cli_take_router_id(in, line, "bgp"))
		return true;
	if (cli_match(text, "neighbor interface %w", word))
		return take_neighbor(in, line, word, true);
	if (cli_match(text, "neighbor %w", word))
		return take_neighbor(in, line, word, false);
	if (cli_match(text, "address-family %r", &rest) && cli_family(rest)) {
		cli_lines(in, line, take_network, NULL);
		return true;
	}
	return !strcmp(text, "bestpath as-path multipath-relax") ||
	       cli_match(text, "maximum-paths ebgp %w", word) ||
	       !strcmp(text, "template " OS10_TEMPLATE);
}

bool os10_parse_bgp(struct cli_in *in, const struct fabric_lines *block)
{
	return cli_parse_bgp(in, block, take_line, NULL);
}
