/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operations of the simulated Junos switch: those of RFC 6241 that Junos has, and its own.  Faults
 * match method NETCONF and the operation as path: reset (the connection ends instead of an answer),
 * reset_after, latency, and body (the message of an rpc-error).
 */
#include "sim/junos/junos.h"

struct call {
	struct sim_stream *stream;
	struct sim_switch *sw;
	const xmlNode *operation;
	struct ms_buf *out;
	bool ends;
};

/* ---- errors -------------------------------------------------------------------------------------
 */

static void put_element(struct ms_buf *out, const char *name, const char *text)
{
	if (!*text)
		return;
	ms_buf_printf(out, "<%s>\n", name);
	junos_escape(out, text);
	ms_buf_printf(out, "\n</%s>\n", name);
}

static void put_error(struct ms_buf *out, const char *severity, const struct junos_complaint *c)
{
	ms_buf_printf(
		out,
		"<rpc-error>\n<error-type>protocol</error-type>\n"
		"<error-tag>operation-failed</error-tag>\n"
		"<error-severity>%s</error-severity>\n",
		severity);
	put_element(out, "error-path", c->path);
	put_element(out, "error-message", c->message);
	if (*c->element) {
		ms_buf_puts(out, "<error-info>\n");
		put_element(out, "bad-element", c->element);
		ms_buf_puts(out, "</error-info>\n");
	}
	ms_buf_puts(out, "</rpc-error>\n");
}

