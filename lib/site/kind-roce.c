/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fabric spec.roce: what RoCE is to be like from NIC to NIC, said once for hosts and switches. */
#include "site/kinds.h"

static const char *const profiles[] = { "lossless", "lossy", "off", NULL };
static const char *const controls[] = { "dcqcn", "none", "vendor", NULL };
static const char *const trusts[] = { "dscp", "pcp", "both", NULL };
static const char *const roles[] = { "data", "cnp", "control", "other", NULL };
static const char *const actions[] = { "drop", "forward", "none", NULL };
static const char *const encaps[] = { "copy", "derive", NULL };
static const char *const decaps[] = { "preserve", "copy", "derive", NULL };
static const char *const exchanges[] = { "off", "advertise", "willing", NULL };

static const struct ms_field ecn[] = {
	{ .name = "min",
	  .type = MS_F_INT,
	  .required = true,
	  .min = 1,
	  .max = 1000000000,
	  .help = "octets in the queue from which packets are marked (Kmin)" },
	{ .name = "max",
	  .type = MS_F_INT,
	  .required = true,
	  .min = 1,
	  .max = 1000000000,
	  .help = "octets from which `probability` is reached (Kmax); every packet is marked "
		  "above" },
	{ .name = "probability",
	  .type = MS_F_INT,
	  .min = 1,
	  .max = 100,
	  .preset = "100",
	  .help = "percent of packets marked at `max` (Pmax)" },
	{ .name = "per",
	  .type = MS_F_STRING,
	  .pattern = "[0-9]+G",
	  .preset = "\"100G\"",
	  .help = "speed that `min` and `max` are for; other ports have them in proportion" },
	MS_FIELD_END
};
static const struct ms_field class[] = {
	{ .name = "name", .type = MS_F_NAME, .required = true, .help = "what people call it" },
	{ .name = "role",
	  .type = MS_F_ENUM,
	  .words = roles,
	  .help = "what is in it: RDMA, its congestion notifications (CNP), control protocols; "
		  "by its name when absent, else other" },
	{ .name = "priority",
	  .type = MS_F_INT,
	  .required = true,
	  .min = 0,
	  .max = 7,
	  .help = "the priority that PFC pauses (802.1Q, 36); one class each" },
	{ .name = "dscp",
	  .type = MS_F_LIST,
	  .item = MS_F_INT,
	  .max = 64,
	  .help = "code points of it; what no class names is the default class's" },
	{ .name = "pcp",
	  .type = MS_F_INT,
	  .min = 0,
	  .max = 7,
	  .help = "its PCP in VLAN tags; `priority` when absent" },
	{ .name = "trafficClass",
	  .type = MS_F_INT,
	  .min = 0,
	  .max = 7,
	  .help = "traffic class inside switches and NICs; `priority` when absent" },
	{ .name = "queue",
	  .type = MS_F_INT,
	  .min = 0,
	  .max = 7,
	  .help = "egress queue of switches; `trafficClass` when absent" },
	{ .name = "default",
	  .type = MS_F_BOOL,
	  .preset = "false",
	  .help = "has every code point that no class names; exactly one class" },
	{ .name = "lossless",
	  .type = MS_F_BOOL,
	  .preset = "false",
	  .help = "protected by PFC, where the profile is lossless" },
	{ .name = "strict",
	  .type = MS_F_BOOL,
	  .preset = "false",
	  .help = "served before all others (802.1Q, 8.6.8.1)" },
	{ .name = "bandwidth",
	  .type = MS_F_INT,
	  .min = 1,
	  .max = 100,
	  .help = "percent of what strict classes leave (ETS, 802.1Q, 37); all of them together "
		  "100" },
	{ .name = "maxRate",
	  .type = MS_F_INT,
	  .min = 0,
	  .max = 4294967295,
	  .help = "kb/s that a NIC sends of its traffic class at most, 0 = no limit; NICs keep "
		  "what they have where no class says one, and switches shape nothing" },
	{ .name = "ecn",
	  .type = MS_F_OBJECT,
	  .fields = ecn,
	  .help = "marking of packets where a queue grows (RFC 3168)" },
	MS_FIELD_END
};
static const struct ms_field watchdog[] = {
	{ .name = "detectMs",
	  .type = MS_F_INT,
	  .min = 10,
	  .max = 60000,
	  .preset = "300",
	  .help = "a queue that is paused as long is taken for stuck" },
	{ .name = "restoreMs",
	  .type = MS_F_INT,
	  .min = 10,
	  .max = 60000,
	  .preset = "300",
	  .help = "it is used again after as long without pause" },
	{ .name = "pollMs",
	  .type = MS_F_INT,
	  .min = 10,
	  .max = 10000,
	  .preset = "100",
	  .help = "between two looks" },
	{ .name = "action",
	  .type = MS_F_ENUM,
	  .words = actions,
	  .preset = "\"drop\"",
	  .help = "what becomes of its packets; none: no watchdog" },
	MS_FIELD_END
};
static const struct ms_field overlay[] = {
	{ .name = "encap",
	  .type = MS_F_ENUM,
	  .words = encaps,
	  .preset = "\"copy\"",
	  .help = "outer DSCP of tunnels: that of the packet, or what its class says" },
	{ .name = "decap",
	  .type = MS_F_ENUM,
	  .words = decaps,
	  .preset = "\"preserve\"",
	  .help = "DSCP behind tunnels: the packet's own, the outer one, or what the class says; "
		  "ECN is as RFC 6040 says" },
	MS_FIELD_END
};

