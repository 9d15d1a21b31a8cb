/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What only the whole of OS10's configuration tells, and what OS10 says back of a model. */
#include <errno.h>
#include "fabric/os10/os10.h"

json_t *os10_link(const json_t *vlans, json_t *members)
{
	json_auto_t *tagged = json_array(), *set = NULL, *sorted = cli_set(members);
	const char *vid;
	json_t *vlan, *row;

	json_object_foreach ((json_t *)vlans, vid, vlan)
		if (strcmp(vid, "1"))
			json_array_append_new(tagged, json_integer(strtol(vid, NULL, 10)));
	set = cli_set(tagged);
	row = json_pack("{s:O,s:s,s:b}", "members", sorted, "lacp", "active", "enabled", 1);
	if (row && json_array_size(set) &&
	    json_object_set_new(row, "l2", json_pack("{s:O}", "tagged", set))) {
		json_decref(row);
		row = NULL;
	}
	return row;
}

/* ---- after reading ---- */

/* Virtual networks that their VLAN is in; those of another number are somebody else's. */
static void end_networks(struct cli_in *in, const struct os10_reading *reading)
{
	const char *number;
	json_t *value;
	char line[64];

	json_object_foreach (reading->networks, number, value) {
		if (json_object_get(reading->bound, number)) {
			cli_set_value(in,
				      json_object_get(json_object_get(in->model, "vlans"), number),
				      "vni", json_incref(value));
			continue;
		}
		snprintf(line, sizeof(line), "virtual-network %.20s", number);
		cli_opaque(in, "", line);
	}
	json_object_foreach (reading->routed, number, value) {
		if (json_object_get(reading->bound, number) && json_object_size(value)) {
			cli_set_value(in, cli_object(in, in->model, "svis"), number,
				      json_incref(value));
			continue;
		}
		snprintf(line, sizeof(line), "interface virtual-network%.20s", number);
		cli_opaque(in, "", line);
	}
}

/* Instances of numbers that this driver would not choose are left alone. */
static void end_instances(struct cli_in *in, const struct os10_reading *reading)
{
	json_t *vnis = ms_at(in->model, "/evpn/vnis"), *evi;
	const char *vni;
	char line[64];

	json_object_foreach (reading->evis, vni, evi) {
		if (json_integer_value(evi) == (json_int_t)os10_evi(in->model, vni))
			continue;
		snprintf(line, sizeof(line), "evi %d", (int)json_integer_value(evi));
		cli_opaque(in, "evpn", line);
		json_object_del(vnis, vni);
	}
	if (vnis && !json_object_size(vnis))
		json_object_del(json_object_get(in->model, "evpn"), "vnis");
}

static void end_tunnels(struct cli_in *in, const struct os10_reading *reading)
{
	json_t *own = json_object_get(reading->loopbacks, "loopback0"),
	       *addresses = json_object_get(own, "addresses"), *vxlan;
	char source[CLI_WORD] = "", first[CLI_WORD] = "";

	if (own)
		cli_set_value(in, cli_object(in, in->model, "loopback"), "addresses",
			      addresses ? json_incref(addresses) : json_array());
	if (!*reading->tunnel)
		return;
	vxlan = cli_object(in, in->model, "vxlan");
	cli_first_ipv4(addresses, first);
	cli_first_ipv4(ms_at(reading->loopbacks, "/%s/addresses", reading->tunnel), source);
	if (json_object_get(in->model, "mlag") && *first && *source && strcmp(first, source)) {
		cli_set_text(in, vxlan, "shared", source);
		cli_set_text(in, vxlan, "source", first);
	} else if (*source) {
		cli_set_text(in, vxlan, "source", source);
	}
}

