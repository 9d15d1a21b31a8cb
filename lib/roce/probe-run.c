/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tournament: rails at once, in each one round after the other, in a round everybody with
 * somebody. */
#include "roce/probe-run.h"

#include <errno.h>
#include "roce/probe.h"

#define DEPTH 16
/* Connecting, path MTUs that do not pass, latency. */
#define MEETING_SECONDS 60
#define SPARE_MS 5000

/* ---- one meeting
 * ---------------------------------------------------------------------------------- */

static struct probe_nic *nic_at(const struct probe_meeting *meeting, int side)
{
	return meeting->group->nics[meeting->sides[side]];
}

static json_t *order_new(const struct probe_meeting *meeting, int side, const char *what)
{
	const struct probe *probe = meeting->group->probe;
	const struct roce_probe_args *args = &probe->args->probe;
	const struct probe_nic *nic = nic_at(meeting, side);

	return json_pack("{s:I,s:s,s:s,s:s,s:i,s:i,s:i,s:i,s:I,s:i,s:i}", "id",
			 (json_int_t)meeting->ids[side], "do", what, "netdev", nic->netdev,
			 "address", nic->address, "tos", nic->tos, "mtu", (int)args->mtu, "size",
			 (int)args->size, "depth", DEPTH, "duration",
			 (json_int_t)args->duration * 1000, "pings", (int)args->pings, "seconds",
			 (int)probe->seconds);
}

static bool is_over(const struct probe_meeting *meeting, int side)
{
	return probe_said(meeting, side, "done") || probe_said(meeting, side, "failed") ||
	       !nic_at(meeting, side)->host->far;
}

static void stop_side(struct probe_meeting *meeting, int side)
{
	if (meeting->ids[side] && !is_over(meeting, side))
		probe_host_send(nic_at(meeting, side)->host,
				json_pack("{s:I,s:s}", "id", (json_int_t)meeting->ids[side], "do",
					  "stop"));
}

/* Both sides measure, or one says that it cannot. */
static void meet(struct probe_meeting *meeting, int64_t deadline)
{
	struct ms_loop *loop = meeting->group->probe->run->loop;
	json_t *order;
	int r = probe_host_send(nic_at(meeting, 0)->host, order_new(meeting, 0, "listen"));

	while (!r && !probe_said(meeting, 0, "listening") && !is_over(meeting, 0))
		r = ms_cell_wait(loop, &meeting->came, deadline);
	if (r || is_over(meeting, 0))
		return;
	order = order_new(meeting, 1, "connect");
	if (order) {
		json_object_set_new(order, "peer", json_string(nic_at(meeting, 0)->address));
		json_object_set_new(order, "port",
				    json_integer(ms_int(meeting->events[0], "/port", 0)));
		json_object_set_new(order, "mac",
				    json_string(ms_str(meeting->events[0], "/mac", "")));
	}
	r = probe_host_send(nic_at(meeting, 1)->host, order);
	while (!r && !is_over(meeting, 1))
		r = ms_cell_wait(loop, &meeting->came, deadline);
	/* Who connects knows first that it is in vain, unless it lost the other, who may say why,
	 * or waits for another try. */
	if (probe_said(meeting, 1, "failed"))
		deadline = ms_bool(meeting->events[1], "/gone", false) ? ms_clock_ms() + SPARE_MS
								       : 1;
	while (!r && !is_over(meeting, 0))
		r = ms_cell_wait(loop, &meeting->came, deadline);
}

static void enlist(struct probe_meeting *meeting)
{
	struct probe *probe = meeting->group->probe;

	for (int side = 0; side < 2; side++) {
		meeting->ids[side] = ++probe->last_id;
		nic_at(meeting, side)->meeting = meeting;
	}
}

static void leave(const struct probe_meeting *meeting)
{
	for (int side = 0; side < 2; side++)
		nic_at(meeting, side)->meeting = NULL;
}

bool probe_is_lost(const struct probe_nic *nic)
{
	return nic->met >= PROBE_PATIENCE && !nic->reached;
}

