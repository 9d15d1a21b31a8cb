/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sessions (DSP0266, 13.3.4): one for a BMC and a run, always deleted.  BMCs have few of them (8 to
 * 16), and one that is leaked locks people out for half an hour.
 */
#include <errno.h>
#include "net/http.h"
#include "net/redfish.h"
#include "net/url.h"

#define LOGOUT_SECONDS 10

static const char *sessions_uri(const struct ms_redfish *rf)
{
	return ms_str(rf->root, "/Links/Sessions/@odata.id", "/redfish/v1/SessionService/Sessions");
}

static void forget_token(struct ms_redfish *rf)
{
	if (rf->token)
		explicit_bzero(rf->token, strlen(rf->token));
	free(rf->token);
	free(rf->session);
	rf->token = rf->session = NULL;
}

static int post_credentials(struct ms_redfish *rf, struct rf_answer *ret_answer, struct ms_err *err)
{
	json_auto_t *body = json_pack("{s:s, s:s}", "UserName", rf->user, "Password",
				      rf->password ? rf->password : "");
	MS_AUTO_FREE char *text = body ? ms_json_text(body, MS_JSON_COMPACT) : NULL;
	struct ms_http_request request = {
		.method = "POST",
		.path = sessions_uri(rf),
		.class = MS_HTTP_FAST,
		.body = text,
		.tries = 3,
		.body_len = text ? strlen(text) : 0,
		.headers = (const char *const[]){ "Accept: application/json", "OData-Version: 4.0",
						  "Content-Type: application/json", NULL },
	};
	struct ms_err ignored = MS_ERR_INIT;
	int rc;

	if (!text)
		return ms_nomem(err);
	rc = ms_http_do(rf->peer, &request, &ret_answer->http, err);
	explicit_bzero(text, strlen(text));
	if (rc == 0 && ret_answer->http.len)
		ms_rf_decode(rf, "POST", request.path, &ret_answer->http, &ret_answer->body,
			     &ignored);
	return rc;
}

static int keep_session(struct ms_redfish *rf, const struct rf_answer *answer, const char *token,
			struct ms_err *err)
{
	const char *location = ms_http_header(&answer->http, "location");

	forget_token(rf);
	rf->token = ms_asprintf("X-Auth-Token: %s", token);
	if (!rf->token)
		return ms_nomem(err);
	if (!location)
		location = ms_rf_link(answer->body);
	if (location)
		rf->session = strdup(ms_rf_location_path(location));
	else
		ms_redfish_warn(
			rf, "the BMC does not name its new session: it stays until it times out");
	rf->generation++;
	return 0;
}

/* A success is a 2xx with a token: Supermicro X11 answers 200 to a failed login. */
static int judge_login(struct ms_redfish *rf, const struct rf_answer *answer, struct ms_err *err)
{
	const char *token = ms_http_header(&answer->http, "x-auth-token");
	bool good = answer->http.status >= 200 && answer->http.status < 300;

	if (good && token && *token)
		return keep_session(rf, answer, token, err);
	if (!good)
		return ms_redfish_fail(rf, "POST", sessions_uri(rf), answer->http.status,
				       answer->body, err);
	ms_fail(err, -EACCES, MS_AUTH, "POST %s: %ld without a token: the login failed",
		sessions_uri(rf), answer->http.status);
	ms_hint(err, "check the credentials of user \"%s\"", rf->user);
	return -EACCES;
}

/* Shielded: were it given up half-way, the session would exist without anybody knowing its name. */
static int login_session(struct ms_redfish *rf, struct ms_err *err)
{
	struct ms_loop *loop = ms_http_loop(rf->http);
	RF_AUTO_ANSWER struct rf_answer answer = { 0 };
	int rc;

	ms_task_shield(loop);
	rc = post_credentials(rf, &answer, err);
	if (rc == 0)
		rc = judge_login(rf, &answer, err);
	ms_task_unshield(loop);
	return rc;
}

/* Basic has no login: a wrong password must still be found out now, with a resource that everybody
 * reads next. */
