/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of a switch: what is msctl's is as wanted, everything else stays as it was. */
#include <errno.h>
#include "fabric/intent/intent.h"
#include "fabric/owned.h"

struct target {
	const json_t *wanted, *seen;
	json_t *model;                   /* begins as a copy of seen */
	struct fabric_owned owned;
	bool roce_off;                   /* said so: spec.roce {profile: off} */
	bool failed;
};

static void put(struct target *t, json_t *row, const char *key, const json_t *value)
{
	if (json_object_set_new(row, key, json_deep_copy(value)))
		t->failed = true;
}

/* ---- maps whose rows are ours or not ---- */

typedef bool owns_fn(const struct target *t, const char *key, const json_t *row);

/* Rows of `now` that are ours go, wanted ones come. */
static void settle_rows(struct target *t, json_t *now, const json_t *wanted, owns_fn *owns)
{
	const char *key;
	json_t *row;
	void *next;

	json_object_foreach_safe(now, next, key, row)
		if (!json_object_get(wanted, key) && owns(t, key, row))
			json_object_del(now, key);
	json_object_foreach((json_t *)wanted, key, row)
		put(t, now, key, row);
}

/* The map at a key of `in`; it goes again when nothing is left of it. */
static void settle_map(struct target *t, json_t *in, const char *name, const json_t *wanted,
		       owns_fn *owns)
{
	json_t *now = json_object_get(in, name);
	size_t before = json_object_size(now);

	if (!now && !wanted)
		return;
	if (!now) {
		now = json_object();
		if (json_object_set_new(in, name, now))
			t->failed = true;
	}
	settle_rows(t, now, wanted, owns);
	if (before && !json_object_size(now) && !wanted)
		json_object_del(in, name);
}

static bool owns_vlan(const struct target *t, const char *key, const json_t *row)
{
	return fabric_owns_vlan(&t->owned, strtoll(key, NULL, 10)) ||
	       fabric_owns_vni(&t->owned, ms_int(row, "/vni", 0));
}

static bool owns_svi(const struct target *t, const char *key, const json_t *row)
{
	const json_t *vlan = json_object_get(json_object_get(t->seen, "vlans"), key);

	(void)row;
	return owns_vlan(t, key, vlan);
}

static bool owns_vrf(const struct target *t, const char *key, const json_t *row)
{
	return fabric_owns_vrf(&t->owned, key, row);
}

static bool owns_vni(const struct target *t, const char *key, const json_t *row)
{
	(void)row;
	return fabric_owns_vni(&t->owned, strtoll(key, NULL, 10));
}

static bool owns_vpls(const struct target *t, const char *key, const json_t *row)
{
	(void)key;
	return fabric_owns_vpls(&t->owned, row);
}

/* Ports and channels are ours by being wanted. */
static bool owns_nothing(const struct target *t, const char *key, const json_t *row)
{
	(void)t;
	(void)key;
	(void)row;
	return false;
}

/* By its name.  What a port that nobody names still uses stays. */
static bool is_profile(const char *name) { return name && ms_starts(name, "roce-"); }

static bool owns_profile(const struct target *t, const char *key, const json_t *row)
{
	const char *port;
	json_t *other;

	(void)row;
	if (!is_profile(key))
		return false;
	json_object_foreach(json_object_get(t->model, "ports"), port, other)
		if (ms_streq(ms_str(other, "/qos", NULL), key))
			return false;
	return true;
}

/* A session over a port of ours, whoever it is with. */
static bool owns_session(const struct target *t, const char *key, const json_t *row)
{
	const char *port = ms_str(row, "/port", NULL), *address = ms_str(row, "/address", key);
	const char *name;
	json_t *wanted;

	if (port)
		return json_object_get(json_object_get(t->wanted, "ports"), port) != NULL;
	json_object_foreach(json_object_get(t->wanted, "ports"), name, wanted) {
		const json_t *seen = json_object_get(json_object_get(t->seen, "ports"), name),
			     *cidr;
		size_t i;

		json_array_foreach(ms_at(seen, "/l3/addresses"), i, cidr)
			if (fabric_cidr_holds(json_string_value(cidr), address))
				return true;
	}
	return false;
}

/* ---- what is left behind on ports that nobody names ---- */

static void drop_tagged(struct target *t, json_t *l2)
{
	json_t *tagged = json_object_get(l2, "tagged");

	for (size_t i = json_array_size(tagged); i-- > 0;)
		if (fabric_owns_vlan(&t->owned, json_integer_value(json_array_get(tagged, i))))
			json_array_remove(tagged, i);
	if (tagged && !json_array_size(tagged))
		json_object_del(l2, "tagged");
}