/* Of a pair that met; who had no luck with a lost one is not to blame. */
static void keep_score(const struct probe_meeting *meeting)
{
	bool reached = meeting->cells[0].connected && meeting->cells[1].connected;

	for (int side = 0; side < 2; side++) {
		nic_at(meeting, side)->met++;
		nic_at(meeting, side)->reached += reached;
	}
}

static void meeting_task(void *arg)
{
	struct probe_meeting *meeting = arg;
	struct probe_group *group = meeting->group;
	struct probe *probe = group->probe;
	const struct probe_nic *a = nic_at(meeting, 0), *b = nic_at(meeting, 1);
	bool meets = !a->why && !b->why && !probe_is_lost(a) && !probe_is_lost(b) && a->host->far &&
		     b->host->far;

	if (meets) {
		enlist(meeting);
		meet(meeting, ms_clock_ms() + 1000 * (int64_t)probe->seconds + SPARE_MS);
		stop_side(meeting, 0);
		stop_side(meeting, 1);
		leave(meeting);
	}
	ms_progress_step(probe->run->progress, ms_name(b->res), ms_name(a->res));
	if (probe_keep(meeting) < 0)
		probe->failed = true;
	if (meets)
		keep_score(meeting);
	for (int side = 0; side < 2; side++)
		json_decref(meeting->events[side]);
	free(meeting);
	group->n_meetings--;
	ms_cell_set(probe->run->loop, &group->ended);
}

/* ---- rounds -------------------------------------------------------------------------------------
 */

static void start_meeting(struct probe_group *group, const struct roce_pair *pair)
{
	struct probe_meeting *meeting = calloc(1, sizeof(*meeting));
	struct ms_err err = MS_ERR_INIT;

	if (!meeting) {
		group->probe->failed = true;
		return;
	}
	probe_meeting_init(meeting, group, pair);
	group->n_meetings++;
	if (ms_task_start(group->probe->run->loop, meeting_task, meeting, &err) == 0)
		return;
	group->n_meetings--;
	group->probe->failed = true;
	free(meeting);
}

static void group_task(void *arg)
{
	struct probe_group *group = arg;
	struct probe *probe = group->probe;
	MS_AUTO_FREE struct roce_pair *pairs = calloc(group->n / 2 + 1, sizeof(*pairs));

	if (!pairs)
		probe->failed = true;
	for (size_t round = 0; pairs && round < roce_rounds(group->n); round++) {
		size_t n = roce_round(group->n, round, pairs);

		if (ms_loop_stopping(probe->run->loop))
			break;
		for (size_t i = 0; i < n; i++)
			start_meeting(group, &pairs[i]);
		/* After a stop the meetings end by themselves: wait on. */
		while (group->n_meetings)
			ms_cell_wait(probe->run->loop, &group->ended, 0);
	}
	probe->busy--;
	ms_cell_set(probe->run->loop, &probe->idle);
}

static size_t listeners(const struct probe *probe)
{
	size_t n = 0;

	for (size_t i = 0; i < probe->n_hosts; i++)
		n += probe->hosts[i].far != NULL;
	return n;
}

int probe_run(struct probe *probe, struct ms_err *err)
{
	const struct roce_probe_args *args = &probe->args->probe;
	int r;

	probe->seconds = MEETING_SECONDS + 2 * (unsigned)args->duration;
	r = probe_hosts_open(probe, err);
	for (size_t i = 0; !r && i < probe->n_groups; i++) {
		probe->busy++;
		r = ms_task_start(probe->run->loop, group_task, &probe->groups[i], err);
		if (r < 0)
			probe->busy--;
	}
	/* Those that listen to hosts are busy until these are told to end. */
	while (probe->busy > listeners(probe))
		ms_cell_wait(probe->run->loop, &probe->idle, 0);
	probe_hosts_close(probe);
	if (roce_paths_weigh(&probe->paths) < 0)
		probe->failed = true;
	if (!r && ms_loop_stopping(probe->run->loop))
		r = ms_fail(err, -ECANCELED, MS_CANCELLED, "probe was stopped");
	return r || !probe->failed ? r : ms_nomem(err);
}
