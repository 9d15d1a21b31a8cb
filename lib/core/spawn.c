/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Starting a program.  vfork(2) rather than posix_spawn(3): only the child itself can ask to be
 * killed together with its parent.
 */
#include "core/child-private.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

extern char **environ;

/* What the child needs, made before the fork: there, only system calls are safe. */
struct plan {
	const struct ms_spawn *spawn;
	const char **env;
	int null;
	pid_t parent;
	sigset_t mask;
	volatile int failed;
};

static bool replaced(const char *const *env, const char *entry)
{
	size_t len = strcspn(entry, "=") + 1;

	for (; env && *env; env++)
		if (!strncmp(*env, entry, len))
			return true;
	return false;
}

static const char **environment(const char *const *env)
{
	size_t n = 0, more = 0;
	const char **all;

	while (environ && environ[n])
		n++;
	while (env && env[more])
		more++;
	all = calloc(n + more + 1, sizeof(*all));
	if (!all)
		return NULL;
	n = 0;
	for (char **entry = environ; entry && *entry; entry++)
		if (!replaced(env, *entry))
			all[n++] = *entry;
	for (size_t i = 0; i < more; i++)
		all[n++] = env[i];
	return all;
}

/* A descriptor that is 0, 1 or 2 already must not be closed by the one before it. */
static int place(const int from[3])
{
	int high[3];

	for (int i = 0; i < 3; i++) {
		high[i] = from[i] < 0 ? -1 : fcntl(from[i], F_DUPFD_CLOEXEC, 3);
		if (from[i] >= 0 && high[i] < 0)
			return -1;
	}
	for (int i = 0; i < 3; i++)
		if (high[i] >= 0 && dup2(high[i], i) < 0)
			return -1;
	return 0;
}

/* Signals that this process ignores (SIGPIPE) would stay ignored over exec. */
static int become(struct plan *plan)
{
	const struct ms_spawn *spawn = plan->spawn;
	struct sigaction action = { .sa_handler = SIG_DFL };
	int fds[3] = { spawn->fds[0], spawn->fds[1], spawn->fds[2] };

	for (int i = 0; i < 3; i++)
		if (fds[i] < 0 && (!i || spawn->own_session))
			fds[i] = plan->null;
	sigaction(SIGPIPE, &action, NULL);
	if (spawn->own_session) {
		setsid();
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != plan->parent)
			return -ESRCH;
	}
	if (place(fds) < 0)
		return -errno;
	sigprocmask(SIG_SETMASK, &plan->mask, NULL);
	execvpe(spawn->argv[0], (char *const *)spawn->argv, (char *const *)plan->env);
	return -errno;
}

/* In a function of its own: the child shares its parent's stack until it has become another
 * program. */
static __attribute__((noinline)) pid_t fork_off(struct plan *plan)
{
	pid_t pid = vfork();

	if (!pid) {
		plan->failed = become(plan);
		_exit(127);
	}
	return pid;
}

static int run(struct plan *plan, pid_t *ret_pid)
{
	sigset_t all;
	pid_t pid;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &plan->mask);
	pid = fork_off(plan);
	sigprocmask(SIG_SETMASK, &plan->mask, NULL);
	if (pid < 0)
		return -errno;
	if (plan->failed) {
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
		return plan->failed;
	}
	*ret_pid = pid;
	return 0;
}

int ms_spawn(const struct ms_spawn *spawn, pid_t *ret_pid)
{
	MS_AUTO_FD int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct plan plan = { .spawn = spawn, .null = null, .parent = getpid() };
	int r;

	if (null < 0)
		return -errno;
	plan.env = environment(spawn->env);
	if (!plan.env)
		return -ENOMEM;
	r = run(&plan, ret_pid);
	free(plan.env);
	return r;
}