/* A tenant's VLAN is on the ports of its members and on no other. */
static void strip_row(struct target *t, json_t *row)
{
	json_t *l2 = json_object_get(row, "l2");

	if (!l2)
		return;
	if (fabric_owns_vlan(&t->owned, ms_int(l2, "/access", 0)))
		json_object_del(l2, "access");
	if (fabric_owns_vlan(&t->owned, ms_int(l2, "/native", 0)))
		json_object_del(l2, "native");
	drop_tagged(t, l2);
	if (!json_object_size(l2))
		json_object_del(row, "l2");
}

static void strip(struct target *t, const char *section)
{
	const json_t *wanted = json_object_get(t->wanted, section);
	const char *key;
	json_t *row;

	json_object_foreach(json_object_get(t->model, section), key, row)
		if (!json_object_get(wanted, key))
			strip_row(t, row);
}

/* A routed port in a VRF that goes is in no VRF any more, which would be the default one: its
 * addresses go too. */
static void strip_vrf(struct target *t)
{
	const json_t *vrfs = json_object_get(t->model, "vrfs");
	const char *key;
	json_t *row;
	void *next;

	json_object_foreach(json_object_get(t->model, "ports"), key, row) {
		const char *vrf = ms_str(row, "/l3/vrf", NULL);

		if (vrf && !json_object_get(vrfs, vrf))
			json_object_del(row, "l3");
	}
	json_object_foreach_safe(json_object_get(t->model, "svis"), next, key, row) {
		const char *vrf = ms_str(row, "/vrf", NULL);

		if (vrf && !json_object_get(vrfs, vrf))
			json_object_del(json_object_get(t->model, "svis"), key);
	}
}

/* ---- sections ---- */

/* Keys of a section other than the map in it. */
static void settle_keys(struct target *t, const char *section, const char *map)
{
	const json_t *wanted = json_object_get(t->wanted, section);
	json_t *now = json_object_get(t->model, section), *value;
	const char *key;

	if (!wanted)
		return;
	if (!now) {
		now = json_object();
		if (json_object_set_new(t->model, section, now))
			t->failed = true;
	}
	json_object_foreach((json_t *)wanted, key, value)
		if (!ms_streq(key, map))
			put(t, now, key, value);
}

/* RoCE of ports that the stream names, where it says nothing of RoCE. */
static void keep_port_qos(struct target *t)
{
	static const char *const keys[] = { "qos", "pause", "dcbx" };
	const char *name;
	json_t *row, *port;

	json_object_foreach(json_object_get(t->wanted, "ports"), name, row) {
		port = json_object_get(json_object_get(t->model, "ports"), name);
		for (size_t i = 0; i < MS_ARRAY_SIZE(keys); i++) {
			const json_t *was = json_object_get(
				json_object_get(json_object_get(t->seen, "ports"), name), keys[i]);

			if (was)
				put(t, port, keys[i], was);
		}
	}
}

/* With the last port that has a profile all of it goes. */
static void drop_qos(struct target *t)
{
	json_t *ports = json_object_get(t->model, "ports"), *row;
	bool used = false;
	const char *name;

	json_object_foreach(ports, name, row) {
		if (is_profile(ms_str(row, "/qos", NULL))) {
			json_object_del(row, "qos");
			json_object_del(row, "dcbx");
		}
		used = used || json_object_get(row, "qos");
	}
	if (!used)
		json_object_del(t->model, "qos");
	else
		settle_map(t, json_object_get(t->model, "qos"), "profiles", NULL, owns_profile);
}

/* Silence leaves it as it is; "off" takes away what was given. */
static void settle_qos(struct target *t)
{
	const json_t *wanted = json_object_get(t->wanted, "qos");

	settle_keys(t, "qos", "profiles");
	if (wanted)
		settle_map(t, json_object_get(t->model, "qos"), "profiles",
			   json_object_get(wanted, "profiles"), owns_profile);
	else if (t->roce_off)
		drop_qos(t);
	else
		keep_port_qos(t);
}

/* Ports of a protocol: ours as wanted, others as they are. */
static void settle_ports(struct target *t, const char *section)
{
	const json_t *seen = ms_at(t->seen, "/%s/ports", section), *port;
	json_t *row = json_object_get(t->model, section);
	struct intent helper = { 0 };
	size_t i;

	if (!row || (!seen && !ms_at(t->wanted, "/%s/ports", section)))
		return;
	json_object_del(row, "ports");
	json_array_foreach(ms_at(t->wanted, "/%s/ports", section), i, port)
		intent_add(&helper, row, "ports", json_incref((json_t *)port));
	json_array_foreach(seen, i, port)
		if (!json_object_get(json_object_get(t->wanted, "ports"), json_string_value(port)))
			intent_add(&helper, row, "ports", json_incref((json_t *)port));
	if (json_array_size(seen) && !json_object_get(row, "ports") &&
	    !json_object_get(t->wanted, section))
		json_object_del(t->model, section);
	else if (!json_object_get(row, "ports"))
		intent_set(&helper, row, "ports", json_array());
	t->failed = t->failed || helper.failed;
}

