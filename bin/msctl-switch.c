/* SPDX-License-Identifier: GPL-2.0-or-later */
/* msctl-switch: the fabric, switch by switch and as a whole. */
#include "core/core.h"
#include "fabric/fabric.h"
#include "site/site.h"

static const struct fabric_args defaults = { .confirm = 300 };

static const char *const switches[] = { "Switch", NULL };
/* What a switch is to be lies in all of these. */
static const char *const fabric_kinds[] = { "Switch",  "Link",	 "Fabric", "Tenant",
					    "Network", "Server", NULL };
static const char *const adds_hops[] = { "Hop", NULL };
static const char *const views[] = { "planned", "observed", NULL };
static const char *const adds_findings[] = { "Finding", NULL };
static const char *const adds_configs[] = { "Config", NULL };
static const char *const adds_status[] = { "status.switch", NULL };
static const char *const adds_steps[] = { "Step", NULL };
static const char *const apply_kinds[] = { "Step", "Switch", NULL };

static const struct ms_opt common_opts[] = {
	OPT_UINT(0, "rate", "N", struct fabric_args, rate, 0, 0,
		 "new requests per second over all, 0 = no limit"),
	OPT_STR(0, "trace", "FILE", struct fabric_args, trace,
		"write every HTTP exchange to FILE, secrets removed (JSON Lines)"),
	OPT_STR(0, "replay", "FILE", struct fabric_args, replay,
		"answer from such a file instead of the network"),
	OPT_END
};
static const struct ms_opt get_opts[] = {
	OPT_ENUM_LIST(0, "only", fabric_sections, struct fabric_args, only,
		      "read these sections only"),
	OPT_END
};
static const struct ms_opt plan_opts[] = {
	OPT_FLAG(0, "own-all", struct fabric_args, own_all,
		 "take over switches wholly: what the stream does not want goes away"),
	OPT_FLAG('e', "exit-code", struct fabric_args, exit_code,
		 "exit status 5 when there is something to do"),
	OPT_END
};
static const struct ms_opt render_opts[] = {
	OPT_STR('d', "dir", "DIR", struct fabric_args, dir,
		"write what is rendered into DIR too, a file or folder per switch"),
	OPT_FLAG(0, "model", struct fabric_args, model,
		 "the neutral model instead of what the vendor writes"),
	OPT_END
};
static const struct ms_opt check_opts[] = {
	OPT_ENUM_LIST(0, "rule", fabric_rule_ids, struct fabric_args, rules, "these rules only"),
	OPT_END
};
static const struct ms_opt trace_opts[] = {
	OPT_STR(0, "from", "END", struct fabric_args, from,
		"SERVER:NIC or SWITCH:PORT that it comes from"),
	OPT_STR(0, "to", "END", struct fabric_args, to, "where it goes to"),
	OPT_ENUM(0, "view", views, struct fabric_args, view,
		 "by what is planned (the default), or by what was read"),
	OPT_END
};
static const struct ms_opt apply_opts[] = {
	OPT_SECONDS(0, "confirm", struct fabric_args, confirm,
		    "switches go back by themselves after TIME unless all is well (5m)"),
	OPT_SECONDS(0, "verify", struct fabric_args, verify,
		    "time for sessions and neighbours to come back (half of --confirm)"),
	OPT_UINT(0, "canary", "N", struct fabric_args, canary, 0, 0,
		 "change N switches first, alone"),
	OPT_UINT(0, "serial", "N", struct fabric_args, serial, 0, 0,
		 "change at most N switches at once (all)"),
	OPT_FLAG(0, "no-verify", struct fabric_args, no_verify,
		 "only read back what was written: to repair a fabric that is down"),
	OPT_SECONDS(0, "lock", struct fabric_args, lock,
		    "time to wait for another writer of the same switch (0)"),
	OPT_END
};

