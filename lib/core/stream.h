/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Streams of resources.  A reader yields one document at a time and holds no more than that one; a
 * writer renders resources as they come.  YAML documents, JSON Lines, concatenated JSON, one JSON array
 * and `kind: List` are all the same stream.  A List, and a sequence at the top of a YAML document, is one document and
 * held whole: what stands behind its items may change what they are, and anchors reach over the whole document.
 */
#ifndef MS_CORE_STREAM_H
#define MS_CORE_STREAM_H

#include <stdio.h>
#include "core/buf.h"
#include "core/doc.h"

struct ms_reader;
/* From a descriptor (not closed by the reader) named `source` in errors. */
int ms_reader_new(int fd, const char *source, struct ms_reader **ret_reader, struct ms_err *err);
void ms_reader_free(struct ms_reader *reader);
/* The next document: 1 and ret_doc (owned by the caller), 0 at the end, or a negative errno.  After an error
 * in one JSON line or YAML document the reader stands at the next, so a caller may go on; after a failed read(2) or
 * a document over MS_DOC_MAX_BYTES the stream is at its end.  Empty YAML documents are skipped. */
int ms_reader_next(struct ms_reader *reader, struct ms_doc *ret_doc, struct ms_err *err);
/* `wait` is called before every read(2) of the descriptor, so that a loop can wait for it (tasks go on meanwhile);
 * a negative errno from it ends ms_reader_next with that error and leaves the reader usable. */
void ms_reader_on_read(struct ms_reader *reader, int (*wait)(void *ctx, int fd), void *ctx);
/* What came in so far: MS_FMT_YAML, MS_FMT_JSON, or MS_FMT_AUTO before anything was read. */
enum ms_format ms_reader_format(const struct ms_reader *reader);

/* Columns of the table of one kind; a table of columns ends with a NULL title. */
struct ms_col {
	const char *kind;   /* "Server" */
	const char *title;  /* "POWER" */
	const char *path;   /* JSON pointer into the resource; "/spec/ntp/#" counts, "/a|/b" takes the first present */
	const char *help;
};
#define MS_COL_END { NULL, NULL, NULL, NULL }
/* Columns of Step and Finding, the same in every command. */
extern const struct ms_col ms_cols_step[], ms_cols_finding[];

struct ms_writer;
struct ms_writer_opts {
	enum ms_format format;
	const struct ms_col *cols;   /* for tables */
	const char *const *shows;    /* kinds that tables and names show, NULL-terminated; NULL = all */
	bool color;                  /* failed states in red; for terminals, unless NO_COLOR is set */
	unsigned width;              /* terminal columns, 0 = unlimited */
};
/* Onto a stdio stream, which stays the caller's. */
int ms_writer_new(FILE *file, const struct ms_writer_opts *opts, struct ms_writer **ret_writer, struct ms_err *err);
void ms_writer_free(struct ms_writer *writer);
/* Write one resource (lent). */
int ms_writer_put(struct ms_writer *writer, const json_t *res, struct ms_err *err);
/* Write a document that nobody changed: its own text where the format is the same, else as ms_writer_put. */
int ms_writer_pass(struct ms_writer *writer, const struct ms_doc *doc, struct ms_err *err);
/* Render now, write later: what ms_writer_put would have written, for a reorder window that must not keep trees. */
int ms_writer_render(struct ms_writer *writer, const json_t *res, struct ms_buf *into, struct ms_err *err);
int ms_writer_raw(struct ms_writer *writer, const struct ms_buf *rendered, struct ms_err *err);
/* Text that is no resource (a schema, a picture, a formatted file), as it is, whatever the format. */
int ms_writer_text(struct ms_writer *writer, const char *text, size_t len, struct ms_err *err);
/* Print the table, flush, and report a full disk or a closed pipe as an error. */
int ms_writer_close(struct ms_writer *writer, struct ms_err *err);

/* Selection: hostlist expressions ("node[01-40,50],rack2-*"; a leading "!" excludes) against names, and
 * label selectors ("role=compute,env!=test,gpu", "tier in (a,b)") against metadata.labels.  A Step goes by the name
 * of its target. */
struct ms_select;
int ms_select_new(const char *const *names, const char *const *labels, struct ms_select **ret_select,
		  struct ms_err *err);
void ms_select_free(struct ms_select *select);
bool ms_select_match(const struct ms_select *select, const json_t *res);
/* Names or labels that matched nothing so far, joined for a message; NULL when all were used.  Caller frees. */
char *ms_select_unused(const struct ms_select *select);
/* Expand a hostlist into a NULL-terminated array (ms_strv_free); at most `max` names, -E2BIG beyond. */
int ms_hostlist_expand(const char *expr, size_t max, char ***ret_names, struct ms_err *err);
void ms_strv_free(char **strv);

#endif
