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
int ms_layout_write(const struct ms_layout *layout, struct ms_buf *buf, struct ms_err *err);

#endif
