/* SPDX-License-Identifier: GPL-2.0-or-later */
/* msctl-bmc: servers through their BMCs.  Verbs that read are in front, verbs that write behind. */
#include "bmc/bmc.h"
#include "core/core.h"
#include "site/site.h"

static const struct bmc_args defaults = { .poll = 10, .connect = 3 };

static const char *const servers[] = { "Server", NULL };
static const char *const adds_status[] = { "status.bmc", NULL };
static const char *const adds_entries[] = { "LogEntry", NULL };
static const char *const adds_events[] = { "Event", NULL };
static const char *const auths[] = { "auto", "session", "basic", NULL };
static const char *const adds_steps[] = { "Step", NULL };
static const char *const adds_findings[] = { "Finding", NULL };
static const char *const apply_kinds[] = { "Step", "Server", NULL };
static const char *const risks[] = { "reboot", "data", NULL };
static const char *const powers[] = { "on", "off", "cycle", "graceful", "nmi", NULL };
static const char *const whens[] = { "once", NULL };
static const char *const targets[] = { "none", "pxe", "http", "disk", "cd", "usb", "setup", NULL };
static const char *const media_actions[] = { "insert", "eject", "boot", NULL };
static const char *const methods[] = { "get", "patch", "post", "put", "delete", NULL };

static const struct ms_opt common_opts[] = {
	OPT_ENUM(0, "auth", auths, struct bmc_args, auth,
		 "how to log in, instead of what the site file says"),
	OPT_UINT(0, "rate", "N", struct bmc_args, rate, 0, 0,
		 "new requests per second over all, 0 = no limit"),
	OPT_STR(0, "trace", "FILE", struct bmc_args, trace,
		"write every HTTP exchange to FILE, secrets removed (JSON Lines)"),
	OPT_STR(0, "replay", "FILE", struct bmc_args, replay,
		"answer from such a file instead of the network"),
	OPT_END
};
static const struct ms_opt get_opts[] = {
	OPT_ENUM_LIST(0, "only", bmc_sections, struct bmc_args, only, "read these sections only"),
	OPT_END
};
static const struct ms_opt log_opts[] = {
	OPT_SECONDS(0, "since", struct bmc_args, since, "entries of the last TIME only"),
	OPT_UINT('n', "limit", "N", struct bmc_args, limit, 1, 1000000,
		 "newest N entries of each log (1000)"),
	OPT_FLAG('f', "follow", struct bmc_args, follow, "go on with entries as they are written"),
	OPT_SECONDS(0, "poll", struct bmc_args, poll, "time between two looks when following (10)"),
	OPT_END
};
static const struct ms_opt discover_opts[] = {
	OPT_STRS('r', "range", "RANGE", struct bmc_args, ranges,
		 "more addresses: prefix, first-last, host list"),
	OPT_FLAG(0, "ssdp", struct bmc_args, ssdp, "ask the local network (SSDP)"),
	OPT_STR(0, "leases", "FILE", struct bmc_args, leases,
		"addresses of a lease file: dnsmasq, ISC dhcpd, Kea CSV"),
	OPT_UINT(0, "port", "N", struct bmc_args, port, 1, 65535, "port where none is given (443)"),
	OPT_SECONDS(0, "connect", struct bmc_args, connect,
		    "time for an address to accept a connection (3)"),
	OPT_END
};
static const struct ms_opt raw_opts[] = {
	OPT_STR('d', "data", "JSON", struct bmc_args, data, "body to send, or @FILE"),
	OPT_END
};
static const struct ms_opt plan_opts[] = { OPT_FLAG('e', "exit-code", struct bmc_args, exit_code,
						    "exit status 5 when there is something to do"),
					   OPT_END };
