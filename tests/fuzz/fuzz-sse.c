/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Server-sent events: the first byte says in what pieces the rest comes. */
#include <stdint.h>
#include "net/sse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int on_event(void *ctx, const char *type, const char *id, const char *data)
{
	*(size_t *)ctx += strlen(type) + strlen(id) + strlen(data);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ms_sse sse;
	size_t total = 0, piece;

	if (!size)
		return 0;
	piece = (size_t)data[0] + 1;
	ms_sse_init(&sse, on_event, &total);
	for (size_t at = 1; at < size; at += piece)
		ms_sse_feed(&sse, (const char *)data + at, at + piece > size ? size - at : piece);
	ms_sse_release(&sse);
	return 0;
}
