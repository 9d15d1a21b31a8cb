/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keys and certificates of devices.  A P-256 key is made of seed, name and generation, so that pins
 * hold over restarts and none of 10,000 keys is kept.
 */
#include <arpa/inet.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include "sim/device.h"

#define SCALAR_LEN 32
#define POINT_LEN 65

/* Made once: making it costs more than using it. */
static const EC_GROUP *curve(struct sim *sim)
{
	if (!sim->curve)
		sim->curve = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	return sim->curve;
}

void sim_key_release(struct sim *sim)
{
	EC_GROUP_free(sim->curve);
	sim->curve = NULL;
}

/* The secret scalar: SHA-256 of what it is made of, reduced below the group order. */
static BIGNUM *scalar(const struct sim_device *dev, unsigned generation, const EC_GROUP *group)
{
	unsigned char hash[SHA256_DIGEST_LENGTH];
	char *text = ms_asprintf("msctl-sim key/%s/%s/%u", dev->sim->seed, dev->name, generation);
	BIGNUM *k, *limit = BN_dup(EC_GROUP_get0_order(group));
	BN_CTX *ctx = BN_CTX_new();

	if (!text || !limit || !ctx) {
		free(text);
		BN_free(limit);
		BN_CTX_free(ctx);
		return NULL;
	}
	SHA256((unsigned char *)text, strlen(text), hash);
	free(text);
	k = BN_bin2bn(hash, sizeof(hash), NULL);
	BN_sub_word(limit, 1);
	BN_mod(k, k, limit, ctx);
	BN_add_word(k, 1);
	BN_free(limit);
	BN_CTX_free(ctx);
	return k;
}

static size_t public_point(const EC_GROUP *group, const BIGNUM *k, unsigned char *buf, size_t size)
{
	EC_POINT *point = EC_POINT_new(group);
	size_t n = 0;

	if (point && EC_POINT_mul(group, point, k, NULL, NULL, NULL))
		n = EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, buf, size,
				       NULL);
	EC_POINT_free(point);
	return n;
}

/* SEC 1 ECPrivateKey on P-256, and the SubjectPublicKeyInfo: of fixed length, so they are written
 * by hand; OpenSSL's encoders take twenty times as long as the arithmetic. */
static const unsigned char private_head[] = { 0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20 };
static const unsigned char private_middle[] = {
	0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d,
	0x03, 0x01, 0x07, 0xa1, 0x44, 0x03, 0x42, 0x00,
};
static const unsigned char public_head[] = {
	0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
	0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
};

/* The parts of a key, as bytes. */
struct parts { unsigned char k[SCALAR_LEN], point[POINT_LEN]; };

static int make_parts(const struct sim_device *dev, unsigned generation, struct parts *ret_parts)
{
	const EC_GROUP *group = curve(dev->sim);
	BIGNUM *k = group ? scalar(dev, generation, group) : NULL;
	bool ok = k && BN_bn2binpad(k, ret_parts->k, SCALAR_LEN) == SCALAR_LEN &&
		  public_point(group, k, ret_parts->point, POINT_LEN) == POINT_LEN;

	BN_clear_free(k);
	return ok ? 0 : -ENOMEM;
}

static size_t add(unsigned char *der, size_t at, const void *bytes, size_t n)
{
	memcpy(der + at, bytes, n);
	return at + n;
}

int sim_key(const struct sim_device *dev, unsigned generation,
	    unsigned char der[static SIM_KEY_LEN])
{
	struct parts parts;
	size_t at = 0;
	int r = make_parts(dev, generation, &parts);

	if (r)
		return r;
	at = add(der, at, private_head, sizeof(private_head));
	at = add(der, at, parts.k, SCALAR_LEN);
	at = add(der, at, private_middle, sizeof(private_middle));
	at = add(der, at, parts.point, POINT_LEN);
	return at == SIM_KEY_LEN ? 0 : -EINVAL;
}

static EVP_PKEY *make_key(const struct sim_device *dev, unsigned generation)
{
	unsigned char der[SIM_KEY_LEN];
	const unsigned char *at = der;

	return sim_key(dev, generation, der) ? NULL
					     : d2i_PrivateKey(EVP_PKEY_EC, NULL, &at, SIM_KEY_LEN);
}

