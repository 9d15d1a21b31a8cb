/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What NX-OS is to be told of a model: features, VLANs, VRFs, tunnels. */
#include "fabric/nxos/nxos.h"

/* ---- features ---- */

static bool wants_overlay(const json_t *model)
{
	return json_object_get(model, "vxlan") || json_object_get(model, "evpn") ||
	       cli_uses_family(model, "evpn");
}

static bool wants_svis(const json_t *model)
{
	const char *name;
	json_t *vrf;

	json_object_foreach(json_object_get(model, "vrfs"), name, vrf)
		if (json_object_get(vrf, "l3vlan"))
			return true;
	return json_object_get(model, "svis") != NULL;
}

static bool wants_lacp(const json_t *model)
{
	const char *name;
	json_t *channel;

	json_object_foreach(json_object_get(model, "channels"), name, channel)
		if (strcmp(ms_str(channel, "/lacp", "active"), "static"))
			return true;
	return false;
}

static void put_features(struct cli_out *out)
{
	const json_t *model = out->model;
	bool overlay = wants_overlay(model);

	if (ms_str(model, "/hostname", NULL))
		cli_put(out, 0, "hostname %s", ms_str(model, "/hostname", ""));
	if (overlay)
		cli_put(out, 0, "nv overlay evpn");
	if (json_object_get(model, "ospf"))
		cli_put(out, 0, "feature ospf");
	if (json_object_get(model, "bgp"))
		cli_put(out, 0, "feature bgp");
	if (overlay)
		cli_put(out, 0, "feature fabric forwarding");
	if (wants_svis(model))
		cli_put(out, 0, "feature interface-vlan");
	if (overlay)
		cli_put(out, 0, "feature vn-segment-vlan-based");
	if (wants_lacp(model))
		cli_put(out, 0, "feature lacp");
	if (json_object_get(model, "mlag"))
		cli_put(out, 0, "feature vpc");
	cli_put(out, 0, "feature lldp");
	if (overlay)
		cli_put(out, 0, "feature nv overlay");
}

static void put_gateway(struct cli_out *out)
{
	const char *mac = ms_str(out->model, "/evpn/gatewayMac", NULL);
	char form[15];

	if (!mac)
		return;
	cli_mac_dotted(mac, form);
	cli_put(out, 0, "fabric forwarding anycast-gateway-mac %s", form);
}

/* ---- VLANs and VRFs ---- */

static void put_vlan(struct cli_out *out, const char *vid, const char *name, int64_t vni)
{
	cli_put(out, 0, "vlan %s", vid);
	if (name)
		cli_put(out, 1, "name %s", name);
	if (vni)
		cli_put(out, 1, "vn-segment %lld", (long long)vni);
}

static void put_vlans(struct cli_out *out)
{
	const json_t *vlans = json_object_get(out->model, "vlans"),
		     *vrfs = json_object_get(out->model, "vrfs");
	MS_AUTO_FREE const char **vids = cli_keys(vlans), **names = cli_keys(vrfs);
	char vid[24];

	for (size_t i = 0; vids && vids[i]; i++) {
		const json_t *row = json_object_get(vlans, vids[i]);

		put_vlan(out, vids[i], ms_str(row, "/name", NULL), ms_int(row, "/vni", 0));
	}
	for (size_t i = 0; names && names[i]; i++) {
		const json_t *row = json_object_get(vrfs, names[i]);

		snprintf(vid, sizeof(vid), "%lld", (long long)ms_int(row, "/l3vlan", 0));
		if (json_object_get(row, "l3vlan"))
			put_vlan(out, vid, NULL, ms_int(row, "/l3vni", 0));
	}
}

static void put_maps(struct cli_out *out)
{
	const char *key;
	json_t *neighbor;

	json_object_foreach(ms_at(out->model, "/bgp/neighbors"), key, neighbor)
		if (json_object_get(neighbor, "port") && !json_object_get(neighbor, "asn")) {
			cli_put(out, 0, "route-map " NXOS_ANY_AS " permit 10");
			cli_put(out, 1, "match as-number 1-4294967295");
			break;
		}
	if (json_object_get(out->model, "bgp") && json_object_get(out->model, "vrfs"))
		cli_put(out, 0, "route-map " NXOS_ALL " permit 10");
	if (cli_is_transit(out->model)) {
		cli_put(out, 0, "route-map " NXOS_UNCHANGED " permit 10");
		cli_put(out, 1, "set ip next-hop unchanged");
	}
}

static void put_targets(struct cli_out *out, unsigned depth, const char *way, const json_t *targets,
			const char *suffix)
{
	json_t *value;
	size_t i;

	json_array_foreach(targets, i, value)
		cli_put(out, depth, "route-target %s %s%s", way,
			json_string_value(value) ? json_string_value(value) : "", suffix);
}

static void put_vrf(struct cli_out *out, const char *name, const json_t *row)
{
	static const char *const families[] = { "ipv4", "ipv6" };
	int64_t vni = ms_int(row, "/l3vni", 0);

	cli_put(out, 0, "vrf context %s", name);
	if (vni)
		cli_put(out, 1, "vni %lld%s", (long long)vni,
			json_object_get(row, "l3vlan") ? "" : " l3");
	if (ms_str(row, "/rd", NULL))
		cli_put(out, 1, "rd %s", ms_str(row, "/rd", ""));
	if (!json_object_get(row, "import") && !json_object_get(row, "export"))
		return;
	for (size_t i = 0; i < MS_ARRAY_SIZE(families); i++) {
		cli_put(out, 1, "address-family %s unicast", families[i]);
		put_targets(out, 2, "import", json_object_get(row, "import"), "");
		put_targets(out, 2, "import", json_object_get(row, "import"), " evpn");
		put_targets(out, 2, "export", json_object_get(row, "export"), "");
		put_targets(out, 2, "export", json_object_get(row, "export"), " evpn");
	}
}

