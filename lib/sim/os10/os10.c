/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A simulated Dell SmartFabric OS10: its life, and what its configuration means. */
#include "sim/os10/restconf.h"
#include "sim/os10/os10.h"

/* ---- how it comes out of the box, or as annotation sim/config says ---- */

static const char factory[] = "ip vrf default\n"
			      "username admin password $6$sim role sysadmin priv-lvl 15\n"
			      "aaa authentication login default local\n"
			      "class-map type application class-iscsi\n exit\n"
			      "policy-map type application policy-iscsi\n exit\n"
			      "interface vlan1\n no shutdown\n exit\n"
			      "interface mgmt1/1/1\n no shutdown\n ip address dhcp\n exit\n";

static int type(struct sim_switch *sw, const char *lines, struct ms_buf *out)
{
	MS_AUTO_FREE char *text = ms_asprintf("configure terminal\n%s", lines);

	return text ? sim_os10_batch(sw, text, out) : -ENOMEM;
}

static int start(struct sim_switch *sw, const json_t *resource, struct ms_err *err)
{
	MS_AUTO_FREE char *given = NULL;
	MS_AUTO_BUF struct ms_buf text = { 0 }, out = { 0 };
	json_auto_t *ports = NULL;
	json_t *native;
	size_t i;
	int r = sim_switch_config(resource, &given, err);

	if (!r)
		r = sim_box_start(sw, &sim_os10_kind, "", err);
	if (r)
		return r;
	json_object_set_new(sw->state, "running", json_object());
	ports = sim_box_ports(sw);
	ms_buf_printf(&text, "hostname %s\n%s", sw->dev.name, factory);
	json_array_foreach(ports, i, native)
		ms_buf_printf(
			&text,
			"interface %s\n no shutdown\n switchport access vlan 1\n"
			" flowcontrol receive off\n exit\n",
			json_string_value(native));
	if (type(sw, text.data, &out) || (given && type(sw, given, &out)))
		return ms_fail(err, -EINVAL, MS_INPUT, "%s: its configuration is refused: %s",
			       sw->dev.name, out.data);
	return json_object_set_new(sw->state, "startup", json_deep_copy(sim_os10_config(sw)))
		       ? ms_nomem(err)
		       : 0;
}

/* ---- what runs ---- */

static bool enabled(struct sim_switch *sw, const char *port)
{
	return !sim_cli_line(sim_cli_port(sw, sim_os10_config(sw), port), "shutdown");
}

/* IPv4 is there unless it is told not to be, the others are not. */
static json_t *families_of(const json_t *kids)
{
	static const struct { const char *line, *word, *says; } families[] = {
		{ "address-family ipv4 unicast", "ipv4", "activate" },
		{ "address-family ipv6 unicast", "ipv6", "no activate" },
		{ "address-family l2vpn evpn", "evpn", "no activate" },
	};
	json_t *list = json_array();

	for (size_t i = 0; i < MS_ARRAY_SIZE(families); i++) {
		const char *said = sim_cli_line(sim_cli_block(kids, families[i].line), "activate");
		const char *no = sim_cli_line(sim_cli_block(kids, families[i].line), "no activate");

		if (said || (!no && !strcmp(families[i].says, "activate")))
			json_array_append_new(list, json_string(families[i].word));
	}
	return list;
}

/* "neighbor 192.0.2.1", "neighbor interface ethernet1/1/1"; shut unless told otherwise. */
static void put_neighbor(struct sim_switch *sw, const char *name, const json_t *kids,
			 json_t *neighbors)
{
	const char *as = sim_cli_line(kids, "remote-as");
	char port[64], key[128];
	json_t *row = json_pack("{s:o,s:b}", "families", families_of(kids), "shutdown",
				!sim_cli_line(kids, "no shutdown"));

	if (as)
		json_object_set_new(row, "asn",
				    json_integer((json_int_t)strtoul(as + 10, NULL, 10)));
	snprintf(key, sizeof(key), "%.100s", name);
	if (ms_starts(name, "interface ") && sim_port_abstract(sw, name + 10, port, sizeof(port)))
		snprintf(key, sizeof(key), "port:%s", port);
	if (as || sim_cli_line(kids, "inherit template"))
		json_object_set(neighbors, key, row);
	json_decref(row);
}