static unsigned generation_of(const struct sim_device *dev)
{
	return (unsigned)ms_int(dev->cert, "/generation", 0);
}

/* RFC 7469: base64 of SHA-256 of the SubjectPublicKeyInfo. */
int sim_key_pin(const struct sim_device *dev, char pin[static 64])
{
	unsigned char der[sizeof(public_head) + POINT_LEN], hash[SHA256_DIGEST_LENGTH], text[48];
	struct parts parts;
	int r = make_parts(dev, generation_of(dev), &parts);

	if (r)
		return r;
	add(der, add(der, 0, public_head, sizeof(public_head)), parts.point, POINT_LEN);
	SHA256(der, sizeof(der), hash);
	EVP_EncodeBlock(text, hash, sizeof(hash));
	snprintf(pin, 64, "sha256//%s", (char *)text);
	return 0;
}

/* ---- certificates ------------------------------------------------------------------------------
 */

static int name_entry(X509_NAME *name, const char *field, const char *value)
{
	if (!value || !*value)
		return 1;
	return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, (const unsigned char *)value,
					  -1, -1, 0);
}

static int add_extension(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
	int ok = ext && X509_add_ext(cert, ext, -1);

	X509_EXTENSION_free(ext);
	return ok;
}

/* Ten years from a fixed day, so that the same site has the same certificates. */
static int fill_cert(const struct sim_device *dev, unsigned generation, X509 *cert, EVP_PKEY *key)
{
	struct in_addr in = { dev->address };
	char address[INET_ADDRSTRLEN], san[64];
	X509_NAME *name = X509_get_subject_name(cert);

	snprintf(san, sizeof(san), "IP:%s", inet_ntop(AF_INET, &in, address, sizeof(address)));
	X509_set_version(cert, 2);
	ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert), (dev->hash >> 1) + generation);
	ASN1_TIME_set_string(X509_getm_notBefore(cert), "20240101000000Z");
	ASN1_TIME_set_string(X509_getm_notAfter(cert), "20391231235959Z");
	return name_entry(name, "CN", dev->name) &&
	       name_entry(name, "O", dev->organization ? dev->organization : "msctl-sim") &&
	       X509_set_issuer_name(cert, name) && X509_set_pubkey(cert, key) &&
	       add_extension(cert, NID_subject_alt_name, san) && X509_sign(cert, key, EVP_sha256());
}

static X509 *self_signed(const struct sim_device *dev, unsigned generation)
{
	EVP_PKEY *key = make_key(dev, generation);
	X509 *cert = key ? X509_new() : NULL;

	if (cert && !fill_cert(dev, generation, cert, key)) {
		X509_free(cert);
		cert = NULL;
	}
	EVP_PKEY_free(key);
	return cert;
}

static X509 *from_pem(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	X509 *cert = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;

	BIO_free(bio);
	return cert;
}

/* The installed certificate where one was installed for this key, else the self-signed one. */
static X509 *current(const struct sim_device *dev, unsigned generation)
{
	const char *pem = generation == generation_of(dev) ? ms_str(dev->cert, "/pem", NULL) : NULL;
	X509 *cert = pem ? from_pem(pem) : NULL;

	return cert ? cert : self_signed(dev, generation);
}

int sim_key_cert(const struct sim_device *dev, unsigned generation, unsigned char **ret_der,
		 int *ret_len)
{
	X509 *cert = current(dev, generation);

	*ret_der = NULL;
	*ret_len = cert ? i2d_X509(cert, ret_der) : -1;
	X509_free(cert);
	return *ret_len > 0 ? 0 : -ENOMEM;
}

bool sim_key_fits(const struct sim_device *dev, unsigned generation, const char *pem)
{
	X509 *cert = from_pem(pem);
	EVP_PKEY *key = cert ? make_key(dev, generation) : NULL;
	bool fits = key && X509_check_private_key(cert, key) == 1;

	EVP_PKEY_free(key);
	X509_free(cert);
	return fits;
}

static char *bio_text(BIO *bio)
{
	char *data = NULL;
	long n = BIO_get_mem_data(bio, &data);

	return n > 0 ? strndup(data, (size_t)n) : NULL;
}

char *sim_key_pem(const struct sim_device *dev)
{
	X509 *cert = current(dev, generation_of(dev));
	BIO *bio = cert ? BIO_new(BIO_s_mem()) : NULL;
	char *pem = bio && PEM_write_bio_X509(bio, cert) ? bio_text(bio) : NULL;

	BIO_free(bio);
	X509_free(cert);
	return pem;
}

