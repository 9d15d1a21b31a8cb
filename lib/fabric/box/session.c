/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A Linux box: a login, and commands as root. */
#include <errno.h>
#include "fabric/box/box.h"

int box_open(const struct fabric_env *env, const json_t *sw, struct fabric_session **ret_session,
	     struct ms_err *err)
{
	struct fabric_session *session = calloc(1, sizeof *session);
	int r = session ? 0 : ms_nomem(err);

	if (r)
		return r;
	session->env = env;
	session->sw = sw;
	r = fabric_dialect_init(&session->dialect, sw, NULL, err);
	session->sudo = strcmp(ms_str(sw, "/spec/management/credentials/username", ""), "root");
	if (!r)
		r = fabric_ssh_open(env, sw, 22, &session->ssh, err);
	if (r)
		box_close(session);
	else
		*ret_session = session;
	return r;
}

void box_close(struct fabric_session *session)
{
	if (!session)
		return;
	if (session->ssh)
		ms_ssh_close(session->ssh);
	free(session);
}

/* ---- commands ---- */

/* The line of what was printed that says most: the first that calls itself an error, else the last.
 */
static void telling_line(const char *text, char *buf, size_t size)
{
	static const char *const words[] = { "error:", "rror: ", "% ", "line " };
	const char *line, *last = "", *next;

	for (size_t i = 0; i <= MS_ARRAY_SIZE(words); i++)
		for (line = text; *line; line = next) {
			size_t len = strcspn(line, "\n");

			next = line + len + (line[len] == '\n');
			if (len && i < MS_ARRAY_SIZE(words) &&
			    !memmem(line, len, words[i], strlen(words[i])))
				continue;
			if (len)
				last = line;
			if (len && i < MS_ARRAY_SIZE(words)) {
				snprintf(buf, size, "%.*s", (int)len, line);
				return;
			}
		}
	snprintf(buf, size, "%.*s", (int)strcspn(last, "\n"), last);
}

static int refused(const struct fabric_session *session, const char *command,
		   const struct ms_ssh_reply *reply, struct ms_err *err)
{
	char text[400];
	int r;

	telling_line(reply->errors.len ? reply->errors.data
		     : reply->out.data ? reply->out.data
				       : "",
		     text, sizeof text);
	if (session->sudo && strstr(text, "sudo")) {
		r = ms_fail(err, -EACCES, MS_AUTH, "%s", text);
		ms_hint(err, "let this account use sudo without a password, or log in as root");
	} else if (*text) {
		r = ms_fail(err, -EIO, MS_FAILED, "%s", text);
	} else {
		r = ms_fail(err, -EIO, MS_FAILED, "`%s` failed with status %d", command,
			    reply->status);
	}
	ms_err_at(err, ms_name(session->sw), NULL);
	return r;
}

int box_shell(struct fabric_session *session, const char *command, const char *in,
	      unsigned seconds, struct ms_ssh_reply *ret_reply, struct ms_err *err)
{
	MS_AUTO_FREE char *line = NULL;

	if (session->shell)
		return session->shell(session, command, in, seconds, ret_reply, err);
	/* Commands are ours and hold no single quote. */
	line = session->sudo ? ms_asprintf("sudo -n sh -c '%s'", command) : strdup(command);
	return line ? ms_ssh_run(session->ssh, line, in, in ? strlen(in) : 0, seconds, ret_reply,
				 err)
		    : ms_nomem(err);
}

int box_run(struct fabric_session *session, const char *command, const char *in, unsigned seconds,
	    char **ret_out, int *ret_status, struct ms_err *err)
{
	MS_AUTO_SSH_REPLY struct ms_ssh_reply reply = { 0 };
	int r = box_shell(session, command, in, seconds, &reply, err);

	if (r)
		return r;
	if (ret_status)
		*ret_status = reply.status;
	else if (reply.status)
		return refused(session, command, &reply, err);
	if (ret_out) {
		*ret_out = ms_buf_steal(&reply.out);
		if (!*ret_out)
			return ms_nomem(err);
	}
	return 0;
}

/* ---- several in one: connections are cheap, processes on a switch are not ---- */

#define MARK "\n@msctl "

static char *join(const char *const *commands, size_t n)
{
	struct ms_buf line = { 0 };

	for (size_t i = 0; i < n; i++)
		ms_buf_printf(&line, "%s; printf \"\\n@msctl %%d\\n\" $?; ", commands[i]);
	ms_buf_puts(&line, "true");
	return ms_buf_steal(&line);
}

static int split(struct fabric_session *session, const char *text, size_t n,
		 struct box_answer *answers, struct ms_err *err)
{
	for (size_t i = 0; i < n; i++) {
		const char *mark = strstr(text, MARK);

		if (!mark) {
			ms_fail(err, -EBADMSG, MS_INVALID,
				"the answer of a shell is not what was asked for");
			ms_err_at(err, ms_name(session->sw), NULL);
			return -EBADMSG;
		}
		answers[i].text = strndup(text, (size_t)(mark - text));
		if (!answers[i].text)
			return ms_nomem(err);
		answers[i].status = (int)strtol(mark + strlen(MARK), NULL, 10);
		text = mark + strlen(MARK);
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return 0;
}

void box_answers_release(struct box_answer *answers, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(answers[i].text);
}

int box_ask(struct fabric_session *session, const char *const *commands, size_t n,
	    struct box_answer *answers, struct ms_err *err)
{
	MS_AUTO_FREE char *command = join(commands, n), *out = NULL;
	int status, r = command ? box_run(session, command, NULL, 120, &out, &status, err)
				: ms_nomem(err);

	return r ? r : split(session, out, n, answers, err);
}
