/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The door of lib/fabric: switches, and the tenants that share them.  Layer 3: core, net, site, state.
 *
 * From Switch, Link, Fabric, Tenant and Network resources one *model* per switch is computed; a driver renders it for
 * its vendor, and reads the device back into the same model.  Planning, checking and proving see models only.
 *
 * ---- the model of a switch --------------------------------------------------------------------------
 *
 * Objects are maps by the natural key of the thing, so that two models differ by a JSON merge patch (RFC 7396); lists
 * are sets of scalars, sorted (numbers by value, text by bytes), and change as a whole.  What is absent is not
 * configured.  Ports are abstract: "1" is the first of the front panel, "1/2" the second part of a broken-out port 1;
 * drivers know what the vendor calls them.  Numbers are JSON integers; keys that are numbers are decimal text.
 *
 *   hostname   text
 *   loopback   {addresses: [CIDR]}             the router's own; the first IPv4 is router-id and tunnel source
 *   ports      {PORT: port}
 *   channels   {N: channel}                    link aggregation (802.1AX): bondN, PortChannelN, Port-ChannelN, aeN...
 *   vlans      {VID: {name, vni}}              vni: the VXLAN network that this VLAN is part of
 *   svis       {VID: {addresses: [CIDR], anycast: bool, vrf, mtu}}   routed interfaces of VLANs; anycast: the same
 *                                              addresses, and evpn.gatewayMac, on every switch of the VLAN
 *   vrfs       {NAME: {l3vni, l3vlan, rd, import: [RT], export: [RT]}}   l3vlan: the VLAN that carries l3vni
 *   vxlan      {source: ADDRESS, shared: ADDRESS}   tunnel end point; shared: the one of an MLAG pair
 *   evpn       {gatewayMac: MAC, vnis: {VNI: {rd, import: [RT], export: [RT]}}}   the layer 2 ones
 *   bgp        {asn, routerId, neighbors: {KEY: neighbor}}   networks announced: loopback.addresses, vxlan.shared
 *   ospf       {routerId, ports: [PORT]}       area 0, point to point, over routed ports; loopback is announced
 *   mpls       {ports: [PORT]}                 LDP (RFC 5036) over these ports
 *   vpls       {NAME: {id, vlan, neighbors: [ADDRESS], mtu}}   RFC 4762, full mesh; the ports are those of `vlan`
 *   mlag       {domain, peer: ADDRESS, backup: ADDRESS, link: CHANNEL, systemMac: MAC, priority}   peer: the other's
 *                                              end of a /31 over the channel `link`, of which the own is the other half
 *   qos        {trust: "dscp" | "pcp" | "both", classes: {P: class}, profiles: {NAME: profile}, watchdog, overlay}
 *   lacks      [text]: what a switch that was read does not hold of the vendor's own words for all this, and what
 *              therefore does nothing: "feature bgp".  Never wanted; a plan takes out what an intent needs
 *
 *   port       {description, enabled: bool, mtu, speed: "100G", breakout: "4x25G", l2 | l3, qos: PROFILE, pause: true,
 *              dcbx: true}
 *              A port with a profile classifies by qos.trust, pauses and marks by the profile; pause is that of
 *              802.3x (31B) and contradicts it: it is read where it is on, and never wanted.  dcbx: the other end is
 *              told PFC, and ETS where the platform tells it of a port, by LLDP (802.1Q, 38, the version of IEEE), and
 *              not obeyed; only ports with a profile
 *              breakout on the whole port ("1"), everything else on its parts ("1/1").  mtu is that of the IP packet,
 *              without Ethernet header; drivers convert.
 *   channel    {members: [PORT], lacp: "active" | "passive" | "static", description, enabled, mtu,
 *              mlag: ID (the same on both of an MLAG pair), esi: "00:11:..." (10 octets), systemMac: MAC, l2 | l3}
 *              a member port has no l2 and no l3
 *   class      P is the priority that PFC pauses (802.1Q, 36), which is neither the traffic class nor the queue:
 *              {dscp: [N], pcp: [N], trafficClass, queue, lossless: bool, strict: bool, bandwidth: percent (ETS)}
 *              Every code point is in one of the classes, so nothing is left to what the vendor does by default
 *   profile    what depends on speed and cable: {cable: metres, pfc: {P: {headroom, xon}}, ecn: {P: {min, max,
 *              probability: percent}}, watchdog: bool}; octets of an ingress buffer, and of an egress queue.
 *              classes: {P: class} where a port was read that has others than qos.classes; never wanted
 *   watchdog   {detect, restore, poll: ms, action: "drop" | "forward"}: of paused queues, on ports whose profile has it
 *   overlay    DSCP of tunnels, {encap: "copy" | "derive", decap: "preserve" | "copy" | "derive"}
 *   l2         {access: VID, tagged: [VID], native: VID}   access: untagged only.  A trunk has `tagged`, and `native`
 *                                              where untagged frames belong to a VLAN
 *   l3         {addresses: [CIDR], unnumbered: bool, vrf: NAME}   vrf absent: the default one
 *   neighbor   {asn (absent: any other, "external"), port: PORT | address: ADDRESS, families: ["evpn", "ipv4",
 *              "ipv6"], multihop: bool, local: ADDRESS, description, ownAs: true, peerAs: true}
 *              KEY is "port:PORT" for an unnumbered session (RFC 5549), else the address.  families is sorted.
 *              A session with family ipv4 announces and accepts the loopbacks of the underlay; one with multihop runs
 *              between loopbacks.  ownAs: routes are taken although their AS path has the own number;
 *              peerAs: routes are sent although it has the neighbour's.  Both where switches of a tier share one
 *
 *   RD "A.B.C.D:N", RT "ASN:N" (RFC 4360, both always written out: what vendors derive does not agree), MAC in lower
 *   case with colons, addresses as inet_ntop(3) writes them.
 *
 * ---- status.switch ----------------------------------------------------------------------------------
 *
 *   observedAt, platform, version, model, serialNumber, macAddress, hostname, dialect (what rendering depends on)
 *   trust      ca | pin | skip | hostkey
 *   config     the model
 *   names      {PORT: native name}, where the device decides; rendering needs them
 *   opaque     [text]: configuration that the model has no word for, as short native paths or lines
 *   pending    {id, state: staged|committed, secondsLeft}: a change that waits, ours or somebody else's; id may be null
 *   saved      bool: the running configuration is the one that it would start with
 *   ports      {PORT: {link: up|down, speed: "100G", mtu, lldp: {chassisId, portId, portDescription, systemName}}}
 *   bgp        {KEY as above: {state: Established|..., asn, upSeconds, families: {evpn: {received}}}}
 *   vteps      [ADDRESS]: other tunnel end points that are known
 *   counters   {PORT: {NAME: N}}: of ports of the front panel, since the device began to count; what it does not count
 *              is absent.  Seen from the port, by the names that counters of NICs have:
 *              rx_prioP_pause, tx_prioP_pause     frames of priority P (802.1Q, 36: PFC) that came in, that went out
 *              rx_prioP_pause_duration, tx_...    microseconds, where the device counts time
 *              rx_pause, tx_pause                 frames of 802.3x (31B)
 *              rx_prioP_discards, tx_...          packets dropped as they came in, or at the queue as they left
 *              tx_prioP_marked                    packets that left with the mark of congestion (RFC 3168)
 *              tx_prioP_watchdog                  how often the watchdog fired at the queue
 *              rx_discards_phy, tx_discards_phy   packets that the whole port dropped
 *              A queue, or a traffic class, goes by the priority of its class in `config`
 *   refused    {section: {code, message}}
 *   warnings   [text]
 */
