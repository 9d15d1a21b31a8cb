/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Listening.  One socket on the wildcard address, bound to the loopback device, takes the
 * connections of every device; the local address of a connection says for which one it is.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include "sim/http.h"
#include "sim/switch.h"

static struct sim_listener *find(const struct sim *sim, in_addr_t address, uint16_t port, bool ssh)
{
	for (size_t i = 0; i < sim->n_listeners; i++)
		if (sim->listeners[i]->address == address && sim->listeners[i]->port == port &&
		    sim->listeners[i]->ssh == ssh && port)
			return sim->listeners[i];
	return NULL;
}

/* Not for the world to see, whatever the firewall says.  Old kernels want a privilege for it; then
 * accept() sorts out. */
static void only_loopback(int fd)
{
	setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3);
}

static int open_socket(in_addr_t address, uint16_t port, struct ms_err *err)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(port),
				  .sin_addr.s_addr = address };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;

	if (fd < 0)
		return ms_fail_errno(err, -errno, "cannot open a socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (address == htonl(INADDR_ANY))
		only_loopback(fd);
	if (bind(fd, (struct sockaddr *)&to, sizeof(to)) || listen(fd, 4096)) {
		int r = ms_fail_errno(err, -errno, "cannot listen on port %u", port);

		ms_hint(err, "choose another with --port, or --port 0 for any free one");
		close(fd);
		return r;
	}
	return fd;
}

static uint16_t bound_port(int fd)
{
	struct sockaddr_in at = { 0 };
	socklen_t len = sizeof(at);

	getsockname(fd, (struct sockaddr *)&at, &len);
	return ntohs(at.sin_port);
}

int sim_listen(struct sim *sim, in_addr_t address, uint16_t port, bool ssh, uint16_t *ret_port,
	       struct ms_err *err)
{
	struct sim_listener *listener = find(sim, address, port, ssh), **more;
	int fd;

	if (listener) {
		*ret_port = listener->port;
		return 0;
	}
	fd = open_socket(address, port, err);
	if (fd < 0)
		return fd;
	listener = calloc(1, sizeof(*listener));
	more = realloc(sim->listeners, (sim->n_listeners + 1) * sizeof(*more));
	if (more)
		sim->listeners = more;
	if (!listener || !more) {
		free(listener);
		close(fd);
		return ms_nomem(err);
	}
	*listener = (struct sim_listener){ fd, address, bound_port(fd), ssh, sim };
	sim->listeners[sim->n_listeners++] = listener;
	*ret_port = listener->port;
	return 0;
}

static void refuse(int fd)
{
	struct linger linger = { 1, 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	close(fd);
}

/* A device that restarts does not answer, but its /sim does where that is elsewhere; an address
 * without a device never does. */
static struct sim_device *device_for(const struct sim *sim, int fd, bool ssh)
{
	struct sockaddr_in at = { 0 };
	socklen_t len = sizeof(at);
	struct sim_device *dev;

	if (getsockname(fd, (struct sockaddr *)&at, &len))
		return NULL;
	dev = sim_device_at(sim, at.sin_addr.s_addr, ntohs(at.sin_port));
	if (!dev)
		return NULL;
	sim_settle(dev);
	if (dev->ssh && !ssh)
		return dev;
	return dev->away_until > sim_clock(sim) ? NULL : dev;
}

static void take(const struct sim_listener *listener, int fd, const struct sockaddr_in *from)
{
	struct sim *sim = listener->sim;
	struct sim_device *dev = device_for(sim, fd, listener->ssh);
	int one = 1;

	if (!dev) {
		refuse(fd);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	sim->connections++;
	if (listener->ssh) {
		sim_ssh_accept(sim, dev, fd, from->sin_addr.s_addr, ntohs(from->sin_port));
		return;
	}
	sim->accepting = dev;
	/* Closes the descriptor itself when it cannot take it. */
	MHD_add_connection(sim->daemon, fd, (const struct sockaddr *)from, sizeof(*from));
	sim->accepting = NULL;
}

static void on_accept(void *ctx, int fd, unsigned events)
{
	struct sim_listener *listener = ctx;
	struct sockaddr_in from;

	(void)events;
	for (int i = 0; i < 64; i++) {
		socklen_t len = sizeof(from);
		int conn = accept4(fd, (struct sockaddr *)&from, &len,
				   SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (conn < 0)
			break;
		take(listener, conn, &from);
	}
	sim_http_kick(listener->sim);
}

int sim_listen_start(struct sim *sim, struct ms_err *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < sim->n_listeners; i++)
		r = ms_loop_watch(sim->loop, sim->listeners[i]->fd, POLLIN, on_accept,
				  sim->listeners[i], err);
	return r;
}

void sim_listen_stop(struct sim *sim)
{
	for (size_t i = 0; i < sim->n_listeners; i++) {
		if (sim->started)
			ms_loop_unwatch(sim->loop, sim->listeners[i]->fd);
		close(sim->listeners[i]->fd);
		free(sim->listeners[i]);
	}
	free(sim->listeners);
	sim->listeners = NULL;
	sim->n_listeners = 0;
}
