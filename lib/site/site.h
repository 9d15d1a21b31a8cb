/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The door of lib/site: the field tables of every kind, and the Site that people write.  Layer 1: core only.
 */
#ifndef MS_SITE_H
#define MS_SITE_H

#include "core/core.h"
#include "site/roce.h"

/*
 * A kind is one table in one file (lib/site/kind-<name>.c).  The same rows validate, fill defaults, print the JSON
 * Schema and the KINDS section of the manual.
 */
enum ms_field_type {
	MS_F_STRING, MS_F_NAME /* RFC 1123 label, dots allowed */, MS_F_BOOL, MS_F_INT, MS_F_NUMBER, MS_F_ENUM,
	MS_F_ADDR /* IPv4 or IPv6 */, MS_F_HOST /* address or DNS name */, MS_F_PREFIX /* CIDR */, MS_F_MAC,
	MS_F_URL, MS_F_SECRET /* credential reference */, MS_F_TIME /* RFC 3339 */, MS_F_DURATION, MS_F_PIN,
	MS_F_OBJECT /* fields follow */, MS_F_LIST /* of `fields` objects, or of scalars of `item` */,
	MS_F_MAP /* any key to a scalar of `item` */, MS_F_ANY,
	MS_F_PATH /* a file; relative to the site file that names it */, MS_F_PORT /* SWITCH:PORT */,
	MS_F_ADDRS /* address, FIRST-LAST or CIDR */, MS_F_NAMES /* name, or a hostlist of names */,
	MS_F_INTERFACE /* address of an interface with the length of its prefix: 10.1.0.1/24 */,
	MS_F_INCLUDE /* no field of its own: the rows of `fields` stand here too */,
};
struct ms_field {
	const char *name;
	enum ms_field_type type;
	const char *help;
	const struct ms_field *fields;   /* of an OBJECT, of the objects in a LIST, of an INCLUDE */
	enum ms_field_type item;         /* of scalars in a LIST or MAP */
	const char *const *words;        /* of an ENUM */
	const char *preset;              /* default as JSON text (strings without escapes), NULL = none */
	bool required;
	int64_t min, max;                /* of INT (both 0 = unbounded), of a LIST's length, of a STRING's length */
	const char *pattern;             /* of a STRING: POSIX extended, anchored */
	const char *names;               /* pointer of a list of a Site ("/spec/credentials"): a STRING or NAME means
	                                    one of its entries; in place of an OBJECT the name of one may stand, and
	                                    expanding puts the entry's content there */
	bool site;                       /* known only inside a Site */
	bool partial;                    /* an OBJECT of defaults: nothing in it is required, nothing preset; a LIST of
	                                    entries that inherit, so that only `name` must stand in each */
	bool many;                       /* in a Site a range here means several: an entry for each value, or an item */
};
#define MS_FIELD_END { 0 }

struct ms_kind {
	const char *name;                /* "Server" */
	const char *help;
	const struct ms_field *spec;
	const char *const *commands;     /* whose it is, for the manual */
	bool authored;                   /* people write it in files of their own, not only inside a Site */
};
extern const struct ms_kind *const ms_kinds[];   /* NULL-terminated: the registry, one line per kind */
extern const char *const ms_kind_names[];
const struct ms_kind *ms_kind_find(const char *name);

/* What commands give to ms_main so that streams are checked and Sites expanded. */
extern const struct ms_front ms_site_front;

/* Validate a resource against its table: unknown keys (naming the nearest known one), wrong types, missing fields,
 * bad addresses...  All problems are added to the report, with pointers; line numbers come from doc.
 * Unknown kinds pass.  0, or -ENOMEM when the report is not complete. */
int ms_site_check_resource(const struct ms_doc *doc, struct ms_report *report);
/* Fill defaults of the table into spec, in place. */
int ms_site_fill(json_t *res, struct ms_err *err);
/* JSON Schema (2020-12) of one kind, or of all (kind NULL). */
int ms_site_schema(const struct ms_kind *kind, json_t **ret_schema, struct ms_err *err);

/*
 * What a Site's pools give, {"pool": {"taken": {"owner": value}, "released": {"owner": value}}}: `taken` are those that
 * have it now, `released` those on record that did not ask this time.  A released number is not given to anybody else
 * until told that devices have forgotten it (`msctl-site render --record --prune`); its owner has it back.
 *
 * Owners are stable names of what needs the number: "Server/node01/bmc/address", "Tenant/blue/segments/web/vni",
 * "Link/leaf01:49-spine01:1".  A kind whose lists are rows of ms_site_lists writes a row for the number and never
 * calls these; what is derived by rule (fabrics) calls them: everything that is written out reserved first, then one
 * ms_pools_take per owner, in file order.
 */
struct ms_pools;
/* spec is a Site's, checked; a reference is kept.  recorded may be NULL. */
int ms_pools_new(json_t *spec, json_t *recorded, struct ms_pools **ret_pools, struct ms_err *err);
void ms_pools_free(struct ms_pools *pools);
/* Written out by people, never given: an address or subnet is taken in every pool that holds it, a number only in the
 * pool that it names (may be NULL), because VLAN 100 has nothing to do with VNI 100.  What is in no pool is nothing. */
