/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Server-sent events (HTML Living Standard, 9.2; DSP0266, 14.5): bytes in, events out.  Private to lib/net. */
#ifndef MS_NET_SSE_H
#define MS_NET_SSE_H

#include "core/core.h"

#define MS_SSE_MAX_LINE (1u << 20)
#define MS_SSE_MAX_EVENT (4u << 20)

struct ms_sse {
	/* Called for each event; non-zero ends ms_sse_feed with that value.  All text is lent. */
	int (*on_event)(void *ctx, const char *type, const char *id, const char *data);
	void *ctx;
	struct ms_buf line, data;
	char *type, *id;          /* of the event being read; the last id seen */
	int64_t retry_ms;         /* as the device asked, -1 = not */
	unsigned dropped;         /* events over the limits */
	bool begun, after_cr, overlong;
};
void ms_sse_init(struct ms_sse *sse, int (*on_event)(void *ctx, const char *type, const char *id, const char *data),
		 void *ctx);
void ms_sse_release(struct ms_sse *sse);
/* A new connection: a half event is forgotten, the last id is kept. */
void ms_sse_restart(struct ms_sse *sse);
/* 0, what on_event returned, or -ENOMEM. */
int ms_sse_feed(struct ms_sse *sse, const char *data, size_t len);

#endif
