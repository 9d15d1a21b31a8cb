/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs that prove: check, trace. */
#include <errno.h>
#include "fabric/stream.h"

static bool was_read(const struct fabric_set *set)
{
	for (size_t i = 0; i < fabric_set_switches(set); i++)
		if (ms_at(fabric_set_switch(set, i), "/status/switch"))
			return true;
	return false;
}

/* ---- check ---- */

static int judge(struct ms_run *run, struct ms_item *item, const struct ms_rule *rules,
		 struct fabric_check *check, struct ms_err *err)
{
	int r = 0;

	item->ctx = check;
	if (item->mine) {
		run->targets += ms_streq(ms_kind(item->res), "Switch");
		r = ms_rules_run(item, rules, err);
	}
	if (!r)
		r = ms_run_put(run, item, err);
	json_decref(item->more);
	item->more = NULL;
	return r;
}

static int check_stream(struct ms_run *run, struct fabric_stream *stream, struct ms_err *err)
{
	const struct fabric_args *args = run->args;
	MS_AUTO_FREE struct ms_rule *rules =
		ms_rules_choose(fabric_rules, (const char *const *)args->rules);
	struct fabric_check check = { .set = stream->set };
	int r = rules ? 0 : -ENOMEM;

	if (!r)
		r = fabric_graph_new(stream->set, FABRIC_PLANNED, &check.planned, err);
	if (!r && was_read(stream->set))
		r = fabric_graph_new(stream->set, FABRIC_OBSERVED, &check.observed, err);
	for (size_t i = 0; i < stream->n && !r; i++)
		r = judge(run, &stream->items[i], rules, &check, err);
	fabric_graph_free(check.planned);
	fabric_graph_free(check.observed);
	return r == -ENOMEM ? ms_nomem(err) : r;
}

int fabric_verb_check(struct ms_run *run, struct ms_err *err)
{
	struct fabric_stream stream;
	int r = fabric_stream_read(run, &stream, err);

	if (!r)
		r = check_stream(run, &stream, err);
	fabric_stream_release(&stream);
	return r;
}

/* ---- trace ---- */

static int put_hop(struct ms_run *run, json_t *hop, struct ms_err *err)
{
	MS_AUTO_FREE char *name = ms_asprintf("%lld-%s", (long long)ms_int(hop, "/hop", 0),
					      ms_str(hop, "/switch", ""));
	json_auto_t *res = name ? ms_resource_new("Hop", name) : NULL;

	if (!res || ms_put(res, "/status/switch", json_incref(hop)))
		return ms_nomem(err);
	return ms_writer_put(run->out, res, err);
}

static int trace_stream(struct ms_run *run, struct fabric_stream *stream, struct ms_err *err)
{
	const struct fabric_args *args = run->args;
	enum fabric_view view = ms_streq(args->view, "observed") ? FABRIC_OBSERVED : FABRIC_PLANNED;
	struct fabric_graph *graph = NULL;
	json_auto_t *hops = NULL;
	json_t *hop;
	size_t i;
	int r;

	if (!args->from || !args->to)
		return ms_usage(err, "a way has two ends: --from and --to");
	r = fabric_graph_new(stream->set, view, &graph, err);
	if (!r)
		r = fabric_trace(graph, args->from, args->to, &hops, err);
	for (i = 0; i < stream->n && !r; i++)
		r = ms_run_put(run, &stream->items[i], err);
	json_array_foreach(hops, i, hop)
		if (!r)
			r = put_hop(run, hop, err);
	fabric_graph_free(graph);
	return r;
}

int fabric_verb_trace(struct ms_run *run, struct ms_err *err)
{
	struct fabric_stream stream;
	int r = fabric_stream_read(run, &stream, err);

	if (!r)
		r = trace_stream(run, &stream, err);
	fabric_stream_release(&stream);
	return r;
}
