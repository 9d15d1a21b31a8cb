/* SPDX-License-Identifier: GPL-2.0-or-later */
/* msctl-roce: RDMA over converged Ethernet, from NIC to NIC. */
#include "core/core.h"
#include "roce/roce.h"
#include "site/site.h"

static const struct roce_args defaults = { 0 };

/* What a rule compares lies in all of these; Configs are models of switches that were not read. */
static const char *const path_kinds[] = { "Nic",    "Server", "Switch",	 "Link",  "Fabric",
					  "Tenant", "Network", "Config", NULL };
static const char *const adds_findings[] = { "Finding", NULL };

static const struct ms_opt no_opts[] = { OPT_END };
static const struct ms_opt check_opts[] = {
	OPT_ENUM_LIST(0, "rule", roce_rule_ids, struct roce_args, rules, "these rules only"),
	OPT_END
};

static const struct ms_col cols[] = {
	{ "Nic", "NAME", "/metadata/name", "name" },
	{ "Nic", "DEVICE", "/status/roce/device", "RDMA device" },
	{ "Nic", "NETDEV", "/status/roce/netdev", "interface" },
	{ "Nic", "STATE", "/status/roce/state", "of the RDMA port" },
	{ "Nic", "MTU", "/status/roce/activeMtu", "of RDMA" },
	{ "Nic", "GID", "/status/roce/gid/address", "address of the GID to use" },
	{ "Nic", "TRUST", "/status/roce/trust", "what classifies packets" },
	{ "Nic", "PFC", "/status/roce/pfc/enabled", "priorities that are paused" },
	{ "Nic", "ERROR", "/status/error/message", "why it could not be read" },
	MS_COL_END
};

static const struct ms_verb verbs[] = {
	{ .name = "check",
	  .help = "compare hosts and switches, hop by hop, with what the fabric says",
	  .kinds = path_kinds,
	  .writes = adds_findings,
	  .shows = adds_findings,
	  .cols = ms_cols_finding,
	  .opts = check_opts,
	  .fn = roce_verb_check },
	MS_VERB_END
};

static const struct ms_rule *const rules[] = { roce_rules, NULL };
static const struct ms_cmd cmd = {
	.name = "msctl-roce",
	.help = "RDMA over converged Ethernet, from NIC to NIC",
	.args_size = sizeof(struct roce_args),
	.args_default = &defaults,
	.opts = no_opts,
	.verbs = verbs,
	.cols = cols,
	.front = &ms_site_front,
	.rules = rules,
};

int main(int argc, char **argv)
{
	return ms_main(&cmd, argc, argv);
}
