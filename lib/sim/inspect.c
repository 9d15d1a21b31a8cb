/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /sim: what a test wants to know of the BMCs, and levers to pull.  No BMC has such a path; it
 * needs no login.
 *
 *   GET  /sim            all BMCs and totals            GET /sim/bmc     the one at this address
 *   POST /sim/faults     one rule, before the others    DELETE /sim/faults   none any more
 *   POST /sim/bmc        {power: ResetType}  {shutdown: ignored|honoured}  {clock: RFC 3339}
 * {certificate: N} {sessions: drop}  {password: {user, password}}  {must_change: user} {speed:
 * FACTOR}  {advance: SECONDS}   simulated time, of all of them
 */
#include <arpa/inet.h>
#include "sim/engine.h"

static json_t *sessions_of(struct sim_bmc *bmc)
{
	json_t *list = json_array();

	sim_sessions_expire(bmc);
	for (size_t i = 0; i < bmc->n_sessions; i++)
		json_array_append_new(list, json_pack("{s:s, s:s}", "id", bmc->sessions[i].id,
						      "user", bmc->sessions[i].user));
	return list;
}

static json_t *clock_of(const struct sim_bmc *bmc)
{
	char stamp[32];

	return json_string(ms_time_format(sim_wall(bmc), stamp));
}

json_t *sim_inspect_bmc(struct sim_bmc *bmc)
{
	static const char *const boots[] = { "none", "post", "loader", "os" };
	struct in_addr in = { bmc->address };
	char text[INET_ADDRSTRLEN];

	sim_settle(bmc);
	return json_pack(
		"{s:s, s:s, s:s, s:s, s:i, s:s, s:s, s:i, s:s*, s:o, s:I, s:I, s:I, s:I,"
		" s:O*, s:o, s:b}",
		"name", bmc->name, "vendor", bmc->shape->model->vendor, "model",
		bmc->shape->model->name, "address", inet_ntop(AF_INET, &in, text, sizeof(text)),
		"port", (int)bmc->port, "power", sim_power_word(bmc), "boot", boots[bmc->boot],
		"boots", (int)bmc->boots, "bootedFrom", bmc->booted_from, "sessions",
		sessions_of(bmc), "logins", (json_int_t)bmc->logins, "requests",
		(json_int_t)bmc->requests, "writes", (json_int_t)bmc->writes, "refused",
		(json_int_t)bmc->refused, "pending", bmc->pending, "clock", clock_of(bmc), "away",
		bmc->away_until > sim_clock(bmc->sim));
}

int sim_inspect(struct sim *sim, json_t **ret_facts, struct ms_err *err)
{
	json_auto_t *list = json_array();
	json_int_t sessions = 0;

	for (size_t i = 0; i < sim->n_bmcs; i++) {
		json_t *one = sim_inspect_bmc(sim->bmcs[i]);

		sessions += (json_int_t)sim->bmcs[i]->n_sessions;
		if (json_array_append_new(list, one))
			return ms_nomem(err);
	}
	*ret_facts = json_pack("{s:O, s:I, s:I, s:I}", "bmcs", list, "sessions", sessions,
			       "requests", (json_int_t)sim->requests, "connections",
			       (json_int_t)sim->connections);
	return *ret_facts ? 0 : ms_nomem(err);
}

/* ---- levers ------------------------------------------------------------------------------------
 */

static int set_clock(struct sim_bmc *bmc, const char *text)
{
	int64_t seconds;
	int r = ms_time_parse(text, &seconds);

	if (!r)
		bmc->clock_offset = seconds - ms_now();
	return r;
}

static int set_password(struct sim_bmc *bmc, const json_t *wanted)
{
	struct sim_account *account = sim_account_find(bmc, ms_str(wanted, "/user", ""));
	char *copy = strdup(ms_str(wanted, "/password", ""));

	if (!account || !copy) {
		free(copy);
		return -ENOENT;
	}
	free(account->password);
	account->password = copy;
	return 0;
}

