/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a run's resources come from: files one after the other, or standard input.  Sites and Lists
 * are expanded where they stand.  Pipes and terminals are read through the loop, so that tasks go
 * on meanwhile.
 */
#include "core/cmd-private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

bool ms_verb_has_kind(const struct ms_verb *verb, const char *kind)
{
	for (const char *const *k = verb->kinds; k && *k; k++) {
		if (!strcmp(*k, kind))
			return true;
	}
	return false;
}

int ms_source_open(struct ms_run *run, int in, struct ms_err *err)
{
	struct ms_source *source = calloc(1, sizeof(*source));

	if (!source)
		return ms_nomem(err);
	source->in = in;
	source->fd = -1;
	source->format = MS_FMT_AUTO;
	run->source = source;
	return 0;
}

static void file_close(struct ms_source *source)
{
	ms_reader_free(source->reader);
	source->reader = NULL;
	if (source->close_fd)
		close(source->fd);
	source->fd = -1;
	source->close_fd = false;
}

void ms_source_close(struct ms_run *run)
{
	struct ms_source *source = run->source;

	if (!source)
		return;
	file_close(source);
	ms_doc_release(&source->ahead);
	while (source->head < source->n)
		ms_doc_release(&source->queue[source->head++]);
	free(source->queue);
	free(source);
	run->source = NULL;
}

/* What was written so far goes out before we may sleep: the next command of the pipeline is waiting
 * for it. */
static int before_read(void *ctx, int fd)
{
	struct ms_run *run = ctx;
	struct ms_err err = MS_ERR_INIT;
	struct pollfd now = { .fd = fd, .events = POLLIN };
	int r = ms_task_self(run->loop) ? 0 : ms_loop_turn(run->loop, 0, &err);

	if (r < 0)
		return r;
	if (ms_loop_stopping(run->loop) && !run->source->expired)
		return -ECANCELED;
	if (!run->source->waits || poll(&now, 1, 0) > 0)
		return 0;
	if (run->source->out)
		fflush(run->source->out);
	return ms_task_wait_fd(run->loop, fd, POLLIN, 0);
}

static int file_open(struct ms_run *run, const char *name, struct ms_err *err)
{
	struct ms_source *source = run->source;
	bool standard = !strcmp(name, "-");
	struct stat st;
	int r;

	source->fd = standard ? source->in : open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	source->close_fd = !standard;
	if (source->fd < 0)
		return ms_fail_errno(err, -errno, "cannot open %s", name);
	source->name = standard ? "<stdin>" : name;
	if (fstat(source->fd, &st) < 0 || S_ISDIR(st.st_mode)) {
		r = ms_fail_errno(err, S_ISDIR(st.st_mode) ? -EISDIR : -errno, "cannot read %s",
				  source->name);
		file_close(source);
		return r;
	}
	source->waits = !S_ISREG(st.st_mode);
	r = ms_reader_new(source->fd, source->name, &source->reader, err);
	if (r < 0) {
		file_close(source);
		return r;
	}
	ms_reader_on_read(source->reader, before_read, run);
	return 1;
}

/* 1 when there is something to read from, 0 after the last file. */
static int ensure_reader(struct ms_run *run, struct ms_err *err)
{
	struct ms_source *source = run->source;
	const char *name;

	if (source->reader)
		return 1;
	if (!run->files[0] && source->at == 0) {
		source->at++;
		return file_open(run, "-", err);
	}
	if (!run->files[0])
		return 0;
	name = run->files[source->at];
	if (!name)
		return 0;
	source->at++;
	return file_open(run, name, err);
}

static int queue_add(struct ms_source *source, const struct ms_doc *doc, struct ms_err *err)
{
	if (source->head == source->n)
		source->head = source->n = 0;
	if (source->n == source->cap) {
		size_t cap = source->cap ? 2 * source->cap : 16;
		struct ms_doc *queue = reallocarray(source->queue, cap, sizeof(*queue));

		if (!queue)
			return ms_nomem(err);
		source->queue = queue;
		source->cap = cap;
	}
	source->queue[source->n++] = *doc;
	return 0;
}

