/* SPDX-License-Identifier: GPL-2.0-or-later */
/* msctl-roce: RDMA over converged Ethernet, from NIC to NIC. */
#include "core/core.h"
#include "roce/roce.h"
#include "site/site.h"

static const struct roce_args defaults = {
	.probe = { .size = 65536, .pings = 1000, .duration = 1, .timeout = 3600 },
};

/* What a rule compares lies in all of these; Configs are models of switches that were not read. */
static const char *const path_kinds[] = { "Nic",    "Server", "Switch",	 "Link",  "Fabric",
					  "Tenant", "Network", "Config", "Path", NULL };
static const char *const host_kinds[] = { "Nic", "Server", NULL };
static const char *const apply_kinds[] = { "Step", "Nic", NULL };
static const char *const adds_status[] = { "status.roce", NULL };
static const char *const adds_steps[] = { "Step", NULL };
static const char *const adds_findings[] = { "Finding", NULL };

static const char *const risks[] = { "reboot", "data", NULL };

static const struct ms_opt no_opts[] = { OPT_END };
#define OPTS_HOST                                                                                  \
	OPT_FLAG(0, "local", struct roce_args, local, "this machine, without ssh"),                \
		OPT_SECONDS(0, "timeout", struct roce_args, timeout, "time for each host (2m)")
static const struct ms_opt get_opts[] = { OPTS_HOST, OPT_END };
static const struct ms_opt plan_opts[] = { OPT_FLAG('e', "exit-code", struct roce_args, exit_code,
						    "exit 5 when there is something to do"),
					   OPT_END };
static const struct ms_opt apply_opts[] = {
	OPTS_HOST,
	OPT_ENUM_LIST('a', "allow", risks, struct roce_args, allow, "risks that may be taken"),
	OPT_FLAG('k', "keep-going", struct roce_args, keep_going,
		 "other Steps of a NIC go on after one failed"),
	OPT_SECONDS(0, "lock", struct roce_args, lock, "wait for the lock of a NIC"),
	OPT_END
};
static const struct ms_opt check_opts[] = {
	OPT_ENUM_LIST(0, "rule", roce_rule_ids, struct roce_args, rules, "these rules only"),
	OPT_STR(0, "counters", "FILE", struct roce_args, counters,
		"an earlier msctl-roce get: what counters prove since then"),
	OPT_END
};

static const char *const nic_kinds[] = { "Nic", NULL };
static const char *const adds_paths[] = { "Path", "Finding", NULL };
static const struct ms_opt probe_opts[] = {
	OPT_FLAG(0, "across", struct roce_args, probe.across,
		 "all NICs of a fabric with each other, not rail by rail"),
	OPT_SECONDS(0, "duration", struct roce_args, probe.duration,
		    "of the load in each direction (1s); 0 = none"),
	OPT_UINT(0, "size", "OCTETS", struct roce_args, probe.size, 64, 8388608,
		 "of each write of the load (65536)"),
	OPT_UINT(0, "pings", "N", struct roce_args, probe.pings, 1, 1000000,
		 "writes that latency is taken from (1000)"),
	OPT_UINT(0, "mtu", "OCTETS", struct roce_args, probe.mtu, 256, 4096,
		 "largest RDMA MTU to try (that of the interfaces)"),
	OPT_STR(0, "tos", "N", struct roce_args, probe.tos,
		"ToS octet (that of the fabric's data class)"),
	OPT_STR(0, "svg", "FILE", struct roce_args, probe.svg,
		"write a picture of bandwidth and latency, all to all"),
	OPT_SECONDS(0, "timeout", struct roce_args, probe.timeout, "time for all of it (1h)"),
	OPT_FLAG(0, "endpoint", struct roce_args, probe.endpoint,
		 "be the far end: orders on standard input, events on standard output"),
	OPT_END
};

static const struct ms_col path_cols[] = {
	{ "Path", "FROM", "/spec/from", "NIC that sends" },
	{ "Path", "TO", "/spec/to", "NIC that receives" },
	{ "Path", "MTU", "/status/roce/mtu", "largest RDMA MTU that passes" },
	{ "Path", "NS", "/status/roce/latency/median", "latency of a write of 8 octets, median" },
	{ "Path", "P99", "/status/roce/latency/p99", "the same, of 99 of 100" },
	{ "Path", "MBITS", "/status/roce/bandwidth/average", "Mb/s" },
	{ "Path", "TOS", "/status/roce/tos", "sent with" },
	{ "Path", "ERROR", "/status/roce/error/message", "why it could not be measured" },
	{ "Finding", "RULE", "/spec/rule", "id of the rule" },
	{ "Finding", "SEVERITY", "/spec/severity", "error, warning or info" },
	{ "Finding", "MESSAGE", "/spec/message", "what is wrong" },
	MS_COL_END
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
	{ "Server", "NAME", "/metadata/name", "name" },
	{ "Server", "KERNEL", "/status/roce/kernel", "kernel" },
	{ "Server", "NETNS", "/status/roce/netnsMode", "who sees RDMA devices" },
	{ "Server", "LLDPAD", "/status/roce/lldpad", "does lldpad run?" },
	{ "Nic", "ERROR", "/status/error/message", "why it could not be read" },
	MS_COL_END
};

#define NEEDS (MS_NEEDS_NET | MS_NEEDS_EXEC)
static const struct ms_verb verbs[] = {
	{ .name = "get",
	  .help = "read what RoCE is like on hosts",
	  .kinds = host_kinds,
	  .writes = adds_status,
	  .needs = NEEDS,
	  .opts = get_opts,
	  .alone = "local",
	  .fn = roce_verb_get },
	{ .name = "plan",
	  .help = "make a Step for all on hosts that differs from the fabric",
	  .kinds = path_kinds,
	  .writes = adds_steps,
	  .shows = adds_steps,
	  .cols = ms_cols_step,
	  .opts = plan_opts,
	  .fn = roce_verb_plan },
	{ .name = "apply",
	  .help = "carry out Steps",
	  .kinds = apply_kinds,
	  .writes = adds_steps,
	  .shows = adds_steps,
	  .cols = ms_cols_step,
	  .opts = apply_opts,
	  .needs = NEEDS | MS_NEEDS_STATE | MS_NEEDS_ROOT,
	  .touches = true,
	  .fn = roce_verb_apply },
	{ .name = "check",
	  .help = "compare hosts and switches, hop by hop, with what the fabric says",
	  .kinds = path_kinds,
	  .writes = adds_findings,
	  .shows = adds_findings,
	  .cols = ms_cols_finding,
	  .opts = check_opts,
	  .fn = roce_verb_check },
	{ .name = "probe",
	  .help = "measure between hosts: real RDMA, everybody with everybody of a rail",
	  .kinds = nic_kinds,
	  .writes = adds_paths,
	  .shows = adds_paths,
	  .cols = path_cols,
	  .opts = probe_opts,
	  .needs = MS_NEEDS_NET | MS_NEEDS_EXEC | MS_NEEDS_LISTEN | MS_NEEDS_ROOT,
	  .alone = "endpoint",
	  .fn = roce_verb_probe },
	MS_VERB_END
};

static const struct ms_rule *const rules[] = { roce_rules, roce_counter_rules, roce_path_rules,
					       NULL };
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
