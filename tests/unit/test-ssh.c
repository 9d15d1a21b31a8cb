/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ssh against a real sshd: commands, trust, secrets, a connection that is lost, and nothing left behind. */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "ssh-fixture.h"

static struct sshd sshd;

static int setup(void **state)
{
	char run[96];

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	if (!sshd_setup(&sshd, "'MaxSessions 20'"))
		return 0;
	snprintf(run, sizeof(run), "%s/run", sshd.dir);
	mkdir(run, 0700);
	setenv("XDG_RUNTIME_DIR", run, 1);
	setenv("HOME", sshd.dir, 1);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	sshd_teardown(&sshd);
	return 0;
}

#define NEED_SSHD() do { if (!sshd.loop) skip(); } while (0)

static struct ms_ssh *open_with(const struct ms_ssh_opts *opts)
{
	struct ms_ssh *ssh = NULL;
	struct ms_err err = MS_ERR_INIT;

	assert_int_equal(ms_ssh_open(sshd.loop, opts, &ssh, &err), 0);
	return ssh;
}

static size_t leftovers(void)
{
	DIR *dir = opendir(getenv("XDG_RUNTIME_DIR"));
	size_t n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n - 2;
}

static void expect_run(struct ms_ssh *ssh, const char *command, const char *in, int status, const char *out,
		       const char *errors)
{
	MS_AUTO_SSH_REPLY struct ms_ssh_reply reply = { 0 };
	struct ms_err err = MS_ERR_INIT;

	if (ms_ssh_run(ssh, command, in, in ? strlen(in) : 0, 20, &reply, &err))
		fail_msg("%s", err.message);
	assert_int_equal(reply.status, status);
	assert_string_equal(reply.out.data, out);
	assert_string_equal(reply.errors.data, errors);
}

static void expect_failure(const struct ms_ssh_opts *opts, int error, enum ms_code code, const char *words)
{
	MS_AUTO_SSH_REPLY struct ms_ssh_reply reply = { 0 };
	struct ms_err err = MS_ERR_INIT;
	struct ms_ssh *ssh = open_with(opts);
	int r = ms_ssh_run(ssh, "true", NULL, 0, 20, &reply, &err);

	if (r != error || err.code != code || !strstr(err.message, words) || !*err.hint)
		fail_msg("%d, %s: %s (%s)", r, ms_code_name(err.code), err.message, err.hint);
	ms_ssh_close(ssh);
	assert_int_equal(leftovers(), 0);
}

static void test_commands(void **state)
{
	struct ms_ssh *ssh;

	(void)state;
	NEED_SSHD();
	ssh = open_with(&sshd.opts);
	expect_run(ssh, "echo \"a  b\"; echo oops >&2; exit 3", NULL, 3, "a  b\n", "oops\n");
	expect_run(ssh, "cat; exit 0", "line\n", 0, "line\n", "");
	ms_ssh_close(ssh);
}

static void test_login_shell(void **state)
{
	MS_AUTO_SSH_REPLY struct ms_ssh_reply reply = { 0 };
	struct ms_err err = MS_ERR_INIT;
	struct ms_ssh *ssh;

	(void)state;
	NEED_SSHD();
	ssh = open_with(&sshd.opts);
	assert_int_equal(ms_ssh_run(ssh, NULL, "echo is-a-shell\nexit 4\n", 23, 20, &reply, &err), 0);
	assert_non_null(strstr(reply.out.data, "is-a-shell\n"));
	assert_int_equal(reply.status, 4);
	ms_ssh_close(ssh);
	assert_int_equal(leftovers(), 0);
}

static void test_large(void **state)
{
	MS_AUTO_SSH_REPLY struct ms_ssh_reply reply = { 0 };
	struct ms_err err = MS_ERR_INIT;
	size_t n = 5 << 20;
	char *data = malloc(n);
	struct ms_ssh *ssh;

	(void)state;
	if (!sshd.loop) {
		free(data);
		skip();
	}
	memset(data, 'x', n);
	ssh = open_with(&sshd.opts);
	assert_int_equal(ms_ssh_run(ssh, "cat", data, n, 60, &reply, &err), 0);
	assert_int_equal(reply.out.len, n);
	assert_memory_equal(reply.out.data, data, n);
	free(data);
	ms_ssh_close(ssh);
}