static void refuse(struct call *call, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void refuse(struct call *call, const char *fmt, ...)
{
	struct junos_complaint complaint = { .message = "" };
	va_list args;

	va_start(args, fmt);
	vsnprintf(complaint.message, sizeof(complaint.message), fmt, args);
	va_end(args);
	put_error(call->out, "error", &complaint);
}

static void ok(struct call *call)
{
	ms_buf_puts(call->out, "<ok/>\n");
}

static char *attribute(const struct call *call, const char *name)
{
	return (char *)xmlGetNoNsProp((xmlNode *)call->operation, (const xmlChar *)name);
}

/* ---- lock ---------------------------------------------------------------------------------------
 */

static void lock(struct call *call)
{
	struct junos_box *box = junos_box(call->sw);

	if (box->lock)
		refuse(call,
		       "configuration database locked by:\n  root terminal (pid %u) on since "
		"2026-11-22 08:00:00 UTC\n"
		       "      exclusive [edit]",
		       box->lock);
	else if (ms_bool(call->sw->state, "/dirty", false))
		refuse(call, "configuration database modified");
	else
		ok(call), box->lock = call->stream->id;
}

static void unlock(struct call *call)
{
	struct junos_box *box = junos_box(call->sw);

	if (box->lock != call->stream->id) {
		refuse(call, "configuration database not locked");
		return;
	}
	box->lock = 0;
	junos_candidate_reset(call->sw);
	ok(call);
}

static bool may_write(struct call *call)
{
	struct junos_box *box = junos_box(call->sw);

	if (!box->lock || box->lock == call->stream->id)
		return true;
	refuse(call,
	       "configuration database locked by:\n  root terminal (pid %u)\n      exclusive "
	"[edit]",
	       box->lock);
	return false;
}

/* ---- load
 * ---------------------------------------------------------------------------------------- */

static int load_line(struct call *call, json_t *lines, const char *line, size_t len)
{
	struct junos_complaint complaint = { .message = "" };
	int r;

	if (len > 4 && !strncmp(line, "set ", 4))
		r = junos_set(call->sw, lines, line + 4, len - 4, &complaint);
	else if (len > 7 && !strncmp(line, "delete ", 7))
		r = junos_delete(call->sw, lines, line + 7, len - 7, &complaint);
	else
		return len ? (refuse(call, "unknown command: %.*s", (int)(len < 80 ? len : 80),
				     line),
			      -EINVAL)
			   : 0;
	if (r > 0) {
		snprintf(complaint.message, sizeof(complaint.message), "statement not found");
		put_error(call->out, "warning", &complaint);
	} else if (r < 0) {
		put_error(call->out, "error", &complaint);
	}
	return r < 0 ? r : 0;
}

/* Lines that can be read are loaded, whatever the others are: the errors say which were not. */
static void load_set(struct call *call, const char *text)
{
	json_t *lines = junos_candidate(call->sw);
	unsigned errors = 0;

	ms_buf_puts(call->out, "<load-configuration-results>\n");
	for (size_t len; *text; text += len + (text[len] == '\n')) {
		size_t blank = strspn(text, " \t");

		len = strcspn(text, "\n");
		errors += load_line(call, lines, text + blank, len > blank ? len - blank : 0) < 0;
	}
	json_object_set_new(call->sw->state, "dirty", json_true());
	if (errors)
		ms_buf_printf(call->out, "<load-error-count>%u</load-error-count>\n", errors);
	else
		ms_buf_puts(call->out, "<ok/>\n");
	ms_buf_puts(call->out, "</load-configuration-results>\n");
}

static void load(struct call *call)
{
	MS_AUTO_FREE char *text = ms_xml_text_of(call->operation, "configuration-set");
	char *rollback = attribute(call, "rollback"), *action = attribute(call, "action");
	struct junos_complaint complaint;

	if (!may_write(call))
		;
	else if (rollback &&
		 junos_load_rollback(call->sw, (unsigned)strtoul(rollback, NULL, 10), &complaint))
		put_error(call->out, "error", &complaint);
	else if (rollback)
		ms_buf_puts(call->out,
			    "<load-configuration-results><ok/></load-configuration-results>\n");
	else if (text && ms_streq(action, "set"))
		load_set(call, text);
	else
		refuse(call, "unsupported form of load-configuration");
	xmlFree(rollback);
	xmlFree(action);
}

static void discard(struct call *call)
{
	if (!may_write(call))
		return;
	junos_candidate_reset(call->sw);
	ok(call);
}

/* ---- commit
 * -------------------------------------------------------------------------------------- */

/* To check a candidate confirms a commit that waits, whoever asks. */
static void validate(struct call *call)
{
	struct junos_complaint complaint;

	if (junos_check(call->sw, junos_candidate(call->sw), &complaint))
		put_error(call->out, "error", &complaint);
	else
		ms_buf_puts(call->out, "<commit-results>\n</commit-results>\n<ok/>\n");
	junos_confirm_waiting(call->sw);
}

/* <commit> counts seconds, <commit-configuration> minutes. */
static void commit_with(struct call *call, int64_t unit, int64_t otherwise)
{
	MS_AUTO_FREE char *timeout = ms_xml_text_of(call->operation, "confirm-timeout");
	int64_t seconds = ms_xml_find(call->operation, "confirmed")
				  ? (timeout ? strtoll(timeout, NULL, 10) * unit : otherwise)
				  : 0;
	struct junos_complaint complaint;

	if (!may_write(call))
		return;
	if (junos_commit_now(call->sw, call->stream->user, call->stream->id, seconds, &complaint)) {
		put_error(call->out, "error", &complaint);
		return;
	}
	ok(call);
	call->stream->delay = 2;
}

static void commit(struct call *call)
{
	commit_with(call, 1, 600);
}

static void commit_junos(struct call *call)
{
	if (ms_xml_find(call->operation, "check"))
		validate(call);
	else
		commit_with(call, 60, 600);
}

/* ---- reading
 * ------------------------------------------------------------------------------------- */

static void put_difference(struct ms_buf *out, const json_t *from, const json_t *to, char sign)
{
	const char *line;
	json_t *value;

	json_object_foreach((json_t *)from, line, value) {
		if (json_object_get(to, line))
			continue;
		ms_buf_printf(out, "%c  ", sign);
		junos_escape(out, line);
		ms_buf_puts(out, ";\n");
	}
}

static void compare(struct call *call, const char *number)
{
	const json_t *old = ms_at(call->sw->state, "/history/%lu/lines",
				  strtoul(number ? number : "0", NULL, 10));
	const json_t *new = junos_candidate(call->sw);

	ms_buf_puts(call->out, "<configuration-information>\n<configuration-output>\n");
	put_difference(call->out, old, new, '-');
	put_difference(call->out, new, old, '+');
	ms_buf_puts(call->out, "</configuration-output>\n</configuration-information>\n");
}

static void put_set(struct call *call, const json_t *lines, const char *element)
{
	MS_AUTO_FREE char *text = junos_text(lines);

	ms_buf_printf(call->out, "<%s>\n", element);
	junos_escape(call->out, text ? text : "");
	ms_buf_printf(call->out, "</%s>\n", element);
}

static void get_configuration(struct call *call)
{
	char *format = attribute(call, "format"), *database = attribute(call, "database"),
	     *against = attribute(call, "compare"), *rollback = attribute(call, "rollback");
	bool committed = ms_streq(database, "committed");

	if (ms_streq(against, "rollback"))
		compare(call, rollback);
	else if (ms_streq(format, "set"))
		put_set(call, committed ? junos_committed(call->sw) : junos_candidate(call->sw),
			"configuration-set");
	else
		refuse(call, "this format is not simulated");
	xmlFree(format);
	xmlFree(database);
	xmlFree(against);
	xmlFree(rollback);
}

static void command(struct call *call)
{
	MS_AUTO_FREE char *text = ms_xml_text(call->operation);

	if (text && ms_starts(text, "show configuration | display set"))
		put_set(call, junos_committed(call->sw), "output");
	else
		refuse(call, "syntax error");
}

static void put_commit(struct call *call, size_t number, const json_t *row)
{
	int64_t at = ms_int(row, "/time", 0);
	char stamp[32];

	ms_time_format(at, stamp);
	ms_buf_printf(
		call->out,
		"<commit-history><sequence-number>%zu</sequence-number><user>%s</user>"
		"<client>%s</client>"
		"<date-time junos:seconds=\"%lld\">%s</date-time>",
		number, ms_str(row, "/user", ""), ms_str(row, "/client", ""), (long long)at, stamp);
	if (*ms_str(row, "/comment", ""))
		ms_buf_printf(call->out, "<comment>%s</comment>", ms_str(row, "/comment", ""));
	if (!number && json_object_get(call->sw->state, "confirm"))
		ms_buf_puts(call->out, "<commit-confirmed>rollback pending</commit-confirmed>");
	ms_buf_puts(call->out, "</commit-history>\n");
}

static void get_commits(struct call *call)
{
	json_t *row;
	size_t i;

	ms_buf_puts(call->out, "<commit-information>\n");
	json_array_foreach(json_object_get(call->sw->state, "history"), i, row)
		put_commit(call, i, row);
	ms_buf_puts(call->out, "</commit-information>\n");
}

/* ---- sessions
 * ------------------------------------------------------------------------------------ */

static void close_session(struct call *call)
{
	ok(call);
	call->ends = true;
}

static void kill_session(struct call *call)
{
	MS_AUTO_FREE char *id = ms_xml_text_of(call->operation, "session-id");

	junos_session_ended(call->sw, (unsigned)strtoul(id ? id : "0", NULL, 10), true);
	ok(call);
}

static const struct { const char *name; void (*fn)(struct call *call);
} operations[] = {
	{ "lock", lock },
	{ "unlock", unlock },
	{ "load-configuration", load },
	{ "discard-changes", discard },
	{ "validate", validate },
	{ "commit", commit },
	{ "commit-configuration", commit_junos },
	{ "get-configuration", get_configuration },
	{ "command", command },
	{ "get-commit-information", get_commits },
	{ "close-session", close_session },
	{ "kill-session", kill_session },
};

static void perform(struct call *call)
{
	const char *name = (const char *)call->operation->name;

	for (size_t i = 0; i < MS_ARRAY_SIZE(operations); i++) {
		if (strcmp(name, operations[i].name))
			continue;
		operations[i].fn(call);
		return;
	}
	if (!junos_show(call->sw, call->operation, call->out))
		refuse(call, "syntax error, expecting <command>: %s", name);
}

/* ---- faults
 * -------------------------------------------------------------------------------------- */

static const json_t *fault_of(const struct call *call)
{
	struct sim_req req = { .sim = call->sw->dev.sim, .dev = &call->sw->dev };
	const json_t *fault;

	req.method = strdup("NETCONF");
	req.path = strdup((const char *)call->operation->name);
	fault = req.method && req.path ? sim_fault_match(&req) : NULL;
	free(req.method);
	free(req.path);
	return json_object_get(fault, "action");
}

bool junos_operation(struct sim_stream *stream, const xmlNode *operation, struct ms_buf *out)
{
	struct call call = {
		.stream = stream, .sw = stream->sw, .operation = operation, .out = out
	};
	const json_t *action = fault_of(&call);
	const char *body = ms_str(action, "/body", NULL);

	if (ms_bool(action, "/reset", false)) {
		stream->drop = true;
		return false;
	}
	if (body)
		refuse(&call, "%s", body);
	else
		perform(&call);
	stream->drop = ms_bool(action, "/reset_after", false);
	stream->delay += json_number_value(json_object_get(action, "latency")) *
			 (stream->sw->dev.sim->speed > 0 ? stream->sw->dev.sim->speed : 1);
	return call.ends;
}
