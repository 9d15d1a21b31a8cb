/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What EOS is to be told of a model: everything but BGP. */
#include "fabric/eos/eos.h"

const char *eos_port(struct cli_out *out, const char *port, char buf[static 64])
{
	if (eos_port_native(out->dialect, out->model, port, buf, 64)) {
		cli_refuse(out, "/ports", "no port is called \"%.40s\"", port);
		*buf = 0;
	}
	return buf;
}

bool eos_is_unnumbered(const json_t *model)
{
	const char *name;
	json_t *port;

	json_object_foreach(json_object_get(model, "ports"), name, port)
		if (ms_bool(port, "/l3/unnumbered", false))
			return true;
	return false;
}

/* ---- the whole switch ---- */

static bool routes(const json_t *model)
{
	static const char *const sections[] = { "bgp", "ospf", "svis", "vrfs", "mpls" };
	const char *name;
	json_t *port;

	for (size_t i = 0; i < MS_ARRAY_SIZE(sections); i++)
		if (json_object_get(model, sections[i]))
			return true;
	json_object_foreach(json_object_get(model, "ports"), name, port)
		if (json_object_get(port, "l3"))
			return true;
	return false;
}

static void put_system(struct cli_out *out)
{
	const char *hostname = ms_str(out->model, "/hostname", NULL);

	if (hostname)
		cli_put(out, 0, "hostname %s", hostname);
	if (json_object_get(out->model, "bgp"))
		cli_put(out, 0, "service routing protocols model multi-agent");
}

static void put_routing(struct cli_out *out)
{
	const char *name, *mac = ms_str(out->model, "/evpn/gatewayMac", NULL);
	MS_AUTO_FREE const char **vrfs = cli_keys(json_object_get(out->model, "vrfs"));

	if (!routes(out->model))
		return;
	cli_put(out, 0, "ip routing%s", eos_is_unnumbered(out->model) ? " ipv6 interfaces" : "");
	cli_put(out, 0, "ipv6 unicast-routing");
	for (size_t i = 0; vrfs && vrfs[i]; i++) {
		name = vrfs[i];
		cli_put(out, 0, "ip routing vrf %s", name);
		cli_put(out, 0, "ipv6 unicast-routing vrf %s", name);
	}
	if (mac)
		cli_put(out, 0, "ip virtual-router mac-address %s", mac);
}

static void put_vlans(struct cli_out *out)
{
	const json_t *vlans = json_object_get(out->model, "vlans");
	MS_AUTO_FREE const char **vids = cli_keys(vlans);

	for (size_t i = 0; vids && vids[i]; i++) {
		const char *name = ms_str(json_object_get(vlans, vids[i]), "/name", NULL);

		cli_put(out, 0, "vlan %s", vids[i]);
		if (name)
			cli_put(out, 1, "name %s", name);
		cli_remark(out);
	}
	if (!json_object_get(out->model, "mlag"))
		return;
	cli_put(out, 0, "vlan %d", EOS_MLAG_VLAN);
	cli_put(out, 1, "trunk group " EOS_MLAG_GROUP);
	cli_put(out, 0, "no spanning-tree vlan-id %d", EOS_MLAG_VLAN);
	cli_remark(out);
}

static void put_vrfs(struct cli_out *out)
{
	MS_AUTO_FREE const char **names = cli_keys(json_object_get(out->model, "vrfs"));

	for (size_t i = 0; names && names[i]; i++) {
		cli_put(out, 0, "vrf instance %s", names[i]);
		cli_remark(out);
	}
}

/* ---- ports and channels ---- */

static void put_common(struct cli_out *out, const json_t *row)
{
	const char *description = ms_str(row, "/description", NULL);
	int64_t mtu = ms_int(row, "/mtu", 0);

	if (description)
		cli_put(out, 1, "description %s", description);
	cli_put(out, 1, "%sshutdown", ms_bool(row, "/enabled", true) ? "no " : "");
	if (mtu)
		cli_put(out, 1, "mtu %lld", (long long)mtu);
}

static void put_speed(struct cli_out *out, const char *speed)
{
	unsigned long gigabits = speed ? strtoul(speed, NULL, 10) : 0;

	if (gigabits && out->dialect->variant == EOS_FORCED)
		cli_put(out, 1, "speed forced %lugfull", gigabits);
	else if (gigabits)
		cli_put(out, 1, "speed %lug", gigabits);
}

