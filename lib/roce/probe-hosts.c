/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Endpoints at the hosts: one talk by ssh with each, whose events wake the meeting that they belong
 * to. */
#include "roce/probe-run.h"

#include <errno.h>

/* Of a child: input, output, errors, and what tells of its end; twice that while it is started. */
#define DESCRIPTORS 8

static void left(struct probe *probe)
{
	probe->busy--;
	ms_cell_set(probe->run->loop, &probe->idle);
}

/* A host speaks for its own side only. */
static void take_event(struct probe_host *host, json_t *event)
{
	int64_t id = ms_int(event, "/id", -1);

	for (const struct probe_nic *nic = host->nics; nic; nic = nic->next) {
		struct probe_meeting *m = nic->meeting;
		int side = m && m->group->nics[m->sides[1]] == nic;

		if (!m || m->ids[side] != id)
			continue;
		if (probe_hear(m, side, event) < 0)
			host->probe->failed = true;
		ms_cell_set(host->probe->run->loop, &m->came);
		return;
	}
	/* Of a meeting that was given up. */
	json_decref(event);
}

/* Whoever waits for this host looks again. */
static void wake(const struct probe_host *host)
{
	for (const struct probe_nic *nic = host->nics; nic; nic = nic->next)
		if (nic->meeting)
			ms_cell_set(host->probe->run->loop, &nic->meeting->came);
}

static void listen_to(void *arg)
{
	struct probe_host *host = arg;
	struct probe *probe = host->probe;
	struct ms_far *far = host->far;
	json_t *event;

	while (ms_far_receive(far, 0, &event, &host->err) == 0)
		take_event(host, event);
	host->far = NULL;
	wake(host);
	ms_far_close(far);
	left(probe);
}

static void open_one(void *arg)
{
	struct probe_host *host = arg;
	struct probe *probe = host->probe;
	struct ms_loop *loop = probe->run->loop;

	if (!host->server) {
		ms_fail(&host->err, -ENOENT, MS_INPUT, "%s: the stream has no such Server",
			host->name);
		ms_hint(&host->err, "pass the whole site");
	} else if (ms_gate_enter(loop, &probe->opening, 0) < 0) {
		ms_fail(&host->err, -ECANCELED, MS_CANCELLED, "%s: not begun", host->name);
	} else {
		ms_progress_step(probe->run->progress, host->name, "ssh");
		if (ms_far_open(&probe->far, host->server, &host->far, &host->err) < 0)
			host->far = NULL;
		ms_gate_leave(loop, &probe->opening);
	}
	left(probe);
}

/* After a stop the tasks unwind by themselves: wait on. */
static int wait_idle(struct probe *probe, struct ms_err *err)
{
	while (probe->busy) {
		int r = ms_cell_wait(probe->run->loop, &probe->idle, 0);

		if (r < 0 && r != -ECANCELED)
			return ms_fail_errno(err, r, "cannot wait for events");
	}
	return 0;
}

static int each_host(struct probe *probe, void (*fn)(void *arg), bool opened, struct ms_err *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < probe->n_hosts; i++) {
		if (opened && !probe->hosts[i].far)
			continue;
		probe->busy++;
		r = ms_task_start(probe->run->loop, fn, &probe->hosts[i], err);
		if (r < 0)
			probe->busy--;
	}
	return r;
}

int probe_hosts_open(struct probe *probe, struct ms_err *err)
{
	int r, w;

	/* One connection for each host, however many NICs it has, and as long as measuring takes.
	 */
	ms_descriptors(DESCRIPTORS * (unsigned)probe->n_hosts + 128);
	ms_gate_init(&probe->opening, probe->run->window);
	r = each_host(probe, open_one, false, err);
	w = wait_idle(probe, err);
	return r || w ? r ? r : w : each_host(probe, listen_to, true, err);
}

void probe_hosts_close(struct probe *probe)
{
	struct ms_err ignored = MS_ERR_INIT;

	for (size_t i = 0; i < probe->n_hosts; i++)
		if (probe->hosts[i].far)
			ms_far_finish(probe->hosts[i].far);
	wait_idle(probe, &ignored);
}

int probe_host_send(struct probe_host *host, json_t *order)
{
	struct ms_err err = MS_ERR_INIT;
	int r = !order ? -ENOMEM : !host->far ? -ENOTCONN : ms_far_send(host->far, order, &err);

	json_decref(order);
	return r;
}
