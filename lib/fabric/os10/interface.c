/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interfaces of OS10, read into a model. */
#include "fabric/os10/os10.h"

struct interface {
	struct cli_interface common;
	const char *name;
	unsigned network;
	json_t *roce; /* lines of it, for ports; else NULL */
};

void os10_set_description(struct cli_in *in, json_t *row, const char *key, const char *text)
{
	MS_AUTO_FREE char *bare = strdup(text);
	size_t len = strlen(text);

	if (!bare) {
		in->failed = true;
		return;
	}
	if (len > 1 && *bare == '"' && bare[len - 1] == '"') {
		bare[len - 1] = 0;
		text = bare + 1;
	}
	cli_set_text(in, row, key, text);
}

/* ---- lines ---- */

static bool take_address(struct cli_in *in, struct interface *i, const char *line)
{
	char word[CLI_WORD];

	if (cli_match(line, "ip virtual-router address %w", word) ||
	    cli_match(line, "ipv6 virtual-router address %w", word)) {
		cli_append_text(in, i->common.row, "virtual", word);
		return true;
	}
	if (!cli_match(line, "ip address %w", word) &&
	    !cli_match(line, "ip address %w secondary", word) &&
	    !cli_match(line, "ipv6 address %w", word))
		return false;
	if (!strchr(word, '/'))
		return false;
	cli_append_text(in, i->common.row, "addresses", word);
	return true;
}

static bool take_vlans(struct cli_in *in, struct interface *i, const char *line)
{
	const char *list;

	if (!strcmp(line, "no switchport"))
		return i->common.routed = true;
	if (!strcmp(line, "no switchport access vlan") ||
	    cli_match(line, "switchport access vlan %u", &i->common.access) ||
	    cli_match(line, "switchport mode %w", i->common.mode))
		return true;
	if (!cli_match(line, "switchport trunk allowed vlan %r", &list))
		return false;
	if (!i->common.allowed)
		i->common.allowed = json_array();
	in->failed |= !i->common.allowed;
	return cli_ranges_get(list, i->common.allowed);
}

static bool take_channel(struct cli_in *in, struct interface *i, const char *line)
{
	unsigned number;

	if (cli_match(line, "vlt-port-channel %u", &number)) {
		cli_set_number(in, i->common.row, "mlag", number);
		return true;
	}
	if (cli_match(line, "channel-group %u", &i->common.channel)) {
		snprintf(i->common.lacp, sizeof(i->common.lacp), "on");
		return true;
	}
	return cli_match(line, "channel-group %u mode %w", &i->common.channel, i->common.lacp);
}

static bool take_protocol(struct interface *i, const char *line)
{
	char area[CLI_WORD];
	unsigned number;

	if (cli_match(line, "ip ospf %u area %w", &number, area))
		return i->common.ospf = number == OS10_OSPF &&
				 (!strcmp(area, "0.0.0.0") || !strcmp(area, "0"));
	if (!strcmp(line, "ipv6 nd send-ra"))
		return i->common.unnumbered = true;
	return !strcmp(line, "ip ospf network point-to-point") ||
	       !strcmp(line, "ipv6 nd min-ra-interval 3") ||
	       !strcmp(line, "ipv6 nd max-ra-interval 4");
}

static bool take_line(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	struct interface *i = ctx;
	const char *text = fabric_lines_text(line), *rest;
	char word[CLI_WORD], speed[16];
	unsigned number;

	i->common.said = true;
	if (cli_match(text, "description %r", &rest))
		os10_set_description(in, i->common.row, "description", rest);
	else if (cli_match(text, "mtu %u", &number) && number > OS10_OVERHEAD)
		cli_set_number(in, i->common.row, "mtu", number - OS10_OVERHEAD);
	else if (cli_match(text, "speed %w", word) && cli_speed(word, speed))
		cli_set_text(in, i->common.row, "speed", speed);
	else if (!strcmp(text, "shutdown"))
		i->common.shut = true;
	else
		return !strcmp(text, "no shutdown") ||
		       cli_match(text, "ip vrf forwarding %w", i->common.vrf) ||
		       cli_match(text, "virtual-network %u", &i->network) ||
		       take_address(in, i, text) || take_vlans(in, i, text) ||
		       take_channel(in, i, text) || take_protocol(i, text) ||
		       os10_take_port_qos(in, i->roce, text);
	return true;
}

/* ---- what the lines make ---- */

/* Only the VLANs that are listed; the native one is that of access ports. */
static void make_trunk(struct cli_in *in, struct cli_interface *i, json_t *l2)
{
	cli_set_value(in, l2, "tagged", i->allowed ? json_incref(i->allowed) : json_array());
	if (i->access)
		cli_set_number(in, l2, "native", i->access);
}

