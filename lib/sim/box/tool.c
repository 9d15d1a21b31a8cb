/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The small tools of a box: files, and text. */
#include <regex.h>
#include "sim/box/box.h"

static void no_such(struct sim_box_shell *shell, const char *tool, const char *name)
{
	ms_buf_printf(shell->errors, "%s: %s: No such file or directory\n", tool, name);
	shell->status = 1;
}

static void cat(struct sim_box_shell *shell, const char *const *word, size_t n)
{
	char path[600];

	if (n == 1) {
		ms_buf_add(shell->out, shell->in, shell->in_len);
		shell->in += shell->in_len;
		shell->in_len = 0;
	}
	for (size_t i = 1; i < n; i++) {
		MS_AUTO_FREE char *text = NULL;

		sim_box_path(shell, word[i], path, sizeof(path));
		text = sim_box_read(shell->sw, path);
		if (text)
			ms_buf_puts(shell->out, text);
		else
			no_such(shell, "cat", word[i]);
	}
}

/* head -c N */
static void head(struct sim_box_shell *shell, const char *const *word, size_t n)
{
	size_t count = n > 2 && !strcmp(word[1], "-c") ? strtoul(word[2], NULL, 10) : 0;

	if (count > shell->in_len)
		count = shell->in_len;
	ms_buf_add(shell->out, shell->in, count);
	shell->in += count;
	shell->in_len -= count;
}

static void make_folder(struct sim_box_shell *shell, const char *const *word, size_t n)
{
	char path[600];

	for (size_t i = 1; i < n; i++) {
		if (!strcmp(word[i], "-m"))
			i++;
		else if (*word[i] != '-') {
			sim_box_path(shell, word[i], path, sizeof(path));
			sim_box_mkdir(shell->sw, path);
		}
	}
}

static void change_folder(struct sim_box_shell *shell, const char *const *word, size_t n)
{
	char path[600];

	sim_box_path(shell, n > 1 ? word[1] : "/root", path, sizeof(path));
	if (!sim_box_is_folder(shell->sw, path)) {
		ms_buf_printf(shell->errors, "sh: 1: cd: can't cd to %s\n", path);
		shell->status = 2;
		return;
	}
	snprintf(shell->folder, sizeof(shell->folder), "%.255s", path);
}

/* test [!] -e|-f|-d|-s PATH */
static void test(struct sim_box_shell *shell, const char *const *word, size_t n)
{
	bool negated = n > 1 && !strcmp(word[1], "!");
	char path[600];

	word += negated;
	n -= negated;
	if (n != 3 || word[1][0] != '-') {
		ms_buf_puts(shell->errors, "sh: 1: test: unexpected operator\n");
		shell->status = 2;
		return;
	}
	sim_box_path(shell, word[2], path, sizeof(path));
	shell->status = (word[1][1] == 'd' ? sim_box_is_folder(shell->sw, path)
					   : sim_box_exists(shell->sw, path)) == negated;
}

/* printf "...%d..." ARGUMENT: escapes \n, and %d or %s for arguments in turn. */
static void print(struct sim_box_shell *shell, const char *const *word, size_t n)
{
	size_t next = 2;

	for (const char *at = n > 1 ? word[1] : ""; *at; at++) {
		if (*at == '\\' && at[1] == 'n') {
			ms_buf_puts(shell->out, "\n");
			at++;
		} else if (*at == '%' && (at[1] == 'd' || at[1] == 's')) {
			ms_buf_puts(shell->out, next < n ? word[next] : "");
			next++;
			at++;
		} else {
			ms_buf_add(shell->out, at, 1);
		}
	}
}

static void echo(struct sim_box_shell *shell, const char *const *word, size_t n)
{
	for (size_t i = 1; i < n; i++)
		ms_buf_printf(shell->out, "%s%s", i > 1 ? " " : "", word[i]);
	ms_buf_puts(shell->out, "\n");
}

static bool grep_lines(struct sim_box_shell *shell, const regex_t *re, const char *name, char *text)
{
	bool found = false;
	char *line;

	while ((line = strsep(&text, "\n"))) {
		if ((!text && !*line) || regexec(re, line, 0, NULL, 0))
			continue;
		if (name)
			ms_buf_printf(shell->out, "%s:%s\n", name, line);
		else
			ms_buf_printf(shell->out, "%s\n", line);
		found = true;
	}
	return found;
}

/* grep [-H] [-s] PATTERN FILE... */
static void grep(struct sim_box_shell *shell, const char *const *word, size_t n)
{
	bool silent = false, named = false, found = false;
	regex_t re;
	size_t i = 1;

	for (; i < n && *word[i] == '-'; i++) {
		silent |= strchr(word[i], 's') != NULL;
		named |= strchr(word[i], 'H') != NULL;
	}
	shell->status = 2;
	if (i == n || regcomp(&re, word[i++], REG_NOSUB))
		return;
	for (named |= n - i > 1; i < n; i++) {
		MS_AUTO_FREE char *text = sim_box_read(shell->sw, word[i]);

		if (text)
			found |= grep_lines(shell, &re, named ? word[i] : NULL, text);
		else if (!silent)
			no_such(shell, "grep", word[i]);
	}
	regfree(&re);
	shell->status = found ? 0 : 1;
}

static void rm(struct sim_box_shell *shell, const char *const *word, size_t n)
{
	char path[600];

	for (size_t i = 1; i < n; i++) {
		sim_box_path(shell, word[i], path, sizeof(path));
		if (*word[i] != '-')
			sim_box_remove(shell->sw, path);
	}
}

/* ls FOLDER */
static void list(struct sim_box_shell *shell, const char *const *word, size_t n)
{
	json_auto_t *names = NULL;
	const json_t *name;
	char path[600];
	size_t i;

	sim_box_path(shell, n > 1 ? word[n - 1] : ".", path, sizeof(path));
	names = sim_box_list(shell->sw, path);
	json_array_foreach(names, i, name)
		ms_buf_printf(shell->out, "%s\n", json_string_value(name));
	if (!json_array_size(names)) {
		ms_buf_printf(shell->errors, "ls: cannot access '%s': No such file or directory\n",
			      word[n - 1]);
		shell->status = 2;
	}
}

static void succeed(struct sim_box_shell *shell, const char *const *word, size_t n)
{
	(void)n;
	shell->status = !strcmp(word[0], "false");
}

bool sim_box_tool(struct sim_box_shell *shell, const char *const *word, size_t n)
{
	static const struct {
		const char *name;
		void (*fn)(struct sim_box_shell *, const char *const *, size_t);
	} tools[] = {
		{ "cat", cat },	      { "cd", change_folder },	{ "echo", echo },
		{ "false", succeed }, { "grep", grep },		{ "head", head },
		{ "ls", list },	      { "mkdir", make_folder }, { "printf", print },
		{ "rm", rm },	      { "test", test },		{ "true", succeed },
	};

	for (size_t i = 0; i < MS_ARRAY_SIZE(tools); i++)
		if (!strcmp(tools[i].name, word[0])) {
			tools[i].fn(shell, word, n);
			return true;
		}
	return false;
}
