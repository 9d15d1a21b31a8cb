/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A command is data: one const table that ms_main() runs, and from which --help, --introspect, the man
 * page's OPTIONS and the shell completions are made.  An option is written once, here.
 */
#ifndef MS_CORE_CMD_H
#define MS_CORE_CMD_H

#include "core/loop.h"
#include "core/stream.h"

enum ms_opt_type {
	MS_OPT_FLAG,      /* bool */
	MS_OPT_STR,       /* const char *, points into argv */
	MS_OPT_UINT,      /* unsigned */
	MS_OPT_SECONDS,   /* int64_t seconds; "90", "5m", "1h30m", "2d" */
	MS_OPT_ENUM,      /* const char *, one of words */
	MS_OPT_LIST,      /* const char **, NULL-terminated, comma-separated or repeated; owned by the run */
	MS_OPT_ENUM_LIST, /* the same, each one of words */
	MS_OPT_STRS,      /* const char **, repeated only (values may hold commas) */
};
struct ms_opt {
	enum ms_opt_type type;
	char letter;                /* 0 = none */
	const char *name;           /* long name without dashes */
	const char *arg;            /* word for the argument in help: "N"; "FILE" is a file that the verb may use */
	const char *const *words;   /* for ENUM */
	size_t offset;              /* into the verb's args struct */
	const char *help;
	unsigned min, max;          /* UINT bounds; max 0 = UINT_MAX */
};
/* The second use of the member makes a wrong field type a compiler error. */
#define MS_OPT_OFF(T, m, type) (offsetof(T, m) + 0 * sizeof((type *)0 == &((T *)0)->m))
#define OPT_FLAG(c, n, T, m, h)         { MS_OPT_FLAG, c, n, NULL, NULL, MS_OPT_OFF(T, m, bool), h, 0, 0 }
#define OPT_STR(c, n, a, T, m, h)       { MS_OPT_STR, c, n, a, NULL, MS_OPT_OFF(T, m, const char *), h, 0, 0 }
#define OPT_UINT(c, n, a, T, m, lo, hi, h) { MS_OPT_UINT, c, n, a, NULL, MS_OPT_OFF(T, m, unsigned), h, lo, hi }
#define OPT_SECONDS(c, n, T, m, h)      { MS_OPT_SECONDS, c, n, "TIME", NULL, MS_OPT_OFF(T, m, int64_t), h, 0, 0 }
#define OPT_ENUM(c, n, w, T, m, h)      { MS_OPT_ENUM, c, n, "WORD", w, MS_OPT_OFF(T, m, const char *), h, 0, 0 }
#define OPT_LIST(c, n, a, T, m, h)      { MS_OPT_LIST, c, n, a, NULL, MS_OPT_OFF(T, m, const char **), h, 0, 0 }
#define OPT_ENUM_LIST(c, n, w, T, m, h) \
	{ MS_OPT_ENUM_LIST, c, n, "WORD,...", w, MS_OPT_OFF(T, m, const char **), h, 0, 0 }
#define OPT_STRS(c, n, a, T, m, h)      { MS_OPT_STRS, c, n, a, NULL, MS_OPT_OFF(T, m, const char **), h, 0, 0 }
#define OPT_END { 0 }

/* A word before the files: "power ACTION", "raw METHOD URI [BODY]".  Ends with a NULL name. */
struct ms_operand {
	const char *name;           /* "ACTION" */
	const char *const *words;   /* allowed words, NULL = anything */
	const char *help;
	bool optional;
};

/* What a verb needs of the world: becomes landlock rules and the PRIVILEGES section. */
enum ms_needs {
	MS_NEEDS_NET = 1,      /* connects to devices */
	MS_NEEDS_STATE = 2,    /* reads and writes the state store */
	MS_NEEDS_EXEC = 4,     /* may run programs (exec: credentials) */
	MS_NEEDS_LISTEN = 8,   /* listens */
	MS_NEEDS_WRITE = 16,   /* writes files named on the command line */
	MS_NEEDS_ROOT = 32,    /* changes this machine */
	MS_NEEDS_SECRETS = 64, /* reads the files that credentials name, wherever they are */
	MS_NEEDS_PROCESSES = 128, /* looks into other processes of this machine when its flag `alone` is given: landlock
	                             would forbid that, and is done without */
};
enum ms_input {
	MS_IN_STREAM,          /* operands after the words are files; none = stdin, or the site file on a terminal */
	MS_IN_NONE,            /* reads no stream */
	MS_IN_FILES,           /* operands after the words are files that the verb reads itself, as text */
};

