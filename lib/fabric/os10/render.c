/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What OS10 is to be told of a model: VRFs, virtual networks, EVPN, pairs. */
#include "fabric/os10/os10.h"

#define MAX_DOMAIN 255
#define MAX_EVI 65535

unsigned os10_evi(const json_t *model, const char *vni)
{
	unsigned long number = strtoul(vni, NULL, 10);
	const char *vid;
	json_t *vlan;

	json_object_foreach (json_object_get(model, "vlans"), vid, vlan)
		if (number && ms_int(vlan, "/vni", 0) == (int64_t)number)
			return (unsigned)strtoul(vid, NULL, 10);
	return number <= MAX_EVI ? (unsigned)number : 0;
}

static void put_system(struct cli_out *out)
{
	const char *name = ms_str(out->model, "/hostname", NULL),
		   *mac = ms_str(out->model, "/evpn/gatewayMac", NULL);

	if (name)
		cli_put(out, 0, "hostname %s", name);
	if (mac)
		cli_put(out, 0, "ip virtual-router mac-address %s", mac);
}

static void put_vrfs(struct cli_out *out)
{
	MS_AUTO_FREE const char **names = cli_keys(json_object_get(out->model, "vrfs"));

	for (size_t i = 0; names && names[i]; i++)
		cli_put(out, 0, "ip vrf %s", names[i]);
}

static void put_networks(struct cli_out *out)
{
	const json_t *vlans = json_object_get(out->model, "vlans");
	MS_AUTO_FREE const char **vids = cli_keys(vlans);

	for (size_t i = 0; vids && vids[i]; i++) {
		int64_t vni = ms_int(json_object_get(vlans, vids[i]), "/vni", 0);

		if (!vni)
			continue;
		cli_put(out, 0, "virtual-network %s", vids[i]);
		cli_put(out, 1, "vxlan-vni %lld", (long long)vni);
	}
}

/* ---- EVPN ---- */

static void put_targets(struct cli_out *out, const json_t *row)
{
	const json_t *import = json_object_get(row, "import"),
		     *export = json_object_get(row, "export");
	const char *text;
	json_t *value;
	size_t i;

	json_array_foreach (import, i, value) {
		text = json_string_value(value);
		if (text)
			cli_put(out, 2, "route-target %s %s", text,
				fabric_has_text(export, text) ? "both" : "import");
	}
	json_array_foreach (export, i, value) {
		text = json_string_value(value);
		if (text && !fabric_has_text(import, text))
			cli_put(out, 2, "route-target %s export", text);
	}
}

static void put_instance(struct cli_out *out, const char *vni, const json_t *row)
{
	unsigned evi = os10_evi(out->model, vni);

	if (!evi) {
		cli_refuse(
			out, "/evpn/vnis",
			"VNI %.20s is that of no VLAN, and too large for the "
			"number of an EVPN instance",
			vni);
		return;
	}
	cli_put(out, 1, "evi %u", evi);
	cli_put(out, 2, "vni %s", vni);
	if (ms_str(row, "/rd", NULL))
		cli_put(out, 2, "rd %s", ms_str(row, "/rd", ""));
	put_targets(out, row);
}

static bool routes_ipv6(const json_t *model, const char *vrf)
{
	const char *vid;
	json_t *svi, *value;
	size_t i;

	json_object_foreach (json_object_get(model, "svis"), vid, svi)
		if (ms_streq(ms_str(svi, "/vrf", NULL), vrf))
			json_array_foreach (json_object_get(svi, "addresses"), i, value)
				if (cli_is_ipv6(json_string_value(value)))
					return true;
	return false;
}

static void put_tenant(struct cli_out *out, const char *name, const json_t *row)
{
	cli_put(out, 1, "vrf %s", name);
	cli_put(out, 2, "vni %lld", (long long)ms_int(row, "/l3vni", 0));
	if (ms_str(row, "/rd", NULL))
		cli_put(out, 2, "rd %s", ms_str(row, "/rd", ""));
	put_targets(out, row);
	cli_put(out, 2, "advertise ipv4 connected");
	if (routes_ipv6(out->model, name))
		cli_put(out, 2, "advertise ipv6 connected");
}

