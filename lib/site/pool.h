/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/site: a pool of addresses or numbers. */
#ifndef MS_SITE_POOL_H
#define MS_SITE_POOL_H

#include "site/grow.h"

struct ms_span { ms_u128 first, last; };
struct ms_pool {
	const char *name;          /* lent by the Site */
	bool addresses, v6;        /* else plain numbers */
	unsigned unit;             /* addresses in one value, as a power of 2: 1 for subnets of /31 in IPv4 */
	unsigned length;           /* of the subnets given out, 0 = addresses */
	ms_u128 first, last;       /* what may be given out, in units */
	struct ms_span *taken;
	size_t n, cap, sealed;     /* the first `sealed` spans are sorted and apart */
	ms_u128 cursor;            /* lowest that may be free; spans before `next` are below it */
	size_t next;
	bool exhausted;
	bool giving;               /* the first owner came: nothing may be reserved any more */
	const json_t *recorded;    /* lent: {"taken": {...}, "released": {...}}, NULL = none */
	json_t *kept;              /* owned: what of it holds, {"owner": value} */
	json_t *taken_by;          /* owned: what was given out, {"owner": value} */
	bool refused;              /* it gave what the field does not take, and that was told */
	size_t missing;            /* how many went without, */
	char first_missing[512];   /* and where the first of them stands */
};
struct ms_pools {
	struct ms_pool *list;
	size_t n;
	json_t *spec, *recorded;   /* owned */
};
#define MS_POOL_HINT \
	"widen the pool, name another, or give back what is released: msctl-site render --record --prune"
/* From an entry of spec.pools that was checked.  0 or -ENOMEM or -EINVAL. */
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
/* Text or number to value and back: exactly one value; ms_pool_span also finds what a wider or narrower text covers. */
bool ms_pool_read(const struct ms_pool *pool, const json_t *json, ms_u128 *ret_value);
bool ms_pool_span(const struct ms_pool *pool, const json_t *json, ms_u128 *ret_first, ms_u128 *ret_last);
json_t *ms_pool_show(const struct ms_pool *pool, ms_u128 value);
/* Lowest and highest address that it may give out, alone or in a subnet. */
ms_u128 ms_pool_first(const struct ms_pool *pool);
ms_u128 ms_pool_last(const struct ms_pool *pool);
/* NULL when there is none of the name. */
struct ms_pool *ms_pools_find(struct ms_pools *pools, const char *name);
/* Everything a Site's expansion takes from its pools, as ms_site_expand returns it.  Problems go to the report, and
 * then what went without is not in it. */
int ms_site_allocate(const struct ms_grown *grown, json_t *recorded, json_t **ret_given, struct ms_report *report,
		     struct ms_err *err);
/* Whose the number of a row is: "Server/node01/bmc/address".  The entry lies over base, which may be NULL; `end` is
 * that of a member, for MS_NUMBER_MEMBERS. */
struct ms_number_owner {
	const struct ms_grown *grown;
	const char *kind, *name, *end;
	const json_t *base, *entry;
};
void ms_number_owner(const struct ms_site_number *row, const struct ms_number_owner *owner, char *buf, size_t size);
/* "node01:rail0", "leaf01:1", "leaf01:po1": by what a member is known. */
const char *ms_member_end(const json_t *member);
/* Address i of those that hosts of a subnet may have: both of a /31 (RFC 3021), else all but the first.  New. */
json_t *ms_subnet_address(const char *subnet, unsigned i);
/* What was given into spec, everything that a row says. */
int ms_numbers_put(const struct ms_grown *grown, const struct ms_site_list *list, const json_t *given, const char *name,
		   json_t *spec);

#endif
