/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules about tenants and their networks: numbers that clash, members that lead nowhere. */
#include <inttypes.h>
#include "site/rules.h"

/* ---- whose ---- */

int ms_rule_tenant_unknown(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const struct ms_site_set *set = ms_rule_set(item);
	json_auto_t *tenants = ms_rule_index(set, "Tenant");
	const json_t *res;
	size_t i;
	int r = tenants ? 0 : ms_nomem(err);

	ms_set_foreach(set, i, res, "Network") {
		const char *tenant = ms_str(res, "/spec/tenant", "");
		MS_AUTO_FREE char *hint = NULL;

		if (r || json_object_get(tenants, tenant))
			continue;
		hint = ms_rule_near(tenants, tenant, "add it to spec.tenants");
		r = hint ? ms_find_one(item, rule, res, err, hint,
				       "%s is a network of tenant %s, which is not described",
				       ms_name(res), tenant)
			 : ms_nomem(err);
	}
	return r;
}

static bool names(const json_t *list, const char *name)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(list, i, entry)
		if (ms_streq(json_string_value(entry), name))
			return true;
	return false;
}

int ms_rule_peers(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const struct ms_site_set *set = ms_rule_set(item);
	json_auto_t *tenants = ms_rule_index(set, "Tenant");
	const json_t *res, *peer;
	size_t i, j;
	int r = tenants ? 0 : ms_nomem(err);

	ms_set_foreach(set, i, res, "Tenant") {
		json_array_foreach(ms_at(res, "/spec/peers"), j, peer) {
			const char *name = json_string_value(peer);
			const json_t *other = name ? json_object_get(tenants, name) : NULL;

			if (!r && !names(ms_at(other, "/spec/peers"), ms_name(res)))
				r = ms_find_one(
					item, rule, res, err,
					"both must say so: add it there, or take it away here",
					other ? "%s peers with %s, which does not say so"
					      : "%s peers with %s, which is not described",
					ms_name(res), name ? name : "?");
		}
	}
	return r;
}

/* ---- numbers ---- */

static const char *fabric_of(const json_t *tenants, const json_t *res)
{
	if (ms_streq(ms_kind(res), "Tenant"))
		return ms_str(res, "/spec/fabric", "");
	return ms_str(json_object_get(tenants, ms_str(res, "/spec/tenant", "")), "/spec/fabric",
		      "");
}

struct numbers {
	struct ms_item *item;
	const struct ms_rule *rule;
	json_t *tenants, *seen;      /* seen: {"fabric/number": resource} */
	const char *what, *hint;
	struct ms_err *err;
};

static int number_once(struct numbers *n, const json_t *res, const char *pointer, const char *where)
{
	int64_t value = ms_int(res, pointer, 0);
	MS_AUTO_FREE char *key = ms_asprintf("%s/%s/%" PRId64, fabric_of(n->tenants, res), where,
					     value);
	json_t *other = key ? json_object_get(n->seen, key) : NULL;

	if (!value || other == res)
		return 0;
	if (other)
		return ms_find_two(n->item, n->rule, other, res, n->err, n->hint,
				   "%s %" PRId64 "%s%s is used by %s and %s", n->what, value,
				   *where ? " on " : "", where, ms_name(other), ms_name(res));
	return !key || json_object_set(n->seen, key, (json_t *)res) ? ms_nomem(n->err) : 0;
}

static int each_number(struct ms_item *item, const struct ms_rule *rule, const char *what,
		       const char *of_network, const char *of_tenant, struct ms_err *err)
{
	const struct ms_site_set *set = ms_rule_set(item);
	json_auto_t *tenants = ms_rule_index(set, "Tenant"), *seen = json_object();
	struct numbers n = { item, rule, tenants, seen, what,
			     "give each a number of its own, or take them from a pool", err };
	const json_t *res;
	size_t i;
	int r = tenants && seen ? 0 : ms_nomem(err);

	ms_set_foreach(set, i, res, "Tenant")
		if (!r && of_tenant)
			r = number_once(&n, res, of_tenant, "");
	ms_set_foreach(set, i, res, "Network")
		if (!r)
			r = number_once(&n, res, of_network, "");
	return r;
}

int ms_rule_vnis(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return each_number(item, rule, "VNI", "/spec/vni", "/spec/l3vni", err);
}

int ms_rule_vpls(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return each_number(item, rule, "VPLS id", "/spec/vplsId", NULL, err);
}

