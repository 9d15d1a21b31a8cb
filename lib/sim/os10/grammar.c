/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration mode of OS10, as its guides describe it. */
#include "sim/os10/os10.h"

/* ---- words ---- */

/* What may stand apart from its number. */
static const char *const kinds[] = { "ethernet",	"vlan", "port-channel", "loopback",
				     "virtual-network", "mgmt" };

static bool joins(const char *before, const char *word, const char *after)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(kinds); i++)
		if (!strcmp(word, kinds[i]) && strchr("0123456789", *after) && *after)
			return !strcmp(before, "interface") ||
			       !strcmp(before, "source-interface") ||
			       !strcmp(before, "discovery-interface") ||
			       !strcmp(before, "update-source");
	return false;
}

void sim_os10_normal(const char *line, char *buf, size_t size)
{
	MS_AUTO_FREE char *copy = strdup(line);
	char *rest = copy, *word, before[64] = "";
	size_t len = 0;

	*buf = 0;
	while (copy && (word = strsep(&rest, " \t\r"))) {
		const char *after = rest ? rest + strspn(rest, " ") : "";

		if (!*word)
			continue;
		len += (size_t)snprintf(buf + len, size - len, "%s%s", word,
					joins(before, word, after) ? "" : " ");
		if (len >= size)
			break;
		snprintf(before, sizeof(before), "%.63s", word);
	}
	len = strlen(buf);
	if (len && buf[len - 1] == ' ')
		buf[len - 1] = 0;
}

static bool there(const struct sim_cli_at *at, const char *fmt, const char *name)
{
	MS_AUTO_FREE char *key = ms_asprintf("%s%s", fmt, name);

	return key && json_object_get(at->cli->config, key);
}

/* ---- lists of VLANs ---- */

#define VLANS 4095

static void set_of(const char *list, bool set[static VLANS], bool value)
{
	char *end;

	for (const char *c = list; *c; c = *end ? end + 1 : end) {
		unsigned long from = strtoul(c, &end, 10), to = from;

		if (end == c)
			return;
		if (*end == '-')
			to = strtoul(end + 1, &end, 10);
		for (; from <= to && from < VLANS; from++)
			set[from] = value;
	}
}

static bool list_of(const bool set[static VLANS], struct ms_buf *out)
{
	const char *sep = "";

	for (unsigned from = 1, to; from < VLANS; from = to + 1) {
		to = from;
		if (!set[from])
			continue;
		while (to + 1 < VLANS && set[to + 1])
			to++;
		ms_buf_printf(out, to > from ? "%s%u-%u" : "%s%u", sep, from, to);
		sep = ",";
	}
	return out->len;
}

#define ALLOWED "switchport trunk allowed vlan"

/* "switchport trunk allowed vlan" adds to what is allowed, and its "no" takes some of it away. */
static void allow(json_t *kids, const char *list, bool value)
{
	MS_AUTO_BUF struct ms_buf text = { 0 };
	json_t *node = json_object_get(kids, ALLOWED);
	bool set[VLANS] = { false };

	if (!node)
		return;
	set_of(sim_cli_last_word(ms_str(node, "/t", "")), set, true);
	set_of(list, set, value);
	if (list_of(set, &text))
		json_object_set_new(node, "t", json_sprintf(ALLOWED " %s", text.data));
	else
		json_object_del(kids, ALLOWED);
}

static const char *missing_vlan(const struct sim_cli_at *at, const char *list)
{
	bool set[VLANS] = { false };
	char name[16];

	set_of(list, set, true);
	for (unsigned vid = 2; vid < VLANS; vid++) {
		snprintf(name, sizeof(name), "%u", vid);
		if (set[vid] && !there(at, "interface vlan", name))
			return "VLAN does not exist.";
	}
	return NULL;
}

static const char *on_switched(const struct sim_cli_at *at)
{
	return !at->no && sim_cli_line(at->kids, "no switchport")
		       ? "Interface is not in switchport mode."
		       : NULL;
}

static const char *allowed(struct sim_cli_at *at)
{
	const char *why = on_switched(at), *list = sim_cli_last_word(at->line);

	if (!why && !at->no)
		why = missing_vlan(at, list);
	if (!why && !at->no && !sim_cli_line(at->kids, "switchport mode trunk"))
		why = "Interface is not in trunk mode.";
	if (why || !json_object_get(at->kids, ALLOWED))
		return why;
	if (strcmp(list, "vlan")) {
		allow(at->kids, list, !at->no);
		at->done = true;
	}
	return NULL;
}

