/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a certificate says.  libcrypto is opened at first use: linking it would cost every command
 * half of the time that it takes to start.  TLS itself is libcurl's.
 */
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include "net/net.h"

#define FUNCTIONS(X)                                                                              \
	X(ASN1_STRING_get0_data) X(ASN1_STRING_length) X(ASN1_TIME_to_tm) X(BIO_ctrl) X(BIO_free) \
	X(BIO_new) X(BIO_new_mem_buf) X(BIO_s_mem) X(CRYPTO_free) X(EVP_Digest)                    \
	X(EVP_EncodeBlock) X(EVP_sha256) X(GENERAL_NAMES_free) X(OPENSSL_sk_num)                   \
	X(OPENSSL_sk_value) X(PEM_read_bio_X509) X(X509_NAME_cmp) X(X509_NAME_print_ex)            \
	X(X509_digest) X(X509_free) X(X509_get0_notAfter) X(X509_get0_notBefore)                   \
	X(X509_get_X509_PUBKEY) X(X509_get_ext_d2i) X(X509_get_issuer_name)                        \
	X(X509_get_subject_name) X(i2d_X509_PUBKEY)

struct crypto {
#define X(name) __typeof__(name) *name;
	FUNCTIONS(X)
#undef X
};

static const struct {
	const char *symbol;
	size_t offset;
} functions[] = {
#define X(name) { #name, offsetof(struct crypto, name) },
	FUNCTIONS(X)
#undef X
};

static int open_crypto(struct crypto *ret_crypto, struct ms_err *err)
{
	void *library = dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

	if (!library) {
		ms_fail(err, -ENOENT, MS_FAILED, "cannot load libcrypto: %s", dlerror());
		ms_hint(err, "apt install libssl3, or dnf install openssl-libs");
		return -ENOENT;
	}
	for (size_t i = 0; i < MS_ARRAY_SIZE(functions); i++) {
		void *symbol = dlsym(library, functions[i].symbol);

		if (!symbol)
			return ms_fail(err, -ENOENT, MS_FAILED, "libcrypto has no %s",
				       functions[i].symbol);
		memcpy((char *)ret_crypto + functions[i].offset, &symbol, sizeof(symbol));
	}
	return 0;
}

/* RFC 2253 text in UTF-8. */
static json_t *name_value(const struct crypto *c, const X509_NAME *name)
{
	BIO *bio = c->BIO_new(c->BIO_s_mem());
	json_t *value = NULL;
	char *text;
	long len;

	if (bio &&
	    c->X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0) {
		len = c->BIO_ctrl(bio, BIO_CTRL_INFO, 0, &text);
		value = json_stringn(text, (size_t)(len > 0 ? len : 0));
	}
	c->BIO_free(bio);
	return value;
}

static json_t *time_value(const struct crypto *c, const ASN1_TIME *time, int64_t *ret_seconds)
{
	struct tm tm;
	char text[32];

	if (!c->ASN1_TIME_to_tm(time, &tm))
		return NULL;
	*ret_seconds = timegm(&tm);
	return json_string(ms_time_format(*ret_seconds, text));
}

static json_t *fingerprint(const struct crypto *c, const X509 *cert)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	char hex[2 * EVP_MAX_MD_SIZE + 1] = "";
	unsigned n = 0;

	if (!c->X509_digest(cert, c->EVP_sha256(), hash, &n))
		return NULL;
	for (unsigned i = 0; i < n; i++)
		snprintf(hex + 2 * i, 3, "%02x", hash[i]);
	return json_string(hex);
}

/* RFC 7469, 2.4: the hash of the SubjectPublicKeyInfo. */
static json_t *pin(const struct crypto *c, const X509 *cert)
{
	unsigned char hash[EVP_MAX_MD_SIZE], *spki = NULL;
	char base64[2 * EVP_MAX_MD_SIZE];
	unsigned n = 0;
	int len = c->i2d_X509_PUBKEY(c->X509_get_X509_PUBKEY(cert), &spki);
	int ok = len > 0 && c->EVP_Digest(spki, (size_t)len, hash, &n, c->EVP_sha256(), NULL);

	c->CRYPTO_free(spki, __FILE__, __LINE__);
	if (!ok)
		return NULL;
	c->EVP_EncodeBlock((unsigned char *)base64, hash, (int)n);
	return json_sprintf("sha256//%s", base64);
}

