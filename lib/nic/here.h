/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/nic: the parts of status.nic, each of which adds its keys to `status`. */
#ifndef MS_NIC_PRIVATE_H
#define MS_NIC_PRIVATE_H

#include "nic/nic.h"

/* Take a value over into an object: NULL is a fact that is not there, and adds nothing. */
int nic_fact(json_t *object, const char *key, json_t *value);
/* Name of a NIC's PCI function, with and without a netdev; "" = it is on none. */
int nic_pci(struct nic_here *here, const char *pci, json_t *status, struct ms_err *err);
int nic_link(struct nic_here *here, const struct ms_link *link, json_t *status, struct ms_err *err);
int nic_ethtool(struct nic_here *here, const struct ms_link *link, json_t *status, struct ms_err *err);

#endif
