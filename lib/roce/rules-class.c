/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which class RDMA and its notifications are in, on each host and switch: R01, R02, R04, R08, R15,
 * R16. */
#include "roce/rules.h"

/* ---- R01: on every hop ---- */

/* What a host sends with another code point is R02 at the host. */
static void judge_code(struct look *look, const char *where, const json_t *classes,
		       const char *field, unsigned code, bool lossless)
{
	int priority = roce_class_of(classes, field, code);
	const char *word = strcmp(field, "dscp") ? "PCP" : "DSCP";
	char key[16];

	if (priority < 0) {
		look_find(look, MEND_SWITCH, "%s %u of RDMA is in no class %s", word, code, where);
		return;
	}
	snprintf(key, sizeof(key), "%d", priority);
	if (lossless && !ms_bool(json_object_get(classes, key), "/lossless", false))
		look_find(look, MEND_SWITCH,
			  "%s %u of RDMA is in class %d %s, which is not lossless", word, code,
			  priority, where);
}

/* Only what the fabric classifies by: a platform need not keep the other map. */
static void judge_class(struct look *look, const char *where, const json_t *classes,
			const struct ms_roce_class *class)
{
	uint64_t left = strcmp(look->roce->trust, "pcp") ? class->dscp : 0;

	for (; left; left &= left - 1)
		judge_code(look, where, classes, "dscp", (unsigned)__builtin_ctzll(left),
			   class->lossless);
	if (strcmp(look->roce->trust, "dscp"))
		judge_code(look, where, classes, "pcp", class->pcp, class->lossless);
}

static void judge_classes(struct look *look, const char *where, const json_t *classes)
{
	for (size_t i = 0; i < look->roce->n; i++)
		if (!strcmp(look->roce->classes[i].role, "data"))
			judge_class(look, where, classes, &look->roce->classes[i]);
}

/* Where ports have classes of their own, one may have others than its switch. */
static void judge_port(struct look *look, const char *port, const json_t *row, const char *name,
		       const json_t *profile)
{
	const json_t *classes = json_object_get(profile, "classes");
	char where[32];

	(void)row;
	(void)name;
	snprintf(where, sizeof where, "of port %s", port);
	if (classes)
		judge_classes(look, where, classes);
}

static void judge_switch(struct look *look)
{
	/* Where there is no class at all, R23 says so. */
	if (look->roce->off || !ms_at(look->model, "/qos"))
		return;
	judge_classes(look, "here", ms_at(look->model, "/qos/classes"));
	look_ports(look, judge_port);
}

static void judge_host(struct look *look)
{
	const struct ms_roce_class *data = ms_roce_of_role(look->roce, "data");
	const json_t *map = json_object_get(look->seen, "dscpToPriority");
	int dscp = roce_emits(look->item->res, NULL);
	int64_t priority;
	char key[16];

	/* Another code point is R02. */
	if (look->roce->off || !data || dscp < 0 || !(data->dscp >> dscp & 1) ||
	    ms_streq(ms_str(look->seen, "/trust", NULL), "pcp"))
		return;
	snprintf(key, sizeof(key), "%d", dscp);
	priority = map && json_object_get(map, key) ? json_integer_value(json_object_get(map, key))
						    : dscp >> 3;
	if (priority != data->priority)
		look_find(
			look, MEND_HOST,
			"what %s sends with DSCP %d it puts into priority %d, and the fabric has "
			"it in %u",
			look->name, dscp, (int)priority, data->priority);
}

/* No switch can be what its fabric does not say. */
static int judge_intent(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const struct ms_roce *roce = roce_of(item->ctx, item->res);
	int r = 0;

	for (size_t i = 0; !r && i < roce->n; i++) {
		const struct ms_roce_class *class = &roce->classes[i];

		if (!strcmp(class->role, "data") && roce->lossless && !class->lossless &&
		    ms_find(item, rule, "lossless: true in the class, or profile: lossy",
			    "profile is lossless, and class %s, of RDMA, is not: no switch is to "
			    "pause it",
			    class->name))
			r = ms_nomem(err);
	}
	return r;
}

int roce_rule_classified(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	if (ms_streq(ms_kind(item->res), "Fabric"))
		return judge_intent(item, rule, err);

	int r = rules_look(item, rule, "Switch", judge_switch, err);

	return r ? r : rules_look(item, rule, "Nic", judge_host, err);
}

/* ---- R02: the ToS octet ---- */

static void judge_tos(struct look *look)
{
	const struct ms_roce_class *data = ms_roce_of_role(look->roce, "data");
	const char *by = NULL;
	int dscp = roce_emits(look->item->res, &by);
	unsigned wanted;
	int64_t tos;
	char hint[160];

	if (look->roce->off || !data || dscp < 0 || data->dscp >> dscp & 1 || !data->dscp)
		return;
	wanted = (unsigned)__builtin_ctzll(data->dscp);
	tos = ms_int(look->seen, strcmp(by, "cm.tos") ? "/trafficClass" : "/cm/tos", 0);
	snprintf(hint, sizeof(hint),
		 "DSCP %u is ToS %u, and %u with ECN (RFC 3168): msctl-roce plan", wanted,
		 ms_roce_tos(wanted, false), ms_roce_tos(wanted, true));
	if (tos == wanted)
		look_find(
			look, hint,
			"%s is %d, which is DSCP %d: the code point %u was written where the ToS "
			"octet goes",
			by, (int)tos, dscp, wanted);
	else
		look_find(look, hint, "%s is %d, which is DSCP %d; RDMA of the fabric has %u", by,
			  (int)tos, dscp, wanted);
}

