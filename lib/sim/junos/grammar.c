/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The statements that the simulated switch knows.  In a row: `*` is a name, `=` a value that
 * replaces another, `+` a value among others, `#a-b` a number that replaces another, `**` anything.
 * `@` in front: only on MX; `!`: not there.
 */
#include "sim/junos/junos.h"

static const char *const rows[] = {
	"version =",
	"system host-name =",
	"system **",
	"snmp **",
	"groups **",
	"apply-groups +",
	"firewall **",
	"@class-of-service **",
	"!class-of-service classifiers dscp * import =",
	"!class-of-service classifiers dscp * forwarding-class * loss-priority * code-points +",
	"!class-of-service classifiers ieee-802.1 * import =",
	"!class-of-service classifiers ieee-802.1 * forwarding-class * loss-priority * code-points "
	"+",
	"!class-of-service forwarding-classes class * queue-num #0-11",
	"!class-of-service forwarding-classes class * no-loss",
	"!class-of-service forwarding-classes class * pfc-priority #0-7",
	"!class-of-service congestion-notification-profile * pfc-watchdog poll-interval #100-1000",
	"!class-of-service congestion-notification-profile * pfc-watchdog detection #2-10",
	"!class-of-service congestion-notification-profile * pfc-watchdog recovery #200-1000",
	"!class-of-service congestion-notification-profile * pfc-watchdog watchdog-action =",
	"!class-of-service congestion-notification-profile * pfc-watchdog",
	"!class-of-service congestion-notification-profile * input cable-length =",
	"!class-of-service congestion-notification-profile * input dscp code-point * pfc",
	"!class-of-service congestion-notification-profile * input dscp code-point * mru =",
	"!class-of-service congestion-notification-profile * input ieee-802.1 code-point * pfc",
	"!class-of-service congestion-notification-profile * input ieee-802.1 code-point * mru =",
	"!class-of-service congestion-notification-profile * output ieee-802.1 code-point * "
	"flow-control-queue +",
	"!class-of-service drop-profiles * interpolate fill-level +",
	"!class-of-service drop-profiles * interpolate drop-probability +",
	"!class-of-service scheduler-maps * forwarding-class * scheduler =",
	"!class-of-service schedulers * transmit-rate percent #0-100",
	"!class-of-service schedulers * buffer-size percent #0-100",
	"!class-of-service schedulers * priority =",
	"!class-of-service schedulers * explicit-congestion-notification",
	"!class-of-service schedulers * drop-profile-map loss-priority * protocol * drop-profile =",
	"!class-of-service interfaces * congestion-notification-profile =",
	"!class-of-service interfaces * scheduler-map =",
	"!class-of-service interfaces * unit * classifiers dscp =",
	"!class-of-service interfaces * unit * classifiers ieee-802.1 =",
	"!class-of-service shared-buffer **",
	"!class-of-service dedicated-buffer **",
	"!class-of-service rewrite-rules **",
	"!class-of-service host-outbound-traffic **",
	"forwarding-options **",
	"event-options **",
	"security **",
	"apply-macro * * =",
	"chassis aggregated-devices ethernet device-count #1-512",
	"chassis **",
	"interfaces * description =",
	"interfaces * disable",
	"interfaces * mtu #256-9216",
	"interfaces * speed =",
	"interfaces * number-of-sub-ports #1-8",
	"interfaces * native-vlan-id #0-4094",
	"interfaces * flexible-vlan-tagging",
	"interfaces * vlan-tagging",
	"interfaces * encapsulation =",
	"interfaces * hold-time **",
	"!interfaces * ether-options 802.3ad =",
	"@interfaces * gigether-options 802.3ad =",
	"interfaces * ether-options **",
	"interfaces * aggregated-ether-options lacp active",
	"interfaces * aggregated-ether-options lacp passive",
	"interfaces * aggregated-ether-options lacp system-id =",
	"interfaces * aggregated-ether-options lacp periodic =",
	"interfaces * aggregated-ether-options minimum-links #1-64",
	"interfaces * esi all-active",
	"interfaces * esi single-active",
	"interfaces * esi =",
	"interfaces * unit * description =",
	"interfaces * unit * disable",
	"interfaces * unit * encapsulation =",
	"interfaces * unit * vlan-id #1-4094",
	"interfaces * unit * mac =",
	"interfaces * unit * family inet dhcp",
	"interfaces * unit * family inet address +",
	"interfaces * unit * family inet mtu #256-9192",
	"interfaces * unit * family inet",
	"interfaces * unit * family inet6 address +",
	"interfaces * unit * family inet6 mtu #1280-9192",
	"interfaces * unit * family inet6",
	"interfaces * unit * family mpls",
	"interfaces * unit * family vpls",
	"!interfaces * unit * family ethernet-switching interface-mode =",
	"!interfaces * unit * family ethernet-switching vlan members +",
	"!interfaces * unit * family ethernet-switching",
	"@interfaces * unit * family bridge interface-mode =",
	"@interfaces * unit * family bridge vlan-id =",
	"@interfaces * unit * family bridge vlan-id-list +",
	"@interfaces * unit * family bridge",
	"!vlans * vlan-id #1-4094",
	"!vlans * description =",
	"!vlans * l3-interface =",
	"!vlans * interface +",
	"!vlans * vxlan vni #1-16777214",
	"!vlans * forwarding-options **",
	"@bridge-domains * vlan-id #1-4094",
	"@bridge-domains * description =",
	"@bridge-domains * routing-interface =",
	"@bridge-domains * interface +",
	"@bridge-domains * vxlan vni #1-16777214",
	"routing-options router-id =",
	"routing-options autonomous-system =",
	"routing-options forwarding-table export +",
	"routing-options static **",
	"!protocols dcbx disable",
	"!protocols dcbx interface * disable",
	"!protocols dcbx interface * application-map =",
	"!protocols dcbx interface * applications no-auto-negotiation",
	"!protocols dcbx interface * dcbx-version =",
	"!protocols dcbx interface * enhanced-transmission-selection no-auto-negotiation",
	"!protocols dcbx interface * enhanced-transmission-selection no-recommendation-tlv",
	"!protocols dcbx interface * priority-flow-control no-auto-negotiation",
	"protocols lldp interface *",
	"protocols lldp port-id-subtype =",
	"protocols rstp **",
	"protocols lldp-med **",
	"protocols igmp-snooping **",
	"protocols bgp group * type =",
	"protocols bgp group * multihop ttl =",
	"protocols bgp group * multihop no-nexthop-change",
	"protocols bgp group * multihop",
	"protocols bgp group * multipath multiple-as",
	"protocols bgp group * multipath",
	"protocols bgp group * export +",
	"protocols bgp group * import +",
	"protocols bgp group * local-address =",
	"protocols bgp group * peer-as =",
	"protocols bgp group * authentication-key =",
	"protocols bgp group * family inet unicast",
	"protocols bgp group * family inet6 unicast",
	"protocols bgp group * family evpn signaling",
	"protocols bgp group * neighbor * description =",
	"protocols bgp group * neighbor * local-address =",
	"protocols bgp group * neighbor * peer-as =",
	"protocols bgp group * neighbor * family inet unicast",
	"protocols bgp group * neighbor * family inet6 unicast",
	"protocols bgp group * neighbor * family evpn signaling",
	"protocols bgp group * neighbor * family inet unicast loops #1-10",
	"protocols bgp group * neighbor * family inet6 unicast loops #1-10",
	"protocols bgp group * neighbor * family evpn signaling loops #1-10",
	"protocols bgp group * neighbor * advertise-peer-as",
	"protocols bgp group * neighbor * shutdown",
	"protocols ospf area * interface * passive",
	"protocols ospf area * interface * interface-type =",
	"protocols ospf area * interface * metric =",
	"protocols ldp interface *",
	"protocols mpls interface *",
	"protocols evpn encapsulation =",
	"protocols evpn default-gateway =",
	"protocols evpn extended-vni-list +",
	"protocols evpn vni-options vni * vrf-target import =",
	"protocols evpn vni-options vni * vrf-target export =",
	"protocols evpn vni-options vni * vrf-target =",
	"policy-options policy-statement * term * from interface +",
	"policy-options policy-statement * term * from protocol +",
	"policy-options policy-statement * term * from family =",
	"policy-options policy-statement * term * from community +",
	"policy-options policy-statement * term * from route-filter **",
	"policy-options policy-statement * term * then accept",
	"policy-options policy-statement * term * then reject",
	"policy-options policy-statement * term * then next-hop =",
	"policy-options policy-statement * term * then community add +",
	"policy-options policy-statement * then accept",
	"policy-options policy-statement * then reject",
	"policy-options policy-statement * then community add +",
	"policy-options policy-statement * then load-balance =",
	"policy-options community * members +",
	"policy-options prefix-list **",
	"switch-options vtep-source-interface =",
	"switch-options route-distinguisher =",
	"switch-options vrf-target =",
	"routing-instances * instance-type =",
	"routing-instances * description =",
	"routing-instances * route-distinguisher =",
	"routing-instances * vrf-import +",
	"routing-instances * vrf-export +",
	"routing-instances * vrf-target =",
	"routing-instances * interface +",
	"routing-instances * vlan-id =",
	"routing-instances * protocols evpn ip-prefix-routes advertise =",
	"routing-instances * protocols evpn ip-prefix-routes encapsulation =",
	"routing-instances * protocols evpn ip-prefix-routes vni #1-16777214",
	"routing-instances * protocols evpn ip-prefix-routes export +",
	"routing-instances * protocols vpls no-tunnel-services",
	"routing-instances * protocols vpls vpls-id #1-4294967295",
	"routing-instances * protocols vpls mtu #512-65535",
	"routing-instances * protocols vpls neighbor *",
	"routing-instances * routing-options **",
};

