/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel answers netlink: a socket for each family, opened when it is first needed. */
#include "host/host-private.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#define FAMILIES 32  /* MAX_LINKS of linux/netlink.h */
#define SECONDS 30
/* A message with many VFs is longer than 32 KiB, and the kernel fills what it is given. */
#define CHUNK ((size_t)256 << 10)

struct kernel { struct ms_loop *loop; int fds[FAMILIES]; char chunk[CHUNK]; };

static int open_socket(int family)
{
	static const int options[] = { NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK };
	struct sockaddr_nl self = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, family), on = 1;

	if (fd < 0)
		return -errno;
	/* What an old kernel does not know of these, it does without. */
	for (size_t i = 0; i < MS_ARRAY_SIZE(options); i++)
		setsockopt(fd, SOL_NETLINK, options[i], &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&self, sizeof(self)) < 0) {
		int r = -errno;

		close(fd);
		return r;
	}
	return fd;
}

static int socket_of(struct kernel *kernel, const struct ms_nl_request *request, struct ms_err *err)
{
	int family = request->family, r;

	if (family < 0 || family >= FAMILIES)
		return ms_fail(err, -EINVAL, MS_FAILED, "%s: no netlink family %d", request->what,
			       family);
	if (kernel->fds[family] >= 0)
		return kernel->fds[family];
	r = open_socket(family);
	if (r == -EPROTONOSUPPORT)
		return ms_fail(err, -EOPNOTSUPP, MS_UNSUPPORTED,
			       "%s: this kernel has no netlink family %d", request->what, family);
	if (r < 0)
		return ms_fail_errno(err, r, "%s: cannot open a netlink socket", request->what);
	return kernel->fds[family] = r;
}

static int wait_for(struct kernel *kernel, int fd, unsigned events, int64_t deadline)
{
	struct pollfd poll_fd = { .fd = fd, .events = (short)events };
	int64_t left;
	int r;

	if (kernel->loop)
		return ms_task_wait_fd(kernel->loop, fd, events, deadline);
	do {
		left = deadline - ms_clock_ms();
		if (left <= 0)
			return -ETIMEDOUT;
		r = poll(&poll_fd, 1, (int)left);
	} while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : r ? 0 : -ETIMEDOUT;
}

static int fail_wait(const struct ms_nl_request *request, int r, struct ms_err *err)
{
	if (r == -ETIMEDOUT)
		return ms_fail(err, r, MS_TIMEOUT, "%s: no answer of the kernel within %u s",
			       request->what, request->seconds ? request->seconds : SECONDS);
	if (r == -ECANCELED)
		return ms_fail(err, r, MS_CANCELLED, "%s: stopped while the kernel worked",
			       request->what);
	return ms_fail_errno(err, r, "%s: netlink", request->what);
}

static int send_all(struct kernel *kernel, int fd, const struct nlmsghdr *bytes, int64_t deadline)
{
	struct sockaddr_nl to = { .nl_family = AF_NETLINK };
	int r = 0;

	while (!r) {
		if (sendto(fd, bytes, bytes->nlmsg_len, 0, (struct sockaddr *)&to, sizeof(to)) >= 0)
			return 0;
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
		r = wait_for(kernel, fd, POLLOUT, deadline);
	}
	return r;
}

/* One datagram: its length, 0 for one that is not the kernel's. */
static ssize_t receive(struct kernel *kernel, int fd, int64_t deadline)
{
	struct sockaddr_nl from = { 0 };
	socklen_t size = sizeof(from);
	int r = 0;

	while (!r) {
		ssize_t n = recvfrom(fd, kernel->chunk, CHUNK, MSG_TRUNC, (struct sockaddr *)&from,
				     &size);

		if (n >= 0 && (size_t)n > CHUNK)
			return -EMSGSIZE;
		if (n >= 0)
			return from.nl_pid ? 0 : n;
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
		r = wait_for(kernel, fd, POLLIN, deadline);
	}
	return r;
}

/* What belongs to this request; answers to one that was given up may still come.  1 at the end. */
static int take(const char *at, size_t left, uint32_t seq, struct ms_buf *replies)
{
	int end = 0;

	while (left >= sizeof(struct nlmsghdr)) {
		const struct nlmsghdr *reply = (const struct nlmsghdr *)at;
		size_t step = NLMSG_ALIGN(reply->nlmsg_len);

		if (reply->nlmsg_len < sizeof(*reply) || reply->nlmsg_len > left)
			return -EBADMSG;
		step = step < left ? step : left;
		if (reply->nlmsg_seq == seq) {
			static const char zeros[NLMSG_ALIGNTO];

			if (ms_buf_add(replies, at, reply->nlmsg_len) ||
			    ms_buf_add(replies, zeros,
				       NLMSG_ALIGN(reply->nlmsg_len) - reply->nlmsg_len))
				return replies->failed;
			end |= reply->nlmsg_type == NLMSG_ERROR || reply->nlmsg_type == NLMSG_DONE;
		}
		at += step;
		left -= step;
	}
	return end;
}

static int exchange(void *ctx, const struct ms_nl_request *request, const struct nlmsghdr *bytes,
		    struct ms_buf *replies, struct ms_err *err)
{
	struct kernel *kernel = ctx;
	int64_t deadline = ms_clock_ms() +
			   1000 * (int64_t)(request->seconds ? request->seconds : SECONDS);
	int fd = socket_of(kernel, request, err);
	ssize_t n;
	int r;

	if (fd < 0)
		return fd;
	r = send_all(kernel, fd, bytes, deadline);
	while (!r) {
		n = receive(kernel, fd, deadline);
		r = n < 0 ? (int)n : take(kernel->chunk, (size_t)n, bytes->nlmsg_seq, replies);
	}
	if (r == -ENOMEM)
		return ms_nomem(err);
	return r < 0 ? fail_wait(request, r, err) : 0;
}

static void kernel_free(void *ctx)
{
	struct kernel *kernel = ctx;

	for (size_t i = 0; i < FAMILIES; i++)
		if (kernel->fds[i] >= 0)
			close(kernel->fds[i]);
	free(kernel);
}

int ms_nl_kernel_new(struct ms_loop *loop, struct ms_nl_ops *ret_ops, void **ret_ctx,
		     struct ms_err *err)
{
	struct kernel *kernel = malloc(sizeof(*kernel));

	if (!kernel)
		return ms_nomem(err);
	kernel->loop = loop;
	for (size_t i = 0; i < FAMILIES; i++)
		kernel->fds[i] = -1;
	*ret_ops = (struct ms_nl_ops){ .exchange = exchange, .free = kernel_free };
	*ret_ctx = kernel;
	return 0;
}
