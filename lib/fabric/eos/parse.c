/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A running configuration of EOS read into a model: the whole, VLANs, VRFs, pairs; and what EOS
 * says back. */
#include "fabric/eos/eos.h"

/* ---- VLANs: "vlan 10,20-22" is one block for all that are alike ---- */

struct vlans {
	json_t *vids;
	struct eos_reading *reading;
};

static bool take_vlan(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	const struct vlans *v = ctx;
	const char *text = fabric_lines_text(line);
	char name[CLI_WORD], key[16];
	json_t *vid;
	size_t i;

	if (!strcmp(text, "trunk group " EOS_MLAG_GROUP))
		return true;
	if (!cli_match(text, "name %w", name))
		return false;
	json_array_foreach(v->vids, i, vid) {
		snprintf(key, sizeof(key), "%d", (int)json_integer_value(vid));
		cli_set_text(in, cli_object(in, cli_object(in, in->model, "vlans"), key), "name",
			     name);
	}
	return true;
}

static bool parse_vlans(struct cli_in *in, const struct fabric_lines *block, const char *list)
{
	json_auto_t *vids = json_array();
	struct vlans v = { .vids = vids };
	char key[16];
	json_t *vid;
	size_t i;

	if (!vids || !cli_ranges_get(list, vids))
		return false;
	json_array_foreach(vids, i, vid) {
		if (json_integer_value(vid) == 1 && !fabric_lines_count(block))
			continue;
		snprintf(key, sizeof(key), "%d", (int)json_integer_value(vid));
		cli_object(in, cli_object(in, in->model, "vlans"), key);
	}
	cli_lines(in, block, take_vlan, &v);
	return true;
}

/* ---- pairs ---- */

static bool take_pair(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	struct eos_reading *reading = ctx;
	const char *text = fabric_lines_text(line);
	json_t *mlag = cli_object(in, in->model, "mlag");
	char word[CLI_WORD], vrf[CLI_WORD];
	unsigned number;

	if (cli_match(text, "domain-id %w", word)) {
		if (cli_match(word, "%u", &number))
			cli_set_number(in, mlag, "domain", number);
		return cli_match(word, "%u", &number);
	}
	if (cli_match(text, "peer-address heartbeat %w", word) ||
	    cli_match(text, "peer-address heartbeat %w vrf %w", word, vrf))
		cli_set_text(in, mlag, "backup", word);
	else if (cli_match(text, "peer-address %w", word))
		cli_set_text(in, mlag, "peer", word);
	else if (cli_match(text, "peer-link %w", reading->link) &&
		 ms_starts(reading->link, "Port-Channel"))
		cli_set_text(in, mlag, "link", reading->link + strlen("Port-Channel"));
	else if (cli_match(text, "primary-priority %u", &number))
		cli_set_number(in, mlag, "priority", number);
	else
		return cli_match(text, "local-interface %w", reading->mlag_interface);
	return true;
}

/* ---- protocols ---- */

static bool take_ospf(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	char word[CLI_WORD];

	(void)ctx;
	if (cli_match(fabric_lines_text(line), "router-id %w", word))
		cli_set_text(in, cli_object(in, in->model, "ospf"), "routerId", word);
	else
		return ms_starts(fabric_lines_text(line), "max-lsa ");
	return true;
}

static bool take_ldp(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	const char *text = fabric_lines_text(line);

	(void)in;
	(void)ctx;
	return ms_starts(text, "router-id ") || ms_starts(text, "transport-address ") ||
	       !strcmp(text, "interface disabled default") || !strcmp(text, "no shutdown");
}

/* ---- the whole ---- */

static bool is_routing(const char *text)
{
	char word[CLI_WORD];

	return !strcmp(text, "ip routing") || !strcmp(text, "ip routing ipv6 interfaces") ||
	       !strcmp(text, "ipv6 unicast-routing") ||
	       cli_match(text, "ip routing vrf %w", word) ||
	       cli_match(text, "ipv6 unicast-routing vrf %w", word) || !strcmp(text, "mpls ip") ||
	       cli_match(text, "service routing protocols model %w", word);
}

static bool take_block(struct cli_in *in, const struct fabric_lines *line,
		       struct eos_reading *reading, const char *text)
{
	const char *rest;
	unsigned number;

