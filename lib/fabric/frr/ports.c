/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * FRR on Linux: a model as /etc/network/interfaces of ifupdown2.
 *
 * The gateways of a VLAN have the same address and MAC on every switch, so the MAC stands on the
 * interface itself (hwaddress) and needs no second address.  Tunnels copy the inner DSCP (tos
 * inherit), for which ifupdown2 has no word.
 */
#include <errno.h>
#include "fabric/frr/frr.h"

static void put(struct frr_writer *w, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void put(struct frr_writer *w, const char *name, const char *fmt, ...)
{
	va_list args;
	char line[256];

	va_start(args, fmt);
	vsnprintf(line, sizeof line, fmt, args);
	va_end(args);
	ms_buf_printf(&w->out, "    %s %s\n", name, line);
}

static void open_stanza(struct frr_writer *w, const char *name)
{
	ms_buf_printf(&w->out, "%sauto %s\niface %s%s\n", w->out.len ? "\n" : "", name, name,
		      strcmp(name, "lo") ? "" : " inet loopback");
}

static void put_each(struct frr_writer *w, const char *name, const json_t *list)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
		put(w, name, "%s", json_string_value(item) ? json_string_value(item) : "");
}

/* Numbers in one line, neighbours as a range: VLANs come by the thousand. */
static void put_vlans(struct frr_writer *w, const char *name, const json_t *list)
{
	size_t n = json_array_size(list), i, end;

	if (!n)
		return;
	ms_buf_printf(&w->out, "    %s", name);
	for (i = 0; i < n; i = end + 1) {
		json_int_t first = json_integer_value(json_array_get(list, i)), last = first;

		for (end = i; end + 1 < n; end++, last++)
			if (json_integer_value(json_array_get(list, end + 1)) != last + 1)
				break;
		ms_buf_printf(&w->out, last > first ? " %lld-%lld" : " %lld", (long long)first,
			      (long long)last);
	}
	ms_buf_puts(&w->out, "\n");
}

/* What ports and channels have in common. */
static int put_common(struct frr_writer *w, const json_t *row)
{
	const char *description = ms_str(row, "/description", NULL);
	long long mtu = ms_int(row, "/mtu", 0);

	if (description && !frr_text_ok(description))
		return ms_fail(w->err, -EINVAL, MS_INPUT,
			       "a description that ifupdown2 would run as a template: \"%s\"",
			       description);
	if (description && *description)
		put(w, "alias", "%s", description);
	if (!ms_bool(row, "/enabled", true))
		put(w, "link-down", "yes");
	if (mtu)
		put(w, "mtu", "%lld", mtu);
	return 0;
}

static void put_l2(struct frr_writer *w, const json_t *l2)
{
	long long access = ms_int(l2, "/access", 0), native = ms_int(l2, "/native", 0);
	const json_t *tagged = ms_at(l2, "/tagged");

	if (access) {
		put(w, "bridge-access", "%lld", access);
		return;
	}
	put_vlans(w, "bridge-vids", tagged);
	if (!json_array_size(tagged) && native)
		put(w, "bridge-vids", "%lld", native);
	/* Without either word, untagged frames would belong to VLAN 1. */
	if (native)
		put(w, "bridge-pvid", "%lld", native);
	else
		put(w, "bridge-allow-untagged", "no");
}

static void put_layers(struct frr_writer *w, const json_t *row)
{
	const json_t *l2 = ms_at(row, "/l2"), *l3 = ms_at(row, "/l3");
	const char *vrf = ms_str(l3, "/vrf", NULL);

	if (l2)
		put_l2(w, l2);
	put_each(w, "address", ms_at(l3, "/addresses"));
	if (vrf)
		put(w, "vrf", "%s", vrf);
}

const char *frr_port(const struct frr_writer *w, const char *port, char buf[64])
{
	if (!fabric_port_native(w->dialect, port, buf, 64))
		return buf;
	ms_fail(w->err, -EINVAL, MS_INPUT, "not a port: \"%s\"", port);
	return NULL;
}

static int put_port(struct frr_writer *w, const char *key, const json_t *row)
{
	char name[64];
	unsigned gigabits = (unsigned)strtoul(ms_str(row, "/speed", "0"), NULL, 10);

	if (!frr_port(w, key, name))
		return w->err->error;
	open_stanza(w, name);
	if (put_common(w, row))
		return w->err->error;
	if (gigabits) {
		put(w, "link-speed", "%u", gigabits * 1000);
		put(w, "link-autoneg", "off");
	}
	put_layers(w, row);
	return 0;
}

