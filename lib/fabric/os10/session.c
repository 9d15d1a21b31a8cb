/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * OS10 over ssh.  Below its command line OS10 is Debian, and a login leads to the one or to the
 * other:
 *
 *   - Accounts of OS10 (role sysadmin) get the command line.  `ssh admin@SWITCH "show version"`
 * runs one show command, and only those ("Run show commands remotely using an SSH session");
 * `system bash` leads to the shell.
 *   - linuxadmin gets the shell, where `sudo -u admin clish -c 'show version'` is the command line
 * ("Linux Shell Commands").
 *
 * Source: Dell SmartFabric OS10 User Guide 10.6, "CLI basics" and "Advanced CLI tasks".
 */
#include <errno.h>
#include "fabric/box/box.h"
#include "fabric/os10/rest.h"

#define SECONDS 120
#define NOT_FOUND 127
#define CLISH "/opt/dell/os10/bin/clish"

/* ---- the shell behind the command line ---- */

#define BEGIN "\n@os10 begin\n"
#define END "\n@os10 end "
/* The command line reads its input block by block, and bash goes on behind the block that `system
 * bash` was in.  Empty lines mean nothing to either; they are more than a block has. */
#define BLOCK 8192

static char *wrap(const char *command, const char *in)
{
	struct ms_buf text = { 0 };
	size_t len = in ? strlen(in) : 0;

	ms_buf_puts(&text, "system bash\n");
	for (unsigned i = 0; i < BLOCK; i++)
		ms_buf_puts(&text, "\n");
	ms_buf_printf(&text,
		      "printf '\\n@os10 begin\\n'\n"
		      "sudo -n sh -c '%s' <<'@os10 input'\n%s%s@os10 input\n"
		      "printf '\\n@os10 end %%d\\n' $?\nexit\nexit\n",
		      command, in ? in : "", len && in[len - 1] != '\n' ? "\n" : "");
	return ms_buf_steal(&text);
}

bool os10_unwrap(char *text, int *ret_status)
{
	char *begin = strstr(text, BEGIN), *end = NULL;
	/* The end of the one may be the beginning of the other. */
	char *at = begin ? begin + strlen(BEGIN) - 1 : NULL;

	for (at = at ? strstr(at, END) : NULL; at; at = strstr(at + 1, END))
		end = at;
	if (!begin || !end)
		return false;
	*ret_status = (int)strtol(end + strlen(END), NULL, 10);
	begin += strlen(BEGIN);
	if (end < begin)
		end = begin;
	memmove(text, begin, (size_t)(end - begin));
	text[end - begin] = 0;
	return true;
}

static int no_shell(const struct fabric_session *session, const char *said, struct ms_err *err)
{
	const char *at = strstr(said, "% Error");
	int r = ms_fail(err, -EACCES, MS_AUTH, "`system bash` leads to no shell: %.*s",
			at ? (int)strcspn(at, "\r\n") : 8, at ? at : "it ended");

	ms_hint(err,
		"let an account of role sysadmin log in, and say `no system-cli disable`; "
		"or log in as linuxadmin");
	ms_err_at(err, ms_name(session->sw), NULL);
	return r;
}

static int by_bash(struct fabric_session *session, const char *command, const char *in,
		   unsigned seconds, struct ms_ssh_reply *ret_reply, struct ms_err *err)
{
	MS_AUTO_FREE char *text = wrap(command, in);
	int r = text ? ms_ssh_run(session->ssh, NULL, text, strlen(text), seconds, ret_reply, err)
		     : ms_nomem(err);

	if (r)
		return r;
	if (!ret_reply->out.data || !os10_unwrap(ret_reply->out.data, &ret_reply->status))
		return no_shell(session, ret_reply->out.data ? ret_reply->out.data : "", err);
	ret_reply->out.len = strlen(ret_reply->out.data);
	return 0;
}

/* ---- show commands ---- */

/* "New user admin logged in at session 10" and the like; ends of lines as a terminal wants them. */
void os10_strip(char *text)
{
	char *out = text;

	for (char *line = text; *line;) {
		size_t len = strcspn(line, "\n");
		bool ended = line[len] == '\n';
		char *next = line + len + ended;

		if (len && line[len - 1] == '\r')
			len--;
		if (!memmem(line, len, " logged in at session ", 22) &&
		    !memmem(line, len, " logged out at session ", 23)) {
			memmove(out, line, len);
			out += len;
			if (ended)
				*out++ = '\n';
		}
		line = next;
	}
	*out = 0;
}

static int refusal(const struct fabric_session *session, const char *command,
		   const struct ms_ssh_reply *reply, const char *text, struct ms_err *err)
{
	const char *at = strstr(text, "% Error"), *why = at ? at : reply->errors.data;
	int r;

	if (!at && !reply->status)
		return 0;
	r = ms_fail(err, -EREMOTEIO, MS_FAILED, "%s: %.*s", command,
		    why ? (int)strcspn(why, "\r\n") : 6, why ? why : "failed");
	ms_err_at(err, ms_name(session->sw), NULL);
	return r;
}