const struct ms_field ms_fields_roce[] = {
	{ .name = "profile",
	  .type = MS_F_ENUM,
	  .words = profiles,
	  .preset = "\"lossless\"",
	  .help = "lossless (PFC and ECN), lossy (ECN only), or off" },
	{ .name = "congestionControl",
	  .type = MS_F_ENUM,
	  .words = controls,
	  .preset = "\"dcqcn\"",
	  .help = "what slows senders down: DCQCN by ECN marks, nothing, or what the NIC's vendor "
		  "does" },
	{ .name = "trust",
	  .type = MS_F_ENUM,
	  .words = trusts,
	  .preset = "\"dscp\"",
	  .help = "what classifies packets; routed fabrics need dscp" },
	{ .name = "mtu",
	  .type = MS_F_INT,
	  .min = 256,
	  .max = 4096,
	  .preset = "4096",
	  .help = "path MTU of RDMA (IBTA): 256, 512, 1024, 2048 or 4096; the interface has 96 "
		  "octets more at least" },
	{ .name = "classes",
	  .type = MS_F_LIST,
	  .fields = class,
	  .min = 1,
	  .max = 8,
	  .preset = "[{\"name\": \"data\", \"role\": \"data\", \"priority\": 3, \"dscp\": [26], "
		    "\"lossless\": true, \"bandwidth\": 50, "
		    "\"ecn\": {\"min\": 150000, \"max\": 1500000}}, "
		    "{\"name\": \"cnp\", \"role\": \"cnp\", \"priority\": 6, \"dscp\": [48], "
		    "\"strict\": true}, "
		    "{\"name\": \"bulk\", \"role\": \"other\", \"priority\": 0, \"default\": true, "
		    "\"bandwidth\": 50}]",
	  .help = "classes of traffic" },
	{ .name = "watchdog",
	  .type = MS_F_OBJECT,
	  .fields = watchdog,
	  .preset = "{}",
	  .help = "against queues that are paused for ever" },
	{ .name = "overlay",
	  .type = MS_F_OBJECT,
	  .fields = overlay,
	  .preset = "{}",
	  .help = "how tunnels mark" },
	{ .name = "dcbx",
	  .type = MS_F_ENUM,
	  .words = exchanges,
	  .preset = "\"off\"",
	  .help = "802.1Qaz: not at all, told but not obeyed, or obeyed by hosts" },
	{ .name = "cableLength",
	  .type = MS_F_INT,
	  .min = 1,
	  .max = 40000,
	  .preset = "40",
	  .help = "metres, of links that do not say" },
	MS_FIELD_END
};
