/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a platform cannot do, refused before a device is touched, with the platforms that can. */
#include <errno.h>
#include "fabric/intent/intent.h"
#include "fabric/wanted.h"

/* Something a model may want: names the thing that wants it, false when nothing does. */
struct wish {
	const char *what;
	bool (*wants)(const json_t *model, char *who, size_t size);
	bool (*can)(const struct fabric_caps *caps);
	const char *instead;     /* what else to write in the site file; may be NULL */
	/* What it is a part of: where nothing of that can be had, that is said once. */
	bool (*within)(const struct fabric_caps *caps);
};

static bool first_key(const json_t *map, const char *what, char *who, size_t size)
{
	void *first = json_object_iter((json_t *)map);

	if (first)
		snprintf(who, size, "%s %s", what, json_object_iter_key(first));
	return first != NULL;
}

/* The first row of a section that has a key; with `value`, only of that value. */
static bool row_with(const json_t *rows, const char *pointer, const char *value, const char *what,
		     char *who, size_t size)
{
	const char *key;
	json_t *row;

	json_object_foreach((json_t *)rows, key, row) {
		const json_t *found = ms_at(row, "%s", pointer);

		if (!found || (value && !ms_streq(json_string_value(found), value)))
			continue;
		snprintf(who, size, "%s %s", what, key);
		return true;
	}
	return false;
}

static bool wants_vlan(const json_t *model, char *who, size_t size)
{
	return first_key(json_object_get(model, "vlans"), "VLAN", who, size);
}
static bool wants_vxlan(const json_t *model, char *who, size_t size)
{
	return first_key(ms_at(model, "/evpn/vnis"), "VNI", who, size);
}
static bool wants_l3vni(const json_t *model, char *who, size_t size)
{
	return row_with(json_object_get(model, "vrfs"), "/l3vni", NULL, "VRF", who, size);
}
static bool wants_vpls(const json_t *model, char *who, size_t size)
{
	return first_key(json_object_get(model, "vpls"), "network", who, size);
}
static bool wants_unnumbered(const json_t *model, char *who, size_t size)
{
	return row_with(ms_at(model, "/bgp/neighbors"), "/port", NULL, "session", who, size);
}
static bool wants_mlag(const json_t *model, char *who, size_t size)
{
	snprintf(who, size, "the pair");
	return json_object_get(model, "mlag") != NULL;
}
static bool wants_esi(const json_t *model, char *who, size_t size)
{
	return row_with(json_object_get(model, "channels"), "/esi", NULL, "channel", who, size);
}
static bool wants_ospf(const json_t *model, char *who, size_t size)
{
	snprintf(who, size, "the underlay");
	return json_object_get(model, "ospf") != NULL;
}
static bool wants_ldp(const json_t *model, char *who, size_t size)
{
	snprintf(who, size, "the overlay");
	return json_object_get(model, "mpls") != NULL;
}
static bool wants_passive(const json_t *model, char *who, size_t size)
{
	return row_with(json_object_get(model, "channels"), "/lacp", "passive", "channel", who,
			size);
}
static bool wants_static(const json_t *model, char *who, size_t size)
{
	return row_with(json_object_get(model, "channels"), "/lacp", "static", "channel", who,
			size);
}

static bool wants_qos(const json_t *model, char *who, size_t size)
{
	snprintf(who, size, "roce of the fabric");
	return json_object_get(model, "qos") != NULL;
}

/* A class whose numbers differ: those of two keys, the first of which is the class's own when it is
 * NULL. */
