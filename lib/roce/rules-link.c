/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What both ends of a cable must have alike: R03, R05, R06, R07, R20, R21. */
#include "roce/rules.h"

static const char *mend(const struct roce_side *a, const struct roce_side *b)
{
	return a->host || b->host
		       ? "msctl-roce plan and msctl-switch plan show which of the two differs "
		         "from the fabric"
		       : MEND_SWITCH;
}

/* A switch without any class: R23. */
static bool is_bare(const struct roce_side *side)
{
	return !side->host && !ms_at(side->model, "/qos");
}

/* ---- R03 ---- */

static int lossless_bits(const struct ms_roce *roce)
{
	int bits = 0;

	for (size_t i = 0; i < roce->n; i++)
		bits |= (int)roce->classes[i].lossless << roce->classes[i].priority;
	return bits;
}

static void judge_pfc(struct look *look, const struct roce_side *a, const struct roce_side *b)
{
	int wanted = lossless_bits(look->roce);
	char x[48], y[48];

	if (!a->known && b->pfc != wanted && !look->roce->off && !is_bare(b))
		look_find_cable(look, a, b, MEND_SWITCH,
				"%s pauses %s; of the fabric %s is lossless", b->end,
				roce_bits_text(b->pfc, x, sizeof(x)),
				roce_bits_text(wanted, y, sizeof(y)));
	if (a->pfc < 0 || b->pfc < 0)
		return;
	if (a->pfc != b->pfc)
		look_find_cable(look, a, b, mend(a, b), "%s pauses %s, %s pauses %s", a->end,
				roce_bits_text(a->pfc, x, sizeof(x)), b->end,
				roce_bits_text(b->pfc, y, sizeof(y)));
	else if (a->pfc != wanted && !look->roce->off && !is_bare(a) && !is_bare(b))
		look_find_cable(look, a, b, mend(a, b),
				"%s and %s pause %s; of the fabric %s is lossless", a->end, b->end,
				roce_bits_text(a->pfc, x, sizeof(x)),
				roce_bits_text(wanted, y, sizeof(y)));
}

/* What a host pauses must be what the fabric has lossless, also where its switch was not read. */
static void judge_wanted(struct look *look)
{
	int wanted = lossless_bits(look->roce),
	    got = roce_bits_of(ms_at(look->seen, "/pfc/enabled"));
	struct roce_side leaf;
	char x[48], y[48];

	roce_side_init(look->set, roce_leaf_of(look->set, look->item->res), &leaf);
	if (json_object_get(look->seen, "pfc") && got != wanted && !leaf.known && !look->roce->off)
		look_find(look, MEND_HOST, "%s pauses %s; of the fabric %s is lossless",
			  look->name, roce_bits_text(got, x, sizeof(x)),
			  roce_bits_text(wanted, y, sizeof(y)));
}

int roce_rule_pfc(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	int r = rules_cable(item, rule, judge_pfc, err);

	return r ? r : rules_look(item, rule, "Nic", judge_wanted, err);
}

/* ---- R05 ---- */

static bool agrees(const char *x, const char *y)
{
	return !strcmp(x, y) || !strcmp(x, "both") || !strcmp(y, "both");
}

/* A port of a switch that has classes, and puts packets into none of them.  Where priorities are to
 * be paused R03 finds the same. */
static bool judge_classifies(struct look *look, const struct roce_side *a,
			     const struct roce_side *b, const struct roce_side *side)
{
	if (side->host || side->profile || is_bare(side) || look->roce->lossless || look->roce->off)
		return true;
	look_find_cable(look, a, b, MEND_SWITCH, "%s has no profile, and classifies by nothing",
			side->end);
	return false;
}

/* A router has no PCP to hand on. */
static bool judge_routed(struct look *look, const struct roce_side *a, const struct roce_side *b,
			 const struct roce_side *side)
{
	if (!ms_streq(side->trust, "pcp") || !side->port ||
	    !json_object_get(roce_carrier(side->model, strchr(side->end, ':') + 1), "l3"))
		return true;
	look_find_cable(look, a, b, "roce: {trust: dscp} in the fabric",
			"%s is routed and classifies by pcp, which ends there", side->end);
	return false;
}

static void judge_trust(struct look *look, const struct roce_side *a, const struct roce_side *b)
{
	const char *wanted = look->roce->trust;

	if (!judge_classifies(look, a, b, a) || !judge_classifies(look, a, b, b) || look->roce->off)
		return;
	if (a->trust && b->trust && !agrees(a->trust, b->trust))
		look_find_cable(look, a, b, mend(a, b), "%s classifies by %s, %s by %s", a->end,
				a->trust, b->end, b->trust);
	else if (a->trust && b->trust && !agrees(a->trust, wanted) && !agrees(b->trust, wanted))
		look_find_cable(look, a, b, mend(a, b),
				"%s and %s classify by %s; the fabric does by %s", a->end, b->end,
				a->trust, wanted);
	else if (judge_routed(look, a, b, a))
		judge_routed(look, a, b, b);
}

int roce_rule_trust(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_cable(item, rule, judge_trust, err);
}

/* ---- R06 ---- */

static void judge_pause_port(struct look *look, const char *port, const json_t *row,
			     const char *name, const json_t *profile)
{
	(void)name;
	if (ms_bool(row, "/pause", false) && json_object_size(json_object_get(profile, "pfc")))
		look_find(
			look, MEND_SWITCH,
			"port %s pauses the whole link (802.3x), where single priorities are to "
			"be paused",
			port);
}

