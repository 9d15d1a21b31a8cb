/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What OS10 is to be told of a model: interfaces. */
#include "fabric/os10/os10.h"

/* ---- lines of many ---- */

static void put_description(struct cli_out *out, const char *text)
{
	if (!text)
		return;
	if (strchr(text, '"'))
		cli_refuse(out, "", "a description with a quotation mark: %.80s", text);
	if (strpbrk(text, " !?"))
		cli_put(out, 1, "description \"%s\"", text);
	else
		cli_put(out, 1, "description %s", text);
}

static void put_mtu(struct cli_out *out, const json_t *row)
{
	int64_t mtu = ms_int(row, "/mtu", 0);

	if (mtu)
		cli_put(out, 1, "mtu %lld", (long long)mtu + OS10_OVERHEAD);
}

static void put_shutdown(struct cli_out *out, const json_t *row)
{
	cli_put(out, 1, "%sshutdown", ms_bool(row, "/enabled", true) ? "no " : "");
}

static void put_gateways(struct cli_out *out, const json_t *addresses)
{
	json_t *value;
	size_t i;

	json_array_foreach (addresses, i, value) {
		const char *cidr = json_string_value(value);

		if (cidr)
			cli_put(out, 1, "%s virtual-router address %.*s",
				cli_is_ipv6(cidr) ? "ipv6" : "ip", (int)strcspn(cidr, "/"), cidr);
	}
}

static void put_vrf(struct cli_out *out, const json_t *row)
{
	if (ms_str(row, "/vrf", NULL))
		cli_put(out, 1, "ip vrf forwarding %s", ms_str(row, "/vrf", ""));
}

static void put_ospf(struct cli_out *out)
{
	cli_put(out, 1, "ip ospf %d area 0.0.0.0", OS10_OSPF);
}

/* ---- ports and channels ---- */

static void put_trunk(struct cli_out *out, const json_t *l2)
{
	int64_t native = ms_int(l2, "/native", 0);
	json_t *vid;
	size_t i;

	cli_put(out, 1, "switchport mode trunk");
	if (native)
		cli_put(out, 1, "switchport access vlan %lld", (long long)native);
	else
		cli_put(out, 1, "no switchport access vlan");
	json_array_foreach (json_object_get(l2, "tagged"), i, vid)
		if (json_integer_value(vid) != native)
			cli_put(out, 1, "switchport trunk allowed vlan %lld",
				(long long)json_integer_value(vid));
}

static void put_layer2(struct cli_out *out, const json_t *l2)
{
	int64_t access = ms_int(l2, "/access", 0);

	if (!access) {
		put_trunk(out, l2);
		return;
	}
	cli_put(out, 1, "switchport mode access");
	cli_put(out, 1, "switchport access vlan %lld", (long long)access);
}

static void put_layer3(struct cli_out *out, const json_t *l3)
{
	put_vrf(out, l3);
	cli_put_addresses(out, json_object_get(l3, "addresses"), "");
	if (!ms_bool(l3, "/unnumbered", false))
		return;
	/* The other side learns the link-local address from what is advertised: often, so that it
	 * comes up soon. */
	cli_put(out, 1, "ipv6 nd send-ra");
	cli_put(out, 1, "ipv6 nd min-ra-interval 3");
	cli_put(out, 1, "ipv6 nd max-ra-interval 4");
}

static void put_layers(struct cli_out *out, const json_t *row)
{
	const json_t *l2 = json_object_get(row, "l2");

	if (l2) {
		put_layer2(out, l2);
		return;
	}
	cli_put(out, 1, "no switchport");
	put_layer3(out, json_object_get(row, "l3"));
}

static void put_member(struct cli_out *out, const char *channel)
{
	const char *lacp = ms_str(ms_at(out->model, "/channels/%s", channel), "/lacp", "active");

	cli_put(out, 1, "no switchport");
	if (!ms_streq(ms_str(out->model, "/mlag/link", NULL), channel))
		cli_put(out, 1, "channel-group %s mode %s", channel,
			strcmp(lacp, "static") ? lacp : "on");
}

static void put_port(struct cli_out *out, const char *port, const json_t *row, const char *channel)
{
	const char *speed = ms_str(row, "/speed", NULL);
	char native[64];

	if (json_object_get(row, "breakout"))
		return;
	cli_put(out, 0, "interface %s", cli_port(out, port, native));
	put_description(out, ms_str(row, "/description", NULL));
	if (speed)
		cli_put(out, 1, "speed %lu", strtoul(speed, NULL, 10) * 1000);
	if (channel) {
		put_member(out, channel);
	} else {
		put_mtu(out, row);
		put_layers(out, row);
		if (fabric_has_text(ms_at(out->model, "/ospf/ports"), port)) {
			cli_put(out, 1, "ip ospf network point-to-point");
			put_ospf(out);
		}
	}
	os10_render_port_qos(out, row);
	put_shutdown(out, row);
}

