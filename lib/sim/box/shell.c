/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * As much of sh(1) as is asked of such boxes over ssh: simple commands joined by ; && || | with
 * quotes, paths with *,
 * "> FILE", "2> /dev/null" and $?.  No variables, no loops: what needs them lies in a file.
 */
#include "sim/box/box.h"

#define DEPTH 4

enum end { END_LINE, END_THEN, END_AND, END_OR, END_PIPE, END_BAD };
struct command {
	char *word[BOX_WORDS + 1];
	size_t n;
	char *into;                  /* "> FILE" */
	bool mute;                   /* "2> /dev/null" */
	enum end end;
};

static void command_release(struct command *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->word[i]);
	free(c->into);
	memset(c, 0, sizeof(*c));
}

/* ---- words ---- */

static void add_status(const struct sim_box_shell *shell, struct ms_buf *word)
{
	ms_buf_printf(word, "%d", shell->status);
}

static const char *quoted(const struct sim_box_shell *shell, const char *at, struct ms_buf *word)
{
	for (char quote = *at++; *at && *at != quote; at++) {
		if (quote == '"' && *at == '\\' && at[1] && strchr("\"\\$`", at[1]))
			at++;
		else if (quote == '"' && *at == '$' && at[1] == '?') {
			add_status(shell, word);
			at++;
			continue;
		}
		ms_buf_add(word, at, 1);
	}
	return *at ? at + 1 : NULL;
}

/* One word; NULL when a quote is not closed. */
static const char *take_word(const struct sim_box_shell *shell, const char *at, struct ms_buf *word,
			     bool *ret_glob)
{
	*ret_glob = false;
	while (at && *at && !strchr(" \t\n;&|>", *at)) {
		if (*at == '"' || *at == '\'') {
			at = quoted(shell, at, word);
			continue;
		}
		if (*at == '$' && at[1] == '?') {
			add_status(shell, word);
			at += 2;
			continue;
		}
		if (*at == '\\' && at[1])
			at++;
		else if (*at == '*')
			*ret_glob = true;
		ms_buf_add(word, at++, 1);
	}
	return at;
}

static void push(struct command *c, const char *text)
{
	if (c->n < BOX_WORDS)
		c->word[c->n++] = strdup(text);
}

static void push_paths(const struct sim_box_shell *shell, struct command *c, const char *pattern)
{
	json_auto_t *paths = sim_box_glob(shell->sw, pattern);
	const json_t *path;
	size_t i;

	json_array_foreach(paths, i, path)
		push(c, json_string_value(path));
	if (!json_array_size(paths))
		push(c, pattern);
}

static const char *redirection(const struct sim_box_shell *shell, const char *at, struct command *c)
{
	MS_AUTO_BUF struct ms_buf word = { 0 };
	bool errors = *at == '2', glob;

	at += 1 + errors;
	at += strspn(at, " ");
	at = take_word(shell, at, &word, &glob);
	if (!at || !word.len)
		return NULL;
	if (errors) {
		c->mute = true;
		return at;
	}
	free(c->into);
	c->into = ms_buf_steal(&word);
	return at;
}

static const char *ending(const char *at, enum end *ret_end)
{
	*ret_end = *at == ';' || *at == '\n' ? END_THEN : at[0] == '&' && at[1] == '&' ? END_AND
						   : at[0] == '|' && at[1] == '|'   ? END_OR
						   : *at == '|'			    ? END_PIPE
						   : *at			    ? END_BAD
										    : END_LINE;
	return at + (*ret_end == END_LINE			       ? 0
		     : *ret_end == END_THEN || *ret_end == END_PIPE ? 1
								       : 2);
}

/* NULL when it is not understood. */
static const char *take_command(const struct sim_box_shell *shell, const char *at,
				struct command *c)
{
	bool glob;

	for (;;) {
		MS_AUTO_BUF struct ms_buf word = { 0 };

		at += strspn(at, " \t");
		if (!*at || strchr(";&|\n", *at)) {
			at = ending(at, &c->end);
			return c->end == END_BAD ? NULL : at;
		}
		if (*at == '>' || ms_starts(at, "2>")) {
			at = redirection(shell, at, c);
			if (!at)
				return NULL;
			continue;
		}
		at = take_word(shell, at, &word, &glob);
		if (!at)
			return NULL;
		if (glob)
			push_paths(shell, c, word.data);
		else
			push(c, word.data ? word.data : "");
	}
}

