/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A running configuration of NX-OS read into a model: the whole, VLANs, VRFs, pairs; and what NX-OS
 * says back. */
#include "fabric/nxos/nxos.h"

/* ---- VLANs: all of them in one line first, then each of which more is said ---- */

static bool take_vlan(struct cli_in *in, const struct fabric_lines *line, void *row)
{
	const char *text = fabric_lines_text(line);
	char name[CLI_WORD];
	unsigned vni;

	if (cli_match(text, "name %w", name))
		cli_set_text(in, row, "name", name);
	else if (cli_match(text, "vn-segment %u", &vni))
		cli_set_number(in, row, "vni", vni);
	else
		return false;
	return true;
}

static bool parse_vlans(struct cli_in *in, const struct fabric_lines *block, const char *list)
{
	json_auto_t *vids = json_array();
	char key[16];
	json_t *vid;
	size_t i;

	if (!vids || !cli_ranges_get(list, vids))
		return false;
	json_array_foreach(vids, i, vid) {
		if (json_integer_value(vid) == 1 && !fabric_lines_count(block))
			continue;
		snprintf(key, sizeof(key), "%d", (int)json_integer_value(vid));
		cli_lines(in, block, take_vlan,
			  cli_object(in, cli_object(in, in->model, "vlans"), key));
	}
	return true;
}

/* ---- VRFs and VNIs ---- */

static bool take_target(struct cli_in *in, const struct fabric_lines *line, void *row)
{
	return nxos_parse_target(in, row, fabric_lines_text(line));
}

static bool take_vrf(struct cli_in *in, const struct fabric_lines *line, void *row)
{
	const char *text = fabric_lines_text(line);
	char word[CLI_WORD];
	unsigned vni;

	if (cli_match(text, "vni %u", &vni) || cli_match(text, "vni %u l3", &vni))
		cli_set_number(in, row, "l3vni", vni);
	else if (cli_match(text, "rd %w", word))
		cli_set_text(in, row, "rd", word);
	else if (cli_match(text, "address-family %w unicast", word))
		cli_lines(in, line, take_target, row);
	else
		return false;
	return true;
}

static bool take_vni(struct cli_in *in, const struct fabric_lines *line, void *row)
{
	char word[CLI_WORD];

	if (!cli_match(fabric_lines_text(line), "rd %w", word))
		return nxos_parse_target(in, row, fabric_lines_text(line));
	cli_set_text(in, row, "rd", word);
	return true;
}

static bool take_evpn(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	char vni[CLI_WORD];

	(void)ctx;
	if (!cli_match(fabric_lines_text(line), "vni %w l2", vni))
		return false;
	cli_lines(in, line, take_vni,
		  cli_object(in, cli_object(in, cli_object(in, in->model, "evpn"), "vnis"), vni));
	return true;
}

/* ---- pairs ---- */

static bool take_pair(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	const char *text = fabric_lines_text(line), *rest;
	json_t *mlag = cli_object(in, in->model, "mlag");
	char word[CLI_WORD], mac[18];
	unsigned number;

	(void)ctx;
	if (cli_match(text, "role priority %u", &number))
		cli_set_number(in, mlag, "priority", number);
	else if (cli_match(text, "system-mac %w", word) && cli_mac(word, mac))
		cli_set_text(in, mlag, "systemMac", mac);
	else if (cli_match(text, "peer-keepalive destination %w", word) ||
		 cli_match(text, "peer-keepalive destination %w %r", word, &rest))
		cli_set_text(in, mlag, "backup", word);
	else
		return !strcmp(text, "peer-switch") || !strcmp(text, "peer-gateway") ||
		       !strcmp(text, "ip arp synchronize") || !strcmp(text, "ipv6 nd synchronize");
	return true;
}

/* ---- the whole ---- */

static bool take_map(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	const char *text = fabric_lines_text(line);

	(void)in;
	(void)ctx;
	return !strcmp(text, "match as-number 1-4294967295") ||
	       !strcmp(text, "set ip next-hop unchanged");
}

static bool is_ours(const char *text)
{
	static const char *const features[] = { "ospf",
						"bgp",
						"fabric forwarding",
						"interface-vlan",
						"vn-segment-vlan-based",
						"lacp",
						"vpc",
						"lldp",
						"nv overlay",
						"nxapi",
						"scheduler" };

	if (ms_starts(text, "feature "))
		for (size_t i = 0; i < MS_ARRAY_SIZE(features); i++)
			if (!strcmp(text + 8, features[i]))
				return true;
	return !strcmp(text, "nv overlay evpn");
}

static bool take_block(struct cli_in *in, const struct fabric_lines *line,
		       struct nxos_reading *reading, const char *text)
{
	char word[CLI_WORD];
	unsigned number;

	if (cli_match(text, "vrf context %w", word) && strcmp(word, "management"))
		cli_lines(in, line, take_vrf,
			  cli_object(in, cli_object(in, in->model, "vrfs"), word));
	else if (cli_match(text, "vpc domain %u", &number)) {
		reading->mlag = true;
		cli_set_number(in, cli_object(in, in->model, "mlag"), "domain", number);
		cli_lines(in, line, take_pair, NULL);
	} else if (!strcmp(text, "evpn"))
		cli_lines(in, line, take_evpn, NULL);
	else if (!strcmp(text, "router ospf " NXOS_OSPF)) {
		cli_array(in, cli_object(in, in->model, "ospf"), "ports");
		cli_lines(in, line, cli_take_router_id, "ospf");
	} else if (ms_starts(text, "route-map MSCTL-"))
		cli_lines(in, line, take_map, NULL);
	else
		return nxos_parse_bgp(in, line, reading);
	return true;
}

