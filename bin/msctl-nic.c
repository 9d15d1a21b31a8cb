/* SPDX-License-Identifier: GPL-2.0-or-later */
/* msctl-nic: network functions of servers, here or at the far end of ssh. */
#include "core/core.h"
#include "nic/nic.h"
#include "site/site.h"

static const struct nic_args defaults = { 0 };

static const char *const nics[] = { "Nic", NULL };
static const char *const apply_kinds[] = { "Step", "Nic", NULL };
static const char *const adds_status[] = { "status.nic", NULL };
static const char *const adds_steps[] = { "Step", NULL };
static const char *const adds_findings[] = { "Finding", NULL };
/* Two risks of Steps, and what any Step may find in use. */
static const char *const allowed[] = { "reboot", "data", "use", NULL };

static const struct ms_opt common_opts[] = {
	OPT_FLAG(0, "local", struct nic_args, local,
		 "this machine, without ssh; with no input, every network function here"),
	OPT_SECONDS(0, "timeout", struct nic_args, timeout, "time for each host (2m)"),
	OPT_END
};
static const struct ms_opt plan_opts[] = {
	OPT_FLAG('e', "exit-code", struct nic_args, exit_code,
		 "exit status 5 when there is something to do"),
	OPT_END
};
static const struct ms_opt check_opts[] = {
	OPT_ENUM_LIST(0, "rule", nic_rule_ids, struct nic_args, rules, "these rules only"),
	OPT_END
};
static const struct ms_opt apply_opts[] = {
	OPT_ENUM_LIST('a', "allow", allowed, struct nic_args, allow,
		      "risks that may be taken; use: what is in use may be cut"),
	OPT_FLAG('k', "keep-going", struct nic_args, keep_going,
		 "go on with what does not need a Step that failed"),
	OPT_SECONDS(0, "lock", struct nic_args, lock,
		    "time to wait for another writer of the same NIC (0)"),
	OPT_END
};

static const struct ms_col cols[] = {
	{ "Nic", "NAME", "/metadata/name", "name" },
	{ "Nic", "NETDEV", "/status/nic/netdev", "interface" },
	{ "Nic", "PCI", "/status/nic/pci/address", "PCI address" },
	{ "Nic", "DRIVER", "/status/nic/driver", "driver" },
	{ "Nic", "MAC", "/status/nic/permanentMac|/status/nic/mac",
	  "MAC address, the permanent one" },
	{ "Nic", "STATE", "/status/nic/state", "state of the link (RFC 2863)" },
	{ "Nic", "SPEED", "/status/nic/speed", "speed of the link" },
	{ "Nic", "MTU", "/status/nic/mtu", "MTU of the interface" },
	{ "Nic", "RDMA", "/status/nic/rdma", "RDMA device" },
	{ "Nic", "VFS", "/status/nic/sriov/vfs", "virtual functions that there are" },
	{ "Nic", "ERROR", "/status/error/message", "why it could not be read" },
	MS_COL_END
};

#define NEEDS (MS_NEEDS_NET | MS_NEEDS_EXEC)
static const struct ms_verb verbs[] = {
	{ .name = "get",
	  .help = "read inventory and settings of network functions",
	  .kinds = nics,
	  .writes = adds_status,
	  .needs = NEEDS | MS_NEEDS_PROCESSES,
	  .alone = "local",
	  .fn = nic_verb_get },
	{ .name = "plan",
	  .help = "what would have to change, as Steps",
	  .kinds = nics,
	  .writes = adds_steps,
	  .shows = adds_steps,
	  .cols = ms_cols_step,
	  .opts = plan_opts,
	  .fn = nic_verb_plan },
	{ .name = "apply",
	  .help = "carry out Steps, and read back what they did",
	  .kinds = apply_kinds,
	  .writes = adds_steps,
	  .shows = adds_steps,
	  .cols = ms_cols_step,
	  .opts = apply_opts,
	  .needs = NEEDS | MS_NEEDS_STATE | MS_NEEDS_ROOT,
	  .touches = true,
	  .fn = nic_verb_apply },
	{ .name = "check",
	  .help = "compare what is wanted with what was seen",
	  .kinds = nics,
	  .writes = adds_findings,
	  .shows = adds_findings,
	  .cols = ms_cols_finding,
	  .opts = check_opts,
	  .fn = nic_verb_check },
	MS_VERB_END
};

static const struct ms_rule *const rules[] = { nic_rules, NULL };
static const struct ms_cmd cmd = {
	.name = "msctl-nic",
	.help = "network functions of servers, as their operating systems have them",
	.args_size = sizeof(struct nic_args),
	.args_default = &defaults,
	.opts = common_opts,
	.verbs = verbs,
	.cols = cols,
	.front = &ms_site_front,
	.rules = rules,
};

int main(int argc, char **argv)
{
	return ms_main(&cmd, argc, argv);
}
