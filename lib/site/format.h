/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to lib/site: a YAML file as it was written, which values alone do not tell. */
#ifndef MS_SITE_FORMAT_H
#define MS_SITE_FORMAT_H

#include "site/kinds.h"

enum ms_node_type { MS_NODE_SCALAR, MS_NODE_LIST, MS_NODE_MAP, MS_NODE_ALIAS };
enum ms_node_style { MS_STYLE_PLAIN, MS_STYLE_QUOTED, MS_STYLE_LITERAL, MS_STYLE_FOLDED };
struct ms_node {
	enum ms_node_type type;
	enum ms_node_style style;    /* of a scalar */
	bool flow;                   /* of a collection: [a, b] {a: b} */
	char *anchor, *tag;          /* of an alias: the name; NULL = none */
	char *value;                 /* of a scalar; NUL-terminated, the parser refuses NUL */
	size_t start, end;           /* bytes in the text */
	unsigned line, end_line;     /* 0-based */
	unsigned column;             /* of its first word; of a block collection, of its entries */
	unsigned dash, dash_column;  /* of an entry of a block list: where its "-" stands */
	struct ms_node **kids;       /* of a map: key, value, key, value */
	size_t n, cap;
};
struct ms_comment {
	size_t at;                   /* byte in the text */
	unsigned line, column;
	bool alone;                  /* nothing before it on its line */
	const char *text;            /* lent by the text, with the # */
	int len;
};
struct ms_page {                     /* one document */
	struct ms_node *root;        /* NULL = empty */
	bool marked;                 /* began with --- */
	size_t start;
	unsigned line;
};
struct ms_layout {
	const char *source, *text;
	size_t len;
	size_t *lines;               /* offset of each line */
	size_t n_lines;
	struct ms_comment *comments;
	size_t n_comments, cap_comments;
	struct ms_page *pages;
	size_t n_pages, cap_pages;
};
int ms_layout_read(struct ms_layout *layout, const char *source, const char *text, size_t len, struct ms_err *err);
void ms_layout_release(struct ms_layout *layout);
static inline bool ms_node_is_collection(const struct ms_node *node)
{
	return node->type == MS_NODE_LIST || node->type == MS_NODE_MAP;
}
/* On one line: a node with its anchor and tag; a key and its colon (buf->failed -EBADMSG when it cannot be one); only
 * anchor and tag; text in quotes. */
void ms_line_put(struct ms_buf *buf, const struct ms_node *node);
void ms_line_key(struct ms_buf *buf, const struct ms_node *key);
void ms_line_properties(struct ms_buf *buf, const struct ms_node *node, bool space);
void ms_line_quoted(struct ms_buf *buf, const char *text);
/* Bytes of a character that no plain or block scalar may hold, 0 for any other. */
size_t ms_line_special(const char *p, unsigned *ret_code);
int ms_layout_write(const struct ms_layout *layout, struct ms_buf *buf, struct ms_err *err);

#endif
