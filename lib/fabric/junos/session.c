/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A Junos device and its candidate, by NETCONF.
 *
 * The change marks itself: a line of the configuration (an apply-macro, which Junos keeps and
 * ignores) names it.  So whoever reads the configuration knows whether it is still there, whatever
 * became of the session that made it; when the device goes back, the mark goes too.
 */
#include <errno.h>
#include "fabric/junos/junos.h"
#include "net/xml.h"

#define NETCONF_PORT 830
#define COMMIT_SECONDS 180
#define ROLLBACKS 3

/* ---- the session --------------------------------------------------------------------------------
 */

int junos_open(const struct fabric_env *env, const json_t *sw, struct fabric_session **ret_session,
	       struct ms_err *err)
{
	struct fabric_session *session = calloc(1, sizeof(*session));
	int r = session ? fabric_ssh_open(env, sw, NETCONF_PORT, &session->ssh, err)
			: ms_nomem(err);

	if (!r) {
		session->env = env;
		session->name = ms_name(sw);
	}
	if (r)
		free(session);
	else
		*ret_session = session;
	return r;
}

static void hang_up(struct fabric_session *session)
{
	ms_netconf_close(session->netconf);
	session->netconf = NULL;
	session->locked = false;
}

void junos_close(struct fabric_session *session)
{
	if (!session)
		return;
	hang_up(session);
	ms_ssh_close(session->ssh);
	free(session);
}

/* Not an answer of the device, but the end of the way there. */
static bool is_lost(int r)
{
	return r == -ECONNABORTED || r == -ECONNRESET || r == -ETIMEDOUT || r == -EBADMSG;
}

static int rpc_once(struct fabric_session *session, const char *operation, unsigned seconds,
		    char **ret_reply, struct ms_err *err)
{
	int r = session->netconf ? 0 : ms_netconf_open(session->ssh, &session->netconf, err);

	if (!r)
		r = ms_netconf_rpc(session->netconf, operation, seconds, ret_reply, NULL, err);
	if (is_lost(r))
		hang_up(session);
	return r;
}

/* What only reads is asked again when the connection turns out to be dead. */
int junos_rpc(struct fabric_session *session, const char *operation, unsigned seconds,
	      char **ret_reply, struct ms_err *err)
{
	bool again = session->netconf &&
		     (ms_starts(operation, "<get-") || ms_starts(operation, "<command"));
	struct ms_err first = MS_ERR_INIT;
	int r;

	if (!again)
		return rpc_once(session, operation, seconds, ret_reply, err);
	r = rpc_once(session, operation, seconds, ret_reply, &first);
	if (is_lost(r) && !ms_loop_stopping(session->env->loop))
		return rpc_once(session, operation, seconds, ret_reply, err);
	if (r)
		*err = first;
	return r;
}

/* ---- reading ------------------------------------------------------------------------------------
 */

/* The text of an element of a reply; NULL when it has none of that name. */
static char *text_in(const char *reply, const char *element)
{
	xmlDoc *doc = ms_xml_parse(reply, strlen(reply));
	char *text = doc ? ms_xml_text(ms_xml_find(xmlDocGetRootElement(doc), element)) : NULL;

	xmlFreeDoc(doc);
	return text;
}

/* Releases that know no format "set" answer in another one. */
static int read_text(struct fabric_session *session, char **ret_text, struct ms_err *err)
{
	static const struct { const char *operation, *element;
	} ways[] = {
		{ "<get-configuration database=\"committed\" format=\"set\"/>",
		  "configuration-set" },
		{ "<command format=\"text\">show configuration | display set | no-more</command>",
		  "output" },
	};
	struct ms_err why = MS_ERR_INIT;
	int r = 0;

	for (size_t i = 0; i < MS_ARRAY_SIZE(ways); i++) {
		MS_AUTO_FREE char *reply = NULL;

		ms_err_clear(&why);
		r = junos_rpc(session, ways[i].operation, COMMIT_SECONDS, &reply, &why);
		if (is_lost(r) || r == -ECANCELED || r == -EACCES)
			break;
		*ret_text = r ? NULL : text_in(reply, ways[i].element);
		if (*ret_text)
			return 0;
	}
	if (r) {
		*err = why;
		return r;
	}
	return ms_fail(err, -EBADMSG, MS_INVALID,
		       "%s: shows its configuration in no form that is known", session->name);
}

int junos_read(struct fabric_session *session, json_t **ret_native, struct ms_err *err)
{
	MS_AUTO_FREE char *text = NULL;
	int r = read_text(session, &text, err);

	if (r)
		return r;
	*ret_native = json_string(text);
	return *ret_native ? 0
			   : ms_fail(err, -EBADMSG, MS_INVALID,
				     "%s: its configuration is not UTF-8", session->name);
}

/* The id of the change that made a configuration, or a difference; NULL when there is none. */
static char *mark_in(const char *text)
{
	const char *at = strstr(text, "change msctl-");
	size_t len;

	if (!at)
		return NULL;
	at += strlen("change ");
	len = strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789-");
	return strndup(at, len);
}