/* The same connection for all: the server sees one port. */
static void test_one_connection(void **state)
{
	char first[256];
	struct ms_ssh *ssh;

	(void)state;
	NEED_SSHD();
	ssh = open_with(&sshd.opts);
	for (int i = 0; i < 3; i++) {
		MS_AUTO_SSH_REPLY struct ms_ssh_reply reply = { 0 };
		struct ms_err err = MS_ERR_INIT;

		assert_int_equal(ms_ssh_run(ssh, "echo $SSH_CONNECTION", NULL, 0, 20, &reply, &err), 0);
		if (!i)
			snprintf(first, sizeof(first), "%s", reply.out.data);
		assert_string_equal(reply.out.data, first);
	}
	ms_ssh_close(ssh);
}

struct many { struct ms_ssh *ssh; int done; };

static void many_task(void *arg)
{
	struct many *many = arg;

	expect_run(many->ssh, "echo x", NULL, 0, "x\n", "");
	many->done++;
}

static void test_many_tasks(void **state)
{
	struct ms_err err = MS_ERR_INIT;
	struct many many = { 0 };

	(void)state;
	NEED_SSHD();
	many.ssh = open_with(&sshd.opts);
	for (int i = 0; i < 8; i++)
		assert_int_equal(ms_task_start(sshd.loop, many_task, &many, &err), 0);
	assert_int_equal(ms_loop_run(sshd.loop, &err), 0);
	assert_int_equal(many.done, 8);
	ms_ssh_close(many.ssh);
	assert_int_equal(leftovers(), 0);
}

static void test_trust(void **state)
{
	struct ms_ssh_opts opts = sshd.opts;
	struct ms_ssh *ssh;

	(void)state;
	NEED_SSHD();
	opts.host_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
	expect_failure(&opts, -EKEYREJECTED, MS_TLS, "leaf01: ssh: it has another host key than was expected: Host key verification failed");
	opts.host_key = NULL;
	expect_failure(&opts, -EKEYREJECTED, MS_TLS, "Host key verification failed");
	opts.any_host_key = true;
	ssh = open_with(&opts);
	expect_run(ssh, "true", NULL, 0, "", "");
	ms_ssh_close(ssh);
}

static void test_secret(void **state)
{
	struct ms_ssh_opts opts = sshd.opts;
	struct ms_ssh *ssh;

	(void)state;
	NEED_SSHD();
	opts.key_file = sshd.locked_key;
	expect_failure(&opts, -EACCES, MS_AUTH, "Permission denied");
	opts.password = "wrong";
	expect_failure(&opts, -EACCES, MS_AUTH, "Permission denied");
	opts.password = "open sesame";
	ssh = open_with(&opts);
	expect_run(ssh, "echo in", NULL, 0, "in\n", "");
	sh("! grep -rqs 'open sesame' $XDG_RUNTIME_DIR --exclude=secret --devices=skip");
	sh("for p in /proc/[0-9]*; do [ ${p#/proc/} = %d ] || ! tr '\\0' ' ' 2>/dev/null <$p/environ | grep -q 'open sesam[e]' "
	   "|| exit 1; done", (int)getpid());
	ms_ssh_close(ssh);
	assert_int_equal(leftovers(), 0);
}

static void test_unreachable(void **state)
{
	struct ms_ssh_opts opts = sshd.opts;

	(void)state;
	NEED_SSHD();
	opts.port = free_port();
	expect_failure(&opts, -ECONNREFUSED, MS_UNREACHABLE, "Connection refused");
	opts.port = sshd.port;
	opts.user = "nobody-at-all";
	expect_failure(&opts, -EACCES, MS_AUTH, "Permission denied");
	opts.host = "no-such-host.invalid";
	expect_failure(&opts, -EHOSTUNREACH, MS_UNREACHABLE, "Could not resolve hostname");
}

