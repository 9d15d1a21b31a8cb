/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a stream says about a fabric, indexed once. */
#include <errno.h>
#include <stdarg.h>
#include "fabric/set.h"

json_t *fabric_set_object(struct fabric_set *set, json_t *in, const char *key)
{
	json_t *found = json_object_get(in, key);

	if (found)
		return found;
	found = json_object();
	if (!json_object_set_new(in, key, found))
		return found;
	set->failed = true;
	return NULL;
}

json_t *fabric_set_array(struct fabric_set *set, json_t *in, const char *key)
{
	json_t *found = json_object_get(in, key);

	if (found)
		return found;
	found = json_array();
	if (!json_object_set_new(in, key, found))
		return found;
	set->failed = true;
	return NULL;
}

json_t *fabric_set_part(struct fabric_set *set, const char *sw, const char *network)
{
	json_t *part = fabric_set_object(set, fabric_set_object(set, set->parts, sw), network);
	json_t *where = fabric_set_object(set, set->where, network);

	if (!json_object_get(where, sw) && json_object_set(where, sw, part))
		set->failed = true;
	return part;
}

struct ms_err *fabric_set_problem(struct fabric_set *set, const json_t *res, const char *path,
				  const char *fmt, ...)
{
	MS_AUTO_FREE char *text = NULL;
	struct ms_err *problem;
	char source[256];
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	snprintf(source, sizeof source, "%s/%s", ms_kind(res), ms_name(res));
	problem = ms_report_add(set->report, MS_INPUT, source, path, "%s",
				text ? text : "out of memory");
	return problem ? problem : &set->spilt;
}

bool fabric_end_split(const char *end, struct fabric_end *ret_end)
{
	const char *colon = end ? strchr(end, ':') : NULL;
	size_t len = colon ? (size_t)(colon - end) : 0;

	if (!len || !colon[1] || len >= sizeof ret_end->device)
		return false;
	memcpy(ret_end->device, end, len);
	ret_end->device[len] = 0;
	ret_end->port = colon + 1;
	return true;
}

/* ---- looking up ---- */

size_t fabric_set_switches(const struct fabric_set *set)
{
	return set->n;
}

const json_t *fabric_set_switch(const struct fabric_set *set, size_t i)
{
	return i < set->n ? set->sw[i] : NULL;
}

const json_t *fabric_set_find(const struct fabric_set *set, const char *kind, const char *name)
{
	return name ? json_object_get(json_object_get(set->kinds, kind), name) : NULL;
}

const char *fabric_set_peer(const struct fabric_set *set, const char *end)
{
	return json_string_value(json_object_get(set->peers, end));
}

const json_t *fabric_set_fabric(const struct fabric_set *set, const json_t *res)
{
	json_t *fabrics = json_object_get(set->kinds, "Fabric");
	const char *name = ms_str(res, "/spec/fabric", NULL);

	if (name)
		return json_object_get(fabrics, name);
	if (json_object_size(fabrics) != 1)
		return NULL;
	return json_object_iter_value(json_object_iter(fabrics));
}

const json_t *fabric_set_pair(const struct fabric_set *set, const json_t *sw)
{
	return fabric_set_find(set, "Switch", ms_str(sw, "/spec/pair/with", NULL));
}

static bool is_spine(const json_t *sw)
{
	return strstr(ms_str(sw, "/spec/role", "leaf"), "spine") != NULL;
}

static char *sharers_key(const struct fabric_set *set, const json_t *sw)
{
	return ms_asprintf("%s %lld", ms_name(fabric_set_fabric(set, sw)),
			   (long long)ms_int(sw, "/spec/asn", 0));
}

bool fabric_set_shares_asn(const struct fabric_set *set, const json_t *sw)
{
	const char *plan = ms_str(fabric_set_fabric(set, sw), "/spec/underlay/asnPlan", "leaf");
	MS_AUTO_FREE char *key = NULL;

	if (!strcmp(plan, "leaf") || is_spine(sw) || !ms_int(sw, "/spec/asn", 0))
		return false;
	key = sharers_key(set, sw);
	return key && json_integer_value(json_object_get(set->sharers, key)) > 1;
}

const json_t *fabric_channel_of(const json_t *sw, const char *port)
{
	const json_t *channel, *member;
	size_t i, j;

	json_array_foreach(ms_at(sw, "/spec/channels"), i, channel)
		json_array_foreach(json_object_get(channel, "ports"), j, member)
			if (ms_streq(json_string_value(member), port))
				return channel;
	return NULL;
}

const json_t *fabric_channel_named(const json_t *sw, const char *name)
{
	const json_t *channel;
	size_t i;

	json_array_foreach(ms_at(sw, "/spec/channels"), i, channel)
		if (ms_streq(ms_str(channel, "/name", NULL), name))
			return channel;
	return NULL;
}

