/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the verbs of msctl-switch share: a stream read whole and indexed, each Switch in its turn.
 */
#include <errno.h>
#include "fabric/stream.h"

bool fabric_is_target(const struct ms_item *item)
{
	return item->mine && ms_streq(ms_kind(item->res), "Switch");
}

int fabric_stream_read(struct ms_run *run, struct fabric_stream *stream, struct ms_err *err)
{
	int r;

	*stream = (struct fabric_stream){ 0 };
	r = ms_run_collect(run, &stream->items, &stream->n, err);
	if (r)
		return r;
	stream->resources = calloc(stream->n + 1, sizeof(json_t *));
	if (!stream->resources)
		return ms_nomem(err);
	for (size_t i = 0; i < stream->n; i++)
		stream->resources[i] = stream->items[i].res;
	r = fabric_set_new(stream->resources, stream->n, &stream->set, run->report, err);
	if (!r && run->report->n)
		r = ms_fail(err, -EBADMSG, MS_INPUT, "the input was refused");
	return r;
}

void fabric_stream_release(struct fabric_stream *stream)
{
	fabric_set_free(stream->set);
	free(stream->resources);
	ms_items_free(stream->items, stream->n);
}

static void work(struct ms_run *run, struct ms_item *item,
		 int (*fn)(struct ms_item *item, struct ms_err *err))
{
	struct ms_err err = MS_ERR_INIT;
	const char *name = ms_name(item->res);
	int r;

	run->targets++;
	r = fn(item, &err);
	if (!r)
		return;
	ms_fail(&err, r, MS_FAILED, "%s", strerror(-r));
	ms_status_error(item->res, &err);
	ms_err_at(&err, *name ? name : "?", NULL);
	ms_run_failed(run, name, &err);
}

int fabric_stream_each(struct ms_run *run, struct fabric_stream *stream,
		       int (*fn)(struct ms_item *item, struct ms_err *err), void *ctx,
		       struct ms_err *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < stream->n; i++) {
		struct ms_item *item = &stream->items[i];

		item->ctx = ctx;
		if (fabric_is_target(item))
			work(run, item, fn);
		r = ms_run_put(run, item, err);
		/* What was added is written, and may be large. */
		json_decref(item->more);
		item->more = NULL;
	}
	return r;
}