static bool is_mx(const struct sim_switch *sw)
{
	const char *model = ms_str(sw->resource, "/spec/model", "");

	return ms_starts(model, "mx") || ms_starts(model, "MX") || ms_starts(model, "vmx");
}

static bool in_range(const char *range, size_t len, const char *word)
{
	char *end, text[32];
	unsigned long low, high, n = strtoul(word, &end, 10);

	if (end == word || *end)
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)(len < 31 ? len : 31), range + 1);
	low = strtoul(text, &end, 10);
	high = strtoul(end + 1, NULL, 10);
	return n >= low && n <= high;
}

/* 1: it fits; 0: it does not; -1: everything before the end of the line does.  ret_same: words that
 * fit. */
static int fits(const char *row, const struct junos_line *line, size_t *ret_same)
{
	size_t i = 0;

	for (; *row; i++) {
		size_t len = strcspn(row, " ");
		bool name = len == 1 && strchr("*=+", *row);

		*ret_same = i;
		if (len == 2 && !strncmp(row, "**", 2))
			return i < line->n;
		if (i == line->n)
			return -1;
		if (*row == '#' ? !in_range(row, len, line->word[i])
				: !name && (strlen(line->word[i]) != len ||
					    strncmp(row, line->word[i], len)))
			return 0;
		row += len + (row[len] == ' ');
	}
	*ret_same = i;
	return i == line->n;
}

