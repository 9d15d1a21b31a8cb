/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The router's addresses in a network: the same on every switch (RFC 9135), or on one alone. */
#include "fabric/intent/intent.h"

struct router {
	struct intent *intent;
	const json_t *network, *tenant;
	json_t *addresses;               /* [CIDR] here */
	bool everywhere, here;           /* anycast, of this switch alone */
};

static void take_addresses(struct router *router)
{
	struct intent *intent = router->intent;
	const json_t *gateway;
	size_t i;

	json_array_foreach(ms_at(router->network, "/spec/gateways"), i, gateway) {
		const char *sw = ms_str(gateway, "/switch", NULL);

		if (sw && !ms_streq(sw, intent->name))
			continue;
		router->everywhere = router->everywhere || !sw;
		router->here = router->here || sw;
		intent_add(intent, router->addresses, "addresses",
			   json_string(ms_str(gateway, "/address", "")));
	}
}

static size_t places(const struct router *router)
{
	return json_object_size(
		json_object_get(router->intent->set->where, ms_name(router->network)));
}

static void check_anycast(const struct router *router)
{
	struct intent *intent = router->intent;
	const char *isolation = fabric_isolation_of(router->tenant),
		   *network = ms_name(router->network);

	if (router->here)
		ms_hint(intent_problem(intent, "",
				       "network %s has gateways for %s and for every switch",
				       network, intent->name),
			"`switch` in all of its gateways, or in none");
	else if (ms_streq(isolation, "evpn-vxlan") && !ms_int(router->tenant, "/spec/l3vni", 0))
		ms_hint(intent_problem(
				intent, "",
				"network %s has a gateway, but tenant %s no l3vni to be routed by",
				network, ms_name(router->tenant)),
			"l3vni: 50001 in the tenant, or pools: {l3vni: POOL}");
	else if (!ms_streq(isolation, "evpn-vxlan") && places(router) > 1)
		ms_hint(intent_problem(intent, "",
				       "network %s has one gateway for several switches", network),
			"gateways: [{switch: %s, address: ...}]; anycast needs evpn-vxlan",
			intent->name);
}

static void add_svi(struct router *router, const char *vlan)
{
	struct intent *intent = router->intent;
	const char *vrf = intent_vrf(intent, router->tenant);
	bool anycast = router->everywhere &&
		       ms_streq(fabric_isolation_of(router->tenant), "evpn-vxlan");
	json_t *row = intent_row(intent, "svis", vlan);

	intent_set(intent, row, "addresses",
		   json_incref(json_object_get(router->addresses, "addresses")));
	intent_set(intent, row, "anycast", json_boolean(anycast));
	intent_set(intent, row, "mtu",
		   json_integer(ms_int(router->network, "/spec/mtu", intent_host_mtu(intent))));
	if (vrf)
		intent_set(intent, row, "vrf", json_string(vrf));
	if (anycast)
		intent_set(intent, intent_in(intent, intent->model, "evpn"), "gatewayMac",
			   json_string(ms_str(intent->fabric, "/spec/overlay/gatewayMac",
					      "00:00:5e:00:01:01")));
}

void intent_gateways(struct intent *intent, const json_t *network, const json_t *tenant,
		     const json_t *part)
{
	json_auto_t *addresses = json_object();
	struct router router = {
		.intent = intent, .network = network, .tenant = tenant, .addresses = addresses
	};
	int64_t vlan = ms_int(network, "/spec/vlan", 0);
	char key[16];

	take_addresses(&router);
	/* A switch that the VLAN only passes through has no router of its own in it. */
	if (!json_object_size(addresses) || (!router.here && !json_object_get(part, "members")))
		return;
	if (router.everywhere)
		check_anycast(&router);
	if (!vlan) {
		ms_hint(intent_problem(intent, "", "network %s has a gateway, but no VLAN",
				       ms_name(network)),
			"vlan: 100, or pools: {vlan: POOL}");
		return;
	}
	snprintf(key, sizeof key, "%lld", (long long)vlan);
	add_svi(&router, key);
}
