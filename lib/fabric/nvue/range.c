/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ranges in NVUE's keys: "swp1-4,swp7s0-3", "10,20-30".  Each member gets what stands at the range.
 */
#include <errno.h>
#include "fabric/nvue/nvue.h"

/* Enough for every VLAN and port; a switch that says more is not believed. */
#define MAX_MEMBERS 8192

struct ranges {
	json_t *into;
	const json_t *value;
	size_t left;
};

static int add_member(struct ranges *ranges, const char *name)
{
	json_t *old = json_object_get(ranges->into, name), *value;

	if (!ranges->left--)
		return -E2BIG;
	/* What stands at the member itself wins over what stands at a range. */
	value = json_is_object(old) ? ms_merge_new(ranges->value, old)
				    : json_deep_copy(ranges->value);
	return json_object_set_new(ranges->into, name, value) ? -ENOMEM : 0;
}

static bool is_digits(const char *text, size_t len)
{
	return len && len <= 9 && strspn(text, "0123456789") >= len;
}

/* One item: "swp1-4" is prefix "swp", 1 and 4; "7" behind it is swp7. */
static int add_item(struct ranges *ranges, const char *item, size_t len, char prefix[static 64])
{
	const char *dash = memchr(item, '-', len);
	size_t head = dash ? (size_t)(dash - item) : len, start = head;
	unsigned long from, to;
	char name[96];
	int r = 0;

	while (start && item[start - 1] >= '0' && item[start - 1] <= '9')
		start--;
	if (start >= 64)
		return -E2BIG;
	if (start)
		snprintf(prefix, 64, "%.*s", (int)start, item);
	if (!is_digits(item + start, head - start) ||
	    (dash && !is_digits(dash + 1, len - head - 1))) {
		snprintf(name, sizeof(name), "%.*s", (int)(len < 95 ? len : 95), item);
		return add_member(ranges, name);
	}
	from = strtoul(item + start, NULL, 10);
	to = dash ? strtoul(dash + 1, NULL, 10) : from;
	for (; from <= to && !r; from++) {
		snprintf(name, sizeof(name), "%s%lu", prefix, from);
		r = add_member(ranges, name);
	}
	return r;
}

static int add_items(struct ranges *ranges, const char *text)
{
	char prefix[64] = "";
	int r = 0;

	while (*text && !r) {
		size_t len = strcspn(text, ",");

		r = add_item(ranges, text, len, prefix);
		text += len + (text[len] == ',');
	}
	return r;
}

static bool is_range(const char *key)
{
	const char *dash = strchr(key, '-');

	return strchr(key, ',') || (dash && dash > key && dash[-1] >= '0' && dash[-1] <= '9' &&
				    is_digits(dash + 1, strlen(dash + 1)));
}

static bool has_range(const json_t *map)
{
	json_t *value;
	const char *key;

	json_object_foreach((json_t *)map, key, value)
		if (is_range(key))
			return true;
	return false;
}

/* Single keys first, so that they win. */
static int expand_map(json_t *parent, const char *at)
{
	const json_t *map = json_object_get(parent, at);
	struct ranges ranges = { .left = MAX_MEMBERS };
	json_t *value;
	const char *key;
	int r = 0;

	if (!has_range(map))
		return 0;
	ranges.into = json_object();
	json_object_foreach((json_t *)map, key, value)
		if (!is_range(key) && json_object_set(ranges.into, key, value))
			r = -ENOMEM;
	json_object_foreach((json_t *)map, key, value) {
		ranges.value = value;
		if (!r && is_range(key))
			r = add_items(&ranges, key);
	}
	if (!r && json_object_set(parent, at, ranges.into))
		r = -ENOMEM;
	json_decref(ranges.into);
	return r;
}

static int expand_domains(const json_t *domains)
{
	json_t *domain;
	const char *name;
	int r = 0;

	json_object_foreach((json_t *)domains, name, domain)
		if (!r)
			r = expand_map(domain, "vlan");
	return r;
}

static int expand_interface(json_t *interface)
{
	int r = expand_map(json_object_get(interface, "bond"), "member");

	return r ? r : expand_domains(nvue_at(interface, "bridge", "domain", NULL));
}

static int expand_neighbors(const json_t *vrfs)
{
	json_t *vrf;
	const char *name;
	int r = 0;

	json_object_foreach((json_t *)vrfs, name, vrf)
		if (!r)
			r = expand_map(nvue_at(vrf, "router", "bgp", NULL), "neighbor");
	return r;
}

int nvue_expand(json_t *tree, struct ms_err *err)
{
	json_t *interface;
	const char *name;
	int r = expand_map(tree, "interface");

	json_object_foreach(json_object_get(tree, "interface"), name, interface)
		if (!r)
			r = expand_interface(interface);
	if (!r)
		r = expand_domains(nvue_at(tree, "bridge", "domain", NULL));
	if (!r)
		r = expand_map(json_object_get(tree, "evpn"), "vni");
	if (!r)
		r = expand_neighbors(json_object_get(tree, "vrf"));
	if (r == -E2BIG)
		return ms_fail(err, -EBADMSG, MS_INVALID,
			       "ranges of interfaces or VLANs with more than %d members",
			       MAX_MEMBERS);
	return r ? ms_nomem(err) : 0;
}
