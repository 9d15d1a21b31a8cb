/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The connection to a device: one ssh in the background that all commands share by a socket in a
 * private folder (ControlMaster of ssh_config(5)).
 *
 * ssh takes a password only from a terminal or from a program that it starts (SSH_ASKPASS).  Ours
 * is two lines of shell that read a FIFO, so the secret is on no command line, in no environment
 * and in no file: it waits in the pipe, from where it can be read once, and is gone with it.
 */
#include "net/ssh-private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

/* sun_path holds 108 bytes, and ssh appends 17 while it binds. */
#define BASE_MAX 48
#define CONNECT_SECONDS 20
#define ALIVE_SECONDS 5

static const char askpass[] =
	"#!/bin/sh\nIFS= read -r secret <\"${0%/*}/secret\" && printf '%s\\n' \"$secret\"\n";

/* ---- the command line --------------------------------------------------------------------------
 */

void ssh_line_add(struct ssh_line *line, const char *word)
{
	if (line->n + 1 >= SSH_WORDS)
		line->failed = -E2BIG;
	else
		line->words[line->n++] = word;
}

void ssh_line_format(struct ssh_line *line, const char *fmt, ...)
{
	char *word = NULL;
	va_list args;

	va_start(args, fmt);
	if (line->n_owned == SSH_WORDS || vasprintf(&word, fmt, args) < 0)
		line->failed = -ENOMEM;
	else
		line->owned[line->n_owned++] = word;
	va_end(args);
	if (!line->failed)
		ssh_line_add(line, word);
}

void ssh_line_release(struct ssh_line *line)
{
	for (size_t i = 0; i < line->n_owned; i++)
		free(line->owned[i]);
}

static void option(struct ssh_line *line, const char *text)
{
	ssh_line_add(line, "-o");
	ssh_line_add(line, text);
}

/* ---- the folder --------------------------------------------------------------------------------
 */

/* ssh expands % in paths, and splits options at blanks. */
static bool is_plain(const char *path)
{
	return path && *path == '/' && strlen(path) <= BASE_MAX &&
	       strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-") ==
		       strlen(path);
}

/* The askpass program must be one that may run there. */
static bool is_good(const char *path)
{
	struct statvfs fs;

	return is_plain(path) && !access(path, W_OK | X_OK) && !statvfs(path, &fs) &&
	       !(fs.f_flag & ST_NOEXEC);
}

static int folder_make(struct ms_ssh *ssh, struct ms_err *err)
{
	const char *const bases[] = { getenv("XDG_RUNTIME_DIR"), getenv("TMPDIR"), "/tmp",
				      "/var/tmp" };
	int r;

	if (*ssh->folder)
		return 0;
	for (size_t i = 0; i < MS_ARRAY_SIZE(bases); i++) {
		if (!is_good(bases[i]))
			continue;
		snprintf(ssh->folder, sizeof(ssh->folder), "%s/msctl-XXXXXX", bases[i]);
		if (mkdtemp(ssh->folder))
			return 0;
	}
	*ssh->folder = 0;
	r = ms_fail(err, -ENOENT, MS_FAILED, "%s: no folder for the ssh connection's socket",
		    ssh->name);
	ms_hint(err,
		"point TMPDIR to a folder with a short name from which programs may run");
	return r;
}

static void path_of(const struct ms_ssh *ssh, const char *file, char path[static 128])
{
	snprintf(path, 128, "%s/%s", ssh->folder, file);
}

void ms_ssh_folder_remove(struct ms_ssh *ssh)
{
	static const char *const files[] = { "control", "askpass", "secret", "known_hosts" };
	char path[128];

	if (!*ssh->folder)
		return;
	for (size_t i = 0; i < MS_ARRAY_SIZE(files); i++) {
		path_of(ssh, files[i], path);
		unlink(path);
	}
	rmdir(ssh->folder);
	*ssh->folder = 0;
}

