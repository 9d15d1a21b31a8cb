/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What FRR's configuration means to neighbours. */
#include "sim/box/box.h"

static bool has(const json_t *lines, const char *line)
{
	return json_object_get(lines, line) != NULL;
}

/* "router bgp 65001", that of the default VRF. */
static const json_t *instance(const json_t *tree, int64_t *ret_asn)
{
	const char *line;
	json_t *below;

	json_object_foreach((json_t *)tree, line, below)
		if (ms_starts(line, "router bgp ") && !strstr(line, " vrf ")) {
			*ret_asn = strtoll(line + strlen("router bgp "), NULL, 10);
			return below;
		}
	return NULL;
}

/* The key of a neighbour: a port, or its address. */
static void key_of(struct sim_switch *sw, const char *name, size_t len, char *buf, size_t size)
{
	char native[80], port[64];

	snprintf(native, sizeof(native), "%.*s", (int)len, name);
	if (sim_port_abstract(sw, native, port, sizeof(port)))
		snprintf(buf, size, "port:%s", port);
	else
		snprintf(buf, size, "%s", native);
}

static void take_neighbor(struct sim_switch *sw, json_t *neighbors, const json_t *bgp,
			  const char *line)
{
	const char *name = line + strlen("neighbor "), *as = strstr(line, " remote-as ");
	size_t len = strcspn(name, " ");
	char key[100], shutdown[120];
	json_t *row;
	int64_t asn;

	if (!as)
		return;
	key_of(sw, name, len, key, sizeof(key));
	row = json_pack("{s:[]}", "families");
	asn = strtoll(as + strlen(" remote-as "), NULL, 10);
	if (asn)
		json_object_set_new(row, "asn", json_integer(asn));
	snprintf(shutdown, sizeof(shutdown), "neighbor %.*s shutdown", (int)len, name);
	if (has(bgp, shutdown))
		json_object_set_new(row, "shutdown", json_true());
	if (!has(bgp, "no bgp default ipv4-unicast"))
		json_array_append_new(json_object_get(row, "families"), json_string("ipv4"));
	json_object_set_new(neighbors, key, row);
}

static json_int_t count(const json_t *lines, const char *start)
{
	const char *line;
	json_t *below;
	json_int_t n = 0;

	json_object_foreach((json_t *)lines, line, below)
		n += ms_starts(line, start);
	return n;
}

static void take_family(struct sim_switch *sw, json_t *facts, const char *family,
			const json_t *lines)
{
	const char *line, *name;
	char key[100];
	json_t *below, *list;

	json_object_foreach((json_t *)lines, line, below) {
		name = line + strlen("neighbor ");
		if (!ms_starts(line, "neighbor ") || !strstr(name, " activate"))
			continue;
		key_of(sw, name, strcspn(name, " "), key, sizeof(key));
		list = json_object_get(json_object_get(json_object_get(facts, "neighbors"), key),
				       "families");
		if (list)
			json_array_append_new(list, json_string(family));
	}
	if (strcmp(family, "evpn"))
		json_object_set_new(json_object_get(facts, "announced"), family,
				    json_integer(count(lines, "network ")));
	else if (has(lines, "advertise-all-vni"))
		json_object_set_new(json_object_get(facts, "announced"), family, json_integer(4));
}

json_t *sim_vty_bgp(struct sim_switch *sw, json_t *addresses)
{
	static const struct { const char *line, *name;
	} families[] = {
		{ "address-family ipv4 unicast", "ipv4" },
		{ "address-family ipv6 unicast", "ipv6" },
		{ "address-family l2vpn evpn", "evpn" },
	};
	int64_t asn = 0;
	const json_t *bgp = instance(json_object_get(sw->state, "routing"), &asn);
	json_t *facts = json_pack("{s:I, s:o, s:{}, s:{}}", "asn", (json_int_t)asn, "addresses",
				  addresses, "neighbors", "announced");
	const char *line;
	json_t *below;

	json_object_foreach((json_t *)bgp, line, below) {
		if (ms_starts(line, "neighbor "))
			take_neighbor(sw, json_object_get(facts, "neighbors"), bgp, line);
		else if (ms_starts(line, "bgp router-id "))
			json_object_set_new(facts, "routerId",
					    json_string(line + strlen("bgp router-id ")));
	}
	for (size_t i = 0; i < MS_ARRAY_SIZE(families); i++)
		take_family(sw, facts, families[i].name, json_object_get(bgp, families[i].line));
	return facts;
}
