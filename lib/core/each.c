/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A filter over a stream: one task for each of the verb's resources, a window of them at a time,
 * and the results in the order of the input.  What is finished behind a slow one waits rendered,
 * not as a tree.
 */
#include "core/cmd-private.h"

#include <errno.h>

struct slot {
	struct flow *flow;
	struct ms_item item;
	struct ms_buf bytes;      /* rendered, when done */
	struct ms_err *err;       /* why it failed; named when its turn to be written comes */
	bool done;
	struct slot *next;
};

struct flow {
	struct ms_run *run;
	int (*fn)(struct ms_item *item, struct ms_err *err);
	void *ctx;
	struct slot *first, **last;
	size_t held, flying;      /* all slots; those whose task runs */
	struct ms_cell room;
	struct ms_item *items;    /* of a verb that reads everything first */
	size_t at, n;
	int result;               /* of writing, from whichever task wrote */
	struct ms_err err;
};

static void slot_free(struct slot *slot)
{
	ms_item_release(&slot->item);
	ms_buf_release(&slot->bytes);
	free(slot->err);
	free(slot);
}

static int slot_write(struct slot *slot, struct ms_err *err)
{
	struct ms_run *run = slot->flow->run;

	if (!slot->item.mine)
		return ms_run_pass(run, &slot->item.doc, err);
	if (slot->err)
		ms_run_failed(run, slot->err->source, slot->err);
	return ms_writer_raw(run->out, &slot->bytes, err);
}

/* Write what is finished at the head.  A full disk or closed pipe stops everything that is under
 * way. */
static void flow_write(struct flow *flow)
{
	bool wrote = false;

	while (flow->first && flow->first->done) {
		struct slot *slot = flow->first;

		if (!flow->result)
			flow->result = slot_write(slot, &flow->err);
		flow->first = slot->next;
		if (!flow->first)
			flow->last = &flow->first;
		flow->held--;
		slot_free(slot);
		wrote = true;
	}
	if (wrote && !flow->result && flow->run->verb->needs & MS_NEEDS_NET)
		flow->result = ms_run_flush(flow->run, &flow->err);
	if (flow->result < 0 && !ms_loop_stopping(flow->run->loop))
		ms_loop_stop(flow->run->loop);
}

static int slot_render(struct slot *slot, struct ms_err *err)
{
	struct ms_run *run = slot->flow->run;
	size_t i;
	json_t *res;
	int r = ms_writer_render(run->out, slot->item.res, &slot->bytes, err);

	json_array_foreach(slot->item.more, i, res) {
		if (r < 0)
			break;
		r = ms_writer_render(run->out, res, &slot->bytes, err);
	}
	return r;
}

static void slot_failed(struct slot *slot, struct ms_err *err)
{
	const char *name = ms_name(slot->item.res);

	ms_run_name_cancel(slot->flow->run, err);
	ms_status_error(slot->item.res, err);
	ms_err_at(err, *name ? name : "?", NULL);
	slot->err = malloc(sizeof(*err));
	if (slot->err)
		*slot->err = *err;
	else
		slot->flow->run->failed++;
}

static void slot_finish(struct slot *slot, int r, struct ms_err *err)
{
	struct flow *flow = slot->flow;

	if (r < 0) {
		ms_fail(err, r, MS_FAILED, "%s", strerror(-r));
		slot_failed(slot, err);
	}
	ms_progress_done(flow->run->progress, ms_name(slot->item.res), r < 0 ? err : NULL);
	r = slot_render(slot, &flow->err);
	if (r < 0 && !flow->result)
		flow->result = r;
	ms_doc_release(&slot->item.doc);
	slot->item.doc = (struct ms_doc){ 0 };
	slot->done = true;
	flow_write(flow);
}

static bool writes_status(const struct ms_verb *verb)
{
	for (const char *const *w = verb->writes; w && *w; w++) {
		if (ms_starts(*w, "status."))
			return true;
	}
	return false;
}

static void work(void *arg)
{
	struct slot *slot = arg;
	struct flow *flow = slot->flow;
	struct ms_err err = MS_ERR_INIT;

	/* An old failure must not outlive a new success of a verb that observes. */
	if (writes_status(flow->run->verb))
		ms_status_clear_error(slot->item.res);
	slot_finish(slot, flow->fn(&slot->item, &err), &err);
	flow->flying--;
	ms_cell_set(flow->run->loop, &flow->room);
}

