/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Does a host that the fabric counts on have RDMA at all: R30, and what applications say: R22. */
#include "roce/rules.h"

/* ---- R22 ---- */

static void judge_marking(struct look *look)
{
	const struct ms_roce_class *data = ms_roce_of_role(look->roce, "data");
	int64_t index = ms_int(look->seen, "/gid/index", -1);
	char hint[200], gid[40] = "";
	unsigned tos;

	if (look->roce->off || !data || !data->dscp || ms_int(look->seen, "/trafficClass", 0) > 0)
		return;
	tos = ms_roce_tos((unsigned)__builtin_ctzll(data->dscp), data->ecn_max > 0);
	/* Where none is known, any number would be wrong. */
	if (index >= 0)
		snprintf(gid, sizeof(gid), " NCCL_IB_GID_INDEX=%lld,", (long long)index);
	snprintf(hint, sizeof(hint), "NCCL_IB_TC=%u,%s ib_write_bw --tclass=%u", tos, gid, tos);
	look_find(
		look, hint,
		"the device forces no traffic class: programs that do not use rdma_cm have to ask "
		"for %u",
		tos);
}

int roce_rule_marking(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_look(item, rule, "Nic", judge_marking, err);
}

/* ---- R30 ---- */

static void judge_gid(struct look *look)
{
	const char *address = ms_str(look->item->res, "/spec/roce/address", NULL);

	if (!json_is_array(json_object_get(look->seen, "gids")) ||
	    json_object_get(look->seen, "gid"))
		return;
	look_find(look,
		  "give its interface that address, and read it again; status.roce.gids has those "
		  "that there are",
		  "no GID of RoCE v2 has %s%s", address ? "the address " : "",
		  address ? address : "an address that is more than local");
}

static void judge_state(struct look *look)
{
	const char *state = ms_str(look->seen, "/state", "ACTIVE");

	if (strcmp(state, "ACTIVE"))
		look_find(look, "ip link set its interface up there; is the cable in?",
			  "its RDMA port, %s/%d, is %s", ms_str(look->seen, "/device", "?"),
			  (int)ms_int(look->seen, "/port", 1), state);
}

static void judge_rdma(struct look *look)
{
	const char *why = ms_str(look->seen, "/unsupported/device", NULL);

	if (look->roce->off || !ms_bool(look->item->res, "/spec/roce/enabled", true))
		return;
	if (why) {
		look_find(look,
			  "mend that, and read it again; roce: {enabled: false} in the Nic leaves "
			  "it out",
			  "%s", why);
		return;
	}
	judge_state(look);
	judge_gid(look);
}

int roce_rule_rdma(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	return rules_look(item, rule, "Nic", judge_rdma, err);
}
