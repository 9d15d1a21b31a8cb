/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interfaces of EOS, read into a model. */
#include "fabric/eos/eos.h"

/* One block, as its lines come. */
struct interface {
	struct cli_interface common;
	const char *name;
	struct eos_reading *reading;
	char speed[16];
	bool ldp;
};

/* ---- lines ---- */

static bool take_address(struct cli_in *in, struct interface *i, const char *line)
{
	char word[CLI_WORD];
	bool anycast = cli_match(line, "ip address virtual %w", word) ||
		       cli_match(line, "ipv6 address virtual %w", word) ||
		       cli_match(line, "ip address virtual %w secondary", word);

	if (!anycast && !cli_match(line, "ip address %w", word) &&
	    !cli_match(line, "ip address %w secondary", word) &&
	    !cli_match(line, "ipv6 address %w", word))
		return false;
	if (!strchr(word, '/'))
		return false;
	cli_append_text(in, i->common.row, "addresses", word);
	if (anycast)
		cli_set_bool(in, i->common.row, "anycast", true);
	return true;
}

static bool take_vlans(struct cli_in *in, struct interface *i, const char *line)
{
	char word[CLI_WORD];

	if (cli_match(line, "switchport trunk group %w", word))
		return ms_starts(word, EOS_MLAG_GROUP);
	return cli_take_vlans(in, &i->common, line);
}

static bool take_protocol(struct interface *i, const char *line)
{
	char word[CLI_WORD];

	if (!strcmp(line, "ip ospf area 0.0.0.0") || !strcmp(line, "ip ospf area 0"))
		return i->common.ospf = true;
	if (!strcmp(line, "mpls ldp interface"))
		return i->ldp = true;
	if (!strcmp(line, "ipv6 enable"))
		return i->common.unnumbered = true;
	return !strcmp(line, "mpls ip") || !strcmp(line, "no autostate") ||
	       cli_match(line, "ip ospf network %w", word);
}

static bool take_channel(struct cli_in *in, struct interface *i, const char *line)
{
	unsigned number;
	char word[CLI_WORD], mac[18];

	if (cli_match(line, "channel-group %u mode %w", &i->common.channel, i->common.lacp))
		return true;
	if (cli_match(line, "mlag %u", &number)) {
		cli_set_number(in, i->common.row, "mlag", number);
		return true;
	}
	if (!cli_match(line, "lacp system-id %w", word) || !cli_mac(word, mac))
		return false;
	cli_set_text(in, i->common.row, "systemMac", mac);
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
	cli_set_text(in, i->common.row, "esi", esi);
	return true;
}

static bool take_line(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	struct interface *i = ctx;
	const char *text = fabric_lines_text(line);
	char word[CLI_WORD];

	if (cli_match(text, "speed %w", word) || cli_match(text, "speed forced %w", word))
		return cli_speed(word, i->speed);
	if (cli_take_common(in, &i->common, text))
		return true;
	if (eos_take_port_qos(in, i->common.row, text))
		return i->common.said = true;
	if (!strcmp(text, "evpn ethernet-segment")) {
		cli_lines(in, line, take_segment, i);
		return true;
	}
	return !strcmp(text, "no shutdown") || cli_match(text, "vrf %w", i->common.vrf) ||
	       cli_match(text, "vrf forwarding %w", i->common.vrf) || take_address(in, i, text) ||
	       take_vlans(in, i, text) || take_protocol(i, text) || take_channel(in, i, text);
}

/* The interface of a VLAN, of which the model says less than of a port. */
static bool take_svi(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	struct interface *i = ctx;
	const char *text = fabric_lines_text(line);
	unsigned mtu;

	if (cli_match(text, "mtu %u", &mtu)) {
		cli_set_number(in, i->common.row, "mtu", mtu);
		return true;
	}
	i->common.shut |= !strcmp(text, "shutdown");
	return !strcmp(text, "no shutdown") || !strcmp(text, "no autostate") ||
	       cli_match(text, "vrf %w", i->common.vrf) ||
	       cli_match(text, "vrf forwarding %w", i->common.vrf) || take_address(in, i, text);
}

static bool take_loopback_line(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	const char *text = fabric_lines_text(line);

	return !strcmp(text, "no shutdown") || !strcmp(text, "ip ospf area 0.0.0.0") ||
	       !strcmp(text, "ip ospf area 0") || take_address(in, ctx, text);
}

static void make_port(struct cli_in *in, struct interface *i, const char *port)
{
	unsigned number, part = 0;

	fabric_port_parse(port, &number, &part);
	/* The speed of a part is its breakout. */
	if (*i->speed && !(part && ms_at(i->reading->breakouts, "/%u", number))) {
		cli_set_text(in, i->common.row, "speed", i->speed);
		i->common.said = true;
	}
	if (i->ldp)
		cli_append_text(in, cli_object(in, in->model, "mpls"), "ports", port);
	cli_make_port(in, &i->common, port);
}

