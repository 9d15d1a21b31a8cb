/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One device: its limits, its circuit breaker and its connections.  A device that has failed three
 * times in a row is left alone for a while, so that one dead target neither holds a place in the
 * window nor is hammered when it comes back.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include "net/http.h"
#include "net/url.h"

#define MAX_FAILURES 3
#define OPEN_MS 30000

static int copy(char **ret, const char *text)
{
	*ret = text ? strdup(text) : NULL;
	return text && !*ret ? -ENOMEM : 0;
}

static int check_trust(const struct ms_peer_opts *opts, struct ms_err *err)
{
	if (opts->trust != MS_TRUST_PIN || (opts->pin && ms_starts(opts->pin, "sha256//")))
		return 0;
	ms_fail(err, -EINVAL, MS_TLS, "the pin is not \"sha256//BASE64\": \"%.100s\"",
		opts->pin ? opts->pin : "");
	ms_hint(err, "msctl-bmc trust -s %s prints it", opts->name ? opts->name : "NAME");
	return -EINVAL;
}

static int fill(struct ms_peer *peer, const struct ms_peer_opts *opts, struct ms_err *err)
{
	int rc = check_trust(opts, err);

	if (rc == 0)
		rc = ms_url_origin(opts->base ? opts->base : "", &peer->origin, err);
	if (rc < 0)
		return rc;
	if (copy(&peer->name, opts->name ? opts->name : opts->base) ||
	    copy(&peer->pin, opts->pin) || copy(&peer->ca, opts->ca) ||
	    copy(&peer->proxy, opts->proxy))
		return ms_nomem(err);
	peer->trust = opts->trust;
	peer->close_connections = opts->close_connections;
	peer->identity = opts->identity;
	peer->awaited = opts->awaited;
	ms_gate_init(&peer->reads, opts->reads ? opts->reads : 2);
	ms_gate_init(&peer->writes, opts->writes ? opts->writes : 1);
	return 0;
}

int ms_peer_new(struct ms_http *http, const struct ms_peer_opts *opts, struct ms_peer **ret_peer,
		struct ms_err *err)
{
	struct ms_peer *peer = calloc(1, sizeof(*peer));
	int rc;

	if (!peer)
		return ms_nomem(err);
	peer->http = http;
	rc = fill(peer, opts, err);
	if (rc < 0) {
		ms_err_at(err, opts->name, NULL);
		ms_peer_free(peer);
		return rc;
	}
	peer->next = http->peers;
	http->peers = peer;
	*ret_peer = peer;
	return 0;
}

/* Takes the peer off the list; another one of the same device, which may share its connections. */
static struct ms_peer *unlink_peer(struct ms_peer *peer)
{
	struct ms_peer *same = NULL;

	for (struct ms_peer **at = &peer->http->peers; *at;) {
		if (*at == peer) {
			*at = peer->next;
			continue;
		}
		if (peer->origin && !strcmp((*at)->origin, peer->origin))
			same = *at;
		at = &(*at)->next;
	}
	return same;
}

/*
 * libcurl cannot be told to close the kept connections of one device.  Shut down here, they are of
 * no more cost to the device, and curl drops them as dead when it next looks.
 */
static void drop_connections(struct ms_peer *peer, struct ms_peer *heir)
{
	struct ms_http *http = peer->http;

	for (size_t fd = 0; fd < http->n_owners; fd++) {
		if (http->owners[fd] != peer)
			continue;
		http->owners[fd] = heir;
		if (!heir)
			shutdown((int)fd, SHUT_RDWR);
	}
}

void ms_peer_free(struct ms_peer *peer)
{
	if (!peer)
		return;
	drop_connections(peer, unlink_peer(peer));
	free(peer->name);
	free(peer->origin);
	free(peer->pin);
	free(peer->ca);
	free(peer->proxy);
	free(peer);
}

static int own(struct ms_peer *peer, int fd)
{
	struct ms_http *http = peer->http;

	if ((size_t)fd >= http->n_owners) {
		size_t n = (size_t)fd + 64;
		struct ms_peer **grown = realloc(http->owners, n * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		memset(grown + http->n_owners, 0, (n - http->n_owners) * sizeof(*grown));
		http->owners = grown;
		http->n_owners = n;
	}
	http->owners[fd] = peer;
	return 0;
}

int ms_peer_open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
	int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);

	(void)purpose;
	if (fd >= 0 && own(ctx, fd) < 0) {
		close(fd);
		return CURL_SOCKET_BAD;
	}
	return fd;
}

int ms_peer_close_socket(void *ctx, curl_socket_t fd)
{
	struct ms_http *http = ctx;

	if ((size_t)fd < http->n_owners)
		http->owners[fd] = NULL;
	return close(fd);
}

int ms_peer_may_ask(struct ms_peer *peer, struct ms_err *err)
{
	int64_t left = peer->open_until - ms_clock_ms();

	if (left <= 0)
		return 0;
	ms_fail(err, -EHOSTDOWN, MS_UNREACHABLE,
		"not asked again for %lld s after %u failures in a row: %s",
		(long long)(left + 999) / 1000, peer->failures, peer->last_failure);
	return -EHOSTDOWN;
}

void ms_peer_note(struct ms_peer *peer, const struct ms_outcome *outcome, const struct ms_err *err)
{
	if (!outcome->transport) {
		peer->failures = 0;
		return;
	}
	snprintf(peer->last_failure, sizeof(peer->last_failure), "%.*s",
		 (int)sizeof(peer->last_failure) - 1, err->message);
	/* Past the limit it stays there: after the pause one attempt is allowed, and one more
	 * failure is enough. */
	if (++peer->failures >= MAX_FAILURES && !peer->awaited)
		peer->open_until = ms_clock_ms() + OPEN_MS;
}