static bool has_vni(const json_t *rows, const char *pointer)
{
	const char *key;
	json_t *row;

	json_object_foreach((json_t *)rows, key, row)
		if (ms_int(row, pointer, 0))
			return true;
	return false;
}

/* A tunnel end point of ours goes with the last tunnel. */
static void settle_tunnel(struct target *t)
{
	const char *own = ms_str(t->wanted, "/loopback/addresses/0", ""),
		   *source = ms_str(t->seen, "/vxlan/source", "");

	if (json_object_get(t->wanted, "vxlan"))
		put(t, t->model, "vxlan", json_object_get(t->wanted, "vxlan"));
	else if (*source && fabric_cidr_holds(own, source) &&
		 !has_vni(json_object_get(t->model, "vlans"), "/vni") &&
		 !has_vni(json_object_get(t->model, "vrfs"), "/l3vni"))
		json_object_del(t->model, "vxlan");
}

static void settle_evpn(struct target *t)
{
	json_t *evpn = json_object_get(t->model, "evpn");

	settle_keys(t, "evpn", "vnis");
	evpn = json_object_get(t->model, "evpn");
	if (evpn)
		settle_map(t, evpn, "vnis", ms_at(t->wanted, "/evpn/vnis"), owns_vni);
	/* The address of gateways goes with the last network. */
	if (evpn && !json_object_get(t->wanted, "evpn") && ms_at(t->seen, "/evpn/vnis") &&
	    !json_object_get(evpn, "vnis") && !json_object_size(json_object_get(t->model, "svis")))
		json_object_del(t->model, "evpn");
}

static void settle(struct target *t)
{
	static const struct { const char *section; owns_fn *owns;
	} maps[] = {
		{ "vlans", owns_vlan }, { "vrfs", owns_vrf },	   { "svis", owns_svi },
		{ "vpls", owns_vpls },	{ "ports", owns_nothing }, { "channels", owns_nothing },
	};
	static const char *const whole[] = { "hostname", "loopback", "mlag" };
	json_t *bgp;

	for (size_t i = 0; i < MS_ARRAY_SIZE(whole); i++)
		if (json_object_get(t->wanted, whole[i]))
			put(t, t->model, whole[i], json_object_get(t->wanted, whole[i]));
	for (size_t i = 0; i < MS_ARRAY_SIZE(maps); i++)
		settle_map(t, t->model, maps[i].section,
			   json_object_get(t->wanted, maps[i].section), maps[i].owns);
	strip(t, "ports");
	strip(t, "channels");
	strip_vrf(t);
	settle_tunnel(t);
	settle_evpn(t);
	settle_keys(t, "bgp", "neighbors");
	bgp = json_object_get(t->model, "bgp");
	if (bgp)
		settle_map(t, bgp, "neighbors", ms_at(t->wanted, "/bgp/neighbors"), owns_session);
	settle_qos(t);
	settle_keys(t, "ospf", "ports");
	settle_ports(t, "ospf");
	settle_keys(t, "mpls", "ports");
	settle_ports(t, "mpls");
}

int fabric_target(const struct fabric_set *set, const json_t *sw, const json_t *wanted,
		  const json_t *seen, bool own_all, json_t **ret_target, json_t **ret_foreign,
		  struct ms_err *err)
{
	struct target t = { .wanted = wanted, .seen = seen };
	json_auto_t *model = json_deep_copy(own_all ? wanted : seen), *sorted = NULL,
		    *before = NULL;
	int r;

	t.model = model;
	t.roce_off = ms_streq(ms_str(fabric_set_fabric(set, sw), "/spec/roce/profile", NULL),
			      "off");
	fabric_owned_init(&t.owned, set, sw);
	if (!own_all)
		settle(&t);
	if (t.failed) {
		r = ms_fail(err, -EBADMSG, MS_INPUT,
			    "status.switch.config of %s cannot be changed into what is wanted",
			    ms_name(sw));
		ms_hint(err, "was it written by hand?  msctl-switch get reads it anew");
		return r;
	}
	r = fabric_lacks_settle(sw, wanted, model, err);
	if (r)
		return r;
	sorted = fabric_sorted(model);
	if (!sorted)
		return ms_nomem(err);
	r = ret_foreign ? fabric_diff(wanted, sorted, &before, ret_foreign, err) : 0;
	if (!r)
		*ret_target = ms_take(sorted);
	return r;
}
