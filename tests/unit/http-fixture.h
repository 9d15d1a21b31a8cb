/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An HTTP server on the loop of the test, scripted by a table of rows.  A row answers the requests whose first line
 * begins with `on`, `times` times (0 = always); what no row answers is a 404.  `log` remembers what came.
 */
#ifndef MS_HTTP_FIXTURE_H
#define MS_HTTP_FIXTURE_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <cmocka.h>
#include "net/net.h"

enum act {
	ANSWER,
	RESET = 1,     /* the connection is reset instead of an answer */
	CLOSE = 2,     /* it is closed after the answer, which does not say so */
	HALF = 4,      /* only half of the body is sent, then it is closed */
	STALL = 8,     /* no answer at all */
	RAW = 16,      /* the reply is sent as it stands */
	OPEN = 32,     /* no Content-Length: the body goes on (event streams) */
};

struct row {
	const char *on;          /* "GET /a" */
	const char *with;        /* text that the request's head must hold, NULL = any */
	const char *reply;       /* "200\nName: value\n\nbody", lines of the head ending in \n */
	unsigned times;
	unsigned act;
	const void *bytes;       /* body instead of the text's, for bytes that are no text */
	size_t len;
	int64_t ms;              /* answer after so long */
};

struct server;
struct conn {
	struct server *server;
	struct conn *next;
	int fd;
	SSL *ssl;
	struct ms_buf in, out;
	size_t sent;
	struct ms_timer *timer;
	bool close_after, waiting;
};

struct server {
	struct ms_loop *loop;
	struct row *rows;
	int fd;
	unsigned port;
	SSL_CTX *tls;
	struct conn *conns;
	unsigned accepted, closed;       /* connections */
	unsigned busy, most_busy;        /* requests being answered at once */
	struct ms_buf log;               /* first line of each request, each ended with '\n' */
	struct ms_buf heads;             /* all of every request */
	char base[64];
};

static inline void conn_free(struct conn *conn)
{
	struct server *server = conn->server;
	struct conn **at = &server->conns;

	while (*at != conn)
		at = &(*at)->next;
	*at = conn->next;
	ms_loop_unwatch(server->loop, conn->fd);
	ms_timer_free(conn->timer);
	if (conn->waiting)
		server->busy--;
	SSL_free(conn->ssl);
	close(conn->fd);
	server->closed++;
	ms_buf_release(&conn->in);
	ms_buf_release(&conn->out);
	free(conn);
}

static inline void conn_reset(struct conn *conn)
{
	struct linger linger = { .l_onoff = 1 };

	setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	conn_free(conn);
}

static inline void on_conn(void *ctx, int fd, unsigned events);

static inline void conn_watch(struct conn *conn)
{
	struct ms_err err = MS_ERR_INIT;
	unsigned events = POLLIN | (conn->sent < conn->out.len && !conn->waiting ? POLLOUT : 0);

	assert_int_equal(ms_loop_watch(conn->server->loop, conn->fd, events, on_conn, conn, &err), 0);
}

/* Sends what there is; false when the connection is gone. */
static inline bool conn_flush(struct conn *conn)
{
	while (!conn->waiting && conn->sent < conn->out.len) {
		const char *data = conn->out.data + conn->sent;
		size_t len = conn->out.len - conn->sent;
		ssize_t n = conn->ssl ? SSL_write(conn->ssl, data, (int)len) : send(conn->fd, data, len, MSG_NOSIGNAL);

		if (n <= 0)
			break;
		conn->sent += (size_t)n;
	}
	if (!conn->waiting && conn->sent == conn->out.len && conn->close_after) {
		conn_free(conn);
		return false;
	}
	conn_watch(conn);
	return true;
}

static inline void on_delay(void *ctx)
{
	struct conn *conn = ctx;

	conn->waiting = false;
	conn->server->busy--;
	conn_flush(conn);
}

