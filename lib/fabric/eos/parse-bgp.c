/* SPDX-License-Identifier: GPL-2.0-or-later */
/* BGP and EVPN of EOS, read into a model. */
#include "fabric/eos/eos.h"

static const char *const families[] = { "evpn", "ipv4", "ipv6" };

struct family { const char *name; struct eos_reading *reading; };

/* ---- rd and route targets ---- */

/* "route-target import 1:100", with the family in between where it is said of a VRF. */
static bool take_target(struct cli_in *in, json_t *row, const char *text, bool evpn)
{
	char way[CLI_WORD], target[CLI_WORD];

	return cli_match(text, evpn ? "route-target %w evpn %w" : "route-target %w %w", way,
			 target) &&
	       cli_take_target(in, row, way, target);
}

static bool take_vlan(struct cli_in *in, const struct fabric_lines *line, void *row)
{
	const char *text = fabric_lines_text(line);
	char rd[CLI_WORD];

	if (cli_match(text, "rd %w", rd))
		cli_set_text(in, row, "rd", rd);
	else
		return !strcmp(text, "redistribute learned") || take_target(in, row, text, false);
	return true;
}

static bool take_vrf(struct cli_in *in, const struct fabric_lines *line, void *row)
{
	const char *text = fabric_lines_text(line);
	char rd[CLI_WORD];

	if (cli_match(text, "rd %w", rd))
		cli_set_text(in, row, "rd", rd);
	else
		return !strcmp(text, "redistribute connected") || take_target(in, row, text, true);
	return true;
}

/* ---- neighbors ---- */

static json_t *neighbor_of(struct cli_in *in, const char *key)
{
	return cli_object(in, cli_object(in, cli_object(in, in->model, "bgp"), "neighbors"), key);
}

/* A peer group, or a session: whatever the word was so far. */
static json_t *row_of(struct cli_in *in, struct eos_reading *reading, const char *name)
{
	json_t *group = json_object_get(reading->groups, name);

	return group ? group : neighbor_of(in, name);
}

static bool take_port(struct cli_in *in, struct eos_reading *reading, const char *native,
		      const char *group, unsigned asn)
{
	char port[64], key[80];
	json_t *row;

	if (!eos_port_abstract(in->dialect, reading->breakouts, native, port, sizeof(port)))
		return false;
	snprintf(key, sizeof(key), "port:%s", port);
	row = neighbor_of(in, key);
	cli_set_text(in, row, "port", port);
	cli_set_text(in, row, "group", group);
	if (asn)
		cli_set_number(in, row, "asn", asn);
	return true;
}

/* One of a list: "8", "1/3" or the last numbers of several, "1/1-4". */
static bool take_ports(struct cli_in *in, struct eos_reading *reading, const char *piece,
		       const char *group, unsigned asn)
{
	const char *slash = strrchr(piece, '/'), *last = slash ? slash + 1 : piece;
	unsigned from, to;
	char native[2 * CLI_WORD];
	int n = sscanf(last, "%5u-%5u", &from, &to);

	if (n < 1)
		return false;
	to = n == 2 ? to : from;
	for (unsigned number = from; number <= to && number - from < 512; number++) {
		snprintf(native, sizeof(native), "Ethernet%.*s%u", (int)(last - piece), piece,
			 number);
		if (!take_port(in, reading, native, group, asn))
			return false;
	}
	return true;
}

static bool take_interface(struct cli_in *in, struct eos_reading *reading, const char *text)
{
	char names[CLI_WORD], group[CLI_WORD], filter[CLI_WORD], *rest, *piece;
	bool taken = true;
	unsigned asn = 0;

	if (!cli_match(text, "neighbor interface %w peer-group %w remote-as %a", names, group,
		       &asn) &&
	    !cli_match(text, "neighbor interface %w peer-group %w peer-filter %w", names, group,
		       filter) &&
	    !cli_match(text, "neighbor interface %w peer-group %w", names, group))
		return false;
	if (!ms_starts(names, "Et"))
		return false;
	rest = names + strcspn(names, "0123456789");
	while ((piece = strsep(&rest, ",")))
		taken &= take_ports(in, reading, piece, group, asn);
	return taken;
}

static void take_source(struct cli_in *in, struct eos_reading *reading, json_t *row,
			const char *interface)
{
	char address[CLI_WORD];
	const json_t *addresses = NULL;

	if (!strcmp(interface, "Loopback0"))
		addresses = ms_at(in->model, "/loopback/addresses");
	else if (!strcmp(interface, "Loopback1"))
		addresses = reading->loopback1;
	if (cli_first_ipv4(addresses, address))
		cli_set_text(in, row, "local", address);
}

static bool take_session(struct cli_in *in, struct eos_reading *reading, const char *name,
			 const char *rest)
{
	const char *words;
	char word[CLI_WORD];
	unsigned number;

	if (!strcmp(rest, "peer group") || !strcmp(rest, "peer-group")) {
		cli_object(in, reading->groups, name);
		return true;
	}
	if (cli_match(rest, "remote-as %a", &number))
		cli_set_number(in, row_of(in, reading, name), "asn", number);
	else if (cli_match(rest, "description %r", &words))
		cli_set_text(in, row_of(in, reading, name), "description", words);
	else if (cli_match(rest, "peer group %w", word) || cli_match(rest, "peer-group %w", word))
		cli_set_text(in, row_of(in, reading, name), "group", word);
	else if (cli_match(rest, "ebgp-multihop %u", &number) || !strcmp(rest, "ebgp-multihop"))
		cli_set_bool(in, row_of(in, reading, name), "multihop", true);
	else if (cli_match(rest, "allowas-in %u", &number) || !strcmp(rest, "allowas-in"))
		cli_set_bool(in, row_of(in, reading, name), "ownAs", true);
	else if (cli_match(rest, "update-source %w", word))
		take_source(in, reading, row_of(in, reading, name), word);
	else
		return !strcmp(rest, "send-community") ||
		       (ms_starts(rest, "send-community ") && strstr(rest, "extended")) ||
		       !strcmp(rest, "maximum-routes 0");
	return true;
}

