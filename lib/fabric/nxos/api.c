/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NX-API: JSON-RPC 2.0 over HTTP, an array of commands in, results and refusals out. */
#include <errno.h>
#include "fabric/nxos/nxos.h"

#define PATH "/ins"
#define TYPE "Content-Type: application/json-rpc"
#define PORT 443
#define CHANGE_SECONDS 310               /* the switch gives up after 300 */

void nxos_close(struct fabric_session *session)
{
	if (!session)
		return;
	ms_peer_free(session->peer);
	fabric_login_release(&session->login);
	free(session->id);
	free(session->delta);
	free(session);
}

int nxos_open(const struct fabric_env *env, const json_t *sw, struct fabric_session **ret_session,
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
		r = fabric_peer_new(env, sw, fabric_protocol(sw, &fabric_nxos), PORT,
				    &session->peer, err);
	if (r)
		nxos_close(session);
	else
		*ret_session = session;
	return r;
}

/* ---- answers ---- */

static int refusal(const json_t *error, const char *command, struct ms_err *err)
{
	char why[400];
	size_t len;

	snprintf(why, sizeof(why), "%s",
		 ms_str(error, "/data/msg", ms_str(error, "/message", "no reason given")));
	len = strlen(why);
	while (len && strchr(" \n", why[len - 1]))
		why[--len] = 0;
	return ms_fail(err, -EREMOTEIO, MS_FAILED, "%s%s%s (NX-API error %lld)",
		       command ? command : "", command ? ": " : "", why,
		       (long long)ms_int(error, "/code", 0));
}

/* What a command said: {body} of cli, {msg} of cli_ascii, null of one that has nothing to say. */
static json_t *result_of(const json_t *reply)
{
	json_t *result = json_object_get(reply, "result"), *body = json_object_get(result, "body");

	if (body)
		return json_incref(body);
	return json_is_object(result) ? json_incref(result) : json_null();
}

static int take_all(const json_t *list, const json_t *commands, json_t *results, struct ms_err *err)
{
	json_t *reply;
	size_t i;

	json_array_foreach(list, i, reply) {
		const json_t *error = json_object_get(reply, "error");

		if (json_is_object(error))
			return refusal(error, json_string_value(json_array_get(commands, i)), err);
		if (json_array_append_new(results, result_of(reply)))
			return ms_nomem(err);
	}
	if (json_array_size(results) == json_array_size(commands))
		return 0;
	return ms_fail(err, -EBADMSG, MS_INVALID, "NX-API: %zu results for %zu commands",
		       json_array_size(results), json_array_size(commands));
}

int nxos_reply(const char *text, size_t len, const json_t *commands, json_t **ret_results,
	       struct ms_err *err)
{
	json_auto_t *reply = NULL, *list = NULL, *results = json_array();
	int r = ms_json_decode(text, len, &reply, NULL, err);

	if (r)
		return r;
	list = json_is_array(reply) ? json_incref(reply) : json_pack("[O]", reply);
	if (!list || !results)
		return ms_nomem(err);
	r = take_all(list, commands, results, err);
	if (!r && ret_results)
		*ret_results = ms_take(results);
	return r;
}

static int refused_http(const struct ms_http_reply *reply, const json_t *commands,
			struct ms_err *err)
{
	struct ms_err local = MS_ERR_INIT;
	int r;

	if (reply->status == 401 || reply->status == 403) {
		r = ms_fail(err, -EACCES, MS_AUTH, "POST " PATH ": HTTP %ld", reply->status);
		ms_hint(err, "user and password are those of spec.management.credentials");
		return r;
	}
	/* A refused command comes with a status of 400 or 500, and says more inside. */
	if (nxos_reply(reply->body ? reply->body : "", reply->len, commands, NULL, &local) &&
	    local.code == MS_FAILED) {
		*err = local;
		return -EREMOTEIO;
	}
	r = ms_fail(err, -EREMOTEIO, reply->status == 404 ? MS_UNSUPPORTED : MS_FAILED,
		    "POST " PATH ": HTTP %ld", reply->status);
	ms_hint(err, "is NX-API on? feature nxapi");
	return r;
}

/* ---- calls ---- */

static json_t *body_of(const char *method, const json_t *commands, bool reads)
{
	json_t *body = json_array(), *command, *request;
	size_t i;

	json_array_foreach(commands, i, command) {
		request = json_pack("{s:s,s:s,s:{s:O,s:i},s:I}", "jsonrpc", "2.0", "method", method,
				    "params", "cmd", command, "version", 1, "id",
				    (json_int_t)i + 1);
		if (!reads && request)
			json_object_set_new(request, "rollback", json_string("stop-on-error"));
		if (json_array_append_new(body, request)) {
			json_decref(body);
			return NULL;
		}
	}
	return body;
}

int nxos_run(struct fabric_session *session, const char *method, json_t *commands, bool reads,
	     json_t **ret_results, struct ms_err *err)
{
	json_auto_t *own = commands, *body = own ? body_of(method, own, reads) : NULL;
	MS_AUTO_REPLY struct ms_http_reply reply = { 0 };
	int r = fabric_post(session->peer, &session->login, PATH, TYPE, body,
			    reads ? 0 : CHANGE_SECONDS, &reply, err);

	if (!r && reply.status != 200)
		r = refused_http(&reply, own, err);
	else if (!r)
		r = nxos_reply(reply.body, reply.len, own, ret_results, err);
	if (r)
		ms_err_at(err, ms_name(session->sw), NULL);
	return r;
}

int nxos_show(struct fabric_session *session, const char *command, json_t **ret_body,
	      struct ms_err *err)
{
	json_auto_t *results = NULL;
	int r = nxos_run(session, "cli", json_pack("[s]", command), true, &results, err);

	if (!r)
		*ret_body = json_incref(json_array_get(results, 0));
	return r;
}

int nxos_show_if(struct fabric_session *session, const char *command, json_t **ret_body,
		 struct ms_err *err)
{
	int r = nxos_show(session, command, ret_body, err);

	if (!r || err->code != MS_FAILED)
		return r;
	ms_err_clear(err);
	*ret_body = NULL;
	return 0;
}

int nxos_show_text(struct fabric_session *session, const char *command, char **ret_text,
		   struct ms_err *err)
{
	json_auto_t *results = NULL;
	int r = nxos_run(session, "cli_ascii", json_pack("[s]", command), true, &results, err);
	const json_t *result = json_array_get(results, 0);
	const char *text = json_is_string(result) ? json_string_value(result)
						  : ms_str(result, "/msg", "");

	if (r)
		return r;
	*ret_text = strdup(text);
	return *ret_text ? 0 : ms_nomem(err);
}

json_t *nxos_rows(const json_t *body, const char *name)
{
	json_t *rows = ms_at(body, "/TABLE_%s/ROW_%s", name, name);

	if (json_is_array(rows))
		return json_incref(rows);
	return rows ? json_pack("[O]", rows) : json_array();
}