static int start(struct slot *slot, struct ms_err *err)
{
	struct flow *flow = slot->flow;
	struct ms_err late = MS_ERR_INIT;
	int r;

	if (!flow->run->source->expired) {
		r = ms_task_start(flow->run->loop, work, slot, err);
		flow->flying += r == 0;
		return r;
	}
	r = ms_fail(&late, -ECANCELED, MS_CANCELLED, "not begun");
	slot_finish(slot, r, &late);
	return 0;
}

/* Take an item over: its place in the output is where it stands in the input. */
static int flow_add(struct flow *flow, struct ms_item *item, struct ms_err *err)
{
	struct slot *slot;

	if (!item->mine && !flow->first) {
		int r = ms_run_pass(flow->run, &item->doc, err);

		ms_item_release(item);
		return r;
	}
	slot = calloc(1, sizeof(*slot));
	if (!slot) {
		ms_item_release(item);
		return ms_nomem(err);
	}
	slot->flow = flow;
	slot->item = *item;
	slot->item.ctx = flow->ctx;
	slot->done = !item->mine;
	*flow->last = slot;
	flow->last = &slot->next;
	flow->held++;
	flow->run->targets += item->mine;
	return item->mine ? start(slot, err) : 0;
}

static int flow_next(struct flow *flow, struct ms_item *ret_item, struct ms_err *err)
{
	struct ms_item item = { .run = flow->run };
	int r;

	if (flow->items) {
		if (flow->at == flow->n)
			return 0;
		*ret_item = flow->items[flow->at];
		flow->items[flow->at++] = (struct ms_item){ 0 };
		return 1;
	}
	r = ms_run_next(flow->run, &item.doc, &item.mine, err);
	item.res = item.doc.root;
	if (r > 0)
		*ret_item = item;
	return r;
}

/* Wait until fewer than so many run and are held.  After a stop the tasks unwind by themselves:
 * wait on. */
static int flow_wait(struct flow *flow, size_t flying, size_t held, struct ms_err *err)
{
	while (flow->flying && (flow->flying >= flying || flow->held >= held)) {
		int r = ms_cell_wait(flow->run->loop, &flow->room, 0);

		if (r < 0 && r != -ECANCELED)
			return ms_fail_errno(err, r, "cannot wait for events");
	}
	return 0;
}

static int flow_run(struct flow *flow, struct ms_err *err)
{
	struct ms_run *run = flow->run;
	int r = 0;

	while (!r && !flow->result) {
		struct ms_item item;

		if (ms_loop_stopping(run->loop) && !run->source->expired)
			return ms_fail(err, -ECANCELED, MS_CANCELLED, "stopped by a signal");
		r = flow_next(flow, &item, err);
		if (r <= 0)
			return r;
		r = flow_add(flow, &item, err);
		if (!r)
			r = flow_wait(flow, run->window, 2 * (size_t)run->window, err);
	}
	return r;
}

static int collect_first(struct flow *flow, struct ms_err *err)
{
	size_t mine = 0;
	int r = ms_run_collect(flow->run, &flow->items, &flow->n, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < flow->n; i++)
		mine += flow->items[i].mine;
	ms_progress_total(flow->run->progress, mine);
	return flow->run->verb->touches ? ms_run_check_targets(flow->run, mine, err) : 0;
}

int ms_run_each(struct ms_run *run, int (*fn)(struct ms_item *item, struct ms_err *err), void *ctx,
		struct ms_err *err)
{
	struct flow flow = { .run = run, .fn = fn, .ctx = ctx };
	int r = 0, waited;

	flow.last = &flow.first;
	if (run->verb->touches || run->max_targets)
		r = collect_first(&flow, err);
	if (!r)
		r = flow_run(&flow, err);
	waited = flow_wait(&flow, 1, 1, err);
	for (; flow.at < flow.n; flow.at++)
		ms_item_release(&flow.items[flow.at]);
	free(flow.items);
	if (waited < 0) /* tasks still point at the flow; only a broken event queue leads here */
		return waited;
	while (flow.first) {
		struct slot *slot = flow.first;

		flow.first = slot->next;
		slot_free(slot);
	}
	if (!r && flow.result < 0) {
		*err = flow.err;
		r = flow.result;
	}
	return r;
}
