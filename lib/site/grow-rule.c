/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Leaves and spines by rule: Clos fabrics of two or three tiers, and rail-optimised ones.  Cables
 * are dealt out in order: leaf n has its first uplinks to the first spine, and takes the n-th
 * downlinks there.
 */
#include <errno.h>
#include <inttypes.h>
#include "site/grow.h"

/* A tier of the rule at hand. */
struct tier {
	const json_t *rule;
	const char *key, *role;        /* "leaves", "leaf" */
	char **uplinks, **downlinks, **hosts;
	size_t n_up, n_down, n_hosts;
	char **names;                  /* of its switches, in order */
	size_t n, cap;
};
struct rule {
	struct ms_growth *g;
	const char *fabric;
	char path[128];                /* of the rule: "/spec/fabrics/0/clos" */
	json_t *counted;               /* what {n} counts among: {name without it: n so far} */
	unsigned per_pair;
};

static const char *const port_keys[] = { "uplinks", "downlinks", "hostPorts" };

static void point(struct rule *rule, const struct tier *tier, const char *key)
{
	snprintf(rule->g->check.path, sizeof(rule->g->check.path), "%s/%s%s%s", rule->path,
		 tier->key, key ? "/" : "", key ? key : "");
}

/* "1-32,40" means [1-32,40]. */
static int read_ports(struct rule *rule, struct tier *tier, const char *key, char ***ret_ports,
		      size_t *ret_n)
{
	const char *text = json_string_value(json_object_get(tier->rule, key));
	MS_AUTO_FREE char *range = NULL;

	if (!text)
		return 0;
	range = ms_range_is(text) ? strdup(text) : ms_asprintf("[%s]", text);
	if (!range)
		return ms_nomem(rule->g->err);
	if (!ms_range_is(range)) {
		point(rule, tier, key);
		ms_grow_problem(rule->g, "write ports as 1-32 or [1-8]/[1-2]",
				"not ports: \"%.80s\"", text);
		return -EINVAL;
	}
	int r = ms_range_expand(range, ret_ports, ret_n, rule->g->err);

	if (r == -EINVAL) {
		point(rule, tier, key);
		ms_grow_problem(rule->g, rule->g->err->hint, "%s", rule->g->err->message);
		ms_err_clear(rule->g->err);
	}
	return r;
}

/* A port is for one thing only. */
static int ports_once(struct rule *rule, struct tier *tier)
{
	json_auto_t *seen = json_object();
	char **const lists[] = { tier->uplinks, tier->downlinks, tier->hosts };
	const size_t counts[] = { tier->n_up, tier->n_down, tier->n_hosts };

	for (size_t k = 0; k < MS_ARRAY_SIZE(lists); k++)
		for (size_t i = 0; i < counts[k]; i++) {
			const char *other = json_string_value(json_object_get(seen, lists[k][i]));

			if (other) {
				point(rule, tier, port_keys[k]);
				ms_grow_problem(rule->g, "a port is for one thing only",
						"port %s stands in %s too", lists[k][i], other);
				return -EINVAL;
			}
			if (json_object_set_new(seen, lists[k][i], json_string(port_keys[k])))
				return ms_nomem(rule->g->err);
		}
	return 0;
}

static int tier_init(struct rule *rule, const json_t *all, const char *key, const char *role,
		     struct tier *tier)
{
	char *wrong;
	int r;

	*tier = (struct tier){ .rule = json_object_get(all, key), .key = key, .role = role };
	if (!tier->rule)
		return 0;
	wrong = ms_template_wrong(ms_str(tier->rule, "/name", ""));
	if (wrong) {
		point(rule, tier, "name");
		ms_grow_problem(rule->g, "known are {role} {n} {pod} {rail} {unit}, and {n:02}",
				"cannot fill in \"%.80s\"", wrong);
		free(wrong);
		return -EINVAL;
	}
	r = read_ports(rule, tier, "uplinks", &tier->uplinks, &tier->n_up);
	if (!r)
		r = read_ports(rule, tier, "downlinks", &tier->downlinks, &tier->n_down);
	if (!r)
		r = read_ports(rule, tier, "hostPorts", &tier->hosts, &tier->n_hosts);
	return r ? r : ports_once(rule, tier);
}

