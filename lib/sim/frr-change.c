/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A change of a simulated FRR box: stage, validate, commit with a timer that fires, confirm, roll
 * back. */
#include "sim/frr.h"

#define TIMER 100

static const char *change_file(const struct sim_switch *sw, const char *id, const char *name)
{
	char path[600];
	const char *text;

	snprintf(path, sizeof(path), "/var/lib/msctl/%s/%s", id, name);
	text = sim_frr_file(sw, path);
	return text ? text : "";
}

static void set_state(struct sim_switch *sw, const char *id, const char *state, double until)
{
	char path[600];
	MS_AUTO_FREE char *line = ms_asprintf("%s %s %.0f %s", id, state, until,
					      sim_frr_file(sw, "/proc/sys/kernel/random/boot_id"));

	snprintf(path, sizeof(path), "/var/lib/msctl/%s/state", id);
	if (line)
		sim_frr_write(sw, path, line);
}

static void finish(struct sim_switch *sw, const char *id, const char *word)
{
	char path[600];

	snprintf(path, sizeof(path), "/var/lib/msctl/%s", id);
	sim_frr_remove(sw, path);
	sim_frr_remove(sw, "/run/msctl.interfaces");
	snprintf(path, sizeof(path), "/var/lib/msctl/%s.done", id);
	sim_frr_write(sw, path, word);
	json_object_del(sw->state, "change");
	sim_event_drop(&sw->dev, TIMER);
	sim_switch_changed(sw);
}

static int fail(struct sim_frr_shell *shell, const char *fmt, const char *what)
{
	ms_buf_printf(&shell->exec->errors, fmt, what);
	shell->status = 1;
	return 1;
}

/* ---- what FRR and ifupdown2 refuse ---- */

/* Words that begin a line of FRR's configuration: the daemon would say "% Unknown command" to
 * others. */
static bool known(const char *line)
{
	static const char *const words[] = {
		"!",
		"frr",
		"hostname",
		"log",
		"ip",
		"ipv6",
		"no",
		"service",
		"vrf",
		"vni",
		"exit",
		"exit-vrf",
		"exit-vni",
		"exit-address-family",
		"interface",
		"router",
		"bgp",
		"timers",
		"neighbor",
		"address-family",
		"network",
		"redistribute",
		"advertise",
		"advertise-all-vni",
		"rd",
		"route-target",
		"ospf",
		"evpn",
		"end",
		"route-map",
		"match",
		"set",
		"line",
		"banner",
		"import",
		"description",
		"maximum-paths",
		"passive-interface",
	};
	size_t len = strcspn(line, " \n");

	for (size_t i = 0; i < MS_ARRAY_SIZE(words); i++)
		if (len == strlen(words[i]) && !strncmp(line, words[i], len))
			return true;
	return !len;
}

static int check_grammar(struct sim_frr_shell *shell, const char *text)
{
	unsigned number = 1;

	for (; *text; number++) {
		const char *line = text + strspn(text, " ");
		size_t len = strcspn(text, "\n");

		if (!known(line)) {
			ms_buf_printf(&shell->exec->errors, "line %u: %% Unknown command: %.*s\n",
				      number, (int)strcspn(line, "\n"), line);
			shell->status = 2;
			return 2;
		}
		text += len + (text[len] == '\n');
	}
	return 0;
}

/* A port that the box does not have. */
static int check_devices(struct sim_frr_shell *shell, const char *text)
{
	const struct sim_switch *sw = shell->exec->sw;
	char name[64], port[64];

	for (; (text = strstr(text, "iface ")); text++) {
		if (sscanf(text, "iface %63s", name) != 1 ||
		    !sim_port_abstract(sw, name, port, sizeof(port)) ||
		    strtoul(port, NULL, 10) <= sw->platform->ports)
			continue;
		return fail(shell, "error: %s: device does not exist\n", name);
	}
	return 0;
}

