/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What OS10 says, read into a model: the whole of it, VRFs, virtual networks, EVPN, pairs. */
#include "fabric/os10/os10.h"

/* ---- EVPN ---- */

static bool take_target(struct cli_in *in, json_t *row, const char *text)
{
	char way[CLI_WORD], target[CLI_WORD];

	return cli_match(text, "route-target %w %w", target, way) &&
	       cli_take_target(in, row, way, target);
}

/* A row of an instance, or of a VRF: the VNI goes in as `vni`. */
static bool take_row(struct cli_in *in, const struct fabric_lines *line, void *row)
{
	const char *text = fabric_lines_text(line);
	char word[CLI_WORD];
	unsigned vni;

	if (cli_match(text, "vni %u", &vni))
		cli_set_number(in, row, "vni", vni);
	else if (cli_match(text, "rd %w", word) && strcmp(word, "auto"))
		cli_set_text(in, row, "rd", word);
	else
		return take_target(in, row, text) || !strcmp(text, "advertise ipv4 connected") ||
		       !strcmp(text, "advertise ipv6 connected");
	return true;
}

static void make_instance(struct cli_in *in, json_t *row, unsigned evi,
			  struct os10_reading *reading)
{
	char vni[24];

	snprintf(vni, sizeof(vni), "%lld", (long long)ms_int(row, "/vni", 0));
	if (!ms_int(row, "/vni", 0))
		return;
	json_object_del(row, "vni");
	cli_set_number(in, reading->evis, vni, evi);
	cli_set_value(in, cli_object(in, cli_object(in, in->model, "evpn"), "vnis"), vni,
		      json_incref(row));
}

static void make_tenant(struct cli_in *in, json_t *row, const char *name)
{
	json_t *vrf = cli_object(in, cli_object(in, in->model, "vrfs"), name);

	if (ms_int(row, "/vni", 0))
		cli_set_number(in, row, "l3vni", ms_int(row, "/vni", 0));
	json_object_del(row, "vni");
	in->failed |= json_object_update(vrf, row);
}

static bool take_evpn(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	struct os10_reading *reading = ctx;
	json_auto_t *row = json_object();
	const char *text = fabric_lines_text(line);
	char word[CLI_WORD];
	unsigned evi;

	if (cli_match(text, "router-mac %w", word))
		return cli_mac(word, reading->router_mac);
	if (cli_match(text, "evi %u", &evi)) {
		cli_lines(in, line, take_row, row);
		make_instance(in, row, evi, reading);
	} else if (cli_match(text, "vrf %w", word)) {
		cli_lines(in, line, take_row, row);
		make_tenant(in, row, word);
	} else {
		return false;
	}
	return true;
}

static bool take_network(struct cli_in *in, const struct fabric_lines *line, void *key)
{
	struct os10_reading *reading = ((void **)key)[0];
	unsigned vni;

	if (!cli_match(fabric_lines_text(line), "vxlan-vni %u", &vni))
		return false;
	cli_set_number(in, reading->networks, ((void **)key)[1], vni);
	return true;
}

static bool take_tunnel(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	struct os10_reading *reading = ctx;

	(void)in;
	return cli_match(fabric_lines_text(line), "source-interface %w", reading->tunnel);
}

/* ---- pairs ---- */

/* "ethernet1/1/31", or all from one to another: "ethernet1/1/31-1/1/32". */
static bool take_discovery(struct cli_in *in, const char *word, struct os10_reading *reading)
{
	char from[CLI_WORD], to[CLI_WORD + 16], port[64], last[64];
	unsigned a, b, part;
	const char *dash = strchr(word, '-');

	snprintf(from, sizeof(from), "%.*s", (int)strcspn(word, "-"), word);
	snprintf(to, sizeof(to), "ethernet%s", dash ? dash + 1 : "");
	if (!fabric_port_abstract(in->dialect, from, port, sizeof(port)))
		return false;
	if (!dash)
		return !json_array_append_new(reading->link, json_string(port));
	if (!fabric_port_abstract(in->dialect, to, last, sizeof(last)) ||
	    !fabric_port_parse(port, &a, &part) || part || !fabric_port_parse(last, &b, &part) ||
	    part || b - a > 128)
		return false;
	for (; a <= b; a++) {
		snprintf(port, sizeof(port), "%u", a);
		in->failed |= json_array_append_new(reading->link, json_string(port));
	}
	return true;
}

