/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a switch or host must have by itself: R13, R14, R17, R18, R19, R23. */
#include "roce/aspect.h"
#include "roce/rules.h"

/* ---- R13: shares ---- */

static bool starves(const struct ms_roce_class *class)
{
	return class->strict && strcmp(class->role, "cnp") && strcmp(class->role, "control");
}

/* A class that is served before all others, where the fabric does not say so itself. */
static void judge_strict(struct look *look, const char *priority, const json_t *class)
{
	const struct ms_roce_class *meant = NULL;

	for (size_t i = 0; i < look->roce->n; i++)
		if (look->roce->classes[i].priority == strtoul(priority, NULL, 10))
			meant = &look->roce->classes[i];
	if (!meant || (!meant->strict && strcmp(meant->role, "cnp") &&
		       strcmp(meant->role, "control")))
		look_find(look, MEND_SWITCH,
			  "class %s is served before all others, and is neither CNPs nor control",
			  priority);
	else if (ms_int(class, "/bandwidth", 0))
		look_find(look, MEND_SWITCH, "class %s is strict and has %d percent", priority,
			  (int)ms_int(class, "/bandwidth", 0));
}

static void judge_shares(struct look *look)
{
	unsigned served = 0, sum = 0, n = 0;
	const char *priority;
	json_t *class;

	json_object_foreach(ms_at(look->model, "/qos/classes"), priority, class) {
		unsigned tc = 1u << (ms_int(class, "/trafficClass", 0) & 7);

		if (ms_bool(class, "/strict", false)) {
			judge_strict(look, priority, class);
			continue;
		}
		/* Classes that share a queue share its part. */
		if (!(served & tc)) {
			sum += (unsigned)ms_int(class, "/bandwidth", 0);
			n += json_object_get(class, "bandwidth") != NULL;
		}
		served |= tc;
	}
	if (n && sum != 100)
		look_find(look, MEND_SWITCH, "bandwidths add up to %u percent", sum);
}

static int judge_meant(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const struct ms_roce *roce = roce_of(item->ctx, item->res);

	for (size_t i = 0; i < roce->n; i++)
		if (starves(&roce->classes[i]) && !roce->off &&
		    ms_find(item, rule,
			    "role: control in the class, or a bandwidth in the place of strict",
			    "class %s is served before all others, and is neither of role cnp nor "
			    "control",
			    roce->classes[i].name))
			return ms_nomem(err);
	return 0;
}

static void judge_ets(struct look *look)
{
	const json_t *ets = json_object_get(look->seen, "ets"), *percent;
	const struct ms_roce_class *data = ms_roce_of_role(look->roce, "data");
	int64_t tc = data ? json_integer_value(
				    json_array_get(ms_at(ets, "/prioToTc"), data->priority))
			  : 0;
	const char *word = json_string_value(json_array_get(ms_at(ets, "/algorithm"), (size_t)tc));
	unsigned sum = 0;
	size_t i;

	if (!ets || look->roce->off)
		return;
	json_array_foreach(json_object_get(ets, "bandwidth"), i, percent) {
		bool by_share = ms_streq(
			json_string_value(json_array_get(ms_at(ets, "/algorithm"), i)), "ets");

		if (!by_share && json_integer_value(percent))
			look_find(look, MEND_HOST, "traffic class %zu is strict and has %d percent",
				  i, (int)json_integer_value(percent));
		sum += by_share ? (unsigned)json_integer_value(percent) : 0;
	}
	if (sum && sum != 100)
		look_find(look, MEND_HOST, "bandwidths (ETS) add up to %u percent", sum);
	if (data && ms_streq(word, "strict") && sum)
		look_find(look, MEND_HOST, "RDMA, traffic class %d, is served before all others",
			  (int)tc);
}

static const char *rate_text(int64_t kbps, char buf[static 32])
{
	if (kbps)
		snprintf(buf, 32, "%g Gb/s", (double)kbps / 1e6);
	return kbps ? buf : "none";
}

