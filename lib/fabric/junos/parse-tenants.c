/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tenants of a Junos switch: VLANs, VXLAN, VRFs, VPLS. */
#include <errno.h>
#include "fabric/junos/junos.h"

static json_t *section(struct junos_in *in, const char *name)
{
	json_t *found = json_object_get(in->model, name);

	if (!found) {
		found = json_object();
		json_object_set_new(in->model, name, found);
	}
	return found;
}

/* ---- VLANs --------------------------------------------------------------------------------------
 */

static void parse_vlan(struct junos_in *in, const char *name, json_t *node)
{
	char id[256], buf[256], own[280];
	const char *vid = junos_take(in, node, "vlan-id", id), *word;
	json_t *row;

	if (!vid || strspn(vid, "0123456789") != strlen(vid))
		return;
	row = json_object();
	snprintf(own, sizeof(own), "v%s", vid);
	word = junos_take(in, node, "description", buf);
	if (word || strcmp(name, own))
		json_object_set_new(row, "name", json_string(word ? word : name));
	word = junos_take(in, node, "vxlan vni", buf);
	if (word)
		json_object_set_new(row, "vni", json_integer(strtoll(word, NULL, 10)));
	json_object_set_new(section(in, "vlans"), vid, row);
}

static void parse_vlans(struct junos_in *in, const char *words)
{
	const char *name;
	json_t *node;

	json_object_foreach(json_object_get(in->tree, words), name, node)
		if (json_is_object(node))
			parse_vlan(in, name, node);
}

/* ---- VXLAN --------------------------------------------------------------------------------------
 */

/* "target:65000:1", and "target:4200000000L:1" where the first number is one of 32 bits. */
static void add_target(json_t *list, const char *word)
{
	const char *text = word + strlen("target:"), *last = strchr(text, 'L');

	if (last && last[1] == ':')
		json_array_append_new(list, json_sprintf("%.*s%s", (int)(last - text), text,
							 last + 1));
	else
		json_array_append_new(list, json_string(text));
}

static json_t *one_target(const char *word)
{
	json_t *list = json_array();

	add_target(list, word);
	return list;
}

/* Any other word ("auto") is left where it is. */
static const char *take_target(struct junos_in *in, json_t *node, const char *path,
			       char buf[static 256])
{
	json_t *words = junos_at(node, path), *below;
	const char *word;

	json_object_foreach(json_is_object(words) ? words : NULL, word, below) {
		if (!ms_starts(word, "target:") || !json_is_true(below))
			continue;
		if (snprintf(buf, 256, "%s", word) >= 256)
			in->failed = -ENAMETOOLONG;
		json_object_del(words, buf);
		return buf;
	}
	return NULL;
}

static void parse_vni(struct junos_in *in, const char *vni, json_t *node)
{
	char buf[256];
	json_t *row = json_object();
	const char *word = take_target(in, node, "vrf-target import", buf);

	if (word)
		json_object_set_new(row, "import", one_target(word));
	word = take_target(in, node, "vrf-target export", buf);
	if (word)
		json_object_set_new(row, "export", one_target(word));
	word = take_target(in, node, "vrf-target", buf);
	if (word) {
		json_object_set_new(row, "import", one_target(word));
		json_object_set_new(row, "export", one_target(word));
	}
	json_object_del(junos_at(in->tree, "protocols evpn extended-vni-list"), vni);
	if (!ms_at(in->model, "/evpn/vnis"))
		json_object_set_new(section(in, "evpn"), "vnis", json_object());
	json_object_set_new(ms_at(in->model, "/evpn/vnis"), vni, row);
}

static const char *router_of(const struct junos_in *in)
{
	json_t *address;
	size_t i;

	json_array_foreach(ms_at(in->model, "/loopback/addresses"), i, address)
		if (!strchr(json_string_value(address), ':'))
			return json_string_value(address);
	return NULL;
}

/* What we render of the default switch; a target of somebody else is that of every VNI which names
 * none, and is shown. */
static void drop_ending(json_t *tree, const char *path, const char *end)
{
	json_t *words = junos_at(tree, path), *below;
	const char *word;
	void *next;

	json_object_foreach_safe(json_is_object(words) ? words : NULL, next, word, below)
		if (strlen(word) > strlen(end) && !strcmp(word + strlen(word) - strlen(end), end))
			json_object_del(words, word);
}

static void parse_vxlan(struct junos_in *in)
{
	const char *address = router_of(in), *vni;
	json_t *node;

	json_object_foreach(junos_at(in->tree, "protocols evpn vni-options vni"), vni, node)
		if (json_is_object(node))
			parse_vni(in, vni, node);
	if (!junos_take_flag(in->tree, "switch-options vtep-source-interface lo0.0") || !address)
		return;
	drop_ending(in->tree, "switch-options route-distinguisher", ":65534");
	drop_ending(in->tree, "switch-options vrf-target", ":1");
	json_object_set_new(section(in, "vxlan"), "source",
			    json_stringn(address, strcspn(address, "/")));
}

