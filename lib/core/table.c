/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables: one for each kind, in the order in which kinds came, columns aligned over all of its
 * rows.
 */
#include "core/table.h"
#include <errno.h>
#include "core/text.h"

#define GAP 2
#define RED "\033[31m"
#define PLAIN "\033[0m"

const struct ms_col ms_cols_step[] = {
	{ "Step", "STEP", "/metadata/name", "id of the Step" },
	{ "Step", "TARGET", "/spec/target", "kind and name of what it changes" },
	{ "Step", "ACTION", "/spec/action", "what it does" },
	{ "Step", "RISK", "/spec/risk", "none, link, reboot or data" },
	{ "Step", "STATE", "/status/state", "planned, running, done, failed or skipped" },
	{ "Step", "SUMMARY", "/status/reason|/spec/summary", "in words; why it is in its state" },
	MS_COL_END
};
const struct ms_col ms_cols_finding[] = {
	{ "Finding", "RULE", "/spec/rule", "id of the rule" },
	{ "Finding", "SEVERITY", "/spec/severity", "error, warning or info" },
	{ "Finding", "OBJECTS", "/spec/objects", "what it is about" },
	{ "Finding", "MESSAGE", "/spec/message", "what is wrong" },
	{ "Finding", "HINT", "/spec/hint", "what to type" },
	MS_COL_END
};
/* For kinds that a command shows and has no columns for. */
static const struct ms_col cols_any[] = {
	{ NULL, "KIND", "/kind", "" },
	{ NULL, "NAME", "/metadata/name", "" },
	{ NULL, "ERROR", "/status/error/message", "" },
	MS_COL_END
};

#define COLS_MAX 32

struct rows {
	char *kind;
	const struct ms_col *cols[COLS_MAX];
	size_t widths[COLS_MAX], n;
	struct ms_buf text;
	struct rows *next;
};

struct ms_table {
	struct ms_writer_opts opts;
	struct rows *first;
};

bool ms_kind_shown(const struct ms_writer_opts *opts, const char *kind)
{
	if (!opts->shows)
		return true;
	for (size_t i = 0; opts->shows[i]; i++)
		if (!strcmp(opts->shows[i], kind))
			return true;
	return false;
}

static size_t pick(const struct ms_col *from, const char *kind, const struct ms_col **cols)
{
	size_t n = 0;

	for (; from && from->title && n < COLS_MAX; from++)
		if (!from->kind || !strcmp(from->kind, kind))
			cols[n++] = from;
	return n;
}

static size_t cols_of(const struct ms_writer_opts *opts, const char *kind,
		      const struct ms_col **cols)
{
	const struct ms_col *const sources[] = { opts->cols, ms_cols_step, ms_cols_finding,
						 cols_any };
	size_t n = 0;

	for (size_t i = 0; i < MS_ARRAY_SIZE(sources) && !n; i++)
		n = pick(sources[i], kind, cols);
	return n;
}

static bool has_failed(const json_t *res)
{
	return ms_at(res, "/status/error") ||
	       ms_streq(ms_str(res, "/status/state", ""), "failed") ||
	       ms_streq(ms_str(res, "/spec/severity", ""), "error");
}

int ms_table_row(const struct ms_writer_opts *opts, const json_t *res, struct ms_buf *into)
{
	const struct ms_col *cols[COLS_MAX];
	const char *kind = ms_kind(res);
	size_t n;
	int error;

	if (!ms_kind_shown(opts, kind))
		return 0;
	n = cols_of(opts, kind, cols);
	error = ms_cell_write(into, res, "/kind");
	if (error)
		return error;
	ms_buf_printf(into, "%c%c%c", MS_ROW_SEP, has_failed(res) ? '!' : ' ', MS_ROW_SEP);
	for (size_t i = 0; i < n; i++) {
		error = ms_cell_write(into, res, cols[i]->path);
		if (error)
			return error;
		ms_buf_add(into, (char[]){ MS_ROW_SEP }, 1);
	}
	return ms_buf_add(into, "\n", 1);
}

struct ms_table *ms_table_new(const struct ms_writer_opts *opts)
{
	struct ms_table *table = calloc(1, sizeof(*table));

	if (table)
		table->opts = *opts;
	return table;
}

void ms_table_free(struct ms_table *table)
{
	struct rows *rows = table ? table->first : NULL;

	while (rows) {
		struct rows *next = rows->next;

		ms_buf_release(&rows->text);
		free(rows->kind);
		free(rows);
		rows = next;
	}
	free(table);
}

static struct rows *rows_of(struct ms_table *table, const char *kind, size_t len)
{
	struct rows **at = &table->first, *rows;

