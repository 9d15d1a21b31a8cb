/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to lib/site: what a Site says by rule, written out before anything else looks at it.  Rules of fabrics become
 * entries of `switches` and `links`, NICs' cables become links, ranges of ports become one entry each.  So defaults,
 * profiles, numbers and checks see entries only, and every entry knows where it comes from.
 */
#ifndef MS_SITE_GROW_H
#define MS_SITE_GROW_H

#include "site/check.h"

struct ms_grown {
	const struct ms_doc *site;  /* lent: as people wrote it */
	json_t *root;               /* owned: the same, with lists grown */
	json_t *origins;            /* owned: {"links": ["/spec/fabrics/0/clos", ...]}, of each entry of such a list */
	json_t *fabrics;            /* owned: {name: spec}, defaults merged */
	json_t *peers;              /* owned: {"node01:rail0": "leaf01:1", "leaf01:1": "node01:rail0"};
	                               a bond has the port of its first NIC */
	json_t *pairs;              /* owned: {"leaf01": "leaf02", "leaf02": "leaf01"} */
	json_t *channels;           /* owned: {switch: [channel]} that follow from cables */
};
/* site was checked against its tables.  Problems go to the report, at the line of the rule; then ret_grown is to be
 * released, and not to be used. */
int ms_grow(const struct ms_doc *site, struct ms_grown *ret_grown, struct ms_report *report, struct ms_err *err);
void ms_grown_release(struct ms_grown *grown);
/* Where people wrote what a pointer into the grown root points at. */
void ms_grown_origin(const struct ms_grown *grown, const char *path, char *buf, size_t size);

/* ---- between the files that grow ---- */

struct ms_growth {
	struct ms_grown *grown;
	struct ms_check check;      /* where problems are told; its path is that of the rule or entry at hand */
	json_t *switches, *links;   /* owned: lists as they will be */
	json_t *by_name;            /* owned: {name: switch} of those made by rule */
	json_t *by_ends;            /* owned: {"end end": link} */
	struct ms_err *err;         /* set once memory ran out */
	size_t problems;
};
/* No more entries than these, of all rules together: a line of a rule must not fill the memory. */
#define MS_GROW_MAX 1000000u
struct ms_err *ms_grow_problem(struct ms_growth *g, const char *hint, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* A switch of a rule; entry is taken. */
int ms_grow_switch(struct ms_growth *g, const char *name, json_t *entry);
/* A cable; more (fabric, layer, ...; may be NULL) is lent.  One that is there already gets more over it. */
int ms_grow_link(struct ms_growth *g, const char *from, const char *to, const json_t *more);
/* A shallow copy. */
json_t *ms_grow_copy(const json_t *value);
/* Merged over `under`, in place; null stays, because what is inherited is still below. */
int ms_grow_overlay(json_t *under, const json_t *over);

int ms_grow_fabrics(struct ms_growth *g);   /* fabrics themselves, and what they own */
int ms_grow_rules(struct ms_growth *g);     /* fabrics: clos, railOptimised */
int ms_grow_switches(struct ms_growth *g);  /* those written out */
int ms_grow_links(struct ms_growth *g);     /* those written out, and the cables of NICs */
int ms_grow_pairs(struct ms_growth *g);     /* who is one with whom */
int ms_grow_channels(struct ms_growth *g);  /* links of pairs, and bonds of servers */
int ms_grow_networks(struct ms_growth *g);  /* their members */
/* The channels of a switch into its spec, except where what people wrote there has their ports. */
int ms_grown_channels(const struct ms_grown *grown, const char *name, json_t *spec);
/* Calls fn for each entry of a list of the grown Site, and each name that it stands for (copy counts them). */
typedef int ms_grow_fn(struct ms_growth *g, void *ctx, const char *name, size_t copy, const json_t *base,
		       const json_t *entry);
int ms_grow_each(struct ms_growth *g, const char *key, const char *defaults, ms_grow_fn *fn, void *ctx);

/* "{role}{n:02}" with its words filled in.  count: without {n}, which shows what n counts among. */
struct ms_template { const char *role; unsigned n, pod, rail, unit; };
int ms_template_put(struct ms_buf *buf, const char *text, const struct ms_template *words, bool count);
/* NULL, or what is wrong with it: the word that is unknown, for messages; caller frees. */
char *ms_template_wrong(const char *text);

/* ---- ranges that are spelled out ---- */

/* A copy of an entry that is a range of names, for one of them: ranges in its values are replaced, except those that
 * mean several (`many`).  The cache expands each text once; release it after the last. */
struct ms_range_cache { struct { char *text, **values; size_t n; } *list; size_t n; };
json_t *ms_range_pick(struct ms_range_cache *cache, const struct ms_field *fields, const json_t *entry, size_t copy,
		      struct ms_err *err);
void ms_range_cache_release(struct ms_range_cache *cache);
/* A list with ranges in its `many` fields: one entry for each value, ranges side by side (as many values each).  A new
 * list, or the same again when there is none.  -EINVAL + MS_INPUT when the numbers of values differ. */
int ms_range_spread(const struct ms_field *field, json_t *list, json_t **ret_list, struct ms_err *err);

#endif
