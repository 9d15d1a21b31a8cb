/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files behind cmd.h share: parse.c and opt.c (the command line), source.c (input), run.c and
 * each.c (filters), progress.c (standard error), help.c, introspect.c and complete.c (the table, printed).
 */
#ifndef MS_CORE_CMD_PRIVATE_H
#define MS_CORE_CMD_PRIVATE_H

#include "core/core.h"

/* ---- the command line ---- */

/* Options that every verb has. */
struct ms_common {
	const char **select, **label;
	const char *output, *errors, *progress;
	bool quiet, debug, help, version, introspect, complete;
	unsigned window, max_targets;
	int64_t deadline;
};
extern const struct ms_opt ms_common_opts[];
extern const struct ms_common ms_common_default;

/* Options and the struct that their offsets point into. */
struct ms_scope { const struct ms_opt *opts; void *base; };
enum { MS_SCOPE_VERB, MS_SCOPE_CMD, MS_SCOPE_COMMON, MS_SCOPES };

/* A list option's value; kept apart because the struct member may start as a constant default. */
struct ms_list { void *slot; const char **items; size_t n; struct ms_list *next; };

struct ms_parse {
	const struct ms_cmd *cmd;
	const struct ms_verb *verb;
	struct ms_common common;
	void *args;                       /* owned; cmd->args_size bytes */
	struct ms_scope scopes[MS_SCOPES];
	const char **words;               /* owned; operands and files, pointing into argv */
	size_t n_words;
	const char **operands;            /* owned */
	const char *const *files;         /* the tail of words */
	struct ms_list *lists;            /* owned */
};
int ms_parse(const struct ms_cmd *cmd, int argc, char **argv, struct ms_parse *parse, struct ms_err *err);
void ms_parse_release(struct ms_parse *parse);
/* Set an option; value NULL for a flag, `on` for a flag's sense.  `name` is how it was written, for errors. */
int ms_opt_set(struct ms_parse *parse, const struct ms_opt *opt, void *base, const char *name, const char *value,
	       bool on, struct ms_err *err);
bool ms_opt_end(const struct ms_opt *opt);
bool ms_opt_takes_value(const struct ms_opt *opt);
const struct ms_verb *ms_verb_find(const struct ms_cmd *cmd, const char *name);
/* "a did not fit; did you mean b?" for a word out of a list. */
int ms_usage_word(struct ms_err *err, const char *what, const char *word, const char *const *words);

/* ---- the table, printed ---- */

int ms_help_print(const struct ms_cmd *cmd, const struct ms_verb *verb, FILE *out, struct ms_err *err);
int ms_introspect_print(const struct ms_cmd *cmd, FILE *out, struct ms_err *err);
int ms_complete_print(const struct ms_cmd *cmd, int n, char **words, FILE *out, struct ms_err *err);
struct ms_exit_row { int status; const char *name, *help; };
extern const struct ms_exit_row ms_exit_rows[];     /* ends with a NULL name */
struct ms_env_row { const char *name, *help; };
extern const struct ms_env_row ms_env_rows[];       /* ends with a NULL name */
struct ms_need_row { unsigned need; const char *name, *help; };
extern const struct ms_need_row ms_need_rows[];     /* ends with a NULL name */

/* ---- standard error ---- */

int ms_progress_new(FILE *file, const char *name, const struct ms_common *common, struct ms_progress **ret_progress);
void ms_progress_free(struct ms_progress *progress);
/* Print an error in the form that --errors asked for; clears the bar before it. */
void ms_progress_error(struct ms_progress *progress, const struct ms_err *err);
/* The same, of what is no error: nothing with --quiet. */
void ms_progress_note(struct ms_progress *progress, const struct ms_err *note);
void ms_error_print(FILE *file, const char *name, bool json, const struct ms_err *err);

/* ---- input and output ---- */

struct ms_source {
	size_t at;                        /* of the next file */
	int in, fd;                       /* standard input; what is read now */
	bool close_fd, waits;             /* fd is a pipe or the like: reading goes through the loop */
	struct ms_reader *reader;
	const char *name;                 /* of what is read now */
	struct ms_doc *queue;             /* resources of the Site or List that stood here */
	size_t head, n, cap;
	bool trusted;                     /* the queue came out of a Site, which was checked as a whole */
	bool peeked;                      /* `ahead` was read to learn the format */
	struct ms_doc ahead;
	int ahead_result;
	struct ms_err ahead_err;
	bool collecting;                  /* everything is read before anything is done */
	bool bad, refused;                /* problems were seen; ms_run_next has said so */
	bool expired;                     /* the deadline of the run has passed */
	enum ms_format format, output;    /* of the input, of the output */
	FILE *out;
};
int ms_source_open(struct ms_run *run, int in, struct ms_err *err);
void ms_source_close(struct ms_run *run);
/* Read ahead to learn the format; problems wait for ms_run_next. */
void ms_source_peek(struct ms_run *run);
/* The next document with Sites and Lists expanded: 1, 0, negative.  ret_trusted: it came out of a Site, which was
 * checked as a whole. */
int ms_source_next(struct ms_run *run, struct ms_doc *ret_doc, bool *ret_trusted, struct ms_err *err);
bool ms_verb_has_kind(const struct ms_verb *verb, const char *kind);
/* Write a document that nobody changed; in tables and name lists, what was not selected is left out. */
int ms_run_pass(struct ms_run *run, const struct ms_doc *doc, struct ms_err *err);
int ms_run_flush(struct ms_run *run, struct ms_err *err);
/* A name in the selection that matched nothing is an error. */
int ms_run_unused(struct ms_run *run, struct ms_err *err);
/* Name why a task was cancelled: the deadline of the run, or a signal. */
void ms_run_name_cancel(struct ms_run *run, struct ms_err *err);
void ms_item_release(struct ms_item *item);

#endif
