/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules about where things are: racks, and the pools that addresses come from. */
#include <inttypes.h>
#include "site/pool.h"
#include "site/rules.h"

/* ---- racks ---- */

/* {name: units} of every rack described. */
static json_t *racks_new(const struct ms_site_set *set)
{
	json_t *racks = json_object(), *rack;
	bool failed = !racks;
	size_t i;

	for (size_t s = 0; s < set->n_sites; s++)
		json_array_foreach(ms_at(set->sites[s].root, "/spec/racks"), i, rack)
			ms_build_set(&failed, racks, ms_str(rack, "/name", ""),
				     json_integer(ms_int(rack, "/units", 42)));
	if (!failed)
		return racks;
	json_decref(racks);
	return NULL;
}

static bool stands(const json_t *res)
{
	return ms_streq(ms_kind(res), "Server") || ms_streq(ms_kind(res), "Switch");
}
#define stands_foreach(set, i, res) \
	json_array_foreach((set)->resources, i, res) if (stands(res))

static int occupy(struct ms_item *item, const struct ms_rule *rule, json_t *units, json_t *pairs,
		  const json_t *res, struct ms_err *err)
{
	const char *rack = ms_str(res, "/spec/rack", NULL);
	int64_t unit = ms_int(res, "/spec/unit", 0), height = ms_int(res, "/spec/height", 1);

	if (!rack || !unit)
		return 0;
	for (int64_t u = unit; u < unit + height && u <= 200; u++) {
		MS_AUTO_FREE char *key = ms_asprintf("%s/%" PRId64, rack, u);
		json_t *other = key ? json_object_get(units, key) : NULL;

		if (!other) {
			if (!key || json_object_set(units, key, (json_t *)res))
				return ms_nomem(err);
			continue;
		}
		MS_AUTO_FREE char *pair = ms_asprintf("%s/%s", ms_name(other), ms_name(res));

		if (pair && json_object_get(pairs, pair))
			continue;
		if (!pair || json_object_set_new(pairs, pair, json_true()))
			return ms_nomem(err);
		int r = ms_find_two(item, rule, other, res, err,
				    "correct unit or height of one of them",
				    "unit %" PRId64 " of rack %s holds %s and %s", u, rack,
				    ms_name(other), ms_name(res));

		if (r)
			return r;
	}
	return 0;
}

int ms_rule_units_overlap(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	json_auto_t *units = json_object(), *pairs = json_object();
	const json_t *res;
	size_t i;
	int r = 0;

	stands_foreach(ms_rule_set(item), i, res)
		if (!r)
			r = occupy(item, rule, units, pairs, res, err);
	return r;
}

int ms_rule_rack_height(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	json_auto_t *racks = racks_new(ms_rule_set(item));
	const json_t *res;
	size_t i;
	int r = racks ? 0 : ms_nomem(err);

	stands_foreach(ms_rule_set(item), i, res) {
		const char *rack = ms_str(res, "/spec/rack", NULL);
		int64_t units = rack ? json_integer_value(json_object_get(racks, rack)) : 0;
		int64_t unit = ms_int(res, "/spec/unit", 0),
			top = unit + ms_int(res, "/spec/height", 1) - 1;

		if (!r && units && unit && top > units)
			r = ms_find_one(
				item, rule, res, err,
				"correct its unit or height, or units of the rack",
				"%s reaches up to unit %" PRId64 " of rack %s, which has %" PRId64,
				ms_name(res), top, rack, units);
	}
	return r;
}

/* Racks may be left out altogether; where some are described, any other name is a slip. */
int ms_rule_rack_unknown(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	json_auto_t *racks = racks_new(ms_rule_set(item));
	const json_t *res;
	size_t i;
	int r = racks ? 0 : ms_nomem(err);

	stands_foreach(ms_rule_set(item), i, res) {
		const char *rack = ms_str(res, "/spec/rack", NULL);
		MS_AUTO_FREE char *add = NULL, *hint = NULL;

		if (r || !rack || !json_object_size(racks) || json_object_get(racks, rack))
			continue;
		add = ms_asprintf("add \"- name: %s\" to spec.racks", rack);
		hint = add ? ms_rule_near(racks, rack, add) : NULL;
		r = hint ? ms_find_one(item, rule, res, err, hint,
				       "%s stands in rack %s, which spec.racks does not have",
				       ms_name(res), rack)
			 : ms_nomem(err);
	}
	return r;
}

int ms_rule_rack_missing(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const json_t *res;
	size_t i;
	int r = 0;

	stands_foreach(ms_rule_set(item), i, res) {
		int64_t unit = ms_int(res, "/spec/unit", 0);

		if (!r && unit && !ms_str(res, "/spec/rack", NULL))
			r = ms_find_one(item, rule, res, err, "add rack: NAME, or take unit away",
					"%s has unit %" PRId64 " of no rack", ms_name(res), unit);
	}
	return r;
}

/* ---- pools ---- */