static json_t *bgp(struct sim_switch *sw)
{
	const char *line = sim_cli_line(sim_os10_config(sw), "router bgp"), *key, *id;
	const json_t *kids = line ? sim_cli_block(sim_os10_config(sw), line) : NULL;
	json_t *neighbors, *node;

	if (!line)
		return NULL;
	neighbors = json_object();
	json_object_foreach((json_t *)kids, key, node)
		if (ms_starts(key, "neighbor "))
			put_neighbor(sw, key + 9, json_object_get(node, "k"), neighbors);
	id = sim_cli_line(kids, "router-id");
	return json_pack(
		"{s:I,s:s,s:o,s:o,s:{s:I,s:I}}", "asn", (json_int_t)strtoul(line + 11, NULL, 10),
		"routerId", id ? id + 10 : "0.0.0.0", "addresses",
		sim_cli_addresses(sw, sim_os10_config(sw)), "neighbors", neighbors, "announced",
		"evpn", (json_int_t)json_object_size(sim_cli_block(sim_os10_config(sw), "evpn")),
		"ipv4",
		(json_int_t)json_object_size(sim_cli_block(kids, "address-family ipv4 unicast")));
}

/* ---- what tests see and move ---- */

static json_t *inspect(struct sim_switch *sw)
{
	MS_AUTO_BUF struct ms_buf text = { 0 }, diff = { 0 };
	json_t *facts = sim_box_inspect(sw);

	sim_os10_text(sim_os10_config(sw), &text);
	sim_os10_show(sw, "show diff candidate-configuration running-configuration", &diff);
	json_object_set_new(facts, "config", json_string(text.data ? text.data : ""));
	json_object_set_new(facts, "candidate", json_string(diff.data ? diff.data : ""));
	json_object_set_new(facts, "saved",
			    json_boolean(json_equal(sim_os10_config(sw),
						    json_object_get(sw->state, "startup"))));
	return facts;
}

/* {config: LINES} somebody types them; {candidate: LINES} in a transaction that stays open; {lock:
 * true or null} somebody holds the lock; {fail: validate, commit, lines (half applied) or undo}:
 * the next one does. */
static int pull(struct sim_switch *sw, const char *lever, const json_t *value)
{
	const char *text = json_string_value(value);
	MS_AUTO_FREE char *lines = NULL;
	MS_AUTO_BUF struct ms_buf out = { 0 };

	if (!strcmp(lever, "config") && text)
		return type(sw, text, &out) ? -EINVAL : 0;
	if (!strcmp(lever, "candidate") && text) {
		lines = ms_asprintf("start transaction\nconfigure terminal\n%s", text);
		return lines && !sim_os10_batch(sw, lines, &out) ? 0 : -EINVAL;
	}
	if (!strcmp(lever, "lock"))
		return json_is_true(value) ? json_object_set_new(sw->state, "lock", json_true())
					   : json_object_del(sw->state, "lock");
	return sim_box_pull(sw, lever, value);
}

const struct sim_switch_platform sim_os10 = {
	.platform = "os10",
	.vendor = "dell",
	.model = "S5248F-ON",
	.version = "10.6.0.1",
	.ssh = true,
	.door = "restconf",
	.prefix = "ethernet1/1/", .part = ":", .first = 1, .step = 1, .first_part = 1,
	.ports = 56,
	.speed = 100,
	.events = sim_box_events,
	.start = start,
	.free = sim_box_free,
	.answer = sim_os10_answer,
	.delay = sim_os10_delay,
	.exec = sim_os10_exec,
	.enabled = enabled,
	.bgp = bgp,
	.inspect = inspect,
	.pull = pull,
};