static void end_pair(struct cli_in *in, const struct os10_reading *reading)
{
	json_t *mlag = json_object_get(in->model, "mlag");

	if (*reading->router_mac &&
	    !ms_streq(ms_str(mlag, "/systemMac", NULL), reading->router_mac))
		cli_opaque(in, "evpn", "router-mac");
	if (!json_array_size(reading->link))
		return;
	cli_set_text(in, cli_object(in, in->model, "mlag"), "link", OS10_LINK);
	cli_set_value(in, cli_object(in, in->model, "channels"), OS10_LINK,
		      os10_link(json_object_get(in->model, "vlans"), reading->link));
}

/* A discovery interface was read as a port of its own. */
static void end_discovery(struct cli_in *in, const struct os10_reading *reading)
{
	json_t *ports = json_object_get(in->model, "ports"), *port;
	size_t i;

	json_array_foreach (reading->link, i, port) {
		json_t *row = json_object_get(ports, json_string_value(port));

		json_object_del(row, "l2");
		json_object_del(row, "l3");
		json_object_del(row, "mtu");
		if (json_object_size(row) == 1 && ms_bool(row, "/enabled", false))
			json_object_del(ports, json_string_value(port));
	}
}

void os10_parse_end(struct cli_in *in, struct os10_reading *reading)
{
	end_networks(in, reading);
	end_instances(in, reading);
	end_tunnels(in, reading);
	end_pair(in, reading);
	end_discovery(in, reading);
	cli_end_sources(in, reading->loopbacks);
}

/* ---- before writing ---- */

static int normal_pair(json_t *model)
{
	json_t *mlag = json_object_get(model, "mlag"),
	       *channels = json_object_get(model, "channels");
	const char *link = ms_str(mlag, "/link", NULL);
	json_t *row = link ? json_object_get(channels, link) : NULL;

	json_object_del(mlag, "peer");
	if (!row)
		return 0;
	row = os10_link(json_object_get(model, "vlans"), json_object_get(row, "members"));
	if (strcmp(link, OS10_LINK))
		json_object_del(channels, link);
	return json_object_set_new(channels, OS10_LINK, row) ||
	       json_object_set_new(mlag, "link", json_string(OS10_LINK));
}

/* A VLAN that is routed is one; what is routed has addresses. */
static int normal_vlans(json_t *model)
{
	json_t *svis = json_object_get(model, "svis"), *vlans, *svi;
	const char *vid;
	void *next;
	int r = 0;

	json_object_foreach_safe (svis, next, vid, svi) {
		vlans = json_object_get(model, "vlans");
		if (!vlans)
			r |= json_object_set_new(model, "vlans", vlans = json_object());
		if (!json_object_get(vlans, vid))
			r |= json_object_set_new(vlans, vid, json_object());
		if (!json_array_size(json_object_get(svi, "addresses")))
			json_object_del(svis, vid);
	}
	if (svis && !json_object_size(svis))
		json_object_del(model, "svis");
	return r;
}

static int normal_tunnels(json_t *model)
{
	char own[CLI_WORD];

	if (!ms_str(model, "/vxlan/shared", NULL) ||
	    !cli_first_ipv4(ms_at(model, "/loopback/addresses"), own))
		return 0;
	return json_object_set_new(json_object_get(model, "vxlan"), "source", json_string(own));
}

static int normal_members(json_t *model)
{
	json_auto_t *members = cli_members(model);
	const char *port;
	json_t *channel;

	json_object_foreach (members, port, channel)
		json_object_del(json_object_get(json_object_get(model, "ports"), port), "mtu");
	return members ? 0 : -ENOMEM;
}

/* The VNI of a VRF is said in its EVPN instance: no VLAN carries it. */
static void normal_vrfs(json_t *model)
{
	const char *name;
	json_t *vrf;

	json_object_foreach (json_object_get(model, "vrfs"), name, vrf)
		json_object_del(vrf, "l3vlan");
}

int os10_normal(const struct fabric_dialect *dialect, json_t *model, struct ms_err *err)
{
	(void)dialect;
	if (normal_vlans(model) || normal_pair(model) || normal_tunnels(model) ||
	    normal_members(model) || os10_normal_qos(model))
		return ms_nomem(err);
	normal_vrfs(model);
	return cli_normal(model, OS10_MTU, err);
}
