/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FRR on Linux: a model out of the interfaces. */
#include <errno.h>
#include "fabric/frr/frr.h"

struct frr_ifaces {
	struct frr_reading *rd;
	const json_t *ifaces;
	json_t *slaves, *l3vlans; /* names of members; VLANs that only carry an L3VNI, as keys */
};

static const char *first(const json_t *iface, const char *attr)
{
	const char *text = json_string_value(json_array_get(json_object_get(iface, attr), 0));

	return text ? text : "";
}

static json_t *section(struct frr_reading *rd, const char *name)
{
	json_t *rows = json_object_get(rd->model, name);

	if (!rows)
		json_object_set_new(rd->model, name, rows = json_object());
	return rows;
}

static void note(struct frr_reading *rd, const char *name, const char *what)
{
	json_array_append_new(rd->opaque, json_sprintf("interfaces: iface %s%s%s", name,
						       *what ? ": " : "", what));
}

static bool is_vrf(const json_t *iface)
{
	return json_object_get(iface, "vrf-table") != NULL;
}

static enum frr_kind kind_of(const struct frr_ifaces *in, const char *name)
{
	return frr_kind_of(in->rd->dialect, name, is_vrf(json_object_get(in->ifaces, name)));
}

/* ---- values ---- */

static unsigned dotted_prefix(const char *mask)
{
	unsigned a, b, c, d;

	if (sscanf(mask, "%u.%u.%u.%u", &a, &b, &c, &d) != 4)
		return (unsigned)strtoul(mask, NULL, 10);
	return (unsigned)__builtin_popcount(a << 24 | b << 16 | c << 8 | d);
}

static json_t *addresses(const json_t *iface)
{
	json_t *list = json_array(), *value;
	const char *mask = first(iface, "netmask");
	size_t i;

	json_array_foreach(json_object_get(iface, "address"), i, value) {
		const char *text = json_string_value(value);
		MS_AUTO_FREE char *whole = *mask && !strchr(text, '/')
			? ms_asprintf("%s/%u", text, dotted_prefix(mask)) : strdup(text);
		MS_AUTO_FREE char *cidr = whole ? frr_prefix(whole) : NULL;

		if (cidr && !ms_starts(cidr, "127."))
			fabric_set_add(list, json_string(cidr));
	}
	return list;
}

static json_t *vlans(const json_t *iface)
{
	json_t *list = json_array(), *value;
	size_t i;

	json_array_foreach(json_object_get(iface, "bridge-vids"), i, value) {
		const char *text = json_string_value(value);
		unsigned from, to;
		int used;

		for (; sscanf(text, " %u%n", &from, &used) == 1; text += used) {
			to = from;
			if (sscanf(text + used, "-%u", &to) == 1)
				used += (int)strspn(text + used, "-0123456789");
			for (; from <= to && from <= 4094; from++)
				fabric_set_add(list, json_integer(from));
		}
	}
	return list;
}

static void remove_number(json_t *list, long number)
{
	for (size_t i = json_array_size(list); i-- > 0;)
		if (json_integer_value(json_array_get(list, i)) == number)
			json_array_remove(list, i);
}

/* ---- ports and channels ---- */

static void read_common(const json_t *iface, json_t *row)
{
	long mtu = strtol(first(iface, "mtu"), NULL, 10);

	if (*first(iface, "alias"))
		json_object_set_new(row, "description", json_string(first(iface, "alias")));
	json_object_set_new(row, "enabled",
			    json_boolean(!ms_streq(first(iface, "link-down"), "yes")));
	if (mtu)
		json_object_set_new(row, "mtu", json_integer(mtu));
}

static void read_l2(const json_t *iface, json_t *row)
{
	long access = strtol(first(iface, "bridge-access"), NULL, 10);
	long native = strtol(first(iface, "bridge-pvid"), NULL, 10);
	json_t *l2 = json_object(), *tagged;

	json_object_set_new(row, "l2", l2);
	if (access) {
		json_object_set_new(l2, "access", json_integer(access));
		return;
	}
	json_object_set_new(l2, "tagged", tagged = vlans(iface));
	remove_number(tagged, native);
	if (native)
		json_object_set_new(l2, "native", json_integer(native));
}

static void read_l3(const json_t *iface, json_t *row)
{
	json_t *list = addresses(iface), *l3 = json_object();

	if (json_array_size(list))
		json_object_set(l3, "addresses", list);
	if (*first(iface, "vrf"))
		json_object_set_new(l3, "vrf", json_string(first(iface, "vrf")));
	if (json_object_size(l3))
		json_object_set(row, "l3", l3);
	json_decref(l3);
	json_decref(list);
}

static void read_layers(struct frr_ifaces *in, const char *name, const json_t *iface, json_t *row)
{
	if (json_object_get(in->slaves, name))
		return;
	if (json_object_get(iface, "bridge-access") || json_object_get(iface, "bridge-vids") ||
	    json_object_get(iface, "bridge-pvid") ||
	    json_object_get(iface, "bridge-allow-untagged"))
		read_l2(iface, row);
	read_l3(iface, row);
}