#ifndef MS_FABRIC_H
#define MS_FABRIC_H

#include "core/core.h"
#include "net/net.h"
#include "state/state.h"

/* ---- what is wanted: intent.c and its neighbours ---------------------------------------------------- */

/*
 * Everything about one fabric that a stream says, indexed.  Resources are lent and must outlive it.  Names that lead
 * nowhere (a tenant's network on a port of no switch) go to the report with what to type.
 */
struct fabric_set;
int fabric_set_new(json_t *const *resources, size_t n, struct fabric_set **ret_set, struct ms_report *report,
		   struct ms_err *err);
void fabric_set_free(struct fabric_set *set);
/* Switches in the order of the stream. */
size_t fabric_set_switches(const struct fabric_set *set);
const json_t *fabric_set_switch(const struct fabric_set *set, size_t i);   /* lent */
const json_t *fabric_set_find(const struct fabric_set *set, const char *kind, const char *name); /* lent or NULL */
/* Where a NIC ("node01:rail0") or a port ("leaf01:1") is cabled to: "leaf01:1"; NULL when it is not. */
const char *fabric_set_peer(const struct fabric_set *set, const char *end);

/* The model that the stream wants of a switch.  Pure, and linear in what concerns the switch.  New reference. */
int fabric_intent(const struct fabric_set *set, const json_t *sw, json_t **ret_model, struct ms_err *err);
/*
 * What becomes of `seen` when the intent holds: what msctl owns is as wanted, everything else is as it was.  Owned
 * are the things that the stream names (ports of the Switch and of Links, tenants' VRFs, VLANs...), and everything
 * whose number lies in the ranges of Fabric spec.owns: so what a tenant left behind goes away.  RoCE goes where the
 * Fabric says that it is off, and stays where it says nothing.  own_all: everything that the model can say.
 * ret_foreign, may be NULL: merge patch of what was left alone, for people to look at.
 */