static bool class_with(const json_t *model, const char *one, const char *other, char *who,
		       size_t size)
{
	const char *priority;
	json_t *class;

	json_object_foreach(ms_at(model, "/qos/classes"), priority, class) {
		int64_t own = strtol(priority, NULL, 10);

		if ((one ? ms_int(class, one, own) : own) == ms_int(class, other, own))
			continue;
		snprintf(who, size, "class %s", priority);
		return true;
	}
	return false;
}
static bool wants_tc(const json_t *model, char *who, size_t size)
{
	return class_with(model, NULL, "/trafficClass", who, size);
}
static bool wants_queue(const json_t *model, char *who, size_t size)
{
	return class_with(model, "/trafficClass", "/queue", who, size);
}
static bool wants_shared(const json_t *model, char *who, size_t size)
{
	const json_t *classes = ms_at(model, "/qos/classes");
	const char *priority, *other;
	json_t *class, *second;

	json_object_foreach((json_t *)classes, priority, class)
		json_object_foreach((json_t *)classes, other, second) {
			int64_t tc = ms_int(class, "/trafficClass", -1);

			if (class == second || tc != ms_int(second, "/trafficClass", -2))
				continue;
			snprintf(who, size, "class %s beside %s", priority, other);
			return true;
		}
	return false;
}
static bool wants_forward(const json_t *model, char *who, size_t size)
{
	snprintf(who, size, "watchdog: {action: forward}");
	return ms_streq(ms_str(model, "/qos/watchdog/action", NULL), "forward");
}
static bool wants_trust(const json_t *model, const char *trust, char *who, size_t size)
{
	snprintf(who, size, "trust: %s", trust);
	return ms_streq(ms_str(model, "/qos/trust", NULL), trust);
}
static bool wants_dcbx(const json_t *model, char *who, size_t size)
{
	return row_with(json_object_get(model, "ports"), "/dcbx", NULL, "port", who, size);
}
static bool wants_dscp(const json_t *model, char *who, size_t size)
{
	return wants_trust(model, "dscp", who, size);
}
static bool wants_pcp(const json_t *model, char *who, size_t size)
{
	return wants_trust(model, "pcp", who, size);
}
static bool wants_both(const json_t *model, char *who, size_t size)
{
	return wants_trust(model, "both", who, size);
}

static bool can_vlan(const struct fabric_caps *caps) { return caps->isolation & FABRIC_VLAN; }
static bool can_vxlan(const struct fabric_caps *caps)
{
	return caps->isolation & FABRIC_EVPN_VXLAN;
}
static bool can_l3vni(const struct fabric_caps *caps)
{
	return caps->isolation & (FABRIC_EVPN_VXLAN | FABRIC_EVPN_L3);
}
static bool can_vpls(const struct fabric_caps *caps) { return caps->isolation & FABRIC_VPLS; }
static bool can_unnumbered(const struct fabric_caps *caps) { return caps->unnumbered; }
static bool can_mlag(const struct fabric_caps *caps) { return caps->mlag; }
static bool can_esi(const struct fabric_caps *caps) { return caps->esi; }
static bool can_ospf(const struct fabric_caps *caps) { return caps->ospf; }
static bool can_ldp(const struct fabric_caps *caps) { return caps->ldp; }
static bool can_passive(const struct fabric_caps *caps) { return !caps->no_lacp_passive; }
static bool can_qos(const struct fabric_caps *caps) { return caps->qos; }
static bool can_dcbx(const struct fabric_caps *caps) { return caps->dcbx; }
static bool can_tc(const struct fabric_caps *caps) { return caps->qos_tc; }
static bool can_queue(const struct fabric_caps *caps) { return caps->qos_queue; }
static bool can_share(const struct fabric_caps *caps) { return !caps->no_shared_tc; }
static bool can_watch(const struct fabric_caps *caps) { return caps->watchdogs; }
static bool can_forward(const struct fabric_caps *caps)
{
	return caps->watchdogs & FABRIC_WATCHDOG_FORWARD;
}
static bool can_dscp(const struct fabric_caps *caps)
{
	return caps->qos_trusts & FABRIC_TRUST_DSCP;
}
static bool can_pcp(const struct fabric_caps *caps)
{
	return caps->qos_trusts & FABRIC_TRUST_PCP;
}
static bool can_both(const struct fabric_caps *caps)
{
	return caps->qos_trusts & FABRIC_TRUST_BOTH;
}
static bool can_static(const struct fabric_caps *caps) { return !caps->no_lacp_static; }

