/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interfaces of EOS, read into a model. */
#include "fabric/eos.h"

/* One block, as its lines come. */
struct interface {
	const char *name;
	struct eos_reading *reading;
	json_t *row;                     /* owned until it is handed over */
	json_t *allowed;                 /* of a trunk, NULL = all */
	unsigned access, native, channel;
	char mode[CLI_WORD], lacp[CLI_WORD], vrf[CLI_WORD], speed[16];
	bool routed, shut, said, ospf, ldp;
};

/* ---- lines ---- */

static bool take_address(struct cli_in *in, struct interface *i, const char *line)
{
	char word[CLI_WORD], rest[CLI_WORD];
	bool anycast = cli_match(line, "ip address virtual %w", word) ||
		       cli_match(line, "ipv6 address virtual %w", word) ||
		       cli_match(line, "ip address virtual %w secondary", word);

	if (!anycast && !cli_match(line, "ip address %w", word) &&
	    !cli_match(line, "ip address %w secondary", word) &&
	    !cli_match(line, "ipv6 address %w", word) &&
	    !cli_match(line, "ipv6 address %w %w", word, rest))
		return false;
	if (!strchr(word, '/'))
		return false;
	cli_append_text(in, i->row, "addresses", word);
	if (anycast)
		cli_set_bool(in, i->row, "anycast", true);
	return true;
}

static bool take_vlans(struct cli_in *in, struct interface *i, const char *line)
{
	char word[CLI_WORD];
	const char *list;

	if (cli_match(line, "switchport access vlan %u", &i->access) ||
	    cli_match(line, "switchport mode %w", i->mode) ||
	    cli_match(line, "switchport trunk native vlan %u", &i->native) ||
	    !strcmp(line, "switchport"))
		return true;
	if (!strcmp(line, "no switchport")) {
		i->routed = true;
		return true;
	}
	if (cli_match(line, "switchport trunk group %w", word))
		return ms_starts(word, EOS_MLAG_GROUP);
	if (!cli_match(line, "switchport trunk allowed vlan %r", &list))
		return false;
	json_decref(i->allowed);
	i->allowed = json_array();
	in->failed |= !i->allowed;
	return !strcmp(list, "none") || cli_ranges_get(list, i->allowed);
}

static bool take_protocol(struct cli_in *in, struct interface *i, const char *line)
{
	char word[CLI_WORD];

	(void)in;
	if (!strcmp(line, "ip ospf area 0.0.0.0") || !strcmp(line, "ip ospf area 0"))
		return i->ospf = true;
	if (!strcmp(line, "mpls ldp interface"))
		return i->ldp = true;
	if (!strcmp(line, "ipv6 enable")) {
		cli_set_bool(in, i->row, "unnumbered", true);
		return true;
	}
	return !strcmp(line, "mpls ip") || !strcmp(line, "no autostate") ||
	       cli_match(line, "ip ospf network %w", word);
}

static bool take_channel(struct cli_in *in, struct interface *i, const char *line)
{
	unsigned number;
	char word[CLI_WORD], mac[18];

	if (cli_match(line, "channel-group %u mode %w", &i->channel, i->lacp))
		return true;
	if (cli_match(line, "mlag %u", &number)) {
		cli_set_number(in, i->row, "mlag", number);
		return true;
	}
	if (!cli_match(line, "lacp system-id %w", word) || !cli_mac(word, mac))
		return false;
	cli_set_text(in, i->row, "systemMac", mac);
	return true;
}

/* "0044:3839:ff00:0007:0001" -> "00:44:38:...". */
static bool take_segment(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	struct interface *i = ctx;
	char word[CLI_WORD], esi[30];
	const char *c = word;
	size_t n = 0;

	if (cli_match(fabric_lines_text(line), "route-target import %w", word))
		return true;
	if (!cli_match(fabric_lines_text(line), "identifier %w", word))
		return false;
	for (; *c && n < 20; c++) {
		if (*c == ':')
			continue;
		if (n && n % 2 == 0)
			esi[n / 2 * 3 - 1] = ':';
		esi[n / 2 * 3 + n % 2] = *c;
		n++;
	}
	if (n != 20 || *c)
		return false;
	esi[29] = 0;
	cli_set_text(in, i->row, "esi", esi);
	return true;
}