/* ---- verbs ---- */

static void commit(struct sim_frr_shell *shell, const char *id, double seconds)
{
	struct sim_switch *sw = shell->exec->sw;
	double now = 86400 + (double)sim_clock(sw->dev.sim) / 1000;

	if (json_object_get(sw->state, "change"))
		return;
	json_object_set_new(sw->state, "change",
			    json_pack("{s:s,s:s,s:s}", "id", id, "running", sim_frr_running(sw),
				      "interfaces", sim_frr_interfaces(sw)));
	set_state(sw, id, "committed", now + seconds);
	sim_event_add(&sw->dev, seconds, "frr-commit-timer", json_string(id));
	shell->exec->delay = 4;
	json_object_set_new(sw->state, "interfaces",
			    json_string(change_file(sw, id, "new.interfaces")));
	sim_frr_write(sw, "/run/msctl.interfaces", sim_frr_interfaces(sw));
	if (!check_devices(shell, sim_frr_interfaces(sw)))
		json_object_set_new(sw->state, "running",
				    json_string(change_file(sw, id, "new.frr.conf")));
	sim_switch_changed(sw);
}

static void go_back(struct sim_switch *sw, const char *id)
{
	json_t *change = json_object_get(sw->state, "change");

	json_object_set(sw->state, "running", json_object_get(change, "running"));
	json_object_set(sw->state, "interfaces", json_object_get(change, "interfaces"));
	finish(sw, id, "rolled back\n");
}

static void timer(struct sim_device *dev, const json_t *arg)
{
	struct sim_switch *sw = sim_switch_of(dev);

	if (json_object_get(sw->state, "change"))
		go_back(sw, json_string_value(arg));
}

const struct sim_event_kind sim_frr_events[] = {
	{ "frr-commit-timer", TIMER, timer },
	{ NULL, 0, NULL },
};

static void confirm(struct sim_switch *sw, const char *id)
{
	sim_frr_write(sw, "/etc/network/interfaces", sim_frr_interfaces(sw));
	sim_frr_write(sw, "/etc/frr/frr.conf", sim_frr_running(sw));
	finish(sw, id, "confirmed\n");
}

static bool is_active(const struct sim_switch *sw, const char *id)
{
	return ms_streq(ms_str(sw->state, "/change/id", NULL), id);
}

static void drop(struct sim_switch *sw, const char *id)
{
	char path[600];

	snprintf(path, sizeof(path), "/var/lib/msctl/%s", id);
	sim_frr_remove(sw, path);
}

void sim_frr_change(struct sim_frr_shell *shell, const char *id, const char *verb, const char *arg)
{
	struct sim_switch *sw = shell->exec->sw;
	char done[600];

	snprintf(done, sizeof(done), "/var/lib/msctl/%s.done", id);
	if (!strcmp(verb, "stage")) {
		sim_frr_remove(sw, done);
		set_state(sw, id, "staged", 0);
	} else if (!strcmp(verb, "validate")) {
		shell->exec->delay = 2;
		check_grammar(shell, change_file(sw, id, "new.frr.conf"));
	} else if (!strcmp(verb, "commit")) {
		commit(shell, id, strtod(arg, NULL));
	} else if (!strcmp(verb, "confirm")) {
		if (is_active(sw, id))
			confirm(sw, id);
		else
			fail(shell, "there is no change %s\n", id);
	} else if (!strcmp(verb, "rollback") && is_active(sw, id)) {
		shell->exec->delay = 4;
		go_back(sw, id);
	} else if (!strcmp(verb, "abandon") && is_active(sw, id)) {
		fail(shell, "change %s is active: roll it back\n", id);
	} else if (!strcmp(verb, "rollback") || !strcmp(verb, "abandon")) {
		drop(sw, id);
	} else {
		fail(shell, "usage: sh change %s\n",
		     "stage|validate|commit SECONDS|confirm|rollback|abandon");
	}
}
