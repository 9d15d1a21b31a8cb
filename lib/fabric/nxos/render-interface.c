/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What NX-OS is to be told of a model: interfaces. */
#include "fabric/nxos/nxos.h"

/* ---- ports and channels ---- */

static void put_trunk(struct cli_out *out, const json_t *l2)
{
	int64_t native = ms_int(l2, "/native", 0);

	cli_put(out, 1, "switchport mode trunk");
	if (native)
		cli_put(out, 1, "switchport trunk native vlan %lld", (long long)native);
	cli_put_allowed(out, l2, 0);
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
	const char *vrf = ms_str(l3, "/vrf", NULL);

	if (vrf)
		cli_put(out, 1, "vrf member %s", vrf);
	cli_put_addresses(out, json_object_get(l3, "addresses"), "");
	if (ms_bool(l3, "/unnumbered", false)) {
		cli_put(out, 1, "ip forward");
		cli_put(out, 1, "ipv6 address use-link-local-only");
	}
}

static void put_common(struct cli_out *out, const json_t *row, bool with_mtu)
{
	const char *description = ms_str(row, "/description", NULL),
		   *speed = ms_str(row, "/speed", NULL);
	int64_t mtu = ms_int(row, "/mtu", 0);

	if (description)
		cli_put(out, 1, "description %s", description);
	if (speed)
		cli_put(out, 1, "speed %lu", strtoul(speed, NULL, 10) * 1000);
	if (mtu && with_mtu)
		cli_put(out, 1, "mtu %lld", (long long)mtu);
}

static void put_ospf(struct cli_out *out, const char *port)
{
	if (!fabric_has_text(ms_at(out->model, "/ospf/ports"), port))
		return;
	cli_put(out, 1, "ip ospf network point-to-point");
	cli_put(out, 1, "ip router ospf " NXOS_OSPF " area 0.0.0.0");
}

static void put_port(struct cli_out *out, const char *port, const json_t *row, const char *channel)
{
	const json_t *of = channel ? ms_at(out->model, "/channels/%s", channel) : row,
		     *l2 = json_object_get(of, "l2");
	const char *lacp = ms_str(of, "/lacp", "active");
	char native[64];

	if (json_object_get(row, "breakout"))
		return;
	cli_put(out, 0, "interface %s", cli_port(out, port, native));
	cli_put(out, 1, "%sswitchport", l2 ? "" : "no ");
	put_common(out, row, !channel);
	nxos_render_port_dcbx(out, row);
	if (!channel)
		nxos_render_port_qos(out, row);
	if (channel) {
		cli_put(out, 1, "channel-group %s mode %s", channel,
			strcmp(lacp, "static") ? lacp : "on");
	} else if (l2) {
		put_layer2(out, l2);
	} else {
		put_layer3(out, json_object_get(row, "l3"));
		put_ospf(out, port);
	}
	cli_put(out, 1, "%sshutdown", ms_bool(row, "/enabled", true) ? "no " : "");
}

static bool is_whole(const char *port)
{
	return !strchr(port, '/');
}

/* "4x25G" is "map 25g-4x" of a port of the module that all names begin with: "Ethernet1/". */
static void put_breakout(struct cli_out *out, const char *port, const char *breakout)
{
	unsigned parts, gigabits, module = 1;

	if (sscanf(breakout, "%2ux%4uG", &parts, &gigabits) != 2) {
		cli_refuse(out, "/ports", "port %.20s cannot be broken out as \"%.20s\"", port,
			   breakout);
		return;
	}
	sscanf(out->dialect->prefix, "Ethernet%4u/", &module);
	cli_put(out, 0, "interface breakout module %u port %s map %ug-%ux", module, port, gigabits,
		parts);
}

static void put_breakouts(struct cli_out *out)
{
	const json_t *ports = json_object_get(out->model, "ports");
	MS_AUTO_FREE const char **names = cli_keys(ports);

	for (size_t i = 0; names && names[i]; i++) {
		const char *breakout = ms_str(json_object_get(ports, names[i]), "/breakout", NULL);

		if (breakout && is_whole(names[i]))
			put_breakout(out, names[i], breakout);
	}
}

