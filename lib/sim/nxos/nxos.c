/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A simulated Cisco NX-OS switch behind NX-API: JSON-RPC, each command answered by itself; a
 * request that changes something stops at the first that is refused, and what was before it stays
 * done.
 */
#include "sim/nxos/nxos.h"

void sim_nxos_replace(struct sim_switch *sw, const json_t *config)
{
	json_object_set_new(sw->state, "config", json_deep_copy(config));
	sim_switch_changed(sw);
}

/* ---- how it comes out of the box, or as annotation sim/config says ---- */

static const char factory[] =
	"feature nxapi\n"
	"username admin password 5 $5$sim role network-admin\n"
	"vrf context management\n ip route 0.0.0.0/0 192.0.2.1\n exit\n"
	"interface mgmt0\n vrf member management\n ip address 192.0.2.10/24\n exit\n";

static int start(struct sim_switch *sw, const json_t *resource, struct ms_err *err)
{
	return json_object_set_new(sw->state, "checkpoints", json_object())
		       ? ms_nomem(err)
		       : sim_cli_start(sw, &sim_nxos_grammar, resource, factory, err);
}

/* ---- NX-API ---- */

static json_t *failed(int code, const char *why, const json_t *id)
{
	return json_pack("{s:s,s:{s:i,s:s,s:{s:s}},s:O?}", "jsonrpc", "2.0", "error", "code", code,
			 "message", code == -32602 ? "Invalid params" : "Internal error", "data",
			 "msg", why, "id", id);
}

static json_t *done(struct sim_nxos_run *run, const json_t *id)
{
	json_t *result = json_null();

	if (run->text)
		result = json_pack("{s:s}", "msg", run->out.data ? run->out.data : "");
	else if (run->body)
		result = json_pack("{s:o}", "body", run->body);
	return json_pack("{s:s,s:o,s:O?}", "jsonrpc", "2.0", "result", result, "id", id);
}

static int run_one(struct sim_nxos_run *run, const json_t *request, json_t *replies)
{
	const char *command = ms_str(request, "/params/cmd", NULL),
		   *method = ms_str(request, "/method", "");
	const json_t *id = json_object_get(request, "id");
	int code;

	run->text = !strcmp(method, "cli_ascii");
	run->body = NULL;
	*run->why = 0;
	ms_buf_release(&run->out);
	if (strcmp(method, "cli") && !run->text) {
		json_array_append_new(replies, failed(-32601, "Method not found", id));
		return -32601;
	}
	if (command && sim_cli_refuses(run->sw, command)) {
		snprintf(run->why, sizeof(run->why), "ERROR: internal failure\n");
		code = -32603;
	} else {
		code = command ? sim_nxos_command(run, command + strspn(command, " ")) : -32602;
	}
	json_array_append_new(replies, code ? failed(code, run->why, id) : done(run, id));
	return code;
}

static void run_all(struct sim_req *req, const json_t *requests)
{
	struct sim_nxos_run run = { .req = req, .sw = sim_switch_of(req->dev) };
	json_t *replies = json_array(), *request;
	bool stopped = false, bad = false;
	size_t i;

	json_array_foreach(requests, i, request) {
		int code;

		if (stopped) {
			json_array_append_new(replies, failed(-32603, "Command is not executed\n",
							      json_object_get(request, "id")));
			continue;
		}
		code = run_one(&run, request, replies);
		bad |= code != 0;
		stopped = code && strcmp(ms_str(request, "/rollback", "stop-on-error"),
					 "continue-on-error");
	}
	ms_buf_release(&run.out);
	req->reply.status = bad ? 500 : 200;
	if (json_array_size(replies) == 1) {
		req->reply.body = json_incref(json_array_get(replies, 0));
		json_decref(replies);
	} else {
		req->reply.body = replies;
	}
}

static void answer(struct sim_req *req)
{
	const char *type = sim_header(req, "Content-Type");
	json_t *one;

	if (strcmp(req->path, "/ins")) {
		req->reply.status = 404;
	} else if (!sim_cli_line(sim_cli_config(sim_switch_of(req->dev)), "feature nxapi")) {
		req->reply.reset = true;
	} else if (!sim_switch_login(req)) {
		req->reply.status = 401;
	} else if (strcmp(req->method, "POST") || !type ||
		   !ms_starts(type, "application/json-rpc") || !req->json) {
		req->reply.status = 400;
		req->reply.body = failed(-32600, "Invalid request", NULL);
	} else if (json_is_array(req->json)) {
		run_all(req, req->json);
	} else {
		one = json_pack("[O]", req->json);
		run_all(req, one);
		json_decref(one);
	}
}

