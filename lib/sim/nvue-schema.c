/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a release of NVUE takes at all: which keys stand where, in which dialect, and values that no release takes.  The
 * parts of the tree that nobody here configures are taken as they come.
 */
#include "sim/nvue.h"

#define C "enable "              /* classic: up to 5.14 */
#define M "state "               /* from 5.15 */

/* Keys below a path; "*" in a path is any key, "*" as key allows any.  {} of the classic and of the newer dialect. */
static const struct shape { const char *path, *classic, *modern; } shapes[] = {
	{ "", "acl bridge evpn interface maintenance mlag nve platform qos router service system vrf",
	  "acl bridge evpn interface maintenance mlag nve platform qos router system vrf" },
	{ "interface.*", "type description link ip bridge bond evpn router vlan base-interface qos acl lldp ptp",
	  "type description link ipv4 ipv6 vrf bridge bond evpn router vlan base-interface qos acl lldp ptp" },
	{ "interface.*.ip", "address gateway vrf vrr ipv4 ipv6 igmp neighbor-discovery vrrp", "" },
	{ "interface.*.ipv4", "", "address gateway forward vrr igmp vrrp dhcp-client" },
	{ "interface.*.ipv6", "", M "address gateway forward vrr neighbor-discovery vrrp dhcp-client" },
	{ "interface.*.ip.ipv6", C "forward", "" },
	{ "interface.*.ip.vrr", C "address mac-address mac-id state", "" },
	{ "interface.*.ipv4.vrr", "", M "address mac-address mac-id vrr-state" },
	{ "interface.*.ipv6.vrr", "", M "address mac-address mac-id vrr-state" },
	{ "interface.*.link", "mtu speed state breakout auto-negotiate duplex fec lanes",
	  "mtu speed state breakout auto-negotiate duplex fec lanes" },
	{ "interface.*.link.state", "up down", "up down" },
	{ "interface.*.bond", "member mode mlag lacp-rate lacp-bypass down-delay up-delay",
	  "member mode mlag lacp-rate lacp-bypass down-delay up-delay" },
	{ "interface.*.bond.mlag", C "id lacp-conflict", M "id lacp-conflict" },
	{ "interface.*.bridge.domain.*", "access vlan untagged stp learning vlan-vni-offset",
	  "access vlan untagged stp learning vlan-vni-offset" },
	{ "interface.*.evpn.multihoming", "segment uplink", "segment uplink" },
	{ "interface.*.evpn.multihoming.segment", C "local-id identifier mac-address df-preference",
	  M "local-id identifier mac-address df-preference" },
	{ "interface.*.router.ospf", C "area network-type passive cost timers authentication bfd mtu-ignore priority",
	  M "area network-type passive cost timers authentication bfd mtu-ignore priority" },
	{ "bridge.domain.*", "type encap mac-address multicast stp untagged vlan vlan-vni-offset svi-force-up ageing",
	  "type encap mac-address multicast stp untagged vlan vlan-vni-offset svi-force-up ageing" },
	{ "bridge.domain.*.vlan.*", "vni multicast ptp", "vni multicast ptp" },
	{ "mlag", C "mac-address backup peer-ip priority init-delay debug lacp-conflict",
	  M "mac-address backup peer-ip priority init-delay debug lacp-conflict" },
	{ "nve.vxlan", C "source mlag arp-nd-suppress mac-learning port mtu flooding encapsulation decapsulation",
	  M "source mlag arp-nd-suppress mac-learning port mtu flooding encapsulation decapsulation" },
	{ "evpn", C "vni multihoming route-advertise dad", M "vni multihoming route-advertise dad" },
	{ "evpn.vni.*", "rd route-target route-advertise", "rd route-target route-advertise" },
	{ "evpn.vni.*.route-target", "import export both", "import export both" },
	{ "evpn.multihoming", C "segment startup-delay mac-holdtime neighbor-holdtime ead-evi-route",
	  M "segment startup-delay mac-holdtime neighbor-holdtime ead-evi-route" },
	{ "router.bgp", C "autonomous-system router-id graceful-shutdown graceful-restart policy-update-timer "
	  "wait-for-install convergence-wait queue-limit",
	  M "autonomous-system router-id graceful-shutdown graceful-restart policy-update-timer "
	  "wait-for-install convergence-wait queue-limit" },
	{ "router.ospf", C "router-id timers", M "router-id timers" },
	{ "router.vrr", C "", M "" },
	{ "vrf.*", "evpn router loopback table ptp", "evpn router loopback table ptp dhcp-server-v4 dhcp-server-v6" },
	{ "vrf.*.evpn", C "vni vlan prefix-routes-only", M "vni vlan prefix-routes-only" },
	{ "vrf.*.router.bgp", C "autonomous-system router-id rd address-family neighbor peer-group route-import "
	  "route-export path-selection dynamic-neighbor timers",
	  M "autonomous-system router-id rd address-family neighbor peer-group route-import "
	  "route-export path-selection dynamic-neighbor timers" },
	{ "vrf.*.router.bgp.address-family", "ipv4-unicast ipv6-unicast l2vpn-evpn", "ipv4-unicast ipv6-unicast l2vpn-evpn" },
	{ "vrf.*.router.bgp.address-family.*", C "network redistribute route-export route-import aggregate-route multipaths",
	  M "network redistribute route-export route-import aggregate-route multipaths" },
	{ "vrf.*.router.bgp.neighbor.*", C "type remote-as description update-source multihop-ttl address-family "
	  "peer-group timers bfd password capabilities enforce-first-as",
	  M "type remote-as description update-source multihop-ttl address-family "
	  "peer-group timers bfd password capabilities enforce-first-as" },
	{ "vrf.*.router.bgp.neighbor.*.address-family.*", C "policy soft-reconfiguration route-reflector-client",
	  M "policy soft-reconfiguration route-reflector-client" },
	{ "vrf.*.router.ospf", C "router-id area redistribute timers log", M "router-id area redistribute timers log" },
};

