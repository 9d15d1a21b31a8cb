/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Layout to canonical text: two spaces of indent, entries of lists under their key, one blank line
 * where there were some, comments before or behind what they stood before or behind.  Order,
 * anchors, flow style and the choice to quote are the author's.
 */
#include <errno.h>
#include "site/format.h"

#define WIDTH 100u
#define LEVELS (MS_DOC_MAX_DEPTH * 2 + 4)

struct level { unsigned column, indent; };
struct writing {
	const struct ms_layout *layout;
	struct ms_buf *buf;
	size_t comment;                /* next one to be written */
	struct level levels[LEVELS];   /* open blocks of the last line written, outermost first */
	size_t depth;
	bool fresh;                    /* nothing is in the page or block yet: no blank line */
	bool kept; /* the last line belongs to a scalar that keeps its blank lines */
	unsigned below;                /* source line of what was written last */
};

static void indent(struct writing *w, unsigned n)
{
	while (n--)
		ms_buf_puts(w->buf, " ");
}

static bool is_blank(const struct ms_layout *l, unsigned line)
{
	size_t from = l->lines[line], to = line + 1 < l->n_lines ? l->lines[line + 1] : l->len;

	for (; from < to; from++)
		if (!strchr(" \t\r\n", l->text[from]))
			return false;
	return true;
}

/* One blank line where the author left some above. */
static void blank_line(struct writing *w, unsigned line)
{
	if (!w->fresh && !w->kept && line && line - 1 > w->below && is_blank(w->layout, line - 1))
		ms_buf_puts(w->buf, "\n");
	w->fresh = w->kept = false;
}

static const struct ms_comment *pending(const struct writing *w)
{
	return w->comment < w->layout->n_comments ? &w->layout->comments[w->comment] : NULL;
}

/* A comment deeper than what follows belongs to the block that ends there. */
static unsigned comment_indent(const struct writing *w, const struct ms_comment *c, unsigned column,
			       unsigned next)
{
	if (!c->alone || c->column <= column)
		return next;
	for (size_t i = w->depth; i-- > 0;)
		if (w->levels[i].column <= c->column)
			return w->levels[i].column > column ? w->levels[i].indent : next;
	return next;
}

/* Comments that stand before `at`, on lines of their own. */
static void flush_comments(struct writing *w, size_t at, unsigned column, unsigned next)
{
	const struct ms_comment *c;

	while ((c = pending(w)) && c->at < at) {
		blank_line(w, c->line);
		indent(w, comment_indent(w, c, column, next));
		ms_buf_add(w->buf, c->text, (size_t)c->len);
		ms_buf_puts(w->buf, "\n");
		w->below = c->line;
		w->comment++;
	}
}

/* End a line whose last word stood on this line of the source; its comment stays behind it. */
static void end_line(struct writing *w, unsigned line)
{
	const struct ms_comment *c = pending(w);

	if (c && c->line == line && !c->alone) {
		ms_buf_puts(w->buf, "  ");
		ms_buf_add(w->buf, c->text, (size_t)c->len);
		w->comment++;
	}
	ms_buf_puts(w->buf, "\n");
	w->below = line;
}

static bool has_comment(const struct ms_layout *l, size_t from, size_t to)
{
	size_t low = 0, high = l->n_comments; /* the first one at or behind `from` */

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (l->comments[middle].at < from)
			low = middle + 1;
		else
			high = middle;
	}
	return low < l->n_comments && l->comments[low].at < to;
}

static void put_block(struct writing *w, const struct ms_node *node, unsigned at,
		      bool inline_first);

/* Flow style stays where it fits on the line and holds no comment. */
static bool is_block(const struct writing *w, const struct ms_node *node, size_t used)
{
	MS_AUTO_BUF struct ms_buf line = { 0 };

	if (!ms_node_is_collection(node) || !node->n)
		return false;
	if (!node->flow || has_comment(w->layout, node->start, node->end))
		return true;
	ms_line_put(&line, node);
	if (line.failed)
		w->buf->failed = line.failed;
	return used + line.len > WIDTH;
}

