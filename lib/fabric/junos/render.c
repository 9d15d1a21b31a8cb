/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A model as Junos configuration: the whole, and interfaces. */
#include <errno.h>
#include "fabric/junos/junos.h"

static const struct junos_words words[] = {
	[JUNOS_ELS] = { "vlans", "ethernet-switching", "l3-interface", "ether-options" },
	[JUNOS_MX] = { "bridge-domains", "bridge", "routing-interface", "gigether-options" },
};

const struct junos_words *junos_words(const struct fabric_dialect *dialect)
{
	return &words[dialect->variant == JUNOS_MX ? JUNOS_MX : JUNOS_ELS];
}

void junos_put(struct junos_out *out, const char *fmt, ...)
{
	char line[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	ms_buf_printf(&out->text, "set %s\n", line);
}

void junos_put_word(struct junos_out *out, const char *word, const char *fmt, ...)
{
	char line[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	ms_buf_printf(&out->text, "set %s ", line);
	junos_word_put(&out->text, word);
	ms_buf_puts(&out->text, "\n");
}

void junos_refuse(struct junos_out *out, const char *hint, const char *fmt, ...)
{
	char text[512];
	va_list args;

	if (out->result)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	out->result = ms_fail(out->err, -EOPNOTSUPP, MS_UNSUPPORTED, "%s", text);
	ms_hint(out->err, "%s", hint);
}

const char *junos_port(struct junos_out *out, const char *port, char buf[static 64])
{
	if (fabric_port_native(out->dialect, port, buf, 64) < 0) {
		junos_refuse(out, "ports are numbers on the front panel: 1, or 1/2 for a part",
			     "no port: \"%s\"", port);
		snprintf(buf, 64, "none");
	}
	return buf;
}

const char *junos_vpls_of(const json_t *model, int64_t vid)
{
	const char *name;
	json_t *row;

	json_object_foreach(json_object_get(model, "vpls"), name, row)
		if (ms_int(row, "/vlan", 0) == vid)
			return name;
	return NULL;
}

/* ---- what ports and channels have in common ---------------------------------------------------
 */

static bool has_vpls(const struct junos_out *out, const json_t *l2)
{
	json_t *vid;
	size_t i;

	if (!l2 || !json_object_get(out->model, "vpls"))
		return false;
	json_array_foreach(json_object_get(l2, "tagged"), i, vid)
		if (junos_vpls_of(out->model, json_integer_value(vid)))
			return true;
	return junos_vpls_of(out->model, ms_int(l2, "/access", 0)) ||
	       junos_vpls_of(out->model, ms_int(l2, "/native", 0));
}

/* A port of VLANs only: one logical interface. */
static void put_switching(struct junos_out *out, const char *name, const json_t *l2)
{
	const char *family = out->words->family,
		   *member = out->dialect->variant == JUNOS_MX ? "vlan-id-list" : "vlan members";
	int64_t access = ms_int(l2, "/access", 0), native = ms_int(l2, "/native", 0);
	json_t *vid;
	size_t i;

	if (access) {
		junos_put(out, "interfaces %s unit 0 family %s interface-mode access", name,
			  family);
		junos_put(out, "interfaces %s unit 0 family %s %s %lld", name, family,
			  out->dialect->variant == JUNOS_MX ? "vlan-id" : "vlan members",
			  (long long)access);
		return;
	}
	junos_put(out, "interfaces %s unit 0 family %s interface-mode trunk", name, family);
	if (native)
		junos_put(out, "interfaces %s native-vlan-id %lld", name, (long long)native);
	if (native)
		junos_put(out, "interfaces %s unit 0 family %s %s %lld", name, family, member,
			  (long long)native);
	json_array_foreach(json_object_get(l2, "tagged"), i, vid)
		junos_put(out, "interfaces %s unit 0 family %s %s %lld", name, family, member,
			  (long long)json_integer_value(vid));
}

/* A logical interface for each VLAN, because some of them belong to VPLS instances. */
static void put_unit(struct junos_out *out, const char *name, int64_t vid)
{
	const char *vpls = junos_vpls_of(out->model, vid);

	junos_put(out, "interfaces %s unit %lld encapsulation %s", name, (long long)vid,
		  vpls ? "vlan-vpls" : "vlan-bridge");
	junos_put(out, "interfaces %s unit %lld vlan-id %lld", name, (long long)vid,
		  (long long)vid);
	if (vpls)
		junos_put(out, "interfaces %s unit %lld family vpls", name, (long long)vid);
	else
		junos_put(out, "%s v%lld interface %s.%lld", out->words->vlans, (long long)vid,
			  name, (long long)vid);
	if (vpls)
		junos_put(out, "routing-instances %s interface %s.%lld", vpls, name,
			  (long long)vid);
}

static void put_units(struct junos_out *out, const char *name, const json_t *l2)
{
	int64_t access = ms_int(l2, "/access", 0), native = ms_int(l2, "/native", 0);
	json_t *vid;
	size_t i;

	if (access) {
		junos_put(out, "interfaces %s encapsulation ethernet-vpls", name);
		junos_put(out, "interfaces %s unit 0 family vpls", name);
		junos_put(out, "routing-instances %s interface %s.0",
			  junos_vpls_of(out->model, access), name);
		return;
	}
	junos_put(out, "interfaces %s flexible-vlan-tagging", name);
	junos_put(out, "interfaces %s encapsulation flexible-ethernet-services", name);
	if (native) {
		junos_put(out, "interfaces %s native-vlan-id %lld", name, (long long)native);
		put_unit(out, name, native);
	}
	json_array_foreach(json_object_get(l2, "tagged"), i, vid)
		put_unit(out, name, json_integer_value(vid));
}

static void put_addresses(struct junos_out *out, const char *unit, const json_t *list)
{
	json_t *address;
	size_t i;

	json_array_foreach(list, i, address) {
		const char *text = json_string_value(address);

		junos_put(out, "interfaces %s family %s address %s", unit,
			  strchr(text, ':') ? "inet6" : "inet", text);
	}
}

static void put_routed(struct junos_out *out, const char *name, const char *port, const json_t *l3)
{
	const char *vrf = ms_str(l3, "/vrf", NULL);
	char unit[80];

	if (ms_bool(l3, "/unnumbered", false))
		junos_refuse(out, "underlay: {routing: ebgp}, with addresses for links",
			     "port %s: Junos is configured with numbered sessions only", port);
	snprintf(unit, sizeof(unit), "%s unit 0", name);
	put_addresses(out, unit, json_object_get(l3, "addresses"));
	if (!json_array_size(json_object_get(l3, "addresses")))
		junos_put(out, "interfaces %s family inet", unit);
	if (fabric_has_text(ms_at(out->model, "/mpls/ports"), port))
		junos_put(out, "interfaces %s family mpls", unit);
	if (vrf)
		junos_put(out, "routing-instances %s interface %s.0", vrf, name);
}

/* Junos counts the header, and both tags where it tags flexibly. */
static void put_mtu(struct junos_out *out, const char *name, const json_t *row, bool flexible)
{
	int64_t mtu = ms_int(row, "/mtu", 0);

	if (mtu)
		junos_put(out, "interfaces %s mtu %lld", name,
			  (long long)mtu + JUNOS_MTU_HEAD + (flexible ? JUNOS_MTU_TAGS : 0));
}

static void put_common(struct junos_out *out, const char *name, const char *port, const json_t *row)
{
	const json_t *l2 = json_object_get(row, "l2"), *l3 = json_object_get(row, "l3");
	const char *description = ms_str(row, "/description", NULL);
	bool units = has_vpls(out, l2);

	if (description)
		junos_put_word(out, description, "interfaces %s description", name);
	if (!ms_bool(row, "/enabled", true))
		junos_put(out, "interfaces %s disable", name);
	put_mtu(out, name, row, units && !json_object_get(l2, "access"));
	if (units)
		put_units(out, name, l2);
	else if (l2)
		put_switching(out, name, l2);
	if (l3)
		put_routed(out, name, port, l3);
}

static void put_speed(struct junos_out *out, const char *name, const char *speed)
{
	char *end;
	long gigabits = speed ? strtol(speed, &end, 10) : 0;

	if (gigabits)
		junos_put(out, "interfaces %s speed %ldg", name, gigabits);
}

/* ---- ports, channels, irb, lo0 ----------------------------------------------------------------
 */

static int port_order(const void *a, const void *b)
{
	const char *x = *(const char *const *)a, *y = *(const char *const *)b;
	unsigned p = 0, q = 0, s = 0, t = 0;

	fabric_port_parse(x, &p, &s);
	fabric_port_parse(y, &q, &t);
	if (p != q)
		return p < q ? -1 : 1;
	if (s != t)
		return s < t ? -1 : 1;
	return strcmp(x, y);
}

const char **junos_keys(const json_t *object)
{
	const char **keys = calloc(json_object_size(object) + 1, sizeof(*keys)), *key;
	json_t *value;
	size_t n = 0;

	if (!keys)
		return NULL;
	json_object_foreach((json_t *)object, key, value)
		keys[n++] = key;
	qsort(keys, n, sizeof(*keys), port_order);
	return keys;
}

static void put_port(struct junos_out *out, const char *port, const json_t *row)
{
	const char *breakout = ms_str(row, "/breakout", NULL), *part;
	char name[64];

	junos_port(out, port, name);
	if (breakout) {
		part = strchr(breakout, 'x');
		junos_put(out, "interfaces %s number-of-sub-ports %ld", name,
			  strtol(breakout, NULL, 10));
		put_speed(out, name, part ? part + 1 : NULL);
	} else {
		put_speed(out, name, ms_str(row, "/speed", NULL));
	}
	junos_render_pause(out, name, row);
	put_common(out, name, port, row);
}

static void put_members(struct junos_out *out, const char *channel, const json_t *row)
{
	char name[64];
	json_t *port;
	size_t i;

	json_array_foreach(json_object_get(row, "members"), i, port)
		junos_put(out, "interfaces %s %s 802.3ad ae%s",
			  junos_port(out, json_string_value(port), name), out->words->ether,
			  channel);
}

static void put_channel(struct junos_out *out, const char *number, const json_t *row)
{
	const char *lacp = ms_str(row, "/lacp", "static"), *esi = ms_str(row, "/esi", NULL),
		   *mac = ms_str(row, "/systemMac", NULL);
	char name[64];

	snprintf(name, sizeof(name), "ae%s", number);
	put_members(out, number, row);
	if (json_object_get(row, "mlag"))
		junos_refuse(out, "pair: {kind: esi}",
			     "channel %s: pairs of Junos switches are EVPN multihomed", number);
	if (strcmp(lacp, "static"))
		junos_put(out, "interfaces %s aggregated-ether-options lacp %s", name, lacp);
	if (mac)
		junos_put(out, "interfaces %s aggregated-ether-options lacp system-id %s", name,
			  mac);
	if (esi) {
		junos_put(out, "interfaces %s esi %s", name, esi);
		junos_put(out, "interfaces %s esi all-active", name);
	}
	put_common(out, name, number, row);
}

static void put_svi(struct junos_out *out, const char *vid, const json_t *row)
{
	const json_t *addresses = json_object_get(row, "addresses");
	int64_t mtu = ms_int(row, "/mtu", 0);
	const char *vrf = ms_str(row, "/vrf", NULL);
	bool six = false, four = false;
	json_t *address;
	char unit[64];
	size_t i;

	snprintf(unit, sizeof(unit), "irb unit %s", vid);
	put_addresses(out, unit, addresses);
	json_array_foreach(addresses, i, address)
		*(strchr(json_string_value(address), ':') ? &six : &four) = true;
	if (!four && (!six || mtu))
		junos_put(out, "interfaces %s family inet", unit);
	if (mtu)
		junos_put(out, "interfaces %s family inet mtu %lld", unit, (long long)mtu);
	if (mtu && six)
		junos_put(out, "interfaces %s family inet6 mtu %lld", unit, (long long)mtu);
	if (ms_bool(row, "/anycast", false))
		junos_put(out, "interfaces %s mac %s", unit,
			  ms_str(out->model, "/evpn/gatewayMac", "00:00:5e:00:01:01"));
	junos_put(out, "%s v%s %s irb.%s", out->words->vlans, vid, out->words->l3, vid);
	if (vrf)
		junos_put(out, "routing-instances %s interface irb.%s", vrf, vid);
}

static void each(struct junos_out *out, const char *section,
		 void (*put)(struct junos_out *out, const char *key, const json_t *row))
{
	const json_t *rows = json_object_get(out->model, section);
	const char **keys = junos_keys(rows);

	for (size_t i = 0; keys && keys[i]; i++)
		put(out, keys[i], json_object_get(rows, keys[i]));
	if (!keys)
		out->text.failed = -ENOMEM;
	free(keys);
}

/* Junos makes only so many aggregated interfaces as it is told to. */
static void put_device_count(struct junos_out *out)
{
	const char *key;
	json_t *row;
	long last = -1;

	json_object_foreach(json_object_get(out->model, "channels"), key, row) {
		long n = strtol(key, NULL, 10);

		last = n > last ? n : last;
	}
	if (last >= 0)
		junos_put(out, "chassis aggregated-devices ethernet device-count %ld", last + 1);
}

void junos_render_interfaces(struct junos_out *out)
{
	put_device_count(out);
	each(out, "ports", put_port);
	each(out, "channels", put_channel);
	each(out, "svis", put_svi);
	put_addresses(out, "lo0 unit 0", ms_at(out->model, "/loopback/addresses"));
}

int junos_render(const struct fabric_dialect *dialect, const json_t *model, json_t **ret_native,
		 struct ms_err *err)
{
	struct junos_out out = {
		.dialect = dialect, .words = junos_words(dialect), .model = model, .err = err
	};
	const char *hostname = ms_str(model, "/hostname", NULL);
	int r;

	if (hostname)
		junos_put_word(&out, hostname, "system host-name");
	junos_render_interfaces(&out);
	junos_render_routing(&out);
	junos_render_tenants(&out);
	junos_render_qos(&out);
	junos_render_dcbx(&out);
	r = out.result ? out.result : out.text.failed ? ms_nomem(err) : 0;
	if (!r) {
		*ret_native = json_string(out.text.data ? out.text.data : "");
		r = *ret_native ? 0 : ms_nomem(err);
	}
	ms_buf_release(&out.text);
	return r;
}
