/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exchanges as JSON Lines: written with --trace, answered from when replaying.  Private to lib/net. */
#ifndef MS_NET_TRACE_H
#define MS_NET_TRACE_H

#include "net/net.h"

struct ms_trace;
struct ms_replay;

/* One exchange, as it is written. */
struct ms_exchange {
	const char *peer, *origin, *path;
	const struct ms_http_request *request;
	const struct ms_http_reply *reply;   /* NULL when there was none: then err */
	const struct ms_err *err;
	unsigned try;
};

int ms_trace_open(const char *path, const struct ms_secrets *secrets, struct ms_trace **ret_trace, struct ms_err *err);
void ms_trace_free(struct ms_trace *trace);
void ms_trace_write(struct ms_trace *trace, const struct ms_exchange *exchange);
/* The first error in writing it; 0 for a NULL trace. */
int ms_trace_status(const struct ms_trace *trace, struct ms_err *err);

int ms_replay_open(const char *path, const struct ms_secrets *secrets, struct ms_replay **ret_replay,
		   struct ms_err *err);
void ms_replay_free(struct ms_replay *replay);
/* The next recorded answer to peer, method and path; the last one of a GET or HEAD repeats.  A recorded failure
 * comes back as that failure. */
int ms_replay_answer(struct ms_replay *replay, const char *peer, const char *path,
		     const struct ms_http_request *request, struct ms_http_reply *ret_reply, struct ms_err *err);

/* redact.c: what must not be written down.  New references. */
json_t *ms_redact_value(const json_t *value, const struct ms_secrets *secrets);
json_t *ms_redact_header(const char *name, const char *value, const struct ms_secrets *secrets);
json_t *ms_redact_body(const char *body, size_t len, const struct ms_secrets *secrets);

#endif
