/* SPDX-License-Identifier: GPL-2.0-or-later */
/* msctl-bmc: servers through their BMCs.  Verbs that read are in front, verbs that write behind. */
#include <ctype.h>
#include <errno.h>
#include "bmc/bmc.h"
#include "core/core.h"
#include "site/site.h"

struct args {
	const char **only, **ranges, *auth, *trace, *replay, *leases, *data;
	unsigned rate, limit, port;
	int64_t since, poll, connect;
	bool follow, ssdp;
};
static const struct args defaults = { .poll = 10, .connect = 3 };

static const char *const servers[] = { "Server", NULL };
static const char *const adds_status[] = { "status.bmc", NULL };
static const char *const adds_entries[] = { "LogEntry", NULL };
static const char *const adds_events[] = { "Event", NULL };
static const char *const auths[] = { "auto", "session", "basic", NULL };
static const char *const methods[] = { "get", "patch", "post", "put", "delete", NULL };

static const struct ms_opt common_opts[] = {
	OPT_ENUM(0, "auth", auths, struct args, auth, "how to log in, instead of what the site file says"),
	OPT_UINT(0, "rate", "N", struct args, rate, 0, 0, "new requests per second over all, 0 = no limit"),
	OPT_STR(0, "trace", "FILE", struct args, trace, "write every HTTP exchange to FILE, secrets removed (JSON Lines)"),
	OPT_STR(0, "replay", "FILE", struct args, replay, "answer from such a file instead of the network"),
	OPT_END
};
static const struct ms_opt get_opts[] = {
	OPT_ENUM_LIST(0, "only", bmc_sections, struct args, only, "read these sections only"),
	OPT_END
};
static const struct ms_opt log_opts[] = {
	OPT_SECONDS(0, "since", struct args, since, "entries of the last TIME only"),
	OPT_UINT('n', "limit", "N", struct args, limit, 1, 1000000, "newest N entries of each log (1000)"),
	OPT_FLAG('f', "follow", struct args, follow, "go on with entries as they are written"),
	OPT_SECONDS(0, "poll", struct args, poll, "time between two looks when following (10)"),
	OPT_END
};
static const struct ms_opt discover_opts[] = {
	OPT_STRS('r', "range", "RANGE", struct args, ranges, "more addresses: prefix, first-last, host list"),
	OPT_FLAG(0, "ssdp", struct args, ssdp, "ask the local network (SSDP)"),
	OPT_STR(0, "leases", "FILE", struct args, leases, "addresses of a lease file: dnsmasq, ISC dhcpd, Kea CSV"),
	OPT_UINT(0, "port", "N", struct args, port, 1, 65535, "port where none is given (443)"),
	OPT_SECONDS(0, "connect", struct args, connect, "time for an address to accept a connection (3)"),
	OPT_END
};
static const struct ms_opt raw_opts[] = {
	OPT_STR('d', "data", "JSON", struct args, data, "body to send, or @FILE"),
	OPT_END
};
static const struct ms_operand discover_operands[] = {
	{ .name = "RANGE", .help = "10.0.0.0/24, 10.0.0.5-10.0.0.20, 10.0.0.[5-20]", .optional = true },
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
	{ "Server", "HEALTH", "/status/bmc/health/healthRollup|/status/bmc/health/health", "health" },
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
	{ "Server", "FINGERPRINT", "/status/bmc/certificate/fingerprint", "SHA-256 of the certificate" },
	{ "Server", "ERROR", "/status/error/message", "why there is none" },
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

/* ---- what verbs share ---------------------------------------------------------------------------- */

static void env_release(struct bmc_env *env)
{
	ms_http_free(env->http);
	ms_secrets_free(env->secrets);
}

static int env_init(struct bmc_env *env, const struct ms_run *run, struct ms_err *err)
{
	const struct args *args = run->args;
	struct ms_http_opts opts = { .window = run->window, .rate = args->rate, .trace = args->trace, .replay = args->replay };
	int r = ms_secrets_new(&env->secrets, err);

	if (r)
		return r;
	opts.secrets = env->secrets;
	env->auth = args->auth;
	return ms_http_new(run->loop, &opts, &env->http, err);
}

/* fn for each Server of the stream. */
static int each(struct ms_run *run, int (*fn)(struct ms_item *item, struct ms_err *err), struct ms_err *err)
{
	struct bmc_env env = { 0 };
	int r = env_init(&env, run, err);

	if (!r)
		r = ms_run_each(run, fn, &env, err);
	if (!r)
		r = ms_http_finish(env.http, err);
	env_release(&env);
	return r;
}

/* fn for each Server, with its BMC open. */
static int with_bmc(struct ms_item *item, int (*fn)(struct ms_item *item, struct bmc *bmc, struct ms_err *err),
		    struct ms_err *err)
{
	struct bmc *bmc;
	int r = bmc_open(item->ctx, item->res, &bmc, err);

	if (r)
		return r;
	r = fn(item, bmc, err);
	bmc_close(bmc);
	if (!r)
		ms_status_clear_error(item->res);
	return r;
}

/* Beside what an earlier `get` found; only `get` replaces that. */
static int add_facts(struct ms_item *item, json_t *facts, struct ms_err *err)
{
	json_t *old = ms_at(item->res, "/status/bmc");
	int r;

	if (!old)
		return ms_status_set(item->res, "bmc", facts) ? ms_nomem(err) : 0;
	r = json_object_update(old, facts);
	json_decref(facts);
	return r ? ms_nomem(err) : 0;
}

/* ---- get ----------------------------------------------------------------------------------------- */

static int get_open(struct ms_item *item, struct bmc *bmc, struct ms_err *err)
{
	const struct args *args = item->run->args;
	json_t *facts;
	int r = bmc_observe(bmc, item->res, args->only, &facts, err);

	if (r)
		return r;
	return ms_status_set(item->res, "bmc", facts) ? ms_nomem(err) : 0;
}

static int get_one(struct ms_item *item, struct ms_err *err)
{
	return with_bmc(item, get_open, err);
}

static int get(struct ms_run *run, struct ms_err *err)
{
	return each(run, get_one, err);
}

/* ---- log and event ------------------------------------------------------------------------------- */

struct sink { struct ms_item *item; const char *kind; bool direct; struct ms_err *err; };

/* A record as a resource of its own: written at once when the verb has no end, else behind its Server. */
static int put_record(void *ctx, json_t *record)
{
	struct sink *to = ctx;
	const char *server = ms_name(to->item->res), *service = ms_str(record, "/service", "event");
	MS_AUTO_FREE char *name = ms_asprintf("%s-%s-%s", server, service, ms_str(record, "/id", "0"));
	json_t *res = name ? ms_resource_new(to->kind, name) : NULL;
	int r;

	if (!res || json_object_set_new(record, "server", json_string(server)) || ms_status_set(res, "bmc", record)) {
		json_decref(res);
		return ms_nomem(to->err);
	}
	if (!to->direct)
		return ms_item_add(to->item, res);
	r = ms_writer_put(to->item->run->out, res, to->err);
	json_decref(res);
	return r;
}

static int log_open(struct ms_item *item, struct bmc *bmc, struct ms_err *err)
{
	const struct args *args = item->run->args;
	struct bmc_log_opts opts = {
		.since = args->since ? ms_now() - args->since : 0, .limit = args->limit,
		.follow = args->follow, .poll_seconds = (unsigned)args->poll,
	};
	struct sink to = { item, "LogEntry", args->follow, err };

	return bmc_log(bmc, &opts, put_record, &to, err);
}

static int log_one(struct ms_item *item, struct ms_err *err)
{
	return with_bmc(item, log_open, err);
}

static int log_verb(struct ms_run *run, struct ms_err *err)
{
	const struct args *args = run->args;
	int r = args->follow ? ms_run_lines(run, err) : 0;

	return r ? r : each(run, log_one, err);
}

static int event_open(struct ms_item *item, struct bmc *bmc, struct ms_err *err)
{
	struct sink to = { item, "Event", true, err };

	return bmc_events(bmc, put_record, &to, err);
}

static int event_one(struct ms_item *item, struct ms_err *err)
{
	return with_bmc(item, event_open, err);
}

static int event(struct ms_run *run, struct ms_err *err)
{
	int r = ms_run_lines(run, err);

	return r ? r : each(run, event_one, err);
}

/* ---- trust, console, raw ------------------------------------------------------------------------- */

static int trust_one(struct ms_item *item, struct ms_err *err)
{
	json_t *facts;
	int r = bmc_trust(item->ctx, item->res, &facts, err);

	return r ? r : add_facts(item, facts, err);
}

static int trust(struct ms_run *run, struct ms_err *err)
{
	return each(run, trust_one, err);
}

/* By type, so that a table and jq find them: {ssh, ipmi, kvm}. */
static int console_open(struct ms_item *item, struct bmc *bmc, struct ms_err *err)
{
	json_auto_t *all = bmc_console(bmc);
	json_t *out = json_object(), *one;
	size_t i;

	json_array_foreach(all, i, one)
		json_object_set_new(out, ms_str(one, "/type", "other"), json_string(ms_str(one, "/command", "")));
	return add_facts(item, json_pack("{s:o}", "console", out), err);
}

static int console_one(struct ms_item *item, struct ms_err *err)
{
	return with_bmc(item, console_open, err);
}

static int console(struct ms_run *run, struct ms_err *err)
{
	return each(run, console_one, err);
}

/* The body as given, or the file that @FILE names; `text` owns it. */
static int raw_body(const char *data, struct ms_buf *text, const char **ret_body, struct ms_err *err)
{
	int r = 0;

	*ret_body = data;
	if (data && *data == '@') {
		r = ms_read_file(data + 1, 64u << 20, text, err);
		*ret_body = text->data ? text->data : "";
	}
	return r;
}

static int raw_open(struct ms_item *item, struct bmc *bmc, struct ms_err *err)
{
	const struct args *args = item->run->args;
	MS_AUTO_BUF struct ms_buf text = { 0 };
	char method[8];
	const char *body;
	json_t *facts = NULL;
	int r = raw_body(args->data, &text, &body, err), set;

	if (r)
		return r;
	snprintf(method, sizeof(method), "%s", item->run->operands[0]);
	for (char *c = method; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	r = bmc_raw(bmc, method, item->run->operands[1], body, &facts, err);
	if (!facts)
		return r;
	set = add_facts(item, json_pack("{s:o}", "raw", facts), err);
	return r ? r : set;
}

static int raw_one(struct ms_item *item, struct ms_err *err)
{
	return with_bmc(item, raw_open, err);
}

static int raw(struct ms_run *run, struct ms_err *err)
{
	return each(run, raw_one, err);
}

/* ---- discover ------------------------------------------------------------------------------------ */

static int put_server(void *ctx, json_t *server)
{
	struct ms_run *run = ctx;
	struct ms_err err = MS_ERR_INIT;
	int r = ms_writer_put(run->out, server, &err);

	run->targets++;
	json_decref(server);
	return r;
}

static int discover(struct ms_run *run, struct ms_err *err)
{
	const struct args *args = run->args;
	const char *one[] = { run->operands[0], NULL };
	struct bmc_discover_opts opts = {
		.ranges = args->ranges ? (const char *const *)args->ranges : one, .ssdp = args->ssdp, .leases = args->leases,
		.port = args->port, .window = run->window, .seconds = (unsigned)args->connect,
	};
	struct bmc_env env = { 0 };
	int r;

	if (args->ranges && one[0])
		return ms_usage(err, "give RANGE or --range, not both");
	if (!one[0] && !args->ranges && !args->ssdp && !args->leases) {
		ms_usage(err, "nowhere to look");
		ms_hint(err, "give a range (10.0.0.0/24), --ssdp or --leases FILE");
		return -EINVAL;
	}
	r = env_init(&env, run, err);
	if (!r)
		r = bmc_discover(&env, &opts, put_server, run, err);
	if (!r)
		r = ms_http_finish(env.http, err);
	env_release(&env);
	return r;
}

#define NEEDS (MS_NEEDS_NET | MS_NEEDS_EXEC)
static const struct ms_verb verbs[] = {
	{ .name = "get", .help = "read facts through the BMC", .kinds = servers, .writes = adds_status, .opts = get_opts,
	  .needs = NEEDS, .fn = get },
	{ .name = "log", .help = "read the logs", .kinds = servers, .writes = adds_entries, .shows = shows_entries,
	  .cols = log_cols, .opts = log_opts, .needs = NEEDS, .fn = log_verb },
	{ .name = "event", .help = "print server-sent events as they come", .kinds = servers, .writes = adds_events,
	  .shows = shows_events, .needs = NEEDS, .fn = event },
	{ .name = "trust", .help = "show the certificate of each BMC and the pin to trust it by", .kinds = servers,
	  .writes = adds_status, .cols = trust_cols, .needs = MS_NEEDS_NET, .fn = trust },
	{ .name = "discover", .help = "find BMCs on addresses, by SSDP, or in a lease file", .kinds = servers,
	  .writes = servers, .input = MS_IN_NONE, .opts = discover_opts, .operands = discover_operands,
	  .needs = MS_NEEDS_NET, .cols = trust_cols, .fn = discover },
	{ .name = "console", .help = "print how to reach the consoles", .kinds = servers, .writes = adds_status,
	  .cols = console_cols, .needs = NEEDS, .fn = console },
	{ .name = "raw", .help = "send one request as it is", .kinds = servers, .writes = adds_status, .cols = raw_cols,
	  .opts = raw_opts, .operands = raw_operands, .needs = NEEDS, .touches = true, .fn = raw },
	MS_VERB_END
};

static const struct ms_cmd cmd = {
	.name = "msctl-bmc",
	.help = "servers through their BMCs (Redfish)",
	.args_size = sizeof(struct args),
	.args_default = &defaults,
	.opts = common_opts,
	.verbs = verbs,
	.cols = cols,
	.front = &ms_site_front,
};

int main(int argc, char **argv)
{
	return ms_main(&cmd, argc, argv);
}
