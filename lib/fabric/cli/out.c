/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing configuration line by line. */
#include <errno.h>
#include "fabric/cli/cli.h"

void cli_put(struct cli_out *out, unsigned depth, const char *fmt, ...)
{
	char line[1024];
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	if (n < 0 || n >= (int)sizeof(line) || strpbrk(line, "\r\n")) {
		cli_refuse(out, "", "a line of configuration that no device takes: \"%.60s\"",
			   line);
		return;
	}
	ms_buf_printf(&out->buf, "%*s%s\n", (int)(depth * (out->indent ? out->indent : 3)), "",
		      line);
}

void cli_remark(struct cli_out *out)
{
	ms_buf_puts(&out->buf, "!\n");
}

void cli_refuse(struct cli_out *out, const char *path, const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (out->failed)
		return;
	out->failed = ms_fail(out->err, -EOPNOTSUPP, MS_UNSUPPORTED, "%s: %s",
			      out->dialect->driver->platform, text);
	ms_err_at(out->err, out->dialect->sw ? ms_name(out->dialect->sw) : "", path);
}

const char *cli_port(struct cli_out *out, const char *port, char buf[static 64])
{
	if (fabric_port_native(out->dialect, port, buf, 64)) {
		cli_refuse(out, "/ports", "no port is called \"%.40s\"", port);
		*buf = 0;
	}
	return buf;
}

int cli_out_finish(struct cli_out *out, json_t **ret_native)
{
	MS_AUTO_FREE char *text = ms_buf_steal(&out->buf);
	json_t *native = text ? json_string(text) : NULL;

	ms_buf_release(&out->buf);
	if (out->failed || !native) {
		json_decref(native);
		return out->failed ? out->failed : ms_nomem(out->err);
	}
	*ret_native = native;
	return 0;
}

/* ---- lines that are the same everywhere ---- */

void cli_put_addresses(struct cli_out *out, const json_t *addresses, const char *kind)
{
	const char *more = "";
	json_t *value;
	size_t i;

	json_array_foreach(addresses, i, value) {
		const char *cidr = json_string_value(value);

		if (!cidr || cli_is_ipv6(cidr))
			continue;
		cli_put(out, 1, "ip address %s%s%s", kind, cidr, more);
		more = " secondary";
	}
	json_array_foreach(addresses, i, value)
		if (cli_is_ipv6(json_string_value(value)))
			cli_put(out, 1, "ipv6 address %s%s", kind, json_string_value(value));
}

void cli_put_allowed(struct cli_out *out, const json_t *l2, int64_t also)
{
	int64_t native = ms_int(l2, "/native", 0);
	json_auto_t *allowed = json_array(), *set = NULL;
	MS_AUTO_BUF struct ms_buf list = { 0 };

	json_array_extend(allowed, json_object_get(l2, "tagged"));
	if (native)
		json_array_append_new(allowed, json_integer(native));
	if (also)
		json_array_append_new(allowed, json_integer(also));
	set = cli_set(allowed);
	cli_ranges_put(&list, set);
	cli_put(out, 1, "switchport trunk allowed vlan %s", list.len ? list.data : "none");
}

void cli_put_networks(struct cli_out *out, bool ipv6, bool both)
{
	const char *shared = ms_str(out->model, "/vxlan/shared", NULL),
		   *source = ms_str(out->model, "/vxlan/source", NULL);
	char own[CLI_WORD] = "";
	json_t *value;
	size_t i;

	json_array_foreach(ms_at(out->model, "/loopback/addresses"), i, value)
		if (json_is_string(value) && cli_is_ipv6(json_string_value(value)) == ipv6)
			cli_put(out, 2, "network %s", json_string_value(value));
	cli_first_ipv4(ms_at(out->model, "/loopback/addresses"), own);
	if (!ipv6 && (both || !shared) && source && strcmp(source, own))
		cli_put(out, 2, "network %s/32", source);
	if (!ipv6 && shared)
		cli_put(out, 2, "network %s/32", shared);
}

void cli_each_port(struct cli_out *out, cli_port_fn *fn)
{
	const json_t *ports = json_object_get(out->model, "ports");
	json_auto_t *members = cli_members(out->model), *all = json_object();
	MS_AUTO_FREE const char **names = NULL;

	json_object_update(all, (json_t *)ports);
	json_object_update_missing(all, members);
	names = cli_keys(all);
	for (size_t i = 0; names && names[i]; i++)
		fn(out, names[i], json_object_get(ports, names[i]),
		   json_string_value(json_object_get(members, names[i])));
}

