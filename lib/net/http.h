/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the HTTP engine share.  Private to lib/net. */
#ifndef MS_NET_HTTP_H
#define MS_NET_HTTP_H

#include "net/curl.h"
#include "net/net.h"
#include "net/retry.h"

struct ms_trace;
struct ms_replay;

struct ms_http {
	struct ms_loop *loop;
	struct ms_curl curl;         /* filled at the first transfer */
	CURLM *multi;                /* NULL until then */
	struct ms_timer *timer;
	struct ms_gate window;
	unsigned rate;
	int64_t next_start_us;       /* earliest start of the next request, where there is a rate */
	unsigned poll_ms;
	struct ms_trace *trace;
	struct ms_replay *replay;
	const struct ms_secrets *secrets;
	CURL **idle;                 /* handles to use again, at most window.limit of them */
	size_t n_idle;
	struct ms_peer *peers;       /* all that live */
	struct ms_peer **owners;     /* of open sockets, by descriptor */
	size_t n_owners;
};

struct ms_peer {
	struct ms_http *http;
	struct ms_peer *next;
	char *name, *origin, *pin, *ca, *proxy;
	enum ms_trust trust;
	bool close_connections, identity, awaited;
	struct ms_gate reads, writes;
	unsigned failures;           /* of transport, in a row */
	int64_t open_until;          /* circuit breaker, ms_clock_ms() time */
	int64_t quiet_until;         /* Retry-After, or our own pause */
	unsigned busy;               /* more answers "come back later" than others, lately */
	char last_failure[200];
};

/* http.c: make libcurl and the multi handle ready. */
int ms_http_start(struct ms_http *http, struct ms_err *err);
/* A handle on its way: taken from the kept ones, given to the multi handle, waited for, put back. */
struct ms_flight {
	struct ms_http *http;
	CURL *handle;
	struct ms_cell cell;       /* set when it ended, and by whoever else wants the waiter to look */
	bool flying, ended;
	CURLcode result;
	char detail[CURL_ERROR_SIZE];
};
int ms_flight_take(struct ms_flight *flight, struct ms_http *http, struct ms_err *err);
int ms_flight_start(struct ms_flight *flight, struct ms_err *err);
/* Take it off the multi handle if it has not ended: that closes its connection. */
void ms_flight_stop(struct ms_flight *flight);
void ms_flight_put(struct ms_flight *flight);

/* transfer.c: one attempt over the network. */
int ms_transfer_run(struct ms_peer *peer, const struct ms_http_request *request, const char *path,
		    struct ms_http_reply *ret_reply, struct ms_outcome *outcome, struct ms_err *err);
/* Options that belong to the peer: trust, protocols, sockets, proxy. */
CURLcode ms_transfer_set_peer(CURL *handle, struct ms_peer *peer);

/* tls.c: say which pin the device shows, and what to do. */
void ms_tls_explain_pin(struct ms_peer *peer, struct ms_err *err);

/* failure.c: a curl result as one of our errors. */
struct ms_curl_failure {
	CURLcode result;
	const char *detail;       /* curl's own words */
	long os_errno;
	unsigned seconds;         /* that were waited */
};
int ms_transfer_fail(const struct ms_peer *peer, const char *method, const char *path,
		     const struct ms_curl_failure *failure, struct ms_outcome *outcome, struct ms_err *err);

/* peer.c */
int ms_peer_open_socket(void *peer, curlsocktype purpose, struct curl_sockaddr *address);
int ms_peer_close_socket(void *http, curl_socket_t fd);
int ms_peer_may_ask(struct ms_peer *peer, struct ms_err *err);
void ms_peer_note(struct ms_peer *peer, const struct ms_outcome *outcome, const struct ms_err *err);

/* reply.c */
int ms_http_reply_add_header(struct ms_http_reply *reply, size_t *n, const char *line, size_t len);

#endif
