/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tiers of a fabric by rule.  Cables are dealt out in order: leaf n has its first uplinks to the
 * first spine, and takes the n-th downlinks there.
 */
#include <errno.h>
#include <inttypes.h>
#include "site/tier.h"

static const char *const port_keys[] = { "uplinks", "downlinks", "hostPorts", "peerPorts" };

void ms_tier_point(struct ms_topology *rule, const struct ms_tier *tier, const char *key)
{
	snprintf(rule->g->check.path, sizeof(rule->g->check.path), "%s/%s%s%s", rule->path,
		 tier->key, key ? "/" : "", key ? key : "");
}

/* "1-32,40" means [1-32,40]. */
static int read_ports(struct ms_topology *rule, struct ms_tier *tier, const char *key,
		      char ***ret_ports, size_t *ret_n)
{
	const char *text = json_string_value(json_object_get(tier->rule, key));
	MS_AUTO_FREE char *range = NULL;

	if (!text)
		return 0;
	range = ms_range_is(text) ? strdup(text) : ms_asprintf("[%s]", text);
	if (!range)
		return ms_nomem(rule->g->err);
	if (!ms_range_is(range)) {
		ms_tier_point(rule, tier, key);
		ms_grow_problem(rule->g, "write ports as 1-32 or [1-8]/[1-2]",
				"not ports: \"%.80s\"", text);
		return -EINVAL;
	}
	int r = ms_range_expand(range, ret_ports, ret_n, rule->g->err);

	if (r == -EINVAL) {
		ms_tier_point(rule, tier, key);
		ms_grow_problem(rule->g, rule->g->err->hint, "%s", rule->g->err->message);
		ms_err_clear(rule->g->err);
	}
	return r;
}

/* A port is for one thing only. */
static int ports_once(struct ms_topology *rule, struct ms_tier *tier)
{
	json_auto_t *seen = json_object();
	char **const lists[] = { tier->uplinks, tier->downlinks, tier->hosts, tier->peers };
	const size_t counts[] = { tier->n_up, tier->n_down, tier->n_hosts, tier->n_peers };

	for (size_t k = 0; k < MS_ARRAY_SIZE(lists); k++)
		for (size_t i = 0; i < counts[k]; i++) {
			const char *other = json_string_value(json_object_get(seen, lists[k][i]));

			if (other) {
				ms_tier_point(rule, tier, port_keys[k]);
				ms_grow_problem(rule->g, "a port is for one thing only",
						"port %s stands in %s too", lists[k][i], other);
				return -EINVAL;
			}
			if (json_object_set_new(seen, lists[k][i], json_string(port_keys[k])))
				return ms_nomem(rule->g->err);
		}
	return 0;
}

/* Pairs are leaves, two by two, and those of MLAG are joined. */
static int check_pairs(struct ms_topology *rule, const struct ms_tier *tier)
{
	const char *pairs = json_string_value(json_object_get(tier->rule, "pairs"));
	bool mlag = ms_streq(pairs, "mlag");

	ms_tier_point(rule, tier, pairs ? "pairs" : "peerPorts");
	if (pairs && strcmp(tier->role, "leaf"))
		ms_grow_problem(rule->g, "leave pairs out here", "only leaves become pairs");
	else if (pairs && ms_int(tier->rule, "/count", 0) % 2)
		ms_grow_problem(rule->g, "an even count",
				"one of %" PRId64 " has nobody to pair with",
				ms_int(tier->rule, "/count", 0));
	else if (mlag && !tier->n_peers)
		ms_grow_problem(rule->g, "peerPorts: \"61-62\"",
				"the two of an MLAG pair need cables between them");
	else if (!mlag && tier->n_peers)
		ms_grow_problem(rule->g, "pairs: mlag, or leave peerPorts out",
				"only MLAG pairs have cables between them");
	else
		return 0;
	return -EINVAL;
}

int ms_tier_init(struct ms_topology *rule, const json_t *all, const char *key, const char *role,
		     struct ms_tier *tier)
{
	char *wrong;
	int r;

