/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration mode of NX-OS, as its guides describe it: nothing is known of what has no
 * feature line. */
#include "sim/nxos/nxos.h"

/* ---- what lines want and do ---- */

/* Everything of a feature goes with it. */
static const char *feature(struct sim_cli_at *at)
{
	static const struct { const char *feature, *lines[4];
	} of[] = {
		{ "feature bgp", { "router bgp", NULL } },
		{ "feature ospf", { "router ospf", NULL } },
		{ "feature interface-vlan", { "interface Vlan", NULL } },
		{ "feature vpc", { "vpc domain", NULL } },
		{ "feature nv overlay", { "interface nve1", NULL } },
		{ "feature lldp", { "lldp ", NULL } },
		{ "feature lacp", { NULL } },
	};

	for (size_t i = 0; at->no && i < MS_ARRAY_SIZE(of); i++)
		for (const char *const *line = of[i].lines;
		     !strcmp(at->line, of[i].feature) && *line; line++)
			sim_cli_forget(at->cli->config, *line);
	return NULL;
}

static bool has_vrf(const struct sim_cli_at *at, const char *name)
{
	char line[300];

	snprintf(line, sizeof(line), "vrf context %.200s", name);
	return sim_cli_line(at->cli->config, line);
}

static void forget_layer3(json_t *kids)
{
	static const char *const words[] = { "ip ", "ipv6 ", "no ip ", "no ipv6 ",
					     "fabric forwarding " };

	for (size_t i = 0; i < MS_ARRAY_SIZE(words); i++)
		sim_cli_forget(kids, words[i]);
}

/* All of layer 3 goes when an interface changes its VRF. */
static const char *vrf_member(struct sim_cli_at *at)
{
	const char *old = sim_cli_line(at->kids, "vrf member");

	if (!at->no && old && !strcmp(old, at->line))
		return NULL;
	if (!at->no && !has_vrf(at, sim_cli_last_word(at->line)))
		return "ERROR: VRF does not exist";
	if (!at->no || old)
		forget_layer3(at->kids);
	return NULL;
}

/* From one layer to the other an interface loses what it was, and a routed one is shut at first. */
static const char *switchport(struct sim_cli_at *at)
{
	bool routed = sim_cli_line(at->kids, "no switchport");

	if (at->no == routed)
		return NULL;
	sim_cli_forget(at->kids, "switchport ");
	sim_cli_forget(at->kids, "vrf member ");
	forget_layer3(at->kids);
	sim_cli_forget(at->kids, "no shutdown");
	return NULL;
}

static const char *on_switched(struct sim_cli_at *at)
{
	return !at->no && sim_cli_line(at->kids, "no switchport")
		       ? "ERROR: Interface is not a switchport"
		       : NULL;
}

static const char *on_routed(struct sim_cli_at *at)
{
	bool port = ms_starts(at->header, "interface Ethernet") ||
		    ms_starts(at->header, "interface port-channel");

	return !at->no && port && !sim_cli_line(at->kids, "no switchport")
		       ? "ERROR: Interface is a switchport"
		       : NULL;
}

static const char *address(struct sim_cli_at *at)
{
	const char *why = on_routed(at);

	if (why)
		return why;
	if (at->no && !strcmp(at->line, "ip address"))
		sim_cli_forget(at->kids, "ip address ");
	else if (at->no && sim_cli_has_secondary(at->kids))
		return "ERROR: Cannot delete primary address when secondary exists";
	return NULL;
}

static const char *secondary(struct sim_cli_at *at)
{
	return at->no || sim_cli_line(at->kids, "ip address")
		       ? NULL
		       : "ERROR: Primary address has to be configured first";
}

/* Where frames are switched there are two sizes. */
static const char *mtu(struct sim_cli_at *at)
{
	unsigned size = (unsigned)strtoul(sim_cli_last_word(at->line), NULL, 10);

	if (at->no || sim_cli_line(at->kids, "no switchport") || size == 1500 || size == 9216)
		return NULL;
	return "ERROR: requested config change not allowed: MTU is 1500 or system jumbomtu";
}

