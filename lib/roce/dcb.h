/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/roce: Data Center Bridging of an interface by rtnetlink (linux/dcbnl.h, 802.1Qaz and 802.1Qbb).
 *
 * Setting is read-modify-write: the kernel takes whole structures, so each call is given one that was read and changed.
 */
#ifndef MS_ROCE_DCB_H
#define MS_ROCE_DCB_H

#include <linux/dcbnl.h>
#include "host/host.h"

/* Each code point, port and EtherType could have eight; no device keeps more than some hundred. */
#define ROCE_APPS_MAX 1024

struct roce_dcb {
	bool has_ets, has_pfc, has_rates, has_buffer, has_dcbx, has_apps;
	struct ieee_ets ets;
	struct ieee_pfc pfc;
	struct ieee_maxrate rates;
	struct dcbnl_buffer buffer;
	uint8_t dcbx;                /* DCB_CAP_DCBX_* */
	struct dcb_app apps[ROCE_APPS_MAX];
	size_t n_apps;
	bool cut;                    /* there were more */
};
/* -EOPNOTSUPP, MS_UNSUPPORTED where the driver has no DCB. */
int roce_dcb_get(struct ms_host *host, const char *netdev, struct roce_dcb *ret_dcb, struct ms_err *err);

/* What the driver refuses comes back inside of an answer that is no error: both are looked at.  attr is one of
 * DCB_ATTR_IEEE_ETS, _PFC, _MAXRATE and DCB_ATTR_DCB_BUFFER, with its structure. */
int roce_dcb_set(struct ms_host *host, const char *netdev, int attr, const void *value, size_t len,
		 struct ms_err *err);
/* A new APP entry stands beside what there is; nothing is replaced.  Removing takes those that match in all of it. */
int roce_dcb_add_apps(struct ms_host *host, const char *netdev, const struct dcb_app *apps, size_t n,
		      struct ms_err *err);
int roce_dcb_remove_apps(struct ms_host *host, const char *netdev, const struct dcb_app *apps, size_t n,
			 struct ms_err *err);
int roce_dcb_set_dcbx(struct ms_host *host, const char *netdev, uint8_t mode, struct ms_err *err);

#endif