static const char *member_end(const json_t *member)
{
	return ms_str(member, "/port", ms_str(member, "/channel", ""));
}

/* Switches that a network is on; those of a tenant are those of its networks. */
static int vlan_on_switches(struct numbers *n, const json_t *network)
{
	const json_t *tenant = json_object_get(n->tenants, ms_str(network, "/spec/tenant", "")),
		     *member, *gateway;
	char name[256];
	size_t i;
	int r = 0;

	json_array_foreach(ms_at(network, "/spec/members"), i, member) {
		ms_rule_end(member_end(member), name);
		if (r || !*name)
			continue;
		r = number_once(n, network, "/spec/vlan", name);
		if (!r && tenant)
			r = number_once(n, tenant, "/spec/l3vlan", name);
	}
	json_array_foreach(ms_at(network, "/spec/gateways"), i, gateway)
		if (!r && ms_str(gateway, "/switch", NULL))
			r = number_once(n, network, "/spec/vlan", ms_str(gateway, "/switch", ""));
	return r;
}

/* VLANs are numbers of a switch: far apart the same one may be two. */
int ms_rule_vlans(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const struct ms_site_set *set = ms_rule_set(item);
	json_auto_t *tenants = ms_rule_index(set, "Tenant"), *seen = json_object();
	struct numbers n = { item, rule, tenants, seen, "VLAN",
			     "give each a VLAN of its own, or take them from a pool", err };
	const json_t *res;
	size_t i;
	int r = tenants && seen ? 0 : ms_nomem(err);

	ms_set_foreach(set, i, res, "Network")
		if (!r)
			r = vlan_on_switches(&n, res);
	return r;
}

static const char *lacking(const json_t *tenant, const json_t *network)
{
	const char *isolation = ms_str(tenant, "/spec/isolation", "evpn-vxlan");

	if (!strcmp(isolation, "evpn-l3"))
		return ms_at(tenant, "/spec/l3vni") ? NULL : "an l3vni of its tenant";
	if (!ms_at(network, "/spec/vlan"))
		return "a VLAN";
	if (!strcmp(isolation, "evpn-vxlan"))
		return ms_at(network, "/spec/vni") ? NULL : "a VNI";
	if (!strcmp(isolation, "vpls"))
		return ms_at(network, "/spec/vplsId") ? NULL : "a VPLS id";
	return NULL;
}

int ms_rule_network_lacks(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const struct ms_site_set *set = ms_rule_set(item);
	json_auto_t *tenants = ms_rule_index(set, "Tenant");
	const json_t *res, *tenant;
	size_t i;
	int r = tenants ? 0 : ms_nomem(err);

	ms_set_foreach(set, i, res, "Network") {
		tenant = json_object_get(tenants, ms_str(res, "/spec/tenant", ""));
		const char *what = tenant ? lacking(tenant, res) : NULL;

		if (!r && what)
			r = ms_find_one(item, rule, res, err,
					"write it out, or name a pool to take it from under pools",
					"%s lacks %s: isolation is %s", ms_name(res), what,
					ms_str(tenant, "/spec/isolation", "evpn-vxlan"));
	}
	return r;
}

/* ---- members ---- */

static bool has_channel(const json_t *sw, const char *number)
{
	const json_t *channel;
	size_t i;

	json_array_foreach(ms_at(sw, "/spec/channels"), i, channel)
		if (ms_streq(ms_str(channel, "/name", NULL), number))
			return true;
	return false;
}

/* What is wrong with a member, NULL = nothing is. */
static const char *member_wrong(const json_t *member, const json_t *switches)
{
	const char *nic = ms_str(member, "/nic", NULL), *port = ms_str(member, "/port", NULL),
		   *channel = ms_str(member, "/channel", NULL), *number;
	const json_t *sw;
	char name[256];

	if (!nic && !port && !channel)
		return "has no nic, no port and no channel";
	if (!port && !channel)
		return "is cabled to no switch";
	number = ms_rule_end(port ? port : channel, name);
	sw = json_object_get(switches, name);
	if (!sw)
		return "is on a switch that is not described";
	if (port)
		return ms_rule_is_port(number) ? NULL
					       : "is no port: ports are numbers, as 1 or 1/2";
	return has_channel(sw, number) ? NULL : "is a channel that the switch does not have";
}

