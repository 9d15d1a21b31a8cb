/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/core: text to values. */
#ifndef MS_CORE_SYNTAX_H
#define MS_CORE_SYNTAX_H

#include "core/buf.h"
#include "core/doc.h"

/* Text of one document, ended by a NUL, and where it stands: its first character is source:line:column. */
struct ms_text {
	const char *source;
	unsigned line, column;
	const char *text;
	size_t len;
	bool json;             /* nothing but JSON will do */
};

/*
 * JSON and YAML's flow style begin alike.  A quoted key, or nothing, behind the brackets is JSON: the typing error in
 * {"up": tru} must not become a string.  A bare key cannot be JSON.  A list of bare words may be either, and so may
 * what begins with a quote.
 */
enum ms_syntax {
	MS_SYNTAX_YAML, MS_SYNTAX_JSON, MS_SYNTAX_EITHER,
	MS_SYNTAX_OPEN,        /* the text ends too early to say */
};
enum ms_syntax ms_text_syntax(const char *text, size_t len);

/* -EBADMSG + MS_INPUT with line and column, -ENOMEM. */
int ms_json_parse(const struct ms_text *text, json_t **ret_root, struct ms_err *err);
int ms_yaml_parse(const struct ms_text *text, json_t **ret_root, struct ms_err *err);
/* Whichever it is. */
int ms_text_parse(const struct ms_text *text, json_t **ret_root, enum ms_format *ret_format, struct ms_err *err);
/* Set err (MS_INPUT) at a place of a source; returns -EBADMSG. */
int ms_place_fail(struct ms_err *err, const char *source, unsigned line, unsigned column, const char *fmt,
		  va_list args);
/* The same at a byte offset of the text. */
int ms_text_fail(const struct ms_text *text, size_t offset, struct ms_err *err, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* The same as ms_doc_parse for text on the heap, which is taken (also on failure). */
int ms_doc_take(const struct ms_text *where, char *text, struct ms_doc *ret_doc, struct ms_err *err);

/* What a plain scalar is in the core schema of YAML 1.2 (section 10.3.2). */
enum ms_scalar { MS_SCALAR_STR, MS_SCALAR_NULL, MS_SCALAR_TRUE, MS_SCALAR_FALSE, MS_SCALAR_INT, MS_SCALAR_REAL,
		 MS_SCALAR_INF, MS_SCALAR_NAN };
enum ms_scalar ms_scalar_type(const char *text);
/* Would a reader of YAML 1.1 or 1.2 take this plain scalar for the string that it is? */
bool ms_scalar_is_plain(const char *text);

#endif