static bool take_member(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	const struct family *family = ctx;
	const char *text = fabric_lines_text(line);
	char name[CLI_WORD], prefix[CLI_WORD];

	if (cli_match(text, "neighbor %w activate", name)) {
		cli_append_text(in, row_of(in, family->reading, name), "families", family->name);
		return true;
	}
	if (!strcmp(family->name, "ipv4") && cli_match(text, "no neighbor %w activate", name)) {
		cli_set_bool(in, row_of(in, family->reading, name), "inactive", true);
		return true;
	}
	return cli_match(text, "neighbor %w next-hop-unchanged", name) ||
	       cli_match(text, "network %w", prefix) ||
	       cli_match(text, "neighbor %w next-hop address-family ipv6 originate", name);
}

static bool take_family(struct cli_in *in, const struct fabric_lines *line,
			struct eos_reading *reading, const char *name)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(families); i++) {
		struct family family = { families[i], reading };

		if (strcmp(name, families[i]))
			continue;
		cli_lines(in, line, take_member, &family);
		return true;
	}
	return false;
}

static bool take_line(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	struct eos_reading *reading = ctx;
	const char *text = fabric_lines_text(line), *rest;
	char word[CLI_WORD], name[CLI_WORD];
	unsigned vid;

	if (cli_match(text, "router-id %w", word)) {
		cli_set_text(in, cli_object(in, in->model, "bgp"), "routerId", word);
		return true;
	}
	if (cli_match(text, "vlan %u", &vid)) {
		snprintf(word, sizeof(word), "%u", vid);
		cli_lines(in, line, take_vlan, cli_object(in, reading->vlan_evpn, word));
		return true;
	}
	if (cli_match(text, "vrf %w", word)) {
		cli_lines(in, line, take_vrf,
			  cli_object(in, cli_object(in, in->model, "vrfs"), word));
		return true;
	}
	if (cli_match(text, "address-family %w", word))
		return take_family(in, line, reading, word);
	if (!strcmp(text, "no bgp default ipv4-unicast")) {
		reading->default_ipv4 = false;
		return true;
	}
	if (ms_starts(text, "maximum-paths "))
		return true;
	return ms_starts(text, "neighbor interface ")
		       ? take_interface(in, reading, text)
		       : cli_match(text, "neighbor %w %r", name, &rest) &&
				 take_session(in, reading, name, rest);
}

static bool take_filter(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	(void)in;
	(void)ctx;
	return !strcmp(fabric_lines_text(line), "10 match as-range 1-4294967295 result accept");
}

bool eos_parse_bgp(struct cli_in *in, const struct fabric_lines *block, struct eos_reading *reading)
{
	if (!strcmp(fabric_lines_text(block), "peer-filter " EOS_FILTER)) {
		cli_lines(in, block, take_filter, NULL);
		return true;
	}
	return cli_parse_bgp(in, block, take_line, reading);
}

/* ---- what only the whole tells ---- */

/* A session is what its peer group says where it says nothing itself. */
static void inherit(struct cli_in *in, json_t *row, const json_t *group)
{
	json_t *value;
	const char *key;

	json_object_foreach((json_t *)group, key, value) {
		if (!strcmp(key, "families")) {
			in->failed |= json_array_extend(cli_array(in, row, key), value);
		} else if (!json_object_get(row, key) &&
			   (strcmp(key, "description") || !json_object_get(row, "port"))) {
			cli_set_value(in, row, key, json_incref(value));
		}
	}
}

static void end_neighbor(struct cli_in *in, struct eos_reading *reading, const char *key,
			 json_t *row)
{
	const char *name = ms_str(row, "/group", NULL);

	if (name)
		inherit(in, row, json_object_get(reading->groups, name));
	if (!json_object_get(row, "port"))
		cli_set_text(in, row, "address", key);
	cli_array(in, row, "families");
	if (reading->default_ipv4 && !json_object_get(row, "inactive") &&
	    !cli_has_family(row, "ipv4"))
		cli_append_text(in, row, "families", "ipv4");
	json_object_del(row, "group");
	json_object_del(row, "inactive");
}

void eos_parse_bgp_end(struct cli_in *in, struct eos_reading *reading)
{
	json_t *row, *vlan;
	const char *key;
	void *next;
	char vni[24];

	json_object_foreach_safe(ms_at(in->model, "/bgp/neighbors"), next, key, row)
		end_neighbor(in, reading, key, row);
	json_object_foreach(reading->vlan_evpn, key, row) {
		vlan = ms_at(in->model, "/vlans/%s", key);
		snprintf(vni, sizeof(vni), "%lld", (long long)ms_int(vlan, "/vni", 0));
		if (ms_int(vlan, "/vni", 0))
			cli_set_value(in, cli_object(in, cli_object(in, in->model, "evpn"), "vnis"),
				      vni, json_incref(row));
		else
			cli_opaque(in, "router bgp: vlan", key);
	}
}