static json_t *address_value(const unsigned char *bytes, int len)
{
	MS_AUTO_BUF struct ms_buf text = { .max = 64 };

	if (len == 4)
		return json_sprintf("%u.%u.%u.%u", bytes[0], bytes[1], bytes[2], bytes[3]);
	for (int i = 0; len == 16 && i < 16; i += 2)
		ms_buf_printf(&text, "%s%x", i ? ":" : "", bytes[i] << 8 | bytes[i + 1]);
	return text.len ? json_string(text.data) : NULL;
}

static json_t *alternative_name(const struct crypto *c, const GENERAL_NAME *name)
{
	const ASN1_STRING *string = name->type == GEN_DNS ? name->d.dNSName : name->d.iPAddress;
	const unsigned char *bytes;
	int len;

	if (name->type != GEN_DNS && name->type != GEN_IPADD)
		return NULL;
	bytes = c->ASN1_STRING_get0_data(string);
	len = c->ASN1_STRING_length(string);
	if (name->type == GEN_IPADD)
		return address_value(bytes, len);
	return json_stringn((const char *)bytes, (size_t)len);
}

static json_t *alternative_names(const struct crypto *c, const X509 *cert)
{
	GENERAL_NAMES *names = c->X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	const OPENSSL_STACK *stack = ossl_check_const_GENERAL_NAME_sk_type(names);
	json_t *out = json_array();

	for (int i = 0; i < c->OPENSSL_sk_num(stack); i++) {
		json_t *value = alternative_name(c, c->OPENSSL_sk_value(stack, i));

		if (value)
			json_array_append_new(out, value);
	}
	c->GENERAL_NAMES_free(names);
	return out;
}

static json_t *facts_of(const struct crypto *c, const X509 *cert)
{
	const X509_NAME *subject = c->X509_get_subject_name(cert);
	const X509_NAME *issuer = c->X509_get_issuer_name(cert);
	int64_t before = 0, after = 0;
	json_t *facts = json_object();

	json_object_set_new(facts, "subject", name_value(c, subject));
	json_object_set_new(facts, "issuer", name_value(c, issuer));
	json_object_set_new(facts, "validNotBefore",
			    time_value(c, c->X509_get0_notBefore(cert), &before));
	json_object_set_new(facts, "validNotAfter",
			    time_value(c, c->X509_get0_notAfter(cert), &after));
	json_object_set_new(facts, "fingerprint", fingerprint(c, cert));
	json_object_set_new(facts, "pin", pin(c, cert));
	json_object_set_new(facts, "selfSigned", json_boolean(!c->X509_NAME_cmp(subject, issuer)));
	json_object_set_new(facts, "expired", json_boolean(after < ms_now()));
	json_object_set_new(facts, "subjectAltNames", alternative_names(c, cert));
	return facts;
}

/* An encrypted PEM would have libcrypto ask for a passphrase on the terminal. */
static int no_passphrase(char *buf, int size, int writing, void *ctx)
{
	(void)buf;
	(void)size;
	(void)writing;
	(void)ctx;
	return -1;
}

int ms_certificate_facts(const char *pem, size_t len, const char *source, json_t **ret_facts,
			 struct ms_err *err)
{
	struct crypto c;
	X509 *cert;
	BIO *bio;
	int rc = open_crypto(&c, err);

	if (rc < 0)
		return rc;
	bio = c.BIO_new_mem_buf(pem, len > INT_MAX ? INT_MAX : (int)len);
	cert = bio ? c.PEM_read_bio_X509(bio, NULL, no_passphrase, NULL) : NULL;
	c.BIO_free(bio);
	if (!cert) {
		ms_err_at(err, source, NULL);
		return ms_fail(err, -EBADMSG, MS_INPUT, "no PEM certificate in it");
	}
	*ret_facts = facts_of(&c, cert);
	c.X509_free(cert);
	return *ret_facts ? 0 : ms_nomem(err);
}
