/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Are tenants as apart as before, and do members of their networks reach each other?  Rules T05 and
 * T32 over what was read back.  A way that was there before the change is no reason to undo it: the
 * change may well be the repair.
 */
#include <errno.h>
#include "fabric/connect.h"
#include "fabric/transaction/transaction.h"

enum moment { BEFORE, AFTER };

/* The fabric as it was read at a moment. */
struct world {
	json_t *list;
	json_t **resources;
	struct ms_report report;
	struct fabric_check check;
	struct fabric_set *set;
};

/* The Switch as it was read, whatever its status in the stream says. */
static json_t *as_read(const struct tx_switch *s, enum moment moment)
{
	json_t *model = moment == AFTER && s->read_back ? s->read_back : s->now;
	json_t *sessions = json_object_get(moment == AFTER ? s->looked : s->seen, "bgp");
	json_auto_t *patch = json_pack("{s:{s:{s:n,s:n}}}", "status", "switch", "config", "bgp");
	json_t *copy = patch ? ms_merge_new(s->sw, patch) : NULL;

	if (copy && ms_put(copy, "/status/switch/config", json_incref(model)) == 0 &&
	    (!sessions || ms_put(copy, "/status/switch/bgp", json_incref(sessions)) == 0))
		return copy;
	json_decref(copy);
	return NULL;
}

static int resources_of(const struct tx *tx, enum moment moment, json_t **ret_list,
			struct ms_err *err)
{
	json_auto_t *list = json_array();

	for (size_t i = 0; list && i < tx->n_items; i++) {
		json_t *res = tx->items[i].res;
		const json_t *at = strcmp(ms_kind(res), "Switch")
					   ? NULL
					   : json_object_get(tx->by_name, ms_name(res));
		json_t *one = at ? as_read(&tx->switches[json_integer_value(at)], moment)
				 : json_incref(res);

		if (!one || json_array_append_new(list, one) < 0)
			return ms_nomem(err);
	}
	if (!list)
		return ms_nomem(err);
	*ret_list = ms_take(list);
	return 0;
}

static void world_free(struct world *world)
{
	if (!world)
		return;
	fabric_graph_free(world->check.observed);
	fabric_set_free(world->set);
	ms_report_release(&world->report);
	free(world->resources);
	json_decref(world->list);
	free(world);
}

static int world_new(const struct tx *tx, enum moment moment, struct world **ret_world,
		     struct ms_err *err)
{
	struct world *world = calloc(1, sizeof *world);
	int r = world ? resources_of(tx, moment, &world->list, err) : ms_nomem(err);
	json_t *res;
	size_t i;

	if (r == 0) {
		world->resources = calloc(json_array_size(world->list) + 1, sizeof(json_t *));
		r = world->resources ? 0 : ms_nomem(err);
	}
	if (r == 0) {
		json_array_foreach(world->list, i, res)
			world->resources[i] = res;
		r = fabric_set_new(world->resources, json_array_size(world->list), &world->set,
				   &world->report, err);
	}
	if (r == 0)
		r = fabric_graph_new(world->set, FABRIC_OBSERVED, &world->check.observed, err);
	if (r < 0) {
		world_free(world);
		return r;
	}
	world->check.set = world->set;
	*ret_world = world;
	return 0;
}

/* ---- apart ---- */

static const struct ms_rule *find_rule(const char *id)
{
	const struct ms_rule *rule;

	for (rule = fabric_rules; rule->id; rule++)
		if (!strcmp(rule->id, id))
			return rule;
	return NULL;
}

/* {message: true} of every way between tenants. */
static int find_ways(const struct tx *tx, struct world *world, json_t **ret_ways,
		     struct ms_err *err)
{
	const struct ms_rule *rule = find_rule("T05");
	json_t *ways = json_object();
	int r = ways ? 0 : ms_nomem(err);