static int running_mark(struct fabric_session *session, char **ret_mark, struct ms_err *err)
{
	MS_AUTO_FREE char *text = NULL;
	int r = read_text(session, &text, err);

	*ret_mark = r ? NULL : mark_in(text);
	return r;
}

/* ---- the candidate ------------------------------------------------------------------------------
 */

static int lock(struct fabric_session *session, struct ms_err *err)
{
	int r = session->locked ? 0
				: junos_rpc(session, "<lock><target><candidate/></target></lock>",
					    0, NULL, err);

	session->locked |= !r;
	return r;
}

static void unlock(struct fabric_session *session)
{
	struct ms_err ignored = MS_ERR_INIT;

	if (session->locked)
		junos_rpc(session, "<unlock><target><candidate/></target></unlock>", 0, NULL,
			  &ignored);
	session->locked = false;
}

/* Element text; lines of configuration have no control characters left. */
static char *escape(const char *text)
{
	struct ms_buf out = { 0 };

	for (; *text; text++) {
		if (*text == '<')
			ms_buf_puts(&out, "&lt;");
		else if (*text == '&')
			ms_buf_puts(&out, "&amp;");
		else if (*text == '>')
			ms_buf_puts(&out, "&gt;");
		else if ((unsigned char)*text >= ' ' || *text == '\n' || *text == '\t')
			ms_buf_add(&out, text, 1);
	}
	return ms_buf_steal(&out);
}

static int load(struct fabric_session *session, const char *lines, const char *id,
		struct ms_err *err)
{
	MS_AUTO_FREE char *text = escape(lines);
	MS_AUTO_FREE char *operation =
		text ? ms_asprintf(
			       "<load-configuration action=\"set\" format=\"text\">"
			"<configuration-set>\n%sset " JUNOS_MACRO
			       " %s\n</configuration-set></load-configuration>",
			       text, id)
		     : NULL;

	return operation ? junos_rpc(session, operation, COMMIT_SECONDS, NULL, err) : ms_nomem(err);
}

static const char *text_of(const json_t *native)
{
	const char *text = json_string_value(native);

	return text ? text : "";
}

int junos_stage(struct fabric_session *session, const char *id, const json_t *delta,
		const json_t *target, struct ms_err *err)
{
	MS_AUTO_FREE char *running = NULL, *lines = NULL;
	struct ms_err ignored = MS_ERR_INIT;
	int r = lock(session, err);

	if (!r)
		r = read_text(session, &running, err);
	if (!r)
		r = junos_delta_fit(text_of(delta), text_of(target), running, &lines, err);
	if (!r)
		r = load(session, lines, id, err);
	if (r)
		junos_abandon(session, id, &ignored);
	return r;
}

int junos_validate(struct fabric_session *session, const char *id, struct ms_err *err)
{
	(void)id;
	return junos_rpc(session, "<validate><source><candidate/></source></validate>",
			 COMMIT_SECONDS, NULL, err);
}

int junos_abandon(struct fabric_session *session, const char *id, struct ms_err *err)
{
	int r = 0;

	(void)id;
	/* A session that holds the lock takes its changes with it when it ends; without one there
	 * is nothing of ours. */
	if (session->locked)
		r = junos_rpc(session, "<discard-changes/>", 0, NULL, err);
	unlock(session);
	return r;
}

/* RFC 6241 section 8.4: seconds.  (Junos' own <commit-configuration> would count minutes.) */
int junos_commit(struct fabric_session *session, const char *id, unsigned seconds,
		 struct ms_err *err)
{
	char operation[128];

	(void)id;
	snprintf(operation, sizeof(operation),
		 "<commit><confirmed/><confirm-timeout>%u</confirm-timeout></commit>",
		 seconds ? seconds : 1);
	return junos_rpc(session, operation, COMMIT_SECONDS, NULL, err);
}

static int fail_gone(const struct fabric_session *session, const char *id, struct ms_err *err)
{
	int r = ms_fail(err, -ESTALE, MS_CONFLICT,
			"%s: change %s is not active any more: the device went back by itself",
			session->name, id);

	ms_hint(err, "plan again, with a longer --confirm");
	return r;
}

/* A plain commit of a candidate that is the same: first make sure that it is ours which is kept. */
int junos_confirm(struct fabric_session *session, const char *id, struct ms_err *err)
{
	MS_AUTO_FREE char *mark = NULL;
	int r = running_mark(session, &mark, err);

	if (!r && !ms_streq(mark, id))
		r = fail_gone(session, id, err);
	if (!r)
		r = lock(session, err);
	if (!r)
		r = junos_rpc(session, "<commit/>", COMMIT_SECONDS, NULL, err);
	if (!r)
		unlock(session);
	return r;
}

/* The latest configuration that the change has not made.  A commit that confirms, but whose answer
 * was lost, has left the change in more than one of them. */
