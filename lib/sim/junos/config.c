/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configuration of the simulated Junos switch: lines, and what set and delete do to them. */
#include "sim/junos/junos.h"

bool junos_line_cut(struct junos_line *line, const char *text, size_t len)
{
	bool quoted = false;
	char *c;

	line->n = 0;
	if (len >= sizeof(line->text))
		return false;
	memcpy(line->text, text, len);
	line->text[len] = 0;
	for (c = line->text; *c;) {
		c += strspn(c, " \t\r");
		if (!*c)
			break;
		if (line->n == JUNOS_WORDS)
			return false;
		line->word[line->n++] = c;
		for (; *c && (quoted || !strchr(" \t\r", *c)); c++) {
			if (*c == '\\' && c[1])
				c++;
			else if (*c == '"')
				quoted = !quoted;
		}
		if (*c)
			*c++ = 0;
	}
	return line->n && !quoted;
}

/* Words joined by single blanks. */
static void join(const struct junos_line *line, size_t n, char *buf, size_t size)
{
	size_t at = 0;

	*buf = 0;
	for (size_t i = 0; i < n && at < size; i++)
		at += (size_t)snprintf(buf + at, size - at, "%s%s", i ? " " : "", line->word[i]);
}

static bool below(const char *line, const char *path)
{
	size_t len = strlen(path);

	return !strncmp(line, path, len) && (line[len] == ' ' || !line[len]);
}

static int complain(struct junos_complaint *complaint, const struct junos_line *line, size_t bad)
{
	*complaint = (struct junos_complaint){ .message = "syntax error" };
	snprintf(complaint->element, sizeof(complaint->element), "%s",
		 line->word[bad < line->n ? bad : line->n - 1]);
	join(line, bad, complaint->path, sizeof(complaint->path));
	return -EINVAL;
}

/* A value takes the place of another one; active that of passive. */
static void replace(const struct sim_switch *sw, json_t *lines, const struct junos_line *line,
		    int row)
{
	char path[1024];
	const char *other;
	json_t *value;
	void *next;

	join(line, line->n - 1, path, sizeof(path));
	json_object_foreach_safe(lines, next, other, value) {
		struct junos_line cut;
		size_t bad;

		if (!below(other, path) || !junos_line_cut(&cut, other, strlen(other)) ||
		    cut.n != line->n)
			continue;
		if (junos_statement(sw, &cut, &bad) == row)
			json_object_del(lines, other);
	}
}

/* An object that has something in it now is no line of its own any more. */
static bool swallow(json_t *lines, const char *text)
{
	const char *other;
	json_t *value;
	void *next;

	json_object_foreach_safe(lines, next, other, value) {
		if (strcmp(other, text) && below(other, text))
			return true;
		if (strcmp(other, text) && below(text, other))
			json_object_del(lines, other);
	}
	return false;
}

int junos_set(const struct sim_switch *sw, json_t *lines, const char *text, size_t len,
	      struct junos_complaint *complaint)
{
	struct junos_line line = { .n = 0 };
	char joined[1024];
	size_t bad = 0;
	int row = junos_line_cut(&line, text, len) ? junos_statement(sw, &line, &bad) : -1;

	if (row < 0 && !line.n) {
		*complaint = (struct junos_complaint){
			.message = "syntax error, expecting <statement>"
		};
		return -EINVAL;
	}
	if (row < 0)
		return complain(complaint, &line, bad);
	if (junos_statement_replaces(row))
		replace(sw, lines, &line, row);
	join(&line, line.n, joined, sizeof(joined));
	if (!swallow(lines, joined))
		json_object_set_new(lines, joined, json_true());
	return 0;
}

/* What was in a named object is gone, the object is not. */
static void leave_object(const struct sim_switch *sw, json_t *lines, const char *gone, size_t depth)
{
	struct junos_line line;
	char path[1024];
	size_t key = junos_line_cut(&line, gone, strlen(gone))
			     ? junos_statement_key(sw, &line, depth)
			     : 0;

	if (!key)
		return;
	join(&line, key, path, sizeof(path));
	if (!junos_has(lines, path))
		json_object_set_new(lines, path, json_true());
}

int junos_delete(const struct sim_switch *sw, json_t *lines, const char *text, size_t len,
		 struct junos_complaint *complaint)
{
	struct junos_line line;
	char path[1024], example[1024] = "";
	const char *other;
	json_t *value;
	void *next;

	if (!junos_line_cut(&line, text, len)) {
		*complaint = (struct junos_complaint){ .message = "syntax error" };
		return -EINVAL;
	}
	join(&line, line.n, path, sizeof(path));
	json_object_foreach_safe(lines, next, other, value) {
		if (!below(other, path))
			continue;
		snprintf(example, sizeof(example), "%s", other);
		json_object_del(lines, other);
	}
	if (!*example)
		return 1;
	leave_object(sw, lines, example, line.n);
	return 0;
}

char *junos_text(const json_t *lines)
{
	struct ms_buf out = { 0 };
	const char *line;
	json_t *value;

	ms_buf_puts(&out, "");
	json_object_foreach((json_t *)lines, line, value)
		ms_buf_printf(&out, "set %s\n", line);
	return ms_buf_steal(&out);
}

const char *junos_value(const json_t *lines, const char *path, char *buf)
{
	size_t len = strlen(path);
	const char *line;
	json_t *value;

	json_object_foreach((json_t *)lines, line, value) {
		if (strncmp(line, path, len) || line[len] != ' ')
			continue;
		snprintf(buf, 256, "%.*s", (int)strcspn(line + len + 1, " "), line + len + 1);
		return buf;
	}
	return NULL;
}

bool junos_has(const json_t *lines, const char *path)
{
	const char *line;
	json_t *value;

	json_object_foreach((json_t *)lines, line, value)
		if (below(line, path))
			return true;
	return false;
}

const json_t *junos_committed(const struct sim_switch *sw)
{
	return json_object_get(sw->state, "committed");
}
