/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * OS10: the way back.  A copied file adds to what runs and replaces nothing ("Copy file to running
 * configuration"), so that no checkpoint brings back what was: lines that take away are needed.
 * Pure.
 */
#include "fabric/lines.h"
#include "fabric/os10/os10.h"

static const struct fabric_lines *same(const struct fabric_lines *block, const char *text)
{
	return block ? fabric_lines_same(block, text) : NULL;
}

/* Lines of a block of the switch that this driver would not have written: what the model has no
 * word for, and what OS10 says of a default. */
static size_t put_foreign(struct ms_buf *out, const struct fabric_lines *running,
			  const struct fabric_lines *known, unsigned depth)
{
	size_t n = 0;

	for (size_t i = 0; i < fabric_lines_count(running); i++) {
		const struct fabric_lines *line = fabric_lines_at(running, i),
					  *twin = same(known, fabric_lines_text(line));
		MS_AUTO_BUF struct ms_buf inner = { 0 };
		size_t kids = put_foreign(&inner, line, twin, depth + 1);

		if (twin && !kids)
			continue;
		ms_buf_printf(out, "%*s%s\n%s", (int)depth, "", fabric_lines_text(line),
			      inner.data ? inner.data : "");
		if (kids)
			ms_buf_printf(out, "%*sexit\n", (int)depth + 1, "");
		n++;
	}
	return n;
}

/* What else was in the blocks that the change touches: it may go with them, and saying it again
 * does nothing. */
static void put_rest(const struct fabric_lines *delta, const struct fabric_lines *running,
		     const struct fabric_lines *known, struct ms_buf *out)
{
	for (size_t i = 0; i < fabric_lines_count(delta); i++) {
		const char *text = fabric_lines_text(fabric_lines_at(delta, i));
		const struct fabric_lines *block;
		MS_AUTO_BUF struct ms_buf lines = { 0 };

		text += ms_starts(text, "no ") ? 3 : 0;
		block = same(running, text);
		if (block && put_foreign(&lines, block, same(known, text), 1))
			ms_buf_printf(out, "%s\n%s exit\n", text, lines.data);
	}
}

static int read_and_put_rest(const char *delta, const char *running, const char *known,
			struct ms_buf *out, struct ms_err *err)
{
	struct fabric_lines *changed = NULL, *there = NULL, *ours = NULL;
	int r = fabric_lines_parse(delta, &changed, err);

	if (!r)
		r = fabric_lines_parse(running, &there, err);
	if (!r)
		r = fabric_lines_parse(known, &ours, err);
	if (!r)
		put_rest(changed, there, ours, out);
	fabric_lines_free(changed);
	fabric_lines_free(there);
	fabric_lines_free(ours);
	return r;
}

static const char *text_of(const json_t *value)
{
	return json_string_value(value) ? json_string_value(value) : "";
}

/* What runs, as this driver would have written it. */
static int rendering_of(const struct fabric_dialect *dialect, const char *running,
			json_t **ret_native, struct ms_err *err)
{
	json_auto_t *native = json_string(running), *model = NULL, *whole = NULL;
	int r = native ? os10_parse(dialect, native, &model, NULL, err) : ms_nomem(err);

	if (!r)
		r = fabric_lacks(dialect, native, model, err);
	if (!r)
		r = os10_render(dialect, model, &whole, err);
	return r ? r : fabric_without(whole, json_object_get(model, "lacks"), ret_native, err);
}

int os10_way_back(const struct fabric_dialect *dialect, const char *running, const char *delta,
		  const json_t *target, char **ret_text, struct ms_err *err)
{
	json_auto_t *known = NULL, *back = NULL;
	MS_AUTO_BUF struct ms_buf out = { 0 };
	int r = rendering_of(dialect, running, &known, err);

	if (!r)
		r = os10_delta(dialect, target, known, &back, err);
	if (!r)
		r = ms_buf_puts(&out, text_of(back))
			    ? ms_nomem(err)
			    : read_and_put_rest(delta, running, text_of(known), &out, err);
	if (r)
		return r;
	*ret_text = ms_buf_steal(&out);
	return *ret_text ? 0 : ms_nomem(err);
}
