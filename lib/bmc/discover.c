/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ask addresses whether a Redfish service lives there; the root needs no login, and none is tried.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include "bmc/discover.h"
#include "bmc/read.h"

struct search {
	const struct bmc_env *env;
	const struct bmc_discover_opts *opts;
	struct ms_gate gate;
	json_t *answers;             /* one place per address, so that the order is theirs */
	size_t running;
	struct ms_cell done;
	struct ms_err err;           /* what ends the search, not what one address answers */
};

struct probe {
	struct search *search;
	size_t index;
	char address[256];           /* "10.0.0.3", "[::1]:8443" */
	char how[8];
};

/* Host and port of an address; the brackets of IPv6 are taken off. */
static void split(const struct probe *probe, char *host, size_t size, unsigned *ret_port)
{
	const char *text = probe->address, *colon = strrchr(text, ':');
	bool bracket = *text == '[', bare6 = !bracket && colon && strchr(text, ':') != colon;

	*ret_port = probe->search->opts->port ? probe->search->opts->port : 443;
	if (bracket) {
		snprintf(host, size, "%.*s", (int)strcspn(text + 1, "]"), text + 1);
		colon = strstr(text, "]:");
		if (colon)
			*ret_port = bmc_address_port(colon + 2);
		return;
	}
	if (colon && !bare6)
		*ret_port = bmc_address_port(colon + 1);
	snprintf(host, size, "%.*s", colon && !bare6 ? (int)(colon - text) : (int)strlen(text),
		 text);
}

/* A quick look whether anybody listens: most addresses of a range are empty, and HTTP is patient.
 * Names are left to the HTTP engine, which resolves without blocking. */
static bool listens(struct probe *probe, const char *host, unsigned port)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
				  .ai_socktype = SOCK_STREAM },
			*to = NULL;
	struct ms_loop *loop = ms_http_loop(probe->search->env->http);
	int64_t wait = probe->search->opts->seconds ? probe->search->opts->seconds : 3;
	MS_AUTO_FD int fd = -1;
	socklen_t len = sizeof(int);
	char service[8];
	int error = 0, r;

	snprintf(service, sizeof(service), "%u", port);
	if (getaddrinfo(host, service, &hints, &to))
		return true;
	fd = socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	r = fd < 0 ? -1 : connect(fd, to->ai_addr, to->ai_addrlen);
	freeaddrinfo(to);
	if (fd < 0 || (r && errno != EINPROGRESS))
		return false;
	if (r && ms_task_wait_fd(loop, fd, POLLOUT, ms_clock_ms() + wait * 1000))
		return false;
	return !getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) && !error;
}

/* "bmc-10-0-0-3": a name that a site file accepts. */
static void name_of(const char *host, unsigned port, char *buf, size_t size)
{
	size_t n = (size_t)snprintf(buf, size, port == 443 ? "bmc-%s" : "bmc-%s-%u", host, port);

	for (size_t i = 0; i < n && i < size - 1; i++) {
		char c = buf[i];

		if (c >= 'A' && c <= 'Z')
			buf[i] = (char)(c - 'A' + 'a');
		else if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
			buf[i] = '-';
	}
}

/* Label values: letters, digits, "-", "_", "."; at most 63. */
static json_t *label(const char *text)
{
	char buf[64];
	size_t n = 0;

	for (; *text && n + 1 < sizeof(buf); text++) {
		bool fine = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
			    (*text >= '0' && *text <= '9') || strchr("-_.", *text);

		if (fine)
			buf[n++] = *text;
		else if (n && buf[n - 1] != '-')
			buf[n++] = '-';
	}
	while (n && strchr("-_.", buf[n - 1]))
		n--;
	return n ? json_stringn(buf, n) : NULL;
}

static bool is_vendor(const char *word)
{
	static const char *const words[] = {
		"dell", "hpe", "lenovo", "supermicro", "ami", "openbmc", "nvidia",
	};

	for (size_t i = 0; word && i < MS_ARRAY_SIZE(words); i++)
		if (!strcmp(word, words[i]))
			return true;
	return false;
}

static json_t *server_of(struct probe *probe, const char *host, unsigned port,
			 struct ms_redfish *redfish, json_t *certificate)
{
	static const struct bmc_row rows[] = {
		{ "product", "/Product", BMC_TEXT },
		{ "redfishVersion", "/RedfishVersion", BMC_TEXT },
		{ "uuid", "/UUID", BMC_TEXT },
		BMC_ROW_END
	};
	static const struct bmc_norm quiet;
	const struct ms_rf_quirks *quirks = ms_redfish_quirks(redfish);
	const json_t *root = ms_redfish_root(redfish);
	const char *vendor = quirks && is_vendor(quirks->vendor) ? quirks->vendor : NULL,
		   *pin = ms_str(certificate, "/pin", NULL);
	json_t *facts = bmc_map_new(&quiet, rows, root), *server, *product;
	char name[280];