struct ms_run;
struct ms_rule;
struct ms_progress;
typedef int ms_verb_fn(struct ms_run *run, struct ms_err *err);

struct ms_verb {
	const char *name, *help;
	const char *const *kinds;           /* kinds worked on, NULL-terminated */
	const char *const *writes;          /* what it adds: "status.bmc", "Step", "Finding", NULL-terminated */
	const char *const *shows;           /* kinds in its table; NULL = kinds */
	const struct ms_opt *opts;          /* NULL = none of its own */
	const struct ms_operand *operands;
	enum ms_input input;
	unsigned needs;
	bool touches;                       /* changes devices: --max-targets is enforced before it begins */
	ms_verb_fn *fn;
	const struct ms_col *cols;          /* of its table, NULL = the command's */
	unsigned window;                    /* --window when it is not given, 0 = 128 */
	unsigned grace;                     /* seconds for cleaning up after a signal, 0 = 15 */
	const char *alone;                  /* name of a flag: with it a terminal on standard input is no input, and the
	                                       site file does not stand in; NULL = none */
};
#define MS_VERB_END { 0 }

/* What reading a stream needs to know of the kinds: given by lib/site, which core may not include. */
struct ms_front {
	/* Expand a Site document, calling put for every resource (taken); problems go to the report. */
	int (*expand)(const struct ms_doc *site, int (*put)(void *ctx, json_t *res, struct ms_err *err), void *ctx,
		      struct ms_report *report, struct ms_err *err);
	/* Validate one resource of a known kind against its field table; unknown kinds pass. */
	int (*check)(const struct ms_doc *doc, struct ms_report *report);
};

struct ms_cmd {
	const char *name;                   /* "msctl-bmc" */
	const char *help;                   /* one line */
	size_t args_size;                   /* of the struct that options point into */
	const void *args_default;
	const struct ms_opt *opts;          /* common to its verbs */
	const struct ms_verb *verbs;
	const struct ms_col *cols;          /* of its kinds */
	const struct ms_front *front;       /* NULL = resources are not checked and Sites pass through */
	const struct ms_rule *const *rules; /* tables of its `check`, NULL-terminated, for --introspect; NULL = none */
};

/* A run of one verb, made by ms_main. */
struct ms_run {
	const struct ms_cmd *cmd;
	const struct ms_verb *verb;
	const void *args;                   /* cmd->args_size bytes, defaults and options applied */
	const char *const *operands;        /* as declared by the verb, in order; absent optional = NULL */
	const char *const *files;           /* as given; NULL-terminated */
	struct ms_loop *loop;
	struct ms_writer *out;
	struct ms_progress *progress;
	struct ms_report *report;           /* input problems so far */
	const struct ms_select *select;     /* NULL = everything */
	unsigned window;                    /* --window: targets in flight, 128 when not given */
	size_t max_targets;                 /* --max-targets, 0 = no limit */
	int64_t deadline;                   /* --deadline, ms_clock_ms() time, 0 = none */
	size_t targets, failed, found;      /* counted by the helpers below; they decide the exit status */
	struct ms_source *source;           /* private: files, the Site being expanded, the output's format */
};

/* "90", "5m", "1h30m", "2d" in seconds; -EINVAL when it is not a time. */
int ms_duration_parse(const char *text, int64_t *ret_seconds);
/* The word of a NULL-terminated list that was probably meant; NULL when none is near. */
const char *ms_nearest(const char *word, const char *const *words);

/* All of a program's main(). */
int ms_main(const struct ms_cmd *cmd, int argc, char **argv);
/* The same on given streams, and without what concerns the whole process (signals, confinement): for tests and for
 * other C programs. */
