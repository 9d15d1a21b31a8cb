/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to the NVUE driver.  Cumulus Linux says everything in one tree.  It has two dialects: up to 5.14
 * "enable: on", and "ip" below an interface; from 5.15 on "state: enabled", and "ipv4" and "ipv6".  The older one is
 * called classic here: rendering and parsing know only that, and dialect.c translates whole trees.
 */
#ifndef MS_FABRIC_NVUE_H
#define MS_FABRIC_NVUE_H

#include "fabric/driver.h"

enum nvue_variant { NVUE_CLASSIC, NVUE_MODERN };
#define NVUE_BRIDGE "br_default"
#define NVUE_PEERLINK "peerlink"
/* Switches of an interface's "lldp", all off by default. */
#define NVUE_DCBX_ETS "dcbx-ets-config-tlv"
#define NVUE_DCBX_ADVICE "dcbx-ets-recomm-tlv"
#define NVUE_DCBX_PFC "dcbx-pfc-tlv"

/* ---- tree.c: trees with keys as they are (no JSON pointers: keys hold slashes) -------------- */

/* The value below `root` at these keys (ended by NULL), lent; NULL when it is not there. */
json_t *nvue_at(const json_t *root, ...) __attribute__((sentinel));
/* The same, with the objects on the way and at the end made; NULL when out of memory. */
json_t *nvue_dig(json_t *root, ...) __attribute__((sentinel));
/* Ranges among keys ("swp1-4,swp7", "10,20-30") written out, where NVUE allows them.  In place. */
int nvue_expand(json_t *tree, struct ms_err *err);
/* What of `tree` is not in `known`, as short paths. */
int nvue_rest(const json_t *tree, const json_t *known, json_t *opaque);
/* Array of at most two merge patches (RFC 7396), what goes first: one body must not set and unset one resource. */
int nvue_patches(const json_t *now, const json_t *target, json_t **ret_patches, struct ms_err *err);

/* ---- dialect.c -------------------------------------------------------------------------------- */

/* In place: a tree of either dialect becomes classic. */
int nvue_to_classic(json_t *tree);
/* In place, "ip" to "ipv4" and "ipv6", and back; of patches too. */
int nvue_split_ip(json_t *tree);
int nvue_join_ip(json_t *tree);
/* Does the tree name addresses below "ipv4" or "ipv6"?  And below "ip"? */
bool nvue_splits_ip(const json_t *tree);
bool nvue_joins_ip(const json_t *tree);

/* ---- render*.c -------------------------------------------------------------------------------- */

struct nvue_out {
	const struct fabric_dialect *dialect;
	const json_t *model;
	json_t *tree;
	bool modern;                 /* words of 5.15; addresses are joined until the end */
	bool failed;                 /* out of memory somewhere */
};
json_t *nvue_node(struct nvue_out *out, ...) __attribute__((sentinel));
void nvue_set(struct nvue_out *out, json_t *node, const char *key, json_t *value);
void nvue_set_text(struct nvue_out *out, json_t *node, const char *key, const char *value);
/* A switch of its own, {key: on}; and the one of a feature: {enable: on}, {state: enabled}. */
void nvue_set_switch(struct nvue_out *out, json_t *node, const char *key, bool on);
void nvue_enable(struct nvue_out *out, json_t *node, bool on);
/* Keys without value for each text of a list. */
void nvue_keys(struct nvue_out *out, json_t *node, const json_t *list);
int nvue_port_name(struct nvue_out *out, const char *port, char *buf, size_t size, struct ms_err *err);
int nvue_render_interfaces(struct nvue_out *out, struct ms_err *err);
int nvue_render_routing(struct nvue_out *out, struct ms_err *err);
/* The whole model, classic (but for the words, where they are to be modern). */
int nvue_render_tree(const struct fabric_dialect *dialect, const json_t *model, bool modern, json_t **ret_tree,
		     struct ms_err *err);
int nvue_render(const struct fabric_dialect *dialect, const json_t *model, json_t **ret_native, struct ms_err *err);
int nvue_normal(const struct fabric_dialect *dialect, json_t *model, struct ms_err *err);

/* qos.c, for both ways: `qos` of the model, and of a port; what NVUE keeps of it. */
void nvue_render_qos(struct nvue_out *out);
void nvue_render_port_qos(struct nvue_out *out, json_t *node, const json_t *port);
void nvue_normal_qos(json_t *model);

/* ---- parse*.c --------------------------------------------------------------------------------- */

