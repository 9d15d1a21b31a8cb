/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A real sshd of this user on a loopback port, for tests of what talks to one. */
#ifndef SSH_FIXTURE_H
#define SSH_FIXTURE_H

#include <arpa/inet.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include "core/core.h"
#include "net/net.h"

struct sshd {
	struct ms_loop *loop;
	char dir[64], key[96], locked_key[96], user[64];
	char *host_key;
	unsigned port;
	struct ms_child *child;
	struct ms_ssh_opts opts;
};

static inline void sh(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static inline void sh(const char *fmt, ...)
{
	char *command = NULL;
	va_list args;

	va_start(args, fmt);
	assert_true(vasprintf(&command, fmt, args) > 0);
	va_end(args);
	if (system(command))
		fail_msg("failed: %s", command);
	free(command);
}

static inline unsigned free_port(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	getsockname(fd, (struct sockaddr *)&at, &len);
	close(fd);
	return ntohs(at.sin_port);
}

static inline bool sshd_answers(unsigned port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	MS_AUTO_FD int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return !connect(fd, (struct sockaddr *)&at, sizeof(at));
}

static inline void sshd_start(struct sshd *sshd, const char *more)
{
	char config[128];
	const char *const argv[] = { "/usr/sbin/sshd", "-D", "-e", "-f", config, NULL };
	struct ms_child_opts opts = { .argv = argv, .what = "sshd" };
	struct ms_err err = MS_ERR_INIT;
	int64_t deadline = ms_clock_ms() + 10000;

	snprintf(config, sizeof(config), "%s/config", sshd->dir);
	sh("printf '%%s\\n' 'Port %u' 'ListenAddress 127.0.0.1' 'HostKey %s/host' 'PidFile none' 'UsePAM no' "
	   "'StrictModes no' 'AuthorizedKeysFile %s/authorized' 'PasswordAuthentication no' "
	   "'KbdInteractiveAuthentication no' %s > %s",
	   sshd->port, sshd->dir, sshd->dir, more, config);
	assert_int_equal(ms_child_start(sshd->loop, &opts, &sshd->child, &err), 0);
	while (!sshd_answers(sshd->port)) {
		if (!ms_child_runs(sshd->child) || ms_clock_ms() > deadline)
			fail_msg("sshd: %s", ms_child_errors(sshd->child));
		ms_task_sleep(sshd->loop, 10);
	}
}

/* False where there is no sshd. */
static inline bool sshd_setup(struct sshd *sshd, const char *more)
{
	struct ms_err err = MS_ERR_INIT;
	MS_AUTO_BUF struct ms_buf buf = { 0 };
	char path[96];

	*sshd = (struct sshd){ 0 };
	if (access("/usr/sbin/sshd", X_OK)) {
		print_message("no /usr/sbin/sshd: nothing is tested\n");
		return false;
	}
	if (!geteuid())
		mkdir("/run/sshd", 0755);
	strcpy(sshd->dir, "/tmp/msctl-sshd-XXXXXX");
	assert_non_null(mkdtemp(sshd->dir));
	assert_int_equal(ms_loop_new(&sshd->loop, &err), 0);
	snprintf(sshd->user, sizeof(sshd->user), "%s", getpwuid(geteuid())->pw_name);
	snprintf(sshd->key, sizeof(sshd->key), "%s/key", sshd->dir);
	snprintf(sshd->locked_key, sizeof(sshd->locked_key), "%s/locked", sshd->dir);
	sh("ssh-keygen -q -t ed25519 -N '' -C '' -f %s/host", sshd->dir);
	sh("ssh-keygen -q -t ed25519 -N '' -C '' -f %s", sshd->key);
	sh("ssh-keygen -q -t ed25519 -N 'open sesame' -C '' -f %s", sshd->locked_key);
	sh("cat %s/key.pub %s/locked.pub > %s/authorized", sshd->dir, sshd->dir, sshd->dir);
	snprintf(path, sizeof(path), "%s/host.pub", sshd->dir);
	assert_int_equal(ms_read_file(path, 4096, &buf, &err), 0);
	buf.data[strcspn(buf.data, "\n")] = 0;
	sshd->host_key = ms_buf_steal(&buf);
	for (size_t n = strlen(sshd->host_key); n && sshd->host_key[n - 1] == ' '; n--)
		sshd->host_key[n - 1] = 0;
	sshd->port = free_port();
	sshd->opts = (struct ms_ssh_opts){
		.name = "leaf01", .host = "127.0.0.1", .port = sshd->port, .user = sshd->user,
		.key_file = sshd->key, .host_key = sshd->host_key, .connect_seconds = 10,
	};
	sshd_start(sshd, more);
	return true;
}

static inline void sshd_teardown(struct sshd *sshd)
{
	if (!sshd->loop)
		return;
	ms_child_free(sshd->child);
	ms_loop_free(sshd->loop);
	free(sshd->host_key);
	sh("rm -rf %s", sshd->dir);
}

#endif