static const char *row_for(const struct sim_switch *sw, size_t i)
{
	const char *row = rows[i];

	if ((*row == '@' && !is_mx(sw)) || (*row == '!' && is_mx(sw)))
		return NULL;
	return row + (*row == '@' || *row == '!');
}

/* Does a row up to its word n end with a name? */
static bool ends_with_name(const char *row, size_t n)
{
	for (; n > 1 && *row; n--)
		row += strcspn(row, " ") + (row[strcspn(row, " ")] == ' ');
	return *row == '*' && row[1] != '*';
}

int junos_statement(const struct sim_switch *sw, const struct junos_line *line, size_t *ret_bad)
{
	size_t same = 0;

	*ret_bad = 0;
	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		const char *row = row_for(sw, i);
		int r = row ? fits(row, line, &same) : 0;

		/* A named object without anything in it is a statement, too. */
		if (r == 1 || (r == -1 && ends_with_name(row, line->n)))
			return (int)i;
		if (row && same > *ret_bad)
			*ret_bad = same;
	}
	return -1;
}

bool junos_statement_replaces(int row)
{
	const char *last = strrchr(rows[row], ' ');

	return last && (last[1] == '=' || last[1] == '#');
}

size_t junos_statement_key(const struct sim_switch *sw, const struct junos_line *line, size_t below)
{
	size_t bad, key = 0;
	int row = junos_statement(sw, line, &bad);
	const char *at = row < 0 ? "" : row_for(sw, (size_t)row);

	for (size_t i = 1; *at && i < below; i++) {
		size_t len = strcspn(at, " ");

		if (len == 1 && *at == '*')
			key = i;
		at += len + (at[len] == ' ');
	}
	return key;
}
