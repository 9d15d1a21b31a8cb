/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stream over many hosts: grouped, sent, and put back where it stood. */
#include "net/far-private.h"

#include <errno.h>

struct group {
	struct flow *flow;
	char *name;                  /* of the server */
	const json_t *server;        /* NULL = not in the stream */
	json_t *sent, *back;
	struct ms_err err;
};
struct flow {
	struct ms_run *run;
	struct ms_item *items;
	size_t n;
	const struct ms_far_opts *opts;
	size_t *group_of;            /* by item; SIZE_MAX = none */
	struct group *groups;
	size_t n_groups, flying;
	json_t *by_name;             /* {SERVER: number of its group} */
	struct ms_cell room;
};

bool ms_far_server_of(const struct ms_item *item, char server[static MS_FAR_NAME])
{
	const char *kind = ms_kind(item->res), *name = ms_str(item->res, "/spec/server", "");
	size_t len;

	if (!strcmp(kind, "Server"))
		name = ms_name(item->res);
	if (!strcmp(kind, "Step")) {
		name = ms_str(item->res, "/spec/target", "");
		name += strcspn(name, "/");
		name += *name == '/';
	}
	len = strcspn(name, ":");
	if (!len || len >= MS_FAR_NAME)
		return false;
	memcpy(server, name, len);
	server[len] = 0;
	return true;
}

/* ---- grouping
 * ---------------------------------------------------------------------------------------- */

static int group_find(struct flow *flow, const char *name, size_t *ret_group)
{
	json_t *known = json_object_get(flow->by_name, name);
	struct group *group;

	if (known) {
		*ret_group = (size_t)json_integer_value(known);
		return 0;
	}
	group = &flow->groups[flow->n_groups];
	*group = (struct group){ .flow = flow, .name = strdup(name), .sent = json_array() };
	*ret_group = flow->n_groups++;
	return !group->name || !group->sent || json_object_set_new(flow->by_name, name,
						   json_integer((json_int_t)*ret_group)) < 0
		       ? -ENOMEM
		       : 0;
}

static int group_all(struct flow *flow, ms_far_server_fn *server_of)
{
	for (size_t i = 0; i < flow->n; i++) {
		struct ms_item *item = &flow->items[i];
		char name[MS_FAR_NAME];

		flow->group_of[i] = SIZE_MAX;
		if (!item->mine || !server_of(item, name))
			continue;
		if (group_find(flow, name, &flow->group_of[i]) < 0 ||
		    json_array_append(flow->groups[flow->group_of[i]].sent, item->res) < 0)
			return -ENOMEM;
	}
	return 0;
}

static void find_servers(struct flow *flow)
{
	for (size_t i = 0; i < flow->n; i++) {
		const json_t *res = flow->items[i].res;
		json_t *known = strcmp(ms_kind(res), "Server")
					? NULL
					: json_object_get(flow->by_name, ms_name(res));

		if (known)
			flow->groups[json_integer_value(known)].server = res;
	}
}

/* ---- the tasks
 * --------------------------------------------------------------------------------------- */

static void work(void *arg)
{
	struct group *group = arg;
	struct flow *flow = group->flow;
	int r;

	ms_progress_step(flow->run->progress, group->name, "ssh");
	r = ms_far_run(flow->opts, group->server, group->sent, &group->back, &group->err);
	if (r < 0)
		ms_fail(&group->err, r, MS_FAILED, "%s: %s", group->name, strerror(-r));
	ms_progress_done(flow->run->progress, group->name, r < 0 ? &group->err : NULL);
	flow->flying--;
	ms_cell_set(flow->run->loop, &flow->room);
}

static void fail_unknown(struct group *group)
{
	ms_fail(&group->err, -ENOENT, MS_INPUT, "%s: the stream has no such Server", group->name);
	ms_hint(&group->err, "pass the whole site, or run there with --local");
}

/* After a stop the tasks unwind by themselves: wait on. */
static int wait_room(struct flow *flow, size_t most, struct ms_err *err)
{
	while (flow->flying > most) {
		int r = ms_cell_wait(flow->run->loop, &flow->room, 0);

		if (r < 0 && r != -ECANCELED)
			return ms_fail_errno(err, r, "cannot wait for events");
	}
	return 0;
}

static int run_all(struct flow *flow, struct ms_err *err)
{
	int r = 0;

	ms_progress_total(flow->run->progress, flow->n_groups);
	for (size_t i = 0; !r && i < flow->n_groups; i++) {
		struct group *group = &flow->groups[i];

		if (!group->server) {
			fail_unknown(group);
			continue;
		}
		if (ms_loop_stopping(flow->run->loop)) {
			ms_fail(&group->err, -ECANCELED, MS_CANCELLED, "%s: not begun",
				group->name);
			continue;
		}
		flow->flying++;
		r = ms_task_start(flow->run->loop, work, group, err);
		if (r < 0)
			flow->flying--;
		else
			r = wait_room(flow, flow->run->window - 1, err);
	}
	/* Tasks point at the groups: whatever happened, they end first. */
	if (wait_room(flow, 0, err) < 0)
		r = -EIO;
	return r;
}

