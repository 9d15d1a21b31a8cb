/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One host: its far end says what it has, gets what it lacks, and gives resources back. */
#include "net/far-private.h"
#include "net/net.h"
#include "net/ssh-private.h"

#include <ctype.h>
#include <errno.h>
#include <sys/random.h>
#include <sys/wait.h>

#define SECONDS 120
/* The near end waits longer than the far end may work, so that the far end can say what was late.
 */
#define SPARE_SECONDS 5
#define OUT_MAX ((size_t)64 << 20)
#define NOISE_MAX ((size_t)64 << 10)

struct far {
	const struct ms_far_opts *opts;
	const char *name;
	char mark[FAR_MARK];
	unsigned seconds;
	int64_t deadline;
	struct ms_child *child;
	struct ms_buf in, out;
};

/* ---- logging in ---- */

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

/* ---- what the far end says ---- */

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

/* 0 with some more of its output, 1 at the end. */
static int read_more(struct far *far, struct ms_err *err)
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
		       OUT_MAX >> 20);
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

static int fail_status(const struct far *far, const struct ms_ssh *ssh, int status,
		       struct ms_err *err)
{
	const char *said = ms_child_errors(far->child);
	char line[1024];

	if (!WIFEXITED(status) || WEXITSTATUS(status) == 255)
		return ms_ssh_fail(ssh, said, err);
	last_line(said, line, sizeof(line));
	if (take_error(far, line, err))
		return err->error;
	if (ms_starts(line, "sudo:")) {
		ms_fail(err, -EACCES, MS_AUTH, "%s: %s", far->name, line);
		ms_hint(err, "let the account use sudo without a password (NOPASSWD)");
		return err->error;
	}
	ms_fail(err, -EREMOTEIO, MS_FAILED, "%s: %s ended with status %d there%s%s", far->name,
		far->opts->argv[0], WEXITSTATUS(status), *line ? ": " : "", line);
	ms_hint(err, "log in, and run %s there by hand", far->opts->argv[0]);
	return err->error;
}

static int wait_end(struct far *far, const struct ms_ssh *ssh, struct ms_err *err)
{
	int status = 0, r = ms_child_wait(far->child, far->deadline, &status, err);

	if (r < 0)
		return fail_wait(far, r, err);
	if (!WIFEXITED(status))
		return fail_status(far, ssh, status, err);
	switch (WEXITSTATUS(status)) {
	case MS_EXIT_OK:
	case MS_EXIT_PARTIAL:
	case MS_EXIT_FOUND: return 0;
	default: return fail_status(far, ssh, status, err);
	}
}

/* The next line that begins with our mark; what login scripts print before it is nothing to us.
 * *ret_word stands in `out`, which begins behind that line then. */
static int next_word(struct far *far, const struct ms_ssh *ssh, char *ret_word, size_t size,
		     struct ms_err *err)
{
	size_t len = strlen(far->mark);
	int r = 0;

	for (;;) {
		char *at = far->out.data ? strstr(far->out.data, far->mark) : NULL;
		char *end = at ? strchr(at, '\n') : NULL;

		if (end) {
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
			r = wait_end(far, ssh, err);
			return r ? r
				 : ms_fail(err, -EBADMSG, MS_INVALID,
					   "%s: its shell did not run what it was sent", far->name);
		}
		r = read_more(far, err);
		if (r < 0)
			return r;
	}
}

/* ---- what it gets ---- */

static int send_helper(struct far *far, const char *machine, struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf helper = { 0 };
	char line[64];
	int r;

	/* It becomes a part of a file name. */
	for (const char *c = machine; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '_')
			return ms_fail(err, -EBADMSG, MS_INVALID,
				       "%s: not an architecture: \"%.32s\"", far->name, machine);
	r = ms_far_helper(far->opts, machine, far->name, &helper, err);
	if (r < 0)
		return r;
	snprintf(line, sizeof(line), "%zu %zu\n", helper.len, helper.len + far->in.len);
	r = ms_child_send(far->child, line, strlen(line), err);
	return r ? r : ms_child_send(far->child, helper.data, helper.len, err);
}

static int fail_room(const struct far *far, const char *word, struct ms_err *err)
{
	bool cut = !strcmp(word, "cut");
	int r = ms_fail(err, -ENOSPC, MS_FAILED,
			cut ? "%s: no room there for %s"
			    : "%s: no folder there from which %s could run",
			far->name, far->opts->argv[0]);

	ms_hint(err, "install msctl there, or make room in /tmp or /dev/shm");
	return r;
}