static void put_channels(struct cli_out *out)
{
	const json_t *channels = json_object_get(out->model, "channels");
	const char *link = ms_str(out->model, "/mlag/link", NULL);
	MS_AUTO_FREE const char **names = cli_keys(channels);

	for (size_t i = 0; names && names[i]; i++) {
		const json_t *row = json_object_get(channels, names[i]),
			     *l2 = json_object_get(row, "l2");
		int64_t vpc = ms_int(row, "/mlag", 0);

		cli_put(out, 0, "interface port-channel%s", names[i]);
		cli_put(out, 1, "%sswitchport", l2 ? "" : "no ");
		put_common(out, row, true);
		if (l2)
			put_layer2(out, l2);
		else
			put_layer3(out, json_object_get(row, "l3"));
		nxos_render_port_qos(out, nxos_channel_port(out->model, row));
		cli_put(out, 1, "%sshutdown", ms_bool(row, "/enabled", true) ? "no " : "");
		if (ms_streq(link, names[i]))
			cli_put(out, 1, "vpc peer-link");
		else if (vpc)
			cli_put(out, 1, "vpc %lld", (long long)vpc);
	}
}

/* ---- routed interfaces ---- */

static void put_svi(struct cli_out *out, const char *vid, const json_t *row)
{
	int64_t mtu = ms_int(row, "/mtu", 0);

	cli_put(out, 0, "interface Vlan%s", vid);
	cli_put(out, 1, "no shutdown");
	if (mtu)
		cli_put(out, 1, "mtu %lld", (long long)mtu);
	if (ms_str(row, "/vrf", NULL))
		cli_put(out, 1, "vrf member %s", ms_str(row, "/vrf", ""));
	cli_put(out, 1, "no ip redirects");
	cli_put_addresses(out, json_object_get(row, "addresses"), "");
	cli_put(out, 1, "no ipv6 redirects");
	if (ms_bool(row, "/anycast", false))
		cli_put(out, 1, "fabric forwarding mode anycast-gateway");
}

/* The interface of the VLAN that carries an L3VNI. */
static void put_l3vni(struct cli_out *out, const char *vrf, int64_t vlan)
{
	cli_put(out, 0, "interface Vlan%lld", (long long)vlan);
	cli_put(out, 1, "no shutdown");
	cli_put(out, 1, "mtu %d", NXOS_JUMBO);
	cli_put(out, 1, "vrf member %s", vrf);
	cli_put(out, 1, "no ip redirects");
	cli_put(out, 1, "ip forward");
	cli_put(out, 1, "ipv6 address use-link-local-only");
	cli_put(out, 1, "no ipv6 redirects");
}

static void put_svis(struct cli_out *out)
{
	const json_t *svis = json_object_get(out->model, "svis"),
		     *vrfs = json_object_get(out->model, "vrfs");
	MS_AUTO_FREE const char **vids = cli_keys(svis), **names = cli_keys(vrfs);

	for (size_t i = 0; vids && vids[i]; i++)
		put_svi(out, vids[i], json_object_get(svis, vids[i]));
	for (size_t i = 0; names && names[i]; i++) {
		int64_t vlan = ms_int(json_object_get(vrfs, names[i]), "/l3vlan", 0);

		if (vlan)
			put_l3vni(out, names[i], vlan);
	}
}

static void put_loopbacks(struct cli_out *out)
{
	const json_t *addresses = ms_at(out->model, "/loopback/addresses");
	const char *source = ms_str(out->model, "/vxlan/source", NULL),
		   *shared = ms_str(out->model, "/vxlan/shared", NULL);
	char own[CLI_WORD] = "";
	bool other;

	cli_first_ipv4(addresses, own);
	other = source && strcmp(source, own);
	if (addresses || shared) {
		cli_put(out, 0, "interface loopback0");
		cli_put_addresses(out, addresses, "");
		if (shared && !other)
			cli_put(out, 1, "ip address %s/32 secondary", shared);
		if (json_object_get(out->model, "ospf"))
			cli_put(out, 1, "ip router ospf " NXOS_OSPF " area 0.0.0.0");
	}
	if (!other)
		return;
	cli_put(out, 0, "interface loopback1");
	cli_put(out, 1, "ip address %s/32", source);
	if (shared)
		cli_put(out, 1, "ip address %s/32 secondary", shared);
	if (json_object_get(out->model, "ospf"))
		cli_put(out, 1, "ip router ospf " NXOS_OSPF " area 0.0.0.0");
}

void nxos_render_interfaces(struct cli_out *out)
{
	put_breakouts(out);
	put_channels(out);
	cli_each_port(out, put_port);
	put_loopbacks(out);
	put_svis(out);
}
