/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Both sides of what comes over ssh, a line each: an order, which is taken only with numbers in
 * their ranges; and the last events of two far ends, any JSON, which become Paths that the rules
 * and the picture survive.
 */
#include <stddef.h>
#include <stdint.h>
#include "roce/paths.h"
#include "roce/probe-run.h"
#include "roce/probe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void order(const json_t *line)
{
	struct probe_job job = { .id = -1 };
	struct ms_err err = MS_ERR_INIT;

	if (probe_job_parse(line, &job, &err)) {
		if (err.code == MS_OK || job.id != -1)
			__builtin_trap();
		return;
	}
	if (job.id < 0 || job.tos < -1 || job.tos > 255 || job.mtu > 4096 || job.size < 8 ||
	    job.size > 8 << 20 || !job.depth || job.depth > 1024 || !job.pings ||
	    job.pings > 1000000 || job.duration > 3600000 || !job.own.ss_family ||
	    (!job.listens && !job.peer.ss_family) || !memchr(job.netdev, 0, sizeof(job.netdev)))
		__builtin_trap();
}

/* ---- events ---- */

static void judge(json_t **all, size_t n, const struct roce_paths *paths)
{
	struct ms_run run = { 0 };
	struct ms_err err = MS_ERR_INIT;

	for (size_t i = 0; i < n; i++) {
		struct roce_place place;
		struct ms_item item = { .run = &run, .res = all[i], .ctx = &place, .mine = true };

		roce_place_of(paths, all[i], i, &place);
		if (ms_rules_run(&item, roce_path_rules, &err))
			__builtin_trap();
		json_decref(item.more);
	}
}

static void look(json_t **all, size_t n)
{
	MS_AUTO_BUF struct ms_buf one = { 0 }, two = { 0 };
	struct ms_err err = MS_ERR_INIT;
	struct roce_paths paths;

	if (roce_paths_init(all, n, &paths, &err) || roce_heat(&paths, &one, &err) ||
	    roce_heat(&paths, &two, &err))
		__builtin_trap();
	if (one.len != two.len || memcmp(one.data, two.data, one.len))
		__builtin_trap();
	judge(all, n, &paths);
	roce_paths_release(&paths);
}

/* Any of it is kept as it is. */
static void pack(struct roce_texts *texts, const json_t *event)
{
	const unsigned char *packed;
	json_t *back;

	if (!event)
		return;
	if (roce_pack(texts, event, &packed))
		__builtin_trap();
	back = roce_unpack(texts, packed);
	if (!json_equal(back, event))
		__builtin_trap();
	json_decref(back);
}

static void meet(struct probe_group *group, json_t *listener, json_t *connector)
{
	const struct roce_pair pair = { 0, 1 };
	struct probe_meeting meeting;
	json_t *all[2];

	probe_meeting_init(&meeting, group, &pair);
	pack(group->probe->texts, listener);
	pack(group->probe->texts, connector);
	if (probe_hear(&meeting, 0, json_incref(listener)) ||
	    probe_hear(&meeting, 1, json_incref(connector)) || probe_keep(&meeting) ||
	    probe_path_at(group, 1, 0, &all[0]) || probe_path_at(group, 0, 1, &all[1]) || !all[0] ||
	    !all[1])
		__builtin_trap();
	look(all, 2);
	for (size_t i = 0; i < 2; i++) {
		json_decref(meeting.events[i]);
		json_decref(all[i]);
	}
}

static void events(json_t *listener, json_t *connector)
{
	json_t *res[] = { ms_resource_new("Nic", "node01:rail0"),
			  ms_resource_new("Nic", "node02:rail0") };
	struct probe_host hosts[] = { { .name = "node01" }, { .name = "node02" } };
	struct probe_nic nics[] = { { .res = res[0], .tos = 106, .mtu = 4096, .host = &hosts[0] },
				    { .res = res[1], .tos = -1, .host = &hosts[1], .node = 1 } };
	struct probe_nic *both[] = { &nics[0], &nics[1] };
	struct probe_result results[4] = { 0 };
	struct probe probe = { 0 };
	struct probe_group group = { .probe = &probe, .fabric = "lab", .rail = "rail0",
				     .nics = both, .n = 2, .results = results };
	size_t node;

	if (roce_texts_new(&probe.texts) || roce_rail_add(&probe.paths, "lab", "rail0", &node) ||
	    roce_node_add(probe.paths.rails, ms_name(res[0]), &node) ||
	    roce_node_add(probe.paths.rails, ms_name(res[1]), &node) ||
	    roce_paths_open(&probe.paths))
		__builtin_trap();
	meet(&group, listener, connector);
	roce_paths_release(&probe.paths);
	roce_texts_free(probe.texts);
	json_decref(res[0]);
	json_decref(res[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *lines[3] = { NULL };

	for (size_t i = 0; i < MS_ARRAY_SIZE(lines) && size; i++) {
		const uint8_t *end = memchr(data, '\n', size);
		size_t len = end ? (size_t)(end - data) : size;

		lines[i] = json_loadb((const char *)data, len, 0, NULL);
		data += end ? len + 1 : len;
		size -= end ? len + 1 : len;
	}
	order(lines[0]);
	events(lines[1], lines[2]);
	for (size_t i = 0; i < MS_ARRAY_SIZE(lines); i++)
		json_decref(lines[i]);
	return 0;
}
