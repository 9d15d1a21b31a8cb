/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a switch lacks: statements without which a model does nothing, though it reads back whole
 * ("ip routing", "feature bgp", a family that is off).  Models have no words for them, because
 * every rendering holds them; so what of a rendering is not on the device is told beside the model,
 * as model.lacks.
 */
#include <errno.h>
#include "fabric/lines.h"

#define MAX_STATEMENT 1024
#define MAX_DEPTH 64

typedef int statement_fn(void *ctx, const char *statement);

/* ---- statements of a configuration
 * ---------------------------------------------------------------- */

struct walk {
	char text[MAX_STATEMENT];
	unsigned depth;
	statement_fn *fn;
	void *ctx;
	struct ms_err *err;
};

static size_t push(struct walk *w, const char *between, const char *text)
{
	size_t len = strlen(w->text);

	snprintf(w->text + len, sizeof(w->text) - len, "%s%s", len ? between : "", text);
	return len;
}

static int each_line(struct walk *w, const struct fabric_lines *block)
{
	int r = 0;

	for (size_t i = 0; !r && i < fabric_lines_count(block); i++) {
		const struct fabric_lines *line = fabric_lines_at(block, i);
		size_t len = push(w, " / ", fabric_lines_text(line));

		r = w->fn(w->ctx, w->text);
		if (!r)
			r = each_line(w, line);
		w->text[len] = 0;
	}
	return r;
}

static int each_of_text(struct walk *w, const char *text)
{
	struct fabric_lines *lines = NULL;
	int r = fabric_lines_parse(text, &lines, w->err);

	if (!r && each_line(w, lines))
		r = ms_nomem(w->err);
	fabric_lines_free(lines);
	return r;
}

static const char *scalar(const json_t *value, char buf[static 32])
{
	if (json_is_string(value))
		return json_string_value(value);
	if (json_is_integer(value))
		snprintf(buf, 32, "%lld", (long long)json_integer_value(value));
	else
		snprintf(buf, 32, "%s",
			 json_is_true(value)	? "true"
			 : json_is_false(value) ? "false"
						: "{}");
	return buf;
}

static int each_of_tree(struct walk *w, const json_t *tree);

static int each_of_value(struct walk *w, const json_t *value)
{
	char buf[32];

	if (json_is_object(value) && json_object_size(value))
		return each_of_tree(w, value);
	if (json_is_string(value) && strchr(json_string_value(value), '\n'))
		return each_of_text(w, json_string_value(value));
	push(w, "=", scalar(value, buf));
	return w->fn(w->ctx, w->text) ? ms_nomem(w->err) : 0;
}

static int each_of_tree(struct walk *w, const json_t *tree)
{
	const char *key;
	json_t *value;
	int r = 0;

	if (w->depth >= MAX_DEPTH)
		return 0;
	w->depth++;
	json_object_foreach((json_t *)tree, key, value) {
		size_t len = push(w, ".", key);

		if (!r)
			r = each_of_value(w, value);
		w->text[len] = 0;
	}
	w->depth--;
	return r;
}

static int each_statement(const json_t *native, statement_fn *fn, void *ctx, struct ms_err *err)
{
	struct walk w = { .fn = fn, .ctx = ctx, .err = err };

	if (json_is_string(native))
		return each_of_text(&w, json_string_value(native));
	return each_of_tree(&w, native);
}

/* ---- what of a rendering is not there
 * -------------------------------------------------------------- */

/* How much of the text the pattern takes up to its bar, or its end; -1 when it does not fit.  '*'
 * is any text. */
static long fits(const char *pattern, const char *text, size_t at)
{
	for (long known = -1;; pattern++, at++) {
		for (; *pattern == '|'; pattern++)
			known = (long)at;
		if (*pattern == '*') {
			const char *rest = pattern + strspn(pattern, "*");
			long found = *rest ? -1 : (long)strlen(text);

			for (size_t i = at; *rest && text[i] && found < 0; i++)
				if (text[i] == *rest || *rest == '|')
					found = fits(rest, text, i);
			return found < 0 || known < 0 ? found : known;
		}
		if (*pattern != text[at])
			return -1;
		if (!*pattern)
			return known < 0 ? (long)at : known;
	}
}

