/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A simulated SONiC switch: CONFIG_DB with patches and checkpoints, FRR in its container with a
 * configuration of its own. */
#include "sim/sonic/sonic.h"

#define CONFIG_DB "/etc/sonic/config_db.json"
#define FRR_CONF "/etc/sonic/frr/frr.conf"

static json_t *db_of(const struct sim_switch *sw)
{
	return json_object_get(sw->state, "running");
}

static const char *field(const struct sim_switch *sw, const char *table, const char *key,
			 const char *name)
{
	return json_string_value(
		json_object_get(json_object_get(json_object_get(db_of(sw), table), key), name));
}

/* ---- a change ---- */

/* Annotation sim/validators: what releases since 2022 refuse, by a file that comes with them. */
static bool is_allowed(const struct sim_switch *sw, const json_t *patch, struct ms_buf *errors)
{
	static const char *const tables[] = { "BUFFER_PROFILE", "WRED_PROFILE", "PFC_WD" };
	const json_t *step;
	char head[32];
	size_t i;

	json_array_foreach(patch, i, step)
		for (size_t k = 0; k < MS_ARRAY_SIZE(tables); k++) {
			snprintf(head, sizeof(head), "/%s", tables[k]);
			if (!ms_at(sw->resource, "/metadata/annotations/sim~1validators") ||
			    !ms_starts(ms_str(step, "/path", ""), head))
				continue;
			ms_buf_printf(errors,
				      "Failed to apply patch due to: Modification of %s table is "
				      "illegal- validating function "
				      "generic_config_updater.field_operation_validators."
				      "rdma_config_update_validator returned False\n",
				      tables[k]);
			return false;
		}
	return true;
}

/* Rows that are written to CONFIG_DB by themselves, a JSON Patch in each line. */
static int written(json_t *db, const char *lines, struct ms_buf *errors)
{
	int r = 0;

	for (; !r && *lines; lines += *lines == '\n') {
		size_t len = strcspn(lines, "\n");
		json_auto_t *patch = json_loadb(lines, len, 0, NULL);

		r = patch ? sim_sonic_patch(db, patch, errors) : -EINVAL;
		lines += len;
	}
	return r;
}

/* What CONFIG_DB would be; NULL when that is refused. */
static json_t *patched(struct sim_switch *sw, const json_t *files, struct ms_buf *errors)
{
	json_auto_t *patch = json_loads(ms_str(files, "/patch.json", ""), 0, NULL),
		    *db = json_deep_copy(db_of(sw));

	return patch && db && is_allowed(sw, patch, errors) &&
			       !written(db, ms_str(files, "/new.direct", ""), errors) &&
			       !sim_sonic_patch(db, patch, errors) && !sim_sonic_check(db, errors)
		       ? ms_take(db)
		       : NULL;
}

static int enter(json_t *tree, const json_t *files, struct ms_buf *errors)
{
	return sim_vty_enter(tree, ms_str(files, "/new.frr", ""), errors) ? -EINVAL : 0;
}

static int validate(struct sim_switch *sw, const json_t *files, struct ms_buf *errors)
{
	json_auto_t *db = patched(sw, files, errors),
		    *tree = json_deep_copy(json_object_get(sw->state, "routing"));

	return db && tree ? enter(tree, files, errors) : -EINVAL;
}

/* Tables are changed one after the other: what fails leaves those before it (lever {fail:
 * "tables"}). */
static int half(struct sim_switch *sw, const json_t *db, struct ms_buf *errors)
{
	const char *const tables[] = { "VLAN", "VRF" };

	for (size_t i = 0; i < MS_ARRAY_SIZE(tables); i++)
		if (json_object_get(db, tables[i]))
			json_object_set(db_of(sw), tables[i], json_object_get(db, tables[i]));
	ms_buf_puts(errors,
		    "Failed to apply patch due to: one or more services failed to restart\n");
	return -EIO;
}

static int reload(struct sim_switch *sw, const json_t *files, struct ms_buf *errors)
{
	json_auto_t *db = patched(sw, files, errors);

	if (!db)
		return -EINVAL;
	if (sim_box_fails(sw, "tables"))
		return half(sw, db, errors);
	sim_sonic_buffers(db);
	json_object_set(sw->state, "running", db);
	return enter(json_object_get(sw->state, "routing"), files, errors);
}

static int persist(struct sim_switch *sw, const json_t *files)
{
	MS_AUTO_FREE char *text = ms_json_text(db_of(sw), MS_JSON_INDENTED);
	MS_AUTO_BUF struct ms_buf routing = { 0 };

	(void)files;
	sim_vty_show(json_object_get(sw->state, "routing"), &routing);
	sim_box_write(sw, CONFIG_DB, text ? text : "");
	sim_box_write(sw, FRR_CONF, routing.data ? routing.data : "");
	return text ? 0 : -ENOMEM;
}