	*tier = (struct ms_tier){ .rule = json_object_get(all, key), .key = key, .role = role };
	if (!tier->rule)
		return 0;
	wrong = ms_template_wrong(ms_str(tier->rule, "/name", ""));
	if (wrong) {
		ms_tier_point(rule, tier, "name");
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
	if (!r)
		r = read_ports(rule, tier, "peerPorts", &tier->peers, &tier->n_peers);
	if (!r)
		r = ports_once(rule, tier);
	return r ? r : check_pairs(rule, tier);
}

void ms_tier_release(struct ms_tier *tier)
{
	ms_strv_free(tier->uplinks);
	ms_strv_free(tier->downlinks);
	ms_strv_free(tier->hosts);
	ms_strv_free(tier->peers);
	for (size_t i = 0; i < tier->n; i++)
		free(tier->names[i]);
	free(tier->names);
}

/* ---- switches -------------------------------------------------------------------------------- */

/* {n} counts among those whose names are the same without it. */
static int next_number(struct ms_topology *rule, const char *text, struct ms_template *words)
{
	MS_AUTO_BUF struct ms_buf key = { 0 };
	json_int_t n;

	if (ms_template_put(&key, text, words, true))
		return -ENOMEM;
	n = json_integer_value(json_object_get(rule->counted, key.data ? key.data : "")) + 1;
	words->n = (unsigned)n;
	return json_object_set_new(rule->counted, key.data ? key.data : "", json_integer(n));
}

static json_t *switch_new(const struct ms_topology *rule, const struct ms_tier *tier,
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

static int name_refused(struct ms_topology *rule, const struct ms_tier *tier, const char *name)
{
	const json_t *other = json_object_get(rule->g->by_name, name);

	ms_tier_point(rule, tier, other ? NULL : "name");
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

static int add_name(struct ms_tier *tier, char *name)
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

static int add_switch(struct ms_topology *rule, struct ms_tier *tier, struct ms_template words,
		      bool rails)
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
	ms_tier_point(rule, tier, NULL);
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

int ms_tier_too_many(struct ms_topology *rule, const struct ms_tier *tier, const char *key,
		     size_t n, const char *what)
{
	if (n <= MS_GROW_MAX)
		return 0;
	ms_tier_point(rule, tier, key);
	ms_grow_problem(rule->g, "write a smaller rule", "%zu %s, but at most %u can be", n, what,
			MS_GROW_MAX);
	return -EINVAL;
}

static int add_cable(struct ms_topology *rule, const char *lower, const char *up, const char *upper,
		     const char *down, const char *layer)
{
	MS_AUTO_FREE char *from = ms_asprintf("%s:%s", lower, up),
			  *to = ms_asprintf("%s:%s", upper, down);
	json_auto_t *more = json_pack("{s:s, s:s}", "fabric", rule->fabric, "layer", layer);

	if (!from || !to || !more)
		return ms_nomem(rule->g->err);
	return ms_grow_link(rule->g, from, to, more);
}

/* What the tier's switches have in common was put on already, and holds. */
static int name_mate(struct ms_topology *rule, const struct ms_tier *tier, const char *name,
		     const char *with)
{
	json_t *sw = json_object_get(rule->g->by_name, name);

	return (!ms_at(sw, "/pair/with") && ms_put(sw, "/pair/with", json_string(with))) ||
	       (!ms_at(sw, "/pair/kind") &&
		ms_put(sw, "/pair/kind", json_incref(json_object_get(tier->rule, "pairs"))));
}

static int join_pair(struct ms_topology *rule, const struct ms_tier *tier, const char *a,
		     const char *b)
{
	int r = name_mate(rule, tier, a, b) || name_mate(rule, tier, b, a) ? ms_nomem(rule->g->err)
									    : 0;

	for (size_t i = 0; !r && i < tier->n_peers; i++)
		r = add_cable(rule, a, tier->peers[i], b, tier->peers[i], "peer");
	return r;
}

int ms_tier_switches(struct ms_topology *rule, struct ms_tier *tier, struct ms_template words,
		     bool rails)
{
	bool pairs = json_object_get(tier->rule, "pairs");
	int64_t count = ms_int(tier->rule, "/count", 0);
	int r = 0;

	for (int64_t i = 0; !r && i < count; i++)
		r = add_switch(rule, tier, words, rails);
	for (size_t i = tier->n - (size_t)count; !r && pairs && i + 1 < tier->n; i += 2)
		r = join_pair(rule, tier, tier->names[i], tier->names[i + 1]);
	return r;
}

/* ---- cables ---------------------------------------------------------------------------------- */

int ms_tier_too_few(struct ms_topology *rule, const struct ms_tier *tier, const char *key,
		    size_t has, size_t wanted)
{
	ms_tier_point(rule, tier, has ? key : NULL);
	ms_grow_problem(rule->g, "write as many ports as there are cables",
			"%zu ports in %s, but the cables of each switch need %zu", has, key,
			wanted);
	return -EINVAL;
}

int ms_tier_connect(struct ms_topology *rule, const struct ms_tier *lower, size_t first, size_t n,
		   const struct ms_tier *upper, size_t top, size_t m, size_t taken)
{
	size_t per = rule->per_pair, up = m * per, down = taken + n * per;
	int r = 0;

	if (up > lower->n_up)
		return ms_tier_too_few(rule, lower, "uplinks", lower->n_up, up);
	if (down > upper->n_down)
		return ms_tier_too_few(rule, upper, "downlinks", upper->n_down, down);
	if (n * up > MS_GROW_MAX)
		return ms_tier_too_many(rule, lower, "count", n * up, "cables");
	snprintf(rule->g->check.path, sizeof(rule->g->check.path), "%s", rule->path);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < m; j++)
			for (size_t k = 0; !r && k < per; k++)
				r = add_cable(rule, lower->names[first + i],
					      lower->uplinks[j * per + k], upper->names[top + j],
					      upper->downlinks[taken + i * per + k],
					      "routed");
	return r;
}