static size_t line_length(const struct writing *w)
{
	size_t n = 0;

	while (n < w->buf->len && w->buf->data[w->buf->len - 1 - n] != '\n')
		n++;
	return n;
}

static void put_lines(struct writing *w, const char *text, size_t len, unsigned at)
{
	while (len) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) : len;

		if (n) {
			indent(w, at);
			ms_buf_add(w->buf, text, n);
		}
		ms_buf_puts(w->buf, "\n");
		text += n + (end != NULL);
		len -= n + (end != NULL);
	}
}

/* A literal from its value: the same lines, two spaces in. */
static void put_literal(struct writing *w, const struct ms_node *node, unsigned at)
{
	size_t len = strlen(node->value), body = len;
	const char *chomp;

	while (body && node->value[body - 1] == '\n')
		body--;
	chomp = body == len ? "-" : len - body == 1 && body ? "" : "+";
	ms_buf_printf(w->buf, "|%s%s", strchr(" \n", node->value[0]) ? "2" : "", chomp);
	end_line(w, node->line);
	put_lines(w, node->value, len, at);
	w->below = node->end_line;
	w->kept = *chomp == '+';
}

/* Blanks beyond the margin are text, also where they are all there is on a line. */
static bool has_blank_text(const char *body, const char *end, size_t margin)
{
	while (body < end) {
		size_t blanks = strspn(body, " ");

		if (body[blanks] == '\n' && blanks > margin)
			return true;
		body += strcspn(body, "\n") + 1;
	}
	return false;
}

/* A folded scalar from its source: the folds are the author's.  False where only quotes are exact.
 */
static bool put_folded(struct writing *w, const struct ms_node *node, unsigned at)
{
	const char *text = w->layout->text + node->start, *end = w->layout->text + node->end,
		   *header = strchr(text, '>');
	const char *body = memchr(text, '\n', (size_t)(end - text));
	size_t margin;

	if (!header || !body || header > body || memchr(text, '\t', (size_t)(end - text)) ||
	    memchr(text, '\r', (size_t)(end - text)))
		return false;
	for (const char *p = header + 1; p < body && *p != ' '; p++)
		if (*p != '-') /* + and indents are rare */
			return false;
	margin = strspn(++body, " ");
	if (body + margin >= end || body[margin] == '\n' || has_blank_text(body, end, margin))
		return false;
	for (const char *p = end; p > body && strchr(" \n", p[-1]); p--)
		if (p[-1] == '\n') /* blank lines at the end; blanks behind a word are text */
			end = p - 1;
	ms_buf_puts(w->buf, header[1] == '-' ? ">-" : ">");
	end_line(w, node->line);
	for (; body < end; body++) {
		size_t n = strcspn(body, "\n"), lead = strspn(body, " ");

		n = body + n > end ? (size_t)(end - body) : n;
		lead = lead < margin ? lead : margin;
		put_lines(w, n > lead ? body + lead : "\n", n > lead ? n - lead : 1, at);
		body += n;
	}
	w->below = node->end_line;
	return true;
}

/* Lines that a block scalar can hold. */
static bool is_text(const char *text)
{
	unsigned code;

	for (; *text; text++)
		if (((unsigned char)*text < ' ' && *text != '\n' && *text != '\t') ||
		    ms_line_special(text, &code))
			return false;
	return true;
}