static int boot(struct sim_switch *sw)
{
	MS_AUTO_FREE char *text = sim_box_read(sw, CONFIG_DB),
			  *routing = sim_box_read(sw, FRR_CONF);
	MS_AUTO_BUF struct ms_buf errors = { 0 };
	json_t *db = text ? json_loads(text, 0, NULL) : NULL, *tree = json_object();

	sim_vty_enter(tree, routing ? routing : "", &errors);
	json_object_set_new(sw->state, "routing", tree);
	return db ? json_object_set_new(sw->state, "running", db) : -EINVAL;
}

/* ---- commands of its own ---- */

static void print_db(struct sim_box_shell *shell)
{
	MS_AUTO_FREE char *text = ms_json_text(db_of(shell->sw), MS_JSON_INDENTED);

	ms_buf_printf(shell->out, "%s\n", text ? text : "");
}

static void eeprom(struct sim_box_shell *shell, const char *option)
{
	if (!strcmp(option, "-s"))
		ms_buf_printf(shell->out, "%s\n", shell->sw->serial);
	else if (!strcmp(option, "-m"))
		ms_buf_printf(shell->out, "%s\n", shell->sw->mac);
	else
		shell->status = 1;
}

static bool command(struct sim_box_shell *shell, const char *const *word, size_t n)
{
	if (n == 3 && !strcmp(word[0], "sonic-cfggen") && !strcmp(word[1], "-d") &&
	    !strcmp(word[2], "--print-data"))
		print_db(shell);
	else if (n == 2 && !strcmp(word[0], "decode-syseeprom"))
		eeprom(shell, word[1]);
	else if (n == 3 && !strcmp(word[0], "config") && !strcmp(word[1], "save") &&
		 !strcmp(word[2], "-y"))
		shell->status = persist(shell->sw, NULL) ? 1 : 0;
	else if (n > 2 && !strcmp(word[0], "sonic-db-cli") && !strcmp(word[1], "COUNTERS_DB"))
		sim_sonic_counters(shell, word + 2, n - 2);
	else
		return false;
	return true;
}

/* ---- what it means ---- */

static int64_t mtu(struct sim_switch *sw, const char *native)
{
	const char *text = field(sw, "PORT", native, "mtu");

	return text ? strtoll(text, NULL, 10) : 9100;
}

static json_t *tunnels(struct sim_switch *sw)
{
	const char *key, *source = NULL;
	json_t *vnis = json_array(), *row;

	json_object_foreach(json_object_get(db_of(sw), "VXLAN_TUNNEL"), key, row)
		source = ms_str(row, "/src_ip", NULL);
	json_object_foreach(json_object_get(db_of(sw), "VXLAN_TUNNEL_MAP"), key, row)
		json_array_append_new(vnis,
				      json_integer(strtoll(ms_str(row, "/vni", "0"), NULL, 10)));
	return json_pack("{s:s*, s:o}", "address", source, "vnis", vnis);
}

static bool enabled(struct sim_switch *sw, const char *port)
{
	char native[64];

	return sim_port_native(sw, port, native, sizeof(native)) &&
	       ms_streq(field(sw, "PORT", native, "admin_status"), "up");
}

/* "Ethernet0|10.0.0.1/31" */
static void take_addresses(struct sim_switch *sw, const char *table, json_t *addresses)
{
	char native[80], port[64], address[80];
	const char *key, *bar;
	json_t *row;

	json_object_foreach(json_object_get(db_of(sw), table), key, row) {
		bar = strchr(key, '|');
		if (!bar)
			continue;
		snprintf(native, sizeof(native), "%.*s", (int)(bar - key), key);
		snprintf(address, sizeof(address), "%.*s", (int)strcspn(bar + 1, "/"), bar + 1);
		if (ms_starts(native, "Loopback"))
			json_object_set_new(addresses, address, json_string(""));
		else if (sim_port_abstract(sw, native, port, sizeof(port)))
			json_object_set_new(addresses, address, json_string(port));
	}
}

static json_t *bgp(struct sim_switch *sw)
{
	json_t *addresses = json_object();

	take_addresses(sw, "INTERFACE", addresses);
	take_addresses(sw, "LOOPBACK_INTERFACE", addresses);
	return sim_vty_bgp(sw, addresses);
}

/* ---- life ---- */

