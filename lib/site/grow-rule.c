/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fabrics by rule: Clos of two or three tiers, and rail-optimised ones. */
#include <errno.h>
#include "site/tier.h"

/* ---- clos ------------------------------------------------------------------------------------ */

struct clos {
	struct ms_tier leaves, spines, supers;
	size_t pods;
	bool planes;
};

static int clos_pods(struct ms_topology *rule, struct clos *clos)
{
	int r = 0;

	for (unsigned pod = 1; !r && pod <= clos->pods; pod++) {
		struct ms_template words = { .pod = clos->pods > 1 ? pod : 0 };

		if (clos->supers.rule || pod == 1)
			r = ms_tier_switches(rule, &clos->spines,
					 clos->supers.rule ? words : (struct ms_template){ 0 },
					 false);
		if (!r)
			r = ms_tier_switches(rule, &clos->leaves, words, false);
	}
	if (!r && clos->supers.rule)
		r = ms_tier_switches(rule, &clos->supers, (struct ms_template){ 0 }, false);
	return r;
}

/* Spine n of every pod to the n-th group of super-spines, or every spine to all of them. */
static int clos_supers(struct ms_topology *rule, struct clos *clos, size_t spines)
{
	size_t m = clos->supers.n;
	int r = 0;

	if (clos->planes && m % spines) {
		ms_tier_point(rule, &clos->supers, "count");
		ms_grow_problem(rule->g, "write a multiple of the spines of a pod",
				"%zu super-spines are no %zu planes of as many", m, spines);
		return -EINVAL;
	}
	for (size_t i = 0; !r && i < clos->spines.n; i++) {
		size_t group = m / spines, pod = i / spines;

		r = clos->planes ? ms_tier_connect(rule, &clos->spines, i, 1, &clos->supers,
					   i % spines * group, group, pod * rule->per_pair)
				 : ms_tier_connect(rule, &clos->spines, i, 1, &clos->supers, 0, m,
					   i * rule->per_pair);
	}
	return r;
}

static int clos_cables(struct ms_topology *rule, struct clos *clos)
{
	size_t leaves = clos->leaves.n / clos->pods, spines = clos->spines.n;
	int r = 0;

	if (!clos->supers.rule)
		return ms_tier_connect(rule, &clos->leaves, 0, clos->leaves.n, &clos->spines, 0,
				       spines, 0);
	spines /= clos->pods;
	for (size_t pod = 0; !r && pod < clos->pods; pod++)
		r = ms_tier_connect(rule, &clos->leaves, pod * leaves, leaves, &clos->spines,
				    pod * spines, spines, 0);
	return r ? r : clos_supers(rule, clos, spines);
}

static int grow_clos(struct ms_topology *rule, const json_t *all)
{
	struct clos clos = { .pods = (size_t)ms_int(all, "/pods", 1),
			     .planes = ms_bool(all, "/planes", false) };
	int r = ms_tier_init(rule, all, "leaves", "leaf", &clos.leaves);

	if (!r)
		r = ms_tier_init(rule, all, "spines", "spine", &clos.spines);
	if (!r)
		r = ms_tier_init(rule, all, "superSpines", "super-spine", &clos.supers);
	if (!r)
		r = ms_tier_too_many(rule, &clos.leaves, "count",
			     clos.pods * (size_t)ms_int(all, "/leaves/count", 1), "leaves");
	if (!r)
		r = clos_pods(rule, &clos);
	if (!r)
		r = clos_cables(rule, &clos);
	ms_tier_release(&clos.leaves);
	ms_tier_release(&clos.spines);
	ms_tier_release(&clos.supers);
	return r;
}

/* ---- rail-optimised -------------------------------------------------------------------------- */

struct rails {
	const json_t *all;
	struct ms_tier leaves, spines;
	unsigned rails, units;
	size_t per_unit, per_rail; /* servers of a unit, leaves of a rail in it */
	char **servers;
	size_t n_servers;
};

static int rails_read(struct ms_topology *rule, struct rails *rails)
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

static int rails_switches(struct ms_topology *rule, struct rails *rails)
{
	int r = ms_tier_switches(rule, &rails->spines, (struct ms_template){ 0 }, false);

	for (unsigned unit = 1; !r && unit <= rails->units; unit++)
		for (unsigned rail = 0; !r && rail < rails->rails; rail++)
			r = ms_tier_switches(rule, &rails->leaves,
					 (struct ms_template){ .unit = unit, .rail = rail }, true);
	return r;
}

static int rail_cable(struct ms_topology *rule, const struct rails *rails, size_t server,
		      unsigned rail)
{
	size_t unit = server / rails->per_unit, place = server % rails->per_unit,
	       per_leaf = (rails->per_unit + rails->per_rail - 1) / rails->per_rail,
	       leaf = (unit * rails->rails + rail) * rails->per_rail + place / per_leaf;
	struct ms_template words = {
		.role = "", .rail = rail, .unit = (unsigned)unit + 1, .n = (unsigned)place + 1
	};
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

static int rails_cables(struct ms_topology *rule, struct rails *rails)
{
	size_t per_leaf = (rails->per_unit + rails->per_rail - 1) / rails->per_rail;
	int r = ms_tier_connect(rule, &rails->leaves, 0, rails->leaves.n, &rails->spines, 0,
			rails->spines.n, 0);

	if (!r && per_leaf > rails->leaves.n_hosts)
		return ms_tier_too_few(rule, &rails->leaves, "hostPorts", rails->leaves.n_hosts,
				       per_leaf);
	for (size_t server = 0; server < rails->n_servers; server++)
		for (unsigned rail = 0; !r && rail < rails->rails; rail++)
			r = rail_cable(rule, rails, server, rail);
	return r;
}

static int grow_rails(struct ms_topology *rule, const json_t *all)
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
		r = ms_tier_init(rule, all, "leaves", "leaf", &rails.leaves);
	if (!r)
		r = ms_tier_init(rule, all, "spines", "spine", &rails.spines);
	if (!r)
		r = ms_tier_too_many(rule, &rails.leaves, "count",
			     rails.per_rail * rails.rails * rails.units, "leaves");
	if (!r)
		r = rails_switches(rule, &rails);
	if (!r)
		r = rails_cables(rule, &rails);
	ms_tier_release(&rails.leaves);
	ms_tier_release(&rails.spines);
	ms_strv_free(rails.servers);
	return r;
}

/* ---- fabrics --------------------------------------------------------------------------------- */

static int grow_rule(struct ms_growth *g, size_t fabric, const char *name, const json_t *all,
		     const char *key, int (*grow)(struct ms_topology *rule, const json_t *all))
{
	struct ms_topology rule = { .g = g,
			     .fabric = name,
			     .counted = json_object(),
			     .per_pair = (unsigned)ms_int(all, "/linksPerPair", 1) };
	int r;

	if (!json_is_object(all)) {
		json_decref(rule.counted);
		return 0;
	}
	snprintf(rule.path, sizeof(rule.path), "/spec/fabrics/%zu/%s", fabric, key);
	r = rule.counted ? grow(&rule, all) : ms_nomem(g->err);
	json_decref(rule.counted);
	/* A rule that was refused keeps nobody from looking at the next. */
	return r == -EINVAL && g->err->code == MS_OK ? 0 : r;
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