/* The MTU of a member is that of its channel. */
static void make_port(struct cli_in *in, struct interface *i, const char *port)
{
	if (i->common.channel)
		json_object_del(i->common.row, "mtu");
	cli_make_port(in, &i->common, port);
}

/* Of addresses that are there: {addresses, anycast, vrf, mtu}. */
static json_t *svi_of(struct cli_in *in, struct interface *i)
{
	json_t *svi = json_object(), *addresses = json_object_get(i->common.row, "addresses");

	if (!json_array_size(addresses))
		return svi;
	cli_set_value(in, svi, "addresses", json_incref(addresses));
	cli_set_bool(in, svi, "anycast", json_object_get(i->common.row, "virtual") != NULL);
	if (*i->common.vrf)
		cli_set_text(in, svi, "vrf", i->common.vrf);
	if (ms_int(i->common.row, "/mtu", 0))
		cli_set_number(in, svi, "mtu", ms_int(i->common.row, "/mtu", 0));
	return svi;
}

static void make_vlan(struct cli_in *in, struct interface *i, const char *vid,
		      struct os10_reading *reading)
{
	json_auto_t *svi = svi_of(in, i);
	const char *name = ms_str(i->common.row, "/description", NULL);
	char number[16];
	json_t *vlan;

	snprintf(number, sizeof(number), "%u", i->network);
	if (i->network && strcmp(number, vid))
		cli_opaque(in, i->name, "a virtual network of another number");
	else if (i->network)
		cli_set_bool(in, reading->bound, vid, true);
	if (i->common.shut)
		cli_opaque(in, i->name, "shutdown");
	if (!strcmp(vid, "1") && !name && !i->network && !json_object_size(svi))
		return; /* there always */
	vlan = cli_object(in, cli_object(in, in->model, "vlans"), vid);
	if (name)
		cli_set_text(in, vlan, "name", name);
	if (json_object_size(svi))
		cli_set_value(in, cli_object(in, in->model, "svis"), vid, json_incref(svi));
}

/* ---- */

static bool take_breakout(struct cli_in *in, const char *line)
{
	unsigned gigabits, parts;
	char place[CLI_WORD], map[CLI_WORD], native[2 * CLI_WORD], port[64], text[32];

	if (!cli_match(line, "interface breakout %w map %w", place, map))
		return false;
	snprintf(native, sizeof(native), "ethernet%s", place);
	if (!fabric_port_abstract(in->dialect, native, port, sizeof(port)) ||
	    sscanf(map, "%4ug-%2ux", &gigabits, &parts) != 2)
		return false;
	snprintf(text, sizeof(text), "%ux%uG", parts, gigabits);
	if (parts > 1)
		cli_set_text(in, cli_object(in, cli_object(in, in->model, "ports"), port),
			     "breakout", text);
	return true;
}

static bool take_block(struct cli_in *in, struct interface *i, const struct fabric_lines *block,
		       struct os10_reading *reading)
{
	const char *number = i->name + strcspn(i->name, "0123456789");
	size_t letters = (size_t)(number - i->name);
	char port[64];

	if (!*number)
		return false;
	if (!strcmp(i->name, "loopback0") || !strcmp(i->name, "loopback1")) {
		cli_lines(in, block, take_line, i);
		cli_set_value(in, reading->loopbacks, i->name, json_incref(i->common.row));
	} else if (ms_starts(i->name, "vlan") && letters == 4) {
		cli_lines(in, block, take_line, i);
		make_vlan(in, i, number, reading);
	} else if (ms_starts(i->name, "virtual-network") && letters == 15) {
		cli_lines(in, block, take_line, i);
		cli_set_value(in, reading->routed, number, svi_of(in, i));
	} else if (ms_starts(i->name, "port-channel") && letters == 12) {
		cli_lines(in, block, take_line, i);
		/* Between a VLT pair it is the switch's own, of the discovery interfaces. */
		if (strcmp(number, OS10_LINK))
			cli_make_channel(in, &i->common, number);
	} else if (fabric_port_abstract(in->dialect, i->name, port, sizeof(port))) {
		i->roce = json_array();
		in->failed |= !i->roce;
		cli_lines(in, block, take_line, i);
		os10_make_port_qos(in, &reading->qos, i->name, i->common.row, i->roce);
		make_port(in, i, port);
		json_decref(i->roce);
	} else {
		return false;
	}
	return true;
}

bool os10_parse_interface(struct cli_in *in, const struct fabric_lines *block,
			  struct os10_reading *reading)
{
	struct interface i = { .common = { .row = json_object(), .trunk = make_trunk },
			       .name = fabric_lines_text(block) + strlen("interface ") };
	bool known = take_breakout(in, fabric_lines_text(block));

	in->failed |= !i.common.row;
	if (!known && i.common.row)
		known = take_block(in, &i, block, reading);
	cli_interface_release(&i.common);
	return known;
}