static const char *speed(struct sim_cli_at *at)
{
	static const unsigned known[] = {
		1000, 10000, 25000, 40000, 50000, 100000, 200000, 400000
	};
	unsigned wanted = (unsigned)strtoul(sim_cli_last_word(at->line), NULL, 10);

	for (size_t i = 0; i < MS_ARRAY_SIZE(known); i++)
		if (at->no || wanted == known[i])
			return NULL;
	return "ERROR: Speed is not supported on this interface";
}

/* The channel is made with its first member, of the layer that this has; later they have to be
 * alike. */
static const char *channel_group(struct sim_cli_at *at)
{
	char header[64];
	struct sim_cli inner;
	json_t *channel;
	bool routed = sim_cli_line(at->kids, "no switchport");

	if (at->no)
		return NULL;
	if (!strstr(at->line, "mode on") && !sim_cli_line(at->cli->config, "feature lacp"))
		return "ERROR: LACP is not enabled";
	if (sim_cli_line(at->kids, "channel-group") &&
	    strncmp(sim_cli_line(at->kids, "channel-group"), at->line, strlen(at->line)))
		return "ERROR: Port is already a member of another port-channel";
	snprintf(header, sizeof(header), "interface port-channel%u",
		 (unsigned)strtoul(at->line + strlen("channel-group "), NULL, 10));
	channel = sim_cli_block(at->cli->config, header);
	if (!channel) {
		sim_cli_init(&inner, at->cli->grammar, at->cli->config, at->cli->ctx);
		sim_cli_enter(&inner, header);
		if (routed)
			sim_cli_enter(&inner, "no switchport");
		return NULL;
	}
	return (sim_cli_line(channel, "no switchport") != NULL) == routed
		       ? NULL
		       : "command failed: port not compatible [Layer]";
}

/* A port that is broken out is not there, its parts are; and the reverse. */
static const char *port(struct sim_cli_at *at)
{
	unsigned module, number, part = 0;
	char line[96];
	bool out;

	if (at->no || sscanf(at->line, "interface Ethernet%u/%u/%u", &module, &number, &part) < 2)
		return NULL;
	snprintf(line, sizeof(line), "interface breakout module %u port %u", module, number);
	out = sim_cli_line(at->cli->config, line);
	return out == (part != 0) ? NULL : "Invalid interface format";
}

static const char *breakout(struct sim_cli_at *at)
{
	unsigned module = 1, number = 0;
	char header[96];

	sscanf(at->line, "interface breakout module %u port %u", &module, &number);
	snprintf(header, sizeof(header), "interface Ethernet%u/%u", module, number);
	json_object_del(at->cli->config, header);
	snprintf(header, sizeof(header), "interface Ethernet%u/%u/", module, number);
	sim_cli_forget(at->cli->config, header);
	return NULL;
}

static const char *segment(struct sim_cli_at *at)
{
	const char *key;
	json_t *node;

	json_object_foreach(at->cli->config, key, node) {
		const char *line = sim_cli_line(json_object_get(node, "k"), at->line);

		if (!at->no && ms_starts(key, "vlan ") && strcmp(key, at->header) && line &&
		    !strcmp(line, at->line))
			return "ERROR: VN-segment is already in use by another VLAN";
	}
	return NULL;
}

static const char *anycast(struct sim_cli_at *at)
{
	return at->no || sim_cli_line(at->cli->config, "fabric forwarding anycast-gateway-mac")
		       ? NULL : "ERROR: Anycast gateway MAC is not configured";
}

static const char *evpn_family(struct sim_cli_at *at)
{
	return at->no || sim_cli_line(at->cli->config, "nv overlay evpn")
		       ? NULL
		       : "ERROR: nv overlay evpn is not enabled";
}

static const char *route_map(struct sim_cli_at *at)
{
	char line[200], name[128] = "";
	const char *at_name = strstr(at->line, "route-map ");

	if (at->no || !at_name)
		return NULL;
	sscanf(at_name, "route-map %127s", name);
	snprintf(line, sizeof(line), "route-map %s", name);
	return sim_cli_line(at->cli->config, line) ? NULL : "ERROR: route-map does not exist";
}

#define LINE(ctx, text, ...) { .in = ctx, .pattern = text, __VA_ARGS__ }