/* A VLAN that untagged frames belong to has to be among the allowed ones too. */
static void put_trunk(struct cli_out *out, const json_t *l2, bool peer_link)
{
	int64_t native = ms_int(l2, "/native", 0);

	if (native)
		cli_put(out, 1, "switchport trunk native vlan %lld", (long long)native);
	cli_put_allowed(out, l2, peer_link ? EOS_MLAG_VLAN : 0);
	cli_put(out, 1, "switchport mode trunk");
	if (peer_link)
		cli_put(out, 1, "switchport trunk group " EOS_MLAG_GROUP);
}

static void put_layer3(struct cli_out *out, const json_t *l3)
{
	const char *vrf = ms_str(l3, "/vrf", NULL);

	cli_put(out, 1, "no switchport");
	if (vrf)
		cli_put(out, 1, "vrf %s", vrf);
	cli_put_addresses(out, json_object_get(l3, "addresses"), "");
	if (ms_bool(l3, "/unnumbered", false))
		cli_put(out, 1, "ipv6 enable");
}

/* One that has neither layer is in no VLAN: of a switched port that says nothing EOS makes one of
 * VLAN 1. */
static void put_layers(struct cli_out *out, const json_t *row, bool peer_link)
{
	const json_t *l2 = json_object_get(row, "l2");
	int64_t access = ms_int(l2, "/access", 0);

	if (!l2) {
		put_layer3(out, json_object_get(row, "l3"));
		return;
	}
	cli_put(out, 1, "switchport");
	if (!access) {
		put_trunk(out, l2, peer_link);
		return;
	}
	cli_put(out, 1, "switchport access vlan %lld", (long long)access);
	cli_put(out, 1, "switchport mode access");
}

static void put_protocols(struct cli_out *out, const char *port)
{
	if (fabric_has_text(ms_at(out->model, "/ospf/ports"), port)) {
		cli_put(out, 1, "ip ospf network point-to-point");
		cli_put(out, 1, "ip ospf area 0.0.0.0");
	}
	if (fabric_has_text(ms_at(out->model, "/mpls/ports"), port)) {
		cli_put(out, 1, "mpls ip");
		cli_put(out, 1, "mpls ldp interface");
	}
}

static void put_member(struct cli_out *out, const char *channel)
{
	const char *lacp = ms_str(ms_at(out->model, "/channels/%s", channel), "/lacp", "active");

	cli_put(out, 1, "channel-group %s mode %s", channel, strcmp(lacp, "static") ? lacp : "on");
}

static void put_port(struct cli_out *out, const char *port, const json_t *row, const char *speed,
		     const char *channel)
{
	char native[64];

	cli_put(out, 0, "interface %s", eos_port(out, port, native));
	put_speed(out, speed);
	if (row)
		put_common(out, row);
	if (channel)
		put_member(out, channel);
	else if (row)
		put_layers(out, row, false);
	eos_render_port_qos(out, row);
	put_protocols(out, port);
	cli_remark(out);
}

/* Every part has a speed, that is what makes it one; also those of which nothing else is known. */
static void put_parts(struct cli_out *out, const char *port, const char *breakout,
		      const json_t *members)
{
	unsigned parts, gigabits;
	char name[64], speed[16];

	if (sscanf(breakout, "%2ux%4uG", &parts, &gigabits) != 2 || parts < 2 || parts > 8) {
		cli_refuse(out, "/ports", "port %.20s cannot be broken out as \"%.20s\"", port,
			   breakout);
		return;
	}
	snprintf(speed, sizeof(speed), "%uG", gigabits);
	for (unsigned part = 1; part <= parts; part++) {
		snprintf(name, sizeof(name), "%.40s/%u", port, part);
		put_port(out, name, json_object_get(json_object_get(out->model, "ports"), name),
			 speed, json_string_value(json_object_get(members, name)));
	}
}

static bool is_part(const char *port)
{
	return strchr(port, '/') != NULL;
}

static void put_ports(struct cli_out *out)
{
	const json_t *ports = json_object_get(out->model, "ports");
	json_auto_t *members = cli_members(out->model), *all = json_object();
	MS_AUTO_FREE const char **names = NULL;

	json_object_update(all, (json_t *)ports);
	json_object_update_missing(all, members);
	names = cli_keys(all);
	for (size_t i = 0; names && names[i]; i++) {
		const json_t *row = json_object_get(ports, names[i]);
		const char *breakout = ms_str(row, "/breakout", NULL);
		char whole[64];

		snprintf(whole, sizeof(whole), "%.*s", (int)strcspn(names[i], "/"), names[i]);
		if (breakout)
			put_parts(out, names[i], breakout, members);
		else if (!is_part(names[i]) ||
			 !json_object_get(json_object_get(ports, whole), "breakout"))
			put_port(out, names[i], row, ms_str(row, "/speed", NULL),
				 json_string_value(json_object_get(members, names[i])));
	}
}

