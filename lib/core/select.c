/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Selection: names and labels that a resource must have; it remembers what never matched, to say
 * so.
 */
#include "core/select.h"
#include <errno.h>
#include <fnmatch.h>

#define NAMES_MAX 1000000
#define UNUSED_SHOWN 10

struct pattern {
	char *glob;
	bool exclude, used;
	struct pattern *next;
};

struct label_arg {
	char *text;
	struct ms_labels *labels;
	bool used;
	struct label_arg *next;
};

struct ms_select {
	json_t *names;              /* object: name -> integer, 1 once it matched */
	json_t *excluded;           /* object used as a set */
	struct pattern *patterns, **last;
	struct label_arg *labels;
	bool includes;              /* some name or pattern must match */
	struct ms_err *err;         /* while parsing */
};

static int add_pattern(struct ms_select *select, const char *glob, bool exclude)
{
	struct pattern *pattern = calloc(1, sizeof(*pattern));

	if (pattern)
		pattern->glob = strdup(glob);
	if (!pattern || !pattern->glob) {
		free(pattern);
		return ms_nomem(select->err);
	}
	pattern->exclude = exclude;
	*select->last = pattern;
	select->last = &pattern->next;
	return 0;
}

static int add_name(void *ctx, const char *name, bool exclude)
{
	struct ms_select *select = ctx;

	select->includes |= !exclude;
	if (strpbrk(name, "*?"))
		return add_pattern(select, name, exclude);
	if (json_object_set_new(exclude ? select->excluded : select->names, name, json_integer(0)))
		return ms_nomem(select->err); /* the list is UTF-8 */
	return 0;
}

static int add_labels(struct ms_select *select, const char *expr)
{
	struct label_arg *arg = calloc(1, sizeof(*arg));

	if (!arg)
		return ms_nomem(select->err);
	arg->next = select->labels;
	select->labels = arg;
	arg->text = strdup(expr);
	return arg->text ? ms_labels_new(expr, &arg->labels, select->err) : ms_nomem(select->err);
}

int ms_select_new(const char *const *names, const char *const *labels,
		  struct ms_select **ret_select, struct ms_err *err)
{
	struct ms_select *select = calloc(1, sizeof(*select));
	int error = 0;

	if (!select)
		return ms_nomem(err);
	*select =
		(struct ms_select){ .names = json_object(), .excluded = json_object(), .err = err };
	select->last = &select->patterns;
	if (!select->names || !select->excluded)
		error = ms_nomem(err);
	for (; names && *names && !error; names++)
		error = ms_hostlist_each(*names, NAMES_MAX, add_name, select, err);
	for (; labels && *labels && !error; labels++)
		error = add_labels(select, *labels);
	select->err = NULL;
	if (error)
		ms_select_free(select);
	else
		*ret_select = select;
	return error;
}

void ms_select_free(struct ms_select *select)
{
	if (!select)
		return;
	json_decref(select->names);
	json_decref(select->excluded);
	for (struct pattern *p = select->patterns, *next; p; p = next) {
		next = p->next;
		free(p->glob);
		free(p);
	}
	for (struct label_arg *l = select->labels, *next; l; l = next) {
		next = l->next;
		ms_labels_free(l->labels);
		free(l->text);
		free(l);
	}
	free(select);
}

static bool matches_pattern(const struct ms_select *select, const char *name, bool exclude)
{
	bool found = false;

	for (struct pattern *p = select->patterns; p; p = p->next) {
		if (p->exclude == exclude && !fnmatch(p->glob, name, FNM_NOESCAPE))
			found = p->used = true;
	}
	return found;
}

static bool matches_name(const struct ms_select *select, const char *name)
{
	json_t *exact = json_object_get(select->names, name);
	bool found = matches_pattern(select, name, false);

	if (exact)
		json_integer_set(exact, 1);
	if (json_object_get(select->excluded, name) || matches_pattern(select, name, true))
		return false;
	return exact || found || !select->includes;
}

/* People name targets: a Step goes by the name of its own ("Server/node01"). */
static const char *selected_by(const json_t *res)
{
	const char *target = strcmp(ms_kind(res), "Step") ? NULL
							  : ms_str(res, "/spec/target", NULL);
	const char *slash = target ? strchr(target, '/') : NULL;

	return slash ? slash + 1 : ms_name(res);
}

bool ms_select_match(const struct ms_select *select, const json_t *res)
{
	bool match;

	if (!select)
		return true;
	match = matches_name(select, selected_by(res));
	for (struct label_arg *l = select->labels; l; l = l->next) {
		bool holds = ms_labels_match(l->labels, res);

		l->used |= holds;
		match &= holds;
	}
	return match;
}

struct unused {
	struct ms_buf text;
	size_t n;
};

static void add_unused(struct unused *unused, const char *what)
{
	if (unused->n++ < UNUSED_SHOWN)
		ms_buf_printf(&unused->text, "%s%s", unused->n > 1 ? ", " : "", what);
}

char *ms_select_unused(const struct ms_select *select)
{
	struct unused unused = { .text = { 0 } };
	const char *name;
	json_t *used;

	if (!select)
		return NULL;
	json_object_foreach(select->names, name, used)
		if (!json_integer_value(used))
			add_unused(&unused, name);
	for (struct pattern *p = select->patterns; p; p = p->next)
		if (!p->used && !p->exclude)
			add_unused(&unused, p->glob);
	for (struct label_arg *l = select->labels; l; l = l->next)
		if (!l->used)
			add_unused(&unused, l->text);
	if (unused.n > UNUSED_SHOWN)
		ms_buf_printf(&unused.text, " and %zu more", unused.n - UNUSED_SHOWN);
	return unused.n ? ms_buf_steal(&unused.text) : NULL;
}
