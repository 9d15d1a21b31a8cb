/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What curl says when no answer came, as one of our errors: a table. */
#include <errno.h>
#include "net/http.h"

enum { TRANSPORT = 1, FINAL = 2, BARE = 4 /* curl's words add nothing */ };

static const struct row {
	CURLcode result;
	enum ms_code code;
	int error;
	unsigned flags;
	const char *text;
	const char *hint;
} rows[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, MS_UNREACHABLE, -EHOSTUNREACH, TRANSPORT,
	  "the name does not resolve", "is the address in the site file right?" },
	{ CURLE_COULDNT_RESOLVE_PROXY, MS_UNREACHABLE, -EHOSTUNREACH, TRANSPORT,
	  "the proxy's name does not resolve", NULL },
	{ CURLE_COULDNT_CONNECT, MS_UNREACHABLE, -EHOSTUNREACH, TRANSPORT, "no connection",
	  "is the address right, and does the management network reach it?" },
	{ CURLE_GOT_NOTHING, MS_UNREACHABLE, -ECONNRESET, TRANSPORT | BARE,
	  "the connection was closed without an answer", NULL },
	{ CURLE_SEND_ERROR, MS_UNREACHABLE, -ECONNRESET, TRANSPORT, "the connection broke", NULL },
	{ CURLE_RECV_ERROR, MS_UNREACHABLE, -ECONNRESET, TRANSPORT, "the connection broke", NULL },
	{ CURLE_SEND_FAIL_REWIND, MS_UNREACHABLE, -ECONNRESET, TRANSPORT | BARE,
	  "the connection broke while sending; whether the device acted is not known", NULL },
	{ CURLE_SSL_CONNECT_ERROR, MS_TLS, -EPROTO, TRANSPORT, "no TLS connection", NULL },
	{ CURLE_PARTIAL_FILE, MS_INVALID, -EPROTO, TRANSPORT | BARE, "the body ended early", NULL },
	{ CURLE_OPERATION_TIMEDOUT, MS_TIMEOUT, -ETIMEDOUT, TRANSPORT, "no answer in time", NULL },
	{ CURLE_PEER_FAILED_VERIFICATION, MS_TLS, -EACCES, FINAL, "the certificate is not trusted",
	  "msctl-bmc trust shows the certificate and its pin for the site file" },
	{ CURLE_SSL_PINNEDPUBKEYNOTMATCH, MS_TLS, -EACCES, FINAL | BARE,
	  "the public key is not the pinned one", NULL },
	{ CURLE_SSL_CACERT_BADFILE, MS_TLS, -EINVAL, FINAL, "the CA file cannot be used", NULL },
	{ CURLE_BAD_CONTENT_ENCODING, MS_INVALID, -EPROTO, FINAL, "the body cannot be decompressed",
	  NULL },
	{ CURLE_WEIRD_SERVER_REPLY, MS_INVALID, -EPROTO, FINAL, "the answer is not HTTP", NULL },
	{ CURLE_UNSUPPORTED_PROTOCOL, MS_INVALID, -EPROTO, FINAL, "the answer is not HTTP/1",
	  "is this the port of the BMC's web server?" },
	{ CURLE_OUT_OF_MEMORY, MS_FAILED, -ENOMEM, FINAL, "out of memory", NULL },
	{ CURLE_OK, MS_FAILED, -EIO, FINAL, "failed", NULL },
};

static const struct row *find(CURLcode result)
{
	size_t i = 0;

	while (rows[i].result != CURLE_OK && rows[i].result != result)
		i++;
	return &rows[i];
}

/* curl's words hold milliseconds that were measured: where the same failure must read the same,
 * ours are used. */
static void describe(char *buf, size_t size, const struct ms_curl_failure *f, const struct row *row,
		     bool unsent)
{
	if (f->result == CURLE_OPERATION_TIMEDOUT)
		snprintf(buf, size, "no %s in %u s", unsent ? "connection" : "answer", f->seconds);
	else if (f->result == CURLE_COULDNT_CONNECT && f->os_errno)
		snprintf(buf, size, "%s: %s", row->text, strerror((int)f->os_errno));
	else if (row->flags & BARE || !*f->detail)
		snprintf(buf, size, "%s", row->text);
	else
		snprintf(buf, size, "%s: %s", row->text, f->detail);
}

int ms_transfer_fail(const struct ms_peer *peer, const char *method, const char *path,
		     const struct ms_curl_failure *failure, struct ms_outcome *outcome,
		     struct ms_err *err)
{
	const struct row *row = find(failure->result);
	enum ms_code code = row->code;
	char text[400];

	/* A handshake that the network cut is not a matter of trust. */
	if (failure->result == CURLE_SSL_CONNECT_ERROR &&
	    (strstr(failure->detail, "SYSCALL") || strstr(failure->detail, "reset")))
		code = MS_UNREACHABLE;
	outcome->transport = row->flags & TRANSPORT;
	outcome->final = row->flags & FINAL;
	describe(text, sizeof(text), failure, row, outcome->unsent);
	ms_fail(err, row->error, code, "%s %s%s: %s", method, peer->origin, path, text);
	if (row->hint)
		ms_hint(err, "%s", row->hint);
	return row->error;
}
