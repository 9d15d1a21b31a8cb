/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Growing bytes with a maximum; a failed append is remembered, so that callers check once at the
 * end.
 */
#include "core/buf.h"
#include <errno.h>

void ms_buf_release(struct ms_buf *buf)
{
	free(buf->data);
	*buf = (struct ms_buf){ .max = buf->max };
}

/* Room for `more` bytes and the NUL. */
static int reserve(struct ms_buf *buf, size_t more)
{
	size_t max = buf->max ? buf->max : MS_BUF_MAX;
	size_t cap = buf->cap ? buf->cap : 64;
	char *data;

	if (buf->failed)
		return buf->failed;
	if (more > max - buf->len)
		return buf->failed = -EFBIG;
	if (buf->len + more < buf->cap)
		return 0;
	while (cap <= buf->len + more)
		cap *= 2;
	data = realloc(buf->data, cap);
	if (!data)
		return buf->failed = -ENOMEM;
	buf->data = data;
	buf->cap = cap;
	return 0;
}

int ms_buf_add(struct ms_buf *buf, const void *data, size_t len)
{
	int error = reserve(buf, len);

	if (error)
		return error;
	if (len)
		memcpy(buf->data + buf->len, data, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
	return 0;
}

int ms_buf_puts(struct ms_buf *buf, const char *s)
{
	return ms_buf_add(buf, s, strlen(s));
}

int ms_buf_printf(struct ms_buf *buf, const char *fmt, ...)
{
	va_list args;
	int want, error;

	va_start(args, fmt);
	want = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (want < 0)
		return buf->failed ? buf->failed : (buf->failed = -EINVAL);
	error = reserve(buf, (size_t)want);
	if (error)
		return error;
	va_start(args, fmt);
	vsnprintf(buf->data + buf->len, (size_t)want + 1, fmt, args);
	va_end(args);
	buf->len += (size_t)want;
	return 0;
}

char *ms_buf_steal(struct ms_buf *buf)
{
	char *data = NULL;

	if (!buf->failed && !ms_buf_add(buf, "", 0))
		data = ms_take(buf->data);
	ms_buf_release(buf);
	return data;
}

char *ms_asprintf(const char *fmt, ...)
{
	char *text = NULL;
	va_list args;
	int len;

	va_start(args, fmt);
	len = vasprintf(&text, fmt, args);
	va_end(args);
	return len < 0 ? NULL : text;
}