static inline void put_reply(struct conn *conn, const struct row *row)
{
	const char *blank = strstr(row->reply, "\n\n");
	const char *body = blank ? blank + 2 : "";
	size_t len = row->bytes ? row->len : strlen(body);
	const char *line = row->reply;

	if (row->act & RAW) {
		ms_buf_puts(&conn->out, row->reply);
		return;
	}
	ms_buf_printf(&conn->out, "HTTP/1.1 %.3s Status\r\n", line);
	for (line = strchr(line, '\n'); line && line < blank; line = strchr(line + 1, '\n'))
		ms_buf_printf(&conn->out, "%.*s\r\n", (int)strcspn(line + 1, "\n"), line + 1);
	if (!(row->act & OPEN))
		ms_buf_printf(&conn->out, "Content-Length: %zu\r\n", len);
	ms_buf_puts(&conn->out, "\r\n");
	ms_buf_add(&conn->out, row->bytes ? row->bytes : body, row->act & HALF ? len / 2 : len);
}

static inline struct row *find_row(struct server *server, const char *head)
{
	for (struct row *row = server->rows; row->on; row++) {
		size_t n = strlen(row->on);

		if (strncmp(head, row->on, n) || (head[n] != ' ' && head[n] != '?') || (row->with && !strstr(head, row->with)))
			continue;
		if (row->times == 1)
			row->times = UINT32_MAX;
		else if (row->times == UINT32_MAX)
			continue;
		else if (row->times)
			row->times--;
		return row;
	}
	return NULL;
}

/* False when the connection is gone. */
static inline bool answer(struct conn *conn, const char *head)
{
	static struct row missing = { .reply = "404\n\n{}" };
	struct server *server = conn->server;
	struct row *row = find_row(server, head);
	struct ms_err err = MS_ERR_INIT;

	ms_buf_printf(&server->log, "%.*s\n", (int)(strcspn(head, "\r") - strlen(" HTTP/1.1")), head);
	ms_buf_puts(&server->heads, head);
	row = row ? row : &missing;
	if (row->act & RESET) {
		conn_reset(conn);
		return false;
	}
	if (row->act & STALL)
		return true;
	put_reply(conn, row);
	conn->close_after = row->act & (HALF | CLOSE);
	if (++server->busy > server->most_busy)
		server->most_busy = server->busy;
	if (!row->ms) {
		server->busy--;
		return conn_flush(conn);
	}
	conn->waiting = true;
	if (!conn->timer)
		assert_int_equal(ms_timer_new(server->loop, on_delay, conn, &conn->timer, &err), 0);
	ms_timer_set(conn->timer, row->ms);
	return true;
}

/* Bytes of the first whole request in the buffer, 0 = not yet. */
static inline size_t request_length(const struct conn *conn)
{
	const char *end = conn->in.len ? strstr(conn->in.data, "\r\n\r\n") : NULL;
	const char *length = conn->in.len ? strcasestr(conn->in.data, "\r\nContent-Length:") : NULL;
	size_t n = end ? (size_t)(end + 4 - conn->in.data) : 0;

	if (n && length && length < end)
		n += strtoul(length + 17, NULL, 10);
	return n && n <= conn->in.len ? n : 0;
}

static inline void on_conn(void *ctx, int fd, unsigned events)
{
	struct conn *conn = ctx;
	char buf[16384];
	ssize_t n;
	size_t len;

	(void)events;
	for (;;) {
		n = conn->ssl ? SSL_read(conn->ssl, buf, sizeof(buf)) : recv(fd, buf, sizeof(buf), 0);
		if (n <= 0)
			break;
		ms_buf_add(&conn->in, buf, (size_t)n);
	}
	if (conn->ssl ? SSL_get_error(conn->ssl, (int)n) == SSL_ERROR_ZERO_RETURN ||
			SSL_get_error(conn->ssl, (int)n) == SSL_ERROR_SSL || SSL_get_error(conn->ssl, (int)n) == SSL_ERROR_SYSCALL
		      : n == 0 || errno != EAGAIN) {
		conn_free(conn);
		return;
	}
	while ((len = request_length(conn))) {
		MS_AUTO_FREE char *head = strndup(conn->in.data, len);

		memmove(conn->in.data, conn->in.data + len, conn->in.len - len + 1);
		conn->in.len -= len;
		if (!answer(conn, head))
			return;
	}
	conn_flush(conn);
}

