/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs that touch hosts, get and apply: here, or the same at the far ends. */
#include "roce/aspect.h"

#include <errno.h>

/* ---- far ends ---- */

static int far_each(struct ms_run *run, struct ms_item *items, size_t n, const char *const *argv,
		    struct ms_err *err)
{
	const struct roce_args *args = run->args;
	struct ms_far_opts opts = { .loop = run->loop,
				    .argv = argv,
				    .seconds = (unsigned)args->timeout };
	int r = ms_secrets_new(&opts.secrets, err);

	if (r < 0)
		return r;
	ms_secrets_use_loop(opts.secrets, run->loop);
	r = ms_far_each(run, items, n, &opts, ms_far_server_of, err);
	ms_secrets_free(opts.secrets);
	return r;
}

static int put_all(struct ms_run *run, struct ms_item *items, size_t n, struct ms_err *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < n; i++)
		r = ms_run_put(run, &items[i], err);
	return r;
}

/* Those of the servers that have an item of `kind`, and nothing else, are anybody's to work on. */
static int keep_servers_with(struct ms_item *items, size_t n, const char *kind, struct ms_err *err)
{
	json_auto_t *names = json_object();
	char name[MS_FAR_NAME];
	int bad = names ? 0 : -ENOMEM;

	for (size_t i = 0; !bad && i < n; i++)
		if (items[i].mine && !strcmp(ms_kind(items[i].res), kind) &&
		    ms_far_server_of(&items[i], name))
			bad = json_object_set_new(names, name, json_true());
	for (size_t i = 0; !bad && i < n; i++)
		if (items[i].mine &&
		    (!ms_far_server_of(&items[i], name) || !json_object_get(names, name)))
			items[i].mine = false;
	return bad ? ms_nomem(err) : 0;
}

/* ---- get ---- */

static int get_nic(struct roce_here *here, json_t *nic, struct ms_err *err)
{
	json_t *status = NULL;
	int r = roce_observe(here, nic, &status, err);

	if (r < 0)
		return r;
	return ms_status_set(nic, "roce", status) ? ms_nomem(err) : 0;
}

/* A failure belongs to its Nic; the others go on.  found: servers that have one of them here. */
static int get_nics(struct ms_run *run, struct roce_here *here, struct ms_item *items, size_t n,
		    json_t *found)
{
	for (size_t i = 0; i < n; i++) {
		struct ms_err err = MS_ERR_INIT;

		if (!items[i].mine || strcmp(ms_kind(items[i].res), "Nic"))
			continue;
		run->targets++;
		ms_status_clear_error(items[i].res);
		if (get_nic(here, items[i].res, &err) == 0) {
			if (json_object_set_new(found, ms_str(items[i].res, "/spec/server", ""),
						json_true()) < 0)
				return -ENOMEM;
			continue;
		}
		ms_status_error(items[i].res, &err);
		ms_run_failed(run, ms_name(items[i].res), &err);
	}
	return 0;
}

/* This machine is the Server that one of its NICs is in, or the only one that there is. */
static int get_servers(struct roce_here *here, struct ms_item *items, size_t n, const json_t *found,
		       struct ms_err *err)
{
	size_t servers = 0;
	int r = 0;

	for (size_t i = 0; i < n; i++)
		servers += !strcmp(ms_kind(items[i].res), "Server");
	for (size_t i = 0; !r && i < n; i++) {
		json_t *status = NULL, *res = items[i].res;

		if (!items[i].mine || strcmp(ms_kind(res), "Server") ||
		    (servers > 1 && !json_object_get(found, ms_name(res))))
			continue;
		r = roce_observe_server(here, &status, err);
		if (!r && ms_status_set(res, "roce", status) < 0)
			r = ms_nomem(err);
	}
	return r;
}

/* Nothing was asked for: all that carries RDMA. */
static int get_found(struct ms_run *run, struct roce_here *here, struct ms_err *err)
{
	json_auto_t *nics = NULL, *found = json_object();
	struct ms_err note = MS_ERR_INIT;
	int r = found ? roce_discover(here, &nics, err) : ms_nomem(err);

	if (!r && !json_array_size(nics)) {
		roce_note_none(here, &note);
		ms_run_note(run, &note);
	}
	for (size_t i = 0; !r && i < json_array_size(nics); i++) {
		struct ms_item item = { .run = run, .res = json_array_get(nics, i), .mine = true };

		if (get_nics(run, here, &item, 1, found) < 0)
			r = ms_nomem(err);
		else
			r = ms_writer_put(run->out, item.res, err);
	}
	return r;
}

static int get_items(struct ms_run *run, struct roce_here *here, struct ms_item *items, size_t n,
		     struct ms_err *err)
{
	json_auto_t *found = json_object();