static long is_structure(const struct fabric_driver *driver, const char *statement)
{
	long n = -1;

	for (const char *const *pattern = driver->structure; n < 0 && *pattern; pattern++)
		n = fits(*pattern, statement, 0);
	return n;
}

struct look {
	const struct fabric_dialect *dialect;
	bool whole;                      /* statements as they are, else up to their bars */
	const json_t
		*there; /* these, up to their bars, are not missed; NULL = all are looked for */
	json_t *found;
};

static int note(void *ctx, const char *statement)
{
	const struct look *look = ctx;
	const struct fabric_driver *driver = look->dialect->driver;
	long n = is_structure(driver, statement);
	char known[MAX_STATEMENT];

	if (n < 0)
		return 0;
	snprintf(known, sizeof(known), "%.*s", (int)n, statement);
	if (look->there &&
	    (json_object_get(look->there, known) ||
	     (driver->excused && driver->excused(look->dialect, look->there, statement))))
		return 0;
	return json_object_set_new(look->found, look->whole ? statement : known, json_true());
}

static int structure_of(struct look look, const json_t *native, json_t **ret_found,
			struct ms_err *err)
{
	int r;

	look.found = json_object();
	r = look.found ? each_statement(native, note, &look, err) : ms_nomem(err);
	if (r)
		json_decref(look.found);
	else
		*ret_found = look.found;
	return r;
}

/* Keys of a set as a list, sorted by text. */
static json_t *listed(const json_t *set)
{
	json_auto_t *sorted = fabric_sorted(set);
	json_t *list = sorted ? json_array() : NULL, *value;
	const char *statement;

	json_object_foreach(sorted, statement, value)
		if (json_array_append_new(list, json_string(statement))) {
			json_decref(list);
			return NULL;
		}
	return list;
}

int fabric_lacks(const struct fabric_dialect *dialect, const json_t *native, json_t *model,
		 struct ms_err *err)
{
	json_auto_t *rendering = NULL, *there = NULL, *lacking = NULL;
	struct ms_err why = MS_ERR_INIT;
	json_t *list;
	int r;

	if (!dialect->driver->structure)
		return 0;
	/* What cannot be rendered has nothing that it lacks: whoever wants to change it is told
	 * why. */
	if (dialect->driver->render(dialect, model, &rendering, &why))
		return why.error == -ENOMEM ? ms_nomem(err) : 0;
	r = structure_of((struct look){ .dialect = dialect }, native, &there, err);
	if (!r)
		r = structure_of((struct look){ .dialect = dialect, .whole = true, .there = there },
				 rendering, &lacking, err);
	if (r || !json_object_size(lacking))
		return r;
	list = listed(lacking);
	return list && !json_object_set_new(model, "lacks", list) ? 0 : ms_nomem(err);
}

/* ---- what of it is to be mended
 * --------------------------------------------------------------------- */

static int structure_rendered(const struct fabric_dialect *dialect, const json_t *model,
			      json_t **ret_found, struct ms_err *err)
{
	json_auto_t *native = NULL;
	int r = dialect->driver->render(dialect, model, &native, err);

	return r ? r
		 : structure_of((struct look){ .dialect = dialect, .whole = true }, native,
				ret_found, err);
}

/* Of what is missed stays what the wanted part has no need of, and what is left of the switch still
 * has. */
static json_t *left_of(const json_t *lacks, const json_t *wanted, const json_t *target)
{
	json_t *left = json_array(), *statement;
	size_t i;

	json_array_foreach((json_t *)lacks, i, statement) {
		const char *text = json_string_value(statement);

		if (text && !json_object_get(wanted, text) && json_object_get(target, text) &&
		    json_array_append(left, statement)) {
			json_decref(left);
			return NULL;
		}
	}
	return left;
}

