/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/site: a pool of addresses or numbers. */
#ifndef MS_SITE_POOL_H
#define MS_SITE_POOL_H

#include "site/kinds.h"

struct ms_span { ms_u128 first, last; };
struct ms_pool {
	const char *name;          /* lent by the Site */
	bool addresses, v6;        /* else plain numbers */
	ms_u128 first, last;       /* what may be given out */
	struct ms_span *taken;
	size_t n, cap, sealed;     /* the first `sealed` spans are sorted and apart */
	ms_u128 cursor;            /* lowest that may be free; spans before `next` are below it */
	size_t next;
	bool exhausted;
	size_t missing, first_missing; /* how many went without, and the entry of the first */
};
/* From an entry of spec.pools that was checked. */
int ms_pool_init(struct ms_pool *pool, const json_t *entry, struct ms_err *err);
void ms_pool_release(struct ms_pool *pool);
/* Take [first, last] out; all of this before the first ms_pool_give. */
int ms_pool_reserve(struct ms_pool *pool, ms_u128 first, ms_u128 last, struct ms_err *err);
/* Sort what is reserved so far, so that ms_pool_is_free sees it. */
void ms_pool_seal(struct ms_pool *pool);
/* May it be given out: inside, and not reserved when the pool was last sealed? */
bool ms_pool_is_free(const struct ms_pool *pool, ms_u128 value);
/* The lowest value not yet taken; false when there is none. */
bool ms_pool_give(struct ms_pool *pool, ms_u128 *ret_value);
/* Text or number to value and back. */
bool ms_pool_read(const struct ms_pool *pool, const json_t *json, ms_u128 *ret_value);
json_t *ms_pool_show(const struct ms_pool *pool, ms_u128 value);
/* Everything a Site's expansion takes from its pools, as ms_site_expand returns it.  Problems go to the report. */
int ms_site_allocate(const struct ms_doc *site, const json_t *recorded, json_t **ret_given, struct ms_report *report,
		     struct ms_err *err);
/* "Server/node01/bmc/address". */
void ms_number_owner(char *buf, size_t size, const char *kind, const char *name, const char *pointer);
/* The value at a pointer of an entry merged over its defaults (RFC 7396), without merging. */
const json_t *ms_merged_at(const json_t *defaults, const json_t *entry, const char *pointer);

#endif