	name_of(host, port, name, sizeof(name));
	server = ms_resource_new("Server", name);
	if (!server || !facts || ms_put(server, "/spec/bmc/address", json_string(host)) ||
	    (port != 443 && ms_put(server, "/spec/bmc/port", json_integer(port))) ||
	    (vendor && ms_put(server, "/spec/bmc/vendor", json_string(vendor))) ||
	    (pin && (ms_put(server, "/spec/bmc/tls/trust", json_string("pin")) ||
		     ms_put(server, "/spec/bmc/tls/pin", json_string(pin)))))
		goto fail;
	product = label(ms_str(facts, "/product", ""));
	if (product && ms_put(server, "/metadata/labels/product", product))
		goto fail;
	if (vendor && ms_put(server, "/metadata/labels/vendor", json_string(vendor)))
		goto fail;
	json_object_set_new(facts, "vendor", json_string(vendor ? vendor : "unknown"));
	json_object_set_new(facts, "foundBy", json_string(probe->how));
	if (certificate)
		json_object_set(facts, "certificate", certificate);
	if (ms_status_set(server, "bmc", ms_take(facts)))
		goto fail;
	return server;
fail:
	json_decref(facts);
	json_decref(server);
	return NULL;
}

static void look(struct probe *probe)
{
	struct search *search = probe->search;
	struct ms_redfish_opts opts = { .no_login = true };
	struct ms_redfish *redfish = NULL;
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *certificate = NULL;
	char host[256], base[300];
	unsigned port;
	json_t *server;

	split(probe, host, sizeof(host), &port);
	if (!listens(probe, host, port))
		return;
	snprintf(base, sizeof(base), strchr(host, ':') ? "https://[%s]:%u" : "https://%s:%u", host,
		 port);
	opts.peer = (struct ms_peer_opts){ .name = probe->address,
					   .base = base,
					   .trust = MS_TRUST_SKIP };
	if (!ms_redfish_open(search->env->http, &opts, &redfish, &err) &&
	    json_is_object(ms_redfish_root(redfish))) {
		/* A service without TLS, or one that is gone again, is found all the same. */
		bmc_certificate(search->env->http, &opts.peer, &certificate, &err);
		server = server_of(probe, host, port, redfish, certificate);
		if (!server || json_array_set_new(search->answers, probe->index, server))
			ms_nomem(&search->err);
	} else {
		ms_debug("discover: %s: %s", probe->address, err.message);
	}
	ms_redfish_close(redfish);
}

static void probe_task(void *arg)
{
	struct probe *probe = arg;
	struct search *search = probe->search;
	struct ms_loop *loop = ms_http_loop(search->env->http);

	if (!search->err.code && !ms_loop_stopping(loop))
		look(probe);
	free(probe);
	ms_gate_leave(loop, &search->gate);
	if (!--search->running)
		ms_cell_set(loop, &search->done);
}

static int start(struct search *search, const char *address, const char *how, size_t index,
		 struct ms_err *err)
{
	struct ms_loop *loop = ms_http_loop(search->env->http);
	struct probe *probe;
	int r = ms_gate_enter(loop, &search->gate, 0);

	if (r)
		return ms_fail(err, r, MS_CANCELLED, "stopped");
	probe = calloc(1, sizeof(*probe));
	if (!probe) {
		ms_gate_leave(loop, &search->gate);
		return ms_nomem(err);
	}
	probe->search = search;
	probe->index = index;
	snprintf(probe->address, sizeof(probe->address), "%s", address);
	snprintf(probe->how, sizeof(probe->how), "%s", how);
	search->running++;
	r = ms_task_start(loop, probe_task, probe, err);
	if (r) {
		search->running--;
		ms_gate_leave(loop, &search->gate);
		free(probe);
	}
	return r;
}

/* Tasks use what is on this stack: they are waited for, whatever happened. */
static int ask_all(struct search *search, json_t *found, struct ms_err *err)
{
	struct ms_loop *loop = ms_http_loop(search->env->http);
	const char *address;
	size_t index = 0;
	json_t *how;
	int r = 0;

	search->running = 1;
	json_object_foreach(found, address, how) {
		if (search->err.code || json_array_append_new(search->answers, json_null()))
			break;
		r = start(search, address, json_string_value(how), index++, err);
		if (r)
			break;
	}
	ms_task_shield(loop);
	while (--search->running) {
		ms_cell_wait(loop, &search->done, 0);
		search->running++;
	}
	ms_task_unshield(loop);
	if (!r && search->err.code) {
		*err = search->err;
		r = search->err.error;
	}
	return r;
}

/* What was found is told also when the search was cut short. */
static int put_all(const json_t *answers, int (*put)(void *ctx, json_t *server), void *ctx,
		   struct ms_err *err)
{
	json_t *one;
	size_t i;

	json_array_foreach(answers, i, one)
		if (json_is_object(one) && put(ctx, json_incref(one)))
			return ms_fail(err, -ECANCELED, MS_CANCELLED,
				       "the output does not take more");
	return 0;
}

int bmc_discover(const struct bmc_env *env, const struct bmc_discover_opts *opts,
		 int (*put)(void *ctx, json_t *server), void *ctx, struct ms_err *err)
{
	struct search search = { .env = env, .opts = opts };
	json_auto_t *found = json_object(), *answers = json_array();
	int r = 0, told;

	for (size_t i = 0; !r && opts->ranges && opts->ranges[i]; i++)
		r = bmc_address_range(found, opts->ranges[i], err);
	if (!r && opts->leases)
		r = bmc_address_lease_file(found, opts->leases, err);
	if (!r && opts->ssdp)
		r = bmc_ssdp(ms_http_loop(env->http), found, err);
	if (r)
		return r;
	search.answers = answers;
	ms_gate_init(&search.gate, opts->window ? opts->window : 128);
	r = ask_all(&search, found, err);
	told = put_all(answers, put, ctx, err);
	return r ? r : told;
}
