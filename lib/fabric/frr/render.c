/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * FRR on Linux: a model as frr.conf, in the order in which `show running-config` says it.
 *
 * The profiles of FRR ("frr defaults") differ in timers and in what a session may do, so all of it
 * is written out. Route targets are explicit: those that FRR derives agree with no other vendor's.
 */
#include <errno.h>
#include "fabric/frr/frr.h"

#define ADD(w, ...) ms_buf_printf(&(w)->out, __VA_ARGS__)

static bool is_six(const char *address)
{
	return strchr(address, ':') != NULL;
}

static void put_vrfs(struct frr_writer *w)
{
	const json_t *rows = ms_at(w->model, "/vrfs"), *key;
	json_auto_t *keys = frr_keys(rows);
	size_t i;

	json_array_foreach(keys, i, key) {
		const json_t *row = json_object_get(rows, json_string_value(key));

		if (ms_int(row, "/l3vni", 0))
			ADD(w, "!\nvrf %s\n vni %lld\nexit-vrf\n", json_string_value(key),
			    (long long)ms_int(row, "/l3vni", 0));
	}
}

/* ---- interfaces: OSPF, Ethernet segments
 * --------------------------------------------------------- */

static int put_ospf(struct frr_writer *w)
{
	const json_t *port;
	char name[64];
	size_t i;

	if (!ms_at(w->model, "/ospf"))
		return 0;
	ADD(w, "!\ninterface lo\n ip ospf area 0\nexit\n");
	json_array_foreach(ms_at(w->model, "/ospf/ports"), i, port) {
		if (!frr_port(w, json_string_value(port) ? json_string_value(port) : "", name))
			return w->err->error;
		ADD(w, "!\ninterface %s\n ip ospf area 0\n ip ospf network point-to-point\nexit\n",
		    name);
	}
	ADD(w, "!\nrouter ospf\n");
	if (ms_str(w->model, "/ospf/routerId", NULL))
		ADD(w, " ospf router-id %s\n", ms_str(w->model, "/ospf/routerId", ""));
	ADD(w, "exit\n");
	return 0;
}

static void put_segments(struct frr_writer *w)
{
	const json_t *rows = ms_at(w->model, "/channels"), *key;
	json_auto_t *keys = frr_keys(rows);
	size_t i;

	json_array_foreach(keys, i, key) {
		const json_t *row = json_object_get(rows, json_string_value(key));

		if (ms_str(row, "/esi", NULL))
			ADD(w, "!\ninterface bond%s\n evpn mh es-id %s\nexit\n",
			    json_string_value(key), ms_str(row, "/esi", ""));
	}
}

/* ---- sessions
 * ---------------------------------------------------------------------------------------- */

/* What FRR calls the session: the interface, or the address. */
static const char *session_name(struct frr_writer *w, const json_t *row, char buf[64])
{
	const char *port = ms_str(row, "/port", NULL);

	return port ? frr_port(w, port, buf) : ms_str(row, "/address", NULL);
}

static int put_session(struct frr_writer *w, const json_t *row)
{
	char buf[64], asn[24];
	const char *name = session_name(w, row, buf), *text = ms_str(row, "/description", NULL);

	if (!name)
		return ms_fail(w->err, -EINVAL, MS_INPUT, "a BGP session without port or address");
	if (text && !frr_text_ok(text))
		return ms_fail(w->err, -EINVAL, MS_INPUT,
			       "a description that is no line of text: \"%s\"", text);
	snprintf(asn, sizeof asn, "%lld", (long long)ms_int(row, "/asn", 0));
	ADD(w, " neighbor %s %sremote-as %s\n", name,
	    ms_str(row, "/port", NULL) ? "interface " : "", *asn == '0' ? "external" : asn);
	if (text && *text)
		ADD(w, " neighbor %s description %s\n", name, text);
	if (ms_bool(row, "/multihop", false))
		ADD(w, " neighbor %s ebgp-multihop 255\n", name);
	if (ms_str(row, "/local", NULL))
		ADD(w, " neighbor %s update-source %s\n", name, ms_str(row, "/local", ""));
	ADD(w, " neighbor %s timers connect 5\n", name);
	/* RFC 8950; sessions over interfaces have it by themselves. */
	if (ms_str(row, "/address", NULL) && is_six(name) &&
	    fabric_has_text(json_object_get(row, "families"), "ipv4"))
		ADD(w, " neighbor %s capability extended-nexthop\n", name);
	return 0;
}

static size_t put_activations(struct frr_writer *w, const json_t *keys, const char *family)
{
	const json_t *key, *row;
	size_t i, n = 0;
	char buf[64];

	json_array_foreach(keys, i, key) {
		row = json_object_get(ms_at(w->model, "/bgp/neighbors"), json_string_value(key));
		if (!fabric_has_text(json_object_get(row, "families"), family))
			continue;
		ADD(w, "  neighbor %s activate\n", session_name(w, row, buf));
		if (ms_bool(row, "/ownAs", false))
			ADD(w, "  neighbor %s allowas-in 1\n", session_name(w, row, buf));
		n++;
	}
	return n;
}

static void put_networks(struct frr_writer *w, bool six)
{
	const char *shared = ms_str(w->model, "/vxlan/shared", NULL);
	const json_t *address;
	size_t i;

	json_array_foreach(ms_at(w->model, "/loopback/addresses"), i, address)
		if (is_six(json_string_value(address)) == six)
			ADD(w, "  network %s\n", json_string_value(address));
	if (shared && is_six(shared) == six)
		ADD(w, "  network %s/%d\n", shared, six ? 128 : 32);
}