	if (ms_starts(text, "interface "))
		return eos_parse_interface(in, line, reading);
	if (cli_match(text, "vlan %r", &rest))
		return parse_vlans(in, line, rest);
	if (!strcmp(text, "mlag configuration")) {
		reading->mlag = fabric_lines_count(line);
		cli_lines(in, line, take_pair, reading);
	} else if (cli_match(text, "router ospf %u", &number) && number == EOS_OSPF) {
		reading->ospf = true;
		cli_array(in, cli_object(in, in->model, "ospf"), "ports");
		cli_lines(in, line, take_ospf, NULL);
	} else if (!strcmp(text, "mpls ldp")) {
		cli_lines(in, line, take_ldp, NULL);
	} else {
		return eos_parse_bgp(in, line, reading);
	}
	return true;
}

static bool take_line(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	struct eos_reading *reading = ctx;
	const char *text = fabric_lines_text(line);
	char word[CLI_WORD], mac[18];

	if (cli_match(text, "hostname %w", word)) {
		cli_set_text(in, in->model, "hostname", word);
		return true;
	}
	if (cli_match(text, "vrf instance %w", word) ||
	    cli_match(text, "vrf definition %w", word)) {
		cli_object(in, cli_object(in, in->model, "vrfs"), word);
		return !fabric_lines_count(line);
	}
	if (cli_match(text, "ip virtual-router mac-address %w", word) && cli_mac(word, mac)) {
		cli_set_text(in, cli_object(in, in->model, "evpn"), "gatewayMac", mac);
		return true;
	}
	if (!strcmp(text, "no spanning-tree vlan-id 4094"))
		return true;
	return is_routing(text) || eos_take_qos(in, line, &reading->qos) ||
	       take_block(in, line, reading, text);
}

/* ---- what only the whole tells ---- */

static void end_pair(struct cli_in *in, const struct eos_reading *reading)
{
	const char *vid = reading->mlag_interface +
			  (ms_starts(reading->mlag_interface, "Vlan") ? 4 : 0);
	json_t *tagged = ms_at(in->model, "/channels/%s/l2/tagged",
			       ms_str(in->model, "/mlag/link", "-")),
	       *value;
	size_t i;

	if (!reading->mlag)
		return;
	json_object_del(json_object_get(in->model, "svis"), vid);
	json_object_del(json_object_get(in->model, "vlans"), vid);
	for (i = json_array_size(tagged); i-- > 0;) {
		value = json_array_get(tagged, i);
		if (json_integer_value(value) == cli_vid(vid))
			json_array_remove(tagged, i);
	}
	if (*reading->router_mac)
		cli_set_text(in, cli_object(in, in->model, "mlag"), "systemMac",
			     reading->router_mac);
}

static void end_tunnels(struct cli_in *in, const struct eos_reading *reading)
{
	char own[CLI_WORD] = "", other[CLI_WORD] = "";
	json_t *vxlan, *vni;
	const char *vrf;

	json_object_foreach(reading->vni_of, vrf, vni)
		cli_set_value(in, cli_object(in, cli_object(in, in->model, "vrfs"), vrf), "l3vni",
			      json_incref(vni));
	if (!*reading->tunnel)
		return;
	vxlan = cli_object(in, in->model, "vxlan");
	cli_first_ipv4(ms_at(in->model, "/loopback/addresses"), own);
	cli_first_ipv4(reading->loopback1, other);
	if (!strcmp(reading->tunnel, "Loopback1") && reading->mlag && *other)
		cli_set_text(in, vxlan, "shared", other);
	else if (!strcmp(reading->tunnel, "Loopback1") && *other)
		memcpy(own, other, sizeof(own));
	if (*own)
		cli_set_text(in, vxlan, "source", own);
}

static void end_ports(struct cli_in *in, const struct eos_reading *reading)
{
	json_t *row;
	const char *port;

	json_object_foreach(reading->breakouts, port, row)
		cli_set_text(in, cli_object(in, cli_object(in, in->model, "ports"), port),
			     "breakout", ms_str(row, "/breakout", ""));
	json_object_foreach(json_object_get(in->model, "channels"), port, row)
		if (!json_object_get(row, "enabled"))
			cli_set_bool(in, row, "enabled", true);
}

