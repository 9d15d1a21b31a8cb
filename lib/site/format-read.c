/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text to layout: libyaml's events say what stands where; what lies between two of them is
 * punctuation and comments, which libyaml forgets.
 */
#include <errno.h>
#include <yaml.h>
#include "site/format.h"

struct reading {
	struct ms_layout *layout;
	yaml_parser_t parser;
	size_t *bytes;           /* of the nth character; NULL = all are ASCII */
	size_t last;             /* end of what was read so far */
	struct ms_err *err;
};

static void node_free(struct ms_node *node)
{
	if (!node)
		return;
	for (size_t i = 0; i < node->n; i++)
		node_free(node->kids[i]);
	free(node->kids);
	free(node->anchor);
	free(node->tag);
	free(node->value);
	free(node);
}

void ms_layout_release(struct ms_layout *layout)
{
	for (size_t i = 0; i < layout->n_pages; i++)
		node_free(layout->pages[i].root);
	free(layout->pages);
	free(layout->comments);
	free(layout->lines);
}

/* Room for one more of a growing array. */
static int grow(void *list, size_t n, size_t *cap, size_t size, struct ms_err *err)
{
	void **array = list, *more;

	if (n < *cap)
		return 0;
	more = reallocarray(*array, *cap ? *cap * 2 : 16, size);
	if (!more)
		return ms_nomem(err);
	*array = more;
	*cap = *cap ? *cap * 2 : 16;
	return 0;
}

/* libyaml counts characters. */
static int index_bytes(struct reading *r)
{
	const struct ms_layout *l = r->layout;
	size_t n = 0;
	bool ascii = true;

	for (size_t i = 0; ascii && i < l->len; i++)
		ascii = (unsigned char)l->text[i] < 0x80;
	if (ascii)
		return 0;
	r->bytes = calloc(l->len + 2, sizeof(*r->bytes));
	if (!r->bytes)
		return ms_nomem(r->err);
	for (size_t i = 0; i < l->len; i++)
		if (((unsigned char)l->text[i] & 0xc0) != 0x80)
			r->bytes[n++] = i;
	for (; n < l->len + 2; n++)
		r->bytes[n] = l->len;
	return 0;
}

static size_t byte_of(const struct reading *r, const yaml_mark_t *mark)
{
	size_t at = mark->index;

	if (r->bytes)
		at = at < r->layout->len + 2 ? r->bytes[at] : r->layout->len;
	return at < r->layout->len ? at : r->layout->len;
}

static int index_lines(struct ms_layout *l, struct ms_err *err)
{
	size_t cap = 0;

	for (size_t i = 0; i <= l->len; i++) {
		if (i && l->text[i - 1] != '\n')
			continue;
		if (grow(&l->lines, l->n_lines, &cap, sizeof(*l->lines), err))
			return -ENOMEM;
		l->lines[l->n_lines++] = i;
	}
	return 0;
}

static unsigned line_of(const struct ms_layout *l, size_t at)
{
	size_t low = 0, high = l->n_lines;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (l->lines[middle] <= at)
			low = middle;
		else
			high = middle;
	}
	return (unsigned)low;
}

static int comment_add(struct reading *r, size_t at)
{
	struct ms_layout *l = r->layout;
	const char *text = l->text + at;
	size_t len = strcspn(text, "\r\n"), begin;
	unsigned line = line_of(l, at);
	bool alone = true;

	if (grow(&l->comments, l->n_comments, &l->cap_comments, sizeof(*l->comments), r->err))
		return -ENOMEM;
	begin = l->lines[line];
	for (size_t i = begin; i < at; i++)
		alone &= l->text[i] == ' ' || l->text[i] == '\t';
	while (len && strchr(" \t\r", text[len - 1]))
		len--;
	l->comments[l->n_comments++] = (struct ms_comment){
		.at = at,
		.line = line,
		.column = (unsigned)(at - begin),
		.alone = alone,
		.text = text,
		.len = (int)len,
	};
	return 0;
}

static int refuse(struct reading *r, size_t at, const char *what)
{
	struct ms_err *err = r->err;

	ms_fail(err, -EBADMSG, MS_INPUT, "cannot format this: %s", what);
	snprintf(err->source, sizeof(err->source), "%s", r->layout->source);
	err->line = line_of(r->layout, at) + 1;
	err->column = (unsigned)(at - r->layout->lines[err->line - 1]) + 1;
	return -EBADMSG;
}

/* Between two events there is no text but punctuation, so that every # begins a comment.  libyaml
 * ends lines, and comments, also at U+0085, U+2028 and U+2029, where no editor shows it. */
