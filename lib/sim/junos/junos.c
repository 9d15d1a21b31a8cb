/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A Junos switch: its first configuration, its command line as far as people look at it, and what
 * its configuration means to its neighbours.
 */
#include "sim/junos/junos.h"

/* ---- the command line ---------------------------------------------------------------------------
 */

static void show_version(struct sim_exec *exec)
{
	ms_buf_printf(&exec->out, "Hostname: %s\nModel: %s\nJunos: %s\n", exec->sw->dev.name,
		      exec->sw->platform->model, exec->sw->version);
}

static void show_lldp(struct sim_exec *exec)
{
	json_auto_t *ports = sim_cable_ports(exec->sw);
	struct sim_neighbor neighbor;
	char native[64];
	json_t *port;
	size_t i;

	ms_buf_printf(&exec->out, "%-19s%-20s%-20s%-23s%s\n", "Local Interface", "Parent Interface",
		      "Chassis Id", "Port info", "System Name");
	json_array_foreach(ports, i, port)
		if (sim_port_neighbor(exec->sw, json_string_value(port), &neighbor) &&
		    sim_port_native(exec->sw, json_string_value(port), native, sizeof(native)))
			ms_buf_printf(&exec->out, "%-19s%-20s%-20s%-23s%s\n", native, "-",
				      neighbor.chassis, neighbor.port, neighbor.system);
}

static void show_configuration(struct sim_exec *exec)
{
	MS_AUTO_FREE char *text = junos_text(junos_committed(exec->sw));

	ms_buf_puts(&exec->out, text ? text : "");
}

static void run(struct sim_exec *exec)
{
	const char *command = exec->command ? exec->command : "";

	if (!strcmp(command, "show version"))
		show_version(exec);
	else if (!strcmp(command, "show lldp neighbors"))
		show_lldp(exec);
	else if (ms_starts(command, "show configuration | display set"))
		show_configuration(exec);
	else
		ms_buf_puts(&exec->out, "error: unknown command\n");
}

/* ---- what the configuration means ---------------------------------------------------------------
 */

static bool enabled(struct sim_switch *sw, const char *port)
{
	char native[64], path[128];

	if (!sim_port_native(sw, port, native, sizeof(native)))
		return false;
	snprintf(path, sizeof(path), "interfaces %s disable", native);
	return !junos_has(junos_committed(sw), path);
}

static bool is(const struct junos_line *line, size_t i, const char *word)
{
	return i < line->n && !strcmp(line->word[i], word);
}

/* interfaces NAME unit N family inet address ADDRESS/LENGTH */
static void take_address(struct sim_switch *sw, const struct junos_line *line, json_t *addresses)
{
	char address[64], port[64] = "";

	snprintf(address, sizeof(address), "%.*s", (int)strcspn(line->word[7], "/"), line->word[7]);
	if (!is(line, 1, "lo0"))
		sim_port_abstract(sw, line->word[1], port, sizeof(port));
	json_object_set_new(addresses, address, json_string(port));
}

static json_t *neighbor_row(json_t *neighbors, const char *key)
{
	json_t *row = json_object_get(neighbors, key);

	if (!row) {
		row = json_pack("{s:[]}", "families");
		json_object_set_new(neighbors, key, row);
	}
	return row;
}

/* protocols bgp group G neighbor A ... */
static void take_neighbor(const struct junos_line *line, json_t *neighbors)
{
	static const struct { const char *word, *name; } families[] = {
		{ "inet", "ipv4" }, { "inet6", "ipv6" }, { "evpn", "evpn" },
	};
	json_t *row = neighbor_row(neighbors, line->word[5]);

	if (is(line, 6, "peer-as") && line->n == 8)
		json_object_set_new(row, "asn", json_integer(strtoll(line->word[7], NULL, 10)));
	if (is(line, 6, "shutdown"))
		json_object_set_new(row, "shutdown", json_true());
	for (size_t i = 0; i < MS_ARRAY_SIZE(families); i++)
		if (is(line, 6, "family") && is(line, 7, families[i].word))
			json_array_append_new(json_object_get(row, "families"),
					      json_string(families[i].name));
}

static void take_line(struct sim_switch *sw, const struct junos_line *line, json_t *bgp)
{
	if (is(line, 0, "interfaces") && is(line, 6, "address") && line->n == 8)
		take_address(sw, line, json_object_get(bgp, "addresses"));
	else if (is(line, 2, "group") && is(line, 4, "neighbor") && line->n >= 6)
		take_neighbor(line, json_object_get(bgp, "neighbors"));
	else if (is(line, 1, "autonomous-system") && line->n == 3)
		json_object_set_new(bgp, "asn", json_integer(strtoll(line->word[2], NULL, 10)));
	else if (is(line, 1, "router-id") && line->n == 3)
		json_object_set_new(bgp, "routerId", json_string(line->word[2]));
}

