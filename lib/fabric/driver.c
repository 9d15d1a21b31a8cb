/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The drivers: one line each, in the order in which people are told of them. */
#include "fabric/driver.h"

const struct fabric_driver *const fabric_drivers[] = {
	&fabric_cumulus,
	&fabric_eos,
	&fabric_junos,
	&fabric_sonic,
	&fabric_nxos,
	&fabric_os10,
	&fabric_frr,
	NULL
};

const struct fabric_driver *fabric_driver_find(const char *platform)
{
	const struct fabric_driver *const *d;

	for (d = fabric_drivers; *d; d++)
		if (ms_streq((*d)->platform, platform))
			return *d;
	return NULL;
}
