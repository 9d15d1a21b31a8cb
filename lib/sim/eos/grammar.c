/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration mode of EOS, as its manual describes it: lines, contexts, what replaces what,
 * what is default. */
#include "sim/eos/eos.h"

/* ---- what lines want and do ---- */

static const char *second_word(const char *line, char *buf, size_t size)
{
	const char *c = strchr(line, ' ');

	snprintf(buf, size, "%.*s", c ? (int)strcspn(c + 1, " ") : 0, c ? c + 1 : "");
	return buf;
}

static bool has_vrf(const struct sim_cli_at *at, const char *name)
{
	char line[300];

	snprintf(line, sizeof(line), "vrf instance %.200s", name);
	return sim_cli_line(at->cli->config, line);
}

/* An interface that goes to another VRF loses its addresses. */
static const char *interface_vrf(struct sim_cli_at *at)
{
	const char *old = sim_cli_line(at->kids, "vrf");

	if (!at->no && !has_vrf(at, at->line + 4))
		return "VRF does not exist";
	if (at->no ? !old : old && !strcmp(old, at->line))
		return NULL;
	sim_cli_forget(at->kids, "ip address ");
	sim_cli_forget(at->kids, "ipv6 address ");
	return NULL;
}

static const char *known_vrf(struct sim_cli_at *at)
{
	return at->no || has_vrf(at, sim_cli_last_word(at->line)) ? NULL : "VRF does not exist";
}

/* Its interfaces go back to the default one, without addresses. */
static const char *vrf_instance(struct sim_cli_at *at)
{
	char line[300];
	const char *key;
	json_t *node;

	if (!at->no)
		return NULL;
	snprintf(line, sizeof(line), "vrf %.200s", sim_cli_last_word(at->line));
	json_object_foreach(at->cli->config, key, node) {
		json_t *kids = json_object_get(node, "k");

		if (!ms_starts(key, "interface ") || !sim_cli_line(kids, line))
			continue;
		sim_cli_forget(kids, line);
		sim_cli_forget(kids, "ip address ");
		sim_cli_forget(kids, "ipv6 address ");
	}
	return NULL;
}

static const char *primary_address(struct sim_cli_at *at)
{
	if (!at->no)
		return NULL;
	if (!strcmp(at->line, "ip address")) {
		const char *key;
		json_t *node;
		void *next;

		json_object_foreach_safe(at->kids, next, key, node)
			if (ms_starts(ms_str(node, "/t", ""), "ip address ") &&
			    !ms_starts(ms_str(node, "/t", ""), "ip address virtual"))
				json_object_del(at->kids, key);
		return NULL;
	}
	return sim_cli_has_secondary(at->kids)
		       ? "Primary address cannot be deleted before secondary"
		       : NULL;
}

static const char *virtual_address(struct sim_cli_at *at)
{
	if (at->no && !strcmp(at->line, "ip address virtual"))
		sim_cli_forget(at->kids, "ip address virtual ");
	else if (at->no && sim_cli_has_secondary(at->kids))
		return "Primary address cannot be deleted before secondary";
	return NULL;
}

static const char *secondary_address(struct sim_cli_at *at)
{
	return at->no || sim_cli_line(at->kids, "ip address")
		       ? NULL
		       : "Primary address must be configured first";
}

static const char *speed(struct sim_cli_at *at)
{
	static const char *const known[] = { "10g",  "25g",  "40g",  "50g",
					     "100g", "200g", "400g", "800g" };
	char word[32];

	second_word(at->line, word, sizeof(word));
	for (size_t i = 0; i < MS_ARRAY_SIZE(known); i++)
		if (at->no || !strcmp(word, known[i]))
			return NULL;
	return "Speed not supported by interface";
}