static const char *access_vlan(struct sim_cli_at *at)
{
	const char *why = on_switched(at);

	return why || at->no ? why : missing_vlan(at, sim_cli_last_word(at->line));
}

/* A VLAN that goes is allowed nowhere, and untagged nowhere. */
static const char *vlan(struct sim_cli_at *at)
{
	const char *number = at->line + strlen("interface vlan"), *key;
	MS_AUTO_FREE char *access = ms_asprintf("switchport access vlan %s", number);
	json_t *node;

	if (!at->no)
		return NULL;
	if (!strcmp(number, "1"))
		return "Default VLAN cannot be deleted.";
	json_object_foreach(at->cli->config, key, node) {
		json_t *kids = json_object_get(node, "k"),
		       *line = json_object_get(kids, "switchport access vlan");

		if (!ms_starts(key, "interface ethernet") &&
		    !ms_starts(key, "interface port-channel"))
			continue;
		allow(kids, number, false);
		if (access && ms_streq(ms_str(line, "/t", NULL), access))
			json_object_set_new(line, "t", json_string("switchport access vlan 1"));
	}
	return NULL;
}

/* ---- layers ---- */

static bool has_addresses(const json_t *kids)
{
	return sim_cli_line(kids, "ip address") || sim_cli_line(kids, "ipv6 address") ||
	       sim_cli_line(kids, "ip virtual-router address");
}

static const char *switchport(struct sim_cli_at *at)
{
	if (at->no)
		sim_cli_forget(at->kids, "switchport ");
	return NULL;
}

static const char *mode(struct sim_cli_at *at)
{
	if (!at->no && has_addresses(at->kids))
		return "Interface has IP address configuration.";
	sim_cli_forget(at->kids, "no switchport");
	if (at->no || strstr(at->line, "access"))
		sim_cli_forget(at->kids, ALLOWED);
	return NULL;
}

static const char *on_routed(struct sim_cli_at *at)
{
	bool port = ms_starts(at->header, "interface ethernet") ||
		    ms_starts(at->header, "interface port-channel");

	return !at->no && port && !sim_cli_line(at->kids, "no switchport")
		       ? "Interface is in switchport mode."
		       : NULL;
}

static const char *vrf(struct sim_cli_at *at)
{
	const char *old = sim_cli_line(at->kids, "ip vrf forwarding");

	if (at->no ? !old : old && !strcmp(old, at->line))
		return NULL;
	if (!at->no && !there(at, "ip vrf ", sim_cli_last_word(at->line)))
		return "VRF does not exist.";
	return has_addresses(at->kids) ? "IP address is configured on the interface." : NULL;
}

static const char *channel_group(struct sim_cli_at *at)
{
	char number[16] = "";

	if (at->no)
		return NULL;
	sscanf(at->line, "channel-group %15s", number);
	return there(at, "interface port-channel", number) ? NULL : "Port-channel does not exist.";
}

/* A port that is broken out in another way begins anew, and so do its parts. */
static const char *breakout(struct sim_cli_at *at)
{
	char place[64] = "", key[128], header[96];
	const char *old;

	sscanf(at->line, "interface breakout %63s", place);
	snprintf(key, sizeof(key), "interface breakout %s", place);
	old = sim_cli_line(at->cli->config, key);
	if (!at->no && old && !strcmp(old, at->line))
		return NULL;
	snprintf(header, sizeof(header), "interface ethernet%s", place);
	json_object_del(at->cli->config, header);
	snprintf(header, sizeof(header), "interface ethernet%s:", place);
	sim_cli_forget(at->cli->config, header);
	return NULL;
}

/* ---- others ---- */

static const char *network(struct sim_cli_at *at)
{
	return at->no || there(at, "", at->line) ? NULL : "Virtual network does not exist.";
}

static const char *tenant(struct sim_cli_at *at)
{
	return at->no || there(at, "ip ", at->line) ? NULL : "VRF does not exist.";
}

static const char *router_bgp(struct sim_cli_at *at)
{
	const char *old = sim_cli_line(at->kids, "router bgp");

	return at->no || !old || !strcmp(old, at->line)
		       ? NULL
		       : "BGP instance with another AS number exists.";
}

static const char *template(struct sim_cli_at *at)
{
	char name[64] = "";

	sscanf(at->line, "inherit template %63s", name);
	for (unsigned i = 0; !at->no && i < at->cli->depth; i++) {
		MS_AUTO_FREE char *key = ms_asprintf("template %s", name);

		if (key && json_object_get(at->cli->stack[i].kids, key))
			return NULL;
	}
	return at->no ? NULL : "Template does not exist.";
}

