/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an interface is told and keeps, of the own NIC and of ports: all of it under the lock of rtnetlink. */
#ifndef DCBTEST_H
#define DCBTEST_H

#include <linux/dcbnl.h>
#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <net/dcbnl.h>

#define CLASSES 8
#define BUFFER_TOTAL 1048576

struct dcbtest {
	struct ieee_ets ets;
	struct ieee_pfc pfc;
	struct ieee_maxrate rates;
	struct dcbnl_buffer buffer;
	struct ethtool_pauseparam pause;
	u8 dcbx;
};

/* nic.c: they keep what they are told, and refuse what adapters refuse */
extern const struct dcbnl_rtnl_ops dcbtest_dcb_ops;
extern const struct ethtool_ops dcbtest_tool_ops;

/* ports.c: what the port of this interface keeps, NULL where it is none */
struct dcbtest *ports_find(const struct net_device *dev);
int ports_start(void);
void ports_stop(void);

#endif
