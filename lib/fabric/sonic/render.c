/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A model as tables of CONFIG_DB: everything that is not an interface. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include "fabric/sonic/sonic.h"

json_t *sonic_row(struct sonic_out *out, const char *table, const char *fmt, ...)
{
	json_t *rows = json_object_get(out->tables, table), *row;
	char key[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(key, sizeof key, fmt, ap);
	va_end(ap);
	if (!rows) {
		rows = json_object();
		out->failed |= json_object_set_new(out->tables, table, rows) != 0;
	}
	row = json_object_get(rows, key);
	if (row)
		return row;
	row = json_object();
	if (!json_object_set_new(rows, key, row)) /* takes it also when it fails */
		return row;
	out->failed = true;
	return NULL;
}

void sonic_set(struct sonic_out *out, json_t *row, const char *field, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	out->failed |= json_object_set_new(row, field, json_string(text)) != 0;
}

const char *sonic_vrf(const char *name, char *buf, size_t size)
{
	bool own = ms_starts(name, "Vrf") && name[3] != '_';

	snprintf(buf, size, "%s%s", own ? "" : "Vrf_", name);
	return buf;
}

int sonic_port(const struct sonic_out *out, const char *port, char *buf, size_t size,
	       struct ms_err *err)
{
	int r = fabric_port_native(out->dialect, port, buf, size);

	return r ? ms_fail(err, r, MS_INPUT, "no port \"%s\" on %s", port,
			   ms_name(out->dialect->sw))
		 : 0;
}

/* ---- bridging ---- */

static void map_vni(struct sonic_out *out, const char *vid, int64_t vni)
{
	json_t *row = sonic_row(out, "VXLAN_TUNNEL_MAP", "vtep|map_%lld_Vlan%s", (long long)vni,
				vid);

	sonic_set(out, row, "vlan", "Vlan%s", vid);
	sonic_set(out, row, "vni", "%lld", (long long)vni);
}

static void add_vlan(struct sonic_out *out, const char *vid, const json_t *vlan)
{
	json_t *row = sonic_row(out, "VLAN", "Vlan%s", vid);
	const char *name = ms_str(vlan, "/name", NULL);
	int64_t vni = ms_int(vlan, "/vni", 0);

	sonic_set(out, row, "vlanid", "%s", vid);
	if (name)
		sonic_set(out, row, "description", "%s", name);
	if (vni)
		map_vni(out, vid, vni);
}

static void add_vrf(struct sonic_out *out, const char *name, const json_t *vrf)
{
	int64_t vni = ms_int(vrf, "/l3vni", 0), vlan = ms_int(vrf, "/l3vlan", 0);
	char native[64], vid[16];
	json_t *row = sonic_row(out, "VRF", "%s", sonic_vrf(name, native, sizeof native));

	if (vni)
		sonic_set(out, row, "vni", "%lld", (long long)vni);
	if (!vlan)
		return;
	/* The VLAN that carries the VNI: its VRF is the one of its routed interface. */
	snprintf(vid, sizeof vid, "%lld", (long long)vlan);
	row = sonic_row(out, "VLAN", "Vlan%s", vid);
	sonic_set(out, row, "vlanid", "%s", vid);
	if (vni)
		map_vni(out, vid, vni);
	sonic_set(out, sonic_row(out, "VLAN_INTERFACE", "Vlan%s", vid), "vrf_name", "%s", native);
}

static void add_tunnel(struct sonic_out *out)
{
	const json_t *vxlan = json_object_get(out->model, "vxlan");
	const char *source = ms_str(vxlan, "/source", NULL),
		   *shared = ms_str(vxlan, "/shared", NULL);

	if (!source)
		return;
	/* A pair has one end point: both have the shared address, on a loopback of its own. */
	if (shared) {
		sonic_row(out, "LOOPBACK_INTERFACE", "Loopback1");
		sonic_row(out, "LOOPBACK_INTERFACE", "Loopback1|%s/%d", shared,
			  strchr(shared, ':') ? 128 : 32);
	}
	sonic_set(out, sonic_row(out, "VXLAN_TUNNEL", "vtep"), "src_ip", "%s",
		  shared ? shared : source);
	sonic_set(out, sonic_row(out, "VXLAN_EVPN_NVO", "nvo"), "source_vtep", "vtep");
}

/* ICCP runs over a routed interface of a VLAN of its own on the link: the other half of a /31 is
 * ours. */
static bool add_own_half(struct sonic_out *out, const char *peer, const char *link, char own[64])
{
	struct in_addr address;

	if (!peer || !link || inet_pton(AF_INET, peer, &address) != 1)
		return false;
	address.s_addr ^= htonl(1);
	inet_ntop(AF_INET, &address, own, 64);
	sonic_set(out, sonic_row(out, "VLAN", "Vlan" SONIC_PAIR_VLAN), "vlanid", SONIC_PAIR_VLAN);
	sonic_set(out, sonic_row(out, "VLAN_MEMBER", "Vlan" SONIC_PAIR_VLAN "|PortChannel%s", link),
		  "tagging_mode", "tagged");
	sonic_row(out, "VLAN_INTERFACE", "Vlan" SONIC_PAIR_VLAN);
	sonic_row(out, "VLAN_INTERFACE", "Vlan" SONIC_PAIR_VLAN "|%s/31", own);
	return true;
}

static void add_pair(struct sonic_out *out)
{
	const json_t *mlag = json_object_get(out->model, "mlag"), *channel;
	const char *name;
	char own[64];
	json_t *row;

	if (!mlag)
		return;
	row = sonic_row(out, "MCLAG_DOMAIN", "%lld", (long long)ms_int(mlag, "/domain", 1));
	if (add_own_half(out, ms_str(mlag, "/peer", NULL), ms_str(mlag, "/link", NULL), own))
		sonic_set(out, row, "source_ip", "%s", own);
	if (ms_str(mlag, "/peer", NULL))
		sonic_set(out, row, "peer_ip", "%s", ms_str(mlag, "/peer", ""));
	if (ms_str(mlag, "/link", NULL))
		sonic_set(out, row, "peer_link", "PortChannel%s", ms_str(mlag, "/link", ""));
	json_object_foreach(json_object_get(out->model, "channels"), name, channel)
		if (json_object_get(channel, "mlag"))
			sonic_set(out,
				  sonic_row(out, "MCLAG_INTERFACE", "%lld|PortChannel%s",
					    (long long)ms_int(mlag, "/domain", 1), name),
				  "if_type", "PortChannel");
}

static int render_tables(struct sonic_out *out, struct ms_err *err)
{
	const char *key, *mac = ms_str(out->model, "/evpn/gatewayMac", NULL);
	json_t *value;
	size_t i;

	if (ms_str(out->model, "/hostname", NULL))
		sonic_set(out, sonic_row(out, "DEVICE_METADATA", "localhost"), "hostname", "%s",
			  ms_str(out->model, "/hostname", ""));
	if (ms_at(out->model, "/loopback/addresses"))
		sonic_row(out, "LOOPBACK_INTERFACE", "Loopback0");
	json_array_foreach(ms_at(out->model, "/loopback/addresses"), i, value)
		sonic_row(out, "LOOPBACK_INTERFACE", "Loopback0|%s", json_string_value(value));
	json_object_foreach(json_object_get(out->model, "vlans"), key, value)
		add_vlan(out, key, value);
	json_object_foreach(json_object_get(out->model, "vrfs"), key, value)
		add_vrf(out, key, value);
	if (mac)
		sonic_set(out, sonic_row(out, "SAG", "GLOBAL"), "gateway_mac", "%s", mac);
	add_tunnel(out);
	add_pair(out);
	sonic_render_qos(out);
	return sonic_render_interfaces(out, err);
}

int sonic_render(const struct fabric_dialect *dialect, const json_t *model, json_t **ret_native,
		 struct ms_err *err)
{
	struct sonic_out out = { .dialect = dialect, .model = model, .tables = json_object() };
	json_t *routing = NULL;
	int r = out.tables ? render_tables(&out, err) : ms_nomem(err);

	if (!r && out.failed)
		r = ms_nomem(err);
	if (!r)
		r = sonic_render_routing(dialect, model, &routing, err);
	if (!r) {
		*ret_native = json_pack("{s:o,s:O}", "config_db", fabric_sorted(out.tables),
					"frr.conf", routing);
		r = *ret_native ? 0 : ms_nomem(err);
	}
	json_decref(out.tables);
	json_decref(routing);
	return r;
}
