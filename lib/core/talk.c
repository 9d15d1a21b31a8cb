/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs that are talked to: what is sent and what comes on standard error flow by themselves on
 * the loop, so that neither side can wait for the other to read; output is read by a task.
 */
#include "core/core.h"
#include "core/child-private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define ERRORS_MAX ((size_t)64 << 10)
#define END_MS 2000

struct ms_child {
	struct ms_loop *loop;
	char *what;
	pid_t pid;
	int in, out, errors, pidfd;  /* -1 = closed */
	struct ms_buf queue;         /* for its standard input, from `sent` on */
	size_t sent;
	bool in_watched, in_ends;
	struct ms_cell drained;
	struct ms_buf said;          /* standard error */
	size_t said_max;
	bool ended;
	int status;
};

static void close_watched(struct ms_loop *loop, int *fd)
{
	if (*fd < 0)
		return;
	ms_loop_unwatch(loop, *fd);
	close(*fd);
	*fd = -1;
}

/* ---- standard error ----------------------------------------------------------------------------
 */

/* False at its end. */
static bool take_errors(struct ms_child *child)
{
	char bytes[4096];
	ssize_t n;

	while ((n = read(child->errors, bytes, sizeof(bytes))) > 0) {
		size_t room = child->said_max - child->said.len;

		ms_buf_add(&child->said, bytes, (size_t)n < room ? (size_t)n : room);
	}
	return n < 0 && (errno == EAGAIN || errno == EINTR);
}

static void on_errors(void *ctx, int fd, unsigned events)
{
	struct ms_child *child = ctx;

	(void)fd;
	(void)events;
	if (!take_errors(child))
		close_watched(child->loop, &child->errors);
}

const char *ms_child_errors(const struct ms_child *child)
{
	return child->said.data ? child->said.data : "";
}

/* ---- standard input ----------------------------------------------------------------------------
 */

static void on_in(void *ctx, int fd, unsigned events);

/* Secrets may have been in it. */
static void queue_clear(struct ms_child *child)
{
	if (child->queue.data)
		explicit_bzero(child->queue.data, child->queue.len);
	ms_buf_release(&child->queue);
	child->queue = (struct ms_buf){ 0 };
	child->sent = 0;
}

static void flush(struct ms_child *child)
{
	while (child->in >= 0 && child->sent < child->queue.len) {
		ssize_t n = write(child->in, child->queue.data + child->sent,
				  child->queue.len - child->sent);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0) {
			close_watched(child->loop, &child->in);
			break;
		}
		child->sent += (size_t)n;
	}
	queue_clear(child);
	if (child->in_watched && child->in >= 0)
		ms_loop_unwatch(child->loop, child->in);
	child->in_watched = false;
	if (child->in_ends)
		close_watched(child->loop, &child->in);
	ms_cell_set(child->loop, &child->drained);
}

static void on_in(void *ctx, int fd, unsigned events)
{
	(void)fd;
	(void)events;
	flush(ctx);
}

int ms_child_send(struct ms_child *child, const void *data, size_t len, struct ms_err *err)
{
	int r = 0;

	if (child->in < 0 || child->in_ends)
		return 0;
	if (ms_buf_add(&child->queue, data, len) < 0)
		return ms_nomem(err);
	flush(child);
	if (child->in >= 0 && child->queue.len && !child->in_watched) {
		r = ms_loop_watch(child->loop, child->in, POLLOUT, on_in, child, err);
		child->in_watched = !r;
	}
	return r;
}

void ms_child_send_end(struct ms_child *child)
{
	child->in_ends = true;
	if (!child->queue.len)
		close_watched(child->loop, &child->in);
}

/* ---- output ------------------------------------------------------------------------------------
 */

static int fail_wait(const struct ms_child *child, int r, const char *until, struct ms_err *err)
{
	if (r == -ETIMEDOUT)
		return ms_fail(err, r, MS_TIMEOUT, "%s did not %s in time", child->what, until);
	if (r == -ECANCELED)
		return ms_fail(err, r, MS_CANCELLED, "stopped while waiting for %s", child->what);
	return ms_fail_errno(err, r, "%s", child->what);
}

int ms_child_drain(struct ms_child *child, int64_t deadline, struct ms_err *err)
{
	while (child->in >= 0 && child->queue.len) {
		int r = ms_cell_wait(child->loop, &child->drained, deadline);

		if (r < 0)
			return fail_wait(child, r, "read", err);
	}
	return 0;
}

ssize_t ms_child_read(struct ms_child *child, void *data, size_t len, int64_t deadline,
		      struct ms_err *err)
{
	for (;;) {
		ssize_t n = child->out < 0 ? 0 : read(child->out, data, len);
		int r;

		if (n >= 0)
			return n;
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return ms_fail_errno(err, -errno, "%s", child->what);
		r = ms_task_wait_fd(child->loop, child->out, POLLIN, deadline);
		if (r < 0)
			return fail_wait(child, r, "answer", err);
	}
}