static void tier_release(struct tier *tier)
{
	ms_strv_free(tier->uplinks);
	ms_strv_free(tier->downlinks);
	ms_strv_free(tier->hosts);
	for (size_t i = 0; i < tier->n; i++)
		free(tier->names[i]);
	free(tier->names);
}

/* ---- switches -------------------------------------------------------------------------------- */

/* {n} counts among those whose names are the same without it. */
static int next_number(struct rule *rule, const char *text, struct ms_template *words)
{
	MS_AUTO_BUF struct ms_buf key = { 0 };
	json_int_t n;

	if (ms_template_put(&key, text, words, true))
		return -ENOMEM;
	n = json_integer_value(json_object_get(rule->counted, key.data ? key.data : "")) + 1;
	words->n = (unsigned)n;
	return json_object_set_new(rule->counted, key.data ? key.data : "", json_integer(n));
}

static json_t *switch_new(const struct rule *rule, const struct tier *tier,
			  const struct ms_template *words, bool rails)
{
	json_t *entry = json_pack("{s:s, s:s}", "fabric", rule->fabric, "role", tier->role);
	int r = 0;

	if (words->pod)
		r |= ms_put(entry, "/pod", json_sprintf("%u", words->pod));
	if (rails && words->unit)
		r |= ms_put(entry, "/labels/unit", json_sprintf("%u", words->unit)) ||
		     ms_put(entry, "/labels/rail", json_sprintf("%u", words->rail));
	r |= ms_grow_overlay(entry, json_object_get(tier->rule, "switch"));
	if (!r)
		return entry;
	json_decref(entry);
	return NULL;
}

static int name_refused(struct rule *rule, const struct tier *tier, const char *name)
{
	const json_t *other = json_object_get(rule->g->by_name, name);

	point(rule, tier, other ? NULL : "name");
	if (!other && ms_text_type(MS_F_NAME)->valid(name))
		return 0;
	if (other)
		ms_grow_problem(rule->g, "say {n} in name, and {pod} or {rail} where they differ",
				"two switches by rule are named \"%.80s\"", name);
	else
		ms_grow_problem(rule->g, ms_text_type(MS_F_NAME)->hint, "not a name: \"%.80s\"",
				name);
	return -EINVAL;
}

static int add_name(struct tier *tier, char *name)
{
	size_t cap = tier->cap ? tier->cap * 2 : 64;
	char **names = tier->n < tier->cap ? tier->names
					   : reallocarray(tier->names, cap, sizeof(*names));

	if (!names) {
		free(name);
		return -ENOMEM;
	}
	tier->cap = tier->n < tier->cap ? tier->cap : cap;
	tier->names = names;
	tier->names[tier->n++] = name;
	return 0;
}

static int add_switch(struct rule *rule, struct tier *tier, struct ms_template words, bool rails)
{
	const char *text = ms_str(tier->rule, "/name", "{role}{n:02}");
	MS_AUTO_BUF struct ms_buf name = { 0 };
	json_t *entry;
	int r;

	words.role = tier->role;
	if (next_number(rule, text, &words) || ms_template_put(&name, text, &words, false) ||
	    !name.data)
		return ms_nomem(rule->g->err);
	r = name_refused(rule, tier, name.data);
	if (r)
		return r;
	entry = switch_new(rule, tier, &words, rails);
	if (!entry)
		return ms_nomem(rule->g->err);
	if (json_object_set(rule->g->by_name, name.data, entry)) {
		json_decref(entry);
		return ms_nomem(rule->g->err);
	}
	r = ms_grow_switch(rule->g, name.data, entry);
	if (!r && add_name(tier, ms_buf_steal(&name)))
		r = ms_nomem(rule->g->err);
	return r;
}

