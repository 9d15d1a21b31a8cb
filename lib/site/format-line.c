/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of a layout goes on one line: keys, scalars, lists and maps in brackets. */
#include <errno.h>
#include "site/format.h"

void ms_line_properties(struct ms_buf *buf, const struct ms_node *node, bool space)
{
	static const char core[] = "tag:yaml.org,2002:";
	bool first = true;

	if (node->anchor && node->type != MS_NODE_ALIAS) {
		ms_buf_printf(buf, "&%s", node->anchor);
		first = false;
	}
	if (node->tag) {
		ms_buf_puts(buf, first ? "" : " ");
		if (ms_starts(node->tag, core))
			ms_buf_printf(buf, "!!%s", node->tag + strlen(core));
		else /* "!": a string, whatever it looks like; no other tag is read */
			ms_buf_puts(buf, node->tag);
		first = false;
	}
	if (!first && space)
		ms_buf_puts(buf, " ");
}

/* Line breaks of YAML 1.1 (U+0085, U+2028, U+2029), and what is printable in no version. */
size_t ms_line_special(const char *p, unsigned *ret_code)
{
	static const struct row { const char *bytes; unsigned code; } rows[] = {
		{ "\x7f", 0x7f },
		{ "\xc2\x85", 0x85 },
		{ "\xe2\x80\xa8", 0x2028 },
		{ "\xe2\x80\xa9", 0x2029 },
		{ "\xef\xbb\xbf", 0xfeff },
	};

	for (size_t i = 0; i < MS_ARRAY_SIZE(rows); i++) {
		if (!ms_starts(p, rows[i].bytes))
			continue;
		*ret_code = rows[i].code;
		return strlen(rows[i].bytes);
	}
	return 0;
}

/* Text that needs no escape, whatever stands around it. */
static bool is_printable(const char *text)
{
	unsigned code;

	for (; *text; text++)
		if ((unsigned char)*text < ' ' || ms_line_special(text, &code))
			return false;
	return true;
}

void ms_line_quoted(struct ms_buf *buf, const char *text)
{
	json_auto_t *value = json_string(text);
	MS_AUTO_FREE char *json = NULL;
	unsigned code;

	/* Escapes make double quotes hard to read; a single-quoted scalar has only one. */
	if (strpbrk(text, "\"\\") && !strchr(text, '\'') && is_printable(text)) {
		ms_buf_printf(buf, "'%s'", text);
		return;
	}
	json = ms_json_text(value, MS_JSON_COMPACT); /* JSON's escapes are YAML's too */
	if (!json)
		buf->failed = -ENOMEM;
	for (const char *p = json; p && *p;) {
		size_t n = ms_line_special(p, &code);

		if (n)
			ms_buf_printf(buf, "\\u%04x", code);
		else
			ms_buf_add(buf, p, n = 1);
		p += n;
	}
}

/* Where a line begins, this would begin or end a document. */
static bool is_marker(const char *text)
{
	return (ms_starts(text, "---") || ms_starts(text, "...")) && (!text[3] || text[3] == ' ');
}

static void put_scalar(struct ms_buf *buf, const struct ms_node *node)
{
	bool plain = node->style == MS_STYLE_PLAIN && is_printable(node->value);

	if (plain && !is_marker(node->value))
		ms_buf_puts(buf, node->value);
	else
		ms_line_quoted(buf, node->value);
}

/* A key and its colon, which YAML looks for within 1024 characters. */
void ms_line_key(struct ms_buf *buf, const struct ms_node *key)
{
	size_t before = buf->len;

	if (key->type == MS_NODE_SCALAR && !*key->value)
		ms_buf_printf(buf, key->anchor ? "&%s \"\"" : "\"\"", key->anchor);
	else
		ms_line_put(buf, key);
	ms_buf_puts(buf, key->type == MS_NODE_ALIAS ? " :" : ":");
	if (!buf->failed && (buf->len - before > 1000 || ms_node_is_collection(key)))
		buf->failed = -EBADMSG;
}

static void put_kid(struct ms_buf *buf, const struct ms_node *kid)
{
	if (kid->type == MS_NODE_SCALAR && kid->style == MS_STYLE_PLAIN && !*kid->value &&
	    !kid->tag && !kid->anchor)
		ms_buf_puts(buf, "null");
	else
		ms_line_put(buf, kid);
}

static void put_kids(struct ms_buf *buf, const struct ms_node *node)
{
	bool map = node->type == MS_NODE_MAP;

	ms_buf_puts(buf, map ? "{" : "[");
	for (size_t i = 0; i < node->n; i++) {
		if (i && (!map || i % 2 == 0))
			ms_buf_puts(buf, ", ");
		if (map && i % 2 == 0)
			ms_line_key(buf, node->kids[i]);
		else if (map)
			ms_buf_puts(buf, " ");
		if (!map || i % 2)
			put_kid(buf, node->kids[i]);
	}
	ms_buf_puts(buf, map ? "}" : "]");
}

void ms_line_put(struct ms_buf *buf, const struct ms_node *node)
{
	ms_line_properties(buf, node,
		       node->type != MS_NODE_SCALAR || *node->value ||
			       node->style != MS_STYLE_PLAIN);
	if (node->type == MS_NODE_ALIAS)
		ms_buf_printf(buf, "*%s", node->anchor);
	else if (node->type == MS_NODE_SCALAR)
		put_scalar(buf, node);
	else
		put_kids(buf, node);
}
