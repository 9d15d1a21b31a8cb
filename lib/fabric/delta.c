/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What turns one tree of lines into another. */
#include <errno.h>
#include "fabric/lines.h"

#define MAX_LINE 2048

struct delta {
	struct ms_buf out;
	fabric_negate_fn *negate;
};

/* A block that is being looked at; its header is written when the first line in it is. */
struct context {
	struct context *outer;
	const char *header;              /* "" for the whole */
	unsigned depth;
	bool open;
};

static void put(struct delta *d, unsigned depth, const char *line)
{
	ms_buf_printf(&d->out, "%*s%s\n", (int)depth, "", line);
}

static void enter(struct delta *d, struct context *block)
{
	if (block->open)
		return;
	block->open = true;
	if (!block->depth)
		return;
	enter(d, block->outer);
	put(d, block->depth - 1, block->header);
}

static void leave(struct delta *d, const struct context *block)
{
	if (block->open && block->depth)
		put(d, block->depth, "exit");
}

static void put_removal(struct delta *d, struct context *block, const char *line)
{
	char buf[MAX_LINE];

	enter(d, block);
	if (d->negate && d->negate(block->header, line, buf, sizeof buf)) {
		if (*buf)
			put(d, block->depth, buf);
	} else if (ms_starts(line, "no ")) {
		put(d, block->depth, line + 3);
	} else {
		ms_buf_printf(&d->out, "%*sno %s\n", (int)block->depth, "", line);
	}
}

/* Depth is bounded by what fabric_lines_parse takes. */
static void remove_lines(struct delta *d, const struct fabric_lines *now,
			 const struct fabric_lines *target, struct context *block)
{
	for (size_t i = now->n; i-- > 0;) {
		const struct fabric_lines *line = now->child[i];
		const struct fabric_lines *wanted = fabric_lines_same(target, line->text);
		struct context inner = { block, line->text, block->depth + 1, false };

		if (!wanted) {
			put_removal(d, block, line->text);
			continue;
		}
		remove_lines(d, line, wanted, &inner);
		leave(d, &inner);
	}
}

static void put_whole(struct delta *d, const struct fabric_lines *line, unsigned depth)
{
	put(d, depth, line->text);
	for (size_t i = 0; i < line->n; i++)
		put_whole(d, line->child[i], depth + 1);
	if (line->n)
		put(d, depth + 1, "exit");
}

static void add_lines(struct delta *d, const struct fabric_lines *now,
		      const struct fabric_lines *target, struct context *block)
{
	for (size_t i = 0; i < target->n; i++) {
		const struct fabric_lines *line = target->child[i];
		const struct fabric_lines *have = fabric_lines_same(now, line->text);
		struct context inner = { block, line->text, block->depth + 1, false };

		if (!have) {
			enter(d, block);
			put_whole(d, line, block->depth);
			continue;
		}
		add_lines(d, have, line, &inner);
		leave(d, &inner);
	}
}

int fabric_lines_delta(const struct fabric_lines *now, const struct fabric_lines *target,
		       fabric_negate_fn *negate, char **ret_text, struct ms_err *err)
{
	struct delta d = { .negate = negate };
	struct context whole = { .header = "" };

	remove_lines(&d, now, target, &whole);
	add_lines(&d, now, target, &whole);
	*ret_text = ms_buf_steal(&d.out);
	ms_buf_release(&d.out);
	return *ret_text ? 0 : ms_nomem(err);
}
