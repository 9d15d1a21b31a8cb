/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A simulated Arista EOS switch behind eAPI: JSON-RPC, one result for each command, and the first
 * one that is refused ends the request while what was before it stays done.
 */
#include "sim/eos/eos.h"

/* ---- how it comes out of the box, or as annotation sim/config says ---- */

static const char factory[] =
	"service routing protocols model multi-agent\n"
	"aaa authorization exec default local\n"
	"username admin privilege 15 role network-admin secret sha512 $6$sim\n"
	"interface Management1\n ip address 192.0.2.10/24\n exit\n"
	"ip route 0.0.0.0/0 192.0.2.1\n"
	"management api http-commands\n no shutdown\n exit\n";

static int start(struct sim_switch *sw, const json_t *resource, struct ms_err *err)
{
	return json_object_set_new(sw->state, "sessions", json_object())
		       ? ms_nomem(err)
		       : sim_cli_start(sw, &sim_eos_grammar, resource, factory, err);
}

/* ---- eAPI ---- */

static void fail(struct sim_req *req, int code, const char *message, json_t *data)
{
	json_t *error = json_pack("{s:i,s:s}", "code", code, "message", message);

	if (data)
		json_object_set_new(error, "data", data);
	req->reply.status = 200;
	req->reply.body = json_pack("{s:s,s:o?,s:o}", "jsonrpc", "2.0", "id",
				    json_incref(json_object_get(req->json, "id")), "error", error);
}

static const char *command_of(const json_t *value)
{
	return json_is_object(value) ? ms_str(value, "/cmd", NULL) : json_string_value(value);
}

/* Lever {lose: WORDS}: it is done, but the answer to a request with that command never comes; once.
 */
static void lose(struct sim_req *req, const json_t *commands)
{
	json_t *state = sim_switch_of(req->dev)->state, *value;
	const char *word = ms_str(state, "/lose", NULL);
	size_t i;

	json_array_foreach(commands, i, value)
		if (word && command_of(value) && strstr(command_of(value), word)) {
			req->reply.reset = true;
			json_object_del(state, "lose");
			return;
		}
}

static void run_all(struct sim_req *req, const json_t *commands)
{
	struct sim_eos_run run = { .req = req, .sw = sim_switch_of(req->dev) };
	json_t *results = json_array(), *value;
	char message[700];
	size_t i;

	run.text = ms_streq(ms_str(req->json, "/params/format", "json"), "text");
	json_array_foreach(commands, i, value) {
		const char *command = command_of(value);
		int code;

		run.result = NULL;
		if (command && sim_cli_refuses(run.sw, command)) {
			snprintf(run.why, sizeof(run.why), "Internal error");
			code = 1000;
		} else {
			code = command ? sim_eos_command(&run, command + strspn(command, " "))
				       : 1002;
		}
		json_array_append_new(results, run.result ? run.result : json_object());
		if (!code)
			continue;
		json_object_set_new(json_array_get(results, i), "errors",
				    json_pack("[s]", run.why));
		snprintf(message, sizeof(message), "CLI command %zu of %zu '%.200s' failed: %s",
			 i + 1, json_array_size(commands), command ? command : "",
			 code == 1002 ? "invalid command" : "could not run command");
		fail(req, code, message, results);
		return;
	}
	lose(req, commands);
	req->reply.status = 200;
	req->reply.body = json_pack("{s:s,s:O,s:o}", "jsonrpc", "2.0", "id",
				    json_object_get(req->json, "id"), "result", results);
}

static void answer(struct sim_req *req)
{
	const json_t *commands = ms_at(req->json, "/params/cmds");

	if (strcmp(req->path, "/command-api")) {
		req->reply.status = 404;
	} else if (!sim_switch_login(req)) {
		req->reply.status = 401;
	} else if (strcmp(req->method, "POST")) {
		req->reply.status = 405;
	} else if (!req->json) {
		fail(req, -32700, "Parse error", NULL);
	} else if (!ms_streq(ms_str(req->json, "/method", NULL), "runCmds")) {
		fail(req, -32601, "Method not found", NULL);
	} else if (!json_is_array(commands)) {
		fail(req, -32602, "Invalid params", NULL);
	} else {
		run_all(req, commands);
	}
}

static double delay(struct sim_req *req)
{
	return 0.05 + (double)json_array_size(ms_at(req->json, "/params/cmds")) * 0.002;
}

/* ---- what runs on it ---- */

static bool enabled(struct sim_switch *sw, const char *port)
{
	return !sim_cli_line(sim_cli_port(sw, sim_cli_config(sw), port), "shutdown");
}

