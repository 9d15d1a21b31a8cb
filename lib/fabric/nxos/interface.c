/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interfaces of NX-OS, read into a model. */
#include "fabric/nxos/nxos.h"

struct interface {
	struct cli_interface common;
	const char *name;
	struct nxos_reading *reading;
	char version[CLI_WORD];        /* of DCBX */
	const char *paused;            /* the line that says so */
	bool up;
};

/* ---- lines ---- */

static bool take_address(struct cli_in *in, struct interface *i, const char *line)
{
	char word[CLI_WORD], tag[CLI_WORD];
	bool secondary = cli_match(line, "ip address %w secondary", word) ||
			 cli_match(line, "ip address %w secondary tag %w", word, tag);

	if (!strcmp(line, "ipv6 address use-link-local-only"))
		return i->common.unnumbered = true;
	if (!secondary && !cli_match(line, "ip address %w", word) &&
	    !cli_match(line, "ipv6 address %w", word) &&
	    !cli_match(line, "ip address %w tag %w", word, tag) &&
	    !cli_match(line, "ipv6 address %w tag %w", word, tag))
		return false;
	if (!strchr(word, '/'))
		return false;
	cli_append_text(in, i->common.row, "addresses", word);
	if (secondary)
		cli_append_text(in, i->common.row, "secondary", word);
	return true;
}

static bool take_channel(struct cli_in *in, struct interface *i, const char *line)
{
	unsigned number;

	if (cli_match(line, "channel-group %u", &i->common.channel)) {
		snprintf(i->common.lacp, sizeof(i->common.lacp), "on");
		return true;
	}
	if (cli_match(line, "vpc %u", &number)) {
		cli_set_number(in, i->common.row, "mlag", number);
		return true;
	}
	if (!strcmp(line, "vpc peer-link")) {
		cli_set_bool(in, i->common.row, "link", true);
		return true;
	}
	return cli_match(line, "channel-group %u mode %w", &i->common.channel, i->common.lacp) ||
	       cli_match(line, "channel-group %u force mode %w", &i->common.channel,
			 i->common.lacp);
}

static bool take_protocol(struct cli_in *in, struct interface *i, const char *line)
{
	char word[CLI_WORD];

	if (!strcmp(line, "ip router ospf " NXOS_OSPF " area 0.0.0.0"))
		return i->common.ospf = true;
	if (!strcmp(line, "fabric forwarding mode anycast-gateway")) {
		cli_set_bool(in, i->common.row, "anycast", true);
		return true;
	}
	return cli_match(line, "ip ospf network %w", word) || !strcmp(line, "ip forward") ||
	       !strcmp(line, "no ip redirects") || !strcmp(line, "no ipv6 redirects") ||
	       !strcmp(line, "spanning-tree port type network");
}

static bool take_line(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	struct interface *i = ctx;
	const char *text = fabric_lines_text(line);
	char word[CLI_WORD], speed[16];

	if (cli_take_common(in, &i->common, text))
		return true;
	if (cli_match(text, "speed %w", word) && cli_speed(word, speed)) {
		cli_set_text(in, i->common.row, "speed", speed);
		return true;
	}
	if (!strcmp(text, "no shutdown"))
		return i->up = true;
	if (ms_starts(text, "priority-flow-control mode on"))
		i->paused = text;
	if (cli_match(text, "lldp dcbx version %w", i->version))
		return true;
	if (nxos_take_port_qos(in, i->common.row, text, &i->reading->qos))
		return i->common.said = true;
	return cli_match(text, "vrf member %w", i->common.vrf) || take_address(in, i, text) ||
	       cli_take_vlans(in, &i->common, text) || take_channel(in, i, text) ||
	       take_protocol(in, i, text);
}

/* The interface of a VLAN, of which the model says less than of a port. */
static bool take_svi(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	static const char *const not_said[] = { "description ", "switchport", "channel-group ",
						"vpc ", "speed ", "ip router ospf ",
						"service-policy ", "flowcontrol ",
						"priority-flow-control ", "lldp " };
	const char *text = fabric_lines_text(line);

	for (size_t i = 0; i < MS_ARRAY_SIZE(not_said); i++)
		if (ms_starts(text, not_said[i]))
			return false;
	return take_line(in, line, ctx);
}

static bool take_loopback(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	const char *text = fabric_lines_text(line);

	return !strcmp(text, "no shutdown") ||
	       !strcmp(text, "ip router ospf " NXOS_OSPF " area 0.0.0.0") ||
	       take_address(in, ctx, text);
}

/* ---- what the lines make ---- */

/* What is said of layer 3 makes a port a routed one where nothing else is said; that is shut unless
 * told otherwise. */
