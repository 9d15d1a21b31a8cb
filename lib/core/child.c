/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A helper program: started without a shell, its output kept, killed when it takes too long. */
#include "core/core.h"
#include "core/child-private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* One word at *text into buf, quotes and backslashes resolved; false when a quote stays open. */
static bool split_word(const char **text, struct ms_buf *buf)
{
	char quote = 0;
	const char *s = *text;

	for (; *s && (quote || !strchr(" \t", *s)); s++) {
		if (quote && *s == quote)
			quote = 0;
		else if (!quote && (*s == '\'' || *s == '"'))
			quote = *s;
		else if (*s == '\\' && quote != '\'' && s[1])
			ms_buf_add(buf, ++s, 1);
		else
			ms_buf_add(buf, s, 1);
	}
	*text = s;
	return !quote;
}

int ms_words_split(const char *command, char ***ret_words, struct ms_err *err)
{
	size_t n = 0;
	char **words = calloc(strlen(command) / 2 + 2, sizeof(*words));

	if (!words)
		return ms_nomem(err);
	for (;;) {
		MS_AUTO_BUF struct ms_buf buf = { 0 };

		command += strspn(command, " \t");
		if (!*command)
			break;
		if (!split_word(&command, &buf)) {
			ms_strv_free(words);
			return ms_fail(err, -EINVAL, MS_INPUT, "a quote is not closed");
		}
		words[n++] = buf.data ? ms_buf_steal(&buf) : strdup("");
		if (!words[n - 1]) {
			ms_strv_free(words);
			return ms_nomem(err);
		}
	}
	if (!n) {
		ms_strv_free(words);
		return ms_fail(err, -EINVAL, MS_INPUT, "no command is given");
	}
	*ret_words = words;
	return 0;
}

static int wait_readable(struct ms_loop *loop, int fd, int64_t deadline)
{
	struct pollfd wanted = { .fd = fd, .events = POLLIN };
	int64_t left;
	int r;

	if (loop)
		return ms_task_wait_fd(loop, fd, POLLIN, deadline);
	do {
		left = deadline - ms_clock_ms();
		r = poll(&wanted, 1, left > 0 ? (int)left : 0);
	} while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : r ? 0 : -ETIMEDOUT;
}

static int read_output(struct ms_loop *loop, int fd, int64_t deadline, size_t max,
		       struct ms_buf *out)
{
	char bytes[4096];
	ssize_t n;
	int r;

	do {
		r = wait_readable(loop, fd, deadline);
		if (r < 0)
			return r;
		n = read(fd, bytes, sizeof(bytes));
		if (n > 0 && out->len + (size_t)n > max)
			return -EFBIG;
		if (n > 0 && ms_buf_add(out, bytes, (size_t)n) < 0)
			return -ENOMEM;
	} while (n > 0 || (n < 0 && errno == EINTR));
	explicit_bzero(bytes, sizeof(bytes));
	return n < 0 ? -errno : 0;
}

/* A child that closed its output may still run: its end is waited for, with what is left of the
 * time. */
static int wait_end(struct ms_loop *loop, pid_t pid, int64_t deadline, int *ret_status)
{
	MS_AUTO_FD int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	int r = fd < 0 ? 0 : wait_readable(loop, fd, deadline);

	if (r < 0)
		return r;
	while (waitpid(pid, ret_status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return 0;
}

static int judge(int status, const char *what, struct ms_err *err)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFSIGNALED(status))
		return ms_fail(err, -EIO, MS_FAILED, "%s was ended by signal %d", what,
			       WTERMSIG(status));
	return ms_fail(err, -EIO, MS_FAILED, "%s ended with status %d", what, WEXITSTATUS(status));
}

static int fail_wait(int r, const char *what, unsigned seconds, struct ms_err *err)
{
	if (r == -ETIMEDOUT)
		return ms_fail(err, r, MS_TIMEOUT, "%s did not end within %u s", what, seconds);
	if (r == -ECANCELED)
		return ms_fail(err, r, MS_CANCELLED, "stopped while waiting for %s", what);
	return ms_fail_errno(err, r, "%s", what);
}

void ms_descriptors(unsigned wanted)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int ms_child_output(struct ms_loop *loop, char *const *argv, const char *what, unsigned seconds,
		    size_t max, struct ms_buf *out, struct ms_err *err)
{
	int64_t deadline = ms_clock_ms() + 1000 * (int64_t)seconds;
	MS_AUTO_FD int read_end = -1;
	struct ms_spawn spawn = { .argv = (const char *const *)argv, .fds = { -1, -1, -1 } };
	int fds[2], r, status = 0;
	pid_t pid = 0;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return ms_fail_errno(err, -errno, "cannot make a pipe");
	read_end = fds[0];
	spawn.fds[1] = fds[1];
	r = ms_spawn(&spawn, &pid);
	close(fds[1]);
	if (r < 0)
		return ms_fail_errno(err, r, "cannot run %s", what);
	r = read_output(loop, read_end, deadline, max, out);
	r = r ? r : wait_end(loop, pid, deadline, &status);
	if (!r)
		return judge(status, what, err);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return fail_wait(r, what, seconds, err);
}