/* What stands behind "key:" or "-": at is the indent of blocks inside. */
static void put_value(struct writing *w, const struct ms_node *node, unsigned at, bool entry)
{
	bool empty = node->type == MS_NODE_SCALAR && node->style == MS_STYLE_PLAIN && !*node->value;

	if (is_block(w, node, line_length(w) + 1)) {
		bool bare = !node->anchor && !node->tag;

		if (entry && bare) {
			ms_buf_puts(w->buf, " ");
			put_block(w, node, at, true);
			return;
		}
		ms_buf_puts(w->buf, bare ? "" : " ");
		ms_line_properties(w->buf, node, false);
		end_line(w, node->flow ? node->line : w->below);
		w->fresh = true;
		put_block(w, node, at, false);
		return;
	}
	if (!empty || node->anchor || node->tag)
		ms_buf_puts(w->buf, " ");
	if (node->type == MS_NODE_SCALAR && node->style >= MS_STYLE_LITERAL && *node->value) {
		ms_line_properties(w->buf, node, true);
		if (is_text(node->value) && node->style == MS_STYLE_LITERAL) {
			put_literal(w, node, at);
			return;
		}
		if (is_text(node->value) && node->style == MS_STYLE_FOLDED &&
		    put_folded(w, node, at))
			return;
		ms_line_quoted(w->buf, node->value);
	} else {
		ms_line_put(w->buf, node);
	}
	end_line(w, node->end_line);
}

static void begin_item(struct writing *w, const struct ms_node *block, unsigned at, size_t before,
		       unsigned line, bool first)
{
	if (!first) {
		flush_comments(w, before, block->column, at);
		blank_line(w, line);
		indent(w, at);
	}
	while (w->depth && w->levels[w->depth - 1].indent >= at)
		w->depth--;
	if (w->depth < LEVELS)
		w->levels[w->depth++] = (struct level){ block->column, at };
}

static void put_list(struct writing *w, const struct ms_node *list, unsigned at, bool inline_first)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct ms_node *kid = list->kids[i];

		begin_item(w, list, at, kid->start, kid->dash, !i && inline_first);
		ms_buf_puts(w->buf, "-");
		w->below = kid->line;
		put_value(w, kid, at + 2, true);
	}
}

static void put_map(struct writing *w, const struct ms_node *map, unsigned at, bool inline_first)
{
	for (size_t i = 0; i + 1 < map->n; i += 2) {
		const struct ms_node *key = map->kids[i], *value = map->kids[i + 1];
		bool inside = ms_node_is_collection(value) && !value->flow;

		/* Comments between a key and a value on its line have no place but above. */
		begin_item(w, map, at, inside ? key->start : value->start, key->line,
			   !i && inline_first);
		ms_line_key(w->buf, key);
		w->below = key->end_line;
		put_value(w, value, at + 2, false);
	}
}

static void put_block(struct writing *w, const struct ms_node *node, unsigned at, bool inline_first)
{
	if (node->type == MS_NODE_LIST)
		put_list(w, node, at, inline_first);
	else
		put_map(w, node, at, inline_first);
	/* What was written between brackets ends there, the comments before it inside. */
	if (node->flow)
		flush_comments(w, node->end, node->column, at);
}

static void put_page(struct writing *w, const struct ms_page *page, bool first)
{
	const struct ms_node *root = page->root;
	bool empty = root->type == MS_NODE_SCALAR && root->style == MS_STYLE_PLAIN &&
		     !*root->value && !root->tag && !root->anchor;

	if (page->marked || !first) {
		flush_comments(w, page->start, 0, 0);
		w->depth = 0;
		ms_buf_puts(w->buf, "---");
		end_line(w, page->line);
		w->fresh = true;
	}
	if (empty)
		return;
	if (is_block(w, root, 0)) {
		if (root->anchor || root->tag) {
			ms_line_properties(w->buf, root, false);
			end_line(w, root->line);
		}
		put_block(w, root, 0, false);
		return;
	}
	flush_comments(w, root->start, 0, 0);
	blank_line(w, root->line);
	ms_line_put(w->buf, root);
	end_line(w, root->end_line);
}

int ms_layout_write(const struct ms_layout *layout, struct ms_buf *buf, struct ms_err *err)
{
	struct writing w = { .layout = layout, .buf = buf, .fresh = true };

	for (size_t i = 0; i < layout->n_pages; i++)
		put_page(&w, &layout->pages[i], i == 0);
	flush_comments(&w, layout->len + 1, 0, 0);
	if (buf->failed == -EBADMSG)
		return ms_fail(
			err, -EBADMSG, MS_INPUT,
			"cannot format this: a key that is no text, or over 1000 bytes long");
	return buf->failed ? ms_nomem(err) : 0;
}
