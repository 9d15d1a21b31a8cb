/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Models of switches made up from a seed: the same seed gives the same model everywhere.  What is in them is what an
 * intent may hold (fabric.h), filtered by what the driver under test says it can do.  They are consistent: lists are
 * sorted, a VLAN on a port exists, a member port has no layer of its own, sessions run over routed ports.
 *
 *	json_auto_t *model = model_random(seed, &fabric_eos.caps);
 *	... render, parse ...
 *	model_expect_equal("seed 17", model, parsed);
 */
#ifndef MS_UNIT_MODELS_H
#define MS_UNIT_MODELS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "fabric/driver.h"

struct model_maker {
	uint64_t state;
	const struct fabric_caps *caps;
	json_t *model;
	unsigned asn;            /* of this switch */
	unsigned self;           /* last part of its loopback */
	json_t *vids, *vrfs;     /* arrays: VLANs as numbers, names of VRFs */
	unsigned channels;       /* the last one given out */
	unsigned links;          /* /31s given out */
};

/* splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). */
static inline uint64_t mm_next(struct model_maker *mm)
{
	uint64_t z = mm->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static inline unsigned mm_below(struct model_maker *mm, unsigned n)
{
	return n ? mm_next(mm) % n : 0;
}

static inline bool mm_chance(struct model_maker *mm, unsigned percent)
{
	return mm_below(mm, 100) < percent;
}

static inline json_t *mm_text(const char *fmt, ...)
{
	char text[128];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return json_string(text);
}

static inline int mm_order(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;

	if (json_is_integer(x) && json_is_integer(y))
		return (json_integer_value(x) > json_integer_value(y)) -
		       (json_integer_value(x) < json_integer_value(y));
	return strcmp(json_string_value(x), json_string_value(y));
}

/* The same scalars as a set: sorted, each once.  Takes the array. */
static inline json_t *mm_set(json_t *array)
{
	json_t *items[256], *set = json_array();
	size_t n = json_array_size(array), i;

	assert_true(n <= MS_ARRAY_SIZE(items));
	for (i = 0; i < n; i++)
		items[i] = json_array_get(array, i);
	qsort(items, n, sizeof(*items), mm_order);
	for (i = 0; i < n; i++)
		if (!i || mm_order(&items[i - 1], &items[i]))
			json_array_append(set, items[i]);
	json_decref(array);
	return set;
}

static inline json_t *mm_one(json_t *value)
{
	json_t *array = json_array();

	json_array_append_new(array, value);
	return array;
}

/* The object `name` of the model, made when it is not there. */
static inline json_t *mm_section(struct model_maker *mm, const char *name)
{
	json_t *section = json_object_get(mm->model, name);

	if (!section)
		json_object_set_new(mm->model, name, section = json_object());
	return section;
}

static inline json_t *mm_row(struct model_maker *mm, const char *name, const char *fmt, unsigned n)
{
	json_t *section = mm_section(mm, name), *row = json_object();
	char key[64];

	snprintf(key, sizeof(key), fmt, n);
	json_object_set_new(section, key, row);
	return row;
}

static inline bool mm_evpn(const struct model_maker *mm)
{
	return mm->caps->isolation & (FABRIC_EVPN_VXLAN | FABRIC_EVPN_L3);
}

/* ---- VLANs, VRFs, routed interfaces ----------------------------------------------------------- */

static inline bool mm_reserved(const struct model_maker *mm, unsigned vid)
{
	const char *p = mm->caps->reserved_vlans;
	unsigned from, to;
	int used;

	for (; p && *p; p += strcspn(p, ","), p += *p == ',') {
		if (sscanf(p, "%u-%u%n", &from, &to, &used) < 2 && sscanf(p, "%u", &from) == 1)
			to = from;
		if (vid >= from && vid <= to)
			return true;
	}
	return false;
}

/* A VLAN that nothing has; VLAN 1 and 4094 are special to somebody and left out. */
static inline unsigned mm_vid(struct model_maker *mm)
{
	unsigned first = mm->caps->first_vlan < 2 ? 2 : mm->caps->first_vlan;
	unsigned last = mm->caps->last_vlan ? mm->caps->last_vlan : 4093, vid;
	char key[16];
	const char *name;
	json_t *vrf;
	bool used;

	if (last > 4093)
		last = 4093;
	do {
		vid = first + mm_below(mm, last - first + 1);
		snprintf(key, sizeof(key), "%u", vid);
		used = json_object_get(json_object_get(mm->model, "vlans"), key) != NULL;
		json_object_foreach(json_object_get(mm->model, "vrfs"), name, vrf)
			used |= ms_int(vrf, "/l3vlan", 0) == (int)vid;
	} while (used || mm_reserved(mm, vid));
	return vid;
}

static inline json_t *mm_targets(struct model_maker *mm, unsigned vni)
{
	json_t *list = mm_one(mm_text("65000:%u", vni));

	if (mm_chance(mm, 20))
		json_array_append_new(list, mm_text("65001:%u", 1 + mm_below(mm, 99999)));
	return mm_set(list);
}

static inline void mm_distinguish(struct model_maker *mm, json_t *row, unsigned index, unsigned vni)
{
	json_object_set_new(row, "rd", mm_text("10.255.0.%u:%u", mm->self, index));
	json_object_set_new(row, "import", mm_targets(mm, vni));
	json_object_set_new(row, "export", mm_chance(mm, 90) ? mm_one(mm_text("65000:%u", vni))
							     : mm_targets(mm, vni));
}

static inline void mm_vni(struct model_maker *mm, unsigned index, unsigned vni)
{
	json_t *evpn = mm_section(mm, "evpn"), *vnis = json_object_get(evpn, "vnis"), *row = json_object();
	char key[64];

	if (!vnis)
		json_object_set_new(evpn, "vnis", vnis = json_object());
	snprintf(key, sizeof(key), "%u", vni);
	json_object_set_new(vnis, key, row);
	mm_distinguish(mm, row, index, vni);
}

static inline void mm_vlans(struct model_maker *mm)
{
	static const char *const names[] = { "blue-s1", "red_storage", "mgmt1", "Tenant-C", "x" };
	unsigned n = mm_below(mm, 9), i, vid;
	json_t *row;

	for (i = 0; i < n; i++) {
		vid = mm_vid(mm);
		row = mm_row(mm, "vlans", "%u", vid);
		json_array_append_new(mm->vids, json_integer(vid));
		if (!mm->caps->no_vlan_names && mm_chance(mm, 70))
			json_object_set_new(row, "name", json_string(names[mm_below(mm, 5)]));
		if (!(mm->caps->isolation & FABRIC_EVPN_VXLAN) || mm_chance(mm, 30))
			continue;
		json_object_set_new(row, "vni", json_integer(10000 + vid));
		mm_vni(mm, i + 1, 10000 + vid);
	}
	mm->vids = mm_set(mm->vids);
}

/* A VRF of EVPN has everything; one that only keeps tenants of a plain VLAN apart has nothing but its name. */
static inline void mm_vrfs(struct model_maker *mm)
{
	static const char *const names[] = { "blue", "red", "tenant-3", "Green_4" };
	unsigned n = mm_below(mm, 4), i, first = mm_below(mm, 4);
	json_t *row;

	for (i = 0; i < n; i++) {
		const char *name = names[(first + i) % 4];

		row = json_object();
		json_object_set_new(mm_section(mm, "vrfs"), name, row);
		json_array_append_new(mm->vrfs, json_string(name));
		if (!mm_evpn(mm) || mm_chance(mm, 15))
			continue;
		json_object_set_new(row, "l3vni", json_integer(50001 + i));
		json_object_set_new(row, "l3vlan", json_integer(mm_vid(mm)));
		mm_distinguish(mm, row, 1000 + i, 50001 + i);
	}
}

static inline const char *mm_vrf(struct model_maker *mm)
{
	size_t n = json_array_size(mm->vrfs);

	return n ? json_string_value(json_array_get(mm->vrfs, mm_below(mm, n))) : NULL;
}

static inline unsigned mm_any_vid(struct model_maker *mm)
{
	return json_integer_value(json_array_get(mm->vids, mm_below(mm, json_array_size(mm->vids))));
}

static inline unsigned mm_mtu(struct model_maker *mm)
{
	static const unsigned usual[] = { 1500, 9000, 9214, 9216, 4200, 1400 };
	unsigned mtu = usual[mm_below(mm, MS_ARRAY_SIZE(usual))];

	return mm->caps->max_mtu && mtu > mm->caps->max_mtu ? mm->caps->max_mtu : mtu;
}

static inline void mm_svis(struct model_maker *mm)
{
	const char *vrf;
	unsigned vid;
	size_t i;
	json_t *row, *vid_value, *list;

	json_array_foreach(mm->vids, i, vid_value) {
		if (mm_chance(mm, 50))
			continue;
		vid = json_integer_value(vid_value);
		row = mm_row(mm, "svis", "%u", vid);
		list = json_array();
		json_array_append_new(list, mm_text("10.%u.%u.1/24", vid / 256, vid % 256));
		if (mm_chance(mm, 15))
			json_array_append_new(list, mm_text("172.16.%u.129/25", vid % 256));
		if (mm_chance(mm, 30))
			json_array_append_new(list, mm_text("fd00:%x::1/64", vid));
		json_object_set_new(row, "addresses", mm_set(list));
		json_object_set_new(row, "anycast", json_boolean(mm_evpn(mm) && mm_chance(mm, 70)));
		vrf = mm_vrf(mm);
		if (vrf && mm_chance(mm, 80))
			json_object_set_new(row, "vrf", json_string(vrf));
		if (mm_chance(mm, 50))
			json_object_set_new(row, "mtu", json_integer(mm_mtu(mm)));
		if (ms_bool(row, "/anycast", false))
			json_object_set_new(mm_section(mm, "evpn"), "gatewayMac", json_string("00:00:5e:00:01:01"));
	}
}

/* ---- ports ----------------------------------------------------------------------------------------- */

static inline json_t *mm_l2(struct model_maker *mm)
{
	json_t *list = json_array(), *l2 = json_object();
	unsigned n = 1 + mm_below(mm, 4);

	if (mm_chance(mm, 50)) {
		json_decref(list);
		json_object_set_new(l2, "access", json_integer(mm_any_vid(mm)));
		return l2;
	}
	while (n--)
		json_array_append_new(list, json_integer(mm_any_vid(mm)));
	list = mm_set(list);
	json_object_set_new(l2, "tagged", list);
	if (mm_chance(mm, 40)) {
		unsigned vid = mm_any_vid(mm);
		size_t i;

		/* A VLAN is tagged or native, not both. */
		for (i = 0; i < json_array_size(list); i++)
			if (json_integer_value(json_array_get(list, i)) == (int)vid)
				return l2;
		json_object_set_new(l2, "native", json_integer(vid));
	}
	return l2;
}

/* What every port and channel may say. */
static inline json_t *mm_common(struct model_maker *mm, json_t *row)
{
	static const char *const words[] = { "node07:rail0", "spine01:3", "to the old rack", "a (b) c/d" };

	if (mm_chance(mm, 60))
		json_object_set_new(row, "description", json_string(words[mm_below(mm, 4)]));
	json_object_set_new(row, "enabled", json_boolean(mm_chance(mm, 90)));
	if (mm_chance(mm, 70))
		json_object_set_new(row, "mtu", json_integer(mm_mtu(mm)));
	return row;
}

static inline json_t *mm_port(struct model_maker *mm, const char *name)
{
	static const char *const speeds[] = { "10G", "25G", "40G", "100G", "200G", "400G" };
	json_t *row = mm_common(mm, json_object());

	json_object_set_new(mm_section(mm, "ports"), name, row);
	if (mm_chance(mm, 25) && !strchr(name, '/'))
		json_object_set_new(row, "speed", json_string(speeds[mm_below(mm, MS_ARRAY_SIZE(speeds))]));
	return row;
}

static inline json_t *mm_families(struct model_maker *mm, bool underlay)
{
	json_t *list = json_array();

	if (underlay)
		json_array_append_new(list, json_string("ipv4"));
	if (mm_evpn(mm) && (!underlay || mm_chance(mm, 70)))
		json_array_append_new(list, json_string("evpn"));
	if (underlay && mm_chance(mm, 20))
		json_array_append_new(list, json_string("ipv6"));
	return mm_set(list);
}

static inline json_t *mm_neighbor(struct model_maker *mm, const char *key, bool underlay)
{
	json_t *bgp = mm_section(mm, "bgp"), *neighbors = json_object_get(bgp, "neighbors"), *row = json_object();

	if (!neighbors)
		json_object_set_new(bgp, "neighbors", neighbors = json_object());
	json_object_set_new(neighbors, key, row);
	if (mm_chance(mm, 60))
		json_object_set_new(row, "asn", json_integer(mm_chance(mm, 50) ? 65001 + mm_below(mm, 500)
									       : 4200000000u + mm_below(mm, 500)));
	json_object_set_new(row, "families", mm_families(mm, underlay));
	if (mm_chance(mm, 40))
		json_object_set_new(row, "description", mm_text("peer %u", mm_below(mm, 64)));
	if (mm_chance(mm, 20))
		json_object_set_new(row, "ownAs", json_true());
	if (!mm->caps->sends_peer_as && mm_chance(mm, 20))
		json_object_set_new(row, "peerAs", json_true());
	return row;
}

/* A routed port of the underlay with its session, numbered or not. */
static inline void mm_uplink(struct model_maker *mm, const char *name, bool bgp)
{
	json_t *row = mm_port(mm, name), *l3 = json_object(), *session;
	unsigned link = mm->links++;
	char key[64];

	json_object_set_new(row, "l3", l3);
	if (bgp && mm->caps->unnumbered && mm_chance(mm, 60)) {
		json_object_set_new(l3, "unnumbered", json_true());
		snprintf(key, sizeof(key), "port:%s", name);
		session = mm_neighbor(mm, key, true);
		json_object_set_new(session, "port", json_string(name));
		return;
	}
	json_object_set_new(l3, "addresses", mm_one(mm_text("10.254.%u.%u/31", link / 128, link % 128 * 2)));
	if (!bgp) {
		json_t *ports = json_object_get(mm_section(mm, "ospf"), "ports");

		json_array_append_new(ports, json_string(name));
		json_object_set_new(mm_section(mm, "ospf"), "ports", mm_set(json_incref(ports)));
		return;
	}
	snprintf(key, sizeof(key), "10.254.%u.%u", link / 128, link % 128 * 2 + 1);
	session = mm_neighbor(mm, key, true);
	json_object_set_new(session, "address", json_string(key));
}

/* A tenant's routed port. */
static inline void mm_tenant_port(struct model_maker *mm, const char *name)
{
	json_t *row = mm_port(mm, name), *list = json_array(), *l3 = json_object();
	unsigned link = mm->links++;
	const char *vrf = mm_vrf(mm);

	json_array_append_new(list, mm_text("10.253.%u.%u/31", link / 128, link % 128 * 2));
	if (mm_chance(mm, 30))
		json_array_append_new(list, mm_text("fd01:0:0:%x::1/64", link + 1));
	json_object_set_new(row, "l3", l3);
	json_object_set_new(l3, "addresses", mm_set(list));
	if (vrf)
		json_object_set_new(l3, "vrf", json_string(vrf));
}

/* A port split in four, of which some are used. */
static inline void mm_breakout(struct model_maker *mm, unsigned n)
{
	json_t *row = mm_row(mm, "ports", "%u", n);
	char name[48];
	unsigned i;

	json_object_set_new(row, "breakout", json_string(mm_chance(mm, 50) ? "4x25G" : "4x100G"));
	for (i = 1; i <= 4; i++) {
		snprintf(name, sizeof(name), "%u/%u", n, i);
		if (mm_chance(mm, 30))
			continue;
		row = mm_port(mm, name);
		if (json_array_size(mm->vids))
			json_object_set_new(row, "l2", mm_l2(mm));
	}
}

static inline void mm_one_port(struct model_maker *mm, unsigned n, bool bgp)
{
	char name[48];
	json_t *row;

	snprintf(name, sizeof(name), "%u", n);
	switch (mm_below(mm, 5)) {
	case 0:
		mm_breakout(mm, n);
		return;
	case 1:
		if (bgp || (mm->caps->ospf && json_object_get(mm->model, "ospf"))) {
			mm_uplink(mm, name, bgp);
			return;
		}
		break;
	case 2:
		mm_tenant_port(mm, name);
		return;
	}
	row = mm_port(mm, name);
	if (json_array_size(mm->vids) && mm_chance(mm, 85))
		json_object_set_new(row, "l2", mm_l2(mm));
}

/* ---- channels, pairs --------------------------------------------------------------------------------- */

/* A channel of two ports from `first` on. */
static inline json_t *mm_channel(struct model_maker *mm, unsigned first)
{
	static const char *const modes[] = { "active", "static", "passive" };
	json_t *row = mm_common(mm, mm_row(mm, "channels", "%u", ++mm->channels)), *members = json_array();
	unsigned i;
	char name[48];

	for (i = 0; i < 2; i++) {
		snprintf(name, sizeof(name), "%u", first + i);
		json_array_append_new(members, json_string(name));
		if (mm_chance(mm, 70))
			mm_port(mm, name);
	}
	json_object_set_new(row, "members", mm_set(members));
	json_object_set_new(row, "lacp", json_string(modes[mm_below(mm, mm->caps->no_lacp_static ? 1 : mm->caps->no_lacp_passive ? 2 : 3)]));
	if (json_array_size(mm->vids))
		json_object_set_new(row, "l2", mm_l2(mm));
	return row;
}

static inline void mm_pair(struct model_maker *mm)
{
	unsigned domain = 1 + mm_below(mm, 1000);
	json_t *mlag = mm_section(mm, "mlag"), *row = mm_channel(mm, 31);

	json_object_set_new(row, "lacp", json_string("active"));
	json_object_del(row, "l2");
	if (json_array_size(mm->vids)) {
		json_t *l2 = json_object();

		json_object_set_new(l2, "tagged", json_deep_copy(mm->vids));
		json_object_set_new(row, "l2", l2);
	}
	json_object_set_new(mlag, "domain", json_integer(domain));
	json_object_set_new(mlag, "peer", mm_text("10.252.0.%u", 1 + mm_below(mm, 200)));
	json_object_set_new(mlag, "backup", mm_text("192.0.2.%u", 1 + mm_below(mm, 200)));
	json_object_set_new(mlag, "link", mm_text("%u", mm->channels));
	json_object_set_new(mlag, "systemMac", mm_text("44:38:39:ff:%02x:%02x", domain / 256, domain % 256));
	json_object_set_new(mlag, "priority", json_integer(1000 + mm_below(mm, 2) * 1000));
}

static inline void mm_channels(struct model_maker *mm)
{
	bool mlag = mm->caps->mlag && mm_chance(mm, 30), esi = !mlag && mm->caps->esi && mm_evpn(mm) && mm_chance(mm, 40);
	unsigned n = mm_below(mm, 4), i, id;
	json_t *row;

	for (i = 0; i < n; i++) {
		row = mm_channel(mm, 21 + 2 * i);
		id = mm->channels;
		if (mlag && mm_chance(mm, 70))
			json_object_set_new(row, "mlag", json_integer(id));
		if (!esi || mm_chance(mm, 30))
			continue;
		json_object_set_new(row, "lacp", json_string("active"));
		json_object_set_new(row, "esi", mm_text("00:44:38:39:ff:00:07:00:00:%02x", id));
		json_object_set_new(row, "systemMac", mm_text("44:38:39:ff:07:%02x", id));
	}
	if (mlag)
		mm_pair(mm);
}

/* ---- routing ------------------------------------------------------------------------------------------- */

static inline void mm_tunnels(struct model_maker *mm)
{
	json_t *vrf, *vxlan;
	const char *name;
	bool used = ms_at(mm->model, "/evpn/vnis") != NULL;

	json_object_foreach(json_object_get(mm->model, "vrfs"), name, vrf)
		used |= json_object_get(vrf, "l3vni") != NULL;
	if (!used)
		return;
	vxlan = mm_section(mm, "vxlan");
	json_object_set_new(vxlan, "source", mm_text("10.255.0.%u", mm->self));
	if (json_object_get(mm->model, "mlag"))
		json_object_set_new(vxlan, "shared", mm_text("10.255.1.%u", mm->self));
}

/* EVPN between loopbacks, where the underlay does not carry it. */
static inline void mm_overlay_session(struct model_maker *mm)
{
	char key[64];
	json_t *row;

	snprintf(key, sizeof(key), "10.255.2.%u", 1 + mm_below(mm, 250));
	row = mm_neighbor(mm, key, false);
	json_object_set_new(row, "address", json_string(key));
	json_object_set_new(row, "multihop", json_true());
	json_object_set_new(row, "local", mm_text("10.255.0.%u", mm->self));
}

static inline void mm_routing(struct model_maker *mm)
{
	bool ospf = mm->caps->ospf && mm_chance(mm, 20);
	json_t *list = mm_one(mm_text("10.255.0.%u/32", mm->self));

	if (mm_chance(mm, 20))
		json_array_append_new(list, mm_text("fd00:ff::%x/128", mm->self));
	json_object_set_new(mm_section(mm, "loopback"), "addresses", mm_set(list));
	if (ospf) {
		json_object_set_new(mm_section(mm, "ospf"), "routerId", mm_text("10.255.0.%u", mm->self));
		json_object_set_new(mm_section(mm, "ospf"), "ports", json_array());
	}
	if (ospf && !mm_evpn(mm))
		return;
	json_object_set_new(mm_section(mm, "bgp"), "asn", json_integer(mm->asn));
	json_object_set_new(mm_section(mm, "bgp"), "routerId", mm_text("10.255.0.%u", mm->self));
	json_object_set_new(mm_section(mm, "bgp"), "neighbors", json_object());
	if (mm_evpn(mm) && mm_chance(mm, ospf ? 100 : 25))
		mm_overlay_session(mm);
}

static inline void mm_vpls(struct model_maker *mm)
{
	json_t *row, *list;
	unsigned n = 1 + mm_below(mm, 3);

	if (!(mm->caps->isolation & FABRIC_VPLS) || !json_array_size(mm->vids) || mm_chance(mm, 50))
		return;
	list = json_array();
	row = json_object();
	json_object_set_new(mm_section(mm, "vpls"), "blue-v1", row);
	json_object_set_new(row, "id", json_integer(100 + mm_below(mm, 1000)));
	json_object_set_new(row, "vlan", json_integer(mm_any_vid(mm)));
	while (n--)
		json_array_append_new(list, mm_text("10.255.0.%u", 100 + mm_below(mm, 100)));
	json_object_set_new(row, "neighbors", mm_set(list));
	if (mm_chance(mm, 50))
		json_object_set_new(row, "mtu", json_integer(1500));
}

static inline void mm_mpls(struct model_maker *mm)
{
	json_t *port, *list = json_array();
	const char *name;

	json_object_foreach(json_object_get(mm->model, "ports"), name, port)
		if (ms_at(port, "/l3/addresses") && !ms_at(port, "/l3/vrf"))
			json_array_append_new(list, json_string(name));
	if (mm->caps->ldp && json_array_size(list))
		json_object_set(mm_section(mm, "mpls"), "ports", list = mm_set(list));
	json_decref(list);
}

/* A model that a driver with these caps has to know.  Ports 1 to 16 are single, 21 to 32 members of channels. */
#include "models-qos.h"

static inline json_t *model_random(uint64_t seed, const struct fabric_caps *caps)
{
	struct model_maker mm = { .state = seed * 2654435761u + 1, .caps = caps, .model = json_object(),
				  .vids = json_array(), .vrfs = json_array() };
	unsigned n, ports;
	bool bgp;

	mm.self = 1 + mm_below(&mm, 250);
	mm.asn = mm_chance(&mm, 70) ? 65100 + mm.self : 4200000100u + mm.self;
	json_object_set_new(mm.model, "hostname", mm_text("leaf%02u", mm.self));
	mm_routing(&mm);
	bgp = json_object_get(mm.model, "bgp") && !json_object_get(mm.model, "ospf");
	if (mm_chance(&mm, 85)) {
		mm_vlans(&mm);
		mm_vrfs(&mm);
		mm_svis(&mm);
	}
	ports = mm_below(&mm, 16);
	for (n = 1; n <= ports; n++)
		mm_one_port(&mm, n, bgp);
	mm_channels(&mm);
	mm_tunnels(&mm);
	mm_mpls(&mm);
	mm_vpls(&mm);
	if (mm.caps->qos && mm_chance(&mm, 60))
		mm_qos(&mm);
	json_decref(mm.vids);
	json_decref(mm.vrfs);
	return mm.model;
}

/* ---- comparing -------------------------------------------------------------------------------------------- */

static inline unsigned mm_compare(const char *path, const json_t *want, const json_t *got, unsigned shown)
{
	json_t *value;
	const char *key;
	char below[512];

	if (json_is_object(want) && json_is_object(got)) {
		json_object_foreach((json_t *)want, key, value) {
			snprintf(below, sizeof(below), "%.400s/%.100s", path, key);
			shown = mm_compare(below, value, json_object_get(got, key), shown);
		}
		json_object_foreach((json_t *)got, key, value) {
			snprintf(below, sizeof(below), "%.400s/%.100s", path, key);
			if (!json_object_get(want, key))
				shown = mm_compare(below, NULL, value, shown);
		}
		return shown;
	}
	if ((!want && !got) || (want && got && json_equal((json_t *)want, (json_t *)got)) || shown >= 10)
		return shown;
	char *w = want ? json_dumps(want, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
	char *g = got ? json_dumps(got, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;

	print_error("  %s: want %s, got %s\n", path, w ? w : "nothing", g ? g : "nothing");
	free(w);
	free(g);
	return shown + 1;
}

/* Fails with the first ten places that differ. */
static inline void model_expect_equal(const char *what, const json_t *want, const json_t *got)
{
	if (json_equal((json_t *)want, (json_t *)got))
		return;
	print_error("%s:\n", what);
	mm_compare("", want, got, 0);
	fail_msg("%s: the models differ", what);
}

#endif
