/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the fabric wants of RDMA itself: DCQCN, and the marks on its packets. */
#include "roce/aspect.h"

static const char *reason(const struct roce_draft *draft, const char *section)
{
	return ms_str(ms_at(draft->seen, "/unsupported"), MS_PATH("/%s", section), NULL);
}

/* ---- DCQCN ---- */

static json_t *data_new(const struct ms_roce *roce)
{
	json_t *list = json_array();

	for (size_t i = 0; i < roce->n; i++)
		if (!strcmp(roce->classes[i].role, "data"))
			json_array_append_new(list, json_integer(roce->classes[i].priority));
	return list;
}

/* Where this device has that, and the fabric the code point. */
static void want_class(const json_t *seen, json_t *point, const struct ms_roce_class *class,
		       const char *dscp, const char *priority)
{
	if (class && class->dscp && json_object_get(seen, dscp))
		json_object_set_new(point, dscp, json_integer(__builtin_ctzll(class->dscp)));
	if (class && json_object_get(seen, priority))
		json_object_set_new(point, priority, json_integer(class->pcp));
}

/* Members that this device has; none of the classes where nothing is slowed down. */
static json_t *points_new(const json_t *seen, json_t *enabled, const struct ms_roce *roce)
{
	json_t *np = json_object(), *rp = json_object();

	if (ms_at(seen, "/np/enabled"))
		json_object_set(np, "enabled", enabled);
	if (ms_at(seen, "/rp/enabled"))
		json_object_set(rp, "enabled", enabled);
	want_class(ms_at(seen, "/np"), np, roce ? ms_roce_of_role(roce, "cnp") : NULL, "cnpDscp",
		   "cnpPriority");
	want_class(ms_at(seen, "/rp"), rp, roce ? ms_roce_of_role(roce, "data") : NULL, "dscp",
		   "priority");
	json_decref(enabled);
	return json_pack("{s:o,s:o}", "np", np, "rp", rp);
}

json_t *roce_want_ecn(struct roce_draft *draft)
{
	const json_t *seen = json_object_get(draft->seen, "ecn");
	bool on = !draft->roce->off && !strcmp(draft->roce->control, "dcqcn");

	if (!strcmp(draft->roce->control, "vendor"))
		return NULL;
	if (!seen) {
		if (on && json_object_get(draft->seen, "device"))
			roce_refuse(draft, "ecn",
				    "congestionControl: vendor in the fabric leaves it to the NIC",
				    "DCQCN cannot be set: %s",
				    reason(draft, "ecn") ? reason(draft, "ecn") : "not read");
		return NULL;
	}
	return points_new(seen, on ? data_new(draft->roce) : json_array(),
			  on ? draft->roce : NULL);
}

/* The notification point is one for the port, though it is shown by priority: more may come back
 * than was set. */
bool roce_holds_ecn(const json_t *now, const json_t *want)
{
	const json_t *np = ms_at(want, "/ecn/np/enabled");
	json_auto_t *same = json_deep_copy(now);
	int has = roce_bits_of(ms_at(now, "/ecn/np/enabled")), wants = roce_bits_of(np);

	if (json_is_array(np) && wants && (has & wants) == wants)
		ms_put(same, "/ecn/np/enabled", json_deep_copy(np));
	return json_equal(same, want);
}

/* ---- marks ---- */

/* The ToS octet of RDMA, negative where the fabric has none. */
static int tos_of(const struct roce_draft *draft)
{
	const struct ms_roce_class *data = ms_roce_of_role(draft->roce, "data");
	int tos = data && data->dscp ? (int)ms_roce_tos((unsigned)__builtin_ctzll(data->dscp),
							data->ecn_max > 0)
				     : -1;

	return (int)ms_int(draft->nic, "/spec/roce/trafficClass", tos);
}

json_t *roce_want_cm(struct roce_draft *draft)
{
	int tos = tos_of(draft);

	if (draft->roce->off || tos < 0)
		return NULL;
	if (reason(draft, "cm")) {
		roce_refuse(draft, "cm", "load the driver of RDMA, and rdma_cm, on that host",
			    "rdma_cm cannot be told how to mark: %s", reason(draft, "cm"));
		return NULL;
	}
	return json_pack("{s:i,s:s}", "tos", tos, "mode", "RoCE v2");
}

json_t *roce_want_traffic_class(struct roce_draft *draft)
{
	int tos = tos_of(draft);

	if (draft->roce->off || tos < 0 || !json_object_get(draft->seen, "trafficClass"))
		return NULL;
	return json_integer(tos);
}

/* ---- over a restart ---- */

json_t *roce_want_persistent(struct roce_draft *draft)
{
	/* Nothing is paused and nothing marked where nobody set it. */
	if (!json_object_size(draft->settings) || draft->roce->off)
		return json_null();
	if (!reason(draft, "persistent"))
		return json_incref(draft->settings);
	roce_refuse(draft, "persistent",
		    "set it at boot by what that machine has, and leave this out",
		    "nothing can set it again after a restart: %s", reason(draft, "persistent"));
	return NULL;
}

/* ---- who sees its devices ---- */

json_t *roce_want_netns(struct roce_draft *draft)
{
	const char *mode = ms_str(draft->nic, "/spec/roce/netns", NULL);

	if (!mode || ms_at(draft->seen, "/netnsMode"))
		return mode ? json_string(mode) : NULL;
	roce_refuse(draft, "netns", "modprobe ib_core, on Linux 5.2 or later",
		    "the kernel does not say which network namespaces see RDMA devices");
	return NULL;
}
