/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/fabric: the index of a stream, by switch, so that an intent sees only what concerns it. */
#ifndef MS_FABRIC_SET_H
#define MS_FABRIC_SET_H

#include "fabric/driver.h"
#include "site/site.h"

struct fabric_set {
	const json_t **sw;       /* in the order of the stream */
	size_t n;
	json_t *kinds;           /* {KIND: {NAME: resource}} */
	json_t *peers;           /* {END: END}, both ways; one way for bonds, "node01:bond0" */
	json_t *cables;          /* {SWITCH: [cable]} in the order of the stream */
	json_t *trunks;          /* the same, of those that carry VLANs between switches */
	json_t *parts;           /* {SWITCH: {NETWORK: part}} */
	json_t *where;           /* {NETWORK: {SWITCH: part}}, the same parts */
	json_t *sharers;         /* {"FABRIC ASN": number of switches that are no spines} */
	json_t *owned;           /* {FABRIC: {vlans, vnis, vpls, vrfs: {KEY: true}}}: what its tenants have */
	struct ms_report *report;
	struct ms_err spilt;     /* takes the hint of a problem that the report has no room for */
	bool failed;             /* memory ran out on the way */
};
/*
 * cable  {port, end, link: Link (absent for the cable of a NIC), layer, own: "from" | "to"}
 * part   {members: [{port | channel, member}], trunks: [PORT]}   what a network has on a switch; `member` is the entry
 *        of the Network, trunks the ports that it passes on its way between switches
 */

struct fabric_end { char device[256]; const char *port; };
/* "leaf01:1" in its halves; port points into `end`. */
bool fabric_end_split(const char *end, struct fabric_end *ret_end);

/* The Fabric of a Switch, Link or Tenant: the one that it names, or the only one; NULL = none, presets hold. */
const json_t *fabric_set_fabric(const struct fabric_set *set, const json_t *res);
/* The other of the pair, NULL when there is none. */
const json_t *fabric_set_pair(const struct fabric_set *set, const json_t *sw);
/* Does it share its AS number with others below the spines, because the Fabric's underlay.asnPlan says so? */
bool fabric_set_shares_asn(const struct fabric_set *set, const json_t *sw);
/* The channel of a Switch that has this port, or this name; NULL when there is none. */
const json_t *fabric_channel_of(const json_t *sw, const char *port);
const json_t *fabric_channel_named(const json_t *sw, const char *name);
/* "evpn-vxlan" where it is not written. */
const char *fabric_isolation_of(const json_t *tenant);

/* The object or array at a key, made when it is not there; NULL and set->failed when memory runs out. */
json_t *fabric_set_object(struct fabric_set *set, json_t *in, const char *key);
json_t *fabric_set_array(struct fabric_set *set, json_t *in, const char *key);
/* What a network has on a switch, made when it is not there. */
json_t *fabric_set_part(struct fabric_set *set, const char *sw, const char *network);
/* What is wrong with a resource, for people. */
struct ms_err *fabric_set_problem(struct fabric_set *set, const json_t *res, const char *path, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* set-cable.c, set-member.c, set-trunk.c: the steps of fabric_set_new. */
void fabric_set_add_link(struct fabric_set *set, const json_t *link);
void fabric_set_add_nics(struct fabric_set *set, const json_t *server);
void fabric_set_add_network(struct fabric_set *set, const json_t *network);
void fabric_set_own_tenant(struct fabric_set *set, const json_t *tenant);
void fabric_set_own_network(struct fabric_set *set, const json_t *network);
void fabric_set_add_trunks(struct fabric_set *set, const json_t *network);

#endif