/* One row of PORT for each part: `index` is the port on the panel, lanes are counted through. */
static json_t *factory_ports(struct sim_switch *sw)
{
	json_auto_t *ports = sim_box_ports(sw);
	json_t *table = json_object(), *native;
	char port[64];
	size_t i;

	json_array_foreach(ports, i, native) {
		const char *name = json_string_value(native), *slash;
		unsigned index;

		if (!sim_port_abstract(sw, name, port, sizeof(port)))
			continue;
		slash = strchr(port, '/');
		index = (unsigned)strtoul(port, NULL, 10);
		json_object_set_new(
			table, name,
			json_pack("{s:s, s:o, s:o, s:o, s:o, s:s}", "admin_status", "down", "alias",
				  json_sprintf("etp%u%s%s", index, slash ? "p" : "",
					       slash ? slash + 1 : ""),
				  "index", json_sprintf("%u", index), "lanes",
				  json_sprintf("%zu", i * 4 + 1), "speed",
				  json_sprintf("%u000", sim_port_speed(sw, port)), "mtu", "9100"));
	}
	return table;
}

static json_t *factory(struct sim_switch *sw)
{
	const char *mode = ms_str(sw->resource, "/metadata/annotations/sim~1routing", "split");

	json_t *db = json_pack("{s:{s:{s:s, s:s, s:s, s:s, s:s, s:s}}, s:o, s:{s:{s:s}}}",
			 "DEVICE_METADATA", "localhost", "hostname", sw->dev.name, "hwsku",
			 "Force10-S6000", "mac", sw->mac, "platform", "x86_64-kvm_x86_64-r0",
			 "type", "LeafRouter", "docker_routing_config_mode", mode, "PORT",
			 factory_ports(sw), "FEATURE", "bgp", "state", "enabled");

	if (db)
		sim_sonic_stock(db);
	return db;
}

static const struct sim_box_kind kind = {
	.validate = validate,
	.reload = reload,
	.persist = persist,
	.boot = boot,
	.command = command,
	.mtu = mtu,
	.tunnels = tunnels,
	.frr = "8.5.4-sonic",
	.seconds = 5,
};

/* Annotation sim/config names config_db.json; sim/routing is docker_routing_config_mode. */
static int start(struct sim_switch *sw, const json_t *resource, struct ms_err *err)
{
	MS_AUTO_FREE char *text = NULL,
			  *version = ms_asprintf(
				  "build_version: 'SONiC.%s'\ndebian_version: '12.5'\n"
				  "kernel_version: '6.1.0-22-2-amd64'\nasic_type: vs\n",
				  sw->version);
	MS_AUTO_FREE char *routing = ms_asprintf(
		"frr version 8.5.4-sonic\nfrr defaults traditional\nhostname %s\n"
		"log syslog informational\nservice integrated-vtysh-config\n",
		sw->dev.name);
	json_t *db = NULL;
	int r = sim_switch_config(resource, &text, err);

	if (!r)
		r = sim_box_start(sw, &kind, routing ? routing : "", err);
	if (!r && text)
		db = json_loads(text, 0, NULL);
	if (!r && text && !db)
		r = ms_fail(err, -EINVAL, MS_INPUT, "%s: its config_db.json is no JSON",
			    sw->dev.name);
	if (r)
		return r;
	if (!db)
		db = factory(sw);
	if (!db || !version || json_object_set_new(sw->state, "running", db))
		return ms_nomem(err);
	sim_box_write(sw, "/etc/sonic/sonic_version.yml", version);
	return persist(sw, NULL) ? ms_nomem(err) : 0;
}

/* {set: {TABLE: {KEY: {FIELD: TEXT or null} or null}}}: somebody changed CONFIG_DB by hand. */
static int pull(struct sim_switch *sw, const char *lever, const json_t *value)
{
	const char *table, *key, *name;
	json_t *rows, *row, *text, *now;

	if (strcmp(lever, "set"))
		return sim_box_pull(sw, lever, value);
	json_object_foreach((json_t *)value, table, rows)
		json_object_foreach(rows, key, row) {
			now = json_object_get(json_object_get(db_of(sw), table), key);
			if (json_is_null(row)) {
				json_object_del(json_object_get(db_of(sw), table), key);
				continue;
			}
			if (!json_object_get(db_of(sw), table))
				json_object_set_new(db_of(sw), table, json_object());
			if (!now && !json_object_set_new(json_object_get(db_of(sw), table), key,
							 json_object()))
				now = json_object_get(json_object_get(db_of(sw), table), key);
			json_object_foreach(row, name, text) {
				if (json_is_null(text))
					json_object_del(now, name);
				else
					json_object_set(now, name, text);
			}
		}
	sim_switch_changed(sw);
	return 0;
}

const struct sim_switch_platform sim_sonic = {
	.platform = "sonic",
	.vendor = "sonic",
	.model = "Force10-S6000",
	.version = "202405.1-0a1b2c3",
	.ssh = true,
	.prefix = "Ethernet",
	.part = "",
	.first = 0,
	.step = 4,
	.first_part = 0,
	.ports = 56,
	.speed = 100,
	.events = sim_box_events,
	.start = start,
	.free = sim_box_free,
	.exec = sim_box_exec,
	.enabled = enabled,
	.bgp = bgp,
	.inspect = sim_box_inspect,
	.pull = pull,
};
