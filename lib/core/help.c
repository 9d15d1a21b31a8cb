/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --help from the table: a usage line, the verbs, the options, aligned and wrapped. */
#include "core/cmd-private.h"

#include <errno.h>

#define HELP_WIDTH 80
#define HELP_INDENT 28

const struct ms_exit_row ms_exit_rows[] = {
	{ MS_EXIT_OK, "done", "everything was done" },
	{ MS_EXIT_FAILED, "failed", "the command failed" },
	{ MS_EXIT_USAGE, "usage", "the command line is wrong; nothing was done" },
	{ MS_EXIT_INPUT, "refused", "a document of the input was refused" },
	{ MS_EXIT_PARTIAL, "partial",
	  "some targets failed; status.error of their resources says why" },
	{ MS_EXIT_FOUND, "found", "check found something, or plan --exit-code has changes" },
	{ 0, NULL, NULL },
};
const struct ms_env_row ms_env_rows[] = {
	{ "MSCTL_SITE",
	  "the site file to read when there is neither a file nor a pipe (./site.yaml)" },
	{ "MSCTL_STATE",
	  "the state store, instead of $XDG_STATE_HOME/msctl/state.db or /var/lib/msctl/state.db" },
	{ "MSCTL_NOW",
	  "the time that goes into documents (RFC 3339), for output that can be compared" },
	{ "MSCTL_DEBUG", "when set to anything but 0, as --debug" },
	{ "MSCTL_CONFINE",
	  "0 turns confinement (landlock) off, where a credential helper needs more rights" },
	{ "NO_COLOR", "when set, tables have no colours" },
	{ NULL, NULL },
};

/* Words from the current column on, wrapped at HELP_WIDTH with the following lines indented. */
static void put_wrapped(struct ms_buf *buf, size_t column, size_t indent, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, " ");

		if (column > indent && column + 1 + len > HELP_WIDTH) {
			ms_buf_printf(buf, "\n%*s", (int)indent, "");
			column = indent;
		}
		if (column > indent) {
			ms_buf_puts(buf, " ");
			column++;
		}
		ms_buf_add(buf, text, len);
		column += len;
		text += len + (text[len] == ' ');
	}
	ms_buf_puts(buf, "\n");
}

/* A word or option, and behind it what it is for with the words that it takes. */
static void put_row(struct ms_buf *buf, const char *left, const char *help,
		    const char *const *words)
{
	MS_AUTO_BUF struct ms_buf text = { 0 };
	size_t len = strlen(left);

	ms_buf_puts(&text, help);
	for (size_t i = 0; words && words[i]; i++)
		ms_buf_printf(&text, "%s%s", i ? ", " : ": ", words[i]);
	if (text.failed)
		buf->failed = text.failed;
	ms_buf_printf(buf, "  %s", left);
	if (len + 4 > HELP_INDENT)
		ms_buf_printf(buf, "\n%*s", HELP_INDENT, "");
	else
		ms_buf_printf(buf, "%*s", (int)(HELP_INDENT - 2 - len), "");
	put_wrapped(buf, HELP_INDENT, HELP_INDENT, text.data ? text.data : "");
}

static void put_option(struct ms_buf *buf, const struct ms_opt *opt)
{
	char letter[] = { '-', opt->letter, ',', ' ', 0 };
	char left[128];

	snprintf(left, sizeof(left), "%s%s%s%s%s", opt->letter ? letter : "    ",
		 opt->name ? "--" : "", opt->name ? opt->name : "",
		 ms_opt_takes_value(opt) ? " " : "",
		 !ms_opt_takes_value(opt) ? ""
		 : opt->arg		  ? opt->arg
					  : "WORD");
	put_row(buf, left, opt->help, opt->words);
}

static void put_options(struct ms_buf *buf, const char *title, const struct ms_opt *opts)
{
	if (ms_opt_end(opts))
		return;
	ms_buf_printf(buf, "\n%s:\n", title);
	for (const struct ms_opt *opt = opts; !ms_opt_end(opt); opt++)
		put_option(buf, opt);
}

static void put_usage(struct ms_buf *buf, const struct ms_cmd *cmd, const struct ms_verb *verb)
{
	ms_buf_printf(buf, "usage: %s %s [OPTIONS]", cmd->name, verb->name);
	for (const struct ms_operand *o = verb->operands; o && o->name; o++)
		ms_buf_printf(buf, o->optional ? " [%s]" : " %s", o->name);
	ms_buf_puts(buf, verb->input == MS_IN_NONE ? "\n" : " [FILE]...\n");
}

static void put_operands(struct ms_buf *buf, const struct ms_verb *verb)
{
	if (!verb->operands || !verb->operands->name)
		return;
	ms_buf_puts(buf, "\n");
	for (const struct ms_operand *o = verb->operands; o->name; o++)
		put_row(buf, o->name, o->help, o->words);
}

static void put_verb_help(struct ms_buf *buf, const struct ms_cmd *cmd, const struct ms_verb *verb)
{
	put_usage(buf, cmd, verb);
	ms_buf_printf(buf, "%s\n", verb->help);
	put_operands(buf, verb);
	put_options(buf, "Options of this verb", verb->opts);
	put_options(buf, "Options of every verb", cmd->opts);
	put_options(buf, "Common options", ms_common_opts);
}

static void put_cmd_help(struct ms_buf *buf, const struct ms_cmd *cmd)
{
	ms_buf_printf(buf, "usage: %s VERB [OPTIONS] [FILE]...\n%s\n\nVerbs:\n", cmd->name,
		      cmd->help);
	for (const struct ms_verb *verb = cmd->verbs; verb->name; verb++)
		put_row(buf, verb->name, verb->help, NULL);
	put_options(buf, "Options of every verb", cmd->opts);
	put_options(buf, "Common options", ms_common_opts);
	ms_buf_printf(
		buf,
		"\n%s VERB --help tells more; the manual is %s(1); msctl(7) explains streams.\n",
		cmd->name, cmd->name);
}

int ms_help_print(const struct ms_cmd *cmd, const struct ms_verb *verb, FILE *out,
		  struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf buf = { 0 };

	if (verb)
		put_verb_help(&buf, cmd, verb);
	else
		put_cmd_help(&buf, cmd);
	if (buf.failed)
		return ms_nomem(err);
	fwrite(buf.data, 1, buf.len, out);
	return 0;
}
