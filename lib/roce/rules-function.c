/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Virtual functions, and the tenants that they are lent to: T09. */
#include "host/host.h"
#include "roce/rules.h"

/* The VLANs of the networks that a NIC is a member of: {VLAN: name of the network}. */
static bool member_matches(const json_t *member, const char *server, const char *nic)
{
	const char *end = ms_str(member, "/nic", NULL);
	char name[512];

	snprintf(name, sizeof(name), "%s:%s", server, nic);
	return ms_streq(end, name);
}

static const char *network_of(const struct look *look, int64_t vlan)
{
	const char *server = ms_str(look->item->res, "/spec/server", ""),
		   *nic = ms_str(look->item->res, "/spec/name", ""), *name;
	json_t *network, *member;
	size_t i;

	json_object_foreach(json_object_get(look->set->kinds, "Network"), name, network) {
		if (ms_int(network, "/spec/vlan", -1) != vlan)
			continue;
		json_array_foreach(ms_at(network, "/spec/members"), i, member)
			if (member_matches(member, server, nic))
				return name;
	}
	return NULL;
}

static const json_t *wanted_function(const json_t *nic, int64_t index)
{
	const json_t *row;
	size_t i;

	json_array_foreach(ms_at(nic, "/spec/functions"), i, row)
		if (strtoll(ms_str(row, "/index", "-1"), NULL, 10) == index)
			return row;
	return NULL;
}

static void judge_function(struct look *look, const json_t *seen)
{
	int64_t index = ms_int(seen, "/index", -1), vlan = ms_int(seen, "/vlan", 0);
	const json_t *wanted = wanted_function(look->item->res, index);
	int64_t wants = ms_int(wanted, "/vlan", 0);
	int i = (int)index;
	static const char hint[] = "msctl-nic plan, and msctl-nic apply";

	/* Lent to nobody. */
	if (!wanted && !vlan)
		return;
	if (wants && vlan != wants)
		look_find(look, hint, "function %d is in VLAN %d, and is to be in %d", i, (int)vlan,
			  (int)wants);
	else if (vlan && json_object_size(json_object_get(look->set->kinds, "Network")) &&
		 !network_of(look, vlan))
		look_find(look, "add the NIC to the members of a network with this VLAN",
			  "function %d is in VLAN %d, which no network has at this NIC", i,
			  (int)vlan);
	if (!vlan)
		return;
	if (json_is_false(json_object_get(seen, "spoofCheck")))
		look_find(look, hint,
			  "function %d may send with any MAC address: spoofCheck is off", i);
	if (json_is_true(json_object_get(seen, "trust")))
		look_find(look, hint, "function %d is trusted: it may listen to everything", i);
	if (ms_streq(look->roce->trust, "pcp") && ms_roce_of_role(look->roce, "data") &&
	    ms_int(seen, "/priority", 0) != ms_roce_of_role(look->roce, "data")->pcp)
		look_find(look, hint, "function %d tags with PCP %d; RDMA of the fabric has %u", i,
			  (int)ms_int(seen, "/priority", 0),
			  ms_roce_of_role(look->roce, "data")->pcp);
}

/* GUIDs and MAC addresses that another function has, of this NIC or of any in the stream. */
static void judge_twins(struct look *look, const json_t *functions)
{
	const json_t *row;
	char label[300];
	size_t i;

	json_array_foreach((json_t *)functions, i, row)
		for (size_t k = 0; roce_unique_keys[k]; k++) {
			const char *value = ms_str(row, MS_PATH("/%s", roce_unique_keys[k]), NULL),
				   *owner = roce_owner_of(look->set, roce_unique_keys[k], value);

			roce_function_label(look->name, row, label, sizeof(label));
			if (owner && strcmp(owner, label))
				look_find(look, "msctl-nic plan, and msctl-nic apply",
					  "function %lld has the %s of %s, %s",
					  (long long)ms_int(row, "/index", -1), roce_unique_keys[k],
					  owner, value);
		}
}

static bool is_shared_host(const json_t *functions)
{
	const json_t *row;
	size_t i;

	json_array_foreach((json_t *)functions, i, row)
		if (ms_int(row, "/vlan", 0) > 0)
			return true;
	return false;
}

int roce_rule_function(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err)
{
	const json_t *functions = ms_at(item->res, "/status/nic/sriov/functions"), *row;
	const struct roce_set *set = item->ctx;
	struct look look = { .item = item, .rule = rule, .err = err, .set = set,
			     .name = ms_name(item->res), .roce = roce_of(set, item->res) };
	const json_t *server = roce_find(set, "Server", ms_str(item->res, "/spec/server", NULL));
	size_t i;

	if (!ms_streq(ms_kind(item->res), "Nic") || !json_array_size(functions))
		return 0;
	json_array_foreach((json_t *)functions, i, row)
		judge_function(&look, row);
	judge_twins(&look, functions);
	if (is_shared_host(functions) &&
	    ms_streq(ms_str(server, "/status/roce/netnsMode", NULL), "shared"))
		look_find(
			&look,
			"roce: {netns: exclusive} in the NIC, and msctl-roce plan; it takes a "
			"machine without other network namespaces",
			"RDMA devices of this host are seen in every network namespace");
	return look.r;
}