static void decide_layer(struct interface *i)
{
	struct cli_interface *c = &i->common;

	c->routed |= !c->switched && (i->reading->routed || c->unnumbered || *c->vrf ||
				      json_object_get(c->row, "addresses"));
}

static void make_port(struct cli_in *in, struct interface *i, const char *port)
{
	/* By queues that are not the port's own: of those the model has no word. */
	if (i->paused && !json_object_get(i->common.row, "qos"))
		cli_opaque(in, i->name, i->paused);
	if (*i->version)
		cli_set_text(in, i->reading->qos.versions, port, i->version);
	decide_layer(i);
	if (i->common.routed || i->reading->shut)
		i->common.shut = !i->up;
	if (i->common.channel)
		json_object_del(i->common.row, "mtu");
	cli_make_port(in, &i->common, port);
}

static void make_channel(struct cli_in *in, struct interface *i, const char *number)
{
	if (json_object_get(i->common.row, "link"))
		cli_set_text(in, cli_object(in, in->model, "mlag"), "link", number);
	json_object_del(i->common.row, "link");
	decide_layer(i);
	cli_make_channel(in, &i->common, number);
}

static void make_svi(struct cli_in *in, struct interface *i, const char *vid)
{
	if (!strcmp(vid, "1") && !json_object_get(i->common.row, "addresses"))
		return;        /* there always */
	json_object_del(i->common.row, "secondary");
	i->common.shut |= !i->up;
	if (i->common.shut)
		cli_opaque(in, i->name, "shutdown");
	cli_make_svi(in, &i->common, vid);
}

/* ---- tunnels ---- */

static bool take_member(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	(void)in;
	(void)ctx;
	return !strcmp(fabric_lines_text(line), "ingress-replication protocol bgp");
}

static bool take_tunnel(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	struct nxos_reading *reading = ctx;
	const char *text = fabric_lines_text(line);
	unsigned vni;

	if (cli_match(text, "member vni %u", &vni)) {
		cli_lines(in, line, take_member, NULL);
		return true;
	}
	if (!strcmp(text, "qos-mode pipe"))
		return reading->qos.pipe = true;
	return cli_match(text, "source-interface %w", reading->tunnel) ||
	       !strcmp(text, "no shutdown") || !strcmp(text, "host-reachability protocol bgp") ||
	       cli_match(text, "member vni %u associate-vrf", &vni);
}

/* ---- */

static bool take_breakout(struct cli_in *in, const char *line)
{
	unsigned module, port, gigabits, parts;
	char map[CLI_WORD], key[16], text[32];

	if (!cli_match(line, "interface breakout module %u port %u map %w", &module, &port, map) ||
	    sscanf(map, "%4ug-%2ux", &gigabits, &parts) != 2)
		return false;
	snprintf(key, sizeof(key), "%u", port);
	snprintf(text, sizeof(text), "%ux%uG", parts, gigabits);
	cli_set_text(in, cli_object(in, cli_object(in, in->model, "ports"), key), "breakout", text);
	return true;
}

static bool take_block(struct cli_in *in, struct interface *i, const struct fabric_lines *block,
		       struct nxos_reading *reading)
{
	size_t digits = strcspn(i->name, "0123456789");
	char port[64];

	if (!strcmp(i->name, "nve1")) {
		cli_lines(in, block, take_tunnel, reading);
	} else if (!strcmp(i->name, "loopback0") || !strcmp(i->name, "loopback1")) {
		cli_lines(in, block, take_loopback, i);
		cli_set_value(in, reading->loopbacks, i->name, json_incref(i->common.row));
	} else if (ms_starts(i->name, "Vlan") && digits == 4) {
		cli_lines(in, block, take_svi, i);
		make_svi(in, i, i->name + digits);
	} else if (ms_starts(i->name, "port-channel") && digits == 12 && !strpbrk(i->name, "./")) {
		cli_lines(in, block, take_line, i);
		make_channel(in, i, i->name + digits);
	} else if (fabric_port_abstract(in->dialect, i->name, port, sizeof(port))) {
		cli_lines(in, block, take_line, i);
		make_port(in, i, port);
	} else {
		return false;
	}
	return true;
}

bool nxos_parse_interface(struct cli_in *in, const struct fabric_lines *block,
			  struct nxos_reading *reading)
{
	struct interface i = { .common.row = json_object(),
			       .name = fabric_lines_text(block) + strlen("interface "),
			       .reading = reading };
	bool known = take_breakout(in, fabric_lines_text(block));

	in->failed |= !i.common.row;
	if (!known && i.common.row)
		known = take_block(in, &i, block, reading);
	cli_interface_release(&i.common);
	return known;
}