const char *fabric_isolation_of(const json_t *tenant)
{
	return ms_str(tenant, "/spec/isolation", "evpn-vxlan");
}

/* ---- building ---- */

static void index_resource(struct fabric_set *set, json_t *res)
{
	static const char *const kinds[] = {
		"Switch", "Fabric", "Tenant", "Network", "Server", NULL
	};
	const char *kind = ms_kind(res), *const *k = kinds;
	json_t *names;

	while (*k && strcmp(*k, kind))
		k++;
	if (!*k)
		return;
	names = fabric_set_object(set, set->kinds, kind);
	if (json_object_get(names, ms_name(res))) {
		ms_hint(fabric_set_problem(set, res, "/metadata/name", "a second %s of this name",
					   kind),
			"msctl-site check shows where both are");
		return;
	}
	if (json_object_set(names, ms_name(res), res))
		set->failed = true;
	else if (ms_streq(kind, "Switch"))
		set->sw[set->n++] = res;
}

static void check_names(struct fabric_set *set, const json_t *sw)
{
	const char *with = ms_str(sw, "/spec/pair/with", NULL);
	const char *fabric = ms_str(sw, "/spec/fabric", NULL);

	if (fabric && !fabric_set_find(set, "Fabric", fabric))
		fabric_set_problem(set, sw, "/spec/fabric", "no Fabric is named %s", fabric);
	if (!fabric && json_object_size(json_object_get(set->kinds, "Fabric")) > 1)
		ms_hint(fabric_set_problem(set, sw, "/spec/fabric",
					   "which of the fabrics it is part of is not said"),
			"fabric: NAME");
	if (with && !fabric_set_find(set, "Switch", with))
		fabric_set_problem(set, sw, "/spec/pair/with", "no Switch is named %s", with);
	else if (with &&
		 !ms_streq(ms_str(fabric_set_pair(set, sw), "/spec/pair/with", NULL), ms_name(sw)))
		ms_hint(fabric_set_problem(set, sw, "/spec/pair/with", "%s does not say so too",
					   with),
			"pair: {with: %s, ...} in %s", ms_name(sw), with);
}

static void count_sharer(struct fabric_set *set, const json_t *sw)
{
	MS_AUTO_FREE char *key = sharers_key(set, sw);
	json_int_t n = key ? json_integer_value(json_object_get(set->sharers, key)) : 0;

	if (!is_spine(sw) &&
	    (!key || json_object_set_new(set->sharers, key, json_integer(n + 1))))
		set->failed = true;
}

/* Each needs what those before it put in. */
static const struct {
	const char *kind;
	void (*fn)(struct fabric_set *set, const json_t *res);
} steps[] = {
	{ "Link", fabric_set_add_link },       { "Server", fabric_set_add_nics },
	{ "Network", fabric_set_add_network }, { "Network", fabric_set_add_trunks },
	{ "Tenant", fabric_set_own_tenant },   { "Network", fabric_set_own_network },
};

static int fill(struct fabric_set *set, json_t *const *resources, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		index_resource(set, resources[i]);
	for (i = 0; i < set->n; i++) {
		check_names(set, set->sw[i]);
		count_sharer(set, set->sw[i]);
	}
	for (size_t k = 0; k < MS_ARRAY_SIZE(steps); k++)
		for (i = 0; i < n; i++)
			if (ms_streq(ms_kind(resources[i]), steps[k].kind))
				steps[k].fn(set, resources[i]);
	return set->failed ? -ENOMEM : 0;
}

int fabric_set_new(json_t *const *resources, size_t n, struct fabric_set **ret_set,
		   struct ms_report *report, struct ms_err *err)
{
	struct fabric_set *set = calloc(1, sizeof *set);

	if (!set)
		return ms_nomem(err);
	set->sw = calloc(n + 1, sizeof *set->sw);
	set->kinds = json_object();
	set->peers = json_object();
	set->cables = json_object();
	set->trunks = json_object();
	set->parts = json_object();
	set->where = json_object();
	set->owned = json_object();
	set->sharers = json_object();
	set->report = report;
	if (!set->sw || !set->kinds || !set->peers || !set->cables || !set->trunks || !set->parts ||
	    !set->where || !set->owned || !set->sharers ||
	    fill(set, resources, n)) {
		fabric_set_free(set);
		return ms_nomem(err);
	}
	set->report = NULL;
	*ret_set = set;
	return 0;
}

void fabric_set_free(struct fabric_set *set)
{
	if (!set)
		return;
	free(set->sw);
	json_decref(set->kinds);
	json_decref(set->peers);
	json_decref(set->cables);
	json_decref(set->trunks);
	json_decref(set->parts);
	json_decref(set->where);
	json_decref(set->owned);
	json_decref(set->sharers);
	free(set);
}