static bool take_line(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	struct interface *i = ctx;
	const char *text = fabric_lines_text(line), *rest;
	char word[CLI_WORD];
	unsigned number;

	if (cli_match(text, "speed %w", word) || cli_match(text, "speed forced %w", word))
		return cli_speed(word, i->speed);
	i->said = true;
	if (cli_match(text, "description %r", &rest)) {
		cli_set_text(in, i->row, "description", rest);
		return true;
	}
	if (cli_match(text, "mtu %u", &number)) {
		cli_set_number(in, i->row, "mtu", number);
		return true;
	}
	if (!strcmp(text, "evpn ethernet-segment")) {
		cli_lines(in, line, take_segment, i);
		return true;
	}
	if (!strcmp(text, "shutdown"))
		return i->shut = true;
	return !strcmp(text, "no shutdown") || cli_match(text, "vrf %w", i->vrf) ||
	       cli_match(text, "vrf forwarding %w", i->vrf) || take_address(in, i, text) ||
	       take_vlans(in, i, text) || take_protocol(in, i, text) || take_channel(in, i, text);
}

/* ---- what the lines make ---- */

static void all_vlans(struct cli_in *in, json_t *list)
{
	const char *vid;
	json_t *row;

	json_object_foreach(json_object_get(in->model, "vlans"), vid, row)
		in->failed |= json_array_append_new(list, json_integer(cli_vid(vid)));
}

/* Without a list all VLANs are allowed; untagged frames belong to VLAN 1 where nothing else is
 * said. */
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
	bool unnumbered = json_object_get(i->row, "unnumbered") != NULL;

	if (!addresses && !unnumbered && !*i->vrf)
		return;
	l3 = cli_object(in, i->row, "l3");
	if (addresses)
		cli_set_value(in, l3, "addresses", json_incref(addresses));
	if (unnumbered)
		cli_set_bool(in, l3, "unnumbered", true);
	if (*i->vrf)
		cli_set_text(in, l3, "vrf", i->vrf);
}

static void make_layers(struct cli_in *in, struct interface *i)
{
	if (i->routed)
		make_layer3(in, i);
	else
		make_layer2(in, i);
	json_object_del(i->row, "addresses");
	json_object_del(i->row, "unnumbered");
	json_object_del(i->row, "anycast");
	cli_set_bool(in, i->row, "enabled", !i->shut);
}

static void make_member(struct cli_in *in, struct interface *i, const char *port)
{
	char key[16];
	json_t *channel;

	snprintf(key, sizeof(key), "%u", i->channel);
	channel = cli_object(in, cli_object(in, in->model, "channels"), key);
	cli_append_text(in, channel, "members", port);
	cli_set_text(in, channel, "lacp", strcmp(i->lacp, "on") ? i->lacp : "static");
}

static void note_protocols(struct cli_in *in, const struct interface *i, const char *port)
{
	if (i->ospf)
		cli_append_text(in, cli_object(in, in->model, "ospf"), "ports", port);
	if (i->ldp)
		cli_append_text(in, cli_object(in, in->model, "mpls"), "ports", port);
}

static void make_port(struct cli_in *in, struct interface *i, const char *port)
{
	unsigned number, part = 0;
	bool broken_out;

	fabric_port_parse(port, &number, &part);
	broken_out = part && ms_at(i->reading->breakouts, "/%u", number);
	if (*i->speed && !broken_out) {
		cli_set_text(in, i->row, "speed", i->speed);
		i->said = true;
	}
	note_protocols(in, i, port);
	if (i->channel) {
		make_member(in, i, port);
		cli_set_bool(in, i->row, "enabled", !i->shut);
		if (json_object_size(i->row) > 1 || i->shut)
			cli_set_value(in, cli_object(in, in->model, "ports"), port,
				      json_incref(i->row));
		return;
	}
	if (!i->said)
		return;
	make_layers(in, i);
	if (json_object_size(i->row) == 2 && !i->shut && ms_int(i->row, "/l2/access", 0) == 1)
		return;
	cli_set_value(in, cli_object(in, in->model, "ports"), port, json_incref(i->row));
}