static int put_channel(struct frr_writer *w, const char *key, const json_t *row)
{
	bool lacp = strcmp(ms_str(row, "/lacp", "active"), "static");
	const char *mac = ms_str(row, "/systemMac", NULL);
	const json_t *member;
	char name[64];
	size_t i;

	snprintf(name, sizeof name, "bond%s", key);
	open_stanza(w, name);
	ms_buf_puts(&w->out, "    bond-slaves");
	json_array_foreach(ms_at(row, "/members"), i, member) {
		if (!frr_port(w, json_string_value(member) ? json_string_value(member) : "", name))
			return w->err->error;
		ms_buf_printf(&w->out, " %s", name);
	}
	ms_buf_puts(&w->out, "\n");
	put(w, "bond-mode", "%s", lacp ? "802.3ad" : "balance-xor");
	put(w, "bond-miimon", "100");
	put(w, "bond-min-links", "1");
	put(w, "bond-xmit-hash-policy", "layer3+4");
	if (lacp)
		put(w, "bond-lacp-rate", "1");
	if (mac)
		put(w, "bond-ad-actor-system", "%s", mac);
	if (put_common(w, row))
		return w->err->error;
	put_layers(w, row);
	return 0;
}

/* ---- the bridge, its tunnels and its routed interfaces
 * ------------------------------------------- */

static unsigned largest_mtu(const json_t *model)
{
	static const char *const sections[] = { "ports", "channels", "svis" };
	unsigned most = 1500;
	const char *key;
	json_t *row;

	for (size_t i = 0; i < MS_ARRAY_SIZE(sections); i++)
		json_object_foreach(json_object_get(model, sections[i]), key, row)
			if (ms_int(row, "/mtu", 0) > most)
				most = (unsigned)ms_int(row, "/mtu", 0);
	return most;
}

/* VLANs of the bridge, those that carry L3VNIs among them. */
static json_t *bridge_vlans(const json_t *model)
{
	json_t *list = json_array(), *row;
	const char *key;

	json_object_foreach(json_object_get(model, "vlans"), key, row)
		fabric_set_add(list, json_integer(strtol(key, NULL, 10)));
	json_object_foreach(json_object_get(model, "vrfs"), key, row)
		if (ms_int(row, "/l3vlan", 0))
			fabric_set_add(list, json_integer(ms_int(row, "/l3vlan", 0)));
	return list;
}

/* {VNI: VLAN that it carries} */
static json_t *tunnels(const json_t *model)
{
	json_t *map = json_object(), *row;
	const char *key;
	char vni[24];

	json_object_foreach(json_object_get(model, "vlans"), key, row) {
		snprintf(vni, sizeof vni, "%lld", (long long)ms_int(row, "/vni", 0));
		if (*vni != '0')
			json_object_set_new(map, vni, json_integer(strtol(key, NULL, 10)));
	}
	json_object_foreach(json_object_get(model, "vrfs"), key, row) {
		snprintf(vni, sizeof vni, "%lld", (long long)ms_int(row, "/l3vni", 0));
		if (*vni != '0')
			json_object_set_new(map, vni, json_integer(ms_int(row, "/l3vlan", 0)));
	}
	return map;
}

static void put_bridge(struct frr_writer *w, const json_t *map)
{
	const json_t *rows = ms_at(w->model, "/ports");
	json_auto_t *ports = frr_keys(rows), *vlans = bridge_vlans(w->model);
	json_auto_t *channels = frr_keys(ms_at(w->model, "/channels")), *vnis = frr_keys(map);
	const json_t *key;
	char name[64];
	size_t i;

	open_stanza(w, FRR_BRIDGE);
	put(w, "bridge-vlan-aware", "yes");
	ms_buf_puts(&w->out, "    bridge-ports");
	json_array_foreach(ports, i, key)
		if (json_object_get(json_object_get(rows, json_string_value(key)), "l2"))
			ms_buf_printf(&w->out, " %s", frr_port(w, json_string_value(key), name));
	json_array_foreach(channels, i, key)
		if (ms_at(w->model, "/channels/%s/l2", json_string_value(key)))
			ms_buf_printf(&w->out, " bond%s", json_string_value(key));
	json_array_foreach(vnis, i, key)
		ms_buf_printf(&w->out, " vni%s", json_string_value(key));
	ms_buf_puts(&w->out, "\n");
	put_vlans(w, "bridge-vids", vlans);
	/* Without it, it would be 1500 for all that is routed on it, whatever its ports have. */
	put(w, "mtu", "%u", w->mtu);
	put(w, "bridge-stp", "off");
	if (frr_bridge_mac(w->dialect, w->model, name))
		put(w, "hwaddress", "%s", name);
}

