/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a far end says: its words to us, its output, and how it ends. */
#include "net/far-private.h"
#include "net/ssh-private.h"

#include <errno.h>
#include <sys/wait.h>

#define NOISE_MAX ((size_t)64 << 10)

static int fail_wait(const struct far *far, int r, struct ms_err *err)
{
	if (r != -ETIMEDOUT)
		return r;
	*err = (struct ms_err)MS_ERR_INIT;
	ms_fail(err, r, MS_TIMEOUT, "%s: %s was not done within %u s there", far->name,
		far->opts->argv[0], far->seconds);
	ms_hint(err, "give it a longer --timeout");
	return r;
}

int far_read(struct far *far, struct ms_err *err)
{
	char bytes[16384];
	ssize_t n = ms_child_read(far->child, bytes, sizeof(bytes), far->deadline, err);

	if (n <= 0)
		return n ? fail_wait(far, (int)n, err) : 1;
	if (ms_buf_add(&far->out, bytes, (size_t)n) == 0)
		return 0;
	if (far->out.failed == -ENOMEM)
		return ms_nomem(err);
	return ms_fail(err, -EFBIG, MS_INVALID, "%s: more than %zu MiB of output", far->name,
		       far->out.max >> 20);
}

/* The last line of its standard error that says something. */
static void last_line(const char *said, char *line, size_t size)
{
	*line = 0;
	while (*said) {
		size_t len = strcspn(said, "\r\n");

		if (len)
			snprintf(line, size, "%.*s", (int)(len < size ? len : size - 1), said);
		said += len;
		said += strspn(said, "\r\n");
	}
}

/* An error of our own command, as --errors=json says it. */
static bool take_error(const struct far *far, const char *line, struct ms_err *err)
{
	json_auto_t *object = json_loads(line, 0, NULL);
	const char *message = ms_str(object, "/message", NULL),
		   *path = ms_str(object, "/path", NULL);

	if (!message)
		return false;
	ms_fail(err, -EREMOTEIO, ms_code_from_name(ms_str(object, "/code", "")), "%s: %s%s%s",
		far->name, path ? path : "", path ? ": " : "", message);
	if (ms_str(object, "/hint", NULL))
		ms_hint(err, "%s", ms_str(object, "/hint", ""));
	return true;
}

/* The build that was sent did not get as far as words of its own: its loader, or the shell, speaks.
 */
static bool is_unfit(const struct far *far, int status, const char *line)
{
	return far->sent && (status == 126 || status == 127 || strstr(line, "GLIBC_"));
}

static int fail_unfit(const struct far *far, const char *line, struct ms_err *err)
{
	ms_fail(err, -ENOEXEC, MS_UNSUPPORTED,
		"%s: the build of %s that was sent does not start there: %s", far->name,
		far->opts->argv[0], line);
	ms_hint(err, far->opts->libraries
			     ? "install msctl there: its C library is older than the one that "
			       "this build was made with, or another one"
			     : "install msctl there");
	return err->error;
}

/* No shell that runs what it is given: a menu, an expired account, nologin(8).  It says why to
 * either. */
static int fail_login(const struct far *far, int status, const char *line, struct ms_err *err)
{
	char said[128] = "";

	if (!*line && far->out.data)
		last_line(far->out.data, said, sizeof(said));
	line = *line ? line : said;
	ms_fail(err, -EBADMSG, MS_INVALID,
		"%s: its login did not run what it was sent, and ended with status %d%s%s",
		far->name, status, *line ? ": " : "", line);
	ms_hint(err, "the account needs a shell: ssh -p %u %s true", far->ssh->port,
		far->ssh->host);
	return err->error;
}

static int fail_status(const struct far *far, int status, struct ms_err *err)
{
	const char *said = ms_child_errors(far->child);
	char line[1024];

	if (!WIFEXITED(status) || WEXITSTATUS(status) == 255)
		return ms_ssh_fail(far->ssh, said, err);
	last_line(said, line, sizeof(line));
	if (take_error(far, line, err))
		return err->error;
	if (ms_starts(line, "sudo:")) {
		ms_fail(err, -EACCES, MS_AUTH, "%s: %s", far->name, line);
		ms_hint(err, "let the account use sudo without a password (NOPASSWD), or log in "
			     "as root, with spec.os.ssh.sudo: false");
		return err->error;
	}
	if (!far->begun)
		return fail_login(far, WEXITSTATUS(status), line, err);
	if (is_unfit(far, WEXITSTATUS(status), line))
		return fail_unfit(far, line, err);
	ms_fail(err, -EREMOTEIO, MS_FAILED, "%s: %s ended with status %d there%s%s", far->name,
		far->opts->argv[0], WEXITSTATUS(status), *line ? ": " : "", line);
	ms_hint(err, "log in, and run %s there by hand", far->opts->argv[0]);
	return err->error;
}

int far_wait_end(struct far *far, struct ms_err *err)
{
	int status = 0, r = ms_child_wait(far->child, far->deadline, &status, err);

	if (r < 0)
		return fail_wait(far, r, err);
	if (!WIFEXITED(status))
		return fail_status(far, status, err);
	switch (WEXITSTATUS(status)) {
	case MS_EXIT_OK:
	case MS_EXIT_PARTIAL:
	case MS_EXIT_FOUND: return 0;
	default: return fail_status(far, status, err);
	}
}

/* It stands behind our mark, and ends its line; `out` begins behind that then. */
int far_word(struct far *far, char *ret_word, size_t size, struct ms_err *err)
{
	size_t len = strlen(far->mark);
	int r = 0;

	for (;;) {
		char *at = far->out.data ? strstr(far->out.data, far->mark) : NULL;
		char *end = at ? strchr(at, '\n') : NULL;

		if (end) {
			far->begun = true;
			*end = 0;
			snprintf(ret_word, size, "%s", at + len);
			far->out.len -= (size_t)(end + 1 - far->out.data);
			memmove(far->out.data, end + 1, far->out.len + 1);
			return 0;
		}
		if (far->out.len > NOISE_MAX)
			return ms_fail(err, -EBADMSG, MS_INVALID,
				       "%s: its login prints without end", far->name);
		if (r) {
			r = far_wait_end(far, err);
			return r ? r : fail_login(far, 0, "", err);
		}
		r = far_read(far, err);
		if (r < 0)
			return r;
	}
}
