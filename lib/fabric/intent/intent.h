/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/fabric: the model of one switch while it is drawn up. */
#ifndef MS_FABRIC_INTENT_H
#define MS_FABRIC_INTENT_H

#include "fabric/set.h"

struct intent {
	const struct fabric_set *set;
	const json_t *sw, *fabric;       /* fabric NULL: presets hold */
	const char *name;                /* of the switch */
	const char *router;              /* its IPv4 loopback, NULL when it has none */
	json_t *model;                   /* being built */
	json_t *vrfs;                    /* {VRF: name of its tenant} */
	struct ms_report problems;       /* what cannot be, all of it */
	struct ms_err spilt;
	bool failed;                     /* memory ran out */
};

/* The object at a key of `in`, made when it is not there. */
json_t *intent_in(struct intent *intent, json_t *in, const char *key);
/* A row of a section of the model: vlans/100. */
json_t *intent_row(struct intent *intent, const char *section, const char *key);
void intent_set(struct intent *intent, json_t *row, const char *key, json_t *value /* taken */);
/* Add a scalar (taken) to the set at a key: sorted, each once. */
void intent_add(struct intent *intent, json_t *row, const char *key, json_t *scalar);
/* Something that cannot be; path is within the Switch, "" for what lies elsewhere.  For ms_hint(). */
struct ms_err *intent_problem(struct intent *intent, const char *path, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Report of problems as one error; 0 when there are none.  `what` is "not planned" and the like. */
int fabric_refuse(const struct ms_report *problems, const char *what, struct ms_err *err);

/* fabric_intent, its maps not yet in order: for those who only look things up. */
int intent_draw(const struct fabric_set *set, const json_t *sw, json_t **ret_model, struct ms_err *err);

/* port.c */
json_t *intent_port(struct intent *intent, const char *port);    /* the port's row, with its presets */
/* The row that carries what is said of a port: its channel's, where it is in one. */
json_t *intent_carrier(struct intent *intent, const char *port);
json_t *intent_channel(struct intent *intent, const char *name);
void intent_ports(struct intent *intent);
unsigned intent_host_mtu(const struct intent *intent);
/* pair.c */
void intent_pair(struct intent *intent);
void intent_shared(struct intent *intent, const json_t *channel, json_t *row);
/* underlay.c */
void intent_underlay(struct intent *intent);
/* tenant.c */
void intent_tenants(struct intent *intent);
/* Its VRF on this switch, made when it is not there; the name is lent, NULL when there is none to be. */
const char *intent_vrf(struct intent *intent, const json_t *tenant);
/* member.c: put the members of a network on their ports. */
void intent_members(struct intent *intent, const json_t *network, const json_t *tenant, const json_t *part);
/* qos.c: after all others, because every port has a profile by its speed. */
void intent_qos(struct intent *intent);
/* gateway.c: the router's addresses in a network. */
void intent_gateways(struct intent *intent, const json_t *network, const json_t *tenant, const json_t *part);

#endif
