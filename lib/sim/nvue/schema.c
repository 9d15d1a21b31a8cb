/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a release of NVUE takes at all: which keys stand where, in which dialect, and values that no
 * release takes.  The parts of the tree that nobody here configures are taken as they come.
 */
#include "sim/nvue/nvue.h"

/*
 * Keys below a path ("*" is any key); `toggle`: also "enable" up to 5.14, "state" from then on.
 * Addresses moved in 5.15: such rows say in which form they hold.
 */
enum form { ANY, JOINED, SPLIT };
#define BGP "vrf.*.router.bgp"
static const struct shape {
	const char *path;
	enum form form;
	bool toggle;
	const char *keys;
} shapes[] = {
	{ "", ANY, false,
	  "acl bridge evpn interface maintenance mlag nve platform qos router service system vrf" },
	{ "interface.*", JOINED, false,
	  "type description link ip bridge bond evpn router vlan base-interface qos acl lldp ptp" },
	{ "interface.*", SPLIT, false,
	  "type description link ipv4 ipv6 vrf bridge bond evpn router vlan base-interface qos acl "
	  "lldp ptp" },
	{ "interface.*.ip", JOINED, false,
	  "address gateway vrf vrr ipv4 ipv6 igmp neighbor-discovery vrrp" },
	{ "interface.*.ip.ipv6", JOINED, true, "forward" },
	{ "interface.*.ip.vrr", JOINED, true, "address mac-address mac-id state vrr-state" },
	{ "interface.*.ipv4", SPLIT, false, "address gateway forward vrr igmp vrrp dhcp-client" },
	{ "interface.*.ipv6", SPLIT, true,
	  "address gateway forward vrr neighbor-discovery vrrp dhcp-client" },
	{ "interface.*.ipv4.vrr", SPLIT, true, "address mac-address mac-id vrr-state" },
	{ "interface.*.ipv6.vrr", SPLIT, true, "address mac-address mac-id vrr-state" },
	{ "interface.*.link", ANY, false,
	  "mtu speed state breakout auto-negotiate duplex fec lanes fast-linkup" },
	{ "interface.*.link.state", ANY, false, "up down" },
	{ "interface.*.lldp", ANY, false,
	  "application-tlv dcbx-ets-config-tlv dcbx-ets-recomm-tlv dcbx-pfc-tlv" },
	{ "interface.*.bond", ANY, false,
	  "member mode mlag lacp-rate lacp-bypass down-delay up-delay" },
	{ "interface.*.bond.mlag", ANY, true, "id lacp-conflict" },
	{ "interface.*.bridge.domain.*", ANY, false,
	  "access vlan untagged stp learning vlan-vni-offset" },
	{ "interface.*.evpn.multihoming", ANY, false, "segment uplink" },
	{ "interface.*.evpn.multihoming.segment", ANY, true,
	  "local-id identifier mac-address df-preference" },
	{ "interface.*.router.ospf", ANY, true,
	  "area network-type passive cost timers authentication bfd mtu-ignore priority" },
	{ "bridge.domain.*", ANY, false,
	  "type encap mac-address multicast stp untagged vlan vlan-vni-offset svi-force-up "
	  "ageing" },
	{ "bridge.domain.*.vlan.*", ANY, false, "vni multicast ptp" },
	{ "mlag", ANY, true, "mac-address backup peer-ip priority init-delay debug lacp-conflict" },
	{ "nve.vxlan", ANY, true,
	  "source mlag arp-nd-suppress mac-learning port mtu flooding encapsulation "
	  "decapsulation" },
	{ "evpn", ANY, true, "vni multihoming route-advertise dad" },
	{ "evpn.vni.*", ANY, false, "rd route-target route-advertise" },
	{ "evpn.vni.*.route-target", ANY, false, "import export both" },
	{ "evpn.multihoming", ANY, true,
	  "segment startup-delay mac-holdtime neighbor-holdtime ead-evi-route" },
	{ "router.bgp", ANY, true,
	  "autonomous-system router-id graceful-shutdown graceful-restart policy-update-timer "
	  "wait-for-install convergence-wait queue-limit" },
	{ "router.ospf", ANY, true, "router-id timers" },
	{ "router.vrr", ANY, true, "" },
	{ "vrf.*", ANY, false, "evpn router loopback table ptp dhcp-server-v4 dhcp-server-v6" },
	{ "vrf.*.evpn", ANY, true, "vni vlan prefix-routes-only" },
	{ BGP, ANY, true,
	  "autonomous-system router-id rd address-family neighbor peer-group route-import "
	  "route-export path-selection dynamic-neighbor timers" },
	{ BGP ".address-family", ANY, false, "ipv4-unicast ipv6-unicast l2vpn-evpn" },
	{ BGP ".address-family.*", ANY, true,
	  "network redistribute route-export route-import aggregate-route multipaths" },
	{ BGP ".neighbor.*", ANY, true,
	  "type remote-as description update-source multihop-ttl address-family peer-group timers "
	  "bfd password capabilities enforce-first-as" },
	{ BGP ".neighbor.*.address-family.*", ANY, true,
	  "policy soft-reconfiguration route-reflector-client aspath" },
	{ BGP ".neighbor.*.address-family.*.aspath", ANY, false,
	  "allow-my-asn private-as replace-peer-as" },
	{ BGP ".neighbor.*.address-family.*.aspath.allow-my-asn", ANY, true, "occurrences origin" },
	{ "vrf.*.router.ospf", ANY, true, "router-id area redistribute timers log" },
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

static const struct shape *shape_at(const struct checker *c, const char *path)
{
	for (size_t i = 0; i < MS_ARRAY_SIZE(shapes); i++)
		if (fits(shapes[i].path, path) &&
		    (shapes[i].form == ANY || (shapes[i].form == SPLIT) == c->split))
			return &shapes[i];
	return NULL;
}

static bool is_known(const struct checker *c, const struct shape *shape, const char *key)
{
	return listed(shape->keys, key) ||
	       (shape->toggle && !strcmp(key, c->modern ? "state" : "enable"));
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

/* Every switch of a dialect, wherever it is: on and off are nothing to 5.15, nor enabled to what
 * was before. */
static bool check_word(const struct checker *c, const char *path, const char *key,
		       const json_t *value)
{
	const char *word = json_string_value(value);
	bool classic = ms_streq(word, "on") || ms_streq(word, "off");
	bool modern = ms_streq(word, "enabled") || ms_streq(word, "disabled");

	if (!word || !strcmp(key, "description") || !strcmp(key, "hostname") ||
	    (!classic && !modern))
		return true;
	/* system.api.state has been what it is for long. */
	if (ms_starts(path, "system"))
		return true;
	return classic == !c->modern
		       ? true
		       : refuse(c, path,
				classic ? "on and off are not of this release"
					: "enabled and disabled are not of this release");
}

static bool in_range(const json_t *value, long low, long high)
{
	return json_is_integer(value) && json_integer_value(value) >= low &&
	       json_integer_value(value) <= high;
}

static bool check_value(const struct checker *c, const char *path, const char *key,
			const json_t *value)
{
	bool bridge = strstr(path, "bridge\1domain") != NULL;
	const char *word = json_string_value(value) ? json_string_value(value) : "";
	char *end;

	if (bridge && !strcmp(key, "access") && !in_range(value, 1, 4094))
		return refuse(c, path, "is not a VLAN: 1 to 4094");
	if (bridge && !strcmp(key, "untagged") && !in_range(value, 1, 4094) &&
	    !ms_streq(json_string_value(value), "none"))
		return refuse(c, path, "is not a VLAN, nor \"none\"");
	if (!strcmp(key, "mtu") && strstr(path, "link") && !in_range(value, 552, 9216))
		return refuse(c, path, "is not an MTU: 552 to 9216");
	if (ms_starts(key, "dcbx-") && strcmp(word, "on") && strcmp(word, "off") &&
	    strcmp(word, "enabled") && strcmp(word, "disabled"))
		return refuse(c, path,
			      c->modern ? "is not enabled or disabled" : "is not on or off");
	if (strstr(path, "bridge\1domain\1br_default\1vlan\1") && json_is_object(value) &&
	    (strtol(key, &end, 10) < 1 || strtol(key, &end, 10) > 4094) &&
	    strspn(key, "0123456789") == strlen(key) && !strstr(path, "\1vni\1"))
		return refuse(c, path, "is not a VLAN: 1 to 4094");
	return true;
}

static bool check_tree(const struct checker *c, const json_t *tree, char *path, size_t size)
{
	const struct shape *shape = shape_at(c, path);
	const char *key;
	size_t len = strlen(path);
	json_t *value;

	json_object_foreach((json_t *)tree, key, value) {
		snprintf(path + len, size - len, "%s%s", len ? "\1" : "", key);
		if (shape && !is_known(c, shape, key))
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
