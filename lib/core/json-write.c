/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values as JSON (RFC 8259) on one line.  jansson's own printer writes 0.1 as 0.10000000000000001
 * and lets characters through that a terminal acts on; what we print is the shortest that reads
 * back the same.
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

static int put_value(struct ms_buf *buf, const json_t *value, bool sort, unsigned depth);

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int put_member(struct ms_buf *buf, const json_t *object, const char *key, bool sort,
		      unsigned depth)
{
	put_string(buf, key, strlen(key));
	ms_buf_add(buf, ":", 1);
	return put_value(buf, json_object_get(object, key), sort, depth);
}

static int put_sorted(struct ms_buf *buf, const json_t *object, unsigned depth)
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
		if (i)
			ms_buf_add(buf, ",", 1);
		error = put_member(buf, object, keys[i], true, depth);
	}
	return error;
}

static int put_object(struct ms_buf *buf, const json_t *object, bool sort, unsigned depth)
{
	const char *key;
	json_t *value;
	int error = 0;
	bool first = true;

	ms_buf_add(buf, "{", 1);
	if (sort) {
		error = put_sorted(buf, object, depth);
	} else {
		json_object_foreach((json_t *)object, key, value) {
			if (!first)
				ms_buf_add(buf, ",", 1);
			first = false;
			put_string(buf, key, strlen(key));
			ms_buf_add(buf, ":", 1);
			error = put_value(buf, value, sort, depth);
			if (error)
				break;
		}
	}
	ms_buf_add(buf, "}", 1);
	return error;
}

static int put_array(struct ms_buf *buf, const json_t *array, bool sort, unsigned depth)
{
	size_t i;
	json_t *value;
	int error = 0;

	ms_buf_add(buf, "[", 1);
	json_array_foreach(array, i, value) {
		if (i)
			ms_buf_add(buf, ",", 1);
		error = put_value(buf, value, sort, depth);
		if (error)
			break;
	}
	ms_buf_add(buf, "]", 1);
	return error;
}

static int put_value(struct ms_buf *buf, const json_t *value, bool sort, unsigned depth)
{
	char text[48];

	if (depth > DEPTH_MAX)
		return -ELOOP;
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return put_object(buf, value, sort, depth + 1);
	case JSON_ARRAY:
		return put_array(buf, value, sort, depth + 1);
	case JSON_STRING:
		put_string(buf, json_string_value(value), json_string_length(value));
		break;
	case JSON_INTEGER:
		snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		ms_buf_puts(buf, text);
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

int ms_json_write(struct ms_buf *buf, const json_t *value, bool sort)
{
	int error = value ? put_value(buf, value, sort, 0) : -EINVAL;

	return buf->failed ? buf->failed : error;
}