/* ---- lines that several kinds of interface have ---- */

#define ROUTED(ctx) \
	LINE(ctx, "vrf member <word>", .key = 2, .hook = vrf_member), \
	LINE(ctx, "ip redirects", .flags = SIM_CLI_TOGGLE, .preset = "ip redirects"), \
	LINE(ctx, "ip address <cidr>", .key = 2, .hook = address), \
	LINE(ctx, "ip address <cidr> secondary", .hook = secondary), \
	LINE(ctx, "ip forward"), \
	LINE(ctx, "ip ospf network point-to-point", .key = 3), \
	LINE(ctx, "ip router ospf <word> area <ip>", .key = 3, .needs = "feature ospf"), \
	LINE(ctx, "ipv6 address use-link-local-only", .hook = on_routed), \
	LINE(ctx, "ipv6 address <cidr6>", .hook = on_routed), \
	LINE(ctx, "ipv6 redirects", .flags = SIM_CLI_TOGGLE, .preset = "ipv6 redirects")
#define SWITCHED(ctx)                                                                              \
	LINE(ctx, "switchport", .flags = SIM_CLI_TOGGLE, .preset = "switchport",                   \
	     .hook = switchport),                                                                  \
		LINE(ctx, "switchport mode access", .key = 2, .preset = "switchport mode access",  \
		     .hook = on_switched),                                                         \
		LINE(ctx, "switchport mode trunk", .key = 2, .hook = on_switched),                 \
		LINE(ctx, "switchport access vlan <1-3967>", .key = 3,                             \
		     .preset = "switchport access vlan 1", .hook = on_switched),                   \
		LINE(ctx, "switchport trunk native vlan <1-3967>", .key = 4,                       \
		     .preset = "switchport trunk native vlan 1", .hook = on_switched),             \
		LINE(ctx, "switchport trunk allowed vlan <list>", .key = 4, .hook = on_switched),  \
		LINE(ctx, "description <rest>", .key = 1),                                         \
		LINE(ctx, "speed <100-800000>", .key = 1, .hook = speed),                          \
		LINE(ctx, "mtu <576-9216>", .key = 1, .preset = "mtu 1500", .hook = mtu),          \
		LINE(ctx, "storm-control <rest>")
#define POLICIES(ctx) \
	LINE(ctx, "priority-flow-control mode on", .key = 2), \
	LINE(ctx, "priority-flow-control mode on send-tlv", .key = 2), \
	LINE(ctx, "priority-flow-control mode off", .key = 2), \
	LINE(ctx, "priority-flow-control mode auto", .key = 2, \
	     .preset = "priority-flow-control mode auto"), \
	LINE(ctx, "priority-flow-control watch-dog-interval on", .key = 2), \
	LINE(ctx, "service-policy type qos input <word>", .key = 4, \
	     .hook = sim_nxos_service_policy), \
	LINE(ctx, "service-policy type queuing input <word>", .key = 4, \
	     .hook = sim_nxos_service_policy), \
	LINE(ctx, "service-policy type queuing output <word>", .key = 4, \
	     .hook = sim_nxos_service_policy), \
	LINE(ctx, "flowcontrol receive on", .key = 2), \
	LINE(ctx, "flowcontrol receive off", .key = 2, .preset = "flowcontrol receive off"), \
	LINE(ctx, "flowcontrol send on", .key = 2), \
	LINE(ctx, "flowcontrol send off", .key = 2, .preset = "flowcontrol send off")
#define THRESHOLDS(unit) \
	"random-detect minimum-threshold <0-52428800> " unit " maximum-threshold <1-52428800> " unit
#define TARGETS(ctx)                                                                               \
	LINE(ctx, "route-target both <rt>"), LINE(ctx, "route-target import <rt>"),                \
		LINE(ctx, "route-target import <rt> evpn"), LINE(ctx, "route-target export <rt>"), \
		LINE(ctx, "route-target export <rt> evpn")
#define FAMILY(ctx)                                                                                \
	LINE(ctx, "network <net>"), LINE(ctx, "maximum-paths <1-64>", .key = 1),                   \
		LINE(ctx, "retain route-target all"), LINE(ctx, "advertise l2vpn evpn"),           \
		LINE(ctx, "redistribute direct route-map <word>", .hook = route_map)

