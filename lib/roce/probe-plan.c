/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who measures: the selected NICs of each rail of each fabric, with what is known of them. */
#include "roce/probe-run.h"

#include <errno.h>
#include "roce/set.h"

static struct probe_host *host_of(struct probe *probe, const struct roce_set *set,
				  const char *name)
{
	struct probe_host *host;

	/* NICs of a host stand together, mostly. */
	for (size_t i = probe->n_hosts; i > 0; i--)
		if (!strcmp(probe->hosts[i - 1].name, name))
			return &probe->hosts[i - 1];
	host = &probe->hosts[probe->n_hosts++];
	*host = (struct probe_host){ .probe = probe,
				     .name = name,
				     .server = roce_find(set, "Server", name) };
	return host;
}

static int tos_of(const struct probe *probe, const json_t *nic, const struct ms_roce *roce)
{
	const struct ms_roce_class *data = roce->managed ? ms_roce_of_role(roce, "data") : NULL;
	int64_t tos = ms_int(nic, "/spec/roce/trafficClass", -1);

	if (probe->args->probe.tos)
		return (int)strtoul(probe->args->probe.tos, NULL, 0) & 255;
	if (tos >= 0 || !data || !data->dscp)
		return (int)tos;
	return (int)ms_roce_tos((unsigned)__builtin_ctzll(data->dscp), data->ecn_max != 0);
}

static struct probe_group *group_of(struct probe *probe, const char *fabric, const char *rail)
{
	struct probe_group *group;

	for (size_t i = 0; i < probe->n_groups; i++)
		if (!strcmp(probe->groups[i].fabric, fabric) &&
		    !strcmp(probe->groups[i].rail, rail))
			return &probe->groups[i];
	group = &probe->groups[probe->n_groups++];
	*group = (struct probe_group){ .probe = probe, .fabric = fabric, .rail = rail };
	return group;
}

static int join(struct probe_group *group, struct probe_nic *nic)
{
	struct probe_nic **more = realloc(group->nics, (group->n + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	group->nics = more;
	group->nics[group->n++] = nic;
	return 0;
}

static int add(struct probe *probe, const json_t *res, const struct roce_set *set)
{
	struct probe_nic *nic = &probe->nics[probe->n_nics++];
	const struct roce_fabric *fabric = roce_fabric_of(set, res);
	const struct ms_roce *roce = roce_of(set, res);

	*nic = (struct probe_nic){
		.res = res,
		.netdev = ms_str(res, "/status/roce/netdev", ms_str(res, "/spec/netdev", "")),
		.address = ms_str(res, "/spec/roce/address",
				  ms_str(res, "/status/roce/gid/address", "")),
		.tos = tos_of(probe, res, roce),
		.mtu = roce->managed ? roce->mtu : 0,
		.host = host_of(probe, set, ms_str(res, "/spec/server", "")),
	};
	if (!*nic->address)
		nic->why = "its address is not known: pass what msctl-roce get says, or give it "
			   "spec.roce.address";
	else if (!*nic->netdev)
		nic->why = "its interface is not known: pass what msctl-roce get says, or give it "
			   "spec.netdev";
	nic->next = nic->host->nics;
	nic->host->nics = nic;
	return join(group_of(probe, fabric ? ms_name(fabric->res) : "",
			     probe->args->probe.across ? "" : ms_str(res, "/spec/name", "")),
		    nic);
}

/* Room for what its pairs will say. */
static int prepare(struct probe_group *group)
{
	struct roce_paths *paths = &group->probe->paths;
	int r;

	group->results = calloc(group->n * group->n + 1, sizeof(*group->results));
	if (!group->results)
		return -ENOMEM;
	if (group->n < 2)
		return 0;
	r = roce_rail_add(paths, group->fabric, group->rail, &group->at);
	for (size_t i = 0; !r && i < group->n; i++)
		r = roce_node_add(&paths->rails[group->at], ms_name(group->nics[i]->res),
				  &group->nics[i]->node);
	return r;
}

int probe_plan(struct probe *probe, const struct ms_item *items, size_t n,
	       const struct roce_set *set, struct ms_err *err)
{
	int r = 0;

	probe->hosts = calloc(n + 1, sizeof(*probe->hosts));
	probe->nics = calloc(n + 1, sizeof(*probe->nics));
	probe->groups = calloc(n + 1, sizeof(*probe->groups));
	if (!probe->hosts || !probe->nics || !probe->groups)
		return ms_nomem(err);
	for (size_t i = 0; !r && i < n; i++)
		if (items[i].mine && ms_streq(ms_kind(items[i].res), "Nic") &&
		    ms_bool(items[i].res, "/spec/roce/enabled", true))
			r = add(probe, items[i].res, set);
	for (size_t i = 0; !r && i < probe->n_groups; i++)
		r = prepare(&probe->groups[i]);
	r = r ? r : roce_paths_open(&probe->paths);
	r = r ? r : roce_texts_new(&probe->texts);
	return r ? ms_nomem(err) : 0;
}

void probe_plan_release(struct probe *probe)
{
	for (size_t i = 0; i < probe->n_groups; i++) {
		free(probe->groups[i].results);
		free(probe->groups[i].nics);
	}
	roce_paths_release(&probe->paths);
	roce_texts_free(probe->texts);
	free(probe->hosts);
	free(probe->nics);
	free(probe->groups);
}