/* "run": it has the command.  "need MACHINE": it wants it. */
static int answer(struct far *far, const char *word, struct ms_err *err)
{
	int r = 0;

	if (ms_starts(word, "need "))
		r = send_helper(far, word + 5, err);
	else if (strcmp(word, "run"))
		return fail_room(far, word, err);
	if (!r && far->in.len)
		r = ms_child_send(far->child, far->in.data, far->in.len, err);
	if (!r)
		ms_child_send_end(far->child);
	return r;
}

/* ---- what it gives back ---- */

static int read_rest(struct far *far, const struct ms_ssh *ssh, struct ms_err *err)
{
	int r = 0;

	while (!r)
		r = read_more(far, err);
	if (r < 0)
		return r;
	r = wait_end(far, ssh, err);
	if (r < 0)
		return r;
	if (far->out.len > strlen(far->mark) && ms_starts(far->out.data, far->mark))
		return fail_room(far, "cut", err);
	return 0;
}

static int parse(const struct far *far, json_t *resources, struct ms_err *err)
{
	const char *at = far->out.data ? far->out.data : "", *end = at + far->out.len;
	json_t *value;
	int r;

	while (at < end) {
		const char *line = memchr(at, '\n', (size_t)(end - at));
		size_t len = line ? (size_t)(line - at) : (size_t)(end - at);

		if (len) {
			r = ms_json_decode(at, len, &value, NULL, err);
			if (r == -ENOMEM)
				return r;
			if (r < 0) {
				*err = (struct ms_err)MS_ERR_INIT;
				return ms_fail(err, -EBADMSG, MS_INVALID,
					       "%s: %s gave something else than resources there: "
					       "\"%.*s\"",
					       far->name, far->opts->argv[0],
					       (int)(len < 80 ? len : 80), at);
			}
			if (json_array_append_new(resources, value) < 0)
				return ms_nomem(err);
		}
		at += len + (line != NULL);
	}
	return 0;
}

static bool is_same(const json_t *a, const json_t *b)
{
	return !strcmp(ms_kind(a), ms_kind(b)) && !strcmp(ms_name(a), ms_name(b));
}

/* All that was sent, in its order. */
static int check_back(const struct far *far, const json_t *sent, const json_t *back,
		      struct ms_err *err)
{
	size_t at = 0, n = json_array_size(back);

	for (size_t i = 0; i < json_array_size(sent); i++) {
		const json_t *res = json_array_get(sent, i);

		while (at < n && !is_same(json_array_get(back, at), res))
			at++;
		if (at++ < n)
			continue;
		return ms_fail(err, -EBADMSG, MS_INVALID, "%s: %s %s did not come back from there",
			       far->name, ms_kind(res), ms_name(res));
	}
	return 0;
}

/* ---- all of it ---- */

static int make_mark(struct far *far, struct ms_err *err)
{
	unsigned char bytes[8];

	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		return ms_fail_errno(err, -errno, "no random numbers");
	snprintf(far->mark, sizeof(far->mark), "msctl-%02x%02x%02x%02x%02x%02x%02x%02x ", bytes[0],
		 bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]);
	return 0;
}

static int start(struct far *far, struct ms_ssh *ssh, bool sudo, struct ms_err *err)
{
	char mark[FAR_MARK];
	MS_AUTO_FREE char *line = NULL;
	int r = make_mark(far, err);

	if (r < 0)
		return r;
	/* The script puts the blank behind it. */
	snprintf(mark, sizeof(mark), "%.*s", (int)strlen(far->mark) - 1, far->mark);
	line = ms_far_line(far->opts, mark, sudo, far->seconds);
	return line ? ms_ssh_start_alone(ssh, line, &far->child, err) : ms_nomem(err);
}

static int talk(struct far *far, struct ms_ssh *ssh, bool sudo, json_t *resources,
		struct ms_err *err)
{
	char word[64];
	int r = start(far, ssh, sudo, err);

	if (!r)
		r = next_word(far, ssh, word, sizeof(word), err);
	if (!r)
		r = answer(far, word, err);
	if (!r)
		r = read_rest(far, ssh, err);
	return r ? r : parse(far, resources, err);
}

int ms_far_run(const struct ms_far_opts *opts, const json_t *server, const json_t *resources,
	       json_t **ret_resources, struct ms_err *err)
{
	struct far far = { .opts = opts,
			   .name = ms_name(server),
			   .seconds = opts->seconds ? opts->seconds : SECONDS,
			   .out.max = OUT_MAX };
	struct ms_ssh_opts login;
	struct ms_ssh *ssh = NULL;
	json_auto_t *back = json_array();
	int r = back ? fill_login(&far, server, &login, err) : ms_nomem(err);

	far.deadline = ms_clock_ms() + 1000 * ((int64_t)far.seconds + SPARE_SECONDS);
	if (!r)
		r = ms_far_input(resources, &far.in, err);
	if (!r)
		r = ms_ssh_open(opts->loop, &login, &ssh, err);
	if (!r)
		r = talk(&far, ssh, ms_bool(server, "/spec/os/ssh/sudo", false), back, err);
	if (!r)
		r = check_back(&far, resources, back, err);
	ms_child_free(far.child);
	ms_ssh_close(ssh);
	ms_buf_release(&far.in);
	ms_buf_release(&far.out);
	if (!r)
		*ret_resources = ms_take(back);
	return r;
}

