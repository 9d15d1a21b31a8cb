/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Range expressions: "node[01-40]" names many things, and "10.0.0.[11-50]" beside it is what each
 * of them has.  Unlike a host list, the values of an expression are counted: they keep their order,
 * and one may stand twice.
 */
#include <errno.h>
#include <inttypes.h>
#include "site/kinds.h"

#define BRACKETS_MAX 8
#define DIGITS_MAX 18

/* "7", "1-40" or "1-39/2". */
struct run { uint64_t first, last, step; int width; };

struct expansion {
	const char *text;
	struct ms_buf value;    /* the one being put together */
	char **values;
	size_t n, cap;
	struct ms_err *err;
};

static const char *skip_digits(const char *p)
{
	return p + strspn(p, "0123456789");
}

/* The end of one run, NULL when it is none. */
static const char *run_end(const char *p)
{
	const char *end = skip_digits(p);

	if (end == p)
		return NULL;
	if (*end != '-')
		return end;
	p = end + 1;
	end = skip_digits(p);
	if (end == p)
		return NULL;
	if (*end != '/')
		return end;
	p = end + 1;
	end = skip_digits(p);
	return end == p ? NULL : end;
}

/* Behind the closing bracket of "[01-40,50]", NULL when it is something else ("[::1]", "[a]"). */
static const char *bracket_end(const char *open)
{
	const char *p = open;

	if (*p != '[')
		return NULL;
	do
		p = run_end(p + 1);
	while (p && *p == ',');
	return p && *p == ']' ? p + 1 : NULL;
}

static const char *find_bracket(const char *text)
{
	for (; *text; text++)
		if (bracket_end(text))
			return text;
	return NULL;
}

bool ms_range_is(const char *text)
{
	return find_bracket(text) != NULL;
}

static int refuse(struct expansion *e, const char *what)
{
	int r = ms_fail(e->err, -EINVAL, MS_INPUT, "\"%.120s\": %s", e->text, what);

	ms_hint(e->err, "write ranges as [01-40], [1,3,5] or [1-39/2]");
	return r;
}

static int read_run(struct expansion *e, const char *p, struct run *ret_run)
{
	const char *end = skip_digits(p);
	struct run run = { .first = strtoull(p, NULL, 10), .step = 1, .width = (int)(end - p) };

	run.last = run.first;
	if (*end == '-') {
		run.last = strtoull(end + 1, NULL, 10);
		if (skip_digits(end + 1) - end > DIGITS_MAX)
			return refuse(e, "a number has too many digits");
		end = skip_digits(end + 1);
	}
	if (*end == '/')
		run.step = strtoull(end + 1, NULL, 10);
	if (run.width > DIGITS_MAX)
		return refuse(e, "a number has too many digits");
	if (run.last < run.first)
		return refuse(e, "the range runs backwards");
	if (!run.step)
		return refuse(e, "the step is 0");
	*ret_run = run;
	return 0;
}

static int emit(struct expansion *e)
{
	if (e->n + 1 >= e->cap) {
		size_t cap = e->cap ? e->cap * 2 : 64;
		char **values = reallocarray(e->values, cap, sizeof(*values));

		if (!values)
			return ms_nomem(e->err);
		e->values = values;
		e->cap = cap;
	}
	if (e->n == MS_RANGE_MAX)
		return refuse(e, "more than 100000 values");
	e->values[e->n] = strdup(e->value.data ? e->value.data : "");
	e->values[e->n + 1] = NULL;
	return e->values[e->n++] ? 0 : ms_nomem(e->err);
}

/* What is left of the text behind what was put together so far; branches at every number of a
 * bracket. */
static int expand(struct expansion *e, const char *rest, unsigned brackets)
{
	const char *open = find_bracket(rest), *p;
	size_t len = e->value.len;
	int r = 0;

	ms_buf_add(&e->value, rest, open ? (size_t)(open - rest) : strlen(rest));
	if (!open)
		r = e->value.failed ? ms_nomem(e->err) : emit(e);
	else if (brackets == BRACKETS_MAX)
		r = refuse(e, "more than 8 pairs of brackets");
	for (p = open; p && !r && *p != ']'; p = run_end(p + 1)) {
		size_t head = e->value.len;
		struct run run = { 0 };

		r = read_run(e, p + 1, &run);
		for (uint64_t n = run.first; !r && n <= run.last; n += run.step) {
			e->value.len = head;
			ms_buf_printf(&e->value, "%0*" PRIu64, run.width, n);
			r = expand(e, bracket_end(open), brackets + 1);
		}
		e->value.len = head;
	}
	e->value.len = len;
	return r;
}

int ms_range_expand(const char *text, char ***ret_values, size_t *ret_n, struct ms_err *err)
{
	struct expansion e = { .text = text, .err = err };
	int r = expand(&e, text, 0);

	ms_buf_release(&e.value);
	if (r) {
		ms_strv_free(e.values);
		return r;
	}
	*ret_values = e.values;
	*ret_n = e.n;
	return 0;
}
