/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules about switches of a fabric, and what holds it together. */
#include <inttypes.h>
#include "site/rules.h"

/* ---- which fabric ---- */

static bool has_fabric(const json_t *res)
{
	return ms_streq(ms_kind(res), "Switch") || ms_streq(ms_kind(res), "Link") ||
	       ms_streq(ms_kind(res), "Tenant");
}

int ms_rule_fabric_unknown(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const struct ms_site_set *set = ms_rule_set(item);
	json_auto_t *fabrics = ms_rule_index(set, "Fabric");
	const json_t *res;
	size_t i;
	int r = fabrics ? 0 : ms_nomem(err);

	json_array_foreach(set->resources, i, res) {
		const char *fabric = has_fabric(res) ? ms_str(res, "/spec/fabric", NULL) : NULL;
		MS_AUTO_FREE char *hint = NULL;

		if (r || !fabric || json_object_get(fabrics, fabric))
			continue;
		hint = ms_rule_near(fabrics, fabric, "add it to spec.fabrics");
		r = hint ? ms_find_one(item, rule, res, err, hint,
				       "%s is on fabric %s, which is not described", ms_name(res),
				       fabric)
			 : ms_nomem(err);
	}
	return r;
}

int ms_rule_fabric_missing(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const json_t *res;
	size_t i;
	int r = 0;

	ms_set_foreach(ms_rule_set(item), i, res, "Tenant")
		if (!r && !ms_str(res, "/spec/fabric", NULL))
			r = ms_find_one(item, rule, res, err,
					"set fabric, for all of them under spec.defaults.tenant",
					"%s is on no fabric: no switch will know it", ms_name(res));
	return r;
}

/* ---- what only one switch may have ---- */

static int find_loopback(struct ms_item *item, const struct ms_rule *rule, json_t *seen,
			 const json_t *res, struct ms_err *err)
{
	const char *loopback = ms_str(res, "/spec/loopback", NULL);
	const json_t *other = loopback ? json_object_get(seen, loopback) : NULL;

	if (other)
		return ms_find_two(item, rule, other, res, err,
				   "give each switch a loopback of its own, or take it from a pool",
				   "%s and %s have loopback %s", ms_name(other), ms_name(res),
				   loopback);
	return loopback && json_object_set(seen, loopback, (json_t *)res) ? ms_nomem(err) : 0;
}

int ms_rule_loopbacks(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	json_auto_t *seen = json_object();
	const json_t *res;
	size_t i;
	int r = seen ? 0 : ms_nomem(err);

	ms_set_foreach(ms_rule_set(item), i, res, "Switch")
		if (!r)
			r = find_loopback(item, rule, seen, res, err);
	return r;
}

static bool is_spine(const json_t *sw)
{
	const char *role = ms_str(sw, "/spec/role", "leaf");

	return !strcmp(role, "spine") || !strcmp(role, "super-spine");
}

static const char *routing_of(const json_t *fabrics, const json_t *sw)
{
	const char *fabric = ms_str(sw, "/spec/fabric", NULL);

	return fabric ? ms_str(json_object_get(fabrics, fabric), "/spec/underlay/routing", "none")
		      : "none";
}

static const char *plan_of(const json_t *fabrics, const json_t *sw)
{
	const char *fabric = ms_str(sw, "/spec/fabric", NULL);

	return ms_str(fabric ? json_object_get(fabrics, fabric) : NULL, "/spec/underlay/asnPlan",
		      "leaf");
}

/* May the two have one AS number? */
static bool may_share(const char *plan, const json_t *a, const json_t *b)
{
	return !strcmp(plan, "tier") ||
	       (!strcmp(plan, "pair") && ms_streq(ms_str(a, "/spec/pair/with", NULL), ms_name(b)));
}

/* A leaf drops routes that carry its own AS number, and those are the other's. */
int ms_rule_asns(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const struct ms_site_set *set = ms_rule_set(item);
	json_auto_t *seen = json_object(), *fabrics = ms_rule_index(set, "Fabric");
	const json_t *res;
	size_t i;
	int r = seen && fabrics ? 0 : ms_nomem(err);

	ms_set_foreach(set, i, res, "Switch") {
		int64_t asn = ms_int(res, "/spec/asn", 0);
		MS_AUTO_FREE char *key = NULL;
		json_t *other;

		if (r || !asn || is_spine(res) || !ms_starts(routing_of(fabrics, res), "ebgp"))
			continue;
		key = ms_asprintf("%s/%" PRId64, ms_str(res, "/spec/fabric", ""), asn);
		other = key ? json_object_get(seen, key) : NULL;
		if (other && may_share(plan_of(fabrics, res), res, other))
			continue;
		if (other)
			r = ms_find_two(item, rule, other, res, err,
					"give each leaf an AS number of its own (RFC 7938), or say "
					"asnPlan: tier",
					"%s and %s have AS number %" PRId64
					": neither takes the other's routes",
					ms_name(other), ms_name(res), asn);
		else if (!key || json_object_set(seen, key, (json_t *)res))
			r = ms_nomem(err);
	}
	return r;
}

/* ---- what a switch needs ---- */