	for (; *at; at = &(*at)->next)
		if (strlen((*at)->kind) == len && !memcmp((*at)->kind, kind, len))
			return *at;
	rows = calloc(1, sizeof(*rows));
	if (rows)
		rows->kind = strndup(kind, len);
	if (!rows || !rows->kind) {
		free(rows);
		return NULL;
	}
	rows->n = cols_of(&table->opts, rows->kind, rows->cols);
	for (size_t i = 0; i < rows->n; i++)
		rows->widths[i] = ms_text_width(rows->cols[i]->title);
	return *at = rows;
}

/* The cell at *at as a string of its own: the separator behind it becomes its end. */
static char *next_cell(char **at)
{
	char *cell = *at, *end = strchr(cell, MS_ROW_SEP);

	if (!end)
		return NULL;
	*end = '\0';
	*at = end + 1;
	return cell;
}

static void widen(struct rows *rows, char *cells)
{
	char *cell;

	for (size_t i = 0; i < rows->n && (cell = next_cell(&cells)); i++) {
		size_t width = ms_text_width(cell);

		if (width > rows->widths[i])
			rows->widths[i] = width;
	}
}

static int add_row(struct ms_table *table, const char *row, size_t len)
{
	const char *flag = memchr(row, MS_ROW_SEP, len);
	MS_AUTO_FREE char *copy = NULL;
	struct rows *rows;

	if (!flag || len - (size_t)(flag - row) < 4)
		return 0;
	rows = rows_of(table, row, (size_t)(flag - row));
	len -= (size_t)(flag + 1 - row);
	copy = rows ? strndup(flag + 3, len - 2) : NULL;
	if (!copy)
		return -ENOMEM;
	widen(rows, copy);
	return ms_buf_add(&rows->text, flag + 1, len);
}

int ms_table_add(struct ms_table *table, const char *rows, size_t len)
{
	int error = 0;

	while (len && !error) {
		const char *newline = memchr(rows, '\n', len);
		size_t row = newline ? (size_t)(newline - rows) + 1 : len;

		error = add_row(table, rows, row);
		rows += row;
		len -= row;
	}
	return error;
}

/* Write a cell in at most `room` columns (0 = any number), an ellipsis where it had to be cut. */
static void put_cut(FILE *file, const char *cell, size_t room)
{
	size_t len = strlen(cell), width = 0, i = 0;

	if (!room || ms_text_width(cell) <= room) {
		fputs(cell, file);
		return;
	}
	while (i < len) {
		uint32_t code = '?';
		size_t n = ms_utf8_decode(cell + i, len - i, &code);

		width += ms_char_width(code);
		if (width > room - 1)
			break;
		i += n ? n : 1;
	}
	fwrite(cell, 1, i, file);
	fputs("…", file);
}

/*
 * The last column gets what is left of the terminal, but never less than its title; it is not
 * padded.
 */
static size_t last_room(const struct ms_table *table, const struct rows *rows)
{
	size_t used = 0, least = rows->n ? ms_text_width(rows->cols[rows->n - 1]->title) : 0;

	for (size_t i = 0; i + 1 < rows->n; i++)
		used += rows->widths[i] + GAP;
	if (!table->opts.width)
		return 0;
	return table->opts.width > used + least ? table->opts.width - used : least;
}

static void put_cell(const struct ms_table *table, const struct rows *rows, size_t i,
		     const char *cell, FILE *file)
{
	if (i + 1 == rows->n) {
		put_cut(file, cell, last_room(table, rows));
		return;
	}
	fputs(cell, file);
	for (size_t pad = rows->widths[i] + GAP - ms_text_width(cell); pad; pad--)
		fputc(' ', file);
}

static void put_row(const struct ms_table *table, const struct rows *rows, char *row, FILE *file)
{
	bool red = table->opts.color && *row == '!';
	char *cells = row + 2, *cell;

	if (red)
		fputs(RED, file);
	for (size_t i = 0; i < rows->n && (cell = next_cell(&cells)); i++)
		put_cell(table, rows, i, cell, file);
	fputs(red ? PLAIN "\n" : "\n", file);
}

int ms_table_print(const struct ms_table *table, FILE *file)
{
	for (const struct rows *rows = table->first; rows; rows = rows->next) {
		/* A kind may be left without rows when its first one found no room. */
		MS_AUTO_FREE char *text = strdup(rows->text.data ? rows->text.data : "");
		char *save = NULL;

		if (!text)
			return -ENOMEM;
		if (rows != table->first)
			fputc('\n', file);
		for (size_t i = 0; i < rows->n; i++)
			put_cell(table, rows, i, rows->cols[i]->title, file);
		fputc('\n', file);
		for (char *row = strtok_r(text, "\n", &save); row;
		     row = strtok_r(NULL, "\n", &save))
			put_row(table, rows, row, file);
	}
	return 0;
}
