/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parser of text/event-stream.  Lines end with CR, LF or both, in any piece of the stream; a
 * line or event over its limit is dropped whole and counted, and parsing goes on with the next.
 */
#include <errno.h>
#include "net/sse.h"

void ms_sse_init(struct ms_sse *sse,
		 int (*on_event)(void *ctx, const char *type, const char *id, const char *data),
		 void *ctx)
{
	*sse = (struct ms_sse){ .on_event = on_event, .ctx = ctx, .retry_ms = -1 };
	sse->line.max = MS_SSE_MAX_LINE;
	sse->data.max = MS_SSE_MAX_EVENT;
}

static void clear(struct ms_buf *buf)
{
	buf->len = 0;
	buf->failed = 0;
}

static void clear_event(struct ms_sse *sse)
{
	clear(&sse->data);
	free(sse->type);
	sse->type = NULL;
	sse->overlong = false;
}

void ms_sse_release(struct ms_sse *sse)
{
	ms_buf_release(&sse->line);
	ms_buf_release(&sse->data);
	free(sse->type);
	free(sse->id);
}

void ms_sse_restart(struct ms_sse *sse)
{
	clear(&sse->line);
	clear_event(sse);
	sse->begun = sse->after_cr = false;
}

static int replace(char **text, const char *value)
{
	char *copy = strdup(value);

	if (!copy)
		return -ENOMEM;
	free(*text);
	*text = copy;
	return 0;
}

static int set_field(struct ms_sse *sse, const char *name, const char *value)
{
	if (!strcmp(name, "data")) {
		if (ms_buf_puts(&sse->data, value) < 0 || ms_buf_puts(&sse->data, "\n") < 0)
			sse->overlong = true;
		return sse->data.failed == -ENOMEM ? -ENOMEM : 0;
	}
	if (!strcmp(name, "event"))
		return replace(&sse->type, value);
	if (!strcmp(name, "id"))
		return replace(&sse->id, value);
	if (!strcmp(name, "retry") && *value && strlen(value) < 10 &&
	    strspn(value, "0123456789") == strlen(value))
		sse->retry_ms = atoll(value);
	return 0;
}

/* A blank line ends the event. */
static int dispatch(struct ms_sse *sse)
{
	int rc = 0;

	if (sse->overlong) {
		sse->dropped++;
	} else if (sse->data.len) {
		sse->data.data[sse->data.len - 1] = '\0';
		rc = sse->on_event(sse->ctx, sse->type && *sse->type ? sse->type : "message",
				   sse->id ? sse->id : "", sse->data.data);
	}
	clear_event(sse);
	return rc;
}

static int take_line(struct ms_sse *sse)
{
	char *line = sse->line.data, *colon, *value;

	if (sse->line.failed == -ENOMEM)
		return -ENOMEM;
	if (sse->line.failed)
		sse->overlong = true;
	if (sse->line.failed || !sse->line.len)
		return sse->line.failed ? 0 : dispatch(sse);
	if (!sse->begun && ms_starts(line, "\xef\xbb\xbf"))
		line += 3;
	sse->begun = true;
	colon = strchr(line, ':');
	if (colon == line)
		return 0;
	value = colon ? colon + 1 : line + strlen(line);
	if (colon)
		*colon = '\0';
	return set_field(sse, line, *value == ' ' ? value + 1 : value);
}

static int end_line(struct ms_sse *sse)
{
	int rc = take_line(sse);

	clear(&sse->line);
	return rc;
}

int ms_sse_feed(struct ms_sse *sse, const char *data, size_t len)
{
	const char *end = data + len;

	while (data < end) {
		size_t n;
		int rc;

		if (sse->after_cr && *data == '\n')
			data++;
		sse->after_cr = false;
		for (n = 0; data + n < end && data[n] != '\n' && data[n] != '\r'; n++)
			;
		ms_buf_add(&sse->line, data, n);
		data += n;
		if (data >= end)
			break;
		sse->after_cr = *data++ == '\r';
		rc = end_line(sse);
		if (rc)
			return rc;
	}
	return 0;
}