int ms_rule_switch_lacks(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const struct ms_site_set *set = ms_rule_set(item);
	json_auto_t *fabrics = ms_rule_index(set, "Fabric");
	const json_t *res;
	size_t i;
	int r = fabrics ? 0 : ms_nomem(err);

	ms_set_foreach(set, i, res, "Switch") {
		const char *routing = routing_of(fabrics, res);

		if (r || !strcmp(routing, "none"))
			continue;
		if (!ms_at(res, "/spec/loopback"))
			r = ms_find_one(item, rule, res, err,
					"set loopback, or pools.loopbacks of the fabric",
					"%s has no loopback, but its fabric routes by %s",
					ms_name(res), routing);
		if (!r && ms_starts(routing, "ebgp") && !ms_at(res, "/spec/asn"))
			r = ms_find_one(item, rule, res, err,
					"set asn, or pools.asns of the fabric",
					"%s has no AS number, but its fabric routes by %s",
					ms_name(res), routing);
	}
	return r;
}

int ms_rule_switch_address(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const json_t *res;
	size_t i;
	int r = 0;

	ms_set_foreach(ms_rule_set(item), i, res,
		       "Switch") if (!r && !ms_at(res, "/spec/management/address"))
		r = ms_find_one(item, rule, res, err,
				"set management.address, or management.pool to take one from",
				"%s has no management address: nothing can be done with it",
				ms_name(res));
	return r;
}

int ms_rule_switch_credentials(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const json_t *res;
	size_t i;
	int r = 0;

	ms_set_foreach(ms_rule_set(item), i, res, "Switch")
		if (!r && ms_at(res, "/spec/management/address") &&
		    !ms_at(res, "/spec/management/credentials"))
			r = ms_find_one(item, rule, res, err,
					"set management.credentials, for all of them under "
					"spec.defaults.switch",
					"%s has no credentials for its management", ms_name(res));
	return r;
}

/* ---- pairs ---- */

static int pair_differs(struct ms_item *item, const struct ms_rule *rule, const json_t *a,
			const json_t *b, struct ms_err *err)
{
	static const struct { const char *pointer, *what; } same[] = {
		{ "/spec/pair/kind", "kind" },
		{ "/spec/pair/domain", "domain" },
		{ "/spec/pair/address", "address" },
	};
	int r = 0;

	for (size_t i = 0; !r && i < MS_ARRAY_SIZE(same); i++) {
		const json_t *x = ms_at(a, "%s", same[i].pointer),
			     *y = ms_at(b, "%s", same[i].pointer);

		if (x == y || (x && y && json_equal(x, y)))
			continue;
		r = ms_find_two(item, rule, a, b, err, "write the same on both",
				"%s and %s are a pair, but pair.%s differs", ms_name(a), ms_name(b),
				same[i].what);
	}
	return r;
}

static int check_pair(struct ms_item *item, const struct ms_rule *rule, const json_t *switches,
		      const json_t *sw, struct ms_err *err)
{
	const char *with = ms_str(sw, "/spec/pair/with", NULL), *back;
	const json_t *other = with ? json_object_get(switches, with) : NULL;

	if (!with)
		return 0;
	if (other == sw)
		return ms_find_one(item, rule, sw, err, "correct pair.with",
				   "%s is a pair with itself", with);
	if (!other)
		return ms_find_one(item, rule, sw, err, "correct pair.with",
				   "%s is a pair with %s, which is not described", ms_name(sw),
				   with);
	back = ms_str(other, "/spec/pair/with", "nobody");
	if (strcmp(back, ms_name(sw)))
		return ms_find_two(item, rule, sw, other, err, "name each other in pair.with",
				   "%s is a pair with %s, but %s with %s", ms_name(sw), with, with,
				   back);
	/* Told once, at the first of the two. */
	return strcmp(ms_name(sw), with) < 0 ? pair_differs(item, rule, sw, other, err) : 0;
}

int ms_rule_pair(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const struct ms_site_set *set = ms_rule_set(item);
	json_auto_t *switches = ms_rule_index(set, "Switch");
	const json_t *res;
	size_t i;
	int r = switches ? 0 : ms_nomem(err);

	ms_set_foreach(set, i, res, "Switch")
		if (!r)
			r = check_pair(item, rule, switches, res, err);
	return r;
}

/* What a pair shows to hosts, and its Ethernet segments, are made of its domain. */
static int domain_once(struct ms_item *item, const struct ms_rule *rule, json_t *seen,
		       const json_t *sw, struct ms_err *err)
{
	int64_t domain = ms_int(sw, "/spec/pair/domain", 0);
	MS_AUTO_FREE char *key = ms_asprintf("%s/%" PRId64, ms_str(sw, "/spec/fabric", ""), domain);
	const json_t *other = key && domain ? json_object_get(seen, key) : NULL;

	/* Told at the first of each pair. */
	if (!domain || strcmp(ms_str(sw, "/spec/pair/with", ""), ms_name(sw)) < 0)
		return 0;
	if (other)
		return ms_find_two(item, rule, other, sw, err,
				   "give each pair a domain of its own, or take it from a pool",
				   "%s and %s are of two pairs, but have domain %" PRId64,
				   ms_name(other), ms_name(sw), domain);
	return !key || json_object_set(seen, key, (json_t *)sw) ? ms_nomem(err) : 0;
}

int ms_rule_pair_domain(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	json_auto_t *seen = json_object();
	const json_t *res;
	size_t i;
	int r = seen ? 0 : ms_nomem(err);

	ms_set_foreach(ms_rule_set(item), i, res, "Switch")
		if (!r)
			r = domain_once(item, rule, seen, res, err);
	return r;
}