/* A limit that nobody speaks of is somebody else's business, unless it slows RDMA. */
static void judge_rate(struct look *look, size_t tc, int64_t now, const int64_t *wanted)
{
	const struct ms_roce_class *data = ms_roce_of_role(look->roce, "data");
	char is[32], to[32];

	if (wanted && !roce_rate_holds(now, wanted[tc]))
		look_find(look, MEND_HOST,
			  "the maximum rate of traffic class %zu is %s; by the fabric it is %s", tc,
			  rate_text(now, is), rate_text(wanted[tc], to));
	else if (!wanted && now && data && tc == data->traffic_class)
		look_find(
			look,
			"maxRate of that class in the fabric: 0 ends it, any other keeps it",
			"the maximum rate of RDMA, traffic class %zu, is %s, and not by the "
			  "fabric",
			tc, rate_text(now, is));
}

static void judge_rates(struct look *look)
{
	const json_t *list = json_object_get(look->seen, "maxRate");
	int64_t wanted[8];
	char why[200];
	int said = roce_rates_of(look->roce, look->item->res, wanted, why, sizeof(why));

	if (!list || look->roce->off)
		return;
	if (said < 0)
		look_find(look, "maxRate of the classes of the fabric, or in spec.roce of the Nic",
			  "maximum rates: %s", why);
	for (size_t tc = 0; tc < 8; tc++)
		judge_rate(look, tc, json_integer_value(json_array_get(list, tc)),
			   said > 0 ? wanted : NULL);
}

int roce_rule_shares(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	int r = ms_streq(ms_kind(item->res), "Fabric")
			? judge_meant(item, rule, err)
			: rules_look(item, rule, "Switch", judge_shares, err);

	r = r ? r : rules_look(item, rule, "Nic", judge_ets, err);
	return r ? r : rules_look(item, rule, "Nic", judge_rates, err);
}

/* ---- R14: the watchdog ---- */

#define MEND_WATCHDOG                                                                              \
	"msctl-switch plan, where the platform has one (os10 has none); without it, watchdog: "    \
	"{action: none} in the fabric"

static void judge_port_watchdog(struct look *look, const char *port, const json_t *row,
				const char *name, const json_t *profile)
{
	(void)row;
	if (json_object_size(json_object_get(profile, "pfc")) &&
	    !ms_bool(profile, "/watchdog", false))
		look_find(look, MEND_SWITCH,
			  "port %s (profile %s) may be paused for ever: it has no watchdog", port,
			  name);
}

static bool pauses(const json_t *model)
{
	const char *name;
	json_t *profile;

	json_object_foreach(ms_at(model, "/qos/profiles"), name, profile)
		if (json_object_size(json_object_get(profile, "pfc")))
			return true;
	return false;
}

static void judge_watchdog(struct look *look)
{
	const json_t *watchdog = ms_at(look->model, "/qos/watchdog");
	int64_t detect = ms_int(watchdog, "/detect", 0), poll = ms_int(watchdog, "/poll", 0);

	if (!strcmp(look->roce->watchdog.action, "none"))
		return;
	if (!watchdog && pauses(look->model)) {
		look_find(look, MEND_WATCHDOG,
			  "queues may be paused for ever: there is no watchdog");
		return;
	}
	look_ports(look, judge_port_watchdog);
	if (detect && poll && detect < poll)
		look_find(look, MEND_SWITCH,
			  "the watchdog takes a queue for stuck after %d ms, and looks every %d ms",
			  (int)detect, (int)poll);
}

int roce_rule_watchdog(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_look(item, rule, "Switch", judge_watchdog, err);
}

/* ---- R17: tunnels ---- */

static void judge_overlay(struct look *look)
{
	const json_t *overlay = ms_at(look->model, "/qos/overlay");
	const char *encap = ms_str(overlay, "/encap", NULL),
		   *decap = ms_str(overlay, "/decap", NULL);

	if (!json_object_get(look->model, "vxlan") || look->roce->off)
		return;
	/* A platform that has no choice says nothing. */
	if (encap && strcmp(encap, look->roce->encap))
		look_find(
			look, MEND_SWITCH,
			"tunnels get their DSCP by \"%s\"; by the fabric it is \"%s\", and all "
			"ends must agree",
			encap, look->roce->encap);
	if (decap && strcmp(decap, look->roce->decap))
		look_find(look, MEND_SWITCH,
			  "behind tunnels the DSCP is by \"%s\"; by the fabric it is \"%s\"", decap,
			  look->roce->decap);
}