static const struct ms_opt apply_opts[] = {
	OPT_ENUM_LIST('a', "allow", risks, struct bmc_args, allow, "risks that may be taken"),
	OPT_FLAG('k', "keep-going", struct bmc_args, keep_going,
		 "go on with what does not need a Step that failed"),
	OPT_FLAG(0, "force", struct bmc_args, force,
		 "a machine that does not shut down by itself is switched off"),
	OPT_FLAG(0, "drop-jobs", struct bmc_args, drop_jobs,
		 "delete scheduled configuration jobs that hold the settings (Dell)"),
	OPT_SECONDS(0, "boot-time", struct bmc_args, boot_time,
		    "time for a machine to come back after a restart (30m)"),
	OPT_SECONDS(0, "lock", struct bmc_args, lock,
		    "time to wait for another writer of the same BMC (0)"),
	OPT_END
};
static const struct ms_opt power_opts[] = {
	OPT_SECONDS('w', "wait", struct bmc_args, wait,
		    "time for the power state to be seen (1m, graceful 10m)"),
	OPT_FLAG(0, "then-force", struct bmc_args, force,
		 "graceful: switch off when the time is over"),
	OPT_END
};
static const struct ms_opt boot_opts[] = {
	OPT_STR('u', "uri", "URI", struct bmc_args, uri, "what UEFI HTTP boot loads"),
	OPT_END
};
static const struct ms_opt media_opts[] = {
	OPT_STR('i', "image", "URL", struct bmc_args, image,
		"image to insert; to eject only that one"),
	OPT_FLAG(0, "then-force", struct bmc_args, force,
		 "boot: a machine that does not shut down by itself is switched off"),
	OPT_END
};
static const struct ms_opt reset_opts[] = {
	OPT_SECONDS('w', "wait", struct bmc_args, wait, "time for the BMC to come back (10m)"),
	OPT_END
};
static const struct ms_operand power_operands[] = {
	{ .name = "ACTION", .words = powers, .help = "what to do" }, { 0 }
};
static const struct ms_operand boot_operands[] = {
	{ .name = "WHEN", .words = whens, .help = "for the next boot only" },
	{ .name = "TARGET", .words = targets, .help = "where to boot from" },
	{ 0 }
};
static const struct ms_operand media_operands[] = {
	{ .name = "ACTION",
	  .words = media_actions,
	  .help = "insert, eject, or insert and boot from it" },
	{ 0 }
};
static const struct ms_operand discover_operands[] = {
	{ .name = "RANGE",
	  .help = "10.0.0.0/24, 10.0.0.5-10.0.0.20, 10.0.0.[5-20]",
	  .optional = true },
	{ 0 }
};
static const struct ms_operand raw_operands[] = {
	{ .name = "METHOD", .words = methods, .help = "HTTP method" },
	{ .name = "URI", .help = "as /redfish/v1/..." },
	{ 0 }
};