static void read_port(struct frr_ifaces *in, const char *name, const json_t *iface)
{
	unsigned long megabits = strtoul(first(iface, "link-speed"), NULL, 10);
	char port[64];
	json_t *row = json_object();

	fabric_port_abstract(in->rd->dialect, name, port, sizeof port);
	json_object_set_new(section(in->rd, "ports"), port, row);
	read_common(iface, row);
	if (megabits >= 1000)
		json_object_set_new(row, "speed", json_sprintf("%luG", megabits / 1000));
	read_layers(in, name, iface, row);
}

static void read_members(struct frr_ifaces *in, const char *name, const json_t *iface, json_t *row)
{
	MS_AUTO_FREE char *words = strdup(first(iface, "bond-slaves"));
	json_t *list = json_array();
	char *word, *rest = words, port[64];

	while (words && (word = strsep(&rest, " ")))
		if (fabric_port_abstract(in->rd->dialect, word, port, sizeof port))
			fabric_set_add(list, json_string(port));
		else if (*word)
			note(in->rd, name, word);
	json_object_set_new(row, "members", list);
}

static void read_channel(struct frr_ifaces *in, const char *name, const json_t *iface)
{
	const char *mode = first(iface, "bond-mode"), *mac = first(iface, "bond-ad-actor-system");
	json_t *row = json_object();

	json_object_set_new(section(in->rd, "channels"), name + strlen("bond"), row);
	read_members(in, name, iface, row);
	json_object_set_new(row, "lacp",
			    json_string(!*mode || !strcmp(mode, "802.3ad") || !strcmp(mode, "4")
						? "active"
						: "static"));
	if (*mac)
		json_object_set_new(row, "systemMac", json_string(mac));
	read_common(iface, row);
	read_layers(in, name, iface, row);
}

/* ---- the bridge and what stands on it ---- */

static void read_bridge(struct frr_ifaces *in, const json_t *iface)
{
	json_auto_t *list = vlans(iface);
	json_t *value;
	size_t i;
	char vid[24];

	json_array_foreach(list, i, value) {
		snprintf(vid, sizeof vid, "%lld", (long long)json_integer_value(value));
		if (!json_object_get(in->l3vlans, vid))
			json_object_set_new(section(in->rd, "vlans"), vid, json_object());
	}
}

/* A tunnel belongs to the VLAN that it carries; those of VRFs are known by frr.conf, and seen to
 * later. */
static void read_tunnel(struct frr_ifaces *in, const char *name, const json_t *iface)
{
	const char *vlan = first(iface, "bridge-access"),
		   *local = first(iface, "vxlan-local-tunnelip");
	json_t *row = json_object_get(json_object_get(in->rd->model, "vlans"), vlan);

	if (*local && !ms_at(in->rd->model, "/vxlan/source"))
		json_object_set_new(section(in->rd, "vxlan"), "source", json_string(local));
	if (json_object_get(in->l3vlans, vlan))
		return;
	if (!row)
		note(in->rd, name, "a tunnel of no VLAN of the bridge");
	else
		json_object_set_new(row, "vni",
				    json_integer(strtol(name + strlen("vni"), NULL, 10)));
}

static void read_svi(struct frr_ifaces *in, const char *name, const json_t *iface)
{
	const char *vid = name + strlen("vlan"), *mac = first(iface, "hwaddress"), *gateway;
	long mtu = strtol(first(iface, "mtu"), NULL, 10);
	json_t *row;

	if (json_object_get(in->l3vlans, vid))
		return;
	row = json_object();
	json_object_set_new(section(in->rd, "svis"), vid, row);
	json_object_set_new(row, "addresses", addresses(iface));
	if (ms_starts(mac, "ether "))
		mac += strlen("ether ");
	if (*mac && !ms_at(in->rd->model, "/evpn/gatewayMac"))
		json_object_set_new(section(in->rd, "evpn"), "gatewayMac", json_string(mac));
	gateway = ms_str(in->rd->model, "/evpn/gatewayMac", NULL);
	json_object_set_new(row, "anycast", json_boolean(*mac && ms_streq(gateway, mac)));
	if (*mac && !ms_streq(gateway, mac))
		note(in->rd, name, "hwaddress of its own");
	if (*first(iface, "vrf"))
		json_object_set_new(row, "vrf", json_string(first(iface, "vrf")));
	if (mtu)
		json_object_set_new(row, "mtu", json_integer(mtu));
}

static void read_lo(struct frr_ifaces *in, const json_t *iface)
{
	json_auto_t *list = addresses(iface);

	if (json_array_size(list))
		json_object_set(section(in->rd, "loopback"), "addresses", list);
	if (*first(iface, "vxlan-local-tunnelip"))
		json_object_set_new(section(in->rd, "vxlan"), "source",
				    json_string(first(iface, "vxlan-local-tunnelip")));
}