static inline void on_accept(void *ctx, int fd, unsigned events)
{
	struct server *server = ctx;
	int peer = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct conn *conn;

	(void)events;
	if (peer < 0)
		return;
	conn = calloc(1, sizeof(*conn));
	assert_non_null(conn);
	server->accepted++;
	*conn = (struct conn){ .server = server, .fd = peer, .next = server->conns };
	server->conns = conn;
	if (server->tls) {
		conn->ssl = SSL_new(server->tls);
		SSL_set_fd(conn->ssl, peer);
		SSL_set_accept_state(conn->ssl);
	}
	conn_watch(conn);
}

static inline void server_start(struct server *server, struct ms_loop *loop, struct row *rows, SSL_CTX *tls)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	struct ms_err err = MS_ERR_INIT;

	/* OpenSSL, of the server, writes to what the client has closed. */
	signal(SIGPIPE, SIG_IGN);
	*server = (struct server){ .loop = loop, .rows = rows, .tls = tls };
	server->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(server->fd, (struct sockaddr *)&at, len), 0);
	assert_int_equal(listen(server->fd, 64), 0);
	getsockname(server->fd, (struct sockaddr *)&at, &len);
	server->port = ntohs(at.sin_port);
	snprintf(server->base, sizeof(server->base), "%s://127.0.0.1:%u", tls ? "https" : "http", server->port);
	assert_int_equal(ms_loop_watch(loop, server->fd, POLLIN, on_accept, server, &err), 0);
}

static inline void server_stop(struct server *server)
{
	while (server->conns)
		conn_free(server->conns);
	ms_loop_unwatch(server->loop, server->fd);
	close(server->fd);
	ms_buf_release(&server->log);
	ms_buf_release(&server->heads);
}

static inline const char *server_log(const struct server *server)
{
	return server->log.data ? server->log.data : "";
}

/* A self-signed certificate for 127.0.0.1, made now. */
static inline X509 *make_certificate(EVP_PKEY *key)
{
	X509 *cert = X509_new();
	X509_NAME *name = X509_get_subject_name(cert);
	X509V3_CTX ctx;
	X509_EXTENSION *san;

	X509_set_version(cert, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), 7);
	X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
	X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
	X509_set_pubkey(cert, key);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"bmc-test", -1, -1, 0);
	X509_set_issuer_name(cert, name);
	X509V3_set_ctx(&ctx, cert, cert, NULL, NULL, 0);
	san = X509V3_EXT_conf_nid(NULL, &ctx, NID_subject_alt_name, "IP:127.0.0.1,DNS:bmc-test");
	X509_add_ext(cert, san, -1);
	X509_EXTENSION_free(san);
	assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
	return cert;
}

/* A server context with a fresh key; ret_pem, where given, gets the certificate as PEM (caller frees). */
static inline SSL_CTX *make_tls(char **ret_pem)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = make_certificate(key);
	SSL_CTX *tls = SSL_CTX_new(TLS_server_method());

	assert_int_equal(SSL_CTX_use_certificate(tls, cert), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(tls, key), 1);
	if (ret_pem) {
		BIO *bio = BIO_new(BIO_s_mem());
		char *text;
		long len;

		PEM_write_bio_X509(bio, cert);
		len = BIO_get_mem_data(bio, &text);
		*ret_pem = strndup(text, (size_t)len);
		BIO_free(bio);
	}
	X509_free(cert);
	EVP_PKEY_free(key);
	return tls;
}

/* ---- a test: loop, server, engine, one peer ---- */