/* A VLAN that was never made is in no tunnel, whatever the tunnel says; VLAN 1 always is there. */
static void end_maps(struct cli_in *in, const struct eos_reading *reading)
{
	json_t *vlans = cli_object(in, in->model, "vlans"), *vni;
	const char *vid;
	char line[64];

	json_object_foreach(reading->vni_of_vlan, vid, vni) {
		if (json_object_get(vlans, vid) || !strcmp(vid, "1")) {
			cli_set_number(in, cli_object(in, vlans, vid), "vni",
				       json_integer_value(vni));
			continue;
		}
		snprintf(line, sizeof(line), "vxlan vlan %.10s vni %lld", vid,
			 (long long)json_integer_value(vni));
		cli_opaque(in, "interface Vxlan1", line);
	}
}

/* What of Loopback1 no tunnel begins at, and OSPF of another process, is not ours. */
static void end_foreign(struct cli_in *in, const struct eos_reading *reading)
{
	bool used = !strcmp(reading->tunnel, "Loopback1");
	json_t *value, *vrf = ms_at(in->model, "/vrfs/%s", reading->management);
	char line[CLI_WORD];
	size_t i;

	json_array_foreach(reading->loopback1, i, value) {
		snprintf(line, sizeof(line), "ip address %.60s", json_string_value(value));
		if (!used || i)
			cli_opaque(in, "interface Loopback1", line);
	}
	if (!reading->ospf && json_object_get(in->model, "ospf")) {
		json_object_del(in->model, "ospf");
		cli_opaque(in, "interfaces", "ip ospf area 0.0.0.0");
	}
	if (*reading->management && vrf && !json_object_size(vrf)) {
		json_object_del(json_object_get(in->model, "vrfs"), reading->management);
		cli_opaque(in, "vrf instance", reading->management);
	}
}

static void read_all(struct cli_in *in, const struct fabric_lines *lines)
{
	struct eos_reading reading = { .breakouts = eos_breakouts(in->dialect, lines),
				       .vni_of = json_object(),
				       .groups = json_object(),
				       .vlan_evpn = json_object(),
				       .vni_of_vlan = json_object(),
				       .default_ipv4 = true };

	eos_qos_init(in, &reading.qos);
	in->failed |= !reading.breakouts || !reading.vni_of || !reading.groups ||
		      !reading.vlan_evpn || !reading.vni_of_vlan;
	cli_lines(in, lines, take_line, &reading);
	end_maps(in, &reading);
	end_pair(in, &reading);
	end_tunnels(in, &reading);
	end_ports(in, &reading);
	end_foreign(in, &reading);
	eos_qos_end(in, &reading.qos);
	eos_parse_bgp_end(in, &reading);
	eos_qos_release(&reading.qos);
	json_decref(reading.breakouts);
	json_decref(reading.loopback1);
	json_decref(reading.vni_of);
	json_decref(reading.groups);
	json_decref(reading.vlan_evpn);
	json_decref(reading.vni_of_vlan);
}

int eos_parse(const struct fabric_dialect *dialect, const json_t *native, json_t **ret_model,
	      json_t *opaque, struct ms_err *err)
{
	return cli_parse(dialect, native, read_all, ret_model, opaque, err);
}

/* ---- what EOS says back of a model ---- */

static int normal_neighbors(json_t *model)
{
	json_t *neighbor;
	const char *key;
	int r = 0;

	json_object_foreach(ms_at(model, "/bgp/neighbors"), key, neighbor)
		if (json_object_get(neighbor, "port"))
			json_object_del(neighbor, "description");
	return r;
}

/* EVPN of a VNI is said of its VLAN. */
static void normal_vnis(json_t *model)
{
	json_t *vnis = ms_at(model, "/evpn/vnis"), *row, *vlan;
	const char *vni, *vid;
	void *next;

	json_object_foreach_safe(vnis, next, vni, row) {
		bool found = false;

		json_object_foreach(json_object_get(model, "vlans"), vid, vlan)
			found |= ms_int(vlan, "/vni", 0) == atoll(vni);
		if (!found)
			json_object_del(vnis, vni);
	}
	if (vnis && !json_object_size(vnis))
		json_object_del(json_object_get(model, "evpn"), "vnis");
}

int eos_normal(const struct fabric_dialect *dialect, json_t *model, struct ms_err *err)
{
	json_t *vrf;
	const char *name;

	(void)dialect;
	json_object_foreach(json_object_get(model, "vrfs"), name, vrf)
		json_object_del(vrf, "l3vlan");
	if (!json_object_get(model, "vxlan"))
		json_object_del(json_object_get(model, "mlag"), "systemMac");
	normal_vnis(model);
	normal_neighbors(model);
	eos_normal_qos(model);
	return cli_normal(model, EOS_MTU, err);
}
