/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What rows cannot say about a Site: names given twice within it, and pools that make no sense. */
#include <errno.h>
#include <inttypes.h>
#include "site/check.h"

#define NAMES_MAX 1000000u  /* in one list: a few lines of ranges must not fill the memory */

/* Owner of a name so far: name -> pointer. */
static void name_once(struct ms_check *c, json_t *seen, const char *name)
{
	const char *first = json_string_value(json_object_get(seen, name));
	unsigned line, column;
	struct ms_err *err;
	char path[sizeof(c->path)];

	if (!first) {
		ms_build_set(&c->failed, seen, name, json_string(c->path));
		return;
	}
	snprintf(path, sizeof(path), "%s", c->path);
	snprintf(c->path + strlen(c->path), sizeof(c->path) - strlen(c->path), "/name");
	if (ms_doc_locate(c->doc, first, false, &line, &column))
		err = ms_check_problem(c, false, "the name \"%.120s\" is taken on line %u", name,
				       line);
	else
		err = ms_check_problem(c, false, "the name \"%.120s\" is taken by %s", name, first);
	ms_check_hint(err, "give each entry a name of its own");
	snprintf(c->path, sizeof(c->path), "%s", path);
}

static void check_names(struct ms_check *c, json_t *seen, const char *name)
{
	size_t n, before = c->report->n + c->report->dropped;
	struct ms_err err = MS_ERR_INIT;
	char **names;

	if (!ms_range_is(name)) {
		name_once(c, seen, name);
		return;
	}
	if (ms_range_expand(name, &names, &n, &err)) {
		c->failed |= err.error == -ENOMEM; /* what else is wrong, its type has said */
		return;
	}
	for (size_t i = 0; i < n && c->report->n + c->report->dropped == before; i++)
		name_once(c, seen, names[i]);
	ms_strv_free(names);
}

static void names_among(struct ms_check *c, const char *list, json_t *seen)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(ms_at(c->doc->root, "%s", list), i, entry) {
		const char *name = json_string_value(json_object_get(entry, "name"));

		snprintf(c->path, sizeof(c->path), "%s/%zu", list, i);
		if (name)
			check_names(c, seen, name);
		if (json_object_size(seen) > NAMES_MAX) {
			ms_check_problem(c, false, "more than %u names with this entry", NAMES_MAX);
			return;
		}
	}
}

static void names_once(struct ms_check *c, const char *list)
{
	json_auto_t *seen = json_object();

	names_among(c, list, seen);
}

/* One record for pools of all sorts: one name each. */
static void pool_names_once(struct ms_check *c)
{
	json_auto_t *seen = json_object();

	names_among(c, "/spec/pools/addresses", seen);
	names_among(c, "/spec/pools/subnets", seen);
	names_among(c, "/spec/pools/numbers", seen);
}

static const char *member(struct ms_check *c, const json_t *pool, const char *base, const char *key)
{
	snprintf(c->path, sizeof(c->path), "%s/%s", base, key);
	return json_string_value(json_object_get(pool, key));
}

static void inside(struct ms_check *c, const char *text, struct ms_addr first, struct ms_addr last,
		   const char *prefix)
{
	struct ms_addr from, to;

	if (!text || !ms_addr_range_parse(text, &from, &to))
		return;
	if (from.v6 != first.v6 || from.value < first.value || to.value > last.value)
		ms_check_hint(ms_check_problem(c, false, "%s is not in %s", text, prefix),
			      "correct it, or widen the prefix");
}

static void check_addresses(struct ms_check *c, const json_t *pool, const char *base)
{
	const char *prefix = json_string_value(json_object_get(pool, "prefix")), *text;
	struct ms_addr first, last, from, to;
	const json_t *entry;
	unsigned bits;
	size_t i;

	if (!prefix || !ms_prefix_parse(prefix, &first, &last, &bits))
		return;
	text = member(c, pool, base, "first");
	inside(c, text, first, last, prefix);
	from = first;
	if (text)
		ms_addr_parse(text, &from);
	text = member(c, pool, base, "last");
	inside(c, text, first, last, prefix);
	if (text && ms_addr_parse(text, &to) && to.value < from.value)
		ms_check_problem(c, false, "last address %s is below the first", text);
	json_array_foreach(json_object_get(pool, "exclude"), i, entry) {
		snprintf(c->path, sizeof(c->path), "%s/exclude/%zu", base, i);
		inside(c, json_string_value(entry), first, last, prefix);
	}
}

static void check_length(struct ms_check *c, const json_t *pool, const char *base)
{
	const char *prefix = json_string_value(json_object_get(pool, "prefix"));
	json_int_t length = json_integer_value(json_object_get(pool, "length"));
	struct ms_addr first, last;
	unsigned bits;

	check_addresses(c, pool, base);
	if (!prefix || length < 1 || !ms_prefix_parse(prefix, &first, &last, &bits))
		return;
	snprintf(c->path, sizeof(c->path), "%s/length", base);
	if (length < bits || length > (first.v6 ? 128 : 32))
		ms_check_hint(ms_check_problem(c, false, "no subnet of length %" PRId64 " is in %s",
					       (int64_t)length, prefix),
			      "a length from %u to %u", bits, first.v6 ? 128 : 32);
}

static void check_numbers(struct ms_check *c, const json_t *pool, const char *base)
{
	const json_t *first = json_object_get(pool, "first"), *last = json_object_get(pool, "last");

	snprintf(c->path, sizeof(c->path), "%s/last", base);
	if (json_is_integer(first) && json_is_integer(last) &&
	    json_integer_value(last) < json_integer_value(first))
		ms_check_problem(c, false, "last number %" PRId64 " is below the first, %" PRId64,
				 (int64_t)json_integer_value(last),
				 (int64_t)json_integer_value(first));
}

static void check_pools(struct ms_check *c, const char *list,
			void (*check)(struct ms_check *c, const json_t *pool, const char *base))
{
	char base[64];
	const json_t *pool;
	size_t i;

	json_array_foreach(ms_at(c->doc->root, "%s", list), i, pool) {
		snprintf(base, sizeof(base), "%s/%zu", list, i);
		if (json_is_object(pool))
			check(c, pool, base);
	}
}

void ms_check_site(struct ms_check *c)
{
	char list[64];

	names_once(c, "/spec/credentials");
	names_once(c, "/spec/racks");
	names_once(c, "/spec/profiles");
	pool_names_once(c);
	for (const struct ms_site_list *row = ms_site_lists; row->key; row++) {
		snprintf(list, sizeof(list), "/spec/%s", row->key);
		names_once(c, list);
	}
	check_pools(c, "/spec/pools/addresses", check_addresses);
	check_pools(c, "/spec/pools/subnets", check_length);
	check_pools(c, "/spec/pools/numbers", check_numbers);
}
