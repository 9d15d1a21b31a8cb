/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A configuration as it is shown, and what two of them differ in. */
#include <ctype.h>
#include <errno.h>
#include "sim/cli/cli.h"

const char *sim_cli_line(const json_t *kids, const char *text)
{
	size_t len = strlen(text);
	const char *key, *best = NULL;
	json_t *node;

	json_object_foreach((json_t *)kids, key, node) {
		const char *line = json_string_value(json_object_get(node, "t"));

		if (line && !strncmp(line, text, len) && (!line[len] || line[len] == ' ') &&
		    (!best || strcmp(line, best) < 0))
			best = line;
	}
	return best;
}

json_t *sim_cli_block(const json_t *config, const char *header)
{
	return json_object_get(json_object_get(config, header), "k");
}

void sim_cli_forget(json_t *kids, const char *text)
{
	const char *key;
	json_t *node;
	void *next;

	json_object_foreach_safe(kids, next, key, node)
		if (ms_starts(ms_str(node, "/t", ""), text))
			json_object_del(kids, key);
}

/* ---- order: by row, then as people count ---- */

struct shown { const char *text; json_int_t row; const json_t *kids; };

static int natural(const char *a, const char *b)
{
	while (*a && *b) {
		if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
			char *ea, *eb;
			unsigned long x = strtoul(a, &ea, 10), y = strtoul(b, &eb, 10);

			if (x != y)
				return x < y ? -1 : 1;
			a = ea;
			b = eb;
			continue;
		}
		if (*a != *b)
			return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
		a++;
		b++;
	}
	return (*a != 0) - (*b != 0);
}

static int by_row(const void *a, const void *b)
{
	const struct shown *x = a, *y = b;

	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	return natural(x->text, y->text);
}

static void show(const struct sim_cli_grammar *grammar, const json_t *kids, unsigned depth,
		 struct ms_buf *out)
{
	struct shown *all = calloc(json_object_size(kids) + 1, sizeof(*all));
	size_t n = 0;
	const char *key;
	json_t *node;

	if (!all) {
		out->failed = -ENOMEM;
		return;
	}
	json_object_foreach((json_t *)kids, key, node)
		all[n++] = (struct shown){ ms_str(node, "/t", ""), ms_int(node, "/r", 0),
					   json_object_get(node, "k") };
	qsort(all, n, sizeof(*all), by_row);
	for (size_t i = 0; i < n; i++) {
		const struct sim_cli_row *row = &grammar->rows[all[i].row];

		ms_buf_printf(out, "%*s%s\n", (int)(depth * grammar->indent), "", all[i].text);
		show(grammar, all[i].kids, depth + 1, out);
		if (row->opens && !depth)
			ms_buf_printf(out, "%s\n", grammar->between);
	}
	free(all);
}

void sim_cli_show(const struct sim_cli_grammar *grammar, const json_t *config, struct ms_buf *out)
{
	show(grammar, config, 0, out);
}

/* ---- differences: each side's lines with the headers above them, as sets ---- */

static int index_lines(const char *text, json_t *set)
{
	char header[512] = "", path[1200];

	while (*text) {
		size_t len = strcspn(text, "\n");

		if (*text != ' ')
			snprintf(header, sizeof(header), "%.*s", (int)len, text);
		snprintf(path, sizeof(path), "%s\n%.*s", header, (int)len, text);
		if (len && *text != '!' && json_object_set_new(set, path, json_true()))
			return -ENOMEM;
		text += len + (text[len] == '\n');
	}
	return 0;
}

static void put_missing(const json_t *from, const json_t *in, char mark, struct ms_buf *out)
{
	const char *path;
	json_t *value;

	json_object_foreach((json_t *)from, path, value) {
		const char *line = strchr(path, '\n') + 1;

		if (json_object_get(in, path))
			continue;
		if (*line == ' ')
			ms_buf_printf(out, " %.*s\n", (int)(line - 1 - path), path);
		ms_buf_printf(out, "%c%s\n", mark, line);
	}
}

void sim_cli_diff(const char *from, const char *to, struct ms_buf *out)
{
	json_auto_t *old = json_object(), *new = json_object();

	if (!old || !new || index_lines(from, old) || index_lines(to, new)) {
		out->failed = -ENOMEM;
		return;
	}
	put_missing(old, new, '-', out);
	put_missing(new, old, '+', out);
}
