/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routing and tenants of a Junos switch. */
#include "fabric/cli/cli.h"
#include "fabric/junos/junos.h"

static void set_asn(json_t *row, const char *word)
{
	unsigned asn;

	if (word && cli_asn(word, &asn))
		json_object_set_new(row, "asn", json_integer(asn));
}

static void set_text(json_t *row, const char *key, const char *word)
{
	if (word)
		json_object_set_new(row, key, json_string(word));
}

/* ---- BGP ----------------------------------------------------------------------------------------
 */

/* A family, with what is said of it: how often the own AS may stand in a path. */
static bool take_family(struct junos_in *in, json_t *node, const char *path, json_t *row)
{
	char loops[64], buf[256];
	json_t *said = junos_at(node, path);
	const char *n;

	if (!json_is_object(said))
		return junos_take_flag(node, path);
	snprintf(loops, sizeof(loops), "%s loops", path);
	n = junos_take(in, node, loops, buf);
	if (n && strtol(n, NULL, 10) > 1)
		json_object_set_new(row, "ownAs", json_true());
	return true;
}

static json_t *take_families(struct junos_in *in, json_t *node, json_t *row)
{
	static const struct { const char *name, *path;
	} known[] = {
		{ "evpn", "family evpn signaling" },
		{ "ipv4", "family inet unicast" },
		{ "ipv6", "family inet6 unicast" },
	};
	json_t *list = json_array();

	for (size_t i = 0; i < MS_ARRAY_SIZE(known); i++)
		if (take_family(in, node, known[i].path, row))
			json_array_append_new(list, json_string(known[i].name));
	return list;
}

/* What a neighbor does not say itself is said of its group. */
static const char *inherited(const json_t *group, const char *path, const char *own)
{
	json_t *values = own ? NULL : junos_at(group, path);
	void *first = json_is_object(values) ? json_object_iter(values) : NULL;

	return first ? json_object_iter_key(first) : own;
}

static void parse_neighbor(struct junos_in *in, json_t *group, const char *address, json_t *node,
			   json_t *neighbors)
{
	json_t *row = json_object(), *families = take_families(in, node, row);
	bool internal = junos_at(group, "type internal") != NULL;
	char buf[256], local[256], words[256];
	const char *asn = inherited(group, "peer-as", junos_take(in, node, "peer-as", buf)),
		   *source = inherited(group, "local-address",
				       junos_take(in, node, "local-address", local));

	set_asn(row, asn);
	if (!asn && internal && ms_at(in->model, "/bgp/asn"))
		json_object_set(row, "asn", ms_at(in->model, "/bgp/asn"));
	set_text(row, "address", address);
	set_text(row, "local", source);
	if (source)
		json_object_set_new(row, "multihop", json_true());
	set_text(row, "description", junos_take(in, node, "description", words));
	if (!json_array_size(families)) {
		json_auto_t *copy = json_deep_copy(group);

		json_decref(families);
		families = take_families(in, copy, row);
	}
	if (!json_array_size(families))
		json_array_append_new(families, json_string("ipv4"));
	json_object_set_new(row, "families", families);
	if (junos_take_flag(node, "advertise-peer-as"))
		json_object_set_new(row, "peerAs", json_true());
	json_object_set_new(neighbors, address, row);
}

static void parse_group(struct junos_in *in, const char *name, json_t *group, json_t *neighbors)
{
	json_t *list = json_object_get(group, "neighbor"), *node;
	const char *address;
	void *next;

	json_object_foreach_safe(list, next, address, node) {
		json_auto_t *alone = json_is_object(node) ? NULL : json_object();

		parse_neighbor(in, group, address, alone ? alone : node, neighbors);
		if (alone)
			json_object_del(list, address);
	}
	if (!ms_starts(name, "msctl-"))
		return;
	junos_drop(group, "type");
	junos_drop(group, "multihop");
	junos_drop(group, "multipath");
	junos_drop(group, "export msctl-underlay");
}

/* "autonomous-system 65001 loops 2": what is said of it stays. */
static const char *take_own_asn(struct junos_in *in, char buf[static 256])
{
	json_t *words = junos_at(in->tree, "routing-options autonomous-system"), *below;
	const char *word;
	unsigned asn;

	json_object_foreach(json_is_object(words) ? words : NULL, word, below) {
		if (!cli_asn(word, &asn))
			continue;
		snprintf(buf, 256, "%s", word);
		if (!json_is_object(below))
			json_object_del(words, buf);
		return buf;
	}
	return NULL;
}

static void parse_bgp(struct junos_in *in, const char *router)
{
	char buf[256];
	const char *asn = take_own_asn(in, buf), *name;
	json_t *groups = junos_at(in->tree, "protocols bgp group"), *bgp, *neighbors, *group;

	if (!asn && !json_object_size(groups))
		return;
	bgp = json_object();
	neighbors = json_object();
	json_object_set_new(in->model, "bgp", bgp);
	set_asn(bgp, asn);
	set_text(bgp, "routerId", router);
	json_object_set_new(bgp, "neighbors", neighbors);
	json_object_foreach(groups, name, group)
		if (json_is_object(group))
			parse_group(in, name, group, neighbors);
}

/* ---- OSPF, LDP ----------------------------------------------------------------------------------
 */

/* "et-0/0/3.0" -> "3". */
static bool port_of(const struct junos_in *in, const char *logical, char port[static 64])
{
	size_t len = strlen(logical);
	MS_AUTO_FREE char *name = len > 2 && !strcmp(logical + len - 2, ".0")
					  ? strndup(logical, len - 2)
					  : NULL;

	return name && fabric_port_abstract(in->dialect, name, port, 64);
}

/* Ports of a list of logical interfaces, which are taken out of it. */
static json_t *take_ports(const struct junos_in *in, json_t *list, const char *below)
{
	json_t *ports = json_array(), *node;
	const char *logical;
	char port[64];
	void *next;

	json_object_foreach_safe(list, next, logical, node) {
		if (!strcmp(logical, "lo0.0")) {
			json_object_del(list, logical);
			continue;
		}
		if (!port_of(in, logical, port))
			continue;
		json_array_append_new(ports, json_string(port));
		if (!below || json_is_true(node))
			json_object_del(list, logical);
		else
			junos_drop(node, below);
	}
	return junos_sort(ports);
}

static void parse_ospf(struct junos_in *in, const char *router)
{
	json_t *areas = junos_at(in->tree, "protocols ospf area"), *list, *ospf;

	list = junos_at(areas, "0.0.0.0 interface");
	list = list ? list : junos_at(areas, "0 interface");
	if (!json_is_object(list))
		return;
	ospf = json_object();
	set_text(ospf, "routerId", router);
	json_object_set_new(ospf, "ports", take_ports(in, list, "interface-type"));
	json_object_set_new(in->model, "ospf", ospf);
}

static void parse_mpls(struct junos_in *in)
{
	json_t *list = junos_at(in->tree, "protocols ldp interface"), *ports;

	if (!json_is_object(list))
		return;
	ports = take_ports(in, list, NULL);
	json_object_set_new(in->model, "mpls", json_pack("{s:o}", "ports", ports));
	json_decref(take_ports(in, junos_at(in->tree, "protocols mpls interface"), NULL));
}

void junos_parse_routing(struct junos_in *in)
{
	char buf[256];
	const char *router = junos_take(in, in->tree, "routing-options router-id", buf);

	parse_bgp(in, router);
	parse_ospf(in, router);
	parse_mpls(in);
}
