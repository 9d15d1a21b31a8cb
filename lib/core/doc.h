/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values and documents.  The value type is jansson's json_t, and its rules are ours: a getter lends,
 * `_new` takes.  A document is a value plus the text that it came from, kept so that an error can name
 * the line of any JSON pointer (RFC 6901) without a side table: the text is walked again, only on error.
 */
#ifndef MS_CORE_DOC_H
#define MS_CORE_DOC_H

#include <jansson.h>
#include <stdint.h>
#include "core/err.h"

enum ms_format { MS_FMT_AUTO, MS_FMT_YAML, MS_FMT_JSON, MS_FMT_TABLE, MS_FMT_NAME };

/* Limits on foreign text.  They hold for JSON and YAML alike. */
#define MS_DOC_MAX_BYTES (256u << 20)  /* one document */
#define MS_DOC_MAX_DEPTH 200           /* nesting */
#define MS_DOC_MAX_NODES 20000000u     /* values after alias expansion */

struct ms_doc {
	json_t *root;          /* owned */
	char *text;            /* owned; NUL-terminated; NULL when the document was built, not read */
	size_t len;
	char *source;          /* owned; "site.yaml", "<stdin>" */
	unsigned line;         /* line of the source on which text starts, 1-based */
	unsigned column;       /* and the column, 1-based; 0 = 1 */
	enum ms_format format; /* MS_FMT_YAML or MS_FMT_JSON */
	struct ms_marks *marks; /* private: places of the values in text, once somebody asked */
};
void ms_doc_release(struct ms_doc *doc);

/*
 * Parse one document.  A text whose brackets are followed by a quoted key (or nothing) is JSON (RFC 8259), so that a
 * typing error cannot turn into a string; everything else is YAML 1.2 with the core schema (`no` is a string), merge
 * keys (<<) and anchors.  Refused with line and column: duplicate keys, keys that are no scalars, bad UTF-8, NUL,
 * tabs as indentation, tags other than the core ones, integers beyond 64 bits (but 18446744073709552000 is the real
 * 1.8446744073709552e19, which jq writes so), .inf and .nan, aliases that make too many values, and anything over the
 * limits.  `text` is copied into ret_doc.  -EBADMSG + MS_INPUT when refused.
 */
int ms_doc_parse(const char *source, unsigned line, const char *text, size_t len, struct ms_doc *ret_doc,
		 struct ms_err *err);
/* Read a whole file ("-" = standard input) that holds exactly one document. */
int ms_doc_load(const char *path, struct ms_doc *ret_doc, struct ms_err *err);
/* Find line and column (in characters) of a pointer, or of its nearest ancestor that is in the text; with `key`, of
 * the key rather than the value.  What came by an alias or a merge is found where it is written.  The first call walks
 * the text, later ones do not.  Returns false when there is no text. */
bool ms_doc_locate(const struct ms_doc *doc, const char *pointer, bool key, unsigned *ret_line, unsigned *ret_column);
/* Fill source, line and column of err (whose path is a pointer into doc) from doc. */
void ms_doc_place(const struct ms_doc *doc, struct ms_err *err);

/* Text of a value.  YAML: block style, keys in insertion order, strings quoted only where a YAML 1.1 or 1.2
 * reader could misread them.  JSON: compact, one line, without newline.  Both read back as the same value; reals are
 * the shortest decimals that do.  Any other format is taken for YAML.  Caller frees; ret_len may be NULL. */
int ms_value_text(const json_t *value, enum ms_format format, char **ret_text, size_t *ret_len, struct ms_err *err);
/* JSON of any value where there is no error to fill; the caller frees.  NULL when memory runs out, when the value is
 * NULL or nested too deeply.  (jansson's json_dumps() leaves out what it found no memory for, and succeeds.) */
enum ms_json_style { MS_JSON_COMPACT, MS_JSON_SORTED /* compact, keys sorted */, MS_JSON_INDENTED /* by two */ };
char *ms_json_text(const json_t *value, enum ms_json_style style);

/* JSON pointers.  ms_at lends the value at a printf-formatted pointer, NULL when absent; ms_str and friends
 * return the default when it is absent or of another type.  ms_put creates the objects on the way and takes
 * `value` (also on failure; a NULL value is -ENOMEM). */
json_t *ms_at(const json_t *root, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const char *ms_str(const json_t *root, const char *pointer, const char *otherwise);
int64_t ms_int(const json_t *root, const char *pointer, int64_t otherwise);
bool ms_bool(const json_t *root, const char *pointer, bool otherwise);
int ms_put(json_t *root, const char *pointer, json_t *value);
/* Append a key, escaped as RFC 6901 says, to a pointer held in buf. */
void ms_pointer_push(char *buf, size_t size, const char *key);
/* Deep merge: objects merge key by key, everything else in `over` replaces; null removes (RFC 7396). */
json_t *ms_merge_new(const json_t *base, const json_t *over);
/* Canonical JSON (sorted keys, compact) hashed to 16 hex digits: stable ids of Steps. */
int ms_value_hash(const json_t *value, char ret_hex[static 17], struct ms_err *err);

/* Resources. */
const char *ms_kind(const json_t *res);  /* "" when it has none */
const char *ms_name(const json_t *res);  /* metadata.name, "" when it has none */
json_t *ms_resource_new(const char *kind, const char *name); /* apiVersion, kind, metadata.name, empty spec */
/* Set status.<domain>, stamped with observedAt (ms_now); takes `facts`. */
int ms_status_set(json_t *res, const char *domain, json_t *facts);
/* Write err as status.error {code, message, hint}, replacing an older one; or remove it. */
int ms_status_error(json_t *res, const struct ms_err *err);
void ms_status_clear_error(json_t *res);

#endif
