/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eAPI: JSON-RPC 2.0 over HTTP, commands in, results or the refusal of one of them out. */
#include <errno.h>
#include "fabric/eos/eos.h"

#define PATH "/command-api"
#define TYPE "Content-Type: application/json"
#define PORT 443
#define CHANGE_SECONDS 300               /* a large session, on a slow control processor */

void eos_close(struct fabric_session *session)
{
	if (!session)
		return;
	ms_peer_free(session->peer);
	fabric_login_release(&session->login);
	free(session);
}

int eos_open(const struct fabric_env *env, const json_t *sw, struct fabric_session **ret_session,
	     struct ms_err *err)
{
	struct fabric_session *session = calloc(1, sizeof(*session));
	int r;

	if (!session)
		return ms_nomem(err);
	session->env = env;
	session->sw = sw;
	r = fabric_login(env, sw, PORT, &session->login, err);
	if (!r)
		r = fabric_peer_new(env, sw, fabric_protocol(sw, &fabric_eos), PORT, &session->peer,
				    err);
	if (r)
		eos_close(session);
	else
		*ret_session = session;
	return r;
}

/* ---- refusals ---- */

/* "data" has a result for each command that ran; the last one is of the command that did not. */
static const char *refused_command(const json_t *data, const json_t *commands)
{
	size_t n = json_array_size(data);
	const json_t *command = n ? json_array_get(commands, n - 1) : NULL;

	return json_is_object(command) ? ms_str(command, "/cmd", "") : json_string_value(command);
}

static const char *first_error(const json_t *error)
{
	const json_t *data = json_object_get(error, "data");
	const json_t *last = json_array_get(data, json_array_size(data) - 1);

	return ms_str(last, "/errors/0", ms_str(error, "/message", "no reason given"));
}

static int refusal(const json_t *error, const json_t *commands, struct ms_err *err)
{
	const char *command = refused_command(json_object_get(error, "data"), commands),
		   *why = first_error(error);
	int64_t number = ms_int(error, "/code", 0);
	int r;

	if (number == 1005)
		return ms_fail(err, -EACCES, MS_AUTH, "%s%s%s", command ? command : "",
			       command ? ": " : "", why);
	if (strstr(why, "aximum number of pending sessions")) {
		r = ms_fail(err, -EBUSY, MS_SESSION, "no configuration session left: %s", why);
		ms_hint(err, "show configuration sessions, then configure session NAME abort");
		return r;
	}
	return ms_fail(err, -EREMOTEIO, MS_FAILED, "%s%s%s (eAPI error %lld)",
		       command ? command : "", command ? ": " : "", why, (long long)number);
}

int eos_reply(const char *text, size_t len, const json_t *commands, json_t **ret_results,
	      struct ms_err *err)
{
	json_auto_t *reply = NULL;
	json_t *results;
	int r = ms_json_decode(text, len, &reply, NULL, err);

	if (r)
		return r;
	if (json_is_object(json_object_get(reply, "error")))
		return refusal(json_object_get(reply, "error"), commands, err);
	results = json_object_get(reply, "result");
	if (!json_is_array(results) || json_array_size(results) != json_array_size(commands))
		return ms_fail(err, -EBADMSG, MS_INVALID, "eAPI: %zu results for %zu commands",
			       json_array_size(results), json_array_size(commands));
	if (ret_results)
		*ret_results = json_incref(results);
	return 0;
}

static int refused_http(const struct ms_http_reply *reply, struct ms_err *err)
{
	int r;

	if (reply->status == 401 || reply->status == 403) {
		r = ms_fail(err, -EACCES, MS_AUTH, "POST " PATH ": HTTP %ld", reply->status);
		ms_hint(err, "user and password are those of spec.management.credentials");
		return r;
	}
	r = ms_fail(err, -EREMOTEIO, reply->status == 404 ? MS_UNSUPPORTED : MS_FAILED,
		    "POST " PATH ": HTTP %ld", reply->status);
	ms_hint(err, "is eAPI on? management api http-commands, no shutdown");
	return r;
}

/* ---- calls ---- */

static int call(struct fabric_session *session, const json_t *commands, const char *format,
		bool reads, json_t **ret_results, struct ms_err *err)
{
	json_auto_t *body = json_pack("{s:s,s:s,s:{s:i,s:s,s:O},s:s}", "jsonrpc", "2.0", "method",
				      "runCmds", "params", "version", 1, "format", format, "cmds",
				      commands, "id", "msctl");
	MS_AUTO_REPLY struct ms_http_reply reply = { 0 };
	int r = fabric_post(session->peer, &session->login, PATH, TYPE, body,
			    reads ? 0 : CHANGE_SECONDS, &reply, err);

	if (r)
		return r;
	if (reply.status != 200)
		return refused_http(&reply, err);
	return eos_reply(reply.body, reply.len, commands, ret_results, err);
}

int eos_run(struct fabric_session *session, json_t *commands, const char *format, bool reads,
	    json_t **ret_results, struct ms_err *err)
{
	json_auto_t *own = commands, *results = NULL;
	int r;

	if (!own || json_array_insert_new(own, 0, json_string("enable")))
		return ms_nomem(err);
	r = call(session, own, format, reads, &results, err);
	if (r) {
		ms_err_at(err, ms_name(session->sw), NULL);
		return r;
	}
	json_array_remove(results, 0);
	if (ret_results)
		*ret_results = ms_take(results);
	return 0;
}

int eos_show(struct fabric_session *session, const char *command, json_t **ret_result,
	     struct ms_err *err)
{
	json_auto_t *results = NULL;
	int r = eos_run(session, json_pack("[s]", command), "json", true, &results, err);

	if (!r)
		*ret_result = json_incref(json_array_get(results, 0));
	return r;
}

int eos_show_if(struct fabric_session *session, const char *command, json_t **ret_result,
		struct ms_err *err)
{
	int r = eos_show(session, command, ret_result, err);

	if (!r || err->code != MS_FAILED)
		return r;
	ms_err_clear(err);
	*ret_result = NULL;
	return 0;
}

int eos_show_text(struct fabric_session *session, const char *command, char **ret_text,
		  struct ms_err *err)
{
	json_auto_t *results = NULL;
	int r = eos_run(session, json_pack("[s]", command), "text", true, &results, err);
	const char *text = r ? NULL : ms_str(json_array_get(results, 0), "/output", NULL);

	if (!r && !text)
		r = ms_fail(err, -EBADMSG, MS_INVALID, "%s: no text in the answer", command);
	if (!r) {
		*ret_text = strdup(text);
		r = *ret_text ? 0 : ms_nomem(err);
	}
	return r;
}
