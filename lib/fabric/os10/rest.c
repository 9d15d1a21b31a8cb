/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RESTCONF of OS10: requests, and what becomes of those that fail. */
#include <errno.h>
#include "fabric/os10/rest.h"

#define PORT 443
#define DATA "/restconf/data/"
#define VERSION DATA "dell-system-software:system-sw-state/sw-version"
#define EQUIPMENT DATA "dell-equipment:system/node"
/* Both module and list as clients of OS10 10.4 to 10.6 write them. */
#define INTERFACES DATA "ietf-interfaces:interfaces-state/interface"

struct os10_rest {
	struct ms_peer *peer;
	struct fabric_login login;
	json_t *sw;
	json_t *refused;               /* {code, message}: ssh is asked from now on */
};

void os10_rest_close(struct os10_rest *rest)
{
	if (!rest)
		return;
	ms_peer_free(rest->peer);
	fabric_login_release(&rest->login);
	json_decref(rest->sw);
	json_decref(rest->refused);
	free(rest);
}

int os10_rest_open(const struct fabric_env *env, const json_t *sw, struct os10_rest **ret_rest,
		   struct ms_err *err)
{
	struct os10_rest *rest;
	int r;

	*ret_rest = NULL;
	if (!ms_at(sw, "/spec/management/restconf"))
		return 0;
	rest = calloc(1, sizeof(*rest));
	if (!rest)
		return ms_nomem(err);
	r = fabric_door(sw, fabric_os10.door, &rest->sw, err);
	if (!r)
		r = fabric_login(env, rest->sw, PORT, &rest->login, err);
	if (!r && !rest->login.password) {
		r = ms_fail(err, -EINVAL, MS_INPUT, "Switch %s has no password for RESTCONF",
			    ms_name(sw));
		ms_err_at(err, NULL, "/spec/management/restconf/credentials");
		ms_hint(err,
			"RESTCONF knows no keys of ssh: give credentials with a password there");
	}
	if (!r)
		r = fabric_peer_new(env, rest->sw, "https", PORT, &rest->peer, err);
	if (r)
		os10_rest_close(rest);
	else
		*ret_rest = rest;
	return r;
}

/* ---- replies ---- */

/* Section 7.1; one that OS10's web server writes itself is none of these. */
static const char *reason_of(const json_t *body)
{
	const json_t *error = ms_at(body, "/ietf-restconf:errors/error/0");

	return ms_str(error, "/error-message", ms_str(error, "/error-tag", NULL));
}

static int refused(const char *path, long status, const json_t *body, struct ms_err *err)
{
	const char *why = reason_of(body);
	bool login = status == 401 || status == 403;
	int r = ms_fail(err, login ? -EACCES : -EREMOTEIO,
			login		? MS_AUTH
			: status == 404 ? MS_NOTFOUND
					: MS_FAILED,
			"RESTCONF: GET %s: HTTP %ld%s%.200s", path, status, why ? ": " : "",
			why ? why : "");

	if (login)
		ms_hint(err,
			"user and password are those of spec.management.restconf.credentials, else "
			"of spec.management.credentials; an account of OS10, not linuxadmin");
	return r;
}

int os10_rest_reply(const char *path, long status, const char *text, size_t len, json_t **ret_body,
		    struct ms_err *err)
{
	json_auto_t *body = NULL;
	struct ms_err unread = MS_ERR_INIT;
	int r = ms_json_decode(text ? text : "", len, &body, NULL, &unread);

	if (status != 200)
		return refused(path, status, body, err);
	if (r) {
		*err = unread;
		return r;
	}
	*ret_body = ms_take(body);
	return 0;
}

static int get(struct os10_rest *rest, const char *path, enum ms_http_class class,
	       json_t **ret_body, struct ms_err *err)
{
	/* The type of RFC 8040, and the one of Dell's examples. */
	static const char *const headers[] = {
		"Accept: application/yang-data+json, application/json;q=0.9", NULL
	};
	struct ms_http_request request = {
		.method = "GET",
		.path = path,
		.headers = headers,
		.user = rest->login.user,
		.password = rest->login.password,
		.class = class,
		.tries = 1, /* ssh can be asked instead */
	};
	MS_AUTO_REPLY struct ms_http_reply reply = { 0 };
	int r = ms_http_do(rest->peer, &request, &reply, err);

	return r ? r : os10_rest_reply(path, reply.status, reply.body, reply.len, ret_body, err);
}

/* What goes wrong there is said in the status, or ends it. */
static int give_up(struct os10_rest *rest, struct ms_err *err)
{
	if (err->code == MS_AUTH || err->code == MS_TLS || err->code == MS_CANCELLED ||
	    err->error == -ENOMEM)
		return err->error;
	rest->refused = json_pack(
		"{s:s, s:o}", "code", ms_code_name(err->code), "message",
		json_sprintf("%s; say `rest api restconf` on the switch, or take "
			     "management.restconf out of the site: it was read by ssh",
			     err->message));
	ms_err_clear(err);
	return rest->refused ? 0 : ms_nomem(err);
}

int os10_rest_status(const struct os10_rest *rest, json_t *status, struct ms_err *err)
{
	if (!rest || !rest->refused)
		return 0;
	return ms_put(status, "/refused/restconf", json_incref(rest->refused)) ? ms_nomem(err) : 0;
}

/* ---- what is asked ---- */

int os10_rest_probe(struct os10_rest *rest, json_t *facts, bool *ret_known, struct ms_err *err)
{
	json_auto_t *version = NULL, *equipment = NULL;
	struct ms_err absent = MS_ERR_INIT;
	int r;

	*ret_known = false;
	if (!rest || rest->refused)
		return 0;
	r = get(rest, VERSION, MS_HTTP_FAST, &version, err);
	if (!r)
		os10_rest_read_version(version, facts);
	if (!r && !json_object_get(facts, "version"))
		r = ms_fail(err, -EBADMSG, MS_INVALID,
			    "RESTCONF: " VERSION " does not speak of OS10");
	if (r)
		return give_up(rest, err);
	/* A release without it lacks a serial number, no more. */
	if (!get(rest, EQUIPMENT, MS_HTTP_NORMAL, &equipment, &absent))
		os10_rest_read_equipment(equipment, facts);
	*ret_known = true;
	return 0;
}

int os10_rest_interfaces(struct os10_rest *rest, json_t **ret_body, struct ms_err *err)
{
	if (!rest || rest->refused)
		return 0;
	return get(rest, INTERFACES, MS_HTTP_SLOW, ret_body, err) ? give_up(rest, err) : 0;
}