int fabric_lacks_settle(const json_t *sw, const json_t *wanted, json_t *model, struct ms_err *err)
{
	json_auto_t *lacks = json_incref(json_object_get(model, "lacks")), *needed = NULL,
		    *held = NULL, *left = NULL;
	struct fabric_dialect dialect;
	struct ms_err why = MS_ERR_INIT;
	int r;

	if (!lacks)
		return 0;
	json_object_del(model, "lacks");
	r = fabric_dialect_init(&dialect, sw, NULL, &why);
	if (!r && dialect.driver->structure)
		r = structure_rendered(&dialect, wanted, &needed, &why);
	if (!r && needed)
		r = structure_rendered(&dialect, model, &held, &why);
	if (r)
		return r == -ENOMEM				? ms_nomem(err)
		       : json_object_set(model, "lacks", lacks) ? ms_nomem(err)
								: 0;
	left = left_of(lacks, needed, held);
	if (!left || (json_array_size(left) && json_object_set(model, "lacks", left)))
		return ms_nomem(err);
	return 0;
}

/* ---- a rendering without it
 * ------------------------------------------------------------------------- */

struct sieve {
	char text[MAX_STATEMENT];
	const json_t *drop;              /* {STATEMENT: true} */
	struct ms_buf out;
};

static size_t go_down(struct sieve *s, const char *between, const char *text)
{
	size_t len = strlen(s->text);

	snprintf(s->text + len, sizeof(s->text) - len, "%s%s", len ? between : "", text);
	return len;
}

static void sift_lines(struct sieve *s, const struct fabric_lines *block, unsigned depth)
{
	for (size_t i = 0; i < fabric_lines_count(block); i++) {
		const struct fabric_lines *line = fabric_lines_at(block, i);
		size_t len = go_down(s, " / ", fabric_lines_text(line));

		if (!json_object_get(s->drop, s->text)) {
			ms_buf_printf(&s->out, "%*s%s\n", (int)depth, "", fabric_lines_text(line));
			sift_lines(s, line, depth + 1);
		}
		s->text[len] = 0;
	}
}

static json_t *sift_text(struct sieve *s, const char *text)
{
	struct ms_err why = MS_ERR_INIT;
	struct fabric_lines *lines = NULL;
	json_t *sifted;

	if (fabric_lines_parse(text, &lines, &why))
		return NULL;
	sift_lines(s, lines, 0);
	sifted = s->out.failed ? NULL : json_string(s->out.data ? s->out.data : "");
	ms_buf_release(&s->out);
	fabric_lines_free(lines);
	return sifted;
}

static json_t *sift_tree(struct sieve *s, const json_t *tree, unsigned depth)
{
	json_t *copy = json_object(), *value;
	const char *key;
	int bad = 0;

	json_object_foreach((json_t *)tree, key, value) {
		size_t len = go_down(s, ".", key);
		char buf[32];

		if (json_is_object(value) && json_object_size(value) && depth < MAX_DEPTH) {
			bad |= json_object_set_new(copy, key, sift_tree(s, value, depth + 1));
		} else if (json_is_string(value) && strchr(json_string_value(value), '\n')) {
			bad |= json_object_set_new(copy, key,
						   sift_text(s, json_string_value(value)));
		} else {
			go_down(s, "=", scalar(value, buf));
			if (!json_object_get(s->drop, s->text))
				bad |= json_object_set(copy, key, value);
		}
		s->text[len] = 0;
	}
	if (!bad)
		return copy;
	json_decref(copy);
	return NULL;
}

int fabric_without(const json_t *native, const json_t *lacks, json_t **ret_native,
		   struct ms_err *err)
{
	json_auto_t *drop = json_object();
	struct sieve sieve = { .drop = drop };
	json_t *statement, *left;
	size_t i;

	json_array_foreach((json_t *)lacks, i, statement)
		if (json_is_string(statement) &&
		    json_object_set_new(drop, json_string_value(statement), json_true()))
			return ms_nomem(err);
	left = json_is_string(native) ? sift_text(&sieve, json_string_value(native))
				      : sift_tree(&sieve, native, 0);
	if (!left)
		return ms_nomem(err);
	*ret_native = left;
	return 0;
}
