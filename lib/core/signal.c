/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SIGINT, SIGTERM and SIGHUP.  A handler and a pipe rather than a signalfd: the second Ctrl-C must
 * end the process even where the loop does not turn, and children inherit no blocked signals.
 */
#include "core/loop-private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>

static const int caught_signals[] = { SIGINT, SIGTERM, SIGHUP };

struct ms_signals {
	int pipe[2];
	int grace_ms;
	struct ms_timer *timer;
	struct sigaction old[MS_ARRAY_SIZE(caught_signals)], old_pipe;
};

/* A handler has no other way to its loop. */
static volatile sig_atomic_t signal_seen, signal_pipe = -1;

static void on_signal(int number)
{
	int saved = errno;

	if (signal_seen)
		_exit(128 + number);
	signal_seen = number;
	if (write(signal_pipe, "", 1) < 0)
		_exit(128 + number);
	errno = saved;
}

static void on_grace_over(void *ctx)
{
	const struct ms_loop *loop = ctx;

	_exit(128 + loop->signal);
}

static void on_pipe(void *ctx, int fd, unsigned events)
{
	struct ms_loop *loop = ctx;
	char byte;

	(void)events;
	if (read(fd, &byte, 1) != 1)
		return;
	loop->signal = signal_seen;
	ms_timer_set(loop->signals->timer, loop->signals->grace_ms);
	ms_loop_stop(loop);
}

/* nohup and shells that start background jobs ignore some of them: that is left as it is. */
static void install(struct ms_signals *signals)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	for (size_t i = 0; i < MS_ARRAY_SIZE(caught_signals); i++) {
		sigaction(caught_signals[i], NULL, &signals->old[i]);
		if (signals->old[i].sa_handler != SIG_IGN)
			sigaction(caught_signals[i], &action, NULL);
	}
	sigaction(SIGPIPE, &ignore, &signals->old_pipe);
}

int ms_loop_catch_signals(struct ms_loop *loop, int grace_ms, struct ms_err *err)
{
	struct ms_signals *signals;
	int r;

	if (loop->signals || signal_pipe >= 0)
		return ms_fail(err, -EBUSY, MS_FAILED, "signals are already caught by a loop");
	signals = calloc(1, sizeof(*signals));
	if (!signals)
		return ms_nomem(err);
	signals->grace_ms = grace_ms;
	if (pipe2(signals->pipe, O_CLOEXEC | O_NONBLOCK) < 0) {
		free(signals);
		return ms_fail_errno(err, -errno, "cannot make a pipe");
	}
	loop->signals = signals;
	r = ms_timer_new(loop, on_grace_over, loop, &signals->timer, err);
	if (!r)
		r = ms_loop_watch(loop, signals->pipe[0], POLLIN, on_pipe, loop, err);
	if (r < 0) {
		ms_signals_free(loop);
		return r;
	}
	signal_seen = 0;
	signal_pipe = signals->pipe[1];
	install(signals);
	return 0;
}

void ms_signals_free(struct ms_loop *loop)
{
	struct ms_signals *signals = loop->signals;

	if (!signals)
		return;
	if (signal_pipe == signals->pipe[1]) {
		for (size_t i = 0; i < MS_ARRAY_SIZE(caught_signals); i++)
			sigaction(caught_signals[i], &signals->old[i], NULL);
		sigaction(SIGPIPE, &signals->old_pipe, NULL);
		signal_pipe = -1;
	}
	ms_loop_unwatch(loop, signals->pipe[0]);
	ms_timer_free(signals->timer);
	close(signals->pipe[0]);
	close(signals->pipe[1]);
	free(signals);
	loop->signals = NULL;
}

int ms_loop_signal(const struct ms_loop *loop)
{
	return loop->signal;
}