/* ---- signing requests --------------------------------------------------------------------------
 */

static int add_names(X509_REQ *req, const json_t *wanted)
{
	MS_AUTO_BUF struct ms_buf san = { 0 };
	STACK_OF(X509_EXTENSION) *exts = sk_X509_EXTENSION_new_null();
	X509_EXTENSION *ext;
	json_t *name;
	size_t i;
	int ok = 1;

	json_array_foreach(json_object_get(wanted, "AlternativeNames"), i, name) {
		struct in_addr in;
		const char *text = json_is_string(name) ? json_string_value(name) : "";

		ms_buf_printf(&san, "%s%s:%s", san.len ? "," : "",
			      inet_pton(AF_INET, text, &in) == 1 ? "IP" : "DNS", text);
	}
	ext = san.len ? X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, san.data) : NULL;
	if (ext)
		ok = sk_X509_EXTENSION_push(exts, ext) && X509_REQ_add_extensions(req, exts);
	sk_X509_EXTENSION_pop_free(exts, X509_EXTENSION_free);
	return ok;
}

static int fill_request(X509_REQ *req, const json_t *wanted)
{
	static const struct { const char *property, *field; } fields[] = {
		{ "CommonName", "CN" }, { "Organization", "O" }, { "OrganizationalUnit", "OU" },
		{ "City", "L" }, { "State", "ST" }, { "Country", "C" },
	};
	X509_NAME *name = X509_REQ_get_subject_name(req);

	for (size_t i = 0; i < MS_ARRAY_SIZE(fields); i++)
		if (!name_entry(name, fields[i].field,
				json_string_value(json_object_get(wanted, fields[i].property))))
			return 0;
	return add_names(req, wanted);
}

int sim_key_csr(const struct sim_device *dev, unsigned generation, const json_t *wanted,
		char **ret_pem)
{
	EVP_PKEY *key = make_key(dev, generation);
	X509_REQ *req = key ? X509_REQ_new() : NULL;
	BIO *bio = req ? BIO_new(BIO_s_mem()) : NULL;
	int ok = bio && fill_request(req, wanted) && X509_REQ_set_pubkey(req, key) &&
		 X509_REQ_sign(req, key, EVP_sha256()) && PEM_write_bio_X509_REQ(bio, req);

	*ret_pem = ok ? bio_text(bio) : NULL;
	BIO_free(bio);
	X509_REQ_free(req);
	EVP_PKEY_free(key);
	return *ret_pem ? 0 : -EINVAL;
}

/* ---- what a certificate says -------------------------------------------------------------------
 */

static json_t *name_facts(const X509_NAME *name)
{
	static const struct { const char *property; int nid; } fields[] = {
		{ "CommonName", NID_commonName }, { "Organization", NID_organizationName },
		{ "OrganizationalUnit", NID_organizationalUnitName }, { "City", NID_localityName },
		{ "State", NID_stateOrProvinceName }, { "Country", NID_countryName },
	};
	json_t *facts = json_object();
	char text[256];

	for (size_t i = 0; i < MS_ARRAY_SIZE(fields); i++)
		if (X509_NAME_get_text_by_NID((X509_NAME *)name, fields[i].nid, text,
					      sizeof(text)) > 0)
			json_object_set_new(facts, fields[i].property, json_string(text));
	return facts;
}

static json_t *time_fact(const ASN1_TIME *time)
{
	struct tm tm;
	char text[32];

	if (!ASN1_TIME_to_tm(time, &tm))
		return json_null();
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S+00:00", &tm);
	return json_string(text);
}

json_t *sim_key_facts(const struct sim_device *dev)
{
	X509 *cert = current(dev, generation_of(dev));
	json_t *facts;

	if (!cert)
		return json_object();
	facts = json_pack("{s:o, s:o, s:o, s:o}", "Issuer", name_facts(X509_get_issuer_name(cert)),
			  "Subject", name_facts(X509_get_subject_name(cert)), "ValidNotBefore",
			  time_fact(X509_get0_notBefore(cert)), "ValidNotAfter",
			  time_fact(X509_get0_notAfter(cert)));
	X509_free(cert);
	return facts;
}