static void put_evpn(struct cli_out *out)
{
	const json_t *vnis = ms_at(out->model, "/evpn/vnis"),
		     *vrfs = json_object_get(out->model, "vrfs");
	MS_AUTO_FREE const char **keys = cli_keys(vnis), **names = cli_keys(vrfs);
	const char *mac = ms_str(out->model, "/mlag/systemMac", NULL);

	if (!json_object_get(out->model, "vxlan") && !json_object_size(vnis))
		return;
	cli_put(out, 0, "evpn");
	/* Routes of both of a pair lead to the address that they share, whichever announced them.
	 */
	if (mac)
		cli_put(out, 1, "router-mac %s", mac);
	for (size_t i = 0; keys && keys[i]; i++)
		put_instance(out, keys[i], json_object_get(vnis, keys[i]));
	for (size_t i = 0; names && names[i]; i++)
		if (ms_int(json_object_get(vrfs, names[i]), "/l3vni", 0))
			put_tenant(out, names[i], json_object_get(vrfs, names[i]));
}

static void put_tunnels(struct cli_out *out)
{
	const char *source = ms_str(out->model, "/vxlan/source", NULL);
	char own[CLI_WORD] = "";

	if (!json_object_get(out->model, "vxlan"))
		return;
	cli_first_ipv4(ms_at(out->model, "/loopback/addresses"), own);
	cli_put(out, 0, "nve");
	cli_put(out, 1, "source-interface loopback%d",
		ms_str(out->model, "/vxlan/shared", NULL) || (source && strcmp(source, own)));
}

/* ---- pairs ---- */

static void put_pair(struct cli_out *out)
{
	const json_t *mlag = json_object_get(out->model, "mlag");
	int64_t domain = ms_int(mlag, "/domain", 1);
	char native[64];
	json_t *port;
	size_t i;

	if (!mlag)
		return;
	if (domain < 1 || domain > MAX_DOMAIN)
		cli_refuse(out, "/mlag/domain", "VLT domains are 1 to %d, %lld is none", MAX_DOMAIN,
			   (long long)domain);
	cli_put(out, 0, "vlt-domain %lld", (long long)domain);
	if (ms_str(mlag, "/backup", NULL))
		cli_put(out, 1, "backup destination %s", ms_str(mlag, "/backup", ""));
	json_array_foreach (ms_at(out->model, "/channels/%s/members", ms_str(mlag, "/link", "")), i,
			    port)
		if (json_is_string(port))
			cli_put(out, 1, "discovery-interface %s",
				cli_port(out, json_string_value(port), native));
	cli_put(out, 1, "peer-routing");
	if (ms_int(mlag, "/priority", 0))
		cli_put(out, 1, "primary-priority %lld", (long long)ms_int(mlag, "/priority", 0));
	if (ms_str(mlag, "/systemMac", NULL))
		cli_put(out, 1, "vlt-mac %s", ms_str(mlag, "/systemMac", ""));
}

static void put_ospf(struct cli_out *out)
{
	const json_t *ospf = json_object_get(out->model, "ospf");

	if (!ospf)
		return;
	cli_put(out, 0, "router ospf %d", OS10_OSPF);
	if (ms_str(ospf, "/routerId", NULL))
		cli_put(out, 1, "router-id %s", ms_str(ospf, "/routerId", ""));
}

int os10_render(const struct fabric_dialect *dialect, const json_t *model, json_t **ret_native,
		struct ms_err *err)
{
	struct cli_out out = { .dialect = dialect, .model = model, .err = err, .indent = 1 };

	if (json_object_size(json_object_get(model, "vpls")) || json_object_get(model, "mpls"))
		cli_refuse(&out, "/vpls",
			   "there are no pseudowires on OS10; platforms that can: junos");
	put_system(&out);
	put_vrfs(&out);
	put_networks(&out);
	os10_render_qos(&out);
	os10_render_interfaces(&out);
	put_pair(&out);
	put_tunnels(&out);
	put_evpn(&out);
	put_ospf(&out);
	os10_render_bgp(&out);
	return cli_out_finish(&out, ret_native);
}
