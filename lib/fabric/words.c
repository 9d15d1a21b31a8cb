/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What differs between two models, as people say it. */
#include "fabric/intent/intent.h"

struct words {
	struct ms_buf *out;
	size_t said, max, more;
};

/* Room for one more item?  What there is none for is counted. */
static bool begin(struct words *w, char sign)
{
	if (w->said == w->max) {
		w->more++;
		return false;
	}
	ms_buf_printf(w->out, "%s%c", w->said++ ? ", " : "", sign);
	return true;
}

static void say_scalar(struct ms_buf *out, const json_t *value)
{
	if (json_is_string(value))
		ms_buf_puts(out, json_string_value(value));
	else if (json_is_integer(value))
		ms_buf_printf(out, "%lld", (long long)json_integer_value(value));
	else if (json_is_boolean(value))
		ms_buf_puts(out, json_is_true(value) ? "yes" : "no");
	else
		ms_buf_puts(out, value ? "..." : "none");
}

static bool holds(const json_t *list, const json_t *entry)
{
	const json_t *other;
	size_t i;

	json_array_foreach(list, i, other)
		if (json_equal(other, entry))
			return true;
	return false;
}

/* Entries of `list` that `other` has not, each with a sign. */
static void say_entries(struct ms_buf *out, char sign, const json_t *list, const json_t *other)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(list, i, entry) {
		if (holds(other, entry))
			continue;
		ms_buf_printf(out, " %c", sign);
		say_scalar(out, entry);
	}
}

static void say_value(struct ms_buf *out, const char *key, const json_t *old, const json_t *new)
{
	ms_buf_puts(out, key);
	if (json_is_array(old) || json_is_array(new)) {
		say_entries(out, '-', old, new);
		say_entries(out, '+', new, old);
		return;
	}
	ms_buf_puts(out, " ");
	say_scalar(out, old);
	ms_buf_puts(out, " -> ");
	say_scalar(out, new);
}

/* What differs within a row, behind its name: "mtu 1500 -> 9216 l2.tagged +100". */
static void say_fields(struct ms_buf *out, const char *prefix, const json_t *old, const json_t *new)
{
	json_auto_t *keys = json_object();
	const char *key;
	json_t *value;

	json_object_update(keys, (json_t *)old);
	json_object_update(keys, (json_t *)new);
	json_object_foreach(keys, key, value) {
		const json_t *was = json_object_get(old, key), *is = json_object_get(new, key);
		MS_AUTO_FREE char *name = ms_asprintf("%s%s", prefix, key);
		MS_AUTO_FREE char *inner = ms_asprintf("%s%s.", prefix, key);

		if (json_equal(was, is) || !name || !inner)
			continue;
		if (json_is_object(value)) {
			say_fields(out, inner, was, is);
			continue;
		}
		ms_buf_puts(out, " ");
		say_value(out, name, was, is);
	}
}

/* A name that people gave, behind a number. */
static void say_alias(struct ms_buf *out, const json_t *row)
{
	const char *name = ms_str(row, "/name", ms_str(row, "/description", NULL));

	if (name)
		ms_buf_printf(out, " (%s)", name);
}

static void say_row(struct words *w, const char *what, const char *key, const json_t *old,
		    const json_t *new)
{
	if (json_equal(old, new) || !begin(w, !old ? '+' : new ? '~' : '-'))
		return;
	ms_buf_printf(w->out, "%s %s", what, key);
	if (old && new)
		say_fields(w->out, "", old, new);
	else
		say_alias(w->out, new ? new : old);
}

static void say_map(struct words *w, const char *what, const json_t *old, const json_t *new)
{
	json_auto_t *keys = json_object(), *sorted = NULL;
	const char *key;
	json_t *value;

	json_object_update(keys, (json_t *)old);
	json_object_update(keys, (json_t *)new);
	sorted = fabric_sorted(keys);
	json_object_foreach(sorted, key, value)
		say_row(w, what, key, json_object_get(old, key), json_object_get(new, key));
}

static const struct { const char *section, *map, *what; } parts[] = {
	{ "loopback", NULL, NULL },      { "vlans", "", "vlan" },
	{ "vrfs", "", "vrf" },           { "svis", "", "gateway of vlan" },
	{ "vxlan", NULL, NULL },         { "evpn", "vnis", "vni" },
	{ "vpls", "", "vpls" },          { "mlag", NULL, NULL },
	{ "channels", "", "channel" },   { "ports", "", "port" },
	{ "bgp", "neighbors", "session" }, { "ospf", NULL, NULL },
	{ "mpls", NULL, NULL },          { "qos", "classes", "class" },
	{ "qos", "profiles", "profile" },
};

static bool is_map(const char *map)
{
	return map && *map;
}

/* A section that is one thing, but for the maps within it, which are said by their rows. */
static json_t *without_maps(const json_t *section, const char *name)
{
	json_t *rest = section ? json_copy((json_t *)section) : NULL;

	for (size_t i = 0; i < MS_ARRAY_SIZE(parts); i++)
		if (is_map(parts[i].map) && !strcmp(parts[i].section, name))
			json_object_del(rest, parts[i].map);
	return rest;
}

static void say_section(struct words *w, const char *name, const json_t *old, const json_t *new)
{
	json_auto_t *was = without_maps(old, name), *is = without_maps(new, name);

	if (json_equal(was, is) || (!json_object_size(was) && !json_object_size(is)) ||
	    !begin(w, !json_object_size(was) ? '+' : json_object_size(is) ? '~' : '-'))
		return;
	ms_buf_puts(w->out, name);
	say_fields(w->out, "", was, is);
}

/* What the switch lacks is set: statements of the vendor, word by word. */
static void say_lacks(struct words *w, const json_t *old, const json_t *new)
{
	const json_t *statement, *left;
	size_t i, k;

	json_array_foreach(old, i, statement) {
		bool stays = false;

		json_array_foreach(new, k, left)
			stays = stays || json_equal(statement, left);
		if (!stays && json_is_string(statement) && begin(w, '+'))
			ms_buf_printf(w->out, "\"%s\"", json_string_value(statement));
	}
}

int fabric_diff_words(const json_t *old, const json_t *new, size_t max, char **ret_text,
		      struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf out = { 0 };
	struct words w = { .out = &out, .max = max };
	const json_t *was_named = json_object_get(old, "hostname");
	const json_t *is_named = json_object_get(new, "hostname");

	if (was_named != is_named && !json_equal(was_named, is_named) && begin(&w, '~'))
		say_value(&out, "hostname", was_named, is_named);
	for (size_t i = 0; i < MS_ARRAY_SIZE(parts); i++) {
		const json_t *was = json_object_get(old, parts[i].section);
		const json_t *is = json_object_get(new, parts[i].section);

		/* Once, also where a section has several maps. */
		if ((!parts[i].map || *parts[i].map) &&
		    (!i || strcmp(parts[i].section, parts[i - 1].section)))
			say_section(&w, parts[i].section, was, is);
		if (is_map(parts[i].map)) {
			was = json_object_get(was, parts[i].map);
			is = json_object_get(is, parts[i].map);
		}
		if (parts[i].map)
			say_map(&w, parts[i].what, was, is);
	}
	say_lacks(&w, json_object_get(old, "lacks"), json_object_get(new, "lacks"));
	if (w.more)
		ms_buf_printf(&out, "%sand %zu more", w.said ? ", " : "", w.more);
	ms_buf_puts(&out, "");
	*ret_text = ms_buf_steal(&out);
	return *ret_text ? 0 : ms_nomem(err);
}