/* What a driver that reacts to marks takes for RDMA (bnxt_re). */
static void judge_taken(struct look *look)
{
	const struct ms_roce_class *data = ms_roce_of_role(look->roce, "data");
	int64_t dscp = ms_int(look->seen, "/ecn/rp/dscp", -1),
		pcp = ms_int(look->seen, "/ecn/rp/priority", -1);

	if (look->roce->off || !data || strcmp(look->roce->control, "dcqcn"))
		return;
	if (data->dscp && dscp >= 0 && dscp < 64 && !(data->dscp >> dscp & 1))
		look_find(look, MEND_HOST,
			  "the driver takes DSCP %d for RDMA; the fabric has it with %d", (int)dscp,
			  __builtin_ctzll(data->dscp));
	if (pcp >= 0 && pcp < 8 && pcp != data->pcp)
		look_find(look, MEND_HOST,
			  "the driver takes priority %d (PCP) for RDMA; the fabric has it with %u",
			  (int)pcp, data->pcp);
}

int roce_rule_tos(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	int r = rules_look(item, rule, "Nic", judge_tos, err);

	return r ? r : rules_look(item, rule, "Nic", judge_taken, err);
}

/* ---- R04: buffers ---- */

static bool has_headroom(const json_t *model, const char *priority, const char **ret_profile)
{
	const char *name;
	json_t *profile;

	json_object_foreach(ms_at(model, "/qos/profiles"), name, profile) {
		const json_t *pfc = json_object_get(json_object_get(profile, "pfc"), priority);

		*ret_profile = name;
		/* A device that counts its buffers itself says nothing of them. */
		if (pfc && json_object_get(pfc, "headroom") && ms_int(pfc, "/headroom", 0) <= 0)
			return false;
	}
	return true;
}

static void judge_buffers(struct look *look, unsigned priority, const json_t *class)
{
	const char *profile = "";
	char key[16];

	snprintf(key, sizeof(key), "%u", priority);
	if (ms_bool(class, "/lossless", false) && !has_headroom(look->model, key, &profile))
		look_find(
			look, MEND_SWITCH,
			"class %u is lossless and profile %s has no headroom for it: packets on "
			"the "
			"cable are lost when it is paused",
			priority, profile);
}

static void judge_pauses(struct look *look, const char *port, const json_t *row, const char *name,
			 const json_t *profile)
{
	const json_t *classes = ms_at(look->model, "/qos/classes");
	const char *priority;
	json_t *pfc;

	(void)row;
	(void)name;
	json_object_foreach(json_object_get(profile, "pfc"), priority, pfc)
		if (!ms_bool(json_object_get(classes, priority), "/lossless", false))
			look_find(
				look, MEND_SWITCH,
				"port %s pauses priority %s, and class %s has no lossless buffers",
				port, priority, priority);
}

static void judge_all_buffers(struct look *look)
{
	look_classes(look, judge_buffers);
	look_ports(look, judge_pauses);
}

int roce_rule_buffers(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_look(item, rule, "Switch", judge_all_buffers, err);
}

/* ---- R08: notifications of congestion ---- */

/* Do they leave by one queue? */
static bool share_queue(const json_t *model, const json_t *class, unsigned other)
{
	static const char *const keys[] = { "trafficClass", "queue" };
	const json_t *data;
	char key[16];

	snprintf(key, sizeof(key), "%u", other);
	data = json_object_get(ms_at(model, "/qos/classes"), key);
	for (size_t i = 0; i < MS_ARRAY_SIZE(keys); i++) {
		const json_t *x = json_object_get(class, keys[i]),
			     *y = json_object_get(data, keys[i]);

		if (json_is_integer(x) && json_is_integer(y) && json_equal(x, y))
			return true;
	}
	return false;
}

static void judge_cnp_class(struct look *look, const struct ms_roce_class *cnp, const char *field,
			    unsigned code)
{
	const struct ms_roce_class *data = ms_roce_of_role(look->roce, "data");
	int priority = roce_priority_of(look->model, field, code);
	const char *word = strcmp(field, "dscp") ? "PCP" : "DSCP";
	const json_t *class;
	char key[16];

	snprintf(key, sizeof(key), "%d", priority);
	class = json_object_get(ms_at(look->model, "/qos/classes"), key);
	if (!class)
		look_find(look, MEND_SWITCH, "CNPs, %s %u, are in no class here", word, code);
	else if (data && (priority == (int)data->priority ||
			  share_queue(look->model, class, data->priority)))
		look_find(
			look, MEND_SWITCH,
			"CNPs, %s %u, wait in class %d behind the data that they are to slow down",
			word, code, priority);
	else if (ms_bool(class, "/lossless", false))
		look_find(look, MEND_SWITCH, "CNPs, %s %u, are in class %d, which can be paused",
			  word, code, priority);
	else if (cnp->strict && !ms_bool(class, "/strict", false))
		look_find(look, MEND_SWITCH,
			  "CNPs, %s %u, are in class %d, which is not served first", word, code,
			  priority);
}