int fabric_target(const struct fabric_set *set, const json_t *sw, const json_t *wanted, const json_t *seen,
		  bool own_all, json_t **ret_target, json_t **ret_foreign, struct ms_err *err);

/* Merge patches between models: after = what makes `old` into `new`; before = what undoes that.  Both empty objects
 * when nothing differs. */
int fabric_diff(const json_t *old, const json_t *new, json_t **ret_before, json_t **ret_after, struct ms_err *err);
/* "+vlan 100 (blue-s1), ~port 1 mtu 1500 -> 9216, -vrf red": one line, at most max items and then how many more. */
int fabric_diff_words(const json_t *old, const json_t *new, size_t max, char **ret_text, struct ms_err *err);
/* One Step per switch that differs: action "fabric.configure", before and after as fabric_diff gives them, risk "link"
 * where a port or session in use changes, else "none".  What the platform cannot do is a refusal: status.error with the
 * platforms that can.  ctx of the item: struct fabric_plan_opts. */
struct fabric_plan_opts { const struct fabric_set *set; bool own_all; };
int fabric_plan(struct ms_item *item, struct ms_err *err);

/* ---- what can be proven: path.c, rules-*.c ---------------------------------------------------------- */

/*
 * The fabric as a graph over all models (planned or observed): places are (switch, port), (switch, VLAN), VNI,
 * (switch, VRF), route target; edges say why ("access port", "vxlan map", "import 65000:50001").
 */
struct fabric_graph;
enum fabric_view { FABRIC_PLANNED, FABRIC_OBSERVED };
int fabric_graph_new(const struct fabric_set *set, enum fabric_view view, struct fabric_graph **ret_graph,
		     struct ms_err *err);
void fabric_graph_free(struct fabric_graph *graph);
/* The hops a packet takes by configuration from one NIC or port to another: array of {hop, switch, in, out, vlan,
 * outVlan (where it is routed into another), vni, vrf, via, why}, in order; switches of the underlay that have equal
 * costs share the number of their hop.  -ENOENT + MS_NOTFOUND when there is no way: the error names the last hop
 * reached. */
