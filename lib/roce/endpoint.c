/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The endpoint of probe at a host: orders come in, each becomes a process, events go out.  When
 * orders end, or the processes' time is up, they are killed: nothing is left behind.
 */
#include "roce/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define JOBS 64
#define LINE_MAX_OCTETS (64u << 10)
/* After its deadline a job may say so itself, before it is killed. */
#define SPARE_MS 2000

struct running {
	struct endpoint *endpoint;
	pid_t pid;                   /* 0 = free */
	int64_t id;
	int events;
	bool ended;                  /* its last event was said */
	struct ms_timer *timer;
	struct ms_buf line;
};
struct endpoint {
	struct ms_loop *loop;
	struct ms_buf orders;
	struct running jobs[JOBS];
	bool over;
	int result;
	struct ms_err *err;
};

static void stop(struct endpoint *endpoint, int r)
{
	endpoint->over = true;
	endpoint->result = endpoint->result ? endpoint->result : r;
}

static void say_failed(struct endpoint *endpoint, int64_t id, const struct ms_err *err)
{
	json_t *event = json_pack("{s:I,s:s,s:s,s:{s:s,s:s,s:s*}}", "id", (json_int_t)id, "event",
				  "failed", "phase", "start", "error", "code",
				  ms_code_name(err->code), "message", err->message, "hint",
				  *err->hint ? err->hint : NULL);

	if (probe_say(STDOUT_FILENO, event) < 0)
		stop(endpoint, -EPIPE);
}

/* ---- jobs --------------------------------------------------------------------------------------
 */