static void make_channel(struct cli_in *in, struct interface *i, const char *number)
{
	json_t *channel = cli_object(in, cli_object(in, in->model, "channels"), number);

	make_layers(in, i);
	if (!json_object_get(channel, "members"))
		cli_array(in, channel, "members");
	in->failed |= json_object_update(channel, i->row);
}

static void make_svi(struct cli_in *in, struct interface *i, const char *vid)
{
	if (!json_object_get(i->row, "addresses"))
		cli_array(in, i->row, "addresses");
	if (!json_object_get(i->row, "anycast"))
		cli_set_bool(in, i->row, "anycast", false);
	if (*i->vrf)
		cli_set_text(in, i->row, "vrf", i->vrf);
	cli_set_value(in, cli_object(in, in->model, "svis"), vid, json_incref(i->row));
}

/* ---- tunnels ---- */

static bool take_tunnel(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	struct eos_reading *reading = ctx;
	const char *text = fabric_lines_text(line);
	char word[CLI_WORD], list[CLI_WORD];
	unsigned vlan, vni;

	if (cli_match(text, "vxlan source-interface %w", reading->tunnel) ||
	    !strcmp(text, "vxlan udp-port 4789"))
		return true;
	if (cli_match(text, "vxlan vlan %u vni %u", &vlan, &vni)) {
		snprintf(word, sizeof(word), "%u", vlan);
		cli_set_number(in, cli_object(in, cli_object(in, in->model, "vlans"), word), "vni",
			       vni);
		return true;
	}
	if (cli_match(text, "vxlan vrf %w vni %u", word, &vni)) {
		cli_set_number(in, reading->vni_of, word, vni);
		return true;
	}
	if (cli_match(text, "vxlan virtual-router encapsulation mac-address %w", list))
		return cli_mac(list, reading->router_mac) || !strcmp(list, "mlag-system-id");
	return false;
}

/* ---- */

static bool take_loopback(struct cli_in *in, struct interface *i, const struct fabric_lines *block)
{
	json_t *addresses;

	if (strcmp(i->name, "Loopback0") && strcmp(i->name, "Loopback1"))
		return false;
	cli_lines(in, block, take_line, i);
	addresses = json_object_get(i->row, "addresses");
	if (!strcmp(i->name, "Loopback0"))
		cli_set_value(in, cli_object(in, in->model, "loopback"), "addresses",
			      addresses ? json_incref(addresses) : json_array());
	else if (addresses)
		i->reading->loopback1 = json_incref(addresses);
	return true;
}

static bool take_block(struct cli_in *in, struct interface *i, const struct fabric_lines *block)
{
	char port[64];
	size_t digits;

	if (take_loopback(in, i, block))
		return true;
	if (!strcmp(i->name, "Vxlan1")) {
		cli_lines(in, block, take_tunnel, i->reading);
		return true;
	}
	digits = strcspn(i->name, "0123456789");
	if (ms_starts(i->name, "Vlan") && digits == 4) {
		cli_lines(in, block, take_line, i);
		make_svi(in, i, i->name + digits);
	} else if (ms_starts(i->name, "Port-Channel") && digits == 12 && !strpbrk(i->name, "./")) {
		cli_lines(in, block, take_line, i);
		make_channel(in, i, i->name + digits);
	} else if (eos_port_abstract(in->dialect, i->reading->breakouts, i->name, port,
				     sizeof(port))) {
		cli_lines(in, block, take_line, i);
		make_port(in, i, port);
	} else {
		return false;
	}
	return true;
}

bool eos_parse_interface(struct cli_in *in, const struct fabric_lines *block,
			 struct eos_reading *reading)
{
	struct interface i = { .name = fabric_lines_text(block) + strlen("interface "),
			       .reading = reading,
			       .row = json_object() };
	bool known = i.row && take_block(in, &i, block);

	in->failed |= !i.row;
	json_decref(i.row);
	json_decref(i.allowed);
	return known;
}
