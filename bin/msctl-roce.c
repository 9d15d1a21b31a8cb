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
					  "Tenant", "Network", "Config", NULL };
static const char *const adds_findings[] = { "Finding", NULL };

static const struct ms_opt no_opts[] = { OPT_END };
static const struct ms_opt check_opts[] = {
	OPT_ENUM_LIST(0, "rule", roce_rule_ids, struct roce_args, rules, "these rules only"),
	OPT_END
};

static const char *const nic_kinds[] = { "Nic", NULL };
static const char *const adds_paths[] = { "Path", NULL };
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