static int scan_gap(struct reading *r, size_t from, size_t to)
{
	const char *text = r->layout->text;
	size_t comment = 0;
	unsigned code;

	for (size_t i = from; i < to; i++) {
		if (ms_line_special(text + i, &code) && code != 0x7f && code != 0xfeff)
			return refuse(r, i, "a line break of YAML 1.1 in it");
		if (text[i] == '\r' && text[i + 1] != '\n')
			return refuse(r, i, "a carriage return without a line feed");
		if (text[i] == '#' && i >= comment) {
			if (comment_add(r, i))
				return -ENOMEM;
			comment = i + strcspn(text + i, "\r\n");
		}
	}
	return 0;
}

/* The first "-" in the gap before an entry; the entry itself when there is none. */
static void find_dash(const struct reading *r, struct ms_node *node)
{
	const struct ms_layout *l = r->layout;
	size_t at = r->last;

	while (at < node->start && l->text[at] != '-')
		at += l->text[at] == '#' ? strcspn(l->text + at, "\r\n") : 1;
	at = at < node->start ? at : node->start;
	node->dash = line_of(l, at);
	node->dash_column = (unsigned)(at - l->lines[node->dash]);
}

static int next_event(struct reading *r, yaml_event_t *event)
{
	if (yaml_parser_parse(&r->parser, event))
		return 0;
	if (r->parser.error == YAML_MEMORY_ERROR)
		return ms_nomem(r->err);
	return refuse(r, byte_of(r, &r->parser.problem_mark),
		      r->parser.problem ? r->parser.problem : "not YAML");
}

static char *copy(struct reading *r, const yaml_char_t *text)
{
	char *same = text ? strdup((const char *)text) : NULL;

	if (text && !same)
		ms_nomem(r->err);
	return same;
}

static void fill_scalar(struct reading *r, struct ms_node *node, const yaml_event_t *event)
{
	static const enum ms_node_style styles[] = {
		[YAML_ANY_SCALAR_STYLE] = MS_STYLE_PLAIN,
		[YAML_PLAIN_SCALAR_STYLE] = MS_STYLE_PLAIN,
		[YAML_SINGLE_QUOTED_SCALAR_STYLE] = MS_STYLE_QUOTED,
		[YAML_DOUBLE_QUOTED_SCALAR_STYLE] = MS_STYLE_QUOTED,
		[YAML_LITERAL_SCALAR_STYLE] = MS_STYLE_LITERAL,
		[YAML_FOLDED_SCALAR_STYLE] = MS_STYLE_FOLDED,
	};

	node->type = MS_NODE_SCALAR;
	node->style = styles[event->data.scalar.style];
	node->value = strndup((const char *)event->data.scalar.value, event->data.scalar.length);
	node->anchor = copy(r, event->data.scalar.anchor);
	node->tag = copy(r, event->data.scalar.tag);
}

static void fill_node(struct reading *r, struct ms_node *node, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_ALIAS_EVENT:
		node->type = MS_NODE_ALIAS;
		node->anchor = copy(r, event->data.alias.anchor);
		break;
	case YAML_SEQUENCE_START_EVENT:
		node->type = MS_NODE_LIST;
		node->flow = event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
		node->anchor = copy(r, event->data.sequence_start.anchor);
		node->tag = copy(r, event->data.sequence_start.tag);
		break;
	case YAML_MAPPING_START_EVENT:
		node->type = MS_NODE_MAP;
		node->flow = event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
		node->anchor = copy(r, event->data.mapping_start.anchor);
		node->tag = copy(r, event->data.mapping_start.tag);
		break;
	default:
		fill_scalar(r, node, event);
	}
}

static struct ms_node *read_node(struct reading *r, const yaml_event_t *event);

static bool is_end(const yaml_event_t *event)
{
	return event->type == YAML_SEQUENCE_END_EVENT || event->type == YAML_MAPPING_END_EVENT;
}

static int read_kids(struct reading *r, struct ms_node *node)
{
	yaml_event_t event;
	int result = 0;

	while (!result) {
		bool end;

		result = next_event(r, &event);
		if (result)
			break;
		end = is_end(&event);
		if (end) {
			/* The end of a block collection lies before what follows it, comments and
			 * all. */
			size_t at = byte_of(r, node->flow ? &event.end_mark : &event.start_mark);

			if (node->flow)
				result = scan_gap(r, r->last, at);
			if (node->flow)
				r->last = at;
			node->end = r->last;
			node->end_line = line_of(r->layout, node->end ? node->end - 1 : 0);
		} else if (!(result = grow(&node->kids, node->n, &node->cap, sizeof(*node->kids),
					   r->err))) {
			struct ms_node *kid = read_node(r, &event);

			if (kid)
				node->kids[node->n++] = kid;
			else
				result = r->err->error;
		}
		yaml_event_delete(&event);
		if (end)
			break;
	}
	return result;
}