/* ---- VRFs ---------------------------------------------------------------------------------------
 */

/* Communities with one member that is a route target, by their name. */
static const char *target_of(const struct junos_in *in, const char *community)
{
	json_t *members = junos_at(
		json_object_get(junos_at(in->tree, "policy-options community"), community),
		"members");
	void *first = json_is_object(members) ? json_object_iter(members) : NULL;
	const char *word = first ? json_object_iter_key(first) : NULL;

	return word && ms_starts(word, "target:") ? word : NULL;
}

/* All communities that a policy names at `path`, in itself and in its terms. */
static void add_targets(const struct junos_in *in, const json_t *policy, const char *path,
			json_t *list)
{
	json_t *names = junos_at(policy, path), *value, *term;
	const char *name, *target;

	json_object_foreach(names, name, value) {
		target = target_of(in, name);
		if (target)
			add_target(list, target);
	}
	json_object_foreach(json_object_get(policy, "term"), name, term)
		if (json_is_object(term))
			add_targets(in, term, path, list);
}

static json_t *take_targets(struct junos_in *in, json_t *node, const char *word, const char *path,
			    const char *direct)
{
	json_t *list = json_array();
	char buf[256];
	const char *target = junos_take(in, node, word, buf);

	if (target)
		add_targets(in,
			    json_object_get(junos_at(in->tree, "policy-options policy-statement"),
					    target),
			    path, list);
	target = take_target(in, node, direct, buf);
	if (target)
		add_target(list, target);
	return junos_sort(list);
}

static void parse_prefix_routes(struct junos_in *in, json_t *node, json_t *row)
{
	json_t *routes = junos_at(node, "protocols evpn ip-prefix-routes");
	char buf[256];
	const char *vni = junos_take(in, routes, "vni", buf);

	if (vni)
		json_object_set_new(row, "l3vni", json_integer(strtoll(vni, NULL, 10)));
	junos_take_flag(routes, "advertise direct-nexthop");
	junos_take_flag(routes, "encapsulation vxlan");
	junos_take_flag(routes, "export msctl-connected");
}

static void parse_vrf(struct junos_in *in, const char *name, json_t *node, bool plain)
{
	json_t *row = json_object();
	char buf[256];
	const char *rd;

	/* A policy of its own goes before the target for both ways. */
	bool imports = junos_at(node, "vrf-import") || junos_at(node, "vrf-target import"),
	     exports = junos_at(node, "vrf-export") || junos_at(node, "vrf-target export");

	json_object_set_new(section(in, "vrfs"), name, row);
	if (plain)
		return;
	rd = junos_take(in, node, "route-distinguisher", buf);
	if (rd)
		json_object_set_new(row, "rd", json_string(rd));
	json_object_set_new(
		row, "import",
		take_targets(in, node, "vrf-import", "from community", "vrf-target import"));
	json_object_set_new(
		row, "export",
		take_targets(in, node, "vrf-export", "then community add", "vrf-target export"));
	rd = take_target(in, node, "vrf-target", buf);
	if (rd && !imports)
		json_object_set_new(row, "import", one_target(rd));
	if (rd && !exports)
		json_object_set_new(row, "export", one_target(rd));
	parse_prefix_routes(in, node, row);
}

/* ---- VPLS ---------------------------------------------------------------------------------------
 */

static void parse_vpls(struct junos_in *in, const char *name, json_t *node)
{
	json_t *row = json_object(),
	       *neighbors = junos_take_set(node, "protocols vpls neighbor", false);
	char buf[256];
	const char *word = junos_take(in, node, "vlan-id", buf);

	json_object_set_new(section(in, "vpls"), name, row);
	if (word)
		json_object_set_new(row, "vlan", json_integer(strtoll(word, NULL, 10)));
	word = junos_take(in, node, "protocols vpls vpls-id", buf);
	if (word)
		json_object_set_new(row, "id", json_integer(strtoll(word, NULL, 10)));
	word = junos_take(in, node, "protocols vpls mtu", buf);
	if (word)
		json_object_set_new(row, "mtu", json_integer(strtoll(word, NULL, 10)));
	junos_take_flag(node, "protocols vpls no-tunnel-services");
	json_object_set_new(row, "neighbors", neighbors ? neighbors : json_array());
}

static void parse_instance(struct junos_in *in, const char *name, json_t *node)
{
	if (junos_take_flag(node, "instance-type vrf"))
		parse_vrf(in, name, node, false);
	else if (junos_take_flag(node, "instance-type virtual-router"))
		parse_vrf(in, name, node, true);
	else if (junos_take_flag(node, "instance-type vpls"))
		parse_vpls(in, name, node);
}

void junos_parse_tenants(struct junos_in *in)
{
	const char *name;
	json_t *node;

	parse_vlans(in, "vlans");
	parse_vlans(in, "bridge-domains");
	parse_vxlan(in);
	json_object_foreach(json_object_get(in->tree, "routing-instances"), name, node)
		if (json_is_object(node))
			parse_instance(in, name, node);
}
