/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values as JSON (RFC 8259).  jansson's own printer writes 0.1 as 0.10000000000000001,
 * lets characters through that a terminal acts on, and leaves out what it found no memory for; what
 * we print is the shortest that reads back the same.
 */
#include <errno.h>
#include "core/write.h"

/* Deeper than any document may be, and what the stack of a task can take. */
#define DEPTH_MAX (MS_DOC_MAX_DEPTH + 100)

/* One character that cannot stand for itself; *text moves behind it. */
static void put_escape(struct ms_buf *buf, const unsigned char **text)
{
	static const char letters[] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'
	};
	unsigned char c = **text;

	if (c == '"' || c == '\\') {
		ms_buf_add(buf, (char[]){ '\\', (char)c }, 2);
	} else if (c < sizeof(letters) && letters[c]) {
		ms_buf_add(buf, (char[]){ '\\', letters[c] }, 2);
	} else if (c == 0xc2) {
		ms_buf_printf(buf, "\\u%04x", (*text)[1]);
		++*text;
	} else {
		ms_buf_printf(buf, "\\u%04x", c);
	}
	++*text;
}

static bool needs_escape(const unsigned char *p)
{
	/* 0xc2 0x80..0x9f are the C1 controls, which terminals obey as they do ESC. */
	return *p < 0x20 || *p == '"' || *p == '\\' || *p == 0x7f || (*p == 0xc2 && p[1] < 0xa0);
}

static void put_string(struct ms_buf *buf, const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *)text, *end = p + len, *plain = p;

	ms_buf_add(buf, "\"", 1);
	while (p < end) {
		if (!needs_escape(p)) {
			p++;
			continue;
		}
		ms_buf_add(buf, plain, (size_t)(p - plain));
		put_escape(buf, &p);
		plain = p;
	}
	ms_buf_add(buf, plain, (size_t)(end - plain));
	ms_buf_add(buf, "\"", 1);
}

/* Most of what large documents hold: printf takes five times as long. */
static void put_integer(struct ms_buf *buf, json_int_t value)
{
	char text[24], *end = text + sizeof(text), *at = end;
	uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;

	do
		*--at = (char)('0' + left % 10);
	while (left /= 10);
	if (value < 0)
		*--at = '-';
	ms_buf_add(buf, at, (size_t)(end - at));
}

struct printer {
	struct ms_buf *buf;
	enum ms_json_style style;
};

static int put_value(struct printer *p, const json_t *value, unsigned depth);

/* Before an element or a closing bracket, with so many collections open around it. */
static void put_break(struct printer *p, bool comma, unsigned depth)
{
	if (comma)
		ms_buf_add(p->buf, ",", 1);
	if (p->style == MS_JSON_INDENTED)
		ms_buf_printf(p->buf, "\n%*s", (int)(2 * depth), "");
}

static int put_member(struct printer *p, const char *key, const json_t *value, unsigned depth)
{
	put_string(p->buf, key, strlen(key));
	ms_buf_puts(p->buf, p->style == MS_JSON_INDENTED ? ": " : ":");
	return put_value(p, value, depth);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int put_sorted(struct printer *p, const json_t *object, unsigned depth)
{
	size_t n = 0, size = json_object_size(object);
	MS_AUTO_FREE const char **keys = calloc(size + 1, sizeof(*keys));
	const char *key;
	json_t *unused;
	int error = 0;

	if (!keys)
		return -ENOMEM;
	json_object_foreach((json_t *)object, key, unused)
		keys[n++] = key;
	(void)unused;
	qsort(keys, n, sizeof(*keys), by_name);
	for (size_t i = 0; i < n && !error; i++) {
		put_break(p, i, depth);
		error = put_member(p, keys[i], json_object_get(object, keys[i]), depth);
	}
	return error;
}

static int put_in_order(struct printer *p, const json_t *object, unsigned depth)
{
	const char *key;
	json_t *value;
	int error = 0;
	bool first = true;

	json_object_foreach((json_t *)object, key, value) {
		put_break(p, !first, depth);
		first = false;
		error = put_member(p, key, value, depth);
		if (error)
			break;
	}
	return error;
}

static int put_object(struct printer *p, const json_t *object, unsigned depth)
{
	int error;

	ms_buf_add(p->buf, "{", 1);
	error = p->style == MS_JSON_SORTED ? put_sorted(p, object, depth)
					   : put_in_order(p, object, depth);
	if (json_object_size(object))
		put_break(p, false, depth - 1);
	ms_buf_add(p->buf, "}", 1);
	return error;
}

static int put_array(struct printer *p, const json_t *array, unsigned depth)
{
	size_t i;
	json_t *value;
	int error = 0;

	ms_buf_add(p->buf, "[", 1);
	json_array_foreach(array, i, value) {
		put_break(p, i, depth);
		error = put_value(p, value, depth);
		if (error)
			break;
	}
	if (json_array_size(array))
		put_break(p, false, depth - 1);
	ms_buf_add(p->buf, "]", 1);
	return error;
}

static int put_value(struct printer *p, const json_t *value, unsigned depth)
{
	struct ms_buf *buf = p->buf;
	char text[48];

	if (depth > DEPTH_MAX)
		return -ELOOP;
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return put_object(p, value, depth + 1);
	case JSON_ARRAY:
		return put_array(p, value, depth + 1);
	case JSON_STRING:
		put_string(buf, json_string_value(value), json_string_length(value));
		break;
	case JSON_INTEGER:
		put_integer(buf, json_integer_value(value));
		break;
	case JSON_REAL:
		ms_real_format(json_real_value(value), text, sizeof(text));
		ms_buf_puts(buf, text);
		break;
	default:
		ms_buf_puts(buf, json_is_true(value)	? "true"
				 : json_is_false(value) ? "false"
							: "null");
	}
	return buf->failed;
}

int ms_json_write(struct ms_buf *buf, const json_t *value, enum ms_json_style style)
{
	struct printer p = { buf, style };
	int error = value ? put_value(&p, value, 0) : -EINVAL;

	return buf->failed ? buf->failed : error;
}

char *ms_json_text(const json_t *value, enum ms_json_style style)
{
	MS_AUTO_BUF struct ms_buf buf = { 0 };

	return ms_json_write(&buf, value, style) ? NULL : ms_buf_steal(&buf);
}
