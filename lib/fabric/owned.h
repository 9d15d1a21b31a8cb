/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/fabric: what is msctl's to give and to take away on a switch. */
#ifndef MS_FABRIC_OWNED_H
#define MS_FABRIC_OWNED_H

#include "fabric/set.h"

struct fabric_owned {
	const json_t *named;             /* {vlans, vnis, vpls, vrfs: {KEY: true}}: what tenants of the fabric have */
	const json_t *ranges;            /* Fabric spec.owns */
};
void fabric_owned_init(struct fabric_owned *owned, const struct fabric_set *set, const json_t *sw);
bool fabric_owns_vlan(const struct fabric_owned *owned, int64_t vlan);
bool fabric_owns_vni(const struct fabric_owned *owned, int64_t vni);
bool fabric_owns_vrf(const struct fabric_owned *owned, const char *name, const json_t *row);
bool fabric_owns_vpls(const struct fabric_owned *owned, const json_t *row);
/* ["100-199", "300"] */
bool fabric_owns_number(const json_t *ranges, int64_t number);
/* Is the address in the subnet of an interface, "10.254.0.0/31"? */
bool fabric_cidr_holds(const char *cidr, const char *address);

#endif
