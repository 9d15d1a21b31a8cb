/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/bmc: where BMCs might be.  `found` is an object of address to how it was found, in order. */
#ifndef MS_BMC_DISCOVER_H
#define MS_BMC_DISCOVER_H

#include "bmc/bmc.h"

/* A port in decimal; 0 when it is none. */
unsigned bmc_address_port(const char *text);
int bmc_address_add(json_t *found, const char *address, const char *how, struct ms_err *err);
/* "10.0.0.0/24", "10.0.0.5-10.0.0.20", "10.0.0.[5-20]", "bmc01.example.net:8443". */
int bmc_address_range(json_t *found, const char *range, struct ms_err *err);
/* The text of a lease file (changed while it is read). */
int bmc_address_leases(json_t *found, char *text, struct ms_err *err);
int bmc_address_lease_file(json_t *found, const char *path, struct ms_err *err);
/* An answer to M-SEARCH: the address of its AL or LOCATION header into buf; false when it is not a Redfish service. */
bool bmc_ssdp_address(const char *answer, char *buf, size_t size);
/* Ask the local network and collect answers for a few seconds. */
int bmc_ssdp(struct ms_loop *loop, json_t *found, struct ms_err *err);

#endif
