/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/site: the tables of every kind, the parts that kinds share, and what the files of this folder
 * lend each other. */
#ifndef MS_SITE_KINDS_H
#define MS_SITE_KINDS_H

#include "site/site.h"

/* One line per kind: its table (ms_kind_<table> in kind-<table>.c), its name. */
#define MS_KINDS(X) \
	X(site, "Site") \
	X(server, "Server") \
	X(nic, "Nic") \
	X(switch, "Switch") \
	X(link, "Link") \
	X(fabric, "Fabric") \
	X(tenant, "Tenant") \
	X(network, "Network") \
	X(step, "Step") \
	X(finding, "Finding") \
	X(numbers, "Numbers") \
	X(change, "Change")
#define MS_KIND_TABLE(table, name) extern const struct ms_kind ms_kind_##table;
MS_KINDS(MS_KIND_TABLE)
extern const struct ms_field ms_fields_credentials[], ms_fields_tls[], ms_fields_server[], ms_fields_meta[],
	ms_fields_switch[], ms_fields_link[], ms_fields_fabric[], ms_fields_tenant[], ms_fields_network[],
	ms_fields_roce[], ms_fields_login[], ms_fields_nic_host[];
/* apiVersion, kind, metadata: of every resource. */
extern const struct ms_field ms_fields_resource[];

/*
 * What a Site expands into: one row per list under its spec.  `numbers` are the values that may come from a pool,
 * ending with a NULL value.
 */
enum ms_number_form {
	MS_NUMBER_OWN,          /* one of its own */
	MS_NUMBER_TIER,         /* spines share one by pod, others as underlay.asnPlan says (RFC 7938, section 5.2) */
	MS_NUMBER_PAIR,         /* one for the two of a pair, */
	MS_NUMBER_MLAG,         /* and only where it is MLAG */
	MS_NUMBER_ENDS,         /* a subnet: its first address and the next are {from, to} */
	MS_NUMBER_MEMBERS,      /* a subnet for each of a list: its first address is the entry's `address` */
};
struct ms_site_number {
	const char *pools;      /* pointer of the pools in the Site: "/spec/pools/addresses" */
	const char *pool;       /* pointer in the resource's spec that names the pool: "/bmc/pool" */
	const char *value;      /* pointer in the resource's spec that it fills when absent: "/bmc/address" */
	const char *fabric;     /* pointer in its Fabric's spec that names the pool otherwise; NULL = nothing does */
	const char *routings;   /* words of underlay.routing with which the fabric's pool is used */
	enum ms_number_form form;
};
struct ms_site_list {
	const char *key;        /* spec.<key>: "servers" */
	const char *defaults;   /* spec.defaults.<defaults>: "server" */
	const struct ms_kind *kind;
	const struct ms_site_number *numbers;
};
extern const struct ms_site_list ms_site_lists[]; /* ends with a NULL key */

/* What the entries of one list inherit. */
struct ms_inherit {
	const char *key;                            /* "server" */
	const json_t *defaults, *profiles;          /* lent by the Site */
	json_t *mixtures;                           /* owned */
};
void ms_inherit_init(struct ms_inherit *in, const json_t *site, const char *key);
void ms_inherit_release(struct ms_inherit *in);
/* Lent; NULL = nothing.  The entry is merged over it (RFC 7396). */
int ms_inherit_of(struct ms_inherit *in, const json_t *entry, const json_t **ret_inherited, struct ms_err *err);
bool ms_inherit_matches(const struct ms_inherit *in, const json_t *profile, const json_t *entry);
/* The value at a pointer of an entry merged over what it inherits, without merging. */
const json_t *ms_merged_at(const json_t *inherited, const json_t *entry, const char *pointer);

/* Building values: every step may fail for want of memory; `failed` remembers it, and the end looks once. */
static inline void ms_build_set(bool *failed, json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value))
		*failed = true;
}

static inline void ms_build_add(bool *failed, json_t *array, json_t *value)
{
	if (json_array_append_new(array, value))
		*failed = true;
}

/* ---- fields ---- */

/* The default of a row, a new value; NULL when memory ran out. */
json_t *ms_field_preset(const struct ms_field *field);
/* The row of a key, INCLUDEs followed; NULL when unknown.  Rows marked `site` only when site is true. */
const struct ms_field *ms_field_find(const struct ms_field *fields, const char *name, bool site);
/* Call fn for each row, INCLUDEs followed; non-zero ends it. */
typedef int ms_field_fn(void *ctx, const struct ms_field *field);
int ms_field_each(const struct ms_field *fields, ms_field_fn *fn, void *ctx);

/* What the text types are: how to call them, how to recognise them, what to type instead. */
struct ms_text_type {
	const char *what;                   /* "an address" */
	bool (*valid)(const char *text);    /* NULL = any text */
	const char *hint;
	const char *format, *pattern;       /* JSON Schema; NULL = none */
	char *(*meant)(const char *text);   /* what was probably meant, caller frees; NULL = no idea */
	char *(*why)(const char *text);     /* what is wrong, caller frees; NULL = it is just not of the type */
};
/* NULL for types that are not text. */
const struct ms_text_type *ms_text_type(enum ms_field_type type);

/* ---- addresses, ranges ---- */

/* IPv4 and IPv6 as one number line; also plain numbers. */
typedef unsigned __int128 ms_u128;
struct ms_addr { ms_u128 value; bool v6; };
bool ms_addr_parse(const char *text, struct ms_addr *ret_addr);
/* buf holds at least 48 bytes; returns buf. */
const char *ms_addr_format(struct ms_addr addr, char *buf);
/* "10.0.0.0/24", "10.0.0.5-10.0.0.9" or one address. */
bool ms_addr_range_parse(const char *text, struct ms_addr *ret_first, struct ms_addr *ret_last);
bool ms_prefix_parse(const char *text, struct ms_addr *ret_first, struct ms_addr *ret_last, unsigned *ret_bits);

/* Does text hold a range ("node[01-40]", "[1-39/2]")?  Brackets around anything else ("[::1]") are plain text. */
bool ms_range_is(const char *text);
#define MS_RANGE_MAX 100000u
/* Its values in order, the last bracket turning fastest, at most MS_RANGE_MAX; ms_strv_free.  Text without a range
 * is its own and only value. */
int ms_range_expand(const char *text, char ***ret_values, size_t *ret_n, struct ms_err *err);

#endif