/* One VNI, one VLAN or VRF. */
static const char *vni(struct sim_cli_at *at)
{
	const char *number = sim_cli_last_word(at->line), *key;
	json_t *node;

	if (at->no)
		return NULL;
	json_object_foreach(at->kids, key, node) {
		const char *line = ms_str(node, "/t", "");

		if (strstr(line, " vni ") && !strcmp(sim_cli_last_word(line), number) &&
		    strncmp(key, at->line, strlen(key)))
			return "VNI is already mapped";
	}
	return ms_starts(at->line, "vxlan vrf ") && !has_vrf(at, at->line + 10) && !({
		       char name[128];
		       second_word(at->line + 6, name, sizeof(name));
		       has_vrf(at, name);
	       })
		       ? "VRF does not exist"
		       : NULL;
}

/* Addresses are neighbors at once, other words are peer groups that were made. */
static bool is_neighbor(const json_t *kids, const char *name)
{
	char line[300];

	snprintf(line, sizeof(line), "neighbor %.200s peer group", name);
	return strpbrk(name, ".:") || sim_cli_line(kids, line);
}

static const char *neighbor(struct sim_cli_at *at)
{
	char name[128];

	return at->no || is_neighbor(at->kids, second_word(at->line, name, sizeof(name)))
		       ? NULL
		       : "Peer group does not exist";
}

static const char *neighbor_interface(struct sim_cli_at *at)
{
	char group[128] = "", filter[128] = "", line[300];

	if (at->no || sscanf(at->line, "neighbor interface %*s peer-group %127s peer-filter %127s",
			     group, filter) < 1)
		return NULL;
	if (!is_neighbor(at->kids, group))
		return "Peer group does not exist";
	snprintf(line, sizeof(line), "peer-filter %s", filter);
	return !*filter || sim_cli_line(at->cli->config, line) ? NULL
							       : "Peer filter does not exist";
}

/* In an address family: the neighbor is known in the block around it. */
static const char *member(struct sim_cli_at *at)
{
	const json_t *bgp = at->cli->stack[1].kids;
	char name[128], line[300];

	second_word(at->line, name, sizeof(name));
	snprintf(line, sizeof(line), "neighbor %s remote-as", name);
	if (at->no || sim_cli_line(bgp, line))
		return NULL;
	snprintf(line, sizeof(line), "neighbor %s peer group", name);
	return sim_cli_line(bgp, line) ? NULL : "Neighbor does not exist";
}

/* The channel is made with its first member. */
static const char *channel_group(struct sim_cli_at *at)
{
	char number[32], header[64];
	struct sim_cli inner;

	if (at->no)
		return NULL;
	snprintf(header, sizeof(header), "interface Port-Channel%s",
		 second_word(at->line, number, sizeof(number)));
	if (sim_cli_block(at->cli->config, header))
		return NULL;
	sim_cli_init(&inner, at->cli->grammar, at->cli->config, at->cli->ctx);
	sim_cli_enter(&inner, header);
	return NULL;
}

#define LINE(ctx, text, ...) { .in = ctx, .pattern = text, __VA_ARGS__ }

/* ---- lines that several kinds of interface have ---- */

#define COMMON(ctx) \
	LINE(ctx, "description <rest>", .key = 1), \
	LINE(ctx, "mtu <68-10178>", .key = 1, .preset = "mtu 1500"), \
	LINE(ctx, "shutdown", .flags = SIM_CLI_TOGGLE, .preset = "no shutdown")
#define ROUTED(ctx) \
	LINE(ctx, "vrf <word>", .key = 1, .hook = interface_vrf), \
	LINE(ctx, "ip address <cidr>", .key = 2, .hook = primary_address), \
	LINE(ctx, "ip address <cidr> secondary", .hook = secondary_address), \
	LINE(ctx, "ip address virtual <cidr>", .key = 3, .hook = virtual_address), \
	LINE(ctx, "ip address virtual <cidr> secondary", .hook = secondary_address), \
	LINE(ctx, "ipv6 enable"), \
	LINE(ctx, "ipv6 address <cidr6>"), \
	LINE(ctx, "ipv6 address virtual <cidr6>"), \
	LINE(ctx, "ip ospf network point-to-point", .key = 3), \
	LINE(ctx, "ip ospf area <ip>", .key = 3), \
	LINE(ctx, "mpls ip"), \
	LINE(ctx, "mpls ldp interface")
