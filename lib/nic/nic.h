/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The door of lib/nic: network functions as the operating system of their server has them.  Layer 3: core, net, host,
 * site, state.
 *
 * ---- status.nic of a Nic ------------------------------------------------------------------------------
 *
 *   observedAt, netdev, ifindex, driver, mac, permanentMac (absent where the kernel does not say), mtu
 *   state        RFC 2863: up, down, lowerlayerdown, dormant...
 *   speed        "100G"; absent without a link
 *   pci          {address, vendor, device, class: hexadecimal text, numaNode, iommuGroup,
 *                link: {speed: "16.0 GT/s", width, maxSpeed, maxWidth}}
 *   rdma         "mlx5_0", the RDMA device on the same PCI function
 *   sriov        {total: what the function can have, vfs: what it has}
 *   rings        {rx, tx, rxMax, txMax}
 *   channels     {combined, rx, tx, combinedMax, rxMax, txMax}
 *   warnings     [text]
 *
 * What the device or its driver does not say is absent.
 */
#ifndef MS_NIC_H
#define MS_NIC_H

#include "core/core.h"
#include "host/host.h"
#include "net/net.h"

/* ---- one machine ---------------------------------------------------------------------------------------- */

/* What is read once for all functions of a machine. */
struct nic_here {
	struct ms_host *host;
	struct ms_links *links;
};
int nic_here_open(struct ms_loop *loop, struct nic_here *ret_here, struct ms_err *err);
void nic_here_close(struct nic_here *here);

/* status.nic of a Nic (without observedAt), found by its spec.mac, spec.pci or spec.netdev. */
int nic_observe(struct nic_here *here, const json_t *nic, json_t **ret_status, struct ms_err *err);
/* A Nic for each physical network function on a PCI bus here, in the order of their addresses: a new array. */
int nic_discover(struct nic_here *here, json_t **ret_nics, struct ms_err *err);

/* ---- the command ------------------------------------------------------------------------------------------ */

struct nic_args {
	bool local;          /* on this machine, not at the far ends */
	int64_t timeout;     /* seconds for each host, 0 = 120 */
};
/* Verbs of msctl-nic. */
int nic_verb_get(struct ms_run *run, struct ms_err *err);

#endif
