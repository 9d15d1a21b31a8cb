/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading and writing within a run: which resources are the verb's, which pass, and when input is
 * refused. */
#include "core/cmd-private.h"

#include <errno.h>

/* Says whether the resource is one of the verb's kinds; problems go to the report. */
static bool is_of_verb(struct ms_run *run, const struct ms_doc *doc)
{
	const char *kind = ms_kind(doc->root), *api = ms_str(doc->root, "/apiVersion", "");
	struct ms_err *problem;

	if (!*kind) {
		problem = ms_report_add(run->report, MS_INPUT, doc->source, "", "%s",
					json_is_object(doc->root)
						? "not a resource: it has no kind"
						: "not a resource: not an object");
		if (problem) {
			ms_hint(problem, "every document needs apiVersion, kind and metadata.name");
			ms_doc_place(doc, problem);
		}
		return false;
	}
	if (!ms_verb_has_kind(run->verb, kind))
		return false;
	if (!strcmp(api, MS_API_VERSION))
		return true;
	if (*api && !ms_starts(api, "msctl/")) /* somebody else's kind of the same name */
		return false;
	problem = ms_report_add(run->report, MS_INPUT, doc->source, *api ? "/apiVersion" : "",
				*api ? "apiVersion \"%s\" is not known" : "apiVersion is missing%s",
				api);
	if (problem) {
		ms_hint(problem, "write apiVersion: " MS_API_VERSION);
		ms_doc_place(doc, problem);
	}
	return false;
}

/* Errors in what stood in a List know the line on which the item began. */
static void place_problems(struct ms_run *run, const struct ms_doc *doc, size_t first)
{
	for (size_t i = first; i < run->report->n; i++) {
		if (!run->report->errs[i].line && !doc->text)
			run->report->errs[i].line = doc->line;
	}
}

static int refuse(struct ms_run *run, struct ms_err *err)
{
	run->source->refused = true;
	return ms_fail(err, -EBADMSG, MS_INPUT, "the input was refused");
}

static size_t problems(const struct ms_run *run)
{
	return run->report->n + run->report->dropped;
}

/* One document, judged.  1 with *ret_mine, 0 at the end; a problem only sets source->bad and
 * gives 2. */
static int next_judged(struct ms_run *run, struct ms_doc *ret_doc, bool *ret_mine, bool *ret_other,
		       struct ms_err *err)
{
	size_t before = problems(run), first = run->report->n;
	struct ms_doc doc = { 0 };
	bool trusted = false, of_verb = false;
	int r = ms_source_next(run, &doc, &trusted, err);

	if (r < 0 && err->code == MS_INPUT)
		ms_report_take(run->report, err);
	else if (r <= 0 && problems(run) == before)
		return r;
	if (r > 0) {
		of_verb = is_of_verb(run, &doc);
		if (of_verb && !trusted && run->cmd->front && run->cmd->front->check)
			run->cmd->front->check(&doc, run->report);
		place_problems(run, &doc, first);
	}
	if (problems(run) > before || r < 0) {
		run->source->bad = true;
		ms_doc_release(&doc);
		return r ? 2 : 0;
	}
	/* Of a Site, what stands in it is selected. */
	*ret_mine = of_verb && (!strcmp(ms_kind(doc.root), "Site") ||
				ms_select_match(run->select, doc.root));
	*ret_other = of_verb && !*ret_mine;
	*ret_doc = doc;
	return 1;
}

static bool is_table(const struct ms_run *run)
{
	return run->source->output == MS_FMT_TABLE || run->source->output == MS_FMT_NAME;
}

/*
 * After a problem the rest of a file is still read, so that all its problems are reported; the rest
 * of a pipe is waited for only where everything is read first anyway.
 */
int ms_run_next(struct ms_run *run, struct ms_doc *ret_doc, bool *ret_mine, struct ms_err *err)
{
	struct ms_source *source = run->source;
	bool drop = is_table(run) && !source->collecting, other;

	for (;;) {
		int r = next_judged(run, ret_doc, ret_mine, &other, err);

		if (r < 0)
			return r;
		if (source->bad && (r == 0 || (source->waits && !source->collecting))) {
			if (r == 1)
				ms_doc_release(ret_doc);
			return refuse(run, err);
		}
		if (r == 0)
			return 0;
		if (r == 1 && !source->bad && !(drop && other))
			return 1;
		if (r == 1)
			ms_doc_release(ret_doc);
	}
}

int ms_run_pass(struct ms_run *run, const struct ms_doc *doc, struct ms_err *err)
{
	if (is_table(run) && run->select && ms_verb_has_kind(run->verb, ms_kind(doc->root)))
		return 0;
	return ms_writer_pass(run->out, doc, err);
}