#define SWITCHED(ctx)                                                                              \
	LINE(ctx, "switchport", .flags = SIM_CLI_TOGGLE, .preset = "switchport"),                  \
		LINE(ctx, "switchport access vlan <1-4094>", .key = 3,                             \
		     .preset = "switchport access vlan 1"),                                        \
		LINE(ctx, "switchport trunk native vlan <1-4094>", .key = 4,                       \
		     .preset = "switchport trunk native vlan 1"),                                  \
		LINE(ctx, "switchport trunk native vlan tag", .key = 4),                           \
		LINE(ctx, "switchport trunk allowed vlan <list>", .key = 4),                       \
		LINE(ctx, "switchport mode access", .key = 2, .preset = "switchport mode access"), \
		LINE(ctx, "switchport mode trunk", .key = 2),                                      \
		LINE(ctx, "switchport mode dot1q-tunnel", .key = 2),                               \
		LINE(ctx, "switchport trunk group <word>")
#define QOS(ctx) \
	LINE(ctx, "qos trust", .key = 2, .flags = SIM_CLI_TOGGLE), \
	LINE(ctx, "qos trust dscp", .key = 2), \
	LINE(ctx, "qos trust cos", .key = 2), \
	LINE(ctx, "priority-flow-control on"), \
	LINE(ctx, "priority-flow-control priority <0-7> no-drop", .key = 3), \
	LINE(ctx, "priority-flow-control priority <0-7> drop", .key = 3), \
	LINE(ctx, "priority-flow-control pause watchdog"), \
	LINE(ctx, "uc-tx-queue <0-7>", .opens = "queue"), \
	LINE(ctx, "tx-queue <0-7>", .opens = "queue")
#define FLOW(ctx) \
	QOS(ctx), \
	LINE(ctx, "service-profile <word>", .key = 1, .hook = sim_eos_profile), \
	LINE(ctx, "flowcontrol send on", .key = 2), \
	LINE(ctx, "flowcontrol send off", .key = 2, .preset = "flowcontrol send off"), \
	LINE(ctx, "flowcontrol receive on", .key = 2), \
	LINE(ctx, "flowcontrol receive desired", .key = 2), \
	LINE(ctx, "flowcontrol receive off", .key = 2, .preset = "flowcontrol receive off")
#define THRESHOLDS(unit) \
	"random-detect ecn minimum-threshold <1-256000000> " unit \
	" maximum-threshold <1-256000000> " unit
#define TARGETS(ctx, word) \
	LINE(ctx, "rd <rd>", .key = 1), \
	LINE(ctx, "route-target both " word "<rt>"), \
	LINE(ctx, "route-target import " word "<rt>"), \
	LINE(ctx, "route-target export " word "<rt>")

