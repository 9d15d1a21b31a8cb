/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The shell of a simulated Linux: lists with ; && ||, quotes, > file, and the few programs that are
 * asked for. */
#include "sim/frr.h"

#define WORDS 24
#define WORD 256

struct command {
	char word[WORDS][WORD];
	size_t n;
	char to[WORD];               /* > file, "" = none */
	char next;                   /* what stands behind: ';' '&' (&&) '|' (||), 0 = the end */
};

const char *sim_frr_file(const struct sim_switch *sw, const char *path)
{
	return json_string_value(json_object_get(json_object_get(sw->state, "files"), path));
}

void sim_frr_write(struct sim_switch *sw, const char *path, const char *text)
{
	json_object_set_new(json_object_get(sw->state, "files"), path, json_string(text));
	sim_touch(&sw->dev);
}

void sim_frr_remove(struct sim_switch *sw, const char *path)
{
	json_t *files = json_object_get(sw->state, "files"), *value;
	size_t n = strlen(path);
	const char *name;
	void *next;

	json_object_foreach_safe(files, next, name, value)
		if (!strncmp(name, path, n) && (!name[n] || name[n] == '/'))
			json_object_del(files, name);
	sim_touch(&sw->dev);
}

/* ---- words ---- */

static const char *read_word(const char *text, char word[WORD])
{
	char quote = 0;
	size_t n = 0;

	for (; *text && (quote || !strchr(" \t;&|>", *text)); text++) {
		char c = *text;

		if (c == quote) {
			quote = 0;
			continue;
		}
		if (!quote && (c == '"' || c == '\'')) {
			quote = c;
			continue;
		}
		if (c == '\\' && quote == '"' && text[1] && strchr("\"\\$", text[1]))
			c = *++text;
		if (n + 1 < WORD)
			word[n++] = c;
	}
	word[n] = 0;
	return text;
}

/* One command of a list; returns what is left. */
static const char *read_command(const char *text, struct command *command)
{
	char word[WORD];

	*command = (struct command){ 0 };
	for (;;) {
		text += strspn(text, " \t\n");
		if (!*text)
			return text;
		if (ms_starts(text, "2>")) {
			text = read_word(text + 2, word);
		} else if (*text == '>') {
			text += 1 + strspn(text + 1, " ");
			text = read_word(text, command->to);
		} else if (*text == ';') {
			command->next = ';';
			return text + 1;
		} else if (*text == '&' || *text == '|') {
			command->next = *text;
			return text + (text[1] == *text ? 2 : 1);
		} else {
			text = read_word(text, word);
			if (command->n < WORDS)
				snprintf(command->word[command->n++], WORD, "%s", word);
		}
	}
}

/* ---- programs ---- */

static void path_of(const struct sim_frr_shell *shell, const char *name, char path[600])
{
	if (*name == '/')
		snprintf(path, 600, "%s", name);
	else
		snprintf(path, 600, "%s/%s", shell->cwd, name);
}

static bool exists(const struct sim_frr_shell *shell, const char *path)
{
	json_t *value;
	const char *name;
	size_t n = strlen(path);

	json_object_foreach(json_object_get(shell->exec->sw->state, "files"), name, value)
		if (!strncmp(name, path, n) && (!name[n] || name[n] == '/'))
			return true;
	return false;
}

static bool glob(const char *pattern, const char *path)
{
	const char *star = strchr(pattern, '*');
	size_t n = star ? (size_t)(star - pattern) : 0, tail = star ? strlen(star + 1) : 0,
	       len = strlen(path);

	if (!star)
		return !strcmp(pattern, path);
	return len >= n + tail && !strncmp(pattern, path, n) &&
	       !strcmp(path + len - tail, star + 1) && !memchr(path + n, '/', len - n - tail);
}

static int cat_one(struct sim_frr_shell *shell, const char *name)
{
	json_t *value;
	const char *path;
	char whole[600];
	int status = 1;

	path_of(shell, name, whole);
	if (!strcmp(whole, "/proc/uptime")) {
		ms_buf_printf(shell->out, "%.2f 0.00\n",
			      86400 + (double)sim_clock(shell->exec->sw->dev.sim) / 1000);
		return 0;
	}
	json_object_foreach(json_object_get(shell->exec->sw->state, "files"), path, value) {
		if (!glob(whole, path))
			continue;
		ms_buf_puts(shell->out, json_string_value(value));
		status = 0;
	}
	if (status)
		ms_buf_printf(&shell->exec->errors, "cat: %s: No such file or directory\n", name);
	return status;
}

