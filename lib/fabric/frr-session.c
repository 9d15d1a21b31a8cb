/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FRR on Linux: a login, commands as root, and what the box is and runs. */
#include <errno.h>
#include "fabric/frr.h"

static bool skips_trust(const json_t *sw)
{
	return !strcmp(ms_str(sw, "/spec/management/tls/trust", ""), "skip");
}

static int connect_to(const struct fabric_env *env, const json_t *sw,
		      struct fabric_session *session, struct ms_err *err)
{
	struct fabric_login login = { 0 };
	int r = fabric_login(env, sw, 22, &login, err);
	struct ms_ssh_opts opts = {
		.name = ms_name(sw),
		.host = login.host,
		.port = login.port,
		.user = login.user,
		.password = login.password,
		.key_file = login.key_file,
		.host_key = ms_str(sw, "/spec/management/hostKey", NULL),
		.any_host_key = skips_trust(sw),
	};

	if (!r)
		r = ms_ssh_open(env->loop, &opts, &session->ssh, err);
	session->sudo = login.user && strcmp(login.user, "root");
	fabric_login_release(&login);
	return r;
}

int frr_open(const struct fabric_env *env, const json_t *sw, struct fabric_session **ret_session,
	     struct ms_err *err)
{
	struct fabric_session *session = calloc(1, sizeof *session);
	int r = session ? 0 : ms_nomem(err);

	if (r)
		return r;
	session->env = env;
	session->sw = sw;
	r = fabric_dialect_init(&session->dialect, sw, NULL, err);
	if (!r)
		r = connect_to(env, sw, session, err);
	if (r)
		frr_close(session);
	else
		*ret_session = session;
	return r;
}

void frr_close(struct fabric_session *session)
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

int frr_run(struct fabric_session *session, const char *command, const char *in, unsigned seconds,
	    char **ret_out, int *ret_status, struct ms_err *err)
{
	/* Commands are ours and hold no single quote. */
	MS_AUTO_FREE char *line = session->sudo ? ms_asprintf("sudo -n sh -c '%s'", command)
						: strdup(command);
	MS_AUTO_SSH_REPLY struct ms_ssh_reply reply = { 0 };
	int r = line ? ms_ssh_run(session->ssh, line, in, in ? strlen(in) : 0, seconds, &reply, err)
		     : ms_nomem(err);

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
		 struct frr_answer *answers, struct ms_err *err)
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

void frr_answers_release(struct frr_answer *answers, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(answers[i].text);
}

int frr_ask(struct fabric_session *session, const char *const *commands, size_t n,
	    struct frr_answer *answers, struct ms_err *err)
{
	MS_AUTO_FREE char *command = join(commands, n), *out = NULL;
	int status, r = command ? frr_run(session, command, NULL, 120, &out, &status, err)
				: ms_nomem(err);

	return r ? r : split(session, out, n, answers, err);
}

/* ---- what it is ---- */

static void add_word(json_t *facts, const char *key, const char *text, const char *stop)
{
	size_t len = strcspn(text, stop);

	if (len)
		json_object_set_new(facts, key, json_stringn(text, len));
}

/* "FRRouting 8.4.4 (leaf01) on Linux(6.1.0-26-amd64)." */
static int read_version(json_t *facts, const char *text, struct ms_err *err)
{
	const char *at = strstr(text, "FRRouting "), *host;
	int r;

	if (!at) {
		r = ms_fail(err, -EBADMSG, MS_INVALID,
			    "`show version` does not speak of FRRouting");
		ms_hint(err, "is spec.platform of the Switch right?");
		return r;
	}
	at += strlen("FRRouting ");
	add_word(facts, "version", at, " \n");
	host = strchr(at, '(');
	if (host && host < at + strcspn(at, "\n"))
		add_word(facts, "hostname", host + 1, ")\n");
	return 0;
}

int frr_probe(struct fabric_session *session, json_t **ret_facts, struct ms_err *err)
{
	static const char *const commands[] = { "vtysh -c \"show version\"",
						"cat /sys/class/dmi/id/product_name",
						"cat /sys/class/dmi/id/product_serial" };
	struct frr_answer said[3] = { 0 };
	json_auto_t *facts = json_object();
	int r = facts ? frr_ask(session, commands, 3, said, err) : ms_nomem(err);

	if (!r)
		r = read_version(facts, said[0].text, err);
	if (!r) {
		add_word(facts, "model", said[1].text, "\n");
		add_word(facts, "serialNumber", said[2].text, "\n");
		*ret_facts = ms_take(facts);
	}
	frr_answers_release(said, 3);
	return r;
}

/* ---- what it runs ---- */

/* Files that /etc/network/interfaces sources, as {PATH: TEXT}: grep prints "PATH:LINE". */
static json_t *sourced(const char *interfaces, char *text)
{
	json_t *files = json_object();
	const char *before;
	char *line, *colon;

	while (strstr(interfaces, "source") && (line = strsep(&text, "\n"))) {
		colon = strchr(line, ':');
		if (!colon)
			continue;
		*colon++ = 0;
		before = json_string_value(json_object_get(files, line));
		json_object_set_new(files, line,
				    json_sprintf("%s%s\n", before ? before : "", colon));
	}
	return files;
}

/* Until a change is confirmed, what ifupdown2 was given last is not the file of the system. */
#define RUNNING_INTERFACES \
	"cat /run/msctl.interfaces 2>/dev/null || cat /etc/network/interfaces"

int frr_read(struct fabric_session *session, json_t **ret_native, struct ms_err *err)
{
	static const char *const commands[] = { "vtysh -c \"show running-config\"",
						RUNNING_INTERFACES,
						"grep -Hs . /etc/network/interfaces.d/*" };
	struct frr_answer said[3] = { 0 };
	json_auto_t *native = json_object();
	int r = native ? frr_ask(session, commands, 3, said, err) : ms_nomem(err);

	for (size_t i = 0; i < 2 && !r; i++)
		if (said[i].status)
			r = ms_fail(err, -EIO, MS_FAILED, "`%s` failed with status %d", commands[i],
				    said[i].status);
	if (!r && (json_object_set_new(native, "frr.conf", json_string(said[0].text)) ||
		   json_object_set_new(native, "interfaces", json_string(said[1].text)) ||
		   json_object_set_new(native, "sourced", sourced(said[1].text, said[2].text))))
		r = ms_fail(err, -EBADMSG, MS_INVALID, "the configuration is not UTF-8");
	if (!r)
		*ret_native = ms_take(native);
	frr_answers_release(said, 3);
	return r;
}