static void put_tunnel(struct frr_writer *w, const char *vni, long long vlan)
{
	char name[64];

	snprintf(name, sizeof name, "vni%s", vni);
	open_stanza(w, name);
	put(w, "vxlan-id", "%s", vni);
	put(w, "vxlan-port", "4789");
	put(w, "vxlan-learning", "no");
	put(w, "bridge-access", "%lld", vlan);
	put(w, "bridge-learning", "off");
	put(w, "bridge-arp-nd-suppress", "on");
	put(w, "mtu", "%u", w->mtu);
	put(w, "post-up", "ip link set dev %s type vxlan id %s tos inherit", name, vni);
}

static void put_svi(struct frr_writer *w, const char *vlan, const json_t *row, const char *vrf)
{
	char name[64];

	snprintf(name, sizeof name, "vlan%s", vlan);
	open_stanza(w, name);
	put(w, "vlan-id", "%s", vlan);
	put(w, "vlan-raw-device", FRR_BRIDGE);
	put_each(w, "address", ms_at(row, "/addresses"));
	if (ms_bool(row, "/anycast", false))
		put(w, "hwaddress", "%s",
		    ms_str(w->model, "/evpn/gatewayMac", "00:00:5e:00:01:01"));
	if (vrf)
		put(w, "vrf", "%s", vrf);
	if (ms_int(row, "/mtu", 0))
		put(w, "mtu", "%lld", (long long)ms_int(row, "/mtu", 0));
}

static void put_switching(struct frr_writer *w)
{
	json_auto_t *map = tunnels(w->model), *vnis = frr_keys(map);
	json_auto_t *svis = frr_keys(ms_at(w->model, "/svis")),
		    *vrfs = frr_keys(ms_at(w->model, "/vrfs"));
	const json_t *key, *row;
	char vlan[24];
	size_t i;

	if (json_object_size(ms_at(w->model, "/vlans")) || json_object_size(map))
		put_bridge(w, map);
	json_array_foreach(vnis, i, key)
		put_tunnel(w, json_string_value(key),
			   json_integer_value(json_object_get(map, json_string_value(key))));
	json_array_foreach(svis, i, key) {
		row = ms_at(w->model, "/svis/%s", json_string_value(key));
		put_svi(w, json_string_value(key), row, ms_str(row, "/vrf", NULL));
	}
	json_array_foreach(vrfs, i, key) {
		snprintf(vlan, sizeof vlan, "%lld",
			 (long long)ms_int(ms_at(w->model, "/vrfs/%s", json_string_value(key)),
					   "/l3vlan", 0));
		if (*vlan != '0')
			put_svi(w, vlan, NULL, json_string_value(key));
	}
}

static int put_vrf(struct frr_writer *w, const char *name, const json_t *row)
{
	long long l3vni = ms_int(row, "/l3vni", 0);

	open_stanza(w, name);
	put(w, "vrf-table", "auto");
	if (!l3vni || ms_int(row, "/l3vlan", 0))
		return 0;
	ms_fail(w->err, -EINVAL, MS_INPUT,
		"VRF %s has VNI %lld and no VLAN that carries it on a bridge", name, l3vni);
	ms_hint(w->err, "give its Tenant spec.l3vlan, or a pool for it at spec.pools.l3vlan");
	return w->err->error;
}

int frr_write_interfaces(struct frr_writer *w)
{
	static int (*const section[])(struct frr_writer *, const char *, const json_t *) = {
		put_port, put_channel, put_vrf,
	};
	static const char *const names[] = { "ports", "channels", "vrfs" };
	const char *source = ms_str(w->model, "/vxlan/source", NULL);
	const json_t *key;
	size_t i;

	w->mtu = largest_mtu(w->model);
	open_stanza(w, "lo");
	put_each(w, "address", ms_at(w->model, "/loopback/addresses"));
	if (source)
		put(w, "vxlan-local-tunnelip", "%s", source);
	for (size_t s = 0; s < MS_ARRAY_SIZE(section); s++) {
		const json_t *rows = json_object_get(w->model, names[s]);
		json_auto_t *keys = frr_keys(rows);

		json_array_foreach(keys, i, key)
			if (section[s](w, json_string_value(key),
				       json_object_get(rows, json_string_value(key))))
				return w->err->error;
	}
	put_switching(w);
	return w->out.failed ? ms_nomem(w->err) : 0;
}