static bool take_line(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	struct nxos_reading *reading = ctx;
	const char *text = fabric_lines_text(line), *rest;
	char word[CLI_WORD], mac[18];

	if (cli_match(text, "hostname %w", word) || cli_match(text, "switchname %w", word)) {
		cli_set_text(in, in->model, "hostname", word);
		return true;
	}
	if (cli_match(text, "fabric forwarding anycast-gateway-mac %w", word) &&
	    cli_mac(word, mac)) {
		cli_set_text(in, cli_object(in, in->model, "evpn"), "gatewayMac", mac);
		return true;
	}
	if (ms_starts(text, "interface "))
		return nxos_parse_interface(in, line, reading);
	if (cli_match(text, "vlan %r", &rest))
		return parse_vlans(in, line, rest);
	return is_ours(text) || nxos_take_qos(in, line, &reading->qos) ||
	       take_block(in, line, reading, text);
}

/* ---- what only the whole tells ---- */

/* The VLAN of an L3VNI is that and nothing else. */
static void end_vrfs(struct cli_in *in)
{
	json_t *vrf, *vlan;
	const char *name, *vid;
	void *next;

	json_object_foreach(json_object_get(in->model, "vrfs"), name, vrf)
		json_object_foreach_safe(json_object_get(in->model, "vlans"), next, vid, vlan) {
			if (!json_object_get(vrf, "l3vni") ||
			    ms_int(vlan, "/vni", -1) != ms_int(vrf, "/l3vni", -2))
				continue;
			cli_set_number(in, vrf, "l3vlan", cli_vid(vid));
			json_object_del(json_object_get(in->model, "svis"), vid);
			json_object_del(json_object_get(in->model, "vlans"), vid);
		}
}

static void remove_text(json_t *array, const char *text)
{
	for (size_t i = json_array_size(array); i-- > 0;)
		if (ms_streq(json_string_value(json_array_get(array, i)), text))
			json_array_remove(array, i);
}

static void end_tunnels(struct cli_in *in, const struct nxos_reading *reading)
{
	json_t *own = json_object_get(reading->loopbacks, "loopback0"), *from, *addresses, *vxlan;
	char source[CLI_WORD] = "", shared[CLI_WORD] = "";

	from = *reading->tunnel ? json_object_get(reading->loopbacks, reading->tunnel) : NULL;
	if (reading->mlag && json_array_size(json_object_get(from, "secondary")) == 1 &&
	    cli_first_ipv4(json_object_get(from, "secondary"), shared))
		remove_text(json_object_get(from, "addresses"), ms_str(from, "/secondary/0", ""));
	if (own) {
		addresses = json_object_get(own, "addresses");
		cli_set_value(in, cli_object(in, in->model, "loopback"), "addresses",
			      addresses ? json_incref(addresses) : json_array());
	}
	if (!*reading->tunnel)
		return;
	vxlan = cli_object(in, in->model, "vxlan");
	if (cli_first_ipv4(json_object_get(from, "addresses"), source))
		cli_set_text(in, vxlan, "source", source);
	if (*shared)
		cli_set_text(in, vxlan, "shared", shared);
}

static bool has_line(const struct fabric_lines *lines, const char *text)
{
	return !strcmp(fabric_lines_text(fabric_lines_find(lines, text)), text);
}

static void read_all(struct cli_in *in, const struct fabric_lines *lines)
{
	struct nxos_reading reading = {
		.loopbacks = json_object(),
		.templates = json_object(),
		.routed = has_line(lines, "no system default switchport"),
		.shut = has_line(lines, "system default switchport shutdown"),
	};

	nxos_qos_init(in, &reading.qos);
	in->failed |= !reading.loopbacks || !reading.templates;
	cli_lines(in, lines, take_line, &reading);
	end_vrfs(in);
	end_tunnels(in, &reading);
	nxos_parse_bgp_end(in, &reading);
	cli_end_sources(in, reading.loopbacks);
	nxos_qos_end(in, &reading.qos);
	nxos_qos_release(&reading.qos);
	json_decref(reading.loopbacks);
	json_decref(reading.templates);
}

int nxos_parse(const struct fabric_dialect *dialect, const json_t *native, json_t **ret_model,
	       json_t *opaque, struct ms_err *err)
{
	return cli_parse(dialect, native, read_all, ret_model, opaque, err);
}

/* ---- what NX-OS says back of a model ---- */

/* 1500 or the jumbo size, where frames are switched. */
static int normal_mtus(json_t *rows, const json_t *members)
{
	json_t *row;
	const char *name;
	int r = 0;

	json_object_foreach(rows, name, row) {
		int64_t mtu = ms_int(row, "/mtu", 0);

		if (json_object_get(members, name) ||
		    (json_object_get(row, "l2") && mtu && mtu <= NXOS_MTU))
			json_object_del(row, "mtu");
		else if (json_object_get(row, "l2") && mtu)
			r |= json_object_set_new(row, "mtu", json_integer(NXOS_JUMBO));
	}
	return r;
}

int nxos_normal(const struct fabric_dialect *dialect, json_t *model, struct ms_err *err)
{
	json_auto_t *members = cli_members(model);

	(void)dialect;
	json_object_del(json_object_get(model, "mlag"), "peer");
	if (!members || nxos_normal_qos(model) ||
	    normal_mtus(json_object_get(model, "ports"), members) ||
	    normal_mtus(json_object_get(model, "channels"), NULL))
		return ms_nomem(err);
	return cli_normal(model, NXOS_MTU, err);
}