/* ---- what is not ours ---- */

static bool is_plain(enum frr_kind kind, const char *name, const char *attr, const char *value)
{
	const struct frr_attr *known = frr_attr_find(kind, attr);

	if (kind == FRR_K_VNI && !strcmp(attr, "post-up"))
		return frr_is_own_hook(name, value);
	if (kind == FRR_K_BRIDGE && !strcmp(attr, "hwaddress"))
		return frr_is_bridge_mac(value);
	return known && (!known->constant || !strcmp(known->constant, value));
}

static void note_foreign(struct frr_ifaces *in, const char *name, const json_t *iface)
{
	enum frr_kind kind = kind_of(in, name);
	const char *attr;
	json_t *values, *value;
	char text[300];
	size_t i;

	if (kind == FRR_K_NONE) {
		note(in->rd, name, "");
		return;
	}
	json_object_foreach((json_t *)iface, attr, values)
		json_array_foreach(values, i, value) {
			if (is_plain(kind, name, attr, json_string_value(value)))
				continue;
			snprintf(text, sizeof text, "%.60s %.200s", attr, json_string_value(value));
			note(in->rd, name, text);
		}
}

/* ---- all ---- */

/* A VLAN whose routed interface is in a VRF, has no address and no MAC of its own, and that has a
 * tunnel. */
static void find_l3vlan(struct frr_ifaces *in, const json_t *iface)
{
	const char *vid = first(iface, "bridge-access"), *vrf;
	char svi[64];
	json_t *over, *vrfs = section(in->rd, "vrfs");

	snprintf(svi, sizeof svi, "vlan%.40s", vid);
	over = json_object_get(in->ifaces, svi);
	vrf = first(over, "vrf");
	if (!over || !*vrf || json_object_get(over, "address") ||
	    json_object_get(over, "hwaddress"))
		return;
	json_object_set_new(in->l3vlans, vid, json_string(vrf));
	if (!json_object_get(vrfs, vrf))
		json_object_set_new(vrfs, vrf, json_object());
	json_object_set_new(json_object_get(vrfs, vrf), "l3vlan",
			    json_integer(strtol(vid, NULL, 10)));
}

static void find_slaves(struct frr_ifaces *in, const json_t *iface)
{
	MS_AUTO_FREE char *words = strdup(first(iface, "bond-slaves"));
	char *word, *rest = words;

	while (words && (word = strsep(&rest, " ")))
		json_object_set_new(in->slaves, word, json_true());
}

static void read_iface(struct frr_ifaces *in, unsigned kinds, const char *name, const json_t *iface)
{
	enum frr_kind kind = kind_of(in, name);

	if (!(kind & kinds))
		return;
	if (kind == FRR_K_LO)
		read_lo(in, iface);
	else if (kind == FRR_K_PORT)
		read_port(in, name, iface);
	else if (kind == FRR_K_BOND)
		read_channel(in, name, iface);
	else if (kind == FRR_K_DEV_VRF && !json_object_get(section(in->rd, "vrfs"), name))
		json_object_set_new(section(in->rd, "vrfs"), name, json_object());
	else if (kind == FRR_K_BRIDGE)
		read_bridge(in, iface);
	else if (kind == FRR_K_VNI)
		read_tunnel(in, name, iface);
	else if (kind == FRR_K_SVI)
		read_svi(in, name, iface);
}

int frr_read_interfaces(struct frr_reading *rd, const json_t *ifaces, struct ms_err *err)
{
	/* Tunnels need the VLANs of the bridge, and those need to know which only carry an L3VNI.
	 */
	static const unsigned order[] = { FRR_K_LO | FRR_K_DEV_VRF, FRR_K_BRIDGE,
					  FRR_K_VNI | FRR_K_SVI | FRR_K_PORT | FRR_K_BOND };
	struct frr_ifaces in = {
		.rd = rd, .ifaces = ifaces, .slaves = json_object(), .l3vlans = json_object()
	};
	const char *name;
	json_t *iface;
	int r = in.slaves && in.l3vlans ? 0 : ms_nomem(err);

	json_object_foreach((json_t *)ifaces, name, iface) {
		find_slaves(&in, iface);
		if (kind_of(&in, name) == FRR_K_VNI)
			find_l3vlan(&in, iface);
	}
	for (size_t i = 0; i < MS_ARRAY_SIZE(order); i++)
		json_object_foreach((json_t *)ifaces, name, iface)
			read_iface(&in, order[i], name, iface);
	json_object_foreach((json_t *)ifaces, name, iface)
		note_foreign(&in, name, iface);
	if (!json_object_size(json_object_get(rd->model, "vrfs")))
		json_object_del(rd->model, "vrfs");
	json_decref(in.slaves);
	json_decref(in.l3vlans);
	return r;
}