static bool has_cnps(const struct look *look, const struct ms_roce_class *cnp)
{
	return cnp && cnp->dscp && !look->roce->off && strcmp(look->roce->control, "none");
}

static void judge_cnp_switch(struct look *look)
{
	const struct ms_roce_class *cnp = ms_roce_of_role(look->roce, "cnp");

	if (!has_cnps(look, cnp) || !ms_at(look->model, "/qos"))
		return;
	if (strcmp(look->roce->trust, "pcp"))
		judge_cnp_class(look, cnp, "dscp", (unsigned)__builtin_ctzll(cnp->dscp));
	else
		judge_cnp_class(look, cnp, "pcp", cnp->pcp);
}

static void judge_cnp_host(struct look *look)
{
	const struct ms_roce_class *cnp = ms_roce_of_role(look->roce, "cnp");
	int64_t dscp = ms_int(look->seen, "/ecn/np/cnpDscp", -1),
		pcp = ms_int(look->seen, "/ecn/np/cnpPriority", -1);

	if (!has_cnps(look, cnp))
		return;
	if (dscp >= 0 && dscp < 64 && !(cnp->dscp >> dscp & 1))
		look_find(look, MEND_HOST, "CNPs leave with DSCP %d; the fabric has them with %d",
			  (int)dscp, __builtin_ctzll(cnp->dscp));
	if (pcp >= 0 && pcp < 8 && pcp != cnp->pcp)
		look_find(look, MEND_HOST,
			  "CNPs leave with priority %d (PCP); the fabric has them with %u",
			  (int)pcp, cnp->pcp);
}

int roce_rule_cnp(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	int r = rules_look(item, rule, "Switch", judge_cnp_switch, err);

	return r ? r : rules_look(item, rule, "Nic", judge_cnp_host, err);
}

/* ---- R15: too many ---- */

/* What all ports together hold for packets that come after a pause; devices that count it
 * themselves say nothing. */
static void judge_room(struct look *look, const struct ms_asic *asic)
{
	const char *port, *priority;
	json_t *row, *pfc;
	uint64_t sum = 0;

	json_object_foreach(json_object_get(look->model, "ports"), port, row)
		json_object_foreach (json_object_get(roce_profile(look->model, row), "pfc"),
				     priority, pfc)
			sum += (uint64_t)ms_int(pfc, "/headroom", 0);
	if (asic->buffer && sum > asic->buffer)
		look_find(look,
			  "length: METRES of its links as they are, a smaller mtu, or one lossless "
			  "class less",
			  "headroom of all ports is %llu octets, and %s has %llu in all",
			  (unsigned long long)sum, asic->name, (unsigned long long)asic->buffer);
}

static void judge_number(struct look *look)
{
	const struct ms_asic *asic = ms_asic_of(look->item->res);
	unsigned n = 0;
	const char *priority;
	json_t *class;

	json_object_foreach(ms_at(look->model, "/qos/classes"), priority, class)
		n += ms_bool(class, "/lossless", false);
	if (n > asic->lossless)
		look_find(look, "lossless: false in one of the classes of the fabric",
			  "%u classes are lossless, and %s has buffers for %u", n, asic->name,
			  asic->lossless);
	judge_room(look, asic);
}

static void judge_nic_number(struct look *look)
{
	int64_t max = ms_int(look->seen, "/pfc/max", 0);
	int n = __builtin_popcount((unsigned)roce_bits_of(ms_at(look->seen, "/pfc/enabled")));

	if (max > 0 && n > max)
		look_find(look, "lossless: false in one of the classes of the fabric",
			  "%d priorities are paused, and the NIC can do %d", n, (int)max);
}

int roce_rule_too_many(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	int r = rules_look(item, rule, "Switch", judge_number, err);

	return r ? r : rules_look(item, rule, "Nic", judge_nic_number, err);
}

/* ---- R16: control protocols ---- */

/* BGP goes with CS6 (RFC 4594), some protocols with CS7; CNPs have CS6 by the habit of NICs. */
int roce_rule_control(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const struct ms_roce *roce = roce_of(item->ctx, item->res);
	const struct ms_roce_class *cnp = ms_roce_of_role(roce, "cnp");

	if (!ms_streq(ms_kind(item->res), "Fabric") || !cnp)
		return 0;
	for (unsigned dscp = 48; dscp <= 56; dscp += 8)
		if (cnp->dscp >> dscp & 1)
			return ms_find(item, rule,
				       "a class of role control with dscp: [48, 56], and another "
				       "code point "
				       "for CNPs on switches and NICs",
				       "DSCP %u, which routing protocols use, is in class %s with "
				       "CNPs",
				       dscp, cnp->name)
				       ? ms_nomem(err)
				       : 0;
	return 0;
}