/* "00:44:38:..." -> "0044:3839:ff00:0007:0001", and octets 2 to 7 as the route target of RFC 7432
 * section 7.6. */
static void put_segment(struct cli_out *out, const char *esi)
{
	if (strlen(esi) != 29) {
		cli_refuse(out, "/channels",
			   "an ethernet segment of 10 octets is wanted, not \"%.40s\"", esi);
		return;
	}
	cli_put(out, 1, "evpn ethernet-segment");
	cli_put(out, 2, "identifier %.2s%.2s:%.2s%.2s:%.2s%.2s:%.2s%.2s:%.2s%.2s", esi, esi + 3,
		esi + 6, esi + 9, esi + 12, esi + 15, esi + 18, esi + 21, esi + 24, esi + 27);
	cli_put(out, 2, "route-target import %.17s", esi + 3);
}

static void put_channels(struct cli_out *out)
{
	const json_t *channels = json_object_get(out->model, "channels");
	const char *link = ms_str(out->model, "/mlag/link", NULL);
	MS_AUTO_FREE const char **names = cli_keys(channels);
	char mac[15];

	for (size_t i = 0; names && names[i]; i++) {
		const json_t *row = json_object_get(channels, names[i]);
		int64_t mlag = ms_int(row, "/mlag", 0);

		cli_put(out, 0, "interface Port-Channel%s", names[i]);
		put_common(out, row);
		put_layers(out, row, ms_streq(link, names[i]));
		eos_render_channel_qos(out, row);
		if (mlag)
			cli_put(out, 1, "mlag %lld", (long long)mlag);
		if (ms_str(row, "/esi", NULL))
			put_segment(out, ms_str(row, "/esi", ""));
		cli_mac_dotted(ms_str(row, "/systemMac", ""), mac);
		if (*mac)
			cli_put(out, 1, "lacp system-id %s", mac);
		cli_remark(out);
	}
}

/* ---- routed interfaces ---- */

static void put_loopbacks(struct cli_out *out)
{
	const json_t *addresses = ms_at(out->model, "/loopback/addresses");
	const char *source = ms_str(out->model, "/vxlan/source", NULL),
		   *shared = ms_str(out->model, "/vxlan/shared", NULL);
	char own[CLI_WORD] = "";

	cli_first_ipv4(addresses, own);
	if (addresses) {
		cli_put(out, 0, "interface Loopback0");
		cli_put_addresses(out, addresses, "");
		if (json_object_get(out->model, "ospf"))
			cli_put(out, 1, "ip ospf area 0.0.0.0");
		cli_remark(out);
	}
	if (!shared && (!source || !strcmp(source, own)))
		return;
	cli_put(out, 0, "interface Loopback1");
	cli_put(out, 1, "ip address %s/32", shared ? shared : source);
	if (json_object_get(out->model, "ospf"))
		cli_put(out, 1, "ip ospf area 0.0.0.0");
	cli_remark(out);
}

static void put_svis(struct cli_out *out)
{
	const json_t *svis = json_object_get(out->model, "svis");
	MS_AUTO_FREE const char **vids = cli_keys(svis);

	for (size_t i = 0; vids && vids[i]; i++) {
		const json_t *row = json_object_get(svis, vids[i]);
		const char *vrf = ms_str(row, "/vrf", NULL);
		int64_t mtu = ms_int(row, "/mtu", 0);

		cli_put(out, 0, "interface Vlan%s", vids[i]);
		cli_put(out, 1, "no shutdown");
		if (mtu)
			cli_put(out, 1, "mtu %lld", (long long)mtu);
		if (vrf)
			cli_put(out, 1, "vrf %s", vrf);
		cli_put_addresses(out, json_object_get(row, "addresses"),
			      ms_bool(row, "/anycast", false) ? "virtual " : "");
		cli_remark(out);
	}
}