/* A server that takes connections and says nothing. */
static void test_silent(void **state)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct ms_ssh_opts opts = sshd.opts;
	socklen_t len = sizeof(at);
	int fd;

	(void)state;
	NEED_SSHD();
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 5), 0);
	getsockname(fd, (struct sockaddr *)&at, &len);
	opts.port = ntohs(at.sin_port);
	opts.connect_seconds = 1;
	expect_failure(&opts, -ETIMEDOUT, MS_UNREACHABLE, "timed out");
	close(fd);
}

static void test_timeout(void **state)
{
	MS_AUTO_SSH_REPLY struct ms_ssh_reply reply = { 0 };
	struct ms_err err = MS_ERR_INIT;
	struct ms_ssh *ssh;

	(void)state;
	NEED_SSHD();
	ssh = open_with(&sshd.opts);
	assert_int_equal(ms_ssh_run(ssh, "sleep 60", NULL, 0, 1, &reply, &err), -ETIMEDOUT);
	assert_int_equal(err.code, MS_TIMEOUT);
	expect_run(ssh, "echo again", NULL, 0, "again\n", "");
	ms_ssh_close(ssh);
	assert_int_equal(leftovers(), 0);
}

/* The device went away and came back. */
static void test_lost(void **state)
{
	struct ms_ssh *ssh;

	(void)state;
	NEED_SSHD();
	ssh = open_with(&sshd.opts);
	expect_run(ssh, "echo one", NULL, 0, "one\n", "");
	sh("for p in /proc/[0-9]*; do tr '\\0' ' ' 2>/dev/null <$p/cmdline | grep -q \"^ssh -N -S $XDG_RUNTIME_DIR\" && "
	   "kill -9 ${p#/proc/}; done; true");
	expect_run(ssh, "echo two", NULL, 0, "two\n", "");
	ms_ssh_close(ssh);
	assert_int_equal(leftovers(), 0);
}

static void test_host_keys(void **state)
{
	struct ms_err err = MS_ERR_INIT;
	json_auto_t *keys = NULL;

	(void)state;
	NEED_SSHD();
	assert_int_equal(ms_ssh_host_keys(sshd.loop, "127.0.0.1", sshd.port, 5, &keys, &err), 0);
	assert_int_equal(json_array_size(keys), 1);
	assert_string_equal(json_string_value(json_array_get(keys, 0)), sshd.host_key);
	json_decref(keys);
	keys = NULL;
	assert_int_equal(ms_ssh_host_keys(sshd.loop, "127.0.0.1", free_port(), 5, &keys, &err), -ECONNREFUSED);
}

static void stop_task(void *arg)
{
	MS_AUTO_SSH_REPLY struct ms_ssh_reply reply = { 0 };
	struct ms_err err = MS_ERR_INIT;
	struct ms_ssh *ssh = arg;

	assert_int_equal(ms_ssh_run(ssh, "sleep 60", NULL, 0, 50, &reply, &err), -ECANCELED);
	/* The cleanup may still talk to the device. */
	ms_task_shield(sshd.loop);
	expect_run(ssh, "echo undone", NULL, 0, "undone\n", "");
	ms_task_unshield(sshd.loop);
	ms_ssh_close(ssh);
}

static void stop_later(void *arg)
{
	ms_task_sleep(arg, 700);
	ms_loop_stop(arg);
}

static void test_stop(void **state)
{
	struct ms_err err = MS_ERR_INIT;

	(void)state;
	NEED_SSHD();
	assert_int_equal(ms_task_start(sshd.loop, stop_task, open_with(&sshd.opts), &err), 0);
	assert_int_equal(ms_task_start(sshd.loop, stop_later, sshd.loop, &err), 0);
	assert_int_equal(ms_loop_run(sshd.loop, &err), 0);
	assert_int_equal(leftovers(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands),     cmocka_unit_test(test_login_shell),
		cmocka_unit_test(test_large),	     cmocka_unit_test(test_one_connection),
		cmocka_unit_test(test_many_tasks),   cmocka_unit_test(test_secret),
		cmocka_unit_test(test_unreachable),  cmocka_unit_test(test_silent),
		cmocka_unit_test(test_timeout),	     cmocka_unit_test(test_host_keys),
		cmocka_unit_test(test_trust),	     cmocka_unit_test(test_lost),
		cmocka_unit_test(test_stop),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