static void put_vrfs(struct cli_out *out)
{
	const json_t *vrfs = json_object_get(out->model, "vrfs");
	MS_AUTO_FREE const char **names = cli_keys(vrfs);

	for (size_t i = 0; names && names[i]; i++)
		put_vrf(out, names[i], json_object_get(vrfs, names[i]));
}

/* ---- pairs ---- */

static void put_pair(struct cli_out *out)
{
	const json_t *mlag = json_object_get(out->model, "mlag");

	if (!mlag)
		return;
	cli_put(out, 0, "vpc domain %lld", (long long)ms_int(mlag, "/domain", 1));
	cli_put(out, 1, "peer-switch");
	if (ms_int(mlag, "/priority", 0))
		cli_put(out, 1, "role priority %lld", (long long)ms_int(mlag, "/priority", 0));
	if (ms_str(mlag, "/systemMac", NULL))
		cli_put(out, 1, "system-mac %s", ms_str(mlag, "/systemMac", ""));
	if (ms_str(mlag, "/backup", NULL))
		cli_put(out, 1, "peer-keepalive destination %s", ms_str(mlag, "/backup", ""));
	cli_put(out, 1, "peer-gateway");
	cli_put(out, 1, "ip arp synchronize");
	cli_put(out, 1, "ipv6 nd synchronize");
}

/* ---- tunnels ---- */

static void put_members(struct cli_out *out)
{
	const json_t *vlans = json_object_get(out->model, "vlans"),
		     *vrfs = json_object_get(out->model, "vrfs");
	MS_AUTO_FREE const char **vids = cli_keys(vlans), **names = cli_keys(vrfs);

	for (size_t i = 0; vids && vids[i]; i++) {
		int64_t vni = ms_int(json_object_get(vlans, vids[i]), "/vni", 0);

		if (!vni)
			continue;
		cli_put(out, 1, "member vni %lld", (long long)vni);
		cli_put(out, 2, "ingress-replication protocol bgp");
	}
	for (size_t i = 0; names && names[i]; i++) {
		int64_t vni = ms_int(json_object_get(vrfs, names[i]), "/l3vni", 0);

		if (vni)
			cli_put(out, 1, "member vni %lld associate-vrf", (long long)vni);
	}
}

static void put_tunnels(struct cli_out *out)
{
	const char *source = ms_str(out->model, "/vxlan/source", NULL);
	char own[CLI_WORD] = "";

	if (!json_object_get(out->model, "vxlan"))
		return;
	cli_first_ipv4(ms_at(out->model, "/loopback/addresses"), own);
	cli_put(out, 0, "interface nve1");
	cli_put(out, 1, "no shutdown");
	cli_put(out, 1, "host-reachability protocol bgp");
	cli_put(out, 1, "source-interface loopback%d", source && strcmp(source, own));
	nxos_render_tunnel_qos(out);
	put_members(out);
}

static void put_evpn(struct cli_out *out)
{
	const json_t *vnis = ms_at(out->model, "/evpn/vnis");
	MS_AUTO_FREE const char **keys = cli_keys(vnis);

	if (!json_object_size(vnis))
		return;
	cli_put(out, 0, "evpn");
	for (size_t i = 0; keys && keys[i]; i++) {
		const json_t *row = json_object_get(vnis, keys[i]);

		cli_put(out, 1, "vni %s l2", keys[i]);
		if (ms_str(row, "/rd", NULL))
			cli_put(out, 2, "rd %s", ms_str(row, "/rd", ""));
		put_targets(out, 2, "import", json_object_get(row, "import"), "");
		put_targets(out, 2, "export", json_object_get(row, "export"), "");
	}
}

static void put_ospf(struct cli_out *out)
{
	const json_t *ospf = json_object_get(out->model, "ospf");

	if (!ospf)
		return;
	cli_put(out, 0, "router ospf " NXOS_OSPF);
	if (ms_str(ospf, "/routerId", NULL))
		cli_put(out, 1, "router-id %s", ms_str(ospf, "/routerId", ""));
}

int nxos_render(const struct fabric_dialect *dialect, const json_t *model, json_t **ret_native,
		struct ms_err *err)
{
	struct cli_out out = { .dialect = dialect, .model = model, .err = err, .indent = 2 };

	if (json_object_size(json_object_get(model, "vpls")) || json_object_get(model, "mpls"))
		cli_refuse(&out, "/vpls",
			   "there are no pseudowires on Nexus 9000; platforms that can: junos");
	put_features(&out);
	put_gateway(&out);
	put_vlans(&out);
	put_maps(&out);
	put_vrfs(&out);
	put_pair(&out);
	nxos_render_qos(&out);
	nxos_render_interfaces(&out);
	put_tunnels(&out);
	put_ospf(&out);
	nxos_render_bgp(&out);
	put_evpn(&out);
	return cli_out_finish(&out, ret_native);
}
