/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The door of lib/roce: RDMA over converged Ethernet on hosts, and from NIC to NIC.  Layer 3: core, net, host, site,
 * state.  Switches are documents here: their models are read from status.switch.config, or from a Config (what
 * `msctl-switch render --model` writes) where a Switch was not read.
 *
 * ---- status.roce of a Nic -----------------------------------------------------------------------------
 *
 * What the device or kernel does not have is absent, and `unsupported` says why.
 *
 *   observedAt, netdev, device: "mlx5_0", port: 1
 *   state        "ACTIVE", "DOWN"... of the RDMA port (IBTA)
 *   mtu, speed: "100G"      of the interface
 *   activeMtu    of RDMA, 256..4096: as the kernel has it from `mtu` (iboe_get_mtu)
 *   gids         [{index, type: "RoCE v1" | "RoCE v2", gid, address (where it is one), netdev, vlan}]
 *   gid          {index, address, vlan}: the one to use: RoCE v2, of this interface, global
 *   trust        "dscp" | "pcp": by sysfs, else as APP entries imply; trustBy: "sysfs" | "app"
 *   dcbx         {host, lld, ieee, cee, static: bool}             (802.1Qaz; DCB_CAP_DCBX_*)
 *   ets          {willing: bool, max, algorithm: ["strict" | "cbs" | "ets" | "vendor" x 8], bandwidth: [percent x 8],
 *                prioToTc: [8]}
 *   pfc          {enabled: [P], max, delay (ns), mbc: bool}      (802.1Qbb)
 *   app          [{selector: "dscp" | "ethertype" | "dgram" | "stream" | "any", protocol, priority}]
 *   dscpToPriority  {"26": 3}: of the APP entries
 *   buffer       {prioToBuffer: [8], sizes: [octets], total}
 *   maxRate      [kb/s x 8], 0 = none
 *   pause        {autoneg, rx, tx: bool}                           (802.3, 31B)
 *   ecn          {np: {enabled: [P], cnpDscp, cnpPriority, minTimeBetweenCnps},
 *                rp: {enabled: [P], dscp, priority: what it takes for RDMA, parameters: {NAME: N}}}; without
 *                rp.enabled one switch is for both
 *   cm           {tos, mode: "RoCE v2"}: what rdma_cm starts with (configfs)
 *   trafficClass the ToS octet that the device forces on all, where the driver has that
 *   netnsMode    "shared" | "exclusive": network namespaces that see RDMA devices, of the whole machine
 *   counters     {NAME: N}: of the RDMA port and its hw_counters, and pause and discard counters of the interface,
 *                those of its driver (ethtool -S) among them; by priority they go by the names of mlx5 whatever the
 *                driver: rx_prio3_pause (frames), rx_prio3_pause_duration (us), tx_..., rx_prio3_discards
 *   persistent   the same keys as far as our files set them at boot: {trust, pfc, ets, dscpToPriority, pause, mtu...}
 *   unsupported  {SECTION: reason}
 *   warnings     [text]
 *
 * ---- status.roce of a Server ---------------------------------------------------------------------------
 *
 *   observedAt, kernel, netnsMode: "shared" | "exclusive", lldpad: bool, modules: [NAME],
 *   dmabuf: {ready: bool, reasons: [why it is not], warnings: [what makes it slow]}
 *
 * ---- kind Path: what probe measured from one NIC to another -----------------------------------------------
 *
 *   spec         {from, to: "SERVER:NIC", fabric, rail, mtu, tos: as they are to be}
 *   status.roce  {observedAt, connected: bool,
 *   mtu          of RDMA, the largest that passes both ways
 *   blocked      the smallest that does not, where the interfaces would have it
 *   tos          that packets were sent with (of the queue pair)
 *   dscp         {seen: {"26": packets}, ecn: {"2": packets}} as they arrived, or {unseen: reason}
 *   latency      {min, median, p99: ns, half a round trip of a write of 8 octets, count}
 *   bandwidth    {average: Mb/s, octets, duration: ms}
 *   gid, device  {from, to}: what the connection used
 *   counters     {from: {NAME: N}, to: {...}}: how much more there was afterwards
 *   error        {code, phase: "connect" | "packets" | "latency" | "bandwidth"..., message, hint}}
 */
#ifndef MS_ROCE_H
#define MS_ROCE_H

#include "core/core.h"
#include "site/site.h"

/* ---- check: rules over hosts and switches together ---------------------------------------------------- */

/*
 * What a stream says of RoCE, indexed.  Resources are lent and must outlive it.  Linear in the stream.
 */
struct roce_set;
int roce_set_new(json_t *const *resources, size_t n, struct roce_set **ret_set, struct ms_err *err);
void roce_set_free(struct roce_set *set);

/* R01...: rows for ms_rules_run, whose items have the struct roce_set as ctx.  Each finding stands at the nearest
 * resource: a Nic, a Switch, a Link between switches, a Fabric, a Server. */
extern const struct ms_rule roce_rules[];
/* R24...: over two readings of what a Nic, or the ports of a Switch, counted. */
extern const struct ms_rule roce_counter_rules[];
/* P01...: over Paths, also where probe has just measured them. */
extern const struct ms_rule roce_path_rules[];
extern const char *const roce_rule_ids[];          /* of all tables */

/* ---- verbs ---------------------------------------------------------------------------------------------- */

struct roce_probe_args {
	bool endpoint;       /* be the far end */
	bool across;         /* NICs of all rails with each other */
	const char *tos, *svg;
	unsigned mtu, size, pings;
	int64_t duration, timeout;
};
struct roce_args {
	const char **rules;
	const char *counters;        /* of check: file with an earlier reading */
	const char **allow;          /* risks: "reboot", "data" */
	bool local;                  /* on this machine, not at the far ends */
	bool keep_going, exit_code;
	int64_t timeout, lock;       /* seconds: for each host (0 = 120), for the lock of a Nic */
	struct roce_probe_args probe;
};
ms_verb_fn roce_verb_get, roce_verb_plan, roce_verb_apply, roce_verb_check, roce_verb_probe;

#endif
