/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The shape of a quirk row.  Private to lib/net. */
#ifndef MS_NET_QUIRK_H
#define MS_NET_QUIRK_H

#include "net/net.h"

enum rf_quirk_field {
	Q_END, Q_AUTH, Q_ETAG, Q_BOOT, Q_EXPAND, Q_EMPTY_BODY, Q_POLL_TASK, Q_BIOS_JOB, Q_ACCOUNT_SLOTS, Q_FIRST_SLOT,
	Q_NO_GRACEFUL_RESTART, Q_RESET_PLAIN, Q_SESSION_MEDIA, Q_READS,
};

/* All that are set must hold; comparisons ignore case. */
struct rf_quirk_when {
	const char *vendor;          /* ServiceRoot.Vendor; without one, Manufacturer or a key of ServiceRoot.Oem */
	const char *product;         /* ServiceRoot.Product contains it */
	const char *oem;             /* a key of ServiceRoot.Oem */
	const char *manager_link;    /* ServiceRoot.Links.ManagerProvidingService */
	const char *model;           /* Manager.Model contains it */
	const char *redfish_from;    /* RedfishVersion at least */
	const char *redfish_below;   /* RedfishVersion less than */
	bool no_vendor;              /* the root names none */
};

struct rf_quirk {
	const char *id;
	const char *vendor;          /* neutral word, NULL = as it was */
	struct rf_quirk_when when;
	const char *source;          /* what the row says, for people */
	struct { enum rf_quirk_field field; int value; } then[8];
	const char *setting;         /* one more word for the domain */
};

extern const struct rf_quirk ms_rf_quirk_table[];   /* ends with a NULL id */

#endif
