/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/sim: RESTCONF (RFC 8040) over trees of JSON (RFC 7951).  Paths, queries, methods, headers and errors
 * are here; what there is, and what a write does to it, is the platform's.
 *
 *   restconf.c        requests: what may be asked how        path.c    resource identifiers (section 3.5.3)
 *   query.c  fields, depth and content (4.8)
 */
#ifndef MS_SIM_RESTCONF_H
#define MS_SIM_RESTCONF_H

#include "sim/switch.h"

#define SIM_RESTCONF_DATA "/restconf/data"
#define SIM_RESTCONF_STEPS 16

/* "ietf-interfaces:interface=ethernet1%2F1%2F1", decoded; module and key are NULL where they are not said. */
struct sim_restconf_step { const char *module, *name, *key; };
struct sim_restconf_path {
	struct sim_restconf_step step[SIM_RESTCONF_STEPS];
	size_t n;
	char *text;                  /* what the steps point into */
};
/* What a path leads to: `value` is lent, and so are the names; of an entry of a list they are the list's. */
struct sim_restconf_node {
	const char *module, *name;
	int module_len;
	const json_t *value;
	bool entry;
};
struct sim_restconf_top {
	const char *module, *name;
	bool config;
	json_t *(*get)(struct sim_switch *sw);     /* new reference */
};
struct sim_restconf {
	const struct sim_restconf_top *tops;       /* ends with a NULL name */
	const struct sim_restconf_list { const char *name, *key; } *lists; /* the same */
	/* May this request in?  Fills the reply when not. */
	bool (*login)(struct sim_req *req);
	/* Changes when the configuration does. */
	uint64_t (*version)(struct sim_switch *sw);
	/* POST, PUT, PATCH, DELETE of configuration; req->json is there when it is not DELETE. */
	void (*write)(struct sim_req *req, const struct sim_restconf_path *path);
};
void sim_restconf(struct sim_req *req, const struct sim_restconf *service);

/* Section 7: a reply with one error. */
void sim_restconf_fail(struct sim_req *req, unsigned status, const char *tag, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* ---- path.c ---- */
/* Of what is behind /restconf/data in req->uri.  -EINVAL when it is none. */
int sim_restconf_path(const char *uri, struct sim_restconf_path *ret_path);
void sim_restconf_path_release(struct sim_restconf_path *path);
/* "name" and, unless it is NULL, "module" of a member of an object; its key and value, or false. */
bool sim_restconf_member(const json_t *object, const struct sim_restconf_step *step, const char **ret_key,
			 json_t **ret_value);
/* From the value of the first step on.  false = there is nothing. */
bool sim_restconf_find(const struct sim_restconf *service, const struct sim_restconf_top *top, const json_t *value,
		       const struct sim_restconf_path *path, struct sim_restconf_node *ret_node);

/* ---- query.c: text of what is wrong, or NULL ---- */
const char *sim_restconf_query(struct sim_req *req, bool config, json_t **value);

#endif
