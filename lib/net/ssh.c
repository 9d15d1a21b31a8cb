/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands on a device by ssh: each is a client of the connection that ssh-master.c keeps.
 */
#include "net/ssh-private.h"

#include <errno.h>
#include <sys/wait.h>

#define SSH_PORT 22
#define CONNECT_SECONDS 20
#define RUN_SECONDS 60
#define OUT_MAX ((size_t)64 << 20)
#define ERRORS_MAX ((size_t)1 << 20)
#define STATUS_OF_SSH 255
#define KEYS_MAX ((size_t)256 << 10)

static void wipe(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
}

static int copy(char **ret_copy, const char *text)
{
	*ret_copy = text ? strdup(text) : NULL;
	return text && !*ret_copy ? -ENOMEM : 0;
}

/* Text for ssh's command line and files must not end a line there. */
static bool is_line(const char *text)
{
	return !text || !strpbrk(text, "\r\n");
}

/* ssh(1) says nothing of a key that is not there, and is denied.  It takes one from the agent where
 * only FILE.pub is here, and puts other things in place of '~', '%' and '$'. */
static int check_key(const struct ms_ssh_opts *opts, struct ms_err *err)
{
	const char *file = opts->key_file;
	MS_AUTO_FREE char *public = file ? ms_asprintf("%s.pub", file) : NULL;
	int r;

	if (!file || strpbrk(file, "~%$") || !access(file, R_OK))
		return 0;
	r = -errno;
	if (!public)
		return ms_nomem(err);
	if (!access(public, R_OK))
		return 0;
	ms_fail(err, r, MS_AUTH, "%s: cannot read its private key %s: %s", opts->name, file,
		strerror(-r));
	ms_hint(err, "check %s.credentials.key", opts->place ? opts->place : "management");
	return r;
}

static int check(const struct ms_ssh_opts *opts, struct ms_err *err)
{
	if (!opts->host || !*opts->host)
		return ms_fail(err, -EINVAL, MS_INPUT, "%s: there is no address to connect to",
			       opts->name);
	if (is_line(opts->host) && is_line(opts->user) && is_line(opts->password) &&
	    is_line(opts->host_key))
		return check_key(opts, err);
	return ms_fail(err, -EINVAL, MS_INPUT, "%s: a line end in its address or credentials",
		       opts->name);
}

int ms_ssh_open(struct ms_loop *loop, const struct ms_ssh_opts *opts, struct ms_ssh **ret_ssh,
		struct ms_err *err)
{
	int r = check(opts, err);
	struct ms_ssh *ssh = r ? NULL : calloc(1, sizeof(*ssh));

	if (r)
		return r;
	if (!ssh)
		return ms_nomem(err);
	ssh->loop = loop;
	ssh->port = opts->port ? opts->port : SSH_PORT;
	ssh->connect_seconds = opts->connect_seconds ? opts->connect_seconds : CONNECT_SECONDS;
	ssh->any_host_key = opts->any_host_key;
	ssh->secret = -1;
	ms_gate_init(&ssh->gate, 1);
	if (copy(&ssh->name, opts->name ? opts->name : opts->host) ||
	    copy(&ssh->host, opts->host) || copy(&ssh->user, opts->user) ||
	    copy(&ssh->password, opts->password) || copy(&ssh->key_file, opts->key_file) ||
	    copy(&ssh->host_key, opts->host_key) ||
	    copy(&ssh->place, opts->place ? opts->place : "management") ||
	    copy(&ssh->keys, opts->keys ? opts->keys : "msctl-switch trust")) {
		ms_ssh_close(ssh);
		return ms_nomem(err);
	}
	*ret_ssh = ssh;
	return 0;
}

void ms_ssh_close(struct ms_ssh *ssh)
{
	if (!ssh)
		return;
	ms_ssh_disconnect(ssh);
	if (ssh->secret >= 0)
		close(ssh->secret);
	ms_ssh_folder_remove(ssh);
	wipe(ssh->password);
	free(ssh->name);
	free(ssh->host);
	free(ssh->user);
	free(ssh->key_file);
	free(ssh->host_key);
	free(ssh->place);
	free(ssh->keys);
	free(ssh);
}

/* ---- commands ----------------------------------------------------------------------------------
 */

/* A client that finds no connection would make one of its own, without what the shared one knows:
 * a proxy that ends at once keeps it from that. */
static void client_line(const struct ms_ssh *ssh, const char *command, const char *subsystem,
			struct ssh_line *line)
{
	static const char *const words[] = {
		"ssh", "-T",
		"-o",  "ControlMaster=no",
		"-o",  "ProxyCommand=false",
		"-o",  "BatchMode=yes",
		"-o",  "LogLevel=ERROR",
		"-o",  "ClearAllForwardings=yes",
		"-o",  "RemoteCommand=none",
		"-S",
	};

	for (size_t i = 0; i < MS_ARRAY_SIZE(words); i++)
		ssh_line_add(line, words[i]);
	ssh_line_format(line, "%s/control", ssh->folder);
	if (subsystem)
		ssh_line_add(line, "-s");
	ssh_line_add(line, "--");
	ssh_line_add(line, ssh->host);
	if (subsystem || command)
		ssh_line_add(line, subsystem ? subsystem : command);
}