/* ---- tunnels ---- */

/* "10011-10012,10020": as many numbers as there are VLANs. */
static bool read_vnis(const char *text, size_t n, json_t *vnis)
{
	while (json_array_size(vnis) < n) {
		char *end;
		unsigned long from = strtoul(text, &end, 10), to = from;

		if (end == text)
			return false;
		if (*end == '-')
			to = strtoul(text = end + 1, &end, 10);
		for (; from <= to && json_array_size(vnis) < n; from++)
			if (!from || from > 0xffffff ||
			    json_array_append_new(vnis, json_integer((json_int_t)from)))
				return false;
		if (!*end)
			return from > to && json_array_size(vnis) == n;
		text = end + (*end == ',');
	}
	return false;
}

static bool take_map(struct cli_in *in, struct eos_reading *reading, const char *vlans,
		     const char *vnis)
{
	json_auto_t *vids = json_array(), *numbers = json_array();
	char vid[24];
	json_t *value;
	size_t i;

	if (!vids || !numbers || !cli_ranges_get(vlans, vids) ||
	    !read_vnis(vnis, json_array_size(vids), numbers))
		return false;
	json_array_foreach(vids, i, value) {
		snprintf(vid, sizeof(vid), "%lld", (long long)json_integer_value(value));
		cli_set_value(in, reading->vni_of_vlan, vid,
			      json_incref(json_array_get(numbers, i)));
	}
	return true;
}

static bool take_tunnel(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	struct eos_reading *reading = ctx;
	const char *text = fabric_lines_text(line);
	char word[CLI_WORD], list[CLI_WORD];
	unsigned vni;

	if (cli_match(text, "vxlan source-interface %w", reading->tunnel) ||
	    !strcmp(text, "vxlan udp-port 4789"))
		return true;
	if (cli_match(text, "vxlan vlan %w vni %w", word, list))
		return take_map(in, reading, word, list);
	if (cli_match(text, "vxlan vrf %w vni %u", word, &vni)) {
		cli_set_number(in, reading->vni_of, word, vni);
		return true;
	}
	if (cli_match(text, "vxlan virtual-router encapsulation mac-address %w", list))
		return cli_mac(list, reading->router_mac) || !strcmp(list, "mlag-system-id");
	return eos_take_tunnel_qos(&reading->qos, text);
}

/* ---- */

static bool take_loopback(struct cli_in *in, struct interface *i, const struct fabric_lines *block)
{
	json_t *addresses;

	if (strcmp(i->name, "Loopback0") && strcmp(i->name, "Loopback1"))
		return false;
	cli_lines(in, block, take_loopback_line, i);
	addresses = json_object_get(i->common.row, "addresses");
	if (!strcmp(i->name, "Loopback0"))
		cli_set_value(in, cli_object(in, in->model, "loopback"), "addresses",
			      addresses ? json_incref(addresses) : json_array());
	else if (addresses)
		i->reading->loopback1 = json_incref(addresses);
	return true;
}

/* The VRF of management is the switch's own: to take it away would cut us off. */
static void note_management(const struct fabric_lines *block, struct eos_reading *reading)
{
	const char *line = fabric_lines_text(fabric_lines_find(block, "vrf"));

	if (!cli_match(line, "vrf %w", reading->management))
		cli_match(line, "vrf forwarding %w", reading->management);
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
		cli_lines(in, block, take_svi, i);
		cli_make_svi(in, &i->common, i->name + digits);
	} else if (ms_starts(i->name, "Port-Channel") && digits == 12 && !strpbrk(i->name, "./")) {
		cli_lines(in, block, take_line, i);
		json_object_del(i->common.row, "qos");
		json_object_del(i->common.row, "pause");
		json_object_del(i->common.row, "dcbx");
		cli_make_channel(in, &i->common, i->name + digits);
	} else if (eos_port_abstract(in->dialect, i->reading->breakouts, i->name, port,
				     sizeof(port))) {
		cli_lines(in, block, take_line, i);
		make_port(in, i, port);
	} else {
		if (ms_starts(i->name, "Management"))
			note_management(block, i->reading);
		return false;
	}
	return true;
}

bool eos_parse_interface(struct cli_in *in, const struct fabric_lines *block,
			 struct eos_reading *reading)
{
	struct interface i = { .common.row = json_object(),
			       .name = fabric_lines_text(block) + strlen("interface "),
			       .reading = reading };
	bool known = i.common.row && take_block(in, &i, block);

	in->failed |= !i.common.row;
	cli_interface_release(&i.common);
	return known;
}