#define LINE(ctx, text, ...) { .in = ctx, .pattern = text, __VA_ARGS__ }
#define SHUTDOWN(ctx) LINE(ctx, "shutdown", .flags = SIM_CLI_TOGGLE)
#define ROUTED(ctx) \
	LINE(ctx, "ip vrf forwarding <word>", .key = 3, .hook = vrf), \
	LINE(ctx, "ip address dhcp", .key = 2), \
	LINE(ctx, "ip address <cidr>", .key = 2, .hook = on_routed), \
	LINE(ctx, "ip address <cidr> secondary", .hook = on_routed), \
	LINE(ctx, "ipv6 address <cidr6>", .hook = on_routed), \
	LINE(ctx, "ip virtual-router address <ip>"), \
	LINE(ctx, "ipv6 virtual-router address <word>"), \
	LINE(ctx, "ipv6 nd send-ra", .hook = on_routed), \
	LINE(ctx, "ipv6 nd min-ra-interval <3-1350>", .key = 3), \
	LINE(ctx, "ipv6 nd max-ra-interval <4-1800>", .key = 3), \
	LINE(ctx, "ip ospf network point-to-point", .key = 3), \
	LINE(ctx, "ip ospf <1-65535> area <ip>"), \
	LINE(ctx, "ip helper-address <ip>"), \
	LINE(ctx, "ip access-group <word> in", .key = 2), \
	LINE(ctx, "mtu <1280-65535>", .key = 1, .preset = "mtu 1532")
#define SWITCHED(ctx)                                                                              \
	LINE(ctx, "description <rest>", .key = 1),                                                 \
		LINE(ctx, "switchport", .flags = SIM_CLI_TOGGLE, .preset = "switchport",           \
		     .hook = switchport),                                                          \
		LINE(ctx, "switchport mode access", .key = 2, .preset = "switchport mode access",  \
		     .hook = mode),                                                                \
		LINE(ctx, "switchport mode trunk", .key = 2, .hook = mode),                        \
		LINE(ctx, "switchport access vlan <1-4093>", .key = 3, .hook = access_vlan),       \
		LINE(ctx, "switchport trunk allowed vlan <list>", .key = 4, .hook = allowed)
#define ROW(ctx) \
	LINE(ctx, "vni <1-16777215>", .key = 1), \
	LINE(ctx, "rd <rd>", .key = 1), \
	LINE(ctx, "route-target <rt> both", .key = 2), \
	LINE(ctx, "route-target <rt> import", .key = 2), \
	LINE(ctx, "route-target <rt> export", .key = 2)

#define OWN_AS(ctx) \
	LINE(ctx, "allowas-in <1-10>", .key = 1), \
	LINE(ctx, "sender-side-loop-detection", .flags = SIM_CLI_TOGGLE, \
	     .preset = "sender-side-loop-detection")
#define BOUND(ctx) \
	LINE(ctx, "trust-map dot1p <word>", .key = 2, .hook = sim_os10_apply), \
	LINE(ctx, "trust-map dscp <word>", .key = 2, .hook = sim_os10_apply), \
	LINE(ctx, "qos-map traffic-class <word>", .key = 2, .hook = sim_os10_apply), \
	LINE(ctx, "service-policy input type network-qos <word>", .key = 4, \
	     .hook = sim_os10_service_policy), \
	LINE(ctx, "service-policy output type queuing <word>", .key = 4, \
	     .hook = sim_os10_service_policy), \
	LINE(ctx, "ets mode on", .key = 1)
#define COLOR(color) \
	LINE("wred", "random-detect color " color " minimum-threshold <1-12480> " \
	     "maximum-threshold <1-12480> drop-probability <0-100>", .key = 3, \
	     .hook = sim_os10_thresholds)