static int add_switches(struct rule *rule, struct tier *tier, struct ms_template words, bool rails)
{
	int64_t count = ms_int(tier->rule, "/count", 0);
	int r = 0;

	for (int64_t i = 0; !r && i < count; i++)
		r = add_switch(rule, tier, words, rails);
	return r;
}

/* ---- cables ---------------------------------------------------------------------------------- */

static int too_few(struct rule *rule, const struct tier *tier, const char *key, size_t has,
		   size_t wanted)
{
	point(rule, tier, has ? key : NULL);
	ms_grow_problem(rule->g, "write as many ports as there are cables",
			"%zu ports in %s, but the cables of each switch need %zu", has, key,
			wanted);
	return -EINVAL;
}

static int add_cable(struct rule *rule, const char *lower, const char *up, const char *upper,
		     const char *down)
{
	MS_AUTO_FREE char *from = ms_asprintf("%s:%s", lower, up),
			  *to = ms_asprintf("%s:%s", upper, down);
	json_auto_t *more = json_pack("{s:s, s:s}", "fabric", rule->fabric, "layer", "routed");

	if (!from || !to || !more)
		return ms_nomem(rule->g->err);
	return ms_grow_link(rule->g, from, to, more);
}

/* Each of lower[0..n) to each of upper[0..m), which has given out `taken` downlinks before. */
static int connect(struct rule *rule, const struct tier *lower, size_t first, size_t n,
		   const struct tier *upper, size_t top, size_t m, size_t taken)
{
	size_t per = rule->per_pair, up = m * per, down = taken + n * per;
	int r = 0;

	if (up > lower->n_up)
		return too_few(rule, lower, "uplinks", lower->n_up, up);
	if (down > upper->n_down)
		return too_few(rule, upper, "downlinks", upper->n_down, down);
	snprintf(rule->g->check.path, sizeof(rule->g->check.path), "%s", rule->path);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < m; j++)
			for (size_t k = 0; !r && k < per; k++)
				r = add_cable(rule, lower->names[first + i],
					      lower->uplinks[j * per + k], upper->names[top + j],
					      upper->downlinks[taken + i * per + k]);
	return r;
}

/* ---- clos ------------------------------------------------------------------------------------ */

struct clos { struct tier leaves, spines, supers; size_t pods; bool planes; };

static int clos_pods(struct rule *rule, struct clos *clos)
{
	int r = 0;

	for (unsigned pod = 1; !r && pod <= clos->pods; pod++) {
		struct ms_template words = { .pod = clos->pods > 1 ? pod : 0 };

		if (clos->supers.rule || pod == 1)
			r = add_switches(rule, &clos->spines,
					 clos->supers.rule ? words : (struct ms_template){ 0 },
					 false);
		if (!r)
			r = add_switches(rule, &clos->leaves, words, false);
	}
	if (!r && clos->supers.rule)
		r = add_switches(rule, &clos->supers, (struct ms_template){ 0 }, false);
	return r;
}

/* Spine n of every pod to the n-th group of super-spines, or every spine to all of them. */
static int clos_supers(struct rule *rule, struct clos *clos, size_t spines)
{
	size_t m = clos->supers.n;
	int r = 0;

	if (clos->planes && m % spines) {
		point(rule, &clos->supers, "count");
		ms_grow_problem(rule->g, "write a multiple of the spines of a pod",
				"%zu super-spines are no %zu planes of as many", m, spines);
		return -EINVAL;
	}
	for (size_t i = 0; !r && i < clos->spines.n; i++) {
		size_t group = m / spines, pod = i / spines;

		r = clos->planes ? connect(rule, &clos->spines, i, 1, &clos->supers,
					   i % spines * group, group, pod * rule->per_pair)
				 : connect(rule, &clos->spines, i, 1, &clos->supers, 0, m,
					   i * rule->per_pair);
	}
	return r;
}

