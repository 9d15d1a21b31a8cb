/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the simulated Junos switch says of itself, its ports and its peers. */
#include "sim/junos/junos.h"

static void show_system(struct sim_switch *sw, struct ms_buf *out)
{
	char name[256];
	const char *host = junos_value(junos_committed(sw), "system host-name", name);

	ms_buf_printf(
		out,
		"<system-information><hardware-model>%s</hardware-model><os-name>junos</os-name>"
		"<os-version>%s</os-version><serial-number>%s</serial-number>"
		"<host-name>%s</host-name>"
		"</system-information>\n",
		ms_str(sw->resource, "/spec/model", sw->platform->model), sw->version, sw->serial,
		host ? host : "Amnesiac");
}

static void show_macs(struct sim_switch *sw, struct ms_buf *out)
{
	ms_buf_printf(
		out,
		"<chassis-mac-addresses><mac-address-information>"
		"<private-base-address>%s</private-base-address>"
		"<private-count>128</private-count></mac-address-information>"
		"</chassis-mac-addresses>\n",
		sw->mac);
}

/* ---- ports
 * --------------------------------------------------------------------------------------- */

/* With what it counts, unless that is NULL. */
static void show_interface(struct sim_switch *sw, const char *port, const json_t *counters,
			   struct ms_buf *out)
{
	char native[64], path[128], value[256];
	const char *mtu;
	bool up = sim_port_up(sw, port), off;

	if (!sim_port_native(sw, port, native, sizeof(native)))
		return;
	snprintf(path, sizeof(path), "interfaces %s disable", native);
	off = junos_has(junos_committed(sw), path);
	snprintf(path, sizeof(path), "interfaces %s mtu", native);
	mtu = junos_value(junos_committed(sw), path, value);
	ms_buf_printf(
		out,
		"<physical-interface><name>\n%s\n</name><admin-status "
		"junos:format=\"%s\">\n%s\n</admin-status>"
		"<oper-status>\n%s\n</oper-status><mtu>\n%s\n</mtu><speed>\n%uGbps\n</speed>",
		native, off ? "Administratively down" : "Enabled", off ? "down" : "up",
		up ? "up" : "down", mtu ? mtu : "1514", sim_port_speed(sw, port));
	if (counters)
		junos_put_counters(sw, counters, port, out);
	ms_buf_puts(out, "</physical-interface>\n");
}

static void show_ports(struct sim_switch *sw, const json_t *counters, struct ms_buf *out)
{
	json_auto_t *ports = sim_cable_ports(sw);
	json_t *port;
	size_t i;

	ms_buf_puts(out, "<interface-information>\n");
	json_array_foreach(ports, i, port)
		show_interface(sw, json_string_value(port), counters, out);
	ms_buf_puts(
		out,
		"<physical-interface><name>\nem0\n</name><oper-status>up</oper-status>"
		"<mtu>1514</mtu>"
		"<speed>1000mbps</speed></physical-interface>\n</interface-information>\n");
}

static void show_interfaces(struct sim_switch *sw, struct ms_buf *out)
{
	show_ports(sw, NULL, out);
}

static void show_extensive(struct sim_switch *sw, struct ms_buf *out)
{
	json_auto_t *counters = sim_switch_counters(sw);

	show_ports(sw, counters, out);
}

/* Without `interface all` nothing is sent or heard; without the port's name as its id, peers see a
 * number. */
static bool lldp_runs(const struct sim_switch *sw, const char *native)
{
	char path[128];

	snprintf(path, sizeof(path), "protocols lldp interface %s", native);
	return junos_has(junos_committed(sw), "protocols lldp interface all") ||
	       junos_has(junos_committed(sw), path);
}