/* One resource out of a Site or List (taken): it has no text of its own, but it knows where it
 * stood. */
static int queue_built(struct ms_source *source, json_t *res, unsigned line, struct ms_err *err)
{
	struct ms_doc doc = {
		.root = res, .source = strdup(source->name), .line = line, .format = source->format
	};
	int r = doc.source && res ? queue_add(source, &doc, err) : ms_nomem(err);

	if (r < 0)
		ms_doc_release(&doc);
	return r;
}

static int put_expanded(void *ctx, json_t *res, struct ms_err *err)
{
	return queue_built(ctx, res, 0, err);
}

static int expand_items(struct ms_source *source, const struct ms_doc *list, const json_t *items,
			const char *prefix, struct ms_err *err)
{
	size_t i;
	json_t *item;

	json_array_foreach(items, i, item) {
		unsigned line = 0, column;
		char pointer[64];
		int r;

		snprintf(pointer, sizeof(pointer), "%s/%zu", prefix, i);
		if (!ms_doc_locate(list, pointer, false, &line, &column))
			line = list->line;
		r = queue_built(source, json_incref(item), line, err);
		if (r < 0)
			return r;
	}
	return 0;
}

/* 1 when the document was a container and its contents are in the queue. */
static int expand(struct ms_run *run, const struct ms_doc *doc, bool *ret_trusted,
		  struct ms_err *err)
{
	const struct ms_front *front = run->cmd->front;
	const char *kind = ms_kind(doc->root);
	int r;

	if (json_is_null(doc->root))
		return 1;
	if (json_is_array(doc->root))
		r = expand_items(run->source, doc, doc->root, "", err);
	else if (!strcmp(kind, "List") && json_is_array(ms_at(doc->root, "/items")))
		r = expand_items(run->source, doc, ms_at(doc->root, "/items"), "/items", err);
	else if (!strcmp(kind, "Site") && front && front->expand &&
		 !ms_verb_has_kind(run->verb, "Site"))
		r = front->expand(doc, put_expanded, run->source, run->report, err);
	else
		return 0;
	*ret_trusted = !strcmp(kind, "Site");
	return r < 0 ? r : 1;
}

static int read_one(struct ms_run *run, struct ms_doc *ret_doc, struct ms_err *err)
{
	struct ms_source *source = run->source;

	for (;;) {
		int r = ensure_reader(run, err);

		if (r <= 0)
			return r;
		r = ms_reader_next(source->reader, ret_doc, err);
		if (r == -ECANCELED)
			ms_fail(err, r, MS_CANCELLED, "stopped while reading %s", source->name);
		if (source->format == MS_FMT_AUTO)
			source->format = ms_reader_format(source->reader);
		if (r)
			return r;
		file_close(source);
	}
}

void ms_source_peek(struct ms_run *run)
{
	struct ms_source *source = run->source;

	source->peeked = true;
	source->ahead_result = read_one(run, &source->ahead, &source->ahead_err);
}

static int read_next(struct ms_run *run, struct ms_doc *ret_doc, struct ms_err *err)
{
	struct ms_source *source = run->source;

	if (!source->peeked)
		return read_one(run, ret_doc, err);
	source->peeked = false;
	if (source->ahead_result < 0)
		*err = source->ahead_err;
	if (source->ahead_result > 0)
		*ret_doc = source->ahead;
	source->ahead = (struct ms_doc){ 0 };
	return source->ahead_result;
}

int ms_source_next(struct ms_run *run, struct ms_doc *ret_doc, bool *ret_trusted,
		   struct ms_err *err)
{
	struct ms_source *source = run->source;

	for (;;) {
		struct ms_doc doc = { 0 };
		int r;

		if (source->head < source->n) {
			*ret_doc = source->queue[source->head++];
			*ret_trusted = source->trusted;
			return 1;
		}
		source->trusted = false;
		r = read_next(run, &doc, err);
		if (r <= 0)
			return r;
		r = expand(run, &doc, &source->trusted, err);
		if (!r) {
			*ret_doc = doc;
			*ret_trusted = false;
			return 1;
		}
		ms_doc_release(&doc);
		if (r < 0)
			return r;
	}
}