static bool take_pair(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	const char *text = fabric_lines_text(line), *rest;
	json_t *mlag = cli_object(in, in->model, "mlag");
	char word[CLI_WORD], mac[18];
	unsigned number;

	if (cli_match(text, "primary-priority %u", &number))
		cli_set_number(in, mlag, "priority", number);
	else if (cli_match(text, "vlt-mac %w", word) && cli_mac(word, mac))
		cli_set_text(in, mlag, "systemMac", mac);
	else if (cli_match(text, "backup destination %w", word) ||
		 cli_match(text, "backup destination %w %r", word, &rest))
		cli_set_text(in, mlag, "backup", word);
	else if (cli_match(text, "discovery-interface %w", word))
		return take_discovery(in, word, ctx);
	else
		return !strcmp(text, "peer-routing");
	return true;
}

/* ---- the whole ---- */

static bool take_block(struct cli_in *in, const struct fabric_lines *line,
		       struct os10_reading *reading, const char *text)
{
	char word[CLI_WORD];
	unsigned number;

	if (cli_match(text, "virtual-network %w", word)) {
		cli_lines(in, line, take_network, (void *[]){ reading, word });
	} else if (!strcmp(text, "nve")) {
		cli_lines(in, line, take_tunnel, reading);
	} else if (!strcmp(text, "evpn")) {
		cli_lines(in, line, take_evpn, reading);
	} else if (cli_match(text, "vlt-domain %u", &number)) {
		cli_set_number(in, cli_object(in, in->model, "mlag"), "domain", number);
		cli_lines(in, line, take_pair, reading);
	} else if (cli_match(text, "router ospf %u", &number) && number == OS10_OSPF) {
		cli_array(in, cli_object(in, in->model, "ospf"), "ports");
		cli_lines(in, line, cli_take_router_id, "ospf");
	} else {
		return os10_parse_bgp(in, line);
	}
	return true;
}

/* Lines with secrets are told of by their first words only. */
static bool is_secret(struct cli_in *in, const char *text)
{
	static const char *const words[] = { "username ",
					     "system-user ",
					     "snmp-server ",
					     "radius-server ",
					     "tacacs-server ",
					     "userrole ",
					     "ntp authentication-key ",
					     "crypto " };

	for (size_t i = 0; i < MS_ARRAY_SIZE(words); i++)
		if (ms_starts(text, words[i])) {
			cli_opaque(in, "", words[i]);
			return true;
		}
	return false;
}

static bool take_line(struct cli_in *in, const struct fabric_lines *line, void *ctx)
{
	const char *text = fabric_lines_text(line);
	char word[CLI_WORD], mac[18];

	if (cli_match(text, "hostname %w", word)) {
		cli_set_text(in, in->model, "hostname", word);
		return true;
	}
	if (cli_match(text, "ip virtual-router mac-address %w", word) && cli_mac(word, mac)) {
		cli_set_text(in, cli_object(in, in->model, "evpn"), "gatewayMac", mac);
		return true;
	}
	if (cli_match(text, "ip vrf %w", word) && strcmp(word, "management") &&
	    strcmp(word, "default")) {
		cli_object(in, cli_object(in, in->model, "vrfs"), word);
		return !fabric_lines_count(line);
	}
	if (ms_starts(text, "interface "))
		return os10_parse_interface(in, line, ctx);
	return os10_take_qos(in, line, &((struct os10_reading *)ctx)->qos) ||
	       take_block(in, line, ctx, text) || is_secret(in, text);
}

static void read_all(struct cli_in *in, const struct fabric_lines *lines)
{
	struct os10_reading reading = { .loopbacks = json_object(),
					.networks = json_object(),
					.bound = json_object(),
					.routed = json_object(),
					.evis = json_object(),
					.link = json_array() };

	os10_qos_init(in, &reading.qos);
	cli_lines(in, lines, take_line, &reading);
	os10_parse_end(in, &reading);
	os10_qos_end(in, &reading.qos);
	os10_qos_release(&reading.qos);
	json_decref(reading.loopbacks);
	json_decref(reading.networks);
	json_decref(reading.bound);
	json_decref(reading.routed);
	json_decref(reading.evis);
	json_decref(reading.link);
}

int os10_parse(const struct fabric_dialect *dialect, const json_t *native, json_t **ret_model,
	       json_t *opaque, struct ms_err *err)
{
	return cli_parse(dialect, native, read_all, ret_model, opaque, err);
}