static void judge_pause_switch(struct look *look)
{
	look_ports(look, judge_pause_port);
}

static void judge_pause_host(struct look *look)
{
	bool rx = ms_bool(look->seen, "/pause/rx", false),
	     tx = ms_bool(look->seen, "/pause/tx", false);

	if ((rx || tx) && (look->roce->lossless || roce_bits_of(ms_at(look->seen, "/pfc/enabled"))))
		look_find(look, MEND_HOST, "%s %s pause frames of the whole link (802.3x)",
			  look->name,
			  rx && tx ? "sends and obeys"
			  : rx	   ? "obeys"
				   : "sends");
}

int roce_rule_pause(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	int r = rules_look(item, rule, "Switch", judge_pause_switch, err);

	return r ? r : rules_look(item, rule, "Nic", judge_pause_host, err);
}

/* ---- R07 ---- */

/* VXLAN over IPv4, and over IPv6 (RFC 7348, RFC 2460). */
static int64_t overhead(const json_t *model)
{
	const char *source = ms_str(model, "/vxlan/source", NULL);

	return !source ? 0 : strchr(source, ':') ? 70 : 50;
}

static int64_t tunnel_overhead(const struct roce_side *a, const struct roce_side *b)
{
	int64_t x = overhead(a->model), y = overhead(b->model);

	return x > y ? x : y;
}

static void judge_mtu(struct look *look, const struct roce_side *a, const struct roce_side *b)
{
	const struct roce_side *host = a->host ? a : b->host ? b : NULL, *other = host == a ? b : a;
	int64_t need = roce_host_mtu(look->set, look->item->res);
	int64_t uplink = need + tunnel_overhead(a, b);

	if (host && !host->known && other->mtu >= 0 && other->mtu < need)
		look_find_cable(look, a, b, MEND_SWITCH, "%s takes packets of %d; hosts send %d",
				other->end, (int)other->mtu, (int)need);
	if (host && host->mtu >= 0 && other->mtu >= 0 && other->mtu < host->mtu) {
		look_find_cable(look, a, b,
				"mtu or hostMtu of the fabric's underlay, and msctl-switch plan",
				"%s sends packets of %d, %s takes %d", host->end, (int)host->mtu,
				other->end, (int)other->mtu);
		return;
	}
	if (host)
		return;
	for (int i = 0; i < 2; i++) {
		const struct roce_side *side = i ? b : a;

		if (side->mtu >= 0 && side->mtu < uplink)
			look_find_cable(look, a, b,
					"mtu of the fabric's underlay, and msctl-switch plan",
					"%s takes packets of %d; hosts send %d, which is %d there",
					side->end, (int)side->mtu, (int)need, (int)uplink);
	}
}

static void judge_host_mtu(struct look *look)
{
	int64_t mtu = ms_int(look->seen, "/mtu", -1), active = ms_int(look->seen, "/activeMtu", -1);
	unsigned fits = mtu >= 0 ? ms_roce_mtu_of((unsigned)mtu) : 0;

	if (mtu >= 0 && fits < look->roce->mtu)
		look_find(
			look, MEND_HOST,
			"interface %s has MTU %d, which is RDMA of %u; the fabric has %u, for "
			"which it needs %u",
			ms_str(look->seen, "/netdev", ""), (int)mtu, fits, look->roce->mtu,
			look->roce->mtu + MS_ROCE_HEADERS);
	else if (active >= 0 && active < look->roce->mtu)
		look_find(
			look,
			"the link follows the interface: ip link set ... down and up, or a reload "
			"of the driver",
			"RDMA of %s uses packets of %d; the fabric has %u", look->name, (int)active,
			look->roce->mtu);
}

int roce_rule_mtu(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	int r = rules_cable(item, rule, judge_mtu, err);

	return r ? r : rules_look(item, rule, "Nic", judge_host_mtu, err);
}

/* ---- R20 ---- */

static void judge_members(struct look *look)
{
	const json_t *member;
	const char *name;
	json_t *channel;
	size_t i;

	json_object_foreach(json_object_get(look->model, "channels"), name, channel) {
		const char *first = NULL, *port = NULL;

		json_array_foreach(json_object_get(channel, "members"), i, member) {
			const char *own = ms_str(roce_port(look->model, json_string_value(member)),
						 "/qos", "none");

			if (!first) {
				first = own;
				port = json_string_value(member);
			} else if (strcmp(first, own)) {
				look_find(look, MEND_SWITCH,
					  "channel %s: port %s has profile %s, port %s has %s",
					  name, port, first, json_string_value(member), own);
				break;
			}
		}
	}
}

int roce_rule_alike(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_look(item, rule, "Switch", judge_members, err);
}

/* ---- R21 ---- */

static int64_t length_at(const struct roce_set *set, const char *end, int64_t otherwise)
{
	const json_t *link = json_object_get(json_object_get(set->cables, end), "link");

	return ms_int(link, "/spec/length", otherwise);
}

static void judge_length(struct look *look, const struct roce_side *a, const struct roce_side *b)
{
	for (int i = 0; i < 2; i++) {
		const struct roce_side *side = i ? b : a;
		int64_t length = length_at(look->set, side->end, look->roce->cable);
		int64_t has = ms_int(side->profile, "/cable", -1);

		if (has >= 0 && has < length)
			look_find_cable(look, a, b, MEND_SWITCH,
					"the cable is %d m long, and buffers of %s are for %d m",
					(int)length, side->end, (int)has);
	}
}

int roce_rule_length(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_cable(item, rule, judge_length, err);
}