static const struct wish wishes[] = {
	{ "VLANs", wants_vlan, can_vlan, NULL, NULL },
	{ "bridged EVPN over VXLAN", wants_vxlan, can_vxlan, "isolation: evpn-l3 or vlan", NULL },
	{ "routed EVPN over VXLAN", wants_l3vni, can_l3vni, "isolation: vlan", NULL },
	{ "VPLS", wants_vpls, can_vpls, "isolation: evpn-vxlan", NULL },
	{ "BGP over unnumbered ports", wants_unnumbered, can_unnumbered,
	  "underlay: {routing: ebgp}", NULL },
	{ "MLAG", wants_mlag, can_mlag, "pair: {kind: esi}", NULL },
	{ "EVPN multihoming", wants_esi, can_esi, "pair: {kind: mlag}", NULL },
	{ "OSPF", wants_ospf, can_ospf, "underlay: {routing: ebgp}", NULL },
	{ "LDP", wants_ldp, can_ldp, "overlay: {kind: evpn-vxlan}", NULL },
	{ "passive LACP", wants_passive, can_passive, "lacp: active", NULL },
	{ "RoCE", wants_qos, can_qos, "roce: {profile: off}", NULL },
	{ "DCBX", wants_dcbx, can_dcbx, "dcbx: off", can_qos },
	{ "traffic classes other than the priorities", wants_tc, can_tc,
	  "trafficClass: the class's priority", can_qos },
	{ "queues other than the traffic classes", wants_queue, can_queue,
	  "queue: the class's trafficClass", can_qos },
	{ "two priorities in one traffic class", wants_shared, can_share,
	  "trafficClass: one of its own for each class", can_tc },
	{ "a watchdog that forwards", wants_forward, can_forward, "watchdog: {action: drop}",
	  can_watch },
	{ "DSCP alone", wants_dscp, can_dscp, "trust: both", can_qos },
	{ "PCP alone", wants_pcp, can_pcp, "trust: dscp", can_qos },
	{ "DSCP and PCP together", wants_both, can_both, "trust: dscp", can_qos },
	{ "channels without LACP", wants_static, can_static, "lacp: active", NULL },
};

struct judging {
	const struct fabric_driver *driver;
	const char *name;
	struct ms_report problems;
	struct ms_err spilt;
};

static struct ms_err *refuse(struct judging *j, const char *text)
{
	struct ms_err *problem = ms_report_add(&j->problems, MS_UNSUPPORTED, j->name, "", "%s",
					       text);

	return problem ? problem : &j->spilt;
}

static bool has_whole(const struct wish *wish, const struct fabric_caps *caps)
{
	return !wish->within || wish->within(caps);
}

static void refuse_wish(struct judging *j, const struct wish *wish, const char *who)
{
	MS_AUTO_BUF struct ms_buf can = { 0 };
	MS_AUTO_FREE char *text = ms_asprintf("%s cannot do %s, which %s needs",
					      j->driver->platform, wish->what, who);
	const struct fabric_driver *const *d;
	struct ms_err *problem;

	for (d = fabric_drivers; *d; d++)
		if (has_whole(wish, &(*d)->caps) && wish->can(&(*d)->caps))
			ms_buf_printf(&can, "%s%s", can.len ? ", " : "", (*d)->platform);
	problem = refuse(j, text ? text : "out of memory");
	ms_hint(problem, "platforms that can: %s%s%s", can.data ? can.data : "none",
		wish->instead ? "; or write " : "", wish->instead ? wish->instead : "");
}

/* ---- numbers ---- */

bool fabric_vlan_is_reserved(const char *ranges, unsigned vlan)
{
	while (ranges && *ranges) {
		char *end;
		unsigned long from = strtoul(ranges, &end, 10),
			      to = *end == '-' ? strtoul(end + 1, &end, 10) : from;

		if (vlan >= from && vlan <= to)
			return true;
		ranges = *end == ',' ? end + 1 : NULL;
	}
	return false;
}

