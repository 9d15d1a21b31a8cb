/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Switches that are configured by lines: how they start, what may be done to them, what lines mean.
 */
#include "sim/cli/switch.h"

json_t *sim_cli_config(const struct sim_switch *sw)
{
	return json_object_get(sw->state, "config");
}

/* ---- life ---- */

static int type(struct sim_switch *sw, const struct sim_cli_grammar *grammar, const char *text,
		struct ms_err *err)
{
	struct sim_cli cli;
	char line[1024] = "";
	struct sim_cli_result result;

	sim_cli_init(&cli, grammar, sim_cli_config(sw), sw);
	result = sim_cli_enter_all(&cli, text, line, sizeof(line));
	if (result.verdict == SIM_CLI_TAKEN || result.verdict == SIM_CLI_LEFT)
		return 0;
	return ms_fail(err, -EINVAL, MS_INPUT, "%s: its configuration: \"%s\" is refused",
		       sw->dev.name, line);
}

int sim_cli_start(struct sim_switch *sw, const struct sim_cli_grammar *grammar,
		  const json_t *resource, const char *factory, struct ms_err *err)
{
	MS_AUTO_FREE char *given = NULL;
	MS_AUTO_BUF struct ms_buf text = { 0 };
	char native[64], port[16];
	int r = sim_switch_config(resource, &given, err);

	if (r)
		return r;
	json_object_set_new(sw->state, "config", json_object());
	ms_buf_printf(&text, "hostname %s\n%s", sw->dev.name, factory);
	for (unsigned n = 1; n <= sw->platform->ports; n++) {
		snprintf(port, sizeof(port), "%u", n);
		if (sim_port_native(sw, port, native, sizeof(native)))
			ms_buf_printf(&text, "interface %s\nexit\n", native);
	}
	r = text.failed ? ms_nomem(err) : type(sw, grammar, text.data, err);
	if (!r && given)
		r = type(sw, grammar, given, err);
	return r ? r
	       : json_object_set_new(sw->state, "startup", json_deep_copy(sim_cli_config(sw)))
		       ? ms_nomem(err)
		       : 0;
}

bool sim_cli_refuses(const struct sim_switch *sw, const char *command)
{
	const char *word = ms_str(sw->state, "/refuse", NULL);

	return word && ms_starts(command, word);
}

int sim_cli_pull(struct sim_switch *sw, const struct sim_cli_grammar *grammar, const char *lever,
		 const json_t *value)
{
	struct ms_err err = MS_ERR_INIT;

	if (!strcmp(lever, "refuse"))
		return json_object_set(sw->state, "refuse", (json_t *)value);
	if (strcmp(lever, "config") || !json_is_string(value) ||
	    type(sw, grammar, json_string_value(value), &err))
		return -EINVAL;
	sim_switch_changed(sw);
	return 0;
}

json_t *sim_cli_inspect(const struct sim_switch *sw,
			void (*show)(const json_t *config, struct ms_buf *out))
{
	MS_AUTO_BUF struct ms_buf text = { 0 };

	show(sim_cli_config(sw), &text);
	return json_pack("{s:s,s:b}", "running", text.data ? text.data : "", "saved",
			 json_equal(sim_cli_config(sw), json_object_get(sw->state, "startup")));
}

/* ---- what lines mean ---- */

json_t *sim_cli_port(const struct sim_switch *sw, const json_t *config, const char *port)
{
	char header[96], native[64];

	if (!sim_port_native(sw, port, native, sizeof(native)))
		return NULL;
	snprintf(header, sizeof(header), "interface %s", native);
	return sim_cli_block(config, header);
}

static void put_addresses(json_t *addresses, const json_t *kids, const char *port)
{
	const char *key;
	json_t *node;

	json_object_foreach((json_t *)kids, key, node) {
		char cidr[64];

		if (sscanf(ms_str(node, "/t", ""), "ip address %63[0-9./]", cidr) != 1 &&
		    sscanf(ms_str(node, "/t", ""), "ipv6 address %63[0-9a-f:/]", cidr) != 1)
			continue;
		cidr[strcspn(cidr, "/")] = 0;
		json_object_set_new(addresses, cidr, json_string(port));
	}
}

json_t *sim_cli_addresses(const struct sim_switch *sw, const json_t *config)
{
	json_t *addresses = json_object(), *node;
	const char *key;
	char port[64];

	json_object_foreach((json_t *)config, key, node) {
		const json_t *kids = json_object_get(node, "k");

		if (!strncasecmp(key, "interface loopback", strlen("interface loopback")))
			put_addresses(addresses, kids, "");
		else if (ms_starts(key, "interface ") && sim_cli_line(kids, "no switchport") &&
			 sim_port_abstract(sw, key + strlen("interface "), port, sizeof(port)))
			put_addresses(addresses, kids, port);
	}
	return addresses;
}

json_t *sim_cli_ports(struct sim_switch *sw, const json_t *config, sim_cli_port_fn *fn)
{
	json_t *rows = json_object(), *node, *row;
	const char *key;
	char port[64];

	json_object_foreach((json_t *)config, key, node) {
		const char *native = key + strlen("interface ");

		if (!ms_starts(key, "interface ") ||
		    !sim_port_abstract(sw, native, port, sizeof(port)))
			continue;
		row = fn(sw, port, native, json_object_get(node, "k"));
		if (row)
			json_object_set_new(rows, native, row);
	}
	return rows;
}

/* ---- for hooks ---- */

const char *sim_cli_last_word(const char *line)
{
	const char *blank = strrchr(line, ' ');

	return blank ? blank + 1 : line;
}

unsigned long sim_cli_sum(const struct sim_cli_at *at, const char *text)
{
	unsigned long sum = strtoul(sim_cli_last_word(at->line), NULL, 10);
	const json_t *block = at->cli->stack[1].kids;
	const char *key;
	json_t *node;

	json_object_foreach((json_t *)block, key, node) {
		const json_t *kids = json_object_get(node, "k");
		const char *line = sim_cli_line(kids, text);

		if (line && kids != at->kids)
			sum += strtoul(sim_cli_last_word(line), NULL, 10);
	}
	return sum;
}

bool sim_cli_has_secondary(const json_t *kids)
{
	const char *key;
	json_t *node;

	json_object_foreach((json_t *)kids, key, node)
		if (ms_starts(key, "ip address ") && strstr(key, " secondary"))
			return true;
	return false;
}

const char *sim_cli_one_bgp(struct sim_cli_at *at)
{
	const char *old = sim_cli_line(at->kids, "router bgp");

	return at->no || !old || !strcmp(old, at->line)
		       ? NULL
		       : "BGP is already running with another AS number";
}