static int check_basic(struct ms_redfish *rf, struct ms_err *err)
{
	const char *uri = ms_str(rf->root, "/Systems/@odata.id", NULL);
	json_auto_t *value = NULL;
	struct ms_err why = MS_ERR_INIT;
	int rc = uri ? ms_redfish_get(rf, uri, &value, &why) : 0;

	if (rc < 0 && (why.code == MS_AUTH || why.code == MS_CANCELLED)) {
		*err = why;
		return rc;
	}
	return 0;
}

/* Refused because of the password: Basic would be refused too, and would count towards a lock-out.
 */
static bool may_fall_back(const struct ms_redfish *rf, const struct ms_err *why)
{
	if (rf->wanted != RF_AUTO || rf->worked)
		return false;
	switch (why->code) {
	case MS_SESSION:
	case MS_BUSY:
	case MS_NOTFOUND:
	case MS_UNSUPPORTED:
	case MS_FAILED:
		return true;
	default:
		return false;
	}
}

int ms_rf_login(struct ms_redfish *rf, struct ms_err *err)
{
	struct ms_err why = MS_ERR_INIT;
	int rc;

	if (rf->wanted == RF_BASIC ||
	    (rf->wanted == RF_AUTO && rf->quirks.auth == MS_RF_AUTH_BASIC)) {
		rf->basic = true;
		return check_basic(rf, err);
	}
	rc = login_session(rf, &why);
	if (rc == 0)
		return 0;
	if (!may_fall_back(rf, &why)) {
		*err = why;
		return rc;
	}
	ms_redfish_warn(rf, "no session (%s): Basic authentication is used", why.message);
	rf->basic = true;
	return check_basic(rf, err);
}

static int refresh(struct ms_redfish *rf, unsigned generation, struct ms_err *err)
{
	/* Somebody else of this BMC's tasks has logged in while this one waited for the gate. */
	if (rf->generation != generation || rf->basic)
		return 0;
	forget_token(rf);
	if (!rf->worked && rf->wanted == RF_AUTO) {
		ms_redfish_warn(rf, "the BMC refuses its own new session: Basic is used");
		rf->basic = true;
		return 0;
	}
	ms_debug("%s: the session is gone, logging in again", rf->name);
	return login_session(rf, err);
}

int ms_rf_login_again(struct ms_redfish *rf, unsigned generation, struct ms_err *err)
{
	struct ms_loop *loop = ms_http_loop(rf->http);
	int rc = ms_gate_enter(loop, &rf->login, 0);

	if (rc < 0)
		return ms_fail(err, rc, MS_CANCELLED, "stopped by a signal");
	rc = refresh(rf, generation, err);
	ms_gate_leave(loop, &rf->login);
	return rc;
}

void ms_rf_logout(struct ms_redfish *rf)
{
	struct ms_loop *loop = ms_http_loop(rf->http);
	const char *headers[] = { "Accept: application/json", "OData-Version: 4.0", rf->token,
				  NULL };
	struct ms_http_request request = {
		.method = "DELETE",
		.path = rf->session,
		.headers = headers,
		.seconds = LOGOUT_SECONDS,
		/* Twice is as good as once; it may go over the kept connection. */
		.repeatable = true,
		.tries = 1,
	};
	MS_AUTO_REPLY struct ms_http_reply reply = { 0 };
	struct ms_err err = MS_ERR_INIT;
	int rc;

	if (!rf->token || !rf->session)
		return forget_token(rf);
	/* Also to a device that failed, or asked for a pause: this is what frees it for others. */
	rf->peer->open_until = rf->peer->quiet_until = 0;
	ms_task_shield(loop);
	rc = ms_http_do(rf->peer, &request, &reply, &err);
	ms_task_unshield(loop);
	if (rc < 0 || reply.status >= 300)
		ms_debug("%s: the session %s may stay: %s %ld", rf->name, rf->session, err.message,
			 reply.status);
	forget_token(rf);
}