static bool listed(const char *words, const char *key)
{
	size_t n = strlen(key);

	for (const char *at = words; (at = strstr(at, key)); at += n)
		if ((at == words || at[-1] == ' ') && (!at[n] || at[n] == ' '))
			return true;
	return false;
}

struct checker {
	const struct sim_switch *sw;
	bool modern, split;          /* words, and addresses, of 5.15 */
	char *reason;
	size_t size;
};

/* "interface.*.link" against the keys on the way, separated by \1. */
static bool fits(const char *pattern, const char *path)
{
	for (;;) {
		size_t n = strcspn(pattern, "."), len = strcspn(path, "\1");

		if (!(n == 1 && *pattern == '*' && len) && (n != len || strncmp(pattern, path, n)))
			return false;
		if (!pattern[n] || !path[len])
			return !pattern[n] && !path[len];
		pattern += n + 1;
		path += len + 1;
	}
}

static const char *keys_at(const struct checker *c, const char *path)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(shapes); i++) {
		bool address = ms_starts(shapes[i].path, "interface.*.ip") ||
			       !strcmp(shapes[i].path, "interface.*");

		if (fits(shapes[i].path, path))
			return (address ? c->split : c->modern) ? shapes[i].modern : shapes[i].classic;
	}
	return NULL;
}

static bool refuse(const struct checker *c, const char *path, const char *what)
{
	char shown[160];

	snprintf(shown, sizeof(shown), "%s", path);
	for (char *p = shown; *p; p++)
		if (*p == '\1')
			*p = '.';
	snprintf(c->reason, c->size, "%s: %s", *shown ? shown : "(root)", what);
	return false;
}

/* Every switch of a dialect, wherever it is: on and off are nothing to 5.15, nor enabled to what was before. */
static bool check_word(const struct checker *c, const char *path, const char *key, const json_t *value)
{
	const char *word = json_string_value(value);
	bool classic = ms_streq(word, "on") || ms_streq(word, "off");
	bool modern = ms_streq(word, "enabled") || ms_streq(word, "disabled");

	if (!word || !strcmp(key, "description") || !strcmp(key, "hostname") || (!classic && !modern))
		return true;
	/* system.api.state has been what it is for long. */
	if (ms_starts(path, "system"))
		return true;
	return classic == !c->modern ? true : refuse(c, path, classic ? "on and off are not of this release"
							     : "enabled and disabled are not of this release");
}

static bool in_range(const json_t *value, long low, long high)
{
	return json_is_integer(value) && json_integer_value(value) >= low && json_integer_value(value) <= high;
}

static bool check_value(const struct checker *c, const char *path, const char *key, const json_t *value)
{
	bool bridge = strstr(path, "bridge\1domain") != NULL;
	char *end;

	if (bridge && !strcmp(key, "access") && !in_range(value, 1, 4094))
		return refuse(c, path, "is not a VLAN: 1 to 4094");
	if (bridge && !strcmp(key, "untagged") && !in_range(value, 1, 4094) &&
	    !ms_streq(json_string_value(value), "none"))
		return refuse(c, path, "is not a VLAN, nor \"none\"");
	if (!strcmp(key, "mtu") && strstr(path, "link") && !in_range(value, 552, 9216))
		return refuse(c, path, "is not an MTU: 552 to 9216");
	if (strstr(path, "bridge\1domain\1br_default\1vlan\1") && json_is_object(value) &&
	    (strtol(key, &end, 10) < 1 || strtol(key, &end, 10) > 4094) && strspn(key, "0123456789") == strlen(key) &&
	    !strstr(path, "\1vni\1"))
		return refuse(c, path, "is not a VLAN: 1 to 4094");
	return true;
}

static bool check_tree(const struct checker *c, const json_t *tree, char *path, size_t size)
{
	const char *words = keys_at(c, path), *key;
	size_t len = strlen(path);
	json_t *value;

	json_object_foreach((json_t *)tree, key, value) {
		snprintf(path + len, size - len, "%s%s", len ? "\1" : "", key);
		if (words && !listed(words, key))
			return refuse(c, path, "Additional properties are not allowed");
		if (json_is_null(value))
			continue;
		if (!check_word(c, path, key, value) || !check_value(c, path, key, value))
			return false;
		if (json_is_object(value) && !check_tree(c, value, path, size))
			return false;
	}
	path[len] = '\0';
	return true;
}

bool sim_nvue_schema(const struct sim_switch *sw, const json_t *tree, char *reason, size_t size)
{
	bool modern = sim_nvue_at_least(sw, 15);
	struct checker c = { sw, modern, modern && !sim_nvue_behaves(sw, "ip"), reason, size };
	char path[512] = "";

	return check_tree(&c, tree, path, sizeof(path));
}