static const struct sim_cli_row rows[] = {
	LINE("", "interface breakout <word> map <word>", .key = 3, .hook = breakout),
	LINE("", "hostname <word>", .key = 1),
	LINE("", "username <word> <rest>", .key = 2),
	LINE("", "ip name-server <ip>"),
	LINE("", "ntp server <rest>"),
	LINE("", "logging server <rest>"),
	LINE("", "aaa authentication <rest>"),
	LINE("", "rest api restconf"),
	LINE("", "system-cli disable"),
	LINE("", "ip virtual-router mac-address <mac>", .key = 3),
	LINE("", "ip vrf <word>", .opens = "vrf"),
	LINE("", "virtual-network <1-65535>", .opens = "network"),
	LINE("network", "vxlan-vni <1-16777215>", .key = 1),
	LINE("", "dcbx enable"),
	LINE("", "wred <word>", .opens = "wred", .hook = sim_os10_wred),
	COLOR("green"),
	COLOR("yellow"),
	COLOR("red"),
	LINE("wred", "random-detect ecn"),
	LINE("wred", "random-detect weight <1-15>", .key = 2),
	LINE("", "class-map type application <word>", .opens = "application"),
	LINE("", "class-map type queuing <word>", .opens = "class-queue",
	     .hook = sim_os10_class_map),
	LINE("class-queue", "match queue <0-7>", .key = 2),
	LINE("", "class-map type network-qos <word>", .opens = "class-group",
	     .hook = sim_os10_class_map),
	LINE("class-group", "match qos-group <word>", .key = 2, .hook = sim_os10_numbers),
	LINE("", "trust dot1p-map <word>", .opens = "dot1p-map", .hook = sim_os10_map),
	LINE("dot1p-map", "qos-group <0-7> dot1p <word>", .key = 3, .hook = sim_os10_entry),
	LINE("", "trust dscp-map <word>", .opens = "dscp-map", .hook = sim_os10_map),
	LINE("dscp-map", "qos-group <0-7> dscp <word>", .key = 3, .hook = sim_os10_entry),
	LINE("", "qos-map traffic-class <word>", .opens = "queues", .hook = sim_os10_map),
	LINE("queues", "queue <0-7> qos-group <word>", .key = 2, .hook = sim_os10_numbers),
	LINE("", "policy-map type application <word>", .opens = "application"),
	LINE("", "policy-map type queuing <word>", .opens = "queuing", .hook = sim_os10_policy_map),
	LINE("queuing", "class <word>", .opens = "queuing-class", .hook = sim_os10_class),
	LINE("queuing-class", "bandwidth percent <1-100>", .key = 2, .hook = sim_os10_share),
	LINE("queuing-class", "priority", .hook = sim_os10_priority),
	LINE("queuing-class", "random-detect <word>", .key = 1, .hook = sim_os10_marking),
	LINE("queuing-class", "queue-limit queue-len <0-12480> thresh-mode dynamic <0-10>",
	     .key = 1),
	LINE("", "policy-map type network-qos <word>", .opens = "network",
	     .hook = sim_os10_policy_map),
	LINE("network", "class <word>", .opens = "network-class", .hook = sim_os10_class),
	LINE("network-class", "pause", .key = 1),
	LINE("network-class",
	     "pause buffer-size <1-12480> pause-threshold <1-12480> resume-threshold <1-12480>",
	     .key = 1, .hook = sim_os10_pause),
	LINE("network-class", "pfc-cos <word>", .key = 1, .hook = sim_os10_numbers),
	LINE("network-class", "queue-limit thresh-mode dynamic <0-10>", .key = 1),
	LINE("", "system qos", .opens = "system", .flags = SIM_CLI_FIXED),
	BOUND("system"),
	LINE("system", "buffer-statistics-tracking"),
	LINE("", "interface <vlan:1-4093>", .opens = "vlan", .hook = vlan),
	LINE("vlan", "description <rest>", .key = 1),
	LINE("vlan", "virtual-network <1-65535>", .key = 1, .hook = network),
	SHUTDOWN("vlan"),
	ROUTED("vlan"),
	LINE("", "interface <virtual-network:1-65535>", .opens = "vlan"),
	LINE("", "interface <mgmt1/1/:1-1>", .opens = "mgmt", .flags = SIM_CLI_FIXED),
	SHUTDOWN("mgmt"),
	LINE("mgmt", "ip address dhcp", .key = 2),
	LINE("mgmt", "ip address <cidr>", .key = 2),
	LINE("", "interface <loopback:0-16383>", .opens = "loopback"),
	SHUTDOWN("loopback"),
	LINE("loopback", "description <rest>", .key = 1),
	ROUTED("loopback"),
	LINE("", "interface <port-channel:1-128>", .opens = "channel"),
	SHUTDOWN("channel"),
	SWITCHED("channel"),
	ROUTED("channel"),
	LINE("channel", "vlt-port-channel <1-128>", .key = 1),
	LINE("", "interface <port>", .opens = "port", .flags = SIM_CLI_FIXED),
	SHUTDOWN("port"),
	SWITCHED("port"),
	LINE("port", "channel-group <1-128> mode active", .key = 1, .hook = channel_group),
	LINE("port", "channel-group <1-128> mode passive", .key = 1, .hook = channel_group),
	LINE("port", "channel-group <1-128> mode on", .key = 1, .hook = channel_group),
	LINE("port", "speed <10-400000>", .key = 1),
	LINE("port", "flowcontrol receive on", .key = 2, .hook = sim_os10_llfc),
	LINE("port", "flowcontrol receive off", .key = 2),
	LINE("port", "flowcontrol transmit on", .key = 2, .hook = sim_os10_llfc),
	LINE("port", "flowcontrol transmit off", .key = 2),
	BOUND("port"),
	LINE("port", "priority-flow-control mode on", .key = 1, .hook = sim_os10_pfc),
	LINE("port", "dcbx version auto", .key = 2, .preset = "dcbx version auto"),
	LINE("port", "dcbx version cee", .key = 2),
	LINE("port", "dcbx version ieee", .key = 2),
	LINE("port", "lldp tlv-select dcbxp", .flags = SIM_CLI_TOGGLE,
	     .preset = "lldp tlv-select dcbxp"),
	ROUTED("port"),
	LINE("", "vlt-domain <1-255>", .opens = "vlt"),
	LINE("vlt", "backup destination <ip>", .key = 2),
	LINE("vlt", "discovery-interface <port>"),
	LINE("vlt", "peer-routing"),
	LINE("vlt", "primary-priority <1-65535>", .key = 1),
	LINE("vlt", "vlt-mac <mac>", .key = 1),
	LINE("", "nve", .opens = "nve"),
	LINE("nve", "source-interface <loopback:0-16383>", .key = 1),
	LINE("", "evpn", .opens = "evpn"),
	LINE("evpn", "router-mac <mac>", .key = 1),
	LINE("evpn", "evi <1-65535>", .opens = "evi"),
	ROW("evi"),
	LINE("evpn", "vrf <word>", .opens = "tenant", .hook = tenant),
	ROW("tenant"),
	LINE("tenant", "advertise ipv4 connected"),
	LINE("tenant", "advertise ipv6 connected"),
	LINE("", "router ospf <1-65535>", .opens = "ospf"),
	LINE("ospf", "router-id <ip>", .key = 1),
	LINE("", "router bgp <1-4294967295>", .opens = "bgp", .hook = router_bgp),
	LINE("bgp", "router-id <ip>", .key = 1),
	LINE("bgp", "bestpath as-path multipath-relax"),
	LINE("bgp", "maximum-paths ebgp <1-64>", .key = 2),
	LINE("bgp", "address-family ipv4 unicast", .opens = "family"),
	LINE("bgp", "address-family ipv6 unicast", .opens = "family"),
	LINE("family", "network <net>"),
	LINE("bgp", "template <word>", .opens = "template"),
	LINE("bgp", "neighbor interface <port>", .opens = "neighbor"),
	LINE("bgp", "neighbor <ip>", .opens = "neighbor"),
	LINE("neighbor", "description <rest>", .key = 1),
	LINE("neighbor", "remote-as <1-4294967295>", .key = 1),
	LINE("neighbor", "inherit template <word> inherit-type ebgp", .key = 2, .hook = template),
	LINE("neighbor", "ebgp-multihop <2-255>", .key = 1),
	LINE("neighbor", "send-community extended"),
	LINE("neighbor", "update-source <loopback:0-16383>", .key = 1),
	LINE("neighbor", "password <rest>", .key = 1),
	LINE("neighbor", "shutdown", .flags = SIM_CLI_TOGGLE),
	LINE("neighbor", "address-family ipv4 unicast", .opens = "active"),
	LINE("active", "activate", .flags = SIM_CLI_TOGGLE, .preset = "activate"),
	OWN_AS("active"),
	LINE("neighbor", "address-family ipv6 unicast", .opens = "other"),
	LINE("neighbor", "address-family l2vpn evpn", .opens = "other"),
	LINE("other", "activate", .flags = SIM_CLI_TOGGLE, .preset = "no activate"),
	OWN_AS("other"),
	{ 0 }
};

static bool is_port(void *ctx, const char *native)
{
	char name[64];

	return ctx ? sim_port_abstract(ctx, native, name, sizeof(name))
		   : ms_starts(native, "ethernet1/1/");
}

const struct sim_cli_grammar sim_os10_grammar = {
	.rows = rows, .is_port = is_port, .indent = 1, .between = "!"
};