static int clos_cables(struct rule *rule, struct clos *clos)
{
	size_t leaves = clos->leaves.n / clos->pods, spines = clos->spines.n;
	int r = 0;

	if (!clos->supers.rule)
		return connect(rule, &clos->leaves, 0, clos->leaves.n, &clos->spines, 0, spines, 0);
	spines /= clos->pods;
	for (size_t pod = 0; !r && pod < clos->pods; pod++)
		r = connect(rule, &clos->leaves, pod * leaves, leaves, &clos->spines, pod * spines,
			    spines, 0);
	return r ? r : clos_supers(rule, clos, spines);
}

static int grow_clos(struct rule *rule, const json_t *all)
{
	struct clos clos = { .pods = (size_t)ms_int(all, "/pods", 1),
			     .planes = ms_bool(all, "/planes", false) };
	int r = tier_init(rule, all, "leaves", "leaf", &clos.leaves);

	if (!r)
		r = tier_init(rule, all, "spines", "spine", &clos.spines);
	if (!r)
		r = tier_init(rule, all, "superSpines", "super-spine", &clos.supers);
	if (!r)
		r = clos_pods(rule, &clos);
	if (!r)
		r = clos_cables(rule, &clos);
	tier_release(&clos.leaves);
	tier_release(&clos.spines);
	tier_release(&clos.supers);
	return r;
}

/* ---- rail-optimised -------------------------------------------------------------------------- */

struct rails {
	const json_t *all;
	struct tier leaves, spines;
	unsigned rails, units;
	size_t per_unit, per_rail;     /* servers of a unit, leaves of a rail in it */
	char **servers;
	size_t n_servers;
};

static int rails_read(struct rule *rule, struct rails *rails)
{
	struct ms_growth *g = rule->g;
	char *wrong = ms_template_wrong(ms_str(rails->all, "/nic", ""));
	int r;

	snprintf(g->check.path, sizeof(g->check.path), "%s/%s", rule->path,
		 wrong ? "nic" : "servers");
	if (wrong) {
		ms_grow_problem(g, "known is {rail}", "cannot fill in \"%.80s\"", wrong);
		free(wrong);
		return -EINVAL;
	}
	r = ms_range_expand(ms_str(rails->all, "/servers", ""), &rails->servers, &rails->n_servers,
			    g->err);
	if (r == -EINVAL) {
		ms_grow_problem(g, g->err->hint, "%s", g->err->message);
		ms_err_clear(g->err);
	}
	if (!r && rails->n_servers > rails->units * rails->per_unit) {
		ms_grow_problem(g, "raise units or serversPerUnit",
				"%zu servers, but %u units of %zu", rails->n_servers, rails->units,
				rails->per_unit);
		r = -EINVAL;
	}
	return r;
}

static int rails_switches(struct rule *rule, struct rails *rails)
{
	int r = add_switches(rule, &rails->spines, (struct ms_template){ 0 }, false);

	for (unsigned unit = 1; !r && unit <= rails->units; unit++)
		for (unsigned rail = 0; !r && rail < rails->rails; rail++)
			r = add_switches(rule, &rails->leaves,
					 (struct ms_template){ .unit = unit, .rail = rail }, true);
	return r;
}