static const struct sim_cli_row rows[] = {
	LINE("", "service routing protocols model ribd", .key = 4,
	     .preset = "service routing protocols model ribd"),
	LINE("", "service routing protocols model multi-agent", .key = 4),
	LINE("", "hostname <word>", .key = 1),
	LINE("", "ip name-server <rest>"),
	LINE("", "ntp server <rest>"),
	LINE("", "logging <rest>"),
	LINE("", "spanning-tree mode <word>", .key = 2, .preset = "spanning-tree mode mstp"),
	LINE("", "spanning-tree vlan-id <list>", .flags = SIM_CLI_TOGGLE | SIM_CLI_NEGATIVE),
	LINE("", "aaa authorization exec default local"),
	LINE("", "username <word> <rest>", .key = 2),
	LINE("", "vlan <1-4094>", .opens = "vlan", .preset = "vlan 1"),
	LINE("vlan", "name <word>", .key = 1),
	LINE("vlan", "trunk group <word>"),
	LINE("", "vrf instance <word>", .opens = "vrf", .hook = vrf_instance),
	LINE("vrf", "description <rest>", .key = 1),
	LINE("", "qos map dscp <0-63> to traffic-class <0-7>", .key = 4, .hook = sim_eos_code),
	LINE("", "qos map dscp <rest>", .hook = sim_eos_code_list),
	LINE("", "qos map cos <0-7> to traffic-class <0-7>", .key = 4, .hook = sim_eos_code),
	LINE("", "qos map cos <rest>", .hook = sim_eos_code_list),
	LINE("", "qos map traffic-class <0-6> to tx-queue <0-6>", .key = 6,
	     .hook = sim_eos_queue_map),
	LINE("", "priority-flow-control all off"),
	LINE("", "priority-flow-control pause watchdog default timeout <word>", .key = 5,
	     .hook = sim_eos_seconds),
	LINE("", "priority-flow-control pause watchdog default recovery-time <word>", .key = 5,
	     .hook = sim_eos_seconds),
	LINE("", "priority-flow-control pause watchdog default polling-interval <word>", .key = 5,
	     .hook = sim_eos_seconds),
	LINE("", "priority-flow-control pause watchdog action drop", .key = 4),
	LINE("", "priority-flow-control pause watchdog action no-drop", .key = 4),
	LINE("", "priority-flow-control pause watchdog action errdisable", .key = 4),
	LINE("", "qos profile <word>", .opens = "profile"),
	QOS("profile"),
	LINE("queue", "priority", .key = 1, .flags = SIM_CLI_TOGGLE, .hook = sim_eos_priority),
	LINE("queue", "priority strict", .key = 1, .preset = "priority strict"),
	LINE("queue", "bandwidth percent <1-100>", .key = 2),
	LINE("queue", THRESHOLDS("bytes") " max-mark-probability <1-100> weight <0-15>", .key = 2,
	     .hook = sim_eos_ecn),
	LINE("queue", THRESHOLDS("kbytes") " max-mark-probability <1-100> weight <0-15>", .key = 2,
	     .hook = sim_eos_ecn),
	LINE("queue", THRESHOLDS("kbytes"), .key = 2, .hook = sim_eos_ecn),
	LINE("queue", THRESHOLDS("segments"), .key = 2, .hook = sim_eos_ecn),
	LINE("", "interface <Port-Channel:1-999999>", .opens = "channel"),
	COMMON("channel"),
	FLOW("channel"),
	SWITCHED("channel"),
	ROUTED("channel"),
	LINE("channel", "mlag <1-999999>", .key = 1),
	LINE("channel", "evpn ethernet-segment", .opens = "segment"),
	LINE("segment", "identifier <esi>", .key = 1),
	LINE("segment", "route-target import <mac>", .key = 2),
	LINE("channel", "lacp system-id <mac>", .key = 2),
	LINE("", "interface <port>", .opens = "port", .flags = SIM_CLI_FIXED),
	COMMON("port"),
	LINE("port", "speed <word>", .key = 1, .hook = speed),
	LINE("port", "speed forced <word>", .key = 1),
	FLOW("port"),
	LINE("port", "dcbx mode ieee", .key = 2),
	LINE("port", "dcbx mode cee", .key = 2),
	SWITCHED("port"),
	ROUTED("port"),
	LINE("port", "channel-group <1-999999> mode active", .key = 1, .hook = channel_group),
	LINE("port", "channel-group <1-999999> mode passive", .key = 1, .hook = channel_group),
	LINE("port", "channel-group <1-999999> mode on", .key = 1, .hook = channel_group),
	LINE("port", "storm-control <rest>"),
	LINE("", "interface <Loopback:0-2100>", .opens = "loopback"),
	COMMON("loopback"),
	ROUTED("loopback"),
	LINE("", "interface <Management:0-9>", .opens = "management", .flags = SIM_CLI_FIXED),
	COMMON("management"),
	ROUTED("management"),
	LINE("", "interface <Vlan:1-4094>", .opens = "svi"),
	COMMON("svi"),
	LINE("svi", "autostate", .flags = SIM_CLI_TOGGLE, .preset = "autostate"),
	ROUTED("svi"),
	LINE("", "interface Vxlan1", .opens = "vxlan"),
	LINE("vxlan", "vxlan source-interface <Loopback:0-2100>", .key = 2),
	LINE("vxlan", "vxlan virtual-router encapsulation mac-address <mac>", .key = 4),
	LINE("vxlan", "vxlan virtual-router encapsulation mac-address mlag-system-id", .key = 4),
	LINE("vxlan", "vxlan udp-port <1024-65535>", .key = 2),
	LINE("vxlan", "vxlan vlan <1-4094> vni <1-16777215>", .key = 3, .hook = vni),
	LINE("vxlan", "vxlan vrf <word> vni <1-16777215>", .key = 3, .hook = vni),
	LINE("vxlan", "vxlan qos dscp propagation encapsulation"),
	LINE("vxlan", "vxlan qos ecn propagation"),
	LINE("vxlan", "vxlan qos map dscp to traffic-class decapsulation"),
	LINE("", "ip virtual-router mac-address <mac>", .key = 3),
	LINE("", "ip routing", .key = 2),
	LINE("", "ip routing ipv6 interfaces", .key = 2),
	LINE("", "ip routing vrf <word>", .hook = known_vrf),
	LINE("", "ipv6 unicast-routing"),
	LINE("", "ipv6 unicast-routing vrf <word>", .hook = known_vrf),
	LINE("", "ip route <rest>"),
	LINE("", "mpls ip"),
	LINE("", "mpls ldp", .opens = "ldp"),
	LINE("ldp", "router-id <ip>", .key = 1),
	LINE("ldp", "router-id interface <word>", .key = 1),
	LINE("ldp", "transport-address interface <Loopback:0-2100>", .key = 1),
	LINE("ldp", "interface disabled default"),
	LINE("ldp", "shutdown", .flags = SIM_CLI_TOGGLE, .preset = "shutdown"),
	LINE("", "mlag configuration", .opens = "mlag"),
	LINE("mlag", "domain-id <word>", .key = 1),
	LINE("mlag", "local-interface <Vlan:1-4094>", .key = 1),
	LINE("mlag", "peer-address heartbeat <ip>", .key = 2),
	LINE("mlag", "peer-address heartbeat <ip> vrf <word>", .key = 2),
	LINE("mlag", "peer-address <ip>", .key = 1),
	LINE("mlag", "peer-link <Port-Channel:1-999999>", .key = 1),
	LINE("mlag", "primary-priority <1-32767>", .key = 1, .preset = "primary-priority 32767"),
	LINE("mlag", "reload-delay <rest>"),
	LINE("", "peer-filter <word>", .opens = "filter"),
	LINE("filter", "<1-65535> match as-range <word> result accept", .key = 1),
	LINE("filter", "<1-65535> match as-range <word> result reject", .key = 1),
	LINE("", "router bgp <1-4294967295>", .opens = "bgp", .hook = sim_cli_one_bgp),
	LINE("bgp", "router-id <ip>", .key = 1),
	LINE("bgp", "bgp default ipv4-unicast", .flags = SIM_CLI_TOGGLE,
	     .preset = "bgp default ipv4-unicast"),
	LINE("bgp", "maximum-paths <1-600>", .key = 1),
	LINE("bgp", "maximum-paths <1-600> ecmp <1-600>", .key = 1),
	LINE("bgp", "neighbor <word> peer group"),
	LINE("bgp", "neighbor <word> remote-as <1-4294967295>", .key = 3, .hook = neighbor),
	LINE("bgp", "neighbor <word> description <rest>", .key = 3, .hook = neighbor),
	LINE("bgp", "neighbor <word> update-source <word>", .key = 3, .hook = neighbor),
	LINE("bgp", "neighbor <word> ebgp-multihop <1-255>", .key = 3, .hook = neighbor),
	LINE("bgp", "neighbor <word> allowas-in <1-10>", .key = 3, .hook = neighbor),
	LINE("bgp", "neighbor <word> send-community <rest>", .key = 3, .hook = neighbor),
	LINE("bgp", "neighbor <word> send-community", .key = 3, .hook = neighbor),
	LINE("bgp", "neighbor <word> maximum-routes <0-4294967294>", .key = 3, .hook = neighbor),
	LINE("bgp", "neighbor <word> shutdown", .hook = neighbor),
	LINE("bgp", "neighbor interface <port> peer-group <word> remote-as <1-4294967295>",
	     .key = 3, .hook = neighbor_interface),
	LINE("bgp", "neighbor interface <port> peer-group <word> peer-filter <word>", .key = 3,
	     .hook = neighbor_interface),
	LINE("bgp", "vlan <1-4094>", .opens = "bgp-vlan"),
	TARGETS("bgp-vlan", ""),
	LINE("bgp-vlan", "redistribute learned"),
	LINE("bgp", "address-family evpn", .opens = "family"),
	LINE("bgp", "address-family ipv4", .opens = "family"),
	LINE("bgp", "address-family ipv6", .opens = "family"),
	LINE("family", "neighbor <word> activate", .hook = member),
	LINE("family", "neighbor <word> next-hop-unchanged", .hook = member),
	LINE("family", "neighbor <word> next-hop address-family ipv6 originate", .hook = member),
	LINE("family", "network <net>"),
	LINE("bgp", "vrf <word>", .opens = "bgp-vrf"),
	TARGETS("bgp-vrf", "evpn "),
	LINE("bgp-vrf", "router-id <ip>", .key = 1),
	LINE("bgp-vrf", "redistribute connected"),
	LINE("", "router ospf <1-65535>", .opens = "ospf"),
	LINE("ospf", "router-id <ip>", .key = 1),
	LINE("ospf", "max-lsa <0-100000>", .key = 1, .preset = "max-lsa 12000"),
	LINE("ospf", "passive-interface <rest>"),
	LINE("", "management api http-commands", .opens = "api", .flags = SIM_CLI_FIXED),
	LINE("api", "shutdown", .flags = SIM_CLI_TOGGLE, .preset = "shutdown"),
	{ 0 }
};

