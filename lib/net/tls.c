/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The certificate that a device shows, without trusting it: only a TLS handshake, no request, so
 * that nothing secret can reach whoever answers.
 */
#include <errno.h>
#include <limits.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include "net/http.h"
#include "net/json.h"
#include "net/trace.h"
#include "net/url.h"

#define SECONDS 15

static void free_x509(X509 **cert) { X509_free(*cert); }
static void free_bio(BIO **bio) { BIO_free(*bio); }

/* RFC 2253 text in UTF-8. */
static json_t *name_value(const X509_NAME *name)
{
	MS_CLEANUP(free_bio) BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long len;

	if (!bio || X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) < 0)
		return NULL;
	len = BIO_get_mem_data(bio, &text);
	return json_stringn(text, (size_t)(len > 0 ? len : 0));
}

static json_t *time_value(const ASN1_TIME *time, int64_t *ret_seconds)
{
	struct tm tm;
	char text[32];

	if (!ASN1_TIME_to_tm(time, &tm))
		return NULL;
	*ret_seconds = timegm(&tm);
	return json_string(ms_time_format(*ret_seconds, text));
}

static json_t *fingerprint(const X509 *cert)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	char hex[2 * EVP_MAX_MD_SIZE + 1] = "";
	unsigned n = 0;

	if (!X509_digest(cert, EVP_sha256(), hash, &n))
		return NULL;
	for (unsigned i = 0; i < n; i++)
		snprintf(hex + 2 * i, 3, "%02x", hash[i]);
	return json_string(hex);
}

/* RFC 7469, 2.4: the hash of the SubjectPublicKeyInfo. */
static json_t *pin(X509 *cert)
{
	unsigned char hash[EVP_MAX_MD_SIZE], *spki = NULL;
	char base64[2 * EVP_MAX_MD_SIZE];
	unsigned n = 0;
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &spki);
	int ok = len > 0 && EVP_Digest(spki, (size_t)len, hash, &n, EVP_sha256(), NULL);

	OPENSSL_free(spki);
	if (!ok)
		return NULL;
	EVP_EncodeBlock((unsigned char *)base64, hash, (int)n);
	return json_sprintf("sha256//%s", base64);
}

static json_t *address_value(const ASN1_OCTET_STRING *ip)
{
	const unsigned char *b = ASN1_STRING_get0_data(ip);
	MS_AUTO_BUF struct ms_buf text = { .max = 64 };

	if (ASN1_STRING_length(ip) == 4)
		return json_sprintf("%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
	for (int i = 0; ASN1_STRING_length(ip) == 16 && i < 16; i += 2)
		ms_buf_printf(&text, "%s%x", i ? ":" : "", b[i] << 8 | b[i + 1]);
	return text.len ? json_string(text.data) : NULL;
}

static json_t *alternative_names(const X509 *cert)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	json_t *out = json_array();

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
		json_t *value = NULL;

		if (name->type == GEN_DNS)
			value = json_stringn((const char *)ASN1_STRING_get0_data(name->d.dNSName),
					     (size_t)ASN1_STRING_length(name->d.dNSName));
		else if (name->type == GEN_IPADD)
			value = address_value(name->d.iPAddress);
		if (value)
			json_array_append_new(out, value);
	}
	GENERAL_NAMES_free(names);
	return out;
}

static json_t *facts_of(X509 *cert)
{
	int64_t before = 0, after = 0;
	json_t *facts = json_object();

	json_object_set_new(facts, "subject", name_value(X509_get_subject_name(cert)));
	json_object_set_new(facts, "issuer", name_value(X509_get_issuer_name(cert)));
	json_object_set_new(facts, "validNotBefore",
			    time_value(X509_get0_notBefore(cert), &before));
	json_object_set_new(facts, "validNotAfter", time_value(X509_get0_notAfter(cert), &after));
	json_object_set_new(facts, "fingerprint", fingerprint(cert));
	json_object_set_new(facts, "pin", pin(cert));
	json_object_set_new(facts, "selfSigned",
			    json_boolean(!X509_NAME_cmp(X509_get_subject_name(cert),
							X509_get_issuer_name(cert))));
	json_object_set_new(facts, "expired", json_boolean(after < ms_now()));
	json_object_set_new(facts, "subjectAltNames", alternative_names(cert));
	return facts;
}

int ms_certificate_facts(const char *pem, size_t len, const char *source, json_t **ret_facts,
			 struct ms_err *err)
{
	MS_CLEANUP(free_bio) BIO *bio = BIO_new_mem_buf(pem, len > INT_MAX ? INT_MAX : (int)len);
	MS_CLEANUP(free_x509) X509 *cert = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;

	if (!cert) {
		ms_err_at(err, source, NULL);
		return ms_fail(err, -EBADMSG, MS_INPUT, "no PEM certificate in it");
	}
	*ret_facts = facts_of(cert);
	return *ret_facts ? 0 : ms_nomem(err);
}

/* curl gives the chain as "Field:value" lines, the leaf first; among them the certificate itself as
 * PEM. */
static X509 *leaf(const struct curl_certinfo *info)
{
	if (!info || info->num_of_certs < 1)
		return NULL;
	for (const struct curl_slist *at = info->certinfo[0]; at; at = at->next) {
		MS_CLEANUP(free_bio) BIO *bio = NULL;

		if (!ms_starts(at->data, "Cert:"))
			continue;
		bio = BIO_new_mem_buf(at->data + strlen("Cert:"), -1);
		return bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
	}
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
	MS_CLEANUP(free_x509) X509 *cert = NULL;

	flight->http->curl.easy_getinfo(flight->handle, CURLINFO_CERTINFO, &info);
	cert = leaf(info);
	if (!cert)
		return ms_fail(err, -EPROTO, MS_TLS, "the device shows no certificate");
	*ret_facts = facts_of(cert);
	return *ret_facts ? 0 : ms_nomem(err);
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
	reply.body = rc == 0 ? json_dumps(*ret_facts, JSON_COMPACT) : NULL;
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