/* A block scalar's header line may carry a comment, which libyaml counts as part of it. */
static int scan_header(struct reading *r, const struct ms_node *node)
{
	const char *text = r->layout->text;

	for (size_t i = node->start; i < node->end && text[i] != '\n'; i++)
		if (text[i] == '#' && i && (text[i - 1] == ' ' || text[i - 1] == '\t'))
			return comment_add(r, i);
	return 0;
}

/* Of its text: a block scalar reaches over the blank lines behind it. */
static unsigned last_line(const struct ms_layout *l, const struct ms_node *node)
{
	size_t end = node->end;

	while (end > node->start + 1 && strchr(" \t\r\n", l->text[end - 1]))
		end--;
	return line_of(l, end > node->start ? end - 1 : end);
}

static struct ms_node *read_node(struct reading *r, const yaml_event_t *event)
{
	struct ms_node *node = calloc(1, sizeof(*node));
	int result;

	if (!node) {
		ms_nomem(r->err);
		return NULL;
	}
	fill_node(r, node, event);
	node->start = byte_of(r, &event->start_mark);
	node->end = byte_of(r, &event->end_mark);
	if (node->start < r->last) /* an empty value is placed at the token after it */
		node->start = node->end = r->last;
	/* By bytes: libyaml also breaks lines at U+0085, U+2028 and U+2029, which YAML 1.2 does
	 * not. */
	node->line = line_of(r->layout, node->start);
	node->column = (unsigned)(node->start - r->layout->lines[node->line]);
	node->end_line = last_line(r->layout, node);
	find_dash(r, node);
	result = scan_gap(r, r->last, node->start);
	if (!result && node->type == MS_NODE_SCALAR && node->style >= MS_STYLE_LITERAL)
		result = scan_header(r, node);
	/* What is inside a block collection begins right behind its properties, if it has any. */
	r->last = ms_node_is_collection(node) && !node->flow ? node->start : node->end;
	if (!result && ms_node_is_collection(node))
		result = read_kids(r, node);
	if (!result && node->n && !node->flow)
		node->column = node->type == MS_NODE_LIST ? node->kids[0]->dash_column
							  : node->kids[0]->column;
	if (!result && node->type == MS_NODE_SCALAR && !node->value)
		result = ms_nomem(r->err);
	if (!result && r->err->code) /* a name could not be copied */
		result = r->err->error;
	if (result) {
		node_free(node);
		return NULL;
	}
	return node;
}

static int read_page(struct reading *r, const yaml_event_t *start)
{
	struct ms_layout *l = r->layout;
	struct ms_page *page;
	yaml_event_t event;
	int result;

	if (start->data.document_start.version_directive ||
	    start->data.document_start.tag_directives.start !=
		    start->data.document_start.tag_directives.end)
		return refuse(r, byte_of(r, &start->start_mark), "a directive");
	if (grow(&l->pages, l->n_pages, &l->cap_pages, sizeof(*l->pages), r->err))
		return -ENOMEM;
	page = &l->pages[l->n_pages++];
	*page = (struct ms_page){
		.marked = !start->data.document_start.implicit,
		.start = byte_of(r, &start->start_mark),
	};
	page->line = line_of(l, page->start);
	if (page->marked) {
		result = scan_gap(r, r->last, page->start);
		r->last = byte_of(r, &start->end_mark);
		if (result)
			return result;
	}
	result = next_event(r, &event);
	if (result)
		return result;
	page->root = read_node(r, &event);
	yaml_event_delete(&event);
	return page->root ? 0 : r->err->error;
}

static int read_pages(struct reading *r)
{
	yaml_event_t event;
	bool end = false;
	int result = 0;

	while (!end && !result) {
		result = next_event(r, &event);
		if (result)
			break;
		if (event.type == YAML_DOCUMENT_START_EVENT)
			result = read_page(r, &event);
		end = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	return result ? result : scan_gap(r, r->last, r->layout->len);
}

int ms_layout_read(struct ms_layout *layout, const char *source, const char *text, size_t len,
		   struct ms_err *err)
{
	struct reading r = { .layout = layout, .err = err };
	int result;

	*layout = (struct ms_layout){ .source = source, .text = text, .len = len };
	if (index_lines(layout, err) || index_bytes(&r))
		return -ENOMEM;
	if (!yaml_parser_initialize(&r.parser)) {
		free(r.bytes);
		return ms_nomem(err);
	}
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, len);
	result = read_pages(&r);
	yaml_parser_delete(&r.parser);
	free(r.bytes);
	return result;
}
