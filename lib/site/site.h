/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The door of lib/site: the field tables of every kind, and the Site that people write.  Layer 1: core only.
 */
#ifndef MS_SITE_H
#define MS_SITE_H

#include "core/core.h"

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
};
struct ms_field {
	const char *name;
	enum ms_field_type type;
	const char *help;
	const struct ms_field *fields;   /* of an OBJECT, or of the objects in a LIST */
	enum ms_field_type item;         /* of scalars in a LIST or MAP */
	const char *const *words;        /* of an ENUM */
	const char *preset;              /* default as JSON text, NULL = none */
	bool required;
	int64_t min, max;                /* of INT (both 0 = unbounded), of a LIST's length, of a STRING's length */
	const char *pattern;             /* of a STRING: POSIX extended, anchored */
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
const struct ms_kind *ms_kind_find(const char *name);

/* What commands give to ms_main so that streams are checked and Sites expanded. */
extern const struct ms_front ms_site_front;

/* Validate a resource against its table: unknown keys (naming the nearest known one), wrong types, missing fields,
 * bad addresses...  All problems are added to the report, with pointers; line numbers come from doc. */
int ms_site_check_resource(const struct ms_doc *doc, struct ms_report *report);
/* Fill defaults of the table into spec, in place. */
int ms_site_fill(json_t *res, struct ms_err *err);
/* JSON Schema (2020-12) of one kind, or of all (kind NULL). */
int ms_site_schema(const struct ms_kind *kind, json_t **ret_schema, struct ms_err *err);

/* Expand a Site: defaults merged, names and addresses expanded, numbers allocated (deterministic; recorded ones from
 * `sticky` win, {"pool": {"owner": number}}, may be NULL).  ret_resources is a new array in file order. */
int ms_site_expand(const struct ms_doc *site, const json_t *sticky, json_t **ret_resources, struct ms_report *report,
		   struct ms_err *err);
/* Cross rules over a whole Site (duplicates, overlaps, dangling references): rows of a table. */
int ms_site_cross_check(const struct ms_doc *site, const json_t *resources, struct ms_report *report, struct ms_err *err);
/* Canonical text of a site file, comments kept.  */
int ms_site_format(const struct ms_doc *doc, char **ret_text, struct ms_err *err);
/* Semantic difference of two resource arrays: array of {op: add|remove|change, kind, name, path, before, after}. */
int ms_site_diff(const json_t *old, const json_t *new, json_t **ret_changes, struct ms_err *err);
/* Graphviz text of racks and cabling. */
int ms_site_graph(const json_t *resources, char **ret_text, struct ms_err *err);

#endif