/* ---- talking ---- */

struct ms_far {
	struct far far;
	struct ms_ssh *ssh;
	char *name;
};

static int fail_absent(const struct far *far, const char *word, struct ms_err *err)
{
	if (!ms_starts(word, "need "))
		return fail_room(far, word, err);
	ms_fail(err, -ENOEXEC, MS_UNSUPPORTED, "%s: it has no %s " MSCTL_VERSION, far->name,
		far->opts->argv[0]);
	ms_hint(err, "install msctl there; what it does here needs libraries of that machine");
	return -ENOEXEC;
}

static int begin(struct ms_far *talk, const json_t *server, struct ms_err *err)
{
	struct far *far = &talk->far;
	struct ms_ssh_opts login;
	char word[64];
	int r = fill_login(far, server, &login, err);

	if (!r)
		r = ms_ssh_open(far->opts->loop, &login, &talk->ssh, err);
	if (!r)
		r = start(far, talk->ssh, ms_bool(server, "/spec/os/ssh/sudo", false), err);
	if (!r)
		r = next_word(far, talk->ssh, word, sizeof(word), err);
	return r || !strcmp(word, "run") ? r : fail_absent(far, word, err);
}

int ms_far_open(const struct ms_far_opts *opts, const json_t *server, struct ms_far **ret_far,
		struct ms_err *err)
{
	struct ms_far *talk = calloc(1, sizeof(*talk));
	int r;

	if (!talk || !(talk->name = strdup(ms_name(server)))) {
		free(talk);
		return ms_nomem(err);
	}
	talk->far = (struct far){ .opts = opts,
				  .name = talk->name,
				  .seconds = opts->seconds ? opts->seconds : SECONDS,
				  .out.max = OUT_MAX };
	talk->far.deadline = ms_clock_ms() + 1000 * ((int64_t)talk->far.seconds + SPARE_SECONDS);
	r = begin(talk, server, err);
	if (r < 0)
		ms_far_close(talk);
	else
		*ret_far = talk;
	return r;
}

int ms_far_send(struct ms_far *talk, const json_t *line, struct ms_err *err)
{
	MS_AUTO_FREE char *text = ms_json_text(line, MS_JSON_COMPACT);
	int r = text ? ms_child_send(talk->far.child, text, strlen(text), err) : ms_nomem(err);

	return r ? r : ms_child_send(talk->far.child, "\n", 1, err);
}

static int take_line(struct far *far, size_t len, json_t **ret_line, struct ms_err *err)
{
	json_t *line = json_loadb(far->out.data, len, 0, NULL);

	if (!json_is_object(line)) {
		json_decref(line);
		return ms_fail(err, -EBADMSG, MS_INVALID, "%s: %s said there: \"%.*s\"", far->name,
			       far->opts->argv[0], (int)(len < 80 ? len : 80), far->out.data);
	}
	far->out.len -= len + 1;
	memmove(far->out.data, far->out.data + len + 1, far->out.len + 1);
	*ret_line = line;
	return 0;
}

int ms_far_receive(struct ms_far *talk, int64_t deadline, json_t **ret_line, struct ms_err *err)
{
	struct far *far = &talk->far;

	far->deadline = deadline;
	for (;;) {
		char *end = far->out.len ? memchr(far->out.data, '\n', far->out.len) : NULL;
		int r;

		if (end)
			return take_line(far, (size_t)(end - far->out.data), ret_line, err);
		r = read_more(far, err);
		if (r < 0)
			return r;
		if (r == 0)
			continue;
		r = wait_end(far, talk->ssh, err);
		return r ? r : ms_fail(err, -ECONNRESET, MS_UNREACHABLE, "%s: %s ended there",
				       far->name, far->opts->argv[0]);
	}
}

void ms_far_finish(struct ms_far *talk)
{
	ms_child_send_end(talk->far.child);
}

void ms_far_close(struct ms_far *talk)
{
	if (!talk)
		return;
	ms_child_free(talk->far.child);
	ms_ssh_close(talk->ssh);
	ms_buf_release(&talk->far.in);
	ms_buf_release(&talk->far.out);
	free(talk->name);
	free(talk);
}