int fabric_trace(const struct fabric_graph *graph, const char *from, const char *to, json_t **ret_hops,
		 struct ms_err *err);
/* T01...: rows for ms_rules_run with an item per Switch or Fabric whose ctx is a struct fabric_check. */
struct fabric_check {
	const struct fabric_set *set;
	struct fabric_graph *planned, *observed;   /* observed NULL when nothing was read */
};
extern const struct ms_rule fabric_rules[];
extern const char *const fabric_rule_ids[];   /* of the same, for options */

/* ---- what is done: transaction.c -------------------------------------------------------------------- */

/* What all work on switches of one run shares. */
struct fabric_env {
	struct ms_http *http;
	struct ms_secrets *secrets;
	struct ms_loop *loop;
	unsigned poll_ms;            /* between two looks while waiting, 0 = ms_http_poll_ms() */
};
/* status.switch of one Switch, sections named only (NULL = all): "config", "ports", "bgp", "pending",
 * "counters". */
int fabric_observe(const struct fabric_env *env, const json_t *sw, const char *const *only, json_t **ret_status,
		   struct ms_err *err);
extern const char *const fabric_sections[];
/* Vendor text or tree of a model for a Switch, offline: {platform, dialect, format: text|json|xml|files, config}. */
int fabric_render(const json_t *sw, const json_t *model, json_t **ret_native, struct ms_err *err);
/* Key that a switch shows, without trusting it: {type: tls|ssh, pin | hostKey, fragment for the site file}. */
int fabric_trust(const struct fabric_env *env, const json_t *sw, json_t **ret_facts, struct ms_err *err);

/*
 * All Steps of the stream as one transaction over the fabric.  Phases, each over all switches before the next begins:
 *
 *   lock      one writer per device; what a run that died left pending is rolled back first
 *   read      `before` must hold (a Step whose `after` holds already is done)
 *   stage     candidate, nothing active
 *   validate  by the device where it can
 *   commit    with a timer on the device: batch by batch, verified in between
 *   verify    reachable, `after` read back, BGP sessions that were up are up, LLDP as before, tenants isolated
 *   confirm   and saved
 *
 * A failure before commit abandons everywhere; one after it rolls back everywhere; either way no candidate, lock or
 * login stays behind, and every Step says which phase ended it.  Journalled, so that a killed run is seen by the next.
 */
struct fabric_apply_opts {
	unsigned confirm_seconds;    /* the timers; 0 = 300 */
	unsigned verify_ms;          /* sessions may take as long to come back; 0 = half of the timers, and with several
	                                batches their share of three quarters, at least 10 s */
	unsigned canary;             /* so many switches first, alone; 0 = none */
	unsigned serial;             /* at most so many at once; 0 = all.  With canary or serial: never two spines, nor
	                                both of a pair, in one batch */
	bool no_verify;              /* for the repair of a fabric that is down already: only what was written is read
	                                back; shown in every Step */
	unsigned lock_seconds;
	unsigned undo_ms;            /* as long a switch that does not answer is asked to go back; 0 = 45 s.  One that
	                                does has what is left of its timer */
};
/* -EINVAL + MS_USAGE when the timers cannot last for all batches: the error says how long they must be. */
int fabric_apply(struct ms_run *run, struct ms_store *store, const struct fabric_env *env,
		 const struct fabric_apply_opts *opts, struct ms_err *err);

/* ---- verbs -------------------------------------------------------------------------------------- */

struct fabric_args {
	const char **only, **rules, *trace, *replay, *from, *to, *dir, *view;
	unsigned rate, canary, serial;
	int64_t confirm, verify, lock;
	bool own_all, exit_code, no_verify, model;
};
ms_verb_fn fabric_verb_get, fabric_verb_plan, fabric_verb_apply, fabric_verb_check;
ms_verb_fn fabric_verb_render, fabric_verb_trace, fabric_verb_trust;

#endif