static int ask(struct fabric_session *session, const char *fmt, const char *command,
	       struct ms_ssh_reply *ret_reply, struct ms_err *err)
	__attribute__((format(printf, 2, 0)));

static int ask(struct fabric_session *session, const char *fmt, const char *command,
	       struct ms_ssh_reply *ret_reply, struct ms_err *err)
{
	MS_AUTO_FREE char *line = ms_asprintf(fmt, command);

	return line ? ms_ssh_run(session->ssh, line, NULL, 0, SECONDS, ret_reply, err)
		    : ms_nomem(err);
}

int os10_show(struct fabric_session *session, const char *command, char **ret_text,
	      struct ms_err *err)
{
	MS_AUTO_SSH_REPLY struct ms_ssh_reply reply = { 0 };
	MS_AUTO_FREE char *text = NULL;
	int r = ask(session, "%s | no-more", command, &reply, err);

	session->shell = by_bash;
	if (!r && reply.status == NOT_FOUND) {
		session->shell = NULL;
		ms_ssh_reply_release(&reply);
		r = ask(session, "sudo -n -u admin " CLISH " -c '%s | no-more'", command, &reply,
			err);
	}
	if (r)
		return r;
	text = reply.out.data ? ms_buf_steal(&reply.out) : strdup("");
	if (!text)
		return ms_nomem(err);
	os10_strip(text);
	r = refusal(session, command, &reply, text, err);
	if (!r)
		*ret_text = ms_take(text);
	return r;
}

/* What a login leads to is known after a show command: ask one, if none was. */
static int by_either(struct fabric_session *session, const char *command, const char *in,
		     unsigned seconds, struct ms_ssh_reply *ret_reply, struct ms_err *err)
{
	MS_AUTO_FREE char *text = NULL;
	int r = os10_show(session, "show version", &text, err);

	return r ? r : box_shell(session, command, in, seconds, ret_reply, err);
}

/* Typed at the command line; of the shell, one after the other. */
static void put_each(const char *commands, bool typed, struct ms_buf *out)
{
	char line[512];

	while (os10_next_line(&commands, line, sizeof(line)))
		if (typed)
			ms_buf_printf(out, "%s | no-more\n", line);
		else
			ms_buf_printf(out, "sudo -n -u admin " CLISH " -c '%s | no-more'; ", line);
	ms_buf_puts(out, typed ? "exit\n" : "true");
}

int os10_show_each(struct fabric_session *session, const char *commands, char **ret_text,
		   struct ms_err *err)
{
	MS_AUTO_SSH_REPLY struct ms_ssh_reply reply = { 0 };
	MS_AUTO_BUF struct ms_buf line = { 0 };
	MS_AUTO_FREE char *text = NULL;
	bool typed;
	int r = session->shell == by_either ? os10_show(session, "show version", &text, err) : 0;

	if (r)
		return r;
	typed = session->shell;
	put_each(commands, typed, &line);
	if (line.failed)
		return ms_nomem(err);
	r = ms_ssh_run(session->ssh, typed ? NULL : line.data, typed ? line.data : NULL,
		       typed ? line.len : 0, SECONDS, &reply, err);
	if (r)
		return r;
	*ret_text = reply.out.data ? ms_buf_steal(&reply.out) : strdup("");
	if (!*ret_text)
		return ms_nomem(err);
	os10_strip(*ret_text);
	return 0;
}

/* ---- open, and closed ---- */

int os10_open(const struct fabric_env *env, const json_t *sw, struct fabric_session **ret_session,
	      struct ms_err *err)
{
	struct fabric_session *session;
	int r = box_open(env, sw, &session, err);

	if (r)
		return r;
	session->shell = by_either;
	r = os10_rest_open(env, sw, &session->rest, err);
	if (r)
		os10_close(session);
	else
		*ret_session = session;
	return r;
}

void os10_close(struct fabric_session *session)
{
	if (session)
		os10_rest_close(session->rest);
	box_close(session);
}

/* ---- what it is, and what it runs ---- */

int os10_probe(struct fabric_session *session, json_t **ret_facts, struct ms_err *err)
{
	MS_AUTO_FREE char *text = NULL;
	json_auto_t *facts = json_object();
	bool known = false;
	int r = facts ? os10_rest_probe(session->rest, facts, &known, err) : ms_nomem(err);

	if (!r && !known)
		r = os10_show(session, "show version", &text, err);
	if (r)
		return r;
	if (!known)
		os10_read_version(text, facts);
	if (!json_object_get(facts, "version")) {
		r = ms_fail(err, -EBADMSG, MS_INVALID, "`show version` does not speak of OS10");
		ms_hint(err, "is spec.platform of the Switch right?");
		ms_err_at(err, ms_name(session->sw), NULL);
		return r;
	}
	*ret_facts = ms_take(facts);
	return 0;
}

int os10_read(struct fabric_session *session, json_t **ret_native, struct ms_err *err)
{
	MS_AUTO_FREE char *text = NULL;
	int r = os10_show(session, "show running-configuration", &text, err);

	if (r)
		return r;
	*ret_native = json_string(text);
	return *ret_native ? 0
			   : ms_fail(err, -EBADMSG, MS_INVALID,
				     "show running-configuration: the text is not UTF-8");
}
