/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A simulated Linux with FRR and ifupdown2: `running` is what ifreload made active.  Of the script
 * that a change brings along only the verbs are played: what it does on a real system no simulator
 * can prove, tests/lab does.
 */
#include "sim/box/box.h"

#define INTERFACES "/etc/network/interfaces"
#define FRR_CONF "/etc/frr/frr.conf"
/* Where the script says what runs while a change waits. */
#define ACTIVE "/run/msctl.interfaces"
/* Lines of dcb, tc and ethtool, run as the box starts. */
#define QOS "/etc/network/msctl-qos"

static const char *interfaces(const struct sim_switch *sw)
{
	return ms_str(sw->state, "/running", "");
}

/* ---- stanzas ---- */

struct attribute { char iface[64], name[64], value[256]; };

/* The next line that says something of an interface, its "iface" line among them. */
static bool next_attribute(const char **text, struct attribute *at)
{
	while (**text) {
		const char *line = *text + strspn(*text, " \t");
		bool inside = line > *text;
		int used = 0;

		*text += strcspn(*text, "\n");
		*text += **text == '\n';
		if (sscanf(line, "%63s%n", at->name, &used) != 1 || line + used > *text)
			continue;
		line += used + strspn(line + used, " \t");
		snprintf(at->value, sizeof(at->value), "%.*s", (int)strcspn(line, "\n"), line);
		if (!inside && !strcmp(at->name, "iface"))
			sscanf(at->value, "%63s", at->iface);
		else if (!inside)
			*at->iface = 0;
		if (*at->iface)
			return true;
	}
	return false;
}

static bool attribute(const struct sim_switch *sw, const char *iface, const char *name,
		      char value[256])
{
	const char *text = interfaces(sw);
	struct attribute at = { 0 };

	while (next_attribute(&text, &at))
		if (!strcmp(at.iface, iface) && !strcmp(at.name, name)) {
			snprintf(value, 256, "%s", at.value);
			return true;
		}
	return false;
}

/* A port that the box does not have. */
static int check_devices(const struct sim_switch *sw, struct ms_buf *errors)
{
	const char *text = interfaces(sw);
	struct attribute at = { 0 };
	char port[64];

	while (next_attribute(&text, &at)) {
		if (!sim_port_abstract(sw, at.iface, port, sizeof(port)) ||
		    strtoul(port, NULL, 10) <= sw->platform->ports)
			continue;
		ms_buf_printf(errors, "error: %s: device does not exist\n", at.iface);
		return -ENODEV;
	}
	return 0;
}

/* ---- a change ---- */

/* FRR shows its version by itself, whatever the file says. */
static char *with_version(const struct sim_switch *sw, const char *text)
{
	return ms_asprintf("%s\nfrr version %s\nfrr defaults traditional\n", text, sw->version);
}

/* frr-reload.py makes what runs what the file says. */
static int load_routing(struct sim_switch *sw, const char *text, struct ms_buf *errors)
{
	MS_AUTO_FREE char *whole = with_version(sw, text);
	json_t *tree = json_object();
	unsigned bad = sim_vty_enter(tree, whole ? whole : "", errors);

	return json_object_set_new(sw->state, "routing", tree) || bad ? -EINVAL : 0;
}

static int validate(struct sim_switch *sw, const json_t *files, struct ms_buf *errors)
{
	json_auto_t *tree = json_object();

	if (sim_qos_check(sw, ms_str(files, "/new.qos", ""), errors))
		return -EOPNOTSUPP;
	return sim_vty_enter(tree, ms_str(files, "/new.frr.conf", ""), errors) ? -EINVAL : 0;
}

static int reload(struct sim_switch *sw, const json_t *files, struct ms_buf *errors)
{
	const json_t *text = json_object_get(files, "new.interfaces");
	int r;

	if (!json_is_string(text))
		return -ENOENT;
	json_object_set(sw->state, "running", (json_t *)text);
	sim_box_write(sw, ACTIVE, interfaces(sw));
	r = check_devices(sw, errors);
	r = r ? r : sim_qos_play(sw, ms_str(files, "/new.qos", ""), true, errors);
	return r ? r : load_routing(sw, ms_str(files, "/new.frr.conf", ""), errors);
}

/* Back line by line; a line that undoes what never was done fails, and that is well. */
static int restore(struct sim_switch *sw, const json_t *files, const json_t *kept)
{
	MS_AUTO_BUF struct ms_buf errors = { 0 };

	sim_qos_play(sw, ms_str(files, "/old.qos", ""), false, &errors);
	return json_object_update(sw->state, (json_t *)kept);
}

static void over(struct sim_switch *sw)
{
	sim_box_remove(sw, ACTIVE);
}