int ms_rule_member_nowhere(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const struct ms_site_set *set = ms_rule_set(item);
	json_auto_t *switches = ms_rule_index(set, "Switch");
	const json_t *res, *member;
	size_t i, j;
	int r = switches ? 0 : ms_nomem(err);

	ms_set_foreach(set, i, res, "Network") {
		json_array_foreach(ms_at(res, "/spec/members"), j, member) {
			const char *wrong = member_wrong(member, switches),
				   *end = ms_str(member, "/nic", member_end(member));

			if (!r && wrong)
				r = ms_find_one(item, rule, res, err,
						"correct the member, or describe its cable",
						"member %zu, %s, of %s %s", j + 1,
						*end ? end : "without a name", ms_name(res), wrong);
		}
	}
	return r;
}

int ms_rule_untagged(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	json_auto_t *seen = json_object();
	const json_t *res, *member;
	size_t i, j;
	int r = seen ? 0 : ms_nomem(err);

	ms_set_foreach(ms_rule_set(item), i, res, "Network") {
		json_array_foreach(ms_at(res, "/spec/members"), j, member) {
			const char *end = member_end(member);
			json_t *other = json_object_get(seen, end);

			if (r || !*end || ms_bool(member, "/tagged", false))
				continue;
			if (!other)
				r = json_object_set(seen, end, (json_t *)res) ? ms_nomem(err) : 0;
			else if (other == res)
				r = ms_find_one(item, rule, res, err, "name each member once",
						"%s is in %s twice", end, ms_name(res));
			else
				r = ms_find_two(item, rule, other, res, err,
						"set tagged: true in one of them",
						"%s is untagged in %s and in %s", end,
						ms_name(other), ms_name(res));
		}
	}
	return r;
}

/* ---- gateways ---- */

struct gateway { const json_t *network, *tenant; struct ms_addr first, last; const char *text; };

static int by_first(const void *a, const void *b)
{
	const struct gateway *x = a, *y = b;

	if (x->first.v6 != y->first.v6)
		return x->first.v6 ? 1 : -1;
	return x->first.value < y->first.value ? -1 : x->first.value > y->first.value;
}

/* Gateways of all tenants, sorted by their subnets. */
static struct gateway *gateways_new(const struct ms_site_set *set, const json_t *tenants,
				    size_t *ret_n)
{
	struct gateway *list = NULL;
	const json_t *res, *entry;
	size_t n = 0, cap = 0, i, j;
	unsigned bits;

	ms_set_foreach(set, i, res, "Network")
		json_array_foreach(ms_at(res, "/spec/gateways"), j, entry) {
			struct gateway one = {
				.network = res, .text = ms_str(entry, "/address", ""),
				.tenant = json_object_get(tenants, ms_str(res, "/spec/tenant", "")),
			};

			if (!ms_prefix_parse(one.text, &one.first, &one.last, &bits))
				continue;
			if (n == cap) {
				struct gateway *more = reallocarray(list, cap = cap * 2 + 64,
								    sizeof(*list));

				if (!more) {
					free(list);
					return NULL;
				}
				list = more;
			}
			list[n++] = one;
		}
	*ret_n = n;
	list = list ? list : calloc(1, sizeof(*list));
	if (n)
		qsort(list, n, sizeof(*list), by_first);
	return list;
}

/* Do their routes meet: in one VRF, or in those of peers? */
static bool meet(const struct gateway *a, const struct gateway *b)
{
	if (a->network == b->network || !a->tenant || !b->tenant)
		return false;
	return a->tenant == b->tenant ||
	       (names(ms_at(a->tenant, "/spec/peers"), ms_name(b->tenant)) &&
		names(ms_at(b->tenant, "/spec/peers"), ms_name(a->tenant)));
}

/* Subnets nest or are apart, so that only those that begin inside need a look. */
int ms_rule_gateways(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const struct ms_site_set *set = ms_rule_set(item);
	json_auto_t *tenants = ms_rule_index(set, "Tenant");
	size_t n = 0;
	MS_AUTO_FREE struct gateway *list = tenants ? gateways_new(set, tenants, &n) : NULL;
	int r = list ? 0 : ms_nomem(err);

	for (size_t i = 0; !r && i < n; i++)
		for (size_t j = i + 1; !r && j < n && list[j].first.v6 == list[i].first.v6 &&
				       list[j].first.value <= list[i].last.value; j++)
			if (meet(&list[i], &list[j]))
				r = ms_find_two(item, rule, list[i].network, list[j].network, err,
						"give each network of a VRF a subnet of its own",
						"gateway %s of %s and %s of %s overlap",
						list[i].text, ms_name(list[i].network),
						list[j].text, ms_name(list[j].network));
	return r;
}