static const struct sim_cli_row rows[] = {
	LINE("", "hostname <word>", .key = 1),
	LINE("", "nv overlay evpn"),
	LINE("", "feature nxapi"),
	LINE("", "feature scp-server"),
	LINE("", "feature scheduler", .hook = feature),
	LINE("", "feature ospf", .hook = feature),
	LINE("", "feature bgp", .hook = feature),
	LINE("", "feature fabric forwarding"),
	LINE("", "feature interface-vlan", .hook = feature),
	LINE("", "feature vn-segment-vlan-based"),
	LINE("", "feature lacp", .hook = feature),
	LINE("", "feature vpc", .hook = feature),
	LINE("", "feature lldp", .hook = feature),
	LINE("", "feature nv overlay", .hook = feature),
	LINE("", "lldp tlv-select dcbxp", .key = 3, .needs = "feature lldp",
	     .flags = SIM_CLI_TOGGLE, .preset = "lldp tlv-select dcbxp"),
	LINE("", "lldp tlv-select dcbxp egress-queuing", .key = 3, .needs = "feature lldp"),
	LINE("", "username <word> <rest>", .key = 2),
	LINE("", "ip domain-lookup"),
	LINE("", "ntp server <rest>"),
	LINE("", "fabric forwarding anycast-gateway-mac <mac>", .key = 3,
	     .needs = "feature fabric forwarding"),
	LINE("", "vlan <1-3967>", .opens = "vlan", .preset = "vlan 1"),
	LINE("vlan", "name <word>", .key = 1),
	LINE("vlan", "vn-segment <4096-16777215>", .key = 1,
	     .needs = "feature vn-segment-vlan-based", .hook = segment),
	LINE("", "route-map <word> permit <0-65535>", .opens = "map"),
	LINE("map", "match as-number <word>", .key = 2),
	LINE("map", "set ip next-hop unchanged"),
	LINE("", "vrf context management", .opens = "vrf"),
	LINE("", "vrf context <word>", .opens = "vrf"),
	LINE("vrf", "vni <4096-16777215>", .key = 1),
	LINE("vrf", "vni <4096-16777215> l3", .key = 1),
	LINE("vrf", "rd <rd>", .key = 1),
	LINE("vrf", "ip route <rest>"),
	LINE("vrf", "address-family ipv4 unicast", .opens = "vrf-family"),
	LINE("vrf", "address-family ipv6 unicast", .opens = "vrf-family"),
	TARGETS("vrf-family"),
	LINE("", "vpc domain <1-1000>", .opens = "vpc", .needs = "feature vpc"),
	LINE("vpc", "peer-switch"),
	LINE("vpc", "role priority <1-65535>", .key = 2),
	LINE("vpc", "system-mac <mac>", .key = 1),
	LINE("vpc", "peer-keepalive destination <ip>", .key = 1),
	LINE("vpc", "peer-keepalive destination <ip> source <ip>", .key = 1),
	LINE("vpc", "peer-gateway"),
	LINE("vpc", "ip arp synchronize"),
	LINE("vpc", "ipv6 nd synchronize"),
	LINE("", "priority-flow-control watch-dog-interval on", .key = 2),
	LINE("", "priority-flow-control watch-dog interval <100-1000>", .key = 3,
	     .preset = "priority-flow-control watch-dog interval 100"),
	LINE("", "priority-flow-control watch-dog shutdown-multiplier <1-10>", .key = 3,
	     .preset = "priority-flow-control watch-dog shutdown-multiplier 1"),
	LINE("", "priority-flow-control auto-restore multiplier <0-100>", .key = 3,
	     .preset = "priority-flow-control auto-restore multiplier 10"),
	LINE("", "class-map type qos match-any <word>", .opens = "class-map",
	     .hook = sim_nxos_class_map),
	LINE("", "class-map type qos match-all <word>", .opens = "class-map",
	     .hook = sim_nxos_class_map),
	LINE("class-map", "match dscp <word>", .hook = sim_nxos_match),
	LINE("class-map", "match cos <word>", .hook = sim_nxos_match),
	LINE("", "policy-map type qos <word>", .opens = "classify", .hook = sim_nxos_policy_map),
	LINE("classify", "class <word>", .opens = "classified", .hook = sim_nxos_class),
	LINE("classified", "set qos-group <0-7>", .key = 2),
	LINE("", "policy-map type queuing <word>", .opens = "queuing", .hook = sim_nxos_policy_map),
	LINE("queuing", "class type queuing <word>", .opens = "queue",
	     .hook = sim_nxos_system_class),
	LINE("queue", "priority level <1-3>", .key = 1, .hook = sim_nxos_level),
	LINE("queue", "bandwidth remaining percent <0-100>", .key = 3, .hook = sim_nxos_share),
	LINE("queue", THRESHOLDS("bytes") " drop-probability <0-100> weight <0-15> ecn", .key = 1,
	     .hook = sim_nxos_ecn),
	LINE("queue", THRESHOLDS("kbytes") " drop-probability <0-100> weight <0-15> ecn", .key = 1,
	     .hook = sim_nxos_ecn),
	LINE("queue", "pause buffer-size <0-20971520> pause-threshold <0-20971520> "
	     "resume-threshold <0-20971520>", .key = 2, .hook = sim_nxos_pause),
	LINE("", "policy-map type network-qos <word>", .opens = "network",
	     .hook = sim_nxos_policy_map),
	LINE("network", "class type network-qos <word>", .opens = "network-class",
	     .hook = sim_nxos_system_class),
	LINE("network-class", "mtu <1500-9216>", .key = 1),
	LINE("network-class", "pause pfc-cos <0-7>", .key = 2),
	LINE("", "system qos", .opens = "system", .flags = SIM_CLI_FIXED),
	LINE("system", "service-policy type network-qos <word>", .key = 3,
	     .hook = sim_nxos_service_policy),
	LINE("", "interface breakout module <1-32> port <1-128> map <word>", .key = 6,
	     .hook = breakout),
	LINE("", "interface <Vlan:1-3967>", .opens = "svi", .needs = "feature interface-vlan"),
	LINE("svi", "description <rest>", .key = 1),
	LINE("svi", "shutdown", .flags = SIM_CLI_TOGGLE, .preset = "shutdown"),
	LINE("svi", "mtu <68-9216>", .key = 1, .preset = "mtu 1500"),
	ROUTED("svi"),
	LINE("svi", "fabric forwarding mode anycast-gateway", .needs = "feature fabric forwarding",
	     .hook = anycast),
	LINE("", "interface <port-channel:1-4096>", .opens = "channel"),
	SWITCHED("channel"),
	ROUTED("channel"),
	POLICIES("channel"),
	LINE("channel", "shutdown", .flags = SIM_CLI_TOGGLE, .preset = "no shutdown"),
	LINE("channel", "vpc <1-4096>", .key = 1, .needs = "feature vpc"),
	LINE("channel", "vpc peer-link", .key = 1, .needs = "feature vpc"),
	LINE("", "interface nve1", .opens = "nve", .needs = "feature nv overlay"),
	LINE("nve", "shutdown", .flags = SIM_CLI_TOGGLE, .preset = "shutdown"),
	LINE("nve", "host-reachability protocol bgp", .key = 1),
	LINE("nve", "source-interface <loopback:0-1023>", .key = 1),
	LINE("nve", "qos-mode pipe"),
	LINE("nve", "member vni <4096-16777215> associate-vrf"),
	LINE("nve", "member vni <4096-16777215>", .opens = "member"),
	LINE("member", "ingress-replication protocol bgp"),
	LINE("", "interface <port>", .opens = "port", .flags = SIM_CLI_FIXED, .hook = port),
	POLICIES("port"),
	SWITCHED("port"),
	LINE("port", "lldp dcbx version auto", .key = 3, .needs = "feature lldp",
	     .preset = "lldp dcbx version auto"),
	LINE("port", "lldp dcbx version cee", .key = 3, .needs = "feature lldp"),
	LINE("port", "lldp dcbx version ieee", .key = 3, .needs = "feature lldp"),
	LINE("port", "channel-group <1-4096> mode active", .key = 1, .hook = channel_group),
	LINE("port", "channel-group <1-4096> mode passive", .key = 1, .hook = channel_group),
	LINE("port", "channel-group <1-4096> mode on", .key = 1, .hook = channel_group),
	ROUTED("port"),
	LINE("port", "shutdown", .flags = SIM_CLI_TOGGLE),
	LINE("", "interface mgmt0", .opens = "mgmt", .flags = SIM_CLI_FIXED),
	LINE("mgmt", "vrf member management"),
	LINE("mgmt", "ip address <cidr>", .key = 2),
	LINE("", "interface <loopback:0-1023>", .opens = "loopback"),
	LINE("loopback", "description <rest>", .key = 1),
	ROUTED("loopback"),
	LINE("", "router ospf <word>", .opens = "ospf", .needs = "feature ospf"),
	LINE("ospf", "router-id <ip>", .key = 1),
	LINE("", "router bgp <1-4294967295>", .opens = "bgp", .needs = "feature bgp",
	     .hook = sim_cli_one_bgp),
	LINE("bgp", "router-id <ip>", .key = 1),
	LINE("bgp", "log-neighbor-changes"),
	LINE("bgp", "bestpath as-path multipath-relax"),
	LINE("bgp", "address-family ipv4 unicast", .opens = "family"),
	LINE("bgp", "address-family ipv6 unicast", .opens = "family"),
	LINE("bgp", "address-family l2vpn evpn", .opens = "family", .hook = evpn_family),
	FAMILY("family"),
	LINE("bgp", "neighbor <ip>", .opens = "neighbor"),
	LINE("bgp", "neighbor <port>", .opens = "neighbor"),
	LINE("neighbor", "remote-as <1-4294967295>", .key = 1),
	LINE("neighbor", "remote-as route-map <word>", .key = 1, .hook = route_map),
	LINE("neighbor", "description <rest>", .key = 1),
	LINE("neighbor", "update-source <loopback:0-1023>", .key = 1),
	LINE("neighbor", "ebgp-multihop <2-255>", .key = 1),
	LINE("neighbor", "shutdown"),
	LINE("neighbor", "address-family ipv4 unicast", .opens = "neighbor-family"),
	LINE("neighbor", "address-family ipv6 unicast", .opens = "neighbor-family"),
	LINE("neighbor", "address-family l2vpn evpn", .opens = "neighbor-family",
	     .hook = evpn_family),
	LINE("neighbor-family", "send-community"),
	LINE("neighbor-family", "send-community extended"),
	LINE("neighbor-family", "route-map <word> in", .hook = route_map),
	LINE("neighbor-family", "route-map <word> out", .hook = route_map),
	LINE("neighbor-family", "disable-peer-as-check"),
	LINE("neighbor-family", "allowas-in <1-10>", .key = 1),
	LINE("bgp", "vrf <word>", .opens = "bgp-vrf"),
	LINE("bgp-vrf", "address-family ipv4 unicast", .opens = "vrf-routes"),
	LINE("bgp-vrf", "address-family ipv6 unicast", .opens = "vrf-routes"),
	FAMILY("vrf-routes"),
	LINE("", "evpn", .opens = "evpn", .needs = "nv overlay evpn"),
	LINE("evpn", "vni <4096-16777215> l2", .opens = "vni"),
	LINE("vni", "rd <rd>", .key = 1),
	TARGETS("vni"),
	LINE("", "scheduler job name <word>", .opens = "job", .needs = "feature scheduler"),
	LINE("job", "rollback running-config checkpoint <word>", .key = 1),
	LINE("job", "rollback running-config checkpoint <word> atomic", .key = 1),
	LINE("", "scheduler schedule name <word>", .opens = "schedule",
	     .needs = "feature scheduler"),
	LINE("schedule", "job name <word>", .key = 2),
	LINE("schedule", "time start <word>", .key = 2),
	{ 0 }
};

static bool is_port(void *ctx, const char *native)
{
	return ctx ? sim_port_exists(ctx, native)
		   : ms_starts(native, "Ethernet1/");
}

const struct sim_cli_grammar sim_nxos_grammar = {
	.rows = rows, .is_port = is_port, .indent = 2, .between = ""
};
