/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to this folder: SONiC, by CONFIG_DB and, for routing, FRR's own text.
 *
 * `native` is {"config_db": {TABLE: {KEY: {field: text}}}, "frr.conf": TEXT}.  CONFIG_DB of the community's releases
 * has no word for route distinguishers and targets, so routing is FRR's: docker_routing_config_mode of DEVICE_METADATA
 * must be "split" or "split-unified", which leaves frr.conf to its owner.
 *
 * Names: ports as the PORT table has them, PortChannelN, VlanN, VRFs "Vrf_NAME" because SONiC wants that prefix, the
 * tunnel "vtep", its EVPN "nvo".  Every port is always in the PORT table: it is changed, never made or removed.
 */
#ifndef MS_FABRIC_SONIC_H
#define MS_FABRIC_SONIC_H

#include "fabric/driver.h"

/* The VLAN over which the two of a pair talk. */
#define SONIC_PAIR_VLAN "4094"
#define SONIC_MTU 9100
/* Maps of QoS that are msctl's, and the table of cable lengths, whose one row is called AZURE everywhere. */
#define SONIC_QOS_MAP "MSCTL"
#define SONIC_CABLES "CABLE_LENGTH"

/* ---- render.c, render-interface.c ---- */
struct sonic_out {
	const struct fabric_dialect *dialect;
	const json_t *model;
	json_t *tables;
	bool failed;                 /* out of memory somewhere */
};
/* The row of a table, made when it is not there; NULL when out of memory. */
json_t *sonic_row(struct sonic_out *out, const char *table, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void sonic_set(struct sonic_out *out, json_t *row, const char *field, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
const char *sonic_vrf(const char *name, char *buf, size_t size);
int sonic_port(const struct sonic_out *out, const char *port, char *buf, size_t size, struct ms_err *err);
int sonic_render_interfaces(struct sonic_out *out, struct ms_err *err);
int sonic_render(const struct fabric_dialect *dialect, const json_t *model, json_t **ret_native, struct ms_err *err);

/* ---- parse.c, parse-interface.c ---- */
struct sonic_in {
	const struct fabric_dialect *dialect;
	const json_t *tables;
	json_t *model;
	bool failed;
};
/* The object at a key of the model, or of an object in it; made when it is not there. */
json_t *sonic_dig(struct sonic_in *in, json_t *object, const char *key);
/* Where an interface of CONFIG_DB is in the model: a port, a channel, the routed interface of a VLAN. */
json_t *sonic_interface(struct sonic_in *in, const char *name);
/* "Ethernet0|10.0.0.0/31" -> "Ethernet0" in buf, and what is behind the bar; NULL when there is none. */
const char *sonic_key(const char *key, char *buf, size_t size);
/* Insert into a set that stays sorted, numbers by value; takes value. */
void sonic_add(struct sonic_in *in, json_t *object, const char *key, json_t *value);
void sonic_parse_interfaces(struct sonic_in *in);
int sonic_parse(const struct fabric_dialect *dialect, const json_t *native, json_t **ret_model, json_t *opaque,
		struct ms_err *err);
int sonic_normal(const struct fabric_dialect *dialect, json_t *model, struct ms_err *err);

/* ---- routing.c ---- */
/* frr.conf of a model, and what frr.conf adds to a model. */
int sonic_render_routing(const struct fabric_dialect *dialect, const json_t *model, json_t **ret_text,
			 struct ms_err *err);
int sonic_parse_routing(const struct fabric_dialect *dialect, const char *text, json_t *model, json_t *opaque,
			struct ms_err *err);

/* ---- qos.c, qos-parse.c ---- */
/* Maps and profiles; what a port has of them. */
void sonic_render_qos(struct sonic_out *out);
void sonic_render_port_qos(struct sonic_out *out, const char *native, const json_t *port);
/* Tables with rows "PORT|NUMBER". */
extern const char *const sonic_qos_rows[];
/* The priority group of what may be lost. */
unsigned sonic_lossy_group(const json_t *model);
/* Ports that have exactly what the model comes to get `qos`; others have none. */
void sonic_parse_qos(struct sonic_in *in);
int sonic_normal_qos(json_t *model);
/* Fit a merge patch to the box: what contradicts `target` on the same ports goes too.  -EOPNOTSUPP where the box has no
 * buffers for lossless classes. */
int sonic_qos_settle(const json_t *running, const json_t *target, json_t *merge, struct ms_err *err);
/* Are all rows and fields of these tables in those? */
bool sonic_holds(const json_t *tables, const json_t *part);

/* ---- patch.c ---- */
/* {"config_db": merge patch, "frr": {"now": TEXT, "target": TEXT}}: what differs. */
int sonic_delta(const struct fabric_dialect *dialect, const json_t *now, const json_t *target, json_t **ret_delta,
		struct ms_err *err);
/*
 * A JSON Patch (RFC 6902) that brings a running CONFIG_DB to where the merge patch wants it: tables that are not there
 * are added, tables that become empty are removed.  Removals come first, what refers before what it refers to;
 * additions the other way round.
 */
int sonic_patch(const json_t *running, const json_t *merge, json_t **ret_patch, struct ms_err *err);

/* A table of which nothing is wanted any more may hold rows that no model has a word for: those of `now` go one by one,
 * in the merge patch, in place. */
int sonic_name_rows(const json_t *now, json_t *merge);
/* Is this table one of those that RoCE has for itself? */
bool sonic_of_roce(const char *table);

/* ---- direct.c ---- */
/*
 * What of a merge patch is written by itself, and how: `config apply-patch` refuses to make profiles of buffers and of
 * WRED, and all that is said of the watchdog, since releases of 2022 (rdma_config_update_validator of sonic-utilities'
 * generic_config_updater).  ret_new and ret_old: JSON Patches (RFC 6902) of tables of RoCE, there and back, a line for
 * some hundred operations.  merge: these tables are taken out of it, in place.
 */
int sonic_direct(const json_t *running, json_t *merge, char **ret_new, char **ret_old, struct ms_err *err);
/* Does such a patch: KEYS is empty, ARGV[1] is a line. */
extern const char sonic_direct_script[];

/* ---- session.c: sessions are those of any Linux box (box.h) ---- */
extern const char sonic_platform[]; /* what box_script reads */
int sonic_probe(struct fabric_session *session, json_t **ret_facts, struct ms_err *err);
int sonic_read(struct fabric_session *session, json_t **ret_native, struct ms_err *err);
int sonic_facts(struct fabric_session *session, const struct fabric_dialect *dialect, const char *const *only,
		json_t *status, struct ms_err *err);
int sonic_stage(struct fabric_session *session, const char *id, const json_t *delta, const json_t *target,
		struct ms_err *err);

/* ---- counters.c: status.counters ---- */
#define SONIC_COUNTER_MAPS 3
/* What COUNTERS_DB was asked of ports, of queues, and of priority groups; each may be NULL, and is cut into pieces. */
int sonic_parse_counters(const struct fabric_dialect *dialect, char *const texts[static SONIC_COUNTER_MAPS],
			 json_t *status, struct ms_err *err);
int sonic_counters(struct fabric_session *session, const struct fabric_dialect *dialect, json_t *status,
		   struct ms_err *err);

#endif