static bool is_active(const json_t *bgp, const char *family, const char *name)
{
	char line[300];
	bool ipv4 = !strcmp(family, "address-family ipv4");

	snprintf(line, sizeof(line), "neighbor %.200s activate", name);
	return sim_cli_line(sim_cli_block(bgp, family), line) ||
	       (ipv4 && !sim_cli_line(bgp, "no bgp default ipv4-unicast"));
}

static json_t *families_of(const json_t *bgp, const char *name)
{
	static const char *const words[] = { "evpn", "ipv4", "ipv6" };
	json_t *families = json_array();
	char header[64];

	for (size_t i = 0; i < MS_ARRAY_SIZE(words); i++) {
		snprintf(header, sizeof(header), "address-family %s", words[i]);
		if (is_active(bgp, header, name))
			json_array_append_new(families, json_string(words[i]));
	}
	return families;
}

static void put_neighbor(struct sim_switch *sw, const json_t *bgp, const char *line,
			 json_t *neighbors)
{
	char name[128], group[128], port[64], key[128], down[160];
	unsigned asn = 0;
	json_t *row;

	if (sscanf(line, "neighbor interface %127s peer-group %127s remote-as %u", name, group,
		   &asn) >= 2) {
		if (!sim_port_abstract(sw, name, port, sizeof(port)))
			return;
		snprintf(key, sizeof(key), "port:%s", port);
		row = json_pack("{s:o}", "families", families_of(bgp, group));
	} else if (sscanf(line, "neighbor %127s remote-as %u", name, &asn) == 2 &&
		   strpbrk(name, ".:")) {
		snprintf(key, sizeof(key), "%s", name);
		row = json_pack("{s:o}", "families", families_of(bgp, name));
	} else {
		return;
	}
	if (asn)
		json_object_set_new(row, "asn", json_integer(asn));
	snprintf(down, sizeof(down), "neighbor %s shutdown", name);
	json_object_set_new(row, "shutdown", json_boolean(sim_cli_line(bgp, down)));
	json_object_set_new(neighbors, key, row);
}

static json_t *bgp(struct sim_switch *sw)
{
	const char *line = sim_cli_line(sim_cli_config(sw), "router bgp"), *key;
	const json_t *kids = line ? sim_cli_block(sim_cli_config(sw), line) : NULL;
	json_t *neighbors, *node, *evpn = json_object();
	int vlans = 0;

	if (!line) {
		json_decref(evpn);
		return NULL;
	}
	neighbors = json_object();
	json_object_foreach((json_t *)kids, key, node) {
		put_neighbor(sw, kids, ms_str(node, "/t", ""), neighbors);
		vlans += ms_starts(key, "vlan ") || ms_starts(key, "vrf ");
	}
	json_object_set_new(evpn, "evpn", json_integer(vlans));
	json_object_set_new(evpn, "ipv4", json_integer((json_int_t)json_object_size(
						  sim_cli_block(kids, "address-family ipv4"))));
	return json_pack("{s:I,s:o,s:o,s:o}", "asn", (json_int_t)strtoul(line + 11, NULL, 10),
			 "addresses", sim_cli_addresses(sw, sim_cli_config(sw)), "neighbors",
			 neighbors, "announced", evpn);
}

/* ---- what tests see and move ---- */

static json_t *inspect(struct sim_switch *sw)
{
	json_t *facts = sim_cli_inspect(sw, sim_eos_show);

	json_object_set_new(facts, "candidates", sim_eos_sessions(sw));
	return facts;
}

/* {lose: WORDS}: see lose(); {half: true}: the next commit with a timer stops half-way. */
static int pull(struct sim_switch *sw, const char *lever, const json_t *value)
{
	if (!strcmp(lever, "lose") || !strcmp(lever, "half"))
		return json_object_set(sw->state, lever, (json_t *)value);
	return sim_cli_pull(sw, &sim_eos_grammar, lever, value);
}

static const struct sim_event_kind events[] = {
	{ "eos-commit-timer", 100, sim_eos_session_ends },
	{ NULL, 0, NULL },
};

const struct sim_switch_platform sim_eos = {
	.platform = "eos",
	.vendor = "arista",
	.model = "DCS-7050SX3-48YC8",
	.version = "4.31.2F",
	.prefix = "Ethernet", .part = "/", .first = 1, .step = 1, .first_part = 1,
	.ports = 56,
	.speed = 100,
	.events = events,
	.start = start,
	.answer = answer,
	.delay = delay,
	.enabled = enabled,
	.bgp = bgp,
	.inspect = inspect,
	.pull = pull,
};