struct pools { struct ms_pool *list; size_t n; };

static void pools_release(struct pools *pools)
{
	for (size_t i = 0; i < pools->n; i++)
		ms_pool_release(&pools->list[i]);
	free(pools->list);
}

static int pools_add(struct pools *pools, const json_t *entries, struct ms_err *err)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(entries, i, entry) {
		struct ms_pool *list = reallocarray(pools->list, pools->n + 1, sizeof(*list));
		int r = list ? 0 : ms_nomem(err);

		pools->list = list ? list : pools->list;
		if (!r)
			r = ms_pool_init(&pools->list[pools->n++], entry, err);
		if (r)
			return r;
	}
	return 0;
}

static int pools_load(const struct ms_site_set *set, struct pools *pools, struct ms_err *err)
{
	int r = 0;

	for (size_t s = 0; s < set->n_sites; s++) {
		const json_t *all = ms_at(set->sites[s].root, "/spec/pools");

		r = r ? r : pools_add(pools, json_object_get(all, "addresses"), err);
		r = r ? r : pools_add(pools, json_object_get(all, "subnets"), err);
	}
	return r;
}

static int compare_pools(struct ms_item *item, const struct ms_rule *rule, const struct ms_pool *a,
			 const struct ms_pool *b, struct ms_err *err)
{
	ms_u128 a_last = ms_pool_last(a), b_last = ms_pool_last(b), a_first = ms_pool_first(a),
		b_first = ms_pool_first(b), first = a_first > b_first ? a_first : b_first,
		last = a_last < b_last ? a_last : b_last;
	char from[48], to[48];

	if (a->v6 != b->v6 || first > last)
		return 0;
	int r = ms_find_objects(
		item, rule,
		json_pack("[o, o]", ms_object_new("Pool", a->name), ms_object_new("Pool", b->name)),
		"narrow first and last of one of them", "pools %s and %s both give out %s to %s",
		a->name, b->name, ms_addr_format((struct ms_addr){ first, a->v6 }, from),
		ms_addr_format((struct ms_addr){ last, a->v6 }, to));

	return r ? ms_nomem(err) : 0;
}

int ms_rule_pools_overlap(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	struct pools pools = { 0 };
	int r = pools_load(ms_rule_set(item), &pools, err);

	for (size_t i = 0; i < pools.n; i++)
		for (size_t j = i + 1; !r && j < pools.n; j++)
			r = compare_pools(item, rule, &pools.list[i], &pools.list[j], err);
	pools_release(&pools);
	return r;
}

static const char *prefix_of(const struct ms_doc *site, const char *pool)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(ms_at(site->root, "/spec/pools/addresses"), i, entry)
		if (ms_streq(ms_str(entry, "/name", NULL), pool))
			return ms_str(entry, "/prefix", NULL);
	return NULL;
}

static int outside(struct ms_item *item, const struct ms_rule *rule, const struct ms_doc *site,
		   const json_t *base, const json_t *entry, struct ms_err *err)
{
	const char *pool = json_string_value(ms_merged_at(base, entry, "/bmc/pool"));
	const char *address = json_string_value(ms_merged_at(base, entry, "/bmc/address"));
	const char *prefix = pool && address ? prefix_of(site, pool) : NULL,
		   *name = ms_str(entry, "/name", "");
	struct ms_addr first, last, addr;
	unsigned bits;
	char **values;
	size_t n;
	int r;

	if (!prefix || !ms_prefix_parse(prefix, &first, &last, &bits))
		return 0;
	r = ms_range_expand(address, &values, &n, err);
	if (r)
		return r;
	for (size_t i = 0; !r && i < n; i++) {
		if (!ms_addr_parse(values[i], &addr) ||
		    (addr.v6 == first.v6 && addr.value >= first.value && addr.value <= last.value))
			continue;
		r = ms_find_objects(
			item, rule, json_pack("[o]", ms_object_new("Server", name)),
			"correct bmc.address, name another bmc.pool, or set bmc.pool to null",
			"%s has BMC address %s, which is not in %s of pool %s", name, values[i],
			prefix, pool);
	}
	ms_strv_free(values);
	return r;
}

static int all_outside(struct ms_item *item, const struct ms_rule *rule, const struct ms_doc *site,
		       struct ms_err *err)
{
	struct ms_inherit in;
	const json_t *entry, *base;
	size_t i;
	int r = 0;

	ms_inherit_init(&in, site->root, "server");
	json_array_foreach(ms_at(site->root, "/spec/servers"), i, entry) {
		r = ms_inherit_of(&in, entry, &base, err);
		if (!r)
			r = outside(item, rule, site, base, entry, err);
		if (r)
			break;
	}
	ms_inherit_release(&in);
	return r;
}

int ms_rule_pool_outside(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const struct ms_site_set *set = ms_rule_set(item);
	int r = 0;

	for (size_t s = 0; !r && s < set->n_sites; s++)
		r = all_outside(item, rule, &set->sites[s], err);
	return r;
}