struct net {
	struct ms_loop *loop;
	struct server server;
	struct ms_http *http;
	struct ms_peer *peer;
	struct ms_err err;
	struct ms_http_reply reply;
};

static inline void net_start(struct net *net, struct row *rows, const struct ms_http_opts *opts, SSL_CTX *tls)
{
	static const struct ms_http_opts fast = { .poll_ms = 1 };

	*net = (struct net){ .err = MS_ERR_INIT };
	assert_int_equal(ms_loop_new(&net->loop, &net->err), 0);
	server_start(&net->server, net->loop, rows, tls);
	assert_int_equal(ms_http_new(net->loop, opts ? opts : &fast, &net->http, &net->err), 0);
}

static inline void net_peer(struct net *net, const struct ms_peer_opts *opts)
{
	struct ms_peer_opts now = opts ? *opts : (struct ms_peer_opts){ 0 };

	now.name = "node1";
	now.base = now.base ? now.base : net->server.base;
	if (ms_peer_new(net->http, &now, &net->peer, &net->err))
		fail_msg("%s", net->err.message);
}

/* Turn until the server has seen `n` connections close. */
static inline void net_wait_closed(struct net *net, unsigned n)
{
	int64_t deadline = ms_clock_ms() + 5000;

	while (net->server.closed < n && ms_clock_ms() < deadline)
		ms_loop_turn(net->loop, 10, &net->err);
	assert_int_equal(net->server.closed, n);
}

static inline void net_stop(struct net *net)
{
	ms_http_reply_release(&net->reply);
	ms_peer_free(net->peer);
	ms_http_free(net->http);
	server_stop(&net->server);
	ms_loop_free(net->loop);
}

static inline int net_do(struct net *net, const struct ms_http_request *request)
{
	ms_err_clear(&net->err);
	ms_http_reply_release(&net->reply);
	return ms_http_do(net->peer, request, &net->reply, &net->err);
}

static inline int net_get(struct net *net, const char *path)
{
	return net_do(net, &(struct ms_http_request){ .method = "GET", .path = path });
}

/* ---- a Redfish service ---- */

#define SESSIONS "/redfish/v1/SessionService/Sessions"
#define ROOT_BODY "{\"RedfishVersion\":\"1.6.0\",\"Systems\":{\"@odata.id\":\"/redfish/v1/Systems\"}," \
	"\"Tasks\":{\"@odata.id\":\"/redfish/v1/TaskService\"},\"Links\":{\"Sessions\":{\"@odata.id\":\"" SESSIONS "\"}}}"
#define ROOT_ROW { "GET /redfish/v1/", .reply = "200\nContent-Type: application/json\n\n" ROOT_BODY }
#define LOGIN_ROW { "POST " SESSIONS, .reply = "201\nX-Auth-Token: tok1\nLocation: " SESSIONS "/1\n\n{}" }
#define LOGOUT_ROW { "DELETE " SESSIONS "/1", .reply = "204\n\n" }
#define OPEN_ROWS ROOT_ROW, LOGIN_ROW, LOGOUT_ROW
#define OPEN_LOG "GET /redfish/v1/\nPOST " SESSIONS "\n"

static inline int rf_open(struct net *net, const char *auth, struct ms_redfish **ret)
{
	ms_err_clear(&net->err);
	return ms_redfish_open(net->http, &(struct ms_redfish_opts){
		.peer = { .name = "node1", .base = net->server.base }, .user = "admin", .password = "secret", .auth = auth },
		ret, &net->err);
}

static inline struct ms_redfish *rf_start(struct net *net, struct row *rows)
{
	struct ms_redfish *rf = NULL;

	net_start(net, rows, NULL, NULL);
	if (rf_open(net, NULL, &rf))
		fail_msg("%s", net->err.message);
	net->server.log.len = 0;
	ms_buf_puts(&net->server.log, "");
	return rf;
}

static inline void rf_stop(struct net *net, struct ms_redfish *rf)
{
	ms_redfish_close(rf);
	net_stop(net);
}

#endif