static bool is_port(void *ctx, const char *native)
{
	return ctx ? sim_port_exists(ctx, native)
		   : ms_starts(native, "Ethernet") && native[8] >= '1' && native[8] <= '9';
}

const struct sim_cli_grammar sim_eos_grammar = {
	.rows = rows, .is_port = is_port, .indent = 3, .between = "!"
};

/* ---- "vlan 10-12,20" of those of which nothing more is said and that follow one another ---- */

static bool is_bare_vlan(const char *line, const char *next, unsigned *ret_vid)
{
	int used = 0;

	return sscanf(line, "vlan %u%n", ret_vid, &used) == 1 && line[used] == '\n' &&
	       ms_starts(next, "!\n");
}

static const char *put_vlans(const char *text, struct ms_buf *out)
{
	unsigned from, to, vid;
	const char *sep = "vlan ";

	while (is_bare_vlan(text, strchrnul(text, '\n') + 1, &from)) {
		to = from;
		text = strchr(strchr(text, '\n') + 1, '\n') + 1;
		while (is_bare_vlan(text, strchrnul(text, '\n') + 1, &vid) && vid == to + 1) {
			to = vid;
			text = strchr(strchr(text, '\n') + 1, '\n') + 1;
		}
		ms_buf_printf(out, to > from ? "%s%u-%u" : "%s%u", sep, from, to);
		sep = ",";
	}
	ms_buf_puts(out, "\n!\n");
	return text;
}

void sim_eos_show(const json_t *config, struct ms_buf *out)
{
	MS_AUTO_BUF struct ms_buf whole = { 0 };
	const char *text;
	unsigned vid;

	sim_cli_show(&sim_eos_grammar, config, &whole);
	for (text = whole.data ? whole.data : ""; *text;) {
		size_t len = strcspn(text, "\n") + 1;

		if (is_bare_vlan(text, text + len, &vid)) {
			text = put_vlans(text, out);
			continue;
		}
		ms_buf_add(out, text, len);
		text += len;
	}
	ms_buf_puts(out, "end\n");
}
