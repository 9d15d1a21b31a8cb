/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NETCONF: the first byte says which framing, the second in what pieces the rest comes; each message is read as a
 * hello and as a reply.
 */
#include <stdint.h>
#include "net/netconf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(const struct ms_buf *message)
{
	const char *text = message->data ? message->data : "";
	json_auto_t *capabilities = NULL, *warnings = json_array();
	struct ms_err err = MS_ERR_INIT;
	char *id = NULL;

	if (!ms_netconf_hello(text, message->len, &capabilities, &id))
		free(id);
	if (ms_netconf_reply("x", text, message->len, "1", warnings, &err) && err.code && !*err.message)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ms_netconf_frame frame = { .message.max = 65536 };
	size_t at = 2, piece;

	if (size < 2)
		return 0;
	frame.chunked = data[0] & 1;
	piece = (size_t)data[1] + 1;
	while (at < size) {
		size_t n = size - at < piece ? size - at : piece, used;
		int r = ms_netconf_frame_take(&frame, (const char *)data + at, n, &used);

		if (r < 0)
			break;
		if (used > n || (!r && used != n))
			abort();
		at += used;
		if (r) {
			judge(&frame.message);
			ms_netconf_frame_reset(&frame);
		}
	}
	ms_netconf_frame_reset(&frame);
	return 0;
}