int roce_rule_overlay(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_look(item, rule, "Switch", judge_overlay, err);
}

/* ---- R18: DCBX ---- */

static bool has_lldpad(const struct look *look)
{
	const json_t *server = roce_find(look->set, "Server",
					 ms_str(look->item->res, "/spec/server", NULL));

	return ms_bool(server, "/status/roce/lldpad", false);
}

static void judge_authority(struct look *look)
{
	const json_t *dcbx = json_object_get(look->seen, "dcbx");
	bool host = ms_bool(dcbx, "/host", false), lld = ms_bool(dcbx, "/lld", false);
	bool fixed = !ms_streq(look->roce->dcbx, "willing");

	if (!dcbx || look->roce->off)
		return;
	if (lld && fixed)
		look_find(
			look, MEND_HOST,
			"firmware does DCBX: what the switch tells it overwrites what is set here");
	else if (lld && host && has_lldpad(look))
		look_find(look, "stop one of them", "both firmware and lldpad do DCBX");
	else if (host && fixed && has_lldpad(look))
		look_find(look, "systemctl disable --now lldpad",
			  "lldpad does DCBX on this host; by the fabric it is \"%s\"",
			  look->roce->dcbx);
	else if (fixed && ms_bool(look->seen, "/ets/willing", false))
		look_find(
			look, MEND_HOST,
			"the interface is willing (802.1Qaz): a neighbour may change its classes");
}

/* A host that is willing goes on with what it had where nobody tells it anything.  Of a port
 * without a profile R03 and R05 speak. */
static void judge_teller(struct look *look, const struct roce_side *nic,
			 const struct roce_side *leaf)
{
	if (!nic->host || !leaf->profile || look->roce->off || !strcmp(look->roce->dcbx, "off") ||
	    ms_bool(leaf->port, "/dcbx", false))
		return;
	look_find_cable(look, nic, leaf, MEND_SWITCH,
			"%s tells %s nothing by DCBX (dcbx: off); by the fabric it is \"%s\"",
			leaf->end, nic->end, look->roce->dcbx);
}

static void judge_port_tells(struct look *look, const char *port, const json_t *row,
			     const char *name, const json_t *profile)
{
	(void)name;
	(void)profile;
	if (ms_bool(row, "/dcbx", false))
		look_find(look, MEND_SWITCH,
			  "port %s tells the other end its settings by DCBX, which changes them "
			  "there where somebody is willing; by the fabric it is \"off\"",
			  port);
}

static void judge_tellers(struct look *look)
{
	if (!look->roce->off && !strcmp(look->roce->dcbx, "off"))
		look_ports(look, judge_port_tells);
}

int roce_rule_authority(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	int r = rules_look(item, rule, "Nic", judge_authority, err);

	r = r ? r : rules_look(item, rule, "Switch", judge_tellers, err);
	return r ? r : rules_cable(item, rule, judge_teller, err);
}

/* ---- R19: over a restart ---- */

#define SHOWN 80 /* of a value */

static void differs(struct look *look, const char *key, const json_t *now, const json_t *then)
{
	MS_AUTO_FREE char *is = ms_json_text(now, MS_JSON_SORTED),
			  *will = ms_json_text(then, MS_JSON_SORTED);

	if (!is || !will)
		look->r = ms_nomem(look->err);
	else
		look_find(look, MEND_HOST, "%s is %.*s, and will be %.*s after a restart", key,
			  SHOWN, is, SHOWN, will);
}

/* Is it set as the files set it at boot? */
static void judge_setting(struct look *look, const struct roce_aspect *aspect,
			  const json_t *persistent)
{
	json_auto_t *then = json_pack("{s:O}", aspect->key,
				      json_object_get(persistent, aspect->key));
	json_auto_t *now = then ? roce_aspect_view(aspect, look->seen, then) : NULL;

	if (!now)
		look->r = ms_nomem(look->err);
	else if (!roce_aspect_holds(aspect, now, then))
		differs(look, aspect->key, json_object_get(now, aspect->key),
			json_object_get(then, aspect->key));
}