static int cat(struct sim_frr_shell *shell, const struct command *command)
{
	struct sim_exec *exec = shell->exec;
	int status = 0;

	if (command->n == 1) {
		ms_buf_add(shell->out, exec->in + shell->used, exec->in_len - shell->used);
		shell->used = exec->in_len;
	}
	for (size_t i = 1; i < command->n; i++)
		status |= cat_one(shell, command->word[i]);
	return status;
}

/* head -c N */
static int head(struct sim_frr_shell *shell, const struct command *command)
{
	size_t left = shell->exec->in_len - shell->used;
	size_t n = command->n == 3 ? strtoul(command->word[2], NULL, 10) : 0;

	if (n > left)
		n = left;
	ms_buf_add(shell->out, shell->exec->in + shell->used, n);
	shell->used += n;
	return 0;
}

/* sh /var/lib/msctl/ID/change VERB [ARG] */
static int sh(struct sim_frr_shell *shell, const struct command *command)
{
	char id[WORD] = "";
	int used = 0;

	if (sscanf(command->word[1], "/var/lib/msctl/%255[^/]/change%n", id, &used) != 1 ||
	    command->word[1][used] || !sim_frr_file(shell->exec->sw, command->word[1])) {
		ms_buf_printf(&shell->exec->errors, "sh: 0: cannot open %s: No such file\n",
			      command->word[1]);
		return 2;
	}
	shell->status = 0;
	sim_frr_change(shell, id, command->word[2], command->word[3]);
	return shell->status;
}

/* test [!] -e PATH */
static int test(struct sim_frr_shell *shell, const struct command *command)
{
	bool not = !strcmp(command->word[1], "!");
	char path[600];

	path_of(shell, command->word[not ? 3 : 2], path);
	return exists(shell, path) != not ? 0 : 1;
}

static int run_program(struct sim_frr_shell *shell, const struct command *command)
{
	const char *program = command->word[0];

	if (!strcmp(program, "true") || !strcmp(program, "mkdir"))
		return 0;
	if (!strcmp(program, "printf")) {
		ms_buf_printf(shell->out, "\n@msctl %d\n", shell->status);
		return 0;
	}
	if (!strcmp(program, "cd")) {
		snprintf(shell->cwd, sizeof(shell->cwd), "%s", command->word[1]);
		return 0;
	}
	if (!strcmp(program, "cat"))
		return cat(shell, command);
	if (!strcmp(program, "head"))
		return head(shell, command);
	if (!strcmp(program, "test"))
		return test(shell, command);
	if (!strcmp(program, "sh"))
		return sh(shell, command);
	if (!strcmp(program, "vtysh") && command->n == 3)
		return sim_frr_vtysh(shell->exec->sw, command->word[2], shell->out);
	if (!strcmp(program, "false") || !strcmp(program, "grep"))
		return 1;
	if (!strcmp(program, "ip") || !strcmp(program, "bridge") || !strcmp(program, "lldpcli"))
		return sim_frr_show(shell->exec->sw, program, shell->out);
	ms_buf_printf(&shell->exec->errors, "sh: 1: %s: not found\n", program);
	return 127;
}

static void run_command(struct sim_frr_shell *shell, const struct command *command)
{
	MS_AUTO_BUF struct ms_buf file = { 0 };
	char path[600];

	shell->out = *command->to ? &file : &shell->exec->out;
	shell->status = run_program(shell, command);
	if (!*command->to)
		return;
	path_of(shell, command->to, path);
	sim_frr_write(shell->exec->sw, path, file.data ? file.data : "");
}

void sim_frr_shell(struct sim_exec *exec)
{
	struct sim_frr_shell shell = { .exec = exec, .cwd = "/root" };
	const char *text = exec->command ? exec->command : "";
	MS_AUTO_FREE char *inner = NULL;
	struct command command;
	char before = ';';

	if (ms_starts(text, "sudo -n sh -c '")) {
		inner = strdup(text + strlen("sudo -n sh -c '"));
		text = inner ? inner : "";
		if (inner && *inner && inner[strlen(inner) - 1] == '\'')
			inner[strlen(inner) - 1] = 0;
	}
	while (*text) {
		text = read_command(text, &command);
		if (command.n && (before == ';' || (before == '&') == !shell.status))
			run_command(&shell, &command);
		/* a && b || c: what is not run leaves the status as it was. */
		before = command.next;
	}
	exec->status = shell.status;
}
