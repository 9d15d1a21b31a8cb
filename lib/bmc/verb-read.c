/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs that only look: get, log, event, trust, console, raw, discover. */
#include <ctype.h>
#include <errno.h>
#include "bmc/verb.h"

/* ---- get ---- */

static int get_open(struct ms_item *item, struct bmc *bmc, struct ms_err *err)
{
	const struct bmc_args *args = item->run->args;
	json_t *facts;
	int r = bmc_observe(bmc, item->res, args->only, &facts, err);

	if (r)
		return r;
	return ms_status_set(item->res, "bmc", facts) ? ms_nomem(err) : 0;
}

static int get_one(struct ms_item *item, struct ms_err *err)
{
	return verb_with_bmc(item, get_open, err);
}

int bmc_verb_get(struct ms_run *run, struct ms_err *err)
{
	return verb_each(run, get_one, err);
}

/* ---- log and event ---- */

struct sink { struct ms_item *item; const char *kind; bool direct; struct ms_err *err; };

/* A record as a resource of its own: written at once when the verb has no end, else behind its
 * Server. */
static int put_record(void *ctx, json_t *record)
{
	struct sink *to = ctx;
	const char *server = ms_name(to->item->res), *service = ms_str(record, "/service", "event");
	MS_AUTO_FREE char *name = ms_asprintf("%s-%s-%s", server, service,
					      ms_str(record, "/id", "0"));
	json_t *res;
	int r;

	for (char *c = name; c && *c; c++)
		if (*c == '/')
			*c = '-';
	res = name ? ms_resource_new(to->kind, name) : NULL;
	if (!res || json_object_set_new(record, "server", json_string(server)) ||
	    ms_status_set(res, "bmc", record)) {
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
	const struct bmc_args *args = item->run->args;
	struct bmc_log_opts opts = {
		.since = args->since ? ms_now() - args->since : 0, .limit = args->limit,
		.follow = args->follow, .poll_seconds = (unsigned)args->poll,
	};
	struct sink to = { item, "LogEntry", args->follow, err };

	return bmc_log(bmc, &opts, put_record, &to, err);
}

static int log_one(struct ms_item *item, struct ms_err *err)
{
	return verb_with_bmc(item, log_open, err);
}

int bmc_verb_log(struct ms_run *run, struct ms_err *err)
{
	const struct bmc_args *args = run->args;
	int r = args->follow ? ms_run_lines(run, err) : 0;

	return r ? r : verb_each(run, log_one, err);
}

static int event_open(struct ms_item *item, struct bmc *bmc, struct ms_err *err)
{
	struct sink to = { item, "Event", true, err };

	return bmc_events(bmc, put_record, &to, err);
}

static int event_one(struct ms_item *item, struct ms_err *err)
{
	return verb_with_bmc(item, event_open, err);
}

int bmc_verb_event(struct ms_run *run, struct ms_err *err)
{
	int r = ms_run_lines(run, err);

	return r ? r : verb_each(run, event_one, err);
}

/* ---- trust, console, raw ---- */

static int trust_one(struct ms_item *item, struct ms_err *err)
{
	json_t *facts;
	int r = bmc_trust(item->ctx, item->res, &facts, err);

	return r ? r : bmc_facts_add(item, facts, err);
}

int bmc_verb_trust(struct ms_run *run, struct ms_err *err)
{
	return verb_each(run, trust_one, err);
}

/* By type, so that a table and jq find them: {ssh, ipmi, kvm}. */
static int console_open(struct ms_item *item, struct bmc *bmc, struct ms_err *err)
{
	json_auto_t *all = bmc_console(bmc);
	json_t *out = json_object(), *one;
	size_t i;

	json_array_foreach(all, i, one)
		json_object_set_new(out, ms_str(one, "/type", "other"),
				    json_string(ms_str(one, "/command", "")));
	return bmc_facts_add(item, json_pack("{s:o}", "console", out), err);
}

static int console_one(struct ms_item *item, struct ms_err *err)
{
	return verb_with_bmc(item, console_open, err);
}

int bmc_verb_console(struct ms_run *run, struct ms_err *err)
{
	return verb_each(run, console_one, err);
}

/* The body as given, or the file that @FILE names; `text` owns it. */
static int raw_body(const char *data, struct ms_buf *text, const char **ret_body,
		    struct ms_err *err)
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
	const struct bmc_args *args = item->run->args;
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
	set = bmc_facts_add(item, json_pack("{s:o}", "raw", facts), err);
	return r ? r : set;
}

static int raw_one(struct ms_item *item, struct ms_err *err)
{
	return verb_with_bmc(item, raw_open, err);
}

int bmc_verb_raw(struct ms_run *run, struct ms_err *err)
{
	return verb_each(run, raw_one, err);
}

/* ---- discover ---- */

static int put_server(void *ctx, json_t *server)
{
	struct ms_run *run = ctx;
	struct ms_err err = MS_ERR_INIT;
	int r = ms_writer_put(run->out, server, &err);

	run->targets++;
	json_decref(server);
	return r;
}

int bmc_verb_discover(struct ms_run *run, struct ms_err *err)
{
	const struct bmc_args *args = run->args;
	const char *one[] = { run->operands[0], NULL };
	struct bmc_discover_opts opts = {
		.ranges = args->ranges ? (const char *const *)args->ranges : one,
		.ssdp = args->ssdp,
		.leases = args->leases,
		.port = args->port,
		.window = run->window,
		.seconds = (unsigned)args->connect,
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
	r = verb_env_init(&env, run, err);
	if (!r)
		r = bmc_discover(&env, &opts, put_server, run, err);
	if (!r)
		r = ms_http_finish(env.http, err);
	verb_env_release(&env);
	return r;
}