int ms_child_read_all(struct ms_child *child, struct ms_buf *out, int64_t deadline,
		      struct ms_err *err)
{
	char bytes[16384];
	ssize_t n;

	while ((n = ms_child_read(child, bytes, sizeof(bytes), deadline, err)) > 0) {
		if (ms_buf_add(out, bytes, (size_t)n) == -EFBIG)
			return ms_fail(err, -EFBIG, MS_INVALID, "%s says more than %zu bytes",
				       child->what, out->max);
		if (out->failed)
			return ms_nomem(err);
	}
	return (int)n;
}

/* ---- the end -----------------------------------------------------------------------------------
 */

bool ms_child_runs(struct ms_child *child)
{
	if (!child->ended && waitpid(child->pid, &child->status, WNOHANG) == child->pid)
		child->ended = true;
	return !child->ended;
}

int ms_child_fd(const struct ms_child *child)
{
	return child->pidfd;
}

int ms_child_wait(struct ms_child *child, int64_t deadline, int *ret_status, struct ms_err *err)
{
	while (ms_child_runs(child)) {
		int r = ms_task_wait_fd(child->loop, child->pidfd, POLLIN, deadline);

		if (r < 0)
			return fail_wait(child, r, "end", err);
	}
	if (child->errors >= 0)
		take_errors(child);
	*ret_status = child->status;
	return 0;
}

void ms_child_kill(struct ms_child *child)
{
	if (ms_child_runs(child))
		kill(-child->pid, SIGTERM);
}

/* The cleanup of a stopped task waits, too; but not for long. */
static void end(struct ms_child *child)
{
	struct ms_err err = MS_ERR_INIT;
	int status;

	ms_child_kill(child);
	ms_task_shield(child->loop);
	ms_child_wait(child, ms_clock_ms() + END_MS, &status, &err);
	ms_task_unshield(child->loop);
	if (child->ended)
		return;
	kill(-child->pid, SIGKILL);
	while (waitpid(child->pid, &child->status, 0) < 0 && errno == EINTR)
		;
}

void ms_child_free(struct ms_child *child)
{
	if (!child)
		return;
	close_watched(child->loop, &child->in);
	close_watched(child->loop, &child->out);
	if (child->pid > 0 && ms_child_runs(child))
		end(child);
	close_watched(child->loop, &child->errors);
	close_watched(child->loop, &child->pidfd);
	queue_clear(child);
	ms_buf_release(&child->said);
	free(child->what);
	free(child);
}

/* ---- the beginning -----------------------------------------------------------------------------
 */

static int make_pipe(int *ret_ours, int *ret_theirs, bool we_read)
{
	int fds[2], ours, flags;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	ours = fds[we_read ? 0 : 1];
	*ret_ours = ours;
	*ret_theirs = fds[we_read ? 1 : 0];
	flags = fcntl(ours, F_GETFL);
	return fcntl(ours, F_SETFL, flags | O_NONBLOCK) < 0 ? -errno : 0;
}

static int spawn_with_pipes(struct ms_child *child, const struct ms_child_opts *opts)
{
	MS_AUTO_FD int in = -1, out = -1, errors = -1;
	struct ms_spawn spawn = { .argv = opts->argv, .env = opts->env, .own_session = true };
	int r = make_pipe(&child->errors, &errors, true);

	if (!r && opts->talks)
		r = make_pipe(&child->in, &in, false);
	if (!r && opts->talks)
		r = make_pipe(&child->out, &out, true);
	spawn.fds[0] = opts->socket ? opts->socket : in;
	spawn.fds[1] = opts->socket ? opts->socket : out;
	spawn.fds[2] = errors;
	return r ? r : ms_spawn(&spawn, &child->pid);
}

static struct ms_child *child_new(struct ms_loop *loop, const struct ms_child_opts *opts)
{
	struct ms_child *child = calloc(1, sizeof(*child));

	if (!child)
		return NULL;
	*child = (struct ms_child){ .loop = loop, .in = -1, .out = -1, .errors = -1, .pidfd = -1 };
	child->said_max = opts->errors_max ? opts->errors_max : ERRORS_MAX;
	child->what = strdup(opts->what);
	if (child->what)
		return child;
	free(child);
	return NULL;
}

int ms_child_start(struct ms_loop *loop, const struct ms_child_opts *opts,
		   struct ms_child **ret_child, struct ms_err *err)
{
	struct ms_child *child = child_new(loop, opts);
	int r;

	if (!child)
		return ms_nomem(err);
	r = spawn_with_pipes(child, opts);
	if (r < 0) {
		ms_fail_errno(err, r, "cannot run %s", opts->argv[0]);
	} else {
		child->pidfd = (int)syscall(SYS_pidfd_open, child->pid, 0);
		r = child->pidfd < 0
			    ? ms_fail_errno(err, -errno, "cannot wait for %s", opts->what)
			    : ms_loop_watch(loop, child->errors, POLLIN, on_errors, child, err);
	}
	if (r < 0) {
		ms_child_free(child);
		return r;
	}
	*ret_child = child;
	return 0;
}
