/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When to try again, and after how long: decisions without side effects.  Private to lib/net. */
#ifndef MS_NET_RETRY_H
#define MS_NET_RETRY_H

#include "net/net.h"

/* What one attempt came to, beside its return value. */
struct ms_outcome {
	bool transport;   /* no usable answer came: counts for the circuit breaker */
	bool unsent;      /* the device surely has not received the request */
	bool final;       /* the same request would fail again */
};

#define MS_RETRY_AFTER_MAX 60
/* The deadline of one attempt, 0 = none. */
unsigned ms_transfer_seconds(const struct ms_http_request *request);
bool ms_retry_wanted(const struct ms_http_request *request, int rc, long status, const struct ms_outcome *outcome,
		     unsigned try, enum ms_code code);
/* Full jitter: uniform in [0, unit * 2^(try-1)], at most 30 units; random in [0, 1). */
int64_t ms_retry_backoff_ms(unsigned try, unsigned unit_ms, double random);
/* Seconds of a Retry-After header (RFC 9110, 10.2.3), a date counted from `date` (the reply's own Date header)
 * or else from `now`; -1 when there is none or it makes no sense. */
int64_t ms_retry_after(const char *header, const char *date, int64_t now);
bool ms_http_date_parse(const char *text, int64_t *ret_seconds);
double ms_random(void);

#endif
