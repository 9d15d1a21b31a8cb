/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The certificate that a BMC shows, and requests as a person writes them. */
#include <errno.h>
#include "bmc/read.h"

int bmc_certificate(struct ms_http *http, const struct ms_peer_opts *opts, json_t **ret_facts,
		    struct ms_err *err)
{
	struct ms_peer *peer;
	int r = ms_peer_new(http, opts, &peer, err);

	if (r)
		return r;
	r = ms_http_certificate(peer, ret_facts, err);
	ms_peer_free(peer);
	return r;
}

int bmc_trust(const struct bmc_env *env, const json_t *server, json_t **ret_facts,
	      struct ms_err *err)
{
	json_auto_t *facts = NULL;
	struct bmc *bmc;
	json_t *certificate;
	int r = bmc_new(env, server, &bmc, err);

	if (r)
		return r;
	r = bmc_certificate(env->http, &bmc->peer, &certificate, err);
	bmc_close(bmc);
	if (r)
		return r;
	facts = json_pack("{s:o, s:o}", "certificate", certificate, "fragment",
			  json_sprintf("bmc: {tls: {trust: pin, pin: \"%s\"}}",
				       ms_str(certificate, "/pin", "")));
	if (!facts)
		return ms_nomem(err);
	*ret_facts = ms_take(facts);
	return 0;
}

/* "Name: value" lines of a reply, without what would be a secret. */
static json_t *headers_of(const struct ms_http_reply *reply)
{
	json_t *out = json_object();

	for (char **line = reply->headers; line && *line; line++) {
		const char *colon = strchr(*line, ':');
		char name[128];

		if (!colon || colon - *line >= (ptrdiff_t)sizeof(name))
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)(colon - *line), *line);
		if (!strcmp(name, "x-auth-token") || !strcmp(name, "set-cookie") ||
		    !strcmp(name, "authorization"))
			continue;
		colon += 1 + strspn(colon + 1, " ");
		json_object_set_new(out, name, json_string(colon));
	}
	return out;
}

/* JSON where it is JSON, else the text. */
static json_t *body_of(const struct ms_http_reply *reply)
{
	struct ms_err ignored = MS_ERR_INIT;
	json_t *value = NULL;

	if (reply->len)
		ms_json_decode(reply->body, reply->len, &value, NULL, &ignored);
	return value ? value : json_stringn(reply->body ? reply->body : "", reply->len);
}

int bmc_raw(struct bmc *bmc, const char *method, const char *uri, const char *body,
	    json_t **ret_facts, struct ms_err *err)
{
	static const char *const headers[] = { "Content-Type: application/json", NULL };
	struct ms_http_request request = {
		.method = method, .path = uri, .body = body, .body_len = body ? strlen(body) : 0,
		.headers = body ? headers : NULL, .class = MS_HTTP_SLOW,
	};
	MS_AUTO_REPLY struct ms_http_reply reply = { 0 };
	json_t *facts, *answer;
	int r = ms_redfish_raw(bmc->redfish, &request, &reply, err);

	if (r)
		return r;
	answer = body_of(&reply);
	facts = json_pack("{s:s, s:i, s:o*, s:o*}", "uri", uri, "status", (int)reply.status,
			  "headers", headers_of(&reply), "body", json_incref(answer));
	if (!facts) {
		json_decref(answer);
		return ms_nomem(err);
	}
	*ret_facts = facts;
	if (reply.status >= 400)
		r = ms_redfish_fail(bmc->redfish, method, uri, reply.status, answer, err);
	json_decref(answer);
	return r;
}