	for (size_t i = 0; rule && r == 0 && i < tx->n_items; i++) {
		struct ms_item item = { .run = tx->run,
					.res = tx->items[i].res,
					.ctx = &world->check };
		const json_t *finding;
		size_t f;

		if (strcmp(ms_kind(item.res), "Tenant"))
			continue;
		r = rule->fn(&item, rule, err);
		json_array_foreach(item.more, f, finding)
			json_object_set_new(ways, ms_str(finding, "/spec/message", "?"),
					    json_true());
		json_decref(item.more);
	}
	if (r == 0)
		*ret_ways = ways;
	else
		json_decref(ways);
	return r;
}

/* The fabric before the change is looked at only when something is wrong with it afterwards. */
static int need_before(const struct tx *tx, struct world **before, struct ms_err *err)
{
	return *before ? 0 : world_new(tx, BEFORE, before, err);
}

static int check_apart(const struct tx *tx, struct world *now, struct world **before,
		       struct ms_err *err)
{
	json_auto_t *after = NULL, *known = NULL;
	const char *way;
	json_t *value;
	int r = find_ways(tx, now, &after, err);

	if (r < 0 || !json_object_size(after))
		return r;
	r = need_before(tx, before, err);
	if (r == 0)
		r = find_ways(tx, *before, &known, err);
	if (r < 0)
		return r;
	json_object_foreach(after, way, value) {
		if (json_object_get(known, way))
			continue;
		ms_fail(err, -EPERM, MS_UNVERIFIED, "verify: %.600s", way);
		ms_hint(err, "nothing is changed; check the plan before it is applied");
		return -EPERM;
	}
	return 0;
}

/* ---- connected ---- */

struct proof {
	const struct tx *tx;
	const struct connect *after, *before;    /* before: NULL until it is asked for */
	const json_t
		*unfinished; /* {SWITCH: true}: not as it is to be, and not by this transaction */
	bool in_transit;     /* one of them has no members: it may lie between any two */
};

static bool is_member_switch(const struct fabric_set *set, const char *name)
{
	const char *network;
	json_t *part;

	json_object_foreach(json_object_get(set->parts, name), network, part)
		if (json_array_size(json_object_get(part, "members")))
			return true;
	return false;
}

/* Switches whose Steps are not done here, and those of which nothing is known. */
static json_t *find_unfinished(const struct tx *tx, const struct fabric_graph *graph)
{
	json_t *names = json_object();
	int bad = names ? 0 : -1;

	for (size_t i = 0; i < tx->n_items; i++) {
		const json_t *res = tx->items[i].res;
		const char *target = ms_str(res, "/spec/target", "");

		if (!tx->items[i].mine && !strcmp(ms_kind(res), "Step") &&
		    ms_starts(target, "Switch/") &&
		    !ms_streq(ms_str(res, "/status/state", NULL), "done"))
			bad |= json_object_set_new(names, target + strlen("Switch/"), json_true());
	}
	for (uint32_t i = 0; i < fabric_set_switches(graph->set); i++)
		if (!graph->models[i])
			bad |= json_object_set_new(names, graph_switch_name(graph, i), json_true());
	if (!bad)
		return names;
	json_decref(names);
	return NULL;
}

/* Was it changed here, or is it in the network already? */
static bool is_settled(const struct proof *p, const struct connect_member *m)
{
	const char *name = graph_switch_name(p->after->graph, m->sw);

	return m->known && !json_object_get(p->unfinished, name) &&
	       (m->place != NO_PLACE || json_object_get(p->tx->by_name, name));
}

/* Members that are to reach each other, and do not; false when there are none. */
static bool find_apart(const struct proof *p, const json_t *network,
		       const struct connect_member *now, size_t n, size_t *ret_a, size_t *ret_b)
{
	size_t first = n;

	for (size_t i = 0; !p->in_transit && i < n; i++) {
		if (!is_settled(p, &now[i]))
			continue;
		if (first == n)
			first = i;
		else if (!connect_reaches(p->after, network, &now[first], &now[i]))
			return *ret_a = first, *ret_b = i, true;
	}
	return false;
}