/* The two talk over a /31; the other's address says which. */
static void put_pair(struct cli_out *out)
{
	const json_t *mlag = json_object_get(out->model, "mlag");
	const char *peer = ms_str(mlag, "/peer", ""), *backup = ms_str(mlag, "/backup", NULL);
	unsigned a, b, c, d;
	int64_t priority = ms_int(mlag, "/priority", 0);

	if (!mlag)
		return;
	if (sscanf(peer, "%3u.%3u.%3u.%3u", &a, &b, &c, &d) != 4 || (a | b | c | d) > 255) {
		cli_refuse(out, "/mlag/peer",
			   "the other switch of a pair has an IPv4 address, not \"%.40s\"", peer);
		return;
	}
	cli_put(out, 0, "interface Vlan%d", EOS_MLAG_VLAN);
	cli_put(out, 1, "no shutdown");
	cli_put(out, 1, "no autostate");
	cli_put(out, 1, "ip address %u.%u.%u.%u/31", a, b, c, d ^ 1);
	cli_remark(out);
	cli_put(out, 0, "mlag configuration");
	cli_put(out, 1, "domain-id %lld", (long long)ms_int(mlag, "/domain", 1));
	cli_put(out, 1, "local-interface Vlan%d", EOS_MLAG_VLAN);
	cli_put(out, 1, "peer-address %s", peer);
	if (backup)
		cli_put(out, 1, "peer-address heartbeat %s", backup);
	if (ms_str(mlag, "/link", NULL))
		cli_put(out, 1, "peer-link Port-Channel%s", ms_str(mlag, "/link", ""));
	if (priority)
		cli_put(out, 1, "primary-priority %lld", (long long)priority);
	cli_remark(out);
}

/* ---- tunnels ---- */

static void put_tunnels(struct cli_out *out)
{
	const json_t *vlans = json_object_get(out->model, "vlans"),
		     *vrfs = json_object_get(out->model, "vrfs");
	const char *source = ms_str(out->model, "/vxlan/source", NULL),
		   *mac = ms_str(out->model, "/mlag/systemMac", NULL);
	MS_AUTO_FREE const char **vids = cli_keys(vlans), **names = cli_keys(vrfs);
	char own[CLI_WORD] = "";
	bool shared = ms_str(out->model, "/vxlan/shared", NULL);

	if (!json_object_get(out->model, "vxlan"))
		return;
	cli_first_ipv4(ms_at(out->model, "/loopback/addresses"), own);
	cli_put(out, 0, "interface Vxlan1");
	cli_put(out, 1, "vxlan source-interface Loopback%d", shared || !ms_streq(source, own));
	cli_put(out, 1, "vxlan udp-port 4789");
	if (mac)
		cli_put(out, 1, "vxlan virtual-router encapsulation mac-address %s", mac);
	for (size_t i = 0; vids && vids[i]; i++) {
		int64_t vni = ms_int(json_object_get(vlans, vids[i]), "/vni", 0);

		if (vni)
			cli_put(out, 1, "vxlan vlan %s vni %lld", vids[i], (long long)vni);
	}
	for (size_t i = 0; names && names[i]; i++) {
		int64_t vni = ms_int(json_object_get(vrfs, names[i]), "/l3vni", 0);

		if (vni)
			cli_put(out, 1, "vxlan vrf %s vni %lld", names[i], (long long)vni);
	}
	eos_render_tunnel_qos(out);
	cli_remark(out);
}

static void put_ospf(struct cli_out *out)
{
	const json_t *ospf = json_object_get(out->model, "ospf"),
		     *mpls = json_object_get(out->model, "mpls");
	char own[CLI_WORD] = "";

	if (ospf) {
		cli_put(out, 0, "router ospf %d", EOS_OSPF);
		if (ms_str(ospf, "/routerId", NULL))
			cli_put(out, 1, "router-id %s", ms_str(ospf, "/routerId", ""));
		cli_put(out, 1, "max-lsa 0");
		cli_remark(out);
	}
	if (!mpls)
		return;
	cli_put(out, 0, "mpls ip");
	cli_put(out, 0, "mpls ldp");
	if (cli_first_ipv4(ms_at(out->model, "/loopback/addresses"), own))
		cli_put(out, 1, "router-id %s", own);
	cli_put(out, 1, "transport-address interface Loopback0");
	cli_put(out, 1, "interface disabled default");
	cli_put(out, 1, "no shutdown");
	cli_remark(out);
}

int eos_render(const struct fabric_dialect *dialect, const json_t *model, json_t **ret_native,
	       struct ms_err *err)
{
	struct cli_out out = { .dialect = dialect, .model = model, .err = err };

	if (json_object_size(json_object_get(model, "vpls")))
		cli_refuse(&out, "/vpls",
			   "VPLS is not configured on EOS by msctl; platforms that can: junos");
	put_system(&out);
	put_vlans(&out);
	put_vrfs(&out);
	eos_render_qos(&out);
	put_channels(&out);
	put_ports(&out);
	put_loopbacks(&out);
	put_svis(&out);
	put_pair(&out);
	put_tunnels(&out);
	put_routing(&out);
	put_ospf(&out);
	eos_render_bgp(&out);
	return cli_out_finish(&out, ret_native);
}
