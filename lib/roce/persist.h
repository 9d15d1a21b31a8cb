/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/roce: what sets a Nic again after a restart.  Three files that msctl-roce owns; they need nothing of
 * msctl, but dcb, ip and ethtool:
 *
 *   /etc/msctl/roce/IF                            a shell script that sets everything; it can be run at any time
 *   /etc/systemd/system/msctl-roce@.service       runs it; the same file for all interfaces
 *   /etc/udev/rules.d/90-msctl-roce-IF.rules      starts that when the interface, or its RDMA device, appears
 *
 * udev rather than a target of the boot: a driver that is loaded again has forgotten everything, too.
 *
 * The script carries its settings, as status.roce has them, in a comment.  It is read back by writing it again out of
 * them: a script that somebody changed is none of ours.
 */
#ifndef MS_ROCE_PERSIST_H
#define MS_ROCE_PERSIST_H

#include "roce/here.h"

/* The script for an interface; NULL = no memory. */
char *roce_script(const char *netdev, const json_t *settings);
/* settings NULL removes what there is of this interface. */
int roce_persist(struct roce_here *here, const struct ms_link *link, const json_t *settings, struct ms_err *err);

#endif