static void show_neighbor(struct sim_switch *sw, const char *port, struct ms_buf *out)
{
	struct sim_neighbor neighbor;
	char native[64];

	if (!sim_port_native(sw, port, native, sizeof(native)) || !lldp_runs(sw, native) ||
	    !sim_port_neighbor(sw, port, &neighbor))
		return;
	ms_buf_printf(
		out,
		"<lldp-neighbor-information><lldp-local-port-id>%s</lldp-local-port-id>"
		"<lldp-local-parent-interface-name>-</lldp-local-parent-interface-name>"
		"<lldp-remote-chassis-id-subtype>Mac address</lldp-remote-chassis-id-subtype>"
		"<lldp-remote-chassis-id>%s</lldp-remote-chassis-id>"
		"<lldp-remote-port-id-subtype>%s</lldp-remote-port-id-subtype>"
		"<lldp-remote-port-id>%s</lldp-remote-port-id>"
		"<lldp-remote-port-description>%s</lldp-remote-port-description>"
		"<lldp-remote-system-name>%s</lldp-remote-system-name>"
		"</lldp-neighbor-information>\n",
		native, neighbor.chassis, neighbor.is_switch ? "Interface name" : "Mac address",
		neighbor.port, neighbor.description, neighbor.system);
}

static void show_lldp(struct sim_switch *sw, struct ms_buf *out)
{
	json_auto_t *ports = sim_cable_ports(sw);
	json_t *port;
	size_t i;

	ms_buf_puts(out, "<lldp-neighbors-information junos:style=\"brief\">\n");
	json_array_foreach(ports, i, port)
		show_neighbor(sw, json_string_value(port), out);
	ms_buf_puts(out, "</lldp-neighbors-information>\n");
}

/* ---- BGP
 * ------------------------------------------------------------------------------------------ */

static void show_rib(struct ms_buf *out, const char *family, const json_t *row)
{
	const char *rib = !strcmp(family, "ipv4")   ? "inet.0"
			  : !strcmp(family, "ipv6") ? "inet6.0"
						    : "bgp.evpn.0";
	long long received = ms_int(row, "/received", 0);

	ms_buf_printf(
		out,
		"<bgp-rib junos:style=\"terse\"><name>%s</name>"
		"<active-prefix-count>%lld</active-prefix-count>"
		"<received-prefix-count>%lld</received-prefix-count></bgp-rib>",
		rib, received, received);
}

static void show_peer(struct ms_buf *out, const char *key, const json_t *row)
{
	const char *family;
	json_t *rib;

	ms_buf_printf(
		out,
		"<bgp-peer junos:style=\"terse\" heading=\"Peer\">"
		"<peer-address>%s</peer-address><peer-as>%lld</peer-as>"
		"<elapsed-time junos:seconds=\"%lld\">x</elapsed-time><peer-state>%s</peer-state>",
		key, (long long)ms_int(row, "/asn", 0), (long long)ms_int(row, "/upSeconds", 0),
		ms_str(row, "/state", "Idle"));
	json_object_foreach(json_object_get(row, "families"), family, rib)
		show_rib(out, family, rib);
	ms_buf_puts(out, "</bgp-peer>\n");
}

static void show_bgp(struct sim_switch *sw, struct ms_buf *out)
{
	json_auto_t *sessions = sim_bgp_sessions(sw);
	const char *key;
	json_t *row;

	if (!junos_has(junos_committed(sw), "protocols bgp")) {
		ms_buf_puts(out, "<output>\nBGP is not running\n</output>\n");
		return;
	}
	ms_buf_puts(
		out,
		"<bgp-information xmlns=\"http://xml.juniper.net/junos/23.4R0/junos-routing\">\n");
	json_object_foreach(sessions, key, row)
		show_peer(out, key, row);
	ms_buf_puts(out, "</bgp-information>\n");
}

static const struct {
	const char *question, *option;
	void (*fn)(struct sim_switch *sw, struct ms_buf *out);
} shows[] = {
	{ "get-system-information", NULL, show_system },
	{ "get-chassis-mac-addresses", NULL, show_macs },
	{ "get-interface-information", "extensive", show_extensive },
	{ "get-interface-information", NULL, show_interfaces },
	{ "get-lldp-neighbors-information", NULL, show_lldp },
	{ "get-bgp-summary-information", NULL, show_bgp },
};

bool junos_show(struct sim_switch *sw, const xmlNode *question, struct ms_buf *out)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(shows); i++) {
		if (!ms_xml_is(question, shows[i].question) ||
		    (shows[i].option && !ms_xml_find(question, shows[i].option)))
			continue;
		shows[i].fn(sw, out);
		return true;
	}
	return false;
}