/* ---- running ---- */

void sim_box_path(const struct sim_box_shell *shell, const char *name, char *buf, size_t size)
{
	if (*name == '/')
		snprintf(buf, size, "%s", name);
	else
		snprintf(buf, size, "%s/%s", shell->folder, name);
}

static void script(struct sim_box_shell *shell, const struct command *c)
{
	MS_AUTO_FREE char *text = sim_box_read(shell->sw, c->word[1]);
	char id[80], end[8] = "";

	if (!text || !ms_starts(text, "#!/bin/sh")) {
		ms_buf_printf(shell->errors, "sh: 0: cannot open %s: No such file\n", c->word[1]);
		shell->status = 2;
	} else if (sscanf(c->word[1], BOX_CHANGES "%79[^/]/%7s", id, end) != 2 ||
		   strcmp(end, "change")) {
		ms_buf_printf(shell->errors, "sh: %s: this simulator does not know it\n",
			      c->word[1]);
		shell->status = 126;
	} else {
		sim_box_change(shell, id, c->n > 2 ? c->word[2] : "", c->n > 3 ? c->word[3] : "");
	}
}

static bool own_command(struct sim_box_shell *shell, const char *const *word, size_t n)
{
	const struct sim_box_kind *kind = sim_box_kind_of(shell->sw);

	return kind->command && kind->command(shell, word, n);
}

static void run(struct sim_box_shell *shell, struct command *c)
{
	const char *const *word = (const char *const *)c->word;
	size_t n = c->n;

	/* Whoever logs in may do all. */
	while (n && (!strcmp(*word, "sudo") || !strcmp(*word, "-n")))
		word++, n--;
	if (!n)
		return;
	shell->status = 0;
	if (!strcmp(word[0], "sh") && n > 2 && !strcmp(word[1], "-c"))
		sim_box_sh(shell, word[2]);
	else if (!strcmp(word[0], "sh") && n > 1 && word == (const char *const *)c->word)
		script(shell, c);
	else if (!sim_box_tool(shell, word, n) && !sim_box_show(shell, word, n) &&
		 !own_command(shell, word, n)) {
		ms_buf_printf(shell->errors, "sh: 1: %.200s: not found\n", word[0]);
		shell->status = 127;
	}
}

/* Into a file, or into the next command. */
static void run_into(struct sim_box_shell *shell, struct command *c, struct ms_buf *pipe)
{
	MS_AUTO_BUF struct ms_buf out = { 0 }, errors = { 0 };
	struct ms_buf *old_out = shell->out, *old_errors = shell->errors;
	char path[600];

	if (c->into)
		shell->out = &out;
	else if (c->end == END_PIPE)
		shell->out = pipe;
	if (c->mute)
		shell->errors = &errors;
	run(shell, c);
	shell->out = old_out;
	shell->errors = old_errors;
	if (!c->into || !strcmp(c->into, "/dev/null"))
		return;
	sim_box_path(shell, c->into, path, sizeof(path));
	sim_box_write(shell->sw, path, out.data ? out.data : "");
}

static void run_piped(struct sim_box_shell *shell, struct command *c, struct ms_buf *pipe,
		      bool piped)
{
	struct ms_buf from = *pipe;
	const char *in = shell->in;
	size_t len = shell->in_len;

	*pipe = (struct ms_buf){ 0 };
	if (piped) {
		shell->in = from.data ? from.data : "";
		shell->in_len = from.len;
	}
	run_into(shell, c, pipe);
	if (piped) {
		shell->in = in;
		shell->in_len = len;
	}
	ms_buf_release(&from);
}

void sim_box_sh(struct sim_box_shell *shell, const char *line)
{
	MS_AUTO_BUF struct ms_buf pipe = { 0 };
	enum end last = END_THEN;

	if (shell->depth == DEPTH || !*line)
		return;
	shell->depth++;
	while (line && *line) {
		struct command c = { .n = 0 };

		line = take_command(shell, line, &c);
		if (!line) {
			ms_buf_puts(shell->errors, "sh: 1: Syntax error\n");
			shell->status = 2;
		} else if ((last != END_AND || !shell->status) &&
			   (last != END_OR || shell->status)) {
			run_piped(shell, &c, &pipe, last == END_PIPE);
		}
		last = c.end;
		command_release(&c);
	}
	shell->depth--;
}