/* ---- back into the items
 * ----------------------------------------------------------------------------- */

static bool is_same(const json_t *a, const json_t *b)
{
	return !strcmp(ms_kind(a), ms_kind(b)) && !strcmp(ms_name(a), ms_name(b));
}

static int take_back(struct ms_item *item, const json_t *back)
{
	json_t *status = json_object_get(back, "status");

	if (status)
		return json_object_set(item->res, "status", status) < 0 ? -ENOMEM : 0;
	json_object_del(item->res, "status");
	return 0;
}

/* What came back, in order: each resource belongs to the next item of the group that has its name,
 * everything else to the item before it. */
static int merge(struct flow *flow, size_t group)
{
	json_t *back = flow->groups[group].back;
	struct ms_item *item = NULL;
	size_t at = 0, i;
	json_t *res;

	json_array_foreach(back, i, res) {
		int r;

		while (at < flow->n && flow->group_of[at] != group)
			at++;
		if (at < flow->n && is_same(flow->items[at].res, res)) {
			item = &flow->items[at++];
			r = take_back(item, res);
		} else {
			r = item && json_is_object(res) ? ms_item_add(item, json_incref(res)) : 0;
		}
		if (r < 0)
			return r;
	}
	return 0;
}

/* Every resource of a host has its error; standard error names the host once. */
static void fail_items(struct flow *flow, size_t group)
{
	struct ms_err said = flow->groups[group].err;
	const char *name = flow->groups[group].name;
	size_t len = strlen(name), n = 0;

	for (size_t i = 0; i < flow->n; i++) {
		if (flow->group_of[i] != group)
			continue;
		ms_status_error(flow->items[i].res, &flow->groups[group].err);
		n++;
	}
	if (ms_starts(said.message, name) && ms_starts(said.message + len, ": "))
		memmove(said.message, said.message + len + 2, strlen(said.message + len + 2) + 1);
	ms_run_failed(flow->run, name, &said);
	flow->run->failed += n - 1;
}

/* It is known there by its name, and standard error of the far end is not ours. */
static void fail_item(struct ms_run *run, const json_t *res)
{
	struct ms_err err = MS_ERR_INIT;

	ms_fail(&err, -EREMOTEIO, ms_code_from_name(ms_str(res, "/status/error/code", "")), "%s",
		ms_str(res, "/status/error/message", "failed"));
	ms_hint(&err, "%s", ms_str(res, "/status/error/hint", ""));
	ms_run_failed(run,
		      strcmp(ms_kind(res), "Step") ? ms_name(res)
						   : ms_str(res, "/spec/target", ms_name(res)),
		      &err);
}

static int put_back(struct flow *flow, struct ms_err *err)
{
	for (size_t i = 0; i < flow->n_groups; i++) {
		if (flow->groups[i].err.code)
			fail_items(flow, i);
		else if (merge(flow, i) < 0)
			return ms_nomem(err);
	}
	for (size_t i = 0; i < flow->n; i++) {
		const json_t *res = flow->items[i].res;

		flow->run->targets += flow->group_of[i] != SIZE_MAX;
		if (flow->group_of[i] != SIZE_MAX && !flow->groups[flow->group_of[i]].err.code &&
		    ms_at(res, "/status/error"))
			fail_item(flow->run, res);
	}
	return 0;
}

static void release(struct flow *flow)
{
	for (size_t i = 0; i < flow->n_groups; i++) {
		free(flow->groups[i].name);
		json_decref(flow->groups[i].sent);
		json_decref(flow->groups[i].back);
	}
	free(flow->groups);
	free(flow->group_of);
	json_decref(flow->by_name);
}

int ms_far_each(struct ms_run *run, struct ms_item *items, size_t n, const struct ms_far_opts *opts,
		ms_far_server_fn *server_of, struct ms_err *err)
{
	struct flow flow = { .run = run, .items = items, .n = n, .opts = opts };
	int r = 0;

	flow.group_of = calloc(n ? n : 1, sizeof(*flow.group_of));
	flow.groups = calloc(n ? n : 1, sizeof(*flow.groups));
	flow.by_name = json_object();
	if (!flow.group_of || !flow.groups || !flow.by_name || group_all(&flow, server_of) < 0)
		r = ms_nomem(err);
	if (!r) {
		find_servers(&flow);
		r = run_all(&flow, err);
	}
	if (!r)
		r = put_back(&flow, err);
	release(&flow);
	return r;
}