/* The same of those that did reach each other before. */
static bool find_lost(const struct proof *p, const json_t *network,
		      const struct connect_member *now, const struct connect_member *then, size_t n,
		      size_t *ret_a, size_t *ret_b)
{
	for (size_t a = 0; a < n; a++)
		for (size_t b = a + 1; b < n; b++)
			if (now[a].known && now[b].known &&
			    connect_reaches(p->before, network, &then[a], &then[b]) &&
			    !connect_reaches(p->after, network, &now[a], &now[b]))
				return *ret_a = a, *ret_b = b, true;
	return false;
}

static int fail_break(const struct proof *p, const json_t *network, const struct connect_member *a,
		      const struct connect_member *b, struct ms_err *err)
{
	MS_AUTO_FREE char *from = connect_member_words(p->after, a),
			  *to = connect_member_words(p->after, b),
			  *end = connect_end_words(p->after, network, a),
			  *other = connect_end_words(p->after, network, b);

	if (!from || !to || !end || !other)
		return ms_nomem(err);
	ms_fail(err, -ENODATA, MS_UNVERIFIED,
		"verify: network %s of tenant %s: %.80s does not reach %.80s: it ends at %.250s; "
		"the other side ends at "
		"%.250s",
		ms_name(network), ms_str(network, "/spec/tenant", "?"), from, to, end, other);
	ms_hint(err,
		"msctl-switch check --rule T32 tells what is not connected");
	return -ENODATA;
}

static int check_network(struct proof *p, const json_t *network, struct world **before,
			 struct ms_err *err)
{
	MS_AUTO_FREE struct connect_member *now = NULL, *then = NULL;
	size_t n = 0, same = 0, a = 0, b = 0;
	bool whole = true;
	int r = connect_members(p->after, network, &now, &n) ? ms_nomem(err) : 0;

	for (size_t i = 1; r == 0 && i < n; i++)
		whole = whole && connect_reaches(p->after, network, &now[0], &now[i]);
	if (r < 0 || n < 2 || whole)
		return r;
	r = need_before(p->tx, before, err);
	if (r == 0 && !p->before)
		p->before = graph_connect((*before)->check.observed);
	if (r == 0 && (!p->before || connect_members(p->before, network, &then, &same)))
		r = ms_nomem(err);
	if (r < 0 || (!find_apart(p, network, now, n, &a, &b) &&
		      !(same == n && find_lost(p, network, now, then, n, &a, &b))))
		return r;
	return fail_break(p, network, &now[a], &now[b], err);
}

static int check_connected(const struct tx *tx, struct world *now, struct world **before,
			   struct ms_err *err)
{
	struct fabric_graph *graph = now->check.observed;
	json_auto_t *unfinished = find_unfinished(tx, graph);
	struct proof p = { .tx = tx, .after = graph_connect(graph), .unfinished = unfinished };
	const char *name;
	json_t *value;
	int r = unfinished && p.after ? 0 : ms_nomem(err);

	json_object_foreach(unfinished, name, value)
		p.in_transit = p.in_transit || !is_member_switch(now->set, name);
	json_object_foreach(json_object_get(now->set->kinds, "Network"), name, value)
		if (r == 0)
			r = check_network(&p, value, before, err);
	return r;
}

/* ---- both ---- */

static bool has_tenants(const struct tx *tx)
{
	for (size_t i = 0; i < tx->n_items; i++)
		if (!strcmp(ms_kind(tx->items[i].res), "Tenant"))
			return true;
	return false;
}

int tx_isolated(struct tx *tx, struct ms_err *err)
{
	struct world *now = NULL, *before = NULL;
	int r;

	if (tx->opts.no_verify || !has_tenants(tx))
		return 0;
	r = world_new(tx, AFTER, &now, err);
	if (r == 0)
		r = check_apart(tx, now, &before, err);
	/* While one side of a network is changed and the other is not, it need not be whole. */
	if (r == 0 && tx->batch == tx->batches)
		r = check_connected(tx, now, &before, err);
	world_free(now);
	world_free(before);
	return r;
}
