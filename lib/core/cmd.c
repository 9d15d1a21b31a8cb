/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All of a program's main(): parse, confine, read, run, render, check what was written, and the
 * exit status. */
#include "core/cmd-private.h"

#include <errno.h>
#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <sys/ioctl.h>
#include <sys/mman.h>

#define GRACE_SECONDS 15  /* after a signal: sessions are closed in at most 10 s */
#define WINDOW 128

/* Everything that one run owns. */
struct session {
	struct ms_parse parse;
	struct ms_run run;
	struct ms_report report;
	struct ms_select *select;
	struct ms_timer *deadline;
	const char *site[2];      /* the site file that stands in for a missing operand */
	int in;
	bool close_in, own; /* the process is ours: it may be confined and its signals caught */
	FILE *out, *errors;
};

static bool is_terminal(FILE *file)
{
	int fd = fileno(file);

	return fd >= 0 && isatty(fd);
}

static void on_deadline(void *ctx)
{
	struct ms_run *run = ctx;

	run->source->expired = true;
	ms_loop_stop(run->loop);
}

/* Standard input, or a copy of a stream that is no file (fmemopen). */
static int find_input(struct session *s, FILE *in, struct ms_err *err)
{
	char bytes[4096];
	size_t n;

	s->in = fileno(in);
	if (s->in >= 0)
		return 0;
	s->in = memfd_create("msctl-input", MFD_CLOEXEC);
	if (s->in < 0)
		return ms_fail_errno(err, -errno, "cannot copy the input");
	s->close_in = true;
	while ((n = fread(bytes, 1, sizeof(bytes), in)) > 0) {
		if (write(s->in, bytes, n) != (ssize_t)n)
			return ms_fail_errno(err, -EIO, "cannot copy the input");
	}
	lseek(s->in, 0, SEEK_SET);
	return 0;
}

/* Is the flag given with which the verb needs no input? */
static bool is_alone(const struct session *s)
{
	const char *name = s->parse.verb->alone;

	for (size_t i = 0; name && i < MS_SCOPES; i++)
		for (const struct ms_opt *opt = s->parse.scopes[i].opts; opt && !ms_opt_end(opt);
		     opt++)
			if (opt->type == MS_OPT_FLAG && ms_streq(opt->name, name))
				return *(const bool *)((const char *)s->parse.scopes[i].base +
						       opt->offset);
	return false;
}

/* With no file and a terminal on standard input, the site file stands in. */
static int find_files(struct session *s, struct ms_err *err)
{
	const char *site = getenv("MSCTL_SITE");
	int r;

	s->run.files = s->parse.files;
	if (s->parse.verb->input == MS_IN_NONE || *s->parse.files || !isatty(s->in))
		return 0;
	if (is_alone(s)) {
		s->site[0] = "/dev/null";
		s->run.files = s->site;
		return 0;
	}
	if (!site || !*site)
		site = access("site.yaml", F_OK) == 0 ? "site.yaml" : NULL;
	if (!site) {
		r = ms_usage(
			err,
			"nothing to read: no file is given, standard input is a terminal, "
			"MSCTL_SITE is not set and there is no ./site.yaml");
		ms_hint(err, "%s %s site.yaml", s->parse.cmd->name, s->parse.verb->name);
		return r;
	}
	s->site[0] = site;
	s->run.files = s->site;
	return 0;
}

static enum ms_format format_of(const char *word)
{
	if (!strcmp(word, "json"))
		return MS_FMT_JSON;
	if (!strcmp(word, "table"))
		return MS_FMT_TABLE;
	return strcmp(word, "name") ? MS_FMT_YAML : MS_FMT_NAME;
}

/* As asked; else a table on a terminal; else the form that came in; else YAML. */
static void choose_format(struct session *s)
{
	struct ms_source *source = s->run.source;

	if (s->parse.common.output)
		source->output = format_of(s->parse.common.output);
	else if (is_terminal(s->out) && (s->parse.verb->cols || s->parse.cmd->cols))
		source->output = MS_FMT_TABLE;
	else
		source->output = MS_FMT_AUTO;
	if (source->output != MS_FMT_AUTO)
		return;
	if (s->parse.verb->input == MS_IN_STREAM)
		ms_source_peek(&s->run);
	source->output = source->format == MS_FMT_JSON ? MS_FMT_JSON : MS_FMT_YAML;
}