static const struct ms_col cols[] = {
	{ "Switch", "NAME", "/metadata/name", "name" },
	{ "Switch", "PLATFORM", "/status/switch/platform|/spec/platform", "operating system" },
	{ "Switch", "VERSION", "/status/switch/version", "version of it" },
	{ "Switch", "MODEL", "/status/switch/model", "model" },
	{ "Switch", "SERIAL", "/status/switch/serialNumber", "serial number" },
	{ "Switch", "SAVED", "/status/switch/saved", "what runs is what it would start with" },
	{ "Switch", "PENDING", "/status/switch/pending/id", "a change that waits to be confirmed" },
	{ "Switch", "TRUST", "/status/switch/trust",
	  "how the switch proved itself: ca, pin, hostkey, or skip" },
	{ "Switch", "ERROR", "/status/error/message", "why it could not be read" },
	MS_COL_END
};
static const struct ms_col hop_cols[] = {
	{ "Hop", "HOP", "/status/switch/hop", "number; switches of equal cost share it" },
	{ "Hop", "SWITCH", "/status/switch/switch", "switch" },
	{ "Hop", "IN", "/status/switch/in", "port that it comes in by" },
	{ "Hop", "OUT", "/status/switch/out", "ports that it may leave by" },
	{ "Hop", "VLAN", "/status/switch/vlan", "VLAN that it is in" },
	{ "Hop", "TO", "/status/switch/outVlan", "VLAN that it is routed into" },
	{ "Hop", "VRF", "/status/switch/vrf", "VRF that it is routed in" },
	{ "Hop", "VNI", "/status/switch/vni", "VNI of the tunnel" },
	{ "Hop", "VIA", "/status/switch/via", "tunnel" },
	{ "Hop", "WHY", "/status/switch/why", "what takes it there" },
	MS_COL_END
};
static const struct ms_col trust_cols[] = {
	{ "Switch", "NAME", "/metadata/name", "name" },
	{ "Switch", "TYPE", "/status/switch/key/type", "tls or ssh" },
	{ "Switch", "KEY", "/status/switch/key/hostKey|/status/switch/key/pin",
	  "for spec.management.hostKey, or spec.management.tls.pin" },
	{ "Switch", "ERROR", "/status/error/message", "why there is none" },
	MS_COL_END
};

static const struct ms_col config_cols[] = {
	{ "Config", "NAME", "/metadata/name", "name of the switch" },
	{ "Config", "PLATFORM", "/spec/platform", "operating system" },
	{ "Config", "VERSION", "/spec/dialect/version",
	  "version that it was rendered for; the newest when absent" },
	{ "Config", "FORMAT", "/spec/format", "json, text, xml, or files" },
	MS_COL_END
};

#define NEEDS (MS_NEEDS_NET | MS_NEEDS_EXEC)
static const struct ms_verb verbs[] = {
	{ .name = "get",
	  .help = "read configuration and facts of switches",
	  .kinds = switches,
	  .writes = adds_status,
	  .opts = get_opts,
	  .needs = NEEDS,
	  .fn = fabric_verb_get },
	{ .name = "trust",
	  .help = "show the key of each switch, and how to trust it",
	  .kinds = switches,
	  .writes = adds_status,
	  .cols = trust_cols,
	  .needs = NEEDS,
	  .fn = fabric_verb_trust },
	{ .name = "render",
	  .help = "configuration as the vendor writes it, without a device",
	  .kinds = fabric_kinds,
	  .writes = adds_configs,
	  .shows = adds_configs,
	  .cols = config_cols,
	  .opts = render_opts,
	  .needs = MS_NEEDS_WRITE,
	  .fn = fabric_verb_render },
	{ .name = "check",
	  .help = "prove that tenants are apart, and compare what is wanted with what was seen",
	  .kinds = fabric_kinds,
	  .writes = adds_findings,
	  .shows = adds_findings,
	  .cols = ms_cols_finding,
	  .opts = check_opts,
	  .fn = fabric_verb_check },
	{ .name = "plan",
	  .help = "what would have to change, as Steps",
	  .kinds = fabric_kinds,
	  .writes = adds_steps,
	  .shows = adds_steps,
	  .cols = ms_cols_step,
	  .opts = plan_opts,
	  .fn = fabric_verb_plan },
	{ .name = "trace",
	  .help = "the hops that a packet takes by configuration",
	  .kinds = fabric_kinds,
	  .writes = adds_hops,
	  .shows = adds_hops,
	  .cols = hop_cols,
	  .opts = trace_opts,
	  .fn = fabric_verb_trace },
	{ .name = "apply",
	  .help = "carry out Steps, all of them or none",
	  .kinds = apply_kinds,
	  .writes = adds_steps,
	  .shows = adds_steps,
	  .cols = ms_cols_step,
	  .opts = apply_opts,
	  .needs = NEEDS | MS_NEEDS_STATE,
	  .touches = true,
	  .window = 1024, /* a phase is as long as its slowest switch, not as several of them */
	  .grace = 180,   /* to roll back what was changed */
	  .fn = fabric_verb_apply },
	MS_VERB_END
};

static const struct ms_rule *const rules[] = { fabric_rules, NULL };
static const struct ms_cmd cmd = {
	.name = "msctl-switch",
	.help = "switches, and the tenants that share them",
	.args_size = sizeof(struct fabric_args),
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
