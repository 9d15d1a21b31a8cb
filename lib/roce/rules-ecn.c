/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Marking, and those who obey it: R09, R10, R11, R12. */
#include "roce/rules.h"

/* ---- R09: both points of DCQCN ---- */

static void judge_loop(struct look *look)
{
	const struct ms_roce_class *data = ms_roce_of_role(look->roce, "data");
	const json_t *ecn = json_object_get(look->seen, "ecn");
	int np = roce_bits_of(ms_at(ecn, "/np/enabled")),
	    rp = roce_bits_of(ms_at(ecn, "/rp/enabled"));
	/* Where there is one switch for both, it is shown as the notification point's. */
	bool reacts = data && (ms_at(ecn, "/rp/enabled") ? rp >> data->priority & 1 : np != 0);

	/* The upstream mlx5 driver does not say whether they are on. */
	if (!ecn || !data || look->roce->off ||
	    (!ms_at(ecn, "/np/enabled") && !ms_at(ecn, "/rp/enabled")))
		return;
	if (ms_streq(look->roce->control, "none")) {
		if (np || reacts)
			look_find(look, MEND_HOST,
				  "DCQCN is on (%s), and the fabric is to have none",
				  np && reacts ? "both points"
				  : np	       ? "notification point"
					       : "reaction point");
		return;
	}
	if (!ms_streq(look->roce->control, "dcqcn"))
		return;
	/* The notification point is there for all priorities, however many are said. */
	if (!np && !reacts)
		look_find(look, MEND_HOST, "DCQCN is off");
	else if (!np)
		look_find(look, MEND_HOST,
			  "the NIC slows down on CNPs, and never sends any for marked packets");
	else if (!reacts)
		look_find(look, MEND_HOST,
			  "the NIC sends CNPs, and does not slow down on those for priority %u",
			  data->priority);
}

int roce_rule_loop(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_look(item, rule, "Nic", judge_loop, err);
}

/* ---- R10: every egress marks, or none does ---- */

static void judge_marks(struct look *look, const char *port, const json_t *row, const char *name,
			const json_t *profile)
{
	const struct ms_roce_class *data = ms_roce_of_role(look->roce, "data");
	const json_t *ecn;
	char key[8];

	(void)row;
	if (!data)
		return;
	snprintf(key, sizeof(key), "%u", data->priority);
	ecn = json_object_get(json_object_get(profile, "ecn"), key);
	if (data->ecn_max && !ecn)
		look_find(look, MEND_SWITCH,
			  "port %s (profile %s) does not mark class %s where its queue grows", port,
			  name, key);
	else if (ms_streq(look->roce->control, "none") && ecn)
		look_find(look, MEND_SWITCH,
			  "port %s (profile %s) marks class %s, and nobody is to obey", port, name,
			  key);
}

static void judge_switch(struct look *look)
{
	if (!look->roce->off)
		look_ports(look, judge_marks);
}

/* Marks that nobody makes cannot be obeyed. */
static int judge_intent(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const struct ms_roce *roce = roce_of(item->ctx, item->res);
	const struct ms_roce_class *data = ms_roce_of_role(roce, "data");

	if (!data || data->ecn_max || roce->off || !ms_streq(roce->control, "dcqcn"))
		return 0;
	return ms_find(item, rule, "ecn: {min, max} in the class, or congestionControl: none",
		       "congestionControl is dcqcn, and class %s has no ecn: no switch is to mark",
		       data->name)
		       ? ms_nomem(err)
		       : 0;
}

int roce_rule_ecn(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return ms_streq(ms_kind(item->res), "Fabric")
		       ? judge_intent(item, rule, err)
		       : rules_look(item, rule, "Switch", judge_switch, err);
}

/* ---- R11: thresholds by themselves ---- */

static void judge_thresholds(struct look *look)
{
	const struct ms_asic *asic = ms_asic_of(look->item->res);
	const char *name, *priority;
	json_t *profile, *ecn;

	json_object_foreach(ms_at(look->model, "/qos/profiles"), name, profile)
		json_object_foreach(json_object_get(profile, "ecn"), priority, ecn) {
			int64_t min = ms_int(ecn, "/min", 0), max = ms_int(ecn, "/max", 0);

			if (min >= max)
				look_find(look, MEND_SWITCH,
					  "profile %s marks class %s from %lld octets to %lld",
					  name, priority, (long long)min, (long long)max);
			/* A queue alone in a shared buffer gets half of it (alpha 1), then it
			 * pauses. */
			else if (asic->buffer && (uint64_t)max >= asic->buffer / 2)
				look_find(
					look,
					"ecn of the class in the fabric, and msctl-switch plan",
					"profile %s marks all of class %s from %lld octets, and %s "
					"has %llu in all: it pauses before",
					name, priority, (long long)max, asic->name,
					(unsigned long long)asic->buffer);
		}
}

int roce_rule_thresholds(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_look(item, rule, "Switch", judge_thresholds, err);
}

/* ---- R12: thresholds by the speed ---- */

static unsigned speed_of(const struct look *look, const char *port, const json_t *row)
{
	const json_t *seen = json_object_get(ms_at(look->item->res, "/status/switch/ports"), port);
	unsigned gbps = ms_gbps(ms_str(seen, "/speed", NULL));

	return gbps ? gbps : ms_gbps(ms_str(row, "/speed", NULL));
}

#define LEAST_BUFFER (16u << 20)

/* Chips round to cells, 150000 comes back as 153.00 KB; and Junos to whole percents of the buffer.
 */
static bool differs(const struct look *look, uint64_t wanted, uint64_t got)
{
	uint64_t apart = got > wanted ? got - wanted : wanted - got, buffer;

	if (got <= wanted * 2 && wanted <= got * 2)
		return false;
	buffer = ms_asic_of(look->item->res)->buffer;
	return apart > (buffer ? buffer : LEAST_BUFFER) / 100;
}

static void judge_scale(struct look *look, const char *port, const json_t *row, const char *name,
			const json_t *profile)
{
	const struct ms_roce_class *data = ms_roce_of_role(look->roce, "data");
	unsigned gbps = speed_of(look, port, row);
	uint64_t min, max, low, high;
	const json_t *ecn;
	char key[8];

	if (!data || !data->ecn_max || !gbps)
		return;
	snprintf(key, sizeof(key), "%u", data->priority);
	ecn = json_object_get(json_object_get(profile, "ecn"), key);
	min = (uint64_t)ms_int(ecn, "/min", 0);
	max = (uint64_t)ms_int(ecn, "/max", 0);
	low = ms_roce_scale(data->ecn_min, data->ecn_gbps, gbps);
	high = ms_roce_scale(data->ecn_max, data->ecn_gbps, gbps);
	/* Others are R11. */
	if (min < max && (differs(look, high, max) || differs(look, low, min)))
		look_find(
			look, MEND_SWITCH,
			"port %s runs at %uG and marks class %s from %llu to %llu octets (profile "
			"%s); the fabric has %llu to %llu for that speed",
			port, gbps, key, (unsigned long long)min, (unsigned long long)max, name,
			(unsigned long long)low, (unsigned long long)high);
}

static void judge_scales(struct look *look)
{
	if (!look->roce->off)
		look_ports(look, judge_scale);
}

int roce_rule_scaled(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_look(item, rule, "Switch", judge_scales, err);
}
