/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Logging in at a host, and the command running there: the one that it has, or one that it is sent.
 */
#include "net/far-private.h"
#include "net/ssh-private.h"

#include <ctype.h>
#include <errno.h>
#include <sys/random.h>
#include <sys/stat.h>

#define SECONDS 120
/* The near end waits longer than the far end may work, so that the far end can say what was late.
 */
#define SPARE_SECONDS 5
#define OUT_MAX ((size_t)64 << 20)
#define CHUNK ((size_t)64 << 10)

static int fill_login(const struct far *far, const json_t *server, struct ms_ssh_opts *ssh,
		      struct ms_err *err)
{
	const char *secret = ms_str(server, "/spec/os/ssh/credentials/password", NULL);

	*ssh = (struct ms_ssh_opts){
		.name = far->name,
		.host = ms_str(server, "/spec/os/ssh/address", NULL),
		.port = (unsigned)ms_int(server, "/spec/os/ssh/port", 0),
		.user = ms_str(server, "/spec/os/ssh/credentials/username", NULL),
		.key_file = ms_str(server, "/spec/os/ssh/credentials/key", NULL),
		.host_key = ms_str(server, "/spec/os/ssh/hostKey", NULL),
		.place = "spec.os.ssh",
		.keys = "ssh-keyscan",
	};
	if (!ssh->host) {
		ms_fail(err, -EINVAL, MS_INPUT,
			"%s: nothing says how to reach its operating system", far->name);
		ms_err_at(err, NULL, "/spec/os/ssh/address");
		ms_hint(err, "give the Server spec.os.ssh.address, or run there with --local");
		return -EINVAL;
	}
	return secret ? ms_secret_get(far->opts->secrets, secret, &ssh->password, err) : 0;
}

static int make_mark(struct far *far, struct ms_err *err)
{
	unsigned char bytes[8];

	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		return ms_fail_errno(err, -errno, "no random numbers");
	snprintf(far->mark, sizeof(far->mark), "msctl-%02x%02x%02x%02x%02x%02x%02x%02x ", bytes[0],
		 bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]);
	return 0;
}

static int start(struct far *far, bool sudo, struct ms_err *err)
{
	MS_AUTO_FREE char *line = NULL;
	int r = make_mark(far, err);

	if (r < 0)
		return r;
	line = far_line(far, sudo);
	return line ? ms_ssh_start_alone(far->ssh, line, &far->child, err) : ms_nomem(err);
}

/* ---- a build that is sent ---- */

/* It becomes a part of a file name. */
static int check_machine(const struct far *far, const char *machine, struct ms_err *err)
{
	for (const char *c = machine; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '_')
			return ms_fail(err, -EBADMSG, MS_INVALID,
				       "%s: not an architecture: \"%.32s\"", far->name, machine);
	return 0;
}

/* Piece by piece: a window of hosts does not hold as many copies of it. */
static int send_file(struct far *far, int fd, size_t size, struct ms_err *err)
{
	char bytes[CHUNK];
	int r = 0;

	while (!r && size) {
		ssize_t n = read(fd, bytes, size < CHUNK ? size : CHUNK);

		if (n <= 0)
			return ms_fail_errno(err, n ? -errno : -EIO, "cannot read the build of %s",
					     far->opts->argv[0]);
		size -= (size_t)n;
		r = ms_child_send(far->child, bytes, (size_t)n, err);
		if (!r)
			r = ms_child_drain(far->child, far->deadline, err);
	}
	return r;
}

static int send_build(struct far *far, const char *machine, struct ms_err *err)
{
	MS_AUTO_FD int fd = -1;
	struct stat file;
	char line[32];
	int r = check_machine(far, machine, err);

	if (!r)
		r = far_build(far, machine, &fd, err);
	if (r < 0)
		return r;
	if (fstat(fd, &file) < 0)
		return ms_fail_errno(err, -errno, "cannot read the build of %s",
				     far->opts->argv[0]);
	far->sent = true;
	snprintf(line, sizeof(line), "%lld\n", (long long)file.st_size);
	r = ms_child_send(far->child, line, strlen(line), err);
	return r ? r : send_file(far, fd, (size_t)file.st_size, err);
}

static int fail_room(const struct far *far, const char *word, struct ms_err *err)
{
	bool cut = !strcmp(word, "cut");
	int r = ms_fail(err, -ENOSPC, MS_FAILED,
			cut ? "%s: no room there for %s"
			    : "%s: no folder there from which %s could run",
			far->name, far->opts->argv[0]);

	ms_hint(err,
		cut ? "install msctl there, or make room in /tmp or /dev/shm"
		    : "install msctl there, or let the account write to, and run programs "
		      "from, one of /tmp, /dev/shm, /var/tmp and its home (mount: noexec?)");
	return r;
}

/* "run": it runs.  "need MACHINE": it wants one.  "room", "cut": it has no place for one. */
static int settle(struct far *far, struct ms_err *err)
{
	char word[64];
	int r = far_word(far, word, sizeof(word), err);

	if (!r && ms_starts(word, "need ")) {
		r = send_build(far, word + 5, err);
		if (!r)
			r = far_word(far, word, sizeof(word), err);
	}
	return r || !strcmp(word, "run") ? r : fail_room(far, word, err);
}

int far_begin(struct far *far, const struct ms_far_opts *opts, const json_t *server,
	      struct ms_err *err)
{
	struct ms_ssh_opts login;
	int r;

	*far = (struct far){ .opts = opts,
			     .name = ms_name(server),
			     .seconds = opts->seconds ? opts->seconds : SECONDS,
			     .out.max = OUT_MAX };
	far->deadline = ms_clock_ms() + 1000 * ((int64_t)far->seconds + SPARE_SECONDS);
	r = fill_login(far, server, &login, err);
	if (!r)
		r = ms_ssh_open(opts->loop, &login, &far->ssh, err);
	if (!r)
		r = start(far, ms_bool(server, "/spec/os/ssh/sudo", false), err);
	return r ? r : settle(far, err);
}

void far_end(struct far *far)
{
	ms_child_free(far->child);
	ms_ssh_close(far->ssh);
	ms_buf_release(&far->out);
}