	if (!found || get_nics(run, here, items, n, found) < 0)
		return ms_nomem(err);
	return get_servers(here, items, n, found, err);
}

static int get_here(struct ms_run *run, struct ms_item *items, size_t n, struct ms_err *err)
{
	struct roce_here here;
	int r = roce_here_open(run->loop, &here, err);

	if (r < 0)
		return r;
	r = n ? get_items(run, &here, items, n, err) : get_found(run, &here, err);
	if (!r)
		r = ms_host_finish(here.host, err);
	roce_here_close(&here);
	return r;
}

int roce_verb_get(struct ms_run *run, struct ms_err *err)
{
	static const char *const argv[] = { "msctl-roce", "get", "--local", NULL };
	const struct roce_args *args = run->args;
	struct ms_item *items = NULL;
	size_t n = 0;
	int r = ms_run_collect(run, &items, &n, err);

	/* A server without a NIC in the stream may be one that nothing is said of how to reach it.
	 */
	if (!r && !args->local)
		r = keep_servers_with(items, n, "Nic", err);
	if (!r)
		r = args->local ? get_here(run, items, n, err) : far_each(run, items, n, argv, err);
	if (!r)
		r = put_all(run, items, n, err);
	ms_items_free(items, n);
	return r;
}

/* ---- apply ---- */

static int apply_here(struct ms_run *run, struct ms_err *err)
{
	const struct roce_args *args = run->args;
	struct ms_apply_opts opts = { .allow = (const char *const *)args->allow,
				      .keep_going = args->keep_going,
				      .lock_seconds = (unsigned)args->lock };
	struct ms_store *store = NULL;
	int r = ms_store_open(NULL, run->loop, &store, err);

	if (!r)
		r = ms_apply(run, store, &roce_step_ops, run->loop, &opts, err);
	ms_store_close(store);
	return r;
}

/* The engine is at the far end: Steps come back with their status.  One that was skipped there has
 * no error of its own, and was not carried out all the same. */
static void count_skipped(struct ms_run *run, const struct ms_item *items, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (items[i].mine && !strcmp(ms_kind(items[i].res), "Step") &&
		    strcmp(ms_str(items[i].res, "/status/state", ""), "done") &&
		    !ms_at(items[i].res, "/status/error"))
			run->failed++;
}

/* Steps that were cut are refused before anything is begun; other commands' pass. */
static int choose_steps(struct ms_item *items, size_t n, struct ms_err *err)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(ms_kind(items[i].res), "Step"))
			continue;
		if (strcmp(ms_str(items[i].res, "/spec/command", ""), "msctl-roce")) {
			items[i].mine = false;
		} else if (!ms_step_whole(items[i].res)) {
			ms_fail(err, -EBADMSG, MS_INPUT,
				"%s: a Step without its state: the stream was cut",
				ms_name(items[i].res));
			ms_hint(err, "did plan end well?  make it anew");
			return -EBADMSG;
		}
	}
	return keep_servers_with(items, n, "Step", err);
}

static int check_targets(struct ms_run *run, const struct ms_item *items, size_t n,
			 struct ms_err *err)
{
	json_auto_t *targets = json_object();
	int bad = targets ? 0 : -ENOMEM;

	for (size_t i = 0; !bad && i < n; i++)
		if (items[i].mine && !strcmp(ms_kind(items[i].res), "Step"))
			bad = json_object_set_new(targets, ms_str(items[i].res, "/spec/target", ""),
						  json_true());
	return bad ? ms_nomem(err) : ms_run_check_targets(run, json_object_size(targets), err);
}

static int apply_far(struct ms_run *run, struct ms_err *err)
{
	const struct roce_args *args = run->args;
	const char *argv[6 + 2 * 4] = { "msctl-roce", "apply", "--local" };
	struct ms_item *items = NULL;
	size_t n = 0, words = 3;
	int r = ms_run_collect(run, &items, &n, err);

	if (args->keep_going)
		argv[words++] = "--keep-going";
	for (const char **allow = args->allow; allow && *allow && words + 2 < MS_ARRAY_SIZE(argv);
	     allow++) {
		argv[words++] = "--allow";
		argv[words++] = *allow;
	}
	if (!r)
		r = choose_steps(items, n, err);
	if (!r)
		r = check_targets(run, items, n, err);
	if (!r)
		r = far_each(run, items, n, argv, err);
	if (!r) {
		count_skipped(run, items, n);
		r = put_all(run, items, n, err);
	}
	ms_items_free(items, n);
	return r;
}

int roce_verb_apply(struct ms_run *run, struct ms_err *err)
{
	const struct roce_args *args = run->args;

	return args->local ? apply_here(run, err) : apply_far(run, err);
}
