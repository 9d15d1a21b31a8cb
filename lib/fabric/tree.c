/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configuration as lines, and blocks by indentation: an ordered tree, no line twice in a block. */
#include <ctype.h>
#include <errno.h>
#include "fabric/lines.h"

#define MAX_DEPTH 32
#define MAX_LINES 2000000u

static struct fabric_lines *line_new(const char *text, size_t len)
{
	struct fabric_lines *line = calloc(1, sizeof *line);

	if (line)
		line->text = strndup(text, len);
	if (line && !line->text) {
		free(line);
		line = NULL;
	}
	return line;
}

void fabric_lines_free(struct fabric_lines *lines)
{
	if (!lines)
		return;
	for (size_t i = 0; i < lines->n; i++)
		fabric_lines_free(lines->child[i]);
	free(lines->child);
	free(lines->slot);
	free(lines->text);
	free(lines);
}

/* ---- a block finds its lines by hash: configurations have thousands in one block ---- */

static size_t hash(const char *text, size_t len)
{
	size_t h = 14695981039346656037u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)text[i]) * 1099511628211u;
	return h;
}

/* The slot that holds the line, or the free one where it would be. */
static size_t slot_of(const struct fabric_lines *block, const char *text, size_t len)
{
	size_t i = hash(text, len) & (block->slots - 1);

	while (block->slot[i]) {
		const char *have = block->child[block->slot[i] - 1]->text;

		if (!strncmp(have, text, len) && !have[len])
			break;
		i = (i + 1) & (block->slots - 1);
	}
	return i;
}

static struct fabric_lines *child_of(const struct fabric_lines *block, const char *text, size_t len)
{
	size_t at = block->slots ? block->slot[slot_of(block, text, len)] : 0;

	return at ? block->child[at - 1] : NULL;
}

/* Room for one more line: twice as many slots as lines. */
static int make_room(struct fabric_lines *block)
{
	struct fabric_lines **child;
	size_t cap = block->cap ? block->cap * 2 : 8;

	if (block->n < block->cap)
		return 0;
	child = reallocarray(block->child, cap, sizeof(struct fabric_lines *));
	if (!child)
		return -ENOMEM;
	block->child = child;
	block->cap = cap;
	free(block->slot);
	block->slot = calloc(cap * 2, sizeof *block->slot);
	block->slots = block->slot ? cap * 2 : 0;
	if (!block->slot)
		return -ENOMEM;
	for (size_t i = 0; i < block->n; i++)
		block->slot[slot_of(block, child[i]->text, strlen(child[i]->text))] = (uint32_t)i +
										      1;
	return 0;
}

/* The line of that text in the block, made when it is not there. */
static struct fabric_lines *add_line(struct fabric_lines *block, const char *text, size_t len)
{
	struct fabric_lines *line = child_of(block, text, len);

	if (line || make_room(block))
		return line;
	line = line_new(text, len);
	if (!line)
		return NULL;
	block->slot[slot_of(block, text, len)] = (uint32_t)block->n + 1;
	block->child[block->n++] = line;
	return line;
}

/* ---- reading ---- */

struct reading {
	struct fabric_lines *block[MAX_DEPTH];    /* open blocks, the whole first */
	size_t indent[MAX_DEPTH]; /* and how far in they begin; the whole: none of it counts */
	unsigned depth, n;
	char banner[16]; /* what ends the text of a banner; "" = not within one */
};

/* Lines that are structure or remarks, not configuration. */
static bool is_noise(const char *text, size_t len)
{
	return !len || *text == '!' || (len == 3 && ms_starts(text, "end")) ||
	       (len == 4 && ms_starts(text, "exit")) || (len > 5 && ms_starts(text, "exit-"));
}

/* "banner login" ends with a line EOF, "banner motd #" with the next '#': its text is nobody's
 * configuration.  FRR's "banner motd default" has none. */
static void enter_banner(struct reading *in, const char *text, size_t len)
{
	const char *end = text + len, *c = text + strlen("banner ");

	while (c < end && *c != ' ')
		c++;
	while (c < end && *c == ' ')
		c++;
	if (c == end)
		snprintf(in->banner, sizeof in->banner, "EOF");
	else if (!isalnum((unsigned char)*c) && !memchr(c + 1, *c, (size_t)(end - c - 1)))
		snprintf(in->banner, sizeof in->banner, "%.*s", *c == '^' && c + 1 < end ? 2 : 1,
			 c);
}

static bool within_banner(struct reading *in, const char *text, size_t len)
{
	if (!*in->banner)
		return false;
	if (strcmp(in->banner, "EOF") ? memmem(text, len, in->banner, strlen(in->banner)) != NULL
				      : len == 3 && !strncmp(text, "EOF", 3))
		*in->banner = 0;
	return true;
}

static int read_line(struct reading *in, const char *text, size_t len, unsigned number,
		     struct ms_err *err)
{
	size_t indent = 0;
	struct fabric_lines *line;

	while (len && (text[len - 1] == ' ' || text[len - 1] == '\t' || text[len - 1] == '\r'))
		len--;
	while (indent < len && (text[indent] == ' ' || text[indent] == '\t'))
		indent++;
	text += indent;
	len -= indent;
	if (within_banner(in, text, len) || is_noise(text, len))
		return 0;
	while (in->depth > 1 && in->indent[in->depth - 1] >= indent)
		in->depth--;
	if (in->depth == MAX_DEPTH || ++in->n > MAX_LINES)
		return ms_fail(err, -EBADMSG, MS_INVALID, "line %u: %s", number,
			       in->depth == MAX_DEPTH ? "blocks are nested too deeply"
						      : "too many lines");
	line = add_line(in->block[in->depth - 1], text, len);
	if (!line)
		return ms_nomem(err);
	in->block[in->depth] = line;
	in->indent[in->depth++] = indent;
	if (len > strlen("banner ") && ms_starts(text, "banner "))
		enter_banner(in, text, len);
	return 0;
}

int fabric_lines_parse(const char *text, struct fabric_lines **ret_lines, struct ms_err *err)
{
	struct fabric_lines *all = line_new("", 0);
	struct reading in = { .block = { all }, .depth = 1 };
	int r = all ? 0 : ms_nomem(err);

	for (unsigned number = 1; !r && *text; number++) {
		size_t len = strcspn(text, "\n");

		r = read_line(&in, text, len, number, err);
		text += len + (text[len] == '\n');
	}
	if (!r && *in.banner)
		r = ms_fail(err, -EBADMSG, MS_INVALID, "the text of a banner has no end: no %s",
			    in.banner);
	if (r)
		fabric_lines_free(all);
	else
		*ret_lines = all;
	return r;
}

/* ---- walking ---- */

size_t fabric_lines_count(const struct fabric_lines *block)
{
	return block ? block->n : 0;
}

const struct fabric_lines *fabric_lines_at(const struct fabric_lines *block, size_t i)
{
	return block && i < block->n ? block->child[i] : NULL;
}

const char *fabric_lines_text(const struct fabric_lines *line)
{
	return line ? line->text : "";
}

const struct fabric_lines *fabric_lines_same(const struct fabric_lines *block, const char *text)
{
	return block ? child_of(block, text, strlen(text)) : NULL;
}

const struct fabric_lines *fabric_lines_find(const struct fabric_lines *block, const char *text)
{
	const struct fabric_lines *line = fabric_lines_same(block, text);
	size_t len = strlen(text);

	for (size_t i = 0; !line && i < fabric_lines_count(block); i++)
		if (!strncmp(block->child[i]->text, text, len) && block->child[i]->text[len] == ' ')
			line = block->child[i];
	return line;
}
