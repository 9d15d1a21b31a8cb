/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /sim: what a test wants to know of the devices, and levers to pull.  No real one has such a path;
 * it needs no login.  KIND is the kind's name, as "bmc".
 *
 *   GET  /sim            all devices and totals         GET /sim/KIND     the one at this address
 *   POST /sim/faults     one rule, before the others    DELETE /sim/faults   none any more
 *   POST /sim/KIND       {clock: RFC 3339}  {certificate: N}  {speed: FACTOR}  {advance: SECONDS}
 *                        (simulated time, of all of them), and levers of the kind; of a BMC:
 *                        {power: ResetType}  {shutdown: ignored|honoured}  {sessions: drop}
 *                        {password: {user, password}}  {must_change: user}
 */
#include <arpa/inet.h>
#include "sim/device.h"

static json_t *clock_of(const struct sim_device *dev)
{
	char stamp[32];

	return json_string(ms_time_format(sim_wall(dev), stamp));
}

static json_t *inspect(struct sim_device *dev)
{
	struct in_addr in = { dev->address };
	char text[INET_ADDRSTRLEN];
	json_auto_t *own = NULL;
	json_t *facts;

	sim_settle(dev);
	facts = json_pack("{s:s, s:s, s:s, s:s, s:i, s:I, s:I, s:o, s:b}", "name", dev->name,
			  "vendor", dev->vendor, "model", dev->model, "address",
			  inet_ntop(AF_INET, &in, text, sizeof(text)), "port", (int)dev->port,
			  "requests", (json_int_t)dev->requests, "writes", (json_int_t)dev->writes,
			  "clock", clock_of(dev), "away", dev->away_until > sim_clock(dev->sim));
	own = dev->kind->inspect ? dev->kind->inspect(dev) : NULL;
	if (own)
		json_object_update(facts, own);
	return facts;
}

static int inspect_kind(struct sim *sim, const struct sim_kind *kind, json_t *facts,
			size_t *sessions)
{
	json_t *list = json_array();

	for (size_t i = 0; i < sim->n_devices; i++) {
		json_t *one = sim->devices[i]->kind == kind ? inspect(sim->devices[i]) : NULL;

		*sessions += json_array_size(json_object_get(one, "sessions"));
		if (one && json_array_append_new(list, one)) {
			json_decref(list);
			return -ENOMEM;
		}
	}
	return json_object_set_new(facts, kind->plural, list);
}

int sim_inspect(struct sim *sim, json_t **ret_facts, struct ms_err *err)
{
	json_auto_t *facts = json_object();
	size_t sessions = 0;

	for (const struct sim_kind *const *kind = sim_kinds; *kind; kind++)
		if (inspect_kind(sim, *kind, facts, &sessions))
			return ms_nomem(err);
	ms_put(facts, "/sessions", json_integer((json_int_t)sessions));
	ms_put(facts, "/requests", json_integer((json_int_t)sim->requests));
	ms_put(facts, "/connections", json_integer((json_int_t)sim->connections));
	*ret_facts = ms_take(facts);
	return 0;
}

/* ---- levers ------------------------------------------------------------------------------------
 */

static int set_clock(struct sim_device *dev, const char *text)
{
	int64_t seconds;
	int r = ms_time_parse(text, &seconds);

	if (!r)
		dev->clock_offset = seconds - ms_now();
	return r;
}

static int show_certificate(struct sim_device *dev, json_int_t generation)
{
	if (!dev->cert)
		dev->cert = json_pack("{s:i}", "generation", 0);
	return json_object_set_new(dev->cert, "shown", json_integer(generation));
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

static int pull(struct sim_device *dev, const char *lever, const json_t *value)
{
	const char *text = json_is_string(value) ? json_string_value(value) : "";

	sim_touch(dev);
	if (!strcmp(lever, "clock"))
		return set_clock(dev, text);
	if (!strcmp(lever, "certificate"))
		return show_certificate(dev, json_integer_value(value));
	if (!strcmp(lever, "speed"))
		return set_speed(dev->sim, json_number_value(value));
	if (!strcmp(lever, "advance"))
		return advance(dev->sim, json_number_value(value));
	return dev->kind->pull ? dev->kind->pull(dev, lever, value) : -EINVAL;
}

const char *sim_pull(struct sim_device *dev, const json_t *levers)
{
	const char *lever;
	json_t *value;

	json_object_foreach((json_t *)levers, lever, value)
		if (pull(dev, lever, value))
			return lever;
	return NULL;
}

static void pull_all(struct sim_req *req)
{
	const char *bad = sim_pull(req->dev, req->json);

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

/* "/sim/bmc", at a BMC. */
static bool is_own(const struct sim_req *req)
{
	return ms_starts(req->path, "/sim/") && !strcmp(req->path + 5, req->dev->kind->name);
}

void sim_inspect_answer(struct sim_req *req)
{
	struct ms_err err = MS_ERR_INIT;
	bool get = !strcmp(req->method, "GET"), post = !strcmp(req->method, "POST");

	req->reply.status = 200;
	if (get && !strcmp(req->path, "/sim")) {
		if (sim_inspect(req->sim, &req->reply.body, &err))
			req->reply.status = 500;
	} else if (get && is_own(req)) {
		req->reply.body = inspect(req->dev);
	} else if (post && is_own(req) && req->json) {
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
