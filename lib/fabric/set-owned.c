/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is msctl's to give and to take away: what the stream names, and the numbers of Fabric
 * spec.owns. */
#include <arpa/inet.h>
#include "fabric/owned.h"

bool fabric_owns_number(const json_t *ranges, int64_t number)
{
	const json_t *range;
	size_t i;

	json_array_foreach(ranges, i, range) {
		const char *text = json_string_value(range);
		char *end;
		long long from = text ? strtoll(text, &end, 10) : 0, to = from;

		if (text && *end == '-')
			to = strtoll(end + 1, &end, 10);
		if (text && number >= from && number <= to)
			return true;
	}
	return false;
}

static void own(struct fabric_set *set, json_t *owned, const char *what, json_int_t number)
{
	char key[32];

	snprintf(key, sizeof key, "%lld", (long long)number);
	if (number && json_object_set_new(fabric_set_object(set, owned, what), key, json_true()))
		set->failed = true;
}

static json_t *owned_in(struct fabric_set *set, const json_t *tenant)
{
	const json_t *fabric = fabric_set_fabric(set, tenant);

	return fabric_set_object(set, set->owned, fabric ? ms_name(fabric) : "");
}

void fabric_set_own_tenant(struct fabric_set *set, const json_t *tenant)
{
	json_t *owned = owned_in(set, tenant);
	bool evpn = ms_starts(fabric_isolation_of(tenant), "evpn-");
	const char *vrf = ms_str(tenant, "/spec/vrf", evpn ? ms_name(tenant) : NULL);

	own(set, owned, "vlans", ms_int(tenant, "/spec/l3vlan", 0));
	own(set, owned, "vnis", ms_int(tenant, "/spec/l3vni", 0));
	if (vrf && json_object_set_new(fabric_set_object(set, owned, "vrfs"), vrf, json_true()))
		set->failed = true;
}

void fabric_set_own_network(struct fabric_set *set, const json_t *network)
{
	const json_t *tenant = fabric_set_find(set, "Tenant",
					       ms_str(network, "/spec/tenant", NULL));
	json_t *owned = tenant ? owned_in(set, tenant) : NULL;

	if (!owned)
		return;
	own(set, owned, "vlans", ms_int(network, "/spec/vlan", 0));
	own(set, owned, "vnis", ms_int(network, "/spec/vni", 0));
	own(set, owned, "vpls", ms_int(network, "/spec/vplsId", 0));
}

static bool owns(const struct fabric_owned *owned, const char *what, int64_t number)
{
	char key[32];

	snprintf(key, sizeof key, "%lld", (long long)number);
	return number && (json_object_get(json_object_get(owned->named, what), key) ||
			  fabric_owns_number(json_object_get(owned->ranges, what), number));
}

bool fabric_owns_vlan(const struct fabric_owned *owned, int64_t vlan)
{
	return owns(owned, "vlans", vlan);
}

bool fabric_owns_vni(const struct fabric_owned *owned, int64_t vni)
{
	return owns(owned, "vnis", vni);
}

bool fabric_owns_vpls(const struct fabric_owned *owned, const json_t *row)
{
	return owns(owned, "vpls", ms_int(row, "/id", 0)) ||
	       fabric_owns_vlan(owned, ms_int(row, "/vlan", 0));
}

bool fabric_owns_vrf(const struct fabric_owned *owned, const char *name, const json_t *row)
{
	return json_object_get(json_object_get(owned->named, "vrfs"), name) ||
	       fabric_owns_vni(owned, ms_int(row, "/l3vni", 0));
}

void fabric_owned_init(struct fabric_owned *owned, const struct fabric_set *set, const json_t *sw)
{
	const json_t *fabric = fabric_set_fabric(set, sw);

	*owned = (struct fabric_owned){
		.named = json_object_get(set->owned, fabric ? ms_name(fabric) : ""),
		.ranges = ms_at(fabric, "/spec/owns"),
	};
}

/* ---- sessions ---- */

static bool read_cidr(const char *cidr, unsigned char *address, int *family, unsigned *bits)
{
	char text[INET6_ADDRSTRLEN];
	const char *slash = cidr ? strchr(cidr, '/') : NULL;

	if (!cidr ||
	    snprintf(text, sizeof text, "%.*s", slash ? (int)(slash - cidr) : (int)strlen(cidr),
		     cidr) >= (int)sizeof text)
		return false;
	*family = strchr(text, ':') ? AF_INET6 : AF_INET;
	*bits = slash ? (unsigned)strtoul(slash + 1, NULL, 10) : *family == AF_INET ? 32 : 128;
	return inet_pton(*family, text, address) == 1 && *bits <= (*family == AF_INET ? 32 : 128);
}

bool fabric_cidr_holds(const char *cidr, const char *address)
{
	unsigned char net[16], host[16];
	int family, other;
	unsigned bits, ignored;

	if (!read_cidr(cidr, net, &family, &bits) || !read_cidr(address, host, &other, &ignored) ||
	    family != other)
		return false;
	for (unsigned i = 0; i < bits; i++)
		if ((net[i / 8] ^ host[i / 8]) >> (7 - i % 8) & 1)
			return false;
	return true;
}