int ms_cmd_run(const struct ms_cmd *cmd, int argc, char **argv, FILE *in, FILE *out, FILE *errors);

/*
 * The next resource of the input: Sites and Lists are already expanded, resources of the verb's kinds are
 * checked.  1, 0 at the end, negative.  ret_doc->root is the resource, owned by the caller.  ret_mine says
 * that it is of the verb's kinds and selected; everything else is to be passed on.  -EBADMSG + MS_INPUT once the input
 * is refused: its problems are in run->report.  In tables and name lists, what was not selected is left out.
 */
int ms_run_next(struct ms_run *run, struct ms_doc *ret_doc, bool *ret_mine, struct ms_err *err);

/* One resource on its way through a filter. */
struct ms_item {
	struct ms_run *run;
	struct ms_doc doc;                  /* doc.root may be changed in place */
	json_t *res;                        /* = doc.root */
	json_t *more;                       /* array: resources to write after it (Steps, Findings) */
	void *ctx;
	bool mine;                          /* of the verb's kinds and selected; others are only passed on */
};
/* Append a resource (taken) behind this one. */
int ms_item_add(struct ms_item *item, json_t *res);
/*
 * The heart of get, plan and check: fn runs once for each of the verb's resources, as a task of its own,
 * run->window at a time; foreign resources pass, and the output keeps the order of the input.  When fn
 * fails, its error becomes status.error, the resource is written all the same and the run goes on.
 * Holds at most twice the window of resources, the finished ones rendered, behind a slow one.  A verb that touches
 * devices, or has --max-targets, reads and checks everything before it begins.
 */
int ms_run_each(struct ms_run *run, int (*fn)(struct ms_item *item, struct ms_err *err), void *ctx, struct ms_err *err);
/* Read everything first: for verbs whose order is not the input's (apply).  Items are in input order. */
int ms_run_collect(struct ms_run *run, struct ms_item **ret_items, size_t *ret_n, struct ms_err *err);
void ms_items_free(struct ms_item *items, size_t n);
/* Write an item and what was added to it. */
int ms_run_put(struct ms_run *run, struct ms_item *item, struct ms_err *err);
/* For verbs whose output has no end (follow): one JSON line per resource where a table would wait for the end, and
 * every resource leaves at once.  Call it before anything is written. */
int ms_run_lines(struct ms_run *run, struct ms_err *err);
/* Count a failed target and name it on standard error (ms_run_each does so itself; for verbs that collect). */
void ms_run_failed(struct ms_run *run, const char *target, const struct ms_err *err);
/* Say what is no failure, and yet no answer: "msctl-roce: note: ..." on standard error, but with --quiet. */
void ms_run_note(struct ms_run *run, const struct ms_err *note);
/* Refuse to change more targets than --max-targets says (ms_run_each does so itself). */
int ms_run_check_targets(struct ms_run *run, size_t n, struct ms_err *err);

/* Rules of `check`: rows of a table; fn adds findings with ms_find. */
struct ms_rule {
	const char *id, *severity /* "error" "warning" "info" */, *title;
	int (*fn)(struct ms_item *item, const struct ms_rule *rule, struct ms_err *err);
};
int ms_find(struct ms_item *item, const struct ms_rule *rule, const char *hint, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* The same about several resources: objects is an array of {kind, name}, taken. */
int ms_find_objects(struct ms_item *item, const struct ms_rule *rule, json_t *objects, const char *hint,
		    const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
int ms_rules_run(struct ms_item *item, const struct ms_rule *rules, struct ms_err *err);
/* Those whose ids stand in a NULL-terminated list; all of them where it is NULL.  Freed with free(); NULL when memory
 * ran out. */
struct ms_rule *ms_rules_choose(const struct ms_rule *rules, const char *const *ids);

/* Progress on standard error: a bar on a terminal, JSON events with --progress=json, nothing with --quiet.
 * total 0 = not known. */
void ms_progress_total(struct ms_progress *progress, size_t total);
void ms_progress_step(struct ms_progress *progress, const char *target, const char *what);
void ms_progress_done(struct ms_progress *progress, const char *target, const struct ms_err *err /* NULL = fine */);

#endif
