/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/fabric: who says what by LLDP (IEEE 802.1AB), in the names of the site. */
#ifndef MS_FABRIC_LLDP_H
#define MS_FABRIC_LLDP_H

#include "fabric/set.h"

struct fabric_who;
int fabric_who_new(const struct fabric_set *set, struct fabric_who **ret_who);
void fabric_who_free(struct fabric_who *who);
/* "node07:rail0" for what a neighbour (status.switch.ports.N.lldp) says of itself; "node07:" when it is known, but not
 * which of its ports; "" when nothing of the site is meant. */
const char *fabric_who_is(const struct fabric_who *who, const json_t *lldp, char *buf, size_t size);

#endif
