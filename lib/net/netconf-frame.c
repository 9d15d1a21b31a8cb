/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Framing of NETCONF over ssh (RFC 6242): an end marker in version 1.0, chunks in 1.1.
 */
#include "net/netconf.h"

#include <errno.h>

static const char marker[] = "]]>]]>";
#define MARKER_LEN (sizeof(marker) - 1)
#define CHUNK_MAX 4294967295u

/* Of a chunk: "\n#" size "\n" data, and "\n##\n" at the end. */
enum { AT_LF, AT_HASH, AT_SIZE, IN_SIZE, IN_DATA, AT_END };

static int add(struct ms_netconf_frame *frame, const char *data, size_t len)
{
	return ms_buf_add(&frame->message, data, len);
}

static int take_marked(struct ms_netconf_frame *frame, const char *data, size_t len,
		       size_t *ret_used)
{
	struct ms_buf *message = &frame->message;
	size_t before = message->len, from = before < MARKER_LEN ? 0 : before - MARKER_LEN;
	const char *end;
	int r = add(frame, data, len);

	if (r < 0)
		return r;
	end = memmem(message->data + from, message->len - from, marker, MARKER_LEN);
	*ret_used = len;
	if (!end)
		return 0;
	*ret_used = (size_t)(end - message->data) + MARKER_LEN - before;
	message->len = (size_t)(end - message->data);
	message->data[message->len] = 0;
	return 1;
}

/* One byte of a chunk's head; 1 at the end of the message. */
static int take_head(struct ms_netconf_frame *frame, char c)
{
	switch (frame->state) {
	case AT_LF:
		frame->state = AT_HASH;
		return c == '\n' ? 0 : -EBADMSG;
	case AT_HASH:
		/* Some end a hello with a line of its own. */
		if (c == '\n' && !frame->digits)
			return 0;
		frame->state = AT_SIZE;
		frame->left = 0;
		return c == '#' ? 0 : -EBADMSG;
	case AT_SIZE:
		if (c == '#') {
			frame->state = AT_END;
			return frame->digits ? 0 : -EBADMSG;
		}
		frame->state = IN_SIZE;
		frame->left = (uint64_t)(c - '0');
		frame->digits = 1;
		return c >= '1' && c <= '9' ? 0 : -EBADMSG;
	case IN_SIZE:
		if (c == '\n') {
			frame->state = IN_DATA;
			return 0;
		}
		frame->left = frame->left * 10 + (uint64_t)(c - '0');
		return c >= '0' && c <= '9' && frame->left <= CHUNK_MAX ? 0 : -EBADMSG;
	default: /* AT_END */
		frame->state = AT_LF;
		return c == '\n' ? 1 : -EBADMSG;
	}
}

static int take_chunked(struct ms_netconf_frame *frame, const char *data, size_t len,
			size_t *ret_used)
{
	size_t at = 0;

	while (at < len) {
		int r;

		if (frame->state == IN_DATA) {
			size_t n = len - at < frame->left ? len - at : (size_t)frame->left;

			r = add(frame, data + at, n);
			at += n;
			frame->left -= n;
			if (!frame->left)
				frame->state = AT_LF;
		} else {
			r = take_head(frame, data[at++]);
		}
		if (r) {
			*ret_used = at;
			return r;
		}
	}
	*ret_used = at;
	return 0;
}

int ms_netconf_frame_take(struct ms_netconf_frame *frame, const char *data, size_t len,
			  size_t *ret_used)
{
	*ret_used = 0;
	if (!len)
		return 0;
	return frame->chunked ? take_chunked(frame, data, len, ret_used)
			      : take_marked(frame, data, len, ret_used);
}

void ms_netconf_frame_reset(struct ms_netconf_frame *frame)
{
	size_t max = frame->message.max;

	ms_buf_release(&frame->message);
	*frame = (struct ms_netconf_frame){ .chunked = frame->chunked, .message.max = max };
}

int ms_netconf_frame_put(struct ms_buf *out, bool chunked, const char *message, size_t len)
{
	if (chunked && len)
		ms_buf_printf(out, "\n#%zu\n", len);
	ms_buf_add(out, message, len);
	ms_buf_puts(out, chunked ? "\n##\n" : marker);
	return out->failed;
}