static json_t *bgp(struct sim_switch *sw)
{
	json_t *facts = json_pack("{s:{}, s:{}}", "addresses", "neighbors"), *value;
	const char *text;
	struct junos_line line;

	json_object_foreach((json_t *)junos_committed(sw), text, value)
		if (junos_line_cut(&line, text, strlen(text)))
			take_line(sw, &line, facts);
	return facts;
}

/* ---- life
 * ---------------------------------------------------------------------------------------- */

static const char factory[] =
	"set version 23.4R2-S3.9\nset system root-authentication encrypted-password "
	"\"$6$sim$none\"\n"
	"set system services ssh root-login allow\nset system services netconf ssh\n"
	"set interfaces em0 unit 0 family inet dhcp\n";

static int load_first(struct sim_switch *sw, const char *text, json_t *lines, struct ms_err *err)
{
	struct junos_complaint complaint;
	unsigned number = 0;

	for (size_t len; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		number++;
		if (len > 4 && !strncmp(text, "set ", 4) &&
		    junos_set(sw, lines, text + 4, len - 4, &complaint))
			return ms_fail(err, -EBADMSG, MS_INPUT,
				       "%s: line %u of its configuration: %s: %s", sw->dev.name,
				       number, complaint.message, complaint.element);
	}
	return 0;
}

static int start(struct sim_switch *sw, const json_t *resource, struct ms_err *err)
{
	json_t *lines = json_object();
	MS_AUTO_FREE char *text = NULL;
	char name[300];
	int r = sim_switch_config(resource, &text, err);

	sw->own = calloc(1, sizeof(struct junos_box));
	if (!sw->own || !lines)
		r = ms_nomem(err);
	snprintf(name, sizeof(name), "set system host-name %s\n", sw->dev.name);
	if (!r)
		r = load_first(sw, text ? text : factory, lines, err);
	if (!r && !text)
		r = load_first(sw, name, lines, err);
	if (r) {
		json_decref(lines);
		return r;
	}
	json_object_set_new(sw->state, "committed", lines);
	json_object_set_new(sw->state, "history",
			    json_pack("[{s:O, s:I, s:s, s:s, s:s}]", "lines", lines, "time",
				      (json_int_t)sim_wall(&sw->dev), "user", "root", "client",
				      "other", "comment", ""));
	junos_candidate_reset(sw);
	return 0;
}

static void release(struct sim_switch *sw)
{
	free(sw->own);
}

static json_t *inspect(struct sim_switch *sw)
{
	const struct junos_box *box = junos_box(sw);
	MS_AUTO_FREE char *text = junos_text(junos_committed(sw));

	return json_pack("{s:i, s:i, s:b, s:o, s:o*}", "netconf", (int)box->sessions, "lock",
			 (int)box->lock, "dirty", ms_bool(sw->state, "/dirty", false), "config",
			 json_string(text ? text : ""), "confirm",
			 ms_at(sw->state, "/confirm")
				 ? json_integer(ms_int(sw->state, "/confirm/seconds", 0))
				 : NULL);
}

/* {lock: SESSION} somebody else holds it; {sessions: N} no more than that; {commits: N} so many
 * fail; {edit: LINE} somebody at the console commits it. */
static int pull(struct sim_switch *sw, const char *lever, const json_t *value)
{
	struct junos_complaint complaint;
	const char *text = json_string_value(value);

	if (!strcmp(lever, "lock"))
		junos_box(sw)->lock = (unsigned)json_integer_value(value);
	else if (!strcmp(lever, "sessions"))
		junos_box(sw)->limit = (unsigned)json_integer_value(value);
	else if (!strcmp(lever, "commits"))
		junos_box(sw)->fail_commits = (unsigned)json_integer_value(value);
	else if (!strcmp(lever, "edit") && text && ms_starts(text, "delete "))
		return junos_delete(sw, junos_candidate(sw), text + 7, strlen(text) - 7,
				    &complaint) ||
				       junos_commit_now(sw, "root", 0, 0, &complaint)
			       ? -EINVAL
			       : 0;
	else if (!strcmp(lever, "edit") && text && ms_starts(text, "set "))
		return junos_set(sw, junos_candidate(sw), text + 4, strlen(text) - 4, &complaint) ||
				       junos_commit_now(sw, "root", 0, 0, &complaint)
			       ? -EINVAL
			       : 0;
	else
		return -EINVAL;
	return 0;
}

const struct sim_switch_platform sim_junos = {
	.platform = "junos",
	.vendor = "juniper",
	.model = "qfx5120-48y",
	.version = "23.4R2-S3.9",
	.ssh = true,
	.prefix = "et-0/0/",
	.part = ":",
	.first = 0,
	.step = 1,
	.first_part = 0,
	.ports = 56,
	.speed = 100,
	.events = junos_events,
	.start = start,
	.free = release,
	.exec = run,
	.open = junos_stream_open,
	.input = junos_stream_input,
	.close = junos_stream_close,
	.enabled = enabled,
	.bgp = bgp,
	.inspect = inspect,
	.pull = pull,
};
