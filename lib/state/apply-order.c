/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The order of Steps: that of the stream, moved only where a Step needs a later one.  One order
 * over all devices is what makes waiting safe: the first Step in it that is not finished never
 * waits for anything.
 */
#include <errno.h>
#include "state/apply.h"

static int resolve(struct ap_step *step, const json_t *by_id, struct ms_err *err)
{
	const json_t *needs = json_object_get(step->spec, "needs");
	size_t n = json_array_size(needs);

	step->needs = calloc(n + 1, sizeof(*step->needs));
	if (!step->needs)
		return ms_nomem(err);
	for (size_t i = 0; i < n; i++) {
		const char *id = json_string_value(json_array_get(needs, i));
		const json_t *at = id ? json_object_get(by_id, id) : NULL;
		char pointer[64];

		snprintf(pointer, sizeof(pointer), "/spec/needs/%zu", i);
		if (at)
			step->needs[step->n_needs++] = (size_t)json_integer_value(at);
		else
			ap_problem(step, pointer, "apply needs the whole output of plan",
				   "no Step \"%s\" in the stream", id ? id : "(not a string)");
	}
	return 0;
}

enum { WHITE, GREY, BLACK };
struct walk {
	struct apply *ap;
	unsigned char *color;
	size_t *stack; /* the path being walked */
	size_t *next;  /* how many needs of each Step were seen */
	size_t depth, done;
};

static void name_circle(struct walk *w, size_t from)
{
	struct ap_step *step = &w->ap->steps[from];
	MS_AUTO_BUF struct ms_buf ids = { .max = 512 };
	size_t i = w->depth;

	while (i && w->stack[i - 1] != from)
		i--;
	for (i = i ? i - 1 : 0; i < w->depth; i++)
		ms_buf_printf(&ids, "%s needs ", w->ap->steps[w->stack[i]].id);
	ap_problem(step, "/spec/needs", "make the plan again",
		   "Steps need each other in a circle: %s%s", ids.data ? ids.data : "", step->id);
}

static void push(struct walk *w, size_t at)
{
	w->color[at] = GREY;
	w->stack[w->depth++] = at;
}

/* Depth first, with a stack of its own: a plan may be one chain of a hundred thousand Steps. */
static void visit(struct walk *w, size_t root)
{
	push(w, root);
	while (w->depth) {
		size_t at = w->stack[w->depth - 1];
		const struct ap_step *step = &w->ap->steps[at];

		if (w->next[at] == step->n_needs) {
			w->color[at] = BLACK;
			w->ap->order[w->done++] = at;
			w->depth--;
			continue;
		}
		at = step->needs[w->next[at]++];
		if (w->color[at] == WHITE)
			push(w, at);
		else if (w->color[at] == GREY)
			name_circle(w, at);
	}
}

int ap_order(struct apply *ap, const json_t *by_id, struct ms_err *err)
{
	MS_AUTO_FREE unsigned char *color = calloc(ap->n_steps + 1, 1);
	MS_AUTO_FREE size_t *stack = calloc(ap->n_steps + 1, sizeof(*stack));
	MS_AUTO_FREE size_t *next = calloc(ap->n_steps + 1, sizeof(*next));
	struct walk w = { ap, color, stack, next, 0, 0 };
	int r = 0;

	ap->order = calloc(ap->n_steps + 1, sizeof(*ap->order));
	if (!color || !stack || !next || !ap->order)
		return ms_nomem(err);
	for (size_t i = 0; r == 0 && i < ap->n_steps; i++)
		r = resolve(&ap->steps[i], by_id, err);
	for (size_t i = 0; r == 0 && i < ap->n_steps; i++)
		if (color[i] == WHITE)
			visit(&w, i);
	return r;
}
