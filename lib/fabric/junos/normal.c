/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What Junos cannot keep of a model, and what it always says. */
#include "fabric/junos/junos.h"

static int order(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;

	if (json_is_integer(x) && json_is_integer(y))
		return (json_integer_value(x) > json_integer_value(y)) -
		       (json_integer_value(x) < json_integer_value(y));
	return strcmp(json_string_value(x), json_string_value(y));
}

json_t *junos_sort(json_t *array)
{
	size_t n = json_array_size(array);
	json_t **items = calloc(n + 1, sizeof(json_t *)), *sorted = json_array();

	for (size_t i = 0; items && i < n; i++)
		items[i] = json_array_get(array, i);
	if (items)
		qsort(items, n, sizeof(*items), order);
	for (size_t i = 0; items && i < n; i++)
		json_array_append(sorted, items[i]);
	free(items);
	json_decref(array);
	return sorted;
}

/* A port that is as it comes from the factory has no line. */
static void normal_ports(json_t *ports)
{
	const char *port;
	json_t *row;
	void *next;

	json_object_foreach_safe(ports, next, port, row) {
		if (!json_object_get(row, "breakout") && !json_object_get(row, "enabled"))
			json_object_set_new(row, "enabled", json_true());
		if (!json_object_size(row) ||
		    (json_object_size(row) == 1 && ms_bool(row, "/enabled", false)))
			json_object_del(ports, port);
	}
}

/* The members of an aggregated interface have its MTU, and none of their own. */
static void normal_members(json_t *ports, const json_t *members)
{
	json_t *port;
	size_t i;

	json_array_foreach(members, i, port)
		json_object_del(json_object_get(ports, json_string_value(port)), "mtu");
}

static void normal_channels(json_t *ports, json_t *channels)
{
	const char *number;
	json_t *row;

	json_object_foreach(channels, number, row) {
		if (!json_object_get(row, "enabled"))
			json_object_set_new(row, "enabled", json_true());
		normal_members(ports, json_object_get(row, "members"));
		if (!json_object_get(row, "lacp"))
			json_object_set_new(row, "lacp", json_string("static"));
	}
}

/* There is one MAC address of gateways, that of the irb interfaces which have it. */
static void normal_gateways(json_t *model)
{
	json_t *svis = json_object_get(model, "svis"), *evpn = json_object_get(model, "evpn"), *row;
	bool anycast = false;
	const char *vid;

	json_object_foreach(svis, vid, row) {
		if (!json_object_get(row, "anycast"))
			json_object_set_new(row, "anycast", json_false());
		anycast |= ms_bool(row, "/anycast", false);
	}
	if (!anycast)
		json_object_del(evpn, "gatewayMac");
}

/* The default switch has one route distinguisher for all VNIs. */
static void normal_vnis(json_t *evpn)
{
	const char *vni;
	json_t *row;

	json_object_foreach(json_object_get(evpn, "vnis"), vni, row)
		json_object_del(row, "rd");
	if (!json_object_size(json_object_get(evpn, "vnis")))
		json_object_del(evpn, "vnis");
}

static void normal_bgp(json_t *bgp)
{
	const char *key;
	json_t *row;

	if (bgp && !json_object_get(bgp, "neighbors"))
		json_object_set_new(bgp, "neighbors", json_object());
	json_object_foreach(json_object_get(bgp, "neighbors"), key, row)
		if (!ms_bool(row, "/multihop", false))
			json_object_del(row, "multihop");
}

static void drop_empty(json_t *model)
{
	static const char *const sections[] = { "ports", "channels", "vlans", "svis",
						"vrfs",	 "evpn",     "vpls" };

	for (size_t i = 0; i < MS_ARRAY_SIZE(sections); i++) {
		json_t *section = json_object_get(model, sections[i]);

		if (section && !json_object_size(section))
			json_object_del(model, sections[i]);
	}
}

int junos_normal(const struct fabric_dialect *dialect, json_t *model, struct ms_err *err)
{
	const char *name;
	json_t *row;

	(void)err;
	junos_normal_qos(dialect, model);
	normal_channels(json_object_get(model, "ports"), json_object_get(model, "channels"));
	normal_ports(json_object_get(model, "ports"));
	normal_gateways(model);
	normal_vnis(json_object_get(model, "evpn"));
	normal_bgp(json_object_get(model, "bgp"));
	json_object_foreach(json_object_get(model, "vrfs"), name, row)
		json_object_del(row, "l3vlan");
	drop_empty(model);
	return 0;
}