static const struct ms_col cols[] = {
	{ "Server", "NAME", "/metadata/name", "name" },
	{ "Server", "VENDOR", "/status/bmc/vendor", "vendor of the BMC" },
	{ "Server", "MODEL", "/status/bmc/system/model", "model" },
	{ "Server", "SERIAL", "/status/bmc/system/serialNumber", "serial number" },
	{ "Server", "POWER", "/status/bmc/power/state", "power state" },
	{ "Server", "HEALTH", "/status/bmc/health/healthRollup|/status/bmc/health/health",
	  "health" },
	{ "Server", "BIOS", "/status/bmc/system/biosVersion", "BIOS version" },
	{ "Server", "BMC", "/status/bmc/manager/firmwareVersion", "firmware of the BMC" },
	{ "Server", "GPUS", "/status/bmc/gpus/#", "GPUs" },
	{ "Server", "MIB", "/status/bmc/memory/totalMiB", "memory, MiB" },
	{ "Server", "TRUST", "/status/bmc/trust", "how the BMC proved itself: ca, pin, or skip" },
	{ "Server", "ERROR", "/status/error/message", "why it could not be read" },
	MS_COL_END
};
static const struct ms_col trust_cols[] = {
	{ "Server", "NAME", "/metadata/name", "name" },
	{ "Server", "PIN", "/status/bmc/certificate/pin", "public key, for spec.bmc.tls.pin" },
	{ "Server", "SUBJECT", "/status/bmc/certificate/subject", "subject" },
	{ "Server", "NOT AFTER", "/status/bmc/certificate/validNotAfter", "end of validity" },
	{ "Server", "FINGERPRINT", "/status/bmc/certificate/fingerprint",
	  "SHA-256 of the certificate" },
	{ "Server", "ERROR", "/status/error/message", "why there is none" },
	MS_COL_END
};
static const struct ms_col discover_cols[] = {
	{ "Server", "NAME", "/metadata/name", "name" },
	{ "Server", "ADDRESS", "/spec/bmc/address", "address of the BMC" },
	{ "Server", "VENDOR", "/status/bmc/vendor", "vendor" },
	{ "Server", "PRODUCT", "/status/bmc/product", "product, as the service root says" },
	{ "Server", "FOUND", "/status/bmc/foundBy", "how: range, lease, or ssdp" },
	{ "Server", "PIN", "/spec/bmc/tls/pin", "public key that was seen" },
	MS_COL_END
};
static const struct ms_col log_cols[] = {
	{ "LogEntry", "SERVER", "/status/bmc/server", "server" },
	{ "LogEntry", "CREATED", "/status/bmc/created", "when, by the BMC's clock" },
	{ "LogEntry", "SEVERITY", "/status/bmc/severity", "severity" },
	{ "LogEntry", "LOG", "/status/bmc/service", "log service" },
	{ "LogEntry", "MESSAGE", "/status/bmc/message", "message" },
	MS_COL_END
};
static const char *const shows_entries[] = { "LogEntry", NULL };
static const char *const shows_events[] = { "Event", NULL };
static const struct ms_col console_cols[] = {
	{ "Server", "NAME", "/metadata/name", "name" },
	{ "Server", "SSH", "/status/bmc/console/ssh", "serial console by ssh" },
	{ "Server", "IPMI", "/status/bmc/console/ipmi", "serial over LAN" },
	{ "Server", "KVM", "/status/bmc/console/kvm", "graphical console" },
	{ "Server", "ERROR", "/status/error/message", "why there is none" },
	MS_COL_END
};
static const struct ms_col raw_cols[] = {
	{ "Server", "NAME", "/metadata/name", "name" },
	{ "Server", "STATUS", "/status/bmc/raw/status", "HTTP status" },
	{ "Server", "BODY", "/status/bmc/raw/body", "what came back" },
	{ "Server", "ERROR", "/status/error/message", "why nothing came back" },
	MS_COL_END
};

static const struct ms_col boot_cols[] = {
	{ "Server", "NAME", "/metadata/name", "name" },
	{ "Server", "TARGET", "/status/bmc/boot/override/target", "target of the override" },
	{ "Server", "ENABLED", "/status/bmc/boot/override/enabled",
	  "Once, Continuous or Disabled" },
	{ "Server", "MODE", "/status/bmc/boot/override/mode", "UEFI or Legacy" },
	{ "Server", "ERROR", "/status/error/message", "why it was not set" },
	MS_COL_END
};
static const struct ms_col media_cols[] = {
	{ "Server", "NAME", "/metadata/name", "name" },
	{ "Server", "SLOTS", "/status/bmc/media/#", "virtual media slots" },
	{ "Server", "ERROR", "/status/error/message", "why it failed" },
	MS_COL_END
};
static const struct ms_col csr_cols[] = {
	{ "Server", "NAME", "/metadata/name", "name" },
	{ "Server", "CSR", "/status/bmc/csr", "signing request, PEM" },
	{ "Server", "ERROR", "/status/error/message", "why there is none" },
	MS_COL_END
};

