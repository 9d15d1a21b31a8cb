/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Junos configuration as a model.  The lines become a tree, what the model has words for is taken
 * out of it, and what is left is what it has no words for.
 */
#include <errno.h>
#include "fabric/junos/junos.h"

#define OPAQUE_WORDS 3

json_t *junos_at(const json_t *tree, const char *path)
{
	const json_t *node = tree;

	while (node && *path) {
		size_t len = strcspn(path, " ");

		node = json_object_getn(node, path, len);
		path += len + (path[len] == ' ');
	}
	return (json_t *)node;
}

/* The node that a path ends in, and its last word. */
static json_t *parent_of(json_t *node, const char *path, const char **ret_last)
{
	const char *space = strrchr(path, ' ');
	MS_AUTO_FREE char *up = space ? strndup(path, (size_t)(space - path)) : NULL;

	*ret_last = space ? space + 1 : path;
	return up ? junos_at(node, up) : space ? NULL : node;
}

const char *junos_take(struct junos_in *in, json_t *node, const char *path, char buf[static 256])
{
	json_t *values = junos_at(node, path);
	void *first = json_is_object(values) ? json_object_iter(values) : NULL;

	if (!first || json_is_object(json_object_iter_value(first)))
		return NULL;
	if (snprintf(buf, 256, "%s", json_object_iter_key(first)) >= 256)
		in->failed = -ENAMETOOLONG;
	json_object_del(values, buf);
	return buf;
}

bool junos_take_flag(json_t *node, const char *path)
{
	const char *last;
	json_t *parent = parent_of(node, path, &last);

	if (!json_is_true(json_object_get(parent, last)))
		return false;
	json_object_del(parent, last);
	return true;
}

void junos_drop(json_t *node, const char *path)
{
	const char *last;
	json_t *parent = parent_of(node, path, &last);

	if (json_is_object(parent))
		json_object_del(parent, last);
}

json_t *junos_take_set(json_t *node, const char *path, bool numbers)
{
	json_t *values = junos_at(node, path), *value, *list;
	const char *word;
	void *next;

	if (!json_is_object(values) || !json_object_size(values))
		return NULL;
	list = json_array();
	json_object_foreach_safe(values, next, word, value) {
		json_array_append_new(list, numbers ? json_integer(strtoll(word, NULL, 10))
						    : json_string(word));
		if (!json_is_object(value))       /* what is said of it stays */
			json_object_del(values, word);
	}
	return junos_sort(list);
}

/* What was taken out leaves objects without anything in them; a line is `true`. */
void junos_prune(json_t *node)
{
	const char *word;
	json_t *below;
	void *next;

	json_object_foreach_safe(node, next, word, below) {
		if (!json_is_object(below))
			continue;
		junos_prune(below);
		if (!json_object_size(below))
			json_object_del(node, word);
	}
}

/* ---- what is always there ----------------------------------------------------------------------
 */

static void drop_ours(json_t *list)
{
	const char *name;
	json_t *below;
	void *next;

	json_object_foreach_safe(list, next, name, below)
		if (ms_starts(name, "msctl-"))
			json_object_del(list, name);
}

static void drop_common(struct junos_in *in)
{
	static const char *const paths[] = {
		"chassis aggregated-devices ethernet device-count",
		"protocols lldp interface all",
		"protocols lldp port-id-subtype interface-name",
		"routing-options forwarding-table export msctl-ecmp",
		"protocols evpn encapsulation vxlan",
		"protocols evpn default-gateway do-not-advertise",
		"apply-macro msctl",
	};

	for (size_t i = 0; i < MS_ARRAY_SIZE(paths); i++)
		junos_drop(in->tree, paths[i]);
	drop_ours(junos_at(in->tree, "policy-options policy-statement"));
	drop_ours(junos_at(in->tree, "policy-options community"));
}

static void parse_system(struct junos_in *in)
{
	char buf[256];
	const char *name = junos_take(in, in->tree, "system host-name", buf);

	if (name)
		json_object_set_new(in->model, "hostname", json_string(name));
}

/* ---- VLANs, which members name ------------------------------------------------------------------
 */

static void learn_vlans(struct junos_in *in, const char *section)
{
	const char *name;
	json_t *row;

	json_object_foreach(json_object_get(in->tree, section), name, row) {
		json_t *ids = junos_at(row, "vlan-id");
		void *first = json_is_object(ids) ? json_object_iter(ids) : NULL;

		if (first)
			json_object_set_new(
				in->vlan_ids, name,
				json_integer(strtoll(json_object_iter_key(first), NULL, 10)));
	}
}

/* ---- what is left -------------------------------------------------------------------------------
 */

/* Secrets are in these, and nothing that people look for here. */
static size_t words_of(const json_t *words)
{
	static const char *const closed[] = { "system", "snmp", "access", "security" };
	const char *first = json_string_value(json_array_get(words, 0));

	for (size_t i = 0; i < MS_ARRAY_SIZE(closed); i++)
		if (ms_streq(first, closed[i]))
			return 2;
	return OPAQUE_WORDS;
}

static int add_opaque(const json_t *tree, json_t *opaque, struct ms_err *err)
{
	json_auto_t *lines = json_array(), *seen = json_object();
	json_t *line;
	size_t i;

	if (!lines || !seen || junos_tree_lines(tree, lines))
		return ms_nomem(err);
	json_array_foreach(lines, i, line) {
		const char *text = json_string_value(line);
		json_auto_t *words = junos_words_split(text, strlen(text));
		MS_AUTO_FREE char *shown = words ? junos_words_join(words, 0, words_of(words))
						 : NULL;

		if (!shown)
			return ms_nomem(err);
		if (json_object_get(seen, shown))
			continue;
		json_object_set_new(seen, shown, json_true());
		json_array_append_new(opaque, json_string(shown));
	}
	return 0;
}

static int read_tree(struct junos_in *in, json_t *opaque, struct ms_err *err)
{
	learn_vlans(in, "vlans");
	learn_vlans(in, "bridge-domains");
	parse_system(in);
	junos_parse_routing(in);
	junos_parse_interfaces(in);
	junos_parse_tenants(in);
	junos_parse_qos(in);
	junos_parse_dcbx(in);
	drop_common(in);
	if (in->failed)
		return ms_fail(err, in->failed, MS_INVALID,
			       "a word of its configuration is too long");
	junos_prune(in->tree);
	return opaque ? add_opaque(in->tree, opaque, err) : 0;
}

int junos_parse(const struct fabric_dialect *dialect, const json_t *native, json_t **ret_model,
		json_t *opaque, struct ms_err *err)
{
	struct junos_in in = { .dialect = dialect };
	json_auto_t *lines = NULL;
	int r = json_is_string(native)
			? 0
			: ms_fail(err, -EBADMSG, MS_INVALID, "Junos configuration is text");

	if (!r)
		r = junos_lines_read(json_string_value(native), &lines, opaque, err);
	if (r)
		return r;
	in.tree = junos_tree_new(lines);
	in.model = json_object();
	in.vlan_ids = json_object();
	if (!in.tree || !in.model || !in.vlan_ids)
		r = ms_nomem(err);
	else
		r = read_tree(&in, opaque, err);
	if (!r)
		r = junos_normal(dialect, in.model, err);
	if (!r)
		*ret_model = ms_take(in.model);
	json_decref(in.tree);
	json_decref(in.model);
	json_decref(in.vlan_ids);
	return r;
}