static int rail_cable(struct rule *rule, const struct rails *rails, size_t server, unsigned rail)
{
	size_t unit = server / rails->per_unit, place = server % rails->per_unit,
	       per_leaf = (rails->per_unit + rails->per_rail - 1) / rails->per_rail,
	       leaf = (unit * rails->rails + rail) * rails->per_rail + place / per_leaf;
	struct ms_template words = { .role = "", .rail = rail, .unit = (unsigned)unit + 1,
				     .n = (unsigned)place + 1 };
	MS_AUTO_BUF struct ms_buf nic = { 0 };
	MS_AUTO_FREE char *from = NULL, *to = NULL;
	json_auto_t *more = json_pack("{s:s, s:s}", "fabric", rule->fabric, "layer", "host");

	if (ms_template_put(&nic, ms_str(rails->all, "/nic", "rail{rail}"), &words, false))
		return ms_nomem(rule->g->err);
	from = ms_asprintf("%s:%s", rails->servers[server], nic.data ? nic.data : "");
	to = ms_asprintf("%s:%s", rails->leaves.names[leaf], rails->leaves.hosts[place % per_leaf]);
	if (!from || !to || !more)
		return ms_nomem(rule->g->err);
	return ms_grow_link(rule->g, from, to, more);
}

static int rails_cables(struct rule *rule, struct rails *rails)
{
	size_t per_leaf = (rails->per_unit + rails->per_rail - 1) / rails->per_rail;
	int r = connect(rule, &rails->leaves, 0, rails->leaves.n, &rails->spines, 0,
			rails->spines.n, 0);

	if (!r && per_leaf > rails->leaves.n_hosts)
		return too_few(rule, &rails->leaves, "hostPorts", rails->leaves.n_hosts, per_leaf);
	for (size_t server = 0; server < rails->n_servers; server++)
		for (unsigned rail = 0; !r && rail < rails->rails; rail++)
			r = rail_cable(rule, rails, server, rail);
	return r;
}

static int grow_rails(struct rule *rule, const json_t *all)
{
	struct rails rails = {
		.all = all,
		.rails = (unsigned)ms_int(all, "/rails", 1),
		.units = (unsigned)ms_int(all, "/units", 1),
		.per_unit = (size_t)ms_int(all, "/serversPerUnit", 1),
		.per_rail = (size_t)ms_int(all, "/leaves/count", 1),
	};
	int r = rails_read(rule, &rails);

	if (!r)
		r = tier_init(rule, all, "leaves", "leaf", &rails.leaves);
	if (!r)
		r = tier_init(rule, all, "spines", "spine", &rails.spines);
	if (!r)
		r = rails_switches(rule, &rails);
	if (!r)
		r = rails_cables(rule, &rails);
	tier_release(&rails.leaves);
	tier_release(&rails.spines);
	ms_strv_free(rails.servers);
	return r;
}

/* ---- fabrics --------------------------------------------------------------------------------- */

static int grow_rule(struct ms_growth *g, size_t fabric, const char *name, const json_t *all,
		     const char *key, int (*grow)(struct rule *rule, const json_t *all))
{
	struct rule rule = { .g = g, .fabric = name, .counted = json_object(),
			     .per_pair = (unsigned)ms_int(all, "/linksPerPair", 1) };
	int r;

	if (!json_is_object(all)) {
		json_decref(rule.counted);
		return 0;
	}
	snprintf(rule.path, sizeof(rule.path), "/spec/fabrics/%zu/%s", fabric, key);
	r = rule.counted ? grow(&rule, all) : ms_nomem(g->err);
	json_decref(rule.counted);
	return r;
}

int ms_grow_rules(struct ms_growth *g)
{
	struct ms_inherit in;
	const json_t *entry, *base;
	size_t i;
	int r = 0;

	ms_inherit_init(&in, g->grown->root, "fabric");
	json_array_foreach(ms_at(g->grown->root, "/spec/fabrics"), i, entry) {
		const char *name = ms_str(entry, "/name", "");

		r = ms_inherit_of(&in, entry, &base, g->err);
		if (!r)
			r = grow_rule(g, i, name, ms_merged_at(base, entry, "/clos"), "clos",
				      grow_clos);
		if (!r)
			r = grow_rule(g, i, name, ms_merged_at(base, entry, "/railOptimised"),
				      "railOptimised", grow_rails);
		if (r)
			break;
	}
	ms_inherit_release(&in);
	return r;
}