/* An address family of which nothing is said is left out, as FRR does. */
static void put_unicast(struct frr_writer *w, const json_t *keys, bool six)
{
	size_t start = w->out.len, body;

	ADD(w, " !\n address-family %s unicast\n", six ? "ipv6" : "ipv4");
	body = w->out.len;
	put_networks(w, six);
	put_activations(w, keys, six ? "ipv6" : "ipv4");
	if (w->out.len == body && w->out.data) {
		w->out.len = start;
		w->out.data[start] = 0;
		return;
	}
	ADD(w, " exit-address-family\n");
}

/* ---- EVPN
 * -------------------------------------------------------------------------------------------- */

static void put_targets(struct frr_writer *w, const json_t *row, int indent)
{
	static const char *const ways[] = { "import", "export" };
	const json_t *target;
	size_t i;

	if (ms_str(row, "/rd", NULL))
		ADD(w, "%*srd %s\n", indent, "", ms_str(row, "/rd", ""));
	for (size_t k = 0; k < MS_ARRAY_SIZE(ways); k++)
		json_array_foreach(json_object_get(row, ways[k]), i, target)
			ADD(w, "%*sroute-target %s %s\n", indent, "", ways[k],
			    json_string_value(target));
}

static void put_evpn(struct frr_writer *w, const json_t *keys)
{
	const json_t *vnis = ms_at(w->model, "/evpn/vnis"), *vni;
	json_auto_t *order = frr_keys(vnis);
	size_t i, start = w->out.len, body;

	ADD(w, " !\n address-family l2vpn evpn\n");
	body = w->out.len;
	put_activations(w, keys, "evpn");
	if (ms_at(w->model, "/vxlan"))
		ADD(w, "  advertise-all-vni\n");
	json_array_foreach(order, i, vni) {
		ADD(w, "  vni %s\n", json_string_value(vni));
		put_targets(w, json_object_get(vnis, json_string_value(vni)), 3);
		ADD(w, "  exit-vni\n");
	}
	if (w->out.len == body && w->out.data) {
		w->out.len = start;
		w->out.data[start] = 0;
		return;
	}
	ADD(w, " exit-address-family\n");
}

static void put_router_id(struct frr_writer *w)
{
	const char *id = ms_str(w->model, "/bgp/routerId", NULL);

	if (id)
		ADD(w, " bgp router-id %s\n", id);
}

/* Tenants' routes go out as type 5 (RFC 9136). */
static void put_vrf_bgp(struct frr_writer *w, const char *name, const json_t *row)
{
	ADD(w, "!\nrouter bgp %lld vrf %s\n", (long long)ms_int(w->model, "/bgp/asn", 0), name);
	put_router_id(w);
	ADD(w,
	    " !\n address-family ipv4 unicast\n  redistribute connected\n exit-address-family\n");
	ADD(w,
	    " !\n address-family ipv6 unicast\n  redistribute connected\n exit-address-family\n");
	ADD(w,
	    " !\n address-family l2vpn evpn\n  advertise ipv4 unicast\n  advertise ipv6 unicast\n");
	put_targets(w, row, 2);
	ADD(w, " exit-address-family\nexit\n");
}

static int put_default_bgp(struct frr_writer *w)
{
	const json_t *rows = ms_at(w->model, "/bgp/neighbors"), *key;
	json_auto_t *keys = frr_keys(rows);
	size_t i;

	ADD(w, "!\nrouter bgp %lld\n", (long long)ms_int(w->model, "/bgp/asn", 0));
	put_router_id(w);
	ADD(w, " no bgp ebgp-requires-policy\n no bgp default ipv4-unicast\n");
	ADD(w, " bgp bestpath as-path multipath-relax\n timers bgp 3 9\n");
	json_array_foreach(keys, i, key)
		if (put_session(w, json_object_get(rows, json_string_value(key))))
			return w->err->error;
	put_unicast(w, keys, false);
	put_unicast(w, keys, true);
	put_evpn(w, keys);
	ADD(w, "exit\n");
	return 0;
}

static int put_bgp(struct frr_writer *w)
{
	const json_t *rows = ms_at(w->model, "/vrfs"), *key;
	json_auto_t *keys = frr_keys(rows);
	size_t i;

	if (!ms_int(w->model, "/bgp/asn", 0)) {
		if (!ms_at(w->model, "/vxlan"))
			return 0;
		ms_fail(w->err, -EINVAL, MS_INPUT, "EVPN needs BGP, and there is no AS number");
		ms_hint(w->err, "give the Switch spec.asn, or a pool for it at spec.pools.asn");
		return w->err->error;
	}
	if (put_default_bgp(w))
		return w->err->error;
	json_array_foreach(keys, i, key) {
		const json_t *row = json_object_get(rows, json_string_value(key));

		if (ms_int(row, "/l3vni", 0))
			put_vrf_bgp(w, json_string_value(key), row);
	}
	return 0;
}

int frr_write_routing(struct frr_writer *w)
{
	const char *hostname = ms_str(w->model, "/hostname", NULL);
	int r;

	if (hostname)
		ADD(w, "hostname %s\n", hostname);
	ADD(w, "ip forwarding\nipv6 forwarding\nservice integrated-vtysh-config\n");
	put_vrfs(w);
	put_segments(w);
	r = put_ospf(w);
	if (!r)
		r = put_bgp(w);
	return r ? r : w->out.failed ? ms_nomem(w->err) : 0;
}
