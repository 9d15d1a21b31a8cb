/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON pointers (RFC 6901) into jansson values. */
#include <errno.h>
#include <stdarg.h>
#include "core/buf.h"
#include "core/doc.h"

/* A reference token as it stands in the pointer, escapes and all. */
struct token { const char *at; size_t len; };

/* Take the next token off the pointer; false at its end. */
static bool next_token(const char **pointer, struct token *token)
{
	if (**pointer != '/')
		return false;
	token->at = *pointer + 1;
	token->len = strcspn(token->at, "/");
	*pointer = token->at + token->len;
	return true;
}

/* The key a token stands for: "~1" is "/", "~0" is "~" (section 4).  Caller frees. */
static char *token_key(const struct token *token)
{
	char *key = strndup(token->at, token->len), *to = key;

	for (const char *from = key; from && *from; from++, to++) {
		*to = *from;
		if (from[0] == '~' && (from[1] == '0' || from[1] == '1'))
			*to = *++from == '1' ? '/' : '~';
	}
	if (key)
		*to = '\0';
	return key;
}

/* Digits without a leading zero (section 4); false for everything else, "-" included. */
static bool token_index(const struct token *token, size_t *ret_index)
{
	size_t index = 0;

	if (!token->len || token->len > 9 || (token->len > 1 && token->at[0] == '0'))
		return false;
	for (size_t i = 0; i < token->len; i++) {
		if (token->at[i] < '0' || token->at[i] > '9')
			return false;
		index = 10 * index + (size_t)(token->at[i] - '0');
	}
	*ret_index = index;
	return true;
}

static json_t *child(const json_t *value, const struct token *token)
{
	size_t index;

	if (json_is_array(value))
		return token_index(token, &index) ? json_array_get(value, index) : NULL;
	if (!json_is_object(value))
		return NULL;
	if (memchr(token->at, '~', token->len)) {
		MS_AUTO_FREE char *key = token_key(token);

		return key ? json_object_get(value, key) : NULL;
	}
	return json_object_getn(value, token->at, token->len);
}

static json_t *find(const json_t *root, const char *pointer)
{
	json_t *value = (json_t *)root;
	struct token token;

	while (value && next_token(&pointer, &token))
		value = child(value, &token);
	return *pointer ? NULL : value;
}

json_t *ms_at(const json_t *root, const char *fmt, ...)
{
	MS_AUTO_FREE char *heap = NULL;
	char small[256];
	va_list args;
	int want;

	if (!root)
		return NULL;
	if (!strchr(fmt, '%'))
		return find(root, fmt);
	va_start(args, fmt);
	want = vsnprintf(small, sizeof(small), fmt, args);
	va_end(args);
	if (want < 0)
		return NULL;
	if ((size_t)want < sizeof(small))
		return find(root, small);
	va_start(args, fmt);
	want = vasprintf(&heap, fmt, args);
	va_end(args);
	if (want < 0)
		heap = NULL;
	return heap ? find(root, heap) : NULL;
}

const char *ms_str(const json_t *root, const char *pointer, const char *otherwise)
{
	const char *text = json_string_value(find(root, pointer));

	return text ? text : otherwise;
}

int64_t ms_int(const json_t *root, const char *pointer, int64_t otherwise)
{
	const json_t *value = find(root, pointer);

	return json_is_integer(value) ? (int64_t)json_integer_value(value) : otherwise;
}

bool ms_bool(const json_t *root, const char *pointer, bool otherwise)
{
	const json_t *value = find(root, pointer);

	return json_is_boolean(value) ? json_is_true(value) : otherwise;
}

/* Set a child, taking value; "-" and the index after the last append (section 4). */
static int set_child(json_t *into, const struct token *token, json_t *value)
{
	MS_AUTO_FREE char *key = NULL;
	size_t index = json_array_size(into);

	if (json_is_array(into)) {
		bool append = token->len == 1 && token->at[0] == '-';

		if ((!append && !token_index(token, &index)) || index > json_array_size(into)) {
			json_decref(value);
			return -EINVAL;
		}
		if (index < json_array_size(into))
			return json_array_set_new(into, index, value) ? -ENOMEM : 0;
		return json_array_append_new(into, value) ? -ENOMEM : 0;
	}
	key = json_is_object(into) ? token_key(token) : NULL;
	if (!key) {
		json_decref(value);
		return json_is_object(into) ? -ENOMEM : -EINVAL;
	}
	return json_object_set_new(into, key, value) ? -ENOMEM : 0;
}

int ms_put(json_t *root, const char *pointer, json_t *value)
{
	struct token token;

	if (!value)
		return -ENOMEM;
	if (!next_token(&pointer, &token)) {
		json_decref(value);
		return -EINVAL;
	}
	while (*pointer) {
		json_t *next = child(root, &token);

		if (!next || json_is_null(next)) {
			int error = set_child(root, &token, next = json_object());

			if (!next || error) {
				json_decref(value);
				return next ? error : -ENOMEM;
			}
			/* "-" has made the last element. */
			if (json_is_array(root) && token.at[0] == '-')
				next = json_array_get(root, json_array_size(root) - 1);
		}
		root = next;
		if (!next_token(&pointer, &token)) {
			json_decref(value);
			return -EINVAL;
		}
	}
	return set_child(root, &token, value);
}

void ms_pointer_push(char *buf, size_t size, const char *key)
{
	size_t len = strlen(buf), need = 1;

	for (const char *p = key; *p; p++)
		need += *p == '~' || *p == '/' ? 2 : 1;
	/* A pointer cut short would name something else; its parent is still right. */
	if (len + need >= size)
		return;
	buf[len++] = '/';
	for (const char *p = key; *p; p++) {
		if (*p == '~' || *p == '/') {
			buf[len++] = '~';
			buf[len++] = *p == '~' ? '0' : '1';
		} else {
			buf[len++] = *p;
		}
	}
	buf[len] = '\0';
}
