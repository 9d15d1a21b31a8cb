/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hostlists, as cluster tools write them: "node[01-40,50],leaf[1-2]"; numbers keep the width of the
 * first.
 * "*" and "?" match in selections, a leading "!" excludes.
 */
#include <ctype.h>
#include <errno.h>
#include "core/select.h"
#include "core/text.h"

#define BRACKETS_MAX 8
#define DIGITS_MAX 18
#define NAME_MAX_BYTES 1024

struct hostlist {
	const char *expr;
	size_t n, max;
	int (*fn)(void *ctx, const char *name, bool exclude);
	void *ctx;
	struct ms_err *err;
	bool exclude;
	struct ms_buf name;      /* of the element being expanded */
};

static int __attribute__((format(printf, 2, 3))) refuse(struct hostlist *list, const char *fmt, ...)
{
	char text[128];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	ms_usage(list->err, "host list \"%.200s\": %s", list->expr, text);
	ms_hint(list->err, "write for example node[01-40,50],rack2-*");
	return -EINVAL;
}

/* Digits at *at: value and width; moves *at behind them. */
static int take_number(struct hostlist *list, const char **at, uint64_t *ret_value, int *ret_width)
{
	size_t width = strspn(*at, "0123456789");

	if (!width)
		return refuse(list, "a number is missing between the brackets");
	if (width > DIGITS_MAX)
		return refuse(list, "a number of more than %d digits", DIGITS_MAX);
	*ret_value = strtoull(*at, NULL, 10);
	*ret_width = (int)width;
	*at += width;
	return 0;
}

static int expand(struct hostlist *list, const char *rest, const char *end, unsigned brackets);

static int expand_range(struct hostlist *list, uint64_t first, uint64_t last, int width,
			const char *rest, const char *end, unsigned brackets)
{
	size_t len = list->name.len;

	for (uint64_t number = first; number <= last; number++) {
		int error;

		list->name.len = len;
		ms_buf_printf(&list->name, "%0*llu", width, (unsigned long long)number);
		error = expand(list, rest, end, brackets);
		if (error)
			return error;
	}
	list->name.len = len;
	return 0;
}

/* "[01-40,50]" at `at`. */
static int expand_brackets(struct hostlist *list, const char *at, const char *end,
			   unsigned brackets)
{
	const char *close = memchr(at, ']', (size_t)(end - at));

	if (!close)
		return refuse(list, "a bracket is not closed");
	if (brackets == BRACKETS_MAX)
		return refuse(list, "more than %d pairs of brackets in a name", BRACKETS_MAX);
	for (at++;; at++) {
		uint64_t first, last;
		int width, unused, error = take_number(list, &at, &first, &width);

		last = first;
		if (!error && *at == '-') {
			at++;
			error = take_number(list, &at, &last, &unused);
		}
		if (!error && last < first)
			error = refuse(list, "the range %llu-%llu runs backwards",
				       (unsigned long long)first, (unsigned long long)last);
		if (!error)
			error = expand_range(list, first, last, width, close + 1, end,
					     brackets + 1);
		if (error || at == close)
			return error;
		if (*at != ',')
			return refuse(list, "\"%c\" between the brackets",
				      isprint((unsigned char)*at) ? *at : '?');
	}
}

static int emit(struct hostlist *list)
{
	if (list->name.failed)
		return list->name.failed == -ENOMEM ? ms_nomem(list->err)
						    : refuse(list, "a name is too long");
	if (!list->name.len)
		return refuse(list, "a name is missing");
	if (list->n++ == list->max) {
		ms_usage(list->err, "host list \"%.200s\": more than %zu names", list->expr,
			 list->max);
		return -E2BIG;
	}
	return list->fn(list->ctx, list->name.data, list->exclude);
}

/* Append what is left of the element to the name, branching at every number. */
static int expand(struct hostlist *list, const char *rest, const char *end, unsigned brackets)
{
	const char *open = memchr(rest, '[', (size_t)(end - rest));
	size_t len = list->name.len;
	int error;

	if (memchr(rest, ']', (size_t)((open ? open : end) - rest)))
		return refuse(list, "a bracket is not opened");
	ms_buf_add(&list->name, rest, (size_t)((open ? open : end) - rest));
	error = open ? expand_brackets(list, open, end, brackets) : emit(list);
	list->name.len = len;
	return error;
}

static int expand_element(struct hostlist *list, const char *at, const char *end)
{
	while (at < end && isspace((unsigned char)*at))
		at++;
	while (end > at && isspace((unsigned char)end[-1]))
		end--;
	list->exclude = at < end && *at == '!';
	list->name.len = 0;
	return expand(list, at + list->exclude, end, 0);
}

int ms_hostlist_each(const char *expr, size_t max,
		     int (*fn)(void *ctx, const char *name, bool exclude), void *ctx,
		     struct ms_err *err)
{
	struct hostlist list = { .expr = expr, .max = max, .fn = fn, .ctx = ctx, .err = err,
				 .name = { .max = NAME_MAX_BYTES } };
	const char *at = expr;
	int error = ms_text_is_utf8(expr) ? 0 : refuse(&list, "not UTF-8");

	while (!error) {
		const char *end = at;

		for (bool inside = false; *end && (inside || *end != ','); end++)
			inside = *end == '[' || (inside && *end != ']');
		error = expand_element(&list, at, end);
		if (!*end)
			break;
		at = end + 1;
	}
	ms_buf_release(&list.name);
	return error;
}

/* ---- expansion to a list ------------------------------------------------------------- */

struct names {
	json_t *list, *excluded;   /* objects used as ordered sets */
	struct ms_err *err;
};

static int add_name(void *ctx, const char *name, bool exclude)
{
	struct names *names = ctx;

	if (strpbrk(name, "*?"))
		return ms_usage(names->err,
				"\"%.200s\" is a pattern: it selects names, and cannot make them",
				name);
	/* Only memory can lack: the list is UTF-8. */
	if (json_object_set_new(exclude ? names->excluded : names->list, name, json_true()))
		return ms_nomem(names->err);
	return 0;
}

static int to_strv(const struct names *names, char ***ret_names, struct ms_err *err)
{
	char **strv = calloc(json_object_size(names->list) + 1, sizeof(*strv));
	const char *name;
	json_t *unused;
	size_t n = 0;

	if (!strv)
		return ms_nomem(err);
	json_object_foreach(names->list, name, unused) {
		if (json_object_get(names->excluded, name))
			continue;
		strv[n] = strdup(name);
		if (!strv[n++]) {
			ms_strv_free(strv);
			return ms_nomem(err);
		}
	}
	(void)unused;
	*ret_names = strv;
	return 0;
}

int ms_hostlist_expand(const char *expr, size_t max, char ***ret_names, struct ms_err *err)
{
	json_auto_t *list = json_object(), *excluded = json_object();
	struct names names = { list, excluded, err };
	int error = list && excluded ? ms_hostlist_each(expr, max, add_name, &names, err)
				     : ms_nomem(err);

	return error ? error : to_strv(&names, ret_names, err);
}

void ms_strv_free(char **strv)
{
	for (char **s = strv; s && *s; s++)
		free(*s);
	free(strv);
}