int ms_run_flush(struct ms_run *run, struct ms_err *err)
{
	if (run->source->out && fflush(run->source->out) == EOF)
		return ms_fail_errno(err, -errno, "cannot write the output");
	return 0;
}

int ms_run_lines(struct ms_run *run, struct ms_err *err)
{
	struct ms_writer_opts opts = { .format = MS_FMT_JSON,
				       .shows = run->verb->shows ? run->verb->shows
								 : run->verb->kinds };
	struct ms_writer *lines;
	int r = 0;

	if (run->source->out)
		setvbuf(run->source->out, NULL, _IOLBF, BUFSIZ);
	if (run->source->output != MS_FMT_TABLE)
		return 0;
	r = ms_writer_new(run->source->out, &opts, &lines, err);
	if (r < 0)
		return r;
	ms_writer_free(run->out);
	run->out = lines;
	run->source->output = MS_FMT_JSON;
	return 0;
}

int ms_item_add(struct ms_item *item, json_t *res)
{
	if (!item->more)
		item->more = json_array();
	if (!item->more) {
		json_decref(res);
		return -ENOMEM;
	}
	return json_array_append_new(item->more, res) < 0 ? -ENOMEM : 0;
}

void ms_item_release(struct ms_item *item)
{
	ms_doc_release(&item->doc);
	json_decref(item->more);
	item->res = item->more = NULL;
}

void ms_items_free(struct ms_item *items, size_t n)
{
	for (size_t i = 0; items && i < n; i++)
		ms_item_release(&items[i]);
	free(items);
}

int ms_run_put(struct ms_run *run, struct ms_item *item, struct ms_err *err)
{
	size_t i;
	json_t *res;
	int r = item->mine ? ms_writer_put(run->out, item->res, err)
			   : ms_run_pass(run, &item->doc, err);

	json_array_foreach(item->more, i, res) {
		if (r < 0)
			break;
		r = ms_writer_put(run->out, res, err);
	}
	return r;
}

void ms_run_failed(struct ms_run *run, const char *target, const struct ms_err *err)
{
	struct ms_err named = *err;

	run->failed++;
	if (!named.source[0])
		ms_err_at(&named, target, NULL);
	ms_progress_error(run->progress, &named);
}

void ms_run_note(struct ms_run *run, const struct ms_err *note)
{
	struct ms_err said = *note;

	snprintf(said.message, sizeof(said.message), "note: %.*s", (int)sizeof(said.message) - 7,
		 note->message);
	ms_progress_note(run->progress, &said);
}

void ms_run_name_cancel(struct ms_run *run, struct ms_err *err)
{
	if (err->error != -ECANCELED || !run->source->expired)
		return;
	err->code = MS_TIMEOUT;
	err->error = -ETIMEDOUT;
	snprintf(err->message, sizeof(err->message),
		 "not finished when the deadline of the run passed");
	snprintf(err->hint, sizeof(err->hint), "give it a longer --deadline");
}

int ms_run_unused(struct ms_run *run, struct ms_err *err)
{
	MS_AUTO_FREE char *unused = run->select ? ms_select_unused(run->select) : NULL;
	int r;

	if (!unused)
		return 0;
	r = ms_fail(err, -ENOENT, MS_FAILED, "nothing in the input matches: %s", unused);
	ms_hint(err, "-o name lists the names that are there");
	return r;
}

int ms_run_check_targets(struct ms_run *run, size_t n, struct ms_err *err)
{
	int r;

	if (!run->max_targets || n <= run->max_targets)
		return 0;
	r = ms_fail(err, -E2BIG, MS_FAILED,
		    "%zu targets are selected, but --max-targets is %zu; nothing was changed", n,
		    run->max_targets);
	ms_hint(err, "select fewer with -s or -l, or raise --max-targets");
	return r;
}

static int collect_grow(struct ms_item **items, size_t *cap)
{
	size_t more = *cap ? 2 * *cap : 64;
	struct ms_item *grown = reallocarray(*items, more, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	*items = grown;
	*cap = more;
	return 0;
}

int ms_run_collect(struct ms_run *run, struct ms_item **ret_items, size_t *ret_n,
		   struct ms_err *err)
{
	struct ms_item *items = NULL;
	size_t n = 0, cap = 0;
	int r;

	run->source->collecting = true;
	for (;;) {
		struct ms_item item = { .run = run };

		r = ms_run_next(run, &item.doc, &item.mine, err);
		if (r <= 0)
			break;
		item.res = item.doc.root;
		if (n == cap && collect_grow(&items, &cap) < 0) {
			ms_item_release(&item);
			r = ms_nomem(err);
			break;
		}
		items[n++] = item;
	}
	if (!r)
		r = ms_run_unused(run, err);
	if (r < 0) {
		ms_items_free(items, n);
		return r;
	}
	*ret_items = items;
	*ret_n = n;
	return 0;
}
