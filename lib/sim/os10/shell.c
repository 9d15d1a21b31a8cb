/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a login to OS10 leads to.  An account of OS10 has the command line: one command behind `ssh`
 * (a show command; it does no other), else what is typed, with prompts and pages.  Annotation
 * sim/login: linux makes it linuxadmin, who has the shell, where clish is the command line.
 */
#include "sim/os10/os10.h"

#define PAGE 24
/* The command line reads its input so many octets at a time: what `system bash` does not get, it
 * has had already. */
#define BLOCK 4096

static bool is_linux(const struct sim_switch *sw)
{
	return !strcmp(ms_str(sw->resource, "/metadata/annotations/sim~1login", ""), "linux");
}

/* ---- the shell, as far as sim_box_sh does not have it: here-documents ---- */

/* One line, and what is read by it; where the next one begins. */
static const char *sh_line(struct sim_box_shell *shell, const char *text, char *line)
{
	char *here = strstr(line, " <<'");
	MS_AUTO_FREE char *mark =
		here ? ms_asprintf("\n%.*s\n", (int)strcspn(here + 4, "'"), here + 4) : NULL;
	const char *end = mark ? strstr(text - 1, mark) : NULL;

	shell->in = text;
	shell->in_len = end ? (size_t)(end + 1 - text) : 0;
	if (end) {
		*here = 0;
		text = end + strlen(mark);
	}
	sim_box_sh(shell, line);
	return text;
}

/* Until "exit". */
static const char *bash(struct sim_exec *exec, const char *text)
{
	struct sim_box_shell shell = { .sw = exec->sw,
				       .exec = exec,
				       .out = &exec->out,
				       .errors = &exec->errors,
				       .folder = "/config/home/admin" };

	while (*text) {
		size_t len = strcspn(text, "\n");
		MS_AUTO_FREE char *line = strndup(text, len);

		text += len + (text[len] == '\n');
		if (!line || !strcmp(line, "exit"))
			break;
		if (*line)
			text = sh_line(&shell, text, line);
	}
	return text;
}

/* ---- pages ---- */

/* The part of the output that is behind `from`, in pages; a key continues, q ends it. */
static void page(struct sim_os10 *at, size_t from, const char **in)
{
	MS_AUTO_FREE char *text = strdup(at->out->data && at->out->len > from ? at->out->data + from
									      : "");
	unsigned n = 0;

	if (!text || !at->length)
		return;
	at->out->len = from;
	for (const char *line = text; *line;) {
		size_t len = strcspn(line, "\n") + 1;

		if (n++ == at->length) {
			ms_buf_puts(at->out, "--More--");
			if (**in == 'q' || !**in)
				return;
			*in += 1;
			n = 0;
		}
		ms_buf_add(at->out, line, len);
		line += len;
	}
}

/* ---- the command line ---- */

static void prompt(struct sim_os10 *at)
{
	const char *name = sim_cli_line(sim_os10_config(at->sw), "hostname");

	ms_buf_printf(at->out, "%s%s# ", name ? name + 9 : "OS10",
		      at->configuring ? "(config)" : "");
}

static const char *next_line(const char *in, char **ret_line)
{
	size_t len = strcspn(in, "\n");

	*ret_line = strndup(in, len);
	return in + len + (in[len] == '\n');
}

static const char *to_bash(struct sim_os10 *at, struct sim_exec *exec, const char *in)
{
	size_t used = (size_t)(in - exec->in), block = (used + BLOCK - 1) / BLOCK * BLOCK;

	if (sim_cli_line(sim_os10_config(at->sw), "system-cli disable")) {
		ms_buf_puts(at->out, "% Error: system command is disabled.\n");
		return in;
	}
	return bash(exec, block < exec->in_len ? exec->in + block : "");
}

static void login(struct sim_exec *exec)
{
	struct sim_os10 at = { .sw = exec->sw, .out = &exec->out, .length = PAGE };
	const char *in = exec->in;

	while (*in && !at.over) {
		MS_AUTO_FREE char *line = NULL;
		size_t from;

		prompt(&at);
		in = next_line(in, &line);
		from = at.out->len;
		if (line && !strcmp(line, "system bash"))
			in = to_bash(&at, exec, in);
		else if (line) {
			sim_os10_line(&at, line);
			if (!strstr(line, "no-more"))
				page(&at, from, &in);
		}
	}
}

/* ---- one command ---- */

static void one(struct sim_exec *exec)
{
	struct sim_os10 at = { .sw = exec->sw, .out = &exec->out };

	if (!ms_starts(exec->command, "show ")) {
		ms_buf_puts(at.out, "% Error: Unrecognized command.\n");
		exec->status = 1;
	} else if (!sim_os10_line(&at, exec->command)) {
		exec->status = 1;
	}
}

void sim_os10_exec(struct sim_exec *exec)
{
	sim_settle(&exec->sw->dev);
	if (is_linux(exec->sw))
		sim_box_exec(exec);
	else if (exec->command)
		one(exec);
	else
		login(exec);
}

/* clish -c COMMAND, clish -B FILE */
bool sim_os10_clish(struct sim_box_shell *shell, const char *const *word, size_t n)
{
	struct sim_os10 at = { .sw = shell->sw, .out = shell->out };
	const char *name;

	if (n > 2 && !strcmp(word[0], "-u")) /* sudo -u admin */
		word += 2, n -= 2;
	name = strrchr(word[0], '/');
	if (n != 3 || strcmp(name ? name + 1 : word[0], "clish"))
		return false;
	ms_buf_puts(shell->out, "New user admin logged in at session 10\n");
	if (!strcmp(word[1], "-c")) {
		shell->status = !sim_os10_line(&at, word[2]);
	} else {
		MS_AUTO_FREE char *text = sim_box_read(shell->sw, word[2]);

		shell->status = !text || sim_os10_batch(shell->sw, text, shell->out);
	}
	ms_buf_puts(shell->out, "User admin logged out at session 10\n");
	return true;
}
