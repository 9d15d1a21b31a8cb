/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interfaces of NX-OS, read into a model. */
#include "fabric/nxos.h"

struct interface {
	const char *name;
	json_t *row, *allowed;             /* allowed: NULL = all */
	unsigned access, native, channel;
	char mode[CLI_WORD], lacp[CLI_WORD], vrf[CLI_WORD];
	bool routed, switched, up, shut, said, ospf, link_local, secondary;
};

/* ---- lines ---- */

static bool take_address(struct cli_in *in, struct interface *i, const char *line)
{
	char word[CLI_WORD], tag[CLI_WORD];
	bool secondary = cli_match(line, "ip address %w secondary", word) ||
			 cli_match(line, "ip address %w secondary tag %w", word, tag);

	if (!strcmp(line, "ipv6 address use-link-local-only")) {
		i->link_local = true;
		return true;
	}
	if (!secondary && !cli_match(line, "ip address %w", word) &&
	    !cli_match(line, "ipv6 address %w", word) &&
	    !cli_match(line, "ip address %w tag %w", word, tag) &&
	    !cli_match(line, "ipv6 address %w tag %w", word, tag))
		return false;
	if (!strchr(word, '/'))
		return false;
	cli_append_text(in, i->row, "addresses", word);
	if (secondary)
		cli_append_text(in, i->row, "secondary", word);
	return true;
}

static bool take_vlans(struct cli_in *in, struct interface *i, const char *line)
{
	const char *list;
	bool more = cli_match(line, "switchport trunk allowed vlan add %r", &list);

	if (!strcmp(line, "switchport") ||
	    cli_match(line, "switchport access vlan %u", &i->access) ||
	    cli_match(line, "switchport mode %w", i->mode) ||
	    cli_match(line, "switchport trunk native vlan %u", &i->native))
		return i->switched = true;
	if (!strcmp(line, "no switchport"))
		return i->routed = true;
	if (!more && !cli_match(line, "switchport trunk allowed vlan %r", &list))
		return false;
	if (!more || !i->allowed) {
		json_decref(i->allowed);
		i->allowed = json_array();
	}
	in->failed |= !i->allowed;
	return !strcmp(list, "none") || cli_ranges_get(list, i->allowed);
}

static bool take_channel(struct cli_in *in, struct interface *i, const char *line)
{
	unsigned number;

	if (cli_match(line, "channel-group %u", &i->channel)) {
		snprintf(i->lacp, sizeof(i->lacp), "on");
		return true;
	}
	if (cli_match(line, "vpc %u", &number)) {
		cli_set_number(in, i->row, "mlag", number);
		return true;
	}
	if (!strcmp(line, "vpc peer-link")) {
		cli_set_bool(in, i->row, "link", true);
		return true;
	}
	return cli_match(line, "channel-group %u mode %w", &i->channel, i->lacp) ||
	       cli_match(line, "channel-group %u force mode %w", &i->channel, i->lacp);
}

static bool take_protocol(struct cli_in *in, struct interface *i, const char *line)
{
	char word[CLI_WORD], area[CLI_WORD];

	if (cli_match(line, "ip router ospf %w area %w", word, area) &&
	    (!strcmp(area, "0.0.0.0") || !strcmp(area, "0")))
		return i->ospf = true;
	if (!strcmp(line, "fabric forwarding mode anycast-gateway")) {
		cli_set_bool(in, i->row, "anycast", true);
		return true;
	}
	return cli_match(line, "ip ospf network %w", word) || !strcmp(line, "ip forward") ||
	       !strcmp(line, "no ip redirects") || !strcmp(line, "no ipv6 redirects") ||
	       !strcmp(line, "spanning-tree port type network");
}

static bool take_line(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	struct interface *i = ctx;
	const char *text = fabric_lines_text(line), *rest;
	char word[CLI_WORD], speed[16];
	unsigned number;

	i->said = true;
	if (cli_match(text, "description %r", &rest)) {
		cli_set_text(in, i->row, "description", rest);
		return true;
	}
	if (cli_match(text, "mtu %u", &number)) {
		cli_set_number(in, i->row, "mtu", number);
		return true;
	}
	if (cli_match(text, "speed %w", word) && cli_speed(word, speed)) {
		cli_set_text(in, i->row, "speed", speed);
		return true;
	}
	if (!strcmp(text, "shutdown"))
		return i->shut = true;
	if (!strcmp(text, "no shutdown"))
		return i->up = true;
	return cli_match(text, "vrf member %w", i->vrf) || take_address(in, i, text) ||
	       take_vlans(in, i, text) || take_channel(in, i, text) || take_protocol(in, i, text);
}

/* ---- what the lines make ---- */

static void all_vlans(struct cli_in *in, json_t *list)
{
	const char *vid;
	json_t *row;

	json_object_foreach(json_object_get(in->model, "vlans"), vid, row)
		in->failed |= json_array_append_new(list, json_integer(cli_vid(vid)));
}

