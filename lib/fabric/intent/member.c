/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members of networks on their ports and channels. */
#include "fabric/intent/intent.h"

struct seat {
	struct intent *intent;
	const json_t *network, *tenant, *member;
	const char *what, *name;         /* "port" "1", "channel" "5" */
	json_t *row;
};

static struct ms_err *refuse(const struct seat *seat, const char *why)
{
	return intent_problem(seat->intent, "", "%s %s, in network %s: %s", seat->what, seat->name,
			      ms_name(seat->network), why);
}

/* ---- switched ---- */

/* A port that was access becomes a trunk whose native VLAN it was. */
static json_t *make_trunk(struct intent *intent, json_t *l2)
{
	json_t *access = json_object_get(l2, "access");

	if (access) {
		intent_set(intent, l2, "native", json_incref(access));
		json_object_del(l2, "access");
	}
	if (!json_object_get(l2, "tagged"))
		intent_set(intent, l2, "tagged", json_array());
	return l2;
}

static bool holds(const json_t *list, int64_t number)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(list, i, entry)
		if (json_integer_value(entry) == number)
			return true;
	return false;
}

static void bridge(const struct seat *seat, bool tagged)
{
	int64_t vlan = ms_int(seat->network, "/spec/vlan", 0);
	json_t *l2 = intent_in(seat->intent, seat->row, "l2");
	int64_t untagged = ms_int(l2, "/access", ms_int(l2, "/native", 0));

	if (!tagged && untagged && untagged != vlan)
		ms_hint(refuse(seat, "another network is there without a tag already"),
			"tagged: true for one of the two");
	else if (tagged ? untagged == vlan : holds(json_object_get(l2, "tagged"), vlan))
		refuse(seat, "both with and without a tag");
	else if (tagged)
		intent_add(seat->intent, make_trunk(seat->intent, l2), "tagged",
			   json_integer(vlan));
	else
		intent_set(seat->intent, l2, json_object_get(l2, "tagged") ? "native" : "access",
			   json_integer(vlan));
}

/* ---- routed ---- */

static void route(const struct seat *seat, const char *address)
{
	struct intent *intent = seat->intent;
	json_t *l3 = intent_in(intent, seat->row, "l3");
	const char *vrf = intent_vrf(intent, seat->tenant);

	if (vrf && ms_streq(ms_str(l3, "/vrf", vrf), vrf))
		intent_set(intent, l3, "vrf", json_string(vrf));
	else
		refuse(seat, "another tenant is routed there already");
	intent_add(intent, l3, "addresses", json_string(address));
}

static void seat_l3(const struct seat *seat)
{
	const char *address = ms_str(seat->member, "/address", NULL);
	bool tagged = ms_bool(seat->member, "/tagged", false);

	if (address && tagged)
		ms_hint(refuse(seat, "an address of its own, and a tag"), "tagged: false");
	else if (address && json_object_get(seat->row, "l2"))
		refuse(seat, "an address of its own on a switched port");
	else if (address)
		route(seat, address);
	else if (!ms_int(seat->network, "/spec/vlan", 0))
		ms_hint(refuse(seat, "neither an address of its own nor a VLAN"),
			"address: 10.1.0.0/31 in the member, or vlan and gateways in the network");
	else
		bridge(seat, tagged);
}

static void sit(const struct seat *seat)
{
	bool l3 = ms_streq(fabric_isolation_of(seat->tenant), "evpn-l3");

	if (!seat->row)
		return;
	if (json_object_get(seat->row, "l3") && !(l3 && ms_str(seat->member, "/address", NULL)))
		ms_hint(refuse(seat, "routed, and so in no network"),
			"another port, or `layer: trunk` for its link");
	else if (l3)
		seat_l3(seat);
	else if (ms_str(seat->member, "/address", NULL))
		ms_hint(refuse(seat, "an address of its own is for tenants of isolation evpn-l3"),
			"gateways: [{address: ...}] in the network");
	else if (ms_int(seat->network, "/spec/vlan", 0))
		bridge(seat, ms_bool(seat->member, "/tagged", false));
}

static json_t *member_row(struct intent *intent, const json_t *entry, struct seat *seat)
{
	json_t *row;

	seat->what = json_object_get(entry, "port") ? "port" : "channel";
	seat->name = ms_str(entry, "/port", ms_str(entry, "/channel", ""));
	if (*seat->what == 'c')
		return intent_channel(intent, seat->name);
	row = intent_port(intent, seat->name);
	if (row && !json_object_get(row, "mtu"))
		intent_set(intent, row, "mtu", json_integer(intent_host_mtu(intent)));
	return row;
}

static void add_trunk(struct intent *intent, const json_t *network, const char *port)
{
	struct seat seat = {
		intent, network, NULL, NULL, "port", port, intent_carrier(intent, port)
	};

	if (seat.row && ms_int(network, "/spec/vlan", 0))
		bridge(&seat, true);
}

void intent_members(struct intent *intent, const json_t *network, const json_t *tenant,
		    const json_t *part)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(json_object_get(part, "members"), i, entry) {
		struct seat seat = { intent, network, tenant, json_object_get(entry, "member"),
				     NULL,   NULL,    NULL };

		seat.row = member_row(intent, entry, &seat);
		sit(&seat);
	}
	json_array_foreach(json_object_get(part, "trunks"), i, entry)
		add_trunk(intent, network, json_string_value(entry));
}
