/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One request to NVUE's REST API, and what its refusals mean. */
#include <errno.h>
#include "fabric/nvue/nvue.h"

#define BASE "/nvue_v1"
#define PORT 8765

void nvue_close(struct fabric_session *session)
{
	if (!session)
		return;
	ms_peer_free(session->peer);
	fabric_login_release(&session->login);
	free(session->name);
	free(session->id);
	free(session->revision);
	free(session->before);
	free(session);
}

int nvue_open(const struct fabric_env *env, const json_t *sw, struct fabric_session **ret_session,
	      struct ms_err *err)
{
	struct fabric_session *session = calloc(1, sizeof(*session));
	int r;

	if (!session)
		return ms_nomem(err);
	session->env = env;
	session->sw = sw;
	session->name = strdup(ms_name(sw));
	r = session->name ? fabric_login(env, sw, PORT, &session->login, err) : ms_nomem(err);
	if (!r)
		r = fabric_peer_new(env, sw, "https", PORT, &session->peer, err);
	if (r)
		nvue_close(session);
	else
		*ret_session = session;
	return r;
}

/* ---- refusals ------------------------------------------------------------------------------- */

/* Problem details (RFC 7807), or whatever says something. */
static const char *words_of(const json_t *body)
{
	static const char *const at[] = { "/detail", "/message", "/error", "/title", "/reason" };
	const char *text;

	for (size_t i = 0; i < MS_ARRAY_SIZE(at); i++) {
		text = ms_str(body, at[i], NULL);
		if (text && *text)
			return text;
	}
	return "no reason given";
}

static enum ms_code code_of(long status)
{
	switch (status) {
	case 401: case 403: return MS_AUTH;
	case 404: return MS_NOTFOUND;
	case 409: case 423: return MS_CONFLICT;
	case 429: case 503: return MS_BUSY;
	default: return MS_FAILED;
	}
}

static int refused(const struct fabric_session *session, const struct nvue_call *call, long status,
		   const json_t *body, struct ms_err *err)
{
	enum ms_code code = code_of(status);
	int r = ms_fail(err, code == MS_NOTFOUND ? -ENOENT : code == MS_AUTH ? -EACCES : -EREMOTEIO,
			code, "%s %s: HTTP %ld: %s", call->method, call->path, status,
			words_of(body));

	ms_err_at(err, session->name, NULL);
	if (status == 401)
		ms_hint(err, "user and password are those of spec.management.credentials");
	if (status == 403)
		ms_hint(err, "NVUE says so until the password of user cumulus is changed from the "
			     "one it came with, and to users outside of its group nvapply");
	return r;
}

/* ---- calls ---------------------------------------------------------------------------------- */

static int decode(const struct fabric_session *session, const struct nvue_call *call,
		  const struct ms_http_reply *reply, json_t **ret_body, struct ms_err *err)
{
	struct ms_err local = MS_ERR_INIT;
	int r;

	*ret_body = NULL;
	if (!reply->len)
		return 0;
	r = ms_json_decode(reply->body, reply->len, ret_body, NULL, &local);
	/* What a refusal or an echo cannot say is not missed. */
	if (!r || strcmp(call->method, "GET") || reply->status >= 300)
		return 0;
	*err = local;
	ms_err_at(err, session->name, call->path);
	return r;
}

static int send(struct fabric_session *session, const struct nvue_call *call, const char *path,
		struct ms_http_reply *reply, struct ms_err *err)
{
	static const char *const headers[] = { "Content-Type: application/json",
					       "Accept: application/json", NULL };
	MS_AUTO_FREE char *text = NULL;
	struct ms_http_request request = {
		.method = call->method, .path = path, .headers = headers,
		.user = session->login.user, .password = session->login.password,
		/* nvued is slow where there are many interfaces. */
		.class = MS_HTTP_SLOW, .repeatable = call->repeatable, .tries = call->tries,
		.seconds = call->seconds,
	};

	if (call->body) {
		text = ms_json_text(call->body, MS_JSON_COMPACT);
		if (!text)
			return ms_nomem(err);
		request.body = text;
		request.body_len = strlen(text);
	}
	return ms_http_do(session->peer, &request, reply, err);
}

int nvue_call(struct fabric_session *session, const struct nvue_call *call, json_t **ret_body,
	      struct ms_err *err)
{
	MS_AUTO_FREE char *path = ms_asprintf("%s%s", BASE, call->path);
	MS_AUTO_REPLY struct ms_http_reply reply = { 0 };
	json_auto_t *body = NULL;
	int r = path ? send(session, call, path, &reply, err) : ms_nomem(err);

	session->http_status = r ? 0 : reply.status;
	if (!r)
		r = decode(session, call, &reply, &body, err);
	if (r)
		return r;
	if (reply.status == 404 && call->missing_ok)
		json_decref(ms_take(body));
	else if (reply.status < 200 || reply.status > 299)
		return refused(session, call, reply.status, body, err);
	if (ret_body)
		*ret_body = ms_take(body);
	return 0;
}

int nvue_get(struct fabric_session *session, const char *path, json_t **ret_body,
	     struct ms_err *err)
{
	struct nvue_call call = { .method = "GET", .path = path, .missing_ok = true };

	return nvue_call(session, &call, ret_body, err);
}