/* ---- what models say ---- */

bool cli_has_family(const json_t *neighbor, const char *family)
{
	return fabric_has_text(json_object_get(neighbor, "families"), family);
}

bool cli_uses_family(const json_t *model, const char *family)
{
	const char *key;
	json_t *neighbor;

	json_object_foreach(ms_at(model, "/bgp/neighbors"), key, neighbor)
		if (cli_has_family(neighbor, family))
			return true;
	return false;
}

bool cli_is_transit(const json_t *model)
{
	return !json_object_get(model, "vxlan") && cli_uses_family(model, "evpn");
}

json_t *cli_members(const json_t *model)
{
	json_t *members = json_object(), *channel, *port;
	const char *name;
	size_t i;

	json_object_foreach(json_object_get(model, "channels"), name, channel)
		json_array_foreach(json_object_get(channel, "members"), i, port)
			if (json_is_string(port) &&
			    json_object_set_new(members, json_string_value(port),
						json_string(name))) {
				json_decref(members);
				return NULL;
			}
	return members;
}

const char *cli_channel_of(const json_t *model, const char *port)
{
	json_t *channel, *member;
	const char *name;
	size_t i;

	json_object_foreach(json_object_get(model, "channels"), name, channel)
		json_array_foreach(json_object_get(channel, "members"), i, member)
			if (ms_streq(json_string_value(member), port))
				return name;
	return NULL;
}

static int normal_interface(json_t *row, int64_t hidden_mtu)
{
	if (ms_int(row, "/mtu", -1) == hidden_mtu)
		json_object_del(row, "mtu");
	if (json_object_get(row, "enabled"))
		return 0;
	return json_object_set_new(row, "enabled", json_true());
}

/* A port of which nothing is said but that it is up: as every port is that nobody configured. */
static bool says_nothing(const json_t *row, bool member)
{
	const json_t *l2 = json_object_get(row, "l2");
	size_t known = 1 + (l2 != NULL);

	if (!ms_bool(row, "/enabled", false) || json_object_size(row) != known)
		return false;
	return member || (l2 && json_object_size(l2) == 1 && ms_int(l2, "/access", 0) == 1);
}

static int normal_ports(json_t *model, int64_t hidden_mtu)
{
	json_auto_t *members = cli_members(model);
	json_t *ports = json_object_get(model, "ports"), *row;
	const char *name;
	void *next;
	int r = members ? 0 : -ENOMEM;

	json_object_foreach_safe(ports, next, name, row) {
		bool member = json_object_get(members, name) != NULL;

		if (json_object_get(row, "breakout"))
			continue;
		r |= normal_interface(row, hidden_mtu);
		if (says_nothing(row, member))
			json_object_del(ports, name);
	}
	if (ports && !json_object_size(ports))
		json_object_del(model, "ports");
	return r;
}

/* Sessions say their families; addresses of routed VLANs whether they are shared. */
static int normal_rows(json_t *model, int64_t hidden_mtu)
{
	json_t *row;
	const char *name;
	int r = 0;

	json_object_foreach(json_object_get(model, "channels"), name, row)
		r |= normal_interface(row, hidden_mtu);
	json_object_foreach(json_object_get(model, "svis"), name, row) {
		if (ms_int(row, "/mtu", -1) == hidden_mtu)
			json_object_del(row, "mtu");
		if (!json_array_size(json_object_get(row, "addresses")))
			r |= json_object_set_new(row, "addresses", json_array()) |
			     json_object_set_new(row, "anycast", json_false());
		else if (!json_object_get(row, "anycast"))
			r |= json_object_set_new(row, "anycast", json_false());
	}
	json_object_foreach(ms_at(model, "/bgp/neighbors"), name, row)
		if (!json_object_get(row, "families"))
			r |= json_object_set_new(row, "families", json_array());
	return r;
}

int cli_normal(json_t *model, int64_t hidden_mtu, struct ms_err *err)
{
	return normal_ports(model, hidden_mtu) | normal_rows(model, hidden_mtu) ? ms_nomem(err) : 0;
}
