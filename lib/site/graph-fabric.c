/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fabric as text for Graphviz: tiers beside each other, cables between two switches as one
 * line. */
#include <errno.h>
#include <inttypes.h>
#include "site/graph.h"

/* From the hosts upwards. */
static const char *const tiers[] = { "access", "leaf", "border", "spine", "super-spine" };

static size_t tier_of(const json_t *sw)
{
	const char *role = ms_str(sw, "/spec/role", "leaf");

	for (size_t i = 0; i < MS_ARRAY_SIZE(tiers); i++)
		if (!strcmp(tiers[i], role))
			return i;
	return 1;
}

static int put_switch(struct ms_buf *buf, const json_t *sw, json_t *drawn)
{
	MS_AUTO_FREE char *node = ms_asprintf("switch %s", ms_name(sw)),
			  *label = ms_asprintf("%s (%s)", ms_name(sw),
					       ms_str(sw, "/spec/platform", "?"));

	if (!node || !label || json_object_set_new(drawn, node, json_true()))
		return -ENOMEM;
	ms_buf_puts(buf, "    ");
	ms_graph_quote(buf, node);
	ms_buf_puts(buf, " [shape=box3d, label=");
	ms_graph_quote(buf, label);
	ms_buf_puts(buf, "];\n");
	return buf->failed;
}

/* Border leaves stand with the leaves. */
static bool is_in(const json_t *sw, size_t tier)
{
	size_t own = tier_of(sw);

	return own == tier || (own == 2 && tier == 1);
}

static int put_tier(struct ms_buf *buf, const struct ms_site_set *set, size_t tier, json_t *drawn)
{
	const json_t *sw;
	bool begun = false;
	size_t i;
	int r = 0;

	ms_set_foreach(set, i, sw, "Switch")
	{
		if (r || !is_in(sw, tier))
			continue;
		if (!begun)
			ms_buf_puts(buf, "  subgraph {\n    rank=same;\n");
		begun = true;
		r = put_switch(buf, sw, drawn);
	}
	if (begun)
		ms_buf_puts(buf, "  }\n");
	return r;
}

/* ---- cables ---- */

struct cable {
	const json_t *lower, *upper;
	const char *tail, *head;
};

/* Lines run from the lower tier to the upper, so that the tiers keep their order. */
static bool read_cable(const json_t *switches, const json_t *link, struct cable *ret_cable)
{
	char from[256], to[256];
	struct cable c = {
		.tail = ms_rule_end(ms_str(link, "/spec/from", ""), from),
		.head = ms_rule_end(ms_str(link, "/spec/to", ""), to),
	};

	c.lower = json_object_get(switches, from);
	c.upper = json_object_get(switches, to);
	if (!c.lower || !c.upper)
		return false;
	if (tier_of(c.lower) > tier_of(c.upper))
		c = (struct cable){ c.upper, c.lower, c.head, c.tail };
	*ret_cable = c;
	return true;
}

static int count_cable(json_t *counts, const struct cable *c)
{
	MS_AUTO_FREE char *key = ms_asprintf("%s %s", ms_name(c->lower), ms_name(c->upper));
	json_int_t n = key ? json_integer_value(json_object_get(counts, key)) : 0;

	return key ? json_object_set_new(counts, key, json_integer(n + 1)) : -1;
}

static int put_cable(struct ms_buf *buf, json_t *counts, const struct cable *c)
{
	MS_AUTO_FREE char *key = ms_asprintf("%s %s", ms_name(c->lower), ms_name(c->upper)),
			  *lower = ms_asprintf("switch %s", ms_name(c->lower)),
			  *upper = ms_asprintf("switch %s", ms_name(c->upper));
	int64_t n;

	if (!key || !lower || !upper)
		return -ENOMEM;
	n = json_integer_value(json_object_get(counts, key));
	if (!n)
		return 0;
	json_object_del(counts, key);
	ms_buf_puts(buf, "  ");
	ms_graph_quote(buf, lower);
	ms_buf_puts(buf, " -> ");
	ms_graph_quote(buf, upper);
	if (n > 1) {
		ms_buf_printf(buf, " [dir=none, label=\"%" PRId64 " cables\"];\n", n);
		return buf->failed;
	}
	ms_buf_puts(buf, " [dir=none, taillabel=");
	ms_graph_quote(buf, c->tail);
	ms_buf_puts(buf, ", headlabel=");
	ms_graph_quote(buf, c->head);
	ms_buf_puts(buf, "];\n");
	return buf->failed;
}

static int put_cables(struct ms_buf *buf, const struct ms_site_set *set)
{
	json_auto_t *switches = ms_rule_index(set, "Switch"), *counts = json_object();
	const json_t *link;
	struct cable c;
	size_t i;
	int r = switches && counts ? 0 : -ENOMEM;

	ms_set_foreach(set, i, link, "Link") if (!r && read_cable(switches, link, &c))
		r = count_cable(counts, &c);
	ms_set_foreach(set, i, link, "Link") if (!r && read_cable(switches, link, &c))
		r = put_cable(buf, counts, &c);
	return r;
}

int ms_graph_fabric(struct ms_buf *buf, const struct ms_site_set *set, json_t *drawn)
{
	int r = 0;

	for (size_t tier = 0; !r && tier < MS_ARRAY_SIZE(tiers); tier++)
		if (tier != 2)
			r = put_tier(buf, set, tier, drawn);
	return r ? r : put_cables(buf, set);
}