static int persist(struct sim_switch *sw, const json_t *files)
{
	const char *qos = ms_str(files, "/boot.qos", "");
	MS_AUTO_BUF struct ms_buf routing = { 0 };

	sim_vty_show(json_object_get(sw->state, "routing"), &routing);
	sim_box_write(sw, INTERFACES, interfaces(sw));
	sim_box_write(sw, FRR_CONF, routing.data ? routing.data : "");
	if (*qos)
		sim_box_write(sw, QOS, qos);
	else
		sim_box_remove(sw, QOS);
	return routing.failed ? -ENOMEM : 0;
}

static int boot(struct sim_switch *sw)
{
	MS_AUTO_FREE char *text = sim_box_read(sw, INTERFACES),
			  *routing = sim_box_read(sw, FRR_CONF), *qos = sim_box_read(sw, QOS);
	MS_AUTO_BUF struct ms_buf errors = { 0 };

	sim_box_remove(sw, ACTIVE);
	json_object_set_new(sw->state, "running", json_string(text ? text : ""));
	json_object_set_new(sw->state, "qos", json_object());
	sim_qos_play(sw, qos ? qos : "", false, &errors);
	return load_routing(sw, routing ? routing : "", &errors);
}

/* ---- what it means ---- */

static int64_t mtu(struct sim_switch *sw, const char *native)
{
	char value[256];

	return attribute(sw, native, "mtu", value) ? strtoll(value, NULL, 10) : 1500;
}

static json_t *tunnels(struct sim_switch *sw)
{
	const char *text = interfaces(sw);
	json_t *vnis = json_array();
	struct attribute at = { 0 };
	char source[256];

	while (next_attribute(&text, &at))
		if (!strcmp(at.name, "vxlan-id"))
			json_array_append_new(vnis, json_integer(strtoll(at.value, NULL, 10)));
	return json_pack("{s:s*, s:o}", "address",
			 attribute(sw, "lo", "vxlan-local-tunnelip", source) ? source : NULL,
			 "vnis", vnis);
}

static bool enabled(struct sim_switch *sw, const char *port)
{
	char name[64], value[256];

	return sim_port_native(sw, port, name, sizeof(name)) &&
	       attribute(sw, name, "iface", value) &&
	       !(attribute(sw, name, "link-down", value) && !strcmp(value, "yes"));
}

static json_t *bgp(struct sim_switch *sw)
{
	const char *text = interfaces(sw);
	json_t *addresses = json_object();
	struct attribute at = { 0 };
	char port[64];

	while (next_attribute(&text, &at)) {
		bool is_port = sim_port_abstract(sw, at.iface, port, sizeof(port));

		if (strcmp(at.name, "address") || (!is_port && strcmp(at.iface, "lo")))
			continue;
		at.value[strcspn(at.value, "/")] = 0;
		json_object_set_new(addresses, at.value, json_string(is_port ? port : ""));
	}
	return sim_vty_bgp(sw, addresses);
}

/* ---- life ---- */

static const struct sim_box_kind kind = {
	.validate = validate,
	.reload = reload,
	.restore = restore,
	.over = over,
	.persist = persist,
	.boot = boot,
	.command = sim_qos_command,
	.mtu = mtu,
	.tunnels = tunnels,
	.seconds = 4,
};

/* Annotation sim/config names frr.conf. */
static int start(struct sim_switch *sw, const json_t *resource, struct ms_err *err)
{
	MS_AUTO_FREE char *config = NULL, *routing = NULL,
			  *factory = ms_asprintf("hostname %s\nservice integrated-vtysh-config\n",
						 sw->dev.name);
	int r = sim_switch_config(resource, &config, err);

	if (!r && factory)
		routing = with_version(sw, config ? config : factory);
	if (!r)
		r = routing ? sim_box_start(sw, &kind, routing, err) : ms_nomem(err);
	if (r)
		return r;
	if (json_object_set_new(sw->state, "running",
				json_string("auto lo\niface lo inet loopback\n\n"
					    "auto eth0\niface eth0 inet dhcp\n")))
		return ms_nomem(err);
	return persist(sw, NULL) ? ms_nomem(err) : 0;
}

const struct sim_switch_platform sim_frr = {
	.platform = "frr",
	.vendor = "frr",
	.model = "Simulated Linux switch",
	.version = "8.4.4",
	.ssh = true,
	.prefix = "swp", .part = "s", .first = 1, .step = 1, .first_part = 0,
	.ports = 64,
	.speed = 100,
	.events = sim_box_events,
	.start = start,
	.free = sim_box_free,
	.exec = sim_box_exec,
	.enabled = enabled,
	.bgp = bgp,
	.inspect = sim_box_inspect,
	.pull = sim_box_pull,
};