static void judge_settings(struct look *look, const json_t *persistent)
{
	const json_t *map = json_object_get(persistent, "dscpToPriority"),
		     *now = json_object_get(look->seen, "dscpToPriority");

	for (const struct roce_aspect *aspect = roce_aspects; aspect->action; aspect++)
		/* What the device does not have was not read. */
		if (json_object_get(persistent, aspect->key) &&
		    json_object_get(look->seen, aspect->key))
			judge_setting(look, aspect, persistent);
	if (map && now && !json_equal(map, now))
		differs(look, "dscpToPriority", now, map);
}

static void judge_lasting(struct look *look)
{
	static const char *const vital[] = { "pfc", "trust" };
	const json_t *persistent = json_object_get(look->seen, "persistent");
	bool paused = roce_bits_of(ms_at(look->seen, "/pfc/enabled")) != 0;

	if (!persistent && paused)
		look_find(look, MEND_HOST, "what is set on %s is gone after a restart", look->name);
	if (!persistent)
		return;
	judge_settings(look, persistent);
	for (size_t i = 0; i < MS_ARRAY_SIZE(vital); i++)
		if (json_object_get(look->seen, vital[i]) &&
		    !json_object_get(persistent, vital[i]) && (i || paused))
			look_find(look, MEND_HOST, "%s is set, and nothing sets it after a restart",
				  vital[i]);
}

static void judge_saved(struct look *look)
{
	if (json_is_false(ms_at(look->item->res, "/status/switch/saved")))
		look_find(
			look,
			"msctl-switch apply saves what it confirms; or save by the switch's own "
			"command",
			"what runs is not what the switch starts with");
}

int roce_rule_lasting(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	int r = rules_look(item, rule, "Nic", judge_lasting, err);

	return r ? r : rules_look(item, rule, "Switch", judge_saved, err);
}

/* ---- R23: what could not be looked at ---- */

static bool any_read(const struct roce_set *set, const char *kind, const char *pointer)
{
	const char *name;
	json_t *res;

	json_object_foreach(json_object_get(set->kinds, kind), name, res)
		if (ms_at(res, "%s", pointer))
			return true;
	return false;
}

/* Why an item of a fabric that has RoCE says nothing; NULL when it does. */
static const char *unread(const struct roce_set *set, const json_t *res,
			  const struct roce_fabric *fabric, const char **ret_hint)
{
	bool nic = ms_streq(ms_kind(res), "Nic"), sw = ms_streq(ms_kind(res), "Switch");
	const char *why = ms_str(res, "/status/error/message", NULL);
	const json_t *model = sw ? roce_model(set, res) : NULL;

	*ret_hint = "mend that, and read it again";
	if ((!nic && !sw) || (nic && ms_at(res, "/status/roce")))
		return NULL;
	if (why && !model)
		return why;
	*ret_hint = nic ? "msctl-roce get" : "msctl-switch get";
	/* One of several that was not asked. */
	if (nic)
		return any_read(set, "Nic", "/status/roce") ? "was not read, and others were"
							    : NULL;
	if (!model)
		return any_read(set, "Switch", "/status/switch/config") ||
				       any_read(set, "Config", "/spec/model")
			       ? "was not read, and others were"
			       : NULL;
	*ret_hint = MEND_SWITCH;
	return fabric->roce.off || ms_at(model, "/qos")
		       ? NULL
		       : "RoCE is not configured here: there are no classes";
}

int roce_rule_read(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const struct roce_set *set = item->ctx;
	const struct roce_fabric *fabric = roce_fabric_of(set, item->res);
	const char *hint, *why;

	if (fabric && fabric->err.error && fabric->res == item->res)
		return ms_find(item, rule, fabric->err.hint, "%s", fabric->err.message)
			       ? ms_nomem(err)
			       : 0;
	if (!fabric || !fabric->roce.managed)
		return 0;
	why = unread(set, item->res, fabric, &hint);
	return why && ms_find(item, rule, hint, "%s", why) ? ms_nomem(err) : 0;
}
