/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan: what would have to change. */
#include "fabric/stream.h"

static int plan_one(struct ms_item *item, struct ms_err *err)
{
	const struct fabric_args *args = item->run->args;
	int r = fabric_plan(item, err);

	if (args->exit_code)
		item->run->found += json_array_size(item->more);
	return r;
}

int fabric_verb_plan(struct ms_run *run, struct ms_err *err)
{
	const struct fabric_args *args = run->args;
	struct fabric_plan_opts opts = { .own_all = args->own_all };
	struct fabric_stream stream;
	int r = fabric_stream_read(run, &stream, err);

	opts.set = stream.set;
	if (!r)
		r = fabric_stream_each(run, &stream, plan_one, &opts, err);
	fabric_stream_release(&stream);
	return r;
}