/* "4x25G" is "map 25g-4x" of the port without its type: "1/1/7". */
static void put_breakouts(struct cli_out *out)
{
	const json_t *ports = json_object_get(out->model, "ports");
	MS_AUTO_FREE const char **names = cli_keys(ports);
	unsigned parts, gigabits;
	char native[64];

	for (size_t i = 0; names && names[i]; i++) {
		const char *breakout = ms_str(json_object_get(ports, names[i]), "/breakout", NULL);

		if (!breakout || strchr(names[i], '/'))
			continue;
		if (sscanf(breakout, "%2ux%4uG", &parts, &gigabits) != 2)
			cli_refuse(out, "/ports", "port %.20s cannot be broken out as \"%.20s\"",
				   names[i], breakout);
		else
			cli_put(out, 0, "interface breakout %s map %ug-%ux",
				cli_port(out, names[i], native) + strcspn(native, "0123456789"),
				gigabits, parts);
	}
}

static void put_channels(struct cli_out *out)
{
	const json_t *channels = json_object_get(out->model, "channels");
	const char *link = ms_str(out->model, "/mlag/link", NULL);
	MS_AUTO_FREE const char **names = cli_keys(channels);

	for (size_t i = 0; names && names[i]; i++) {
		const json_t *row = json_object_get(channels, names[i]);
		int64_t vlt = ms_int(row, "/mlag", 0);

		if (ms_streq(link, names[i]))
			continue;
		if (json_object_get(row, "esi"))
			cli_refuse(
				out, "/channels",
				"Ethernet segments are unknown to OS10; "
				"platforms that can: cumulus, eos, junos");
		cli_put(out, 0, "interface port-channel%s", names[i]);
		put_description(out, ms_str(row, "/description", NULL));
		put_mtu(out, row);
		put_layers(out, row);
		if (vlt)
			cli_put(out, 1, "vlt-port-channel %lld", (long long)vlt);
		put_shutdown(out, row);
	}
}

/* ---- VLANs and loopbacks ---- */

static void put_svi(struct cli_out *out, const json_t *svi)
{
	if (!svi)
		return;
	put_mtu(out, svi);
	put_vrf(out, svi);
	cli_put_addresses(out, json_object_get(svi, "addresses"), "");
	if (ms_bool(svi, "/anycast", false))
		put_gateways(out, json_object_get(svi, "addresses"));
}

static void put_vlans(struct cli_out *out)
{
	const json_t *vlans = json_object_get(out->model, "vlans"),
		     *svis = json_object_get(out->model, "svis");
	json_auto_t *all = json_object();
	MS_AUTO_FREE const char **vids = NULL;

	json_object_update(all, (json_t *)vlans);
	json_object_update_missing(all, (json_t *)svis);
	vids = cli_keys(all);
	for (size_t i = 0; vids && vids[i]; i++) {
		const json_t *row = json_object_get(vlans, vids[i]),
			     *svi = json_object_get(svis, vids[i]);
		bool tunnelled = ms_int(row, "/vni", 0) != 0;

		cli_put(out, 0, "interface vlan%s", vids[i]);
		put_description(out, ms_str(row, "/name", NULL));
		if (tunnelled)
			cli_put(out, 1, "virtual-network %s", vids[i]);
		else
			put_svi(out, svi);
		cli_put(out, 1, "no shutdown");
		if (!tunnelled || !svi)
			continue;
		cli_put(out, 0, "interface virtual-network%s", vids[i]);
		put_svi(out, svi);
		cli_put(out, 1, "no shutdown");
	}
}

static void put_loopbacks(struct cli_out *out)
{
	const json_t *addresses = ms_at(out->model, "/loopback/addresses");
	const char *shared = ms_str(out->model, "/vxlan/shared", NULL);
	const char *other = shared ? shared : ms_str(out->model, "/vxlan/source", NULL);
	bool ospf = json_object_get(out->model, "ospf") != NULL;
	char own[CLI_WORD] = "";

	cli_first_ipv4(addresses, own);
	if (addresses) {
		cli_put(out, 0, "interface loopback0");
		cli_put(out, 1, "no shutdown");
		cli_put_addresses(out, addresses, "");
		if (ospf)
			put_ospf(out);
	}
	if (!other || (!shared && !strcmp(other, own)))
		return;
	cli_put(out, 0, "interface loopback1");
	cli_put(out, 1, "no shutdown");
	cli_put(out, 1, "ip address %s/32", other);
	if (ospf)
		put_ospf(out);
}

void os10_render_interfaces(struct cli_out *out)
{
	put_breakouts(out);
	put_vlans(out);
	put_loopbacks(out);
	put_channels(out);
	cli_each_port(out, put_port);
}
