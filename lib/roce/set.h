/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/roce: the index of a stream, and both sides of a cable in the same words. */
#ifndef MS_ROCE_SET_H
#define MS_ROCE_SET_H

#include "roce/roce.h"

struct roce_fabric {
	const json_t *res;
	struct ms_roce roce;
	struct ms_err err;           /* why its spec.roce says nothing; error 0 = it does */
	int64_t host_mtu;            /* the largest of its hosts as they were read, 0 = none was */
};
struct roce_set {
	json_t *kinds;               /* {KIND: {NAME: resource}} */
	json_t *cables;              /* {END: {peer: END, link: Link}} both ways; link absent for the cable of a NIC */
	json_t *owners;              /* {"mac 02:...": "node01:rail0 function 3"}: the first that has it */
	struct roce_fabric *fabrics;
	size_t n_fabrics;
	bool failed;                 /* memory ran out */
};

const json_t *roce_find(const struct roce_set *set, const char *kind, const char *name);
/* The other end of a cable, NULL when there is none. */
const char *roce_peer(const struct roce_set *set, const char *end);
/* "leaf01:1/2" -> its Switch (NULL when it is none), and "1/2". */
const json_t *roce_switch_at(const struct roce_set *set, const char *end, const char **ret_port);
/* The model of a Switch: as it was read, else as a Config says; NULL = neither. */
const json_t *roce_model(const struct roce_set *set, const json_t *sw);
/* Of a Switch, of a Link between two, of a Nic by its cable; never NULL: managed is false where nothing is said. */
const struct ms_roce *roce_of(const struct roce_set *set, const json_t *res);
const struct roce_fabric *roce_fabric_of(const struct roce_set *set, const json_t *res);
/* Says a fabric of the stream what RoCE is to be, or tries to?  Else `note` says that nothing was compared with one. */
bool roce_has_fabric(const struct roce_set *set, struct ms_err *note);
/* The largest packets that hosts of its fabric send: as they were read, and those of RDMA at least. */
int64_t roce_host_mtu(const struct roce_set *set, const json_t *res);
/* The name of the switch that a Nic is at, and its port, as one end; NULL = no cable. */
const char *roce_leaf_of(const struct roce_set *set, const json_t *nic);

/* What no two virtual functions may share: "mac", "nodeGuid", "portGuid", NULL. */
extern const char *const roce_unique_keys[];
/* The first function of the stream that has it, as roce_function_label writes it; NULL = none, or it was never set. */
const char *roce_owner_of(const struct roce_set *set, const char *key, const char *value);
void roce_function_label(const char *nic, const json_t *function, char *buf, size_t size);

/* ---- side.c ---- */

/* One side of a cable.  What is not known is negative, or NULL. */
struct roce_side {
	const char *end;             /* "leaf01:1", "node01:rail0" */
	const json_t *res;           /* the Switch or Nic */
	bool host, known;            /* known: it was read, or a Config stands for it */
	int pfc;                     /* bit P: priority P is paused */
	int64_t mtu;
	const char *trust;
	int pause;                   /* bit 0: receives, bit 1: sends pause frames of 802.3x */
	unsigned gbps;
	const json_t *model, *port, *profile;   /* of a switch; profile NULL = the port has none */
	const json_t *seen;          /* status.roce of a Nic */
};
void roce_side_init(const struct roce_set *set, const char *end, struct roce_side *ret_side);
/* Of a switch's port: the row that carries its MTU and layers (that of its channel), and its profile. */
const json_t *roce_port(const json_t *model, const char *port);
const json_t *roce_carrier(const json_t *model, const char *port);
const json_t *roce_profile(const json_t *model, const json_t *port);
/* "priority 3", "priorities 3 and 4", "nothing": for people. */
const char *roce_bits_text(int bits, char *buf, size_t size);
int roce_bits_of(const json_t *list);
/* The priority of a code point ("dscp" or "pcp") among classes, and on a switch: -1 when no class has it. */
int roce_class_of(const json_t *classes, const char *field, unsigned code);
int roce_priority_of(const json_t *model, const char *field, unsigned code);
/* The code point that a NIC sends RDMA with, and what says so ("cm.tos"); -1 = not known. */
int roce_emits(const json_t *nic, const char **ret_by);

#endif