static int load_before(struct fabric_session *session, const char *id, struct ms_err *err)
{
	for (unsigned n = 1; n <= ROLLBACKS; n++) {
		MS_AUTO_FREE char *reply = NULL, *text = NULL, *mark = NULL;
		char operation[64];
		int r;

		snprintf(operation, sizeof(operation), "<load-configuration rollback=\"%u\"/>", n);
		r = junos_rpc(session, operation, COMMIT_SECONDS, NULL, err);
		if (!r)
			r = junos_rpc(session,
				      "<get-configuration database=\"candidate\" format=\"set\"/>",
				      COMMIT_SECONDS, &reply, err);
		if (r)
			return r;
		text = text_in(reply, "configuration-set");
		mark = text ? mark_in(text) : NULL;
		if (!ms_streq(mark, id))
			return 0;
	}
	return ms_fail(err, -ENOENT, MS_NOTFOUND,
		       "%s: no earlier configuration is without change %s", session->name, id);
}

/* Where the mark is gone the device has gone back already. */
int junos_rollback(struct fabric_session *session, const char *id, struct ms_err *err)
{
	MS_AUTO_FREE char *mark = NULL, *after = NULL;
	int r = running_mark(session, &mark, err);

	if (r || !ms_streq(mark, id))
		return r ? r : junos_abandon(session, id, err);
	r = lock(session, err);
	if (!r)
		r = load_before(session, id, err);
	if (!r)
		r = junos_rpc(session, "<commit/>", COMMIT_SECONDS, NULL, err);
	if (!r)
		r = running_mark(session, &after, err);
	if (!r && ms_streq(after, id))
		r = ms_fail(err, -ENODATA, MS_UNVERIFIED,
			    "%s: rolled back, but change %s is still active", session->name, id);
	unlock(session);
	return r;
}

/* ---- what waits
 * ---------------------------------------------------------------------------------- */

/* "commit confirmed, rollback in 5mins" of the last commit, which it says for good. */
static int64_t rollback_delay(const char *comment)
{
	const char *at = comment ? strstr(comment, "rollback in ") : NULL;
	char *unit;
	long n;

	if (!at)
		return 0;
	n = strtol(at + strlen("rollback in "), &unit, 10);
	unit += strspn(unit, " ");
	return *unit == 's' ? n : n * 60;
}

static int64_t seconds_attribute(const xmlNode *node)
{
	xmlChar *text = node ? xmlGetProp((xmlNode *)node, (const xmlChar *)"seconds") : NULL;
	int64_t seconds = text ? strtoll((const char *)text, NULL, 10) : 0;

	xmlFree(text);
	return seconds;
}

/* While it waits, the last commit says "rollback pending" beside that. */
static json_t *committed(const char *reply, const char *mark)
{
	xmlDoc *doc = ms_xml_parse(reply, strlen(reply));
	const xmlNode *last = doc ? ms_xml_find(xmlDocGetRootElement(doc), "commit-history") : NULL;
	bool waits = last && ms_xml_find(last, "commit-confirmed");
	MS_AUTO_FREE char *comment = ms_xml_text(last ? ms_xml_find(last, "comment") : NULL);
	int64_t delay = rollback_delay(comment),
		at = seconds_attribute(last ? ms_xml_find(last, "date-time") : NULL),
		left = at ? at + delay - ms_now() : delay;

	xmlFreeDoc(doc);
	if (!waits)
		return NULL;
	left = left < 0 ? 0 : left > delay ? delay : left;
	return json_pack("{s:s*, s:s, s:I}", "id", mark, "state", "committed", "secondsLeft",
			 (json_int_t)left);
}

static int staged(struct fabric_session *session, json_t **ret_pending, struct ms_err *err)
{
	MS_AUTO_FREE char *reply = NULL, *text = NULL, *mark = NULL;
	int r = junos_rpc(
		session,
		"<get-configuration compare=\"rollback\" rollback=\"0\" database=\"candidate\" "
		"format=\"text\"/>",
		0, &reply, err);

	if (r)
		return r;
	text = text_in(reply, "configuration-output");
	mark = text ? mark_in(text) : NULL;
	if (text && *text)
		*ret_pending = json_pack("{s:s*, s:s}", "id", mark, "state", "staged");
	return 0;
}

int junos_pending(struct fabric_session *session, json_t **ret_pending, struct ms_err *err)
{
	MS_AUTO_FREE char *mark = NULL, *reply = NULL;
	struct ms_err why = MS_ERR_INIT;
	int r = running_mark(session, &mark, err);

	*ret_pending = NULL;
	if (r)
		return r;
	r = junos_rpc(session, "<get-commit-information/>", 0, &reply, &why);
	if (!r)
		*ret_pending = committed(reply, mark);
	if (*ret_pending)
		return 0;
	/* A device that does not tell has nothing that could be waited for. */
	ms_err_clear(&why);
	r = staged(session, ret_pending, &why);
	if (is_lost(r) || r == -ECANCELED)
		*err = why;
	return is_lost(r) || r == -ECANCELED ? r : 0;
}
