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
 *   device       {bus: "auxiliary", name: "mlx5_core.sf.4"}, where it is on no PCI bus
 *   rdma         "mlx5_0", the RDMA device on the same PCI function
 *   sriov        {total: what the function can have, vfs: what it has,
 *                functions: [{index, pci, netdev, driver, iommuGroup, mac, vlan, priority, protocol, spoofCheck,
 *                trust, minRate, maxRate, linkState, nodeGuid, portGuid, use: [what it is used for]}]}
 *   serialNumber as devlink says it
 *   firmware     {version: what runs, running: {NAME: version}, stored: {}, fixed: {}} by devlink's names
 *   eswitch      {mode: legacy switchdev, inlineMode: none link network transport, encap,
 *                representors: [{netdev, flavour: pcivf pcisf pcipf, function}]}
 *   parameters   {NAME: {type: u8 u16 u32 u64 string flag, runtime, driverinit, permanent,
 *                pending: it is not yet what it is to be, needs: reload reboot}}: devlink's; a value for each mode that
 *                there is.  A driverinit value that waits for a reload can be seen where there is a runtime one, too.
 *   offloads     {FEATURE: is it on}, of the features that can be changed, as ethtool names them
 *   settings     {NAME: {value, word, running, pending, needs}}: what the firmware keeps for its next start, of
 *                those that spec.firmware.settings names
 *   unsupported  {settings: reason}
 *   use          [what would be cut with it]
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
	struct ms_host *host;        /* lent */
	struct ms_loop *loop;        /* child programs wait there; NULL = they block */
	struct ms_links *links;      /* as of nic_here_read */
	/* Private: */
	bool no_devlink;             /* the kernel has none */
	json_t *defaults, *disks, *blocks, *guests;
};
int nic_here_read(struct nic_here *here, struct ms_err *err);
void nic_here_release(struct nic_here *here);

/* status.nic of a Nic (without observedAt), found by its spec.mac, spec.pci or spec.netdev. */
int nic_observe(struct nic_here *here, const json_t *nic, json_t **ret_status, struct ms_err *err);
/* A Nic for each physical network function on a PCI bus here, in the order of their addresses, and then for each
 * interface of a device on another bus: a new array. */
int nic_discover(struct nic_here *here, json_t **ret_nics, struct ms_err *err);

/* ---- plan and apply ------------------------------------------------------------------------------------- */

/*
 * Steps from spec to status.nic, in this order, each with before and after in the shape of status.nic (functions and
 * drivers by index):
 *
 *   nic.firmware   a file is written to the device (risk data: names its serial number); runs after a restart
 *   nic.setting    what the firmware keeps for its next start
 *   nic.parameter  of devlink; one of mode driverinit reloads the driver
 *   nic.eswitch    mode, inline mode, encapsulation
 *   nic.vfs        number of virtual functions; by way of 0, as kernels want it
 *   nic.function   what the physical function lays down for one of them
 *   nic.driver     its driver: the kernel's own, vfio-pci, none
 *   nic.mtu, nic.rings, nic.channels, nic.offload
 *
 * Pure.  -ENODATA, MS_PRECONDITION for a Nic that was not read; MS_INPUT for what contradicts itself, MS_PRECONDITION
 * for more functions than its firmware gives.
 */
int nic_plan(struct ms_item *item, struct ms_err *err);

/* What apply stands on: ctx of nic_step_ops. */
struct nic_env {
	struct ms_host *host;        /* lent */
	struct ms_loop *loop;
	bool allow_use;              /* --allow use: what is in use may be cut */
};
struct ms_step_ops;
extern const struct ms_step_ops nic_step_ops;

/* ---- check ---------------------------------------------------------------------------------------------- */

/* Rules N01..., and their ids. */
extern const struct ms_rule nic_rules[];
extern const char *const nic_rule_ids[];

/* ---- the command ------------------------------------------------------------------------------------------ */

struct nic_args {
	bool local;          /* on this machine, not at the far ends */
	int64_t timeout;     /* seconds for each host, 0 = 120 */
	bool exit_code;      /* plan: 5 when there is something to do */
	bool keep_going;     /* apply: Steps go on after one that failed */
	const char **rules;  /* check: these only */
	const char **allow;  /* apply: "reboot", "data", "use" */
	int64_t lock;        /* apply: seconds to wait for another writer */
};
/* Verbs of msctl-nic. */
int nic_verb_get(struct ms_run *run, struct ms_err *err);
int nic_verb_plan(struct ms_run *run, struct ms_err *err);
int nic_verb_apply(struct ms_run *run, struct ms_err *err);
int nic_verb_check(struct ms_run *run, struct ms_err *err);

#endif
