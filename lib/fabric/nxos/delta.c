/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How lines of NX-OS go away. */
#include <errno.h>
#include "fabric/nxos/nxos.h"

/* Features take everything of them along, also what is not ours. */
static bool stays(const char *line)
{
	return ms_starts(line, "feature ") || !strcmp(line, "nv overlay evpn") ||
	       ms_starts(line, "hostname ") || !strcmp(line, "no shutdown") ||
	       !strcmp(line, "switchport") || !strcmp(line, "interface loopback0");
}

/* Beginnings of lines whose "no" form takes no value. */
static const char *const plain[] = {
	"description",
	"mtu",
	"speed",
	"switchport access vlan",
	"switchport mode",
	"switchport trunk allowed vlan",
	"switchport trunk native vlan",
	"channel-group",
	"vn-segment",
	"name",
	"update-source",
	"ebgp-multihop",
	"allowas-in",
	"role priority",
	"system-mac",
	"maximum-paths",
	"source-interface",
	"fabric forwarding anycast-gateway-mac",
	"priority-flow-control watch-dog interval",
	"priority-flow-control watch-dog shutdown-multiplier",
	"priority-flow-control auto-restore multiplier",
	NULL,
};

static bool negate(const char *block, const char *line, char *buf, size_t size)
{
	(void)block;
	*buf = 0;
	return stays(line) || cli_negate(plain, line, buf, size);
}

static const char *const slots[] = { "hostname",
				     "description",
				     "mtu",
				     "speed",
				     "switchport access vlan",
				     "switchport mode",
				     "switchport trunk allowed vlan",
				     "switchport trunk native vlan",
				     "vrf member",
				     "name",
				     "router-id",
				     "remote-as",
				     "update-source",
				     "ebgp-multihop",
				     "role priority",
				     "system-mac",
				     "peer-keepalive",
				     "fabric forwarding anycast-gateway-mac",
				     "maximum-paths",
				     "priority-flow-control watch-dog interval",
				     "priority-flow-control watch-dog shutdown-multiplier",
				     "priority-flow-control auto-restore multiplier",
				     "set qos-group",
				     "pause buffer-size",
				     "priority-flow-control mode",
				     NULL };

/* ---- a port that is broken out in another way begins anew ---- */

#define BREAKOUT "interface breakout module "

/* "interface breakout module 1 port 2 map ..." -> "interface Ethernet1/2". */
static bool port_of(const char *line, char *buf, size_t size)
{
	unsigned module, port;

	if (sscanf(line, BREAKOUT "%u port %u", &module, &port) != 2)
		return false;
	snprintf(buf, size, "interface Ethernet%u/%u", module, port);
	return true;
}

static bool has_line(const char *text, const char *line, size_t len)
{
	for (; text && *text; text = strchr(text, '\n'), text += text != NULL)
		if (!strncmp(text, line, len) && (text[len] == '\n' || !text[len]))
			return true;
	return false;
}

/* Ports of lines that are in one of the two only. */
static int changed_ports(const char *in, const char *but_not_in, json_t *ports)
{
	char name[96];

	for (; in && *in; in = strchr(in, '\n'), in += in != NULL)
		if (port_of(in, name, sizeof(name)) &&
		    !has_line(but_not_in, in, strcspn(in, "\n")) &&
		    json_object_set_new(ports, name, json_true()))
			return -ENOMEM;
	return 0;
}

/* Is it the header of such a port, or of one of its parts? */
static bool is_changed(const char *line, const json_t *ports)
{
	char name[96];
	char *slash;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(line, "\n"), line);
	if (json_object_get(ports, name))
		return true;
	slash = strrchr(name, '/');
	if (!slash)
		return false;
	*slash = 0;
	return json_object_get(ports, name) != NULL;
}

/* Policies that a port lets go before it is gone: no policy goes while a port has it. */
static void put_freed(struct ms_buf *out, const char *header, const char *line)
{
	if (ms_starts(line, "  service-policy "))
		ms_buf_printf(out, "%.*s\n no %.*s\n exit\n", (int)strcspn(header, "\n"), header,
			      (int)strcspn(line, "\n") - 2, line + 2);
}

static int without_changed(const char *text, const json_t *ports, json_t **ret_now,
			   struct ms_buf *freed)
{
	MS_AUTO_BUF struct ms_buf out = { 0 };
	const char *header = text;
	bool skips = false;

	while (*text) {
		size_t len = strcspn(text, "\n") + 1;

		if (*text != ' ') {
			header = text;
			skips = is_changed(text, ports);
		}
		if (skips)
			put_freed(freed, header, text);
		else
			ms_buf_add(&out, text, text[len - 1] ? len : len - 1);
		text += text[len - 1] ? len : len - 1;
	}
	*ret_now = json_string(out.data ? out.data : "");
	return *ret_now && !out.failed ? 0 : -ENOMEM;
}

/* What features there are is not in models: before anything is changed, all that the target needs
 * are turned on. */
static int with_features(const char *target, const struct ms_buf *freed, json_t **delta)
{
	MS_AUTO_BUF struct ms_buf out = { 0 };
	json_t *value;

	for (; *target; target += strcspn(target, "\n"), target += *target != 0)
		if (ms_starts(target, "feature ") || ms_starts(target, "nv overlay evpn"))
			ms_buf_printf(&out, "%.*s\n", (int)strcspn(target, "\n"), target);
	ms_buf_puts(&out, freed->data ? freed->data : "");
	ms_buf_puts(&out, json_string_value(*delta));
	value = json_string(out.data);
	if (!value || out.failed)
		return -ENOMEM;
	json_decref(*delta);
	*delta = value;
	return 0;
}

int nxos_delta(const struct fabric_dialect *dialect, const json_t *now, const json_t *target,
	       json_t **ret_delta, struct ms_err *err)
{
	static const struct cli_delta how = { .negate = negate,
					      .slots = slots,
					      .vrf = "vrf member",
					      .vrf_takes_all = true,
					      .layer_resets_shutdown = true };
	const char *old = json_string_value(now) ? json_string_value(now) : "";
	const char *new = json_string_value(target) ? json_string_value(target) : "";
	json_auto_t *ports = json_object(), *kept = NULL;
	MS_AUTO_BUF struct ms_buf freed = { 0 };
	json_t *delta = NULL;
	int r;

	(void)dialect;
	if (!ports || changed_ports(old, new, ports) || changed_ports(new, old, ports) ||
	    without_changed(old, ports, &kept, &freed) || freed.failed)
		return ms_nomem(err);
	r = cli_delta(&how, kept, target, &delta, err);
	if (!r && *json_string_value(delta) && with_features(new, &freed, &delta))
		r = ms_nomem(err);
	if (r)
		json_decref(delta);
	else
		*ret_delta = delta;
	return r;
}