static int must_change(struct sim_bmc *bmc, const char *user)
{
	struct sim_account *account = sim_account_find(bmc, user);

	if (!account)
		return -ENOENT;
	account->must_change = true;
	return 0;
}

static int show_certificate(struct sim_bmc *bmc, json_int_t generation)
{
	if (!bmc->cert)
		bmc->cert = json_pack("{s:i}", "generation", 0);
	return json_object_set_new(bmc->cert, "shown", json_integer(generation));
}

/* Simulated time of the whole site: how fast it goes (0 = it stands), and a leap forward. */
static int set_speed(struct sim *sim, double speed)
{
	if (speed < 0 || speed > 1e6)
		return -EINVAL;
	sim->base = sim_clock(sim);
	sim->start = ms_clock_ms();
	sim->speed = speed;
	return 0;
}

static int advance(struct sim *sim, double seconds)
{
	if (seconds < 0 || seconds > 1e9)
		return -EINVAL;
	sim->base += (int64_t)(seconds * 1000);
	return 0;
}

static int pull(struct sim_bmc *bmc, const char *lever, const json_t *value)
{
	const char *text = json_is_string(value) ? json_string_value(value) : "";

	sim_bmc_touch(bmc);
	if (!strcmp(lever, "power"))
		return sim_power_force(bmc, text);
	if (!strcmp(lever, "shutdown"))
		return bmc->stubborn = !strcmp(text, "ignored"), 0;
	if (!strcmp(lever, "clock"))
		return set_clock(bmc, text);
	if (!strcmp(lever, "certificate"))
		return show_certificate(bmc, json_integer_value(value));
	if (!strcmp(lever, "sessions"))
		return sim_sessions_drop(bmc), 0;
	if (!strcmp(lever, "password"))
		return set_password(bmc, value);
	if (!strcmp(lever, "speed"))
		return set_speed(bmc->sim, json_number_value(value));
	if (!strcmp(lever, "advance"))
		return advance(bmc->sim, json_number_value(value));
	if (!strcmp(lever, "must_change"))
		return must_change(bmc, text);
	return -EINVAL;
}

/* The lever that could not be pulled; NULL = all were. */
const char *sim_pull(struct sim_bmc *bmc, const json_t *levers)
{
	const char *lever;
	json_t *value;

	json_object_foreach((json_t *)levers, lever, value)
		if (pull(bmc, lever, value))
			return lever;
	return NULL;
}

static void pull_all(struct sim_req *req)
{
	const char *bad = sim_pull(req->bmc, req->json);

	req->reply.status = bad ? 400 : 204;
	if (bad)
		req->reply.body = json_pack("{s:s, s:s}", "error", "cannot do", "lever", bad);
}

static void post_fault(struct sim_req *req)
{
	struct ms_err err = MS_ERR_INIT;

	req->reply.status = 204;
	if (!sim_fault_add(req->sim, req->json, &err))
		return;
	req->reply.status = 400;
	req->reply.body = json_pack("{s:s}", "error", err.message);
}

void sim_inspect_answer(struct sim_req *req)
{
	struct ms_err err = MS_ERR_INIT;
	bool get = !strcmp(req->method, "GET"), post = !strcmp(req->method, "POST");

	req->reply.status = 200;
	if (get && !strcmp(req->path, "/sim")) {
		if (sim_inspect(req->sim, &req->reply.body, &err))
			req->reply.status = 500;
	} else if (get && !strcmp(req->path, "/sim/bmc")) {
		req->reply.body = sim_inspect_bmc(req->bmc);
	} else if (post && !strcmp(req->path, "/sim/bmc") && req->json) {
		pull_all(req);
	} else if (post && !strcmp(req->path, "/sim/faults") && req->json) {
		post_fault(req);
	} else if (!strcmp(req->method, "DELETE") && !strcmp(req->path, "/sim/faults")) {
		json_array_clear(req->sim->faults);
		req->reply.status = 204;
	} else {
		req->reply.status = 404;
	}
}