int ms_ssh_start(struct ms_ssh *ssh, const char *command, const char *subsystem,
		 struct ms_child **ret_child, struct ms_err *err)
{
	static const char *const env[] = { "LC_ALL=C", NULL };
	struct ssh_line line = { 0 };
	struct ms_child_opts opts = {
		.argv = line.words,
		.env = env,
		.what = ssh->name,
		.talks = true,
		.errors_max = ERRORS_MAX,
	};
	int r = ms_ssh_connect(ssh, err);

	if (r < 0)
		return r;
	client_line(ssh, command, subsystem, &line);
	r = line.failed ? ms_nomem(err) : ms_child_start(ssh->loop, &opts, ret_child, err);
	ssh_line_release(&line);
	return r;
}

static int take_reply(struct ms_ssh *ssh, struct ms_child *child, int64_t deadline,
		      struct ms_ssh_reply *reply, struct ms_err *err)
{
	const char *said;
	int status = 0, r = ms_child_read_all(child, &reply->out, deadline, err);

	if (!r)
		r = ms_child_wait(child, deadline, &status, err);
	if (r < 0)
		return r;
	said = ms_child_errors(child);
	reply->status = WIFEXITED(status) ? WEXITSTATUS(status) : STATUS_OF_SSH;
	if (reply->status == STATUS_OF_SSH)
		return ms_ssh_fail(ssh, said, err);
	return ms_buf_puts(&reply->errors, said) < 0 || ms_buf_puts(&reply->out, "") < 0
		       ? ms_nomem(err)
		       : 0;
}

/* The connection may be what hangs: the next command makes a new one. */
static void give_up(struct ms_ssh *ssh, int r)
{
	if (r == -ETIMEDOUT || r == -ECONNABORTED || r == -ECONNRESET)
		ms_ssh_disconnect(ssh);
}

int ms_ssh_run(struct ms_ssh *ssh, const char *command, const void *in, size_t in_len,
	       unsigned seconds, struct ms_ssh_reply *ret_reply, struct ms_err *err)
{
	int64_t deadline = ms_clock_ms() + 1000 * (int64_t)(seconds ? seconds : RUN_SECONDS);
	struct ms_ssh_reply reply = { .out.max = OUT_MAX, .errors.max = ERRORS_MAX + 1 };
	struct ms_child *child = NULL;
	int r = ms_ssh_start(ssh, command, NULL, &child, err);

	if (!r && in_len)
		r = ms_child_send(child, in, in_len, err);
	if (!r) {
		ms_child_send_end(child);
		r = take_reply(ssh, child, deadline, &reply, err);
		if (r == -ETIMEDOUT)
			ms_hint(err, "the device took longer than %u s",
				seconds ? seconds : RUN_SECONDS);
	}
	ms_child_free(child);
	if (r < 0) {
		give_up(ssh, r);
		ms_ssh_reply_release(&reply);
		return r;
	}
	*ret_reply = reply;
	return 0;
}

void ms_ssh_reply_release(struct ms_ssh_reply *reply)
{
	ms_buf_release(&reply->out);
	ms_buf_release(&reply->errors);
}

/* ---- keys --------------------------------------------------------------------------------------
 */

/* "host type base64"; comments begin with #. */
static int take_keys(char *text, json_t *keys)
{
	char *line, *rest = text;

	while ((line = strsep(&rest, "\n"))) {
		char *blank = strchr(line, ' ');

		if (*line == '#' || !blank || !strchr(blank + 1, ' '))
			continue;
		if (json_array_append_new(keys, json_string(blank + 1)) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int scan(struct ms_child *child, const char *host, unsigned port, int64_t deadline,
		json_t *keys, struct ms_err *err)
{
	MS_AUTO_BUF struct ms_buf out = { .max = KEYS_MAX };
	int r = ms_child_read_all(child, &out, deadline, err);

	if (!r && out.data)
		r = take_keys(out.data, keys) < 0 ? ms_nomem(err) : 0;
	if (r < 0 || json_array_size(keys))
		return r;
	r = ms_fail(err, -ECONNREFUSED, MS_UNREACHABLE, "%s port %u shows no ssh host key", host,
		    port);
	ms_hint(err, "check the address, and that ssh is enabled there");
	return r;
}

int ms_ssh_host_keys(struct ms_loop *loop, const char *host, unsigned port, unsigned seconds,
		     json_t **ret_keys, struct ms_err *err)
{
	char number[16], limit[16];
	const char *const argv[] = { "ssh-keyscan", "-T", limit, "-p", number, "--", host, NULL };
	struct ms_child_opts opts = { .argv = argv, .what = "ssh-keyscan", .talks = true };
	json_auto_t *keys = json_array();
	struct ms_child *child = NULL;
	int r;

	port = port ? port : SSH_PORT;
	seconds = seconds ? seconds : CONNECT_SECONDS;
	snprintf(number, sizeof(number), "%u", port);
	snprintf(limit, sizeof(limit), "%u", seconds);
	if (!keys)
		return ms_nomem(err);
	r = ms_child_start(loop, &opts, &child, err);
	/* It has a limit for each of the key types. */
	if (!r)
		r = scan(child, host, port, ms_clock_ms() + 1000 * ((int64_t)seconds + 5), keys,
			 err);
	ms_child_free(child);
	if (!r)
		*ret_keys = ms_take(keys);
	return r;
}