static unsigned terminal_width(FILE *file)
{
	struct winsize size;

	return is_terminal(file) && ioctl(fileno(file), TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static int open_writer(struct session *s, struct ms_err *err)
{
	const struct ms_verb *verb = s->parse.verb;
	const char *no_color = getenv("NO_COLOR");
	struct ms_writer_opts opts = {
		.format = s->run.source->output,
		.cols = verb->cols ? verb->cols : s->parse.cmd->cols,
		.shows = verb->shows ? verb->shows : verb->kinds,
		.color = is_terminal(s->out) && !(no_color && *no_color),
		.width = terminal_width(s->out),
	};

	return ms_writer_new(s->out, &opts, &s->run.out, err);
}

static int open_loop(struct session *s, struct ms_err *err)
{
	struct ms_run *run = &s->run;
	unsigned grace = run->verb->grace ? run->verb->grace : GRACE_SECONDS;
	int r = ms_loop_new(&run->loop, err);

	if (!r && s->own)
		r = ms_loop_catch_signals(run->loop, (int)(1000 * grace), err);
	if (r < 0 || !s->parse.common.deadline)
		return r;
	r = ms_timer_new(run->loop, on_deadline, run, &s->deadline, err);
	if (r < 0)
		return r;
	ms_timer_set(s->deadline, 1000 * s->parse.common.deadline);
	run->deadline = ms_clock_ms() + 1000 * s->parse.common.deadline;
	return 0;
}

/* What the command line names: operands, and values of options that say FILE or DIR; ends with
 * NULL. */
static const char **named_files(const struct session *s)
{
	size_t n = 0, cap = 1;
	const char **names;

	for (const char *const *file = s->run.files; file && *file; file++)
		cap++;
	for (size_t i = 0; i < MS_SCOPES; i++)
		for (const struct ms_opt *opt = s->parse.scopes[i].opts; opt && !ms_opt_end(opt);
		     opt++)
			cap++;
	names = calloc(cap, sizeof(*names));
	for (const char *const *file = s->run.files; names && file && *file; file++)
		names[n++] = *file;
	for (size_t i = 0; names && i < MS_SCOPES; i++) {
		const char *base = s->parse.scopes[i].base;

		for (const struct ms_opt *opt = s->parse.scopes[i].opts; opt && !ms_opt_end(opt);
		     opt++) {
			const char *value = opt->type == MS_OPT_STR
						    ? *(const char *const *)(base + opt->offset)
						    : NULL;

			if (value && (ms_streq(opt->arg, "FILE") || ms_streq(opt->arg, "DIR")))
				names[n++] = value;
		}
	}
	return names;
}

static int confine(const struct session *s, struct ms_err *err)
{
	const struct ms_verb *verb = s->parse.verb;
	const char *off = getenv("MSCTL_CONFINE");
	MS_AUTO_FREE const char **names = NULL;
	unsigned needs = verb->needs;

	if (!s->own || (off && !strcmp(off, "0")))
		return 0;
	names = named_files(s);
	if (!names)
		return ms_nomem(err);
	if (needs & MS_NEEDS_PROCESSES && is_alone(s))
		needs |= MS_NEEDS_ROOT;
	return ms_confine(needs, names, needs & MS_NEEDS_WRITE ? names : NULL, err);
}

static int prepare(struct session *s, FILE *in, struct ms_err *err)
{
	struct ms_run *run = &s->run;
	const struct ms_common *common = &s->parse.common;
	int r;

	run->cmd = s->parse.cmd;
	run->verb = s->parse.verb;
	run->args = s->parse.args;
	run->operands = s->parse.operands;
	run->report = &s->report;
	run->window = run->verb->window ? run->verb->window : WINDOW;
	if (common->window)
		run->window = common->window;
	run->max_targets = common->max_targets;
	r = find_input(s, in, err);
	r = r ? r : find_files(s, err);
	if (!r && (common->select || common->label))
		r = ms_select_new((const char *const *)common->select,
				  (const char *const *)common->label, &s->select, err);
	if (r < 0) {
		if (err->code == MS_INPUT)
			err->code = MS_USAGE;
		return r;
	}
	run->select = s->select;
	r = ms_progress_new(s->errors, run->cmd->name, common, &run->progress) < 0 ? ms_nomem(err)
										   : 0;
	r = r ? r : open_loop(s, err);
	r = r ? r : confine(s, err);
	r = r ? r : ms_source_open(run, s->in, err);
	if (r < 0)
		return r;
	run->source->out = s->out;
	choose_format(s);
	return open_writer(s, err);
}

static int run_verb(struct session *s, struct ms_err *err)
{
	struct ms_err closing = MS_ERR_INIT;
	int r = s->parse.verb->fn(&s->run, err), closed;

	if (r < 0)
		ms_fail(err, r, MS_FAILED, "%s", strerror(-r));
	ms_run_name_cancel(&s->run, err);
	closed = ms_writer_close(s->run.out, &closing);
	if (closed < 0 && r >= 0) {
		*err = closing;
		r = closed;
	}
	if (r >= 0)
		r = ms_run_unused(&s->run, err);
	return r;
}

static int exit_of_error(const struct ms_err *err)
{
	switch (err->code) {
	case MS_USAGE: return MS_EXIT_USAGE;
	case MS_INPUT: return MS_EXIT_INPUT;
	default: return MS_EXIT_FAILED;
	}
}

static void print_problems(struct session *s, const struct ms_err *err)
{
	struct ms_err more = MS_ERR_INIT;

	for (size_t i = 0; i < s->report.n; i++)
		ms_progress_error(s->run.progress, &s->report.errs[i]);
	if (s->report.dropped) {
		ms_fail(&more, -E2BIG, MS_INPUT, "%zu more problems are not shown",
			s->report.dropped);
		ms_progress_error(s->run.progress, &more);
	}
	/* "The input was refused" says no more than the problems that were just printed. */
	if (err->code &&
	    !(s->report.n && s->run.source && s->run.source->refused && err->code == MS_INPUT))
		ms_progress_error(s->run.progress, err);
}

static int finish(struct session *s, int r, const struct ms_err *err)
{
	int signal = s->run.loop ? ms_loop_signal(s->run.loop) : 0;
	int status = MS_EXIT_OK;

	if (s->run.progress)
		print_problems(s, err);
	else if (r < 0)
		ms_error_print(s->errors, s->parse.cmd->name,
			       !strcmp(s->parse.common.errors, "json"), err);
	if (signal)
		status = 128 + signal;
	else if (r < 0)
		status = exit_of_error(err);
	else if (s->report.n || s->report.dropped)
		status = MS_EXIT_INPUT;
	else if (s->run.failed)
		status = MS_EXIT_PARTIAL;
	else if (s->run.found)
		status = MS_EXIT_FOUND;
	return status;
}

static void session_release(struct session *s)
{
	ms_source_close(&s->run);
	ms_writer_free(s->run.out);
	ms_progress_free(s->run.progress);
	ms_timer_free(s->deadline);
	ms_loop_free(s->run.loop);
	ms_select_free(s->select);
	ms_report_release(&s->report);
	if (s->close_in)
		close(s->in);
	ms_parse_release(&s->parse);
}

static int check_output(FILE *out, struct ms_err *err)
{
	int failed = ferror(out);

	errno = 0;
	if (fflush(out) == EOF || failed)
		return ms_fail_errno(err, errno ? -errno : -EIO, "cannot write the output");
	return 0;
}

/* The options that print something instead of running a verb; 1 when one of them did. */
static int print_instead(struct session *s, struct ms_err *err)
{
	const struct ms_parse *parse = &s->parse;
	int r = 0;

	if (parse->common.help)
		r = ms_help_print(parse->cmd, parse->verb, s->out, err);
	else if (parse->common.version)
		fprintf(s->out, "%s %s\n", parse->cmd->name, MSCTL_VERSION);
	else if (parse->common.introspect)
		r = ms_introspect_print(parse->cmd, s->out, err);
	else
		return 0;
	return r < 0 ? r : check_output(s->out, err) < 0 ? err->error : 1;
}

static int complete(const struct ms_cmd *cmd, int argc, char **argv, FILE *out)
{
	struct ms_err err = MS_ERR_INIT;
	int r = ms_complete_print(cmd, argc - 2, argv + 2, out, &err);

	return r < 0 || check_output(out, &err) < 0 ? MS_EXIT_FAILED : MS_EXIT_OK;
}

static bool wants_debug(const struct ms_common *common)
{
	const char *value = getenv("MSCTL_DEBUG");

	return common->debug || (value && *value && strcmp(value, "0"));
}

static int run(struct session *s, const struct ms_cmd *cmd, int argc, char **argv, FILE *in)
{
	struct ms_err err = MS_ERR_INIT;
	int r, status;

	if (argc > 1 && !strcmp(argv[1], "--complete"))
		return complete(cmd, argc, argv, s->out);
	r = ms_parse(cmd, argc, argv, &s->parse, &err);
	r = r < 0 ? r : print_instead(s, &err);
	if (!r) {
		if (wants_debug(&s->parse.common))
			ms_log_level(MS_LOG_DEBUG);
		r = prepare(s, in, &err);
		r = r < 0 ? r : run_verb(s, &err);
		r = r < 0 ? r : check_output(s->out, &err);
	}
	status = finish(s, r, &err);
	session_release(s);
	return status;
}

int ms_cmd_run(const struct ms_cmd *cmd, int argc, char **argv, FILE *in, FILE *out, FILE *errors)
{
	struct session s = { .in = -1, .out = out, .errors = errors };

	return run(&s, cmd, argc, argv, in);
}

/* A closed descriptor 1 must not become the first file that we open: reserve it, so that writing to
 * it fails. */
static void fill_standard_descriptors(void)
{
	for (int fd = 0; fd < 3; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/dev/null", fd ? O_RDONLY : O_WRONLY) < 0)
			_exit(MS_EXIT_FAILED);
	}
}

/* Documents are many small pieces, and glibc would go through all that were freed at each larger
 * request: they are put together as they are freed instead. */
static void set_up_memory(void)
{
#ifdef M_MXFAST
	mallopt(M_MXFAST, 0);
	mallopt(M_TOP_PAD, 4 << 20);
#endif
}

int ms_main(const struct ms_cmd *cmd, int argc, char **argv)
{
	struct session s = { .in = -1, .out = stdout, .errors = stderr, .own = true };

	set_up_memory();
	fill_standard_descriptors();
	return run(&s, cmd, argc, argv, stdin);
}
