/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/fabric: what is wanted of a switch, as its platform can have it. */
#ifndef MS_FABRIC_WANTED_H
#define MS_FABRIC_WANTED_H

#include "fabric/set.h"

/* Refuse what the driver's platform cannot do, with the platforms that can; leave out what it cannot keep. */
int fabric_caps_apply(const struct fabric_driver *driver, const char *name, json_t *model, struct ms_err *err);
/* "3967-4094,1": is the VLAN in it?  ranges may be NULL. */
bool fabric_vlan_is_reserved(const char *ranges, unsigned vlan);
/* The intent for a switch, fit for its platform. */
int fabric_wanted(const struct fabric_set *set, const json_t *sw, json_t **ret_model, struct ms_err *err);

#endif
