/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sessions of ssh, answered by the platform: a command once its input is complete, a stream as it
 * comes.  Faults match method "SSH" and the command, or the subsystem, as path: latency, reset,
 * reset_after, and status and body in place of an answer.
 */
#include "sim/ssh.h"

static const char *what(const struct sim_relay *relay)
{
	if (relay->subsystem)
		return relay->subsystem;
	return relay->command ? relay->command : "shell";
}

static const json_t *fault_of(struct sim_relay *relay)
{
	struct sim_req req = { .sim = relay->ssh->sim, .dev = &relay->sw->dev };
	const json_t *fault;

	req.method = strdup("SSH");
	req.path = strdup(what(relay));
	fault = req.method && req.path ? sim_fault_match(&req) : NULL;
	free(req.method);
	free(req.path);
	return fault;
}

/* The connection that this session is part of ends, as it does when a device is switched off. */
static void drop(struct sim_relay *relay)
{
	relay->over = true;
	sim_ssh_drop(relay->ssh, relay->from, relay->from_port);
}

/* ---- answers that take time --------------------------------------------------------------------
 */

static void show(struct sim_relay *relay);

static void on_due(void *ctx)
{
	struct sim_relay *relay = ctx;

	relay->waits = false;
	show(relay);
	if (!relay->over)
		sim_relay_go_on(relay);
	if (relay->over && !relay->out.len)
		sim_relay_free(relay);
}

/* False when it need not wait. */
static bool later(struct sim_relay *relay, double simulated, double real)
{
	double speed = relay->ssh->sim->speed;
	int64_t ms = (int64_t)(1000 * ((speed > 0 ? simulated / speed : 0) + real));
	struct ms_err err = MS_ERR_INIT;

	if (ms <= 0)
		return false;
	if (!relay->timer &&
	    ms_timer_new(relay->ssh->sim->loop, on_due, relay, &relay->timer, &err))
		return false;
	relay->waits = true;
	ms_timer_set(relay->timer, ms);
	return true;
}

static void show_status(struct sim_relay *relay, int status)
{
	char byte = (char)status;

	sim_relay_send(relay, FRAME_STATUS, &byte, 1);
	relay->over = true;
}

static void show_stream(struct sim_relay *relay)
{
	struct sim_stream *stream = &relay->stream;

	if (stream->out.len)
		sim_relay_send(relay, FRAME_OUT, stream->out.data, stream->out.len);
	ms_buf_release(&stream->out);
	stream->out = (struct ms_buf){ 0 };
	stream->delay = 0;
	if (stream->drop)
		drop(relay);
	else if (stream->end)
		show_status(relay, stream->status);
}

static void show_exec(struct sim_relay *relay)
{
	struct sim_exec *exec = &relay->exec;

	if (exec->drop || relay->fault_after) {
		drop(relay);
		return;
	}
	if (exec->out.len)
		sim_relay_send(relay, FRAME_OUT, exec->out.data, exec->out.len);
	if (exec->errors.len)
		sim_relay_send(relay, FRAME_ERRORS, exec->errors.data, exec->errors.len);
	show_status(relay, exec->status);
}

static void show(struct sim_relay *relay)
{
	if (relay->is_stream)
		show_stream(relay);
	else
		show_exec(relay);
}

/* ---- commands ----------------------------------------------------------------------------------
 */

/* A fault that takes the answer's place. */
static bool instead(struct sim_exec *exec, const json_t *fault)
{
	const json_t *action = json_object_get(fault, "action");
	const char *body = ms_str(action, "/body", NULL);

	if (!json_object_get(action, "status") && !body)
		return false;
	exec->status = (int)ms_int(action, "/status", 0);
	ms_buf_puts(exec->status ? &exec->errors : &exec->out, body ? body : "");
	return true;
}

static void run(struct sim_relay *relay)
{
	struct sim_switch *sw = relay->sw;
	struct sim_exec *exec = &relay->exec;
	const json_t *fault = fault_of(relay), *action = json_object_get(fault, "action");

	*exec = (struct sim_exec){ .sw = sw,
				   .command = relay->command,
				   .user = relay->user,
				   .in = relay->input.data ? relay->input.data : "",
				   .in_len = relay->input.len };
	sw->dev.requests++;
	sw->dev.sim->requests++;
	exec->drop = ms_bool(action, "/reset", false);
	relay->fault_after = ms_bool(action, "/reset_after", false);
	if (!exec->drop && !instead(exec, fault))
		sw->platform->exec(exec);
	if (!later(relay, exec->delay, json_number_value(json_object_get(action, "latency"))))
		show(relay);
}

/* ---- streams -----------------------------------------------------------------------------------
 */

static bool open_stream(struct sim_relay *relay)
{
	const json_t *fault;
	int r;

	if (relay->command || !relay->sw->platform->open)
		return false;
	relay->stream = (struct sim_stream){
		.sw = relay->sw,
		.subsystem = relay->subsystem,
		.user = relay->user,
		.id = ++relay->ssh->next_id,
	};
	fault = fault_of(relay);
	if (ms_bool(fault, "/action/reset", false)) {
		drop(relay);
		return true;
	}
	r = relay->sw->platform->open(&relay->stream);
	relay->is_stream = !r;
	return !r;
}

void sim_relay_begin(struct sim_relay *relay)
{
	sim_settle(&relay->sw->dev);
	if (open_stream(relay)) {
		if (relay->is_stream && !later(relay, relay->stream.delay, 0))
			show(relay);
		return;
	}
	if (!relay->subsystem && relay->sw->platform->exec)
		return;
	sim_relay_send(relay, FRAME_ERRORS, "subsystem request failed\n", 25);
	show_status(relay, 1);
}

void sim_relay_input(struct sim_relay *relay, const char *data, size_t len)
{
	sim_settle(&relay->sw->dev);
	if (!relay->is_stream) {
		if (len && ms_buf_add(&relay->input, data, len) < 0)
			drop(relay);
		else if (!len)
			run(relay);
		return;
	}
	relay->sw->dev.requests++;
	relay->sw->platform->input(&relay->stream, data, len);
	if (!later(relay, relay->stream.delay, 0))
		show(relay);
}

void sim_relay_close(struct sim_relay *relay)
{
	if (relay->is_stream && relay->sw->platform->close)
		relay->sw->platform->close(&relay->stream);
	ms_buf_release(&relay->stream.out);
	ms_buf_release(&relay->exec.out);
	ms_buf_release(&relay->exec.errors);
}