static double delay(struct sim_req *req)
{
	return 0.1 + (json_is_array(req->json) ? (double)json_array_size(req->json) : 1) * 0.01;
}

/* ---- what runs on it ---- */

/* Routed ports are shut unless told otherwise. */
static bool enabled(struct sim_switch *sw, const char *port)
{
	const json_t *kids = sim_cli_port(sw, sim_cli_config(sw), port);

	if (sim_cli_line(kids, "no switchport"))
		return sim_cli_line(kids, "no shutdown");
	return !sim_cli_line(kids, "shutdown");
}

static void put_neighbor(struct sim_switch *sw, const char *name, const json_t *kids,
			 json_t *neighbors)
{
	static const struct { const char *line, *word; } families[] = {
		{ "address-family l2vpn evpn", "evpn" }, { "address-family ipv4 unicast", "ipv4" },
		{ "address-family ipv6 unicast", "ipv6" },
	};
	json_t *list = json_array(), *row;
	const char *as = sim_cli_line(kids, "remote-as");
	char port[64], key[128];

	for (size_t i = 0; i < MS_ARRAY_SIZE(families); i++)
		if (sim_cli_line(kids, families[i].line))
			json_array_append_new(list, json_string(families[i].word));
	row = json_pack("{s:o,s:b}", "families", list, "shutdown",
			sim_cli_line(kids, "shutdown") != NULL);
	if (as && as[10] >= '0' && as[10] <= '9')
		json_object_set_new(row, "asn",
				    json_integer((json_int_t)strtoul(as + 10, NULL, 10)));
	if (sim_port_abstract(sw, name, port, sizeof(port)))
		snprintf(key, sizeof(key), "port:%s", port);
	else
		snprintf(key, sizeof(key), "%.100s", name);
	if (as)
		json_object_set(neighbors, key, row);
	json_decref(row);
}

static json_t *bgp(struct sim_switch *sw)
{
	const char *line = sim_cli_line(sim_cli_config(sw), "router bgp"), *key;
	const json_t *kids = line ? sim_cli_block(sim_cli_config(sw), line) : NULL;
	json_t *neighbors, *node;

	if (!line)
		return NULL;
	neighbors = json_object();
	json_object_foreach((json_t *)kids, key, node)
		if (ms_starts(key, "neighbor "))
			put_neighbor(sw, key + 9, json_object_get(node, "k"), neighbors);
	return json_pack(
		"{s:I,s:o,s:o,s:{s:I,s:I}}", "asn", (json_int_t)strtoul(line + 11, NULL, 10),
		"addresses", sim_cli_addresses(sw, sim_cli_config(sw)), "neighbors", neighbors,
		"announced", "evpn",
		(json_int_t)json_object_size(sim_cli_block(sim_cli_config(sw), "evpn")), "ipv4",
		(json_int_t)json_object_size(sim_cli_block(kids, "address-family ipv4 unicast")));
}

/* ---- what tests see and move ---- */

static json_t *inspect(struct sim_switch *sw)
{
	json_t *facts = sim_cli_inspect(sw, sim_nxos_show), *names = json_array(), *config;
	const char *name;

	json_object_foreach(json_object_get(sw->state, "checkpoints"), name, config)
		json_array_append_new(names, json_string(name));
	json_object_set_new(facts, "checkpoints", names);
	return facts;
}

static int pull(struct sim_switch *sw, const char *lever, const json_t *value)
{
	return sim_cli_pull(sw, &sim_nxos_grammar, lever, value);
}

static const struct sim_event_kind events[] = {
	{ "nxos-job", 101, sim_nxos_job },
	{ NULL, 0, NULL },
};

const struct sim_switch_platform sim_nxos = {
	.platform = "nxos",
	.vendor = "cisco",
	.model = "Nexus9000 C93180YC-FX3",
	.version = "10.3(4a)",
	.prefix = "Ethernet1/", .part = "/", .first = 1, .step = 1, .first_part = 1,
	.ports = 54,
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