int ms_pools_reserve(struct ms_pools *pools, const char *pool, const json_t *value, struct ms_err *err);
/* The recorded value, or the lowest free one: an integer, "10.0.0.7", or "10.0.0.6/31" out of a pool of subnets.  Lent;
 * the same owner gets the same again.  MS_INPUT: -ENOENT no such pool, -ENOSPC it is used up, -EEXIST what is on record
 * is not free; hints say what to do, and the caller says where. */
int ms_pools_take(struct ms_pools *pools, const char *pool, const char *owner, const json_t **ret_value,
		  struct ms_err *err);
/* All of it, for the record; a new object. */
int ms_pools_record(const struct ms_pools *pools, json_t **ret_record, struct ms_err *err);

/*
 * Expand a Site: checked, defaults merged, ranges of names expanded, credentials put in place, relative file names made
 * relative to the site file's folder, numbers taken from the pools.  put is called for each resource, in file order,
 * and takes it.  Problems of the file go to the report, and then nothing is put.
 *
 * Numbers are deterministic (the lowest free one, in file order; what is written out in the file is never given) and
 * sticky: `recorded`, as above, may be NULL and wins.  ret_given, may be NULL, is what to record after this expansion.
 */
typedef int ms_put_fn(void *ctx, json_t *res, struct ms_err *err);
int ms_site_expand(const struct ms_doc *site, json_t *recorded, ms_put_fn *put, void *ctx, json_t **ret_given,
		   struct ms_report *report, struct ms_err *err);
/*
 * The record stands beside the site file: site.yaml -> site.numbers.yaml (kind Numbers), so that every command, every
 * operator and every machine gives the same numbers, and a review sees them change.  Caller frees; NULL for a source
 * that is no file.
 */
char *ms_numbers_path(const char *site_source);
/* An absent file is an empty record. */
int ms_numbers_load(const char *path, json_t **ret_recorded, struct ms_err *err);
int ms_numbers_save(const char *path, const char *site_name, const json_t *given, struct ms_err *err);
/* ms_site_expand with the record at `numbers` (NULL = beside the site file).  MS_RECORD_WRITE writes it where it
 * changed; MS_RECORD_PRUNE also forgets what is released: others get it when nothing else is left. */
enum ms_record { MS_RECORD_KEEP, MS_RECORD_WRITE, MS_RECORD_PRUNE };
int ms_site_render(const struct ms_doc *site, const char *numbers, enum ms_record record, ms_put_fn *put,
		   void *ctx, struct ms_report *report, struct ms_err *err);
/* Every resource of a file, Sites expanded, as a new array. */
int ms_site_load(const char *path, json_t **ret_resources, struct ms_report *report, struct ms_err *err);

/*
 * Rules over everything at once (duplicates, overlaps, what contradicts itself): rows for ms_rules_run, with an item
 * whose ctx is a struct ms_site_set; Findings are added to the item.
 */
struct ms_site_set {
	const json_t *resources;         /* array: the whole stream, Sites expanded */
	const struct ms_doc *sites;      /* the Sites themselves */
	size_t n_sites;
	struct ms_secrets *secrets;      /* to try credential references on; NULL = they are not tried */
};
extern const struct ms_rule ms_site_rules[];
/* spec.at of Findings ("site.yaml:41:7"): where a Site of the set says what their first object is; may be NULL. */
int ms_site_place(const struct ms_site_set *set, json_t *findings, struct ms_err *err);
/* All input of a run whose verb has Site among its kinds.  Release also after a failure. */
struct ms_site_stream {
	struct ms_site_set set;
	json_t *resources;               /* owned, = set.resources */
	struct ms_doc *sites;            /* owned, = set.sites */
	size_t n;                        /* documents read */
};
int ms_site_stream_read(struct ms_run *run, struct ms_site_stream *stream, struct ms_err *err);
void ms_site_stream_release(struct ms_site_stream *stream);

/* Canonical text of a YAML or JSON file: two-space indent, double quotes where quotes are needed, comments, anchors,
 * merge keys, order and flow style kept.  It is read back, and must mean the same.  Caller frees. */
int ms_site_format(const char *source, const char *text, size_t len, char **ret_text, struct ms_err *err);
/* Semantic difference of two arrays of resources, as an array of Changes.  Entries of lists that have names (members of
 * networks: ends) are told apart by them, also in paths: /spec/nics/rail0/vfs. */
int ms_site_diff(const json_t *old, const json_t *new, json_t **ret_changes, struct ms_err *err);
/* Rows of the fields of a kind (NULL = of all), as an array of resources of kind Field: path, type, default, help. */
int ms_site_fields(const struct ms_kind *kind, json_t **ret_fields, struct ms_err *err);
/* What a stream holds: add each resource, then take rows of kind Summary (group, value, count, failed). */
struct ms_site_summary;
int ms_site_summary_new(struct ms_site_summary **ret_summary, struct ms_err *err);
void ms_site_summary_free(struct ms_site_summary *summary);
int ms_site_summary_add(struct ms_site_summary *summary, const json_t *res, struct ms_err *err);
int ms_site_summary_rows(const struct ms_site_summary *summary, json_t **ret_rows, struct ms_err *err);
/* status.error, a failed Step, a Finding of severity error. */
bool ms_site_is_failed(const json_t *res);
/* Graphviz text of racks, seen from the front, and of the cables between NICs and switches. */
int ms_site_graph(const struct ms_site_set *set, char **ret_text, struct ms_err *err);

#endif
