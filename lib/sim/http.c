/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libmicrohttpd on our event loop: one thread, its epoll descriptor watched like any other.
 */
#include <sys/resource.h>
#include "sim/http.h"
#include "sim/tls.h"

#define UPLOAD_MAX (4u << 20)
/* What costs least: with 10,000 BMCs the handshakes are most of the work. */
static const char priorities[] =
	"NORMAL:-CIPHER-ALL:+AES-128-GCM:+CHACHA20-POLY1305:+AES-256-GCM:"
	"-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:"
	"-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE";

const char *sim_header(const struct sim_req *req, const char *name)
{
	return MHD_lookup_connection_value(req->connection, MHD_HEADER_KIND, name);
}

const char *sim_query(const struct sim_req *req, const char *name)
{
	return MHD_lookup_connection_value(req->connection, MHD_GET_ARGUMENT_KIND, name);
}

/* ---- one request -------------------------------------------------------------------------------
 */

static struct sim_device *device_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

/* "/redfish/v1/X/" is "/redfish/v1/X". */
static char *path_new(const char *url)
{
	size_t n = strlen(url);

	while (n > 1 && url[n - 1] == '/')
		n--;
	return strndup(url, n);
}

/* The first that is heard of a request: afterwards "%2F" and "/" are the same. */
static void *on_uri(void *cls, const char *uri, struct MHD_Connection *connection)
{
	struct sim_req *req = calloc(1, sizeof(*req));

	if (!req)
		return NULL;
	req->sim = cls;
	req->dev = device_of(connection);
	req->bmc = sim_bmc_of(req->dev);
	req->connection = connection;
	req->uri = strdup(uri);
	req->upload.max = UPLOAD_MAX;
	return req;
}

static enum MHD_Result begin(struct sim_req *req, const char *method, const char *url)
{
	req->method = strdup(method);
	req->path = path_new(url);
	return req->dev && req->uri && req->method && req->path ? MHD_YES : MHD_NO;
}

static void req_free(struct sim_req *req)
{
	if (!req)
		return;
	sim_wait_drop(req);
	sim_reply_release(&req->reply);
	json_decref(req->json);
	ms_buf_release(&req->upload);
	free(req->uri);
	free(req->method);
	free(req->path);
	free(req);
}

/* An image that is pushed is counted, not kept. */
static void upload(struct sim_req *req, const char *data, size_t len)
{
	if (ms_buf_add(&req->upload, data, len))
		req->too_big = true;
}

static void parse_upload(struct sim_req *req)
{
	json_error_t error;

	if (req->upload.len && !req->too_big)
		req->json = json_loadb(req->upload.data, req->upload.len, JSON_REJECT_DUPLICATES,
				       &error);
}

static enum MHD_Result complete(struct sim_req *req)
{
	int64_t ms;

	if (!req->delayed) {
		req->delayed = true;
		parse_upload(req);
		ms = sim_delay(req);
		if (ms > 0 && !sim_wait_start(req, ms))
			return MHD_YES;
	}
	sim_answer(req);
	if (req->reply.reset) {
		sim_abort(req->connection);
		return MHD_NO;
	}
	return sim_respond(req);
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
				  const char *method, const char *version, const char *data,
				  size_t *size, void **ctx)
{
	struct sim_req *req = *ctx;

	(void)cls;
	(void)connection;
	(void)version;
	if (!req)
		return MHD_NO;
	if (!req->method)
		return begin(req, method, url);
	if (*size) {
		upload(req, data, *size);
		*size = 0;
		return MHD_YES;
	}
	return complete(req);
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **ctx,
			 enum MHD_RequestTerminationCode code)
{
	(void)cls;
	(void)connection;
	(void)code;
	req_free(*ctx);
	*ctx = NULL;
}

/* ---- the daemon --------------------------------------------------------------------------------
 */

/* The address that a connection came to says which device it is for; the handshake needs to know it
 * too. */
static void on_connection(void *cls, struct MHD_Connection *connection, void **context,
			  enum MHD_ConnectionNotificationCode code)
{
	struct sim *sim = cls;
	const union MHD_ConnectionInfo *info;

