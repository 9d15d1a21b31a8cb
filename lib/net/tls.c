/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The certificate that a device shows, without trusting it: only a TLS handshake, no request, so
 * that nothing secret can reach whoever answers.
 */
#include <errno.h>
#include "net/http.h"
#include "net/json.h"
#include "net/trace.h"
#include "net/url.h"

#define SECONDS 15

/* curl gives the chain as "Field:value" lines, the leaf first; among them the certificate itself.
 */
static const char *leaf(const struct curl_certinfo *info)
{
	if (!info || info->num_of_certs < 1)
		return NULL;
	for (const struct curl_slist *at = info->certinfo[0]; at; at = at->next)
		if (ms_starts(at->data, "Cert:"))
			return at->data + strlen("Cert:");
	return NULL;
}

#define SET(option, value) do { \
	CURLcode set_ = curl->easy_setopt(h, option, value); \
	if (set_ != CURLE_OK) \
		return set_; \
} while (0)

static CURLcode set_up(struct ms_peer *peer, CURL *h)
{
	const struct ms_curl *curl = &peer->http->curl;
	CURLcode rc = ms_transfer_set_peer(h, peer);

	if (rc != CURLE_OK)
		return rc;
	SET(CURLOPT_SSL_VERIFYPEER, 0L);
	SET(CURLOPT_SSL_VERIFYHOST, 0L);
	SET(CURLOPT_PINNEDPUBLICKEY, NULL);
	SET(CURLOPT_URL, peer->origin);
	SET(CURLOPT_CONNECT_ONLY, 1L);
	SET(CURLOPT_CERTINFO, 1L);
	SET(CURLOPT_FRESH_CONNECT, 1L);
	SET(CURLOPT_FORBID_REUSE, 1L);
	SET(CURLOPT_TIMEOUT, (long)SECONDS);
	return CURLE_OK;
}

static int read_facts(struct ms_flight *flight, json_t **ret_facts, struct ms_err *err)
{
	struct curl_certinfo *info = NULL;
	const char *pem;

	flight->http->curl.easy_getinfo(flight->handle, CURLINFO_CERTINFO, &info);
	pem = leaf(info);
	if (!pem)
		return ms_fail(err, -EPROTO, MS_TLS, "the device shows no certificate");
	return ms_certificate_facts(pem, strlen(pem), NULL, ret_facts, err);
}

static int shake_hands(struct ms_peer *peer, struct ms_flight *flight, struct ms_err *err)
{
	const struct ms_curl *curl = &peer->http->curl;
	struct ms_outcome outcome = { .unsent = true };
	struct ms_curl_failure failure = { .detail = flight->detail, .seconds = SECONDS };
	int rc = ms_flight_start(flight, err);

	if (rc < 0)
		return rc;
	rc = ms_cell_wait(peer->http->loop, &flight->cell, 0);
	if (rc < 0)
		return ms_fail(err, rc, MS_CANCELLED, "TLS %s: stopped by a signal", peer->origin);
	failure.result = flight->result;
	curl->easy_getinfo(flight->handle, CURLINFO_OS_ERRNO, &failure.os_errno);
	return failure.result ? ms_transfer_fail(peer, "TLS", "", &failure, &outcome, err) : 0;
}

static int fetch(struct ms_peer *peer, json_t **ret_facts, struct ms_err *err)
{
	struct ms_flight flight = { 0 };
	int rc = ms_flight_take(&flight, peer->http, err);

	if (rc == 0 && set_up(peer, flight.handle))
		rc = ms_fail(err, -EIO, MS_FAILED, "cannot set up a TLS handshake");
	if (rc == 0)
		rc = shake_hands(peer, &flight, err);
	if (rc == 0)
		rc = read_facts(&flight, ret_facts, err);
	if (flight.http)
		ms_flight_put(&flight);
	return rc;
}

/* In a trace a handshake is an exchange of method "TLS", so that it can be replayed like the
 * others. */
static int fetch_traced(struct ms_peer *peer, json_t **ret_facts, struct ms_err *err)
{
	struct ms_http_request request = { .method = "TLS", .path = "/" };
	MS_AUTO_REPLY struct ms_http_reply reply = { .status = 200 };
	struct ms_exchange exchange = { .peer = peer->name,
					.origin = peer->origin,
					.path = "/",
					.request = &request,
					.err = err,
					.try = 1 };
	int rc;

	if (peer->http->replay) {
		rc = ms_replay_answer(peer->http->replay, peer->name, "/", &request, &reply, err);
		return rc < 0 ? rc : ms_json_decode(reply.body, reply.len, ret_facts, NULL, err);
	}
	rc = fetch(peer, ret_facts, err);
	if (!peer->http->trace)
		return rc;
	reply.body = rc == 0 ? ms_json_text(*ret_facts, MS_JSON_COMPACT) : NULL;
	reply.len = reply.body ? strlen(reply.body) : 0;
	exchange.reply = rc == 0 ? &reply : NULL;
	ms_trace_write(peer->http->trace, &exchange);
	return rc;
}

int ms_http_certificate(struct ms_peer *peer, json_t **ret_facts, struct ms_err *err)
{
	int rc;

	if (!ms_url_is_tls(peer->origin))
		rc = ms_fail(err, -EINVAL, MS_TLS, "%s has no certificate: it is not https",
			     peer->origin);
	else
		rc = fetch_traced(peer, ret_facts, err);
	if (rc < 0)
		ms_err_at(err, peer->name, NULL);
	return rc;
}

void ms_tls_explain_pin(struct ms_peer *peer, struct ms_err *err)
{
	json_auto_t *facts = NULL;
	struct ms_err why = MS_ERR_INIT, pinned = *err;

	if (fetch(peer, &facts, &why) == 0) {
		ms_err_clear(err);
		ms_fail(err, pinned.error, MS_TLS, "%s: it shows %s, pinned is %s", pinned.message,
			ms_str(facts, "/pin", "none"), peer->pin);
	}
	ms_hint(err,
		"if it was changed on purpose, msctl-bmc trust -s %s prints the new pin",
		peer->name);
}