static void make_trunk(struct cli_in *in, struct interface *i, json_t *l2)
{
	json_t *tagged = cli_array(in, l2, "tagged"), *value;
	json_auto_t *all = NULL;
	unsigned native = i->native ? i->native : 1;
	const json_t *allowed = i->allowed;
	size_t n;

	if (!allowed) {
		allowed = all = json_array();
		if (all)
			all_vlans(in, all);
	}
	json_array_foreach(allowed, n, value)
		if (json_integer_value(value) != native)
			in->failed |= json_array_append(tagged, value);
	if (i->native || !i->allowed || cli_set_has(i->allowed, 1))
		cli_set_number(in, l2, "native", native);
}

static void make_layer2(struct cli_in *in, struct interface *i)
{
	json_t *l2 = cli_object(in, i->row, "l2");

	if (!strcmp(i->mode, "trunk"))
		make_trunk(in, i, l2);
	else
		cli_set_number(in, l2, "access", i->access ? i->access : 1);
}

static void make_layer3(struct cli_in *in, struct interface *i)
{
	json_t *addresses = json_object_get(i->row, "addresses"), *l3;

	if (!addresses && !i->link_local && !*i->vrf)
		return;
	l3 = cli_object(in, i->row, "l3");
	if (addresses)
		cli_set_value(in, l3, "addresses", json_incref(addresses));
	if (i->link_local)
		cli_set_bool(in, l3, "unnumbered", true);
	if (*i->vrf)
		cli_set_text(in, l3, "vrf", i->vrf);
}

/* What is said of layer 3 makes a port a routed one where nothing else is said. */
static bool is_routed(const struct interface *i)
{
	return i->routed ||
	       (!i->switched && (json_object_get(i->row, "addresses") || i->link_local || *i->vrf));
}

static void make_layers(struct cli_in *in, struct interface *i)
{
	if (is_routed(i))
		make_layer3(in, i);
	else
		make_layer2(in, i);
	json_object_del(i->row, "addresses");
	json_object_del(i->row, "secondary");
	json_object_del(i->row, "anycast");
}

static void make_member(struct cli_in *in, struct interface *i, const char *port)
{
	char key[16];
	json_t *channel;

	snprintf(key, sizeof(key), "%u", i->channel);
	channel = cli_object(in, cli_object(in, in->model, "channels"), key);
	cli_append_text(in, channel, "members", port);
	cli_set_text(in, channel, "lacp", strcmp(i->lacp, "on") ? i->lacp : "static");
	json_object_del(i->row, "mtu");
	cli_set_bool(in, i->row, "enabled", is_routed(i) ? i->up : !i->shut);
	if (json_object_size(i->row) > 1 || !ms_bool(i->row, "/enabled", true))
		cli_set_value(in, cli_object(in, in->model, "ports"), port, json_incref(i->row));
}

static void make_port(struct cli_in *in, struct interface *i, const char *port)
{
	if (i->ospf)
		cli_append_text(in, cli_object(in, in->model, "ospf"), "ports", port);
	if (i->channel) {
		make_member(in, i, port);
		return;
	}
	if (!i->said)
		return;
	make_layers(in, i);
	cli_set_bool(in, i->row, "enabled", is_routed(i) ? i->up : !i->shut);
	if (json_object_size(i->row) == 2 && ms_bool(i->row, "/enabled", false) &&
	    ms_int(i->row, "/l2/access", 0) == 1)
		return;
	cli_set_value(in, cli_object(in, in->model, "ports"), port, json_incref(i->row));
}

static void make_channel(struct cli_in *in, struct interface *i, const char *number)
{
	json_t *channel = cli_object(in, cli_object(in, in->model, "channels"), number);

	if (json_object_get(i->row, "link"))
		cli_set_text(in, cli_object(in, in->model, "mlag"), "link", number);
	json_object_del(i->row, "link");
	make_layers(in, i);
	cli_set_bool(in, i->row, "enabled", !i->shut);
	if (!json_object_get(channel, "members"))
		cli_array(in, channel, "members");
	in->failed |= json_object_update(channel, i->row);
}

static void make_svi(struct cli_in *in, struct interface *i, const char *vid)
{
	json_object_del(i->row, "secondary");
	if (!json_object_get(i->row, "addresses"))
		cli_array(in, i->row, "addresses");
	if (!json_object_get(i->row, "anycast"))
		cli_set_bool(in, i->row, "anycast", false);
	if (*i->vrf)
		cli_set_text(in, i->row, "vrf", i->vrf);
	if (!strcmp(vid, "1") && !json_array_size(json_object_get(i->row, "addresses")))
		return;        /* there always */
	cli_set_value(in, cli_object(in, in->model, "svis"), vid, json_incref(i->row));
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
		cli_lines(in, block, take_line, i);
		cli_set_value(in, reading->loopbacks, i->name, json_incref(i->row));
	} else if (ms_starts(i->name, "Vlan") && digits == 4) {
		cli_lines(in, block, take_line, i);
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
	struct interface i = { .name = fabric_lines_text(block) + strlen("interface "),
			       .row = json_object() };
	bool known = take_breakout(in, fabric_lines_text(block));

	in->failed |= !i.row;
	if (!known && i.row)
		known = take_block(in, &i, block, reading);
	json_decref(i.row);
	json_decref(i.allowed);
	return known;
}