static void judge_vlan(struct judging *j, unsigned vlan, const char *what)
{
	const struct fabric_caps *caps = &j->driver->caps;
	unsigned first = caps->first_vlan ? caps->first_vlan : 1,
		 last = caps->last_vlan ? caps->last_vlan : 4094;
	MS_AUTO_FREE char *text = NULL;

	if (vlan >= first && vlan <= last && !fabric_vlan_is_reserved(caps->reserved_vlans, vlan))
		return;
	text = ms_asprintf("VLAN %u of %s is not to be had on %s", vlan, what, j->driver->platform);
	ms_hint(refuse(j, text ? text : "out of memory"), "a VLAN from %u to %u%s%s", first, last,
		caps->reserved_vlans ? ", not " : "",
		caps->reserved_vlans ? caps->reserved_vlans : "");
}

static void judge_mtus(struct judging *j, const json_t *rows, const char *what)
{
	int64_t max = j->driver->caps.max_mtu;
	const char *key;
	json_t *row;

	json_object_foreach((json_t *)rows, key, row) {
		int64_t mtu = ms_int(row, "/mtu", 0);
		MS_AUTO_FREE char *text = NULL;

		if (!max || mtu <= max)
			continue;
		text = ms_asprintf("MTU %lld of %s %s is more than %s can do", (long long)mtu, what,
				   key, j->driver->platform);
		ms_hint(refuse(j, text ? text : "out of memory"),
			"at most %lld: underlay: {mtu: %lld}", (long long)max, (long long)max);
		return;          /* the others will be the same */
	}
}

static void judge_vrfs(struct judging *j, const json_t *model)
{
	unsigned max = j->driver->caps.max_name;
	const char *name;
	json_t *vrf;

	json_object_foreach(json_object_get(model, "vrfs"), name, vrf) {
		MS_AUTO_FREE char *text = NULL;

		if (ms_int(vrf, "/l3vlan", 0))
			judge_vlan(j, (unsigned)ms_int(vrf, "/l3vlan", 0), name);
		if (!max || strlen(name) <= max)
			continue;
		text = ms_asprintf("VRF %s has a longer name than %s takes", name,
				   j->driver->platform);
		ms_hint(refuse(j, text ? text : "out of memory"),
			"vrf: NAME of at most %u characters in the tenant", max);
	}
}

static void drop_vlan_names(json_t *model)
{
	const char *vlan;
	json_t *row;

	json_object_foreach(json_object_get(model, "vlans"), vlan, row)
		json_object_del(row, "name");
}

static void drop_peer_as(json_t *model)
{
	const char *key;
	json_t *row;

	json_object_foreach(ms_at(model, "/bgp/neighbors"), key, row)
		json_object_del(row, "peerAs");
}

int fabric_caps_apply(const struct fabric_driver *driver, const char *name, json_t *model,
		      struct ms_err *err)
{
	struct judging j = { .driver = driver, .name = name };
	const char *vlan;
	json_t *row;
	char who[128];
	int r;

	for (size_t i = 0; i < MS_ARRAY_SIZE(wishes); i++)
		if (has_whole(&wishes[i], &driver->caps) && !wishes[i].can(&driver->caps) &&
		    wishes[i].wants(model, who, sizeof who))
			refuse_wish(&j, &wishes[i], who);
	json_object_foreach(json_object_get(model, "vlans"), vlan, row)
		judge_vlan(&j, (unsigned)strtoul(vlan, NULL, 10), ms_str(row, "/name", "?"));
	judge_vrfs(&j, model);
	judge_mtus(&j, json_object_get(model, "ports"), "port");
	judge_mtus(&j, json_object_get(model, "channels"), "channel");
	judge_mtus(&j, json_object_get(model, "svis"), "VLAN");
	if (driver->caps.no_vlan_names)
		drop_vlan_names(model);
	if (driver->caps.sends_peer_as)
		drop_peer_as(model);
	r = fabric_refuse(&j.problems, "not planned", err);
	ms_report_release(&j.problems);
	return r;
}