static int file_write(const struct ms_ssh *ssh, const char *name, const char *text, mode_t mode)
{
	char path[128];
	MS_AUTO_FD int fd = -1;
	size_t len = strlen(text);

	path_of(ssh, name, path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return -errno;
	return write(fd, text, len) == (ssize_t)len ? 0 : -EIO;
}

/* ---- who is who --------------------------------------------------------------------------------
 */

static int trust_key(const struct ms_ssh *ssh, struct ssh_line *line)
{
	MS_AUTO_FREE char *known = ms_asprintf("msctl %s\n", ssh->host_key);
	int r = known ? file_write(ssh, "known_hosts", known, 0600) : -ENOMEM;

	option(line, "StrictHostKeyChecking=yes");
	option(line, "HostKeyAlias=msctl");
	ssh_line_add(line, "-o");
	ssh_line_format(line, "UserKnownHostsFile=%s/known_hosts", ssh->folder);
	option(line, "GlobalKnownHostsFile=/dev/null");
	return r;
}

static int add_trust(const struct ms_ssh *ssh, struct ssh_line *line)
{
	option(line, "UpdateHostKeys=no");
	if (ssh->host_key)
		return trust_key(ssh, line);
	if (!ssh->any_host_key) {
		option(line, "StrictHostKeyChecking=yes");
		return 0;
	}
	option(line, "StrictHostKeyChecking=no");
	option(line, "UserKnownHostsFile=/dev/null");
	option(line, "GlobalKnownHostsFile=/dev/null");
	return 0;
}

static void add_login(const struct ms_ssh *ssh, struct ssh_line *line)
{
	if (ssh->user) {
		ssh_line_add(line, "-l");
		ssh_line_add(line, ssh->user);
	}
	if (ssh->key_file) {
		ssh_line_add(line, "-i");
		ssh_line_add(line, ssh->key_file);
		option(line, "IdentitiesOnly=yes");
	}
	option(line, "NumberOfPasswordPrompts=1");
	option(line, ssh->password ? "BatchMode=no" : "BatchMode=yes");
	if (ssh->password && !ssh->key_file)
		option(line, "PubkeyAuthentication=no");
}

/* Without a command it is the connection that commands share. */
static int make_line(const struct ms_ssh *ssh, const char *command, struct ssh_line *line)
{
	static const char *const fixed[] = {
		"ControlPersist=no", "LogLevel=ERROR", "PermitLocalCommand=no",
		"ClearAllForwardings=yes", "ForwardAgent=no", "ForwardX11=no", "RequestTTY=no",
		"GSSAPIAuthentication=no", "HostbasedAuthentication=no", "ServerAliveCountMax=3",
		"ForkAfterAuthentication=no", "StdinNull=no", "RemoteCommand=none",
	};
	int r;

	ssh_line_add(line, "ssh");
	ssh_line_add(line, command ? "-T" : "-N");
	ssh_line_add(line, "-S");
	if (command)
		ssh_line_add(line, "none");
	else
		ssh_line_format(line, "%s/control", ssh->folder);
	option(line, command ? "ControlMaster=no" : "ControlMaster=yes");
	for (size_t i = 0; i < MS_ARRAY_SIZE(fixed); i++)
		option(line, fixed[i]);
	ssh_line_add(line, "-o");
	ssh_line_format(line, "ConnectTimeout=%u", ssh->connect_seconds);
	ssh_line_add(line, "-o");
	ssh_line_format(line, "ServerAliveInterval=%u", ALIVE_SECONDS);
	r = add_trust(ssh, line);
	add_login(ssh, line);
	ssh_line_add(line, "-p");
	ssh_line_format(line, "%u", ssh->port);
	ssh_line_add(line, "--");
	ssh_line_add(line, ssh->host);
	if (command)
		ssh_line_add(line, command);
	return r ? r : line->failed;
}

/* The FIFO with the secret in it; close it, and the secret is gone. */
static int offer_secret(const struct ms_ssh *ssh, int *ret_fd)
{
	char path[128];
	size_t len = strlen(ssh->password);
	int r = file_write(ssh, "askpass", askpass, 0700);

	if (r < 0)
		return r;
	path_of(ssh, "secret", path);
	unlink(path);
	if (mkfifo(path, 0600) < 0)
		return -errno;
	/* For reading too, because that waits for nobody. */
	*ret_fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
	if (*ret_fd < 0)
		return -errno;
	if (write(*ret_fd, ssh->password, len) != (ssize_t)len || write(*ret_fd, "\n", 1) != 1)
		return -EIO;
	return 0;
}

/* ---- connecting --------------------------------------------------------------------------------
 */

/* The socket appears by link(2) when the login is done: that is what is waited for, or ssh's end.
 */
struct wait { struct ms_ssh *ssh; struct ms_cell cell; int notify; };

static void on_event(void *ctx, int fd, unsigned events)
{
	struct wait *wait = ctx;
	char bytes[4096];

	(void)events;
	if (fd == wait->notify)
		while (read(fd, bytes, sizeof(bytes)) > 0)
			;
	ms_cell_set(wait->ssh->loop, &wait->cell);
}

static bool is_up(const struct ms_ssh *ssh)
{
	char path[128];

	path_of(ssh, "control", path);
	return !access(path, F_OK);
}

static int fail_ended(struct ms_ssh *ssh, struct ms_err *err)
{
	int status, r = ms_child_wait(ssh->master, 0, &status, err);

	return r < 0 ? r : ms_ssh_fail(ssh, ms_child_errors(ssh->master), err);
}

static int wait_up(struct wait *wait, struct ms_err *err)
{
	struct ms_ssh *ssh = wait->ssh;
	/* ssh has a limit of its own for the first part, and better words. */
	int64_t deadline = ms_clock_ms() + 1000 * ((int64_t)ssh->connect_seconds + 2);
	int r;

	while (!is_up(ssh)) {
		if (!ms_child_runs(ssh->master))
			return fail_ended(ssh, err);
		r = ms_cell_wait(ssh->loop, &wait->cell, deadline);
		if (r == -ETIMEDOUT) {
			ms_fail(err, r, MS_TIMEOUT, "%s: no ssh login within %u s", ssh->name,
				ssh->connect_seconds);
			ms_hint(err, "try it by hand: ssh -p %u %s", ssh->port, ssh->host);
		}
		if (r == -ECANCELED)
			ms_fail(err, r, MS_CANCELLED, "%s: stopped while logging in", ssh->name);
		if (r < 0)
			return r;
	}
	return 0;
}

static int watch_up(struct ms_ssh *ssh, int notify, struct ms_err *err)
{
	struct wait wait = { .ssh = ssh, .notify = notify };
	int fd = ms_child_fd(ssh->master);
	int r = ms_loop_watch(ssh->loop, notify, POLLIN, on_event, &wait, err);

	if (!r)
		r = ms_loop_watch(ssh->loop, fd, POLLIN, on_event, &wait, err);
	if (!r)
		r = wait_up(&wait, err);
	ms_loop_unwatch(ssh->loop, fd);
	ms_loop_unwatch(ssh->loop, notify);
	return r;
}

/* command NULL: the connection that commands share. */
static int start_ssh(struct ms_ssh *ssh, const char *command, struct ms_child **ret_child,
		     struct ms_err *err)
{
	char helper[160];
	const char *const env[] = { helper, "SSH_ASKPASS_REQUIRE=force", "LC_ALL=C", NULL };
	struct ssh_line line = { 0 };
	struct ms_child_opts opts = { .argv = line.words, .what = ssh->name, .talks = command };
	int r = make_line(ssh, command, &line);

	snprintf(helper, sizeof(helper), "SSH_ASKPASS=%s/askpass", ssh->folder);
	opts.env = ssh->password ? env : env + 2;
	if (r < 0)
		ms_fail_errno(err, r, "%s: cannot prepare ssh", ssh->name);
	else
		r = ms_child_start(ssh->loop, &opts, ret_child, err);
	if (r == -ENOENT)
		ms_hint(err, "install OpenSSH's client (openssh-client)");
	ssh_line_release(&line);
	return r;
}

static int offer_password(const struct ms_ssh *ssh, int *ret_fd, struct ms_err *err)
{
	int r = ssh->password ? offer_secret(ssh, ret_fd) : 0;

	return r < 0 ? ms_fail_errno(err, r, "%s: cannot hand the password to ssh", ssh->name) : 0;
}

static int connect_new(struct ms_ssh *ssh, struct ms_err *err)
{
	MS_AUTO_FD int secret = -1, notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	int r = folder_make(ssh, err);

	if (r < 0)
		return r;
	if (notify < 0 || inotify_add_watch(notify, ssh->folder, IN_CREATE | IN_MOVED_TO) < 0)
		return ms_fail_errno(err, -errno, "%s: cannot watch %s", ssh->name, ssh->folder);
	r = offer_password(ssh, &secret, err);
	if (r < 0)
		return r;
	r = start_ssh(ssh, NULL, &ssh->master, err);
	if (!r)
		r = watch_up(ssh, notify, err);
	if (r < 0)
		ms_ssh_disconnect(ssh);
	return r;
}

void ms_ssh_disconnect(struct ms_ssh *ssh)
{
	/* Freeing waits, and others may connect meanwhile. */
	struct ms_child *master = ms_take(ssh->master);
	char path[128];

	ms_child_free(master);
	if (!*ssh->folder || ssh->master)
		return;
	path_of(ssh, "control", path);
	unlink(path);
}

int ms_ssh_connect(struct ms_ssh *ssh, struct ms_err *err)
{
	int r = ms_gate_enter(ssh->loop, &ssh->gate, 0);

	if (r < 0)
		return ms_fail(err, r, MS_CANCELLED, "%s: stopped before the login", ssh->name);
	if (!ssh->master || !ms_child_runs(ssh->master)) {
		ms_ssh_disconnect(ssh);
		r = connect_new(ssh, err);
	}
	ms_gate_leave(ssh->loop, &ssh->gate);
	return r;
}

int ms_ssh_start_alone(struct ms_ssh *ssh, const char *command, struct ms_child **ret_child,
		       struct ms_err *err)
{
	int r = folder_make(ssh, err);

	if (!r && ssh->secret < 0)
		r = offer_password(ssh, &ssh->secret, err);
	return r ? r : start_ssh(ssh, command, ret_child, err);
}