#define NEEDS (MS_NEEDS_NET | MS_NEEDS_EXEC)
static const struct ms_verb verbs[] = {
	{ .name = "get",
	  .help = "read facts through the BMC",
	  .kinds = servers,
	  .writes = adds_status,
	  .opts = get_opts,
	  .needs = NEEDS,
	  .fn = bmc_verb_get },
	{ .name = "log",
	  .help = "read the logs",
	  .kinds = servers,
	  .writes = adds_entries,
	  .shows = shows_entries,
	  .cols = log_cols,
	  .opts = log_opts,
	  .needs = NEEDS,
	  .fn = bmc_verb_log },
	{ .name = "event",
	  .help = "print server-sent events as they come",
	  .kinds = servers,
	  .writes = adds_events,
	  .shows = shows_events,
	  .needs = NEEDS,
	  .fn = bmc_verb_event },
	{ .name = "trust",
	  .help = "show the certificate of each BMC and the pin to trust it by",
	  .kinds = servers,
	  .writes = adds_status,
	  .cols = trust_cols,
	  .needs = MS_NEEDS_NET,
	  .fn = bmc_verb_trust },
	{ .name = "discover",
	  .help = "find BMCs on addresses, by SSDP, or in a lease file",
	  .kinds = servers,
	  .writes = servers,
	  .input = MS_IN_NONE,
	  .opts = discover_opts,
	  .operands = discover_operands,
	  .needs = MS_NEEDS_NET,
	  .cols = discover_cols,
	  .fn = bmc_verb_discover },
	{ .name = "console",
	  .help = "print how to reach the consoles",
	  .kinds = servers,
	  .writes = adds_status,
	  .cols = console_cols,
	  .needs = NEEDS,
	  .fn = bmc_verb_console },
	{ .name = "raw",
	  .help = "send one request as it is",
	  .kinds = servers,
	  .writes = adds_status,
	  .cols = raw_cols,
	  .opts = raw_opts,
	  .operands = raw_operands,
	  .needs = NEEDS,
	  .touches = true,
	  .fn = bmc_verb_raw },
	{ .name = "plan",
	  .help = "what would have to change, as Steps",
	  .kinds = servers,
	  .writes = adds_steps,
	  .shows = adds_steps,
	  .cols = ms_cols_step,
	  .opts = plan_opts,
	  .fn = bmc_verb_plan },
	{ .name = "apply",
	  .help = "carry out Steps",
	  .kinds = apply_kinds,
	  .writes = adds_steps,
	  .shows = adds_steps,
	  .cols = ms_cols_step,
	  .opts = apply_opts,
	  .needs = NEEDS | MS_NEEDS_STATE,
	  .touches = true,
	  .fn = bmc_verb_apply },
	{ .name = "check",
	  .help = "compare what is wanted with what was seen",
	  .kinds = servers,
	  .writes = adds_findings,
	  .shows = adds_findings,
	  .cols = ms_cols_finding,
	  .fn = bmc_verb_check },
	{ .name = "power",
	  .help = "switch, cycle or interrupt machines",
	  .kinds = servers,
	  .writes = adds_status,
	  .opts = power_opts,
	  .operands = power_operands,
	  .needs = NEEDS,
	  .touches = true,
	  .fn = bmc_verb_do },
	{ .name = "boot",
	  .help = "where the next boot is from",
	  .kinds = servers,
	  .writes = adds_status,
	  .opts = boot_opts,
	  .operands = boot_operands,
	  .cols = boot_cols,
	  .needs = NEEDS,
	  .touches = true,
	  .fn = bmc_verb_do },
	{ .name = "media",
	  .help = "virtual media",
	  .kinds = servers,
	  .writes = adds_status,
	  .opts = media_opts,
	  .operands = media_operands,
	  .cols = media_cols,
	  .needs = NEEDS,
	  .touches = true,
	  .fn = bmc_verb_do },
	{ .name = "reset",
	  .help = "restart the BMC itself",
	  .kinds = servers,
	  .writes = adds_status,
	  .opts = reset_opts,
	  .needs = NEEDS,
	  .touches = true,
	  .fn = bmc_verb_do },
	{ .name = "csr",
	  .help = "have the BMC make a certificate signing request",
	  .kinds = servers,
	  .writes = adds_status,
	  .cols = csr_cols,
	  .needs = NEEDS,
	  .touches = true,
	  .fn = bmc_verb_do },
	MS_VERB_END
};

static const struct ms_rule *const rules[] = { bmc_rules, NULL };
static const struct ms_cmd cmd = {
	.name = "msctl-bmc",
	.help = "servers through their BMCs (Redfish)",
	.args_size = sizeof(struct bmc_args),
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