	if (code != MHD_CONNECTION_NOTIFY_STARTED)
		return;
	*context = sim->accepting;
	if (sim->opts.plain)
		return;
	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	if (info)
		gnutls_session_set_ptr(info->tls_session, sim->accepting);
}

static void on_log(void *cls, const char *fmt, va_list args)
{
	char text[256];

	(void)cls;
	vsnprintf(text, sizeof(text), fmt, args);
	ms_debug("http: %s", text);
}

/* Run until it has nothing more to do at once, then ask to be called at its next deadline. */
void sim_http_kick(struct sim *sim)
{
	MHD_UNSIGNED_LONG_LONG ms = 0;
	int turns = 0;

	do
		MHD_run(sim->daemon);
	while (MHD_get_timeout(sim->daemon, &ms) == MHD_YES && ms == 0 && ++turns < 64);
	if (MHD_get_timeout(sim->daemon, &ms) == MHD_YES)
		ms_timer_set(sim->http_timer, (int64_t)ms);
	else
		ms_timer_set(sim->http_timer, -1);
}

static void on_ready(void *ctx, int fd, unsigned events)
{
	(void)fd;
	(void)events;
	sim_http_kick(ctx);
}

static void on_timer(void *ctx)
{
	sim_http_kick(ctx);
}

static unsigned connection_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur > 1000000)
		return 100000;
	return limit.rlim_cur > 64 ? (unsigned)limit.rlim_cur - 32 : 32;
}

static struct MHD_Daemon *start_daemon(struct sim *sim)
{
	unsigned flags = MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME |
			 MHD_USE_ERROR_LOG;
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_CERT_CALLBACK2, 0, (void *)(intptr_t)sim_tls_certificate },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0, (char *)priorities },
		{ MHD_OPTION_END, 0, NULL },
	};

	if (sim->opts.plain)
		tls[0].option = MHD_OPTION_END;
	else
		flags |= MHD_USE_TLS;
	return MHD_start_daemon(flags, 0, NULL, NULL, on_request, sim,
				MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
				MHD_OPTION_URI_LOG_CALLBACK, on_uri, sim,
				MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
				MHD_OPTION_NOTIFY_CONNECTION, on_connection, sim,
				MHD_OPTION_CONNECTION_LIMIT, connection_limit(),
				MHD_OPTION_CONNECTION_TIMEOUT, 90u,
				MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)24 * 1024,
				MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
}

int sim_http_start(struct sim *sim, struct ms_err *err)
{
	const union MHD_DaemonInfo *info;
	int r;

	sim->daemon = start_daemon(sim);
	if (!sim->daemon)
		return ms_fail(err, -EIO, MS_FAILED, "cannot start the web server");
	r = ms_timer_new(sim->loop, on_timer, sim, &sim->http_timer, err);
	info = MHD_get_daemon_info(sim->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (!r && !info)
		r = ms_fail(err, -EIO, MS_FAILED, "the web server has no epoll descriptor");
	if (!r)
		r = ms_loop_watch(sim->loop, info->epoll_fd, POLLIN, on_ready, sim, err);
	if (!r)
		r = sim_listen_start(sim, err);
	sim->started = !r;
	return r;
}

void sim_http_stop(struct sim *sim)
{
	const union MHD_DaemonInfo *info;

	sim_listen_stop(sim);
	if (!sim->daemon)
		return;
	for (size_t i = 0; i < sim->n_devices; i++)
		if (sim->devices[i]->kind->close)
			sim->devices[i]->kind->close(sim->devices[i]);
	sim_waits_release(sim);
	info = MHD_get_daemon_info(sim->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (info)
		ms_loop_unwatch(sim->loop, info->epoll_fd);
	MHD_stop_daemon(sim->daemon);
	ms_timer_free(sim->http_timer);
	ms_timer_free(sim->stream_timer);
	sim->daemon = NULL;
	sim->http_timer = NULL;
	sim->stream_timer = NULL;
}