static void end_job(struct running *job)
{
	struct ms_err err = MS_ERR_INIT;
	int status = 0;

	ms_loop_unwatch(job->endpoint->loop, job->events);
	close(job->events);
	ms_timer_free(job->timer);
	kill(job->pid, SIGKILL);
	while (waitpid(job->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!job->ended) {
		if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
			ms_fail(&err, -ETIMEDOUT, MS_TIMEOUT, "measuring was not done in time");
		else
			ms_fail(&err, -EIO, MS_FAILED, "measuring ended with %s %d",
				WIFSIGNALED(status) ? "signal" : "status",
				WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
		say_failed(job->endpoint, job->id, &err);
	}
	ms_buf_release(&job->line);
	*job = (struct running){ 0 };
}

/* Lines of a job go on as they are. */
static int pass_lines(struct running *job)
{
	char *end;

	while (job->line.len && (end = memchr(job->line.data, '\n', job->line.len))) {
		size_t len = (size_t)(end + 1 - job->line.data);

		if (!memmem(job->line.data, len, "\"listening\"", 11))
			job->ended = true;
		if (write(STDOUT_FILENO, job->line.data, len) != (ssize_t)len)
			return -EPIPE;
		job->line.len -= len;
		memmove(job->line.data, end + 1, job->line.len + 1);
	}
	return 0;
}

static void on_event(void *ctx, int fd, unsigned events)
{
	struct running *job = ctx;
	char bytes[8192];
	ssize_t n = read(fd, bytes, sizeof(bytes));

	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0 && ms_buf_add(&job->line, bytes, (size_t)n) == 0) {
		if (pass_lines(job) < 0)
			stop(job->endpoint, -EPIPE);
		return;
	}
	end_job(job);
}

static void on_late(void *ctx)
{
	struct running *job = ctx;

	kill(job->pid, SIGKILL);
}

static struct running *find_job(struct endpoint *endpoint, int64_t id)
{
	for (size_t i = 0; i < JOBS; i++)
		if (endpoint->jobs[i].pid && endpoint->jobs[i].id == id)
			return &endpoint->jobs[i];
	return NULL;
}

static struct running *free_job(struct endpoint *endpoint)
{
	for (size_t i = 0; i < JOBS; i++)
		if (!endpoint->jobs[i].pid)
			return &endpoint->jobs[i];
	return NULL;
}

/* The child: it dies with the endpoint, and signals mean to it what they mean to any program. */
_Noreturn static void be_job(const struct probe_job *job, int out, pid_t parent)
{
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	_exit(probe_job_run(job, out) < 0);
}

static int watch_job(struct running *job, const struct probe_job *order, struct ms_err *err)
{
	int r = ms_timer_new(job->endpoint->loop, on_late, job, &job->timer, err);

	if (!r)
		r = ms_loop_watch(job->endpoint->loop, job->events, POLLIN, on_event, job, err);
	if (!r)
		ms_timer_set(job->timer, order->deadline - ms_clock_ms() + SPARE_MS);
	return r;
}

static int start_job(struct endpoint *endpoint, const struct probe_job *order, struct ms_err *err)
{
	struct running *job = free_job(endpoint);
	pid_t self = getpid(), pid;
	int pipe[2], r;

	if (!job || find_job(endpoint, order->id))
		return ms_fail(err, -EBUSY, MS_BUSY, "too many measurements at once");
	if (pipe2(pipe, O_CLOEXEC) < 0)
		return ms_fail_errno(err, -errno, "cannot start measuring");
	pid = fork();
	if (pid == 0)
		be_job(order, pipe[1], self);
	r = pid < 0 ? -errno : 0;
	close(pipe[1]);
	if (r < 0) {
		close(pipe[0]);
		return ms_fail_errno(err, r, "cannot start measuring");
	}
	*job = (struct running){ .endpoint = endpoint, .pid = pid, .id = order->id,
				 .events = pipe[0], .line.max = LINE_MAX_OCTETS };
	fcntl(pipe[0], F_SETFL, O_NONBLOCK);
	return watch_job(job, order, err);
}

/* ---- orders ------------------------------------------------------------------------------------
 */

static void obey(struct endpoint *endpoint, const char *line, size_t len)
{
	json_auto_t *order = json_loadb(line, len, 0, NULL);
	struct ms_err err = MS_ERR_INIT;
	struct running *job = find_job(endpoint, ms_int(order, "/id", -1));
	struct probe_job parsed;

	if (!strcmp(ms_str(order, "/do", ""), "stop")) {
		if (job)
			kill(job->pid, SIGKILL);
		return;
	}
	if (probe_job_parse(order, &parsed, &err) < 0 || start_job(endpoint, &parsed, &err) < 0)
		say_failed(endpoint, ms_int(order, "/id", -1), &err);
}

static void on_order(void *ctx, int fd, unsigned events)
{
	struct endpoint *endpoint = ctx;
	struct ms_buf *orders = &endpoint->orders;
	char bytes[8192], *end;
	ssize_t n = read(fd, bytes, sizeof(bytes));

	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || ms_buf_add(orders, bytes, (size_t)n) < 0) {
		stop(endpoint, n <= 0 ? 0 : -EFBIG);
		return;
	}
	while (orders->len && (end = memchr(orders->data, '\n', orders->len))) {
		size_t len = (size_t)(end + 1 - orders->data);

		obey(endpoint, orders->data, len);
		orders->len -= len;
		memmove(orders->data, end + 1, orders->len + 1);
	}
}

int probe_endpoint(struct ms_loop *loop, struct ms_err *err)
{
	struct endpoint endpoint = { .loop = loop, .orders.max = LINE_MAX_OCTETS, .err = err };
	int r;

	signal(SIGPIPE, SIG_IGN);
	r = ms_loop_watch(loop, STDIN_FILENO, POLLIN, on_order, &endpoint, err);
	if (r < 0)
		return r;
	while (!r && !endpoint.over && !ms_loop_stopping(loop))
		r = ms_loop_turn(loop, -1, err);
	ms_loop_unwatch(loop, STDIN_FILENO);
	for (size_t i = 0; i < JOBS; i++) {
		if (!endpoint.jobs[i].pid)
			continue;
		endpoint.jobs[i].ended = true;
		end_job(&endpoint.jobs[i]);
	}
	ms_buf_release(&endpoint.orders);
	if (!r && endpoint.result)
		r = ms_fail_errno(err, endpoint.result, "orders");
	return r;
}
