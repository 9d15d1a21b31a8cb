/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How lines of EOS go away. */
#include "fabric/eos/eos.h"

/* What stays when nothing needs it any more: taking it away would cut off what is not ours, or want
 * a restart. */
static bool stays(const char *line)
{
	return !strcmp(line, "ip routing") || !strcmp(line, "ipv6 unicast-routing") ||
	       !strcmp(line, "mpls ip") || ms_starts(line, "service routing protocols model ") ||
	       !strcmp(line, "no shutdown") || !strcmp(line, "switchport") ||
	       ms_starts(line, "hostname ") || !strcmp(line, "interface Loopback0");
}

/* Beginnings of lines whose "no" form takes no value. */
static const char *const plain[] = {
	"description",
	"mtu",
	"speed",
	"switchport access vlan",
	"switchport mode",
	"switchport trunk allowed vlan",
	"switchport trunk native vlan",
	"channel-group",
	"vrf",
	"name",
	"mlag",
	"lacp system-id",
	"router-id",
	"domain-id",
	"local-interface",
	"peer-address heartbeat",
	"peer-address",
	"peer-link",
	"primary-priority",
	"max-lsa",
	"maximum-paths",
	"identifier",
	"vxlan udp-port",
	"vxlan source-interface",
	"ip ospf area",
	"ip ospf network",
	"transport-address",
	"ip virtual-router mac-address",
	"vxlan virtual-router encapsulation mac-address",
	"rd",
	"bandwidth percent",
	"random-detect ecn",
	"dcbx mode",
	NULL,
};

/* The same of lines that are in no block. */
static const char *const global[] = {
	"priority-flow-control pause watchdog default timeout",
	"priority-flow-control pause watchdog default recovery-time",
	"priority-flow-control pause watchdog default polling-interval",
	"priority-flow-control pause watchdog action",
	NULL,
};

/* Maps go back to what EOS has by default; "no qos trust" would be no trust at all, and of a queue
 * that is served otherwise the new line says how. */
static bool negate_qos(const char *line, char *buf, size_t size)
{
	const char *to = strstr(line, " to ");

	if (ms_starts(line, "qos map traffic-class "))
		snprintf(buf, size, "no %.*s to tx-queue", to ? (int)(to - line) : 0, line);
	else if (ms_starts(line, "qos map "))
		snprintf(buf, size, "no %.*s", to ? (int)(to - line) : 0, line);
	else if (ms_starts(line, "qos trust "))
		snprintf(buf, size, "default qos trust");
	else
		return !strcmp(line, "no priority") || !strcmp(line, "priority strict") ||
		       cli_negate(global, line, buf, size);
	return true;
}

static bool negate_neighbor(const char *line, char *buf, size_t size)
{
	static const char *const words[] = { "remote-as",     "description",	"update-source",
					     "ebgp-multihop", "send-community", "maximum-routes",
					     "allowas-in" };
	char name[CLI_WORD];
	const char *rest;

	if (cli_match(line, "neighbor interface %w %r", name, &rest)) {
		snprintf(buf, size, "no neighbor interface %s", name);
		return true;
	}
	if (!cli_match(line, "neighbor %w %r", name, &rest))
		return false;
	for (size_t i = 0; i < MS_ARRAY_SIZE(words); i++)
		if (cli_begins(rest, words[i])) {
			snprintf(buf, size, "no neighbor %s %s", name, words[i]);
			return true;
		}
	return false;
}

static bool negate(const char *block, const char *line, char *buf, size_t size)
{
	*buf = 0;
	if (stays(line))
		return true;
	if (negate_neighbor(line, buf, size) || negate_qos(line, buf, size))
		return true;
	/* "vrf blue" in BGP, and "name" of no VLAN, are blocks and words of their own. */
	if (ms_starts(block, "router bgp") && cli_begins(line, "vrf"))
		return false;
	return *block && cli_negate(plain, line, buf, size);
}

static const char *const slots[] = {
	"hostname",
	"description",
	"mtu",
	"speed",
	"switchport access vlan",
	"switchport mode",
	"switchport trunk allowed vlan",
	"switchport trunk native vlan",
	"channel-group",
	"vrf",
	"name",
	"mlag",
	"lacp system-id",
	"router-id",
	"domain-id",
	"local-interface",
	"peer-address heartbeat",
	"peer-link",
	"primary-priority",
	"identifier",
	"vxlan source-interface",
	"vxlan virtual-router encapsulation mac-address",
	"ip virtual-router mac-address",
	"rd",
	"qos map traffic-class * to tx-queue",
	"qos trust",
	"priority-flow-control pause watchdog default timeout",
	"priority-flow-control pause watchdog default recovery-time",
	"priority-flow-control pause watchdog default polling-interval",
	"priority-flow-control pause watchdog action",
	"service-profile",
	"dcbx mode",
	"bandwidth percent",
	"random-detect ecn",
	"neighbor * remote-as",
	"neighbor * description",
	"neighbor * update-source",
	NULL,
};

int eos_delta(const struct fabric_dialect *dialect, const json_t *now, const json_t *target,
	      json_t **ret_delta, struct ms_err *err)
{
	static const struct cli_delta how = { .negate = negate, .slots = slots, .vrf = "vrf" };

	(void)dialect;
	return cli_delta(&how, now, target, ret_delta, err);
}