struct nvue_in {
	const struct fabric_dialect *dialect;
	const json_t *tree;          /* classic, ranges written out */
	json_t *model;
	json_t *members;             /* of bonds: {name: true} */
	bool failed;
};
json_t *nvue_section(struct nvue_in *in, const char *name, const char *key);
void nvue_put(struct nvue_in *in, json_t *object, const char *key, json_t *value);
bool nvue_is_on(const json_t *node, bool otherwise);
/* A number, also as text; otherwise when it is none or beyond max. */
int64_t nvue_number(const json_t *value, int64_t max, int64_t otherwise);
/* Keys that are addresses with a prefix length, as inet_ntop(3) writes them, sorted. */
json_t *nvue_addresses(const json_t *node);
/* Keys, sorted as text; new reference. */
json_t *nvue_key_list(const json_t *node);
/* Lower case. */
json_t *nvue_mac(const json_t *value);
void nvue_parse_qos(struct nvue_in *in);
/* The rest is read before: profiles are known. */
void nvue_parse_port_qos(struct nvue_in *in, json_t *row, const json_t *interface);
void nvue_parse_interfaces(struct nvue_in *in);
void nvue_parse_routing(struct nvue_in *in);
int nvue_parse(const struct fabric_dialect *dialect, const json_t *native, json_t **ret_model, json_t *opaque,
	       struct ms_err *err);

/* ---- http.c ----------------------------------------------------------------------------------- */

struct fabric_session {
	const struct fabric_env *env;
	const json_t *sw;
	char *name;
	struct fabric_login login;
	struct ms_peer *peer;
	char *id, *revision;         /* of the change that was staged or found last */
	char *before;                /* revision that was in force before commit */
	bool modern;                 /* 5.15 or later, by probe */
	long http_status;            /* of the last answer; 0 = there was none */
	enum { NVUE_FORM_UNKNOWN, NVUE_FORM_JOINED, NVUE_FORM_SPLIT } form; /* "ip", or "ipv4" and "ipv6" */
};
int nvue_open(const struct fabric_env *env, const json_t *sw, struct fabric_session **ret_session, struct ms_err *err);
void nvue_close(struct fabric_session *session);
struct nvue_call {
	const char *method, *path;   /* below /nvue_v1, "/revision/3" */
	const json_t *body;
	bool repeatable;
	bool missing_ok;             /* 404 is no error: ret_body is NULL */
	unsigned tries, seconds;     /* 0 = as lib/net does */
};
int nvue_call(struct fabric_session *session, const struct nvue_call *call, json_t **ret_body, struct ms_err *err);
int nvue_get(struct fabric_session *session, const char *path, json_t **ret_body, struct ms_err *err);

/* ---- facts.c ---------------------------------------------------------------------------------- */

int nvue_probe(struct fabric_session *session, json_t **ret_facts, struct ms_err *err);
int nvue_read(struct fabric_session *session, json_t **ret_native, struct ms_err *err);
int nvue_facts(struct fabric_session *session, const struct fabric_dialect *dialect, const char *const *only,
	       json_t *status, struct ms_err *err);

/* counters.c: `counters` of status.switch; what one interface of the tree says of them. */
int nvue_facts_counters(struct fabric_session *session, const struct fabric_dialect *dialect, json_t *status,
			struct ms_err *err);
int nvue_take_counters(const char *port, const json_t *interface, json_t *status, struct ms_err *err);

/* ---- revision.c, change.c ---------------------------------------------------------------- */

enum nvue_phase {
	NVUE_CANDIDATE,              /* nothing is active */
	NVUE_WORKING,                /* it goes on by itself */
	NVUE_WAITING,                /* active, and goes back unless confirmed */
	NVUE_ASKING,                 /* wants to hear "are you sure" */
	NVUE_APPLIED,
	NVUE_REFUSED,                /* failed, nothing is active */
	NVUE_HALF,                   /* failed, something may be active */
	NVUE_GONE,                   /* went back: not confirmed */
};
enum nvue_phase nvue_phase(const char *state);
/* State of a revision; ret_doc, may be NULL, is the whole of it. */
int nvue_revision_state(struct fabric_session *session, const char *revision, char state[static 32], json_t **ret_doc,
			struct ms_err *err);
/* Wait until the phase is none of NVUE_WORKING. */
int nvue_revision_settle(struct fabric_session *session, const char *revision, unsigned seconds, char state[static 32],
			 json_t **ret_doc, struct ms_err *err);
int nvue_revision_patch(struct fabric_session *session, const char *revision, json_t *body, struct ms_err *err);
/* The error of a revision that failed: its issues. */
int nvue_revision_fail(const struct fabric_session *session, const char *state, const json_t *doc, struct ms_err *err);
/* Revision of the change named id: session's own, or the one on the device that carries the name. -ENOENT when there is
 * none. */
int nvue_revision_find(struct fabric_session *session, const char *id, struct ms_err *err);
int nvue_pending(struct fabric_session *session, json_t **ret_pending, struct ms_err *err);
int nvue_stage(struct fabric_session *session, const char *id, const json_t *delta, const json_t *target,
	       struct ms_err *err);
int nvue_validate(struct fabric_session *session, const char *id, struct ms_err *err);
int nvue_commit(struct fabric_session *session, const char *id, unsigned seconds, struct ms_err *err);
int nvue_confirm(struct fabric_session *session, const char *id, struct ms_err *err);
int nvue_rollback(struct fabric_session *session, const char *id, struct ms_err *err);
int nvue_abandon(struct fabric_session *session, const char *id, struct ms_err *err);

#endif
